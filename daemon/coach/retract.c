/*
 * What was said of an exercise and is taken back: that it hurt, or that it was hard or easy.
 *
 * Pain and "hard" take doses away, and what took them is not the only thing that may have: harder
 * forms of one exercise can be those of another one. So of each row is kept what it was before the
 * first of the pains that hold it back (struct coach_before), and one that is taken back is undone
 * by going there and letting follow what else was said since. Where nobody knows how a row was,
 * because too much has happened, or too many others were told of since (coach/before.c), it stays
 * as careful as it is.
 */
#include <string.h>

#include "coach/memory-internal.h"
#include "coach/progress.h"

/* Before -----------------------------------------------------------------------------------------
 */

/* Is row `k` changed when exercise `i` hurts, or, `down`, is hard for the second time? */
static bool concerns(const struct catalog *c, int i, int k, bool down)
{
	return k == i || catalog_is_harder(c, k, i) || (down && k == catalog_easier(c, i));
}

static void keep_row(struct coach_memory *m, struct coach_progress *p, walltime_t at)
{
	struct coach_before *b = memory_keep(m, p);

	/* While it is blocked nothing is done with it: what it was before that still tells all. */
	if (b->since && p->hurt_until > at && usec_sub(at, b->since) < HURTS_BLOCKS)
		return;
	b->since = at;
	b->dose_day = p->dose_day;
	b->mastered_day = p->mastered_day;
	b->well_day = p->well_day;
	b->stepped_day = p->stepped_day;
	b->reps = p->reps;
	b->hold = p->hold;
	b->seconds = p->seconds;
	b->days_at_dose = p->days_at_dose;
	b->easy_running = p->easy_running;
	b->hard_running = p->hard_running;
	b->stepped_down = p->stepped_down;
	p->changed = true;
}

static void keep_cap(struct coach_memory *m, walltime_t at)
{
	if (m->cap_since && usec_sub(at, m->cap_since) < HURTS_BLOCKS)
		return;
	m->cap_since = at;
	m->cap_before = m->level_cap;
	m->cap_before_day = m->cap_day;
}

void memory_keep_before(struct coach_memory *m, const struct catalog *c, int i, bool down,
			walltime_t at)
{
	for (int k = 0; k < (int)m->n; k++)
		if (concerns(c, i, k, down))
			keep_row(m, &m->progress[k], at);
	if (c->exercises[i].intensity > LEVEL_FIRST)
		keep_cap(m, at);
}

static bool is_same_dose(const struct coach_progress *p, const struct coach_before *b)
{
	return p->reps == b->reps && p->hold == b->hold && p->seconds == b->seconds;
}

/* What was done since it was taken away is a dose of its own. */
static void give_dose(struct coach_progress *p, const struct coach_before *b)
{
	if (p->reps && !is_same_dose(p, b))
		return;
	p->dose_day = b->dose_day;
	if (p->reps || !b->reps)
		return;
	p->reps = b->reps;
	p->hold = b->hold;
	p->seconds = b->seconds;
	p->days_at_dose = b->days_at_dose;
}

/* `only_easy`: nothing else of what was said so running was begun anew. */
static void give_running(struct coach_progress *p, const struct coach_before *b, bool only_easy)
{
	uint16_t easy = p->easy_running, hard = only_easy ? 0 : p->hard_running;

	if (!hard)
		p->easy_running = (uint16_t)(easy + b->easy_running);
	if (!easy && !only_easy)
		p->hard_running = (uint16_t)(hard + b->hard_running);
}

/* As it was; `easier`: it is the easier form of what was hard. */
static void give_row(struct coach_progress *p, struct coach_before *b, bool easier)
{
	give_dose(p, b);
	give_running(p, b, easier);
	if (!p->mastered_day)
		p->mastered_day = b->mastered_day;
	if (b->well_day)
		p->well_day = b->well_day;
	p->stepped_down = b->stepped_down;
	p->stepped_day = b->stepped_day;
	b->since = 0;
	p->changed = true;
}

/* What follows again ----------------------------------------------------------------------------
 */

/* Something that was said: exercise `i` hurt, or was hard for the second time. */
struct act {
	walltime_t at;
	int i;
	int32_t day;
	bool down;
};

static bool is_before(walltime_t at, int i, const struct act *a)
{
	return at < a->at || (at == a->at && i < a->i);
}

static void look_at(struct act *next, const struct act *after, const struct act *a)
{
	bool follows = is_before(after->at, after->i, a);

	if (a->at && follows && (!next->at || is_before(a->at, a->i, next)))
		*next = *a;
}

