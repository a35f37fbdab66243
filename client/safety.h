/* The safety texts, which limberd has. */
#pragma once

#include <systemd/sd-bus.h>

/* The section of GetSafetyText for somebody whom an exercise hurts. */
#define SAFETY_HURTS "hurts"

/* What is said where limberd has nothing to say. */
#define SAFETY_ADVICE                                                                              \
	"Rest, or walk a little. A mild pull is fine, pain is not. If it does not ease, see a "    \
	"doctor; 'limber safety' says when to go at once."

/* What to heed when an exercise hurts, on stdout; where to read it if limberd does not say. */
void safety_advise(sd_bus *bus);
