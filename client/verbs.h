/*
 * The verbs of the client: one table that parser, help, completions and tests walk.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "remote.h"

enum option {
	OPTION_JSON,
	OPTION_LIVE,
	OPTION_DECISIONS,
	OPTION_LINES,
	OPTION_WHY,
	OPTION_ANYWAY,
	OPTION_SET,
	OPTION_REGION,
	OPTION_PLACE,
	OPTION_DISCREET,
	OPTION_ALLOWED,
	OPTION_SEED,
	OPTION_PRESET,
	OPTION_CONFIG,
	OPTION_TAKE_BREAKS,
	OPTION_AS_RECORDED,
	OPTION_NO_LIVE,
	OPTION_BELL,
	OPTION_CSV,
	OPTION_OVER,
	OPTION_MISTAKE,
	OPTIONS_COUNT,
};

#define OPTION_VALUES_MAX 8

/* The command line of one verb, taken apart. All texts are borrowed from argv. */
struct arguments {
	const struct verb *verb;
	struct {
		size_t n; /* how often it was given */
		const char *v[OPTION_VALUES_MAX];
	} options[OPTIONS_COUNT];
	char **words; /* what is no option, NULL-terminated */
	size_t n_words;
};

struct verb {
	const char *name;
	const char *usage;   /* what may follow the name */
	const char *summary; /* one line for the list of verbs */
	const char *details; /* more for `limber help VERB`, or NULL */
	unsigned options;    /* bits of enum option */
	size_t words_min, words_max;
	bool reads;   /* only reads: never starts limberd */
	bool command; /* everything from the first word on is a command line of its own */
	int (*run)(const struct arguments *args); /* answers an exit code */
};

/* The table; its last row has no name. */
extern const struct verb verbs[];

const struct verb *verb_find(const char *name);

/* The verb whose name comes close to what was typed, or NULL. */
const struct verb *verb_guess(const char *typed);

/* All verbs, or one of them, on stdout. */
void verb_help_all(void);
void verb_help(const struct verb *verb);

static inline bool option_given(const struct arguments *args, enum option option)
{
	return args->options[option].n > 0;
}

/* The words with a blank between them: `1h 30min` may be two. Owned; NULL without memory. */
char *arguments_join(const struct arguments *args, size_t first);

int run_status(const struct arguments *args);
int run_next(const struct arguments *args);
int run_up(const struct arguments *args);
int run_done(const struct arguments *args);
int run_snooze(const struct arguments *args);
int run_skip(const struct arguments *args);
int run_pause(const struct arguments *args);
int run_resume(const struct arguments *args);
int run_inhibit(const struct arguments *args);
int run_watch(const struct arguments *args);
int run_why(const struct arguments *args);
int run_reading(const struct arguments *args);
int run_rested(const struct arguments *args);
int run_sit(const struct arguments *args);
int run_stand(const struct arguments *args);
int run_show(const struct arguments *args);
int run_simulate(const struct arguments *args);
int run_exercises(const struct arguments *args);
int run_doctor(const struct arguments *args);
int run_guide(const struct arguments *args);
int run_another(const struct arguments *args);
int run_rate(const struct arguments *args);
int run_hurts(const struct arguments *args);
int run_sore(const struct arguments *args);
int run_consent(const struct arguments *args);
int run_safety(const struct arguments *args);
int run_log(const struct arguments *args);
int run_stats(const struct arguments *args);
int run_export(const struct arguments *args);
int run_preview(const struct arguments *args);
int run_help(const struct arguments *args);
