#include "sim/tally.h"

/* A gap this long is a rest, whatever the rules say; a shorter one if a break was taken in it. */
#define REST_FROM USEC_PER_MIN

void tally_begin(struct tally *t, usec_t now)
{
	*t = (struct tally){
		.begins = now,
		.presence = PRESENCE_UNKNOWN,
		.presence_from = now,
		.reasons_from = now,
	};
}

static bool exposes(enum rule_counts clock, enum presence presence)
{
	switch (presence) {
	case PRESENCE_ACTIVE:
	case PRESENCE_UNKNOWN:
		return true;
	case PRESENCE_WATCHING:
		return clock == RULE_COUNTS_SCREEN;
	case PRESENCE_IDLE:
	case PRESENCE_AWAY:
		return false;
	}
	return false;
}

/* Exposure goes on at `at`: what lies between is known to be rest or not. */
static void judge_gap(struct tally_clock *c, usec_t at)
{
	usec_t gap = usec_sub(at, c->to);
	usec_t rest = gap >= REST_FROM || c->broke ? gap : c->away;

	if (!c->night) {
		c->span += gap;
		c->rest += rest;
	}
	if (rest > 0)
		c->from = at;
}

static void add_exposure(struct tally_clock *c, usec_t from, usec_t to)
{
	if (c->begun)
		judge_gap(c, from);
	else
		c->from = from;
	c->begun = true;
	c->away = 0;
	c->broke = false;
	c->night = false;
	c->span += to - from;
	c->to = to;
	c->longest = usec_max(c->longest, to - c->from);
}

static void add_spell(struct tally *t, enum presence presence, usec_t from, usec_t to)
{
	usec_t *const by_presence[] = {
		[PRESENCE_ACTIVE] = &t->sum.active,   [PRESENCE_WATCHING] = &t->sum.watching,
		[PRESENCE_IDLE] = &t->sum.idle,       [PRESENCE_AWAY] = &t->sum.away,
		[PRESENCE_UNKNOWN] = &t->sum.unknown,
	};

	if (to <= from)
		return;
	*by_presence[presence] += to - from;
	for (unsigned i = 0; i < CLOCKS; i++) {
		if (exposes((enum rule_counts)i, presence))
			add_exposure(&t->clocks[i], from, to);
		else if (presence == PRESENCE_AWAY)
			t->clocks[i].away += to - from;
	}
}

void tally_presence(struct tally *t, enum presence presence, usec_t since)
{
	since = usec_max(since, t->presence_from);
	add_spell(t, t->presence, t->presence_from, since);
	t->presence = presence;
	t->presence_from = since;
}

void tally_new_day(struct tally *t)
{
	for (unsigned i = 0; i < CLOCKS; i++)
		if (!exposes((enum rule_counts)i, t->presence))
			t->clocks[i].night = true;
}

/* A break was taken: also one that is too short to be told as idle is rest. */
static void add_taken(struct tally *t, const struct decision *d)
{
	usec_t began = usec_sub(d->at, d->length);

	if (t->presence == PRESENCE_ACTIVE && began > t->presence_from) {
		add_spell(t, t->presence, t->presence_from, began);
		t->sum.active += d->length;
		t->presence_from = d->at;
	}
	for (unsigned i = 0; i < CLOCKS; i++)
		if (t->presence != PRESENCE_WATCHING || i == RULE_COUNTS_HANDS)
			t->clocks[i].broke = true;
}

void tally_decision(struct tally *t, const struct decision *d)
{
	struct sim_summary *sum = &t->sum;

	switch (d->kind) {
	case DECISION_PROMPT:
		if (d->count > 1)
			sum->returns++;
		else
			sum->prompts++;
		break;
	case DECISION_REPEATED:
		sum->repeats++;
		break;
	case DECISION_ENDED:
		sum->outcomes[d->outcome]++;
		if (d->outcome == OUTCOME_TAKEN && d->cause == CAUSE_REST)
			add_taken(t, d);
		break;
	case DECISION_NATURAL:
		sum->outcomes[OUTCOME_NATURAL]++;
		break;
	case DECISION_DAILY:
	case DECISION_POSTURE:
		sum->notices++;
		break;
	case DECISION_DUE:
	case DECISION_WAITING:
	case DECISION_DEFERRED:
	case DECISION_MERGED:
	case DECISION_EASED:
	case DECISION_SNOOZED:
	case DECISION_STARTED:
		break;
	}
}

/* By their place in sim_summary.suppressed. */
static const unsigned counted_reasons[SIM_REASONS] = {
	[QUIET_DND] = QUIET_BIT(QUIET_DND),
	[QUIET_CALL] = QUIET_BIT(QUIET_CALL),
	[QUIET_SCREENCAST] = QUIET_BIT(QUIET_SCREENCAST),
	[QUIET_FULLSCREEN] = QUIET_BIT(QUIET_FULLSCREEN),
	[QUIET_INHIBITORS] = QUIET_BIT(QUIET_INHIBITORS),
	[QUIET_INHIBIT] = QUIET_BIT(QUIET_INHIBIT),
	[QUIET_PAUSE] = QUIET_BIT(QUIET_PAUSE),
	[QUIET_HOURS] = QUIET_BIT(QUIET_HOURS),
	[QUIET_SIGNS] = REASON_SETTLE,
	[QUIET_SIGNS + 1] = REASON_RETRY,
	[QUIET_SIGNS + 2] = REASON_HOUR,
	[QUIET_SIGNS + 3] = REASON_LULL,
};

void tally_reasons(struct tally *t, unsigned reasons, usec_t now)
{
	usec_t passed = usec_sub(now, t->reasons_from);

	for (unsigned i = 0; t->reasons && i < SIM_REASONS; i++)
		if (t->reasons & counted_reasons[i])
			t->sum.suppressed[i] += passed;
	t->reasons = reasons;
	t->reasons_from = now;
}

void tally_sum(const struct tally *t, usec_t now, struct sim_summary *ret)
{
	struct tally whole = *t;

	tally_presence(&whole, PRESENCE_UNKNOWN, now);
	tally_reasons(&whole, 0, now);
	whole.sum.length = usec_sub(now, t->begins);
	for (unsigned i = 0; i < CLOCKS; i++)
		whole.sum.longest[i] = whole.clocks[i].longest;
	whole.sum.span = whole.clocks[RULE_COUNTS_SCREEN].span;
	whole.sum.rest = whole.clocks[RULE_COUNTS_SCREEN].rest;
	*ret = whole.sum;
}
