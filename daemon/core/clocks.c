#include "core/scheduler-internal.h"

/* Loads ---------------------------------------------------------------------------------------- */

/* ergonomics N1, with the daily count's own grace: shorter gaps belong to the work. */
#define OWN_GRACE (2 * USEC_PER_MIN)
/* Who was up for so long sits down to a new spell (ergonomics N2). */
#define POSTURE_REST (5 * USEC_PER_MIN)
/* More than any load can be, and still without overflow when doubled. */
#define NO_LIMIT (USEC_NEVER / 4)

const struct rule_policy *today_clock(void)
{
	static const struct rule_policy clock = {
		.enabled = true,
		.counts = RULE_COUNTS_SCREEN,
		.credit = RULE_CREDIT_NONE,
		.every = NO_LIMIT,
		.length = NO_LIMIT,
		.grace = OWN_GRACE,
	};

	return &clock;
}

struct rule_policy posture_clock(const struct scheduler *s)
{
	const struct policy *p = &s->policy;

	return (struct rule_policy){
		.enabled = p->sit_stand,
		.counts = RULE_COUNTS_SCREEN,
		.credit = RULE_CREDIT_WHOLE,
		.every = s->posture == POSTURE_SITTING ? p->sit : usec_min(p->stand, p->stand_most),
		.length = POSTURE_REST,
		.grace = OWN_GRACE,
	};
}

/* A rule's exposure since any rest, as a load of its own. */
static struct rule_policy spell_clock(const struct scheduler *s, size_t i)
{
	const struct rule_policy *p = &s->policy.rules[i];

	return (struct rule_policy){
		.enabled = p->enabled,
		.counts = p->counts,
		.credit = RULE_CREDIT_ANY,
		.every = s->policy.longest,
		.length = p->length,
		.grace = p->grace,
	};
}

/* The rule whose countdown runs: what it has gathered is told as it was, until the outcome is
 * known.
 */
static bool runs_break_of(const struct scheduler *s, size_t i)
{
	return is_break(s, PHASE_ON_BREAK) && s->brk.rule == (int)i;
}

/* Until it is known whether input is a return, the gap is told as of where it began. */
static usec_t known_until(const struct scheduler *s, usec_t now)
{
	return s->bump.pending ? usec_min(now, s->bump.from) : now;
}

usec_t plain_load(const struct scheduler *s, size_t i, usec_t now)
{
	if (!s->policy.rules[i].enabled)
		return 0;
	return load_at(&s->rules[i].load, &s->policy.rules[i], &s->gap, known_until(s, now));
}

usec_t rule_load(const struct scheduler *s, size_t i, usec_t now)
{
	return runs_break_of(s, i) ? s->brk.load : plain_load(s, i, now);
}

bool is_loaded(const struct scheduler *s, size_t i)
{
	const struct load *l = &s->rules[i].load;
	usec_t every = s->policy.rules[i].every;

	/* A load grows no faster than time passes, which mostly settles it. */
	if (!runs_break_of(s, i) && l->amount + usec_sub(s->now, l->mark) < every)
		return false;
	return rule_load(s, i, s->now) >= every;
}

void set_load(struct scheduler *s, int rule, usec_t amount)
{
	if (rule < 0)
		return;
	s->rules[rule].load.amount = usec_min(amount, 2 * s->policy.rules[rule].every);
	s->rules[rule].load.mark = s->now;
}

usec_t rule_spell(const struct scheduler *s, size_t i, usec_t now)
{
	const struct rule_policy clock = spell_clock(s, i);

	return load_at(&s->rules[i].spell, &clock, &s->gap, known_until(s, now));
}

usec_t rule_spell_turns(const struct scheduler *s, size_t i)
{
	const struct rule_policy clock = spell_clock(s, i);
	const struct load *spell = &s->rules[i].spell;
	usec_t at;

	if (rule_spell(s, i, s->now) < clock.every)
		at = load_due_at(spell, &clock, &s->gap);
	else
		at = load_eased_at(spell, &clock, &s->gap);
	return at > s->now ? at : USEC_NEVER;
}

void settle_load(struct scheduler *s, int rule, usec_t amount)
{
	set_load(s, rule, amount);
	if (rule >= 0)
		s->rules[rule].load.spare = USEC_NEVER;
}

