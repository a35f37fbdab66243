/*
 * Timers of the event loop that are set off and stopped again and again. They run on
 * CLOCK_MONOTONIC, not on CLOCK_BOOTTIME: a night's sleep is no time to wait for, and must not look
 * like a program that hangs.
 */
#pragma once

#include <stdbool.h>
#include <time.h>

#include <systemd/sd-event.h>

#include "base/cleanup.h"
#include "base/time.h"

/* One that is not running yet. It may be late by `accuracy`, to save a wake-up; not 0. */
static inline int timer_new(sd_event_source **ret, sd_event *event, usec_t accuracy,
			    sd_event_time_handler_t on_time, void *userdata)
{
	CLEANUP(sd_event_source_disable_unrefp) sd_event_source *timer = NULL;
	int r;

	r = sd_event_add_time_relative(event, &timer, CLOCK_MONOTONIC, 0, accuracy, on_time,
				       userdata);
	if (r < 0)
		return r;
	r = sd_event_source_set_enabled(timer, SD_EVENT_OFF);
	if (r < 0)
		return r;

	*ret = TAKE(timer);
	return 0;
}

/* Once, so long from now; one that is running begins anew. */
static inline void timer_start(sd_event_source *timer, usec_t delay)
{
	(void)sd_event_source_set_time_relative(timer, delay);
	(void)sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
}

/* NULL is fine. */
static inline void timer_stop(sd_event_source *timer)
{
	(void)sd_event_source_set_enabled(timer, SD_EVENT_OFF);
}

static inline bool timer_is_running(sd_event_source *timer)
{
	return sd_event_source_get_enabled(timer, NULL) > 0;
}
