#include "app/notices.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
static const struct {
	const char *name;
	struct notice_action action;
} kinds[] = {
	[NOTICE_WELCOME] = { "welcome", { "ok",   "OK" } },
	[NOTICE_PROBLEM] = { "problem", { "ok",   "OK" } },
	[NOTICE_DAILY]   = { "daily",   { "ok",   "OK" } },
	[NOTICE_POSTURE] = { "posture", { "done", "Done" } },
	[NOTICE_SAFETY]  = { "safety",  { "ok",   "OK" } },
	[NOTICE_ADVICE]  = { "advice",  { "ok",   "OK" } },
	[NOTICE_HISTORY] = { "problem", { "ok",   "OK" } },
};
/* clang-format on */

static void remove_at(struct notices *l, size_t i)
{
	free(l->v[i].title);
	free(l->v[i].body);
	memmove(&l->v[i], &l->v[i + 1], (l->n - i - 1) * sizeof(*l->v));
	l->n--;
}

bool notices_remove_kind(struct notices *l, enum notice_kind kind)
{
	bool any = false;

	for (size_t i = l->n; i > 0; i--)
		if (l->v[i - 1].kind == kind) {
			remove_at(l, i - 1);
			any = true;
		}
	return any;
}

bool notices_has_kind(const struct notices *l, enum notice_kind kind)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].kind == kind)
			return true;
	return false;
}

int notices_add(struct notices *l, enum notice_kind kind, const char *title, const char *body,
		const char *urgency)
{
	struct notice n = { .kind = kind, .urgency = urgency };

	(void)notices_remove_kind(l, kind);
	if (l->n >= NOTICES_MAX)
		return -ENOSPC;
	n.title = strdup(title);
	n.body = strdup(body);
	if (!n.title || !n.body) {
		free(n.title);
		free(n.body);
		return -ENOMEM;
	}
	n.id = ++l->last_id;
	l->v[l->n++] = n;
	return 0;
}

int notices_remove(struct notices *l, uint64_t id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].open && l->v[i].id == id) {
			remove_at(l, i);
			return 0;
		}
	return -ENOENT;
}

bool notices_open(struct notices *l)
{
	bool any = false;

	for (size_t i = 0; i < l->n; i++) {
		any = any || !l->v[i].open;
		l->v[i].open = true;
	}
	return any;
}

bool notices_any_open(const struct notices *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].open)
			return true;
	return false;
}

bool notices_any_waiting(const struct notices *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (!l->v[i].open)
			return true;
	return false;
}

const struct notice *notices_find(const struct notices *l, uint64_t id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].open && l->v[i].id == id)
			return &l->v[i];
	return NULL;
}

const char *notice_kind_name(enum notice_kind kind)
{
	return kinds[kind].name;
}

const struct notice_action *notice_kind_action(enum notice_kind kind)
{
	return &kinds[kind].action;
}

void notices_done(struct notices *l)
{
	while (l->n > 0)
		remove_at(l, l->n - 1);
}
