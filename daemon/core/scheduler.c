#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "core/scheduler-internal.h"

struct effect *emit(struct effects *out, enum effect_kind kind, int rule)
{
	struct effect *e;

	assert(out->n < EFFECTS_MAX);
	e = &out->v[out->n++];
	*e = (struct effect){ .kind = kind, .rule = rule };
	return e;
}

/* What only time does -------------------------------------------------------------------------- */

/* What held the screen without input may have ended meanwhile, the one or the other first. */
static void screen_passes(struct scheduler *s)
{
	const struct gap *gap = &s->gap;
	bool held = gap->paused && !gap->away && gap->from[RULE_COUNTS_SCREEN] == USEC_NEVER;
	usec_t limit = held ? usec_add(gap->pause_from, WATCHED_AT_MOST) : USEC_NEVER;
	usec_t read = s->reading_until && s->now >= s->reading_until ? s->reading_until : 0;

	if (read && read < limit)
		judge_screen(s, read);
	if (s->now >= limit)
		judge_screen(s, limit);
	if (!read)
		return;
	judge_screen(s, read);
	s->reading_until = 0;
}

static void time_passes(struct scheduler *s, struct effects *out)
{
	bool had_break;

	if (s->now >= bump_deadline(s))
		bump_is_return(s, out);
	if (s->signs[QUIET_PAUSE].on && s->now >= s->held_until)
		sign_ends(s, QUIET_PAUSE, s->held_until);
	screen_passes(s);
	/* Before, as nothing may start that rest has made needless; and after, as an end changes
	 * loads. */
	had_break = s->brk.exists;
	judge_due(s, CAUSE_REST, out);
	if (!had_break)
		return;
	break_passes(s, out);
	judge_due(s, CAUSE_REST, out);
}

/* Phase ---------------------------------------------------------------------------------------- */

static enum phase phase_now(const struct scheduler *s)
{
	bool due = false;
	bool deferred = is_break(s, PHASE_DEFERRED) && !break_waits(s);

	if (s->brk.exists && s->brk.phase != PHASE_DEFERRED)
		return s->brk.phase;
	if (s->signs[QUIET_PAUSE].on)
		return PHASE_PAUSED;
	if (s->signs[QUIET_HOURS].on)
		return PHASE_OFF_DUTY;
	for (size_t i = 0; i < s->policy.n_rules; i++) {
		due = due || s->rules[i].due;
		deferred = deferred || (s->rules[i].due && s->rules[i].deferred);
	}
	return deferred ? PHASE_DEFERRED : due ? PHASE_DUE : PHASE_WORKING;
}

static void judge_phase(struct scheduler *s)
{
	enum phase phase = phase_now(s);

	if (phase == s->phase)
		return;
	s->phase = phase;
	s->phase_since = s->now;
}

/* What the user says --------------------------------------------------------------------------- */

int scheduler_best_rule(const struct scheduler *s)
{
	int best = longest_due(s);
	usec_t most = 0;

	if (best >= 0)
		return best;
	for (size_t i = 0; i < s->policy.n_rules; i++) {
		const struct rule_policy *p = &s->policy.rules[i];
		/* In thousandths of `every`, plus one so that an unloaded rule is better than none.
		 */
		usec_t part = rule_load(s, i, s->now) / (p->every / 1000) + 1;

		if (p->enabled && part > most) {
			most = part;
			best = (int)i;
		}
	}
	return best >= 0 || !s->policy.n_rules ? best : 0;
}

static void on_start(struct scheduler *s, int rule, struct effects *out)
{
	struct break_state *b = &s->brk;

	if (is_break(s, PHASE_ON_BREAK)) {
		if (!b->by_user && scheduler_break_rested(s, s->now) < b->policy.length / 2)
			b->by_user = true;
		return;
	}
	if (is_break(s, PHASE_DEFERRED) && rule >= 0 && rule != b->rule)
		break_eased(s, CAUSE_USER, out);
	if (!b->exists) {
		rule = rule >= 0 ? rule : scheduler_best_rule(s);
		if (rule < 0)
			return;
		break_new(s, rule, 0);
	}
	break_start(s, true, out);
}

static void on_finish(struct scheduler *s, struct effects *out)
{
	struct break_state *b = &s->brk;
	bool taken = b->phase != PHASE_ON_BREAK || !b->by_user ||
		     scheduler_break_rested(s, s->now) >= b->policy.length / 2;

	break_end(s, taken ? OUTCOME_TAKEN : OUTCOME_CUT_SHORT, s->now, CAUSE_USER, out);
}

