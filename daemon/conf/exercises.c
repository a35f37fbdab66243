#include "conf/exercises.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "conf/field.h"
#include "conf/ini.h"

/* Texts are offsets into the loader's texts while these still grow. */
struct reference {
	uint32_t text;
	const char *file;
	unsigned line;
	enum config_layer layer;
};

/* Can what the exercise says about safety be relied on? */
enum trust { TRUSTED, DISTRUSTED, DISTRUSTED_AND_TOLD };

/* An exercise while files are being read. */
struct draft {
	struct exercise e;         /* its texts are filled in at the end */
	char id[INI_NAME_MAX + 1]; /* of a stray whatever the section is called */
	uint32_t name, muscles, cue, source, steps[EXERCISE_STEPS_MAX];
	struct reference easier, harder, desk_alternative;
	uint64_t given; /* bits of the table's rows */
	enum trust trust;
	bool hidden;      /* the user does not want it at all, or it is left out */
	bool stray;       /* its section is no id */
	bool narrows;     /* ... and says something about safety, or may do so */
	const char *file; /* the latest that speaks of it, from which line on; borrowed */
	unsigned line;
};

/* More forms of one exercise, each easier than the one before, would be a circle. */
#define FORMS_MAX 64

#define INTO(member)                                                                               \
	.offset = offsetof(struct draft, member), .size = sizeof(((struct draft *)0)->member)

/* clang-format off */
static const struct exercise_key {
	enum {
		OPTIONAL,
		NEEDED,
		SAFETY,  /* needed, and trusted only if it can be read */
		KEEPING, /* optional, and trusted likewise: it keeps the exercise away */
	} use;
	struct field field;
} table[] = {
	{ NEEDED, { "name", FIELD_TEXT, INTO(name) } },
	{ NEEDED, { "set", FIELD_WORD, INTO(e.set), .words = set_names } },
	{ OPTIONAL, { "seed", FIELD_BOOL, INTO(e.seed) } },
	{ NEEDED, { "position", FIELD_WORD, INTO(e.position), .words = position_names } },
	{ NEEDED, { "space", FIELD_WORD, INTO(e.space), .words = space_names } },
	{ OPTIONAL, { "discreet", FIELD_BOOL, INTO(e.discreet) } },
	{ SAFETY, { "intensity", FIELD_NUMBER, INTO(e.intensity), 1, 5 } },
	{ SAFETY, { "needs_warmup", FIELD_BOOL, INTO(e.needs_warmup) } },
	{ NEEDED, { "seconds_min", FIELD_NUMBER, INTO(e.seconds_min), 1, 7200 } },
	{ OPTIONAL, { "seconds_default", FIELD_NUMBER, INTO(e.seconds_default), 1, 7200 } },
	{ OPTIONAL, { "seconds_max", FIELD_NUMBER, INTO(e.seconds_max), 1, 7200 } },
	{ OPTIONAL, { "hold_seconds", FIELD_NUMBER, INTO(e.hold_seconds), 0, 600 } },
	{ OPTIONAL, { "reps", FIELD_NUMBER, INTO(e.reps), 1, 500 } },
	{ OPTIONAL, { "sets", FIELD_NUMBER, INTO(e.sets), 1, 20 } },
	{ OPTIONAL, { "sides", FIELD_NUMBER, INTO(e.sides), 1, 2 } },
	{ OPTIONAL, { "muscles", FIELD_TEXT, INTO(muscles) } },
	{ OPTIONAL, { "relieves", FIELD_WORDS, INTO(e.relieves),
		    .words = region_names, .other = "none" } },
	{ SAFETY, { "avoid_if", FIELD_WORDS, INTO(e.avoid_if),
		    .min = 1, .words = limitation_names, .other = "none" } },
	{ OPTIONAL, { "easier", FIELD_ID, INTO(easier) } },
	{ OPTIONAL, { "harder", FIELD_ID, INTO(harder) } },
	{ OPTIONAL, { "desk_alternative", FIELD_ID, INTO(desk_alternative) } },
	{ NEEDED, { "step_1", FIELD_STEP, INTO(steps[0]) } },
	{ OPTIONAL, { "step_2", FIELD_STEP, INTO(steps[1]) } },
	{ OPTIONAL, { "step_3", FIELD_STEP, INTO(steps[2]) } },
	{ OPTIONAL, { "step_4", FIELD_STEP, INTO(steps[3]) } },
	{ OPTIONAL, { "step_5", FIELD_STEP, INTO(steps[4]) } },
	{ OPTIONAL, { "step_6", FIELD_STEP, INTO(steps[5]) } },
	{ OPTIONAL, { "step_7", FIELD_STEP, INTO(steps[6]) } },
	{ OPTIONAL, { "step_8", FIELD_STEP, INTO(steps[7]) } },
	{ OPTIONAL, { "step_9", FIELD_STEP, INTO(steps[8]) } },
	{ OPTIONAL, { "step_10", FIELD_STEP, INTO(steps[9]) } },
	{ OPTIONAL, { "step_11", FIELD_STEP, INTO(steps[10]) } },
	{ OPTIONAL, { "step_12", FIELD_STEP, INTO(steps[11]) } },
	{ KEEPING, { "hidden", FIELD_BOOL, INTO(hidden) } },
	{ OPTIONAL, { "cue", FIELD_TEXT, INTO(cue) } },
	{ OPTIONAL, { "source", FIELD_TEXT, INTO(source) } },
};
/* clang-format on */

