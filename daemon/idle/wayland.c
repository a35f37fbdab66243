#include "idle/wayland.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wayland-client-protocol.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/timer.h"
#include "display/displays.h"
#include "display/wayland-link.h"
#include "idle/wayland-protocols.h"

/* Of people at one computer; a seat more is not looked at. */
#define SEATS_MAX 8

/* Compositors take less, but none is that exact. */
#define THRESHOLD_MIN_MS 20

/* For a short look: typing and moving a pointer have gaps of this length all the time. */
#define GLANCE_MS 100

/* Both notifications of a pause come at once, in KWin up to 0.1 s apart. */
#define WATCHED_AFTER (1500 * USEC_PER_MSEC)

/* What was watched has ended when nothing inhibits for so long: films in a row have short gaps. */
#define UNWATCHED_AFTER_MS 1000

/* Nobody types or moves a pointer for so long without a gap of GLANCE_MS. */
#define GLANCE_PATIENCE (5 * USEC_PER_SEC)

/*
 * An end of a pause that is followed by a gap so soon was input: an inhibitor that is gone again
 * after that is no key. Whoever moves a pointer for longer will do so again.
 */
#define GLANCE_SURE (2 * USEC_PER_SEC)

/*
 * So many changes of the threshold go out without a question behind them, then they wait for an
 * answer: a stopped compositor's socket must not fill up.
 */
#define CHANGES_UNANSWERED_MAX 8

enum state { STATE_UNKNOWN, STATE_INPUT, STATE_PAUSED };

struct seat;

/* One notification object. */
struct notification {
	struct seat *seat;      /* borrowed: whose it is */
	struct wl_proxy *proxy; /* owned; NULL: none */
	uint32_t ms;
	bool idled; /* since the last input */
	bool stale; /* it idled before that, and has not said that this has ended */
};

struct seat {
	struct wayland *wayland; /* borrowed */
	uint32_t global;         /* the compositor's number for it */
	struct wl_proxy *proxy;  /* owned; NULL: this place is free */
	enum state state;
	usec_t since;               /* while paused */
	struct notification main;   /* for the threshold */
	struct notification aware;  /* the same with inhibitors; only beside one without */
	struct notification glance; /* for GLANCE_MS: until the first verdict and in doubt */
	bool in_doubt;              /* the pause has ended, and it is open by what */
	usec_t in_doubt_since;
};

struct wayland {
	struct idle_source source;    /* first: what the picker holds is this */
	sd_event *event;              /* referenced */
	const struct idle_sink *sink; /* borrowed */
	void *owner;                  /* borrowed */
	char *path;                   /* owned: of the socket */
	char *shown;                  /* owned: the display's name, fit to be printed */
	sd_event_source *begin;       /* owned: connects, as the next thing in the loop */
	sd_event_source *doubt;       /* owned timer: when it is up, something inhibits */

	struct wayland_link *link;    /* owned; NULL while there is no compositor */
	struct wl_registry *registry; /* owned */
	struct wl_proxy *ext, *kde;   /* owned: the globals, if they are there */
	struct seat seats[SEATS_MAX];
	bool is_kwin;
	bool is_ready; /* what the compositor offers is known */

	enum state state;    /* as it was told */
	bool watched;        /* as it was told */
	uint32_t ms;         /* the threshold, as the owner wants it */
	unsigned unanswered; /* changes of the threshold */
};

static struct wayland *wayland_of(struct idle_source *source)
{
	return (struct wayland *)source;
}

