/*
 * The C library keeps what was freed: a burst of ten thousand calls would leave megabytes with us
 * for the rest of the day. After many messages, when nothing is left to be read or sent, what is
 * free goes back to the system.
 */
#pragma once

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

struct tidy {
	sd_bus *bus; /* borrowed */
	sd_bus_slot *filter;
	sd_event_source *post;
	unsigned messages; /* since it was tidied last */
};

int tidy_init(struct tidy *t, sd_event *event, sd_bus *bus);
void tidy_done(struct tidy *t);