_Static_assert(ELEMENTS(table) <= 64, "struct draft counts the given keys in 64 bits");
_Static_assert(EXERCISE_STEPS_MAX == 12, "the table has a row for each step");

struct loader {
	struct draft *drafts; /* owned */
	size_t n, room;
	char *texts; /* owned; begins with the empty text */
	size_t used, size;
	struct problem_list *problems;
	const char *file;
	size_t next_key; /* the table's row behind that of the last key: files keep its order */
	enum config_layer layer;
	bool careful;
};

static void loader_done(struct loader *l)
{
	free(l->drafts);
	free(l->texts);
}

static int keep_text(struct loader *l, const char *text, uint32_t *ret)
{
	size_t n = strlen(text) + 1;

	if (l->used + n > l->size) {
		size_t size = 2 * l->size + n;
		char *texts = realloc(l->texts, size);

		if (!texts)
			return -ENOMEM;
		l->texts = texts;
		l->size = size;
	}
	memcpy(l->texts + l->used, text, n);
	*ret = n > 1 ? (uint32_t)l->used : 0;
	l->used += n;
	return 0;
}

static struct draft *draft_find(struct loader *l, const char *id)
{
	/* Keys stand below their exercise's header, which is the newest but for repeated ones. */
	if (l->n > 0 && !strcmp(l->drafts[l->n - 1].id, id))
		return &l->drafts[l->n - 1];
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->drafts[i].id, id))
			return &l->drafts[i];
	return NULL;
}

static bool is_id(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n > 0 && n <= EXERCISE_ID_MAX && !text[n];
}

static int draft_add(struct loader *l, const struct ini_entry *e)
{
	struct draft *d;

	if (l->n == l->room) {
		size_t room = l->room ? 2 * l->room : 32;

		d = reallocarray(l->drafts, room, sizeof(*d));
		if (!d)
			return -ENOMEM;
		l->drafts = d;
		l->room = room;
	}
	d = &l->drafts[l->n++];
	*d = (struct draft){ .e = { .reps = 1, .sets = 1, .sides = 1 },
			     .stray = !is_id(e->section),
			     .file = l->file,
			     .line = e->line };
	(void)snprintf(d->id, sizeof(d->id), "%s", e->section);
	return 0;
}

static int take_header(struct loader *l, const struct ini_entry *e)
{
	struct draft *d = draft_find(l, e->section);

	if (!is_id(e->section))
		problem_add(l->problems, l->file, e->line, e->section, "",
			    "[id], the id up to 48 letters a-z, digits and '-'",
			    "this is no exercise's id, its keys are left out");
	/* What is wrong with it as a whole is most likely wrong since the latest file. */
	if (d && strcmp(d->file, l->file) != 0) {
		d->file = l->file;
		d->line = e->line;
	}
	if (d)
		return 0;
	if (l->n == EXERCISES_MAX) {
		problem_add(l->problems, l->file, e->line, e->section, "",
			    "at most 1024 exercises in all",
			    "this is one exercise too many, its keys are left out");
		return 0;
	}
	return draft_add(l, e);
}

