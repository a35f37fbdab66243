/* Text taken apart into characters. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define UTF8_BROKEN 0xfffd /* stands for a byte that belongs to no character */

/* The character at *cursor, which moves behind it; false at the end of the text. */
bool utf8_next(const char **cursor, uint32_t *ret);
