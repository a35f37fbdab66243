#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "sim/stamp.h"
#include "sim/trace.h"

#define S USEC_PER_SEC
#define HEAD "limber-trace 1\n"

DEFINE_CLEANUP(trace_reader_free, struct trace_reader *)

/* A text that is read like a file. */
struct reading {
	FILE *file;
	struct trace_reader *reader;
	char fault[TRACE_FAULT_MAX];
};

static void begin_bytes(struct reading *r, const char *text, size_t n)
{
	r->file = tmpfile();
	assert_non_null(r->file);
	assert_int_equal(fwrite(text, 1, n, r->file), n);
	rewind(r->file);
	r->reader = trace_reader_new(r->file);
	assert_non_null(r->reader);
	strcpy(r->fault, "untouched");
}

static void begin(struct reading *r, const char *text)
{
	begin_bytes(r, text, strlen(text));
}

static void done(struct reading *r)
{
	r->reader = trace_reader_free(r->reader);
	assert_int_equal(fclose(r->file), 0);
}

/* The next item that is more than a line of the header. */
static int next(struct reading *r, struct trace_item *ret)
{
	int result;

	do
		result = trace_reader_next(r->reader, ret, r->fault);
	while (result == 0 && ret->what == TRACE_HEADER);
	return result;
}

static struct trace_item expect(struct reading *r, enum trace_what what, usec_t at)
{
	struct trace_item item;

	if (next(r, &item) < 0)
		fail_msg("%s", r->fault);
	assert_int_equal(item.what, what);
	assert_int_equal(item.at, at);
	return item;
}

static struct event expect_event(struct reading *r, enum event_kind kind, usec_t at)
{
	struct trace_item item = expect(r, TRACE_EVENT, at);

	assert_int_equal(item.event.kind, kind);
	return item.event;
}

/* Read to the end or the first fault. */
static int read_all(struct reading *r)
{
	struct trace_item item = { .what = TRACE_HEADER };
	int result = 0;

	while (result == 0 && item.what != TRACE_END)
		result = next(r, &item);
	return result;
}

static void the_manuals_morning_is_read(void **state)
{
	struct reading r;
	struct trace_item item;
	const struct trace_header *h;
	struct event e;

	(void)state;
	begin(&r, HEAD "zone Europe/Berlin\n"
		       "begins 2026-11-23T09:00:00+01:00\n"
		       "set [rule micro] every = 20min\n"
		       "0      input\n"
		       "1150   sign call on Firefox\n"
		       "1900   sign call off\n"
		       "2700   pause\n"
		       "2760   away locked\n"
		       "6300   back locked\n"
		       "6301   input\n"
		       "7200   end\n");
	item = expect(&r, TRACE_SET, 0);
	assert_string_equal(item.section, "rule micro");
	assert_string_equal(item.key, "every");
	assert_string_equal(item.value, "20min");
	expect_event(&r, EVENT_INPUT, 0);
	h = trace_reader_header(r.reader);
	assert_int_equal(h->version, 1);
	assert_string_equal(h->zone, "Europe/Berlin");
	assert_true(h->begins_known);
	assert_int_equal(h->begins, (walltime_t)1795420800 * S);
	e = expect_event(&r, EVENT_SIGN, 1150 * S);
	assert_int_equal(e.sign, QUIET_CALL);
	assert_true(e.on);
	assert_string_equal(e.who, "Firefox");
	assert_int_equal(e.since, 1150 * S);
	e = expect_event(&r, EVENT_SIGN, 1900 * S);
	assert_false(e.on);
	e = expect_event(&r, EVENT_PAUSE, 2700 * S);
	assert_int_equal(e.since, 2700 * S);
	e = expect_event(&r, EVENT_AWAY, 2760 * S);
	assert_int_equal(e.reason, AWAY_LOCKED);
	expect_event(&r, EVENT_BACK, 6300 * S);
	expect_event(&r, EVENT_INPUT, 6301 * S);
	expect(&r, TRACE_END, 7200 * S);
	expect(&r, TRACE_END, 7200 * S); /* and on and on */
	done(&r);
}

static void every_word_of_the_header_is_kept(void **state)
{
	struct reading r;
	const struct trace_header *h;

	(void)state;
	begin(&r, HEAD "seed 18446744073709551615\nrecorded\ntoday 1h30min\nposture standing\n"
		       "load micro 600.5\nload my-own-rule 5min # so far\n");
	assert_int_equal(read_all(&r), 0);
	h = trace_reader_header(r.reader);
	assert_int_equal(h->seed, UINT64_MAX);
	assert_true(h->recorded);
	assert_int_equal(h->today, 5400 * S);
	assert_int_equal(h->posture, POSTURE_STANDING);
	assert_int_equal(h->n_loads, 2);
	assert_string_equal(h->loads[0].rule, "micro");
	assert_int_equal(h->loads[0].load, 600 * S + S / 2);
	assert_string_equal(h->loads[1].rule, "my-own-rule");
	assert_int_equal(h->loads[1].load, 300 * S);
	assert_string_equal(h->zone, "");
	assert_false(h->begins_known);
	done(&r);
}

