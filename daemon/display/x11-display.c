#include "display/x11-display.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xcb/xcbext.h>

#include "base/cleanup.h"
#include "base/timer.h"
#include "base/tries.h"
#include "display/displays.h"

struct x11_display {
	sd_event *event;                     /* referenced */
	const struct x11_display_sink *sink; /* borrowed */
	void *owner;                         /* borrowed */
	char *name;                          /* owned: as in DISPLAY */
	char *authority;                     /* owned: as in XAUTHORITY, or NULL */
	int number;                          /* of a local display, for its socket; else -1 */
	int screen;
	bool silent; /* as it was told */

	/* On the way to a connection. */
	struct x11_connect *connect; /* owned: the try under way */
	struct tries *tries;         /* owned; they watch while there is no connection */

	/* With a connection. */
	xcb_connection_t *connection; /* owned */
	sd_event_source *io;          /* owned */
	sd_event_source *patience;    /* owned timer: runs while a question is open */
	unsigned question;            /* sequence number of the request to be answered, or 0 */
	x11_answer answer;

	/* Of its wake-ups while no question is open; 0: no limit. */
	usec_t calm_interval;
	unsigned calm_burst;
};

DEFINE_CLEANUP(x11_display_free, struct x11_display *)

static void set_silent(struct x11_display *d, bool silent)
{
	if (d->silent == silent)
		return;
	d->silent = silent;
	d->sink->silent(d->owner, silent);
}

/* Questions and answers ------------------------------------------------------------------------ */

/* An answer is not left lying, nor what comes before it. */
static void read_all(struct x11_display *d)
{
	if (d->calm_burst)
		(void)sd_event_source_set_ratelimit(d->io, 0, 0);
}

static void keep_calm(struct x11_display *d)
{
	if (d->calm_burst && d->io && !d->question)
		(void)sd_event_source_set_ratelimit(d->io, d->calm_interval, d->calm_burst);
}

void x11_display_calm(struct x11_display *d, usec_t interval, unsigned burst)
{
	d->calm_interval = interval;
	d->calm_burst = burst;
	keep_calm(d);
}

bool x11_display_is_calm(const struct x11_display *d)
{
	return d->io && sd_event_source_is_ratelimited(d->io) > 0;
}

static void drop_question(struct x11_display *d)
{
	if (d->question)
		xcb_discard_reply(d->connection, d->question);
	d->question = 0;
	timer_stop(d->patience);
}

void x11_display_ask(struct x11_display *d, unsigned sequence, x11_answer answer)
{
	drop_question(d);
	d->question = sequence;
	d->answer = answer;
	timer_start(d->patience, X11_DISPLAY_PATIENCE);
	read_all(d);
}

bool x11_display_is_asking(const struct x11_display *d)
{
	return d->question;
}

static int on_no_answer(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	set_silent(userdata, true);
	return 0;
}

static bool take_answer(struct x11_display *d)
{
	CLEANUP(freep) void *reply = NULL;
	CLEANUP(freep) xcb_generic_error_t *error = NULL;

	if (!d->question || !xcb_poll_for_reply(d->connection, d->question, &reply, &error))
		return false;
	/* A broken connection counts as an answer there; on_prepare() looks after that. */
	if (xcb_connection_has_error(d->connection))
		return false;
	d->question = 0;
	timer_stop(d->patience);
	set_silent(d, false);
	d->answer(d->owner, reply);
	keep_calm(d);
	return true;
}

/* The connection ------------------------------------------------------------------------------- */

/* Or is that the owner's to do? */
static bool tries_again(const struct x11_display *d)
{
	return !d->sink->failed;
}

void x11_display_close(struct x11_display *d)
{
	d->io = sd_event_source_disable_unref(d->io);
	timer_stop(d->patience);
	d->question = 0;
	if (d->connection)
		xcb_disconnect(d->connection);
	d->connection = NULL;
}

static void lose(struct x11_display *d)
{
	x11_display_close(d);
	if (tries_again(d)) {
		tries_watch(d->tries);
		tries_begin(d->tries);
	}
	set_silent(d, false);
	d->sink->closed(d->owner);
}

/*
 * Handle what is in libxcb's hands; `next` says whether the socket is read as well. Whoever is told
 * may close the connection.
 */
static bool handle(struct x11_display *d, xcb_generic_event_t *(*next)(xcb_connection_t *))
{
	xcb_generic_event_t *event;
	bool any = false;

	while (d->connection && (event = next(d->connection))) {
		d->sink->event(d->owner, event);
		free(event);
		any = true;
	}
	return (d->connection && take_answer(d)) || any;
}

static int on_readable(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	(void)source;
	(void)fd;
	(void)revents;
	(void)handle(userdata, xcb_poll_for_event);
	return 0;
}

