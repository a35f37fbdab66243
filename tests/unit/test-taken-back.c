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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_activity_that_never_was),
		cmocka_unit_test(the_one_in_the_middle),
		cmocka_unit_test(another_one_of_that_day_stays),
		cmocka_unit_test(one_of_long_ago),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
