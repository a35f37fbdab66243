/* From the entries of files to settings: who says what, what is refused, what is lost. */
#include "conf/settings-internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/parse.h"

struct loader *loader_free(struct loader *l)
{
	if (!l)
		return NULL;
	for (size_t i = 0; i <= RULES_MAX; i++)
		for (size_t k = 0; k < SETTINGS_MAX; k++)
			free(l->origins[i][k].text);
	free(l);
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

struct origin *loader_origin(struct loader *l, int slot, const struct setting *t)
{
	return &l->origins[slot < 0 ? RULES_MAX : slot][t - settings_table];
}

static void *base_of(struct loader *l, int slot)
{
	return slot < 0 ? (void *)&l->out : &l->slots[slot];
}

void loader_be_careful(struct loader *l, unsigned line)
{
	if (l->careful_file == l->file)
		return;
	l->careful_file = l->file;
	l->careful_line = line;
}

static int remember(struct loader *l, int slot, const struct setting *t, const char *text,
		    unsigned line)
{
	struct origin *o = loader_origin(l, slot, t);
	char *copy = strdup(text);

	if (!copy)
		return -ENOMEM;
	free(o->text);
	*o = (struct origin){
		.text = copy, .file = l->file, .preset = l->preset, .line = line, .layer = l->layer
	};
	if (is_limits(t) && l->careful_file != l->file)
		l->careful_file = NULL;
	if (t->field.kind == FIELD_SKIPS && l->file) {
		(void)snprintf(l->out.skips_file, sizeof(l->out.skips_file), "%s", l->file);
		l->out.skips_line = line;
	}
	return 0;
}

/* Where the value came from that stays, for people. */
static const char *source_text(const struct origin *o, char buffer[static EXCERPT_MAX])
{
	if (!o->preset)
		return o->file ? o->file : "the built-in values";
	(void)snprintf(buffer, EXCERPT_MAX, "the preset %s", o->preset);
	return buffer;
}

static void tell_refused(struct loader *l, int slot, const struct setting *t,
			 const struct ini_entry *e, const char *fault)
{
	const struct origin *o = loader_origin(l, slot, t);
	char hint[FIELD_HINT_MAX], kept[EXCERPT_MAX], from[EXCERPT_MAX];

	field_hint(&t->field, hint);
	if (is_limits(t) || t->field.kind == FIELD_SKIPS)
		problem_add(l->problems, l->file, e->line, e->section, e->key, hint,
			    "%s, what else is listed counts", fault);
	else if (o->text)
		problem_add(l->problems, l->file, e->line, e->section, e->key, hint,
			    "%s, keeping %s from %s", fault, problem_excerpt(o->text, kept),
			    source_text(o, from));
	else
		problem_add(l->problems, l->file, e->line, e->section, e->key, hint,
			    "%s, and no other file says it", fault);
}

/* The value of one key. 1, 0 if it was refused, or -ENOMEM. */
static int apply_value(struct loader *l, int slot, const struct setting *t,
		       const struct ini_entry *e)
{
	char fault[FIELD_FAULT_MAX];
	int r;

	if (is_limits(t) && e->again)
		loader_be_careful(l, e->line);
	if (field_read(&t->field, e->value, base_of(l, slot), fault) == 0) {
		r = remember(l, slot, t, e->value, e->line);
		return r < 0 ? r : 1;
	}
	if (is_limits(t)) {
		loader_be_careful(l, e->line);
		l->out.person.limits |= field_known_words(e->value, limitation_names);
	}
	tell_refused(l, slot, t, e, fault);
	if (t->field.kind != FIELD_SKIPS)
		return 0;
	/* What is not wanted stays so, as far as it can be read. */
	field_read_skips(e->value, &l->out.person);
	r = remember(l, slot, t, e->value, e->line);
	return r < 0 ? r : 0;
}

/* Values of our own, built in or a preset's, which `line` names. They cannot be refused: a test
 * loads them all and wants no problem. */
static int apply_own(struct loader *l, int slot, const struct setting *t, const char *text,
		     unsigned line)
{
	struct ini_entry e = { .line = line, .section = "", .key = t->field.key, .value = text };
	int r;

	if (!text)
		return 0;
	r = apply_value(l, slot, t, &e);
	return r < 0 ? r : 0;
}

/* A new rule with the fallbacks; its number, -ENOSPC if there are too many, or -ENOMEM. */
static int slot_add(struct loader *l, const char *name)
{
	int slot = (int)l->n_slots, r;

	if (l->n_slots == RULES_MAX)
		return -ENOSPC;
	l->slots[l->n_slots++] = (struct slot){ 0 };
	(void)snprintf(l->slots[slot].policy.name, sizeof(l->slots[slot].policy.name), "%s", name);
	for (size_t i = 0; i < settings_table_n; i++) {
		if (settings_table[i].section != SECTION_RULE)
			continue;
		r = apply_own(l, slot, &settings_table[i], settings_table[i].fallback, 0);
		if (r < 0)
			return r;
	}
	return slot;
}

/* Undo the last slot_add(). */
static void slot_drop(struct loader *l)
{
	struct origin *origins = l->origins[--l->n_slots];

	for (size_t k = 0; k < SETTINGS_MAX; k++) {
		free(origins[k].text);
		origins[k] = (struct origin){ 0 };
	}
}

static int add_shipped_rule(struct loader *l, const struct shipped_rule *rule)
{
	int slot = slot_add(l, rule->name), r;

	if (slot < 0)
		return slot;
	for (const struct shipped_value *v = rule->values; v->key; v++) {
		r = apply_own(l, slot, setting_find(SECTION_RULE, v->key), v->text, 0);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_builtins(struct loader *l)
{
	int r;

	for (size_t i = 0; i < settings_table_n; i++) {
		if (settings_table[i].section == SECTION_RULE)
			continue;
		r = apply_own(l, -1, &settings_table[i], settings_table[i].fallback, 0);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < shipped_rules_n; i++) {
		r = add_shipped_rule(l, &shipped_rules[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

struct loader *loader_new(void)
{
	CLEANUP(loader_freep) struct loader *l = calloc(1, sizeof(*l));

	if (!l || add_builtins(l) < 0)
		return NULL;
	return TAKE(l);
}

/* All that any preset sets, back to what is built in. */
static int reset_to_shipped(struct loader *l, unsigned line)
{
	static const char *const keys[] = { "enabled", "every", "length" };
	int r;

	for (size_t k = 0; k < ELEMENTS(keys); k++) {
		const struct setting *t = setting_find(SECTION_RULE_DAILY, keys[k]);

		r = t ? apply_own(l, -1, t, t->fallback, line) : 0;
		if (r < 0)
			return r;
		t = setting_find(SECTION_RULE, keys[k]);
		for (size_t i = 0; i < shipped_rules_n; i++) {
			r = apply_own(l, slot_find(l, shipped_rules[i].name), t,
				      shipped_text(&shipped_rules[i], t), line);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int apply_preset_value(struct loader *l, const struct preset_value *v, unsigned line)
{
	bool daily = !strcmp(v->rule, DAILY);
	const struct setting *t = setting_find(daily ? SECTION_RULE_DAILY : SECTION_RULE, v->key);

	return apply_own(l, daily ? -1 : slot_find(l, v->rule), t, v->text, line);
}

static int apply_preset_values(struct loader *l, unsigned line)
{
	int r;

	r = reset_to_shipped(l, line);
	if (r < 0)
		return r;
	for (size_t i = 0; i < preset_values_n; i++) {
		if (preset_values[i].preset != l->out.preset)
			continue;
		r = apply_preset_value(l, &preset_values[i], line);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool is_preset(const struct ini_entry *e)
{
	return e->value && !strcmp(e->section, section_names[SECTION_LIMBER]) &&
	       !strcmp(e->key, "preset");
}

static int apply_preset(struct loader *l, const struct ini_entry *e)
{
	int r;

	r = apply_value(l, -1, setting_find(SECTION_LIMBER, e->key), e);
	if (r <= 0)
		return r;
	l->preset = preset_names[l->out.preset];
	r = apply_preset_values(l, e->line);
	l->preset = NULL;
	return r;
}

int loader_set_preset(struct loader *l, const char *name)
{
	return apply_preset(l, &(struct ini_entry){ .section = section_names[SECTION_LIMBER],
						    .key = "preset",
						    .value = name });
}

/* Which section a header means: SECTIONS if none. A rule's name, "" without, goes to *ret_name. */
static enum section section_find(const char *header, const char **ret_name)
{
	size_t n = strcspn(header, " ");
	int section = name_lookup(section_names, header, n);

	*ret_name = header[n] ? header + n + 1 : "";
	if (section < 0 || (section != SECTION_RULE && header[n]))
		return SECTIONS;
	if (section == SECTION_RULE && !strcmp(*ret_name, DAILY))
		return SECTION_RULE_DAILY;
	return (enum section)section;
}

static bool is_rule_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n > 0 && n <= RULE_NAME_MAX && !name[n];
}

static void tell_unknown_section(struct loader *l, const struct ini_entry *e)
{
	size_t n = strcspn(e->section, " ");
	char word[INI_NAME_MAX + 1];
	const char *near;

	(void)snprintf(word, sizeof(word), "%.*s", (int)n, e->section);
	near = field_guess(word, section_names);
	problem_add(l->problems, l->file, e->line, e->section, "",
		    "[limber], [rule NAME], [prompt], [hours], [quiet], [idle], [desk], [me] or "
		    "[history]",
		    "there is no such section%s%s, its keys are left out",
		    near ? ", perhaps you mean " : "", near ? near : "");
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

/* "[me]", also misspelt: any one letter of it, and what begins with it. */
static bool is_about_me(const char *section)
{
	const char *me = section_names[SECTION_ME];

	return field_distance(section, me) <= 1 || !strncmp(section, me, strlen(me)) ||
	       !strcmp(section, "user") || !strcmp(section, "person");
}

static bool is_like_limits(const char *key)
{
	static const char *const beginnings[] = { "limit", "avoid", "condition", "restrict" };

	for (size_t i = 0; i < ELEMENTS(beginnings); i++)
		if (!strncmp(key, beginnings[i], strlen(beginnings[i])))
			return true;
	return field_distance(key, "limits") <= 2;
}

/* Do four letters and more at the beginning of the word also begin a part of a limit's name, as
 * those of "pregnant" do? */
static bool is_like_limit(const char *word, size_t n)
{
	enum { ALIKE = 4 };

	for (size_t i = 0; n >= ALIKE && limitation_names[i]; i++) {
		const char *part = limitation_names[i];

		for (; part; part = strchr(part, '-')) {
			part += *part == '-';
			if (!strncasecmp(part, word, ALIKE))
				return true;
		}
	}
	return false;
}

static bool has_like_limit(const char *value)
{
	const char *word;
	size_t n;

	while (parse_list_next(&value, &word, &n))
		if (is_like_limit(word, n))
			return true;
	return false;
}

/*
 * A line that does not count: could it have been the limits? Under any name, where people write
 * about themselves.
 */
static void look_for_limits(struct loader *l, const struct ini_entry *e)
{
	bool me = is_about_me(e->section);

	if (is_like_limits(e->key) || (!e->value && !*e->key && me) ||
	    (e->value && me && has_like_limit(e->value)) ||
	    (e->value && field_known_words(e->value, limitation_names)))
		loader_be_careful(l, e->line);
}

static void tell_unknown_key(struct loader *l, enum section section, const struct ini_entry *e)
{
	const char *keys[SETTINGS_MAX + 1] = { NULL };
	char hint[FIELD_HINT_MAX] = "";
	size_t used = 0, n = 0;
	const char *near;

	for (size_t i = 0; i < settings_table_n && used < sizeof(hint); i++) {
		if (settings_table[i].section != section)
			continue;
		keys[n] = settings_table[i].field.key;
		used += (size_t)snprintf(hint + used, sizeof(hint) - used, "%s%s",
					 n ? ", " : "the keys here are ", keys[n]);
		n++;
	}
	near = field_guess(e->key, keys);
	problem_add(l->problems, l->file, e->line, e->section, e->key, hint,
		    "%sthere is no such key%s%s, the line is left out",
		    section == SECTION_RULE_DAILY ? "this is the day's notice and no break, " : "",
		    near ? ", perhaps you mean " : "", near ? near : "");
}

static int take_key(struct loader *l, enum section section, const char *rule,
		    const struct ini_entry *e)
{
	const struct setting *t = section == SECTIONS ? NULL : setting_find(section, e->key);
	int slot = section == SECTION_RULE ? slot_find(l, rule) : -1, r;

	if (!t)
		look_for_limits(l, e);
	if (section == SECTIONS || (section == SECTION_RULE && slot < 0))
		return 0; /* told at the section's header */
	if (!t) {
		tell_unknown_key(l, section, e);
		return 0;
	}
	r = apply_value(l, slot, t, e);
	return r < 0 ? r : 0;
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

/* The preset first: it acts as if it stood at the top. */
static int take_entries(struct loader *l, const struct ini_file *ini)
{
	int r;

	for (size_t i = 0; i < ini->n; i++) {
		r = is_preset(&ini->entries[i]) ? apply_preset(l, &ini->entries[i]) : 0;
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < ini->n; i++) {
		r = is_preset(&ini->entries[i]) ? 0 : take_entry(l, &ini->entries[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

int loader_read_file(struct loader *l, const char *path, enum config_layer layer, bool must_exist)
{
	CLEANUP(ini_file_done) struct ini_file ini = { 0 };
	size_t first = l->problems->n;
	int r;

	l->file = path;
	l->layer = layer;
	r = ini_load(path, &ini, l->problems);
	if (r == INI_ABSENT && must_exist) {
		problem_add(l->problems, path, 0, "", "", "a text file that you may read",
			    "there is no such file");
		r = INI_UNREADABLE;
	}
	if (r == INI_UNREADABLE)
		loader_be_careful(l, 0);
	if (r < 0)
		return r;
	r = take_entries(l, &ini);
	if (r < 0)
		return r;
	problem_list_order(l->problems, first);
	return 0;
}

int loader_set(struct loader *l, const struct ini_entry *e)
{
	struct ini_entry header = *e;
	size_t slots = l->n_slots, errors = l->problems->errors;
	int r;

	if (is_preset(e))
		return apply_preset(l, e);
	header.key = "";
	r = take_entry(l, &header);
	if (r >= 0 && *e->key && l->problems->errors == errors)
		r = take_entry(l, e);
	if (l->n_slots > slots && (r < 0 || l->problems->errors > errors))
		slot_drop(l);
	return r;
}

static bool is_whole(struct loader *l, int i)
{
	static const char *const needed[] = { "every", "length" };
	bool whole = true;

	for (size_t k = 0; k < ELEMENTS(needed); k++) {
		const struct setting *t = setting_find(SECTION_RULE, needed[k]);
		char section[SECTION_TEXT_MAX], hint[FIELD_HINT_MAX];

		if (loader_origin(l, i, t)->text)
			continue;
		whole = false;
		section_text(SECTION_RULE, l->slots[i].policy.name, section);
		problem_add(l->problems, l->slots[i].file, l->slots[i].line, section, needed[k],
			    field_hint(&t->field, hint),
			    "the rule does not say '%s', so there is no such rule", needed[k]);
	}
	return whole;
}

static void take_rules(struct loader *l, struct settings *out)
{
	struct policy *p = &out->policy;

	for (size_t i = 0; i < l->n_slots; i++) {
		if (!is_whole(l, (int)i))
			continue;
		advise_rule(l, (int)i);
		out->content[p->n_rules] = l->slots[i].content;
		p->rules[p->n_rules++] = l->slots[i].policy;
	}
}

static void take_caution(struct loader *l, struct settings *out)
{
	char hint[FIELD_HINT_MAX];

	if (!l->careful_file)
		return;
	out->person.limits_unreadable = true;
	problem_add(l->problems, l->careful_file, l->careful_line, section_names[SECTION_ME],
		    "limits", field_hint(&setting_find(SECTION_ME, "limits")->field, hint),
		    "your limits may not be all known, so only exercises that suit everybody are "
		    "offered until this is put right");
}

void loader_take(struct loader *l, struct settings *ret)
{
	*ret = l->out;
	take_rules(l, ret);
	advise_rest(l);
	take_caution(l, ret);
}
