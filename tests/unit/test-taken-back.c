/* What was said by mistake and is taken back: the memory is as if it had never been said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "coach/memory.h"

#define BIT(n) (UINT32_C(1) << (n))
#define DAY0 20780
#define VALUES_MAX 400

enum { BRACE, PLANK, HARD_PLANK, ROLL, WALK, CLIMB, EXERCISES };

/* A chain of three, some without relation, and two that are done off the desk. */
static struct exercise exercises[EXERCISES] = {
	[BRACE] = { .id = "brace",
		    .set = SET_CORE,
		    .intensity = 2,
		    .harder = "plank",
		    .easier = "",
		    .muscles = "obliques",
		    .relieves = BIT(REGION_CORE) | BIT(REGION_LOWER_BACK),
		    .reps = 4,
		    .sets = 1,
		    .sides = 1,
		    .seconds_min = 24,
		    .seconds_default = 56 },
	[PLANK] = { .id = "plank",
		    .set = SET_CORE,
		    .intensity = 3,
		    .harder = "hard-plank",
		    .easier = "brace",
		    .muscles = "obliques; rectus abdominis",
		    .relieves = BIT(REGION_CORE),
		    .reps = 8,
		    .sets = 1,
		    .sides = 2,
		    .seconds_min = 20,
		    .seconds_default = 48 },
	[HARD_PLANK] = { .id = "hard-plank",
			 .set = SET_CORE,
			 .intensity = 4,
			 .easier = "plank",
			 .harder = "",
			 .muscles = "obliques",
			 .relieves = BIT(REGION_CORE),
			 .reps = 8,
			 .sets = 1,
			 .sides = 1,
			 .seconds_min = 20,
			 .seconds_default = 40 },
	[ROLL] = { .id = "roll",
		   .set = SET_WARM_UP,
		   .intensity = 1,
		   .easier = "",
		   .harder = "",
		   .relieves = BIT(REGION_SHOULDERS) | BIT(REGION_CORE),
		   .reps = 20,
		   .sets = 1,
		   .sides = 1,
		   .seconds_min = 20,
		   .seconds_default = 40 },
	[WALK] = { .id = "walking",
		   .set = SET_AEROBIC,
		   .position = POSITION_WALKING,
		   .intensity = 2,
		   .easier = "",
		   .harder = "",
		   .relieves = BIT(REGION_WHOLE_BODY),
		   .reps = 1,
		   .sets = 1,
		   .sides = 1,
		   .seconds_min = 300,
		   .seconds_default = 1200 },
	[CLIMB] = { .id = "climbing",
		    .set = SET_STRENGTHENING,
		    .intensity = 4,
		    .easier = "",
		    .harder = "",
		    .muscles = "latissimus dorsi",
		    .relieves = BIT(REGION_CORE) | BIT(REGION_SHOULDERS),
		    .reps = 1,
		    .sets = 1,
		    .sides = 1,
		    .seconds_min = 600,
		    .seconds_default = 1200 },
};

static struct catalog catalog = { .exercises = exercises, .n = EXERCISES };

struct someone {
	struct coach_memory memory;
	struct coach_progress rows[EXERCISES];
	walltime_t now;
};

static int day_of(walltime_t at)
{
	return (int)(at / USEC_PER_DAY);
}

/* So much later; days begin at midnight here. */
static void later(struct someone *s, usec_t by)
{
	s->now += by;
	coach_day_is(&s->memory, &catalog, day_of(s->now), s->now);
}

static void begin(struct someone *s)
{
	catalog_link(&catalog);
	coach_memory_init(&s->memory, s->rows, EXERCISES, 7);
	s->now = DAY0 * USEC_PER_DAY;
	later(s, 9 * USEC_PER_HOUR);
}

/* All that is remembered, as it would be stored. */
struct picture {
	int64_t values[VALUES_MAX + EXERCISES * 80];
	char keys[VALUES_MAX + EXERCISES * 80][COACH_KEY_MAX + 16];
	size_t n;
};

/* Marks mean the same whatever day they are counted from. */
static struct coach_progress seen_today(const struct someone *s, size_t k)
{
	struct coach_progress row = s->rows[k];
	int by = s->memory.today - row.marks_day;

	row.offered_marks = by < DAYS_KEPT ? (uint16_t)(row.offered_marks << by & 0x3fff) : 0;
	row.done_marks = by < DAYS_KEPT ? (uint16_t)(row.done_marks << by & 0x3fff) : 0;
	row.marks_day = 0;
	return row;
}

