/* What a break is filled with, on the way to its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "coach/content.h"

#define BIT(n) (UINT32_C(1) << (n))
#define TODAY 20780
#define NOW ((walltime_t)TODAY * USEC_PER_DAY + 12 * USEC_PER_HOUR)
#define SECONDS(n) ((usec_t)(n)*USEC_PER_SEC)
#define MINUTES(n) ((usec_t)(n)*USEC_PER_MIN)

/* Twenty seconds each; rows change what they are about, which is an override on purpose. */
#pragma GCC diagnostic ignored "-Woverride-init"
#define EASY                                                                                       \
	.name = "", .set = SET_WARM_UP, .space = SPACE_DESK, .intensity = 1, .seconds_min = 20,    \
	.seconds_default = 20, .seconds_max = 60, .reps = 1, .sets = 1, .sides = 1,                \
	.discreet = true, .relieves = BIT(REGION_SHOULDERS), .easier = "", .harder = "",           \
	.desk_alternative = "", .muscles = "deltoid"

enum { ROLL, PUSH, PULL, LOOK, STAND, WALK, SWIM, EXERCISES_HERE };

/* clang-format off */
static const struct exercise exercises[EXERCISES_HERE] = {
	[ROLL] = { EASY, .id = "roll" },
	[PUSH] = { EASY, .id = "push", .set = SET_STRENGTHENING, .intensity = 3, .needs_warmup = true,
		   .muscles = "triceps brachii", .avoid_if = BIT(LIMIT_VERTIGO) },
	[PULL] = { EASY, .id = "pull", .set = SET_CORE, .intensity = 3, .needs_warmup = true,
		   .muscles = "triceps brachii" },
	[LOOK] = { EASY, .id = "look", .set = SET_EYES },
	[STAND] = { EASY, .id = "stand", .set = SET_POSTURE, .position = POSITION_STANDING },
	[WALK] = { EASY, .id = "walk", .set = SET_AEROBIC, .position = POSITION_WALKING,
		   .space = SPACE_MAT, .seconds_min = 300, .seconds_max = 600, .muscles = "-" },
	[SWIM] = { EASY, .id = "swim", .set = SET_AEROBIC, .intensity = 3, .space = SPACE_OUTDOORS,
		   .seconds_min = 600, .muscles = "triceps brachii" },
};
/* clang-format on */

static const struct wish five = { .sets = BIT(SETS_COUNT) - 1, .length = 5 * USEC_PER_MIN };
static const struct wish look_away = { .sets = BIT(SET_EYES), .length = 30 * USEC_PER_SEC };

/* Somebody at noon of a day, who has agreed to strenuous exercise, with a break of five minutes. */
struct scene {
	struct person person;
	struct coach_memory memory;
	struct coach_progress rows[EXERCISES_HERE];
	struct exercise exercises[EXERCISES_HERE];
	struct catalog catalog;
	struct coach coach;
	struct content x;
};

static void set_scene(struct scene *s)
{
	memset(s, 0, sizeof(*s));
	memcpy(s->exercises, exercises, sizeof(exercises));
	s->catalog = (struct catalog){ .exercises = s->exercises, .n = EXERCISES_HERE };
	catalog_link(&s->catalog);
	s->person.place = PLACE_MAT;
	s->person.level = LEVEL_MAX;
	coach_memory_init(&s->memory, s->rows, EXERCISES_HERE, 1);
	coach_day_is(&s->memory, &s->catalog, TODAY, NOW);
	coach_consent(&s->memory, true);
	coach_worked(&s->memory, POSTURE_SITTING);
	s->coach = (struct coach){
		.catalog = &s->catalog,
		.person = &s->person,
		.memory = &s->memory,
		.now = NOW,
	};
}

static void avoid(struct scene *s, const char *id)
{
	(void)strcpy(s->person.skips[s->person.n_skips++], id);
}

/* Nobody needs time to get ready: the stories below are told in the seconds of the exercises. */
static void hurry(struct scene *s)
{
	struct routine *r = &s->x.routine;

	for (size_t i = 0; i < r->n; i++) {
		r->seconds -= r->steps[i].ready;
		r->steps[i].ready = 0;
	}
}

/* With or without "push" or "pull", of which only one can come. */
static void fill_unhurried(struct scene *s, const char *without)
{
	set_scene(s);
	if (without)
		avoid(s, without);
	content_fill(&s->x, &s->coach, &s->memory, &five);
	s->person.n_skips = 0;
}

static void fill(struct scene *s, const char *without)
{
	fill_unhurried(s, without);
	hurry(s);
}

static const char *told(const struct scene *s, const struct routine *r, char text[static 256])
{
	text[0] = '\0';
	for (size_t i = 0; i < r->n; i++) {
		if (i > 0)
			(void)strcat(text, " ");
		(void)strcat(text, s->catalog.exercises[r->steps[i].exercise].id);
	}
	return text;
}

