/*
 * guide: through the running break in the terminal, one exercise after the other. It shows what
 * limberd has chosen and keeps its own time; the break itself goes on in limberd whatever happens
 * here.
 */
#include "guide.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"
#include "bus/protocol.h"
#include "question.h"
#include "safety.h"
#include "verbs.h"

/* `outcome` "": nobody has told. */
static void on_ended(struct guide *g, const char *outcome, usec_t rested)
{
	g->over = true;
	g->rested = rested;
	(void)snprintf(g->outcome, sizeof(g->outcome), "%s", outcome);
	/* Whoever has skipped it elsewhere does not want it here. */
	if (guide_finished(g))
		guide_end(g);
	else
		guide_say(g, strcmp(outcome, "taken") ? "the break is over" : "the break is taken");
}

static void on_signal(void *owner, sd_bus_message *m)
{
	struct guide *g = owner;
	const char *path, *rule, *outcome;
	uint64_t rested;

	if (!sd_bus_message_is_signal(m, BUS_MANAGER, "BreakEnded") ||
	    sd_bus_message_read(m, "osst", &path, &rule, &outcome, &rested) < 0)
		return;
	if (!g->over && g->kept.brk.path && !strcmp(path, g->kept.brk.path))
		on_ended(g, outcome, rested);
	guide_draw(g);
}

/* What is not among limberd's steps any more as it is over, by itself or by our key, still counts.
 */
static void count_past(struct guide *g, const struct brk *before, const struct brk *after)
{
	const struct step *step = walk_step(&g->walk, before);
	size_t left = walk_find(before, g->leaving);
	size_t now = step ? walk_find(after, step->exercise) : after->steps.n;

	if (*g->leaving && walk_find(after, g->leaving) == after->steps.n) {
		g->past += left < before->steps.n ? left + 1 : 0;
		*g->leaving = '\0';
	} else if (now < after->steps.n && now < g->walk.at) {
		g->past += g->walk.at - now;
	}
}

/* Other exercises now, by our key, somebody else's or limberd's own decision. */
static void adopt(struct guide *g)
{
	struct kept_break before = g->kept;
	size_t at = g->walk.at;

	if (break_same_steps(&before.brk, &g->follow.state.brk))
		return;
	g->kept = (struct kept_break){ 0 };
	if (state_keep_break(&g->follow.state, &g->kept) < 0) {
		g->kept = before;
		return;
	}
	guide_note_left_out(g, &before.brk, &g->kept.brk);
	count_past(g, &before.brk, &g->kept.brk);
	walk_adopt(&g->walk, &before.brk, &g->kept.brk, clock_monotonic());
	if (g->advising)
		walk_stop(&g->walk, clock_monotonic());
	else if (g->walk.at != at || g->walk.before == 0)
		guide_step(g);
	/* What was asked for is there now; that something hurts is told for longer. */
	if (!g->advising)
		guide_say(g, "");
	guide_tell_left_out(g);
	kept_break_done(&before);
}

/* It has hurt there before: limberd has more to say then. */
static void hear_notice(struct guide *g)
{
	char *notice = safety_notice(&g->follow.state);
	struct text t;

	if (!notice || (g->notice && !strcmp(notice, g->notice))) {
		free(notice);
		return;
	}
	free(g->notice);
	g->notice = notice;
	if (!g->lines)
		return;
	text_init(&t, stdout, STDOUT_FILENO);
	text_lines(&t, TONE_WARN, g->notice);
	fflush(stdout);
}

static void on_changed(void *owner)
{
	struct guide *g = owner;
	const struct follow *f = &g->follow;

	/* It has not been started yet. */
	if (!g->kept.brk.path)
		return;
	guide_tell_flagged(g);
	if (!f->running && !g->over) {
		if (g->lines)
			guide_say(g, "limberd is gone; this goes on without it");
		if (guide_finished(g))
			guide_end(g);
	}
	if (f->known && g->advising)
		hear_notice(g);
	if (f->known && !g->over) {
		if (f->state.on && !strcmp(f->state.brk.path, g->kept.brk.path))
			adopt(g);
		else
			on_ended(g, "", 0);
	}
	guide_draw(g);
}