/* The first one after that; `at` 0 if there is none. */
static struct act next_act(const struct coach_memory *m, const struct act *after)
{
	struct act next = { .at = 0 };

	for (int k = 0; k < (int)m->n; k++) {
		const struct coach_progress *p = &m->progress[k];
		const struct coach_before *b = memory_before(m, p);
		const struct act acts[] = {
			{ b->hurt_before, k, b->hurt_before_day, false },
			{ memory_hurt_said(m, p), k, b->hurt_day, false },
			{ b->down_at, k, b->down_day, true },
		};

		for (size_t n = 0; n < sizeof(acts) / sizeof(acts[0]); n++)
			look_at(&next, after, &acts[n]);
	}
	/* Of an older memory the day is not known: careful is as if it were today. */
	if (next.day <= 0)
		next.day = m->today;
	return next;
}

/* The first one from then on. */
static struct act first_act(const struct coach_memory *m, walltime_t since)
{
	return next_act(m, &(struct act){ .at = since, .i = -1 });
}

static void follow_row(struct coach_memory *m, const struct catalog *c, const struct act *a, int k)
{
	if (a->at < memory_before(m, &m->progress[k])->since || !concerns(c, a->i, k, a->down))
		return;
	keep_row(m, &m->progress[k], a->at);
	if (a->down)
		memory_step_row_down(m, c, a->i, k, a->day);
	else
		memory_begin_row_again(m, c, a->i, k, a->day);
}

/* To where `i` concerns row `k`, and from there on what else was said since. */
static void redo_row(struct coach_memory *m, const struct catalog *c, int i, int k, walltime_t said)
{
	struct coach_progress *p = &m->progress[k];
	walltime_t since = memory_before(m, p)->since;

	if (!since || since > said)
		return;
	give_row(p, memory_keep(m, p), k == catalog_easier(c, i));
	for (struct act a = first_act(m, since); a.at; a = next_act(m, &a))
		follow_row(m, c, &a, k);
}

static void redo_cap(struct coach_memory *m, const struct catalog *c, int i, walltime_t said)
{
	walltime_t since = m->cap_since;

	if (c->exercises[i].intensity <= LEVEL_FIRST || !since || since > said)
		return;
	m->level_cap = (uint8_t)m->cap_before;
	m->cap_day = m->cap_before_day;
	m->cap_since = 0;
	for (struct act a = first_act(m, since); a.at; a = next_act(m, &a)) {
		if (c->exercises[a.i].intensity <= LEVEL_FIRST)
			continue;
		keep_cap(m, a.at);
		memory_cap(m, c, a.i, a.day);
	}
}

/* What was said then of `i` was not said: the row itself knows nothing of it any more. */
static void redo(struct coach_memory *m, const struct catalog *c, int i, bool down, walltime_t said)
{
	for (int k = 0; k < (int)m->n; k++)
		if (concerns(c, i, k, down))
			redo_row(m, c, i, k, said);
	redo_cap(m, c, i, said);
	m->changed = true;
}

/* Pain -------------------------------------------------------------------------------------------
 */

static void count_down(uint16_t *n, uint16_t by)
{
	*n = *n > by ? (uint16_t)(*n - by) : 0;
}

static struct coach_day *day_of(struct coach_memory *m, int32_t day)
{
	int64_t back = (int64_t)m->today - day;

	return back >= 0 && back < DAYS_KEPT ? &m->days[back] : NULL;
}

static void remove_flag(struct coach_memory *m, size_t region, walltime_t flag)
{
	walltime_t *at = m->flags_at[region], until;

	for (size_t i = 0; i < FLAGS_KEPT; i++) {
		if (at[i] != flag)
			continue;
		memmove(&at[i], &at[i + 1], (FLAGS_KEPT - 1 - i) * sizeof(at[0]));
		at[FLAGS_KEPT - 1] = 0;
		until = memory_judge_flags(at);
		if (m->no_strength_until[region] > until)
			m->no_strength_until[region] = until;
		return;
	}
}

/* Until when the pain of it, or of an easier form of it, keeps row `k` away. */
static walltime_t blocked_until(const struct coach_memory *m, const struct catalog *c, int k)
{
	walltime_t until = 0;

	for (int i = 0; i < (int)m->n; i++)
		if ((i == k || catalog_is_harder(c, k, i)) && m->progress[i].hurt_at)
			until = usec_max(until, m->progress[i].hurt_at + HURTS_BLOCKS);
	return until;
}

