/*
 * Many people, for days and for a year, with the shipped exercises. What must hold of everything
 * that they are offered is checked by coach-life.h. `test-coach-random 20` has twenty times as
 * many.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "coach-break.h"

#define PEOPLE 5000
#define DAYS 5

/* So many people have the same exercises of their own. */
#define OWN_EVERY 200

static unsigned times = 1;
static struct shipped shipped;
static struct shipped own; /* with exercises of somebody's own, and links of their own */

static void wrong(const struct life *l, const struct exercise *e, const char *what)
{
	fail_msg("person %u, day %d, %s: %s", l->seed, l->day - FIRST_DAY, e ? e->id : "routine",
		 what);
	abort();
}

/* People -----------------------------------------------------------------------------------------
 */

static void make_person(struct dice *d, struct person *ret)
{
	*ret = (struct person){
		.place = (enum place)roll(d, PLACES_COUNT),
		.discreet = one_in(d, 4),
		.limits_unreadable = one_in(d, 20),
		.level = one_in(d, 2) ? (uint8_t)(1 + roll(d, 5)) : 0,
	};
	for (uint64_t n = roll(d, 4); n > 0; n--)
		ret->limits |= BIT(roll(d, LIMITS_COUNT));
	for (uint64_t n = one_in(d, 3) ? roll(d, 10) : 0; n > 0; n--)
		(void)snprintf(ret->skips[ret->n_skips++], sizeof(ret->skips[0]), "%s",
			       shipped.catalog.exercises[roll(d, shipped.catalog.n)].id);
}

static void make_own(struct dice *d)
{
	static struct exercise rows[EXERCISES_MAX];

	own.catalog = shipped.catalog;
	own_exercises(&own, d, rows);
	shipped_learn(&own);
}

static void make_wish(struct dice *d, struct wish *ret)
{
	static const unsigned lengths[] = {
		15, 20, 30, 60, 119, 120, 180, 300, 600, 601, 900, 3600
	};

	if (!one_in(d, 4)) {
		*ret = one_in(d, 3) ? active : micro;
		return;
	}
	*ret = (struct wish){
		.sets = one_in(d, 2) ? ALL_SETS : (uint32_t)roll(d, ALL_SETS) + 1,
		.regions = one_in(d, 2) ? 0 : (uint32_t)roll(d, BIT(REGIONS_COUNT)),
		.length = lengths[roll(d, ELEMENTS(lengths))] * USEC_PER_SEC,
	};
}

/* Somebody who has been with us for a while: anything may be mastered, grown or blocked. */
static void make_past(struct dice *d, struct life *l)
{
	for (size_t i = 0; i < shipped.catalog.n; i++) {
		if (one_in(d, 2))
			l->rows[i].mastered_day = l->day - (int)roll(d, 30);
		if (one_in(d, 20))
			l->rows[i].stepped_down = true;
		if (one_in(d, 5))
			life_rate(l, (int)i, (enum verdict)roll(d, VERDICT_HURTS));
	}
	l->memory.level = (uint8_t)(2 + roll(d, 4));
	l->memory.allowance = (uint32_t)(240 + roll(d, 3000));
	coach_consent(&l->memory, true);
	l->memory.level = (uint8_t)(2 + roll(d, 4));
}

static void have_break(struct dice *d, struct life *l)
{
	struct routine r;
	struct wish w;

	make_wish(d, &w);
	l->posture = one_in(d, 4) ? POSTURE_STANDING : POSTURE_SITTING;
	coach_worked(&l->memory, l->posture);
	if (one_in(d, 3)) {
		session_live(l, d, &w);
		return;
	}
	life_choose(l, &w, &r);
	while (one_in(d, 6))
		life_choose(l, &w, &r); /* another one */
	if (one_in(d, 4))
		life_rest(l, &r, roll(d, w.length / USEC_PER_SEC + 1) * USEC_PER_SEC);
	else
		life_rest(l, &r, w.length);
	if (r.n > 0 && one_in(d, 3)) {
		enum verdict verdict = (enum verdict)roll(d, VERDICTS);

		if (verdict != VERDICT_HURTS || one_in(d, 3))
			life_rate(l, r.steps[roll(d, r.n)].exercise, verdict);
	}
	l->now += MINUTES(roll(d, 40));
}

