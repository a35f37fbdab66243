/*
 * Thousands of days. Senseless ones: events of every kind in any order, some late, some going back
 * in time, under settings of a few seconds. And such as people have, under settings as shipped.
 * What must hold on all of them is checked after each step (promises.h). `test-scheduler-random 20`
 * runs twenty times as many.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "promises.h"

#define STREAMS 4000
#define EVENTS 150
#define DAYS 5000
#define SEC(n) ((usec_t)(n)*USEC_PER_SEC)
#define MIN(n) SEC((n)*60)

static unsigned times = 1;

static void broken(const struct promises *w, const char *what)
{
	fail_msg("seed %u, event %u (%s) at %.3f s: %s", w->seed, w->event, w->doing,
		 (double)w->s.now / 1e6, what);
}

/* Chance --------------------------------------------------------------------------------------- */

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

static unsigned any_signs(struct dice *d)
{
	return (unsigned)roll(d, QUIET_WORLD + 1);
}

static struct policy any_policy(struct dice *d)
{
	struct policy p = {
		.lull = span(d, 1, 5),
		.settle = span(d, 0, 10),
		.ignore_after = span(d, 1, 20),
		.repeats = (unsigned)roll(d, 3),
		.retry = span(d, 0, 30),
		.prompts_per_hour = (unsigned)roll(d, PROMPTS_PER_HOUR_MAX) + 1,
		.quiet = any_signs(d),
		.longest = one_in(d, 2) ? span(d, 1, 120) : 100 * USEC_PER_HOUR,
		.daily_enabled = one_in(d, 2),
		.daily = span(d, 1, 300),
		.sit_stand = one_in(d, 2),
		.sit = span(d, 1, 60),
		.stand = span(d, 1, 60),
		.stand_most = span(d, 1, 60),
	};
	unsigned kinds = one_in(d, 50) ? RULES_MAX : 4;

	for (unsigned i = 0; i < kinds; i++) {
		struct rule_policy *r = &p.rules[p.n_rules];

		if (one_in(d, 3) && kinds < RULES_MAX)
			continue;
		*r = (struct rule_policy){
			.name = { (char)('A' + i) },
			.enabled = !one_in(d, 6),
			.counts = one_in(d, 3) ? RULE_COUNTS_HANDS : RULE_COUNTS_SCREEN,
			.credit = one_in(d, 2) ? RULE_CREDIT_WHOLE : RULE_CREDIT_LINEAR,
			.every = span(d, 2, 120),
			.length = span(d, 2, 40),
			.grace = span(d, 0, 20),
			.patience = span(d, 0, 20),
			.snooze = span(d, 1, 30),
			.snoozes = (unsigned)roll(d, 4),
			.debt = (unsigned)roll(d, 101),
			.merge = span(d, 0, 30),
			.respects = any_signs(d),
		};
		p.n_rules++;
	}
	return p;
}

/* Senseless streams ---------------------------------------------------------------------------- */

struct stream {
	struct promises w;
	struct dice dice;
	usec_t clock; /* what the owner's clock shows */
	struct {
		unsigned snoozes; /* granted in the present due spell … */
		usec_t due_at;    /* … which began then */
	} spells[RULES_MAX];      /* by the rules' letters */
	unsigned refusals;
};

static usec_t some_time(struct stream *st)
{
	return span(&st->dice, 0, 60);
}

static void same_but_now(struct promises *w, const struct scheduler *before)
{
	usec_t now = w->s.now;

	w->s.now = before->now;
	HOLDS_TRUE(w, !memcmp(&w->s, before, sizeof(*before)));
	w->s.now = now;
}

/* Nothing happens between deadlines: a tick that is not asked for changes nothing. */
static void needless_tick(struct promises *w, usec_t now)
{
	static struct scheduler before;

	if (scheduler_deadline(&w->s) <= now)
		return;
	before = w->s;
	promises_tick(w, now);
	same_but_now(w, &before);
}

static void ticks_until(struct stream *st, usec_t now)
{
	struct promises *w = &st->w;
	usec_t due = scheduler_deadline(&w->s);

	if (one_in(&st->dice, 8) && due != USEC_NEVER && due > w->s.now)
		needless_tick(w, usec_min(w->s.now + roll(&st->dice, due - w->s.now), now));
	promises_ticks_until(w, now);
	needless_tick(w, now);
}

