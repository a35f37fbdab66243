/* How work loads a rule and rest clears it: numbers in, numbers out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/event.h"
#include "core/load.h"

#define SEC(n) ((usec_t)((n)*1000) * USEC_PER_MSEC)
#define MIN(n) SEC((n)*60)
#define N_ELEMENTS(array) (sizeof(array) / sizeof(*(array)))

static const struct rule_policy micro = {
	.name = "micro",
	.counts = RULE_COUNTS_SCREEN,
	.credit = RULE_CREDIT_WHOLE,
	.every = MIN(20),
	.length = SEC(30),
	.grace = SEC(60),
};

static const struct rule_policy active = {
	.name = "active",
	.counts = RULE_COUNTS_SCREEN,
	.credit = RULE_CREDIT_LINEAR,
	.every = MIN(55),
	.length = MIN(5),
	.grace = MIN(2),
};

/* A rest that is long enough only after the gap has become one. */
static const struct rule_policy whole_long = {
	.name = "whole-long",
	.counts = RULE_COUNTS_SCREEN,
	.credit = RULE_CREDIT_WHOLE,
	.every = MIN(20),
	.length = MIN(5),
	.grace = SEC(10),
};

static const struct rule_policy hands = {
	.name = "hands",
	.counts = RULE_COUNTS_HANDS,
	.credit = RULE_CREDIT_WHOLE,
	.every = MIN(20),
	.length = SEC(15),
	.grace = SEC(5),
};

/* The clocks that are no rules: the day's count, and exposure since any rest. */
static const struct rule_policy count = {
	.counts = RULE_COUNTS_SCREEN,
	.credit = RULE_CREDIT_NONE,
	.every = MIN(2000),
	.length = MIN(5),
	.grace = MIN(2),
};

static const struct rule_policy spell = {
	.counts = RULE_COUNTS_SCREEN,
	.credit = RULE_CREDIT_ANY,
	.every = MIN(120),
	.length = MIN(5),
	.grace = MIN(2),
};

static const struct gap working = { .known = true };
static const struct gap unknown = { 0 };

static struct gap paused_at(usec_t from)
{
	return (struct gap){
		.known = true,
		.paused = true,
		.pause_from = from,
		.from = { from, from },
	};
}

/* No input since `from`, but something is watched: only the hands have a gap. */
static struct gap watching_at(usec_t from)
{
	struct gap gap = paused_at(from);

	gap.from[RULE_COUNTS_SCREEN] = USEC_NEVER;
	return gap;
}

/* ... until `until`. */
static struct gap watched_until(usec_t from, usec_t until)
{
	struct gap gap = paused_at(from);

	gap.from[RULE_COUNTS_SCREEN] = until;
	return gap;
}

static struct gap asked_at(usec_t from, usec_t asked_length)
{
	struct gap gap = paused_at(from);

	gap.asked_length = asked_length;
	return gap;
}

/* Away since `from`, after a pause since `lead_from`. */
static struct gap away_at(usec_t from, usec_t lead_from)
{
	return (struct gap){
		.known = true,
		.away = AWAY_LOCKED,
		.away_from = from,
		.lead_from = { lead_from, lead_from },
	};
}

/* The load was `amount` at `mark`, and `gap` has held since. */
struct row {
	const char *what;
	const struct rule_policy *rule;
	usec_t amount, mark;
	struct gap gap;
	usec_t now, load;
};

