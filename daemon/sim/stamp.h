/* Points of time as text with their offset from UTC, such as 2026-11-23T09:05:12.5+01:00 or
 * 2026-11-23T08:05:12Z, and numbers that stand for lengths. */
#pragma once

#include "base/time.h"

/* The longest that is taken for a length of time or for the age of a day: 400 years. Sums of a few
 * of these and any date up to 9999 cannot overflow. */
#define SPAN_MAX (400 * 366 * USEC_PER_DAY)

/*
 * The whole text, years 1970 to 9999. A second 60 is the next minute's first. Decimals beyond the
 * sixth say nothing more. 0, or -EINVAL with half a sentence in *ret_why ("has no offset …").
 */
int stamp_read(const char *text, walltime_t *ret, const char **ret_why);

#define STAMP_TEXT_MAX 48

/* In local time (that of the process), where that differs from UTC by whole minutes. Returns
 * `buffer`, which stamp_read() reads as the same. */
const char *stamp_write(walltime_t at, char buffer[static STAMP_TEXT_MAX]);

/* `90`, `1.5`: seconds with up to six decimals, the whole text. 0, -EINVAL, or -ERANGE beyond
 * SPAN_MAX. */
int seconds_read(const char *text, usec_t *ret);

#define SECONDS_TEXT_MAX 32

/* As short as it can be said. Returns `buffer`. */
const char *seconds_write(usec_t length, char buffer[static SECONDS_TEXT_MAX]);
