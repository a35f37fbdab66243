/*
 * What the user wants of the scheduler: plain values, no strings but the rules' names. Made by
 * conf/ from the settings files, by tests by hand. The scheduler keeps a copy of its own.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/time.h"

#define RULES_MAX 32     /* rules, shipped and the user's own */
#define RULE_NAME_MAX 32 /* characters of a rule's name, [a-z0-9-] */

enum rule_counts {
	RULE_COUNTS_HANDS,  /* input */
	RULE_COUNTS_SCREEN, /* input, or watching */
};

enum rule_credit {
	RULE_CREDIT_WHOLE,  /* a rest of `length` clears the load, a shorter one leaves it */
	RULE_CREDIT_LINEAR, /* rest clears load at the rate every / length */
	/* Not for rules, but for other clocks of the core: */
	RULE_CREDIT_NONE, /* no rest clears it */
	RULE_CREDIT_ANY,  /* any rest clears it at once */
};

enum urgency { URGENCY_LOW, URGENCY_NORMAL, URGENCY_CRITICAL };

/* Reasons not to speak, by their numbers; masks are made of QUIET_BIT(). */
enum quiet {
	QUIET_DND,        /* the desktop's do-not-disturb: strong */
	QUIET_CALL,       /* microphone or camera in use: strong */
	QUIET_SCREENCAST, /* the screen is shared: strong */
	QUIET_FULLSCREEN, /* a window fills the screen: weak */
	QUIET_INHIBITORS, /* somebody keeps the screen awake: weak */
	QUIET_INHIBIT,    /* our own Inhibit: strong */
	QUIET_PAUSE,      /* the user paused us: strong */
	QUIET_HOURS,      /* outside the user's hours: strong */
	QUIET_SIGNS,
};

#define QUIET_BIT(sign) (1u << (sign))
/* What the world shows: `[quiet]` switches each of these, and a rule says which it respects. */
#define QUIET_WORLD (QUIET_BIT(QUIET_INHIBIT) - 1)
/* These defer no longer once a rule has gathered `longest` without rest. */
#define QUIET_WEAK (QUIET_BIT(QUIET_FULLSCREEN) | QUIET_BIT(QUIET_INHIBITORS))
/* The user's own word, which every rule respects. */
#define QUIET_ALWAYS (QUIET_BIT(QUIET_INHIBIT) | QUIET_BIT(QUIET_PAUSE) | QUIET_BIT(QUIET_HOURS))
#define QUIET_STRONG (((1u << QUIET_SIGNS) - 1) & ~QUIET_WEAK)

/* One kind of break. Lengths are microseconds; shipped values and sources: config/limber.conf. */
struct rule_policy {
	char name[RULE_NAME_MAX + 1];
	bool enabled;
	enum rule_counts counts;
	enum rule_credit credit;
	enum urgency urgency;
	usec_t every;      /* exposure that earns the break, at least 1 ms */
	usec_t length;     /* of the break, at least 1 ms */
	usec_t grace;      /* an input gap up to this long still counts as exposure */
	usec_t patience;   /* how long a due break waits for a lull at most */
	usec_t snooze;     /* how long Snooze puts it off */
	unsigned snoozes;  /* how often in one due spell */
	unsigned debt;     /* percent of `every` that a skipped break leaves as load */
	usec_t merge;      /* it takes a shorter one's place if due within this much exposure */
	unsigned respects; /* quiet signs, bits within QUIET_WORLD */
};

/* The first announcements in an hour that can be limited to. */
#define PROMPTS_PER_HOUR_MAX 60
/* Rules of breaks up to this long neither wait for nor spend the hour's announcements. */
#define EXEMPT_LENGTH (15 * USEC_PER_SEC)

struct policy {
	size_t n_rules;
	struct rule_policy rules[RULES_MAX];
	usec_t lull;         /* input pause in which a break is announced (ergonomics I1-I4) */
	usec_t settle;       /* silence after the last quiet sign ended */
	usec_t ignore_after; /* a prompt without an answer is repeated, or missed, after this */
	unsigned repeats;    /* how often an unanswered prompt is shown again */
	usec_t retry;        /* a missed or cut-short break is judged again after this */
	unsigned prompts_per_hour; /* 1 to PROMPTS_PER_HOUR_MAX (ergonomics I5) */
	unsigned quiet;            /* the signs that are heeded at all, bits within QUIET_WORLD */
	usec_t longest;            /* weak signs defer no longer after this (ergonomics L4) */
	bool daily_enabled;
	usec_t daily;      /* screen time of a day that earns one notice (ergonomics C1, C2) */
	bool sit_stand;    /* there is such a desk */
	usec_t sit, stand; /* spells that call for the other posture (ergonomics P3) */
	usec_t stand_most; /* no spell of standing is longer (ergonomics P4) */
};

enum posture { POSTURE_SITTING, POSTURE_STANDING };

/* Index of the rule called `name`, or -1. */
int policy_find(const struct policy *p, const char *name);
