/* `limber log add` and `limber log remove`: what was done off the desk. They answer exit codes. */
#pragma once

#include "verbs.h"

int log_add(const struct arguments *args);
int log_remove(const struct arguments *args);
