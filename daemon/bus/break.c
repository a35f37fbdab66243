#include <string.h>

#include "base/cleanup.h"
#include "bus/protocol.h"
#include "bus/service-internal.h"

static const void *find_break(const struct bus_state *state, const char *path)
{
	char own[PATH_TEXT_MAX];

	path_of_break(own, state->brk.id);
	return state->brk.id && !strcmp(own, path) ? &state->brk : NULL;
}

/* clang-format off */
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
/* clang-format on */

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
	out_entry_u32(o, "ready", step->ready);
	out_entry_bool(o, "new", step->is_new);
	out_close(o);
}

void put_step_list(struct out *o, const struct bus_step *steps, size_t n)
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

static int on_replace(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct bus_answer no;
	int r = s->ops->replace(s->owner, path_number(m, BUS_BREAK_PREFIX), &no);

	return reply_empty(m, r, &no, reterr);
}

static int on_next(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct bus_answer no;
	int r = s->ops->next(s->owner, path_number(m, BUS_BREAK_PREFIX), &no);

	return reply_empty(m, r, &no, reterr);
}

static int on_hold(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	const char *client = sd_bus_message_get_sender(m);
	CLEANUP(closep) int fd = -1;
	struct bus_answer no;
	int r;

	r = s->ops->hold(s->owner, path_number(m, BUS_BREAK_PREFIX), client ? client : "", &fd,
			 &no);
	if (r < 0)
		return reply_empty(m, r, &no, reterr);
	return sd_bus_reply_method_return(m, "h", fd);
}

/* clang-format off */
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

static const sd_bus_vtable break_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Rule", "s", children_get, 0, CONSTANT),
	SD_BUS_PROPERTY("Phase", "s", children_get, 0, EMITS),
	SD_BUS_PROPERTY("DueUSec", "t", children_get, 0, EMITS),
	SD_BUS_PROPERTY("StartedUSec", "t", children_get, 0, EMITS),
	SD_BUS_PROPERTY("EndsUSec", "t", children_get, 0, EMITS),
	SD_BUS_PROPERTY("LengthUSec", "t", children_get, 0, EMITS),
	SD_BUS_PROPERTY("RestedUSec", "t", children_get, 0, EMITS),
	SD_BUS_PROPERTY("NextPromptUSec", "t", children_get, 0, EMITS),
	SD_BUS_PROPERTY("Prompts", "u", children_get, 0, EMITS),
	SD_BUS_PROPERTY("Title", "s", children_get, 0, EMITS),
	SD_BUS_PROPERTY("Body", "s", children_get, 0, EMITS),
	SD_BUS_PROPERTY("Steps", "aa{sv}", children_get, 0, EMITS),
	SD_BUS_METHOD_WITH_ARGS("Replace", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, on_replace, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Next", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, on_next, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Hold", SD_BUS_NO_ARGS, SD_BUS_RESULT("h", fd), on_hold, ANYBODY),
	SD_BUS_VTABLE_END,
};
/* clang-format on */

const struct child_type child_break = {
	.prefix = BUS_BREAK_PREFIX,
	.interface = BUS_BREAK,
	.properties = break_properties,
	.vtable = break_vtable,
	.find = find_break,
};
