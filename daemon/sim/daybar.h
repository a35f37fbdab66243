/* What a day looked like, an hour a row, a minute or two a cell. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/time.h"
#include "sim/timeline.h"

enum daybar_ink {
	DAYBAR_NOTHING,
	DAYBAR_WORK,
	DAYBAR_WATCHING,
	DAYBAR_REST,
	DAYBAR_AWAY,
	DAYBAR_UNKNOWN,
	DAYBAR_BREAK,
	DAYBAR_INKS,
};

/* The longest day that a time zone's changes make, and some room. */
#define DAYBAR_ROWS 27
#define DAYBAR_MINUTES 60

struct daybar_cell {
	uint32_t spent[DAYBAR_INKS];
	bool prompted;
};

struct daybar {
	walltime_t from, to;
	bool painted[DAYBAR_ROWS];
	bool busy[DAYBAR_ROWS]; /* with more than rest and absence: nights are not */
	struct daybar_cell cells[DAYBAR_ROWS][DAYBAR_MINUTES];
};

/* A new, empty day. */
void daybar_begin(struct daybar *d, walltime_t from, walltime_t to);
/* What lies outside the day is left out. */
void daybar_paint(struct daybar *d, enum daybar_ink ink, walltime_t from, walltime_t to);
void daybar_prompt(struct daybar *d, walltime_t at);
/* The hours in which there was anything but rest, and what the cells mean; nothing if there are
 * none. */
void daybar_print(const struct daybar *d, FILE *out, const struct timeline_style *style);
