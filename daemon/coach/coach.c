#include "coach/coach.h"

#include <string.h>

static bool skipped(const struct person *p, const char *id)
{
	for (size_t i = 0; i < p->n_skips; i++)
		if (!strcmp(p->skips[i], id))
			return true;
	return false;
}

static bool has_room(enum place place, const struct exercise *e)
{
	switch ((enum space)e->space) {
	case SPACE_DESK:
		return true;
	case SPACE_STANDING_ROOM:
		return place == PLACE_ROOM || place == PLACE_MAT;
	case SPACE_MAT:
		return place == PLACE_MAT;
	case SPACE_OUTDOORS:
	case SPACES_COUNT:
		return false;
	}
	return false;
}

/* The person's safety first, then what is possible, then what is liked: the first reason is told.
 */
const char *coach_objection(const struct person *p, const struct exercise *e)
{
	if (p->limits & e->avoid_if)
		return "it does not suit one of your limits";
	if (p->limits_unreadable && e->avoid_if)
		return "your limits could not be read, and it does not suit everybody";
	if (e->intensity > INTENSITY_OFFERED_MAX)
		return "it is harder than what is offered without your consent";
	if (e->space == SPACE_OUTDOORS)
		return "it is a session of its own, not something for a break";
	if (!has_room(p->place, e))
		return "it needs more room than you said you have";
	if (p->discreet && !e->discreet)
		return "it is not discreet, and you asked for that";
	if (skipped(p, e->id))
		return "it is on your list of exercises to skip";
	return NULL;
}

static bool answers(const struct wish *w, const struct exercise *e)
{
	return w->sets & UINT32_C(1) << e->set && (!w->regions || w->regions & e->relieves) &&
	       e->seconds_min * USEC_PER_SEC <= w->length && !e->needs_warmup;
}

int coach_next(const struct catalog *c, const struct person *p, const struct wish *w, int last)
{
	size_t from = last >= 0 && (size_t)last < c->n ? (size_t)last + 1 : 0;

	for (size_t turn = 0; turn < c->n; turn++) {
		size_t i = (from + turn) % c->n;
		const struct exercise *e = &c->exercises[i];

		if (answers(w, e) && !coach_objection(p, e))
			return (int)i;
	}
	return -1;
}
