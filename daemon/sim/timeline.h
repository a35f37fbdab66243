/*
 * A played day as text: a table with a bar for each hour for people, or one JSON object a line for
 * programs. Prints as the news come; what the bars show is kept for the present day only.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "sim/player.h"

struct timeline_style {
	bool json;        /* one object a line; the others do not matter then */
	bool utf8;        /* else ASCII only, what is not becomes '?' */
	bool colour;      /* with the escape sequences of terminals */
	unsigned columns; /* at most 100 are used, and at least 60; 0 = 100 */
};

struct timeline; /* opaque */

/* Prints to `out`, which stays the caller's and whose errors (ferror()) are the caller's to see.
 * NULL without memory. */
struct timeline *timeline_new(FILE *out, const struct timeline_style *style);
struct timeline *timeline_free(struct timeline *t);

/* For player_new(); its owner is a struct timeline. */
extern const struct sim_sink timeline_sink;

/* After player_end(): what is left to print, and the summary. */
void timeline_end(struct timeline *t, const struct sim_summary *summary);
