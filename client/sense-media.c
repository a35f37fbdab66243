#include "sense-media.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "sense-pipewire.h"

#define DEFAULT_NAME "pipewire-0"
#define LOCK ".lock"
#define REASON_MAX 160

/*
 * Tries to connect for each event in the socket's folder and each lost connection, and the time
 * before one, which doubles. It begins anew with an event, and with a connection that has lasted.
 */
#define TRIES 4
#define WAIT_FIRST (250 * USEC_PER_MSEC)
#define WAIT_MOST USEC_PER_MIN
#define LASTED (5 * USEC_PER_SEC)
/* PipeWire that does not answer for so long hangs. */
#define PATIENCE (3 * USEC_PER_SEC)

struct media {
	const struct media_sink *sink; /* borrowed */
	void *owner;                   /* borrowed */
	struct pw_loop *loop;          /* owned */
	struct graph *graph;           /* owned; NULL while there is no PipeWire */
	struct pipewire *pipewire;     /* owned; NULL while there is none */
	bool ready;                    /* the graph is whole */
	char reason[REASON_MAX];       /* of telling nothing; "" if that is not so */

	char folder[PATH_MAX]; /* of the socket; "" if there is nowhere to look */
	char socket[PATH_MAX];
	char lock[PATH_MAX];
	const char *name; /* the socket's in its folder, borrowed from the path */
	int watch_fd;     /* inotify */
	unsigned tries;
	usec_t wait;
	usec_t connected_at;
	/* Owned by the loop. */
	struct spa_source *watch, *lost, *retry, *patience;
};

static void set_timer(struct media *m, struct spa_source *timer, usec_t span)
{
	struct timespec value = {
		.tv_sec = (time_t)(span / USEC_PER_SEC),
		.tv_nsec = (long)(span % USEC_PER_SEC) * 1000,
	};

	(void)pw_loop_update_timer(m->loop, timer, &value, NULL, false);
}

static void stop_timer(struct media *m, struct spa_source *timer)
{
	set_timer(m, timer, 0);
}

/* Telling -------------------------------------------------------------------------------------- */

