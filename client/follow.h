/* Everything that limberd says of itself, read again whenever it changes: for what is shown live.
 */
#pragma once

#include "state.h"
#include "watch.h"

/* Told from inside the event loop. Every slot has to be filled. */
struct follow_sink {
	/* What is known, or whether limberd runs and answers, is another thing now. */
	void (*changed)(void *owner);
	/* A signal of limberd's, its arguments not yet read; `changed` follows. */
	void (*signal)(void *owner, sd_bus_message *m);
	void *owner;
};

struct follow {
	struct watch watch;
	struct follow_sink sink;
	struct state state; /* as answered last */
	bool known;         /* `state` holds something */
	bool running;       /* limberd is on the bus */
	char trouble[256];  /* why limberd does not answer, "" if it does */
	struct batch batch; /* the question for everything */
	bool asking;
	bool again; /* something changed while it was open */
};

/* Opens the connection; nothing is known yet. Answers an exit code. */
int follow_open(struct follow *f, const struct follow_sink *sink);
void follow_close(struct follow *f);

/* Reads everything for the first time and waits for it; limberd not running is told. Answers an
 * exit code. */
int follow_fetch(struct follow *f);

/* What was read otherwise; takes it over, and leaves `fresh` empty. */
void follow_set(struct follow *f, struct state *fresh);

/* Asks for everything again; `changed` tells when it is there. */
void follow_ask(struct follow *f);
