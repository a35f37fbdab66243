/*
 * Which databases dconf reads a user's settings from, best first: the user's own, then those of
 * the machine's keeper, whose values are defaults, or the last word where they are locked.
 */
#pragma once

#include <stddef.h>

#define DCONF_DATABASES_MAX 8
#define DCONF_PATH_MAX 1024

struct dconf_profile {
	size_t n;
	char paths[DCONF_DATABASES_MAX][DCONF_PATH_MAX];
};

/* Reads the profile that holds for this user; without one it is the user's own database alone. */
void dconf_profile_read(struct dconf_profile *ret);
