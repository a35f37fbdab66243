/*
 * What a window manager says of its windows by the EWMH hints, with three windows of its own
 * and nobody to manage: `Editor`, `Film Player` and `Google-chrome`. On stdin it takes lines of up
 * to three words:
 *
 *   focus WINDOW        0 for none, 1 to 3
 *   full WINDOW         ... fills the screen
 *   normal WINDOW       ... no longer
 *   title WINDOW        ... has another title
 *   forged              the focus is on what is no window, with a text for its number
 *   close WINDOW
 *
 * and answers each with `done` once the server has it.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xcb/xcb.h>

static xcb_connection_t *x;
static xcb_window_t windows[4], root;

static xcb_atom_t atom(const char *name)
{
	xcb_intern_atom_reply_t *reply = xcb_intern_atom_reply(
		x, xcb_intern_atom(x, false, (uint16_t)strlen(name), name), NULL);
	xcb_atom_t found = reply ? reply->atom : XCB_NONE;

	free(reply);
	return found;
}

static void set(xcb_window_t window, const char *property, xcb_atom_t type, uint32_t n,
		const uint32_t *value)
{
	xcb_change_property(x, XCB_PROP_MODE_REPLACE, window, atom(property), type, 32, n, value);
}

static void open_window(int i, const char *class, uint32_t length)
{
	windows[i] = xcb_generate_id(x);
	xcb_create_window(x, XCB_COPY_FROM_PARENT, windows[i], root, 0, 0, 100, 100, 0,
			  XCB_WINDOW_CLASS_INPUT_OUTPUT, XCB_COPY_FROM_PARENT, 0, NULL);
	xcb_change_property(x, XCB_PROP_MODE_REPLACE, windows[i], XCB_ATOM_WM_CLASS,
			    XCB_ATOM_STRING, 8, length, class);
}

static void obey(const char *word, int which)
{
	static const char title[] = "title";
	static unsigned titles;
	const uint32_t states[] = { atom("_NET_WM_STATE_ABOVE"), atom("_NET_WM_STATE_FULLSCREEN") };
	xcb_window_t window = which >= 0 && which < 4 ? windows[which] : XCB_NONE;

	if (!strcmp(word, "focus"))
		set(root, "_NET_ACTIVE_WINDOW", XCB_ATOM_WINDOW, 1, &window);
	else if (!strcmp(word, "full"))
		set(window, "_NET_WM_STATE", XCB_ATOM_ATOM, 2, states);
	else if (!strcmp(word, "normal"))
		set(window, "_NET_WM_STATE", XCB_ATOM_ATOM, 1, states);
	else if (!strcmp(word, "title"))
		xcb_change_property(x, XCB_PROP_MODE_REPLACE, window, XCB_ATOM_WM_NAME,
				    XCB_ATOM_STRING, 8, 1 + titles++ % 5, title);
	else if (!strcmp(word, "forged"))
		xcb_change_property(x, XCB_PROP_MODE_REPLACE, root, atom("_NET_ACTIVE_WINDOW"),
				    XCB_ATOM_WINDOW, 8, 3, title);
	else if (!strcmp(word, "close"))
		xcb_destroy_window(x, window);
}

int main(void)
{
	char line[64], word[16];
	int screen, which;

	x = xcb_connect(NULL, &screen);
	if (xcb_connection_has_error(x))
		return 1;
	root = xcb_setup_roots_iterator(xcb_get_setup(x)).data->root;
	open_window(1, "editor\0Editor", 14);
	open_window(2, "player\0Film Player", 19);
	open_window(3, "google-chrome\0Google-chrome", 28);
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof(line), stdin)) {
		which = 0;
		if (sscanf(line, "%15s %d", word, &which) >= 1)
			obey(word, which);
		/* Whatever was asked for is in force when a later question is answered. */
		free(xcb_get_input_focus_reply(x, xcb_get_input_focus(x), NULL));
		puts("done");
	}
	xcb_disconnect(x);
	return 0;
}
