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

/* What a source is worth, best first. */
enum idle_rank {
	IDLE_RANK_WAYLAND_INPUT, /* sees input alone, and tells a film from a reader */
	IDLE_RANK_MUTTER,
	IDLE_RANK_WAYLAND, /* whatever keeps the screen awake looks like input to it */
	IDLE_RANK_KDE,
	IDLE_RANK_X11,
	IDLE_RANK_TTY, /* sees no display */
	IDLE_RANK_NONE,
};

/* The first member of every source's own struct. Written by the source, read by the picker. */
struct idle_source {
	const struct idle_source_type *type;
	bool watching;       /* it sees input now */
	bool vacant;         /* nobody listens where the display should be */
	enum idle_rank rank; /* while watching, if worse than the best of its type */
	const char *name;    /* on the bus, if not the type's; static, or NULL */
	/* "" if nothing is missing; printable ASCII. Of one that is watching: it does not answer.
	 */
	char problem[IDLE_PROBLEM_MAX];
	const char *hint; /* static, "" if there is nothing to say */
};

struct idle_source_type {
	const char *name; /* as in the settings and on the bus */
	/* Set if it only stands in for a source that needs this library. */
	const char *lacks;
	/*
	 * Whether "auto" takes it, by the environment and `world` alone. NULL if there is no more
	 * to ask than whether it works.
	 */
	bool (*fits)(const struct idle_world *world);
	/*
	 * Begin to look for input. What comes of it is told through `sink` from the event loop,
	 * also that there is nothing to be seen here: `changed` comes once in any case, and again
	 * with each change of the above. -ENXIO if nothing even says where to look; else it fails
	 * only if we are out of something (-ENOMEM and the like).
	 *
	 * Of a source that does not work nothing more is expected than to notice what it can
	 * without asking; the picker opens it anew when there is news of a display.
	 */
	int (*open)(struct idle_source **ret, const struct idle_world *world, usec_t threshold,
		    const struct idle_sink *sink, void *owner);
	/* Never called from inside a call of `sink`. NULL is fine; returns NULL. */
	struct idle_source *(*close)(struct idle_source *source);
	/* See idle_set_threshold(). */
	void (*set_threshold)(struct idle_source *source, usec_t threshold);
	/* See idle_check(); only of a source that is watching. */
	void (*check)(struct idle_source *source);
	/* Is a question open to whoever tells it? NULL: it asks nobody. */
	bool (*is_asking)(const struct idle_source *source);
};
