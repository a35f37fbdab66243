/* Two memories of one person made one: of the time before, and since. */
#include <string.h>

#include "coach/memory-internal.h"
#include "coach/progress.h"

static void later(walltime_t *at, walltime_t other)
{
	if (other > *at)
		*at = other;
}

static void later_day(int32_t *day, int32_t other)
{
	if (other > *day)
		*day = other;
}

static uint16_t sum(uint16_t a, uint16_t b)
{
	return a > UINT16_MAX - b ? UINT16_MAX : (uint16_t)(a + b);
}

/* What protects ----------------------------------------------------------------------------------
 */

/* A flag that both know of is one. */
static void add_flag(walltime_t at[static FLAGS_KEPT], walltime_t flag)
{
	size_t i = 0;

	while (i < FLAGS_KEPT && at[i] > flag)
		i++;
	if (i == FLAGS_KEPT || at[i] == flag)
		return;
	memmove(&at[i + 1], &at[i], (FLAGS_KEPT - 1 - i) * sizeof(at[0]));
	at[i] = flag;
}

static void heed_regions(struct coach_memory *m, const struct coach_memory *other)
{
	for (size_t i = 0; i < REGIONS_COUNT; i++) {
		later(&m->no_strength_until[i], other->no_strength_until[i]);
		for (size_t k = 0; k < FLAGS_KEPT; k++)
			if (other->flags_at[i][k])
				add_flag(m->flags_at[i], other->flags_at[i][k]);
		later(&m->no_strength_until[i], memory_judge_flags(m->flags_at[i]));
	}
	for (size_t i = 0; i < MUSCLES_COUNT; i++) {
		later(&m->bout_at[i], other->bout_at[i]);
		later(&m->sore_until[i], other->sore_until[i]);
	}
	later_day(&m->strength_day, other->strength_day);
}

/* The last pain is the one that can be taken back. */
static void heed_pain(struct coach_memory *m, struct coach_progress *p,
		      const struct coach_memory *other, const struct coach_progress *q)
{
	const struct coach_before *theirs = memory_before(other, q);
	walltime_t mine = memory_hurt_said(m, p);
	struct coach_before *b;

	if (q->hurt_at <= p->hurt_at)
		return;
	b = memory_keep(m, p);
	if (mine != memory_hurt_said(other, q)) {
		bool newer = theirs->hurt_before > mine;
		walltime_t third = newer ? mine : usec_max(theirs->hurt_before, b->hurt_before);

		b->hurt_before = newer ? theirs->hurt_before : mine;
		b->hurt_before_day = newer ? theirs->hurt_before_day : b->hurt_day;
		memory_count_earlier(p, memory_is_within_block(third, q->hurt_at));
	}
	memory_count_earlier(p, q->hurt_earlier);
	p->hurt_at = q->hurt_at;
	b->hurt_day = theirs->hurt_day;
	b->flagged_at = theirs->flagged_at;
}

static void heed_rows(struct coach_memory *m, const struct coach_memory *other,
		      const struct catalog *c)
{
	for (size_t i = 0; i < m->n; i++) {
		later(&m->progress[i].hurt_until, other->progress[i].hurt_until);
		heed_pain(m, &m->progress[i], other, &other->progress[i]);
		m->progress[i].stepped_down |= other->progress[i].stepped_down;
		later_day(&m->progress[i].stepped_day, other->progress[i].stepped_day);
		m->progress[i].changed = true;
	}
	memory_spread_hurts(m, c);
}

/* Days of strength, as the one who knows more of it has them. */
static void heed_days(struct coach_memory *m, const struct coach_memory *other)
{
	for (int i = 0; i < DAYS_KEPT; i++) {
		const struct coach_day *d = coach_day_of(other, m->days[i].day);

		if (!d || d->strength_load <= m->days[i].strength_load)
			continue;
		m->days[i].strength_load = d->strength_load;
		m->days[i].strength_seconds = d->strength_seconds;
	}
}

/* The lower cap of the two; of equal ones the later. */
static void heed_cap(struct coach_memory *m, const struct coach_memory *other)
{
	if (!other->level_cap || (m->level_cap && m->level_cap < other->level_cap))
		return;
	if (m->level_cap == other->level_cap)
		later_day(&m->cap_day, other->cap_day);
	else
		m->cap_day = other->cap_day;
	m->level_cap = other->level_cap;
}

static void heed_gone(struct coach_memory *m, const struct coach_memory *other)
{
	for (size_t i = 0; i < other->n_gone; i++) {
		struct coach_progress *row = coach_memory_gone(m, other->gone[i].id);

		if (!row)
			continue;
		later(&row->hurt_until, other->gone[i].row.hurt_until);
		row->stepped_down |= other->gone[i].row.stepped_down;
		later_day(&row->stepped_day, other->gone[i].row.stepped_day);
		row->changed = true;
	}
}

void coach_memory_heed(struct coach_memory *m, const struct coach_memory *other,
		       const struct catalog *c)
{
	heed_rows(m, other, c);
	heed_regions(m, other);
	heed_days(m, other);
	heed_cap(m, other);
	heed_gone(m, other);
	m->changed = true;
}

/* All of it --------------------------------------------------------------------------------------
 */

#define MARKS ((1 << DAYS_KEPT) - 1)

