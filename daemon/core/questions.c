#include "core/scheduler-internal.h"

#include <string.h>

/* Quiet signs ---------------------------------------------------------------------------------- */

static void copy_who(char target[static WHO_MAX], const char *who)
{
	size_t n = who ? strlen(who) : 0;

	if (n >= WHO_MAX) {
		n = WHO_MAX - 1;
		/* Not in the middle of a character. */
		while (n > 0 && ((unsigned char)who[n] & 0xc0) == 0x80)
			n--;
	}
	if (n)
		memcpy(target, who, n);
	memset(target + n, 0, WHO_MAX - n);
}

void sign_begins(struct scheduler *s, enum quiet sign, usec_t since, const char *who)
{
	struct sign_state *state = &s->signs[sign];

	if (!state->on)
		state->since = since ? usec_min(since, s->now) : s->now;
	state->on = true;
	s->signs_on |= QUIET_BIT(sign);
	copy_who(state->who, who);
}

void sign_ends(struct scheduler *s, enum quiet sign, usec_t at)
{
	struct sign_state *state = &s->signs[sign];

	if (!state->on)
		return;
	state->on = false;
	state->ended_at = at;
	s->signs_on &= ~QUIET_BIT(sign);
	s->sign_ended = usec_max(s->sign_ended, at);
}

static struct quiet_answer judge_quiet(const struct scheduler *s, unsigned heeded)
{
	struct quiet_answer a = { .signs = s->signs_on & heeded };
	usec_t last = 0;

	if (a.signs || s->now >= usec_add(s->sign_ended, s->policy.settle) || !s->sign_ended)
		return a;
	for (int i = 0; i < QUIET_SIGNS; i++)
		if (heeded & QUIET_BIT(i) && s->signs[i].ended_at > last) {
			last = s->signs[i].ended_at;
			a.settled = (enum quiet)i;
		}
	if (last && s->now < usec_add(last, s->policy.settle))
		a.settle_until = usec_add(last, s->policy.settle);
	return a;
}

struct quiet_answer ask_quiet(const struct scheduler *s, const struct rule_policy *p, int rule)
{
	unsigned heeded = (s->policy.quiet & p->respects & QUIET_WORLD) | QUIET_ALWAYS;

	/* Beside a strong sign it makes no difference. */
	if (heeded & QUIET_WEAK && !(s->signs_on & heeded & QUIET_STRONG) && rule >= 0 &&
	    rule_spell(s, (size_t)rule, s->now) >= s->policy.longest)
		heeded &= ~QUIET_WEAK;
	return judge_quiet(s, heeded);
}

bool break_is_quiet(const struct scheduler *s)
{
	struct quiet_answer a;

	if (s->gap.away)
		return true;
	a = ask_quiet(s, &s->brk.policy, s->brk.rule);
	return is_quiet(&a);
}

static enum quiet first_sign(unsigned signs)
{
	for (int i = 0; i < QUIET_SIGNS; i++)
		if (signs & QUIET_BIT(i))
			return (enum quiet)i;
	return QUIET_SIGNS;
}

/* Question 1 said no to rule `i`: why. */
static void tell_deferred(struct scheduler *s, int i, const struct quiet_answer *a)
{
	enum decision_cause cause = a->signs          ? CAUSE_SIGN
				    : a->settle_until ? CAUSE_SETTLE
						      : CAUSE_AWAY;
	struct decision *d = decide_once(s, i, DECISION_DEFERRED, cause, a->signs, -1);

	if (!d)
		return;
	if (cause == CAUSE_AWAY) {
		d->since = s->gap.away_from;
		return;
	}
	d->sign = a->signs ? first_sign(a->signs) : a->settled;
	d->since = a->signs ? s->signs[d->sign].since : s->signs[d->sign].ended_at;
	d->until = a->signs ? 0 : a->settle_until;
	if (d->sign == QUIET_PAUSE && a->signs)
		d->until = s->held_until;
	/* Whose silence that was is told afterwards as well: it may have been our own. */
	if (a->signs || d->sign == QUIET_INHIBIT)
		memcpy(d->who, s->signs[d->sign].who, WHO_MAX);
}

/* Due ------------------------------------------------------------------------------------------ */

