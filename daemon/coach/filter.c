#include "coach/filter.h"

#include <string.h>

#include "coach/words.h"

#define STRENUOUS 3         /* intensity that wants consent and rest (ergonomics S1, X6) */
#define EASIER_FIRST_FROM 4 /* intensity of what X12 is about, and of all that is like it */
#define MUSCLES_REST (48 * USEC_PER_HOUR)
#define SESSION_DAYS 14
#define STEPPED_DAYS 14  /* ergonomics X4: after two weeks away it begins anew */
#define SESSION_FROM 300 /* seconds that are too many for a break's content (ergonomics M6) */
#define WALK_WARMS (10 * USEC_PER_MIN)

/* How often a tip may be given, in days (ergonomics section 9); others once a day. */
/* clang-format off */
static const struct {
	const char *id;
	int days;
} rare_tips[] = {
	{ "workstation-adjust", 7 },
	{ "healthy-weight", 28 },
};
/* clang-format on */

/* This one tells to raise the desk. */
static const char sit_stand_switch[] = "sit-stand-switch";

static bool is_skipped(const struct person *p, const char *id)
{
	for (size_t i = 0; i < p->n_skips; i++)
		if (!strcmp(p->skips[i], id))
			return true;
	return false;
}

static bool has_room(enum place place, const struct exercise *e)
{
	switch ((enum space)e->space) {
	case SPACE_DESK:
		return true;
	case SPACE_STANDING_ROOM:
		return place == PLACE_ROOM || place == PLACE_MAT;
	case SPACE_MAT:
		return place == PLACE_MAT;
	case SPACE_OUTDOORS:
	case SPACES_COUNT:
		return false;
	}
	return false;
}

bool coach_is_session(const struct exercise *e)
{
	return e->space == SPACE_OUTDOORS || e->seconds_min >= SESSION_FROM;
}

/* Without what pain takes away. */
static unsigned coach_wanted_level(const struct coach *c)
{
	unsigned level = c->person->level ? c->person->level : c->memory->level;

	return !c->memory->consent && level > LEVEL_FIRST ? LEVEL_FIRST : level;
}

/* Pain, and what was too hard, take the level down whatever it was (ergonomics X4). */
static bool is_capped(const struct coach *c)
{
	return c->memory->level_cap && c->memory->level_cap < coach_wanted_level(c);
}

unsigned coach_level(const struct coach *c)
{
	unsigned level = coach_wanted_level(c);

	return is_capped(c) ? c->memory->level_cap : level;
}

bool coach_is_warm(const struct coach *c)
{
	walltime_t at = c->memory->walked_at;

	return at && usec_sub(c->now, at) <= WALK_WARMS;
}

/* Do the settings keep the exercise away, however much time goes by? */
static bool is_out_of_reach(const struct coach *c, const struct exercise *e)
{
	return c->person->limits & e->avoids || is_skipped(c->person, e->id) ||
	       !has_room(c->person->place, e) || (c->person->discreet && !e->discreet);
}

/*
 * What was too hard, and what is harder than something that hurt, waits until its easier form goes
 * well (X4, S5). Where that cannot come, two weeks without have to do.
 */
static bool waits_since_step_down(const struct coach *c, int i)
{
	const struct coach_progress *p = &c->memory->progress[i];
	int easier = catalog_easier(c->catalog, i);

	if (!p->stepped_down || (easier >= 0 && c->memory->progress[easier].mastered_day))
		return false;
	return c->memory->today - p->stepped_day < STEPPED_DAYS ||
	       (easier >= 0 && !is_out_of_reach(c, &c->catalog->exercises[easier]));
}

/*
 * Superman and Russian twists are "off until the easier form is mastered" (ergonomics X12), and
 * what is right for them is right for all of their intensity.
 */
static bool waits_for_mastery(const struct coach *c, int i)
{
	const struct exercise *e = &c->catalog->exercises[i];
	int easier = catalog_easier(c->catalog, i);

	if (e->intensity < EASIER_FIRST_FROM)
		return false;
	return easier >= 0 ? !c->memory->progress[easier].mastered_day : e->easier_lost;
}

static bool any_muscle(uint32_t bits, const walltime_t at[MUSCLES_COUNT], walltime_t after)
{
	for (; bits; bits &= bits - 1)
		if (at[__builtin_ctz(bits)] > after)
			return true;
	return false;
}

