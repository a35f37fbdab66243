#include "state.h"

#include <string.h>

#include "base/cleanup.h"
#include "bus/protocol.h"

#define PROPERTIES "org.freedesktop.DBus.Properties"
#define OBJECT_MANAGER "org.freedesktop.DBus.ObjectManager"

#define SHAPE(type, table)                                                                         \
	{                                                                                          \
		.size = sizeof(struct type), .fields = (table), .n = ELEMENTS(table)               \
	}

/* clang-format off */
static const struct field reason_fields[] = {
	{ "sign",       FIELD_STRING, offsetof(struct reason, sign),   NULL },
	{ "detail",     FIELD_STRING, offsetof(struct reason, detail), NULL },
	{ "since_usec", FIELD_NUMBER, offsetof(struct reason, since),  NULL },
};
static const struct shape reason_shape = SHAPE(reason, reason_fields);

static const struct field problem_fields[] = {
	{ "area",    FIELD_STRING, offsetof(struct problem, area),    NULL },
	{ "message", FIELD_STRING, offsetof(struct problem, message), NULL },
	{ "file",    FIELD_STRING, offsetof(struct problem, file),    NULL },
	{ "line",    FIELD_NUMBER, offsetof(struct problem, line),    NULL },
	{ "section", FIELD_STRING, offsetof(struct problem, section), NULL },
	{ "key",     FIELD_STRING, offsetof(struct problem, key),     NULL },
	{ "hint",    FIELD_STRING, offsetof(struct problem, hint),    NULL },
	{ "warning", FIELD_BOOL,   offsetof(struct problem, warning), NULL },
};
static const struct shape problem_shape = SHAPE(problem, problem_fields);

static const struct field resting_fields[] = {
	{ "region",     FIELD_STRING, offsetof(struct resting, region), NULL },
	{ "until_usec", FIELD_NUMBER, offsetof(struct resting, until),  NULL },
};
static const struct shape resting_shape = SHAPE(resting, resting_fields);

static const struct field rule_fields[] = {
	{ "name",        FIELD_STRING, offsetof(struct rule, name),    NULL },
	{ "counts",      FIELD_STRING, offsetof(struct rule, counts),  NULL },
	{ "state",       FIELD_STRING, offsetof(struct rule, state),   NULL },
	{ "every_usec",  FIELD_NUMBER, offsetof(struct rule, every),   NULL },
	{ "length_usec", FIELD_NUMBER, offsetof(struct rule, length),  NULL },
	{ "load_usec",   FIELD_NUMBER, offsetof(struct rule, load),    NULL },
	{ "due_usec",    FIELD_NUMBER, offsetof(struct rule, due),     NULL },
	{ "enabled",     FIELD_BOOL,   offsetof(struct rule, enabled), NULL },
};
static const struct shape rule_shape = SHAPE(rule, rule_fields);

/* Of a rule's own object only what ListRules does not tell. */
struct rule_object {
	const char *name;
	struct list reasons;
};

static const struct field rule_object_fields[] = {
	{ "Name",    FIELD_STRING, offsetof(struct rule_object, name),    NULL },
	{ "Reasons", FIELD_DICTS,  offsetof(struct rule_object, reasons), &reason_shape },
};
static const struct shape rule_object_shape = SHAPE(rule_object, rule_object_fields);

static const struct field step_fields[] = {
	{ "exercise",     FIELD_STRING,  offsetof(struct step, exercise),     NULL },
	{ "name",         FIELD_STRING,  offsetof(struct step, name),         NULL },
	{ "position",     FIELD_STRING,  offsetof(struct step, position),     NULL },
	{ "why",          FIELD_STRING,  offsetof(struct step, why),          NULL },
	{ "dose",         FIELD_STRING,  offsetof(struct step, dose),         NULL },
	{ "cue",          FIELD_STRING,  offsetof(struct step, cue),          NULL },
	{ "seconds",      FIELD_NUMBER,  offsetof(struct step, seconds),      NULL },
	{ "reps",         FIELD_NUMBER,  offsetof(struct step, reps),         NULL },
	{ "sides",        FIELD_NUMBER,  offsetof(struct step, sides),        NULL },
	{ "begins_usec",  FIELD_NUMBER,  offsetof(struct step, begins),       NULL },
	{ "ready",        FIELD_NUMBER,  offsetof(struct step, ready),        NULL },
	{ "new",          FIELD_BOOL,    offsetof(struct step, is_new),       NULL },
	{ "instructions", FIELD_STRINGS, offsetof(struct step, instructions), NULL },
};
const struct shape step_shape = SHAPE(step, step_fields);

