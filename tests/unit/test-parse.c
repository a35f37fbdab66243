#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/parse.h"

#define S USEC_PER_SEC
#define UNTOUCHED 4711

static void durations_are_read_strictly(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		int r;
		usec_t length;
	} rows[] = {
		{ "90s",              0, 90 * S },
		{ "20min",            0, 20 * 60 * S },
		{ "1h30min",          0, 90 * 60 * S },
		{ "1h 30min",         0, 90 * 60 * S },
		{ " 1 h\t30 min ",    0, 90 * 60 * S },
		{ "2d",               0, 2 * USEC_PER_DAY },
		{ "3w",               0, 21 * USEC_PER_DAY },
		{ "2y",               0, 730 * USEC_PER_DAY },
		{ "500ms",            0, S / 2 },
		{ "7us",              0, 7 },
		{ "1.5h",             0, 90 * 60 * S },
		{ "0.25s",            0, S / 4 },
		{ "1.0000001s",       0, S },
		{ "0.000001y",        0, 31536000 },
		{ "0",                0, 0 },
		{ "0s",               0, 0 },
		{ "",                 -EINVAL, 0 },
		{ " ",                -EINVAL, 0 },
		{ "20",               -EINVAL, 0 },
		{ "00",               -EINVAL, 0 },
		{ "20 parrots",       -EINVAL, 0 },
		{ "20m",              -EINVAL, 0 },
		{ "20MIN",            -EINVAL, 0 },
		{ "min",              -EINVAL, 0 },
		{ "-5min",            -EINVAL, 0 },
		{ "+5min",            -EINVAL, 0 },
		{ "1,5h",             -EINVAL, 0 },
		{ "1.h",              -EINVAL, 0 },
		{ ".5h",              -EINVAL, 0 },
		{ "1e3s",             -EINVAL, 0 },
		{ "0x10s",            -EINVAL, 0 },
		{ "5min!",            -EINVAL, 0 },
		{ "5min 3",           -EINVAL, 0 },
		{ "99999999999y",     -ERANGE, 0 },
		{ "18446744073709551616s", -ERANGE, 0 },
		{ "18446744073709551615us", -ERANGE, 0 }, /* would read as never */
		{ "18446744073709551614us", 0, UINT64_MAX - 1 },
		{ "18446744073709551614us 5us", -ERANGE, 0 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		usec_t length = UNTOUCHED;
		int r = parse_duration(rows[i].text, &length);
		usec_t want = rows[i].r < 0 ? UNTOUCHED : rows[i].length;

		if (r != rows[i].r || length != want)
			fail_msg("'%s': %d, %llu", rows[i].text, r, (unsigned long long)length);
	}
}

static void clock_times_are_minutes_of_the_day(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		int r;
		unsigned minute;
	} rows[] = {
		{ "09:30", 0, 570 },   { "9:30", 0, 570 },     { "0:00", 0, 0 },
		{ " 23:59 ", 0, 1439 }, { "24:00", 0, 1440 },  { "24:01", -ERANGE, 0 },
		{ "12:60", -ERANGE, 0 }, { "12:5", -EINVAL, 0 }, { "12", -EINVAL, 0 },
		{ "12:345", -EINVAL, 0 }, { "012:00", -EINVAL, 0 }, { "-1:00", -EINVAL, 0 },
		{ "12:00 pm", -EINVAL, 0 }, { "", -EINVAL, 0 }, { ":30", -EINVAL, 0 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		unsigned minute = UNTOUCHED;
		int r = parse_clock(rows[i].text, &minute);

		if (r != rows[i].r || minute != (r < 0 ? UNTOUCHED : rows[i].minute))
			fail_msg("'%s': %d, %u", rows[i].text, r, minute);
	}
}

