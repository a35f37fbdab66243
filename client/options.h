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

/*
 * What follows the verb's name, `argv` being NULL-terminated and reordered here. EXIT_DONE, or
 * EXIT_USAGE after a message; *ret_help: the user only wants to read about the verb.
 */
int options_parse(const struct verb *verb, char **argv, struct arguments *ret, bool *ret_help);
