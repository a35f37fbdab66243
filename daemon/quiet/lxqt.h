/*
 * The do-not-disturb of LXQt's notification server, which is a line in a file of the user's and on
 * no bus. The server writes the file when the switch is used, and reads it when anybody else has.
 */
#pragma once

#include <stdbool.h>

#include <systemd/sd-event.h>

/*
 * Hear of changes in the file's folder, as long as *ret lives: lxqt_is_switch() says of one whether
 * it matters. -ENOENT: there is no such folder.
 */
int lxqt_watch(sd_event_source **ret, sd_event *event, sd_event_inotify_handler_t heard,
	       void *userdata);
bool lxqt_is_switch(const struct inotify_event *change);

/* As the file has it; off without one. */
bool lxqt_is_quiet(void);
