#include "bus/query.h"

#include <string.h>

static const struct query_key *find_key(const struct query_key *keys, const char *name)
{
	for (; keys->key; keys++)
		if (!strcmp(keys->key, name))
			return keys;
	return NULL;
}

/* A key, and what it is given. */
static int read_entry(sd_bus_message *m, const struct query_key *keys, sd_bus_error *reterr)
{
	const struct query_key *key;
	const char *name;
	int r;

	r = sd_bus_message_read(m, "s", &name);
	if (r < 0)
		return r;
	key = find_key(keys, name);
	if (!key)
		return sd_bus_message_skip(m, "v");
	r = sd_bus_message_read(m, "v", (char[]){ key->type, '\0' }, key->ret);
	if (r < 0)
		return sd_bus_error_setf(reterr, SD_BUS_ERROR_INVALID_ARGS, "'%s' takes %s", name,
					 key->wants);
	return 0;
}

int query_read(sd_bus_message *m, const struct query_key *keys, sd_bus_error *reterr)
{
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{sv}");
	while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = read_entry(m, keys, reterr);
		if (r < 0)
			return r;
		r = sd_bus_message_exit_container(m);
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}
