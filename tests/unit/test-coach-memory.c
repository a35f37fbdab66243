/* What the coach remembers: told as the days of people, and stored key by key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "coach/progress.h"

#define BIT(n) (UINT32_C(1) << (n))
#define DAY0 20780
#define NOON(day) ((walltime_t)(day)*USEC_PER_DAY + 12 * USEC_PER_HOUR)

enum { BRACE, PLANK, HARD_PLANK, ROLL, WALK, YOGA, SIDE_PLANK, EXERCISES };

/* A chain of three, one that only names its easier form, and some without relation. */
static struct exercise exercises[EXERCISES] = {
	[BRACE] = { .id = "brace",
		    .set = SET_CORE,
		    .intensity = 1,
		    .harder = "plank",
		    .easier = "",
		    .desk_alternative = "",
		    .muscles = "obliques",
		    .relieves = BIT(REGION_CORE) | BIT(REGION_LOWER_BACK),
		    .reps = 4,
		    .sets = 1,
		    .sides = 1,
		    .hold_seconds = 12,
		    .seconds_min = 24,
		    .seconds_default = 56,
		    .seconds_max = 100 },
	[PLANK] = { .id = "plank",
		    .set = SET_CORE,
		    .intensity = 3,
		    .harder = "hard-plank",
		    .easier = "brace",
		    .desk_alternative = "brace",
		    .muscles = "obliques; rectus abdominis",
		    .relieves = BIT(REGION_CORE),
		    .reps = 8,
		    .sets = 1,
		    .sides = 2,
		    .seconds_min = 20,
		    .seconds_default = 48,
		    .seconds_max = 96 },
	[HARD_PLANK] = { .id = "hard-plank",
			 .set = SET_CORE,
			 .intensity = 4,
			 .easier = "plank",
			 .harder = "",
			 .desk_alternative = "",
			 .relieves = BIT(REGION_CORE),
			 .reps = 8,
			 .sets = 1,
			 .sides = 1,
			 .seconds_min = 20,
			 .seconds_default = 40,
			 .seconds_max = 80 },
	[ROLL] = { .id = "roll",
		   .set = SET_WARM_UP,
		   .intensity = 1,
		   .easier = "",
		   .harder = "",
		   .desk_alternative = "",
		   .relieves = BIT(REGION_SHOULDERS),
		   .reps = 20,
		   .sets = 1,
		   .sides = 1,
		   .seconds_min = 20,
		   .seconds_default = 40,
		   .seconds_max = 60 },
	[WALK] = { .id = "walking",
		   .set = SET_AEROBIC,
		   .position = POSITION_WALKING,
		   .intensity = 2,
		   .easier = "",
		   .harder = "",
		   .desk_alternative = "",
		   .relieves = BIT(REGION_WHOLE_BODY),
		   .reps = 1,
		   .sets = 1,
		   .sides = 1,
		   .seconds_min = 300,
		   .seconds_default = 1200,
		   .seconds_max = 3600 },
	[YOGA] = { .id = "yoga-session",
		   .set = SET_YOGA_PILATES,
		   .intensity = 3,
		   .easier = "",
		   .harder = "",
		   .desk_alternative = "",
		   .muscles = "hamstrings",
		   .relieves = BIT(REGION_HIPS),
		   .reps = 1,
		   .sets = 1,
		   .sides = 1,
		   .seconds_min = 600,
		   .seconds_default = 1200,
		   .seconds_max = 3600 },
	[SIDE_PLANK] = { .id = "side-plank",
			 .set = SET_CORE,
			 .intensity = 2,
			 .easier = "brace",
			 .harder = "",
			 .desk_alternative = "",
			 .relieves = BIT(REGION_CORE) | BIT(REGION_HIPS),
			 .reps = 5,
			 .sets = 2,
			 .sides = 1,
			 .seconds_min = 30,
			 .seconds_default = 60,
			 .seconds_max = 100 },
};

static struct catalog catalog = { .exercises = exercises, .n = EXERCISES };

struct someone {
	struct coach_memory memory;
	struct coach_progress rows[EXERCISES];
	int day;
};

static void begin(struct someone *s)
{
	catalog_link(&catalog);
	coach_memory_init(&s->memory, s->rows, EXERCISES, 7);
	s->day = DAY0;
	coach_day_is(&s->memory, &catalog, s->day, NOON(s->day));
}

static void next_days(struct someone *s, int n)
{
	for (int i = 0; i < n; i++) {
		s->day++;
		coach_day_is(&s->memory, &catalog, s->day, NOON(s->day));
	}
}

static void do_it(struct someone *s, int i, unsigned seconds)
{
	coach_offered(&s->memory, &catalog, &i, 1);
	coach_done(&s->memory, &catalog, i, seconds, NOON(s->day));
}

static struct coach_dose dose_of(const struct someone *s, int i)
{
	struct coach_dose dose;

	coach_dose(&exercises[i], &s->rows[i], &dose);
	return dose;
}

static enum coach_advice rate(struct someone *s, int i, enum verdict verdict)
{
	return coach_verdict(&s->memory, &catalog, i, verdict, NOON(s->day), NULL);
}

