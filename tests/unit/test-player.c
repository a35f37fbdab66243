/*
 * Days played through the real core: what the player adds to a trace, and what it tells. A story
 * is told back as "20:03 micro prompt 1, …", in minutes and seconds since the trace began.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "sim/player.h"
#include "sim/sentence.h"

#define SEC(n) ((usec_t)(n)*USEC_PER_SEC)
#define MIN(n) SEC((n)*60)
#define AT(min, sec) SEC((min)*60 + (sec))
/* Monday, 2026-11-23, 09:00 in Berlin. */
#define NINE (UINT64_C(1795420800) * USEC_PER_SEC)
#define STORY_MAX 8192

static const struct rule_policy micro = {
	.name = "micro",
	.enabled = true,
	.counts = RULE_COUNTS_SCREEN,
	.every = MIN(20),
	.length = SEC(30),
	.grace = SEC(60),
	.patience = SEC(60),
	.snooze = MIN(2),
	.snoozes = 2,
	.debt = 25,
	.respects = QUIET_WORLD,
};

static struct sim_settings settings_of(struct rule_policy rule)
{
	struct sim_settings s = {
		.policy = {
			.n_rules = 1,
			.rules = { rule },
			.lull = SEC(3),
			.settle = SEC(30),
			.ignore_after = MIN(2),
			.repeats = 2,
			.retry = MIN(10),
			.prompts_per_hour = 4,
			.quiet = QUIET_WORLD,
			.longest = MIN(120),
		},
		.content = { { .sets = ~UINT32_C(0) } },
	};

	hours_default(&s.hours);
	return s;
}

/* Stories -------------------------------------------------------------------------------------- */

struct story {
	bool presence, exercises;
	char text[STORY_MAX];
};

