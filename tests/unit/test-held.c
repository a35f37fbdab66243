/* How long due breaks are kept back, and by what, out of the decisions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/held.h"
#include "base/cleanup.h"

#define S USEC_PER_SEC

/* clang-format off */
#define DUE(at_)             { .at = (at_) * S, .kind = DECISION_DUE }
#define SIGN(at_, sign_)     { .at = (at_) * S, .kind = DECISION_DEFERRED, .cause = CAUSE_SIGN, .sign = QUIET_##sign_ }
#define DEFERRED(at_, why)   { .at = (at_) * S, .kind = DECISION_DEFERRED, .cause = CAUSE_##why }
#define WAITING(at_, why)    { .at = (at_) * S, .kind = DECISION_WAITING, .cause = CAUSE_##why }
#define SNOOZED(at_)         { .at = (at_) * S, .kind = DECISION_SNOOZED }
#define SAYS(at_, what)      { .at = (at_) * S, .kind = DECISION_##what }
#define ENDED(at_, retry)    { .at = (at_) * S, .kind = DECISION_ENDED, .until = (retry) * S }

static const struct {
	const char *story;
	struct decision decisions[8];
	const char *held;
} rows[] = {
	{ "nothing", { DUE(10), SAYS(11, PROMPT), ENDED(40, 0) }, "" },
	{ "a call, and what follows it",
	  { DUE(10), SIGN(10, CALL), DEFERRED(70, SETTLE), WAITING(100, LULL), SAYS(103, PROMPT) },
	  "call 60, settle 30, lull 3" },
	{ "from one sign to another", { SIGN(0, DND), SIGN(5, PAUSE), SIGN(9, DND), SAYS(10, PROMPT) }, "dnd 6, pause 4" },
	{ "nobody is there to be kept from anything", { SIGN(0, HOURS), DEFERRED(10, AWAY), SAYS(500, PROMPT) }, "hours 10" },
	{ "the hour", { WAITING(0, HOUR), SAYS(600, PROMPT) }, "hour 600" },
	{ "rest makes it needless", { SIGN(0, CALL), SAYS(50, EASED) }, "call 50" },
	{ "a longer one in its place", { WAITING(0, LULL), SAYS(5, MERGED), ENDED(400, 0) }, "lull 5" },
	{ "snoozed, and started", { SAYS(0, PROMPT), SNOOZED(3), SAYS(123, STARTED), ENDED(150, 0) }, "snooze 120" },
	{ "missed, and judged again later", { ENDED(0, 600), WAITING(600, LULL), SAYS(602, PROMPT) }, "lull 2, retry 600" },
	{ "a cut-short one's retry is told of", { ENDED(0, 600), WAITING(10, RETRY), SAYS(600, PROMPT) }, "retry 600" },
};
/* clang-format on */

static void write_sums(const usec_t sums[static HELD_REASONS], char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (int i = 0; i < HELD_REASONS; i++)
		if (sums[i])
			used += (size_t)snprintf(text + used, size - used, "%s%s %llu",
						 used ? ", " : "", held_name((enum held_reason)i),
						 (unsigned long long)(sums[i] / S));
}

static void stories(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct held held;
		char text[200];

		held_init(&held);
		for (size_t k = 0; k < ELEMENTS(rows[i].decisions); k++) {
			const struct decision *d = &rows[i].decisions[k];

			if (d->at || !k)
				held_decided(&held, 3, d);
		}
		write_sums(held.rules[3].sums, text, sizeof(text));
		if (strcmp(text, rows[i].held))
			fail_msg("%s: held by '%s', want '%s'", rows[i].story, text, rows[i].held);
		write_sums(held.sums, text, sizeof(text));
		assert_string_equal(text, rows[i].held);
	}
}

static void each_rule_has_its_own(void **state)
{
	const struct decision call = SIGN(10, CALL), prompt = SAYS(70, PROMPT);
	struct held held;
	char text[200];

	(void)state;
	held_init(&held);
	held_decided(&held, 0, &call);
	held_decided(&held, 1, &call);
	held_decided(&held, -1, &call);
	held_decided(&held, 0, &prompt);
	held_until(&held, 110 * S);
	held_over(&held, 0);
	held_over(&held, -1);
	write_sums(held.rules[0].sums, text, sizeof(text));
	assert_string_equal(text, "");
	write_sums(held.rules[1].sums, text, sizeof(text));
	assert_string_equal(text, "call 100");
	/* One call of 100 s, whatever it kept back. */
	write_sums(held.sums, text, sizeof(text));
	assert_string_equal(text, "call 100");
	/* It goes on from there. */
	held_until(&held, 120 * S);
	write_sums(held.rules[1].sums, text, sizeof(text));
	assert_string_equal(text, "call 110");
}

/* A day has no more of a call than the call was long. */
static void what_overlaps_counts_once(void **state)
{
	const struct decision first = SIGN(10, CALL), second = SIGN(40, CALL);
	const struct decision other = SIGN(50, DND), eased = SAYS(60, EASED);
	struct held held;
	char text[200];

	(void)state;
	held_init(&held);
	held_decided(&held, 0, &first);
	held_decided(&held, 1, &second);
	held_decided(&held, 2, &other);
	held_decided(&held, 0, &eased);
	held_until(&held, 90 * S);
	write_sums(held.sums, text, sizeof(text));
	assert_string_equal(text, "dnd 40, call 80");
	write_sums(held.rules[0].sums, text, sizeof(text));
	assert_string_equal(text, "call 50");
	write_sums(held.rules[1].sums, text, sizeof(text));
	assert_string_equal(text, "call 50");
}

static void accounts_follow_their_rules(void **state)
{
	const struct policy before = {
		.n_rules = 3, .rules = { { .name = "a" }, { .name = "b" }, { .name = "c" } }
	};
	const struct policy after = { .n_rules = 2,
				      .rules = { { .name = "c" }, { .name = "new" } } };
	const struct decision call = SIGN(10, CALL);
	struct held held;
	char text[200];

	(void)state;
	held_init(&held);
	for (int i = 0; i < 3; i++)
		held_decided(&held, i, &call);
	/* The break of "b" lives on, "a" is gone for good. */
	held_move(&held, &before, &after, "b");
	held_until(&held, 20 * S);
	assert_int_equal(held_find(&held, &after, "c"), 0);
	assert_int_equal(held_find(&held, &after, "b"), HELD_GONE);
	assert_int_equal(held_find(&held, &after, "a"), -1);
	assert_int_equal(held_find(&held, &after, "daily"), -1);
	write_sums(held.rules[0].sums, text, sizeof(text));
	assert_string_equal(text, "call 10");
	write_sums(held.rules[HELD_GONE].sums, text, sizeof(text));
	assert_string_equal(text, "call 10");
	write_sums(held.rules[1].sums, text, sizeof(text));
	assert_string_equal(text, "");
	/* It comes back. */
	held_move(&held, &after, &before, "b");
	assert_int_equal(held_find(&held, &before, "b"), 1);
	assert_string_equal(held.gone, "");
	write_sums(held.rules[1].sums, text, sizeof(text));
	assert_string_equal(text, "call 10");
	write_sums(held.sums, text, sizeof(text));
	assert_string_equal(text, "call 10");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stories),
		cmocka_unit_test(each_rule_has_its_own),
		cmocka_unit_test(what_overlaps_counts_once),
		cmocka_unit_test(accounts_follow_their_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
