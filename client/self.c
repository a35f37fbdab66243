/* reading, rested, sit, stand: what only the user knows. */
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

static void say_reading(walltime_t until, walltime_t now)
{
	char at[WHEN_TEXT_MAX];

	if (!until)
		puts("reading mode is off");
	else if (until == USEC_NEVER)
		puts("reading mode is on until you leave, or say: limber reading off");
	else
		printf("reading mode is on until %s\n", when_format(until, now, at));
}

static int tell_reading(void)
{
	CLEANUP(state_done) struct state s = { 0 };
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	int r;

	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = state_fetch(&s, bus);
	if (r != EXIT_DONE)
		return r;
	say_reading(s.manager.reading_until, clock_walltime());
	return EXIT_DONE;
}

/* The words begin as a length does; what is wrong with it is told by whoever reads it. */
static bool is_length(const struct arguments *args)
{
	return args->words[0][0] >= '0' && args->words[0][0] <= '9';
}

/* `on`, `off`, or a time as for `pause`. */
static int parse_reading(const struct arguments *args, walltime_t now, walltime_t *ret)
{
	bool alone = args->n_words == 1;
	char said[EXCERPT_MAX];

	if (alone && !strcmp(args->words[0], "on")) {
		*ret = USEC_NEVER;
		return EXIT_DONE;
	}
	if (alone && !strcmp(args->words[0], "off")) {
		*ret = 0;
		return EXIT_DONE;
	}
	if (strcmp(args->words[0], "until") != 0 && !is_length(args)) {
		CLEANUP(freep) char *words = arguments_join(args, 0);

		return complain(EXIT_USAGE,
				"reading is on, off, for a length such as 1h, or until "
				"14:00; not '%s'",
				text_excerpt(words ? words : "", said));
	}
	return span_end(args, now, ret);
}

int run_reading(const struct arguments *args)
{
	walltime_t now = clock_walltime(), until;
	int r;

	if (args->n_words == 0)
		return tell_reading();
	r = parse_reading(args, now, &until);
	if (r != EXIT_DONE)
		return r;
	r = remote_call(false, "SetReading", "t", until);
	if (r != EXIT_DONE)
		return r;
	say_reading(until, now);
	return EXIT_DONE;
}

int run_rested(const struct arguments *args)
{
	CLEANUP(state_done) struct state s = { 0 };
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	char text[DURATION_TEXT_MAX], next[VIEW_NEXT_MAX];
	usec_t length;
	int r;

	batch_init(&b);
	r = span_length(args, 0, &length);
	if (r != EXIT_DONE)
		return r;
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, "Rested", "t", length);
	if (r < 0)
		return remote_failed(r);
	r = state_after(&b, bus, false, &s);
	if (r != EXIT_DONE)
		return r;
	printf("%s counted as rest; next: %s\n", format_duration(length, text),
	       view_next(&s, clock_walltime(), next));
	return EXIT_DONE;
}

static int set_posture(const char *posture)
{
	int r;

	r = remote_call(false, "SetPosture", "s", posture);
	if (r != EXIT_DONE)
		return r;
	printf("%s from now on\n", posture);
	return EXIT_DONE;
}

int run_sit(const struct arguments *args)
{
	(void)args;
	return set_posture("sitting");
}

int run_stand(const struct arguments *args)
{
	(void)args;
	return set_posture("standing");
}
