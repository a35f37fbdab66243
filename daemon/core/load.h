/*
 * How work loads a rule and rest clears it. Pure arithmetic, done when somebody asks: between two
 * events nothing has to run.
 */
#pragma once

#include <stdbool.h>

#include "core/policy.h"

#define CLOCKS 2 /* by enum rule_counts */

/*
 * What input and absence have been like since the last change:
 *
 *   away     the user is gone since `away_from`: rest at once. A pause that led into it, since
 *            `lead_from`, becomes rest as well once the whole gap is longer than grace
 *   paused   no input since `from[]`: exposure up to grace, past it rest from the start
 *   neither  exposure
 *
 * Each clock has its own beginnings: while something is watched the hands rest and the screen's gap
 * has not begun, which is USEC_NEVER.
 */
struct gap {
	bool known;               /* an idle source is at work */
	bool paused;              /* also kept while away: it says what holds on return */
	usec_t pause_from;        /* no input since then; valid while paused */
	usec_t from[CLOCKS];      /* where the gap of each clock began; valid while paused */
	unsigned away;            /* of enum away_reason */
	usec_t away_from;         /* valid while away */
	usec_t lead_from[CLOCKS]; /* valid while away; away_from if no gap led into it */
	usec_t asked_length;      /* the longest break in this gap: rules up to it have no grace */
};

/* Exposure gathered and not yet cleared, as it was at `mark`. */
struct load {
	usec_t amount; /* at most 2 x every */
	usec_t mark;
	/* What rest would have cleared since the beginning if there had been more; USEC_NEVER: all.
	 * So much less of what was gathered before is still there. */
	usec_t spare;
};

/* Where the rest of this gap began for `rule`, as of `now`; USEC_NEVER if it is no rest (yet). */
usec_t gap_rest_from(const struct gap *gap, const struct rule_policy *rule, usec_t now);

/* The load at `now`, if `gap` has held since the mark. Before the mark it is that of the mark. */
usec_t load_at(const struct load *l, const struct rule_policy *rule, const struct gap *gap,
	       usec_t now);

/* Its `spare` at `now`, likewise. */
usec_t load_spare_at(const struct load *l, const struct rule_policy *rule, const struct gap *gap,
		     usec_t now);

/*
 * When the load reaches `amount` if everything stays as it is; USEC_NEVER if it will not. May be
 * before a rest that has taken the load below `every` since.
 */
usec_t load_reaches_at(const struct load *l, const struct rule_policy *rule, const struct gap *gap,
		       usec_t amount);

/* The same for `every`. */
usec_t load_due_at(const struct load *l, const struct rule_policy *rule, const struct gap *gap);

/* From when on a load of at least `limit` is below it if everything stays as it is; USEC_NEVER if
 * never. */
usec_t load_below_at(const struct load *l, const struct rule_policy *rule, const struct gap *gap,
		     usec_t limit);

/* From when on a due load is below `every` if everything stays as it is; USEC_NEVER if never. */
usec_t load_eased_at(const struct load *l, const struct rule_policy *rule, const struct gap *gap);

/* How much load a rest of `rest` takes away under linear credit; may be more than there is. */
usec_t load_linear_credit(const struct rule_policy *rule, usec_t rest);
