/*
 * Where everything stands, as text: what a restart, a crash or a reboot goes on from with
 * scheduler_restore(). Values by their names, so that a later limber that knows more of them reads
 * it as well as an earlier one. The journal is not in it, nor who showed a quiet sign.
 */
#pragma once

#include "core/scheduler.h"

/* What the scheduler's owner knows besides, of clocks on the wall. */
struct state_owner {
	walltime_t paused_until;  /* as the user said it; 0 = none, USEC_NEVER = until resumed */
	walltime_t reading_until; /* likewise */
	walltime_t presence_from; /* when the presence that holds began */
	usec_t spell;             /* work since the last rest, until presence_from */
};

/* -ENOMEM is the only error; *ret is owned by the caller. */
int state_write(const struct scheduler *s, const struct state_owner *owner, char **ret);

/*
 * -EINVAL if that is no text of state_write()'s, or names what cannot be; *ret and *ret_owner are
 * then no use.
 */
int state_read(const char *text, struct scheduler *ret, struct state_owner *ret_owner);
