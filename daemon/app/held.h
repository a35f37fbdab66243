/*
 * How long due breaks are kept back, and by what: reckoned from the decisions, each of which says
 * what holds until the next one about the same rule.
 */
#pragma once

#include "core/journal.h"

/* Besides the quiet signs, which are the first ones. */
enum held_reason {
	HELD_SETTLE = QUIET_SIGNS,
	HELD_HOUR,
	HELD_LULL,
	HELD_RETRY,
	HELD_SNOOZE,
	HELD_REASONS,
	HELD_NOT = HELD_REASONS,
};

struct held {
	struct held_rule {
		enum held_reason by; /* now; HELD_NOT = it is not */
		usec_t since;
		usec_t sums[HELD_REASONS]; /* since it became due */
	} rules[RULES_MAX];
	usec_t sums[HELD_REASONS]; /* of all rules, until the owner clears them */
};

void held_init(struct held *h);

/* The next decision, about rule `rule`; one below 0 is no rule of ours. */
void held_decided(struct held *h, int rule, const struct decision *d);

/* Its break is over, or it is not due any more: it begins with nothing again. */
void held_over(struct held *h, int rule);

/* What goes on being held is counted up to `now`, as is all of it before the rules change. */
void held_until(struct held *h, usec_t now);

/* Static. */
const char *held_name(enum held_reason reason);
