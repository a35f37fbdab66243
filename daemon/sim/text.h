/* Text that grows inside a buffer of fixed size; what does not fit is left out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/time.h"

struct text {
	char *at, *end; /* the terminating zero, and the last byte of the buffer */
};

/* Begin with "". `size` is at least 1. */
void text_begin(struct text *t, char *buffer, size_t size);

/* The smallest parts are here, for the compiler: it knows how long a literal is, and a year has
 * millions of them. */
static inline void text_add_bytes(struct text *t, const char *bytes, size_t n)
{
	if (n > (size_t)(t->end - t->at)) {
		t->end = t->at;
		return;
	}
	memcpy(t->at, bytes, n);
	t->at += n;
	*t->at = '\0';
}

static inline void text_add_char(struct text *t, char c)
{
	if (t->at == t->end)
		return;
	*t->at++ = c;
	*t->at = '\0';
}

static inline void text_add(struct text *t, const char *string)
{
	text_add_bytes(t, string, strlen(string));
}
/* Decimal, with leading zeros up to `width` digits. */
void text_add_number(struct text *t, uint64_t number, unsigned width);
/* From outside: bytes that are not UTF-8 and characters that control a terminal are left out. */
void text_add_foreign(struct text *t, const char *string);
/* As a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void text_add_json(struct text *t, const char *string);
/* A part of a second: ".345678". */
void text_add_micros(struct text *t, usec_t micros);
/* In seconds: "12.345678", or without what is 0 at the end: "12.3", "12". */
void text_add_seconds(struct text *t, usec_t length, bool whole);

/* How many characters of valid UTF-8. */
size_t text_width(const char *string);
