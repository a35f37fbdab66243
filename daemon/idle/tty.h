/*
 * Input on the text console, in tmux, through ssh: the time at which a program last read from one
 * of the user's own terminals. Output does not move it.
 *
 * This is the one source that polls, as no terminal says that nothing has been typed for a while:
 * while there is input it looks every 15 s at most and not before a pause could have reached the
 * threshold; in a pause every minute, for terminals that are new. The end of a pause on a terminal
 * that it knows is told by inotify, at once.
 *
 * The kernel tells the time of input only to a span of 8 s. Of the span its end is taken, so that
 * nothing is called a pause that is none: a pause is told up to 8 s late, and begins up to 8 s
 * late.
 */
#pragma once

#include "idle/source.h"

#define TTY_LOOK_INPUT (15 * USEC_PER_SEC)
#define TTY_LOOK_PAUSED USEC_PER_MIN

extern const struct idle_source_type idle_tty;

/*
 * What idle_tty's open() does with "/dev": the terminals are the character devices of our user
 * named pts/NUMBER and ttyNUMBER in `folder`, which is borrowed for this call.
 */
int tty_open_in(struct idle_source **ret, const char *folder, const struct idle_world *world,
		usec_t threshold, const struct idle_sink *sink, void *owner);
