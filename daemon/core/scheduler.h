/*
 * Decides when a break is due and when to say so. A pure state machine: it reads no clock, opens
 * no file, allocates nothing and logs nothing. Same events in, same effects out: that is what lets
 * the tests drive the shipped code through whole days.
 *
 * The owner feeds events, performs the effects, and after every step re-arms one timer with
 * scheduler_deadline() and tells the idle source scheduler_threshold().
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/effect.h"
#include "core/event.h"
#include "core/load.h"
#include "core/policy.h"

/* No input for this long is presence `idle`. */
#define PRESENCE_IDLE_AFTER (20 * USEC_PER_SEC)
/* No input for this long, after the prompt was shown, starts the break by itself. */
#define START_AFTER (5 * USEC_PER_SEC)
/* Input shorter than this does not disturb a break. */
#define FORGIVEN_INPUT (2 * USEC_PER_SEC)
/* So much input, pauses under SPELL_PAUSE included, breaks a break off. */
#define SPELL_BREAKS_OFF (15 * USEC_PER_SEC)
#define SPELL_PAUSE (5 * USEC_PER_SEC)
/* The finest input pause that matters, inside a break. */
#define BREAK_THRESHOLD USEC_PER_SEC

enum phase {
	PHASE_ON_BREAK,
	PHASE_PROMPTING,
	PHASE_SNOOZED,
	PHASE_PAUSED,
	PHASE_DEFERRED,
	PHASE_DUE,
	PHASE_WORKING,
};

enum presence { PRESENCE_ACTIVE, PRESENCE_IDLE, PRESENCE_AWAY, PRESENCE_UNKNOWN };

enum rule_phase {
	RULE_COUNTING,
	RULE_DUE,      /* due, but another break goes first or it waits for `retry` */
	RULE_WAITING,  /* for a lull */
	RULE_DEFERRED, /* by a quiet sign, or within `settle` after it */
	RULE_SNOOZED,
	RULE_PROMPTING,
	RULE_ON_BREAK,
	RULE_OFF,
};

struct rule_state {
	struct load load;
	usec_t before; /* the load when the present gap began: what a natural rest has cleared */
	bool due;
	bool deferred;     /* question 1 said no since the last time it was asked anything */
	usec_t due_at;     /* when it became due; valid while due */
	usec_t asked_at;   /* when question 3 was first reached in this wait; USEC_NEVER before */
	usec_t retry_from; /* when it was missed or cut short; valid while retry_at */
	usec_t retry_at;   /* not asked before; 0 = at once */
	unsigned snoozes;  /* used since it became due, over all its breaks */
};

/* The one break from its first prompt to its outcome. */
struct break_state {
	bool exists;
	enum phase phase;          /* PROMPTING, SNOOZED, DEFERRED or ON_BREAK */
	int rule;                  /* -1 once its rule is gone from the policy */
	struct rule_policy policy; /* as of its beginning, so that a reload leaves it alone */
	usec_t due_at;
	unsigned prompts;
	unsigned snoozes;   /* used in this due spell */
	unsigned repeats;   /* used since it was last announced afresh */
	bool repeated;      /* the prompt is told again: ignored, or typed on in the break */
	bool visible;       /* the prompt was shown */
	usec_t prompted_at; /* when it was last announced: `ignore_after` counts from here */
	usec_t shown_at;    /* when it was last seen to be on the screen */
	usec_t asked_at;    /* patience, as in rule_state, for a return from snooze or deferral */
	usec_t next_prompt_at; /* SNOOZED */
	bool by_user;
	usec_t started_at;
	usec_t rested;       /* up to where the countdown last stopped */
	usec_t resting_from; /* USEC_NEVER while the countdown stands still */
	usec_t burst_from;   /* input goes on since then; USEC_NEVER without */
	usec_t spell_from;   /* the spell of input that this burst belongs to */
	usec_t spell_last;   /* last input of the spell, as far as known */
};

struct scheduler {
	struct policy policy;
	struct rule_state rules[RULES_MAX];
	struct break_state brk;
	usec_t now; /* of the last event: time never goes back */
	struct gap gap;
	enum presence presence;
	usec_t presence_since;
	enum phase phase;
	usec_t phase_since;
	bool held; /* paused by the user */
	usec_t held_since, held_until;
	bool quiet; /* our own Inhibit */
	usec_t quiet_since;
	usec_t settle_from, settle_until; /* no prompt in between; 0 = none */
};

/* Begin with all loads 0 and nothing known about input. `policy` is copied. */
void scheduler_init(struct scheduler *s, const struct policy *policy, usec_t now);

/*
 * Feed one event. Events must not go back in time; one that does is taken as happening now.
 * Overwrites *ret_effects.
 */
void scheduler_step(struct scheduler *s, const struct event *event, struct effects *ret_effects);

/* When the owner must send the next EVENT_TICK, or USEC_NEVER. A tick then always moves it. */
usec_t scheduler_deadline(const struct scheduler *s);

/* The shortest input pause that matters now: the idle source need not tell of shorter ones. */
usec_t scheduler_threshold(const struct scheduler *s);

/* What a command would get as answer now. */
enum refusal {
	REFUSAL_NONE,
	REFUSAL_NO_BREAK,
	REFUSAL_NOT_ALLOWED,
	REFUSAL_LIMIT_REACHED,
};

/* May EVENT_START, _SNOOZE, _SKIP, _FINISH, _HOLD or _RELEASE be sent at `now`? DESIGN's table. */
enum refusal scheduler_allows(const struct scheduler *s, enum event_kind command, usec_t now);

/* Why no prompt is shown now. */
enum sign {
	SIGN_PAUSED = 1 << 0,  /* since held_since */
	SIGN_INHIBIT = 1 << 1, /* since quiet_since */
	SIGN_SETTLE = 1 << 2,  /* since settle_from */
	SIGN_LULL = 1 << 3,    /* a due rule waits for an input pause */
	SIGN_AWAY = 1 << 4,    /* since presence_since */
	SIGN_RETRY = 1 << 5,   /* a due rule waits for its `retry` */
};

struct rule_view {
	enum rule_phase phase;
	usec_t load;    /* at `now` */
	usec_t due_at;  /* in the past while due; 0 while its load does not grow */
	unsigned signs; /* of enum sign: what keeps a due break back */
	usec_t since;   /* of SIGN_LULL and SIGN_RETRY: when the wait began */
};

/* What there is to know about rule `i` at `now`, which is not before the last event. */
void scheduler_rule_view(const struct scheduler *s, size_t i, usec_t now, struct rule_view *ret);

/* The rule whose break comes next and when (in the past while due); -1 and 0 if no load grows. */
int scheduler_next(const struct scheduler *s, usec_t now, usec_t *ret_due_at);

/* When the running break's countdown reaches zero, or 0 while it stands still. */
usec_t scheduler_break_ends(const struct scheduler *s);

/* How much of the break is rested at `now`. */
usec_t scheduler_break_rested(const struct scheduler *s, usec_t now);

/* How often the present break can still be snoozed; 0 without one, and once the user started it. */
unsigned scheduler_snoozes_left(const struct scheduler *s);
