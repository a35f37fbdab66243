#include "base/parse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"

static const struct unit {
	const char *name;
	usec_t length;
} units[] = {
	{ "us", 1 },
	{ "ms", USEC_PER_MSEC },
	{ "s", USEC_PER_SEC },
	{ "min", USEC_PER_MIN },
	{ "h", USEC_PER_HOUR },
	{ "d", USEC_PER_DAY },
	{ "w", 7 * USEC_PER_DAY },
	{ "y", 365 * USEC_PER_DAY },
};

/* Not isspace() and friends: what they answer depends on the locale. */
static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *skip_blanks(const char *text)
{
	while (is_blank(*text))
		text++;
	return text;
}

/* Digits at *cursor, which moves behind them. */
static int take_number(const char **cursor, uint64_t *ret)
{
	const char *at = *cursor;
	uint64_t value = 0;

	if (!is_digit(*at))
		return -EINVAL;
	for (; is_digit(*at); at++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*at - '0'), &value))
			return -ERANGE;
	*cursor = at;
	*ret = value;
	return 0;
}

/* `.25` at *cursor as millionths; nothing there is 0. More than six digits say nothing more. */
static int take_fraction(const char **cursor, uint64_t *ret_millionths)
{
	const char *at = *cursor;
	uint64_t value = 0, place = 100000;

	if (*at == '.') {
		at++;
		if (!is_digit(*at))
			return -EINVAL;
		for (; is_digit(*at); at++, place /= 10)
			value += (uint64_t)(*at - '0') * place;
	}
	*cursor = at;
	*ret_millionths = value;
	return 0;
}

static const struct unit *take_unit(const char **cursor)
{
	size_t n = 0;

	while ((*cursor)[n] >= 'a' && (*cursor)[n] <= 'z')
		n++;
	for (size_t i = 0; i < ELEMENTS(units); i++)
		if (strlen(units[i].name) == n && !strncmp(units[i].name, *cursor, n)) {
			*cursor += n;
			return &units[i];
		}
	return NULL;
}

int parse_duration(const char *text, usec_t *ret)
{
	usec_t total = 0;
	const char *at = skip_blanks(text);

	if (!*at)
		return -EINVAL;
	if (*at == '0' && !*skip_blanks(at + 1)) {
		*ret = 0;
		return 0;
	}
	while (*at) {
		const struct unit *unit;
		uint64_t whole, millionths;
		usec_t part, rest;
		int r;

		r = take_number(&at, &whole);
		if (r < 0)
			return r;
		r = take_fraction(&at, &millionths);
		if (r < 0)
			return r;
		at = skip_blanks(at);
		unit = take_unit(&at);
		if (!unit)
			return -EINVAL;
		/* A year's worth of millionths still fits: 3.2e13 * 1e6 would not, hence the split.
		 */
		rest = unit->length / 1000000 * millionths +
		       unit->length % 1000000 * millionths / 1000000;
		if (__builtin_mul_overflow(whole, unit->length, &part) ||
		    __builtin_add_overflow(part, rest, &part) ||
		    __builtin_add_overflow(total, part, &total) || total == USEC_NEVER)
			return -ERANGE;
		at = skip_blanks(at);
	}
	*ret = total;
	return 0;
}

int parse_clock(const char *text, unsigned *ret_minute)
{
	uint64_t hour, minute;
	const char *at = skip_blanks(text), *digits = at;

	if (take_number(&at, &hour) < 0 || at - digits > 2 || *at++ != ':')
		return -EINVAL;
	digits = at;
	if (take_number(&at, &minute) < 0 || at - digits != 2 || *skip_blanks(at))
		return -EINVAL;
	if (minute > 59 || hour * 60 + minute > 24 * 60)
		return -ERANGE;
	*ret_minute = (unsigned)(hour * 60 + minute);
	return 0;
}

int parse_percent(const char *text, unsigned *ret)
{
	uint64_t value;
	const char *at = skip_blanks(text);
	int r;

	r = take_number(&at, &value);
	if (r < 0)
		return r;
	at = skip_blanks(at);
	if (*at++ != '%' || *skip_blanks(at))
		return -EINVAL;
	if (value > 100)
		return -ERANGE;
	*ret = (unsigned)value;
	return 0;
}

int parse_unsigned(const char *text, unsigned *ret)
{
	uint64_t value;
	const char *at = skip_blanks(text);
	int r;

	r = take_number(&at, &value);
	if (r < 0)
		return r;
	if (*skip_blanks(at))
		return -EINVAL;
	if (value > UINT32_MAX)
		return -ERANGE;
	*ret = (unsigned)value;
	return 0;
}

int parse_bool(const char *text, bool *ret)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = {
		{ "yes", true }, { "true", true },   { "on", true },   { "1", true },
		{ "no", false }, { "false", false }, { "off", false }, { "0", false },
	};
	const char *at = skip_blanks(text);
	size_t n = strlen(at);

	while (n > 0 && is_blank(at[n - 1]))
		n--;
	for (size_t i = 0; i < ELEMENTS(words); i++)
		if (strlen(words[i].word) == n && !strncasecmp(words[i].word, at, n)) {
			*ret = words[i].value;
			return 0;
		}
	return -EINVAL;
}

bool parse_list_next(const char **cursor, const char **ret_word, size_t *ret_length)
{
	const char *at = *cursor, *word;

	while (is_blank(*at) || *at == ',')
		at++;
	word = at;
	while (*at && !is_blank(*at) && *at != ',')
		at++;
	*cursor = at;
	if (at == word)
		return false;
	*ret_word = word;
	*ret_length = (size_t)(at - word);
	return true;
}

/* "20min"; returns where it ends. A year of sentences is full of them: printf() would be half of
 * what they cost. */
static char *add_amount(char *to, uint64_t number, const char *unit)
{
	char digits[20];
	size_t i = sizeof(digits);

	do {
		digits[--i] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	memcpy(to, digits + i, sizeof(digits) - i);
	return stpcpy(to + sizeof(digits) - i, unit);
}

const char *format_duration(usec_t length, char buffer[static DURATION_TEXT_MAX])
{
	static const struct unit shown[] = {
		{ "d", USEC_PER_DAY },
		{ "h", USEC_PER_HOUR },
		{ "min", USEC_PER_MIN },
		{ "s", USEC_PER_SEC },
	};
	size_t i = 0;
	usec_t first, second;
	char *end;

	while (i + 1 < ELEMENTS(shown) && length < shown[i].length)
		i++;
	first = length / shown[i].length;
	end = add_amount(buffer, first, shown[i].name);
	second = i + 1 < ELEMENTS(shown) ? length % shown[i].length / shown[i + 1].length : 0;
	if (second) {
		*end++ = ' ';
		(void)add_amount(end, second, shown[i + 1].name);
	}
	return buffer;
}
