/*
 * Does the window that has the focus fill the screen? On X11, as the window manager says it by the
 * EWMH hints. A Wayland desktop tells it by other means, and its X server only for X programs.
 */
#pragma once

#include "quiet/source.h"

extern const struct quiet_source_type quiet_fullscreen;
