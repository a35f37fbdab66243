/* Breaks of the past, as GetHistory answers them, page by page. */
#pragma once

#include "reader.h"
#include "remote.h"

/* Names and meanings as of the present break; points in time are CLOCK_REALTIME, 0 = never. */
struct past_break {
	uint64_t id, prompts, snoozes;
	const char *day, *rule, *outcome;
	walltime_t due, prompted, started, ended;
	usec_t length, rested;
	struct list exercises; /* struct amount: how long each was done */
	struct list delays;    /* struct amount: what kept it back, and how long */
};

/* What to ask for. */
struct past_query {
	uint64_t after_id; /* only later ones */
	walltime_t from;   /* only what ended since then; 0 = whenever */
};

/* Zeroed = none. */
struct past_page {
	struct batch batch; /* its one answer is the page; texts are borrowed from it */
	struct arena arena;
	struct list breaks; /* struct past_break, the oldest first; none: there are no more */
};

/* Reads the page that the query asks for, and moves it on to the next. Answers an exit code. */
int past_read(struct past_page *page, sd_bus *bus, struct past_query *query);
void past_page_done(struct past_page *page);
