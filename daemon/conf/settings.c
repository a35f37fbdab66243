#include "conf/settings-internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *const section_names[] = {
	[SECTION_LIMBER] = "limber",   [SECTION_RULE] = "rule",   [SECTION_RULE_DAILY] = "rule",
	[SECTION_PROMPT] = "prompt",   [SECTION_HOURS] = "hours", [SECTION_QUIET] = "quiet",
	[SECTION_IDLE] = "idle",       [SECTION_DESK] = "desk",   [SECTION_ME] = "me",
	[SECTION_HISTORY] = "history", [SECTIONS] = NULL,
};

enum preset {
	PRESET_ERGONOMIC,
	PRESET_QUIET,
	PRESET_HSE,
	PRESET_AUSTRIA,
	PRESET_ONTARIO,
	PRESET_TUC,
	PRESET_20_20_20,
	PRESET_BACK,
	PRESET_RECOVERING,
	PRESET_WORKRAVE,
	PRESET_GNOME,
	PRESETS,
};

const char *const preset_names[] = {
	[PRESET_ERGONOMIC] = "ergonomic",
	[PRESET_QUIET] = "quiet",
	[PRESET_HSE] = "hse",
	[PRESET_AUSTRIA] = "austria",
	[PRESET_ONTARIO] = "ontario",
	[PRESET_TUC] = "tuc",
	[PRESET_20_20_20] = "20-20-20",
	[PRESET_BACK] = "back",
	[PRESET_RECOVERING] = "recovering",
	[PRESET_WORKRAVE] = "workrave",
	[PRESET_GNOME] = "gnome",
	[PRESETS] = NULL,
};

static const char *const counts_words[] = {
	[RULE_COUNTS_HANDS] = "hands", [RULE_COUNTS_SCREEN] = "screen", NULL
};
static const char *const credit_words[] = {
	[RULE_CREDIT_WHOLE] = "whole", [RULE_CREDIT_LINEAR] = "linear", NULL
};
static const char *const urgency_words[] = {
	[URGENCY_LOW] = "low", [URGENCY_NORMAL] = "normal", [URGENCY_CRITICAL] = "critical", NULL
};
static const char *const source_words[] = { [IDLE_CHOICE_AUTO] = "auto",
					    [IDLE_CHOICE_WAYLAND] = "wayland",
					    [IDLE_CHOICE_MUTTER] = "mutter",
					    [IDLE_CHOICE_X11] = "x11",
					    [IDLE_CHOICE_TTY] = "tty",
					    [IDLE_CHOICE_NONE] = "none",
					    NULL };

static const char *const desk_words[] = { "fixed", "sit-stand", NULL };
static const char *const quiet_words[] = {
	[QUIET_DND] = "dnd",
	[QUIET_CALL] = "call",
	[QUIET_SCREENCAST] = "screencast",
	[QUIET_FULLSCREEN] = "fullscreen",
	[QUIET_INHIBITORS] = "inhibitors",
	NULL,
};

/* By their numbers, 0 being what the coach has worked up to. */
static const char *const level_words[] = { "auto", "1", "2", "3", "4", "5", NULL };

#define ALL_SETS ((UINT32_C(1) << SETS_COUNT) - 1)
#define S USEC_PER_SEC
#define MIN USEC_PER_MIN
#define H USEC_PER_HOUR
#define TARGET(type, member) .offset = offsetof(type, member), .size = sizeof(((type *)0)->member)
#define RULE(member) TARGET(struct slot, member)
#define REST(member) TARGET(struct settings, member)
#define SIGN(sign) REST(policy.quiet), .other_bits = QUIET_BIT(sign)

/*
 * Every key of the program. The fallback holds where no file says anything; for rules it is what a
 * user's own rule begins with. Bounds are wide, so that a test can play a day in seconds; what we
 * recommend is in advice.c.
 */
