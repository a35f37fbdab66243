#include <string.h>

#include "base/cleanup.h"
#include "bus/protocol.h"
#include "bus/service-internal.h"

static const void *find_rule(const struct bus_state *state, const char *path)
{
	CLEANUP(freep) char *name = NULL;

	if (sd_bus_path_decode(path, BUS_RULE_PREFIX, &name) <= 0)
		return NULL;
	for (size_t i = 0; i < state->n_rules; i++)
		if (!strcmp(state->rules[i].name, name))
			return &state->rules[i];
	return NULL;
}

/* clang-format off */
PUT_OBJECT(put_rule_name, bus_rule, out_string, name)
PUT_OBJECT(put_rule_counts, bus_rule, out_string, counts)
PUT_OBJECT(put_rule_every, bus_rule, out_u64, every)
PUT_OBJECT(put_rule_length, bus_rule, out_u64, length)
PUT_OBJECT(put_rule_enabled, bus_rule, out_bool, enabled)
PUT_OBJECT(put_rule_state, bus_rule, out_string, state)
PUT_OBJECT(put_rule_due, bus_rule, out_u64, due)
/* clang-format on */

static void put_rule_reasons(struct out *o, const struct bus_state *state, const void *object)
{
	const struct bus_rule *rule = object;

	(void)state;
	put_reasons(o, rule->reasons, rule->n_reasons);
}

static void put_rule(struct service *s, struct out *o, const struct bus_rule *rule)
{
	char path[PATH_TEXT_MAX];

	path_of_rule(path, rule->name);
	out_open(o, 'a', "{sv}");
	out_entry_path(o, "path", path);
	out_entry_string(o, "name", rule->name);
	out_entry_string(o, "counts", rule->counts);
	out_entry_string(o, "state", rule->state);
	out_entry_u64(o, "every_usec", rule->every);
	out_entry_u64(o, "length_usec", rule->length);
	out_entry_u64(o, "load_usec", s->ops->rule_load(s->owner, rule->name));
	out_entry_u64(o, "due_usec", rule->due);
	out_entry_bool(o, "enabled", rule->enabled);
	out_entry_string(o, "urgency", rule->urgency);
	out_entry_u64(o, "snooze_usec", rule->snooze);
	out_entry_bool(o, "repeated", rule->repeated);
	out_close(o);
}

int on_list_rules(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	CLEANUP(reply_done) struct reply reply = { 0 };
	const struct bus_state *state = s->ops->state(s->owner);
	int r;

	r = reply_begin_list(&reply, m);
	if (r < 0)
		return r;
	for (size_t i = 0; i < state->n_rules; i++)
		put_rule(s, &reply.out, &state->rules[i]);
	return reply_send(&reply, 0, NULL, reterr);
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

/* clang-format off */
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

static const sd_bus_vtable rule_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Name", "s", children_get, 0, CONSTANT),
	SD_BUS_PROPERTY("Counts", "s", children_get, 0, EMITS),
	SD_BUS_PROPERTY("EveryUSec", "t", children_get, 0, EMITS),
	SD_BUS_PROPERTY("LengthUSec", "t", children_get, 0, EMITS),
	SD_BUS_PROPERTY("Enabled", "b", children_get, 0, EMITS),
	SD_BUS_PROPERTY("State", "s", children_get, 0, EMITS),
	SD_BUS_PROPERTY("Reasons", "aa{sv}", children_get, 0, EMITS),
	SD_BUS_PROPERTY("DueUSec", "t", children_get, 0, EMITS),
	SD_BUS_METHOD_WITH_ARGS("GetLoad", SD_BUS_NO_ARGS, SD_BUS_RESULT("t", load_usec), on_get_load, ANYBODY),
	SD_BUS_VTABLE_END,
};
/* clang-format on */

const struct child_type child_rule = {
	.prefix = BUS_RULE_PREFIX,
	.interface = BUS_RULE,
	.properties = rule_properties,
	.vtable = rule_vtable,
	.find = find_rule,
};