static void on_skip(struct scheduler *s, struct effects *out)
{
	struct break_state *b = &s->brk;
	bool running = b->phase == PHASE_ON_BREAK &&
		       (b->by_user || scheduler_break_rested(s, s->now) >= b->policy.length / 2);

	break_end(s, running ? OUTCOME_CUT_SHORT : OUTCOME_SKIPPED, s->now, CAUSE_USER, out);
}

static void on_hold(struct scheduler *s, usec_t until, const char *who)
{
	const struct sign_state *pause = &s->signs[QUIET_PAUSE];
	bool taken_over = pause->on && until != s->held_until && strcmp(pause->who, who ? who : "");

	if (until <= s->now)
		return;
	/* From now on it is this one's, who did not say so before. */
	if (taken_over)
		s->signs[QUIET_PAUSE].on = false;
	sign_begins(s, QUIET_PAUSE, s->now, who);
	s->held_until = until;
}

static void on_reading(struct scheduler *s, usec_t until)
{
	/* Nobody reads behind a locked screen. */
	s->reading_until = until > s->now && !s->gap.away ? until : 0;
	judge_screen(s, s->now);
}

static void on_rested(struct scheduler *s, usec_t length, struct effects *out)
{
	struct break_state *b = &s->brk;
	bool resting = b->resting_from != USEC_NEVER;
	usec_t at = b->burst_from != USEC_NEVER ? b->burst_from : s->now;

	tell_rested(s, length, out);
	/* While the break is there to speak for the rules that it stands for. */
	judge_due(s, CAUSE_USER, out);
	if (is_break(s, PHASE_ON_BREAK)) {
		break_halt(b, at);
		b->rested = usec_min(usec_add(b->rested, length), b->policy.length);
		if (resting)
			b->resting_from = at;
		if (b->rested == b->policy.length)
			break_end(s, OUTCOME_TAKEN, s->now, CAUSE_USER, out);
	}
	judge_due(s, CAUSE_USER, out);
}

static void on_posture(struct scheduler *s, enum posture posture)
{
	s->posture = posture;
	s->posture_spell = (struct load){ .mark = s->now };
	s->posture_told = false;
}

static void on_command(struct scheduler *s, const struct event *e, struct effects *out)
{
	if (scheduler_allows(s, e->kind, s->now) != REFUSAL_NONE)
		return;
	/* Somebody is there. */
	bump_is_return(s, out);
	switch (e->kind) {
	case EVENT_START:
		on_start(s, e->rule, out);
		break;
	case EVENT_SNOOZE:
		break_snooze(s, e->length, out);
		break;
	case EVENT_SKIP:
		on_skip(s, out);
		break;
	case EVENT_FINISH:
		on_finish(s, out);
		break;
	case EVENT_HOLD:
		on_hold(s, e->until, e->who);
		break;
	case EVENT_RELEASE:
		sign_ends(s, QUIET_PAUSE, s->now);
		break;
	case EVENT_READING:
		on_reading(s, e->until);
		break;
	case EVENT_RESTED:
		on_rested(s, e->length, out);
		break;
	case EVENT_POSTURE:
		on_posture(s, e->posture);
		break;
	default:
		break;
	}
}

/* What the world says -------------------------------------------------------------------------- */

static void on_sign(struct scheduler *s, const struct event *e)
{
	/* These are the core's own. */
	if (e->sign == QUIET_PAUSE || e->sign == QUIET_HOURS || e->sign >= QUIET_SIGNS)
		return;
	if (e->on)
		sign_begins(s, e->sign, e->since, e->who);
	else
		sign_ends(s, e->sign, s->now);
	judge_screen(s, s->now);
}

static void on_shown(struct scheduler *s)
{
	if (!is_break(s, PHASE_PROMPTING) || s->brk.visible)
		return;
	s->brk.visible = true;
	s->brk.shown_at = s->now;
	judge_screen(s, s->now);
}

static void on_calendar(struct scheduler *s, int day, bool in_hours)
{
	if (in_hours)
		sign_ends(s, QUIET_HOURS, s->now);
	else
		sign_begins(s, QUIET_HOURS, s->now, NULL);
	if (s->day_known && day != s->day) {
		s->today = (struct load){ .mark = s->now };
		s->daily_told = false;
	}
	s->day = day;
	s->day_known = true;
}

