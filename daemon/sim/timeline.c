#include "sim/timeline.h"

#include <stdlib.h>
#include <time.h>

#include "sim/daybar.h"
#include "sim/paper.h"
#include "sim/sentence.h"
#include "sim/summary.h"
#include "sim/text.h"

#define JSON_MAX 4096
#define WHEN_MAX 64
/* Columns of the table. */
#define RULE_WIDTH 10
#define WHAT_WIDTH 14
#define WHY_COLUMN (2 + 8 + 2 + RULE_WIDTH + WHAT_WIDTH)
#define HOUR 3600

/* Local time for many points that lie close together. */
struct local {
	time_t from, until; /* a local hour with one offset throughout; until 0: none is known */
	struct tm begins;
};

/* Its date and offset as they stand in JSON: the same for many points. */
struct stamp_ends {
	bool known;
	struct tm local;
	char date[16], offset[16]; /* "2026-11-23T", "+01:00" */
};

/* Something that lasts, from where it is not painted yet. */
struct lasting {
	bool on;
	enum daybar_ink ink;
	usec_t t;
	walltime_t at;
};

struct timeline {
	FILE *out; /* borrowed */
	struct timeline_style style;
	struct local local;
	struct stamp_ends ends;
	bool day_known;
	int year, yday; /* of the day whose heading stands above */
	enum presence presence;
	struct lasting presence_lasts, break_lasts;
	struct daybar bar;
};

/* Local time ----------------------------------------------------------------------------------- */

/* The hour around a point, as far as it is one like any other. */
static void learn_hour(struct local *l, time_t at, const struct tm *local)
{
	time_t from = at - local->tm_min * 60 - local->tm_sec, last = from + HOUR - 1;
	struct tm end;

	l->until = 0;
	/* No zone changes twice in an hour. */
	if (!localtime_r(&from, &l->begins) || !localtime_r(&last, &end) ||
	    l->begins.tm_gmtoff != end.tm_gmtoff || l->begins.tm_min || l->begins.tm_sec)
		return;
	l->from = from;
	l->until = last + 1;
}

static bool local_at(struct local *l, walltime_t at, struct tm *ret)
{
	time_t seconds = (time_t)(at / USEC_PER_SEC);
	int into;

	if (seconds < l->from || seconds >= l->until) {
		if (!localtime_r(&seconds, ret))
			return false;
		learn_hour(l, seconds, ret);
		return true;
	}
	into = (int)(seconds - l->from);
	*ret = l->begins;
	ret->tm_min = into / 60;
	ret->tm_sec = into % 60;
	return true;
}

static void add_offset(struct text *t, long offset)
{
	unsigned long minutes = (unsigned long)labs(offset) / 60;

	text_add_char(t, offset < 0 ? '-' : '+');
	text_add_number(t, minutes / 60, 2);
	text_add_char(t, ':');
	text_add_number(t, minutes % 60, 2);
}

static void add_date(struct text *t, const struct tm *local)
{
	text_add_number(t, (uint64_t)local->tm_year + 1900, 4);
	text_add_char(t, '-');
	text_add_number(t, (uint64_t)local->tm_mon + 1, 2);
	text_add_char(t, '-');
	text_add_number(t, (uint64_t)local->tm_mday, 2);
}

static void add_clock(struct text *t, const struct tm *local)
{
	text_add_number(t, (uint64_t)local->tm_hour, 2);
	text_add_char(t, ':');
	text_add_number(t, (uint64_t)local->tm_min, 2);
	text_add_char(t, ':');
	text_add_number(t, (uint64_t)local->tm_sec, 2);
}

/* What a piece of news is called and why it came ----------------------------------------------- */

static const char *what_of(const struct sim_news *n)
{
	switch (n->kind) {
	case SIM_PRESENCE:
		return "presence";
	case SIM_QUIET:
		return "quiet";
	case SIM_DECISION:
		return decision_name(n->decision->kind);
	}
	return "";
}

static const char *rule_of(const struct sim_news *n)
{
	return n->kind == SIM_DECISION ? n->decision->rule : "";
}

static const char *why_of(const struct sim_news *n, char buffer[static SENTENCE_MAX])
{
	switch (n->kind) {
	case SIM_PRESENCE:
		return "";
	case SIM_QUIET:
		return n->on ? quiet_sentence(n->sign, n->who, 0, buffer)
			     : quiet_over_sentence(n->sign);
	case SIM_DECISION:
		return decision_sentence(n->decision, n->offset, buffer);
	}
	return "";
}

/* JSON ----------------------------------------------------------------------------------------- */

