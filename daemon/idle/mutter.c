#include "idle/mutter.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/timer.h"
#include "idle/mutter-hold.h"

#define MONITOR "org.gnome.Mutter.IdleMonitor"
#define MONITOR_PATH "/org/gnome/Mutter/IdleMonitor/Core"

/* A question that is open for so long means a compositor that hangs. */
#define PATIENCE (2 * USEC_PER_SEC)

#define THRESHOLD_MIN (20 * USEC_PER_MSEC)

/* While the idle watch is held back, no threshold below this is kept to. */
#define LOOK_MIN (5 * USEC_PER_SEC)

/*
 * An idle watch that fires so soon after it was set has found a pause that was long enough already,
 * and maybe longer.
 */
#define AT_ONCE (100 * USEC_PER_MSEC)

/* How far from a reset of the idle time its beginning may seem to be: messages take their time. */
#define RESET_SLACK (500 * USEC_PER_MSEC)

enum state { STATE_UNKNOWN, STATE_INPUT, STATE_PAUSED };

/*
 * Points in time are on CLOCK_MONOTONIC in here, as mutter's are: a sleep of the machine is seen by
 * neither, so that nothing looks like input after it.
 */
struct mutter {
	struct idle_source source;    /* first: what the picker holds is this */
	sd_bus *bus;                  /* referenced */
	const struct idle_sink *sink; /* borrowed */
	void *owner;                  /* borrowed */

	sd_bus_slot *names;       /* owned: the compositor comes and goes */
	sd_bus_slot *fired;       /* owned: WatchFired */
	struct mutter_hold *hold; /* owned */
	sd_bus_slot *owner_asked; /* owned: is it there? */
	sd_bus_slot *watch_asked; /* owned: the id of the new idle watch */
	sd_bus_slot *time_asked;  /* owned: the idle time */
	usec_t time_asked_at;
	sd_event_source *patience; /* owned timer: runs while a question is open */
	sd_event_source *look;     /* owned timer: when to ask for the idle time, while held */

	bool there;      /* the compositor is on the bus, as far as we know */
	uint32_t watch;  /* id of the idle watch, or 0 */
	usec_t armed;    /* its threshold */
	usec_t armed_at; /* when it was set */
	/*
	 * A watch for the next input is set. It fires once, and is the only proof of input. Nobody
	 * answers with its id, which saves a wake-up in each pause: what fires and is not the idle
	 * watch is it.
	 */
	bool input_watched;

	enum state state; /* as it was told */
	usec_t threshold; /* as the owner wants it */
	/*
	 * No input since then, for certain: known while a watch for the next input is set and has
	 * not fired, else USEC_NEVER. What it says holds against an idle time that was reset.
	 */
	usec_t quiet_since;

	bool held;       /* mutter holds idle watches back */
	bool listed;     /* gnome-session is there to say so */
	bool watched;    /* as it was told */
	usec_t reset_at; /* when mutter last set its idle time to 0 by itself; 0: not seen */
};

static struct mutter *mutter_of(struct idle_source *source)
{
	return (struct mutter *)source;
}

/* What the owner is told, if it is new */

static void __attribute__((format(printf, 4, 5)))
tell(struct mutter *m, bool watching, const char *hint, const char *format, ...)
{
	char problem[IDLE_PROBLEM_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(problem, sizeof(problem), format, args);
	va_end(args);
	if (m->source.watching == watching && !strcmp(m->source.problem, problem))
		return;
	m->source.watching = watching;
	m->source.hint = hint;
	memcpy(m->source.problem, problem, sizeof(problem));
	m->sink->changed(m->owner);
}

static void tell_watched(struct mutter *m)
{
	bool watched = m->held && m->listed && m->state != STATE_UNKNOWN;

	if (m->watched == watched)
		return;
	m->watched = watched;
	m->sink->watched(m->owner, watched);
}

static void tell_gone(struct mutter *m)
{
	tell(m, false, "limber watches it as soon as it starts",
	     "GNOME's compositor is not on the session bus");
}

static int on_no_answer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct mutter *m = userdata;

	(void)source;
	(void)usec;
	tell(m, m->source.watching, "limber goes on by itself as soon as it does",
	     "GNOME's compositor does not answer");
	return 0;
}