static void carry_told(const struct scheduler *s, const struct policy *policy, struct told *told)
{
	if (told->kind != DECISION_MERGED)
		return;
	told->other = policy_find(policy, s->policy.rules[told->other].name);
	if (told->other < 0)
		*told = (struct told){ .kind = DECISION_DUE };
}

static bool has_gap(const struct scheduler *s, enum rule_counts clock)
{
	return s->gap.away || (s->gap.paused && s->gap.from[clock] != USEC_NEVER);
}

/*
 * What rule `i` has gathered if it becomes `p`. A full load gains no room by a longer `every`. If
 * one clock is in a gap and the other is not, what was gathered by the one is settled by it.
 */
static void carry_loads(const struct scheduler *s, size_t i, const struct rule_policy *p,
			struct rule_state *ret)
{
	const struct rule_policy *old = &s->policy.rules[i];
	const struct load now = {
		.amount = plain_load(s, i, s->now),
		.mark = s->now,
		.spare = spare_rest(s, i, s->now),
	};
	usec_t full = 2 * old->every;

	if (has_gap(s, p->counts) != has_gap(s, old->counts)) {
		ret->load = now;
		ret->spell = (struct load){ .amount = rule_spell(s, i, s->now), .mark = s->now };
	}
	if (2 * p->every > full && now.amount == full && !has_gap(s, old->counts))
		ret->load = now;
	ret->load.amount = usec_min(ret->load.amount, 2 * p->every);
}

/* The rules' states, moved to where their names are now. */
static void carry_over(struct scheduler *s, const struct policy *policy,
		       struct rule_state ret[static RULES_MAX])
{
	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule_policy *p = &policy->rules[i];
		int old = policy_find(&s->policy, p->name);

		ret[i] = (struct rule_state){
			.load = { .mark = s->now },
			.spell = { .mark = s->now },
			.asked_at = USEC_NEVER,
		};
		if (old < 0 || !s->policy.rules[old].enabled || !p->enabled)
			continue;
		ret[i] = s->rules[old];
		carry_loads(s, (size_t)old, p, &ret[i]);
		carry_told(s, policy, &ret[i].told);
	}
}

/* Due rules that there are no more; for what a break stands for its end will tell. */
static void tell_gone(struct scheduler *s, const struct policy *policy)
{
	for (size_t i = 0; i < s->policy.n_rules; i++) {
		int now = policy_find(policy, s->policy.rules[i].name);

		if (!s->rules[i].due || (now >= 0 && policy->rules[now].enabled))
			continue;
		if (!s->brk.exists || !break_stands_for(&s->brk, i))
			decide(s, (int)i, DECISION_EASED, CAUSE_SETTINGS);
	}
}

static uint32_t carry_merged(const struct scheduler *s, const struct policy *policy)
{
	uint32_t merged = 0;

	for (size_t i = 0; i < s->policy.n_rules; i++) {
		int now = policy_find(policy, s->policy.rules[i].name);

		if (s->brk.merged & UINT32_C(1) << i && now >= 0)
			merged |= UINT32_C(1) << now;
	}
	return merged;
}

/* Until where the loads of this clock stand, whatever its gap proves to be. */
static usec_t gap_begins(const struct scheduler *s, enum rule_counts clock)
{
	return s->gap.away ? s->gap.lead_from[clock] : s->gap.from[clock];
}

static void on_policy(struct scheduler *s, const struct policy *policy, struct effects *out)
{
	struct rule_state rules[RULES_MAX] = { 0 };
	struct break_state *b = &s->brk;
	uint32_t merged = carry_merged(s, policy);

	/* A gap that goes on is judged as one, by the new settings; so is one not yet told of. */
	for (int c = 0; c < CLOCKS; c++)
		if (has_gap(s, (enum rule_counts)c))
			fold(s, gap_begins(s, (enum rule_counts)c), CLOCK_BIT(c));
	tell_gone(s, policy);
	carry_over(s, policy, rules);
	memcpy(s->rules, rules, sizeof(rules));
	if (!s->policy.sit_stand)
		on_posture(s, s->posture);
	s->policy = *policy;
	if (b->exists) {
		b->merged = merged;
		b->rule = policy_find(policy, b->policy.name);
		if (b->rule >= 0)
			b->load = usec_min(b->load, 2 * policy->rules[b->rule].every);
		/* A running break is left alone, down to its length. */
		if (b->phase != PHASE_ON_BREAK) {
			if (b->rule < 0 || !policy->rules[b->rule].enabled)
				break_eased(s, CAUSE_SETTINGS, out);
			else
				b->policy = policy->rules[b->rule];
		}
	}
	judge_due(s, CAUSE_SETTINGS, out);
}

