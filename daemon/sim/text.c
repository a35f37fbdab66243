#include "sim/text.h"

#include <string.h>

#include "base/utf8.h"

#define DIGITS_MAX 20

void text_begin(struct text *t, char *buffer, size_t size)
{
	t->at = buffer;
	t->end = buffer + size - 1;
	*t->at = '\0';
}

static void add_two_digits(struct text *t, unsigned number)
{
	const char digits[] = { (char)('0' + number / 10), (char)('0' + number % 10) };

	text_add_bytes(t, digits, sizeof(digits));
}

void text_add_number(struct text *t, uint64_t number, unsigned width)
{
	char digits[DIGITS_MAX];
	size_t i = sizeof(digits);
	uint32_t small;

	/* Most of all are those of a date and a clock. */
	if (width == 2 && number < 100) {
		add_two_digits(t, (unsigned)number);
		return;
	}
	for (; number > UINT32_MAX; number /= 10)
		digits[--i] = (char)('0' + number % 10);
	/* Nearly all numbers are small, and those are quicker to divide. */
	small = (uint32_t)number;
	do {
		digits[--i] = (char)('0' + small % 10);
		small /= 10;
	} while (i > 0 && (small || sizeof(digits) - i < width));
	text_add_bytes(t, digits + i, sizeof(digits) - i);
}

void text_add_foreign(struct text *t, const char *string)
{
	const char *from = string;
	uint32_t c;

	while (utf8_next(&string, &c)) {
		if (c != UTF8_BROKEN && !utf8_is_control(c))
			text_add_bytes(t, from, (size_t)(string - from));
		from = string;
	}
}

static void add_json_escape(struct text *t, uint32_t c)
{
	static const char digits[] = "0123456789abcdef";

	text_add_bytes(t, "\\u", 2);
	for (int shift = 12; shift >= 0; shift -= 4)
		text_add_char(t, digits[c >> shift & 0xf]);
}

/* The first bytes that stand for themselves: nearly all, nearly always. */
static size_t plain_bytes(const char *string)
{
	/* clang-format off */
	static const bool plain[256] = {
		[' '] = true, ['!'] = true, ['#' ... '['] = true, [']' ... '~'] = true,
	};
	/* clang-format on */
	const unsigned char *at = (const unsigned char *)string;

	while (plain[*at])
		at++;
	return (size_t)(at - (const unsigned char *)string);
}

static void add_json_char(struct text *t, const char *bytes, size_t n, uint32_t c)
{
	if (c == UTF8_BROKEN || utf8_is_control(c)) {
		add_json_escape(t, c);
		return;
	}
	if (c == '"' || c == '\\')
		text_add_char(t, '\\');
	text_add_bytes(t, bytes, n);
}

void text_add_json(struct text *t, const char *string)
{
	const char *from;
	uint32_t c;

	text_add_char(t, '"');
	do {
		size_t n = plain_bytes(string);

		text_add_bytes(t, string, n);
		string += n;
		from = string;
		if (utf8_next(&string, &c))
			add_json_char(t, from, (size_t)(string - from), c);
	} while (string > from);
	text_add_char(t, '"');
}

void text_add_micros(struct text *t, usec_t micros)
{
	/* Nearly everything happens on a second. */
	if (!micros) {
		text_add(t, ".000000");
		return;
	}
	text_add_char(t, '.');
	text_add_number(t, micros, 6);
}

void text_add_seconds(struct text *t, usec_t length, bool whole)
{
	uint64_t rest = length % USEC_PER_SEC;
	unsigned width = 6;

	text_add_number(t, length / USEC_PER_SEC, 1);
	if (whole) {
		text_add_micros(t, rest);
		return;
	}
	if (!rest)
		return;
	for (; rest % 10 == 0; width--)
		rest /= 10;
	text_add_char(t, '.');
	text_add_number(t, rest, width);
}

size_t text_width(const char *string)
{
	size_t n = 0;

	/* Every byte that does not go on with a character begins one. */
	for (; *string; string++)
		n += (*string & 0xc0) != 0x80;
	return n;
}
