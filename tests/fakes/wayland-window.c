/*
 * A program with one window on a Wayland compositor: `wayland-window APP_ID [full]`, on the whole
 * screen from the first moment on if the second word is there. Says `shown` when the compositor has
 * given it a size, obeys lines on stdin and says each again when the compositor has it: `full`,
 * `normal`, and `title` (another one each time). Ends with its input.
 */
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <wayland-client.h>

#include "base/cleanup.h"

#define SIZE 64

/* Requests, by their place in the tables below. */
enum { TOPLEVEL_TITLE = 2, TOPLEVEL_APP_ID = 3, TOPLEVEL_FULL = 11, TOPLEVEL_NORMAL = 12 };
enum { SURFACE_TOPLEVEL = 1, SURFACE_ACK = 4 };
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

struct window {
	struct wl_display *display;
	struct wl_compositor *compositor;
	struct wl_shm *shm;
	struct wl_proxy *shell, *xdg, *top;
	struct wl_surface *surface;
	bool shown;
	unsigned titles;
};

static void on_global(void *data, struct wl_registry *r, uint32_t name, const char *interface,
		      uint32_t version)
{
	struct window *w = data;

	(void)version;
	if (!strcmp(interface, wl_compositor_interface.name))
		w->compositor = wl_registry_bind(r, name, &wl_compositor_interface, 4);
	else if (!strcmp(interface, wl_shm_interface.name))
		w->shm = wl_registry_bind(r, name, &wl_shm_interface, 1);
	else if (!strcmp(interface, shell.name))
		w->shell = wl_registry_bind(r, name, &shell, 1);
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
	wl_proxy_marshal(proxy, SHELL_PONG, serial);
}

static struct wl_buffer *make_buffer(struct window *w)
{
	CLEANUP(closep) int fd = memfd_create("picture", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, SIZE * SIZE * 4) < 0)
		abort();
	return wl_shm_pool_create_buffer(wl_shm_create_pool(w->shm, fd, SIZE * SIZE * 4), 0, SIZE,
					 SIZE, SIZE * 4, WL_SHM_FORMAT_XRGB8888);
}

static void on_configure(void *data, struct wl_proxy *proxy, uint32_t serial)
{
	struct window *w = data;

	wl_proxy_marshal(proxy, SURFACE_ACK, serial);
	if (!w->shown)
		wl_surface_attach(w->surface, make_buffer(w), 0, 0);
	wl_surface_commit(w->surface);
	w->shown = true;
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
	exit(EXIT_SUCCESS);
}

static void obey(struct window *w, const char *line)
{
	char text[32];

	if (!strcmp(line, "full\n")) {
		wl_proxy_marshal(w->top, TOPLEVEL_FULL, NULL);
	} else if (!strcmp(line, "normal\n")) {
		wl_proxy_marshal(w->top, TOPLEVEL_NORMAL);
	} else if (!strcmp(line, "title\n")) {
		(void)snprintf(text, sizeof(text), "title %u", w->titles++);
		wl_proxy_marshal(w->top, TOPLEVEL_TITLE, text);
	}
}

static int open_window(struct window *w, const char *app_id, bool full)
{
	static const struct {
		void (*configure)(void *, struct wl_proxy *, uint32_t);
	} surface_listener = { on_configure };
	static const struct {
		void (*configure)(void *, struct wl_proxy *, int32_t, int32_t, struct wl_array *);
		void (*close)(void *, struct wl_proxy *);
	} top_listener = { on_size, on_close };

	w->surface = wl_compositor_create_surface(w->compositor);
	w->xdg = wl_proxy_marshal_flags(w->shell, SHELL_SURFACE, &xdg_surface, 1, 0, NULL,
					w->surface);
	wl_proxy_add_listener(w->xdg, (void (**)(void))(uintptr_t)&surface_listener, w);
	w->top = wl_proxy_marshal_flags(w->xdg, SURFACE_TOPLEVEL, &toplevel, 1, 0, NULL);
	wl_proxy_add_listener(w->top, (void (**)(void))(uintptr_t)&top_listener, w);
	wl_proxy_marshal(w->top, TOPLEVEL_APP_ID, app_id);
	if (full)
		obey(w, "full\n");
	wl_surface_commit(w->surface);
	while (!w->shown)
		if (wl_display_dispatch(w->display) < 0)
			return -1;
	return wl_display_roundtrip(w->display);
}

static int begin(struct window *w)
{
	static const struct wl_registry_listener listener = { on_global, on_global_gone };
	static const struct {
		void (*ping)(void *, struct wl_proxy *, uint32_t);
	} shell_listener = { on_ping };

	w->display = wl_display_connect(NULL);
	if (!w->display)
		return -1;
	wl_registry_add_listener(wl_display_get_registry(w->display), &listener, w);
	if (wl_display_roundtrip(w->display) < 0 || !w->compositor || !w->shm || !w->shell)
		return -1;
	wl_proxy_add_listener(w->shell, (void (**)(void))(uintptr_t)&shell_listener, w);
	return 0;
}

/* The compositor waits for answers to its events, so it is heard between lines as well. */
static bool wait_for_line(struct window *w)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = wl_display_get_fd(w->display), .events = POLLIN },
	};

	for (;;) {
		if (wl_display_flush(w->display) < 0 || poll(fds, ELEMENTS(fds), -1) < 0)
			return false;
		if (fds[1].revents && wl_display_dispatch(w->display) < 0)
			return false;
		if (fds[0].revents)
			return true;
	}
}

int main(int argc, char *argv[])
{
	struct window w = { 0 };
	char line[64];

	setvbuf(stdin, NULL, _IONBF, 0);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2 || begin(&w) < 0 || open_window(&w, argv[1], argc > 2) < 0) {
		fprintf(stderr, "wayland-window: this compositor has no place for us\n");
		return 1;
	}
	puts("shown");
	while (wait_for_line(&w) && fgets(line, sizeof(line), stdin)) {
		obey(&w, line);
		if (wl_display_roundtrip(w.display) < 0)
			return 1;
		fputs(line, stdout);
	}
	return 0;
}