static void take_picture(const struct someone *s, struct picture *p)
{
	char key[COACH_KEY_MAX];

	p->n = 0;
	for (size_t i = 0; i < coach_memory_values(); i++) {
		p->values[p->n] = coach_memory_get(&s->memory, i, key);
		(void)snprintf(p->keys[p->n++], sizeof(p->keys[0]), "%s", key);
	}
	for (size_t k = 0; k < EXERCISES; k++) {
		const struct coach_progress row = seen_today(s, k);

		for (size_t i = 0; i < coach_progress_values(); i++) {
			p->values[p->n] = coach_progress_get(&s->memory, &row, i, key);
			(void)snprintf(p->keys[p->n++], sizeof(p->keys[0]), "%s %s",
				       exercises[k].id, key);
		}
	}
}

static void assert_as_in(const struct someone *s, const struct picture *then)
{
	static struct picture now;

	take_picture(s, &now);
	assert_int_equal(now.n, then->n);
	for (size_t i = 0; i < now.n; i++)
		if (now.values[i] != then->values[i])
			fail_msg("%s was %lld and is %lld", now.keys[i], (long long)then->values[i],
				 (long long)now.values[i]);
}

static void assert_another_than(const struct someone *s, const struct picture *then)
{
	static struct picture now;

	take_picture(s, &now);
	assert_memory_not_equal(now.values, then->values, now.n * sizeof(now.values[0]));
}

/* Activities -------------------------------------------------------------------------------------
 */

struct done {
	const char *kind;
	usec_t length;
	walltime_t at;
};

static void log_it(struct someone *s, struct done *d, const char *kind, usec_t length)
{
	*d = (struct done){ kind, length, s->now };
	coach_activity(&s->memory, &catalog, kind, length, s->now);
}

/* All but one of what was done is told again, as from a history. */
static void remove_it(struct someone *s, const struct done all[], size_t n, size_t which)
{
	const struct done *d = &all[which];
	int i = coach_activity_removed(&s->memory, &catalog, d->kind, d->length, day_of(d->at),
				       d->at);

	for (size_t k = 0; k < n; k++)
		if (k != which)
			coach_activity_still_done(&s->memory, &catalog, all[k].kind, all[k].length,
						  day_of(all[k].at), all[k].at, i);
}

static void an_activity_that_never_was(void **state)
{
	static const char *const kinds[] = { "walking", "climbing", "gym" };
	static struct picture before;

	(void)state;
	for (size_t k = 0; k < ELEMENTS(kinds); k++) {
		struct done all[4];
		struct someone s;

		begin(&s);
		log_it(&s, &all[0], "walking", 20 * USEC_PER_MIN);
		later(&s, USEC_PER_DAY);
		log_it(&s, &all[1], "climbing", 10 * USEC_PER_MIN);
		later(&s, USEC_PER_HOUR);
		log_it(&s, &all[2], "walking", 30 * USEC_PER_MIN);
		later(&s, 3 * USEC_PER_DAY);
		take_picture(&s, &before);
		log_it(&s, &all[3], kinds[k], 20 * USEC_PER_HOUR);
		assert_another_than(&s, &before);
		remove_it(&s, all, 4, 3);
		assert_as_in(&s, &before);
	}
}

static void the_one_in_the_middle(void **state)
{
	static struct picture without;
	struct someone s;
	struct done all[3];

	(void)state;
	for (int mistaken = 0; mistaken < 2; mistaken++) {
		begin(&s);
		log_it(&s, &all[0], "walking", 20 * USEC_PER_MIN);
		later(&s, USEC_PER_DAY);
		if (mistaken)
			log_it(&s, &all[1], "walking", 20 * USEC_PER_HOUR);
		later(&s, 2 * USEC_PER_DAY);
		log_it(&s, &all[2], "walking", 30 * USEC_PER_MIN);
		if (!mistaken)
			take_picture(&s, &without);
	}
	assert_int_equal(coach_week_activity(&s.memory), 20 * 3600 + 50 * 60);
	remove_it(&s, all, 3, 1);
	assert_int_equal(coach_week_activity(&s.memory), 50 * 60);
	assert_as_in(&s, &without);
}

