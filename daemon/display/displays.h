/*
 * Where the display is. The environment of our process says it, as long as that is true: a user
 * manager that lingers outlives sessions, and a daemon that it started once may be two desktops
 * behind. Then the manager's own environment is asked (sessions import their display there), and
 * last the sockets in the runtime folder.
 *
 * One of these three is in force at a time; all sources look where it points.
 */
#pragma once

#include <stdbool.h>

#include <systemd/sd-bus.h>

enum display_variable {
	DISPLAY_WAYLAND,    /* WAYLAND_DISPLAY */
	DISPLAY_X11,        /* DISPLAY */
	DISPLAY_XAUTHORITY, /* XAUTHORITY */
	DISPLAY_VARIABLES,
};

struct displays;

int displays_new(struct displays **ret);

/* NULL is fine; returns NULL. */
struct displays *displays_free(struct displays *d);

/* What is in force; NULL if it is not set or empty. Borrowed until something else is in force. */
const char *displays_get(const struct displays *d, enum display_variable which);

/* Where sockets of Wayland compositors are: XDG_RUNTIME_DIR, or what it is normally. */
const char *displays_runtime_folder(const struct displays *d);

/* Put the environment of our process in force. False if it was already. */
bool displays_use_own(struct displays *d);

/*
 * Ask the user manager for its environment, and put that in force if it names a display other than
 * our own environment. answered() comes from inside the event loop, within 2 s; what it is told is
 * whether there is something new in force. Fails if nobody can be asked.
 */
int displays_ask(struct displays *d, sd_bus *bus, void (*answered)(void *owner, bool new),
		 void *owner);

/*
 * Put the next compositor's socket in force of those that lie in the runtime folder, beginning with
 * the first one after displays_use_own(), leaving out what was named already. False if there is no
 * more.
 */
bool displays_find(struct displays *d);
