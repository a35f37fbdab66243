#include "bus/service.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "bus/out.h"
#include "bus/past.h"
#include "bus/protocol.h"

/* More objects of a kind than this are not told of; the owner's own limits are lower. */
#define CHILDREN_MAX 64
/* So many messages may wait to be sent before long answers are refused. */
#define ANSWERS_WAITING_MAX 64
/* So many decisions at most are told at once, and so many if nobody said how many. */
#define DECISIONS_MAX 2000
#define DECISIONS_USUAL 128
#define PROPERTIES_MAX 20
/* So many may wait for what Diagnose finds out. */
#define DIAGNOSES_MAX 8
#define PATH_TEXT_MAX 160
#define INHIBIT_WHO_MAX 255
#define INHIBIT_WHY_MAX 1024

enum child_kind { CHILD_RULE, CHILD_BREAK, CHILD_NOTICE };

/* A child object as it was told last. */
struct told_child {
	enum child_kind kind;
	char path[PATH_TEXT_MAX];
	uint64_t properties[PROPERTIES_MAX]; /* fingerprints */
};

struct service {
	sd_bus *bus;                   /* referenced */
	const struct service_ops *ops; /* borrowed */
	void *owner;
	sd_bus_slot *slots[12]; /* owned */
	size_t n_slots;
	uint64_t manager[PROPERTIES_MAX]; /* fingerprints of what was told last */
	struct told_child children[CHILDREN_MAX];
	size_t n_children;
	bool telling; /* properties are read by ourselves, to tell them */
	sd_bus_message *diagnoses[DIAGNOSES_MAX]; /* calls, referenced: who waits for findings */
	size_t n_diagnoses;
};

/* One property: how it is written. `object` is the child's own struct, NULL for the manager. */
struct property {
	const char *name;
	void (*put)(struct out *o, const struct bus_state *state, const void *object);
};

/* Paths ---------------------------------------------------------------------------------------- */

static void number_path(char buffer[static PATH_TEXT_MAX], const char *prefix, uint64_t id)
{
	(void)snprintf(buffer, PATH_TEXT_MAX, "%s/%" PRIu64, prefix, id);
}

static void rule_path(char buffer[static PATH_TEXT_MAX], const char *name)
{
	CLEANUP(freep) char *path = NULL;

	if (sd_bus_path_encode(BUS_RULE_PREFIX, name, &path) < 0)
		path = NULL;
	(void)snprintf(buffer, PATH_TEXT_MAX, "%s", path ? path : "/");
}

static void break_path(char buffer[static PATH_TEXT_MAX], uint64_t id)
{
	if (id)
		number_path(buffer, BUS_BREAK_PREFIX, id);
	else
		(void)snprintf(buffer, PATH_TEXT_MAX, "/");
}

static const struct bus_rule *find_rule(const struct bus_state *state, const char *path)
{
	CLEANUP(freep) char *name = NULL;

	if (sd_bus_path_decode(path, BUS_RULE_PREFIX, &name) <= 0)
		return NULL;
	for (size_t i = 0; i < state->n_rules; i++)
		if (!strcmp(state->rules[i].name, name))
			return &state->rules[i];
	return NULL;
}

static const struct bus_break *find_break(const struct bus_state *state, const char *path)
{
	char own[PATH_TEXT_MAX];

	break_path(own, state->brk.id);
	return state->brk.id && !strcmp(own, path) ? &state->brk : NULL;
}

static const struct bus_notice *find_notice(const struct bus_state *state, const char *path)
{
	char own[PATH_TEXT_MAX];

	for (size_t i = 0; i < state->n_notices; i++) {
		number_path(own, BUS_NOTICE_PREFIX, state->notices[i].id);
		if (!strcmp(own, path))
			return &state->notices[i];
	}
	return NULL;
}

static const void *find_child(const struct bus_state *state, enum child_kind kind, const char *path)
{
	switch (kind) {
	case CHILD_RULE:
		return find_rule(state, path);
	case CHILD_BREAK:
		return find_break(state, path);
	case CHILD_NOTICE:
		return find_notice(state, path);
	}
	return NULL;
}

/* How properties are written ------------------------------------------------------------------- */

static void put_reasons(struct out *o, const struct bus_reason *reasons, size_t n)
{
	out_open(o, 'a', "a{sv}");
	for (size_t i = 0; i < n; i++) {
		out_open(o, 'a', "{sv}");
		out_entry_string(o, "sign", reasons[i].sign);
		out_entry_string(o, "detail", reasons[i].detail);
		out_entry_u64(o, "since_usec", reasons[i].since);
		out_close(o);
	}
	out_close(o);
}

/* A property that is one field of the manager's state, or of a child's struct. */
#define PUT_STATE(function, put, field)                                                            \
	static void function(struct out *o, const struct bus_state *state, const void *object)     \
	{                                                                                          \
		(void)object;                                                                      \
		put(o, state->field);                                                              \
	}
#define PUT_OBJECT(function, type, put, field)                                                     \
	static void function(struct out *o, const struct bus_state *state, const void *object)     \
	{                                                                                          \
		(void)state;                                                                       \
		put(o, ((const struct type *)object)->field);                                      \
	}

/* clang-format off */
PUT_STATE(put_phase, out_string, phase)
PUT_STATE(put_phase_since, out_u64, phase_since)
PUT_STATE(put_presence, out_string, presence)
PUT_STATE(put_presence_since, out_u64, presence_since)
PUT_STATE(put_posture, out_string, posture)
PUT_STATE(put_reading_until, out_u64, reading_until)
PUT_STATE(put_idle_source, out_string, idle_source)
PUT_STATE(put_next_rule, out_string, next_rule)
PUT_STATE(put_next_due, out_u64, next_due)
PUT_STATE(put_paused_until, out_u64, paused_until)
PUT_STATE(put_snoozes_left, out_u32, snoozes_left)
PUT_STATE(put_level, out_u32, level)

PUT_OBJECT(put_rule_name, bus_rule, out_string, name)
PUT_OBJECT(put_rule_counts, bus_rule, out_string, counts)
PUT_OBJECT(put_rule_every, bus_rule, out_u64, every)
PUT_OBJECT(put_rule_length, bus_rule, out_u64, length)
PUT_OBJECT(put_rule_enabled, bus_rule, out_bool, enabled)
PUT_OBJECT(put_rule_state, bus_rule, out_string, state)
PUT_OBJECT(put_rule_due, bus_rule, out_u64, due)

PUT_OBJECT(put_break_rule, bus_break, out_string, rule)
PUT_OBJECT(put_break_phase, bus_break, out_string, phase)
PUT_OBJECT(put_break_due, bus_break, out_u64, due)
PUT_OBJECT(put_break_started, bus_break, out_u64, started)
PUT_OBJECT(put_break_ends, bus_break, out_u64, ends)
PUT_OBJECT(put_break_length, bus_break, out_u64, length)
PUT_OBJECT(put_break_rested, bus_break, out_u64, rested)
PUT_OBJECT(put_break_next_prompt, bus_break, out_u64, next_prompt)
PUT_OBJECT(put_break_prompts, bus_break, out_u32, prompts)
PUT_OBJECT(put_break_title, bus_break, out_string, title)
PUT_OBJECT(put_break_body, bus_break, out_string, body)