/* Looks from row `first` on, and then at those before it. */
static const struct exercise_key *key_find(const char *key, size_t first)
{
	for (size_t i = 0; i < ELEMENTS(table); i++) {
		const struct exercise_key *k = &table[(first + i) % ELEMENTS(table)];

		if (!strcmp(k->field.key, key))
			return k;
	}
	return NULL;
}

static bool is_trusted_only_if_read(const struct exercise_key *k)
{
	return k->use == SAFETY || k->use == KEEPING;
}

/* Might a line that does not count have been about safety? Also when it is misspelt. */
static bool about_safety(const char *key)
{
	for (size_t i = 0; i < ELEMENTS(table); i++)
		if (is_trusted_only_if_read(&table[i]) &&
		    field_distance(table[i].field.key, key) <= 2)
			return true;
	return !*key;
}

static void distrust(struct draft *d, enum trust how)
{
	if (d->trust < how)
		d->trust = how;
}

static void tell_unknown_key(struct loader *l, const struct ini_entry *e)
{
	const char *near = "";

	for (size_t i = 0; i < ELEMENTS(table); i++)
		if (field_distance(e->key, table[i].field.key) <= 2 &&
		    table[i].field.kind != FIELD_STEP)
			near = table[i].field.key;
	problem_add(l->problems, l->file, e->line, e->section, e->key,
		    "the keys of an exercise are told at the head of the shipped files; steps are "
		    "step_1 to step_12",
		    "there is no such key%s%s, the line is left out",
		    *near ? ", perhaps you mean " : "", near);
}

static int take_reference(struct loader *l, struct reference *target, const struct ini_entry *e,
			  char fault[static FIELD_FAULT_MAX])
{
	char excerpt[EXCERPT_MAX];
	bool none = !*e->value || !strcmp(e->value, "-") || !strcmp(e->value, "none");

	if (!none && !is_id(e->value)) {
		(void)snprintf(fault, FIELD_FAULT_MAX, "'%s' is not an exercise's id",
			       problem_excerpt(e->value, excerpt));
		return -EINVAL;
	}
	target->file = l->file;
	target->line = e->line;
	target->layer = l->layer;
	return keep_text(l, none ? "" : e->value, &target->text);
}

/* 0, -EINVAL with a sentence in `fault`, or -ENOMEM. */
static int read_value(struct loader *l, struct draft *d, const struct exercise_key *k,
		      const struct ini_entry *e, char fault[static FIELD_FAULT_MAX])
{
	void *target = (char *)d + k->field.offset;

	switch (k->field.kind) {
	case FIELD_ID:
		return take_reference(l, target, e, fault);
	case FIELD_TEXT:
	case FIELD_STEP:
		if (k->use != OPTIONAL && !*e->value) {
			(void)snprintf(fault, FIELD_FAULT_MAX, "the text is empty");
			return -EINVAL;
		}
		return keep_text(l, e->value, target);
	default:
		return field_read(&k->field, e->value, d, fault);
	}
}

static int take_key(struct loader *l, struct draft *d, const struct ini_entry *e)
{
	const struct exercise_key *k = key_find(e->key, l->next_key);
	char fault[FIELD_FAULT_MAX], hint[FIELD_HINT_MAX];
	int r;

	if (!k) {
		tell_unknown_key(l, e);
		if (about_safety(e->key))
			distrust(d, DISTRUSTED);
		return 0;
	}
	l->next_key = (size_t)(k - table) + 1;
	if (is_trusted_only_if_read(k) && e->again)
		distrust(d, DISTRUSTED);
	r = read_value(l, d, k, e, fault);
	if (r == -EINVAL) {
		if (is_trusted_only_if_read(k))
			distrust(d, DISTRUSTED_AND_TOLD);
		problem_add(l->problems, l->file, e->line, e->section, e->key,
			    field_hint(&k->field, hint),
			    is_trusted_only_if_read(k)
				    ? "%s, and the exercise is left out to be safe"
				    : "%s, the line is left out",
			    fault);
		return 0;
	}
	if (r < 0)
		return r;
	d->given |= UINT64_C(1) << (k - table);
	return 0;
}

