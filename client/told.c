#include "told.h"

#include <errno.h>
#include <string.h>

void told_clear(struct told *t)
{
	arena_done(&t->arena);
	*t = (struct told){ 0 };
}

/* False without memory. */
static bool copy_text(struct arena *a, const char **text)
{
	size_t size = strlen(*text) + 1;
	char *copy = arena_new(a, size);

	if (!copy)
		return false;
	*text = memcpy(copy, *text, size);
	return true;
}

static bool copy_problem(struct told *t, const struct problem *p)
{
	struct problem *copy = list_grow(&t->problems, &t->arena, sizeof(*copy));

	if (!copy)
		return false;
	*copy = *p;
	return copy_text(&t->arena, &copy->area) && copy_text(&t->arena, &copy->message) &&
	       copy_text(&t->arena, &copy->file) && copy_text(&t->arena, &copy->section) &&
	       copy_text(&t->arena, &copy->key) && copy_text(&t->arena, &copy->hint);
}

int told_set(struct told *t, const struct list *problems)
{
	const struct problem *all = problems->items;

	told_clear(t);
	for (size_t i = 0; i < problems->n; i++) {
		if (copy_problem(t, &all[i]))
			continue;
		told_clear(t);
		return -ENOMEM;
	}
	return 0;
}

static bool is_same(const struct problem *a, const struct problem *b)
{
	return a->line == b->line && a->warning == b->warning && !strcmp(a->message, b->message) &&
	       !strcmp(a->area, b->area) && !strcmp(a->file, b->file) &&
	       !strcmp(a->section, b->section) && !strcmp(a->key, b->key);
}

bool told_has(const struct list *problems, const struct problem *p)
{
	const struct problem *all = problems->items;

	for (size_t i = 0; i < problems->n; i++)
		if (is_same(&all[i], p))
			return true;
	return false;
}

static bool has_all(const struct list *problems, const struct list *wanted)
{
	const struct problem *all = wanted->items;

	for (size_t i = 0; i < wanted->n; i++)
		if (!told_has(problems, &all[i]))
			return false;
	return true;
}

bool told_are_same(const struct list *a, const struct list *b)
{
	return has_all(a, b) && has_all(b, a);
}