PUT_OBJECT(put_notice_kind, bus_notice, out_string, kind)
PUT_OBJECT(put_notice_title, bus_notice, out_string, title)
PUT_OBJECT(put_notice_body, bus_notice, out_string, body)
PUT_OBJECT(put_notice_urgency, bus_notice, out_string, urgency)
PUT_OBJECT(put_notice_expires, bus_notice, out_u64, expires)
/* clang-format on */

static void put_version(struct out *o, const struct bus_state *state, const void *object)
{
	(void)state;
	(void)object;
	out_string(o, LIMBER_VERSION);
}

static void put_active_today(struct out *o, const struct bus_state *state, const void *object)
{
	(void)object;
	/* It changes all the time: it is answered, and never told as a change. */
	if (o->message)
		out_u64(o, state->active_today);
}

static void put_manager_reasons(struct out *o, const struct bus_state *state, const void *object)
{
	(void)object;
	put_reasons(o, state->reasons, state->n_reasons);
}

static void put_rule_reasons(struct out *o, const struct bus_state *state, const void *object)
{
	const struct bus_rule *rule = object;

	(void)state;
	put_reasons(o, rule->reasons, rule->n_reasons);
}

static void put_current_break(struct out *o, const struct bus_state *state, const void *object)
{
	char path[PATH_TEXT_MAX];

	(void)object;
	break_path(path, state->brk.id);
	out_path(o, path);
}

static void put_problems(struct out *o, const struct bus_state *state, const void *object)
{
	(void)object;
	out_open(o, 'a', "a{sv}");
	for (size_t i = 0; i < state->n_problems; i++) {
		const struct bus_problem *p = &state->problems[i];

		out_open(o, 'a', "{sv}");
		out_entry_string(o, "area", p->area);
		out_entry_string(o, "message", p->message);
		out_entry_string(o, "file", p->file);
		out_entry_u32(o, "line", p->line);
		out_entry_string(o, "key", p->key);
		out_entry_string(o, "hint", p->hint);
		out_entry_bool(o, "warning", p->warning);
		out_close(o);
	}
	out_close(o);
}

static void put_step(struct out *o, const struct bus_step *step)
{
	out_open(o, 'a', "{sv}");
	out_entry_string(o, "exercise", step->exercise);
	out_entry_string(o, "name", step->name);
	out_entry_string(o, "position", step->position);
	out_entry_u32(o, "seconds", step->seconds);
	out_entry_u32(o, "reps", step->reps);
	out_entry_u32(o, "sides", step->sides);
	out_entry_strings(o, "instructions", step->instructions, step->n_instructions);
	out_entry_string(o, "cue", step->cue);
	out_entry_string(o, "picture", step->picture);
	out_entry_string(o, "why", step->why);
	out_entry_string(o, "dose", step->dose);
	out_entry_u64(o, "begins_usec", step->begins);
	out_entry_bool(o, "new", step->is_new);
	out_close(o);
}

static void put_step_list(struct out *o, const struct bus_step *steps, size_t n)
{
	out_open(o, 'a', "a{sv}");
	for (size_t i = 0; i < n; i++)
		put_step(o, &steps[i]);
	out_close(o);
}

static void put_steps(struct out *o, const struct bus_state *state, const void *object)
{
	const struct bus_break *brk = object;

	(void)state;
	put_step_list(o, brk->steps, brk->n_steps);
}

static void put_actions(struct out *o, const struct bus_state *state, const void *object)
{
	const struct bus_notice *notice = object;

	(void)state;
	out_open(o, 'a', "(ss)");
	for (size_t i = 0; i < notice->n_actions; i++) {
		out_open(o, 'r', "ss");
		out_string(o, notice->actions[i].id);
		out_string(o, notice->actions[i].label);
		out_close(o);
	}
	out_close(o);
}

/* clang-format off */
static const struct property manager_properties[] = {
	{ "Version",          put_version },
	{ "Phase",            put_phase },
	{ "PhaseSinceUSec",   put_phase_since },
	{ "Presence",         put_presence },
	{ "PresenceSinceUSec", put_presence_since },
	{ "Posture",          put_posture },
	{ "ReadingUntilUSec", put_reading_until },
	{ "IdleSource",       put_idle_source },
	{ "NextRule",         put_next_rule },
	{ "NextDueUSec",      put_next_due },
	{ "Reasons",          put_manager_reasons },
	{ "PausedUntilUSec",  put_paused_until },
	{ "SnoozesLeft",      put_snoozes_left },
	{ "Level",            put_level },
	{ "CurrentBreak",     put_current_break },
	{ "Problems",         put_problems },
	{ "ActiveTodayUSec",  put_active_today },
	{ NULL, NULL },
};

static const struct property rule_properties[] = {
	{ "Name",       put_rule_name },
	{ "Counts",     put_rule_counts },
	{ "EveryUSec",  put_rule_every },
	{ "LengthUSec", put_rule_length },
	{ "Enabled",    put_rule_enabled },
	{ "State",      put_rule_state },
	{ "Reasons",    put_rule_reasons },
	{ "DueUSec",    put_rule_due },
	{ NULL, NULL },
};

static const struct property break_properties[] = {
	{ "Rule",           put_break_rule },
	{ "Phase",          put_break_phase },
	{ "DueUSec",        put_break_due },
	{ "StartedUSec",    put_break_started },
	{ "EndsUSec",       put_break_ends },
	{ "LengthUSec",     put_break_length },
	{ "RestedUSec",     put_break_rested },
	{ "NextPromptUSec", put_break_next_prompt },
	{ "Prompts",        put_break_prompts },
	{ "Title",          put_break_title },
	{ "Body",           put_break_body },
	{ "Steps",          put_steps },
	{ NULL, NULL },
};

static const struct property notice_properties[] = {
	{ "Kind",        put_notice_kind },
	{ "Title",       put_notice_title },
	{ "Body",        put_notice_body },
	{ "Actions",     put_actions },
	{ "Urgency",     put_notice_urgency },
	{ "ExpiresUSec", put_notice_expires },
	{ NULL, NULL },
};

static const struct child_type {
	const char *prefix;
	const char *interface;
	const struct property *properties;
} child_types[] = {
	[CHILD_RULE]   = { BUS_RULE_PREFIX,   BUS_RULE,   rule_properties },
	[CHILD_BREAK]  = { BUS_BREAK_PREFIX,  BUS_BREAK,  break_properties },
	[CHILD_NOTICE] = { BUS_NOTICE_PREFIX, BUS_NOTICE, notice_properties },
};
/* clang-format on */

