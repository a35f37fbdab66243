/* What a client asks for in a dictionary a{sv}: keys that nobody knows are skipped. */
#pragma once

#include <systemd/sd-bus.h>

/* A key, the D-Bus type of its value, and where that goes: uint64_t, uint32_t, const char *, int.
 */
struct query_key {
	const char *key; /* NULL ends a list of them */
	char type;       /* t, u, s (borrowed from the message) or b */
	void *ret;
	const char *wants; /* what it takes, in words */
};

/* The next argument of the message; an error in *reterr for a value of a wrong type. */
int query_read(sd_bus_message *m, const struct query_key *keys, sd_bus_error *reterr);