static void handle(struct scheduler *s, const struct event *e, struct effects *out)
{
	switch (e->kind) {
	case EVENT_TICK:
		break;
	case EVENT_INPUT:
		gap_input(s, out);
		break;
	case EVENT_PAUSE:
		gap_pause(s, e->since, out);
		break;
	case EVENT_NO_SOURCE:
		gap_no_source(s);
		break;
	case EVENT_AWAY:
		gap_away(s, e->reason, s->now, out);
		break;
	case EVENT_BACK:
		gap_back(s, e->reason, out);
		break;
	case EVENT_SIGN:
		on_sign(s, e);
		break;
	case EVENT_WATCH:
		s->watch = e->on;
		judge_screen(s, s->now);
		break;
	case EVENT_SHOWN:
		on_shown(s);
		break;
	case EVENT_SHOW_FAILED:
		s->brk.visible = false;
		judge_screen(s, s->now);
		break;
	case EVENT_EARLIER:
		add_earlier(s, e->rule, e->length, e->on);
		break;
	case EVENT_CALENDAR:
		on_calendar(s, e->day, e->on);
		break;
	case EVENT_POLICY:
		on_policy(s, e->policy, out);
		break;
	case EVENT_START:
	case EVENT_SNOOZE:
	case EVENT_SKIP:
	case EVENT_FINISH:
	case EVENT_HOLD:
	case EVENT_RELEASE:
	case EVENT_READING:
	case EVENT_RESTED:
	case EVENT_POSTURE:
		on_command(s, e, out);
		break;
	}
}

static void speak(struct scheduler *s, struct effects *out)
{
	/* Nothing is said before it is known whether this is a return. */
	if (!s->bump.pending) {
		ask(s, out);
		judge_notices(s, out);
		judge_presence(s);
	}
	judge_phase(s);
}

void scheduler_step(struct scheduler *s, const struct event *event, struct effects *ret_effects)
{
	usec_t now = usec_max(event->now, s->now);

	ret_effects->n = 0;
	/*
	 * First what time alone has done, so that the event meets the state of its own moment. An
	 * absence that is told late is dealt with as of its beginning.
	 */
	s->now = event->kind == EVENT_AWAY ? usec_max(s->now, usec_min(event->since, now)) : now;
	time_passes(s, ret_effects);
	handle(s, event, ret_effects);
	s->now = now;
	time_passes(s, ret_effects);
	speak(s, ret_effects);
}

/* Beginning ------------------------------------------------------------------------------------ */

void scheduler_init(struct scheduler *s, const struct policy *policy, usec_t now)
{
	/* The ring of decisions is the most of it, and is filled before it is read. */
	memset(s, 0, offsetof(struct scheduler, journal));
	s->journal.n = 0;
	s->policy = *policy;
	s->now = now;
	s->presence = PRESENCE_UNKNOWN;
	s->presence_since = now;
	s->phase = PHASE_WORKING;
	s->phase_since = now;
	s->today.mark = now;
	s->posture_spell.mark = now;
	for (size_t i = 0; i < policy->n_rules; i++) {
		s->rules[i].load.mark = now;
		s->rules[i].spell.mark = now;
		s->rules[i].asked_at = USEC_NEVER;
	}
}

/* What lies before the clock's zero is told as its first moment. */
static void shift_known(usec_t *t, usec_t back, usec_t forward)
{
	*t = usec_max(usec_sub(usec_add(*t, forward), back), 1);
}

static void shift(usec_t *t, usec_t back, usec_t forward)
{
	if (*t != 0 && *t != USEC_NEVER)
		shift_known(t, back, forward);
}

static void shift_break(struct break_state *b, usec_t back, usec_t forward)
{
	usec_t *const times[] = {
		&b->due_at,         &b->prompted_at, &b->shown_at,     &b->asked_at,
		&b->next_prompt_at, &b->started_at,  &b->resting_from, &b->burst_from,
		&b->spell_from,     &b->spell_last,  &b->first_at,
	};

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
		shift(times[i], back, forward);
}

