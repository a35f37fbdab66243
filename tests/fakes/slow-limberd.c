/*
 * limberd on a slow disk: each wait for the disk takes SLOW_MSEC milliseconds. With QUICK what it
 * does every few minutes it does within seconds. What stands here takes the place of what the
 * libraries have.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-event.h>

#include "base/time.h"
#include "limberd-main.h"

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

int main(void)
{
	const struct manager_options options = { .welcome = false };

	return limberd_main("slow-limberd", &options, NULL);
}
