#include "sim/compare.h"

#include "base/cleanup.h"
#include "base/parse.h"
#include "sim/paper.h"
#include "sim/summary.h"
#include "sim/text.h"

#define LABEL_WIDTH 28
#define NAME_WIDTH_LEAST 10
#define NAME_WIDTH_MOST 24
#define CELL_MAX 128
#define JSON_MAX 4096

/* JSON ----------------------------------------------------------------------------------------- */

static void print_json(FILE *out, const char *name, const struct sim_summary *s)
{
	struct summary_figures figures = summary_figures(s);
	char line[JSON_MAX], numbers[CELL_MAX];
	struct text t;

	(void)snprintf(numbers, sizeof(numbers),
		       ",\"interruptions_per_hour\":%.3f,\"rest_share\":%.4f,",
		       figures.interruptions, figures.rest_share);
	text_begin(&t, line, sizeof(line));
	text_add(&t, "{\"what\":\"compared\",\"name\":");
	text_add_json(&t, name);
	text_add(&t, numbers);
	summary_add_json(&t, s);
	text_add(&t, "}\n");
	fputs(line, out);
}

/* For people ----------------------------------------------------------------------------------- */

static void show_count(char cell[static CELL_MAX], unsigned n)
{
	(void)snprintf(cell, CELL_MAX, "%u", n);
}

static void show_prompts(char cell[static CELL_MAX], const struct sim_summary *s)
{
	show_count(cell, s->prompts);
}

static void show_interruptions(char cell[static CELL_MAX], const struct sim_summary *s)
{
	(void)snprintf(cell, CELL_MAX, "%.1f", summary_figures(s).interruptions);
}

static void show_taken(char cell[static CELL_MAX], const struct sim_summary *s)
{
	show_count(cell, s->outcomes[OUTCOME_TAKEN]);
}

static void show_cut_short(char cell[static CELL_MAX], const struct sim_summary *s)
{
	show_count(cell, s->outcomes[OUTCOME_CUT_SHORT]);
}

static void show_skipped(char cell[static CELL_MAX], const struct sim_summary *s)
{
	show_count(cell, s->outcomes[OUTCOME_SKIPPED]);
}

static void show_missed(char cell[static CELL_MAX], const struct sim_summary *s)
{
	show_count(cell, s->outcomes[OUTCOME_MISSED]);
}

static void show_natural(char cell[static CELL_MAX], const struct sim_summary *s)
{
	show_count(cell, s->outcomes[OUTCOME_NATURAL]);
}

static void show_longest_screen(char cell[static CELL_MAX], const struct sim_summary *s)
{
	format_duration(s->longest[RULE_COUNTS_SCREEN], cell);
}

static void show_longest_hands(char cell[static CELL_MAX], const struct sim_summary *s)
{
	format_duration(s->longest[RULE_COUNTS_HANDS], cell);
}

static void show_rest(char cell[static CELL_MAX], const struct sim_summary *s)
{
	(void)snprintf(cell, CELL_MAX, "%.0f%%", 100 * summary_figures(s).rest_share);
}

/* clang-format off */
static const struct row {
	const char *label;
	void (*show)(char cell[static CELL_MAX], const struct sim_summary *s);
} rows[] = {
	{ .label = "prompts",                    .show = show_prompts        },
	{ .label = "interruptions per hour",     .show = show_interruptions  },
	{ .label = "breaks taken",               .show = show_taken          },
	{ .label = "  cut short",                .show = show_cut_short      },
	{ .label = "  skipped",                  .show = show_skipped        },
	{ .label = "  missed",                   .show = show_missed         },
	{ .label = "  natural",                  .show = show_natural        },
	{ .label = "longest spell, screen",      .show = show_longest_screen },
	{ .label = "longest spell, hands",       .show = show_longest_hands  },
	{ .label = "share of the day at rest",   .show = show_rest           },
};
/* clang-format on */

/* Names that are too long keep their end: files differ there. Control characters are left out. */
static void shorten(char name[static CELL_MAX * 2], const char *full, bool utf8)
{
	size_t n = text_width(full), dropped = n > NAME_WIDTH_MOST ? n - NAME_WIDTH_MOST + 1 : 0;
	struct text t;

	text_begin(&t, name, CELL_MAX * 2);
	if (dropped)
		text_add(&t, utf8 ? "…" : "~");
	for (; dropped > 0 && *full; dropped--)
		do
			full++;
		while ((*full & 0xc0) == 0x80);
	text_add_foreign(&t, full);
}

static void print_cell(FILE *out, const struct timeline_style *style, enum paper_ink ink,
		       const char *cell, size_t width)
{
	for (size_t n = text_width(cell); n < width; n++)
		fputc(' ', out);
	paper_print(out, style, ink, cell);
}

static void print_block(FILE *out, const struct timeline_style *style, size_t n, size_t width,
			const char *const names[], const struct sim_summary summaries[])
{
	char cell[CELL_MAX * 2];

	paper_print_padded(out, style, PAPER_PLAIN, "", LABEL_WIDTH);
	for (size_t i = 0; i < n; i++) {
		shorten(cell, names[i], style->utf8);
		print_cell(out, style, PAPER_BOLD, cell, width);
	}
	fputc('\n', out);
	for (size_t r = 0; r < ELEMENTS(rows); r++) {
		paper_print_padded(out, style, PAPER_DIM, rows[r].label, LABEL_WIDTH);
		for (size_t i = 0; i < n; i++) {
			rows[r].show(cell, &summaries[i]);
			print_cell(out, style, PAPER_PLAIN, cell, width);
		}
		fputc('\n', out);
	}
}

/* Wide enough for every name, with two blanks before it. */
static size_t cell_width(size_t n, const char *const names[])
{
	size_t width = NAME_WIDTH_LEAST;

	for (size_t i = 0; i < n; i++) {
		size_t name = text_width(names[i]);

		if (name > NAME_WIDTH_MOST)
			name = NAME_WIDTH_MOST;
		if (name > width)
			width = name;
	}
	return width + 2;
}

void compare_print(FILE *out, const struct timeline_style *style, size_t n,
		   const char *const names[], const struct sim_summary summaries[])
{
	size_t width = cell_width(n, names);
	size_t fit = (paper_columns(style) - LABEL_WIDTH) / width;

	if (style->json) {
		for (size_t i = 0; i < n; i++)
			print_json(out, names[i], &summaries[i]);
		return;
	}
	for (size_t i = 0; i < n; i += fit) {
		if (i > 0)
			fputc('\n', out);
		print_block(out, style, n - i < fit ? n - i : fit, width, names + i, summaries + i);
	}
}
