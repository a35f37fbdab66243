#include "core/scheduler-internal.h"

enum refusal scheduler_allows(const struct scheduler *s, enum event_kind command, usec_t now)
{
	const struct break_state *b = &s->brk;
	bool snooze = command == EVENT_SNOOZE;
	bool end = command == EVENT_SKIP || command == EVENT_FINISH;

	if (command == EVENT_START)
		return b->exists || s->policy.n_rules ? REFUSAL_NONE : REFUSAL_NOT_ALLOWED;
	if (command == EVENT_POSTURE)
		return s->policy.sit_stand ? REFUSAL_NONE : REFUSAL_NOT_ALLOWED;
	if (!snooze && !end)
		return REFUSAL_NONE;
	if (!b->exists || b->phase == PHASE_DEFERRED)
		return REFUSAL_NO_BREAK;
	if (end)
		return REFUSAL_NONE;
	if (b->phase == PHASE_ON_BREAK &&
	    (b->by_user || scheduler_break_rested(s, now) >= b->policy.length / 2))
		return REFUSAL_NOT_ALLOWED;
	return b->snoozes < b->policy.snoozes ? REFUSAL_NONE : REFUSAL_LIMIT_REACHED;
}

unsigned scheduler_snoozes_left(const struct scheduler *s)
{
	const struct break_state *b = &s->brk;

	if (!b->exists || (b->phase == PHASE_ON_BREAK && b->by_user))
		return 0;
	return b->snoozes < b->policy.snoozes ? b->policy.snoozes - b->snoozes : 0;
}

/* Is there a break of rule `i`'s own? */
static bool has_break(const struct scheduler *s, size_t i)
{
	return s->brk.exists && s->brk.rule == (int)i;
}

static enum rule_phase rule_phase(const struct scheduler *s, size_t i)
{
	const struct rule_state *r = &s->rules[i];

	if (has_break(s, i))
		switch (s->brk.phase) {
		case PHASE_ON_BREAK:
			return RULE_ON_BREAK;
		case PHASE_PROMPTING:
			return RULE_PROMPTING;
		case PHASE_SNOOZED:
			return RULE_SNOOZED;
		case PHASE_DEFERRED:
			return break_waits(s) ? RULE_WAITING : RULE_DEFERRED;
		case PHASE_PAUSED:
		case PHASE_OFF_DUTY:
		case PHASE_DUE:
		case PHASE_WORKING:
			break; /* never a break's */
		}
	if (!s->policy.rules[i].enabled)
		return RULE_OFF;
	if (!r->due && r->asked_at == USEC_NEVER)
		return RULE_COUNTING;
	if (s->brk.exists || s->now < r->retry_at)
		return r->due ? RULE_DUE : RULE_COUNTING;
	if (r->deferred)
		return RULE_DEFERRED;
	return r->told.kind == DECISION_WAITING ? RULE_WAITING : RULE_DUE;
}

/* When rule i is due, for people to read. */
static usec_t rule_due_at(const struct scheduler *s, size_t i, usec_t now)
{
	const struct rule_state *r = &s->rules[i];
	struct gap gap = s->gap;
	usec_t at;

	if (!s->policy.rules[i].enabled || (has_break(s, i) && s->brk.phase == PHASE_ON_BREAK))
		return 0;
	if (r->due)
		return r->due_at;
	/* A short pause may still be rest or not; until it is told as `idle` the load is shown to
	 * grow. */
	if (s->presence == PRESENCE_ACTIVE && usec_sub(now, gap.pause_from) < PRESENCE_IDLE_AFTER &&
	    gap_rest_from(&gap, &s->policy.rules[i], now) == USEC_NEVER)
		gap.paused = false;
	at = load_due_at(&r->load, &s->policy.rules[i], &gap);
	return at == USEC_NEVER || at <= s->now ? 0 : at;
}

static void view_wait(struct rule_view *v, unsigned reason, usec_t since, usec_t until)
{
	v->reasons |= reason;
	v->since = since;
	v->until = until;
}

/* What keeps the due rule `i`, or its break, from being asked. */
static void view_reasons(const struct scheduler *s, size_t i, struct rule_view *v)
{
	const struct rule_state *r = &s->rules[i];
	const struct rule_policy *p = &s->policy.rules[i];
	bool own = has_break(s, i);
	struct quiet_answer a = ask_quiet(s, p, (int)i);
	usec_t asked_at = own ? s->brk.asked_at : r->asked_at;

	v->reasons = a.signs;
	if (!r->due && !own)
		return;
	if (s->gap.away)
		v->reasons |= REASON_AWAY;
	if (!own && s->now < r->retry_at)
		view_wait(v, REASON_RETRY, r->retry_from, r->retry_at);
	else if (!own && r->told.kind == DECISION_MERGED) {
		v->reasons |= REASON_MERGED;
		v->merged = r->told.other;
	} else if (!own && waits_for(r, CAUSE_HOUR))
		view_wait(v, REASON_HOUR, r->due_at, hour_free_at(s));
	else if (own ? break_waits(s) : waits_for(r, CAUSE_LULL))
		view_wait(v, REASON_LULL, asked_at, usec_add(asked_at, p->patience));
	if (a.settle_until)
		view_wait(v, REASON_SETTLE, s->signs[a.settled].ended_at, a.settle_until);
}

void scheduler_rule_view(const struct scheduler *s, size_t i, usec_t now, struct rule_view *ret)
{
	enum rule_phase phase = rule_phase(s, i);

	*ret = (struct rule_view){
		.phase = phase,
		.load = s->policy.rules[i].enabled ? rule_load(s, i, now) : 0,
		.due_at = rule_due_at(s, i, now),
		.merged = -1,
	};
	if (phase != RULE_PROMPTING && phase != RULE_ON_BREAK && phase != RULE_OFF)
		view_reasons(s, i, ret);
}

int scheduler_next(const struct scheduler *s, usec_t now, usec_t *ret_due_at)
{
	usec_t soonest = 0;
	int best = -1;

	for (size_t i = 0; i < s->policy.n_rules; i++) {
		usec_t at = rule_due_at(s, i, now);

		if (at && (best < 0 || at < soonest)) {
			soonest = at;
			best = (int)i;
		}
	}
	*ret_due_at = soonest;
	return best;
}