#define assert_routine(s, expected)                                                                \
	do {                                                                                       \
		char text_[256];                                                                   \
		assert_string_equal(told((s), &(s)->x.routine, text_), expected);                  \
	} while (0)

/* Is this what was done, in seconds by exercise? */
static void assert_all(const struct scene *s, usec_t rested,
		       const unsigned expected[EXERCISES_HERE])
{
	struct content_done all[CONTENT_ALL_MAX];
	unsigned got[EXERCISES_HERE] = { 0 };
	size_t n = content_all(&s->x, rested, all);

	for (size_t i = 0; i < n; i++) {
		assert_true(all[i].seconds > 0 && !got[all[i].exercise]);
		got[all[i].exercise] = all[i].seconds;
	}
	for (int i = 0; i < EXERCISES_HERE; i++)
		assert_int_equal(got[i], expected[i]);
}

static void a_break_is_filled_and_done_step_by_step(void **state)
{
	struct scene s;

	(void)state;
	fill(&s, "pull");
	assert_routine(&s, "roll push look stand");
	assert_int_equal(s.memory.picks, 1);
	assert_all(&s, 0, (unsigned[EXERCISES_HERE]){ 0 });
	assert_all(&s, SECONDS(47),
		   (unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 20, [LOOK] = 7 });
	content_ended(&s.x, &s.memory, &s.catalog, SECONDS(47), NOW);
	assert_int_equal(s.memory.days[0].offered, 4);
	assert_int_equal(s.memory.days[0].done, 2);
	assert_int_equal(s.memory.days[0].strength_seconds, 20);
}

static void what_was_done_before_another_one_is_remembered(void **state)
{
	struct scene s;

	(void)state;
	fill(&s, "pull");
	avoid(&s, "look");
	assert_true(content_replace(&s.x, &s.coach, &s.memory, &five, SECONDS(33)));
	/* At once: the muscles have worked, and nobody warms up twice. */
	assert_int_equal(s.memory.days[0].strength_seconds, 13);
	assert_int_equal(s.memory.bout_at[MUSCLE_ARMS], NOW);
	assert_routine(&s, "stand");
	hurry(&s);
	assert_int_equal(s.memory.picks, 2);
	/* The new one begins now, and all of it is of the break. */
	assert_int_equal(s.x.from, SECONDS(33));
	assert_all(&s, SECONDS(40),
		   (unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 13, [STAND] = 7 });
	content_ended(&s.x, &s.memory, &s.catalog, SECONDS(300), NOW);
	assert_int_equal(s.memory.days[0].offered, 3);
	assert_int_equal(s.rows[STAND].days, 1);
	assert_int_equal(s.memory.days[0].strength_seconds, 13);
	assert_all(&s, SECONDS(300),
		   (unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 13, [STAND] = 20 });
}

static void a_walk_warms_from_its_own_end_on(void **state)
{
	struct exercise stroll = exercises[WALK];
	struct scene s;

	(void)state;
	set_scene(&s);
	stroll.set = SET_WARM_UP;
	stroll.seconds_min = stroll.seconds_default = 120;
	s.exercises[ROLL] = stroll;
	s.exercises[ROLL].id = "stroll";
	content_fill(&s.x, &s.coach, &s.memory, &five);
	hurry(&s);
	assert_int_equal(s.x.routine.steps[0].dose.seconds, 120);
	content_ended(&s.x, &s.memory, &s.catalog, SECONDS(180), NOW);
	assert_int_equal(s.memory.walked_at, NOW - MINUTES(1));
}

/* However long it stood still after that, and whether somebody let go of it. */
static void a_walk_warms_from_where_it_was_halted_on(void **state)
{
	struct exercise stroll = exercises[WALK];
	struct scene s;

	(void)state;
	for (int how = 0; how < 4; how++) {
		bool goes_on = how % 2, let_go = how / 2;

		set_scene(&s);
		stroll.set = SET_WARM_UP;
		stroll.seconds_min = stroll.seconds_default = 200;
		s.exercises[ROLL] = stroll;
		s.exercises[ROLL].id = "stroll";
		content_fill(&s.x, &s.coach, &s.memory, &five);
		hurry(&s);
		assert_true(content_stand(&s.x, &s.memory, &s.catalog, true, SECONDS(130), NOW));
		if (let_go)
			assert_true(content_stand(&s.x, &s.memory, &s.catalog, false, SECONDS(250),
						  NOW));
		if (goes_on)
			assert_true(content_next(&s.x, &s.coach, &s.memory, &five, SECONDS(250)));
		else
			content_ended(&s.x, &s.memory, &s.catalog, SECONDS(250), NOW);
		assert_int_equal(s.memory.walked_at, NOW - MINUTES(2));
	}
}

