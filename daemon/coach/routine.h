/*
 * Which exercises now: what passes the filter, ordered by what the user needs, likes and has not
 * had for long. The same state and seed make the same routine; nothing is changed by choosing.
 */
#pragma once

#include "coach/filter.h"

/* What a step is in its routine. */
enum step_part { PART_ONLY, PART_WARM_UP, PART_MAIN, PART_POSTURE, PART_SESSION };

/* Why it stands in for another exercise. */
enum step_form { FORM_ITSELF, FORM_HARDER, FORM_EASIER, FORM_DESK };

/*
 * Before each exercise there is time to read what comes and to get there, so that a hold of 10 s is
 * one. A name and a line of instruction are read in three to five seconds; whoever has to sit down,
 * stand up or lie down first needs about as long again. A break that is so short that it holds one
 * exercise gives up no second of that: it has what it leaves over.
 */
#define READY_SECONDS 5
#define READY_TO_MOVE 10 /* from the chair to the feet, to the floor, and back */

struct routine_step {
	int16_t exercise; /* index into the catalogue */
	int16_t instead;  /* of this one, if `form` is not FORM_ITSELF */
	uint8_t part;     /* enum step_part */
	uint8_t form;     /* enum step_form */
	uint8_t region;   /* enum region that speaks for it, or REGIONS_COUNT */
	bool never;       /* ... for which nothing was done yet */
	bool more;        /* ... whose stretching has begun today and goes on */
	bool other_posture;
	bool liked;
	bool first;    /* the user has never done it */
	uint8_t ready; /* seconds to get ready, before those of the dose */
	struct coach_dose dose;
};

struct routine {
	size_t n; /* 0 = plain rest */
	struct routine_step steps[ROUTINE_MAX];
	unsigned seconds; /* of all of them, and of getting ready */
};

/*
 * For a break of a rule: one exercise for a short break; from two minutes on warm-up, main part and
 * posture, as far as the rule's sets and the minutes go. Plain rest if nothing fits. For the rest
 * of a break it heeds what was done before: nobody warms up twice, or works the same muscles again.
 */
void coach_choose(const struct coach *c, const struct wish *w, struct routine *ret);
#define ROUTINE_FROM (2 * USEC_PER_MIN)

/*
 * Something off the desk: a walk, a swim, a session of yoga, with five minutes of walking before it
 * if it needs them. Never for a break; told with the one of `beside`, it works other muscles hard
 * than that does. NULL = with none.
 */
void coach_suggest(const struct coach *c, const struct routine *beside, struct routine *ret);
/* A break of seconds is over too soon to tell of one. */
#define COACH_SUGGESTED_FROM (30 * USEC_PER_SEC)
/* Is it time for a suggestion? Once a day. */
bool coach_suggestion_is_due(const struct coach *c);

/* Why this step was chosen, as a sentence. */
void coach_why(const struct catalog *c, const struct routine_step *step,
	       char buffer[static COACH_WHY_MAX]);

/* The exercises of a routine, for coach_offered(). */
size_t routine_exercises(const struct routine *r, int ret[static ROUTINE_MAX]);

/* The steps, bit by bit, that may not be offered any more in a break, or what is left of it, that
 * is as long and as far as the wish says; its sets and regions are not looked at. */
uint32_t routine_barred(const struct routine *r, const struct coach *c, const struct wish *w);
/* Would the coach still offer all of it for that wish? Plain rest always. */
bool routine_suits(const struct routine *r, const struct coach *c, const struct wish *w);
/* The same of a suggestion beside that routine. */
bool suggestion_suits(const struct routine *suggestion, const struct coach *c,
		      const struct routine *beside);
/* Take out step `i`. */
void routine_remove(struct routine *r, size_t i);

/* How long the step takes, with getting ready for it. */
static inline unsigned routine_step_takes(const struct routine_step *step)
{
	return step->ready + step->dose.seconds;
}

/* Is the step one that warms up for others? */
bool routine_step_warms(const struct catalog *c, const struct routine_step *step);
/* Muscles that the routine works at intensity 3 and more. */
uint32_t routine_muscles(const struct routine *r, const struct catalog *c);

/* How many seconds of each step were done, without getting ready, when so much of the routine's
 * time was rested. */
void routine_done(const struct routine *r, usec_t rested, unsigned ret[static ROUTINE_MAX]);
