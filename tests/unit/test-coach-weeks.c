/*
 * Somebody who begins: twelve weeks, as a table, held against ergonomics X2 to X6. The manual page
 * limberd(1) shows it: `test-coach-weeks --table` prints it anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "coach-life.h"

#define WEEKS 12
#define TABLE_MAX 4096
/* When the beginner has read the safety text and agreed to more. */
#define CONSENT_WEEK 2

static struct shipped shipped;

struct week {
	unsigned level, hardest;
	unsigned reps, of; /* asked, and in full, of everything counted that was done */
	unsigned strength_days, strength_seconds, strength_load, seconds;
};

static void wrong(const struct life *l, const struct exercise *e, const char *what)
{
	fail_msg("day %d, %s: %s", l->day - FIRST_DAY, e ? e->id : "routine", what);
	abort();
}

static void count_step(struct life *l, const struct routine_step *step, struct week *ret)
{
	const struct exercise *e = life_exercise(l, step->exercise);
	struct coach_dose dose;

	/* The dose that is asked for: a short break may have room for less. */
	coach_dose(e, &l->rows[step->exercise], &dose);
	ret->hardest = e->intensity > ret->hardest ? e->intensity : ret->hardest;
	ret->seconds += step->dose.seconds;
	if (e->reps > 1) {
		ret->reps += 100 * dose.reps / ((unsigned)e->reps * e->sets);
		ret->of += 100;
	}
	if (!is_strength(e))
		return;
	ret->strength_seconds += step->dose.seconds;
	ret->strength_load += step->dose.seconds * e->intensity;
}

/* Breaks as the shipped rules have them in an eight-hour day, all taken; each exercise feels easy
 * from its third day on. */
static void work_a_day(struct life *l, struct week *ret)
{
	for (unsigned i = 0; i < 24; i++) {
		const struct wish *w = i % 3 == 2 ? &active : &micro;
		struct routine r;

		l->now = (walltime_t)l->day * USEC_PER_DAY + 9 * USEC_PER_HOUR + MINUTES(20 * i);
		coach_worked(&l->memory, l->posture);
		life_choose(l, w, &r);
		for (size_t k = 0; k < r.n; k++)
			count_step(l, &r.steps[k], ret);
		life_rest(l, &r, w->length);
		for (size_t k = 0; k < r.n; k++)
			if (l->rows[r.steps[k].exercise].days >= 3)
				life_rate(l, r.steps[k].exercise, VERDICT_EASY);
	}
	ret->strength_days += l->strength_days[0] == l->day;
}

/* A tenth more than a week before at most, or one repetition, or 5 s; and one thing at a time. */
static void check_growth(struct life *l, const struct coach_dose before[],
			 const struct coach_dose after[])
{
	for (size_t i = 0; i < shipped.catalog.n; i++) {
		const struct exercise *e = life_exercise(l, (int)i);
		const struct coach_dose *a = &after[i], *b = &before[i];
		unsigned held = b->reps * (e->sides ? e->sides : 1);

		HOLDS(l, e, a->reps <= b->reps + 1 || a->reps * 10 <= b->reps * 11);
		HOLDS(l, e, a->reps == b->reps || a->hold == b->hold);
		HOLDS(l, e,
		      a->hold <= b->hold + 1 || (a->hold - b->hold) * held <= 5 ||
			      (a->hold - b->hold) * held * 10 <= b->seconds);
		HOLDS(l, e,
		      e->reps > 1 || e->hold_seconds > 0 || a->seconds <= b->seconds + 5 ||
			      a->seconds * 10 <= b->seconds * 11);
	}
}

static void take_doses(const struct life *l, struct coach_dose doses[])
{
	for (size_t i = 0; i < shipped.catalog.n; i++)
		coach_dose(life_exercise(l, (int)i), &l->rows[i], &doses[i]);
}

