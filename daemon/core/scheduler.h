/*
 * Decides when a break is due and when to say so. A pure state machine: it reads no clock, opens
 * no file, allocates nothing and logs nothing. Same events in, same effects out: that is what lets
 * the tests drive the shipped code through whole days.
 *
 * The owner feeds events, performs the effects, and after every step re-arms one timer with
 * scheduler_deadline() and tells the idle source scheduler_threshold().
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/effect.h"
#include "core/event.h"
#include "core/journal.h"
#include "core/load.h"
#include "core/policy.h"

/* No input for this long is presence `idle`. */
#define PRESENCE_IDLE_AFTER (20 * USEC_PER_SEC)
/* No input for this long, after the prompt was shown, starts the break by itself. */
#define START_AFTER (5 * USEC_PER_SEC)
/* Input shorter than this does not disturb a break. */
#define FORGIVEN_INPUT (2 * USEC_PER_SEC)
/* So much input, pauses under SPELL_PAUSE included, breaks a break off. */
#define SPELL_BREAKS_OFF (15 * USEC_PER_SEC)
#define SPELL_PAUSE (5 * USEC_PER_SEC)
/* Without input for this long whatever is watched is watched by nobody. */
#define WATCHED_AT_MOST (60 * USEC_PER_MIN)
/*
 * Input shorter than BUMP_MAX after at least BUMP_AFTER without any is a bumped desk, no return.
 * Two touches less than SPELL_PAUSE apart are one burst: who turns pages slowly is back.
 */
#define BUMP_AFTER (60 * USEC_PER_SEC)
#define BUMP_MAX USEC_PER_SEC
/* First announcements are counted over this. */
#define HOUR_WINDOW USEC_PER_HOUR
/* A stop of the program up to this long keeps the presence that it was left in. */
#define STOP_BRIDGED (5 * USEC_PER_MIN)
/* The finest input pause that matters, inside a break and after a bump. */
#define BREAK_THRESHOLD USEC_PER_SEC

enum phase {
	PHASE_ON_BREAK,
	PHASE_PROMPTING,
	PHASE_SNOOZED,
	PHASE_PAUSED,
	PHASE_OFF_DUTY, /* outside the user's hours */
	PHASE_DEFERRED,
	PHASE_DUE,
	PHASE_WORKING,
};

enum presence {
	PRESENCE_ACTIVE,
	PRESENCE_WATCHING, /* no input, but a video, call, screencast or reading holds the screen */
	PRESENCE_IDLE,
	PRESENCE_AWAY,
	PRESENCE_UNKNOWN,
};

enum rule_phase {
	RULE_COUNTING,
	RULE_DUE,      /* due, but another break goes first or it waits for `retry` */
	RULE_WAITING,  /* for a lull */
	RULE_DEFERRED, /* by a quiet sign, or within `settle` after it */
	RULE_SNOOZED,
	RULE_PROMPTING,
	RULE_ON_BREAK,
	RULE_OFF,
};

/* The last answer that a due rule got, so that each is told once. */
struct told {
	enum decision_kind kind; /* DUE (nothing yet), WAITING, DEFERRED or MERGED */
	enum decision_cause cause;
	unsigned signs;
	int other; /* MERGED */
};

struct rule_state {
	struct load load;
	struct load spell; /* exposure since any rest, as `longest` counts it */
	usec_t before; /* the load when the present gap began: what a natural rest has cleared */
	bool due;
	bool deferred;     /* question 1 said no since the last time it was asked anything */
	usec_t due_at;     /* when it became due; valid while due */
	usec_t asked_at;   /* when question 3 was first reached in this wait; USEC_NEVER before */
	usec_t retry_from; /* when it was missed or cut short; valid while retry_at */
	usec_t retry_at;   /* not asked before; 0 = at once */
	enum outcome retry_for; /* missed or cut short; valid while retry_at */
	unsigned snoozes;       /* used since it became due, over all its breaks */
	struct told told;
};

