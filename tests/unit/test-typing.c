#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/typing.h"

#define LONG "a-word-that-is-longer-than-any-that-can-be-near-another"

static void test_how_near(void **state)
{
	/* clang-format off */
	static const struct {
		const char *typed, *meant;
		size_t distance;
	} rows[] = {
		{ "status", "status", 0 },
		{ "statsu", "status", 1 },
		{ "sttus", "status", 1 },
		{ "staatus", "status", 1 },
		{ "stbtus", "status", 1 },
		{ "wal-angel", "wall-angels", 2 },
		{ "", "abc", 3 },
		{ "abc", "", 3 },
		/* The beginning of a word is meant to be it, but not one letter. */
		{ "stat", "status", 1 },
		{ "s", "status", 5 },
		/* ... also with a slip in it, if there is enough of it. */
		{ "strech", "stretching", 2 },
		{ "stret", "stretching", 1 },
		{ "hamstirng", "hamstrings", 2 },
		{ "strx", "stretching", 7 },
		{ "xxxxxxxxxxxx", "stretching", 12 },
		{ LONG, LONG, SIZE_MAX },
		{ "a", LONG, SIZE_MAX },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		size_t got = typing_distance(rows[i].typed, rows[i].meant);

		if (got != rows[i].distance)
			fail_msg("'%s' to '%s': %zu", rows[i].typed, rows[i].meant, got);
	}
}

static void test_what_was_meant(void **state)
{
	static const char *const sets[] = { "warm-up", "stretching", "strengthening",
					    "core",    "eyes",       NULL };
	static const char *const none[] = { NULL };
	/* clang-format off */
	static const struct {
		const char *typed, *meant;
	} rows[] = {
		{ "strech", "stretching" },
		{ "Strength", "strengthening" },
		{ "EYES", "eyes" },
		{ "cor", "core" },
		/* Two letters of four are any word. */
		{ "mope", NULL },
		{ "eyses", "eyes" },
		{ "", NULL },
		{ LONG LONG, NULL },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const char *got = typing_guess(rows[i].typed, sets);

		if (got != rows[i].meant && (!got || !rows[i].meant || strcmp(got, rows[i].meant)))
			fail_msg("'%s' as '%s'", rows[i].typed, got ? got : "nothing");
	}
	assert_null(typing_guess("eyes", none));
}

static void test_what_is_told_of_an_unknown_word(void **state)
{
	static const char *const places[] = { "desk", "room", "mat", NULL };
	static const char *const none[] = { NULL };
	char told[128], little[20];

	(void)state;
	assert_string_equal(
		typing_unknown(told, sizeof(told), "place", "dsk", "dsk", places),
		"there is no place 'dsk'; did you mean 'desk'? Say one of: desk, room, mat");
	assert_string_equal(
		typing_unknown(told, sizeof(told), "place", "beach\n", "beach?", places),
		"there is no place 'beach?'; say one of: desk, room, mat");
	assert_string_equal(typing_unknown(told, sizeof(told), "rule", "nap", "nap", none),
			    "there is no rule 'nap'; there is none at all");
	assert_string_equal(typing_unknown(little, sizeof(little), "place", "x", "x", places),
			    "there is no place '");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_how_near),
		cmocka_unit_test(test_what_was_meant),
		cmocka_unit_test(test_what_is_told_of_an_unknown_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