/* Two on a day are one day on which it was done. */
static void another_one_of_that_day_stays(void **state)
{
	static struct picture without;
	struct someone s;
	struct done all[2];

	(void)state;
	begin(&s);
	log_it(&s, &all[1], "walking", 20 * USEC_PER_MIN);
	later(&s, USEC_PER_HOUR);
	take_picture(&s, &without);
	log_it(&s, &all[0], "walking", 20 * USEC_PER_MIN);
	remove_it(&s, all, 2, 0);
	assert_as_in(&s, &without);
}

/* Of what is older than the memory's days only the row can go. */
static void one_of_long_ago(void **state)
{
	static struct picture before;
	struct someone s;
	struct done all[2];

	(void)state;
	begin(&s);
	log_it(&s, &all[0], "walking", 20 * USEC_PER_MIN);
	later(&s, 20 * USEC_PER_DAY);
	log_it(&s, &all[1], "walking", 20 * USEC_PER_MIN);
	take_picture(&s, &before);
	remove_it(&s, all, 2, 0);
	assert_as_in(&s, &before);
}

/* Pain -------------------------------------------------------------------------------------------
 */

static void rate(struct someone *s, int i, enum verdict verdict)
{
	(void)coach_verdict(&s->memory, &catalog, i, verdict, s->now, NULL);
}

static void do_it(struct someone *s, int i)
{
	coach_offered(&s->memory, &catalog, &i, 1);
	coach_done(&s->memory, &catalog, i, 60, s->now);
}

/* Two months of it, with which all three of the chain are mastered, and all levels reached. */
static void train(struct someone *s)
{
	begin(s);
	coach_consent(&s->memory, true);
	for (int day = 0; day < 60; day++, later(s, USEC_PER_DAY))
		for (int i = BRACE; i <= ROLL; i++) {
			do_it(s, i);
			rate(s, i, VERDICT_EASY);
		}
	assert_int_equal(s->memory.level, LEVEL_MAX);
	for (int i = BRACE; i <= HARD_PLANK; i++)
		assert_int_not_equal(s->rows[i].mastered_day, 0);
}

static void assert_did_not(struct someone *s, int i)
{
	assert_true(coach_did_not_hurt(&s->memory, &catalog, i, s->now));
}

/* Without what only tells how it was before, which changes nothing. */
static void forget_before(struct someone *s)
{
	for (int i = 0; i < EXERCISES; i++) {
		struct coach_before *b = &s->memory.before[s->rows[i].before - 1];

		s->rows[i].said = 0;
		if (!s->rows[i].before)
			continue;
		*b = (struct coach_before){
			.flagged_at = b->flagged_at,
			.hurt_before = b->hurt_before,
			.down_at = b->down_at,
			.hurt_day = b->hurt_day,
			.hurt_before_day = b->hurt_before_day,
			.down_day = b->down_day,
		};
	}
	memset(s->memory.said, 0, sizeof(s->memory.said));
	/* The one that is kept for when another one is taken back. */
	for (int i = 0; i < REGIONS_COUNT; i++)
		s->memory.flags_at[i][FLAGS_ADVISE] = 0;
	s->memory.cap_since = 0;
	s->memory.cap_before = 0;
	s->memory.cap_before_day = 0;
}

static void a_pain_that_never_was(void **state)
{
	static struct picture before;
	struct someone s;

	(void)state;
	for (int i = BRACE; i < EXERCISES; i++)
		for (int hours = 0; hours < 7 * 24; hours += 41) {
			train(&s);
			later(&s, (usec_t)hours * USEC_PER_HOUR);
			forget_before(&s);
			take_picture(&s, &before);
			train(&s);
			rate(&s, i, VERDICT_HURTS);
			assert_another_than(&s, &before);
			later(&s, (usec_t)hours * USEC_PER_HOUR);
			assert_did_not(&s, i);
			forget_before(&s);
			/* The level may have been looked at between. */
			assert_as_in(&s, &before);
		}
}

/* The same pain, told again and again, is one and goes as one. */
static void a_slip_that_was_pressed_again(void **state)
{
	static struct picture before;
	struct someone s;

	(void)state;
	train(&s);
	forget_before(&s);
	later(&s, 2 * USEC_PER_MIN);
	take_picture(&s, &before);
	s.now -= 2 * USEC_PER_MIN;
	rate(&s, PLANK, VERDICT_HURTS);
	later(&s, USEC_PER_MIN);
	rate(&s, PLANK, VERDICT_HURTS);
	later(&s, USEC_PER_MIN);
	assert_did_not(&s, PLANK);
	forget_before(&s);
	assert_as_in(&s, &before);
}