/*
 * Before each sleep of the loop. This is where requests go out. And libxcb may have read while it
 * wrote, so that there is something to handle although the socket will stay quiet.
 */
static int on_prepare(sd_event_source *source, void *userdata)
{
	struct x11_display *d = userdata;

	(void)source;
	do
		(void)xcb_flush(d->connection);
	while (handle(d, xcb_poll_for_queued_event) && d->connection);
	if (d->connection && xcb_connection_has_error(d->connection))
		lose(d);
	return 0;
}

static int adopt(struct x11_display *d, xcb_connection_t *connection)
{
	int r;

	d->connection = connection;
	r = sd_event_add_io(d->event, &d->io, xcb_get_file_descriptor(connection), EPOLLIN,
			    on_readable, d);
	if (r < 0)
		return r;
	return sd_event_source_set_prepare(d->io, on_prepare);
}

static void on_failed(void *owner, enum x11_connect_failure why)
{
	struct x11_display *d = owner;

	d->connect = x11_connect_free(d->connect);
	set_silent(d, false);
	if (!tries_again(d))
		d->sink->failed(d->owner, why);
	else
		tries_failed(d->tries);
}

static void on_connected(void *owner, xcb_connection_t *connection)
{
	struct x11_display *d = owner;

	d->connect = x11_connect_free(d->connect);
	if (adopt(d, connection) < 0) {
		x11_display_close(d);
		on_failed(d, X11_CONNECT_FAILED);
		return;
	}
	set_silent(d, false);
	tries_unwatch(d->tries);
	d->sink->opened(d->owner);
}

static void on_silent(void *owner)
{
	set_silent(owner, true);
}

static void attempt(void *owner)
{
	static const struct x11_connect_sink sink = {
		.connected = on_connected,
		.failed = on_failed,
		.silent = on_silent,
	};
	struct x11_display *d = owner;

	d->connect = x11_connect_free(d->connect);
	if (x11_connect_new(&d->connect, d->event, d->name, d->authority, &sink, d) < 0)
		on_failed(d, X11_CONNECT_FAILED);
}

/* What the owner calls ------------------------------------------------------------------------- */

/* The number of the display if its server runs here, else -1. */
static int parse_name(const char *name, int *ret_screen)
{
	CLEANUP(freep) char *host = NULL;
	int number;

	*ret_screen = 0;
	if (!xcb_parse_display(name, &host, &number, ret_screen))
		return -1;
	return !host[0] || !strcmp(host, "unix") ? number : -1;
}

static int new_tries(struct x11_display *d)
{
	char name[16];

	if (d->number < 0)
		return tries_new(&d->tries, d->event, NULL, NULL, attempt, d);
	(void)snprintf(name, sizeof(name), "X%d", d->number);
	return tries_new(&d->tries, d->event, X11_SOCKETS, name, attempt, d);
}

int x11_display_new(struct x11_display **ret, sd_event *event, const char *name,
		    const char *authority, const struct x11_display_sink *sink, void *owner)
{
	CLEANUP(x11_display_freep) struct x11_display *d = NULL;
	int r;

	if (!name || !name[0])
		return -ENXIO;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	d->event = sd_event_ref(event);
	d->sink = sink;
	d->owner = owner;
	d->number = parse_name(name, &d->screen);
	d->name = strdup(name);
	d->authority = authority ? strdup(authority) : NULL;
	if (!d->name || (authority && !d->authority))
		return -ENOMEM;
	r = new_tries(d);
	if (r < 0)
		return r;
	r = timer_new(&d->patience, event, 100 * USEC_PER_MSEC, on_no_answer, d);
	if (r < 0)
		return r;
	tries_begin(d->tries);
	if (tries_again(d))
		tries_watch(d->tries);

	*ret = TAKE(d);
	return 0;
}

struct x11_display *x11_display_free(struct x11_display *d)
{
	if (!d)
		return NULL;
	x11_display_close(d);
	x11_connect_free(d->connect);
	tries_free(d->tries);
	sd_event_source_disable_unref(d->patience);
	sd_event_unref(d->event);
	free(d->name);
	free(d->authority);
	free(d);
	return NULL;
}

bool x11_display_is_local(const struct x11_display *d)
{
	return d->number >= 0;
}

xcb_connection_t *x11_display_connection(const struct x11_display *d)
{
	return d->connection;
}

xcb_window_t x11_display_root(const struct x11_display *d)
{
	xcb_screen_iterator_t at;

	if (!d->connection)
		return XCB_NONE;
	at = xcb_setup_roots_iterator(xcb_get_setup(d->connection));
	for (int i = 0; i < d->screen && at.rem > 1; i++)
		xcb_screen_next(&at);
	return at.rem ? at.data->root : XCB_NONE;
}
