#include "x11/socket.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/cleanup.h"

#define ABOVE "/tmp"
#define FOLDER ".X11-unix"

struct x11_socket {
	sd_event *event; /* borrowed */
	void (*appeared)(void *owner);
	void *owner;            /* borrowed */
	sd_event_source *watch; /* owned: on the folder or, while that is missing, above it */
	bool in_folder;
	char name[16];                        /* of the socket: X0 */
	char path[sizeof(ABOVE FOLDER) + 20]; /* of the socket, whole */
};

DEFINE_CLEANUP(x11_socket_free, struct x11_socket *)

static int on_change(sd_event_source *source, const struct inotify_event *change, void *userdata);

static int watch_folder(struct x11_socket *w)
{
	w->in_folder = true;
	return sd_event_add_inotify(
		w->event, &w->watch, ABOVE "/" FOLDER,
		IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR, on_change, w);
}

static int watch_above(struct x11_socket *w)
{
	w->in_folder = false;
	return sd_event_add_inotify(w->event, &w->watch, ABOVE,
				    IN_CREATE | IN_MOVED_TO | IN_ONLYDIR, on_change, w);
}

/* Watch what there is to watch. Tries twice, as the folder may come in between. */
static int settle(struct x11_socket *w)
{
	int r = -ENOENT;

	for (unsigned i = 0; i < 2; i++) {
		w->watch = sd_event_source_disable_unref(w->watch);
		r = watch_folder(w);
		if (r >= 0)
			return r;
		r = watch_above(w);
		if (r < 0 || access(ABOVE "/" FOLDER, F_OK) < 0)
			return r;
	}
	return r;
}

static int on_change(sd_event_source *source, const struct inotify_event *change, void *userdata)
{
	struct x11_socket *w = userdata;
	const char *name = change->len ? change->name : "";

	(void)source;
	if (w->in_folder && !(change->mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF))) {
		if (!strcmp(name, w->name))
			w->appeared(w->owner);
		return 0;
	}
	if (!w->in_folder && strcmp(name, FOLDER))
		return 0;
	/* The folder came or went. Without a watch there is still idle_check(). */
	(void)settle(w);
	if (w->in_folder && !access(w->path, F_OK))
		w->appeared(w->owner);
	return 0;
}

int x11_socket_new(struct x11_socket **ret, sd_event *event, int number,
		   void (*appeared)(void *owner), void *owner)
{
	CLEANUP(x11_socket_freep) struct x11_socket *w = NULL;
	int r;

	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->event = event;
	w->appeared = appeared;
	w->owner = owner;
	(void)snprintf(w->name, sizeof(w->name), "X%d", number);
	(void)snprintf(w->path, sizeof(w->path), "%s/%s/%s", ABOVE, FOLDER, w->name);
	r = settle(w);
	if (r < 0)
		return r;

	*ret = TAKE(w);
	return 0;
}

struct x11_socket *x11_socket_free(struct x11_socket *w)
{
	if (!w)
		return NULL;
	sd_event_source_disable_unref(w->watch);
	free(w);
	return NULL;
}
