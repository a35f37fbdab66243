#include "bus/property.h"

#include <errno.h>
#include <string.h>

void put_reasons(struct out *o, const struct bus_reason *reasons, size_t n)
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

int property_answer(const struct property *properties, const char *name,
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

static uint64_t fingerprint(const struct property *p, const struct bus_state *state,
			    const void *object)
{
	struct out o = { .fingerprint = OUT_FINGERPRINT };

	p->put(&o, state, object);
	return o.fingerprint;
}

size_t property_changes(const struct property *properties, const struct bus_state *state,
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
