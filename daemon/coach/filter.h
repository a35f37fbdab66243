/*
 * What an exercise has to pass before it is offered, whatever the route: a pick, `limber up`,
 * another one instead, a harder or easier form, a desk alternative, the user's own files. Nothing
 * that is preferred can outweigh it.
 */
#pragma once

#include "coach/coach.h"
#include "coach/progress.h"

/* All that a choice depends on. Borrowed; the memory has been told of the day. */
struct coach {
	const struct catalog *catalog;
	const struct person *person;
	const struct coach_memory *memory;
	walltime_t now;
	enum posture posture; /* the present one */
	bool sit_stand;       /* there is such a desk */
};

/* In the order in which they are told. */
enum objection {
	OBJECTION_NONE,
	/* The person's safety: */
	OBJECTION_LIMITS,
	OBJECTION_UNREADABLE, /* the limits, and it is not for everybody */
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

/* "it ...": half a sentence with the reason; "" for none. */
#define COACH_WHY_MAX 192
void coach_objection_sentence(const struct coach *c, int i, enum objection objection,
			      char buffer[static COACH_WHY_MAX]);

/* The hardest intensity that may be offered. */
unsigned coach_level(const struct coach *c);

/* Has the user walked for 2 min within the last 10 (ergonomics X1)? */
bool coach_is_warm(const struct coach *c);

/* Does a session of so many seconds, or the break, want five minutes of warming up? */
#define LONG_SESSION 600
#define LONG_WARM_UP 300
/* From here on it is no content of a break. */
#define SESSION_FROM 300