static const struct field break_fields[] = {
	{ "Rule",           FIELD_STRING, offsetof(struct brk, rule),        NULL },
	{ "Phase",          FIELD_STRING, offsetof(struct brk, phase),       NULL },
	{ "Title",          FIELD_STRING, offsetof(struct brk, title),       NULL },
	{ "DueUSec",        FIELD_NUMBER, offsetof(struct brk, due),         NULL },
	{ "StartedUSec",    FIELD_NUMBER, offsetof(struct brk, started),     NULL },
	{ "EndsUSec",       FIELD_NUMBER, offsetof(struct brk, ends),        NULL },
	{ "NextPromptUSec", FIELD_NUMBER, offsetof(struct brk, next_prompt), NULL },
	{ "LengthUSec",     FIELD_NUMBER, offsetof(struct brk, length),      NULL },
	{ "RestedUSec",     FIELD_NUMBER, offsetof(struct brk, rested),      NULL },
	{ "Prompts",        FIELD_NUMBER, offsetof(struct brk, prompts),     NULL },
	{ "Steps",          FIELD_DICTS,  offsetof(struct brk, steps),       &step_shape },
};
const struct shape break_shape = SHAPE(brk, break_fields);

static const struct field manager_fields[] = {
	{ "Version",           FIELD_STRING, offsetof(struct manager, version),        NULL },
	{ "Phase",             FIELD_STRING, offsetof(struct manager, phase),          NULL },
	{ "PhaseSinceUSec",    FIELD_NUMBER, offsetof(struct manager, phase_since),    NULL },
	{ "Presence",          FIELD_STRING, offsetof(struct manager, presence),       NULL },
	{ "PresenceSinceUSec", FIELD_NUMBER, offsetof(struct manager, presence_since), NULL },
	{ "Posture",           FIELD_STRING, offsetof(struct manager, posture),        NULL },
	{ "ReadingUntilUSec",  FIELD_NUMBER, offsetof(struct manager, reading_until),  NULL },
	{ "ActiveTodayUSec",   FIELD_NUMBER, offsetof(struct manager, active_today),   NULL },
	{ "IdleSource",        FIELD_STRING, offsetof(struct manager, idle_source),    NULL },
	{ "NextRule",          FIELD_STRING, offsetof(struct manager, next_rule),      NULL },
	{ "NextDueUSec",       FIELD_NUMBER, offsetof(struct manager, next_due),       NULL },
	{ "PausedUntilUSec",   FIELD_NUMBER, offsetof(struct manager, paused_until),   NULL },
	{ "SnoozesLeft",       FIELD_NUMBER, offsetof(struct manager, snoozes_left),   NULL },
	{ "Reasons",           FIELD_DICTS,  offsetof(struct manager, reasons),        &reason_shape },
	{ "Problems",          FIELD_DICTS,  offsetof(struct manager, problems),       &problem_shape },
	{ "RestingRegions",    FIELD_DICTS,  offsetof(struct manager, resting),        &resting_shape },
	{ "SoreRegions",       FIELD_DICTS,  offsetof(struct manager, sore),           &resting_shape },
};
const struct shape manager_shape = SHAPE(manager, manager_fields);
/* clang-format on */

void state_done(struct state *s)
{
	sd_bus_message_unref(s->properties);
	sd_bus_message_unref(s->rule_list);
	sd_bus_message_unref(s->objects);
	arena_done(&s->arena);
	*s = (struct state){ 0 };
}