/* The one break from its first prompt to its outcome. */
struct break_state {
	bool exists;
	enum phase phase;          /* PROMPTING, SNOOZED, DEFERRED or ON_BREAK */
	int rule;                  /* -1 once its rule is gone from the policy */
	uint32_t merged;           /* the shorter rules that it takes the place of, by their bits */
	struct rule_policy policy; /* as of its beginning, so that a reload leaves it alone */
	usec_t due_at;
	unsigned prompts;
	unsigned snoozes;   /* used in this due spell */
	unsigned repeats;   /* used since it was last announced afresh */
	bool repeated;      /* the prompt is told again: ignored, or typed on in the break */
	bool visible;       /* the prompt was shown */
	usec_t first_at;    /* when it was first announced; 0 = it was not */
	usec_t prompted_at; /* when it was last announced: `ignore_after` counts from here */
	usec_t shown_at;    /* when it was last seen to be on the screen */
	usec_t asked_at;    /* patience, as in rule_state, for a return from snooze or deferral */
	usec_t next_prompt_at; /* SNOOZED */
	bool by_user;
	bool assumed;   /* input at the start is not told, but taken for granted */
	bool announced; /* a prompt was on the screen when it started */
	usec_t started_at;
	usec_t load;         /* of its rule at the start; ON_BREAK */
	usec_t rested;       /* up to where the countdown last stopped */
	usec_t resting_from; /* USEC_NEVER while the countdown stands still */
	usec_t burst_from;   /* input goes on since then; USEC_NEVER without */
	usec_t spell_from;   /* the spell of input that this burst belongs to */
	usec_t spell_last;   /* last input of the spell, as far as known */
};

/* One quiet sign. */
struct sign_state {
	bool on;
	usec_t since;    /* valid while on */
	usec_t ended_at; /* 0 = never was */
	char who[WHO_MAX];
};

/* A return from idle that may prove to be a bumped desk. */
struct bump {
	bool pending;
	usec_t from;          /* when the input began */
	usec_t claim_changed; /* when the screen's claim last did, not before */
	usec_t forgotten;     /* until when the last one went on that was none; 0 = never */
};

struct scheduler {
	struct policy policy;
	struct rule_state rules[RULES_MAX];
	struct break_state brk;
	usec_t now; /* of the last event: time never goes back */
	struct gap gap;
	struct bump bump;
	bool watch;          /* something is watched, as told */
	usec_t held_from;    /* since when the screen is held in this gap; valid while it is */
	bool screen_claimed; /* by what holds it when there is no input */
	usec_t held_ended;   /* when that last ended; 0 = never */
	enum presence presence;
	usec_t presence_since;
	enum phase phase;
	usec_t phase_since;
	struct sign_state signs[QUIET_SIGNS];
	unsigned signs_on;    /* their QUIET_BIT()s */
	usec_t sign_ended;    /* when the last of them ended; 0 = none ever did */
	usec_t held_until;    /* of the user's pause; valid while signs[QUIET_PAUSE].on */
	usec_t reading_until; /* 0 = off, USEC_NEVER = until told off */
	int day;              /* of the calendar */
	bool day_known;
	struct load today; /* the day's screen time */
	bool daily_told;   /* today */
	enum posture posture;
	struct load posture_spell;
	bool posture_told;                      /* of this spell */
	usec_t announced[PROMPTS_PER_HOUR_MAX]; /* ring of the latest first announcements */
	size_t n_announced;                     /* all of them ever */
	struct journal journal; /* last: its ring has no beginning but what is in it */
};

/* Begin with all loads 0 and nothing known about input. `policy` is copied. */
void scheduler_init(struct scheduler *s, const struct policy *policy, usec_t now);

/*
 * Feed one event. Events must not go back in time; one that does is taken as happening now.
 * Overwrites *ret_effects.
 */
