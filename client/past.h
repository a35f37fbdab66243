/* What is past: breaks as GetHistory answers them and activities as GetActivities does, by pages.
 */
#pragma once

#include "json.h"
#include "reader.h"
#include "remote.h"

enum past_what { PAST_BREAK, PAST_ACTIVITY, PAST_WHATS };

/* What each is called, in what is written for programs. */
extern const char *const past_names[PAST_WHATS];

/*
 * Names and meanings as of the present break; points in time are CLOCK_REALTIME, 0 = never. An
 * activity has `id`, `day`, `kind`, `when` and `length`, the rest of it is empty.
 */
struct past_entry {
	enum past_what what;
	uint64_t id, prompts, snoozes;
	const char *day, *rule, *outcome, *kind;
	walltime_t due, prompted, started, ended, when;
	usec_t length, rested;
	struct list exercises; /* struct amount: how long each was done */
	struct list delays;    /* struct amount: what kept it back, and how long */
};

/* When it was: the end of most, the announcement of a break that never came to that. */
walltime_t past_when(const struct past_entry *e);

/* What to ask for. */
struct past_query {
	enum past_what what;
	uint64_t after_id; /* only later ones */
	walltime_t from;   /* only what ended since then; 0 = whenever */
};

/* Zeroed = none. */
struct past_page {
	struct batch batch; /* its one answer is the page; texts are borrowed from it */
	struct arena arena;
	struct list entries; /* struct past_entry, the oldest first; none: there are no more */
};

/* Reads the page that the query asks for, and moves it on to the next. Answers an exit code. */
int past_read(struct past_page *page, sd_bus *bus, struct past_query *query);
void past_page_done(struct past_page *page);

/*
 * The entries of a page as limberd wrote them, also what this client is too old for, with what each
 * is: from the one behind `skip` on, one each time. 0 or a negative errno.
 */
int past_json_begin(const struct past_page *page, size_t skip);
int past_json_next(const struct past_page *page, enum past_what what, struct json *j);
