/*
 * The settings files, read into one struct. The table in settings.c is the only list of keys in
 * the program: parser, defaults, bounds, --check-config and the tests walk it.
 *
 * Layers, later wins key by key: SHARE/limber.conf (shipped), /etc/limber/limber.conf,
 * $XDG_CONFIG_HOME/limber/limber.conf, each followed by its limber.conf.d/<any name>.conf in the
 * order of their names. A bad line costs that line, a bad key that key; each is a problem. The
 * rules micro, active, hands and eyes are there without any file as well.
 *
 * A preset acts as if its values stood at the top of the file that names it: it puts back all that
 * any preset sets, sets its own, and what that file and later ones say wins. A later preset takes
 * an earlier one's place.
 *
 * Whatever keeps the user's `limits` from being read (a word that is none, a lost line, a file that
 * cannot be opened) sets person.limits_unreadable, until a later file says them well.
 */
#pragma once

#include <stdbool.h>

#include "base/calendar.h"
#include "coach/coach.h"
#include "conf/files.h"
#include "conf/problem.h"
#include "core/policy.h"

#define FRONT_END_MAX 256
#define HISTORY_PATH_MAX 512
/* The history is where the desktop says that data goes. */
#define HISTORY_AUTO "auto"

enum idle_choice {
	IDLE_CHOICE_AUTO,
	IDLE_CHOICE_WAYLAND,
	IDLE_CHOICE_MUTTER,
	IDLE_CHOICE_X11,
	IDLE_CHOICE_TTY,
	IDLE_CHOICE_NONE,
};

/* What a rule's break may be filled with. */
struct rule_content {
	uint32_t sets;    /* bits of enum exercise_set */
	uint32_t regions; /* bits of enum region; 0 = any */
};

struct settings {
	struct policy policy;
	struct rule_content content[RULES_MAX]; /* by the rules' numbers */
	struct hours hours;
	struct person person;
	unsigned preset;               /* by settings_presets(): the last one named */
	char front_end[FRONT_END_MAX]; /* program that shows prompts: a path, or a name */
	bool sound;
	bool fullscreen_browser; /* counts as QUIET_FULLSCREEN */
	enum idle_choice idle_source;
	usec_t history_keep;
	char history_path[HISTORY_PATH_MAX]; /* absolute, or HISTORY_AUTO */
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

/*
 * For simulations: the shipped settings, then `preset` (NULL: none), then `file` as if it were the
 * user's own (NULL: none); neither /etc nor the user's files. A preset that is none and a file that
 * cannot be read are problems. -ENOMEM is the only error; *ret is then untouched.
 */
int settings_load_as(const struct config_paths *paths, const char *preset, const char *file,
		     struct settings *ret, struct problem_list *problems);

/* Settings made key by key, from what is built in on, without any file. */
struct settings_draft; /* opaque */

/* -ENOMEM is the only error. */
int settings_draft_new(struct settings_draft **ret);
struct settings_draft *settings_draft_free(struct settings_draft *d);

/*
 * Set one key, in a section such as "rule micro" or "prompt". A rule that is not there begins to
 * exist; a preset acts as if it stood before all that was set by itself. `file` and `line` say
 * where this comes from, for problems. 0; -EINVAL with one or more problems appended, and nothing
 * set (but what is known of `limits` and `skip` counts, and person.limits_unreadable holds from
 * then on); -ENOMEM.
 */
int settings_draft_set(struct settings_draft *d, const char *section, const char *key,
		       const char *value, const char *file, unsigned line,
		       struct problem_list *problems);

/*
 * The settings as they stand now. More can be set afterwards. Rules that lack something are
 * problems, and left out. -ENOMEM is the only error.
 */
int settings_draft_take(struct settings_draft *d, struct settings *ret,
			struct problem_list *problems);

/*
 * Every setting that is in force, in an order in which settings_draft_set() of all of them makes
 * the same settings again, to the microsecond. (Limits that could not be read become all limits
 * there are, which suits the same exercises.) Ends with the first answer that is not 0, and
 * answers it.
 */
int settings_write(const struct settings *s,
		   int (*row)(void *owner, const char *section, const char *key, const char *value),
		   void *owner);

/* How many presets there are, and their names, static and NULL-terminated. */
size_t settings_presets(const char *const **ret_names);

/* One row of the table, for lists of keys. Texts are static. */
struct setting_text {
	const char *section; /* "rule NAME", "rule daily", "prompt", ... */
	const char *key;
	const char *fallback; /* as a user would write it; "" if a rule has to say it */
};

/* The rows, from 0 on; false behind the last. */
bool settings_describe(size_t i, struct setting_text *ret);
