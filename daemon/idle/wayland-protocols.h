/*
 * The two protocols in which a Wayland compositor tells of idle time, as far as we speak them. The
 * tables are written by hand: Debian 12 describes only version 1 of ext-idle-notify-v1, and the
 * version is settled with the compositor at run time anyway.
 *
 * Both work alike. An object is made for a seat and a timeout; it says `idled` when there was no
 * input for so long, `resumed` when that ends, and so on. The time counts from the making at the
 * earliest.
 */
#pragma once

#include <stdint.h>

#include <wayland-client-core.h>

/* The globals, with the highest version that is spoken here. */
extern const struct wl_interface ext_idle_notifier_interface; /* 2 */
extern const struct wl_interface kde_idle_interface;          /* 1 */

/* From these on (of ext_idle_notifier_v1) there are notifications that inhibitors do not touch. */
#define EXT_IDLE_INPUT_SINCE 2

/* What an object tells; the events of both protocols in their order on the wire. */
struct idle_notification_listener {
	void (*idled)(void *data, struct wl_proxy *notification);
	void (*resumed)(void *data, struct wl_proxy *notification);
};

/*
 * Ask for a notification: of input alone, of input and inhibitors, and the same of KDE's old
 * protocol. NULL if we are out of memory.
 */
struct wl_proxy *ext_idle_get_input(struct wl_proxy *notifier, uint32_t ms, struct wl_proxy *seat);
struct wl_proxy *ext_idle_get(struct wl_proxy *notifier, uint32_t ms, struct wl_proxy *seat);
struct wl_proxy *kde_idle_get(struct wl_proxy *idle, uint32_t ms, struct wl_proxy *seat);

/* Borrows both. */
int idle_notification_listen(struct wl_proxy *notification,
			     const struct idle_notification_listener *listener, void *data);

/* Of any of them. NULL is fine; returns NULL. */
struct wl_proxy *idle_notification_destroy(struct wl_proxy *notification);