static void shift_rule(struct rule_state *r, usec_t back, usec_t forward)
{
	usec_t *const times[] = { &r->due_at, &r->asked_at, &r->retry_from, &r->retry_at };

	shift_known(&r->load.mark, back, forward);
	shift_known(&r->spell.mark, back, forward);
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
		shift(times[i], back, forward);
}

static void shift_decision(struct decision *d, usec_t back, usec_t forward)
{
	shift(&d->at, back, forward);
	shift(&d->since, back, forward);
	shift(&d->until, back, forward);
}

static void shift_effect(struct effect *e, usec_t back, usec_t forward)
{
	usec_t *const times[] = { &e->at, &e->due_at, &e->first_at, &e->started_at };

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
		shift(times[i], back, forward);
}

/* All points in time, as another clock has them. */
static void shift_all(struct scheduler *s, usec_t back, usec_t forward)
{
	usec_t *const times[] = {
		&s->now,
		&s->gap.pause_from,
		&s->gap.away_from,
		&s->bump.from,
		&s->bump.claim_changed,
		&s->held_from,
		&s->held_ended,
		&s->sign_ended,
		&s->held_until,
		&s->reading_until,
		&s->phase_since,
		&s->presence_since,
		&s->gap.from[0],
		&s->gap.from[1],
		&s->gap.lead_from[0],
		&s->gap.lead_from[1],
	};

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
		shift(times[i], back, forward);
	shift_known(&s->today.mark, back, forward);
	shift_known(&s->posture_spell.mark, back, forward);
	for (size_t i = 0; i < QUIET_SIGNS; i++) {
		shift(&s->signs[i].since, back, forward);
		shift(&s->signs[i].ended_at, back, forward);
	}
	for (size_t i = 0; i < PROMPTS_PER_HOUR_MAX; i++)
		shift(&s->announced[i], back, forward);
	for (size_t i = 0; i < s->policy.n_rules; i++)
		shift_rule(&s->rules[i], back, forward);
	shift_break(&s->brk, back, forward);
	for (size_t i = 0; i < JOURNAL_MAX && i < s->journal.n; i++)
		shift_decision(&s->journal.ring[i], back, forward);
}

/* A break that ran when the program stopped, at s->now: what became of it while it was gone. */
static void resume_break(struct scheduler *s, usec_t gone, struct effects *out)
{
	struct break_state *b = &s->brk;
	bool rest = b->resting_from != USEC_NEVER || gone > STOP_BRIDGED;
	usec_t left;

	if (!rest)
		gone = 0;
	else if (b->resting_from == USEC_NEVER)
		b->resting_from = s->now;
	b->burst_from = USEC_NEVER;
	left = usec_sub(b->policy.length, scheduler_break_rested(s, s->now));
	if (left <= gone) {
		s->now = usec_add(s->now, left);
		break_end(s, OUTCOME_TAKEN, s->now, CAUSE_REST, out);
	} else {
		s->now = usec_add(s->now, gone);
		break_end(s, OUTCOME_CUT_SHORT, s->now, CAUSE_NONE, out);
	}
	out->v[out->n - 1].silent = true;
}

/* When a load of this clock was last brought up to date. */
static usec_t oldest_mark(const struct scheduler *s, enum rule_counts clock)
{
	usec_t oldest = s->now;

	for (size_t i = 0; i < s->policy.n_rules; i++)
		if (s->policy.rules[i].counts == clock)
			oldest = usec_min(oldest,
					  usec_min(s->rules[i].load.mark, s->rules[i].spell.mark));
	if (clock == RULE_COUNTS_SCREEN)
		oldest = usec_min(oldest, usec_min(s->today.mark, s->posture_spell.mark));
	return oldest;
}

/*
 * Nothing but an open gap may lie before the new clock's zero; one that does (idle, and then a very
 * quick reboot) is told as far as it went.
 */
static void close_books(struct scheduler *s, usec_t age_limit)
{
	for (int c = 0; c < CLOCKS; c++) {
		enum rule_counts clock = (enum rule_counts)c;
		usec_t until = has_gap(s, clock) ? gap_begins(s, clock) : s->now;

		if (usec_sub(s->now, until) >= age_limit)
			until = s->now;
		if (usec_sub(s->now, oldest_mark(s, clock)) >= age_limit)
			fold(s, until, CLOCK_BIT(c));
	}
}