static void percentages_and_numbers(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		int percent_r, number_r;
		unsigned value;
	} rows[] = {
		{ "25%", 0, -EINVAL, 25 }, { " 0 % ", 0, -EINVAL, 0 }, { "100%", 0, -EINVAL, 100 },
		{ "101%", -ERANGE, -EINVAL, 0 }, { "25", -EINVAL, 0, 25 }, { " 3 ", -EINVAL, 0, 3 },
		{ "4294967295", -EINVAL, 0, UINT32_MAX }, { "4294967296", -EINVAL, -ERANGE, 0 },
		{ "99999999999999999999", -ERANGE, -ERANGE, 0 }, { "-1", -EINVAL, -EINVAL, 0 },
		{ "1.5", -EINVAL, -EINVAL, 0 }, { "", -EINVAL, -EINVAL, 0 },
		{ "%", -EINVAL, -EINVAL, 0 },
		{ "2x", -EINVAL, -EINVAL, 0 }, { "5%%", -EINVAL, -EINVAL, 0 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		unsigned percent = UNTOUCHED, number = UNTOUCHED;
		int p = parse_percent(rows[i].text, &percent);
		int n = parse_unsigned(rows[i].text, &number);

		if (p != rows[i].percent_r || n != rows[i].number_r ||
		    percent != (p < 0 ? UNTOUCHED : rows[i].value) ||
		    number != (n < 0 ? UNTOUCHED : rows[i].value))
			fail_msg("'%s': %d %u, %d %u", rows[i].text, p, percent, n, number);
	}
}

static void yes_and_no_in_any_case(void **state)
{
	static const char *const yes[] = { "yes", "YES", "True", "on", "1", "\tyes " };
	static const char *const no[] = { "no", "No", "FALSE", "off", "0" };
	static const char *const neither[] = { "", "y", "yess", "2", "yes no", "enabled", "01" };
	bool value;

	(void)state;
	for (size_t i = 0; i < ELEMENTS(yes); i++) {
		value = false;
		assert_int_equal(parse_bool(yes[i], &value), 0);
		assert_true(value);
	}
	for (size_t i = 0; i < ELEMENTS(no); i++) {
		value = true;
		assert_int_equal(parse_bool(no[i], &value), 0);
		assert_false(value);
	}
	for (size_t i = 0; i < ELEMENTS(neither); i++)
		assert_int_equal(parse_bool(neither[i], &value), -EINVAL);
}

static void lists_stand_apart_by_blanks_or_commas(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text, *words[4];
	} rows[] = {
		{ "neck chest", { "neck", "chest" } },
		{ " neck,chest ", { "neck", "chest" } },
		{ "neck , ,\tchest,", { "neck", "chest" } },
		{ "neck", { "neck" } },
		{ "", { NULL } },
		{ " , ", { NULL } },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const char *cursor = rows[i].text, *word;
		size_t n, k = 0;

		for (; parse_list_next(&cursor, &word, &n); k++) {
			assert_non_null(rows[i].words[k]);
			assert_int_equal(n, strlen(rows[i].words[k]));
			assert_memory_equal(word, rows[i].words[k], n);
		}
		assert_null(rows[i].words[k]);
	}
}

static void durations_are_written_in_two_units(void **state)
{
	/* clang-format off */
	static const struct {
		usec_t length;
		const char *text;
	} rows[] = {
		{ 0, "0s" }, { S - 1, "0s" }, { 45 * S, "45s" }, { 90 * S, "1min 30s" },
		{ 20 * 60 * S, "20min" }, { 90 * 60 * S, "1h 30min" }, { 3601 * S, "1h" },
		{ 25 * USEC_PER_HOUR, "1d 1h" }, { USEC_NEVER, "213503982d 8h" },
	};
	/* clang-format on */
	char buffer[DURATION_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		assert_string_equal(format_duration(rows[i].length, buffer), rows[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_are_read_strictly),
		cmocka_unit_test(clock_times_are_minutes_of_the_day),
		cmocka_unit_test(percentages_and_numbers),
		cmocka_unit_test(yes_and_no_in_any_case),
		cmocka_unit_test(lists_stand_apart_by_blanks_or_commas),
		cmocka_unit_test(durations_are_written_in_two_units),
	};

	return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