/* Questions and orders */

/* Patience begins anew with each answer, and ends with the last one. */
static void be_patient(struct mutter *m)
{
	if (m->watch_asked || m->time_asked)
		timer_start(m->patience, PATIENCE);
	else
		timer_stop(m->patience);
}

static int new_call(struct mutter *m, sd_bus_message **ret, const char *method)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	int r;

	r = sd_bus_message_new_method_call(m->bus, &call, MONITOR, MONITOR_PATH, MONITOR, method);
	if (r < 0)
		return r;
	r = sd_bus_message_set_auto_start(call, false);
	if (r < 0)
		return r;
	*ret = TAKE(call);
	return 0;
}

/*
 * Send a question off. It stays open until it is answered, however late: that is how the end of a
 * hang is seen. The patience timer tells of its beginning.
 */
static void ask(struct mutter *m, sd_bus_slot **slot, sd_bus_message *call,
		sd_bus_message_handler_t on_answer)
{
	/* Fails on a closing bus, which its owner sees, or when memory is out. */
	if (sd_bus_call_async(m->bus, slot, call, on_answer, m, UINT64_MAX) >= 0 &&
	    sd_event_source_get_enabled(m->patience, NULL) <= 0)
		timer_start(m->patience, PATIENCE);
}

/* Send an order that nobody waits for. */
static void order(struct mutter *m, sd_bus_message *call)
{
	if (sd_bus_message_set_expect_reply(call, false) >= 0)
		(void)sd_bus_send(m->bus, call, NULL);
}

static void watch_for_input(struct mutter *m)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *call = NULL;

	if (m->input_watched || new_call(m, &call, "AddUserActiveWatch") < 0)
		return;
	order(m, call);
	m->input_watched = true;
}

static void remove_watch(struct mutter *m)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *call = NULL;

	if (m->watch && new_call(m, &call, "RemoveWatch") >= 0 &&
	    sd_bus_message_append(call, "u", m->watch) >= 0)
		order(m, call);
}

static int on_time(sd_bus_message *m, void *userdata, sd_bus_error *reterr);
static int on_watch(sd_bus_message *m, void *userdata, sd_bus_error *reterr);

static void ask_time(struct mutter *m)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *call = NULL;

	if (m->time_asked || new_call(m, &call, "GetIdletime") < 0)
		return;
	m->time_asked_at = clock_monotonic();
	ask(m, &m->time_asked, call, on_time);
}

/* In this order, so that input after the answer's time is not missed. */
static void look(struct mutter *m)
{
	watch_for_input(m);
	ask_time(m);
}

/* One idle watch at a time: a threshold that comes in between waits for the answer. */
static void set_watch(struct mutter *m)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *call = NULL;

	if (m->watch_asked || new_call(m, &call, "AddIdleWatch") < 0 ||
	    sd_bus_message_append(call, "t", m->threshold / USEC_PER_MSEC) < 0)
		return;
	remove_watch(m);
	m->armed = m->threshold;
	ask(m, &m->watch_asked, call, on_watch);
}

static void send_threshold(struct mutter *m)
{
	if (m->state == STATE_INPUT && m->armed != m->threshold)
		set_watch(m);
}

/* Pauses and their ends */

static void tell_input(struct mutter *m)
{
	m->state = STATE_INPUT;
	send_threshold(m);
	m->sink->input(m->owner);
}

static void tell_paused(struct mutter *m)
{
	m->state = STATE_PAUSED;
	watch_for_input(m);
	m->sink->paused(m->owner,
			usec_sub(clock_boottime(), usec_sub(clock_monotonic(), m->quiet_since)));
}