static void a_beginner_has_half(void **state)
{
	struct someone s;

	(void)state;
	begin(&s);
	assert_int_equal(dose_of(&s, ROLL).reps, 10);
	assert_int_equal(dose_of(&s, ROLL).seconds, 20);
	assert_int_equal(dose_of(&s, BRACE).reps, 2);
	assert_int_equal(dose_of(&s, BRACE).hold, 10);
	assert_int_equal(dose_of(&s, WALK).seconds, 300);
	/* Two sets of five are one of five at first. */
	assert_int_equal(dose_of(&s, SIDE_PLANK).reps, 5);
	assert_int_equal(dose_of(&s, SIDE_PLANK).sets, 1);
}

static void a_beginner_is_done_in_the_shortest_time(void **state)
{
	const struct coach_progress none = { .offered_day = 0 };
	/* clang-format off */
	static const struct {
		struct exercise e;
		struct coach_dose first;
	} rows[] = {
		/* Half would take 24 s. */
		{ { .set = SET_STRETCHING, .reps = 3, .sets = 1, .sides = 2, .hold_seconds = 4,
		    .seconds_min = 20, .seconds_default = 35 }, { 1, 1, 4, 20 } },
		/* Half fits. */
		{ { .set = SET_WARM_UP, .reps = 16, .sets = 1, .sides = 1, .seconds_min = 15,
		    .seconds_default = 30 }, { 8, 1, 0, 15 } },
		/* It fits as well, but five are enough of what is exercise. */
		{ { .set = SET_STRENGTHENING, .reps = 10, .sets = 2, .sides = 1, .seconds_min = 50,
		    .seconds_default = 100 }, { 5, 1, 0, 50 } },
		{ { .set = SET_CORE, .reps = 10, .sets = 3, .sides = 1, .seconds_min = 90,
		    .seconds_default = 120 }, { 5, 1, 0, 90 } },
		/* Once is the least, however long it takes, and eyes look for as long as they should. */
		{ { .set = SET_EYES, .reps = 1, .sets = 1, .sides = 1, .hold_seconds = 20,
		    .seconds_min = 15, .seconds_default = 20 }, { 1, 1, 20, 20 } },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct coach_dose dose;

		coach_dose(&rows[i].e, &none, &dose);
		assert_int_equal(dose.reps, rows[i].first.reps);
		assert_int_equal(dose.sets, rows[i].first.sets);
		assert_int_equal(dose.hold, rows[i].first.hold);
		assert_int_equal(dose.seconds, rows[i].first.seconds);
	}
}

static void the_dose_grows_slowly_and_one_thing_at_a_time(void **state)
{
	struct coach_dose before, after;
	struct someone s;
	int grown = 0;

	(void)state;
	begin(&s);
	before = dose_of(&s, BRACE);
	for (int day = 0; day < 120; day++, next_days(&s, 1)) {
		do_it(&s, BRACE, 60);
		after = dose_of(&s, BRACE);
		if (after.reps != before.reps) {
			assert_int_equal(after.reps, before.reps + 1);
			assert_int_equal(after.hold, before.hold);
		} else if (after.hold != before.hold) {
			assert_int_equal(after.reps, 4);
			assert_true(after.hold - before.hold <= 1);
		} else {
			continue;
		}
		grown++;
		assert_true(day >= 7 * grown);
		before = after;
	}
	assert_int_equal(after.reps, 4);
	assert_int_equal(after.hold, 12);
	assert_int_equal(after.seconds, 56);
	assert_true(coach_dose_is_full(&exercises[BRACE], &s.rows[BRACE]));
}

static void a_tenth_more_where_that_is_more(void **state)
{
	struct someone s;
	unsigned before;

	(void)state;
	begin(&s);
	for (int week = 0; week < 30; week++) {
		before = dose_of(&s, WALK).seconds;
		for (int i = 0; i < 7; i++, next_days(&s, 1))
			do_it(&s, WALK, 3600);
		assert_true(dose_of(&s, WALK).seconds <= before + before / 10);
	}
	assert_int_equal(dose_of(&s, WALK).seconds, 1200);
}

static void too_little_of_it_is_no_reason_for_more(void **state)
{
	struct someone s;

	(void)state;
	begin(&s);
	for (int day = 0; day < 60; day++, next_days(&s, 1))
		do_it(&s, ROLL, 10);
	assert_int_equal(dose_of(&s, ROLL).reps, 10);
}

static void what_is_hard_does_not_grow(void **state)
{
	struct someone s;

	(void)state;
	begin(&s);
	(void)rate(&s, ROLL, VERDICT_HARD);
	for (int day = 0; day < 30; day++, next_days(&s, 1))
		do_it(&s, ROLL, 60);
	assert_int_equal(dose_of(&s, ROLL).reps, 10);
	(void)rate(&s, ROLL, VERDICT_EASY);
	next_days(&s, 1);
	do_it(&s, ROLL, 60);
	assert_int_equal(dose_of(&s, ROLL).reps, 11);
}

/* The week in which it is left out, and the one after it. */
static void what_hurt_does_not_grow_for_two_weeks(void **state)
{
	struct someone s;

	(void)state;
	begin(&s);
	(void)rate(&s, ROLL, VERDICT_HURTS);
	for (int day = 0; day < 13; day++) {
		next_days(&s, 1);
		do_it(&s, ROLL, 60);
	}
	assert_int_equal(dose_of(&s, ROLL).reps, 10);
	next_days(&s, 1);
	do_it(&s, ROLL, 60);
	assert_int_equal(dose_of(&s, ROLL).reps, 11);
}

