#include "conf/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf8.h"

/*
 * A copy of `text` that a terminal and the bus can take: bytes that are no UTF-8 and characters
 * that would act instead of show become \xNN.
 */
static char *showable(const char *text)
{
	size_t n = strlen(text), used = 0;
	char *copy = malloc(4 * n + 1);

	if (!copy)
		return NULL;
	for (size_t i = 0; i < n;) {
		uint32_t character = 0;
		size_t length = utf8_decode(text + i, n - i, &character);

		if (length > 0 && !utf8_is_control(character)) {
			memcpy(copy + used, text + i, length);
			used += length;
			i += length;
			continue;
		}
		for (size_t end = i + (length > 0 ? length : 1); i < end; i++)
			used += (size_t)sprintf(copy + used, "\\x%02X", (unsigned char)text[i]);
	}
	copy[used] = '\0';
	return copy;
}

static void problem_done(struct problem *p)
{
	free(p->file);
	free(p->section);
	free(p->key);
	free(p->message);
	free(p->hint);
}

static bool problem_complete(const struct problem *p)
{
	return p->file && p->section && p->key && p->message && p->hint;
}

/* Takes over what `p` holds, also when there is no room for it. */
static void append(struct problem_list *l, struct problem *p)
{
	struct problem *v = NULL;

	if (!p->warning)
		l->errors++;
	if (l->n < PROBLEMS_MAX && problem_complete(p))
		v = reallocarray(l->v, l->n + 1, sizeof(*v));
	if (!v) {
		l->dropped++;
		problem_done(p);
		return;
	}
	l->v = v;
	l->v[l->n++] = *p;
}

static void append_formatted(struct problem_list *l, bool warning, const char *file, unsigned line,
			     const char *section, const char *key, const char *hint,
			     const char *format, va_list args)
	__attribute__((format(printf, 8, 0)));

static void append_formatted(struct problem_list *l, bool warning, const char *file, unsigned line,
			     const char *section, const char *key, const char *hint,
			     const char *format, va_list args)
{
	CLEANUP(freep) char *message = NULL;
	struct problem p = { .warning = warning, .line = line };

	if (vasprintf(&message, format, args) < 0)
		message = NULL;
	p.file = showable(file);
	p.section = showable(section);
	p.key = showable(key);
	p.hint = showable(hint);
	p.message = message ? showable(message) : NULL;
	append(l, &p);
}

void problem_add(struct problem_list *l, const char *file, unsigned line, const char *section,
		 const char *key, const char *hint, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	append_formatted(l, false, file, line, section, key, hint, format, args);
	va_end(args);
}

void problem_warn(struct problem_list *l, const char *file, unsigned line, const char *section,
		  const char *key, const char *hint, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	append_formatted(l, true, file, line, section, key, hint, format, args);
	va_end(args);
}

/* By insertion: the list is short, and what is of one line keeps its order. */
void problem_list_order(struct problem_list *l, size_t first)
{
	for (size_t i = first; i < l->n; i++) {
		struct problem p = l->v[i];
		size_t at = i;

		for (; at > first && l->v[at - 1].line > p.line; at--)
			l->v[at] = l->v[at - 1];
		l->v[at] = p;
	}
}

void problem_list_done(struct problem_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		problem_done(&l->v[i]);
	free(l->v);
	*l = (struct problem_list){ 0 };
}

const char *problem_excerpt(const char *text, char buffer[static EXCERPT_MAX])
{
	static const char more[] = "...";
	size_t n = strlen(text);

	if (n < EXCERPT_MAX) {
		memcpy(buffer, text, n + 1);
		return buffer;
	}
	n = EXCERPT_MAX - sizeof(more);
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	memcpy(buffer, text, n);
	memcpy(buffer + n, more, sizeof(more));
	return buffer;
}
