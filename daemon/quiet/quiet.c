#include "quiet/quiet.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "quiet/dnd.h"
#include "quiet/fullscreen.h"
#include "quiet/inhibitors.h"
#include "quiet/source.h"
#include "quiet/told.h"

static const struct quiet_source_type *const types[] = {
	&quiet_dnd,  &quiet_fullscreen_wayland, &quiet_fullscreen_x11, &quiet_inhibitors,
	&quiet_call, &quiet_screencast,
};

/*
 * The beginning of a sign is told at once, its end after so long: what comes back meanwhile has
 * never ended. A program that changes its mind again and again, or dies and is started again, is
 * thus one sign and not many; the time doubles with each quick return.
 */
#define END_DELAY USEC_PER_SEC
#define END_DELAY_DOUBLINGS 5
/* So soon after its end a return is quick, beside the delay itself. */
#define QUICK (10 * USEC_PER_SEC)
/* What was asked for is fresh for so long, and its answer is waited for no longer. */
#define FRESH USEC_PER_SEC
/* What is not known so long after the first look may never be. */
#define FIRST_LOOK (5 * USEC_PER_SEC)

struct watched {
	struct quiet_source *source; /* owned; NULL: not watched, or nowhere to look */
	struct quiet_sign found, told;
	usec_t end_at; /* when the end will be told; USEC_NEVER: not under way */
	usec_t ended_at;
	unsigned returns; /* quick ones in a row */
	usec_t opened_at;
	bool known; /* something was found since then, be it that nothing is there */
	bool asked; /* quiet_answered() is owed */
};

struct quiet_watch {
	struct quiet_world world;
	sd_bus *system_bus;            /* referenced; may be NULL */
	const struct quiet_sink *sink; /* borrowed */
	void *owner;                   /* borrowed */
	struct display_place place;    /* its words are owned */
	bool browsers_ignored;
	unsigned kinds; /* that are watched */
	struct watched watched[QUIET_KINDS];
	sd_event_source *timer; /* owned: what is to be told next */
	bool asking;            /* sink.answered() is promised */
	bool troubled;          /* the problem may be another one now */
	usec_t asked_at;        /* 0: never */
	char problem[QUIET_PROBLEM_MAX];
};

DEFINE_CLEANUP(quiet_free, struct quiet_watch *)

/* Telling -------------------------------------------------------------------------------------- */

static void tell(struct quiet_watch *q, enum quiet_kind kind)
{
	struct watched *w = &q->watched[kind];

	w->told = w->found;
	w->end_at = USEC_NEVER;
	q->sink->sign(q->owner, kind);
}

static usec_t end_delay(const struct watched *w)
{
	unsigned doublings = w->returns < END_DELAY_DOUBLINGS ? w->returns : END_DELAY_DOUBLINGS;

	return END_DELAY << doublings;
}

static void begin(struct quiet_watch *q, enum quiet_kind kind)
{
	struct watched *w = &q->watched[kind];
	usec_t since = usec_sub(clock_boottime(), w->ended_at);

	if (w->ended_at && since < QUICK + end_delay(w))
		w->returns++;
	else
		w->returns = 0;
	tell(q, kind);
}

static void end(struct quiet_watch *q, enum quiet_kind kind)
{
	q->watched[kind].ended_at = clock_boottime();
	tell(q, kind);
}

static void arm(struct quiet_watch *q)
{
	usec_t at = q->asking ? q->asked_at + FRESH : USEC_NEVER;

	if (q->troubled)
		at = 0;
	for (int kind = 0; kind < QUIET_KINDS; kind++)
		at = usec_min(at, q->watched[kind].end_at);
	if (at == USEC_NEVER) {
		(void)sd_event_source_set_enabled(q->timer, SD_EVENT_OFF);
		return;
	}
	(void)sd_event_source_set_time(q->timer, at);
	(void)sd_event_source_set_enabled(q->timer, SD_EVENT_ONESHOT);
}

static bool is_awaited(const struct watched *w)
{
	return w->source &&
	       (w->asked || (!w->known && usec_sub(clock_boottime(), w->opened_at) < FIRST_LOOK));
}

static bool any_awaited(const struct quiet_watch *q)
{
	for (int kind = 0; kind < QUIET_KINDS; kind++)
		if (is_awaited(&q->watched[kind]))
			return true;
	return false;
}

/* What has not been told by now is not waited for. */
static void end_asking(struct quiet_watch *q)
{
	for (int kind = 0; kind < QUIET_KINDS; kind++)
		q->watched[kind].asked = false;
	q->asking = false;
	q->sink->answered(q->owner);
}

