#include "core/scheduler-internal.h"

/* The countdown -------------------------------------------------------------------------------- */

usec_t scheduler_break_rested(const struct scheduler *s, usec_t now)
{
	const struct break_state *b = &s->brk;
	usec_t rested;

	if (!is_break(s, PHASE_ON_BREAK))
		return 0;
	rested = b->rested;
	if (b->resting_from != USEC_NEVER)
		rested += usec_sub(usec_min(now, b->burst_from), b->resting_from);
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

void break_halt(struct break_state *b, usec_t at)
{
	if (b->resting_from == USEC_NEVER)
		return;
	b->rested = usec_min(b->rested + usec_sub(at, b->resting_from), b->policy.length);
	b->resting_from = USEC_NEVER;
}

void break_rest_follows(struct scheduler *s, usec_t at)
{
	struct break_state *b = &s->brk;

	if (!is_break(s, PHASE_ON_BREAK) || b->burst_from != USEC_NEVER)
		return;
	if (s->gap.from[b->policy.counts] == USEC_NEVER)
		break_halt(b, at);
	else if (b->resting_from == USEC_NEVER)
		b->resting_from = at;
}

void break_input(struct break_state *b, usec_t at)
{
	if (b->burst_from != USEC_NEVER)
		return;
	b->burst_from = at;
	if (b->spell_from == USEC_NEVER || usec_sub(at, b->spell_last) >= SPELL_PAUSE)
		b->spell_from = at;
	b->spell_last = at;
}

/* Input stopped at `since`: was it a touch, or did the countdown stand still meanwhile? */
void break_pause(struct scheduler *s, usec_t since)
{
	struct break_state *b = &s->brk;
	usec_t from = s->gap.from[b->policy.counts];

	if (b->burst_from == USEC_NEVER)
		return;
	if (usec_sub(since, b->burst_from) >= FORGIVEN_INPUT)
		break_halt(b, b->burst_from);
	if (b->assumed && since <= b->started_at) {
		/* It had stopped before Start, and is told only now: there was none of it in here.
		 */
		if (b->spell_from == b->burst_from)
			b->spell_from = USEC_NEVER;
		if (b->announced)
			b->resting_from = USEC_NEVER;
	}
	if (!b->assumed || !b->announced)
		since = usec_max(since, b->burst_from);
	b->assumed = false;
	if (b->resting_from == USEC_NEVER && from != USEC_NEVER)
		b->resting_from = usec_max(since, from);
	b->burst_from = USEC_NEVER;
	b->spell_last = since;
}

/* Before this, input that goes on may still prove to have been a touch. */
static usec_t burst_known_at(const struct break_state *b)
{
	return usec_add(b->burst_from, FORGIVEN_INPUT + BREAK_THRESHOLD);
}

/* Beginning ------------------------------------------------------------------------------------ */

bool break_stands_for(const struct break_state *b, size_t i)
{
	return b->rule >= 0 && ((int)i == b->rule || b->merged & UINT32_C(1) << i);
}

bool break_is_due(const struct scheduler *s)
{
	for (size_t i = 0; i < s->policy.n_rules; i++)
		if (s->rules[i].due && break_stands_for(&s->brk, i))
			return true;
	return false;
}

void break_new(struct scheduler *s, int rule, uint32_t merged)
{
	const struct rule_state *r = &s->rules[rule];

	s->brk = (struct break_state){
		.exists = true,
		.phase = PHASE_DEFERRED,
		.rule = rule,
		.merged = merged,
		.policy = s->policy.rules[rule],
		.due_at = r->due ? r->due_at : s->now,
		.asked_at = USEC_NEVER,
		.resting_from = USEC_NEVER,
		.burst_from = USEC_NEVER,
		.spell_from = USEC_NEVER,
	};
	for (size_t i = 0; i < s->policy.n_rules; i++)
		if (s->rules[i].due && break_stands_for(&s->brk, i) &&
		    s->rules[i].snoozes > s->brk.snoozes)
			s->brk.snoozes = s->rules[i].snoozes;
	if (s->brk.snoozes > s->brk.policy.snoozes)
		s->brk.snoozes = s->brk.policy.snoozes;
}

static void tell_prompt(struct scheduler *s, enum decision_cause cause)
{
	const struct break_state *b = &s->brk;
	struct decision *d =
		decide(s, b->rule, b->repeated ? DECISION_REPEATED : DECISION_PROMPT, cause);

	d->count = b->prompts;
	d->since = b->due_at;
	if (cause == CAUSE_PATIENCE)
		d->length = b->policy.patience;
	else if (cause == CAUSE_IGNORED)
		d->length = s->policy.ignore_after;
	else if (cause == CAUSE_TYPED_ON)
		d->length = SPELL_BREAKS_OFF;
	else if (cause == CAUSE_LULL)
		d->length = usec_sub(s->now, s->gap.pause_from);
	/* What keeps it back from now on is news again. */
	s->rules[b->rule].told = (struct told){ .kind = DECISION_DUE };
}

void break_prompt(struct scheduler *s, enum decision_cause cause, struct effects *out)
{
	struct break_state *b = &s->brk;
	usec_t ran = scheduler_break_rested(s, s->now);
	struct effect *e;

	b->repeated = b->phase == PHASE_PROMPTING || b->phase == PHASE_ON_BREAK;
	/* A repetition leaves the prompt on the screen where it is: it goes on being seen. */
	if (b->phase != PHASE_PROMPTING)
		b->visible = false;
	b->phase = PHASE_PROMPTING;
	b->prompts++;
	b->prompted_at = s->now;
	b->asked_at = USEC_NEVER;
	if (b->prompts == 1) {
		b->first_at = s->now;
		hour_spent(s, &b->policy);
	}
	e = emit(out, EFFECT_PROMPT, b->rule);
	e->prompts = b->prompts;
	e->rested = ran;
	tell_prompt(s, cause);
}

static void break_defer(struct scheduler *s, struct effects *out)
{
	struct break_state *b = &s->brk;

	emit(out, EFFECT_WITHDRAW, b->rule)->rested = scheduler_break_rested(s, s->now);
	b->phase = PHASE_DEFERRED;
	b->asked_at = USEC_NEVER;
	judge_screen(s, s->now);
}

/* What was rested before the prompt could be seen. */
static usec_t rested_unseen(const struct scheduler *s)
{
	const struct break_state *b = &s->brk;
	usec_t rested = scheduler_break_rested(s, s->now);

	return b->visible ? usec_sub(rested, usec_sub(s->now, b->shown_at)) : rested;
}

/* Where its rest begins: with the last input, or now if it was not announced. */
static usec_t rest_begins(const struct scheduler *s)
{
	const struct gap *gap = &s->gap;
	usec_t from = gap->from[s->brk.policy.counts];

	if (gap->paused && !gap->away && from == USEC_NEVER)
		return USEC_NEVER;
	/* Nor does the moment between Start and hands off count then. */
	if (!gap->paused && !gap->away && is_watched(s) &&
	    s->brk.policy.counts == RULE_COUNTS_SCREEN)
		return USEC_NEVER;
	return s->brk.announced && gap->paused ? usec_min(from, s->now) : s->now;
}

void break_start(struct scheduler *s, bool by_user, struct effects *out)
{
	struct break_state *b = &s->brk;
	struct gap *gap = &s->gap;

	if (b->rule >= 0)
		b->load = plain_load(s, (size_t)b->rule, s->now);
	if (!gap->known && !gap->paused && !gap->away) {
		/* Nobody can tell whether the user rests: their word is taken for it. */
		fold(s, s->now, CLOCK_ALL);
		remember_loads(s, s->now, CLOCK_ALL);
		gap->paused = true;
		gap->pause_from = s->now;
		gap->from[RULE_COUNTS_HANDS] = gap->from[RULE_COUNTS_SCREEN] = s->now;
	}
	b->announced = b->phase == PHASE_PROMPTING;
	b->phase = PHASE_ON_BREAK;
	b->by_user = by_user;
	b->started_at = s->now;
	b->rested = 0;
	b->burst_from = b->spell_from = b->resting_from = USEC_NEVER;
	gap->asked_length = usec_max(gap->asked_length, b->policy.length);
	judge_screen(s, s->now);
	b->resting_from = rest_begins(s);
	b->assumed = !gap->paused && !gap->away;
	/* Input that may prove to be a return is input to the break in any case. */
	if (b->assumed || s->bump.pending)
		break_input(b, s->now);
	emit(out, EFFECT_START, b->rule)->rested = rested_unseen(s);
	decide(s, b->rule, DECISION_STARTED, by_user ? CAUSE_USER : CAUSE_SELF)->length =
		b->policy.length;
}

/* End ------------------------------------------------------------------------------------------ */

/* The countdown is over, whatever comes next. */
static void countdown_over(struct scheduler *s)
{
	struct gap *gap = &s->gap;

	/* Without a source only the countdown itself was taken for rest. */
	if (!gap->known && gap->paused && !gap->away) {
		fold(s, s->now, CLOCK_ALL);
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
	judge_screen(s, s->now);
}

static void judge_again_later(struct scheduler *s, size_t i, enum outcome outcome)
{
	s->rules[i].retry_for = outcome;
	s->rules[i].retry_from = s->now;
	s->rules[i].retry_at = usec_add(s->now, s->policy.retry);
}

/* What an outcome leaves of the load of rule `i`: the break's own, or one that it took the place
 * of. What is not settled here goes on by arithmetic. */
static void leave_load(struct scheduler *s, size_t i, enum outcome outcome)
{
	bool own = s->brk.rule == (int)i;
	const struct rule_policy *p = own ? &s->brk.policy : &s->policy.rules[i];

	if (outcome == OUTCOME_SKIPPED)
		settle_load(s, (int)i, p->every / 100 * p->debt);
	else if (own && outcome == OUTCOME_TAKEN)
		settle_load(s, (int)i, 0);
	else
		return;
	s->rules[i].before = s->rules[i].load.amount;
}

static void leave_behind(struct scheduler *s, size_t i, enum outcome outcome)
{
	struct rule_state *r = &s->rules[i];
	bool own = s->brk.rule == (int)i;

	leave_load(s, i, outcome);
	r->asked_at = USEC_NEVER;
	r->told = (struct told){ .kind = DECISION_DUE };
	if (own && (outcome == OUTCOME_TAKEN || outcome == OUTCOME_SKIPPED))
		r->retry_at = 0;
	/* The outcome says that it is not due any more: that needs no word of its own. */
	if (r->due && (own || outcome == OUTCOME_SKIPPED) &&
	    plain_load(s, i, s->now) < s->policy.rules[i].every) {
		r->due = r->deferred = false;
		r->retry_at = 0;
		return;
	}
	/* A break that the user started before it was due leaves nothing to try again. */
	if ((outcome != OUTCOME_CUT_SHORT && outcome != OUTCOME_MISSED) ||
	    (!r->due && !s->brk.merged))
		return;
	judge_again_later(s, i, outcome);
	/* ... which the outcome has told of its own rule. */
	if (own)
		r->told = (struct told){ .kind = DECISION_WAITING,
					 .cause = CAUSE_RETRY,
					 .other = -1 };
}

static struct decision *tell_end(struct scheduler *s, enum outcome outcome, usec_t at,
				 usec_t rested, enum decision_cause cause)
{
	const struct break_state *b = &s->brk;
	struct decision *d = decide(s, b->rule, DECISION_ENDED, cause);

	d->at = at;
	d->outcome = outcome;
	d->length = rested;
	d->every = b->policy.length;
	/* Snoozed ones were answered, and those that a sign took back could not be. */
	d->count = outcome == OUTCOME_MISSED ? b->repeats + 1 : b->prompts;
	return d;
}

void break_end(struct scheduler *s, enum outcome outcome, usec_t at, enum decision_cause cause,
	       struct effects *out)
{
	/* Later than this the timer did not run: the machine slept. */
	const usec_t late = 10 * USEC_PER_SEC;
	struct break_state *b = &s->brk;
	usec_t rested = scheduler_break_rested(s, at);
	struct effect *e = emit(out, EFFECT_END, b->rule);
	struct decision *d;

	e->outcome = outcome;
	e->rested = rested;
	e->at = at;
	e->silent = (s->gap.away & AWAY_ASLEEP) || usec_sub(s->now, at) > late;
	e->due_at = b->due_at;
	e->first_at = b->first_at;
	e->started_at = b->phase == PHASE_ON_BREAK ? b->started_at : 0;
	e->length = b->policy.length;
	e->prompts = b->prompts;
	e->snoozes = b->snoozes;
	d = tell_end(s, outcome, at, rested, cause);
	for (size_t i = 0; i < s->policy.n_rules; i++)
		if (break_stands_for(b, i))
			leave_behind(s, i, outcome);
	if (b->rule >= 0 && s->rules[b->rule].retry_at > s->now)
		d->until = s->rules[b->rule].retry_at;
	break_gone(s);
}

/* What is still due of its rules is judged afresh. */
static void begin_afresh(struct scheduler *s)
{
	for (size_t i = 0; i < s->policy.n_rules; i++)
		if (break_stands_for(&s->brk, i)) {
			s->rules[i].asked_at = USEC_NEVER;
			s->rules[i].told = (struct told){ .kind = DECISION_DUE };
		}
}

void break_forgotten(struct scheduler *s)
{
	begin_afresh(s);
	s->brk.exists = false;
}

void break_eased(struct scheduler *s, enum decision_cause cause, struct effects *out)
{
	struct break_state *b = &s->brk;
	struct decision *d = decide(s, b->rule, DECISION_EASED, cause);

	emit(out, EFFECT_EASED, b->rule)->rested = scheduler_break_rested(s, s->now);
	if (cause == CAUSE_REST)
		d->length = rest_so_far(s, &b->policy);
	begin_afresh(s);
	break_gone(s);
}

void break_snooze(struct scheduler *s, usec_t length, struct effects *out)
{
	struct break_state *b = &s->brk;
	usec_t rested = scheduler_break_rested(s, s->now);
	bool ran = b->phase == PHASE_ON_BREAK;
	struct decision *d;

	/* Its rest is credited as any. */
	b->phase = PHASE_SNOOZED;
	if (ran)
		countdown_over(s);
	judge_screen(s, s->now);
	b->snoozes++;
	for (size_t i = 0; b->rule >= 0 && i < s->policy.n_rules; i++)
		if (break_stands_for(b, i))
			s->rules[i].snoozes = b->snoozes;
	b->repeats = 0;
	b->asked_at = USEC_NEVER;
	length = length ? length : b->policy.snooze;
	b->next_prompt_at = usec_add(s->now, length);
	emit(out, EFFECT_WITHDRAW, b->rule)->rested = rested;
	d = decide(s, b->rule, DECISION_SNOOZED, CAUSE_USER);
	d->length = length;
	d->until = b->next_prompt_at;
	d->count = b->snoozes;
	d->of = b->policy.snoozes;
}

/* What time alone does ------------------------------------------------------------------------- */

/* When a prompt that the user can see becomes the running break, or USEC_NEVER. */
static usec_t break_starts_at(const struct scheduler *s)
{
	const struct gap *gap = &s->gap;
	usec_t from = gap->from[s->brk.policy.counts];

	if (!s->brk.visible || !gap->known || !gap->paused || gap->away || from == USEC_NEVER)
		return USEC_NEVER;
	return usec_add(usec_max(from, s->brk.shown_at), START_AFTER);
}

static void prompting_passes(struct scheduler *s, struct effects *out)
{
	struct break_state *b = &s->brk;

	if (break_is_quiet(s)) {
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
		break_prompt(s, CAUSE_IGNORED, out);
	} else {
		break_end(s, OUTCOME_MISSED, s->now, CAUSE_IGNORED, out);
	}
}

/* 15 s of input: the user is not having this break. */
static void break_off(struct scheduler *s, struct effects *out)
{
	struct break_state *b = &s->brk;

	break_halt(b, b->burst_from);
	if (b->by_user || b->rested >= b->policy.length / 3) {
		break_end(s, OUTCOME_CUT_SHORT, s->now, CAUSE_TYPED_ON, out);
		return;
	}
	/* Other settings, or the shorter rules in whose place it came are rested already: there is
	 * nothing any more to prompt for. */
	if (!break_is_due(s)) {
		break_eased(s, b->rule < 0 ? CAUSE_SETTINGS : CAUSE_REST, out);
		return;
	}
	/* It credits nothing. */
	set_load(s, b->rule, b->load);
	b->policy = s->policy.rules[b->rule];
	s->gap.asked_length = 0;
	b->by_user = false;
	if (break_is_quiet(s))
		break_defer(s, out);
	else
		break_prompt(s, CAUSE_TYPED_ON, out);
}

static void on_break_passes(struct scheduler *s, struct effects *out)
{
	struct break_state *b = &s->brk;
	usec_t ends = scheduler_break_ends(s);

	if (ends && s->now >= ends && (b->burst_from == USEC_NEVER || ends <= b->burst_from)) {
		break_end(s, OUTCOME_TAKEN, ends, CAUSE_REST, out);
		return;
	}
	if (b->burst_from == USEC_NEVER)
		return;
	if (s->now >= burst_known_at(b))
		break_halt(b, b->burst_from);
	if (s->now >= usec_add(b->spell_from, SPELL_BREAKS_OFF))
		break_off(s, out);
}

void break_passes(struct scheduler *s, struct effects *out)
{
	if (is_break(s, PHASE_PROMPTING))
		prompting_passes(s, out);
	else if (is_break(s, PHASE_ON_BREAK))
		on_break_passes(s, out);
}

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

usec_t break_deadline(const struct scheduler *s)
{
	const struct break_state *b = &s->brk;

	switch (b->phase) {
	case PHASE_PROMPTING:
		return usec_min(usec_add(b->prompted_at, s->policy.ignore_after),
				break_starts_at(s));
	case PHASE_SNOOZED:
		return b->next_prompt_at;
	case PHASE_DEFERRED:
		return break_waits(s) ? wait_over_at(s, b->asked_at, b->policy.patience)
				      : USEC_NEVER;
	case PHASE_ON_BREAK:
		if (b->burst_from == USEC_NEVER)
			return scheduler_break_ends(s) ? scheduler_break_ends(s) : USEC_NEVER;
		return usec_min(b->resting_from == USEC_NEVER ? USEC_NEVER : burst_known_at(b),
				usec_add(b->spell_from, SPELL_BREAKS_OFF));
	case PHASE_PAUSED:
	case PHASE_OFF_DUTY:
	case PHASE_DUE:
	case PHASE_WORKING:
		break; /* never a break's */
	}
	return USEC_NEVER;
}
