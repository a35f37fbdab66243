/*
 * Plays a day through the shipped core and coach without waiting: what the trace tells, and between
 * its lines what the daemon would do by itself (its timer, the calendar, a front end that shows
 * every prompt at once).
 */
#pragma once

#include <stdbool.h>

#include "base/calendar.h"
#include "coach/coach.h"
#include "core/scheduler.h"
#include "sim/said.h"

/* The settings that a day is played under. Copied, but for the catalogue. */
struct sim_settings {
	struct policy policy;
	struct hours hours;
	struct person person;
	const struct catalog *catalog; /* borrowed, the same all day; may be NULL: plain rest */
	struct {
		uint32_t sets, regions;
	} content[RULES_MAX]; /* by the rules' numbers */
};

#define SIM_EXERCISES_MAX (ROUTINE_MAX * (EXERCISE_ID_MAX + 2))

/* What came to pass, in the order of time as far as it was known then. Texts are borrowed for the
 * call. */
enum sim_news_kind {
	SIM_PRESENCE, /* `presence` holds since `t` */
	SIM_QUIET,    /* the quiet `sign`, shown by `who`, began (`on`) or ended */
	SIM_DECISION, /* `decision`; decision_sentence() says why */
};

struct sim_news {
	enum sim_news_kind kind;
	usec_t t;      /* since the trace began */
	walltime_t at; /* on the user's clock */
	enum presence presence;
	enum quiet sign;
	bool on;
	const char *who; /* "" if nobody knows */
	const struct decision *decision;
	int64_t offset; /* wall clock less the decision's clock */
	/* Ids with ", " between them for a break's PROMPT, REPEATED and STARTED; "" is plain rest.
	 */
	const char *exercises;
};

struct sim_sink {
	void (*news)(void *owner, const struct sim_news *news);
};

struct sim_options {
	walltime_t begins; /* the wall clock at time 0 */
	uint64_t seed;     /* of the coach's ties */
	bool recorded; /* the events hold everything: no timer, calendar or front end of our own */
	/* As if every announced break were taken: input is held back from the moment a prompt is
	 * shown until its break is over. Absences and what is watched go on as traced. */
	bool take_breaks;
};

struct player;

/* NULL without memory. `sink` is borrowed and may be NULL: only the summary is wanted. */
struct player *player_new(const struct sim_settings *settings, const struct sim_options *options,
			  const struct sim_sink *sink, void *owner);
struct player *player_free(struct player *p);

/* The scheduler inside, to set a start state before the first event and to look at. */
struct scheduler *player_scheduler(struct player *p);

/* The coach's memory, to be filled from a trace; then say whether that is all of it (`known`). */
struct coach_memory *player_memory(struct player *p);
void player_memory_is(struct player *p, bool known);

/* What the user says to the coach at `at`. False: there is no such exercise here. */
bool player_said(struct player *p, usec_t at, const struct said *said);

/*
 * Let time pass until `at` (since the trace began), then feed the event; its times count from the
 * trace's beginning too, modulo 2^64 if they lie before it. Going back in time is taken as now.
 * Unless the day is `recorded`, EVENT_TICK, _CALENDAR and _SHOWN are left out: they are our own.
 */
void player_feed(struct player *p, usec_t at, const struct event *e);
/* Other settings from `at` on. */
void player_set(struct player *p, usec_t at, const struct sim_settings *settings);
/* The wall clock is set at `at`: hours and a pause's end keep their meaning by it. */
void player_jump(struct player *p, usec_t at, int64_t jump);
/* The day ends. */
void player_end(struct player *p, usec_t at);

#define SIM_OUTCOMES 5
/* Reasons that are counted: the quiet signs, then settle, retry, hour, lull. */
#define SIM_REASONS (QUIET_SIGNS + 4)

/* What a played day amounts to. A rest, for `longest` and `rest`, is a taken break, or a minute or
 * more without exposure of the clock (hands: input; screen: input, watching, reading), or absence.
 */
struct sim_summary {
	usec_t length;                                /* from time 0 to the end */
	usec_t active, watching, idle, away, unknown; /* presence */
	unsigned prompts;                             /* first announcements */
	unsigned repeats, returns;       /* repetitions; returns from snooze and deferral */
	unsigned outcomes[SIM_OUTCOMES]; /* by enum outcome */
	unsigned notices;                /* daily and posture */
	usec_t longest[CLOCKS];          /* spell without rest, by enum rule_counts */
	usec_t span; /* from the first to the last exposure of the screen clock, without the nights:
			gaps in which a new day began */
	usec_t rest; /* of the screen clock, within `span` */
	usec_t suppressed[SIM_REASONS]; /* time in which at least one due rule was kept back so */
};

void player_summary(const struct player *p, struct sim_summary *ret);
