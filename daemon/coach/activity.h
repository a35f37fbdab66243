/*
 * What counts as activity off the desk (ergonomics M6): what keeps the large muscles going for
 * minutes, and so counts towards the week's 150.
 */
#pragma once

#include "coach/catalog.h"

/* Kinds that are known without the catalogue, NULL-terminated. */
extern const char *const activity_kinds[];

/*
 * The kind that the word means, under the name by which it is kept: one of the above ("jogging" is
 * "running"), or the id of an aerobic exercise or of a session that the catalogue has. NULL if it
 * is none. Static, or the catalogue's.
 */
const char *activity_find(const struct catalog *c, const char *word);
