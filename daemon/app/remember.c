/*
 * What goes into the history, and when: outcomes before anybody is told of them, decisions and what
 * the user said with the event that brought them, presence and where everything stands along with
 * these, and every 5 min while there is activity. Nothing is written while nothing happens.
 */
#include "app/manager-internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/timer.h"
#include "store/state.h"

#define KEPT_EVERY (5 * USEC_PER_MIN)
#define KEPT_ACCURACY (10 * USEC_PER_SEC)
/* A spell of work goes on through anything shorter. */
#define SPELL_REST (60 * USEC_PER_SEC)
/* What is shorter is a source that is only just there, and no presence. */
#define PRESENCE_MIN USEC_PER_SEC
/* A shorter rest is of the day that it was told on. */
#define REST_MIN USEC_PER_HOUR
#define REST_DAYS_MAX 400

/* Presence ---------------------------------------------------------------------------------------
 */

/* Do loads grow in it, as far as anybody knows? */
static bool is_work(enum presence presence)
{
	switch (presence) {
	case PRESENCE_ACTIVE:
	case PRESENCE_WATCHING:
	case PRESENCE_UNKNOWN:
		return true;
	case PRESENCE_IDLE:
	case PRESENCE_AWAY:
		return false;
	}
	return false;
}

static void push_spell(struct remember *r, const struct kept_spell *spell)
{
	if (r->n_spells == KEPT_SPELLS_MAX) {
		memmove(&r->spells[0], &r->spells[1], sizeof(r->spells) - sizeof(r->spells[0]));
		r->n_spells--;
	}
	r->spells[r->n_spells++] = *spell;
	/* Before there is no room for the next ones. */
	r->due = r->due || r->n_spells > KEPT_SPELLS_MAX / 2;
}

/* A spell of work belongs to the day it is on: one that goes on into the next day is two. */
static void add_spell(struct remember *r, enum presence presence, walltime_t from, walltime_t to)
{
	usec_t length = usec_sub(to, from);
	struct kept_day *day;

	/* Or the clock was set. */
	if (!from || length < PRESENCE_MIN)
		return;
	push_spell(r, &(struct kept_spell){ r->day, presence, from, to });
	if (is_work(presence))
		r->spell += length;
	else if (length >= SPELL_REST)
		r->spell = 0;
	day = manager_kept_day(r, r->day);
	day->longest = usec_max(day->longest, r->spell);
}

/* The presence that holds is another one, or the day is: what was until then is a spell. */
static void note_presence(struct manager *m)
{
	struct remember *r = &m->remember;
	const struct scheduler *s = &m->scheduler;
	usec_t until = s->now;

	if (s->presence == r->presence && r->day == m->calendar.day)
		return;
	if (s->presence != r->presence)
		until = s->presence_since;
	until = usec_max(until, r->presence_since);
	add_spell(r, r->presence, wall_of(&m->wall, r->presence_since), wall_of(&m->wall, until));
	r->presence = s->presence;
	r->presence_since = until;
	if (r->day == m->calendar.day)
		return;
	manager_count_held(r, s->now);
	r->spell = 0;
	r->day = m->calendar.day;
}

/* Outcomes ---------------------------------------------------------------------------------------
 */

static struct kept_outcome *new_outcome(struct remember *r)
{
	if (r->n_outcomes == KEPT_OUTCOMES_MAX) {
		memmove(&r->outcomes[0], &r->outcomes[1],
			sizeof(r->outcomes) - sizeof(r->outcomes[0]));
		r->n_outcomes--;
		r->lost++;
	}
	r->outcomes[r->n_outcomes] = (struct kept_outcome){ 0 };
	return &r->outcomes[r->n_outcomes++];
}

_Static_assert(CONTENT_ALL_MAX <= HISTORY_EXERCISES_MAX, "what was done is kept whole");

