#include "coach/routine.h"

#include <limits.h>
#include <string.h>

#include "coach/words.h"

#define BIT(n) (UINT32_C(1) << (n))
/* A step for about so many seconds, beside warm-up and posture (ergonomics B4: not a long list). */
#define SECONDS_A_STEP 100
#define STRETCH_A_DAY 60 /* seconds for a region (ergonomics X7) */
/* Strength exercises that are worked on at a time: what comes once in a while does not progress. */
#define IN_WORK_MAX 8
/* A session, or a break, beyond this wants so much of warming up, in seconds (ergonomics X1). */
#define LONG_SESSION 600
#define LONG_WARM_UP 300
#define FORGOTTEN_DAYS 28
#define FORGOTTEN_PICKS 200 /* so many routines without something that never came */
#define OVERDUE (2 * USEC_PER_DAY)

/*
 * What speaks for an exercise, in points. A region that is loaded and was relieved longest ago
 * outweighs each of the others; together they outweigh a region next to it, so that all have their
 * turn. What came in the last routines waits, whatever else there is.
 */
/* clang-format off */
enum {
	POINTS_REGION        = 96,   /* the one relieved longest ago */
	POINTS_REGION_STEP   = 8,    /* less for each that was relieved later */
	POINTS_OVERDUE       = 150,  /* nothing for two days */
	POINTS_POSTURE       = 20,   /* another than the present one (ergonomics B9) */
	POINTS_LIKED         = 20,
	POINTS_DISLIKED      = -60,
	POINTS_NOT_FOR_LONG  = 40,   /* at most */
	POINTS_FORGOTTEN     = 120,  /* for what did not come for four weeks; up to twice that */
	POINTS_SET           = 20,   /* at most, for a set that did not come for long */
	POINTS_SAME_SET      = -30,  /* in this routine already */
	POINTS_STRETCH_MORE  = 30,   /* has begun today, and is not enough yet */
	POINTS_STRETCHED     = -30,  /* enough for today */
	POINTS_CHOSEN_MORE   = 90,   /* the same of a region that the rule asks for */
	POINTS_CHOSEN_FIRST  = 50,   /* ... and that has not begun */
	POINTS_STRENGTH      = 60,   /* the first of a break on a day of strength (X5, X8) */
	POINTS_IN_WORK       = 60,
	POINTS_NEW_WORK      = -40,  /* while there is enough in work */
	POINTS_MASTERED      = -40,  /* and nothing harder comes after it */
	POINTS_LAST          = -1000, /* for each of the last three routines since then */
};
/* clang-format on */

struct choosing {
	const struct coach *c;
	const struct wish *w;
	enum coach_route route;
	struct routine *r;
	uint8_t objections[EXERCISES_MAX]; /* enum objection, before anything is chosen */
	int16_t points[EXERCISES_MAX];     /* of those without: what the break does not change */
	int regions[REGIONS_COUNT];        /* points */
	uint32_t begun, unstretched; /* regions: some of today's stretching is done, or none */
	unsigned in_work;
	/* Of the part that is being filled: */
	uint32_t sets;
	enum step_part part;
	unsigned left; /* seconds */
	/* Of what is chosen so far: */
	uint32_t worked;   /* muscles, at intensity 3 and more */
	uint32_t relieved; /* regions */
	uint32_t in_sets;
	uint32_t strength_load, strength_room;
	unsigned warm; /* seconds of warming up */
};

/* The present state ---------------------------------------------------------------------------- */

/* How many loaded regions were relieved before this one. */
static unsigned rank(const struct coach_memory *m, size_t region)
{
	unsigned before = 0;

	for (size_t i = 0; i < REGIONS_COUNT; i++)
		before +=
			m->loaded_day[i] == m->today && m->relieved_at[i] < m->relieved_at[region];
	return before;
}

static void judge_regions(struct choosing *ch)
{
	const struct coach_memory *m = ch->c->memory;

	for (size_t i = 0; i < REGIONS_COUNT; i++) {
		ch->regions[i] = 0;
		if (m->loaded_day[i] != m->today)
			continue;
		ch->regions[i] = POINTS_REGION - POINTS_REGION_STEP * (int)rank(m, i);
		if (m->relieved_at[i] && usec_sub(ch->c->now, m->relieved_at[i]) > OVERDUE)
			ch->regions[i] += POINTS_OVERDUE;
	}
}

