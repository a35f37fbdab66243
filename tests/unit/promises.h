/*
 * What must hold on every day, however senseless: DESIGN section 11 and what the headers of core/
 * promise. Each step is checked against what this file itself keeps track of. For the random
 * streams and days, and for the fuzzer.
 */
#pragma once

#include <stdint.h>
#include <string.h>

#include "core/scheduler.h"

enum life { NONE, PROMPTED, WITHDRAWN, RUNNING };

/* The quiet signs as told, with settle and all rules left out. */
struct signs {
	unsigned on;
	usec_t ended_at[QUIET_SIGNS];
	usec_t held_until;
};

struct promises {
	struct scheduler s;
	const char *doing; /* for the message */
	unsigned seed, event;
	bool strict; /* settings in which nothing happens twice at one instant */

	enum life life;    /* of the one break */
	bool other_policy; /* settings changed since it started */
	bool stands_in;    /* it takes the place of others */
	usec_t from;       /* the earliest that the present step may speak of */
	usec_t started_at, length;
	struct signs signs;
	unsigned away;
	usec_t away_at;   /* since when */
	usec_t rested_at; /* no spell is older than this */
	int day;
	bool day_known, daily_told;
	usec_t announced[PROMPTS_PER_HOUR_MAX]; /* a ring, for the hour */
	size_t n_announced;
	int natural;         /* the rule that told a natural break in this step, or -1 */
	uint64_t read;       /* decisions of the journal */
	uint64_t hash, told; /* of all effects, and of all decisions */
	uint64_t breaks;     /* of all effects but the notices' */
	unsigned prompts, ends[5], notices;
};

/* Never returns; the includer's own. */
static void broken(const struct promises *w, const char *what);

