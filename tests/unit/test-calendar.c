#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/calendar.h"
#include "base/cleanup.h"
#include "damage.h"

#define S USEC_PER_SEC
#define AT(h, m) ((h)*60 + (m))
/* Every day alike. */
#define DAILY(...)                                                                                 \
	{                                                                                          \
		{ 1, { __VA_ARGS__ } }, { 1, { __VA_ARGS__ } }, { 1, { __VA_ARGS__ } },            \
			{ 1, { __VA_ARGS__ } }, { 1, { __VA_ARGS__ } }, { 1, { __VA_ARGS__ } },    \
		{                                                                                  \
			1,                                                                         \
			{                                                                          \
				__VA_ARGS__                                                        \
			}                                                                          \
		}                                                                                  \
	}

/* clang-format off */
static const struct hours
	whole = { DAILY({ 0, 1440 }), AT(4, 0) },
	office = { { { 2, { { AT(9, 0), AT(12, 30) }, { AT(13, 30), AT(18, 0) } } },
		     { 1, { { AT(9, 0), AT(17, 0) } } },
		     { 1, { { AT(9, 0), AT(17, 0) } } },
		     { 1, { { AT(9, 0), AT(17, 0) } } },
		     { 1, { { AT(9, 0), AT(15, 0) } } },
		     { 0 }, { 0 } }, AT(4, 0) },
	nights = { DAILY({ AT(22, 0), AT(6, 0) }), AT(12, 0) },
	never = { .day_starts = AT(4, 0) },
	begins_doubled = { DAILY({ AT(2, 30), AT(5, 0) }), AT(2, 30) },
	ends_doubled = { DAILY({ AT(1, 0), AT(2, 30) }), 0 },
	inside_leap = { DAILY({ AT(2, 10), AT(2, 50) }), AT(2, 30) },
	midnight = { DAILY({ 0, 1440 }), 0 },
	fridays = { { [4] = { 1, { { AT(9, 0), AT(17, 0) } } } }, 0 },
	saturday_night = { { [5] = { 1, { { AT(22, 0), AT(3, 0) } } } }, AT(4, 0) },
	unsorted = { DAILY({ AT(9, 0), AT(10, 0) }), AT(4, 0) };

#define BERLIN "Europe/Berlin"
#define JOHNS "America/St_Johns"
#define APIA "Pacific/Apia"

/* One look at the calendar. Times are the wall's with their offset; "" = never, NULL = not looked
 * at. */
