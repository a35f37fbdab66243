#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "sim/activitywatch.h"
#include "sim/json-reader.h"

#define S USEC_PER_SEC
#define EIGHT ((walltime_t)1683187200 * S) /* 2023-05-04T08:00:00Z */

/* An event, its time of that day and its seconds. */
#define EVENT(clock, seconds, status)                                                              \
	"{\"timestamp\": \"2023-05-04T" clock "\", \"duration\": " seconds                         \
	", \"data\": {\"status\": \"" status "\"}}"
#define AFK_BUCKET(events) "{\"type\": \"afkstatus\", \"events\": [" events "]}"

static FILE *file_of(const char *text, size_t n)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, n, file), n);
	rewind(file);
	return file;
}

static int read_text(const char *text, struct aw_spells *ret, char fault[static AW_FAULT_MAX])
{
	CLEANUP(fclosep) FILE *file = file_of(text, strlen(text));

	strcpy(fault, "untouched");
	return aw_read(file, ret, fault);
}

/* Spells in seconds after eight o'clock; both 0 ends the list. */
struct expected {
	double from, to;
};

static void assert_spells(const char *text, const struct expected *want)
{
	CLEANUP(aw_spells_done) struct aw_spells spells = { .n = 0 };
	char fault[AW_FAULT_MAX];
	size_t n = 0;

	if (read_text(text, &spells, fault) < 0)
		fail_msg("%s\n%s", text, fault);
	for (; want[n].to > 0; n++) {
		if (n >= spells.n)
			fail_msg("%s\nonly %zu spells", text, spells.n);
		if (spells.v[n].from != EIGHT + (walltime_t)(want[n].from * 1e6 + 0.5) ||
		    spells.v[n].to != EIGHT + (walltime_t)(want[n].to * 1e6 + 0.5))
			fail_msg("%s\nspell %zu is %f to %f", text, n,
				 (double)(spells.v[n].from - EIGHT) / 1e6,
				 (double)(spells.v[n].to - EIGHT) / 1e6);
	}
	if (spells.n != n)
		fail_msg("%s\n%zu spells", text, spells.n);
}

static void assert_fault(const char *text, const char *part)
{
	CLEANUP(aw_spells_done) struct aw_spells spells = { .n = 0 };
	char fault[AW_FAULT_MAX];

	if (read_text(text, &spells, fault) != -EINVAL || !strstr(fault, part) ||
	    strncmp(fault, "line ", 5) != 0 || !strstr(fault, "; nothing of the file is used"))
		fail_msg("%s\n%s", text, fault);
}

static void a_days_export_is_its_not_afk_time(void **state)
{
	(void)state;
	assert_spells(
		"{\"buckets\": {\n"
		"\"aw-watcher-afk_host\": {\"id\": \"aw-watcher-afk_host\", \"type\": "
		"\"afkstatus\",\n"
		" \"client\": \"aw-watcher-afk\", \"hostname\": \"host\", \"data\": {},\n"
		" \"created\": \"2023-05-01T00:00:00.123456+00:00\", \"events\": [\n"
		"  {\"id\": 3, \"timestamp\": \"2023-05-04T08:10:00+00:00\", \"duration\": 60.5,\n"
		"   \"data\": {\"status\": \"not-afk\"}},\n"
		"  {\"id\": 2, \"timestamp\": \"2023-05-04T08:02:00+00:00\", \"duration\": 480,\n"
		"   \"data\": {\"status\": \"afk\"}},\n"
		"  {\"id\": 1, \"timestamp\": \"2023-05-04T08:00:00.345000+00:00\",\n"
		"   \"duration\": 119.655, \"data\": {\"status\": \"not-afk\"}}]},\n"
		"\"aw-watcher-window_host\": {\"type\": \"currentwindow\", \"events\": [\n"
		"  {\"timestamp\": \"2023-05-04T06:00:00+00:00\", \"duration\": 9000.0,\n"
		"   \"data\": {\"app\": \"mail\", \"title\": \"[{\\\"\\ud83d\\\"}] \\u2013 "
		"\"}}]}}}\n",
		(const struct expected[]){ { 0.345, 120 }, { 600, 660.5 }, { 0, 0 } });
}

