#include "terminal.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"
#include "remote.h"

/* The other screen; no cursor; no wrapped lines. */
#define SCREEN_ENTER "\033[?1049h\033[?25l\033[?7l"
#define SCREEN_LEAVE "\033[?7h\033[?25h\033[?1049l"
/* Between these two a terminal that knows them shows nothing half drawn; others skip them. */
#define FRAME_BEGIN "\033[?2026h\033[H"
#define FRAME_END "\033[J\033[?2026l"

/* Where the guard listens. */
#define GUARD_END 3

static bool same_modes(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
	       a->c_lflag == b->c_lflag && !memcmp(a->c_cc, b->c_cc, sizeof(a->c_cc));
}

/*
 * In the guard: the other end was closed without a goodbye, so its owner is dead. A shell may have
 * noticed before us: the modes that it has set are not touched.
 */
static void put_back(const struct terminal *t)
{
	struct termios now;

	if (t->keys && tcgetattr(STDIN_FILENO, &now) == 0 && same_modes(&now, &t->raw))
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &t->before);
	if (write(STDOUT_FILENO, SCREEN_LEAVE, strlen(SCREEN_LEAVE)) < 0)
		return; /* there is no terminal any more */
}

_Noreturn static void guard(const struct terminal *t, int end)
{
	ssize_t n;
	char goodbye;

	/* Out of reach of what is sent to the whole job. */
	(void)setpgid(0, 0);
	if (dup2(end, GUARD_END) < 0)
		_exit(1);
	(void)close_range(GUARD_END + 1, UINT_MAX, 0);
	do
		n = read(GUARD_END, &goodbye, 1);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		put_back(t);
	_exit(0);
}

/*
 * A second process that does nothing but wait for the end of this one: what kill -9 ends cannot
 * clean up after itself. Where none can be had the terminal is without it.
 */
static void post_guard(struct terminal *t)
{
	sigset_t all, before;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return;
	/* Blocked in the guard for good: also SIGTTOU, which a job in the background is sent. */
	sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &before);
	t->guard = fork();
	if (t->guard == 0) {
		close(ends[0]);
		guard(t, ends[1]);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	close(ends[1]);
	t->guard_end = ends[0];
	if (t->guard < 0)
		close(ends[0]);
}

static void dismiss_guard(struct terminal *t)
{
	if (t->guard <= 0)
		return;
	(void)send(t->guard_end, "", 1, MSG_NOSIGNAL);
	close(t->guard_end);
	while (waitpid(t->guard, NULL, 0) < 0 && errno == EINTR)
		;
	t->guard = 0;
}

void terminal_enter(struct terminal *t)
{
	if (t->plain)
		return;
	/* It has to know both before anything is changed. */
	if (t->keys && tcgetattr(STDIN_FILENO, &t->before) < 0)
		t->keys = false;
	t->raw = t->before;
	t->raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	t->raw.c_cc[VMIN] = 1;
	t->raw.c_cc[VTIME] = 0;
	post_guard(t);
	if (t->keys)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &t->raw);
	fputs(SCREEN_ENTER, stdout);
	fflush(stdout);
	t->entered = true;
}

void terminal_leave(struct terminal *t)
{
	if (!t->entered)
		return;
	t->entered = false;
	fputs(SCREEN_LEAVE, stdout);
	fflush(stdout);
	if (t->keys)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &t->before);
	dismiss_guard(t);
}

