/* The timeline and the comparison as they are printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/utf8.h"
#include "sim/compare.h"
#include "sim/timeline.h"

#define SEC(n) ((usec_t)(n)*USEC_PER_SEC)
#define MIN(n) SEC((n)*60)
#define AT(min, sec) SEC((min)*60 + (sec))
/* Monday, 2026-11-23, 09:00 in Berlin. */
#define NINE (UINT64_C(1795420800) * USEC_PER_SEC)

/* What a test prints, as one text. */
struct paper {
	FILE *file;
	char *text;
	size_t size;
};

static void paper_open(struct paper *p)
{
	p->file = open_memstream(&p->text, &p->size);
	assert_non_null(p->file);
}

static void paper_close(struct paper *p)
{
	fclose(p->file);
	p->file = NULL;
}

static struct sim_news news_at(enum sim_news_kind kind, usec_t t)
{
	return (struct sim_news){ .kind = kind,
				  .t = t,
				  .at = NINE + t,
				  .who = "",
				  .exercises = "",
				  .offset = (int64_t)NINE };
}

static void tell_presence(struct timeline *l, usec_t t, enum presence presence)
{
	struct sim_news n = news_at(SIM_PRESENCE, t);

	n.presence = presence;
	timeline_sink.news(l, &n);
}

static void tell_quiet(struct timeline *l, usec_t t, bool on, const char *who)
{
	struct sim_news n = news_at(SIM_QUIET, t);

	n.sign = QUIET_CALL;
	n.on = on;
	n.who = who;
	timeline_sink.news(l, &n);
}

static void tell_decision(struct timeline *l, struct decision d, const char *exercise)
{
	struct sim_news n = news_at(SIM_DECISION, d.at);

	n.decision = &d;
	n.exercises = exercise;
	timeline_sink.news(l, &n);
}

#define MICRO .rule = "micro", .counts = RULE_COUNTS_SCREEN

/* An hour with a call, a break taken and one that is interrupted by the end. */
static void tell_hour(struct timeline *l)
{
	tell_presence(l, 0, PRESENCE_ACTIVE);
	tell_quiet(l, AT(5, 0), true, "Fire\"fox");
	tell_quiet(l, AT(6, 0), false, "");
	tell_decision(l,
		      (struct decision){ MICRO, .kind = DECISION_DUE, .at = AT(20, 0),
					 .load = MIN(20), .every = MIN(20) },
		      "");
	tell_decision(l,
		      (struct decision){ MICRO, .kind = DECISION_PROMPT, .cause = CAUSE_LULL,
					 .length = SEC(3), .count = 1, .at = AT(20, 13) + 7 },
		      "shrug");
	tell_decision(l,
		      (struct decision){ MICRO, .kind = DECISION_STARTED, .cause = CAUSE_SELF,
					 .at = AT(20, 18) },
		      "shrug");
	tell_presence(l, AT(20, 10), PRESENCE_IDLE);
	tell_decision(l,
		      (struct decision){ MICRO, .kind = DECISION_ENDED, .outcome = OUTCOME_TAKEN,
					 .cause = CAUSE_REST, .length = SEC(30), .every = SEC(30),
					 .at = AT(20, 40) },
		      "");
	tell_presence(l, AT(25, 0), PRESENCE_AWAY);
	tell_presence(l, AT(40, 0), PRESENCE_ACTIVE);
}

static const struct sim_summary summary = {
	.length = MIN(60),
	.active = AT(40, 10),
	.idle = AT(4, 50),
	.away = MIN(15),
	.prompts = 1,
	.outcomes = { [OUTCOME_TAKEN] = 1 },
	.longest = { [RULE_COUNTS_HANDS] = AT(20, 10), [RULE_COUNTS_SCREEN] = AT(20, 10) },
	.span = MIN(60),
	.rest = AT(19, 50),
	.suppressed = { [QUIET_SIGNS + 3] = SEC(13) },
};

static char *print_hour(const struct timeline_style *style)
{
	struct paper paper;
	struct timeline *l;

	paper_open(&paper);
	l = timeline_new(paper.file, style);
	assert_non_null(l);
	tell_hour(l);
	timeline_end(l, &summary);
	timeline_free(l);
	paper_close(&paper);
	return paper.text;
}

