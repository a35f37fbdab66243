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
#include "view.h"

/* How long it is told what came of a key. */
#define MESSAGE_SECONDS 6
/* A longer gap between two seconds is none: the program was stopped. */
#define STOPPED_AFTER (3 * USEC_PER_SEC)

static void end(struct guide *g)
{
	(void)sd_event_exit(g->follow.watch.event, EXIT_DONE);
}

static void say(struct guide *g, const char *message)
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

/* The picture, anew; lines are printed when something happens. */
static void draw(void *owner)
{
	struct guide *g = owner;
	CLEANUP(freep) char *body = NULL;
	CLEANUP(freep) char *foot = NULL;
	struct text t;

	if (g->lines || !text_begin(&t, &body))
		return;
	guide_body(&t, g, clock_monotonic());
	if (!text_end(&t) || !text_begin(&t, &foot))
		return;
	guide_foot(&t, g);
	if (text_end(&t))
		terminal_show(&g->terminal, body, foot);
}

static void ring(const struct guide *g)
{
	if (g->bell)
		putchar('\a');
}

/* Lines are told when something changes, and so the timer waits for just that. */
static void wait_for_turn(struct guide *g)
{
	usec_t wait = walk_next_change(&g->walk, &g->kept.brk, clock_monotonic());

	if (!g->turn)
		return;
	if (wait == USEC_NEVER || g->advising) {
		(void)sd_event_source_set_enabled(g->turn, SD_EVENT_OFF);
		return;
	}
	(void)sd_event_source_set_time_relative(g->turn, wait);
	(void)sd_event_source_set_enabled(g->turn, SD_EVENT_ONESHOT);
}

/* Nothing more will come: all is done and nobody waits for the break, or somebody ended it early.
 */
static bool finished(const struct guide *g)
{
	if (g->advising)
		return false;
	if (g->over && *g->outcome && strcmp(g->outcome, "taken") != 0)
		return true;
	return !walk_step(&g->walk, &g->kept.brk) && (g->over || !g->follow.running);
}

/* Another exercise begins, or all are done. */
static void on_step(struct guide *g)
{
	struct text t;

	ring(g);
	if (g->lines) {
		text_init(&t, stdout, STDOUT_FILENO);
		guide_say_step(&t, g);
		fflush(stdout);
	}
	wait_for_turn(g);
	if (finished(g))
		end(g);
	draw(g);
}

static void on_half(struct guide *g)
{
	struct text t;

	ring(g);
	if (g->lines) {
		text_init(&t, stdout, STDOUT_FILENO);
		guide_say_half(&t, g);
		fflush(stdout);
	}
}

static int on_turn(sd_event_source *source, uint64_t at, void *userdata)
{
	struct guide *g = userdata;

	(void)source;
	(void)at;
	if (walk_proceed(&g->walk, &g->kept.brk, clock_monotonic())) {
		on_step(g);
		return 0;
	}
	on_half(g);
	wait_for_turn(g);
	return 0;
}

static void on_second(void *owner)
{
	struct guide *g = owner;
	usec_t now = clock_monotonic(), gap = usec_sub(now, g->ticked);
	struct moment before, after;

	if (gap > STOPPED_AFTER)
		walk_leave_out(&g->walk, gap);
	if (++g->message_age > MESSAGE_SECONDS)
		*g->message = '\0';
	if (!g->advising && walk_proceed(&g->walk, &g->kept.brk, now)) {
		on_step(g);
	} else if (walk_step(&g->walk, &g->kept.brk)) {
		walk_look(&g->walk, &g->kept.brk, usec_sub(now, gap), &before);
		walk_look(&g->walk, &g->kept.brk, now, &after);
		if (after.second_half && !before.second_half)
			on_half(g);
	}
	g->ticked = now;
	draw(g);
}

