/* log: breaks and activities of late. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"
#include "bus/protocol.h"
#include "json.h"
#include "log.h"
#include "options.h"
#include "past.h"
#include "state.h"
#include "text.h"
#include "verbs.h"
#include "when.h"

#define LINES_USUAL 15
#define LINES_MOST 500
/* How far back "of late" goes. */
#define LATELY (14 * USEC_PER_DAY)

/*
 * The latest of what there is: the last full page and what came after it are enough, as more lines
 * than a page has are never asked for. The third page is the one that is read into.
 */
struct latest {
	enum past_what what;
	struct past_page pages[3];
	size_t last;  /* the latest one that has entries; before it, around the ring, the one before
		       */
	size_t taken; /* so many of them, the newest, are what is asked for */
};

static void latest_init(struct latest *l, enum past_what what)
{
	*l = (struct latest){ .what = what };
	for (size_t i = 0; i < ELEMENTS(l->pages); i++)
		batch_init(&l->pages[i].batch);
}

static void latest_done(struct latest *l)
{
	for (size_t i = 0; i < ELEMENTS(l->pages); i++)
		past_page_done(&l->pages[i]);
}

static const struct past_page *page_before(const struct latest *l)
{
	return &l->pages[(l->last + ELEMENTS(l->pages) - 1) % ELEMENTS(l->pages)];
}

static int latest_read(struct latest *l, sd_bus *bus, walltime_t from)
{
	struct past_query query = { .what = l->what, .from = from };

	for (size_t next = 0;; next = (next + 1) % ELEMENTS(l->pages)) {
		int r;

		r = past_read(&l->pages[next], bus, &query);
		if (r != EXIT_DONE || l->pages[next].entries.n == 0)
			return r;
		l->last = next;
	}
}

/* The page with entry `i`, of which 0 is the newest; NULL behind the oldest. */
static const struct past_page *page_of(const struct latest *l, size_t *i)
{
	const struct past_page *last = &l->pages[l->last], *before = page_before(l);

	if (*i < last->entries.n)
		return last;
	*i -= last->entries.n;
	return *i < before->entries.n ? before : NULL;
}

static const struct past_entry *latest_get(const struct latest *l, size_t i)
{
	const struct past_page *page = page_of(l, &i);
	const struct past_entry *entries = page ? page->entries.items : NULL;

	return page ? &entries[page->entries.n - 1 - i] : NULL;
}

/* Breaks and activities, as one list. */
struct lately {
	struct latest of[PAST_WHATS];
};

static void lately_done(struct lately *l)
{
	for (size_t i = 0; i < PAST_WHATS; i++)
		latest_done(&l->of[i]);
}

static int lately_read(struct lately *l, sd_bus *bus, walltime_t from)
{
	int r = EXIT_DONE;

	for (size_t i = 0; i < PAST_WHATS && r == EXIT_DONE; i++)
		r = latest_read(&l->of[i], bus, from);
	return r;
}

/* The newest that was not taken yet, of either kind; NULL behind the last. */
static const struct past_entry *take_newest(struct lately *l)
{
	const struct past_entry *newest = NULL;

	for (size_t i = 0; i < PAST_WHATS; i++) {
		const struct past_entry *e = latest_get(&l->of[i], l->of[i].taken);

		if (e && (!newest || past_when(e) > past_when(newest)))
			newest = e;
	}
	if (newest)
		l->of[newest->what].taken++;
	return newest;
}

/* The oldest of those that were taken, which it no longer is then. */
static struct latest *give_oldest(struct lately *l)
{
	struct latest *oldest = NULL;
	walltime_t when = 0;

	for (size_t i = PAST_WHATS; i-- > 0;) {
		struct latest *of = &l->of[i];
		const struct past_entry *e = of->taken ? latest_get(of, of->taken - 1) : NULL;

		if (!e || (oldest && past_when(e) >= when))
			continue;
		oldest = of;
		when = past_when(e);
	}
	if (oldest)
		oldest->taken--;
	return oldest;
}