/* What of the exercises was done, as far as anybody can know: the break's rest. */
static void put_exercises(const struct manager *m, const struct effect *e, struct kept_outcome *o)
{
	struct content_done done[CONTENT_ALL_MAX];
	size_t n = content_all(&m->shown.content, manager_rested(e), done);

	for (size_t i = 0; i < n; i++) {
		const struct exercise *exercise = &m->config->catalog.exercises[done[i].exercise];

		(void)snprintf(o->ids[i], sizeof(o->ids[i]), "%s", exercise->id);
		o->regions[i] = exercise->relieves;
		o->sets[i] = exercise->set;
		o->b.exercises[i].length = done[i].seconds * USEC_PER_SEC;
	}
	o->b.n_exercises = n;
}

static void put_delays(const struct held_rule *held, struct history_break *b)
{
	for (int i = 0; i < HELD_REASONS && b->n_delays < HISTORY_DELAYS_MAX; i++)
		if (held->sums[i])
			b->delays[b->n_delays++] = (struct history_delay){
				held_name((enum held_reason)i),
				held->sums[i],
			};
}

static void note_outcome(struct manager *m, const struct effect *e, const struct decision *d,
			 int rule)
{
	struct kept_outcome *o = new_outcome(&m->remember);
	struct history_break *b = &o->b;
	struct calendar calendar;

	memcpy(o->rule, d->rule, sizeof(o->rule));
	b->outcome = outcome_name(e->outcome);
	b->due = wall_of(&m->wall, e->due_at);
	b->prompted = wall_of(&m->wall, e->first_at);
	b->started = wall_of(&m->wall, e->started_at);
	b->ended = wall_of(&m->wall, e->at);
	b->length = e->length;
	b->rested = e->rested;
	b->prompts = e->prompts;
	b->snoozes = e->snoozes;
	calendar_at(&m->config->settings.hours, b->ended, &calendar);
	b->day = calendar.day;
	if (e->outcome != OUTCOME_NATURAL)
		put_exercises(m, e, o);
	if (rule >= 0)
		put_delays(&m->remember.held.rules[rule], b);
	if (e->outcome == OUTCOME_TAKEN)
		m->remember.spell = 0;
}

/*
 * Without anything that tells of a rest, work seems to go on through a break. One that was taken
 * ends the spell where it began, and what comes behind it is the next one.
 */
static void end_spell(struct manager *m, const struct effect *e)
{
	struct remember *r = &m->remember;
	usec_t began = e->started_at ? e->started_at : e->at;

	/* What has come before it is told first. */
	note_presence(m);
	if (!is_work(r->presence) || !r->presence_since || e->at <= r->presence_since)
		return;
	began = usec_max(began, r->presence_since);
	add_spell(r, r->presence, wall_of(&m->wall, r->presence_since), wall_of(&m->wall, began));
	if (e->at - began >= PRESENCE_MIN)
		push_spell(r, &(struct kept_spell){ r->day, r->presence, wall_of(&m->wall, began),
						    wall_of(&m->wall, e->at) });
	r->presence_since = e->at;
}

static const struct effect *next_end(const struct effects *effects, size_t *cursor)
{
	while (*cursor < effects->n)
		if (effects->v[(*cursor)++].kind == EFFECT_END)
			return &effects->v[*cursor - 1];
	return NULL;
}

static void note_decisions(struct manager *m, const struct effects *effects)
{
	struct remember *r = &m->remember;
	const struct journal *j = &m->scheduler.journal;
	size_t cursor = 0;

	for (; r->noted < j->n; r->noted++) {
		const struct decision *d = journal_get(j, r->noted);
		const struct effect *e;
		bool ends;
		int rule;

		if (!d)
			continue;
		r->due = true;
		ends = d->kind == DECISION_ENDED || d->kind == DECISION_NATURAL;
		rule = held_find(&r->held, &m->scheduler.policy, d->rule);
		held_decided(&r->held, rule, d);
		/* Each of these has its effect, in the same order. */
		e = ends ? next_end(effects, &cursor) : NULL;
		if (e && e->outcome == OUTCOME_TAKEN)
			end_spell(m, e);
		if (e)
			note_outcome(m, e, d, rule);
		if (ends || d->kind == DECISION_EASED)
			held_over(&r->held, rule);
	}
}

