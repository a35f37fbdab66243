/* Sentences put together without the C library's formatter: the coach is pure. */
#pragma once

#include <stddef.h>

/* Append; what does not fit is left out. */
void words_add(char *buffer, size_t size, const char *text);
void words_add_number(char *buffer, size_t size, unsigned number);