static int take_entry(struct loader *l, const struct ini_entry *e)
{
	struct draft *d;

	if (e->value && !*e->key)
		return take_header(l, e);
	d = draft_find(l, e->section);
	if (!d)
		return 0; /* told at the section's header, or lost and told */
	if (d->stray) {
		d->narrows |= about_safety(e->key);
		return 0;
	}
	if (e->value)
		return take_key(l, d, e);
	if (about_safety(e->key))
		distrust(d, DISTRUSTED);
	return 0;
}

/* What a file hid, or had to be avoided, is not known. */
static void be_careful(struct loader *l, const char *path)
{
	l->careful = true;
	problem_add(l->problems, path, 0, "", "", "files of exercises that you may read",
		    "what it changes is not known, so only exercises that suit everybody are "
		    "offered until it can be read");
}

static int load_file(struct loader *l, const struct config_file *f)
{
	CLEANUP(ini_file_done) struct ini_file ini = { 0 };
	size_t first = l->problems->n;
	int r;

	l->file = f->path;
	l->layer = f->layer;
	r = ini_load(f->path, &ini, l->problems);
	if (r < 0)
		return r;
	if (r == INI_UNREADABLE && f->layer != LAYER_SHARE)
		be_careful(l, f->path);
	for (size_t i = 0; i < ini.n; i++) {
		r = take_entry(l, &ini.entries[i]);
		if (r < 0)
			return r;
	}
	problem_list_order(l->problems, first);
	return 0;
}

static bool is_given(const struct draft *d, const struct exercise_key *k)
{
	return d->given & UINT64_C(1) << (k - table);
}

static bool is_needed(const struct exercise_key *k)
{
	return k->use == NEEDED || k->use == SAFETY;
}

/* Is something missing that it needs? Then it is no exercise, but may change one. */
static bool lacks(const struct draft *d)
{
	for (size_t i = 0; i < ELEMENTS(table); i++)
		if (is_needed(&table[i]) && !is_given(d, &table[i]))
			return true;
	return false;
}

/* Does the exercise have what it needs? Tells what it lacks. */
static bool is_whole(struct loader *l, const struct draft *d)
{
	char hint[FIELD_HINT_MAX];
	bool whole = d->trust == TRUSTED;

	if (d->trust == DISTRUSTED)
		problem_add(l->problems, d->file, d->line, d->id, "",
			    "one readable line each with needs_warmup, intensity and avoid_if, and "
			    "at most one with hidden",
			    "a line about safety may be lost, so the exercise is left out");
	for (size_t i = 0; i < ELEMENTS(table); i++) {
		const struct field *f = &table[i].field;

		if (!is_needed(&table[i]) || is_given(d, &table[i]) || d->trust != TRUSTED)
			continue;
		whole = false;
		problem_add(l->problems, d->file, d->line, d->id, f->key, field_hint(f, hint),
			    "the exercise does not say '%s' and is left out", f->key);
	}
	return whole;
}

static void settle_seconds(struct loader *l, struct draft *d)
{
	struct exercise *e = &d->e;

	if (!is_given(d, key_find("seconds_default", 0)))
		e->seconds_default = e->seconds_min;
	if (!is_given(d, key_find("seconds_max", 0)))
		e->seconds_max = e->seconds_default;
	if (e->seconds_min <= e->seconds_default && e->seconds_default <= e->seconds_max)
		return;
	problem_add(l->problems, d->file, d->line, d->id, "seconds_default",
		    "seconds_min <= seconds_default <= seconds_max",
		    "the seconds go down instead of up, %u is taken as the least", e->seconds_min);
	if (e->seconds_default < e->seconds_min)
		e->seconds_default = e->seconds_min;
	if (e->seconds_max < e->seconds_default)
		e->seconds_max = e->seconds_default;
}

static void settle_steps(struct loader *l, struct draft *d)
{
	unsigned n = 0;

	for (unsigned i = 0; i < EXERCISE_STEPS_MAX; i++) {
		if (!d->steps[i])
			continue;
		if (i > n)
			problem_add(l->problems, d->file, d->line, d->id, "", "steps without a gap",
				    "step_%u is missing, the next moves up", n + 1);
		d->steps[n++] = d->steps[i];
	}
	d->e.n_steps = (uint8_t)n;
}

