#include "reader.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct arena_chunk {
	struct arena_chunk *next;
	max_align_t memory[];
};

void *arena_new(struct arena *a, size_t size)
{
	struct arena_chunk *chunk = calloc(1, sizeof(*chunk) + size);

	if (!chunk)
		return NULL;
	chunk->next = a->chunks;
	a->chunks = chunk;
	return chunk->memory;
}

void arena_done(struct arena *a)
{
	while (a->chunks) {
		struct arena_chunk *next = a->chunks->next;

		free(a->chunks);
		a->chunks = next;
	}
}

static void *field_of(const struct field *f, void *target)
{
	return (char *)target + f->offset;
}

void reader_clear(const struct shape *shape, void *target)
{
	for (size_t i = 0; i < shape->n; i++) {
		const struct field *f = &shape->fields[i];

		switch (f->kind) {
		case FIELD_STRING:
			*(const char **)field_of(f, target) = "";
			break;
		case FIELD_NUMBER:
			*(uint64_t *)field_of(f, target) = 0;
			break;
		case FIELD_BOOL:
			*(bool *)field_of(f, target) = false;
			break;
		case FIELD_STRINGS:
		case FIELD_DICTS:
		case FIELD_AMOUNTS:
			*(struct list *)field_of(f, target) = (struct list){ 0 };
			break;
		}
	}
}

void *list_grow(struct list *list, struct arena *a, size_t size)
{
	/* It grows by doubling. A power of two: the memory is full. */
	if ((list->n & (list->n - 1)) == 0) {
		void *items = arena_new(a, (list->n ? 2 * list->n : 1) * size);

		if (!items)
			return NULL;
		if (list->n)
			memcpy(items, list->items, list->n * size);
		list->items = items;
	}
	return (char *)list->items + list->n++ * size;
}

static int read_strings(struct arena *a, sd_bus_message *m, struct list *ret)
{
	struct list list = { 0 };
	const char *string;
	int r;

	r = sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "s");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_read_basic(m, SD_BUS_TYPE_STRING, &string)) > 0) {
		const char **slot = list_grow(&list, a, sizeof(*slot));

		if (!slot)
			return -ENOMEM;
		*slot = string;
	}
	if (r < 0)
		return r;
	*ret = list;
	return sd_bus_message_exit_container(m);
}

int reader_dicts(const struct shape *shape, struct arena *a, sd_bus_message *m, struct list *ret)
{
	struct list list = { 0 };
	int r;

	r = sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "a{sv}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_at_end(m, false)) == 0) {
		void *item = list_grow(&list, a, shape->size);

		if (!item)
			return -ENOMEM;
		reader_clear(shape, item);
		r = reader_dict(shape, a, m, item);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	*ret = list;
	return sd_bus_message_exit_container(m);
}

static int read_amounts(struct arena *a, sd_bus_message *m, struct list *ret)
{
	struct list list = { 0 };
	const char *name;
	uint64_t amount;
	int r;

	r = sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "{st}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_read(m, "{st}", &name, &amount)) > 0) {
		struct amount *slot = list_grow(&list, a, sizeof(*slot));

		if (!slot)
			return -ENOMEM;
		*slot = (struct amount){ name, amount };
	}
	if (r < 0)
		return r;
	*ret = list;
	return sd_bus_message_exit_container(m);
}

static int read_number(sd_bus_message *m, const char *contents, uint64_t *ret)
{
	uint32_t number;
	int r;

	if (*contents == SD_BUS_TYPE_UINT64)
		return sd_bus_message_read_basic(m, SD_BUS_TYPE_UINT64, ret);
	r = sd_bus_message_read_basic(m, SD_BUS_TYPE_UINT32, &number);
	if (r >= 0)
		*ret = number;
	return r;
}

static int read_bool(sd_bus_message *m, bool *ret)
{
	int value, r;

	r = sd_bus_message_read_basic(m, SD_BUS_TYPE_BOOLEAN, &value);
	if (r >= 0)
		*ret = value;
	return r;
}

static bool fits(const struct field *f, const char *contents)
{
	switch (f->kind) {
	case FIELD_STRING:
		return !strcmp(contents, "s") || !strcmp(contents, "o");
	case FIELD_NUMBER:
		return !strcmp(contents, "t") || !strcmp(contents, "u");
	case FIELD_BOOL:
		return !strcmp(contents, "b");
	case FIELD_STRINGS:
		return !strcmp(contents, "as");
	case FIELD_DICTS:
		return !strcmp(contents, "aa{sv}");
	case FIELD_AMOUNTS:
		return !strcmp(contents, "a{st}");
	}
	return false;
}

static int read_field(const struct field *f, struct arena *a, sd_bus_message *m,
		      const char *contents, void *target)
{
	void *slot = field_of(f, target);

	switch (f->kind) {
	case FIELD_STRING:
		return sd_bus_message_read_basic(m, *contents, slot);
	case FIELD_NUMBER:
		return read_number(m, contents, slot);
	case FIELD_BOOL:
		return read_bool(m, slot);
	case FIELD_STRINGS:
		return read_strings(a, m, slot);
	case FIELD_DICTS:
		return reader_dicts(f->shape, a, m, slot);
	case FIELD_AMOUNTS:
		return read_amounts(a, m, slot);
	}
	return -EINVAL;
}

static const struct field *find_field(const struct shape *shape, const char *key)
{
	for (size_t i = 0; i < shape->n; i++)
		if (!strcmp(shape->fields[i].key, key))
			return &shape->fields[i];
	return NULL;
}

/* The variant that is next in the message. */
static int read_variant(const struct shape *shape, struct arena *a, sd_bus_message *m,
			const char *key, void *target)
{
	const struct field *f = find_field(shape, key);
	const char *contents;
	int r;

	r = sd_bus_message_peek_type(m, NULL, &contents);
	if (r < 0)
		return r;
	if (!f || !fits(f, contents))
		return sd_bus_message_skip(m, "v");
	r = sd_bus_message_enter_container(m, SD_BUS_TYPE_VARIANT, contents);
	if (r < 0)
		return r;
	r = read_field(f, a, m, contents, target);
	if (r < 0)
		return r;
	return sd_bus_message_exit_container(m);
}

int reader_dict(const struct shape *shape, struct arena *a, sd_bus_message *m, void *target)
{
	const char *key;
	int r;

	r = sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "{sv}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(m, SD_BUS_TYPE_DICT_ENTRY, "sv")) > 0) {
		r = sd_bus_message_read_basic(m, SD_BUS_TYPE_STRING, &key);
		if (r < 0)
			return r;
		r = read_variant(shape, a, m, key, target);
		if (r < 0)
			return r;
		r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	r = sd_bus_message_exit_container(m);
	return r < 0 ? r : 0;
}
