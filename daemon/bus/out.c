#include "bus/out.h"

#include <string.h>

static void mix(struct out *o, const void *data, size_t n)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < n; i++)
		o->fingerprint = (o->fingerprint ^ bytes[i]) * 0x100000001b3u;
}

static void basic(struct out *o, char type, const void *value)
{
	if (o->message && o->r >= 0)
		o->r = sd_bus_message_append_basic(o->message, type, value);
}

void out_string(struct out *o, const char *text)
{
	/* With its end, so that "a" "bc" is not "ab" "c". */
	mix(o, text, strlen(text) + 1);
	basic(o, 's', text);
}

void out_path(struct out *o, const char *path)
{
	mix(o, path, strlen(path) + 1);
	basic(o, 'o', path);
}

void out_u64(struct out *o, uint64_t value)
{
	mix(o, &value, sizeof(value));
	basic(o, 't', &value);
}

void out_u32(struct out *o, uint32_t value)
{
	mix(o, &value, sizeof(value));
	basic(o, 'u', &value);
}

void out_bool(struct out *o, bool value)
{
	int wire = value;

	mix(o, &wire, sizeof(wire));
	basic(o, 'b', &wire);
}

void out_open(struct out *o, char type, const char *contents)
{
	mix(o, &type, 1);
	if (o->message && o->r >= 0)
		o->r = sd_bus_message_open_container(o->message, type, contents);
}

void out_close(struct out *o)
{
	mix(o, ")", 1);
	if (o->message && o->r >= 0)
		o->r = sd_bus_message_close_container(o->message);
}

void out_strings(struct out *o, const char *const texts[], size_t n)
{
	out_open(o, 'a', "s");
	for (size_t i = 0; i < n; i++)
		out_string(o, texts[i]);
	out_close(o);
}

static void entry_open(struct out *o, const char *key, const char *contents)
{
	out_open(o, 'e', "sv");
	out_string(o, key);
	out_open(o, 'v', contents);
}

static void entry_close(struct out *o)
{
	out_close(o);
	out_close(o);
}

void out_entry_string(struct out *o, const char *key, const char *text)
{
	entry_open(o, key, "s");
	out_string(o, text);
	entry_close(o);
}

void out_entry_path(struct out *o, const char *key, const char *path)
{
	entry_open(o, key, "o");
	out_path(o, path);
	entry_close(o);
}

void out_entry_u64(struct out *o, const char *key, uint64_t value)
{
	entry_open(o, key, "t");
	out_u64(o, value);
	entry_close(o);
}

void out_entry_u32(struct out *o, const char *key, uint32_t value)
{
	entry_open(o, key, "u");
	out_u32(o, value);
	entry_close(o);
}

void out_entry_bool(struct out *o, const char *key, bool value)
{
	entry_open(o, key, "b");
	out_bool(o, value);
	entry_close(o);
}

void out_entry_strings(struct out *o, const char *key, const char *const texts[], size_t n)
{
	entry_open(o, key, "as");
	out_strings(o, texts, n);
	entry_close(o);
}
