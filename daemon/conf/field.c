#include "conf/field.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/calendar.h"
#include "base/parse.h"
#include "coach/coach.h"
#include "conf/problem.h"

static int refuse(char fault[static FIELD_FAULT_MAX], const char *text, const char *why)
{
	char excerpt[EXCERPT_MAX];

	(void)snprintf(fault, FIELD_FAULT_MAX, "'%s' %s", problem_excerpt(text, excerpt), why);
	return -EINVAL;
}

/* A word that is none: with a guess if there is a near one. */
static int refuse_word(const struct field *f, char fault[static FIELD_FAULT_MAX], const char *word)
{
	const char *near = field_guess(word, f->words);
	char why[96];

	if (!near)
		return refuse(fault, word, "is none of the words for this");
	(void)snprintf(why, sizeof(why), "is none of the words for this, perhaps you mean %s",
		       near);
	return refuse(fault, word, why);
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

uint64_t field_fetch(const struct field *f, const void *base)
{
	const void *target = (const char *)base + f->offset;
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	switch (f->size) {
	case 1:
		return *(const uint8_t *)target;
	case 2:
		memcpy(&two, target, 2);
		return two;
	case 4:
		memcpy(&four, target, 4);
		return four;
	default:
		memcpy(&eight, target, 8);
		return eight;
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
		return refuse_word(f, fault, text);
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
			return refuse_word(f, fault, unknown);
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

static int read_file(const struct field *f, const char *text, void *base,
		     char fault[static FIELD_FAULT_MAX])
{
	size_t n = strlen(text);

	if (n >= f->size)
		return refuse(fault, text, "is too long");
	if (strcmp(text, f->other) && *text != '/')
		return refuse(fault, text, "is not a whole path");
	if (n > 0 && text[n - 1] == '/')
		return refuse(fault, text, "is a folder, not a file");
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
	const char *cursor = text, *word;
	size_t n, listed = 0;

	if (is_just(text, f->other))
		text = cursor = "";
	while (parse_list_next(&cursor, &word, &n)) {
		if (!is_id(word, n))
			return refuse(fault, word, "does not begin with an exercise's id");
		if (listed++ == PERSON_SKIPS_MAX)
			return refuse(fault, word, "and what follows it are too many");
	}
	field_read_skips(text, target);
	return 0;
}

void field_read_skips(const char *text, struct person *person)
{
	const char *word;
	size_t n;

	memset(person->skips, 0, sizeof(person->skips));
	person->n_skips = 0;
	while (parse_list_next(&text, &word, &n))
		if (is_id(word, n) && person->n_skips < PERSON_SKIPS_MAX)
			memcpy(person->skips[person->n_skips++], word, n);
}

static int read_switch(const struct field *f, const char *text, void *base,
		       char fault[static FIELD_FAULT_MAX])
{
	uint64_t bits = field_fetch(f, base);
	bool on;

	if (parse_bool(text, &on) < 0)
		return refuse(fault, text, "is neither yes nor no");
	store(f, base, on ? bits | f->other_bits : bits & ~(uint64_t)f->other_bits);
	return 0;
}

static int read_clock(const struct field *f, const char *text, void *base,
		      char fault[static FIELD_FAULT_MAX])
{
	unsigned minute;

	if (parse_clock(text, &minute) < 0 || minute == MINUTES_A_DAY)
		return refuse(fault, text, "is not a time of day");
	store(f, base, minute);
	return 0;
}

/* `09:00-12:30`, the `n` characters of `word`. NULL, or what is wrong with it. */
static const char *read_range(const char *word, size_t n, struct hours_range *ret)
{
	static const char wrong[] = "is not a range of two times of day";
	char from[sizeof("00:00")], to[sizeof("00:00")];
	const char *dash = memchr(word, '-', n);
	size_t n_from, n_to;

	if (!dash)
		return wrong;
	n_from = (size_t)(dash - word);
	n_to = n - n_from - 1;
	if (n_from >= sizeof(from) || n_to >= sizeof(to))
		return wrong;
	(void)snprintf(from, sizeof(from), "%.*s", (int)n_from, word);
	(void)snprintf(to, sizeof(to), "%.*s", (int)n_to, dash + 1);
	if (parse_clock(from, &ret->from) < 0 || parse_clock(to, &ret->to) < 0 ||
	    ret->from == MINUTES_A_DAY)
		return wrong;
	return ret->from == ret->to ? "ends where it begins" : NULL;
}

/* Where the range ends, in minutes from the midnight before it begins. */
static unsigned end_of(struct hours_range r)
{
	return r.to <= r.from ? r.to + MINUTES_A_DAY : r.to;
}

/* Put `r` among the others, by their beginnings. False if it overlaps one. */
static bool add_range(struct hours_day *day, struct hours_range r)
{
	unsigned at = day->n;

	for (; at > 0 && day->ranges[at - 1].from > r.from; at--)
		day->ranges[at] = day->ranges[at - 1];
	day->ranges[at] = r;
	day->n++;
	return (at == 0 || end_of(day->ranges[at - 1]) <= r.from) &&
	       (at + 1 == day->n || end_of(r) <= day->ranges[at + 1].from);
}

static int read_range_list(const char *text, struct hours_day *day,
			   char fault[static FIELD_FAULT_MAX])
{
	const char *cursor = text, *word;
	size_t n;

	while (parse_list_next(&cursor, &word, &n)) {
		struct hours_range range = { 0 };
		const char *wrong = read_range(word, n, &range);
		char excerpt[EXCERPT_MAX];

		(void)snprintf(excerpt, sizeof(excerpt), "%.*s", (int)(n < 99 ? n : 99), word);
		if (!wrong && day->n == HOURS_RANGES_MAX)
			return refuse(fault, text, "is too long a list");
		if (!wrong && !add_range(day, range))
			wrong = "overlaps another range of that day";
		if (wrong)
			return refuse(fault, excerpt, wrong);
	}
	return day->n ? 0 : refuse(fault, text, "names no hours");
}

static int read_ranges(const struct field *f, const char *text, void *base,
		       char fault[static FIELD_FAULT_MAX])
{
	struct hours_day *target = (struct hours_day *)(void *)((char *)base + f->offset);
	struct hours_day read = { 0 };
	int r;

	if (is_just(text, HOURS_ALL)) {
		read = (struct hours_day){ .n = 1, .ranges = { { 0, MINUTES_A_DAY } } };
	} else if (!is_just(text, HOURS_NONE)) {
		r = read_range_list(text, &read, fault);
		if (r < 0)
			return r;
	}
	*target = read;
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
	case FIELD_FILE:
		return read_file(f, text, base, fault);
	case FIELD_SKIPS:
		return read_skips(f, text, base, fault);
	case FIELD_SWITCH:
		return read_switch(f, text, base, fault);
	case FIELD_CLOCK:
		return read_clock(f, text, base, fault);
	case FIELD_RANGES:
		return read_ranges(f, text, base, fault);
	case FIELD_TEXT:
	case FIELD_ID:
	case FIELD_STEP:
		break;
	}
	return refuse(fault, text, "cannot be read here");
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

const char *field_guess(const char *text, const char *const names[])
{
	unsigned best = 3;
	const char *near = NULL;

	for (size_t i = 0; names[i]; i++) {
		unsigned distance = field_distance(text, names[i]);

		/* Most of it has to be there: any two letters are near to any others. */
		if (distance < best && 2 * distance < strlen(names[i])) {
			best = distance;
			near = names[i];
		}
	}
	return near;
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
