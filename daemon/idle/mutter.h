/*
 * Input as GNOME's compositor sees it: org.gnome.Mutter.IdleMonitor on the session bus. The
 * compositor counts; it tells when a pause reaches the threshold and when it ends, and in between
 * nothing is asked.
 *
 * While something holds the screen (a film, a call: gnome-session's InhibitedActions), the
 * compositor does not tell of pauses, though it goes on to tell of their ends. Then, and only then,
 * its idle time is looked at: each time when a pause could have reached the threshold at the
 * earliest, that is at most twice in a threshold, which counts as 5 s at least there. `watched`
 * says that this is so.
 *
 * When such a hold ends the compositor sets its idle time back to 0, as if somebody had come. That
 * is no input: see quiet_since in the source.
 */
#pragma once

#include "idle/source.h"

extern const struct idle_source_type idle_mutter;
