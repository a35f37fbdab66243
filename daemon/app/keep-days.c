/* What days come to beyond their breaks: time at the screen, the longest spell of work, and how
 * long breaks were held back. What happens is added to the day it happened on, whatever the clock
 * on the wall, the zone or another start makes of days meanwhile. */
#include "app/manager-internal.h"

#include <string.h>

struct kept_day *manager_kept_day(struct remember *r, int day)
{
	for (size_t i = 0; i < r->n_days; i++)
		if (r->days[i].day == day)
			return &r->days[i];
	if (r->n_days == KEPT_DAYS_MAX) {
		memmove(&r->days[0], &r->days[1], sizeof(r->days) - sizeof(r->days[0]));
		r->n_days--;
	}
	r->days[r->n_days] = (struct kept_day){ .day = day };
	return &r->days[r->n_days++];
}

void manager_count_screen(struct manager *m, usec_t now)
{
	const struct scheduler *s = &m->scheduler;
	struct remember *r = &m->remember;
	usec_t today = scheduler_today(s, now);

	if (today == r->screen)
		return;
	manager_kept_day(r, s->day_known ? s->day : r->day)->screen +=
		(int64_t)today - (int64_t)r->screen;
	r->screen = today;
}

void manager_screen_is(struct manager *m, usec_t now)
{
	m->remember.screen = scheduler_today(&m->scheduler, now);
}

void manager_count_held(struct remember *r, usec_t now)
{
	held_until(&r->held, now);
	for (int i = 0; i < HELD_REASONS; i++)
		if (r->held.sums[i])
			manager_kept_day(r, r->day)->held[i] += r->held.sums[i];
	memset(r->held.sums, 0, sizeof(r->held.sums));
}

static void put_day(struct history *h, const struct kept_day *d)
{
	char name[TOTAL_NAME_MAX];

	for (int i = 0; i < HELD_REASONS; i++) {
		if (!d->held[i])
			continue;
		(void)snprintf(name, sizeof(name), "held:%s", held_name((enum held_reason)i));
		history_add_total(h, d->day, name, d->held[i]);
	}
	if (d->longest)
		history_raise_total(h, d->day, TOTAL_LONGEST, d->longest);
	if (d->screen)
		history_change_total(h, d->day, TOTAL_SCREEN, d->screen);
}

void manager_put_days(struct remember *r)
{
	for (size_t i = 0; i < r->n_days; i++)
		put_day(r->history, &r->days[i]);
}
