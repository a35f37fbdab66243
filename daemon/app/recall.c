/* Where it stood when the program stopped: read back from the history at the start. */
#include "app/manager-internal.h"

#include <malloc.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/parse.h"
#include "store/state.h"

/*
 * What the world shows is told afresh by whoever sees it, a moment from now. Until then, and for
 * `settle` after it, nothing is announced: an inhibitor of ours stands for what is not known yet.
 */
static void suppose_quiet(struct scheduler *saved)
{
	saved->signs[QUIET_INHIBIT].on = true;
	saved->signs_on |= QUIET_BIT(QUIET_INHIBIT);
}

void manager_recall_rest(struct manager *m)
{
	const struct scheduler *s = &m->scheduler;
	unsigned away = s->gap.away;

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
	manager_note_restart(m, owner->presence_from, at, gone);
	log_info("going on from where it stood %s ago", format_duration(gone, ago));
	if (!m->record_path) {
		manager_restored(m, &effects);
		return;
	}
	manager_restored_ends(m, &effects);
	keep_loads_only(m);
}

static void recall(struct manager *m)
{
	CLEANUP(freep) struct scheduler *saved = NULL;
	CLEANUP(freep) char *text = NULL;
	struct state_owner owner;
	walltime_t at;

	if (history_load_state(m->remember.history, &at, &text) < 0)
		return;
	saved = malloc(sizeof(*saved));
	if (!saved)
		return;
	if (state_read(text, saved, &owner) >= 0)
		go_on(m, saved, &owner, text, at);
	else
		log_warning("where it stood cannot be read in the history; all loads begin at 0");
}

void manager_recall(struct manager *m)
{
	struct remember *r = &m->remember;

	calendar_at(&m->config->settings.hours, clock_walltime(), &m->calendar);
	r->day = r->forgot_day = m->calendar.day;
	/* The first save is due to look for old days. */
	r->forgot_day--;
	r->presence = m->scheduler.presence;
	r->presence_since = clock_boottime();
	r->kept_at = clock_boottime();
	r->ready = true;
	(void)history_open(r->history);
	manager_recall_memory(m);
	recall(m);
	manager_tell_history(m);
	/* What was read is of no use any more. */
	(void)malloc_trim(0);
}
