#include "quiet/wayland-protocol.h"

#include <stddef.h>

#include <wayland-client-protocol.h>

#include "base/cleanup.h"

/* The one request that we send, by its place in the table below. */
enum { HANDLE_DESTROY = 7 };

/*
 * Signatures: n a new object, o an object, s a text, i a number, a an array, ? it may be missing;
 * first the version it came with, if not 1.
 */
/* clang-format off */
static const struct wl_interface handle_interface;

static const struct wl_interface *no_types[] = { NULL, NULL, NULL, NULL, NULL };
static const struct wl_interface *output_types[] = { &wl_output_interface };
static const struct wl_interface *handle_types[] = { &handle_interface };

static const struct wl_message handle_requests[] = {
	{ "set_maximized", "", no_types },
	{ "unset_maximized", "", no_types },
	{ "set_minimized", "", no_types },
	{ "unset_minimized", "", no_types },
	{ "activate", "o", no_types },
	{ "close", "", no_types },
	{ "set_rectangle", "oiiii", no_types },
	[HANDLE_DESTROY] = { "destroy", "", no_types },
};
static const struct wl_message handle_events[] = {
	{ "title", "s", no_types },
	{ "app_id", "s", no_types },
	{ "output_enter", "o", output_types },
	{ "output_leave", "o", output_types },
	{ "state", "a", no_types },
	{ "done", "", no_types },
	{ "closed", "", no_types },
	{ "parent", "3?o", handle_types },
};
static const struct wl_interface handle_interface = {
	.name = "zwlr_foreign_toplevel_handle_v1", .version = 3,
	.method_count = ELEMENTS(handle_requests), .methods = handle_requests,
	.event_count = ELEMENTS(handle_events), .events = handle_events,
};

static const struct wl_message manager_requests[] = { { "stop", "", no_types } };
static const struct wl_message manager_events[] = {
	{ "toplevel", "n", handle_types },
	{ "finished", "", no_types },
};
const struct wl_interface toplevel_manager_interface = {
	.name = "zwlr_foreign_toplevel_manager_v1", .version = 3,
	.method_count = ELEMENTS(manager_requests), .methods = manager_requests,
	.event_count = ELEMENTS(manager_events), .events = manager_events,
};
/* clang-format on */

void toplevel_manager_listen(struct wl_proxy *manager,
			     const struct toplevel_manager_listener *listener, void *data)
{
	/* libwayland's type for "a struct of functions", which it calls by the events' order. */
	(void)wl_proxy_add_listener(manager, (void (**)(void))(uintptr_t)listener, data);
}

void toplevel_listen(struct wl_proxy *handle, const struct toplevel_listener *listener, void *data)
{
	(void)wl_proxy_add_listener(handle, (void (**)(void))(uintptr_t)listener, data);
}

void toplevel_destroy(struct wl_proxy *handle)
{
	(void)wl_proxy_marshal_flags(handle, HANDLE_DESTROY, NULL, wl_proxy_get_version(handle),
				     WL_MARSHAL_FLAG_DESTROY);
}