/* clang-format off */
const struct setting settings_table[] = {
	{ SECTION_LIMBER, "ergonomic", { "preset", FIELD_WORD, REST(preset),
					 .words = preset_names } },

	{ SECTION_RULE, "yes", { "enabled", FIELD_BOOL, RULE(policy.enabled) } },
	{ SECTION_RULE, "screen", { "counts", FIELD_WORD, RULE(policy.counts),
				    .words = counts_words } },
	{ SECTION_RULE, NULL, { "every", FIELD_DURATION, RULE(policy.every), S, 24 * H } },
	{ SECTION_RULE, NULL, { "length", FIELD_DURATION, RULE(policy.length), S, 4 * H } },
	{ SECTION_RULE, "60s", { "grace", FIELD_DURATION, RULE(policy.grace), 0, 1 * H } },
	{ SECTION_RULE, "whole", { "credit", FIELD_WORD, RULE(policy.credit),
				   .words = credit_words } },
	{ SECTION_RULE, "all", { "sets", FIELD_WORDS, RULE(content.sets), .min = 1,
				 .words = set_names, .other = "all", .other_bits = ALL_SETS } },
	{ SECTION_RULE, "any", { "regions", FIELD_WORDS, RULE(content.regions), .min = 1,
				 .words = region_names, .other = "any" } },
	{ SECTION_RULE, "60s", { "patience", FIELD_DURATION, RULE(policy.patience), 0, 1 * H } },
	{ SECTION_RULE, "5min", { "snooze", FIELD_DURATION, RULE(policy.snooze), S, 4 * H } },
	{ SECTION_RULE, "2", { "snoozes", FIELD_NUMBER, RULE(policy.snoozes), 0, 20 } },
	{ SECTION_RULE, "25%", { "debt", FIELD_PERCENT, RULE(policy.debt), 0, 100 } },
	{ SECTION_RULE, "5min", { "merge", FIELD_DURATION, RULE(policy.merge), 0, 4 * H } },
	{ SECTION_RULE, "dnd call screencast fullscreen inhibitors", { "respects", FIELD_WORDS,
	  RULE(policy.respects), .min = 1, .words = quiet_words, .other = "none" } },
	{ SECTION_RULE, "normal", { "urgency", FIELD_WORD, RULE(policy.urgency),
				    .words = urgency_words } },

	{ SECTION_RULE_DAILY, "yes", { "enabled", FIELD_BOOL, REST(policy.daily_enabled) } },
	{ SECTION_RULE_DAILY, "6h", { "every", FIELD_DURATION, REST(policy.daily), S, 24 * H } },

	{ SECTION_PROMPT, "3s", { "lull", FIELD_DURATION, REST(policy.lull), S / 2, 1 * MIN } },
	{ SECTION_PROMPT, "30s", { "settle", FIELD_DURATION, REST(policy.settle), 0, 1 * H } },
	{ SECTION_PROMPT, "4", { "prompts_per_hour", FIELD_NUMBER, REST(policy.prompts_per_hour),
				 1, PROMPTS_PER_HOUR_MAX } },
	{ SECTION_PROMPT, "2min", { "ignore_after", FIELD_DURATION, REST(policy.ignore_after),
				    S, 1 * H } },
	{ SECTION_PROMPT, "2", { "repeats", FIELD_NUMBER, REST(policy.repeats), 0, 20 } },
	{ SECTION_PROMPT, "10min", { "retry", FIELD_DURATION, REST(policy.retry), S, 4 * H } },
	{ SECTION_PROMPT, "no", { "sound", FIELD_BOOL, REST(sound) } },
	{ SECTION_PROMPT, "limber-notify", { "front_end", FIELD_PROGRAM, REST(front_end) } },

	{ SECTION_HOURS, "all", { "mon", FIELD_RANGES, REST(hours.days[0]) } },
	{ SECTION_HOURS, "all", { "tue", FIELD_RANGES, REST(hours.days[1]) } },
	{ SECTION_HOURS, "all", { "wed", FIELD_RANGES, REST(hours.days[2]) } },
	{ SECTION_HOURS, "all", { "thu", FIELD_RANGES, REST(hours.days[3]) } },
	{ SECTION_HOURS, "all", { "fri", FIELD_RANGES, REST(hours.days[4]) } },
	{ SECTION_HOURS, "all", { "sat", FIELD_RANGES, REST(hours.days[5]) } },
	{ SECTION_HOURS, "all", { "sun", FIELD_RANGES, REST(hours.days[6]) } },
	{ SECTION_HOURS, "04:00", { "day_starts", FIELD_CLOCK, REST(hours.day_starts) } },

	{ SECTION_QUIET, "yes", { "dnd", FIELD_SWITCH, SIGN(QUIET_DND) } },
	{ SECTION_QUIET, "yes", { "call", FIELD_SWITCH, SIGN(QUIET_CALL) } },
	{ SECTION_QUIET, "yes", { "screencast", FIELD_SWITCH, SIGN(QUIET_SCREENCAST) } },
	{ SECTION_QUIET, "no", { "fullscreen", FIELD_SWITCH, SIGN(QUIET_FULLSCREEN) } },
	{ SECTION_QUIET, "yes", { "fullscreen_browser", FIELD_BOOL, REST(fullscreen_browser) } },
	{ SECTION_QUIET, "no", { "inhibitors", FIELD_SWITCH, SIGN(QUIET_INHIBITORS) } },
	{ SECTION_QUIET, "2h", { "longest", FIELD_DURATION, REST(policy.longest), S, 24 * H } },

	{ SECTION_IDLE, "auto", { "source", FIELD_WORD, REST(idle_source),
				  .words = source_words } },

	{ SECTION_DESK, "fixed", { "type", FIELD_WORD, REST(policy.sit_stand),
				   .words = desk_words } },
	{ SECTION_DESK, "30min", { "sit", FIELD_DURATION, REST(policy.sit), S, 24 * H } },
	{ SECTION_DESK, "15min", { "stand", FIELD_DURATION, REST(policy.stand), S, 24 * H } },
	{ SECTION_DESK, "40min", { "stand_most", FIELD_DURATION, REST(policy.stand_most),
				   S, 24 * H } },

	{ SECTION_ME, "none", { "limits", FIELD_WORDS, REST(person.limits),
				.words = limitation_names, .other = "none" } },
	{ SECTION_ME, "room", { "place", FIELD_WORD, REST(person.place), .words = place_names } },
	{ SECTION_ME, "no", { "discreet", FIELD_BOOL, REST(person.discreet) } },
	{ SECTION_ME, "auto", { "level", FIELD_WORD, REST(person.level), .words = level_words } },
	{ SECTION_ME, "none", { "skip", FIELD_SKIPS, REST(person), .other = "none" } },

	{ SECTION_HISTORY, "2y", { "keep", FIELD_DURATION, REST(history_keep), 7 * USEC_PER_DAY,
				   100 * 365 * USEC_PER_DAY } },
	{ SECTION_HISTORY, HISTORY_AUTO, { "path", FIELD_FILE, REST(history_path),
					   .other = HISTORY_AUTO } },
};
const size_t settings_table_n = ELEMENTS(settings_table);

