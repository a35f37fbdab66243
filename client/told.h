/* The problems that were told last, so that only what is new or gone is told next. */
#pragma once

#include "state.h"

/* All zero: none was told. */
struct told {
	struct arena arena;
	struct list problems; /* struct problem; of the arena */
};

/* None was told; frees what there is. */
void told_clear(struct told *t);

/* These are told now; copied. -ENOMEM, and it is as if none was. */
int told_set(struct told *t, const struct list *problems);

/* Is it in the list, whatever is advised against it? */
bool told_has(const struct list *problems, const struct problem *p);

/* Are they the same ones, in any order? */
bool told_are_same(const struct list *a, const struct list *b);
