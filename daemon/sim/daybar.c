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
	memset(d->busy, 0, sizeof(d->busy));
}

static struct daybar_cell *cell_to_paint(struct daybar *d, usec_t minute, bool busy)
{
	size_t row = (size_t)(minute / DAYBAR_MINUTES);

	d->painted[row] = true;
	d->busy[row] |= busy;
	return &d->cells[row][minute % DAYBAR_MINUTES];
}

static bool is_blank(unsigned glyph)
{
	return glyph == DAYBAR_NOTHING || glyph == DAYBAR_AWAY;
}

static bool is_busy(unsigned glyph)
{
	return !is_blank(glyph) && glyph != DAYBAR_REST;
}

void daybar_paint(struct daybar *d, enum daybar_ink ink, walltime_t from, walltime_t to)
{
	bool busy;

	from = usec_max(from, d->from);
	to = usec_min(to, d->to);
	busy = is_busy(ink);
	while (from < to) {
		usec_t minute = (from - d->from) / USEC_PER_MIN;
		walltime_t end = usec_min(to, d->from + (minute + 1) * USEC_PER_MIN);

		cell_to_paint(d, minute, busy)->spent[ink] += (uint32_t)(end - from);
		from = end;
	}
}

void daybar_prompt(struct daybar *d, walltime_t at)
{
	if (at < d->from || at >= d->to)
		return;
	cell_to_paint(d, (at - d->from) / USEC_PER_MIN, true)->prompted = true;
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

/* What most of a cell was, but a break or else a prompt always shows. */
static unsigned glyph_of(const struct daybar_cell *cell)
{
	const uint32_t *spent = cell->spent;
	unsigned most = DAYBAR_NOTHING;
	uint32_t longest = spent[DAYBAR_NOTHING];

	if (spent[DAYBAR_BREAK] >= BREAK_SHOWS)
		return DAYBAR_BREAK;
	if (cell->prompted)
		return DAYBAR_INKS;
	for (unsigned ink = 0; ink < DAYBAR_BREAK; ink++)
		if (spent[ink] > longest) {
			longest = spent[ink];
			most = ink;
		}
	return most;
}

/* Two minutes as one cell. */
static unsigned glyph_of_both(const struct daybar_cell *cells)
{
	struct daybar_cell both = cells[0];

	for (unsigned ink = 0; ink < DAYBAR_INKS; ink++)
		both.spent[ink] += cells[1].spent[ink];
	both.prompted |= cells[1].prompted;
	return glyph_of(&both);
}

/* An hour in `n` cells of a minute or two. */
static void find_glyphs(const struct daybar_cell *cells, unsigned n, unsigned *ret)
{
	for (unsigned i = 0; i < n; i++)
		ret[i] = n == DAYBAR_MINUTES ? glyph_of(&cells[i]) : glyph_of_both(&cells[2 * i]);
}

static bool says_something(const unsigned *glyph, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (is_busy(glyph[i]))
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
		if (!d->busy[row])
			continue;
		find_glyphs(d->cells[row], n, glyph);
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
