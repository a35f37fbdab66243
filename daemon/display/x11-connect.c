#include "display/x11-connect.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

/* How a child ends that has no connection to hand over. */
enum { CHILD_NO_SERVER = 1, CHILD_REFUSED, CHILD_FAILED };

struct x11_connect {
	const struct x11_connect_sink *sink; /* borrowed */
	void *owner;                         /* borrowed */
	sd_event_source *child;              /* owned: with it the process */
	sd_event_source *io;                 /* owned */
	sd_event_source *patience;           /* owned */
	int fd;                              /* owned: the child is at its other end */
};

DEFINE_CLEANUP(x11_connect_free, struct x11_connect *)

/* Does anybody listen on a local display? Only to tell a refusal from an empty desk. */
static bool is_listened_to(const char *display)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	CLEANUP(freep) char *host = NULL;
	CLEANUP(closep) int fd = -1;
	int number;

	if (!xcb_parse_display(display, &host, &number, NULL))
		return false;
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/.X11-unix/X%d", number);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return fd >= 0 && !connect(fd, (const struct sockaddr *)&address, sizeof(address));
}

static bool send_descriptor(int out, int fd)
{
	union {
		char buffer[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { .buffer = { 0 } };
	char nothing = 0;
	struct iovec part = { .iov_base = &nothing, .iov_len = sizeof(nothing) };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.buffer,
		.msg_controllen = sizeof(control.buffer),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	return sendmsg(out, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == sizeof(nothing);
}

/* Or -1. */
static int receive_descriptor(int in)
{
	union {
		char buffer[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	char nothing;
	struct iovec part = { .iov_base = &nothing, .iov_len = sizeof(nothing) };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.buffer,
		.msg_controllen = sizeof(control.buffer),
	};
	const struct cmsghdr *head;
	int fd;

	if (recvmsg(in, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != sizeof(nothing))
		return -1;
	head = CMSG_FIRSTHDR(&message);
	if (!head || head->cmsg_type != SCM_RIGHTS || head->cmsg_len != CMSG_LEN(sizeof(fd)))
		return -1;
	memcpy(&fd, CMSG_DATA(head), sizeof(fd));
	return fd;
}

/*
 * The server's socket; and then, asked by libxcb in our parent, what the server has said in
 * greeting. True if all went well.
 */
static bool hand_over(xcb_connection_t *connection, int out)
{
	const xcb_setup_t *setup = xcb_get_setup(connection);
	const char *at = (const char *)setup;
	size_t left = 8 + 4 * (size_t)setup->length; /* the protocol's own header is 8 bytes */
	char question[64];

	if (!send_descriptor(out, xcb_get_file_descriptor(connection)) ||
	    recv(out, question, sizeof(question), 0) <= 0)
		return false;
	while (left) {
		ssize_t n = send(out, at, left, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		at += n;
		left -= (size_t)n;
	}
	return true;
}

/* The child's whole life. No cleaning up: everything goes with the process. */
static void __attribute__((noreturn))
live_as_child(const char *display, const char *authority, int out, pid_t parent)
{
	xcb_connection_t *connection;
	sigset_t none;
	int nowhere;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(CHILD_FAILED);
	/* libxcb writes a refusing server's words to stderr, and would at each try. */
	nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (nowhere >= 0)
		(void)dup2(nowhere, STDERR_FILENO);

	/* It may wait for hours, and what is its parent's must not be held open by it meanwhile. */
	(void)close_range(STDERR_FILENO + 1, (unsigned)out - 1, 0);
	(void)close_range((unsigned)out + 1, ~0U, 0);
	if (authority)
		(void)setenv("XAUTHORITY", authority, true);
	connection = xcb_connect(display, NULL);
	if (xcb_connection_has_error(connection))
		_exit(is_listened_to(display) ? CHILD_REFUSED : CHILD_NO_SERVER);
	_exit(hand_over(connection, out) ? EXIT_SUCCESS : CHILD_FAILED);
}

/*
 * libxcb builds a connection only from a socket on which it can greet the server itself, and waits
 * for the answer. So it is given our child's socket: the child has the server's answer at hand and
 * repeats it at once. Then the server's socket is put under the same number.
 */
static xcb_connection_t *take_over(struct x11_connect *t, int server)
{
	xcb_connection_t *connection = xcb_connect_to_fd(t->fd, NULL);

	t->fd = -1; /* libxcb's now */
	if (!xcb_connection_has_error(connection) &&
	    dup3(server, xcb_get_file_descriptor(connection), O_CLOEXEC) >= 0)
		return connection;
	xcb_disconnect(connection);
	return NULL;
}

static int on_readable(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct x11_connect *t = userdata;
	CLEANUP(closep) int server = receive_descriptor(fd);
	xcb_connection_t *connection;

	(void)revents;
	/* libxcb may close it below, and the child's end has nothing more to tell. */
	(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
	if (server < 0)
		return 0; /* a child without success: on_child() will say why */
	t->io = sd_event_source_disable_unref(t->io);
	connection = take_over(t, server);
	if (connection)
		t->sink->connected(t->owner, connection);
	else
		t->sink->failed(t->owner, X11_CONNECT_FAILED);
	return 0;
}

static int on_child(sd_event_source *source, const siginfo_t *how, void *userdata)
{
	struct x11_connect *t = userdata;

	(void)source;
	if (how->si_code == CLD_EXITED && how->si_status == CHILD_NO_SERVER)
		t->sink->failed(t->owner, X11_CONNECT_NO_SERVER);
	else if (how->si_code == CLD_EXITED && how->si_status == CHILD_REFUSED)
		t->sink->failed(t->owner, X11_CONNECT_REFUSED);
	else
		t->sink->failed(t->owner, X11_CONNECT_FAILED);
	return 0;
}

static int on_patience(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct x11_connect *t = userdata;

	(void)source;
	(void)usec;
	t->sink->silent(t->owner);
	return 0;
}

static int start_child(struct x11_connect *t, sd_event *event, const char *display,
		       const char *authority, int far)
{
	pid_t parent = getpid(), pid;
	int r;

	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid)
		live_as_child(display, authority, far, parent);
	r = sd_event_add_child(event, &t->child, pid, WEXITED, on_child, t);
	if (r < 0) {
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
		return r;
	}
	/* From now on the process goes with its event source. */
	return sd_event_source_set_child_process_own(t->child, true);
}

int x11_connect_new(struct x11_connect **ret, sd_event *event, const char *display,
		    const char *authority, const struct x11_connect_sink *sink, void *owner)
{
	CLEANUP(x11_connect_freep) struct x11_connect *t = NULL;
	CLEANUP(closep) int far = -1;
	int fds[2], r;

	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->sink = sink;
	t->owner = owner;
	t->fd = -1;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;
	t->fd = fds[0];
	far = fds[1];
	r = sd_event_add_io(event, &t->io, t->fd, EPOLLIN, on_readable, t);
	if (r < 0)
		return r;
	/* Not CLOCK_BOOTTIME: a night's sleep must not look like a server that hangs. */
	r = sd_event_add_time_relative(event, &t->patience, CLOCK_MONOTONIC, X11_CONNECT_PATIENCE,
				       100 * USEC_PER_MSEC, on_patience, t);
	if (r < 0)
		return r;
	r = start_child(t, event, display, authority, far);
	if (r < 0)
		return r;

	*ret = TAKE(t);
	return 0;
}

struct x11_connect *x11_connect_free(struct x11_connect *t)
{
	if (!t)
		return NULL;
	sd_event_source_disable_unref(t->patience);
	sd_event_source_disable_unref(t->child);
	sd_event_source_disable_unref(t->io);
	closep(&t->fd);
	free(t);
	return NULL;
}