void scheduler_step(struct scheduler *s, const struct event *event, struct effects *ret_effects);

/*
 * Begin where `saved` stopped, under possibly other settings. `saved` is a scheduler as it was
 * after its last step, `gone` how long the program was stopped by wall clock (0 if the clock went
 * back), `now` the present of the clock that events will carry (another one after a reboot). A stop
 * up to STOP_BRIDGED keeps the presence, a longer one is rest, which ends reading. Snooze, pause,
 * posture and the day's count are kept; a showing prompt is gone and judged afresh; a running break
 * is `taken` if the absence covers it, else `cut-short`: *ret_effects says so. The owner tells
 * signs, calendar and idle source afresh.
 */
void scheduler_restore(struct scheduler *s, const struct scheduler *saved,
		       const struct policy *policy, usec_t now, usec_t gone,
		       struct effects *ret_effects);

/* When the owner must send the next EVENT_TICK, or USEC_NEVER. A tick then always moves it. */
usec_t scheduler_deadline(const struct scheduler *s);

/* The shortest input pause that matters now: the idle source need not tell of shorter ones. */
usec_t scheduler_threshold(const struct scheduler *s);

/* What a command would get as answer now. */
enum refusal {
	REFUSAL_NONE,
	REFUSAL_NO_BREAK,
	REFUSAL_NOT_ALLOWED,
	REFUSAL_LIMIT_REACHED,
};

/* May this command of the user's be sent at `now`? EVENT_POSTURE: only with a sit-stand desk. */
enum refusal scheduler_allows(const struct scheduler *s, enum event_kind command, usec_t now);

/*
 * Why no prompt is shown now: QUIET_BIT()s of the signs, since scheduler.signs[].since, and these.
 */
enum reason {
	REASON_SETTLE = 1 << QUIET_SIGNS,   /* within `settle` after a sign */
	REASON_AWAY = REASON_SETTLE << 1,   /* since presence_since */
	REASON_RETRY = REASON_SETTLE << 2,  /* a due rule waits for its `retry` */
	REASON_HOUR = REASON_SETTLE << 3,   /* ... for fewer announcements in the last 60 min */
	REASON_LULL = REASON_SETTLE << 4,   /* ... for an input pause */
	REASON_MERGED = REASON_SETTLE << 5, /* ... with a longer one that takes its place */
};

struct rule_view {
	enum rule_phase phase;
	usec_t load;      /* at `now` */
	usec_t due_at;    /* in the past while due; 0 while its load does not grow */
	unsigned reasons; /* what keeps a due break back; of a rule that is not due: signs only */
	usec_t since;     /* of SETTLE, RETRY, HOUR and LULL: when the wait began */
	usec_t until;     /* ... and when it is over at the latest */
	int merged;       /* REASON_MERGED: the longer rule */
};

/* What there is to know about rule `i` at `now`, which is not before the last event. */
void scheduler_rule_view(const struct scheduler *s, size_t i, usec_t now, struct rule_view *ret);

/* The rule whose break comes next and when (in the past while due); -1 and 0 if no load grows. */
int scheduler_next(const struct scheduler *s, usec_t now, usec_t *ret_due_at);

/*
 * What an EVENT_START without a rule means: the longest due one, else the one nearest to being due;
 * -1 if there is no rule.
 */
int scheduler_best_rule(const struct scheduler *s);

/* When the running break's countdown reaches zero, or 0 while it stands still. */
usec_t scheduler_break_ends(const struct scheduler *s);

/* How much of the break is rested at `now`. Input that goes on is no rest before it proves to have
 * been a touch. */
usec_t scheduler_break_rested(const struct scheduler *s, usec_t now);

/* How often the present break can still be snoozed; 0 without one, and once the user started it. */
unsigned scheduler_snoozes_left(const struct scheduler *s);

/* The day's screen time at `now`. */
usec_t scheduler_today(const struct scheduler *s, usec_t now);
