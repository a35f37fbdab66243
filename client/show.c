/* show: one exercise, with all that limberd knows of it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "bus/protocol.h"
#include "exercise.h"
#include "json.h"
#include "state.h"
#include "text.h"
#include "verbs.h"

#define SAFETY                                                                                     \
	"General tips, not medical advice. A mild pull is fine, pain is not: stop if it hurts."

/* A field with the words of the list, a comma between them; nothing if there are none. */
static void put_list(struct text *t, const char *label, const struct list *list)
{
	CLEANUP(freep) char *joined = NULL;
	const char *const *words = list->items;
	size_t size = 1;
	char *end;

	for (size_t i = 0; i < list->n; i++)
		size += strlen(words[i]) + 2;
	joined = end = malloc(size);
	if (!joined || list->n == 0)
		return;
	for (size_t i = 0; i < list->n; i++) {
		if (i)
			end = stpcpy(end, ", ");
		end = stpcpy(end, words[i]);
	}
	text_field(t, TONE_PLAIN, label, "%s", joined);
}

static void put_optional(struct text *t, const char *label, const char *value)
{
	if (*value)
		text_field(t, TONE_PLAIN, label, "%s", value);
}

/* `30s (15s to 1min); 10 times, each side, 2 rounds, hold for 5s` */
static void put_dose(struct text *t, const struct exercise *e)
{
	char least[DURATION_TEXT_MAX], usual[DURATION_TEXT_MAX], most[DURATION_TEXT_MAX];
	char parts[4][32] = { "", "", "", "" };

	if (e->reps > 1)
		(void)snprintf(parts[0], sizeof(parts[0]), ", %u times", (unsigned)e->reps);
	if (e->sides == 2)
		(void)snprintf(parts[1], sizeof(parts[1]), ", each side");
	if (e->sets > 1)
		(void)snprintf(parts[2], sizeof(parts[2]), ", %u rounds", (unsigned)e->sets);
	if (e->hold)
		(void)snprintf(parts[3], sizeof(parts[3]), ", hold for %us", (unsigned)e->hold);
	text_field(t, TONE_PLAIN, "time", "%s (%s to %s)%s%s%s%s",
		   format_duration(e->seconds * USEC_PER_SEC, usual),
		   format_duration(e->seconds_min * USEC_PER_SEC, least),
		   format_duration(e->seconds_max * USEC_PER_SEC, most), parts[0], parts[1],
		   parts[2], parts[3]);
}

/* The step of the present break that is this exercise, or NULL. */
static const struct step *chosen_step(const struct state *s, const struct exercise *e)
{
	const struct step *steps = s->brk.steps.items;

	for (size_t i = 0; s->on && i < s->brk.steps.n; i++)
		if (!strcmp(steps[i].exercise, e->id))
			return &steps[i];
	return NULL;
}

/* Behind what is there already. */
static void add_said(char *line, size_t size, const char *what, uint64_t times)
{
	size_t used = strlen(line);

	if (times == 1)
		(void)snprintf(line + used, size - used, "%s%s", used ? ", " : "", what);
	else if (times == 2)
		(void)snprintf(line + used, size - used, "%s%s twice", used ? ", " : "", what);
	else if (times)
		(void)snprintf(line + used, size - used, "%s%s %" PRIu64 " times", used ? ", " : "",
			       what, times);
}

/* `you like it, 'hard' twice`; nothing if the user never said anything of it. */
static void put_said(struct text *t, const struct exercise *e)
{
	char line[160] = "";

	/* Of the two the last one counts, however often it was said. */
	add_said(line, sizeof(line), "you like it", e->likes > 0);
	add_said(line, sizeof(line), "you do not like it", e->dislikes > 0);
	add_said(line, sizeof(line), "'easy'", e->easy);
	add_said(line, sizeof(line), "'hard'", e->hard);
	add_said(line, sizeof(line), "'hurts'", e->hurts);
	put_optional(t, "you said", line);
}

static void put_facts(struct text *t, const struct exercise *e, const struct step *chosen)
{
	put_optional(t, "cue", e->cue);
	put_optional(t, "chosen", chosen ? chosen->why : e->chosen);
	/* What may not be done today has no dose, whatever it would be. */
	if (chosen && *chosen->dose)
		put_optional(t, "today", chosen->dose);
	else if (e->allowed)
		put_optional(t, "today", e->dose);
	put_dose(t, e);
	text_field(t, TONE_PLAIN, "kind", "%s, %s, space: %s, intensity %u of 5%s%s", e->set,
		   e->position, e->space, (unsigned)e->intensity, e->discreet ? ", discreet" : "",
		   e->needs_warmup ? ", needs a warm-up" : "");
	put_optional(t, "muscles", e->muscles);
	put_said(t, e);
	put_list(t, "relieves", &e->relieves);
	put_list(t, "not with", &e->avoid_if);
	put_optional(t, "easier", e->easier);
	put_optional(t, "harder", e->harder);
	put_optional(t, "at a desk", e->desk_alternative);
	put_optional(t, "source", e->source);
	text_field(t, e->allowed ? TONE_GOOD : TONE_WARN, "allowed", "%s%s%s",
		   e->allowed ? "yes" : "no", *e->why ? ": " : "", e->why);
}

static void show_exercise(const struct exercise *e, const struct step *chosen)
{
	const char *const *steps = e->steps.items;
	struct text t;

	text_init(&t, stdout, STDOUT_FILENO);
	text_wrap(&t, TONE_STRONG, 0, 0, e->name);
	putchar('\n');
	for (size_t i = 0; i < e->steps.n; i++) {
		printf("%2zu. ", i + 1);
		text_wrap(&t, TONE_PLAIN, 4, 4, steps[i]);
	}
	putchar('\n');
	put_facts(&t, e, chosen);
	putchar('\n');
	text_wrap(&t, TONE_STRONG, 0, 0, SAFETY);
}

int run_show(const struct arguments *args)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(arena_done) struct arena arena = { 0 };
	CLEANUP(state_done) struct state s = { 0 };
	CLEANUP(batch_done) struct batch b;
	struct json j = { .out = stdout };
	struct exercise e;
	int r;

	batch_init(&b);
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, "GetExercise", "s", args->words[0]);
	if (r < 0)
		return remote_failed(r);
	r = state_after(&b, bus, false, &s);
	if (r != EXIT_DONE)
		return r;
	if (option_given(args, OPTION_JSON)) {
		r = json_value(&j, NULL, b.v[0].answer);
		json_end(&j);
		return r < 0 ? remote_failed(r) : EXIT_DONE;
	}
	reader_clear(&exercise_shape, &e);
	r = reader_dict(&exercise_shape, &arena, b.v[0].answer, &e);
	if (r < 0)
		return remote_failed(r);
	show_exercise(&e, chosen_step(&s, &e));
	return EXIT_DONE;
}
