#include "core/load.h"

static usec_t effective_grace(const struct gap *gap, const struct rule_policy *rule)
{
	return rule->length <= gap->asked_length ? 0 : rule->grace;
}

usec_t gap_rest_from(const struct gap *gap, const struct rule_policy *rule, usec_t now)
{
	usec_t grace = effective_grace(gap, rule);

	if (gap->away)
		return usec_sub(now, gap->lead_from) > grace ? gap->lead_from : gap->away_from;
	if (gap->paused && usec_sub(now, gap->pause_from) > grace)
		return gap->pause_from;
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
	if (rule->credit == RULE_CREDIT_WHOLE)
		return now - rest_from >= rule->length ? 0 : amount;
	return usec_sub(amount, load_linear_credit(rule, now - usec_max(rest_from, l->mark)));
}

usec_t load_due_at(const struct load *l, const struct rule_policy *rule, const struct gap *gap)
{
	usec_t at = l->mark + usec_sub(rule->every, l->amount);

	if (gap->away)
		return USEC_NEVER;
	if (gap->paused && at > usec_add(gap->pause_from, effective_grace(gap, rule)))
		return USEC_NEVER;
	return at;
}

/* As load_eased_at(), for a rest from `rest_from` that is known to be one from `known_at` on. */
static usec_t eased_by(const struct load *l, const struct rule_policy *rule, usec_t rest_from,
		       usec_t known_at)
{
	usec_t every = rule->every / USEC_PER_MSEC, length = rule->length / USEC_PER_MSEC;
	usec_t amount = usec_min(l->amount + usec_sub(rest_from, l->mark), 2 * rule->every);
	usec_t excess;

	/* At the mark the load is what was set, however long the gap had been by then. */
	known_at = usec_max(known_at, l->mark + 1);
	/* It became due in the gap itself, of which nothing counts any more. */
	if (amount < rule->every)
		return known_at;
	if (rule->credit == RULE_CREDIT_WHOLE)
		return usec_max(known_at, usec_add(rest_from, rule->length));
	excess = usec_sub(amount, rule->every);
	/* Rounded up, so that the credit of load_linear_credit() has taken one more than the
	 * excess. */
	return usec_max(known_at, usec_add(usec_max(rest_from, l->mark),
					   ((excess + 1) * length + every - 1) / every));
}

usec_t load_eased_at(const struct load *l, const struct rule_policy *rule, const struct gap *gap)
{
	usec_t grace = effective_grace(gap, rule), late;

	if (gap->away) {
		late = eased_by(l, rule, gap->lead_from, usec_add(gap->lead_from, grace + 1));
		return usec_min(late, eased_by(l, rule, gap->away_from, gap->away_from));
	}
	if (gap->paused)
		return eased_by(l, rule, gap->pause_from, usec_add(gap->pause_from, grace + 1));
	return USEC_NEVER;
}