/* For values that need no escapes: names. */
static void add_member(struct text *t, const char *key, const char *value)
{
	text_add(t, ",\"");
	text_add(t, key);
	text_add(t, "\":");
	text_add_char(t, '"');
	text_add(t, value);
	text_add_char(t, '"');
}

static void learn_ends(struct stamp_ends *e, const struct tm *local)
{
	struct text t;

	if (e->known && e->local.tm_mday == local->tm_mday && e->local.tm_mon == local->tm_mon &&
	    e->local.tm_year == local->tm_year && e->local.tm_gmtoff == local->tm_gmtoff)
		return;
	e->known = true;
	e->local = *local;
	text_begin(&t, e->date, sizeof(e->date));
	add_date(&t, local);
	text_add_char(&t, 'T');
	text_begin(&t, e->offset, sizeof(e->offset));
	add_offset(&t, local->tm_gmtoff);
}

static void add_time(struct timeline *l, struct text *t, const struct sim_news *n)
{
	struct tm local;

	text_add(t, "{\"t\":");
	text_add_seconds(t, n->t, true);
	text_add(t, ",\"at\":\"");
	if (local_at(&l->local, n->at, &local)) {
		learn_ends(&l->ends, &local);
		text_add(t, l->ends.date);
		add_clock(t, &local);
		text_add_micros(t, n->at % USEC_PER_SEC);
		text_add(t, l->ends.offset);
	}
	text_add_char(t, '"');
}

static void add_prompts(struct text *t, const struct decision *d)
{
	text_add(t, ",\"prompts\":");
	text_add_number(t, d->count, 1);
}

static void add_decision_members(struct text *t, const struct sim_news *n)
{
	const struct decision *d = n->decision;

	switch (d->kind) {
	case DECISION_PROMPT:
	case DECISION_REPEATED:
		add_prompts(t, d);
		add_member(t, "exercise", n->exercises);
		break;
	case DECISION_STARTED:
		add_member(t, "exercise", n->exercises);
		break;
	case DECISION_ENDED:
	case DECISION_NATURAL:
		add_member(t, "outcome", outcome_name(d->outcome));
		text_add(t, ",\"rested\":");
		text_add_seconds(t, d->length, false);
		break;
	case DECISION_POSTURE:
		add_member(t, "posture", posture_name(d->posture));
		break;
	case DECISION_DUE:
	case DECISION_WAITING:
	case DECISION_DEFERRED:
	case DECISION_MERGED:
	case DECISION_EASED:
	case DECISION_SNOOZED:
	case DECISION_DAILY:
		break;
	}
}

static void add_members(struct text *t, const struct sim_news *n)
{
	switch (n->kind) {
	case SIM_PRESENCE:
		add_member(t, "presence", presence_name(n->presence));
		break;
	case SIM_QUIET:
		add_member(t, "sign", quiet_name(n->sign));
		text_add(t, n->on ? ",\"on\":true" : ",\"on\":false");
		break;
	case SIM_DECISION:
		add_decision_members(t, n);
		break;
	}
}

static void print_json(struct timeline *l, const struct sim_news *n)
{
	char line[JSON_MAX], why[SENTENCE_MAX];
	struct text t;

	text_begin(&t, line, sizeof(line));
	add_time(l, &t, n);
	add_member(&t, "what", what_of(n));
	add_member(&t, "rule", rule_of(n));
	text_add(&t, ",\"why\":");
	text_add_json(&t, why_of(n, why));
	add_members(&t, n);
	text_add(&t, "}\n");
	fwrite(line, 1, (size_t)(t.at - line), l->out);
}

static void print_json_summary(struct timeline *l, const struct sim_summary *s)
{
	char line[JSON_MAX];
	struct text t;

	text_begin(&t, line, sizeof(line));
	text_add(&t, "{\"what\":\"summary\",");
	summary_add_json(&t, s);
	text_add(&t, "}\n");
	fputs(line, l->out);
}

/* Bars ----------------------------------------------------------------------------------------- */

static enum daybar_ink ink_of(enum presence presence)
{
	switch (presence) {
	case PRESENCE_ACTIVE:
		return DAYBAR_WORK;
	case PRESENCE_WATCHING:
		return DAYBAR_WATCHING;
	case PRESENCE_IDLE:
		return DAYBAR_REST;
	case PRESENCE_AWAY:
		return DAYBAR_AWAY;
	case PRESENCE_UNKNOWN:
		return DAYBAR_UNKNOWN;
	}
	return DAYBAR_NOTHING;
}

