/*
 * A delay lock of logind's on sleep: the machine waits for us, until it is let go, and in no case
 * longer than logind wants (5 s if nobody has set another time). Nothing here blocks.
 *
 * Not on shutdown: there every program is told to end and waited for anyway.
 */
#pragma once

#include <stdbool.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "base/time.h"

/* So long at most the machine is kept from sleep by us. */
#define DELAY_MOST (1 * USEC_PER_SEC)

struct delay;

/* Not held yet. */
int delay_new(struct delay **ret, sd_event *event);

/* Lets go. NULL is fine; returns NULL. */
struct delay *delay_free(struct delay *d);

/* Ask logind for the lock; one that is held or asked for already is let go first. */
void delay_take(struct delay *d, sd_bus *bus);

/* The machine is about to sleep: let go as soon as delay_drop() is called, and soon in any case. */
void delay_limit(struct delay *d);

/* Let go; also of a question that logind has not answered. NULL is fine. */
void delay_drop(struct delay *d);

/* Is it held now? */
bool delay_is_held(const struct delay *d);

/* In logind's words why we cannot have it, or NULL. Borrowed until the next call or event. */
const char *delay_refusal(const struct delay *d);
