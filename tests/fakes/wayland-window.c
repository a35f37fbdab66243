/*
 * A program with one window on a Wayland compositor: `wayland-window APP_ID [full]`, on the whole
 * screen from the first moment on if the second word is there. Says `shown` when the compositor has
 * given it a size, obeys lines on stdin and says each again when the compositor has it: `full`,
 * `normal`, and `title` (another one each time). Ends with its input.
 */
#include <poll.h>
#include <stdio.h>

#include "wayland-shell.h"

struct program {
	struct place place;
	struct window window;
	unsigned titles;
};

static void on_global(void *data, struct wl_registry *r, uint32_t name, const char *interface,
		      uint32_t version)
{
	struct program *p = data;

	(void)version;
	place_take(&p->place, r, name, interface);
}

static void on_global_gone(void *data, struct wl_registry *r, uint32_t name)
{
	(void)data;
	(void)r;
	(void)name;
}

static void obey(struct program *p, const char *line)
{
	struct wl_proxy *top = p->window.top;
	char text[32];

	if (!strcmp(line, "full\n")) {
		wl_proxy_marshal(top, TOPLEVEL_FULL, NULL);
	} else if (!strcmp(line, "normal\n")) {
		wl_proxy_marshal(top, TOPLEVEL_NORMAL);
	} else if (!strcmp(line, "title\n")) {
		(void)snprintf(text, sizeof(text), "title %u", p->titles++);
		wl_proxy_marshal(top, TOPLEVEL_TITLE, text);
	}
}

static int begin(struct program *p, const char *app_id, bool full)
{
	static const struct wl_registry_listener listener = { on_global, on_global_gone };
	struct place *place = &p->place;

	place->display = wl_display_connect(NULL);
	if (!place->display)
		return -1;
	wl_registry_add_listener(wl_display_get_registry(place->display), &listener, p);
	if (wl_display_roundtrip(place->display) < 0 || !place->compositor || !place->shm ||
	    !place->shell)
		return -1;
	window_new(&p->window, place);
	wl_proxy_marshal(p->window.top, TOPLEVEL_APP_ID, app_id);
	if (full)
		obey(p, "full\n");
	return window_show(&p->window);
}

/* The compositor waits for answers to its events, so it is heard between lines as well. */
static bool wait_for_line(struct wl_display *display)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = wl_display_get_fd(display), .events = POLLIN },
	};

	for (;;) {
		if (wl_display_flush(display) < 0 || poll(fds, ELEMENTS(fds), -1) < 0)
			return false;
		if (fds[1].revents && wl_display_dispatch(display) < 0)
			return false;
		if (fds[0].revents)
			return true;
	}
}

int main(int argc, char *argv[])
{
	struct program p = { 0 };
	char line[64];

	setvbuf(stdin, NULL, _IONBF, 0);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2 || begin(&p, argv[1], argc > 2) < 0) {
		fprintf(stderr, "wayland-window: this compositor has no place for us\n");
		return 1;
	}
	puts("shown");
	while (wait_for_line(p.place.display) && fgets(line, sizeof(line), stdin)) {
		obey(&p, line);
		if (wl_display_roundtrip(p.place.display) < 0)
			return 1;
		fputs(line, stdout);
	}
	return 0;
}