/* Until the chain's first form is mastered. */
static void master_brace(struct someone *s)
{
	for (int day = 0; day < 60; day++, next_days(s, 1))
		do_it(s, BRACE, 60);
}

static void mastered_is_two_weeks_done_and_easy(void **state)
{
	struct someone s;

	(void)state;
	begin(&s);
	master_brace(&s);
	assert_int_equal(s.rows[BRACE].mastered_day, 0);
	(void)rate(&s, BRACE, VERDICT_EASY);
	assert_int_equal(s.rows[BRACE].mastered_day, s.day);

	/* Offered and not done is less than 80 %. */
	begin(&s);
	master_brace(&s);
	for (int i = 0; i < 5; i++, next_days(&s, 1))
		do_it(&s, BRACE, 0);
	(void)rate(&s, BRACE, VERDICT_EASY);
	assert_int_equal(s.rows[BRACE].mastered_day, 0);
}

static void two_hards_step_down(void **state)
{
	struct someone s;

	(void)state;
	begin(&s);
	master_brace(&s);
	(void)rate(&s, BRACE, VERDICT_EASY);
	(void)rate(&s, PLANK, VERDICT_HARD);
	assert_false(s.rows[PLANK].stepped_down);
	(void)rate(&s, PLANK, VERDICT_HARD);
	assert_true(s.rows[PLANK].stepped_down);
	assert_int_equal(s.rows[BRACE].mastered_day, 0);
	/* A week or so of the easier form, found easy again, opens it. */
	(void)rate(&s, BRACE, VERDICT_EASY);
	assert_true(s.rows[PLANK].stepped_down);
	for (int day = 0; day < 8; day++, next_days(&s, 1))
		do_it(&s, BRACE, 60);
	assert_false(s.rows[PLANK].stepped_down);
	/* "Hard" after "easy" begins to count anew. */
	(void)rate(&s, PLANK, VERDICT_HARD);
	(void)rate(&s, PLANK, VERDICT_EASY);
	(void)rate(&s, PLANK, VERDICT_HARD);
	assert_false(s.rows[PLANK].stepped_down);
}

static void what_hurts_is_blocked_with_all_that_is_harder(void **state)
{
	struct someone s;
	walltime_t until;

	(void)state;
	begin(&s);
	until = NOON(s.day) + 7 * USEC_PER_DAY;
	assert_int_equal(rate(&s, BRACE, VERDICT_HURTS), ADVICE_HURTS);
	assert_int_equal(s.rows[BRACE].hurt_until, until);
	assert_int_equal(s.rows[PLANK].hurt_until, until);
	assert_int_equal(s.rows[HARD_PLANK].hurt_until, until);
	assert_int_equal(s.rows[SIDE_PLANK].hurt_until, until);
	assert_int_equal(s.rows[ROLL].hurt_until, 0);

	begin(&s);
	(void)rate(&s, HARD_PLANK, VERDICT_HURTS);
	assert_int_equal(s.rows[BRACE].hurt_until, 0);
	assert_int_equal(s.rows[PLANK].hurt_until, 0);
}

static void three_flags_in_a_region_call_for_advice(void **state)
{
	uint32_t regions = 0;
	struct someone s;

	(void)state;
	begin(&s);
	assert_int_equal(rate(&s, BRACE, VERDICT_HURTS), ADVICE_HURTS);
	next_days(&s, 7);
	assert_int_equal(rate(&s, SIDE_PLANK, VERDICT_HURTS), ADVICE_HURTS);
	next_days(&s, 7);
	assert_int_equal(
		coach_verdict(&s.memory, &catalog, PLANK, VERDICT_HURTS, NOON(s.day), &regions),
		ADVICE_PROFESSIONAL);
	assert_int_equal(regions, REGION_BIT(REGION_CORE));
	assert_int_equal(s.memory.no_strength_until[REGION_CORE], NOON(s.day) + 14 * USEC_PER_DAY);
	assert_int_equal(s.memory.no_strength_until[REGION_HIPS], 0);

	begin(&s);
	(void)rate(&s, BRACE, VERDICT_HURTS);
	next_days(&s, 8);
	(void)rate(&s, BRACE, VERDICT_HURTS);
	next_days(&s, 7);
	assert_int_equal(rate(&s, BRACE, VERDICT_HURTS), ADVICE_HURTS);

	/* The same pain, told three times, is one; another exercise's is another. */
	begin(&s);
	for (int i = 0; i < 3; i++)
		assert_int_equal(rate(&s, BRACE, VERDICT_HURTS), ADVICE_HURTS);
	assert_int_equal(s.memory.no_strength_until[REGION_CORE], 0);
	(void)rate(&s, SIDE_PLANK, VERDICT_HURTS);
	assert_int_equal(rate(&s, PLANK, VERDICT_HURTS), ADVICE_PROFESSIONAL);
	begin(&s);
	for (unsigned minute = 0; minute < 30; minute += 10)
		assert_int_equal(coach_verdict(&s.memory, &catalog, BRACE, VERDICT_HURTS,
					       NOON(s.day) + minute * USEC_PER_MIN, NULL),
				 minute < 20 ? ADVICE_HURTS : ADVICE_PROFESSIONAL);
}

