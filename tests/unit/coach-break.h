/*
 * A break of one of the people of coach-life.h, with all that can happen to what it is filled with:
 * it waits and is judged again, begins, is replaced or gone on in, stands still, is put back and
 * begins again, something hurts, limits and consent change, the exercises are read again. What was
 * done when is kept track of here, second by second.
 */
#pragma once

#include "coach-life.h"
#include "coach/content.h"

struct session {
	struct content x;
	struct wish w;
	usec_t rested;
	unsigned done[EXERCISES_MAX]; /* seconds, in this break */
	unsigned warm;                /* of them, since it began */
	uint32_t picks;               /* as of the last look */
	bool stood; /* still, for a while, or began late: not all of it fits any more */
	/* Of the day before it, as the memory had them: */
	unsigned strength;
	unsigned stretched[REGIONS_COUNT]; /* seconds */
};

/* Somebody's own exercises: changed copies of shipped ones, linked with whatever there is, also in
 * rings; `rows` has room for OWN_MAX more. */
#define OWN_MAX 8

static inline void own_exercises(struct shipped *s, struct dice *d, struct exercise *rows)
{
	static char ids[OWN_MAX][8];
	struct catalog *c = &s->catalog;
	size_t n = c->n;

	memcpy(rows, c->exercises, n * sizeof(*rows));
	for (size_t i = 0; i < OWN_MAX; i++) {
		struct exercise *e = &rows[n + i];

		*e = rows[roll(d, n)];
		(void)snprintf(ids[i], sizeof(ids[i]), "own%zu", i);
		e->id = ids[i];
		e->easier = e->harder = e->desk_alternative = "";
		e->intensity = (uint8_t)(1 + roll(d, 5));
		e->needs_warmup = one_in(d, 2);
		e->avoid_if = one_in(d, 2) ? (uint32_t)BIT(roll(d, LIMITS_COUNT)) : 0;
		e->muscles = rows[roll(d, n)].muscles;
	}
	for (size_t i = 0; i < n + OWN_MAX; i++) {
		if (i < n && !one_in(d, 10))
			continue;
		rows[i].easier = one_in(d, 2) ? rows[roll(d, n + OWN_MAX)].id : "";
		rows[i].harder = one_in(d, 2) ? rows[roll(d, n + OWN_MAX)].id : "";
		rows[i].desk_alternative = one_in(d, 2) ? rows[roll(d, n + OWN_MAX)].id : "";
	}
	c->exercises = rows;
	c->n = n + OWN_MAX;
	catalog_link(c);
}

/* What must hold of what is left -----------------------------------------------------------------
 */

/* Of a step that is to come, or is being done: may it be asked for? */
static inline void check_left(struct life *l, const struct session *s)
{
	unsigned warm = s->warm, seconds = 0;
	usec_t begins = content_from(&s->x, s->rested);
	uint64_t worked = 0;

	for (size_t k = 0; k < s->x.routine.n; k++) {
		const struct routine_step *step = &s->x.routine.steps[k];
		const struct exercise *e = life_exercise(l, step->exercise);
		bool walked = l->walked_at && l->now - l->walked_at <= MINUTES(10);

		check_person(l, e, false);
		check_hurts(l, step->exercise);
		seconds += step->ready;
		begins += step->ready * USEC_PER_SEC;
		/* What was done of it was right when it began. */
		if (begins >= s->rested) {
			check_rest(l, step->exercise, &worked);
			HOLDS(l, e,
			      !e->needs_warmup || (s->w.length > MINUTES(10) ? warm >= 300
									     : warm > 0 || walked));
		}
		if (e->set == SET_WARM_UP || (e->position == POSITION_WALKING && e->intensity <= 2))
			warm += step->dose.seconds;
		seconds += step->dose.seconds;
		begins += step->dose.seconds * USEC_PER_SEC;
		l->steps++;
	}
	HOLDS(l, NULL, seconds == s->x.routine.seconds);
	HOLDS(l, NULL, s->stood || s->x.from + seconds * USEC_PER_SEC <= s->w.length);
}

/* Of the suggestion beside it. */
static inline void check_suggestion(struct life *l, const struct session *s)
{
	uint64_t muscles = 0;

	for (size_t k = 0; k < s->x.routine.n; k++)
		if (life_exercise(l, s->x.routine.steps[k].exercise)->intensity >= 3)
			muscles |= l->shipped->muscles[s->x.routine.steps[k].exercise];
	for (size_t k = 0; k < s->x.suggestion.n; k++) {
		int i = s->x.suggestion.steps[k].exercise;
		const struct exercise *e = life_exercise(l, i);

		check_person(l, e, true);
		check_hurts(l, i);
		HOLDS(l, e, e->intensity < 3 || !(l->shipped->muscles[i] & muscles));
	}
}