static void blanks_comments_and_line_ends_do_not_matter(void **state)
{
	struct reading r;

	(void)state;
	begin(&r, "\xef\xbb\xbflimber-trace 1 # a trace\r\n"
		  "\r\n"
		  "# a comment of its own\r\n"
		  "\t 5\tinput # and one behind\r\n"
		  "   \r\n"
		  "6 sign call on C# and F#   # the name has two\r\n"
		  "7 pause"); /* and no line's end */
	expect_event(&r, EVENT_INPUT, 5 * S);
	assert_string_equal(expect_event(&r, EVENT_SIGN, 6 * S).who, "C# and F#");
	expect_event(&r, EVENT_PAUSE, 7 * S);
	expect(&r, TRACE_END, 7 * S);
	done(&r);
}

static void times_inside_events_count_from_the_beginning(void **state)
{
	struct reading r;
	struct event e;

	(void)state;
	begin(&r, HEAD "100 pause 3\n100 pause 500\n100 away asleep 1min30s\n"
		       "100 hold 5min\n100 hold\n100 hold forever a long film\n100 hold 1 me\n"
		       "100 reading on\n100 reading off\n100 reading 30min\n"
		       "100 snooze\n100 snooze 2min\n100 rested 0.000001\n"
		       "100 sign dnd on 40 \"5 stars # hotel\"\n100 sign dnd on 100\n");
	assert_int_equal(expect_event(&r, EVENT_PAUSE, 100 * S).since, 97 * S);
	assert_int_equal(expect_event(&r, EVENT_PAUSE, 100 * S).since, (usec_t)0 - 400 * S);
	assert_int_equal(expect_event(&r, EVENT_AWAY, 100 * S).since, 10 * S);
	e = expect_event(&r, EVENT_HOLD, 100 * S);
	assert_int_equal(e.until, 400 * S);
	assert_null(e.who);
	assert_int_equal(expect_event(&r, EVENT_HOLD, 100 * S).until, USEC_NEVER);
	e = expect_event(&r, EVENT_HOLD, 100 * S);
	assert_int_equal(e.until, USEC_NEVER);
	assert_string_equal(e.who, "a long film");
	e = expect_event(&r, EVENT_HOLD, 100 * S);
	assert_int_equal(e.until, 101 * S);
	assert_string_equal(e.who, "me");
	assert_int_equal(expect_event(&r, EVENT_READING, 100 * S).until, USEC_NEVER);
	assert_int_equal(expect_event(&r, EVENT_READING, 100 * S).until, 0);
	assert_int_equal(expect_event(&r, EVENT_READING, 100 * S).until, 1900 * S);
	assert_int_equal(expect_event(&r, EVENT_SNOOZE, 100 * S).length, 0);
	assert_int_equal(expect_event(&r, EVENT_SNOOZE, 100 * S).length, 120 * S);
	assert_int_equal(expect_event(&r, EVENT_RESTED, 100 * S).length, 1);
	e = expect_event(&r, EVENT_SIGN, 100 * S);
	assert_int_equal(e.since, 60 * S);
	assert_string_equal(e.who, "5 stars # hotel");
	e = expect_event(&r, EVENT_SIGN, 100 * S);
	assert_int_equal(e.since, 1); /* 0 would be now */
	assert_null(e.who);
	done(&r);
}

static void the_other_words_say_what_they_say(void **state)
{
	struct reading r;
	struct trace_item item;
	struct event e;

	(void)state;
	begin(&r, HEAD "1 no-source\n2 back switched\n3 watch on\n4 shown\n5 show-failed\n6 start\n"
		       "7 start micro\n8 skip\n9 finish\n10 release\n11 posture standing\n"
		       "12 calendar -1 out\n13 calendar 20780 in\n14 tick\n15 jump -3600\n"
		       "16 jump +1h\n17 set [Rule  Micro] Every = \"a # \\\"b\\\\\"\n"
		       "set [me] limits =\n18 policy\n19 end\n20 nonsense that nobody reads\n");
	expect_event(&r, EVENT_NO_SOURCE, 1 * S);
	assert_int_equal(expect_event(&r, EVENT_BACK, 2 * S).reason, AWAY_SWITCHED);
	assert_true(expect_event(&r, EVENT_WATCH, 3 * S).on);
	expect_event(&r, EVENT_SHOWN, 4 * S);
	expect_event(&r, EVENT_SHOW_FAILED, 5 * S);
	item = expect(&r, TRACE_EVENT, 6 * S);
	assert_int_equal(item.event.rule, -1);
	assert_string_equal(item.rule, "");
	item = expect(&r, TRACE_EVENT, 7 * S);
	assert_int_equal(item.event.kind, EVENT_START);
	assert_string_equal(item.rule, "micro");
	expect_event(&r, EVENT_SKIP, 8 * S);
	expect_event(&r, EVENT_FINISH, 9 * S);
	expect_event(&r, EVENT_RELEASE, 10 * S);
	assert_int_equal(expect_event(&r, EVENT_POSTURE, 11 * S).posture, POSTURE_STANDING);
	e = expect_event(&r, EVENT_CALENDAR, 12 * S);
	assert_int_equal(e.day, -1);
	assert_false(e.on);
	e = expect_event(&r, EVENT_CALENDAR, 13 * S);
	assert_int_equal(e.day, 20780);
	assert_true(e.on);
	expect_event(&r, EVENT_TICK, 14 * S);
	item = expect(&r, TRACE_JUMP, 15 * S);
	assert_true(item.jump == -3600 * (int64_t)S);
	item = expect(&r, TRACE_JUMP, 16 * S);
	assert_true(item.jump == 3600 * (int64_t)S);
	item = expect(&r, TRACE_SET, 17 * S);
	assert_string_equal(item.section, "rule micro");
	assert_string_equal(item.key, "every");
	assert_string_equal(item.value, "a # \"b\\");
	item = expect(&r, TRACE_SET, 17 * S); /* without a time: when the line before was */
	assert_string_equal(item.value, "");
	expect(&r, TRACE_POLICY, 18 * S);
	assert_int_equal(expect(&r, TRACE_END, 19 * S).line, 21);
	done(&r);
}

