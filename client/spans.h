/* Lengths and ends of time as the words of a command line say them. */
#pragma once

#include "base/time.h"
#include "verbs.h"

/* The length that the words from `first` on say together, `1h 30min`; never 0. EXIT_DONE, or
 * EXIT_USAGE after a message. */
int span_length(const struct arguments *args, size_t first, usec_t *ret);

/*
 * `T` or `until HH:MM`, as the first point in time after `now` that is meant. Without any word
 * USEC_NEVER. EXIT_DONE, or EXIT_USAGE after a message that has the verb's name in it.
 */
int span_end(const struct arguments *args, walltime_t now, walltime_t *ret);
