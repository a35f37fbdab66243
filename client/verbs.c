#include "verbs.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/typing.h"
#include "options.h"
#include "text.h"

#define BIT(option) (1u << OPTION_##option)
#define SIMULATE_OPTIONS                                                                           \
	(BIT(SEED) | BIT(PRESET) | BIT(CONFIG) | BIT(TAKE_BREAKS) | BIT(AS_RECORDED))
#define FILTERS (BIT(SET) | BIT(REGION) | BIT(PLACE) | BIT(DISCREET) | BIT(ALLOWED))

/* clang-format off */
const struct verb verbs[] = {
	{ .name = "status", .usage = "[--json]", .options = BIT(JSON), .reads = true, .run = run_status,
	  .summary = "what is now, what is next, and why" },
	{ .name = "next", .usage = "[--json]", .options = BIT(JSON), .reads = true, .run = run_next,
	  .summary = "which break comes next, and when" },
	{ .name = "why", .usage = "[RULE] [-n N] [--json]", .options = BIT(LINES) | BIT(JSON),
	  .words_max = 1, .reads = true, .run = run_why,
	  .summary = "why limber asks, or why it does not",
	  .details = "What is now or comes next, what moves it or keeps it back, how the last break ended, and "
		     "what was decided lately, the newest first. With RULE all this about one rule." },
	{ .name = "up", .usage = "[RULE]", .words_max = 1, .run = run_up,
	  .summary = "start a break now",
	  .details = "Without RULE the break that fits best. Starts limberd if it is not running." },
	{ .name = "done", .usage = "", .run = run_done,
	  .summary = "the break is done" },
	{ .name = "snooze", .usage = "[T]", .words_max = 8, .run = run_snooze,
	  .summary = "ask again later",
	  .details = "After T, such as 90s or 10min; without T after the rule's own length." },
	{ .name = "skip", .usage = "", .run = run_skip,
	  .summary = "leave this break out" },
	{ .name = "pause", .usage = "[T | until HH:MM]", .words_max = 8, .run = run_pause,
	  .summary = "no prompts for a while",
	  .details = "For T, such as 90s, 1h or 1h 30min; until the clock shows HH:MM the next time; or, "
		     "without either, until 'limber resume'. Starts limberd if it is not running." },
	{ .name = "resume", .usage = "", .run = run_resume,
	  .summary = "end the pause",
	  .details = "Starts limberd if it is not running." },
	{ .name = "reading", .usage = "[on | off | T | until HH:MM]", .words_max = 8, .run = run_reading,
	  .summary = "no input counts as reading",
	  .details = "Until 'limber reading off', for T, such as 1h, or until the clock shows HH:MM the next "
		     "time. It also ends when you lock the screen or leave. Without a word it says whether "
		     "it is on." },
	{ .name = "rested", .usage = "T", .words_min = 1, .words_max = 8, .run = run_rested,
	  .summary = "you were away for T until now",
	  .details = "For when the keyboard was touched, but not by you: T, such as 10min, counts as a rest." },
	{ .name = "sit", .usage = "", .run = run_sit,
	  .summary = "you are sitting now",
	  .details = "For desks that can be raised: [desk] type = sit-stand in limber.conf." },
	{ .name = "stand", .usage = "", .run = run_stand,
	  .summary = "you are standing now",
	  .details = "For desks that can be raised: [desk] type = sit-stand in limber.conf." },
	{ .name = "inhibit", .usage = "[--why TEXT] [--anyway] -- CMD...", .options = BIT(WHY) | BIT(ANYWAY),
	  .words_min = 1, .words_max = SIZE_MAX, .command = true, .run = run_inhibit,
	  .summary = "no prompts while CMD runs",
	  .details = "Answers the exit code of CMD, 128 and the signal's number if a signal ended it, 126 "
		     "and 127 if it cannot be run. If limberd is not running or refuses, CMD is not run, "
		     "unless --anyway is given." },
	{ .name = "watch", .usage = "[--decisions] [--json] [--live]",
	  .options = BIT(DECISIONS) | BIT(JSON) | BIT(LIVE),
	  .reads = true, .run = run_watch,
	  .summary = "tell of every change",
	  .details = "One line per change, until interrupted; if limberd ends, it waits for it to come "
		     "back. With --decisions, and always with --json, it also tells what is decided and "
		     "why. The keys of the live view: Enter or space start a break, s snooze, k skip, "
		     "d done, p pause and resume, q quit." },
	{ .name = "show", .usage = "EXERCISE [--json]", .options = BIT(JSON), .words_min = 1,
	  .words_max = 1, .reads = true, .run = run_show,
	  .summary = "how an exercise is done",
	  .details = "EXERCISE as 'limber exercises' lists it in its first column." },
	{ .name = "exercises", .usage = "[FILTER...] [--json]",
	  .options = BIT(JSON) | FILTERS, .reads = true, .run = run_exercises,
	  .summary = "list the exercises",
	  .details = "Filters: --set SET and --region REGION, each several times if wanted; --place\n"
		     "desk, room or mat; --discreet, fit for an open office; --allowed, what suits you." },
	{ .name = "preview", .usage = "[RULE] [--json]", .options = BIT(JSON), .words_max = 1, .reads = true,
	  .run = run_preview,
	  .summary = "what a break would bring now",
	  .details = "The exercises that would be chosen now, and why. Nothing is started. Without RULE of "
		     "the break that fits best." },
	{ .name = "guide", .usage = "[RULE] [--bell]", .options = BIT(BELL), .words_max = 1, .run = run_guide,
	  .summary = "through the break, one exercise after the other",
	  .details = "Step by step, with a countdown. If no break is running it asks whether to start one; "
		     "with RULE it starts one of that rule without asking. Keys: p or space pause, n or "
		     "Enter the next exercise, a another one, h it hurts, d done once all is done, q "
		     "quit. Where nothing can be drawn it prints lines." },
	{ .name = "another", .usage = "", .run = run_another,
	  .summary = "another exercise for this break" },
	{ .name = "rate", .usage = "EXERCISE VERDICT", .words_min = 2, .words_max = 2, .run = run_rate,
	  .summary = "say how an exercise was",
	  .details = "VERDICT is like or dislike, easy or hard, or hurts. What is liked comes more often, "
		     "what is easy grows and what is hard shrinks, and what hurts is not offered for 7 "
		     "days." },
	{ .name = "hurts", .usage = "[--mistake] [EXERCISE]", .options = BIT(MISTAKE), .words_max = 1,
	  .run = run_hurts,
	  .summary = "this exercise hurts: end it at once",
	  .details = "Without EXERCISE the one that it is time for in the running break. It is not offered "
		     "for 7 days, its harder forms until it has gone well. Says what to heed. If you said it of "
		     "EXERCISE by mistake and nothing hurt, 'limber hurts --mistake EXERCISE' takes it back." },
	{ .name = "sore", .usage = "[--over] [MUSCLE...] [--json]", .options = BIT(OVER) | BIT(JSON),
	  .words_max = 32, .run = run_sore,
	  .summary = "sore there: no strengthening for 48 hours",
	  .details = "MUSCLE is a region such as neck, shoulders, lower-back or legs, a part of the body such as "
		     "calves or abs, or a muscle that 'limber show' names; several if wanted: lower back, neck. "
		     "Stretching and walking go on. Without a word it lists what is sore now, and until when. 'limber sore "
		     "--over neck' takes it back or ends it early, 'limber sore --over' all of it. For pain "
		     "there is 'limber hurts'." },
	{ .name = "consent", .usage = "[yes | no]", .words_max = 1, .run = run_consent,
	  .summary = "agree to exercises of intensity 3 and more",
	  .details = "Shows the safety text first. On a terminal it asks; elsewhere it takes a word. 'limber "
		     "consent no' takes it back." },
	{ .name = "safety", .usage = "[SECTION] [--json]", .options = BIT(JSON), .words_max = 1,
	  .reads = true, .run = run_safety,
	  .summary = "what to heed, and when to see a doctor",
	  .details = "All of it, or SECTION: general, slowly, stop, emergency, doctor or hurts." },
	{ .name = "log", .usage = "[add KIND T | remove [KIND] [T]] [-n N] [--json]", .options = BIT(LINES) | BIT(JSON),
	  .words_max = 8, .run = run_log,
	  .summary = "the latest breaks, or what you did off the desk",
	  .details = "Without a word the breaks of the last two weeks and what you did off the desk between "
		     "them, the newest first, 15 at most or as many as -n says. 'limber log add walking "
		     "20min' notes what you did away from the desk just now: walking, swimming, cycling, "
		     "yoga, pilates and the like. 'limber log remove' takes the latest of these back, of "
		     "that kind and length if you say which." },
	{ .name = "stats", .usage = "[day | week | month] [--json]", .options = BIT(JSON), .words_max = 1,
	  .reads = true, .run = run_stats,
	  .summary = "how the last days went",
	  .details = "The time at the screen, breaks of each rule, what was relieved, what kept limber "
		     "silent, and what you did off the desk: of the last day, 7 days or 30. Without a word "
		     "7 days." },
	{ .name = "export", .usage = "--csv | --json", .options = BIT(CSV) | BIT(JSON), .reads = true,
	  .run = run_export,
	  .summary = "all breaks and activities that are remembered",
	  .details = "The oldest first, a line each. In the column or key `what` it is 'break' or "
		     "'activity'." },
	{ .name = "simulate", .usage = "TRACE [OPTION...]", .options = BIT(JSON) | SIMULATE_OPTIONS,
	  .words_min = 1, .words_max = 1, .reads = true, .run = run_simulate,
	  .summary = "what limber would do on a day that is written down",
	  .details = "TRACE is a file as in limber-trace(5), an export of ActivityWatch, or - for standard "
		     "input. Without --preset and --config it is played under its own settings or, if it "
		     "has none, yours; of several presets and files the results are shown side by side, "
		     "presets first, as if every announced break were taken. limberd need not run." },
	{ .name = "doctor", .usage = "[--no-live] [--json]", .options = BIT(NO_LIVE) | BIT(JSON),
	  .reads = true, .run = run_doctor,
	  .summary = "what works here, and what does not",
	  .details = "On a terminal it ends with a test: you keep still for 5s, and it tells whether limberd "
		     "has seen that and your return; Ctrl-C skips it. Answers 0 if all is well and 1 if "
		     "anything is degraded or missing. If limberd cannot be asked it tells what is wrong as "
		     "far as it can, and answers 3." },
	{ .name = "help", .usage = "[VERB]", .words_max = 1, .reads = true, .run = run_help,
	  .summary = "this list, or more about one verb" },
	{ 0 },
};
/* clang-format on */

