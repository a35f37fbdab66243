#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_program(char path[static PATH_MAX], const char *folder, const char *end,
		       const char *name)
{
	int n = snprintf(path, PATH_MAX, "%.*s/%s", (int)(end - folder), folder, name);

	return n > 0 && n < PATH_MAX && access(path, X_OK) == 0;
}

bool program_beside(const char *name, char ret_path[static PATH_MAX])
{
	char self[PATH_MAX];
	const char *slash;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n <= 0)
		return false;
	self[n] = '\0';
	slash = strrchr(self, '/');
	return slash && is_program(ret_path, self, slash, name);
}

bool program_find(const char *name, char ret_path[static PATH_MAX])
{
	const char *folder = getenv("PATH"), *end;

	if (program_beside(name, ret_path))
		return true;
	for (; folder && *folder; folder = *end ? end + 1 : end) {
		end = strchrnul(folder, ':');
		if (is_program(ret_path, folder, end, name))
			return true;
	}
	return false;
}
