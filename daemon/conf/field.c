#include "conf/field.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "coach/coach.h"
#include "conf/problem.h"

static int refuse(char fault[static FIELD_FAULT_MAX], const char *text, const char *why)
{
	char excerpt[EXCERPT_MAX];

	(void)snprintf(fault, FIELD_FAULT_MAX, "'%s' %s", problem_excerpt(text, excerpt), why);
	return -EINVAL;
}

static void store(const struct field *f, void *base, uint64_t value)
{
	void *target = (char *)base + f->offset;

	switch (f->size) {
	case 1:
		*(uint8_t *)target = (uint8_t)value;
		break;
	case 2:
		memcpy(target, &(uint16_t){ (uint16_t)value }, 2);
		break;
	case 4:
		memcpy(target, &(uint32_t){ (uint32_t)value }, 4);
		break;
	case 8:
		memcpy(target, &value, 8);
		break;
	}
}

static int read_bool(const struct field *f, const char *text, void *base,
		     char fault[static FIELD_FAULT_MAX])
{
	bool value;

	if (parse_bool(text, &value) < 0)
		return refuse(fault, text, "is neither yes nor no");
	store(f, base, value);
	return 0;
}

static int read_duration(const struct field *f, const char *text, void *base,
			 char fault[static FIELD_FAULT_MAX])
{
	usec_t value = 0;
	int r;

	r = parse_duration(text, &value);
	if (r == -EINVAL)
		return refuse(fault, text, "is not a duration");
	if (r < 0 || value > f->max)
		return refuse(fault, text, "is too long");
	if (value < f->min)
		return refuse(fault, text, "is too short");
	store(f, base, value);
	return 0;
}

static int read_number(const struct field *f, const char *text, void *base,
		       char fault[static FIELD_FAULT_MAX])
{
	unsigned value = 0;
	int r;

	r = parse_unsigned(text, &value);
	if (r == -EINVAL)
		return refuse(fault, text, "is not a whole number");
	if (r < 0 || value > f->max)
		return refuse(fault, text, "is too much");
	if (value < f->min)
		return refuse(fault, text, "is too little");
	store(f, base, value);
	return 0;
}

static int read_percent(const struct field *f, const char *text, void *base,
			char fault[static FIELD_FAULT_MAX])
{
	unsigned value = 0;
	int r;

	r = parse_percent(text, &value);
	if (r == -EINVAL)
		return refuse(fault, text, "is not a percentage");
	if (r < 0 || value > f->max)
		return refuse(fault, text, "is too much");
	store(f, base, value);
	return 0;
}

static int read_word(const struct field *f, const char *text, void *base,
		     char fault[static FIELD_FAULT_MAX])
{
	int number = name_lookup(f->words, text, strlen(text));

	if (number < 0)
		return refuse(fault, text, "is none of the words for this");
	store(f, base, (uint64_t)number);
	return 0;
}

/* Does the list consist of this one word? */
static bool is_just(const char *text, const char *other)
{
	const char *cursor = text, *word;
	size_t n;

	return other && parse_list_next(&cursor, &word, &n) && strlen(other) == n &&
	       !strncmp(word, other, n) && !parse_list_next(&cursor, &word, &n);
}

static int read_words(const struct field *f, const char *text, void *base,
		      char fault[static FIELD_FAULT_MAX])
{
	const char *cursor = text, *word;
	uint32_t bits = 0;
	size_t n;

	if (is_just(text, f->other)) {
		store(f, base, f->other_bits);
		return 0;
	}
	while (parse_list_next(&cursor, &word, &n)) {
		int number = name_lookup(f->words, word, n);
		char unknown[EXCERPT_MAX];

		(void)snprintf(unknown, sizeof(unknown), "%.*s", (int)(n < 99 ? n : 99), word);
		if (number < 0)
			return refuse(fault, unknown, "is none of the words for this");
		bits |= UINT32_C(1) << number;
	}
	if (!bits && f->min)
		return refuse(fault, text, "names nothing");
	store(f, base, bits);
	return 0;
}

static int read_program(const struct field *f, const char *text, void *base,
			char fault[static FIELD_FAULT_MAX])
{
	size_t n = strlen(text);

	if (n == 0)
		return refuse(fault, text, "is not a program");
	if (n >= f->size)
		return refuse(fault, text, "is too long");
	if (strchr(text, '/') && *text != '/')
		return refuse(fault, text, "is not a whole path");
	memcpy((char *)base + f->offset, text, n + 1);
	return 0;
}

static bool is_id(const char *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!(word[i] >= 'a' && word[i] <= 'z') && !(word[i] >= '0' && word[i] <= '9') &&
		    word[i] != '-')
			return false;
	return n > 0 && n <= EXERCISE_ID_MAX;
}

static int read_skips(const struct field *f, const char *text, void *base,
		      char fault[static FIELD_FAULT_MAX])
{
	struct person *target = (struct person *)(void *)((char *)base + f->offset);
	struct person read = { 0 };
	const char *cursor = text, *word;
	size_t n;

	if (is_just(text, f->other))
		cursor += strlen(cursor);
	while (parse_list_next(&cursor, &word, &n)) {
		if (!is_id(word, n))
			return refuse(fault, word, "does not begin with an exercise's id");
		if (read.n_skips == PERSON_SKIPS_MAX)
			return refuse(fault, text, "is too long a list");
		memcpy(read.skips[read.n_skips++], word, n);
	}
	memcpy(target->skips, read.skips, sizeof(read.skips));
	target->n_skips = read.n_skips;
	return 0;
}

