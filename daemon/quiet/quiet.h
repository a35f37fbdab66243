/*
 * Quiet signs that the desktop shows: reasons not to speak. One file per sign, each told by the
 * program that knows, by its signals; nothing here polls and nothing here blocks. A program that
 * does not answer is a problem, not an error, and is picked up again when it does.
 */
#pragma once

#include <stdbool.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "base/time.h"
#include "display/displays.h"

enum quiet_kind {
	QUIET_KIND_DND,        /* the desktop's do-not-disturb */
	QUIET_KIND_FULLSCREEN, /* a window fills the screen */
	QUIET_KIND_INHIBITORS, /* a program keeps the screen awake */
	QUIET_KIND_CALL,       /* the microphone or the camera is in use; told by the owner */
	QUIET_KIND_SCREENCAST, /* the screen is shared; told by the owner */
	QUIET_KINDS,
};

#define QUIET_KIND_BIT(kind) (1u << (kind))

#define QUIET_WHO_MAX 64
#define QUIET_WHY_MAX 128
#define QUIET_PROBLEM_MAX 256

struct quiet_sign {
	bool on;
	/* One line each, printable UTF-8, "" if not known; what other programs say of themselves.
	 */
	char who[QUIET_WHO_MAX]; /* shows it */
	char why[QUIET_WHY_MAX];
};

/*
 * Told from inside the event loop, never from inside a call of this interface, but for quiet_tell()
 * and quiet_told(), which are made from there. In there everything below may be called but
 * quiet_free() and quiet_choose().
 */
struct quiet_sink {
	/* Another quiet_sign(): it began, ended, or others show it now. All begin as off. */
	void (*sign)(void *owner, enum quiet_kind kind);
	/* The answer that quiet_ask() has promised is in, or not to be had. */
	void (*answered)(void *owner);
	void (*changed)(void *owner); /* quiet_problem() is another one */
	/*
	 * Asked in quiet_ask(), for the signs that the owner tells: true if an answer is on its
	 * way, which quiet_told() will end. NULL if the owner tells of none.
	 */
	bool (*ask)(void *owner);
};

struct quiet_watch;

/* What signs are looked for in. All borrowed, and outliving the watch. */
struct quiet_world {
	sd_event *event;
	sd_bus *bus; /* the session bus, attached to `event`; NULL if there is none */
};

/* Watches nothing yet. Borrows `sink` and `owner`, copies `world`. */
int quiet_new(struct quiet_watch **ret, const struct quiet_world *world,
	      const struct quiet_sink *sink, void *owner);

/* NULL is fine; returns NULL. */
struct quiet_watch *quiet_free(struct quiet_watch *q);

/*
 * Watch these signs, QUIET_KIND_BIT()s, and no others from now on; a sign that is no longer watched
 * ends. Never waits. Harmless if called again.
 */
int quiet_choose(struct quiet_watch *q, unsigned kinds);

/*
 * The system bus, referenced, attached to the same event loop; NULL: there is none (any more).
 * Harmless if called again with the same.
 */
int quiet_set_system_bus(struct quiet_watch *q, sd_bus *bus);

/*
 * Where the display is now, for the signs that are seen there; nowhere at first. Copied. Another
 * place is looked at anew; harmless if called again with the same. -ENOMEM, and nothing has
 * changed.
 */
int quiet_set_place(struct quiet_watch *q, const struct display_place *place);

/* Does a web browser's window count that fills the screen? Yes until this is called. */
void quiet_set_browsers_count(struct quiet_watch *q, bool count);

/*
 * For the signs that the owner tells, from the event loop: one is on or off; nothing else is left
 * to be told now. Of one that is not watched nothing is heard.
 */
void quiet_tell(struct quiet_watch *q, enum quiet_kind kind, bool on, const char *who);
void quiet_told(struct quiet_watch *q);

/*
 * Look again at what does not tell of its changes, to be called before silence is broken. True if
 * an answer is on its way, to this or to the first look: sink.answered() follows, within a second
 * at most. False if all is known, and not older than that second where it is not told.
 */
bool quiet_ask(struct quiet_watch *q);

/* Borrowed until the next event. */
const struct quiet_sign *quiet_sign(const struct quiet_watch *q, enum quiet_kind kind);

enum quiet_sight {
	QUIET_SIGHT_NONE,    /* nobody here tells of the sign */
	QUIET_SIGHT_AWAITED, /* nobody has answered yet */
	QUIET_SIGHT_TROUBLE, /* somebody should answer and does not */
	QUIET_SIGHT_GOOD,
};

/*
 * How well a sign is seen that quiet_choose() asked for, and in *ret_why a sentence about it, "" if
 * there is nothing to say. Borrowed until the next event.
 */
enum quiet_sight quiet_sight(const struct quiet_watch *q, enum quiet_kind kind,
			     const char **ret_why);

/* A sentence about what cannot be seen, or NULL. Borrowed until the next event. */
const char *quiet_problem(const struct quiet_watch *q);
/* What the user can do about it, or "". */
const char *quiet_hint(const struct quiet_watch *q);
