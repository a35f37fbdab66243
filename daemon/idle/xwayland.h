/*
 * Telling an Xwayland from a real X server. Newer ones (23.1 on) have an extension by that name;
 * all name their screens after themselves, which is asked through RANDR. These are RANDR's two
 * requests and what matters of their answers, without a library of its own for them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <xcb/xcb.h>

#define XWAYLAND_EXTENSION "XWAYLAND"

/* Ask for the outputs of the first screen; `randr` is the extension's opcode. The sequence number
 * of the question, for xcb_poll_for_reply(). */
unsigned xwayland_ask_outputs(xcb_connection_t *connection, uint8_t randr);

/* Of the answer to that: an output, or 0 if there is none. */
uint32_t xwayland_first_output(const void *reply);

/* Ask for an output's name. */
unsigned xwayland_ask_output(xcb_connection_t *connection, uint8_t randr, uint32_t output);

/* Of the answer to that: is it one of Xwayland's? */
bool xwayland_is_output(const void *reply);
