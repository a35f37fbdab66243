#include "text.h"

#include <langinfo.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "base/typing.h"
#include "base/utf8.h"

#define LABEL_COLUMNS 10
#define WIDTH_LEAST 20
/* Longer lines than this are hard to read, however wide the terminal is. */
#define PARAGRAPH_COLUMNS 100

/* Columns that somebody laid down, 0 if nobody did. */
static unsigned known_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	unsigned width = 0;

	if (ioctl(fd, TIOCGWINSZ, &size) == 0)
		width = size.ws_col;
	else if (columns)
		(void)parse_unsigned(columns, &width);
	if (!width)
		return 0;
	return width < WIDTH_LEAST ? WIDTH_LEAST : width;
}

void text_init(struct text *t, FILE *out, int fd)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	bool terminal = isatty(fd);
	unsigned width = known_width(fd);

	if (!width && terminal)
		width = 80;
	*t = (struct text){
		.out = out,
		.width = width ? width : 80,
		.paragraph = !width                      ? UINT_MAX / 2
			     : width < PARAGRAPH_COLUMNS ? width
							 : PARAGRAPH_COLUMNS,
		.terminal = terminal,
		.colour = terminal && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0,
		.utf8 = terminal && !strcmp(nl_langinfo(CODESET), "UTF-8"),
	};
}

bool text_begin(struct text *t, char **ret)
{
	FILE *memory = open_memstream(ret, &t->size);

	if (memory)
		text_init(t, memory, STDOUT_FILENO);
	return memory != NULL;
}

bool text_end(struct text *t)
{
	FILE *memory = t->out;

	t->out = NULL;
	return fclose(memory) == 0;
}

/* Lines and tabs become blanks; what a terminal would obey is shown as a question mark. */
static uint32_t harmless(uint32_t c)
{
	if (c == '\n' || c == '\t' || c == '\r')
		return ' ';
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return '?';
	/* Marks that turn the direction of writing could make a line say something else. */
	if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
		return '?';
	return c;
}

static unsigned character_columns(uint32_t c)
{
	int columns = c < 0x80 ? 1 : wcwidth((wchar_t)c);

	/* -1: this locale does not know it. */
	return columns < 0 ? 1 : (unsigned)columns;
}

unsigned text_columns(const char *string)
{
	unsigned columns = 0;
	uint32_t c;

	while (utf8_next(&string, &c))
		columns += character_columns(harmless(c));
	return columns;
}

static const char *tone_code(enum tone tone)
{
	switch (tone) {
	case TONE_PLAIN:
		return "";
	case TONE_STRONG:
		return "\033[1m";
	case TONE_FAINT:
		return "\033[2m";
	case TONE_GOOD:
		return "\033[32m";
	case TONE_WARN:
		return "\033[33m";
	case TONE_BAD:
		return "\033[31m";
	}
	return "";
}

static void tone_begin(struct text *t, enum tone tone)
{
	if (t->colour)
		fputs(tone_code(tone), t->out);
}

static void tone_end(struct text *t, enum tone tone)
{
	if (t->colour && tone != TONE_PLAIN)
		fputs("\033[0m", t->out);
}

/* The characters from `from` to `to`, at most `columns` of them. */
static unsigned put_span(FILE *out, const char *from, const char *to, unsigned columns)
{
	unsigned used = 0;
	const char *start = from;
	uint32_t c, shown;

	while (from < to && utf8_next(&from, &c)) {
		shown = harmless(c);
		if (used + character_columns(shown) > columns)
			break;
		if (c == UTF8_BROKEN)
			fputs("\xef\xbf\xbd", out);
		else if (shown != c)
			putc((int)shown, out);
		else
			fwrite(start, 1, (size_t)(from - start), out);
		used += character_columns(shown);
		start = from;
	}
	return used;
}

unsigned text_put(struct text *t, enum tone tone, const char *string, unsigned columns)
{
	unsigned used;

	tone_begin(t, tone);
	used = put_span(t->out, string, string + strlen(string), columns);
	tone_end(t, tone);
	return used;
}

