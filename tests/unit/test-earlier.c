/* Work from before the beginning that is known of only later: it counts as if it had been known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/scheduler.h"

#define MIN(n) ((usec_t)(n)*USEC_PER_MIN)

static uint64_t dice_state;

static usec_t dice(usec_t below)
{
	dice_state = dice_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (dice_state >> 33) % below;
}

/* Long enough that nothing is ever full, which no later knowledge could tell from before. */
static const struct policy policy = {
	.n_rules = 2,
	.rules = {
		{
			.name = "whole",
			.enabled = true,
			.counts = RULE_COUNTS_SCREEN,
			.credit = RULE_CREDIT_WHOLE,
			.every = 20 * USEC_PER_HOUR,
			.length = 100 * USEC_PER_SEC,
			.grace = 10 * USEC_PER_SEC,
		},
		{
			.name = "linear",
			.enabled = true,
			.counts = RULE_COUNTS_HANDS,
			.credit = RULE_CREDIT_LINEAR,
			.every = 20 * USEC_PER_HOUR,
			.length = 5 * USEC_PER_HOUR,
			.grace = 30 * USEC_PER_SEC,
		},
	},
	.longest = USEC_PER_DAY,
};

static void tell(struct scheduler *s, struct event e, usec_t now)
{
	struct effects out;

	e.now = now;
	scheduler_step(s, &e, &out);
}

static usec_t load(const struct scheduler *s, size_t i, usec_t now)
{
	struct rule_view view;

	scheduler_rule_view(s, i, now, &view);
	return view.load;
}

/* Something that happens at a desk. A gap is open or not when it is over. */
static void live(struct scheduler *s, usec_t *now)
{
	usec_t gap = *now;

	switch (dice(4)) {
	case 0:
		tell(s, (struct event){ .kind = EVENT_AWAY, .reason = AWAY_LOCKED, .since = gap },
		     gap);
		*now += USEC_PER_SEC + dice(MIN(3));
		tell(s, (struct event){ .kind = EVENT_BACK, .reason = AWAY_LOCKED }, *now);
		break;
	case 1:
		tell(s, (struct event){ .kind = EVENT_RESTED, .length = dice(MIN(2)) }, gap);
		break;
	default:
		*now += 5 * USEC_PER_SEC;
		tell(s, (struct event){ .kind = EVENT_PAUSE, .since = gap }, *now);
		*now += dice(MIN(2));
		break;
	}
	tell(s, (struct event){ .kind = EVENT_INPUT }, *now + dice(2) * USEC_PER_SEC);
	*now += USEC_PER_SEC + dice(MIN(2));
}

static void work_of_before_is_as_if_it_had_been_known(void **state)
{
	unsigned left[2] = { 0, 0 }, gone[2] = { 0, 0 };

	(void)state;
	for (uint64_t seed = 1; seed <= 2000; seed++) {
		static struct scheduler known, later;
		usec_t now = MIN(100), before[2], today = MIN(90);
		unsigned steps;

		dice_state = seed;
		steps = 1 + (unsigned)dice(12);
		for (int i = 0; i < 2; i++)
			before[i] = dice(MIN(20));
		scheduler_init(&known, &policy, now);
		scheduler_init(&later, &policy, now);
		for (int i = 0; i < 2; i++)
			known.rules[i].load.amount = before[i];
		known.today.amount = today;
		tell(&known, (struct event){ .kind = EVENT_INPUT }, now);
		tell(&later, (struct event){ .kind = EVENT_INPUT }, now);
		for (unsigned k = 0; k < steps; k++) {
			usec_t copy = now;
			uint64_t then = dice_state;

			live(&known, &now);
			dice_state = then;
			live(&later, &copy);
			assert_int_equal(copy, now);
		}
		/* What may have been a bumped desk has shown by now. */
		now += 2 * USEC_PER_SEC;
		tell(&known, (struct event){ .kind = EVENT_TICK }, now);
		tell(&later, (struct event){ .kind = EVENT_TICK }, now);
		for (int i = 0; i < 2; i++) {
			usec_t without = load(&later, (size_t)i, now);

			tell(&later,
			     (struct event){
				     .kind = EVENT_EARLIER, .rule = i, .length = before[i] },
			     now);
			if (load(&later, (size_t)i, now) != load(&known, (size_t)i, now))
				fail_msg("seed %llu, rule %d: %llu, want %llu",
					 (unsigned long long)seed, i,
					 (unsigned long long)load(&later, (size_t)i, now),
					 (unsigned long long)load(&known, (size_t)i, now));
			left[i] += load(&known, (size_t)i, now) > without;
			gone[i] += load(&known, (size_t)i, now) == without;
		}
		tell(&later, (struct event){ .kind = EVENT_EARLIER, .rule = -1, .length = today },
		     now);
		assert_int_equal(scheduler_today(&later, now), scheduler_today(&known, now));
	}
	/* Both happened: something of it was left, and rest had cleared it. */
	for (int i = 0; i < 2; i++) {
		assert_true(left[i] > 100);
		assert_true(gone[i] > 100);
	}
}

/* An outcome says what the load is, whatever was before. */
static void an_outcome_has_settled_it(void **state)
{
	struct policy shorter = policy;
	static struct scheduler s;

	(void)state;
	shorter.rules[0].debt = 25;
	scheduler_init(&s, &shorter, MIN(1));
	tell(&s, (struct event){ .kind = EVENT_INPUT }, MIN(1));
	tell(&s, (struct event){ .kind = EVENT_START, .rule = 0 }, MIN(2));
	tell(&s, (struct event){ .kind = EVENT_PAUSE, .since = MIN(2) }, MIN(2) + USEC_PER_SEC);
	tell(&s, (struct event){ .kind = EVENT_FINISH }, MIN(2) + 55 * USEC_PER_SEC);
	tell(&s, (struct event){ .kind = EVENT_EARLIER, .rule = 0, .length = MIN(50) }, MIN(3));
	assert_true(load(&s, 0, MIN(3)) <= MIN(1));
	tell(&s, (struct event){ .kind = EVENT_EARLIER, .rule = 1, .length = MIN(50) }, MIN(3));
	assert_true(load(&s, 1, MIN(3)) > MIN(40));
	/* Never more than a load can be, and of no rule that is not there. */
	tell(&s, (struct event){ .kind = EVENT_EARLIER, .rule = 1, .length = USEC_NEVER }, MIN(3));
	assert_int_equal(load(&s, 1, MIN(3)), 2 * policy.rules[1].every);
	tell(&s, (struct event){ .kind = EVENT_EARLIER, .rule = 9, .length = MIN(5) }, MIN(3));
}

/* What comes to light makes a break due like any other load. */
static void it_makes_a_break_due(void **state)
{
	static struct scheduler s;

	(void)state;
	scheduler_init(&s, &policy, MIN(1));
	tell(&s, (struct event){ .kind = EVENT_INPUT }, MIN(1));
	tell(&s, (struct event){ .kind = EVENT_EARLIER, .rule = 0, .length = 20 * USEC_PER_HOUR },
	     MIN(2));
	assert_true(s.rules[0].due);
	assert_false(s.rules[1].due);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(work_of_before_is_as_if_it_had_been_known),
		cmocka_unit_test(an_outcome_has_settled_it),
		cmocka_unit_test(it_makes_a_break_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