static void test_load_at(void **state)
{
	(void)state;
	/* clang-format off */
	const struct row rows[] = {
		/* Exposure. */
		{ "work adds itself", &micro, MIN(5), MIN(100), working, MIN(103), MIN(8) },
		{ "work without a source as well", &micro, MIN(5), MIN(100), unknown, MIN(103), MIN(8) },
		{ "no more than twice `every`", &micro, MIN(39), MIN(100), working, MIN(103), MIN(40) },
		{ "before the mark nothing is known", &micro, MIN(5), MIN(100), working, MIN(99), MIN(5) },

		/* Gaps. */
		{ "a gap below grace is work", &micro, MIN(5), MIN(100), paused_at(MIN(101)), MIN(101) + SEC(59), MIN(6) + SEC(59) },
		{ "a gap that equals grace is work", &micro, MIN(5), MIN(100), paused_at(MIN(101)), MIN(102), MIN(7) },
		{ "past it, rest from its first second", &micro, MIN(15), MIN(100), paused_at(MIN(101)), MIN(102) + 1, 0 },
		{ "load grows up to where the rest began", &active, MIN(5), MIN(100), paused_at(MIN(101)), MIN(103) + SEC(5), 0 },
		{ "the cap holds before the rest is credited", &active, MIN(109), MIN(100), paused_at(MIN(110)), MIN(115), MIN(55) },

		/* Credit. */
		{ "whole: a shorter rest leaves the load", &whole_long, MIN(15), MIN(100), paused_at(MIN(101)), MIN(105) + SEC(59), MIN(16) },
		{ "whole: `length` of it clears the load", &whole_long, MIN(15), MIN(100), paused_at(MIN(101)), MIN(106), 0 },
		{ "linear: half of `length` clears half of `every`", &active, MIN(40), MIN(100), paused_at(MIN(100)), MIN(102.5), MIN(12.5) },
		{ "linear: `length` clears `every`", &active, MIN(55), MIN(100), paused_at(MIN(100)), MIN(105), 0 },
		{ "linear: never below nothing", &active, MIN(10), MIN(100), paused_at(MIN(100)), MIN(500), 0 },
		{ "linear: only what came after the mark is credited", &active, MIN(40), MIN(104), paused_at(MIN(100)), MIN(105), MIN(29) },
		{ "whole: the whole gap counts, also before the mark", &whole_long, MIN(4), MIN(104), paused_at(MIN(100)), MIN(105), 0 },

		/* Breaks that were asked for in this gap. */
		{ "asked: rest from the first second", &active, MIN(40), MIN(100), asked_at(MIN(100), MIN(5)), MIN(101), MIN(29) },
		{ "asked: shorter rules as well", &micro, MIN(15), MIN(100), asked_at(MIN(100), MIN(5)), MIN(100) + SEC(30), 0 },
		{ "asked: a longer rule keeps its grace", &active, MIN(40), MIN(100), asked_at(MIN(100), SEC(30)), MIN(101), MIN(41) },

		/* Absence. */
		{ "away is rest at once", &active, MIN(40), MIN(100), away_at(MIN(100), MIN(100)), MIN(101), MIN(29) },
		{ "a short pause before it was work", &active, MIN(40), MIN(100), away_at(MIN(101), MIN(100)), MIN(101.5), MIN(35.5) },
		{ "until the whole gap is longer than grace", &active, MIN(40), MIN(100), away_at(MIN(101), MIN(100)), MIN(102) + SEC(30), MIN(12.5) },
		{ "a long pause before it was rest already", &active, MIN(40), MIN(100), away_at(MIN(103), MIN(100)), MIN(103), MIN(7) },
		{ "whole: away for `length`", &micro, MIN(15), MIN(100), away_at(MIN(101), MIN(101)), MIN(101) + SEC(30), 0 },
		{ "each clock has its own lead", &micro, MIN(5), MIN(100), { .known = true, .away = AWAY_LOCKED, .away_from = MIN(101), .lead_from = { MIN(90), MIN(101) } }, MIN(101) + SEC(29), MIN(6) },

		/* Two clocks. */
		{ "watching is exposure of the screen", &micro, MIN(5), MIN(100), watching_at(MIN(101)), MIN(110), MIN(15) },
		{ "and rest of the hands", &hands, MIN(5), MIN(100), watching_at(MIN(101)), MIN(110), 0 },
		{ "the screen's gap begins where watching ended", &micro, MIN(5), MIN(100), watched_until(MIN(101), MIN(105)), MIN(106), MIN(11) },
		{ "past grace it is rest from there", &micro, MIN(5), MIN(100), watched_until(MIN(101), MIN(105)), MIN(106) + 1, 0 },
		{ "the hands' gap began before", &hands, MIN(5), MIN(100), watched_until(MIN(101), MIN(105)), MIN(101) + SEC(5), MIN(6) + SEC(5) },

		/* Clocks that are no rules. */
		{ "none: exposure", &count, MIN(50), MIN(100), working, MIN(110), MIN(60) },
		{ "none: grace", &count, MIN(50), MIN(100), paused_at(MIN(100)), MIN(102), MIN(52) },
		{ "none: rest neither adds nor takes", &count, MIN(50), MIN(100), paused_at(MIN(101)), MIN(500), MIN(51) },
		{ "any: grace", &spell, MIN(50), MIN(100), paused_at(MIN(100)), MIN(102), MIN(52) },
		{ "any: the shortest rest clears it", &spell, MIN(50), MIN(100), paused_at(MIN(100)), MIN(102) + 1, 0 },
		{ "any: away is one at once", &spell, MIN(50), MIN(100), away_at(MIN(100), MIN(100)), MIN(100) + 1, 0 },

		{ "whole: away for less", &micro, MIN(15), MIN(100), away_at(MIN(101), MIN(101)), MIN(101) + SEC(29), MIN(16) },
	};
	/* clang-format on */

	for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
		const struct load l = { .amount = rows[i].amount, .mark = rows[i].mark };
		usec_t load = load_at(&l, rows[i].rule, &rows[i].gap, rows[i].now);

		if (load != rows[i].load)
			fail_msg("%s: the load is %.6f s, want %.6f s", rows[i].what,
				 (double)load / 1e6, (double)rows[i].load / 1e6);
	}
}

