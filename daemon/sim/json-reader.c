#include "sim/json-reader.h"

#include <errno.h>
#include <string.h>

#include "base/utf8.h"

#define UTF8_MAX 4 /* bytes of a character */

static const char not_utf8[] = "a string is not UTF-8";

void json_reader_init(struct json_reader *j, FILE *file)
{
	*j = (struct json_reader){ .file = file, .line = 1, .state = JSON_BEFORE_VALUE };
}

static int complain(struct json_reader *j, const char *why)
{
	j->why = why;
	return -EINVAL;
}

/* Bytes. All of them answer a byte, or EOF at the end of the file and after an error of reading. */

static int take(struct json_reader *j)
{
	int c;

	if (j->has_ahead) {
		j->has_ahead = false;
		return j->ahead;
	}
	c = getc_unlocked(j->file);
	if (c == EOF)
		return EOF;
	j->column++;
	return c;
}

/* Once after each take() at most. Line and column stay behind the byte. */
static void put_back(struct json_reader *j, int c)
{
	j->ahead = c;
	j->has_ahead = true;
}

static int take_after_blanks(struct json_reader *j)
{
	int c;

	while ((c = take(j)) == ' ' || c == '\t' || c == '\n' || c == '\r')
		if (c == '\n') {
			j->line++;
			j->column = 0;
		}
	return c;
}

/* What was read is none of what is allowed there. */
static int refuse(struct json_reader *j, int c, const char *why)
{
	if (c != EOF)
		return complain(j, why);
	if (ferror(j->file))
		return errno ? -errno : -EIO;
	return complain(j, "the text ends in the middle");
}

/* Texts */

static void keep(struct json_reader *j, const char *bytes, size_t n)
{
	if (j->cut || n > JSON_TEXT_MAX - 1 - j->length) {
		j->cut = true;
		return;
	}
	memcpy(j->text + j->length, bytes, n);
	j->length += n;
}

static void begin_text(struct json_reader *j)
{
	j->length = 0;
	j->cut = false;
}

static void keep_character(struct json_reader *j, uint32_t c)
{
	char bytes[UTF8_MAX];

	if (c < 0x80) {
		keep(j, (const char[]){ (char)c }, 1);
		return;
	}
	if (c < 0x800) {
		bytes[0] = (char)(0xc0 | c >> 6);
		bytes[1] = (char)(0x80 | (c & 0x3f));
		keep(j, bytes, 2);
		return;
	}
	if (c < 0x10000) {
		bytes[0] = (char)(0xe0 | c >> 12);
		bytes[1] = (char)(0x80 | (c >> 6 & 0x3f));
		bytes[2] = (char)(0x80 | (c & 0x3f));
		keep(j, bytes, 3);
		return;
	}
	bytes[0] = (char)(0xf0 | c >> 18);
	bytes[1] = (char)(0x80 | (c >> 12 & 0x3f));
	bytes[2] = (char)(0x80 | (c >> 6 & 0x3f));
	bytes[3] = (char)(0x80 | (c & 0x3f));
	keep(j, bytes, 4);
}

/* The rest of a character that begins with the byte `c` above 0x7f. */
static int take_multibyte(struct json_reader *j, int c)
{
	size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	char bytes[UTF8_MAX] = { (char)c };
	uint32_t character;

	for (size_t i = 1; i < n; i++) {
		c = take(j);
		if ((c & 0xc0) != 0x80)
			return refuse(j, c, not_utf8);
		bytes[i] = (char)c;
	}
	if (utf8_decode(bytes, n, &character) != n)
		return complain(j, not_utf8);
	keep(j, bytes, n);
	return 0;
}

static int take_hex(struct json_reader *j, uint32_t *ret)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++) {
		int c = take(j);

		if (c >= '0' && c <= '9')
			value = value << 4 | (uint32_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			value = value << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
		else
			return refuse(j, c, "four hexadecimal digits belong after \\u");
	}
	*ret = value;
	return 0;
}

/* Is `c` half of a pair, the first one or the second? */
static bool is_high(uint32_t c)
{
	return c >= 0xd800 && c <= 0xdbff;
}