/* While pauses are not told: look when there could be one at the earliest. */
static void plan_look(struct mutter *m, usec_t from)
{
	usec_t idle = usec_sub(clock_monotonic(), from);

	if (m->held && m->state == STATE_INPUT)
		timer_start(m->look, usec_sub(usec_max(m->threshold, LOOK_MIN), idle));
}

static bool is_reset(const struct mutter *m, usec_t last)
{
	return m->reset_at && last + RESET_SLACK >= m->reset_at &&
	       last <= m->reset_at + RESET_SLACK;
}

/* The idle time speaks of input at `last`, or of nothing but a reset then. */
static void learn(struct mutter *m, usec_t last)
{
	if (m->quiet_since == USEC_NEVER || !is_reset(m, last))
		m->quiet_since = last;
}

static void judge_input(struct mutter *m)
{
	usec_t since = m->quiet_since;

	if (usec_sub(clock_monotonic(), since) >= m->threshold) {
		tell_paused(m);
		return;
	}
	if (!m->input_watched)
		m->quiet_since = USEC_NEVER;
	if (m->state == STATE_UNKNOWN)
		tell_input(m);
	plan_look(m, since);
}

/*
 * In a pause the watch has the word. Should it be lost, then an idle time that is much shorter than
 * the pause tells as well.
 */
static void judge_pause(struct mutter *m, usec_t idle)
{
	usec_t last = usec_sub(clock_monotonic(), idle);

	if (idle + USEC_PER_SEC >= usec_sub(m->time_asked_at, m->quiet_since) || is_reset(m, last))
		return;
	m->input_watched = false;
	m->quiet_since = USEC_NEVER;
	tell_input(m);
	plan_look(m, last);
}

static void judge(struct mutter *m, usec_t idle)
{
	if (m->state == STATE_PAUSED) {
		judge_pause(m, idle);
		return;
	}
	learn(m, usec_sub(clock_monotonic(), idle));
	judge_input(m);
}

static void on_input_fired(struct mutter *m)
{
	m->input_watched = false;
	m->quiet_since = USEC_NEVER;
	if (m->state != STATE_PAUSED)
		return;
	tell_input(m);
	plan_look(m, clock_monotonic());
}

static void on_idle_fired(struct mutter *m)
{
	usec_t now = clock_monotonic();

	/* One that crossed our change of its threshold says nothing; the changed one will. */
	if (m->state != STATE_INPUT || m->watch_asked)
		return;
	/* So has one of a mutter that hung, and then there is a question whose answer comes next.
	 */
	if (usec_sub(now, m->armed_at) < AT_ONCE || m->time_asked) {
		look(m);
		return;
	}
	m->quiet_since = usec_min(m->quiet_since, usec_sub(now, m->armed));
	tell_paused(m);
}

static int on_fired(sd_bus_message *message, void *userdata, sd_bus_error *reterr)
{
	struct mutter *m = userdata;
	uint32_t id;

	(void)reterr;
	if (sd_bus_message_read(message, "u", &id) < 0)
		return 0;
	if (m->watch && id == m->watch)
		on_idle_fired(m);
	else if (m->input_watched)
		on_input_fired(m);
	return 0;
}

/* The compositor */

static void forget(struct mutter *m)
{
	m->watch_asked = sd_bus_slot_unref(m->watch_asked);
	m->time_asked = sd_bus_slot_unref(m->time_asked);
	timer_stop(m->patience);
	timer_stop(m->look);
	m->watch = 0;
	m->input_watched = false;
	m->quiet_since = USEC_NEVER;
	m->state = STATE_UNKNOWN;
}

static void lose(struct mutter *m)
{
	m->there = false;
	forget(m);
	tell_watched(m);
	tell_gone(m);
}

/* A new one knows nothing of us, and goes by what gnome-session says now. */
static void greet(struct mutter *m)
{
	forget(m);
	tell_watched(m);
	m->there = true;
	m->held = m->held && m->listed;
	set_watch(m);
	ask_time(m);
}

