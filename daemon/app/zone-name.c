#include "app/zone-name.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Where the zone files are, in paths of them. */
static const char zones[] = "/zoneinfo/";

/* A rule in place of a name, such as CET-1CEST: letters, then the hours. */
static bool is_rule(const char *zone)
{
	size_t letters = strspn(zone, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

	return letters >= 3 && zone[letters] && strchr("+-0123456789", zone[letters]);
}

bool zone_name_known(const char *zone)
{
	const char *folder = getenv("TZDIR");
	char path[PATH_MAX];
	struct stat st;

	if (!strcmp(zone, "UTC") || is_rule(zone))
		return true;
	/* A file of the user's own is a zone that nobody else has. */
	if (!*zone || *zone == '/' || strstr(zone, ".."))
		return false;
	snprintf(path, sizeof(path), "%s/%s", folder && *folder ? folder : "/usr/share/zoneinfo",
		 zone);
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* What the machine's zone is called; "" if it does not say. */
static void machine_zone(char buffer[static PATH_MAX])
{
	CLEANUP(fclosep) FILE *file = NULL;
	ssize_t n = readlink("/etc/localtime", buffer, PATH_MAX - 1);

	if (n >= 0) {
		buffer[n] = '\0';
		return;
	}
	/* A copy of the zone's file has no name, but some systems note it here. */
	buffer[0] = '\0';
	file = fopen("/etc/timezone", "re");
	if (file && fgets(buffer, PATH_MAX, file))
		buffer[strcspn(buffer, " \t\n")] = '\0';
}

static bool is_printable(const char *text)
{
	for (; *text; text++)
		if (*text < '!' || *text > '~')
			return false;
	return true;
}

void zone_name_local(char *buffer, size_t size)
{
	const char *zone = getenv("TZ"), *name;
	char machine[PATH_MAX];

	if (!zone) {
		machine_zone(machine);
		zone = machine;
	} else {
		zone += *zone == ':';
		zone = *zone ? zone : "UTC";
	}
	name = strstr(zone, zones);
	if (name)
		zone = name + strlen(zones);
	buffer[0] = '\0';
	if (strlen(zone) < size && is_printable(zone) && zone_name_known(zone))
		strcpy(buffer, zone);
}