/* What is built in for the shipped rules where it differs from the fallbacks. config/limber.conf
 * says the same, with the reasons; a test compares the two. */
const struct shipped_rule shipped_rules[] = {
	{ "micro",  { { "every", "20min" }, { "length", "30s" }, { "snooze", "2min" },
		      { "sets", "warm-up stretching posture eyes" } } },
	{ "active", { { "every", "55min" }, { "length", "5min" }, { "grace", "2min" },
		      { "credit", "linear" }, { "patience", "5min" } } },
	{ "hands",  { { "enabled", "no" }, { "counts", "hands" }, { "every", "6min" },
		      { "length", "15s" }, { "grace", "5s" }, { "snooze", "2min" },
		      { "regions", "wrists shoulders" } } },
	{ "eyes",   { { "enabled", "no" }, { "every", "20min" }, { "length", "20s" },
		      { "snooze", "2min" }, { "sets", "eyes" } } },
};
const size_t shipped_rules_n = ELEMENTS(shipped_rules);

/* What presets set, beside what they leave as `ergonomic` has it, which is what is built in. */
const struct preset_value preset_values[] = {
	{ PRESET_QUIET, "micro", "every", "40min" },
	{ PRESET_QUIET, "micro", "length", "30s" },
	{ PRESET_QUIET, "active", "every", "60min" },
	{ PRESET_QUIET, "active", "length", "5min" },

	{ PRESET_HSE, "micro", "enabled", "no" },
	{ PRESET_HSE, "active", "every", "55min" },
	{ PRESET_HSE, "active", "length", "5min" },

	{ PRESET_AUSTRIA, "micro", "enabled", "no" },
	{ PRESET_AUSTRIA, "active", "every", "50min" },
	{ PRESET_AUSTRIA, "active", "length", "10min" },

	{ PRESET_ONTARIO, "micro", "enabled", "no" },
	{ PRESET_ONTARIO, "active", "every", "60min" },
	{ PRESET_ONTARIO, "active", "length", "5min" },

	{ PRESET_TUC, "micro", "enabled", "no" },
	{ PRESET_TUC, "active", "every", "45min" },
	{ PRESET_TUC, "active", "length", "15min" },

	{ PRESET_20_20_20, "micro", "enabled", "no" },
	{ PRESET_20_20_20, "eyes", "enabled", "yes" },

	{ PRESET_BACK, "active", "every", "30min" },
	{ PRESET_BACK, "active", "length", "5min" },

	{ PRESET_RECOVERING, "hands", "enabled", "yes" },
	{ PRESET_RECOVERING, "hands", "every", "4min" },
	{ PRESET_RECOVERING, "hands", "length", "15s" },
	{ PRESET_RECOVERING, "active", "every", "40min" },
	{ PRESET_RECOVERING, "active", "length", "10min" },
	{ PRESET_RECOVERING, DAILY, "every", "4h" },

	{ PRESET_WORKRAVE, "micro", "enabled", "no" },
	{ PRESET_WORKRAVE, "hands", "enabled", "yes" },
	{ PRESET_WORKRAVE, "hands", "every", "3min" },
	{ PRESET_WORKRAVE, "hands", "length", "30s" },
	{ PRESET_WORKRAVE, "active", "every", "45min" },
	{ PRESET_WORKRAVE, "active", "length", "10min" },
	{ PRESET_WORKRAVE, DAILY, "every", "4h" },

	{ PRESET_GNOME, "micro", "enabled", "no" },
	{ PRESET_GNOME, "eyes", "enabled", "yes" },
	{ PRESET_GNOME, "active", "every", "30min" },
	{ PRESET_GNOME, "active", "length", "5min" },
};
/* clang-format on */
const size_t preset_values_n = ELEMENTS(preset_values);

