#include "app/zone.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#define FOLDER "/etc"

static bool concerns_zone(const struct inotify_event *e)
{
	return e->len > 0 && (!strcmp(e->name, "localtime") || !strcmp(e->name, "timezone"));
}

static int on_folder(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct zone *z = userdata;
	char buffer[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	bool concerned = false;
	ssize_t n;

	(void)source;
	(void)events;
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		for (char *at = buffer; at < buffer + n;) {
			const struct inotify_event *e = (const struct inotify_event *)(void *)at;

			concerned = concerned || concerns_zone(e);
			at += sizeof(*e) + e->len;
		}
	if (!concerned)
		return 0;
	tzset();
	z->changed(z->owner);
	return 0;
}

int zone_init(struct zone *z, sd_event *event, void (*changed)(void *), void *owner)
{
	*z = (struct zone){ .fd = -1, .changed = changed, .owner = owner };
	if (getenv("TZ"))
		return 0;
	z->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (z->fd < 0)
		return -errno;
	/* The folder, as the file is replaced rather than written. */
	if (inotify_add_watch(z->fd, FOLDER,
			      IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_ONLYDIR) < 0)
		return -errno;
	return sd_event_add_io(event, &z->source, z->fd, EPOLLIN, on_folder, z);
}

void zone_done(struct zone *z)
{
	sd_event_source_disable_unref(z->source);
	z->source = NULL;
	if (z->fd >= 0)
		close(z->fd);
	z->fd = -1;
}
