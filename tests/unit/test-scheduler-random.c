/*
 * Thousands of senseless days: events of every kind in any order, some late, some going back in
 * time, under settings of a few seconds. What must hold on all of them is checked after each step,
 * against what the test itself keeps track of. `test-scheduler-random 50` runs fifty times as many.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/scheduler.h"

#define STREAMS 16000
#define EVENTS 150
#define SEC(n) ((usec_t)(n)*USEC_PER_SEC)

static unsigned times = 1;

struct dice {
	uint64_t state;
};

static uint64_t roll(struct dice *d, uint64_t sides)
{
	d->state ^= d->state << 13;
	d->state ^= d->state >> 7;
	d->state ^= d->state << 17;
	return (d->state >> 11) % sides;
}

static bool one_in(struct dice *d, uint64_t n)
{
	return !roll(d, n);
}

/* Milliseconds, as events come at odd times, but often enough at the very same. */
static usec_t span(struct dice *d, unsigned low_s, unsigned high_s)
{
	usec_t length = SEC(low_s + roll(d, high_s - low_s + 1));

	return one_in(d, 3) && length > SEC(low_s) ? length - roll(d, 1000) * USEC_PER_MSEC
						   : length;
}

static struct policy any_policy(struct dice *d)
{
	struct policy p = {
		.lull = span(d, 1, 5),
		.settle = span(d, 0, 10),
		.ignore_after = span(d, 1, 20),
		.repeats = (unsigned)roll(d, 3),
		.retry = span(d, 0, 30),
	};

	for (unsigned i = 0; i < 4; i++) {
		struct rule_policy *r = &p.rules[p.n_rules];

		if (one_in(d, 3))
			continue;
		*r = (struct rule_policy){
			.name = { (char)('a' + i) },
			.enabled = !one_in(d, 6),
			.counts = RULE_COUNTS_SCREEN,
			.credit = one_in(d, 2) ? RULE_CREDIT_WHOLE : RULE_CREDIT_LINEAR,
			.every = span(d, 2, 120),
			.length = span(d, 2, 40),
			.grace = span(d, 0, 20),
			.patience = span(d, 0, 20),
			.snooze = span(d, 1, 30),
			.snoozes = (unsigned)roll(d, 4),
			.debt = (unsigned)roll(d, 101),
		};
		p.n_rules++;
	}
	return p;
}

/* What the test keeps track of ----------------------------------------------------------------- */

enum life { NONE, PROMPTED, WITHDRAWN, RUNNING };

struct world {
	struct scheduler s;
	struct dice dice;
	struct policy policy; /* the one in force */
	usec_t clock;         /* what the owner's clock shows */
	const char *doing;
	unsigned seed, event;

	enum life life;    /* of the one break */
	bool other_policy; /* settings changed since it started */
	usec_t from;       /* the earliest that the present step may speak of */
	usec_t started_at, length;
	bool held, quiet;
	unsigned away;
	usec_t held_until, settled_at;
	struct {
		unsigned snoozes; /* granted in the present due spell … */
		usec_t due_at;    /* … which began then */
	} spells[4];              /* of the rules a to d */
	uint64_t hash;            /* of all effects */
	unsigned prompts, ends[5], refusals;
};

static void wrong(const struct world *w, const char *what)
{
	fail_msg("seed %u, event %u (%s) at %.3f s: %s", w->seed, w->event, w->doing,
		 (double)w->s.now / 1e6, what);
}

