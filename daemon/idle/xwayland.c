#include "idle/xwayland.h"

#include <string.h>

#include <xcb/xcbext.h>

/* RANDR's requests, by number. */
enum { GET_OUTPUT_INFO = 9, GET_SCREEN_RESOURCES_CURRENT = 25 };

/* Where things are in the answers, in bytes; lists follow at the end. */
enum {
	REPLY_LENGTH = 4, /* in units of 4, beyond the first 32 bytes */
	RESOURCES_N_CRTCS = 16,
	RESOURCES_N_OUTPUTS = 18,
	RESOURCES_LISTS = 32,
	OUTPUT_N_CRTCS = 26,
	OUTPUT_N_MODES = 28,
	OUTPUT_N_CLONES = 32,
	OUTPUT_NAME_LENGTH = 34,
	OUTPUT_LISTS = 36,
};

/* `body` begins with the 4 bytes that every request begins with; xcb fills in 3 of them. */
static unsigned send_request(xcb_connection_t *connection, uint8_t randr, void *body, size_t size)
{
	/* xcb wants two free places before the first part. */
	struct iovec parts[3] = { [2] = { .iov_base = body, .iov_len = size } };
	const xcb_protocol_request_t request = { .count = 1, .opcode = randr };

	return xcb_send_request(connection, XCB_REQUEST_CHECKED, parts + 2, &request);
}

unsigned xwayland_ask_outputs(xcb_connection_t *connection, uint8_t randr)
{
	xcb_screen_t *screen = xcb_setup_roots_iterator(xcb_get_setup(connection)).data;
	uint32_t body[2] = { 0, screen ? screen->root : 0 };

	((uint8_t *)body)[1] = GET_SCREEN_RESOURCES_CURRENT;
	return send_request(connection, randr, body, sizeof(body));
}

unsigned xwayland_ask_output(xcb_connection_t *connection, uint8_t randr, uint32_t output)
{
	uint32_t body[3] = { 0, output, XCB_CURRENT_TIME };

	((uint8_t *)body)[1] = GET_OUTPUT_INFO;
	return send_request(connection, randr, body, sizeof(body));
}

static size_t size_of(const uint8_t *reply)
{
	uint32_t length;

	memcpy(&length, reply + REPLY_LENGTH, sizeof(length));
	return 32 + 4 * (size_t)length;
}

static size_t read_number(const uint8_t *reply, size_t at)
{
	uint16_t number;

	memcpy(&number, reply + at, sizeof(number));
	return number;
}

uint32_t xwayland_first_output(const void *reply)
{
	const uint8_t *bytes = reply;
	size_t at = RESOURCES_LISTS + 4 * read_number(bytes, RESOURCES_N_CRTCS);
	uint32_t output;

	if (!read_number(bytes, RESOURCES_N_OUTPUTS) || size_of(bytes) < at + sizeof(output))
		return 0;
	memcpy(&output, bytes + at, sizeof(output));
	return output;
}

bool xwayland_is_output(const void *reply)
{
	static const char prefix[] = "XWAYLAND";
	const uint8_t *bytes = reply;
	size_t at;

	if (size_of(bytes) < OUTPUT_LISTS)
		return false;
	at = OUTPUT_LISTS +
	     4 * (read_number(bytes, OUTPUT_N_CRTCS) + read_number(bytes, OUTPUT_N_MODES) +
		  read_number(bytes, OUTPUT_N_CLONES));
	return read_number(bytes, OUTPUT_NAME_LENGTH) >= strlen(prefix) &&
	       size_of(bytes) >= at + strlen(prefix) && !memcmp(bytes + at, prefix, strlen(prefix));
}
