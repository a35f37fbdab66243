/* Where somebody is sore: their words for it, as muscles (see coach_sore() in coach/memory.h). */
#pragma once

#include <stdbool.h>

#include "coach/catalog.h"

/* What to offer to whoever used a word that is not known, NULL-terminated. */
extern const char *const soreness_words[];

/*
 * Bits of enum muscle for a region ("lower-back"), a part of the body as people call it ("calf",
 * "abs"), or a muscle that an exercise of the catalogue names, whole or in part ("deltoid"). Case,
 * '-' and blanks make no difference. 0 if it is none of these.
 */
uint32_t soreness_muscles(const struct catalog *c, const char *word);

#define SORENESS_WORD_MAX 48 /* with its end; longer words are nothing that is known */

/*
 * What the text begins with: as many of its words as together are a muscle ("lower back" of "lower
 * back neck"), with its bits in *ret; else the first word alone, and 0. It is copied to `buffer`,
 * as far as there is room. Returns what comes behind it, the end of the text at last.
 */
const char *soreness_next(const struct catalog *c, const char *text,
			  char buffer[static SORENESS_WORD_MAX], uint32_t *ret);

/* It is a joint, as people call it ("knee"): pain there is no soreness of a muscle. */
bool soreness_is_joint(const char *word);

/* A place that is sore, in a word that soreness_muscles() understands. */
struct soreness {
	char where[SORENESS_WORD_MAX];
	walltime_t until;
};

/*
 * What is sore now, as few words as tell it all: "legs" and not each of their muscles. `until` is
 * by enum muscle, as coach_memory has it. Answers how many are in `list`, the places with the most
 * muscles first.
 */
size_t soreness_list(const struct catalog *c, const walltime_t until[static MUSCLES_COUNT],
		     walltime_t now, struct soreness list[static MUSCLES_COUNT]);
