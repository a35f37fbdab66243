/*
 * Text as users write it, read strictly: the whole text must make sense, blanks around it are
 * allowed, anything else is -EINVAL, and a value that no variable can hold is -ERANGE. The target
 * is untouched on failure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/time.h"

/*
 * `90s`, `20min`, `1h30min`, `2d`, `3w`, `2y`, `500ms`, `1.5h`: one or more numbers, each with its
 * unit (us, ms, s, min, h, d, w, y; m is refused, as it could be months), blanks between them
 * allowed. A year is 365 days. A bare `0` needs no unit; any other bare number is refused.
 */
int parse_duration(const char *text, usec_t *ret);

/* `09:30`, `9:30`, `24:00`: minutes since midnight, 0 to 1440. */
int parse_clock(const char *text, unsigned *ret_minute);

/* `25%`, 0 to 100. */
int parse_percent(const char *text, unsigned *ret);

/* yes/no, true/false, on/off, 1/0, in any case. */
int parse_bool(const char *text, bool *ret);

/* A plain decimal number without sign. */
int parse_unsigned(const char *text, unsigned *ret);

/*
 * The next word of a list whose words stand apart by blanks or commas. Moves *cursor behind it.
 * True with *ret_word (not terminated, borrowed from the text) and *ret_length; false at the end.
 */
bool parse_list_next(const char **cursor, const char **ret_word, size_t *ret_length);

#define DURATION_TEXT_MAX 32

/*
 * `1h 30min`, `20min`, `90s` becomes `1min 30s`, `45s`, `0s`: the two largest units that say it,
 * rounded down to whole seconds. Returns `buffer`, for use in a format's arguments.
 */
const char *format_duration(usec_t length, char buffer[static DURATION_TEXT_MAX]);
