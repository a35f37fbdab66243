#include "utf8.h"

#include <stddef.h>

/* How many bytes the character has that begins with `lead`, and the bits that `lead` holds of it.
 */
static size_t sequence_length(uint8_t lead, uint32_t *ret_bits)
{
	if (lead < 0x80) {
		*ret_bits = lead;
		return 1;
	}
	if (lead >= 0xc2 && lead < 0xe0) {
		*ret_bits = lead & 0x1f;
		return 2;
	}
	if (lead >= 0xe0 && lead < 0xf0) {
		*ret_bits = lead & 0x0f;
		return 3;
	}
	if (lead >= 0xf0 && lead < 0xf5) {
		*ret_bits = lead & 0x07;
		return 4;
	}
	return 0;
}

/* Written longer than needed, half of a UTF-16 pair, or beyond Unicode. */
static bool is_illegal(uint32_t c, size_t length)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	return c < least[length] || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff;
}

bool utf8_next(const char **cursor, uint32_t *ret)
{
	const char *at = *cursor;
	size_t length;
	uint32_t c = 0;

	if (!*at)
		return false;
	length = sequence_length((uint8_t)*at, &c);
	for (size_t i = 1; i < length; i++) {
		uint8_t next = (uint8_t)at[i];

		/* Also true of the text's end: nothing is read beyond it. */
		if ((next & 0xc0) != 0x80) {
			length = 0;
			break;
		}
		c = c << 6 | (next & 0x3f);
	}
	if (!length || is_illegal(c, length)) {
		*cursor = at + 1;
		*ret = UTF8_BROKEN;
		return true;
	}
	*cursor = at + length;
	*ret = c;
	return true;
}
