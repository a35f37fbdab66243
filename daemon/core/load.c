#include "core/load.h"

static usec_t effective_grace(const struct gap *gap, const struct rule_policy *rule)
{
	return rule->length <= gap->asked_length ? 0 : rule->grace;
}

usec_t gap_rest_from(const struct gap *gap, const struct rule_policy *rule, usec_t now)
{
	usec_t grace = effective_grace(gap, rule), from;

	if (gap->away) {
		from = gap->lead_from[rule->counts];
		return usec_sub(now, from) > grace ? from : gap->away_from;
	}
	from = gap->from[rule->counts];
	if (gap->paused && from != USEC_NEVER && usec_sub(now, from) > grace)
		return from;
	return USEC_NEVER;
}

usec_t load_linear_credit(const struct rule_policy *rule, usec_t rest)
{
	/* Longer rests clear everything that can be there, and would overflow below. */
	if (rest / 2 >= rule->length)
		return 2 * rule->every;
	return rest * (rule->every / USEC_PER_MSEC) / (rule->length / USEC_PER_MSEC);
}

usec_t load_at(const struct load *l, const struct rule_policy *rule, const struct gap *gap,
	       usec_t now)
{
	usec_t amount = l->amount, rest_from, exposed_until;

	if (now <= l->mark)
		return amount;
	rest_from = gap_rest_from(gap, rule, now);
	exposed_until = usec_min(rest_from, now);
	amount = usec_min(amount + usec_sub(exposed_until, l->mark), 2 * rule->every);
	if (rest_from >= now)
		return amount;
	switch (rule->credit) {
	case RULE_CREDIT_WHOLE:
		return now - rest_from >= rule->length ? 0 : amount;
	case RULE_CREDIT_LINEAR:
		return usec_sub(amount,
				load_linear_credit(rule, now - usec_max(rest_from, l->mark)));
	case RULE_CREDIT_NONE:
		return amount;
	case RULE_CREDIT_ANY:
		return 0;
	}
	return amount;
}

usec_t load_spare_at(const struct load *l, const struct rule_policy *rule, const struct gap *gap,
		     usec_t now)
{
	usec_t rest_from = gap_rest_from(gap, rule, now), amount, credit;

	if (now <= l->mark || rest_from >= now)
		return l->spare;
	if (rule->credit == RULE_CREDIT_WHOLE)
		return now - rest_from >= rule->length ? USEC_NEVER : l->spare;
	if (rule->credit != RULE_CREDIT_LINEAR)
		return l->spare;
	amount = usec_min(l->amount + usec_sub(rest_from, l->mark), 2 * rule->every);
	credit = load_linear_credit(rule, now - usec_max(rest_from, l->mark));
	return usec_add(l->spare, usec_sub(credit, amount));
}

usec_t load_reaches_at(const struct load *l, const struct rule_policy *rule, const struct gap *gap,
		       usec_t amount)
{
	usec_t at = l->mark + usec_sub(amount, l->amount), from = gap->from[rule->counts];

	if (gap->away)
		return USEC_NEVER;
	if (gap->paused && from != USEC_NEVER && at > usec_add(from, effective_grace(gap, rule)))
		return USEC_NEVER;
	return at;
}

usec_t load_due_at(const struct load *l, const struct rule_policy *rule, const struct gap *gap)
{
	return load_reaches_at(l, rule, gap, rule->every);
}

/* As load_below_at(), for a rest from `rest_from` that is known to be one from `known_at` on. */
static usec_t below_by(const struct load *l, const struct rule_policy *rule, usec_t limit,
		       usec_t rest_from, usec_t known_at)
{
	usec_t every = rule->every / USEC_PER_MSEC, length = rule->length / USEC_PER_MSEC;
	usec_t amount = usec_min(l->amount + usec_sub(rest_from, l->mark), 2 * rule->every);
	usec_t excess;

	/* At the mark the load is what was set, however long the gap had been by then. */
	known_at = usec_max(known_at, l->mark + 1);
	/* It got there in the gap itself, of which nothing counts any more. */
	if (amount < limit || rule->credit == RULE_CREDIT_ANY)
		return known_at;
	if (rule->credit == RULE_CREDIT_WHOLE)
		return usec_max(known_at, usec_add(rest_from, rule->length));
	excess = usec_sub(amount, limit);
	/* Rounded up, so that the credit of load_linear_credit() has taken one more than the
	 * excess. */
	return usec_max(known_at, usec_add(usec_max(rest_from, l->mark),
					   ((excess + 1) * length + every - 1) / every));
}

usec_t load_below_at(const struct load *l, const struct rule_policy *rule, const struct gap *gap,
		     usec_t limit)
{
	usec_t grace = effective_grace(gap, rule), from, late;

	if (gap->away) {
		from = gap->lead_from[rule->counts];
		late = below_by(l, rule, limit, from, usec_add(from, grace + 1));
		return usec_min(late, below_by(l, rule, limit, gap->away_from, gap->away_from));
	}
	from = gap->from[rule->counts];
	if (gap->paused && from != USEC_NEVER)
		return below_by(l, rule, limit, from, usec_add(from, grace + 1));
	return USEC_NEVER;
}

usec_t load_eased_at(const struct load *l, const struct rule_policy *rule, const struct gap *gap)
{
	return load_below_at(l, rule, gap, rule->every);
}
