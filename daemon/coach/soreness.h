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

/* It is a joint, as people call it ("knee"): pain there is no soreness of a muscle. */
bool soreness_is_joint(const char *word);
