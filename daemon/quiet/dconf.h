/*
 * The user's dconf database, which keeps the settings of GNOME and its kin, read without a library
 * (GLib would cost more memory than the rest of the daemon).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * The truth value behind a key, such as "/org/gnome/desktop/interface/clock-show-date". False, and
 * *ret untouched, if it is not set, no truth value, or the database cannot be read.
 */
bool dconf_read_bool(const char *key, bool *ret);

/* The same in a database that is `size` bytes at `data`, and may be damaged in any way. */
bool dconf_find_bool(const void *data, size_t size, const char *key, bool *ret);