/* Reading properties --------------------------------------------------------------------------- */

static int answer_property(const struct property *properties, const char *name,
			   const struct bus_state *state, const void *object, sd_bus_message *reply)
{
	for (const struct property *p = properties; p->name; p++)
		if (!strcmp(p->name, name)) {
			struct out o = { .message = reply };

			p->put(&o, state, object);
			return o.r;
		}
	return -ENOENT;
}

static int get_manager(sd_bus *bus, const char *path, const char *interface, const char *name,
		       sd_bus_message *reply, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;

	(void)bus;
	(void)path;
	(void)interface;
	(void)reterr;
	/* A client wants to know how things are: GetAll reads these, too. */
	if (!s->telling && (!strcmp(name, "Phase") || !strcmp(name, "Problems")))
		s->ops->looked_at(s->owner);
	return answer_property(manager_properties, name, s->ops->state(s->owner), NULL, reply);
}

static int get_child(sd_bus *bus, const char *path, const char *interface, const char *name,
		     sd_bus_message *reply, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	const struct bus_state *state = s->ops->state(s->owner);

	(void)bus;
	for (size_t i = 0; i < ELEMENTS(child_types); i++) {
		const struct child_type *type = &child_types[i];
		const void *object;

		if (strcmp(type->interface, interface))
			continue;
		object = find_child(state, (enum child_kind)i, path);
		if (object)
			return answer_property(type->properties, name, state, object, reply);
	}
	return sd_bus_error_setf(reterr, SD_BUS_ERROR_UNKNOWN_OBJECT, "there is no object %s",
				 path);
}

static int find_any_child(sd_bus *bus, const char *path, const char *interface, void *userdata,
			  void **ret_found, sd_bus_error *reterr)
{
	struct service *s = userdata;
	const struct bus_state *state = s->ops->state(s->owner);

	(void)bus;
	(void)reterr;
	for (size_t i = 0; i < ELEMENTS(child_types); i++)
		if (!strcmp(child_types[i].interface, interface) &&
		    find_child(state, (enum child_kind)i, path)) {
			*ret_found = s;
			return 1;
		}
	return 0;
}

/* All children's paths, into `paths`; how many. */
static size_t list_children(const struct bus_state *state,
			    struct told_child children[static CHILDREN_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < state->n_rules && n < CHILDREN_MAX; i++, n++) {
		children[n].kind = CHILD_RULE;
		rule_path(children[n].path, state->rules[i].name);
	}
	if (state->brk.id && n < CHILDREN_MAX) {
		children[n].kind = CHILD_BREAK;
		break_path(children[n++].path, state->brk.id);
	}
	for (size_t i = 0; i < state->n_notices && n < CHILDREN_MAX; i++, n++) {
		children[n].kind = CHILD_NOTICE;
		number_path(children[n].path, BUS_NOTICE_PREFIX, state->notices[i].id);
	}
	return n;
}

static int enumerate(sd_bus *bus, const char *prefix, void *userdata, char ***ret_nodes,
		     sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct told_child children[CHILDREN_MAX];
	size_t n = list_children(s->ops->state(s->owner), children), found = 0;
	char **nodes;

	(void)bus;
	(void)reterr;
	nodes = calloc(n + 1, sizeof(*nodes));
	if (!nodes)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		/* GetManagedObjects asks with the path of the manager, introspection with ours. */
		if (strncmp(children[i].path, prefix, strlen(prefix)))
			continue;
		nodes[found] = strdup(children[i].path);
		if (!nodes[found++]) {
			while (found > 0)
				free(nodes[--found]);
			free(nodes);
			return -ENOMEM;
		}
	}
	*ret_nodes = nodes;
	return 0;
}

/* Methods -------------------------------------------------------------------------------------- */

static int refuse(sd_bus_error *reterr, const struct bus_answer *no)
{
	static const char *const names[] = {
		[BUS_REFUSED_NO_SUCH_RULE] = BUS_ERROR_NO_SUCH_RULE,
		[BUS_REFUSED_NO_SUCH_EXERCISE] = BUS_ERROR_NO_SUCH_EXERCISE,
		[BUS_REFUSED_NO_BREAK] = BUS_ERROR_NO_BREAK,
		[BUS_REFUSED_NOT_ALLOWED] = BUS_ERROR_NOT_ALLOWED,
		[BUS_REFUSED_LIMIT_REACHED] = BUS_ERROR_LIMIT_REACHED,
		[BUS_REFUSED_INVALID] = SD_BUS_ERROR_INVALID_ARGS,
		[BUS_REFUSED_NO_SUCH_OBJECT] = SD_BUS_ERROR_UNKNOWN_OBJECT,
		[BUS_REFUSED_NO_HISTORY] = BUS_ERROR_HISTORY_UNAVAILABLE,
	};

	return sd_bus_error_set(reterr, names[no->refusal], no->sentence);
}

/* The end of every method without results: `r` is what the owner's function answered. */
static int finish_call(sd_bus_message *m, int r, const struct bus_answer *no, sd_bus_error *reterr)
{
	if (r == -EREMOTEIO)
		return refuse(reterr, no);
	if (r < 0)
		return r;
	return sd_bus_reply_method_return(m, NULL);
}

/* As above, for a reply that was being filled in. */
static int finish_reply(sd_bus_message *reply, int r, const struct bus_answer *no,
			sd_bus_error *reterr)
{
	if (r == -EREMOTEIO)
		return refuse(reterr, no);
	if (r < 0)
		return r;
	return sd_bus_send(NULL, reply, NULL);
}

static int on_start_break(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct bus_answer no;
	const char *rule;
	char path[PATH_TEXT_MAX];
	uint64_t id;
	int r;

	r = sd_bus_message_read(m, "s", &rule);
	if (r < 0)
		return r;
	r = s->ops->start_break(s->owner, rule, &id, &no);
	if (r < 0)
		return finish_call(m, r, &no, reterr);
	break_path(path, id);
	return sd_bus_reply_method_return(m, "o", path);
}

/* A method that only asks the owner, with one argument or none, and has no result. */
#define CALL_PLAIN(function, op)                                                                   \
	static int function(sd_bus_message *m, void *userdata, sd_bus_error *reterr)               \
	{                                                                                          \
		struct service *s = userdata;                                                      \
		struct bus_answer no;                                                              \
                                                                                                   \
		return finish_call(m, s->ops->op(s->owner, &no), &no, reterr);                     \
	}
#define CALL_WITH(function, op, signature, type)                                                   \
	static int function(sd_bus_message *m, void *userdata, sd_bus_error *reterr)               \
	{                                                                                          \
		struct service *s = userdata;                                                      \
		struct bus_answer no;                                                              \
		type argument;                                                                     \
		int r;                                                                             \
                                                                                                   \
		r = sd_bus_message_read(m, signature, &argument);                                  \
		if (r < 0)                                                                         \
			return r;                                                                  \
		return finish_call(m, s->ops->op(s->owner, argument, &no), &no, reterr);           \
	}