#define QUESTION_MAX 192

/* Which break it would be, and how long it lasts. */
static void make_question(const struct state *s, char buffer[static QUESTION_MAX])
{
	const struct rule *next = state_rule(s, s->manager.next_rule);
	char length[DURATION_TEXT_MAX];

	if (!s->on && next)
		(void)snprintf(buffer, QUESTION_MAX, "No break is running. Start %s (%s)?",
			       next->name, format_duration(next->length, length));
	else if (!s->on)
		(void)snprintf(buffer, QUESTION_MAX, "No break is running. Start one?");
	if (!s->on)
		return;
	(void)snprintf(buffer, QUESTION_MAX, "The %s break (%s) is %s. Start it?", s->brk.rule,
		       format_duration(s->brk.length, length),
		       !strcmp(s->brk.phase, "snoozed")    ? "snoozed"
		       : !strcmp(s->brk.phase, "deferred") ? "held back"
							   : "announced");
}

/* Whether a break runs, is to be started, or the user does not want one: an exit code, and whether
 * to go on. `*ret_rule` is owned. */
static int choose_break(char **ret_rule, bool *ret_go)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(state_done) struct state s = { 0 };
	char question[QUESTION_MAX];
	int r;

	*ret_go = true;
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = state_fetch(&s, bus);
	if (r != EXIT_DONE)
		return r;
	/* What comes next, as 'limber status' says, and as the question names it. */
	*ret_rule = strdup(s.on                                  ? s.brk.rule
			   : state_rule(&s, s.manager.next_rule) ? s.manager.next_rule
								 : "");
	if (s.on && !strcmp(s.brk.phase, "on-break"))
		return EXIT_DONE;
	if (!question_possible())
		return complain(EXIT_REFUSED, "no break is running; start one with: limber up, or "
					      "limber guide RULE");
	make_question(&s, question);
	*ret_go = question_ask(question, true);
	return EXIT_DONE;
}

/* Also a break that runs is started: one that began by itself is then the user's own, and is not
 * taken back because of a few keys. */
static int start_break(struct guide *g, const char *rule, bool starts)
{
	CLEANUP(state_done) struct state fresh = { 0 };
	CLEANUP(batch_done) struct batch b;
	struct follow *f = &g->follow;
	int r;

	batch_init(&b);
	r = batch_call(&b, f->watch.bus, starts, BUS_PATH, BUS_MANAGER, "StartBreak", "s", rule);
	if (r < 0)
		return remote_failed(r);
	r = state_after(&b, f->watch.bus, starts, &fresh);
	if (r != EXIT_DONE)
		return r;
	follow_set(f, &fresh);
	if (!f->state.on)
		return complain(EXIT_REFUSED, "the break is over already");
	r = state_keep_break(&f->state, &g->kept);
	if (r < 0)
		return remote_failed(r);
	/* What was announced comes first as well. */
	if (*rule && strcmp(rule, g->kept.brk.rule) != 0)
		(void)view_other_rule(&g->kept.brk, rule, "guide", g->other);
	return EXIT_DONE;
}