static struct event any_source_event(struct stream *st, usec_t now)
{
	usec_t since = usec_sub(now, one_in(&st->dice, 3) ? 0 : span(&st->dice, 0, 20));
	enum away_reason reason = (enum away_reason)(1 << roll(&st->dice, 3));

	switch (roll(&st->dice, 8)) {
	case 0:
	case 1:
		st->w.doing = "pause";
		return (struct event){ .kind = EVENT_PAUSE, .now = now, .since = since };
	case 2:
		st->w.doing = "away";
		return (struct event){
			.kind = EVENT_AWAY, .now = now, .since = since, .reason = reason
		};
	case 3:
		st->w.doing = "back";
		return (struct event){ .kind = EVENT_BACK, .now = now, .reason = reason };
	case 4:
		if (one_in(&st->dice, 6)) {
			st->w.doing = "no source";
			return (struct event){ .kind = EVENT_NO_SOURCE, .now = now };
		}
		break;
	default:
		break;
	}
	st->w.doing = "input";
	return (struct event){ .kind = EVENT_INPUT, .now = now };
}

static struct event any_break_command(struct stream *st, usec_t now)
{
	int rules = (int)st->w.s.policy.n_rules;

	switch (roll(&st->dice, 4)) {
	case 0:
		st->w.doing = "start";
		return (struct event){
			.kind = EVENT_START,
			.now = now,
			.rule = (int)roll(&st->dice, (uint64_t)rules + 1) - 1,
		};
	case 1:
		st->w.doing = "skip";
		return (struct event){ .kind = EVENT_SKIP, .now = now };
	case 2:
		st->w.doing = "finish";
		return (struct event){ .kind = EVENT_FINISH, .now = now };
	default:
		st->w.doing = "snooze";
		return (struct event){ .kind = EVENT_SNOOZE,
				       .now = now,
				       .length = span(&st->dice, 0, 20) };
	}
}

static struct event any_other_command(struct stream *st, usec_t now)
{
	usec_t soon = usec_sub(now + span(&st->dice, 0, 60), SEC(10));

	st->w.doing = "command";
	switch (roll(&st->dice, 6)) {
	case 0:
		return (struct event){ .kind = EVENT_HOLD, .now = now, .until = USEC_NEVER };
	case 1:
		return (struct event){ .kind = EVENT_HOLD, .now = now, .until = soon };
	case 2:
		return (struct event){ .kind = EVENT_RELEASE, .now = now };
	case 3:
		return (struct event){ .kind = EVENT_READING,
				       .now = now,
				       .until = one_in(&st->dice, 3)   ? 0
						: one_in(&st->dice, 2) ? soon
								       : USEC_NEVER };
	case 4:
		return (struct event){ .kind = EVENT_RESTED,
				       .now = now,
				       .length = span(&st->dice, 0, 40) };
	default:
		return (struct event){ .kind = EVENT_POSTURE,
				       .now = now,
				       .posture = (enum posture)roll(&st->dice, 2) };
	}
}

static struct event any_sign(struct stream *st, usec_t now)
{
	bool on = one_in(&st->dice, 2);

	st->w.doing = "sign";
	switch (roll(&st->dice, 8)) {
	case 0:
		return (struct event){ .kind = EVENT_WATCH, .now = now, .on = on };
	case 1:
		return (struct event){ .kind = EVENT_CALENDAR,
				       .now = now,
				       .on = !one_in(&st->dice, 4),
				       .day = (int)roll(&st->dice, 3) };
	default:
		return (struct event){ .kind = EVENT_SIGN,
				       .now = now,
				       .on = on,
				       .sign = (enum quiet)roll(&st->dice, QUIET_INHIBIT + 1) };
	}
}

