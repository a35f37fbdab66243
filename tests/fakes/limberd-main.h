/* What a program does that is limberd but for something that it puts in a library's place. */
#pragma once

#include <signal.h>
#include <stdio.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "app/manager.h"

/* SIGTERM ends it, and SIGCHLD is blocked as limberd wants it. */
static inline int limberd_take_signals(sd_event *event)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -1;
	return sd_event_add_signal(event, NULL, SIGTERM, NULL, NULL);
}

/* limberd on the user's bus until SIGTERM. `prepare`, NULL for nothing, adds to its loop what the
 * program has of its own. Answers what main() returns. */
static inline int limberd_main(const char *name, const struct manager_options *options,
			       int (*prepare)(sd_event *event))
{
	sd_event *event = NULL;
	sd_bus *bus = NULL;
	struct manager *m = NULL;
	int owner, r;

	r = sd_event_new(&event);
	if (r >= 0)
		r = limberd_take_signals(event);
	if (r >= 0 && prepare)
		r = prepare(event);
	if (r >= 0)
		r = sd_bus_open_user(&bus);
	if (r >= 0)
		r = sd_bus_attach_event(bus, event, SD_EVENT_PRIORITY_NORMAL);
	if (r >= 0)
		r = manager_new(&m, event, options);
	if (r >= 0)
		r = manager_start(m, bus, &owner);
	if (r >= 0)
		r = sd_event_loop(event);
	if (r < 0)
		fprintf(stderr, "%s: %d\n", name, r);
	manager_free(m);
	sd_bus_flush_close_unref(bus);
	sd_event_unref(event);
	return r < 0;
}
