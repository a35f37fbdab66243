/* Full screen as window managers on X11 tell it, by the EWMH hints. */
#include "quiet/fullscreen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "display/x11-display.h"

/* A window's states and the text of its class are read up to this, in units of 4 bytes. */
#define READ_MAX 64

enum atom { ATOM_ACTIVE_WINDOW, ATOM_STATE, ATOM_FULLSCREEN, ATOMS };

static const char *const atom_names[ATOMS] = {
	[ATOM_ACTIVE_WINDOW] = "_NET_ACTIVE_WINDOW",
	[ATOM_STATE] = "_NET_WM_STATE",
	[ATOM_FULLSCREEN] = "_NET_WM_STATE_FULLSCREEN",
};

struct windows {
	struct fullscreen fullscreen; /* first: what quiet.c holds is this */
	struct x11_display *display;  /* owned */
	bool window_manager;          /* somebody tells which window has the focus */
	xcb_atom_t atoms[ATOMS];
	size_t n_atoms;      /* that are known */
	xcb_window_t active; /* the window that has the focus, or 0 */
	bool asked;          /* quiet_answered() is owed */
};

static struct windows *windows_of(struct quiet_source *source)
{
	return (struct windows *)source;
}

static void found(struct windows *w, bool on, const char *who)
{
	fullscreen_found(&w->fullscreen, on, who);
	if (!w->asked)
		return;
	w->asked = false;
	quiet_answered(&w->fullscreen.source);
}

/* Ask for a property, from its beginning. */
static void get(struct windows *w, xcb_window_t window, xcb_atom_t property, xcb_atom_t type,
		x11_answer answer)
{
	xcb_get_property_cookie_t cookie = xcb_get_property(
		x11_display_connection(w->display), false, window, property, type, 0, READ_MAX);

	x11_display_ask(w->display, cookie.sequence, answer);
}

static void listen_to(struct windows *w, xcb_window_t window, uint32_t events)
{
	(void)xcb_change_window_attributes(x11_display_connection(w->display), window,
					   XCB_CW_EVENT_MASK, &events);
}

/* The window ----------------------------------------------------------------------------------- */

/* WM_CLASS is two strings one after the other, each with its zero: instance and class. */
static void on_class(void *owner, const void *reply)
{
	struct windows *w = owner;
	char text[4 * READ_MAX + 1] = "";
	const char *class = text;
	int n = reply ? xcb_get_property_value_length(reply) : 0;

	if (n > 0 && n < (int)sizeof(text)) {
		memcpy(text, xcb_get_property_value(reply), (size_t)n);
		if (strlen(text) + 1 < (size_t)n)
			class = text + strlen(text) + 1;
	}
	found(w, true, class);
}

static bool has_atom(const xcb_get_property_reply_t *reply, xcb_atom_t atom)
{
	const xcb_atom_t *atoms;
	size_t n;

	if (!reply || reply->format != 32)
		return false;
	atoms = xcb_get_property_value(reply);
	n = (size_t)xcb_get_property_value_length(reply) / sizeof(*atoms);
	for (size_t i = 0; i < n; i++)
		if (atoms[i] == atom)
			return true;
	return false;
}

static void on_state(void *owner, const void *reply)
{
	struct windows *w = owner;

	if (has_atom(reply, w->atoms[ATOM_FULLSCREEN]))
		get(w, w->active, XCB_ATOM_WM_CLASS, XCB_ATOM_STRING, on_class);
	else
		found(w, false, NULL);
}

static void look_at_window(struct windows *w)
{
	if (w->active)
		get(w, w->active, w->atoms[ATOM_STATE], XCB_ATOM_ATOM, on_state);
	else
		found(w, false, NULL);
}

/* Which window --------------------------------------------------------------------------------- */

static void on_active_window(void *owner, const void *reply)
{
	struct windows *w = owner;
	const xcb_get_property_reply_t *property = reply;
	xcb_window_t window = XCB_NONE;

	w->window_manager = property && property->format == 32;
	if (w->window_manager && xcb_get_property_value_length(property) >= 4)
		memcpy(&window, xcb_get_property_value(property), sizeof(window));
	if (window != w->active) {
		if (w->active)
			listen_to(w, w->active, XCB_EVENT_MASK_NO_EVENT);
		if (window)
			listen_to(w, window, XCB_EVENT_MASK_PROPERTY_CHANGE);
		w->active = window;
	}
	look_at_window(w);
}

