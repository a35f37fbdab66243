/* Damage to a text that is the same in every run: what a tired user, an editor and a disk can do.
 */
#pragma once

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Bytes from a seed, the same on every machine. */
static inline uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Change the `n` bytes of `text` here and there, within `size`. Returns how many there are now. */
static inline size_t mutate(char *text, size_t n, size_t size, uint32_t *seed)
{
	static const char nasty[] = "[]=;#\"'\\\n\r\t \0\x01\x7f\xff\xc3\xf0%s";
	unsigned changes = 1 + next_random(seed) % 12;

	while (changes-- > 0 && n > 2) {
		size_t at = next_random(seed) % n;
		size_t length = 1 + next_random(seed) % 40;

		length = length < n - at ? length : n - at;
		switch (next_random(seed) % 4) {
		case 0:
			text[at] = nasty[next_random(seed) % (sizeof(nasty) - 1)];
			break;
		case 1:
			text[at] = (char)next_random(seed);
			break;
		case 2: /* take some away */
			memmove(text + at, text + at + length, n - at - length);
			n -= length;
			break;
		case 3: /* say some twice */
			if (n + length > size)
				break;
			memmove(text + at + length, text + at, n - at);
			n += length;
			break;
		}
	}
	return n;
}

/* How many damaged texts a test reads: LIMBER_FUZZ, for those who have time. */
static inline long damage_rounds(void)
{
	const char *many = getenv("LIMBER_FUZZ");

	return many ? atol(many) : 2000;
}
