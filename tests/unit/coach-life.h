/*
 * People with the shipped exercises, day after day: what they are offered is held against what this
 * file itself keeps track of, from the texts of the catalogue and without the coach's own filter.
 */
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coach/content.h"
#include "conf/exercises.h"

#define BIT(n) (UINT32_C(1) << (n))
#define MINUTES(n) ((usec_t)(n)*USEC_PER_MIN)
#define ALL_SETS (BIT(SETS_COUNT) - 1)
#define FIRST_DAY 20458 /* a Monday */

static const struct wish micro = {
	.sets = BIT(SET_WARM_UP) | BIT(SET_STRETCHING) | BIT(SET_POSTURE) | BIT(SET_EYES),
	.length = 30 * USEC_PER_SEC,
};
static const struct wish active = { .sets = ALL_SETS, .length = 5 * USEC_PER_MIN };

/* The shipped catalogue, with what is worked out from its texts once. */
struct shipped {
	struct catalog catalog;
	uint64_t muscles[EXERCISES_MAX];         /* bits of the names, in order of appearance */
	uint64_t easier_forms[EXERCISES_MAX][2]; /* bits of all easier forms, itself too */
};

struct life {
	const struct shipped *shipped;
	struct person person;
	struct coach_memory memory;
	struct coach_progress rows[EXERCISES_MAX];
	int day;
	walltime_t now;
	enum posture posture;
	unsigned seed; /* of the person, for messages */
	/* What we know ourselves: */
	walltime_t hurt_at[EXERCISES_MAX];
	walltime_t pain_at;  /* at pain_level, which is no less than 3 and counts for 13 days */
	unsigned pain_level; /* 0 = none */
	walltime_t worked_at[64]; /* by muscle's name */
	walltime_t walked_at;
	int strength_days[8];               /* the latest first */
	uint32_t offered_at[EXERCISES_MAX]; /* number of the routine, 1 + */
	uint32_t routines;
	unsigned picked[EXERCISES_MAX];
	int relieved_day[REGIONS_COUNT]; /* working days, counted */
	int work_days;
	uint64_t checked; /* routines in all */
	uint64_t steps;
};

struct dice {
	uint64_t state;
};

static inline uint64_t roll(struct dice *d, uint64_t sides)
{
	d->state ^= d->state << 13;
	d->state ^= d->state >> 7;
	d->state ^= d->state << 17;
	return (d->state >> 11) % sides;
}

static inline bool one_in(struct dice *d, uint64_t n)
{
	return !roll(d, n);
}

/* Never returns; the includer's own. */
static void wrong(const struct life *l, const struct exercise *e, const char *what);

