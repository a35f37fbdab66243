/* What clients ask of the history: breaks, days, and an activity to be put down. */
#include "app/manager-internal.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/answers.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"
#include "coach/activity.h"

#define ROWS_AT_MOST 500
#define ACTIVITY_MIN USEC_PER_MIN
#define ACTIVITY_MAX USEC_PER_DAY
#define SECONDS_A_DAY (24 * 60 * 60)
#define DAY_TEXT_MAX 32

int manager_no_history(const struct manager *m, struct bus_answer *no)
{
	const char *why = history_problem(m->remember.history);

	if (!why)
		why = history_damage(m->remember.history);
	return say_no(no, BUS_REFUSED_NO_HISTORY, "%s", why ? why : "there is no history yet");
}

/* What reading it has come to. */
int manager_history_read(struct manager *m, int r, struct bus_answer *no)
{
	manager_mind_history(m);
	return r == -ENODATA ? manager_no_history(m, no) : r;
}

/* Decisions --------------------------------------------------------------------------------------
 */

struct decisions {
	struct manager *m;
	struct bus_decision_sink *sink;
};

static int hand_decision(void *owner, const struct decision *d)
{
	struct decisions *past = owner;
	struct bus_decision out;

	/* It is in the wall's time already. */
	manager_view_decision(past->m, d, 0, &out);
	return past->sink->add(past->sink, &out);
}

int manager_answer_past_decisions(void *owner, unsigned limit, struct bus_decision_sink *sink)
{
	struct manager *m = owner;
	struct decisions past = { m, sink };
	int r;

	/* The journal's are told already. */
	r = history_read_decisions(m->remember.history, m->remember.kept_rows, limit, hand_decision,
				   &past);
	manager_mind_history(m);
	return r == -ENODATA ? 0 : r;
}

/* Days -------------------------------------------------------------------------------------------
 */

static const char *day_text(int day, char buffer[static DAY_TEXT_MAX])
{
	time_t at = (time_t)day * SECONDS_A_DAY;
	struct tm tm;

	buffer[0] = '\0';
	if (gmtime_r(&at, &tm))
		(void)strftime(buffer, DAY_TEXT_MAX, "%Y-%m-%d", &tm);
	return buffer;
}

/* "2026-11-23"; "" is `otherwise`. */
static int parse_day(const char *text, int otherwise, int *ret, struct bus_answer *no)
{
	struct tm tm = { 0 };
	char back[DAY_TEXT_MAX], excerpt[EXCERPT_MAX];
	const char *end;
	int day;

	if (!text[0]) {
		*ret = otherwise;
		return 0;
	}
	end = strptime(text, "%Y-%m-%d", &tm);
	day = end && !*end ? (int)(timegm(&tm) / SECONDS_A_DAY) : 0;
	/* There is no 31st of February, and only one way to write a day. */
	if (!end || strcmp(day_text(day, back), text))
		return say_no(no, BUS_REFUSED_INVALID, "'%s' is no day; one looks like 2026-11-23",
			      problem_excerpt(text, excerpt));
	*ret = day;
	return 0;
}

/* Breaks -----------------------------------------------------------------------------------------
 */

static int hand_break(void *owner, const struct history_break *b)
{
	struct bus_past_sink *sink = owner;
	struct bus_length exercises[HISTORY_EXERCISES_MAX], delays[HISTORY_DELAYS_MAX];
	char day[DAY_TEXT_MAX];
	const struct bus_past_break out = {
		.id = (uint64_t)b->id,
		.day = day_text(b->day, day),
		.rule = b->rule,
		.outcome = b->outcome,
		.due = b->due,
		.prompted = b->prompted,
		.started = b->started,
		.ended = b->ended,
		.length = b->length,
		.rested = b->rested,
		.prompts = b->prompts,
		.snoozes = b->snoozes,
		.exercises = exercises,
		.n_exercises = b->n_exercises,
		.delays = delays,
		.n_delays = b->n_delays,
	};

	for (size_t i = 0; i < b->n_exercises; i++)
		exercises[i] = (struct bus_length){ b->exercises[i].id, b->exercises[i].length };
	for (size_t i = 0; i < b->n_delays; i++)
		delays[i] = (struct bus_length){ b->delays[i].reason, b->delays[i].length };
	return sink->add_break(sink, &out);
}