static void local_times_follow_the_beginning_and_the_clock_that_jumps(void **state)
{
	struct reading r;

	(void)state;
	begin(&r, HEAD "2026-11-23T09:00:00.5+01:00 input\n"
		       "2026-11-23T08:00:01Z pause\n"
		       "2026-11-23T13:45:02.25+05:45 input\n"
		       "2026-11-23T04:30:03-03:30 jump 3600\n"
		       "2026-11-23T09:00:04Z pause\n" /* an hour later on the clock, 1 s after */
		       "10 jump -7200\n"
		       "2026-11-23T07:00:11Z input\n");
	expect_event(&r, EVENT_INPUT, 0);
	assert_int_equal(trace_reader_header(r.reader)->begins, (walltime_t)1795420800 * S + S / 2);
	expect_event(&r, EVENT_PAUSE, S / 2);
	expect_event(&r, EVENT_INPUT, S + 3 * S / 4);
	expect(&r, TRACE_JUMP, 2 * S + S / 2);
	expect_event(&r, EVENT_PAUSE, 3 * S + S / 2);
	expect(&r, TRACE_JUMP, 10 * S);
	expect_event(&r, EVENT_INPUT, 10 * S + S / 2);
	done(&r);
}

static void stamps_are_read_strictly(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		const char *why; /* a part of it; NULL: it is fine */
		walltime_t at;
	} rows[] = {
		{ "1970-01-01T00:00:00Z",             NULL, 0 },
		{ "1970-01-01T05:45:00+05:45",        NULL, 0 },
		{ "2026-11-23T09:05:12.5+01:00",      NULL, 1795421112500000 },
		{ "2026-11-23T09:05:12.500000123+01:00", NULL, 1795421112500000 },
		{ "2000-02-29T00:00:00Z",             NULL, 951782400 * S },
		{ "2100-02-28T23:59:59Z",             NULL, 4107542399 * S },
		{ "2016-12-31T23:59:60Z",             NULL, 1483228800 * S },
		{ "9999-12-31T23:59:59.999999-23:59", NULL, 253402387139999999 },
		{ "1969-12-31T23:59:59Z",             "before 1970", 0 },
		{ "1900-01-01T00:00:00Z",             "1970 to 9999", 0 },
		{ "1970-01-01T00:00:00+01:00",        "before 1970", 0 },
		{ "2023-02-29T00:00:00Z",             "no calendar", 0 },
		{ "2023-13-01T00:00:00Z",             "no calendar", 0 },
		{ "2023-00-01T00:00:00Z",             "no calendar", 0 },
		{ "2023-01-00T00:00:00Z",             "no calendar", 0 },
		{ "2023-01-01T24:00:00Z",             "time of day", 0 },
		{ "2023-01-01T00:60:00Z",             "time of day", 0 },
		{ "2023-01-01T00:00:61Z",             "time of day", 0 },
		{ "2023-01-01T00:00:00",              "no offset", 0 },
		{ "2023-01-01T00:00:00.5",            "no offset", 0 },
		{ "2023-01-01T00:00:00z",             "+01:00 or Z", 0 },
		{ "2023-01-01T00:00:00+0100",         "+01:00 or Z", 0 },
		{ "2023-01-01T00:00:00+24:00",        "+01:00 or Z", 0 },
		{ "2023-01-01T00:00:00+01:60",        "+01:00 or Z", 0 },
		{ "2023-01-01T00:00:00Zulu",          "not a time", 0 },
		{ "2023-01-01T00:00:00.Z",            "not a time", 0 },
		{ "2023-01-01 00:00:00Z",             "not a time", 0 },
		{ "2023-1-1T00:00:00Z",               "not a time", 0 },
		{ "12023-01-01T00:00:00Z",            "not a time", 0 },
		{ "T",                                "not a time", 0 },
		{ "",                                 "not a time", 0 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		walltime_t at = 4711;
		const char *why = NULL;
		int r = stamp_read(rows[i].text, &at, &why);

		if (rows[i].why ? r != -EINVAL || at != 4711 || !strstr(why, rows[i].why)
				: r != 0 || at != rows[i].at)
			fail_msg("'%s': %d, %llu, %s", rows[i].text, r, (unsigned long long)at,
				 why ? why : "fine");
	}
}