usec_t spare_rest(const struct scheduler *s, size_t i, usec_t now)
{
	return load_spare_at(&s->rules[i].load, &s->policy.rules[i], &s->gap, known_until(s, now));
}

void add_earlier(struct scheduler *s, int rule, usec_t length, bool told)
{
	usec_t left;

	if (rule < 0) {
		s->today.amount = usec_min(s->today.amount + usec_min(length, USEC_PER_DAY),
					   2 * USEC_PER_DAY);
		s->daily_told |= told;
		return;
	}
	if ((size_t)rule >= s->policy.n_rules || !s->policy.rules[rule].enabled)
		return;
	left = usec_sub(length, spare_rest(s, (size_t)rule, s->now));
	left = usec_min(left, 2 * s->policy.rules[rule].every);
	s->rules[rule].load.spare = spare_rest(s, (size_t)rule, s->now);
	set_load(s, rule, plain_load(s, (size_t)rule, s->now) + left);
	if (runs_break_of(s, (size_t)rule))
		s->brk.load = usec_min(s->brk.load + left, 2 * s->policy.rules[rule].every);
}

static void end_spell(struct scheduler *s, size_t i)
{
	s->rules[i].spell = (struct load){ .mark = s->now };
}

usec_t posture_load(const struct scheduler *s, usec_t now)
{
	const struct rule_policy clock = posture_clock(s);

	return load_at(&s->posture_spell, &clock, &s->gap, known_until(s, now));
}

usec_t scheduler_today(const struct scheduler *s, usec_t now)
{
	return load_at(&s->today, today_clock(), &s->gap, known_until(s, now));
}

static void bring_to(struct load *l, usec_t amount, usec_t until)
{
	l->amount = amount;
	l->mark = usec_max(l->mark, until);
}

void fold(struct scheduler *s, usec_t until, unsigned clocks)
{
	for (size_t i = 0; i < s->policy.n_rules; i++) {
		const struct rule_policy *p = &s->policy.rules[i];
		struct rule_state *r = &s->rules[i];

		if (!(clocks & CLOCK_BIT(p->counts)))
			continue;
		bring_to(&r->spell, rule_spell(s, i, until), until);
		r->load.spare = spare_rest(s, i, until);
		bring_to(&r->load, plain_load(s, i, until), until);
	}
	if (!(clocks & CLOCK_SCREEN))
		return;
	bring_to(&s->today, scheduler_today(s, until), until);
	if (s->policy.sit_stand)
		bring_to(&s->posture_spell, posture_load(s, until), until);
}

usec_t rest_so_far(const struct scheduler *s, const struct rule_policy *p)
{
	usec_t from = gap_rest_from(&s->gap, p, s->now);

	return from == USEC_NEVER ? 0 : usec_sub(s->now, from);
}

void remember_loads(struct scheduler *s, usec_t from, unsigned clocks)
{
	for (size_t i = 0; i < s->policy.n_rules; i++)
		if (clocks & CLOCK_BIT(s->policy.rules[i].counts))
			s->rules[i].before = rule_load(s, i, from);
}

/* The screen without input --------------------------------------------------------------------- */

bool is_watched(const struct scheduler *s)
{
	const unsigned held = QUIET_BIT(QUIET_CALL) | QUIET_BIT(QUIET_SCREENCAST);

	return s->gap.known && (s->watch || s->signs_on & held);
}

/* A break and what is left of its gap is for resting, whatever was read before. */
static bool reading_holds(const struct scheduler *s, usec_t at)
{
	const struct break_state *b = &s->brk;

	if (s->reading_until <= at || s->gap.asked_length || !s->gap.known)
		return false;
	return !is_break(s, PHASE_ON_BREAK) && !(is_break(s, PHASE_PROMPTING) && b->visible);
}

static usec_t watched_at_most(const struct scheduler *s)
{
	return usec_add(s->gap.pause_from, WATCHED_AT_MOST);
}

/* What would hold the screen if there were no input, also before a pause is told of. */
static bool judge_claim(struct scheduler *s, usec_t at)
{
	bool in_time = !s->gap.paused || at < watched_at_most(s);
	bool claimed = !s->gap.away && ((is_watched(s) && in_time) || reading_holds(s, at));

	if (s->screen_claimed && !claimed)
		s->held_ended = at;
	if (s->screen_claimed != claimed)
		s->bump.claim_changed = at;
	s->screen_claimed = claimed;
	return claimed;
}

