#include "idle/wayland-protocols.h"

#include <errno.h>
#include <stddef.h>

#include <wayland-client-protocol.h>

#include "base/cleanup.h"

/* Requests, by their place in the tables below. */
enum { NOTIFICATION_DESTROY };
enum { EXT_DESTROY, EXT_GET, EXT_GET_INPUT };
enum { KDE_GET };

/* Signatures: n a new object, o an object, u a number; first the version it came with, if not 1. */
/* clang-format off */
static const struct wl_interface *no_types[] = { NULL, NULL, NULL };

/* ext_idle_notification_v1, and org_kde_kwin_idle_timeout but for a request that we never send. */
static const struct wl_message ext_notification_requests[] = { { "destroy", "", no_types } };
static const struct wl_message ext_notification_events[] = {
	{ "idled", "", no_types },
	{ "resumed", "", no_types },
};
static const struct wl_interface ext_notification_interface = {
	.name = "ext_idle_notification_v1", .version = 2,
	.method_count = ELEMENTS(ext_notification_requests), .methods = ext_notification_requests,
	.event_count = ELEMENTS(ext_notification_events), .events = ext_notification_events,
};

static const struct wl_interface *ext_get_types[] = {
	&ext_notification_interface, NULL, &wl_seat_interface,
};
static const struct wl_message ext_requests[] = {
	[EXT_DESTROY] = { "destroy", "", no_types },
	[EXT_GET] = { "get_idle_notification", "nuo", ext_get_types },
	[EXT_GET_INPUT] = { "get_input_idle_notification", "2nuo", ext_get_types },
};
const struct wl_interface ext_idle_notifier_interface = {
	.name = "ext_idle_notifier_v1", .version = EXT_IDLE_INPUT_SINCE,
	.method_count = ELEMENTS(ext_requests), .methods = ext_requests,
};

static const struct wl_message kde_timeout_requests[] = {
	{ "release", "", no_types },
	{ "simulate_user_activity", "", no_types },
};
static const struct wl_message kde_timeout_events[] = {
	{ "idle", "", no_types },
	{ "resumed", "", no_types },
};
static const struct wl_interface kde_timeout_interface = {
	.name = "org_kde_kwin_idle_timeout", .version = 1,
	.method_count = ELEMENTS(kde_timeout_requests), .methods = kde_timeout_requests,
	.event_count = ELEMENTS(kde_timeout_events), .events = kde_timeout_events,
};

static const struct wl_interface *kde_get_types[] = {
	&kde_timeout_interface, &wl_seat_interface, NULL,
};
static const struct wl_message kde_requests[] = {
	[KDE_GET] = { "get_idle_timeout", "nou", kde_get_types },
};
const struct wl_interface kde_idle_interface = {
	.name = "org_kde_kwin_idle", .version = 1,
	.method_count = ELEMENTS(kde_requests), .methods = kde_requests,
};
/* clang-format on */

struct wl_proxy *ext_idle_get_input(struct wl_proxy *notifier, uint32_t ms, struct wl_proxy *seat)
{
	return wl_proxy_marshal_flags(notifier, EXT_GET_INPUT, &ext_notification_interface,
				      wl_proxy_get_version(notifier), 0, NULL, ms, seat);
}

struct wl_proxy *ext_idle_get(struct wl_proxy *notifier, uint32_t ms, struct wl_proxy *seat)
{
	return wl_proxy_marshal_flags(notifier, EXT_GET, &ext_notification_interface,
				      wl_proxy_get_version(notifier), 0, NULL, ms, seat);
}

struct wl_proxy *kde_idle_get(struct wl_proxy *idle, uint32_t ms, struct wl_proxy *seat)
{
	return wl_proxy_marshal_flags(idle, KDE_GET, &kde_timeout_interface,
				      wl_proxy_get_version(idle), 0, NULL, seat, ms);
}

int idle_notification_listen(struct wl_proxy *notification,
			     const struct idle_notification_listener *listener, void *data)
{
	/* libwayland's type for "a struct of functions", which it calls by the events' order. */
	void (**functions)(void) = (void (**)(void))(uintptr_t)listener;

	return wl_proxy_add_listener(notification, functions, data) < 0 ? -EALREADY : 0;
}

struct wl_proxy *idle_notification_destroy(struct wl_proxy *notification)
{
	if (notification)
		(void)wl_proxy_marshal_flags(notification, NOTIFICATION_DESTROY, NULL,
					     wl_proxy_get_version(notification),
					     WL_MARSHAL_FLAG_DESTROY);
	return NULL;
}