static void test_due_and_eased_at(void **state)
{
	(void)state;
	/* clang-format off */
	const struct {
		const char *what;
		const struct rule_policy *rule;
		usec_t amount, mark;
		struct gap gap;
		usec_t due, eased;
	} rows[] = {
		{ "at work", &micro, MIN(5), MIN(100), working, MIN(115), USEC_NEVER },
		{ "due at work", &micro, MIN(25), MIN(100), working, MIN(100), USEC_NEVER },
		{ "due within grace", &micro, MIN(19), MIN(100), paused_at(MIN(100.5)), MIN(101), MIN(101.5) + 1 },
		{ "due at the last moment of grace", &micro, MIN(19), MIN(100), paused_at(MIN(100)), MIN(101), MIN(101) + 1 },
		{ "a moment too late for it", &micro, MIN(19) - 1, MIN(100), paused_at(MIN(100)), USEC_NEVER, MIN(101) + 1 },
		{ "nothing is due by absence", &micro, MIN(19), MIN(100), away_at(MIN(100), MIN(100)), USEC_NEVER, MIN(100) + 1 },
		{ "whole: eased by a rest of `length`", &micro, MIN(25), MIN(100), away_at(MIN(100), MIN(100)), USEC_NEVER, MIN(100.5) },
		{ "whole: not before the gap is a rest", &micro, MIN(25), MIN(100), paused_at(MIN(100)), MIN(100), MIN(101) + 1 },
		{ "whole: due only by the gap itself", &whole_long, MIN(20) - SEC(5), MIN(100), paused_at(MIN(100)), MIN(100) + SEC(5), MIN(100) + SEC(10) + 1 },
		{ "whole: a gap that was long enough before the mark", &micro, MIN(25), MIN(110), paused_at(MIN(100)), USEC_NEVER, MIN(110) + 1 },
		{ "linear: at once when it was just due", &active, MIN(55), MIN(100), away_at(MIN(100), MIN(100)), USEC_NEVER, MIN(100) + 1 },
		{ "linear: after the excess is rested", &active, MIN(66), MIN(100), away_at(MIN(100), MIN(100)), USEC_NEVER, MIN(101) + 1 },
	};
	/* clang-format on */

	for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
		const struct load l = { .amount = rows[i].amount, .mark = rows[i].mark };
		usec_t due = load_due_at(&l, rows[i].rule, &rows[i].gap);
		usec_t eased = load_eased_at(&l, rows[i].rule, &rows[i].gap);

		if (due != rows[i].due)
			fail_msg("%s: due at %.6f s, want %.6f s", rows[i].what, (double)due / 1e6,
				 (double)rows[i].due / 1e6);
		if (eased != rows[i].eased)
			fail_msg("%s: eased at %.6f s, want %.6f s", rows[i].what,
				 (double)eased / 1e6, (double)rows[i].eased / 1e6);
	}
}

