/*
 * A second opinion on how the core decides: `model TRACE` goes second by second through a day and
 * judges everything anew each time, in the most obvious way, from the design alone. It shares no
 * code with the daemon. It prints a line for each thing that came to pass: `SECONDS what rule
 * outcome`, for tests/sim/test_model.py, which holds them against `limberd --simulate`.
 *
 * It knows less than the daemon: events on whole seconds, lengths in whole seconds, no `recorded`
 * traces. What holds "up to and including" a moment ends a microsecond after it, and what begins
 * there goes on from there, so each moment is looked at three microseconds deep.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND 1000000LL
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define NEVER INT64_MAX
#define LONG_AGO (-(400 * DAY))

#define RULES 8
#define OPS 256
#define SPELLS 4096
#define RANGES 6
#define PARTS 8 /* of a second; linear rest clears 4 or 8 times as fast as exposure fills */
#define DEEP 3  /* microseconds after each of them that are looked at, at least */

enum clock { HANDS, SCREEN, CLOCKS };
enum credit { WHOLE, LINEAR, NEVER_CLEARED, ANY_REST };
/* Quiet signs; those up to INHIBITORS are switched by [quiet] and respected by rules or not. */
enum sign { DND, CALL, SCREENCAST, FULLSCREEN, INHIBITORS, INHIBIT, PAUSE, HOURS, SIGNS };
static const char *const sign_names[SIGNS] = { "dnd",        "call",    "screencast", "fullscreen",
					       "inhibitors", "inhibit", "pause",      "hours" };

struct rule {
	char name[40];
	bool enabled;
	enum clock counts;
	enum credit credit;
	int64_t every, length, grace, patience, snooze, merge;
	int snoozes, debt;
	bool respects[SIGNS];
};

struct policy {
	int n;
	struct rule rules[RULES];
	int64_t lull, settle, ignore_after, retry, longest;
	int repeats, prompts_per_hour;
	bool quiet[SIGNS];
	bool daily_enabled;
	int64_t daily;
	bool sit_stand;
	int64_t sit, stand, stand_most;
	int n_ranges; /* of every day of the week alike */
	int64_t range_from[RANGES], range_to[RANGES], day_starts;
};

struct spell {
	int64_t from, to; /* to: NEVER while it goes on */
};

struct spells {
	int n;
	struct spell v[SPELLS];
};

/* Time without exposure of a clock. */
struct gap {
	bool on;
	int64_t start;
	struct spells away; /* in it: rest for everything, no grace */
};

/*
 * Something that exposure fills and rest empties. Known is what it held at `from`, where the
 * clock's present gap, or the exposure after the last gap, began; the rest is worked out anew
 * whenever it is asked for.
 */
struct meter {
	int64_t from, load;
	int n;
	struct op {
		int64_t at;
		enum op_kind { SET, CREDIT } kind;
		int64_t value;
	} ops[OPS];
};

/* How a meter fills and empties. */
struct habit {
	enum clock clock;
	enum credit credit;
	int64_t grace, every, length, most;
	bool rests_in_breaks; /* grace is 0 in a break no shorter than `length` */
};

struct state {
	int64_t before;           /* load when the present gap began */
	struct meter load, spell; /* of the rule; spell: exposure since any rest */
	bool due;
	enum told { TOLD_ELSE, TOLD_DEFERRED, TOLD_MERGED, TOLD_WAITING } told;
	int merged_into; /* if that was told last */
	int64_t reached; /* question 3 for the first time, NEVER = not yet */
	int64_t retry_until;
	int snoozes;
};

enum phase { NONE, PROMPTING, SNOOZED, DEFERRED, RUNNING };

struct pause { /* the break */
	enum phase phase;
	int rule;
	bool merged[RULES];
	int64_t shown, asked, snooze_until; /* shown: not again by a repetition; asked: also */
	int repeats;
	/* While running: */
	bool by_user;
	bool unasked; /* and it was not due */
	int64_t begun, length;
	int64_t started;  /* later, if the user's word for rest came later */
	int64_t origin;   /* rest counts from here */
	int64_t credited; /* the user's word for rest that nobody saw */
	int64_t burst;    /* where the present input with its short pauses began */
	int64_t load_at_start;
};

static struct {
	struct policy policy, next;
	struct state rules[RULES];
	struct gap gaps[CLOCKS];
	struct pause pause;
	struct meter day, posture;
	bool day_told, posture_told, standing;
	int day_number;

	int64_t now;
	int64_t wall;        /* local time at second 0, jumps included, since some Monday 00:00 */
	bool source, typing; /* typing: as the source tells */
	int64_t typing_from, last_input;
	bool doubtful;  /* typing, but it may be a bumped desk since typing_from */
	int64_t bumped; /* until when the desk was last bumped */
	unsigned away;
	int64_t away_since, last_back, source_since;
	bool watch;
	int64_t reading_until, hold_until;
	bool held;                               /* something is watched, or read */
	int64_t held_begin, held_end, held_over; /* held_end: while somebody was there */
	bool on[SIGNS];
	int64_t ended[SIGNS];
	struct spells input, watched; /* all of the day, for breaks */
	int64_t announced[10000];
	int n_announced;
	char presence[16];
	int64_t presence_since, presence_told;
	int64_t rest_for; /* a break of this length ran since the last input, or runs */
	int64_t deep;
	bool asks;
	long changes;
} d;

