/*
 * Somebody at a Wayland compositor, without a device: `wayland-person [SEAT]`. Obeys lines on
 * stdin and says each again when the compositor has dealt with it: `move` moves the pointer a
 * little, `film` shows a window that keeps the screen awake, `credits` closes it. Ends with its
 * input. The pointer is there from the first moment on, so that no move brings a device with it.
 * Without a SEAT it is the first of the compositor's.
 */
#include <stdio.h>
#include <time.h>

#include "wayland-shell.h"

/* As much of each protocol as is used, up to the last request in use. */
/* clang-format off */
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
static const struct wl_interface inhibitor = {
	"zwp_idle_inhibitor_v1", 1, 1, destroy_requests, 0, NULL };
static const struct wl_interface *inhibit_types[] = { &inhibitor, &wl_surface_interface };
static const struct wl_message inhibit_requests[] = {
	{ "destroy", "", none }, { "create_inhibitor", "no", inhibit_types } };
static const struct wl_interface inhibit = {
	"zwp_idle_inhibit_manager_v1", 1, ELEMENTS(inhibit_requests), inhibit_requests, 0, NULL };
/* clang-format on */

struct person {
	struct place place;
	struct wl_seat *seat;
	const char *seat_name;
	struct wl_proxy *vpointers, *pointer, *fake, *inhibit;
	struct window film;
	struct wl_proxy *inhibitor;
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
		struct wl_proxy **slot;
	} wanted[] = {
		{ &vpointers, &p->vpointers },
		{ &fake_input, &p->fake },
		{ &inhibit, &p->inhibit },
	};

	(void)version;
	if (!strcmp(interface, wl_seat_interface.name))
		on_seat(p, r, name);
	place_take(&p->place, r, name, interface);
	for (size_t i = 0; i < ELEMENTS(wanted); i++)
		if (!strcmp(interface, wanted[i].interface->name) && !*wanted[i].slot)
			*wanted[i].slot = wl_registry_bind(r, name, wanted[i].interface, 1);
}

static void on_global_gone(void *data, struct wl_registry *r, uint32_t name)
{
	(void)data;
	(void)r;
	(void)name;
}

static int show_film(struct person *p)
{
	window_new(&p->film, &p->place);
	p->inhibitor =
		wl_proxy_marshal_flags(p->inhibit, 1, &inhibitor, 1, 0, NULL, p->film.surface);
	return window_show(&p->film);
}

static void end_film(struct person *p)
{
	wl_proxy_marshal_flags(p->inhibitor, 0, NULL, 1, WL_MARSHAL_FLAG_DESTROY);
	window_close(&p->film);
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
	struct wl_display *display = p->place.display = wl_display_connect(NULL);

	if (!display)
		return -1;
	wl_registry_add_listener(wl_display_get_registry(display), &listener, p);
	/* What there is, then what the seats are called. */
	if (wl_display_roundtrip(display) < 0 || wl_display_roundtrip(display) < 0 || !p->seat)
		return -1;
	if (p->fake)
		wl_proxy_marshal(p->fake, 0, "limber", "a test");
	else if (p->vpointers)
		p->pointer =
			wl_proxy_marshal_flags(p->vpointers, 0, &vpointer, 1, 0, p->seat, NULL);
	else
		return -1;
	return wl_display_roundtrip(display);
}

static int obey(struct person *p, const char *command)
{
	if (!strcmp(command, "move\n"))
		move(p);
	else if (!strcmp(command, "film\n"))
		return show_film(p);
	else if (!strcmp(command, "credits\n"))
		end_film(p);
	return wl_display_roundtrip(p->place.display);
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
