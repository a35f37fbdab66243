/*
 * Is there input? One idle source at a time, the best of those that work here. The choice is made
 * again when a source is lost, and when a compositor, an X server or a bus name comes (told by
 * inotify and by the bus: there are a few tries for each such event, and none without).
 * Nothing here blocks, and nothing polls but `tty`: every answer comes through the event loop.
 *
 * Of the process it wants SIGCHLD blocked (a display is first tried in a child) and SIGPIPE ignored
 * (libxcb writes to a server that may just have died).
 */
#pragma once

#include <stdbool.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "base/time.h"
#include "display/displays.h"

/*
 * Told from inside the event loop, never from inside a call of this interface. In there everything
 * below may be called but idle_free().
 */
struct idle_sink {
	/* No input since `since` (CLOCK_BOOTTIME, not in the future), for the threshold at least.
	 */
	void (*paused)(void *owner, usec_t since);
	/* Input again: the only end of a pause, whatever the threshold becomes meanwhile. */
	void (*input)(void *owner);
	/*
	 * Something holds the screen without input (a video, a call), or no longer does: told by
	 * sources that can see it, off when such a source goes.
	 */
	void (*watched)(void *owner, bool on);
	/*
	 * Another source (or none), or another problem: see idle_source_name() and idle_problem().
	 * A new source says paused or input right after it; one that answers again only if that has
	 * changed.
	 */
	void (*changed)(void *owner);
};

struct idle;

/* What sources look at. All borrowed, and outliving the picker. */
struct idle_world {
	sd_event *event;
	sd_bus *bus; /* the session bus, attached to `event`; NULL if there is none */
	/* Filled in by the picker for the sources. */
	const struct displays *displays;
	bool named;    /* the user wants this source and no other */
	bool terminal; /* as idle_set_terminal() has it */
};

/*
 * A source picker that is not started yet. `wanted` is the setting: "auto", or a source's name, or
 * "none"; -EINVAL for any other word. Borrows `sink` and `owner`, copies `world`.
 */
int idle_new(struct idle **ret, const struct idle_world *world, const char *wanted,
	     const struct idle_sink *sink, void *owner);

/* Close whatever is open. NULL is fine; returns NULL. */
struct idle *idle_free(struct idle *i);

/*
 * Begin to look for a source, as the environment is now. The verdict comes through the sink:
 * `changed`. Harmless if called again.
 */
int idle_start(struct idle *i);

/*
 * Tell pauses from this length on (1 s until this is called). May be set at any time, also before a
 * source is there; a pause that is already longer is told at once (from the event loop). During a
 * pause that was told it counts from the next one on.
 */
void idle_set_threshold(struct idle *i, usec_t threshold);

/*
 * Is the user's login, as far as somebody knows, one on a text console or through ssh? Then input
 * in terminals counts while no display is there.
 */
void idle_set_terminal(struct idle *i, bool terminal);

/*
 * Make sure that the source still answers: if it does not within 2 s, idle_problem() says so, and
 * when it answers again the problem goes. Also a new try if no source is open, once a minute at
 * most. Cheap, and harmless in a burst.
 */
void idle_check(struct idle *i);

/* Is it still open what idle_check() will find? No longer than 2 s after it. */
bool idle_is_checking(const struct idle *i);

/*
 * Does the source that is followed not answer? What it said last may be long over then. Changes are
 * told by `changed`.
 */
bool idle_is_silent(const struct idle *i);

/* "wayland", "mutter", "kde" (its old protocol), "x11", "tty" or "none". */
const char *idle_source_name(const struct idle *i);

/*
 * Where the user's display is, as far as it is known: only one of Wayland and X11 is named if a
 * source is watching it. May be another one after `changed`. Borrowed until the next event.
 */
struct display_place idle_place(const struct idle *i);

/*
 * Does whatever keeps the screen awake (a film, a call) look like input to the source? Then a pause
 * is not seen meanwhile.
 */
bool idle_is_misled(const struct idle *i);

/* The library that a source would need and that limber was built without; NULL if none. Static. */
const char *idle_lacks(void);

/* A sentence about what is missing, or NULL. Borrowed until the next event. */
const char *idle_problem(const struct idle *i);
/* What the user can do about it, or "". */
const char *idle_hint(const struct idle *i);
