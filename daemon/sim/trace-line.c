#include "sim/trace-line.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "base/utf8.h"
#include "sim/stamp.h"

#define QUOTE_MAX (LINE_QUOTE_MAX - sizeof("...")) /* of the text itself */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

int line_complain(struct trace_reader *t, const char *format, ...)
{
	static const char consequence[] = "; nothing from there on is read";
	const size_t room = sizeof(t->broken) - sizeof(consequence) + 1;
	size_t n = (size_t)snprintf(t->broken, room, "line %u: ", t->line);
	va_list args;

	va_start(args, format);
	(void)vsnprintf(t->broken + n, room - n, format, args);
	va_end(args);
	strcat(t->broken, consequence);
	strcpy(t->fault, t->broken);
	return -EINVAL;
}

const char *line_quote(const char *text, char buffer[static LINE_QUOTE_MAX])
{
	size_t n = 0;

	while (*text) {
		const char *from = text;
		uint32_t character;

		(void)utf8_next(&text, &character);
		if (n + (size_t)(text - from) > QUOTE_MAX) {
			strcpy(buffer + n, "...");
			return buffer;
		}
		if (character == UTF8_BROKEN || utf8_is_control(character)) {
			buffer[n++] = '?';
			continue;
		}
		memcpy(buffer + n, from, (size_t)(text - from));
		n += (size_t)(text - from);
	}
	buffer[n] = '\0';
	return buffer;
}

/* `what` is such as "a posture", `list` what there is. */
int line_complain_of_word(struct trace_reader *t, const char *text, const char *what,
			  const char *near, const char *list)
{
	char quoted[LINE_QUOTE_MAX];

	if (near)
		return line_complain(t, "'%s' is not %s, perhaps you mean '%s'",
				     line_quote(text, quoted), what, near);
	return line_complain(t, "'%s' is not %s: %s", line_quote(text, quoted), what, list);
}

/* What was meant by `text`, if that is near enough to tell. */
const char *line_guess(const char *text, const char *best, const char *name)
{
	unsigned distance = word_distance(text, name);

	if (distance > 2 || distance >= strlen(name))
		return best;
	return best && word_distance(text, best) <= distance ? best : name;
}

/* A line, taken apart where it stands */

char *line_skip_blanks(char *text)
{
	while (is_blank(*text))
		text++;
	return text;
}

/* The next word of the line, NULL at its end or before a comment. */
char *line_word(struct trace_reader *t)
{
	char *word = line_skip_blanks(t->cursor), *end = word;

	if (!*word || *word == '#') {
		t->cursor = word + strlen(word);
		return NULL;
	}
	while (*end && !is_blank(*end))
		end++;
	t->cursor = end;
	if (*end) {
		*end = '\0';
		t->cursor = end + 1;
	}
	return word;
}

int line_end(struct trace_reader *t)
{
	char quoted[LINE_QUOTE_MAX], *word = line_word(t);

	if (!word)
		return 0;
	return line_complain(t, "'%s' is more than belongs there, a comment begins with #",
			     line_quote(word, quoted));
}

/* Text in double quotes, in which \" and \\ stand for " and \; or, if `single`, in single ones. */
static int unquote(struct trace_reader *t, char **ret)
{
	char mark = *t->cursor, *from = t->cursor + 1, *to = t->cursor;

	*ret = to;
	for (; *from && *from != mark; from++) {
		if (mark == '"' && *from == '\\' && (from[1] == '"' || from[1] == '\\'))
			from++;
		*to++ = *from;
	}
	if (!*from)
		return line_complain(t, "a text that begins with %c has to end with it", mark);
	*to = '\0';
	t->cursor = from + 1;
	return line_end(t);
}

/* The rest of the line but for a comment, "" if there is none; between `marks` it may hold
 * anything. */
int line_text(struct trace_reader *t, const char *marks, char **ret)
{
	char *text = line_skip_blanks(t->cursor), *end = text;

	t->cursor = text;
	if (*text && strchr(marks, *text))
		return unquote(t, ret);
	while (*end && !(*end == '#' && (end == text || is_blank(end[-1]))))
		end++;
	t->cursor = end + strlen(end);
	while (end > text && is_blank(end[-1]))
		end--;
	*end = '\0';
	*ret = text;
	return 0;
}

int line_choice(struct trace_reader *t, const struct word *words, const char *what, int *ret)
{
	const char *text = line_word(t), *near = NULL;
	const struct word *word;
	char list[128] = "";

	word = text ? word_find(words, text) : NULL;
	if (word) {
		*ret = word->value;
		return 0;
	}
	for (const struct word *w = words; w->name; w++) {
		near = text ? line_guess(text, near, w->name) : NULL;
		if (w != words)
			strcat(list, w[1].name ? ", " : " or ");
		strcat(list, w->name);
	}
	if (!text)
		return line_complain(t, "%s is missing: %s", what, list);
	return line_complain_of_word(t, text, what, near, list);
}

int line_length_read(const char *text, usec_t *ret)
{
	usec_t length;
	int r;

	r = seconds_read(text, &length);
	if (r == -EINVAL)
		r = parse_duration(text, &length);
	if (r < 0)
		return r;
	if (length > SPAN_MAX)
		return -ERANGE;
	*ret = length;
	return 0;
}

int line_length_of(struct trace_reader *t, const char *text, usec_t *ret)
{
	char quoted[LINE_QUOTE_MAX];
	int r;

	r = line_length_read(text, ret);
	if (r == -ERANGE)
		return line_complain(t, "'%s' is too long, 400 years are the most",
				     line_quote(text, quoted));
	if (r < 0)
		return line_complain(t,
				     "'%s' is not a length such as 90 or 0.5 (seconds) or 1h30min",
				     line_quote(text, quoted));
	return 0;
}

int line_length(struct trace_reader *t, usec_t *ret)
{
	const char *text = line_word(t);

	if (!text)
		return line_complain(t, "a length is missing, such as 90 (seconds) or 1h30min");
	return line_length_of(t, text, ret);
}

static bool is_rule_name(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n > 0 && n <= RULE_NAME_MAX && !text[n];
}

int line_rule(struct trace_reader *t, const char *text)
{
	char quoted[LINE_QUOTE_MAX];

	if (!text)
		return line_complain(t, "a rule's name is missing, such as micro");
	if (!is_rule_name(text))
		return line_complain(t, "'%s' is no name of a rule: up to 32 of a-z, 0-9 and -",
				     line_quote(text, quoted));
	return 0;
}

/* Digits and nothing else. */
int line_number(const char *text, uint64_t most, uint64_t *ret)
{
	uint64_t value = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		if (!is_digit(*text))
			return -EINVAL;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value) || value > most)
			return -ERANGE;
	}
	*ret = value;
	return 0;
}