/* Of the regions that the rule asks for, or of all. */
static void judge_stretching(struct choosing *ch)
{
	uint32_t asked = ch->w->regions ? ch->w->regions : UINT32_MAX;

	ch->begun = ch->unstretched = 0;
	for (size_t i = 0; i < REGIONS_COUNT; i++) {
		unsigned seconds = ch->c->memory->stretched[i];

		if (seconds == 0)
			ch->unstretched |= asked & BIT(i);
		else if (seconds < STRETCH_A_DAY)
			ch->begun |= asked & BIT(i);
	}
}

static bool is_in_work(const struct coach *c, int i)
{
	const struct coach_progress *p = &c->memory->progress[i];

	return coach_is_strength(&c->catalog->exercises[i]) && p->done_day && !p->mastered_day &&
	       c->memory->today - p->done_day < DAYS_KEPT;
}

static int rate_alone(const struct coach *c, int i);

static void begin(struct choosing *ch, const struct coach *c, const struct wish *w,
		  enum coach_route route, struct routine *ret)
{
	ch->c = c;
	ch->w = w;
	ch->route = route;
	ch->r = ret;
	ch->in_work = 0;
	ch->relieved = ch->in_sets = 0;
	ch->worked = w->worked;
	ch->strength_load = w->strength;
	ch->warm = w->warm;
	ch->strength_room = coach_strength_room(c->memory);
	ch->left = (unsigned)(usec_min(w->length, USEC_PER_DAY) / USEC_PER_SEC);
	*ret = (struct routine){ .n = 0 };
	judge_regions(ch);
	judge_stretching(ch);
	for (int i = 0; i < (int)c->catalog->n; i++) {
		if (!(w->sets & BIT(c->catalog->exercises[i].set))) {
			ch->objections[i] = OBJECTION_SET;
			continue;
		}
		ch->objections[i] = (uint8_t)coach_objects(c, i, route);
		if (!ch->objections[i] || route == ROUTE_OFF_DESK)
			ch->points[i] = (int16_t)rate_alone(c, i);
		ch->in_work += is_in_work(c, i);
	}
}

/* The filter, as far as it depends on the break ------------------------------------------------ */

static bool is_long(const struct wish *w)
{
	return usec_add(w->length, w->over) > LONG_SESSION * USEC_PER_SEC;
}

/* A break beyond ten minutes wants five of warming up, any other one something (ergonomics X1). */
static bool is_warmed_up(const struct coach *c, const struct wish *w, unsigned warm)
{
	return is_long(w) ? warm >= LONG_WARM_UP : warm > 0 || coach_is_warm(c);
}

/* Intensity x seconds. */
static uint32_t load_of(const struct choosing *ch, int i)
{
	const struct exercise *e = &ch->c->catalog->exercises[i];
	struct coach_dose dose;

	coach_dose(e, &ch->c->memory->progress[i], &dose);
	return e->intensity * dose.seconds;
}

static bool is_chosen(const struct routine *r, int i)
{
	for (size_t k = 0; k < r->n; k++)
		if (r->steps[k].exercise == i)
			return true;
	return false;
}

static enum objection objects(const struct choosing *ch, int i)
{
	const struct exercise *e = &ch->c->catalog->exercises[i];

	if (ch->objections[i])
		return (enum objection)ch->objections[i];
	if (!(ch->sets & BIT(e->set)))
		return OBJECTION_SET;
	if (ch->w->regions && !(ch->w->regions & e->relieves))
		return OBJECTION_REGION;
	if (e->seconds_min > ch->left)
		return OBJECTION_TOO_LONG;
	if (ch->route == ROUTE_BREAK && e->needs_warmup && !is_warmed_up(ch->c, ch->w, ch->warm))
		return OBJECTION_WARM_UP;
	if (e->intensity >= 3 && e->muscle_bits & ch->worked)
		return OBJECTION_SAME_MUSCLES;
	if (ch->strength_load > 0 && coach_is_strength(e) &&
	    ch->strength_load + load_of(ch, i) > ch->strength_room)
		return OBJECTION_ALLOWANCE;
	return OBJECTION_NONE;
}

/* Substitutions -------------------------------------------------------------------------------- */

static bool was_last(const struct coach_memory *m, int i)
{
	uint32_t pick = m->progress[i].offered_pick;

	return pick && m->picks - pick < PICKS_KEPT;
}

