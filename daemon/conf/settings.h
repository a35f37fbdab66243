/*
 * The settings files, read into one struct. The table in settings.c is the only list of keys in
 * the program: parser, defaults, bounds, --check-config and the tests walk it.
 *
 * Layers, later wins key by key: SHARE/limber.conf (shipped), /etc/limber/limber.conf,
 * $XDG_CONFIG_HOME/limber/limber.conf, each followed by its limber.conf.d/<any name>.conf in the
 * order of their names. A bad line costs that line, a bad key that key; each is a problem. The
 * rules micro, active, hands and eyes are there without any file as well.
 *
 * Whatever keeps the user's `limits` from being read (a word that is none, a lost line, a file that
 * cannot be opened) sets person.limits_unreadable, until a later file says them well.
 */
#pragma once

#include <stdbool.h>

#include "coach/coach.h"
#include "conf/files.h"
#include "conf/problem.h"
#include "core/policy.h"

#define FRONT_END_MAX 256

enum idle_choice { IDLE_CHOICE_AUTO, IDLE_CHOICE_X11, IDLE_CHOICE_NONE };

/* What a rule's break may be filled with. */
struct rule_content {
	uint32_t sets;    /* bits of enum exercise_set */
	uint32_t regions; /* bits of enum region; 0 = any */
};

struct settings {
	struct policy policy;
	struct rule_content content[RULES_MAX]; /* by the rules' numbers */
	struct person person;
	char front_end[FRONT_END_MAX]; /* program that shows prompts: a path, or a name */
	bool sound;
	enum idle_choice idle_source;
	/* Where person.skips were written, for exercises_check_skips(); "" and 0 if nowhere. */
	char skips_file[256];
	unsigned skips_line;
};

/*
 * Read all layers. Never fails on account of what a file holds: such things are appended to
 * *problems and *ret has the best that could be made. -ENOMEM is the only error; *ret is then
 * untouched.
 */
int settings_load(const struct config_paths *paths, struct settings *ret,
		  struct problem_list *problems);

/* One row of the table, for lists of keys. Texts are static. */
struct setting_text {
	const char *section; /* "rule NAME", "prompt", ... */
	const char *key;
	const char *fallback; /* as a user would write it; "" if a rule has to say it */
};

/* The rows, from 0 on; false behind the last. */
bool settings_describe(size_t i, struct setting_text *ret);