/* "calf_raise" for "calf-raise". */
static bool may_mean(const struct draft *d, const char *id, unsigned *best)
{
	char text[sizeof(d->id)];
	unsigned distance;

	(void)snprintf(text, sizeof(text), "%s", d->id);
	for (char *c = text; *c; c++)
		if (*c == '_' || *c == ' ')
			*c = '-';
	distance = field_distance(text, id);
	if (distance >= *best || 3 * distance >= strlen(id))
		return false;
	*best = distance;
	return true;
}

/* The exercise whose name is nearest to that of a section which is none itself; NULL if none is
 * near. */
static struct draft *draft_guess(struct loader *l, const struct draft *d)
{
	struct draft *near = NULL;
	unsigned best = 3;

	for (size_t i = 0; i < l->n; i++)
		if (!l->drafts[i].stray && !lacks(&l->drafts[i]) &&
		    may_mean(d, l->drafts[i].id, &best))
			near = &l->drafts[i];
	return near;
}

static bool says_something_about_safety(const struct draft *d)
{
	for (size_t i = 0; i < ELEMENTS(table); i++)
		if (is_trusted_only_if_read(&table[i]) && is_given(d, &table[i]))
			return true;
	return d->narrows || d->trust != TRUSTED;
}

/*
 * A section that is no exercise, but seems to mean one and speaks of safety, may be what keeps it
 * from the user: it is left out until that is put right.
 */
static void heed_misnamed(struct loader *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct draft *d = &l->drafts[i], *near;

		if (!(d->stray || lacks(d)) || !says_something_about_safety(d))
			continue;
		near = draft_guess(l, d);
		if (!near)
			continue;
		distrust(near, DISTRUSTED_AND_TOLD);
		distrust(d, DISTRUSTED_AND_TOLD);
		problem_add(
			l->problems, d->file, d->line, d->id, "", near->id,
			"perhaps you mean %s: it is left out to be safe until this is put right",
			near->id);
	}
}

/*
 * Hide what cannot be offered. It stays until nothing names it any more: it was told once that it
 * is left out, and need not be for each exercise that has it as an easier or harder form.
 */
static void keep_whole(struct loader *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->n; i++) {
		struct draft *d = &l->drafts[i];

		if (d->stray)
			continue;
		if (!d->hidden && is_whole(l, d)) {
			settle_seconds(l, d);
			settle_steps(l, d);
		} else {
			d->hidden = true;
		}
		l->drafts[kept++] = *d;
	}
	l->n = kept;
}

static void check_reference(struct loader *l, const struct draft *d, const char *key,
			    struct reference *r)
{
	const char *id = l->texts + r->text;
	const struct draft *named = draft_find(l, id);
	char hint[FIELD_HINT_MAX];

	if (!*id || (named && !named->hidden))
		return;
	if (!named)
		problem_add(l->problems, r->file, r->line, d->id, key,
			    field_hint(&key_find(key, 0)->field, hint),
			    "there is no exercise '%s' to be had, the line is left out", id);
	r->text = 0;
}

static void drop_reference(struct loader *l, const struct draft *d, const char *key,
			   struct reference *r, const char *why)
{
	problem_add(
		l->problems, r->file, r->line, d->id, key,
		"easier: no more intense, and by two levels less at most; harder: of the same set, "
		"as intense or by one level more, and its easier form is this one; "
		"desk_alternative: at a desk or standing; never itself, and no circles",
		"'%s': %s, the line is left out", l->texts + r->text, why);
	r->text = 0;
}

static void check_easier(struct loader *l, struct draft *d)
{
	const struct draft *to = d->easier.text ? draft_find(l, l->texts + d->easier.text) : NULL;
	const char *why = NULL;

	if (!to)
		return;
	if (to == d)
		why = "that is the exercise itself";
	else if (to->e.intensity > d->e.intensity)
		why = "that is more intense";
	else if (d->e.intensity - to->e.intensity > 2)
		why = "that is more than two levels of intensity below";
	if (why)
		drop_reference(l, d, "easier", &d->easier, why);
}

