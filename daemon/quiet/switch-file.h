/*
 * A switch that a notification server keeps in a file of the user's and tells of on no bus. The
 * server writes the file when the switch is used, and reads it when anybody else has.
 */
#pragma once

#include <stdbool.h>

#include <systemd/sd-event.h>

/* All static. */
struct switch_file {
	const char *folder; /* in the user's folder of settings */
	const char *name;   /* in there */
	const char *key;    /* of a line in the first section; NULL: the file is the value alone */
};

/*
 * Hear of changes in the file's folder, as long as *ret lives: switch_file_is() says of one whether
 * it may be the file. -ENOENT: there is no such folder.
 */
int switch_file_watch(sd_event_source **ret, sd_event *event, const struct switch_file *f,
		      sd_event_inotify_handler_t heard, void *userdata);
bool switch_file_is(const struct switch_file *f, const struct inotify_event *change);

/* As the file has it; off without one. Lines of a first section are read as Qt does. */
bool switch_file_read(const struct switch_file *f);