static void unblock(struct coach_memory *m, const struct catalog *c, int i, walltime_t until)
{
	for (int k = 0; k < (int)m->n; k++) {
		struct coach_progress *p = &m->progress[k];

		/* What is blocked for longer is so by another one. */
		if ((k != i && !catalog_is_harder(c, k, i)) || p->hurt_until > until)
			continue;
		p->hurt_until = blocked_until(m, c, k);
		p->changed = true;
	}
}

/* The last pain of the row was none. */
static void forget_pain(struct coach_memory *m, struct coach_progress *p)
{
	struct coach_before *b = memory_keep(m, p);

	count_down(&p->hurts, 1);
	/* Nobody knows when it hurt before: the latest that it may have been is careful. */
	if (!b->hurt_before && p->hurt_earlier) {
		b->hurt_before = p->hurt_at;
		p->hurt_earlier--;
	}
	p->hurt_at = b->flagged_at = b->hurt_before;
	b->hurt_day = b->hurt_before_day;
	b->hurt_before = 0;
	b->hurt_before_day = 0;
	p->changed = true;
}

bool coach_did_not_hurt(struct coach_memory *m, const struct catalog *c, int i, walltime_t now)
{
	struct coach_progress *p = &m->progress[i];
	walltime_t said = memory_hurt_said(m, p), until = p->hurt_at + HURTS_BLOCKS;
	struct coach_day *day = day_of(m, memory_before(m, p)->hurt_day);

	if (!p->hurt_at || until <= now)
		return false;
	for (size_t region = 0; region < REGIONS_COUNT; region++)
		if (c->exercises[i].relieves & UINT32_C(1) << region)
			remove_flag(m, region, said);
	if (day)
		count_down(&day->hurts, 1);
	forget_pain(m, p);
	redo(m, c, i, false, said);
	unblock(m, c, i, until);
	return true;
}

/* Easy and hard ---------------------------------------------------------------------------------
 */

void memory_note_said(struct coach_memory *m, int i, bool hard)
{
	struct coach_progress *p = &m->progress[i];
	struct coach_said *s = memory_keep_said(m, p);

	if (s->day != m->today || s->hard != hard)
		*s = (struct coach_said){
			.day = m->today,
			.hard = hard,
			.easy_running = p->easy_running,
			.hard_running = p->hard_running,
			.well_day = p->well_day,
			.mastered_day = p->mastered_day,
			.mastered_once = p->mastered_once,
		};
	if (s->times < UINT16_MAX)
		s->times++;
	p->changed = true;
}

/* What the mastery had opened waits again. */
static void not_mastered(struct coach_memory *m, const struct catalog *c, int i)
{
	struct coach_progress *p = &m->progress[i];
	const struct coach_said *s = memory_said(m, p);

	p->mastered_day = s->mastered_day;
	p->mastered_once = s->mastered_once;
	for (int k = 0; k < (int)m->n; k++)
		if (catalog_easier(c, k) == i && m->progress[k].stepped_day) {
			m->progress[k].stepped_down = true;
			m->progress[k].changed = true;
		}
}

static void not_hard(struct coach_memory *m, const struct catalog *c, int i)
{
	struct coach_progress *p = &m->progress[i];
	const struct coach_said *s = memory_said(m, p);
	walltime_t down_at = memory_before(m, p)->down_at;
	struct coach_before *b;

	count_down(&p->hard, s->times);
	count_down(&m->days[0].hard, s->times);
	/* By these it has stepped down. */
	if (down_at && memory_before(m, p)->down_day == m->today &&
	    s->hard_running + s->times >= 2) {
		b = memory_keep(m, p);
		b->down_at = 0;
		b->down_day = 0;
		redo(m, c, i, true, down_at);
	}
	if (s->well_day)
		p->well_day = s->well_day;
}

void memory_replace_said(struct coach_memory *m, const struct catalog *c, int i, bool hard)
{
	struct coach_progress *p = &m->progress[i];
	const struct coach_said *s = memory_said(m, p);

	if (s->day != m->today || s->hard == hard || s->times == 0)
		return;
	if (s->hard) {
		not_hard(m, c, i);
	} else {
		count_down(&p->easy, s->times);
		count_down(&m->days[0].easy, s->times);
		if (p->mastered_day && !s->mastered_day)
			not_mastered(m, c, i);
	}
	p->easy_running = s->easy_running;
	p->hard_running = s->hard_running;
	memory_drop_said(m, p);
	m->changed = p->changed = true;
}
