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

#define CSV_HEAD                                                                                   \
	"id,day,rule,outcome,due,prompted,started,ended,length_seconds,rested_seconds,prompts,"    \
	"snoozes,exercises,delays"

static void put_csv(struct text *t, const struct past_break *b)
{
	printf("%" PRIu64, b->id);
	put_field(t, b->day);
	put_field(t, b->rule);
	put_field(t, b->outcome);
	put_time(t, b->due);
	put_time(t, b->prompted);
	put_time(t, b->started);
	put_time(t, b->ended);
	put_number(b->length / USEC_PER_SEC);
	put_number(b->rested / USEC_PER_SEC);
	put_number(b->prompts);
	put_number(b->snoozes);
	put_parts(t, &b->exercises);
	put_parts(t, &b->delays);
	putchar('\n');
}

/* As limberd wrote them, each on a line; also what this client is too old for. */
static int put_json(struct json *j, sd_bus_message *m)
{
	int r;

	r = sd_bus_message_rewind(m, true);
	if (r < 0)
		return r;
	r = sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "a{sv}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_at_end(m, false)) == 0) {
		fputs(j->comma ? ",\n" : "\n", stdout);
		j->comma = false;
		r = json_value(j, NULL, m);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : 0;
}

static int put_page(struct json *j, struct past_page *page, bool csv)
{
	const struct past_break *breaks = page->breaks.items;

	struct text t;

	if (!csv)
		return put_json(j, page->batch.v[0].answer);
	text_init(&t, stdout, STDOUT_FILENO);
	for (size_t i = 0; i < page->breaks.n; i++)
		put_csv(&t, &breaks[i]);
	return 0;
}

/* The first page comes before anything is written: a history that cannot be read has no head. */
static int export(struct past_page *page, sd_bus *bus, bool csv)
{
	struct past_query query = { 0 };
	struct json j = { .out = stdout };
	int r;

	r = past_read(page, bus, &query);
	if (r != EXIT_DONE)
		return r;
	fputs(csv ? CSV_HEAD "\n" : "[", stdout);
	while (page->breaks.n && !ferror(stdout)) {
		r = put_page(&j, page, csv);
		if (r < 0)
			return remote_failed(r);
		r = past_read(page, bus, &query);
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
	CLEANUP(past_page_done) struct past_page page = { 0 };
	bool csv = option_given(args, OPTION_CSV);
	int r;

	batch_init(&page.batch);
	if (csv == option_given(args, OPTION_JSON))
		return complain(EXIT_USAGE, "in which form? limber export --csv, or limber export "
					    "--json");
	r = remote_open(&bus);
	return r == EXIT_DONE ? export(&page, bus, csv) : r;
}