static void another_one_fits_what_is_left(void **state)
{
	struct scene s;

	(void)state;
	fill(&s, "pull");
	assert_false(content_replace(&s.x, &s.coach, &s.memory, &five, SECONDS(285)));
	avoid(&s, "stand");
	assert_true(content_replace(&s.x, &s.coach, &s.memory, &five, SECONDS(180)));
	/* Less than two minutes are for one exercise. */
	assert_int_equal(s.x.routine.n, 1);
}

static void where_nothing_else_is_the_same_goes_on(void **state)
{
	struct scene s;

	(void)state;
	set_scene(&s);
	content_fill(&s.x, &s.coach, &s.memory, &look_away);
	hurry(&s);
	assert_routine(&s, "look");
	assert_false(content_replace(&s.x, &s.coach, &s.memory, &look_away, SECONDS(5)));
	assert_all(&s, SECONDS(5), (unsigned[EXERCISES_HERE]){ [LOOK] = 5 });
	assert_int_equal(s.memory.days[0].offered, 0);
	assert_int_equal(s.memory.picks, 1);
	/* Nor is what is left of a routine another one. */
	fill(&s, "pull");
	avoid(&s, "push");
	avoid(&s, "pull");
	assert_false(content_replace(&s.x, &s.coach, &s.memory, &five, SECONDS(40)));
	assert_routine(&s, "roll push look stand");
}

static void a_moment_of_warming_up_is_none(void **state)
{
	struct scene s;

	(void)state;
	for (unsigned seconds = 1; seconds <= 20; seconds += 19) {
		fill(&s, "pull");
		avoid(&s, "roll");
		avoid(&s, "look");
		assert_true(content_replace(&s.x, &s.coach, &s.memory, &five, SECONDS(seconds)));
		if (seconds == 1)
			assert_routine(&s, "stand");
		else
			assert_true(s.x.routine.steps[0].exercise == PUSH ||
				    s.x.routine.steps[0].exercise == PULL);
	}
}

static void what_hurts_ends_with_the_seconds_that_it_had(void **state)
{
	struct scene s;

	(void)state;
	fill(&s, "pull");
	(void)coach_verdict(&s.memory, &s.catalog, PUSH, VERDICT_HURTS, NOW, NULL);
	assert_true(content_sift(&s.x, &s.coach, &s.memory, &five, SECONDS(33)));
	assert_routine(&s, "look stand");
	assert_int_equal(s.x.from, SECONDS(33));
	assert_all(&s, SECONDS(40),
		   (unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 13, [LOOK] = 7 });
	assert_int_equal(s.memory.days[0].strength_seconds, 13);
	content_ended(&s.x, &s.memory, &s.catalog, SECONDS(53), NOW);
	assert_int_equal(s.rows[LOOK].days, 1);
	assert_int_equal(s.rows[STAND].days, 0);
}

static void what_is_being_done_goes_on_where_it_is(void **state)
{
	struct scene s;

	(void)state;
	fill(&s, "pull");
	(void)coach_verdict(&s.memory, &s.catalog, LOOK, VERDICT_HURTS, NOW, NULL);
	assert_true(content_sift(&s.x, &s.coach, &s.memory, &five, SECONDS(33)));
	assert_routine(&s, "push stand");
	assert_int_equal(s.x.from, SECONDS(20));
	assert_all(&s, SECONDS(50),
		   (unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 20, [STAND] = 10 });
	/* Nothing else has happened: neither has anything to it. */
	assert_false(content_sift(&s.x, &s.coach, &s.memory, &five, SECONDS(33)));
}

static void the_warm_up_that_was_done_holds_when_it_hurts(void **state)
{
	struct scene s;

	(void)state;
	for (unsigned seconds = 10; seconds <= 20; seconds += 10) {
		fill(&s, "pull");
		(void)coach_verdict(&s.memory, &s.catalog, ROLL, VERDICT_HURTS, NOW, NULL);
		assert_true(content_sift(&s.x, &s.coach, &s.memory, &five, SECONDS(seconds)));
		assert_routine(&s, seconds == 20 ? "push look stand" : "look stand");
	}
}

static void whoever_goes_on_leaves_it_with_the_seconds_that_it_had(void **state)
{
	struct scene s;

	(void)state;
	fill(&s, "pull");
	assert_true(content_next(&s.x, &s.coach, &s.memory, &five, SECONDS(33)));
	assert_routine(&s, "look stand");
	assert_int_equal(s.x.from, SECONDS(33));
	assert_int_equal(s.memory.days[0].strength_seconds, 13);
	assert_all(&s, SECONDS(40),
		   (unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 13, [LOOK] = 7 });
	/* And on at once: what had no second was not done. */
	assert_true(content_next(&s.x, &s.coach, &s.memory, &five, SECONDS(33)));
	assert_routine(&s, "stand");
	assert_all(&s, SECONDS(40),
		   (unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 13, [STAND] = 7 });
	content_ended(&s.x, &s.memory, &s.catalog, SECONDS(53), NOW);
	assert_int_equal(s.rows[STAND].days, 1);
	assert_int_equal(s.rows[LOOK].days, 0);
}

