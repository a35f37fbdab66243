/* sore: muscles that are, and rest from strengthening for two days; which are, and which not any
 * more. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "bus/protocol.h"
#include "json.h"
#include "remote.h"
#include "state.h"
#include "text.h"
#include "verbs.h"
#include "view.h"
#include "when.h"

#define HEED                                                                                       \
	"Soreness after exercise is at its worst for up to three days and gone in a week. What "   \
	"is sharp, sits in a joint, came with a fall or does not ease is pain: 'limber hurts' is " \
	"for that, and 'limber safety' says when to see a doctor."

/* Words on the way to limberd, which knows where one place ends in them: `lower back, and my left
 * calf` is `lower back` and `calf`. */
struct places {
	char **v; /* owned; NULL-terminated */
	size_t n;
};

static void places_done(struct places *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i]);
	free(p->v);
}

static bool is_one_of(const char *const words[], const char *word)
{
	for (size_t i = 0; words[i]; i++)
		if (!strcasecmp(words[i], word))
			return true;
	return false;
}

/* What people say between places. Strengthening is for both sides, so they rest together. */
static const char *const fillers[] = {
	"and", "my", "the", "both", "left", "right", "muscle", "muscles", NULL,
};

/* A word of the place before it, or the first one of another. 0 or -1 without memory. */
static int add_word(struct places *p, const char *word, bool another)
{
	char *last = p->n > 0 ? p->v[p->n - 1] : NULL, *joined;

	if (asprintf(&joined, "%s%s%s", last && !another ? last : "", last && !another ? " " : "",
		     word) < 0)
		return -1;
	if (last && !another)
		free(last);
	else
		p->n++;
	p->v[p->n - 1] = joined;
	return 0;
}

/* One argument: a word, or some with blanks and commas. */
static int add_words(struct places *p, char *text, bool *another)
{
	/* Blanks inside it were put there on purpose. */
	bool whole = strchr(text, ' ');

	*another = *another || whole;
	for (char *end; *text; text = end) {
		size_t n = strcspn(text, " ,");
		char parting = text[n];

		end = text + n + (parting ? 1 : 0);
		text[n] = '\0';
		if (n > 0 && is_one_of(fillers, text)) {
			*another = true;
		} else if (n > 0) {
			if (add_word(p, text, *another) < 0)
				return -1;
			*another = false;
		}
		*another = *another || parting == ',';
	}
	*another = *another || whole;
	return 0;
}

static int read_places(struct places *p, const struct arguments *args)
{
	bool another = true;
	size_t size = 1;

	/* Each place has a letter at least. */
	for (size_t i = 0; i < args->n_words; i++)
		size += strlen(args->words[i]);
	p->v = calloc(size, sizeof(*p->v));
	if (!p->v)
		return -1;
	for (size_t i = 0; i < args->n_words; i++)
		if (add_words(p, args->words[i], &another) < 0)
			return -1;
	return 0;
}

/* `neck, shoulders and lower back` */
static void put_places(struct text *t, const struct places *p)
{
	for (size_t i = 0; i < p->n; i++) {
		if (i > 0)
			fputs(i + 1 < p->n ? ", " : " and ", t->out);
		text_put(t, TONE_STRONG, p->v[i], 4096);
	}
}

static void say_noted(const struct places *p, walltime_t until)
{
	char when[WHEN_TEXT_MAX];
	struct text t;

	text_init(&t, stdout, STDOUT_FILENO);
	fputs("noted: no strengthening of ", stdout);
	put_places(&t, p);
	printf(" until %s; easy stretching stays\n\n",
	       when_format_weekday(until, clock_walltime(), when));
	text_wrap(&t, TONE_PLAIN, 0, 0, HEED);
}

static int ask(struct batch *b, sd_bus *bus, const char *method, const struct places *p)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	int r;

	r = sd_bus_message_new_method_call(bus, &m, BUS_NAME, BUS_PATH, BUS_MANAGER, method);
	if (r < 0)
		return r;
	r = sd_bus_message_set_auto_start(m, false);
	if (r < 0)
		return r;
	r = sd_bus_message_append_strv(m, p->v);
	return r < 0 ? r : batch_add(b, TAKE(m));
}