static void fail(const char *what, const char *line)
{
	fprintf(stderr, "model: %s: %s\n", what, line);
	exit(2);
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void tell_at(int64_t at, const char *what, const char *rule, const char *outcome)
{
	printf("%lld.%06lld %s %s %s\n", (long long)(at / SECOND), (long long)(at % SECOND), what,
	       rule, outcome);
	d.changes++;
	/* A microsecond of rest takes the work of PARTS microseconds. */
	d.deep = most(d.deep, d.now % (SECOND / PARTS) + PARTS + 2);
}

static void tell(const char *what, const char *rule, const char *outcome)
{
	tell_at(d.now, what, rule, outcome);
}

/* ---- what is loaded ---- */

static struct habit rule_habit(int i)
{
	const struct rule *r = &d.policy.rules[i];

	return (struct habit){ .clock = r->counts,
			       .credit = r->credit,
			       .grace = r->grace,
			       .every = r->every,
			       .length = r->length,
			       .most = 2 * r->every,
			       .rests_in_breaks = true };
}

static struct habit spell_habit(int i)
{
	struct habit h = rule_habit(i);

	h.credit = ANY_REST;
	h.most = NEVER;
	return h;
}

static const struct habit day_habit = {
	.clock = SCREEN, .credit = NEVER_CLEARED, .grace = 2 * MINUTE, .most = NEVER
};
static const struct habit posture_habit = {
	.clock = SCREEN, .credit = WHOLE, .grace = 2 * MINUTE, .length = 5 * MINUTE, .most = NEVER
};

/* Is the whole of the gap rest at `at`? */
static bool rests(const struct habit *h, const struct gap *g, int64_t at)
{
	return g->on &&
	       ((h->rests_in_breaks && h->length <= d.rest_for) || at - g->start > h->grace);
}

static int64_t after_rest(const struct habit *h, int64_t load, int64_t rest)
{
	switch (h->credit) {
	case WHOLE:
		return rest >= h->length ? 0 : load;
	case LINEAR:
		return most(0, load - rest * h->every / h->length);
	case ANY_REST:
		return rest > 0 ? 0 : load;
	case NEVER_CLEARED:
		break;
	}
	return load;
}

/* At `from`: since when it rests, NEVER = it does not; `to` becomes the end of that at the latest.
 */
static int64_t rest_at(const struct habit *h, int64_t from, int64_t at, int64_t *to)
{
	const struct gap *g = &d.gaps[h->clock];

	if (rests(h, g, at))
		return g->start;
	for (int i = 0; i < g->away.n; i++) {
		const struct spell *a = &g->away.v[i];

		if (from < a->from) {
			*to = least(*to, a->from);
			return NEVER;
		}
		if (from < a->to) {
			*to = least(*to, a->to);
			return a->from;
		}
	}
	return NEVER;
}

static int64_t pass(const struct habit *h, int64_t load, int64_t from, int64_t to, int64_t at)
{
	while (from < to) {
		int64_t until = to;
		int64_t since = rest_at(h, from, at, &until);

		if (since == NEVER)
			load = most(load, least(load + until - from, h->most));
		else if (h->credit == LINEAR)
			load = after_rest(h, load, until - from);
		else /* it is the whole of a rest that counts */
			load = after_rest(h, load, until - since);
		from = until;
	}
	return load;
}

/* What the meter holds at `at`, not before its gap or exposure began. */
static int64_t meter_at(const struct meter *m, const struct habit *h, int64_t at)
{
	int64_t load = least(m->load, h->most), from = m->from;

	for (int i = 0; i < m->n && m->ops[i].at <= at; i++) {
		load = pass(h, load, from, m->ops[i].at, at);
		from = most(from, m->ops[i].at);
		if (m->ops[i].kind == SET)
			load = m->ops[i].value;
		else
			load = after_rest(h, load, m->ops[i].value);
	}
	return least(pass(h, load, from, at, at), h->most);
}

/* A gap, or exposure, begins at `at`: what is held then is certain. */
static void meter_settle(struct meter *m, const struct habit *h, int64_t at)
{
	int kept = 0;

	at = most(at, m->from); /* not before what is certain already */
	m->load = meter_at(m, h, at);
	m->from = at;
	for (int i = 0; i < m->n; i++) {
		if (m->ops[i].at > at)
			m->ops[kept++] = m->ops[i];
	}
	m->n = kept;
}

static void meter_op(struct meter *m, enum op_kind kind, int64_t value)
{
	if (m->n == OPS)
		fail("too many changes of a load", "");
	m->ops[m->n].at = d.now;
	m->ops[m->n].kind = kind;
	m->ops[m->n].value = value;
	m->n++;
}

static void meter_set(struct meter *m, int64_t value)
{
	m->n = 0;
	m->load = value;
	m->from = d.now;
}

/* As long as the input may be a bumped desk, nothing is made of the time since. */
static int64_t moment(enum clock clock)
{
	return d.doubtful && d.gaps[clock].on ? d.typing_from : d.now;
}

static int64_t load_of(int i)
{
	struct habit h = rule_habit(i);

	return meter_at(&d.rules[i].load, &h, moment(h.clock));
}

static int64_t spell_of(int i)
{
	struct habit h = spell_habit(i);

	return meter_at(&d.rules[i].spell, &h, moment(h.clock));
}

static void spells_begin(struct spells *s, int64_t at)
{
	if (s->n && s->v[s->n - 1].to == NEVER)
		return;
	if (s->n == SPELLS)
		fail("too many spells", "");
	s->v[s->n++] = (struct spell){ at, NEVER };
}

static void spells_end(struct spells *s, int64_t at)
{
	if (s->n && s->v[s->n - 1].to == NEVER)
		s->v[s->n - 1].to = most(at, s->v[s->n - 1].from);
}

/* ---- gaps ---- */

/* Does it for everything that the clock loads. */
static void for_all(enum clock clock, int64_t at,
		    void (*act)(struct meter *m, const struct habit *h, int64_t at))
{
	for (int i = 0; i < d.policy.n; i++) {
		struct habit h = rule_habit(i), s = spell_habit(i);

		if (h.clock != clock)
			continue;
		act(&d.rules[i].load, &h, at);
		act(&d.rules[i].spell, &s, at);
	}
	if (clock == SCREEN) {
		act(&d.day, &day_habit, at);
		act(&d.posture, &posture_habit, at);
	}
}

static void gap_begin(enum clock clock, int64_t at)
{
	for_all(clock, at, meter_settle);
	for (int i = 0; i < d.policy.n; i++) {
		if (d.policy.rules[i].counts == clock)
			d.rules[i].before = d.rules[i].load.load;
	}
	memset(&d.gaps[clock], 0, sizeof d.gaps[clock]);
	d.gaps[clock].on = true;
	d.gaps[clock].start = at;
	d.changes++;
}

static bool may_be_natural(int i, int64_t at)
{
	const struct rule *r = &d.policy.rules[i];
	struct habit h = rule_habit(i);

	return r->enabled && d.gaps[r->counts].on && r->length > d.rest_for &&
	       2 * d.rules[i].before >= r->every && meter_at(&d.rules[i].load, &h, at) == 0;
}

static int longest_natural(int64_t at)
{
	int best = -1;

	for (int i = 0; i < d.policy.n; i++) {
		if (may_be_natural(i, at) &&
		    (best < 0 || d.policy.rules[i].length > d.policy.rules[best].length))
			best = i;
	}
	return best;
}

static void gap_end(enum clock clock, int64_t at)
{
	for_all(clock, at, meter_settle);
	memset(&d.gaps[clock], 0, sizeof d.gaps[clock]);
	d.changes++;
}

/* Rest without grace is over, but for a break that runs. */
static void forget_breaks(void)
{
	d.rest_for = d.pause.phase == RUNNING ? d.pause.length : 0;
}

/* The user is back since `at`. */
static void user_comes_back(int64_t at)
{
	int natural = d.pause.phase == RUNNING ? -1 : longest_natural(at);

	if (natural >= 0)
		tell_at(at, "natural", d.policy.rules[natural].name, "-");
	for (enum clock c = 0; c < CLOCKS; c++) {
		if (d.gaps[c].on)
			gap_end(c, at);
	}
}

/* And there is input. */
static void user_returns(int64_t at)
{
	user_comes_back(at);
	forget_breaks();
}

static bool typing_for_sure(void)
{
	return d.typing && !d.doubtful;
}

/* Without input the screen is looked at all the same. */
static bool is_held(void)
{
	int64_t input = typing_for_sure() && !d.away ? d.now : d.last_input;
	bool shows = d.pause.phase == PROMPTING || d.pause.phase == RUNNING;
	bool ended_here = d.rest_for > 0;

	if ((d.watch || d.on[CALL] || d.on[SCREENCAST]) && d.now < input + HOUR)
		return true;
	return d.now < d.reading_until && !shows && !ended_here;
}

static bool is_exposed(enum clock clock)
{
	if (d.away)
		return false;
	if (!d.source)
		return d.pause.phase != RUNNING;
	return typing_for_sure() || (clock == SCREEN && d.held);
}

/* Gaps begin and end as the state says; `at`: since when that is so, if it is not now. */
static void look_at_clocks(int64_t at)
{
	bool held = is_held();

	if (d.held && !held)
		d.held_over = d.now;
	if (d.held && !held && !d.away)
		d.held_end = d.now;
	if (!d.held && held)
		d.held_begin = d.now;
	d.held = held;
	if (held && d.source && !d.away)
		spells_begin(&d.watched, d.now);
	else
		spells_end(&d.watched, d.now);
	for (enum clock c = 0; c < CLOCKS; c++) {
		int64_t start = c == SCREEN && !d.away ? most(at, d.held_end) : at;

		if (d.doubtful)
			; /* a return ends the gap before, anything else is caught up with */
		else if (is_exposed(c) && d.gaps[c].on)
			gap_end(c, d.now);
		else if (!is_exposed(c) && !d.gaps[c].on)
			gap_begin(c, start);
		if (d.away)
			spells_begin(&d.gaps[c].away, at);
		else
			spells_end(&d.gaps[c].away, d.now);
	}
	if (!d.gaps[HANDS].on)
		forget_breaks();
}

/* It is told with the time it began, which may be before now. */
static void tell_presence(void)
{
	const char *p;
	int64_t since = d.last_input;

	if (d.doubtful)
		return;
	if (d.away) {
		p = "away";
		since = most(d.away_since, d.presence_told);
	} else if (!d.source) {
		p = "unknown";
		since = d.now;
	} else if (typing_for_sure() || d.now - d.last_input < 20 * SECOND) {
		p = "active";
		since = most(most(d.last_back, d.source_since), d.typing_from);
	} else if (d.held) {
		p = "watching";
		since = most(most(since, d.held_begin), d.last_back);
	} else {
		p = "idle";
		since = most(since, d.held_over);
	}
	if (strcmp(p, d.presence) == 0)
		return;
	strcpy(d.presence, p);
	/* Nothing before an absence ended, or before the source was back. */
	if (!d.away && since < most(d.presence_since, most(d.last_back, d.source_since)))
		since = d.now;
	tell_at(since, "presence", p, "-");
	d.presence_since = since;
	d.presence_told = d.now;
}

/* ---- quiet signs ---- */

static void set_sign(enum sign s, bool on)
{
	if (d.on[s] && !on)
		d.ended[s] = d.now;
	d.on[s] = on;
}

static bool sign_counts(const struct rule *r, enum sign s)
{
	if (s >= INHIBIT)
		return true;
	return d.policy.quiet[s] && r->respects[s];
}

static bool sign_silences(enum sign s)
{
	return d.on[s] || d.now - d.ended[s] < d.policy.settle;
}

/* Question 1. */
static bool is_deferred(int i)
{
	bool weak_count = spell_of(i) < d.policy.longest;

	for (enum sign s = 0; s < SIGNS; s++) {
		if ((s == FULLSCREEN || s == INHIBITORS) && !weak_count)
			continue;
		if (sign_counts(&d.policy.rules[i], s) && sign_silences(s))
			return true;
	}
	return false;
}

static int day_number(void)
{
	return (int)((d.wall + d.now - d.policy.day_starts + 1000 * DAY) / DAY);
}

static bool in_hours(void)
{
	int64_t of_day = ((d.wall + d.now) % DAY + DAY) % DAY;
	bool in = false;

	for (int i = 0; i < d.policy.n_ranges; i++) {
		int64_t from = d.policy.range_from[i], to = d.policy.range_to[i];

		in |= from < to ? of_day >= from && of_day < to : of_day >= from || of_day < to;
	}
	return in;
}

static void look_at_calendar(void)
{
	set_sign(HOURS, !in_hours());
	if (day_number() != d.day_number) {
		meter_set(&d.day, 0);
		d.day_told = false;
	}
	d.day_number = day_number();
}

/* ---- breaks ---- */

static const struct rule *pause_rule(void)
{
	return &d.policy.rules[d.pause.rule];
}

static bool in_pause(int i)
{
	return d.pause.phase != NONE && (d.pause.rule == i || d.pause.merged[i]);
}

static bool is_exempt(int i)
{
	return d.policy.rules[i].length <= 15 * SECOND;
}

/* Question 2. */
static bool hour_is_full(void)
{
	int n = 0;

	for (int i = 0; i < d.n_announced; i++)
		n += d.announced[i] > d.now - HOUR;
	return n >= d.policy.prompts_per_hour;
}

/* The longer rule that is taken in the place of the due rule `s`, or -1. */
static int target_of(int s)
{
	const struct rule *rs = &d.policy.rules[s];
	int best = -1;

	for (int l = 0; l < d.policy.n; l++) {
		const struct rule *rl = &d.policy.rules[l];

		if (!rl->enabled || rl->length <= rs->length ||
		    rl->every - load_of(l) > least(rl->merge, rs->every / 4) || is_deferred(l))
			continue;
		if (is_exempt(s) && !is_exempt(l) && hour_is_full())
			continue;
		if (best < 0 || rl->length > d.policy.rules[best].length)
			best = l;
	}
	return best;
}

/* A clean slate: the next time it is due is another time. */
static void due_spell_over(int i)
{
	d.rules[i].due = false;
	d.rules[i].told = TOLD_ELSE;
	d.rules[i].reached = NEVER;
	d.rules[i].retry_until = LONG_AGO;
	d.rules[i].snoozes = 0;
}

/* That a rule is kept back is told once. */
static void tell_kept_back(int i, enum told told, const char *what, int into)
{
	struct state *s = &d.rules[i];

	if (s->told == told && s->merged_into == into)
		return;
	tell(what, d.policy.rules[i].name, "-");
	s->told = told;
	s->merged_into = into;
}

static void tell_deferred(int i)
{
	tell_kept_back(i, TOLD_DEFERRED, "deferred", -1);
}

static void tell_merged(int i, int into)
{
	tell_kept_back(i, TOLD_MERGED, "merged", into);
}

static void tell_waiting(int i)
{
	tell_kept_back(i, TOLD_WAITING, "waiting", -1);
}

static void tell_of(int i, const char *what, const char *outcome)
{
	d.rules[i].told = TOLD_ELSE;
	tell(what, d.policy.rules[i].name, outcome);
}

static void set_load(int i, int64_t load)
{
	meter_op(&d.rules[i].load, SET, load);
	d.rules[i].before = load;
}

static void pause_shown(void)
{
	d.pause.phase = PROMPTING;
	d.pause.shown = d.pause.asked = d.now;
	d.rules[d.pause.rule].reached = NEVER;
	look_at_clocks(d.now);
}

/* As the other may be due as well and have a target itself: the last one, or -1. */
static int last_target_of(int s)
{
	int last = -1;

	for (int l = target_of(s); l >= 0; l = d.rules[l].due && !in_pause(l) ? target_of(l) : -1)
		last = l;
	return last;
}

/* Due rules that wait for the break's; `join`: a prompt replaces them. */
static void look_at_merged(bool join)
{
	for (int s = 0; s < d.policy.n; s++) {
		if (s == d.pause.rule || !d.rules[s].due || last_target_of(s) != d.pause.rule)
			continue;
		/* Until the prompt takes it along, one in retry waits for that. */
		if (!join && d.now < d.rules[s].retry_until)
			continue;
		d.pause.merged[s] |= join;
		tell_merged(s, d.pause.rule);
	}
}

/* Question 4. */
static void pause_prompt_first(int i)
{
	memset(&d.pause, 0, sizeof d.pause);
	d.pause.rule = i;
	look_at_merged(true);
	if (!is_exempt(i))
		d.announced[d.n_announced++] = d.now;
	tell_of(i, "prompt", "-");
	pause_shown();
}

static void pause_prompt_again(void)
{
	look_at_merged(true);
	tell_of(d.pause.rule, "prompt", "-");
	pause_shown();
}

static void pause_start(bool by_user)
{
	const struct gap *g = &d.gaps[pause_rule()->counts];
	bool prompted = d.pause.phase == PROMPTING;
	bool fresh = d.pause.phase == NONE || d.pause.phase == DEFERRED;

	d.pause.load_at_start = load_of(d.pause.rule);
	d.pause.phase = RUNNING;
	d.pause.begun = d.pause.started = d.now;
	d.pause.length = pause_rule()->length;
	d.pause.by_user = by_user;
	d.pause.unasked = fresh && !d.rules[d.pause.rule].due;
	d.pause.credited = 0;
	tell_of(d.pause.rule, "started", "-");
	look_at_clocks(d.now);
	d.pause.origin = g->on && prompted ? g->start : d.now;
	d.pause.burst = d.typing && !d.away ? d.now : NEVER;
	d.rest_for = most(d.rest_for, d.pause.length);
}

/* Input is forgiven once it has ended in time. */
static bool spell_counts(const struct spell *s, bool input)
{
	return !input || s->to == NEVER || s->to - most(s->from, d.pause.begun) >= 2 * SECOND;
}

/* Is this moment of the break taken up by input or watching? Until when that stays so, at most
 * `to`. */
static bool is_busy_at(int64_t at, int64_t *to)
{
	bool busy = false;
	const struct spells *all[] = { &d.input, &d.watched };

	for (int k = 0; k < 2; k++) {
		if (k == 1 && pause_rule()->counts != SCREEN)
			continue;
		for (int i = 0; i < all[k]->n; i++) {
			const struct spell *s = &all[k]->v[i];

			if (!spell_counts(s, k == 0) || s->to <= at)
				continue;
			if (s->from > at) {
				*to = least(*to, s->from);
			} else {
				busy = true;
				*to = least(*to, s->to);
			}
		}
	}
	return busy;
}

/* How much of the break is rested, and when it came to all of it (NEVER: not yet). */
static int64_t pause_rested_when(int64_t *all_at)
{
	int64_t sum = d.pause.credited, length = d.pause.length;

	*all_at = sum >= length ? d.now : NEVER;
	for (int64_t at = d.pause.origin; at < d.now;) {
		int64_t to = d.now;

		if (!is_busy_at(at, &to)) {
			if (sum < length && sum + to - at >= length && *all_at == NEVER)
				*all_at = at + length - sum;
			sum += to - at;
		}
		at = to;
	}
	return sum;
}

static int64_t pause_rested(void)
{
	int64_t all_at;

	return pause_rested_when(&all_at);
}

static bool first_half(void)
{
	return 2 * pause_rested() < d.pause.length;
}

static void pause_end_at(int64_t at, const char *outcome)
{
	bool over, again;
	int64_t retry;
	bool unasked = d.pause.phase == RUNNING && d.pause.unasked;
	int rule = d.pause.rule;

	d.rules[rule].told = TOLD_ELSE;
	tell_at(at, "ended", d.policy.rules[rule].name, outcome);
	for (int i = 0; i < d.policy.n; i++) {
		struct habit h = rule_habit(i);

		if (!in_pause(i))
			continue;
		/* A pause that is told later does not reach behind this. */
		if (!d.gaps[h.clock].on)
			meter_settle(&d.rules[i].load, &h, d.now);
		d.rules[i].reached = NEVER;
		d.rules[i].told = TOLD_ELSE;
		if (strcmp(outcome, "taken") == 0 && i == rule) {
			set_load(i, 0);
			due_spell_over(i);
		} else if (strcmp(outcome, "skipped") == 0) {
			set_load(i, d.policy.rules[i].every * d.policy.rules[i].debt / 100);
		}
		/* Nobody needs to be told that a break did away with its own reason. */
		over = load_of(i) < d.policy.rules[i].every;
		again = strcmp(outcome, "missed") == 0 ||
			(strcmp(outcome, "cut-short") == 0 && !unasked);
		if (again && !(over && d.rules[i].due))
			d.rules[i].retry_until = d.now + d.policy.retry;
		if (over) {
			retry = d.rules[i].due ? LONG_AGO : d.rules[i].retry_until;
			due_spell_over(i);
			d.rules[i].retry_until = retry;
		}
	}
	memset(&d.pause, 0, sizeof d.pause);
	look_at_clocks(d.now);
}

static void pause_end(const char *outcome)
{
	pause_end_at(d.now, outcome);
}

/* A break that nothing calls for any more. */
static bool pause_has_no_reason(void)
{
	if (!pause_rule()->enabled)
		return true;
	for (int i = 0; i < d.policy.n; i++) {
		if (in_pause(i) && d.rules[i].due)
			return false;
	}
	return true;
}

static void pause_eases(void)
{
	int rule = d.pause.rule;

	for (int i = 0; i < d.policy.n; i++) {
		if (in_pause(i) && !d.rules[i].due)
			due_spell_over(i);
	}
	memset(&d.pause, 0, sizeof d.pause);
	due_spell_over(rule);
	tell_of(rule, "eased", "-");
	look_at_clocks(d.now);
}

/* Input goes on in a break that began by itself. */
static void pause_put_back(void)
{
	if (d.pause.load_at_start < pause_rule()->every || !pause_rule()->enabled) {
		/* It stood for others only; do they still need it? */
		d.rules[d.pause.rule].due = false;
		if (pause_has_no_reason()) {
			pause_eases();
			return;
		}
	}
	set_load(d.pause.rule, d.pause.load_at_start);
	if (d.away || is_deferred(d.pause.rule)) {
		d.pause.phase = DEFERRED;
		d.rules[d.pause.rule].reached = NEVER;
		tell_deferred(d.pause.rule);
	} else {
		tell_of(d.pause.rule, "repeated", "-");
		pause_shown();
	}
}

static void look_at_running(void)
{
	int64_t all_at;

	if (pause_rested_when(&all_at) >= d.pause.length) {
		pause_end_at(most(all_at, d.pause.started), "taken");
		return;
	}
	if (!d.typing || d.away || d.pause.burst == NEVER || d.now - d.pause.burst < 15 * SECOND)
		return;
	if (3 * pause_rested() >= d.pause.length || d.pause.by_user)
		pause_end("cut-short");
	else
		pause_put_back();
}

static bool left_alone(void)
{
	const struct gap *g = &d.gaps[pause_rule()->counts];

	return d.source && g->on && d.now - most(g->start, d.pause.shown) >= 5 * SECOND;
}

static void look_at_prompt(void)
{
	if (d.away || is_deferred(d.pause.rule)) {
		d.pause.phase = DEFERRED;
		d.rules[d.pause.rule].reached = NEVER;
		tell_deferred(d.pause.rule);
	} else if (left_alone()) {
		pause_start(false);
	} else if (d.now - d.pause.asked >= d.policy.ignore_after) {
		if (d.pause.repeats < d.policy.repeats) {
			d.pause.repeats++;
			d.pause.asked = d.now;
			tell_of(d.pause.rule, "repeated", "-");
		} else {
			pause_end("missed");
		}
	}
}

/* Question 3. */
static bool may_speak_up(int i)
{
	struct state *s = &d.rules[i];
	bool lull = !typing_for_sure() && d.now - d.last_input >= d.policy.lull;

	if (s->reached == NEVER)
		s->reached = d.now;
	if (!d.source)
		return true;
	return lull || d.now - s->reached >= d.policy.rules[i].patience;
}

static void look_at_return(void)
{
	if (d.doubtful || (d.pause.phase == SNOOZED && d.now < d.pause.snooze_until))
		return;
	d.pause.phase = DEFERRED; /* for whatever reason */
	if (d.away || is_deferred(d.pause.rule)) {
		tell_deferred(d.pause.rule);
	} else if (may_speak_up(d.pause.rule)) {
		pause_prompt_again();
	} else {
		tell_waiting(d.pause.rule);
	}
}

static void look_at_pause(void)
{
	if (d.pause.phase == RUNNING) {
		look_at_running();
	} else if (d.pause.phase != NONE && pause_has_no_reason()) {
		pause_eases();
	} else if (d.pause.phase == PROMPTING) {
		look_at_prompt();
	} else if (d.pause.phase != NONE) {
		look_at_return();
		if (!d.away && (d.pause.phase == SNOOZED || d.pause.phase == DEFERRED))
			look_at_merged(false);
	}
}

/* ---- the questions ---- */

static void look_at_due(void)
{
	bool eased[RULES] = { false };

	for (int i = 0; i < d.policy.n; i++) {
		const struct rule *r = &d.policy.rules[i];
		bool due = r->enabled && load_of(i) >= r->every;

		/* What a running break stands for is not looked at until it is over. */
		if (d.pause.phase == RUNNING && d.pause.rule == i)
			continue;
		eased[i] = !due && d.rules[i].due;
		if (due && !d.rules[i].due) {
			d.rules[i].told = TOLD_ELSE;
			/* A due spell of its own, but for the break that is being asked. */
			if (d.pause.phase == NONE || d.pause.rule != i)
				d.rules[i].snoozes = 0;
			tell("due", r->name, "-");
		}
		d.rules[i].due = due;
	}
	for (int i = 0; i < d.policy.n; i++) {
		if (!eased[i])
			continue;
		/* What a break stands for goes with it; nobody needs to be told of each. */
		if (in_pause(i) && d.pause.phase != RUNNING && pause_has_no_reason())
			continue;
		if (!in_pause(i))
			tell_of(i, "eased", "-");
		due_spell_over(i);
	}
}

/* Who is asked for the due rule `i`: itself, the rule in whose place it is taken, or nobody (-1).
 */
static int who_is_asked_for(int i)
{
	int l = last_target_of(i);

	if (!d.rules[i].due || in_pause(i))
		return -1;
	if (d.now < d.rules[i].retry_until) {
		tell_waiting(i);
		return -1;
	}
	if (l < 0)
		return i;
	tell_merged(i, l);
	return d.now < d.rules[l].retry_until || in_pause(l) ? -1 : l;
}

static bool goes_first(int a, int b)
{
	int64_t la = d.policy.rules[a].length, lb = d.policy.rules[b].length;

	return la > lb || (la == lb && a < b);
}

static void ask(int i)
{
	bool may_prompt = d.pause.phase == NONE;

	if (is_deferred(i))
		tell_deferred(i);
	else if (may_prompt && (is_exempt(i) || !hour_is_full()) && may_speak_up(i))
		pause_prompt_first(i);
	else if (may_prompt)
		tell_waiting(i);
}

static void ask_questions(void)
{
	int asked[RULES]; /* the rule that is asked for each */
	unsigned stands = 0;

	for (int i = 0; i < d.policy.n; i++) {
		asked[i] = who_is_asked_for(i);
		stands |= asked[i] >= 0 ? 1u << asked[i] : 0;
		/* It waits in the other's place, and so long it has waited already. */
		if (asked[i] >= 0)
			d.rules[asked[i]].reached =
				least(d.rules[asked[i]].reached, d.rules[i].reached);
	}
	for (int i = 0; i < d.policy.n; i++) {
		if (!d.rules[i].due && !(stands & 1u << i))
			d.rules[i].reached = NEVER;
	}
	for (;;) {
		int longest = -1;

		for (int i = 0; i < d.policy.n; i++) {
			if (asked[i] >= 0 && (longest < 0 || goes_first(asked[i], longest)))
				longest = asked[i];
		}
		if (longest < 0 || d.pause.phase == PROMPTING)
			return;
		ask(longest);
		for (int i = 0; i < d.policy.n; i++) {
			if (asked[i] == longest)
				asked[i] = -1;
		}
	}
}

static void tell_notices(void)
{
	int64_t limit = d.standing ? least(d.policy.stand, d.policy.stand_most) : d.policy.sit;
	int64_t posture = meter_at(&d.posture, &posture_habit, moment(SCREEN));
	bool free =
		!d.away && !d.doubtful && d.pause.phase != PROMPTING && d.pause.phase != RUNNING;

	for (enum sign s = 0; s < SIGNS; s++) {
		if (s == FULLSCREEN || s == INHIBITORS || (s < INHIBIT && !d.policy.quiet[s]))
			continue;
		if (sign_silences(s))
			free = false;
	}
	if (!d.policy.sit_stand)
		meter_set(&d.posture, 0);
	if (posture == 0)
		d.posture_told = false;
	if (free && d.policy.daily_enabled && !d.day_told &&
	    meter_at(&d.day, &day_habit, moment(SCREEN)) >= d.policy.daily) {
		d.day_told = true;
		tell("daily-notice", "daily", "-");
	}
	if (free && d.policy.sit_stand && !d.posture_told && posture >= limit) {
		d.posture_told = true;
		tell("posture", "posture", "-");
	}
}

/* While there is a break nobody stands for others. */
static void forget_candidates(void)
{
	for (int i = 0; i < d.policy.n; i++) {
		if (!d.rules[i].due && !in_pause(i))
			d.rules[i].reached = NEVER;
	}
}

/* Everything anew, until nothing changes any more. */
static void judge(int64_t since)
{
	long before;

	look_at_clocks(since);
	tell_presence();
	do {
		before = d.changes;
		look_at_clocks(since);
		since = d.now;
		if (!d.doubtful)
			look_at_due();
		look_at_pause();
		if (d.pause.phase != NONE)
			forget_candidates();
		else if (d.changes == before && d.asks && !d.away && !d.doubtful)
			ask_questions();
	} while (d.changes != before);
	tell_notices();
	tell_presence();
}

/* ---- what happens ---- */

/* The input that might have been a bumped desk is the user. */
static void prove_return(void)
{
	if (!d.doubtful)
		return;
	d.doubtful = false;
	user_returns(d.typing_from);
	d.changes++;
}

/* It was a bumped desk: the gap went on, and what held the screen meanwhile counts. */
static void prove_bump(int64_t until)
{
	struct gap *screen = &d.gaps[SCREEN];

	if (!d.doubtful)
		return;
	d.doubtful = false;
	d.bumped = until;
	if (d.held && screen->on && d.held_begin >= d.typing_from)
		gap_end(SCREEN, d.held_begin);
	else if (!d.held && !screen->on)
		gap_begin(SCREEN, d.held_end);
}

/* Input is there again, told by the source or by the end of an absence. */
static void input_begins(void)
{
	d.typing_from = d.now;
	if (d.away)
		return;
	if (d.pause.burst == NEVER || !d.input.n ||
	    d.now - d.input.v[d.input.n - 1].to >= 5 * SECOND)
		d.pause.burst = d.now;
	spells_begin(&d.input, d.now);
}

static void on_input(void)
{
	bool long_gone = d.now - d.last_input >= MINUTE;

	if (d.typing)
		return;
	/* Two touches within 5 s are no bump. */
	d.doubtful = d.source && !d.away && long_gone && d.now - d.bumped >= 5 * SECOND;
	if (!d.source)
		d.source_since = d.now;
	d.source = true;
	d.typing = true;
	input_begins();
	if (!d.away && !d.doubtful)
		user_returns(d.now);
	judge(d.now);
}

static void on_pause(int64_t since)
{
	if (!d.source) {
		d.source = true;
		d.source_since = d.now;
		d.last_input = since;
	} else if (d.typing) {
		since = most(since, d.typing_from);
		if (d.doubtful && since - d.typing_from >= SECOND)
			prove_return();
		if (!d.doubtful)
			d.last_input = since;
		spells_end(&d.input, since);
	}
	prove_bump(since);
	d.typing = false;
	judge(most(since, d.last_input));
}

static void on_no_source(void)
{
	spells_end(&d.input, d.now);
	prove_bump(d.now);
	d.source = d.typing = false;
	d.last_input = d.now;
	judge(d.now);
}

static void on_away(unsigned reason, int64_t since)
{
	if (d.typing)
		since = most(since, d.typing_from);
	if (d.doubtful && since - d.typing_from >= SECOND)
		prove_return();
	if (typing_for_sure() && !d.away)
		d.last_input = since;
	prove_bump(since);
	d.reading_until = LONG_AGO;
	if (!d.away) {
		spells_end(&d.input, since);
		spells_end(&d.watched, since);
	}
	if (!d.away)
		d.away_since = since;
	d.away |= reason;
	judge(since);
}

static void on_back(unsigned reason)
{
	int64_t since = d.now;

	if (!(d.away & reason))
		return;
	d.away &= ~reason;
	if (!d.away) {
		bool seen = d.gaps[HANDS].on && d.last_input > d.gaps[HANDS].start;

		d.last_back = d.now;
		if (d.typing)
			input_begins();
		else if (d.source)
			since = d.last_input;
		/* Input in the absence shows that it is the user who ended it; without a source
		 * nobody can tell, but a running break goes on. */
		if (d.typing || (!d.source && d.pause.phase != RUNNING))
			user_returns(d.now);
		else if (seen)
			user_comes_back(d.now);
		/* Else what the gap was so far is settled; grace counts from its beginning. */
		for (enum clock c = 0; c < CLOCKS; c++) {
			spells_end(&d.gaps[c].away, d.now);
			for_all(c, d.now, meter_settle);
		}
	}
	judge(since);
}

static int64_t share_of(int i)
{
	return load_of(i) * 1000 / d.policy.rules[i].every;
}

/* The one that fits best: the longest due one, else the nearest to being due. */
static int best_rule(void)
{
	int best = -1;

	for (int i = 0; i < d.policy.n; i++) {
		if (d.rules[i].due &&
		    (best < 0 || d.policy.rules[i].length > d.policy.rules[best].length))
			best = i;
	}
	if (best >= 0)
		return best;
	for (int i = 0; i < d.policy.n; i++) {
		if (d.policy.rules[i].enabled && (best < 0 || share_of(i) > share_of(best)))
			best = i;
	}
	return best;
}

static int rule_called(const char *name)
{
	for (int i = 0; i < d.policy.n; i++) {
		if (strcmp(d.policy.rules[i].name, name) == 0)
			return i;
	}
	return -1;
}

static void on_start(const char *name)
{
	int rule = *name                       ? rule_called(name)
		   : d.pause.phase == DEFERRED ? d.pause.rule
					       : best_rule();

	if (d.pause.phase == RUNNING) {
		if (!d.pause.by_user && first_half())
			d.pause.by_user = true;
		return;
	}
	if (d.pause.phase == PROMPTING || d.pause.phase == SNOOZED) {
		pause_start(true);
		return;
	}
	if (rule < 0)
		return;
	if (d.pause.phase != DEFERRED || d.pause.rule != rule) {
		if (d.pause.phase == DEFERRED)
			tell_of(d.pause.rule, "eased", "-");
		for (int i = 0; i < d.policy.n; i++) {
			if (!in_pause(i))
				continue;
			d.rules[i].told = TOLD_ELSE;
			d.rules[i].reached = NEVER;
		}
		memset(&d.pause, 0, sizeof d.pause);
		d.pause.rule = rule;
	}
	d.rules[rule].reached = NEVER;
	pause_start(true);
}

static bool can_still_refuse(void)
{
	if (d.pause.phase == RUNNING)
		return !d.pause.by_user && first_half();
	return d.pause.phase == PROMPTING || d.pause.phase == SNOOZED;
}

static void on_snooze(int64_t length)
{
	struct pause *p = &d.pause;
	int snoozes = 0; /* shared */

	for (int i = 0; i < d.policy.n; i++) {
		if (in_pause(i) && d.rules[i].snoozes > snoozes)
			snoozes = d.rules[i].snoozes;
	}
	if (!can_still_refuse() || snoozes >= pause_rule()->snoozes)
		return;
	for (int i = 0; i < d.policy.n; i++) {
		if (!in_pause(i))
			continue;
		d.rules[i].snoozes = snoozes + 1;
		d.rules[i].reached = NEVER;
	}
	p->phase = SNOOZED;
	p->snooze_until = d.now + (length ? length : pause_rule()->snooze);
	p->repeats = 0;
	d.rules[p->rule].reached = NEVER;
	tell_of(p->rule, "snoozed", "-");
}

static void on_skip(void)
{
	if (can_still_refuse())
		pause_end("skipped");
	else if (d.pause.phase == RUNNING)
		pause_end("cut-short");
}

static void on_finish(void)
{
	if (can_still_refuse())
		pause_end("taken");
	else if (d.pause.phase == RUNNING)
		pause_end(first_half() ? "cut-short" : "taken");
}

static void on_rested(int64_t length)
{
	int64_t before[RULES];
	int natural = -1;

	for (int i = 0; i < d.policy.n; i++) {
		struct habit h = rule_habit(i);

		before[i] = load_of(i);
		meter_op(&d.rules[i].load, CREDIT, length);
		/* The account of a gap begins anew here, with what this leaves. */
		meter_settle(&d.rules[i].load, &h, d.now);
		meter_op(&d.rules[i].spell, SET, 0);
		if (d.policy.rules[i].enabled && d.policy.rules[i].length > d.rest_for &&
		    2 * before[i] >= d.policy.rules[i].every && load_of(i) == 0 &&
		    (natural < 0 || d.policy.rules[i].length > d.policy.rules[natural].length))
			natural = i;
	}
	meter_op(&d.posture, CREDIT, length);
	for (int i = 0; i < d.policy.n; i++)
		d.rules[i].before = load_of(i);
	if (d.pause.phase == RUNNING) {
		d.pause.credited += length;
		d.pause.started = d.now;
	}
	if (d.pause.phase != RUNNING && natural >= 0)
		tell("natural", d.policy.rules[natural].name, "-");
}

static void on_posture(const char *name)
{
	if (!d.policy.sit_stand)
		return;
	d.standing = strcmp(name, "standing") == 0;
	meter_set(&d.posture, 0);
	d.posture_told = false;
}

static void on_policy(void)
{
	struct policy old = d.policy;

	for (int i = 0; i < d.next.n; i++) {
		const struct rule *r = &d.next.rules[i];

		bool fresh = i >= old.n || !old.rules[i].enabled;

		struct habit h = rule_habit(i);
		bool moves = old.rules[i].counts != r->counts;

		if (fresh) { /* nothing is gathered for a rule that is switched off */
			meter_set(&d.rules[i].load, 0);
			meter_set(&d.rules[i].spell, 0);
			d.rules[i].before = 0;
		} else if (!d.gaps[h.clock].on) {
			/* That was under the old settings. */
			meter_settle(&d.rules[i].load, &h, d.now);
		} else if (moves && !d.gaps[r->counts].on) {
			meter_set(&d.rules[i].load, load_of(i));
			meter_set(&d.rules[i].spell, spell_of(i));
		}
	}
	d.policy = d.next;
	for (int i = 0; i < d.policy.n; i++) {
		if (i >= old.n)
			due_spell_over(i);
		if (load_of(i) > 2 * d.policy.rules[i].every)
			set_load(i, 2 * d.policy.rules[i].every);
	}
}

/* ---- the trace ---- */

static int64_t length_of(const char *text)
{
	static const struct {
		const char *name;
		int64_t length;
	} units[] = {
		{ "", SECOND }, { "s", SECOND }, { "min", MINUTE }, { "h", HOUR }, { "d", DAY }
	};
	int64_t sum = 0;

	if (strcmp(text, "forever") == 0)
		return NEVER;
	do {
		char unit[8] = "";
		long long n;
		int used = 0;
		bool found = false;

		if (sscanf(text, "%lld%n%7[a-z]%n", &n, &used, unit, &used) < 1)
			fail("not a length", text);
		for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
			if (strcmp(unit, units[i].name) == 0) {
				sum += n * units[i].length;
				found = true;
			}
		}
		if (!found)
			fail("not a unit", text);
		text += used;
	} while (*text);
	return sum;
}

