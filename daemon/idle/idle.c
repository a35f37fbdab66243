#include "idle/idle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/sockets.h"
#include "base/timer.h"
#include "display/displays.h"
#include "idle/mutter.h"
#include "idle/source.h"
#include "idle/tty.h"
#include "idle/wayland.h"
#include "idle/x11.h"

/* A source that has not said for so long whether it works is left behind. */
#define PATIENCE (3 * USEC_PER_SEC)

/* A display that is lost may be back at once, so nothing less takes its place before. */
#define GRACE (5 * USEC_PER_SEC)

/*
 * When to look for a display, after it was lost or a socket has appeared (a moment before somebody
 * listens there, and seconds before a session tells the user manager): from one try to the next.
 */
static const usec_t try_delays[] = {
	0, 100 * USEC_PER_MSEC, 400 * USEC_PER_MSEC, 1600 * USEC_PER_MSEC, 5 * USEC_PER_SEC,
};

/* Questions are a reason to look only so often: a bar may ask each second. */
#define ASKED_AGAIN USEC_PER_MIN

/* In order of choice, with the best that each may be. */
/* clang-format off */
static const struct choice {
	const struct idle_source_type *type;
	enum idle_rank best;
	bool has_display; /* one of those that displays.h tells of */
} choices[] = {
	{ &idle_wayland, IDLE_RANK_WAYLAND_INPUT, true },
	{ &idle_mutter,  IDLE_RANK_MUTTER,        false },
	{ &idle_x11,     IDLE_RANK_X11,           true },
	{ &idle_tty,     IDLE_RANK_TTY,           false },
};
/* clang-format on */

/* Where a display is looked for; then the sources without one have their turn. */
enum stage { STAGE_OWN, STAGE_MANAGER, STAGE_FOUND, STAGE_OVER };

enum state { STATE_UNKNOWN, STATE_INPUT, STATE_PAUSED };

/* A source, as far as the picker has come with it. */
struct candidate {
	struct idle *idle; /* borrowed */
	const struct choice *choice;
	struct idle_source *source; /* owned; NULL while it is not open */
	bool hopeless;              /* there is nothing to be opened */
	bool judged;                /* it has said whether it works, or had its time */
	/* What it said, for the case that it is followed later. */
	enum state state;
	usec_t since;
	bool watched;
};

struct idle {
	struct idle_world world;
	char *wanted;                 /* owned */
	const struct idle_sink *sink; /* borrowed */
	void *owner;                  /* borrowed */
	usec_t threshold;
	bool started;

	struct displays *displays; /* owned */
	struct candidate candidates[ELEMENTS(choices)];
	struct candidate *current; /* the one that is followed; NULL: none */
	enum stage stage;
	bool any_display; /* in this round somebody was there who could not be watched */
	bool is_asking;   /* the user manager */
	size_t tries;     /* of those in try_delays */
	usec_t asked_at;  /* on CLOCK_MONOTONIC, when idle_check() last began them; 0: never */

	sd_event_source *work;     /* owned: choose(), as the next thing in the loop */
	sd_event_source *patience; /* owned timers */
	sd_event_source *grace;
	sd_event_source *next_try;
	struct sockets *wayland_sockets, *x11_sockets; /* owned; only while no display is seen */

	char problem[IDLE_PROBLEM_MAX]; /* why there is no source */
	const char *hint;               /* static */
	const char *told_name;          /* static: as the owner knows it; NULL: nothing yet */
	char told_problem[IDLE_PROBLEM_MAX];
};

DEFINE_CLEANUP(idle_free, struct idle *)

static const struct choice *find_choice(const char *name)
{
	for (size_t k = 0; k < ELEMENTS(choices); k++)
		if (!strcmp(choices[k].type->name, name))
			return &choices[k];
	return NULL;
}

static bool is_wanted(const struct idle *i, const struct choice *choice)
{
	if (i->world.named)
		return !strcmp(i->wanted, choice->type->name);
	return !choice->type->fits || choice->type->fits(&i->world);
}

/* Sources are opened and closed in there only, never while one of them is telling us something. */
static void ask_to_choose(struct idle *i)
{
	(void)sd_event_source_set_enabled(i->work, SD_EVENT_ONESHOT);
}

