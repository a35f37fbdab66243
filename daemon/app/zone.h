/*
 * Word when the time zone is another one: the system's is a file of its own in /etc, which tools
 * replace. A zone that the environment sets stays what it is.
 */
#pragma once

#include <systemd/sd-event.h>

struct zone {
	int fd;
	sd_event_source *source; /* owned */
	void (*changed)(void *owner);
	void *owner;
};

/* `changed` is told from the event loop, when local time is already that of the new zone. */
int zone_init(struct zone *z, sd_event *event, void (*changed)(void *), void *owner);
void zone_done(struct zone *z);
