#include "display/wayland-display.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/tries.h"
#include "display/wayland-link.h"

struct wayland_display {
	sd_event *event;                         /* referenced */
	const struct wayland_display_sink *sink; /* borrowed */
	void *owner;                             /* borrowed */
	char *path;                              /* owned: of the socket */
	bool silent;                             /* as it was told */
	struct tries *tries; /* owned; they watch while there is no connection */

	/* With a connection. */
	struct wayland_link *link; /* owned */
	void (*answered)(void *owner);
};

DEFINE_CLEANUP(wayland_display_free, struct wayland_display *)

static void set_silent(struct wayland_display *d, bool silent)
{
	if (d->silent == silent)
		return;
	d->silent = silent;
	d->sink->silent(d->owner, silent);
}

void wayland_display_close(struct wayland_display *d)
{
	d->link = wayland_link_free(d->link);
	set_silent(d, false);
	tries_watch(d->tries);
}

static void on_lost(void *owner)
{
	struct wayland_display *d = owner;

	d->sink->closed(d->owner);
	wayland_display_close(d);
	tries_begin(d->tries);
}

static void on_silent(void *owner)
{
	set_silent(owner, true);
}

static void attempt(void *owner)
{
	static const struct wayland_link_sink sink = { .lost = on_lost, .silent = on_silent };
	struct wayland_display *d = owner;
	int r;

	if (d->link)
		return;
	r = wayland_link_new(&d->link, d->event, d->path, &sink, d);
	/* So many wait there already that it must be hanging. */
	set_silent(d, r == -EAGAIN);
	if (r < 0) {
		d->sink->failed(d->owner);
		tries_failed(d->tries);
		return;
	}
	tries_unwatch(d->tries);
	d->sink->opened(d->owner);
}

/* What the owner calls ------------------------------------------------------------------------- */

static char *path_of(const char *folder, const char *name)
{
	char *path;

	if (name[0] == '/')
		return strdup(name);
	return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static int new_tries(struct wayland_display *d)
{
	CLEANUP(freep) char *folder = strdup(d->path);
	char *slash;

	if (!folder)
		return -ENOMEM;
	slash = strrchr(folder, '/');
	/* "/wayland" is in "/". */
	slash[slash == folder] = '\0';
	return tries_new(&d->tries, d->event, folder, strrchr(d->path, '/') + 1, attempt, d);
}

int wayland_display_new(struct wayland_display **ret, sd_event *event, const char *folder,
			const char *name, const struct wayland_display_sink *sink, void *owner)
{
	CLEANUP(wayland_display_freep) struct wayland_display *d = NULL;
	int r;

	if (!name || !name[0])
		return -ENXIO;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	d->event = sd_event_ref(event);
	d->sink = sink;
	d->owner = owner;
	d->path = path_of(folder, name);
	if (!d->path)
		return -ENOMEM;
	r = new_tries(d);
	if (r < 0)
		return r;
	tries_begin(d->tries);
	tries_watch(d->tries);

	*ret = TAKE(d);
	return 0;
}

struct wayland_display *wayland_display_free(struct wayland_display *d)
{
	if (!d)
		return NULL;
	wayland_link_free(d->link);
	tries_free(d->tries);
	sd_event_unref(d->event);
	free(d->path);
	free(d);
	return NULL;
}

struct wl_display *wayland_display_connection(const struct wayland_display *d)
{
	return d->link ? wayland_link_display(d->link) : NULL;
}

static void on_answered(void *owner)
{
	struct wayland_display *d = owner;

	set_silent(d, false);
	d->answered(d->owner);
}

int wayland_display_ask(struct wayland_display *d, void (*answered)(void *owner))
{
	d->answered = answered;
	return wayland_link_ask(d->link, on_answered);
}

void wayland_display_calm(struct wayland_display *d, usec_t interval, unsigned burst)
{
	wayland_link_calm(d->link, interval, burst);
}

bool wayland_display_is_calm(const struct wayland_display *d)
{
	return wayland_link_is_calm(d->link);
}
