#include "coach/words.h"

#include <string.h>

void words_add(char *buffer, size_t size, const char *text)
{
	size_t used = strlen(buffer), n = strlen(text);

	if (n > size - 1 - used)
		n = size - 1 - used;
	/* Not half of a character. */
	while (n > 0 && text[n] && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	memcpy(buffer + used, text, n);
	buffer[used + n] = '\0';
}

void words_add_number(char *buffer, size_t size, unsigned number)
{
	char digits[12];
	size_t at = sizeof(digits);

	digits[--at] = '\0';
	do
		digits[--at] = (char)('0' + number % 10);
	while (number /= 10);
	words_add(buffer, size, digits + at);
}
