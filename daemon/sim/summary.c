#include "sim/summary.h"

#include "base/parse.h"
#include "sim/paper.h"
#include "sim/sentence.h"

#define LINE_MAX_BYTES 1024
#define LABEL_WIDTH 16

/* What keeps a due break back, by its place in sim_summary.suppressed: for programs, for people. */
/* clang-format off */
static const struct {
	const char *name, *words;
} reasons[SIM_REASONS] = {
	[QUIET_DND]        = { "dnd",        "do-not-disturb" },
	[QUIET_CALL]       = { "call",       "calls" },
	[QUIET_SCREENCAST] = { "screencast", "a shared screen" },
	[QUIET_FULLSCREEN] = { "fullscreen", "full screen" },
	[QUIET_INHIBITORS] = { "inhibitors", "a screen kept awake" },
	[QUIET_INHIBIT]    = { "inhibit",    "programs that ask for silence" },
	[QUIET_PAUSE]      = { "pause",      "your pause" },
	[QUIET_HOURS]      = { "hours",      "your hours" },
	[QUIET_SIGNS]      = { "settle",     "silence after those" },
	[QUIET_SIGNS + 1]  = { "retry",      "the wait after a missed break" },
	[QUIET_SIGNS + 2]  = { "hour",       "the limit of prompts an hour" },
	[QUIET_SIGNS + 3]  = { "lull",       "the wait for a pause" },
};
/* clang-format on */

struct summary_figures summary_figures(const struct sim_summary *s)
{
	usec_t at_screen = s->active + s->watching + s->unknown;
	unsigned n = s->prompts + s->repeats + s->returns;

	return (struct summary_figures){
		.interruptions =
			at_screen ? (double)n * (double)USEC_PER_HOUR / (double)at_screen : 0,
		.rest_share = s->span ? (double)s->rest / (double)s->span : 0,
	};
}

/* JSON ----------------------------------------------------------------------------------------- */

static void add_key(struct text *t, const char *key)
{
	text_add(t, "\"");
	text_add(t, key);
	text_add(t, "\":");
}

static void add_length(struct text *t, const char *key, usec_t length, const char *end)
{
	add_key(t, key);
	text_add_seconds(t, length, false);
	text_add(t, end);
}

static void add_count(struct text *t, const char *key, unsigned n, const char *end)
{
	add_key(t, key);
	text_add_number(t, n, 1);
	text_add(t, end);
}

void summary_add_json(struct text *t, const struct sim_summary *s)
{
	add_length(t, "length", s->length, ",");
	add_length(t, "active", s->active, ",");
	add_length(t, "watching", s->watching, ",");
	add_length(t, "idle", s->idle, ",");
	add_length(t, "away", s->away, ",");
	add_length(t, "unknown", s->unknown, ",");
	add_count(t, "prompts", s->prompts, ",");
	add_count(t, "repeats", s->repeats, ",");
	add_count(t, "returns", s->returns, ",");
	add_count(t, "notices", s->notices, ",\"outcomes\":{");
	for (unsigned i = 0; i < SIM_OUTCOMES; i++)
		add_count(t, outcome_name((enum outcome)i), s->outcomes[i],
			  i + 1 < SIM_OUTCOMES ? "," : "},\"longest\":{");
	add_length(t, "hands", s->longest[RULE_COUNTS_HANDS], ",");
	add_length(t, "screen", s->longest[RULE_COUNTS_SCREEN], "},");
	add_length(t, "span", s->span, ",");
	add_length(t, "rest", s->rest, ",\"suppressed\":{");
	for (unsigned i = 0; i < SIM_REASONS; i++)
		add_length(t, reasons[i].name, s->suppressed[i], i + 1 < SIM_REASONS ? "," : "}");
}

/* For people ----------------------------------------------------------------------------------- */

/* One of "6h 2min of input, 20min away"; what is nothing is left out. */
static void add_part(struct text *t, const char *line, usec_t length, const char *after)
{
	char buffer[DURATION_TEXT_MAX];

	if (length < USEC_PER_SEC)
		return;
	if (*line)
		text_add(t, ", ");
	text_add(t, format_duration(length, buffer));
	text_add(t, after);
}

