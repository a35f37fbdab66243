/*
 * An X server, for as long as it lives: connected to without waiting for it, served from the event
 * loop, and, if its owner does not see to that, connected to again when it comes back (told by
 * inotify, not by asking again and again). SIGCHLD must be blocked and SIGPIPE ignored in the
 * process.
 */
#pragma once

#include <stdbool.h>

#include <systemd/sd-event.h>
#include <xcb/xcb.h>

#include "base/time.h"
#include "display/x11-connect.h"

/* So long a question may be open before the server is called silent. */
#define X11_DISPLAY_PATIENCE (2 * USEC_PER_SEC)

/* Told from inside the event loop. The receiver may not free the display in there. */
struct x11_display_sink {
	/* There is a connection, fresh. Requests go out by themselves. */
	void (*opened)(void *owner);
	/* There is none any more: the server has gone. */
	void (*closed)(void *owner);
	/*
	 * There will be none: a try to connect has failed. An owner that wants to hear of this is
	 * left to try again itself, with a new display, here and after closed(). If it is NULL the
	 * display does so when there is a reason to.
	 */
	void (*failed)(void *owner, enum x11_connect_failure why);
	/* Borrowed for the call; errors of requests without an answer come here as well. */
	void (*event)(void *owner, const xcb_generic_event_t *event);
	/* The server owes an answer, or a connection, for too long; or no longer does. */
	void (*silent)(void *owner, bool silent);
};

struct x11_display;

/* The answer, borrowed for the call, or NULL for an error. */
typedef void (*x11_answer)(void *owner, const void *reply);

/*
 * `name` is as in DISPLAY; -ENXIO if it is NULL or empty. `authority` is what XAUTHORITY would say,
 * NULL to leave that as it is. Borrows `sink` and `owner`.
 */
int x11_display_new(struct x11_display **ret, sd_event *event, const char *name,
		    const char *authority, const struct x11_display_sink *sink, void *owner);

/* NULL is fine; returns NULL. */
struct x11_display *x11_display_free(struct x11_display *d);

/* Does its server run on this machine? */
bool x11_display_is_local(const struct x11_display *d);

/* For requests; NULL while there is none. Borrowed until closed() or x11_display_close(). */
xcb_connection_t *x11_display_connection(const struct x11_display *d);

/* The root window of the screen that the name names; 0 without a connection. */
xcb_window_t x11_display_root(const struct x11_display *d);

/* Be told the answer to the request with that number. One at a time, a newer one drops the older.
 */
void x11_display_ask(struct x11_display *d, unsigned sequence, x11_answer answer);

/* Is an answer still to come? */
bool x11_display_is_asking(const struct x11_display *d);

/*
 * For events that may come thick and fast and matter little: while no question is open, after
 * `burst` wake-ups within `interval` what comes is left lying until it is over. So is the news that
 * the server has gone. The next question reads it all.
 */
void x11_display_calm(struct x11_display *d, usec_t interval, unsigned burst);

/* Is something left lying, or would it be? */
bool x11_display_is_calm(const struct x11_display *d);

/* Do without this server: end the connection, which is not told by closed(). Also from the sink. */
void x11_display_close(struct x11_display *d);
