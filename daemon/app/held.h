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

/* The place of a rule that a reload took away while its break lives on. */
#define HELD_GONE RULES_MAX

struct held {
	struct held_rule {
		enum held_reason by; /* now; HELD_NOT = it is not */
		usec_t since;
		usec_t sums[HELD_REASONS]; /* since it became due */
	} rules[RULES_MAX + 1];
	char gone[RULE_NAME_MAX + 1]; /* the rule of rules[HELD_GONE]; "" = there is none */
	/* How long each of them held any rule, one or several, until the owner clears it. */
	usec_t sums[HELD_REASONS];
};

void held_init(struct held *h);

/* Where the rule that is called so under `policy` has its account; -1: nowhere. */
int held_find(const struct held *h, const struct policy *policy, const char *rule);

/*
 * Other rules are in force, known again by their names. The account of one that is gone ends,
 * unless its break lives on: `break_rule` is what that is called, or "".
 */
void held_move(struct held *h, const struct policy *from, const struct policy *to,
	       const char *break_rule);

/* The next decision, about the rule with the account `rule`; one below 0 is no rule of ours. */
void held_decided(struct held *h, int rule, const struct decision *d);

/* Its break is over, or it is not due any more: it begins with nothing again. */
void held_over(struct held *h, int rule);

/* What goes on being held is counted up to `now`, as is all of it before the rules change. */
void held_until(struct held *h, usec_t now);

/* Static. */
const char *held_name(enum held_reason reason);
/* HELD_NOT if none is called so. */
enum held_reason held_reason_named(const char *name);
