#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_how_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