/* What is left to say on the user's own screen. */
static void say_goodbye(const struct guide *g)
{
	char length[DURATION_TEXT_MAX], line[160] = "";
	const struct brk *brk = &g->follow.state.brk;
	struct text t;

	text_init(&t, stdout, STDOUT_FILENO);
	if (g->notice && !g->lines) {
		text_lines(&t, TONE_STRONG, g->notice);
		putchar('\n');
	}
	if (g->advice && !g->lines) {
		text_lines(&t, TONE_PLAIN, g->advice);
		putchar('\n');
	}
	guide_say_flagged(&t, g);
	/* Who says that it is done has not failed. */
	if (g->over && !strcmp(g->outcome, "cut-short"))
		(void)snprintf(line, sizeof(line), "break ended early, %s of rest",
			       format_duration(g->rested - g->rested % USEC_PER_SEC, length));
	else if (g->over)
		(void)snprintf(line, sizeof(line), "break %s",
			       *g->outcome ? outcome_words(g->outcome) : "over");
	else if (!g->follow.running)
		(void)snprintf(line, sizeof(line),
			       "limberd is gone, and has not seen the end of this break");
	else if (g->follow.known && g->follow.state.on)
		(void)snprintf(line, sizeof(line),
			       "the break goes on, %s left; 'limber done' ends it",
			       format_duration(break_left(brk, clock_walltime()), length));
	if (*line)
		text_wrap(&t, TONE_PLAIN, 0, 0, line);
	/* In the picture it was told for a while only. */
	if (!g->lines && *g->other)
		text_wrap(&t, TONE_PLAIN, 0, 0, g->other);
}

/* A break that has been running for a while is gone into where it is by now. */
static size_t first_step(const struct brk *brk)
{
	const struct step *step = break_step(brk, clock_walltime());

	return step ? (size_t)(step - (const struct step *)brk->steps.items) : 0;
}

#define KEYS "Keys, each with Enter: p pause, n next, a another, h hurts, d done, q quit"

static int walk_through(struct guide *g)
{
	const struct terminal_sink sink = {
		.draw = guide_draw, .second = guide_second, .key = guide_key, .owner = g
	};
	sd_event *event = g->follow.watch.event;
	int r;

	r = terminal_open(&g->terminal, event, &sink);
	if (r < 0)
		return remote_failed(r);
	g->lines = g->terminal.plain;
	if (g->lines) {
		r = sd_event_add_time_relative(event, &g->turn, CLOCK_MONOTONIC, 0, 0, guide_turn,
					       g);
		if (r < 0)
			return remote_failed(r);
	}
	if (g->lines) {
		guide_say(g, GUIDE_CARE);
		guide_say(g, g->terminal.keys ? KEYS : "");
	}
	guide_say(g, g->other);
	g->ticked = clock_monotonic();
	walk_begin(&g->walk, first_step(&g->kept.brk), g->ticked);
	terminal_enter(&g->terminal);
	guide_step(g);
	r = watch_run(&g->follow.watch);
	terminal_leave(&g->terminal);
	if (r == EXIT_NO_DAEMON)
		return complain(r, "the session bus is gone");
	if (r == EXIT_DONE)
		say_goodbye(g);
	return r;
}

static int guide(struct guide *g, const char *rule, bool starts)
{
	int r;

	r = start_break(g, rule, starts);
	return r == EXIT_DONE ? walk_through(g) : r;
}

int run_guide(const struct arguments *args)
{
	struct guide g = { .bell = option_given(args, OPTION_BELL), .held = -1 };
	const struct follow_sink sink = { .changed = on_changed, .signal = on_signal, .owner = &g };
	CLEANUP(freep) char *rule = NULL;
	bool go = true;
	int r;

	batch_init(&g.asked);
	batch_init(&g.doubted);
	if (!args->n_words) {
		r = choose_break(&rule, &go);
		if (r != EXIT_DONE || !go)
			return r;
	}
	r = follow_open(&g.follow, &sink);
	if (r == EXIT_DONE)
		r = guide(&g, rule ? rule : args->n_words ? args->words[0] : "", args->n_words > 0);
	batch_done(&g.asked);
	batch_done(&g.doubted);
	closep(&g.held);
	kept_break_done(&g.kept);
	sd_event_source_unref(g.turn);
	free(g.advice);
	free(g.notice);
	follow_close(&g.follow);
	guide_forget_flagged(&g);
	return r;
}
