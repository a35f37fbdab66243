/* Values of settings as text: what they are, and what they may be. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/calendar.h"
#include "base/cleanup.h"
#include "base/parse.h"
#include "coach/coach.h"
#include "conf/field.h"

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

static void add_formatted(char *text, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

static void add_formatted(char *text, size_t size, const char *format, va_list args)
{
	size_t used = strlen(text);

	(void)vsnprintf(text + used, size - used, format, args);
}

static void hint_add(char hint[static FIELD_HINT_MAX], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void hint_add(char hint[static FIELD_HINT_MAX], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_formatted(hint, FIELD_HINT_MAX, format, args);
	va_end(args);
}

static void text_add(char text[static FIELD_TEXT_MAX], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void text_add(char text[static FIELD_TEXT_MAX], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_formatted(text, FIELD_TEXT_MAX, format, args);
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
	case FIELD_SWITCH:
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
	case FIELD_FILE:
		hint_add(hint, "'%s', or a path from / on, up to %zu bytes", f->other, f->size - 1);
		break;
	case FIELD_SKIPS:
		hint_add(hint, "'none', or up to %d ids of exercises, such as calf-raise palming",
			 PERSON_SKIPS_MAX);
		break;
	case FIELD_CLOCK:
		hint_add(hint, "a time of day from 00:00 to 23:59");
		break;
	case FIELD_RANGES:
		hint_add(hint,
			 "'" HOURS_ALL "', '" HOURS_NONE "', or up to %d ranges apart from each "
			 "other, such as 09:00-12:30 13:30-18:00, or 22:00-06:00 over midnight",
			 HOURS_RANGES_MAX);
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

/* Every microsecond of it. */
static void text_duration(char text[static FIELD_TEXT_MAX], usec_t length)
{
	static const struct {
		usec_t unit;
		const char *name;
	} units[] = {
		{ USEC_PER_HOUR, "h" },
		{ USEC_PER_MIN, "min" },
		{ USEC_PER_SEC, "s" },
		{ USEC_PER_MSEC, "ms" },
		{ 1, "us" },
	};

	for (size_t i = 0; i < ELEMENTS(units); i++) {
		if (length >= units[i].unit)
			text_add(text, "%llu%s", (unsigned long long)(length / units[i].unit),
				 units[i].name);
		length %= units[i].unit;
	}
	if (!*text)
		text_add(text, "0s");
}

static void text_words(char text[static FIELD_TEXT_MAX], const struct field *f, uint64_t bits)
{
	if (f->other && bits == f->other_bits) {
		text_add(text, "%s", f->other);
		return;
	}
	for (size_t i = 0; f->words[i]; i++)
		if (bits & UINT64_C(1) << i)
			text_add(text, "%s%s", *text ? " " : "", f->words[i]);
}

static void text_skips(char text[static FIELD_TEXT_MAX], const struct field *f,
		       const struct person *p)
{
	for (size_t i = 0; i < p->n_skips; i++)
		text_add(text, "%s%s", i ? " " : "", p->skips[i]);
	if (!p->n_skips)
		text_add(text, "%s", f->other);
}

static void text_ranges(char text[static FIELD_TEXT_MAX], const struct hours_day *day)
{
	if (day->n == 1 && day->ranges[0].from == 0 && day->ranges[0].to == MINUTES_A_DAY) {
		text_add(text, HOURS_ALL);
		return;
	}
	for (unsigned i = 0; i < day->n; i++) {
		struct hours_range r = day->ranges[i];

		text_add(text, "%s%02u:%02u-%02u:%02u", i ? " " : "", r.from / 60, r.from % 60,
			 r.to / 60, r.to % 60);
	}
	if (!day->n)
		text_add(text, HOURS_NONE);
}

const char *field_write(const struct field *f, const void *base, char text[static FIELD_TEXT_MAX])
{
	const void *target = (const char *)base + f->offset;
	uint64_t value;

	*text = '\0';
	switch (f->kind) {
	case FIELD_BOOL:
		text_add(text, "%s", field_fetch(f, base) ? "yes" : "no");
		break;
	case FIELD_SWITCH:
		text_add(text, "%s", field_fetch(f, base) & f->other_bits ? "yes" : "no");
		break;
	case FIELD_DURATION:
		text_duration(text, field_fetch(f, base));
		break;
	case FIELD_NUMBER:
		text_add(text, "%llu", (unsigned long long)field_fetch(f, base));
		break;
	case FIELD_PERCENT:
		text_add(text, "%llu%%", (unsigned long long)field_fetch(f, base));
		break;
	case FIELD_WORD:
		text_add(text, "%s", f->words[field_fetch(f, base)]);
		break;
	case FIELD_WORDS:
		text_words(text, f, field_fetch(f, base));
		break;
	case FIELD_PROGRAM:
	case FIELD_FILE:
		text_add(text, "%s", (const char *)target);
		break;
	case FIELD_SKIPS:
		text_skips(text, f, target);
		break;
	case FIELD_CLOCK:
		value = field_fetch(f, base);
		text_add(text, "%02u:%02u", (unsigned)(value / 60), (unsigned)(value % 60));
		break;
	case FIELD_RANGES:
		text_ranges(text, target);
		break;
	case FIELD_TEXT:
	case FIELD_ID:
	case FIELD_STEP:
		break;
	}
	return text;
}