/* The server sorts the keys: events come before the type, of window buckets as well. */
static void the_type_may_follow_the_events(void **state)
{
	(void)state;
	assert_spells("{\"buckets\": {"
		      "\"a\": {\"events\": [" EVENT(
			      "08:00:00Z", "10",
			      "not-afk") "], \"type\": \"other\"},"
					 "\"b\": {\"events\": [" EVENT(
						 "09:00:00Z", "10",
						 "not-afk") "], \"type\": \"afkstatus\"},"
							    "\"c\": {\"events\": [{\"data\": "
							    "{\"title\": 3}, \"timestamp\": 5}, "
							    "7], \"type\": \"currentwindow\"},"
							    "\"d\": {\"events\": \"none\"}}}",
		      (const struct expected[]){ { 3600, 3610 }, { 0, 0 } });
}

static void events_may_overlap_repeat_and_come_in_any_order(void **state)
{
	static const struct {
		const char *events;
		struct expected want[4];
	} rows[] = {
		{ "", { { 0, 0 } } },
		{ EVENT("08:00:00Z", "0", "not-afk"), { { 0, 0 } } },
		{ EVENT("08:00:00Z", "0.0", "not-afk"), { { 0, 0 } } },
		{ EVENT("08:00:00Z", "-3.5", "not-afk"), { { 0, 0 } } },
		{ EVENT("08:00:00Z", "10", "afk"), { { 0, 0 } } },
		{ EVENT("08:00:00Z", "10", "hibernating"), { { 0, 0 } } },
		{ EVENT("08:00:00Z", "1e-06", "not-afk"), { { 0, 0.000001 } } },
		{ EVENT("08:00:00Z", "1e-07", "not-afk"), { { 0, 0 } } },
		{ EVENT("08:00:00Z", "0.0000005", "not-afk"), { { 0, 0.000001 } } },
		{ EVENT("08:00:00Z", "1.5E+1", "not-afk"), { { 0, 15 } } },
		{ EVENT("08:00:00Z", "4.9999999999999999999999", "not-afk"), { { 0, 5 } } },
		{ EVENT("08:00:00Z", "10", "not-afk") "," EVENT("08:00:00Z", "10", "not-afk"),
		  { { 0, 10 } } },
		{ EVENT("08:00:00Z", "10", "not-afk") "," EVENT("08:00:10Z", "10", "not-afk"),
		  { { 0, 20 } } },
		{ EVENT("08:00:10Z", "10", "not-afk") "," EVENT("08:00:00Z", "10", "not-afk"),
		  { { 0, 20 } } },
		{ EVENT("08:00:00Z", "60", "not-afk") "," EVENT("08:00:10Z", "10", "not-afk"),
		  { { 0, 60 } } },
		{ EVENT("08:00:00Z", "60", "not-afk") "," EVENT("08:00:10Z", "10", "afk"),
		  { { 0, 60 } } }, /* not-afk wins */
		{ EVENT("08:01:00Z", "10", "not-afk") "," EVENT(
			  "08:00:00Z", "10",
			  "not-afk") "," EVENT("08:02:00Z", "10",
					       "not-afk") "," EVENT("08:00:05Z", "57", "not-afk"),
		  { { 0, 70 }, { 120, 130 } } },
		{ EVENT("13:45:00+05:45", "1", "not-afk") "," EVENT(
			  "04:30:02-03:30", "1", "not-afk") "," EVENT("08:00:04.000000999Z", "1",
								      "not-afk"),
		  { { 0, 1 }, { 2, 3 }, { 4, 5 } } },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		char text[2048];

		(void)snprintf(text, sizeof(text), AFK_BUCKET("%s"), rows[i].events);
		assert_spells(text, rows[i].want);
		/* The same as the server answers it. */
		(void)snprintf(text, sizeof(text), " [%s]\r\n", rows[i].events);
		assert_spells(text, rows[i].want);
	}
}

