#include "core/scheduler.h"

#include <assert.h>
#include <string.h>

/* Small helpers -------------------------------------------------------------------------------- */

static struct effect *emit(struct effects *out, enum effect_kind kind, int rule)
{
	struct effect *e;

	assert(out->n < EFFECTS_MAX);
	e = &out->v[out->n++];
	*e = (struct effect){ .kind = kind, .rule = rule };
	return e;
}

static bool is_break(const struct scheduler *s, enum phase phase)
{
	return s->brk.exists && s->brk.phase == phase;
}

/* The rule whose countdown runs: its own load stands still until the outcome is known. */
static bool runs_break_of(const struct scheduler *s, size_t i)
{
	return is_break(s, PHASE_ON_BREAK) && s->brk.rule == (int)i;
}

static usec_t rule_load(const struct scheduler *s, size_t i, usec_t now)
{
	if (runs_break_of(s, i))
		return s->rules[i].load.amount;
	return load_at(&s->rules[i].load, &s->policy.rules[i], &s->gap, now);
}

static void set_load(struct scheduler *s, int rule, usec_t amount)
{
	if (rule < 0)
		return;
	s->rules[rule].load.amount = usec_min(amount, 2 * s->policy.rules[rule].every);
	s->rules[rule].load.mark = s->now;
}

/* Bring all loads up to `until`; to be called before what `gap` says changes. */
static void fold(struct scheduler *s, usec_t until)
{
	for (size_t i = 0; i < s->policy.n_rules; i++) {
		struct load *l = &s->rules[i].load;

		l->amount = s->policy.rules[i].enabled ? rule_load(s, i, until) : 0;
		l->mark = usec_max(l->mark, until);
	}
}

/* When the present gap began, as far as told; now, if there is none. */
static usec_t gap_from(const struct scheduler *s)
{
	if (s->gap.away)
		return s->gap.lead_from;
	return s->gap.paused ? s->gap.pause_from : s->now;
}

/* A gap begins: what the loads were before it. */
static void remember_loads(struct scheduler *s, usec_t from)
{
	for (size_t i = 0; i < s->policy.n_rules; i++)
		s->rules[i].before = rule_load(s, i, from);
}

/* Is there a sign on which no prompt may be shown? */
static bool is_quiet(const struct scheduler *s)
{
	return s->held || s->quiet;
}

/* May a prompt be shown at all now, by question 1 and the absence table? */
static bool may_speak(const struct scheduler *s)
{
	return !is_quiet(s) && s->now >= s->settle_until && !s->gap.away;
}

/* The break: countdown ------------------------------------------------------------------------- */

usec_t scheduler_break_rested(const struct scheduler *s, usec_t now)
{
	const struct break_state *b = &s->brk;
	usec_t rested;

	if (!is_break(s, PHASE_ON_BREAK))
		return 0;
	rested = b->rested;
	if (b->resting_from != USEC_NEVER)
		rested += usec_sub(now, b->resting_from);
	return usec_min(rested, b->policy.length);
}

usec_t scheduler_break_ends(const struct scheduler *s)
{
	const struct break_state *b = &s->brk;

	if (!is_break(s, PHASE_ON_BREAK) || b->resting_from == USEC_NEVER)
		return 0;
	/* What was rested before the prompt can be all of it: then it ends as it begins. */
	return usec_max(b->resting_from + usec_sub(b->policy.length, b->rested), b->started_at);
}

/* The countdown stops, as of `at`. */
static void break_halt(struct break_state *b, usec_t at)
{
	if (b->resting_from == USEC_NEVER)
		return;
	b->rested = usec_min(b->rested + usec_sub(at, b->resting_from), b->policy.length);
	b->resting_from = USEC_NEVER;
}

static void break_input(struct break_state *b, usec_t at)
{
	if (b->burst_from != USEC_NEVER)
		return;
	b->burst_from = at;
	if (b->spell_from == USEC_NEVER || usec_sub(at, b->spell_last) >= SPELL_PAUSE)
		b->spell_from = at;
	b->spell_last = at;
}

/* Input stopped at `since`: was it a touch, or did the countdown stand still meanwhile? */
static void break_pause(struct break_state *b, usec_t since)
{
	if (b->burst_from == USEC_NEVER)
		return;
	if (usec_sub(since, b->burst_from) >= FORGIVEN_INPUT)
		break_halt(b, b->burst_from);
	if (b->resting_from == USEC_NEVER)
		b->resting_from = usec_max(since, b->burst_from);
	b->burst_from = USEC_NEVER;
	b->spell_last = since;
}

/* Before this, input that goes on may still prove to have been a touch. */
static usec_t burst_known_at(const struct break_state *b)
{
	return usec_add(b->burst_from, FORGIVEN_INPUT + BREAK_THRESHOLD);
}

