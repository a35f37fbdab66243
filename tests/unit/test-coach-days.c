/*
 * What some people are offered on a day, word for word: coach-days.expected, which was read line by
 * line. After a change that is meant to change it: `test-coach-days --print`, and read it again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "coach-life.h"

#define TEXT_MAX (128 * 1024)
#define BREAKS 6 /* every third one is a long one */

/* clang-format off */
static const struct {
	const char *who;
	int days; /* of practice before */
	bool consents;
	enum posture posture;
	struct person person;
} people[] = {
	{ "new, in a room", 0, false, POSTURE_SITTING, { .place = PLACE_ROOM } },
	{ "new, at a desk", 0, false, POSTURE_SITTING, { .place = PLACE_DESK } },
	{ "new, with a mat", 0, false, POSTURE_SITTING, { .place = PLACE_MAT } },
	{ "new, in an open office", 0, false, POSTURE_SITTING,
	  { .place = PLACE_DESK, .discreet = true } },
	{ "new, standing, limits that cannot be read", 0, false, POSTURE_STANDING,
	  { .place = PLACE_ROOM, .limits_unreadable = true } },
	{ "new, a child to come, with a mat", 0, false, POSTURE_SITTING,
	  { .place = PLACE_MAT, .limits = BIT(LIMIT_PREGNANCY) } },
	{ "after 12 weeks, in a room, standing", 84, true, POSTURE_STANDING,
	  { .place = PLACE_ROOM } },
	{ "after 12 weeks, with a mat", 84, true, POSTURE_SITTING, { .place = PLACE_MAT } },
	{ "after 12 weeks, a slipped disc and a child to come", 84, true, POSTURE_SITTING,
	  { .place = PLACE_MAT, .limits = BIT(LIMIT_DISC_HERNIATION) | BIT(LIMIT_PREGNANCY) } },
	{ "after 12 weeks, a weak heart and high blood pressure", 84, true, POSTURE_SITTING,
	  { .place = PLACE_ROOM,
	    .limits = BIT(LIMIT_HEART_CONDITION) | BIT(LIMIT_HIGH_BLOOD_PRESSURE) } },
};
/* clang-format on */

static struct shipped shipped;

static void wrong(const struct life *l, const struct exercise *e, const char *what)
{
	fail_msg("day %d, %s: %s", l->day - FIRST_DAY, e ? e->id : "routine", what);
	abort();
}

__attribute__((format(printf, 2, 3))) static void add(char text[static TEXT_MAX],
						      const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text + used, TEXT_MAX - used, format, args);
	va_end(args);
}

static void tell_routine(const struct life *l, const struct routine *r, const char *what,
			 char *text)
{
	char why[COACH_WHY_MAX];

	add(text, "  %s, %us\n", what, r->seconds);
	for (size_t i = 0; i < r->n; i++) {
		const struct routine_step *step = &r->steps[i];

		coach_why(&shipped.catalog, step, why);
		add(text, "    %2us %-30s %-8s i%u %3us %2ux hold %2us  %s\n", step->ready,
		    life_exercise(l, step->exercise)->id,
		    position_names[life_exercise(l, step->exercise)->position],
		    life_exercise(l, step->exercise)->intensity, step->dose.seconds,
		    step->dose.reps, step->dose.hold, why);
	}
}

/* A day of breaks, all of them taken and easy; told if there is a text. */
static void live_a_day(struct life *l, char *text)
{
	for (unsigned i = 0; i < (text ? BREAKS : 24); i++) {
		const struct wish *w = i % 3 == 2 ? &active : &micro;
		struct routine r;

		l->now = (walltime_t)l->day * USEC_PER_DAY + 9 * USEC_PER_HOUR + MINUTES(20 * i);
		coach_worked(&l->memory, l->posture);
		life_choose(l, w, &r);
		if (text)
			tell_routine(l, &r, w == &active ? "long break" : "short break", text);
		life_rest(l, &r, w->length);
		for (size_t k = 0; k < r.n; k++)
			life_rate(l, r.steps[k].exercise, VERDICT_EASY);
	}
}

static void tell_days(char text[static TEXT_MAX])
{
	static struct life l;

	text[0] = '\0';
	for (size_t i = 0; i < ELEMENTS(people); i++) {
		struct routine r;
		struct coach c;

		life_begin(&l, &shipped, &people[i].person, 1);
		coach_consent(&l.memory, people[i].consents);
		l.posture = people[i].posture;
		for (int day = 0; day < people[i].days; day++, life_next_day(&l))
			if (!is_weekend(l.day))
				live_a_day(&l, NULL);
		add(text, "%s%s (level %u)\n", i ? "\n" : "", people[i].who, l.memory.level);
		coach_worked(&l.memory, l.posture);
		c = life_coach(&l);
		coach_suggest(&c, NULL, &r);
		tell_routine(&l, &r, "off the desk", text);
		live_a_day(&l, text);
	}
}

static void days_are_as_they_were_read(void **state)
{
	static char expected[TEXT_MAX], got[TEXT_MAX];
	CLEANUP(fclosep) FILE *file = fopen("tests/unit/coach-days.expected", "re");

	(void)state;
	assert_non_null(file);
	expected[fread(expected, 1, sizeof(expected) - 1, file)] = '\0';
	tell_days(got);
	assert_string_equal(got, expected);
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(days_are_as_they_were_read) };
	static char text[TEXT_MAX];
	int failed;

	shipped_load(&shipped);
	if (argc > 1 && !strcmp(argv[1], "--print")) {
		tell_days(text);
		failed = printf("%s", text) < 0;
	} else {
		failed = cmocka_run_group_tests(tests, NULL, NULL);
	}
	catalog_done(&shipped.catalog);
	return failed;
}
