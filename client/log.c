/* log: breaks of late, and what was done away from the desk. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"
#include "bus/protocol.h"
#include "json.h"
#include "options.h"
#include "past.h"
#include "spans.h"
#include "state.h"
#include "text.h"
#include "verbs.h"
#include "when.h"

#define LINES_USUAL 15
#define LINES_MOST 500
/* How far back "of late" goes. */
#define LATELY (14 * USEC_PER_DAY)

static int add(const struct arguments *args)
{
	char length[DURATION_TEXT_MAX];
	struct text t;
	usec_t span;
	int r;

	if (args->n_words < 3)
		return complain(EXIT_USAGE, "what, and for how long? Write for example: limber log "
					    "add walking 20min");
	r = span_length(args, 2, &span);
	if (r != EXIT_DONE)
		return r;
	r = remote_call(false, "LogActivity", "st", args->words[1], span);
	if (r != EXIT_DONE)
		return r;
	text_init(&t, stdout, STDOUT_FILENO);
	printf("logged: %s of ", format_duration(span, length));
	text_put(&t, TONE_STRONG, args->words[1], 4096);
	putchar('\n');
	return EXIT_DONE;
}

/*
 * The latest breaks: the last full page and what came after it are enough, as more lines than a
 * page has are never asked for. The third page is the one that is read into.
 */
struct lately {
	struct past_page pages[3];
	size_t last; /* the latest one that has breaks; before it, around the ring, the one before
		      */
};

static void lately_done(struct lately *l)
{
	for (size_t i = 0; i < ELEMENTS(l->pages); i++)
		past_page_done(&l->pages[i]);
}

static const struct past_page *page_before(const struct lately *l)
{
	return &l->pages[(l->last + ELEMENTS(l->pages) - 1) % ELEMENTS(l->pages)];
}

static int lately_read(struct lately *l, sd_bus *bus, walltime_t from)
{
	struct past_query query = { .from = from };

	for (size_t next = 0;; next = (next + 1) % ELEMENTS(l->pages)) {
		int r;

		r = past_read(&l->pages[next], bus, &query);
		if (r != EXIT_DONE || l->pages[next].breaks.n == 0)
			return r;
		l->last = next;
	}
}

/* When it was: the end of most, the announcement of one that never came to that. */
static walltime_t when_of(const struct past_break *b)
{
	return b->ended ? b->ended : b->started ? b->started : b->due;
}

#define LONGEST_OUTCOME 14 /* `rested unasked` */

/* `taken, 30s of rest: shoulder-rolls, neck-turns`. Owned; NULL without memory. */
static char *break_words(const struct past_break *b)
{
	const struct amount *parts = b->exercises.items;
	char length[DURATION_TEXT_MAX], *words = NULL;
	size_t size;
	FILE *memory = open_memstream(&words, &size);

	if (!memory)
		return NULL;
	fputs(outcome_words(b->outcome), memory);
	if (b->rested >= USEC_PER_SEC)
		fprintf(memory, ", %s of rest", format_duration(b->rested, length));
	for (size_t i = 0; i < b->exercises.n; i++)
		fprintf(memory, "%s %s", i ? "," : ":", parts[i].name);
	if (fclose(memory) == 0)
		return words;
	free(words);
	return NULL;
}

static void put_break(struct text *t, const struct past_break *b, walltime_t now)
{
	CLEANUP(freep) char *words = break_words(b);
	char when[WHEN_TEXT_MAX];
	unsigned used;

	used = text_put(t, TONE_FAINT, when_format_minute(when_of(b), now, when), WHEN_TEXT_MAX);
	fputs("  ", t->out);
	used += 2;
	used += text_put(t, TONE_STRONG, b->rule, t->paragraph > used ? t->paragraph - used : 0);
	used += 2;
	/* Where there is no room for what is shortest it has a line of its own. */
	if (used + LONGEST_OUTCOME > t->paragraph) {
		fputs("\n    ", t->out);
		used = 4;
	} else {
		fputs("  ", t->out);
	}
	text_wrap(t, !strcmp(b->outcome, "taken") ? TONE_GOOD : TONE_PLAIN, used, 4,
		  words ? words : b->outcome);
}

/* The newest first, as everywhere. */
static void put_lately(const struct lately *l, size_t lines)
{
	const struct past_page *pages[] = { &l->pages[l->last], page_before(l) };
	walltime_t now = clock_walltime();
	struct text t;

	text_init(&t, stdout, STDOUT_FILENO);
	if (!pages[0]->breaks.n)
		puts("no breaks in the last two weeks");
	for (size_t p = 0; p < ELEMENTS(pages); p++) {
		const struct past_break *breaks = pages[p]->breaks.items;

		for (size_t i = pages[p]->breaks.n; i > 0 && lines > 0; i--, lines--)
			put_break(&t, &breaks[i - 1], now);
	}
}

/* The last `n` of a page, the oldest first: as in the answer itself. */
static int write_page(struct json *j, const struct past_page *page, size_t n)
{
	sd_bus_message *m = page->batch.n ? page->batch.v[0].answer : NULL;
	int r;

	if (!page->breaks.n || !n)
		return 0;
	r = sd_bus_message_rewind(m, true);
	if (r < 0)
		return r;
	r = sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "a{sv}");
	for (size_t i = 0; r >= 0 && i < page->breaks.n; i++)
		r = page->breaks.n - i > n ? sd_bus_message_skip(m, "a{sv}")
					   : json_value(j, NULL, m);
	return r;
}

static int write_lately(const struct lately *l, size_t lines)
{
	const struct past_page *last = &l->pages[l->last], *before = page_before(l);
	struct json j = { .out = stdout };
	int r;

	json_open_array(&j, NULL);
	r = write_page(&j, before, lines > last->breaks.n ? lines - last->breaks.n : 0);
	if (r >= 0)
		r = write_page(&j, last, lines);
	json_close_array(&j);
	json_end(&j);
	return r < 0 ? remote_failed(r) : EXIT_DONE;
}

static int recent(const struct arguments *args)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(lately_done) struct lately lately = { 0 };
	unsigned lines = LINES_USUAL;
	int r;

	for (size_t i = 0; i < ELEMENTS(lately.pages); i++)
		batch_init(&lately.pages[i].batch);
	r = option_number(args, OPTION_LINES, LINES_MOST, &lines);
	if (r != EXIT_DONE)
		return r;
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = lately_read(&lately, bus, usec_sub(clock_walltime(), LATELY));
	if (r != EXIT_DONE)
		return r;
	if (option_given(args, OPTION_JSON))
		return write_lately(&lately, lines);
	put_lately(&lately, lines);
	return EXIT_DONE;
}

int run_log(const struct arguments *args)
{
	char said[EXCERPT_MAX];

	if (!args->n_words)
		return recent(args);
	if (!strcmp(args->words[0], "add"))
		return add(args);
	return complain(EXIT_USAGE,
			"'%s' is nothing that can be done with the log; it is: limber log, or "
			"limber log add walking 20min",
			text_excerpt(args->words[0], said));
}