void manager_note_earlier(struct manager *m, const struct scheduler *earlier,
			  const struct effects *effects, const struct kept_spell *presence)
{
	const struct journal *j = &earlier->journal;
	size_t cursor = 0;

	for (uint64_t i = 0; i < j->n; i++) {
		const struct decision *d = journal_get(j, i);
		const struct effect *e = NULL;

		if (d && (d->kind == DECISION_ENDED || d->kind == DECISION_NATURAL))
			e = next_end(effects, &cursor);
		if (e)
			note_outcome(m, e, d,
				     held_find(&m->remember.held, &m->scheduler.policy, d->rule));
	}
	if (presence->from && usec_sub(presence->to, presence->from) >= PRESENCE_MIN)
		push_spell(&m->remember, presence);
}

void manager_note(struct manager *m, const struct effects *effects)
{
	note_decisions(m, effects);
	note_presence(m);
}

usec_t manager_spell(const struct manager *m)
{
	const struct break_state *b = &m->scheduler.brk;
	const struct remember *r = &m->remember;
	usec_t now = clock_boottime();

	if (!is_work(r->presence) || !r->presence_since)
		return r->spell;
	/* As of one that runs it is not known yet, it may well be taken. */
	if (b->exists && b->phase == PHASE_ON_BREAK)
		now = b->started_at;
	return r->spell + usec_sub(now, r->presence_since);
}

void manager_note_restart(struct manager *m, walltime_t from, walltime_t at, usec_t gone)
{
	struct remember *r = &m->remember;
	bool bridged = gone <= STOP_BRIDGED;

	/* In a short absence the presence is what it was, a longer one is rest. */
	add_spell(r, r->presence, from, bridged ? at + gone : at);
	if (!bridged || r->day != m->calendar.day)
		r->spell = 0;
	r->presence = m->scheduler.presence;
	r->presence_since = clock_boottime();
	r->day = m->calendar.day;
}

void manager_note_command(struct manager *m, enum event_kind kind)
{
	struct remember *r = &m->remember;

	switch (kind) {
	case EVENT_HOLD:
		r->chosen |= CHOSE_PAUSE;
		/* It is told a second time when it is known who said so, which is not kept. */
		r->said = r->said || m->scheduler.held_until != r->kept_hold;
		break;
	case EVENT_RELEASE:
		r->chosen |= CHOSE_PAUSE;
		r->said = true;
		break;
	case EVENT_READING:
		r->chosen |= CHOSE_READING;
		r->said = true;
		break;
	case EVENT_POSTURE:
		r->chosen |= CHOSE_POSTURE;
		r->said = true;
		break;
	case EVENT_SNOOZE:
	case EVENT_RESTED:
		r->said = true;
		break;
	default:
		break;
	}
	r->due = r->due || r->said;
}

void manager_note_settings(struct manager *m)
{
	const struct scheduler *s = &m->scheduler;

	held_move(&m->remember.held, &s->policy, &m->config->settings.policy,
		  s->brk.exists ? s->brk.policy.name : "");
}

/* Writing ----------------------------------------------------------------------------------------
 */

static const char *total_name(char buffer[static TOTAL_NAME_MAX], const char *part, const char *of,
			      const char *what)
{
	(void)snprintf(buffer, TOTAL_NAME_MAX, "%s%s%s%s", part, of, what ? ":" : "",
		       what ? what : "");
	return buffer;
}

static void put_exercise_totals(struct history *h, const struct kept_outcome *o, size_t i)
{
	const struct history_exercise *e = &o->b.exercises[i];
	char name[TOTAL_NAME_MAX];

	history_add_total(h, o->b.day, total_name(name, "set:", set_names[o->sets[i]], NULL),
			  e->length);
	for (unsigned region = 0; region < REGIONS_COUNT; region++)
		if (o->regions[i] & UINT32_C(1) << region)
			history_add_total(h, o->b.day,
					  total_name(name, "region:", region_names[region], NULL),
					  e->length);
}