static bool may_stand_in(const struct choosing *ch, int i)
{
	return i >= 0 && !is_chosen(ch->r, i) && objects(ch, i) == OBJECTION_NONE;
}

/*
 * The exercise that comes when `i` is considered, or -1. What is mastered gives way to its harder
 * form (strengthening and core: the others are not worked up, but varied), what was too hard to its
 * easier one, what there is no room for to its desk alternative; each has to pass all of the filter
 * itself.
 */
static int resolve(const struct choosing *ch, int i, enum step_form *ret_form)
{
	const struct catalog *catalog = ch->c->catalog;
	const struct coach_progress *p = &ch->c->memory->progress[i];
	enum objection objection = objects(ch, i);
	int harder;

	*ret_form = FORM_HARDER;
	if (p->mastered_day && coach_is_strength(&catalog->exercises[i])) {
		harder = catalog_harder(catalog, i);
		if (may_stand_in(ch, harder) && !was_last(ch->c->memory, harder))
			return harder;
	}
	*ret_form = FORM_ITSELF;
	if (objection == OBJECTION_NONE)
		return is_chosen(ch->r, i) ? -1 : i;
	*ret_form = FORM_DESK;
	if ((objection == OBJECTION_PLACE || objection == OBJECTION_DISCREET) &&
	    may_stand_in(ch, catalog_desk_alternative(catalog, i)))
		return catalog_desk_alternative(catalog, i);
	*ret_form = FORM_EASIER;
	if (objection == OBJECTION_EASIER_FIRST && p->stepped_down &&
	    may_stand_in(ch, catalog_easier(catalog, i)))
		return catalog_easier(catalog, i);
	return -1;
}

/* The order ------------------------------------------------------------------------------------ */

static bool is_other_posture(const struct coach *c, const struct exercise *e)
{
	if (c->posture == POSTURE_SITTING)
		return e->position != POSITION_SEATED;
	return e->position != POSITION_STANDING && e->position != POSITION_WALL;
}

/* The region that speaks for it most, or REGIONS_COUNT. */
static unsigned leading_region(const struct choosing *ch, const struct exercise *e)
{
	unsigned best = REGIONS_COUNT;
	int points = 0;

	for (uint32_t left = e->relieves & ~ch->relieved; left; left &= left - 1) {
		unsigned region = (unsigned)__builtin_ctz(left);

		if (ch->regions[region] > points) {
			points = ch->regions[region];
			best = region;
		}
	}
	return best;
}

static int rate_taste(const struct coach_progress *p)
{
	if (p->likes > p->dislikes)
		return POINTS_LIKED;
	return p->likes < p->dislikes ? POINTS_DISLIKED : 0;
}

/* For what did not come for long; `last` is the number of a routine. */
static int rate_age(const struct coach_memory *m, uint32_t last, unsigned slower, int most)
{
	uint32_t age = m->picks - last;

	return !last || age / slower > (unsigned)most ? most : (int)(age / slower);
}

/* What place, rest days and the like let through only now and then has its turn when they do, the
 * longest forgotten first. */
static int rate_forgotten(const struct coach_memory *m, int i)
{
	int32_t last = m->progress[i].offered_day;
	int64_t days = last ? (int64_t)m->today - last : FORGOTTEN_DAYS + POINTS_FORGOTTEN;

	if (days < FORGOTTEN_DAYS || (!last && m->picks < FORGOTTEN_PICKS))
		return 0;
	days -= FORGOTTEN_DAYS;
	return POINTS_FORGOTTEN + (days < POINTS_FORGOTTEN ? (int)days : POINTS_FORGOTTEN);
}

static int rate_recency(const struct coach_memory *m, int i)
{
	int forgotten = rate_forgotten(m, i);

	/* Where there is nothing else, what came longest ago. */
	if (was_last(m, i))
		return POINTS_LAST * (int)(PICKS_KEPT - (m->picks - m->progress[i].offered_pick));
	return forgotten ? forgotten
			 : rate_age(m, m->progress[i].offered_pick, 2, POINTS_NOT_FOR_LONG);
}

/* A region that the exercise stretches and that has had some of its 60 s today, or REGIONS_COUNT.
 */
static unsigned begun_region(const struct choosing *ch, const struct exercise *e)
{
	uint32_t begun = e->set == SET_STRETCHING ? e->relieves & ch->begun : 0;

	return begun ? (unsigned)__builtin_ctz(begun) : REGIONS_COUNT;
}