static void rule_becomes_due(struct scheduler *s, size_t i)
{
	struct rule_state *r = &s->rules[i];

	r->due = true;
	r->deferred = false;
	r->snoozes = 0;
	r->due_at = usec_min(s->now, load_due_at(&r->load, &s->policy.rules[i], &s->gap));
	/* It may have been asked in a shorter one's place already: that wait goes on. */
	if (s->brk.exists || s->gap.away) {
		r->asked_at = USEC_NEVER;
		r->told = (struct told){ .kind = DECISION_DUE };
	}
	decide(s, (int)i, DECISION_DUE, CAUSE_NONE)->until = r->due_at;
}

static void rule_is_eased(struct scheduler *s, size_t i, enum decision_cause cause)
{
	struct rule_state *r = &s->rules[i];
	struct decision *d;

	r->due = false;
	r->deferred = false;
	r->asked_at = USEC_NEVER;
	/* Below `every` there is nothing left to try again. */
	r->retry_at = 0;
	r->told = (struct told){ .kind = DECISION_DUE };
	/* Its break will tell. */
	if (s->brk.exists && break_stands_for(&s->brk, i))
		return;
	d = decide(s, (int)i, DECISION_EASED, cause);
	if (cause == CAUSE_REST)
		d->length = rest_so_far(s, &s->policy.rules[i]);
}

void judge_due(struct scheduler *s, enum decision_cause cause, struct effects *out)
{
	const struct break_state *b = &s->brk;

	for (size_t i = 0; i < s->policy.n_rules; i++) {
		bool due = s->policy.rules[i].enabled && is_loaded(s, i);

		if (due && !s->rules[i].due)
			rule_becomes_due(s, i);
		else if (!due && s->rules[i].due)
			rule_is_eased(s, i, cause);
	}
	if (b->exists && b->phase != PHASE_ON_BREAK && !break_is_due(s))
		break_eased(s, cause, out);
}

/* The hour's announcements --------------------------------------------------------------------- */

static bool is_exempt(const struct rule_policy *p)
{
	return p->length <= EXEMPT_LENGTH;
}

/* The `back`th newest of them, from 1 on. */
static usec_t announcement(const struct scheduler *s, size_t back)
{
	return s->announced[(s->n_announced - back) % PROMPTS_PER_HOUR_MAX];
}

static unsigned hour_count(const struct scheduler *s)
{
	unsigned n = 0;

	while (n < s->n_announced && n < PROMPTS_PER_HOUR_MAX &&
	       usec_sub(s->now, announcement(s, n + 1)) < HOUR_WINDOW)
		n++;
	return n;
}

usec_t hour_free_at(const struct scheduler *s)
{
	unsigned limit = s->policy.prompts_per_hour;
	usec_t at;

	if (!limit || s->n_announced < limit)
		return 0;
	at = usec_add(announcement(s, limit), HOUR_WINDOW);
	return at > s->now ? at : 0;
}

void hour_spent(struct scheduler *s, const struct rule_policy *p)
{
	if (!is_exempt(p))
		s->announced[s->n_announced++ % PROMPTS_PER_HOUR_MAX] = s->now;
}

/* Must a first announcement of this rule wait for the hour? Until when, or 0. */
static usec_t hour_keeps_back(const struct scheduler *s, const struct rule_policy *p)
{
	return is_exempt(p) ? 0 : hour_free_at(s);
}

/* Merging -------------------------------------------------------------------------------------- */

/* The load from which on rule `l` takes the place of rule `p`. */
static usec_t merge_from(const struct rule_policy *l, const struct rule_policy *p)
{
	return usec_sub(l->every, usec_min(l->merge, p->every / 4));
}

/* Could rule `l` be taken now in the place of `p`? */
static bool can_take_over(const struct scheduler *s, size_t l, const struct rule_policy *p)
{
	const struct rule_policy *longer = &s->policy.rules[l];
	struct quiet_answer a;

	if (!longer->enabled || longer->length <= p->length)
		return false;
	if (rule_load(s, l, s->now) < merge_from(longer, p))
		return false;
	if (is_exempt(p) && hour_keeps_back(s, longer))
		return false;
	a = ask_quiet(s, longer, (int)l);
	return !is_quiet(&a);
}

