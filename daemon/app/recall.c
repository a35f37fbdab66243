/* Where it stood when the program stopped: read back from the history at the start. */
#include "app/manager-internal.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/timer.h"
#include "store/state.h"

/* No program asks for that silence: "inhibited by limberd's own first look around". */
#define OURSELVES "limberd's own first look around"

/*
 * What the world shows is told afresh by whoever sees it, a moment from now. Until then, and for
 * `settle` after it, nothing is announced: an inhibitor of ours stands for what is not known yet.
 */
static void suppose_quiet(struct scheduler *saved)
{
	(void)snprintf(saved->signs[QUIET_INHIBIT].who, WHO_MAX, "%s", OURSELVES);
	saved->signs[QUIET_INHIBIT].on = true;
	saved->signs_on |= QUIET_BIT(QUIET_INHIBIT);
}

static bool has_load(const struct scheduler *s)
{
	for (size_t i = 0; i < s->policy.n_rules; i++)
		if (s->rules[i].load.amount > 0)
			return true;
	return false;
}

void manager_recall_rest(struct manager *m)
{
	const struct scheduler *s = &m->scheduler;
	unsigned away = s->gap.away;

	/* A trace begins without signs: in it this is an event, and the first one. */
	if (m->record && has_load(s)) {
		manager_enqueue(m, (struct event){ .kind = EVENT_SIGN,
						   .sign = QUIET_INHIBIT,
						   .on = true,
						   .who = OURSELVES });
		manager_post(m, (struct event){ .kind = EVENT_TICK });
	}
	for (int i = 0; i <= QUIET_INHIBIT; i++)
		if (s->signs[i].on)
			manager_post(m,
				     (struct event){ .kind = EVENT_SIGN, .sign = (enum quiet)i });
	for (unsigned bit = 1; bit <= away; bit <<= 1)
		if (away & bit)
			manager_post(m, (struct event){ .kind = EVENT_BACK,
							.reason = (enum away_reason)bit });
	if (s->watch)
		manager_post(m, (struct event){ .kind = EVENT_WATCH });
	/* These are meant by the clock on the wall, which may have been set meanwhile. A pause is
	 * told of in a trace as well. */
	if (m->paused_until)
		manager_post_hold(m, NULL);
	if (s->reading_until && m->reading_until != USEC_NEVER)
		manager_post_reading(m);
}

/*
 * A trace begins with loads, posture and the day's count; nothing else that was saved could be in
 * it. So that it replays to the same decisions a recorded day begins with just these.
 */
static void keep_loads_only(struct manager *m)
{
	struct scheduler *s = &m->scheduler;
	usec_t loads[RULES_MAX], today = scheduler_today(s, s->now), now = s->now;
	enum posture posture = s->posture;

	for (size_t i = 0; i < s->policy.n_rules; i++) {
		struct rule_view view;

		scheduler_rule_view(s, i, now, &view);
		loads[i] = view.load;
	}
	scheduler_init(s, &m->config->settings.policy, now);
	for (size_t i = 0; i < s->policy.n_rules; i++)
		s->rules[i].load.amount = loads[i];
	s->today.amount = today;
	s->posture = posture;
	m->remember.noted = m->remember.kept = 0;
}

/* As it was, and what has become of it since. */
static void go_on(struct manager *m, struct scheduler *saved, const struct state_owner *owner,
		  const char *text, walltime_t at)
{
	struct remember *r = &m->remember;
	usec_t gone = usec_sub(clock_walltime(), at);
	char ago[DURATION_TEXT_MAX];
	struct effects effects;

	suppose_quiet(saved);
	r->day = saved->day;
	r->presence = saved->presence;
	r->screen = scheduler_today(saved, saved->now);
	r->spell = owner->spell;
	m->paused_until = owner->paused_until;
	m->reading_until = owner->reading_until;
	scheduler_restore(&m->scheduler, saved, &m->config->settings.policy, clock_boottime(), gone,
			  &effects);
	manager_read_live(m, text, saved, gone);
	if (m->shown.recalled)
		manager_sift_break(m);
	manager_note_restart(m, owner->presence_from, at, gone);
	log_info("going on from where it stood %s ago", format_duration(gone, ago));
	if (!m->record_path) {
		manager_restored(m, &effects);
		return;
	}
	manager_restored_ends(m, &effects);
	keep_loads_only(m);
}