static bool flag_of(const char *text)
{
	return strcmp(text, "yes") == 0 || strcmp(text, "on") == 0;
}

static struct rule *rule_to_set(const char *name)
{
	struct policy *p = &d.next;

	for (int i = 0; i < p->n; i++) {
		if (strcmp(p->rules[i].name, name) == 0)
			return &p->rules[i];
	}
	if (p->n == RULES)
		fail("too many rules", name);
	for (enum sign s = 0; s < INHIBIT; s++)
		p->rules[p->n].respects[s] = true;
	snprintf(p->rules[p->n].name, sizeof p->rules[p->n].name, "%s", name);
	return &p->rules[p->n++];
}

static void set_rule(struct rule *r, const char *key, const char *value)
{
	const struct {
		const char *key;
		int64_t *value;
	} lengths[] = { { "every", &r->every },   { "length", &r->length },
			{ "grace", &r->grace },   { "patience", &r->patience },
			{ "snooze", &r->snooze }, { "merge", &r->merge } };

	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		if (strcmp(key, lengths[i].key) == 0) {
			*lengths[i].value = length_of(value);
			return;
		}
	}
	if (strcmp(key, "enabled") == 0)
		r->enabled = flag_of(value);
	else if (strcmp(key, "counts") == 0)
		r->counts = strcmp(value, "screen") == 0 ? SCREEN : HANDS;
	else if (strcmp(key, "credit") == 0)
		r->credit = strcmp(value, "linear") == 0 ? LINEAR : WHOLE;
	else if (strcmp(key, "snoozes") == 0)
		r->snoozes = atoi(value);
	else if (strcmp(key, "debt") == 0)
		r->debt = atoi(value);
	else if (strcmp(key, "respects") == 0)
		for (enum sign s = 0; s < INHIBIT; s++)
			r->respects[s] = strstr(value, sign_names[s]) != NULL;
	else
		fail("not a rule's key", key);
}

