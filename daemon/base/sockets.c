#include "base/sockets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/cleanup.h"

struct sockets {
	sd_event *event; /* borrowed */
	void (*appeared)(void *owner, const char *name);
	void *owner;            /* borrowed */
	sd_event_source *watch; /* owned: on the folder or, while that is missing, above it */
	bool in_folder;
	char *folder;     /* owned */
	char *above;      /* owned: the folder that it is in */
	const char *name; /* of the folder in there; points into `folder` */
};

DEFINE_CLEANUP(sockets_free, struct sockets *)

static int on_change(sd_event_source *source, const struct inotify_event *change, void *userdata);

static int watch_folder(struct sockets *w)
{
	w->in_folder = true;
	return sd_event_add_inotify(
		w->event, &w->watch, w->folder,
		IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR, on_change, w);
}

static int watch_above(struct sockets *w)
{
	w->in_folder = false;
	return sd_event_add_inotify(w->event, &w->watch, w->above,
				    IN_CREATE | IN_MOVED_TO | IN_ONLYDIR, on_change, w);
}

/* Watch what there is to watch. Tries twice, as the folder may come in between. */
static int settle(struct sockets *w)
{
	int r = -ENOENT;

	for (unsigned i = 0; i < 2; i++) {
		w->watch = sd_event_source_disable_unref(w->watch);
		r = watch_folder(w);
		if (r >= 0)
			return r;
		r = watch_above(w);
		if (r < 0 || access(w->folder, F_OK) < 0)
			return r;
	}
	return r;
}

static int on_change(sd_event_source *source, const struct inotify_event *change, void *userdata)
{
	struct sockets *w = userdata;
	const char *name = change->len ? change->name : "";

	(void)source;
	if (w->in_folder && !(change->mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF))) {
		w->appeared(w->owner, name);
		return 0;
	}
	if (!w->in_folder && strcmp(name, w->name))
		return 0;
	/* The folder came or went. Without a watch there is still idle_check(). */
	(void)settle(w);
	if (w->in_folder)
		w->appeared(w->owner, "");
	return 0;
}

static int name_folder(struct sockets *w, const char *folder)
{
	char *slash;

	w->folder = strdup(folder);
	w->above = strdup(folder);
	if (!w->folder || !w->above)
		return -ENOMEM;
	slash = strrchr(w->above, '/');
	if (!slash || !slash[1])
		return -EINVAL;
	w->name = w->folder + (slash - w->above) + 1;
	/* "/run" is in "/". */
	slash[slash == w->above] = '\0';
	return 0;
}

int sockets_new(struct sockets **ret, sd_event *event, const char *folder,
		void (*appeared)(void *owner, const char *name), void *owner)
{
	CLEANUP(sockets_freep) struct sockets *w = NULL;
	int r;

	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->event = event;
	w->appeared = appeared;
	w->owner = owner;
	r = name_folder(w, folder);
	if (r < 0)
		return r;
	r = settle(w);
	if (r < 0)
		return r;

	*ret = TAKE(w);
	return 0;
}

struct sockets *sockets_free(struct sockets *w)
{
	if (!w)
		return NULL;
	sd_event_source_disable_unref(w->watch);
	free(w->folder);
	free(w->above);
	free(w);
	return NULL;
}
