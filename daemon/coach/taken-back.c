/* What was said by mistake is taken back: the memory as if it had never been said. */
#include "coach/memory-internal.h"
#include "coach/progress.h"

/* Older rows of a history were written so much later than the memory heard of it, at most. */
#define ROW_LATE (5 * USEC_PER_SEC)

static bool is_of(walltime_t value, walltime_t at)
{
	return value && value <= at && at - value <= ROW_LATE;
}

static void no_longer(walltime_t *value, walltime_t at)
{
	if (is_of(*value, at))
		*value = 0;
}

static void later(walltime_t *value, walltime_t other)
{
	if (other > *value)
		*value = other;
}

static void later_day(int32_t *day, int32_t other)
{
	if (other > *day)
		*day = other;
}

/* Activities -------------------------------------------------------------------------------------
 */

/* The day's own record, or one of nothing that is of no use. */
static struct coach_day *day_of(struct coach_memory *m, int day, struct coach_day *nothing)
{
	int64_t back = (int64_t)m->today - day;

	*nothing = (struct coach_day){ .day = day };
	return back >= 0 && back < DAYS_KEPT ? &m->days[back] : nothing;
}

static uint32_t less(uint32_t from, uint32_t what)
{
	return from > what ? from - what : 0;
}

static void not_relieved(struct coach_memory *m, const struct exercise *e, unsigned seconds,
			 int day, walltime_t at)
{
	for (size_t i = 0; i < REGIONS_COUNT; i++) {
		if (!(e->relieves & UINT32_C(1) << i))
			continue;
		no_longer(&m->relieved_at[i], at);
		if (e->set == SET_STRETCHING && day == m->today)
			m->stretched[i] = less(m->stretched[i], seconds);
	}
}

static void not_worked(struct coach_memory *m, const struct exercise *e, walltime_t at)
{
	for (size_t i = 0; e->intensity >= 3 && i < MUSCLES_COUNT; i++)
		if (e->muscle_bits & UINT32_C(1) << i)
			no_longer(&m->bout_at[i], at);
}

static void not_strength(struct coach_memory *m, const struct exercise *e, unsigned seconds,
			 struct coach_day *d)
{
	if (!coach_is_strength(e))
		return;
	d->strength_seconds = (uint16_t)less(d->strength_seconds, seconds);
	d->strength_load = less(d->strength_load, e->intensity * seconds);
	if (m->strength_day == d->day)
		m->strength_day = 0;
}

static unsigned seconds_of(usec_t length)
{
	return (unsigned)(usec_min(length, USEC_PER_DAY) / USEC_PER_SEC);
}

int coach_activity_removed(struct coach_memory *m, const struct catalog *c, const char *kind,
			   usec_t length, int day, walltime_t at)
{
	unsigned seconds = seconds_of(length);
	struct coach_day nothing, *d = day_of(m, day, &nothing);
	int i = memory_find_activity(c, kind);

	d->activity_seconds = less(d->activity_seconds, seconds);
	if (m->last_day == day)
		m->last_day = 0;
	m->changed = true;
	if (i < 0)
		return -1;
	not_relieved(m, &c->exercises[i], seconds, day, at);
	not_worked(m, &c->exercises[i], at);
	not_strength(m, &c->exercises[i], seconds, d);
	no_longer(&m->walked_at, at);
	progress_undone(&m->progress[i], &c->exercises[i], day, m->today, at);
	return i;
}

void coach_still_done(struct coach_memory *m, const struct catalog *c, int i, unsigned seconds,
		      int day, walltime_t at, bool removed)
{
	const struct exercise *e = &c->exercises[i];

	if (seconds == 0)
		return;
	m->changed = true;
	later_day(&m->last_day, day);
	if (coach_is_strength(e))
		later_day(&m->strength_day, day);
	for (size_t k = 0; k < REGIONS_COUNT; k++)
		if (e->relieves & UINT32_C(1) << k)
			later(&m->relieved_at[k], at);
	for (size_t k = 0; e->intensity >= 3 && k < MUSCLES_COUNT; k++)
		if (e->muscle_bits & UINT32_C(1) << k)
			later(&m->bout_at[k], at);
	if (e->position == POSITION_WALKING && seconds >= WALK_WARMS_FROM)
		later(&m->walked_at, at);
	if (removed)
		progress_still_done(&m->progress[i], e, seconds, day, m->today);
}

void coach_activity_still_done(struct coach_memory *m, const struct catalog *c, const char *kind,
			       usec_t length, int day, walltime_t at, int removed)
{
	int i = memory_find_activity(c, kind);

	later_day(&m->last_day, day);
	if (i >= 0)
		coach_still_done(m, c, i, seconds_of(length), day, at, i == removed);
}
