/* Decisions in words: every cause of every decision, as the user reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/utf8.h"
#include "sim/sentence.h"

#define SEC(n) ((usec_t)(n)*USEC_PER_SEC)
#define MIN(n) SEC((n)*60)
/* Ten days after the machine started it is Monday, 2026-11-23, 00:00 in Berlin. */
#define MIDNIGHT (10 * USEC_PER_DAY)
#define AT(hour, min, sec) (MIDNIGHT + SEC((hour)*3600 + (min)*60 + (sec)))
#define OFFSET ((int64_t)(UINT64_C(1795388400) * USEC_PER_SEC - MIDNIGHT))

struct row {
	const char *sentence;
	struct decision d;
};

/* All are decided at 10:00:00 unless they say something else. */
static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct decision d = rows[i].d;
		char buffer[SENTENCE_MAX];

		if (!d.at)
			d.at = AT(10, 0, 0);
		assert_string_equal(decision_sentence(&d, OFFSET, buffer), rows[i].sentence);
	}
}

#define D(...)                                                                                     \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define SCREEN .counts = RULE_COUNTS_SCREEN
#define HANDS .counts = RULE_COUNTS_HANDS

/* clang-format off */
static void test_due(void **state)
{
	(void)state;
	const struct row rows[] = {
		{ "20min of screen work without enough rest",
		  D(.kind = DECISION_DUE, SCREEN, .load = MIN(20), .every = MIN(20)) },
		{ "6min of typing and pointing without enough rest",
		  D(.kind = DECISION_DUE, HANDS, .load = MIN(6) + 1, .every = MIN(6)) },
		{ "31min of screen work without enough rest; due after 20min",
		  D(.kind = DECISION_DUE, SCREEN, .load = MIN(31), .every = MIN(20)) },
	};

	check(rows, ELEMENTS(rows));
}

static void test_waiting(void **state)
{
	(void)state;
	const struct row rows[] = {
		{ "4 prompts in the last 60min, the most you allow; free again at 10:41",
		  D(.kind = DECISION_WAITING, .cause = CAUSE_HOUR, .count = 4, .of = 4, .until = AT(10, 41, 0)) },
		{ "1 prompt in the last 60min, the most you allow; free again at 10:41",
		  D(.kind = DECISION_WAITING, .cause = CAUSE_HOUR, .count = 1, .of = 1, .until = AT(10, 41, 0)) },
		{ "you are typing or moving the pointer; a pause of 3s is waited for, until 10:05 at most",
		  D(.kind = DECISION_WAITING, .cause = CAUSE_LULL, .length = SEC(3), .until = AT(10, 5, 0)) },
		{ "you are typing or moving the pointer; a pause of 3s is waited for, until 10:01:30 at most",
		  D(.kind = DECISION_WAITING, .cause = CAUSE_LULL, .length = SEC(3), .until = AT(10, 1, 30)) },
		{ "you are typing or moving the pointer; a pause of 3s is waited for",
		  D(.kind = DECISION_WAITING, .cause = CAUSE_LULL, .length = SEC(3), .until = USEC_NEVER) },
		{ "it was missed at 09:59:30; it comes up again at 10:09",
		  D(.kind = DECISION_WAITING, .cause = CAUSE_RETRY, .outcome = OUTCOME_MISSED, .since = AT(9, 59, 30), .until = AT(10, 9, 30)) },
		{ "it was cut short at 09:59:30; it comes up again at 10:09",
		  D(.kind = DECISION_WAITING, .cause = CAUSE_RETRY, .outcome = OUTCOME_CUT_SHORT, .since = AT(9, 59, 30), .until = AT(10, 9, 30)) },
	};

	check(rows, ELEMENTS(rows));
}

