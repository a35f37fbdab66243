/* What the guide shows: a picture where one can be drawn, lines elsewhere. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "guide.h"
#include "view.h"
#include "when.h"

/* The heading and the bar are as wide at most. */
#define COLUMNS_MOST 60u

/* Whole seconds that are still to come. */
static const char *countdown(usec_t left, char buffer[static WHEN_TEXT_MAX])
{
	return when_format_short(usec_add(left, USEC_PER_SEC - 1), buffer);
}

static void blank(struct text *t, enum spare spare, enum spare until)
{
	if (spare < until)
		putc('\n', t->out);
}

static unsigned width(const struct text *t)
{
	return t->width < COLUMNS_MOST ? t->width : COLUMNS_MOST;
}

/* `Shoulder rolls                 1 of 2` */
static void put_heading(struct text *t, const struct guide *g, const char *name)
{
	char place[48];
	unsigned columns;

	(void)snprintf(place, sizeof(place), "%zu of %zu", g->past + g->walk.at + 1,
		       g->past + g->kept.brk.steps.n);
	columns = text_columns(place);
	text_cell(t, TONE_STRONG, name, width(t) - columns - 1);
	putc(' ', t->out);
	text_put(t, TONE_FAINT, place, columns);
	putc('\n', t->out);
}

static void put_bar(struct text *t, enum tone tone, usec_t left, usec_t length)
{
	char text[WHEN_TEXT_MAX];
	unsigned cells = width(t) - 8;

	text_cell(t, TONE_STRONG, countdown(left, text), 8);
	text_bar(t, tone, usec_sub(length, left), length, cells);
	putc('\n', t->out);
}

#define READY_TEXT_MAX 48

/* So long until it begins. */
static const char *ready_words(usec_t ready, char buffer[static READY_TEXT_MAX])
{
	(void)snprintf(buffer, READY_TEXT_MAX, "Get ready: %" PRIu64 " s",
		       (ready + USEC_PER_SEC - 1) / USEC_PER_SEC);
	return buffer;
}

/* What has just changed, or which side it is. */
static const char *turn_words(const struct moment *m)
{
	if (m->side)
		return m->second_half ? "Other side" : "First side";
	return m->turning ? "Half way" : "";
}

/* The instruction that it is time for. Once all are told it is the cue; without one, still the
 * last: a small screen would be empty. */
static size_t present_line(const struct step *step, const struct moment *m)
{
	size_t n = step->instructions.n;

	return m->line == n && n > 0 && !*step->cue ? n - 1 : m->line;
}

static bool is_shown(size_t i, size_t present, bool told, enum spare spare)
{
	if (spare < SPARE_TOLD || i == present)
		return true;
	if (told || i < present)
		return told && spare == SPARE_TOLD;
	return spare < SPARE_LATER || (spare == SPARE_LATER && i == present + 1);
}

static void put_lines(struct text *t, const struct step *step, const struct moment *m,
		      enum spare spare)
{
	const char *const *lines = step->instructions.items;
	bool told = m->line == step->instructions.n;
	size_t present = present_line(step, m);

	for (size_t i = 0; i < step->instructions.n; i++) {
		bool now = i == present;

		if (!is_shown(i, present, told, spare))
			continue;
		fprintf(t->out, "%c %zu. ", now ? '>' : ' ', i + 1);
		text_wrap(t, now ? TONE_STRONG : TONE_PLAIN, 5, 5, lines[i]);
	}
	if (!*step->cue || (!told && spare >= SPARE_CUE))
		return;
	fprintf(t->out, "%c ", told ? '>' : ' ');
	text_wrap(t, told ? TONE_STRONG : TONE_FAINT, 2, 2, step->cue);
}

static void put_break_left(struct text *t, const struct guide *g)
{
	const struct brk *brk = &g->follow.state.brk;
	char left[WHEN_TEXT_MAX];

	if (g->over)
		text_field(t, TONE_GOOD, "break", "over: go on as long as you like");
	else if (g->follow.known && g->follow.state.on)
		text_field(t, TONE_PLAIN, "break", "%s left%s",
			   countdown(break_left(brk, clock_walltime()), left),
			   brk->ends ? "" : " (stands still while you type)");
}

static void put_next(struct text *t, const struct guide *g)
{
	const struct step *steps = g->kept.brk.steps.items, *end = steps + g->kept.brk.steps.n;
	const struct step *now = &steps[g->walk.at], *next = now + 1;
	bool moves = next < end && strcmp(now->position, next->position) != 0;

	if (next < end)
		text_field(t, TONE_PLAIN, "then", "%s%s%s", next->name, moves ? ", " : "",
			   moves ? next->position : "");
}

