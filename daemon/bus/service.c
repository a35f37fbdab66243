#include "bus/service.h"

#include <errno.h>

#include "base/cleanup.h"
#include "bus/protocol.h"
#include "bus/service-internal.h"

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
	return children_add(s);
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
