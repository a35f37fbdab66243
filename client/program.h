/* Where a program is that is installed together with limber. */
#pragma once

#include <limits.h>
#include <stdbool.h>

/*
 * The program `name` in the folder that we are in, which is preferred, so that what was built
 * together runs together; false if it is not there.
 */
bool program_beside(const char *name, char ret_path[static PATH_MAX]);

/* The program `name` beside us or in PATH. */
bool program_find(const char *name, char ret_path[static PATH_MAX]);