static struct event any_event(struct stream *st, usec_t now)
{
	switch (roll(&st->dice, 12)) {
	case 0:
		return any_sign(st, now);
	case 1:
		return any_other_command(st, now);
	case 2:
	case 3:
		return any_break_command(st, now);
	case 4:
		st->w.doing = "show failed";
		return (struct event){ .kind = EVENT_SHOW_FAILED, .now = now };
	case 5:
	case 6:
		st->w.doing = "shown";
		return (struct event){ .kind = EVENT_SHOWN, .now = now };
	default:
		return any_source_event(st, now);
	}
}

static bool can_be_refused(enum event_kind kind)
{
	return kind == EVENT_START || kind == EVENT_SNOOZE || kind == EVENT_SKIP ||
	       kind == EVENT_FINISH || kind == EVENT_POSTURE;
}

static void snooze_granted(struct stream *st)
{
	struct promises *w = &st->w;
	const struct break_state *b = &w->s.brk;
	size_t i = (size_t)(b->policy.name[0] - 'A');
	usec_t due_at;

	/* In the place of a shorter rule, whose due spell it is. */
	if (b->rule < 0 || !w->s.rules[b->rule].due)
		return;
	/* A spell is over when the load has been below `every`, which sets another due_at. */
	due_at = w->s.rules[b->rule].due_at;
	if (st->spells[i].due_at != due_at)
		st->spells[i].snoozes = 0;
	st->spells[i].due_at = due_at;
	HOLDS_TRUE(w, st->spells[i].snoozes < b->policy.snoozes);
	st->spells[i].snoozes++;
}

/* A command that is refused changes nothing but the time. */
static void command(struct stream *st, const struct event *e)
{
	static struct scheduler before;
	struct promises *w = &st->w;

	promises_tick(w, e->now);
	if (scheduler_allows(&w->s, e->kind, w->s.now) == REFUSAL_NONE) {
		if (e->kind == EVENT_SNOOZE)
			snooze_granted(st);
		promises_step(w, e, some_time(st));
		return;
	}
	st->refusals++;
	before = w->s;
	promises_step(w, e, some_time(st));
	same_but_now(w, &before);
}

static usec_t next_time(struct stream *st)
{
	usec_t due = scheduler_deadline(&st->w.s);

	switch (roll(&st->dice, 8)) {
	case 0:
		return st->clock;
	case 1:
		return st->clock + span(&st->dice, 0, 300);
	case 2: /* right at a deadline, where the order matters */
		return due == USEC_NEVER ? st->clock + SEC(1) : usec_max(due, st->clock);
	default:
		return st->clock + span(&st->dice, 0, 8);
	}
}

static void one_event(struct stream *st)
{
	static struct policy policy;
	struct promises *w = &st->w;
	struct event e;

	st->clock = next_time(st);
	/* Now and then the timer is late, as after a sleep that nobody told of. */
	if (!one_in(&st->dice, 10))
		ticks_until(st, st->clock);
	if (one_in(&st->dice, 60)) {
		w->doing = "settings";
		policy = any_policy(&st->dice);
		e = (struct event){ .kind = EVENT_POLICY, .now = st->clock, .policy = &policy };
	} else {
		usec_t back = one_in(&st->dice, 20) ? span(&st->dice, 0, 5) : 0;

		e = any_event(st, usec_sub(st->clock, back));
	}
	if (can_be_refused(e.kind))
		command(st, &e);
	else
		promises_step(w, &e, some_time(st));
}

static void play_stream(struct stream *st, unsigned seed)
{
	struct policy policy;

	*st = (struct stream){ .clock = SEC(1000) };
	st->dice.state = 88172645463325252u ^ ((uint64_t)seed << 20);
	policy = any_policy(&st->dice);
	promises_begin(&st->w, &policy, st->clock);
	st->w.seed = seed;
	for (st->w.event = 0; st->w.event < EVENTS; st->w.event++)
		one_event(st);
}

