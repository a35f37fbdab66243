/* Words as people type them: near, but not quite. */
#pragma once

#include <stddef.h>

/* Longer words are near none. */
#define TYPING_MAX 48

/*
 * How many letters must be put in, taken out, changed or swapped with the next to make `b` of `a`;
 * SIZE_MAX if one of them is too long. As good as 1 if `a` is the beginning of `b`: `stat` is two
 * letters away from `status`, and yet it is meant. A beginning of 5 letters and more may have a
 * slip in it, which then counts as one more: `strech` is 2 from `stretching`.
 */
size_t typing_distance(const char *a, const char *b);

/*
 * The one of `names`, which end with NULL and are in small letters, that was probably meant by
 * `word`, in letters of either case; NULL if it is near to none.
 */
const char *typing_guess(const char *word, const char *const names[]);

/*
 * `there is no set 'strech'; did you mean 'stretching'? Say one of: warm-up, stretching`: what is
 * told of a `word` that is none of `names`, cut where it is longer than `size`. `shown` is the word
 * as it may be shown. Returns `buffer`.
 */
const char *typing_unknown(char *buffer, size_t size, const char *what, const char *word,
			   const char *shown, const char *const names[]);
