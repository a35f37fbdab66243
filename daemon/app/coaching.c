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
	free(m->memory.progress);
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

void manager_propose(struct manager *m, int rule, usec_t length, struct routine *ret)
{
	const struct settings *s = &m->config->settings;
	struct wish wish = { .length = length };
	struct coach coach;

	/* In the midst of an event a trace could not tell that it came before. */
	if (!m->draining)
		(void)manager_recall_late(m);
	coach = manager_coach(m);
	/* Whoever has a break proposed works at a screen. */
	coach_worked(&m->memory, m->scheduler.posture);
	*ret = (struct routine){ .n = 0 };
	/* A rule that a reload took away lives on in its break, but asks for nothing any more. */
	if (rule < 0)
		return;
	wish.sets = s->content[rule].sets;
	wish.regions = s->content[rule].regions;
	coach_choose(&coach, &wish, ret);
}

static void remember_offer(struct manager *m, const struct routine *r)
{
	int exercises[ROUTINE_MAX];

	coach_offered(&m->memory, &m->config->catalog, exercises, routine_exercises(r, exercises));
}

/* Once a day a break tells of something to do off the desk; one of seconds is over too soon. */
static void suggest(struct manager *m)
{
	struct coach coach = manager_coach(m);
	int exercises[ROUTINE_MAX];
	size_t n;

	if (m->scheduler.brk.policy.length < COACH_SUGGESTED_FROM ||
	    !coach_suggestion_is_due(&coach))
		return;
	coach_suggest(&coach, &m->shown.suggestion);
	n = routine_exercises(&m->shown.suggestion, exercises);
	if (n > 0)
		coach_suggested(&m->memory, coach.catalog, exercises, n, coach.now);
}

void manager_fill_break(struct manager *m, int rule)
{
	manager_propose(m, rule, m->scheduler.brk.policy.length, &m->shown.routine);
	remember_offer(m, &m->shown.routine);
	m->shown.rested_before = 0;
	m->shown.suggestion.n = 0;
	suggest(m);
}

void manager_clear_break(struct manager *m)
{
	m->shown.id = 0;
	m->shown.routine.n = m->shown.suggestion.n = 0;
	m->shown.rested_before = 0;
	m->shown.recalled = false;
}

usec_t manager_rested(const struct manager *m, const struct effect *e)
{
	bool rested = e->outcome == OUTCOME_TAKEN || e->outcome == OUTCOME_CUT_SHORT;

	return rested ? usec_sub(e->rested, m->shown.rested_before) : 0;
}

void manager_break_done(struct manager *m, const struct effect *e)
{
	struct coach coach = manager_coach(m);

	routine_ended(&m->shown.routine, &m->memory, coach.catalog, manager_rested(m, e),
		      coach.now);
}

static bool is_same(const struct routine *a, const struct routine *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->steps[i].exercise != b->steps[i].exercise)
			return false;
	return true;
}

bool manager_replace_routine(struct manager *m)
{
	const struct break_state *b = &m->scheduler.brk;
	usec_t now = clock_boottime(), rested = scheduler_break_rested(&m->scheduler, now);
	struct routine other;

	manager_propose(m, b->rule, usec_sub(b->policy.length, rested), &other);
	if (other.n == 0 || is_same(&other, &m->shown.routine))
		return false;
	record_said(m->record, now, &(struct said){ .kind = SAID_ANOTHER });
	remember_offer(m, &other);
	m->shown.routine = other;
	m->shown.rested_before = rested;
	m->front_end_due = true;
	manager_tell(m);
	return true;
}

/* Reload --------------------------------------------------------------------------------------- */

/* The routine's exercises under their numbers in the new catalogue; what is gone is left out. */
static void carry_routine(struct routine *r, const struct catalog *before,
			  const struct catalog *now)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->n; i++) {
		struct routine_step step = r->steps[i];
		int exercise = catalog_find(now, before->exercises[step.exercise].id);
		int instead = catalog_find(now, before->exercises[step.instead].id);

		if (exercise < 0 || instead < 0)
			continue;
		step.exercise = (int16_t)exercise;
		step.instead = (int16_t)instead;
		r->steps[kept++] = step;
	}
	r->n = kept;
}

