/*
 * Life cycle of limber-sense, which sees by PipeWire, and by who holds a camera, whether a call is
 * on or the screen is shared: start it while that is wanted, believe what it says, end it. Between
 * it and us are its stdin and stdout only (a socket):
 *
 *   its stdout  `call on NAME`, `screencast on NAME`    a sign began, or others show it now; NAME
 *               (maybe missing) is a program's own      up to the end of the line
 *               `call off`, `screencast off`
 *               `ready`                                 all that holds now has been told
 *               `absent WHY`                            the same, but PipeWire tells nothing: of
 *                                                       calls only cameras are seen
 *               `never WHY`                             the same, and it never will
 *               `blind WHY`                             before one of these: who has opened a
 *                                                       camera is not seen
 *   its stdin   `look`                                  owes `ready`, `absent` or `never`
 *
 * It owes such an answer when it is started, too. One that owes it for more than SENSE_PATIENCE
 * hangs and is killed. One that is gone shows no signs and is started again: after a quarter of a
 * second the first ten times, then ever later, once a minute at least. The end of its input ends
 * it.
 */
#pragma once

#include <stdbool.h>

#include <systemd/sd-event.h>

#include "base/time.h"

#define SENSE_PATIENCE (5 * USEC_PER_SEC)
/* An answer that is no older proves that it works. */
#define SENSE_FRESH USEC_PER_MIN
#define SENSE_WHO_MAX 64

enum sense_sign { SENSE_CALL, SENSE_SCREENCAST, SENSE_SIGNS };

/* Told from inside the event loop, never from inside a call of this interface. */
struct sense_sink {
	/* Also unchanged. `who` is one printable line, "" if not known. */
	void (*sign)(void *owner, enum sense_sign sign, bool on, const char *who);
	/* Every sign is told as far as it is seen: the answer that sense_ask() has promised. */
	void (*answered)(void *owner);
	void (*changed)(void *owner); /* sense_problem() is another one */
};

struct sense;

/*
 * Starts nothing yet. `program` is borrowed and found as program_start() says. SIGCHLD must be
 * blocked (sd-event wants that).
 */
int sense_new(struct sense **ret, sd_event *event, const char *program,
	      const struct sense_sink *sink, void *owner);

/* Ends the program; does not wait for it. NULL is fine; returns NULL. */
struct sense *sense_free(struct sense *s);

/*
 * Are the signs wanted? If not the program is ended, and nothing is told. Called again, what holds
 * is told again, and a program that could not be found is looked for again.
 */
void sense_want(struct sense *s, bool wanted);

/* Is all known now? True if an answer is on its way: sink.answered() follows. Never waits. */
bool sense_ask(struct sense *s);

/* A sentence about what cannot be seen, or NULL. Borrowed until the next event. */
const char *sense_problem(const struct sense *s);
/* What the user can do about it, or "". */
const char *sense_hint(const struct sense *s);