static void random_streams_keep_the_promises(void **state)
{
	(void)state;
	static struct stream st;
	unsigned prompts = 0, refusals = 0, notices = 0, ends[5] = { 0 };

	for (unsigned seed = 1; seed <= STREAMS * times; seed++) {
		play_stream(&st, seed);
		prompts += st.w.prompts;
		refusals += st.refusals;
		notices += st.w.notices;
		for (size_t i = 0; i < 5; i++)
			ends[i] += st.w.ends[i];
	}
	print_message("%u streams: %u prompts, %u refusals, %u taken, %u cut short, %u skipped, "
		      "%u missed, %u natural, %u notices\n",
		      STREAMS * times, prompts, refusals, ends[OUTCOME_TAKEN],
		      ends[OUTCOME_CUT_SHORT], ends[OUTCOME_SKIPPED], ends[OUTCOME_MISSED],
		      ends[OUTCOME_NATURAL], notices);
	/* Else the streams would prove little. */
	assert_true(prompts > STREAMS && refusals > STREAMS && notices > STREAMS / 10);
	for (size_t i = 0; i < 5; i++)
		assert_true(ends[i] > STREAMS / 10);
}

static void the_same_events_have_the_same_effects(void **state)
{
	(void)state;
	static struct stream one, two;

	for (unsigned seed = 1; seed <= 200; seed++) {
		play_stream(&one, seed);
		play_stream(&two, seed);
		assert_true(one.w.hash == two.w.hash && one.w.told == two.w.told);
		assert_memory_equal(&one.w.s, &two.w.s, sizeof(one.w.s));
	}
}

/* Days as people have them --------------------------------------------------------------------- */

#define N_ELEMENTS(array) (sizeof(array) / sizeof(*(array)))

/* clang-format off */
static const struct rule_policy shipped[] = {
	{ .name = "micro", .enabled = true, .counts = RULE_COUNTS_SCREEN, .credit = RULE_CREDIT_WHOLE,
	  .every = MIN(20), .length = SEC(30), .grace = SEC(60), .patience = SEC(60), .snooze = MIN(2), .snoozes = 2, .debt = 25, .merge = MIN(5) },
	{ .name = "active", .enabled = true, .counts = RULE_COUNTS_SCREEN, .credit = RULE_CREDIT_LINEAR,
	  .every = MIN(55), .length = MIN(5), .grace = MIN(2), .patience = MIN(5), .snooze = MIN(5), .snoozes = 2, .debt = 25, .merge = MIN(5) },
	{ .name = "hands", .enabled = true, .counts = RULE_COUNTS_HANDS, .credit = RULE_CREDIT_WHOLE,
	  .every = MIN(6), .length = SEC(15), .grace = SEC(5), .patience = SEC(60), .snooze = MIN(2), .snoozes = 2, .debt = 25, .merge = MIN(5) },
	{ .name = "eyes", .enabled = true, .counts = RULE_COUNTS_SCREEN, .credit = RULE_CREDIT_WHOLE,
	  .every = MIN(20), .length = SEC(20), .grace = SEC(60), .patience = SEC(60), .snooze = MIN(2), .snoozes = 2, .debt = 25, .merge = MIN(5) },
	{ .name = "walk", .enabled = true, .counts = RULE_COUNTS_SCREEN, .credit = RULE_CREDIT_LINEAR,
	  .every = MIN(100), .length = MIN(15), .grace = MIN(5), .patience = MIN(10), .snooze = MIN(10), .snoozes = 1, .debt = 50, .merge = MIN(20) },
};
/* clang-format on */

struct day {
	struct promises w;
	struct dice dice;
	bool typing;        /* what the user does … */
	usec_t stopped;     /* … and since when not */
	bool told_pause;    /* the idle source said so */
	bool fine;          /* it tells of all pauses, not only of those that matter */
	bool blind;         /* there is no source */
	bool asleep;        /* no timer runs, no source speaks … */
	bool sleeps_untold; /* … and nobody was told when it began */
	usec_t slept_at;
	usec_t user_at;         /* when the user does something else … */
	usec_t whim_at;         /* … or has an idea, or the world changes */
	usec_t high[RULES_MAX]; /* most load of each rule since there was input */
	unsigned cut_at;        /* at this event, or soon after it, begin again; 0 = never */
	bool was_cut;
};

static usec_t minutes(struct dice *d, unsigned low, unsigned high)
{
	return span(d, low * 60, high * 60);
}