int field_read(const struct field *f, const char *text, void *base,
	       char fault[static FIELD_FAULT_MAX])
{
	switch (f->kind) {
	case FIELD_BOOL:
		return read_bool(f, text, base, fault);
	case FIELD_DURATION:
		return read_duration(f, text, base, fault);
	case FIELD_NUMBER:
		return read_number(f, text, base, fault);
	case FIELD_PERCENT:
		return read_percent(f, text, base, fault);
	case FIELD_WORD:
		return read_word(f, text, base, fault);
	case FIELD_WORDS:
		return read_words(f, text, base, fault);
	case FIELD_PROGRAM:
		return read_program(f, text, base, fault);
	case FIELD_SKIPS:
		return read_skips(f, text, base, fault);
	case FIELD_TEXT:
	case FIELD_ID:
	case FIELD_STEP:
		break;
	}
	return refuse(fault, text, "cannot be read here");
}

/* Bounds as round as the tables have them: `24h`, not `1d`. */
static void write_duration(usec_t length, char buffer[static DURATION_TEXT_MAX])
{
	static const struct {
		usec_t unit;
		const char *name;
	} units[] = { { USEC_PER_HOUR, "h" }, { USEC_PER_MIN, "min" }, { USEC_PER_SEC, "s" } };

	for (size_t i = 0; i < 3; i++)
		if (length && length % units[i].unit == 0) {
			(void)snprintf(buffer, DURATION_TEXT_MAX, "%llu%s",
				       (unsigned long long)(length / units[i].unit), units[i].name);
			return;
		}
	(void)snprintf(buffer, DURATION_TEXT_MAX, "%llums",
		       (unsigned long long)(length / USEC_PER_MSEC));
}

static void hint_add(char hint[static FIELD_HINT_MAX], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void hint_add(char hint[static FIELD_HINT_MAX], const char *format, ...)
{
	size_t used = strlen(hint);
	va_list args;

	va_start(args, format);
	(void)vsnprintf(hint + used, FIELD_HINT_MAX - used, format, args);
	va_end(args);
}

static void hint_words(const struct field *f, char hint[static FIELD_HINT_MAX])
{
	for (size_t i = 0; f->words[i]; i++)
		hint_add(hint, "%s%s", i ? ", " : "", f->words[i]);
}

static void hint_duration(const struct field *f, char hint[static FIELD_HINT_MAX])
{
	char min[DURATION_TEXT_MAX], max[DURATION_TEXT_MAX];

	write_duration(f->min, min);
	write_duration(f->max, max);
	hint_add(hint, "a duration from %s to %s, such as 90s, 20min or 1h30min",
		 f->min ? min : "0s", max);
}

const char *field_hint(const struct field *f, char hint[static FIELD_HINT_MAX])
{
	*hint = '\0';
	switch (f->kind) {
	case FIELD_BOOL:
		hint_add(hint, "yes or no");
		break;
	case FIELD_DURATION:
		hint_duration(f, hint);
		break;
	case FIELD_NUMBER:
		hint_add(hint, "a whole number from %llu to %llu", (unsigned long long)f->min,
			 (unsigned long long)f->max);
		break;
	case FIELD_PERCENT:
		hint_add(hint, "a percentage from 0%% to 100%%");
		break;
	case FIELD_WORD:
		hint_add(hint, "one of ");
		hint_words(f, hint);
		break;
	case FIELD_WORDS:
		if (f->other)
			hint_add(hint, "'%s', or ", f->other);
		hint_add(hint, "some of ");
		hint_words(f, hint);
		break;
	case FIELD_PROGRAM:
		hint_add(hint, "a program's name, or its path from / on, up to %zu bytes",
			 f->size - 1);
		break;
	case FIELD_SKIPS:
		hint_add(hint, "'none', or up to %d ids of exercises, such as calf-raise palming",
			 PERSON_SKIPS_MAX);
		break;
	case FIELD_ID:
		hint_add(hint, "the id of an exercise, such as calf-raise, or '-' for none");
		break;
	case FIELD_TEXT:
	case FIELD_STEP:
		hint_add(hint, "a text, best in \"quotes\"");
		break;
	}
	return hint;
}

uint32_t field_known_words(const char *text, const char *const names[])
{
	const char *word;
	uint32_t bits = 0;
	size_t n;

	while (parse_list_next(&text, &word, &n)) {
		int number = name_lookup(names, word, n);

		if (number >= 0)
			bits |= UINT32_C(1) << number;
	}
	return bits;
}

unsigned field_distance(const char *a, const char *b)
{
	enum { LONGEST = 64 };
	size_t n = strlen(b);
	unsigned row[LONGEST + 1];

	if (strlen(a) > LONGEST || n > LONGEST)
		return 99;
	for (unsigned i = 0; i <= n; i++)
		row[i] = i;
	for (; *a; a++) {
		unsigned diagonal = row[0]++;

		for (size_t i = 1; i <= n; i++) {
			unsigned change = diagonal + (*a != b[i - 1]);
			unsigned add = row[i - 1] + 1, drop = row[i] + 1;

			diagonal = row[i];
			row[i] = change < add ? change : add;
			row[i] = row[i] < drop ? row[i] : drop;
		}
	}
	return row[n];
}