/* The first of them is told; the next one when that is over. */
static void tell_trouble(struct quiet_watch *q)
{
	const char *problem = "";

	q->troubled = false;
	for (int kind = QUIET_KINDS; kind > 0; kind--) {
		const struct quiet_source *s = q->watched[kind - 1].source;

		if (s && s->problem[0])
			problem = s->problem;
	}
	if (!strcmp(q->problem, problem))
		return;
	(void)snprintf(q->problem, sizeof(q->problem), "%s", problem);
	q->sink->changed(q->owner);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct quiet_watch *q = userdata;
	usec_t now = clock_boottime();

	(void)source;
	(void)usec;
	for (int kind = 0; kind < QUIET_KINDS; kind++)
		if (q->watched[kind].end_at <= now)
			end(q, (enum quiet_kind)kind);
	if (q->asking && q->asked_at + FRESH <= now)
		end_asking(q);
	if (q->troubled)
		tell_trouble(q);
	arm(q);
	return 0;
}

static bool is_same(const struct quiet_sign *a, const struct quiet_sign *b)
{
	return a->on == b->on && !strcmp(a->who, b->who) && !strcmp(a->why, b->why);
}

static void judge(struct quiet_watch *q, enum quiet_kind kind)
{
	struct watched *w = &q->watched[kind];

	if (w->found.on) {
		w->end_at = USEC_NEVER;
		if (!w->told.on)
			begin(q, kind);
		else if (!is_same(&w->found, &w->told))
			tell(q, kind);
	} else if (w->told.on && w->end_at == USEC_NEVER) {
		w->end_at = clock_boottime() + end_delay(w);
	}
	arm(q);
}

/* Is the last answer in that was waited for? */
static void judge_asking(struct quiet_watch *q)
{
	if (!q->asking || any_awaited(q))
		return;
	end_asking(q);
	arm(q);
}

/* What the sources call ------------------------------------------------------------------------ */

sd_event *quiet_event(const struct quiet_watch *q)
{
	return q->world.event;
}

sd_bus *quiet_session_bus(const struct quiet_watch *q)
{
	return q->world.bus;
}

sd_bus *quiet_system_bus(const struct quiet_watch *q)
{
	return q->system_bus;
}

const struct display_place *quiet_place(const struct quiet_watch *q)
{
	return &q->place;
}

bool quiet_browsers_count(const struct quiet_watch *q)
{
	return !q->browsers_ignored;
}

bool quiet_ask_teller(const struct quiet_watch *q)
{
	return q->sink->ask && q->sink->ask(q->owner);
}

void quiet_found(struct quiet_source *source, bool on, const char *who, const char *why)
{
	struct quiet_watch *q = source->quiet;
	enum quiet_kind kind = source->type->kind;
	struct quiet_sign *found = &q->watched[kind].found;

	*found = (struct quiet_sign){ .on = on };
	if (on) {
		utf8_copy_line(found->who, sizeof(found->who), who);
		utf8_copy_line(found->why, sizeof(found->why), why);
	}
	q->watched[kind].known = true;
	judge(q, kind);
	judge_asking(q);
}

void quiet_answered(struct quiet_source *source)
{
	source->quiet->watched[source->type->kind].asked = false;
	judge_asking(source->quiet);
}

void quiet_trouble(struct quiet_source *source, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(source->problem, sizeof(source->problem), format, args);
	va_end(args);
	source->quiet->troubled = true;
	arm(source->quiet);
}

/* What the owner calls ------------------------------------------------------------------------- */

int quiet_new(struct quiet_watch **ret, const struct quiet_world *world,
	      const struct quiet_sink *sink, void *owner)
{
	CLEANUP(quiet_freep) struct quiet_watch *q = NULL;
	int r;

	q = calloc(1, sizeof(*q));
	if (!q)
		return -ENOMEM;
	q->world = *world;
	q->sink = sink;
	q->owner = owner;
	for (int kind = 0; kind < QUIET_KINDS; kind++)
		q->watched[kind].end_at = USEC_NEVER;
	r = sd_event_add_time(world->event, &q->timer, CLOCK_BOOTTIME, 0, 100 * USEC_PER_MSEC,
			      on_timer, q);
	if (r < 0)
		return r;
	r = sd_event_source_set_enabled(q->timer, SD_EVENT_OFF);
	if (r < 0)
		return r;

	*ret = TAKE(q);
	return 0;
}

static void close_source(struct watched *w)
{
	if (w->source)
		w->source = w->source->type->close(w->source);
}

struct quiet_watch *quiet_free(struct quiet_watch *q)
{
	if (!q)
		return NULL;
	for (int kind = 0; kind < QUIET_KINDS; kind++)
		close_source(&q->watched[kind]);
	sd_event_source_disable_unref(q->timer);
	sd_bus_unref(q->system_bus);
	display_place_done(&q->place);
	free(q);
	return NULL;
}

static int open_source(struct quiet_watch *q, const struct quiet_source_type *type)
{
	struct watched *w = &q->watched[type->kind];
	int r;

	if (w->source)
		return 0;
	w->known = w->asked = false;
	w->opened_at = clock_boottime();
	r = type->open(&w->source, q);
	return r == -ENXIO ? 0 : r;
}