static void set_hours(const char *value)
{
	struct policy *p = &d.next;
	int used = 0;
	int h1, m1, h2, m2;

	for (p->n_ranges = 0; sscanf(value, " %d:%d-%d:%d%n", &h1, &m1, &h2, &m2, &used) == 4;
	     p->n_ranges++) {
		p->range_from[p->n_ranges] = h1 * HOUR + m1 * MINUTE;
		p->range_to[p->n_ranges] = h2 * HOUR + m2 * MINUTE;
		value += used;
	}
}

/* `[section] key = value` */
static void set(const char *text)
{
	struct policy *p = &d.next;
	char section[64] = "", key[64] = "", value[256] = "";

	if (sscanf(text, " [%63[^]]] %63[a-z_] = %255[^\n]", section, key, value) < 2)
		fail("not a setting", text);
	if (strcmp(section, "rule daily") == 0 && strcmp(key, "enabled") == 0)
		p->daily_enabled = flag_of(value);
	else if (strcmp(section, "rule daily") == 0)
		p->daily = length_of(value);
	else if (strncmp(section, "rule ", 5) == 0)
		set_rule(rule_to_set(section + 5), key, value);
	else if (strcmp(section, "hours") == 0 && strcmp(key, "day_starts") == 0)
		p->day_starts = atoi(value) * HOUR + atoi(value + 3) * MINUTE;
	else if (strcmp(section, "hours") == 0)
		set_hours(value);
	else if (strcmp(key, "lull") == 0)
		p->lull = length_of(value);
	else if (strcmp(key, "settle") == 0)
		p->settle = length_of(value);
	else if (strcmp(key, "ignore_after") == 0)
		p->ignore_after = length_of(value);
	else if (strcmp(key, "retry") == 0)
		p->retry = length_of(value);
	else if (strcmp(key, "longest") == 0)
		p->longest = length_of(value);
	else if (strcmp(key, "repeats") == 0)
		p->repeats = atoi(value);
	else if (strcmp(key, "prompts_per_hour") == 0)
		p->prompts_per_hour = atoi(value);
	else if (strcmp(key, "type") == 0)
		p->sit_stand = strcmp(value, "sit-stand") == 0;
	else if (strcmp(key, "sit") == 0)
		p->sit = length_of(value);
	else if (strcmp(key, "stand") == 0)
		p->stand = length_of(value);
	else if (strcmp(key, "stand_most") == 0)
		p->stand_most = length_of(value);
	else
		for (enum sign s = 0; s < INHIBIT; s++)
			if (strcmp(key, sign_names[s]) == 0)
				p->quiet[s] = flag_of(value);
}

