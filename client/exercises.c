/* show, exercises: the catalogue as limberd has read it. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "bus/protocol.h"
#include "json.h"
#include "reader.h"
#include "text.h"
#include "verbs.h"

#define SAFETY                                                                                     \
	"General tips, not medical advice. A mild pull is fine, pain is not: stop if it hurts."

struct exercise {
	const char *id, *name, *set, *position, *space, *muscles, *easier, *harder;
	const char *desk_alternative, *cue, *source, *why;
	uint64_t intensity, seconds_min, seconds, seconds_max, hold, reps, sets, sides;
	bool discreet, needs_warmup, allowed;
	struct list relieves, avoid_if, steps; /* const char * */
	bool again;                            /* an answer before this one has it as well */
};

/* clang-format off */
static const struct field exercise_fields[] = {
	{ "id",               FIELD_STRING,  offsetof(struct exercise, id),               NULL },
	{ "name",             FIELD_STRING,  offsetof(struct exercise, name),             NULL },
	{ "set",              FIELD_STRING,  offsetof(struct exercise, set),              NULL },
	{ "position",         FIELD_STRING,  offsetof(struct exercise, position),         NULL },
	{ "space",            FIELD_STRING,  offsetof(struct exercise, space),            NULL },
	{ "muscles",          FIELD_STRING,  offsetof(struct exercise, muscles),          NULL },
	{ "easier",           FIELD_STRING,  offsetof(struct exercise, easier),           NULL },
	{ "harder",           FIELD_STRING,  offsetof(struct exercise, harder),           NULL },
	{ "desk_alternative", FIELD_STRING,  offsetof(struct exercise, desk_alternative), NULL },
	{ "cue",              FIELD_STRING,  offsetof(struct exercise, cue),              NULL },
	{ "source",           FIELD_STRING,  offsetof(struct exercise, source),           NULL },
	{ "why",              FIELD_STRING,  offsetof(struct exercise, why),              NULL },
	{ "intensity",        FIELD_NUMBER,  offsetof(struct exercise, intensity),        NULL },
	{ "seconds_min",      FIELD_NUMBER,  offsetof(struct exercise, seconds_min),      NULL },
	{ "seconds_default",  FIELD_NUMBER,  offsetof(struct exercise, seconds),          NULL },
	{ "seconds_max",      FIELD_NUMBER,  offsetof(struct exercise, seconds_max),      NULL },
	{ "hold_seconds",     FIELD_NUMBER,  offsetof(struct exercise, hold),             NULL },
	{ "reps",             FIELD_NUMBER,  offsetof(struct exercise, reps),             NULL },
	{ "sets",             FIELD_NUMBER,  offsetof(struct exercise, sets),             NULL },
	{ "sides",            FIELD_NUMBER,  offsetof(struct exercise, sides),            NULL },
	{ "discreet",         FIELD_BOOL,    offsetof(struct exercise, discreet),         NULL },
	{ "needs_warmup",     FIELD_BOOL,    offsetof(struct exercise, needs_warmup),     NULL },
	{ "allowed",          FIELD_BOOL,    offsetof(struct exercise, allowed),          NULL },
	{ "relieves",         FIELD_STRINGS, offsetof(struct exercise, relieves),         NULL },
	{ "avoid_if",         FIELD_STRINGS, offsetof(struct exercise, avoid_if),         NULL },
	{ "steps",            FIELD_STRINGS, offsetof(struct exercise, steps),            NULL },
};
/* clang-format on */
static const struct shape exercise_shape = {
	.size = sizeof(struct exercise),
	.fields = exercise_fields,
	.n = ELEMENTS(exercise_fields),
};

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

static void put_facts(struct text *t, const struct exercise *e)
{
	put_optional(t, "cue", e->cue);
	put_dose(t, e);
	text_field(t, TONE_PLAIN, "kind", "%s, %s, space: %s, intensity %u of 5%s%s", e->set,
		   e->position, e->space, (unsigned)e->intensity, e->discreet ? ", discreet" : "",
		   e->needs_warmup ? ", needs a warm-up" : "");
	put_optional(t, "muscles", e->muscles);
	put_list(t, "relieves", &e->relieves);
	put_list(t, "not with", &e->avoid_if);
	put_optional(t, "easier", e->easier);
	put_optional(t, "harder", e->harder);
	put_optional(t, "at a desk", e->desk_alternative);
	put_optional(t, "source", e->source);
	if (e->allowed)
		text_field(t, TONE_GOOD, "allowed", "yes");
	else
		text_field(t, TONE_WARN, "allowed", "no%s%s", *e->why ? ": " : "", e->why);
}