static void two_weeks_away_begin_at_half(void **state)
{
	struct someone s;

	(void)state;
	begin(&s);
	coach_consent(&s.memory, true);
	s.memory.level = 4;
	for (int day = 0; day < 30; day++, next_days(&s, 1)) {
		do_it(&s, ROLL, 60);
		do_it(&s, BRACE, 60);
	}
	s.memory.allowance = 1000;
	assert_true(dose_of(&s, ROLL).reps > 10);
	next_days(&s, 12);
	assert_true(dose_of(&s, ROLL).reps > 10);
	next_days(&s, 1);
	assert_int_equal(dose_of(&s, ROLL).reps, 10);
	assert_int_equal(dose_of(&s, BRACE).reps, 2);
	assert_int_equal(s.memory.level, 3);
	assert_int_equal(s.memory.allowance, 500);
	/* Once, however long it lasts. */
	next_days(&s, 20);
	assert_int_equal(s.memory.level, 3);
	assert_int_equal(s.memory.allowance, 500);

	/* Strength alone was left out: only that begins anew. */
	begin(&s);
	for (int day = 0; day < 30; day++, next_days(&s, 1)) {
		do_it(&s, ROLL, 60);
		do_it(&s, BRACE, 60);
	}
	for (int day = 0; day < 14; day++, next_days(&s, 1))
		do_it(&s, ROLL, 60);
	assert_true(dose_of(&s, ROLL).reps > 10);
	assert_int_equal(dose_of(&s, BRACE).reps, 2);
}

static void easy_weeks(struct someone *s, int weeks)
{
	for (int day = 0; day < 7 * weeks; day++, next_days(s, 1)) {
		do_it(s, ROLL, 60);
		(void)rate(s, ROLL, VERDICT_EASY);
	}
}

/* The same with each `nth` left undone. */
static void offered_weeks(struct someone *s, int weeks, int nth)
{
	for (int day = 0; day < 7 * weeks; day++, next_days(s, 1)) {
		for (int i = 1; i <= 20; i++)
			do_it(s, ROLL, i % nth ? 60 : 0);
		(void)rate(s, ROLL, VERDICT_EASY);
	}
}

static void the_level_rises_when_two_weeks_were_easy(void **state)
{
	struct someone s;

	(void)state;
	begin(&s);
	easy_weeks(&s, 8);
	assert_int_equal(s.memory.level, 2);
	coach_consent(&s.memory, true);
	easy_weeks(&s, 2);
	assert_int_equal(s.memory.level, 3);
	easy_weeks(&s, 1);
	assert_int_equal(s.memory.level, 3);
	easy_weeks(&s, 20);
	assert_int_equal(s.memory.level, 5);

	/* Pain, in whatever it is, keeps it where it is for two weeks. */
	begin(&s);
	coach_consent(&s.memory, true);
	easy_weeks(&s, 1);
	(void)rate(&s, ROLL, VERDICT_HURTS);
	easy_weeks(&s, 1);
	assert_int_equal(s.memory.level, 2);
	easy_weeks(&s, 1);
	assert_int_equal(s.memory.level, 3);
	/* So does less than 80 %: of four of five days done nothing is missing, of three of four it
	 * is.
	 */
	begin(&s);
	coach_consent(&s.memory, true);
	offered_weeks(&s, 8, 4);
	assert_int_equal(s.memory.level, 2);
	offered_weeks(&s, 2, 5);
	offered_weeks(&s, 1, 5);
	assert_int_equal(s.memory.level, 3);
	/* And what was as often hard as easy. */
	begin(&s);
	coach_consent(&s.memory, true);
	for (int day = 0; day < 60; day++, next_days(&s, 1)) {
		do_it(&s, ROLL, 60);
		(void)rate(&s, ROLL, VERDICT_EASY);
		(void)rate(&s, WALK, VERDICT_HARD);
	}
	assert_int_equal(s.memory.level, 2);

	begin(&s);
	coach_consent(&s.memory, true);
	easy_weeks(&s, 20);
	easy_weeks(&s, 20);
	assert_int_equal(s.memory.level, 5);
	/* Pain in something hard takes it down at once; in something light it does not. */
	(void)rate(&s, ROLL, VERDICT_HURTS);
	assert_int_equal(s.memory.level, 5);
	assert_int_equal(s.memory.level_cap, 0);
	(void)rate(&s, HARD_PLANK, VERDICT_HURTS);
	assert_int_equal(s.memory.level_cap, 3);
	coach_consent(&s.memory, false);
	assert_int_equal(s.memory.level, 2);
}

/* Days that everybody has: breaks taken, nothing said. */
static void silent_days(struct someone *s, int i, int days)
{
	for (int day = 0; day < days; day++, next_days(s, 1))
		do_it(s, i, 60);
}