/* By the trace's clock, so that a wall clock that is set makes nothing longer. */
static void paint(struct timeline *l, struct lasting *x, usec_t until)
{
	usec_t length = usec_sub(until, x->t);

	if (!x->on || !length)
		return;
	daybar_paint(&l->bar, x->ink, x->at, x->at + length);
	x->t += length;
	x->at += length;
}

static struct lasting begin(enum daybar_ink ink, const struct sim_news *n)
{
	return (struct lasting){ .on = true, .ink = ink, .t = n->t, .at = n->at };
}

static void end_break(struct timeline *l, usec_t t)
{
	paint(l, &l->break_lasts, t);
	l->break_lasts.on = false;
}

static void watch_break(struct timeline *l, const struct sim_news *n)
{
	switch (n->decision->kind) {
	case DECISION_STARTED:
		l->break_lasts = begin(DAYBAR_BREAK, n);
		break;
	case DECISION_PROMPT:
	case DECISION_REPEATED:
		/* What ran may be put back to prompting. */
		end_break(l, n->t);
		daybar_prompt(&l->bar, n->at);
		break;
	case DECISION_ENDED:
	case DECISION_SNOOZED:
		end_break(l, n->t);
		break;
	case DECISION_DUE:
	case DECISION_WAITING:
	case DECISION_DEFERRED:
	case DECISION_MERGED:
	case DECISION_EASED:
	case DECISION_NATURAL:
	case DECISION_DAILY:
	case DECISION_POSTURE:
		break;
	}
}

static void watch_presence(struct timeline *l, const struct sim_news *n)
{
	paint(l, &l->presence_lasts, n->t);
	l->presence_lasts = begin(ink_of(n->presence), n);
}

/* For people ----------------------------------------------------------------------------------- */

/* What lasts beyond midnight goes on in the next day's bars. */
static void paint_day(struct timeline *l, struct lasting *x, usec_t until)
{
	paint(l, x, usec_min(until, usec_add(x->t, usec_sub(l->bar.to, x->at))));
}

static void end_day(struct timeline *l, usec_t until)
{
	paint_day(l, &l->presence_lasts, until);
	paint_day(l, &l->break_lasts, until);
	daybar_print(&l->bar, l->out, &l->style);
	fputc('\n', l->out);
}

/* Where the local day begins that is `days` after that of `local`. */
static walltime_t midnight(const struct tm *local, int days)
{
	struct tm day = { .tm_year = local->tm_year,
			  .tm_mon = local->tm_mon,
			  .tm_mday = local->tm_mday + days,
			  .tm_isdst = -1 };
	time_t seconds = mktime(&day);

	return seconds > 0 ? (walltime_t)seconds * USEC_PER_SEC : 0;
}

static void print_heading(struct timeline *l, const struct tm *local)
{
	static const char *const weekdays[] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
						"Thursday", "Friday", "Saturday" };
	char heading[WHEN_MAX];
	struct text t;

	text_begin(&t, heading, sizeof(heading));
	text_add(&t, weekdays[local->tm_wday]);
	text_add_char(&t, ' ');
	add_date(&t, local);
	paper_print(l->out, &l->style, PAPER_BOLD, heading);
	fputc('\n', l->out);
}

static void begin_day(struct timeline *l, const struct tm *local)
{
	l->day_known = true;
	l->year = local->tm_year;
	l->yday = local->tm_yday;
	daybar_begin(&l->bar, midnight(local, 0), midnight(local, 1));
	print_heading(l, local);
}

static void follow_day(struct timeline *l, const struct sim_news *n, const struct tm *local)
{
	if (l->day_known && l->year == local->tm_year && l->yday == local->tm_yday)
		return;
	/* What is told late of the evening before belongs to bars that are printed already. */
	if (l->day_known && n->kind == SIM_PRESENCE && n->at < l->bar.from)
		return;
	if (l->day_known)
		end_day(l, n->t);
	begin_day(l, local);
}

/* Whether people sit at the desk and type is in the bars; what else presence can be is said. */
static bool is_line(const struct timeline *l, const struct sim_news *n)
{
	if (n->kind != SIM_PRESENCE)
		return true;
	return (n->presence != PRESENCE_ACTIVE && n->presence != PRESENCE_IDLE) ||
	       (l->presence_lasts.on && l->presence != PRESENCE_ACTIVE &&
		l->presence != PRESENCE_IDLE);
}

static enum paper_ink outcome_ink(enum outcome outcome)
{
	return outcome == OUTCOME_TAKEN || outcome == OUTCOME_NATURAL ? PAPER_GOOD : PAPER_BAD;
}

