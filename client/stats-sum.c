/*
 * From what GetStatistics answers to sums by name: screen_usec, break:micro:taken, region:neck and
 * the like. What is not known is skipped.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "stats.h"

void stats_done(struct stats *s)
{
	arena_done(&s->arena);
	*s = (struct stats){ 0 };
}

static const char *copy_name(struct stats *s, const char *name, size_t n)
{
	char *copy = arena_new(&s->arena, n + 1);

	return copy ? memcpy(copy, name, n) : NULL;
}

/*
 * The item that has the first `n` letters of `name` as its own name, which is its first member; an
 * empty one if there is none yet. NULL without memory.
 */
static void *find_item(struct stats *s, struct list *list, size_t size, const char *name, size_t n)
{
	const char **item;

	for (size_t i = 0; i < list->n; i++) {
		item = (void *)((char *)list->items + i * size);
		if (strlen(*item) == n && !strncmp(*item, name, n))
			return item;
	}
	item = list_grow(list, &s->arena, size);
	if (!item)
		return NULL;
	memset(item, 0, size);
	*item = copy_name(s, name, n);
	return *item ? item : NULL;
}

/* `micro:taken` */
static int add_break(struct stats *s, const char *what, uint64_t amount)
{
	static const struct {
		const char *outcome;
		size_t offset;
	} outcomes[] = {
		{ "taken", offsetof(struct stats_rule, taken) },
		{ "natural", offsetof(struct stats_rule, natural) },
		{ "cut-short", offsetof(struct stats_rule, cut_short) },
		{ "skipped", offsetof(struct stats_rule, skipped) },
		{ "missed", offsetof(struct stats_rule, missed) },
	};
	const char *colon = strchr(what, ':');
	struct stats_rule *rule;

	if (!colon)
		return 0;
	rule = find_item(s, &s->rules, sizeof(*rule), what, (size_t)(colon - what));
	if (!rule)
		return -ENOMEM;
	for (size_t i = 0; i < ELEMENTS(outcomes); i++)
		if (!strcmp(outcomes[i].outcome, colon + 1))
			*(uint64_t *)((char *)rule + outcomes[i].offset) += amount;
	return 0;
}

static int add_amount(struct stats *s, struct list *list, const char *name, uint64_t amount)
{
	struct amount *item = find_item(s, list, sizeof(*item), name, strlen(name));

	if (!item)
		return -ENOMEM;
	item->amount += amount;
	return 0;
}

static int add_total(struct stats *s, struct stats_day *day, const char *what, uint64_t amount)
{
	const struct {
		const char *begins;
		struct list *list;
	} kinds[] = {
		{ "region:", &s->regions },
		{ "held:", &s->held },
		{ "activity:", &s->activities },
	};

	if (!strcmp(what, "screen_usec"))
		day->screen = amount;
	else if (!strcmp(what, "longest_usec"))
		day->longest = amount;
	else if (!strncmp(what, "break:", 6))
		return add_break(s, what + 6, amount);
	for (size_t i = 0; i < ELEMENTS(kinds); i++) {
		size_t n = strlen(kinds[i].begins);

		if (!strncmp(what, kinds[i].begins, n))
			return add_amount(s, kinds[i].list, what + n, amount);
	}
	return 0;
}

/* As it is told: `totals` are numbers by name. */
struct told_day {
	const char *day;
	bool today;
	struct list totals; /* struct amount */
};

/* clang-format off */
static const struct field day_fields[] = {
	{ "day",    FIELD_STRING,  offsetof(struct told_day, day),    NULL },
	{ "today",  FIELD_BOOL,    offsetof(struct told_day, today),  NULL },
	{ "totals", FIELD_AMOUNTS, offsetof(struct told_day, totals), NULL },
};
/* clang-format on */
static const struct shape day_shape = {
	.size = sizeof(struct told_day),
	.fields = day_fields,
	.n = ELEMENTS(day_fields),
};

static int add_day(struct stats *s, const struct told_day *told)
{
	const struct amount *totals = told->totals.items;
	struct stats_day *day = list_grow(&s->days, &s->arena, sizeof(*day));

	if (!day)
		return -ENOMEM;
	*day = (struct stats_day){ .day = told->day };
	for (size_t i = 0; i < told->totals.n; i++) {
		int r;

		r = add_total(s, day, totals[i].name, totals[i].amount);
		if (r < 0)
			return r;
	}
	return 0;
}

#define SECONDS_A_DAY (24 * 60 * 60)

/* Midnight UTC, to count with; what is no day is long ago. */
static time_t day_begins(const char *day)
{
	struct tm tm = { 0 };
	const char *end = strptime(day, "%Y-%m-%d", &tm);

	return end && !*end ? timegm(&tm) : 0;
}

/* How many at the beginning are before the last `days` days. */
static size_t count_before(const struct told_day *told, size_t n, time_t last, int days)
{
	size_t before = 0;

	while (before < n && last - day_begins(told[before].day) >= (time_t)days * SECONDS_A_DAY)
		before++;
	return before;
}

/* How many there are up to today. What comes behind it is of a clock that was wrong. */
static size_t count_to_today(const struct told_day *told, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (told[i].today)
			return i + 1;
	return n;
}

int stats_read(struct stats *s, sd_bus_message *m, int n_days, size_t *ret_before)
{
	const struct told_day *days;
	struct list list;
	size_t n;
	int r;

	r = reader_dicts(&day_shape, &s->arena, m, &list);
	if (r < 0)
		return r;
	days = list.items;
	n = count_to_today(days, list.n);
	s->last = n ? day_begins(days[n - 1].day) : 0;
	*ret_before = count_before(days, n, s->last, n_days);
	for (size_t i = *ret_before; i < n; i++) {
		r = add_day(s, &days[i]);
		if (r < 0)
			return r;
	}
	return 0;
}
