/*
 * What the parts of the settings' loader share: the table of keys (settings.c), the loader that
 * fills settings from entries of files (loader.c), and what we recommend (advice.c).
 */
#pragma once

#include "base/cleanup.h"
#include "conf/field.h"
#include "conf/ini.h"
#include "conf/settings.h"

enum section {
	SECTION_LIMBER,
	SECTION_RULE,
	SECTION_RULE_DAILY, /* no break: the day's notice */
	SECTION_PROMPT,
	SECTION_HOURS,
	SECTION_QUIET,
	SECTION_IDLE,
	SECTION_DESK,
	SECTION_ME,
	SECTION_HISTORY,
	SECTIONS,
};

/* The sections' first words by number, NULL-terminated. */
extern const char *const section_names[];
#define DAILY "daily"

/* A rule while files are being read. */
struct slot {
	struct rule_policy policy;
	struct rule_content content;
	const char *file; /* where it was first seen; NULL for a shipped one */
	unsigned line;
};

/* A row of the table of all keys. */
struct setting {
	enum section section;
	const char *fallback; /* as a user would write it; NULL: a rule has to say it */
	struct field field;   /* of struct slot in SECTION_RULE, else of struct settings */
};

#define SETTINGS_MAX 56
extern const struct setting settings_table[];
extern const size_t settings_table_n;

const struct setting *setting_find(enum section section, const char *key);

/* Its own section's name in full: "prompt", "rule daily", and for a rule "rule NAME". */
#define SECTION_TEXT_MAX (sizeof("rule ") + RULE_NAME_MAX)
const char *section_text(enum section section, const char *rule,
			 char buffer[static SECTION_TEXT_MAX]);

/* The shipped rules where they differ from the fallbacks. */
struct shipped_rule {
	const char *name;
	struct shipped_value {
		const char *key, *text;
	} values[10]; /* ends with a NULL key */
};
extern const struct shipped_rule shipped_rules[];
extern const size_t shipped_rules_n;

/* What is built in for the shipped rule's key. */
const char *shipped_text(const struct shipped_rule *rule, const struct setting *t);

/* One value of a preset. */
struct preset_value {
	unsigned preset;
	const char *rule; /* a shipped one, or DAILY */
	const char *key, *text;
};
extern const struct preset_value preset_values[];
extern const size_t preset_values_n;
extern const char *const preset_names[]; /* by number, NULL-terminated */

/* Who said what holds now. */
struct origin {
	char *text;         /* owned; NULL: nobody did */
	const char *file;   /* borrowed; NULL: built in */
	const char *preset; /* it comes with this one, which the file names; or NULL */
	unsigned line;
	enum config_layer layer;
};

struct loader {
	struct settings out;
	struct slot slots[RULES_MAX];
	size_t n_slots;
	struct origin origins[RULES_MAX + 1][SETTINGS_MAX]; /* the last row: not of a rule */
	struct problem_list *problems;
	const char *file; /* being read; NULL for what is built in */
	enum config_layer layer;
	const char *preset;       /* being applied */
	const char *careful_file; /* where limits may have been lost; NULL: nowhere */
	unsigned careful_line;
};

/* With what is built in. NULL without memory. */
struct loader *loader_new(void);
struct loader *loader_free(struct loader *l);

static inline void loader_freep(struct loader **slot)
{
	loader_free(*slot);
}

/* Each answers 0 or -ENOMEM; what is wrong is told in l->problems. */
int loader_read_file(struct loader *l, const char *path, enum config_layer layer, bool must_exist);
int loader_set_preset(struct loader *l, const char *name);
/* A key of the present file; if it is refused, nothing has changed. */
int loader_set(struct loader *l, const struct ini_entry *e);

/* From here on only exercises that suit everybody: a limit of the user's may have got lost. */
void loader_be_careful(struct loader *l, unsigned line);

/* What has come together. */
void loader_take(struct loader *l, struct settings *ret);

struct origin *loader_origin(struct loader *l, int slot, const struct setting *t);

/* Warn of what works, but is not what we recommend: of rule number `i`, and of all the rest. */
void advise_rule(struct loader *l, int i);
void advise_rest(struct loader *l);