static const struct row {
	const char *what;
	const char *zone;
	const struct hours *hours;
	const char *at;
	const char *day;
	bool in;
	const char *changes, *opens; /* opens: "" also while inside */
} rows[] = {
	/* An ordinary week. 2026-11-23 is a Monday. */
	{ "in the middle of a day", "UTC", &whole, "2026-11-23T10:00:00+00:00", "2026-11-23", true,
	  "2026-11-24T04:00:00+00:00", NULL },
	{ "late in the evening", "UTC", &whole, "2026-11-24T03:59:59+00:00", "2026-11-23", true,
	  "2026-11-24T04:00:00+00:00", NULL },
	{ "the new day", "UTC", &whole, "2026-11-24T04:00:00+00:00", "2026-11-24", true,
	  "2026-11-25T04:00:00+00:00", NULL },
	{ "before work", BERLIN, &office, "2026-11-23T08:59:59+01:00", "2026-11-23", false,
	  "2026-11-23T09:00:00+01:00", "2026-11-23T09:00:00+01:00" },
	{ "work begins", BERLIN, &office, "2026-11-23T09:00:00+01:00", "2026-11-23", true,
	  "2026-11-23T12:30:00+01:00", NULL },
	{ "lunch", BERLIN, &office, "2026-11-23T12:30:00+01:00", "2026-11-23", false,
	  "2026-11-23T13:30:00+01:00", "2026-11-23T13:30:00+01:00" },
	{ "the afternoon", BERLIN, &office, "2026-11-23T13:30:00+01:00", "2026-11-23", true,
	  "2026-11-23T18:00:00+01:00", NULL },
	{ "the evening: the day changes first", BERLIN, &office, "2026-11-23T18:00:00+01:00",
	  "2026-11-23", false, "2026-11-24T04:00:00+01:00", "2026-11-24T09:00:00+01:00" },
	{ "Friday afternoon", BERLIN, &office, "2026-11-27T15:00:00+01:00", "2026-11-27", false,
	  "2026-11-28T04:00:00+01:00", "2026-11-30T09:00:00+01:00" },
	{ "Sunday", BERLIN, &office, "2026-11-29T12:00:00+01:00", "2026-11-29", false,
	  "2026-11-30T04:00:00+01:00", "2026-11-30T09:00:00+01:00" },
	{ "no hours at all", BERLIN, &never, "2026-11-23T12:00:00+01:00", "2026-11-23", false,
	  "2026-11-24T04:00:00+01:00", "" },
	{ "once a week, just missed", BERLIN, &fridays, "2026-11-27T17:00:00+01:00", "2026-11-27",
	  false, "2026-11-28T00:00:00+01:00", "2026-12-04T09:00:00+01:00" },

	/* Over midnight. */
	{ "before the night", BERLIN, &nights, "2026-11-23T21:00:00+01:00", "2026-11-23", false,
	  "2026-11-23T22:00:00+01:00", "2026-11-23T22:00:00+01:00" },
	{ "in the night", BERLIN, &nights, "2026-11-23T22:00:00+01:00", "2026-11-23", true,
	  "2026-11-24T06:00:00+01:00", NULL },
	{ "after midnight", BERLIN, &nights, "2026-11-24T05:59:59+01:00", "2026-11-23", true,
	  "2026-11-24T06:00:00+01:00", NULL },
	{ "after the night", BERLIN, &nights, "2026-11-24T06:00:00+01:00", "2026-11-23", false,
	  "2026-11-24T12:00:00+01:00", "2026-11-24T22:00:00+01:00" },
	{ "the night belongs to the evening it begins on", BERLIN, &saturday_night,
	  "2026-11-29T02:00:00+01:00", "2026-11-28", true, "2026-11-29T03:00:00+01:00", NULL },
	{ "and not to the one before", BERLIN, &saturday_night, "2026-11-28T02:00:00+01:00",
	  "2026-11-27", false, "2026-11-28T04:00:00+01:00", "2026-11-28T22:00:00+01:00" },

	/* The clock goes forward: in Berlin 02:00 became 03:00 on 2026-03-29. */
	{ "a short night", BERLIN, &nights, "2026-03-28T22:00:00+01:00", "2026-03-28", true,
	  "2026-03-29T06:00:00+02:00", NULL },
	{ "the day that starts in the leap", BERLIN, &inside_leap, "2026-03-29T01:59:59+01:00",
	  "2026-03-28", false, "2026-03-29T03:00:00+02:00", "2026-03-30T02:10:00+02:00" },
	{ "has started behind it", BERLIN, &inside_leap, "2026-03-29T03:00:00+02:00",
	  "2026-03-29", false, "2026-03-30T02:10:00+02:00", "2026-03-30T02:10:00+02:00" },
	{ "hours that begin in the leap", BERLIN, &begins_doubled, "2026-03-29T01:00:00+01:00",
	  "2026-03-28", false, "2026-03-29T03:00:00+02:00", "2026-03-29T03:00:00+02:00" },
	{ "hours that end in the leap", BERLIN, &ends_doubled, "2026-03-29T01:00:00+01:00",
	  "2026-03-29", true, "2026-03-29T03:00:00+02:00", NULL },
	{ "the morning after", BERLIN, &office, "2026-03-29T12:00:00+02:00", "2026-03-29", false,
	  "2026-03-30T04:00:00+02:00", "2026-03-30T09:00:00+02:00" },
	{ "the evening before", BERLIN, &whole, "2026-03-28T12:00:00+01:00", "2026-03-28", true,
	  "2026-03-29T04:00:00+02:00", NULL },

	/* The clock goes back: 03:00 became 02:00 on 2026-10-25. */
	{ "a long night", BERLIN, &nights, "2026-10-24T22:00:00+02:00", "2026-10-24", true,
	  "2026-10-25T06:00:00+01:00", NULL },
	{ "before the doubled hour", BERLIN, &begins_doubled, "2026-10-25T02:29:59+02:00",
	  "2026-10-24", false, "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+02:00" },
	{ "hours and days begin the first time", BERLIN, &begins_doubled,
	  "2026-10-25T02:30:00+02:00", "2026-10-25", true, "2026-10-25T05:00:00+01:00", NULL },
	{ "and do so but once", BERLIN, &begins_doubled, "2026-10-25T02:15:00+01:00",
	  "2026-10-25", true, "2026-10-25T05:00:00+01:00", NULL },
	{ "hours end the last time", BERLIN, &ends_doubled, "2026-10-25T02:30:00+02:00",
	  "2026-10-25", true, "2026-10-25T02:30:00+01:00", NULL },
	{ "and are over then", BERLIN, &ends_doubled, "2026-10-25T02:30:00+01:00", "2026-10-25",
	  false, "2026-10-26T00:00:00+01:00", "2026-10-26T01:00:00+01:00" },
	{ "a day of 25 hours", BERLIN, &midnight, "2026-10-25T00:00:00+02:00", "2026-10-25", true,
	  "2026-10-26T00:00:00+01:00", NULL },

	/* Half an hour off, and until 2011 the clocks changed at one minute past midnight. */
	{ "Newfoundland", JOHNS, &office, "2026-11-23T08:00:00-03:30", "2026-11-23", false,
	  "2026-11-23T09:00:00-03:30", "2026-11-23T09:00:00-03:30" },
	{ "a minute of the new day, then an hour of the old one again", JOHNS, &midnight,
	  "2010-11-07T00:00:00-02:30", "2010-11-07", true, "2010-11-08T00:00:00-03:30", NULL },
	{ "the day does not begin twice", JOHNS, &midnight, "2010-11-06T23:30:00-03:30",
	  "2010-11-07", true, "2010-11-08T00:00:00-03:30", NULL },

	/* Samoa went over the date line and left out Friday, 2011-12-30. */
	{ "the last hour of Thursday", APIA, &whole, "2011-12-29T23:30:00-10:00", "2011-12-29",
	  true, "2011-12-31T04:00:00+14:00", NULL },
	{ "Saturday's first", APIA, &whole, "2011-12-31T00:30:00+14:00", "2011-12-29", true,
	  "2011-12-31T04:00:00+14:00", NULL },
	{ "Saturday", APIA, &whole, "2011-12-31T04:00:00+14:00", "2011-12-31", true,
	  "2012-01-01T04:00:00+14:00", NULL },
	{ "from midnight to midnight", APIA, &midnight, "2011-12-29T23:30:00-10:00", "2011-12-29",
	  true, "2011-12-31T00:00:00+14:00", NULL },
	{ "there were no hours on that Friday", APIA, &fridays, "2011-12-29T12:00:00-10:00",
	  "2011-12-29", false, "2011-12-31T00:00:00+14:00", "2012-01-06T09:00:00+14:00" },
	{ "nor before it", APIA, &fridays, "2011-12-23T18:00:00-10:00", "2011-12-23", false,
	  "2011-12-24T00:00:00-10:00", "2012-01-06T09:00:00+14:00" },
	{ "Thursday's night", APIA, &nights, "2011-12-29T23:00:00-10:00", "2011-12-29", true,
	  "2011-12-31T06:00:00+14:00", NULL },

	/* The ends of the world. */
	{ "the first second", "UTC", &whole, "1970-01-01T00:00:00+00:00", "1969-12-31", true,
	  "1970-01-01T04:00:00+00:00", NULL },
	{ "the first second in America", JOHNS, &office, "1970-01-01T00:00:00+00:00",
	  "1969-12-31", false, "1970-01-01T04:00:00-03:30", "1970-01-01T09:00:00-03:30" },
	{ "the last day", BERLIN, &office, "9999-12-31T12:00:00+01:00", "9999-12-31", true,
	  "9999-12-31T15:00:00+01:00", NULL },
};
/* clang-format on */