static void test_deferred_by_each_sign(void **state)
{
	(void)state;
#define SIGN(which, ...) D(.kind = DECISION_DEFERRED, .cause = CAUSE_SIGN, .sign = QUIET_##which, \
			   .signs = QUIET_BIT(QUIET_##which), .since = AT(9, 12, 0), __VA_ARGS__)
	const struct row rows[] = {
		{ "do-not-disturb is on since 09:12", SIGN(DND, .who = "") },
		{ "do-not-disturb is on (dunst) since 09:12", SIGN(DND, .who = "dunst") },
		{ "a call uses the microphone or camera since 09:12", SIGN(CALL, .who = "") },
		{ "a call in Firefox uses the microphone or camera since 09:12", SIGN(CALL, .who = "Firefox") },
		{ "the screen is shared since 09:12", SIGN(SCREENCAST, .who = "") },
		{ "the screen is shared by OBS since 09:12", SIGN(SCREENCAST, .who = "OBS") },
		{ "a window fills the screen since 09:12", SIGN(FULLSCREEN, .who = "") },
		{ "mpv fills the screen since 09:12", SIGN(FULLSCREEN, .who = "mpv") },
		{ "a program keeps the screen awake since 09:12", SIGN(INHIBITORS, .who = "") },
		{ "mpv keeps the screen awake since 09:12", SIGN(INHIBITORS, .who = "mpv") },
		{ "a program asks for silence since 09:12", SIGN(INHIBIT, .who = "") },
		{ "inhibited by zoom since 09:12", SIGN(INHIBIT, .who = "zoom") },
		{ "you paused limber at 09:12", SIGN(PAUSE, .who = "", .until = USEC_NEVER) },
		{ "you paused limber at 09:12, until 10:30", SIGN(PAUSE, .who = "", .until = AT(10, 30, 0)) },
		{ "paused by focus.sh at 09:12, until 10:30", SIGN(PAUSE, .who = "focus.sh", .until = AT(10, 30, 0)) },
		{ "outside your hours since 09:12", SIGN(HOURS, .who = "") },
	};

	check(rows, ELEMENTS(rows));
}

static void test_deferred_otherwise(void **state)
{
	(void)state;
#define SETTLE(which, ...) D(.kind = DECISION_DEFERRED, .cause = CAUSE_SETTLE, .sign = QUIET_##which, \
			     .since = AT(10, 0, 0), .until = AT(10, 0, 30), __VA_ARGS__)
	const struct row rows[] = {
		{ "a call uses the microphone or camera since 09:12, and do-not-disturb is on",
		  D(.kind = DECISION_DEFERRED, .cause = CAUSE_SIGN, .sign = QUIET_CALL, .since = AT(9, 12, 0),
		    .signs = QUIET_BIT(QUIET_CALL) | QUIET_BIT(QUIET_DND)) },
		{ "do-not-disturb is on since 09:12, and the screen is shared, and outside your hours",
		  D(.kind = DECISION_DEFERRED, .cause = CAUSE_SIGN, .sign = QUIET_DND, .since = AT(9, 12, 0),
		    .signs = QUIET_BIT(QUIET_HOURS) | QUIET_BIT(QUIET_DND) | QUIET_BIT(QUIET_SCREENCAST)) },
		{ "do-not-disturb was on until 10:00:00; prompts come again from 10:00:30 on", SETTLE(DND, .who = "") },
		{ "a call in zoom used the microphone or camera until 10:00:00; prompts come again from 10:00:30 on",
		  SETTLE(CALL, .who = "zoom") },
		{ "the screen was shared until 10:00:00; prompts come again from 10:00:30 on", SETTLE(SCREENCAST, .who = "") },
		{ "mpv filled the screen until 10:00:00; prompts come again from 10:00:30 on", SETTLE(FULLSCREEN, .who = "mpv") },
		{ "a program kept the screen awake until 10:00:00; prompts come again from 10:00:30 on",
		  SETTLE(INHIBITORS, .who = "") },
		{ "it was inhibited by zoom until 10:00:00; prompts come again from 10:00:30 on", SETTLE(INHIBIT, .who = "zoom") },
		{ "limber was paused until 10:00:00; prompts come again from 10:00:30 on", SETTLE(PAUSE, .who = "") },
		{ "it was outside your hours until 10:00:00; prompts come again from 10:00:30 on", SETTLE(HOURS, .who = "") },
		{ "nobody has been at the screen since 09:30",
		  D(.kind = DECISION_DEFERRED, .cause = CAUSE_AWAY, .since = AT(9, 30, 0)) },
	};

	check(rows, ELEMENTS(rows));
}