static void live(struct dice *d, struct life *l)
{
	for (int day = 0; day < DAYS; day++) {
		for (uint64_t breaks = 2 + roll(d, 12); breaks > 0; breaks--)
			have_break(d, l);
		life_suggest(l, one_in(d, 2));
		if (one_in(d, 10))
			coach_consent(&l->memory, one_in(d, 2));
		do
			life_next_day(l);
		while (one_in(d, 4));
	}
}

static void whoever_it_is_what_is_offered_is_right(void **state)
{
	static struct life l;
	uint64_t checked = 0, steps = 0, plain = 0;

	(void)state;
	for (unsigned seed = 1; seed <= PEOPLE * times; seed++) {
		struct dice d = { .state = seed * UINT64_C(0x9e3779b97f4a7c15) };
		struct person p;

		make_person(&d, &p);
		if (seed % OWN_EVERY == 1)
			make_own(&d);
		life_begin(&l, one_in(&d, 4) ? &own : &shipped, &p, seed);
		if (one_in(&d, 2))
			make_past(&d, &l);
		live(&d, &l);
		checked += l.checked;
		steps += l.steps;
		plain += l.checked - l.routines;
	}
	print_message("%u people: %llu routines of %llu exercises, %llu of them plain rest\n",
		      PEOPLE * times, (unsigned long long)checked, (unsigned long long)steps,
		      (unsigned long long)plain);
	assert_true(steps > checked && plain < checked / 10);
}

/* What is barred stays barred, a million times --------------------------------------------------
 */

static void back_and_child(void **state)
{
	static struct life l;
	const struct person p = {
		.limits = BIT(LIMIT_DISC_HERNIATION) | BIT(LIMIT_PREGNANCY),
		.place = PLACE_MAT,
		.level = 5,
	};
	struct dice d = { .state = 20261123 };
	uint64_t checked = 0;

	(void)state;
	for (unsigned seed = 1; checked < UINT64_C(1000000); seed++) {
		life_begin(&l, &shipped, &p, seed);
		make_past(&d, &l);
		for (int day = 0; day < 100; day++) {
			for (int i = 0; i < 20; i++)
				have_break(&d, &l);
			life_suggest(&l, true);
			life_next_day(&l);
		}
		checked += l.checked;
	}
	print_message("limits = disc-herniation pregnancy: %llu routines checked\n",
		      (unsigned long long)checked);
}

/* Years ------------------------------------------------------------------------------------------
 */

/* A working day from nine to five: two short breaks in the hour and a long one, all taken; what was
 * done feels easy. */
static void work_a_day(struct dice *d, struct life *l, bool rates)
{
	l->work_days++;
	life_suggest(l, true);
	for (int i = 0; i < 24; i++) {
		const struct wish *w = i % 3 == 2 ? &active : &micro;
		struct routine r;

		l->now = (walltime_t)l->day * USEC_PER_DAY + 9 * USEC_PER_HOUR +
			 MINUTES(20 * (unsigned)i);
		coach_worked(&l->memory, l->posture);
		life_choose(l, w, &r);
		life_rest(l, &r, w->length);
		for (size_t k = 0; rates && k < r.n; k++)
			if (one_in(d, 3))
				life_rate(l, r.steps[k].exercise, VERDICT_EASY);
	}
}

