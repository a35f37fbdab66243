/*
 * The first time of a person: what will happen, and what to know before (ergonomics S1, S6), told
 * once. Who has a history has been here; who has not is told until they say OK, but no more than
 * once in a login, and in so many logins. How often it was is in a file beside the history, as that
 * may be damaged, moved or deleted without its owner being a stranger. Where no file can be kept it
 * is once in a login: who cannot be known to have read it had better see it again.
 */
#include "app/manager-internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"

#define TIMES_MOST 3

/* "" if there is no place for it. */
static void times_file(char path[static HISTORY_FILE_MAX])
{
	static const char name[] = "welcome";
	char *end;

	if (!history_default_file(path)) {
		path[0] = '\0';
		return;
	}
	end = strrchr(path, '/') + 1;
	if ((size_t)(end - path) + sizeof(name) > HISTORY_FILE_MAX) {
		path[0] = '\0';
		return;
	}
	memcpy(end, name, sizeof(name));
}

/* How often it was told; -1 if nothing says so. */
static int times_told(void)
{
	char path[HISTORY_FILE_MAX], digit;
	ssize_t n;
	int fd;

	times_file(path);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return -1;
	n = read(fd, &digit, 1);
	close(fd);
	/* Whatever it is, somebody has been here. */
	return n == 1 && digit >= '0' && digit <= '9' ? digit - '0' : TIMES_MOST;
}

static void keep_times(int times)
{
	const char digit = (char)('0' + times);
	char path[HISTORY_FILE_MAX];
	ssize_t n = -1;
	int fd;

	times_file(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (fd >= 0) {
		n = write(fd, &digit, 1);
		close(fd);
	}
	if (n != 1)
		log_info("cannot note in '%s' that you were welcomed: it may happen again", path);
}

/* Not again because limberd was restarted. What is here goes with the login. */
static bool is_new_login(void)
{
	const char *folder = getenv("XDG_RUNTIME_DIR");
	CLEANUP(freep) char *path = NULL;
	int fd;

	if (!folder || *folder != '/')
		return true;
	if (asprintf(&path, "%s/limberd-welcomed", folder) < 0) {
		path = NULL;
		return true;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno != EEXIST;
	close(fd);
	return true;
}

void manager_welcome(struct manager *m, bool known)
{
	int times = times_told();

	if (m->welcomed || times >= TIMES_MOST || (times < 0 && known) || !is_new_login())
		return;
	keep_times(times < 0 ? 1 : times + 1);
	(void)manager_tell_welcome(m);
}

void manager_was_welcomed(void)
{
	if (times_told() < TIMES_MOST)
		keep_times(TIMES_MOST);
}
