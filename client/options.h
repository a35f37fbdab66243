/* The command line, by the table of verbs. */
#pragma once

#include "verbs.h"

struct option_spec {
	const char *name;  /* without its dashes */
	const char *value; /* what stands for its value in the help, NULL for none */
	const char *summary;
};

/* By enum option. */
extern const struct option_spec option_specs[OPTIONS_COUNT];

/* The short name of each that has one, 0 else: `-n 20` and `-n20` are `--lines 20`. */
extern const char option_letters[OPTIONS_COUNT];

/* The whole number that an option was given, at most `most`; *ret as it was if it was not given.
 * EXIT_DONE, or EXIT_USAGE after a message. */
int option_number(const struct arguments *args, enum option option, unsigned most, unsigned *ret);

/*
 * What follows the verb's name, `argv` being NULL-terminated and reordered here. EXIT_DONE, or
 * EXIT_USAGE after a message; *ret_help: the user only wants to read about the verb.
 */
int options_parse(const struct verb *verb, char **argv, struct arguments *ret, bool *ret_help);
