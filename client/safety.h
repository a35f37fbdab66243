/* The safety texts, which limberd has. */
#pragma once

#include "remote.h"
#include "state.h"

/*
 * What to heed when an exercise hurts: what to do now, when to go to hospital and when to see a
 * doctor. Adds the questions to an empty batch. 0 or a negative errno.
 */
int safety_ask(struct batch *b, sd_bus *bus);

/* ... and from their answers, which may be errors or none: there is always something to heed.
 * Owned; NULL without memory. */
char *safety_advice(struct batch *b);

/* What limberd says where it has hurt several times, with its heading, or NULL. Owned. */
char *safety_notice(struct state *s);
