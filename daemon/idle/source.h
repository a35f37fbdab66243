/*
 * What an idle source is to the picker. A source is one file that fills in an idle_source_type and
 * is listed in the table of idle.c; anything that does not fit in here does not belong to "idle".
 */
#pragma once

#include <stdbool.h>

#include <systemd/sd-event.h>

#include "base/time.h"
#include "idle/idle.h"

#define IDLE_PROBLEM_MAX 256

/* The first member of every source's own struct. Written by the source, read by the picker. */
struct idle_source {
	const struct idle_source_type *type;
	bool watching;                  /* it sees input now */
	char problem[IDLE_PROBLEM_MAX]; /* "" if nothing is missing; printable ASCII */
	const char *hint;               /* static, "" if there is nothing to say */
};

struct idle_source_type {
	const char *name; /* as in the settings and on the bus */
	/* Whether "auto" takes it, judged by the environment alone. */
	bool (*fits)(void);
	/*
	 * Begin to look for input. What comes of it is told through `sink` from the event loop,
	 * also that there is nothing to be seen here. -ENXIO if the environment does not even say
	 * where to look; else it fails only if we are out of something (-ENOMEM and the like).
	 */
	int (*open)(struct idle_source **ret, const struct idle_world *world, usec_t threshold,
		    const struct idle_sink *sink, void *owner);
	/* NULL is fine; returns NULL. */
	struct idle_source *(*close)(struct idle_source *source);
	/* See idle_set_threshold() and idle_check(). */
	void (*set_threshold)(struct idle_source *source, usec_t threshold);
	void (*check)(struct idle_source *source);
};
