/* What the user told by mistake and takes back. */
#include "app/manager-internal.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/answers.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/parse.h"
#include "coach/activity.h"
#include "conf/field.h"

#define KIND_MAX (EXERCISE_ID_MAX + 1)

/* A memory as it was, for when what changes it cannot be kept -----------------------------------
 */

int memory_copy_take(struct memory_copy *copy, const struct coach_memory *m)
{
	size_t size = m->n * sizeof(*m->progress);

	*copy = (struct memory_copy){ .memory = *m, .rows = malloc(size + 1) };
	if (!copy->rows)
		return -ENOMEM;
	memcpy(copy->rows, m->progress, size);
	return 0;
}

void memory_copy_give(const struct memory_copy *copy, struct coach_memory *m)
{
	/* Another one has taken its place meanwhile, and knows better. */
	if (m->progress != copy->memory.progress)
		return;
	*m = copy->memory;
	memcpy(m->progress, copy->rows, m->n * sizeof(*m->progress));
}

void memory_copy_done(struct memory_copy *copy)
{
	free(copy->rows);
}

/* Pain ------------------------------------------------------------------------------------------
 */

int manager_did_not_hurt(struct manager *m, int i, struct bus_answer *no)
{
	const struct exercise *e = &m->config->catalog.exercises[i];
	/* It may be something of before that is taken back. */
	bool known = manager_recall_late(m);
	struct coach coach = manager_coach(m);
	walltime_t said = coach_hurt_said(&m->memory, i);

	if (!coach_did_not_hurt(&m->memory, coach.catalog, i, coach.now)) {
		if (!known)
			return manager_no_history(m, no);
		return say_no(no, BUS_REFUSED_NOT_ALLOWED,
			      "nobody said within the last 7 days that '%s' hurts, so there is "
			      "nothing to take back",
			      e->id);
	}
	log_info("%s: it did not hurt, that was said by mistake", e->id);
	record_said(m->record, clock_boottime(),
		    &(struct said){ .kind = SAID_NO_PAIN, .name = e->id });
	(void)manager_note_unsaid(m, e->id, verdict_names[VERDICT_HURTS], said);
	manager_untell_pain(m, i);
	manager_tell(m);
	return 0;
}

/* Activities -------------------------------------------------------------------------------------
 */

/* The row that is to go; `a.kind` is in `kind`. */
struct found {
	struct history_activity a; /* id 0: there is none */
	char kind[KIND_MAX];
};

static int take_found(void *owner, const struct history_activity *a)
{
	struct found *f = owner;

	f->a = *a;
	(void)snprintf(f->kind, sizeof(f->kind), "%s", a->kind);
	f->a.kind = f->kind;
	return 0;
}

/* What is known to have been done, for a memory that an activity was taken from. */
struct retelling {
	struct coach_memory *memory;
	const struct catalog *catalog;
	int64_t without; /* the activity's id */
	int removed;     /* the exercise that it was, or -1 */
};

static unsigned seconds_of(usec_t length)
{
	return (unsigned)(usec_min(length, USEC_PER_DAY) / USEC_PER_SEC);
}

static int retell_break(void *owner, const struct history_break *b)
{
	struct retelling *t = owner;

	for (size_t k = 0; k < b->n_exercises; k++) {
		int i = catalog_find(t->catalog, b->exercises[k].id);

		if (i >= 0)
			coach_still_done(t->memory, t->catalog, i,
					 seconds_of(b->exercises[k].length), b->day, b->ended,
					 i == t->removed);
	}
	return 0;
}

static int retell_activity(void *owner, const struct history_activity *a)
{
	struct retelling *t = owner;

	if (a->id != t->without)
		coach_activity_still_done(t->memory, t->catalog, a->kind, a->length, a->day, a->at,
					  t->removed);
	return 0;
}

