/* Spans and points of time, and arithmetic on them that cannot overflow. */
#pragma once

#include <stdint.h>

/*
 * Microseconds. As a point in time inside the program always on CLOCK_BOOTTIME, which goes on
 * through suspend, so that a closed lid is rest. Never wall-clock time: that is walltime_t.
 */
typedef uint64_t usec_t;

/* Microseconds since 1970, as the user's clock has it. It may jump. */
typedef uint64_t walltime_t;

#define USEC_NEVER UINT64_MAX
#define USEC_PER_MSEC ((usec_t)1000)
#define USEC_PER_SEC ((usec_t)1000000)
#define USEC_PER_MIN (60 * USEC_PER_SEC)
#define USEC_PER_HOUR (60 * USEC_PER_MIN)
#define USEC_PER_DAY (24 * USEC_PER_HOUR)

/* a + b, where "never" absorbs everything and overflow means "never". */
static inline usec_t usec_add(usec_t a, usec_t b)
{
	return a > USEC_NEVER - b ? USEC_NEVER : a + b;
}

/* a - b, not below 0; "never" less anything stays "never". */
static inline usec_t usec_sub(usec_t a, usec_t b)
{
	if (a == USEC_NEVER)
		return USEC_NEVER;
	return a > b ? a - b : 0;
}

static inline usec_t usec_min(usec_t a, usec_t b)
{
	return a < b ? a : b;
}

static inline usec_t usec_max(usec_t a, usec_t b)
{
	return a > b ? a : b;
}
