/* Starting a helper program of ours, with a socket as its stdin and stdout. */
#pragma once

#include <limits.h>
#include <stdbool.h>

#include <sys/types.h>

/*
 * `name` is a path, or a name that is looked for beside the running program, then in the installed
 * helper folder, then in PATH. `env` is its environment. Signals are as a fresh program expects
 * them. The caller reaps *ret_pid, and owns *ret_fd, the other end of the socket. -ENOENT: there is
 * no such program.
 */
int program_start(pid_t *ret_pid, int *ret_fd, const char *name, char **env);

/* Where that program would be found; false if there is none, and its name then. */
bool program_find(char path[static PATH_MAX], const char *name);