/* The load of the break's rule once `rested` of it is credited, without the break being taken. */
static usec_t credited(const struct scheduler *s, usec_t rested)
{
	const struct rule_policy *p = &s->brk.policy;
	usec_t load = rule_load(s, (size_t)s->brk.rule, s->now);

	return p->credit == RULE_CREDIT_LINEAR ? usec_sub(load, load_linear_credit(p, rested))
					       : load;
}

/* The break: beginning and end ----------------------------------------------------------------- */

static void break_new(struct scheduler *s, int rule)
{
	s->brk = (struct break_state){
		.exists = true,
		.phase = PHASE_DEFERRED,
		.rule = rule,
		.policy = s->policy.rules[rule],
		.due_at = s->rules[rule].due ? s->rules[rule].due_at : s->now,
		.snoozes = s->rules[rule].due ? s->rules[rule].snoozes : 0,
		.asked_at = USEC_NEVER,
		.resting_from = USEC_NEVER,
		.burst_from = USEC_NEVER,
		.spell_from = USEC_NEVER,
	};
}

static void break_prompt(struct scheduler *s, struct effects *out)
{
	struct break_state *b = &s->brk;

	b->repeated = b->phase == PHASE_PROMPTING || b->phase == PHASE_ON_BREAK;
	/* A repetition leaves the prompt on the screen where it is: it goes on being seen. */
	if (b->phase != PHASE_PROMPTING)
		b->visible = false;
	b->phase = PHASE_PROMPTING;
	b->prompts++;
	b->prompted_at = s->now;
	b->asked_at = USEC_NEVER;
	emit(out, EFFECT_PROMPT, b->rule)->prompts = b->prompts;
}

static void break_defer(struct scheduler *s, struct effects *out)
{
	s->brk.phase = PHASE_DEFERRED;
	s->brk.asked_at = USEC_NEVER;
	emit(out, EFFECT_WITHDRAW, s->brk.rule);
}

static void break_start(struct scheduler *s, bool by_user, struct effects *out)
{
	struct break_state *b = &s->brk;
	struct gap *gap = &s->gap;
	bool announced = b->phase == PHASE_PROMPTING;

	/* Now, as the break's rule stands still from here on. */
	if (b->rule >= 0)
		set_load(s, b->rule, rule_load(s, (size_t)b->rule, s->now));
	if (!gap->known && !gap->paused && !gap->away) {
		/* Nobody can tell whether the user rests: their word is taken for it. */
		fold(s, s->now);
		gap->paused = true;
		gap->pause_from = s->now;
	}
	b->phase = PHASE_ON_BREAK;
	b->by_user = by_user;
	b->started_at = s->now;
	b->rested = 0;
	b->burst_from = b->spell_from = USEC_NEVER;
	/* Rest counts from the last input; what was not announced is meant to begin now. */
	b->resting_from = announced && gap->paused ? usec_min(gap->pause_from, s->now) : s->now;
	if (!gap->paused && !gap->away)
		break_input(b, s->now);
	gap->asked_length = usec_max(gap->asked_length, b->policy.length);
	emit(out, EFFECT_START, b->rule);
}

/* The countdown is over, whatever comes next. */
static void countdown_over(struct scheduler *s)
{
	struct gap *gap = &s->gap;

	/* Without a source only the countdown itself was taken for rest. */
	if (!gap->known && gap->paused && !gap->away) {
		fold(s, s->now);
		gap->paused = false;
	}
	/* A gap in which a break ended stays rest until input. */
	if (!gap->paused && !gap->away)
		gap->asked_length = 0;
}

static void break_gone(struct scheduler *s)
{
	s->brk.exists = false;
	countdown_over(s);
}

static void break_end(struct scheduler *s, enum outcome outcome, usec_t at, struct effects *out)
{
	/* Later than this the timer did not run: the machine slept. */
	const usec_t late = 10 * USEC_PER_SEC;
	struct break_state *b = &s->brk;
	usec_t rested = scheduler_break_rested(s, at);
	struct effect *e = emit(out, EFFECT_END, b->rule);

	e->outcome = outcome;
	e->rested = rested;
	e->at = at;
	e->silent = (s->gap.away & AWAY_ASLEEP) || usec_sub(s->now, at) > late;
	if (b->rule >= 0) {
		struct rule_state *r = &s->rules[b->rule];
		usec_t load = rule_load(s, (size_t)b->rule, s->now);

		switch (outcome) {
		case OUTCOME_TAKEN:
		case OUTCOME_NATURAL:
			load = 0;
			break;
		case OUTCOME_SKIPPED:
			load = b->policy.every / 100 * b->policy.debt;
			break;
		case OUTCOME_CUT_SHORT:
			load = credited(s, rested);
			r->retry_from = s->now;
			r->retry_at = usec_add(s->now, s->policy.retry);
			break;
		case OUTCOME_MISSED:
			r->retry_from = s->now;
			r->retry_at = usec_add(s->now, s->policy.retry);
			break;
		}
		set_load(s, b->rule, load);
		r->before = load;
		r->asked_at = USEC_NEVER;
	}
	break_gone(s);
}

