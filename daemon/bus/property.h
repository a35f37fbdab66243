/* Properties: one description serves for answering each, and for noticing that it has changed. */
#pragma once

#include "bus/out.h"
#include "bus/service.h"

/* No interface has more. */
#define PROPERTIES_MAX 20

/* How one is written. `object` is the child's own struct, NULL for the manager. */
struct property {
	const char *name; /* NULL ends a list of them */
	void (*put)(struct out *o, const struct bus_state *state, const void *object);
};

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

void put_reasons(struct out *o, const struct bus_reason *reasons, size_t n);

/* Write the one of that name into `reply`; -ENOENT if there is none. */
int property_answer(const struct property *properties, const char *name,
		    const struct bus_state *state, const void *object, sd_bus_message *reply);

/*
 * Bring the fingerprints up to date; the names of the changed properties go to `changed`, which
 * ends with NULL. How many.
 */
size_t property_changes(const struct property *properties, const struct bus_state *state,
			const void *object, uint64_t told[static PROPERTIES_MAX],
			char *changed[static PROPERTIES_MAX + 1]);