/* Could this ever come for that person? From the catalogue's texts. */
static bool can_come(const struct life *l, int i)
{
	const struct exercise *e = life_exercise(l, i);
	const struct person *p = &l->person;
	bool session = e->space == SPACE_OUTDOORS || e->seconds_min >= 300;
	unsigned level = l->memory.consent ? (p->level ? p->level : 5) : 2;

	if (e->avoid_if & p->limits || (p->limits_unreadable && e->avoid_if) ||
	    is_on_skip_list(p, e) || e->intensity > level)
		return false;
	if (e->intensity >= 4 && !can_come(l, catalog_find(&shipped.catalog, e->easier)))
		return false;
	return session || (has_space(p, e) && (!p->discreet || e->discreet));
}

static void check_coverage(const struct life *l, const char *who)
{
	for (int i = 0; i < (int)shipped.catalog.n; i++) {
		const struct exercise *e = life_exercise(l, i);

		if (!l->picked[i] && can_come(l, i))
			fail_msg("%s: %s never came in a year", who, e->id);
		if (l->picked[i] && !can_come(l, i))
			fail_msg("%s: %s came", who, e->id);
	}
}

/* Can a rule's break do anything for the region, on any day? */
static bool can_be_relieved(const struct life *l, unsigned region)
{
	for (int i = 0; i < (int)shipped.catalog.n; i++) {
		const struct exercise *e = life_exercise(l, i);

		if (e->relieves & BIT(region) && !is_strength(e) && !e->needs_warmup &&
		    e->intensity <= 2 && e->set != SET_LIFESTYLE && e->seconds_min < 300 &&
		    can_come(l, i))
			return true;
	}
	return false;
}

static void check_relief(const struct life *l, const char *who)
{
	for (unsigned region = 0; region < REGIONS_COUNT; region++)
		if (l->work_days - l->relieved_day[region] > 3 && can_be_relieved(l, region))
			fail_msg("%s: %s was not relieved for three working days", who,
				 region_names[region]);
}

static void live_a_year(struct life *l, const struct person *p, const char *who, bool consents,
			unsigned seed)
{
	struct dice d = { .state = seed };

	life_begin(l, &shipped, p, seed);
	coach_consent(&l->memory, consents);
	for (int day = 0; day < 365; day++, life_next_day(l)) {
		if (is_weekend(l->day))
			continue;
		work_a_day(&d, l, true);
		check_relief(l, who);
	}
	check_coverage(l, who);
}

static void a_year_has_all_that_there_is_for_somebody(void **state)
{
	/* clang-format off */
	static const struct {
		const char *who;
		bool consents;
		struct person person;
	} people[] = {
		{ "anybody", true, { .place = PLACE_MAT } },
		{ "no mat", true, { .place = PLACE_ROOM } },
		{ "at a desk", true, { .place = PLACE_DESK } },
		{ "no consent", false, { .place = PLACE_MAT } },
		{ "open office", true, { .place = PLACE_ROOM, .discreet = true } },
		{ "open office, desk", false, { .place = PLACE_DESK, .discreet = true } },
		{ "a bad back", true, { .place = PLACE_MAT,
		  .limits = BIT(LIMIT_ACUTE_LOW_BACK_PAIN) | BIT(LIMIT_DISC_HERNIATION) } },
		{ "pregnant", false, { .place = PLACE_MAT, .limits = BIT(LIMIT_PREGNANCY) } },
		{ "surgery", false, { .place = PLACE_ROOM, .limits = BIT(LIMIT_RECENT_SURGERY) } },
		{ "a weak heart", true, { .place = PLACE_MAT,
		  .limits = BIT(LIMIT_HEART_CONDITION) | BIT(LIMIT_HIGH_BLOOD_PRESSURE) } },
		{ "level 5", true, { .place = PLACE_MAT, .level = 5 } },
		{ "level 1", true, { .place = PLACE_MAT, .level = 1 } },
	};
	/* clang-format on */
	static bool ever[EXERCISES_MAX];
	bool sets[SETS_COUNT] = { false };
	static struct life l;
	size_t reached = 0;

	(void)state;
	for (size_t i = 0; i < ELEMENTS(people); i++) {
		live_a_year(&l, &people[i].person, people[i].who, people[i].consents,
			    (unsigned)i + 1);
		for (size_t k = 0; k < shipped.catalog.n; k++)
			ever[k] |= l.picked[k] > 0;
	}
	for (size_t k = 0; k < shipped.catalog.n; k++) {
		reached += ever[k];
		sets[shipped.catalog.exercises[k].set] |= ever[k];
	}
	for (int i = 0; i < SETS_COUNT; i++)
		assert_true(sets[i]);
	print_message("%zu of %zu exercises came to somebody\n", reached, shipped.catalog.n);
	assert_int_equal(reached, shipped.catalog.n);
}

