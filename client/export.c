/* export: the whole history, for programs. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "json.h"
#include "past.h"
#include "text.h"
#include "verbs.h"

/* A field of a line: in quotes where it has to be, and nothing that a terminal would obey. */
static void put_field(struct text *t, const char *value)
{
	CLEANUP(freep) char *doubled = malloc(2 * strlen(value) + 1);
	bool quoted = strpbrk(value, ",\"\r\n") != NULL;
	char *end = doubled;

	if (!doubled)
		return;
	for (; *value; value++) {
		if (*value == '"')
			*end++ = '"';
		*end++ = *value;
	}
	*end = '\0';
	fputs(quoted ? ",\"" : ",", stdout);
	text_put(t, TONE_PLAIN, doubled, UINT_MAX);
	fputs(quoted ? "\"" : "", stdout);
}

/* `2026-11-23T09:41:07+01:00`, or nothing if it never came to that. */
static void put_time(struct text *t, walltime_t at)
{
	time_t seconds = (time_t)(at / USEC_PER_SEC);
	char text[32] = "", zone[8] = "";
	struct tm tm;

	if (at && localtime_r(&seconds, &tm) && strftime(zone, sizeof(zone), "%z", &tm) == 5) {
		size_t n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);

		(void)snprintf(text + n, sizeof(text) - n, "%.3s:%s", zone, zone + 3);
	}
	put_field(t, text);
}

static void put_number(uint64_t number)
{
	printf(",%" PRIu64, number);
}

/* A field of breaks alone: a 0 would lower what a spreadsheet makes of the column. */
static void put_breaks_number(const struct past_entry *e, uint64_t number)
{
	if (e->what == PAST_BREAK)
		put_number(number);
	else
		putchar(',');
}

/* `shoulder-rolls 20s; neck-turns 30s` */
static void put_parts(struct text *t, const struct list *list)
{
	CLEANUP(freep) char *joined = NULL;
	const struct amount *parts = list->items;
	size_t size;
	FILE *memory = open_memstream(&joined, &size);

	if (!memory)
		return;
	for (size_t i = 0; i < list->n; i++)
		fprintf(memory, "%s%s %" PRIu64 "s", i ? "; " : "", parts[i].name,
			parts[i].amount / USEC_PER_SEC);
	if (fclose(memory) == 0)
		put_field(t, joined);
}

/* Columns are only ever added, at the end. */
#define CSV_HEAD                                                                                   \
	"id,day,rule,outcome,due,prompted,started,ended,length_seconds,rested_seconds,prompts,"    \
	"snoozes,exercises,delays,what,kind"

static void put_csv(struct text *t, const struct past_entry *e)
{
	printf("%" PRIu64, e->id);
	put_field(t, e->day);
	put_field(t, e->rule);
	put_field(t, e->outcome);
	put_time(t, e->due);
	put_time(t, e->prompted);
	put_time(t, e->started);
	put_time(t, e->what == PAST_ACTIVITY ? e->when : e->ended);
	put_number(e->length / USEC_PER_SEC);
	put_breaks_number(e, e->rested / USEC_PER_SEC);
	put_breaks_number(e, e->prompts);
	put_breaks_number(e, e->snoozes);
	put_parts(t, &e->exercises);
	put_parts(t, &e->delays);
	put_field(t, past_names[e->what]);
	put_field(t, e->kind);
	putchar('\n');
}

/* All of one kind, page by page. */
struct stream {
	struct past_page page;
	struct past_query query;
	size_t next; /* in the page */
};

struct streams {
	struct stream of[PAST_WHATS];
	sd_bus *bus; /* borrowed */
};

static void streams_done(struct streams *s)
{
	for (size_t i = 0; i < PAST_WHATS; i++)
		past_page_done(&s->of[i].page);
}

static int read_page(struct stream *of, sd_bus *bus)
{
	int r;

	r = past_read(&of->page, bus, &of->query);
	if (r != EXIT_DONE)
		return r;
	of->next = 0;
	r = past_json_begin(&of->page, 0);
	return r < 0 ? remote_failed(r) : EXIT_DONE;
}

static const struct past_entry *peek(const struct stream *of)
{
	const struct past_entry *entries = of->page.entries.items;

	return of->next < of->page.entries.n ? &entries[of->next] : NULL;
}

/* The one whose next entry is the oldest; NULL behind the last. */
static struct stream *oldest(struct streams *s)
{
	struct stream *found = NULL;

	for (size_t i = 0; i < PAST_WHATS; i++) {
		const struct past_entry *e = peek(&s->of[i]);

		if (e && (!found || past_when(e) < past_when(peek(found))))
			found = &s->of[i];
	}
	return found;
}

/* Each on a line. */
static int put_next(struct json *j, const struct stream *of, bool csv)
{
	struct text t;

	if (csv) {
		text_init(&t, stdout, STDOUT_FILENO);
		put_csv(&t, peek(of));
		return 0;
	}
	fputs(j->comma ? ",\n" : "\n", stdout);
	j->comma = false;
	return past_json_next(&of->page, of->query.what, j);
}

/* The first pages come before anything is written: a history that cannot be read has no head. */
static int export(struct streams *s, bool csv)
{
	struct json j = { .out = stdout };
	struct stream *of;
	int r;

	for (size_t i = 0; i < PAST_WHATS; i++) {
		r = read_page(&s->of[i], s->bus);
		if (r != EXIT_DONE)
			return r;
	}
	fputs(csv ? CSV_HEAD "\n" : "[", stdout);
	while ((of = oldest(s)) && !ferror(stdout)) {
		r = put_next(&j, of, csv);
		if (r < 0)
			return remote_failed(r);
		if (++of->next < of->page.entries.n)
			continue;
		r = read_page(of, s->bus);
		if (r != EXIT_DONE)
			return r;
	}
	if (!csv)
		puts("\n]");
	return EXIT_DONE;
}

int run_export(const struct arguments *args)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(streams_done) struct streams streams = { 0 };
	bool csv = option_given(args, OPTION_CSV);
	int r;

	for (size_t i = 0; i < PAST_WHATS; i++) {
		batch_init(&streams.of[i].page.batch);
		streams.of[i].query.what = (enum past_what)i;
	}
	if (csv == option_given(args, OPTION_JSON))
		return complain(EXIT_USAGE, "in which form? limber export --csv, or limber export "
					    "--json");
	r = remote_open(&bus);
	streams.bus = bus;
	return r == EXIT_DONE ? export(&streams, csv) : r;
}
