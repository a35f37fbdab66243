/* watch: one line per change. */
#include "watch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"
#include "bus/protocol.h"
#include "decision.h"
#include "json.h"
#include "state.h"
#include "terminal.h"
#include "text.h"
#include "told.h"
#include "verbs.h"
#include "view.h"
#include "when.h"

static int on_signal(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct watch *w = userdata;

	(void)reterr;
	w->sink.signal(w->sink.owner, m);
	return 0;
}

static int on_owner(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct watch *w = userdata;
	const char *name, *before, *after;

	(void)reterr;
	if (sd_bus_message_read(m, "sss", &name, &before, &after) >= 0)
		w->sink.running(w->sink.owner, *after != '\0');
	return 0;
}

static int on_bus_gone(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct watch *w = userdata;

	(void)m;
	(void)reterr;
	/* Told when the loop has ended: a live view has to leave the terminal first. */
	return sd_event_exit(w->event, EXIT_NO_DAEMON);
}

/* Matches go out without waiting; what is asked for behind them is answered after them. */
static int add_matches(struct watch *w)
{
	int r;

	r = sd_bus_add_match_async(
		w->bus, NULL, "type='signal',sender='" BUS_NAME "',path_namespace='" BUS_PATH "'",
		on_signal, NULL, w);
	if (r < 0)
		return r;
	r = sd_bus_add_match_async(w->bus, NULL,
				   "type='signal',sender='org.freedesktop.DBus',"
				   "member='NameOwnerChanged',arg0='" BUS_NAME "'",
				   on_owner, NULL, w);
	if (r < 0)
		return r;
	return sd_bus_match_signal_async(w->bus, NULL, "org.freedesktop.DBus.Local", NULL,
					 "org.freedesktop.DBus.Local", "Disconnected", on_bus_gone,
					 NULL, w);
}

static int end_on_signals(sd_event *event)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	sigset_t mask;
	int r;

	sigemptyset(&mask);
	for (size_t i = 0; i < ELEMENTS(ends); i++)
		sigaddset(&mask, ends[i]);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return -errno;
	for (size_t i = 0; i < ELEMENTS(ends); i++) {
		/* Without a handler the loop ends, with what is passed here as its answer. */
		r = sd_event_add_signal(event, NULL, ends[i], NULL, (void *)(intptr_t)EXIT_DONE);
		if (r < 0)
			return r;
	}
	return 0;
}

int watch_open(struct watch *w, const struct watch_sink *sink)
{
	int r;

	*w = (struct watch){ .sink = *sink };
	r = remote_open(&w->bus);
	if (r != EXIT_DONE)
		return r;
	r = sd_event_new(&w->event);
	if (r < 0)
		return remote_failed(r);
	r = end_on_signals(w->event);
	if (r < 0)
		return remote_failed(r);
	r = add_matches(w);
	if (r < 0)
		return remote_failed(r);
	r = sd_bus_attach_event(w->bus, w->event, SD_EVENT_PRIORITY_NORMAL);
	return r < 0 ? remote_failed(r) : EXIT_DONE;
}

void watch_close(struct watch *w)
{
	sd_bus_close_unref(w->bus);
	sd_event_unref(w->event);
	*w = (struct watch){ 0 };
}

int watch_run(struct watch *w)
{
	int r;

	r = sd_event_loop(w->event);
	return r < 0 ? remote_failed(r) : r;
}

/* How often the loads are told where no live view can be drawn. */
#define LOADS_EVERY (10 * USEC_PER_SEC)

struct teller {
	struct watch watch;
	struct text text;
	struct json json;
	bool as_json;
	bool loads;     /* tell the loads now and then */
	bool decisions; /* tell what is decided */
	char phase[32]; /* as told last */
	char presence[32];
	struct told problems;
	struct batch batch; /* the question for everything */
	bool asking;
	bool loads_only; /* its answer is for the loads */
};

/* Lines count as said only when they are written: whoever reads may have gone. */
static void flush_line(struct teller *t)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		(void)sd_event_exit(t->watch.event, EXIT_DONE);
}

/* Begins a line of either kind. */
static void begin(struct teller *t, const char *what)
{
	walltime_t now = clock_walltime();
	char clock[WHEN_TEXT_MAX];

	if (t->as_json) {
		json_open_object(&t->json, NULL);
		json_number(&t->json, "time_usec", now);
		json_string(&t->json, "what", what);
	} else {
		text_put(&t->text, TONE_FAINT, when_format_clock(now, clock), 8);
		fputs("  ", stdout);
	}
}