/* As shipped, a preset, or a user's own mixture. */
static struct policy some_settings(struct dice *d)
{
	struct policy p = {
		.lull = SEC(3),
		.settle = SEC(30),
		.ignore_after = MIN(2),
		.repeats = (unsigned)roll(d, 3),
		.retry = MIN(10),
		.prompts_per_hour = (unsigned)roll(d, 6) + 1,
		.quiet = one_in(d, 2) ? any_signs(d) : QUIET_WORLD & ~QUIET_WEAK,
		.longest = MIN(120),
		.daily_enabled = true,
		.daily = minutes(d, 60, 360),
		.sit_stand = one_in(d, 3),
		.sit = MIN(30),
		.stand = MIN(15),
		.stand_most = MIN(40),
	};

	for (size_t i = 0; i < N_ELEMENTS(shipped); i++) {
		struct rule_policy *r = &p.rules[p.n_rules];

		if (i > 1 && !one_in(d, 3))
			continue;
		*r = shipped[i];
		r->enabled = !one_in(d, 10);
		r->respects = one_in(d, 4) ? any_signs(d) : QUIET_WORLD;
		if (one_in(d, 4))
			r->every = minutes(d, 3, 60);
		p.n_rules++;
	}
	return p;
}

/* What the loads are before something happens. */
static void look_at_loads(struct day *day, usec_t now)
{
	const struct scheduler *s = &day->w.s;
	struct rule_view view;

	for (size_t i = 0; i < s->policy.n_rules; i++) {
		scheduler_rule_view(s, i, usec_max(now, s->now), &view);
		if (day->typing && !s->bump.pending)
			day->high[i] = view.load;
		else
			day->high[i] = usec_max(day->high[i], view.load);
	}
}

static void day_step(struct day *day, const char *doing, const struct event *e)
{
	struct promises *w = &day->w;
	const struct event shown = { .kind = EVENT_SHOWN, .now = usec_max(e->now, w->s.now) };

	w->doing = doing;
	w->event++;
	look_at_loads(day, e->kind == EVENT_AWAY ? e->since : e->now);
	promises_step(w, e, SEC(60));
	if (w->natural >= 0)
		HOLDS_TRUE(w, day->high[w->natural] >= w->s.policy.rules[w->natural].every / 2);
	/* One prompt can follow the other in the same step. */
	if (w->life != PROMPTED || w->s.brk.visible)
		return;
	/* Shown at once; and a prompt may give the user an idea. */
	w->doing = "shown";
	promises_step(w, &shown, 0);
	if (one_in(&day->dice, 2))
		day->whim_at = usec_min(day->whim_at, w->s.now + span(&day->dice, 1, 90));
}

static void user_stops(struct day *day, usec_t now)
{
	struct dice *d = &day->dice;
	struct event leave = {
		.kind = EVENT_AWAY, .now = now, .since = now, .reason = AWAY_LOCKED
	};

	look_at_loads(day, now);
	day->typing = false;
	day->stopped = now;
	switch (roll(d, 20)) {
	case 0: /* up and away, with or without a lock */
	case 1:
		if (one_in(d, 2))
			day_step(day, "locks", &leave);
		day->user_at = now + minutes(d, 2, 60);
		break;
	case 2: /* the lid is shut */
		leave.reason = AWAY_ASLEEP;
		day->asleep = true;
		day->sleeps_untold = one_in(d, 3);
		day->slept_at = now;
		if (!day->sleeps_untold)
			day_step(day, "falls asleep", &leave);
		day->user_at = now + minutes(d, 0, one_in(d, 4) ? 600 : 30);
		break;
	case 3:
	case 4:
	case 5:
	case 6: /* reads or watches */
		day->user_at = now + span(d, 20, 600);
		break;
	default: /* thinks */
		day->user_at = now + span(d, 1, one_in(d, 3) ? 60 : 8);
		break;
	}
}