static void break_eased(struct scheduler *s, struct effects *out)
{
	emit(out, EFFECT_EASED, s->brk.rule);
	break_gone(s);
}

static void break_snooze(struct scheduler *s, usec_t length, struct effects *out)
{
	struct break_state *b = &s->brk;
	bool ran = b->phase == PHASE_ON_BREAK;

	if (ran && b->rule >= 0)
		set_load(s, b->rule, credited(s, scheduler_break_rested(s, s->now)));
	b->phase = PHASE_SNOOZED;
	if (ran)
		countdown_over(s);
	b->snoozes++;
	if (b->rule >= 0)
		s->rules[b->rule].snoozes = b->snoozes;
	b->repeats = 0;
	b->asked_at = USEC_NEVER;
	b->next_prompt_at = usec_add(s->now, length ? length : b->policy.snooze);
	emit(out, EFFECT_WITHDRAW, b->rule);
}

/* The break: what time alone does to it -------------------------------------------------------- */

/* When a prompt that the user can see becomes the running break, or USEC_NEVER. */
static usec_t break_starts_at(const struct scheduler *s)
{
	if (!s->brk.visible || !s->gap.known || !s->gap.paused || s->gap.away)
		return USEC_NEVER;
	return usec_add(usec_max(s->gap.pause_from, s->brk.shown_at), START_AFTER);
}

static void prompting_passes(struct scheduler *s, struct effects *out)
{
	struct break_state *b = &s->brk;

	if (is_quiet(s) || s->gap.away) {
		break_defer(s, out);
		return;
	}
	if (s->now >= break_starts_at(s)) {
		break_start(s, false, out);
		return;
	}
	if (s->now < usec_add(b->prompted_at, s->policy.ignore_after))
		return;
	if (b->repeats < s->policy.repeats) {
		b->repeats++;
		break_prompt(s, out);
	} else {
		break_end(s, OUTCOME_MISSED, s->now, out);
	}
}

/* 15 s of input: the user is not having this break. */
static void break_off(struct scheduler *s, struct effects *out)
{
	struct break_state *b = &s->brk;

	break_halt(b, b->burst_from);
	if (b->by_user || b->rested >= b->policy.length / 3) {
		break_end(s, OUTCOME_CUT_SHORT, s->now, out);
		return;
	}
	/* Other settings since it began: there is nothing any more to prompt for. */
	if (b->rule < 0 || !s->rules[b->rule].due) {
		break_eased(s, out);
		return;
	}
	/* It credits nothing: the load stood still since the break began. */
	set_load(s, b->rule, s->rules[b->rule].load.amount);
	b->policy = s->policy.rules[b->rule];
	s->gap.asked_length = 0;
	b->by_user = false;
	if (may_speak(s))
		break_prompt(s, out);
	else
		break_defer(s, out);
}

static void on_break_passes(struct scheduler *s, struct effects *out)
{
	struct break_state *b = &s->brk;
	usec_t ends = scheduler_break_ends(s);

	if (ends && s->now >= ends && (b->burst_from == USEC_NEVER || ends <= b->burst_from)) {
		break_end(s, OUTCOME_TAKEN, ends, out);
		return;
	}
	if (b->burst_from == USEC_NEVER)
		return;
	if (s->now >= burst_known_at(b))
		break_halt(b, b->burst_from);
	if (s->now >= usec_add(b->spell_from, SPELL_BREAKS_OFF))
		break_off(s, out);
}

static void break_passes(struct scheduler *s, struct effects *out)
{
	if (is_break(s, PHASE_PROMPTING))
		prompting_passes(s, out);
	else if (is_break(s, PHASE_ON_BREAK))
		on_break_passes(s, out);
}

/* Due, and the questions ----------------------------------------------------------------------- */

static void rule_becomes_due(struct scheduler *s, size_t i)
{
	struct rule_state *r = &s->rules[i];

	r->due = true;
	r->deferred = false;
	r->snoozes = 0;
	r->asked_at = USEC_NEVER;
	r->due_at = usec_min(s->now, load_due_at(&r->load, &s->policy.rules[i], &s->gap));
}

static void rule_is_eased(struct scheduler *s, size_t i)
{
	struct rule_state *r = &s->rules[i];

	r->due = false;
	r->deferred = false;
	r->asked_at = USEC_NEVER;
}

