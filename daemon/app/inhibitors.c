#include "app/inhibitors.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/cleanup.h"

static struct inhibitor *inhibitor_free(struct inhibitor *i)
{
	if (!i)
		return NULL;
	sd_event_source_disable_unref(i->source);
	if (i->fd >= 0)
		close(i->fd);
	free(i->client);
	free(i->who);
	free(i->why);
	free(i);
	return NULL;
}

/* clang-format off */
DEFINE_CLEANUP(inhibitor_free, struct inhibitor *)
/* clang-format on */

static int on_closed(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct inhibitor *i = userdata;
	struct inhibitors *l = i->list;
	size_t at = 0;

	(void)source;
	(void)fd;
	/* Without a hang-up the holder wrote something, which means nothing: it is asked for no
	 * more. */
	if (!(events & (EPOLLHUP | EPOLLERR)))
		return 0;
	while (l->v[at] != i)
		at++;
	memmove(&l->v[at], &l->v[at + 1], (l->n - at - 1) * sizeof(*l->v));
	l->n--;
	inhibitor_free(i);
	l->changed(l->owner);
	return 0;
}

void inhibitors_init(struct inhibitors *l, sd_event *event, void (*changed)(void *), void *owner)
{
	*l = (struct inhibitors){ .event = event, .changed = changed, .owner = owner };
}

void inhibitors_done(struct inhibitors *l)
{
	while (l->n > 0)
		inhibitor_free(l->v[--l->n]);
}

static int room_for(const struct inhibitors *l, const char *client)
{
	size_t own = 0;

	if (l->n >= INHIBITORS_MAX)
		return -ENOSPC;
	for (size_t i = 0; i < l->n; i++)
		own += !strcmp(l->v[i]->client, client);
	return own < INHIBITORS_PER_CLIENT_MAX ? 0 : -EDQUOT;
}

int inhibitors_add(struct inhibitors *l, const char *client, const char *who, const char *why,
		   usec_t now, int *ret_fd)
{
	CLEANUP(inhibitor_freep) struct inhibitor *i = NULL;
	CLEANUP(closep) int theirs = -1;
	int ends[2];
	int r;

	r = room_for(l, client);
	if (r < 0)
		return r;
	i = calloc(1, sizeof(*i));
	if (!i)
		return -ENOMEM;
	i->fd = -1;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	i->fd = ends[0];
	theirs = ends[1];
	i->client = strdup(client);
	i->who = strdup(who);
	i->why = strdup(why);
	if (!i->client || !i->who || !i->why)
		return -ENOMEM;
	/* No EPOLLIN: a holder that writes into the pipe must not wake anybody. */
	r = sd_event_add_io(l->event, &i->source, i->fd, EPOLLHUP, on_closed, i);
	if (r < 0)
		return r;
	i->since = now;
	i->list = l;
	*ret_fd = theirs;
	theirs = -1;
	l->v[l->n++] = TAKE(i);
	return 0;
}

void inhibitors_set_pid(struct inhibitors *l, const char *client, unsigned pid)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->v[i]->client, client))
			l->v[i]->pid = pid;
}
