/*
 * What limberd has to say besides a break. A notice is pending until it may be told, then it is
 * open, an object on the bus, until it is dismissed, acted on or expired.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"

#define NOTICES_MAX 8

enum notice_kind {
	NOTICE_WELCOME,
	NOTICE_PROBLEM,
	NOTICE_DAILY,
	NOTICE_POSTURE,
	NOTICE_SAFETY,
	NOTICE_ADVICE,
	NOTICE_HISTORY,
};

/* What a notice offers to do, besides being dismissed, which every notice can be. */
struct notice_action {
	const char *id, *label;
};

struct notice {
	uint64_t id;
	enum notice_kind kind;
	bool open;
	char *title; /* owned, plain text */
	char *body;
	const char *urgency;
};

struct notices {
	struct notice v[NOTICES_MAX]; /* oldest first */
	size_t n;
	uint64_t last_id;
};

/*
 * Copies the texts. One of the same kind that is there already is replaced: its news is old.
 * Returns -ENOMEM, or -ENOSPC when there are too many.
 */
int notices_add(struct notices *l, enum notice_kind kind, const char *title, const char *body,
		const char *urgency);

/* -ENOENT if there is no open notice of that number. */
int notices_remove(struct notices *l, uint64_t id);

/* Take back what is said of this kind; true if there was anything. */
bool notices_remove_kind(struct notices *l, enum notice_kind kind);

/* Is there one of this kind, told or still waiting? */
bool notices_has_kind(const struct notices *l, enum notice_kind kind);

/* It may be told now: true if anything became open. */
bool notices_open(struct notices *l);

bool notices_any_open(const struct notices *l);

/* Is there one that was not told yet? */
bool notices_any_waiting(const struct notices *l);

/* The open notice of that number, or NULL. Borrowed until the next change. */
const struct notice *notices_find(const struct notices *l, uint64_t id);

const char *notice_kind_name(enum notice_kind kind);
/* The one action of notices of this kind. */
const struct notice_action *notice_kind_action(enum notice_kind kind);

void notices_done(struct notices *l);
