/*
 * Programs that keep the screen awake, by their own names: what GNOME's session, KDE's or another
 * power management and logind know of them. Locks on sleep or the lid are none of these.
 */
#pragma once

#include "quiet/source.h"

extern const struct quiet_source_type quiet_inhibitors;
