/*
 * The one notification on the screen, by libnotify. Its calls block while a notification server
 * hangs; the program is killed then, see daemon/notify/front_end.h.
 */
#pragma once

#include <stdbool.h>

#include <glib.h>

#include "notify-view.h"

/* Told from inside the main loop. */
struct screen_sink {
	/* A button of it was pressed. Most servers close it then, and say so a moment later. */
	void (*action)(void *owner, const char *id);
	/* It was closed by the user, or expired: not by us. */
	void (*closed)(void *owner, bool by_user);
};

struct screen;

/*
 * `replaces` is the number of a notification that is to be taken over, 0 = none; `sound`: the user
 * wants one. Borrows `sink` and `owner`.
 */
struct screen *screen_new(unsigned replaces, bool sound, const struct screen_sink *sink,
			  void *owner);

/* Takes it off the screen first. NULL is fine; returns NULL. */
struct screen *screen_free(struct screen *s);

/*
 * Shows `v`, in place of what is on the screen; `refusal` is a sentence to be added, or NULL. False
 * with the reason in *error (NULL if the server gave none): nothing is on the screen then.
 */
bool screen_show(struct screen *s, const struct view *v, const char *refusal, GError **error);

/* Takes it off the screen, if there is one. */
void screen_close(struct screen *s);

/* The server's number of it, 0 if nothing is on the screen. */
unsigned screen_id(const struct screen *s);