/* clang-format off */
CALL_WITH(on_snooze, snooze, "t", uint64_t)
CALL_PLAIN(on_skip, skip)
CALL_PLAIN(on_finish, finish)
CALL_PLAIN(on_resume, resume)
CALL_WITH(on_set_reading, set_reading, "t", uint64_t)
CALL_WITH(on_rested, rested, "t", uint64_t)
CALL_WITH(on_set_posture, set_posture, "s", const char *)
CALL_PLAIN(on_reload, reload)
/* clang-format on */

/* Who the client behind a call is, asked of the bus. */
struct question {
	struct service *service;
	sd_bus_message *call; /* referenced */
	bool answer_after;    /* the client gets its answer only then, so that it is still there */
};

static void question_free(void *userdata)
{
	struct question *q = userdata;

	sd_bus_message_unref(q->call);
	free(q);
}

static int on_client_pid(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct question *q = userdata;
	struct service *s = q->service;
	uint32_t pid;

	(void)reterr;
	if (!sd_bus_message_is_method_error(m, NULL) && sd_bus_message_read(m, "u", &pid) >= 0)
		s->ops->client_pid(s->owner, sd_bus_message_get_sender(q->call), pid);
	if (q->answer_after)
		(void)sd_bus_reply_method_return(q->call, NULL);
	return 0;
}

/* Asking who a client is takes a round trip to the bus, which nobody here may wait for. */
static int ask_client_pid(struct service *s, sd_bus_message *call, bool answer_after)
{
	const char *client = sd_bus_message_get_sender(call);
	sd_bus_slot *slot = NULL;
	struct question *q;
	int r;

	q = malloc(sizeof(*q));
	if (!q)
		return -ENOMEM;
	*q = (struct question){ s, sd_bus_message_ref(call), answer_after };
	r = sd_bus_call_method_async(s->bus, &slot, "org.freedesktop.DBus", "/org/freedesktop/DBus",
				     "org.freedesktop.DBus", "GetConnectionUnixProcessID",
				     on_client_pid, q, "s", client ? client : "");
	if (r < 0) {
		question_free(q);
		return r;
	}
	(void)sd_bus_slot_set_destroy_callback(slot, question_free);
	/* From here on the slot lives with the bus, until the answer. */
	(void)sd_bus_slot_set_floating(slot, 1);
	sd_bus_slot_unref(slot);
	return 0;
}

static int on_pause(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	const char *client = sd_bus_message_get_sender(m);
	struct bus_answer no;
	uint64_t until;
	int r;

	r = sd_bus_message_read(m, "t", &until);
	if (r < 0)
		return r;
	r = s->ops->pause(s->owner, client ? client : "", until, &no);
	if (r < 0)
		return finish_call(m, r, &no, reterr);
	/* Without its answer the client waits, so that its process can be asked for its name. */
	if (ask_client_pid(s, m, true) < 0)
		return sd_bus_reply_method_return(m, NULL);
	return 1;
}

static int on_inhibit(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct bus_answer no;
	CLEANUP(closep) int fd = -1;
	const char *who, *why, *client = sd_bus_message_get_sender(m);
	int r;

	r = sd_bus_message_read(m, "ss", &who, &why);
	if (r < 0)
		return r;
	if (strlen(who) > INHIBIT_WHO_MAX || strlen(why) > INHIBIT_WHY_MAX)
		return sd_bus_error_setf(reterr, SD_BUS_ERROR_INVALID_ARGS,
					 "who may have %d bytes and why %d, nothing is inhibited",
					 INHIBIT_WHO_MAX, INHIBIT_WHY_MAX);
	client = client ? client : "";
	r = s->ops->inhibit(s->owner, client, who, why, &fd, &no);
	if (r < 0)
		return finish_call(m, r, &no, reterr);
	(void)ask_client_pid(s, m, false);
	return sd_bus_reply_method_return(m, "h", fd);
}

static int on_list_inhibitors(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	struct bus_inhibitor held;
	struct out o = { 0 };
	int r;

	r = sd_bus_message_new_method_return(m, &reply);
	if (r < 0)
		return r;
	o.message = reply;
	out_open(&o, 'a', "a{sv}");
	for (size_t i = 0; s->ops->inhibitor(s->owner, i, &held); i++) {
		out_open(&o, 'a', "{sv}");
		out_entry_string(&o, "who", held.who);
		out_entry_string(&o, "why", held.why);
		out_entry_u32(&o, "pid", held.pid);
		out_entry_u64(&o, "since_usec", held.since);
		out_close(&o);
	}
	out_close(&o);
	return finish_reply(reply, o.r, NULL, reterr);
}

static void put_decision(struct out *o, const struct bus_decision *d)
{
	out_open(o, 'a', "{sv}");
	out_entry_u64(o, "when_usec", d->when);
	out_entry_string(o, "rule", d->rule);
	out_entry_string(o, "decision", d->decision);
	if (d->outcome)
		out_entry_string(o, "outcome", d->outcome);
	out_entry_string(o, "why", d->why);
	out_close(o);
}

/*
 * Long answers pile up here when a client asks faster than the bus takes them: then it has to wait.
 * 0, or an error in *reterr.
 */
static int refuse_flood(sd_bus_message *m, sd_bus_error *reterr)
{
	uint64_t waiting = 0;
	int r = sd_bus_get_n_queued_write(sd_bus_message_get_bus(m), &waiting);

	if (r < 0 || waiting < ANSWERS_WAITING_MAX)
		return r;
	return sd_bus_error_setf(reterr, SD_BUS_ERROR_LIMITS_EXCEEDED,
				 "%d answers wait to be read already; ask again when they are",
				 ANSWERS_WAITING_MAX);
}

struct decision_reply {
	struct bus_decision_sink sink;
	struct out *out;
};

static int add_decision(struct bus_decision_sink *sink, const struct bus_decision *d)
{
	struct out *o = ((struct decision_reply *)sink)->out;

	put_decision(o, d);
	return o->r;
}

/* The latest decisions, of which those that the owner has at hand are the first ones. */
static int put_decisions(struct service *s, struct out *o, unsigned limit)
{
	struct decision_reply past = { .sink = { .add = add_decision }, .out = o };
	struct bus_decision decision;
	unsigned n = 0;

	for (; n < limit && s->ops->decision(s->owner, n, &decision); n++)
		put_decision(o, &decision);
	return n < limit ? s->ops->past_decisions(s->owner, limit - n, &past.sink) : 0;
}

