/*
 * limber-sense: sees by PipeWire whether a call is on or the screen is shared. limberd starts it
 * while a rule wants to know, and reads on its stdout what daemon/notify/sense.h says. A process of
 * its own, as PipeWire's library wants ten times the memory that limberd has.
 *
 * Everything is told by PipeWire itself, and its coming by the folder of its socket. Connecting is
 * tried a few times for each such event and never for ever.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "sense-graph.h"
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

static const char *const sign_names[GRAPH_SIGNS] = {
	[GRAPH_CALL] = "call",
	[GRAPH_SCREENCAST] = "screencast",
};

struct said {
	bool on;
	char name[GRAPH_NAME_MAX];
};

struct sense {
	struct pw_main_loop *main; /* owned */
	struct pw_loop *loop;      /* borrowed from it */
	struct graph *graph;       /* owned; NULL while there is no PipeWire */
	struct pipewire *pipewire; /* owned; NULL while there is none */
	bool ready;                /* said so */
	struct said said[GRAPH_SIGNS];
	char reason[REASON_MAX]; /* of being absent, as said; "" if not */

	char folder[PATH_MAX]; /* of the socket; "" if there is nowhere to look */
	char socket[PATH_MAX];
	char lock[PATH_MAX];
	const char *name; /* the socket's in its folder, borrowed from the path */
	int watch_fd;     /* inotify */
	unsigned tries;
	usec_t wait;
	usec_t connected_at;
	/* Owned by the loop. */
	struct spa_source *input, *watch, *lost, *retry, *patience;
};

static void set_timer(struct sense *s, struct spa_source *timer, usec_t span)
{
	struct timespec value = {
		.tv_sec = (time_t)(span / USEC_PER_SEC),
		.tv_nsec = (long)(span % USEC_PER_SEC) * 1000,
	};

	(void)pw_loop_update_timer(s->loop, timer, &value, NULL, false);
}

static void stop_timer(struct sense *s, struct spa_source *timer)
{
	set_timer(s, timer, 0);
}

/* Telling limberd ------------------------------------------------------------------------------ */