static void check_harder(struct loader *l, struct draft *d)
{
	const struct draft *to = d->harder.text ? draft_find(l, l->texts + d->harder.text) : NULL;
	const char *why = NULL;

	if (!to)
		return;
	if (to == d)
		why = "that is the exercise itself";
	else if (to->e.set != d->e.set)
		why = "that is of another set";
	else if (to->e.intensity < d->e.intensity)
		why = "that is less intense";
	else if (to->e.intensity - d->e.intensity > 1)
		why = "that is more than one level of intensity above";
	else if (to->easier.text && strcmp(l->texts + to->easier.text, d->id) != 0)
		why = "that names another one as its easier form";
	if (why)
		drop_reference(l, d, "harder", &d->harder, why);
}

static void check_desk_alternative(struct loader *l, struct draft *d)
{
	struct reference *r = &d->desk_alternative;
	const struct draft *to = r->text ? draft_find(l, l->texts + r->text) : NULL;

	if (to == d)
		drop_reference(l, d, "desk_alternative", r, "that is the exercise itself");
	else if (to && (to->e.position == POSITION_FLOOR || to->e.space == SPACE_MAT ||
			to->e.space == SPACE_OUTDOORS))
		drop_reference(l, d, "desk_alternative", r, "that cannot be done at a desk");
}

static void check_references(struct loader *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct draft *d = &l->drafts[i];

		bool easier = d->easier.text != 0;

		if (d->hidden)
			continue;
		check_reference(l, d, "easier", &d->easier);
		check_easier(l, d);
		/* What is hard must not come without it (ergonomics X12). */
		d->e.easier_lost = easier && !d->easier.text;
		check_reference(l, d, "harder", &d->harder);
		check_harder(l, d);
		check_reference(l, d, "desk_alternative", &d->desk_alternative);
		check_desk_alternative(l, d);
	}
}

/* Loops ------------------------------------------------------------------------------------------
 */

/* What exercise `i` has as its easier form, and which line says so: its own, or else the first
 * whose harder form it is. NULL if there is none. */
static struct reference *easier_of(struct loader *l, size_t i, size_t *ret)
{
	struct draft *d = &l->drafts[i], *to = draft_find(l, l->texts + d->easier.text);

	if (d->easier.text && to) {
		*ret = (size_t)(to - l->drafts);
		return &d->easier;
	}
	for (size_t k = 0; k < l->n; k++)
		if (l->drafts[k].harder.text &&
		    !strcmp(l->texts + l->drafts[k].harder.text, d->id)) {
			*ret = k;
			return &l->drafts[k].harder;
		}
	return NULL;
}

static bool is_later(const struct reference *a, const struct reference *b)
{
	return a->layer == b->layer ? a->line > b->line : a->layer > b->layer;
}

/* The line in the loop that begins at `i` which came last; NULL if it is none. */
static struct reference *latest_in_loop(struct loader *l, size_t i)
{
	struct reference *latest = NULL;
	size_t at = i;

	for (size_t steps = 0; steps <= FORMS_MAX; steps++) {
		struct reference *r = easier_of(l, at, &at);

		if (!r)
			return NULL;
		if (!latest || is_later(r, latest))
			latest = r;
		if (at == i)
			return latest;
	}
	return NULL;
}

/* Where easier forms go round in a circle, none of them is the easy one. */
static void check_loops(struct loader *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct reference *r = latest_in_loop(l, i);

		for (size_t k = 0; r && k < l->n; k++) {
			struct draft *d = &l->drafts[k];

			if (r == &d->easier)
				d->e.easier_lost = true;
			if (r == &d->easier || r == &d->harder)
				drop_reference(l, d, r == &d->easier ? "easier" : "harder", r,
					       "the forms go round in a circle");
		}
	}
}

static void drop_hidden(struct loader *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->n; i++)
		if (!l->drafts[i].hidden)
			l->drafts[kept++] = l->drafts[i];
	l->n = kept;
}

/* The texts that are still wanted, packed: what it takes, and then the packing itself. */
struct packing {
	const char *from;
	char *to; /* NULL: only measured */
	size_t used;
};

