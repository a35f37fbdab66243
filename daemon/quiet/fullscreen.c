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

struct fullscreen {
	struct quiet_source source;  /* first: what quiet.c holds is this */
	struct x11_display *display; /* owned */
	bool window_manager;         /* somebody tells which window has the focus */
	xcb_atom_t atoms[ATOMS];
	size_t n_atoms;      /* that are known */
	xcb_window_t active; /* the window that has the focus, or 0 */
};

static struct fullscreen *fullscreen_of(struct quiet_source *source)
{
	return (struct fullscreen *)source;
}

static void found(struct fullscreen *f, bool on, const char *who)
{
	quiet_found(&f->source, on, who, NULL);
}

/* Ask for a property, from its beginning. */
static void get(struct fullscreen *f, xcb_window_t window, xcb_atom_t property, xcb_atom_t type,
		x11_answer answer)
{
	xcb_get_property_cookie_t cookie = xcb_get_property(
		x11_display_connection(f->display), false, window, property, type, 0, READ_MAX);

	x11_display_ask(f->display, cookie.sequence, answer);
}

static void listen_to(struct fullscreen *f, xcb_window_t window, uint32_t events)
{
	(void)xcb_change_window_attributes(x11_display_connection(f->display), window,
					   XCB_CW_EVENT_MASK, &events);
}

/* The window ----------------------------------------------------------------------------------- */

/* WM_CLASS is two strings one after the other, each with its zero: instance and class. */
static void on_class(void *owner, const void *reply)
{
	struct fullscreen *f = owner;
	char text[4 * READ_MAX + 1] = "";
	const char *class = text;
	int n = reply ? xcb_get_property_value_length(reply) : 0;

	if (n > 0 && n < (int)sizeof(text)) {
		memcpy(text, xcb_get_property_value(reply), (size_t)n);
		if (strlen(text) + 1 < (size_t)n)
			class = text + strlen(text) + 1;
	}
	found(f, true, class);
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
	struct fullscreen *f = owner;

	if (has_atom(reply, f->atoms[ATOM_FULLSCREEN]))
		get(f, f->active, XCB_ATOM_WM_CLASS, XCB_ATOM_STRING, on_class);
	else
		found(f, false, NULL);
}

static void look_at_window(struct fullscreen *f)
{
	if (f->active)
		get(f, f->active, f->atoms[ATOM_STATE], XCB_ATOM_ATOM, on_state);
	else
		found(f, false, NULL);
}

/* Which window --------------------------------------------------------------------------------- */

static void on_active_window(void *owner, const void *reply)
{
	struct fullscreen *f = owner;
	const xcb_get_property_reply_t *property = reply;
	xcb_window_t window = XCB_NONE;

	f->window_manager = property && property->format == 32;
	if (f->window_manager && xcb_get_property_value_length(property) >= 4)
		memcpy(&window, xcb_get_property_value(property), sizeof(window));
	if (window != f->active) {
		if (f->active)
			listen_to(f, f->active, XCB_EVENT_MASK_NO_EVENT);
		if (window)
			listen_to(f, window, XCB_EVENT_MASK_PROPERTY_CHANGE);
		f->active = window;
	}
	look_at_window(f);
}

static void look(struct fullscreen *f)
{
	get(f, x11_display_root(f->display), f->atoms[ATOM_ACTIVE_WINDOW], XCB_ATOM_WINDOW,
	    on_active_window);
}

/* The server ----------------------------------------------------------------------------------- */

static void on_atom(void *owner, const void *reply);

static void ask_atom(struct fullscreen *f)
{
	const char *name = atom_names[f->n_atoms];
	xcb_intern_atom_cookie_t cookie = xcb_intern_atom(x11_display_connection(f->display), false,
							  (uint16_t)strlen(name), name);

	x11_display_ask(f->display, cookie.sequence, on_atom);
}

static void on_atom(void *owner, const void *reply)
{
	const xcb_intern_atom_reply_t *atom = reply;
	struct fullscreen *f = owner;

	/* Only a server that is out of memory has none for us. */
	if (!atom)
		return;
	f->atoms[f->n_atoms++] = atom->atom;
	if (f->n_atoms < ATOMS) {
		ask_atom(f);
		return;
	}
	/* From before the first look, so that nothing is missed. */
	listen_to(f, x11_display_root(f->display), XCB_EVENT_MASK_PROPERTY_CHANGE);
	look(f);
}

static void on_opened(void *owner)
{
	struct fullscreen *f = owner;

	f->n_atoms = 0;
	f->active = XCB_NONE;
	ask_atom(f);
}

static void on_closed(void *owner)
{
	found(owner, false, NULL);
}

static void on_event(void *owner, const xcb_generic_event_t *event)
{
	const xcb_property_notify_event_t *notify = (const xcb_property_notify_event_t *)event;
	struct fullscreen *f = owner;

	/* Errors are of windows that have gone meanwhile; the next focus tells. */
	if ((event->response_type & 0x7f) != XCB_PROPERTY_NOTIFY || f->n_atoms < ATOMS)
		return;
	if (notify->atom == f->atoms[ATOM_ACTIVE_WINDOW])
		look(f);
	else if (notify->atom == f->atoms[ATOM_STATE] && notify->window == f->active)
		look(f);
}

static void on_silent(void *owner, bool silent)
{
	struct fullscreen *f = owner;

	if (silent)
		quiet_trouble(&f->source, "the X server does not answer: a window that fills the "
					  "screen is not seen");
	else
		quiet_trouble(&f->source, "%s", "");
}

static const struct x11_display_sink display_sink = {
	.opened = on_opened,
	.closed = on_closed,
	.event = on_event,
	.silent = on_silent,
};

/* What quiet.c calls --------------------------------------------------------------------------- */

static struct quiet_source *fullscreen_close(struct quiet_source *source)
{
	struct fullscreen *f = fullscreen_of(source);

	if (!source)
		return NULL;
	x11_display_free(f->display);
	free(f);
	return NULL;
}

static int fullscreen_open(struct quiet_source **ret, struct quiet_watch *q)
{
	struct fullscreen *f;
	int r;

	if (getenv("WAYLAND_DISPLAY"))
		return -ENXIO;
	f = calloc(1, sizeof(*f));
	if (!f)
		return -ENOMEM;
	f->source.type = &quiet_fullscreen;
	f->source.quiet = q;
	r = x11_display_new(&f->display, quiet_event(q), getenv("DISPLAY"), NULL, &display_sink, f);
	if (r < 0) {
		fullscreen_close(&f->source);
		return r;
	}
	*ret = &f->source;
	return 0;
}

static const char *fullscreen_blind(const struct quiet_source *source)
{
	const struct fullscreen *f = (const struct fullscreen *)source;

	if (!x11_display_connection(f->display))
		return "there is no X server to ask";
	return f->window_manager ? NULL : "no window manager tells which window has the focus";
}

const struct quiet_source_type quiet_fullscreen = {
	.kind = QUIET_KIND_FULLSCREEN,
	.open = fullscreen_open,
	.close = fullscreen_close,
	.blind = fullscreen_blind,
	.nowhere = "a window that fills the screen is seen on X11 only",
};
