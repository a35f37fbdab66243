/*
 * A picture on the whole terminal, drawn anew whenever something changes, with keys. Whatever ends
 * or stops the program, the terminal is left as it was found: a guard sees to it after kill -9.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>
#include <termios.h>

#include <systemd/sd-event.h>

/* Told from inside the event loop. Every slot has to be filled. */
struct terminal_sink {
	void (*draw)(void *owner); /* the picture has another size now */
	void (*second)(
		void *owner); /* a second went by, or the picture was lost; not if it is plain */
	void (*key)(void *owner, char c); /* arrow and function keys are none */
	void *owner;
};

/* Zeroed = closed. */
struct terminal {
	sd_event *event; /* borrowed */
	struct terminal_sink sink;
	bool keys;  /* it takes keys from us */
	bool plain; /* nothing can be drawn on it: keys only, each sent off with Enter */
	bool entered;
	struct termios before, raw; /* as it was found, and as it is while it is ours */
	pid_t guard;                /* puts it back if we cannot; while entered, if there is one */
	int guard_end;              /* says goodbye to it; owned while there is one */
};

/*
 * Adds what it listens to to the loop, which ends with EXIT_DONE when the terminal goes. Nothing
 * is written before terminal_enter(). 0 or a negative errno.
 */
int terminal_open(struct terminal *t, sd_event *event, const struct terminal_sink *sink);

/* To the other screen, and back, so that the user's own comes back untouched. */
void terminal_enter(struct terminal *t); /* nothing happens on a plain one */
void terminal_leave(struct terminal *t);

/* Reading from a terminal that another job has would stop us. */
bool terminal_may_read(void);

/* A screen can be drawn on standard output: no file, no pipe, no terminal without a cursor, and not
 * from the background. */
bool terminal_can_draw(void);

unsigned terminal_rows(void);

/*
 * `body` from the top on, cut where it would reach `foot`, which stands at the bottom; both are
 * lines, the last of `foot` without an end.
 */
void terminal_show(struct terminal *t, const char *body, const char *foot);
