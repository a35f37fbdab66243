/* another, rate, hurts: what the user thinks of an exercise. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "bus/protocol.h"
#include "exercise.h"
#include "safety.h"
#include "state.h"
#include "text.h"
#include "verbs.h"
#include "view.h"

/* clang-format off */
static const struct verdict {
	const char *word, *noted;
	const char *unkept; /* where limberd cannot write it down */
} verdicts[] = {
	{ "like",    "you like it: it comes more often", NULL },
	{ "dislike", "you do not like it: it comes less often", NULL },
	{ "easy",    "it is easy: it grows, slowly", NULL },
	{ "hard",    "it is hard: it does not grow, and said twice it begins anew, with little", NULL },
	{ "hurts",   "it hurts: it is not offered for 7 days, nor are its harder forms",
	             "it hurts: it is not offered, nor are its harder forms" },
};
/* clang-format on */

static int no_such_verdict(const char *word)
{
	const char *names[ELEMENTS(verdicts) + 1] = { NULL };

	for (size_t i = 0; i < ELEMENTS(verdicts); i++)
		names[i] = verdicts[i].word;
	return complain_unknown(EXIT_USAGE, "verdict", word, names);
}

static const struct verdict *find_verdict(const char *word)
{
	for (size_t i = 0; i < ELEMENTS(verdicts); i++)
		if (!strcmp(verdicts[i].word, word))
			return &verdicts[i];
	return NULL;
}

static void say_noted(const char *name, const struct verdict *verdict, const struct state *s)
{
	bool promises = !verdict->unkept || !state_unkept(s);
	CLEANUP(freep) char *line = NULL;
	struct text t;

	text_init(&t, stdout, STDOUT_FILENO);
	if (asprintf(&line, "noted: %s: %s", name, promises ? verdict->noted : verdict->unkept) < 0)
		line = NULL;
	text_wrap(&t, TONE_PLAIN, 0, 0, line ? line : "noted");
	view_unkept(s);
}

/* What is left of the break once one of its exercises has ended. */
static void say_rest(const struct state *s)
{
	CLEANUP(freep) char *names = NULL;
	struct text t;

	if (!s->on || strcmp(s->brk.phase, "on-break") != 0)
		return;
	names = view_exercises(&s->brk);
	text_init(&t, stdout, STDOUT_FILENO);
	fputs("the break goes on: ", stdout);
	text_put(&t, TONE_STRONG, names ? names : s->brk.title, 4096);
	putchar('\n');
}

static void advise(sd_bus *bus, struct state *s)
{
	CLEANUP(batch_done) struct batch b;
	CLEANUP(freep) char *advice = NULL;
	CLEANUP(freep) char *notice = safety_notice(s);
	struct text t;

	batch_init(&b);
	if (safety_ask(&b, bus) >= 0)
		(void)batch_wait(&b, bus);
	advice = safety_advice(&b);
	text_init(&t, stdout, STDOUT_FILENO);
	if (notice) {
		text_lines(&t, TONE_STRONG, notice);
		putchar('\n');
	} else if (s->manager.resting.n > 0) {
		/* The notice waits until it is quiet no more, or was read before. */
		view_resting(&t, &s->manager, clock_walltime());
		putchar('\n');
	}
	if (advice)
		text_lines(&t, TONE_PLAIN, advice);
}

/* Ends and blocks the exercise, and says what to heed: the reason why this is more than a rating.
 */
static int tell_hurts(sd_bus *bus, const char *exercise, const char *name)
{
	CLEANUP(state_done) struct state s = { 0 };
	CLEANUP(batch_done) struct batch b;
	int r;

	batch_init(&b);
	r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, "Rate", "ss", exercise, "hurts");
	if (r < 0)
		return remote_failed(r);
	r = state_after(&b, bus, false, &s);
	if (r != EXIT_DONE)
		return r;
	say_noted(name, find_verdict("hurts"), &s);
	say_rest(&s);
	putchar('\n');
	advise(bus, &s);
	return EXIT_DONE;
}

int run_rate(const struct arguments *args)
{
	CLEANUP(state_done) struct state s = { 0 };
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	const struct verdict *verdict = find_verdict(args->words[1]);
	int r;

	batch_init(&b);
	if (!verdict)
		return no_such_verdict(args->words[1]);
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	if (!strcmp(verdict->word, "hurts"))
		return tell_hurts(bus, args->words[0], args->words[0]);
	r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, "Rate", "ss", args->words[0],
		       verdict->word);
	if (r < 0)
		return remote_failed(r);
	r = state_after(&b, bus, false, &s);
	if (r == EXIT_DONE)
		say_noted(args->words[0], verdict, &s);
	return r;
}

