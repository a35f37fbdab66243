#include "core/journal.h"

#include <string.h>

struct decision *journal_add(struct journal *j)
{
	struct decision *d = &j->ring[j->n++ % JOURNAL_MAX];

	memset(d, 0, sizeof(*d));
	return d;
}

const struct decision *journal_get(const struct journal *j, uint64_t i)
{
	if (i >= j->n || j->n - i > JOURNAL_MAX)
		return NULL;
	return &j->ring[i % JOURNAL_MAX];
}