/* Each is a trace's lines behind the first; the fault names the line and says a part of it. */
static void what_is_wrong_is_told_with_its_line(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		unsigned line;
		const char *fault;
	} rows[] = {
		{ "5 input\n4 pause",              3, "'4' goes back in time, the event before was at 5 seconds" },
		{ "5.000001 input\n5 pause",       3, "before was at 5.000001 seconds" },
		{ "begins 2024-01-01T09:00:00Z\n2024-01-01T08:59:59Z input", 3, "before the trace begins" },
		{ "5 inptu",                       2, "perhaps you mean 'input'" },
		{ "5 show-faild",                  2, "perhaps you mean 'show-failed'" },
		{ "5 dance",                       2, "see limber-trace(5)" },
		{ "5",                             2, "what happened then is missing" },
		{ "memory",                        2, "no form of a memory" },
		{ "memory 2 level=3",              2, "'2' is no form of a memory that is understood" },
		{ "memory 1 level",                2, "'level' is not a key and its value" },
		{ "memory 1 level=3 =4",           2, "'=4' is not a key and its value" },
		{ "memory 1 level=99999999999999999999", 2, "is not a key and its value" },
		{ "memory unknown level=3",        2, "more than belongs there" },
		{ "progress",                      2, "an exercise is missing" },
		{ "progress Plank likes=1",        2, "'Plank' is not an exercise" },
		{ "1 input\nmemory 1 level=2",     3, "belongs before the first event" },
		{ "5 rate plank",                  2, "a verdict is missing: like" },
		{ "5 rate plank hrts",             2, "perhaps you mean 'hurts'" },
		{ "5 consent maybe",               2, "'maybe' is not a switch" },
		{ "5 activity walking",            2, "a length is missing" },
		{ "5 sore",                        2, "a muscle is missing" },
		{ "5 sore tail",                   2, "'tail' is no muscle" },
		{ "5 sore 32",                     2, "'32' is no muscle" },
		{ "5 another one",                 2, "'one' is more than belongs there" },
		{ "5 earlier",                     2, "a length is missing" },
		{ "5 earlier micro 5min so",       2, "only 'told' can stand behind the length" },
		{ "rate plank hurts",              2, "a time is missing, such as '120 rate'" },
		{ "input",                         2, "a time is missing, such as '120 input'" },
		{ "zoen Europe/Berlin",            2, "perhaps you mean 'zone'" },
		{ "colour blue",                   2, "zone, begins, seed, set, load" },
		{ "5 input\nzone UTC",             3, "'zone' belongs before the first event" },
		{ "seed 1\nseed 2",                3, "'seed' is there already" },
		{ "load micro 1\nload micro 2",    3, "the load of micro is there already" },
		{ "load Micro 1",                  2, "no name of a rule" },
		{ "load micro",                    2, "a length is missing" },
		{ "load",                          2, "a rule's name is missing" },
		{ "zone",                          2, "the zone's name is missing" },
		{ "zone /etc/passwd",              2, "no name of a time zone" },
		{ "zone :x",                       2, "no name of a time zone" },
		{ "zone a/../b",                   2, "no name of a time zone" },
		{ "seed -5",                       2, "'-5' is no seed" },
		{ "seed 18446744073709551616",     2, "no seed" },
		{ "seed",                          2, "no seed" },
		{ "begins",                        2, "a time is missing" },
		{ "begins 2026-11-23T09:00:00",    2, "no offset from UTC" },
		{ "begins 1900-01-01T00:00:00Z",   2, "years 1970 to 9999 are allowed" },
		{ "recorded live",                 2, "'live' is more than belongs there" },
		{ "posture lying",                 2, "'lying' is not a posture: sitting or standing" },
		{ "posture siting",                2, "perhaps you mean 'sitting'" },
		{ "posture",                       2, "a posture is missing" },
		{ "1e9 input",                     2, "'1e9' is not a time" },
		{ "nan input",                     2, "'nan' is not a word of the header, nor a time" },
		{ "-5 input",                      2, "'-5' is not a time" },
		{ "+5 input",                      2, "'+5' is not a time" },
		{ "5. input",                      2, "'5.' is not a time" },
		{ "1.0000001 input",               2, "up to six decimals" },
		{ "0x10 input",                    2, "'0x10' is not a time" },
		{ "18446744073709551615 input",    2, "more than 400 years" },
		{ "99999999999999999999999999 input", 2, "more than 400 years" },
		{ "12648960000.000001 input",      2, "more than 400 years" },
		{ "begins 2024-01-01T00:00:00Z\n9999-01-01T00:00:00Z input", 3, "more than 400 years" },
		{ "5 input\n2024-01-01T00:00:00Z pause", 3, "needs a line 'begins TIME'" },
		{ "1900-01-01T00:00:00Z input",    2, "before 1970" },
		{ "5 pause -5",                    2, "'-5' is not a length" },
		{ "5 pause nan",                   2, "'nan' is not a length" },
		{ "5 pause 1e9",                   2, "'1e9' is not a length" },
		{ "5 pause 5m",                    2, "'5m' is not a length" },
		{ "5 pause 18446744073709551615",  2, "400 years are the most" },
		{ "5 rested 18446744073709551615us", 2, "400 years are the most" },
		{ "5 rested 500y",                 2, "400 years are the most" },
		{ "5 rested",                      2, "a length is missing" },
		{ "5 hold 99999999999999",         2, "400 years are the most" },
		{ "5 hold me",                     2, "'me' is not a length" },
		{ "5 reading",                     2, "reading goes on, off, or for a length" },
		{ "5 reading 0",                   2, "reading off" },
		{ "5 away sleeping",               2, "not a way to be away: locked, switched or asleep" },
		{ "5 away lokced",                 2, "perhaps you mean 'locked'" },
		{ "5 away",                        2, "a way to be away is missing: locked" },
		{ "5 sign pause on",               2, "dnd, call, screencast, fullscreen, inhibitors or inhibit" },
		{ "5 sign call",                   2, "a switch is missing: on or off" },
		{ "5 sign call off Firefox",       2, "'Firefox' is more than belongs there" },
		{ "5 sign call on \"Firefox",      2, "has to end with it" },
		{ "5 sign call on \"Fire\" fox",   2, "'fox' is more than belongs there" },
		{ "5 sign call on 999999999999",   2, "400 years are the most" },
		{ "5 watch maybe",                 2, "'maybe' is not a switch: on or off" },
		{ "5 start the big one",           2, "'big' is more than belongs there" },
		{ "5 start Micro",                 2, "no name of a rule" },
		{ "5 calendar monday in",          2, "no number of a day" },
		{ "5 calendar 99999999999 in",     2, "no number of a day" },
		{ "5 calendar 3",                  2, "a side of the user's hours is missing: in or out" },
		{ "5 jump",                        2, "a length is missing" },
		{ "5 jump --5",                    2, "'-5' is not a length" },
		{ "5 jump -60y",                   2, "before 1970" },
		{ "5 jump 300y\n6 jump 300y",      3, "off by more than 400 years" },
		{ "begins 1970-01-01T00:00:00Z\n5 jump -6", 3, "before 1970" },
		{ "5 set micro every = 3",         2, "set [SECTION] KEY = VALUE" },
		{ "set [rule micro] every 20min",  2, "set [SECTION] KEY = VALUE" },
		{ "set [rule micro every = 20min", 2, "set [SECTION] KEY = VALUE" },
		{ "set [] every = 20min",          2, "set [SECTION] KEY = VALUE" },
		{ "set [rule micro] = 20min",      2, "set [SECTION] KEY = VALUE" },
		{ "set [a] b = 'c",                2, "has to end with it" },
		{ "5 input now",                   2, "'now' is more than belongs there" },
		{ "\x1b[31mred",                   2, "byte 1 is a control character" },
		{ "5 sign call on \xff",           2, "not UTF-8" },
		{ "5 sign call on \xed\xa0\x80",   2, "not UTF-8" },
		{ "5 b\xc2\x9bx",                  2, "'b?x' is not a word" },
	};
	/* clang-format on */
	static const char consequence[] = "; nothing from there on is read";

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct trace_item item;
		struct reading r;
		char text[512], again[TRACE_FAULT_MAX] = "", line[32];

		(void)snprintf(text, sizeof(text), HEAD "%s\n", rows[i].text);
		(void)snprintf(line, sizeof(line), "line %u: ", rows[i].line);
		begin(&r, text);
		if (read_all(&r) != -EINVAL || !strstr(r.fault, rows[i].fault) ||
		    strncmp(r.fault, line, strlen(line)) != 0 || !strstr(r.fault, consequence))
			fail_msg("'%s': %s", rows[i].text, r.fault);
		assert_int_equal(trace_reader_next(r.reader, &item, again), -EINVAL);
		assert_string_equal(again, r.fault);
		done(&r);
	}
}

