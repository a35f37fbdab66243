#include "sim/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf8.h"
#include "sim/stamp.h"
#include "sim/trace-line.h"

/* A word of the header and what reads the rest of its line. */
struct verb {
	const char *name;
	int (*read)(struct trace_reader *t, struct trace_item *item);
	bool often; /* it may be said more than once */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The header */

/* What the process that sets it up would look for somewhere else is no name of a zone. */
static bool is_zone(const char *text)
{
	size_t n = strlen(text);

	for (const char *c = text; *c; c++)
		if (*c < '!' || *c > '~')
			return false;
	return n > 0 && n < sizeof(((struct trace_header *)NULL)->zone) && *text != '/' &&
	       *text != ':' && !strstr(text, "..");
}

static int read_zone(struct trace_reader *t, struct trace_item *item)
{
	const char *text = line_word(t);
	char quoted[LINE_QUOTE_MAX];

	(void)item;
	if (!text)
		return line_complain(t, "the zone's name is missing, such as Europe/Berlin");
	if (!is_zone(text))
		return line_complain(t, "'%s' is no name of a time zone such as Europe/Berlin",
				     line_quote(text, quoted));
	strcpy(t->header.zone, text);
	return 0;
}

static int take_stamp(struct trace_reader *t, const char *text, walltime_t *ret)
{
	char quoted[LINE_QUOTE_MAX];
	const char *why;

	if (stamp_read(text, ret, &why) < 0)
		return line_complain(t, "'%s' %s", line_quote(text, quoted), why);
	return 0;
}

static int read_begins(struct trace_reader *t, struct trace_item *item)
{
	const char *text = line_word(t);

	(void)item;
	if (!text)
		return line_complain(t, "a time is missing, such as 2026-11-23T09:00:00+01:00");
	t->header.begins_known = true;
	return take_stamp(t, text, &t->header.begins);
}

static int read_seed(struct trace_reader *t, struct trace_item *item)
{
	const char *text = line_word(t);
	char quoted[LINE_QUOTE_MAX];

	(void)item;
	if (!text || line_number(text, UINT64_MAX, &t->header.seed) < 0)
		return line_complain(t,
				     "'%s' is no seed: a whole number up to 18446744073709551615",
				     line_quote(text ? text : "", quoted));
	return 0;
}

static int read_recorded(struct trace_reader *t, struct trace_item *item)
{
	(void)item;
	t->header.recorded = true;
	return 0;
}

static int read_load(struct trace_reader *t, struct trace_item *item)
{
	struct trace_header *h = &t->header;
	const char *rule = line_word(t);
	struct trace_load *load;
	int r;

	(void)item;
	r = line_rule(t, rule);
	if (r < 0)
		return r;
	for (size_t i = 0; i < h->n_loads; i++)
		if (!strcmp(h->loads[i].rule, rule))
			return line_complain(t, "the load of %s is there already", rule);
	if (h->n_loads == RULES_MAX)
		return line_complain(t, "this is one load too many, there are at most 32 rules");
	load = &h->loads[h->n_loads];
	strcpy(load->rule, rule);
	r = line_length(t, &load->load);
	if (r < 0)
		return r;
	h->n_loads++;
	return 0;
}

static int read_today(struct trace_reader *t, struct trace_item *item)
{
	(void)item;
	return line_length(t, &t->header.today);
}

static int read_start_posture(struct trace_reader *t, struct trace_item *item)
{
	int posture, r;

	(void)item;
	r = line_choice(t, posture_words, "a posture", &posture);
	if (r < 0)
		return r;
	t->header.posture = (enum posture)posture;
	return 0;
}

/* clang-format off */
static const struct verb verbs[] = {
	{ "zone",     read_zone,          false },
	{ "begins",   read_begins,        false },
	{ "seed",     read_seed,          false },
	{ "set",      trace_read_setting, true },
	{ "load",     read_load,          true },
	{ "today",    read_today,         false },
	{ "posture",  read_start_posture, false },
	{ "recorded", read_recorded,      false },
	{ "memory",   trace_read_memory,  true },
	{ "progress", trace_read_progress, true },
};
/* clang-format on */

static const struct verb *verb_find(const char *text)
{
	for (size_t i = 0; i < ELEMENTS(verbs); i++)
		if (!strcmp(verbs[i].name, text))
			return &verbs[i];
	return NULL;
}

static const char *guess_verb(const char *text)
{
	const char *near = NULL;

	for (size_t i = 0; i < ELEMENTS(verbs); i++)
		near = line_guess(text, near, verbs[i].name);
	return near;
}

/* Lines */

static int check_place(struct trace_reader *t, const struct verb *verb)
{
	unsigned bit = 1u << (verb - verbs);

	/* A setting says nothing of when: it counts from the next `policy` on. */
	if (t->in_events && verb->read != trace_read_setting)
		return line_complain(t, "'%s' belongs before the first event", verb->name);
	if (t->said & bit && !verb->often)
		return line_complain(t, "'%s' is there already", verb->name);
	t->said |= bit;
	return 0;
}

static int complain_of_start(struct trace_reader *t, const char *word)
{
	char quoted[LINE_QUOTE_MAX];

	if (word_find(event_words, word))
		return line_complain(t, "a time is missing, such as '120 %s' after two minutes",
				     word);
	if (*word == '-' || *word == '+' || *word == '.')
		return line_complain(t, "'%s' is not a time such as 120 or 97.5 (seconds)",
				     line_quote(word, quoted));
	return line_complain_of_word(
		t, word, "a word of the header, nor a time", guess_verb(word),
		"zone, begins, seed, set, load, today, posture, recorded, memory, "
		"progress");
}

static int read_header_line(struct trace_reader *t, const char *word, struct trace_item *item)
{
	const struct verb *verb = verb_find(word);
	int r;

	if (!verb)
		return complain_of_start(t, word);
	r = check_place(t, verb);
	if (r < 0)
		return r;
	item->what = TRACE_HEADER;
	item->at = t->last;
	r = verb->read(t, item);
	return r < 0 ? r : line_end(t);
}

/* A local time, as time since the trace began. */
static int take_local_time(struct trace_reader *t, const char *word, usec_t *ret)
{
	struct trace_header *h = &t->header;
	char quoted[LINE_QUOTE_MAX];
	walltime_t wall;
	int64_t at;
	int r;

	r = take_stamp(t, word, &wall);
	if (r < 0)
		return r;
	if (!h->begins_known && t->in_events)
		return line_complain(t, "'%s' needs a line 'begins TIME' before the events",
				     line_quote(word, quoted));
	if (!h->begins_known) {
		h->begins = wall;
		h->begins_known = true;
	}
	at = (int64_t)wall - (int64_t)h->begins - t->jumped;
	if (at < 0)
		return line_complain(t, "'%s' is before the trace begins",
				     line_quote(word, quoted));
	*ret = (usec_t)at;
	return 0;
}

static int take_time(struct trace_reader *t, const char *word, usec_t *ret)
{
	char quoted[LINE_QUOTE_MAX], last[SECONDS_TEXT_MAX];
	usec_t at = 0;
	int r;

	if (strpbrk(word, "T:")) {
		r = take_local_time(t, word, &at);
		if (r < 0)
			return r;
	} else {
		r = seconds_read(word, &at);
		if (r == -EINVAL)
			return line_complain(t,
					     "'%s' is not a time such as 97.5 (seconds, up to six "
					     "decimals) or 2026-11-23T09:05:12+01:00",
					     line_quote(word, quoted));
		if (r == -ERANGE)
			at = USEC_NEVER;
	}
	if (at > SPAN_MAX)
		return line_complain(t, "'%s' is more than 400 years after the beginning",
				     line_quote(word, quoted));
	if (at < t->last)
		return line_complain(t,
				     "'%s' goes back in time, the event before was at %s seconds",
				     line_quote(word, quoted), seconds_write(t->last, last));
	*ret = at;
	return 0;
}

static int read_event_line(struct trace_reader *t, const char *time, struct trace_item *item)
{
	const char *word;
	int r;

	r = take_time(t, time, &item->at);
	if (r < 0)
		return r;
	word = line_word(t);
	if (!word)
		return line_complain(t, "a time stands alone, what happened then is missing");
	r = trace_read_event(t, word, item);
	if (r < 0)
		return r;
	t->in_events = true;
	item->timed = true;
	t->last = item->at;
	t->ended = item->what == TRACE_END;
	return line_end(t);
}

static int read_first_line(struct trace_reader *t)
{
	static const char form[] = "the first line has to be 'limber-trace 1'";
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	char quoted[LINE_QUOTE_MAX];
	const char *word, *version;
	uint64_t number;

	if (!strncmp(t->cursor, byte_order_mark, strlen(byte_order_mark)))
		t->cursor += strlen(byte_order_mark);
	word = line_word(t);
	if (!word || strcmp(word, "limber-trace") != 0)
		return line_complain(t, "%s", form);
	version = line_word(t);
	if (!version || line_number(version, UINT32_MAX, &number) < 0)
		return line_complain(t, "%s", form);
	if (number != 1)
		return line_complain(t,
				     "this is version %s of traces, only version 1 is understood",
				     line_quote(version, quoted));
	t->header.version = 1;
	t->begun = true;
	return line_end(t);
}

static bool is_utf8(const char *text, size_t n)
{
	uint32_t character;

	for (size_t i = 0, length; i < n; i += length) {
		length = (unsigned char)text[i] < 0x80 ? 1
						       : utf8_decode(text + i, n - i, &character);
		if (length == 0)
			return false;
	}
	return true;
}

static int check_text(struct trace_reader *t, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)t->text[i] < ' ' && t->text[i] != '\t') || t->text[i] == 0x7f)
			return line_complain(t, "byte %zu is %s, a trace is plain text", i + 1,
					     t->text[i] ? "a control character" : "a NUL");
	if (!is_utf8(t->text, n))
		return line_complain(t, "this is not UTF-8, as all of a trace has to be");
	return 0;
}