/*
 * What has begun is brought to its 60 s before the next one begins (ergonomics X7). The regions
 * that the rule asks for have theirs each day; without any, all of the body has its turn first.
 */
static int rate_stretch(const struct choosing *ch, const struct exercise *e)
{
	bool chosen = ch->w->regions;

	if (e->set != SET_STRETCHING)
		return 0;
	if (e->relieves & ch->begun)
		return chosen ? POINTS_CHOSEN_MORE : POINTS_STRETCH_MORE;
	if (e->relieves & ch->unstretched)
		return chosen ? POINTS_CHOSEN_FIRST : 0;
	return POINTS_STRETCHED;
}

static int rate_strength(const struct choosing *ch, int i)
{
	const struct exercise *e = &ch->c->catalog->exercises[i];
	const struct coach_progress *p = &ch->c->memory->progress[i];
	int points = 0;

	if (!coach_is_strength(e))
		return 0;
	if (!(ch->in_sets & (BIT(SET_STRENGTHENING) | BIT(SET_CORE))))
		points += POINTS_STRENGTH;
	if (p->mastered_day)
		return points + POINTS_MASTERED;
	/* What leads on to something is kept at, and more so what can come once in 48 h only. */
	if (is_in_work(ch->c, i) && catalog_harder(ch->c->catalog, i) >= 0)
		return points + (e->intensity >= 3 ? 2 : 1) * POINTS_IN_WORK;
	if (is_in_work(ch->c, i))
		return points;
	return ch->in_work >= IN_WORK_MAX ? points + POINTS_NEW_WORK : points;
}

static int rate_alone(const struct coach *c, int i)
{
	const struct exercise *e = &c->catalog->exercises[i];
	const struct coach_memory *m = c->memory;
	int points = is_other_posture(c, e) ? POINTS_POSTURE : 0;

	return points + rate_taste(&m->progress[i]) + rate_recency(m, i) +
	       rate_age(m, m->set_pick[e->set], 2, POINTS_SET);
}

static int rate(const struct choosing *ch, int i, unsigned region)
{
	const struct exercise *e = &ch->c->catalog->exercises[i];
	int points = ch->points[i];

	if (region < REGIONS_COUNT)
		points += ch->regions[region];
	if (ch->in_sets & BIT(e->set) && ch->part == PART_MAIN)
		points += POINTS_SAME_SET;
	return points + rate_stretch(ch, e) + rate_strength(ch, i);
}

