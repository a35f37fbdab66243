/*
 * Text for people: wrapped at the terminal's width, coloured only there, and with what could
 * steer a terminal taken out of whatever comes from elsewhere.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/time.h"

enum tone { TONE_PLAIN, TONE_STRONG, TONE_FAINT, TONE_GOOD, TONE_WARN, TONE_BAD };

struct text {
	FILE *out;          /* borrowed; its error flag tells of failed writes */
	unsigned width;     /* columns; 80 where nobody says how many */
	unsigned paragraph; /* where paragraphs are wrapped; not at all behind a pipe */
	bool terminal;
	bool colour;
	bool utf8;   /* the terminal draws more than ASCII */
	size_t size; /* for text_begin() */
};

/* How to write to `fd`; what is written goes to `out`. */
void text_init(struct text *t, FILE *out, int fd);

/*
 * To write as for standard output, into memory: between these two, `*ret` is the text once
 * text_end() answers true, and the caller's. Both answer false without memory.
 */
bool text_begin(struct text *t, char **ret);
bool text_end(struct text *t);

/* Columns that `string` takes, as text_put() writes it. */
unsigned text_columns(const char *string);

/* `string` on the present line, at most `columns` of it. Answers the columns used. */
unsigned text_put(struct text *t, enum tone tone, const char *string, unsigned columns);

/* Like text_put(), filled up with blanks to exactly `columns`. */
void text_cell(struct text *t, enum tone tone, const char *string, unsigned columns);

/*
 * A paragraph from column `used` of the present line on, its further lines `indent` columns in,
 * with the line's end.
 */
void text_wrap(struct text *t, enum tone tone, unsigned used, unsigned indent, const char *string);

/* Several paragraphs, a line each; what begins with a dash or a number goes on below its words. */
void text_lines(struct text *t, enum tone tone, const char *string);

/* `label`, then the wrapped text in a column of its own. An empty label continues the one before.
 */
void text_field(struct text *t, enum tone tone, const char *label, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* `[####------]`, or blocks: `part` of `whole` in `cells` columns. */
void text_bar(struct text *t, enum tone tone, usec_t part, usec_t whole, unsigned cells);

/* What the user wrote, cut where it is longer than a message should be. Answers `buffer`. */
#define EXCERPT_MAX 68
const char *text_excerpt(const char *text, char buffer[static EXCERPT_MAX]);

/* One line to stderr, `limber: …`, whatever the texts in it. Answers `code`, for `return
 * complain(…)`. */
int complain(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same of a word that is none of `names`, which end with NULL: `there is no verdict 'hurt'; did
 * you mean 'hurts'? …`. */
int complain_unknown(int code, const char *what, const char *word, const char *const names[]);
