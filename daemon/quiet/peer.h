/*
 * A program on a bus, known by its name there. It is never started by us, and never waited for: its
 * answers come through the event loop, if they come.
 */
#pragma once

#include <stdbool.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "base/time.h"

/* How long it may owe us an answer before it is called silent. */
#define PEER_PATIENCE (5 * USEC_PER_SEC)
#define PEER_LISTENS_MAX 2

/* Told from inside the event loop, to peer_open()'s owner. */
struct peer_sink {
	/* The name has an owner, or another one than before: nothing that was asked holds. */
	void (*came)(void *owner);
	/* The name has none: told when it loses it, or when a question shows it. */
	void (*went)(void *owner);
	/* It owes an answer for too long; the question stays open. Over when it answers or goes. */
	void (*silent)(void *owner, bool silent);
};

/* The answer, or NULL for an error. */
typedef void (*peer_answer)(void *owner, sd_bus_message *m);
/* A signal that was listened for. */
typedef void (*peer_signal)(void *owner, sd_bus_message *m);

struct peer_listen {
	struct peer *peer;
	peer_signal heard;
	sd_bus_slot *slot; /* owned; NULL: free */
};

/* Embedded in its owner; all zero is closed. */
struct peer {
	const char *name; /* static */
	sd_bus *bus;      /* referenced; NULL: closed */
	const struct peer_sink *sink;
	void *owner;
	sd_event_source *patience; /* owned: runs while an answer is owed */
	sd_bus_slot *owner_changed;
	sd_bus_slot *call; /* owned: the question that is open */
	peer_answer answer;
	struct peer_listen listens[PEER_LISTENS_MAX];
	bool silent;
};

/* Where a question goes, or what it is about. */
struct peer_method {
	const char *path, *interface, *member;
};

/*
 * Watch the name `name` (static) on `bus`. Nothing is told before the first question, so ask it.
 * On failure the peer is closed.
 */
int peer_open(struct peer *p, sd_event *event, sd_bus *bus, const char *name,
	      const struct peer_sink *sink, void *owner);

/* Back to all zero. Closed is fine. */
void peer_close(struct peer *p);

/* Hear the peer's signals that match, such as "path='/a',interface='b'". */
int peer_listen(struct peer *p, const char *match, peer_signal heard);

/* Hear none of them any more. */
void peer_listen_no_more(struct peer *p);

/* Ask; one question at a time, a newer one drops the older. */
void peer_ask(struct peer *p, peer_answer answer, const struct peer_method *method,
	      const char *types, ...);

/* Ask for a property; the answer holds a variant. */
void peer_get(struct peer *p, peer_answer answer, const char *path, const char *interface,
	      const char *property);

/* A boolean, also inside of variants. False if there is none. */
bool peer_read_bool(sd_bus_message *m, bool *ret);

enum peer_change {
	PEER_CHANGE_NONE,    /* something else changed */
	PEER_CHANGE_UNKNOWN, /* it changed, the new value has to be asked for */
	PEER_CHANGE_VALUE,   /* and *ret is the new value */
};

/* What a PropertiesChanged signal says of a property of type `type`, 'b', 's' or 'u'. */
enum peer_change peer_read_change(sd_bus_message *m, const char *property, char type, void *ret);
