/*
 * limberd on a slow disk: each wait for the disk takes SLOW_MSEC milliseconds. With QUICK what it
 * does every few minutes it does within seconds. What stands here takes the place of what the
 * libraries have.
 */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "app/manager.h"
#include "base/time.h"

static int wait_for_disk(void)
{
	const char *slow = getenv("SLOW_MSEC");
	long msec = slow ? atol(slow) : 0;
	struct timespec t = { msec / 1000, msec % 1000 * 1000000 };

	while (nanosleep(&t, &t) < 0 && errno == EINTR)
		;
	return 0;
}

int fsync(int fd)
{
	(void)fd;
	return wait_for_disk();
}

int fdatasync(int fd)
{
	(void)fd;
	return wait_for_disk();
}

int sd_event_source_set_time_relative(sd_event_source *source, uint64_t usec)
{
	int (*real)(sd_event_source *, uint64_t);

	*(void **)&real = dlsym(RTLD_NEXT, "sd_event_source_set_time_relative");
	return real(source, getenv("QUICK") && usec > 2 * USEC_PER_MIN ? USEC_PER_SEC : usec);
}

static int block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	return sigprocmask(SIG_BLOCK, &set, NULL);
}

int main(void)
{
	const struct manager_options options = { .welcome = false };
	sd_event *event = NULL;
	sd_bus *bus = NULL;
	struct manager *m = NULL;
	int owner, r;

	r = block_signals();
	if (r >= 0)
		r = sd_event_new(&event);
	if (r >= 0)
		r = sd_event_add_signal(event, NULL, SIGTERM, NULL, NULL);
	if (r >= 0)
		r = sd_bus_open_user(&bus);
	if (r >= 0)
		r = sd_bus_attach_event(bus, event, SD_EVENT_PRIORITY_NORMAL);
	if (r >= 0)
		r = manager_new(&m, event, &options);
	if (r >= 0)
		r = manager_start(m, bus, &owner);
	if (r >= 0)
		r = sd_event_loop(event);
	if (r < 0)
		fprintf(stderr, "slow-limberd: %d\n", r);
	manager_free(m);
	sd_bus_flush_close_unref(bus);
	sd_event_unref(event);
	return r < 0;
}