/* clang-format off */
static void test_json(void **state)
{
	(void)state;
	CLEANUP(freep) char *text = print_hour(&(struct timeline_style){ .json = true });

	assert_string_equal(text,
		"{\"t\":0.000000,\"at\":\"2026-11-23T09:00:00.000000+01:00\",\"what\":\"presence\",\"rule\":\"\",\"why\":\"\",\"presence\":\"active\"}\n"
		"{\"t\":300.000000,\"at\":\"2026-11-23T09:05:00.000000+01:00\",\"what\":\"quiet\",\"rule\":\"\","
		"\"why\":\"a call in Fire\\\"fox uses the microphone or camera\",\"sign\":\"call\",\"on\":true}\n"
		"{\"t\":360.000000,\"at\":\"2026-11-23T09:06:00.000000+01:00\",\"what\":\"quiet\",\"rule\":\"\","
		"\"why\":\"the call is over\",\"sign\":\"call\",\"on\":false}\n"
		"{\"t\":1200.000000,\"at\":\"2026-11-23T09:20:00.000000+01:00\",\"what\":\"due\",\"rule\":\"micro\","
		"\"why\":\"20min of screen work without enough rest\"}\n"
		"{\"t\":1213.000007,\"at\":\"2026-11-23T09:20:13.000007+01:00\",\"what\":\"prompt\",\"rule\":\"micro\","
		"\"why\":\"you paused for 3s\",\"prompts\":1,\"exercise\":\"shrug\"}\n"
		"{\"t\":1218.000000,\"at\":\"2026-11-23T09:20:18.000000+01:00\",\"what\":\"started\",\"rule\":\"micro\","
		"\"why\":\"you left keyboard and pointer alone for 5s\",\"exercise\":\"shrug\"}\n"
		"{\"t\":1210.000000,\"at\":\"2026-11-23T09:20:10.000000+01:00\",\"what\":\"presence\",\"rule\":\"\",\"why\":\"\",\"presence\":\"idle\"}\n"
		"{\"t\":1240.000000,\"at\":\"2026-11-23T09:20:40.000000+01:00\",\"what\":\"ended\",\"rule\":\"micro\","
		"\"why\":\"you rested 30s, all of it\",\"outcome\":\"taken\",\"rested\":30}\n"
		"{\"t\":1500.000000,\"at\":\"2026-11-23T09:25:00.000000+01:00\",\"what\":\"presence\",\"rule\":\"\",\"why\":\"\",\"presence\":\"away\"}\n"
		"{\"t\":2400.000000,\"at\":\"2026-11-23T09:40:00.000000+01:00\",\"what\":\"presence\",\"rule\":\"\",\"why\":\"\",\"presence\":\"active\"}\n"
		"{\"what\":\"summary\",\"length\":3600,\"active\":2410,\"watching\":0,\"idle\":290,\"away\":900,\"unknown\":0,"
		"\"prompts\":1,\"repeats\":0,\"returns\":0,\"notices\":0,"
		"\"outcomes\":{\"taken\":1,\"cut-short\":0,\"skipped\":0,\"missed\":0,\"natural\":0},"
		"\"longest\":{\"hands\":1210,\"screen\":1210},\"span\":3600,\"rest\":1190,"
		"\"suppressed\":{\"dnd\":0,\"call\":0,\"screencast\":0,\"fullscreen\":0,\"inhibitors\":0,\"inhibit\":0,"
		"\"pause\":0,\"hours\":0,\"settle\":0,\"retry\":0,\"hour\":0,\"lull\":13}}\n");
}

static void test_for_people(void **state)
{
	(void)state;
	CLEANUP(freep) char *text = print_hour(&(struct timeline_style){ .utf8 = true });

	assert_string_equal(text,
		"Monday 2026-11-23\n"
		"  09:05:00            quiet         a call in Fire\"fox uses the microphone or camera\n"
		"  09:06:00            quiet         the call is over\n"
		"  09:20:00  micro     due           20min of screen work without enough rest\n"
		"  09:20:13  micro     prompt        you paused for 3s; exercise: shrug\n"
		"  09:20:18  micro     started       you left keyboard and pointer alone for 5s\n"
		"  09:20:40  micro     taken         you rested 30s, all of it\n"
		"  09:25:00            away          nobody is at the screen\n"
		"  09:40:00            active        typing or moving the pointer again\n"
		"\n"
		"      :00            :15            :30            :45\n"
		"  09  ████████████████████━····               ████████████████████\n"
		"      █ input   · no input   ━ break\n"
		"\n"
		"Summary\n"
		"  time            40min 10s of input, 4min 50s without input, 15min away\n"
		"  prompts         1; 1.5 an hour at the screen\n"
		"  breaks          1 taken, 0 cut short, 0 skipped, 0 missed, 0 natural\n"
		"  longest spell   20min 10s at the screen, 20min 10s of typing and pointing\n"
		"  at rest         33%: 19min 50s of the 1h from first to last activity\n"
		"  kept back       13s by the wait for a pause\n");
}
/* clang-format on */