/* One that does not answer as mutter does. */
static void give_up(struct mutter *m, sd_bus_message *answer)
{
	const sd_bus_error *error = sd_bus_message_get_error(answer);

	/* It has gone, or the bus has: that is told by itself. */
	if (sd_bus_is_open(m->bus) <= 0 ||
	    sd_bus_error_has_names(error, SD_BUS_ERROR_SERVICE_UNKNOWN,
				   SD_BUS_ERROR_NAME_HAS_NO_OWNER, SD_BUS_ERROR_NO_REPLY,
				   SD_BUS_ERROR_DISCONNECTED))
		return;
	forget(m);
	tell_watched(m);
	tell(m, false, "", "GNOME's compositor refuses to tell of input: %.128s",
	     error ? error->name : "it answers in a way of its own");
}

static void tell_fine(struct mutter *m)
{
	tell(m, true, "", "%s", "");
}

static int on_watch(sd_bus_message *answer, void *userdata, sd_bus_error *reterr)
{
	struct mutter *m = userdata;

	(void)reterr;
	m->watch_asked = sd_bus_slot_unref(m->watch_asked);
	be_patient(m);
	if (sd_bus_message_is_method_error(answer, NULL) ||
	    sd_bus_message_read(answer, "u", &m->watch) < 0) {
		give_up(m, answer);
		return 0;
	}
	m->armed_at = clock_monotonic();
	/* The first good news comes with the idle time, as there must be a verdict with it. */
	if (m->state != STATE_UNKNOWN)
		tell_fine(m);
	send_threshold(m);
	return 0;
}

static int on_time(sd_bus_message *answer, void *userdata, sd_bus_error *reterr)
{
	struct mutter *m = userdata;
	uint64_t idle_ms;

	(void)reterr;
	m->time_asked = sd_bus_slot_unref(m->time_asked);
	be_patient(m);
	if (sd_bus_message_is_method_error(answer, NULL) ||
	    sd_bus_message_read(answer, "t", &idle_ms) < 0) {
		give_up(m, answer);
		return 0;
	}
	/* First, as after a silence it tells since when nobody could have touched anything. */
	judge(m, usec_min(idle_ms, USEC_PER_DAY) * USEC_PER_MSEC);
	tell_fine(m);
	tell_watched(m);
	return 0;
}

static int on_look(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct mutter *m = userdata;

	(void)source;
	(void)usec;
	if (m->state == STATE_INPUT)
		look(m);
	return 0;
}

/* What holds the screen */

static void on_listed(void *owner, bool held)
{
	struct mutter *m = owner;
	bool before = m->held;

	m->listed = true;
	m->held = held;
	/* A look that was planned before the hold ended is still made: it knows since when. */
	if (!held)
		m->reset_at = clock_monotonic();
	else if (!before && m->state == STATE_INPUT)
		look(m);
	tell_watched(m);
}

static void on_list_gone(void *owner)
{
	struct mutter *m = owner;

	m->listed = false;
	tell_watched(m);
}

/* Whether it is there at all */

static int on_name(sd_bus_message *message, void *userdata, sd_bus_error *reterr)
{
	struct mutter *m = userdata;
	const char *new_owner;

	(void)reterr;
	if (sd_bus_message_read(message, "sss", NULL, NULL, &new_owner) < 0)
		return 0;
	m->owner_asked = sd_bus_slot_unref(m->owner_asked);
	if (new_owner[0])
		greet(m);
	else
		lose(m);
	return 0;
}

static int on_owner(sd_bus_message *answer, void *userdata, sd_bus_error *reterr)
{
	struct mutter *m = userdata;

	(void)reterr;
	m->owner_asked = sd_bus_slot_unref(m->owner_asked);
	if (sd_bus_message_is_method_error(answer, NULL))
		lose(m);
	else
		greet(m);
	return 0;
}

