#include "idle/x11.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xcb/sync.h>
#include <xcb/xcb.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/timer.h"
#include "display/displays.h"
#include "display/x11-display.h"
#include "idle/xwayland.h"

/*
 * So many changes of the threshold go out without a question behind them, then they wait for an
 * answer. It keeps a stopped server's socket from filling up, on which xcb_flush() would wait.
 */
#define CHANGES_UNANSWERED_MAX 8

/* Below, the server may pass over the value between two looks at its counter. */
#define THRESHOLD_MIN_MS 20

/*
 * A reset of the screen saver, as video players make it, sets the idle counter back like input, and
 * with it those of all devices. Whatever a person does touches one device, seldom two and never
 * both of those that every server has for itself (XTEST's pointer and its keyboard, the first two
 * behind the core ones). So these bear witness: a counter that goes back together with theirs was
 * reset.
 */
enum alarm {
	ALARM_PAUSE,   /* the idle counter has reached the threshold */
	ALARM_INPUT,   /* it has gone back */
	ALARM_POINTER, /* the witnesses' have */
	ALARM_KEYBOARD,
	ALARM_ANCHOR, /* see ANCHOR_MS */
	ALARM_MAX,
};

#define FIRED(alarm) (1U << (alarm))
#define WITNESSES (FIRED(ALARM_POINTER) | FIRED(ALARM_KEYBOARD))

/*
 * A server looks after the counters that somebody has an alarm for, the latest come first, and may
 * send what it finds piece by piece. Witnesses are of use only if they are heard first. So the idle
 * counter has an alarm from the beginning that hardly ever fires: then it is the oldest of them.
 */
#define ANCHOR_MS (20LL * 24 * 60 * 60 * 1000) /* as an int, for the server's sake */

/*
 * Players reset more often than a threshold may be long (mpv every 10 s). Where that is to be
 * expected a pause is looked at from here on, and told when it is long enough.
 */
#define EARLY_LOOK_MS 3000
/* A player's resets are no further from each other than this. Two of them are a film. */
#define RESETS_APART (70 * USEC_PER_SEC)

/* So long after a reset the counters are far enough from 0 to see them go back. */
#define RESET_SETTLES (100 * USEC_PER_MSEC)
/* What went back within this was set back together; by hand both are hardly touched so fast. */
#define TOGETHER_MS 100
/* The server looks at a clock that moves in steps, of 10 ms at most. */
#define CLOCK_COARSE (20 * USEC_PER_MSEC)

enum state { STATE_UNKNOWN, STATE_INPUT, STATE_PAUSED };

struct x11 {
	struct idle_source source;    /* first: what the picker holds is this */
	const struct idle_sink *sink; /* borrowed */
	void *owner;                  /* borrowed */
	struct x11_display *display;  /* owned */
	char *shown;                  /* owned: its name, fit to be printed */
	bool named;                   /* the user wants this one, be it Xwayland */

	/* With a connection. */
	xcb_connection_t *connection; /* the display's, or NULL */
	uint8_t alarm_event, randr;
	xcb_sync_counter_t counters[ALARM_MAX]; /* 0 until they are found */
	xcb_sync_alarm_t alarms[ALARM_MAX];
	bool has_witnesses;
	unsigned fired;           /* alarms; of the witnesses, since they were armed */
	uint32_t back[ALARM_MAX]; /* when a counter went back, in ms of the server's clock */
	int64_t fired_ms;         /* the idle counter with the last of them */
	sd_event_source *verdict; /* owned: judges what has fired together */
	/* Owned timers: see judge_length(), see_reset() and the end of resets. */
	sd_event_source *ripe, *rest, *over;

	enum state told;     /* to the owner */
	enum state state;    /* as the server has it; a pause may still be too short to be told */
	usec_t since;        /* while paused */
	usec_t reset_at;     /* the last one that was seen, by the server's clock; 0: none */
	bool held;           /* by somebody who resets again and again */
	bool watched;        /* as it was told */
	bool testified;      /* the witnesses have been asked, and would tell of a reset */
	int64_t threshold;   /* in ms, as the owner wants it */
	int64_t armed;       /* in ms, as the server has it */
	int64_t input_from;  /* in ms: at or below this the pause has ended */
	unsigned unanswered; /* changes of the threshold */
};

static struct x11 *x11_of(struct idle_source *source)
{
	return (struct x11 *)source;
}