static void user_types(struct day *day, usec_t now)
{
	const struct event input = { .kind = EVENT_INPUT, .now = now };
	struct dice *d = &day->dice;

	for (unsigned reason = AWAY_LOCKED; reason <= AWAY_ASLEEP; reason <<= 1) {
		struct event leave = { .kind = EVENT_AWAY,
				       .now = now,
				       .since = day->slept_at,
				       .reason = AWAY_ASLEEP };
		struct event back = { .kind = EVENT_BACK,
				      .now = now,
				      .reason = (enum away_reason)reason };

		if (reason == AWAY_ASLEEP && day->sleeps_untold)
			day_step(day, "was asleep", &leave);
		if (day->w.away & reason)
			day_step(day, "is back", &back);
	}
	day->asleep = day->sleeps_untold = false;
	if (day->told_pause && !day->blind)
		day_step(day, "types", &input);
	day->typing = true;
	day->told_pause = false;
	/* A bumped desk, a few words, an hour of work. */
	day->user_at = now + (one_in(d, 20)  ? span(d, 0, 1)
			      : one_in(d, 2) ? span(d, 1, 30)
					     : span(d, 10, one_in(d, 8) ? 3600 : 300));
}

static void user_acts(struct day *day, usec_t now)
{
	if (day->typing)
		user_stops(day, now);
	else
		user_types(day, now);
}

static struct event break_whim(struct day *day, usec_t now)
{
	static const enum event_kind kinds[] = { EVENT_START, EVENT_SNOOZE, EVENT_SKIP,
						 EVENT_FINISH };
	struct dice *d = &day->dice;
	enum event_kind kind = kinds[roll(d, N_ELEMENTS(kinds))];

	return (struct event){
		.kind = kind,
		.now = now,
		.rule = (int)roll(d, day->w.s.policy.n_rules + 1) - 1,
		.length = one_in(d, 2) ? 0 : minutes(d, 1, 30),
	};
}

/* The clock jumps, either way, or it is another day, or the hours begin or end. */
static struct event calendar_whim(struct day *day, usec_t now)
{
	struct dice *d = &day->dice;

	return (struct event){
		.kind = EVENT_CALENDAR,
		.now = now,
		.day = 20000 + (one_in(d, 3) ? (int)roll(d, 5) - 2 : 0),
		.on = !one_in(d, 4),
	};
}

static struct event world_whim(struct day *day, usec_t now)
{
	struct dice *d = &day->dice;
	enum quiet sign = (enum quiet)roll(d, QUIET_INHIBIT + 1);

	/* What holds ends sooner than what does not begins. */
	return (struct event){
		.kind = EVENT_SIGN,
		.now = now,
		.sign = sign,
		.on = !(day->w.signs.on & QUIET_BIT(sign)) && one_in(d, 2),
		.who = one_in(d, 2) ? "Firefox" : NULL,
	};
}

static struct event other_whim(struct day *day, usec_t now)
{
	struct dice *d = &day->dice;
	usec_t until = one_in(d, 4) ? USEC_NEVER : now + minutes(d, 1, 60);

	switch (roll(d, 6)) {
	case 0:
		return (struct event){ .kind = EVENT_HOLD, .now = now, .until = until };
	case 1:
		return (struct event){ .kind = EVENT_RELEASE, .now = now };
	case 2:
		return (struct event){ .kind = EVENT_READING,
				       .now = now,
				       .until = one_in(d, 3) ? 0 : until };
	case 3:
		return (struct event){ .kind = EVENT_RESTED,
				       .now = now,
				       .length = span(d, 10, one_in(d, 3) ? 3600 : 60) };
	case 4:
		return (struct event){ .kind = EVENT_POSTURE,
				       .now = now,
				       .posture = (enum posture)roll(d, 2) };
	default:
		return (struct event){ .kind = EVENT_WATCH, .now = now, .on = one_in(d, 3) };
	}
}

static void source_comes_or_goes(struct day *day, usec_t now)
{
	const struct event gone = { .kind = EVENT_NO_SOURCE, .now = now };
	const struct event input = { .kind = EVENT_INPUT, .now = now };

	if (!day->blind)
		day_step(day, "the source is lost", &gone);
	else if (day->typing)
		day_step(day, "a source is found", &input);
	day->blind = !day->blind;
	day->told_pause = false;
}

static void settings_change(struct day *day, usec_t now)
{
	static struct policy policy;
	const struct event e = { .kind = EVENT_POLICY, .now = now, .policy = &policy };

	policy = some_settings(&day->dice);
	day_step(day, "settings", &e);
	/* By other numbers now, and with other halves. */
	for (size_t i = 0; i < RULES_MAX; i++)
		day->high[i] = USEC_NEVER;
}