static void whoever_was_not_hurt_has_nothing_to_take_back(void **state)
{
	static struct picture before;
	struct someone s;

	(void)state;
	train(&s);
	take_picture(&s, &before);
	assert_false(coach_did_not_hurt(&s.memory, &catalog, PLANK, s.now));
	assert_as_in(&s, &before);
	/* Nor what is blocked by another one, nor one of longer ago. */
	rate(&s, BRACE, VERDICT_HURTS);
	assert_false(coach_did_not_hurt(&s.memory, &catalog, PLANK, s.now));
	later(&s, HURTS_BLOCKS);
	take_picture(&s, &before);
	assert_false(coach_did_not_hurt(&s.memory, &catalog, BRACE, s.now));
	assert_as_in(&s, &before);
}

/* What is said of several, one after the other, on some days. */
static const struct {
	int hours, i;
} pains[] = {
	{ 1, PLANK }, { 30, BRACE }, { 5, ROLL }, { 40, HARD_PLANK }, { 3, CLIMB }, { 20, BRACE },
};

/* All of them but those, told and taken back at once or not told at all. */
static void suffer(struct someone *s, unsigned without, bool told)
{
	train(s);
	for (size_t k = 0; k < ELEMENTS(pains); k++) {
		later(s, (usec_t)pains[k].hours * USEC_PER_HOUR);
		if (told || !(without & BIT(k)))
			rate(s, pains[k].i, VERDICT_HURTS);
	}
	later(s, USEC_PER_HOUR);
}

/* Whichever of them was real protects as if it alone had been said. */
static void of_several_pains_the_real_ones_stay(void **state)
{
	static struct picture want;
	struct someone s;

	(void)state;
	for (size_t k = 0; k < ELEMENTS(pains); k++) {
		/* Of two of the same exercise the later one is taken back. */
		if (pains[k].i == BRACE && k + 1 < ELEMENTS(pains))
			continue;
		suffer(&s, BIT(k), false);
		forget_before(&s);
		take_picture(&s, &want);
		suffer(&s, BIT(k), true);
		assert_did_not(&s, pains[k].i);
		forget_before(&s);
		assert_as_in(&s, &want);
	}
}

/* In whatever order they are taken back, nothing is left of them. */
static void all_of_several_pains(void **state)
{
	static const int orders[][ELEMENTS(pains)] = {
		{ PLANK, BRACE, ROLL, HARD_PLANK, CLIMB, BRACE },
		{ BRACE, CLIMB, HARD_PLANK, ROLL, BRACE, PLANK },
		{ HARD_PLANK, BRACE, PLANK, BRACE, CLIMB, ROLL },
	};
	static struct picture want;
	struct someone s;

	(void)state;
	suffer(&s, UINT32_MAX, false);
	forget_before(&s);
	take_picture(&s, &want);
	for (size_t k = 0; k < ELEMENTS(orders); k++) {
		suffer(&s, 0, true);
		for (size_t n = 0; n < ELEMENTS(pains); n++)
			assert_did_not(&s, orders[k][n]);
		forget_before(&s);
		assert_as_in(&s, &want);
	}
}

/* In a trace they may all be said in the same moment. */
static void several_pains_at_once(void **state)
{
	static struct picture want;
	struct someone s;

	(void)state;
	for (int without = BRACE; without <= CLIMB; without++) {
		for (int told = 0; told < 2; told++) {
			train(&s);
			for (int i = BRACE; i <= CLIMB; i++)
				if (told || i != without)
					rate(&s, i, VERDICT_HURTS);
			if (told)
				assert_did_not(&s, without);
			forget_before(&s);
			if (!told)
				take_picture(&s, &want);
		}
		assert_as_in(&s, &want);
	}
}

