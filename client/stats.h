/* What some days come to, for people: added up from what GetStatistics answers. */
#pragma once

#include <stdbool.h>
#include <time.h>

#include "reader.h"
#include "text.h"

struct stats_day {
	const char *day; /* 2026-11-22 */
	usec_t screen;   /* at the screen */
	usec_t longest;  /* the longest spell of it */
};

/* How the breaks of a rule ended. */
struct stats_rule {
	const char *name;
	uint64_t taken, natural, cut_short, skipped, missed;
};

/* Zeroed = no days. Days are borrowed from the answer, names are its own. */
struct stats {
	struct list days;  /* struct stats_day, the oldest first; without those that have nothing */
	struct list rules; /* struct stats_rule */
	struct list regions;    /* struct amount: what exercises relieved, microseconds */
	struct list held;       /* struct amount: what kept breaks back, microseconds */
	struct list activities; /* struct amount: off the desk, microseconds */
	time_t last;            /* of the days: today, at midnight UTC; 0 = there are none */
	struct arena arena;
};

/*
 * Reads the aa{sv} that is next in the message: today and what of the others is of the `days` that
 * end with it. Only limberd knows which day it is: it marks that one. *ret_before is how many there
 * are before these; s->days.n are told. 0 or a negative errno.
 */
int stats_read(struct stats *s, sd_bus_message *m, int days, size_t *ret_before);
void stats_done(struct stats *s);

/* `asked`: so many days were asked for, of which some may have nothing. */
void stats_put(struct text *t, const struct stats *s, int asked);