/* Whatever it showed ends with the next turn of the event loop. */
static void stop_watching(struct quiet_watch *q, enum quiet_kind kind)
{
	struct watched *w = &q->watched[kind];

	if (!w->source)
		return;
	close_source(w);
	w->found = (struct quiet_sign){ 0 };
	w->end_at = w->told.on ? clock_boottime() : USEC_NEVER;
	q->troubled = true;
	arm(q);
}

int quiet_choose(struct quiet_watch *q, unsigned kinds)
{
	int r;

	q->kinds = kinds;
	for (size_t i = 0; i < ELEMENTS(types); i++) {
		if (!(kinds & QUIET_KIND_BIT(types[i]->kind))) {
			stop_watching(q, types[i]->kind);
			continue;
		}
		r = open_source(q, types[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

int quiet_set_place(struct quiet_watch *q, const struct display_place *place)
{
	int r;

	if (display_place_is_same(&q->place, place))
		return 0;
	r = display_place_copy(&q->place, place);
	if (r < 0)
		return r;
	for (int kind = 0; kind < QUIET_KINDS; kind++)
		if (q->watched[kind].source && q->watched[kind].source->type->by_place)
			stop_watching(q, (enum quiet_kind)kind);
	return quiet_choose(q, q->kinds);
}

void quiet_set_browsers_count(struct quiet_watch *q, bool count)
{
	if (q->browsers_ignored == !count)
		return;
	q->browsers_ignored = !count;
	for (int kind = 0; kind < QUIET_KINDS; kind++) {
		struct quiet_source *s = q->watched[kind].source;

		if (s && s->type->browsers_changed)
			s->type->browsers_changed(s);
	}
}

int quiet_set_system_bus(struct quiet_watch *q, sd_bus *bus)
{
	if (q->system_bus == bus)
		return 0;
	sd_bus_unref(q->system_bus);
	q->system_bus = sd_bus_ref(bus);
	for (int kind = 0; kind < QUIET_KINDS; kind++) {
		struct quiet_source *s = q->watched[kind].source;

		if (s && s->type->system_bus_changed)
			s->type->system_bus_changed(s);
	}
	return 0;
}

void quiet_tell(struct quiet_watch *q, enum quiet_kind kind, bool on, const char *who)
{
	if (q->watched[kind].source)
		quiet_found(q->watched[kind].source, on, who, NULL);
}

void quiet_told(struct quiet_watch *q)
{
	q->watched[QUIET_KIND_CALL].asked = false;
	q->watched[QUIET_KIND_SCREENCAST].asked = false;
	judge_asking(q);
}

bool quiet_ask(struct quiet_watch *q)
{
	usec_t now = clock_boottime();

	if (q->asking || (q->asked_at && usec_sub(now, q->asked_at) < FRESH))
		return q->asking;
	for (int kind = 0; kind < QUIET_KINDS; kind++) {
		struct watched *w = &q->watched[kind];

		w->asked = w->source && w->source->type->ask && w->source->type->ask(w->source);
	}
	q->asking = any_awaited(q);
	if (q->asking) {
		q->asked_at = now;
		arm(q);
	}
	return q->asking;
}

const struct quiet_sign *quiet_sign(const struct quiet_watch *q, enum quiet_kind kind)
{
	return &q->watched[kind].told;
}

static const struct quiet_source_type *find_type(enum quiet_kind kind)
{
	for (size_t i = 0; i < ELEMENTS(types); i++)
		if (types[i]->kind == kind)
			return types[i];
	return NULL;
}

enum quiet_sight quiet_sight(const struct quiet_watch *q, enum quiet_kind kind,
			     const char **ret_why)
{
	const struct quiet_source_type *type = find_type(kind);
	const struct quiet_source *s = q->watched[kind].source;
	const char *blind = s && type->blind ? type->blind(s) : NULL;

	*ret_why = "";
	if (!s) {
		*ret_why = type && type->nowhere ? type->nowhere : "nothing here tells of it";
		return QUIET_SIGHT_NONE;
	}
	if (s->problem[0]) {
		*ret_why = s->problem;
		return QUIET_SIGHT_TROUBLE;
	}
	if (!q->watched[kind].known && (!blind || is_awaited(&q->watched[kind])))
		return QUIET_SIGHT_AWAITED;
	if (blind) {
		*ret_why = blind;
		return QUIET_SIGHT_NONE;
	}
	return QUIET_SIGHT_GOOD;
}

const char *quiet_problem(const struct quiet_watch *q)
{
	return q->problem[0] ? q->problem : NULL;
}

const char *quiet_hint(const struct quiet_watch *q)
{
	return q->problem[0] ? "limber goes on by itself as soon as it does" : "";
}
