#include "base/typing.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* So many letters of a word are its beginning even with a slip in them. */
#define BEGINNING_MIN 5
/* What is further away was not meant. */
#define GUESS_MOST 2

static uint8_t least(unsigned a, unsigned b)
{
	return (uint8_t)(a < b ? a : b);
}

size_t typing_distance(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), best;
	uint8_t d[TYPING_MAX + 1][TYPING_MAX + 1];

	if (n > TYPING_MAX || m > TYPING_MAX)
		return SIZE_MAX;
	if (n >= 2 && n < m && !strncmp(a, b, n))
		return 1;
	for (size_t i = 0; i <= n; i++)
		d[i][0] = (uint8_t)i;
	for (size_t k = 0; k <= m; k++)
		d[0][k] = (uint8_t)k;
	for (size_t i = 1; i <= n; i++)
		for (size_t k = 1; k <= m; k++) {
			d[i][k] = least(least(d[i - 1][k], d[i][k - 1]) + 1u,
					d[i - 1][k - 1] + (a[i - 1] != b[k - 1] ? 1u : 0u));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				d[i][k] = least(d[i][k], d[i - 2][k - 2] + 1u);
		}
	best = d[n][m];
	for (size_t k = n - 1; n >= BEGINNING_MIN && k < m; k++)
		best = best < d[n][k] + 1u ? best : d[n][k] + 1u;
	return best;
}

const char *typing_guess(const char *word, const char *const names[])
{
	char small[TYPING_MAX + 1];
	const char *guess = NULL;
	size_t n = strlen(word), best = GUESS_MOST + 1;

	if (n > TYPING_MAX)
		return NULL;
	for (size_t i = 0; i <= n; i++)
		small[i] = (char)tolower((unsigned char)word[i]);
	for (size_t i = 0; names[i]; i++) {
		size_t distance = typing_distance(small, names[i]);

		/* Most of it has to be there: any two letters are near to any others. */
		if (distance < best && strlen(names[i]) > (distance < 2 ? 2 : 6)) {
			best = distance;
			guess = names[i];
		}
	}
	return guess;
}

/* As far as there is room. */
__attribute__((format(printf, 3, 4))) static void append(char *buffer, size_t size,
							 const char *format, ...)
{
	size_t used = strlen(buffer);
	va_list args;

	va_start(args, format);
	(void)vsnprintf(buffer + used, size - used, format, args);
	va_end(args);
}

const char *typing_unknown(char *buffer, size_t size, const char *what, const char *word,
			   const char *shown, const char *const names[])
{
	const char *guess = typing_guess(word, names);

	buffer[0] = '\0';
	append(buffer, size, "there is no %s '%s'; ", what, shown);
	if (guess)
		append(buffer, size, "did you mean '%s'? S", guess);
	else
		append(buffer, size, names[0] ? "s" : "there is none at all");
	for (size_t i = 0; names[i]; i++)
		append(buffer, size, "%s%s", i ? ", " : "ay one of: ", names[i]);
	return buffer;
}
