/* What was said by mistake and is taken back: the memory is as if it had never been said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "coach/memory.h"

#define BIT(n) (UINT32_C(1) << (n))
#define DAY0 20780
#define VALUES_MAX 400

enum { BRACE, PLANK, HARD_PLANK, ROLL, WALK, CLIMB, EXERCISES };

/* A chain of three, some without relation, and two that are done off the desk. */
static struct exercise exercises[EXERCISES] = {
	[BRACE] = { .id = "brace",
		    .set = SET_CORE,
		    .intensity = 2,
		    .harder = "plank",
		    .easier = "",
		    .muscles = "obliques",
		    .relieves = BIT(REGION_CORE) | BIT(REGION_LOWER_BACK),
		    .reps = 4,
		    .sets = 1,
		    .sides = 1,
		    .seconds_min = 24,
		    .seconds_default = 56 },
	[PLANK] = { .id = "plank",
		    .set = SET_CORE,
		    .intensity = 3,
		    .harder = "hard-plank",
		    .easier = "brace",
		    .muscles = "obliques; rectus abdominis",
		    .relieves = BIT(REGION_CORE),
		    .reps = 8,
		    .sets = 1,
		    .sides = 2,
		    .seconds_min = 20,
		    .seconds_default = 48 },
	[HARD_PLANK] = { .id = "hard-plank",
			 .set = SET_CORE,
			 .intensity = 4,
			 .easier = "plank",
			 .harder = "",
			 .muscles = "obliques",
			 .relieves = BIT(REGION_CORE),
			 .reps = 8,
			 .sets = 1,
			 .sides = 1,
			 .seconds_min = 20,
			 .seconds_default = 40 },
	[ROLL] = { .id = "roll",
		   .set = SET_WARM_UP,
		   .intensity = 1,
		   .easier = "",
		   .harder = "",
		   .relieves = BIT(REGION_SHOULDERS) | BIT(REGION_CORE),
		   .reps = 20,
		   .sets = 1,
		   .sides = 1,
		   .seconds_min = 20,
		   .seconds_default = 40 },
	[WALK] = { .id = "walking",
		   .set = SET_AEROBIC,
		   .position = POSITION_WALKING,
		   .intensity = 2,
		   .easier = "",
		   .harder = "",
		   .relieves = BIT(REGION_WHOLE_BODY),
		   .reps = 1,
		   .sets = 1,
		   .sides = 1,
		   .seconds_min = 300,
		   .seconds_default = 1200 },
	[CLIMB] = { .id = "climbing",
		    .set = SET_STRENGTHENING,
		    .intensity = 4,
		    .easier = "",
		    .harder = "",
		    .muscles = "latissimus dorsi",
		    .relieves = BIT(REGION_CORE) | BIT(REGION_SHOULDERS),
		    .reps = 1,
		    .sets = 1,
		    .sides = 1,
		    .seconds_min = 600,
		    .seconds_default = 1200 },
};

static struct catalog catalog = { .exercises = exercises, .n = EXERCISES };

struct someone {
	struct coach_memory memory;
	struct coach_progress rows[EXERCISES];
	walltime_t now;
};

static int day_of(walltime_t at)
{
	return (int)(at / USEC_PER_DAY);
}

/* So much later; days begin at midnight here. */
static void later(struct someone *s, usec_t by)
{
	s->now += by;
	coach_day_is(&s->memory, &catalog, day_of(s->now), s->now);
}

static void begin(struct someone *s)
{
	catalog_link(&catalog);
	coach_memory_init(&s->memory, s->rows, EXERCISES, 7);
	s->now = DAY0 * USEC_PER_DAY;
	later(s, 9 * USEC_PER_HOUR);
}

/* All that is remembered, as it would be stored. */
struct picture {
	int64_t values[VALUES_MAX + EXERCISES * 80];
	char keys[VALUES_MAX + EXERCISES * 80][COACH_KEY_MAX + 16];
	size_t n;
};

/* Marks mean the same whatever day they are counted from. */
static struct coach_progress seen_today(const struct someone *s, size_t k)
{
	struct coach_progress row = s->rows[k];
	int by = s->memory.today - row.marks_day;