int state_ask(struct batch *b, sd_bus *bus, bool starts)
{
	int r;

	r = batch_call(b, bus, starts, BUS_PATH, PROPERTIES, "GetAll", "s", BUS_MANAGER);
	if (r < 0)
		return r;
	r = batch_call(b, bus, starts, BUS_PATH, BUS_MANAGER, "ListRules", NULL);
	if (r < 0)
		return r;
	return batch_call(b, bus, starts, BUS_PATH, OBJECT_MANAGER, "GetManagedObjects", NULL);
}

static int take_break(sd_bus_message *m, const char *path, void *userdata)
{
	struct state *s = userdata;

	s->on = true;
	s->brk.path = path;
	return reader_dict(&break_shape, &s->arena, m, &s->brk);
}

int state_take(struct state *s, struct batch *b, size_t first)
{
	int r;

	s->properties = sd_bus_message_ref(b->v[first].answer);
	s->rule_list = sd_bus_message_ref(b->v[first + 1].answer);
	s->objects = sd_bus_message_ref(b->v[first + 2].answer);
	reader_clear(&manager_shape, &s->manager);
	reader_clear(&break_shape, &s->brk);

	r = reader_dict(&manager_shape, &s->arena, s->properties, &s->manager);
	if (r < 0)
		return r;
	r = reader_dicts(&rule_shape, &s->arena, s->rule_list, &s->rules);
	if (r < 0)
		return r;
	return state_each_object(s, BUS_BREAK, take_break, s);
}

int state_after(struct batch *b, sd_bus *bus, bool starts, struct state *s)
{
	size_t first = b->n;
	int r;

	r = state_ask(b, bus, starts);
	if (r < 0)
		return remote_failed(r);
	r = batch_run(b, bus);
	if (r != EXIT_DONE)
		return r;
	r = state_take(s, b, first);
	return r < 0 ? remote_failed(r) : EXIT_DONE;
}

const struct problem *state_unkept(const struct state *s)
{
	const struct problem *problems = s->manager.problems.items;

	/* A warning is of what is over. */
	for (size_t i = 0; i < s->manager.problems.n; i++)
		if (!strcmp(problems[i].area, "history") && !problems[i].warning)
			return &problems[i];
	return NULL;
}

int state_fetch(struct state *s, sd_bus *bus)
{
	CLEANUP(batch_done) struct batch b;

	batch_init(&b);
	return state_after(&b, bus, false, s);
}

struct rule *state_rule(const struct state *s, const char *name)
{
	struct rule *rules = s->rules.items;

	for (size_t i = 0; i < s->rules.n; i++)
		if (!strcmp(rules[i].name, name))
			return &rules[i];
	return NULL;
}

static int take_reasons(sd_bus_message *m, const char *path, void *userdata)
{
	struct state *s = userdata;
	struct rule_object object;
	struct rule *rule;
	int r;

	(void)path;
	reader_clear(&rule_object_shape, &object);
	r = reader_dict(&rule_object_shape, &s->arena, m, &object);
	if (r < 0)
		return r;
	rule = state_rule(s, object.name);
	if (rule)
		rule->reasons = object.reasons;
	return 0;
}

int state_take_reasons(struct state *s)
{
	return state_each_object(s, BUS_RULE, take_reasons, s);
}

