/*
 * Which exercise now: what there is to know about it. The filter (coach/filter.h) says what may be
 * offered, the routine (coach/routine.h) what is. Pure, like the core.
 */
#pragma once

#include "coach/catalog.h"
#include "coach/memory.h"

#define PERSON_SKIPS_MAX 64

/* What the user told about themselves, section [me] of the settings. */
struct person {
	uint32_t limits;        /* bits of enum limitation */
	bool limits_unreadable; /* something in `limits` was not understood: be careful */
	enum place place;
	bool discreet; /* only what fits an open office */
	uint8_t level; /* hardest intensity, 1 to 5; 0 = what has been worked up to */
	char skips[PERSON_SKIPS_MAX][EXERCISE_ID_MAX + 1]; /* exercises not wanted, by id */
	size_t n_skips;
};

/* What a rule asks of an exercise; and for the rest of a break what was done in it by now. */
struct wish {
	uint32_t sets;     /* bits of enum exercise_set */
	uint32_t regions;  /* bits of enum region; 0 = any */
	usec_t length;     /* of the break, or of what is left of it */
	usec_t over;       /* so much of the break came before that; 0 = it is all there */
	unsigned warm;     /* seconds of warming up in it */
	uint32_t worked;   /* muscles, bits of enum muscle, at intensity 3 and more */
	uint32_t strength; /* intensity x seconds of strengthening and core, not yet remembered */
};

/* All that a choice depends on. Borrowed; the memory has been told of the day. */
struct coach {
	const struct catalog *catalog;
	const struct person *person;
	const struct coach_memory *memory;
	bool memory_unknown; /* there may be more of it than is known by now: be careful */
	walltime_t now;
	enum posture posture; /* the present one */
	bool sit_stand;       /* there is such a desk */
};