static void put_outcome(struct history *h, struct kept_outcome *o)
{
	char name[TOTAL_NAME_MAX];

	o->b.rule = o->rule;
	for (size_t i = 0; i < o->b.n_exercises; i++)
		o->b.exercises[i].id = o->ids[i];
	history_add_break(h, &o->b);
	history_add_total(h, o->b.day, total_name(name, "break:", o->rule, o->b.outcome), 1);
	for (size_t i = 0; i < o->b.n_exercises; i++)
		put_exercise_totals(h, o, i);
}

/* Nothing tells of the days that a computer sleeps through: each has its own part of such a rest.
 */
static void put_rest(struct manager *m, const struct kept_spell *spell, const char *name)
{
	const struct hours days = { .day_starts = m->config->settings.hours.day_starts };
	walltime_t at = spell->from, next;

	for (int i = 0; i < REST_DAYS_MAX && at < spell->to; i++, at = next) {
		struct calendar c;

		calendar_at(&days, at, &c);
		next = usec_min(c.changes_at, spell->to);
		history_add_total(m->remember.history, c.day, name, next - at);
	}
}

static void put_spell(struct manager *m, const struct kept_spell *spell)
{
	struct history *h = m->remember.history;
	const char *presence = presence_name(spell->presence);
	usec_t length = spell->to - spell->from;
	char name[TOTAL_NAME_MAX];

	history_add_presence(h, spell->day, presence, spell->from, spell->to);
	(void)total_name(name, presence, "_usec", NULL);
	if (is_work(spell->presence) || length < REST_MIN)
		history_add_total(h, spell->day, name, length);
	else
		put_rest(m, spell, name);
}

static void put_state(struct manager *m)
{
	const struct remember *r = &m->remember;
	const struct scheduler *s = &m->scheduler;
	const struct state_owner owner = {
		.paused_until = s->signs[QUIET_PAUSE].on ? m->paused_until : 0,
		.reading_until = s->reading_until ? m->reading_until : 0,
		.presence_from = wall_of(&m->wall, r->presence_since),
		.spell = r->spell,
	};
	CLEANUP(freep) char *text = NULL;
	CLEANUP(freep) char *whole = NULL;

	if (state_write(s, &owner, &text) >= 0 && manager_write_live(m, text, &whole) >= 0)
		history_save_state(r->history, wall_of(&m->wall, s->now), whole);
}

static void put_all(struct manager *m)
{
	struct remember *r = &m->remember;
	const struct journal *j = &m->scheduler.journal;

	for (uint64_t i = r->kept; i < j->n; i++) {
		const struct decision *d = journal_get(j, i);

		if (!d)
			continue;
		history_add_decision(r->history, r->day, d, m->wall.offset);
		r->kept_rows++;
	}
	for (size_t i = 0; i < r->n_outcomes; i++)
		put_outcome(r->history, &r->outcomes[i]);
	for (size_t i = 0; i < r->n_spells; i++)
		put_spell(m, &r->spells[i]);
	manager_put_days(r);
	/* Or it is not all of it yet. */
	if (!r->late)
		put_state(m);
	manager_put_memory(m);
}

/* All of it is on the disk. */
static void forget_pending(struct manager *m)
{
	struct remember *r = &m->remember;

	r->kept = m->scheduler.journal.n;
	r->kept_hold = m->scheduler.signs[QUIET_PAUSE].on ? m->scheduler.held_until : 0;
	r->n_outcomes = 0;
	r->n_spells = 0;
	r->n_days = 0;
	manager_memory_was_kept(m);
}

