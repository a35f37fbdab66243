/*
 * logind's word on the session: locked, switched away, about to sleep. Everything over the system
 * bus and asynchronous; without logind the program runs on and session_problem() says so.
 */
#pragma once

#include <stdbool.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "base/time.h"

/*
 * Told from inside the event loop, only on change; all begin as false, and become false again when
 * nobody is left who could say so (logind or the bus gone, the session ended).
 */
struct session_sink {
	/*
	 * logind's Lock signal is only a request to the desktop, and LockedHint the fact; but not
	 * every locker sets the hint, so the request counts as well. Nor does every locker tell of
	 * its end (swaylock and i3lock do not): see session_note_input().
	 */
	void (*locked)(void *owner, bool locked);
	/* Another session has the screen. Never of a session without a seat, such as ssh. */
	void (*switched_away)(void *owner, bool away);
	/* The session is one of a text console or ssh, though a desktop may have started there. */
	void (*terminal)(void *owner, bool terminal);
	/*
	 * true right before suspend or hibernation, false right after. The machine waits with it
	 * for session_let_sleep(), which may be called in here, or 1 s.
	 */
	void (*asleep)(void *owner, bool asleep);
	void (*changed)(void *owner); /* session_problem() is another one */
};

struct session;

/* Borrows `event` (referenced), `sink` and `owner`. */
int session_new(struct session **ret, sd_event *event, const struct session_sink *sink,
		void *owner);

/* NULL is fine; returns NULL. */
struct session *session_free(struct session *s);

/*
 * Connect and subscribe. Never waits; a missing bus or logind is a problem, not an error, and one
 * that comes later is noticed. Harmless if called again.
 */
int session_start(struct session *s);

/*
 * There is input again, or none any more. A lock that was only asked for is over for us when
 * somebody has been at the keys for half a minute; who unlocks a screen takes less.
 */
void session_note_input(struct session *s, bool input);

/* What had to be done before sleep is done. Harmless at any other time. */
void session_let_sleep(struct session *s);

/* Does the machine wait for that? */
bool session_delays_sleep(const struct session *s);
/* In logind's words why it does not, or NULL. Borrowed until the next event. */
const char *session_delay_refusal(const struct session *s);

/* Has logind told us which session is ours? Not yet, so soon after the start. */
bool session_is_known(const struct session *s);

/* A sentence about what is missing, or NULL. Borrowed until the next event. */
const char *session_problem(const struct session *s);
/* What the user can do about it, or "". */
const char *session_hint(const struct session *s);

/*
 * The system bus, for whoever else has questions there; NULL while there is none. Borrowed until
 * session_start(), or until `changed` is told, as it is after each change of it.
 */
sd_bus *session_bus(const struct session *s);
