/*
 * A connection to an X server, had without waiting for it. xcb_connect() hangs for as long as the
 * server is stopped, so a child of ours calls it and hands the finished connection over.
 *
 * SIGCHLD must be blocked in the process, as sd_event_add_child() wants it.
 */
#pragma once

#include <systemd/sd-event.h>
#include <xcb/xcb.h>

#include "base/time.h"

/* After so long without an answer silent() is told. */
#define X11_CONNECT_PATIENCE (2 * USEC_PER_SEC)

enum x11_connect_failure {
	X11_CONNECT_NO_SERVER, /* nobody listens there */
	X11_CONNECT_REFUSED,   /* somebody listens, and does not let us in */
	X11_CONNECT_FAILED,    /* the try itself went wrong on our side */
};

/* Told from inside the event loop. The receiver may free the try in there. */
struct x11_connect_sink {
	/* It worked, and the try is over. The receiver owns the connection; nothing was sent yet.
	 */
	void (*connected)(void *owner, xcb_connection_t *connection);
	/* It did not, and the try is over. */
	void (*failed)(void *owner, enum x11_connect_failure why);
	/*
	 * No answer yet. The try goes on: the child waits, which costs nothing, so that the moment
	 * in which the server wakes up is known without asking for it.
	 */
	void (*silent)(void *owner);
};

struct x11_connect;

/*
 * Begin a try. `authority` is what XAUTHORITY would say, NULL to leave that as it is. It and
 * `display` are borrowed for this call, `sink` and `owner` for the try's life.
 */
int x11_connect_new(struct x11_connect **ret, sd_event *event, const char *display,
		    const char *authority, const struct x11_connect_sink *sink, void *owner);

/* Give up on a try; ends the child. NULL is fine; returns NULL. */
struct x11_connect *x11_connect_free(struct x11_connect *t);