static void test_merged_and_eased(void **state)
{
	(void)state;
	const struct row rows[] = {
		{ "active would be due after 3min more, so it takes this one's place",
		  D(.kind = DECISION_MERGED, .other = "active", .length = MIN(3)) },
		{ "active is due too and takes this one's place", D(.kind = DECISION_MERGED, .other = "active") },
		{ "your rest of 2min made it unnecessary",
		  D(.kind = DECISION_EASED, .cause = CAUSE_REST, .length = MIN(2)) },
		{ "your rest made it unnecessary", D(.kind = DECISION_EASED, .cause = CAUSE_REST) },
		{ "you said that you rested 6min, so it is not necessary",
		  D(.kind = DECISION_EASED, .cause = CAUSE_USER, .length = MIN(6)) },
		{ "what you said made it unnecessary", D(.kind = DECISION_EASED, .cause = CAUSE_USER) },
		{ "the settings have changed, and it is not due under the new ones",
		  D(.kind = DECISION_EASED, .cause = CAUSE_SETTINGS) },
	};

	check(rows, ELEMENTS(rows));
}

static void test_prompts(void **state)
{
	(void)state;
	const struct row rows[] = {
		{ "you paused for 3s",
		  D(.kind = DECISION_PROMPT, .cause = CAUSE_LULL, .length = SEC(3), .count = 1, .since = AT(9, 59, 30)) },
		{ "you paused for 3s; due since 09:30",
		  D(.kind = DECISION_PROMPT, .cause = CAUSE_LULL, .length = SEC(3), .count = 1, .since = AT(9, 30, 0)) },
		{ "no pause came within 5min; this is the 2nd prompt; due since 09:30",
		  D(.kind = DECISION_PROMPT, .cause = CAUSE_PATIENCE, .length = MIN(5), .count = 2, .since = AT(9, 30, 0)) },
		{ "no pause came within 5min",
		  D(.kind = DECISION_PROMPT, .cause = CAUSE_PATIENCE, .length = MIN(5), .count = 1, .since = AT(9, 54, 30)) },
		{ "limber cannot see here whether you type, so it waits for no pause",
		  D(.kind = DECISION_PROMPT, .cause = CAUSE_NO_SOURCE, .count = 1) },
		{ "it is due, and nothing speaks against it", D(.kind = DECISION_PROMPT, .count = 1) },
		{ "no answer for 2min; this is the 3rd prompt",
		  D(.kind = DECISION_REPEATED, .cause = CAUSE_IGNORED, .length = MIN(2), .count = 3) },
		{ "you went on typing in the break; this is the 11th prompt",
		  D(.kind = DECISION_REPEATED, .cause = CAUSE_TYPED_ON, .count = 11) },
		{ "you went on typing in the break; this is the 21st prompt",
		  D(.kind = DECISION_REPEATED, .cause = CAUSE_TYPED_ON, .count = 21) },
		{ "you want it 5min later, at 10:05; snooze 1 of 2",
		  D(.kind = DECISION_SNOOZED, .length = MIN(5), .until = AT(10, 5, 0), .count = 1, .of = 2) },
	};

	check(rows, ELEMENTS(rows));
}