static int64_t bound(uint64_t at)
{
	return at > INT64_MAX ? INT64_MAX : (int64_t)at;
}

static struct history_query query_of(const struct bus_history_query *query)
{
	return (struct history_query){
		.from = bound(query->from),
		.to = query->to ? bound(query->to) : -1,
		.after_id = bound(query->after_id),
		.rule = query->rule,
		.outcome = query->outcome,
		.kind = query->kind,
		.limit = query->limit && query->limit < ROWS_AT_MOST ? query->limit : ROWS_AT_MOST,
	};
}

int manager_answer_history(void *owner, const struct bus_history_query *query,
			   struct bus_past_sink *sink, struct bus_answer *no)
{
	struct manager *m = owner;
	const struct history_query q = query_of(query);

	return manager_history_read(
		m, history_read_breaks(m->remember.history, &q, hand_break, sink), no);
}

/* Statistics -------------------------------------------------------------------------------------
 */

/* What the present day comes to by now, beyond what is kept of it. */
struct present {
	int day;
	struct {
		char what[64];
		int64_t amount;
		enum { MORE, AT_LEAST } meant;
		bool told;
	} totals[3];
};

struct days {
	struct bus_past_sink *sink;
	struct present present;
	int first, last; /* that are asked for */
	int day;         /* the one that is being told, if any is */
	bool open;
	bool present_told;
};

static const struct kept_day *find_kept_day(const struct remember *r, int day)
{
	static const struct kept_day nothing;

	for (size_t i = 0; i < r->n_days; i++)
		if (r->days[i].day == day)
			return &r->days[i];
	return &nothing;
}

static struct present present_day(const struct manager *m)
{
	const struct remember *r = &m->remember;
	usec_t now = clock_boottime();
	struct present p = { .day = m->calendar.day };
	const struct kept_day *kept = find_kept_day(r, p.day);

	(void)snprintf(p.totals[0].what, sizeof(p.totals[0].what), "%s_usec",
		       presence_name(r->presence));
	if (r->presence_since && r->day == p.day)
		p.totals[0].amount = (int64_t)usec_sub(now, r->presence_since);
	(void)snprintf(p.totals[1].what, sizeof(p.totals[1].what), TOTAL_SCREEN);
	p.totals[1].amount = kept->screen;
	if (m->scheduler.day == p.day)
		p.totals[1].amount +=
			(int64_t)scheduler_today(&m->scheduler, now) - (int64_t)r->screen;
	(void)snprintf(p.totals[2].what, sizeof(p.totals[2].what), TOTAL_LONGEST);
	p.totals[2].amount =
		(int64_t)usec_max(kept->longest, r->day == p.day ? manager_spell(m) : 0);
	p.totals[2].meant = AT_LEAST;
	return p;
}

static int begin_day(struct days *d, int day)
{
	char text[DAY_TEXT_MAX];

	d->day = day;
	d->open = true;
	d->present_told = d->present_told || day == d->present.day;
	return d->sink->begin_day(d->sink, day_text(day, text), day == d->present.day);
}

static int end_day(struct days *d)
{
	struct present *p = &d->present;
	int r;

	if (!d->open)
		return 0;
	d->open = false;
	for (size_t i = 0; d->day == p->day && i < ELEMENTS(p->totals); i++) {
		if (p->totals[i].told || p->totals[i].amount <= 0)
			continue;
		r = d->sink->add_total(d->sink, p->totals[i].what, (uint64_t)p->totals[i].amount);
		if (r < 0)
			return r;
	}
	return d->sink->end_day(d->sink);
}

static uint64_t with_present(struct present *p, const char *what, uint64_t amount)
{
	for (size_t i = 0; i < ELEMENTS(p->totals); i++) {
		int64_t more = p->totals[i].amount, was = (int64_t)amount;

		if (strcmp(p->totals[i].what, what))
			continue;
		p->totals[i].told = true;
		if (p->totals[i].meant == MORE)
			return was + more > 0 ? (uint64_t)(was + more) : 0;
		return (uint64_t)(was > more ? was : more);
	}
	return amount;
}

