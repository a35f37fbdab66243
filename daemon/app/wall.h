/*
 * The wall clock beside our own: points in time for people, and word when somebody sets the clock.
 */
#pragma once

#include <systemd/sd-event.h>

#include "base/time.h"

struct wall {
	int64_t offset; /* wall clock less CLOCK_BOOTTIME */
	int fd;
	sd_event_source *source; /* owned */
	void (*jumped)(void *owner);
	void *owner;
};

/* `jumped` is told from the event loop after the clock was set. */
int wall_init(struct wall *w, sd_event *event, void (*jumped)(void *), void *owner);
void wall_done(struct wall *w);

/* 0 stays 0 (none) and USEC_NEVER stays never. */
walltime_t wall_of(const struct wall *w, usec_t at);
/* The other way round; what lies before the machine started is 1. */
usec_t wall_to_boottime(const struct wall *w, walltime_t at);

/* Look at the clocks anew. Small slews are left alone, so that published times do not tremble. */
void wall_refresh(struct wall *w);
