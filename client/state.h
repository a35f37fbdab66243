/*
 * What limberd says of itself, as plain values: read in one go, kept until the next reading.
 * Names and meanings as in org.limberd.Limber1.xml; points in time are CLOCK_REALTIME, 0 = none.
 */
#pragma once

#include "base/time.h"
#include "reader.h"
#include "remote.h"

struct reason {
	const char *sign;
	const char *detail;
	walltime_t since;
};

struct problem {
	const char *area, *message, *file, *section, *key, *hint;
	uint64_t line;
	bool warning;
};

struct rule {
	const char *name, *counts, *state;
	usec_t every, length, load;
	walltime_t due;
	bool enabled;
	struct list reasons; /* struct reason; empty before state_take_reasons() */
};

struct step {
	const char *exercise; /* its id */
	const char *name, *position, *cue, *why;
	const char *dose; /* in words; "" where limberd leaves that to us */
	uint64_t seconds, reps, sides;
	uint64_t ready; /* seconds to get ready, before it begins */
	usec_t begins;  /* when so much of the break is rested; 0 where limberd does not say */
	bool is_new;    /* the user has never done it */
	struct list instructions; /* const char * */
};

/* The break that is announced or running. */
struct brk {
	const char *path; /* of its object */
	const char *rule, *phase, *title;
	walltime_t due, started, ends, next_prompt;
	usec_t length, rested;
	uint64_t prompts;
	struct list steps; /* struct step */
};

/* A region that strengthening leaves alone, as it hurt there again and again or is sore. */
struct resting {
	const char *region;
	walltime_t until;
};

struct manager {
	const char *version, *phase, *presence, *posture, *idle_source, *next_rule;
	walltime_t phase_since, presence_since, next_due, paused_until, reading_until;
	usec_t active_today;
	uint64_t snoozes_left;
	struct list reasons;  /* struct reason */
	struct list problems; /* struct problem */
	struct list resting;  /* struct resting */
	struct list sore;     /* struct resting: the same where it is sore */
};

/* Zeroed = nothing read yet. Texts are borrowed from the answers that it holds. */
struct state {
	struct manager manager;
	struct list rules; /* struct rule */
	struct brk brk;
	bool on;                                          /* there is a break: `brk` holds it */
	sd_bus_message *properties, *rule_list, *objects; /* owned */
	struct arena arena;
};

extern const struct shape manager_shape, break_shape, step_shape;

void state_done(struct state *s);

/* Adds the three questions whose answers state_take() reads. 0 or a negative errno. */
int state_ask(struct batch *b, sd_bus *bus, bool starts);

/* Reads the answers of v[first] to v[first + 2], none of them an error. `s` is zeroed. */
int state_take(struct state *s, struct batch *b, size_t first);

/* What keeps each rule back, into its `reasons`: of the answers, not asked for. 0 or a negative
 * errno. */
int state_take_reasons(struct state *s);

/* Why what the user has just said holds only until limberd ends; NULL: it does not. */
const struct problem *state_unkept(const struct state *s);

/* A break that outlives the reading that it is from. Zeroed = none. */
struct kept_break {
	struct brk brk;
	sd_bus_message *objects; /* owned: the texts are borrowed from it */
	struct arena arena;
};

/* Keeps the break of `s`, which has one, in place of what was kept. 0 or a negative errno. */
int state_keep_break(struct state *s, struct kept_break *kept);
void kept_break_done(struct kept_break *kept);

/* Whether both have the same exercises in the same order. */
bool break_same_steps(const struct brk *a, const struct brk *b);

/* The rule of that name, or NULL. */
struct rule *state_rule(const struct state *s, const char *name);

/* Asks and waits. Answers an exit code. */
int state_fetch(struct state *s, sd_bus *bus);

/* Sends what is in the batch and, right behind it, the questions for what came of it: then those
 * are read. `s` is zeroed. Answers an exit code. */
int state_after(struct batch *b, sd_bus *bus, bool starts, struct state *s);

/* A look at one object's a{sv}, which is next in `m` and has to be read or skipped. */
typedef int (*state_look)(sd_bus_message *m, const char *path, void *userdata);

/* `look` at every child object that has the interface. 0 or a negative errno. */
int state_each_object(struct state *s, const char *interface, state_look look, void *userdata);

/* What the words of the bus mean to people. An unknown word is answered as it is. */
const char *phase_words(const char *phase);
const char *presence_words(const char *presence);
const char *rule_state_words(const char *state);
const char *outcome_words(const char *outcome);

/* There is nothing to add of when it began: nobody knows, or the detail has a time of day. */
bool reason_tells_when(const struct reason *reason);

/* Which step of the break it is time for, or NULL if it has none. They follow each other, from the
 * break's beginning unless limberd says otherwise: others may have taken their place in it. */
const struct step *break_step(const struct brk *b, walltime_t now);

/* What is left of the countdown of the break. */
usec_t break_left(const struct brk *b, walltime_t now);
