/* Lengths and points of time as users write and read them. Points are CLOCK_REALTIME. */
#pragma once

#include "base/time.h"

/* "Every length of time that is not a number of any kind" is told in this sentence. */
#define WHEN_LENGTHS "write for example 90s, 10min, 1h 30min or 2d"

/*
 * Like parse_duration(), and `10m` are minutes: whoever types a command wants no months. 0 or
 * -EINVAL, -ERANGE; *ret untouched on failure.
 */
int when_parse_length(const char *text, usec_t *ret);

/*
 * The next time after `now` at which local clocks show `minute` (0 to 1440, since midnight). A
 * time that the change to summer time leaves out is that much later; one that happens twice is
 * the first that is still to come. 0 or -ERANGE.
 */
int when_next_clock(unsigned minute, walltime_t now, walltime_t *ret);

#define WHEN_TEXT_MAX 48

/*
 * `14:00`, `14:00:30` if it is that close, `tomorrow 09:00`, `yesterday 22:10`, or with the date.
 * Returns `buffer`, for use in a format's arguments.
 */
const char *when_format(walltime_t point, walltime_t now, char buffer[static WHEN_TEXT_MAX]);

/* The same without seconds, however close it is. */
const char *when_format_minute(walltime_t point, walltime_t now, char buffer[static WHEN_TEXT_MAX]);

/* `Wednesday 14:00`, for what is less than a week away; but `tomorrow 14:00`. */
const char *when_format_weekday(walltime_t point, walltime_t now,
				char buffer[static WHEN_TEXT_MAX]);

/* `14:00:07`. */
const char *when_format_clock(walltime_t point, char buffer[static WHEN_TEXT_MAX]);

/* `14:30` or `1:04:30`, for narrow places and countdowns. */
const char *when_format_short(usec_t length, char buffer[static WHEN_TEXT_MAX]);