static void judge_due(struct scheduler *s, struct effects *out)
{
	const struct break_state *b = &s->brk;

	for (size_t i = 0; i < s->policy.n_rules; i++) {
		const struct rule_policy *p = &s->policy.rules[i];
		bool due = p->enabled && rule_load(s, i, s->now) >= p->every;

		if (due && !s->rules[i].due)
			rule_becomes_due(s, i);
		else if (!due && s->rules[i].due)
			rule_is_eased(s, i);
		/* Below `every` there is nothing left to try again. */
		if (!due)
			s->rules[i].retry_at = 0;
	}
	if (b->exists && b->phase != PHASE_ON_BREAK && (b->rule < 0 || !s->rules[b->rule].due))
		break_eased(s, out);
}

static bool is_lull(const struct scheduler *s)
{
	return !s->gap.known ||
	       (s->gap.paused && usec_sub(s->now, s->gap.pause_from) >= s->policy.lull);
}

/* Question 3: is this the moment? *asked_at is when it was first asked in this wait. */
static bool passes_lull(const struct scheduler *s, usec_t patience, usec_t *asked_at)
{
	if (*asked_at == USEC_NEVER)
		*asked_at = s->now;
	return is_lull(s) || s->now >= usec_add(*asked_at, patience);
}

/* Questions 1 and 3 for a break that was announced before. */
static void ask_again(struct scheduler *s, struct effects *out)
{
	struct break_state *b = &s->brk;

	if (b->phase == PHASE_SNOOZED && s->now < b->next_prompt_at)
		return;
	/* The snooze is over, whatever keeps the prompt back now. */
	b->phase = PHASE_DEFERRED;
	if (!may_speak(s)) {
		b->asked_at = USEC_NEVER;
		return;
	}
	if (passes_lull(s, b->policy.patience, &b->asked_at))
		break_prompt(s, out);
}

/* The longest rule that is due, may be asked and was not yet asked in this round, or -1. */
static int next_to_ask(const struct scheduler *s, const bool asked[])
{
	int best = -1;

	for (size_t i = 0; i < s->policy.n_rules; i++) {
		if (asked[i] || !s->rules[i].due || s->now < s->rules[i].retry_at)
			continue;
		if (best < 0 || s->policy.rules[i].length > s->policy.rules[best].length)
			best = (int)i;
	}
	return best;
}

static void ask_rules(struct scheduler *s, struct effects *out)
{
	bool asked[RULES_MAX] = { false };
	int i;

	while ((i = next_to_ask(s, asked)) >= 0) {
		struct rule_state *r = &s->rules[i];

		asked[i] = true;
		if (s->gap.away)
			continue;
		if (!may_speak(s)) {
			r->deferred = true;
			r->asked_at = USEC_NEVER;
			continue;
		}
		r->deferred = false;
		if (passes_lull(s, s->policy.rules[i].patience, &r->asked_at)) {
			break_new(s, i);
			break_prompt(s, out);
			return;
		}
	}
}

static void ask(struct scheduler *s, struct effects *out)
{
	if (!s->brk.exists)
		ask_rules(s, out);
	else if (s->brk.phase == PHASE_SNOOZED || s->brk.phase == PHASE_DEFERRED)
		ask_again(s, out);
}

/* What only time does -------------------------------------------------------------------------- */

static void quiet_ended(struct scheduler *s, usec_t at)
{
	if (is_quiet(s))
		return;
	s->settle_from = at;
	s->settle_until = usec_add(at, s->policy.settle);
}

static void time_passes(struct scheduler *s, struct effects *out)
{
	if (s->held && s->now >= s->held_until) {
		s->held = false;
		quiet_ended(s, s->held_until);
	}
	/* Before, as nothing may start that rest has made needless; and after, as an end changes
	 * loads. */
	judge_due(s, out);
	break_passes(s, out);
	judge_due(s, out);
}

/* Presence and phase, which are told with the time they began ---------------------------------- */

static enum presence presence_now(const struct scheduler *s)
{
	const struct gap *gap = &s->gap;

	if (gap->away)
		return PRESENCE_AWAY;
	if (!gap->known)
		return PRESENCE_UNKNOWN;
	if (gap->paused && usec_sub(s->now, gap->pause_from) >= PRESENCE_IDLE_AFTER)
		return PRESENCE_IDLE;
	return PRESENCE_ACTIVE;
}

static void judge_presence(struct scheduler *s)
{
	enum presence presence = presence_now(s);

	if (presence == s->presence)
		return;
	s->presence = presence;
	switch (presence) {
	case PRESENCE_AWAY:
		s->presence_since = s->gap.away_from;
		break;
	case PRESENCE_IDLE:
		s->presence_since = s->gap.pause_from;
		break;
	case PRESENCE_ACTIVE:
	case PRESENCE_UNKNOWN:
		s->presence_since = s->now;
		break;
	}
}

static enum phase phase_now(const struct scheduler *s)
{
	bool due = false;
	bool deferred = is_break(s, PHASE_DEFERRED) && s->brk.asked_at == USEC_NEVER;

