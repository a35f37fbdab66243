/*
 * An export of ActivityWatch (its web page or `aw-client`): the buckets of type `afkstatus`. Events
 * may overlap, repeat, have no length (or less) and come in any order: where any of them says
 * not-afk the user was active; time without an event is a gap. Read as a stream: memory grows with
 * the number of spells, not with the text, and nothing of other buckets is kept.
 *
 * Three forms are read: {"buckets": {ID: BUCKET, ...}} (also as a list), a BUCKET by itself, and a
 * list of an afkstatus bucket's events, as the server answers them.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

#include "base/time.h"

#define AW_FAULT_MAX 256

struct aw_spell {
	walltime_t from, to; /* from < to; in order, apart from each other */
};

struct aw_spells {
	struct aw_spell *v; /* owned */
	size_t n, allocated;
};

/*
 * 0; -EINVAL with a sentence that names the line and its byte in `fault`; -ENOMEM; or another
 * negative errno of reading. *ret is to be released in any case.
 */
int aw_read(FILE *file, struct aw_spells *ret, char fault[static AW_FAULT_MAX]);
void aw_spells_done(struct aw_spells *s);