#define HOLDS(l, e, condition)                                                                     \
	do {                                                                                       \
		if (!(condition))                                                                  \
			wrong(l, e, #condition);                                                   \
	} while (0)

/* The catalogue ----------------------------------------------------------------------------------
 */

static inline uint64_t name_muscle(char names[64][48], const char *name, size_t n)
{
	for (unsigned i = 0; i < 64; i++) {
		if (!names[i][0])
			memcpy(names[i], name, n);
		if (strlen(names[i]) == n && !strncmp(names[i], name, n))
			return UINT64_C(1) << i;
	}
	abort();
}

static inline uint64_t name_muscles(char names[64][48], const char *text)
{
	uint64_t bits = 0;

	while (*text && strcmp(text, "-") != 0) {
		size_t n = strcspn(text, ";");

		bits |= name_muscle(names, text, n);
		text += n;
		text += strspn(text, "; ");
	}
	return bits;
}

/* All that is easier, by either's word; there may be rings. */
static inline void collect_easier(struct shipped *s, int i, int at)
{
	const struct catalog *c = &s->catalog;

	if (s->easier_forms[i][at / 64] & UINT64_C(1) << at % 64)
		return;
	s->easier_forms[i][at / 64] |= UINT64_C(1) << at % 64;
	for (int k = 0; k < (int)c->n; k++)
		if (!strcmp(c->exercises[at].easier, c->exercises[k].id) ||
		    !strcmp(c->exercises[k].harder, c->exercises[at].id))
			collect_easier(s, i, k);
}

/* Again after the catalogue has changed, which may have up to 128 exercises. */
static inline void shipped_learn(struct shipped *s)
{
	static char names[64][48];

	memset(s->easier_forms, 0, sizeof(s->easier_forms));
	for (size_t i = 0; i < s->catalog.n; i++) {
		s->muscles[i] = name_muscles(names, s->catalog.exercises[i].muscles);
		collect_easier(s, (int)i, (int)i);
	}
}

/* Exits if it cannot be read: then there is nothing to test. */
static inline void shipped_load(struct shipped *s)
{
	const char *share = getenv("LIMBER_SHARE");
	struct config_paths paths = { .share = share ? share : "config" };
	struct problem_list problems = { 0 };

	memset(s, 0, sizeof(*s));
	if (exercises_load(&paths, &s->catalog, &problems) < 0 || problems.n > 0 ||
	    s->catalog.n != 119) {
		fprintf(stderr, "the shipped exercises cannot be read\n");
		exit(1);
	}
	problem_list_done(&problems);
	shipped_learn(s);
}

/* The person -------------------------------------------------------------------------------------
 */

static inline void life_begin(struct life *l, const struct shipped *s, const struct person *p,
			      unsigned seed)
{
	memset(l, 0, sizeof(*l));
	l->shipped = s;
	l->person = *p;
	l->seed = seed;
	l->day = FIRST_DAY;
	l->now = (walltime_t)l->day * USEC_PER_DAY + 9 * USEC_PER_HOUR;
	coach_memory_init(&l->memory, l->rows, s->catalog.n, seed);
	coach_day_is(&l->memory, &s->catalog, l->day, l->now);
}

static inline struct coach life_coach(const struct life *l)
{
	return (struct coach){
		.catalog = &l->shipped->catalog,
		.person = &l->person,
		.memory = &l->memory,
		.now = l->now,
		.posture = l->posture,
		.sit_stand = true,
	};
}

static inline const struct exercise *life_exercise(const struct life *l, int i)
{
	return &l->shipped->catalog.exercises[i];
}

static inline bool is_strength(const struct exercise *e)
{
	return e->set == SET_STRENGTHENING || e->set == SET_CORE;
}

static inline bool has_space(const struct person *p, const struct exercise *e)
{
	return e->space != SPACE_OUTDOORS && (int)e->space <= (int)p->place;
}

static inline bool is_on_skip_list(const struct person *p, const struct exercise *e)
{
	for (size_t i = 0; i < p->n_skips; i++)
		if (!strcmp(p->skips[i], e->id))
			return true;
	return false;
}

/* What must hold
 * ----------------------------------------------------------------------------------- */

static inline void check_person(const struct life *l, const struct exercise *e, bool off_desk)
{
	const struct person *p = &l->person;
	unsigned level = p->level ? p->level : l->memory.level;

	HOLDS(l, e, !(e->avoid_if & p->limits));
	HOLDS(l, e, !p->limits_unreadable || !e->avoid_if);
	HOLDS(l, e, !(p->limits & BIT(LIMIT_HEART_CONDITION)) || e->intensity < 3);
	HOLDS(l, e,
	      !(p->limits & BIT(LIMIT_RECENT_SURGERY)) || e->intensity < 2 ||
		      !strcmp(e->id, "walking"));
	HOLDS(l, e, e->intensity < 3 || l->memory.consent);
	HOLDS(l, e, e->intensity <= level);
	HOLDS(l, e, !l->pain_level || e->intensity < l->pain_level);
	HOLDS(l, e, !is_on_skip_list(p, e));
	if (off_desk)
		return;
	HOLDS(l, e, has_space(p, e));
	HOLDS(l, e, !p->discreet || e->discreet);
	HOLDS(l, e, e->seconds_min < 300);
}

/* Neither it nor any easier form hurt in the last seven days. */
static inline void check_hurts(const struct life *l, int i)
{
	for (size_t k = 0; k < l->shipped->catalog.n; k++)
		if (l->shipped->easier_forms[i][k / 64] & UINT64_C(1) << k % 64)
			HOLDS(l, life_exercise(l, i),
			      !l->hurt_at[k] || l->now >= l->hurt_at[k] + 7 * USEC_PER_DAY);
}

static inline void check_rest(const struct life *l, int i, uint64_t *worked)
{
	const struct exercise *e = life_exercise(l, i);
	uint64_t muscles = l->shipped->muscles[i];
	int week = 0;

	if (e->intensity >= 3) {
		HOLDS(l, e, !(muscles & *worked));
		for (unsigned k = 0; k < 64; k++)
			if (muscles & UINT64_C(1) << k)
				HOLDS(l, e,
				      !l->worked_at[k] ||
					      l->now - l->worked_at[k] >= 48 * USEC_PER_HOUR);
		*worked |= muscles;
	}
	if (!is_strength(e) || l->strength_days[0] == l->day)
		return;
	HOLDS(l, e, l->strength_days[0] != l->day - 1);
	for (unsigned k = 0; k < 8; k++)
		week += l->strength_days[k] > l->day - 7;
	HOLDS(l, e, week < 3);
}

static inline void check_dose(const struct life *l, const struct routine_step *step)
{
	const struct exercise *e = life_exercise(l, step->exercise);
	const struct coach_progress *p = &l->rows[step->exercise];
	unsigned reps = (unsigned)e->reps * e->sets;

	if (step->part == PART_WARM_UP && e->position == POSITION_WALKING)
		return; /* five minutes on foot */
	HOLDS(l, e, step->dose.seconds >= e->seconds_min);
	HOLDS(l, e, step->dose.seconds <= e->seconds_default);
	HOLDS(l, e, step->dose.reps >= 1 && step->dose.reps <= reps);
	HOLDS(l, e, step->dose.hold <= e->hold_seconds);
	/* X2: whoever did not do it yet has about half, and no more than 10 s of holding. */
	HOLDS(l, e, p->first_day || step->dose.reps <= (reps + 1) / 2);
	HOLDS(l, e, p->first_day || step->dose.hold <= 10 || e->set == SET_EYES);
	HOLDS(l, e, p->first_day || step->dose.seconds == e->seconds_min || e->set == SET_EYES);
	HOLDS(l, e, p->first_day || step->dose.reps <= 5 || !is_strength(e));
	HOLDS(l, e, p->first_day || step->dose.sets == 1);
}

static inline void check_step(struct life *l, const struct wish *w, const struct routine *r,
			      size_t k, unsigned *warm, uint64_t *worked)
{
	int i = r->steps[k].exercise;
	const struct exercise *e = life_exercise(l, i);
	bool walked = l->walked_at && l->now - l->walked_at <= MINUTES(10);
	bool enough = w->length > MINUTES(10) ? *warm >= 300 : *warm > 0 || walked;

	check_person(l, e, false);
	check_hurts(l, i);
	check_rest(l, i, worked);
	check_dose(l, &r->steps[k]);
	HOLDS(l, e, BIT(e->set) & w->sets);
	HOLDS(l, e, !w->regions || w->regions & e->relieves);
	HOLDS(l, e, e->seconds_min * USEC_PER_SEC <= w->length);
	HOLDS(l, e, !e->needs_warmup || enough);
	for (size_t j = 0; j < k; j++)
		HOLDS(l, e, r->steps[j].exercise != i);
	if (e->set == SET_WARM_UP || (e->position == POSITION_WALKING && e->intensity <= 2))
		*warm += r->steps[k].dose.seconds;
	l->steps++;
}

static inline bool is_recent(const struct life *l, int i)
{
	return l->offered_at[i] && l->routines - l->offered_at[i] < PICKS_KEPT;
}

/* Would another one have been possible that did not come lately? Asks the filter itself, which is
 * held to be right above. */
static inline void check_repeat(const struct life *l, const struct wish *w, uint32_t sets,
				int chosen)
{
	struct coach c = life_coach(l);

	if (!is_recent(l, chosen))
		return;
	for (int i = 0; i < (int)l->shipped->catalog.n; i++) {
		const struct exercise *e = life_exercise(l, i);

		if (is_recent(l, i) || !(BIT(e->set) & sets & w->sets) || e->needs_warmup ||
		    (w->regions && !(w->regions & e->relieves)) ||
		    e->seconds_min * USEC_PER_SEC > w->length)
			continue;
		HOLDS(l, e, coach_objects(&c, i, ROUTE_BREAK) != OBJECTION_NONE);
	}
}

/* Lying, sitting, or on the feet. */
static inline int base_of(const struct exercise *e)
{
	return e->position == POSITION_FLOOR || e->position == POSITION_SEATED ? (int)e->position
									       : POSITION_STANDING;
}

/* Time to read, and to get there; none of it is taken from an exercise that is alone. */
static inline void check_ready(const struct life *l, const struct wish *w, const struct routine *r,
			       size_t k)
{
	const struct exercise *e = life_exercise(l, r->steps[k].exercise);
	unsigned ready = r->steps[k].ready, left = (unsigned)(w->length / USEC_PER_SEC);
	bool moves = k > 0 && base_of(e) != base_of(life_exercise(l, r->steps[k - 1].exercise));

	left -= r->seconds;
	if (w->length < MINUTES(2))
		HOLDS(l, e, ready == 5 || (ready < 5 && !left));
	else
		HOLDS(l, e, ready == (moves ? 10 : 5) || (moves && ready == 5 && left < 5));
}

/* Nobody lies down, sits down or gets up twice, but for the end upright. */
static inline void check_order(const struct life *l, const struct routine *r)
{
	int last = -1;
	unsigned left = 0;

	for (size_t k = 0; k < r->n && r->steps[k].part != PART_POSTURE; k++) {
		int base = base_of(life_exercise(l, r->steps[k].exercise));

		if (last >= 0 && base != last)
			left |= BIT(last);
		HOLDS(l, life_exercise(l, r->steps[k].exercise), !(left & BIT(base)));
		last = base;
	}
}

static inline void check_routine(struct life *l, const struct wish *w, const struct routine *r)
{
	unsigned seconds = 0, warm = 0;
	uint64_t worked = 0;

	for (size_t k = 0; k < r->n; k++) {
		check_step(l, w, r, k, &warm, &worked);
		check_ready(l, w, r, k);
		seconds += r->steps[k].ready + r->steps[k].dose.seconds;
	}
	check_order(l, r);
	HOLDS(l, NULL, seconds == r->seconds);
	HOLDS(l, NULL, seconds * USEC_PER_SEC <= w->length);
	if (r->n > 0 && w->length < MINUTES(2))
		check_repeat(l, w, ALL_SETS, r->steps[0].exercise);
	else if (r->n > 0 && life_exercise(l, r->steps[0].exercise)->set == SET_WARM_UP)
		check_repeat(l, w, BIT(SET_WARM_UP), r->steps[0].exercise);
	l->checked++;
}

/* What happens
 * ------------------------------------------------------------------------------------- */

/* Choose for a break and look at it closely. */
static inline void life_choose(struct life *l, const struct wish *w, struct routine *ret)
{
	struct coach c = life_coach(l);
	int exercises[ROUTINE_MAX];
	size_t n;

	coach_choose(&c, w, ret);
	check_routine(l, w, ret);
	n = routine_exercises(ret, exercises);
	coach_offered(&l->memory, c.catalog, exercises, n);
	l->routines += n > 0;
	for (size_t i = 0; i < n; i++) {
		l->offered_at[exercises[i]] = l->routines;
		l->picked[exercises[i]]++;
	}
}

static inline void note_done(struct life *l, int i, unsigned seconds)
{
	const struct exercise *e = life_exercise(l, i);

	for (unsigned k = 0; e->intensity >= 3 && k < 64; k++)
		if (l->shipped->muscles[i] & UINT64_C(1) << k)
			l->worked_at[k] = l->now;
	for (unsigned k = 0; k < REGIONS_COUNT; k++)
		if (e->relieves & BIT(k))
			l->relieved_day[k] = l->work_days;
	if (e->position == POSITION_WALKING && seconds >= 120)
		l->walked_at = l->now;
	if (!is_strength(e) || l->strength_days[0] == l->day)
		return;
	memmove(&l->strength_days[1], &l->strength_days[0], 7 * sizeof(int));
	l->strength_days[0] = l->day;
}

static inline void life_rest(struct life *l, const struct routine *r, usec_t rested)
{
	unsigned left = (unsigned)(rested / USEC_PER_SEC);
	walltime_t ends = l->now + rested;

	for (size_t i = 0; i < r->n; i++) {
		unsigned seconds = r->steps[i].dose.seconds, ready = r->steps[i].ready;

		ready = ready < left ? ready : left;
		left -= ready;
		l->now += ready * USEC_PER_SEC;
		seconds = seconds < left ? seconds : left;
		left -= seconds;
		l->now += seconds * USEC_PER_SEC;
		if (seconds > 0)
			note_done(l, r->steps[i].exercise, seconds);
	}
	l->now = ends;
	content_ended(&(struct content){ .routine = *r }, &l->memory, &l->shipped->catalog, rested,
		      l->now);
}

static inline void note_pain(struct life *l, int i)
{
	unsigned intensity = life_exercise(l, i)->intensity;

	l->hurt_at[i] = l->now;
	if (intensity < 3 || (l->pain_level && l->pain_level < intensity))
		return;
	l->pain_level = intensity;
	l->pain_at = l->now;
}

static inline void life_rate(struct life *l, int i, enum verdict verdict)
{
	if (verdict == VERDICT_HURTS)
		note_pain(l, i);
	(void)coach_verdict(&l->memory, &l->shipped->catalog, i, verdict, l->now, NULL);
}

static inline void life_suggest(struct life *l, bool does_it)
{
	struct coach c = life_coach(l);
	int exercises[ROUTINE_MAX];
	struct routine r;
	uint64_t worked = 0;
	size_t n;

	if (!coach_suggestion_is_due(&c))
		return;
	coach_suggest(&c, NULL, &r);
	for (size_t i = 0; i < r.n; i++) {
		const struct exercise *e = life_exercise(l, r.steps[i].exercise);

		check_person(l, e, true);
		check_hurts(l, r.steps[i].exercise);
		check_rest(l, r.steps[i].exercise, &worked);
		HOLDS(l, e, !e->needs_warmup || (i > 0 && r.steps[0].dose.seconds >= 300));
		l->picked[r.steps[i].exercise]++;
	}
	n = routine_exercises(&r, exercises);
	coach_suggested(&l->memory, c.catalog, exercises, n, l->now);
	for (size_t i = 0; does_it && i < n; i++) {
		const struct exercise *e = life_exercise(l, exercises[i]);

		note_done(l, exercises[i], r.steps[i].dose.seconds);
		coach_activity(&l->memory, &l->shipped->catalog, e->id,
			       r.steps[i].dose.seconds * USEC_PER_SEC, l->now);
	}
}

static inline void life_next_day(struct life *l)
{
	l->day++;
	l->now = (walltime_t)l->day * USEC_PER_DAY + 9 * USEC_PER_HOUR;
	if (l->pain_at && l->now - l->pain_at > 13 * USEC_PER_DAY)
		l->pain_level = 0;
	coach_day_is(&l->memory, &l->shipped->catalog, l->day, l->now);
}

static inline bool is_weekend(int day)
{
	return (day - FIRST_DAY) % 7 >= 5;
}