static unsigned reason_of(const char *name)
{
	return strcmp(name, "locked") == 0 ? 1 : strcmp(name, "switched") == 0 ? 2 : 4;
}

static void on_sign(const char *text)
{
	char name[32] = "", word[8] = "";

	sscanf(text, " %31s %7s", name, word);
	for (enum sign s = 0; s < PAUSE; s++) {
		if (strcmp(name, sign_names[s]) == 0)
			set_sign(s, flag_of(word));
	}
}

static void on_reading(const char *word)
{
	if (strcmp(word, "off") == 0 || d.away)
		d.reading_until = LONG_AGO;
	else
		d.reading_until = strcmp(word, "on") == 0 ? NEVER : d.now + length_of(word);
}

static void on_hold(const char *word)
{
	int64_t length = *word ? length_of(word) : NEVER;

	d.hold_until = length == NEVER ? NEVER : d.now + length;
	set_sign(PAUSE, d.now < d.hold_until);
}

static void on_release(void)
{
	d.hold_until = LONG_AGO;
	set_sign(PAUSE, false);
}

/* What only the user can say. */
static bool user_says(const char *word, const char *a)
{
	static const char *const words[] = { "start",   "snooze",  "skip",   "finish", "hold",
					     "release", "reading", "rested", "posture" };
	bool known = false;

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		known |= strcmp(word, words[i]) == 0;
	if (!known)
		return false;
	prove_return();
	judge(d.now);
	if (strcmp(word, "start") == 0)
		on_start(a);
	else if (strcmp(word, "snooze") == 0)
		on_snooze(*a ? length_of(a) : 0);
	else if (strcmp(word, "skip") == 0)
		on_skip();
	else if (strcmp(word, "finish") == 0)
		on_finish();
	else if (strcmp(word, "hold") == 0)
		on_hold(a);
	else if (strcmp(word, "release") == 0)
		on_release();
	else if (strcmp(word, "reading") == 0)
		on_reading(a);
	else if (strcmp(word, "rested") == 0)
		on_rested(length_of(a));
	else
		on_posture(a);
	judge(d.now);
	return true;
}

