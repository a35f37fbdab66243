/*
 * A trace: what happened on a day, as text that people write, limberd --record writes, and
 * --simulate reads. limber-trace(5) has the format. Read line by line, so that a trace of any
 * length takes the memory of its longest line.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/time.h"
#include "core/event.h"
#include "sim/said.h"

#define TRACE_LINE_MAX 1024 /* longer ones are errors */
#define TRACE_FAULT_MAX 256
/* What began longer than this before the trace is taken to have begun so long before. */
#define TRACE_BEFORE_MAX (365 * USEC_PER_DAY)

enum trace_what {
	TRACE_HEADER, /* another header line was read; nothing happened yet */
	TRACE_EVENT,  /* an event of the core; `event.now` is not filled in, see `at` */
	TRACE_SET, /* a setting, in force with the next TRACE_POLICY or, in the header, at once */
	TRACE_POLICY, /* the settings of the TRACE_SETs before are in force now */
	TRACE_MEMORY, /* what the coach remembers */
	TRACE_SAID,   /* what the user said to the coach: `said` */
	TRACE_JUMP,   /* the wall clock was set: by `jump` microseconds, to either side */
	TRACE_END,    /* the trace ends at `at`: by its word, or at its last line */
};

/* How the state was when the trace begins. */
struct trace_load {
	char rule[RULE_NAME_MAX + 1];
	usec_t load;
};

struct trace_header {
	unsigned version;
	char zone[64];     /* "" if the trace does not say */
	walltime_t begins; /* the wall clock at time 0, also if only the first event tells it */
	bool begins_known; /* if not, `begins` is 0: 2024-01-01 at 09:00 in `zone`, which the caller
			      sets up and reckons (the reader leaves the process's TZ alone) */
	uint64_t seed;
	bool recorded; /* a live session, down to its timer: replay adds nothing of its own */
	size_t n_loads;
	struct trace_load loads[RULES_MAX];
	usec_t today; /* the day's screen time so far */
	enum posture posture;
};

/* One line, taken apart. Texts are borrowed until the next call. */
struct trace_item {
	enum trace_what what;
	unsigned line;
	usec_t at; /* since the trace began */
	/* Times in it are since the trace began, like `at`. What was before that wraps below 0, by
	 * TRACE_BEFORE_MAX at most: adding a later origin makes it right. A SIGN's `since` is
	 * always filled in (never 0, which would mean now, unless `at` is 0 as well). The
	 * rule of a START and an EARLIER is in `rule`.
	 */
	struct event event;
	const char *rule; /* TRACE_EVENT of EVENT_START, "" = what fits best; _EARLIER */
	const char *section, *key, *value; /* TRACE_SET; section such as "rule micro" */
	int64_t jump;
	struct said said;
	/* TRACE_MEMORY: of one exercise, by its id, or of all of them (""). `unknown`: nobody knows
	 * what there is to remember, so be careful; there are no values then. */
	const char *exercise;
	const char *values; /* for trace_next_value() */
	bool unknown;
	bool timed; /* between events, not in the header */
};

/*
 * The next one of a TRACE_MEMORY's values, with its key as in coach/memory.h; false behind the
 * last. *cursor begins as `values`.
 */
bool trace_next_value(const char **cursor, char key[static COACH_KEY_MAX], int64_t *ret);

struct trace_reader; /* opaque */

/* Reads from `file`, which stays the caller's. NULL without memory. */
struct trace_reader *trace_reader_new(FILE *file);
struct trace_reader *trace_reader_free(struct trace_reader *t);

/* As far as it was read; complete once anything but TRACE_HEADER and TRACE_SET was answered. */
const struct trace_header *trace_reader_header(const struct trace_reader *t);

/*
 * The next item: 0, or -EINVAL with a sentence that names the line in `fault` (nothing more can be
 * read then, and the same is answered again), or another negative errno of reading. After TRACE_END
 * nothing follows; what stands in the file behind the word `end` is not read. Where no time leads
 * to it, `at` of a TRACE_SET is that of the event before.
 */
int trace_reader_next(struct trace_reader *t, struct trace_item *ret,
		      char fault[static TRACE_FAULT_MAX]);

/*
 * The same text, written: it reads back as the same, to the microsecond. Each answers 0; -EMSGSIZE,
 * with nothing written, for what does not fit into a line; or another negative errno of writing.
 * Control characters and broken UTF-8 in texts become `?`.
 */
int trace_write_header(FILE *file, const struct trace_header *h);
/* In the header, or between events before an EVENT_POLICY. */
int trace_write_set(FILE *file, const char *section, const char *key, const char *value);
/*
 * `origin` is what `at` counts from; the event's own times are as `now`, on the writer's clock.
 * `rule` as in struct trace_item, or NULL. -EINVAL for a sign that has no word
 * in a trace (pause, hours), -ERANGE later than 400 years after `origin`.
 */
int trace_write_event(FILE *file, usec_t origin, const struct event *e, const char *rule);
int trace_write_jump(FILE *file, usec_t at, int64_t jump);
/* -EINVAL for a name that is no word. */
int trace_write_said(FILE *file, usec_t at, const struct said *said);
/* `values` as in struct trace_item, NULL for what is unknown; `at` is USEC_NEVER in the header. */
int trace_write_memory(FILE *file, usec_t at, const char *exercise, const char *values);
/* One value, as it stands among them; "" if it is 0, as is what is not there. */
#define TRACE_VALUE_MAX (COACH_KEY_MAX + 24)
void trace_value(char buffer[static TRACE_VALUE_MAX], const char *key, int64_t value);