static int on_explain(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	struct out o = { 0 };
	uint32_t limit;
	int r;

	r = sd_bus_message_read(m, "u", &limit);
	if (r < 0)
		return r;
	r = refuse_flood(m, reterr);
	if (r < 0)
		return r;
	r = sd_bus_message_new_method_return(m, &reply);
	if (r < 0)
		return r;
	o.message = reply;
	out_open(&o, 'a', "a{sv}");
	if (limit == 0)
		limit = DECISIONS_USUAL;
	r = put_decisions(s, &o, limit < DECISIONS_MAX ? limit : DECISIONS_MAX);
	out_close(&o);
	return finish_reply(reply, r < 0 ? r : o.r, NULL, reterr);
}

static int on_list_rules(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	const struct bus_state *state = s->ops->state(s->owner);
	struct out o = { 0 };
	int r;

	r = sd_bus_message_new_method_return(m, &reply);
	if (r < 0)
		return r;
	o.message = reply;
	out_open(&o, 'a', "a{sv}");
	for (size_t i = 0; i < state->n_rules; i++) {
		const struct bus_rule *rule = &state->rules[i];
		char path[PATH_TEXT_MAX];

		rule_path(path, rule->name);
		out_open(&o, 'a', "{sv}");
		out_entry_path(&o, "path", path);
		out_entry_string(&o, "name", rule->name);
		out_entry_string(&o, "counts", rule->counts);
		out_entry_string(&o, "state", rule->state);
		out_entry_u64(&o, "every_usec", rule->every);
		out_entry_u64(&o, "length_usec", rule->length);
		out_entry_u64(&o, "load_usec", s->ops->rule_load(s->owner, rule->name));
		out_entry_u64(&o, "due_usec", rule->due);
		out_entry_bool(&o, "enabled", rule->enabled);
		out_entry_string(&o, "urgency", rule->urgency);
		out_entry_u64(&o, "snooze_usec", rule->snooze);
		out_entry_bool(&o, "repeated", rule->repeated);
		out_close(&o);
	}
	out_close(&o);
	return finish_reply(reply, o.r, NULL, reterr);
}

/* Exercises go straight from the owner into the reply. */
struct exercise_reply {
	struct bus_exercise_sink sink;
	struct out out;
};

static void put_exercise_summary(struct out *o, const struct bus_exercise *e)
{
	out_entry_string(o, "id", e->id);
	out_entry_string(o, "name", e->name);
	out_entry_string(o, "set", e->set);
	out_entry_string(o, "position", e->position);
	out_entry_string(o, "space", e->space);
	out_entry_bool(o, "discreet", e->discreet);
	out_entry_u32(o, "intensity", e->intensity);
	out_entry_u32(o, "seconds_min", e->seconds_min);
	out_entry_u32(o, "seconds_default", e->seconds_default);
	out_entry_strings(o, "relieves", e->relieves, e->n_relieves);
	out_entry_string(o, "cue", e->cue);
	out_entry_bool(o, "allowed", e->allowed);
	out_entry_string(o, "why", e->why);
}

static int add_summary(struct bus_exercise_sink *sink, const struct bus_exercise *e)
{
	struct exercise_reply *reply = (struct exercise_reply *)sink;

	out_open(&reply->out, 'a', "{sv}");
	put_exercise_summary(&reply->out, e);
	out_close(&reply->out);
	return reply->out.r;
}

static int add_whole(struct bus_exercise_sink *sink, const struct bus_exercise *e)
{
	struct out *o = &((struct exercise_reply *)sink)->out;

	out_open(o, 'a', "{sv}");
	put_exercise_summary(o, e);
	out_entry_bool(o, "seed", e->seed);
	out_entry_bool(o, "needs_warmup", e->needs_warmup);
	out_entry_u32(o, "seconds_max", e->seconds_max);
	out_entry_u32(o, "hold_seconds", e->hold_seconds);
	out_entry_u32(o, "reps", e->reps);
	out_entry_u32(o, "sets", e->sets);
	out_entry_u32(o, "sides", e->sides);
	out_entry_string(o, "muscles", e->muscles);
	out_entry_strings(o, "avoid_if", e->avoid_if, e->n_avoid_if);
	out_entry_string(o, "easier", e->easier);
	out_entry_string(o, "harder", e->harder);
	out_entry_string(o, "desk_alternative", e->desk_alternative);
	out_entry_strings(o, "steps", e->steps, e->n_steps);
	out_entry_string(o, "source", e->source);
	out_entry_string(o, "dose", e->dose);
	out_close(o);
	return o->r;
}