/* Ergonomics X7: a rule that asks for regions gives each of them its minute of stretching, day by
 * day. */
static void chosen_regions_have_their_minute(void **state)
{
	static const uint32_t chosen[] = {
		BIT(REGION_NECK) | BIT(REGION_SHOULDERS) | BIT(REGION_CHEST),
		BIT(REGION_WRISTS) | BIT(REGION_SHOULDERS),
		BIT(REGION_LOWER_BACK) | BIT(REGION_HIPS) | BIT(REGION_HAMSTRINGS),
		BIT(REGION_CHEST),
	};
	static struct life l;

	(void)state;
	for (size_t i = 0; i < ELEMENTS(chosen); i++) {
		struct wish w = micro;

		w.regions = chosen[i];
		life_begin(&l, &shipped, &(struct person){ .place = PLACE_ROOM }, 1);
		for (int day = 0; day < 90; day++, life_next_day(&l)) {
			for (int turn = 0; turn < 16; turn++) {
				struct routine r;

				l.now += MINUTES(30);
				coach_worked(&l.memory, l.posture);
				life_choose(&l, &w, &r);
				life_rest(&l, &r, w.length);
			}
			for (unsigned k = 0; k < REGIONS_COUNT; k++)
				if (chosen[i] & BIT(k) && l.memory.stretched[k] < 60)
					fail_msg("day %d: %u s for %s", day, l.memory.stretched[k],
						 region_names[k]);
		}
	}
}

/* Who never rates anything, and tells of pain once: a year later it has all come again, and all
 * that is harder. */
static void a_pain_is_not_for_good(void **state)
{
	const struct person p = { .place = PLACE_MAT, .level = 3 };
	struct dice d = { .state = 5 };
	static struct life l;
	unsigned before[EXERCISES_MAX];

	(void)state;
	life_begin(&l, &shipped, &p, 1);
	coach_consent(&l.memory, true);
	for (int day = 0; day < 100; day++, life_next_day(&l))
		if (!is_weekend(l.day))
			work_a_day(&d, &l, false);
	for (size_t i = 0; i < shipped.catalog.n; i += 5)
		life_rate(&l, (int)i, VERDICT_HURTS);
	memcpy(before, l.picked, sizeof(before));
	for (int day = 0; day < 365; day++, life_next_day(&l))
		if (!is_weekend(l.day))
			work_a_day(&d, &l, false);
	for (size_t i = 0; i < shipped.catalog.n; i++)
		if (before[i] > 0 && l.picked[i] == before[i])
			wrong(&l, life_exercise(&l, (int)i), "never came again");
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whoever_it_is_what_is_offered_is_right),
		cmocka_unit_test(back_and_child),
		cmocka_unit_test(a_year_has_all_that_there_is_for_somebody),
		cmocka_unit_test(a_pain_is_not_for_good),
		cmocka_unit_test(chosen_regions_have_their_minute),
	};

	if (argc > 1)
		times = (unsigned)strtoul(argv[1], NULL, 10);
	shipped_load(&shipped);
	return cmocka_run_group_tests(tests, NULL, NULL) || (catalog_done(&shipped.catalog), 0);
}
