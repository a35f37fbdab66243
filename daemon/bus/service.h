/*
 * org.limberd.Limber1 on the session bus: marshalling only. What is to be read there is handed
 * over as plain values (service_publish), what clients ask is passed on through service_ops. It
 * knows no other module of the program.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-bus.h>

#include "base/time.h"

/*
 * Everything readable, as of now. All points in time are CLOCK_REALTIME, 0 = none. Texts are
 * borrowed for the call of service_publish(), which copies what it keeps.
 */
struct bus_reason {
	const char *sign;
	const char *detail;
	walltime_t since;
};

struct bus_problem {
	const char *area;
	const char *message;
	const char *file; /* "" if no file is concerned */
	unsigned line;
	const char *section; /* "rule micro", an exercise's id; "" if none is concerned */
	const char *key;
	const char *hint;
	bool warning; /* nothing is lost: a value that is in force, but not recommended */
};

struct bus_rule {
	const char *name;
	const char *counts; /* hands | screen */
	const char *state;
	const char *urgency;
	usec_t every, length, snooze;
	walltime_t due;
	bool enabled;
	bool repeated; /* its prompt is on the screen for another time */
	const struct bus_reason *reasons;
	size_t n_reasons;
};

struct bus_step {
	const char *exercise, *name, *position, *cue, *picture, *why;
	const char *dose; /* in words */
	usec_t begins;    /* when so much of the break is rested */
	bool is_new;      /* to the user */
	unsigned ready;   /* seconds before that, for reading and getting there */
	unsigned seconds, reps, sides;
	const char *const *instructions;
	size_t n_instructions;
};

struct bus_break {
	uint64_t id; /* 0 = there is none */
	const char *rule;
	const char *phase;
	walltime_t due, started, ends, next_prompt;
	usec_t length, rested;
	unsigned prompts;
	const char *title;
	const char *body;
	const struct bus_step *steps;
	size_t n_steps;
};

struct bus_action {
	const char *id, *label;
};

struct bus_notice {
	uint64_t id;
	const char *kind, *title, *body, *urgency;
	walltime_t expires;
	const struct bus_action *actions;
	size_t n_actions;
};

/* No strengthening for it until then: it hurt there three times, or it is sore. */
struct bus_resting {
	const char *region;
	walltime_t until;
};

struct bus_state {
	const char *phase, *presence, *posture, *idle_source, *next_rule;
	walltime_t phase_since, presence_since, next_due, paused_until, reading_until;
	usec_t active_today;
	unsigned snoozes_left, level;
	const struct bus_reason *reasons;
	size_t n_reasons;
	const struct bus_problem *problems;
	size_t n_problems;
	const struct bus_resting *resting;
	size_t n_resting;
	const struct bus_resting *sore;
	size_t n_sore;
	const struct bus_rule *rules;
	size_t n_rules;
	struct bus_break brk;
	const struct bus_notice *notices;
	size_t n_notices;
};

struct bus_inhibitor {
	const char *who, *why;
	unsigned pid;
	walltime_t since;
};

/* One line of the journal. */
struct bus_decision {
	walltime_t when;
	const char *rule, *decision, *why;
	const char *outcome; /* NULL if it is no end of a break */
};

/* Where the owner puts decisions, one call each. */
struct bus_decision_sink {
	int (*add)(struct bus_decision_sink *sink, const struct bus_decision *d);
};

/* One line of what Diagnose answers. */
struct bus_finding {
	const char *area, *check;
	const char *state; /* ok | degraded | missing */
	const char *detail, *hint;
	bool input_known; /* then there is also how long there was no input, 0 = there is */
	usec_t paused;
};

/* The exercises, one dictionary each: the service only copies. */
struct bus_exercise {
	const char *id, *name, *set, *position, *space, *muscles;
	const char *easier, *harder, *desk_alternative, *cue, *source, *why;
	const char *dose;   /* for this user, now */
	const char *chosen; /* why it was, if it is in the present or the latest routine; "" */
	const char *const *steps;
	const char *const *relieves;
	const char *const *avoid_if;
	size_t n_steps, n_relieves, n_avoid_if;
	unsigned intensity, seconds_min, seconds_default, seconds_max;
	unsigned hold_seconds, reps, sets, sides;
	unsigned likes, dislikes, easy, hard, hurts; /* how often the user said so */
	bool seed, discreet, needs_warmup, allowed;
};

/* ListExercises' filter; NULL or -1 where the client did not ask. */
struct bus_exercise_filter {
	const char *set, *region, *place;
	int discreet, allowed;
};

