#include "base/typing.h"

#include <stdint.h>
#include <string.h>

static uint8_t least(unsigned a, unsigned b)
{
	return (uint8_t)(a < b ? a : b);
}

size_t typing_distance(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);
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
	return d[n][m];
}