_Static_assert(ELEMENTS(settings_table) <= SETTINGS_MAX, "SETTINGS_MAX is too small");

/* A key that was set by itself: it wins over a preset, also over one that comes later. */
struct own_setting {
	char *section, *key, *value; /* owned */
	const char *file;            /* one of the draft's */
	unsigned line;
};

struct settings_draft {
	struct loader *loader; /* owned */
	char **files;          /* owned: what problems are told to be of */
	size_t n_files;
	struct own_setting *own; /* owned, in the order in which they were set first */
	size_t n_own;
};

DEFINE_CLEANUP(settings_draft_free, struct settings_draft *)

const struct setting *setting_find(enum section section, const char *key)
{
	for (size_t i = 0; i < settings_table_n; i++)
		if (settings_table[i].section == section &&
		    !strcmp(settings_table[i].field.key, key))
			return &settings_table[i];
	return NULL;
}

const char *section_text(enum section section, const char *rule,
			 char buffer[static SECTION_TEXT_MAX])
{
	if (section == SECTION_RULE_DAILY)
		rule = DAILY;
	if (section == SECTION_RULE || section == SECTION_RULE_DAILY)
		(void)snprintf(buffer, SECTION_TEXT_MAX, "%s %s", section_names[section], rule);
	else
		(void)snprintf(buffer, SECTION_TEXT_MAX, "%s", section_names[section]);
	return buffer;
}

const char *shipped_text(const struct shipped_rule *rule, const struct setting *t)
{
	for (const struct shipped_value *v = rule->values; v->key; v++)
		if (!strcmp(v->key, t->field.key))
			return v->text;
	return t->fallback;
}

static int read_files(struct loader *l, const struct config_files *files)
{
	int r;

	for (size_t i = 0; i < files->n; i++) {
		r = loader_read_file(l, files->v[i].path, files->v[i].layer, false);
		if (r < 0)
			return r;
	}
	if (files->unread && !l->careful_file) {
		l->file = files->unread;
		loader_be_careful(l, 0);
	}
	return 0;
}

/* A preset that stands in no file. */
static int read_preset(struct loader *l, const char *preset)
{
	l->file = "--preset";
	l->layer = LAYER_USER;
	return loader_set_preset(l, preset);
}

/* The files of `paths`, then the preset and the file, where these are given. */
static int load(const struct config_paths *paths, const char *preset, const char *file,
		struct settings *ret, struct problem_list *problems)
{
	CLEANUP(config_files_done) struct config_files files = { 0 };
	CLEANUP(loader_freep) struct loader *l = loader_new();
	int r;