static int read_filter(sd_bus_message *m, struct bus_exercise_filter *ret, sd_bus_error *reterr)
{
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{sv}");
	while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		const char *key, **text = NULL;
		int *flag = NULL;

		r = sd_bus_message_read(m, "s", &key);
		if (r < 0)
			return r;
		if (!strcmp(key, "set"))
			text = &ret->set;
		else if (!strcmp(key, "region"))
			text = &ret->region;
		else if (!strcmp(key, "place"))
			text = &ret->place;
		else if (!strcmp(key, "discreet"))
			flag = &ret->discreet;
		else if (!strcmp(key, "allowed"))
			flag = &ret->allowed;
		if (text)
			r = sd_bus_message_read(m, "v", "s", text);
		else if (flag)
			r = sd_bus_message_read(m, "v", "b", flag);
		else
			r = sd_bus_message_skip(m, "v");
		if (r < 0)
			return sd_bus_error_setf(reterr, SD_BUS_ERROR_INVALID_ARGS,
						 "the filter '%s' takes %s", key,
						 text ? "a text" : "a boolean");
		r = sd_bus_message_exit_container(m);
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int on_list_exercises(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct exercise_reply list = { .sink = { .add = add_summary } };
	struct bus_exercise_filter filter = { .discreet = -1, .allowed = -1 };
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	struct bus_answer no;
	int r;

	r = read_filter(m, &filter, reterr);
	if (r < 0)
		return r;
	r = refuse_flood(m, reterr);
	if (r < 0)
		return r;
	r = sd_bus_message_new_method_return(m, &reply);
	if (r < 0)
		return r;
	list.out.message = reply;
	out_open(&list.out, 'a', "a{sv}");
	r = s->ops->list_exercises(s->owner, &filter, &list.sink, &no);
	if (r >= 0) {
		out_close(&list.out);
		r = list.out.r;
	}
	return finish_reply(reply, r, &no, reterr);
}

static int on_get_exercise(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct exercise_reply one = { .sink = { .add = add_whole } };
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	struct bus_answer no;
	const char *id;
	int r;

	r = sd_bus_message_read(m, "s", &id);
	if (r < 0)
		return r;
	r = sd_bus_message_new_method_return(m, &reply);
	if (r < 0)
		return r;
	one.out.message = reply;
	r = s->ops->get_exercise(s->owner, id, &one.sink, &no);
	return finish_reply(reply, r, &no, reterr);
}

static int on_rate(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	const char *exercise, *verdict;
	struct bus_answer no;
	int r;

	r = sd_bus_message_read(m, "ss", &exercise, &verdict);
	if (r < 0)
		return r;
	return finish_call(m, s->ops->rate(s->owner, exercise, verdict, &no), &no, reterr);
}

static int on_consent(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	int given, r;

	r = sd_bus_message_read(m, "b", &given);
	if (r < 0)
		return r;
	return finish_call(m, s->ops->consent(s->owner, given), NULL, reterr);
}

static int on_get_safety_text(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	const char *section, *text;
	struct bus_answer no;
	int r;

	r = sd_bus_message_read(m, "s", &section);
	if (r < 0)
		return r;
	r = s->ops->safety_text(s->owner, section, &text, &no);
	if (r < 0)
		return finish_call(m, r, &no, reterr);
	return sd_bus_reply_method_return(m, "s", text);
}

static int on_preview(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	const struct bus_step *steps;
	struct bus_answer no;
	struct out o = { 0 };
	const char *rule;
	size_t n;
	int r;

	r = sd_bus_message_read(m, "s", &rule);
	if (r < 0)
		return r;
	r = s->ops->preview(s->owner, rule, &steps, &n, &no);
	if (r < 0)
		return finish_call(m, r, &no, reterr);
	r = sd_bus_message_new_method_return(m, &reply);
	if (r < 0)
		return r;
	o.message = reply;
	put_step_list(&o, steps, n);
	return finish_reply(reply, o.r, NULL, reterr);
}

static int on_get_history(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	struct bus_history_query query = { 0 };
	struct past_reply past;
	struct bus_answer no;
	int r;

	r = past_read_query(m, &query, reterr);
	if (r < 0)
		return r;
	r = refuse_flood(m, reterr);
	if (r < 0)
		return r;
	r = sd_bus_message_new_method_return(m, &reply);
	if (r < 0)
		return r;
	past_reply_init(&past, reply);
	out_open(&past.out, 'a', "a{sv}");
	r = s->ops->history(s->owner, &query, &past.sink, &no);
	if (r >= 0) {
		out_close(&past.out);
		r = past.out.r;
	}
	return finish_reply(reply, r, &no, reterr);
}

static int on_get_statistics(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	struct past_reply past;
	const char *from, *to;
	struct bus_answer no;
	int r;

	r = sd_bus_message_read(m, "ss", &from, &to);
	if (r < 0)
		return r;
	r = refuse_flood(m, reterr);
	if (r < 0)
		return r;
	r = sd_bus_message_new_method_return(m, &reply);
	if (r < 0)
		return r;
	past_reply_init(&past, reply);
	out_open(&past.out, 'a', "a{sv}");
	r = s->ops->statistics(s->owner, from, to, &past.sink, &no);
	if (r >= 0) {
		out_close(&past.out);
		r = past.out.r;
	}
	return finish_reply(reply, r, &no, reterr);
}

static int on_log_activity(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct bus_answer no;
	const char *kind;
	uint64_t length;
	int r;

	r = sd_bus_message_read(m, "st", &kind, &length);
	if (r < 0)
		return r;
	return finish_call(m, s->ops->log_activity(s->owner, kind, length, &no), &no, reterr);
}

static int on_diagnose(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	int r;

	if (s->n_diagnoses == DIAGNOSES_MAX)
		return sd_bus_error_setf(reterr, BUS_ERROR_LIMIT_REACHED,
					 "%d others wait for a diagnosis already; ask again in a "
					 "moment",
					 DIAGNOSES_MAX);
	s->diagnoses[s->n_diagnoses++] = sd_bus_message_ref(m);
	r = s->ops->diagnose(s->owner);
	if (r < 0) {
		sd_bus_message_unref(s->diagnoses[--s->n_diagnoses]);
		return r;
	}
	return 1;
}

static void put_finding(struct out *o, const struct bus_finding *f)
{
	out_open(o, 'a', "{sv}");
	out_entry_string(o, "area", f->area);
	out_entry_string(o, "check", f->check);
	out_entry_string(o, "state", f->state);
	out_entry_string(o, "detail", f->detail);
	out_entry_string(o, "hint", f->hint);
	if (f->input_known)
		out_entry_u64(o, "paused_usec", f->paused);
	out_close(o);
}

static int reply_findings(sd_bus_message *call, const struct bus_finding *findings, size_t n)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	struct out o = { 0 };
	int r;

	r = sd_bus_message_new_method_return(call, &reply);
	if (r < 0)
		return r;
	o.message = reply;
	out_open(&o, 'a', "a{sv}");
	for (size_t i = 0; i < n; i++)
		put_finding(&o, &findings[i]);
	out_close(&o);
	return finish_reply(reply, o.r, NULL, NULL);
}

void service_diagnosed(struct service *s, const struct bus_finding *findings, size_t n)
{
	for (size_t i = 0; i < s->n_diagnoses; i++) {
		int r = reply_findings(s->diagnoses[i], findings, n);

		if (r < 0)
			(void)sd_bus_reply_method_errno(s->diagnoses[i], r, NULL);
		sd_bus_message_unref(s->diagnoses[i]);
	}
	s->n_diagnoses = 0;
}

static int on_get_load(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	const struct bus_rule *rule =
		find_rule(s->ops->state(s->owner), sd_bus_message_get_path(m));

	if (!rule)
		return sd_bus_error_setf(reterr, SD_BUS_ERROR_UNKNOWN_OBJECT,
					 "there is no such rule any more");
	return sd_bus_reply_method_return(m, "t", s->ops->rule_load(s->owner, rule->name));
}

/* The number at the end of a break's or notice's path; what is no number is nothing's. */
static uint64_t object_id(sd_bus_message *m, const char *prefix)
{
	unsigned id;

	return parse_unsigned(sd_bus_message_get_path(m) + strlen(prefix) + 1, &id) < 0 ? 0 : id;
}

static int on_replace(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct bus_answer no;
	int r = s->ops->replace(s->owner, object_id(m, BUS_BREAK_PREFIX), &no);

	return finish_call(m, r, &no, reterr);
}

static int on_invoke(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct bus_answer no;
	const char *action;
	int r;

	r = sd_bus_message_read(m, "s", &action);
	if (r < 0)
		return r;
	r = s->ops->invoke_notice(s->owner, object_id(m, BUS_NOTICE_PREFIX), action, &no);
	return finish_call(m, r, &no, reterr);
}

static int on_dismiss(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct bus_answer no;

	return finish_call(m,
			   s->ops->dismiss_notice(s->owner, object_id(m, BUS_NOTICE_PREFIX), &no),
			   &no, reterr);
}

/* The tables ----------------------------------------------------------------------------------- */

#define EMITS SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define CONSTANT SD_BUS_VTABLE_PROPERTY_CONST
#define ON_DEMAND 0
#define ANYBODY SD_BUS_VTABLE_UNPRIVILEGED