static bool is_flagged(const struct coach *c, const struct exercise *e)
{
	for (size_t i = 0; i < REGIONS_COUNT; i++)
		if (e->relieves & UINT32_C(1) << i && c->memory->no_strength_until[i] > c->now)
			return true;
	return false;
}

/*
 * Strengthening and core of any intensity have rest days. Ergonomics X6 would let light desk items
 * of intensity 1 and 2 be daily; DESIGN section 5 draws the line for the sets without that
 * exception, which is the more careful of the two and the easier one to tell: a day is a day of
 * strength or a day of rest from it. X6's 48 h for the same muscles come on top, and hold for every
 * set from intensity 3 on.
 */
static enum objection judge_rest(const struct coach *c, int i)
{
	const struct exercise *e = &c->catalog->exercises[i];
	const struct coach_memory *m = c->memory;
	struct coach_dose dose;

	if (m->days[0].strength_seconds == 0) {
		if (m->days[1].strength_seconds > 0)
			return OBJECTION_REST_DAY;
		if (coach_strength_days(m) >= STRENGTH_DAYS)
			return OBJECTION_REST_WEEK;
	}
	coach_dose(e, &m->progress[i], &dose);
	if (e->intensity * dose.seconds > coach_strength_room(m))
		return OBJECTION_ALLOWANCE;
	return OBJECTION_NONE;
}

static enum objection judge_strain(const struct coach *c, int i)
{
	const struct exercise *e = &c->catalog->exercises[i];
	const struct coach_memory *m = c->memory;

	if (coach_is_strength(e) && is_flagged(c, e))
		return OBJECTION_FLAGS;
	if (coach_is_strength(e) && any_muscle(e->muscle_bits, m->sore_until, c->now))
		return OBJECTION_SORE;
	if (e->intensity >= STRENUOUS &&
	    any_muscle(e->muscle_bits, m->bout_at, usec_sub(c->now, MUSCLES_REST)))
		return OBJECTION_SAME_MUSCLES;
	return coach_is_strength(e) ? judge_rest(c, i) : OBJECTION_NONE;
}

/*
 * Whatever may have hurt lately, and however much was done yesterday: nothing of it strains or
 * stretches anything. Tips, and rest for the eyes that suits everybody.
 */
static bool is_harmless(const struct exercise *e)
{
	return e->intensity == 1 && !e->avoid_if && (e->set == SET_EYES || e->set == SET_LIFESTYLE);
}

static enum objection judge_safety(const struct coach *c, int i)
{
	const struct exercise *e = &c->catalog->exercises[i];

	if (c->person->limits & e->avoids)
		return OBJECTION_LIMITS;
	if ((c->person->limits_unreadable || c->catalog->careful) && e->avoids)
		return OBJECTION_UNREADABLE;
	if (c->memory_unknown && !is_harmless(e))
		return OBJECTION_UNKNOWN;
	if (c->memory->progress[i].hurt_until > c->now)
		return OBJECTION_HURTS;
	if (e->intensity >= STRENUOUS && !c->memory->consent)
		return OBJECTION_CONSENT;
	if (e->intensity > coach_level(c))
		return OBJECTION_LEVEL;
	if (waits_since_step_down(c, i) || waits_for_mastery(c, i))
		return OBJECTION_EASIER_FIRST;
	return judge_strain(c, i);
}

static int tip_days(const struct exercise *e)
{
	for (size_t i = 0; i < sizeof(rare_tips) / sizeof(rare_tips[0]); i++)
		if (!strcmp(rare_tips[i].id, e->id))
			return rare_tips[i].days;
	return 1;
}

static bool is_recent_tip(const struct coach *c, int i)
{
	const struct exercise *e = &c->catalog->exercises[i];
	int32_t last = c->memory->progress[i].offered_day;

	return e->set == SET_LIFESTYLE && last && c->memory->today - last < tip_days(e);
}

/* Strenuous sessions leave room for the days of strength between them, whose muscles they work. */
static bool is_recent_session(const struct coach *c, int i)
{
	const struct coach_memory *m = c->memory;

	if (c->catalog->exercises[i].intensity < STRENUOUS)
		return false;
	for (size_t k = 0; k < m->n; k++) {
		const struct exercise *e = &c->catalog->exercises[k];
		int32_t last = m->progress[k].offered_day;

		if (coach_is_session(e) && e->intensity >= STRENUOUS && last &&
		    m->today - last < SESSION_DAYS)
			return true;
	}
	return false;
}