	row.offered_marks = by < DAYS_KEPT ? (uint16_t)(row.offered_marks << by & 0x3fff) : 0;
	row.done_marks = by < DAYS_KEPT ? (uint16_t)(row.done_marks << by & 0x3fff) : 0;
	row.marks_day = 0;
	return row;
}

static void take_picture(const struct someone *s, struct picture *p)
{
	char key[COACH_KEY_MAX];

	p->n = 0;
	for (size_t i = 0; i < coach_memory_values(); i++) {
		p->values[p->n] = coach_memory_get(&s->memory, i, key);
		(void)snprintf(p->keys[p->n++], sizeof(p->keys[0]), "%s", key);
	}
	for (size_t k = 0; k < EXERCISES; k++) {
		const struct coach_progress row = seen_today(s, k);

		for (size_t i = 0; i < coach_progress_values(); i++) {
			p->values[p->n] = coach_progress_get(&row, i, key);
			(void)snprintf(p->keys[p->n++], sizeof(p->keys[0]), "%s %s",
				       exercises[k].id, key);
		}
	}
}

static void assert_as_in(const struct someone *s, const struct picture *then)
{
	static struct picture now;

	take_picture(s, &now);
	assert_int_equal(now.n, then->n);
	for (size_t i = 0; i < now.n; i++)
		if (now.values[i] != then->values[i])
			fail_msg("%s was %lld and is %lld", now.keys[i], (long long)then->values[i],
				 (long long)now.values[i]);
}

static void assert_another_than(const struct someone *s, const struct picture *then)
{
	static struct picture now;

	take_picture(s, &now);
	assert_memory_not_equal(now.values, then->values, now.n * sizeof(now.values[0]));
}

/* Activities -------------------------------------------------------------------------------------
 */

struct done {
	const char *kind;
	usec_t length;
	walltime_t at;
};

static void log_it(struct someone *s, struct done *d, const char *kind, usec_t length)
{
	*d = (struct done){ kind, length, s->now };
	coach_activity(&s->memory, &catalog, kind, length, s->now);
}

/* All but one of what was done is told again, as from a history. */
static void remove_it(struct someone *s, const struct done all[], size_t n, size_t which)
{
	const struct done *d = &all[which];
	int i = coach_activity_removed(&s->memory, &catalog, d->kind, d->length, day_of(d->at),
				       d->at);

	for (size_t k = 0; k < n; k++)
		if (k != which)
			coach_activity_still_done(&s->memory, &catalog, all[k].kind, all[k].length,
						  day_of(all[k].at), all[k].at, i);
}

static void an_activity_that_never_was(void **state)
{
	static const char *const kinds[] = { "walking", "climbing", "gym" };
	static struct picture before;

	(void)state;
	for (size_t k = 0; k < ELEMENTS(kinds); k++) {
		struct done all[4];
		struct someone s;

		begin(&s);
		log_it(&s, &all[0], "walking", 20 * USEC_PER_MIN);
		later(&s, USEC_PER_DAY);
		log_it(&s, &all[1], "climbing", 10 * USEC_PER_MIN);
		later(&s, USEC_PER_HOUR);
		log_it(&s, &all[2], "walking", 30 * USEC_PER_MIN);
		later(&s, 3 * USEC_PER_DAY);
		take_picture(&s, &before);
		log_it(&s, &all[3], kinds[k], 20 * USEC_PER_HOUR);
		assert_another_than(&s, &before);
		remove_it(&s, all, 4, 3);
		assert_as_in(&s, &before);
	}
}

static void the_one_in_the_middle(void **state)
{
	static struct picture without;
	struct someone s;
	struct done all[3];

	(void)state;
	for (int mistaken = 0; mistaken < 2; mistaken++) {
		begin(&s);
		log_it(&s, &all[0], "walking", 20 * USEC_PER_MIN);
		later(&s, USEC_PER_DAY);
		if (mistaken)
			log_it(&s, &all[1], "walking", 20 * USEC_PER_HOUR);
		later(&s, 2 * USEC_PER_DAY);
		log_it(&s, &all[2], "walking", 30 * USEC_PER_MIN);
		if (!mistaken)
			take_picture(&s, &without);
	}
	assert_int_equal(coach_week_activity(&s.memory), 20 * 3600 + 50 * 60);
	remove_it(&s, all, 3, 1);
	assert_int_equal(coach_week_activity(&s.memory), 50 * 60);
	assert_as_in(&s, &without);
}

