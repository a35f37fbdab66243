/*
 * The user's days and hours in local time: which day it is (days begin at `day_starts`, so that a
 * late evening belongs to the day before), whether it is inside the hours, and when either changes.
 * Local time is that of the process (TZ); time-zone and DST changes are followed.
 */
#pragma once

#include <stdbool.h>

#include "base/time.h"

#define HOURS_RANGES_MAX 6

/* Minutes since midnight, `to` up to 1440. With to <= from it ends on the next day. */
struct hours_range {
	unsigned from, to;
};

struct hours {
	struct hours_day {
		unsigned n; /* 0 = none: the whole day is outside */
		struct hours_range ranges[HOURS_RANGES_MAX];
	} days[7];           /* Monday first; a whole day is 0 to 1440 */
	unsigned day_starts; /* minutes since midnight */
};

struct calendar {
	int day; /* days since 1970-01-01 of the date that the present day began on */
	bool in_hours;
	walltime_t
		changes_at;  /* when `day` or `in_hours` is another; always after the time asked */
	walltime_t opens_at; /* when the next hours begin, 0 while inside, USEC_NEVER if never */
};

/* Whole days, a new one at 04:00. */
void hours_default(struct hours *ret);

void calendar_at(const struct hours *hours, walltime_t at, struct calendar *ret);