/* What sources tell */

static void report(struct idle *i);

static bool is_followed(const struct candidate *c)
{
	return c->idle->current == c;
}

static void on_paused(void *owner, usec_t since)
{
	struct candidate *c = owner;

	c->state = STATE_PAUSED;
	c->since = since;
	if (is_followed(c))
		c->idle->sink->paused(c->idle->owner, since);
}

static void on_input(void *owner)
{
	struct candidate *c = owner;

	c->state = STATE_INPUT;
	if (is_followed(c))
		c->idle->sink->input(c->idle->owner);
}

static void on_watched(void *owner, bool on)
{
	struct candidate *c = owner;

	c->watched = on;
	if (is_followed(c))
		c->idle->sink->watched(c->idle->owner, on);
}

static void on_changed(void *owner)
{
	struct candidate *c = owner;

	c->judged = true;
	if (!c->source->watching) {
		c->state = STATE_UNKNOWN;
		if (c->watched)
			on_watched(c, false);
	} else if (is_followed(c)) {
		/* Before what else it may have to say. */
		report(c->idle);
	}
	ask_to_choose(c->idle);
}

static const struct idle_sink candidate_sink = {
	.paused = on_paused,
	.input = on_input,
	.watched = on_watched,
	.changed = on_changed,
};

static enum idle_rank rank_of(const struct candidate *c)
{
	if (!c || !c->source || !c->source->watching || !is_wanted(c->idle, c->choice))
		return IDLE_RANK_NONE;
	return c->source->rank > c->choice->best ? c->source->rank : c->choice->best;
}

static void open_candidate(struct candidate *c)
{
	struct idle *i = c->idle;

	c->hopeless =
		c->choice->type->open(&c->source, &i->world, i->threshold, &candidate_sink, c) < 0;
}

/* Is there a display, be it one that does not let us in? That of a socket left behind is none. */
static bool has_display(const struct candidate *c)
{
	return c->choice->has_display && c->source && !c->source->vacant;
}

static void close_candidate(struct candidate *c)
{
	if (has_display(c))
		c->idle->any_display = true;
	if (c->source)
		c->source = c->choice->type->close(c->source);
	c->hopeless = false;
	c->judged = false;
	c->state = STATE_UNKNOWN;
	c->watched = false;
}

/* What the owner hears */

static const char *name_of(const struct candidate *c)
{
	if (!c || !c->source || !c->source->watching)
		return "none";
	return c->source->name ? c->source->name : c->choice->type->name;
}

static const char *problem_of(const struct idle *i)
{
	return i->current ? i->current->source->problem : i->problem;
}

static void report(struct idle *i)
{
	const char *name = name_of(i->current), *problem = problem_of(i);

	if (i->told_name && !strcmp(i->told_name, name) && !strcmp(i->told_problem, problem))
		return;
	i->told_name = name;
	(void)snprintf(i->told_problem, sizeof(i->told_problem), "%s", problem);
	i->sink->changed(i->owner);
}

static void set_problem(struct idle *i, const char *problem, const char *hint)
{
	(void)snprintf(i->problem, sizeof(i->problem), "%s", problem);
	i->hint = hint;
}

/* The first one's problem that knew where to look. */
static void explain_none(struct idle *i)
{
	bool any = i->world.named;

	if (!strcmp(i->wanted, "none")) {
		set_problem(i, "", "");
		return;
	}
	for (size_t k = 0; k < ELEMENTS(choices); k++) {
		const struct candidate *c = &i->candidates[k];

		if (!c->source || !c->source->problem[0] || !(any || c->choice->has_display))
			continue;
		set_problem(i, c->source->problem, c->source->hint);
		return;
	}
	set_problem(i, "there is no display to watch: neither WAYLAND_DISPLAY nor DISPLAY is set",
		    "start limberd from within the desktop, or run there: systemctl --user "
		    "import-environment WAYLAND_DISPLAY DISPLAY XAUTHORITY; systemctl --user "
		    "restart limberd");
}

