#include "display/wayland-display.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/timer.h"
#include "display/sockets.h"
#include "display/wayland-link.h"

/*
 * When to try, after the compositor was lost, or its socket appeared (which is before it listens):
 * from one try to the next. After these nothing is tried until something happens.
 */
static const usec_t try_delays[] = {
	0,
	100 * USEC_PER_MSEC,
	400 * USEC_PER_MSEC,
	1600 * USEC_PER_MSEC,
};

struct wayland_display {
	sd_event *event;                         /* referenced */
	const struct wayland_display_sink *sink; /* borrowed */
	void *owner;                             /* borrowed */
	char *path;                              /* owned: of the socket */
	bool silent;                             /* as it was told */

	/* On the way to a connection. */
	struct sockets *socket;    /* owned; only while there is no connection */
	sd_event_source *next_try; /* owned timer */
	size_t tries;              /* that have failed, of those in try_delays */

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

static void begin_tries(struct wayland_display *d)
{
	d->tries = 0;
	timer_start(d->next_try, try_delays[0]);
}

static void on_socket(void *owner, const char *name)
{
	const struct wayland_display *d = owner;

	if (!name[0] || !strcmp(name, strrchr(d->path, '/') + 1))
		begin_tries(owner);
}

static void watch_socket(struct wayland_display *d)
{
	CLEANUP(freep) char *folder = strdup(d->path);
	char *slash;

	if (d->socket || !folder)
		return;
	slash = strrchr(folder, '/');
	/* "/wayland" is in "/". */
	slash[slash == folder] = '\0';
	(void)sockets_new(&d->socket, d->event, folder, on_socket, d);
}

void wayland_display_close(struct wayland_display *d)
{
	d->link = wayland_link_free(d->link);
	set_silent(d, false);
	watch_socket(d);
}

static void on_lost(void *owner)
{
	struct wayland_display *d = owner;

	d->sink->closed(d->owner);
	wayland_display_close(d);
	begin_tries(d);
}

static void on_silent(void *owner)
{
	set_silent(owner, true);
}

static void try_later(struct wayland_display *d)
{
	if (d->tries + 1 < ELEMENTS(try_delays))
		timer_start(d->next_try, try_delays[++d->tries]);
}

static int on_next_try(sd_event_source *source, uint64_t usec, void *userdata)
{
	static const struct wayland_link_sink sink = { .lost = on_lost, .silent = on_silent };
	struct wayland_display *d = userdata;
	int r;

	(void)source;
	(void)usec;
	if (d->link)
		return 0;
	r = wayland_link_new(&d->link, d->event, d->path, &sink, d);
	/* So many wait there already that it must be hanging. */
	set_silent(d, r == -EAGAIN);
	if (r < 0) {
		d->sink->failed(d->owner);
		try_later(d);
		return 0;
	}
	d->socket = sockets_free(d->socket);
	d->sink->opened(d->owner);
	return 0;
}

/* What the owner calls ------------------------------------------------------------------------- */

static char *path_of(const char *folder, const char *name)
{
	char *path;

	if (name[0] == '/')
		return strdup(name);
	return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
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
	/* To the microsecond: what is due at once shall not cost a wake-up of its own. */
	r = timer_new(&d->next_try, event, 1, on_next_try, d);
	if (r < 0)
		return r;
	begin_tries(d);
	watch_socket(d);

	*ret = TAKE(d);
	return 0;
}

struct wayland_display *wayland_display_free(struct wayland_display *d)
{
	if (!d)
		return NULL;
	wayland_link_free(d->link);
	sockets_free(d->socket);
	sd_event_source_disable_unref(d->next_try);
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
