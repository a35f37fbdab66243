/*
 * What a break is filled with, from its first prompt to its end: the exercises, how far they have
 * come, what was done of those in whose place they came, and a suggestion beside them. Whatever
 * happens to it on the way is judged by the filter again. Pure, and a plain value; its owner tells
 * how much of the break is rested. The coach and the memory are those of one person, and have been
 * told of the day.
 */
#pragma once

#include "coach/routine.h"

#define CONTENT_DONE_MAX ROUTINE_MAX
/* What comes with the break's end. */
#define CONTENT_ALL_MAX (CONTENT_DONE_MAX + ROUTINE_MAX)

struct content_done {
	int exercise;     /* index into the catalogue */
	unsigned seconds; /* of it, in this break */
};

/* All zero is no break's. */
struct content {
	struct routine routine; /* what is being done and to come; empty = plain rest */
	usec_t from; /* so much of the break is rested when it begins, with getting ready */
	struct routine suggestion; /* something off the desk; empty = nothing */
	/* What is remembered already; of more exercises those that were done the longest. */
	struct content_done done[CONTENT_DONE_MAX];
	size_t n_done;
	unsigned warm;     /* seconds of warming up since the break began */
	bool still;        /* what is being done stands still, although the break is rested */
	usec_t still_from; /* so much was rested then, or when `from` was moved since; or as it went
			      on */
	usec_t still_since; /* so much was rested when the present exercise was halted, or came */
};

/* For a break that has just come to be. It is offered with that. */
void content_fill(struct content *x, const struct coach *c, struct coach_memory *m,
		  const struct wish *w);
/* Beside it something off the desk, which may be nothing. */
void content_suggest(struct content *x, const struct coach *c, struct coach_memory *m);

/*
 * It does not run: would it still be chosen, or something else by now? The same stays if it would,
 * so that nobody is surprised. True if anything is another.
 */
bool content_judge(struct content *x, const struct coach *c, struct coach_memory *m,
		   const struct wish *w);
/* Something else in any case. */
void content_renew(struct content *x, const struct coach *c, struct coach_memory *m,
		   const struct wish *w);
/*
 * It runs from its beginning, whatever was done of it before. So much was rested by then without
 * anybody knowing of it: that is no part of any exercise. Where that leaves too little of the
 * break's length, the prompt that was read stands for getting ready for the first one, and then the
 * seconds before it, hands off already, for its beginning.
 */
void content_begins(struct content *x, usec_t rested, usec_t length);
/* It does not run any more, but waits or is gone, and so much of it was rested: what was done of it
 * is remembered. What it holds is there for the next time, which has all of it once more. */
void content_halts(struct content *x, struct coach_memory *m, const struct catalog *c,
		   usec_t rested, walltime_t now);

/* It runs, and so much of it is rested. What is done is remembered and leaves the routine; what is
 * being done goes on. */
void content_settle(struct content *x, struct coach_memory *m, const struct catalog *c,
		    usec_t rested, walltime_t now);
/* Take out what may not be offered any more: what was done of that is remembered, and the rest goes
 * on at once. `w` is the whole break's wish. True if anything is another. */
bool content_sift(struct content *x, const struct coach *c, struct coach_memory *m,
		  const struct wish *w, usec_t rested);
/* What is being done ends now, with the seconds that it had, and what comes after it begins if it
 * may: one that wants more warming up than there was goes. False if nothing is on, and nothing
 * changes. */
bool content_next(struct content *x, const struct coach *c, struct coach_memory *m,
		  const struct wish *w, usec_t rested);
/* What is being done stands still, or goes on. False if nothing is on that could stand still. */
bool content_stand(struct content *x, struct coach_memory *m, const struct catalog *c, bool still,
		   usec_t rested, walltime_t now);
/* When so much is rested: how much was when what is being done would have begun, had it not stood
 * still. */
usec_t content_from(const struct content *x, usec_t rested);
/* Another routine for what is left of it; false if there is no other, and nothing changes. */
bool content_replace(struct content *x, const struct coach *c, struct coach_memory *m,
		     const struct wish *w, usec_t rested);

/* The exercises have other numbers from now on: `m` has still those of `before`. What is gone is
 * left out; it runs, or `rested` is 0. */
void content_carry(struct content *x, struct coach_memory *m, const struct catalog *before,
		   const struct catalog *after, usec_t rested, walltime_t now);

/* All that was done of it when so much is rested: how many there are. */
size_t content_all(const struct content *x, usec_t rested,
		   struct content_done ret[static CONTENT_ALL_MAX]);
/* It is over, so much of it was rested: the memory is told, step by step. */
void content_ended(const struct content *x, struct coach_memory *m, const struct catalog *c,
		   usec_t rested, walltime_t now);