static size_t longer_in_place(const struct scheduler *s, size_t i)
{
	const struct rule_policy *p = &s->policy.rules[i];
	size_t best = i;

	for (size_t l = 0; l < s->policy.n_rules; l++)
		if (s->policy.rules[l].length > s->policy.rules[best].length &&
		    can_take_over(s, l, p))
			best = l;
	return best;
}

static int merge_target(const struct scheduler *s, size_t i)
{
	size_t target = longer_in_place(s, i);

	/* What is replaced itself, by an even longer one, takes along whom it replaces. */
	while (target != i && s->rules[target].due) {
		i = target;
		target = longer_in_place(s, i);
	}
	return (int)target;
}

/* When a longer rule's load takes it near enough to take the place of rule `i`, or too far. */
static usec_t merges_at(const struct scheduler *s, size_t i)
{
	const struct rule_policy *p = &s->policy.rules[i];
	usec_t at, first = USEC_NEVER;

	for (size_t l = 0; l < s->policy.n_rules; l++) {
		const struct rule_policy *longer = &s->policy.rules[l];
		const struct load *load = &s->rules[l].load;
		usec_t from = merge_from(longer, p);

		if (!longer->enabled || longer->length <= p->length)
			continue;
		if (rule_load(s, l, s->now) < from)
			at = load_reaches_at(load, longer, &s->gap, from);
		else
			at = load_below_at(load, longer, &s->gap, from);
		if (at > s->now)
			first = usec_min(first, at);
	}
	return first;
}

/* The questions -------------------------------------------------------------------------------- */

static bool is_lull(const struct scheduler *s)
{
	return !s->gap.known ||
	       (s->gap.paused && usec_sub(s->now, s->gap.pause_from) >= s->policy.lull);
}

/*
 * Question 3: is this the moment, and by which cause? CAUSE_NONE if not. *asked_at is when it was
 * first asked in this wait.
 */
static enum decision_cause ask_lull(const struct scheduler *s, usec_t patience, usec_t *asked_at)
{
	if (*asked_at == USEC_NEVER)
		*asked_at = s->now;
	if (!s->gap.known)
		return CAUSE_NO_SOURCE;
	if (is_lull(s))
		return CAUSE_LULL;
	return s->now >= usec_add(*asked_at, patience) ? CAUSE_PATIENCE : CAUSE_NONE;
}

static void tell_waiting(struct scheduler *s, int i, enum decision_cause cause, usec_t since,
			 usec_t until)
{
	struct decision *d = decide_once(s, i, DECISION_WAITING, cause, 0, -1);

	if (!d)
		return;
	d->since = since;
	d->until = until;
	if (cause == CAUSE_HOUR) {
		d->count = hour_count(s);
		d->of = s->policy.prompts_per_hour;
	} else if (cause == CAUSE_LULL) {
		d->length = s->policy.lull;
	} else if (cause == CAUSE_RETRY) {
		d->outcome = s->rules[i].retry_for;
	}
}

/* The due rule `i` waits with the longer one that takes its place. */
static void wait_with(struct scheduler *s, size_t i, int target)
{
	struct rule_state *r = &s->rules[i], *longer = &s->rules[target];
	struct decision *d = decide_once(s, (int)i, DECISION_MERGED, CAUSE_NONE, 0, target);

	r->deferred = false;
	/* Whoever waited already has waited for both. */
	if (!s->brk.exists)
		longer->asked_at = usec_min(longer->asked_at, r->asked_at);
	if (d)
		d->length = usec_sub(s->policy.rules[target].every,
				     rule_load(s, (size_t)target, s->now));
}

/* All due rules that the prompt of rule `i` takes the place of, those in `retry` as well. */
static uint32_t merge_into(struct scheduler *s, int i)
{
	uint32_t merged = 0;

	for (size_t k = 0; i >= 0 && k < s->policy.n_rules; k++) {
		if ((int)k == i || !s->rules[k].due || merge_target(s, k) != i)
			continue;
		merged |= UINT32_C(1) << k;
		wait_with(s, k, i);
	}
	return merged;
}

