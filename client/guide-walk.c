#include "guide-walk.h"

#include <string.h>

/* How long it is told that something has changed. */
#define TURNING (4 * USEC_PER_SEC)
/* An instruction is read in so long, and so much longer for each letter. */
#define READING (2 * USEC_PER_SEC)
#define READING_LETTER (USEC_PER_SEC / 15)

void walk_begin(struct walk *w, size_t at, usec_t now)
{
	*w = (struct walk){ .at = at, .since = now };
}

static usec_t spent(const struct walk *w, usec_t now)
{
	return w->stopped ? w->before : usec_add(w->before, usec_sub(now, w->since));
}

void walk_stop(struct walk *w, usec_t now)
{
	w->before = spent(w, now);
	w->stopped = true;
}

void walk_resume(struct walk *w, usec_t now)
{
	w->before = spent(w, now);
	w->since = now;
	w->stopped = false;
}

void walk_leave_out(struct walk *w, usec_t gap)
{
	w->since = usec_add(w->since, gap);
}

const struct step *walk_step(const struct walk *w, const struct brk *brk)
{
	const struct step *steps = brk->steps.items;

	return w->at < brk->steps.n ? &steps[w->at] : NULL;
}

/* Without a length of its own an exercise has its part of the break. */
static usec_t step_length(const struct step *step, const struct brk *brk)
{
	if (step->seconds)
		return step->seconds * USEC_PER_SEC;
	return usec_max(brk->length / brk->steps.n, 10 * USEC_PER_SEC);
}

static usec_t ready_length(const struct step *step)
{
	return step->ready * USEC_PER_SEC;
}

bool walk_proceed(struct walk *w, const struct brk *brk, usec_t now)
{
	const struct step *step = walk_step(w, brk);

	if (!step || spent(w, now) < ready_length(step) + step_length(step, brk))
		return false;
	walk_begin(w, w->at + 1, now);
	return true;
}

/* The first time they are read one by one, in three quarters of the time at most; then all is
 * known.
 */
static size_t line_at(const struct step *step, usec_t length, usec_t at)
{
	const char *const *lines = step->instructions.items;
	usec_t all = 0, end = 0, most = length / 4 * 3;

	for (size_t i = 0; i < step->instructions.n; i++)
		all += READING + strlen(lines[i]) * READING_LETTER;
	for (size_t i = 0; i < step->instructions.n; i++) {
		usec_t takes = READING + strlen(lines[i]) * READING_LETTER;

		if (all > most)
			takes = takes / 1000 * most / (all / 1000);
		end += takes;
		if (at < end)
			return i;
	}
	return step->instructions.n;
}

void walk_look(const struct walk *w, const struct brk *brk, usec_t now, struct moment *ret)
{
	const struct step *step = walk_step(w, brk);
	usec_t length = step_length(step, brk), gone = spent(w, now), half = length / 2;
	usec_t ready = ready_length(step), at = usec_sub(gone, ready);
	bool sides = step->sides == 2;

	*ret = (struct moment){
		.ready = usec_sub(ready, gone),
		.length = length,
		.left = usec_sub(length, at),
		.side = !sides      ? 0
			: at < half ? 1
				    : 2,
		.second_half = at >= half,
		.turning = at >= half && at < half + TURNING,
		.line = line_at(step, sides ? half : length, at),
	};
}

usec_t walk_next_change(const struct walk *w, const struct brk *brk, usec_t now)
{
	const struct step *step = walk_step(w, brk);
	usec_t at = spent(w, now), length, ready;

	if (!step || w->stopped)
		return USEC_NEVER;
	ready = ready_length(step);
	if (at < ready)
		return ready - at;
	at -= ready;
	length = step_length(step, brk);
	return at < length / 2 ? length / 2 - at : usec_sub(length, at);
}

size_t walk_find(const struct brk *brk, const char *exercise)
{
	const struct step *steps = brk->steps.items;
	size_t i = 0;

	while (i < brk->steps.n && strcmp(steps[i].exercise, exercise) != 0)
		i++;
	return i;
}

void walk_adopt(struct walk *w, const struct brk *before, const struct brk *after, usec_t now)
{
	const struct step *step = walk_step(w, before);
	const struct step *old = before->steps.items, *fresh = after->steps.items;
	size_t at = 0, found = step ? walk_find(after, step->exercise) : after->steps.n;

	if (found < after->steps.n) {
		w->at = found;
		return;
	}
	/* As many as are the same as before are done already. */
	while (at < w->at && at < after->steps.n && !strcmp(old[at].exercise, fresh[at].exercise))
		at++;
	walk_begin(w, at, now);
}