	if (s->brk.exists && s->brk.phase != PHASE_DEFERRED)
		return s->brk.phase;
	if (s->held)
		return PHASE_PAUSED;
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

/* Events --------------------------------------------------------------------------------------- */

/*
 * The user comes back from a rest that nobody asked for: the longest rule that it cleared, and that
 * had half its load before, tells of it. To be called before the fold that ends the gap.
 */
static void tell_natural(const struct scheduler *s, struct effects *out)
{
	int best = -1;
	struct effect *e;

	if (is_break(s, PHASE_ON_BREAK))
		return;

	for (size_t i = 0; i < s->policy.n_rules; i++) {
		const struct rule_policy *p = &s->policy.rules[i];

		if (!p->enabled || p->length <= s->gap.asked_length)
			continue;
		if (s->rules[i].before < p->every / 2 || rule_load(s, i, s->now) > 0)
			continue;
		if (best < 0 || p->length > s->policy.rules[best].length)
			best = (int)i;
	}
	if (best < 0)
		return;
	e = emit(out, EFFECT_END, best);
	e->outcome = OUTCOME_NATURAL;
	e->rested = usec_sub(s->now, gap_rest_from(&s->gap, &s->policy.rules[best], s->now));
	e->at = s->now;
	e->silent = true;
}

static void on_input(struct scheduler *s, struct effects *out)
{
	struct gap *gap = &s->gap;

	if (!gap->away) {
		if (gap->known && gap->paused)
			tell_natural(s, out);
		fold(s, s->now);
		if (!is_break(s, PHASE_ON_BREAK))
			gap->asked_length = 0;
		else
			break_input(&s->brk, s->now);
	}
	gap->known = true;
	gap->paused = false;
}

static void on_pause(struct scheduler *s, usec_t since)
{
	struct gap *gap = &s->gap;

	since = usec_min(since, s->now);
	if (gap->known && gap->paused)
		return;
	if (!gap->away) {
		fold(s, since);
		remember_loads(s, since);
		if (is_break(s, PHASE_ON_BREAK))
			break_pause(&s->brk, since);
	} else {
		/* It may have led into the absence and be told only now. */
		gap->lead_from = usec_min(gap->lead_from, since);
	}
	gap->known = true;
	gap->paused = true;
	gap->pause_from = since;
}

static void on_no_source(struct scheduler *s)
{
	bool on_break = is_break(s, PHASE_ON_BREAK);

	if (!s->gap.known)
		return;
	if (!s->gap.away)
		fold(s, s->now);
	s->gap.known = false;
	/* As in break_start(): the user's word is taken for it. */
	if (on_break)
		break_pause(&s->brk, s->now);
	if (!on_break || !s->gap.paused) {
		s->gap.paused = on_break;
		s->gap.pause_from = s->now;
	}
	if (!on_break && !s->gap.away)
		s->gap.asked_length = 0;
}

static void on_away(struct scheduler *s, enum away_reason reason, usec_t since)
{
	struct gap *gap = &s->gap;

	if (!gap->away) {
		if (!gap->paused)
			remember_loads(s, since);
		gap->away_from = since;
		gap->lead_from = gap->paused ? usec_min(gap->pause_from, since) : since;
		if (is_break(s, PHASE_ON_BREAK))
			break_pause(&s->brk, since);
	}
	gap->away |= reason;
}

static void on_back(struct scheduler *s, enum away_reason reason, struct effects *out)
{
	struct gap *gap = &s->gap;
	unsigned left = gap->away & ~(unsigned)reason;
	bool returned;

	if (!gap->away || left) {
		gap->away = left;
		return;
	}
	if (!gap->known && !is_break(s, PHASE_ON_BREAK))
		gap->paused = false;
	/* A machine that woke up is no user who came back: then the gap goes on, until input. */
	returned = !gap->paused || gap->pause_from > gap->away_from;
	if (returned)
		tell_natural(s, out);
	fold(s, s->now);
	if (returned)
		remember_loads(s, s->now);
	gap->away = 0;
	if (gap->paused)
		return;
	if (is_break(s, PHASE_ON_BREAK))
		break_input(&s->brk, s->now);
	else
		gap->asked_length = 0;
}

/* What `limber up` without a rule means: the longest due one, else the one nearest to being due. */
static int best_rule(const struct scheduler *s)
{
	const bool none[RULES_MAX] = { false };
	int best = next_to_ask(s, none);
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
		break_eased(s, out);
	if (!b->exists) {
		rule = rule >= 0 ? rule : best_rule(s);
		if (rule < 0)
			return;
		break_new(s, rule);
	}
	break_start(s, true, out);
}

static void on_finish(struct scheduler *s, struct effects *out)
{
	struct break_state *b = &s->brk;
	bool taken = b->phase != PHASE_ON_BREAK || !b->by_user ||
		     scheduler_break_rested(s, s->now) >= b->policy.length / 2;

	break_end(s, taken ? OUTCOME_TAKEN : OUTCOME_CUT_SHORT, s->now, out);
}

static void on_skip(struct scheduler *s, struct effects *out)
{
	struct break_state *b = &s->brk;
	bool running = b->phase == PHASE_ON_BREAK &&
		       (b->by_user || scheduler_break_rested(s, s->now) >= b->policy.length / 2);

	break_end(s, running ? OUTCOME_CUT_SHORT : OUTCOME_SKIPPED, s->now, out);
}

static void on_hold(struct scheduler *s, usec_t until)
{
	if (until <= s->now)
		return;
	if (!s->held)
		s->held_since = s->now;
	s->held = true;
	s->held_until = until;
}

static void on_release(struct scheduler *s)
{
	if (!s->held)
		return;
	s->held = false;
	quiet_ended(s, s->now);
}

static void on_quiet(struct scheduler *s, bool on)
{
	if (on == s->quiet)
		return;
	s->quiet = on;
	if (on)
		s->quiet_since = s->now;
	else
		quiet_ended(s, s->now);
}

/* The rules' states, moved to where their names are now. */
static void carry_over(struct scheduler *s, const struct policy *policy,
		       struct rule_state ret[static RULES_MAX])
{
	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule_policy *p = &policy->rules[i];
		int old = policy_find(&s->policy, p->name);