/* Three in a region call for advice: with one less they do not. */
static void a_region_rests_no_more(void **state)
{
	struct someone s;

	(void)state;
	train(&s);
	for (int i = BRACE; i <= HARD_PLANK; i++, later(&s, USEC_PER_HOUR))
		rate(&s, i, VERDICT_HURTS);
	assert_true(s.memory.no_strength_until[REGION_CORE] > s.now);
	assert_did_not(&s, PLANK);
	assert_int_equal(s.memory.no_strength_until[REGION_CORE], 0);
	rate(&s, ROLL, VERDICT_HURTS);
	assert_int_equal(s.memory.no_strength_until[REGION_CORE], s.now + 14 * USEC_PER_DAY);
	/* With four of them it does all the same. */
	rate(&s, CLIMB, VERDICT_HURTS);
	assert_did_not(&s, ROLL);
	assert_int_equal(s.memory.no_strength_until[REGION_CORE], s.now + 14 * USEC_PER_DAY);
}

/* More than there is room for -------------------------------------------------------------------
 */

#define MANY (3 * BEFORE_KEPT)
#define CHAIN 3 /* of so many exercises each next one is harder */

static struct exercise many_exercises[MANY];
static char many_ids[MANY + 1][EXERCISE_ID_MAX + 1];
static struct catalog many = { .exercises = many_exercises, .n = MANY };

struct many_hurt {
	struct coach_memory memory;
	struct coach_progress rows[MANY];
	walltime_t now;
	walltime_t pains[MANY][64]; /* what was said and not taken back, the last one last */
	size_t n_pains[MANY];
	walltime_t hard_at[MANY]; /* said twice; 0 = never, or replaced */
};

static void make_many(void)
{
	for (int i = 0; i < MANY; i++) {
		(void)snprintf(many_ids[i], sizeof(many_ids[i]), "exercise-%d", i);
		many_exercises[i] = exercises[HARD_PLANK];
		many_exercises[i].id = many_ids[i];
		many_exercises[i].easier = i % CHAIN > 0 ? many_ids[i - 1] : "";
	}
	catalog_link(&many);
}

static void pass(struct many_hurt *h, usec_t by)
{
	h->now += by;
	coach_day_is(&h->memory, &many, day_of(h->now), h->now);
}

/* All of them are done for some weeks. */
static void begin_many(struct many_hurt *h)
{
	*h = (struct many_hurt){ .now = DAY0 * USEC_PER_DAY };
	make_many();
	coach_memory_init(&h->memory, h->rows, MANY, 7);
	for (int day = 0; day < 30; day++) {
		pass(h, USEC_PER_DAY);
		for (int i = 0; i < MANY; i++)
			coach_done(&h->memory, &many, i, 60, h->now);
	}
	for (int i = 0; i < MANY; i++)
		assert_int_not_equal(h->rows[i].reps, 0);
}

static void it_hurts(struct many_hurt *h, int i)
{
	(void)coach_verdict(&h->memory, &many, i, VERDICT_HURTS, h->now, NULL);
	h->pains[i][h->n_pains[i]++] = h->now;
}

static bool it_did_not(struct many_hurt *h, int i)
{
	if (!coach_did_not_hurt(&h->memory, &many, i, h->now))
		return false;
	assert_true(h->n_pains[i] > 0);
	h->n_pains[i]--;
	return true;
}

/* What is real keeps away, and is begun anew. */
static void assert_careful(const struct many_hurt *h)
{
	for (int i = 0; i < MANY; i++)
		for (int k = i; k < MANY && k / CHAIN == i / CHAIN; k++) {
			walltime_t last = h->n_pains[i] ? h->pains[i][h->n_pains[i] - 1] : 0;

			if (usec_sub(h->now, last) >= HURTS_BLOCKS)
				continue;
			assert_true(h->rows[k].hurt_until >= last + HURTS_BLOCKS);
			assert_int_equal(h->rows[k].reps, 0);
			if (k > i)
				assert_true(h->rows[k].stepped_down);
		}
	for (int i = 0; i < MANY; i++)
		if (h->hard_at[i] && usec_sub(h->now, h->hard_at[i]) < 7 * USEC_PER_DAY) {
			assert_int_equal(h->rows[i].reps, 0);
			assert_true(h->rows[i].stepped_down == (i % CHAIN > 0) ||
				    h->rows[i].hurt_until);
		}
}

