/*
 * Signs that a helper process sees for us, as its library is too heavy for this one: calls and
 * shared screens. The owner of the watch runs the helper and passes on what it says.
 */
#pragma once

#include "quiet/source.h"

extern const struct quiet_source_type quiet_call;
extern const struct quiet_source_type quiet_screencast;
