#include "quiet/dconf.h"

#include <endian.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/cleanup.h"

/* What a settings database of this size holds are not settings. */
#define DATABASE_MAX ((off_t)64 * 1024 * 1024)
#define DATABASE_PATH_MAX 1024
#define NO_PARENT UINT32_MAX

/*
 * The file's layout (GVDB), all in little endian: a header; somewhere a table of a few words to
 * skip and of items. An item has the last part of its name, and its parent the part before. Ours is
 * found by the hash of its whole name, without the table's help, as they are a few hundred.
 */
struct span {
	uint32_t start, end;
};

struct header {
	char signature[8];
	uint32_t version, options;
	struct span table;
};

struct table_header {
	uint32_t bloom, buckets; /* the words to skip; of the first the low bits count */
};

#define BLOOM_MASK ((UINT32_C(1) << 27) - 1)

struct item {
	uint32_t hash, parent;
	uint32_t name;
	uint16_t name_size;
	char type;
	char unused;
	struct span value;
};

_Static_assert(sizeof(struct item) == 24 && sizeof(struct header) == 24, "as in the file");

struct database {
	const char *data;
	size_t size;
	const char *items;
	uint32_t n_items;
};

static bool is_inside(const struct database *db, const struct span *s)
{
	return le32toh(s->start) <= le32toh(s->end) && le32toh(s->end) <= db->size;
}

static bool find_items(struct database *db)
{
	struct table_header table;
	struct header header;
	uint64_t start, end;

	if (db->size < sizeof(header))
		return false;
	memcpy(&header, db->data, sizeof(header));
	if (memcmp(header.signature, "GVariant", sizeof(header.signature)) || header.version ||
	    !is_inside(db, &header.table))
		return false;
	start = le32toh(header.table.start);
	end = le32toh(header.table.end);
	if (end - start < sizeof(table))
		return false;
	memcpy(&table, db->data + start, sizeof(table));
	start += sizeof(table) + 4 * (uint64_t)(le32toh(table.bloom) & BLOOM_MASK) +
		 4 * (uint64_t)le32toh(table.buckets);
	if (start > end)
		return false;
	db->items = db->data + start;
	db->n_items = (uint32_t)((end - start) / sizeof(struct item));
	return true;
}

static struct item get_item(const struct database *db, uint32_t i)
{
	struct item item;

	memcpy(&item, db->items + (size_t)i * sizeof(item), sizeof(item));
	return item;
}

/* Does the name of the item, with those of all its parents before it, make `key`? */
static bool is_called(const struct database *db, struct item item, const char *key)
{
	size_t left = strlen(key);

	for (;;) {
		uint64_t at = le32toh(item.name), size = le16toh(item.name_size);
		uint32_t parent = le32toh(item.parent);

		/* An empty part would let a ring of parents go round for ever. */
		if (!size || size > left || at + size > db->size)
			return false;
		left -= size;
		if (memcmp(db->data + at, key + left, size) != 0)
			return false;
		if (parent == NO_PARENT)
			return left == 0;
		if (parent >= db->n_items)
			return false;
		item = get_item(db, parent);
	}
}

/* Of ASCII, as keys are. */
static uint32_t hash_of(const char *key)
{
	uint32_t hash = 5381;

	for (; *key; key++)
		hash = hash * UINT32_C(33) + (unsigned char)*key;
	return hash;
}

/* A value is what it holds, a zero, and its type in words: of a truth value three bytes. */
static bool read_value(const struct database *db, const struct item *item, bool *ret)
{
	const char *value = db->data + le32toh(item->value.start);

	if (!is_inside(db, &item->value) ||
	    le32toh(item->value.end) - le32toh(item->value.start) != 3 || value[1] ||
	    value[2] != 'b')
		return false;
	*ret = value[0] != 0;
	return true;
}

bool dconf_find_bool(const void *data, size_t size, const char *key, bool *ret)
{
	struct database db = { .data = data, .size = size };
	uint32_t hash = hash_of(key);

	if (!find_items(&db))
		return false;
	for (uint32_t i = 0; i < db.n_items; i++) {
		struct item item = get_item(&db, i);

		if (le32toh(item.hash) == hash && item.type == 'v' && is_called(&db, item, key))
			return read_value(&db, &item, ret);
	}
	return false;
}

static int open_database(void)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char path[DATABASE_PATH_MAX];
	int n;

	if (config && config[0] == '/')
		n = snprintf(path, sizeof(path), "%s/dconf/user", config);
	else
		n = snprintf(path, sizeof(path), "%s/.config/dconf/user", home ? home : "");
	if (n < 0 || (size_t)n >= sizeof(path))
		return -1;
	/* Nobody waits at a pipe that somebody has put there. */
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

bool dconf_read_bool(const char *key, bool *ret)
{
	CLEANUP(closep) int fd = open_database();
	struct stat about;
	size_t size;
	void *data;
	bool found;

	if (fd < 0 || fstat(fd, &about) < 0 || !S_ISREG(about.st_mode) || about.st_size <= 0 ||
	    about.st_size > DATABASE_MAX)
		return false;
	/* It is never written to: a new one is put in its place. */
	size = (size_t)about.st_size;
	data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return false;
	found = dconf_find_bool(data, size, key, ret);
	(void)munmap(data, size);
	return found;
}
