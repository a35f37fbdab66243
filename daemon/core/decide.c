#include "core/scheduler-internal.h"

#include <string.h>

static void put_name(char target[static RULE_NAME_MAX + 1], const char *name)
{
	size_t n = strlen(name);

	if (n > RULE_NAME_MAX)
		n = RULE_NAME_MAX;
	memcpy(target, name, n);
	target[n] = '\0';
}

struct decision *decide(struct scheduler *s, int i, enum decision_kind kind,
			enum decision_cause cause)
{
	struct decision *d = journal_add(&s->journal);
	const struct rule_policy *p = i < 0 ? &s->brk.policy : &s->policy.rules[i];

	d->at = s->now;
	d->kind = kind;
	d->cause = cause;
	d->counts = p->counts;
	d->every = p->every;
	if (i >= 0)
		d->load = rule_load(s, (size_t)i, s->now);
	put_name(d->rule, p->name);
	return d;
}

struct decision *decide_once(struct scheduler *s, int i, enum decision_kind kind,
			     enum decision_cause cause, unsigned signs, int other)
{
	struct told *told = &s->rules[i].told;
	struct decision *d;
	/* A further sign is no news while one that was told of holds on. */
	bool same = told->kind == kind && told->cause == cause && told->other == other &&
		    (!signs || told->signs & signs);

	if (same)
		return NULL;
	*told = (struct told){ .kind = kind, .cause = cause, .signs = signs, .other = other };
	d = decide(s, i, kind, cause);
	d->signs = signs;
	if (other >= 0)
		put_name(d->other, s->policy.rules[other].name);
	return d;
}
