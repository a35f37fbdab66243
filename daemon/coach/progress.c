#include "coach/progress.h"

/* A hold that everybody begins with (ergonomics 1, first week of any exercise). */
#define HOLD_FIRST 10
#define STRENGTH_REPS_FIRST 5
/* Not more often than once a week, and once for so many days done (ergonomics 1, growth). */
#define GROWTH_DAYS 7
#define GROWTH_DAYS_DONE 3
/* The least that a load grows by, whatever the 10 % are (ergonomics X3). */
#define GROWTH_SECONDS 5

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static unsigned most(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

/* Nothing to count or to hold: it goes on for a time. */
static bool is_timed(const struct exercise *e)
{
	return e->hold_seconds == 0 && e->reps * e->sets <= 1;
}

static unsigned full_reps(const struct exercise *e)
{
	return most(1, (unsigned)e->reps * most(1, e->sets));
}

/* What so many repetitions of such a hold take, pauses and both sides too. */
static unsigned seconds_of(const struct exercise *e, unsigned reps, unsigned hold)
{
	unsigned sides = most(1, e->sides), full = full_reps(e) * sides;
	unsigned held = full * e->hold_seconds;
	unsigned pauses = e->seconds_default > held ? e->seconds_default - held : 0;

	return reps * sides * hold + (pauses * reps * sides + full - 1) / full;
}

static unsigned within(const struct exercise *e, unsigned seconds)
{
	return most(e->seconds_min, least(seconds, e->seconds_default));
}

/*
 * About half the repetitions, of strengthening and core no more than five, and no longer than the
 * exercise at its shortest if one repetition can be done in that (ergonomics X2). Eyes that look
 * into the distance or rest have nothing to get used to (E1: 20 s).
 */
static void first_dose(const struct exercise *e, struct coach_dose *ret)
{
	unsigned hold = e->set == SET_EYES ? e->hold_seconds : HOLD_FIRST;
	unsigned reps = (full_reps(e) + 1) / 2;

	hold = least(e->hold_seconds, hold);
	if (coach_is_strength(e))
		reps = least(reps, STRENGTH_REPS_FIRST);
	while (reps > 1 && seconds_of(e, reps, hold) > e->seconds_min)
		reps--;
	*ret = (struct coach_dose){ .reps = reps, .hold = hold, .seconds = e->seconds_min };
}

/* As it is remembered, within what the exercise is now: files may have changed it. */
static void kept_dose(const struct exercise *e, const struct coach_progress *p,
		      struct coach_dose *ret)
{
	*ret = (struct coach_dose){
		.reps = least(p->reps, full_reps(e)),
		.hold = most(least(e->hold_seconds, HOLD_FIRST), least(p->hold, e->hold_seconds)),
		.seconds = p->seconds,
	};
}

static void settle_dose(const struct exercise *e, struct coach_dose *dose)
{
	if (!is_timed(e))
		dose->seconds = seconds_of(e, dose->reps, dose->hold);
	dose->seconds = within(e, dose->seconds);
	dose->sets = (dose->reps + e->reps - 1) / most(1, e->reps);
}

void coach_dose(const struct exercise *e, const struct coach_progress *p, struct coach_dose *ret)
{
	struct coach_dose dose;

	if (p->reps)
		kept_dose(e, p, &dose);
	else
		first_dose(e, &dose);
	settle_dose(e, &dose);
	*ret = dose;
}

void coach_dose_within(const struct exercise *e, unsigned seconds, struct coach_dose *dose)
{
	if (dose->seconds <= seconds)
		return;
	while (dose->reps > 1 && seconds_of(e, dose->reps, dose->hold) > seconds)
		dose->reps--;
	while (dose->hold > 1 && seconds_of(e, dose->reps, dose->hold) > seconds)
		dose->hold--;
	dose->sets = (dose->reps + e->reps - 1) / most(1, e->reps);
	dose->seconds = most(e->seconds_min, seconds);
}

static bool is_full(const struct exercise *e, const struct coach_dose *dose)
{
	if (is_timed(e))
		return dose->seconds >= e->seconds_default;
	return dose->reps >= full_reps(e) && dose->hold >= e->hold_seconds;
}

bool coach_dose_is_full(const struct exercise *e, const struct coach_progress *p)
{
	struct coach_dose dose;

	coach_dose(e, p, &dose);
	return is_full(e, &dose);
}

/* One variable at a time, by at most a tenth, but by one repetition or 5 s at least. */
static void grow(const struct exercise *e, struct coach_dose *dose)
{
	unsigned more = most(dose->seconds / 10, GROWTH_SECONDS);

	if (is_timed(e))
		dose->seconds = least(e->seconds_default, dose->seconds + more);
	else if (dose->reps < full_reps(e))
		dose->reps = least(full_reps(e), dose->reps + most(1, dose->reps / 10));
	else
		dose->hold = least(e->hold_seconds,
				   dose->hold + most(1, more / (dose->reps * most(1, e->sides))));
}

static void keep_dose(struct coach_progress *p, const struct coach_dose *dose, int today)
{
	p->reps = (uint16_t)dose->reps;
	p->hold = (uint16_t)dose->hold;
	p->seconds = (uint16_t)dose->seconds;
	p->dose_day = today;
	p->days_at_dose = 0;
}

void progress_restart(struct coach_progress *p, int today)
{
	if (!p->reps)
		return;
	p->reps = p->hold = p->seconds = 0;
	p->dose_day = today;
	p->days_at_dose = 0;
	p->changed = true;
}

static void move_marks(struct coach_progress *p, int today)
{
	int64_t by = (int64_t)today - p->marks_day;

	if (by < 0 || by >= DAYS_KEPT) {
		p->offered_marks = p->done_marks = 0;
	} else {
		unsigned kept = (1u << DAYS_KEPT) - 1;

		p->offered_marks = (uint16_t)(((unsigned)p->offered_marks << by) & kept);
		p->done_marks = (uint16_t)(((unsigned)p->done_marks << by) & kept);
	}
	p->marks_day = today;
	p->changed = true;
}

static void count_day(struct coach_progress *p, int today)
{
	if (p->done_marks & 1)
		return;
	p->done_marks |= 1;
	if (!p->first_day)
		p->first_day = today;
	if (!p->well_day)
		p->well_day = today;
	p->done_day = today;
	if (p->days < UINT16_MAX)
		p->days++;
	if (p->days_at_dose < UINT16_MAX)
		p->days_at_dose++;
}

/* No pain within two weeks: it was blocked for one of them. */
static bool is_painless(const struct coach_progress *p, walltime_t now)
{
	return !p->hurt_until || p->hurt_until + 7 * USEC_PER_DAY <= now;
}

static bool may_grow(const struct coach_progress *p, int today, walltime_t now)
{
	return today - p->dose_day >= GROWTH_DAYS && p->days_at_dose >= GROWTH_DAYS_DONE &&
	       p->hard_running == 0 && is_painless(p, now);
}

bool progress_counts(const struct coach_progress *p, const struct exercise *e, unsigned seconds)
{
	struct coach_dose dose;

	coach_dose(e, p, &dose);
	return seconds > 0 && seconds >= dose.seconds * 4 / 5;
}

bool progress_done(struct coach_progress *p, const struct exercise *e, unsigned seconds, int today,
		   walltime_t now)
{
	struct coach_dose dose;

	move_marks(p, today);
	p->offered_marks |= 1;
	if (!progress_counts(p, e, seconds))
		return false;
	coach_dose(e, p, &dose);
	if (!p->reps)
		keep_dose(p, &dose, today);
	count_day(p, today);
	if (is_full(e, &dose) || !may_grow(p, today, now))
		return true;
	grow(e, &dose);
	keep_dose(p, &dose, today);
	return true;
}

/* It was never done. */
static void blank(struct coach_progress *p)
{
	p->reps = p->hold = p->seconds = 0;
	p->days = p->days_at_dose = 0;
	p->first_day = p->done_day = p->dose_day = p->well_day = p->mastered_day = 0;
	p->mastered_once = false;
}

/* The last of the days that are marked, or the first one; `otherwise` if none is. */
static int32_t marked_day(const struct coach_progress *p, bool first, int32_t otherwise)
{
	for (int k = 0; k < DAYS_KEPT; k++) {
		int back = first ? DAYS_KEPT - 1 - k : k;

		if (p->done_marks & 1u << back)
			return p->marks_day - back;
	}
	return otherwise;
}

static void take_day(struct coach_progress *p, int day)
{
	if (p->days > 0)
		p->days--;
	if (p->days_at_dose > 0)
		p->days_at_dose--;
	if (p->days == 0) {
		blank(p);
		return;
	}
	if (p->done_day == day)
		p->done_day = marked_day(p, false, p->first_day);
	if (p->first_day == day)
		p->first_day = marked_day(p, true, p->done_day);
	if (p->well_day == day)
		p->well_day = marked_day(p, true, 0);
}

void progress_undone(struct coach_progress *p, const struct exercise *e, int day, int today,
		     walltime_t now)
{
	int64_t back;

	move_marks(p, today);
	back = (int64_t)today - day;
	if (back < 0 || back >= DAYS_KEPT)
		return;
	p->offered_marks &= (uint16_t) ~(1u << back);
	if (p->done_marks & 1u << back) {
		p->done_marks &= (uint16_t) ~(1u << back);
		take_day(p, day);
	}
	if (p->mastered_day == day && !progress_is_mastered(p, e, today, now))
		p->mastered_day = 0;
	if (!p->offered_marks)
		p->marks_day = 0;
}

void progress_still_done(struct coach_progress *p, const struct exercise *e, unsigned seconds,
			 int day, int today)
{
	int64_t back = (int64_t)today - day;
	struct coach_dose dose;

	move_marks(p, today);
	if (back < 0 || back >= DAYS_KEPT)
		return;
	p->offered_marks |= (uint16_t)(1u << back);
	coach_dose(e, p, &dose);
	if (p->done_marks & 1u << back || seconds < dose.seconds * 4 / 5)
		return;
	if (!p->reps)
		keep_dose(p, &dose, day);
	p->done_marks |= (uint16_t)(1u << back);
	p->days++;
	p->days_at_dose++;
	if (p->done_day < day)
		p->done_day = day;
	if (!p->first_day || p->first_day > day)
		p->first_day = day;
	if (!p->well_day || p->well_day > day)
		p->well_day = day;
}

static unsigned count(unsigned bits)
{
	unsigned n = 0;

	for (; bits; bits &= bits - 1)
		n++;
	return n;
}

/* Done on 80 % of the days on which it was its turn, of the last two weeks (ergonomics X4). */
static bool is_kept_up(const struct coach_progress *p, int today)
{
	struct coach_progress marks = *p;
	unsigned offered, done;

	move_marks(&marks, today);
	offered = count(marks.offered_marks);
	done = count(marks.done_marks);
	return done >= 2 && done * 5 >= offered * 4;
}

bool progress_goes_well(const struct coach_progress *p, int today, walltime_t now)
{
	return p->well_day && today - p->well_day >= DAYS_KEPT && is_kept_up(p, today) &&
	       is_painless(p, now);
}

bool progress_is_mastered(const struct coach_progress *p, const struct exercise *e, int today,
			  walltime_t now)
{
	if (!p->first_day || today - p->first_day < DAYS_KEPT || today - p->dose_day < GROWTH_DAYS)
		return false;
	if (!is_kept_up(p, today) || !is_painless(p, now) || !coach_dose_is_full(e, p))
		return false;
	return (p->easy_running > 0 && p->hard_running == 0) ||
	       (p->mastered_once && progress_goes_well(p, today, now));
}
