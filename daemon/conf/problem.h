/*
 * What is wrong in a user's file, told in full: where, what, what is allowed. All texts are safe to
 * show: valid UTF-8 on one line, whatever the file held.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define PROBLEMS_MAX 200 /* per load; one more line then says that there are more */

/* Texts owned by the list. */
struct problem {
	bool warning;  /* nothing is lost: the value holds, but is not what we recommend */
	char *file;    /* path */
	unsigned line; /* from 1; 0 if it concerns the whole file */
	char *section; /* "" outside any */
	char *key;     /* "" if no key is concerned */
	char *message; /* what is wrong and what happens now, no full stop at the end */
	char *hint;    /* what is allowed, "" if there is nothing to say */
};

struct problem_list {
	struct problem *v; /* owned */
	size_t n;
	size_t errors;  /* those of n and of the dropped ones that are no warning */
	size_t dropped; /* beyond PROBLEMS_MAX */
};

/* Append one; the format makes the message. Out of memory drops it and counts it. */
void problem_add(struct problem_list *l, const char *file, unsigned line, const char *section,
		 const char *key, const char *hint, const char *format, ...)
	__attribute__((format(printf, 7, 8)));

/* The same for a mere warning. */
void problem_warn(struct problem_list *l, const char *file, unsigned line, const char *section,
		  const char *key, const char *hint, const char *format, ...)
	__attribute__((format(printf, 7, 8)));

/* Put those from number `first` on, which are of one file, in the order of their lines. */
void problem_list_order(struct problem_list *l, size_t first);

/* Empty the list and release what it holds. */
void problem_list_done(struct problem_list *l);

#define EXCERPT_MAX 64

/*
 * `text` for quoting in a message: whole if it is short, else its beginning and "...", never half a
 * character. Returns `buffer`.
 */
const char *problem_excerpt(const char *text, char buffer[static EXCERPT_MAX]);
