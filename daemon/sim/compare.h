/* The same day under several settings, side by side. */
#pragma once

#include <stddef.h>
#include <stdio.h>

#include "sim/player.h"
#include "sim/timeline.h"

/*
 * One column for each of the `n` names, in as many blocks as style->columns asks for; in JSON one
 * object a line for each. `names` are what the user calls the settings: any UTF-8.
 */
void compare_print(FILE *out, const struct timeline_style *style, size_t n,
		   const char *const names[], const struct sim_summary summaries[]);