/* Once, when something begins or ceases to be wrong. */
void manager_tell_history(struct manager *m)
{
	struct remember *r = &m->remember;
	const char *problem = history_problem(r->history);
	const char *damage = history_damage(r->history);

	if (problem && !r->told_problem)
		log_warning("%s", problem);
	else if (!problem && r->told_problem)
		log_info("breaks are kept again; %u in between are lost", r->lost);
	if (!problem)
		r->lost = 0;
	if (damage && history_begun(r->history) != r->told_begun) {
		log_warning("%s", damage);
		manager_tell_damage(m, damage);
		r->told_begun = history_begun(r->history);
		r->news = true;
	}
	if (!problem != !r->told_problem)
		r->news = true;
	r->told_problem = problem;
}

const char *manager_history_problem(const struct manager *m,
				    char buffer[static HISTORY_PROBLEM_MAX])
{
	const struct remember *r = &m->remember;
	const char *problem = history_problem(r->history);

	if (!problem || !r->lost)
		return problem;
	(void)snprintf(buffer, HISTORY_PROBLEM_MAX,
		       "%s; the last %d breaks are remembered until they can be kept, %u before "
		       "them are lost",
		       problem, KEPT_OUTCOMES_MAX, r->lost);
	return buffer;
}

/* What the user said of an exercise, or that they did off the desk; or that they did not. */
struct word {
	const char *exercise, *verdict;
	const char *kind;
	usec_t length;
	walltime_t at;
	const struct history_activity *removed;
	bool unsaid; /* the verdict was not given, from `at` on */
};

static void put_removed(struct history *h, const struct history_activity *a)
{
	char name[TOTAL_NAME_MAX];

	history_remove_activity(h, a->id);
	history_change_total(h, a->day, total_name(name, "activity:", a->kind, NULL),
			     -(int64_t)a->length);
}

static void put_word(struct manager *m, const struct word *w)
{
	struct history *h = m->remember.history;
	char name[TOTAL_NAME_MAX];

	if (w->exercise && w->unsaid)
		history_remove_ratings(h, w->at, w->exercise, w->verdict);
	else if (w->exercise)
		history_add_rating(h, clock_walltime(), w->exercise, w->verdict);
	if (w->removed)
		put_removed(h, w->removed);
	if (!w->kind)
		return;
	history_add_activity(h, m->calendar.day, w->at, w->kind, w->length);
	history_add_total(h, m->calendar.day, total_name(name, "activity:", w->kind, NULL),
			  w->length);
}

/* What the core has decided by itself is not worth a wait for the disk each time. */
static bool begin(struct manager *m)
{
	struct remember *r = &m->remember;

	if (!manager_recall_late(m))
		return false;
	return r->said ? history_begin(r->history) : history_begin_lightly(r->history);
}

static int keep(struct manager *m, const struct word *word)
{
	struct remember *r = &m->remember;
	uint64_t rows;
	int result = -EIO;

	manager_mind_file(m);
	rows = r->kept_rows;
	manager_count_held(r, m->scheduler.now);
	manager_count_screen(m, m->scheduler.now);
	/* A file that proved to be damaged is followed by a new one. */
	for (int i = 0; i < 2 && begin(m); i++) {
		if (history_begun(r->history) != r->begun) {
			manager_keep_all_memory(m);
			rows = 0;
		}
		r->kept_rows = rows;
		put_word(m, word);
		put_all(m);
		result = history_commit(r->history);
		if (result != -EAGAIN)
			break;
	}
	if (result >= 0) {
		forget_pending(m);
		r->begun = history_begun(r->history);
	} else {
		r->kept_rows = rows;
	}
	r->due = r->said = false;
	r->kept_at = m->scheduler.now;
	manager_tell_history(m);
	return result;
}

static const struct word nothing_said;

void manager_keep(struct manager *m)
{
	m->remember.said = true;
	if (m->remember.ready)
		(void)keep(m, &nothing_said);
}

void manager_mind_history(struct manager *m)
{
	struct remember *r = &m->remember;

	if (history_begun(r->history) != r->begun)
		manager_keep(m);
	manager_tell_history(m);
	if (!r->news || m->draining || !m->service)
		return;
	r->news = false;
	manager_tell(m);
}

