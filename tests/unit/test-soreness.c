#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "coach/soreness.h"

#define M(muscle) (UINT32_C(1) << MUSCLE_##muscle)

static struct exercise exercises[] = {
	{ .id = "lunge", .muscles = "gluteus maximus; quadriceps; tibialis anterior" },
	{ .id = "press-up", .muscles = "pectoralis major; triceps brachii" },
	{ .id = "rest", .muscles = "-" },
	{ .id = "own" },
	{ .id = "curl", .muscles = "wrist flexors; finger flexors" },
	{ .id = "gaze", .muscles = "ciliary muscle; popliteus" },
};

static struct catalog catalog = { .exercises = exercises, .n = ELEMENTS(exercises) };

static void test_words_of_people_and_of_the_catalogue(void **state)
{
	/* clang-format off */
	static const struct {
		const char *word;
		uint32_t muscles;
	} rows[] = {
		{ "shoulders", M(SHOULDERS) | M(TRAPEZIUS) },
		{ "shoulder", M(SHOULDERS) | M(TRAPEZIUS) },
		{ "SHOULDERS", M(SHOULDERS) | M(TRAPEZIUS) },
		{ "lower-back", M(BACK) },
		{ "lower back", M(BACK) },
		{ "Lower_Back", M(BACK) },
		{ "calf", M(CALVES) },
		{ "calves", M(CALVES) },
		{ "leg", M(GLUTES) | M(THIGHS) | M(HAMSTRINGS) | M(CALVES) },
		{ "gluteus maximus", M(GLUTES) },
		{ "gluteus", M(GLUTES) },
		{ "pectoralis", M(CHEST) },
		{ "triceps brachii", M(ARMS) },
		{ "tibialis", M(CALVES) },
		{ "wrist flexor", M(FOREARMS) },
		/* No part of a name that is less than a word, and no word that is less than a name. */
		{ "glut", 0 },
		{ "maximu", 0 },
		{ "pectorali", 0 },
		{ "gluteus minimus", 0 },
		{ "tri", 0 },
		/* It tells which part, but not of what. */
		{ "maximus", 0 },
		{ "anterior", 0 },
		{ "major pectoralis", 0 },
		/* Nothing, nowhere, and no muscle. */
		{ "", 0 },
		{ "-", 0 },
		{ "s", 0 },
		{ ";", 0 },
		{ "gluteus maximus; quadriceps", 0 },
		{ "eyes", 0 },
		{ "ciliary", 0 },
		{ "shoulderss", 0 },
		{ "a word that is longer than any name of a muscle that there is", 0 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		uint32_t got = soreness_muscles(&catalog, rows[i].word);

		if (got != rows[i].muscles)
			fail_msg("'%s' is %#x, not %#x", rows[i].word, got, rows[i].muscles);
	}
}

/* Without anything between them the longest name that is one counts. */
static void test_several_words_are_taken_apart(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text, *word, *rest;
		bool known;
	} rows[] = {
		{ "neck", "neck", "", true },
		{ "lower back neck", "lower back", "neck", true },
		{ "neck lower back", "neck", "lower back", true },
		{ " Upper  back ", "Upper", "back ", false },
		{ "upper back upper arms", "upper back", "upper arms", true },
		{ "gluteus maximus gluteus", "gluteus maximus", "gluteus", true },
		{ "back  arms", "back", "arms", true },
		{ "back ", "back", "", true },
		{ "ghost neck", "ghost", "neck", false },
		{ "lower neck", "lower", "neck", false },
		{ "knee neck", "knee", "neck", false },
		{ "", "", "", false },
		{ "neck a word after it that goes far beyond all that is known", "neck",
		  "a word after it that goes far beyond all that is known", true },
		{ "longer-than-any-name-of-a-muscle-that-anybody-knows-of neck",
		  "longer-than-any-name-of-a-muscle-that-anybody-k", "neck", false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		char word[SORENESS_WORD_MAX];
		uint32_t muscles = 1;
		const char *rest = soreness_next(&catalog, rows[i].text, word, &muscles);

		if (strcmp(word, rows[i].word) || strcmp(rest, rows[i].rest) ||
		    (muscles != 0) != rows[i].known)
			fail_msg("'%s' is '%s' (%#x) and '%s'", rows[i].text, word, muscles, rest);
	}
}

/* One that has no group of its own is found all the same, as the exercise's muscle. */
static void test_a_muscle_without_a_group(void **state)
{
	(void)state;
	assert_int_equal(soreness_muscles(&catalog, "popliteus"), muscles_parse("popliteus"));
	assert_true(soreness_muscles(&catalog, "popliteus") >= UINT32_C(1) << MUSCLE_OTHER_FIRST);
}

/* Of the wrists there are exercises, and so they stay a place. */
static void test_joints_are_no_muscles(void **state)
{
	static const char *const yes[] = { "knee", "Knees", "elbow", "ANKLES", "joint" };
	static const char *const no[] = { "wrists", "hip", "shoulder", "calf", "kneel", "", "-" };

	(void)state;
	for (size_t i = 0; i < ELEMENTS(yes); i++) {
		assert_true(soreness_is_joint(yes[i]));
		assert_int_equal(soreness_muscles(&catalog, yes[i]), 0);
	}
	for (size_t i = 0; i < ELEMENTS(no); i++)
		assert_false(soreness_is_joint(no[i]));
}

static void test_what_is_offered_is_understood(void **state)
{
	uint32_t all = 0;

	(void)state;
	for (size_t i = 0; soreness_words[i]; i++) {
		uint32_t some = soreness_muscles(&catalog, soreness_words[i]);

		assert_int_not_equal(some, 0);
		if (strcmp(soreness_words[i], "whole-body") != 0)
			all |= some;
	}
	/* Each group of muscles that strengthening is for can be told without the whole body. */
	for (int i = 0; i < MUSCLE_EYES; i++)
		if (i != MUSCLE_BREATHING && !(all & UINT32_C(1) << i))
			fail_msg("muscle %d cannot be told", i);
}

static void test_every_region_but_the_eyes(void **state)
{
	(void)state;
	for (int i = 0; i < REGIONS_COUNT; i++)
		assert_int_equal(soreness_muscles(&catalog, region_names[i]) == 0,
				 i == REGION_EYES);
}

/* What is sore, as "calves 9, neck 5": until so many hours. */
static void assert_told(const walltime_t until[static MUSCLES_COUNT], const char *expected)
{
	struct soreness list[MUSCLES_COUNT];
	char text[512] = "";
	size_t used = 0;

	for (size_t i = 0, n = soreness_list(&catalog, until, USEC_PER_HOUR, list); i < n; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s %u", i ? ", " : "",
					 list[i].where, (unsigned)(list[i].until / USEC_PER_HOUR));
	assert_string_equal(text, expected);
}

static void is_sore(walltime_t until[static MUSCLES_COUNT], const char *word, unsigned hours)
{
	for (size_t i = 0; i < MUSCLES_COUNT; i++)
		if (soreness_muscles(&catalog, word) & UINT32_C(1) << i)
			until[i] = hours * USEC_PER_HOUR;
}

static void test_it_is_told_in_the_words_of_people(void **state)
{
	walltime_t until[MUSCLES_COUNT] = { 0 };

	(void)state;
	assert_told(until, "");
	is_sore(until, "calf", 1);
	assert_told(until, "");
	is_sore(until, "neck", 5);
	assert_told(until, "neck 5");
	/* What both have in common is told with the one that lasts. */
	is_sore(until, "shoulders", 9);
	assert_told(until, "neck 5, shoulders 9");
	is_sore(until, "legs", 9);
	assert_told(until, "legs 9, neck 5, shoulders 9");
	is_sore(until, "whole body", 20);
	assert_told(until, "whole-body 20");
	is_sore(until, "calves", 30);
	assert_told(until, "whole-body 20, calves 30");
}

static void test_what_no_place_tells_has_its_muscles(void **state)
{
	walltime_t until[MUSCLES_COUNT] = { 0 };

	(void)state;
	is_sore(until, "popliteus", 5);
	is_sore(until, "quads", 5);
	assert_told(until, "quads 5, popliteus 5");
}

/* Whoever reads a word can say it. */
static void test_all_that_is_told_is_understood(void **state)
{
	struct soreness list[MUSCLES_COUNT];

	(void)state;
	for (int i = 0; i < MUSCLE_EYES; i++) {
		walltime_t until[MUSCLES_COUNT] = { 0 };

		until[i] = USEC_PER_HOUR;
		for (size_t k = 0, n = soreness_list(&catalog, until, 1, list); k < n; k++)
			assert_int_equal(soreness_muscles(&catalog, list[k].where), UINT32_C(1)
											    << i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_of_people_and_of_the_catalogue),
		cmocka_unit_test(test_several_words_are_taken_apart),
		cmocka_unit_test(test_a_muscle_without_a_group),
		cmocka_unit_test(test_joints_are_no_muscles),
		cmocka_unit_test(test_what_is_offered_is_understood),
		cmocka_unit_test(test_every_region_but_the_eyes),
		cmocka_unit_test(test_it_is_told_in_the_words_of_people),
		cmocka_unit_test(test_what_no_place_tells_has_its_muscles),
		cmocka_unit_test(test_all_that_is_told_is_understood),
	};

	catalog_link(&catalog);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