static void the_first_line_says_what_it_is(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text, *fault;
	} rows[] = {
		{ "",                         "line 1: the trace is empty" },
		{ "\n" HEAD,                  "line 1: the first line has to be 'limber-trace 1'" },
		{ "# hello\n" HEAD,           "line 1: the first line has to be" },
		{ "0 input\n",                "line 1: the first line has to be" },
		{ "limber-trace\n",           "line 1: the first line has to be" },
		{ "limber-trace one\n",       "line 1: the first line has to be" },
		{ "limber-trace 2\n",         "line 1: this is version 2 of traces, only version 1" },
		{ "limber-trace 1 2\n",       "line 1: '2' is more than belongs there" },
		{ "{\"buckets\": {}}",        "line 1: the first line has to be" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct reading r;

		begin(&r, rows[i].text);
		if (read_all(&r) != -EINVAL || !strstr(r.fault, rows[i].fault))
			fail_msg("'%s': %s", rows[i].text, r.fault);
		done(&r);
	}
}

static void a_nul_is_no_end_of_a_line(void **state)
{
	static const char text[] = HEAD "5 input\0 and more\n";
	struct reading r;

	(void)state;
	begin_bytes(&r, text, sizeof(text) - 1);
	assert_int_equal(read_all(&r), -EINVAL);
	assert_non_null(strstr(r.fault, "line 2: byte 8 is a NUL"));
	done(&r);
}