/* Two machines, or two watchers: whichever saw the user. */
static void several_buckets_are_one_day(void **state)
{
	const struct expected want[] = { { 0, 25 }, { 60, 70 }, { 0, 0 } };

	(void)state;
	assert_spells(
		"{\"buckets\": {\"a\": " AFK_BUCKET(EVENT("08:01:00Z", "10", "not-afk") "," EVENT(
			"08:00:00Z", "10",
			"not-afk")) ", \"b\": " AFK_BUCKET(EVENT("08:00:05Z", "20",
								 "not-afk")) "}}",
		want);
	assert_spells("\xef\xbb\xbf{\"buckets\": [" AFK_BUCKET(EVENT(
			      "08:01:00Z", "10", "not-afk")) "," AFK_BUCKET(EVENT("08:00:00Z", "25",
										  "not-afk")) "]}",
		      want);
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text, *fault;
	} rows[] = {
		{ "",                                      "line 1, byte 0: the text ends in the middle" },
		{ "{\"buckets\": {\n \"a\": {\"events\": [", "line 2, byte 18: the text ends in the middle" },
		{ "[" EVENT("08:00:00Z", "1", "not-afk") ",", "the text ends in the middle" },
		{ "{\"buckets\": {\"a\": {\"type\": \"afkst", "line 1, byte 33: the text ends in the middle" },
		{ "limber-trace 1\n",                      "line 1, byte 1: this is no value" },
		{ "5",                                     "begins with { or with [" },
		{ "{}",                                    "no bucket of type 'afkstatus'" },
		{ "{\"buckets\": {}}",                     "no bucket of type 'afkstatus'" },
		{ "{\"events\": []}",                      "no bucket of type 'afkstatus'" },
		{ "{\"buckets\": 5}",                      "buckets have to be an object" },
		{ "{\"buckets\": {\"a\": []}}",            "a bucket has to be an object" },
		{ "{\"type\": \"afkstatus\", \"events\": {}}", "events have to be a list" },
		{ "{\"type\": \"afkstatus\",\n\"events\": [5]}", "line 2, byte 13: an event has to be an object" },
		{ "[[]]",                                  "an event has to be an object" },
		{ "[{}]",                                  "an event has no timestamp" },
		{ "[{\"timestamp\": \"2023-05-04T08:00:00Z\"}]", "an event has no duration" },
		{ "[{\"timestamp\": \"2023-05-04T08:00:00Z\", \"duration\": 5}]", "an event has no status" },
		{ "[{\"timestamp\": \"2023-05-04T08:00:00Z\", \"duration\": 5, \"data\": {\"status\": 5}}]",
		  "an event has no status" },
		{ "[{\"timestamp\": \"2023-05-04T08:00:00Z\", \"duration\": 5, \"data\": \"status\"}]",
		  "an event has no status" },
		{ "[" EVENT("08:00:00", "1", "not-afk") "]", "'2023-05-04T08:00:00' has no offset from UTC" },
		{ "[" EVENT("25:00:00Z", "1", "not-afk") "]", "time of day" },
		{ "[" EVENT("\\u001b[31m", "1", "not-afk") "]", "'2023-05-04T?[31m' is not a time" },
		{ "[{\"timestamp\": \"1900-01-01T00:00:00Z\"}]", "years 1970 to 9999 are allowed" },
		{ "[{\"timestamp\": 1683187200}]",         "a timestamp has to be a text" },
		{ "[{\"timestamp\": null}]",               "a timestamp has to be a text" },
		{ "[" EVENT("08:00:00Z", "\"1\"", "not-afk") "]", "a duration has to be a number" },
		{ "[" EVENT("08:00:00Z", "null", "not-afk") "]", "a duration has to be a number" },
		{ "[" EVENT("08:00:00Z", "1e30", "not-afk") "]", "up to 400 years" },
		{ "[" EVENT("08:00:00Z", "1e99999999999999999999", "not-afk") "]", "up to 400 years" },
		{ "[" EVENT("08:00:00Z", "99999999999999999999999", "not-afk") "]", "up to 400 years" },
		{ "[" EVENT("08:00:00Z", "1e", "not-afk") "]", "a number lacks a digit" },
		{ "[" EVENT("08:00:00Z", "NaN", "not-afk") "]", "no value that JSON knows" },
		{ "[] []",                                 "line 1, byte 4: something follows after the end" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		assert_fault(rows[i].text, rows[i].fault);
}

/* Dates as far off as can be written still add up. */
static void the_year_9999_is_a_year(void **state)
{
	CLEANUP(aw_spells_done) struct aw_spells spells = { .n = 0 };
	char fault[AW_FAULT_MAX];

	(void)state;
	assert_int_equal(read_text("[{\"timestamp\": \"9999-12-31T23:59:59Z\", \"duration\": 1e10,"
				   "\"data\": {\"status\": \"not-afk\"}}]",
				   &spells, fault),
			 0);
	assert_int_equal(spells.n, 1);
	assert_int_equal(spells.v[0].from, 253402300799 * S);
	assert_int_equal(spells.v[0].to, 263402300799 * S);
}

/* Any export cut off anywhere is told, and never taken for a shorter one. */
static void a_truncated_export_is_never_whole(void **state)
{
	static const char text[] = "{\"buckets\": {\"a\": " AFK_BUCKET(EVENT(
		"08:01:00Z", "10.5e0", "not-afk") "," EVENT("08:00:00+00:00", "1", "afk")) "}}";

	(void)state;
	for (size_t n = 0; n + 1 < sizeof(text); n++) {
		CLEANUP(aw_spells_done) struct aw_spells spells = { .n = 0 };
		CLEANUP(fclosep) FILE *file = file_of(text, n);
		char fault[AW_FAULT_MAX] = "";

		assert_int_equal(aw_read(file, &spells, fault), -EINVAL);
		assert_non_null(strstr(fault, "the text ends in the middle"));
	}
}

static void a_folder_is_no_export(void **state)
{
	CLEANUP(aw_spells_done) struct aw_spells spells = { .n = 0 };
	CLEANUP(fclosep) FILE *file = fopen("/", "r");
	char fault[AW_FAULT_MAX] = "";

	(void)state;
	assert_non_null(file);
	assert_int_equal(aw_read(file, &spells, fault), -EISDIR);
}

/* A thousand random events, in a table of seconds by hand. */
static void many_events_are_their_union(void **state)
{
	enum { SECONDS = 20000, EVENTS = 1000 };
	static bool active[SECONDS + 1];
	CLEANUP(aw_spells_done) struct aw_spells spells = { .n = 0 };
	char fault[AW_FAULT_MAX] = "";
	FILE *file = tmpfile();
	size_t n = 0;

	(void)state;
	assert_non_null(file);
	srandom(3);
	(void)fputs("[", file);
	for (int i = 0; i < EVENTS; i++) {
		long from = random() % (SECONDS - 30), length = random() % 20;
		bool not_afk = random() % 3 > 0;

		(void)fprintf(
			file,
			"%s{\"timestamp\": \"2023-05-04T%02ld:%02ld:%02ldZ\", \"duration\": %ld, "
			"\"data\": {\"status\": \"%s\"}}\n",
			i ? "," : "", 8 + from / 3600, from / 60 % 60, from % 60, length,
			not_afk ? "not-afk" : "afk");
		for (long s = from; not_afk && s < from + length; s++)
			active[s] = true;
	}
	(void)fputs("]", file);
	rewind(file);
	if (aw_read(file, &spells, fault) < 0)
		fail_msg("%s", fault);
	for (size_t s = 0; s < SECONDS; s++) {
		if (!active[s] || (s > 0 && active[s - 1]))
			continue;
		assert_true(n < spells.n);
		assert_int_equal(spells.v[n].from, EIGHT + s * S);
		while (active[s])
			s++;
		assert_int_equal(spells.v[n++].to, EIGHT + s * S);
	}
	assert_int_equal(n, spells.n);
	assert_true(n > 100);
	assert_int_equal(fclose(file), 0);
}

/* JSON itself: what RFC 8259 allows, and nothing more. */
static void json_is_read_strictly(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		const char *why;  /* a part of it; NULL: it is fine */
		const char *kept; /* the last string or number */
	} rows[] = {
		{ "null",                    NULL, "" },
		{ " [ true , false , { } ] \r\n", NULL, "" },
		{ "[-0.5e+10]",              NULL, "-0.5e+10" },
		{ "0",                       NULL, "0" },
		{ "\"\"",                    NULL, "" },
		{ "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", NULL, "a\"\\/\b\f\n\r\t" },
		{ "\"\\u00e9\\u20ac\\uD83D\\uDE00\"", NULL, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"", NULL, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "\"\\u0000\"",             NULL, "\xef\xbf\xbd" },
		{ "\"\\ud83d\"",             NULL, "\xef\xbf\xbd" },
		{ "\"\\ude00x\"",            NULL, "\xef\xbf\xbdx" },
		{ "\"\\ud83d\\n\"",          NULL, "\xef\xbf\xbd\n" },
		{ "\"\\ud83d\\u0041\"",      NULL, "\xef\xbf\xbd" },
		{ "{\"a\": {\"b\": [\"c\", {}]}}", NULL, "c" },
		{ "01",                      "zero too many", NULL },
		{ "-",                       "ends in the middle", NULL },
		{ "-x",                      "lacks a digit", NULL },
		{ "1.",                      "ends in the middle", NULL },
		{ "[1.]",                    "lacks a digit", NULL },
		{ "[.5]",                    "no value", NULL },
		{ "[+5]",                    "no value", NULL },
		{ "[Infinity]",              "no value", NULL },
		{ "[nul]",                   "no value", NULL },
		{ "[truex]",                 "a comma", NULL },
		{ "[1,]",                    "no value", NULL },
		{ "[1 2]",                   "a comma", NULL },
		{ "[1}",                     "a comma", NULL },
		{ "{\"a\": 1,}",             "a key", NULL },
		{ "{a: 1}",                  "a key", NULL },
		{ "{\"a\" 1}",               "a colon", NULL },
		{ "{\"a\": }",               "no value", NULL },
		{ "{\"a\"}",                 "a colon", NULL },
		{ "{,}",                     "a key", NULL },
		{ "[\"a\nb\"]",              "over the end of its line", NULL },
		{ "\"\\x\"",                 "followed by what it cannot be", NULL },
		{ "\"\\u12g4\"",             "four hexadecimal digits", NULL },
		{ "\"\xff\"",                "not UTF-8", NULL },
		{ "\"\xc3(\"",               "not UTF-8", NULL },
		{ "\"\xed\xa0\x80\"",        "not UTF-8", NULL },
		{ "'a'",                     "no value", NULL },
		{ "// a\n1",                 "no value", NULL },
		{ "\xef\xbb 1",              "no value", NULL },
		{ "]",                       "no value", NULL },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		CLEANUP(fclosep) FILE *file = file_of(rows[i].text, strlen(rows[i].text));
		enum json_part part = JSON_NULL;
		char kept[JSON_TEXT_MAX] = "";
		struct json_reader j;
		int r = 0;

		json_reader_init(&j, file);
		while (r == 0 && part != JSON_END) {
			r = json_reader_next(&j, &part);
			if (r == 0 && (part == JSON_STRING || part == JSON_NUMBER))
				strcpy(kept, j.text);
		}
		if (rows[i].why ? r != -EINVAL || !strstr(j.why, rows[i].why)
				: r != 0 || strcmp(kept, rows[i].kept) != 0)
			fail_msg("%s: %d, %s, '%s'", rows[i].text, r, r < 0 ? j.why : "fine", kept);
	}
}

