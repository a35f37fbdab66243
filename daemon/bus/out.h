/*
 * Values on their way out: into a message, into a fingerprint, or both. One description of a
 * property serves for answering it and for noticing that it has changed.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-bus.h>

#include "base/time.h"

struct out {
	sd_bus_message *message; /* borrowed; NULL for a fingerprint only */
	uint64_t fingerprint;
	int r; /* the first error, or 0: what comes after an error is dropped */
};

#define OUT_FINGERPRINT 0xcbf29ce484222325u /* FNV-1a's start */

void out_string(struct out *o, const char *text);
void out_path(struct out *o, const char *path);
void out_u64(struct out *o, uint64_t value);
void out_u32(struct out *o, uint32_t value);
void out_bool(struct out *o, bool value);
void out_strings(struct out *o, const char *const texts[], size_t n);

/* type is 'a', 'r' or 'e' of D-Bus, contents its signature. */
void out_open(struct out *o, char type, const char *contents);
void out_close(struct out *o);

/* One entry of a{sv}. */
void out_entry_string(struct out *o, const char *key, const char *text);
void out_entry_path(struct out *o, const char *key, const char *path);
void out_entry_u64(struct out *o, const char *key, uint64_t value);
void out_entry_u32(struct out *o, const char *key, uint32_t value);
void out_entry_bool(struct out *o, const char *key, bool value);
void out_entry_strings(struct out *o, const char *key, const char *const texts[], size_t n);
