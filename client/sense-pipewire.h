/*
 * A connection to PipeWire that keeps a graph up to date. A client with the least that there is:
 * no settings of the machine's, no modules but the protocol, and no thread for sound that it never
 * plays.
 */
#pragma once

#include <pipewire/pipewire.h>

#include "sense-graph.h"

/* Told from the loop; pipewire_free() must wait until they are over. */
struct pipewire_sink {
	void (*changed)(void *owner); /* something in the graph */
	void (*synced)(void *owner);  /* what pipewire_sync() has asked for is told */
	void (*lost)(void *owner);    /* PipeWire has gone */
};

struct pipewire;

/*
 * Connect to the socket at `path`. Borrows `loop`, `graph`, `sink` and `owner`. A negative errno if
 * nobody listens there. What PipeWire knows is told into the graph, ended by sink.synced().
 */
int pipewire_connect(struct pipewire **ret, struct pw_loop *loop, const char *path,
		     struct graph *graph, const struct pipewire_sink *sink, void *owner);

/* Ask for everything that PipeWire has not told yet; what is asked already is asked anew. */
void pipewire_sync(struct pipewire *p);

/* NULL is fine; returns NULL. Leaves the graph as it is. */
struct pipewire *pipewire_free(struct pipewire *p);