/* Is it another routine than before? */
static inline bool note_offer(struct life *l, struct session *s)
{
	if (s->picks == l->memory.picks)
		return false;
	s->picks = l->memory.picks;
	l->routines++;
	for (size_t k = 0; k < s->x.routine.n; k++) {
		l->offered_at[s->x.routine.steps[k].exercise] = l->routines;
		l->picked[s->x.routine.steps[k].exercise]++;
	}
	return true;
}

/* Whatever has happened: what is there now is right. */
static inline void look(struct life *l, struct session *s)
{
	check_left(l, s);
	check_suggestion(l, s);
	l->checked += note_offer(l, s);
}

/* What happens -----------------------------------------------------------------------------------
 */

static inline void session_fill(struct life *l, struct session *s, const struct wish *w)
{
	struct coach c = life_coach(l);

	*s = (struct session){
		.w = *w,
		.picks = l->memory.picks,
		.strength = l->memory.days[0].strength_seconds,
	};
	memcpy(s->stretched, l->memory.stretched, sizeof(s->stretched));
	content_fill(&s->x, &c, &l->memory, w);
	check_routine(l, w, &s->x.routine);
	(void)note_offer(l, s);
	if (w->length >= 30 * USEC_PER_SEC && coach_suggestion_is_due(&c))
		content_suggest(&s->x, &c, &l->memory);
	look(l, s);
}

/* So many seconds of rest: what was done in them, by the routine as it is now. */
static inline void session_rest(struct life *l, struct session *s, usec_t length)
{
	usec_t from = s->rested, to = from + length, begins = s->x.from;

	for (size_t k = 0; k < s->x.routine.n && !s->x.still; k++) {
		const struct routine_step *step = &s->x.routine.steps[k];
		const struct exercise *e = life_exercise(l, step->exercise);
		walltime_t now = l->now;
		usec_t ends, last, first;

		begins += step->ready * USEC_PER_SEC;
		ends = begins + step->dose.seconds * USEC_PER_SEC;
		last = to < ends ? to : ends;
		first = from > begins ? from : begins;

		/* Whole seconds of the step, of which some may have been before. */
		if (last > first && (last - begins) / USEC_PER_SEC > 0) {
			unsigned total = (unsigned)((last - begins) / USEC_PER_SEC);
			unsigned before =
				first > begins ? (unsigned)((first - begins) / USEC_PER_SEC) : 0;

			l->now += last - from;
			s->done[step->exercise] += total - before;
			note_done(l, step->exercise, total);
			if ((e->set == SET_WARM_UP ||
			     (e->position == POSITION_WALKING && e->intensity <= 2)) &&
			    total >= e->seconds_min && before < total)
				s->warm += before >= e->seconds_min ? total - before : total;
			l->now = now;
		}
		begins = ends;
	}
	s->rested = to;
	l->now += length;
}

/* Something changes; `running` or still waiting. */
static inline void session_change(struct life *l, struct session *s, struct dice *d, bool running)
{
	struct routine *r = one_in(d, 3) ? &s->x.suggestion : &s->x.routine;
	struct coach c;

	switch (roll(d, 5)) {
	case 0:
	case 1:
		if (r->n > 0)
			life_rate(l, r->steps[roll(d, r->n)].exercise,
				  one_in(d, 2) ? VERDICT_HURTS : VERDICT_HARD);
		break;
	case 2:
		coach_consent(&l->memory, one_in(d, 2));
		break;
	case 3:
		l->person.limits |= (uint32_t)BIT(roll(d, LIMITS_COUNT));
		break;
	case 4:
		l->person.place = (enum place)roll(d, PLACES_COUNT);
		break;
	}
	c = life_coach(l);
	if (one_in(d, 4))
		content_carry(&s->x, &l->memory, c.catalog, c.catalog, running ? s->rested : 0,
			      l->now);
	if (running)
		(void)content_sift(&s->x, &c, &l->memory, &s->w, s->rested);
	else
		(void)content_judge(&s->x, &c, &l->memory, &s->w);
	look(l, s);
}

static inline void session_another(struct life *l, struct session *s)
{
	struct coach c = life_coach(l);

	if (content_replace(&s->x, &c, &l->memory, &s->w, s->rested))
		HOLDS(l, NULL, s->x.from == s->rested && s->x.routine.n > 0);
	look(l, s);
}

/* The one that is on ends, and does not come again by itself. */
static inline void session_next(struct life *l, struct session *s)
{
	struct coach c = life_coach(l);
	const struct content before = s->x;
	bool on = content_from(&before, s->rested) + before.routine.seconds * USEC_PER_SEC >
		  s->rested;
	size_t n = before.routine.n;

	HOLDS(l, NULL, content_next(&s->x, &c, &l->memory, &s->w, s->rested) == on);
	if (on)
		HOLDS(l, NULL, s->x.from == s->rested && s->x.routine.n < n);
	else
		HOLDS(l, NULL, s->x.from == before.from && s->x.routine.n == n);
	look(l, s);
}