static void whoever_leaves_the_warm_up_is_not_asked_for_what_needs_it(void **state)
{
	static const struct {
		unsigned seconds;
		const char *left;
	} rows[] = {
		{ 0, "look stand" },
		{ 1, "look stand" },
		{ 19, "look stand" },
		/* The next one is on then: it is that which ends. */
		{ 20, "look stand" },
		{ 41, "stand" },
	};
	struct scene s;

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		fill(&s, "pull");
		assert_true(
			content_next(&s.x, &s.coach, &s.memory, &five, SECONDS(rows[i].seconds)));
		assert_routine(&s, rows[i].left);
	}
	/* Not all of it has to be done, but as much as it takes at least. */
	fill(&s, "pull");
	s.exercises[ROLL].seconds_min = 10;
	assert_true(content_next(&s.x, &s.coach, &s.memory, &five, SECONDS(15)));
	assert_routine(&s, "push look stand");
	assert_int_equal(s.x.warm, 15);
}

static void where_nothing_is_on_nobody_goes_on(void **state)
{
	struct scene s;
	struct content before;

	(void)state;
	fill(&s, "pull");
	before = s.x;
	assert_false(content_next(&s.x, &s.coach, &s.memory, &five, SECONDS(80)));
	assert_memory_equal(&s.x, &before, sizeof(before));
	assert_int_equal(s.memory.days[0].strength_seconds, 0);
	assert_true(content_next(&s.x, &s.coach, &s.memory, &five, SECONDS(79)));
	assert_routine(&s, "");
	assert_false(content_next(&s.x, &s.coach, &s.memory, &five, SECONDS(79)));
	assert_all(
		&s, SECONDS(300),
		(unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 20, [LOOK] = 20, [STAND] = 19 });
}

static void what_stands_still_gains_no_second(void **state)
{
	struct scene s;

	(void)state;
	fill(&s, "pull");
	assert_true(content_stand(&s.x, &s.memory, &s.catalog, true, SECONDS(33), NOW));
	assert_int_equal(content_from(&s.x, SECONDS(100)), SECONDS(87));
	assert_all(&s, SECONDS(100), (unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 13 });
	/* Said again, it changes nothing; what is barred goes nonetheless. */
	assert_true(content_stand(&s.x, &s.memory, &s.catalog, true, SECONDS(100), NOW));
	(void)coach_verdict(&s.memory, &s.catalog, LOOK, VERDICT_HURTS, NOW, NULL);
	assert_true(content_sift(&s.x, &s.coach, &s.memory, &five, SECONDS(110)));
	assert_routine(&s, "push stand");
	assert_true(content_stand(&s.x, &s.memory, &s.catalog, false, SECONDS(120), NOW));
	assert_int_equal(s.x.from, SECONDS(107));
	assert_all(&s, SECONDS(130),
		   (unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 20, [STAND] = 3 });
	/* Left while it stands still, it had what it had. */
	assert_true(content_stand(&s.x, &s.memory, &s.catalog, true, SECONDS(122), NOW));
	assert_true(content_next(&s.x, &s.coach, &s.memory, &five, SECONDS(200)));
	assert_routine(&s, "stand");
	assert_int_equal(content_from(&s.x, SECONDS(200)), SECONDS(200));
	assert_int_equal(s.memory.days[0].strength_seconds, 15);
	content_ended(&s.x, &s.memory, &s.catalog, SECONDS(300), NOW);
	assert_int_equal(s.rows[STAND].days, 0);
}

static void rest_cannot_stand_still(void **state)
{
	struct scene s;

	(void)state;
	fill(&s, "pull");
	assert_false(content_stand(&s.x, &s.memory, &s.catalog, true, SECONDS(80), NOW));
	assert_false(s.x.still);
	assert_true(content_stand(&s.x, &s.memory, &s.catalog, true, SECONDS(79), NOW));
	content_begins(&s.x, 0, five.length);
	assert_false(s.x.still);
}

