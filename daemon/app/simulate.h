/*
 * limberd --simulate: a day in, what limber would have done out. Needs no session and no bus.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So many settings can be compared at once. */
#define SIMULATE_SETTINGS_MAX 16

/* Settings to play under: a preset, or a settings file. The other one is NULL. Borrowed. */
struct simulate_settings {
	const char *preset;
	const char *file;
};

struct simulate_options {
	const char *trace; /* a file, or "-"; borrowed */
	bool json;
	bool take_breaks, as_recorded; /* neither: as recorded, but taken in a comparison */
	bool seed_given;
	uint64_t seed;
	size_t n; /* 0: the trace's own settings, else the user's */
	struct simulate_settings settings[SIMULATE_SETTINGS_MAX];
};

/* Print it all, complaints to stderr. The exit code: 0, 1 after an error, 2 for an unknown preset.
 */
int simulate(const struct simulate_options *options);