static void follow(struct idle *i, struct candidate *c)
{
	bool watched = i->current && i->current->watched;

	if (c == i->current)
		return;
	i->current = c;
	if (watched)
		i->sink->watched(i->owner, false);
	report(i);
	if (!c)
		return;
	if (c->state == STATE_PAUSED)
		i->sink->paused(i->owner, c->since);
	else if (c->state == STATE_INPUT)
		i->sink->input(i->owner);
	if (c->watched)
		i->sink->watched(i->owner, true);
}

/* The choice */

static struct candidate *find_best(struct idle *i)
{
	struct candidate *best = NULL;

	for (size_t k = 0; k < ELEMENTS(choices); k++)
		if (rank_of(&i->candidates[k]) < rank_of(best))
			best = &i->candidates[k];
	return best;
}

/* Does the user's own display tell us, or do we make do with less? */
static bool is_content(const struct idle *i)
{
	return rank_of(i->current) <= IDLE_RANK_X11;
}

static void close_worse(struct idle *i)
{
	for (size_t k = 0; k < ELEMENTS(choices); k++) {
		struct candidate *c = &i->candidates[k];

		if (c != i->current &&
		    (c->choice->best >= rank_of(i->current) || !is_wanted(i, c->choice)))
			close_candidate(c);
	}
}

/* Another display is in force: who has not found one looks again. */
static void close_displays(struct idle *i)
{
	for (size_t k = 0; k < ELEMENTS(choices); k++) {
		struct candidate *c = &i->candidates[k];

		if (c->choice->has_display && rank_of(c) == IDLE_RANK_NONE)
			close_candidate(c);
	}
}

static bool any_display(const struct idle *i)
{
	for (size_t k = 0; k < ELEMENTS(choices); k++)
		if (has_display(&i->candidates[k]))
			return true;
	return i->any_display;
}

/*
 * Is this the time for it? For sources without a display it is when there is none: what happens in
 * a terminal is a small part of what is done on a display that we cannot see.
 */
static bool is_due(const struct idle *i, const struct choice *choice)
{
	if (!is_wanted(i, choice) || choice->best >= rank_of(i->current))
		return false;
	if (i->world.named || choice->best <= IDLE_RANK_X11)
		return true;
	return i->stage == STAGE_OVER && !any_display(i) && !timer_is_running(i->grace);
}

/* Open the next one that could be better than what there is. True if there is one to wait for. */
static bool look(struct idle *i)
{
	for (size_t k = 0; k < ELEMENTS(choices); k++) {
		struct candidate *c = &i->candidates[k];

		if (!is_due(i, c->choice))
			continue;
		if (!c->source && !c->hopeless)
			open_candidate(c);
		if (c->source && !c->judged)
			return true;
	}
	return false;
}

static void on_environment(void *owner, bool new)
{
	struct idle *i = owner;

	i->is_asking = false;
	if (new)
		close_displays(i);
	ask_to_choose(i);
}

/* False if there is nowhere else to look. */
static bool next_stage(struct idle *i)
{
	bool any_socket = is_wanted(i, find_choice(idle_wayland.name));

	switch (i->stage) {
	case STAGE_OWN:
		i->stage = STAGE_MANAGER;
		i->is_asking = displays_ask(i->displays, i->world.bus, on_environment, i) >= 0;
		return true;
	case STAGE_MANAGER:
	case STAGE_FOUND:
		i->stage = STAGE_FOUND;
		if (!any_socket || !displays_find(i->displays)) {
			/* What is watched for from now on is our own again. */
			i->stage = STAGE_OVER;
			if (!displays_use_own(i->displays))
				return true;
		}
		close_displays(i);
		return true;
	case STAGE_OVER:
		break;
	}
	return false;
}

static void begin_tries(struct idle *i)
{
	const struct choice *named = find_choice(i->wanted);

	if (named ? !named->has_display : i->world.named)
		return;
	i->tries = 0;
	timer_start(i->next_try, try_delays[0]);
}

static void on_wayland_socket(void *owner, const char *name)
{
	static const char prefix[] = "wayland-";
	const char *dot = strrchr(name, '.'), *own = getenv("WAYLAND_DISPLAY");

	if (name[0] && strncmp(name, prefix, strlen(prefix)) != 0 && (!own || strcmp(name, own)))
		return;
	if (!dot || strcmp(dot, ".lock"))
		begin_tries(owner);
}