static void test_breaks(void **state)
{
	(void)state;
#define ENDED(how, ...) D(.kind = DECISION_ENDED, .outcome = OUTCOME_##how, .every = MIN(5), __VA_ARGS__)
	const struct row rows[] = {
		{ "you started it", D(.kind = DECISION_STARTED, .cause = CAUSE_USER, .length = MIN(5)) },
		{ "you left keyboard and pointer alone for 5s",
		  D(.kind = DECISION_STARTED, .cause = CAUSE_SELF, .length = MIN(5)) },
		{ "you rested 5min, all of it", ENDED(TAKEN, .length = MIN(5), .cause = CAUSE_REST) },
		{ "you said that it is done after 3min of 5min", ENDED(TAKEN, .length = MIN(3), .cause = CAUSE_USER) },
		{ "you said that it is done", ENDED(TAKEN, .length = 0, .cause = CAUSE_USER) },
		{ "you went on typing after 3min of 5min; it comes up again at 10:10",
		  ENDED(CUT_SHORT, .length = MIN(3), .cause = CAUSE_TYPED_ON, .until = AT(10, 10, 0)) },
		{ "you ended it after 1min of 5min; it comes up again at 10:10",
		  ENDED(CUT_SHORT, .length = MIN(1), .cause = CAUSE_USER, .until = AT(10, 10, 0)) },
		{ "it was broken off after 1min of 5min", ENDED(CUT_SHORT, .length = MIN(1)) },
		{ "you skipped it", ENDED(SKIPPED, .cause = CAUSE_USER) },
		{ "you skipped it after 10s of 5min", ENDED(SKIPPED, .cause = CAUSE_USER, .length = SEC(10)) },
		{ "no answer to 3 prompts; it comes up again at 10:10",
		  ENDED(MISSED, .cause = CAUSE_IGNORED, .count = 3, .until = AT(10, 10, 0)) },
		{ "no answer to the prompt", ENDED(MISSED, .cause = CAUSE_IGNORED, .count = 1) },
		{ "you rested 6min by yourself, which counts as this break",
		  D(.kind = DECISION_NATURAL, .outcome = OUTCOME_NATURAL, .cause = CAUSE_REST, .length = MIN(6)) },
		{ "you said that you rested 6min, which counts as this break",
		  D(.kind = DECISION_NATURAL, .outcome = OUTCOME_NATURAL, .cause = CAUSE_USER, .length = MIN(6)) },
	};

	check(rows, ELEMENTS(rows));
}

static void test_notices(void **state)
{
	(void)state;
	const struct row rows[] = {
		{ "6h at the screen today, the most you want in a day",
		  D(.kind = DECISION_DAILY, .load = MIN(360), .every = MIN(360)) },
		{ "7h 12min at the screen today, and you want 6h at most",
		  D(.kind = DECISION_DAILY, .load = MIN(432), .every = MIN(360)) },
		{ "you have been sitting for 30min; time to stand",
		  D(.kind = DECISION_POSTURE, .posture = POSTURE_STANDING, .load = MIN(30), .every = MIN(30)) },
		{ "you have been standing for 15min; time to sit",
		  D(.kind = DECISION_POSTURE, .posture = POSTURE_SITTING, .load = MIN(15), .every = MIN(15)) },
	};

	check(rows, ELEMENTS(rows));
}

static void test_times_are_told_as_people_do(void **state)
{
	(void)state;
#define SINCE(at_, since_) D(.at = at_, .kind = DECISION_DEFERRED, .cause = CAUSE_SIGN, .sign = QUIET_HOURS, \
			     .signs = QUIET_BIT(QUIET_HOURS), .since = since_)
	const struct row rows[] = {
		{ "outside your hours since 09:58:00", SINCE(AT(9, 59, 59), AT(9, 58, 0)) },
		{ "outside your hours since 09:58", SINCE(AT(10, 0, 0), AT(9, 58, 0)) },
		{ "outside your hours since Sunday 18:00", SINCE(AT(10, 0, 0), AT(0, 0, 0) - 6 * USEC_PER_HOUR) },
		{ "outside your hours since Sunday 23:59:59", SINCE(AT(0, 0, 1), AT(0, 0, 0) - 1) },
		{ "outside your hours since Wednesday 00:00", SINCE(AT(0, 0, 0), AT(0, 0, 0) - 5 * USEC_PER_DAY) },
		{ "outside your hours since 2026-11-16 00:00", SINCE(AT(0, 0, 0), AT(0, 0, 0) - 7 * USEC_PER_DAY) },
		{ "outside your hours", SINCE(AT(10, 0, 0), 0) },
	};

	check(rows, ELEMENTS(rows));
}
/* clang-format on */

