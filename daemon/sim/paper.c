#include "sim/paper.h"

#include <string.h>

#include "sim/text.h"

#define COLUMNS_MOST 100
#define COLUMNS_LEAST 60

/* clang-format off */
static const char *const inks[] = {
	[PAPER_PLAIN]  = "",
	[PAPER_BOLD]   = "\033[1m",
	[PAPER_DIM]    = "\033[2m",
	[PAPER_ASKING] = "\033[33m",
	[PAPER_GOOD]   = "\033[32m",
	[PAPER_BAD]    = "\033[31m",
	[PAPER_OTHER]  = "\033[36m",
};
/* clang-format on */

unsigned paper_columns(const struct timeline_style *style)
{
	if (!style->columns || style->columns > COLUMNS_MOST)
		return COLUMNS_MOST;
	return style->columns < COLUMNS_LEAST ? COLUMNS_LEAST : style->columns;
}

/* `n` bytes, in the character set of the style. */
static void put(FILE *out, const struct timeline_style *style, const char *text, size_t n)
{
	if (style->utf8) {
		fwrite_unlocked(text, 1, n, out);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (!(text[i] & 0x80))
			putc_unlocked(text[i], out);
		else if ((text[i] & 0xc0) != 0x80)
			putc_unlocked('?', out);
}

void paper_print(FILE *out, const struct timeline_style *style, enum paper_ink ink,
		 const char *text)
{
	bool inked = style->colour && ink != PAPER_PLAIN && *text;

	if (inked)
		fputs_unlocked(inks[ink], out);
	put(out, style, text, strlen(text));
	if (inked)
		fputs_unlocked("\033[0m", out);
}

static void put_blanks(FILE *out, size_t n)
{
	static const char blanks[] = "                                ";
	const size_t most = sizeof(blanks) - 1;

	for (; n > most; n -= most)
		fwrite_unlocked(blanks, 1, most, out);
	fwrite_unlocked(blanks, 1, n, out);
}

void paper_print_padded(FILE *out, const struct timeline_style *style, enum paper_ink ink,
			const char *text, size_t width)
{
	size_t n = text_width(text);

	paper_print(out, style, ink, text);
	put_blanks(out, n < width ? width - n : 1);
}

/* How many bytes of the text fit into `width` characters without tearing a word, at least one word.
 */
static size_t bytes_that_fit(const char *text, size_t width)
{
	size_t fit = 0, n = 0, i = strnlen(text, width + 1);

	/* Nearly always: it has no more characters than bytes. */
	if (i <= width)
		return i;
	for (i = 0; text[i] && n <= width; i++) {
		if (text[i] == ' ')
			fit = i;
		n += (text[i] & 0xc0) != 0x80;
	}
	if (!text[i] && n <= width)
		return i;
	return fit ? fit : strcspn(text, " ");
}

void paper_print_wrapped(FILE *out, const struct timeline_style *style, const char *text,
			 size_t indent)
{
	size_t width = paper_columns(style) - indent;

	for (;;) {
		size_t n = bytes_that_fit(text, width);

		put(out, style, text, n);
		putc_unlocked('\n', out);
		text += n;
		text += strspn(text, " ");
		if (!*text)
			break;
		put_blanks(out, indent);
	}
}