static void state_is_lost(struct manager *m)
{
	log_warning("%s", STATE_LOST);
	m->remember.state_lost = true;
}

/* False if nothing was ever saved. */
static bool recall(struct manager *m)
{
	CLEANUP(freep) struct scheduler *saved = NULL;
	CLEANUP(freep) char *text = NULL;
	struct state_owner owner;
	walltime_t at;

	if (history_load_state(m->remember.history, &at, &text) < 0)
		return false;
	saved = malloc(sizeof(*saved));
	if (!saved)
		return true;
	if (state_read(text, saved, &owner) >= 0)
		go_on(m, saved, &owner, text, at);
	else
		state_is_lost(m);
	return true;
}

void manager_recall(struct manager *m)
{
	struct remember *r = &m->remember;
	bool known;

	calendar_at(&m->config->settings.hours, clock_walltime(), &m->calendar);
	r->day = r->forgot_day = m->calendar.day;
	/* The first save is due to look for old days. */
	r->forgot_day--;
	r->presence = m->scheduler.presence;
	r->presence_since = r->kept_at = r->began = clock_boottime();
	r->ready = true;
	/* Where there is no place for a history nothing can be in it. */
	r->recalled = !*history_file(r->history) ||
		      (history_open(r->history) && manager_recall_memory(m) >= 0);
	r->blank = history_is_new(r->history) && !history_begun(r->history);
	known = recall(m);
	/* Who cannot be known yet is offered nothing that they would have to know this for. */
	if (r->recalled)
		manager_welcome(m, known);
	manager_mind_history(m);
	manager_begin_log(m);
	/* What was read is of no use any more. */
	(void)malloc_trim(0);
}

/* A history that can be read only later
 * ------------------------------------------------------------
 */

/* The state that would have been gone on from. */
struct late {
	struct state_owner owner;
	size_t n;
	struct {
		char rule[RULE_NAME_MAX + 1];
		usec_t load;
	} loads[RULES_MAX];
	int day; /* that `today` is of */
	usec_t today;
	bool daily_told;
	enum posture posture;
};

/* A snoozed break is due again when it would have been: until then so much of its load is missing.
 */
static usec_t without_snooze(const struct scheduler *earlier, size_t i, usec_t load, usec_t now)
{
	const struct break_state *b = &earlier->brk;
	usec_t left = usec_sub(b->next_prompt_at, now);

	if (!b->exists || b->phase != PHASE_SNOOZED || b->rule != (int)i || !left)
		return load;
	return usec_min(load, usec_sub(earlier->policy.rules[i].every, left));
}

/* What is left of it, as of the beginning of this session. */
static void take_late(struct manager *m, const struct scheduler *earlier,
		      const struct state_owner *owner)
{
	struct late *late = m->remember.late;
	usec_t then = m->remember.began;

	*late = (struct late){
		.owner = *owner,
		.day = earlier->day,
		.today = scheduler_today(earlier, then),
		.daily_told = earlier->daily_told,
		.posture = earlier->posture,
	};
	/* It was over with a longer stop. */
	if (!earlier->reading_until)
		late->owner.reading_until = 0;
	for (size_t i = 0; i < earlier->policy.n_rules; i++) {
		struct rule_view view;

		scheduler_rule_view(earlier, i, then, &view);
		if (!view.load)
			continue;
		memcpy(late->loads[late->n].rule, earlier->policy.rules[i].name,
		       sizeof(late->loads[0].rule));
		late->loads[late->n++].load =
			without_snooze(earlier, i, view.load, clock_boottime());
	}
}

/* What the present session has come to by now goes on beside it. */
static void end_earlier(struct manager *m, const struct scheduler *saved, const char *text,
			const struct scheduler *earlier, const struct effects *effects,
			const struct kept_spell *presence, usec_t gone)
{
	const struct shown_break shown = m->shown;
	const struct held held = m->remember.held;

	manager_read_live(m, text, saved, gone);
	manager_note_earlier(m, earlier, effects, presence);
	for (size_t i = 0; i < effects->n; i++)
		if (effects->v[i].kind == EFFECT_END && effects->v[i].outcome != OUTCOME_NATURAL)
			manager_break_done(m, &effects->v[i]);
	m->shown = shown;
	m->remember.held = held;
}

