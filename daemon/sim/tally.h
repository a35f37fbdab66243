/* Counts what a played day amounts to. Times are those of the scheduler's clock. */
#pragma once

#include "sim/player.h"

/* Spells of exposure and the gaps between them, for one clock. */
struct tally_clock {
	bool begun;  /* there was exposure */
	usec_t from; /* where the present spell without rest began */
	usec_t to;   /* its latest exposure: the gap since then, if any, is still open */
	usec_t away; /* how much of the open gap was absence */
	bool broke;  /* a break was taken in it */
	bool night;  /* a new day began in the open gap */
	usec_t longest, span, rest;
};

struct tally {
	usec_t begins;
	enum presence presence;
	usec_t presence_from;
	unsigned reasons; /* enum reason, of the due rules */
	usec_t reasons_from;
	struct tally_clock clocks[CLOCKS];
	struct sim_summary sum;
};

/* Nothing is known at `now`. */
void tally_begin(struct tally *t, usec_t now);

/* `presence` holds since `since`, which is not before the presence told last. */
void tally_presence(struct tally *t, enum presence presence, usec_t since);
void tally_new_day(struct tally *t);
void tally_decision(struct tally *t, const struct decision *d);
/* From `now` on due rules are kept back for these reasons. */
void tally_reasons(struct tally *t, unsigned reasons, usec_t now);

/* As it would be if the day ended at `now`. */
void tally_sum(const struct tally *t, usec_t now, struct sim_summary *ret);
