#include "sense-camera.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"

/* Who holds a camera so long after it was opened films; more openings put that off so far. */
#define SETTLE (2 * USEC_PER_SEC)
#define SETTLE_MOST (10 * USEC_PER_SEC)
/* A program that ends closes several at once. */
#define CLOSED (100 * USEC_PER_MSEC)
/* From one look to the next. */
#define REST USEC_PER_SEC
/* A board with many decoders has some thirty. */
#define FILES_MAX 64
#define UDEV_MAX 4096

#define FOLDER_EVENTS (IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_DELETE | IN_MOVED_FROM | IN_ONLYDIR)
#define FILE_EVENTS (IN_OPEN | IN_CLOSE)

struct file {
	int watch;
	char name[NAME_MAX + 1];
	dev_t kind; /* of a device; 0 of another file */
	struct holders_file file;
};

struct camera {
	const char *folder; /* borrowed */
	int fd;             /* inotify */
	int folder_watch;
	struct file files[FILES_MAX];
	size_t n;
	struct holders holders;
	/* On CLOCK_MONOTONIC; 0 or USEC_NEVER: none. */
	usec_t opened_at; /* the first opening since which nobody has looked */
	usec_t opened_look, closed_look;
	usec_t looked_at;
};

/* The files ------------------------------------------------------------------------------------ */

static bool is_video(const char *name)
{
	static const char begin[] = "video";

	name = strncmp(name, begin, strlen(begin)) ? "" : name + strlen(begin);
	return name[0] && !name[strspn(name, "0123456789")];
}

static struct file *find_name(struct camera *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->files[i].name, name))
			return &c->files[i];
	return NULL;
}

static void forget(struct camera *c, const char *name)
{
	struct file *f = find_name(c, name);

	if (!f)
		return;
	/* Fails if the kernel has forgotten it before. */
	(void)inotify_rm_watch(c->fd, f->watch);
	*f = c->files[--c->n];
}

static bool make_path(const struct camera *c, const char *name, char path[static PATH_MAX])
{
	int n = snprintf(path, PATH_MAX, "%s/%s", c->folder, name);

	return n > 0 && n < PATH_MAX;
}

/* False: it is none, or not to be read by us and so not to be filmed by. */
static bool watch(struct camera *c, const char *name)
{
	struct file *f = &c->files[c->n];
	char path[PATH_MAX];
	struct stat about;

	if (!is_video(name) || find_name(c, name) || c->n == FILES_MAX || !make_path(c, name, path))
		return false;
	f->watch = inotify_add_watch(c->fd, path, FILE_EVENTS);
	if (f->watch < 0)
		return false;
	if (stat(path, &about) < 0 || S_ISDIR(about.st_mode)) {
		(void)inotify_rm_watch(c->fd, f->watch);
		return false;
	}
	(void)snprintf(f->name, sizeof(f->name), "%s", name);
	f->kind = S_ISCHR(about.st_mode) ? about.st_rdev : 0;
	f->file = (struct holders_file){ .device = about.st_dev, .number = about.st_ino };
	c->n++;
	return true;
}

static void watch_all(struct camera *c)
{
	char name[sizeof("video") + 20];

	/* There are no more numbers than these, and the folder need not be listed. */
	for (unsigned i = 0; i < 256; i++) {
		(void)snprintf(name, sizeof(name), "video%u", i);
		(void)watch(c, name);
	}
}

/* Who films ------------------------------------------------------------------------------------ */

/*
 * Decoders and the like are called the same, and a player holds one for as long as a film. What
 * udev has found out about a device is in a file of its own; without it each may be a camera.
 */
static bool takes_pictures(dev_t kind)
{
	char path[64], text[UDEV_MAX + 1];
	CLEANUP(closep) int fd = -1;
	const char *abilities;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/run/udev/data/c%u:%u", major(kind), minor(kind));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, UDEV_MAX);
	text[n > 0 ? n : 0] = '\0';
	abilities = strstr(text, "\nE:ID_V4L_CAPABILITIES=");
	if (!abilities)
		return true;
	text[abilities + 1 + strcspn(abilities + 1, "\n") - text] = '\0';
	return strstr(abilities, ":capture:");
}

void camera_look(struct camera *c)
{
	struct holders_file files[FILES_MAX];
	usec_t now = clock_monotonic();
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		if (!c->files[i].kind || takes_pictures(c->files[i].kind))
			files[n++] = c->files[i].file;
	holders_find(&c->holders, files, n);
	c->looked_at = now;
	c->closed_look = USEC_NEVER;
	if (c->opened_look <= now) {
		c->opened_look = USEC_NEVER;
		c->opened_at = 0;
	}
}

usec_t camera_deadline(const struct camera *c)
{
	usec_t next = usec_min(c->opened_look, c->closed_look);

	return next == USEC_NEVER ? next : usec_max(next, c->looked_at + REST);
}

const struct holders *camera_holders(const struct camera *c)
{
	return &c->holders;
}

/* What the kernel tells ------------------------------------------------------------------------ */

static void on_opened(struct camera *c)
{
	usec_t now = clock_monotonic();

	if (!c->opened_at)
		c->opened_at = now;
	c->opened_look = usec_min(now + SETTLE, c->opened_at + SETTLE_MOST);
}

/* The end of what nobody has seen does not matter. */
static void on_closed(struct camera *c)
{
	if (c->holders.program || c->holders.pipewire)
		c->closed_look = usec_min(c->closed_look, clock_monotonic() + CLOSED);
}

/* What was not told may be anything. */
static void on_overflow(struct camera *c)
{
	watch_all(c);
	on_opened(c);
	on_closed(c);
}

/* One that comes may have been opened before we heard of it, and may be ours to read only later. */
static void on_folder(struct camera *c, uint32_t what, const char *name)
{
	if (!(what & IN_ATTRIB) && find_name(c, name)) {
		forget(c, name);
		on_closed(c);
	}
	if (!(what & (IN_DELETE | IN_MOVED_FROM)) && watch(c, name))
		on_opened(c);
}

static void on_event(struct camera *c, const struct inotify_event *event)
{
	if (event->mask & IN_Q_OVERFLOW)
		on_overflow(c);
	else if (event->wd == c->folder_watch && event->len && is_video(event->name))
		on_folder(c, event->mask, event->name);
	else if (event->mask & IN_OPEN)
		on_opened(c);
	else if (event->mask & IN_CLOSE)
		on_closed(c);
}

void camera_hear(struct camera *c)
{
	char buffer[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t n = read(c->fd, buffer, sizeof(buffer));

	for (ssize_t at = 0; at < n;) {
		const struct inotify_event *event = (const void *)(buffer + at);

		on_event(c, event);
		at += (ssize_t)(sizeof(*event) + event->len);
	}
}

/* The interface -------------------------------------------------------------------------------- */

DEFINE_CLEANUP(camera_free, struct camera *)

int camera_new(struct camera **ret, const char *folder)
{
	CLEANUP(camera_freep) struct camera *c = NULL;

	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->folder = folder;
	c->opened_look = c->closed_look = USEC_NEVER;
	c->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (c->fd < 0)
		return -errno;
	c->folder_watch = inotify_add_watch(c->fd, folder, FOLDER_EVENTS);
	if (c->folder_watch < 0)
		return -errno;
	watch_all(c);
	camera_look(c);

	*ret = TAKE(c);
	return 0;
}

struct camera *camera_free(struct camera *c)
{
	if (!c)
		return NULL;
	closep(&c->fd);
	free(c);
	return NULL;
}

int camera_fd(const struct camera *c)
{
	return c->fd;
}