static void what_waits_is_judged_again(void **state)
{
	static const struct wish strong = { .sets = BIT(SET_STRENGTHENING) | BIT(SET_EYES),
					    .length = USEC_PER_MIN };
	struct scene s;

	(void)state;
	set_scene(&s);
	coach_activity(&s.memory, &s.catalog, "walk", MINUTES(5), NOW);
	avoid(&s, "look");
	content_fill(&s.x, &s.coach, &s.memory, &strong);
	s.person.n_skips = 0;
	assert_routine(&s, "push");
	/* The walk warms for ten minutes. */
	s.coach.now = NOW + MINUTES(10);
	assert_false(content_judge(&s.x, &s.coach, &s.memory, &strong));
	assert_routine(&s, "push");
	assert_int_equal(s.memory.picks, 1);
	s.coach.now = NOW + MINUTES(11);
	assert_true(content_judge(&s.x, &s.coach, &s.memory, &strong));
	assert_routine(&s, "look");
	assert_int_equal(s.memory.picks, 2);
	/* Other settings are no other break, as long as it is one of theirs. */
	assert_false(content_judge(&s.x, &s.coach, &s.memory, &five));
	assert_true(
		content_judge(&s.x, &s.coach, &s.memory,
			      &(struct wish){ .sets = BIT(SET_POSTURE), .length = MINUTES(1) }));
	assert_routine(&s, "stand");
	assert_true(
		content_judge(&s.x, &s.coach, &s.memory,
			      &(struct wish){ .sets = BIT(SET_POSTURE), .length = SECONDS(10) }));
	assert_routine(&s, "");
	/* Rest is always right. */
	assert_false(content_judge(&s.x, &s.coach, &s.memory, &five));
}

static void who_begins_again_is_not_warm_of_the_last_time(void **state)
{
	struct scene s;

	(void)state;
	fill(&s, "pull");
	content_settle(&s.x, &s.memory, &s.catalog, SECONDS(20), NOW);
	assert_routine(&s, "push look stand");
	content_begins(&s.x, 0, five.length);
	assert_true(content_judge(&s.x, &s.coach, &s.memory, &five));
	assert_int_equal(s.x.routine.steps[0].exercise, ROLL);
	hurry(&s);
	avoid(&s, "roll");
	assert_true(content_replace(&s.x, &s.coach, &s.memory, &five, SECONDS(1)));
	assert_routine(&s, "look stand");
	hurry(&s);
	/* What was done then is of this break still. */
	assert_all(&s, SECONDS(5), (unsigned[EXERCISES_HERE]){ [ROLL] = 21, [LOOK] = 4 });
}

/* Sitting, on the feet, lying: 5 s to read, 10 s to get there as well. */
static void there_is_time_to_get_ready(void **state)
{
	struct scene s;

	(void)state;
	fill_unhurried(&s, "pull");
	assert_routine(&s, "roll push look stand");
	assert_int_equal(s.x.routine.seconds, 5 + 20 + 5 + 20 + 5 + 20 + 10 + 20);
	/* It is no part of any exercise. */
	assert_all(&s, SECONDS(5), (unsigned[EXERCISES_HERE]){ 0 });
	assert_all(&s, SECONDS(30), (unsigned[EXERCISES_HERE]){ [ROLL] = 20 });
	assert_all(&s, SECONDS(33), (unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 3 });
	assert_all(
		&s, SECONDS(300),
		(unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 20, [LOOK] = 20, [STAND] = 20 });
	content_ended(&s.x, &s.memory, &s.catalog, SECONDS(33), NOW);
	assert_int_equal(s.memory.days[0].strength_seconds, 3);
	assert_int_equal(s.memory.days[0].done, 1);
}

static void whoever_goes_on_gets_ready_for_the_next_one(void **state)
{
	struct scene s;

	(void)state;
	fill_unhurried(&s, "pull");
	/* In an exercise, and while getting ready for one. */
	assert_true(content_next(&s.x, &s.coach, &s.memory, &five, SECONDS(33)));
	assert_true(content_next(&s.x, &s.coach, &s.memory, &five, SECONDS(36)));
	assert_routine(&s, "stand");
	assert_all(&s, SECONDS(46), (unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 3 });
	assert_all(&s, SECONDS(48),
		   (unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 3, [STAND] = 2 });
	assert_int_equal(s.rows[LOOK].first_day, 0);
}

static void getting_ready_can_stand_still(void **state)
{
	struct scene s;

	(void)state;
	fill_unhurried(&s, "pull");
	assert_true(content_stand(&s.x, &s.memory, &s.catalog, true, SECONDS(27), NOW));
	assert_true(content_stand(&s.x, &s.memory, &s.catalog, false, SECONDS(100), NOW));
	assert_all(&s, SECONDS(103), (unsigned[EXERCISES_HERE]){ [ROLL] = 20 });
	assert_all(&s, SECONDS(104), (unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 1 });
	content_halts(&s.x, &s.memory, &s.catalog, SECONDS(105), NOW);
	assert_int_equal(s.memory.days[0].strength_seconds, 2);
}