static void say(struct sense *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Nobody who listens any more is the end. */
static void say(struct sense *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vprintf(format, args);
	va_end(args);
	(void)putchar('\n');
	if (fflush(stdout))
		(void)pw_main_loop_quit(s->main);
}

static void say_sign(struct sense *s, enum graph_sign sign)
{
	struct said *said = &s->said[sign];
	char name[GRAPH_NAME_MAX] = "";
	bool on = graph_find(s->graph, sign, name);

	if (on == said->on && !strcmp(name, said->name))
		return;
	said->on = on;
	(void)snprintf(said->name, sizeof(said->name), "%s", name);
	if (on)
		say(s, "%s on%s%s", sign_names[sign], name[0] ? " " : "", name);
	else
		say(s, "%s off", sign_names[sign]);
}

static void say_signs(struct sense *s)
{
	for (int sign = 0; sign < GRAPH_SIGNS; sign++)
		say_sign(s, (enum graph_sign)sign);
}

static void say_absent(struct sense *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Nothing is seen any more. Once for each reason. */
static void say_absent(struct sense *s, const char *format, ...)
{
	char reason[REASON_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	s->ready = false;
	memset(s->said, 0, sizeof(s->said));
	if (!strcmp(reason, s->reason))
		return;
	memcpy(s->reason, reason, sizeof(reason));
	say(s, "absent %s", reason);
}

/* PipeWire ------------------------------------------------------------------------------------- */

static void on_changed(void *owner)
{
	struct sense *s = owner;

	if (s->ready)
		say_signs(s);
}

static void on_synced(void *owner)
{
	struct sense *s = owner;

	stop_timer(s, s->patience);
	s->ready = true;
	s->reason[0] = '\0';
	say_signs(s);
	say(s, "ready");
}

/* It is still there: its answer may come, and is welcome then. */
static void on_patience(void *data, uint64_t expirations)
{
	(void)expirations;
	say_absent(data, "PipeWire does not answer");
}

static void on_lost(void *owner)
{
	struct sense *s = owner;

	(void)pw_loop_signal_event(s->loop, s->lost);
}

static const struct pipewire_sink sink = {
	.changed = on_changed,
	.synced = on_synced,
	.lost = on_lost,
};

static void disconnect(struct sense *s)
{
	s->pipewire = pipewire_free(s->pipewire);
	s->graph = graph_free(s->graph);
	stop_timer(s, s->patience);
}

static int connect_pipewire(struct sense *s)
{
	int r;

	s->graph = graph_new();
	if (!s->graph)
		return -ENOMEM;
	r = pipewire_connect(&s->pipewire, s->loop, s->socket, s->graph, &sink, s);
	if (r < 0) {
		s->graph = graph_free(s->graph);
		return r;
	}
	s->connected_at = clock_monotonic();
	set_timer(s, s->patience, PATIENCE);
	return 0;
}

/* Waiting for PipeWire ------------------------------------------------------------------------- */

static void drop(struct sense *s, struct spa_source **source)
{
	if (*source)
		(void)pw_loop_destroy_source(s->loop, *source);
	*source = NULL;
}

static bool is_ours(const struct sense *s, const char *name)
{
	size_t n = strlen(s->name);

	return !strncmp(name, s->name, n) && (!name[n] || !strcmp(name + n, LOCK));
}

static void retry_later(struct sense *s)
{
	if (!s->tries)
		return;
	s->tries--;
	set_timer(s, s->retry, s->wait);
	s->wait = usec_min(2 * s->wait, WAIT_MOST);
}

static void on_watch(void *data, int fd, uint32_t mask)
{
	char buffer[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	struct sense *s = data;
	bool ours = false;
	ssize_t n;

	(void)mask;
	n = read(fd, buffer, sizeof(buffer));
	for (ssize_t at = 0; at < n;) {
		const struct inotify_event *event = (const void *)(buffer + at);

		ours = ours || (event->len && is_ours(s, event->name));
		at += (ssize_t)(sizeof(*event) + event->len);
	}
	if (!ours)
		return;
	s->tries = TRIES;
	s->wait = WAIT_FIRST;
	retry_later(s);
}

/* False: there is no folder, or no descriptor left. */
static bool watch_folder(struct sense *s)
{
	if (s->watch)
		return true;
	s->watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (s->watch_fd < 0)
		return false;
	if (inotify_add_watch(s->watch_fd, s->folder, IN_CREATE | IN_MOVED_TO | IN_ONLYDIR) < 0) {
		close(s->watch_fd);
		return false;
	}
	/* The descriptor goes with the source. */
	s->watch = pw_loop_add_io(s->loop, s->watch_fd, SPA_IO_IN, true, on_watch, s);
	return s->watch;
}

static bool is_not_running(int r)
{
	return r == -ENOENT || r == -ECONNREFUSED || r == -EHOSTDOWN;
}

/*
 * systemd may hold the socket before PipeWire runs, and start it for whoever connects. It is not
 * for us to start a sound server: one that runs has a lock beside its socket.
 */
static void look_for_pipewire(struct sense *s)
{
	int r = -ENOENT;

	if (s->pipewire)
		return;
	/* Beforehand: what comes while we look is told. */
	if (!s->folder[0] || !watch_folder(s)) {
		say_absent(s, "there is no folder where PipeWire could be");
		return;
	}
	if (!access(s->lock, F_OK))
		r = connect_pipewire(s);
	if (r >= 0) {
		drop(s, &s->watch);
		return;
	}
	if (is_not_running(r))
		say_absent(s, "PipeWire is not running");
	else
		say_absent(s, "PipeWire cannot be reached: %s", strerror(-r));
	retry_later(s);
}

static void on_retry(void *data, uint64_t expirations)
{
	(void)expirations;
	look_for_pipewire(data);
}

static void on_lost_event(void *data, uint64_t count)
{
	struct sense *s = data;
	usec_t lasted = usec_sub(clock_monotonic(), s->connected_at);

	(void)count;
	if (!s->pipewire)
		return;
	disconnect(s);
	say_absent(s, "PipeWire is not running");
	(void)watch_folder(s);
	s->tries = TRIES;
	if (lasted >= LASTED)
		s->wait = WAIT_FIRST;
	retry_later(s);
}

/* Where it is ---------------------------------------------------------------------------------- */

static bool set_paths(struct sense *s, const char *folder, const char *name)
{
	int n = snprintf(s->socket, sizeof(s->socket), "%s%s%s", folder, folder[0] ? "/" : "",
			 name);
	char *end;

	if (n < 0 || (size_t)n + sizeof(LOCK) > sizeof(s->socket) || s->socket[0] != '/')
		return false;
	(void)snprintf(s->lock, sizeof(s->lock), "%.*s" LOCK, n, s->socket);
	memcpy(s->folder, s->socket, sizeof(s->folder));
	end = strrchr(s->folder, '/');
	s->name = s->socket + (end - s->folder) + 1;
	/* The root keeps its slash. */
	end[end == s->folder] = '\0';
	return s->name[0];
}

/* As PipeWire's own clients find it. A list of several, which newer ones know, is not read. */
static void find_place(struct sense *s)
{
	const char *name = getenv("PIPEWIRE_REMOTE");
	const char *folder = getenv("PIPEWIRE_RUNTIME_DIR");

	if (!name || !name[0] || name[0] == '[')
		name = DEFAULT_NAME;
	if (!folder || !folder[0])
		folder = getenv("XDG_RUNTIME_DIR");
	if (name[0] == '/')
		folder = "";
	if (!folder || !set_paths(s, folder, name))
		s->folder[0] = '\0';
}

/* limberd -------------------------------------------------------------------------------------- */

static void answer_look(struct sense *s)
{
	if (s->pipewire && s->ready) {
		pipewire_sync(s->pipewire);
		set_timer(s, s->patience, PATIENCE);
	}
	if (s->reason[0])
		say(s, "absent %s", s->reason);
}

/* A line each time that limberd wants to be sure. The end of it all when limberd is gone. */
static void on_input(void *data, int fd, uint32_t mask)
{
	struct sense *s = data;
	char buffer[256];
	ssize_t n;

	(void)mask;
	n = read(fd, buffer, sizeof(buffer));
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0)
		(void)pw_main_loop_quit(s->main);
	else if (memchr(buffer, '\n', (size_t)n))
		answer_look(s);
}

static int open_sources(struct sense *s)
{
	s->input = pw_loop_add_io(s->loop, STDIN_FILENO, SPA_IO_IN | SPA_IO_HUP | SPA_IO_ERR, false,
				  on_input, s);
	s->lost = pw_loop_add_event(s->loop, on_lost_event, s);
	s->retry = pw_loop_add_timer(s->loop, on_retry, s);
	s->patience = pw_loop_add_timer(s->loop, on_patience, s);
	return s->input && s->lost && s->retry && s->patience ? 0 : -errno;
}

static void sense_done(struct sense *s)
{
	if (!s->main)
		return;
	disconnect(s);
	drop(s, &s->watch);
	drop(s, &s->patience);
	drop(s, &s->retry);
	drop(s, &s->lost);
	drop(s, &s->input);
	pw_main_loop_destroy(s->main);
}

static int run(struct sense *s)
{
	int r;

	find_place(s);
	s->tries = TRIES;
	s->wait = WAIT_FIRST;
	s->main = pw_main_loop_new(NULL);
	if (!s->main)
		return -errno;
	s->loop = pw_main_loop_get_loop(s->main);
	r = open_sources(s);
	if (r < 0)
		return r;
	look_for_pipewire(s);
	return pw_main_loop_run(s->main);
}

static const char help[] =
	"Usage: limber-sense\n"
	"\n"
	"Tells limberd, by what PipeWire knows, whether a call is on or the screen is shared. "
	"limberd\n"
	"starts it while a rule wants to know; there is no need to start it by hand.\n"
	"\n"
	"  --help     this text\n"
	"  --version  the version\n"
	"\n"
	"Prints `call on NAME`, `call off`, `screencast on NAME`, `screencast off`, then `ready` "
	"when\n"
	"all is told, or `absent WHY`. Ends with its input.\n";

int main(int argc, char **argv)
{
	struct sense s = { .watch_fd = -1 };
	int r;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		fputs(help, stdout);
		return EXIT_SUCCESS;
	}
	if (argc == 2 && !strcmp(argv[1], "--version")) {
		puts("limber-sense " LIMBER_VERSION);
		return EXIT_SUCCESS;
	}
	if (argc > 1) {
		fprintf(stderr, "limber-sense: unknown argument '%s', try --help\n", argv[1]);
		return 2;
	}
	/* limberd may be gone when we tell it something. */
	signal(SIGPIPE, SIG_IGN);
	pw_init(NULL, NULL);
	/* That PipeWire is not there is told to limberd, not to the journal. */
	if (!getenv("PIPEWIRE_DEBUG"))
		pw_log_set_level(SPA_LOG_LEVEL_NONE);
	r = run(&s);
	sense_done(&s);
	pw_deinit();
	if (r < 0) {
		fprintf(stderr, "limber-sense: cannot run: %s\n", strerror(-r));
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