/* Two on a day are one day on which it was done. */
static void another_one_of_that_day_stays(void **state)
{
	static struct picture without;
	struct someone s;
	struct done all[2];

	(void)state;
	begin(&s);
	log_it(&s, &all[1], "walking", 20 * USEC_PER_MIN);
	later(&s, USEC_PER_HOUR);
	take_picture(&s, &without);
	log_it(&s, &all[0], "walking", 20 * USEC_PER_MIN);
	remove_it(&s, all, 2, 0);
	assert_as_in(&s, &without);
}

/* Of what is older than the memory's days only the row can go. */
static void one_of_long_ago(void **state)
{
	static struct picture before;
	struct someone s;
	struct done all[2];

	(void)state;
	begin(&s);
	log_it(&s, &all[0], "walking", 20 * USEC_PER_MIN);
	later(&s, 20 * USEC_PER_DAY);
	log_it(&s, &all[1], "walking", 20 * USEC_PER_MIN);
	take_picture(&s, &before);
	remove_it(&s, all, 2, 0);
	assert_as_in(&s, &before);
}

/* Pain -------------------------------------------------------------------------------------------
 */

static void rate(struct someone *s, int i, enum verdict verdict)
{
	(void)coach_verdict(&s->memory, &catalog, i, verdict, s->now, NULL);
}

static void do_it(struct someone *s, int i)
{
	coach_offered(&s->memory, &catalog, &i, 1);
	coach_done(&s->memory, &catalog, i, 60, s->now);
}

/* Two months of it, with which all three of the chain are mastered, and all levels reached. */
static void train(struct someone *s)
{
	begin(s);
	coach_consent(&s->memory, true);
	for (int day = 0; day < 60; day++, later(s, USEC_PER_DAY))
		for (int i = BRACE; i <= ROLL; i++) {
			do_it(s, i);
			rate(s, i, VERDICT_EASY);
		}
	assert_int_equal(s->memory.level, LEVEL_MAX);
	for (int i = BRACE; i <= HARD_PLANK; i++)
		assert_int_not_equal(s->rows[i].mastered_day, 0);
}

static void assert_did_not(struct someone *s, int i)
{
	assert_true(coach_did_not_hurt(&s->memory, &catalog, i, s->now));
}

/* Without what only tells how it was before, which changes nothing. */
static void forget_before(struct someone *s)
{
	for (int i = 0; i < EXERCISES; i++) {
		struct coach_progress *p = &s->rows[i];

		p->before_since = 0;
		p->before_dose_day = p->before_mastered_day = 0;
		p->before_well_day = p->before_stepped_day = 0;
		p->before_reps = p->before_hold = p->before_seconds = 0;
		p->before_days_at_dose = 0;
		p->before_easy_running = p->before_hard_running = 0;
		p->before_stepped_down = false;
		p->said_day = p->was_well_day = p->was_mastered_day = 0;
		p->said_times = p->was_easy_running = p->was_hard_running = 0;
		p->said_hard = p->was_mastered_once = false;
	}
	/* The one that is kept for when another one is taken back. */
	for (int i = 0; i < REGIONS_COUNT; i++)
		s->memory.flags_at[i][FLAGS_ADVISE] = 0;
	s->memory.cap_since = 0;
	s->memory.cap_before = 0;
	s->memory.cap_before_day = 0;
}

static void a_pain_that_never_was(void **state)
{
	static struct picture before;
	struct someone s;

	(void)state;
	for (int i = BRACE; i < EXERCISES; i++)
		for (int hours = 0; hours < 7 * 24; hours += 41) {
			train(&s);
			later(&s, (usec_t)hours * USEC_PER_HOUR);
			forget_before(&s);
			take_picture(&s, &before);
			train(&s);
			rate(&s, i, VERDICT_HURTS);
			assert_another_than(&s, &before);
			later(&s, (usec_t)hours * USEC_PER_HOUR);
			assert_did_not(&s, i);
			forget_before(&s);
			/* The level may have been looked at between. */
			assert_as_in(&s, &before);
		}
}