/* Off the desk there is room enough, and nobody at the next desk. */
static enum objection judge_place(const struct coach *c, const struct exercise *e,
				  enum coach_route route)
{
	if (route == ROUTE_OFF_DESK)
		return coach_is_session(e) ? OBJECTION_NONE : OBJECTION_NO_SESSION;
	if (coach_is_session(e))
		return OBJECTION_SESSION;
	if (!has_room(c->person->place, e))
		return OBJECTION_PLACE;
	if (c->person->discreet && !e->discreet)
		return OBJECTION_DISCREET;
	if (!c->sit_stand && e->set == SET_LIFESTYLE && !strcmp(e->id, sit_stand_switch))
		return OBJECTION_NO_SIT_STAND;
	return OBJECTION_NONE;
}

enum objection coach_objects(const struct coach *c, int i, enum coach_route route)
{
	const struct exercise *e = &c->catalog->exercises[i];
	enum objection objection = judge_safety(c, i);

	if (objection)
		return objection;
	if (is_skipped(c->person, e->id))
		return OBJECTION_SKIPPED;
	objection = judge_place(c, e, route);
	if (objection)
		return objection;
	if (is_recent_tip(c, i) || (route == ROUTE_OFF_DESK && is_recent_session(c, i)))
		return OBJECTION_TIP;
	return OBJECTION_NONE;
}

bool coach_bars(const struct coach *c, int i)
{
	enum objection objection = judge_safety(c, i);

	/* The days of rest are those of its own suggestion. */
	return (objection && objection <= OBJECTION_SORE) ||
	       is_skipped(c->person, c->catalog->exercises[i].id);
}

bool objection_passes(enum objection objection)
{
	switch (objection) {
	case OBJECTION_UNKNOWN:
	case OBJECTION_HURTS:
	case OBJECTION_EASIER_FIRST:
	case OBJECTION_FLAGS:
	case OBJECTION_SORE:
	case OBJECTION_SAME_MUSCLES:
	case OBJECTION_REST_DAY:
	case OBJECTION_REST_WEEK:
	case OBJECTION_ALLOWANCE:
	case OBJECTION_TIP:
		return true;
	default:
		return false;
	}
}

/* Words ---------------------------------------------------------------------------------------- */

/* clang-format off */
static const char *const sentences[OBJECTIONS] = {
	[OBJECTION_NONE]         = "",
	[OBJECTION_LIMITS]       = "it is not for people with ",
	[OBJECTION_UNREADABLE]   = "your limits could not be read, and it does not suit everybody",
	[OBJECTION_UNKNOWN]      = "the history cannot be read, so nobody knows what hurt you: until "
				   "then there are tips and rest for the eyes",
	[OBJECTION_HURTS]        = "it hurt: it is left out for another ",
	[OBJECTION_CONSENT]      = "it is strenuous: `limber safety` tells what to know first, and "
				   "`limber consent` allows it",
	[OBJECTION_LEVEL]        = "it is harder than your present level, which is ",
	[OBJECTION_EASIER_FIRST] = "its easier form comes first, until ",
	[OBJECTION_FLAGS]        = "it hurt there three times in two weeks: no strength work for it "
				   "now, better ask a doctor or physiotherapist",
	[OBJECTION_SORE]         = "you are sore there: it rests for another ",
	[OBJECTION_SAME_MUSCLES] = "its muscles worked hard less than 48 hours ago",
	[OBJECTION_REST_DAY]     = "strength rests today, as there was some yesterday",
	[OBJECTION_REST_WEEK]    = "strength rests today, three days of it in a week are enough",
	[OBJECTION_ALLOWANCE]    = "it is more strength work than today should have",
	[OBJECTION_SKIPPED]      = "it is on your list of exercises to skip",
	[OBJECTION_SESSION]      = "it is a session of its own, not something for a break",
	[OBJECTION_NO_SESSION]   = "it is something for a break, not a session of its own",
	[OBJECTION_PLACE]        = "it needs more room than you said you have",
	[OBJECTION_DISCREET]     = "it is not discreet, and you asked for that",
	[OBJECTION_NO_SIT_STAND] = "it needs a desk that can be raised",
	[OBJECTION_TIP]          = "it was given lately, and is no tip for every day",
	[OBJECTION_SET]          = "the rule asks for other sets",
	[OBJECTION_REGION]       = "the rule asks for other regions",
	[OBJECTION_TOO_LONG]     = "it takes longer than the break",
	[OBJECTION_WARM_UP]      = "it needs a warm-up first",
};
/* clang-format on */