static void end(struct teller *t)
{
	if (t->as_json) {
		json_close_object(&t->json);
		json_end(&t->json);
	} else {
		putchar('\n');
	}
	flush_line(t);
}

static void tell_running(struct teller *t, bool running)
{
	begin(t, running ? "back" : "gone");
	if (!t->as_json)
		fputs(running ? "limberd is back" : "limberd is gone; waiting for it to come back",
		      stdout);
	end(t);
}

static void tell_phase(struct teller *t, const struct manager *m)
{
	if (!*m->phase || !strcmp(t->phase, m->phase))
		return;
	(void)snprintf(t->phase, sizeof(t->phase), "%s", m->phase);
	begin(t, "phase");
	if (t->as_json) {
		json_string(&t->json, "phase", m->phase);
		json_number(&t->json, "phase_since_usec", m->phase_since);
	} else {
		text_put(&t->text, TONE_PLAIN, phase_words(m->phase), 4096);
	}
	end(t);
}

static void tell_presence(struct teller *t, const struct manager *m)
{
	char since[WHEN_TEXT_MAX];

	if (!*m->presence || !strcmp(t->presence, m->presence))
		return;
	(void)snprintf(t->presence, sizeof(t->presence), "%s", m->presence);
	begin(t, "presence");
	if (t->as_json) {
		json_string(&t->json, "presence", m->presence);
		json_number(&t->json, "presence_since_usec", m->presence_since);
	} else {
		fputs("you: ", stdout);
		text_put(&t->text, TONE_PLAIN, presence_words(m->presence), 4096);
		if (m->presence_since)
			printf(" since %s", when_format_clock(m->presence_since, since));
	}
	end(t);
}

static void put_problem(struct teller *t, const struct problem *p)
{
	json_open_object(&t->json, NULL);
	json_string(&t->json, "area", p->area);
	json_string(&t->json, "message", p->message);
	json_string(&t->json, "file", p->file);
	json_number(&t->json, "line", p->line);
	json_string(&t->json, "section", p->section);
	json_string(&t->json, "key", p->key);
	json_string(&t->json, "hint", p->hint);
	json_bool(&t->json, "warning", p->warning);
	json_close_object(&t->json);
}

/* `advice`: with what to do about it. */
static void tell_problem(struct teller *t, const struct problem *p, const char *what, bool advice)
{
	CLEANUP(freep) char *place = view_problem_place(p);

	begin(t, "problem");
	fputs(what, stdout);
	if (place)
		text_put(&t->text, TONE_PLAIN, place, 4096);
	text_put(&t->text, TONE_WARN, p->message, 4096);
	if (*p->hint && advice) {
		fputs("; ", stdout);
		text_put(&t->text, TONE_PLAIN, p->hint, 4096);
	}
	end(t);
}

/* A line for each that is new, and for each that is gone. */
static void tell_difference(struct teller *t, const struct list *before, const struct list *now)
{
	const struct problem *old = before->items, *new = now->items;

	for (size_t i = 0; now->n && i < before->n; i++)
		if (!told_has(now, &old[i]))
			tell_problem(t, &old[i], "no longer: ", false);
	for (size_t i = 0; i < now->n; i++)
		if (!told_has(before, &new[i]))
			tell_problem(t, &new[i], new[i].warning ? "warning: " : "problem: ", true);
	if (now->n)
		return;
	begin(t, "problems");
	fputs("no problems any more", stdout);
	end(t);
}

/* All of them, in one for programs, which see when none is left. */
static void put_problems(struct teller *t, const struct list *problems)
{
	const struct problem *all = problems->items;

	begin(t, "problems");
	json_open_array(&t->json, "problems");
	for (size_t i = 0; i < problems->n; i++)
		put_problem(t, &all[i]);
	json_close_array(&t->json);
	end(t);
}

static void tell_problems(struct teller *t, const struct list *problems)
{
	if (told_are_same(&t->problems.problems, problems))
		return;
	if (t->as_json)
		put_problems(t, problems);
	else
		tell_difference(t, &t->problems.problems, problems);
	/* Without memory they are told once more. */
	(void)told_set(&t->problems, problems);
}

