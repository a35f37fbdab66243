/* In the place of wayland.c where limber is built without libwayland-client. */
#include "idle/wayland.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "display/displays.h"

struct wayland_absent {
	struct idle_source source;    /* first: what the picker holds is this */
	const struct idle_sink *sink; /* borrowed */
	void *owner;                  /* borrowed */
	sd_event_source *verdict;     /* owned */
};

static int on_verdict(sd_event_source *source, void *userdata)
{
	struct wayland_absent *w = userdata;

	(void)source;
	w->sink->changed(w->owner);
	return 0;
}

static struct idle_source *absent_close(struct idle_source *source)
{
	struct wayland_absent *w = (struct wayland_absent *)source;

	if (!source)
		return NULL;
	sd_event_source_disable_unref(w->verdict);
	free(w);
	return NULL;
}

static int absent_open(struct idle_source **ret, const struct idle_world *world, usec_t threshold,
		       const struct idle_sink *sink, void *owner)
{
	CLEANUP(freep) struct wayland_absent *w = NULL;
	int r;

	(void)threshold;
	if (!displays_get(world->displays, DISPLAY_WAYLAND))
		return -ENXIO;
	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->source.type = &idle_wayland;
	w->source.hint = "install libwayland-dev and build limber again";
	w->sink = sink;
	w->owner = owner;
	(void)snprintf(w->source.problem, sizeof(w->source.problem),
		       "this limber is built without Wayland (libwayland-client)");
	r = sd_event_add_defer(world->event, &w->verdict, on_verdict, w);
	if (r < 0)
		return r;
	*ret = &TAKE(w)->source;
	return 0;
}

static void absent_set_threshold(struct idle_source *source, usec_t threshold)
{
	(void)source;
	(void)threshold;
}

static void absent_check(struct idle_source *source)
{
	(void)source;
}

const struct idle_source_type idle_wayland = {
	.name = "wayland",
	.lacks = "libwayland-client",
	.open = absent_open,
	.close = absent_close,
	.set_threshold = absent_set_threshold,
	.check = absent_check,
};