static void recall_late_state(struct manager *m, struct scheduler *saved, walltime_t at,
			      const struct state_owner *owner, const char *text)
{
	CLEANUP(freep) struct scheduler *earlier = malloc(sizeof(*earlier));
	usec_t began = m->remember.began;
	walltime_t then = usec_sub(clock_walltime(), usec_sub(clock_boottime(), began));
	usec_t gone = usec_sub(then, at);
	const struct kept_spell presence = { saved->day, saved->presence, owner->presence_from,
					     at };
	struct effects effects;

	m->remember.late = calloc(1, sizeof(*m->remember.late));
	if (!earlier || !m->remember.late)
		return;
	scheduler_restore(earlier, saved, &m->config->settings.policy, began, gone, &effects);
	take_late(m, earlier, owner);
	end_earlier(m, saved, text, earlier, &effects, &presence, gone);
	/* The core is told when it has time, and not only with the next thing that happens. */
	timer_start(m->remember.timer, USEC_PER_MSEC);
}

bool manager_recall_late(struct manager *m)
{
	CLEANUP(freep) struct scheduler *saved = NULL;
	CLEANUP(freep) char *text = NULL;
	struct remember *r = &m->remember;
	struct state_owner owner;
	walltime_t at;

	if (r->recalled || !r->ready)
		return r->recalled;
	if (!history_open(r->history))
		return false;
	saved = malloc(sizeof(*saved));
	if (!saved || manager_join_memory(m) < 0)
		return false;
	r->recalled = true;
	log_info("the history can be read now: what it holds goes on beside what has happened "
		 "since");
	if (history_load_state(r->history, &at, &text) < 0) {
		manager_welcome(m, false);
		return true;
	}
	manager_welcome(m, true);
	if (state_read(text, saved, &owner) >= 0)
		recall_late_state(m, saved, at, &owner, text);
	else
		state_is_lost(m);
	return true;
}

void manager_mind_file(struct manager *m)
{
	struct remember *r = &m->remember;

	history_look(r->history);
	if (history_found(r->history) == r->found)
		return;
	r->found = history_found(r->history);
	r->kept_rows = 0;
	/* It was only not there yet at the start, as a home that is mounted later: what it holds is
	 * to be gone on from, and not to be written over. */
	if (r->blank)
		r->blank = r->recalled = false;
	else if (r->recalled)
		manager_heed_memory(m);
}

static bool lies_ahead(walltime_t until)
{
	return until > clock_walltime();
}

/* What the user has said since stays as it is. */
static void recall_late_choices(struct manager *m, const struct late *late)
{
	unsigned chosen = m->remember.chosen;

	if (!(chosen & CHOSE_PAUSE) && lies_ahead(late->owner.paused_until)) {
		m->paused_until = late->owner.paused_until;
		manager_post_hold(m, NULL);
	}
	if (!(chosen & CHOSE_READING) && lies_ahead(late->owner.reading_until)) {
		m->reading_until = late->owner.reading_until;
		manager_post_reading(m);
	}
	if (!(chosen & CHOSE_POSTURE) && late->posture != m->scheduler.posture &&
	    scheduler_allows(&m->scheduler, EVENT_POSTURE, clock_boottime()) == REFUSAL_NONE)
		manager_post(m, (struct event){ .kind = EVENT_POSTURE, .posture = late->posture });
}

void manager_recall_late_rest(struct manager *m)
{
	CLEANUP(freep) struct late *late = m->remember.late;

	if (!late)
		return;
	/* Once: what is posted here leads here again. */
	m->remember.late = NULL;
	for (size_t i = 0; i < late->n; i++) {
		int rule = policy_find(&m->scheduler.policy, late->loads[i].rule);

		if (rule >= 0)
			manager_post(m, (struct event){ .kind = EVENT_EARLIER,
							.rule = rule,
							.length = late->loads[i].load });
	}
	if (late->today && late->day == m->calendar.day)
		manager_post(m, (struct event){ .kind = EVENT_EARLIER,
						.rule = -1,
						.length = late->today,
						.on = late->daily_told });
	recall_late_choices(m, late);
	manager_sift_break(m);
	m->front_end_due = m->shown.id > 0;
	m->remember.due = m->remember.said = m->remember.news = true;
}

const char *manager_memory_problem(const struct manager *m)
{
	if (m->remember.recalled || !m->remember.ready)
		return NULL;
	return "nobody knows what hurt you, nor what you did lately, while the history cannot be "
	       "read: until then only tips and rest for the eyes are offered";
}