static enum paper_ink ink_of_news(const struct sim_news *n)
{
	if (n->kind != SIM_DECISION)
		return PAPER_DIM;
	switch (n->decision->kind) {
	case DECISION_PROMPT:
	case DECISION_REPEATED:
	case DECISION_DAILY:
	case DECISION_POSTURE:
		return PAPER_ASKING;
	case DECISION_ENDED:
	case DECISION_NATURAL:
		return outcome_ink(n->decision->outcome);
	case DECISION_STARTED:
	case DECISION_SNOOZED:
		return PAPER_PLAIN;
	case DECISION_DUE:
	case DECISION_WAITING:
	case DECISION_DEFERRED:
	case DECISION_MERGED:
	case DECISION_EASED:
		return PAPER_DIM;
	}
	return PAPER_PLAIN;
}

/* An end is told by how it came out. */
static const char *word_of(const struct sim_news *n)
{
	if (n->kind == SIM_DECISION && n->decision->kind == DECISION_ENDED)
		return outcome_name(n->decision->outcome);
	if (n->kind == SIM_PRESENCE)
		return presence_name(n->presence);
	return what_of(n);
}

/* The exercises are told once for each break. */
static const char *exercises_of(const struct sim_news *n)
{
	const struct decision *d = n->decision;

	if (n->kind != SIM_DECISION)
		return "";
	if (d->kind == DECISION_PROMPT && d->count <= 1)
		return n->exercises;
	if (d->kind == DECISION_STARTED && d->cause == CAUSE_USER)
		return n->exercises;
	return "";
}

static const char *presence_words(enum presence presence)
{
	switch (presence) {
	case PRESENCE_ACTIVE:
		return "typing or moving the pointer again";
	case PRESENCE_WATCHING:
		return "no input, but something to watch or to read";
	case PRESENCE_IDLE:
		return "no input";
	case PRESENCE_AWAY:
		return "nobody is at the screen";
	case PRESENCE_UNKNOWN:
		return "nobody can tell whether there is input";
	}
	return "";
}

static void print_why(struct timeline *l, const struct sim_news *n)
{
	char sentence[SENTENCE_MAX], line[SENTENCE_MAX + SIM_EXERCISES_MAX + 16];
	const char *exercises = exercises_of(n);
	struct text t;

	text_begin(&t, line, sizeof(line));
	text_add(&t, n->kind == SIM_PRESENCE ? presence_words(n->presence) : why_of(n, sentence));
	if (*exercises) {
		text_add(&t, "; exercise: ");
		text_add(&t, exercises);
	}
	paper_print_wrapped(l->out, &l->style, line, WHY_COLUMN);
}

static void print_line(struct timeline *l, const struct sim_news *n, const struct tm *local)
{
	char clock[WHEN_MAX];
	struct text t;

	text_begin(&t, clock, sizeof(clock));
	text_add(&t, "  ");
	add_clock(&t, local);
	text_add(&t, "  ");
	paper_print(l->out, &l->style, PAPER_DIM, clock);
	paper_print_padded(l->out, &l->style, PAPER_PLAIN, rule_of(n), RULE_WIDTH);
	paper_print_padded(l->out, &l->style, ink_of_news(n), word_of(n), WHAT_WIDTH);
	print_why(l, n);
}

static void print_for_people(struct timeline *l, const struct sim_news *n)
{
	struct tm local;

	if (local_at(&l->local, n->at, &local)) {
		follow_day(l, n, &local);
		if (is_line(l, n))
			print_line(l, n, &local);
	}
	if (n->kind == SIM_DECISION)
		watch_break(l, n);
	if (n->kind == SIM_PRESENCE) {
		watch_presence(l, n);
		l->presence = n->presence;
	}
}

/* Both ----------------------------------------------------------------------------------------- */

static void on_news(void *owner, const struct sim_news *n)
{
	struct timeline *l = owner;

	if (l->style.json)
		print_json(l, n);
	else
		print_for_people(l, n);
}

const struct sim_sink timeline_sink = { .news = on_news };

void timeline_end(struct timeline *l, const struct sim_summary *summary)
{
	if (l->style.json) {
		print_json_summary(l, summary);
		return;
	}
	if (l->day_known)
		end_day(l, summary->length);
	summary_print(l->out, &l->style, summary);
}

struct timeline *timeline_new(FILE *out, const struct timeline_style *style)
{
	struct timeline *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->out = out;
	l->style = *style;
	return l;
}

struct timeline *timeline_free(struct timeline *l)
{
	free(l);
	return NULL;
}
