/* An exercise of the catalogue, as limberd tells it. */
#pragma once

#include <stdbool.h>

#include "reader.h"

struct exercise {
	const char *id, *name, *set, *position, *space, *muscles, *easier, *harder;
	const char *desk_alternative, *cue, *source, *why;
	const char *dose;   /* what this user is asked to do of it today, in words; may be "" */
	const char *chosen; /* why it is in the present or the latest routine, or "" */
	uint64_t intensity, seconds_min, seconds, seconds_max, hold, reps, sets, sides;
	uint64_t likes, dislikes, easy, hard, hurts; /* how often the user said so */
	bool discreet, needs_warmup, allowed;
	struct list relieves, avoid_if, steps; /* const char * */
	bool again; /* for whoever has several lists: another one has it as well */
};

extern const struct shape exercise_shape;
