/* What is said when something hurts, also to a limberd that is away just then. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "bus/protocol.h"
#include "guide.h"
#include "safety.h"

/* What is known of what to heed; less than limberd would say if it does not answer. */
static void show_advice(struct guide *g)
{
	struct text t;

	free(g->advice);
	g->advice = safety_advice(&g->asked);
	batch_done(&g->asked);
	if (!g->lines || !g->advice)
		return;
	text_init(&t, stdout, STDOUT_FILENO);
	text_lines(&t, TONE_WARN, g->advice);
	if (g->terminal.keys)
		text_wrap(&t, TONE_PLAIN, 0, 0, "n and Enter: go on; q and Enter: end");
	fflush(stdout);
}

static void on_advice(struct batch *b, void *owner)
{
	(void)b;
	show_advice(owner);
	guide_draw(owner);
}

static void ask_advice(struct guide *g)
{
	sd_bus *bus = g->follow.watch.bus;

	batch_done(&g->asked);
	g->asked.done = on_advice;
	g->asked.owner = g;
	if (!g->follow.running || safety_ask(&g->asked, bus) < 0 ||
	    batch_send(&g->asked, bus) < 0) {
		batch_done(&g->asked);
		show_advice(g);
	}
}

/* NULL without memory. */
static struct flagged *new_flagged(struct guide *g, const struct named *what)
{
	struct flagged *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	*f = (struct flagged){ .what = *what, .guide = g, .next = g->flagged };
	g->flagged = f;
	return f;
}

static void say_noted(struct guide *g, const struct named *what)
{
	char line[sizeof(g->message)];

	(void)snprintf(line, sizeof(line),
		       "noted: %s: not offered for 7 days, nor its harder forms", what->name);
	guide_say(g, line);
}

static int on_told(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct flagged *f = userdata;
	struct guide *g = f->guide;
	const char *sentence;
	int r = remote_judge(m, &sentence);

	(void)reterr;
	/* Who does not answer may be asked again; a no is one. */
	f->state = r == EXIT_DONE ? FLAG_TOLD : r == EXIT_NO_DAEMON ? FLAG_KEPT : FLAG_REFUSED;
	if (r != EXIT_DONE)
		guide_say(g, sentence);
	else if (f->late)
		say_noted(g, &f->what);
	follow_ask(&g->follow);
	guide_draw(g);
	return 0;
}

void guide_tell_flagged(struct guide *g)
{
	sd_bus *bus = g->follow.watch.bus;

	for (struct flagged *f = g->flagged; f; f = f->next) {
		/* Its answer will not come. */
		if (!g->follow.running && f->state == FLAG_SENT)
			f->state = FLAG_KEPT;
		if (!g->follow.running || f->state != FLAG_KEPT)
			continue;
		if (sd_bus_call_method_async(bus, NULL, BUS_NAME, BUS_PATH, BUS_MANAGER, "Rate",
					     on_told, f, "ss", f->what.exercise, "hurts") >= 0)
			f->state = FLAG_SENT;
	}
}

/* Ended at once, whether limberd hears of it or not; nothing goes on before the advice is read. */
static void flag(struct guide *g, const struct named *what)
{
	const struct step *now = walk_step(&g->walk, &g->kept.brk);
	bool present = now && !strcmp(now->exercise, what->exercise);
	struct flagged *f = new_flagged(g, what);
	char line[sizeof(g->message)];

	walk_begin(&g->walk, g->walk.at + (present ? 1 : 0), clock_monotonic());
	walk_stop(&g->walk, clock_monotonic());
	g->advising = true;
	g->top = 0;
	guide_wait(g);
	if (f)
		f->late = !g->follow.running;
	guide_tell_flagged(g);
	if (g->follow.running && f) {
		say_noted(g, what);
	} else {
		(void)snprintf(
			line, sizeof(line),
			f ? "limberd is gone: that %s hurt is told when it is back"
			  : "no memory to note that %s hurt; say it in a terminal: limber hurts",
			what->name);
		guide_say(g, line);
	}
	ask_advice(g);
}

void guide_came_to(struct guide *g, const struct step *step)
{
	struct named it;

	(void)snprintf(it.exercise, sizeof(it.exercise), "%s", step->exercise);
	(void)snprintf(it.name, sizeof(it.name), "%s", step->name);
	for (size_t i = 0; i < g->n_past; i++)
		if (!strcmp(g->past_steps[i].exercise, it.exercise))
			return;
	/* The latest are the ones that somebody may still feel. */
	if (g->n_past == GUIDE_PAST_MAX)
		memmove(g->past_steps, g->past_steps + 1, --g->n_past * sizeof(it));
	g->past_steps[g->n_past++] = it;
}

/* All are done: it may have been any of them. */
static void ask_which(struct guide *g)
{
	struct text t;

	g->choosing = true;
	guide_say(g, "");
	if (!g->lines)
		return;
	text_init(&t, stdout, STDOUT_FILENO);
	guide_say_choice(&t, g);
	fflush(stdout);
}

void guide_hurts(struct guide *g)
{
	const struct step *step = walk_step(&g->walk, &g->kept.brk);

	/* Plain rest hurts nobody. */
	if (!step && g->n_past == 0)
		return;
	if (step) {
		guide_came_to(g, step);
		for (size_t i = 0; i < g->n_past; i++)
			if (!strcmp(g->past_steps[i].exercise, step->exercise)) {
				flag(g, &g->past_steps[i]);
				return;
			}
	}
	if (g->n_past == 1)
		flag(g, &g->past_steps[0]);
	else
		ask_which(g);
}

void guide_choose(struct guide *g, char c)
{
	size_t i = (size_t)(c - '1');

	g->choosing = false;
	if (c >= '1' && i < g->n_past)
		flag(g, &g->past_steps[i]);
	else if (c == 'q' || guide_finished(g))
		guide_end(g);
	else
		guide_say(g, "none");
	guide_draw(g);
}

void guide_say_flagged(struct text *t, const struct guide *g)
{
	for (const struct flagged *f = g->flagged; f; f = f->next) {
		CLEANUP(freep) char *line = NULL;

		if (f->state != FLAG_KEPT && f->state != FLAG_REFUSED)
			continue;
		if (asprintf(&line, "limberd has not noted that %s hurt; tell it:", f->what.name) <
		    0)
			line = NULL;
		if (line)
			text_wrap(t, TONE_WARN, 0, 0, line);
		/* A line of its own, to be copied. */
		fputs("    limber hurts ", t->out);
		text_wrap(t, TONE_STRONG, 17, 17, f->what.exercise);
	}
}

void guide_forget_flagged(struct guide *g)
{
	while (g->flagged) {
		struct flagged *f = g->flagged;

		g->flagged = f->next;
		free(f);
	}
}
