/* Exercises that went from the break before their turn: which ones, and why. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "bus/protocol.h"
#include "exercise.h"
#include "guide.h"

/* Somebody wanted others: none of those before is missed. */
static bool is_another(const struct brk *before, const struct brk *after)
{
	const struct step *steps = after->steps.items;

	for (size_t i = 0; i < after->steps.n; i++)
		if (walk_find(before, steps[i].exercise) == before->steps.n)
			return true;
	return false;
}

/* From here on nothing was over: behind what we left, or else from what limberd had on. */
static size_t first_open(const struct guide *g, const struct brk *before, bool *ret_began)
{
	size_t left = walk_find(before, g->leaving);
	const struct step *on = break_step(before, clock_walltime());

	*ret_began = !*g->leaving;
	if (*g->leaving)
		return left < before->steps.n ? left + 1 : left;
	return on ? (size_t)(on - (const struct step *)before->steps.items) : before->steps.n;
}

/* The reason, in the buffer of its answer; "" if none is known, NULL if it is not left out. */
static const char *reason_of(sd_bus_message *answer, bool began, struct arena *arena)
{
	struct exercise e;

	reader_clear(&exercise_shape, &e);
	if (!answer || sd_bus_message_is_method_error(answer, NULL) ||
	    reader_dict(&exercise_shape, arena, answer, &e) < 0)
		return began ? NULL : "";
	if (!e.allowed)
		return e.why;
	/* What was on may just be over. */
	if (began)
		return NULL;
	return e.needs_warmup ? "a warm-up is needed first" : "";
}

/* `Squat, Plank and Lunge`: the first `n` of those that have a reason, as far as there is room. */
static void add_names(char *line, size_t size, const struct named *const what[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t used = strlen(line);

		(void)snprintf(line + used, size - used, "%s%s",
			       i == 0      ? ""
			       : i + 1 < n ? ", "
					   : " and ",
			       what[i]->name);
	}
}

/* Those in a row that have the reason of the first. */
static size_t count_same(const char *const why[], size_t n)
{
	size_t same = 1;

	while (same < n && !strcmp(why[same], why[0]))
		same++;
	return same;
}

/* `Squat and Plank are left out: it needs a warm-up first` */
static void tell(struct guide *g)
{
	CLEANUP(arena_done) struct arena arena = { 0 };
	const struct named *what[GUIDE_PAST_MAX];
	const char *why[GUIDE_PAST_MAX];
	char line[sizeof(g->message)] = "";
	size_t n = 0, same;

	for (size_t i = 0; i < g->n_gone; i++) {
		sd_bus_message *answer = i < g->doubted.n ? g->doubted.v[i].answer : NULL;

		why[n] = reason_of(answer, i == 0 && g->gone_began, &arena);
		what[n] = &g->gone[i];
		n += why[n] ? 1 : 0;
	}
	for (size_t i = 0; i < n; i += same) {
		size_t used;

		same = count_same(why + i, n - i);
		if (i)
			(void)snprintf(line + strlen(line), sizeof(line) - strlen(line), ". ");
		add_names(line, sizeof(line), what + i, same);
		used = strlen(line);
		(void)snprintf(line + used, sizeof(line) - used, " %s left out: %s",
			       same > 1 ? "are" : "is",
			       *why[i] ? why[i] : "that does not fit any more");
	}
	if (*line && !g->advising)
		guide_say(g, line);
}

static void on_reasons(struct batch *b, void *owner)
{
	struct guide *g = owner;

	tell(g);
	batch_done(b);
	guide_draw(g);
}

static void ask_reasons(struct guide *g)
{
	struct batch *b = &g->doubted;
	int r = 0;

	batch_done(b);
	b->done = on_reasons;
	b->owner = g;
	for (size_t i = 0; i < g->n_gone && r >= 0; i++)
		r = batch_call(b, g->follow.watch.bus, false, BUS_PATH, BUS_MANAGER, "GetExercise",
			       "s", g->gone[i].exercise);
	if (r >= 0)
		r = batch_send(b, g->follow.watch.bus);
	if (r < 0) {
		batch_done(b);
		tell(g);
	}
}

void guide_note_left_out(struct guide *g, const struct brk *before, const struct brk *after)
{
	const struct step *steps = before->steps.items;
	size_t from;

	g->n_gone = 0;
	g->bare = false;
	/* What hurt goes with all that is harder: that is told. */
	if (g->advising || is_another(before, after))
		return;
	from = first_open(g, before, &g->gone_began);
	for (size_t i = from; i < before->steps.n && g->n_gone < GUIDE_PAST_MAX; i++) {
		struct named *it = &g->gone[g->n_gone];

		if (walk_find(after, steps[i].exercise) < after->steps.n) {
			g->gone_began = g->gone_began && g->n_gone > 0;
			continue;
		}
		(void)snprintf(it->exercise, sizeof(it->exercise), "%s", steps[i].exercise);
		(void)snprintf(it->name, sizeof(it->name), "%s", steps[i].name);
		g->n_gone++;
	}
	/* One that was on alone may just be over. */
	g->bare = after->steps.n == 0 && g->n_gone > (g->gone_began ? 1 : 0);
}

void guide_tell_left_out(struct guide *g)
{
	if (g->n_gone > 0)
		ask_reasons(g);
}