/* The widest line in characters; every byte is ASCII if it has to be. */
static size_t widest(const char *text, bool ascii)
{
	size_t width = 0, most = 0;
	uint32_t c;

	while (utf8_next(&text, &c)) {
		assert_int_not_equal(c, UTF8_BROKEN);
		if (ascii)
			assert_true(c < 0x80);
		width = c == '\n' ? 0 : width + 1;
		most = width > most ? width : most;
	}
	return most;
}

static void test_widths(void **state)
{
	(void)state;
	for (unsigned columns = 0; columns < 200; columns += 7) {
		CLEANUP(freep)
		char *text = print_hour(&(struct timeline_style){ .columns = columns });
		size_t most = columns == 0 || columns > 100 ? 100 : columns < 60 ? 60 : columns;

		assert_true(widest(text, true) <= most);
	}
}

static void test_colour_is_only_what_is_asked_for(void **state)
{
	(void)state;
	CLEANUP(freep) char *plain = print_hour(&(struct timeline_style){ .utf8 = true });
	CLEANUP(freep)
	char *coloured = print_hour(&(struct timeline_style){ .utf8 = true, .colour = true });
	char *to = coloured;

	assert_null(strchr(plain, '\033'));
	assert_non_null(strchr(coloured, '\033'));
	/* Without its escape sequences it is the same text. */
	for (const char *from = coloured; *from; from++)
		if (*from == '\033')
			from = strchr(from, 'm');
		else
			*to++ = *from;
	*to = '\0';
	assert_string_equal(coloured, plain);
}

/* Days ----------------------------------------------------------------------------------------- */

static char *print_days(size_t n, const usec_t *times, walltime_t begins)
{
	struct paper paper;
	struct timeline *l;

	paper_open(&paper);
	l = timeline_new(paper.file, &(struct timeline_style){ 0 });
	for (size_t i = 0; i < n; i++) {
		struct sim_news n_ = news_at(SIM_PRESENCE, times[i]);

		n_.at = begins + times[i];
		n_.presence = i % 2 ? PRESENCE_IDLE : PRESENCE_ACTIVE;
		timeline_sink.news(l, &n_);
	}
	timeline_end(l, &(struct sim_summary){ .length = times[n - 1] });
	timeline_free(l);
	paper_close(&paper);
	return paper.text;
}

static void test_each_day_has_its_heading_and_bars(void **state)
{
	(void)state;
	const usec_t times[] = { 0,
				 MIN(30),
				 USEC_PER_DAY - 10 * USEC_PER_HOUR,
				 USEC_PER_DAY - 8 * USEC_PER_HOUR,
				 3 * USEC_PER_DAY,
				 3 * USEC_PER_DAY + MIN(1) };
	CLEANUP(freep) char *text = print_days(ELEMENTS(times), times, NINE);

	/* Work from 23:00 to 01:00 is shown on both days; a day without news is left out. */
	assert_non_null(strstr(text, "Monday 2026-11-23\n"));
	assert_non_null(strstr(text, "  09  ##############################...."));
	assert_non_null(strstr(text,
			       "  23  #########################################################"
			       "###\n      # input"));
	assert_non_null(strstr(text, "Tuesday 2026-11-24\n\n      :00"));
	assert_non_null(strstr(text, "  00  ####"));
	assert_null(strstr(text, "Wednesday"));
	assert_non_null(strstr(text, "Thursday 2026-11-26\n"));
	assert_non_null(strstr(text, "\n  09  #\n"));
}

/* The clock goes from 02:00 to 03:00, or through 02 twice. */
static void test_days_of_other_lengths(void **state)
{
	(void)state;
	const usec_t times[] = { 0, 5 * USEC_PER_HOUR };
	/* 2026-03-29 and 2026-10-25, 00:00 in Berlin. */
	const walltime_t spring = UINT64_C(1774738800) * USEC_PER_SEC;
	const walltime_t autumn = UINT64_C(1792879200) * USEC_PER_SEC;
	CLEANUP(freep) char *short_day = print_days(2, times, spring);
	CLEANUP(freep) char *long_day = print_days(2, times, autumn);
	const char *second;

	assert_non_null(strstr(short_day, "Sunday 2026-03-29\n"));
	assert_null(strstr(short_day, "\n  02  #"));
	assert_non_null(strstr(short_day, "\n  05  #"));
	assert_non_null(strstr(long_day, "Sunday 2026-10-25\n"));
	second = strstr(long_day, "\n  02  #");
	assert_non_null(second);
	assert_non_null(strstr(second + 1, "\n  02  #"));
	assert_null(strstr(long_day, "\n  04  #"));
}

