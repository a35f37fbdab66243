/*
 * Writes a history as some years of work leave it: past-years FILE YEARS. Each of 250 workdays a
 * year has 20 breaks, 100 decisions and 60 spells of presence; the last one is yesterday's.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/calendar.h"
#include "base/clock.h"
#include "store/history.h"

#define BREAKS 20
#define DECISIONS_A_BREAK 5
#define SPELLS_A_BREAK 3

static void add_break(struct history *h, int day, unsigned i, walltime_t at)
{
	static const char *const outcomes[] = { "taken",   "taken",  "natural", "cut-short",
						"skipped", "missed", "taken" };
	static const char *const exercises[] = { "shoulder-rolls", "neck-tilt", "calf-raise",
						 "wall-push-up" };
	static const char *const regions[] = { "region:neck", "region:shoulders", "region:wrists",
					       "region:legs", "region:lower-back" };
	struct history_break b = {
		.day = day,
		.rule = i % 4 ? "micro" : "active",
		.outcome = outcomes[(i + (unsigned)day) % 7],
		.due = at - 90 * USEC_PER_SEC,
		.prompted = at - 60 * USEC_PER_SEC,
		.started = at - 30 * USEC_PER_SEC,
		.ended = at,
		.length = 30 * USEC_PER_SEC,
		.rested = 30 * USEC_PER_SEC,
		.prompts = 1,
		.exercises = { { exercises[i % 4], 30 * USEC_PER_SEC } },
		.n_exercises = 1,
		.delays = { { "lull", 20 * USEC_PER_SEC }, { "call", 40 * USEC_PER_SEC } },
		.n_delays = 2,
	};
	char total[64];

	history_add_break(h, &b);
	(void)snprintf(total, sizeof(total), "break:%s:%s", b.rule, b.outcome);
	history_add_total(h, day, total, 1);
	history_add_total(h, day, regions[i % 5], 30 * USEC_PER_SEC);
	history_add_total(h, day, i % 4 ? "set:stretching" : "set:posture", 30 * USEC_PER_SEC);
	history_add_total(h, day, "held:lull", 20 * USEC_PER_SEC);
	history_add_total(h, day, "held:call", 40 * USEC_PER_SEC);
}

static void add_rest(struct history *h, int day, walltime_t at)
{
	const struct decision d = { .kind = DECISION_WAITING,
				    .cause = CAUSE_LULL,
				    .load = 20 * USEC_PER_MIN,
				    .every = 20 * USEC_PER_MIN,
				    .since = at,
				    .until = at + USEC_PER_MIN,
				    .at = at,
				    .rule = "micro" };

	for (int i = 0; i < DECISIONS_A_BREAK; i++)
		history_add_decision(h, day, &d, 0);
	for (unsigned i = 0; i < SPELLS_A_BREAK; i++) {
		const char *presence = i % 2 ? "idle" : "active";

		history_add_presence(h, day, presence, at + i * USEC_PER_MIN,
				     at + (i + 1) * USEC_PER_MIN);
		history_add_total(h, day, i % 2 ? "idle_usec" : "active_usec", USEC_PER_MIN);
	}
}

static int add_day(struct history *h, int day, walltime_t morning)
{
	if (!history_begin(h))
		return -1;
	for (unsigned i = 0; i < BREAKS; i++) {
		walltime_t at = morning + i * 24 * USEC_PER_MIN;

		add_break(h, day, i, at);
		add_rest(h, day, at);
	}
	history_add_total(h, day, "screen_usec", 7 * USEC_PER_HOUR);
	history_raise_total(h, day, "longest_usec", USEC_PER_HOUR);
	return history_commit(h);
}

int main(int argc, char **argv)
{
	int years = argc == 3 ? atoi(argv[2]) : 0;
	walltime_t now = clock_walltime();
	struct history *h = NULL;
	struct calendar today;
	struct hours hours;
	int status = 0;

	if (years < 1 || history_new(&h, argv[1]) < 0) {
		fprintf(stderr, "usage: past-years FILE YEARS\n");
		return 2;
	}
	hours_default(&hours);
	calendar_at(&hours, now, &today);
	for (int back = years * 350; back > 0 && !status; back--)
		/* Five days a week, and no holidays beyond those of 350 days to the year. */
		if ((today.day - back) % 7 < 5)
			status =
				add_day(h, today.day - back, now - (walltime_t)back * USEC_PER_DAY);
	if (status)
		fprintf(stderr, "past-years: %s\n", history_problem(h));
	history_free(h);
	return status ? 1 : 0;
}