void judge_screen(struct scheduler *s, usec_t at)
{
	struct gap *gap = &s->gap;
	usec_t *from = &gap->from[RULE_COUNTS_SCREEN];
	bool held = judge_claim(s, at);

	if (!gap->paused || gap->away || held == (*from == USEC_NEVER))
		return;
	/* If this is a return the gap was over before; else it is judged when that is known. */
	if (s->bump.pending)
		return;
	at = usec_max(at, gap->pause_from);
	fold(s, at, CLOCK_SCREEN);
	if (held) {
		*from = USEC_NEVER;
		s->held_from = at;
	} else {
		*from = at;
		remember_loads(s, at, CLOCK_SCREEN);
	}
	break_rest_follows(s, at);
}

usec_t watch_ends(const struct scheduler *s)
{
	const struct gap *gap = &s->gap;
	usec_t at = USEC_NEVER;

	if (!gap->paused || gap->away || gap->from[RULE_COUNTS_SCREEN] != USEC_NEVER)
		return USEC_NEVER;
	if (is_watched(s) && s->now < watched_at_most(s))
		at = watched_at_most(s);
	/* Reading goes on behind it, and ends by a deadline of its own. */
	return s->reading_until > at && reading_holds(s, s->now) ? USEC_NEVER : at;
}

/* Presence ------------------------------------------------------------------------------------- */

static enum presence presence_now(const struct scheduler *s)
{
	const struct gap *gap = &s->gap;

	if (gap->away)
		return PRESENCE_AWAY;
	if (!gap->known)
		return PRESENCE_UNKNOWN;
	if (!gap->paused || usec_sub(s->now, gap->pause_from) < PRESENCE_IDLE_AFTER)
		return PRESENCE_ACTIVE;
	return gap->from[RULE_COUNTS_SCREEN] == USEC_NEVER ? PRESENCE_WATCHING : PRESENCE_IDLE;
}

static void set_presence(struct scheduler *s, enum presence presence, usec_t since)
{
	if (presence == s->presence)
		return;
	s->presence = presence;
	s->presence_since = since;
}

void judge_presence(struct scheduler *s)
{
	enum presence presence = presence_now(s);

	switch (presence) {
	case PRESENCE_AWAY:
		set_presence(s, presence, s->gap.away_from);
		break;
	case PRESENCE_IDLE:
		set_presence(s, presence, s->gap.from[RULE_COUNTS_SCREEN]);
		break;
	case PRESENCE_WATCHING:
		set_presence(s, presence, s->held_from);
		break;
	case PRESENCE_ACTIVE:
	case PRESENCE_UNKNOWN:
		set_presence(s, presence, s->now);
		break;
	}
}

/* Natural breaks ------------------------------------------------------------------------------- */

/* The longest rule that had half its load before and has none `at` that time, or -1. */
static int naturally_rested(const struct scheduler *s, usec_t at)
{
	int best = -1;

	for (size_t i = 0; i < s->policy.n_rules; i++) {
		const struct rule_policy *p = &s->policy.rules[i];

		if (!p->enabled || p->length <= s->gap.asked_length)
			continue;
		if (s->rules[i].before < p->every / 2 || rule_load(s, i, at) > 0)
			continue;
		if (best < 0 || p->length > s->policy.rules[best].length)
			best = (int)i;
	}
	return best;
}

static void emit_natural(struct scheduler *s, int rule, enum decision_cause cause, usec_t rested,
			 usec_t at, struct effects *out)
{
	struct effect *e = emit(out, EFFECT_END, rule);
	struct decision *d = decide(s, rule, DECISION_NATURAL, cause);

	e->outcome = OUTCOME_NATURAL;
	e->rested = rested;
	e->at = at;
	e->silent = true;
	e->started_at = usec_sub(at, rested);
	e->length = s->policy.rules[rule].length;
	d->at = at;
	d->outcome = OUTCOME_NATURAL;
	d->length = rested;
	d->load = s->rules[rule].before;
}

/* To be called before the fold that ends the gap. */
static void tell_natural(struct scheduler *s, usec_t at, struct effects *out)
{
	int best = is_break(s, PHASE_ON_BREAK) ? -1 : naturally_rested(s, at);
	usec_t from;

	if (best < 0)
		return;
	from = gap_rest_from(&s->gap, &s->policy.rules[best], at);
	if (from != USEC_NEVER)
		emit_natural(s, best, CAUSE_REST, usec_sub(at, from), at, out);
}