static void what_pain_took_comes_back_without_a_word(void **state)
{
	struct someone s;

	(void)state;
	begin(&s);
	coach_consent(&s.memory, true);
	(void)rate(&s, PLANK, VERDICT_HURTS);
	assert_int_equal(s.memory.level_cap, 2);
	/* Half of it left undone is not going well. */
	for (int day = 0; day < 28; day++, next_days(&s, 1))
		do_it(&s, ROLL, day % 2 ? 60 : 0);
	assert_int_equal(s.memory.level_cap, 2);
	silent_days(&s, ROLL, 14);
	assert_int_equal(s.memory.level_cap, 3);
	/* Pain in something lighter than that holds it where it is. */
	(void)rate(&s, ROLL, VERDICT_HURTS);
	silent_days(&s, ROLL, 13);
	assert_int_equal(s.memory.level_cap, 3);
	silent_days(&s, ROLL, 2);
	assert_int_equal(s.memory.level_cap, 4);
	/* Pain in something harder does not raise it, and the last step takes it away. */
	(void)rate(&s, HARD_PLANK, VERDICT_HURTS);
	assert_int_equal(s.memory.level_cap, 3);
	silent_days(&s, ROLL, 14);
	assert_int_equal(s.memory.level_cap, 4);
	silent_days(&s, ROLL, 13);
	assert_int_equal(s.memory.level_cap, 4);
	silent_days(&s, ROLL, 1);
	assert_int_equal(s.memory.level_cap, 0);
	/* A lower one stays where something harder hurts. */
	(void)rate(&s, PLANK, VERDICT_HURTS);
	(void)rate(&s, HARD_PLANK, VERDICT_HURTS);
	assert_int_equal(s.memory.level_cap, 2);
	silent_days(&s, ROLL, 42);
	assert_int_equal(s.memory.level_cap, 0);
	/* Nor does it rise when something was hard. */
	(void)rate(&s, PLANK, VERDICT_HURTS);
	silent_days(&s, ROLL, 5);
	(void)rate(&s, WALK, VERDICT_HARD);
	silent_days(&s, ROLL, 12);
	assert_int_equal(s.memory.level_cap, 2);
	silent_days(&s, ROLL, 4);
	assert_int_equal(s.memory.level_cap, 3);
}

static void pain_keeps_what_is_harder_until_it_goes_well(void **state)
{
	struct someone s;

	(void)state;
	begin(&s);
	master_brace(&s);
	(void)rate(&s, BRACE, VERDICT_EASY);
	do_it(&s, PLANK, 60);
	(void)rate(&s, BRACE, VERDICT_HURTS);
	/* It begins anew after the week, by itself; what is harder waits. */
	assert_int_equal(dose_of(&s, BRACE).reps, 2);
	assert_int_equal(s.rows[BRACE].mastered_day, 0);
	assert_false(s.rows[BRACE].stepped_down);
	assert_true(s.rows[PLANK].stepped_down && s.rows[HARD_PLANK].stepped_down);
	assert_true(s.rows[SIDE_PLANK].stepped_down && !s.rows[ROLL].stepped_down);
	next_days(&s, 7);
	silent_days(&s, BRACE, 13);
	assert_true(s.rows[PLANK].stepped_down);
	silent_days(&s, BRACE, 2);
	assert_false(s.rows[PLANK].stepped_down || s.rows[SIDE_PLANK].stepped_down);
	/* One after the other. */
	assert_true(s.rows[HARD_PLANK].stepped_down);
	silent_days(&s, PLANK, 15);
	assert_false(s.rows[HARD_PLANK].stepped_down);

	/* Done half of the time is not going well, nor is once in two weeks. */
	begin(&s);
	(void)rate(&s, BRACE, VERDICT_HURTS);
	next_days(&s, 7);
	for (int day = 0; day < 40; day++, next_days(&s, 1))
		do_it(&s, BRACE, day % 2 ? 60 : 0);
	assert_true(s.rows[PLANK].stepped_down);
	begin(&s);
	(void)rate(&s, BRACE, VERDICT_HURTS);
	for (int day = 0; day < 10; day++, next_days(&s, 14))
		do_it(&s, BRACE, 60);
	assert_true(s.rows[PLANK].stepped_down);
	/* "Hard" begins the two weeks anew. */
	begin(&s);
	(void)rate(&s, BRACE, VERDICT_HURTS);
	next_days(&s, 7);
	silent_days(&s, BRACE, 12);
	(void)rate(&s, BRACE, VERDICT_HARD);
	silent_days(&s, BRACE, 13);
	assert_true(s.rows[PLANK].stepped_down);
	silent_days(&s, BRACE, 3);
	assert_false(s.rows[PLANK].stepped_down);
}

static void what_was_mastered_once_is_so_again_without_a_word(void **state)
{
	struct someone s;

	(void)state;
	begin(&s);
	master_brace(&s);
	(void)rate(&s, BRACE, VERDICT_EASY);
	(void)rate(&s, BRACE, VERDICT_HURTS);
	next_days(&s, 7);
	silent_days(&s, BRACE, 15);
	/* Only with all of the dose. */
	assert_int_equal(s.rows[BRACE].mastered_day, 0);
	silent_days(&s, BRACE, 45);
	assert_int_not_equal(s.rows[BRACE].mastered_day, 0);
}

static void a_day_of_strength_is_counted(void **state)
{
	struct someone s;

	(void)state;
	begin(&s);
	do_it(&s, ROLL, 40);
	assert_int_equal(coach_day_of(&s.memory, s.day)->strength_seconds, 0);
	do_it(&s, PLANK, 30);
	assert_int_equal(coach_day_of(&s.memory, s.day)->strength_seconds, 30);
	assert_int_equal(coach_day_of(&s.memory, s.day)->strength_load, 90);
	assert_int_equal(coach_strength_days(&s.memory), 0);
	assert_int_equal(s.memory.bout_at[MUSCLE_OBLIQUES], NOON(s.day));
	assert_int_equal(s.memory.bout_at[MUSCLE_ABDOMEN], NOON(s.day));
	assert_int_equal(s.memory.bout_at[MUSCLE_GLUTES], 0);
	next_days(&s, 1);
	assert_int_equal(coach_strength_days(&s.memory), 1);
	next_days(&s, 5);
	assert_int_equal(coach_strength_days(&s.memory), 1);
	next_days(&s, 1);
	assert_int_equal(coach_strength_days(&s.memory), 0);
	next_days(&s, 6);
	assert_non_null(coach_day_of(&s.memory, DAY0));
	next_days(&s, 1);
	assert_null(coach_day_of(&s.memory, DAY0));
	assert_null(coach_day_of(&s.memory, s.day + 1));
}