static void look(struct windows *w)
{
	get(w, x11_display_root(w->display), w->atoms[ATOM_ACTIVE_WINDOW], XCB_ATOM_WINDOW,
	    on_active_window);
}

/* The server ----------------------------------------------------------------------------------- */

static void on_atom(void *owner, const void *reply);

static void ask_atom(struct windows *w)
{
	const char *name = atom_names[w->n_atoms];
	xcb_intern_atom_cookie_t cookie = xcb_intern_atom(x11_display_connection(w->display), false,
							  (uint16_t)strlen(name), name);

	x11_display_ask(w->display, cookie.sequence, on_atom);
}

static void on_atom(void *owner, const void *reply)
{
	const xcb_intern_atom_reply_t *atom = reply;
	struct windows *w = owner;

	/* Only a server that is out of memory has none for us. */
	if (!atom)
		return;
	w->atoms[w->n_atoms++] = atom->atom;
	if (w->n_atoms < ATOMS) {
		ask_atom(w);
		return;
	}
	/* From before the first look, so that nothing is missed. */
	listen_to(w, x11_display_root(w->display), XCB_EVENT_MASK_PROPERTY_CHANGE);
	look(w);
}

static void on_opened(void *owner)
{
	struct windows *w = owner;

	w->n_atoms = 0;
	w->active = XCB_NONE;
	ask_atom(w);
}

static void on_closed(void *owner)
{
	found(owner, false, NULL);
}

static void on_event(void *owner, const xcb_generic_event_t *event)
{
	const xcb_property_notify_event_t *notify = (const xcb_property_notify_event_t *)event;
	struct windows *w = owner;

	/* Errors are of windows that have gone meanwhile; the next focus tells. */
	if ((event->response_type & 0x7f) != XCB_PROPERTY_NOTIFY || w->n_atoms < ATOMS)
		return;
	if (notify->atom == w->atoms[ATOM_ACTIVE_WINDOW])
		look(w);
	else if (notify->atom == w->atoms[ATOM_STATE] && notify->window == w->active)
		look(w);
}

static void on_silent(void *owner, bool silent)
{
	struct windows *w = owner;

	if (silent)
		quiet_trouble(&w->fullscreen.source,
			      "the X server does not answer: a window that fills the "
			      "screen is not seen");
	else
		quiet_trouble(&w->fullscreen.source, "%s", "");
}

static const struct x11_display_sink display_sink = {
	.opened = on_opened,
	.closed = on_closed,
	.event = on_event,
	.silent = on_silent,
};

/* What quiet.c calls --------------------------------------------------------------------------- */

static struct quiet_source *windows_close(struct quiet_source *source)
{
	struct windows *w = windows_of(source);

	if (!source)
		return NULL;
	x11_display_free(w->display);
	free(w);
	return NULL;
}

static int windows_open(struct quiet_source **ret, struct quiet_watch *q)
{
	const struct display_place *place = quiet_place(q);
	struct windows *w;
	int r;

	/* The X server of a Wayland desktop tells of X programs only. */
	if (place->wayland)
		return -ENXIO;
	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->fullscreen.source.type = &quiet_fullscreen_x11;
	w->fullscreen.source.quiet = q;
	r = x11_display_new(&w->display, quiet_event(q), place->x11, place->authority,
			    &display_sink, w);
	if (r < 0) {
		windows_close(&w->fullscreen.source);
		return r;
	}
	x11_display_calm(w->display, FULLSCREEN_CALM_INTERVAL, FULLSCREEN_CALM_BURST);
	*ret = &w->fullscreen.source;
	return 0;
}

/* What was left lying may be of the very window, so it is looked at before silence is broken. */
static bool windows_ask(struct quiet_source *source)
{
	struct windows *w = windows_of(source);

	if (!x11_display_is_calm(w->display))
		return false;
	w->asked = true;
	look(w);
	return true;
}

static const char *windows_blind(const struct quiet_source *source)
{
	const struct windows *w = (const struct windows *)source;

	if (!x11_display_connection(w->display))
		return "there is no X server to ask";
	return w->window_manager ? NULL : "no window manager tells which window has the focus";
}

const struct quiet_source_type quiet_fullscreen_x11 = {
	.kind = QUIET_KIND_FULLSCREEN,
	.open = windows_open,
	.close = windows_close,
	.browsers_changed = fullscreen_browsers_changed,
	.ask = windows_ask,
	.blind = windows_blind,
	.by_place = true,
	.nowhere = FULLSCREEN_NOWHERE,
};
