/* Days in bars. There is no score in it: what was not done is simply not there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "stats.h"

/* What a week's moving about should come to (World Health Organization, 2020). */
#define WEEK_AIM (150 * USEC_PER_MIN)

struct meaning {
	const char *word, *meaning;
};

/* Why it kept silent, in words; what is not here is told as it is. */
static const char *held_words(const char *reason)
{
	static const struct meaning words[] = {
		{ "dnd", "do not disturb" },
		{ "call", "a call" },
		{ "screencast", "a shared screen" },
		{ "fullscreen", "full screen" },
		{ "inhibitors", "a program" },
		{ "inhibit", "your word" },
		{ "pause", "a pause" },
		{ "hours", "off hours" },
		{ "settle", "just after it" },
		{ "hour", "often asked" },
		{ "lull", "you typed on" },
		{ "retry", "asked before" },
		{ "snooze", "snoozed" },
	};

	for (size_t i = 0; i < ELEMENTS(words); i++)
		if (!strcmp(words[i].word, reason))
			return words[i].meaning;
	return reason;
}

#define LABEL_COLUMNS 16

static unsigned label_columns(const struct text *t)
{
	return t->width < 60 ? 15 : LABEL_COLUMNS;
}

static void put_line(struct text *t, const char *label, usec_t part, usec_t whole,
		     const char *words)
{
	unsigned cells = t->width < 60 ? 8 : 30, used = label_columns(t);

	text_cell(t, TONE_PLAIN, label, used - 1);
	putc(' ', t->out);
	text_bar(t, TONE_GOOD, part, whole, cells);
	putc(' ', t->out);
	text_wrap(t, TONE_PLAIN, used + cells + 1, used + cells + 1, words);
}

static void put_heading(struct text *t, const char *words)
{
	putc('\n', t->out);
	text_wrap(t, TONE_STRONG, 0, 0, words);
}

/* `Mon 16` */
static const char *short_day(const char *day, char buffer[static 16])
{
	struct tm tm = { 0 };

	if (!strptime(day, "%Y-%m-%d", &tm) || timegm(&tm) == (time_t)-1)
		(void)snprintf(buffer, 16, "%.15s", day);
	else
		(void)strftime(buffer, 16, "%a %d", &tm);
	return buffer;
}

static void put_days(struct text *t, const struct stats *s)
{
	const struct stats_day *days = s->days.items, *longest = NULL;
	char label[16], length[DURATION_TEXT_MAX], words[96];
	usec_t most = 0;

	for (size_t i = 0; i < s->days.n; i++) {
		most = usec_max(most, days[i].screen);
		if (days[i].longest && (!longest || days[i].longest > longest->longest))
			longest = &days[i];
	}
	text_wrap(t, TONE_STRONG, 0, 0, "At the screen");
	for (size_t i = 0; i < s->days.n; i++)
		put_line(t, short_day(days[i].day, label), days[i].screen, most,
			 format_duration(days[i].screen, length));
	if (!longest)
		return;
	(void)snprintf(words, sizeof(words), "longest spell: %s, %s",
		       format_duration(longest->longest, length), short_day(longest->day, label));
	text_wrap(t, TONE_PLAIN, 0, 0, words);
}

/* `80%: 41 of 50, 12 unasked` */
static void put_rule(struct text *t, const struct stats_rule *rule)
{
	uint64_t kept = rule->taken + rule->natural;
	uint64_t all = kept + rule->cut_short + rule->skipped + rule->missed;
	char words[128], unasked[48] = "";

	if (!all)
		return;
	if (rule->natural)
		(void)snprintf(unasked, sizeof(unasked), ", %llu unasked",
			       (unsigned long long)rule->natural);
	(void)snprintf(words, sizeof(words), "%llu%%: %llu of %llu%s",
		       (unsigned long long)(kept * 100 / all), (unsigned long long)kept,
		       (unsigned long long)all, unasked);
	put_line(t, rule->name, kept * 1000, all * 1000, words);
}

static void put_rules(struct text *t, const struct stats *s)
{
	const struct stats_rule *rules = s->rules.items;

	if (!s->rules.n)
		return;
	put_heading(t, "Breaks taken");
	for (size_t i = 0; i < s->rules.n; i++)
		put_rule(t, &rules[i]);
}

static int by_amount(const void *a, const void *b)
{
	const struct amount *x = a, *y = b;

	return (x->amount < y->amount) - (x->amount > y->amount);
}

/* Lengths by name, in bars, the longest first. */
static void put_amounts(struct text *t, const char *heading, const struct list *list,
			const char *(*words)(const char *name))
{
	struct amount *amounts = list->items;
	char length[DURATION_TEXT_MAX];
	usec_t most;

	if (!list->n)
		return;
	qsort(amounts, list->n, sizeof(*amounts), by_amount);
	most = amounts[0].amount;
	/* What is over within a second, as the silence of a start, nobody has noticed. */
	if (most < USEC_PER_SEC)
		return;
	put_heading(t, heading);
	for (size_t i = 0; i < list->n && amounts[i].amount >= USEC_PER_SEC; i++)
		put_line(t, words ? words(amounts[i].name) : amounts[i].name, amounts[i].amount,
			 most, format_duration(amounts[i].amount, length));
}

static bool has_amount(const struct list *list, const char *name)
{
	const struct amount *amounts = list->items;

	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(amounts[i].name, name) && amounts[i].amount)
			return true;
	return false;
}

/* What nothing was done for; not where nothing was done at all. */
static void put_uncovered(struct text *t, const struct stats *s)
{
	static const char *const regions[] = {
		"neck",       "upper-back", "lower-back", "shoulders", "chest", "hips",
		"hamstrings", "wrists",     "eyes",       "core",      "legs",
	};
	char words[160] = "still to come: ";
	size_t used = strlen(words), n = 0;

	for (size_t i = 0; i < ELEMENTS(regions) && used < sizeof(words); i++)
		if (!has_amount(&s->regions, regions[i]))
			used += (size_t)snprintf(words + used, sizeof(words) - used, "%s%s",
						 n++ ? ", " : "", regions[i]);
	if (s->regions.n && n)
		text_wrap(t, TONE_FAINT, 0, 0, words);
}

/* A week's moving about, with what it should come to. */
static void put_aim(struct text *t, const struct stats *s, int asked)
{
	const struct amount *amounts = s->activities.items;
	char length[DURATION_TEXT_MAX], aim[DURATION_TEXT_MAX], words[160];
	usec_t all = 0;

	for (size_t i = 0; i < s->activities.n; i++)
		all += amounts[i].amount;
	if (asked != 7 || !all)
		return;
	(void)snprintf(words, sizeof(words),
		       "%s of the %s that are good for a week; all of it counts",
		       format_duration(all, length), format_duration(WEEK_AIM, aim));
	text_wrap(t, TONE_PLAIN, 0, 0, words);
}

void stats_put(struct text *t, const struct stats *s, int asked)
{
	if (!s->days.n) {
		text_wrap(t, TONE_PLAIN, 0, 0, "nothing is remembered of these days");
		return;
	}
	put_days(t, s);
	put_rules(t, s);
	put_amounts(t, "Relieved by exercises", &s->regions, NULL);
	put_uncovered(t, s);
	put_amounts(t, "Kept back by", &s->held, held_words);
	put_amounts(t, "Off the desk", &s->activities, NULL);
	put_aim(t, s, asked);
}