/* 1023 bytes are a line, with whatever end; one more is too long. */
static void lines_have_a_longest_length(void **state)
{
	static const char *const ends[] = { "", "\n", "\r\n" };
	char text[sizeof(HEAD) + TRACE_LINE_MAX + 2];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(ends); i++)
		for (size_t n = TRACE_LINE_MAX - 1; n <= TRACE_LINE_MAX; n++) {
			struct reading r;

			strcpy(text, HEAD "5 input #");
			memset(text + strlen(text), 'x', n - strlen("5 input #"));
			strcpy(text + strlen(HEAD) + n, ends[i]);
			begin(&r, text);
			assert_int_equal(read_all(&r), n < TRACE_LINE_MAX ? 0 : -EINVAL);
			if (n == TRACE_LINE_MAX)
				assert_non_null(strstr(r.fault, "line 2: the line is too long, up "
								"to 1023 bytes are allowed"));
			done(&r);
		}
}

static void a_folder_is_no_trace(void **state)
{
	char fault[TRACE_FAULT_MAX] = "";
	struct trace_item item;
	CLEANUP(fclosep) FILE *file = fopen("/", "r");
	CLEANUP(trace_reader_freep) struct trace_reader *reader = trace_reader_new(file);

	(void)state;
	assert_non_null(file);
	assert_int_equal(trace_reader_next(reader, &item, fault), -EISDIR);
}

static void more_loads_than_rules_are_refused(void **state)
{
	char text[4096] = HEAD;
	struct reading r;

	(void)state;
	for (int i = 0; i <= RULES_MAX; i++)
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "load r%d 1\n", i);
	begin(&r, text);
	assert_int_equal(read_all(&r), -EINVAL);
	assert_non_null(strstr(r.fault, "line 34: this is one load too many"));
	done(&r);
}

/* Writing */

static uint64_t random_state;

static uint64_t any(uint64_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % below;
}

/* Now a round number, now down to the microsecond. */
static usec_t any_length(usec_t most)
{
	usec_t length = any(most + 1);

	return any(2) ? length : length / S * S;
}

static const char *any_who(void)
{
	static const char *const names[] = {
		NULL,
		"Firefox",
		"a # b",
		"#general",
		" blanks ",
		"\"quoted\"",
		"5min of fame",
		"0",
		"back\\slash",
		"tab\tinside",
		"3.5 mm",
		"\\\" # \\",
		"Grüße, 世界",
		"forever",
		"a\"b",
		"on",
		"12 # 13",
		"'",
		"99999999999999999999",
	};

	return names[any(ELEMENTS(names))];
}

static struct event any_event(usec_t now)
{
	static const enum away_reason reasons[] = { AWAY_LOCKED, AWAY_SWITCHED, AWAY_ASLEEP };