void manager_note_rating(struct manager *m, const char *exercise, const char *verdict)
{
	m->remember.said = true;
	if (m->remember.ready)
		(void)keep(m, &(struct word){ .exercise = exercise, .verdict = verdict });
}

int manager_note_unsaid(struct manager *m, const char *exercise, const char *verdict,
			walltime_t since)
{
	const struct word word = {
		.exercise = exercise,
		.verdict = verdict,
		.at = since,
		.unsaid = true,
	};

	m->remember.said = true;
	return m->remember.ready ? keep(m, &word) : -EIO;
}

int manager_note_activity(struct manager *m, const char *kind, usec_t length, walltime_t at)
{
	const struct word word = { .kind = kind, .length = length, .at = at };

	m->remember.said = true;
	return m->remember.ready ? keep(m, &word) : -EIO;
}

int manager_note_removed(struct manager *m, const struct history_activity *activity)
{
	m->remember.said = true;
	return m->remember.ready ? keep(m, &(struct word){ .removed = activity }) : -EIO;
}

void manager_keep_what_is_due(struct manager *m)
{
	struct remember *r = &m->remember;
	bool work = is_work(m->scheduler.presence);
	usec_t age = usec_sub(m->scheduler.now, r->kept_at);

	if (!r->ready)
		return;
	manager_recall_late_rest(m);
	if (r->due || (work && age >= KEPT_EVERY)) {
		(void)keep(m, &nothing_said);
		timer_stop(r->timer);
		age = 0;
	}
	if (!work)
		timer_stop(r->timer);
	else if (!timer_is_running(r->timer))
		timer_start(r->timer, KEPT_EVERY - age);
	if (r->news) {
		r->news = false;
		manager_tell(m);
	}
}

/* So many pieces of what is let go of, and then of what that left empty, are taken in together. */
#define PIECES_MOST 8

/* A piece of the days that are older than what is to be kept, once a day; true: there is more. */
static bool forget_old_days(struct manager *m)
{
	struct remember *r = &m->remember;
	int days = (int)(m->config->settings.history_keep / USEC_PER_DAY);
	bool more;

	if (r->forgot_day == r->day || !r->recalled || !history_begin_lightly(r->history))
		return false;
	more = history_forget(r->history, r->day, days);
	if (history_commit(r->history) < 0)
		return false;
	if (!more)
		r->forgot_day = r->day;
	return more;
}

void manager_keep_now(struct manager *m)
{
	m->remember.due = m->remember.said = true;
	/* By the clock of this moment, so that no work since the last event is lost. */
	manager_post(m, (struct event){ .kind = EVENT_TICK });
}

/* One after the other, with whoever waits for an answer in between. */
static int on_chore(sd_event_source *source, void *userdata)
{
	struct manager *m = userdata;
	struct remember *r = &m->remember;

	bool over = false;

	switch (r->chore) {
	case CHORE_FORGET:
		if (!forget_old_days(m) && !history_shrink(r->history))
			r->pieces = 0;
		else if (++r->pieces < PIECES_MOST)
			break;
		r->chore = CHORE_TAKE_IN;
		break;
	case CHORE_TAKE_IN:
		if (history_take_in(r->history))
			break;
		r->chore = r->pieces ? CHORE_FORGET : CHORE_LOOK_THROUGH;
		r->pieces = 0;
		break;
	case CHORE_LOOK_THROUGH:
		history_look_through(r->history);
		over = true;
		break;
	case CHORE_BEGIN:
		history_begin_log(r->history);
		over = true;
		break;
	}
	manager_mind_history(m);
	return over ? sd_event_source_set_enabled(source, SD_EVENT_OFF) : 0;
}

void manager_begin_log(struct manager *m)
{
	m->remember.chore = CHORE_BEGIN;
	(void)sd_event_source_set_enabled(m->remember.chores, SD_EVENT_ON);
}

