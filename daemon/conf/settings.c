#include "conf/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "conf/field.h"
#include "conf/ini.h"

enum section { SECTION_RULE, SECTION_PROMPT, SECTION_IDLE, SECTION_ME, SECTIONS };

static const char *const section_names[] = {
	[SECTION_RULE] = "rule", [SECTION_PROMPT] = "prompt", [SECTION_IDLE] = "idle",
	[SECTION_ME] = "me",     [SECTIONS] = NULL,
};

/* A rule while files are being read. */
struct slot {
	struct rule_policy policy;
	struct rule_content content;
	const char *file; /* where it was first seen; NULL for a shipped one */
	unsigned line;
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
static const char *const source_words[] = {
	[IDLE_CHOICE_AUTO] = "auto", [IDLE_CHOICE_X11] = "x11", [IDLE_CHOICE_NONE] = "none", NULL
};

#define ALL_SETS ((UINT32_C(1) << SETS_COUNT) - 1)
#define S USEC_PER_SEC
#define MIN USEC_PER_MIN
#define H USEC_PER_HOUR
#define TARGET(type, member) .offset = offsetof(type, member), .size = sizeof(((type *)0)->member)
#define RULE(member) TARGET(struct slot, member)
#define REST(member) TARGET(struct settings, member)

/*
 * Every key of the program. The fallback holds where no file says anything; for rules it is what a
 * user's own rule begins with. Bounds are wide, so that a test can play a day in seconds; what we
 * recommend is further below.
 */
/* clang-format off */
static const struct setting {
	enum section section;
	const char *fallback; /* as a user would write it; NULL: a rule has to say it */
	struct field field;
} table[] = {
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
	{ SECTION_RULE, "normal", { "urgency", FIELD_WORD, RULE(policy.urgency),
				    .words = urgency_words } },

	{ SECTION_PROMPT, "3s", { "lull", FIELD_DURATION, REST(policy.lull), S / 2, 1 * MIN } },
	{ SECTION_PROMPT, "30s", { "settle", FIELD_DURATION, REST(policy.settle), 0, 1 * H } },
	{ SECTION_PROMPT, "2min", { "ignore_after", FIELD_DURATION, REST(policy.ignore_after),
				    S, 1 * H } },
	{ SECTION_PROMPT, "2", { "repeats", FIELD_NUMBER, REST(policy.repeats), 0, 20 } },
	{ SECTION_PROMPT, "10min", { "retry", FIELD_DURATION, REST(policy.retry), S, 4 * H } },
	{ SECTION_PROMPT, "no", { "sound", FIELD_BOOL, REST(sound) } },
	{ SECTION_PROMPT, "limber-notify", { "front_end", FIELD_PROGRAM, REST(front_end) } },

	{ SECTION_IDLE, "auto", { "source", FIELD_WORD, REST(idle_source),
				  .words = source_words } },

	{ SECTION_ME, "none", { "limits", FIELD_WORDS, REST(person.limits),
				.words = limitation_names, .other = "none" } },
	{ SECTION_ME, "room", { "place", FIELD_WORD, REST(person.place), .words = place_names } },
	{ SECTION_ME, "no", { "discreet", FIELD_BOOL, REST(person.discreet) } },
	{ SECTION_ME, "none", { "skip", FIELD_SKIPS, REST(person), .other = "none" } },
};

/* The shipped rules where they differ from the fallbacks. config/limber.conf says the same, with
 * the reasons; a test compares the two. */
static const struct shipped_rule {
	const char *name;
	struct shipped_value { const char *key, *text; } values[10];
} shipped_rules[] = {
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

/* Ranges that there is a reason for. The first that fits a rule speaks for it. */
static const struct recommended {
	bool hands_only;
	usec_t up_to; /* length of the breaks that it is about */
	usec_t every_min, every_max, length_min, length_max;
	const char *every_hint, *length_hint;
} recommendations[] = {
	{
		.hands_only = true, .up_to = 2 * MIN,
		.every_min = 3 * MIN, .every_max = 60 * MIN,
		.length_min = 5 * S, .length_max = 2 * MIN,
		.every_hint = "3min to 60min for short breaks of the hands, as other break "
			      "programs have it",
		.length_hint = "5s to 2min for short breaks of the hands, as other break programs "
			       "have it",
	}, {
		.up_to = 2 * MIN,
		.every_min = 10 * MIN, .every_max = 60 * MIN,
		.length_min = 15 * S, .length_max = 2 * MIN,
		.every_hint = "10min to 60min for short breaks: about every 20min brought typists "
			      "the most comfort (McLean 2001)",
		.length_hint = "15s to 2min for short breaks: 30s brought typists the most comfort "
			       "(McLean 2001)",
	}, {
		.up_to = USEC_NEVER,
		.every_min = 25 * MIN, .every_max = 120 * MIN,
		.length_min = 2 * MIN, .length_max = 15 * MIN,
		.every_hint = "25min to 120min for long breaks: guidance is 5 to 10 minutes after "
			      "50 to 60 (HSE L26)",
		.length_hint = "2min to 15min for long breaks: five minutes in the hour ease "
			       "discomfort and cost no work done (Galinsky 2007)",
	},
};
/* clang-format on */

/* Who said what holds now. */
struct origin {
	char *text;       /* owned; NULL: nobody did */
	const char *file; /* borrowed; NULL: built in */
	unsigned line;
	enum config_layer layer;
};

struct loader {
	struct settings out;
	struct slot slots[RULES_MAX];
	size_t n_slots;
	struct origin origins[RULES_MAX + 1][ELEMENTS(table)]; /* the last row: not of a rule */
	struct problem_list *problems;
	const char *file; /* being read; NULL for what is built in */
	enum config_layer layer;
	const char *careful_file; /* where limits may have been lost; NULL: nowhere */
	unsigned careful_line;
};

static void loader_free(struct loader *l)
{
	if (!l)
		return;
	for (size_t i = 0; i <= RULES_MAX; i++)
		for (size_t k = 0; k < ELEMENTS(table); k++)
			free(l->origins[i][k].text);
	free(l);
}

DEFINE_CLEANUP(loader_free, struct loader *)

static const struct setting *setting_find(enum section section, const char *key)
{
	for (size_t i = 0; i < ELEMENTS(table); i++)
		if (table[i].section == section && !strcmp(table[i].field.key, key))
			return &table[i];
	return NULL;
}

static bool is_limits(const struct setting *t)
{
	return t->section == SECTION_ME && t->field.kind == FIELD_WORDS;
}

/* The rule's number, or -1. */
static int slot_find(const struct loader *l, const char *name)
{
	for (size_t i = 0; i < l->n_slots; i++)
		if (!strcmp(l->slots[i].policy.name, name))
			return (int)i;
	return -1;
}

static struct origin *origin_of(struct loader *l, int slot, const struct setting *t)
{
	return &l->origins[slot < 0 ? RULES_MAX : slot][t - table];
}

static void *base_of(struct loader *l, int slot)
{
	return slot < 0 ? (void *)&l->out : &l->slots[slot];
}

/* From here on only exercises that suit everybody: a limit of the user's may have got lost. */
static void be_careful(struct loader *l, unsigned line)
{
	if (l->careful_file == l->file)
		return;
	l->careful_file = l->file;
	l->careful_line = line;
}

static int remember(struct loader *l, int slot, const struct setting *t, const char *text,
		    unsigned line)
{
	struct origin *o = origin_of(l, slot, t);
	char *copy = strdup(text);

	if (!copy)
		return -ENOMEM;
	free(o->text);
	*o = (struct origin){ .text = copy, .file = l->file, .line = line, .layer = l->layer };
	if (is_limits(t) && l->careful_file != l->file)
		l->careful_file = NULL;
	if (t->field.kind == FIELD_SKIPS && l->file) {
		(void)snprintf(l->out.skips_file, sizeof(l->out.skips_file), "%s", l->file);
		l->out.skips_line = line;
	}
	return 0;
}

static void tell_refused(struct loader *l, int slot, const struct setting *t,
			 const struct ini_entry *e, const char *fault)
{
	const struct origin *o = origin_of(l, slot, t);
	char hint[FIELD_HINT_MAX], kept[EXCERPT_MAX];

	field_hint(&t->field, hint);
	if (is_limits(t))
		problem_add(l->problems, l->file, e->line, e->section, e->key, hint,
			    "%s, what else is listed counts", fault);
	else if (o->text)
		problem_add(l->problems, l->file, e->line, e->section, e->key, hint,
			    "%s, keeping %s from %s", fault, problem_excerpt(o->text, kept),
			    o->file ? o->file : "the built-in values");
	else
		problem_add(l->problems, l->file, e->line, e->section, e->key, hint,
			    "%s, and no other file says it", fault);
}

/* The value of one key. -ENOMEM is the only error. */
static int apply(struct loader *l, int slot, const struct setting *t, const struct ini_entry *e)
{
	char fault[FIELD_FAULT_MAX];

	if (is_limits(t) && e->again)
		be_careful(l, e->line);
	if (field_read(&t->field, e->value, base_of(l, slot), fault) == 0)
		return remember(l, slot, t, e->value, e->line);
	if (is_limits(t)) {
		be_careful(l, e->line);
		l->out.person.limits |= field_known_words(e->value, limitation_names);
	}
	tell_refused(l, slot, t, e, fault);
	return 0;
}

/* Values that are built in cannot be refused: a test loads them and wants no problem. */
static int apply_builtin(struct loader *l, int slot, const struct setting *t, const char *text)
{
	struct ini_entry e = { .section = "", .key = t->field.key, .value = text };

	return text ? apply(l, slot, t, &e) : 0;
}

/* A new rule with the fallbacks; its number, -ENOSPC if there are too many, or -ENOMEM. */
static int slot_add(struct loader *l, const char *name)
{
	int slot = (int)l->n_slots, r;

	if (l->n_slots == RULES_MAX)
		return -ENOSPC;
	l->n_slots++;
	(void)snprintf(l->slots[slot].policy.name, sizeof(l->slots[slot].policy.name), "%s", name);
	for (size_t i = 0; i < ELEMENTS(table); i++) {
		if (table[i].section != SECTION_RULE)
			continue;
		r = apply_builtin(l, slot, &table[i], table[i].fallback);
		if (r < 0)
			return r;
	}
	return slot;
}

static int add_shipped_rule(struct loader *l, const struct shipped_rule *rule)
{
	int slot = slot_add(l, rule->name), r;

	if (slot < 0)
		return slot;
	for (const struct shipped_value *v = rule->values; v->key; v++) {
		r = apply_builtin(l, slot, setting_find(SECTION_RULE, v->key), v->text);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_builtins(struct loader *l)
{
	int r;

	for (size_t i = 0; i < ELEMENTS(table); i++) {
		if (table[i].section == SECTION_RULE)
			continue;
		r = apply_builtin(l, -1, &table[i], table[i].fallback);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < ELEMENTS(shipped_rules); i++) {
		r = add_shipped_rule(l, &shipped_rules[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Which section a header means: SECTIONS if none. A rule's name, "" without, goes to *ret_name. */
static enum section section_find(const char *header, const char **ret_name)
{
	size_t n = strcspn(header, " ");
	int section = name_lookup(section_names, header, n);

	*ret_name = header[n] ? header + n + 1 : "";
	if (section < 0 || (section != SECTION_RULE && header[n]))
		return SECTIONS;
	return (enum section)section;
}

static bool is_rule_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n > 0 && n <= RULE_NAME_MAX && !name[n];
}

static void tell_unknown_section(struct loader *l, const struct ini_entry *e)
{
	const char *near = "";
	size_t n = strcspn(e->section, " ");
	char word[INI_NAME_MAX + 1];

	(void)snprintf(word, sizeof(word), "%.*s", (int)n, e->section);
	for (size_t i = 0; i < SECTIONS; i++)
		if (field_distance(word, section_names[i]) <= 2)
			near = section_names[i];
	problem_add(l->problems, l->file, e->line, e->section, "",
		    "[rule NAME], [prompt], [idle] or [me]",
		    "there is no such section%s%s, its keys are left out",
		    *near ? ", perhaps you mean " : "", near);
}

static int begin_rule(struct loader *l, const char *name, const struct ini_entry *e)
{
	int slot;

	if (!is_rule_name(name)) {
		problem_add(l->problems, l->file, e->line, e->section, "",
			    "[rule NAME], the name up to 32 letters a-z, digits and '-'",
			    "the rule has no name that we can use, its keys are left out");
		return 0;
	}
	if (slot_find(l, name) >= 0)
		return 0;
	slot = slot_add(l, name);
	if (slot == -ENOSPC) {
		problem_add(l->problems, l->file, e->line, e->section, "",
			    "at most 32 rules in all",
			    "this is one rule too many, its keys are left out");
		return 0;
	}
	if (slot < 0)
		return slot;
	l->slots[slot].file = l->file;
	l->slots[slot].line = e->line;
	return 0;
}

/* A line that does not count: could it have been the limits? */
static void look_for_limits(struct loader *l, const struct ini_entry *e)
{
	bool alike = field_distance(e->key, "limits") <= 2;
	bool any_key = !*e->key && !strcmp(e->section, section_names[SECTION_ME]);

	if (alike || (!e->value && any_key) ||
	    (e->value && field_known_words(e->value, limitation_names)))
		be_careful(l, e->line);
}

static void tell_unknown_key(struct loader *l, enum section section, const struct ini_entry *e)
{
	char hint[FIELD_HINT_MAX] = "";
	const char *near = "";
	size_t used = 0;

	for (size_t i = 0; i < ELEMENTS(table) && used < sizeof(hint); i++) {
		const char *key = table[i].field.key;

		if (table[i].section != section)
			continue;
		used += (size_t)snprintf(hint + used, sizeof(hint) - used, "%s%s",
					 used ? ", " : "the keys here are ", key);
		if (field_distance(e->key, key) <= 2)
			near = key;
	}
	problem_add(l->problems, l->file, e->line, e->section, e->key, hint,
		    "there is no such key%s%s, the line is left out",
		    *near ? ", perhaps you mean " : "", near);
}

static int take_key(struct loader *l, enum section section, const char *rule,
		    const struct ini_entry *e)
{
	const struct setting *t = section == SECTIONS ? NULL : setting_find(section, e->key);
	int slot = section == SECTION_RULE ? slot_find(l, rule) : -1;

	if (!t)
		look_for_limits(l, e);
	if (section == SECTIONS || (section == SECTION_RULE && slot < 0))
		return 0; /* told at the section's header */
	if (!t) {
		tell_unknown_key(l, section, e);
		return 0;
	}
	return apply(l, slot, t, e);
}

static int take_entry(struct loader *l, const struct ini_entry *e)
{
	const char *rule;
	enum section section = section_find(e->section, &rule);

	if (!e->value) {
		look_for_limits(l, e);
		return 0;
	}
	if (*e->key)
		return take_key(l, section, rule, e);
	if (section == SECTION_RULE)
		return begin_rule(l, rule, e);
	if (section == SECTIONS)
		tell_unknown_section(l, e);
	return 0;
}

static int load_file(struct loader *l, const struct config_file *f)
{
	CLEANUP(ini_file_done) struct ini_file ini = { 0 };
	size_t first = l->problems->n;
	int r;

	l->file = f->path;
	l->layer = f->layer;
	r = ini_load(f->path, &ini, l->problems);
	if (r == INI_UNREADABLE)
		be_careful(l, 0);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ini.n; i++) {
		r = take_entry(l, &ini.entries[i]);
		if (r < 0)
			return r;
	}
	problem_list_order(l->problems, first);
	return 0;
}

static const struct recommended *recommended_for(const struct rule_policy *rule)
{
	for (size_t i = 0; i < ELEMENTS(recommendations); i++) {
		const struct recommended *r = &recommendations[i];

		if (rule->length <= r->up_to &&
		    (!r->hands_only || rule->counts == RULE_COUNTS_HANDS))
			return r;
	}
	return &recommendations[ELEMENTS(recommendations) - 1];
}

static bool is_users(const struct origin *o)
{
	return o->file && o->layer != LAYER_SHARE;
}

static void warn_outside(struct loader *l, const struct slot *slot, const struct setting *t,
			 const struct origin *at, const char *text, bool outside, const char *hint)
{
	char section[sizeof("rule ") + RULE_NAME_MAX];

	if (!outside)
		return;
	(void)snprintf(section, sizeof(section), "rule %s", slot->policy.name);
	problem_warn(l->problems, at->file, at->line, section, t->field.key, hint,
		     "%s is used, but is not what we recommend", text);
}

/* Our own choices need no warning, nor does a rule that is off. */
static void warn_of_rule(struct loader *l, int i)
{
	const struct setting *every_key = setting_find(SECTION_RULE, "every");
	const struct setting *length_key = setting_find(SECTION_RULE, "length");
	const struct origin *every = origin_of(l, i, every_key);
	const struct origin *length = origin_of(l, i, length_key);
	const struct slot *slot = &l->slots[i];
	const struct recommended *r = recommended_for(&slot->policy);
	usec_t e = slot->policy.every, n = slot->policy.length;

	if (!slot->policy.enabled || (!is_users(every) && !is_users(length)))
		return;
	warn_outside(l, slot, every_key, is_users(every) ? every : length, every->text,
		     e < r->every_min || e > r->every_max, r->every_hint);
	warn_outside(l, slot, length_key, is_users(length) ? length : every, length->text,
		     n < r->length_min || n > r->length_max, r->length_hint);
}

static bool is_whole(struct loader *l, int i)
{
	static const char *const needed[] = { "every", "length" };
	bool whole = true;

	for (size_t k = 0; k < ELEMENTS(needed); k++) {
		const struct setting *t = setting_find(SECTION_RULE, needed[k]);
		char section[sizeof("rule ") + RULE_NAME_MAX], hint[FIELD_HINT_MAX];

		if (origin_of(l, i, t)->text)
			continue;
		whole = false;
		(void)snprintf(section, sizeof(section), "rule %s", l->slots[i].policy.name);
		problem_add(l->problems, l->slots[i].file, l->slots[i].line, section, needed[k],
			    field_hint(&t->field, hint),
			    "the rule does not say '%s', so there is no such rule", needed[k]);
	}
	return whole;
}

static void take_rules(struct loader *l)
{
	struct policy *p = &l->out.policy;

	for (size_t i = 0; i < l->n_slots; i++) {
		if (!is_whole(l, (int)i))
			continue;
		warn_of_rule(l, (int)i);
		l->out.content[p->n_rules] = l->slots[i].content;
		p->rules[p->n_rules++] = l->slots[i].policy;
	}
}

static void take_caution(struct loader *l)
{
	char hint[FIELD_HINT_MAX];

	if (!l->careful_file)
		return;
	l->out.person.limits_unreadable = true;
	problem_add(l->problems, l->careful_file, l->careful_line, section_names[SECTION_ME],
		    "limits", field_hint(&setting_find(SECTION_ME, "limits")->field, hint),
		    "your limits may not be all known, so only exercises that suit everybody are "
		    "offered until this is put right");
}

static int load_all(struct loader *l, const struct config_files *files)
{
	int r;

	r = add_builtins(l);
	if (r < 0)
		return r;
	for (size_t i = 0; i < files->n; i++) {
		r = load_file(l, &files->v[i]);
		if (r < 0)
			return r;
	}
	if (files->unread && !l->careful_file) {
		l->file = files->unread;
		be_careful(l, 0);
	}
	take_rules(l);
	take_caution(l);
	return 0;
}

int settings_load(const struct config_paths *paths, struct settings *ret,
		  struct problem_list *problems)
{
	CLEANUP(config_files_done) struct config_files files = { 0 };
	CLEANUP(loader_freep) struct loader *l = calloc(1, sizeof(*l));
	int r;

	if (!l)
		return -ENOMEM;
	l->problems = problems;
	r = config_files_list(paths, "limber.conf", "limber.conf.d", ".conf", &files, problems);
	if (r < 0)
		return r;
	r = load_all(l, &files);
	if (r < 0)
		return r;
	*ret = l->out;
	return 0;
}

bool settings_describe(size_t i, struct setting_text *ret)
{
	if (i >= ELEMENTS(table))
		return false;
	*ret = (struct setting_text){
		.section = table[i].section == SECTION_RULE ? "rule NAME"
							    : section_names[table[i].section],
		.key = table[i].field.key,
		.fallback = table[i].fallback ? table[i].fallback : "",
	};
	return true;
}