static void live(struct week weeks[static WEEKS])
{
	static struct coach_dose before[EXERCISES_MAX], after[EXERCISES_MAX];
	static struct life l;
	const struct person person = { .place = PLACE_ROOM };

	life_begin(&l, &shipped, &person, 1);
	for (int week = 0; week < WEEKS; week++) {
		weeks[week] = (struct week){ 0 };
		take_doses(&l, before);
		if (week == CONSENT_WEEK)
			coach_consent(&l.memory, true);
		for (int day = 0; day < 7; day++, life_next_day(&l)) {
			weeks[week].level = l.memory.level;
			if (!is_weekend(l.day))
				work_a_day(&l, &weeks[week]);
		}
		take_doses(&l, after);
		check_growth(&l, before, after);
	}
}

static void write_table(const struct week weeks[static WEEKS], char table[static TABLE_MAX])
{
	size_t used;

	used = (size_t)snprintf(
		table, TABLE_MAX, "%s%s",
		"      intensity      repetitions  strength and core      all\n",
		"week  allowed  done  of the full  days  minutes  load    minutes\n");
	for (int i = 0; i < WEEKS; i++) {
		const struct week *w = &weeks[i];

		used += (size_t)snprintf(table + used, TABLE_MAX - used,
					 "%4d  %7u  %4u  %9u %%  %4u  %7.1f  %4.1f  %9.1f\n", i + 1,
					 w->level, w->hardest, 100 * w->reps / w->of,
					 w->strength_days, w->strength_seconds / 60.0,
					 w->strength_load / 60.0, w->seconds / 60.0);
	}
}

static void the_first_weeks_are_gentle(void **state)
{
	struct week weeks[WEEKS];
	unsigned most;

	(void)state;
	live(weeks);
	most = weeks[0].strength_load;
	/* X2: intensity 1 and 2, about half. */
	assert_int_equal(weeks[0].hardest, 2);
	assert_true(weeks[0].reps * 100 <= weeks[0].of * 60);
	for (int i = 0; i < WEEKS; i++) {
		const struct week *w = &weeks[i];

		assert_true(w->hardest <= w->level);
		assert_true(i > CONSENT_WEEK + 1 || w->level == 2);
		/* X5, X6: two or three days; that none follows another is checked day by day. */
		assert_in_range(w->strength_days, 2, 3);
		if (i == 0)
			continue;
		/* X3: a tenth more than ever; X4: a level in two weeks. */
		assert_true(w->strength_load * 10 <= most * 11);
		most = w->strength_load > most ? w->strength_load : most;
		assert_true(w->level <= weeks[i - 1].level + 1);
		assert_true(i < 2 || w->level <= weeks[i - 2].level + 1);
		/* Slowly, but it grows. */
		assert_true(w->reps * weeks[i - 1].of + weeks[i - 1].of * w->of / 50 >=
			    weeks[i - 1].reps * w->of);
	}
	assert_true(weeks[WEEKS - 1].reps * 100 >= weeks[WEEKS - 1].of * 80);
	assert_true(weeks[WEEKS - 1].strength_seconds >= 2 * weeks[0].strength_seconds);
}

static void the_manual_shows_them(void **state)
{
	static char manual[256 * 1024];
	CLEANUP(fclosep) FILE *file = fopen("client/limberd.1", "re");
	struct week weeks[WEEKS];
	char table[TABLE_MAX];

	(void)state;
	assert_non_null(file);
	manual[fread(manual, 1, sizeof(manual) - 1, file)] = '\0';
	live(weeks);
	write_table(weeks, table);
	if (!strstr(manual, table))
		fail_msg("client/limberd.1 shows other weeks than these:\n%s", table);
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_weeks_are_gentle),
		cmocka_unit_test(the_manual_shows_them),
	};
	struct week weeks[WEEKS];
	char table[TABLE_MAX];
	int failed;

	shipped_load(&shipped);
	if (argc > 1 && !strcmp(argv[1], "--table")) {
		live(weeks);
		write_table(weeks, table);
		failed = printf("%s", table) < 0;
	} else {
		failed = cmocka_run_group_tests(tests, NULL, NULL);
	}
	catalog_done(&shipped.catalog);
	return failed;
}
