/* Everything that can happen to the scheduler. */
#pragma once

#include <stdbool.h>

#include "base/time.h"
#include "core/policy.h"

enum event_kind {
	EVENT_TICK,      /* nothing happened but time passed */
	EVENT_INPUT,     /* input after a pause that EVENT_PAUSE had told of */
	EVENT_PAUSE,     /* no input since `since`, for at least scheduler_threshold() */
	EVENT_NO_SOURCE, /* nobody can tell any more whether there is input */
	EVENT_AWAY,      /* the user is away for `reason`, since `since` */
	EVENT_BACK,      /* `reason` is over */
	EVENT_SIGN,      /* the quiet sign `sign` began (`on`) or ended; not QUIET_PAUSE, _HOURS */
	EVENT_WATCH,     /* something is watched: a video began (`on`) or ended */
	EVENT_SHOWN,     /* the prompt is on the user's screen */
	EVENT_SHOW_FAILED, /* the prompt could not be shown */
	EVENT_START,       /* the user wants `rule` now, -1 for what fits best */
	EVENT_SNOOZE,      /* ask again after `length`, 0 for the rule's own */
	EVENT_SKIP,
	EVENT_FINISH, /* the user says that the break is done */
	EVENT_HOLD, /* the user's pause: no prompts until `until`, USEC_NEVER = until EVENT_RELEASE
		     */
	EVENT_RELEASE,  /* the user's pause is over */
	EVENT_READING,  /* pauses are reading until `until`; USEC_NEVER = until told off, 0 = off */
	EVENT_RESTED,   /* the user was away for `length` until now, although input was seen */
	EVENT_POSTURE,  /* the user is in `posture` now */
	EVENT_EARLIER,  /* so much work (`length`) of before the beginning is known of only now: of
			 * `rule`, or of the day's screen time (-1; `on`: that was told of) */
	EVENT_CALENDAR, /* it is local `day`, inside the user's hours or not (`on`) */
	EVENT_POLICY,   /* other settings: rules are known again by name */
};

/* Ways of being away; several can hold at once. */
enum away_reason {
	AWAY_LOCKED = 1 << 0,
	AWAY_SWITCHED = 1 << 1, /* another session has the screen */
	AWAY_ASLEEP = 1 << 2,   /* suspended or hibernated */
};

#define WHO_MAX 64 /* bytes kept of who shows a sign, with the terminating zero */

/* What a kind does not name is not looked at. */
struct event {
	enum event_kind kind;
	usec_t now;
	usec_t since;            /* EVENT_PAUSE, _AWAY, _SIGN: not after `now`; _SIGN: 0 = now */
	usec_t length;           /* EVENT_SNOOZE, _RESTED, _EARLIER */
	usec_t until;            /* EVENT_HOLD, _READING */
	int rule;                /* EVENT_START, _EARLIER */
	int day;                 /* EVENT_CALENDAR: any number that differs from day to day */
	bool on;                 /* EVENT_SIGN, _WATCH, _CALENDAR, _EARLIER */
	enum quiet sign;         /* EVENT_SIGN */
	enum away_reason reason; /* EVENT_AWAY, _BACK */
	enum posture posture;    /* EVENT_POSTURE */
	const char *who;         /* EVENT_SIGN, _HOLD: UTF-8, may be NULL, copied up to WHO_MAX */
	const struct policy *policy; /* EVENT_POLICY, borrowed for the call */
};