/* What is alone in a short break has what that leaves over, and gives up nothing. */
static void a_short_break_gives_what_is_left(void **state)
{
	static const unsigned lengths[][2] = { { 60, 5 }, { 25, 5 }, { 22, 2 }, { 20, 0 } };
	struct scene s;

	(void)state;
	for (size_t i = 0; i < ELEMENTS(lengths); i++) {
		const struct wish w = { .sets = BIT(SET_EYES), .length = SECONDS(lengths[i][0]) };

		set_scene(&s);
		content_fill(&s.x, &s.coach, &s.memory, &w);
		assert_routine(&s, "look");
		assert_int_equal(s.x.routine.steps[0].ready, lengths[i][1]);
		assert_int_equal(s.x.routine.steps[0].dose.seconds, 20);
	}
}

/* Somebody types on: what they had done of it stays with them, and it waits as a whole. */
static void what_was_done_before_it_is_put_back_is_remembered(void **state)
{
	struct scene s;

	(void)state;
	fill(&s, "pull");
	content_begins(&s.x, 0, five.length);
	content_halts(&s.x, &s.memory, &s.catalog, SECONDS(33), NOW);
	assert_routine(&s, "roll push look stand");
	assert_int_equal(s.memory.days[0].strength_seconds, 13);
	assert_int_equal(s.memory.bout_at[MUSCLE_ARMS], NOW);
	/* All of it was done, or it is no refusal that it was not. */
	assert_int_equal(s.memory.days[0].offered, 1);
	assert_int_equal(s.memory.days[0].done, 1);
	assert_int_equal(s.rows[ROLL].days, 1);
	assert_int_equal(s.rows[PUSH].days, 0);
	assert_int_equal(s.rows[PUSH].offered_marks, 0);
	assert_all(&s, 0, (unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 13 });
	/* The arms have worked for today; all else there is for it comes. */
	assert_true(content_judge(&s.x, &s.coach, &s.memory, &five));
	assert_routine(&s, "roll look stand");
	hurry(&s);
	content_begins(&s.x, 0, five.length);
	assert_all(&s, SECONDS(30),
		   (unsigned[EXERCISES_HERE]){ [ROLL] = 40, [PUSH] = 13, [LOOK] = 10 });
	content_ended(&s.x, &s.memory, &s.catalog, SECONDS(30), NOW);
	assert_int_equal(s.memory.days[0].strength_seconds, 13);
	assert_int_equal(s.memory.days[0].offered, 4);
	assert_int_equal(s.memory.days[0].done, 2);
}

static void who_did_enough_of_it_has_done_it(void **state)
{
	struct scene s;

	(void)state;
	fill(&s, "pull");
	content_halts(&s.x, &s.memory, &s.catalog, SECONDS(36), NOW);
	assert_int_equal(s.rows[PUSH].days, 1);
	assert_int_equal(s.memory.days[0].done, 2);
	/* Of what was not begun there is nothing to remember. */
	fill(&s, "pull");
	content_halts(&s.x, &s.memory, &s.catalog, 0, NOW);
	assert_int_equal(s.memory.days[0].offered, 0);
	assert_false(s.memory.last_day);
	assert_all(&s, 0, (unsigned[EXERCISES_HERE]){ 0 });
}

static void what_stood_still_or_was_left_is_put_back_once(void **state)
{
	struct scene s;

	(void)state;
	fill(&s, "pull");
	assert_true(content_next(&s.x, &s.coach, &s.memory, &five, SECONDS(33)));
	assert_true(content_stand(&s.x, &s.memory, &s.catalog, true, SECONDS(40), NOW));
	content_halts(&s.x, &s.memory, &s.catalog, SECONDS(70), NOW);
	assert_routine(&s, "look stand");
	assert_false(s.x.still);
	assert_int_equal(s.memory.days[0].strength_seconds, 13);
	assert_all(&s, 0, (unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 13, [LOOK] = 7 });
	content_ended(&s.x, &s.memory, &s.catalog, 0, NOW);
	assert_int_equal(s.memory.days[0].strength_seconds, 13);
}

static void a_walk_put_back_warms_from_its_end_on(void **state)
{
	struct exercise stroll = exercises[WALK];
	struct scene s;

	(void)state;
	set_scene(&s);
	stroll.set = SET_WARM_UP;
	stroll.seconds_min = stroll.seconds_default = 120;
	s.exercises[ROLL] = stroll;
	s.exercises[ROLL].id = "stroll";
	content_fill(&s.x, &s.coach, &s.memory, &five);
	hurry(&s);
	content_halts(&s.x, &s.memory, &s.catalog, SECONDS(180), NOW);
	assert_int_equal(s.memory.walked_at, NOW - MINUTES(1));
}

