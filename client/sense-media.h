/*
 * What PipeWire tells: a connection to it that is made anew when it comes back. Its coming is told
 * by the folder of its socket; connecting is tried a few times for each such event and each loss,
 * and never for ever. sense-media-absent.c takes its place where there is no libpipewire.
 */
#pragma once

#include <stdbool.h>

#include "sense-graph.h"

/* Told from inside media_begin(), media_dispatch() and media_ask(). */
struct media_sink {
	void (*changed)(void *owner); /* media_find() may be another one */
	/* All that PipeWire knows is told; or nothing can be, and media_lack() is why. */
	void (*answered)(void *owner);
};

struct media;

/* Does nothing yet. Borrows `sink` and `owner`. */
int media_new(struct media **ret, const struct media_sink *sink, void *owner);

/* NULL is fine; returns NULL. */
struct media *media_free(struct media *m);

/* Look for PipeWire: sink.answered() follows, again whenever the answer is another one. */
void media_begin(struct media *m);

/* What to wait for input on, and what to call when there is some. -1: PipeWire will never tell
 * anything, as this was built without it. */
int media_fd(const struct media *m);
void media_dispatch(struct media *m);

/* Make sure that all is told: sink.answered() follows. */
void media_ask(struct media *m);

/* Does the sign hold? As graph_find(); false as long as nothing is known. */
bool media_find(const struct media *m, enum graph_sign sign, char name[static GRAPH_NAME_MAX]);

/* Why PipeWire tells nothing, or NULL if it does. Borrowed until the next call. */
const char *media_lack(const struct media *m);