/* 1 with a line in `text`, 0 at the end of the file. */
static int read_line(struct trace_reader *t)
{
	size_t n = 0;
	int c;

	errno = 0;
	while ((c = getc_unlocked(t->file)) != EOF && c != '\n' && n <= TRACE_LINE_MAX)
		t->text[n++] = (char)c;
	if (c == EOF && ferror(t->file))
		return errno ? -errno : -EIO;
	if (c == EOF && n == 0)
		return 0;
	t->line++;
	if (n > 0 && t->text[n - 1] == '\r')
		n--;
	if (n >= TRACE_LINE_MAX)
		return line_complain(t, "the line is too long, up to %d bytes are allowed",
				     TRACE_LINE_MAX - 1);
	t->text[n] = '\0';
	t->cursor = t->text;
	return check_text(t, n) < 0 ? -EINVAL : 1;
}

static int finish(struct trace_reader *t, struct trace_item *ret)
{
	if (!t->begun) {
		t->line = 1;
		return line_complain(t,
				     "the trace is empty, it has to begin with 'limber-trace 1'");
	}
	t->ended = true;
	*ret = (struct trace_item){ .what = TRACE_END, .line = t->line, .at = t->last };
	return 0;
}

/* The line in `text`: 1 with an item, 0 if it says nothing. */
static int read_item(struct trace_reader *t, struct trace_item *item)
{
	const char *word;
	int r;

	if (!t->begun)
		return read_first_line(t);
	word = line_word(t);
	if (!word)
		return 0;
	item->line = t->line;
	r = is_digit(*word) ? read_event_line(t, word, item) : read_header_line(t, word, item);
	return r < 0 ? r : 1;
}

struct trace_reader *trace_reader_new(FILE *file)
{
	struct trace_reader *t = calloc(1, sizeof(*t));

	if (t)
		t->file = file;
	return t;
}

struct trace_reader *trace_reader_free(struct trace_reader *t)
{
	free(t);
	return NULL;
}

const struct trace_header *trace_reader_header(const struct trace_reader *t)
{
	return &t->header;
}

int trace_reader_next(struct trace_reader *t, struct trace_item *ret,
		      char fault[static TRACE_FAULT_MAX])
{
	struct trace_item item;
	int r;

	t->fault = fault;
	if (*t->broken) {
		strcpy(fault, t->broken);
		return -EINVAL;
	}
	do {
		r = t->ended ? 0 : read_line(t);
		if (r < 0)
			return r;
		if (r == 0)
			return finish(t, ret);
		item = (struct trace_item){ .section = NULL };
		r = read_item(t, &item);
	} while (r == 0);
	if (r < 0)
		return r;
	*ret = item;
	return 0;
}