/* What becomes due while a longer rule's break is put off waits with it. */
static void hold_shorter(struct scheduler *s)
{
	for (size_t i = 0; i < s->policy.n_rules; i++)
		if ((int)i != s->brk.rule && s->rules[i].due && s->now >= s->rules[i].retry_at &&
		    merge_target(s, i) == s->brk.rule)
			wait_with(s, i, s->brk.rule);
}

/* Questions 1 and 3 for a break that was announced before. */
static void ask_again(struct scheduler *s, struct effects *out)
{
	struct break_state *b = &s->brk;
	struct quiet_answer a = { 0 };
	enum decision_cause cause;

	if (b->phase == PHASE_SNOOZED && s->now < b->next_prompt_at)
		return;
	/* The snooze is over, whatever keeps the prompt back now. */
	b->phase = PHASE_DEFERRED;
	if (!s->gap.away)
		a = ask_quiet(s, &b->policy, b->rule);
	if (s->gap.away || is_quiet(&a)) {
		tell_deferred(s, b->rule, &a);
		return;
	}
	cause = ask_lull(s, b->policy.patience, &b->asked_at);
	if (cause == CAUSE_NONE) {
		tell_waiting(s, b->rule, CAUSE_LULL, b->asked_at,
			     usec_add(b->asked_at, b->policy.patience));
		return;
	}
	b->merged |= merge_into(s, b->rule);
	break_prompt(s, cause, out);
}

/* All questions for rule `i`; true if it was prompted. */
static bool ask_rule(struct scheduler *s, int i, struct effects *out)
{
	const struct rule_policy *p = &s->policy.rules[i];
	struct rule_state *r = &s->rules[i];
	struct quiet_answer a;
	enum decision_cause cause;
	usec_t free_at;

	if (s->now < r->retry_at)
		return false;
	a = ask_quiet(s, p, i);
	r->deferred = is_quiet(&a);
	if (r->deferred) {
		tell_deferred(s, i, &a);
		return false;
	}
	free_at = hour_keeps_back(s, p);
	if (free_at) {
		tell_waiting(s, i, CAUSE_HOUR, s->now, free_at);
		return false;
	}
	cause = ask_lull(s, p->patience, &r->asked_at);
	if (cause == CAUSE_NONE) {
		tell_waiting(s, i, CAUSE_LULL, r->asked_at, usec_add(r->asked_at, p->patience));
		return false;
	}
	break_new(s, i, merge_into(s, i));
	break_prompt(s, cause, out);
	return true;
}

/* The rules to be asked, as bits: every due one, or that which takes its place. */
static uint32_t candidates(struct scheduler *s)
{
	uint32_t found = 0;

	for (size_t i = 0; i < s->policy.n_rules; i++) {
		struct rule_state *r = &s->rules[i];
		int target;

		if (!r->due)
			continue;
		if (s->now < r->retry_at) {
			tell_waiting(s, (int)i, CAUSE_RETRY, r->retry_from, r->retry_at);
			continue;
		}
		target = merge_target(s, i);
		found |= UINT32_C(1) << target;
		if (target != (int)i)
			wait_with(s, i, target);
	}
	return found;
}

static int longest_of(const struct scheduler *s, uint32_t rules)
{
	int best = -1;

	for (size_t i = 0; i < s->policy.n_rules; i++)
		if (rules & UINT32_C(1) << i &&
		    (best < 0 || s->policy.rules[i].length > s->policy.rules[best].length))
			best = (int)i;
	return best;
}

int longest_due(const struct scheduler *s)
{
	uint32_t due = 0;

	for (size_t i = 0; i < s->policy.n_rules; i++)
		if (s->rules[i].due)
			due |= UINT32_C(1) << i;
	return longest_of(s, due);
}

static void ask_rules(struct scheduler *s, struct effects *out)
{
	uint32_t left = candidates(s), all = left;
	int i;

	while ((i = longest_of(s, left)) >= 0) {
		left &= ~(UINT32_C(1) << i);
		if (ask_rule(s, i, out))
			break;
	}
	/* What was asked in another's place only, and is not any more, has not begun to wait. */
	for (size_t k = 0; k < s->policy.n_rules; k++)
		if (!s->rules[k].due && !(all & UINT32_C(1) << k)) {
			s->rules[k].asked_at = USEC_NEVER;
			s->rules[k].deferred = false;
			s->rules[k].told = (struct told){ .kind = DECISION_DUE };
		}
}

