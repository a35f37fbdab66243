/*
 * Cameras that programs open themselves, beside PipeWire: files called video0 and so on in /dev.
 * The kernel tells of each that is opened, closed, plugged in or pulled out; then it is looked who
 * holds one. A program that only opens a camera and closes it soon after, to see what there is,
 * does not film.
 */
#pragma once

#include <stdbool.h>

#include "base/time.h"
#include "sense-holders.h"

#define CAMERA_FOLDER "/dev"

struct camera;

/*
 * Watches the cameras in the folder, borrowed, and looks who holds one now: whoever does films. A
 * negative errno if the kernel cannot tell.
 */
int camera_new(struct camera **ret, const char *folder);

/* NULL is fine; returns NULL. */
struct camera *camera_free(struct camera *c);

/* What to wait for input on, and what to call when there is some. */
int camera_fd(const struct camera *c);
void camera_hear(struct camera *c);

/* When to call camera_look(), on CLOCK_MONOTONIC; USEC_NEVER: not before more is heard. */
usec_t camera_deadline(const struct camera *c);
void camera_look(struct camera *c);

/* Who holds a camera, as of the last look. */
const struct holders *camera_holders(const struct camera *c);