static void on_x11_socket(void *owner, const char *name)
{
	if (!name[0] || name[0] == 'X')
		begin_tries(owner);
}

/* Be told when a server starts, while we miss one. Without, there is still idle_check(). */
static void watch_sockets(struct idle *i)
{
	if (is_content(i)) {
		timer_stop(i->next_try);
		i->wayland_sockets = sockets_free(i->wayland_sockets);
		i->x11_sockets = sockets_free(i->x11_sockets);
		return;
	}
	if (!i->wayland_sockets && is_wanted(i, find_choice(idle_wayland.name)))
		(void)sockets_new(&i->wayland_sockets, i->world.event,
				  displays_runtime_folder(i->displays), on_wayland_socket, i);
	if (!i->x11_sockets && is_wanted(i, find_choice(idle_x11.name)))
		(void)sockets_new(&i->x11_sockets, i->world.event, X11_SOCKETS, on_x11_socket, i);
}

static void lose(struct idle *i)
{
	set_problem(i, i->current->source->problem, i->current->source->hint);
	follow(i, NULL);
	/* A source that was named has none to take its place. */
	if (!i->world.named)
		timer_start(i->grace, GRACE);
	begin_tries(i);
}

static bool is_under_way(struct idle *i)
{
	do
		if (i->is_asking || look(i))
			return true;
	while (!is_content(i) && next_stage(i));
	return false;
}

static void choose(struct idle *i)
{
	struct candidate *best = find_best(i);

	if (i->current && !best)
		lose(i);
	else
		follow(i, best);
	close_worse(i);
	watch_sockets(i);
	if (is_under_way(i)) {
		if (!timer_is_running(i->patience))
			timer_start(i->patience, PATIENCE);
	} else {
		timer_stop(i->patience);
		if (!i->current)
			explain_none(i);
	}
	if (i->current || !timer_is_running(i->patience))
		report(i);
}

/* Look everywhere again, with the sources that have found nothing. */
static void begin_round(struct idle *i)
{
	(void)displays_use_own(i->displays);
	i->stage = STAGE_OWN;
	close_displays(i);
	i->any_display = false;
	ask_to_choose(i);
}

/* Timers and the like */

static int on_work(sd_event_source *source, void *userdata)
{
	(void)source;
	choose(userdata);
	return 0;
}

static int on_patience(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct idle *i = userdata;

	(void)source;
	(void)usec;
	for (size_t k = 0; k < ELEMENTS(choices); k++)
		i->candidates[k].judged = true;
	choose(i);
	return 0;
}

static int on_grace(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	choose(userdata);
	return 0;
}

static int on_next_try(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct idle *i = userdata;

	(void)source;
	(void)usec;
	if (is_content(i))
		return 0;
	if (i->stage == STAGE_OVER)
		begin_round(i);
	if (++i->tries < ELEMENTS(try_delays))
		timer_start(i->next_try, try_delays[i->tries]);
	return 0;
}

static int init_parts(struct idle *i)
{
	int r;

	r = displays_new(&i->displays);
	if (r < 0)
		return r;
	i->world.displays = i->displays;
	r = timer_new(&i->patience, i->world.event, 10 * USEC_PER_MSEC, on_patience, i);
	if (r < 0)
		return r;
	r = timer_new(&i->grace, i->world.event, 10 * USEC_PER_MSEC, on_grace, i);
	if (r < 0)
		return r;
	r = timer_new(&i->next_try, i->world.event, 10 * USEC_PER_MSEC, on_next_try, i);
	if (r < 0)
		return r;
	r = sd_event_add_defer(i->world.event, &i->work, on_work, i);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(i->work, SD_EVENT_OFF);
}

