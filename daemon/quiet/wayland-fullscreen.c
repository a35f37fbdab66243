/*
 * Full screen as Wayland compositors tell it that list the windows to whoever asks. The connection
 * is not the idle source's: what comes here may be left lying for seconds, input may not.
 */
#include "quiet/fullscreen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <wayland-client-protocol.h>

#include "base/utf8.h"
#include "display/wayland-display.h"
#include "quiet/wayland-protocol.h"

#define UNSEEN "a window that fills the screen is not seen"

/* What matters of a window. Titles are nobody's business and never looked at. */
struct state {
	bool activated, fullscreen;
	char app_id[QUIET_WHO_MAX];
};

struct toplevel {
	struct windows *windows; /* borrowed */
	struct toplevel *next;   /* owned */
	struct wl_proxy *handle; /* owned */
	struct state now, coming;
};

struct windows {
	struct fullscreen fullscreen;    /* first: what quiet.c holds is this */
	struct wayland_display *display; /* owned */
	struct wl_registry *registry;    /* owned; NULL without a connection */
	struct wl_proxy *manager;        /* owned; NULL: nobody tells of windows */
	struct toplevel *toplevels;      /* owned, a list */
	bool complete;                   /* the windows that are there have been told */
	bool mute;                       /* the last compositor did not tell of windows */
};

static struct windows *windows_of(struct quiet_source *source)
{
	return (struct windows *)source;
}

/* The windows ---------------------------------------------------------------------------------- */

static bool fills_screen(const struct toplevel *t)
{
	return t->now.activated && t->now.fullscreen;
}

/* NULL if none does. */
static const struct toplevel *find_full(const struct windows *w)
{
	const struct toplevel *t = w->toplevels;

	while (t && !fills_screen(t))
		t = t->next;
	return t;
}

static void tell(struct windows *w, const struct toplevel *t)
{
	fullscreen_found(&w->fullscreen, t, t ? t->now.app_id : NULL);
}

/* Only what is new is told: a window may change its title all the time. */
static void judge(struct windows *w)
{
	const struct fullscreen *f = &w->fullscreen;
	const struct toplevel *t = find_full(w);

	if (w->complete && (!!t != f->full || (t && strcmp(t->now.app_id, f->name) != 0)))
		tell(w, t);
}

static struct toplevel *toplevel_free(struct toplevel *t)
{
	struct toplevel *next = t->next;

	toplevel_destroy(t->handle);
	free(t);
	return next;
}

static void on_title(void *data, struct wl_proxy *handle, const char *title)
{
	(void)data;
	(void)handle;
	(void)title;
}

static void on_app_id(void *data, struct wl_proxy *handle, const char *app_id)
{
	struct toplevel *t = data;

	(void)handle;
	utf8_copy_line(t->coming.app_id, sizeof(t->coming.app_id), app_id);
}

static void on_relative(void *data, struct wl_proxy *handle, struct wl_proxy *other)
{
	(void)data;
	(void)handle;
	(void)other;
}

static void on_state(void *data, struct wl_proxy *handle, struct wl_array *states)
{
	struct toplevel *t = data;
	const uint32_t *state;

	(void)handle;
	t->coming.activated = t->coming.fullscreen = false;
	wl_array_for_each(state, states)
	{
		t->coming.activated |= *state == TOPLEVEL_ACTIVATED;
		t->coming.fullscreen |= *state == TOPLEVEL_FULLSCREEN;
	}
}

static void on_done(void *data, struct wl_proxy *handle)
{
	struct toplevel *t = data;

	(void)handle;
	t->now = t->coming;
	judge(t->windows);
}

static void on_closed(void *data, struct wl_proxy *handle)
{
	struct toplevel *t = data, **at;
	struct windows *w = t->windows;

	(void)handle;
	for (at = &w->toplevels; *at != t; at = &(*at)->next)
		;
	*at = toplevel_free(t);
	judge(w);
}

static void on_toplevel(void *data, struct wl_proxy *manager, struct wl_proxy *handle)
{
	static const struct toplevel_listener listener = {
		.title = on_title,
		.app_id = on_app_id,
		.output_enter = on_relative,
		.output_leave = on_relative,
		.state = on_state,
		.done = on_done,
		.closed = on_closed,
		.parent = on_relative,
	};
	struct windows *w = data;
	struct toplevel *t;

	(void)manager;
	t = calloc(1, sizeof(*t));
	if (!t) {
		toplevel_destroy(handle);
		return;
	}
	t->windows = w;
	t->handle = handle;
	t->next = w->toplevels;
	w->toplevels = t;
	toplevel_listen(handle, &listener, t);
}

/* The compositor ------------------------------------------------------------------------------- */

static void drop_windows(struct windows *w)
{
	while (w->toplevels)
		w->toplevels = toplevel_free(w->toplevels);
	if (w->manager)
		wl_proxy_destroy(w->manager);
	w->manager = NULL;
	w->complete = false;
}

static void drop_objects(struct windows *w)
{
	drop_windows(w);
	if (w->registry)
		wl_registry_destroy(w->registry);
	w->registry = NULL;
}

