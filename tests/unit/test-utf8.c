/* Other people's words on one line of ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/utf8.h"

#define ROOM 8

/* clang-format off */
static const struct {
	const char *story, *text, *line;
} rows[] = {
	{ "nothing is nothing",                 NULL,                   "" },
	{ "nothing said",                       "",                     "" },
	{ "what fits",                          "Firefox",              "Firefox" },
	{ "what does not is cut",               "Firefoxes",            "Firefox" },
	{ "between characters, not in them",    "caf\xc3\xa9\xc3\xa9\xc3\xa9", "caf\xc3\xa9\xc3\xa9" },
	{ "and nothing goes on behind the cut", "123456\xc3\xa9" "7",     "123456" },
	{ "lines become one",                   "a\nb\tc",              "a b c" },
	{ "also by Unicode's ends of lines",    "a\xe2\x80\xa8" "b",     "a b" },
	{ "a terminal is told nothing",         "\x1b[1mb\x07",         "[1mb" },
	{ "nobody turns the writing round",     "a\xe2\x80\xae" "b",     "ab" },
	{ "bytes that are no character go",     "a\xff\xc3" "b",         "ab" },
};
/* clang-format on */

static void test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		char line[ROOM + 1];

		memset(line, '#', sizeof(line));
		utf8_copy_line(line, ROOM, rows[i].text);
		if (strcmp(line, rows[i].line))
			fail_msg("%s: '%s', not '%s'", rows[i].story, line, rows[i].line);
		assert_int_equal(line[ROOM], '#');
	}
}

static void test_room_for_nothing(void **state)
{
	char line[2] = "##";

	(void)state;
	utf8_copy_line(line, 1, "abc");
	assert_int_equal(line[0], '\0');
	assert_int_equal(line[1], '#');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_room_for_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