static void happen(const char *text)
{
	char word[32] = "", a[64] = "", b[64] = "";
	int64_t ago;

	sscanf(text, " %31s %63s %63s", word, a, b);
	if (user_says(word, a))
		return;
	if (strcmp(word, "input") == 0) {
		on_input();
	} else if (strcmp(word, "pause") == 0) {
		on_pause(d.now - (*a ? length_of(a) : 0));
	} else if (strcmp(word, "no-source") == 0) {
		on_no_source();
	} else if (strcmp(word, "away") == 0) {
		ago = *b ? length_of(b) : 0;
		on_away(reason_of(a), d.now - ago);
	} else if (strcmp(word, "back") == 0) {
		on_back(reason_of(a));
	} else {
		if (strcmp(word, "sign") == 0)
			on_sign(strstr(text, "sign") + 4);
		else if (strcmp(word, "watch") == 0)
			d.watch = flag_of(a);
		else if (strcmp(word, "jump") == 0)
			d.wall += atoll(a) * SECOND;
		else if (strcmp(word, "set") == 0)
			set(strstr(text, "set") + 3);
		else if (strcmp(word, "policy") == 0)
			on_policy();
		else if (strcmp(word, "tick") != 0)
			fail("not an event", text);
		look_at_calendar();
		judge(d.now);
	}
}

