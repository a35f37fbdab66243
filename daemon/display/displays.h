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

/* Where local X servers have their sockets: X0 and so on. */
#define X11_SOCKETS "/tmp/.X11-unix"

enum display_variable {
	DISPLAY_WAYLAND,    /* WAYLAND_DISPLAY */
	DISPLAY_X11,        /* DISPLAY */
	DISPLAY_XAUTHORITY, /* XAUTHORITY */
	DISPLAY_VARIABLES,
};

/* All that is to be known to find a display. */
struct display_place {
	const char *folder; /* where sockets of Wayland compositors are; NULL: nothing is known */
	const char *wayland, *x11, *authority; /* as in the environment; NULL: none */
};

bool display_place_is_same(const struct display_place *a, const struct display_place *b);

/*
 * Put a copy into *target, which is all NULL or such a copy itself. -ENOMEM, and it is untouched.
 */
int display_place_copy(struct display_place *target, const struct display_place *place);

/* Free a copy's words; all NULL then. */
void display_place_done(struct display_place *copy);

struct displays;

int displays_new(struct displays **ret);

/* NULL is fine; returns NULL. */
struct displays *displays_free(struct displays *d);

/* What is in force; NULL if it is not set or empty. Borrowed until something else is in force. */
const char *displays_get(const struct displays *d, enum display_variable which);

/* All of that. Borrowed likewise. */
struct display_place displays_place(const struct displays *d);

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