#define HOLDS_TRUE(w, condition)                                                                   \
	do {                                                                                       \
		if (!(condition))                                                                  \
			wrong(w, #condition);                                                      \
	} while (0)

static void hold_runs_out(struct world *w, usec_t now)
{
	if (!w->held || now < w->held_until)
		return;
	w->held = false;
	if (!w->quiet)
		w->settled_at = w->held_until + w->policy.settle;
}

static bool may_speak(const struct world *w, usec_t now)
{
	return !w->held && !w->quiet && !w->away && now >= w->settled_at;
}

static void signs_follow(struct world *w, const struct event *e, usec_t now)
{
	bool sign = w->held || w->quiet;

	switch (e->kind) {
	case EVENT_HOLD:
		w->held = w->held || e->until > now;
		if (e->until > now)
			w->held_until = e->until;
		break;
	case EVENT_RELEASE:
		w->held = false;
		break;
	case EVENT_QUIET:
		w->quiet = e->on;
		break;
	case EVENT_AWAY:
		w->away |= e->reason;
		break;
	case EVENT_BACK:
		w->away &= ~(unsigned)e->reason;
		break;
	default:
		break;
	}
	if (sign && !w->held && !w->quiet)
		w->settled_at = now + w->policy.settle;
}

static void check_end(struct world *w, const struct effect *e)
{
	HOLDS_TRUE(w, e->at <= w->s.now);
	w->ends[e->outcome]++;
	if (e->outcome == OUTCOME_NATURAL) {
		HOLDS_TRUE(w, w->life != RUNNING);
		return;
	}
	HOLDS_TRUE(w, w->life != NONE);
	HOLDS_TRUE(w, e->outcome != OUTCOME_MISSED || w->life == PROMPTED);
	HOLDS_TRUE(w, e->outcome != OUTCOME_CUT_SHORT || w->life == RUNNING);
	HOLDS_TRUE(w, w->life == RUNNING || e->rested == 0);
	HOLDS_TRUE(w, w->life != RUNNING || e->at >= w->started_at);
	HOLDS_TRUE(w, w->life != RUNNING || e->rested <= w->length);
	/* Only the user's word can make less of it a taken one. */
	if (e->outcome == OUTCOME_TAKEN && strcmp(w->doing, "finish") != 0)
		HOLDS_TRUE(w, w->life == RUNNING && e->rested == w->length);
	w->life = NONE;
}

static void check_effect(struct world *w, const struct effect *e, bool could_speak)
{
	w->hash = (w->hash ^ ((uint64_t)e->kind + 7 * (uint64_t)e->outcome + e->at + e->rested +
			      w->s.now + 31 * (uint64_t)(e->rule + 1) + 1009 * e->prompts)) *
		  1099511628211u;
	switch (e->kind) {
	case EFFECT_PROMPT:
		w->prompts++;
		HOLDS_TRUE(w, could_speak);
		HOLDS_TRUE(w, e->prompts > 1 || w->life == NONE);
		w->life = PROMPTED;
		break;
	case EFFECT_WITHDRAW:
		HOLDS_TRUE(w, w->life != NONE);
		w->life = WITHDRAWN;
		break;
	case EFFECT_START:
		HOLDS_TRUE(w, w->life != RUNNING);
		w->life = RUNNING;
		w->other_policy = false;
		w->started_at = w->from;
		w->length = w->policy.rules[e->rule].length;
		break;
	case EFFECT_END:
		check_end(w, e);
		break;
	case EFFECT_EASED:
		HOLDS_TRUE(w, w->life != NONE);
		HOLDS_TRUE(w, w->life != RUNNING || w->other_policy);
		w->life = NONE;
		break;
	}
}

static void check_loads(struct world *w)
{
	usec_t later = w->s.now + span(&w->dice, 0, 60);
	struct rule_view view;

	for (size_t i = 0; i < w->s.policy.n_rules; i++) {
		scheduler_rule_view(&w->s, i, w->s.now, &view);
		HOLDS_TRUE(w, view.load <= 2 * w->s.policy.rules[i].every);
		if (w->s.brk.exists && w->s.brk.rule == (int)i && w->life == PROMPTED)
			HOLDS_TRUE(w, view.load >= w->s.policy.rules[i].every);
		scheduler_rule_view(&w->s, i, later, &view);
		HOLDS_TRUE(w, view.load <= 2 * w->s.policy.rules[i].every);
	}
}

static void check_break(struct world *w)
{
	const struct break_state *b = &w->s.brk;

	HOLDS_TRUE(w, b->exists == (w->life != NONE));
	if (!b->exists)
		return;
	HOLDS_TRUE(w, (b->phase == PHASE_ON_BREAK) == (w->life == RUNNING));
	HOLDS_TRUE(w, (b->phase == PHASE_PROMPTING) == (w->life == PROMPTED));
	HOLDS_TRUE(w, w->life == RUNNING || b->rule >= 0);
	HOLDS_TRUE(w, w->life != PROMPTED || may_speak(w, w->s.now));
	HOLDS_TRUE(w, scheduler_break_rested(&w->s, w->s.now) <= b->policy.length);
}

/* One step, looked at from all sides. */
static void step(struct world *w, const struct event *e)
{
	usec_t from = usec_max(w->s.now, e->kind == EVENT_AWAY ? e->since : 0);
	usec_t now = usec_max(w->s.now, e->now);
	struct effects out;
	bool could_speak;

	w->from = usec_min(from, now);
	hold_runs_out(w, w->from);
	could_speak = may_speak(w, w->from);
	hold_runs_out(w, now);
	could_speak = could_speak || may_speak(w, now);
	signs_follow(w, e, now);
	could_speak = could_speak || may_speak(w, now);
	scheduler_step(&w->s, e, &out);
	HOLDS_TRUE(w, w->s.now == now);
	HOLDS_TRUE(w, out.n <= EFFECTS_MAX);
	for (size_t i = 0; i < out.n; i++)
		check_effect(w, &out.v[i], could_speak);
	if (e->kind == EVENT_POLICY) {
		w->policy = *e->policy;
		w->other_policy = true;
	}
	check_break(w);
	check_loads(w);
}

/* The owner's timer ---------------------------------------------------------------------------- */

static void same_but_now(struct world *w, const struct scheduler *before)
{
	struct scheduler after = w->s;

	after.now = before->now;
	HOLDS_TRUE(w, !memcmp(&after, before, sizeof(after)));
}

static void tick(struct world *w, usec_t now)
{
	const struct event e = { .kind = EVENT_TICK, .now = now };
	const char *doing = w->doing;

	w->doing = "tick";
	step(w, &e);
	w->doing = doing;
}

/* Nothing happens between deadlines: a tick that is not asked for changes nothing. */
static void needless_tick(struct world *w, usec_t now)
{
	static struct scheduler before;

	if (scheduler_deadline(&w->s) <= now)
		return;
	before = w->s;
	tick(w, now);
	same_but_now(w, &before);
}

static void ticks_until(struct world *w, usec_t now)
{
	unsigned at_once = 0, all = 0;
	usec_t due, last = 0;

	while ((due = scheduler_deadline(&w->s)) <= now) {
		/* At one instant a break may end, the next be announced and be missed: no more. */
		at_once = due <= last ? at_once + 1 : 0;
		HOLDS_TRUE(w, at_once < 6);
		HOLDS_TRUE(w, all++ < 2000);
		if (one_in(&w->dice, 8) && due > w->s.now)
			needless_tick(w, w->s.now + roll(&w->dice, due - w->s.now));
		last = usec_max(due, w->s.now);
		tick(w, last);
	}
	needless_tick(w, now);
}

/* Events --------------------------------------------------------------------------------------- */

static struct event any_source_event(struct world *w, usec_t now)
{
	usec_t since = usec_sub(now, one_in(&w->dice, 3) ? 0 : span(&w->dice, 0, 20));
	enum away_reason reason = (enum away_reason)(1 << roll(&w->dice, 3));

	switch (roll(&w->dice, 8)) {
	case 0:
	case 1:
		w->doing = "pause";
		return (struct event){ .kind = EVENT_PAUSE, .now = now, .since = since };
	case 2:
		w->doing = "away";
		return (struct event){
			.kind = EVENT_AWAY, .now = now, .since = since, .reason = reason
		};
	case 3:
		w->doing = "back";
		return (struct event){ .kind = EVENT_BACK, .now = now, .reason = reason };
	case 4:
		if (one_in(&w->dice, 6)) {
			w->doing = "no source";
			return (struct event){ .kind = EVENT_NO_SOURCE, .now = now };
		}
		break;
	default:
		break;
	}
	w->doing = "input";
	return (struct event){ .kind = EVENT_INPUT, .now = now };
}

static struct event any_command(struct world *w, usec_t now)
{
	int rules = (int)w->s.policy.n_rules;

	switch (roll(&w->dice, 4)) {
	case 0:
		w->doing = "start";
		return (struct event){
			.kind = EVENT_START,
			.now = now,
			.rule = (int)roll(&w->dice, (uint64_t)rules + 1) - 1,
		};
	case 1:
		w->doing = "skip";
		return (struct event){ .kind = EVENT_SKIP, .now = now };
	case 2:
		w->doing = "finish";
		return (struct event){ .kind = EVENT_FINISH, .now = now };
	default:
		w->doing = "snooze";
		return (struct event){ .kind = EVENT_SNOOZE,
				       .now = now,
				       .length = span(&w->dice, 0, 20) };
	}
}

static struct event any_sign(struct world *w, usec_t now)
{
	w->doing = "sign";
	switch (roll(&w->dice, 5)) {
	case 0:
		return (struct event){ .kind = EVENT_HOLD, .now = now, .until = USEC_NEVER };
	case 1:
		return (struct event){
			.kind = EVENT_HOLD,
			.now = now,
			.until = usec_sub(now + span(&w->dice, 0, 60), SEC(10)),
		};
	case 2:
		return (struct event){ .kind = EVENT_RELEASE, .now = now };
	default:
		return (struct event){ .kind = EVENT_QUIET, .now = now, .on = one_in(&w->dice, 2) };
	}
}

static struct event any_event(struct world *w, usec_t now)
{
	switch (roll(&w->dice, 10)) {
	case 0:
		return any_sign(w, now);
	case 1:
	case 2:
		return any_command(w, now);
	case 3:
		w->doing = "show failed";
		return (struct event){ .kind = EVENT_SHOW_FAILED, .now = now };
	case 4:
	case 5:
		w->doing = "shown";
		return (struct event){ .kind = EVENT_SHOWN, .now = now };
	default:
		return any_source_event(w, now);
	}
}

static bool is_command(enum event_kind kind)
{
	return kind == EVENT_START || kind == EVENT_SNOOZE || kind == EVENT_SKIP ||
	       kind == EVENT_FINISH;
}

static void snooze_granted(struct world *w)
{
	const struct break_state *b = &w->s.brk;
	size_t i = (size_t)(b->policy.name[0] - 'a');
	usec_t due_at = w->s.rules[b->rule].due_at;

	/* A spell is over when the load has been below `every`, which sets another due_at. */
	if (w->spells[i].due_at != due_at)
		w->spells[i].snoozes = 0;
	w->spells[i].due_at = due_at;
	HOLDS_TRUE(w, w->spells[i].snoozes < b->policy.snoozes);
	w->spells[i].snoozes++;
}

/* A command that is refused changes nothing but the time. */
static void command(struct world *w, const struct event *e)
{
	static struct scheduler before;

	tick(w, e->now);
	if (scheduler_allows(&w->s, e->kind, w->s.now) == REFUSAL_NONE) {
		if (e->kind == EVENT_SNOOZE && w->s.brk.rule >= 0)
			snooze_granted(w);
		step(w, e);
		return;
	}
	w->refusals++;
	before = w->s;
	step(w, e);
	same_but_now(w, &before);
}

static usec_t next_time(struct world *w)
{
	switch (roll(&w->dice, 8)) {
	case 0:
		return w->clock;
	case 1:
		return w->clock + span(&w->dice, 0, 300);
	case 2: /* right at a deadline, where the order matters */
		if (scheduler_deadline(&w->s) != USEC_NEVER)
			return usec_max(scheduler_deadline(&w->s), w->clock);
		return w->clock + SEC(1);
	default:
		return w->clock + span(&w->dice, 0, 8);
	}
}

static void one_event(struct world *w)
{
	static struct policy policy;
	struct event e;

	w->clock = next_time(w);
	/* Now and then the timer is late, as after a sleep that nobody told of. */
	if (!one_in(&w->dice, 10))
		ticks_until(w, w->clock);
	if (one_in(&w->dice, 60)) {
		w->doing = "policy";
		policy = any_policy(&w->dice);
		e = (struct event){ .kind = EVENT_POLICY, .now = w->clock, .policy = &policy };
	} else {
		usec_t back = one_in(&w->dice, 20) ? span(&w->dice, 0, 5) : 0;

		e = any_event(w, usec_sub(w->clock, back));
	}
	if (is_command(e.kind))
		command(w, &e);
	else
		step(w, &e);
}

static void play_stream(struct world *w, unsigned seed)
{
	*w = (struct world){ .seed = seed, .clock = SEC(1000), .doing = "begin" };
	w->dice.state = 88172645463325252u ^ ((uint64_t)seed << 20);
	w->policy = any_policy(&w->dice);
	scheduler_init(&w->s, &w->policy, w->clock);
	for (w->event = 0; w->event < EVENTS; w->event++)
		one_event(w);
}

static void random_streams_keep_the_promises(void **state)
{
	(void)state;
	static struct world w;
	unsigned prompts = 0, refusals = 0, ends[5] = { 0 };

	for (unsigned seed = 1; seed <= STREAMS * times; seed++) {
		play_stream(&w, seed);
		prompts += w.prompts;
		refusals += w.refusals;
		for (size_t i = 0; i < 5; i++)
			ends[i] += w.ends[i];
	}
	print_message("%u streams: %u prompts, %u refusals, %u taken, %u cut short, %u skipped, "
		      "%u missed, %u natural\n",
		      STREAMS * times, prompts, refusals, ends[OUTCOME_TAKEN],
		      ends[OUTCOME_CUT_SHORT], ends[OUTCOME_SKIPPED], ends[OUTCOME_MISSED],
		      ends[OUTCOME_NATURAL]);
	/* Else the streams would prove little. */
	assert_true(prompts > STREAMS && refusals > STREAMS);
	for (size_t i = 0; i < 5; i++)
		assert_true(ends[i] > STREAMS / 10);
}

static void the_same_events_have_the_same_effects(void **state)
{
	(void)state;
	static struct world one, two;

	for (unsigned seed = 1; seed <= 200; seed++) {
		play_stream(&one, seed);
		play_stream(&two, seed);
		assert_true(one.hash == two.hash);
		assert_memory_equal(&one.s.brk, &two.s.brk, sizeof(one.s.brk));
	}
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_streams_keep_the_promises),
		cmocka_unit_test(the_same_events_have_the_same_effects),
	};

	if (argc > 1)
		times = (unsigned)strtoul(argv[1], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
