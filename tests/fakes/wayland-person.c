/*
 * Somebody at a Wayland compositor, without a device: `wayland-person [SEAT]`. Obeys lines on
 * stdin and says each again when the compositor has dealt with it: `move` moves the pointer a
 * little, `film` shows a window that keeps the screen awake, `credits` closes it. Ends with its
 * input. The pointer is there from the first moment on, so that no move brings a device with it.
 * Without a SEAT it is the first of the compositor's.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include <wayland-client.h>

#include "base/cleanup.h"

#define SIZE 64

/* As much of each protocol as is used, up to the last request in use. */
/* clang-format off */
static const struct wl_interface *none[8];

static const struct wl_message vpointer_requests[] = {
	{ "motion", "uff", none }, { "motion_absolute", "uuuuu", none }, { "button", "uuu", none },
	{ "axis", "uuf", none }, { "frame", "", none },
};
static const struct wl_interface vpointer = {
	"zwlr_virtual_pointer_v1", 1, ELEMENTS(vpointer_requests), vpointer_requests, 0, NULL };
static const struct wl_interface *vpointers_types[] = { &wl_seat_interface, &vpointer };
static const struct wl_message vpointers_requests[] = {
	{ "create_virtual_pointer", "?on", vpointers_types } };
static const struct wl_interface vpointers = {
	"zwlr_virtual_pointer_manager_v1", 1, 1, vpointers_requests, 0, NULL };

static const struct wl_message fake_requests[] = {
	{ "authenticate", "ss", none }, { "pointer_motion", "ff", none } };
static const struct wl_interface fake_input = {
	"org_kde_kwin_fake_input", 1, ELEMENTS(fake_requests), fake_requests, 0, NULL };

static const struct wl_message destroy_requests[] = { { "destroy", "", none } };
static const struct wl_message toplevel_events[] = {
	{ "configure", "iia", none }, { "close", "", none } };
static const struct wl_interface toplevel = {
	"xdg_toplevel", 1, 1, destroy_requests, ELEMENTS(toplevel_events), toplevel_events };
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

static const struct wl_interface inhibitor = {
	"zwp_idle_inhibitor_v1", 1, 1, destroy_requests, 0, NULL };
static const struct wl_interface *inhibit_types[] = { &inhibitor, &wl_surface_interface };
static const struct wl_message inhibit_requests[] = {
	{ "destroy", "", none }, { "create_inhibitor", "no", inhibit_types } };
static const struct wl_interface inhibit = {
	"zwp_idle_inhibit_manager_v1", 1, ELEMENTS(inhibit_requests), inhibit_requests, 0, NULL };
/* clang-format on */

struct person {
	struct wl_display *display;
	struct wl_compositor *compositor;
	struct wl_shm *shm;
	struct wl_seat *seat;
	const char *seat_name;
	struct wl_proxy *vpointers, *pointer, *fake, *shell, *inhibit;
	/* The film. */
	struct wl_surface *surface;
	struct wl_proxy *window, *top, *inhibitor;
	bool shown;
};

static void on_capabilities(void *data, struct wl_seat *seat, uint32_t capabilities)
{
	(void)data;
	(void)seat;
	(void)capabilities;
}

static void on_seat_name(void *data, struct wl_seat *seat, const char *name)
{
	struct person *p = data;

	if (p->seat_name ? !strcmp(p->seat_name, name) : !p->seat)
		p->seat = seat;
}

static void on_seat(struct person *p, struct wl_registry *r, uint32_t name)
{
	static const struct wl_seat_listener listener = { on_capabilities, on_seat_name };

	/* The version in which seats tell their names. */
	(void)wl_seat_add_listener(wl_registry_bind(r, name, &wl_seat_interface, 2), &listener, p);
}

static void on_global(void *data, struct wl_registry *r, uint32_t name, const char *interface,
		      uint32_t version)
{
	struct person *p = data;
	const struct {
		const struct wl_interface *interface;
		void **slot;
		uint32_t version;
	} wanted[] = {
		{ &wl_compositor_interface, (void **)&p->compositor, 4 },
		{ &wl_shm_interface, (void **)&p->shm, 1 },
		{ &vpointers, (void **)&p->vpointers, 1 },
		{ &fake_input, (void **)&p->fake, 1 },
		{ &shell, (void **)&p->shell, 1 },
		{ &inhibit, (void **)&p->inhibit, 1 },
	};

	(void)version;
	if (!strcmp(interface, wl_seat_interface.name))
		on_seat(p, r, name);
	for (size_t i = 0; i < ELEMENTS(wanted); i++)
		if (!strcmp(interface, wanted[i].interface->name) && !*wanted[i].slot)
			*wanted[i].slot =
				wl_registry_bind(r, name, wanted[i].interface, wanted[i].version);
}

static void on_global_gone(void *data, struct wl_registry *r, uint32_t name)
{
	(void)data;
	(void)r;
	(void)name;
}

static void on_ping(void *data, struct wl_proxy *proxy, uint32_t serial)
{
	(void)data;
	wl_proxy_marshal(proxy, 3, serial);
}

