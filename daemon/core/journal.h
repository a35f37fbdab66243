/*
 * What was decided and why, with its numbers: a ring of the latest decisions inside the scheduler's
 * state. Sentences are made of them elsewhere.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/time.h"
#include "core/effect.h"
#include "core/event.h"
#include "core/policy.h"

enum decision_kind {
	DECISION_DUE,      /* `load` has reached `every`; `until`: when it did */
	DECISION_WAITING,  /* cause HOUR, LULL or RETRY; since when, `until` when at most */
	DECISION_DEFERRED, /* cause SIGN (`signs`), SETTLE or AWAY */
	DECISION_MERGED,   /* into rule `other`, due after `length` more exposure (0 = due too) */
	DECISION_EASED,    /* cause REST (of `length`), USER or SETTINGS: not needed any more */
	DECISION_PROMPT,   /* first, or a return: cause LULL, PATIENCE or NO_SOURCE; `count` prompts
			    */
	DECISION_REPEATED, /* cause IGNORED (for `length`) or TYPED_ON; `count` prompts so far */
	DECISION_SNOOZED,  /* for `length`, `until`; the `count`th of `of` in this due spell */
	DECISION_STARTED,  /* cause USER, or SELF: left alone for START_AFTER */
	DECISION_ENDED,    /* with `outcome`, rested `length` of `every`; cause as it came about */
	DECISION_NATURAL,  /* rested `length` unasked, with `load` of `every` before */
	DECISION_DAILY,    /* `load` of screen time today, limit `every`; rule is "daily" */
	DECISION_POSTURE,  /* `load` in one posture, due after `every`; rule is "posture" */
};

enum decision_cause {
	CAUSE_NONE,
	CAUSE_SIGN, /* quiet signs: `signs`; `sign` is the first of them, since `since`, by `who` */
	CAUSE_SETTLE,    /* `sign` ended at `since`; silence `until` */
	CAUSE_AWAY,      /* nobody is at the screen, since `since` */
	CAUSE_HOUR,      /* `count` of `of` announcements in the last 60 min; free at `until` */
	CAUSE_LULL,      /* input goes on (waiting); a pause in it came (prompt) */
	CAUSE_RETRY,     /* missed or cut short at `since`, judged again at `until` */
	CAUSE_PATIENCE,  /* no lull came for so long as patience lasts: `length` */
	CAUSE_NO_SOURCE, /* nobody can tell of lulls */
	CAUSE_REST,
	CAUSE_USER, /* the user's word */
	CAUSE_SELF,
	CAUSE_IGNORED,  /* no answer to the prompt */
	CAUSE_TYPED_ON, /* input went on inside the break */
	CAUSE_SETTINGS, /* the settings changed */
};

struct decision {
	usec_t at; /* when it came to pass, CLOCK_BOOTTIME; may be before the step that told of it
		    */
	enum decision_kind kind;
	enum decision_cause cause;
	enum outcome outcome;
	enum posture posture; /* DECISION_POSTURE: the one called for */
	enum quiet sign;
	unsigned signs; /* QUIET_BIT()s that hold and that the rule respects */
	unsigned count, of;
	enum rule_counts counts; /* the clock of the rule */
	usec_t load, every, length, since, until;
	char rule[RULE_NAME_MAX + 1];
	char other[RULE_NAME_MAX + 1];
	char who[WHO_MAX];
};

#define JOURNAL_MAX 128

struct journal {
	uint64_t n; /* all decisions ever; the last JOURNAL_MAX of them are kept */
	struct decision ring[JOURNAL_MAX];
};

/* The next entry, zeroed; filled in by the caller. */
struct decision *journal_add(struct journal *j);

/* The decision with the running number `i`, from 0 on, or NULL if it is not (or no longer) there.
 * Newest: journal_get(j, j->n - 1). */
const struct decision *journal_get(const struct journal *j, uint64_t i);