/* What time alone does. */
static void time_passes(void)
{
	if (d.doubtful && d.now - d.typing_from >= 2 * SECOND)
		prove_return();
	if (d.on[PAUSE] && d.now >= d.hold_until)
		set_sign(PAUSE, false);
	/* What was to come at that very moment comes before the hours end; new prompts do not. */
	d.asks = in_hours() != d.on[HOURS];
	judge(d.now);
	d.asks = true;
	look_at_calendar();
	judge(d.now);
}

static void go_to(int64_t second)
{
	static int64_t next; /* in parts */

	for (; next <= second * PARTS; next++) {
		for (int us = 1; us <= d.deep && next > 0; us++) {
			d.now = (next - 1) * SECOND / PARTS + us;
			time_passes();
		}
		d.now = next * SECOND / PARTS;
		time_passes();
	}
}

/* `begins 2026-11-23T09:00:00+01:00` */
static void set_begin(const char *text)
{
	int y, m, day, h, min, s;

	if (sscanf(text, " %d-%d-%dT%d:%d:%d", &y, &m, &day, &h, &min, &s) != 6)
		fail("not a time", text);
	d.wall = day * DAY + h * HOUR + min * MINUTE + s * SECOND;
}

static void start_state(const char *text)
{
	char word[32] = "", a[64] = "", b[64] = "";

	sscanf(text, " %31s %63s %63s", word, a, b);
	if (strcmp(word, "set") == 0)
		set(strstr(text, "set") + 3);
	else if (strcmp(word, "begins") == 0)
		set_begin(strstr(text, "begins") + 6);
	else if (strcmp(word, "load") == 0)
		d.rules[rule_to_set(a) - d.next.rules].load.load = length_of(b);
	else if (strcmp(word, "today") == 0)
		d.day.load = length_of(a);
	else if (strcmp(word, "posture") == 0)
		d.standing = strcmp(a, "standing") == 0;
	else if (strcmp(word, "limber-trace") != 0 && strcmp(word, "zone") != 0 &&
		 strcmp(word, "seed") != 0)
		fail("not of a header", text);
}