void ask(struct scheduler *s, struct effects *out)
{
	if (s->brk.exists) {
		if (s->brk.phase == PHASE_SNOOZED || s->brk.phase == PHASE_DEFERRED) {
			if (!s->gap.away)
				hold_shorter(s);
			ask_again(s, out);
		}
	} else if (!s->gap.away) {
		ask_rules(s, out);
	}
}

/* Notices -------------------------------------------------------------------------------------- */

/* They wait for strong signs, and until no break is on the screen. */
static struct quiet_answer notice_quiet(const struct scheduler *s)
{
	return judge_quiet(s, (s->policy.quiet & QUIET_WORLD & QUIET_STRONG) | QUIET_ALWAYS);
}

static bool may_notify(const struct scheduler *s)
{
	struct quiet_answer a = notice_quiet(s);

	return !s->gap.away && !is_quiet(&a) && !is_break(s, PHASE_PROMPTING) &&
	       !is_break(s, PHASE_ON_BREAK);
}

static struct decision *tell_notice(struct scheduler *s, enum decision_kind kind, usec_t load,
				    usec_t every, const char *rule)
{
	struct decision *d = journal_add(&s->journal);

	*d = (struct decision){
		.at = s->now,
		.kind = kind,
		.counts = RULE_COUNTS_SCREEN,
		.load = load,
		.every = every,
	};
	memcpy(d->rule, rule, strlen(rule));
	return d;
}

static bool daily_waits(const struct scheduler *s)
{
	return s->policy.daily_enabled && !s->daily_told;
}

static void judge_daily(struct scheduler *s, struct effects *out)
{
	usec_t today = scheduler_today(s, s->now);

	if (!daily_waits(s) || today < s->policy.daily || !may_notify(s))
		return;
	s->daily_told = true;
	emit(out, EFFECT_DAILY, -1);
	tell_notice(s, DECISION_DAILY, today, s->policy.daily, "daily");
}

static void judge_posture(struct scheduler *s, struct effects *out)
{
	const enum posture other =
		s->posture == POSTURE_SITTING ? POSTURE_STANDING : POSTURE_SITTING;
	usec_t load, every;

	if (!s->policy.sit_stand)
		return;
	load = posture_load(s, s->now);
	every = posture_clock(s).every;
	/* After a rest that cleared it; what only proved to be no exposure is the same spell. */
	if (!load)
		s->posture_told = false;
	if (load < every || s->posture_told || !may_notify(s))
		return;
	s->posture_told = true;
	emit(out, EFFECT_POSTURE, -1)->posture = other;
	tell_notice(s, DECISION_POSTURE, load, every, "posture")->posture = other;
}

void judge_notices(struct scheduler *s, struct effects *out)
{
	judge_daily(s, out);
	judge_posture(s, out);
}

/* When a notice that is due may be told. */
static usec_t notice_deadline(const struct scheduler *s)
{
	usec_t at = s->gap.away ? 0 : notice_quiet(s).settle_until;

	return at ? at : USEC_NEVER;
}

static usec_t daily_deadline(const struct scheduler *s)
{
	usec_t at;

	if (!daily_waits(s))
		return USEC_NEVER;
	at = load_reaches_at(&s->today, today_clock(), &s->gap, s->policy.daily);
	if (at > s->now && scheduler_today(s, s->now) < s->policy.daily)
		return at;
	return notice_deadline(s);
}

static usec_t posture_deadline(const struct scheduler *s)
{
	const struct rule_policy clock = posture_clock(s);
	usec_t load, at;

	if (!s->policy.sit_stand)
		return USEC_NEVER;
	load = posture_load(s, s->now);
	if (s->posture_told)
		return load ? load_below_at(&s->posture_spell, &clock, &s->gap, 1) : USEC_NEVER;
	if (load < clock.every) {
		at = load_due_at(&s->posture_spell, &clock, &s->gap);
		return at > s->now ? at : USEC_NEVER;
	}
	at = load_eased_at(&s->posture_spell, &clock, &s->gap);
	return usec_min(at, notice_deadline(s));
}

static usec_t notices_deadline(const struct scheduler *s)
{
	return usec_min(daily_deadline(s), posture_deadline(s));
}