static int begin(struct mutter *m)
{
	static const struct mutter_hold_sink hold = {
		.listed = on_listed,
		.gone = on_list_gone,
	};
	int r;

	r = sd_bus_add_match_async(m->bus, &m->names,
				   "type='signal',sender='org.freedesktop.DBus',"
				   "interface='org.freedesktop.DBus',"
				   "member='NameOwnerChanged',arg0='" MONITOR "'",
				   on_name, NULL, m);
	if (r < 0)
		return r;
	r = sd_bus_match_signal_async(m->bus, &m->fired, MONITOR, MONITOR_PATH, MONITOR,
				      "WatchFired", on_fired, NULL, m);
	if (r < 0)
		return r;
	r = mutter_hold_new(&m->hold, m->bus, &hold, m);
	if (r < 0)
		return r;
	return sd_bus_call_method_async(m->bus, &m->owner_asked, "org.freedesktop.DBus",
					"/org/freedesktop/DBus", "org.freedesktop.DBus",
					"GetNameOwner", on_owner, m, "s", MONITOR);
}

/* What the picker calls */

static struct idle_source *mutter_close(struct idle_source *source)
{
	struct mutter *m = mutter_of(source);

	if (!source)
		return NULL;
	sd_bus_slot_unref(m->owner_asked);
	if (m->there)
		remove_watch(m);
	forget(m);
	mutter_hold_free(m->hold);
	sd_bus_slot_unref(m->fired);
	sd_bus_slot_unref(m->names);
	sd_event_source_disable_unref(m->look);
	sd_event_source_disable_unref(m->patience);
	sd_bus_unref(m->bus);
	free(m);
	return NULL;
}

static void mutter_set_threshold(struct idle_source *source, usec_t threshold)
{
	struct mutter *m = mutter_of(source);
	usec_t before = m->threshold;

	threshold = usec_max(usec_min(threshold, USEC_PER_DAY), THRESHOLD_MIN);
	m->threshold = threshold - threshold % USEC_PER_MSEC;
	send_threshold(m);
	/* The next look was planned for a longer one. */
	if (m->held && m->state == STATE_INPUT && m->threshold < before)
		look(m);
}

static void mutter_check(struct idle_source *source)
{
	struct mutter *m = mutter_of(source);

	if (m->there && m->watch && m->held && m->state == STATE_INPUT)
		look(m);
	else if (m->there && m->watch)
		ask_time(m);
	else if (m->there && !m->watch_asked)
		greet(m);
}

static bool mutter_is_asking(const struct idle_source *source)
{
	return timer_is_running(((const struct mutter *)source)->patience);
}

static int mutter_init(struct mutter *m, sd_event *event)
{
	int r;

	m->source.type = &idle_mutter;
	m->source.hint = "";
	m->quiet_since = USEC_NEVER;
	r = timer_new(&m->patience, event, 100 * USEC_PER_MSEC, on_no_answer, m);
	if (r < 0)
		return r;
	r = timer_new(&m->look, event, 100 * USEC_PER_MSEC, on_look, m);
	if (r < 0)
		return r;
	return begin(m);
}

static int mutter_open(struct idle_source **ret, const struct idle_world *world, usec_t threshold,
		       const struct idle_sink *sink, void *owner)
{
	struct mutter *m;
	int r;

	if (!world->bus)
		return -ENXIO;
	m = calloc(1, sizeof(*m));
	if (!m)
		return -ENOMEM;
	m->bus = sd_bus_ref(world->bus);
	m->sink = sink;
	m->owner = owner;
	mutter_set_threshold(&m->source, threshold);
	r = mutter_init(m, world->event);
	if (r < 0) {
		mutter_close(&m->source);
		return r;
	}
	*ret = &m->source;
	return 0;
}

const struct idle_source_type idle_mutter = {
	.name = "mutter",
	.open = mutter_open,
	.close = mutter_close,
	.set_threshold = mutter_set_threshold,
	.check = mutter_check,
	.is_asking = mutter_is_asking,
};