static void tell_loads(struct teller *t, const struct state *s)
{
	const struct rule *rules = s->rules.items;
	char load[DURATION_TEXT_MAX], every[DURATION_TEXT_MAX];
	bool any = false;

	begin(t, "loads");
	if (t->as_json)
		json_open_object(&t->json, "load_usec");
	for (size_t i = 0; i < s->rules.n; i++) {
		if (!rules[i].enabled)
			continue;
		if (t->as_json) {
			json_number(&t->json, rules[i].name, rules[i].load);
			continue;
		}
		fputs(any ? ", " : "load: ", stdout);
		text_put(&t->text, TONE_PLAIN, rules[i].name, 4096);
		printf(" %s of %s", format_duration(rules[i].load, load),
		       format_duration(rules[i].every, every));
		any = true;
	}
	if (t->as_json)
		json_close_object(&t->json);
	else if (!any)
		fputs("no rule is on", stdout);
	end(t);
}

static void on_everything(struct batch *b, void *owner)
{
	CLEANUP(state_done) struct state s = { 0 };
	struct teller *t = owner;
	const char *sentence;
	bool fine = true;

	t->asking = false;
	/* Not there yet, or gone again: then its coming and going is told, not this. */
	for (size_t i = 0; i < b->n; i++)
		fine &= remote_judge(b->v[i].answer, &sentence) == EXIT_DONE;
	if (fine && state_take(&s, b, 0) >= 0) {
		if (t->loads_only) {
			tell_loads(t, &s);
		} else {
			tell_phase(t, &s.manager);
			tell_presence(t, &s.manager);
			tell_problems(t, &s.manager.problems);
		}
	}
	batch_done(b);
}

/* Asks for everything; the answer is told when it is there. 0 or a negative errno. */
static int ask(struct teller *t, bool loads_only)
{
	int r;

	if (t->asking)
		batch_done(&t->batch);
	batch_init(&t->batch);
	t->batch.done = on_everything;
	t->batch.owner = t;
	t->loads_only = loads_only;
	r = state_ask(&t->batch, t->watch.bus, false);
	if (r < 0)
		return r;
	t->asking = true;
	return batch_send(&t->batch, t->watch.bus);
}

static void on_running(void *owner, bool running)
{
	struct teller *t = owner;

	*t->phase = *t->presence = '\0';
	told_clear(&t->problems);
	tell_running(t, running);
	if (running)
		(void)ask(t, false);
}

static void tell_break(struct teller *t, sd_bus_message *m, const char *what, const char *words)
{
	const char *path, *rule;

	if (sd_bus_message_read(m, "os", &path, &rule) < 0)
		return;
	begin(t, what);
	if (t->as_json) {
		json_string(&t->json, "break", path);
		json_string(&t->json, "rule", rule);
	} else {
		fputs(words, stdout);
		text_put(&t->text, TONE_STRONG, rule, 4096);
	}
	end(t);
}

static void tell_ended(struct teller *t, sd_bus_message *m)
{
	const char *path, *rule, *outcome;
	char length[DURATION_TEXT_MAX];
	uint64_t rested;

	if (sd_bus_message_read(m, "osst", &path, &rule, &outcome, &rested) < 0)
		return;
	begin(t, "break-ended");
	if (t->as_json) {
		json_string(&t->json, "break", path);
		json_string(&t->json, "rule", rule);
		json_string(&t->json, "outcome", outcome);
		json_number(&t->json, "rested_usec", rested);
	} else {
		fputs("break ended: ", stdout);
		text_put(&t->text, TONE_STRONG, rule, 4096);
		fputs(", ", stdout);
		text_put(&t->text, TONE_PLAIN, outcome_words(outcome), 4096);
		printf(", %s of rest", format_duration(rested, length));
	}
	end(t);
}

static void tell_decision(struct teller *t, sd_bus_message *m)
{
	CLEANUP(arena_done) struct arena arena = { 0 };
	struct decision d;

	reader_clear(&decision_shape, &d);
	if (!t->decisions || reader_dict(&decision_shape, &arena, m, &d) < 0)
		return;
	begin(t, "decision");
	if (t->as_json) {
		decision_json(&t->json, &d);
	} else {
		text_put(&t->text, TONE_STRONG, d.rule, 4096);
		putchar(' ');
		text_put(&t->text, TONE_PLAIN, decision_words(&d), 4096);
		fputs(*d.why ? ": " : "", stdout);
		text_put(&t->text, TONE_PLAIN, d.why, 4096);
	}
	end(t);
}