/* What a rest of `length` leaves of `load`. */
static usec_t rested_load(const struct rule_policy *p, usec_t load, usec_t length)
{
	if (p->credit == RULE_CREDIT_LINEAR)
		return usec_sub(load, load_linear_credit(p, length));
	return length >= p->length ? 0 : load;
}

/* ... and what of it, beside `spare`, it did not need. */
static usec_t rested_spare(const struct rule_policy *p, usec_t load, usec_t length, usec_t spare)
{
	if (p->credit == RULE_CREDIT_LINEAR)
		return usec_add(spare, usec_sub(load_linear_credit(p, length), load));
	return length >= p->length ? USEC_NEVER : spare;
}

void tell_rested(struct scheduler *s, usec_t length, struct effects *out)
{
	int best;

	remember_loads(s, s->now, CLOCK_ALL);
	for (size_t i = 0; i < s->policy.n_rules; i++) {
		const struct rule_policy *p = &s->policy.rules[i];
		usec_t load = plain_load(s, i, s->now);

		end_spell(s, i);
		s->rules[i].load.spare = rested_spare(p, load, length, spare_rest(s, i, s->now));
		set_load(s, (int)i, rested_load(p, load, length));
		if (runs_break_of(s, i))
			s->brk.load = rested_load(p, s->brk.load, length);
	}
	if (length >= POSTURE_REST)
		s->posture_spell = (struct load){ .mark = s->now };
	best = is_break(s, PHASE_ON_BREAK) ? -1 : naturally_rested(s, s->now);
	if (best >= 0)
		emit_natural(s, best, CAUSE_USER, length, s->now, out);
	remember_loads(s, s->now, CLOCK_ALL);
}

/* What the sources tell ------------------------------------------------------------------------ */

/* Input since `at`: the gap is over. */
static void come_back(struct scheduler *s, usec_t at, struct effects *out)
{
	struct gap *gap = &s->gap;

	if (gap->known && gap->paused)
		tell_natural(s, at, out);
	fold(s, at, CLOCK_ALL);
	gap->asked_length = is_break(s, PHASE_ON_BREAK) ? s->brk.policy.length : 0;
	if (gap->known && s->presence != PRESENCE_ACTIVE)
		set_presence(s, PRESENCE_ACTIVE, at);
	gap->paused = false;
}

void bump_is_return(struct scheduler *s, struct effects *out)
{
	if (!s->bump.pending)
		return;
	s->bump.pending = false;
	s->bump.forgotten = 0;
	come_back(s, s->bump.from, out);
}

/* It was none, and stopped at `since`: the gap went on, with what held the screen meanwhile. */
static void forget_bump(struct scheduler *s, usec_t since)
{
	if (!s->bump.pending)
		return;
	s->bump.pending = false;
	s->bump.forgotten = usec_max(since, s->bump.from);
	/* The touch first, or it would hide from the break that the screen is held now. */
	if (is_break(s, PHASE_ON_BREAK))
		break_pause(s, since);
	judge_screen(s, usec_max(s->bump.claim_changed, s->bump.from));
}

/* Input that stopped at `since`: was that a bumped desk? */
static bool judge_bump(struct scheduler *s, usec_t since, struct effects *out)
{
	if (!s->bump.pending)
		return false;
	if (usec_sub(since, s->bump.from) >= BUMP_MAX)
		bump_is_return(s, out);
	if (!s->bump.pending)
		return false;
	forget_bump(s, since);
	return true;
}

/* Later than that a pause of the finest kind would have been told. */
usec_t bump_deadline(const struct scheduler *s)
{
	return s->bump.pending ? usec_add(s->bump.from, BUMP_MAX + BREAK_THRESHOLD) : USEC_NEVER;
}

/* The input of now belongs to that of a moment ago, and both together are no bump. */
static bool was_no_bump(const struct scheduler *s)
{
	return s->bump.forgotten && usec_sub(s->now, s->bump.forgotten) < SPELL_PAUSE;
}

