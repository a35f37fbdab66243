/*
 * limberd with a wall clock that the test sets: SIGUSR1 puts it an hour forward, SIGUSR2 an hour
 * back, or by as many as HOURS in the environment says, and the kernel's word of it comes as it
 * does when somebody sets the real one. What stands here takes the place of what the library has,
 * and of the C library's read().
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-event.h>

#include "base/clock.h"
#include "limberd-main.h"

#define HOUR ((int64_t)USEC_PER_HOUR)

static int64_t jumped; /* how far the wall clock was set by now */
static int timer = -1; /* the one that the kernel cancels when the clock is set */
static bool cancelled;

static usec_t read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (usec_t)t.tv_sec * USEC_PER_SEC + (usec_t)t.tv_nsec / 1000;
}

usec_t clock_boottime(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

usec_t clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

walltime_t clock_walltime(void)
{
	return (walltime_t)((int64_t)read_clock(CLOCK_REALTIME) + jumped);
}

int timerfd_settime(int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
{
	if (flags & TFD_TIMER_CANCEL_ON_SET)
		timer = fd;
	return (int)syscall(SYS_timerfd_settime, fd, flags, new, old);
}

ssize_t read(int fd, void *buffer, size_t n)
{
	if (fd == timer && cancelled) {
		cancelled = false;
		errno = ECANCELED;
		return -1;
	}
	return syscall(SYS_read, fd, buffer, n);
}

static int on_jump(sd_event_source *source, const struct signalfd_siginfo *si, void *userdata)
{
	/* Now, as the timer is absolute: it becomes readable, and reading says what we want. */
	const struct itimerspec now = { .it_value.tv_nsec = 1 };
	const char *hours = getenv("HOURS");
	int64_t jump = (hours ? atoll(hours) : 1) * HOUR;

	(void)source;
	(void)userdata;
	jumped += si->ssi_signo == SIGUSR1 ? jump : -jump;
	cancelled = true;
	return (int)syscall(SYS_timerfd_settime, timer, TFD_TIMER_ABSTIME, &now, NULL);
}

static int add_jumps(sd_event *event)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (sd_event_add_signal(event, NULL, SIGUSR1, on_jump, NULL) < 0)
		return -1;
	return sd_event_add_signal(event, NULL, SIGUSR2, on_jump, NULL);
}

/* usage: jumping-limberd [RECORD] */
int main(int argc, char **argv)
{
	const struct manager_options options = { .record = argc > 1 ? argv[1] : NULL };

	return limberd_main("jumping-limberd", &options, add_jumps);
}
