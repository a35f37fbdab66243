#include "sim/daybar.h"

#include <string.h>
#include <time.h>

#include "sim/paper.h"
#include "sim/text.h"

/* So much break in a cell makes it one, whatever else was in it. */
#define BREAK_SHOWS (10 * USEC_PER_SEC)
/* "  09  " */
#define LABEL_WIDTH 6
#define GLYPH_MAX 8

void daybar_begin(struct daybar *d, walltime_t from, walltime_t to)
{
	d->from = from;
	d->to = usec_min(to, from + DAYBAR_ROWS * USEC_PER_HOUR);
	for (unsigned row = 0; row < DAYBAR_ROWS; row++)
		if (d->painted[row])
			memset(d->cells[row], 0, sizeof(d->cells[row]));
	memset(d->painted, 0, sizeof(d->painted));
}

static struct daybar_cell *cell_to_paint(struct daybar *d, usec_t minute)
{
	d->painted[minute / DAYBAR_MINUTES] = true;
	return &d->cells[minute / DAYBAR_MINUTES][minute % DAYBAR_MINUTES];
}

void daybar_paint(struct daybar *d, enum daybar_ink ink, walltime_t from, walltime_t to)
{
	from = usec_max(from, d->from);
	to = usec_min(to, d->to);
	while (from < to) {
		usec_t minute = (from - d->from) / USEC_PER_MIN;
		walltime_t end = usec_min(to, d->from + (minute + 1) * USEC_PER_MIN);

		cell_to_paint(d, minute)->spent[ink] += (uint32_t)(end - from);
		from = end;
	}
}

void daybar_prompt(struct daybar *d, walltime_t at)
{
	if (at < d->from || at >= d->to)
		return;
	cell_to_paint(d, (at - d->from) / USEC_PER_MIN)->prompted = true;
}

/* Printing ------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct {
	const char *utf8, *ascii, *words;
	enum paper_ink ink;
} glyphs[] = {
	[DAYBAR_NOTHING]  = { " ", " ", "",              PAPER_PLAIN  },
	[DAYBAR_WORK]     = { "█", "#", "input",         PAPER_PLAIN  },
	[DAYBAR_WATCHING] = { "▒", "=", "watching",      PAPER_OTHER  },
	[DAYBAR_REST]     = { "·", ".", "no input",      PAPER_PLAIN  },
	[DAYBAR_AWAY]     = { " ", " ", "",              PAPER_PLAIN  },
	[DAYBAR_UNKNOWN]  = { "░", "%", "nothing known", PAPER_DIM    },
	[DAYBAR_BREAK]    = { "━", "-", "break",         PAPER_GOOD   },
	[DAYBAR_INKS]     = { "!", "!", "prompt",        PAPER_ASKING },
};
/* clang-format on */

/* `n` minutes as one cell: what most of them were, but a break or else a prompt always shows. */
static unsigned glyph_of(const struct daybar_cell *cells, unsigned n)
{
	uint64_t spent[DAYBAR_INKS] = { 0 };
	unsigned most = DAYBAR_NOTHING;
	bool prompted = false;

	for (unsigned i = 0; i < n; i++) {
		for (unsigned ink = 0; ink < DAYBAR_INKS; ink++)
			spent[ink] += cells[i].spent[ink];
		prompted |= cells[i].prompted;
	}
	if (spent[DAYBAR_BREAK] >= BREAK_SHOWS)
		return DAYBAR_BREAK;
	if (prompted)
		return DAYBAR_INKS;
	for (unsigned ink = 0; ink < DAYBAR_BREAK; ink++)
		if (spent[ink] > spent[most])
			most = ink;
	return most;
}

static bool is_blank(unsigned glyph)
{
	return glyph == DAYBAR_NOTHING || glyph == DAYBAR_AWAY;
}

static bool says_something(const unsigned *glyph, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (!is_blank(glyph[i]) && glyph[i] != DAYBAR_REST)
			return true;
	return false;
}

