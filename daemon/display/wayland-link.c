#include "display/wayland-link.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <wayland-client-protocol.h>

#include "base/cleanup.h"
#include "base/timer.h"

#define PATIENCE (2 * USEC_PER_SEC)

struct wayland_link {
	const struct wayland_link_sink *sink; /* borrowed */
	void *owner;                          /* borrowed */
	struct wl_display *display;           /* owned, and with it the socket */
	sd_event_source *io;                  /* owned */
	sd_event_source *patience;            /* owned timer: runs while a question is open */
	struct wl_callback *question;         /* owned */
	void (*answered)(void *owner);
	bool reading;     /* libwayland was told that we are going to read */
	bool writing;     /* the socket is full: told when it has room again */
	bool dispatching; /* libwayland is calling us */
	bool doomed;      /* freed in there: to be done afterwards */
	bool gone;        /* lost() was told */
};

DEFINE_CLEANUP(wayland_link_free, struct wayland_link *)

static void release(struct wayland_link *l)
{
	sd_event_source_disable_unref(l->io);
	sd_event_source_disable_unref(l->patience);
	if (l->question)
		wl_callback_destroy(l->question);
	if (l->display && l->reading)
		wl_display_cancel_read(l->display);
	if (l->display)
		wl_display_disconnect(l->display);
	free(l);
}

struct wayland_link *wayland_link_free(struct wayland_link *l)
{
	if (!l)
		return NULL;
	l->doomed = true;
	if (!l->dispatching)
		release(l);
	return NULL;
}

/* May free the link, so it comes last wherever it is called. */
static void lose(struct wayland_link *l)
{
	if (l->gone)
		return;
	l->gone = true;
	(void)sd_event_source_set_enabled(l->io, SD_EVENT_OFF);
	timer_stop(l->patience);
	l->sink->lost(l->owner);
}

/* Hand out what was read. False if the link is no more. */
static bool dispatch(struct wayland_link *l)
{
	int n;

	l->dispatching = true;
	n = wl_display_dispatch_pending(l->display);
	l->dispatching = false;
	if (l->doomed) {
		release(l);
		return false;
	}
	if (n < 0)
		lose(l);
	return n >= 0;
}

static void watch_for_room(struct wayland_link *l, bool wanted)
{
	if (l->writing == wanted)
		return;
	l->writing = wanted;
	(void)sd_event_source_set_io_events(l->io, wanted ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

/*
 * Before each sleep of the loop: libwayland wants to be told before the socket is looked at, and
 * this is where requests go out. What it was told holds until there is something to read.
 */
static int on_prepare(sd_event_source *source, void *userdata)
{
	struct wayland_link *l = userdata;

	(void)source;
	while (!l->reading) {
		if (!wl_display_prepare_read(l->display))
			l->reading = true;
		else if (!dispatch(l))
			return 0;
	}
	if (wl_display_flush(l->display) >= 0)
		watch_for_room(l, false);
	else if (errno == EAGAIN)
		watch_for_room(l, true);
	else
		lose(l);
	return 0;
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct wayland_link *l = userdata;

	(void)source;
	(void)fd;
	if (!l->reading || !(revents & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		return 0;
	l->reading = false;
	if (wl_display_read_events(l->display) < 0)
		lose(l);
	else
		(void)dispatch(l);
	return 0;
}

static int on_patience(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct wayland_link *l = userdata;

	(void)source;
	(void)usec;
	l->sink->silent(l->owner);
	return 0;
}

static void on_done(void *data, struct wl_callback *callback, uint32_t serial)
{
	struct wayland_link *l = data;

	(void)callback;
	(void)serial;
	wl_callback_destroy(l->question);
	l->question = NULL;
	timer_stop(l->patience);
	if (!l->doomed)
		l->answered(l->owner);
}

int wayland_link_ask(struct wayland_link *l, void (*answered)(void *owner))
{
	static const struct wl_callback_listener listener = { .done = on_done };

	l->answered = answered;
	l->question = wl_display_sync(l->display);
	if (!l->question)
		return -ENOMEM;
	(void)wl_callback_add_listener(l->question, &listener, l);
	timer_start(l->patience, PATIENCE);
	return 0;
}

bool wayland_link_is_asking(const struct wayland_link *l)
{
	return l->question;
}

void wayland_link_calm(struct wayland_link *l, usec_t interval, unsigned burst)
{
	(void)sd_event_source_set_ratelimit(l->io, interval, burst);
}

bool wayland_link_is_calm(const struct wayland_link *l)
{
	return sd_event_source_is_ratelimited(l->io) > 0;
}

struct wl_display *wayland_link_display(const struct wayland_link *l)
{
	return l->display;
}

/* wl_display_connect() would wait for a place in the queue of a compositor that hangs. */
static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	CLEANUP(closep) int fd = -1;
	int found;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	found = fd;
	fd = -1;
	return found;
}

static int attach(struct wayland_link *l, sd_event *event)
{
	int r;

	r = timer_new(&l->patience, event, 100 * USEC_PER_MSEC, on_patience, l);
	if (r < 0)
		return r;
	r = sd_event_add_io(event, &l->io, wl_display_get_fd(l->display), EPOLLIN, on_io, l);
	if (r < 0)
		return r;
	return sd_event_source_set_prepare(l->io, on_prepare);
}

int wayland_link_new(struct wayland_link **ret, sd_event *event, const char *path,
		     const struct wayland_link_sink *sink, void *owner)
{
	CLEANUP(wayland_link_freep) struct wayland_link *l = NULL;
	int fd, r;

	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;
	l->sink = sink;
	l->owner = owner;
	fd = connect_to(path);
	if (fd < 0)
		return fd;
	/* Takes the socket, also when it fails. */
	l->display = wl_display_connect_to_fd(fd);
	if (!l->display)
		return -ENOMEM;
	r = attach(l, event);
	if (r < 0)
		return r;

	*ret = TAKE(l);
	return 0;
}
