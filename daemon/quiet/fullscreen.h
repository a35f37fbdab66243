/*
 * Does the window that has the focus fill the screen? On X11, as the window manager says it by the
 * EWMH hints; on Wayland, as compositors say it that speak zwlr_foreign_toplevel_manager_v1. Each
 * is a source of its own: only one of them finds where to look, see quiet_set_place().
 */
#pragma once

#include "quiet/source.h"

extern const struct quiet_source_type quiet_fullscreen_wayland;
extern const struct quiet_source_type quiet_fullscreen_x11;

/*
 * Windows change their titles, some of them many times a second, and whoever tells of windows tells
 * of that. One that goes to full screen takes two to four wake-ups; beyond so many we look once in
 * a while.
 */
#define FULLSCREEN_CALM_INTERVAL (4 * USEC_PER_SEC)
#define FULLSCREEN_CALM_BURST 4

/* What both begin with, all zero at first. */
struct fullscreen {
	struct quiet_source source; /* first: what quiet.c holds is this */
	bool full;                  /* as the display says, whatever the settings make of it */
	char name[QUIET_WHO_MAX];   /* of the program whose window it is */
};

/* The window with the focus fills the screen or not; the program's name, may be NULL. */
void fullscreen_found(struct fullscreen *f, bool full, const char *name);

/* The type's browsers_changed. */
void fullscreen_browsers_changed(struct quiet_source *source);

/* What -ENXIO of both means. */
#define FULLSCREEN_NOWHERE "no display is known here"
