#include "quiet/lxqt.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/inotify.h>

#include "base/cleanup.h"

#define NAME "notifications.conf"
#define KEY "doNotDisturb"
#define LINE_MAX_LENGTH 512

static bool make_path(char path[static PATH_MAX], const char *name)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	bool own = config && config[0] == '/';
	int n = snprintf(path, PATH_MAX, "%s%s/lxqt/%s", own ? config : (home ? home : ""),
			 own ? "" : "/.config", name);

	return n > 0 && n < PATH_MAX;
}

int lxqt_watch(sd_event_source **ret, sd_event *event, sd_event_inotify_handler_t heard,
	       void *userdata)
{
	char folder[PATH_MAX];

	if (!make_path(folder, ""))
		return -ENAMETOOLONG;
	/* It is put in place whole, or edited. */
	return sd_event_add_inotify(event, ret, folder,
				    IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE | IN_ONLYDIR, heard,
				    userdata);
}

bool lxqt_is_switch(const struct inotify_event *change)
{
	return change->mask & IN_Q_OVERFLOW || (change->len && !strcmp(change->name, NAME));
}

/* What follows the key and its equals sign, NULL if the line is another one. */
static const char *value_of(const char *line)
{
	line += strspn(line, " \t");
	if (strncmp(line, KEY, strlen(KEY)) != 0)
		return NULL;
	line += strlen(KEY);
	line += strspn(line, " \t");
	return *line == '=' ? line + 1 + strspn(line + 1, " \t\"") : NULL;
}

/* As Qt reads such a file: the first section is called General, and everything but these is true.
 */
static bool is_true(const char *value)
{
	size_t n = strcspn(value, " \t\"\r\n");

	return n && !(n == 1 && value[0] == '0') && !(n == 5 && !strncasecmp(value, "false", n));
}

bool lxqt_is_quiet(void)
{
	char path[PATH_MAX], line[LINE_MAX_LENGTH];
	CLEANUP(fclosep) FILE *file = NULL;
	bool general = true, quiet = false;

	if (!make_path(path, NAME))
		return false;
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		const char *value = value_of(line);

		if (line[0] == '[')
			general = !strncasecmp(line, "[General]", strlen("[General]"));
		else if (general && value)
			quiet = is_true(value);
	}
	return quiet;
}