/* Reading before the prompt is no exercise. */
static void nobody_did_what_nobody_had_seen(void **state)
{
	struct scene s;

	(void)state;
	fill(&s, "pull");
	content_begins(&s.x, SECONDS(50), five.length);
	assert_int_equal(content_from(&s.x, SECONDS(55)), SECONDS(50));
	assert_all(&s, SECONDS(75), (unsigned[EXERCISES_HERE]){ [ROLL] = 20, [PUSH] = 5 });
	fill(&s, "pull");
	content_begins(&s.x, SECONDS(50), five.length);
	content_halts(&s.x, &s.memory, &s.catalog, SECONDS(55), NOW);
	assert_int_equal(s.memory.days[0].strength_seconds, 0);
	assert_all(&s, 0, (unsigned[EXERCISES_HERE]){ [ROLL] = 5 });
}

/* A break of the length, for one exercise of 20 s, asked for so long after the last input. */
static void a_lull_takes_nothing_from_a_short_exercise(void **state)
{
	static const struct {
		unsigned length, lull, ready, done;
	} rows[] = {
		{ 60, 3, 5, 20 },
		{ 30, 3, 5, 20 },
		/* Whoever has read the prompt has got ready. */
		{ 25, 3, 2, 20 },
		{ 22, 1, 1, 20 },
		{ 22, 2, 0, 20 },
		/* Nor is more wanted than there can be. */
		{ 20, 3, 0, 20 },
		{ 20, 5, 0, 20 },
		{ 20, 6, 0, 19 },
		{ 25, 20, 0, 10 },
		{ 20, 20, 0, 5 },
	};
	struct scene s;

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct wish w = { .sets = BIT(SET_EYES), .length = SECONDS(rows[i].length) };

		set_scene(&s);
		content_fill(&s.x, &s.coach, &s.memory, &w);
		content_begins(&s.x, SECONDS(rows[i].lull), w.length);
		assert_int_equal(s.x.routine.steps[0].ready, rows[i].ready);
		assert_int_equal(s.x.routine.seconds, rows[i].ready + 20);
		assert_all(&s, w.length, (unsigned[EXERCISES_HERE]){ [LOOK] = rows[i].done });
	}
	/* A tenth of a second is not missing from it, either. */
	set_scene(&s);
	content_fill(&s.x, &s.coach, &s.memory, &look_away);
	content_begins(&s.x, SECONDS(5) + 100 * USEC_PER_MSEC, look_away.length);
	assert_int_equal(s.x.routine.steps[0].ready, 4);
	assert_all(&s, look_away.length, (unsigned[EXERCISES_HERE]){ [LOOK] = 20 });
}

static void a_suggestion_works_other_muscles_than_the_break(void **state)
{
	char text[256];
	struct scene s;

	(void)state;
	fill(&s, "pull");
	s.exercises[WALK].relieves = 0;
	content_suggest(&s.x, &s.coach, &s.memory);
	assert_string_equal(told(&s, &s.x.suggestion, text), "walk");
	/* Without such a break it may be the swim, and no sifting takes that for work done. */
	set_scene(&s);
	s.exercises[WALK].relieves = 0;
	avoid(&s, "push");
	avoid(&s, "pull");
	content_fill(&s.x, &s.coach, &s.memory, &five);
	content_suggest(&s.x, &s.coach, &s.memory);
	assert_string_equal(told(&s, &s.x.suggestion, text), "swim");
	assert_false(content_sift(&s.x, &s.coach, &s.memory, &five, 0));
	assert_false(content_judge(&s.x, &s.coach, &s.memory, &five));
	assert_string_equal(told(&s, &s.x.suggestion, text), "swim");
}

/* What somebody says; the suggestion goes with it. */
static void swim_hurts(struct scene *s)
{
	(void)coach_verdict(&s->memory, &s->catalog, SWIM, VERDICT_HURTS, NOW, NULL);
}
static void consent_is_withdrawn(struct scene *s)
{
	coach_consent(&s->memory, false);
}
static void no_swimming(struct scene *s)
{
	avoid(s, "swim");
}
static void it_works_what_the_break_does(struct scene *s)
{
	s->exercises[LOOK].intensity = 3;
	s->exercises[LOOK].muscle_bits = s->exercises[SWIM].muscle_bits;
}

static void a_suggestion_is_filtered_again(void **state)
{
	static void (*const stories[])(struct scene *) = { swim_hurts, consent_is_withdrawn,
							   no_swimming,
							   it_works_what_the_break_does };

	(void)state;
	for (size_t i = 0; i < ELEMENTS(stories); i++)
		for (int running = 0; running < 2; running++) {
			struct scene s;

			set_scene(&s);
			avoid(&s, "push");
			avoid(&s, "pull");
			avoid(&s, "walk");
			content_fill(&s.x, &s.coach, &s.memory, &five);
			content_suggest(&s.x, &s.coach, &s.memory);
			assert_int_equal(s.x.suggestion.steps[0].exercise, SWIM);
			stories[i](&s);
			memset(s.memory.bout_at, 0, sizeof(s.memory.bout_at));
			if (running)
				assert_true(content_sift(&s.x, &s.coach, &s.memory, &five, 0));
			else
				assert_true(content_judge(&s.x, &s.coach, &s.memory, &five));
			assert_int_equal(s.x.suggestion.n, 0);
		}
}

