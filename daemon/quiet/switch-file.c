#include "quiet/switch-file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/inotify.h>

#include "base/cleanup.h"

#define FIRST_SECTION "[General]"
#define LINE_MAX_LENGTH 512

static bool make_path(char path[static PATH_MAX], const char *folder, const char *name)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	bool own = config && config[0] == '/';
	int n = snprintf(path, PATH_MAX, "%s%s/%s/%s", own ? config : (home ? home : ""),
			 own ? "" : "/.config", folder, name);

	return n > 0 && n < PATH_MAX;
}

int switch_file_watch(sd_event_source **ret, sd_event *event, const struct switch_file *f,
		      sd_event_inotify_handler_t heard, void *userdata)
{
	char folder[PATH_MAX];

	if (!make_path(folder, f->folder, ""))
		return -ENAMETOOLONG;
	/* It is put in place whole, or edited. */
	return sd_event_add_inotify(event, ret, folder,
				    IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE | IN_ONLYDIR, heard,
				    userdata);
}

bool switch_file_is(const struct switch_file *f, const struct inotify_event *change)
{
	return change->mask & IN_Q_OVERFLOW || (change->len && !strcmp(change->name, f->name));
}

/* What follows the key and its equals sign, NULL if the line is another one. */
static const char *value_of(const char *line, const char *key)
{
	line += strspn(line, " \t");
	if (strncmp(line, key, strlen(key)) != 0)
		return NULL;
	line += strlen(key);
	line += strspn(line, " \t");
	return *line == '=' ? line + 1 : NULL;
}

/* Everything but these is. */
static bool is_true(const char *value)
{
	size_t n;

	value += strspn(value, " \t\"");
	n = strcspn(value, " \t\"\r\n");
	return n && !(n == 1 && value[0] == '0') && !(n == 5 && !strncasecmp(value, "false", n));
}

static bool read_section(FILE *file, const char *key)
{
	char line[LINE_MAX_LENGTH];
	bool first = true, on = false;

	while (fgets(line, sizeof(line), file)) {
		const char *value = value_of(line, key);

		if (line[0] == '[')
			first = !strncasecmp(line, FIRST_SECTION, strlen(FIRST_SECTION));
		else if (first && value)
			on = is_true(value);
	}
	return on;
}

bool switch_file_read(const struct switch_file *f)
{
	char path[PATH_MAX], line[LINE_MAX_LENGTH];
	CLEANUP(fclosep) FILE *file = NULL;

	if (make_path(path, f->folder, f->name))
		file = fopen(path, "re");
	if (!file)
		return false;
	if (f->key)
		return read_section(file, f->key);
	return fgets(line, sizeof(line), file) && is_true(line);
}