/* A number that looks like chance, from the seed and what was picked (splitmix64). */
static uint64_t draw(const struct choosing *ch, unsigned nth)
{
	uint64_t x = ch->c->memory->seed + ch->c->memory->picks * UINT64_C(0x9e3779b97f4a7c15);

	x += (ch->r->n * 1000 + nth) * UINT64_C(0xd1342543de82ef95);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

/* The best exercise for the part; the generator settles ties. False if none fits. */
static bool find_best(const struct choosing *ch, struct routine_step *ret)
{
	unsigned equals = 0;
	int best = 0;

	for (int i = 0; i < (int)ch->c->catalog->n; i++) {
		enum step_form form;
		unsigned region;
		int target, points;

		if (!(ch->sets & BIT(ch->c->catalog->exercises[i].set)))
			continue;
		target = resolve(ch, i, &form);
		if (target < 0)
			continue;
		region = leading_region(ch, &ch->c->catalog->exercises[target]);
		points = rate(ch, target, region);
		if (equals > 0 && points < best)
			continue;
		equals = equals > 0 && points == best ? equals + 1 : 1;
		best = points;
		if (equals > 1 && draw(ch, equals) % equals != 0)
			continue;
		*ret = (struct routine_step){
			.exercise = (int16_t)target,
			.instead = (int16_t)i,
			.part = (uint8_t)ch->part,
			.form = (uint8_t)form,
			.region = (uint8_t)region,
		};
	}
	return equals > 0;
}

/* Filling the break ---------------------------------------------------------------------------- */

static void put_reasons(const struct choosing *ch, struct routine_step *step)
{
	const struct coach_memory *m = ch->c->memory;
	const struct coach_progress *p = &m->progress[step->exercise];
	unsigned begun = begun_region(ch, &ch->c->catalog->exercises[step->exercise]);

	/* What speaks for it is not that the region has waited for long. */
	step->more = begun < REGIONS_COUNT && (step->region >= REGIONS_COUNT ||
					       ch->regions[step->region] <= ch->regions[begun]);
	if (step->more)
		step->region = (uint8_t)begun;
	step->never = step->region < REGIONS_COUNT && !m->relieved_at[step->region];
	step->other_posture = is_other_posture(ch->c, &ch->c->catalog->exercises[step->exercise]);
	step->liked = p->likes > p->dislikes;
	step->first = !p->first_day;
}

static void account(struct choosing *ch, const struct routine_step *step)
{
	const struct exercise *e = &ch->c->catalog->exercises[step->exercise];

	if (e->intensity >= 3)
		ch->worked |= e->muscle_bits;
	if (coach_is_strength(e))
		ch->strength_load += e->intensity * step->dose.seconds;
	if (routine_step_warms(ch->c->catalog, step))
		ch->warm += step->dose.seconds;
	ch->relieved |= e->relieves;
	ch->in_sets |= BIT(e->set);
	ch->left -= step->dose.seconds < ch->left ? step->dose.seconds : ch->left;
	ch->r->seconds += routine_step_takes(step);
}

/* So many seconds to get ready for the next step; false if there are not as many. */
static bool reserve(struct choosing *ch, unsigned seconds)
{
	if (ch->left < seconds)
		return false;
	ch->left -= seconds;
	return true;
}

/* Add the best exercise of these sets; false if there is none, or no room for it. */
static bool add_step(struct choosing *ch, enum step_part part, uint32_t sets)
{
	struct routine_step *step = &ch->r->steps[ch->r->n];
	unsigned ready = part == PART_ONLY || part == PART_SESSION ? 0 : READY_SECONDS;

	if (ch->r->n == ROUTINE_MAX || !reserve(ch, ready))
		return false;
	ch->part = part;
	ch->sets = sets & ch->w->sets;
	if (!find_best(ch, step)) {
		ch->left += ready;
		return false;
	}
	step->ready = (uint8_t)ready;
	coach_dose(&ch->c->catalog->exercises[step->exercise],
		   &ch->c->memory->progress[step->exercise], &step->dose);
	coach_dose_within(&ch->c->catalog->exercises[step->exercise], ch->left, &step->dose);
	put_reasons(ch, step);
	ch->r->n++;
	account(ch, step);
	return true;
}

/* Can it go on for five minutes, at a pace that warms and does not tire? */
static bool is_long_walk(const struct exercise *e)
{
	return e->position == POSITION_WALKING && e->intensity <= LEVEL_FIRST && !e->needs_warmup &&
	       e->seconds_max >= LONG_WARM_UP && e->seconds_min <= LONG_WARM_UP;
}

/* Before a session off the desk there is room enough for a walk inside. */
static enum objection objects_to_walk(const struct choosing *ch, int i)
{
	enum objection objection = objects(ch, i);

	if (objection == OBJECTION_NO_SESSION &&
	    ch->c->catalog->exercises[i].space != SPACE_OUTDOORS)
		return OBJECTION_NONE;
	return objection;
}

/* Five minutes on foot, which a long break or a session begins with. */
static bool add_long_walk(struct choosing *ch)
{
	struct routine_step *step = &ch->r->steps[ch->r->n];

	unsigned ready = ch->route == ROUTE_BREAK ? READY_SECONDS : 0;

	if (ch->left < LONG_WARM_UP + ready)
		return false;
	ch->sets = ch->w->sets;
	for (int i = 0; i < (int)ch->c->catalog->n; i++) {
		if (!is_long_walk(&ch->c->catalog->exercises[i]) || objects_to_walk(ch, i))
			continue;
		*step = (struct routine_step){
			.exercise = (int16_t)i,
			.instead = (int16_t)i,
			.part = PART_WARM_UP,
			.region = REGIONS_COUNT,
			.ready = (uint8_t)ready,
			.dose = { .reps = 1, .sets = 1, .seconds = LONG_WARM_UP },
		};
		put_reasons(ch, step);
		ch->r->n++;
		ch->left -= ready;
		account(ch, step);
		return true;
	}
	return false;
}

/* The posture exercise is chosen before the main part, so that there is time for it, and comes
 * last. */
static void move_to_end(struct routine *r, size_t from)
{
	struct routine_step step = r->steps[from];

	memmove(&r->steps[from], &r->steps[from + 1], (r->n - from - 1) * sizeof(step));
	r->steps[r->n - 1] = step;
}

/* On the floor, on the chair, on the feet: what takes a moment to change. */
enum base { BASE_FLOOR, BASE_CHAIR, BASE_FEET, BASES };

static enum base base_of(const struct choosing *ch, const struct routine_step *step)
{
	switch ((enum position)ch->c->catalog->exercises[step->exercise].position) {
	case POSITION_FLOOR:
		return BASE_FLOOR;
	case POSITION_SEATED:
		return BASE_CHAIR;
	default:
		return BASE_FEET;
	}
}

/* What is done while warm, and then ever calmer. */
static unsigned calmness(const struct choosing *ch, const struct routine_step *step)
{
	switch ((enum exercise_set)ch->c->catalog->exercises[step->exercise].set) {
	case SET_AEROBIC:
		return 0;
	case SET_STRENGTHENING:
	case SET_CORE:
		return 1;
	case SET_EYES:
	case SET_LIFESTYLE:
		return 3;
	default:
		return 2;
	}
}

/* Which base comes first: that of the warm-up; and last, unless it is the same: that of the end. */
static void order_bases(const struct choosing *ch, size_t from, size_t to,
			unsigned ret[static BASES])
{
	const struct routine_step *steps = ch->r->steps;
	unsigned next = 1;

	for (enum base b = 0; b < BASES; b++)
		ret[b] = UINT_MAX;
	if (from > 0)
		ret[base_of(ch, &steps[from - 1])] = 0;
	if (to < ch->r->n && ret[base_of(ch, &steps[to])] == UINT_MAX)
		ret[base_of(ch, &steps[to])] = BASES;
	for (size_t i = from; i < to; i++)
		if (ret[base_of(ch, &steps[i])] == UINT_MAX)
			ret[base_of(ch, &steps[i])] = next++;
}

/*
 * The steps from `from` up to `to` in an order in which nobody lies down twice: by base, there by
 * calmness, else as they were chosen.
 */
static void put_in_order(struct choosing *ch, size_t from, size_t to)
{
	struct routine_step *steps = ch->r->steps;
	unsigned bases[BASES];

	order_bases(ch, from, to, bases);
	for (size_t i = from + 1; i < to; i++) {
		struct routine_step step = steps[i];
		unsigned base = bases[base_of(ch, &step)], calm = calmness(ch, &step);
		size_t at = i;

		while (at > from && (bases[base_of(ch, &steps[at - 1])] > base ||
				     (bases[base_of(ch, &steps[at - 1])] == base &&
				      calmness(ch, &steps[at - 1]) > calm))) {
			steps[at] = steps[at - 1];
			at--;
		}
		steps[at] = step;
	}
}

/* Longer to get ready for what is done elsewhere than the one before it, as long as there is time.
 */
static void allow_for_moving(struct choosing *ch)
{
	struct routine_step *steps = ch->r->steps;
	const unsigned more = READY_TO_MOVE - READY_SECONDS;

	for (size_t i = 1; i < ch->r->n; i++) {
		if (base_of(ch, &steps[i]) == base_of(ch, &steps[i - 1]) || !reserve(ch, more))
			continue;
		steps[i].ready = READY_TO_MOVE;
		ch->r->seconds += more;
	}
}

/* What is left of a break that has one exercise. */
static void allow_what_is_left(struct choosing *ch)
{
	struct routine *r = ch->r;

	if (!r->n)
		return;
	r->steps[0].ready = (uint8_t)(ch->left < READY_SECONDS ? ch->left : READY_SECONDS);
	r->seconds += r->steps[0].ready;
}

static void fill_break(struct choosing *ch)
{
	uint32_t warm = BIT(SET_WARM_UP), posture = BIT(SET_POSTURE);
	uint32_t main = ch->w->sets & ~(warm | posture);
	unsigned steps = ch->left / SECONDS_A_STEP;
	unsigned enough = is_long(ch->w) ? LONG_WARM_UP : 1;
	size_t at;
	bool ends;

	/* Who was warmed up in this break is so still. */
	if (ch->warm < enough && (!is_long(ch->w) || !add_long_walk(ch)))
		(void)add_step(ch, PART_WARM_UP, warm);
	at = ch->r->n;
	ends = add_step(ch, PART_POSTURE, posture);
	while (steps-- > 0 && add_step(ch, PART_MAIN, main ? main : ch->w->sets))
		;
	if (ends)
		move_to_end(ch->r, at);
	put_in_order(ch, at, ch->r->n - ends);
	allow_for_moving(ch);
}

void coach_choose(const struct coach *c, const struct wish *w, struct routine *ret)
{
	struct choosing ch;

	begin(&ch, c, w, ROUTE_BREAK, ret);
	if (w->length >= ROUTINE_FROM) {
		fill_break(&ch);
		return;
	}
	(void)add_step(&ch, PART_ONLY, UINT32_MAX);
	allow_what_is_left(&ch);
}

/* Off the desk --------------------------------------------------------------------------------- */

void coach_suggest(const struct coach *c, const struct routine *beside, struct routine *ret)
{
	const struct wish any = {
		.sets = UINT32_MAX,
		.length = USEC_PER_DAY,
		.worked = beside ? routine_muscles(beside, c->catalog) : 0,
	};
	struct choosing ch;
	struct routine_step session;

	begin(&ch, c, &any, ROUTE_OFF_DESK, ret);
	if (!add_step(&ch, PART_SESSION, UINT32_MAX) ||
	    !c->catalog->exercises[ret->steps[0].exercise].needs_warmup)
		return;
	session = ret->steps[0];
	*ret = (struct routine){ .n = 0 };
	if (!add_long_walk(&ch))
		return;
	ret->steps[ret->n++] = session;
	ret->seconds += routine_step_takes(&session);
}

bool coach_suggestion_is_due(const struct coach *c)
{
	walltime_t at = c->memory->suggested_at;

	return !at || usec_sub(c->now, at) >= 20 * USEC_PER_HOUR;
}

/* Words ---------------------------------------------------------------------------------------- */

/* clang-format off */
static const char *const region_words[REGIONS_COUNT] = {
	[REGION_NECK]       = "your neck",
	[REGION_UPPER_BACK] = "your upper back",
	[REGION_LOWER_BACK] = "your lower back",
	[REGION_SHOULDERS]  = "your shoulders",
	[REGION_CHEST]      = "your chest",
	[REGION_HIPS]       = "your hips",
	[REGION_HAMSTRINGS] = "your hamstrings",
	[REGION_WRISTS]     = "your wrists",
	[REGION_EYES]       = "your eyes",
	[REGION_CORE]       = "your core",
	[REGION_LEGS]       = "your legs",
	[REGION_WHOLE_BODY] = "your body as a whole",
};
/* clang-format on */

static void add_form(const struct catalog *c, const struct routine_step *step, char *buffer)
{
	const char *name = c->exercises[step->instead].name;

	switch ((enum step_form)step->form) {
	case FORM_ITSELF:
		return;
	case FORM_HARDER:
		words_add(buffer, COACH_WHY_MAX, "The next step after ");
		words_add(buffer, COACH_WHY_MAX, name);
		words_add(buffer, COACH_WHY_MAX, ", which goes well by now");
		break;
	case FORM_EASIER:
		words_add(buffer, COACH_WHY_MAX, "An easier form of ");
		words_add(buffer, COACH_WHY_MAX, name);
		words_add(buffer, COACH_WHY_MAX, " for now");
		break;
	case FORM_DESK:
		words_add(buffer, COACH_WHY_MAX, "In place of ");
		words_add(buffer, COACH_WHY_MAX, name);
		words_add(buffer, COACH_WHY_MAX, ", which does not fit where you are");
		break;
	}
	words_add(buffer, COACH_WHY_MAX, ": ");
}

static void add_region(const struct routine_step *step, char *buffer)
{
	if (step->region >= REGIONS_COUNT) {
		words_add(buffer, COACH_WHY_MAX, "for a change");
		return;
	}
	words_add(buffer, COACH_WHY_MAX, "for ");
	words_add(buffer, COACH_WHY_MAX, region_words[step->region]);
	words_add(buffer, COACH_WHY_MAX,
		  step->more    ? ", a minute of stretching for today"
		  : step->never ? ", not relieved yet"
				: ", relieved longest ago");
}

static void add_part(const struct routine_step *step, char *buffer)
{
	switch ((enum step_part)step->part) {
	case PART_ONLY:
	case PART_MAIN:
		break;
	case PART_WARM_UP:
		words_add(buffer, COACH_WHY_MAX, "to warm up, ");
		break;
	case PART_POSTURE:
		words_add(buffer, COACH_WHY_MAX, "to end upright, ");
		break;
	case PART_SESSION:
		words_add(buffer, COACH_WHY_MAX, "off the desk, ");
		break;
	}
}

void coach_why(const struct catalog *c, const struct routine_step *step,
	       char buffer[static COACH_WHY_MAX])
{
	buffer[0] = '\0';
	add_form(c, step, buffer);
	add_part(step, buffer);
	if (step->part == PART_WARM_UP && step->region == REGIONS_COUNT)
		words_add(buffer, COACH_WHY_MAX, "before what comes after it");
	else
		add_region(step, buffer);
	if (step->other_posture)
		words_add(buffer, COACH_WHY_MAX, "; a change of posture");
	if (step->liked)
		words_add(buffer, COACH_WHY_MAX, "; you like it");
	words_add(buffer, COACH_WHY_MAX, ".");
	if (buffer[0] >= 'a' && buffer[0] <= 'z')
		buffer[0] = (char)(buffer[0] - 'a' + 'A');
}

/* Afterwards ----------------------------------------------------------------------------------- */

size_t routine_exercises(const struct routine *r, int ret[static ROUTINE_MAX])
{
	for (size_t i = 0; i < r->n; i++)
		ret[i] = r->steps[i].exercise;
	return r->n;
}

bool routine_step_warms(const struct catalog *c, const struct routine_step *step)
{
	return c->exercises[step->exercise].set == SET_WARM_UP || step->part == PART_WARM_UP;
}

uint32_t routine_muscles(const struct routine *r, const struct catalog *c)
{
	uint32_t muscles = 0;

	for (size_t i = 0; i < r->n; i++) {
		const struct exercise *e = &c->exercises[r->steps[i].exercise];

		if (e->intensity >= 3)
			muscles |= e->muscle_bits;
	}
	return muscles;
}

void routine_remove(struct routine *r, size_t i)
{
	r->seconds -= routine_step_takes(&r->steps[i]);
	r->n--;
	memmove(&r->steps[i], &r->steps[i + 1], (r->n - i) * sizeof(r->steps[0]));
}

uint32_t routine_barred(const struct routine *r, const struct coach *c, const struct wish *w)
{
	uint32_t barred = 0, worked = w->worked;
	unsigned warm = w->warm;

	for (size_t i = 0; i < r->n; i++) {
		const struct routine_step *step = &r->steps[i];
		const struct exercise *e = &c->catalog->exercises[step->exercise];
		enum objection objection = coach_objects(c, step->exercise, ROUTE_BREAK);

		/* What was given lately was given here. */
		if ((objection && objection != OBJECTION_TIP) ||
		    (e->needs_warmup && !is_warmed_up(c, w, warm)) ||
		    (e->intensity >= 3 && e->muscle_bits & worked)) {
			barred |= BIT(i);
			continue;
		}
		if (e->intensity >= 3)
			worked |= e->muscle_bits;
		if (routine_step_warms(c->catalog, step))
			warm += step->dose.seconds;
	}
	return barred;
}

bool routine_suits(const struct routine *r, const struct coach *c, const struct wish *w)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct exercise *e = &c->catalog->exercises[r->steps[i].exercise];

		if (!(BIT(e->set) & w->sets) || (w->regions && !(e->relieves & w->regions)))
			return false;
	}
	return r->seconds * USEC_PER_SEC <= w->length && !routine_barred(r, c, w);
}

bool suggestion_suits(const struct routine *suggestion, const struct coach *c,
		      const struct routine *beside)
{
	for (size_t i = 0; i < suggestion->n; i++)
		if (coach_bars(c, suggestion->steps[i].exercise))
			return false;
	return !(routine_muscles(suggestion, c->catalog) & routine_muscles(beside, c->catalog));
}

void routine_done(const struct routine *r, usec_t rested, unsigned ret[static ROUTINE_MAX])
{
	unsigned left = (unsigned)(usec_min(rested, USEC_PER_DAY) / USEC_PER_SEC);

	for (size_t i = 0; i < r->n; i++) {
		unsigned seconds = r->steps[i].dose.seconds, ready = r->steps[i].ready;

		left -= ready < left ? ready : left;
		ret[i] = seconds < left ? seconds : left;
		left -= ret[i];
	}
}
