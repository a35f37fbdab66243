/* Words as people type them: near, but not quite. */
#pragma once

#include <stddef.h>

/* Longer words are near none. */
#define TYPING_MAX 48

/*
 * How many letters must be put in, taken out, changed or swapped with the next to make `b` of `a`;
 * SIZE_MAX if one of them is too long. As good as 1 if `a` is the beginning of `b`: `stat` is two
 * letters away from `status`, and yet it is meant.
 */
size_t typing_distance(const char *a, const char *b);