static void note(struct story *s, usec_t t, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void note(struct story *s, usec_t t, const char *format, ...)
{
	size_t used = strlen(s->text);
	va_list args;

	used += (size_t)snprintf(s->text + used, STORY_MAX - used, "%s%u:%02u ", used ? ", " : "",
				 (unsigned)(t / MIN(1)), (unsigned)(t % MIN(1) / SEC(1)));
	va_start(args, format);
	(void)vsnprintf(s->text + used, STORY_MAX - used, format, args);
	va_end(args);
	assert_true(strlen(s->text) < STORY_MAX - 1);
}

static void note_decision(struct story *s, const struct sim_news *n)
{
	const struct decision *d = n->decision;
	const char *name = decision_name(d->kind);

	if (d->kind == DECISION_PROMPT || d->kind == DECISION_REPEATED)
		note(s, n->t, "%s %s %u", d->rule, name, d->count);
	else if (d->kind == DECISION_ENDED)
		note(s, n->t, "%s %s", d->rule, outcome_name(d->outcome));
	else
		note(s, n->t, "%s %s", d->rule, name);
	if (s->exercises && *n->exercises)
		note(s, n->t, "with %s", n->exercises);
}

static void on_news(void *owner, const struct sim_news *n)
{
	struct story *s = owner;

	switch (n->kind) {
	case SIM_PRESENCE:
		if (s->presence)
			note(s, n->t, "%s", presence_name(n->presence));
		break;
	case SIM_QUIET:
		note(s, n->t, "%s %s", quiet_name(n->sign), n->on ? "on" : "off");
		break;
	case SIM_DECISION:
		/* Told of where it matters only. */
		if (n->decision->kind != DECISION_WAITING && n->decision->kind != DECISION_EASED)
			note_decision(s, n);
		break;
	}
}

static const struct sim_sink sink = { .news = on_news };

#define FEED(p, at, ...) player_feed(p, at, &(struct event){ __VA_ARGS__ })
#define TYPES(p, at) FEED(p, at, .kind = EVENT_INPUT)
#define STOPS(p, at) FEED(p, at, .kind = EVENT_PAUSE, .since = (at))

static struct player *player_of(const struct sim_settings *s, struct sim_options options,
				struct story *story)
{
	struct player *p;

	if (!options.begins)
		options.begins = NINE;
	p = player_new(s, &options, &sink, story);
	assert_non_null(p);
	return p;
}

static void check(struct player *p, const struct story *story, const char *expected)
{
	assert_string_equal(story->text, expected);
	player_free(p);
}

/* What the player adds ------------------------------------------------------------------------- */

static void test_timer_and_front_end_are_the_players(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	struct story story = { 0 };
	struct player *p = player_of(&s, (struct sim_options){ 0 }, &story);

	TYPES(p, 0);
	STOPS(p, AT(20, 10));
	TYPES(p, AT(20, 42));
	player_end(p, AT(42, 0));
	check(p, &story,
	      "20:00 micro due, 20:13 micro prompt 1, 20:18 micro started, 20:40 micro taken, "
	      "40:42 micro due, 41:42 micro prompt 1");
}

static void test_what_a_written_trace_need_not_say_changes_nothing(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	struct story story = { 0 };
	struct player *p = player_of(&s, (struct sim_options){ 0 }, &story);

	TYPES(p, 0);
	FEED(p, AT(5, 0), .kind = EVENT_TICK);
	FEED(p, AT(5, 0), .kind = EVENT_CALENDAR, .day = 1, .on = false);
	STOPS(p, AT(20, 10));
	FEED(p, AT(20, 15), .kind = EVENT_SHOWN);
	player_end(p, AT(21, 0));
	check(p, &story,
	      "20:00 micro due, 20:13 micro prompt 1, 20:18 micro started, 20:40 micro taken");
}

static void test_a_recorded_day_gets_nothing_added(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	struct story story = { 0 };
	struct player *p = player_of(&s, (struct sim_options){ .recorded = true }, &story);

	TYPES(p, 0);
	STOPS(p, AT(20, 10));
	/* Only this tick finds the lull; the prompt is not shown, so that no break begins. */
	FEED(p, AT(20, 20), .kind = EVENT_TICK);
	FEED(p, AT(20, 40), .kind = EVENT_TICK);
	player_end(p, AT(60, 0));
	assert_non_null(strstr(story.text, "20:20 micro prompt 1"));
	assert_null(strstr(story.text, "started"));
	assert_null(strstr(story.text, "repeated"));
	player_free(p);
}

static void test_what_began_before_the_day(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	struct story story = { .presence = true };
	struct player *p = player_of(&s, (struct sim_options){ 0 }, &story);

	/* "pause 30" as the first line. */
	FEED(p, 0, .kind = EVENT_PAUSE, .since = (usec_t)0 - SEC(30));
	TYPES(p, AT(5, 0));
	player_end(p, AT(6, 0));
	check(p, &story, "0:00 idle, 5:00 active");
}

static void test_time_does_not_go_back(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	struct story story = { 0 };
	struct player *p = player_of(&s, (struct sim_options){ 0 }, &story);

	TYPES(p, 0);
	FEED(p, AT(10, 0), .kind = EVENT_SIGN, .sign = QUIET_CALL, .on = true);
	FEED(p, AT(9, 0), .kind = EVENT_SIGN, .sign = QUIET_CALL);
	player_end(p, AT(8, 0));
	check(p, &story, "10:00 call on, 10:00 call off");
}

/* The clock on the wall ------------------------------------------------------------------------ */

static struct sim_settings office_hours(void)
{
	struct sim_settings s = settings_of(micro);

	for (int day = 0; day < 7; day++)
		s.hours.days[day] =
			(struct hours_day){ .n = 1, .ranges = { { 9 * 60, 9 * 60 + 30 } } };
	return s;
}

static void test_hours_follow_the_wall_clock(void **state)
{
	(void)state;
	const struct sim_settings s = office_hours();
	struct story story = { 0 };
	struct player *p = player_of(&s, (struct sim_options){ 0 }, &story);

	TYPES(p, 0);
	STOPS(p, AT(10, 0));
	player_end(p, MIN(24 * 60));
	check(p, &story, "30:00 hours on, 1440:00 hours off");
}

static void test_a_jump_brings_the_hours_forward(void **state)
{
	(void)state;
	const struct sim_settings s = office_hours();
	struct story story = { 0 };
	struct player *p = player_of(&s, (struct sim_options){ 0 }, &story);

	TYPES(p, 0);
	player_jump(p, AT(5, 0), (int64_t)MIN(20));
	STOPS(p, AT(6, 0));
	player_jump(p, AT(11, 0), -(int64_t)MIN(10));
	player_end(p, AT(60, 0));
	check(p, &story, "10:00 hours on, 11:00 hours off, 20:00 hours on");
}

static void test_a_pause_ends_when_the_wall_clock_says_so(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	struct story story = { 0 };
	struct player *p = player_of(&s, (struct sim_options){ 0 }, &story);

	STOPS(p, 0);
	FEED(p, AT(1, 0), .kind = EVENT_HOLD, .until = AT(60, 0), .who = "focus.sh");
	player_jump(p, AT(10, 0), (int64_t)MIN(30));
	assert_string_equal(player_scheduler(p)->signs[QUIET_PAUSE].who, "focus.sh");
	player_jump(p, AT(11, 0), -(int64_t)MIN(5));
	player_end(p, AT(80, 0));
	check(p, &story, "1:00 pause on, 35:00 pause off");
}

static void keep_last(void *owner, const struct sim_news *n)
{
	*(struct sim_news *)owner = *n;
}

static void test_news_have_the_time_on_the_wall(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	const struct sim_options options = { .begins = NINE };
	const struct sim_sink last = { .news = keep_last };
	struct sim_news news = { 0 };
	struct player *p = player_new(&s, &options, &last, &news);

	assert_non_null(p);
	STOPS(p, 0);
	player_jump(p, AT(5, 0), -(int64_t)MIN(2));
	FEED(p, AT(6, 0), .kind = EVENT_START, .rule = 0);
	assert_int_equal(news.kind, SIM_DECISION);
	assert_int_equal(news.t, MIN(6));
	assert_int_equal(news.at, NINE + MIN(4));
	assert_int_equal((int64_t)news.decision->at + news.offset, NINE + MIN(4));
	player_free(p);
}

/* As if every break were taken ----------------------------------------------------------------- */

static void test_every_announced_break_is_taken(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	struct story story = { .presence = true };
	struct player *p = player_of(&s, (struct sim_options){ .take_breaks = true }, &story);

	TYPES(p, 0);
	player_end(p, AT(43, 0));
	/* The prompt comes after patience; rest begins with it, and input again with the end. */
	check(p, &story,
	      "0:00 active, 20:00 micro due, 21:00 micro prompt 1, 21:05 micro started, "
	      "21:00 idle, 21:30 micro taken, 21:30 active, 41:30 micro due, "
	      "42:30 micro prompt 1, 42:35 micro started, 42:30 idle, 43:00 micro taken, "
	      "43:00 active");
}

static void test_input_of_the_trace_counts_again_after_the_break(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	struct story story = { .presence = true };
	struct player *p = player_of(&s, (struct sim_options){ .take_breaks = true }, &story);

	TYPES(p, 0);
	/* Back and forth while the break goes on, and gone at its end. */
	STOPS(p, AT(21, 10));
	TYPES(p, AT(21, 12));
	STOPS(p, AT(21, 20));
	TYPES(p, AT(25, 0));
	player_end(p, AT(26, 0));
	check(p, &story,
	      "0:00 active, 20:00 micro due, 21:00 micro prompt 1, 21:05 micro started, "
	      "21:00 idle, 21:30 micro taken, 25:00 active");
}

static void test_a_withdrawn_prompt_lets_input_through(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	struct story story = { 0 };
	struct player *p = player_of(&s, (struct sim_options){ .take_breaks = true }, &story);

	TYPES(p, 0);
	FEED(p, AT(21, 2), .kind = EVENT_SIGN, .sign = QUIET_CALL, .on = true);
	player_end(p, AT(22, 0));
	assert_int_equal(player_scheduler(p)->presence, PRESENCE_ACTIVE);
	check(p, &story,
	      "20:00 micro due, 21:00 micro prompt 1, 21:02 call on, 21:02 micro deferred");
}

/* Exercises ------------------------------------------------------------------------------------ */

static struct exercise exercises[] = {
	{ .id = "nod", .seconds_min = 10 },
	{ .id = "shrug", .seconds_min = 10 },
	{ .id = "march", .seconds_min = 300 },
	{ .id = "blink", .seconds_min = 10 },
};
static const struct catalog catalog = { .exercises = exercises, .n = 4 };

static void play_exercises(uint64_t seed, char text[static STORY_MAX])
{
	struct sim_settings s = settings_of(micro);
	struct story story = { 0 };
	struct player *p;
	const char *at;

	s.catalog = &catalog;
	story.exercises = true;
	p = player_of(&s, (struct sim_options){ .seed = seed, .take_breaks = true }, &story);
	TYPES(p, 0);
	player_end(p, AT(90, 0));
	player_free(p);
	text[0] = '\0';
	for (at = story.text; (at = strstr(at, "with ")); at++) {
		size_t n = strcspn(at, ",");

		strncat(text, at + strlen("with"), n - strlen("with"));
	}
}

static void test_the_seed_settles_which_of_equal_exercises_comes(void **state)
{
	(void)state;
	static const char *const orders[] = {
		" nod nod shrug shrug blink blink nod nod",
		" nod nod blink blink shrug shrug nod nod",
		" shrug shrug nod nod blink blink shrug shrug",
		" shrug shrug blink blink nod nod shrug shrug",
		" blink blink nod nod shrug shrug blink blink",
		" blink blink shrug shrug nod nod blink blink",
	};
	char first[STORY_MAX], again[STORY_MAX];
	bool seen[ELEMENTS(orders)] = { false };
	size_t i, n = 0;

	/* Each is told with its prompt and its start; what takes too long is left out; none comes
	 * again before the others. */
	for (uint64_t seed = 0; seed < 60; seed++) {
		play_exercises(seed, first);
		play_exercises(seed, again);
		assert_string_equal(first, again);
		for (i = 0; i < ELEMENTS(orders) && strcmp(orders[i], first) != 0; i++)
			;
		if (i == ELEMENTS(orders))
			fail_msg("seed %d:%s", (int)seed, first);
		n += !seen[i];
		seen[i] = true;
	}
	assert_int_equal(n, ELEMENTS(orders));
}

static void test_a_repeated_prompt_keeps_its_exercise(void **state)
{
	(void)state;
	struct sim_settings s = settings_of(micro);
	struct story story = { .exercises = true };
	struct player *p;

	s.catalog = &catalog;
	p = player_of(&s, (struct sim_options){ 0 }, &story);
	TYPES(p, 0);
	player_end(p, AT(24, 0));
	check(p, &story,
	      "20:00 micro due, 21:00 micro prompt 1, 21:00 with blink, 23:00 micro repeated 2, "
	      "23:00 with blink");
}

static void test_what_is_wrong_by_now_is_another_at_the_next_prompt(void **state)
{
	(void)state;
	struct sim_settings s = settings_of(micro);
	struct story story = { .exercises = true };
	struct player *p;

	s.catalog = &catalog;
	p = player_of(&s, (struct sim_options){ 0 }, &story);
	TYPES(p, 0);
	player_end(p, AT(22, 0));
	assert_non_null(strstr(story.text, "21:00 with blink"));
	(void)strcpy(s.person.skips[0], "blink");
	(void)strcpy(s.person.skips[1], "nod");
	s.person.n_skips = 2;
	player_set(p, AT(22, 0), &s);
	player_end(p, AT(24, 0));
	assert_non_null(strstr(story.text, "23:00 with shrug"));
	player_free(p);
}

/* A day has so much of strengthening as its allowance goes: four times intensity 2 x 30 s. */
static void test_what_was_done_is_remembered(void **state)
{
	(void)state;
	static struct exercise press = {
		.id = "press",
		.set = SET_STRENGTHENING,
		.intensity = 2,
		.sides = 1,
		.seconds_min = 30,
		.seconds_default = 30,
		.seconds_max = 60,
	};
	static const struct catalog strength = { .exercises = &press, .n = 1 };
	struct sim_settings s = settings_of(micro);
	struct story story = { .exercises = true };
	struct player *p;
	unsigned told = 0;

	s.catalog = &strength;
	p = player_of(&s, (struct sim_options){ .take_breaks = true }, &story);
	TYPES(p, 0);
	player_end(p, AT(180, 0));
	for (const char *at = story.text; (at = strstr(at, "with press")); at++)
		told++;
	/* With its prompt and its start. */
	assert_int_equal(told, 2 * 4);
	told = 0;
	for (const char *at = story.text; (at = strstr(at, "micro taken")); at++)
		told++;
	assert_true(told > 4);
	player_free(p);
}

/* A quarter of a minute each, for arms that rest for two days from the first on. */
static void test_what_was_done_before_it_is_put_back_is_remembered(void **state)
{
	(void)state;
	static struct exercise rows[] = {
		{ .id = "push",
		  .set = SET_STRENGTHENING,
		  .intensity = 3,
		  .sides = 1,
		  .muscles = "triceps brachii",
		  .seconds_min = 15,
		  .seconds_default = 15,
		  .seconds_max = 60 },
		{ .id = "look",
		  .set = SET_EYES,
		  .intensity = 1,
		  .sides = 1,
		  .seconds_min = 20,
		  .seconds_default = 20,
		  .seconds_max = 60 },
	};
	static struct catalog both = { .exercises = rows, .n = 2 };
	struct sim_settings s = settings_of(micro);
	struct story story = { .exercises = true };
	static const char *const told[] = {
		"20:00 micro due, 20:13 micro prompt 1, 20:13 with push, 20:18 micro started, "
		"20:18 with push, 20:34 micro repeated 2, 20:34 with look, 22:34 micro repeated 3, "
		"22:34 with look",
		"20:00 micro due, 20:13 micro prompt 1, 20:13 with push, 20:18 micro started, "
		"20:18 with push, 20:24 micro snoozed, 22:33 micro prompt 2, 22:33 with look, "
		"22:38 micro started, 22:38 with look",
	};
	struct said yes = { .kind = SAID_CONSENT, .on = true };
	struct player *p;

	catalog_link(&both);
	s.catalog = &both;
	s.person.level = 5;
	for (int snoozes = 0; snoozes < 2; snoozes++) {
		story.text[0] = '\0';
		p = player_of(&s, (struct sim_options){ 0 }, &story);
		(void)player_said(p, 0, &yes);
		coach_activity(player_memory(p), &both, "walking", MIN(5), 0);
		TYPES(p, 0);
		STOPS(p, AT(20, 10));
		if (snoozes) {
			FEED(p, AT(20, 24), .kind = EVENT_SNOOZE, .length = MIN(2));
			TYPES(p, AT(20, 25));
			STOPS(p, AT(22, 30));
		} else {
			TYPES(p, AT(20, 19));
		}
		player_end(p, AT(22, 40));
		check(p, &story, told[snoozes]);
	}
}

/* Other settings ------------------------------------------------------------------------------- */

static void test_settings_change_within_the_day(void **state)
{
	(void)state;
	const struct sim_settings before = settings_of(micro);
	struct rule_policy quicker = micro;
	struct sim_settings after;
	struct story story = { 0 };
	struct player *p;

	quicker.every = MIN(10);
	after = settings_of(quicker);
	p = player_of(&before, (struct sim_options){ 0 }, &story);
	TYPES(p, 0);
	player_set(p, AT(5, 0), &after);
	player_end(p, AT(10, 30));
	check(p, &story, "10:00 micro due");
}

/* Summary -------------------------------------------------------------------------------------- */

static void summary_of(struct player *p, struct sim_summary *ret)
{
	player_summary(p, ret);
	assert_int_equal(ret->active + ret->watching + ret->idle + ret->away + ret->unknown,
			 ret->length);
}

static void test_presence_adds_up(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	struct story story = { .presence = true };
	struct player *p = player_of(&s, (struct sim_options){ 0 }, &story);
	struct sim_summary sum;

	TYPES(p, 0);
	STOPS(p, AT(10, 0));
	FEED(p, AT(12, 0), .kind = EVENT_AWAY, .reason = AWAY_LOCKED, .since = AT(12, 0));
	FEED(p, AT(20, 0), .kind = EVENT_BACK, .reason = AWAY_LOCKED);
	TYPES(p, AT(21, 0));
	FEED(p, AT(22, 0), .kind = EVENT_NO_SOURCE);
	player_end(p, AT(25, 0));
	summary_of(p, &sum);
	assert_int_equal(sum.length, MIN(25));
	assert_int_equal(sum.active, MIN(11));
	assert_int_equal(sum.idle, MIN(3));
	assert_int_equal(sum.away, MIN(8));
	assert_int_equal(sum.unknown, MIN(3));
	check(p, &story,
	      "0:00 active, 10:00 idle, 12:00 away, 20:00 idle, 21:00 active, "
	      "21:00 micro natural, 22:00 unknown");
}

/* At the unlocked screen there is no input since just before the lock: what lies between was away.
 */
static void test_absence_is_not_taken_back(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	struct story story = { .presence = true };
	struct player *p = player_of(&s, (struct sim_options){ 0 }, &story);
	struct sim_summary sum;

	TYPES(p, 0);
	STOPS(p, AT(10, 0));
	FEED(p, AT(10, 0), .kind = EVENT_AWAY, .reason = AWAY_LOCKED, .since = AT(10, 0));
	FEED(p, AT(15, 0), .kind = EVENT_BACK, .reason = AWAY_LOCKED);
	player_end(p, AT(16, 0));
	summary_of(p, &sum);
	assert_int_equal(sum.away, MIN(5));
	assert_int_equal(sum.idle, MIN(1));
	check(p, &story, "0:00 active, 10:00 away, 15:00 idle");
}

static void test_spells_and_rest(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	struct story story = { 0 };
	struct player *p = player_of(&s, (struct sim_options){ 0 }, &story);
	struct sim_summary sum;

	TYPES(p, 0);
	/* 59 s are no rest, a minute is one; watching rests the hands only. */
	STOPS(p, AT(10, 0));
	TYPES(p, AT(10, 59));
	STOPS(p, AT(15, 0));
	TYPES(p, AT(16, 0));
	FEED(p, AT(18, 0), .kind = EVENT_WATCH, .on = true);
	STOPS(p, AT(18, 0));
	TYPES(p, AT(38, 0));
	FEED(p, AT(38, 0), .kind = EVENT_WATCH);
	STOPS(p, AT(40, 0));
	/* Absence rests however short; up to it presence is that of the last input. */
	FEED(p, AT(40, 10), .kind = EVENT_AWAY, .reason = AWAY_LOCKED, .since = AT(40, 10));
	FEED(p, AT(40, 30), .kind = EVENT_BACK, .reason = AWAY_LOCKED);
	TYPES(p, AT(40, 30));
	STOPS(p, AT(45, 0));
	player_end(p, AT(60, 0));
	summary_of(p, &sum);
	assert_int_equal(sum.longest[RULE_COUNTS_HANDS], MIN(15));
	assert_int_equal(sum.longest[RULE_COUNTS_SCREEN], AT(24, 10));
	/* The evening after 45:00 belongs to no spell any more. */
	assert_int_equal(sum.span, MIN(45));
	assert_int_equal(sum.rest, AT(1, 20));
	player_free(p);
}

/* Whoever is away when the day begins has not rested from it. */
static void test_a_day_begins_with_its_first_exposure(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	struct story story = { 0 };
	struct player *p = player_of(&s, (struct sim_options){ 0 }, &story);
	struct sim_summary sum;

	FEED(p, 0, .kind = EVENT_AWAY, .reason = AWAY_LOCKED, .since = 0);
	FEED(p, AT(10, 0), .kind = EVENT_BACK, .reason = AWAY_LOCKED);
	TYPES(p, AT(10, 0));
	STOPS(p, AT(15, 0));
	TYPES(p, AT(15, 30));
	STOPS(p, AT(20, 0));
	player_end(p, AT(30, 0));
	summary_of(p, &sum);
	assert_int_equal(sum.span, MIN(10));
	assert_int_equal(sum.rest, 0);
	assert_int_equal(sum.longest[RULE_COUNTS_SCREEN], MIN(10));
	player_free(p);
}

static void test_nights_are_no_part_of_the_day(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	struct story story = { 0 };
	struct player *p = player_of(&s, (struct sim_options){ 0 }, &story);
	struct sim_summary sum;

	for (unsigned day = 0; day < 3; day++) {
		const usec_t at = day * USEC_PER_DAY;

		TYPES(p, at);
		STOPS(p, at + MIN(10));
		TYPES(p, at + MIN(15));
		STOPS(p, at + MIN(30));
	}
	player_end(p, 3 * USEC_PER_DAY);
	summary_of(p, &sum);
	assert_int_equal(sum.span, MIN(3 * 30));
	assert_int_equal(sum.rest, MIN(3 * 5));
	assert_int_equal(sum.longest[RULE_COUNTS_SCREEN], MIN(15));
	player_free(p);
}

static void test_breaks_are_counted(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	struct story story = { 0 };
	struct player *p = player_of(&s, (struct sim_options){ 0 }, &story);
	struct sim_summary sum;

	TYPES(p, 0);
	/* Due at 20:00, prompted at 21:00, again at 23:00, snoozed, returns at 26:00, skipped. */
	FEED(p, AT(24, 0), .kind = EVENT_SNOOZE, .length = MIN(2));
	FEED(p, AT(27, 30), .kind = EVENT_SKIP);
	player_end(p, AT(30, 0));
	summary_of(p, &sum);
	assert_int_equal(sum.prompts, 1);
	assert_int_equal(sum.repeats, 1);
	assert_int_equal(sum.returns, 1);
	assert_int_equal(sum.outcomes[OUTCOME_SKIPPED], 1);
	assert_int_equal(sum.outcomes[OUTCOME_TAKEN], 0);
	/* A minute of patience before the prompt and one before its return. */
	assert_int_equal(sum.suppressed[QUIET_SIGNS + 3], MIN(2));
	player_free(p);
}

static void test_time_kept_back_is_counted_by_reason(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	struct story story = { 0 };
	struct player *p = player_of(&s, (struct sim_options){ 0 }, &story);
	struct sim_summary sum;

	TYPES(p, 0);
	FEED(p, AT(19, 0), .kind = EVENT_SIGN, .sign = QUIET_CALL, .on = true);
	FEED(p, AT(22, 0), .kind = EVENT_SIGN, .sign = QUIET_DND, .on = true);
	FEED(p, AT(25, 0), .kind = EVENT_SIGN, .sign = QUIET_CALL);
	FEED(p, AT(26, 0), .kind = EVENT_SIGN, .sign = QUIET_DND);
	player_end(p, AT(26, 45));
	summary_of(p, &sum);
	assert_int_equal(sum.suppressed[QUIET_CALL], MIN(5));
	assert_int_equal(sum.suppressed[QUIET_DND], MIN(4));
	assert_int_equal(sum.suppressed[QUIET_SIGNS], SEC(30));
	assert_int_equal(sum.suppressed[QUIET_SIGNS + 3], SEC(15));
	player_free(p);
}

/* Looking at the summary changes nothing. */
static void test_a_summary_in_between(void **state)
{
	(void)state;
	const struct sim_settings s = settings_of(micro);
	struct story story = { 0 };
	struct player *p = player_of(&s, (struct sim_options){ 0 }, &story);
	struct sim_summary sum, again;

	TYPES(p, 0);
	player_end(p, AT(20, 30));
	player_summary(p, &sum);
	player_summary(p, &again);
	assert_memory_equal(&sum, &again, sizeof(sum));
	player_end(p, AT(20, 50));
	player_summary(p, &again);
	assert_int_equal(again.active, AT(20, 50));
	assert_int_equal(again.suppressed[QUIET_SIGNS + 3], SEC(50));
	player_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timer_and_front_end_are_the_players),
		cmocka_unit_test(test_what_a_written_trace_need_not_say_changes_nothing),
		cmocka_unit_test(test_a_recorded_day_gets_nothing_added),
		cmocka_unit_test(test_what_began_before_the_day),
		cmocka_unit_test(test_time_does_not_go_back),
		cmocka_unit_test(test_hours_follow_the_wall_clock),
		cmocka_unit_test(test_a_jump_brings_the_hours_forward),
		cmocka_unit_test(test_a_pause_ends_when_the_wall_clock_says_so),
		cmocka_unit_test(test_news_have_the_time_on_the_wall),
		cmocka_unit_test(test_every_announced_break_is_taken),
		cmocka_unit_test(test_input_of_the_trace_counts_again_after_the_break),
		cmocka_unit_test(test_a_withdrawn_prompt_lets_input_through),
		cmocka_unit_test(test_the_seed_settles_which_of_equal_exercises_comes),
		cmocka_unit_test(test_a_repeated_prompt_keeps_its_exercise),
		cmocka_unit_test(test_what_is_wrong_by_now_is_another_at_the_next_prompt),
		cmocka_unit_test(test_what_was_done_is_remembered),
		cmocka_unit_test(test_what_was_done_before_it_is_put_back_is_remembered),
		cmocka_unit_test(test_settings_change_within_the_day),
		cmocka_unit_test(test_presence_adds_up),
		cmocka_unit_test(test_absence_is_not_taken_back),
		cmocka_unit_test(test_spells_and_rest),
		cmocka_unit_test(test_a_day_begins_with_its_first_exposure),
		cmocka_unit_test(test_nights_are_no_part_of_the_day),
		cmocka_unit_test(test_breaks_are_counted),
		cmocka_unit_test(test_time_kept_back_is_counted_by_reason),
		cmocka_unit_test(test_a_summary_in_between),
	};

	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