#define LONGEST_OUTCOME 14 /* `rested unasked` */

/* `taken, 30s of rest: shoulder-rolls, neck-turns`. Owned; NULL without memory. */
static char *break_words(const struct past_entry *b)
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

/* `20min off the desk`. Owned; NULL without memory. */
static char *activity_words(const struct past_entry *a)
{
	char length[DURATION_TEXT_MAX], *words;

	return asprintf(&words, "%s off the desk", format_duration(a->length, length)) < 0 ? NULL
											   : words;
}

static void put_entry(struct text *t, const struct past_entry *e, walltime_t now)
{
	bool activity = e->what == PAST_ACTIVITY;
	CLEANUP(freep) char *words = activity ? activity_words(e) : break_words(e);
	bool good = activity || !strcmp(e->outcome, "taken");
	char when[WHEN_TEXT_MAX];
	unsigned used;

	used = text_put(t, TONE_FAINT, when_format_minute(past_when(e), now, when), WHEN_TEXT_MAX);
	fputs("  ", t->out);
	used += 2;
	used += text_put(t, TONE_STRONG, activity ? e->kind : e->rule,
			 t->paragraph > used ? t->paragraph - used : 0);
	used += 2;
	/* Where there is no room for what is shortest it has a line of its own. */
	if (used + LONGEST_OUTCOME > t->paragraph) {
		fputs("\n    ", t->out);
		used = 4;
	} else {
		fputs("  ", t->out);
	}
	text_wrap(t, good ? TONE_GOOD : TONE_PLAIN, used, 4, words ? words : e->outcome);
}

/* The newest first, as everywhere. */
static void put_lately(struct lately *l, size_t lines)
{
	const struct past_entry *e = NULL;
	walltime_t now = clock_walltime();
	size_t n = 0;
	struct text t;

	text_init(&t, stdout, STDOUT_FILENO);
	for (; n < lines && (e = take_newest(l)); n++)
		put_entry(&t, e, now);
	if (lines > 0 && n == 0)
		puts("no breaks and no activities in the last two weeks");
}

/* From the oldest that was taken on: what comes before it in its pages is passed over. */
static int begin_json(const struct latest *l)
{
	const struct past_page *last = &l->pages[l->last], *before = page_before(l);
	size_t of_last = l->taken < last->entries.n ? l->taken : last->entries.n;
	int r;

	r = past_json_begin(last, last->entries.n - of_last);
	if (r < 0)
		return r;
	return past_json_begin(before, before->entries.n - (l->taken - of_last));
}

/* The oldest first: as in the answers themselves. */
static int write_taken(struct lately *l, struct json *j)
{
	struct latest *of;
	int r;

	for (size_t i = 0; i < PAST_WHATS; i++) {
		r = begin_json(&l->of[i]);
		if (r < 0)
			return r;
	}
	while ((of = give_oldest(l))) {
		size_t i = of->taken;

		r = past_json_next(page_of(of, &i), of->what, j);
		if (r < 0)
			return r;
	}
	return 0;
}

static int write_lately(struct lately *l, size_t lines)
{
	struct json j = { .out = stdout };
	int r;

	for (size_t n = 0; n < lines && take_newest(l); n++)
		;
	json_open_array(&j, NULL);
	r = write_taken(l, &j);
	json_close_array(&j);
	json_end(&j);
	return r < 0 ? remote_failed(r) : EXIT_DONE;
}

static int recent(const struct arguments *args)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(lately_done) struct lately lately;
	unsigned lines = LINES_USUAL;
	int r;

	for (size_t i = 0; i < PAST_WHATS; i++)
		latest_init(&lately.of[i], (enum past_what)i);
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
		return log_add(args);
	if (!strcmp(args->words[0], "remove"))
		return log_remove(args);
	return complain(EXIT_USAGE,
			"'%s' is nothing that can be done with the log; it is: limber log, limber "
			"log add walking 20min, or limber log remove",
			text_excerpt(args->words[0], said));
}