		ret[i] = (struct rule_state){ .load = { .mark = s->now }, .asked_at = USEC_NEVER };
		if (old < 0 || !s->policy.rules[old].enabled || !p->enabled)
			continue;
		ret[i] = s->rules[old];
		ret[i].load.amount = usec_min(ret[i].load.amount, 2 * p->every);
	}
}

static void on_policy(struct scheduler *s, const struct policy *policy, struct effects *out)
{
	struct rule_state rules[RULES_MAX] = { 0 };
	struct break_state *b = &s->brk;

	/* A gap that goes on is judged as one, by the new settings. */
	fold(s, gap_from(s));
	carry_over(s, policy, rules);
	memcpy(s->rules, rules, sizeof(rules));
	s->policy = *policy;
	if (!b->exists)
		return;
	b->rule = policy_find(policy, b->policy.name);
	/* A running break is left alone, down to its length. */
	if (b->phase == PHASE_ON_BREAK)
		return;
	if (b->rule < 0 || !policy->rules[b->rule].enabled)
		break_eased(s, out);
	else
		b->policy = policy->rules[b->rule];
}

static void handle(struct scheduler *s, const struct event *e, struct effects *out)
{
	switch (e->kind) {
	case EVENT_TICK:
		break;
	case EVENT_INPUT:
		on_input(s, out);
		break;
	case EVENT_PAUSE:
		on_pause(s, e->since);
		break;
	case EVENT_NO_SOURCE:
		on_no_source(s);
		break;
	case EVENT_AWAY:
		on_away(s, e->reason, s->now);
		break;
	case EVENT_BACK:
		on_back(s, e->reason, out);
		break;
	case EVENT_QUIET:
		on_quiet(s, e->on);
		break;
	case EVENT_SHOWN:
		if (is_break(s, PHASE_PROMPTING) && !s->brk.visible) {
			s->brk.visible = true;
			s->brk.shown_at = s->now;
		}
		break;
	case EVENT_SHOW_FAILED:
		s->brk.visible = false;
		break;
	case EVENT_HOLD:
		on_hold(s, e->until);
		break;
	case EVENT_RELEASE:
		on_release(s);
		break;
	case EVENT_POLICY:
		on_policy(s, e->policy, out);
		break;
	case EVENT_START:
	case EVENT_SNOOZE:
	case EVENT_SKIP:
	case EVENT_FINISH:
		if (scheduler_allows(s, e->kind, s->now) != REFUSAL_NONE)
			break;
		if (e->kind == EVENT_START)
			on_start(s, e->rule, out);
		else if (e->kind == EVENT_SNOOZE)
			break_snooze(s, e->length, out);
		else if (e->kind == EVENT_SKIP)
			on_skip(s, out);
		else
			on_finish(s, out);
		break;
	}
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
	ask(s, ret_effects);
	judge_presence(s);
	judge_phase(s);
}

void scheduler_init(struct scheduler *s, const struct policy *policy, usec_t now)
{
	*s = (struct scheduler){
		.policy = *policy,
		.now = now,
		.presence = PRESENCE_UNKNOWN,
		.presence_since = now,
		.phase = PHASE_WORKING,
		.phase_since = now,
	};
	for (size_t i = 0; i < policy->n_rules; i++) {
		s->rules[i].load.mark = now;
		s->rules[i].asked_at = USEC_NEVER;
	}
}

/* What the owner arms -------------------------------------------------------------------------- */

