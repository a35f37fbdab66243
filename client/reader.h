/*
 * a{sv} dictionaries of the bus into structs, by tables. Keys that a table does not have are
 * skipped, and so are values of another type than expected: the field stays empty then.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-bus.h>

/* Memory that is given back all at once. Zeroed = empty. */
struct arena {
	struct arena_chunk *chunks; /* owned */
};

/* Zeroed memory, or NULL. */
void *arena_new(struct arena *a, size_t size);
void arena_done(struct arena *a);

enum field_kind {
	FIELD_STRING,  /* s or o into a const char *, "" if missing; borrowed from the message */
	FIELD_NUMBER,  /* t or u into a uint64_t */
	FIELD_BOOL,    /* into a bool */
	FIELD_STRINGS, /* as into a struct list of const char * */
	FIELD_DICTS,   /* aa{sv} into a struct list of what `shape` says */
	FIELD_AMOUNTS, /* a{st} into a struct list of struct amount */
};

/* How much there is of something; the name is borrowed from the message. */
struct amount {
	const char *name;
	uint64_t amount;
};

struct list {
	size_t n;
	void *items; /* of the arena */
};

struct shape {
	size_t size;
	const struct field *fields;
	size_t n;
};

struct field {
	const char *key;
	enum field_kind kind;
	size_t offset;
	const struct shape *shape; /* FIELD_DICTS */
};

/* Every field of `target` to its empty value; what is no field stays as it is. */
void reader_clear(const struct shape *shape, void *target);

/* Room for one more item of `size` at the end of the list, not cleared, or NULL. Always the same
 * size for a list. */
void *list_grow(struct list *list, struct arena *a, size_t size);

/* The a{sv} that is next in the message over the fields of `target`. 0 or a negative errno. */
int reader_dict(const struct shape *shape, struct arena *a, sd_bus_message *m, void *target);

/* The aa{sv} that is next in the message. */
int reader_dicts(const struct shape *shape, struct arena *a, sd_bus_message *m, struct list *ret);
