/* Following what limberd does, as lines or as a live view. */
#pragma once

#include <stdbool.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "remote.h"

/* What watch_open() passes on. Every slot has to be filled. */
struct watch_sink {
	/* A signal of limberd's, its arguments not yet read. */
	void (*signal)(void *owner, sd_bus_message *m);
	/* limberd appeared on the bus, or is gone from it. */
	void (*running)(void *owner, bool running);
	void *owner;
};

/* The connection and its loop; zeroed = closed. */
struct watch {
	sd_event *event; /* owned */
	sd_bus *bus;     /* owned, attached to the loop */
	struct watch_sink sink;
};

/*
 * A connection that hears all that limberd tells, in a loop that ends with EXIT_DONE on SIGINT,
 * SIGTERM, SIGHUP and SIGQUIT, and with EXIT_NO_DAEMON when the bus goes. Answers an exit code.
 */
int watch_open(struct watch *w, const struct watch_sink *sink);
void watch_close(struct watch *w);

/* Until something ends the loop. Answers an exit code. */
int watch_run(struct watch *w);

/* The live view on a terminal. Answers an exit code. */
int live_run(void);
