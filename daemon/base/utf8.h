/* UTF-8, read strictly: what passes here may go onto the bus. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Length of the character that the `n` bytes at `text` begin with, and the character itself; 0 if
 * they begin with none (also when n is 0). Over-long forms, surrogates and what lies beyond
 * U+10FFFF are none.
 */
size_t utf8_decode(const char *text, size_t n, uint32_t *ret);

#define UTF8_BROKEN 0xfffd /* stands for a byte that belongs to no character */

/* The character at *cursor, or UTF8_BROKEN; *cursor moves behind it. False at the end of the text.
 */
bool utf8_next(const char **cursor, uint32_t *ret);

/* A character that does something to the text around it instead of showing: C0 and C1 controls,
 * line and paragraph separators, and marks that turn the direction of writing. */
bool utf8_is_control(uint32_t character);

/*
 * One line of text that may be anybody's: whole characters as far as they fit into `size` bytes
 * (at least 1) with the terminating zero; a space for each tab or end of line, and without what
 * else does not show. `text` may be NULL.
 */
void utf8_copy_line(char *target, size_t size, const char *text);
