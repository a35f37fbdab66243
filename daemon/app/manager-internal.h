/* The manager's inside, for the files of app/ that are parts of it. */
#pragma once

#include "app/inhibitors.h"
#include "app/manager.h"
#include "app/notices.h"
#include "app/texts.h"
#include "app/tidy.h"
#include "app/wall.h"
#include "bus/service.h"
#include "coach/coach.h"
#include "conf/exercises.h"
#include "conf/settings.h"
#include "core/scheduler.h"
#include "idle/idle.h"
#include "notify/front_end.h"
#include "session/session.h"

#define EVENTS_MAX 16
/* Why no prompt is shown: every sign of the core, and the snooze. */
#define REASONS_MAX 8
#define REASON_TEXT_MAX 1400 /* an inhibitor's who and why are long at most */
/* Settings' problems, one line for those beyond, and one each for idle, session and front end. */
#define BUS_PROBLEMS_MAX (PROBLEMS_MAX + 4)

/* The settings in force, swapped in whole. */
struct configuration {
	struct settings settings;
	struct catalog catalog;
	struct problem_list problems;
};

/* What the present break is filled with, beside the core's account of it. */
struct shown_break {
	uint64_t id;  /* 0 = none */
	int exercise; /* index into the catalogue, -1 = plain rest */
};

/* Scratch for what the bus reads; all of it renewed by manager_view(). */
struct view {
	struct bus_state state;
	struct bus_rule rules[RULES_MAX];
	struct bus_reason reasons[REASONS_MAX];
	struct bus_reason rule_reasons[RULES_MAX][REASONS_MAX];
	char reason_texts[REASONS_MAX][REASON_TEXT_MAX];
	struct bus_problem problems[BUS_PROBLEMS_MAX];
	char dropped[96];
	struct bus_step step;
	char title[TITLE_MAX];
	char body[BODY_MAX];
	struct bus_notice notices[NOTICES_MAX];
};

struct manager {
	sd_event *event;        /* referenced */
	sd_bus *bus;            /* referenced */
	sd_event_source *timer; /* owned, the only one that drives the core */
	struct tidy tidy;
	struct config_paths paths;
	struct config_path_buffers path_buffers;
	struct configuration *config; /* owned */
	struct scheduler scheduler;
	struct event queue[EVENTS_MAX];
	size_t n_queued;
	bool draining;
	struct shown_break shown;
	uint64_t last_break_id;
	int last_exercise[RULES_MAX]; /* where the rotation of each rule stands, -1 at first */
	bool front_end_due;           /* what is to be seen has changed */
	bool farewell;                /* ... by a break that ended taken */
	usec_t asleep_total;          /* CLOCK_BOOTTIME less CLOCK_MONOTONIC, as seen last */
	bool asleep;                  /* logind told us so */
	walltime_t paused_until;      /* as the client said it */
	walltime_t told_next_due;     /* moves under a second are not told */
	struct wall wall;
	struct inhibitors inhibitors;
	struct notices notices;
	struct view view;
	struct service *service;
	struct idle *idle;
	struct session *session;
	struct front_end *front_end;
};

/* Hand an event to the core; its `now` is filled in. Everything that follows from it is done. */
void manager_post(struct manager *m, struct event e);

/* Something readable changed that the core knows nothing of. */
void manager_tell(struct manager *m);

/* The exercise of the present break, or NULL. Borrowed from the catalogue. */
const struct exercise *manager_exercise(const struct manager *m);

/* view.c: everything readable, as of now. */
const struct bus_state *manager_view(struct manager *m);

/* answers.c: what clients ask. */
extern const struct service_ops manager_ops;
