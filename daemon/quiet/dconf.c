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
#include "quiet/dconf-profile.h"

/* What a settings database of this size holds are not settings. */
#define DATABASE_MAX ((off_t)64 * 1024 * 1024)
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

static bool find_items(struct database *db, const struct span *where)
{
	struct table_header table;
	uint64_t start, end;

	if (!is_inside(db, where))
		return false;
	start = le32toh(where->start);
	end = le32toh(where->end);
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

static bool open_root(struct database *db)
{
	struct header header;

	if (db->size < sizeof(header))
		return false;
	memcpy(&header, db->data, sizeof(header));
	return !memcmp(header.signature, "GVariant", sizeof(header.signature)) && !header.version &&
	       find_items(db, &header.table);
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

/* Type `v` is a value, `H` a table of its own. */
static bool find(const struct database *db, const char *key, char type, struct item *ret)
{
	uint32_t hash = hash_of(key);

	for (uint32_t i = 0; i < db->n_items; i++) {
		struct item item = get_item(db, i);

		if (le32toh(item.hash) != hash || item.type != type || !is_called(db, item, key))
			continue;
		*ret = item;
		return true;
	}
	return false;
}

bool dconf_find_bool(const void *data, size_t size, const char *key, bool *ret)
{
	struct database db = { .data = data, .size = size };
	struct item item;

	return open_root(&db) && find(&db, key, 'v', &item) && read_value(&db, &item, ret);
}

bool dconf_is_locked(const void *data, size_t size, const char *key)
{
	struct database db = { .data = data, .size = size };
	struct item item;

	return open_root(&db) && find(&db, ".locks", 'H', &item) && find_items(&db, &item.value) &&
	       find(&db, key, 'v', &item);
}

/* A database as it lies on the disk; without data if there is none. */
struct mapping {
	void *data;
	size_t size;
};

static void unmapp(struct mapping *m)
{
	if (m->data)
		(void)munmap(m->data, m->size);
}

static struct mapping map(const char *path)
{
	/* Nobody waits at a pipe that somebody has put there. */
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct mapping m = { 0 };
	struct stat about;

	if (fd < 0 || fstat(fd, &about) < 0 || !S_ISREG(about.st_mode) || about.st_size <= 0 ||
	    about.st_size > DATABASE_MAX)
		return m;
	/* It is never written to: a new one is put in its place. */
	m.size = (size_t)about.st_size;
	m.data = mmap(NULL, m.size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (m.data == MAP_FAILED)
		m.data = NULL;
	return m;
}

static bool read_bool(const char *path, const char *key, bool *ret)
{
	CLEANUP(unmapp) struct mapping m = map(path);

	return m.data && dconf_find_bool(m.data, m.size, key, ret);
}

static bool is_locked(const char *path, const char *key)
{
	CLEANUP(unmapp) struct mapping m = map(path);

	return m.data && dconf_is_locked(m.data, m.size, key);
}

bool dconf_read_bool(const char *key, bool *ret)
{
	struct dconf_profile profile;
	size_t first;

	dconf_profile_read(&profile);
	/* The last lock leaves out all that come before it. */
	for (first = profile.n; first > 1; first--)
		if (is_locked(profile.paths[first - 1], key))
			break;
	for (size_t i = first ? first - 1 : 0; i < profile.n; i++)
		if (read_bool(profile.paths[i], key, ret))
			return true;
	return false;
}
