/*
 * A connection to a Wayland compositor, as part of an event loop. Nothing in it waits, whatever the
 * compositor does: a stopped one is a question without an answer.
 */
#pragma once

#include <stdbool.h>

#include <systemd/sd-event.h>
#include <wayland-client-core.h>

#include "base/time.h"

/* Told from inside the event loop. The receiver may free the link in there. */
struct wayland_link_sink {
	/* The compositor is gone, or wants no more of us. Free the link; it tells nothing more. */
	void (*lost)(void *owner);
	/* A question is open for 2 s. It stays open, and may yet be answered. */
	void (*silent)(void *owner);
};

struct wayland_link;

/*
 * Connect to a socket. Borrows `sink` and `owner`. -ENOENT or -ECONNREFUSED if nobody listens
 * there, -EAGAIN if too many wait there already, -EACCES, -ENAMETOOLONG.
 */
int wayland_link_new(struct wayland_link **ret, sd_event *event, const char *path,
		     const struct wayland_link_sink *sink, void *owner);

/*
 * The owner's objects must be destroyed before (freeing a listener's object inside its own call is
 * fine). NULL is fine; returns NULL.
 */
struct wayland_link *wayland_link_free(struct wayland_link *l);

/* For requests. They go out before the loop sleeps. Borrowed. */
struct wl_display *wayland_link_display(const struct wayland_link *l);

/*
 * Have answered() told when the compositor has dealt with everything sent so far. One question at a
 * time.
 */
int wayland_link_ask(struct wayland_link *l, void (*answered)(void *owner));

/* Is a question open? */
bool wayland_link_is_asking(const struct wayland_link *l);

/*
 * For events that may come thick and fast and matter little: after `burst` wake-ups within
 * `interval` what comes is left lying until it is over. Requests wait as well then, and so does the
 * news that the compositor is gone. Called again it begins anew, and what was left lying is read;
 * an `interval` of 0 reads all as it comes.
 */
void wayland_link_calm(struct wayland_link *l, usec_t interval, unsigned burst);

/* Is something left lying, or would it be? */
bool wayland_link_is_calm(const struct wayland_link *l);
