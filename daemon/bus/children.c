/* The child objects of all kinds: their paths, and reading them. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "bus/protocol.h"
#include "bus/service-internal.h"

static const struct child_type *const child_types[] = { &child_rule, &child_break, &child_notice };

void path_numbered(char buffer[static PATH_TEXT_MAX], const char *prefix, uint64_t id)
{
	(void)snprintf(buffer, PATH_TEXT_MAX, "%s/%" PRIu64, prefix, id);
}

void path_of_rule(char buffer[static PATH_TEXT_MAX], const char *name)
{
	CLEANUP(freep) char *path = NULL;

	if (sd_bus_path_encode(BUS_RULE_PREFIX, name, &path) < 0)
		path = NULL;
	(void)snprintf(buffer, PATH_TEXT_MAX, "%s", path ? path : "/");
}

void path_of_break(char buffer[static PATH_TEXT_MAX], uint64_t id)
{
	if (id)
		path_numbered(buffer, BUS_BREAK_PREFIX, id);
	else
		(void)snprintf(buffer, PATH_TEXT_MAX, "/");
}

uint64_t path_number(sd_bus_message *m, const char *prefix)
{
	unsigned id;

	return parse_unsigned(sd_bus_message_get_path(m) + strlen(prefix) + 1, &id) < 0 ? 0 : id;
}

int children_get(sd_bus *bus, const char *path, const char *interface, const char *name,
		 sd_bus_message *reply, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	const struct bus_state *state = s->ops->state(s->owner);

	(void)bus;
	for (size_t i = 0; i < ELEMENTS(child_types); i++) {
		const struct child_type *type = child_types[i];
		const void *object;

		if (strcmp(type->interface, interface))
			continue;
		object = type->find(state, path);
		if (object)
			return property_answer(type->properties, name, state, object, reply);
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
		if (!strcmp(child_types[i]->interface, interface) &&
		    child_types[i]->find(state, path)) {
			*ret_found = s;
			return 1;
		}
	return 0;
}

size_t children_list(const struct bus_state *state, struct told_child ret[static CHILDREN_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < state->n_rules && n < CHILDREN_MAX; i++, n++) {
		ret[n].type = &child_rule;
		path_of_rule(ret[n].path, state->rules[i].name);
	}
	if (state->brk.id && n < CHILDREN_MAX) {
		ret[n].type = &child_break;
		path_of_break(ret[n++].path, state->brk.id);
	}
	for (size_t i = 0; i < state->n_notices && n < CHILDREN_MAX; i++, n++) {
		ret[n].type = &child_notice;
		path_numbered(ret[n].path, BUS_NOTICE_PREFIX, state->notices[i].id);
	}
	return n;
}

static int enumerate(sd_bus *bus, const char *prefix, void *userdata, char ***ret_nodes,
		     sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct told_child children[CHILDREN_MAX];
	size_t n = children_list(s->ops->state(s->owner), children), found = 0;
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

static int add_kind(struct service *s, const struct child_type *type)
{
	int r;

	r = sd_bus_add_fallback_vtable(s->bus, &s->slots[s->n_slots++], type->prefix,
				       type->interface, type->vtable, find_any_child, s);
	if (r < 0)
		return r;
	return sd_bus_add_node_enumerator(s->bus, &s->slots[s->n_slots++], type->prefix, enumerate,
					  s);
}

int children_add(struct service *s)
{
	for (size_t i = 0; i < ELEMENTS(child_types); i++) {
		int r = add_kind(s, child_types[i]);

		if (r < 0)
			return r;
	}
	return 0;
}
