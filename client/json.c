#include "json.h"

#include <errno.h>
#include <inttypes.h>

#include "base/utf8.h"

static void put_text(struct json *j, const char *text)
{
	const char *at = text, *start = text;
	uint32_t c;

	putc('"', j->out);
	while (utf8_next(&at, &c)) {
		if (c == '"' || c == '\\')
			fprintf(j->out, "\\%c", (char)c);
		else if (c == '\n')
			fputs("\\n", j->out);
		else if (c == '\t')
			fputs("\\t", j->out);
		else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == UTF8_BROKEN)
			fprintf(j->out, "\\u%04" PRIx32, c);
		else
			fwrite(start, 1, (size_t)(at - start), j->out);
		start = at;
	}
	putc('"', j->out);
}

static void put_key(struct json *j, const char *key)
{
	if (j->comma)
		putc(',', j->out);
	j->comma = true;
	if (key) {
		put_text(j, key);
		putc(':', j->out);
	}
}

static void open_container(struct json *j, const char *key, char bracket)
{
	put_key(j, key);
	putc(bracket, j->out);
	j->comma = false;
}

static void close_container(struct json *j, char bracket)
{
	putc(bracket, j->out);
	j->comma = true;
}

void json_open_object(struct json *j, const char *key)
{
	open_container(j, key, '{');
}

void json_close_object(struct json *j)
{
	close_container(j, '}');
}

void json_open_array(struct json *j, const char *key)
{
	open_container(j, key, '[');
}

void json_close_array(struct json *j)
{
	close_container(j, ']');
}

void json_string(struct json *j, const char *key, const char *value)
{
	put_key(j, key);
	put_text(j, value);
}

void json_number(struct json *j, const char *key, uint64_t value)
{
	put_key(j, key);
	fprintf(j->out, "%" PRIu64, value);
}

void json_bool(struct json *j, const char *key, bool value)
{
	put_key(j, key);
	fputs(value ? "true" : "false", j->out);
}

void json_null(struct json *j, const char *key)
{
	put_key(j, key);
	fputs("null", j->out);
}

void json_end(struct json *j)
{
	putc('\n', j->out);
	j->comma = false;
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* PhaseSinceUSec → phase_since_usec; what is lower case already stays. Cut at the buffer's end. */
static const char *snake_case(const char *name, char buffer[static 64])
{
	size_t n = 0;

	for (const char *at = name; *at && n + 2 < 64; at++) {
		if (is_upper(*at) && at > name && !is_upper(at[-1]))
			buffer[n++] = '_';
		buffer[n++] = is_upper(*at) ? (char)(*at - 'A' + 'a') : *at;
	}
	buffer[n] = '\0';
	return buffer;
}

static int put_basic(struct json *j, const char *key, sd_bus_message *m, char type)
{
	/* sd-bus wants memory of the type's own size. */
	union {
		uint8_t y;
		int b;
		int16_t n;
		uint16_t q;
		int32_t i;
		uint32_t u;
		int64_t x;
		uint64_t t;
		double d;
		const char *s;
	} v;
	int r;

	r = sd_bus_message_read_basic(m, type, &v);
	if (r < 0)
		return r;
	put_key(j, key);
	switch (type) {
	case SD_BUS_TYPE_BYTE:
		fprintf(j->out, "%u", v.y);
		break;
	case SD_BUS_TYPE_BOOLEAN:
		fputs(v.b ? "true" : "false", j->out);
		break;
	case SD_BUS_TYPE_INT16:
		fprintf(j->out, "%d", v.n);
		break;
	case SD_BUS_TYPE_UINT16:
		fprintf(j->out, "%u", v.q);
		break;
	case SD_BUS_TYPE_INT32:
		fprintf(j->out, "%" PRId32, v.i);
		break;
	case SD_BUS_TYPE_UINT32:
		fprintf(j->out, "%" PRIu32, v.u);
		break;
	case SD_BUS_TYPE_INT64:
		fprintf(j->out, "%" PRId64, v.x);
		break;
	case SD_BUS_TYPE_UINT64:
		fprintf(j->out, "%" PRIu64, v.t);
		break;
	case SD_BUS_TYPE_DOUBLE:
		fprintf(j->out, "%.17g", v.d);
		break;
	case SD_BUS_TYPE_STRING:
	case SD_BUS_TYPE_OBJECT_PATH:
	case SD_BUS_TYPE_SIGNATURE:
		put_text(j, v.s);
		break;
	default:
		/* A descriptor means nothing to whoever reads the text. */
		fputs("null", j->out);
		break;
	}
	return 0;
}

/* The entries of a dictionary whose container was entered. */
static int put_entries(struct json *j, sd_bus_message *m)
{
	const char *contents, *name;
	char key[64], type;
	int r;

	while ((r = sd_bus_message_peek_type(m, &type, &contents)) > 0) {
		r = sd_bus_message_enter_container(m, type, contents);
		if (r < 0)
			return r;
		r = sd_bus_message_read_basic(m, contents[0], &name);
		if (r < 0)
			return r;
		r = json_value(j, snake_case(name, key), m);
		if (r < 0)
			return r;
		r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	return r;
}

static int put_elements(struct json *j, sd_bus_message *m)
{
	int r;

	while ((r = sd_bus_message_at_end(m, false)) == 0) {
		r = json_value(j, NULL, m);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : 0;
}

/* Of the dictionaries, those whose keys are texts become objects; the contract has no others. */
static bool is_dictionary(char type, const char *contents)
{
	return type == SD_BUS_TYPE_ARRAY && contents[0] == SD_BUS_TYPE_DICT_ENTRY_BEGIN &&
	       (contents[1] == SD_BUS_TYPE_STRING || contents[1] == SD_BUS_TYPE_OBJECT_PATH);
}

int json_value(struct json *j, const char *key, sd_bus_message *m)
{
	const char *contents;
	char type;
	int r;

	r = sd_bus_message_peek_type(m, &type, &contents);
	if (r < 0)
		return r;
	if (r == 0)
		return -ENODATA;
	if (!contents)
		return put_basic(j, key, m, type);

	r = sd_bus_message_enter_container(m, type, contents);
	if (r < 0)
		return r;
	if (type == SD_BUS_TYPE_VARIANT) {
		r = json_value(j, key, m);
	} else if (is_dictionary(type, contents)) {
		json_open_object(j, key);
		r = put_entries(j, m);
		json_close_object(j);
	} else {
		json_open_array(j, key);
		r = put_elements(j, m);
		json_close_array(j);
	}
	if (r < 0)
		return r;
	r = sd_bus_message_exit_container(m);
	return r < 0 ? r : 0;
}

int json_members(struct json *j, sd_bus_message *m)
{
	int r;

	r = sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "{sv}");
	if (r < 0)
		return r;
	r = put_entries(j, m);
	if (r < 0)
		return r;
	r = sd_bus_message_exit_container(m);
	return r < 0 ? r : 0;
}
