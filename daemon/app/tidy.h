/*
 * The C library keeps what was freed: a burst of ten thousand calls would leave megabytes with us
 * for the rest of the day. After many messages, once nobody has said anything for a second, what is
 * free goes back to the system.
 */
#pragma once

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

struct tidy {
	sd_bus_slot *filter;
	sd_event_source *silence; /* on after a burst only: no wake-ups on an ordinary day */
	unsigned messages;        /* since it was tidied, or looked at, last */
};

int tidy_init(struct tidy *t, sd_event *event, sd_bus *bus);
void tidy_done(struct tidy *t);