static void add_limits(const struct coach *c, const struct exercise *e, char *buffer)
{
	uint32_t met = c->person->limits & e->avoids;
	bool first = true;

	for (size_t i = 0; i < LIMITS_COUNT; i++) {
		if (!(met & UINT32_C(1) << i))
			continue;
		words_add(buffer, COACH_WHY_MAX, first ? "" : ", ");
		words_add(buffer, COACH_WHY_MAX, limitation_names[i]);
		first = false;
	}
}

static void add_days_left(walltime_t until, walltime_t now, char *buffer)
{
	unsigned days = (unsigned)(usec_sub(until, now) / USEC_PER_DAY) + 1;

	words_add_number(buffer, COACH_WHY_MAX, days);
	words_add(buffer, COACH_WHY_MAX, days == 1 ? " day" : " days");
}

/* It hurt itself, or, if it waits, an easier form of it did. */
static void add_hurts(const struct coach *c, int i, char *buffer)
{
	int easier = catalog_easier(c->catalog, i);

	if (!c->memory->progress[i].stepped_down || easier < 0) {
		add_days_left(c->memory->progress[i].hurt_until, c->now, buffer);
		return;
	}
	buffer[0] = '\0';
	words_add(buffer, COACH_WHY_MAX,
		  "it or an easier form of it hurt: it is left out for another ");
	add_days_left(c->memory->progress[i].hurt_until, c->now, buffer);
	words_add(buffer, COACH_WHY_MAX, ", and until two weeks went well with ");
	words_add(buffer, COACH_WHY_MAX, c->catalog->exercises[easier].name);
}

static void add_level(const struct coach *c, char *buffer)
{
	words_add_number(buffer, COACH_WHY_MAX, coach_level(c));
	if (is_capped(c))
		words_add(buffer, COACH_WHY_MAX,
			  " since something hurt or was too hard; two good weeks raise it");
}

static void add_easier(const struct coach *c, int i, char *buffer)
{
	int easier = catalog_easier(c->catalog, i);

	if (easier < 0) {
		buffer[0] = '\0';
		words_add(buffer, COACH_WHY_MAX,
			  "its easier form comes first, but that is not to be had");
		return;
	}
	words_add(buffer, COACH_WHY_MAX,
		  waits_since_step_down(c, i) ? "two weeks went well with it: "
					      : "it is done in full and rated easy: ");
	words_add(buffer, COACH_WHY_MAX, c->catalog->exercises[easier].name);
}

/* Until the last of its muscles that are sore has rested. */
static void add_sore_left(const struct coach *c, const struct exercise *e, char *buffer)
{
	walltime_t until = 0;
	unsigned hours;

	for (size_t i = 0; i < MUSCLES_COUNT; i++)
		if (e->muscle_bits & UINT32_C(1) << i)
			until = usec_max(until, c->memory->sore_until[i]);
	hours = (unsigned)((usec_sub(until, c->now) + USEC_PER_HOUR - 1) / USEC_PER_HOUR);
	words_add_number(buffer, COACH_WHY_MAX, hours);
	words_add(buffer, COACH_WHY_MAX, hours == 1 ? " hour" : " hours");
}

void coach_objection_sentence(const struct coach *c, int i, enum objection objection,
			      char buffer[static COACH_WHY_MAX])
{
	const struct exercise *e = &c->catalog->exercises[i];

	buffer[0] = '\0';
	words_add(buffer, COACH_WHY_MAX, sentences[objection]);
	if (objection == OBJECTION_UNREADABLE && !c->person->limits_unreadable) {
		buffer[0] = '\0';
		words_add(buffer, COACH_WHY_MAX,
			  "a file of exercises could not be read, and it does not suit everybody");
	}
	if (objection == OBJECTION_LIMITS)
		add_limits(c, e, buffer);
	else if (objection == OBJECTION_HURTS)
		add_hurts(c, i, buffer);
	else if (objection == OBJECTION_SORE)
		add_sore_left(c, e, buffer);
	else if (objection == OBJECTION_LEVEL)
		add_level(c, buffer);
	else if (objection == OBJECTION_EASIER_FIRST)
		add_easier(c, i, buffer);
}