static void set_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

/* 2026-11-23 as days since 1970-01-01. */
static int day_number(const char *date)
{
	struct tm tm = { 0 };

	assert_non_null(strptime(date, "%Y-%m-%d", &tm));
	return (int)(timegm(&tm) / 86400); /* midnight: no remainder, before 1970 neither */
}

static walltime_t wall(const char *text)
{
	struct tm tm = { 0 };
	const char *zone = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	int hours, minutes;
	char sign;

	assert_non_null(zone);
	assert_int_equal(sscanf(zone, "%c%2d:%2d", &sign, &hours, &minutes), 3);
	minutes = (hours * 60 + minutes) * (sign == '-' ? -1 : 1);
	return (walltime_t)(timegm(&tm) - minutes * 60) * S;
}

static const char *show(walltime_t at, char text[static 64])
{
	time_t t = (time_t)(at / S);
	struct tm tm;

	if (at == 0 || at == USEC_NEVER)
		return at ? "never" : "0";
	strftime(text, 64, "%FT%T%z", localtime_r(&t, &tm));
	return text;
}

static void assert_time(const struct row *r, const char *what, walltime_t got, const char *want)
{
	walltime_t wanted = !want ? 0 : *want ? wall(want) : USEC_NEVER;
	char text[64];

	if (got != wanted)
		fail_msg("%s: %s %s, want %s", r->what, what, show(got, text),
			 want && *want ? want : "never or none");
}