static const char *pack(struct packing *p, const char *text)
{
	size_t n = strlen(text) + 1;
	size_t at = p->used;

	/* All empty ones are the first. */
	if (n == 1 && p->used > 0)
		return p->to;
	p->used += n;
	return p->to ? memcpy(p->to + at, text, n) : NULL;
}

static void pack_draft(struct packing *p, const struct draft *d, struct exercise *ret)
{
	*ret = d->e;
	ret->id = pack(p, d->id);
	ret->name = pack(p, p->from + d->name);
	ret->muscles = pack(p, p->from + d->muscles);
	ret->easier = pack(p, p->from + d->easier.text);
	ret->harder = pack(p, p->from + d->harder.text);
	ret->desk_alternative = pack(p, p->from + d->desk_alternative.text);
	ret->cue = pack(p, p->from + d->cue);
	ret->source = pack(p, p->from + d->source);
	for (size_t i = 0; i < EXERCISE_STEPS_MAX; i++)
		ret->steps[i] = pack(p, i < d->e.n_steps ? p->from + d->steps[i] : "");
}

static void pack_all(struct packing *p, const struct loader *l, struct exercise *exercises)
{
	size_t n = 0;

	(void)pack(p, "");
	for (unsigned set = 0; set < SETS_COUNT; set++)
		for (size_t i = 0; i < l->n; i++)
			if (l->drafts[i].e.set == set)
				pack_draft(p, &l->drafts[i], &exercises[n++]);
}

/* Two blocks are all that stays: the daemon holds them all day. */
static int make_catalog(const struct loader *l, struct catalog *ret)
{
	CLEANUP(freep) struct exercise *exercises = calloc(l->n + 1, sizeof(*exercises));
	struct packing measure = { .from = l->texts };
	struct packing packing = { .from = l->texts };

	if (!exercises)
		return -ENOMEM;
	pack_all(&measure, l, exercises);
	packing.to = malloc(measure.used);
	if (!packing.to)
		return -ENOMEM;
	pack_all(&packing, l, exercises);
	*ret = (struct catalog){ .exercises = TAKE(exercises), .n = l->n, .texts = packing.to };
	catalog_link(ret);
	return 0;
}

static int load_all(const struct config_paths *paths, struct catalog *ret,
		    struct problem_list *problems)
{
	CLEANUP(config_files_done) struct config_files files = { 0 };
	CLEANUP(loader_done) struct loader l = { .problems = problems };
	uint32_t empty;
	int r;

	r = config_files_list(paths, NULL, "exercises", ".ini", &files, problems);
	if (r < 0)
		return r;
	r = keep_text(&l, "", &empty);
	if (r < 0)
		return r;
	for (size_t i = 0; i < files.n; i++) {
		r = load_file(&l, &files.v[i]);
		if (r < 0)
			return r;
	}
	if (files.unread)
		be_careful(&l, files.unread);
	heed_misnamed(&l);
	keep_whole(&l);
	check_references(&l);
	drop_hidden(&l);
	check_loops(&l);
	if (l.n == 0)
		problem_add(problems, paths->share ? paths->share : "exercises", 0, "", "",
			    "exercises/*.ini, as limber comes with them",
			    "there are no exercises, so every break is plain rest");
	r = make_catalog(&l, ret);
	if (r >= 0)
		ret->careful = l.careful;
	return r;
}

int exercises_load(const struct config_paths *paths, struct catalog *ret,
		   struct problem_list *problems)
{
	int r = load_all(paths, ret, problems);

	/* Reading took a few times what stays, and the daemon is measured by what it holds. */
	(void)malloc_trim(0);
	return r;
}

void exercises_check_skips(const struct catalog *c, const struct settings *s,
			   struct problem_list *problems)
{
	for (size_t i = 0; i < s->person.n_skips; i++)
		if (catalog_find(c, s->person.skips[i]) < 0)
			problem_add(problems, s->skips_file, s->skips_line, "me", "skip",
				    "the ids that `limber exercises` lists",
				    "there is no exercise '%s' to skip", s->person.skips[i]);
}

void catalog_done(struct catalog *c)
{
	free(c->exercises);
	free(c->texts);
	*c = (struct catalog){ 0 };
}
