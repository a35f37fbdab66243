/* stats: how the last days went. */
#include "stats.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "bus/protocol.h"
#include "json.h"
#include "verbs.h"

static const struct period {
	const char *word;
	int days;
} periods[] = {
	{ "week", 7 },
	{ "day", 1 },
	{ "month", 30 },
};

#define DAY_TEXT_MAX 16
#define SECONDS_A_DAY (24 * 60 * 60)

/* The date of `days` days ago, by this program's clock. */
static const char *day_text(int days, char buffer[static DAY_TEXT_MAX])
{
	time_t now = (time_t)(clock_walltime() / USEC_PER_SEC);
	struct tm tm = { 0 };

	(void)localtime_r(&now, &tm);
	tm.tm_mday -= days;
	tm.tm_hour = 12;
	tm.tm_isdst = -1;
	(void)mktime(&tm);
	(void)strftime(buffer, DAY_TEXT_MAX, "%Y-%m-%d", &tm);
	return buffer;
}

/* So many of the answer's days, without the first `before`, as they are. */
static int write_days(struct json *j, sd_bus_message *m, size_t before, size_t n)
{
	int r;

	r = sd_bus_message_rewind(m, true);
	if (r < 0)
		return r;
	r = sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "a{sv}");
	for (size_t i = 0; r >= 0 && i < before; i++)
		r = sd_bus_message_skip(m, "a{sv}");
	for (size_t i = 0; r >= 0 && i < n; i++)
		r = json_value(j, NULL, m);
	return r;
}

/* The first of the days that end with the last one, if there is any. */
static const char *first_day(const struct stats *s, int days, char buffer[static DAY_TEXT_MAX])
{
	time_t first = s->last - (time_t)(days - 1) * SECONDS_A_DAY;
	struct tm tm;

	if (!s->last || !gmtime_r(&first, &tm))
		return day_text(days - 1, buffer);
	(void)strftime(buffer, DAY_TEXT_MAX, "%Y-%m-%d", &tm);
	return buffer;
}

static int write_json(sd_bus_message *m, const struct period *period, const struct stats *s,
		      size_t before)
{
	struct json j = { .out = stdout };
	char from[DAY_TEXT_MAX];
	int r;

	json_open_object(&j, NULL);
	json_string(&j, "period", period->word);
	json_string(&j, "from_day", first_day(s, period->days, from));
	json_open_array(&j, "days");
	r = write_days(&j, m, before, s->days.n);
	json_close_array(&j);
	json_close_object(&j);
	json_end(&j);
	return r;
}

static int answer(sd_bus_message *m, const struct period *period, bool json)
{
	CLEANUP(stats_done) struct stats s = { 0 };
	struct text t;
	size_t before;
	int r;

	r = stats_read(&s, m, period->days, &before);
	if (r < 0)
		return r;
	if (json)
		return write_json(m, period, &s, before);
	text_init(&t, stdout, STDOUT_FILENO);
	stats_put(&t, &s, period->days);
	return 0;
}

static int find_period(const struct arguments *args, const struct period **ret)
{
	const char *names[ELEMENTS(periods) + 1] = { NULL };

	*ret = &periods[0];
	if (!args->n_words)
		return EXIT_DONE;
	for (size_t i = 0; i < ELEMENTS(periods); i++) {
		names[i] = periods[i].word;
		if (!strcmp(args->words[0], names[i])) {
			*ret = &periods[i];
			return EXIT_DONE;
		}
	}
	return complain_unknown(EXIT_USAGE, "period", args->words[0], names);
}

int run_stats(const struct arguments *args)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	const struct period *period;
	char from[DAY_TEXT_MAX], to[DAY_TEXT_MAX];
	int r;

	batch_init(&b);
	r = find_period(args, &period);
	if (r != EXIT_DONE)
		return r;
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	/* Which day it is for limberd is in its answer. It may be in another time zone, which makes
	 * two days at most, and a day that begins at 04:00 is still yesterday's at 02:00. */
	day_text(period->days + 2, from);
	day_text(-2, to);
	r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, "GetStatistics", "ss", from, to);
	if (r < 0)
		return remote_failed(r);
	r = batch_run(&b, bus);
	if (r != EXIT_DONE)
		return r;
	r = answer(b.v[0].answer, period, option_given(args, OPTION_JSON));
	return r < 0 ? remote_failed(r) : EXIT_DONE;
}
