/* The memory's inside, for the files that are parts of it. */
#pragma once

#include "coach/memory.h"

#define FLAGS_WITHIN (14 * USEC_PER_DAY) /* ergonomics S5 */

/* An activity as the exercise that it is, or -1. */
int memory_find_activity(const struct catalog *c, const char *kind);

#define WALK_WARMS_FROM 120 /* seconds, ergonomics X1 */

/* Everything harder than what hurts is blocked with it. */
void memory_spread_hurts(struct coach_memory *m, const struct catalog *c);
/* Exercise `i` was too much: a beginner's dose, and its harder forms wait for it. */
void memory_begin_again(struct coach_memory *m, const struct catalog *c, int i);
/* The same, and it waits for its easier form itself. */
void memory_step_down(struct coach_memory *m, const struct catalog *c, int i);
