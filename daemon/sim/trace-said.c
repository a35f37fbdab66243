/* What the coach remembers and what the user says to it, as lines of a trace: read and written. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/stamp.h"
#include "sim/trace-line.h"

/* Which form the memory's keys have: it becomes another one when the meaning of a value changes. */
#define MEMORY_FORM "1"
#define MEMORY_UNKNOWN "unknown"

#define WORD_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789-"
/* A blank inside a key. */
#define KEY_BLANK '.'

/* Reading ----------------------------------------------------------------------------------------
 */

static bool is_word(const char *text)
{
	size_t n = strspn(text, WORD_CHARACTERS);

	return n > 0 && n <= EXERCISE_ID_MAX && !text[n];
}

/* An exercise's id, or the kind of an activity. */
static int take_name(struct trace_reader *t, const char *what, const char **ret)
{
	const char *text = line_word(t);
	char quoted[LINE_QUOTE_MAX];

	if (!text)
		return line_complain(t, "%s is missing", what);
	if (!is_word(text))
		return line_complain(t, "'%s' is not %s: up to %d of a-z, 0-9 and -",
				     line_quote(text, quoted), what, EXERCISE_ID_MAX);
	*ret = text;
	return 0;
}

/* "level=2" at the beginning of `text`: where it ends, NULL if it is none. */
static const char *value_end(const char *text)
{
	size_t key = strspn(text, WORD_CHARACTERS ".");
	char *end;

	if (key == 0 || key >= COACH_KEY_MAX || text[key] != '=')
		return NULL;
	text += key + 1;
	/* strtoll() would pass over blanks. */
	if (*text != '-' && (*text < '0' || *text > '9'))
		return NULL;
	errno = 0;
	(void)strtoll(text, &end, 10);
	return errno || end == text || (*end && *end != ' ') ? NULL : end;
}

/* The rest of the line, with one blank before each value. */
static int take_values(struct trace_reader *t, struct trace_item *item)
{
	char quoted[LINE_QUOTE_MAX], *to = t->cursor;
	const char *word, *end;

	item->values = to;
	while ((word = line_word(t))) {
		size_t n = strlen(word);
		bool last = !*t->cursor;

		end = value_end(word);
		if (!end || *end)
			return line_complain(t, "'%s' is not a key and its value such as level=2",
					     line_quote(word, quoted));
		/* Never beyond where it stood. */
		memmove(to, word, n);
		to += n;
		/* Its end is that of the line. */
		if (last)
			break;
		*to++ = ' ';
	}
	while (to > item->values && to[-1] == ' ')
		to--;
	*to = '\0';
	return 0;
}

int trace_read_memory(struct trace_reader *t, struct trace_item *item)
{
	const char *form = line_word(t);
	char quoted[LINE_QUOTE_MAX];

	item->what = TRACE_MEMORY;
	item->exercise = item->values = "";
	item->unknown = form && !strcmp(form, MEMORY_UNKNOWN);
	if (item->unknown)
		return 0;
	if (!form || strcmp(form, MEMORY_FORM) != 0)
		return line_complain(t,
				     "'%s' is no form of a memory that is understood: it is "
				     "'memory " MEMORY_FORM
				     " KEY=VALUE ...' or 'memory " MEMORY_UNKNOWN "'",
				     line_quote(form ? form : "", quoted));
	return take_values(t, item);
}

int trace_read_progress(struct trace_reader *t, struct trace_item *item)
{
	int r;

	item->what = TRACE_MEMORY;
	r = take_name(t, "an exercise", &item->exercise);
	return r < 0 ? r : take_values(t, item);
}

bool trace_next_value(const char **cursor, char key[static COACH_KEY_MAX], int64_t *ret)
{
	const char *text = *cursor + (**cursor == ' '), *end = value_end(text);
	size_t n = strcspn(text, "=");

	if (!end)
		return false;
	for (size_t i = 0; i < n; i++)
		key[i] = text[i] == KEY_BLANK ? ' ' : text[i];
	key[n] = '\0';
	*ret = strtoll(text + n + 1, NULL, 10);
	*cursor = end;
	return true;
}

static int read_rate(struct trace_reader *t, struct said *said)
{
	int verdict, r;

	r = take_name(t, "an exercise", &said->name);
	if (r < 0)
		return r;
	r = line_choice(t, verdict_words, "a verdict", &verdict);
	if (r >= 0)
		said->verdict = (enum verdict)verdict;
	return r;
}

static int read_switch(struct trace_reader *t, struct said *said)
{
	int on, r;

	r = line_choice(t, switch_words, "a switch", &on);
	if (r >= 0)
		said->on = on;
	return r;
}

static int read_activity(struct trace_reader *t, struct said *said)
{
	int r;

	r = take_name(t, "an activity", &said->name);
	return r < 0 ? r : line_length(t, &said->length);
}

