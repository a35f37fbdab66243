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

/* The date of `days` days ago. */
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

struct named_day {
	const char *day;
};

static const struct field named_day_fields[] = {
	{ "day", FIELD_STRING, offsetof(struct named_day, day), NULL },
};
static const struct shape named_day_shape = {
	.size = sizeof(struct named_day),
	.fields = named_day_fields,
	.n = ELEMENTS(named_day_fields),
};

/* The last of the days in the message alone, as in the table. `from` if there is none. */
static int write_last(struct json *j, struct arena *arena, sd_bus_message *m, const char *from)
{
	struct list days = { 0 };
	const struct named_day *day;
	int r;

	r = reader_dicts(&named_day_shape, arena, m, &days);
	day = days.items;
	json_string(j, "from_day", r >= 0 && days.n ? day[days.n - 1].day : from);
	json_open_array(j, "days");
	if (r >= 0 && days.n) {
		r = sd_bus_message_rewind(m, true);
		if (r >= 0)
			r = sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "a{sv}");
		for (size_t i = 1; r >= 0 && i < days.n; i++)
			r = sd_bus_message_skip(m, "a{sv}");
		if (r >= 0)
			r = json_value(j, NULL, m);
	}
	json_close_array(j);
	return r;
}

static int write_json(sd_bus_message *m, const struct period *period, const char *from)
{
	CLEANUP(arena_done) struct arena arena = { 0 };
	struct json j = { .out = stdout };
	int r;

	json_open_object(&j, NULL);
	json_string(&j, "period", period->word);
	if (period->days == 1) {
		r = write_last(&j, &arena, m, from);
	} else {
		json_string(&j, "from_day", from);
		r = json_value(&j, "days", m);
	}
	json_close_object(&j);
	json_end(&j);
	return r;
}

static int write_text(sd_bus_message *m, const struct period *period)
{
	CLEANUP(stats_done) struct stats s = { 0 };
	struct text t;
	int r;

	r = stats_read(&s, m, period->days == 1);
	if (r < 0)
		return r;
	text_init(&t, stdout, STDOUT_FILENO);
	stats_put(&t, &s, period->days);
	return 0;
}

static int find_period(const struct arguments *args, const struct period **ret)
{
	char said[EXCERPT_MAX];

	*ret = &periods[0];
	if (!args->n_words)
		return EXIT_DONE;
	for (size_t i = 0; i < ELEMENTS(periods); i++)
		if (!strcmp(args->words[0], periods[i].word)) {
			*ret = &periods[i];
			return EXIT_DONE;
		}
	return complain(EXIT_USAGE, "stats are of a day, a week or a month, not '%s'",
			text_excerpt(args->words[0], said));
}

int run_stats(const struct arguments *args)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	const struct period *period;
	char from[DAY_TEXT_MAX];
	int r;

	batch_init(&b);
	r = find_period(args, &period);
	if (r != EXIT_DONE)
		return r;
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	/* A day that begins at 04:00 is still yesterday's at 02:00; of two the last one is meant.
	 */
	day_text(period->days == 1 ? 1 : period->days - 1, from);
	r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, "GetStatistics", "ss", from, "");
	if (r < 0)
		return remote_failed(r);
	r = batch_run(&b, bus);
	if (r != EXIT_DONE)
		return r;
	r = option_given(args, OPTION_JSON) ? write_json(b.v[0].answer, period, from)
					    : write_text(b.v[0].answer, period);
	return r < 0 ? remote_failed(r) : EXIT_DONE;
}
