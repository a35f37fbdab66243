#include "quiet/browser.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"

/* limber.conf(5) has the same list. */
static const char *const browsers[] = {
	"brave",       "chrome",    "chromium",  "edge",      "epiphany", "falkon",
	"firefox",     "floorp",    "konqueror", "librewolf", "midori",   "opera",
	"qutebrowser", "seamonkey", "tor",       "vivaldi",   "waterfox", "zen",
};

static const char breaks[] = ".-_ ";

static bool is_known(const char *word, size_t n)
{
	for (size_t i = 0; i < ELEMENTS(browsers); i++)
		if (strlen(browsers[i]) == n && !strncasecmp(browsers[i], word, n))
			return true;
	return false;
}

bool browser_is(const char *name)
{
	while (*name) {
		size_t n = strcspn(name, breaks);

		if (is_known(name, n))
			return true;
		name += n + strspn(name + n, breaks);
	}
	return false;
}
