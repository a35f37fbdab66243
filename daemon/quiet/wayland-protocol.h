/*
 * wlr-foreign-toplevel-management-unstable-v1, in which a Wayland compositor tells of all windows
 * to whoever asks, as far as we speak it. The tables are written by hand: Debian's
 * wayland-protocols has none of wlroots' own.
 *
 * The manager tells of each window as a handle, first of those that are there. What a handle tells
 * holds from its `done` on.
 */
#pragma once

#include <stdint.h>

#include <wayland-client-core.h>

/* The global, with the highest version that is spoken here. */
extern const struct wl_interface toplevel_manager_interface;
/* From this version on full screen is told. */
#define TOPLEVEL_FULLSCREEN_SINCE 2

/* States of a window. */
enum { TOPLEVEL_ACTIVATED = 2, TOPLEVEL_FULLSCREEN = 3 };

/* Events in their order on the wire. */
struct toplevel_manager_listener {
	void (*toplevel)(void *data, struct wl_proxy *manager, struct wl_proxy *handle);
	void (*finished)(void *data, struct wl_proxy *manager);
};

struct toplevel_listener {
	void (*title)(void *data, struct wl_proxy *handle, const char *title);
	void (*app_id)(void *data, struct wl_proxy *handle, const char *app_id);
	void (*output_enter)(void *data, struct wl_proxy *handle, struct wl_proxy *output);
	void (*output_leave)(void *data, struct wl_proxy *handle, struct wl_proxy *output);
	void (*state)(void *data, struct wl_proxy *handle, struct wl_array *states);
	void (*done)(void *data, struct wl_proxy *handle);
	void (*closed)(void *data, struct wl_proxy *handle);
	void (*parent)(void *data, struct wl_proxy *handle, struct wl_proxy *parent);
};

/* Both borrow the listener and the data. */
void toplevel_manager_listen(struct wl_proxy *manager,
			     const struct toplevel_manager_listener *listener, void *data);
void toplevel_listen(struct wl_proxy *handle, const struct toplevel_listener *listener, void *data);

void toplevel_destroy(struct wl_proxy *handle);
