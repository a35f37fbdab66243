/* The memory's inside, for the files that are parts of it. */
#pragma once

#include "coach/memory.h"

#define FLAGS_WITHIN (14 * USEC_PER_DAY) /* ergonomics S5 */

/* An activity as the exercise that it is, or -1. */
int memory_find_activity(const struct catalog *c, const char *kind);

#define WALK_WARMS_FROM 120 /* seconds, ergonomics X1 */

/* Everything harder than what hurts is blocked with it. */
void memory_spread_hurts(struct coach_memory *m, const struct catalog *c);
/*
 * Exercise `i` was too much, as was said then: a beginner's dose, and its harder forms wait for it.
 * Call memory_keep_before() first.
 */
void memory_begin_again(struct coach_memory *m, const struct catalog *c, int i);
/* The same, and it waits for its easier form itself. */
void memory_step_down(struct coach_memory *m, const struct catalog *c, int i, walltime_t at);

/* What of it concerns row `k`, as of that day. */
void memory_begin_row_again(struct coach_memory *m, const struct catalog *c, int i, int k,
			    int32_t day);
void memory_step_row_down(struct coach_memory *m, const struct catalog *c, int i, int k,
			  int32_t day);
/* ... and of the level. */
void memory_cap(struct coach_memory *m, const struct catalog *c, int i, int32_t day);

/* before.c: what was, of the few that it is kept of
 * ------------------------------------------------
 */

/* All zero of a row that nothing is kept of. Borrowed from *m. */
const struct coach_before *memory_before(const struct coach_memory *m,
					 const struct coach_progress *p);
const struct coach_said *memory_said(const struct coach_memory *m, const struct coach_progress *p);
/*
 * The same, to be changed: there is one from here on, and if there is no room for it the one that
 * matters least is given up. Borrowed until the next call for another row.
 */
struct coach_before *memory_keep(struct coach_memory *m, struct coach_progress *p);
struct coach_said *memory_keep_said(struct coach_memory *m, struct coach_progress *p);
/* What was said of the row cannot be replaced any more. */
void memory_drop_said(struct coach_memory *m, struct coach_progress *p);
/* When the pain of hurt_at was told of, as far as that is known; 0 = never. */
walltime_t memory_hurt_said(const struct coach_memory *m, const struct coach_progress *p);
/* There was such a pain, and at that time it still kept its exercise away. */
bool memory_is_within_block(walltime_t pain, walltime_t at);
/* So many more than are known. */
void memory_count_earlier(struct coach_progress *p, unsigned more);

/* retract.c: what it takes to take that back ----------------------------------------------------
 */

/* All that memory_begin_again() or, `down`, memory_step_down() is about to change, as it is now. */
void memory_keep_before(struct coach_memory *m, const struct catalog *c, int i, bool down,
			walltime_t at);
/* "Easy" or "hard" is about to be said: what contradicts it on this day was not said. */
void memory_replace_said(struct coach_memory *m, const struct catalog *c, int i, bool hard);
/* It is said now, and what it changes comes next. */
void memory_note_said(struct coach_memory *m, int i, bool hard);
/* Until when it rests where these flags are. */
walltime_t memory_judge_flags(const walltime_t at[static FLAGS_KEPT]);
