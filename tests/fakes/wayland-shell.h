/* A window at a Wayland compositor, for the programs that show one. */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <wayland-client.h>

#include "base/cleanup.h"

#define WINDOW_SIZE 64

/* Requests, by their place in the tables below. */
enum {
	TOPLEVEL_DESTROY = 0,
	TOPLEVEL_TITLE = 2,
	TOPLEVEL_APP_ID = 3,
	TOPLEVEL_FULL = 11,
	TOPLEVEL_NORMAL = 12,
};
enum { SURFACE_DESTROY = 0, SURFACE_TOPLEVEL = 1, SURFACE_ACK = 4 };
enum { SHELL_SURFACE = 2, SHELL_PONG = 3 };

/* As much of the shell's protocol as is used, up to the last request in use. */
/* clang-format off */
static const struct wl_interface *none[8];

static const struct wl_message toplevel_requests[] = {
	{ "destroy", "", none }, { "set_parent", "?o", none }, { "set_title", "s", none },
	{ "set_app_id", "s", none }, { "show_window_menu", "ouii", none }, { "move", "ou", none },
	{ "resize", "ouu", none }, { "set_max_size", "ii", none }, { "set_min_size", "ii", none },
	{ "set_maximized", "", none }, { "unset_maximized", "", none },
	{ "set_fullscreen", "?o", none }, { "unset_fullscreen", "", none } };
static const struct wl_message toplevel_events[] = {
	{ "configure", "iia", none }, { "close", "", none } };
static const struct wl_interface toplevel = {
	"xdg_toplevel", 1, ELEMENTS(toplevel_requests), toplevel_requests,
	ELEMENTS(toplevel_events), toplevel_events };
static const struct wl_interface *surface_types[] = { &toplevel };
static const struct wl_message surface_requests[] = {
	{ "destroy", "", none }, { "get_toplevel", "n", surface_types }, { "get_popup", "n?oo", none },
	{ "set_window_geometry", "iiii", none }, { "ack_configure", "u", none } };
static const struct wl_message surface_events[] = { { "configure", "u", none } };
static const struct wl_interface xdg_surface = {
	"xdg_surface", 1, ELEMENTS(surface_requests), surface_requests, 1, surface_events };
static const struct wl_interface *shell_types[] = { &xdg_surface, &wl_surface_interface };
static const struct wl_message shell_requests[] = {
	{ "destroy", "", none }, { "create_positioner", "n", none },
	{ "get_xdg_surface", "no", shell_types }, { "pong", "u", none } };
static const struct wl_message shell_events[] = { { "ping", "u", none } };
static const struct wl_interface shell = {
	"xdg_wm_base", 1, ELEMENTS(shell_requests), shell_requests, 1, shell_events };
/* clang-format on */

/* What a compositor has for windows; NULL until it has told of it. */
struct place {
	struct wl_display *display;
	struct wl_compositor *compositor;
	struct wl_shm *shm;
	struct wl_proxy *shell;
};

struct window {
	const struct place *place; /* borrowed */
	struct wl_surface *surface;
	struct wl_proxy *xdg, *top;
	bool shown; /* the compositor has given it a size */
};

static inline void on_ping(void *data, struct wl_proxy *proxy, uint32_t serial)
{
	(void)data;
	wl_proxy_marshal(proxy, SHELL_PONG, serial);
}

/* To be called for each global: takes those that windows need. */
static inline void place_take(struct place *p, struct wl_registry *r, uint32_t name,
			      const char *interface)
{
	static const struct {
		void (*ping)(void *, struct wl_proxy *, uint32_t);
	} listener = { on_ping };

	if (!strcmp(interface, wl_compositor_interface.name)) {
		p->compositor = wl_registry_bind(r, name, &wl_compositor_interface, 4);
	} else if (!strcmp(interface, wl_shm_interface.name)) {
		p->shm = wl_registry_bind(r, name, &wl_shm_interface, 1);
	} else if (!strcmp(interface, shell.name)) {
		p->shell = wl_registry_bind(r, name, &shell, 1);
		wl_proxy_add_listener(p->shell, (void (**)(void))(uintptr_t)&listener, NULL);
	}
}

static inline struct wl_buffer *make_buffer(const struct place *p)
{
	CLEANUP(closep) int fd = memfd_create("picture", MFD_CLOEXEC);
	const int bytes = WINDOW_SIZE * WINDOW_SIZE * 4;

	if (fd < 0 || ftruncate(fd, bytes) < 0)
		abort();
	return wl_shm_pool_create_buffer(wl_shm_create_pool(p->shm, fd, bytes), 0, WINDOW_SIZE,
					 WINDOW_SIZE, WINDOW_SIZE * 4, WL_SHM_FORMAT_XRGB8888);
}

static inline void on_configure(void *data, struct wl_proxy *proxy, uint32_t serial)
{
	struct window *w = data;

	wl_proxy_marshal(proxy, SURFACE_ACK, serial);
	if (!w->shown)
		wl_surface_attach(w->surface, make_buffer(w->place), 0, 0);
	wl_surface_commit(w->surface);
	w->shown = true;
}

static inline void on_size(void *data, struct wl_proxy *proxy, int32_t width, int32_t height,
			   struct wl_array *states)
{
	(void)data;
	(void)proxy;
	(void)width;
	(void)height;
	(void)states;
}

static inline void on_close(void *data, struct wl_proxy *proxy)
{
	(void)data;
	(void)proxy;
	exit(EXIT_SUCCESS);
}

/* One that is not on the screen yet: what it shall be there may be said now. */
static inline void window_new(struct window *w, const struct place *p)
{
	static const struct {
		void (*configure)(void *, struct wl_proxy *, uint32_t);
	} surface_listener = { on_configure };
	static const struct {
		void (*configure)(void *, struct wl_proxy *, int32_t, int32_t, struct wl_array *);
		void (*close)(void *, struct wl_proxy *);
	} top_listener = { on_size, on_close };

	*w = (struct window){ .place = p };
	w->surface = wl_compositor_create_surface(p->compositor);
	w->xdg = wl_proxy_marshal_flags(p->shell, SHELL_SURFACE, &xdg_surface, 1, 0, NULL,
					w->surface);
	wl_proxy_add_listener(w->xdg, (void (**)(void))(uintptr_t)&surface_listener, w);
	w->top = wl_proxy_marshal_flags(w->xdg, SURFACE_TOPLEVEL, &toplevel, 1, 0, NULL);
	wl_proxy_add_listener(w->top, (void (**)(void))(uintptr_t)&top_listener, w);
}

/* Until it has a size there. -1 if the compositor has gone. */
static inline int window_show(struct window *w)
{
	wl_surface_commit(w->surface);
	while (!w->shown)
		if (wl_display_dispatch(w->place->display) < 0)
			return -1;
	return wl_display_roundtrip(w->place->display);
}

static inline void window_close(struct window *w)
{
	wl_proxy_marshal_flags(w->top, TOPLEVEL_DESTROY, NULL, 1, WL_MARSHAL_FLAG_DESTROY);
	wl_proxy_marshal_flags(w->xdg, SURFACE_DESTROY, NULL, 1, WL_MARSHAL_FLAG_DESTROY);
	wl_surface_destroy(w->surface);
}