static void whim(struct day *day, usec_t now)
{
	struct event e;
	unsigned n = (unsigned)roll(&day->dice, 100);

	day->whim_at = now + minutes(&day->dice, 1, 20);
	if (day->w.life == PROMPTED || day->w.life == RUNNING || n < 10)
		e = break_whim(day, now);
	else if (n < 15)
		e = calendar_whim(day, now);
	else if (n < 55)
		e = world_whim(day, now);
	else if (n < 97)
		e = other_whim(day, now);
	else if (n < 99)
		return source_comes_or_goes(day, now);
	else
		return settings_change(day, now);
	day_step(day, e.kind == EVENT_FINISH ? "finish" : "whim", &e);
}

static usec_t source_speaks_at(const struct day *day)
{
	if (day->blind || day->asleep || day->typing || day->told_pause)
		return USEC_NEVER;
	/* Just before the threshold, so that no deadline falls on the same instant. */
	return usec_max(day->stopped - 1 +
				(day->fine ? BREAK_THRESHOLD : scheduler_threshold(&day->w.s)),
			day->w.s.now);
}

static void source_speaks(struct day *day, usec_t now)
{
	const struct event pause = { .kind = EVENT_PAUSE, .now = now, .since = day->stopped };

	day->told_pause = true;
	day_step(day, "pause", &pause);
}

static void timer_rings(struct day *day, usec_t now)
{
	const struct event tick = { .kind = EVENT_TICK, .now = now };

	day_step(day, "tick", &tick);
	/* A tick always moves the deadline. */
	HOLDS_TRUE(&day->w, scheduler_deadline(&day->w.s) > now);
}

/* The program ends and begins again at once: nobody may notice. */
static void cut(struct day *day)
{
	static struct scheduler saved;
	struct promises *w = &day->w;
	struct effects out;

	w->doing = "begins again";
	saved = w->s;
	scheduler_restore(&w->s, &saved, &saved.policy, saved.now, 0, &out);
	HOLDS_TRUE(w, out.n == 0);
	day->was_cut = true;
	/* The owner tells afresh what holds. */
	for (unsigned i = 0; i <= QUIET_INHIBIT; i++)
		if (w->signs.on & QUIET_BIT(i))
			scheduler_step(&w->s,
				       &(struct event){ .kind = EVENT_SIGN,
							.now = saved.now,
							.sign = (enum quiet)i,
							.on = true,
							.who = saved.signs[i].who },
				       &out);
}

/* The next thing, if it comes before `end`; false when the day is over. */
static bool something_happens(struct day *day, usec_t end)
{
	usec_t tick = day->asleep ? USEC_NEVER : scheduler_deadline(&day->w.s);
	usec_t source = source_speaks_at(day);
	/* The user has no idea while the machine sleeps. */
	usec_t idea = day->asleep ? usec_max(day->whim_at, day->user_at + SEC(1)) : day->whim_at;
	usec_t first = usec_min(usec_min(tick, source), usec_min(day->user_at, idea));

	first = usec_max(first, day->w.s.now);
	if (first >= end)
		return false;
	/* The source first: a finer one would have spoken before. */
	if (source <= first)
		source_speaks(day, first);
	else if (tick <= first)
		timer_rings(day, first);
	else if (day->user_at <= first)
		user_acts(day, first);
	else
		whim(day, first);
	if (day->cut_at && !day->was_cut && day->w.event >= day->cut_at &&
	    day->w.life != PROMPTED && day->w.life != RUNNING)
		cut(day);
	return true;
}