/* The program was gone since `stopped` for so long that it is rest, which goes on until input. */
static void absence_was_rest(struct scheduler *s, usec_t stopped, usec_t now, struct effects *out)
{
	struct gap *gap = &s->gap;

	gap_away(s, AWAY_ASLEEP, stopped, out);
	s->now = now;
	if (!gap->known) {
		gap_back(s, gap->away, out);
		return;
	}
	gap->away = 0;
	gap->paused = true;
	gap->pause_from = usec_min(gap->lead_from[RULE_COUNTS_HANDS], stopped);
	memcpy(gap->from, gap->lead_from, sizeof(gap->from));
}

/* With the decisions that are there. */
static void copy_saved(struct scheduler *s, const struct scheduler *saved)
{
	memcpy(s, saved, offsetof(struct scheduler, journal));
	s->journal.n = saved->journal.n;
	for (size_t i = 0; i < JOURNAL_MAX && i < saved->journal.n; i++)
		s->journal.ring[i] = saved->journal.ring[i];
}

void scheduler_restore(struct scheduler *s, const struct scheduler *saved,
		       const struct policy *policy, usec_t now, usec_t gone,
		       struct effects *ret_effects)
{
	usec_t then = usec_add(saved->now, gone);

	ret_effects->n = 0;
	copy_saved(s, saved);
	if (is_break(s, PHASE_PROMPTING))
		break_forgotten(s);
	else if (is_break(s, PHASE_ON_BREAK))
		resume_break(s, gone, ret_effects);
	if (gone > STOP_BRIDGED)
		absence_was_rest(s, saved->now, then, ret_effects);
	s->now = then;
	close_books(s, now);
	shift_all(s, then, now);
	for (size_t i = 0; i < ret_effects->n; i++)
		shift_effect(&ret_effects->v[i], then, now);
	/* What is told from here on has the new rules' numbers. */
	for (size_t i = 0; i < ret_effects->n; i++)
		if (ret_effects->v[i].rule >= 0)
			ret_effects->v[i].rule =
				policy_find(policy, s->policy.rules[ret_effects->v[i].rule].name);
	on_policy(s, policy, ret_effects);
	time_passes(s, ret_effects);
	speak(s, ret_effects);
}

/* What the owner arms -------------------------------------------------------------------------- */

usec_t scheduler_deadline(const struct scheduler *s)
{
	const struct gap *gap = &s->gap;
	usec_t at = bump_deadline(s);
	bool waits = is_break(s, PHASE_SNOOZED) || is_break(s, PHASE_DEFERRED);

	if (s->signs[QUIET_PAUSE].on)
		at = usec_min(at, s->held_until);
	if (s->reading_until)
		at = usec_min(at, s->reading_until);
	if (gap->known && gap->paused && !gap->away && s->presence == PRESENCE_ACTIVE)
		at = usec_min(at, usec_add(gap->pause_from, PRESENCE_IDLE_AFTER));
	at = usec_min(at, watch_ends(s));
	if (s->brk.exists && !(waits && s->bump.pending))
		at = usec_min(at, break_deadline(s));
	return usec_min(at, questions_deadline(s));
}

/* Does anything that is due wait for a lull? */
static bool waits_for_lull(const struct scheduler *s)
{
	if (s->brk.exists)
		return break_waits(s);
	for (size_t i = 0; i < s->policy.n_rules; i++)
		if (waits_for(&s->rules[i], CAUSE_LULL))
			return true;
	return false;
}

usec_t scheduler_threshold(const struct scheduler *s)
{
	usec_t shortest = PRESENCE_IDLE_AFTER;

	if (is_break(s, PHASE_ON_BREAK) || s->bump.pending)
		return BREAK_THRESHOLD;
	if (is_break(s, PHASE_PROMPTING))
		shortest = START_AFTER;
	if (waits_for_lull(s))
		shortest = usec_min(shortest, s->policy.lull);
	for (size_t i = 0; i < s->policy.n_rules; i++)
		if (s->policy.rules[i].enabled)
			shortest = usec_min(shortest, s->policy.rules[i].grace);
	return usec_max(shortest, BREAK_THRESHOLD);
}
