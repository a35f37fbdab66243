#include "app/held.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "sim/sentence.h"

void held_init(struct held *h)
{
	memset(h, 0, sizeof(*h));
	for (size_t i = 0; i < ELEMENTS(h->rules); i++)
		h->rules[i].by = HELD_NOT;
}

int held_find(const struct held *h, const struct policy *policy, const char *rule)
{
	int i = policy_find(policy, rule);

	return i < 0 && h->gone[0] && !strcmp(h->gone, rule) ? HELD_GONE : i;
}

/* One account of the old ones, under its name in the new ones. */
static void move_account(struct held *to, const struct policy *policy, const struct held_rule *r,
			 const char *name, const char *break_rule)
{
	int i = policy_find(policy, name);

	if (i < 0 && strcmp(name, break_rule) != 0)
		return;
	if (i < 0) {
		i = HELD_GONE;
		(void)snprintf(to->gone, sizeof(to->gone), "%s", name);
	}
	to->rules[i] = *r;
}

void held_move(struct held *h, const struct policy *from, const struct policy *to,
	       const char *break_rule)
{
	struct held before = *h;

	held_init(h);
	memcpy(h->sums, before.sums, sizeof(h->sums));
	for (size_t i = 0; i < from->n_rules; i++)
		move_account(h, to, &before.rules[i], from->rules[i].name, break_rule);
	if (before.gone[0])
		move_account(h, to, &before.rules[HELD_GONE], before.gone, break_rule);
}

/* All rules up to the same moment, so that what holds several of them is seen to be one time. */
static void count(struct held *h, usec_t now)
{
	usec_t longest[HELD_REASONS] = { 0 };

	for (size_t i = 0; i < ELEMENTS(h->rules); i++) {
		struct held_rule *r = &h->rules[i];
		usec_t length = usec_sub(now, r->since);

		if (r->by == HELD_NOT)
			continue;
		r->sums[r->by] += length;
		longest[r->by] = usec_max(longest[r->by], length);
		r->since = usec_max(r->since, now);
	}
	for (int i = 0; i < HELD_REASONS; i++)
		h->sums[i] += longest[i];
}

/* That nobody is at the screen keeps nothing from anybody, nor does a longer break in its place. */
static enum held_reason reason_of(const struct decision *d)
{
	if (d->kind == DECISION_SNOOZED)
		return HELD_SNOOZE;
	/* It is judged again, at `until`. */
	if (d->kind == DECISION_ENDED)
		return d->until ? HELD_RETRY : HELD_NOT;
	if (d->kind != DECISION_DEFERRED && d->kind != DECISION_WAITING)
		return HELD_NOT;
	switch (d->cause) {
	case CAUSE_SIGN:
		return d->sign < QUIET_SIGNS ? (enum held_reason)d->sign : HELD_NOT;
	case CAUSE_SETTLE:
		return HELD_SETTLE;
	case CAUSE_HOUR:
		return HELD_HOUR;
	case CAUSE_LULL:
		return HELD_LULL;
	case CAUSE_RETRY:
		return HELD_RETRY;
	default:
		return HELD_NOT;
	}
}

void held_decided(struct held *h, int rule, const struct decision *d)
{
	struct held_rule *r;

	if (rule < 0)
		return;
	r = &h->rules[rule];
	count(h, d->at);
	r->by = reason_of(d);
	/* What is counted already is not counted again. */
	r->since = usec_max(r->since, d->at);
}

void held_over(struct held *h, int rule)
{
	if (rule >= 0)
		memset(h->rules[rule].sums, 0, sizeof(h->rules[rule].sums));
}

void held_until(struct held *h, usec_t now)
{
	count(h, now);
}

const char *held_name(enum held_reason reason)
{
	switch (reason) {
	case HELD_SETTLE:
		return "settle";
	case HELD_HOUR:
		return "hour";
	case HELD_LULL:
		return "lull";
	case HELD_RETRY:
		return "retry";
	case HELD_SNOOZE:
		return "snooze";
	default:
		return (unsigned)reason < QUIET_SIGNS ? quiet_name((enum quiet)reason) : "";
	}
}

enum held_reason held_reason_named(const char *name)
{
	for (int i = 0; i < HELD_REASONS; i++)
		if (!strcmp(held_name((enum held_reason)i), name))
			return (enum held_reason)i;
	return HELD_NOT;
}