#define HOLDS_TRUE(w, condition)                                                                   \
	do {                                                                                       \
		if (!(condition))                                                                  \
			broken(w, #condition);                                                     \
	} while (0)

static inline void promises_begin(struct promises *w, const struct policy *policy, usec_t now)
{
	*w = (struct promises){ .rested_at = now, .doing = "begin" };
	scheduler_init(&w->s, policy, now);
}

/* Quiet signs ---------------------------------------------------------------------------------- */

static inline void sign_off(struct signs *signs, unsigned sign, usec_t at)
{
	if (!(signs->on & QUIET_BIT(sign)))
		return;
	signs->on &= ~QUIET_BIT(sign);
	signs->ended_at[sign] = at;
}

static inline void pause_runs_out(struct signs *signs, usec_t now)
{
	if (now >= signs->held_until)
		sign_off(signs, QUIET_PAUSE, signs->held_until);
}

static inline void signs_follow(struct promises *w, const struct event *e, usec_t now)
{
	struct signs *signs = &w->signs;
	bool command = scheduler_allows(&w->s, e->kind, now) == REFUSAL_NONE;

	if (e->kind == EVENT_HOLD && command && e->until > now) {
		signs->on |= QUIET_BIT(QUIET_PAUSE);
		signs->held_until = e->until;
	} else if (e->kind == EVENT_RELEASE) {
		sign_off(signs, QUIET_PAUSE, now);
	} else if (e->kind == EVENT_CALENDAR && e->on) {
		sign_off(signs, QUIET_HOURS, now);
	} else if (e->kind == EVENT_CALENDAR) {
		signs->on |= QUIET_BIT(QUIET_HOURS);
	} else if (e->kind == EVENT_SIGN && e->sign <= QUIET_INHIBIT && e->on) {
		signs->on |= QUIET_BIT(e->sign);
	} else if (e->kind == EVENT_SIGN && e->sign <= QUIET_INHIBIT) {
		sign_off(signs, e->sign, now);
	}
}

static inline bool are_quiet(const struct signs *signs, unsigned heeded, usec_t settle, usec_t now)
{
	if (signs->on & heeded)
		return true;
	for (unsigned i = 0; i < QUIET_SIGNS; i++)
		if (heeded & QUIET_BIT(i) && signs->ended_at[i] &&
		    now < usec_add(signs->ended_at[i], settle))
			return true;
	return false;
}

static inline bool rule_may_speak(const struct promises *w, const struct signs *signs,
				  const struct policy *p, const struct rule_policy *rule,
				  usec_t now)
{
	unsigned heeded = (p->quiet & rule->respects & QUIET_WORLD) | QUIET_ALWAYS;

	/* No load without rest can be older than the last absence. */
	if (usec_sub(now, w->rested_at) >= p->longest)
		heeded &= ~QUIET_WEAK;
	return !are_quiet(signs, heeded, p->settle, now);
}

static inline bool notice_may_speak(const struct promises *w, usec_t now)
{
	const struct policy *p = &w->s.policy;

	return !w->away &&
	       !are_quiet(&w->signs, (p->quiet & QUIET_WORLD & QUIET_STRONG) | QUIET_ALWAYS,
			  p->settle, now);
}

/* What else is told ---------------------------------------------------------------------------- */

static inline void world_follows(struct promises *w, const struct event *e, usec_t now)
{
	switch (e->kind) {
	case EVENT_AWAY:
		if (!w->away)
			w->away_at = w->from;
		w->away |= e->reason;
		break;
	case EVENT_BACK:
		if (w->away && !(w->away & ~(unsigned)e->reason) && now > w->away_at)
			w->rested_at = now;
		w->away &= ~(unsigned)e->reason;
		break;
	case EVENT_RESTED:
		if (e->length)
			w->rested_at = now;
		break;
	case EVENT_CALENDAR:
		if (w->day_known && w->day != e->day)
			w->daily_told = false;
		w->day_known = true;
		w->day = e->day;
		break;
	default:
		break;
	}
}

/* Effects -------------------------------------------------------------------------------------- */

static inline void mix(uint64_t *hash, uint64_t value)
{
	*hash = (*hash ^ value) * 1099511628211u;
	*hash ^= *hash >> 29;
}

static inline void check_hour(struct promises *w, const struct effect *e)
{
	const struct rule_policy *rule = &w->s.policy.rules[e->rule];
	unsigned before = 0;

	if (e->prompts > 1 || rule->length <= 15 * USEC_PER_SEC)
		return;
	for (size_t i = 0; i < w->n_announced && i < PROMPTS_PER_HOUR_MAX; i++)
		before += w->announced[i] + USEC_PER_HOUR > w->s.now;
	HOLDS_TRUE(w, before < w->s.policy.prompts_per_hour);
	w->announced[w->n_announced++ % PROMPTS_PER_HOUR_MAX] = w->s.now;
}

static inline void check_end(struct promises *w, const struct effect *e)
{
	bool shorter = !strcmp(w->doing, "finish");

	HOLDS_TRUE(w, e->at <= w->s.now);
	w->ends[e->outcome]++;
	if (e->outcome == OUTCOME_NATURAL) {
		HOLDS_TRUE(w, w->life != RUNNING);
		w->natural = e->rule;
		return;
	}
	HOLDS_TRUE(w, w->life != NONE);
	HOLDS_TRUE(w, e->outcome != OUTCOME_MISSED || w->life == PROMPTED);
	HOLDS_TRUE(w, e->outcome != OUTCOME_CUT_SHORT || w->life == RUNNING);
	HOLDS_TRUE(w, w->life == RUNNING || e->rested == 0);
	HOLDS_TRUE(w, w->life != RUNNING || e->at >= w->started_at);
	HOLDS_TRUE(w, w->life != RUNNING || w->other_policy || e->rested <= w->length);
	/* Only the user's word can make less of it a taken one. */
	if (e->outcome == OUTCOME_TAKEN && !shorter && !w->other_policy)
		HOLDS_TRUE(w, w->life == RUNNING && e->rested == w->length);
	w->life = NONE;
}

static inline void check_notice(struct promises *w, const struct effect *e)
{
	w->notices++;
	HOLDS_TRUE(w, notice_may_speak(w, w->s.now));
	HOLDS_TRUE(w, w->life != PROMPTED && w->life != RUNNING);
	if (e->kind == EFFECT_POSTURE) {
		HOLDS_TRUE(w, w->s.policy.sit_stand && e->posture != w->s.posture);
		return;
	}
	HOLDS_TRUE(w, !w->daily_told && w->s.policy.daily_enabled);
	HOLDS_TRUE(w, scheduler_today(&w->s, w->s.now) >= w->s.policy.daily);
	w->daily_told = true;
}

/* What did not run was not rested, and nothing that began was rested unseen. */
static inline void check_halt(struct promises *w, const struct effect *e)
{
	if (effect_halts(e))
		HOLDS_TRUE(w, w->life == RUNNING && (w->other_policy || e->rested <= w->length));
	if (e->kind == EFFECT_START && scheduler_break_rested(&w->s, w->s.now))
		HOLDS_TRUE(w, e->rested <= scheduler_break_rested(&w->s, w->s.now));
}

static inline void check_effect(struct promises *w, const struct effect *e, unsigned may_speak)
{
	mix(&w->hash, (uint64_t)e->kind + 7 * (uint64_t)e->outcome + e->at + e->rested);
	mix(&w->hash, w->s.now + 31 * (uint64_t)(e->rule + 1) + 1009 * e->prompts + e->silent);
	if (e->kind != EFFECT_DAILY && e->kind != EFFECT_POSTURE)
		mix(&w->breaks, (uint64_t)e->kind + 7 * (uint64_t)e->outcome + e->at + e->rested +
					w->s.now + 31 * (uint64_t)(e->rule + 1) +
					1009 * e->prompts);
	check_halt(w, e);
	switch (e->kind) {
	case EFFECT_PROMPT:
		w->prompts++;
		HOLDS_TRUE(w, may_speak & (1u << e->rule));
		HOLDS_TRUE(w, (e->prompts > 1) == (w->life != NONE));
		check_hour(w, e);
		w->life = PROMPTED;
		break;
	case EFFECT_WITHDRAW:
		HOLDS_TRUE(w, w->life != NONE);
		w->life = WITHDRAWN;
		break;
	case EFFECT_START:
		HOLDS_TRUE(w, w->life != RUNNING);
		w->life = RUNNING;
		w->other_policy = !strcmp(w->doing, "settings");
		w->started_at = w->from;
		w->length = w->s.policy.rules[e->rule].length;
		break;
	case EFFECT_END:
		check_end(w, e);
		break;
	case EFFECT_EASED:
		HOLDS_TRUE(w, w->life != NONE);
		/* Put back by input, when what it was for is not due any more. */
		HOLDS_TRUE(w, w->life != RUNNING || w->other_policy || w->stands_in);
		w->life = NONE;
		break;
	case EFFECT_DAILY:
	case EFFECT_POSTURE:
		check_notice(w, e);
		break;
	}
}

/* The state after a step ----------------------------------------------------------------------- */

/* Is there anything that the prompt is for: its own rule, or one that it replaces? */
static inline bool prompt_is_earned(const struct promises *w)
{
	const struct break_state *b = &w->s.brk;
	struct rule_view view;

	for (size_t i = 0; i < w->s.policy.n_rules; i++) {
		if ((int)i != b->rule && !(b->merged & (UINT32_C(1) << i)))
			continue;
		scheduler_rule_view(&w->s, i, w->s.now, &view);
		if (view.load >= w->s.policy.rules[i].every)
			return true;
	}
	return false;
}

static inline void check_loads(struct promises *w, usec_t later)
{
	struct rule_view view;

	HOLDS_TRUE(w, w->life != PROMPTED || prompt_is_earned(w));
	for (size_t i = 0; i < w->s.policy.n_rules; i++) {
		scheduler_rule_view(&w->s, i, w->s.now, &view);
		HOLDS_TRUE(w, view.load <= 2 * w->s.policy.rules[i].every);
		scheduler_rule_view(&w->s, i, w->s.now + later, &view);
		HOLDS_TRUE(w, view.load <= 2 * w->s.policy.rules[i].every);
	}
}

static inline void check_break(struct promises *w)
{
	const struct break_state *b = &w->s.brk;

	HOLDS_TRUE(w, b->exists == (w->life != NONE));
	if (!b->exists)
		return;
	HOLDS_TRUE(w, (b->phase == PHASE_ON_BREAK) == (w->life == RUNNING));
	HOLDS_TRUE(w, (b->phase == PHASE_PROMPTING) == (w->life == PROMPTED));
	HOLDS_TRUE(w, w->life == RUNNING || b->rule >= 0);
	HOLDS_TRUE(w, w->life != PROMPTED || (!w->away && rule_may_speak(w, &w->signs, &w->s.policy,
									 &b->policy, w->s.now)));
	HOLDS_TRUE(w, scheduler_break_rested(&w->s, w->s.now) <= b->policy.length);
}

static inline void read_decisions(struct promises *w)
{
	for (; w->read < w->s.journal.n; w->read++) {
		const struct decision *d = journal_get(&w->s.journal, w->read);

		HOLDS_TRUE(w, d && d->at <= w->s.now && d->rule[0]);
		mix(&w->told, d->at + 3 * (uint64_t)d->kind + 61 * (uint64_t)d->cause + d->signs);
		mix(&w->told, d->load + d->length + d->since + 5 * d->until + d->count + d->of);
		mix(&w->told, (uint64_t)d->rule[0] + 256 * (uint64_t)d->other[0] +
				      70000 * (uint64_t)d->outcome);
	}
}

/* Which rules may speak, by their bits. */
static inline unsigned may_speak_now(const struct promises *w, const struct policy *p, usec_t now)
{
	unsigned may = 0;

	for (size_t i = 0; !w->away && i < p->n_rules; i++)
		if (rule_may_speak(w, &w->signs, p, &p->rules[i], now))
			may |= 1u << i;
	return may;
}

/* One step, looked at from all sides. `later`: also then loads must be within their bounds. */
static inline void promises_step(struct promises *w, const struct event *e, usec_t later)
{
	const struct policy *p = &w->s.policy;
	usec_t from = usec_max(w->s.now, e->kind == EVENT_AWAY ? e->since : 0);
	usec_t now = usec_max(w->s.now, e->now);
	struct effects out;
	unsigned may_speak;

	/* Before the event, as of its beginning and as of now, and after it. */
	w->from = usec_min(from, now);
	pause_runs_out(&w->signs, w->from);
	may_speak = may_speak_now(w, p, w->from);
	pause_runs_out(&w->signs, now);
	may_speak |= may_speak_now(w, p, now);
	signs_follow(w, e, now);
	world_follows(w, e, now);
	may_speak |= may_speak_now(w, p, now);
	if (e->kind == EVENT_POLICY) {
		may_speak |= may_speak_now(w, e->policy, now);
		w->other_policy = true;
	}
	w->natural = -1;
	scheduler_step(&w->s, e, &out);
	HOLDS_TRUE(w, w->s.now == now);
	HOLDS_TRUE(w, out.n <= EFFECTS_MAX);
	for (size_t i = 0; i < out.n; i++)
		check_effect(w, &out.v[i], may_speak);
	check_break(w);
	check_loads(w, later);
	w->stands_in = w->s.brk.exists && w->s.brk.merged;
	read_decisions(w);
}

/* The owner's timer: a step at the deadline always moves the deadline. */
static inline void promises_tick(struct promises *w, usec_t now)
{
	const struct event e = { .kind = EVENT_TICK, .now = now };
	const char *doing = w->doing;

	w->doing = "tick";
	promises_step(w, &e, 0);
	w->doing = doing;
}

static inline void promises_ticks_until(struct promises *w, usec_t now)
{
	unsigned at_once = 0, all = 0;
	usec_t due, last = 0;

	while ((due = scheduler_deadline(&w->s)) <= now) {
		/* At one instant a break may end, the next be announced and be missed: no more. */
		at_once = due <= last ? at_once + 1 : 0;
		HOLDS_TRUE(w, at_once < (w->strict ? 1 : 6));
		HOLDS_TRUE(w, all++ < 100000);
		last = usec_max(due, w->s.now);
		promises_tick(w, last);
	}
}
