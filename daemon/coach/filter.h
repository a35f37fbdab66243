/*
 * What an exercise has to pass before it is offered, whatever the route: a pick, `limber up`,
 * another one instead, a harder or easier form, a desk alternative, the user's own files. Nothing
 * that is preferred can outweigh it.
 */
#pragma once

#include "coach/coach.h"
#include "coach/progress.h"

/* In the order in which they are told. */
enum objection {
	OBJECTION_NONE,
	/* The person's safety: */
	OBJECTION_LIMITS,
	OBJECTION_UNREADABLE, /* the limits, and it is not for everybody */
	OBJECTION_UNKNOWN,    /* nobody knows what hurt, nor what was done */
	OBJECTION_HURTS,
	OBJECTION_CONSENT,
	OBJECTION_LEVEL,
	OBJECTION_EASIER_FIRST, /* its easier form is not mastered */
	OBJECTION_FLAGS,        /* it hurt there three times */
	OBJECTION_SORE,
	OBJECTION_SAME_MUSCLES, /* within 48 h */
	OBJECTION_REST_DAY,
	OBJECTION_REST_WEEK,
	OBJECTION_ALLOWANCE,
	/* What is possible and wanted: */
	OBJECTION_SKIPPED,
	OBJECTION_SESSION, /* off the desk only */
	OBJECTION_NO_SESSION,
	OBJECTION_PLACE,
	OBJECTION_DISCREET,
	OBJECTION_NO_SIT_STAND,
	OBJECTION_TIP, /* one that was given lately */
	/* What the break asks: */
	OBJECTION_SET,
	OBJECTION_REGION,
	OBJECTION_TOO_LONG,
	OBJECTION_WARM_UP,
	OBJECTIONS,
};

/* Breaks have what can be done in them; sessions of five minutes and more, and what is done
 * outdoors, are only ever suggested (ergonomics M6). */
enum coach_route { ROUTE_BREAK, ROUTE_OFF_DESK };

/* What speaks against exercise `i` today; a break's own wish and warm-up are not looked at. */
enum objection coach_objects(const struct coach *c, int i, enum coach_route route);

/* Do the person's limits, skips, level or pain stand against it, whatever the route? */
bool coach_bars(const struct coach *c, int i);

/* Does it go by within weeks, without anybody changing a setting? */
bool objection_passes(enum objection objection);

/* "it ...": half a sentence with the reason; "" for none. */
#define COACH_WHY_MAX 192
void coach_objection_sentence(const struct coach *c, int i, enum objection objection,
			      char buffer[static COACH_WHY_MAX]);

/* The hardest intensity that may be offered. */
unsigned coach_level(const struct coach *c);

/* Has the user walked for 2 min within the last 10 (ergonomics X1)? */
bool coach_is_warm(const struct coach *c);

/* Is it a session of its own, for off the desk only? */
bool coach_is_session(const struct exercise *e);
