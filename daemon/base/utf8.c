#include "base/utf8.h"

#include <string.h>

/* Bytes that follow the lead byte, or -1 if it is none. */
static int followers(unsigned char lead)
{
	if (lead < 0x80)
		return 0;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 1;
	if ((lead & 0xf0) == 0xe0)
		return 2;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 3;
	return -1;
}

size_t utf8_decode(const char *text, size_t n, uint32_t *ret)
{
	/* The smallest character that needs so many followers, and the lead byte's own bits. */
	static const uint32_t smallest[] = { 0, 0x80, 0x800, 0x10000 };
	static const unsigned char own[] = { 0x7f, 0x1f, 0x0f, 0x07 };
	const unsigned char *bytes = (const unsigned char *)text;
	uint32_t character;
	int more;

	if (n == 0)
		return 0;
	more = followers(bytes[0]);
	if (more < 0 || (size_t)more >= n)
		return 0;
	character = bytes[0] & own[more];
	for (int i = 1; i <= more; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | (bytes[i] & 0x3f);
	}
	if (character < smallest[more] || character > 0x10ffff ||
	    (character >= 0xd800 && character <= 0xdfff))
		return 0;
	*ret = character;
	return (size_t)more + 1;
}

bool utf8_next(const char **cursor, uint32_t *ret)
{
	/* No character has more bytes; the text may end before. */
	size_t n = strnlen(*cursor, 4), length;

	if (n == 0)
		return false;
	length = utf8_decode(*cursor, n, ret);
	if (length == 0) {
		*ret = UTF8_BROKEN;
		length = 1;
	}
	*cursor += length;
	return true;
}

bool utf8_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* A space for what would end the line; 0 for what is to be left out. */
static uint32_t on_one_line(uint32_t c)
{
	if (c == '\n' || c == '\t' || c == 0x2028 || c == 0x2029)
		return ' ';
	return c == UTF8_BROKEN || utf8_is_control(c) ? 0 : c;
}

void utf8_copy_line(char *target, size_t size, const char *text)
{
	const char *from = text ? text : "";
	uint32_t character;
	size_t used = 0;

	for (const char *at = from; utf8_next(&at, &character); from = at) {
		uint32_t shown = on_one_line(character);
		size_t n = shown == character ? (size_t)(at - from) : 1;

		if (!shown)
			continue;
		if (n >= size - used)
			break;
		memcpy(target + used, shown == character ? from : " ", n);
		used += n;
	}
	target[used] = '\0';
}