static void activities_off_the_desk_count(void **state)
{
	struct someone s;

	(void)state;
	begin(&s);
	coach_activity(&s.memory, &catalog, "walking", 20 * USEC_PER_MIN, NOON(s.day));
	assert_int_equal(s.memory.walked_at, NOON(s.day));
	assert_int_equal(s.rows[WALK].days, 1);
	next_days(&s, 3);
	coach_activity(&s.memory, &catalog, "yoga", 30 * USEC_PER_MIN, NOON(s.day));
	assert_int_equal(s.rows[YOGA].days, 1);
	assert_int_equal(s.memory.bout_at[MUSCLE_HAMSTRINGS], NOON(s.day));
	coach_activity(&s.memory, &catalog, "gardening", 10 * USEC_PER_MIN, NOON(s.day));
	assert_int_equal(coach_week_activity(&s.memory), 3600);
	next_days(&s, 4);
	assert_int_equal(coach_week_activity(&s.memory), 2400);
}

static void work_loads_and_exercise_relieves(void **state)
{
	struct someone s;

	(void)state;
	begin(&s);
	coach_worked(&s.memory, POSTURE_STANDING);
	assert_int_equal(s.memory.loaded_day[REGION_NECK], s.day);
	assert_int_equal(s.memory.loaded_day[REGION_HIPS], 0);
	coach_worked(&s.memory, POSTURE_SITTING);
	assert_int_equal(s.memory.loaded_day[REGION_HIPS], s.day);
	do_it(&s, ROLL, 20);
	assert_int_equal(s.memory.relieved_at[REGION_SHOULDERS], NOON(s.day));
	assert_int_equal(s.memory.relieved_at[REGION_NECK], 0);
}

static void a_clock_set_back_leaves_nothing_in_the_future(void **state)
{
	struct someone s;

	(void)state;
	begin(&s);
	next_days(&s, 400);
	do_it(&s, PLANK, 40);
	(void)rate(&s, ROLL, VERDICT_HURTS);
	coach_day_is(&s.memory, &catalog, DAY0, NOON(DAY0));
	assert_int_equal(s.memory.today, DAY0);
	assert_int_equal(s.memory.relieved_at[REGION_CORE], NOON(DAY0));
	assert_int_equal(s.memory.bout_at[MUSCLE_OBLIQUES], NOON(DAY0));
	assert_int_equal(s.rows[PLANK].done_day, DAY0);
	assert_int_equal(s.rows[ROLL].hurt_until, NOON(DAY0) + 7 * USEC_PER_DAY);
	/* The days before are still days before: rest days hold. */
	assert_int_equal(coach_day_of(&s.memory, DAY0)->strength_seconds, 40);
}

/* Everything another, and distinct. */
static void fill(struct someone *s)
{
	char key[COACH_KEY_MAX];

	for (size_t i = 0; i < coach_memory_values(); i++) {
		(void)coach_memory_get(&s->memory, i, key);
		assert_true(coach_memory_set(&s->memory, key, (int64_t)i % 97 + 1));
	}
	for (int row = 0; row < EXERCISES; row++)
		for (size_t i = 0; i < coach_progress_values(); i++) {
			(void)coach_progress_get(&s->memory, &s->rows[row], i, key);
			assert_true(coach_progress_set(&s->memory, &s->rows[row], key,
						       row + (int64_t)i));
		}
}

static void what_is_stored_comes_back(void **state)
{
	char key[COACH_KEY_MAX], other[COACH_KEY_MAX];
	struct someone s, t;

	(void)state;
	begin(&s);
	begin(&t);
	fill(&s);
	for (size_t i = 0; i < coach_memory_values(); i++) {
		int64_t value = coach_memory_get(&s.memory, i, key);

		assert_true(strlen(key) > 0);
		assert_int_equal(strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789- "),
				 strlen(key));
		for (size_t k = 0; k < i; k++) {
			(void)coach_memory_get(&s.memory, k, other);
			assert_string_not_equal(key, other);
		}
		assert_true(coach_memory_set(&t.memory, key, value));
	}
	for (int row = 0; row < EXERCISES; row++)
		for (size_t i = 0; i < coach_progress_values(); i++) {
			int64_t value = coach_progress_get(&s.memory, &s.rows[row], i, key);

			assert_true(coach_progress_set(&t.memory, &t.rows[row], key, value));
		}
	/* Nothing is forgotten: what is not stored is made to be the same here. */
	t.memory.progress = s.memory.progress;
	t.memory.changed = s.memory.changed;
	for (int i = 0; i < DAYS_KEPT; i++)
		t.memory.days[i].day = s.memory.days[i].day;
	for (int row = 0; row < EXERCISES; row++)
		s.rows[row].changed = t.rows[row].changed = false;
	assert_memory_equal(&s.memory, &t.memory, sizeof(s.memory));
	assert_memory_equal(s.rows, t.rows, sizeof(s.rows));
}

