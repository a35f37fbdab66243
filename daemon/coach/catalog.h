/*
 * The exercises, as plain values: what each is, how long it takes, whom it does not suit. Made by
 * conf/exercises.h from the exercise files.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"

/* The words of the exercise files; the tables of names are in catalog.c. */
enum exercise_set {
	SET_WARM_UP,
	SET_STRETCHING,
	SET_STRENGTHENING,
	SET_CORE,
	SET_POSTURE,
	SET_AEROBIC,
	SET_YOGA_PILATES,
	SET_EYES,
	SET_LIFESTYLE,
	SETS_COUNT,
};

enum region {
	REGION_NECK,
	REGION_UPPER_BACK,
	REGION_LOWER_BACK,
	REGION_SHOULDERS,
	REGION_CHEST,
	REGION_HIPS,
	REGION_HAMSTRINGS,
	REGION_WRISTS,
	REGION_EYES,
	REGION_CORE,
	REGION_LEGS,
	REGION_WHOLE_BODY,
	REGIONS_COUNT,
};

#define REGION_BIT(region) (UINT32_C(1) << (region))

enum position {
	POSITION_SEATED,
	POSITION_STANDING,
	POSITION_FLOOR,
	POSITION_WALL,
	POSITION_WALKING,
	POSITIONS_COUNT,
};

enum space {
	SPACE_DESK,
	SPACE_STANDING_ROOM,
	SPACE_MAT,
	SPACE_OUTDOORS,
	SPACES_COUNT,
};

enum limitation {
	LIMIT_ACUTE_LOW_BACK_PAIN,
	LIMIT_DISC_HERNIATION,
	LIMIT_NECK_INJURY,
	LIMIT_SHOULDER_INJURY,
	LIMIT_KNEE_INJURY,
	LIMIT_WRIST_INJURY,
	LIMIT_HIP_INJURY,
	LIMIT_ANKLE_INJURY,
	LIMIT_PREGNANCY,
	LIMIT_OSTEOPOROSIS,
	LIMIT_HIGH_BLOOD_PRESSURE,
	LIMIT_HEART_CONDITION,
	LIMIT_BREATHING_CONDITION,
	LIMIT_VERTIGO,
	LIMIT_BALANCE_PROBLEM,
	LIMIT_RECENT_SURGERY,
	LIMIT_EYE_SURGERY,
	LIMIT_GLAUCOMA,
	LIMITS_COUNT,
};

/*
 * Muscles, as far as telling them apart decides whether they rest (ergonomics X6): the files' names
 * by groups that are worked together. A name that is not known falls on one of the last numbers, by
 * its letters, so that the same name is always the same muscle.
 */
enum muscle {
	MUSCLE_NECK,
	MUSCLE_TRAPEZIUS,
	MUSCLE_SHOULDERS,
	MUSCLE_CHEST,
	MUSCLE_ARMS,
	MUSCLE_FOREARMS,
	MUSCLE_LATS,
	MUSCLE_BACK,
	MUSCLE_ABDOMEN,
	MUSCLE_OBLIQUES,
	MUSCLE_BREATHING,
	MUSCLE_HIP_FLEXORS,
	MUSCLE_GLUTES,
	MUSCLE_THIGHS,
	MUSCLE_HAMSTRINGS,
	MUSCLE_CALVES,
	MUSCLE_EYES,
	MUSCLE_OTHER_FIRST,
	MUSCLES_COUNT = MUSCLE_OTHER_FIRST + 15,
};

/* Where the user can exercise: desk = desk; room = desk and standing-room; mat = these and mat. */
enum place { PLACE_DESK, PLACE_ROOM, PLACE_MAT, PLACES_COUNT };

/* Names by number, NULL-terminated, in the enums' order. */
extern const char *const set_names[];
extern const char *const region_names[];
extern const char *const position_names[];
extern const char *const space_names[];
extern const char *const limitation_names[];
extern const char *const place_names[];

/* Bits of enum muscle for names that are separated by ';'. "-" is none. */
uint32_t muscles_parse(const char *text);

/* The number of the name that is the `n` first characters of `word`, or -1. */
int name_lookup(const char *const names[], const char *word, size_t n);

#define EXERCISES_MAX 1024
#define EXERCISE_ID_MAX 48
#define EXERCISE_STEPS_MAX 12

/* Texts are borrowed from the catalogue; a missing one is "". Seconds and counts as in the files.
 */
struct exercise {
	const char *id;
	const char *name;
	const char *muscles; /* separated by "; " */
	const char *easier;  /* an exercise's id, or "" */
	const char *harder;
	const char *desk_alternative;
	const char *cue;
	const char *source;
	const char *steps[EXERCISE_STEPS_MAX]; /* without their numbers */
	uint8_t n_steps;
	uint8_t set;       /* enum exercise_set */
	uint8_t position;  /* enum position */
	uint8_t space;     /* enum space */
	uint8_t intensity; /* 1 very light to 5 hard */
	uint8_t sides;     /* 1 or 2 */
	bool seed;
	bool discreet;
	bool needs_warmup;
	bool easier_lost; /* there was an easier form, but it is not to be had */
	uint16_t seconds_min, seconds_default, seconds_max;
	uint16_t hold_seconds, reps, sets;
	uint32_t relieves; /* bits of enum region */
	uint32_t avoid_if; /* bits of enum limitation */
	/* Made from the above by catalog_link(): */
	/* Whom it does not suit, as bits of enum limitation: whom it names, and what holds for all
	 * (ergonomics 7, Limitations): after surgery nothing of intensity 2 and up but `walking`,
	 * with a weak heart nothing of intensity 3 and up. */
	uint32_t avoids;
	uint32_t muscle_bits;                   /* bits of enum muscle */
	uint16_t easier_at, harder_at, desk_at; /* 1 + index of the exercise; 0 = none */
};

/* Owned by whoever made it with conf/exercises.h. Sorted by set, then as in the files. */
struct catalog {
	struct exercise *exercises; /* owned */
	size_t n;
	char *texts;  /* owned: all the strings, one after the other */
	bool careful; /* some file could not be read: who knows what it kept away */
};

/* Index of the exercise called `id`, or -1. */
int catalog_find(const struct catalog *c, const char *id);

/*
 * Find what the exercises name: each other, and muscles. An easier form that names the exercise as
 * its harder one is taken as such also if the exercise does not say so.
 */
void catalog_link(struct catalog *c);

/* The other forms of exercise `i`, or -1. */
static inline int catalog_easier(const struct catalog *c, int i)
{
	return c->exercises[i].easier_at - 1;
}

static inline int catalog_harder(const struct catalog *c, int i)
{
	return c->exercises[i].harder_at - 1;
}

static inline int catalog_desk_alternative(const struct catalog *c, int i)
{
	return c->exercises[i].desk_at - 1;
}

/* Is exercise `k` a harder form of `i`, or a harder form of such a one? */
bool catalog_is_harder(const struct catalog *c, int k, int i);
