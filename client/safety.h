/* The safety texts, which limberd has. */
#pragma once

#include <systemd/sd-bus.h>

/* The section of GetSafetyText for somebody whom an exercise hurts. */
#define SAFETY_HURTS "hurts"

/* What to heed when an exercise hurts, on stdout; where to read it if limberd does not say. */
void safety_advise(sd_bus *bus);
