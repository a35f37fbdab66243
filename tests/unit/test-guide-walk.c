/* Where somebody is in a break, told as stories. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "guide-walk.h"

#define S(seconds) ((usec_t)((seconds)*1000000.0))
#define STEPS(array)                                                                               \
	{                                                                                          \
		.steps = { .n = ELEMENTS(array), .items = (array) }, .length = S(60)               \
	}

static const char *lines[] = { "Sit tall.", "Turn your head slowly to one side." };

static struct step rolls = { .exercise = "rolls", .seconds = 20, .sides = 1 };
static struct step turns = { .exercise = "turns",
			     .seconds = 40,
			     .sides = 2,
			     .instructions = { .n = ELEMENTS(lines), .items = lines } };
static struct step reach = { .exercise = "reach", .seconds = 10, .sides = 1 };

static void test_one_after_the_other(void **state)
{
	struct step steps[] = { rolls, turns };
	struct brk brk = STEPS(steps);
	struct walk w;

	(void)state;
	walk_begin(&w, 0, S(100));
	assert_false(walk_proceed(&w, &brk, S(119.9)));
	assert_true(walk_proceed(&w, &brk, S(120)));
	assert_string_equal(walk_step(&w, &brk)->exercise, "turns");
	/* Told late, the next one has its whole time nevertheless. */
	assert_true(walk_proceed(&w, &brk, S(170)));
	assert_null(walk_step(&w, &brk));
	assert_false(walk_proceed(&w, &brk, S(1000)));
}

static void test_clock_that_is_stopped(void **state)
{
	struct step steps[] = { rolls };
	struct brk brk = STEPS(steps);
	struct moment m;
	struct walk w;

	(void)state;
	walk_begin(&w, 0, S(0));
	walk_stop(&w, S(5));
	walk_look(&w, &brk, S(500), &m);
	assert_int_equal(m.left, S(15));
	assert_int_equal(walk_next_change(&w, &brk, S(500)), USEC_NEVER);
	assert_false(walk_proceed(&w, &brk, S(500)));
	/* To stop it again, or to let it run twice, changes nothing. */
	walk_stop(&w, S(600));
	walk_resume(&w, S(700));
	walk_resume(&w, S(703));
	walk_look(&w, &brk, S(704), &m);
	assert_int_equal(m.left, S(11));
	/* The program itself was stopped for a minute. */
	walk_leave_out(&w, S(60));
	walk_look(&w, &brk, S(764), &m);
	assert_int_equal(m.left, S(11));
}

static void test_getting_ready(void **state)
{
	struct step steps[] = { turns, reach };
	struct brk brk = STEPS(steps);
	struct moment m;
	struct walk w;

	(void)state;
	steps[0].ready = 5;
	walk_begin(&w, 0, S(0));
	walk_look(&w, &brk, S(2), &m);
	assert_int_equal(m.ready, S(3));
	assert_int_equal(m.left, S(40));
	assert_int_equal(walk_next_change(&w, &brk, S(2)), S(3));
	/* It can be paused, too. */
	walk_stop(&w, S(2));
	walk_resume(&w, S(50));
	walk_look(&w, &brk, S(53), &m);
	assert_int_equal(m.ready, 0);
	assert_int_equal(m.left, S(40));
	assert_int_equal(m.side, 1);
	assert_int_equal(walk_next_change(&w, &brk, S(53)), S(20));
	/* None of it is missing from the exercise. */
	walk_look(&w, &brk, S(72.9), &m);
	assert_int_equal(m.side, 1);
	walk_look(&w, &brk, S(73), &m);
	assert_int_equal(m.side, 2);
	assert_false(walk_proceed(&w, &brk, S(92.9)));
	assert_true(walk_proceed(&w, &brk, S(93)));
	walk_look(&w, &brk, S(93), &m);
	assert_int_equal(m.ready, 0);
}

