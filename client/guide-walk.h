/*
 * Where somebody is who does the exercises of a break one after the other, by a clock that can be
 * stopped. Pure: `now` is any clock that does not go back.
 */
#pragma once

#include <stdbool.h>

#include "state.h"

/* Zeroed, it stands still before the first exercise. */
struct walk {
	size_t at;     /* which step; their number: all are done */
	usec_t before; /* spent on it until the clock was started last */
	usec_t since;  /* when that was */
	bool stopped;
};

/* What an exercise is at. While somebody gets ready for it all of it is left. */
struct moment {
	usec_t ready; /* so long until it begins; 0 = it has */
	usec_t length, left;
	unsigned side; /* 1 or 2; 0 if it is done once */
	bool second_half;
	bool turning; /* the other side, or the second half, has just begun */
	size_t line;  /* which instruction it is time for; their number: all are told */
};

void walk_begin(struct walk *w, size_t at, usec_t now);
void walk_stop(struct walk *w, usec_t now);
void walk_resume(struct walk *w, usec_t now);

/* `gap` of time went by in which nobody saw anything: it does not count. */
void walk_leave_out(struct walk *w, usec_t gap);

/* To the next exercise if the time of this one is over. True if it went on. */
bool walk_proceed(struct walk *w, const struct brk *brk, usec_t now);

/* The step that it is at, or NULL when all are done. */
const struct step *walk_step(const struct walk *w, const struct brk *brk);

/* Only while there is a step. */
void walk_look(const struct walk *w, const struct brk *brk, usec_t now, struct moment *ret);

/* How long until it begins, the other side, the second half or the end; USEC_NEVER while it stands
 * still. */
usec_t walk_next_change(const struct walk *w, const struct brk *brk, usec_t now);

/* Where the exercise is among the steps of a break, or their number. */
size_t walk_find(const struct brk *brk, const char *exercise);

/*
 * The break has other steps now. Where the present exercise is among them it goes on; else the
 * first one begins that was not done before.
 */
void walk_adopt(struct walk *w, const struct brk *before, const struct brk *after, usec_t now);