bool terminal_may_read(void)
{
	return isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

bool terminal_can_draw(void)
{
	const char *term = getenv("TERM");
	pid_t job = tcgetpgrp(STDOUT_FILENO);

	/* Another job has the screen, such as the shell that has put us into the background. */
	if (job > 0 && job != getpgrp())
		return false;
	return isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

unsigned terminal_rows(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row < 4)
		return 24;
	return size.ws_row;
}

static unsigned count_lines(const char *text)
{
	unsigned lines = 1;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

/*
 * The first `rows` lines of `page`. What stood there is cleared before: behind a line that fills
 * the screen's width the cursor is still on its last character.
 */
static void put_rows(const char *page, unsigned rows)
{
	for (; rows > 0; rows--) {
		const char *end = strchrnul(page, '\n');

		fputs("\033[K", stdout);
		fwrite(page, 1, (size_t)(end - page), stdout);
		if (rows > 1)
			putc('\n', stdout);
		page = *end ? end + 1 : end;
	}
}

void terminal_show(struct terminal *t, const char *body, const char *foot)
{
	unsigned rows = terminal_rows(), below = count_lines(foot);

	if (!t->entered)
		return;
	fputs(FRAME_BEGIN, stdout);
	if (rows > below) {
		put_rows(body, rows - below);
		putc('\n', stdout);
	}
	put_rows(foot, below);
	fputs(FRAME_END, stdout);
	if (fflush(stdout) != 0 || ferror(stdout))
		(void)sd_event_exit(t->event, EXIT_DONE);
}

/* An arrow or function key is several characters, and none of them is a command. */
static ssize_t escape_length(const char *typed, ssize_t n)
{
	ssize_t length = 1;

	if (n < 2 || (typed[1] != '[' && typed[1] != 'O'))
		return length;
	for (length = 2; length < n; length++)
		if (typed[length] >= '@' && typed[length] <= '~')
			return length + 1;
	return length;
}

static int on_input(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct terminal *t = userdata;
	char typed[64];
	ssize_t n;

	(void)events;
	n = read(fd, typed, sizeof(typed));
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	/* The terminal is gone. */
	if (n <= 0) {
		(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
		return sd_event_exit(t->event, EXIT_DONE);
	}
	for (ssize_t i = 0; i < n; i++) {
		if (typed[i] == '\033')
			i += escape_length(typed + i, n - i) - 1;
		else if (!t->plain || typed[i] != '\n')
			t->sink.key(t->sink.owner, typed[i]);
	}
	return 0;
}

static int on_second(sd_event_source *source, uint64_t at, void *userdata)
{
	struct terminal *t = userdata;
	int r;

	(void)at;
	t->sink.second(t->sink.owner);
	r = sd_event_source_set_time_relative(source, USEC_PER_SEC);
	return r < 0 ? r : sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int on_resized(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	struct terminal *t = userdata;

	(void)source;
	(void)info;
	t->sink.draw(t->sink.owner);
	return 0;
}

/* Ctrl-Z: the shell gets its terminal back as it was, and `fg` brings the picture again. */
static int on_stopped(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	struct terminal *t = userdata;

	(void)source;
	(void)info;
	terminal_leave(t);
	(void)raise(SIGSTOP);
	terminal_enter(t);
	/* More than a second, but nothing went by that anybody saw. */
	t->sink.second(t->sink.owner);
	return 0;
}

/* A size that changes, Ctrl-Z and the time that goes by: what a picture lives of. */
static int add_picture_sources(struct terminal *t)
{
	sigset_t mask;
	int r;

	sigemptyset(&mask);
	sigaddset(&mask, SIGWINCH);
	sigaddset(&mask, SIGTSTP);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return -errno;
	r = sd_event_add_signal(t->event, NULL, SIGWINCH, on_resized, t);
	if (r < 0)
		return r;
	r = sd_event_add_signal(t->event, NULL, SIGTSTP, on_stopped, t);
	if (r < 0)
		return r;
	return sd_event_add_time_relative(t->event, NULL, CLOCK_MONOTONIC, USEC_PER_SEC, 0,
					  on_second, t);
}

int terminal_open(struct terminal *t, sd_event *event, const struct terminal_sink *sink)
{
	int r;

	*t = (struct terminal){
		.event = event,
		.sink = *sink,
		.keys = terminal_may_read(),
		.plain = !terminal_can_draw(),
	};
	if (t->keys) {
		r = sd_event_add_io(event, NULL, STDIN_FILENO, POLLIN, on_input, t);
		if (r < 0)
			return r;
	}
	return t->plain ? 0 : add_picture_sources(t);
}
