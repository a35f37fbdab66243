/*
 * limberd --record: what the daemon's core is told, written as a trace while it works (see
 * limber-trace(5)). Played under its own settings the trace comes to the very same decisions. Each
 * line is written at once and whole, so that what was told before a crash is there to be read.
 */
#pragma once

#include "conf/settings.h"
#include "core/scheduler.h"
#include "sim/said.h"

struct record; /* opaque */

/* How everything is when the record begins. */
struct record_start {
	const struct scheduler *scheduler; /* as it begins: its `now` becomes second 0 */
	const struct settings *settings;
	int64_t offset;                    /* wall clock less the scheduler's clock */
	uint64_t seed;                     /* where the coach's rounds begin */
	const struct coach_memory *memory; /* of this catalogue; NULL: it is not known */
	const struct catalog *catalog;
};

/*
 * Begin to write to the file `path`, which must be new or empty. -ECANCELED after a message in the
 * log that says why not, or -ENOMEM. Nothing of *start is kept.
 */
int record_new(struct record **ret, const char *path, const struct record_start *start);

/* NULL is fine; returns NULL. */
struct record *record_free(struct record *r);

/*
 * These take NULL for "not recording". Writing that fails, on a full disk for instance, ends the
 * recording with a warning and nothing else.
 */

/* An event that the core is about to be fed. `policy`: the rules that its number means. */
void record_event(struct record *r, const struct event *e, const struct policy *policy);
/* Other settings; they are in force with the EVENT_POLICY that follows. */
void record_settings(struct record *r, usec_t now, const struct settings *settings);
/* What the user says to the coach. */
void record_said(struct record *r, usec_t now, const struct said *said);
/* The coach's memory has become another one. */
void record_memory(struct record *r, usec_t now, const struct coach_memory *m,
		   const struct catalog *c);
/* How the wall clock is; written down if it is another than before. */
void record_wall(struct record *r, usec_t now, int64_t offset);
