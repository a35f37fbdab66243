/* Texts for people, as notifications show them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/time.h"

/* `45 s`, `2 min 30 s`, `5 min`, `1 h 5 min`, rounded up to the next second. The caller frees it.
 */
char *text_span(usec_t span);

/*
 * At most `most` characters of `text` (valid UTF-8) with blanks for control characters; lines are
 * kept unless `one_line`. The caller frees it.
 */
char *text_clean(const char *text, bool one_line, size_t most);