/* None of the rows has another one's, and each that is in use has a row. */
static void assert_own(const struct many_hurt *h)
{
	unsigned before[BEFORE_KEPT + 1] = { 0 }, said[SAID_KEPT + 1] = { 0 };

	for (int i = 0; i < MANY; i++) {
		assert_true(h->rows[i].before <= BEFORE_KEPT && h->rows[i].said <= SAID_KEPT);
		assert_true(++before[h->rows[i].before] == 1 || !h->rows[i].before);
		assert_true(++said[h->rows[i].said] == 1 || !h->rows[i].said);
	}
	for (int k = 0; k < BEFORE_KEPT; k++)
		assert_true(before[k + 1] || !h->memory.before[k].since);
	for (int k = 0; k < SAID_KEPT; k++)
		assert_true(said[k + 1] || !h->memory.said[k].day);
}

static void what_there_is_no_room_for_stays_as_careful_as_it_is(void **state)
{
	static struct many_hurt h;

	(void)state;
	begin_many(&h);
	it_hurts(&h, 0);
	pass(&h, USEC_PER_DAY);
	it_hurts(&h, 0);
	for (int i = CHAIN; i < MANY; i += CHAIN) {
		pass(&h, USEC_PER_HOUR);
		it_hurts(&h, i);
	}
	/* Of the last one all is known. */
	assert_true(it_did_not(&h, MANY - CHAIN));
	for (int i = MANY - CHAIN; i < MANY; i++) {
		assert_int_not_equal(h.rows[i].reps, 0);
		assert_int_equal(h.rows[i].hurt_until, 0);
	}
	/* Of the first one only that it was said: twice, so that it takes two words. */
	assert_true(it_did_not(&h, 0));
	assert_int_equal(h.rows[0].hurts, 1);
	assert_true(h.rows[0].hurt_until > h.now);
	assert_true(it_did_not(&h, 0));
	assert_int_equal(h.rows[0].hurts, 0);
	for (int i = 0; i < CHAIN; i++) {
		assert_int_equal(h.rows[i].hurt_until, 0);
		assert_int_equal(h.rows[i].reps, 0);
		assert_int_equal(h.rows[i].stepped_down, i > 0);
	}
	assert_false(it_did_not(&h, 0));
	assert_careful(&h);
}

/* What was hard for an easier form is known no more: nobody can tell what followed from it. */
static void what_followed_from_what_is_given_up_stays(void **state)
{
	static struct many_hurt h;

	(void)state;
	begin_many(&h);
	it_hurts(&h, 1);
	pass(&h, USEC_PER_HOUR);
	for (int n = 0; n < 2; n++)
		(void)coach_verdict(&h.memory, &many, 0, VERDICT_HARD, h.now, NULL);
	pass(&h, USEC_PER_HOUR);
	it_hurts(&h, 1);
	/* None of these has a harder form. */
	for (int n = 1; n < BEFORE_KEPT; n++) {
		pass(&h, USEC_PER_MIN);
		it_hurts(&h, n * CHAIN + CHAIN - 1);
	}
	assert_int_equal(h.rows[0].before, 0);
	assert_int_not_equal(h.rows[1].before, 0);
	assert_true(it_did_not(&h, 1));
	assert_true(it_did_not(&h, 1));
	for (int k = 1; k < CHAIN; k++) {
		assert_int_equal(h.rows[k].hurt_until, 0);
		assert_int_equal(h.rows[k].reps, 0);
		assert_true(h.rows[k].stepped_down);
	}
}

/* As much as can be said by hand, in any order, with every third word taken back. */
static void whatever_is_told_nobody_goes_back_to_what_hurts(void **state)
{
	static struct many_hurt h;
	uint64_t dice;
	size_t taken = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		begin_many(&h);
		dice = seed * 0x9e3779b97f4a7c15;
		for (int step = 0; step < 60; step++) {
			int i;

			dice = dice * 6364136223846793005u + 1442695040888963407u;
			i = (int)((dice >> 33) % MANY);
			pass(&h, (dice >> 20) % 5 * USEC_PER_HOUR + 11 * USEC_PER_MIN);
			switch ((dice >> 50) % 6) {
			case 0:
			case 1:
				i %= 8 * CHAIN; /* of some again and again */
				taken += it_did_not(&h, i);
				break;
			case 2:
				(void)coach_verdict(&h.memory, &many, i, VERDICT_EASY, h.now, NULL);
				if (day_of(h.hard_at[i]) == day_of(h.now))
					h.hard_at[i] = 0;
				break;
			case 3:
				for (int n = 0; n < 2; n++)
					(void)coach_verdict(&h.memory, &many, i, VERDICT_HARD,
							    h.now, NULL);
				h.hard_at[i] = h.now;
				break;
			default:
				it_hurts(&h, i % (10 * CHAIN));
				break;
			}
			assert_careful(&h);
			assert_own(&h);
		}
	}
	assert_true(taken > 1000);
}

