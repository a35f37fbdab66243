/* The coach in the daemon: what the breaks are filled with, and what becomes known of the user. */
#include "app/manager-internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"

int manager_new_memory(struct manager *m, uint64_t seed)
{
	size_t n = m->config->catalog.n;
	struct coach_progress *rows = calloc(n + 1, sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	manager_free_memory(&m->memory);
	coach_memory_init(&m->memory, rows, n, seed);
	return 0;
}

static struct coach coach_of(const struct manager *m, const struct configuration *config,
			     walltime_t now)
{
	return (struct coach){
		.catalog = &config->catalog,
		.person = &config->settings.person,
		.memory = &m->memory,
		.memory_unknown = !m->remember.recalled,
		.now = now,
		.posture = m->scheduler.posture,
		.sit_stand = config->settings.policy.sit_stand,
	};
}

struct coach manager_coach(struct manager *m)
{
	walltime_t now = clock_walltime();
	struct calendar calendar;

	calendar_at(&m->config->settings.hours, now, &calendar);
	coach_day_is(&m->memory, &m->config->catalog, calendar.day, now);
	return coach_of(m, m->config, now);
}

/* What the rule asks for; of one that a reload took away nothing any more. */
static struct wish wish_of(const struct manager *m, int rule, usec_t length)
{
	const struct settings *s = &m->config->settings;
	struct wish wish = { .length = length };

	if (rule >= 0) {
		wish.sets = s->content[rule].sets;
		wish.regions = s->content[rule].regions;
	}
	return wish;
}

/* Whoever has a break proposed works at a screen. */
static struct coach coach_at_work(struct manager *m)
{
	struct coach coach;

	/* In the midst of an event a trace could not tell that it came before. */
	if (!m->draining)
		(void)manager_recall_late(m);
	coach = manager_coach(m);
	coach_worked(&m->memory, m->scheduler.posture);
	return coach;
}

void manager_propose(struct manager *m, int rule, usec_t length, struct routine *ret)
{
	struct wish wish = wish_of(m, rule, length);
	struct coach coach = coach_at_work(m);

	coach_choose(&coach, &wish, ret);
	m->latest = *ret;
}

/* The present break ---------------------------------------------------------------------------- */

static struct wish present_wish(const struct manager *m)
{
	const struct break_state *b = &m->scheduler.brk;

	return wish_of(m, b->rule, b->policy.length);
}

static usec_t rested_by_now(const struct manager *m)
{
	return scheduler_break_rested(&m->scheduler, clock_boottime());
}

void manager_fill_break(struct manager *m, int rule)
{
	struct wish wish = wish_of(m, rule, m->scheduler.brk.policy.length);
	struct coach coach = coach_at_work(m);

	content_fill(&m->shown.content, &coach, &m->memory, &wish);
	/* Once a day a break tells of something to do off the desk; one of seconds is over too
	 * soon. */
	if (wish.length >= COACH_SUGGESTED_FROM && coach_suggestion_is_due(&coach))
		content_suggest(&m->shown.content, &coach, &m->memory);
}

static bool is_running(const struct manager *m)
{
	return m->scheduler.brk.exists && m->scheduler.brk.phase == PHASE_ON_BREAK;
}

void manager_judge_break(struct manager *m)
{
	struct wish wish = present_wish(m);
	struct coach coach = coach_at_work(m);

	/* Where the rule is gone there is nothing to choose by. */
	if (m->scheduler.brk.rule < 0)
		(void)content_sift(&m->shown.content, &coach, &m->memory, &wish, 0);
	else if (m->shown.stale)
		content_renew(&m->shown.content, &coach, &m->memory, &wish);
	else if (!content_judge(&m->shown.content, &coach, &m->memory, &wish))
		return;
	m->shown.stale = false;
	m->front_end_due = true;
}

void manager_begin_break(struct manager *m, usec_t rested)
{
	inhibitors_done(&m->still);
	manager_judge_break(m);
	content_begins(&m->shown.content, rested, m->scheduler.brk.policy.length);
}

void manager_halt_break(struct manager *m, usec_t rested)
{
	struct coach coach = manager_coach(m);

	content_halts(&m->shown.content, &m->memory, coach.catalog, rested, coach.now);
	inhibitors_done(&m->still);
}

void manager_sift_break(struct manager *m)
{
	struct wish wish = present_wish(m);
	struct coach coach;

	if (!m->scheduler.brk.exists)
		return;
	if (!is_running(m)) {
		manager_judge_break(m);
		return;
	}
	coach = manager_coach(m);
	if (content_sift(&m->shown.content, &coach, &m->memory, &wish, rested_by_now(m)))
		m->front_end_due = true;
}

void manager_clear_break(struct manager *m)
{
	if (m->shown.content.routine.n > 0)
		m->latest = m->shown.content.routine;
	m->shown = (struct shown_break){ .id = 0 };
	inhibitors_done(&m->still);
}

static const struct routine_step *find_step(const struct routine *r, int i)
{
	for (size_t k = 0; k < r->n; k++)
		if (r->steps[k].exercise == i)
			return &r->steps[k];
	return NULL;
}

const char *manager_chosen(const struct manager *m, int i, char buffer[static COACH_WHY_MAX])
{
	const struct routine_step *step = find_step(&m->shown.content.routine, i);

	if (!step)
		step = find_step(&m->latest, i);
	buffer[0] = '\0';
	if (step)
		coach_why(&m->config->catalog, step, buffer);
	return buffer;
}

usec_t manager_rested(const struct effect *e)
{
	bool rested = e->outcome == OUTCOME_TAKEN || e->outcome == OUTCOME_CUT_SHORT;

	return rested ? e->rested : 0;
}

void manager_break_done(struct manager *m, const struct effect *e)
{
	struct coach coach = manager_coach(m);

	content_ended(&m->shown.content, &m->memory, coach.catalog, manager_rested(e), coach.now);
}

bool manager_replace_routine(struct manager *m)
{
	struct wish wish = present_wish(m);
	struct coach coach = coach_at_work(m);

	if (!content_replace(&m->shown.content, &coach, &m->memory, &wish, rested_by_now(m)))
		return false;
	record_said(m->record, clock_boottime(), &(struct said){ .kind = SAID_ANOTHER });
	m->front_end_due = true;
	/* What was done before it is on the disk before they are answered. */
	manager_keep(m);
	manager_tell(m);
	return true;
}

bool manager_next_exercise(struct manager *m)
{
	struct wish wish = present_wish(m);
	struct coach coach = manager_coach(m);
	usec_t now = clock_boottime();

	if (!is_running(m) || !content_next(&m->shown.content, &coach, &m->memory, &wish,
					    scheduler_break_rested(&m->scheduler, now)))
		return false;
	record_said(m->record, now, &(struct said){ .kind = SAID_NEXT });
	m->front_end_due = true;
	manager_keep(m);
	manager_tell(m);
	return true;
}

static bool stand(struct manager *m, bool still)
{
	struct coach coach = manager_coach(m);
	usec_t now = clock_boottime();

	if (!is_running(m) || !content_stand(&m->shown.content, &m->memory, coach.catalog, still,
					     scheduler_break_rested(&m->scheduler, now), coach.now))
		return false;
	record_said(m->record, now, &(struct said){ .kind = SAID_STILL, .on = still });
	m->front_end_due = true;
	manager_tell(m);
	return true;
}

int manager_hold_exercise(struct manager *m, const char *client, int *ret_fd)
{
	CLEANUP(closep) int fd = -1;
	bool held = m->still.n > 0;
	int r;

	r = inhibitors_add(&m->still, client, "", "", clock_boottime(), &fd);
	if (r < 0)
		return r;
	if (!held && !stand(m, true)) {
		inhibitors_done(&m->still);
		return -ENOENT;
	}
	*ret_fd = fd;
	fd = -1;
	return 0;
}

void manager_exercise_released(void *owner)
{
	struct manager *m = owner;

	if (!m->still.n)
		(void)stand(m, false);
}

/* Reload --------------------------------------------------------------------------------------- */

/* Nobody is asked to do what is excluded by now. What does not run yet is chosen anew when the new
 * rules are in force as well. */
static void sift_for(struct manager *m, const struct configuration *now)
{
	struct coach coach = coach_of(m, now, clock_walltime());
	struct content *x = &m->shown.content;
	struct wish wish = present_wish(m);

	if (is_running(m)) {
		(void)content_sift(x, &coach, &m->memory, &wish, rested_by_now(m));
		return;
	}
	if (m->scheduler.brk.exists && routine_barred(&x->routine, &coach, &wish)) {
		x->routine.n = 0;
		m->shown.stale = true;
	}
	(void)content_sift(x, &coach, &m->memory, &wish, 0);
}

int manager_move_memory(struct manager *m, const struct configuration *now)
{
	size_t n = now->catalog.n;
	struct coach_progress *rows = calloc(n + 1, sizeof(*rows));
	struct coach coach = manager_coach(m);
	struct coach_memory memory;

	if (!rows)
		return -ENOMEM;
	content_carry(&m->shown.content, &m->memory, coach.catalog, &now->catalog,
		      is_running(m) ? rested_by_now(m) : 0, coach.now);
	coach_memory_init(&memory, rows, n, 0);
	manager_room_for_gone(&memory, m->memory.n_gone + m->memory.n);
	coach_memory_move(&memory, &now->catalog, &m->memory, coach.catalog);
	manager_room_for_gone(&memory, 0);
	manager_free_memory(&m->memory);
	m->memory = memory;
	m->latest.n = 0;
	sift_for(m, now);
	return 0;
}

/* What the user says --------------------------------------------------------------------------- */

void manager_rate(struct manager *m, int i, enum verdict verdict)
{
	const struct exercise *e = &m->config->catalog.exercises[i];
	struct coach coach = manager_coach(m);
	enum coach_advice advice;
	uint32_t regions = 0;

	log_info("%s: %s", e->id, verdict_names[verdict]);
	record_said(m->record, clock_boottime(),
		    &(struct said){ .kind = SAID_RATE, .name = e->id, .verdict = verdict });
	advice = coach_verdict(&m->memory, coach.catalog, i, verdict, coach.now, &regions);
	/* It ends at once, and what is harder does not come after it. */
	manager_sift_break(m);
	manager_note_rating(m, e->id, verdict_names[verdict]);
	if (advice != ADVICE_NONE) {
		m->front_end_due = true;
		manager_tell_pain(m, i, regions);
	}
	manager_tell(m);
}

void manager_consent(struct manager *m, bool given)
{
	(void)manager_coach(m);
	log_info("strenuous exercises are %s", given ? "agreed to" : "not wanted");
	record_said(m->record, clock_boottime(),
		    &(struct said){ .kind = SAID_CONSENT, .on = given });
	coach_consent(&m->memory, given);
	m->remember.chosen |= CHOSE_CONSENT;
	manager_sift_break(m);
	manager_keep(m);
	manager_tell(m);
}

int manager_done_off_desk(struct manager *m, const char *kind, usec_t length)
{
	CLEANUP(memory_copy_done) struct memory_copy before = { 0 };
	struct coach coach = manager_coach(m);
	int r;

	r = memory_copy_take(&before, &m->memory);
	if (r < 0)
		return r;
	coach_activity(&m->memory, coach.catalog, kind, length, coach.now);
	r = manager_note_activity(m, kind, length, coach.now);
	if (r < 0) {
		/* Whoever is told that it is not logged will say it again. */
		memory_copy_give(&before, &m->memory);
		return r;
	}
	record_said(m->record, clock_boottime(),
		    &(struct said){ .kind = SAID_ACTIVITY, .name = kind, .length = length });
	manager_sift_break(m);
	manager_tell(m);
	return r;
}
