/*
 * When to connect to a server (a display's, a bus): a few tries in 2 s after it was lost, or after
 * its socket has appeared (which is before somebody listens there). Then nothing is tried until
 * something happens: told by inotify, not by asking again and again.
 */
#pragma once

#include <systemd/sd-event.h>

struct tries;

/*
 * attempt() is called from inside the event loop whenever it is time for a try. Nothing is tried or
 * watched yet. The server's socket is the one called `name` in `folder`, both copied; NULL for a
 * server that has none here.
 */
int tries_new(struct tries **ret, sd_event *event, const char *folder, const char *name,
	      void (*attempt)(void *owner), void *owner);

/* NULL is fine; returns NULL. */
struct tries *tries_free(struct tries *t);

/* There is reason to hope: the first try is now, as the next thing in the loop. */
void tries_begin(struct tries *t);

/* The last one has failed: there is another one later, unless it was the last of a few. */
void tries_failed(struct tries *t);

/* From now on, or no longer, begin whenever the socket appears. Harmless if called again. */
void tries_watch(struct tries *t);
void tries_unwatch(struct tries *t);
