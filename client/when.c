#include "when.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/parse.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int when_parse_length(const char *text, usec_t *ret)
{
	char spelled[128];
	size_t n = 0;

	for (const char *at = text; *at; at++) {
		bool minutes =
			*at == 'm' && !is_letter(at[1]) && (at == text || !is_letter(at[-1]));
		size_t need = minutes ? 3 : 1;

		if (n + need >= sizeof(spelled))
			return -EINVAL;
		memcpy(spelled + n, minutes ? "min" : at, need);
		n += need;
	}
	spelled[n] = '\0';
	return parse_duration(spelled, ret);
}

/*
 * When clocks show `minute`, in summer or in winter time, on the day that begins `days` after the
 * one of `now`. False if they never show it that way, unless `anyway`.
 */
static bool clock_on_day(time_t now, int days, unsigned minute, bool summer, bool anyway,
			 time_t *ret)
{
	struct tm tm;
	time_t at;

	if (!localtime_r(&now, &tm))
		return false;
	tm.tm_mday += days;
	tm.tm_hour = (int)(minute / 60);
	tm.tm_min = (int)(minute % 60);
	tm.tm_sec = 0;
	tm.tm_isdst = summer;
	at = mktime(&tm);
	if (at == (time_t)-1)
		return false;
	/* Asked for the wrong kind of time, mktime() answers with an hour's difference. */
	if (!anyway && (tm.tm_hour != (int)(minute / 60) || tm.tm_min != (int)(minute % 60)))
		return false;
	*ret = at;
	return true;
}

int when_next_clock(unsigned minute, walltime_t now, walltime_t *ret)
{
	/* 24:00 is the coming midnight. */
	unsigned of_day = minute % (24 * 60);
	time_t seconds = (time_t)(now / USEC_PER_SEC);

	for (int days = 0; days <= 2; days++) {
		time_t first = 0, at;
		bool exists = false;

		for (int summer = 0; summer <= 1; summer++) {
			if (!clock_on_day(seconds, days, of_day, summer, false, &at))
				continue;
			exists = true;
			if (at > seconds && (!first || at < first))
				first = at;
		}
		/* Left out by summer time: by winter time's count it is that much later. */
		if (!exists && clock_on_day(seconds, days, of_day, false, true, &at) &&
		    at > seconds)
			first = at;
		if (first) {
			*ret = (walltime_t)first * USEC_PER_SEC;
			return 0;
		}
	}
	return -ERANGE;
}

/* Noon, because some days begin at 01:00: two noons are whole days apart, give or take an hour. */
static long day_number(const struct tm *tm)
{
	struct tm noon = *tm;

	noon.tm_hour = 12;
	noon.tm_min = noon.tm_sec = 0;
	return (long)((timegm(&noon)) / (24 * 60 * 60));
}

static const char *format_point(walltime_t point, walltime_t now, bool seconds,
				char buffer[static WHEN_TEXT_MAX])
{
	time_t at = (time_t)(point / USEC_PER_SEC), at_now = (time_t)(now / USEC_PER_SEC);
	struct tm tm, tm_now;
	long days;

	if (!localtime_r(&at, &tm) || !localtime_r(&at_now, &tm_now)) {
		(void)snprintf(buffer, WHEN_TEXT_MAX, "some day");
		return buffer;
	}
	days = day_number(&tm) - day_number(&tm_now);
	if (seconds && days == 0 && point > now && point - now < 10 * USEC_PER_MIN)
		(void)strftime(buffer, WHEN_TEXT_MAX, "%H:%M:%S", &tm);
	else if (days == 0)
		(void)strftime(buffer, WHEN_TEXT_MAX, "%H:%M", &tm);
	else if (days == 1)
		(void)strftime(buffer, WHEN_TEXT_MAX, "tomorrow %H:%M", &tm);
	else if (days == -1)
		(void)strftime(buffer, WHEN_TEXT_MAX, "yesterday %H:%M", &tm);
	else
		(void)strftime(buffer, WHEN_TEXT_MAX, "%Y-%m-%d %H:%M", &tm);
	return buffer;
}

const char *when_format(walltime_t point, walltime_t now, char buffer[static WHEN_TEXT_MAX])
{
	return format_point(point, now, true, buffer);
}

const char *when_format_minute(walltime_t point, walltime_t now, char buffer[static WHEN_TEXT_MAX])
{
	return format_point(point, now, false, buffer);
}

const char *when_format_weekday(walltime_t point, walltime_t now, char buffer[static WHEN_TEXT_MAX])
{
	time_t at = (time_t)(point / USEC_PER_SEC), at_now = (time_t)(now / USEC_PER_SEC);
	struct tm tm, tm_now;
	long days;

	if (!localtime_r(&at, &tm) || !localtime_r(&at_now, &tm_now))
		return when_format_minute(point, now, buffer);
	days = day_number(&tm) - day_number(&tm_now);
	if (days < 2 || days > 6)
		return when_format_minute(point, now, buffer);
	(void)strftime(buffer, WHEN_TEXT_MAX, "%A %H:%M", &tm);
	return buffer;
}

const char *when_format_clock(walltime_t point, char buffer[static WHEN_TEXT_MAX])
{
	time_t at = (time_t)(point / USEC_PER_SEC);
	struct tm tm = { 0 };

	(void)localtime_r(&at, &tm);
	(void)strftime(buffer, WHEN_TEXT_MAX, "%H:%M:%S", &tm);
	return buffer;
}

const char *when_format_short(usec_t length, char buffer[static WHEN_TEXT_MAX])
{
	unsigned long long seconds = length / USEC_PER_SEC;

	if (seconds >= 3600)
		(void)snprintf(buffer, WHEN_TEXT_MAX, "%llu:%02llu:%02llu", seconds / 3600,
			       seconds / 60 % 60, seconds % 60);
	else
		(void)snprintf(buffer, WHEN_TEXT_MAX, "%llu:%02llu", seconds / 60, seconds % 60);
	return buffer;
}
