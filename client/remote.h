/*
 * The connection to limberd: several questions go out at once, their answers are waited for
 * together, and what went wrong is told to the user here, once.
 *
 * Functions that say so answer an exit code: EXIT_DONE, or another one after the message.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <systemd/sd-bus.h>

#include "base/time.h"

enum exit_code {
	EXIT_DONE = 0,
	EXIT_REFUSED = 1,   /* limberd said no, or our own output could not be written */
	EXIT_USAGE = 2,     /* the command line makes no sense, to us or to limberd */
	EXIT_NO_DAEMON = 3, /* limberd is not running, cannot be reached or does not answer */
};

/* An answer that takes longer than this will not come: limberd never waits for anything. */
#define REMOTE_PATIENCE (5 * USEC_PER_SEC)

/*
 * A connection to the session bus, to be closed without flushing: all calls were answered by then,
 * and a bus that hangs would hold us up. Answers an exit code.
 */
int remote_open(sd_bus **ret);

/* One question and its answer. */
struct exchange {
	sd_bus_message *call;   /* owned until sent */
	sd_bus_message *answer; /* owned; NULL until it is there; may be an error */
	struct batch *batch;
};

#define BATCH_MAX 128

/* Questions that go out together. */
struct batch {
	size_t n;
	size_t open; /* how many answers are missing */
	struct exchange v[BATCH_MAX];
	sd_bus_slot *slots[BATCH_MAX];
	/* Once when the last answer is there; may be NULL, and may end the batch. */
	void (*done)(struct batch *b, void *owner);
	void *owner;
};

void batch_init(struct batch *b);

/* Also cancels what is still open. */
void batch_done(struct batch *b);

/*
 * Adds a call of limberd; `types` and what follows as in sd_bus_message_append(), NULL for none.
 * `starts`: the bus may start limberd for it. 0 or a negative errno.
 */
int batch_call(struct batch *b, sd_bus *bus, bool starts, const char *path, const char *interface,
	       const char *member, const char *types, ...);

/* Adds a call that the caller has made; the batch owns it from now on, also on failure. */
int batch_add(struct batch *b, sd_bus_message *call);

/* Sends everything. b->done is called from within the bus's processing. 0 or a negative errno. */
int batch_send(struct batch *b, sd_bus *bus);

/*
 * Sends everything and waits for all answers, of which any may be an error. 0 or a negative errno,
 * about which nothing is said.
 */
int batch_wait(struct batch *b, sd_bus *bus);

/* Sends everything and waits for all answers. Answers an exit code; on EXIT_DONE none is an error.
 */
int batch_run(struct batch *b, sd_bus *bus);

/*
 * One call of the manager, without an answer that matters, over a connection of its own; otherwise
 * as batch_call(). Answers an exit code.
 */
int remote_call(bool starts, const char *method, const char *types, ...);

/*
 * The exit code that an answer stands for, and its sentence in `*ret_sentence` (borrowed from the
 * answer, or constant) unless it is EXIT_DONE.
 */
int remote_judge(sd_bus_message *answer, const char **ret_sentence);

/* Tells what is wrong with the answer, if anything, and what to do next. Answers its exit code. */
int remote_complain(sd_bus_message *answer);

/* Tells of a failure on our side of the bus, and answers the exit code. */
int remote_failed(int error);
