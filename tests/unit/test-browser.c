#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "quiet/browser.h"

/* As programs name their windows: by themselves, packaged by a distribution, in Flatpak, in Snap.
 */
static const char *const browsers[] = {
	"firefox",
	"Firefox-esr",
	"firefox_firefox",
	"org.mozilla.firefox",
	"firefox-nightly",
	"Chromium",
	"chromium-browser",
	"org.chromium.Chromium",
	"chromium_chromium",
	"io.github.ungoogled_software.ungoogled_chromium",
	"Google-chrome",
	"google-chrome-beta",
	"com.google.Chrome",
	"Brave-browser",
	"com.brave.Browser",
	"Vivaldi-stable",
	"com.vivaldi.Vivaldi",
	"Opera",
	"com.opera.Opera",
	"Microsoft-edge",
	"com.microsoft.Edge",
	"Epiphany",
	"org.gnome.Epiphany",
	"org.kde.falkon",
	"konqueror",
	"org.kde.konqueror",
	"LibreWolf",
	"io.gitlab.librewolf-community",
	"qutebrowser",
	"org.qutebrowser.qutebrowser",
	"zen",
	"app.zen_browser.zen",
	"Tor Browser",
	"floorp",
	"Waterfox",
	"midori",
	"Seamonkey",
};

static const char *const others[] = {
	"",
	".",
	"--",
	"mpv",
	"vlc",
	"org.videolan.VLC",
	"Film Player",
	"Editor",
	"foot",
	"libreoffice-impress",
	"zenity",
	"operator",
	"chromecast",
	"firefoxes",
	"org.kde.okular",
	"DB Browser for SQLite",
	"torrent",
	"\xc3\xa9toile",
};

static void windows_of_browsers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(browsers); i++)
		if (!browser_is(browsers[i]))
			fail_msg("%s is a browser", browsers[i]);
}

static void windows_of_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(others); i++)
		if (browser_is(others[i]))
			fail_msg("%s is no browser", others[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_of_browsers),
		cmocka_unit_test(windows_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