/* Why it is left out all the same, if it is. */
static void say_still_left_out(sd_bus_message *answer)
{
	CLEANUP(arena_done) struct arena arena = { 0 };
	struct exercise e;
	struct text t;

	reader_clear(&exercise_shape, &e);
	if (!answer || sd_bus_message_is_method_error(answer, NULL) ||
	    reader_dict(&exercise_shape, &arena, answer, &e) < 0 || e.allowed)
		return;
	text_init(&t, stdout, STDOUT_FILENO);
	fputs("it is left out all the same: ", stdout);
	text_wrap(&t, TONE_PLAIN, 29, 0, e.why);
}

static int take_back(sd_bus *bus, const char *exercise)
{
	CLEANUP(state_done) struct state s = { 0 };
	CLEANUP(batch_done) struct batch b;
	char excerpt[EXCERPT_MAX];
	struct text t;
	int r;

	batch_init(&b);
	r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, "TakeBackHurts", "s", exercise);
	if (r >= 0)
		r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, "GetExercise", "s", exercise);
	if (r < 0)
		return remote_failed(r);
	r = state_after(&b, bus, false, &s);
	if (r != EXIT_DONE)
		return r;
	text_init(&t, stdout, STDOUT_FILENO);
	fputs("taken back: ", stdout);
	text_put(&t, TONE_STRONG, text_excerpt(exercise, excerpt), EXCERPT_MAX);
	puts(" did not hurt; it is as if that had never been said");
	say_still_left_out(b.v[1].answer);
	fputs("if it did hurt, or does, say so again: limber hurts ", stdout);
	text_put(&t, TONE_PLAIN, excerpt, EXCERPT_MAX);
	putchar('\n');
	view_unkept(&s);
	return EXIT_DONE;
}

int run_hurts(const struct arguments *args)
{
	CLEANUP(state_done) struct state s = { 0 };
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	const struct step *step;
	bool mistake = option_given(args, OPTION_MISTAKE);
	int r;

	/* Never what is on by chance: it has to be named. */
	if (mistake && !args->n_words)
		return complain(EXIT_USAGE,
				"of which exercise was it a mistake? Write for example: "
				"limber hurts --mistake shoulder-rolls");
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	if (mistake)
		return take_back(bus, args->words[0]);
	if (args->n_words)
		return tell_hurts(bus, args->words[0], args->words[0]);
	r = state_fetch(&s, bus);
	if (r != EXIT_DONE)
		return r;
	step = s.on ? break_step(&s.brk, clock_walltime()) : NULL;
	if (!step || !*step->exercise)
		return complain(EXIT_REFUSED, "no exercise is running; say which one it was: "
					      "limber hurts EXERCISE ('limber exercises' lists "
					      "them), and see: limber safety");
	return tell_hurts(bus, step->exercise, step->name);
}

static void say_other(const struct state *before, const struct state *after)
{
	CLEANUP(freep) char *names = view_exercises(&after->brk);
	struct text t;

	if (!after->on) {
		puts("the break is over");
		return;
	}
	text_init(&t, stdout, STDOUT_FILENO);
	fputs(break_same_steps(&before->brk, &after->brk) ? "nothing else fits now: " : "instead: ",
	      stdout);
	text_put(&t, TONE_STRONG, names ? names : after->brk.title, 4096);
	putchar('\n');
}

int run_another(const struct arguments *args)
{
	CLEANUP(state_done) struct state before = { 0 };
	CLEANUP(state_done) struct state after = { 0 };
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	int r;

	(void)args;
	batch_init(&b);
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = state_fetch(&before, bus);
	if (r != EXIT_DONE)
		return r;
	if (!before.on)
		return complain(EXIT_REFUSED, "there is no break whose exercise could be another; "
					      "start one with: limber up");
	r = batch_call(&b, bus, false, before.brk.path, BUS_BREAK, "Replace", NULL);
	if (r < 0)
		return remote_failed(r);
	r = state_after(&b, bus, false, &after);
	if (r == EXIT_DONE)
		say_other(&before, &after);
	return r;
}