static void tell_reloaded(struct teller *t)
{
	begin(t, "reloaded");
	if (!t->as_json)
		fputs("settings read again", stdout);
	end(t);
}

/* Which of the properties that a line is for have changed: the rest is left as it was. */
static void tell_changes(struct teller *t, sd_bus_message *m)
{
	CLEANUP(arena_done) struct arena arena = { 0 };
	struct manager changed;
	const char *interface;

	reader_clear(&manager_shape, &changed);
	/* No list of problems has this many: it tells "now empty" from "not in the signal". */
	changed.problems.n = SIZE_MAX;
	if (sd_bus_message_read(m, "s", &interface) < 0 || strcmp(interface, BUS_MANAGER) != 0 ||
	    reader_dict(&manager_shape, &arena, m, &changed) < 0)
		return;
	tell_phase(t, &changed);
	tell_presence(t, &changed);
	if (changed.problems.n != SIZE_MAX)
		tell_problems(t, &changed.problems);
}

static void on_told(void *owner, sd_bus_message *m)
{
	struct teller *t = owner;

	if (sd_bus_message_is_signal(m, BUS_MANAGER, "BreakDue"))
		tell_break(t, m, "break-due", "break due: ");
	else if (sd_bus_message_is_signal(m, BUS_MANAGER, "BreakStarted"))
		tell_break(t, m, "break-started", "break started: ");
	else if (sd_bus_message_is_signal(m, BUS_MANAGER, "BreakEnded"))
		tell_ended(t, m);
	else if (sd_bus_message_is_signal(m, BUS_MANAGER, "Decided"))
		tell_decision(t, m);
	else if (sd_bus_message_is_signal(m, BUS_MANAGER, "Reloaded"))
		tell_reloaded(t);
	else if (sd_bus_message_is_signal(m, "org.freedesktop.DBus.Properties",
					  "PropertiesChanged"))
		tell_changes(t, m);
}

static int on_loads_timer(sd_event_source *source, uint64_t at, void *userdata)
{
	struct teller *t = userdata;
	int r;

	if (!t->asking)
		(void)ask(t, true);
	r = sd_event_source_set_time(source, usec_add(at, LOADS_EVERY));
	return r < 0 ? r : sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* Exit code 3 if limberd is not there at the beginning: then nobody waits for what never comes. */
static int check_running(sd_bus *bus)
{
	CLEANUP(batch_done) struct batch b;
	int r;

	batch_init(&b);
	r = batch_call(&b, bus, false, BUS_PATH, "org.freedesktop.DBus.Peer", "Ping", NULL);
	if (r < 0)
		return remote_failed(r);
	return batch_run(&b, bus);
}

static int tell(struct teller *t)
{
	int r;

	r = check_running(t->watch.bus);
	if (r != EXIT_DONE)
		return r;
	r = ask(t, false);
	if (r < 0)
		return remote_failed(r);
	if (t->loads) {
		r = sd_event_add_time_relative(t->watch.event, NULL, CLOCK_MONOTONIC, LOADS_EVERY,
					       0, on_loads_timer, t);
		if (r < 0)
			return remote_failed(r);
	}
	r = watch_run(&t->watch);
	if (r == EXIT_NO_DAEMON)
		return complain(r, "the session bus is gone");
	return r;
}

int run_watch(const struct arguments *args)
{
	bool live = option_given(args, OPTION_LIVE);
	struct teller t = { .as_json = option_given(args, OPTION_JSON), .loads = live };
	const struct watch_sink sink = { .signal = on_told, .running = on_running, .owner = &t };
	int r;

	if (live && t.as_json)
		return complain(EXIT_USAGE,
				"'--live' is for people and '--json' for programs: one of "
				"them");
	t.decisions = t.as_json || option_given(args, OPTION_DECISIONS);
	if (live && terminal_can_draw())
		return live_run();
	text_init(&t.text, stdout, STDOUT_FILENO);
	t.json.out = stdout;
	batch_init(&t.batch);
	r = watch_open(&t.watch, &sink);
	if (r == EXIT_DONE)
		r = tell(&t);
	batch_done(&t.batch);
	told_clear(&t.problems);
	watch_close(&t.watch);
	return r;
}