static int on_timer(sd_event_source *source, uint64_t at, void *userdata)
{
	struct manager *m = userdata;

	(void)source;
	(void)at;
	m->remember.due = true;
	manager_post(m, (struct event){ .kind = EVENT_TICK });
	m->remember.chore = CHORE_FORGET;
	return sd_event_source_set_enabled(m->remember.chores, SD_EVENT_ON);
}

static int add_chores(struct manager *m)
{
	struct remember *r = &m->remember;
	int result;

	result = sd_event_add_defer(m->event, &r->chores, on_chore, m);
	if (result < 0)
		return result;
	result = sd_event_source_set_priority(r->chores, SD_EVENT_PRIORITY_IDLE);
	if (result < 0)
		return result;
	return sd_event_source_set_enabled(r->chores, SD_EVENT_OFF);
}

static int new_history(const char *path, struct history **ret)
{
	char buffer[HISTORY_FILE_MAX];

	return history_new(ret, strcmp(path, HISTORY_AUTO) ? path : history_default_file(buffer));
}

/* The file is `now` from here on. */
static void use_history(struct manager *m, struct history *now)
{
	struct remember *r = &m->remember;

	r->history = now;
	r->kept_rows = 0;
	r->told_problem = false;
	r->told_begun = 0;
	r->begun = history_begun(now);
	r->found = history_found(now);
	r->blank = false;
	/* What was never known yet may be known now; else what is known goes there. */
	if (r->recalled)
		manager_heed_memory(m);
	else
		(void)manager_recall_late(m);
	r->due = r->said = r->news = true;
}

/*
 * First the old file is closed: it may have been moved to where it is to be, and nobody can hold a
 * file twice. If there is nothing to be had at the new place it is opened again.
 */
static void change_history(struct manager *m, const char *path, struct history *now,
			   struct history *again)
{
	struct remember *r = &m->remember;

	manager_keep(m);
	history_free(r->history);
	if (history_open(now) && !history_problem(now)) {
		log_info("the history goes on in '%s'; what was kept before stays in '%s'",
			 history_file(now), history_file(again));
		(void)snprintf(r->path, sizeof(r->path), "%s", path);
		r->not_moved[0] = '\0';
		use_history(m, now);
		history_free(again);
		return;
	}
	(void)snprintf(r->not_moved, sizeof(r->not_moved),
		       "the history cannot be where the settings have it, and stays in '%s': %s",
		       history_file(again), history_problem(now));
	log_warning("%s", r->not_moved);
	(void)history_open(again);
	use_history(m, again);
	history_free(now);
}

/* Days that need not be kept any more go soon. */
static void look_for_old_days(struct manager *m)
{
	struct remember *r = &m->remember;

	r->forgot_day = r->day - 1;
	r->chore = CHORE_FORGET;
	(void)sd_event_source_set_enabled(r->chores, SD_EVENT_ON);
}

void manager_move_history(struct manager *m)
{
	const char *path = m->config->settings.history_path;
	struct remember *r = &m->remember;
	struct history *now = NULL, *again = NULL;

	look_for_old_days(m);
	if (!strcmp(path, r->path)) {
		r->not_moved[0] = '\0';
		return;
	}
	if (new_history(path, &now) >= 0 && new_history(r->path, &again) >= 0) {
		change_history(m, path, now, again);
		return;
	}
	log_error("there is not enough memory to open another history; it stays where it is");
	history_free(now);
}

int manager_new_history(struct manager *m)
{
	int r;

	r = new_history(m->config->settings.history_path, &m->remember.history);
	if (r < 0)
		return r;
	memcpy(m->remember.path, m->config->settings.history_path, sizeof(m->remember.path));
	held_init(&m->remember.held);
	r = add_chores(m);
	if (r < 0)
		return r;
	return timer_new(&m->remember.timer, m->event, KEPT_ACCURACY, on_timer, m);
}

void manager_free_history(struct manager *m)
{
	sd_event_source_disable_unref(m->remember.timer);
	sd_event_source_disable_unref(m->remember.chores);
	history_free(m->remember.history);
	free(m->remember.late);
	m->remember.ready = false;
}