/* Around the exercise: what comes, and why it was chosen. */
static void put_around(struct text *t, const struct guide *g, enum spare spare)
{
	const struct step *step = walk_step(&g->walk, &g->kept.brk);

	if (spare < SPARE_NEXT)
		put_next(t, g);
	if (spare < SPARE_BREAK)
		put_break_left(t, g);
	if (spare < SPARE_WHY && *step->why)
		text_field(t, TONE_FAINT, "why", "%s", step->why);
	if (spare < SPARE_CARE && !step->is_new)
		text_wrap(t, TONE_FAINT, 0, 0, GUIDE_CARE);
}

static void put_turn(struct text *t, const struct guide *g, const struct moment *m,
		     enum spare spare)
{
	char ready[READY_TEXT_MAX];
	const char *turn = g->walk.stopped ? "Paused"
			   : m->ready      ? ready_words(m->ready, ready)
					   : turn_words(m);

	if (!*turn && spare >= SPARE_BLANKS)
		return;
	text_put(t, m->turning || m->ready ? TONE_WARN : TONE_STRONG, turn, t->width);
	putc('\n', t->out);
}

static void put_exercise(struct text *t, const struct guide *g, usec_t now, enum spare spare)
{
	const struct step *step = walk_step(&g->walk, &g->kept.brk);
	char dose[VIEW_DOSE_MAX];
	struct moment m;
	unsigned used;

	walk_look(&g->walk, &g->kept.brk, now, &m);
	put_heading(t, g, step->name);
	used = text_put(t, TONE_FAINT, step->position, t->width / 2);
	if (used)
		used += text_put(t, TONE_FAINT, ", ", 2);
	text_put(t, TONE_FAINT, view_dose(step, dose), t->width - used);
	putc('\n', t->out);
	blank(t, spare, SPARE_BLANK_TOP);
	put_bar(t, g->walk.stopped ? TONE_WARN : TONE_GOOD, m.left, m.length);
	put_turn(t, g, &m, spare);
	blank(t, spare, SPARE_BLANK_MIDDLE);
	if (step->is_new && spare < SPARE_CUE)
		text_wrap(t, TONE_STRONG, 0, 0, GUIDE_NEW);
	put_lines(t, step, &m, spare);
	blank(t, spare, SPARE_BLANKS);
	put_around(t, g, spare);
}

#define BARE "Nothing more is left to do. Press a for other exercises, or rest."

/* What was to come is left out, and there is time for something else. */
static bool offers_more(const struct guide *g)
{
	const struct brk *brk = &g->follow.state.brk;

	return g->bare && !g->over && g->terminal.keys && g->follow.known && g->follow.state.on &&
	       break_left(brk, clock_walltime()) >= brk->length / 4;
}

/* Nothing is left to do but to rest. */
static void put_rest(struct text *t, const struct guide *g, enum spare spare)
{
	const struct brk *brk = &g->follow.state.brk;
	usec_t left = break_left(brk, clock_walltime());

	text_wrap(t, TONE_STRONG, 0, 0,
		  offers_more(g) ? BARE
		  : g->n_past    ? "All done. Rest until the break is over."
				 : "Rest.");
	blank(t, spare, SPARE_BLANKS);
	if (g->follow.known && g->follow.state.on)
		put_bar(t, TONE_GOOD, left, brk->length);
	blank(t, spare, SPARE_BLANKS);
	text_wrap(t, TONE_PLAIN, 0, 0,
		  "Hands off: walk a few steps or rest, breathe calmly, look into the distance.");
}

static void put_advice(struct text *t, const struct guide *g, enum spare spare)
{
	CLEANUP(freep) char *heading = NULL;

	if (!g->flagged || asprintf(&heading, "Stop this exercise: %s.", g->flagged->what.name) < 0)
		heading = NULL;
	text_wrap(t, TONE_BAD, 0, 0, heading ? heading : "Stop this exercise.");
	blank(t, spare, SPARE_BLANKS);
	if (g->notice) {
		text_lines(t, TONE_STRONG, g->notice);
		putc('\n', t->out);
	}
	if (g->advice)
		text_lines(t, TONE_PLAIN, g->advice);
}