/* When the wait that began at `asked_at` is over, by a lull or by patience. */
static usec_t wait_over_at(const struct scheduler *s, usec_t asked_at, usec_t patience)
{
	usec_t at;

	if (asked_at == USEC_NEVER || s->gap.away)
		return USEC_NEVER;
	at = usec_add(asked_at, patience);
	if (s->gap.paused)
		at = usec_min(at, usec_add(s->gap.pause_from, s->policy.lull));
	return at;
}

static usec_t break_deadline(const struct scheduler *s)
{
	const struct break_state *b = &s->brk;

	switch (b->phase) {
	case PHASE_PROMPTING:
		return usec_min(usec_add(b->prompted_at, s->policy.ignore_after),
				break_starts_at(s));
	case PHASE_SNOOZED:
		if (s->now < b->next_prompt_at)
			return b->next_prompt_at;
		return wait_over_at(s, b->asked_at, b->policy.patience);
	case PHASE_DEFERRED:
		return wait_over_at(s, b->asked_at, b->policy.patience);
	case PHASE_ON_BREAK:
		if (b->burst_from == USEC_NEVER)
			return scheduler_break_ends(s) ? scheduler_break_ends(s) : USEC_NEVER;
		return usec_min(b->resting_from == USEC_NEVER ? USEC_NEVER : burst_known_at(b),
				usec_add(b->spell_from, SPELL_BREAKS_OFF));
	case PHASE_PAUSED:
	case PHASE_DUE:
	case PHASE_WORKING:
		break; /* never a break's */
	}
	return USEC_NEVER;
}

static usec_t rule_deadline(const struct scheduler *s, size_t i)
{
	const struct rule_policy *p = &s->policy.rules[i];
	const struct rule_state *r = &s->rules[i];
	usec_t at;

	if (!p->enabled || runs_break_of(s, i))
		return USEC_NEVER;
	if (!r->due) {
		at = load_due_at(&r->load, p, &s->gap);
		/* In the past: by now this gap is known to be a rest, which has eased it. */
		return at > s->now ? at : USEC_NEVER;
	}
	at = load_eased_at(&r->load, p, &s->gap);
	if (s->brk.exists)
		return at;
	if (s->now < r->retry_at)
		return usec_min(at, s->gap.away ? USEC_NEVER : r->retry_at);
	return usec_min(at, wait_over_at(s, r->asked_at, p->patience));
}

/* Is anything held back by `settle`? */
static bool settle_matters(const struct scheduler *s)
{
	if (s->now >= s->settle_until || s->gap.away || is_quiet(s))
		return false;
	if (s->brk.exists)
		return s->brk.phase == PHASE_DEFERRED;
	for (size_t i = 0; i < s->policy.n_rules; i++)
		if (s->rules[i].due && s->now >= s->rules[i].retry_at)
			return true;
	return false;
}

usec_t scheduler_deadline(const struct scheduler *s)
{
	const struct gap *gap = &s->gap;
	usec_t at = USEC_NEVER;

	if (s->held)
		at = s->held_until;
	if (settle_matters(s))
		at = usec_min(at, s->settle_until);
	if (gap->known && gap->paused && !gap->away && s->presence == PRESENCE_ACTIVE)
		at = usec_min(at, usec_add(gap->pause_from, PRESENCE_IDLE_AFTER));
	if (s->brk.exists)
		at = usec_min(at, break_deadline(s));
	for (size_t i = 0; i < s->policy.n_rules; i++)
		at = usec_min(at, rule_deadline(s, i));
	return at;
}

/* Does anything that is due wait for a lull? */
static bool waits_for_lull(const struct scheduler *s)
{
	if (s->brk.exists)
		return s->brk.asked_at != USEC_NEVER;
	for (size_t i = 0; i < s->policy.n_rules; i++)
		if (s->rules[i].due && s->rules[i].asked_at != USEC_NEVER)
			return true;
	return false;
}

