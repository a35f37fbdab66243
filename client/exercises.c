/* exercises: the catalogue as limberd has read it. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "bus/protocol.h"
#include "exercise.h"
#include "json.h"
#include "text.h"
#include "verbs.h"

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

/* Behind a row that is not allowed, at the least. */
#define NOT_ALLOWED "  no"

static bool all_allowed(const struct list *list)
{
	const struct exercise *all = list->items;

	for (size_t i = 0; i < list->n; i++)
		if (!all[i].allowed)
			return false;
	return true;
}

/* How many of the columns fit, from the left, and how wide each has to be. */
static size_t measure(const struct text *t, const struct list *list,
		      unsigned widths[static COLUMNS])
{
	const struct exercise *all = list->items;
	char buffer[DURATION_TEXT_MAX];
	unsigned used = all_allowed(list) ? 0 : (unsigned)strlen(NOT_ALLOWED);

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

/* That it is not allowed, and why as far as the line goes: where there is no colour nothing else
 * tells. */
static void put_why(struct text *t, const struct exercise *e, unsigned used)
{
	unsigned left = UINT_MAX;

	if (t->terminal)
		left = used + 6 < t->width ? t->width - used - 6 : 0;
	if (e->allowed)
		return;
	fputs(NOT_ALLOWED, t->out);
	if (left < 8)
		return;
	fputs(": ", t->out);
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