const struct verb *verb_find(const char *name)
{
	for (const struct verb *v = verbs; v->name; v++)
		if (!strcmp(v->name, name))
			return v;
	return NULL;
}

const struct verb *verb_guess(const char *typed)
{
	const struct verb *guess = NULL;
	size_t best = 3;

	for (const struct verb *v = verbs; v->name; v++) {
		size_t distance = typing_distance(typed, v->name);

		if (distance < best && distance < strlen(v->name)) {
			best = distance;
			guess = v;
		}
	}
	return guess;
}

#define USAGE_COLUMNS 27

void verb_help_all(void)
{
	puts("usage: limber VERB [ARGUMENTS]\n\n"
	     "Steers limberd, which reminds you of breaks and shows what to do in them.\n");
	for (const struct verb *v = verbs; v->name; v++) {
		int used = printf("  %s%s%s", v->name, *v->usage ? " " : "", v->usage);

		if (used > USAGE_COLUMNS)
			printf("\n%*s  %s\n", USAGE_COLUMNS, "", v->summary);
		else
			printf("%*s  %s\n", USAGE_COLUMNS - used, "", v->summary);
	}
	puts("\n  -h, --help                 this list; after a verb: about that verb\n"
	     "  --version                  which version this is\n\n"
	     "Exit codes: 0 done, 1 refused, 2 wrong usage, 3 limberd cannot be asked.\n"
	     "'limber help VERB' says more, and so does 'man limber'.");
}

