/* consent, safety: what the user should know before, and when something hurts. */
#include "safety.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "bus/protocol.h"
#include "json.h"
#include "question.h"
#include "state.h"
#include "text.h"
#include "verbs.h"
#include "view.h"

/* Where limberd has nothing to say. */
#define SAFETY_ADVICE                                                                              \
	"Rest, or walk a little. A mild pull is fine, pain is not. If it does not ease, see a "    \
	"doctor; 'limber safety' says when to go at once."

/* A section, "" for all of it. Answers an exit code; the text is borrowed from the batch. */
static int fetch(struct batch *b, sd_bus *bus, const char *section, const char **ret)
{
	int r;

	r = batch_call(b, bus, false, BUS_PATH, BUS_MANAGER, "GetSafetyText", "s", section);
	if (r < 0)
		return remote_failed(r);
	r = batch_run(b, bus);
	if (r != EXIT_DONE)
		return r;
	r = sd_bus_message_read(b->v[0].answer, "s", ret);
	return r < 0 ? remote_failed(r) : EXIT_DONE;
}

static void put(const char *string)
{
	struct text t;

	text_init(&t, stdout, STDOUT_FILENO);
	text_lines(&t, TONE_PLAIN, string);
}

static const char *const advice_sections[] = { "hurts", "emergency", "doctor" };

int safety_ask(struct batch *b, sd_bus *bus)
{
	for (size_t i = 0; i < ELEMENTS(advice_sections); i++) {
		int r;

		r = batch_call(b, bus, false, BUS_PATH, BUS_MANAGER, "GetSafetyText", "s",
			       advice_sections[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

char *safety_advice(struct batch *b)
{
	char *advice = NULL;
	size_t size;
	FILE *memory = open_memstream(&advice, &size);

	if (!memory)
		return NULL;
	for (size_t i = 0; i < b->n; i++) {
		const char *sentence, *text;

		if (b->v[i].answer && remote_judge(b->v[i].answer, &sentence) == EXIT_DONE &&
		    sd_bus_message_read(b->v[i].answer, "s", &text) >= 0)
			fprintf(memory, "%s%s", ftell(memory) ? "\n" : "", text);
	}
	if (!ftell(memory))
		fputs(SAFETY_ADVICE, memory);
	if (fclose(memory) == 0)
		return advice;
	free(advice);
	return NULL;
}

struct advice {
	const char *kind, *title, *body;
};

/* clang-format off */
static const struct field advice_fields[] = {
	{ "Kind",  FIELD_STRING, offsetof(struct advice, kind),  NULL },
	{ "Title", FIELD_STRING, offsetof(struct advice, title), NULL },
	{ "Body",  FIELD_STRING, offsetof(struct advice, body),  NULL },
};
/* clang-format on */
static const struct shape advice_shape = {
	.size = sizeof(struct advice),
	.fields = advice_fields,
	.n = ELEMENTS(advice_fields),
};

/* Keeps the text of the first one that is advice. */
static int look_at_notice(sd_bus_message *m, const char *path, void *userdata)
{
	CLEANUP(arena_done) struct arena arena = { 0 };
	char **ret = userdata;
	struct advice a;
	int r;

	(void)path;
	reader_clear(&advice_shape, &a);
	r = reader_dict(&advice_shape, &arena, m, &a);
	if (r < 0 || *ret || strcmp(a.kind, "advice") != 0)
		return r;
	if (asprintf(ret, "%s\n%s", a.title, a.body) < 0) {
		*ret = NULL;
		return -ENOMEM;
	}
	return 0;
}

char *safety_notice(struct state *s)
{
	char *text = NULL;

	(void)state_each_object(s, BUS_NOTICE, look_at_notice, &text);
	return text;
}

int run_safety(const struct arguments *args)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	struct json j = { .out = stdout };
	const char *section = args->n_words ? args->words[0] : "", *text;
	int r;

	batch_init(&b);
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = fetch(&b, bus, section, &text);
	if (r != EXIT_DONE)
		return r;
	if (!option_given(args, OPTION_JSON)) {
		put(text);
		return EXIT_DONE;
	}
	json_open_object(&j, NULL);
	json_string(&j, "section", section);
	json_string(&j, "text", text);
	json_close_object(&j);
	json_end(&j);
	return EXIT_DONE;
}

/* Whether the user agrees: the word that was given, or the answer on the terminal. */
static int decide(const struct arguments *args, bool *ret)
{
	if (args->n_words) {
		*ret = !strcmp(args->words[0], "yes");
		return EXIT_DONE;
	}
	if (!question_possible())
		return complain(EXIT_USAGE,
				"it takes a word: limber consent yes, or limber consent no");
	putchar('\n');
	*ret = question_ask("Have you read this, and do you want exercises of intensity 3 and "
			    "more as well?",
			    false);
	return EXIT_DONE;
}

static int show_all(struct batch *b, sd_bus *bus)
{
	const char *text;
	int r;

	r = fetch(b, bus, "", &text);
	if (r == EXIT_DONE)
		put(text);
	return r;
}

int run_consent(const struct arguments *args)
{
	static const char *const answers[] = { "yes", "no", NULL };
	CLEANUP(state_done) struct state s = { 0 };
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	const char *word = args->n_words ? args->words[0] : NULL;
	bool given = false;
	int r;

	batch_init(&b);
	if (word && strcmp(word, "yes") != 0 && strcmp(word, "no") != 0)
		return complain_unknown(EXIT_USAGE, "answer", word, answers);
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	/* Nobody agrees to what they were not shown; who takes it back has to read nothing. */
	if (!word || !strcmp(word, "yes")) {
		r = show_all(&b, bus);
		if (r != EXIT_DONE)
			return r;
	}
	r = decide(args, &given);
	if (r != EXIT_DONE)
		return r;
	batch_done(&b);
	r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, "Consent", "b", (int)given);
	if (r < 0)
		return remote_failed(r);
	r = state_after(&b, bus, false, &s);
	if (r != EXIT_DONE)
		return r;
	if (!word || given)
		putchar('\n');
	puts(given ? "noted: exercises of intensity 3 and more may come, as you get on"
		   : "noted: exercises of intensity 1 and 2 only");
	view_unkept(&s);
	return EXIT_DONE;
}
