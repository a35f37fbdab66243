/* Telling what has become different. */
#include <string.h>

#include "bus/protocol.h"
#include "bus/service-internal.h"

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
			(void)sd_bus_emit_interfaces_removed(s->bus, old->path,
							     old->type->interface, NULL);
	}
}

static void tell_child(struct service *s, const struct bus_state *state, struct told_child *child)
{
	const struct child_type *type = child->type;
	const struct told_child *old = find_told(s->children, s->n_children, child->path);
	const void *object = type->find(state, child->path);
	char *changed[PROPERTIES_MAX + 1];
	size_t n;

	if (!object)
		return;
	if (old)
		memcpy(child->properties, old->properties, sizeof(child->properties));
	n = property_changes(type->properties, state, object, child->properties, changed);
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
	n = children_list(s->ops->state(s->owner), children);
	for (size_t i = 0; i < n; i++)
		memset(children[i].properties, 0, sizeof(children[i].properties));
	tell_gone(s, children, n);
	/* The state is asked for each time, as emitting reads properties, which renews it. */
	for (size_t i = 0; i < n; i++)
		tell_child(s, s->ops->state(s->owner), &children[i]);
	memcpy(s->children, children, n * sizeof(children[0]));
	s->n_children = n;
	if (property_changes(manager_properties, s->ops->state(s->owner), NULL, s->manager,
			     changed) > 0)
		(void)sd_bus_emit_properties_changed_strv(s->bus, BUS_PATH, BUS_MANAGER, changed);
	s->telling = false;
}

void service_break_due(struct service *s, uint64_t id, const char *rule)
{
	char path[PATH_TEXT_MAX];

	path_of_break(path, id);
	(void)sd_bus_emit_signal(s->bus, BUS_PATH, BUS_MANAGER, "BreakDue", "os", path, rule);
}

void service_break_started(struct service *s, uint64_t id, const char *rule)
{
	char path[PATH_TEXT_MAX];

	path_of_break(path, id);
	(void)sd_bus_emit_signal(s->bus, BUS_PATH, BUS_MANAGER, "BreakStarted", "os", path, rule);
}

void service_break_ended(struct service *s, uint64_t id, const char *rule, const char *outcome,
			 usec_t rested)
{
	char path[PATH_TEXT_MAX];

	path_of_break(path, id);
	(void)sd_bus_emit_signal(s->bus, BUS_PATH, BUS_MANAGER, "BreakEnded", "osst", path, rule,
				 outcome, rested);
}

void service_reloaded(struct service *s)
{
	(void)sd_bus_emit_signal(s->bus, BUS_PATH, BUS_MANAGER, "Reloaded", NULL);
}
