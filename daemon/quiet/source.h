/*
 * What a sign is to quiet.c: a file fills in a quiet_source_type, is listed in the table there, and
 * tells what it finds with quiet_found().
 */
#pragma once

#include "quiet/quiet.h"

struct quiet_source;

/* Of several for one kind the first is taken that has somewhere to look. */
struct quiet_source_type {
	enum quiet_kind kind;
	/* Begin to look; what is found is told from the event loop. -ENXIO: nowhere to look here.
	 */
	int (*open)(struct quiet_source **ret, struct quiet_watch *q);
	/* NULL is fine; returns NULL. Tells nothing. */
	struct quiet_source *(*close)(struct quiet_source *source);
	/* Another quiet_system_bus(); NULL if it does not matter. */
	void (*system_bus_changed)(struct quiet_source *source);
	/* Another quiet_browsers_count(); NULL likewise. */
	void (*browsers_changed)(struct quiet_source *source);
	/*
	 * Look again, if changes are not told: true if a quiet_answered() will follow. NULL if they
	 * always are.
	 */
	bool (*ask)(struct quiet_source *source);
	/* Why nobody tells of the sign at present, a static sentence; NULL if somebody does. The
	 * slot may be NULL: somebody always does. */
	const char *(*blind)(const struct quiet_source *source);
	const char *nowhere; /* what open()'s -ENXIO means */
	bool by_place; /* it looks at quiet_place(): closed and opened anew with another one */
};

/* The first member of every source's own struct. */
struct quiet_source {
	const struct quiet_source_type *type;
	struct quiet_watch *quiet;       /* borrowed */
	char problem[QUIET_PROBLEM_MAX]; /* "" if nothing is missing; set by quiet_trouble() */
};

/* Any, or NULL. Borrowed. */
sd_event *quiet_event(const struct quiet_watch *q);
sd_bus *quiet_session_bus(const struct quiet_watch *q);
sd_bus *quiet_system_bus(const struct quiet_watch *q);

/* Where the display is. Borrowed until the source is closed. */
const struct display_place *quiet_place(const struct quiet_watch *q);

/* See quiet_set_browsers_count(). */
bool quiet_browsers_count(const struct quiet_watch *q);

/* Is the owner of the watch waiting for an answer of what tells it? See quiet_world. */
bool quiet_ask_teller(const struct quiet_watch *q);

/* The sign is on or off now; who and why, one line each, may be NULL. Copied, made printable. */
void quiet_found(struct quiet_source *source, bool on, const char *who, const char *why);

/* What ask() has promised. */
void quiet_answered(struct quiet_source *source);

/* A sentence about what cannot be seen, or "". */
void quiet_trouble(struct quiet_source *source, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