/* The same pain, told again and again, is one and goes as one. */
static void a_slip_that_was_pressed_again(void **state)
{
	static struct picture before;
	struct someone s;

	(void)state;
	train(&s);
	forget_before(&s);
	later(&s, 2 * USEC_PER_MIN);
	take_picture(&s, &before);
	s.now -= 2 * USEC_PER_MIN;
	rate(&s, PLANK, VERDICT_HURTS);
	later(&s, USEC_PER_MIN);
	rate(&s, PLANK, VERDICT_HURTS);
	later(&s, USEC_PER_MIN);
	assert_did_not(&s, PLANK);
	forget_before(&s);
	assert_as_in(&s, &before);
}

static void whoever_was_not_hurt_has_nothing_to_take_back(void **state)
{
	static struct picture before;
	struct someone s;

	(void)state;
	train(&s);
	take_picture(&s, &before);
	assert_false(coach_did_not_hurt(&s.memory, &catalog, PLANK, s.now));
	assert_as_in(&s, &before);
	/* Nor what is blocked by another one, nor one of longer ago. */
	rate(&s, BRACE, VERDICT_HURTS);
	assert_false(coach_did_not_hurt(&s.memory, &catalog, PLANK, s.now));
	later(&s, HURTS_BLOCKS);
	take_picture(&s, &before);
	assert_false(coach_did_not_hurt(&s.memory, &catalog, BRACE, s.now));
	assert_as_in(&s, &before);
}

/* What is said of several, one after the other, on some days. */
static const struct {
	int hours, i;
} pains[] = {
	{ 1, PLANK }, { 30, BRACE }, { 5, ROLL }, { 40, HARD_PLANK }, { 3, CLIMB }, { 20, BRACE },
};

/* All of them but those, told and taken back at once or not told at all. */
static void suffer(struct someone *s, unsigned without, bool told)
{
	train(s);
	for (size_t k = 0; k < ELEMENTS(pains); k++) {
		later(s, (usec_t)pains[k].hours * USEC_PER_HOUR);
		if (told || !(without & BIT(k)))
			rate(s, pains[k].i, VERDICT_HURTS);
	}
	later(s, USEC_PER_HOUR);
}

/* Whichever of them was real protects as if it alone had been said. */
static void of_several_pains_the_real_ones_stay(void **state)
{
	static struct picture want;
	struct someone s;

	(void)state;
	for (size_t k = 0; k < ELEMENTS(pains); k++) {
		/* Of two of the same exercise the later one is taken back. */
		if (pains[k].i == BRACE && k + 1 < ELEMENTS(pains))
			continue;
		suffer(&s, BIT(k), false);
		forget_before(&s);
		take_picture(&s, &want);
		suffer(&s, BIT(k), true);
		assert_did_not(&s, pains[k].i);
		forget_before(&s);
		assert_as_in(&s, &want);
	}
}

/* In whatever order they are taken back, nothing is left of them. */
static void all_of_several_pains(void **state)
{
	static const int orders[][ELEMENTS(pains)] = {
		{ PLANK, BRACE, ROLL, HARD_PLANK, CLIMB, BRACE },
		{ BRACE, CLIMB, HARD_PLANK, ROLL, BRACE, PLANK },
		{ HARD_PLANK, BRACE, PLANK, BRACE, CLIMB, ROLL },
	};
	static struct picture want;
	struct someone s;

	(void)state;
	suffer(&s, UINT32_MAX, false);
	forget_before(&s);
	take_picture(&s, &want);
	for (size_t k = 0; k < ELEMENTS(orders); k++) {
		suffer(&s, 0, true);
		for (size_t n = 0; n < ELEMENTS(pains); n++)
			assert_did_not(&s, orders[k][n]);
		forget_before(&s);
		assert_as_in(&s, &want);
	}
}

