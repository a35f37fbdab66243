/*
 * Who holds our own Inhibit. Each holder has the write end of a pipe; when its last copy is closed,
 * by hand or by a crash, the hold is over.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <systemd/sd-event.h>

#include "base/time.h"

#define INHIBITORS_MAX 128
#define INHIBITORS_PER_CLIENT_MAX 16

struct inhibitor {
	char *client; /* unique bus name, owned, as are who and why */
	char *who;
	char *why;
	unsigned pid; /* 0 until it is known */
	usec_t since;
	int fd; /* our end */
	sd_event_source *source;
	struct inhibitors *list;
};

struct inhibitors {
	sd_event *event; /* borrowed */
	void (*changed)(void *owner);
	void *owner;
	struct inhibitor *v[INHIBITORS_MAX]; /* owned, oldest first */
	size_t n;
};

/* `changed` is told, from the event loop, when a hold has ended. */
void inhibitors_init(struct inhibitors *l, sd_event *event, void (*changed)(void *), void *owner);

/* Let go of all of them, without telling. */
void inhibitors_done(struct inhibitors *l);

/*
 * A new hold; *ret_fd is the holder's end and owned by the caller. -EDQUOT if the client, -ENOSPC
 * if everybody together has too many.
 */
int inhibitors_add(struct inhibitors *l, const char *client, const char *who, const char *why,
		   usec_t now, int *ret_fd);

/* The process behind a client became known. */
void inhibitors_set_pid(struct inhibitors *l, const char *client, unsigned pid);