static size_t ones(const void *at, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += ((const unsigned char *)at)[i] == 1;
	return sum;
}

/* Every byte is 1; what of them arrives in memory that is all 0 has been stored. */
static void no_field_is_forgotten(void **state)
{
	/* What the owner gives, what is worked out, and what only a store needs. */
	const size_t unstored =
		2 * sizeof(void *) + 3 * sizeof(size_t) + DAYS_KEPT * sizeof(int32_t) + 1;
	char key[COACH_KEY_MAX];
	struct coach_progress rows[2];
	struct coach_memory all, got;
	size_t gap, lost;

	(void)state;
	memset(&all, 1, sizeof(all));
	memset(&got, 0, sizeof(got));
	memset(&rows[0], 1, sizeof(rows[0]));
	memset(&rows[1], 0, sizeof(rows[1]));
	for (size_t i = 0; i < coach_memory_values(); i++) {
		int64_t value = coach_memory_get(&all, i, key);

		(void)coach_memory_set(&got, key, value);
	}
	for (size_t i = 0; i < coach_progress_values(); i++) {
		int64_t value = coach_progress_get(&all, &rows[0], i, key);

		(void)coach_progress_set(&got, &rows[1], key, value);
	}
	assert_int_equal(ones(&got.before[0], offsetof(struct coach_before, stepped_down) + 1),
			 offsetof(struct coach_before, stepped_down) + 1);
	assert_int_equal(ones(&got.said[0], sizeof(got.said[0])), sizeof(got.said[0]));
	/* Nor is there another gap in the structs that a lost field of two bytes could hide in. */
	gap = offsetof(struct coach_memory, relieved_at) - offsetof(struct coach_memory, set_pick) -
	      sizeof(all.set_pick);
	lost = offsetof(struct coach_memory, before);
	lost -= ones(&got, lost) + unstored + gap;
	assert_true(lost < 2);
	lost = offsetof(struct coach_progress, changed);
	lost -= ones(&rows[1], lost);
	assert_int_equal(lost, 0);
}

static void a_store_from_elsewhere_does_no_harm(void **state)
{
	static const int64_t values[] = { 0, -1, INT64_MAX, INT64_MIN, 70000, 5000000000 };
	char key[COACH_KEY_MAX];
	struct someone s;

	(void)state;
	begin(&s);
	assert_false(coach_memory_set(&s.memory, "of a newer limber", 1));
	assert_false(coach_progress_set(&s.memory, &s.rows[0], "", 1));
	for (size_t v = 0; v < ELEMENTS(values); v++) {
		begin(&s);
		for (size_t i = 0; i < coach_memory_values(); i++) {
			(void)coach_memory_get(&s.memory, i, key);
			(void)coach_memory_set(&s.memory, key, values[v]);
		}
		for (int row = 0; row < EXERCISES; row++)
			for (size_t i = 0; i < coach_progress_values(); i++) {
				(void)coach_progress_get(&s.memory, &s.rows[row], i, key);
				(void)coach_progress_set(&s.memory, &s.rows[row], key, values[v]);
			}
		coach_memory_restored(&s.memory, &catalog, NOON(DAY0));
		assert_in_range(s.memory.level, 2, 5);
		coach_day_is(&s.memory, &catalog, DAY0, NOON(DAY0));
		for (int i = 0; i < EXERCISES; i++) {
			const struct exercise *e = &exercises[i];

			do_it(&s, i, 30);
			assert_in_range(dose_of(&s, i).seconds, e->seconds_min, e->seconds_default);
			assert_true(s.rows[i].hurt_until <= NOON(DAY0) + 7 * USEC_PER_DAY);
		}
		s.day = DAY0;
		next_days(&s, 30);
	}
}

static void another_catalogue_keeps_what_is_known_by_name(void **state)
{
	struct exercise others[3];
	struct catalog other = { .exercises = others, .n = ELEMENTS(others) };
	struct coach_progress rows[ELEMENTS(others)];
	struct coach_memory memory;
	struct someone s;

	(void)state;
	begin(&s);
	(void)rate(&s, ROLL, VERDICT_HURTS);
	(void)rate(&s, BRACE, VERDICT_LIKE);
	others[0] = exercises[YOGA];
	others[1] = exercises[BRACE];
	/* Now something is harder than the rolls. */
	others[2] = exercises[ROLL];
	others[0].easier = "roll";
	catalog_link(&other);
	coach_memory_init(&memory, rows, other.n, 1);
	coach_memory_move(&memory, &other, &s.memory, &catalog);
	assert_int_equal(memory.n, 3);
	assert_ptr_equal(memory.progress, rows);
	assert_int_equal(rows[1].likes, 1);
	assert_int_equal(rows[2].hurts, 1);
	assert_int_equal(rows[0].hurt_until, rows[2].hurt_until);
	assert_int_equal(rows[1].hurt_until, 0);
}

/* The files have become others. */
static void move(struct someone *s, const struct catalog *from, const struct catalog *to,
		 struct coach_gone *gone, size_t room)
{
	struct coach_progress rows[EXERCISES];
	struct coach_memory memory;

	coach_memory_init(&memory, rows, to->n, 1);
	memory.gone = gone;
	memory.gone_room = room;
	coach_memory_move(&memory, to, &s->memory, from);
	memcpy(s->rows, rows, sizeof(rows));
	s->memory = memory;
	s->memory.progress = s->rows;
}