static void join_marks(struct coach_progress *p, const struct coach_progress *q)
{
	struct coach_progress newer = p->marks_day > q->marks_day ? *p : *q;
	struct coach_progress older = p->marks_day > q->marks_day ? *q : *p;
	int64_t by = (int64_t)newer.marks_day - older.marks_day;

	p->marks_day = newer.marks_day;
	p->offered_marks = newer.offered_marks;
	p->done_marks = newer.done_marks;
	if (by >= DAYS_KEPT)
		return;
	p->offered_marks |= (uint16_t)(older.offered_marks << by & MARKS);
	p->done_marks |= (uint16_t)(older.done_marks << by & MARKS);
}

/* How much was done; a day of which both know is one. */
static void join_days(struct coach_progress *p, const struct coach_progress *q)
{
	uint16_t same = p->done_day && p->done_day == q->first_day && q->days > 0;

	p->days = sum(p->days, (uint16_t)(q->days - same));
	p->days_at_dose =
		sum(p->days_at_dose, (uint16_t)(q->days_at_dose - (q->days_at_dose && same)));
	if (!p->first_day) {
		p->first_day = q->first_day;
		p->reps = q->reps;
		p->hold = q->hold;
		p->seconds = q->seconds;
		p->dose_day = q->dose_day;
	}
	later_day(&p->done_day, q->done_day);
	join_marks(p, q);
}

static void join_ratings(struct coach_progress *p, const struct coach_progress *q)
{
	bool hard = q->hard > 0 || q->hurts > 0;

	p->easy_running = hard ? q->easy_running : sum(p->easy_running, q->easy_running);
	p->hard_running = q->easy > 0 ? q->hard_running : sum(p->hard_running, q->hard_running);
	p->likes = q->dislikes ? q->likes : sum(p->likes, q->likes);
	p->dislikes = q->likes ? q->dislikes : sum(p->dislikes, q->dislikes);
	p->easy = sum(p->easy, q->easy);
	p->hard = sum(p->hard, q->hard);
	p->hurts = sum(p->hurts, q->hurts);
}

static void join_row(struct coach_memory *m, const struct coach_memory *since,
		     const struct catalog *c, int i, walltime_t now)
{
	struct coach_progress *p = &m->progress[i];
	const struct coach_progress *q = &since->progress[i];

	if (q->offered_day)
		p->offered_pick = m->picks + q->offered_pick;
	later_day(&p->offered_day, q->offered_day);
	join_days(p, q);
	join_ratings(p, q);
	/* From here on nothing of the time before can be replaced. */
	memory_drop_said(m, p);
	if (!p->mastered_day)
		p->mastered_day = q->mastered_day;
	p->mastered_once |= q->mastered_once;
	if (!p->well_day || q->hard > 0 || q->hurts > 0)
		p->well_day = q->well_day;
	/* What the new user's record could not tell: that there was something to step down from. */
	if (q->hurts > 0) {
		memory_keep_before(m, c, i, false, memory_hurt_said(since, q));
		memory_begin_again(m, c, i);
	}
	if (q->hard > 0 && p->hard_running >= 2) {
		memory_keep_before(m, c, i, true, now);
		memory_step_down(m, c, i, now);
	}
}

static void join_today(struct coach_memory *m, const struct coach_memory *since)
{
	for (int i = 0; i < DAYS_KEPT; i++) {
		const struct coach_day *d = coach_day_of(since, m->days[i].day);
		struct coach_day *to = &m->days[i];

		if (!d)
			continue;
		to->offered = sum(to->offered, d->offered);
		to->done = sum(to->done, d->done);
		to->easy = sum(to->easy, d->easy);
		to->hard = sum(to->hard, d->hard);
		to->hurts = sum(to->hurts, d->hurts);
		to->strength_seconds = sum(to->strength_seconds, d->strength_seconds);
		to->strength_load += d->strength_load;
		to->activity_seconds += d->activity_seconds;
	}
}

static void join_regions(struct coach_memory *m, const struct coach_memory *since)
{
	for (size_t i = 0; i < REGIONS_COUNT; i++) {
		later(&m->relieved_at[i], since->relieved_at[i]);
		later_day(&m->loaded_day[i], since->loaded_day[i]);
		if (since->today == m->today)
			m->stretched[i] += since->stretched[i];
	}
	for (size_t i = 0; i < SETS_COUNT; i++)
		if (since->set_pick[i])
			m->set_pick[i] = m->picks + since->set_pick[i];
}

/* Since when it has gone well after a step down, only the later one can know. */
static void join_well_days(struct coach_memory *m, const struct coach_memory *since)
{
	for (size_t i = 0; i < m->n; i++)
		if (!m->progress[i].well_day)
			m->progress[i].well_day = since->progress[i].well_day;
}

void coach_memory_join(struct coach_memory *m, const struct coach_memory *since,
		       const struct catalog *c, bool said, walltime_t now)
{
	coach_day_is(m, c, since->today, now);
	for (int i = 0; i < (int)m->n; i++)
		join_row(m, since, c, i, now);
	join_well_days(m, since);
	heed_rows(m, since, c);
	heed_regions(m, since);
	heed_cap(m, since);
	heed_gone(m, since);
	join_regions(m, since);
	join_today(m, since);
	m->picks += since->picks;
	later_day(&m->last_day, since->last_day);
	later(&m->walked_at, since->walked_at);
	later(&m->suggested_at, since->suggested_at);
	if (said)
		coach_consent(m, since->consent);
	m->changed = true;
}
