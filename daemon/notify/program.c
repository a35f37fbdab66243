#include "notify/program.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"

static bool is_program(char *ret_path, const char *folder, int folder_length, const char *name)
{
	int n = snprintf(ret_path, PATH_MAX, "%.*s/%s", folder_length, folder, name);

	return n > 0 && n < PATH_MAX && access(ret_path, X_OK) == 0;
}

/* Overwrites `path` with where the program is; with the bare name if only PATH can tell. */
static void find_program(char path[static PATH_MAX], const char *name)
{
	char self[PATH_MAX];
	ssize_t n;

	if (!strchr(name, '/')) {
		n = readlink("/proc/self/exe", self, sizeof(self) - 1);
		self[n > 0 ? n : 0] = '\0';
		if (n > 0 && is_program(path, self, (int)(strrchr(self, '/') - self), name))
			return;
		if (is_program(path, LIMBER_LIBEXECDIR, (int)strlen(LIMBER_LIBEXECDIR), name))
			return;
	}
	snprintf(path, PATH_MAX, "%s", name);
}

/* Signals as a fresh program expects them, stdin and stdout at `fd`. */
static int spawn(pid_t *ret, const char *path, int fd, char **env)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	char *argv[] = { (char *)path, NULL };
	sigset_t none, all;
	int r;

	sigemptyset(&none);
	sigfillset(&all);
	r = posix_spawn_file_actions_init(&actions);
	if (r)
		return -r;
	r = posix_spawnattr_init(&attributes);
	if (r) {
		posix_spawn_file_actions_destroy(&actions);
		return -r;
	}
	(void)posix_spawnattr_setsigmask(&attributes, &none);
	(void)posix_spawnattr_setsigdefault(&attributes, &all);
	(void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	r = posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
	if (!r)
		r = posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
	if (!r)
		r = posix_spawnp(ret, path, &actions, &attributes, argv, env);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

int program_start(pid_t *ret_pid, int *ret_fd, const char *name, char **env)
{
	CLEANUP(closep) int ours = -1;
	CLEANUP(closep) int theirs = -1;
	char path[PATH_MAX];
	int r, pair[2];
	pid_t pid;

	/* Sockets, as writing to one whose reader has gone can be done without SIGPIPE. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	ours = pair[0];
	theirs = pair[1];
	find_program(path, name);
	r = spawn(&pid, path, theirs, env);
	if (r < 0)
		return r;

	*ret_pid = pid;
	*ret_fd = ours;
	ours = -1;
	return 0;
}

/* As a shell, and posix_spawnp(), would. */
static bool find_in_path(char path[static PATH_MAX], const char *name)
{
	const char *folders = getenv("PATH"), *end;

	for (; folders && *folders; folders = *end ? end + 1 : end) {
		end = strchrnul(folders, ':');
		if (is_program(path, folders, (int)(end - folders), name))
			return true;
	}
	return false;
}

bool program_find(char path[static PATH_MAX], const char *name)
{
	find_program(path, name);
	if (strchr(path, '/'))
		return access(path, X_OK) == 0;
	if (find_in_path(path, name))
		return true;
	(void)snprintf(path, PATH_MAX, "%s", name);
	return false;
}