	if (!l)
		return -ENOMEM;
	l->problems = problems;
	r = config_files_list(paths, "limber.conf", "limber.conf.d", ".conf", &files, problems);
	if (r < 0)
		return r;
	r = read_files(l, &files);
	if (r < 0)
		return r;
	r = preset ? read_preset(l, preset) : 0;
	if (r < 0)
		return r;
	r = file ? loader_read_file(l, file, LAYER_USER, true) : 0;
	if (r < 0)
		return r;
	loader_take(l, ret);
	return 0;
}

int settings_load(const struct config_paths *paths, struct settings *ret,
		  struct problem_list *problems)
{
	return load(paths, NULL, NULL, ret, problems);
}

int settings_load_as(const struct config_paths *paths, const char *preset, const char *file,
		     struct settings *ret, struct problem_list *problems)
{
	const struct config_paths shipped = { .share = paths->share };

	return load(&shipped, preset, file, ret, problems);
}

int settings_draft_new(struct settings_draft **ret)
{
	CLEANUP(settings_draft_freep) struct settings_draft *d = calloc(1, sizeof(*d));

	if (!d)
		return -ENOMEM;
	d->loader = loader_new();
	if (!d->loader)
		return -ENOMEM;
	*ret = TAKE(d);
	return 0;
}

struct settings_draft *settings_draft_free(struct settings_draft *d)
{
	if (!d)
		return NULL;
	loader_free(d->loader);
	for (size_t i = 0; i < d->n_own; i++) {
		free(d->own[i].section);
		free(d->own[i].key);
		free(d->own[i].value);
	}
	free(d->own);
	for (size_t i = 0; i < d->n_files; i++)
		free(d->files[i]);
	free(d->files);
	free(d);
	return NULL;
}

/* A copy that lasts as long as the draft; the loader compares these by their address. */
static const char *keep_file(struct settings_draft *d, const char *file)
{
	char **files;

	for (size_t i = 0; i < d->n_files; i++)
		if (!strcmp(d->files[i], file))
			return d->files[i];
	files = reallocarray(d->files, d->n_files + 1, sizeof(*files));
	if (!files)
		return NULL;
	d->files = files;
	files[d->n_files] = strdup(file);
	return files[d->n_files] ? files[d->n_files++] : NULL;
}

/* A name as the reader of files has it: in lower case, runs of blanks as one. False if it is too
 * long for any. */
static bool plain_name(const char *text, char name[static INI_NAME_MAX + 1])
{
	size_t n = 0;

	for (; *text; text++) {
		bool blank = *text == ' ' || *text == '\t';

		if (blank && (n == 0 || name[n - 1] == ' '))
			continue;
		if (n == INI_NAME_MAX)
			return false;
		name[n++] = blank                          ? ' '
			    : *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a')
							   : *text;
	}
	if (n > 0 && name[n - 1] == ' ')
		n--;
	name[n] = '\0';
	return true;
}

static struct own_setting *find_own(struct settings_draft *d, const struct ini_entry *e)
{
	for (size_t i = 0; i < d->n_own; i++)
		if (!strcmp(d->own[i].section, e->section) && !strcmp(d->own[i].key, e->key))
			return &d->own[i];
	return NULL;
}

static struct own_setting *add_own(struct settings_draft *d, const struct ini_entry *e)
{
	struct own_setting *grown = reallocarray(d->own, d->n_own + 1, sizeof(*grown)), *own;

	if (!grown)
		return NULL;
	d->own = grown;
	own = &grown[d->n_own];
	*own = (struct own_setting){ .section = strdup(e->section), .key = strdup(e->key) };
	if (!own->section || !own->key) {
		free(own->section);
		free(own->key);
		return NULL;
	}
	d->n_own++;
	return own;
}

static int remember_own(struct settings_draft *d, const struct ini_entry *e)
{
	struct own_setting *own = find_own(d, e);
	char *value = strdup(e->value);

	if (value && !own)
		own = add_own(d, e);
	if (!value || !own) {
		free(value);
		return -ENOMEM;
	}
	free(own->value);
	own->value = value;
	own->file = d->loader->file;
	own->line = e->line;
	return 0;
}

