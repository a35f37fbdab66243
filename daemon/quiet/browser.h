/* Web browsers, by the names that their windows give them. */
#pragma once

#include <stdbool.h>

/*
 * Is it the name of a web browser: the class of an X11 window (WM_CLASS) or the app_id of a Wayland
 * one, such as "Google-chrome" or "org.mozilla.firefox"? One whole word of it is among those that
 * we know; words are what stands between dots, dashes, underscores and blanks, in any case.
 */
bool browser_is(const char *name);
