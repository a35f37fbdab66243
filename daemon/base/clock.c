#include "base/clock.h"

#include <time.h>

static usec_t read_clock(clockid_t id)
{
	struct timespec ts;

	/* Cannot fail: the clocks asked for exist on every kernel that we run on. */
	(void)clock_gettime(id, &ts);
	return (usec_t)ts.tv_sec * USEC_PER_SEC + (usec_t)ts.tv_nsec / 1000;
}

usec_t clock_boottime(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

usec_t clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

walltime_t clock_walltime(void)
{
	return read_clock(CLOCK_REALTIME);
}