static void what_is_gone_is_remembered_until_it_comes_back(void **state)
{
	const struct catalog fewer = { .exercises = exercises, .n = EXERCISES - 3 };
	const struct catalog none = { .exercises = exercises, .n = 0 };
	struct coach_gone gone[4][EXERCISES];
	struct someone s;

	(void)state;
	begin(&s);
	for (int day = 0; day < 30; day++, next_days(&s, 1))
		do_it(&s, SIDE_PLANK, 60);
	do_it(&s, YOGA, 1200);
	assert_int_equal(dose_of(&s, SIDE_PLANK).reps, 9);
	(void)rate(&s, YOGA, VERDICT_HURTS);
	move(&s, &catalog, &fewer, gone[0], EXERCISES);
	assert_int_equal(s.memory.n_gone, 2);
	next_days(&s, 1);
	/* Gone for two reloads, with others. */
	move(&s, &fewer, &none, gone[1], EXERCISES);
	move(&s, &none, &catalog, gone[2], EXERCISES);
	assert_int_equal(s.memory.n_gone, 0);
	assert_int_equal(s.rows[YOGA].hurt_until, NOON(s.day + 6));
	assert_int_equal(dose_of(&s, SIDE_PLANK).reps, 9);
	/* For long: then it begins anew. */
	move(&s, &catalog, &none, gone[0], EXERCISES);
	next_days(&s, 20);
	move(&s, &none, &catalog, gone[1], EXERCISES);
	assert_int_equal(dose_of(&s, SIDE_PLANK).reps, 5);

	/* Where there is little room, what hurt is remembered. */
	begin(&s);
	do_it(&s, BRACE, 60);
	(void)rate(&s, YOGA, VERDICT_HURTS);
	(void)rate(&s, ROLL, VERDICT_HURTS);
	do_it(&s, WALK, 300);
	move(&s, &catalog, &none, gone[0], 2);
	assert_int_equal(s.memory.n_gone, 2);
	move(&s, &none, &catalog, gone[1], 0);
	assert_int_not_equal(s.rows[YOGA].hurt_until, 0);
	assert_int_not_equal(s.rows[ROLL].hurt_until, 0);
	assert_int_equal(s.rows[WALK].days, 0);
	/* Without any room it is as if nothing had been. */
	move(&s, &catalog, &none, NULL, 0);
	move(&s, &none, &catalog, NULL, 0);
	assert_int_equal(s.rows[YOGA].hurt_until, 0);
}

static void muscles_are_told_apart_by_group(void **state)
{
	(void)state;
	assert_int_equal(muscles_parse("-"), 0);
	assert_int_equal(muscles_parse(""), 0);
	assert_int_equal(muscles_parse("upper trapezius"), BIT(MUSCLE_TRAPEZIUS));
	assert_int_equal(muscles_parse("triceps brachii"), muscles_parse("triceps"));
	assert_int_equal(muscles_parse("rectus femoris; rectus abdominis"),
			 BIT(MUSCLE_THIGHS) | BIT(MUSCLE_ABDOMEN));
	/* Nobody knows these two, but they stay what they are. */
	assert_int_equal(muscles_parse("platysma"), muscles_parse("platysma"));
	assert_true(muscles_parse("platysma") >= BIT(MUSCLE_OTHER_FIRST));
	assert_int_equal(muscles_parse("platysma;obliques"),
			 muscles_parse("platysma") | BIT(MUSCLE_OBLIQUES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_beginner_has_half),
		cmocka_unit_test(a_beginner_is_done_in_the_shortest_time),
		cmocka_unit_test(the_dose_grows_slowly_and_one_thing_at_a_time),
		cmocka_unit_test(a_tenth_more_where_that_is_more),
		cmocka_unit_test(too_little_of_it_is_no_reason_for_more),
		cmocka_unit_test(what_is_hard_does_not_grow),
		cmocka_unit_test(what_hurt_does_not_grow_for_two_weeks),
		cmocka_unit_test(mastered_is_two_weeks_done_and_easy),
		cmocka_unit_test(two_hards_step_down),
		cmocka_unit_test(what_hurts_is_blocked_with_all_that_is_harder),
		cmocka_unit_test(three_flags_in_a_region_call_for_advice),
		cmocka_unit_test(two_weeks_away_begin_at_half),
		cmocka_unit_test(the_level_rises_when_two_weeks_were_easy),
		cmocka_unit_test(what_pain_took_comes_back_without_a_word),
		cmocka_unit_test(pain_keeps_what_is_harder_until_it_goes_well),
		cmocka_unit_test(what_was_mastered_once_is_so_again_without_a_word),
		cmocka_unit_test(a_day_of_strength_is_counted),
		cmocka_unit_test(activities_off_the_desk_count),
		cmocka_unit_test(work_loads_and_exercise_relieves),
		cmocka_unit_test(a_clock_set_back_leaves_nothing_in_the_future),
		cmocka_unit_test(what_is_stored_comes_back),
		cmocka_unit_test(no_field_is_forgotten),
		cmocka_unit_test(a_store_from_elsewhere_does_no_harm),
		cmocka_unit_test(another_catalogue_keeps_what_is_known_by_name),
		cmocka_unit_test(what_is_gone_is_remembered_until_it_comes_back),
		cmocka_unit_test(muscles_are_told_apart_by_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
