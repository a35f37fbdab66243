/*
 * What holds the screen in a GNOME session: the actions that gnome-session lists as inhibited.
 * Mutter looks at the same list, so this says when its idle watches are held back.
 */
#pragma once

#include <stdbool.h>

#include <systemd/sd-bus.h>

struct mutter_hold;

/* Told from inside the event loop. */
struct mutter_hold_sink {
	/*
	 * The list is new. With `held` going idle is on it; without, mutter has just set its idle
	 * time to 0, also if going idle was not on it before.
	 */
	void (*listed)(void *owner, bool held);
	/* There is no list any more; mutter goes by the last one. */
	void (*gone)(void *owner);
};

/* Begin to watch. `sink` and `owner` are borrowed for the watch's life, `bus` is referenced. */
int mutter_hold_new(struct mutter_hold **ret, sd_bus *bus, const struct mutter_hold_sink *sink,
		    void *owner);

/* NULL is fine; returns NULL. */
struct mutter_hold *mutter_hold_free(struct mutter_hold *h);
