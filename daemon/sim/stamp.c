#include "sim/stamp.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/cleanup.h"

#define YEAR_FIRST 1970
#define YEAR_LAST 9999
#define DECIMALS 6

static const char not_like[] = "is not a time such as 2026-11-23T09:05:12.5+01:00";

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly `n` digits at *cursor, which moves behind them. */
static bool take_digits(const char **cursor, unsigned n, unsigned *ret)
{
	unsigned value = 0;

	for (unsigned i = 0; i < n; i++) {
		if (!is_digit((*cursor)[i]))
			return false;
		value = 10 * value + (unsigned)((*cursor)[i] - '0');
	}
	*cursor += n;
	*ret = value;
	return true;
}

static bool take_char(const char **cursor, char c)
{
	if (**cursor != c)
		return false;
	(*cursor)++;
	return true;
}

/* `.25` at *cursor as microseconds, without it 0. Answers how many digits there are, 0 for none
 * where there should be some. */
static unsigned take_fraction(const char **cursor, usec_t *ret)
{
	usec_t value = 0, place = USEC_PER_SEC / 10;
	unsigned n = 0;

	for (; is_digit(**cursor); (*cursor)++, place /= 10, n++)
		value += (usec_t)(**cursor - '0') * place;
	*ret = value;
	return n;
}

static bool is_leap(unsigned year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned month_length(unsigned year, unsigned month)
{
	static const unsigned char lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

/* Days from 1970-01-01 on. */
static int64_t day_number(unsigned year, unsigned month, unsigned day)
{
	unsigned past = year - 1;
	int64_t days = (int64_t)past * 365 + past / 4 - past / 100 + past / 400;

	for (unsigned m = 1; m < month; m++)
		days += month_length(year, m);
	return days + day - 1 - 719162; /* which is 1970-01-01 */
}

/* `2026-11-23` as its day's number. */
static const char *take_date(const char **cursor, int64_t *ret)
{
	unsigned year, month, day;

	if (!take_digits(cursor, 4, &year) || !take_char(cursor, '-') ||
	    !take_digits(cursor, 2, &month) || !take_char(cursor, '-') ||
	    !take_digits(cursor, 2, &day) || !take_char(cursor, 'T'))
		return not_like;
	if (year < YEAR_FIRST)
		return "is before 1970, years 1970 to 9999 are allowed";
	if (month < 1 || month > 12 || day < 1 || day > month_length(year, month))
		return "has a date that no calendar has";
	*ret = day_number(year, month, day);
	return NULL;
}

/* `09:05:12.5` as microseconds of the day. */
static const char *take_clock(const char **cursor, int64_t *ret)
{
	unsigned hour, minute, second;
	usec_t fraction = 0;

	if (!take_digits(cursor, 2, &hour) || !take_char(cursor, ':') ||
	    !take_digits(cursor, 2, &minute) || !take_char(cursor, ':') ||
	    !take_digits(cursor, 2, &second))
		return not_like;
	if (take_char(cursor, '.') && take_fraction(cursor, &fraction) == 0)
		return not_like;
	if (hour > 23 || minute > 59 || second > 60)
		return "has a time of day beyond 23:59:60";
	*ret = (int64_t)((hour * 60 + minute) * 60 + second) * (int64_t)USEC_PER_SEC +
	       (int64_t)fraction;
	return NULL;
}

/* `Z`, `+05:45`, `-03:30` as minutes. */
static const char *take_offset(const char **cursor, int64_t *ret)
{
	unsigned hour, minute;
	bool west = **cursor == '-';

	if (!**cursor)
		return "has no offset from UTC, without which it could be any of many times; "
		       "write it as +01:00, or Z for none";
	*ret = 0;
	if (take_char(cursor, 'Z'))
		return NULL;
	if ((!take_char(cursor, '+') && !take_char(cursor, '-')) ||
	    !take_digits(cursor, 2, &hour) || !take_char(cursor, ':') ||
	    !take_digits(cursor, 2, &minute) || hour > 23 || minute > 59)
		return "has an offset from UTC that is not like +01:00 or Z";
	*ret = (int64_t)(hour * 60 + minute) * (west ? -1 : 1);
	return NULL;
}

int stamp_read(const char *text, walltime_t *ret, const char **ret_why)
{
	int64_t day = 0, clock = 0, offset = 0, at;
	const char *why;

	why = take_date(&text, &day);
	if (!why)
		why = take_clock(&text, &clock);
	if (!why)
		why = take_offset(&text, &offset);
	if (!why && *text)
		why = not_like;
	at = day * (int64_t)USEC_PER_DAY + clock - offset * (int64_t)USEC_PER_MIN;
	if (!why && at < 0)
		why = "is before 1970, years 1970 to 9999 are allowed";
	if (why) {
		*ret_why = why;
		return -EINVAL;
	}
	*ret = (walltime_t)at;
	return 0;
}

/* `.25`, nothing for 0. */
static const char *write_fraction(usec_t fraction, char buffer[static DECIMALS + 2])
{
	size_t end = DECIMALS + 1;

	if (fraction == 0)
		end = 0;
	buffer[0] = '.';
	for (size_t i = DECIMALS; i > 0; i--, fraction /= 10)
		buffer[i] = (char)('0' + fraction % 10);
	while (end > 0 && buffer[end - 1] == '0')
		end--;
	buffer[end] = '\0';
	return buffer;
}

const char *stamp_write(walltime_t at, char buffer[static STAMP_TEXT_MAX])
{
	time_t seconds = (time_t)(at / USEC_PER_SEC);
	char fraction[DECIMALS + 2], date[32], offset[8] = "Z";
	struct tm tm;

	/* Of a date beyond our years UTC tells no more either. */
	if (!localtime_r(&seconds, &tm) || tm.tm_gmtoff % 60 != 0 ||
	    tm.tm_year + 1900 < YEAR_FIRST || tm.tm_year + 1900 > YEAR_LAST)
		(void)gmtime_r(&seconds, &tm);
	else
		(void)snprintf(offset, sizeof(offset), "%c%02d:%02d", tm.tm_gmtoff < 0 ? '-' : '+',
			       abs((int)tm.tm_gmtoff / 3600) % 24,
			       abs((int)tm.tm_gmtoff / 60) % 60);
	if (strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
		date[0] = '\0';
	(void)snprintf(buffer, STAMP_TEXT_MAX, "%s%s%s", date,
		       write_fraction(at % USEC_PER_SEC, fraction), offset);
	return buffer;
}

int seconds_read(const char *text, usec_t *ret)
{
	usec_t value = 0, fraction = 0;
	bool whole = is_digit(*text);

	for (; is_digit(*text); text++)
		value = usec_min(10 * value + (usec_t)(*text - '0'), SPAN_MAX);
	if (take_char(&text, '.')) {
		unsigned n = take_fraction(&text, &fraction);

		if (n == 0 || n > DECIMALS)
			return -EINVAL;
	}
	if (!whole || *text)
		return -EINVAL;
	if (value > SPAN_MAX / USEC_PER_SEC)
		return -ERANGE;
	value = value * USEC_PER_SEC + fraction;
	if (value > SPAN_MAX)
		return -ERANGE;
	*ret = value;
	return 0;
}

const char *seconds_write(usec_t length, char buffer[static SECONDS_TEXT_MAX])
{
	char fraction[DECIMALS + 2];

	(void)snprintf(buffer, SECONDS_TEXT_MAX, "%llu%s",
		       (unsigned long long)(length / USEC_PER_SEC),
		       write_fraction(length % USEC_PER_SEC, fraction));
	return buffer;
}
