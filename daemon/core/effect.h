/* What the scheduler asks its owner to do, in order. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/time.h"
#include "core/policy.h"

enum outcome {
	OUTCOME_TAKEN,
	OUTCOME_CUT_SHORT,
	OUTCOME_SKIPPED,
	OUTCOME_MISSED,
	OUTCOME_NATURAL, /* the user rested unasked: there was no break object */
};

enum effect_kind {
	EFFECT_PROMPT,   /* announce the break; `prompts` = 1 for the first time */
	EFFECT_WITHDRAW, /* take the prompt off the screen; the break lives on */
	EFFECT_START,    /* the countdown began */
	EFFECT_END,      /* the break is over with `outcome`; also natural ones */
	EFFECT_EASED,    /* rest made the break unnecessary, or its rule is gone: no outcome */
	EFFECT_DAILY,    /* one notice: the day's screen time has reached its limit */
	EFFECT_POSTURE,  /* one notice: time for the other `posture` */
};

struct effect {
	enum effect_kind kind;
	int rule;             /* index into the policy, -1 if that rule is gone */
	enum outcome outcome; /* EFFECT_END */
	/* EFFECT_END: length of the rest. _PROMPT, _WITHDRAW, _EASED: of the run that ends here; 0
	 * = it did not run. _START: what was rested before anybody could see the prompt. */
	usec_t rested;
	usec_t at;            /* EFFECT_END: when it came to pass; may be before the event's now */
	enum posture posture; /* EFFECT_POSTURE */
	unsigned prompts;     /* EFFECT_PROMPT, _END: how often this break was announced by now */
	bool silent;          /* EFFECT_END: it ended while the user was away, tell nobody */
	/* EFFECT_END: what became of it before. 0 = it never came to that. */
	usec_t due_at, first_at, started_at; /* first_at: when it was first announced */
	usec_t length;                       /* of the break */
	unsigned snoozes;                    /* and `prompts` */
};

/* Does it tell that a break does not run any more, of which so much was rested, without its end? */
static inline bool effect_halts(const struct effect *e)
{
	return e->rested > 0 &&
	       (e->kind == EFFECT_PROMPT || e->kind == EFFECT_WITHDRAW || e->kind == EFFECT_EASED);
}

/*
 * The most that one event can cause: natural, both notices, end of one break, announcement of the
 * next, with room to spare. scheduler_step() asserts it.
 */
#define EFFECTS_MAX 12

struct effects {
	size_t n;
	struct effect v[EFFECTS_MAX];
};
