/* up, done, snooze, skip, pause, resume: what the user wants of limberd. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"
#include "bus/protocol.h"
#include "spans.h"
#include "state.h"
#include "text.h"
#include "verbs.h"
#include "view.h"
#include "when.h"

/* "New for you, so start slowly: Plank, Bird dog" */
static void say_new(struct text *t, const struct brk *b)
{
	const struct step *steps = b->steps.items;
	CLEANUP(freep) char *line = NULL;
	size_t size, n = 0;
	FILE *f = open_memstream(&line, &size);

	if (!f)
		return;
	for (size_t i = 0; i < b->steps.n; i++)
		if (steps[i].is_new)
			fprintf(f, "%s%s", n++ ? ", " : VIEW_NEW ": ", steps[i].name);
	if (fclose(f) == 0 && n > 0)
		text_wrap(t, TONE_PLAIN, 0, 2, line);
}

static void say_other_rule(struct text *t, const struct brk *b, const char *wanted)
{
	char line[VIEW_OTHER_MAX];

	if (*wanted && strcmp(wanted, b->rule) != 0)
		text_wrap(t, TONE_WARN, 0, 0, view_other_rule(b, wanted, "up", line));
}

/* `wanted`: the rule that was asked for, "" for any. */
static void say_break(const struct brk *b, const char *wanted)
{
	CLEANUP(freep) char *names = view_exercises(b);
	CLEANUP(freep) char *line = NULL;
	char length[DURATION_TEXT_MAX], text[160];
	walltime_t now = clock_walltime();
	struct text t;

	/* limberd answers a break that is running already as well. */
	if (b->started && usec_add(b->started, USEC_PER_SEC) < now)
		(void)snprintf(text, sizeof(text), "a break is running, %s left",
			       format_duration(break_left(b, now), length));
	else
		(void)snprintf(text, sizeof(text), "break started");
	text_init(&t, stdout, STDOUT_FILENO);
	if (asprintf(&line, "%s: %s (%s)", text, names ? names : b->title,
		     format_duration(b->length, length)) < 0)
		line = NULL;
	text_wrap(&t, TONE_PLAIN, 0, 0, line ? line : text);
	say_new(&t, b);
	say_other_rule(&t, b, wanted);
}

int run_up(const struct arguments *args)
{
	CLEANUP(state_done) struct state s = { 0 };
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	int r;

	batch_init(&b);
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = batch_call(&b, bus, true, BUS_PATH, BUS_MANAGER, "StartBreak", "s",
		       args->n_words ? args->words[0] : "");
	if (r < 0)
		return remote_failed(r);
	r = state_after(&b, bus, true, &s);
	if (r != EXIT_DONE)
		return r;
	if (s.on)
		say_break(&s.brk, args->n_words ? args->words[0] : "");
	else
		puts("break started");
	return EXIT_DONE;
}

/* How a break ended, as the signal BreakEnded told it. */
struct ending {
	bool told;
	char outcome[32];
	usec_t rested;
};

static int on_ended(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct ending *e = userdata;
	const char *path, *rule, *outcome;
	uint64_t rested;
	int r;

	(void)reterr;
	r = sd_bus_message_read(m, "osst", &path, &rule, &outcome, &rested);
	/* A natural rest may be told in the same moment: it ended no break. */
	if (r >= 0 && strcmp(path, "/") != 0) {
		e->told = true;
		e->rested = rested;
		(void)snprintf(e->outcome, sizeof(e->outcome), "%s", outcome);
	}
	return 0;
}

/* Finish or Skip: the outcome is what matters, and only the signal tells it. */
static int end_break(const char *method)
{
	CLEANUP(state_done) struct state s = { 0 };
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	char length[DURATION_TEXT_MAX];
	struct ending ending = { 0 };
	int r;

	batch_init(&b);
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = sd_bus_match_signal_async(bus, NULL, BUS_NAME, BUS_PATH, BUS_MANAGER, "BreakEnded",
				      on_ended, NULL, &ending);
	if (r < 0)
		return remote_failed(r);
	r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, method, NULL);
	if (r < 0)
		return remote_failed(r);
	r = state_after(&b, bus, false, &s);
	if (r != EXIT_DONE)
		return r;
	if (!ending.told)
		puts("break over");
	else if (ending.rested >= USEC_PER_SEC)
		printf("break %s, %s of rest\n", outcome_words(ending.outcome),
		       format_duration(ending.rested, length));
	else
		printf("break %s\n", outcome_words(ending.outcome));
	return EXIT_DONE;
}

int run_done(const struct arguments *args)
{
	(void)args;
	return end_break("Finish");
}

int run_skip(const struct arguments *args)
{
	(void)args;
	return end_break("Skip");
}

int run_snooze(const struct arguments *args)
{
	CLEANUP(state_done) struct state s = { 0 };
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	char at[WHEN_TEXT_MAX];
	usec_t length = 0;
	int r;

	batch_init(&b);
	if (args->n_words) {
		r = span_length(args, 0, &length);
		if (r != EXIT_DONE)
			return r;
	}
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, "Snooze", "t", length);
	if (r < 0)
		return remote_failed(r);
	r = state_after(&b, bus, false, &s);
	if (r != EXIT_DONE)
		return r;
	if (s.on && s.brk.next_prompt)
		printf("snoozed: limber asks again at %s\n",
		       when_format(s.brk.next_prompt, clock_walltime(), at));
	else
		puts("snoozed");
	return EXIT_DONE;
}

int run_pause(const struct arguments *args)
{
	CLEANUP(state_done) struct state s = { 0 };
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	walltime_t now = clock_walltime(), until;
	char at[WHEN_TEXT_MAX];
	int r;

	batch_init(&b);
	r = span_end(args, now, &until);
	if (r != EXIT_DONE)
		return r;
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = batch_call(&b, bus, true, BUS_PATH, BUS_MANAGER, "Pause", "t", until);
	if (r < 0)
		return remote_failed(r);
	r = state_after(&b, bus, true, &s);
	if (r != EXIT_DONE)
		return r;
	if (until == USEC_NEVER)
		puts("paused until you say: limber resume");
	else
		printf("paused until %s\n", when_format(until, now, at));
	view_unkept(&s);
	return EXIT_DONE;
}

int run_resume(const struct arguments *args)
{
	int r;

	(void)args;
	r = remote_call(true, "Resume", NULL);
	if (r != EXIT_DONE)
		return r;
	puts("resumed: limber reminds you again");
	return EXIT_DONE;
}
