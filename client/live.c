/* watch --live: everything at a glance, once a second, with keys. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "bus/protocol.h"
#include "follow.h"
#include "terminal.h"
#include "text.h"
#include "view.h"
#include "when.h"

/* How long it is told what came of a key. */
#define MESSAGE_SECONDS 6

struct live {
	struct follow follow;
	struct terminal terminal;
	char message[256];    /* what came of the last key */
	unsigned message_age; /* seconds */
};

/* One key and what limberd is asked to do for it. */
struct key {
	char key, other; /* 0 for none */
	const char *label;
	const char *method; /* NULL: handled here */
	const char *types;
	const char *said;
};

/* clang-format off */
static const struct key keys[] = {
	{ '\n', ' ', "[Enter] start", "StartBreak", "s",  "break started" },
	{ 's',  0,   "[s]nooze",      "Snooze",     "t",  "snoozed" },
	{ 'k',  0,   "s[k]ip",        "Skip",       NULL, "skipped" },
	{ 'd',  0,   "[d]one",        "Finish",     NULL, "done" },
	{ 'p',  0,   "[p]ause",       NULL,         NULL, NULL },
	{ 'q',  0,   "[q]uit",        NULL,         NULL, NULL },
};
/* clang-format on */

static void put_countdown(struct text *t, const struct live *l, walltime_t now)
{
	const struct brk *b = &l->follow.state.brk;
	char left[WHEN_TEXT_MAX];
	usec_t remaining = break_left(b, now);
	unsigned cells = t->width > 60 ? 40 : t->width - 14;

	if (!l->follow.state.on || strcmp(b->phase, "on-break") != 0)
		return;
	text_cell(t, TONE_FAINT, "left", 5);
	text_put(t, TONE_STRONG, when_format_short(remaining + USEC_PER_SEC - 1, left), 8);
	putc(' ', t->out);
	text_bar(t, TONE_GOOD, usec_sub(b->length, remaining), b->length, cells);
	putc('\n', t->out);
}

static void put_heading(struct text *t, walltime_t now)
{
	char clock[WHEN_TEXT_MAX];

	text_cell(t, TONE_STRONG, "limber", t->width - 8);
	text_put(t, TONE_FAINT, when_format_clock(now, clock), 8);
	putc('\n', t->out);
	putc('\n', t->out);
}

static void put_body(struct text *t, const struct live *l)
{
	const struct follow *f = &l->follow;
	walltime_t now = clock_walltime();

	/* On a low terminal every line counts. */
	if (terminal_rows() >= 12)
		put_heading(t, now);
	if (!f->running)
		text_wrap(t, TONE_WARN, 0, 0, "limberd is gone; waiting for it to come back");
	else if (!f->known)
		text_wrap(t, TONE_FAINT, 0, 0, "asking limberd");
	if (!f->running || !f->known)
		return;
	view_now(t, &f->state, now);
	/* Before the rules: on a low terminal the end is cut off, and the exercise matters more. */
	view_break(t, &f->state, now);
	put_countdown(t, l, now);
	view_steps(t, &f->state);
	putc('\n', t->out);
	view_rules(t, &f->state);
	putc('\n', t->out);
	view_problems(t, &f->state);
}

/* Where all keys do not fit into one line, they take two. */
#define KEYS_COLUMNS 64

/* What the last key did, and the keys. */
static void put_foot(struct text *t, const struct live *l)
{
	const char *trouble = l->follow.trouble;

	text_put(t, TONE_WARN, *trouble ? trouble : l->message, t->width);
	putc('\n', t->out);
	if (!l->terminal.keys) {
		text_put(t, TONE_FAINT, "Ctrl-C ends it", t->width);
		return;
	}
	for (size_t i = 0; i < ELEMENTS(keys); i++) {
		bool resume = keys[i].key == 'p' && l->follow.state.manager.paused_until;

		text_put(t, TONE_FAINT, resume ? "[p] resume" : keys[i].label, t->width);
		if (i + 1 == ELEMENTS(keys) / 2 && t->width < KEYS_COLUMNS)
			putc('\n', t->out);
		else
			fputs("  ", t->out);
	}
}