/* What limberd answers to a key: nothing, or why not. */
static int on_key_answer(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct guide *g = userdata;
	const char *sentence;

	(void)reterr;
	if (remote_judge(m, &sentence) != EXIT_DONE)
		say(g, sentence);
	follow_ask(&g->follow);
	draw(g);
	return 0;
}

static void key_pause(struct guide *g)
{
	if (!walk_step(&g->walk, &g->kept.brk))
		return;
	if (g->walk.stopped)
		walk_resume(&g->walk, clock_monotonic());
	else
		walk_stop(&g->walk, clock_monotonic());
	say(g, g->walk.stopped ? "paused; the break itself goes on" : "");
	wait_for_turn(g);
}

static void key_next(struct guide *g)
{
	if (!walk_step(&g->walk, &g->kept.brk))
		return;
	walk_begin(&g->walk, g->walk.at + 1, clock_monotonic());
	on_step(g);
}

static void call_failed(struct guide *g, int r)
{
	if (r < 0)
		say(g, strerror(-r));
}

static void key_another(struct guide *g)
{
	if (g->over) {
		say(g, "the break is over; what is left of it stays as it is");
		return;
	}
	say(g, "asking for another");
	call_failed(g,
		    sd_bus_call_method_async(g->follow.watch.bus, NULL, BUS_NAME, g->kept.brk.path,
					     BUS_BREAK, "Replace", on_key_answer, g, NULL));
}

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
	draw(owner);
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

/* Ended at once, whether limberd hears of it or not; nothing goes on before the advice is read. */
static void key_hurts(struct guide *g)
{
	const struct step *steps = g->kept.brk.steps.items;
	size_t n = g->kept.brk.steps.n, at = g->walk.at < n ? g->walk.at : n - 1;
	sd_bus *bus = g->follow.watch.bus;

	if (n == 0)
		return;
	walk_begin(&g->walk, at + 1, clock_monotonic());
	walk_stop(&g->walk, clock_monotonic());
	g->advising = true;
	wait_for_turn(g);
	if (g->follow.running)
		call_failed(g, sd_bus_call_method_async(bus, NULL, BUS_NAME, BUS_PATH, BUS_MANAGER,
							"Rate", on_key_answer, g, "ss",
							steps[at].exercise, "hurts"));
	say(g, g->follow.running ? "noted: not offered for 7 days, nor its harder forms"
				 : "limberd is gone; tell it later: limber hurts EXERCISE");
	ask_advice(g);
}

static void key_done(struct guide *g)
{
	if (walk_step(&g->walk, &g->kept.brk))
		return;
	if (g->over)
		end(g);
	else
		call_failed(g, sd_bus_call_method_async(g->follow.watch.bus, NULL, BUS_NAME,
							BUS_PATH, BUS_MANAGER, "Finish",
							on_key_answer, g, NULL));
}

static void on_key(void *owner, char c)
{
	static const struct {
		char key, other;
		void (*press)(struct guide *g);
	} keys[] = {
		{ 'p', ' ', key_pause }, { 'n', '\n', key_next }, { 'a', 0, key_another },
		{ 'h', 0, key_hurts },   { 'd', 0, key_done },    { 'q', 0, end },
	};
	struct guide *g = owner;

	if (g->advising && c != 'q') {
		g->advising = false;
		walk_begin(&g->walk, g->walk.at, clock_monotonic());
		on_step(g);
		return;
	}
	for (size_t i = 0; i < ELEMENTS(keys); i++)
		if (c == keys[i].key || (keys[i].other && c == keys[i].other))
			keys[i].press(g);
	draw(g);
}

/* `outcome` "": nobody has told. */
static void on_ended(struct guide *g, const char *outcome)
{
	g->over = true;
	(void)snprintf(g->outcome, sizeof(g->outcome), "%s", outcome);
	/* Whoever has skipped it elsewhere does not want it here. */
	if (finished(g))
		end(g);
	else
		say(g, strcmp(outcome, "taken") ? "the break is over" : "the break is taken");
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
		on_ended(g, outcome);
	draw(g);
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
	walk_adopt(&g->walk, &before.brk, &g->kept.brk, clock_monotonic());
	if (g->advising)
		walk_stop(&g->walk, clock_monotonic());
	else if (g->walk.at != at || g->walk.before == 0)
		on_step(g);
	say(g, "");
	kept_break_done(&before);
}

