/*
 * One value of a settings or exercise file: how it is written, what is allowed, where it goes. The
 * tables in settings.c and exercises.c are made of these.
 */
#pragma once

#include <stddef.h>

#include "base/time.h"

enum field_kind {
	FIELD_BOOL,     /* bool */
	FIELD_DURATION, /* usec_t, min to max */
	FIELD_NUMBER,   /* unsigned of any size, min to max */
	FIELD_PERCENT,  /* unsigned */
	FIELD_WORD,     /* one of `words`; an unsigned of any size, or an enum */
	FIELD_WORDS,    /* some of `words`; uint32_t, a bit for each. At least one if min is 1 */
	FIELD_PROGRAM,  /* char[size] */
	FIELD_FILE,     /* char[size]: a path from / on, or the word `other` */
	FIELD_SKIPS,    /* struct person: its skips */
	FIELD_SWITCH,   /* yes or no: the bits `other_bits` of an unsigned */
	FIELD_CLOCK,    /* unsigned: a time of day in minutes, before 24:00 */
	FIELD_RANGES,   /* struct hours_day */
	FIELD_TEXT,     /* up to the owner of the table, as are the next two */
	FIELD_ID,
	FIELD_STEP,
};

struct field {
	const char *key;
	enum field_kind kind;
	size_t offset, size; /* of the target in the struct handed to field_read() */
	uint64_t min, max;
	const char *const *words; /* NULL-terminated */
	/* A word that stands alone in place of `words`, and its bits. */
	const char *other;
	uint32_t other_bits;
};

#define MINUTES_A_DAY (24 * 60)
/* Words that stand in place of a day's ranges of hours. */
#define HOURS_ALL "all"
#define HOURS_NONE "none"

#define FIELD_FAULT_MAX 160
#define FIELD_HINT_MAX 512

/*
 * Read `text` into the struct at `base`. 0, or -EINVAL with half a sentence in `fault` ("'7x' is
 * not a duration"); the struct is then untouched.
 */
int field_read(const struct field *f, const char *text, void *base,
	       char fault[static FIELD_FAULT_MAX]);

#define FIELD_TEXT_MAX 4096

/*
 * The value in the struct at `base` as field_read() takes it, exactly. Not for the kinds that are
 * up to the owner of the table. Returns `text`.
 */
const char *field_write(const struct field *f, const void *base, char text[static FIELD_TEXT_MAX]);

/* What is allowed, for people. Returns `hint`. */
const char *field_hint(const struct field *f, char hint[static FIELD_HINT_MAX]);

/* The number in the struct at `base`, for kinds that are one. */
uint64_t field_fetch(const struct field *f, const void *base);

/* The words of `text` that are among `names`, as bits; others are passed over. */
uint32_t field_known_words(const char *text, const char *const names[]);

/* The exercises' ids in `text` into the person's skips, as many as there is room for; what is no id
 * is passed over. */
struct person;
void field_read_skips(const char *text, struct person *person);

/* The word among `names` that `text` seems to be a slip of, or NULL. */
const char *field_guess(const char *text, const char *const names[]);

/* How many letters have to be changed, added or taken away to make `b` of `a`; at most 99. */
unsigned field_distance(const char *a, const char *b);