static void test_what_others_call_themselves_cannot_harm(void **state)
{
	(void)state;
	struct decision d = {
		.at = AT(10, 0, 0),
		.kind = DECISION_DEFERRED,
		.cause = CAUSE_SIGN,
		.sign = QUIET_INHIBIT,
		.signs = QUIET_BIT(QUIET_INHIBIT),
		.who = "\033[31mJo\xc3\xab\xe2\x82\n!",
	};
	char buffer[SENTENCE_MAX];

	assert_string_equal(decision_sentence(&d, OFFSET, buffer), "inhibited by [31mJo\xc3\xab!");
}

static void test_signs_of_the_moment(void **state)
{
	(void)state;
	char buffer[SENTENCE_MAX];
	const walltime_t since = (walltime_t)((int64_t)AT(9, 12, 0) + OFFSET);

	assert_string_equal(quiet_sentence(QUIET_CALL, "", since, buffer),
			    "a call uses the microphone or camera since 09:12");
	assert_string_equal(quiet_sentence(QUIET_PAUSE, "focus.sh", since, buffer),
			    "paused by focus.sh at 09:12");
	assert_string_equal(quiet_sentence(QUIET_DND, "", 0, buffer), "do-not-disturb is on");
	for (unsigned i = 0; i < QUIET_SIGNS; i++) {
		assert_true(strlen(quiet_sentence((enum quiet)i, "", 0, buffer)) > 0);
		assert_true(strlen(quiet_over_sentence((enum quiet)i)) > 0);
		assert_true(strlen(quiet_name((enum quiet)i)) > 0);
	}
}

/* Any decision gives a sentence that fits, is UTF-8 and does not begin or end like one. */
static void test_every_decision_gives_a_sentence(void **state)
{
	(void)state;
	struct decision d = {
		.at = AT(10, 0, 0),
		.signs = (1u << QUIET_SIGNS) - 1,
		.count = UINT32_MAX,
		.of = UINT32_MAX,
		.load = USEC_NEVER - 1,
		.every = USEC_NEVER - 1 - USEC_PER_HOUR,
		.length = USEC_NEVER - 1,
		.since = AT(9, 0, 0),
		.until = AT(11, 0, 0),
	};
	char buffer[SENTENCE_MAX];
	const char *at;
	uint32_t c;

	memset(d.rule, 'r', RULE_NAME_MAX);
	memset(d.other, 'o', RULE_NAME_MAX);
	memset(d.who, 'w', WHO_MAX - 1);
	for (int kind = DECISION_DUE; kind <= DECISION_POSTURE; kind++)
		for (int cause = CAUSE_NONE; cause <= CAUSE_SETTINGS; cause++)
			for (int outcome = OUTCOME_TAKEN; outcome <= OUTCOME_NATURAL; outcome++) {
				d.kind = (enum decision_kind)kind;
				d.cause = (enum decision_cause)cause;
				d.outcome = (enum outcome)outcome;
				decision_sentence(&d, OFFSET, buffer);
				assert_true(strlen(buffer) < SENTENCE_MAX);
				for (at = buffer; utf8_next(&at, &c);)
					assert_true(c >= ' ' && c != UTF8_BROKEN);
				assert_true(!*buffer || buffer[strlen(buffer) - 1] != ' ');
			}
	assert_string_equal(decision_name(DECISION_DAILY), "daily-notice");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_due),
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_deferred_by_each_sign),
		cmocka_unit_test(test_deferred_otherwise),
		cmocka_unit_test(test_merged_and_eased),
		cmocka_unit_test(test_prompts),
		cmocka_unit_test(test_breaks),
		cmocka_unit_test(test_notices),
		cmocka_unit_test(test_times_are_told_as_people_do),
		cmocka_unit_test(test_what_others_call_themselves_cannot_harm),
		cmocka_unit_test(test_signs_of_the_moment),
		cmocka_unit_test(test_every_decision_gives_a_sentence),
	};

	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
