/*
 * limber-sense: sees whether a call is on or the screen is shared, by PipeWire and by who holds a
 * camera. limberd starts it while a rule wants to know, and reads on its stdout what
 * daemon/notify/sense.h says. A process of its own, as PipeWire's library wants ten times the
 * memory that limberd has, and a look at every process takes its time.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "sense-camera.h"
#include "sense-media.h"

static const char *const sign_names[GRAPH_SIGNS] = {
	[GRAPH_CALL] = "call",
	[GRAPH_SCREENCAST] = "screencast",
};

struct said {
	bool on;
	char name[GRAPH_NAME_MAX];
};

struct sense {
	const char *folder;    /* of the cameras, borrowed */
	struct media *media;   /* owned */
	struct camera *camera; /* owned; NULL if cameras cannot be watched */
	int failure;           /* negative errno: why not */
	bool begun;            /* all was told once */
	struct said said[GRAPH_SIGNS];
	bool over; /* limberd does not listen any more */
};

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
	s->over = fflush(stdout) || s->over;
}

/* PipeWire tells who films by a camera that it holds, as long as it tells anything. */
static bool find_holder(const struct sense *s, char name[static GRAPH_NAME_MAX])
{
	const struct holders *holders = s->camera ? camera_holders(s->camera) : NULL;

	if (!holders || (!holders->program && !(holders->pipewire && media_lack(s->media))))
		return false;
	(void)snprintf(name, GRAPH_NAME_MAX, "%s", holders->program ? holders->name : "PipeWire");
	return true;
}

static bool find_sign(const struct sense *s, enum graph_sign sign, char name[static GRAPH_NAME_MAX])
{
	return media_find(s->media, sign, name) || (sign == GRAPH_CALL && find_holder(s, name));
}

static void say_sign(struct sense *s, enum graph_sign sign)
{
	struct said *said = &s->said[sign];
	char name[GRAPH_NAME_MAX] = "";
	bool on = find_sign(s, sign, name);

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
	for (int sign = 0; s->begun && sign < GRAPH_SIGNS; sign++)
		say_sign(s, (enum graph_sign)sign);
}

static void on_changed(void *owner)
{
	say_signs(owner);
}

static void on_answered(void *owner)
{
	struct sense *s = owner;
	const char *lack = media_lack(s->media);

	s->begun = true;
	say_signs(s);
	if (!s->camera)
		say(s, "blind %s", strerror(-s->failure));
	if (!lack)
		say(s, "ready");
	else if (media_fd(s->media) < 0)
		say(s, "never %s", lack);
	else
		say(s, "absent %s", lack);
}

static const struct media_sink media_sink = {
	.changed = on_changed,
	.answered = on_answered,
};

static void watch_cameras(struct sense *s)
{
	if (!s->camera)
		s->failure = camera_new(&s->camera, s->folder);
}

/* Waiting -------------------------------------------------------------------------------------- */

static void answer_look(struct sense *s)
{
	watch_cameras(s);
	media_ask(s->media);
}

/* A line each time that limberd wants to be sure. The end of it all when limberd is gone. */
static void on_input(struct sense *s)
{
	char buffer[256];
	ssize_t n = read(STDIN_FILENO, buffer, sizeof(buffer));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0)
		s->over = true;
	else if (memchr(buffer, '\n', (size_t)n))
		answer_look(s);
}

/* Until when to wait for what the kernel tells; NULL: for ever. */
static const struct timespec *time_left(const struct sense *s, struct timespec *left)
{
	usec_t at = s->camera ? camera_deadline(s->camera) : USEC_NEVER, span;

	if (at == USEC_NEVER)
		return NULL;
	span = usec_sub(at, clock_monotonic());
	left->tv_sec = (time_t)(span / USEC_PER_SEC);
	left->tv_nsec = (long)(span % USEC_PER_SEC) * 1000;
	return left;
}

static void look_at_cameras(struct sense *s)
{
	if (!s->camera || camera_deadline(s->camera) > clock_monotonic())
		return;
	camera_look(s->camera);
	say_signs(s);
}

static int wait_and_serve(struct sense *s)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = media_fd(s->media), .events = POLLIN },
		{ .fd = s->camera ? camera_fd(s->camera) : -1, .events = POLLIN },
	};
	struct timespec left;

	if (ppoll(fds, ELEMENTS(fds), time_left(s, &left), NULL) < 0)
		return errno == EINTR ? 0 : -errno;
	if (fds[0].revents)
		on_input(s);
	if (fds[1].revents)
		media_dispatch(s->media);
	if (fds[2].revents)
		camera_hear(s->camera);
	look_at_cameras(s);
	return 0;
}

static int run(struct sense *s)
{
	int r;

	watch_cameras(s);
	r = media_new(&s->media, &media_sink, s);
	if (r < 0)
		return r;
	media_begin(s->media);
	while (!s->over && r >= 0)
		r = wait_and_serve(s);
	return r;
}

static const char help[] =
	"Usage: limber-sense [--devices FOLDER]\n"
	"\n"
	"Tells limberd whether a call is on or the screen is shared, by what PipeWire knows and "
	"by\n"
	"who holds a camera. limberd starts it while a rule wants to know; there is no need to\n"
	"start it by hand.\n"
	"\n"
	"  --devices FOLDER  where cameras are instead of in /dev; for tests\n"
	"  --help            this text\n"
	"  --version         the version\n"
	"\n"
	"Prints `call on NAME`, `call off`, `screencast on NAME` and `screencast off` as that\n"
	"changes. `ready` when all is told, or in its place `absent WHY` or `never WHY` if\n"
	"PipeWire tells nothing; `blind WHY` before it if cameras cannot be watched.\n"
	"Ends with its input.\n";

int main(int argc, char **argv)
{
	struct sense s = { .folder = CAMERA_FOLDER };
	int r;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		fputs(help, stdout);
		return EXIT_SUCCESS;
	}
	if (argc == 2 && !strcmp(argv[1], "--version")) {
		puts("limber-sense " LIMBER_VERSION);
		return EXIT_SUCCESS;
	}
	if (argc == 3 && !strcmp(argv[1], "--devices")) {
		s.folder = argv[2];
	} else if (argc > 1) {
		fprintf(stderr, "limber-sense: unknown argument '%s', try --help\n", argv[1]);
		return 2;
	}
	/* limberd may be gone when we tell it something. */
	signal(SIGPIPE, SIG_IGN);
	r = run(&s);
	media_free(s.media);
	camera_free(s.camera);
	if (r < 0) {
		fprintf(stderr, "limber-sense: cannot run: %s\n", strerror(-r));
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
