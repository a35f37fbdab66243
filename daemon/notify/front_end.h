/*
 * Life cycle of the program that shows prompts and notices: start, watch, end, fall back. It is a
 * bus client of its own; between it and us are its stdin and stdout only (a socket):
 *
 *   its stdout  `shown ID`      what is to be seen is on the screen as notification number ID
 *               `failed WHY`    it could not be shown
 *               `closed`        nothing of ours is on the screen any more
 *   its stdin   `show`          what there is to see has changed: look at the bus, show it, and
 *                               answer with one of the lines above
 *
 * It owes an answer when it is started and for each `show`; what changes by itself (closed by the
 * user, say) it tells unasked. The end of its input or SIGTERM ends it and what it shows.
 *
 * A front end that owes an answer for more than FRONT_END_PATIENCE is killed: it hangs, or the
 * notification server does, and then it is started again as soon as the server answers. One that
 * breaks down is started again at most twice until the next front_end_show(). Environment:
 * LIMBER_REPLACES=ID when a notification of a killed one is still on the screen; LIMBER_SOUND=1
 * when the user wants a sound.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "base/time.h"

#define FRONT_END_PATIENCE (4 * USEC_PER_SEC)

/*
 * Told from inside the event loop, never from inside a call of this interface; shown() and
 * failed() only while there is something to show. Both can come again without a new
 * front_end_show(): a server that dies takes the notification along, one that comes gets it.
 */
struct front_end_sink {
	void (*shown)(void *owner);
	void (*failed)(void *owner);
	void (*changed)(void *owner); /* front_end_problem() is another one */
	void (*left)(void *owner);    /* front_end_is_leaving() is false again */
};

struct front_end;

/*
 * `program` is copied: a path, or a name that is looked for beside the running program, then in
 * the installed helper folder, then in PATH. Borrows `bus` (referenced): the session bus, watched
 * for the coming and going of a notification server. SIGCHLD must be blocked (sd-event wants that).
 */
int front_end_new(struct front_end **ret, sd_event *event, sd_bus *bus, const char *program,
		  const struct front_end_sink *sink, void *owner);

/*
 * Ends the program, which takes its notification off the screen; does not wait for it. NULL is
 * fine; returns NULL.
 */
struct front_end *front_end_free(struct front_end *f);

/* Another program or sound setting from the next start on. */
int front_end_configure(struct front_end *f, const char *program, bool sound);

/*
 * There is something to see, or it has changed: start the program or tell the running one. Ends in
 * shown() or failed(), each time.
 */
void front_end_show(struct front_end *f);

/*
 * There is nothing more to see: the program lets a farewell stay for its time and ends by itself.
 * With `at_once` whatever is on the screen goes now.
 */
void front_end_withdraw(struct front_end *f, bool at_once);

/* Is the program on its way out, with what it has on the screen? */
bool front_end_is_leaving(const struct front_end *f);

/* Overwrites `path` with where the program is; false, with what it is called, if it is nowhere. */
bool front_end_find(const struct front_end *f, char path[static PATH_MAX]);

/* A sentence about what is missing, or NULL. Borrowed until the next event. */
const char *front_end_problem(const struct front_end *f);
/* What the user can do about it, or "". */
const char *front_end_hint(const struct front_end *f);
