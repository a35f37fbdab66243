/* Everything that can happen to the scheduler. */
#pragma once

#include <stdbool.h>

#include "base/time.h"

struct policy;

enum event_kind {
	EVENT_TICK,        /* nothing happened but time passed */
	EVENT_INPUT,       /* input after a pause that EVENT_PAUSE had told of */
	EVENT_PAUSE,       /* no input since `since`, for at least scheduler_threshold() */
	EVENT_NO_SOURCE,   /* nobody can tell any more whether there is input */
	EVENT_AWAY,        /* the user is away for `reason`, since `since` */
	EVENT_BACK,        /* `reason` is over */
	EVENT_QUIET,       /* our own Inhibit began (`on`) or ended: a strong quiet sign */
	EVENT_SHOWN,       /* the prompt is on the user's screen */
	EVENT_SHOW_FAILED, /* the prompt could not be shown */
	EVENT_START,       /* the user wants `rule` now, -1 for what fits best */
	EVENT_SNOOZE,      /* ask again after `length`, 0 for the rule's own */
	EVENT_SKIP,
	EVENT_FINISH, /* the user says that the break is done */
	EVENT_HOLD,   /* no prompts until `until`, USEC_NEVER = until EVENT_RELEASE */
	EVENT_RELEASE,
	EVENT_POLICY, /* other settings: rules are known again by name */
};

/* Ways of being away; several can hold at once. */
enum away_reason {
	AWAY_LOCKED = 1 << 0,
	AWAY_SWITCHED = 1 << 1, /* another session has the screen */
	AWAY_ASLEEP = 1 << 2,   /* suspended or hibernated */
};

struct event {
	enum event_kind kind;
	usec_t now;
	union {
		usec_t since;                /* EVENT_PAUSE, EVENT_AWAY: not after `now` */
		usec_t length;               /* EVENT_SNOOZE */
		usec_t until;                /* EVENT_HOLD */
		int rule;                    /* EVENT_START */
		bool on;                     /* EVENT_QUIET */
		const struct policy *policy; /* EVENT_POLICY, borrowed for the call */
	};
	enum away_reason reason; /* EVENT_AWAY, EVENT_BACK */
};