static void each_story(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct row *r = &rows[i];
		struct calendar c;

		set_zone(r->zone);
		calendar_at(r->hours, wall(r->at), &c);
		if (c.day != day_number(r->day))
			fail_msg("%s: day %d, want %d (%s)", r->what, c.day, day_number(r->day),
				 r->day);
		if (c.in_hours != r->in)
			fail_msg("%s: inside is %d", r->what, c.in_hours);
		assert_time(r, "changes", c.changes_at, r->changes);
		assert_time(r, "opens", c.opens_at, r->opens);
		/* The same within the second. */
		calendar_at(r->hours, wall(r->at) + S - 1, &c);
		assert_time(r, "changes", c.changes_at, r->changes);
	}
}

/* Days and hours the user did not set are whole, with a new one at four. */
static void by_default(void **state)
{
	struct hours h;

	(void)state;
	hours_default(&h);
	assert_memory_equal(&h, &whole, sizeof(h));
}

/* Ranges that touch, overlap and stand in any order are one. */
static void ranges_in_any_order(void **state)
{
	struct hours h = unsorted;
	struct calendar c;

	(void)state;
	set_zone("UTC");
	for (unsigned i = 0; i < 7; i++)
		h.days[i] = (struct hours_day){ 4,
						{ { AT(14, 0), AT(15, 0) },
						  { AT(9, 0), AT(11, 0) },
						  { AT(11, 0), AT(13, 0) },
						  { AT(10, 0), AT(12, 0) } } };
	calendar_at(&h, wall("2026-11-23T08:00:00+00:00"), &c);
	assert_int_equal(c.changes_at, wall("2026-11-23T09:00:00+00:00"));
	calendar_at(&h, wall("2026-11-23T09:30:00+00:00"), &c);
	assert_int_equal(c.changes_at, wall("2026-11-23T13:00:00+00:00"));
	calendar_at(&h, wall("2026-11-23T13:30:00+00:00"), &c);
	assert_int_equal(c.opens_at, wall("2026-11-23T14:00:00+00:00"));
}

/* The zone is changed while the program runs. */
static void another_zone(void **state)
{
	struct calendar c;

	(void)state;
	set_zone("UTC");
	calendar_at(&office, wall("2026-11-23T08:30:00+00:00"), &c);
	assert_false(c.in_hours);
	assert_int_equal(setenv("TZ", BERLIN, 1), 0);
	calendar_at(&office, wall("2026-11-23T08:30:00+00:00"), &c);
	assert_true(c.in_hours);
}

static void random_hours(struct hours *h, uint32_t *seed)
{
	memset(h, 0, sizeof(*h));
	h->day_starts = next_random(seed) % 1440;
	for (unsigned i = 0; i < 7; i++) {
		struct hours_day *d = &h->days[i];

		d->n = next_random(seed) % (HOURS_RANGES_MAX + 1);
		for (unsigned k = 0; k < d->n; k++)
			d->ranges[k] = (struct hours_range){ next_random(seed) % 1440,
							     next_random(seed) % 1441 };
	}
}

/* What the clock on the wall says of these hours; no word of days that are left out, and the hour
 * that it shows twice counts as inside if it is so for one of the two. */
static bool wall_says_inside(const struct hours *h, time_t t)
{
	time_t day_before = t - 86400;
	struct tm now, before;
	unsigned minute;

	localtime_r(&t, &now);
	minute = (unsigned)(now.tm_hour * 60 + now.tm_min);
	day_before = timegm(&(struct tm){
		.tm_year = now.tm_year, .tm_mon = now.tm_mon, .tm_mday = now.tm_mday - 1 });
	gmtime_r(&day_before, &before);
	for (unsigned back = 0; back < 2; back++) {
		const struct hours_day *d =
			&h->days[((back ? before.tm_wday : now.tm_wday) + 6) % 7];

		for (unsigned i = 0; i < d->n; i++) {
			struct hours_range r = d->ranges[i];
			bool wraps = r.to <= r.from;

			if (back ? wraps && minute < r.to
				 : minute >= r.from && (wraps || minute < r.to))
				return true;
		}
	}
	return false;
}

