/*
 * JSON on one line, written as it comes. Keys are given inside an object and NULL inside an array
 * and at the top; commas, quotes and escapes are put by this module. What comes from the bus is
 * passed on as it is there, its names in snake_case: PhaseSinceUSec becomes phase_since_usec.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <systemd/sd-bus.h>

struct json {
	FILE *out;  /* borrowed; its error flag tells of failed writes */
	bool comma; /* something stands before the next value of this object or array */
};

void json_open_object(struct json *j, const char *key);
void json_close_object(struct json *j);
void json_open_array(struct json *j, const char *key);
void json_close_array(struct json *j);

void json_string(struct json *j, const char *key, const char *value);
void json_number(struct json *j, const char *key, uint64_t value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);

/* Ends the line after the outermost value. */
void json_end(struct json *j);

/* The next value in the message, whatever type it is. 0 or a negative errno. */
int json_value(struct json *j, const char *key, sd_bus_message *m);

/* The entries of the a{sv} that is next in the message, into the object that is open. */
int json_members(struct json *j, sd_bus_message *m);