static void on_changed(void *owner)
{
	struct guide *g = owner;
	const struct follow *f = &g->follow;

	/* It has not been started yet. */
	if (!g->kept.brk.path)
		return;
	if (!f->running && !g->over) {
		if (g->lines)
			say(g, "limberd is gone; this goes on without it");
		if (finished(g))
			end(g);
	}
	if (f->known && !g->over) {
		if (f->state.on && !strcmp(f->state.brk.path, g->kept.brk.path))
			adopt(g);
		else
			on_ended(g, "");
	}
	draw(g);
}

/* Whether a break runs, is to be started, or the user does not want one: an exit code, and whether
 * to go on. `*ret_rule` is owned. */
static int choose_break(char **ret_rule, bool *ret_go)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(state_done) struct state s = { 0 };
	int r;

	*ret_go = true;
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = state_fetch(&s, bus);
	if (r != EXIT_DONE)
		return r;
	*ret_rule = strdup(s.on ? s.brk.rule : "");
	if (s.on && !strcmp(s.brk.phase, "on-break"))
		return EXIT_DONE;
	if (!question_possible())
		return complain(EXIT_REFUSED, "no break is running; start one with: limber up, or "
					      "limber guide RULE");
	*ret_go = question_ask(
		s.on ? "A break is announced. Start it?" : "No break is running. Start one?", true);
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
	return r < 0 ? remote_failed(r) : EXIT_DONE;
}

/* What is left to say on the user's own screen. */
static void say_goodbye(const struct guide *g)
{
	char length[DURATION_TEXT_MAX], line[160] = "";
	const struct brk *brk = &g->follow.state.brk;
	struct text t;

	text_init(&t, stdout, STDOUT_FILENO);
	if (g->advice && !g->lines)
		text_lines(&t, TONE_PLAIN, g->advice);
	if (g->over)
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
}

static int walk_through(struct guide *g)
{
	const struct terminal_sink sink = {
		.draw = draw, .second = on_second, .key = on_key, .owner = g
	};
	sd_event *event = g->follow.watch.event;
	int r;

	r = terminal_open(&g->terminal, event, &sink);
	if (r < 0)
		return remote_failed(r);
	g->lines = g->terminal.plain;
	if (g->lines) {
		r = sd_event_add_time_relative(event, &g->turn, CLOCK_MONOTONIC, 0, 0, on_turn, g);
		if (r < 0)
			return remote_failed(r);
	}
	if (g->lines && g->terminal.keys)
		say(g,
		    "Keys, each with Enter: p pause, n next, a another, h hurts, d done, q quit");
	g->ticked = clock_monotonic();
	walk_begin(&g->walk, 0, g->ticked);
	terminal_enter(&g->terminal);
	on_step(g);
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
	struct guide g = { .bell = option_given(args, OPTION_BELL) };
	const struct follow_sink sink = { .changed = on_changed, .signal = on_signal, .owner = &g };
	CLEANUP(freep) char *rule = NULL;
	bool go = true;
	int r;

	batch_init(&g.asked);
	if (!args->n_words) {
		r = choose_break(&rule, &go);
		if (r != EXIT_DONE || !go)
			return r;
	}
	r = follow_open(&g.follow, &sink);
	if (r == EXIT_DONE)
		r = guide(&g, rule ? rule : args->n_words ? args->words[0] : "", args->n_words > 0);
	batch_done(&g.asked);
	kept_break_done(&g.kept);
	sd_event_source_unref(g.turn);
	free(g.advice);
	follow_close(&g.follow);
	return r;
}
