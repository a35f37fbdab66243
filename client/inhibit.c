/* inhibit: no prompts while a command runs. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "bus/protocol.h"
#include "text.h"
#include "verbs.h"

/* What env(1) and shells answer. */
#define EXIT_CANNOT_RUN 126
#define EXIT_NOT_FOUND 127

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* The descriptor that holds the prompts back while it is open. Answers an exit code. */
static int take_hold(const char *who, const char *why, int *ret)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	int fd, r;

	batch_init(&b);
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, "Inhibit", "ss", who, why);
	if (r < 0)
		return remote_failed(r);
	r = batch_run(&b, bus);
	if (r != EXIT_DONE)
		return r;
	r = sd_bus_message_read(b.v[0].answer, "h", &fd);
	if (r < 0)
		return remote_failed(r);
	/*
	 * Closed on exec: the hold ends with limber, not with the last process that the command
	 * left behind.
	 */
	fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (fd < 0)
		return remote_failed(-errno);
	*ret = fd;
	return EXIT_DONE;
}

static void child_run(char **command, const sigset_t *mask) __attribute__((noreturn));

static void child_run(char **command, const sigset_t *mask)
{
	int error;

	(void)sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(command[0], command);
	error = errno;
	complain(0, "cannot run '%s': %s", command[0], strerror(error));
	_exit(error == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN);
}

/* Passes signals on to the command until it has ended. Answers its exit code. */
static int wait_for_child(pid_t child, const sigset_t *signals)
{
	siginfo_t info;
	int status;

	for (;;) {
		if (sigwaitinfo(signals, &info) < 0)
			continue;
		/* What the terminal sends (Ctrl-C), it sends to the command as well. */
		if (info.si_signo != SIGCHLD && info.si_code != SI_KERNEL)
			(void)kill(child, info.si_signo);
		if (info.si_signo != SIGCHLD || waitpid(child, &status, WNOHANG) != child)
			continue;
		return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	}
}

int run_inhibit(const struct arguments *args)
{
	static const int passed_on[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 };
	CLEANUP(closep) int hold = -1;
	const char *why = "";
	sigset_t signals, before;
	pid_t child;
	int r;

	if (option_given(args, OPTION_WHY))
		why = args->options[OPTION_WHY].v[args->options[OPTION_WHY].n - 1];
	r = take_hold(base_name(args->words[0]), why, &hold);
	if (r != EXIT_DONE && !option_given(args, OPTION_ANYWAY))
		return r;

	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	for (size_t i = 0; i < ELEMENTS(passed_on); i++)
		sigaddset(&signals, passed_on[i]);
	/* Whoever started us may ignore it, and ended children would leave no status. */
	(void)signal(SIGCHLD, SIG_DFL);
	/* Blocked before the command exists: none can get lost in between. */
	(void)sigprocmask(SIG_BLOCK, &signals, &before);
	child = fork();
	if (child < 0)
		return complain(EXIT_REFUSED, "cannot start another process: %s", strerror(errno));
	if (child == 0)
		child_run(args->words, &before);
	return wait_for_child(child, &signals);
}