static int read_sore(struct trace_reader *t, struct said *said)
{
	const char *text = line_word(t);
	char quoted[LINE_QUOTE_MAX];

	if (!text)
		return line_complain(t, "a muscle is missing, such as thighs");
	for (; text; text = line_word(t)) {
		const struct word *word = word_find(muscle_words, text);
		uint64_t number;

		if (word)
			number = (uint64_t)word->value;
		else if (line_number(text, MUSCLES_COUNT - 1, &number) < 0)
			return line_complain(
				t, "'%s' is no muscle such as thighs, nor a number of one",
				line_quote(text, quoted));
		said->muscles |= UINT32_C(1) << number;
	}
	return 0;
}

int trace_read_said(struct trace_reader *t, struct trace_item *item)
{
	switch (item->said.kind) {
	case SAID_RATE:
		return read_rate(t, &item->said);
	case SAID_NO_PAIN:
		return take_name(t, "an exercise", &item->said.name);
	case SAID_CONSENT:
	case SAID_STILL:
		return read_switch(t, &item->said);
	case SAID_ACTIVITY:
		return read_activity(t, &item->said);
	case SAID_SORE:
	case SAID_NOT_SORE:
		return read_sore(t, &item->said);
	case SAID_ANOTHER:
	case SAID_NEXT:
	case SAID_FORGET:
		return 0;
	}
	return 0;
}

/* Writing ----------------------------------------------------------------------------------------
 */

static void write_time(FILE *file, usec_t at)
{
	char time[SECONDS_TEXT_MAX];

	if (at != USEC_NEVER)
		fprintf(file, "%s ", seconds_write(usec_min(at, SPAN_MAX), time));
}

/* errno of a failed write is that of the first one that failed. */
static int written(FILE *file)
{
	return ferror(file) ? (errno ? -errno : -EIO) : 0;
}

static void write_muscles(FILE *file, uint32_t muscles)
{
	for (int i = 0; i < MUSCLES_COUNT; i++) {
		const char *name = word_name(muscle_words, i);

		if (!(muscles & UINT32_C(1) << i))
			continue;
		if (name)
			fprintf(file, " %s", name);
		else
			fprintf(file, " %d", i);
	}
}

static bool has_name(const struct said *said)
{
	return said->kind == SAID_RATE || said->kind == SAID_NO_PAIN || said->kind == SAID_ACTIVITY;
}

int trace_write_said(FILE *file, usec_t at, const struct said *said)
{
	char length[SECONDS_TEXT_MAX];

	if (has_name(said) && !is_word(said->name))
		return -EINVAL;
	errno = 0;
	write_time(file, at);
	fputs(word_name(event_words, WORD_SAID + (int)said->kind), file);
	switch (said->kind) {
	case SAID_RATE:
		fprintf(file, " %s %s", said->name, word_name(verdict_words, (int)said->verdict));
		break;
	case SAID_NO_PAIN:
		fprintf(file, " %s", said->name);
		break;
	case SAID_CONSENT:
	case SAID_STILL:
		fprintf(file, " %s", word_name(switch_words, said->on));
		break;
	case SAID_ACTIVITY:
		fprintf(file, " %s %s", said->name,
			seconds_write(usec_min(said->length, SPAN_MAX), length));
		break;
	case SAID_SORE:
	case SAID_NOT_SORE:
		write_muscles(file, said->muscles);
		break;
	case SAID_ANOTHER:
	case SAID_NEXT:
	case SAID_FORGET:
		break;
	}
	fputc('\n', file);
	return written(file);
}

/* Time, word, id, form and the blanks between them. */
#define AROUND_VALUES (SECONDS_TEXT_MAX + EXERCISE_ID_MAX + 16)

int trace_write_memory(FILE *file, usec_t at, const char *exercise, const char *values)
{
	if (values && strlen(values) + AROUND_VALUES > TRACE_LINE_MAX - 1)
		return -EMSGSIZE;
	errno = 0;
	write_time(file, at);
	if (!values)
		fputs("memory " MEMORY_UNKNOWN, file);
	else if (*exercise)
		fprintf(file, "progress %s", exercise);
	else
		fputs("memory " MEMORY_FORM, file);
	if (values && *values)
		fprintf(file, " %s", values);
	fputc('\n', file);
	return written(file);
}

void trace_value(char buffer[static TRACE_VALUE_MAX], const char *key, int64_t value)
{
	buffer[0] = '\0';
	if (!value)
		return;
	(void)snprintf(buffer, TRACE_VALUE_MAX, "%s=%lld", key, (long long)value);
	for (char *c = buffer; *c; c++)
		if (*c == ' ')
			*c = KEY_BLANK;
}
