#include "base/tries.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/sockets.h"
#include "base/time.h"
#include "base/timer.h"

/* From one try to the next. */
static const usec_t try_delays[] = {
	0,
	100 * USEC_PER_MSEC,
	400 * USEC_PER_MSEC,
	1600 * USEC_PER_MSEC,
};

struct tries {
	sd_event *event; /* referenced */
	void (*attempt)(void *owner);
	void *owner;               /* borrowed */
	char *folder, *name;       /* owned: of the socket; NULL: there is none */
	struct sockets *socket;    /* owned: while it is watched for */
	sd_event_source *next_try; /* owned timer */
	size_t failed;             /* of those in try_delays */
};

DEFINE_CLEANUP(tries_free, struct tries *)

void tries_begin(struct tries *t)
{
	t->failed = 0;
	timer_start(t->next_try, try_delays[0]);
}

void tries_failed(struct tries *t)
{
	if (t->failed + 1 < ELEMENTS(try_delays))
		timer_start(t->next_try, try_delays[++t->failed]);
}

static void on_socket(void *owner, const char *name)
{
	struct tries *t = owner;

	if (!name[0] || !strcmp(name, t->name))
		tries_begin(t);
}

void tries_watch(struct tries *t)
{
	if (!t->socket && t->folder)
		(void)sockets_new(&t->socket, t->event, t->folder, on_socket, t);
}

void tries_unwatch(struct tries *t)
{
	t->socket = sockets_free(t->socket);
}

static int on_next_try(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct tries *t = userdata;

	(void)source;
	(void)usec;
	t->attempt(t->owner);
	return 0;
}

int tries_new(struct tries **ret, sd_event *event, const char *folder, const char *name,
	      void (*attempt)(void *owner), void *owner)
{
	CLEANUP(tries_freep) struct tries *t = NULL;
	int r;

	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->event = sd_event_ref(event);
	t->attempt = attempt;
	t->owner = owner;
	if (folder) {
		t->folder = strdup(folder);
		t->name = strdup(name);
		if (!t->folder || !t->name)
			return -ENOMEM;
	}
	/* To the microsecond: what is due at once shall not cost a wake-up of its own. */
	r = timer_new(&t->next_try, event, 1, on_next_try, t);
	if (r < 0)
		return r;

	*ret = TAKE(t);
	return 0;
}

struct tries *tries_free(struct tries *t)
{
	if (!t)
		return NULL;
	sockets_free(t->socket);
	sd_event_source_disable_unref(t->next_try);
	sd_event_unref(t->event);
	free(t->folder);
	free(t->name);
	free(t);
	return NULL;
}