/* Neighbours of one colour go out as one piece, blanks at the end not at all. */
static void print_cells(FILE *out, const struct timeline_style *style, const unsigned *glyph,
			unsigned n)
{
	char piece[DAYBAR_MINUTES * GLYPH_MAX];
	unsigned end;

	while (n > 0 && is_blank(glyph[n - 1]))
		n--;
	for (unsigned i = 0; i < n; i = end) {
		enum paper_ink ink = glyphs[glyph[i]].ink;
		struct text t;

		text_begin(&t, piece, sizeof(piece));
		for (end = i; end < n && glyphs[glyph[end]].ink == ink; end++)
			text_add(&t,
				 style->utf8 ? glyphs[glyph[end]].utf8 : glyphs[glyph[end]].ascii);
		paper_print(out, style, ink, piece);
	}
}

static void print_label(FILE *out, const struct timeline_style *style, walltime_t at)
{
	time_t seconds = (time_t)(at / USEC_PER_SEC);
	char label[16] = "";
	struct tm local;

	if (localtime_r(&seconds, &local))
		(void)strftime(label, sizeof(label), "  %H", &local);
	paper_print_padded(out, style, PAPER_DIM, label, LABEL_WIDTH);
}

/* ":00            :15 …" over the cells. */
static void print_scale(FILE *out, const struct timeline_style *style, unsigned n)
{
	paper_print_padded(out, style, PAPER_PLAIN, "", LABEL_WIDTH);
	paper_print_padded(out, style, PAPER_DIM, ":00", n / 4);
	if (n == DAYBAR_MINUTES)
		paper_print_padded(out, style, PAPER_DIM, ":15", n / 4);
	else
		paper_print_padded(out, style, PAPER_DIM, "", n / 4 + n % 2);
	paper_print_padded(out, style, PAPER_DIM, ":30", n / 4);
	if (n == DAYBAR_MINUTES)
		paper_print(out, style, PAPER_DIM, ":45");
	fputc('\n', out);
}

static void print_legend(FILE *out, const struct timeline_style *style, const bool *used)
{
	const char *before = "";

	paper_print_padded(out, style, PAPER_PLAIN, "", LABEL_WIDTH);
	for (unsigned i = 0; i <= DAYBAR_INKS; i++) {
		if (!used[i] || !*glyphs[i].words)
			continue;
		paper_print(out, style, PAPER_PLAIN, before);
		paper_print(out, style, glyphs[i].ink,
			    style->utf8 ? glyphs[i].utf8 : glyphs[i].ascii);
		paper_print(out, style, PAPER_PLAIN, " ");
		paper_print(out, style, PAPER_DIM, glyphs[i].words);
		before = "   ";
	}
	fputc('\n', out);
}

void daybar_print(const struct daybar *d, FILE *out, const struct timeline_style *style)
{
	unsigned n = paper_columns(style) >= LABEL_WIDTH + DAYBAR_MINUTES ? DAYBAR_MINUTES
									  : DAYBAR_MINUTES / 2;
	bool used[DAYBAR_INKS + 1] = { false };
	unsigned glyph[DAYBAR_MINUTES];
	bool any = false;

	for (unsigned row = 0; row < DAYBAR_ROWS; row++) {
		if (!d->painted[row])
			continue;
		for (unsigned i = 0; i < n; i++)
			glyph[i] = glyph_of(&d->cells[row][i * (DAYBAR_MINUTES / n)],
					    DAYBAR_MINUTES / n);
		if (!says_something(glyph, n))
			continue;
		if (!any) {
			fputc('\n', out);
			print_scale(out, style, n);
		}
		any = true;
		for (unsigned i = 0; i < n; i++)
			used[glyph[i]] = true;
		print_label(out, style, d->from + row * USEC_PER_HOUR);
		print_cells(out, style, glyph, n);
		fputc('\n', out);
	}
	if (any)
		print_legend(out, style, used);
}