static void the_same_goes_on_under_other_numbers(void **state)
{
	struct exercise others[EXERCISES_HERE];
	struct catalog after = { .exercises = others };
	struct scene s;

	(void)state;
	fill(&s, "pull");
	content_suggest(&s.x, &s.coach, &s.memory);
	/* The other way round, and the second one is gone. */
	for (int i = EXERCISES_HERE - 1; i >= 0; i--)
		if (i != PUSH)
			others[after.n++] = s.exercises[i];
	catalog_link(&after);
	content_carry(&s.x, &s.memory, &s.catalog, &after, SECONDS(33), NOW);
	assert_int_equal(s.memory.days[0].strength_seconds, 13);
	assert_int_equal(s.x.from, SECONDS(33));
	s.catalog = after;
	assert_routine(&s, "look stand");
	assert_int_equal(s.x.n_done, 1);
	assert_int_equal(s.x.done[0].exercise, catalog_find(&after, "roll"));
	assert_int_equal(s.x.suggestion.n, 1);
	assert_string_equal(after.exercises[s.x.suggestion.steps[0].exercise].id, "walk");
}

static void of_many_those_done_longest_are_told(void **state)
{
	struct content x = { .n_done = CONTENT_DONE_MAX };
	struct content_done all[CONTENT_ALL_MAX];
	struct scene s;

	(void)state;
	set_scene(&s);
	for (int i = 0; i < CONTENT_DONE_MAX; i++)
		x.done[i] = (struct content_done){ 100 + i, i == 3 ? 2 : 50 };
	x.routine =
		(struct routine){ .n = 1,
				  .steps = { { .exercise = LOOK, .dose = { .seconds = 20 } } } };
	content_settle(&x, &s.memory, &s.catalog, SECONDS(20), NOW);
	assert_int_equal(content_all(&x, 0, all), CONTENT_DONE_MAX);
	assert_int_equal(all[3].exercise, LOOK);
	assert_int_equal(all[3].seconds, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_break_is_filled_and_done_step_by_step),
		cmocka_unit_test(what_was_done_before_another_one_is_remembered),
		cmocka_unit_test(a_walk_warms_from_its_own_end_on),
		cmocka_unit_test(a_walk_warms_from_where_it_was_halted_on),
		cmocka_unit_test(another_one_fits_what_is_left),
		cmocka_unit_test(where_nothing_else_is_the_same_goes_on),
		cmocka_unit_test(a_moment_of_warming_up_is_none),
		cmocka_unit_test(what_hurts_ends_with_the_seconds_that_it_had),
		cmocka_unit_test(what_is_being_done_goes_on_where_it_is),
		cmocka_unit_test(the_warm_up_that_was_done_holds_when_it_hurts),
		cmocka_unit_test(whoever_goes_on_leaves_it_with_the_seconds_that_it_had),
		cmocka_unit_test(whoever_leaves_the_warm_up_is_not_asked_for_what_needs_it),
		cmocka_unit_test(where_nothing_is_on_nobody_goes_on),
		cmocka_unit_test(what_stands_still_gains_no_second),
		cmocka_unit_test(rest_cannot_stand_still),
		cmocka_unit_test(what_waits_is_judged_again),
		cmocka_unit_test(who_begins_again_is_not_warm_of_the_last_time),
		cmocka_unit_test(there_is_time_to_get_ready),
		cmocka_unit_test(whoever_goes_on_gets_ready_for_the_next_one),
		cmocka_unit_test(getting_ready_can_stand_still),
		cmocka_unit_test(a_short_break_gives_what_is_left),
		cmocka_unit_test(what_was_done_before_it_is_put_back_is_remembered),
		cmocka_unit_test(who_did_enough_of_it_has_done_it),
		cmocka_unit_test(what_stood_still_or_was_left_is_put_back_once),
		cmocka_unit_test(a_walk_put_back_warms_from_its_end_on),
		cmocka_unit_test(nobody_did_what_nobody_had_seen),
		cmocka_unit_test(a_lull_takes_nothing_from_a_short_exercise),
		cmocka_unit_test(a_suggestion_works_other_muscles_than_the_break),
		cmocka_unit_test(a_suggestion_is_filtered_again),
		cmocka_unit_test(the_same_goes_on_under_other_numbers),
		cmocka_unit_test(of_many_those_done_longest_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
