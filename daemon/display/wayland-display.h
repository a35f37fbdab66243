/*
 * A Wayland compositor, for as long as it lives: connected to without waiting for it, and connected
 * to again when its socket comes back (told by inotify, not by asking again and again).
 */
#pragma once

#include <stdbool.h>

#include <systemd/sd-event.h>
#include <wayland-client-core.h>

#include "base/time.h"

/* Told from inside the event loop. The receiver may not free the display in there. */
struct wayland_display_sink {
	/* There is a connection, fresh. Requests go out by themselves. */
	void (*opened)(void *owner);
	/* There is none any more: destroy what was made of it, in there. */
	void (*closed)(void *owner);
	/* A try to connect has failed. There is another one when there is a reason to. */
	void (*failed)(void *owner);
	/* The compositor owes an answer for too long; or no longer does. */
	void (*silent)(void *owner, bool silent);
};

struct wayland_display;

/*
 * `name` is as in WAYLAND_DISPLAY, -ENXIO if it is NULL or empty; `folder` is where sockets are
 * whose name says no more. Borrows `sink` and `owner`, copies the rest.
 */
int wayland_display_new(struct wayland_display **ret, sd_event *event, const char *folder,
			const char *name, const struct wayland_display_sink *sink, void *owner);

/* The owner's objects must be destroyed before. NULL is fine; returns NULL. */
struct wayland_display *wayland_display_free(struct wayland_display *d);

/* For requests; NULL while there is none. Borrowed until closed() or wayland_display_close(). */
struct wl_display *wayland_display_connection(const struct wayland_display *d);

/*
 * Have answered() told when the compositor has dealt with everything sent so far. One question at a
 * time; only with a connection.
 */
int wayland_display_ask(struct wayland_display *d, void (*answered)(void *owner));

/* See wayland_link_calm(): of this connection, not of the next one. Only with a connection. */
void wayland_display_calm(struct wayland_display *d, usec_t interval, unsigned burst);
bool wayland_display_is_calm(const struct wayland_display *d);

/*
 * Do without this compositor, until there is another one on its socket: end the connection, which
 * is not told by closed(). The owner's objects must be destroyed before. Also from the sink.
 */
void wayland_display_close(struct wayland_display *d);
