#include "session/delay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/timer.h"

/* What `systemd-inhibit --list` shows of it. */
#define WHO "limber"
#define WHY "Takes its notification off the screen before the machine sleeps"

struct delay {
	sd_event_source *limit; /* owned timer: when it is up we let go */
	sd_bus_slot *call;      /* owned: the question that is open */
	int fd;                 /* owned: the lock is held while it is open; -1: it is not */
	char *refusal;          /* owned */
};

DEFINE_CLEANUP(delay_free, struct delay *)

static int on_limit(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	delay_drop(userdata);
	return 0;
}

/* The message's descriptor goes with the message. */
static int keep_descriptor(struct delay *d, sd_bus_message *m)
{
	int fd, r;

	r = sd_bus_message_read(m, "h", &fd);
	if (r < 0)
		return r;
	fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (fd < 0)
		return -errno;
	d->fd = fd;
	return 0;
}

static void refuse(struct delay *d, const char *why)
{
	free(d->refusal);
	d->refusal = strdup(why ? why : "it gives no reason");
}

static int on_answer(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct delay *d = userdata;
	int r;

	(void)reterr;
	d->call = sd_bus_slot_unref(d->call);
	if (sd_bus_message_is_method_error(m, NULL)) {
		refuse(d, sd_bus_message_get_error(m)->message);
		return 0;
	}
	r = keep_descriptor(d, m);
	if (r < 0)
		refuse(d, strerror(-r));
	return 0;
}

int delay_new(struct delay **ret, sd_event *event)
{
	CLEANUP(delay_freep) struct delay *d = NULL;
	int r;

	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	d->fd = -1;
	r = timer_new(&d->limit, event, 10 * USEC_PER_MSEC, on_limit, d);
	if (r < 0)
		return r;

	*ret = TAKE(d);
	return 0;
}

struct delay *delay_free(struct delay *d)
{
	if (!d)
		return NULL;
	delay_drop(d);
	sd_event_source_disable_unref(d->limit);
	free(d->refusal);
	free(d);
	return NULL;
}

void delay_take(struct delay *d, sd_bus *bus)
{
	delay_drop(d);
	free(TAKE(d->refusal));
	/* Fails only without memory or with a bus that is just closing, which tells so itself. */
	(void)sd_bus_call_method_async(bus, &d->call, "org.freedesktop.login1",
				       "/org/freedesktop/login1", "org.freedesktop.login1.Manager",
				       "Inhibit", on_answer, d, "ssss", "sleep", WHO, WHY, "delay");
}

void delay_limit(struct delay *d)
{
	if (delay_is_held(d))
		timer_start(d->limit, DELAY_MOST);
}

void delay_drop(struct delay *d)
{
	if (!d)
		return;
	timer_stop(d->limit);
	/* A lock that comes all the same is closed with the answer that nobody takes. */
	d->call = sd_bus_slot_unref(d->call);
	closep(&d->fd);
	d->fd = -1;
}

bool delay_is_held(const struct delay *d)
{
	return d->fd >= 0;
}

const char *delay_refusal(const struct delay *d)
{
	return d->refusal;
}