/* Of ratings of one day the oldest is given up: it is as if both had been true. */
static void more_ratings_than_can_be_replaced(void **state)
{
	static struct many_hurt h;

	(void)state;
	begin_many(&h);
	for (int i = 0; i <= SAID_KEPT; i++)
		(void)coach_verdict(&h.memory, &many, i, VERDICT_EASY, h.now, NULL);
	for (int i = 0; i <= SAID_KEPT; i++) {
		int last = SAID_KEPT - i;

		(void)coach_verdict(&h.memory, &many, last, VERDICT_HARD, h.now, NULL);
		assert_int_equal(h.rows[last].easy, last == 0);
		assert_int_equal(h.rows[last].hard, 1);
	}
	assert_own(&h);
	/* The next day's come first. */
	pass(&h, USEC_PER_DAY);
	for (int i = 0; i < SAID_KEPT; i++)
		(void)coach_verdict(&h.memory, &many, MANY - 1 - i, VERDICT_EASY, h.now, NULL);
	for (int i = 0; i < SAID_KEPT; i++) {
		(void)coach_verdict(&h.memory, &many, MANY - 1 - i, VERDICT_HARD, h.now, NULL);
		assert_int_equal(h.rows[MANY - 1 - i].easy, 0);
	}
}

/* Ratings ---------------------------------------------------------------------------------------
 */

static void the_last_word_of_a_day_counts(void **state)
{
	static const enum verdict slips[][2] = {
		{ VERDICT_EASY, VERDICT_HARD },
		{ VERDICT_HARD, VERDICT_EASY },
		{ VERDICT_LIKE, VERDICT_DISLIKE },
		{ VERDICT_DISLIKE, VERDICT_LIKE },
	};
	static struct picture want;
	struct someone s;

	(void)state;
	for (int i = BRACE; i <= ROLL; i++)
		for (size_t k = 0; k < ELEMENTS(slips); k++)
			/* Twice is a step down. */
			for (int times = 1; times <= 3; times++) {
				train(&s);
				rate(&s, i, slips[k][1]);
				forget_before(&s);
				take_picture(&s, &want);
				train(&s);
				for (int n = 0; n < times; n++)
					rate(&s, i, slips[k][0]);
				rate(&s, i, slips[k][1]);
				forget_before(&s);
				assert_as_in(&s, &want);
			}
}

/* What was hard on Monday may be easy on Tuesday: both are true. */
static void another_day_is_another_word(void **state)
{
	struct someone s;

	(void)state;
	begin(&s);
	rate(&s, ROLL, VERDICT_EASY);
	later(&s, USEC_PER_DAY);
	rate(&s, ROLL, VERDICT_HARD);
	assert_int_equal(s.rows[ROLL].easy, 1);
	assert_int_equal(s.rows[ROLL].hard, 1);
	/* And no rating takes pain back. */
	rate(&s, ROLL, VERDICT_HURTS);
	rate(&s, ROLL, VERDICT_EASY);
	rate(&s, ROLL, VERDICT_LIKE);
	assert_true(s.rows[ROLL].hurt_until > s.now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_activity_that_never_was),
		cmocka_unit_test(the_one_in_the_middle),
		cmocka_unit_test(another_one_of_that_day_stays),
		cmocka_unit_test(one_of_long_ago),
		cmocka_unit_test(a_pain_that_never_was),
		cmocka_unit_test(a_slip_that_was_pressed_again),
		cmocka_unit_test(whoever_was_not_hurt_has_nothing_to_take_back),
		cmocka_unit_test(of_several_pains_the_real_ones_stay),
		cmocka_unit_test(all_of_several_pains),
		cmocka_unit_test(several_pains_at_once),
		cmocka_unit_test(a_region_rests_no_more),
		cmocka_unit_test(what_there_is_no_room_for_stays_as_careful_as_it_is),
		cmocka_unit_test(what_followed_from_what_is_given_up_stays),
		cmocka_unit_test(whatever_is_told_nobody_goes_back_to_what_hurts),
		cmocka_unit_test(more_ratings_than_can_be_replaced),
		cmocka_unit_test(the_last_word_of_a_day_counts),
		cmocka_unit_test(another_day_is_another_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