static void depth_and_texts_have_bounds(void **state)
{
	enum { LONG = 100000 };
	static char text[LONG + 3];
	struct json_reader j;
	enum json_part part;

	(void)state;
	for (size_t depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
		CLEANUP(fclosep) FILE *file = NULL;

		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		file = file_of(text, 2 * depth);
		json_reader_init(&j, file);
		assert_int_equal(json_reader_next(&j, &part), 0);
		assert_int_equal(json_reader_skip(&j, part), depth <= JSON_DEPTH_MAX ? 0 : -EINVAL);
	}
	memset(text, 'x', sizeof(text));
	text[0] = text[LONG + 1] = '"';
	CLEANUP(fclosep) FILE *file = file_of(text, LONG + 2);
	json_reader_init(&j, file);
	assert_int_equal(json_reader_next(&j, &part), 0);
	assert_true(j.cut);
	assert_int_equal(strlen(j.text), JSON_TEXT_MAX - 1);
	assert_int_equal(json_reader_next(&j, &part), 0);
	assert_int_equal(part, JSON_END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_days_export_is_its_not_afk_time),
		cmocka_unit_test(the_type_may_follow_the_events),
		cmocka_unit_test(events_may_overlap_repeat_and_come_in_any_order),
		cmocka_unit_test(several_buckets_are_one_day),
		cmocka_unit_test(what_is_wrong_is_told_with_its_place),
		cmocka_unit_test(the_year_9999_is_a_year),
		cmocka_unit_test(a_truncated_export_is_never_whole),
		cmocka_unit_test(a_folder_is_no_export),
		cmocka_unit_test(many_events_are_their_union),
		cmocka_unit_test(json_is_read_strictly),
		cmocka_unit_test(depth_and_texts_have_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