static bool is_low(uint32_t c)
{
	return c >= 0xdc00 && c <= 0xdfff;
}

static int take_escape(struct json_reader *j);

/*
 * Behind `\u`. Programs do write halves without their other half, of window titles for instance:
 * they are no fault.
 */
static int take_unicode(struct json_reader *j)
{
	uint32_t character, second;
	int c, r;

	r = take_hex(j, &character);
	if (r < 0)
		return r;
	if (!is_high(character)) {
		keep_character(j, character == 0 || is_low(character) ? UTF8_BROKEN : character);
		return 0;
	}
	c = take(j);
	if (c != '\\') {
		put_back(j, c);
		keep_character(j, UTF8_BROKEN);
		return 0;
	}
	c = take(j);
	if (c != 'u') {
		put_back(j, c);
		keep_character(j, UTF8_BROKEN);
		return take_escape(j);
	}
	r = take_hex(j, &second);
	if (r < 0)
		return r;
	keep_character(j, is_low(second) ? 0x10000 + ((character - 0xd800) << 10) + second - 0xdc00
					 : UTF8_BROKEN);
	return 0;
}

/* Behind `\`. */
static int take_escape(struct json_reader *j)
{
	static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	int c = take(j);
	const char *name = c > 0 ? strchr(names, c) : NULL;

	if (c == 'u')
		return take_unicode(j);
	if (!name)
		return refuse(j, c, "a \\ in a string is followed by what it cannot be");
	keep(j, &meant[name - names], 1);
	return 0;
}

