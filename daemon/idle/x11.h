/*
 * Input as an X server sees it: two alarms on the server's own idle counter (SYNC extension,
 * IDLETIME). The server counts; we hear from it when a pause reaches the threshold, when it ends,
 * and never in between.
 */
#pragma once

#include "idle/source.h"

extern const struct idle_source_type idle_x11;