void guide_say_choice(struct text *t, const struct guide *g)
{
	text_wrap(t, TONE_STRONG, 0, 0, "Which one hurt?");
	for (size_t i = 0; i < g->n_past; i++) {
		fprintf(t->out, "  %zu  ", i + 1);
		text_wrap(t, TONE_PLAIN, 5, 5, g->past_steps[i].name);
	}
	text_wrap(t, TONE_PLAIN, 0, 0, "Its number; any other key: none");
}

void guide_body(struct text *t, const struct guide *g, usec_t now, enum spare spare)
{
	if (g->choosing)
		guide_say_choice(t, g);
	else if (g->advising)
		put_advice(t, g, spare);
	else if (walk_step(&g->walk, &g->kept.brk))
		put_exercise(t, g, now, spare);
	else
		put_rest(t, g, spare);
}

/* The keys that do something now, as many to a line as fit. */
static void put_keys(struct text *t, const struct guide *g)
{
	static const char *const walking[] = { "[p]ause", "[n]ext", "[a]nother",
					       "[h]urts", "[q]uit", NULL };
	static const char *const resting[] = { "[d]one", "[a] more", "[h]urts", "[q]uit", NULL };
	static const char *const advising[] = { "[Enter] go on", "[b]ack", "[q]uit", NULL };
	static const char *const reading[] = { "[Enter] more", "[b]ack", "[q]uit", NULL };
	static const char *const plain[] = { "[d]one", "[a] more", "[q]uit", NULL };
	static const char *const choosing[] = { "[number] that one", "[q]uit", NULL };
	const char *const *keys = g->choosing                         ? choosing
				  : g->advising && g->more            ? reading
				  : g->advising                       ? advising
				  : walk_step(&g->walk, &g->kept.brk) ? walking
				  : g->n_past                         ? resting
								      : plain;
	unsigned used = 0;

	for (; *keys; keys++) {
		bool resume = g->walk.stopped && !strcmp(*keys, "[p]ause");
		const char *label = resume ? "[p] go" : *keys;
		unsigned columns = text_columns(label);

		if (g->advising && !g->top && !strcmp(*keys, "[b]ack"))
			continue;
		if (used && used + 1 + columns > t->width) {
			putc('\n', t->out);
			used = 0;
		} else if (used) {
			putc(' ', t->out);
			used++;
		}
		used += text_put(t, TONE_FAINT, label, columns);
	}
}

void guide_foot(struct text *t, const struct guide *g)
{
	const struct follow *f = &g->follow;
	const char *message = *g->message   ? g->message
			      : !f->running ? "limberd is gone; this goes on without it"
					    : f->trouble;

	text_wrap(t, TONE_WARN, 0, 0, message);
	if (g->terminal.keys)
		put_keys(t, g);
	else
		text_put(t, TONE_FAINT, "Ctrl-C ends it", t->width);
}

void guide_say_step(struct text *t, const struct guide *g)
{
	const struct step *step = walk_step(&g->walk, &g->kept.brk);
	char dose[VIEW_DOSE_MAX], place[48], ready[READY_TEXT_MAX];

	if (!step) {
		text_wrap(t, TONE_STRONG, 0, 0,
			  offers_more(g) ? BARE
			  : g->over      ? "All done."
			  : g->n_past    ? "All done. Rest on."
					 : "Rest until the break is over.");
		return;
	}
	(void)snprintf(place, sizeof(place), "%zu of %zu: ", g->past + g->walk.at + 1,
		       g->past + g->kept.brk.steps.n);
	fputs(place, t->out);
	text_put(t, TONE_STRONG, step->name, 4096);
	fputs(" (", t->out);
	text_put(t, TONE_PLAIN, view_dose(step, dose), VIEW_DOSE_MAX);
	fputs(")\n", t->out);
	if (step->is_new)
		text_wrap(t, TONE_STRONG, 0, 0, GUIDE_NEW);
	if (step->ready)
		text_wrap(t, TONE_PLAIN, 0, 0, ready_words(step->ready * USEC_PER_SEC, ready));
	view_instructions(t, step);
}

void guide_say_begin(struct text *t, const struct guide *g)
{
	const struct step *step = walk_step(&g->walk, &g->kept.brk);

	text_wrap(t, TONE_STRONG, 0, 0, step && step->sides == 2 ? "Begin: first side." : "Begin.");
}

void guide_say_half(struct text *t, const struct guide *g)
{
	const struct step *step = walk_step(&g->walk, &g->kept.brk);

	text_wrap(t, TONE_STRONG, 0, 0, step && step->sides == 2 ? "Other side." : "Half way.");
}