static int read_string(struct json_reader *j)
{
	int c, r = 0;

	begin_text(j);
	while (r == 0 && (c = take(j)) != '"') {
		if (c < ' ')
			r = refuse(j, c,
				   "a string goes on over the end of its line, or holds a "
				   "control character");
		else if (c == '\\')
			r = take_escape(j);
		else if (c >= 0x80)
			r = take_multibyte(j, c);
		else
			keep(j, (const char[]){ (char)c }, 1);
	}
	j->text[j->length] = '\0';
	return r;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

/* The digits from `c` on, at least one; answers what follows them, or -EINVAL. */
static int take_digits(struct json_reader *j, int c, int *ret_next)
{
	if (!is_digit(c))
		return refuse(j, c, "a number lacks a digit");
	for (; is_digit(c); c = take(j))
		keep(j, (const char[]){ (char)c }, 1);
	*ret_next = c;
	return 0;
}

static int take_sign(struct json_reader *j, int c, const char *signs)
{
	if (c <= 0 || !strchr(signs, c))
		return c;
	keep(j, (const char[]){ (char)c }, 1);
	return take(j);
}

static int read_whole(struct json_reader *j, int c, int *ret_next)
{
	c = take_sign(j, c, "-");
	if (c != '0')
		return take_digits(j, c, ret_next);
	keep(j, "0", 1);
	c = take(j);
	if (is_digit(c))
		return complain(j, "a number begins with a zero too many");
	*ret_next = c;
	return 0;
}

static int read_number(struct json_reader *j, int c)
{
	int r;

	begin_text(j);
	r = read_whole(j, c, &c);
	if (r == 0 && c == '.') {
		keep(j, ".", 1);
		r = take_digits(j, take(j), &c);
	}
	if (r == 0 && (c == 'e' || c == 'E')) {
		keep(j, "e", 1);
		r = take_digits(j, take_sign(j, take(j), "+-"), &c);
	}
	j->text[j->length] = '\0';
	put_back(j, c);
	return r;
}

static int read_literal(struct json_reader *j, const char *rest)
{
	for (; *rest; rest++) {
		int c = take(j);

		if (c != *rest)
			return refuse(j, c, "this is no value that JSON knows");
	}
	return 0;
}

/* Structure */

static bool in_object(const struct json_reader *j)
{
	return j->depth > 0 && (j->objects >> (j->depth - 1) & 1);
}

static int open_level(struct json_reader *j, bool object)
{
	uint64_t bit = (uint64_t)1 << (j->depth < JSON_DEPTH_MAX ? j->depth : 0);

	if (j->depth == JSON_DEPTH_MAX)
		return complain(j, "more than 64 objects and arrays are within each other");
	j->objects = object ? j->objects | bit : j->objects & ~bit;
	j->depth++;
	j->state = JSON_BEFORE_FIRST;
	return 0;
}

static int close_level(struct json_reader *j, enum json_part *ret)
{
	*ret = in_object(j) ? JSON_OBJECT_END : JSON_ARRAY_END;
	j->depth--;
	j->state = JSON_AFTER_VALUE;
	return 0;
}

static int read_value(struct json_reader *j, int c, enum json_part *ret)
{
	j->state = JSON_AFTER_VALUE;
	switch (c) {
	case '{':
		*ret = JSON_OBJECT;
		return open_level(j, true);
	case '[':
		*ret = JSON_ARRAY;
		return open_level(j, false);
	case '"':
		*ret = JSON_STRING;
		return read_string(j);
	case 't':
		*ret = JSON_TRUE;
		return read_literal(j, "rue");
	case 'f':
		*ret = JSON_FALSE;
		return read_literal(j, "alse");
	case 'n':
		*ret = JSON_NULL;
		return read_literal(j, "ull");
	default:
		*ret = JSON_NUMBER;
		if (c != '-' && !is_digit(c))
			return refuse(j, c, "this is no value that JSON knows");
		return read_number(j, c);
	}
}

static int read_key(struct json_reader *j, int c, enum json_part *ret)
{
	int r;

	if (c != '"')
		return refuse(j, c, "a key in double quotes belongs here");
	r = read_string(j);
	if (r < 0)
		return r;
	c = take_after_blanks(j);
	if (c != ':')
		return refuse(j, c, "a colon belongs after a key");
	j->state = JSON_AFTER_KEY;
	*ret = JSON_KEY;
	return 0;
}

/* A value, or in an object its key. */
static int read_element(struct json_reader *j, int c, enum json_part *ret)
{
	return in_object(j) ? read_key(j, c, ret) : read_value(j, c, ret);
}

static int read_end(struct json_reader *j, int c, enum json_part *ret)
{
	if (c != EOF)
		return complain(j, "something follows after the end");
	if (ferror(j->file))
		return refuse(j, c, NULL);
	*ret = JSON_END;
	return 0;
}

static int read_after_value(struct json_reader *j, int c, enum json_part *ret)
{
	if (j->depth == 0)
		return read_end(j, c, ret);
	if (c == (in_object(j) ? '}' : ']'))
		return close_level(j, ret);
	if (c != ',')
		return refuse(j, c, "a comma or the end of the list belongs here");
	return read_element(j, take_after_blanks(j), ret);
}

/* Some programs put a byte order mark before everything. */
static int skip_mark(struct json_reader *j, int c)
{
	if (c != 0xef || j->line != 1 || j->column != 1)
		return c;
	if (take(j) != 0xbb || take(j) != 0xbf)
		return c;
	return take_after_blanks(j);
}

int json_reader_next(struct json_reader *j, enum json_part *ret)
{
	enum json_part part = JSON_END;
	int c, r = -EINVAL;

	errno = 0;
	c = take_after_blanks(j);
	switch (j->state) {
	case JSON_BEFORE_VALUE:
		r = read_value(j, skip_mark(j, c), &part);
		break;
	case JSON_AFTER_KEY:
		r = read_value(j, c, &part);
		break;
	case JSON_BEFORE_FIRST:
		if (c == (in_object(j) ? '}' : ']'))
			r = close_level(j, &part);
		else
			r = read_element(j, c, &part);
		break;
	case JSON_AFTER_VALUE:
		r = read_after_value(j, c, &part);
		break;
	}
	if (r == 0)
		*ret = part;
	return r;
}

int json_reader_skip(struct json_reader *j, enum json_part part)
{
	unsigned depth = j->depth;
	int r;

	if (part != JSON_OBJECT && part != JSON_ARRAY)
		return 0;
	while (j->depth >= depth) {
		r = json_reader_next(j, &part);
		if (r < 0)
			return r;
	}
	return 0;
}