/* What is to be told of ourselves; the owner hears of it if it is new. */
static void __attribute__((format(printf, 4, 5)))
tell(struct x11 *x, bool watching, const char *hint, const char *format, ...)
{
	char problem[IDLE_PROBLEM_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(problem, sizeof(problem), format, args);
	va_end(args);
	if (x->source.watching == watching && !strcmp(x->source.problem, problem))
		return;
	x->source.watching = watching;
	x->source.hint = hint;
	memcpy(x->source.problem, problem, sizeof(problem));
	x->sink->changed(x->owner);
}

static void tell_fine(struct x11 *x)
{
	tell(x, true, "", "%s", "");
}

static void tell_silent(struct x11 *x)
{
	tell(x, x->source.watching, "limber goes on by itself as soon as it does",
	     "the X server on %s does not answer", x->shown);
}

/* Questions go one at a time. */
static void ask(struct x11 *x, unsigned sequence, x11_answer answer)
{
	x11_display_ask(x->display, sequence, answer);
}

/* The connection has ended. */
static void forget(struct x11 *x)
{
	x->connection = NULL;
	memset(x->counters, 0, sizeof(x->counters));
	memset(x->alarms, 0, sizeof(x->alarms));
	x->has_witnesses = x->testified = false;
	x->fired = 0;
	(void)sd_event_source_set_enabled(x->verdict, SD_EVENT_OFF);
	timer_stop(x->ripe);
	timer_stop(x->rest);
	timer_stop(x->over);
	x->unanswered = 0;
	x->reset_at = 0;
	x->held = x->watched = false; /* the picker knows the latter with the source */
	x->told = x->state = STATE_UNKNOWN;
}

static void close_display(struct x11 *x)
{
	x11_display_close(x->display);
	forget(x);
}

/* Watching */

static int64_t from_wire(xcb_sync_int64_t v)
{
	return (int64_t)((uint64_t)(uint32_t)v.hi << 32 | v.lo);
}

/*
 * All alarms ask for a level, not for an edge. Thus the server tells also what has come to pass
 * before the request reaches it: a pause that is already long enough, input that came since the
 * pause was told. With a delta of 0 an alarm fires once and rests until it is changed.
 */
static void arm(struct x11 *x, enum alarm which, int64_t value)
{
	const uint32_t list[] = {
		x->counters[which],
		XCB_SYNC_VALUETYPE_ABSOLUTE,
		(uint32_t)((uint64_t)value >> 32),
		(uint32_t)value,
		which == ALARM_PAUSE || which == ALARM_ANCHOR
			? XCB_SYNC_TESTTYPE_POSITIVE_COMPARISON
			: XCB_SYNC_TESTTYPE_NEGATIVE_COMPARISON,
		0, /* delta, in two halves */
		0,
		true, /* send events */
	};
	const uint32_t mask = XCB_SYNC_CA_COUNTER | XCB_SYNC_CA_VALUE_TYPE | XCB_SYNC_CA_VALUE |
			      XCB_SYNC_CA_TEST_TYPE | XCB_SYNC_CA_DELTA | XCB_SYNC_CA_EVENTS;

	if (x->alarms[which]) {
		(void)xcb_sync_change_alarm(x->connection, x->alarms[which], mask, list);
		return;
	}
	x->alarms[which] = xcb_generate_id(x->connection);
	(void)xcb_sync_create_alarm(x->connection, x->alarms[which], mask, list);
}

static void hush(struct x11 *x, enum alarm which)
{
	const uint32_t list[] = { false };

	(void)xcb_sync_change_alarm(x->connection, x->alarms[which], XCB_SYNC_CA_EVENTS, list);
}

/* What a pause is looked at from. */
static int64_t level(const struct x11 *x)
{
	bool early = !x->testified ||
		     (x->reset_at && clock_monotonic() < usec_add(x->reset_at, RESETS_APART));

	return x->has_witnesses && early && x->threshold > EARLY_LOOK_MS ? EARLY_LOOK_MS
									 : x->threshold;
}

static void arm_pause(struct x11 *x)
{
	x->armed = level(x);
	arm(x, ALARM_PAUSE, x->armed);
}

/*
 * In the pause nobody has touched a witness either. They are armed first: if all have gone back by
 * now, the server answers each at once.
 */
static void arm_input(struct x11 *x, int64_t from)
{
	x->input_from = from;
	x->fired = 0;
	if (x->has_witnesses) {
		arm(x, ALARM_POINTER, from);
		arm(x, ALARM_KEYBOARD, from);
		x->testified = true;
	}
	arm(x, ALARM_INPUT, from);
}

static void judge_watched(struct x11 *x)
{
	bool watched = x->held && x->told == STATE_PAUSED;

	if (x->watched == watched)
		return;
	x->watched = watched;
	x->sink->watched(x->owner, watched);
}

static void tell_paused(struct x11 *x)
{
	timer_stop(x->ripe);
	x->told = STATE_PAUSED;
	x->sink->paused(x->owner, x->since);
	judge_watched(x);
}

/* A pause that the server knows of is told when it is long enough for the owner. */
static void judge_length(struct x11 *x)
{
	usec_t now = clock_boottime(),
	       at = usec_add(x->since, (usec_t)x->threshold * USEC_PER_MSEC);

	if (x->state != STATE_PAUSED || x->told == STATE_PAUSED)
		return;
	if (now < at) {
		timer_start(x->ripe, at - now);
		return;
	}
	tell_paused(x);
}

static int on_ripe(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	judge_length(userdata);
	return 0;
}

static void begin_pause(struct x11 *x, int64_t idle_ms)
{
	x->state = STATE_PAUSED;
	x->since = usec_sub(clock_boottime(), (usec_t)idle_ms * USEC_PER_MSEC);
	arm_input(x, idle_ms - 1);
	/* The server's milliseconds and ours: as many as were armed are enough. */
	if (idle_ms >= x->threshold)
		tell_paused(x);
	else
		judge_length(x);
}

static void see_input(struct x11 *x)
{
	x->state = STATE_INPUT;
	timer_stop(x->ripe);
	timer_stop(x->rest);
	arm_pause(x);
	if (x->told == STATE_INPUT)
		return;
	x->told = STATE_INPUT;
	judge_watched(x);
	x->sink->input(x->owner);
}

/* The counters as they were: the pause goes on, with alarms that count from the reset. */
static int on_settled(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct x11 *x = userdata;
	usec_t ago = usec_sub(clock_monotonic(), x->reset_at);

	(void)source;
	(void)usec;
	/* By now they are at this or more, unless there was input. */
	arm_input(x, (int64_t)(usec_sub(ago, CLOCK_COARSE) / USEC_PER_MSEC));
	return 0;
}

static int on_over(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct x11 *x = userdata;

	(void)source;
	(void)usec;
	x->held = false;
	judge_watched(x);
	return 0;
}

/* A single one may be anybody's who wants the screen to light up. */
static void see_reset(struct x11 *x)
{
	/* Which stands still in suspend, as the server's does. */
	usec_t now = clock_monotonic();

	x->held = x->reset_at && now < usec_add(x->reset_at, RESETS_APART);
	x->reset_at = now;
	if (x->held)
		timer_start(x->over, RESETS_APART);
	judge_watched(x);
	if (x->state == STATE_PAUSED) {
		timer_start(x->rest, RESET_SETTLES);
		return;
	}
	/* They are asked again in the next pause, not at each reset while somebody types. */
	x->testified = false;
	arm_pause(x);
}

/* A single witness is the device of somebody who types and points through XTEST. */
static void dismiss_witnesses(struct x11 *x, unsigned fired)
{
	if ((fired & WITNESSES) == FIRED(ALARM_POINTER))
		hush(x, ALARM_KEYBOARD);
	else if ((fired & WITNESSES) == FIRED(ALARM_KEYBOARD))
		hush(x, ALARM_POINTER);
}

/* Until the counters have settled the alarms to come will tell of input, too. */
static void judge_pause(struct x11 *x, unsigned fired)
{
	if (!(fired & FIRED(ALARM_INPUT)) || x->fired_ms > x->input_from ||
	    timer_is_running(x->rest))
		return;
	dismiss_witnesses(x, fired);
	see_input(x);
}

/* An alarm that crossed our change of its threshold says nothing; the changed one will. */
static void judge_input(struct x11 *x, unsigned fired)
{
	if (fired & FIRED(ALARM_PAUSE) && x->fired_ms >= x->armed)
		begin_pause(x, x->fired_ms);
}

/* By the server's clock: neither it nor we are always let run when something is to be told. */
static bool went_back_together(const struct x11 *x)
{
	int32_t apart = (int32_t)(x->back[ALARM_POINTER] - x->back[ALARM_KEYBOARD]);

	return abs(apart) <= TOGETHER_MS;
}

static int on_verdict(sd_event_source *source, void *userdata)
{
	struct x11 *x = userdata;
	unsigned fired = x->fired, witnesses = fired & WITNESSES;

	(void)source;
	/* The server may tell of a reset in two parts, the witnesses first. */
	x->fired = witnesses == WITNESSES ? 0 : witnesses;
	if (witnesses == WITNESSES && went_back_together(x))
		see_reset(x);
	else if (x->state == STATE_PAUSED)
		judge_pause(x, fired);
	else if (x->state == STATE_INPUT)
		judge_input(x, fired);
	return 0;
}

/* The counter as it was read just now. The end of a pause is told by alarms only. */
static void judge(struct x11 *x, int64_t idle_ms)
{
	if (x->state == STATE_UNKNOWN && idle_ms < x->threshold)
		see_input(x);
	else if (x->state == STATE_UNKNOWN || (x->state == STATE_INPUT && idle_ms >= x->armed))
		begin_pause(x, idle_ms);
}

static void give_up(struct x11 *x, const char *why);
static void ask_counter(struct x11 *x);

/* Hand the newest threshold to the server, unless it owes us too much. */
static void send_threshold(struct x11 *x)
{
	if (x->state != STATE_INPUT || x->armed == level(x) ||
	    x->unanswered >= CHANGES_UNANSWERED_MAX)
		return;
	arm_pause(x);
	if (++x->unanswered == CHANGES_UNANSWERED_MAX && !x11_display_is_asking(x->display))
		ask_counter(x);
}

static void on_counter_value(void *owner, const void *reply)
{
	const xcb_sync_query_counter_reply_t *value = reply;
	struct x11 *x = owner;

	if (!value) {
		give_up(x, "does not tell its idle time");
		return;
	}
	x->unanswered = 0;
	/* First, as after a silence it tells since when nobody could have touched anything. */
	judge(x, from_wire(value->counter_value));
	tell_fine(x);
	send_threshold(x);
}

static void ask_counter(struct x11 *x)
{
	ask(x, xcb_sync_query_counter(x->connection, x->counters[ALARM_PAUSE]).sequence,
	    on_counter_value);
}

static void on_alarm(struct x11 *x, const xcb_sync_alarm_notify_event_t *alarm)
{
	int64_t ms = from_wire(alarm->counter_value);

	for (unsigned i = 0; i < ALARM_MAX; i++) {
		if (alarm->alarm != x->alarms[i])
			continue;
		x->fired |= FIRED(i);
		x->back[i] = alarm->timestamp - (uint32_t)ms;
	}
	if (alarm->alarm == x->alarms[ALARM_PAUSE] || alarm->alarm == x->alarms[ALARM_INPUT])
		x->fired_ms = ms;
	(void)sd_event_source_set_enabled(x->verdict, SD_EVENT_ONESHOT);
}

static void on_event(void *owner, const xcb_generic_event_t *event)
{
	struct x11 *x = owner;

	if (event->response_type == 0)
		give_up(x, "refuses to watch its idle time");
	else if (x->counters[ALARM_PAUSE] && (event->response_type & 0x7f) == x->alarm_event)
		on_alarm(x, (const xcb_sync_alarm_notify_event_t *)event);
}

/* Getting ready: the extension, its counters, the first look at the right one */

/*
 * In the protocol the name comes 14 bytes behind the entry's beginning. In C the struct is padded
 * to 16, and xcb_sync_systemcounter_name() of libxcb 1.15 looks there: "IDLETIME" is "LETIME".
 */
static bool is_counter(const xcb_sync_systemcounter_t *entry, const char *wanted)
{
	return entry->name_len == strlen(wanted) &&
	       !memcmp((const char *)entry + 14, wanted, strlen(wanted));
}

static void note_counter(struct x11 *x, const xcb_sync_systemcounter_t *entry)
{
	static const char *const names[ALARM_MAX] = {
		[ALARM_PAUSE] = "IDLETIME",           [ALARM_INPUT] = "IDLETIME",
		[ALARM_POINTER] = "DEVICEIDLETIME 4", [ALARM_KEYBOARD] = "DEVICEIDLETIME 5",
		[ALARM_ANCHOR] = "IDLETIME",
	};

	for (size_t i = 0; i < ALARM_MAX; i++)
		if (is_counter(entry, names[i]))
			x->counters[i] = entry->counter;
}

static void on_counters(void *owner, const void *reply)
{
	const xcb_sync_list_system_counters_reply_t *list = reply;
	struct x11 *x = owner;
	xcb_sync_systemcounter_iterator_t at;

	if (!list) {
		give_up(x, "does not tell its counters");
		return;
	}
	for (at = xcb_sync_list_system_counters_counters_iterator(list); at.rem;
	     xcb_sync_systemcounter_next(&at))
		note_counter(x, at.data);
	x->has_witnesses = x->counters[ALARM_POINTER] && x->counters[ALARM_KEYBOARD];
	if (x->counters[ALARM_ANCHOR])
		arm(x, ALARM_ANCHOR, ANCHOR_MS);
	if (x->counters[ALARM_PAUSE])
		ask_counter(x);
	else
		give_up(x, "has no idle counter (IDLETIME)");
}

static void ask_counters(struct x11 *x)
{
	xcb_sync_initialize_cookie_t hello = xcb_sync_initialize(x->connection, 3, 1);

	xcb_discard_reply(x->connection, hello.sequence);
	ask(x, xcb_sync_list_system_counters(x->connection).sequence, on_counters);
}

/* Unless we are told to: under a Wayland compositor it sees next to nothing. */
static void refuse_xwayland(struct x11 *x)
{
	close_display(x);
	tell(x, false,
	     "log in to an X11 session, or set source = x11 in section [idle] if all your programs "
	     "are X programs",
	     "the X server on %s is Xwayland, which sees only what goes to X programs", x->shown);
}

static void on_output(void *owner, const void *reply)
{
	struct x11 *x = owner;

	if (reply && xwayland_is_output(reply))
		refuse_xwayland(x);
	else
		ask_counters(x);
}

static void on_outputs(void *owner, const void *reply)
{
	struct x11 *x = owner;
	uint32_t output = reply ? xwayland_first_output(reply) : 0;

	if (output)
		ask(x, xwayland_ask_output(x->connection, x->randr, output), on_output);
	else
		ask_counters(x);
}

static void on_randr(void *owner, const void *reply)
{
	const xcb_query_extension_reply_t *randr = reply;
	struct x11 *x = owner;

	if (!randr || !randr->present) {
		ask_counters(x);
		return;
	}
	x->randr = randr->major_opcode;
	ask(x, xwayland_ask_outputs(x->connection, x->randr), on_outputs);
}

static void ask_extension(struct x11 *x, const char *name, x11_answer answer)
{
	ask(x, xcb_query_extension(x->connection, (uint16_t)strlen(name), name).sequence, answer);
}

static void on_xwayland(void *owner, const void *reply)
{
	const xcb_query_extension_reply_t *xwayland = reply;
	struct x11 *x = owner;

	if (xwayland && xwayland->present)
		refuse_xwayland(x);
	else
		ask_extension(x, "RANDR", on_randr);
}

static void on_extension(void *owner, const void *reply)
{
	const xcb_query_extension_reply_t *sync;
	struct x11 *x = owner;

	(void)reply;
	/* Does not wait: the answer to a later question than this is here. */
	sync = xcb_get_extension_data(x->connection, &xcb_sync_id);
	if (!sync || !sync->present) {
		give_up(x, "lacks the SYNC extension");
		return;
	}
	x->alarm_event = (uint8_t)(sync->first_event + XCB_SYNC_ALARM_NOTIFY);
	if (x->named)
		ask_counters(x);
	else
		ask_extension(x, XWAYLAND_EXTENSION, on_xwayland);
}

/* The connection */

/* A server that is of no use, until another one comes in its place. */
static void give_up(struct x11 *x, const char *why)
{
	close_display(x);
	tell(x, false, "", "the X server on %s %s", x->shown, why);
}

static void tell_no_server(struct x11 *x)
{
	x->source.vacant = x11_display_is_local(x->display);
	tell(x, false,
	     x11_display_is_local(x->display) ? "limber watches it as soon as it starts"
					      : "once it can be reached, restart limberd",
	     "no X server on %s", x->shown);
}

static void on_closed(void *owner)
{
	forget(owner);
	tell_no_server(owner);
}

static void on_opened(void *owner)
{
	struct x11 *x = owner;

	x->connection = x11_display_connection(x->display);
	x->source.vacant = false;
	/* xcb_get_extension_data() waits for an answer unless that is here, so ask beforehand. */
	xcb_prefetch_extension_data(x->connection, &xcb_sync_id);
	ask(x, xcb_get_input_focus(x->connection).sequence, on_extension);
}

static void on_failed(void *owner, enum x11_connect_failure why)
{
	struct x11 *x = owner;

	switch (why) {
	case X11_CONNECT_NO_SERVER:
		tell_no_server(x);
		break;
	case X11_CONNECT_REFUSED:
		tell(x, false,
		     "run within the desktop: systemctl --user import-environment DISPLAY "
		     "XAUTHORITY; systemctl --user restart limberd",
		     "the X server on %s does not let limber in", x->shown);
		break;
	case X11_CONNECT_FAILED:
		tell(x, false, "", "connecting to the X server on %s has failed", x->shown);
		break;
	}
}

/* What is wrong is told until something is right again, not only until there is an answer. */
static void on_silent(void *owner, bool silent)
{
	if (silent)
		tell_silent(owner);
}

static const struct x11_display_sink display_sink = {
	.opened = on_opened,
	.closed = on_closed,
	.failed = on_failed,
	.event = on_event,
	.silent = on_silent,
};

/* What the picker calls */

static struct idle_source *x11_close(struct idle_source *source)
{
	struct x11 *x = x11_of(source);

	if (!source)
		return NULL;
	x11_display_free(x->display);
	sd_event_source_disable_unref(x->verdict);
	sd_event_source_disable_unref(x->ripe);
	sd_event_source_disable_unref(x->rest);
	sd_event_source_disable_unref(x->over);
	free(x->shown);
	free(x);
	return NULL;
}

static void x11_set_threshold(struct idle_source *source, usec_t threshold)
{
	struct x11 *x = x11_of(source);
	usec_t ms = usec_min(threshold, USEC_PER_DAY) / USEC_PER_MSEC;

	x->threshold = (int64_t)usec_max(ms, THRESHOLD_MIN_MS);
	send_threshold(x);
	/* A shorter one than that of a pause's early look: told from the loop, not from in here. */
	if (x->state == STATE_PAUSED && x->told != STATE_PAUSED)
		timer_start(x->ripe, 0);
}

static void x11_check(struct idle_source *source)
{
	struct x11 *x = x11_of(source);

	if (x->counters[ALARM_PAUSE] && !x11_display_is_asking(x->display))
		ask_counter(x);
}

static bool x11_is_asking(const struct idle_source *source)
{
	return x11_display_is_asking(((const struct x11 *)source)->display);
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

static int init_sources(struct x11 *x, sd_event *event)
{
	int r;

	r = timer_new(&x->ripe, event, 10 * USEC_PER_MSEC, on_ripe, x);
	if (r < 0)
		return r;
	r = timer_new(&x->rest, event, 10 * USEC_PER_MSEC, on_settled, x);
	if (r < 0)
		return r;
	r = timer_new(&x->over, event, USEC_PER_SEC, on_over, x);
	if (r < 0)
		return r;
	r = sd_event_add_defer(event, &x->verdict, on_verdict, x);
	if (r < 0)
		return r;
	r = sd_event_source_set_enabled(x->verdict, SD_EVENT_OFF);
	if (r < 0)
		return r;
	/* Behind the server's socket, so that all that is to be read was read. */
	return sd_event_source_set_priority(x->verdict, SD_EVENT_PRIORITY_IDLE);
}

static int x11_init(struct x11 *x, const struct idle_world *world, const char *name)
{
	int r;

	x->shown = printable(name);
	if (!x->shown)
		return -ENOMEM;
	r = init_sources(x, world->event);
	if (r < 0)
		return r;
	return x11_display_new(&x->display, world->event, name,
			       displays_get(world->displays, DISPLAY_XAUTHORITY), &display_sink, x);
}

static int x11_open(struct idle_source **ret, const struct idle_world *world, usec_t threshold,
		    const struct idle_sink *sink, void *owner)
{
	const char *name = displays_get(world->displays, DISPLAY_X11);
	struct x11 *x;
	int r;

	if (!name)
		return -ENXIO;
	x = calloc(1, sizeof(*x));
	if (!x)
		return -ENOMEM;
	x->source.type = &idle_x11;
	x->source.hint = "";
	x->sink = sink;
	x->owner = owner;
	x->named = world->named;
	r = x11_init(x, world, name);
	if (r < 0) {
		x11_close(&x->source);
		return r;
	}
	x11_set_threshold(&x->source, threshold);
	*ret = &x->source;
	return 0;
}

const struct idle_source_type idle_x11 = {
	.name = "x11",
	.open = x11_open,
	.close = x11_close,
	.set_threshold = x11_set_threshold,
	.check = x11_check,
	.is_asking = x11_is_asking,
};