/* clang-format off */
static const sd_bus_vtable manager_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Version", "s", get_manager, 0, CONSTANT),
	SD_BUS_PROPERTY("Phase", "s", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("PhaseSinceUSec", "t", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("Presence", "s", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("PresenceSinceUSec", "t", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("Posture", "s", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("ReadingUntilUSec", "t", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("IdleSource", "s", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("NextRule", "s", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("NextDueUSec", "t", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("Reasons", "aa{sv}", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("PausedUntilUSec", "t", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("SnoozesLeft", "u", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("Level", "u", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("CurrentBreak", "o", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("Problems", "aa{sv}", get_manager, 0, EMITS),
	SD_BUS_PROPERTY("ActiveTodayUSec", "t", get_manager, 0, ON_DEMAND),
	SD_BUS_METHOD_WITH_ARGS("StartBreak", SD_BUS_ARGS("s", rule), SD_BUS_RESULT("o", break), on_start_break, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Snooze", SD_BUS_ARGS("t", length_usec), SD_BUS_NO_RESULT, on_snooze, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Skip", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, on_skip, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Finish", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, on_finish, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Pause", SD_BUS_ARGS("t", until_usec), SD_BUS_NO_RESULT, on_pause, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Resume", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, on_resume, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("SetReading", SD_BUS_ARGS("t", until_usec), SD_BUS_NO_RESULT, on_set_reading, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Rested", SD_BUS_ARGS("t", length_usec), SD_BUS_NO_RESULT, on_rested, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("SetPosture", SD_BUS_ARGS("s", posture), SD_BUS_NO_RESULT, on_set_posture, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Inhibit", SD_BUS_ARGS("s", who, "s", why), SD_BUS_RESULT("h", fd), on_inhibit, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("ListInhibitors", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", inhibitors), on_list_inhibitors, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Rate", SD_BUS_ARGS("s", exercise, "s", verdict), SD_BUS_NO_RESULT, on_rate, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Consent", SD_BUS_ARGS("b", given), SD_BUS_NO_RESULT, on_consent, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("GetSafetyText", SD_BUS_ARGS("s", section), SD_BUS_RESULT("s", text), on_get_safety_text, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Reload", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, on_reload, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Explain", SD_BUS_ARGS("u", limit), SD_BUS_RESULT("aa{sv}", decisions), on_explain, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("ListRules", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", rules), on_list_rules, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("ListExercises", SD_BUS_ARGS("a{sv}", filter), SD_BUS_RESULT("aa{sv}", exercises), on_list_exercises, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("GetExercise", SD_BUS_ARGS("s", id), SD_BUS_RESULT("a{sv}", exercise), on_get_exercise, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Preview", SD_BUS_ARGS("s", rule), SD_BUS_RESULT("aa{sv}", steps), on_preview, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("GetHistory", SD_BUS_ARGS("a{sv}", query), SD_BUS_RESULT("aa{sv}", breaks), on_get_history, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("GetStatistics", SD_BUS_ARGS("s", from_day, "s", to_day), SD_BUS_RESULT("aa{sv}", days), on_get_statistics, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("LogActivity", SD_BUS_ARGS("s", kind, "t", length_usec), SD_BUS_NO_RESULT, on_log_activity, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Diagnose", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", findings), on_diagnose, ANYBODY),
	SD_BUS_SIGNAL_WITH_ARGS("BreakDue", SD_BUS_ARGS("o", break, "s", rule), 0),
	SD_BUS_SIGNAL_WITH_ARGS("BreakStarted", SD_BUS_ARGS("o", break, "s", rule), 0),
	SD_BUS_SIGNAL_WITH_ARGS("BreakEnded", SD_BUS_ARGS("o", break, "s", rule, "s", outcome, "t", rested_usec), 0),
	SD_BUS_SIGNAL_WITH_ARGS("Decided", SD_BUS_ARGS("a{sv}", decision), 0),
	SD_BUS_SIGNAL_WITH_ARGS("Reloaded", SD_BUS_NO_ARGS, 0),
	SD_BUS_VTABLE_END,
};

static const sd_bus_vtable rule_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Name", "s", get_child, 0, CONSTANT),
	SD_BUS_PROPERTY("Counts", "s", get_child, 0, EMITS),
	SD_BUS_PROPERTY("EveryUSec", "t", get_child, 0, EMITS),
	SD_BUS_PROPERTY("LengthUSec", "t", get_child, 0, EMITS),
	SD_BUS_PROPERTY("Enabled", "b", get_child, 0, EMITS),
	SD_BUS_PROPERTY("State", "s", get_child, 0, EMITS),
	SD_BUS_PROPERTY("Reasons", "aa{sv}", get_child, 0, EMITS),
	SD_BUS_PROPERTY("DueUSec", "t", get_child, 0, EMITS),
	SD_BUS_METHOD_WITH_ARGS("GetLoad", SD_BUS_NO_ARGS, SD_BUS_RESULT("t", load_usec), on_get_load, ANYBODY),
	SD_BUS_VTABLE_END,
};

static const sd_bus_vtable break_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Rule", "s", get_child, 0, CONSTANT),
	SD_BUS_PROPERTY("Phase", "s", get_child, 0, EMITS),
	SD_BUS_PROPERTY("DueUSec", "t", get_child, 0, EMITS),
	SD_BUS_PROPERTY("StartedUSec", "t", get_child, 0, EMITS),
	SD_BUS_PROPERTY("EndsUSec", "t", get_child, 0, EMITS),
	SD_BUS_PROPERTY("LengthUSec", "t", get_child, 0, EMITS),
	SD_BUS_PROPERTY("RestedUSec", "t", get_child, 0, EMITS),
	SD_BUS_PROPERTY("NextPromptUSec", "t", get_child, 0, EMITS),
	SD_BUS_PROPERTY("Prompts", "u", get_child, 0, EMITS),
	SD_BUS_PROPERTY("Title", "s", get_child, 0, EMITS),
	SD_BUS_PROPERTY("Body", "s", get_child, 0, EMITS),
	SD_BUS_PROPERTY("Steps", "aa{sv}", get_child, 0, EMITS),
	SD_BUS_METHOD_WITH_ARGS("Replace", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, on_replace, ANYBODY),
	SD_BUS_VTABLE_END,
};

static const sd_bus_vtable notice_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Kind", "s", get_child, 0, EMITS),
	SD_BUS_PROPERTY("Title", "s", get_child, 0, EMITS),
	SD_BUS_PROPERTY("Body", "s", get_child, 0, EMITS),
	SD_BUS_PROPERTY("Actions", "a(ss)", get_child, 0, EMITS),
	SD_BUS_PROPERTY("Urgency", "s", get_child, 0, EMITS),
	SD_BUS_PROPERTY("ExpiresUSec", "t", get_child, 0, EMITS),
	SD_BUS_METHOD_WITH_ARGS("Invoke", SD_BUS_ARGS("s", action), SD_BUS_NO_RESULT, on_invoke, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Dismiss", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, on_dismiss, ANYBODY),
	SD_BUS_VTABLE_END,
};
/* clang-format on */

/* Telling of changes --------------------------------------------------------------------------- */

static uint64_t fingerprint(const struct property *p, const struct bus_state *state,
			    const void *object)
{
	struct out o = { .fingerprint = OUT_FINGERPRINT };

	p->put(&o, state, object);
	return o.fingerprint;
}

/*
 * Bring the fingerprints up to date; the names of the changed properties go to `changed`, which
 * ends with NULL. How many.
 */
static size_t find_changes(const struct property *properties, const struct bus_state *state,
			   const void *object, uint64_t told[static PROPERTIES_MAX],
			   char *changed[static PROPERTIES_MAX + 1])
{
	size_t n = 0;

	for (size_t i = 0; properties[i].name; i++) {
		uint64_t now = fingerprint(&properties[i], state, object);

		if (now != told[i])
			changed[n++] = (char *)properties[i].name;
		told[i] = now;
	}
	changed[n] = NULL;
	return n;
}

static const struct told_child *find_told(const struct told_child *children, size_t n,
					  const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(children[i].path, path))
			return &children[i];
	return NULL;
}

static void tell_gone(struct service *s, const struct told_child *now, size_t n)
{
	for (size_t i = 0; i < s->n_children; i++) {
		const struct told_child *old = &s->children[i];

		if (!find_told(now, n, old->path))
			(void)sd_bus_emit_interfaces_removed(
				s->bus, old->path, child_types[old->kind].interface, NULL);
	}
}

static void tell_child(struct service *s, const struct bus_state *state, struct told_child *child)
{
	const struct child_type *type = &child_types[child->kind];
	const struct told_child *old = find_told(s->children, s->n_children, child->path);
	const void *object = find_child(state, child->kind, child->path);
	char *changed[PROPERTIES_MAX + 1];
	size_t n;

	if (!object)
		return;
	if (old)
		memcpy(child->properties, old->properties, sizeof(child->properties));
	n = find_changes(type->properties, state, object, child->properties, changed);
	if (!old)
		(void)sd_bus_emit_interfaces_added(s->bus, child->path, type->interface, NULL);
	else if (n > 0)
		(void)sd_bus_emit_properties_changed_strv(s->bus, child->path, type->interface,
							  changed);
}

void service_changed(struct service *s)
{
	struct told_child children[CHILDREN_MAX];
	char *changed[PROPERTIES_MAX + 1];
	size_t n;

	s->telling = true;
	n = list_children(s->ops->state(s->owner), children);
	for (size_t i = 0; i < n; i++)
		memset(children[i].properties, 0, sizeof(children[i].properties));
	tell_gone(s, children, n);
	/* The state is asked for each time, as emitting reads properties, which renews it. */
	for (size_t i = 0; i < n; i++)
		tell_child(s, s->ops->state(s->owner), &children[i]);
	memcpy(s->children, children, n * sizeof(children[0]));
	s->n_children = n;
	if (find_changes(manager_properties, s->ops->state(s->owner), NULL, s->manager, changed) >
	    0)
		(void)sd_bus_emit_properties_changed_strv(s->bus, BUS_PATH, BUS_MANAGER, changed);
	s->telling = false;
}

void service_break_due(struct service *s, uint64_t id, const char *rule)
{
	char path[PATH_TEXT_MAX];

	break_path(path, id);
	(void)sd_bus_emit_signal(s->bus, BUS_PATH, BUS_MANAGER, "BreakDue", "os", path, rule);
}

void service_break_started(struct service *s, uint64_t id, const char *rule)
{
	char path[PATH_TEXT_MAX];

	break_path(path, id);
	(void)sd_bus_emit_signal(s->bus, BUS_PATH, BUS_MANAGER, "BreakStarted", "os", path, rule);
}

void service_break_ended(struct service *s, uint64_t id, const char *rule, const char *outcome,
			 usec_t rested)
{
	char path[PATH_TEXT_MAX];

	break_path(path, id);
	(void)sd_bus_emit_signal(s->bus, BUS_PATH, BUS_MANAGER, "BreakEnded", "osst", path, rule,
				 outcome, rested);
}

void service_decided(struct service *s, const struct bus_decision *d)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *signal = NULL;
	struct out o = { 0 };

	if (sd_bus_message_new_signal(s->bus, &signal, BUS_PATH, BUS_MANAGER, "Decided") < 0)
		return;
	o.message = signal;
	put_decision(&o, d);
	if (o.r >= 0)
		(void)sd_bus_send(s->bus, signal, NULL);
}

void service_reloaded(struct service *s)
{
	(void)sd_bus_emit_signal(s->bus, BUS_PATH, BUS_MANAGER, "Reloaded", NULL);
}

/* Beginning and end ---------------------------------------------------------------------------- */

static int add_children(struct service *s, enum child_kind kind, const sd_bus_vtable *vtable)
{
	const struct child_type *type = &child_types[kind];
	int r;

	r = sd_bus_add_fallback_vtable(s->bus, &s->slots[s->n_slots++], type->prefix,
				       type->interface, vtable, find_any_child, s);
	if (r < 0)
		return r;
	return sd_bus_add_node_enumerator(s->bus, &s->slots[s->n_slots++], type->prefix, enumerate,
					  s);
}

static int add_objects(struct service *s)
{
	int r;

	r = sd_bus_add_object_manager(s->bus, &s->slots[s->n_slots++], BUS_PATH);
	if (r < 0)
		return r;
	r = sd_bus_add_object_vtable(s->bus, &s->slots[s->n_slots++], BUS_PATH, BUS_MANAGER,
				     manager_vtable, s);
	if (r < 0)
		return r;
	r = add_children(s, CHILD_RULE, rule_vtable);
	if (r < 0)
		return r;
	r = add_children(s, CHILD_BREAK, break_vtable);
	if (r < 0)
		return r;
	return add_children(s, CHILD_NOTICE, notice_vtable);
}

struct service *service_free(struct service *s)
{
	if (!s)
		return NULL;
	for (size_t i = 0; i < s->n_slots; i++)
		sd_bus_slot_unref(s->slots[i]);
	for (size_t i = 0; i < s->n_diagnoses; i++)
		sd_bus_message_unref(s->diagnoses[i]);
	sd_bus_unref(s->bus);
	free(s);
	return NULL;
}

/* clang-format off */
DEFINE_CLEANUP(service_free, struct service *)
/* clang-format on */

int service_new(struct service **ret, sd_bus *bus, const struct service_ops *ops, void *owner)
{
	CLEANUP(service_freep) struct service *s = NULL;
	int r;

	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->bus = sd_bus_ref(bus);
	s->ops = ops;
	s->owner = owner;
	r = add_objects(s);
	if (r < 0)
		return r;
	*ret = TAKE(s);
	return 0;
}
