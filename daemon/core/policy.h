/*
 * What the user wants of the scheduler: plain values, no strings but the rules' names. Made by
 * conf/ from the settings files, by tests by hand. The scheduler keeps a copy of its own.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/time.h"

#define RULES_MAX 32     /* rules, shipped and the user's own */
#define RULE_NAME_MAX 32 /* characters of a rule's name, [a-z0-9-] */

enum rule_counts {
	RULE_COUNTS_HANDS,  /* input */
	RULE_COUNTS_SCREEN, /* input, or watching */
};

enum rule_credit {
	RULE_CREDIT_WHOLE,  /* a rest of `length` clears the load, a shorter one leaves it */
	RULE_CREDIT_LINEAR, /* rest clears load at the rate every / length */
};

enum urgency { URGENCY_LOW, URGENCY_NORMAL, URGENCY_CRITICAL };

/* One kind of break. Lengths are microseconds; shipped values and sources: config/limber.conf. */
struct rule_policy {
	char name[RULE_NAME_MAX + 1];
	bool enabled;
	enum rule_counts counts;
	enum rule_credit credit;
	enum urgency urgency;
	usec_t every;     /* exposure that earns the break, at least 1 ms */
	usec_t length;    /* of the break, at least 1 ms */
	usec_t grace;     /* an input gap up to this long still counts as exposure */
	usec_t patience;  /* how long a due break waits for a lull at most */
	usec_t snooze;    /* how long Snooze puts it off */
	unsigned snoozes; /* how often in one due spell */
	unsigned debt;    /* percent of `every` that a skipped break leaves as load */
};

struct policy {
	size_t n_rules;
	struct rule_policy rules[RULES_MAX];
	usec_t lull;         /* input pause in which a break is announced (ergonomics I1-I4) */
	usec_t settle;       /* silence after the last quiet sign ended */
	usec_t ignore_after; /* a prompt without an answer is repeated, or missed, after this */
	unsigned repeats;    /* how often an unanswered prompt is shown again */
	usec_t retry;        /* a missed or cut-short break is judged again after this */
};

/* Index of the rule called `name`, or -1. */
int policy_find(const struct policy *p, const char *name);
