/*
 * How much of an exercise, and when more (ergonomics X2 to X4): a beginner has about half the
 * repetitions or what fits into the shortest time, five of strengthening and core at most, in one
 * set, and holds of 10 s; a week later at the earliest, and after some
 * days on which it was done, there is a little more: first repetitions, then the hold, then, once
 * it is mastered, the harder form.
 */
#pragma once

#include "coach/memory.h"

/* What is asked of the user. All repetitions are for each side where there are two. */
struct coach_dose {
	unsigned reps;    /* all of them, over all sets */
	unsigned sets;    /* that they are done in */
	unsigned hold;    /* seconds of each; 0 = it moves, or is timed */
	unsigned seconds; /* of the whole exercise, with both sides and pauses */
};

/* Today's dose. */
void coach_dose(const struct exercise *e, const struct coach_progress *p, struct coach_dose *ret);

/* The same within `seconds`, which are no less than the exercise's shortest. */
void coach_dose_within(const struct exercise *e, unsigned seconds, struct coach_dose *dose);

/* Is the dose all that the exercise is meant to be? */
bool coach_dose_is_full(const struct exercise *e, const struct coach_progress *p);

/* Is it strengthening or core, to which allowance, rest days and steps to harder forms belong? */
static inline bool coach_is_strength(const struct exercise *e)
{
	return e->set == SET_STRENGTHENING || e->set == SET_CORE;
}

/* Are so many seconds of it, in one go, enough to count as done? A little of it, because the break
 * was short, is no reason for more. */
bool progress_counts(const struct coach_progress *p, const struct exercise *e, unsigned seconds);

/*
 * For memory.c: the exercise's turn today is over, and so many seconds of it were done. True if
 * that counts as done.
 */
bool progress_done(struct coach_progress *p, const struct exercise *e, unsigned seconds, int today,
		   walltime_t now);
/*
 * It was not done on that day, `now` being when it was said to have been; and if it was all the
 * same, by something else, how long.
 */
void progress_undone(struct coach_progress *p, const struct exercise *e, int day, int today,
		     walltime_t now);
void progress_still_done(struct coach_progress *p, const struct exercise *e, unsigned seconds,
			 int day, int today);
/* Back to a beginner's dose. */
void progress_restart(struct coach_progress *p, int today);
/* Has it gone well for two weeks: done when it was its turn, and neither hard nor painful? */
bool progress_goes_well(const struct coach_progress *p, int today, walltime_t now);
/* Does it count as mastered now (ergonomics X4)? */
bool progress_is_mastered(const struct coach_progress *p, const struct exercise *e, int today,
			  walltime_t now);