	return (struct event){
		.kind = (enum event_kind)any(EVENT_POLICY + 1),
		.now = now,
		.since = now - any_length(now < 7200 * S ? now : 7200 * S),
		.length = any_length(7200 * S),
		.until = any(4) == 0 ? USEC_NEVER : now + any_length(7200 * S),
		.day = (int)any(40000) - 20000,
		.on = any(2),
		.sign = (enum quiet)any(QUIET_INHIBIT + 1),
		.reason = reasons[any(3)],
		.posture = (enum posture)any(2),
		.who = any_who(),
	};
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Is `got`, in the trace's time, what `want` was `origin` later? */
static bool is_same(const struct event *want, usec_t origin, const struct trace_item *got,
		    const char *rule)
{
	const struct event *e = &got->event;
	bool who = same_text(want->who, e->who);

	if (want->now - origin != got->at || want->kind != e->kind)
		return false;
	switch (want->kind) {
	case EVENT_PAUSE:
		return want->since - origin == e->since;
	case EVENT_AWAY:
		return want->since - origin == e->since && want->reason == e->reason;
	case EVENT_BACK:
		return want->reason == e->reason;
	case EVENT_SIGN:
		return want->sign == e->sign && want->on == e->on && (who || !want->on) &&
		       want->since - origin == e->since;
	case EVENT_WATCH:
		return want->on == e->on;
	case EVENT_START:
		return !strcmp(rule, got->rule) && e->rule == -1;
	case EVENT_EARLIER:
		return !strcmp(rule, got->rule) && want->length == e->length && want->on == e->on;
	case EVENT_SNOOZE:
	case EVENT_RESTED:
		return want->length == e->length;
	case EVENT_HOLD:
		return (want->until == USEC_NEVER ? e->until == USEC_NEVER
						  : want->until - origin == e->until) &&
		       who;
	case EVENT_READING:
		if (want->until == USEC_NEVER || want->until == want->now)
			return e->until == (want->until == USEC_NEVER ? USEC_NEVER : 0);
		return want->until - origin == e->until;
	case EVENT_POSTURE:
		return want->posture == e->posture;
	case EVENT_CALENDAR:
		return want->day == e->day && want->on == e->on;
	default:
		return true;
	}
}

static void what_is_written_reads_back(void **state)
{
	enum { EVENTS = 400, TRACES = 50 };
	static struct event events[EVENTS];

	(void)state;
	for (uint64_t seed = 1; seed <= TRACES; seed++) {
		const usec_t origin = seed * 1234567891;
		struct trace_item item;
		struct reading r;
		usec_t now = origin + 7201 * S;

		random_state = seed;
		begin(&r, "");
		assert_int_equal(trace_write_header(r.file, &(struct trace_header){ .version = 1 }),
				 0);
		for (size_t i = 0; i < EVENTS; i++) {
			now += any_length(600 * S);
			events[i] = any_event(now);
			events[i].since = usec_max(events[i].since, origin + 1);
			assert_int_equal(trace_write_event(r.file, origin, &events[i],
							   i % 2 ? "micro" : NULL),
					 0);
		}
		rewind(r.file);
		for (size_t i = 0; i < EVENTS; i++) {
			assert_int_equal(next(&r, &item), 0);
			if (events[i].kind == EVENT_POLICY)
				assert_int_equal(item.what, TRACE_POLICY);
			else if (!is_same(&events[i], origin, &item, i % 2 ? "micro" : ""))
				fail_msg("seed %llu, event %zu of kind %d, line %u",
					 (unsigned long long)seed, i, (int)events[i].kind,
					 item.line);
		}
		expect(&r, TRACE_END, now - origin);
		done(&r);
	}
}

static void same_said(const struct said *got, const struct said *want)
{
	assert_int_equal(got->kind, want->kind);
	assert_true(same_text(got->name, want->name));
	assert_int_equal(got->verdict, want->verdict);
	assert_int_equal(got->on, want->on);
	assert_int_equal(got->length, want->length);
	assert_int_equal(got->muscles, want->muscles);
}

static void what_is_said_reads_back(void **state)
{
	static const struct said said[] = {
		{ .kind = SAID_RATE, .name = "plank", .verdict = VERDICT_HURTS },
		{ .kind = SAID_RATE, .name = "3-point-plank", .verdict = VERDICT_LIKE },
		{ .kind = SAID_NO_PAIN, .name = "plank" },
		{ .kind = SAID_CONSENT, .on = true },
		{ .kind = SAID_CONSENT },
		{ .kind = SAID_ACTIVITY, .name = "walking", .length = 1200 * S + 1 },
		{ .kind = SAID_SORE, .muscles = 1 << MUSCLE_THIGHS | 1 << MUSCLE_NECK },
		{ .kind = SAID_SORE, .muscles = UINT32_MAX },
		{ .kind = SAID_NOT_SORE, .muscles = 1 << MUSCLE_THIGHS | 1 << 30 },
		{ .kind = SAID_ANOTHER },
		{ .kind = SAID_NEXT },
		{ .kind = SAID_STILL, .on = true },
		{ .kind = SAID_STILL },
		{ .kind = SAID_FORGET },
	};
	const struct said nameless = { .kind = SAID_RATE, .name = "two words" };
	struct reading r;

	(void)state;
	begin(&r, HEAD);
	fseek(r.file, 0, SEEK_END);
	for (size_t i = 0; i < ELEMENTS(said); i++)
		assert_int_equal(trace_write_said(r.file, i * S + 3, &said[i]), 0);
	assert_int_equal(trace_write_said(r.file, 100 * S, &nameless), -EINVAL);
	rewind(r.file);
	for (size_t i = 0; i < ELEMENTS(said); i++) {
		struct trace_item item = expect(&r, TRACE_SAID, i * S + 3);

		same_said(&item.said, &said[i]);
	}
	expect(&r, TRACE_END, (ELEMENTS(said) - 1) * S + 3);
	done(&r);
}

static void what_is_remembered_reads_back(void **state)
{
	char value[TRACE_VALUE_MAX], key[COACH_KEY_MAX];
	const char *cursor;
	struct trace_item item;
	struct reading r;
	int64_t number;

	(void)state;
	trace_value(value, "relieved-at lower-back", -12);
	assert_string_equal(value, "relieved-at.lower-back=-12");
	trace_value(value, "level", 0);
	assert_string_equal(value, "");
	begin(&r, HEAD "seed 5\nmemory 1   level=2 done.3=4 # so far\n");
	fseek(r.file, 0, SEEK_END);
	assert_int_equal(trace_write_memory(r.file, USEC_NEVER, "plank", "likes=2"), 0);
	assert_int_equal(trace_write_memory(r.file, USEC_NEVER, "", NULL), 0);
	assert_int_equal(trace_write_memory(r.file, 7 * S, "", "level=5"), 0);
	rewind(r.file);
	item = expect(&r, TRACE_MEMORY, 0);
	assert_string_equal(item.exercise, "");
	assert_string_equal(item.values, "level=2 done.3=4");
	cursor = item.values;
	assert_true(trace_next_value(&cursor, key, &number));
	assert_string_equal(key, "level");
	assert_int_equal(number, 2);
	assert_true(trace_next_value(&cursor, key, &number));
	assert_string_equal(key, "done 3");
	assert_int_equal(number, 4);
	assert_false(trace_next_value(&cursor, key, &number));
	item = expect(&r, TRACE_MEMORY, 0);
	assert_string_equal(item.exercise, "plank");
	assert_string_equal(item.values, "likes=2");
	assert_false(item.timed || item.unknown);
	item = expect(&r, TRACE_MEMORY, 0);
	assert_true(item.unknown);
	item = expect(&r, TRACE_MEMORY, 7 * S);
	assert_true(item.timed);
	assert_string_equal(item.values, "level=5");
	done(&r);
}

static void headers_settings_and_jumps_read_back(void **state)
{
	static const char *const zones[] = { "UTC", "Europe/Berlin", "Asia/Kathmandu",
					     "America/St_Johns", "Africa/Monrovia" };
	static const char *const values[] = {
		"20min", "", "a # b", "\"x\" ; y", " both ", "'single'", "back\\slash \"#\" #"
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(zones); i++) {
		struct trace_header h = {
			.version = 1,
			.begins = (walltime_t)i * 400 * USEC_PER_DAY + 5123456, /* 1970 to 1974 */
			.begins_known = true,
			.seed = UINT64_MAX - i,
			.recorded = true,
			.n_loads = 2,
			.loads = { { "micro", 1 }, { "a-b", 5 * USEC_PER_DAY } },
			.today = 7 * S + 1,
			.posture = POSTURE_STANDING,
		};
		struct trace_item item;
		struct reading r;

		strcpy(h.zone, zones[i]);
		setenv("TZ", zones[i], 1);
		tzset();
		begin(&r, "");
		assert_int_equal(trace_write_header(r.file, &h), 0);
		for (size_t k = 0; k < ELEMENTS(values); k++)
			assert_int_equal(trace_write_set(r.file, "rule micro", "sets", values[k]),
					 0);
		assert_int_equal(trace_write_jump(r.file, 5, -(int64_t)S), 0);
		assert_int_equal(trace_write_jump(r.file, 6, 3 * S + 1), 0);
		rewind(r.file);
		for (size_t k = 0; k < ELEMENTS(values); k++) {
			item = expect(&r, TRACE_SET, 0);
			assert_string_equal(item.section, "rule micro");
			assert_string_equal(item.key, "sets");
			assert_string_equal(item.value, values[k]);
		}
		assert_true(expect(&r, TRACE_JUMP, 5).jump == -(int64_t)S);
		assert_true(expect(&r, TRACE_JUMP, 6).jump == 3 * (int64_t)S + 1);
		assert_memory_equal(trace_reader_header(r.reader), &h, sizeof(h));
		done(&r);
	}
	unsetenv("TZ");
	tzset();
}

static void what_no_trace_can_hold_is_not_written(void **state)
{
	struct event hours = { .kind = EVENT_SIGN, .sign = QUIET_HOURS, .on = true };
	struct event late = { .kind = EVENT_TICK, .now = SPAN_MAX + 8 };
	struct event control = {
		.kind = EVENT_SIGN, .sign = QUIET_DND, .on = true, .who = "a\nb\x1b\xff"
	};
	struct reading r;
	char value[TRACE_LINE_MAX];

	(void)state;
	memset(value, 'x', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	begin(&r, "");
	assert_int_equal(trace_write_event(r.file, 0, &hours, NULL), -EINVAL);
	assert_int_equal(trace_write_event(r.file, 7, &late, NULL), -ERANGE);
	assert_int_equal(trace_write_set(r.file, "me", "limits", value), -EMSGSIZE);
	assert_int_equal(ftell(r.file), 0);
	assert_int_equal(trace_write_header(r.file, &(struct trace_header){ .version = 1 }), 0);
	assert_int_equal(trace_write_event(r.file, 0, &control, NULL), 0);
	rewind(r.file);
	assert_string_equal(expect_event(&r, EVENT_SIGN, 0).who, "a?b??");
	done(&r);
}

static void a_full_disk_is_told(void **state)
{
	CLEANUP(fclosep) FILE *full = fopen("/dev/full", "w");

	(void)state;
	if (!full)
		skip();
	setvbuf(full, NULL, _IONBF, 0);
	assert_int_equal(trace_write_jump(full, 0, 1), -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_manuals_morning_is_read),
		cmocka_unit_test(every_word_of_the_header_is_kept),
		cmocka_unit_test(blanks_comments_and_line_ends_do_not_matter),
		cmocka_unit_test(times_inside_events_count_from_the_beginning),
		cmocka_unit_test(the_other_words_say_what_they_say),
		cmocka_unit_test(local_times_follow_the_beginning_and_the_clock_that_jumps),
		cmocka_unit_test(stamps_are_read_strictly),
		cmocka_unit_test(what_is_wrong_is_told_with_its_line),
		cmocka_unit_test(the_first_line_says_what_it_is),
		cmocka_unit_test(a_nul_is_no_end_of_a_line),
		cmocka_unit_test(lines_have_a_longest_length),
		cmocka_unit_test(a_folder_is_no_trace),
		cmocka_unit_test(more_loads_than_rules_are_refused),
		cmocka_unit_test(what_is_written_reads_back),
		cmocka_unit_test(what_is_said_reads_back),
		cmocka_unit_test(what_is_remembered_reads_back),
		cmocka_unit_test(headers_settings_and_jumps_read_back),
		cmocka_unit_test(what_no_trace_can_hold_is_not_written),
		cmocka_unit_test(a_full_disk_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