void gap_input(struct scheduler *s, struct effects *out)
{
	struct gap *gap = &s->gap;

	if (gap->away) {
		gap->known = true;
		gap->paused = false;
		return;
	}
	if (is_break(s, PHASE_ON_BREAK))
		break_input(&s->brk, s->now);
	if (gap->known && gap->paused && usec_sub(s->now, gap->pause_from) >= BUMP_AFTER &&
	    !was_no_bump(s)) {
		/* Until it is known nothing is told of presence any more. */
		judge_presence(s);
		if (!s->bump.pending)
			s->bump = (struct bump){ .pending = true,
						 .from = s->now,
						 .claim_changed = s->now };
		return;
	}
	s->bump.forgotten = 0;
	come_back(s, s->now, out);
	gap->known = true;
}

/* Where the gaps begin when input ends at `since`. */
static void open_gap(struct scheduler *s, usec_t since)
{
	struct gap *gap = &s->gap;

	gap->known = true;
	gap->paused = true;
	gap->pause_from = since;
	gap->from[RULE_COUNTS_HANDS] = since;
	gap->from[RULE_COUNTS_SCREEN] = usec_max(since, usec_min(s->held_ended, s->now));
	s->held_from = since;
}

void gap_pause(struct scheduler *s, usec_t since, struct effects *out)
{
	struct gap *gap = &s->gap;

	since = usec_min(since, s->now);
	(void)judge_bump(s, since, out);
	if (gap->known && gap->paused) {
		if (!gap->away && is_break(s, PHASE_ON_BREAK))
			break_pause(s, since);
		return;
	}
	if (gap->away) {
		/* It may have led into the absence and be told only now. */
		for (size_t c = 0; c < CLOCKS; c++)
			gap->lead_from[c] = usec_min(gap->lead_from[c], since);
		open_gap(s, since);
		return;
	}
	fold(s, since, CLOCK_ALL);
	remember_loads(s, since, CLOCK_ALL);
	open_gap(s, since);
	if (is_break(s, PHASE_ON_BREAK))
		break_pause(s, since);
	judge_screen(s, since);
}

void gap_no_source(struct scheduler *s)
{
	struct gap *gap = &s->gap;
	bool on_break = is_break(s, PHASE_ON_BREAK);

	if (!gap->known)
		return;
	forget_bump(s, s->now);
	/* Else all goes on as it was: who can tell again may say that it was none of it exposure.
	 */
	if (!gap->away && (gap->paused || on_break))
		fold(s, s->now, CLOCK_ALL);
	gap->known = false;
	if (!on_break || !gap->paused) {
		if (!gap->away)
			remember_loads(s, s->now, CLOCK_ALL);
		/* As in break_start(): the user's word is taken for it. */
		gap->paused = on_break;
		gap->pause_from = s->now;
		gap->from[RULE_COUNTS_HANDS] = gap->from[RULE_COUNTS_SCREEN] = s->now;
	}
	if (on_break)
		break_pause(s, s->now);
	judge_screen(s, s->now);
	if (!on_break && !gap->away)
		gap->asked_length = 0;
}

void gap_away(struct scheduler *s, unsigned reason, usec_t since, struct effects *out)
{
	struct gap *gap = &s->gap;
	bool bumped = judge_bump(s, since, out);

	if (!gap->away) {
		gap->away_from = since;
		for (size_t c = 0; c < CLOCKS; c++) {
			/* Input until now was no gap, what was watched none of the screen. */
			if (!gap->paused || gap->from[c] == USEC_NEVER) {
				remember_loads(s, since, CLOCK_BIT(c));
				gap->from[c] = since;
			}
			gap->lead_from[c] = usec_min(gap->from[c], since);
		}
		if (is_break(s, PHASE_ON_BREAK)) {
			break_pause(s, since);
			break_rest_follows(s, since);
		}
	}
	gap->away |= reason;
	/* The gap leads in, but the source will not tell of input before the next pause. */
	if (bumped)
		gap->paused = false;
	s->reading_until = 0;
	judge_screen(s, since);
}

void gap_back(struct scheduler *s, unsigned reason, struct effects *out)
{
	struct gap *gap = &s->gap;
	unsigned left = gap->away & ~reason;
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
		tell_natural(s, s->now, out);
	fold(s, s->now, CLOCK_ALL);
	if (returned)
		remember_loads(s, s->now, CLOCK_ALL);
	gap->away = 0;
	judge_screen(s, s->now);
	if (gap->paused)
		return;
	if (is_break(s, PHASE_ON_BREAK))
		break_input(&s->brk, s->now);
	else
		gap->asked_length = 0;
}