static void test_sides_and_halves(void **state)
{
	struct step steps[] = { rolls, turns };
	struct brk brk = STEPS(steps);
	const struct row {
		const char *story;
		size_t step;
		usec_t at;
		unsigned side;
		bool second_half, turning;
		usec_t next;
	} rows[] = {
		{ "it begins", 0, S(0), 0, false, false, S(10) },
		{ "almost half of it", 0, S(9.5), 0, false, false, S(0.5) },
		{ "half way", 0, S(10), 0, true, true, S(10) },
		{ "that was told for long enough", 0, S(14), 0, true, false, S(6) },
		{ "its end", 0, S(20), 0, true, false, S(0) },
		{ "the first side", 1, S(0), 1, false, false, S(20) },
		{ "the other side", 1, S(20), 2, true, true, S(20) },
		{ "is still it", 1, S(30), 2, true, false, S(10) },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct row *row = &rows[i];
		struct moment m;
		struct walk w;

		walk_begin(&w, row->step, 0);
		walk_look(&w, &brk, row->at, &m);
		if (m.side != row->side || m.second_half != row->second_half ||
		    m.turning != row->turning || walk_next_change(&w, &brk, row->at) != row->next)
			fail_msg("%s: side %u, second half %d, turning %d, %llu us to the next",
				 row->story, m.side, m.second_half, m.turning,
				 (unsigned long long)walk_next_change(&w, &brk, row->at));
	}
}

static void test_instructions_are_read_one_by_one(void **state)
{
	struct step steps[] = { turns };
	struct brk brk = STEPS(steps);
	struct moment m;
	struct walk w;

	(void)state;
	walk_begin(&w, 0, 0);
	walk_look(&w, &brk, S(0), &m);
	assert_int_equal(m.line, 0);
	walk_look(&w, &brk, S(4), &m);
	assert_int_equal(m.line, 1);
	/* All is read, and the first side goes on. */
	walk_look(&w, &brk, S(10), &m);
	assert_int_equal(m.line, 2);
	/* Nobody reads them again for the other side. */
	walk_look(&w, &brk, S(20), &m);
	assert_int_equal(m.line, 2);
	/* A short one is read faster, and each line is its turn. */
	steps[0].seconds = 8;
	walk_look(&w, &brk, S(0.1), &m);
	assert_int_equal(m.line, 0);
	walk_look(&w, &brk, S(1.9), &m);
	assert_int_equal(m.line, 1);
	walk_look(&w, &brk, S(2.9), &m);
	assert_int_equal(m.line, 1);
	walk_look(&w, &brk, S(3.1), &m);
	assert_int_equal(m.line, 2);
}

static void test_without_a_length(void **state)
{
	struct step steps[] = { rolls, reach };
	struct brk brk = STEPS(steps);
	struct moment m;
	struct walk w;

	(void)state;
	steps[0].seconds = 0;
	walk_begin(&w, 0, 0);
	walk_look(&w, &brk, 0, &m);
	assert_int_equal(m.length, S(30));
	brk.length = 0;
	walk_look(&w, &brk, 0, &m);
	assert_int_equal(m.length, S(10));
}

static void test_other_exercises(void **state)
{
	struct step before[] = { rolls, turns }, moved[] = { reach, turns };
	struct step fresh[] = { reach }, kept[] = { rolls, reach }, shorter[] = { rolls };
	struct brk from = STEPS(before), none = { .length = S(60) };
	const struct row {
		const char *story;
		struct brk to;
		size_t at, want;
		bool goes_on;
	} rows[] = {
		{ "the present one is still there", STEPS(moved), 1, 1, true },
		{ "all are new", STEPS(fresh), 1, 0, false },
		{ "the first was done already", STEPS(kept), 1, 1, false },
		{ "the present one was taken out, and it was the last", STEPS(shorter), 1, 1,
		  false },
		{ "nothing is left", none, 0, 0, false },
		{ "all was done", STEPS(shorter), 2, 1, false },
		{ "all was done, and then there is more", STEPS(kept), 2, 1, false },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct row *row = &rows[i];
		struct walk w;

		walk_begin(&w, row->at, S(0));
		walk_adopt(&w, &from, &row->to, S(5));
		if (w.at != row->want || (w.since == S(0)) != row->goes_on)
			fail_msg("%s: at %zu", row->story, w.at);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_after_the_other),
		cmocka_unit_test(test_clock_that_is_stopped),
		cmocka_unit_test(test_getting_ready),
		cmocka_unit_test(test_sides_and_halves),
		cmocka_unit_test(test_instructions_are_read_one_by_one),
		cmocka_unit_test(test_without_a_length),
		cmocka_unit_test(test_other_exercises),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