static void draw(void *owner)
{
	struct live *l = owner;
	CLEANUP(freep) char *body = NULL;
	CLEANUP(freep) char *foot = NULL;
	struct text t;

	if (!text_begin(&t, &body))
		return;
	put_body(&t, l);
	if (!text_end(&t) || !text_begin(&t, &foot))
		return;
	put_foot(&t, l);
	if (text_end(&t))
		terminal_show(&l->terminal, body, foot);
}

static void say(struct live *l, const char *message)
{
	(void)snprintf(l->message, sizeof(l->message), "%s", message);
	l->message_age = 0;
}

static void on_changed(void *owner)
{
	struct live *l = owner;

	if (!l->follow.running)
		*l->message = '\0';
	draw(l);
}

static void on_told(void *owner, sd_bus_message *m)
{
	(void)owner;
	(void)m;
}

static int on_key_answer(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct live *l = userdata;
	const char *sentence;

	(void)reterr;
	if (remote_judge(m, &sentence) != EXIT_DONE)
		say(l, sentence);
	follow_ask(&l->follow);
	return 0;
}

static void press(struct live *l, const struct key *key)
{
	const char *method = key->method, *types = key->types, *said = key->said;
	uint64_t until = 0;
	int r;

	if (key->key == 'p' && l->follow.state.manager.paused_until) {
		method = "Resume";
		said = "resumed";
	} else if (key->key == 'p') {
		method = "Pause";
		types = "t";
		until = USEC_NEVER;
		said = "paused";
	}
	say(l, said);
	/* Snooze takes a length, 0 being the rule's own; StartBreak a rule, "" being any. */
	if (types && *types == 's')
		r = sd_bus_call_method_async(l->follow.watch.bus, NULL, BUS_NAME, BUS_PATH,
					     BUS_MANAGER, method, on_key_answer, l, "s", "");
	else
		r = sd_bus_call_method_async(l->follow.watch.bus, NULL, BUS_NAME, BUS_PATH,
					     BUS_MANAGER, method, on_key_answer, l, types, until);
	if (r < 0)
		say(l, strerror(-r));
	draw(l);
}

static void on_key(void *owner, char c)
{
	struct live *l = owner;

	if (c == 'q') {
		(void)sd_event_exit(l->follow.watch.event, EXIT_DONE);
		return;
	}
	for (size_t i = 0; i < ELEMENTS(keys); i++)
		if (c == keys[i].key || (keys[i].other && c == keys[i].other))
			press(l, &keys[i]);
}

static void on_second(void *owner)
{
	struct live *l = owner;

	if (++l->message_age > MESSAGE_SECONDS)
		*l->message = '\0';
	follow_ask(&l->follow);
	draw(l);
}

static int show(struct live *l)
{
	const struct terminal_sink sink = {
		.draw = draw, .second = on_second, .key = on_key, .owner = l
	};
	int r;

	/* limberd not running is told on the user's own screen. */
	r = follow_fetch(&l->follow);
	if (r != EXIT_DONE)
		return r;
	r = terminal_open(&l->terminal, l->follow.watch.event, &sink);
	if (r < 0)
		return remote_failed(r);
	terminal_enter(&l->terminal);
	draw(l);
	r = watch_run(&l->follow.watch);
	terminal_leave(&l->terminal);
	if (r == EXIT_NO_DAEMON)
		return complain(r, "the session bus is gone");
	return r;
}

int live_run(void)
{
	struct live l = { 0 };
	const struct follow_sink sink = { .changed = on_changed, .signal = on_told, .owner = &l };
	int r;

	r = follow_open(&l.follow, &sink);
	if (r == EXIT_DONE)
		r = show(&l);
	follow_close(&l.follow);
	return r;
}
