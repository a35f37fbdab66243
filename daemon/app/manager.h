/*
 * The owner of everything that lives as long as the daemon: it feeds the scheduler, performs what
 * the scheduler decides and answers the bus. Nothing else calls the core.
 */
#pragma once

#include <stdbool.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

struct manager;

struct manager_options {
	bool welcome;       /* tell in a notice what will happen and the safety text */
	const char *record; /* a new file for what the core is told, as a trace; or NULL */
};

/* Read the settings and build the parts; connects to nothing. `event` is referenced. */
int manager_new(struct manager **ret, sd_event *event, const struct manager_options *options);

/*
 * Begin to work on `bus` (referenced), and take our name there last. -EEXIST if it has an owner,
 * *ret_owner_pid is then that process, or 0 if it cannot be told.
 */
int manager_start(struct manager *m, sd_bus *bus, int *ret_owner_pid);

/* Read all settings again and swap them in whole; the running break survives. */
int manager_reload(struct manager *m);

/* Take everything off the screen and the bus. NULL is fine; returns NULL. */
struct manager *manager_free(struct manager *m);