/* Deadlines ------------------------------------------------------------------------------------ */

/* Does it matter to the rule now whether weak signs count for it? */
static bool weak_matters(const struct scheduler *s, const struct rule_policy *p)
{
	unsigned heeded = (s->policy.quiet & p->respects & QUIET_WORLD) | QUIET_ALWAYS;
	unsigned weak = heeded & QUIET_WEAK;

	if (s->signs_on & heeded & QUIET_STRONG)
		return false;
	if (s->signs_on & weak)
		return true;
	for (int i = 0; i < QUIET_SIGNS; i++)
		if (weak & QUIET_BIT(i) && s->signs[i].ended_at &&
		    s->now < usec_add(s->signs[i].ended_at, s->policy.settle))
			return true;
	return false;
}

/* When question 1 may have another answer for this rule without anything happening. */
static usec_t quiet_deadline(const struct scheduler *s, const struct rule_policy *p, int rule)
{
	usec_t settled = ask_quiet(s, p, rule).settle_until;
	usec_t at = settled ? settled : USEC_NEVER;

	if (rule < 0 || !weak_matters(s, p))
		return at;
	return usec_min(at, rule_spell_turns(s, (size_t)rule));
}

/* When an answer to rule `i` changes; something is due, and no prompt or countdown is running. */
static usec_t asked_deadline(const struct scheduler *s, size_t i)
{
	const struct rule_policy *p = &s->policy.rules[i];
	const struct rule_state *r = &s->rules[i];
	usec_t at = quiet_deadline(s, p, (int)i);

	if (s->now < r->retry_at)
		at = usec_min(at, r->retry_at);
	else if (!s->brk.exists && waits_for(r, CAUSE_LULL)) {
		at = usec_min(at, usec_add(r->asked_at, p->patience));
		if (s->gap.paused)
			at = usec_min(at, usec_add(s->gap.pause_from, s->policy.lull));
	}
	return r->due ? usec_min(at, merges_at(s, i)) : at;
}

static usec_t due_deadline(const struct scheduler *s, size_t i)
{
	const struct rule_policy *p = &s->policy.rules[i];
	const struct rule_state *r = &s->rules[i];
	usec_t at =
		r->due ? load_eased_at(&r->load, p, &s->gap) : load_due_at(&r->load, p, &s->gap);

	/* In the past: by now this gap is known to be a rest, which has eased it. */
	return at > s->now ? at : USEC_NEVER;
}

/* Who waits for the hour, or for a longer rule that does not wait for it any more? */
static bool hour_matters(const struct scheduler *s)
{
	for (size_t i = 0; i < s->policy.n_rules; i++) {
		const struct rule_state *r = &s->rules[i];
		bool other = !s->brk.exists || s->brk.rule != (int)i;

		if (r->due && other && is_exempt(&s->policy.rules[i]))
			return true;
		if (!s->brk.exists && waits_for(r, CAUSE_HOUR))
			return true;
	}
	return false;
}

usec_t questions_deadline(const struct scheduler *s)
{
	bool own_break = is_break(s, PHASE_ON_BREAK), any_due = false;
	usec_t at = USEC_NEVER;

	/* Nothing is judged before it is known whether this is a return. */
	if (s->bump.pending)
		return USEC_NEVER;
	at = notices_deadline(s);
	for (size_t i = 0; i < s->policy.n_rules; i++) {
		if (!s->policy.rules[i].enabled || (own_break && s->brk.rule == (int)i))
			continue;
		any_due = any_due || s->rules[i].due;
		at = usec_min(at, due_deadline(s, i));
	}
	if (s->gap.away)
		return at;
	if (is_break(s, PHASE_DEFERRED) || is_break(s, PHASE_PROMPTING))
		at = usec_min(at, quiet_deadline(s, &s->brk.policy, s->brk.rule));
	if (!any_due || is_break(s, PHASE_PROMPTING) || own_break)
		return at;
	for (size_t i = 0; i < s->policy.n_rules; i++)
		if (s->policy.rules[i].enabled)
			at = usec_min(at, asked_deadline(s, i));
	if (hour_matters(s) && hour_free_at(s))
		at = usec_min(at, hour_free_at(s));
	return at;
}