static inline void session_stand(struct life *l, struct session *s, bool still)
{
	bool changed =
		content_stand(&s->x, &l->memory, &l->shipped->catalog, still, s->rested, l->now);

	HOLDS(l, NULL, changed || still);
	s->stood |= s->x.still;
	look(l, s);
}

/* What is told of it is what was done; a full list leaves out what was shortest. */
static inline void check_told(const struct life *l, const struct session *s, usec_t rested)
{
	struct content_done all[CONTENT_ALL_MAX];
	size_t n = content_all(&s->x, rested, all), did = 0;

	for (size_t i = 0; i < l->shipped->catalog.n; i++)
		did += s->done[i] > 0;
	HOLDS(l, NULL, n <= did && (n == did || s->x.n_done == CONTENT_DONE_MAX));
	for (size_t i = 0; i < n; i++)
		HOLDS(l, life_exercise(l, all[i].exercise),
		      all[i].seconds == s->done[all[i].exercise] || did > CONTENT_DONE_MAX);
}

/* Nothing is forgotten, and nothing is told twice. */
static inline void check_remembered(const struct life *l, const struct session *s)
{
	unsigned strength = s->strength, stretched[REGIONS_COUNT];

	memcpy(stretched, s->stretched, sizeof(stretched));
	for (size_t i = 0; i < l->shipped->catalog.n; i++) {
		const struct exercise *e = life_exercise(l, (int)i);

		if (is_strength(e))
			strength += s->done[i];
		for (unsigned k = 0; e->set == SET_STRETCHING && k < REGIONS_COUNT; k++)
			if (e->relieves & BIT(k))
				stretched[k] += s->done[i];
	}
	HOLDS(l, NULL, l->memory.days[0].strength_seconds == (uint16_t)strength);
	for (unsigned k = 0; k < REGIONS_COUNT; k++)
		HOLDS(l, NULL, l->memory.stretched[k] == stretched[k]);
}

static inline void session_end(struct life *l, struct session *s)
{
	check_told(l, s, s->rested);
	content_ended(&s->x, &l->memory, &l->shipped->catalog, s->rested, l->now);
	check_remembered(l, s);
}

/* It is put back, or snoozed, and waits. */
static inline void session_halt(struct life *l, struct session *s)
{
	content_halts(&s->x, &l->memory, &l->shipped->catalog, s->rested, l->now);
	s->rested = 0;
	s->warm = 0;
	s->stood = false;
	check_told(l, s, 0);
	check_remembered(l, s);
}

/* Before it begins, or begins again. */
static inline void session_wait(struct life *l, struct session *s, struct dice *d)
{
	while (one_in(d, 4)) {
		struct coach c;

		l->now += MINUTES(roll(d, 30));
		c = life_coach(l);
		(void)content_judge(&s->x, &c, &l->memory, &s->w);
		look(l, s);
		if (one_in(d, 3))
			session_change(l, s, d, false);
		if (one_in(d, 3))
			session_another(l, s);
	}
}

/* Of which some was rested already, with nobody knowing of it. */
static inline void session_begin(struct life *l, struct session *s, struct dice *d)
{
	usec_t unseen = one_in(d, 4) ? roll(d, s->w.length / USEC_PER_SEC + 1) * USEC_PER_SEC : 0;
	struct coach c = life_coach(l);

	(void)content_judge(&s->x, &c, &l->memory, &s->w);
	look(l, s);
	content_begins(&s->x, unseen, s->w.length);
	s->stood = unseen > 0;
	s->rested = s->x.from;
	/* Some seconds of it can be the first ones of the first exercise. */
	HOLDS(l, NULL, s->rested <= unseen && unseen - s->rested <= 5 * USEC_PER_SEC);
	l->now -= unseen - s->rested;
	session_rest(l, s, unseen - s->rested);
	look(l, s);
}

static inline void session_run(struct life *l, struct session *s, struct dice *d)
{
	while (one_in(d, 2)) {
		usec_t left = s->w.length - s->rested;

		session_rest(l, s, roll(d, left / USEC_PER_SEC + 1) * USEC_PER_SEC);
		if (one_in(d, 4))
			session_stand(l, s, !s->x.still);
		switch (roll(d, 3)) {
		case 0:
			session_another(l, s);
			break;
		case 1:
			session_next(l, s);
			break;
		default:
			session_change(l, s, d, true);
		}
	}
	if (!one_in(d, 4))
		session_rest(l, s,
			     roll(d, 2) ? s->w.length - s->rested : (s->w.length - s->rested) / 3);
}

/* All of it, as the dice fall. */
static inline void session_live(struct life *l, struct dice *d, const struct wish *w)
{
	static struct session s;

	session_fill(l, &s, w);
	session_wait(l, &s, d);
	session_begin(l, &s, d);
	session_run(l, &s, d);
	while (one_in(d, 3)) {
		session_halt(l, &s);
		session_wait(l, &s, d);
		session_begin(l, &s, d);
		session_run(l, &s, d);
	}
	session_end(l, &s);
}