static void show_exercise(const struct exercise *e)
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
	put_facts(&t, e);
	putchar('\n');
	text_wrap(&t, TONE_STRONG, 0, 0, SAFETY);
}

int run_show(const struct arguments *args)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(arena_done) struct arena arena = { 0 };
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
	r = batch_run(&b, bus);
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
	show_exercise(&e);
	return EXIT_DONE;
}

/* The filter a{sv}: a set and a region, which may be NULL, and what else was asked for. */
static int append_filter(sd_bus_message *m, const struct arguments *args, const char *set,
			 const char *region)
{
	const struct {
		const char *key, *value;
	} texts[] = {
		{ "set", set },
		{ "region", region },
		{ "place", args->options[OPTION_PLACE].v[0] },
	};
	int r;

	r = sd_bus_message_open_container(m, SD_BUS_TYPE_ARRAY, "{sv}");
	if (r < 0)
		return r;
	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		if (!texts[i].value)
			continue;
		r = sd_bus_message_append(m, "{sv}", texts[i].key, "s", texts[i].value);
		if (r < 0)
			return r;
	}
	if (option_given(args, OPTION_DISCREET)) {
		r = sd_bus_message_append(m, "{sv}", "discreet", "b", 1);
		if (r < 0)
			return r;
	}
	if (option_given(args, OPTION_ALLOWED)) {
		r = sd_bus_message_append(m, "{sv}", "allowed", "b", 1);
		if (r < 0)
			return r;
	}
	return sd_bus_message_close_container(m);
}

static int ask_one(struct batch *b, sd_bus *bus, const struct arguments *args, const char *set,
		   const char *region)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	int r;

	r = sd_bus_message_new_method_call(bus, &m, BUS_NAME, BUS_PATH, BUS_MANAGER,
					   "ListExercises");
	if (r < 0)
		return r;
	r = sd_bus_message_set_auto_start(m, false);
	if (r < 0)
		return r;
	r = append_filter(m, args, set, region);
	if (r < 0)
		return r;
	return batch_add(b, TAKE(m));
}

/* A filter takes one set and one region: every pair that was asked for is a question. */
static int ask_all(struct batch *b, sd_bus *bus, const struct arguments *args)
{
	size_t sets = args->options[OPTION_SET].n, regions = args->options[OPTION_REGION].n;
	int r;

	_Static_assert(OPTION_VALUES_MAX * OPTION_VALUES_MAX <= BATCH_MAX, "all pairs fit");
	for (size_t i = 0; i < (sets ? sets : 1); i++)
		for (size_t k = 0; k < (regions ? regions : 1); k++) {
			r = ask_one(b, bus, args, args->options[OPTION_SET].v[i],
				    args->options[OPTION_REGION].v[k]);
			if (r < 0)
				return r;
		}
	return 0;
}

static bool has_exercise(const struct list *list, const char *id)
{
	const struct exercise *all = list->items;

	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(all[i].id, id))
			return true;
	return false;
}

/*
 * The answers, each in one of `parts`, and in *ret_all every exercise once: several of the pairs
 * may fit it.
 */
static int read_answers(struct batch *b, struct arena *arena, struct list parts[static BATCH_MAX],
			struct list *ret_all)
{
	struct list all = { 0 };
	size_t most = 1;
	int r;

	for (size_t i = 0; i < b->n; i++) {
		r = reader_dicts(&exercise_shape, arena, b->v[i].answer, &parts[i]);
		if (r < 0)
			return r;
		most += parts[i].n;
	}
	all.items = arena_new(arena, most * sizeof(struct exercise));
	if (!all.items)
		return -ENOMEM;
	for (size_t i = 0; i < b->n; i++) {
		struct exercise *part = parts[i].items;

		for (size_t k = 0; k < parts[i].n; k++) {
			part[k].again = has_exercise(&all, part[k].id);
			if (!part[k].again)
				((struct exercise *)all.items)[all.n++] = part[k];
		}
	}
	*ret_all = all;
	return 0;
}

enum column { COLUMN_ID, COLUMN_TIME, COLUMN_SET, COLUMN_NAME, COLUMN_POSITION, COLUMNS };

static const char *column_text(const struct exercise *e, size_t column,
			       char buffer[static DURATION_TEXT_MAX])
{
	switch ((enum column)column) {
	case COLUMN_ID:
		return e->id;
	case COLUMN_TIME:
		return format_duration(e->seconds * USEC_PER_SEC, buffer);
	case COLUMN_SET:
		return e->set;
	case COLUMN_NAME:
		return e->name;
	case COLUMN_POSITION:
		return e->position;
	case COLUMNS:
		break;
	}
	return "";
}

