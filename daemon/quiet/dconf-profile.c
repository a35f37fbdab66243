#include "quiet/dconf-profile.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

#define SYSTEM "/etc/dconf"
#define DATA_FOLDERS "/usr/local/share:/usr/share"
#define LINE_MAX_LENGTH 1024

static const char *get(const char *variable, const char *otherwise)
{
	const char *value = getenv(variable);

	return value && value[0] ? value : otherwise;
}

/* Databases ------------------------------------------------------------------------------------ */

static void add(struct dconf_profile *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What does not fit is not read. */
static void add(struct dconf_profile *p, const char *format, ...)
{
	va_list args;
	int n;

	if (p->n == DCONF_DATABASES_MAX)
		return;
	va_start(args, format);
	n = vsnprintf(p->paths[p->n], DCONF_PATH_MAX, format, args);
	va_end(args);
	if (n > 0 && n < DCONF_PATH_MAX)
		p->n++;
}

static void add_user(struct dconf_profile *p, const char *name)
{
	const char *config = get("XDG_CONFIG_HOME", "");

	if (config[0] == '/')
		add(p, "%s/dconf/%s", config, name);
	else
		add(p, "%s/.config/dconf/%s", get("HOME", ""), name);
}

/* What follows `word` in the line, NULL if it begins otherwise. */
static const char *after(const char *line, const char *word)
{
	return strncmp(line, word, strlen(word)) ? NULL : line + strlen(word);
}

static void add_line(struct dconf_profile *p, char *line)
{
	const char *name;
	size_t n;

	line += strspn(line, " \t");
	n = strcspn(line, "#\n");
	while (n && isspace((unsigned char)line[n - 1]))
		n--;
	line[n] = '\0';
	if ((name = after(line, "user-db:")))
		add_user(p, name);
	else if ((name = after(line, "system-db:")))
		add(p, SYSTEM "/db/%s", name);
	else if ((name = after(line, "file-db:")))
		add(p, "%s", name);
	else if ((name = after(line, "service-db:")))
		add(p, "%s/dconf-service/%s", get("XDG_RUNTIME_DIR", ""), name);
}

/* Profiles ------------------------------------------------------------------------------------- */

static FILE *open_in(const char *format, ...) __attribute__((format(printf, 1, 2)));

static FILE *open_in(const char *format, ...)
{
	char path[DCONF_PATH_MAX];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	return n > 0 && (size_t)n < sizeof(path) ? fopen(path, "re") : NULL;
}

static FILE *open_named(const char *name)
{
	const char *folders = get("XDG_DATA_DIRS", DATA_FOLDERS), *end;
	FILE *file = name[0] == '/' ? open_in("%s", name) : open_in(SYSTEM "/profile/%s", name);

	for (; !file && name[0] != '/' && *folders; folders = *end ? end + 1 : end) {
		end = strchrnul(folders, ':');
		file = open_in("%.*s/dconf/profile/%s", (int)(end - folders), folders, name);
	}
	return file;
}

/* In the order in which dconf looks. One that is named and is not there is an empty one. */
static FILE *open_profile(bool *ret_named)
{
	FILE *file = open_in("/run/dconf/user/%u", getuid());
	const char *name = file ? "" : get("DCONF_PROFILE", "");

	*ret_named = name[0];
	if (name[0])
		return open_named(name);
	if (!file)
		file = open_in("%s/dconf/profile", get("XDG_RUNTIME_DIR", ""));
	return file ? file : open_named("user");
}

void dconf_profile_read(struct dconf_profile *ret)
{
	char line[LINE_MAX_LENGTH];
	CLEANUP(fclosep) FILE *file = NULL;
	bool named;

	ret->n = 0;
	file = open_profile(&named);
	if (!file && !named)
		add_user(ret, "user");
	while (file && fgets(line, sizeof(line), file))
		add_line(ret, line);
}
