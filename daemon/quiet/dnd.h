/*
 * The desktop's do-not-disturb, as the notification server has it. Which program that is, and where
 * it keeps the switch, is asked whenever the name org.freedesktop.Notifications changes hands.
 */
#pragma once

#include "quiet/source.h"

extern const struct quiet_source_type quiet_dnd;