/* What was said to be wrong with them was said when they were set. */
static int set_own_again(struct settings_draft *d)
{
	struct problem_list said = { 0 };
	int r = 0;

	d->loader->problems = &said;
	for (size_t i = 0; i < d->n_own && r >= 0; i++) {
		const struct own_setting *own = &d->own[i];

		d->loader->file = own->file;
		r = loader_set(d->loader, &(struct ini_entry){ .line = own->line,
							       .section = own->section,
							       .key = own->key,
							       .value = own->value });
	}
	problem_list_done(&said);
	return r;
}

static bool is_preset(const struct ini_entry *e)
{
	return !strcmp(e->section, section_names[SECTION_LIMBER]) && !strcmp(e->key, "preset");
}

int settings_draft_set(struct settings_draft *d, const char *section, const char *key,
		       const char *value, const char *file, unsigned line,
		       struct problem_list *problems)
{
	char section_name[INI_NAME_MAX + 1], key_name[INI_NAME_MAX + 1];
	const struct ini_entry e = {
		.line = line, .section = section_name, .key = key_name, .value = value
	};
	size_t errors = problems->errors;
	struct loader *l = d->loader;
	int r;

	if (!plain_name(section, section_name) || !plain_name(key, key_name)) {
		problem_add(problems, file, line, section, key, "up to 64 characters",
			    "there is no name as long as this");
		return -EINVAL;
	}
	l->file = keep_file(d, file);
	if (!l->file)
		return -ENOMEM;
	l->layer = LAYER_USER;
	l->problems = problems;
	r = loader_set(l, &e);
	if (r < 0)
		return r;
	if (problems->errors > errors)
		return -EINVAL;
	return is_preset(&e) ? set_own_again(d) : remember_own(d, &e);
}

int settings_draft_take(struct settings_draft *d, struct settings *ret,
			struct problem_list *problems)
{
	d->loader->problems = problems;
	loader_take(d->loader, ret);
	return 0;
}

struct writer {
	int (*row)(void *owner, const char *section, const char *key, const char *value);
	void *owner;
};

/* All keys of a section. `base` is what its rows' offsets count from. */
static int write_section(const struct writer *w, enum section section, const char *rule,
			 const void *base)
{
	char name[SECTION_TEXT_MAX], text[FIELD_TEXT_MAX];
	int r;

	section_text(section, rule, name);
	for (size_t i = 0; i < settings_table_n; i++) {
		const struct field *f = &settings_table[i].field;

		if (settings_table[i].section != section)
			continue;
		r = w->row(w->owner, name, f->key, field_write(f, base, text));
		if (r != 0)
			return r;
	}
	return 0;
}

static int write_rules(const struct writer *w, const struct settings *s)
{
	int r;

	for (size_t i = 0; i < s->policy.n_rules; i++) {
		struct slot slot = { .policy = s->policy.rules[i], .content = s->content[i] };

		r = write_section(w, SECTION_RULE, slot.policy.name, &slot);
		if (r != 0)
			return r;
	}
	return 0;
}

/* The preset comes first: what it sets is then said by the rows of the rules. */
static int write_all(const struct writer *w, const struct settings *s)
{
	int r;

	for (int section = 0; section < SECTIONS; section++) {
		if (section == SECTION_RULE)
			r = write_rules(w, s);
		else
			r = write_section(w, (enum section)section, "", s);
		if (r != 0)
			return r;
	}
	return 0;
}

int settings_write(const struct settings *s,
		   int (*row)(void *owner, const char *section, const char *key, const char *value),
		   void *owner)
{
	const struct writer w = { .row = row, .owner = owner };
	struct settings careful;

	if (!s->person.limits_unreadable)
		return write_all(&w, s);
	careful = *s;
	careful.person.limits = (UINT32_C(1) << LIMITS_COUNT) - 1;
	return write_all(&w, &careful);
}

size_t settings_presets(const char *const **ret_names)
{
	*ret_names = preset_names;
	return PRESETS;
}

bool settings_describe(size_t i, struct setting_text *ret)
{
	static const char *const shown[SECTIONS] = {
		[SECTION_RULE] = "rule NAME",
		[SECTION_RULE_DAILY] = "rule " DAILY,
	};
	enum section section;

	if (i >= settings_table_n)
		return false;
	section = settings_table[i].section;
	*ret = (struct setting_text){
		.section = shown[section] ? shown[section] : section_names[section],
		.key = settings_table[i].field.key,
		.fallback = settings_table[i].fallback ? settings_table[i].fallback : "",
	};
	return true;
}
