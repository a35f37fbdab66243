/*
 * One line of a trace, taken apart where it stands: for the parts of the trace reader only. What
 * finds a fault tells it and answers -EINVAL; the reader is then at its end.
 */
#pragma once

#include "sim/trace.h"
#include "sim/words.h"

struct trace_reader {
	FILE *file; /* borrowed */
	struct trace_header header;
	unsigned line;
	bool begun;                   /* the first line was read */
	bool in_events;               /* an event was read: the header is complete */
	bool ended;                   /* TRACE_END was answered */
	unsigned said;                /* bits: header words that were read */
	usec_t last;                  /* the time of the last event */
	int64_t jumped;               /* the sum of all jumps so far */
	char *cursor;                 /* what is left of the line */
	char *fault;                  /* borrowed for a call */
	char broken[TRACE_FAULT_MAX]; /* nothing is read behind this fault, "" without */
	char text[TRACE_LINE_MAX + 2];
};

/* "line 7: …; nothing from there on is read" */
int line_complain(struct trace_reader *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* That `text` is not `what`, such as "a posture", but perhaps `near`, or else one of `list`. */
int line_complain_of_word(struct trace_reader *t, const char *text, const char *what,
			  const char *near, const char *list);

#define LINE_QUOTE_MAX 44

/* The user's text for a fault: not too long, and nothing in it that a terminal would obey. */
const char *line_quote(const char *text, char buffer[static LINE_QUOTE_MAX]);

/* The nearer of `best` (may be NULL) and `name` to what is written, if it is near enough to tell.
 */
const char *line_guess(const char *text, const char *best, const char *name);

char *line_skip_blanks(char *text);

/* The next word of the line, NULL at its end or before a comment. */
char *line_word(struct trace_reader *t);

/* Nothing but a comment may follow. */
int line_end(struct trace_reader *t);

/* The rest of the line but for a comment, "" if there is none. What begins with one of the `marks`
 * ends with it and may hold anything. */
int line_text(struct trace_reader *t, const char *marks, char **ret);

/* The next word, which has to be one of `words`: `what` they are called. */
int line_choice(struct trace_reader *t, const struct word *words, const char *what, int *ret);

/* Seconds, or as in the settings: 0, -EINVAL, or -ERANGE beyond 400 years; no fault is told. */
int line_length_read(const char *text, usec_t *ret);
int line_length_of(struct trace_reader *t, const char *text, usec_t *ret);
int line_length(struct trace_reader *t, usec_t *ret);

/* Is this, which may be NULL, the name of a rule? */
int line_rule(struct trace_reader *t, const char *text);

/* Digits and nothing else: 0, -EINVAL, or -ERANGE above `most`; no fault is told. */
int line_number(const char *text, uint64_t most, uint64_t *ret);

/* `[SECTION] KEY = VALUE`, in the header and between events. */
int trace_read_setting(struct trace_reader *t, struct trace_item *item);

/* In the header and between events: `memory 1 KEY=VALUE ...`, `progress EXERCISE KEY=VALUE ...`. */
int trace_read_memory(struct trace_reader *t, struct trace_item *item);
int trace_read_progress(struct trace_reader *t, struct trace_item *item);
/* What the user says to the coach; item->said.kind says which. */
int trace_read_said(struct trace_reader *t, struct trace_item *item);

/* An event by its `word`, with what follows it on the line; its time is in `item`. */
int trace_read_event(struct trace_reader *t, const char *word, struct trace_item *item);