/* What is to be told of ourselves; the owner hears of it if it is new, or if it is the verdict. */
static void __attribute__((format(printf, 4, 5)))
tell(struct wayland *w, bool watching, const char *hint, const char *format, ...)
{
	char problem[IDLE_PROBLEM_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(problem, sizeof(problem), format, args);
	va_end(args);
	if (w->source.watching == watching && !strcmp(w->source.problem, problem))
		return;
	w->source.watching = watching;
	w->source.hint = hint;
	memcpy(w->source.problem, problem, sizeof(problem));
	w->sink->changed(w->owner);
}

static void tell_watched(struct wayland *w, bool on)
{
	if (w->watched == on)
		return;
	w->watched = on;
	w->sink->watched(w->owner, on);
}

/* What the compositor speaks */

static bool speaks_input(const struct wayland *w)
{
	return w->ext && wl_proxy_get_version(w->ext) >= EXT_IDLE_INPUT_SINCE;
}

/* Does an inhibitor that comes in a pause end it? With version 1 it does, but not in KWin. */
static bool ends_in_doubt(const struct wayland *w)
{
	return w->ext && !speaks_input(w) && !w->is_kwin;
}

/* Objects of a seat */

static void drop(struct notification *n)
{
	n->proxy = idle_notification_destroy(n->proxy);
	n->idled = false;
	n->stale = false;
}

static void listen_to(struct notification *n, struct seat *s, struct wl_proxy *proxy, uint32_t ms,
		      const struct idle_notification_listener *listener)
{
	drop(n);
	n->seat = s;
	n->ms = ms;
	n->proxy = proxy;
	if (proxy)
		(void)idle_notification_listen(proxy, listener, n);
}

/* The best notification that there is. Without memory it is none; idle_check() sees to that. */
static struct wl_proxy *get_notification(const struct seat *s, uint32_t ms)
{
	const struct wayland *w = s->wayland;

	if (speaks_input(w))
		return ext_idle_get_input(w->ext, ms, s->proxy);
	if (w->ext)
		return ext_idle_get(w->ext, ms, s->proxy);
	return kde_idle_get(w->kde, ms, s->proxy);
}

static const struct idle_notification_listener main_listener, aware_listener, glance_listener;

static void glance(struct seat *s)
{
	listen_to(&s->glance, s, get_notification(s, GLANCE_MS), GLANCE_MS, &glance_listener);
}

static void arm_aware(struct seat *s, uint32_t ms)
{
	listen_to(&s->aware, s, ext_idle_get(s->wayland->ext, ms, s->proxy), ms, &aware_listener);
}

static void arm(struct seat *s)
{
	uint32_t ms = s->wayland->ms;

	listen_to(&s->main, s, get_notification(s, ms), ms, &main_listener);
	if (speaks_input(s->wayland))
		arm_aware(s, ms);
}

/*
 * A seat of which we know nothing yet. The glance is there so that somebody who never stops for as
 * long as the threshold is seen at all.
 */
static void arm_first(struct seat *s)
{
	arm(s);
	glance(s);
}

/* What the seats say together */

/* The longest-lived pause is as long as the shortest of the seats'. False if a seat has none. */
static bool find_pause(const struct wayland *w, usec_t *ret_since)
{
	usec_t since = 0;
	bool any = false;

	for (size_t i = 0; i < SEATS_MAX; i++) {
		const struct seat *s = &w->seats[i];

		if (!s->proxy)
			continue;
		if (s->state != STATE_PAUSED)
			return false;
		since = usec_max(since, s->since);
		any = true;
	}
	*ret_since = since;
	return any;
}

static bool is_held_up(const struct wayland *w)
{
	for (size_t i = 0; i < SEATS_MAX; i++) {
		const struct seat *s = &w->seats[i];

		if (s->proxy && (s->in_doubt || (s->aware.proxy && !s->aware.idled)))
			return true;
	}
	return false;
}

/* Is the screen watched in this pause? Not before the other notification had its time. */
static void judge_watched(struct wayland *w)
{
	if (w->state != STATE_PAUSED || !is_held_up(w)) {
		timer_stop(w->doubt);
		tell_watched(w, false);
	} else if (!w->watched && !timer_is_running(w->doubt)) {
		timer_start(w->doubt, speaks_input(w) ? WATCHED_AFTER : GLANCE_PATIENCE);
	}
}

/* The threshold's object would tell the end of what inhibits a whole threshold after it. */
static void watch_for_the_end(struct seat *s)
{
	if (s->aware.proxy && !s->aware.idled)
		arm_aware(s, UNWATCHED_AFTER_MS);
}

static int on_doubt(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct wayland *w = userdata;

	(void)source;
	(void)usec;
	for (size_t i = 0; i < SEATS_MAX; i++)
		watch_for_the_end(&w->seats[i]);
	tell_watched(w, true);
	return 0;
}

static void judge(struct wayland *w)
{
	usec_t since;

	if (w->state != STATE_PAUSED && find_pause(w, &since)) {
		w->state = STATE_PAUSED;
		w->sink->paused(w->owner, since);
	}
	judge_watched(w);
}

/* What a seat says */

static void see_input(struct seat *s)
{
	struct wayland *w = s->wayland;

	drop(&s->glance);
	s->in_doubt = false;
	s->state = STATE_INPUT;
	/* With the input or just after it the other one says so as well, unless it is held up. */
	s->aware.stale = s->aware.stale || s->aware.idled;
	s->aware.idled = false;
	/* In a pause the old threshold's object was kept, to see the end. */
	if (s->main.ms != w->ms)
		arm(s);
	else if (s->aware.proxy && s->aware.ms != s->main.ms)
		arm_aware(s, s->main.ms);
	if (w->state == STATE_INPUT)
		return;
	w->state = STATE_INPUT;
	judge_watched(w);
	w->sink->input(w->owner);
}

/* Something has ended a pause: a person, or only an inhibitor? */
static void see_end(struct seat *s)
{
	if (!ends_in_doubt(s->wayland)) {
		see_input(s);
		return;
	}
	if (!s->in_doubt)
		s->in_doubt_since = clock_boottime();
	s->in_doubt = true;
	glance(s);
	judge_watched(s->wayland);
}

static void on_main_idled(void *data, struct wl_proxy *proxy)
{
	struct notification *n = data;
	struct seat *s = n->seat;

	(void)proxy;
	n->idled = true;
	/* After an inhibitor the compositor counts anew; it is still the same pause. */
	if (s->state == STATE_PAUSED)
		return;
	s->state = STATE_PAUSED;
	s->since = usec_sub(clock_boottime(), n->ms * USEC_PER_MSEC);
	s->in_doubt = false;
	drop(&s->glance);
	/* KWin lets it idle on under an inhibitor that came in a pause, and tells nothing more. */
	if (s->aware.stale)
		arm_aware(s, s->main.ms);
	judge(s->wayland);
}

static void on_main_resumed(void *data, struct wl_proxy *proxy)
{
	struct notification *n = data;

	(void)proxy;
	n->idled = false;
	if (n->seat->state == STATE_PAUSED)
		see_end(n->seat);
}

static void on_aware_idled(void *data, struct wl_proxy *proxy)
{
	struct notification *n = data;

	(void)proxy;
	n->idled = true;
	n->stale = false;
	judge_watched(n->seat->wayland);
}

static void on_aware_resumed(void *data, struct wl_proxy *proxy)
{
	struct notification *n = data;

	(void)proxy;
	n->idled = false;
	n->stale = false;
	judge_watched(n->seat->wayland);
}

/* Nothing inhibits now. What has ended the pause was input, unless that was a while ago. */
static void on_glance_idled(void *data, struct wl_proxy *proxy)
{
	struct notification *n = data;
	struct seat *s = n->seat;

	(void)proxy;
	n->idled = true;
	if (!s->in_doubt)
		return;
	s->in_doubt = false;
	if (clock_boottime() < usec_add(s->in_doubt_since, GLANCE_SURE))
		see_input(s);
	else
		judge_watched(s->wayland);
}

static void on_glance_resumed(void *data, struct wl_proxy *proxy)
{
	struct notification *n = data;

	(void)proxy;
	n->idled = false;
	see_end(n->seat);
}

static const struct idle_notification_listener main_listener = {
	.idled = on_main_idled,
	.resumed = on_main_resumed,
};

static const struct idle_notification_listener aware_listener = {
	.idled = on_aware_idled,
	.resumed = on_aware_resumed,
};

static const struct idle_notification_listener glance_listener = {
	.idled = on_glance_idled,
	.resumed = on_glance_resumed,
};

/* Seats come and go */

static void drop_seat(struct seat *s)
{
	drop(&s->main);
	drop(&s->aware);
	drop(&s->glance);
	if (s->proxy)
		wl_proxy_destroy(s->proxy);
	memset(s, 0, sizeof(*s));
}

static bool has_seat(const struct wayland *w)
{
	for (size_t i = 0; i < SEATS_MAX; i++)
		if (w->seats[i].proxy)
			return true;
	return false;
}

static void tell_seats(struct wayland *w)
{
	if (has_seat(w)) {
		tell(w, true, "", "%s", "");
	} else {
		w->state = STATE_UNKNOWN;
		w->watched = false; /* the picker knows that with the source */
		tell(w, false, "limber watches it as soon as there is a keyboard or a mouse",
		     "the compositor on %s has no seat", w->shown);
	}
}

static void add_seat(struct wayland *w, uint32_t global)
{
	for (size_t i = 0; i < SEATS_MAX; i++) {
		struct seat *s = &w->seats[i];

		if (s->proxy)
			continue;
		s->wayland = w;
		s->global = global;
		s->proxy = wl_registry_bind(w->registry, global, &wl_seat_interface, 1);
		if (s->proxy && w->is_ready) {
			arm_first(s);
			tell_seats(w);
		}
		return;
	}
}

static void on_global(void *data, struct wl_registry *registry, uint32_t global,
		      const char *interface, uint32_t version)
{
	struct wayland *w = data;

	if (!strcmp(interface, wl_seat_interface.name))
		add_seat(w, global);
	else if (!strcmp(interface, ext_idle_notifier_interface.name) && !w->ext)
		w->ext =
			wl_registry_bind(registry, global, &ext_idle_notifier_interface,
					 version < EXT_IDLE_INPUT_SINCE ? 1 : EXT_IDLE_INPUT_SINCE);
	else if (!strcmp(interface, "org_kde_plasma_shell"))
		w->is_kwin = true;
	else if (!strcmp(interface, kde_idle_interface.name) && !w->kde)
		w->kde = wl_registry_bind(registry, global, &kde_idle_interface, 1);
}

static void on_global_gone(void *data, struct wl_registry *registry, uint32_t global)
{
	struct wayland *w = data;

	(void)registry;
	for (size_t i = 0; i < SEATS_MAX; i++) {
		if (!w->seats[i].proxy || w->seats[i].global != global)
			continue;
		drop_seat(&w->seats[i]);
		if (!w->is_ready)
			return;
		tell_seats(w);
		judge(w);
	}
}

/* The connection */

static struct wl_proxy *drop_global(struct wl_proxy *proxy)
{
	if (proxy)
		wl_proxy_destroy(proxy);
	return NULL;
}

static void disconnect(struct wayland *w)
{
	timer_stop(w->doubt);
	for (size_t i = 0; i < SEATS_MAX; i++)
		drop_seat(&w->seats[i]);
	w->ext = drop_global(w->ext);
	w->kde = drop_global(w->kde);
	if (w->registry)
		wl_registry_destroy(w->registry);
	w->registry = NULL;
	w->link = wayland_link_free(w->link);
	w->is_kwin = false;
	w->is_ready = false;
	w->state = STATE_UNKNOWN;
	w->watched = false; /* the picker knows that with the source */
	w->unanswered = 0;
}

static void tell_gone(struct wayland *w)
{
	w->source.vacant = true;
	tell(w, false, "limber watches it as soon as it starts", "no Wayland compositor on %s",
	     w->shown);
}

static void on_lost(void *owner)
{
	struct wayland *w = owner;

	disconnect(w);
	tell_gone(w);
}

static void on_silent(void *owner)
{
	struct wayland *w = owner;

	tell(w, w->source.watching, "limber goes on by itself as soon as it does",
	     "the Wayland compositor on %s does not answer", w->shown);
}

static void rate(struct wayland *w)
{
	w->source.name = NULL;
	if (speaks_input(w)) {
		w->source.rank = IDLE_RANK_WAYLAND_INPUT;
	} else if (w->ext) {
		w->source.rank = IDLE_RANK_WAYLAND;
	} else {
		w->source.rank = IDLE_RANK_KDE;
		w->source.name = "kde";
	}
}

/* All that the compositor offers has come. */
static void on_globals(void *owner)
{
	struct wayland *w = owner;

	if (!w->ext && !w->kde) {
		disconnect(w);
		tell(w, false, "a newer version of the desktop may",
		     "the Wayland compositor on %s does not tell idle time", w->shown);
		return;
	}
	w->is_ready = true;
	rate(w);
	for (size_t i = 0; i < SEATS_MAX; i++)
		if (w->seats[i].proxy)
			arm_first(&w->seats[i]);
	tell_seats(w);
}

static int greet(struct wayland *w)
{
	static const struct wl_registry_listener listener = {
		.global = on_global,
		.global_remove = on_global_gone,
	};

	w->registry = wl_display_get_registry(wayland_link_display(w->link));
	if (!w->registry)
		return -ENOMEM;
	(void)wl_registry_add_listener(w->registry, &listener, w);
	return wayland_link_ask(w->link, on_globals);
}

static int on_begin(sd_event_source *source, void *userdata)
{
	static const struct wayland_link_sink sink = { .lost = on_lost, .silent = on_silent };
	struct wayland *w = userdata;
	int r;

	(void)source;
	r = wayland_link_new(&w->link, w->event, w->path, &sink, w);
	if (r >= 0) {
		r = greet(w);
		if (r < 0)
			disconnect(w);
	}
	if (r == -EAGAIN)
		on_silent(w);
	else if (r == -EACCES || r == -EPERM)
		tell(w, false, "", "the Wayland compositor on %s does not let limber in", w->shown);
	else if (r < 0)
		tell_gone(w);
	return 0;
}

/* The threshold */

/*
 * Objects with the newest threshold, unless the compositor owes us too much. A seat in a pause
 * keeps its old one, which alone knows of the end.
 */
static void send_threshold(struct wayland *w)
{
	bool sent = false;

	if (!w->is_ready || w->unanswered >= CHANGES_UNANSWERED_MAX)
		return;
	for (size_t i = 0; i < SEATS_MAX; i++) {
		struct seat *s = &w->seats[i];

		if (!s->proxy || s->state == STATE_PAUSED || s->main.ms == w->ms)
			continue;
		arm(s);
		sent = true;
	}
	if (sent)
		w->unanswered++;
}

static void on_alive(void *owner)
{
	struct wayland *w = owner;

	w->unanswered = 0;
	tell_seats(w);
	send_threshold(w);
}

static void ask_alive(struct wayland *w)
{
	if (!wayland_link_is_asking(w->link))
		(void)wayland_link_ask(w->link, on_alive);
}

static void wayland_set_threshold(struct idle_source *source, usec_t threshold)
{
	struct wayland *w = wayland_of(source);
	usec_t ms = usec_min(threshold, USEC_PER_DAY) / USEC_PER_MSEC;

	w->ms = (uint32_t)usec_max(ms, THRESHOLD_MIN_MS);
	send_threshold(w);
	if (w->is_ready && w->unanswered >= CHANGES_UNANSWERED_MAX)
		ask_alive(w);
}

/* What else the picker calls */

static void wayland_check(struct idle_source *source)
{
	struct wayland *w = wayland_of(source);

	if (w->is_ready)
		ask_alive(w);
}

static bool wayland_is_asking(const struct idle_source *source)
{
	const struct wayland_link *link = ((const struct wayland *)source)->link;

	return link && wayland_link_is_asking(link);
}

static struct idle_source *wayland_close(struct idle_source *source)
{
	struct wayland *w = wayland_of(source);

	if (!source)
		return NULL;
	disconnect(w);
	sd_event_source_disable_unref(w->begin);
	sd_event_source_disable_unref(w->doubt);
	sd_event_unref(w->event);
	free(w->path);
	free(w->shown);
	free(w);
	return NULL;
}

/* Whatever the environment says, a message about it is one line of ASCII. */
static char *printable(const char *text)
{
	char *copy = strndup(text, 64);

	for (char *at = copy; at && *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	return copy;
}

static char *path_of(const char *folder, const char *display)
{
	char *path;

	if (display[0] == '/')
		return strdup(display);
	return asprintf(&path, "%s/%s", folder, display) < 0 ? NULL : path;
}

static int wayland_init(struct wayland *w, const char *folder, const char *display)
{
	int r;

	w->source.type = &idle_wayland;
	w->source.hint = "";
	w->path = path_of(folder, display);
	w->shown = printable(display);
	if (!w->path || !w->shown)
		return -ENOMEM;
	r = sd_event_add_defer(w->event, &w->begin, on_begin, w);
	if (r < 0)
		return r;
	return timer_new(&w->doubt, w->event, 100 * USEC_PER_MSEC, on_doubt, w);
}

static int wayland_open(struct idle_source **ret, const struct idle_world *world, usec_t threshold,
			const struct idle_sink *sink, void *owner)
{
	const char *display = displays_get(world->displays, DISPLAY_WAYLAND);
	struct wayland *w;
	int r;

	if (!display)
		return -ENXIO;
	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->event = sd_event_ref(world->event);
	w->sink = sink;
	w->owner = owner;
	r = wayland_init(w, displays_runtime_folder(world->displays), display);
	if (r < 0) {
		wayland_close(&w->source);
		return r;
	}
	wayland_set_threshold(&w->source, threshold);
	*ret = &w->source;
	return 0;
}

const struct idle_source_type idle_wayland = {
	.name = "wayland",
	.open = wayland_open,
	.close = wayland_close,
	.set_threshold = wayland_set_threshold,
	.check = wayland_check,
	.is_asking = wayland_is_asking,
};