usec_t scheduler_threshold(const struct scheduler *s)
{
	usec_t shortest = PRESENCE_IDLE_AFTER;

	if (is_break(s, PHASE_ON_BREAK))
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

/* What the owner asks -------------------------------------------------------------------------- */

enum refusal scheduler_allows(const struct scheduler *s, enum event_kind command, usec_t now)
{
	const struct break_state *b = &s->brk;
	bool snooze = command == EVENT_SNOOZE;
	bool end = command == EVENT_SKIP || command == EVENT_FINISH;

	if (command == EVENT_START)
		return b->exists || s->policy.n_rules ? REFUSAL_NONE : REFUSAL_NOT_ALLOWED;
	if (!snooze && !end)
		return REFUSAL_NONE;
	if (!b->exists || b->phase == PHASE_DEFERRED)
		return REFUSAL_NO_BREAK;
	if (end)
		return REFUSAL_NONE;
	if (b->phase == PHASE_ON_BREAK &&
	    (b->by_user || scheduler_break_rested(s, now) >= b->policy.length / 2))
		return REFUSAL_NOT_ALLOWED;
	return b->snoozes < b->policy.snoozes ? REFUSAL_NONE : REFUSAL_LIMIT_REACHED;
}

unsigned scheduler_snoozes_left(const struct scheduler *s)
{
	const struct break_state *b = &s->brk;

	if (!b->exists || (b->phase == PHASE_ON_BREAK && b->by_user))
		return 0;
	return b->snoozes < b->policy.snoozes ? b->policy.snoozes - b->snoozes : 0;
}

static enum rule_phase rule_phase(const struct scheduler *s, size_t i)
{
	const struct rule_state *r = &s->rules[i];

	if (s->brk.exists && s->brk.rule == (int)i)
		switch (s->brk.phase) {
		case PHASE_ON_BREAK:
			return RULE_ON_BREAK;
		case PHASE_PROMPTING:
			return RULE_PROMPTING;
		case PHASE_SNOOZED:
			return RULE_SNOOZED;
		case PHASE_DEFERRED:
			return s->brk.asked_at == USEC_NEVER ? RULE_DEFERRED : RULE_WAITING;
		case PHASE_PAUSED:
		case PHASE_DUE:
		case PHASE_WORKING:
			break; /* never a break's */
		}
	if (!s->policy.rules[i].enabled)
		return RULE_OFF;
	if (!r->due)
		return RULE_COUNTING;
	if (s->brk.exists)
		return RULE_DUE;
	if (r->deferred)
		return RULE_DEFERRED;
	return r->asked_at == USEC_NEVER || s->now < r->retry_at ? RULE_DUE : RULE_WAITING;
}

/* When rule i is due, for people to read. */
static usec_t rule_due_at(const struct scheduler *s, size_t i, usec_t now)
{
	const struct rule_state *r = &s->rules[i];
	struct gap gap = s->gap;
	usec_t at;

	if (!s->policy.rules[i].enabled || runs_break_of(s, i))
		return 0;
	if (r->due)
		return r->due_at;
	/* A short pause may still be rest or not; until it is told as `idle` the load is shown to
	 * grow. */
	if (s->presence == PRESENCE_ACTIVE && usec_sub(now, gap.pause_from) < PRESENCE_IDLE_AFTER &&
	    gap_rest_from(&gap, &s->policy.rules[i], now) == USEC_NEVER)
		gap.paused = false;
	at = load_due_at(&r->load, &s->policy.rules[i], &gap);
	return at == USEC_NEVER || at <= s->now ? 0 : at;
}

static unsigned rule_signs(const struct scheduler *s, size_t i, usec_t *ret_since)
{
	const struct rule_state *r = &s->rules[i];
	bool own_break = s->brk.exists && s->brk.rule == (int)i;
	usec_t asked_at = own_break ? s->brk.asked_at : r->asked_at;
	unsigned signs = 0;

	*ret_since = 0;
	if (s->held)
		signs |= SIGN_PAUSED;
	if (s->quiet)
		signs |= SIGN_INHIBIT;
	if (s->gap.away)
		signs |= SIGN_AWAY;
	if (!is_quiet(s) && s->now < s->settle_until)
		signs |= SIGN_SETTLE;
	if (!r->due && !own_break)
		return signs & (SIGN_PAUSED | SIGN_INHIBIT);
	if (!own_break && s->now < r->retry_at) {
		signs |= SIGN_RETRY;
		*ret_since = r->retry_from;
	} else if (asked_at != USEC_NEVER) {
		signs |= SIGN_LULL;
		*ret_since = asked_at;
	}
	return signs;
}

void scheduler_rule_view(const struct scheduler *s, size_t i, usec_t now, struct rule_view *ret)
{
	usec_t since;
	enum rule_phase phase = rule_phase(s, i);
	bool shows = phase == RULE_PROMPTING || phase == RULE_ON_BREAK || phase == RULE_OFF;
	unsigned signs = shows ? 0 : rule_signs(s, i, &since);

	*ret = (struct rule_view){
		.phase = phase,
		.load = s->policy.rules[i].enabled ? rule_load(s, i, now) : 0,
		.due_at = rule_due_at(s, i, now),
		.signs = signs,
		.since = signs & (SIGN_LULL | SIGN_RETRY) ? since : 0,
	};
}

int scheduler_next(const struct scheduler *s, usec_t now, usec_t *ret_due_at)
{
	usec_t soonest = 0;
	int best = -1;

	for (size_t i = 0; i < s->policy.n_rules; i++) {
		usec_t at = rule_due_at(s, i, now);

		if (at && (best < 0 || at < soonest)) {
			soonest = at;
			best = (int)i;
		}
	}
	*ret_due_at = soonest;
	return best;
}