/* Comparison ----------------------------------------------------------------------------------- */

static char *print_comparison(const struct timeline_style *style, size_t n,
			      const char *const names[])
{
	struct sim_summary summaries[8];
	struct paper paper;

	assert_true(n <= ELEMENTS(summaries));
	for (size_t i = 0; i < n; i++) {
		summaries[i] = summary;
		summaries[i].prompts = (unsigned)i + 1;
	}
	paper_open(&paper);
	compare_print(paper.file, style, n, names, summaries);
	paper_close(&paper);
	return paper.text;
}

/* clang-format off */
static void test_side_by_side(void **state)
{
	(void)state;
	const char *const names[] = { "ergonomic", "hse" };
	CLEANUP(freep) char *text = print_comparison(&(struct timeline_style){ 0 }, 2, names);

	assert_string_equal(text,
		"                               ergonomic         hse\n"
		"prompts                                1           2\n"
		"interruptions per hour               1.5         3.0\n"
		"breaks taken                           1           1\n"
		"  cut short                            0           0\n"
		"  skipped                              0           0\n"
		"  missed                               0           0\n"
		"  natural                              0           0\n"
		"longest spell, screen          20min 10s   20min 10s\n"
		"longest spell, hands           20min 10s   20min 10s\n"
		"share of the day at rest             33%         33%\n");
}
/* clang-format on */

static void test_more_settings_than_columns(void **state)
{
	(void)state;
	const char *const names[] = { "ergonomic",
				      "hse",
				      "/a/very/long/folder/of/mine/limber.conf",
				      "Jo\xc3\xab\n",
				      "5",
				      "6",
				      "7",
				      "8" };
	CLEANUP(freep)
	char *text =
		print_comparison(&(struct timeline_style){ .columns = 60, .utf8 = true }, 8, names);
	unsigned blocks = 0;

	assert_true(widest(text, false) <= 60);
	for (const char *at = text; (at = strstr(at, "prompts")); at++)
		blocks++;
	assert_int_equal(blocks, 8);
	/* Too long a name keeps its end. */
	assert_non_null(strstr(text, "…der/of/mine/limber.conf\n"));
	assert_non_null(strstr(text, "Jo\xc3\xab\n"));
}

static void test_comparison_in_json(void **state)
{
	(void)state;
	const char *const names[] = { "ergonomic", "say \"hi\"\n\xff" };
	CLEANUP(freep)
	char *text = print_comparison(&(struct timeline_style){ .json = true }, 2, names);

	assert_ptr_equal(
		strstr(text, "{\"what\":\"compared\",\"name\":\"ergonomic\","
			     "\"interruptions_per_hour\":1.494,\"rest_share\":0.3306,\"length\":"),
		text);
	assert_non_null(strstr(text, "}}\n{\"what\":\"compared\",\"name\":\"say \\\"hi\\\"\\u000a"
				     "\\ufffd\",\"interruptions_per_hour\":2.988,"));
}

/* Nothing happened: nothing is divided by nothing. */
static void test_an_empty_day(void **state)
{
	(void)state;
	struct paper paper;
	struct timeline *l;

	paper_open(&paper);
	l = timeline_new(paper.file, &(struct timeline_style){ 0 });
	timeline_end(l, &(struct sim_summary){ 0 });
	timeline_free(l);
	paper_close(&paper);
	assert_string_equal(paper.text,
			    "Summary\n"
			    "  time            none\n"
			    "  prompts         0; 0.0 an hour at the screen\n"
			    "  breaks          0 taken, 0 cut short, 0 skipped, 0 missed, 0 "
			    "natural\n"
			    "  longest spell   0s at the screen, 0s of typing and pointing\n"
			    "  at rest         0%: 0s of the 0s from first to last activity\n");
	free(paper.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_for_people),
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_colour_is_only_what_is_asked_for),
		cmocka_unit_test(test_each_day_has_its_heading_and_bars),
		cmocka_unit_test(test_days_of_other_lengths),
		cmocka_unit_test(test_side_by_side),
		cmocka_unit_test(test_more_settings_than_columns),
		cmocka_unit_test(test_comparison_in_json),
		cmocka_unit_test(test_an_empty_day),
	};

	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