static void play_day(struct day *day, unsigned seed, unsigned cut_at, bool fine)
{
	const usec_t begin = MIN(10);
	usec_t length;
	struct policy policy;

	*day = (struct day){ .typing = true, .cut_at = cut_at, .fine = fine };
	day->dice.state = 2463534242u ^ ((uint64_t)seed << 24);
	roll(&day->dice, 2);
	policy = some_settings(&day->dice);
	promises_begin(&day->w, &policy, begin);
	day->w.seed = seed;
	day->w.strict = true;
	day_step(day, "morning", &(struct event){ .kind = EVENT_INPUT, .now = begin });
	day_step(day, "morning",
		 &(struct event){ .kind = EVENT_CALENDAR, .now = begin, .day = 20000, .on = true });
	day->user_at = begin + span(&day->dice, 1, 300);
	day->whim_at = begin + minutes(&day->dice, 1, 20);
	length = minutes(&day->dice, 60, 12 * 60);
	while (something_happens(day, begin + length))
		continue;
}

static void random_days_keep_the_promises(void **state)
{
	(void)state;
	static struct day day;
	unsigned prompts = 0, events = 0, notices = 0, ends[5] = { 0 };

	for (unsigned seed = 1; seed <= DAYS * times; seed++) {
		play_day(&day, seed, 0, false);
		events += day.w.event;
		prompts += day.w.prompts;
		notices += day.w.notices;
		for (size_t i = 0; i < 5; i++)
			ends[i] += day.w.ends[i];
	}
	print_message("%u days: %u events, %u prompts, %u taken, %u cut short, %u skipped, "
		      "%u missed, %u natural, %u notices\n",
		      DAYS * times, events, prompts, ends[OUTCOME_TAKEN], ends[OUTCOME_CUT_SHORT],
		      ends[OUTCOME_SKIPPED], ends[OUTCOME_MISSED], ends[OUTCOME_NATURAL], notices);
	assert_true(prompts > 2 * DAYS && notices > DAYS / 10);
	for (size_t i = 0; i < 5; i++)
		assert_true(ends[i] > DAYS / 10);
}

static void the_same_day_has_the_same_effects_and_decisions(void **state)
{
	(void)state;
	static struct day one, two;

	for (unsigned seed = 1; seed <= DAYS / 25 * times; seed++) {
		play_day(&one, seed, 0, false);
		play_day(&two, seed, 0, false);
		assert_true(one.w.hash == two.w.hash && one.w.told == two.w.told);
		assert_memory_equal(&one.w.s, &two.w.s, sizeof(one.w.s));
	}
}

static void a_day_in_two_pieces_equals_the_day_in_one(void **state)
{
	(void)state;
	static struct day whole, pieces;
	unsigned cuts = 0;

	for (unsigned seed = 1; seed <= DAYS / 10 * times; seed++) {
		struct dice d = { .state = 1 + (uint64_t)seed * 7919 };

		play_day(&whole, seed, 0, false);
		roll(&d, 2);
		play_day(&pieces, seed, 1 + (unsigned)roll(&d, whole.w.event), false);
		cuts += pieces.was_cut;
		if (whole.w.hash != pieces.w.hash || whole.w.told != pieces.w.told)
			fail_msg("seed %u: cut at event %u, the day goes on differently", seed,
				 pieces.cut_at);
	}
	assert_true(cuts > DAYS / 20);
}

/*
 * The idle source need not tell of pauses below the threshold: they have no effect. (A decision to
 * wait for a lull that has come already may be told or not, and with it a notice before the prompt
 * or after the break.)
 */
static void pauses_that_do_not_matter_need_not_be_told(void **state)
{
	(void)state;
	static struct day sparing, fine;
	unsigned more = 0;

	for (unsigned seed = 1; seed <= DAYS / 10 * times; seed++) {
		play_day(&sparing, seed, 0, false);
		play_day(&fine, seed, 0, true);
		more += fine.w.event > sparing.w.event;
		if (sparing.w.breaks != fine.w.breaks)
			fail_msg("seed %u: told of every pause, the day goes differently", seed);
	}
	assert_true(more > DAYS / 20);
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_streams_keep_the_promises),
		cmocka_unit_test(the_same_events_have_the_same_effects),
		cmocka_unit_test(random_days_keep_the_promises),
		cmocka_unit_test(the_same_day_has_the_same_effects_and_decisions),
		cmocka_unit_test(a_day_in_two_pieces_equals_the_day_in_one),
		cmocka_unit_test(pauses_that_do_not_matter_need_not_be_told),
	};

	if (argc > 1)
		times = (unsigned)strtoul(argv[1], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