static void test_reaches_at(void **state)
{
	(void)state;
	/* clang-format off */
	const struct {
		const char *what;
		const struct rule_policy *rule;
		usec_t amount, mark;
		struct gap gap;
		usec_t target, at;
	} rows[] = {
		{ "at work", &micro, MIN(5), MIN(100), working, MIN(7), MIN(102) },
		{ "more than it has already", &micro, MIN(5), MIN(100), working, MIN(4), MIN(100) },
		{ "beyond every as well", &micro, MIN(5), MIN(100), working, MIN(30), MIN(125) },
		{ "within grace", &micro, MIN(5), MIN(100), paused_at(MIN(100)), MIN(6), MIN(101) },
		{ "not past it", &micro, MIN(5), MIN(100), paused_at(MIN(100)), MIN(6) + 1, USEC_NEVER },
		{ "while watching", &micro, MIN(5), MIN(100), watching_at(MIN(100)), MIN(15), MIN(110) },
		{ "but not by the hands", &hands, MIN(5), MIN(100), watching_at(MIN(100)), MIN(15), USEC_NEVER },
		{ "never while away", &micro, MIN(5), MIN(100), away_at(MIN(100), MIN(100)), MIN(6), USEC_NEVER },
	};
	/* clang-format on */

	for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
		const struct load l = { .amount = rows[i].amount, .mark = rows[i].mark };
		usec_t at = load_reaches_at(&l, rows[i].rule, &rows[i].gap, rows[i].target);

		if (at != rows[i].at)
			fail_msg("%s: at %.6f s, want %.6f s", rows[i].what, (double)at / 1e6,
				 (double)rows[i].at / 1e6);
	}
}

static usec_t between(usec_t low, usec_t high)
{
	return low + (usec_t)rand() % (high - low + 1);
}

static struct gap any_gap(usec_t mark)
{
	usec_t lead = between(mark - MIN(1), mark + MIN(4));
	struct gap gap = rand() % 2 ? paused_at(lead) : away_at(lead + between(0, MIN(4)), lead);

	gap.asked_length = rand() % 3 ? 0 : between(SEC(1), MIN(6));
	return gap;
}

/* The two forecasts and the load itself are worked out in different ways, and must agree. */
static void test_forecasts_agree(void **state)
{
	(void)state;
	unsigned dues = 0, eases = 0;

	srand(2);
	for (unsigned i = 0; i < 200000; i++) {
		const struct rule_policy rule = {
			.credit = rand() % 2 ? RULE_CREDIT_WHOLE : RULE_CREDIT_LINEAR,
			.every = between(1, 600) * SEC(1),
			.length = between(1, 300) * SEC(1),
			.grace = between(0, 90) * SEC(1),
		};
		const struct load l = { .amount = between(0, 2 * rule.every), .mark = MIN(100) };
		const struct gap gap = any_gap(l.mark);
		usec_t due = load_due_at(&l, &rule, &gap);
		usec_t eased = load_eased_at(&l, &rule, &gap);
		/* Where the load is sure to be judged by this gap alone. */
		usec_t begun = usec_max(l.mark, gap.away ? gap.away_from : gap.pause_from);

		if (due != USEC_NEVER && l.amount < rule.every) {
			dues++;
			assert_true(load_at(&l, &rule, &gap, due) >= rule.every);
			assert_true(load_at(&l, &rule, &gap, due - 1) < rule.every);
		}
		assert_true(eased != USEC_NEVER);
		assert_true(load_at(&l, &rule, &gap, eased) < rule.every);
		if (eased > begun && load_at(&l, &rule, &gap, begun) >= rule.every) {
			eases++;
			assert_true(load_at(&l, &rule, &gap, eased - 1) >= rule.every);
		}
	}
	assert_true(dues > 1000 && eases > 1000);
}

static void test_longest_lengths_do_not_overflow(void **state)
{
	(void)state;
	const struct rule_policy rule = {
		.credit = RULE_CREDIT_LINEAR,
		.every = 24 * USEC_PER_HOUR,
		.length = 4 * USEC_PER_HOUR,
		.grace = USEC_PER_HOUR,
	};
	const struct gap away = away_at(0, 0);
	struct load l = { .amount = 48 * USEC_PER_HOUR };

	assert_int_equal(load_linear_credit(&rule, 4 * USEC_PER_HOUR), 24 * USEC_PER_HOUR);
	assert_int_equal(load_at(&l, &rule, &away, 4 * USEC_PER_HOUR), 24 * USEC_PER_HOUR);
	assert_int_equal(load_eased_at(&l, &rule, &away), 4 * USEC_PER_HOUR + 1);
	assert_int_equal(load_at(&l, &rule, &away, 36500 * USEC_PER_DAY), 0);
	assert_int_equal(load_linear_credit(&rule, USEC_NEVER), 48 * USEC_PER_HOUR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load_at),
		cmocka_unit_test(test_due_and_eased_at),
		cmocka_unit_test(test_reaches_at),
		cmocka_unit_test(test_forecasts_agree),
		cmocka_unit_test(test_longest_lengths_do_not_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