/* Nobody is asked to do what is excluded by now. */
static void sift(struct manager *m, const struct coach *coach)
{
	routine_sift(&m->shown.routine, coach);
	for (size_t i = 0; i < m->shown.suggestion.n; i++)
		if (coach_bars(coach, m->shown.suggestion.steps[i].exercise))
			m->shown.suggestion.n = 0;
}

void manager_sift_break(struct manager *m)
{
	struct coach coach = manager_coach(m);

	sift(m, &coach);
}

int manager_move_memory(struct manager *m, const struct configuration *now)
{
	size_t n = now->catalog.n;
	struct coach_progress *rows = calloc(n + 1, sizeof(*rows));
	struct coach_memory memory;
	struct coach coach;

	if (!rows)
		return -ENOMEM;
	coach_memory_init(&memory, rows, n, 0);
	coach_memory_move(&memory, &now->catalog, &m->memory, &m->config->catalog);
	free(m->memory.progress);
	m->memory = memory;
	carry_routine(&m->shown.routine, &m->config->catalog, &now->catalog);
	carry_routine(&m->shown.suggestion, &m->config->catalog, &now->catalog);
	coach = coach_of(m, now, clock_walltime());
	sift(m, &coach);
	return 0;
}

/* What the user says --------------------------------------------------------------------------- */

void manager_rate(struct manager *m, int i, enum verdict verdict)
{
	const struct exercise *e = &m->config->catalog.exercises[i];
	struct coach coach = manager_coach(m);
	enum region region = REGIONS_COUNT;
	enum coach_advice advice;

	log_info("%s: %s", e->id, verdict_names[verdict]);
	record_said(m->record, clock_boottime(),
		    &(struct said){ .kind = SAID_RATE, .name = e->id, .verdict = verdict });
	advice = coach_verdict(&m->memory, coach.catalog, i, verdict, coach.now, &region);
	manager_note_rating(m, e->id, verdict_names[verdict]);
	if (advice != ADVICE_NONE) {
		/* It ends at once, and what is harder does not come after it. */
		routine_sift(&m->shown.routine, &coach);
		m->front_end_due = true;
		manager_tell_pain(m, i, advice == ADVICE_PROFESSIONAL ? region : REGIONS_COUNT);
	}
	manager_tell(m);
}

void manager_consent(struct manager *m, bool given)
{
	struct coach coach = manager_coach(m);

	log_info("strenuous exercises are %s", given ? "agreed to" : "not wanted");
	record_said(m->record, clock_boottime(),
		    &(struct said){ .kind = SAID_CONSENT, .on = given });
	coach_consent(&m->memory, given);
	m->remember.chosen |= CHOSE_CONSENT;
	manager_keep(m);
	routine_sift(&m->shown.routine, &coach);
	m->front_end_due = m->shown.id > 0;
	manager_tell(m);
}

int manager_done_off_desk(struct manager *m, const char *kind, usec_t length)
{
	size_t size = m->memory.n * sizeof(*m->memory.progress);
	CLEANUP(freep) struct coach_progress *rows = malloc(size + 1);
	struct coach coach = manager_coach(m);
	const struct coach_memory before = m->memory;
	int r;

	if (!rows)
		return -ENOMEM;
	memcpy(rows, m->memory.progress, size);
	coach_activity(&m->memory, coach.catalog, kind, length, coach.now);
	r = manager_note_activity(m, kind, length);
	/* Whoever is told that it is not logged will say it again. */
	if (r < 0 && m->memory.progress == before.progress) {
		memcpy(m->memory.progress, rows, size);
		m->memory = before;
	}
	if (r >= 0)
		record_said(
			m->record, clock_boottime(),
			&(struct said){ .kind = SAID_ACTIVITY, .name = kind, .length = length });
	return r;
}
