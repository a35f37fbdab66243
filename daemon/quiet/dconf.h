/*
 * The dconf databases, which keep the settings of GNOME and its kin, read without a library (GLib
 * would cost more memory than the rest of the daemon).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * The truth value behind a key, such as "/org/gnome/desktop/interface/clock-show-date", as the user
 * has set it, or as dconf-profile.h has it. False, and *ret untouched, if it is set nowhere, no
 * truth value, or the databases cannot be read.
 */
bool dconf_read_bool(const char *key, bool *ret);

/* The same in a database that is `size` bytes at `data`, and may be damaged in any way. */
bool dconf_find_bool(const void *data, size_t size, const char *key, bool *ret);

/* Does such a database lock the key, so that those of users do not count for it? */
bool dconf_is_locked(const void *data, size_t size, const char *key);