/* Was the clock changed within a day of then? */
static bool near_a_change(time_t t)
{
	time_t a = t - 86400, b = t + 86400;
	struct tm x, y;

	localtime_r(&a, &x);
	localtime_r(&b, &y);
	return x.tm_gmtoff != y.tm_gmtoff;
}

/* From change to change through a year says the same as asking every seven minutes, and, away from
 * clock changes, the same as a look at the wall. */
static void step_through_a_year(const struct hours *h, const char *begins)
{
	walltime_t from = wall(begins), until = from + 365 * USEC_PER_DAY;
	struct calendar held, asked;

	calendar_at(h, from, &held);
	for (walltime_t at = from; at < until; at += 7 * USEC_PER_MIN) {
		while (held.changes_at <= at) {
			struct calendar before = held;

			calendar_at(h, before.changes_at, &held);
			assert_true(held.changes_at > before.changes_at);
			assert_true(held.day > before.day ||
				    (held.day == before.day && held.in_hours != before.in_hours));
			if (held.in_hours && !before.in_hours && before.opens_at != USEC_NEVER)
				assert_int_equal(before.opens_at, before.changes_at);
		}
		calendar_at(h, at, &asked);
		if (asked.in_hours != held.in_hours || asked.day != held.day ||
		    asked.changes_at != held.changes_at)
			fail_msg("%s + %llu min: stepping and asking differ", begins,
				 (unsigned long long)((at - from) / USEC_PER_MIN));
		if (!near_a_change((time_t)(at / S)))
			assert_int_equal(asked.in_hours, wall_says_inside(h, (time_t)(at / S)));
		assert_true(asked.in_hours == (asked.opens_at == 0));
	}
}

static void years_of_random_hours(void **state)
{
	static const struct {
		const char *zone, *begins;
	} years[] = {
		{ "UTC", "2026-01-01T00:00:00+00:00" },
		{ BERLIN, "2026-01-01T00:00:00+01:00" },
		{ JOHNS, "2010-01-01T00:00:00-03:30" },
		{ APIA, "2011-06-01T00:00:00-11:00" },
		{ "Africa/Casablanca", "2026-01-01T00:00:00+01:00" },
		{ "Australia/Lord_Howe", "2026-01-01T00:00:00+11:00" },
		{ "Antarctica/Troll", "2026-01-01T00:00:00+00:00" },
	};
	uint32_t seed = 20261123;

	(void)state;
	for (size_t i = 0; i < ELEMENTS(years); i++) {
		struct hours h;

		set_zone(years[i].zone);
		step_through_a_year(&office, years[i].begins);
		step_through_a_year(&begins_doubled, years[i].begins);
		random_hours(&h, &seed);
		step_through_a_year(&h, years[i].begins);
	}
}

/* Wherever in time: an answer, and later than the question. */
static void any_moment(void **state)
{
	static const char *const zones[] = { "UTC", BERLIN, JOHNS, APIA, "Nonsense/Nowhere", "" };
	uint32_t seed = 11;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		walltime_t last = wall("9999-12-31T23:59:59+00:00");
		walltime_t at = ((uint64_t)next_random(&seed) << 32 | next_random(&seed)) % last;
		struct calendar c;
		struct hours h;

		if (i % 1000 == 0)
			set_zone(zones[i / 1000 % ELEMENTS(zones)]);
		random_hours(&h, &seed);
		calendar_at(&h, at, &c);
		assert_true(c.changes_at > at && c.changes_at <= at + 3 * USEC_PER_DAY);
		assert_true(c.opens_at == 0 || c.opens_at > at);
	}
	calendar_at(&whole, USEC_NEVER - 1, &(struct calendar){ 0 });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_story),
		cmocka_unit_test(by_default),
		cmocka_unit_test(ranges_in_any_order),
		cmocka_unit_test(another_zone),
		cmocka_unit_test(years_of_random_hours),
		cmocka_unit_test(any_moment),
	};

	return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
