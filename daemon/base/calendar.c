#include "base/calendar.h"

#include <time.h>

/*
 * All is reckoned in seconds. "Local" ones are what the wall shows, counted as if it were UTC.
 *
 * One change of the offset within the days looked at: those of DST are weeks apart.
 */
struct zone {
	int64_t change;        /* when the offset changes; INT64_MAX if it does not */
	int64_t before, after; /* local less UTC */
};

struct span {
	int64_t from, to; /* empty unless from < to */
};

#define MINUTE INT64_C(60)
#define DAY (24 * 60 * MINUTE)
/* Dates looked at around the present one. A week brings every day of the week, and one more if a
 * date is left out (Samoa, 2011); the rest is for offsets and for ranges over midnight. */
#define DATES_BACK 3
#define DATES_ON 16

static int64_t offset_at(int64_t t)
{
	time_t at = (time_t)t;
	struct tm tm;

	return localtime_r(&at, &tm) ? tm.tm_gmtoff : 0;
}

static struct zone zone_around(int64_t t)
{
	int64_t from = t - (DATES_BACK + 1) * DAY, to = t + (DATES_ON + 2) * DAY;
	struct zone z = { INT64_MAX, offset_at(from), offset_at(to) };

	if (z.before == z.after)
		return z;
	while (to - from > 1) {
		int64_t middle = from + (to - from) / 2;

		if (offset_at(middle) == z.before)
			from = middle;
		else
			to = middle;
	}
	z.change = to;
	return z;
}

static int64_t local_at(const struct zone *z, int64_t t)
{
	return t + (t < z->change ? z->before : z->after);
}

/* When the wall shows `local` or more for the first time. Where it leaps over it: at the leap. */
static int64_t first_time(const struct zone *z, int64_t local)
{
	int64_t late = local - z->after;

	if (local - z->before < z->change)
		return local - z->before;
	return late > z->change ? late : z->change;
}

/* When the wall shows `local` for the last time. Where it leaps over it: at the leap. */
static int64_t last_time(const struct zone *z, int64_t local)
{
	int64_t early = local - z->before;

	if (z->change == INT64_MAX)
		return early;
	if (local - z->after >= z->change)
		return local - z->after;
	return early < z->change ? early : z->change;
}

/* Below zero as well: 1970-01-01 in America begins in 1969. */
static int64_t date_of(int64_t local)
{
	return local >= 0 ? local / DAY : -((-local + DAY - 1) / DAY);
}

/* Monday is 0; 1970-01-01 was a Thursday. */
static const struct hours_day *hours_of(const struct hours *h, int64_t date)
{
	return &h->days[((date + 3) % 7 + 7) % 7];
}

/* In the hour that the clock shows twice a range holds from the first time it begins to the last
 * time it ends, so that no range begins twice and nothing the clock shows as inside is outside. */
static struct span span_of(const struct zone *z, int64_t date, struct hours_range r)
{
	int64_t ends = date + (r.to <= r.from);

	return (struct span){ first_time(z, date * DAY + r.from * MINUTE),
			      last_time(z, ends * DAY + r.to * MINUTE) };
}

/* When the range that holds at `t` ends; `t` if none holds. */
static int64_t end_of_range(const struct hours *h, const struct zone *z, int64_t today, int64_t t)
{
	int64_t end = t;

	for (int64_t date = today - DATES_BACK; date <= today + DATES_ON; date++) {
		const struct hours_day *day = hours_of(h, date);

		for (unsigned i = 0; i < day->n; i++) {
			struct span s = span_of(z, date, day->ranges[i]);

			if (s.from <= t && s.to > end)
				end = s.to;
		}
	}
	return end;
}

/* When the hours that hold at `t` end, one range after the other; `t` if none hold. What lies
 * beyond `enough` is not followed. */
static int64_t end_of_hours(const struct hours *h, const struct zone *z, int64_t today, int64_t t,
			    int64_t enough)
{
	while (t < enough) {
		int64_t end = end_of_range(h, z, today, t);

		if (end == t)
			break;
		t = end;
	}
	return t;
}

/* When the next hours begin, INT64_MAX if never. */
static int64_t next_hours(const struct hours *h, const struct zone *z, int64_t today, int64_t t)
{
	int64_t next = INT64_MAX;

	for (int64_t date = today - DATES_BACK; date <= today + DATES_ON; date++) {
		const struct hours_day *day = hours_of(h, date);

		for (unsigned i = 0; i < day->n; i++) {
			struct span s = span_of(z, date, day->ranges[i]);

			if (s.from > t && s.from < s.to && s.from < next)
				next = s.from;
		}
	}
	return next;
}

/* Is there such a date? Who crosses the date line leaves one out. */
static bool exists(const struct zone *z, int64_t date)
{
	return local_at(z, first_time(z, date * DAY)) < (date + 1) * DAY;
}

static int64_t day_begins(const struct hours *h, const struct zone *z, int64_t date)
{
	return first_time(z, date * DAY + h->day_starts * MINUTE);
}

/* The date that the day at `t` began on, and when the next one begins. */
static int64_t day_at(const struct hours *h, const struct zone *z, int64_t today, int64_t t,
		      int64_t *ret_next)
{
	int64_t date = today + 2;

	*ret_next = INT64_MAX;
	for (; date > today - DATES_BACK; date--) {
		int64_t begins = day_begins(h, z, date);

		if (!exists(z, date))
			continue;
		if (begins <= t)
			break;
		*ret_next = begins;
	}
	return date;
}

static walltime_t wall_of(int64_t t)
{
	if (t == INT64_MAX || (uint64_t)t > USEC_NEVER / USEC_PER_SEC)
		return USEC_NEVER;
	return (walltime_t)t * USEC_PER_SEC;
}

void hours_default(struct hours *ret)
{
	*ret = (struct hours){ .day_starts = 4 * 60 };
	for (unsigned i = 0; i < 7; i++)
		ret->days[i] = (struct hours_day){ .n = 1, .ranges = { { 0, 24 * 60 } } };
}

void calendar_at(const struct hours *hours, walltime_t at, struct calendar *ret)
{
	int64_t t = (int64_t)(at / USEC_PER_SEC), today, next_day, day, end, opens;
	struct zone z;

	tzset(); /* localtime_r() alone does not see that the zone was changed */
	z = zone_around(t);
	today = date_of(local_at(&z, t));
	day = day_at(hours, &z, today, t, &next_day);
	end = end_of_hours(hours, &z, today, t, next_day);
	opens = end > t ? 0 : next_hours(hours, &z, today, t);
	if (end == t)
		end = opens;
	*ret = (struct calendar){
		.day = (int)day,
		.in_hours = opens == 0,
		.changes_at = wall_of(end < next_day ? end : next_day),
		.opens_at = wall_of(opens),
	};
}