/* Where the owner puts exercises, one call each. */
struct bus_exercise_sink {
	int (*add)(struct bus_exercise_sink *sink, const struct bus_exercise *e);
};

/* Something, and how long it was. */
struct bus_length {
	const char *name;
	usec_t length;
};

/* One break that is over, as GetHistory tells it. */
struct bus_past_break {
	uint64_t id;
	const char *day; /* "2026-11-23" */
	const char *rule, *outcome;
	walltime_t due, prompted, started, ended; /* 0 = it never came to that */
	usec_t length, rested;
	unsigned prompts, snoozes;
	const struct bus_length *exercises; /* by id, as far as they were done */
	size_t n_exercises;
	const struct bus_length *delays; /* how long it was kept back while due, by reason */
	size_t n_delays;
};

/* One activity off the desk, as GetActivities tells it. */
struct bus_past_activity {
	uint64_t id;
	const char *day; /* "2026-11-23" */
	const char *kind;
	walltime_t when; /* it was logged, just after it */
	usec_t length;
};

/* What GetHistory and GetActivities are asked; 0 and NULL where the client did not ask. */
struct bus_history_query {
	uint64_t from, to, after_id;
	uint32_t limit;
	const char *rule, *outcome; /* of breaks */
	const char *kind;           /* of activities */
};

/* Which activity RemoveActivity means, the latest of those; 0 and NULL is any. */
struct bus_activity_query {
	uint64_t id, length;
	const char *kind;
};

/*
 * Where the owner puts what is past. Of a day GetStatistics tells `day` (s), of the present one
 * also `today` (b), and `totals` (a{st}): numbers by their names, as far as there is anything to
 * count. Names that end in _usec, and all with a colon but break:, are lengths.
 *
 *   screen_usec                              screen time, as the daily notice counts it
 *   active_usec, watching_usec, idle_usec,
 *   away_usec, unknown_usec                  how long each presence was
 *   longest_usec                             the longest work without a minute of rest or a taken
 *                                            break; one that began the day before from there on
 *   break:RULE:OUTCOME                       how many
 *   held:REASON                              how long due breaks were kept back by a quiet sign, by
 *                                            settle, hour, lull, retry or snooze; all rules
 *                                            together, so that two at once count twice
 *   region:REGION, set:SET                   exercise that relieves the region, or is of the set
 *   activity:KIND                            what the user has logged
 */
struct bus_past_sink {
	int (*add_break)(struct bus_past_sink *sink, const struct bus_past_break *b);
	int (*add_activity)(struct bus_past_sink *sink, const struct bus_past_activity *a);
	int (*begin_day)(struct bus_past_sink *sink, const char *day, bool today);
	int (*add_total)(struct bus_past_sink *sink, const char *what, uint64_t amount);
	int (*end_day)(struct bus_past_sink *sink);
};

/* What a client cannot have, and why: becomes a named error. */
enum bus_refusal {
	BUS_REFUSED_NO_SUCH_RULE,
	BUS_REFUSED_NO_SUCH_EXERCISE,
	BUS_REFUSED_NO_BREAK,
	BUS_REFUSED_NOT_ALLOWED,
	BUS_REFUSED_LIMIT_REACHED,
	BUS_REFUSED_INVALID,
	BUS_REFUSED_NO_SUCH_OBJECT,
	BUS_REFUSED_NO_HISTORY,
};

struct bus_answer {
	enum bus_refusal refusal;
	char sentence[512]; /* of a refusal; the longest lists all kinds of activities */
};

/*
 * What the bus may ask of the rest of the program; the owner fills it in. Calls return 0, a
 * negative errno, or -EREMOTEIO with *ret_answer filled in when the answer is no.
 */