/* In a trace they may all be said in the same moment. */
static void several_pains_at_once(void **state)
{
	static struct picture want;
	struct someone s;

	(void)state;
	for (int without = BRACE; without <= CLIMB; without++) {
		for (int told = 0; told < 2; told++) {
			train(&s);
			for (int i = BRACE; i <= CLIMB; i++)
				if (told || i != without)
					rate(&s, i, VERDICT_HURTS);
			if (told)
				assert_did_not(&s, without);
			forget_before(&s);
			if (!told)
				take_picture(&s, &want);
		}
		assert_as_in(&s, &want);
	}
}

/* Three in a region call for advice: with one less they do not. */
static void a_region_rests_no_more(void **state)
{
	struct someone s;

	(void)state;
	train(&s);
	for (int i = BRACE; i <= HARD_PLANK; i++, later(&s, USEC_PER_HOUR))
		rate(&s, i, VERDICT_HURTS);
	assert_true(s.memory.no_strength_until[REGION_CORE] > s.now);
	assert_did_not(&s, PLANK);
	assert_int_equal(s.memory.no_strength_until[REGION_CORE], 0);
	rate(&s, ROLL, VERDICT_HURTS);
	assert_int_equal(s.memory.no_strength_until[REGION_CORE], s.now + 14 * USEC_PER_DAY);
	/* With four of them it does all the same. */
	rate(&s, CLIMB, VERDICT_HURTS);
	assert_did_not(&s, ROLL);
	assert_int_equal(s.memory.no_strength_until[REGION_CORE], s.now + 14 * USEC_PER_DAY);
}

/* Ratings ---------------------------------------------------------------------------------------
 */

static void the_last_word_of_a_day_counts(void **state)
{
	static const enum verdict slips[][2] = {
		{ VERDICT_EASY, VERDICT_HARD },
		{ VERDICT_HARD, VERDICT_EASY },
		{ VERDICT_LIKE, VERDICT_DISLIKE },
		{ VERDICT_DISLIKE, VERDICT_LIKE },
	};
	static struct picture want;
	struct someone s;

	(void)state;
	for (int i = BRACE; i <= ROLL; i++)
		for (size_t k = 0; k < ELEMENTS(slips); k++)
			/* Twice is a step down. */
			for (int times = 1; times <= 3; times++) {
				train(&s);
				rate(&s, i, slips[k][1]);
				forget_before(&s);
				take_picture(&s, &want);
				train(&s);
				for (int n = 0; n < times; n++)
					rate(&s, i, slips[k][0]);
				rate(&s, i, slips[k][1]);
				forget_before(&s);
				assert_as_in(&s, &want);
			}
}

/* What was hard on Monday may be easy on Tuesday: both are true. */
static void another_day_is_another_word(void **state)
{
	struct someone s;

	(void)state;
	begin(&s);
	rate(&s, ROLL, VERDICT_EASY);
	later(&s, USEC_PER_DAY);
	rate(&s, ROLL, VERDICT_HARD);
	assert_int_equal(s.rows[ROLL].easy, 1);
	assert_int_equal(s.rows[ROLL].hard, 1);
	/* And no rating takes pain back. */
	rate(&s, ROLL, VERDICT_HURTS);
	rate(&s, ROLL, VERDICT_EASY);
	rate(&s, ROLL, VERDICT_LIKE);
	assert_true(s.rows[ROLL].hurt_until > s.now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_activity_that_never_was),
		cmocka_unit_test(the_one_in_the_middle),
		cmocka_unit_test(another_one_of_that_day_stays),
		cmocka_unit_test(one_of_long_ago),
		cmocka_unit_test(a_pain_that_never_was),
		cmocka_unit_test(a_slip_that_was_pressed_again),
		cmocka_unit_test(whoever_was_not_hurt_has_nothing_to_take_back),
		cmocka_unit_test(of_several_pains_the_real_ones_stay),
		cmocka_unit_test(all_of_several_pains),
		cmocka_unit_test(several_pains_at_once),
		cmocka_unit_test(a_region_rests_no_more),
		cmocka_unit_test(the_last_word_of_a_day_counts),
		cmocka_unit_test(another_day_is_another_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
