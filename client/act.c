/* up, done, snooze, skip, pause, resume: what the user wants of limberd. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"
#include "bus/protocol.h"
#include "state.h"
#include "text.h"
#include "verbs.h"
#include "view.h"
#include "when.h"

/* The call and, right behind it, the questions for what came of it. Answers an exit code. */
static int act(sd_bus *bus, struct batch *b, bool starts, struct state *ret)
{
	int r;

	r = state_ask(b, bus, starts);
	if (r < 0)
		return remote_failed(r);
	r = batch_run(b, bus);
	if (r != EXIT_DONE)
		return r;
	r = state_take(ret, b, b->n - 3);
	return r < 0 ? remote_failed(r) : EXIT_DONE;
}

static void say_break(const struct brk *b)
{
	CLEANUP(freep) char *names = view_exercises(b);
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
	printf("%s: ", text);
	text_put(&t, TONE_STRONG, names ? names : b->title, 4096);
	printf(" (%s)\n", format_duration(b->length, length));
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
	r = act(bus, &b, true, &s);
	if (r != EXIT_DONE)
		return r;
	if (s.on)
		say_break(&s.brk);
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
	r = act(bus, &b, false, &s);
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

/* The length of time that the words say. Answers an exit code. */
static int parse_words(const struct arguments *args, usec_t *ret)
{
	CLEANUP(freep) char *text = arguments_join(args, 0);
	char said[EXCERPT_MAX];
	usec_t length;
	int r;

	if (!text)
		return remote_failed(-ENOMEM);
	text_excerpt(text, said);
	r = when_parse_length(text, &length);
	if (r == -ERANGE)
		return complain(EXIT_USAGE, "'%s' is longer than can be counted", said);
	if (r < 0)
		return complain(EXIT_USAGE, "'%s' is no length of time; " WHEN_LENGTHS, said);
	if (length == 0)
		return complain(EXIT_USAGE, "'%s' is no time at all; " WHEN_LENGTHS, said);
	*ret = length;
	return EXIT_DONE;
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
		r = parse_words(args, &length);
		if (r != EXIT_DONE)
			return r;
	}
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, "Snooze", "t", length);
	if (r < 0)
		return remote_failed(r);
	r = act(bus, &b, false, &s);
	if (r != EXIT_DONE)
		return r;
	if (s.on && s.brk.next_prompt)
		printf("snoozed: limber asks again at %s\n",
		       when_format(s.brk.next_prompt, clock_walltime(), at));
	else
		puts("snoozed");
	return EXIT_DONE;
}

/* `until HH:MM`. */
static int parse_until(const struct arguments *args, walltime_t now, walltime_t *ret)
{
	CLEANUP(freep) char *clock = arguments_join(args, 1);
	char said[EXCERPT_MAX];
	unsigned minute;

	if (!clock)
		return remote_failed(-ENOMEM);
	if (!*clock)
		return complain(EXIT_USAGE,
				"until when? Write for example: limber pause until 14:00");
	if (parse_clock(clock, &minute) < 0 || when_next_clock(minute, now, ret) < 0)
		return complain(EXIT_USAGE,
				"'%s' is no time of day; write for example: "
				"limber pause until 14:00",
				text_excerpt(clock, said));
	return EXIT_DONE;
}

static int parse_pause(const struct arguments *args, walltime_t now, walltime_t *ret)
{
	usec_t length;
	int r;

	if (args->n_words == 0) {
		*ret = USEC_NEVER;
		return EXIT_DONE;
	}
	if (!strcmp(args->words[0], "until"))
		return parse_until(args, now, ret);
	r = parse_words(args, &length);
	if (r != EXIT_DONE)
		return r;
	*ret = usec_add(now, length);
	return EXIT_DONE;
}

/* One call whose answer is empty. Answers an exit code. */
static int simple_call(const char *method, const char *types, uint64_t value)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	int r;

	batch_init(&b);
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = batch_call(&b, bus, true, BUS_PATH, BUS_MANAGER, method, types, value);
	if (r < 0)
		return remote_failed(r);
	return batch_run(&b, bus);
}

int run_pause(const struct arguments *args)
{
	walltime_t now = clock_walltime(), until;
	char at[WHEN_TEXT_MAX];
	int r;

	r = parse_pause(args, now, &until);
	if (r != EXIT_DONE)
		return r;
	r = simple_call("Pause", "t", until);
	if (r != EXIT_DONE)
		return r;
	if (until == USEC_NEVER)
		puts("paused until you say: limber resume");
	else
		printf("paused until %s\n", when_format(until, now, at));
	return EXIT_DONE;
}

int run_resume(const struct arguments *args)
{
	int r;

	(void)args;
	r = simple_call("Resume", NULL, 0);
	if (r != EXIT_DONE)
		return r;
	puts("resumed: limber reminds you again");
	return EXIT_DONE;
}