static void set_lack(struct media *m, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Nothing is seen any more. Told once for each reason. */
static void set_lack(struct media *m, const char *format, ...)
{
	char reason[REASON_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	m->ready = false;
	if (!strcmp(reason, m->reason))
		return;
	memcpy(m->reason, reason, sizeof(reason));
	m->sink->answered(m->owner);
}

/* PipeWire ------------------------------------------------------------------------------------- */

static void on_changed(void *owner)
{
	struct media *m = owner;

	if (m->ready)
		m->sink->changed(m->owner);
}

static void on_synced(void *owner)
{
	struct media *m = owner;

	stop_timer(m, m->patience);
	m->ready = true;
	m->reason[0] = '\0';
	m->sink->answered(m->owner);
}

/* It is still there: its answer may come, and is welcome then. */
static void on_patience(void *data, uint64_t expirations)
{
	(void)expirations;
	set_lack(data, "PipeWire does not answer");
}

static void on_lost(void *owner)
{
	struct media *m = owner;

	(void)pw_loop_signal_event(m->loop, m->lost);
}

static const struct pipewire_sink pipewire_sink = {
	.changed = on_changed,
	.synced = on_synced,
	.lost = on_lost,
};

static void disconnect(struct media *m)
{
	m->pipewire = pipewire_free(m->pipewire);
	m->graph = graph_free(m->graph);
	stop_timer(m, m->patience);
}

static int connect_pipewire(struct media *m)
{
	int r;

	m->graph = graph_new();
	if (!m->graph)
		return -ENOMEM;
	r = pipewire_connect(&m->pipewire, m->loop, m->socket, m->graph, &pipewire_sink, m);
	if (r < 0) {
		m->graph = graph_free(m->graph);
		return r;
	}
	m->connected_at = clock_monotonic();
	set_timer(m, m->patience, PATIENCE);
	return 0;
}

/* Waiting for PipeWire ------------------------------------------------------------------------- */

static void drop(struct media *m, struct spa_source **source)
{
	if (*source)
		(void)pw_loop_destroy_source(m->loop, *source);
	*source = NULL;
}

static bool is_ours(const struct media *m, const char *name)
{
	size_t n = strlen(m->name);

	return !strncmp(name, m->name, n) && (!name[n] || !strcmp(name + n, LOCK));
}

static void retry_later(struct media *m)
{
	if (!m->tries)
		return;
	m->tries--;
	set_timer(m, m->retry, m->wait);
	m->wait = usec_min(2 * m->wait, WAIT_MOST);
}

static void on_watch(void *data, int fd, uint32_t mask)
{
	char buffer[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	struct media *m = data;
	bool ours = false;
	ssize_t n;

	(void)mask;
	n = read(fd, buffer, sizeof(buffer));
	for (ssize_t at = 0; at < n;) {
		const struct inotify_event *event = (const void *)(buffer + at);

		ours = ours || (event->len && is_ours(m, event->name));
		at += (ssize_t)(sizeof(*event) + event->len);
	}
	if (!ours)
		return;
	m->tries = TRIES;
	m->wait = WAIT_FIRST;
	retry_later(m);
}

/* False: there is no folder, or no descriptor left. */
static bool watch_folder(struct media *m)
{
	if (m->watch)
		return true;
	m->watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (m->watch_fd < 0)
		return false;
	if (inotify_add_watch(m->watch_fd, m->folder, IN_CREATE | IN_MOVED_TO | IN_ONLYDIR) < 0) {
		close(m->watch_fd);
		return false;
	}
	/* The descriptor goes with the source. */
	m->watch = pw_loop_add_io(m->loop, m->watch_fd, SPA_IO_IN, true, on_watch, m);
	return m->watch;
}

static bool is_not_running(int r)
{
	return r == -ENOENT || r == -ECONNREFUSED || r == -EHOSTDOWN;
}

/*
 * systemd may hold the socket before PipeWire runs, and start it for whoever connects. It is not
 * for us to start a sound server: one that runs has a lock beside its socket.
 */
static void look_for_pipewire(struct media *m)
{
	int r = -ENOENT;

	if (m->pipewire)
		return;
	/* Beforehand: what comes while we look is told. */
	if (!m->folder[0] || !watch_folder(m)) {
		set_lack(m, "there is no folder where PipeWire could be");
		return;
	}
	if (!access(m->lock, F_OK))
		r = connect_pipewire(m);
	if (r >= 0) {
		drop(m, &m->watch);
		return;
	}
	if (is_not_running(r))
		set_lack(m, "PipeWire is not running");
	else
		set_lack(m, "PipeWire cannot be reached: %s", strerror(-r));
	retry_later(m);
}

static void on_retry(void *data, uint64_t expirations)
{
	(void)expirations;
	look_for_pipewire(data);
}

static void on_lost_event(void *data, uint64_t count)
{
	struct media *m = data;
	usec_t lasted = usec_sub(clock_monotonic(), m->connected_at);

	(void)count;
	if (!m->pipewire)
		return;
	disconnect(m);
	set_lack(m, "PipeWire is not running");
	(void)watch_folder(m);
	m->tries = TRIES;
	if (lasted >= LASTED)
		m->wait = WAIT_FIRST;
	retry_later(m);
}

/* Where it is ---------------------------------------------------------------------------------- */

static bool set_paths(struct media *m, const char *folder, const char *name)
{
	int n = snprintf(m->socket, sizeof(m->socket), "%s%s%s", folder, folder[0] ? "/" : "",
			 name);
	char *end;

	if (n < 0 || (size_t)n + sizeof(LOCK) > sizeof(m->socket) || m->socket[0] != '/')
		return false;
	(void)snprintf(m->lock, sizeof(m->lock), "%.*s" LOCK, n, m->socket);
	memcpy(m->folder, m->socket, sizeof(m->folder));
	end = strrchr(m->folder, '/');
	m->name = m->socket + (end - m->folder) + 1;
	/* The root keeps its slash. */
	end[end == m->folder] = '\0';
	return m->name[0];
}

/* As PipeWire's own clients find it. A list of several, which newer ones know, is not read. */
static void find_place(struct media *m)
{
	const char *name = getenv("PIPEWIRE_REMOTE");
	const char *folder = getenv("PIPEWIRE_RUNTIME_DIR");

	if (!name || !name[0] || name[0] == '[')
		name = DEFAULT_NAME;
	if (!folder || !folder[0])
		folder = getenv("XDG_RUNTIME_DIR");
	if (name[0] == '/')
		folder = "";
	if (!folder || !set_paths(m, folder, name))
		m->folder[0] = '\0';
}

/* The interface -------------------------------------------------------------------------------- */

static int open_loop(struct media *m)
{
	m->loop = pw_loop_new(NULL);
	if (!m->loop)
		return -errno;
	pw_loop_enter(m->loop);
	m->lost = pw_loop_add_event(m->loop, on_lost_event, m);
	m->retry = pw_loop_add_timer(m->loop, on_retry, m);
	m->patience = pw_loop_add_timer(m->loop, on_patience, m);
	return m->lost && m->retry && m->patience ? 0 : -errno;
}

DEFINE_CLEANUP(media_free, struct media *)

int media_new(struct media **ret, const struct media_sink *sink, void *owner)
{
	CLEANUP(media_freep) struct media *m = NULL;
	int r;

	m = calloc(1, sizeof(*m));
	if (!m)
		return -ENOMEM;
	m->sink = sink;
	m->owner = owner;
	m->watch_fd = -1;
	m->tries = TRIES;
	m->wait = WAIT_FIRST;
	find_place(m);
	pw_init(NULL, NULL);
	/* That PipeWire is not there is told to limberd, not to the journal. */
	if (!getenv("PIPEWIRE_DEBUG"))
		pw_log_set_level(SPA_LOG_LEVEL_NONE);
	r = open_loop(m);
	if (r < 0)
		return r;

	*ret = TAKE(m);
	return 0;
}

static void close_loop(struct media *m)
{
	disconnect(m);
	drop(m, &m->watch);
	drop(m, &m->patience);
	drop(m, &m->retry);
	drop(m, &m->lost);
	pw_loop_leave(m->loop);
	pw_loop_destroy(m->loop);
}

struct media *media_free(struct media *m)
{
	if (!m)
		return NULL;
	if (m->loop)
		close_loop(m);
	free(m);
	pw_deinit();
	return NULL;
}

void media_begin(struct media *m)
{
	look_for_pipewire(m);
}

int media_fd(const struct media *m)
{
	return pw_loop_get_fd(m->loop);
}

void media_dispatch(struct media *m)
{
	(void)pw_loop_iterate(m->loop, 0);
}

void media_ask(struct media *m)
{
	if (m->pipewire && m->ready) {
		pipewire_sync(m->pipewire);
		set_timer(m, m->patience, PATIENCE);
	} else if (m->reason[0]) {
		m->sink->answered(m->owner);
	}
}

bool media_find(const struct media *m, enum graph_sign sign, char name[static GRAPH_NAME_MAX])
{
	return m->ready && graph_find(m->graph, sign, name);
}

const char *media_lack(const struct media *m)
{
	return m->reason[0] ? m->reason : NULL;
}
