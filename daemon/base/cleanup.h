/* Scope-bound release of what a function owns. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* CLEANUP(fn) runs fn(&var) when var leaves its scope. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))

/* From a foo_free() that ignores NULL, make the foo_freep() that CLEANUP needs. */
#define DEFINE_CLEANUP(fn, type)                                                                   \
	static inline void fn##p(type *slot)                                                       \
	{                                                                                          \
		fn(*slot);                                                                         \
	}

/* Empty a scope-bound variable and hand its pointer on: the receiver owns it. */
#define TAKE(var)                                                                                  \
	({                                                                                         \
		__typeof__(var) taken_ = (var);                                                    \
		(var) = NULL;                                                                      \
		taken_;                                                                            \
	})

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

static inline void freep(void *slot)
{
	free(*(void **)slot);
}

static inline void closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void fclosep(FILE **file)
{
	if (*file)
		fclose(*file);
}
