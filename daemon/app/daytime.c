/* What the clocks say besides that time passes: sleep, jumps, days and hours, another zone. */
#include "app/manager-internal.h"

#include <string.h>

#include "base/clock.h"

/* A difference of the clocks above this is suspend, not the time between reading both. */
#define SLEEP_MIN USEC_PER_SEC

/* Suspend shows in the clocks, whether or not logind told of it. */
static void notice_sleep(struct manager *m, usec_t now)
{
	usec_t asleep = usec_sub(now, clock_monotonic());
	usec_t slept = usec_sub(asleep, m->asleep_total);

	m->asleep_total = asleep;
	if (slept < SLEEP_MIN)
		return;
	m->calendar_due = 0;
	if (m->asleep)
		return;
	manager_enqueue(m, (struct event){ .kind = EVENT_AWAY,
					   .reason = AWAY_ASLEEP,
					   .since = usec_sub(now, slept) });
	manager_enqueue(m, (struct event){ .kind = EVENT_BACK, .reason = AWAY_ASLEEP });
}

/* Is it another day, or are the user's hours over, or have they begun? */
static void notice_calendar(struct manager *m, usec_t now)
{
	struct calendar before = m->calendar;
	walltime_t wall = clock_walltime();

	if (now < m->calendar_due)
		return;
	calendar_at(&m->config->settings.hours, wall, &m->calendar);
	/* By the clocks as they are, not by an offset that leaves small slews out: it would wake us
	 * before the time again and again. */
	m->calendar_due = usec_add(now, usec_sub(m->calendar.changes_at, wall));
	if (m->calendar_told && m->calendar.day == before.day &&
	    m->calendar.in_hours == before.in_hours)
		return;
	m->calendar_told = true;
	manager_enqueue(m, (struct event){ .kind = EVENT_CALENDAR,
					   .day = m->calendar.day,
					   .on = m->calendar.in_hours });
}

void manager_notice_time(struct manager *m, usec_t now)
{
	notice_sleep(m, now);
	notice_calendar(m, now);
}

void manager_post_hold(struct manager *m, const char *who)
{
	usec_t until = wall_to_boottime(&m->wall, m->paused_until);

	/* A jump can have put it into the past. */
	if (until <= clock_boottime())
		manager_post(m, (struct event){ .kind = EVENT_RELEASE });
	else
		manager_post(m, (struct event){ .kind = EVENT_HOLD, .until = until, .who = who });
}

void manager_post_reading(struct manager *m)
{
	usec_t until = wall_to_boottime(&m->wall, m->reading_until);

	/* 0 is off, and so is a time in the past. */
	if (!m->reading_until)
		until = 0;
	manager_post(m, (struct event){ .kind = EVENT_READING, .until = until });
}

void manager_zone_changed(void *owner)
{
	struct manager *m = owner;

	m->calendar_due = 0;
	manager_post(m, (struct event){ .kind = EVENT_TICK });
}

/* What was meant as clock time keeps its meaning. */
void manager_wall_jumped(void *owner)
{
	struct manager *m = owner;
	const struct sign_state *pause = &m->scheduler.signs[QUIET_PAUSE];
	char who[WHO_MAX];

	if (!m->service)
		return;
	m->calendar_due = 0;
	/* The core's own text must not be its source. */
	memcpy(who, pause->who, sizeof(who));
	if (pause->on && m->paused_until != USEC_NEVER)
		manager_post_hold(m, who);
	if (m->scheduler.reading_until && m->reading_until != USEC_NEVER)
		manager_post_reading(m);
	/* What hurt was taken to end sooner while the clock was wrong. */
	if (m->remember.recalled)
		manager_heed_memory(m);
	manager_post(m, (struct event){ .kind = EVENT_TICK });
}
