/*
 * The exercise files `exercises/<any name>.ini` of each layer, into one catalogue. A section is an
 * exercise and its name the id; a later layer changes it key by key. The keys are told in the
 * comment at the head of each shipped file.
 */
#pragma once

#include "coach/catalog.h"
#include "conf/settings.h"

/*
 * Read all layers' exercises. What is wrong is appended to *problems; an exercise that lacks what
 * it needs, or whose safety keys (needs_warmup, intensity, avoid_if, hidden) cannot be read, is
 * left out, and so is one that a misspelt section with such a key seems to mean. Other forms that
 * are none (ergonomics 10) are dropped. ret->careful tells that a file of the user's or the
 * administrator's could not be read at all.
 * -ENOMEM is the only error; *ret is then untouched. Release with catalog_done().
 */
int exercises_load(const struct config_paths *paths, struct catalog *ret,
		   struct problem_list *problems);

/* Tell of what the user wants skipped but the catalogue does not have. */
void exercises_check_skips(const struct catalog *c, const struct settings *s,
			   struct problem_list *problems);

/* Release what the catalogue holds. An all-zero one is fine. */
void catalog_done(struct catalog *c);
