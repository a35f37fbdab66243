/* The guide as time goes by: what is said and drawn, and when. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "guide.h"

/* How long it is told what came of a key. */
#define MESSAGE_SECONDS 6
/* A longer gap between two seconds is none: the program was stopped. */
#define STOPPED_AFTER (3 * USEC_PER_SEC)

void guide_end(struct guide *g)
{
	(void)sd_event_exit(g->follow.watch.event, EXIT_DONE);
}

void guide_say(struct guide *g, const char *message)
{
	(void)snprintf(g->message, sizeof(g->message), "%s", message);
	g->message_age = 0;
	if (g->lines && *message) {
		struct text t;

		text_init(&t, stdout, STDOUT_FILENO);
		text_wrap(&t, TONE_WARN, 0, 0, message);
		fflush(stdout);
	}
}

static unsigned count_rows(const char *text)
{
	unsigned rows = 0;

	while ((text = strchr(text, '\n'))) {
		rows++;
		text++;
	}
	return rows;
}

/* Owned by the caller; NULL without memory. */
static char *make_foot(const struct guide *g)
{
	char *foot = NULL;
	struct text t;

	if (!text_begin(&t, &foot))
		return NULL;
	guide_foot(&t, g);
	if (text_end(&t))
		return foot;
	free(foot);
	return NULL;
}

/* With as much as fits into `rows`. Owned by the caller; NULL without memory. */
static char *make_body(const struct guide *g, unsigned rows)
{
	usec_t now = clock_monotonic();
	struct text t;

	for (enum spare spare = SPARE_NOTHING;; spare++) {
		char *body = NULL;

		if (!text_begin(&t, &body))
			return NULL;
		guide_body(&t, g, now, spare);
		if (text_end(&t) && (count_rows(body) <= rows || spare + 1 == SPARES))
			return body;
		free(body);
		if (spare + 1 == SPARES)
			return NULL;
	}
}

/* What has to be read is cut nowhere, but turned over like a page. */
static const char *turn_page(struct guide *g, const char *body, unsigned rows)
{
	unsigned all = count_rows(body);

	if (!g->advising || all <= rows) {
		g->top = 0;
		g->more = false;
		return body;
	}
	g->page = rows;
	if (g->top > all - rows)
		g->top = all - rows;
	g->more = g->top + rows < all;
	for (unsigned i = 0; i < g->top; i++)
		body = strchr(body, '\n') + 1;
	return body;
}

void guide_draw(void *owner)
{
	struct guide *g = owner;
	CLEANUP(freep) char *body = NULL;
	CLEANUP(freep) char *foot = NULL;
	const char *seen;
	unsigned rows, below;

	if (g->lines)
		return;
	foot = make_foot(g);
	if (!foot)
		return;
	below = count_rows(foot) + 1;
	rows = terminal_rows() > below ? terminal_rows() - below : 0;
	body = make_body(g, rows);
	if (!body)
		return;
	seen = turn_page(g, body, rows);
	free(foot);
	foot = make_foot(g);
	if (foot)
		terminal_show(&g->terminal, seen, foot);
}

static void ring(const struct guide *g)
{
	if (g->bell)
		putchar('\a');
}

void guide_wait(struct guide *g)
{
	usec_t now = clock_monotonic(), wait = walk_next_change(&g->walk, &g->kept.brk, now);

	if (!g->turn)
		return;
	if (wait == USEC_NEVER || g->advising) {
		(void)sd_event_source_set_enabled(g->turn, SD_EVENT_OFF);
		return;
	}
	/* From now and not from when the loop last woke up: then it would be too early for the
	 * change, and tell the one before it again. */
	(void)sd_event_source_set_time(g->turn, now + wait);
	(void)sd_event_source_set_enabled(g->turn, SD_EVENT_ONESHOT);
}

bool guide_finished(const struct guide *g)
{
	if (g->advising || g->choosing)
		return false;
	if (g->over && *g->outcome && strcmp(g->outcome, "taken") != 0)
		return true;
	return !walk_step(&g->walk, &g->kept.brk) && (g->over || !g->follow.running);
}

void guide_release(struct guide *g)
{
	if (g->walk.stopped)
		return;
	closep(&g->held);
	g->held = -1;
}

void guide_step(struct guide *g)
{
	const struct step *now = walk_step(&g->walk, &g->kept.brk);
	struct text t;

	if (now)
		guide_came_to(g, now);
	guide_release(g);
	ring(g);
	if (g->lines) {
		text_init(&t, stdout, STDOUT_FILENO);
		guide_say_step(&t, g);
		fflush(stdout);
	}
	guide_wait(g);
	if (guide_finished(g))
		guide_end(g);
	guide_draw(g);
}

/* The exercise begins, or its second half does. */
static void on_turn(struct guide *g, const struct moment *now)
{
	struct text t;

	ring(g);
	if (!g->lines)
		return;
	text_init(&t, stdout, STDOUT_FILENO);
	if (now->second_half)
		guide_say_half(&t, g);
	else
		guide_say_begin(&t, g);
	fflush(stdout);
}

int guide_turn(sd_event_source *source, uint64_t at, void *userdata)
{
	struct guide *g = userdata;
	usec_t now = clock_monotonic();
	struct moment moment;

	(void)source;
	(void)at;
	if (walk_proceed(&g->walk, &g->kept.brk, now)) {
		guide_step(g);
		return 0;
	}
	walk_look(&g->walk, &g->kept.brk, now, &moment);
	on_turn(g, &moment);
	guide_wait(g);
	return 0;
}

void guide_second(void *owner)
{
	struct guide *g = owner;
	usec_t now = clock_monotonic(), gap = usec_sub(now, g->ticked);
	struct moment before, after;

	if (gap > STOPPED_AFTER)
		walk_leave_out(&g->walk, gap);
	if (++g->message_age > MESSAGE_SECONDS)
		*g->message = '\0';
	if (!g->advising && walk_proceed(&g->walk, &g->kept.brk, now)) {
		guide_step(g);
	} else if (walk_step(&g->walk, &g->kept.brk)) {
		walk_look(&g->walk, &g->kept.brk, usec_sub(now, gap), &before);
		walk_look(&g->walk, &g->kept.brk, now, &after);
		if ((after.second_half && !before.second_half) || (before.ready && !after.ready))
			on_turn(g, &after);
	}
	g->ticked = now;
	guide_draw(g);
}
