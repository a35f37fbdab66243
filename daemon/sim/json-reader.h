/*
 * JSON (RFC 8259), read strictly and as a stream: one part at a time, so that a file of any size
 * takes the memory of this struct. Allocates nothing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH_MAX 64 /* objects and arrays within each other; deeper is a fault */
#define JSON_TEXT_MAX 128 /* bytes kept of a string or number, with the terminating zero */

enum json_part {
	JSON_OBJECT,
	JSON_OBJECT_END,
	JSON_ARRAY,
	JSON_ARRAY_END,
	JSON_KEY, /* in `text`; its value follows */
	JSON_STRING,
	JSON_NUMBER,
	JSON_TRUE,
	JSON_FALSE,
	JSON_NULL,
	JSON_END, /* the value is complete and nothing follows in the file */
};

struct json_reader {
	FILE *file;  /* borrowed */
	size_t line; /* of the last byte that was read, from 1 on */
	size_t column;
	const char *why; /* after -EINVAL: half a sentence */
	unsigned depth;
	/* Of the last KEY, STRING or NUMBER: UTF-8 without zeros; what is no character became
	 * U+FFFD. */
	char text[JSON_TEXT_MAX];
	size_t length;
	bool cut; /* there was more of it than `text` holds */

	/* The rest is private. */
	uint64_t objects; /* bit n: what is open at depth n is an object */
	int ahead;        /* a byte that was read too far, or EOF */
	bool has_ahead;
	enum { JSON_BEFORE_VALUE, JSON_BEFORE_FIRST, JSON_AFTER_KEY, JSON_AFTER_VALUE } state;
};

void json_reader_init(struct json_reader *j, FILE *file);

/* The next part: 0; -EINVAL with `why`, and nothing more can be read then; or another negative
 * errno of reading. */
int json_reader_next(struct json_reader *j, enum json_part *ret);

/* What is left of the value that began with `part`: of an object or array all up to its end,
 * otherwise nothing. Answers as json_reader_next(). */
int json_reader_skip(struct json_reader *j, enum json_part part);