/* Without this compositor; another one on its socket would be asked again. */
static void do_without(struct windows *w)
{
	drop_objects(w);
	wayland_display_close(w->display);
	w->mute = true;
	tell(w, NULL);
}

static void on_finished(void *data, struct wl_proxy *manager)
{
	(void)manager;
	do_without(data);
}

static void on_global(void *data, struct wl_registry *registry, uint32_t global,
		      const char *interface, uint32_t version)
{
	static const struct toplevel_manager_listener listener = {
		.toplevel = on_toplevel,
		.finished = on_finished,
	};
	const uint32_t spoken = (uint32_t)toplevel_manager_interface.version;
	struct windows *w = data;

	if (w->manager || version < TOPLEVEL_FULLSCREEN_SINCE ||
	    strcmp(interface, toplevel_manager_interface.name) != 0)
		return;
	w->manager = wl_registry_bind(registry, global, &toplevel_manager_interface,
				      version < spoken ? version : spoken);
	if (w->manager)
		toplevel_manager_listen(w->manager, &listener, w);
}

static void on_global_gone(void *data, struct wl_registry *registry, uint32_t global)
{
	(void)data;
	(void)registry;
	(void)global;
}

static void on_windows(void *owner)
{
	struct windows *w = owner;

	w->complete = true;
	wayland_display_calm(w->display, FULLSCREEN_CALM_INTERVAL, FULLSCREEN_CALM_BURST);
	/* Also that there is none: from now on it is known. */
	tell(w, find_full(w));
}

static void on_globals(void *owner)
{
	struct windows *w = owner;

	if (!w->manager || wayland_display_ask(w->display, on_windows) < 0)
		do_without(w);
}

static int greet(struct windows *w)
{
	static const struct wl_registry_listener listener = {
		.global = on_global,
		.global_remove = on_global_gone,
	};

	w->registry = wl_display_get_registry(wayland_display_connection(w->display));
	if (!w->registry)
		return -ENOMEM;
	(void)wl_registry_add_listener(w->registry, &listener, w);
	return wayland_display_ask(w->display, on_globals);
}

static void on_opened(void *owner)
{
	struct windows *w = owner;

	w->mute = false;
	if (greet(w) < 0)
		do_without(w);
}

static void on_closed_display(void *owner)
{
	struct windows *w = owner;

	drop_objects(w);
	tell(w, NULL);
}

static void on_failed(void *owner)
{
	struct windows *w = owner;

	w->mute = false;
	tell(w, NULL);
}

static void on_silent(void *owner, bool silent)
{
	struct windows *w = owner;

	quiet_trouble(&w->fullscreen.source, "%s",
		      silent ? "the Wayland compositor does not answer: " UNSEEN : "");
}

static const struct wayland_display_sink display_sink = {
	.opened = on_opened,
	.closed = on_closed_display,
	.failed = on_failed,
	.silent = on_silent,
};

/* What quiet.c calls --------------------------------------------------------------------------- */

static struct quiet_source *windows_close(struct quiet_source *source)
{
	struct windows *w = windows_of(source);

	if (!source)
		return NULL;
	drop_objects(w);
	wayland_display_free(w->display);
	free(w);
	return NULL;
}

static int windows_open(struct quiet_source **ret, struct quiet_watch *q)
{
	const struct display_place *place = quiet_place(q);
	struct windows *w;
	int r;

	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->fullscreen.source.type = &quiet_fullscreen_wayland;
	w->fullscreen.source.quiet = q;
	r = wayland_display_new(&w->display, quiet_event(q), place->folder, place->wayland,
				&display_sink, w);
	if (r < 0) {
		windows_close(&w->fullscreen.source);
		return r;
	}
	*ret = &w->fullscreen.source;
	return 0;
}

static void on_fresh(void *owner)
{
	struct windows *w = owner;

	wayland_display_calm(w->display, FULLSCREEN_CALM_INTERVAL, FULLSCREEN_CALM_BURST);
	quiet_answered(&w->fullscreen.source);
}

/* What was left lying may be the very window, so it is read before silence is broken. */
static bool windows_ask(struct quiet_source *source)
{
	struct windows *w = windows_of(source);

	if (!w->complete || !wayland_display_is_calm(w->display))
		return false;
	wayland_display_calm(w->display, 0, 0);
	return wayland_display_ask(w->display, on_fresh) >= 0;
}

static const char *windows_blind(const struct quiet_source *source)
{
	const struct windows *w = (const struct windows *)source;

	if (w->mute)
		return "the Wayland compositor does not tell which window fills the screen";
	return w->complete ? NULL : "there is no Wayland compositor to ask";
}

const struct quiet_source_type quiet_fullscreen_wayland = {
	.kind = QUIET_KIND_FULLSCREEN,
	.open = windows_open,
	.close = windows_close,
	.browsers_changed = fullscreen_browsers_changed,
	.ask = windows_ask,
	.blind = windows_blind,
	.by_place = true,
	.nowhere = FULLSCREEN_NOWHERE,
};