/* What was last done before it, of the two weeks that anything looks back at. */
static int retell(struct manager *m, int64_t without, int removed)
{
	struct retelling t = { &m->memory, &m->config->catalog, without, removed };
	const struct history_query q = {
		.from = (int64_t)usec_sub(clock_walltime(), DAYS_KEPT * USEC_PER_DAY),
		.to = -1,
		.limit = INT_MAX,
	};
	int r;

	r = history_read_breaks(m->remember.history, &q, retell_break, &t);
	return r < 0 ? r : history_read_activities(m->remember.history, &q, retell_activity, &t);
}

static int remove_activity(struct manager *m, const struct history_activity *a)
{
	CLEANUP(memory_copy_done) struct memory_copy before = { 0 };
	struct coach coach = manager_coach(m);
	int i, r;

	r = memory_copy_take(&before, &m->memory);
	if (r < 0)
		return r;
	i = coach_activity_removed(&m->memory, coach.catalog, a->kind, a->length, a->day, a->at);
	r = retell(m, a->id, i);
	if (r >= 0)
		r = manager_note_removed(m, a);
	/* Whoever is told that it is still there finds it counted as well. */
	if (r < 0)
		memory_copy_give(&before, &m->memory);
	return r;
}

/* `walking`, `walking of 20min` */
static const char *describe(const char *kind, usec_t length, char text[static 128])
{
	char duration[DURATION_TEXT_MAX];

	if (length)
		(void)snprintf(text, 128, "%s of %s", *kind ? kind : "activity",
			       format_duration(length, duration));
	else
		(void)snprintf(text, 128, "%s", *kind ? kind : "activity");
	return text;
}

static int none_of_these(struct manager *m, const struct bus_activity_query *q, const char *kind,
			 struct bus_answer *no)
{
	char asked[128], latest[128];
	struct found f = { .a = { .id = 0 } };

	if (q->length)
		(void)history_read_activity(m->remember.history, kind, 0, 0, take_found, &f);
	if (q->id)
		return say_no(no, BUS_REFUSED_NOT_ALLOWED,
			      "there is no such activity in the log any more; nothing is removed");
	describe(kind, q->length, asked);
	if (!f.a.id)
		return say_no(no, BUS_REFUSED_NOT_ALLOWED,
			      "there is no %s in the log; nothing is removed", asked);
	return say_no(no, BUS_REFUSED_NOT_ALLOWED,
		      "there is no %s in the log; the latest is %s. Nothing is removed", asked,
		      describe(f.kind, f.a.length, latest));
}

static int no_such_kind(const char *word, struct bus_answer *no)
{
	const char *near = field_guess(word, activity_kinds);
	char excerpt[EXCERPT_MAX];

	return say_no(no, BUS_REFUSED_INVALID,
		      "'%s' is no kind of activity%s%s; `limber log` shows what is logged. Nothing "
		      "is removed",
		      problem_excerpt(word, excerpt), near ? ", perhaps you mean " : "",
		      near ? near : "");
}

int manager_answer_remove_activity(void *owner, const struct bus_activity_query *q,
				   struct bus_past_sink *sink, struct bus_answer *no)
{
	struct manager *m = owner;
	const char *kind = q->kind ? q->kind : "";
	struct found f = { .a = { .id = 0 } };
	int r;

	if (*kind) {
		kind = activity_find(&m->config->catalog, kind);
		if (!kind)
			return no_such_kind(q->kind, no);
	}
	/* What was known before comes first. */
	(void)manager_recall_late(m);
	r = history_read_activity(m->remember.history, kind, q->length,
				  q->id > INT64_MAX ? INT64_MAX : (int64_t)q->id, take_found, &f);
	if (r < 0)
		return manager_history_read(m, r, no);
	if (!f.a.id)
		return none_of_these(m, q, kind, no);
	r = remove_activity(m, &f.a);
	if (r < 0)
		return r == -ENOMEM ? r : manager_no_history(m, no);
	log_info("removed from the log: %s", f.kind);
	/* A trace has no history to look into: it is told what is known from here on. */
	record_memory(m->record, clock_boottime(), &m->memory, &m->config->catalog);
	manager_sift_break(m);
	manager_tell(m);
	return manager_hand_activity(sink, &f.a);
}