struct service_ops {
	/* Everything readable, as of now. Borrowed until the next call of any of these. */
	const struct bus_state *(*state)(void *owner);
	usec_t (*rule_load)(void *owner, const char *rule);
	int (*start_break)(void *owner, const char *rule, uint64_t *ret_id, struct bus_answer *no);
	int (*snooze)(void *owner, usec_t length, struct bus_answer *no);
	int (*skip)(void *owner, struct bus_answer *no);
	int (*finish)(void *owner, struct bus_answer *no);
	/* `client` is the caller's unique bus name, here and below. */
	int (*pause)(void *owner, const char *client, walltime_t until, struct bus_answer *no);
	int (*resume)(void *owner, struct bus_answer *no);
	int (*set_reading)(void *owner, walltime_t until, struct bus_answer *no);
	int (*rested)(void *owner, usec_t length, struct bus_answer *no);
	int (*set_posture)(void *owner, const char *posture, struct bus_answer *no);
	/* *ret_fd is the client's end and owned by the caller. */
	int (*inhibit)(void *owner, const char *client, const char *who, const char *why,
		       int *ret_fd, struct bus_answer *no);
	/* The process behind a client that paused or inhibits, told as soon as the bus has answered
	 * who it is; one that paused is still there. */
	void (*client_pid)(void *owner, const char *client, unsigned pid);
	/* The i-th inhibitor, false behind the last. */
	bool (*inhibitor)(void *owner, size_t i, struct bus_inhibitor *ret);
	/* The i-th latest decision, false behind the oldest that is kept. */
	bool (*decision)(void *owner, size_t i, struct bus_decision *ret);
	/* Those from before that, the latest `limit` ones. */
	int (*past_decisions)(void *owner, unsigned limit, struct bus_decision_sink *sink);
	int (*reload)(void *owner, struct bus_answer *no);
	int (*list_exercises)(void *owner, const struct bus_exercise_filter *filter,
			      struct bus_exercise_sink *sink, struct bus_answer *no);
	int (*get_exercise)(void *owner, const char *id, struct bus_exercise_sink *sink,
			    struct bus_answer *no);
	int (*rate)(void *owner, const char *exercise, const char *verdict, struct bus_answer *no);
	int (*take_back_hurts)(void *owner, const char *exercise, struct bus_answer *no);
	/* `muscles` in the user's words, NULL-terminated; *ret_until is when they have rested. */
	int (*report_soreness)(void *owner, char *const muscles[], walltime_t *ret_until,
			       struct bus_answer *no);
	/* The same of them; none: all that is sore. */
	int (*end_soreness)(void *owner, char *const muscles[], struct bus_answer *no);
	int (*consent)(void *owner, bool given);
	/* *ret is borrowed until the next call of any of these. */
	int (*safety_text)(void *owner, const char *section, const char **ret,
			   struct bus_answer *no);
	/* Likewise *ret. */
	int (*preview)(void *owner, const char *rule, const struct bus_step **ret, size_t *ret_n,
		       struct bus_answer *no);
	/* Another routine for the break of that number. */
	int (*replace)(void *owner, uint64_t id, struct bus_answer *no);
	/* The exercise that is on in it ends now. */
	int (*next)(void *owner, uint64_t id, struct bus_answer *no);
	/* It stands still as long as somebody has *ret_fd, which is the caller's. */
	int (*hold)(void *owner, uint64_t id, const char *client, int *ret_fd,
		    struct bus_answer *no);
	/* Oldest first, as many as one answer may have. */
	int (*history)(void *owner, const struct bus_history_query *query,
		       struct bus_past_sink *sink, struct bus_answer *no);
	int (*activities)(void *owner, const struct bus_history_query *query,
			  struct bus_past_sink *sink, struct bus_answer *no);
	/* Days as "2026-11-23", both included; "" is the first one, or the last. */
	int (*statistics)(void *owner, const char *from, const char *to, struct bus_past_sink *sink,
			  struct bus_answer *no);
	int (*log_activity)(void *owner, const char *kind, usec_t length, struct bus_answer *no);
	/* The one that is gone is put into the sink. */
	int (*remove_activity)(void *owner, const struct bus_activity_query *query,
			       struct bus_past_sink *sink, struct bus_answer *no);
	int (*invoke_notice)(void *owner, uint64_t id, const char *action, struct bus_answer *no);
	int (*dismiss_notice)(void *owner, uint64_t id, struct bus_answer *no);
	/* Find out what works: service_diagnosed() follows, unless that is under way already. */
	int (*diagnose)(void *owner);
	/* Somebody reads how things are: a good moment to look whether the parts still answer. */
	void (*looked_at)(void *owner);
};

struct service;

/* Put the objects on `bus` (referenced). The owner requests the name, last. */
int service_new(struct service **ret, sd_bus *bus, const struct service_ops *ops, void *owner);

/* NULL is fine; returns NULL. */
struct service *service_free(struct service *s);

/*
 * Compare what is readable with what was told last, and tell the difference: PropertiesChanged,
 * InterfacesAdded, InterfacesRemoved.
 */
void service_changed(struct service *s);

void service_break_due(struct service *s, uint64_t id, const char *rule);
void service_break_started(struct service *s, uint64_t id, const char *rule);
/* `id` 0 for a natural one. */
void service_break_ended(struct service *s, uint64_t id, const char *rule, const char *outcome,
			 usec_t rested);
void service_decided(struct service *s, const struct bus_decision *d);
void service_reloaded(struct service *s);

/* To everybody who has asked for it. */
void service_diagnosed(struct service *s, const struct bus_finding *findings, size_t n);