/* The a{sa{sv}} of one object, which is next in the message. */
static int look_at_object(sd_bus_message *m, const char *path, const char *interface,
			  state_look look, void *userdata)
{
	const char *name;
	int r;

	r = sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "{sa{sv}}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(m, SD_BUS_TYPE_DICT_ENTRY, "sa{sv}")) > 0) {
		r = sd_bus_message_read_basic(m, SD_BUS_TYPE_STRING, &name);
		if (r < 0)
			return r;
		r = strcmp(name, interface) ? sd_bus_message_skip(m, "a{sv}")
					    : look(m, path, userdata);
		if (r < 0)
			return r;
		r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

int state_each_object(struct state *s, const char *interface, state_look look, void *userdata)
{
	sd_bus_message *m = s->objects;
	const char *path;
	int r;

	r = sd_bus_message_rewind(m, true);
	if (r < 0)
		return r;
	r = sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "{oa{sa{sv}}}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(m, SD_BUS_TYPE_DICT_ENTRY, "oa{sa{sv}}")) > 0) {
		r = sd_bus_message_read_basic(m, SD_BUS_TYPE_OBJECT_PATH, &path);
		if (r < 0)
			return r;
		r = look_at_object(m, path, interface, look, userdata);
		if (r < 0)
			return r;
		r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : 0;
}

int state_keep_break(struct state *s, struct kept_break *kept)
{
	struct state again = { .objects = s->objects };
	int r;

	reader_clear(&break_shape, &again.brk);
	r = state_each_object(&again, BUS_BREAK, take_break, &again);
	if (r < 0) {
		arena_done(&again.arena);
		return r;
	}
	kept_break_done(kept);
	*kept = (struct kept_break){
		.brk = again.brk,
		.objects = sd_bus_message_ref(again.objects),
		.arena = again.arena,
	};
	return 0;
}

void kept_break_done(struct kept_break *kept)
{
	sd_bus_message_unref(kept->objects);
	arena_done(&kept->arena);
	*kept = (struct kept_break){ 0 };
}

bool break_same_steps(const struct brk *a, const struct brk *b)
{
	const struct step *x = a->steps.items, *y = b->steps.items;

	if (a->steps.n != b->steps.n)
		return false;
	for (size_t i = 0; i < a->steps.n; i++)
		if (strcmp(x[i].exercise, y[i].exercise) != 0)
			return false;
	return true;
}

struct word {
	const char *word, *meaning;
};

static const char *meaning_of(const struct word *words, const char *word)
{
	for (; words->word; words++)
		if (!strcmp(words->word, word))
			return words->meaning;
	return word;
}

const char *phase_words(const char *phase)
{
	static const struct word words[] = {
		{ "on-break", "on a break" },
		{ "prompting", "asking for a break" },
		{ "snoozed", "break snoozed" },
		{ "paused", "paused" },
		{ "off-duty", "outside your hours" },
		{ "deferred", "a break is due but held back" },
		{ "due", "a break is due, waiting for a good moment" },
		{ "working", "working" },
		{ 0 },
	};

	return meaning_of(words, phase);
}

const char *presence_words(const char *presence)
{
	static const struct word words[] = {
		{ "active", "active" },   { "watching", "watching the screen, no input" },
		{ "idle", "idle" },       { "away", "away" },
		{ "unknown", "unknown" }, { 0 },
	};

	return meaning_of(words, presence);
}

const char *rule_state_words(const char *state)
{
	static const struct word words[] = {
		{ "counting", "counting" },  { "due", "due" },         { "waiting", "waiting" },
		{ "deferred", "held back" }, { "snoozed", "snoozed" }, { "prompting", "asking" },
		{ "on-break", "on break" },  { "off", "off" },         { 0 },
	};

	return meaning_of(words, state);
}

const char *outcome_words(const char *outcome)
{
	static const struct word words[] = {
		{ "taken", "taken" },   { "cut-short", "cut short" },    { "skipped", "skipped" },
		{ "missed", "missed" }, { "natural", "rested unasked" }, { 0 },
	};

	return meaning_of(words, outcome);
}

usec_t break_left(const struct brk *b, walltime_t now)
{
	if (b->ends)
		return usec_sub(b->ends, now);
	return usec_sub(b->length, b->rested);
}

const struct step *break_step(const struct brk *b, walltime_t now)
{
	const struct step *steps = b->steps.items, *found = steps;
	usec_t done = usec_sub(b->length, break_left(b, now)), begins = 0;

	if (!b->steps.n)
		return NULL;
	for (size_t i = 0; i < b->steps.n; i++) {
		begins = usec_max(begins, steps[i].begins);
		/* Whoever gets ready for it has left the one before. */
		if (usec_sub(begins, steps[i].ready * USEC_PER_SEC) <= done)
			found = &steps[i];
		begins += steps[i].seconds * USEC_PER_SEC;
	}
	return found;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool reason_tells_when(const struct reason *reason)
{
	const char *colon = reason->detail;

	if (!reason->since)
		return true;
	while ((colon = strchr(colon, ':')) != NULL) {
		if (colon > reason->detail && is_digit(colon[-1]) && is_digit(colon[1]))
			return true;
		colon++;
	}
	return false;
}
