#include "sense-holders.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/utf8.h"

static inline void closedirp(DIR **folder)
{
	if (*folder)
		closedir(*folder);
}

static bool is_number(const char *name)
{
	return name[0] && !name[strspn(name, "0123456789")];
}

/*
 * To ask what a descriptor is may wait for a hanging network drive, to read what it is called does
 * not. A camera is called so, or by the root alone if a sandbox has brought in that one file.
 */
static bool may_be_camera(int folder, const char *name)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(folder, name, target, sizeof(target) - 1);
	const char *last;

	if (n <= 0)
		return false;
	target[n] = '\0';
	last = strrchr(target, '/');
	return last && (!strncmp(last + 1, "video", strlen("video")) || !strcmp(target, "/"));
}

static bool is_one_of(int folder, const char *name, const struct holders_file *files, size_t n)
{
	struct stat about;

	if (fstatat(folder, name, &about, 0) < 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (about.st_dev == files[i].device && about.st_ino == files[i].number)
			return true;
	return false;
}

static DIR *open_descriptors(int proc, const char *process)
{
	char path[NAME_MAX + sizeof("/fd")];
	DIR *folder;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/fd", process);
	fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	folder = fdopendir(fd);
	if (!folder)
		close(fd);
	return folder;
}

static bool holds(int proc, const char *process, const struct holders_file *files, size_t n)
{
	CLEANUP(closedirp) DIR *folder = open_descriptors(proc, process);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		if (is_number(entry->d_name) && may_be_camera(dirfd(folder), entry->d_name) &&
		    is_one_of(dirfd(folder), entry->d_name, files, n))
			return true;
	return false;
}

static void read_name(int proc, const char *process, char name[static HOLDERS_NAME_MAX])
{
	char path[NAME_MAX + sizeof("/comm")], text[HOLDERS_NAME_MAX];
	CLEANUP(closep) int fd = -1;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "%s/comm", process);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	utf8_copy_line(name, HOLDERS_NAME_MAX, text);
}

/* What opens cameras for others. The kernel cuts names at 15 bytes. */
static bool is_pipewire(const char *name)
{
	static const char *const names[] = { "pipewire", "wireplumber", "pipewire-media-" };

	for (size_t i = 0; i < ELEMENTS(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

void holders_find(struct holders *ret, const struct holders_file *files, size_t n)
{
	CLEANUP(closedirp) DIR *proc = n ? opendir("/proc") : NULL;
	const struct dirent *entry;

	*ret = (struct holders){ 0 };
	while (proc && (entry = readdir(proc))) {
		char name[HOLDERS_NAME_MAX];

		if (!is_number(entry->d_name) || !holds(dirfd(proc), entry->d_name, files, n))
			continue;
		read_name(dirfd(proc), entry->d_name, name);
		if (is_pipewire(name)) {
			ret->pipewire = true;
		} else if (!ret->program) {
			ret->program = true;
			memcpy(ret->name, name, sizeof(name));
		}
	}
}
