/* The guide's keys; what is done when something hurts is in guide-hurts.c. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "bus/protocol.h"
#include "guide.h"

#define TOO_SOON (USEC_PER_SEC / 2)

/* What limberd answers to a key: nothing, or why not. */
static int on_key_answer(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct guide *g = userdata;
	const char *sentence;

	(void)reterr;
	if (remote_judge(m, &sentence) != EXIT_DONE)
		guide_say(g, sentence);
	follow_ask(&g->follow);
	guide_draw(g);
	return 0;
}

/* Here alone. */
static void go_on(struct guide *g)
{
	*g->leaving = '\0';
	walk_begin(&g->walk, g->walk.at + 1, clock_monotonic());
	guide_step(g);
}

/* Where limberd cannot, or has gone on before us, the guide still does. */
static int on_next_answer(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct guide *g = userdata;
	const struct step *step = walk_step(&g->walk, &g->kept.brk);
	const char *sentence;
	int r = remote_judge(m, &sentence);

	(void)reterr;
	if (r == EXIT_NO_DAEMON)
		guide_say(g, sentence);
	if (r != EXIT_DONE && step && !strcmp(step->exercise, g->leaving))
		go_on(g);
	else if (r != EXIT_DONE)
		*g->leaving = '\0';
	follow_ask(&g->follow);
	guide_draw(g);
	return 0;
}

/* Is it what limberd takes to be on? It may be ahead of us, or not there any more. */
static bool is_on(const struct guide *g, const struct step *step)
{
	const struct follow *f = &g->follow;
	const struct step *on;

	if (g->over || !f->running || !f->known || *f->trouble || !f->state.on)
		return false;
	on = break_step(&f->state.brk, clock_walltime());
	return on && !strcmp(on->exercise, step->exercise);
}

static int on_hold_answer(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct guide *g = userdata;
	int fd;

	(void)reterr;
	/* Where limberd cannot, it is the guide alone that stands still. */
	if (g->held >= 0 || sd_bus_message_is_method_error(m, NULL) ||
	    sd_bus_message_read(m, "h", &fd) < 0)
		return 0;
	/* The message keeps its own. */
	g->held = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	guide_release(g);
	return 0;
}

static void hold(struct guide *g)
{
	const struct step *step = walk_step(&g->walk, &g->kept.brk);

	if (is_on(g, step))
		(void)sd_bus_call_method_async(g->follow.watch.bus, NULL, BUS_NAME,
					       g->kept.brk.path, BUS_BREAK, "Hold", on_hold_answer,
					       g, NULL);
}

static void key_pause(struct guide *g)
{
	if (!walk_step(&g->walk, &g->kept.brk))
		return;
	if (g->walk.stopped)
		walk_resume(&g->walk, clock_monotonic());
	else
		walk_stop(&g->walk, clock_monotonic());
	if (g->walk.stopped)
		hold(g);
	guide_release(g);
	guide_say(g, g->walk.stopped ? "paused; the break itself goes on" : "");
	guide_wait(g);
}

/* limberd ends it, and tells what comes then: all of it may need a warm-up that was left out. */
static void key_next(struct guide *g)
{
	const struct step *step = walk_step(&g->walk, &g->kept.brk);

	if (!step)
		return;
	/* Whoever presses it again does not want to wait for the answer. */
	if (*g->leaving || !is_on(g, step)) {
		go_on(g);
		return;
	}
	(void)snprintf(g->leaving, sizeof(g->leaving), "%s", step->exercise);
	if (sd_bus_call_method_async(g->follow.watch.bus, NULL, BUS_NAME, g->kept.brk.path,
				     BUS_BREAK, "Next", on_next_answer, g, NULL) < 0)
		go_on(g);
}

static void call_failed(struct guide *g, int r)
{
	if (r < 0)
		guide_say(g, strerror(-r));
}

static void key_another(struct guide *g)
{
	if (g->over) {
		guide_say(g, "the break is over; what is left of it stays as it is");
		return;
	}
	guide_say(g, "asking for another");
	call_failed(g,
		    sd_bus_call_method_async(g->follow.watch.bus, NULL, BUS_NAME, g->kept.brk.path,
					     BUS_BREAK, "Replace", on_key_answer, g, NULL));
}

static void key_done(struct guide *g)
{
	if (walk_step(&g->walk, &g->kept.brk))
		return;
	if (g->over)
		guide_end(g);
	else
		call_failed(g, sd_bus_call_method_async(g->follow.watch.bus, NULL, BUS_NAME,
							BUS_PATH, BUS_MANAGER, "Finish",
							on_key_answer, g, NULL));
}

/* A page on or back; behind the last one the exercises go on. */
static void read_on(struct guide *g, char c)
{
	/* The last row of a page is the first one of the next, to go on reading from. */
	unsigned step = g->page > 2 ? g->page - 1 : 1;

	if (c == 'b') {
		g->top = g->top > step ? g->top - step : 0;
	} else if (g->more) {
		g->top += step;
	} else {
		g->advising = false;
		g->read_at = clock_monotonic();
		guide_say(g, "");
		walk_begin(&g->walk, g->walk.at, clock_monotonic());
		guide_step(g);
		return;
	}
	guide_draw(g);
}

/* One more of those that turned the pages, or one that is held down: no wish to skip what has just
 * begun. */
static bool comes_too_soon(struct guide *g, char c)
{
	usec_t now = clock_monotonic();

	if (c != '\n' || !g->read_at || usec_sub(now, g->read_at) >= TOO_SOON)
		return false;
	g->read_at = now;
	return true;
}

void guide_key(void *owner, char c)
{
	static const struct {
		char key, other;
		void (*press)(struct guide *g);
	} keys[] = {
		{ 'p', ' ', key_pause }, { 'n', '\n', key_next }, { 'a', 0, key_another },
		{ 'h', 0, guide_hurts }, { 'd', 0, key_done },    { 'q', 0, guide_end },
	};
	struct guide *g = owner;

	if (g->choosing) {
		guide_choose(g, c);
		return;
	}
	if (g->advising && c != 'q') {
		read_on(g, c);
		return;
	}
	if (comes_too_soon(g, c))
		return;
	for (size_t i = 0; i < ELEMENTS(keys); i++)
		if (c == keys[i].key || (keys[i].other && c == keys[i].other))
			keys[i].press(g);
	guide_draw(g);
}
