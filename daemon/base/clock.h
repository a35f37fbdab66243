/* The only place where the program reads a clock. */
#pragma once

#include "base/time.h"

/* Now, on CLOCK_BOOTTIME. */
usec_t clock_boottime(void);

/* Now, on CLOCK_MONOTONIC: it stands still in suspend, which tells suspend from a busy machine. */
usec_t clock_monotonic(void);

/* Now, as the user's clock has it. */
walltime_t clock_walltime(void);