/* In its place, also where nothing of it was kept yet. */
static int tell_present(struct days *d)
{
	int day = d->present.day, r;

	if (d->present_told || day < d->first || day > d->last)
		return 0;
	r = begin_day(d, day);
	return r < 0 ? r : end_day(d);
}

/* All before this one is told. */
static int next_day(struct days *d, int day)
{
	int r;

	r = end_day(d);
	if (r >= 0 && day > d->present.day)
		r = tell_present(d);
	return r < 0 ? r : begin_day(d, day);
}

static int hand_total(void *owner, int day, const char *what, uint64_t amount)
{
	struct days *d = owner;
	int r;

	if (!d->open || d->day != day) {
		r = next_day(d, day);
		if (r < 0)
			return r;
	}
	if (day == d->present.day)
		amount = with_present(&d->present, what, amount);
	/* What was taken back leaves nothing to count. */
	return amount ? d->sink->add_total(d->sink, what, amount) : 0;
}

int manager_answer_statistics(void *owner, const char *from, const char *to,
			      struct bus_past_sink *sink, struct bus_answer *no)
{
	struct manager *m = owner;
	struct days d = { .sink = sink, .present = present_day(m) };
	int r;

	r = parse_day(from, INT_MIN, &d.first, no);
	if (r < 0)
		return r;
	r = parse_day(to, INT_MAX, &d.last, no);
	if (r < 0)
		return r;
	r = history_read_totals(m->remember.history, d.first, d.last, hand_total, &d);
	if (r >= 0)
		r = end_day(&d);
	if (r >= 0)
		r = tell_present(&d);
	return manager_history_read(m, r, no);
}

/* Activities -------------------------------------------------------------------------------------
 */

int manager_hand_activity(struct bus_past_sink *sink, const struct history_activity *a)
{
	char day[DAY_TEXT_MAX];
	const struct bus_past_activity out = {
		.id = (uint64_t)a->id,
		.day = day_text(a->day, day),
		.kind = a->kind,
		.when = a->at,
		.length = a->length,
	};

	return sink->add_activity(sink, &out);
}

static int hand_activity(void *owner, const struct history_activity *a)
{
	return manager_hand_activity(owner, a);
}

int manager_answer_activities(void *owner, const struct bus_history_query *query,
			      struct bus_past_sink *sink, struct bus_answer *no)
{
	struct manager *m = owner;
	const struct history_query q = query_of(query);

	return manager_history_read(
		m, history_read_activities(m->remember.history, &q, hand_activity, sink), no);
}

/* What was logged today and this are more than a day has. */
static int too_much(usec_t before, struct bus_answer *no)
{
	char length[DURATION_TEXT_MAX];

	return say_no(
		no, BUS_REFUSED_INVALID,
		"%s of activities are logged for today already, and with this it would be more "
		"than a day has; nothing is logged",
		format_duration(before, length));
}

int manager_answer_log_activity(void *owner, const char *kind, usec_t length, struct bus_answer *no)
{
	struct manager *m = owner;
	const char *word = kind;
	usec_t before;

	kind = activity_find(&m->config->catalog, word);
	if (!kind)
		return say_unknown(
			no, BUS_REFUSED_INVALID, "activity", word, activity_kinds,
			", or what 'limber exercises --set aerobic' lists; nothing is logged");
	if (length < ACTIVITY_MIN || length > ACTIVITY_MAX)
		return say_no(no, BUS_REFUSED_INVALID,
			      "an activity is 1min to 24h long; nothing is logged");
	/* What was known before comes first. */
	(void)manager_recall_late(m);
	before = manager_coach(m).memory->days[0].activity_seconds * USEC_PER_SEC;
	if (before + length > ACTIVITY_MAX)
		return too_much(before, no);
	return manager_done_off_desk(m, kind, length) < 0 ? manager_no_history(m, no) : 0;
}