static void print_row(FILE *out, const struct timeline_style *style, const char *label,
		      const char *words)
{
	paper_print(out, style, PAPER_DIM, "  ");
	paper_print_padded(out, style, PAPER_DIM, label, LABEL_WIDTH);
	paper_print_wrapped(out, style, words, LABEL_WIDTH + 2);
}

static void print_time(FILE *out, const struct timeline_style *style, const struct sim_summary *s)
{
	char line[LINE_MAX_BYTES];
	struct text t;

	text_begin(&t, line, sizeof(line));
	add_part(&t, line, s->active, " of input");
	add_part(&t, line, s->watching, " of watching");
	add_part(&t, line, s->idle, " without input");
	add_part(&t, line, s->away, " away");
	add_part(&t, line, s->unknown, " of which nothing is known");
	print_row(out, style, "time", *line ? line : "none");
}

static void print_prompts(FILE *out, const struct timeline_style *style,
			  const struct sim_summary *s)
{
	char line[LINE_MAX_BYTES];
	size_t n;

	n = (size_t)snprintf(line, sizeof(line), "%u", s->prompts);
	if (s->repeats)
		n += (size_t)snprintf(line + n, sizeof(line) - n, ", and %u repetition%s",
				      s->repeats, s->repeats == 1 ? "" : "s");
	if (s->returns)
		n += (size_t)snprintf(line + n, sizeof(line) - n,
				      ", and %u again after a snooze or a quiet sign", s->returns);
	(void)snprintf(line + n, sizeof(line) - n, "; %.1f an hour at the screen",
		       summary_figures(s).interruptions);
	print_row(out, style, "prompts", line);
}

static void print_breaks(FILE *out, const struct timeline_style *style, const struct sim_summary *s)
{
	char line[LINE_MAX_BYTES];

	(void)snprintf(line, sizeof(line),
		       "%u taken, %u cut short, %u skipped, %u missed, %u natural",
		       s->outcomes[OUTCOME_TAKEN], s->outcomes[OUTCOME_CUT_SHORT],
		       s->outcomes[OUTCOME_SKIPPED], s->outcomes[OUTCOME_MISSED],
		       s->outcomes[OUTCOME_NATURAL]);
	print_row(out, style, "breaks", line);
	if (s->notices) {
		(void)snprintf(line, sizeof(line), "%u", s->notices);
		print_row(out, style, "notices", line);
	}
}

static void print_rest(FILE *out, const struct timeline_style *style, const struct sim_summary *s)
{
	char line[LINE_MAX_BYTES], screen[DURATION_TEXT_MAX], hands[DURATION_TEXT_MAX];
	char rest[DURATION_TEXT_MAX], span[DURATION_TEXT_MAX];

	(void)snprintf(line, sizeof(line), "%s at the screen, %s of typing and pointing",
		       format_duration(s->longest[RULE_COUNTS_SCREEN], screen),
		       format_duration(s->longest[RULE_COUNTS_HANDS], hands));
	print_row(out, style, "longest spell", line);
	(void)snprintf(line, sizeof(line), "%.0f%%: %s of the %s from first to last activity",
		       100 * summary_figures(s).rest_share, format_duration(s->rest, rest),
		       format_duration(s->span, span));
	print_row(out, style, "at rest", line);
}

static void print_kept_back(FILE *out, const struct timeline_style *style,
			    const struct sim_summary *s)
{
	char line[LINE_MAX_BYTES], by[64];
	struct text t;

	text_begin(&t, line, sizeof(line));
	for (unsigned i = 0; i < SIM_REASONS; i++) {
		(void)snprintf(by, sizeof(by), " by %s", reasons[i].words);
		add_part(&t, line, s->suppressed[i], by);
	}
	if (*line)
		print_row(out, style, "kept back", line);
}

void summary_print(FILE *out, const struct timeline_style *style, const struct sim_summary *s)
{
	paper_print(out, style, PAPER_BOLD, "Summary");
	fputc('\n', out);
	print_time(out, style, s);
	print_prompts(out, style, s);
	print_breaks(out, style, s);
	print_rest(out, style, s);
	print_kept_back(out, style, s);
}
