/*
 * Input as a Wayland compositor tells it: only that a pause has reached a length, and that it has
 * ended. Three ways, the best that the compositor speaks:
 *
 * ext-idle-notify-v1, version 2: notifications of input alone. Beside each one stands a
 * notification that idle inhibitors hold up (a film, a call). When that stays away although there
 * is no input, the screen is being watched.
 *
 * ext-idle-notify-v1, version 1: inhibitors hold up all there is. A pause that begins under an
 * inhibitor is not seen, nor is input. And an inhibitor that comes in a pause may end it without
 * anybody being there (wlroots does so). So the end of a pause is looked into with a second, very
 * short notification: if that goes idle soon, nothing inhibits and there was input; if it does not,
 * something inhibits: the pause goes on, and is watched.
 *
 * org_kde_kwin_idle: as version 1, but a pause ends by input alone (wlroots: and not as long as an
 * inhibitor is there).
 *
 * Compositors count from the moment of our asking. So nothing is known at first, and a pause that
 * is under way when the threshold changes counts from the change.
 */
#pragma once

#include "idle/source.h"

extern const struct idle_source_type idle_wayland;