static void set_up(void)
{
	static const char *const shipped[] = { "micro", "active", "hands", "eyes" };

	for (size_t i = 0; i < sizeof shipped / sizeof shipped[0]; i++)
		rule_to_set(shipped[i]);
	for (int i = 0; i < RULES; i++)
		due_spell_over(i);
	for (enum sign s = 0; s < SIGNS; s++)
		d.ended[s] = LONG_AGO;
	d.next.lull = 3 * SECOND;
	d.next.settle = 30 * SECOND;
	d.next.prompts_per_hour = 4;
	d.next.ignore_after = 2 * MINUTE;
	d.next.repeats = 2;
	d.next.retry = 10 * MINUTE;
	d.next.longest = 2 * HOUR;
	d.next.quiet[DND] = d.next.quiet[CALL] = d.next.quiet[SCREENCAST] = true;
	d.next.n_ranges = 1;
	d.next.range_to[0] = DAY;
	d.next.day_starts = 4 * HOUR;
	d.deep = DEEP;
	d.asks = true;
	d.held_end = d.held_over = d.last_back = d.last_input = d.bumped = LONG_AGO;
	d.reading_until = d.hold_until = LONG_AGO;
}

int main(int argc, char **argv)
{
	FILE *f = argc == 2 ? fopen(argv[1], "re") : NULL;
	char line[1024];
	bool begun = false;

	if (!f)
		fail("usage", "model TRACE");
	set_up();
	while (fgets(line, sizeof line, f)) {
		const char *text = line + strspn(line, " \t");
		long long second;
		int used;

		line[strcspn(line, "#\n")] = '\0';
		if (!*text)
			continue;
		if (sscanf(text, "%lld %n", &second, &used) != 1) {
			start_state(text);
			continue;
		}
		if (!begun) {
			d.policy = d.next;
			d.day_number = day_number();
			look_at_calendar();
			begun = true;
		}
		go_to(second);
		if (strncmp(text + used, "end", 3) == 0)
			break;
		happen(text + used);
	}
	fclose(f);
	return 0;
}
