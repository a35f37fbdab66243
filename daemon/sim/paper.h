/* Lines for people: padded, wrapped, coloured, in the character set that they can see. */
#pragma once

#include <stdio.h>

#include "sim/timeline.h"

enum paper_ink {
	PAPER_PLAIN,
	PAPER_BOLD,
	PAPER_DIM,
	PAPER_ASKING, /* a prompt */
	PAPER_GOOD,   /* a break taken */
	PAPER_BAD,    /* a break lost */
	PAPER_OTHER,  /* something else that stands out */
};

/* How many columns to fill: style->columns within its bounds. */
unsigned paper_columns(const struct timeline_style *style);

void paper_print(FILE *out, const struct timeline_style *style, enum paper_ink ink,
		 const char *text);
/* To `width` characters and, if the text is longer, one blank. */
void paper_print_padded(FILE *out, const struct timeline_style *style, enum paper_ink ink,
			const char *text, size_t width);
/* The rest of a line that stands at column `indent`, wrapped below itself. Ends the line. */
void paper_print_wrapped(FILE *out, const struct timeline_style *style, const char *text,
			 size_t indent);