#define OPTION_COLUMNS 18

/* `-n, --lines N`: how an option is written, and what it is for. */
static void put_option(size_t i)
{
	const struct option_spec *o = &option_specs[i];
	int used = option_letters[i] ? printf("  -%c, --%s", option_letters[i], o->name)
				     : printf("  --%s", o->name);

	if (o->value)
		used += printf(" %s", o->value);
	printf("%*s  %s\n", used < 2 + OPTION_COLUMNS ? 2 + OPTION_COLUMNS - used : 0, "",
	       o->summary);
}

void verb_help(const struct verb *verb)
{
	struct text t;

	text_init(&t, stdout, STDOUT_FILENO);
	t.paragraph = t.paragraph < 80 ? t.paragraph : 80;
	printf("usage: limber %s%s%s\n\n", verb->name, *verb->usage ? " " : "", verb->usage);
	printf("%c", verb->summary[0] - 'a' + 'A');
	text_put(&t, TONE_PLAIN, verb->summary + 1, 4096);
	puts(".");
	if (verb->details)
		text_wrap(&t, TONE_PLAIN, 0, 0, verb->details);
	if (verb->options)
		putchar('\n');
	for (size_t i = 0; i < OPTIONS_COUNT; i++) {
		if (verb->options & 1u << i)
			put_option(i);
	}
}

int run_help(const struct arguments *args)
{
	const struct verb *verb, *guess;
	char said[EXCERPT_MAX];

	if (args->n_words == 0) {
		verb_help_all();
		return EXIT_DONE;
	}
	verb = verb_find(args->words[0]);
	if (!verb) {
		guess = verb_guess(args->words[0]);
		return complain(EXIT_USAGE, "there is no verb '%s'%s%s%s",
				text_excerpt(args->words[0], said), guess ? "; did you mean '" : "",
				guess ? guess->name : "",
				guess ? "'?" : "; 'limber --help' lists them");
	}
	verb_help(verb);
	return EXIT_DONE;
}

char *arguments_join(const struct arguments *args, size_t first)
{
	size_t size = 1;
	char *joined, *end;

	for (size_t i = first; i < args->n_words; i++)
		size += strlen(args->words[i]) + 1;
	joined = malloc(size);
	if (!joined)
		return NULL;
	end = joined;
	*end = '\0';
	for (size_t i = first; i < args->n_words; i++) {
		if (i > first)
			*end++ = ' ';
		end = stpcpy(end, args->words[i]);
	}
	return joined;
}
