/*
 * Which exercise now. Pure, like the core. Filters are hard: whatever the route, an exercise that
 * the person's limits exclude is never answered.
 */
#pragma once

#include "coach/catalog.h"

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

/* What a rule asks of an exercise. */
struct wish {
	uint32_t sets;    /* bits of enum exercise_set */
	uint32_t regions; /* bits of enum region; 0 = any */
	usec_t length;    /* of the break */
};

/* Hardest intensity offered. Harder ones need a consent that nobody can give yet (ergonomics S1).
 */
#define INTENSITY_OFFERED_MAX 2

/* NULL if the exercise suits the person, else half a sentence that says why not. */
const char *coach_objection(const struct person *p, const struct exercise *e);

/*
 * The next fitting exercise after index `last` (-1 at first), going round, so that each has its
 * turn: of the wish's sets and regions, fits the length at its shortest, needs no warm-up, and has
 * no objection. -1 if nothing fits: then the break is plain rest.
 */
int coach_next(const struct catalog *c, const struct person *p, const struct wish *w, int last);