/* How many of the columns fit, from the left, and how wide each has to be. */
static size_t measure(const struct text *t, const struct list *list,
		      unsigned widths[static COLUMNS])
{
	const struct exercise *all = list->items;
	char buffer[DURATION_TEXT_MAX];
	unsigned used = 0;

	for (size_t c = 0; c < COLUMNS; c++) {
		widths[c] = 0;
		for (size_t i = 0; i < list->n; i++) {
			unsigned columns = text_columns(column_text(&all[i], c, buffer));

			if (columns > widths[c])
				widths[c] = columns;
		}
		used += widths[c] + (c ? 2 : 0);
		/* Programs behind a pipe cut for themselves, and get it all. */
		if (c && t->terminal && used > t->width)
			return c;
	}
	return COLUMNS;
}

/* Why it is not allowed, behind the columns, as far as the line goes. */
static void put_why(struct text *t, const struct exercise *e, unsigned used)
{
	unsigned left = UINT_MAX;

	if (t->terminal)
		left = used + 6 < t->width ? t->width - used - 6 : 0;
	if (e->allowed || left < 8)
		return;
	fputs("  no: ", t->out);
	text_put(t, TONE_WARN, e->why, left);
}

static void put_row(struct text *t, const struct exercise *e, size_t columns,
		    const unsigned widths[static COLUMNS])
{
	char buffer[DURATION_TEXT_MAX];
	unsigned used = 0;

	for (size_t c = 0; c < columns; c++) {
		enum tone tone = !e->allowed      ? TONE_FAINT
				 : c == COLUMN_ID ? TONE_STRONG
						  : TONE_PLAIN;
		const char *text = column_text(e, c, buffer);

		if (c) {
			fputs("  ", t->out);
			used += 2;
		}
		/* No blanks at a line's end. */
		if (c + 1 == columns && e->allowed)
			text_put(t, tone, text, widths[c]);
		else
			text_cell(t, tone, text, widths[c]);
		used += widths[c];
	}
	put_why(t, e, used);
	putc('\n', t->out);
}

static void put_table(const struct list *list)
{
	const struct exercise *all = list->items;
	unsigned widths[COLUMNS];
	size_t columns;
	struct text t;

	text_init(&t, stdout, STDOUT_FILENO);
	columns = measure(&t, list, widths);
	for (size_t i = 0; i < list->n; i++)
		put_row(&t, &all[i], columns, widths);
}

/* One answer, as limberd wrote it, without what is there already. */
static int write_answer(struct json *j, sd_bus_message *m, const struct list *part)
{
	const struct exercise *exercises = part->items;
	int r;

	r = sd_bus_message_rewind(m, true);
	if (r < 0)
		return r;
	r = sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "a{sv}");
	if (r < 0)
		return r;
	for (size_t i = 0; i < part->n; i++) {
		r = exercises[i].again ? sd_bus_message_skip(m, "a{sv}") : json_value(j, NULL, m);
		if (r < 0)
			return r;
	}
	return 0;
}

static int write_answers(struct batch *b, const struct list *parts)
{
	struct json j = { .out = stdout };

	json_open_array(&j, NULL);
	for (size_t i = 0; i < b->n; i++) {
		int r;

		r = write_answer(&j, b->v[i].answer, &parts[i]);
		if (r < 0)
			return r;
	}
	json_close_array(&j);
	json_end(&j);
	return 0;
}

static int put_answers(struct batch *b, bool as_json)
{
	CLEANUP(arena_done) struct arena arena = { 0 };
	struct list parts[BATCH_MAX], all;
	int r;

	r = read_answers(b, &arena, parts, &all);
	if (r < 0)
		return remote_failed(r);
	if (as_json) {
		r = write_answers(b, parts);
		return r < 0 ? remote_failed(r) : EXIT_DONE;
	}
	if (all.n)
		put_table(&all);
	else
		puts("no exercise fits");
	return EXIT_DONE;
}

int run_exercises(const struct arguments *args)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	int r;

	batch_init(&b);
	if (args->options[OPTION_PLACE].n > 1)
		return complain(EXIT_USAGE, "'--place' can be given once");
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = ask_all(&b, bus, args);
	if (r < 0)
		return remote_failed(r);
	r = batch_run(&b, bus);
	if (r != EXIT_DONE)
		return r;
	return put_answers(&b, option_given(args, OPTION_JSON));
}