void text_cell(struct text *t, enum tone tone, const char *string, unsigned columns)
{
	unsigned used = text_put(t, tone, string, columns);

	fprintf(t->out, "%*s", (int)(columns - used), "");
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static unsigned span_columns(const char *from, const char *to)
{
	unsigned columns = 0;
	uint32_t c;

	while (from < to && utf8_next(&from, &c))
		columns += character_columns(harmless(c));
	return columns;
}

/* A word longer than a whole line: cut where the lines end. Answers the column it ends in. */
static unsigned put_long_word(struct text *t, unsigned used, unsigned indent, unsigned width,
			      const char *from, const char *to)
{
	uint32_t c;

	while (from < to) {
		const char *start = from;
		unsigned columns;

		(void)utf8_next(&from, &c);
		columns = span_columns(start, from);
		if (used + columns > width && used > indent) {
			fprintf(t->out, "\n%*s", (int)indent, "");
			used = indent;
		}
		used += put_span(t->out, start, from, columns);
	}
	return used;
}

void text_wrap(struct text *t, enum tone tone, unsigned used, unsigned indent, const char *string)
{
	unsigned columns, width = t->paragraph;
	const char *word, *at = string;
	bool blank = false;

	if (indent + 8 > width)
		indent = 0;
	tone_begin(t, tone);
	for (;;) {
		while (is_blank(*at))
			at++;
		if (!*at)
			break;
		word = at;
		while (*at && !is_blank(*at))
			at++;
		columns = span_columns(word, at);
		/* Also the first one, behind what stands there already, is not torn. */
		if (used + blank + columns > width &&
		    (blank || (used > indent && indent + columns <= width))) {
			fprintf(t->out, "\n%*s", (int)indent, "");
			used = indent;
		} else if (blank) {
			putc(' ', t->out);
			used++;
		}
		used = put_long_word(t, used, indent, width, word, at);
		blank = true;
	}
	tone_end(t, tone);
	putc('\n', t->out);
}

/* Where the words of a line begin: behind `- ` or `1. `. */
static unsigned hanging(const char *line)
{
	unsigned n = 0;

	if (line[0] == '-' && line[1] == ' ')
		return 2;
	while (line[n] >= '0' && line[n] <= '9')
		n++;
	return n && line[n] == '.' && line[n + 1] == ' ' ? n + 2 : 0;
}

void text_lines(struct text *t, enum tone tone, const char *string)
{
	while (*string) {
		size_t n = strcspn(string, "\n");
		CLEANUP(freep) char *line = strndup(string, n);

		if (line)
			text_wrap(t, tone, 0, hanging(line), line);
		string += string[n] ? n + 1 : n;
	}
}

void text_field(struct text *t, enum tone tone, const char *label, const char *format, ...)
{
	CLEANUP(freep) char *value = NULL;
	va_list args;
	int r;

	va_start(args, format);
	r = vasprintf(&value, format, args);
	va_end(args);
	if (r < 0) {
		value = NULL;
		return;
	}
	text_cell(t, TONE_FAINT, label, LABEL_COLUMNS);
	text_wrap(t, tone, LABEL_COLUMNS, LABEL_COLUMNS, value);
}

void text_bar(struct text *t, enum tone tone, usec_t part, usec_t whole, unsigned cells)
{
	const char *full = t->utf8 ? "\xe2\x96\x88" : "#", *empty = t->utf8 ? "\xe2\x96\x91" : "-";
	unsigned inner = t->utf8 ? cells : cells - 2;
	/* In milliseconds, or two days of load times the cells would not fit. */
	usec_t filled = whole / 1000 ? part / 1000 * inner / (whole / 1000) : 0;

	if (!t->utf8)
		putc('[', t->out);
	tone_begin(t, tone);
	for (unsigned i = 0; i < inner; i++)
		fputs(i < filled ? full : empty, t->out);
	tone_end(t, tone);
	if (!t->utf8)
		putc(']', t->out);
}

const char *text_excerpt(const char *text, char buffer[static EXCERPT_MAX])
{
	bool cut = strlen(text) >= EXCERPT_MAX;

	(void)snprintf(buffer, EXCERPT_MAX, "%.*s%s", EXCERPT_MAX - 4, text, cut ? "..." : "");
	return buffer;
}

int complain(int code, const char *format, ...)
{
	CLEANUP(freep) char *line = NULL;
	va_list args;
	int r;

	va_start(args, format);
	r = vasprintf(&line, format, args);
	va_end(args);
	if (r < 0) {
		line = NULL;
		return code;
	}
	fputs("limber: ", stderr);
	(void)put_span(stderr, line, line + strlen(line), 4096);
	putc('\n', stderr);
	return code;
}

int complain_unknown(int code, const char *what, const char *word, const char *const names[])
{
	char said[EXCERPT_MAX], sentence[1024];

	return complain(code, "%s",
			typing_unknown(sentence, sizeof(sentence), what, word,
				       text_excerpt(word, said), names));
}