static struct wl_buffer *make_buffer(struct person *p)
{
	int fd = memfd_create("picture", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, SIZE * SIZE * 4) < 0)
		abort();
	return wl_shm_pool_create_buffer(wl_shm_create_pool(p->shm, fd, SIZE * SIZE * 4), 0, SIZE,
					 SIZE, SIZE * 4, WL_SHM_FORMAT_XRGB8888);
}

static void on_configure(void *data, struct wl_proxy *proxy, uint32_t serial)
{
	struct person *p = data;

	wl_proxy_marshal(proxy, 4, serial);
	wl_surface_attach(p->surface, make_buffer(p), 0, 0);
	wl_surface_commit(p->surface);
	p->shown = true;
}

static void on_size(void *data, struct wl_proxy *proxy, int32_t width, int32_t height,
		    struct wl_array *states)
{
	(void)data;
	(void)proxy;
	(void)width;
	(void)height;
	(void)states;
}

static void on_close(void *data, struct wl_proxy *proxy)
{
	(void)data;
	(void)proxy;
}

static void show_film(struct person *p)
{
	static const struct {
		void (*configure)(void *, struct wl_proxy *, uint32_t);
	} window_listener = { on_configure };
	static const struct {
		void (*configure)(void *, struct wl_proxy *, int32_t, int32_t, struct wl_array *);
		void (*close)(void *, struct wl_proxy *);
	} top_listener = { on_size, on_close };

	p->shown = false;
	p->surface = wl_compositor_create_surface(p->compositor);
	p->window = wl_proxy_marshal_flags(p->shell, 2, &xdg_surface, 1, 0, NULL, p->surface);
	wl_proxy_add_listener(p->window, (void (**)(void))(uintptr_t)&window_listener, p);
	p->top = wl_proxy_marshal_flags(p->window, 1, &toplevel, 1, 0, NULL);
	wl_proxy_add_listener(p->top, (void (**)(void))(uintptr_t)&top_listener, p);
	wl_surface_commit(p->surface);
	p->inhibitor = wl_proxy_marshal_flags(p->inhibit, 1, &inhibitor, 1, 0, NULL, p->surface);
	while (!p->shown && wl_display_dispatch(p->display) >= 0)
		;
}

static void end_film(struct person *p)
{
	wl_proxy_marshal_flags(p->inhibitor, 0, NULL, 1, WL_MARSHAL_FLAG_DESTROY);
	wl_proxy_marshal_flags(p->top, 0, NULL, 1, WL_MARSHAL_FLAG_DESTROY);
	wl_proxy_marshal_flags(p->window, 0, NULL, 1, WL_MARSHAL_FLAG_DESTROY);
	wl_surface_destroy(p->surface);
}

static void move(struct person *p)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (p->fake) {
		wl_proxy_marshal(p->fake, 1, wl_fixed_from_int(1), wl_fixed_from_int(1));
		return;
	}
	wl_proxy_marshal(p->pointer, 0, (uint32_t)(now.tv_sec * 1000 + now.tv_nsec / 1000000),
			 wl_fixed_from_int(1), wl_fixed_from_int(1));
	wl_proxy_marshal(p->pointer, 4);
}

static int sit_down(struct person *p)
{
	static const struct wl_registry_listener listener = { on_global, on_global_gone };
	static const struct {
		void (*ping)(void *, struct wl_proxy *, uint32_t);
	} shell_listener = { on_ping };

	p->display = wl_display_connect(NULL);
	if (!p->display)
		return -1;
	wl_registry_add_listener(wl_display_get_registry(p->display), &listener, p);
	/* What there is, then what the seats are called. */
	if (wl_display_roundtrip(p->display) < 0 || wl_display_roundtrip(p->display) < 0 ||
	    !p->seat)
		return -1;
	if (p->shell)
		wl_proxy_add_listener(p->shell, (void (**)(void))(uintptr_t)&shell_listener, p);
	if (p->fake)
		wl_proxy_marshal(p->fake, 0, "limber", "a test");
	else if (p->vpointers)
		p->pointer =
			wl_proxy_marshal_flags(p->vpointers, 0, &vpointer, 1, 0, p->seat, NULL);
	else
		return -1;
	return wl_display_roundtrip(p->display);
}

static int obey(struct person *p, const char *command)
{
	if (!strcmp(command, "move\n"))
		move(p);
	else if (!strcmp(command, "film\n"))
		show_film(p);
	else if (!strcmp(command, "credits\n"))
		end_film(p);
	return wl_display_roundtrip(p->display);
}

int main(int argc, char **argv)
{
	struct person p = { .seat_name = argc > 1 ? argv[1] : NULL };
	char line[64];

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (sit_down(&p) < 0) {
		fprintf(stderr, "wayland-person: this compositor has no place for us\n");
		return 1;
	}
	puts("ready");
	while (fgets(line, sizeof(line), stdin)) {
		if (obey(&p, line) < 0)
			return 1;
		fputs(line, stdout);
	}
	return 0;
}