int idle_new(struct idle **ret, const struct idle_world *world, const char *wanted,
	     const struct idle_sink *sink, void *owner)
{
	CLEANUP(idle_freep) struct idle *i = NULL;
	int r;

	if (strcmp(wanted, "auto") && strcmp(wanted, "none") && !find_choice(wanted))
		return -EINVAL;
	i = calloc(1, sizeof(*i));
	if (!i)
		return -ENOMEM;
	i->world = *world;
	i->world.named = strcmp(wanted, "auto") != 0;
	i->sink = sink;
	i->owner = owner;
	i->threshold = USEC_PER_SEC;
	i->hint = "";
	i->wanted = strdup(wanted);
	if (!i->wanted)
		return -ENOMEM;
	for (size_t k = 0; k < ELEMENTS(choices); k++) {
		i->candidates[k].idle = i;
		i->candidates[k].choice = &choices[k];
	}
	r = init_parts(i);
	if (r < 0)
		return r;

	*ret = TAKE(i);
	return 0;
}

struct idle *idle_free(struct idle *i)
{
	if (!i)
		return NULL;
	for (size_t k = 0; k < ELEMENTS(choices); k++)
		close_candidate(&i->candidates[k]);
	sockets_free(i->wayland_sockets);
	sockets_free(i->x11_sockets);
	sd_event_source_disable_unref(i->work);
	sd_event_source_disable_unref(i->patience);
	sd_event_source_disable_unref(i->grace);
	sd_event_source_disable_unref(i->next_try);
	displays_free(i->displays);
	free(i->wanted);
	free(i);
	return NULL;
}

int idle_start(struct idle *i)
{
	if (i->started)
		return 0;
	i->started = true;
	if (!strcmp(i->wanted, "none"))
		i->stage = STAGE_OVER;
	else
		begin_tries(i);
	ask_to_choose(i);
	return 0;
}

void idle_set_threshold(struct idle *i, usec_t threshold)
{
	i->threshold = threshold;
	for (size_t k = 0; k < ELEMENTS(choices); k++) {
		const struct candidate *c = &i->candidates[k];

		if (c->source)
			c->choice->type->set_threshold(c->source, threshold);
	}
}

void idle_set_terminal(struct idle *i, bool terminal)
{
	if (i->world.terminal == terminal)
		return;
	i->world.terminal = terminal;
	if (!i->started || is_content(i))
		return;
	begin_tries(i);
	ask_to_choose(i);
}

static void look_again(struct idle *i)
{
	usec_t now = clock_monotonic();

	if (!i->started || i->stage != STAGE_OVER || timer_is_running(i->next_try) ||
	    timer_is_running(i->patience))
		return;
	if (i->asked_at && now < usec_add(i->asked_at, ASKED_AGAIN))
		return;
	i->asked_at = now;
	begin_tries(i);
}

void idle_check(struct idle *i)
{
	if (i->current)
		i->current->choice->type->check(i->current->source);
	if (!is_content(i))
		look_again(i);
}

bool idle_is_checking(const struct idle *i)
{
	const struct idle_source_type *type = i->current ? i->current->choice->type : NULL;

	/* Once it is a problem, the question may be open for hours. */
	return type && type->is_asking && !idle_problem(i) && type->is_asking(i->current->source);
}

bool idle_is_silent(const struct idle *i)
{
	/* Nothing else can be wrong with one that is watching. */
	return i->current && idle_problem(i);
}

const char *idle_source_name(const struct idle *i)
{
	return name_of(i->current);
}

struct display_place idle_place(const struct idle *i)
{
	struct display_place place = displays_place(i->displays);

	/* Both may be set, and the compositor be of yesterday. */
	if (i->current && i->current->choice->type == &idle_x11)
		place.wayland = NULL;
	return place;
}

bool idle_is_misled(const struct idle *i)
{
	enum idle_rank rank = rank_of(i->current);

	return rank == IDLE_RANK_WAYLAND || rank == IDLE_RANK_KDE;
}

const char *idle_lacks(void)
{
	for (size_t k = 0; k < ELEMENTS(choices); k++)
		if (choices[k].type->lacks)
			return choices[k].type->lacks;
	return NULL;
}

const char *idle_problem(const struct idle *i)
{
	const char *problem = problem_of(i);

	return problem[0] ? problem : NULL;
}

const char *idle_hint(const struct idle *i)
{
	return i->current ? i->current->source->hint : i->hint;
}
