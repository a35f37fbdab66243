#include "app/wall.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"

/* Less than this is the clock being disciplined, not set. */
#define SLEW_MAX ((int64_t)(USEC_PER_SEC / 2))

static int64_t offset_now(void)
{
	return (int64_t)(clock_walltime() - clock_boottime());
}

void wall_refresh(struct wall *w)
{
	int64_t offset = offset_now();

	if (llabs(offset - w->offset) > SLEW_MAX)
		w->offset = offset;
}

/* A timer that never goes off by itself: the kernel cancels it when the clock is set. */
static int arm(struct wall *w)
{
	const struct itimerspec never = { .it_value.tv_sec = (time_t)1 << 33 };

	if (timerfd_settime(w->fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) < 0)
		return -errno;
	return 0;
}

static int on_set(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct wall *w = userdata;
	uint64_t expirations;

	(void)events;
	if (read(fd, &expirations, sizeof(expirations)) >= 0 || errno != ECANCELED)
		return 0;
	if (arm(w) < 0)
		(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
	w->offset = offset_now();
	w->jumped(w->owner);
	return 0;
}

int wall_init(struct wall *w, sd_event *event, void (*jumped)(void *), void *owner)
{
	int r;

	*w = (struct wall){ .offset = offset_now(), .fd = -1, .jumped = jumped, .owner = owner };
	w->fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (w->fd < 0)
		return -errno;
	r = arm(w);
	if (r < 0)
		return r;
	return sd_event_add_io(event, &w->source, w->fd, EPOLLIN, on_set, w);
}

void wall_done(struct wall *w)
{
	sd_event_source_disable_unref(w->source);
	w->source = NULL;
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

walltime_t wall_of(const struct wall *w, usec_t at)
{
	if (at == 0 || at == USEC_NEVER)
		return at;
	return (walltime_t)((int64_t)at + w->offset);
}

usec_t wall_to_boottime(const struct wall *w, walltime_t at)
{
	int64_t boottime;

	if (at == USEC_NEVER || at > INT64_MAX)
		return USEC_NEVER;
	if (__builtin_sub_overflow((int64_t)at, w->offset, &boottime))
		return USEC_NEVER;
	return boottime > 0 ? (usec_t)boottime : 1;
}