static int note(sd_bus *bus, const struct places *places)
{
	CLEANUP(batch_done) struct batch b;
	walltime_t until;
	int r;

	batch_init(&b);
	r = ask(&b, bus, "ReportSoreness", places);
	if (r < 0)
		return remote_failed(r);
	r = batch_run(&b, bus);
	if (r != EXIT_DONE)
		return r;
	r = sd_bus_message_read(b.v[0].answer, "t", &until);
	if (r < 0)
		return remote_failed(r);
	say_noted(places, until);
	return EXIT_DONE;
}

/* Time goes by without a word from limberd. */
static bool is_over(const struct resting *r, walltime_t now)
{
	return r->until <= now;
}

/* `neck until Wednesday 14:02`, a line each; false if nothing is. */
static bool put_sore(const struct state *s, const char *before)
{
	const struct resting *sore = s->manager.sore.items;
	walltime_t now = clock_walltime();
	char when[WHEN_TEXT_MAX];
	bool any = false;
	struct text t;

	text_init(&t, stdout, STDOUT_FILENO);
	for (size_t i = 0; i < s->manager.sore.n; i++) {
		if (is_over(&sore[i], now))
			continue;
		fputs(before, stdout);
		text_put(&t, TONE_STRONG, sore[i].region, 4096);
		printf(" until %s\n", when_format_weekday(sore[i].until, now, when));
		any = true;
	}
	return any;
}

static int end(sd_bus *bus, const struct places *places)
{
	CLEANUP(state_done) struct state s = { 0 };
	CLEANUP(batch_done) struct batch b;
	struct text t;
	int r;

	batch_init(&b);
	r = ask(&b, bus, "EndSoreness", places);
	if (r < 0)
		return remote_failed(r);
	r = state_after(&b, bus, false, &s);
	if (r != EXIT_DONE)
		return r;
	text_init(&t, stdout, STDOUT_FILENO);
	fputs("noted: ", stdout);
	if (places->n > 0)
		put_places(&t, places);
	else
		text_put(&t, TONE_STRONG, "nothing", 4096);
	puts(places->n > 0 ? ": not sore any more, strengthening may come again"
			   : " is sore any more, strengthening may come again");
	(void)put_sore(&s, "still sore: ");
	view_unkept(&s);
	return EXIT_DONE;
}

static int write_sore(const struct state *s)
{
	const struct resting *sore = s->manager.sore.items;
	struct json j = { .out = stdout };
	walltime_t now = clock_walltime();

	json_open_array(&j, NULL);
	for (size_t i = 0; i < s->manager.sore.n; i++) {
		if (is_over(&sore[i], now))
			continue;
		json_open_object(&j, NULL);
		json_string(&j, "region", sore[i].region);
		json_number(&j, "until_usec", sore[i].until);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_end(&j);
	return EXIT_DONE;
}

static int list(sd_bus *bus, bool json)
{
	CLEANUP(state_done) struct state s = { 0 };
	int r;

	r = state_fetch(&s, bus);
	if (r != EXIT_DONE)
		return r;
	if (json)
		return write_sore(&s);
	if (put_sore(&s, ""))
		puts("no strengthening of these; easy stretching stays. 'limber sore --over' ends "
		     "it");
	else
		puts("nothing is noted as sore. If something is, say for example: limber sore "
		     "shoulders");
	return EXIT_DONE;
}

int run_sore(const struct arguments *args)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(places_done) struct places places = { 0 };
	bool over = option_given(args, OPTION_OVER), json = option_given(args, OPTION_JSON);
	int r;

	if (read_places(&places, args) < 0)
		return remote_failed(-ENOMEM);
	/* Words, but none that says where. */
	if (args->n_words > 0 && places.n == 0)
		return complain(EXIT_USAGE, "where is it sore? Write for example: limber sore "
					    "shoulders");
	if (json && (over || places.n > 0))
		return complain(EXIT_USAGE, "--json is for the list of what is sore: limber sore "
					    "--json");
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	if (over)
		return end(bus, &places);
	return places.n > 0 ? note(bus, &places) : list(bus, json);
}
