/* The figures of a played day in words and numbers, for timeline and comparison. */
#pragma once

#include <stdio.h>

#include "sim/player.h"
#include "sim/text.h"
#include "sim/timeline.h"

/* What can be counted as one number. */
struct summary_figures {
	double interruptions; /* prompts, repetitions and returns per hour at the screen */
	double rest_share;    /* of the time from first to last activity, 0 to 1 */
};

struct summary_figures summary_figures(const struct sim_summary *s);

/* Members of a JSON object, without its braces; lengths are seconds. */
void summary_add_json(struct text *t, const struct sim_summary *s);
/* A table with a heading. */
void summary_print(FILE *out, const struct timeline_style *style, const struct sim_summary *s);
