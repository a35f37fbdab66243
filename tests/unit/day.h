/*
 * Stories of the core. Every row says what happens, and what was seen since the row before: effects
 * with the minute and second they came at, and, where a row names them, decisions. Between two rows
 * the rig does what the owner does: it sends the ticks that are due, tells of input pauses as an
 * idle source would, and shows prompts at once.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/scheduler.h"

#define AT(min, sec) ((usec_t)((min)*60000 + (sec)*1000) * USEC_PER_MSEC)
#define TEXT_MAX 1000
#define N_ELEMENTS(array) (sizeof(array) / sizeof(*(array)))

/* clang-format off */
#define TYPES(min, sec)        { .kind = EVENT_INPUT, .now = AT(min, sec) }
#define STOPS(min, sec)        { .kind = EVENT_PAUSE, .now = AT(min, sec) }
#define UNTIL(min, sec)        { .kind = EVENT_TICK, .now = AT(min, sec) }
#define LEAVES(why, min, sec)  { .kind = EVENT_AWAY, .now = AT(min, sec), .since = AT(min, sec), .reason = why }
#define RETURNS(why, min, sec) { .kind = EVENT_BACK, .now = AT(min, sec), .reason = why }
#define COMMAND(what, min, sec) { .kind = EVENT_##what, .now = AT(min, sec) }
#define STARTS(which, min, sec) { .kind = EVENT_START, .now = AT(min, sec), .rule = which }
#define SNOOZES(wait, min, sec) { .kind = EVENT_SNOOZE, .now = AT(min, sec), .length = wait }
#define HOLDS(end, min, sec)   { .kind = EVENT_HOLD, .now = AT(min, sec), .until = end }
#define SIGN(which, is, min, sec) { .kind = EVENT_SIGN, .now = AT(min, sec), .sign = QUIET_##which, .on = is }
#define SIGN_OF(which, by, min, sec) { .kind = EVENT_SIGN, .now = AT(min, sec), .sign = QUIET_##which, .on = true, .who = by }
#define INHIBITS(is, min, sec) SIGN(INHIBIT, is, min, sec)
#define WATCHES(is, min, sec)  { .kind = EVENT_WATCH, .now = AT(min, sec), .on = is }
#define READS(end, min, sec)   { .kind = EVENT_READING, .now = AT(min, sec), .until = end }
#define RESTED(for_, min, sec) { .kind = EVENT_RESTED, .now = AT(min, sec), .length = for_ }
#define STANDS(min, sec)       { .kind = EVENT_POSTURE, .now = AT(min, sec), .posture = POSTURE_STANDING }
#define SITS(min, sec)         { .kind = EVENT_POSTURE, .now = AT(min, sec), .posture = POSTURE_SITTING }
#define DAY(number, inside, min, sec) { .kind = EVENT_CALENDAR, .now = AT(min, sec), .day = number, .on = inside }
#define SETS(to, min, sec)     { .kind = EVENT_POLICY, .now = AT(min, sec), .policy = to }

#define ROW(text, happens, seen, ...) { .what = text, .event = happens, .effects = seen, __VA_ARGS__ }
#define NOTHING ""
/* clang-format on */

/* Only what a row names is compared; effects always, as "20:13 prompt micro 1, …". */
struct row {
	const char *what;
	struct event event;
	const char *effects;
	/* Optional. */
	const char *phase, *presence;
	const char *load;     /* "micro 20:00" */
	const char *state;    /* "micro waiting" */
	const char *next;     /* "micro 20:00" */
	const char *deadline; /* "20:00" or "never" */
	const char *today;    /* "1:00" */
	const char *why;      /* decisions: "20:00 due micro 20:00 of 20:00, …" */
	unsigned reasons;     /* of the rule of `load` or `state`, else of the first one */
};

struct rig {
	struct scheduler s;
	bool blind;      /* no idle source */
	bool unshown;    /* nothing shows prompts */
	bool asleep;     /* no timer runs */
	bool typing;     /* what the user does … */
	usec_t stopped;  /* … and since when not */
	bool told_pause; /* the idle source said so */
	uint64_t read;   /* decisions of the journal that a row has seen */
	char seen[TEXT_MAX];
};

/* clang-format off */
#define COMMON_SETTINGS \
	.lull = AT(0, 3), .settle = AT(0, 30), .ignore_after = AT(2, 0), .repeats = 2, \
	.retry = AT(10, 0), .prompts_per_hour = 4, .quiet = QUIET_WORLD, .longest = AT(120, 0)

static const struct policy micro_only = {
	.n_rules = 1,
	.rules = {
		{ .name = "micro", .enabled = true, .counts = RULE_COUNTS_SCREEN, .credit = RULE_CREDIT_WHOLE,
		  .every = AT(20, 0), .length = AT(0, 30), .grace = AT(0, 60), .patience = AT(0, 60),
		  .snooze = AT(2, 0), .snoozes = 2, .debt = 25, .merge = AT(5, 0), .respects = QUIET_WORLD },
	},
	COMMON_SETTINGS,
};

static const struct policy active_only = {
	.n_rules = 1,
	.rules = {
		{ .name = "active", .enabled = true, .counts = RULE_COUNTS_SCREEN, .credit = RULE_CREDIT_LINEAR,
		  .every = AT(55, 0), .length = AT(5, 0), .grace = AT(2, 0), .patience = AT(5, 0),
		  .snooze = AT(5, 0), .snoozes = 2, .debt = 25, .merge = AT(5, 0), .respects = QUIET_WORLD },
	},
	COMMON_SETTINGS,
};

static const struct policy hands_only = {
	.n_rules = 1,
	.rules = {
		{ .name = "hands", .enabled = true, .counts = RULE_COUNTS_HANDS, .credit = RULE_CREDIT_WHOLE,
		  .every = AT(6, 0), .length = AT(0, 15), .grace = AT(0, 5), .patience = AT(0, 60),
		  .snooze = AT(2, 0), .snoozes = 2, .debt = 25, .merge = AT(5, 0), .respects = QUIET_WORLD },
	},
	COMMON_SETTINGS,
};
/* clang-format on */

/* The rules of two settings side by side; the rest is that of `a`. */
static inline struct policy with_rule_of(const struct policy *a, const struct policy *b)
{
	struct policy p = *a;

	p.rules[p.n_rules++] = b->rules[0];
	return p;
}

static inline struct policy both_rules(void)
{
	return with_rule_of(&micro_only, &active_only);
}

/* Words ---------------------------------------------------------------------------------------- */

static inline void add(char text[static TEXT_MAX], const char *more)
{
	size_t n = strlen(text);

	snprintf(text + n, TEXT_MAX - n, "%s", more);
}

static inline const char *clock_text(usec_t t, char buf[static 24])
{
	usec_t ms = t / USEC_PER_MSEC;

	if (t == USEC_NEVER)
		return "never";
	snprintf(buf, 24, "%u:%02u", (unsigned)(ms / 60000), (unsigned)(ms / 1000 % 60));
	if (ms % 1000)
		snprintf(buf + strlen(buf), 24 - strlen(buf), ".%03u", (unsigned)(ms % 1000));
	return buf;
}

static const char *const phase_names[] = {
	[PHASE_ON_BREAK] = "on-break", [PHASE_PROMPTING] = "prompting",
	[PHASE_SNOOZED] = "snoozed",   [PHASE_PAUSED] = "paused",
	[PHASE_OFF_DUTY] = "off-duty", [PHASE_DEFERRED] = "deferred",
	[PHASE_DUE] = "due",           [PHASE_WORKING] = "working",
};

static const char *const presence_names[] = {
	[PRESENCE_ACTIVE] = "active", [PRESENCE_WATCHING] = "watching", [PRESENCE_IDLE] = "idle",
	[PRESENCE_AWAY] = "away",     [PRESENCE_UNKNOWN] = "unknown",
};

static const char *const state_names[] = {
	[RULE_COUNTING] = "counting", [RULE_DUE] = "due",         [RULE_WAITING] = "waiting",
	[RULE_DEFERRED] = "deferred", [RULE_SNOOZED] = "snoozed", [RULE_PROMPTING] = "prompting",
	[RULE_ON_BREAK] = "on-break", [RULE_OFF] = "off",
};

static const char *const effect_names[] = {
	[EFFECT_PROMPT] = "prompt", [EFFECT_WITHDRAW] = "withdraw", [EFFECT_START] = "start",
	[EFFECT_END] = "end",       [EFFECT_EASED] = "eased",       [EFFECT_DAILY] = "daily",
	[EFFECT_POSTURE] = "stand",
};

static const char *const outcome_names[] = {
	[OUTCOME_TAKEN] = "taken",     [OUTCOME_CUT_SHORT] = "cut-short",
	[OUTCOME_SKIPPED] = "skipped", [OUTCOME_MISSED] = "missed",
	[OUTCOME_NATURAL] = "natural",
};

static const char *const quiet_names[] = {
	[QUIET_DND] = "dnd",
	[QUIET_CALL] = "call",
	[QUIET_SCREENCAST] = "screencast",
	[QUIET_FULLSCREEN] = "fullscreen",
	[QUIET_INHIBITORS] = "inhibitors",
	[QUIET_INHIBIT] = "inhibit",
	[QUIET_PAUSE] = "pause",
	[QUIET_HOURS] = "hours",
};

static const char *const decision_names[] = {
	[DECISION_DUE] = "due",           [DECISION_WAITING] = "waiting",
	[DECISION_DEFERRED] = "deferred", [DECISION_MERGED] = "merged",
	[DECISION_EASED] = "eased",       [DECISION_PROMPT] = "prompt",
	[DECISION_REPEATED] = "repeated", [DECISION_SNOOZED] = "snoozed",
	[DECISION_STARTED] = "started",   [DECISION_ENDED] = "ended",
	[DECISION_NATURAL] = "natural",   [DECISION_DAILY] = "daily-notice",
	[DECISION_POSTURE] = "posture",
};

static const char *const cause_names[] = {
	[CAUSE_NONE] = "",
	[CAUSE_SIGN] = " sign",
	[CAUSE_SETTLE] = " settle",
	[CAUSE_AWAY] = " away",
	[CAUSE_HOUR] = " hour",
	[CAUSE_LULL] = " lull",
	[CAUSE_RETRY] = " retry",
	[CAUSE_PATIENCE] = " patience",
	[CAUSE_NO_SOURCE] = " no-source",
	[CAUSE_REST] = " rest",
	[CAUSE_USER] = " user",
	[CAUSE_SELF] = " self",
	[CAUSE_IGNORED] = " ignored",
	[CAUSE_TYPED_ON] = " typed-on",
	[CAUSE_SETTINGS] = " settings",
};

static inline const char *posture_text(enum posture posture)
{
	return posture == POSTURE_STANDING ? "stand" : "sit";
}

static inline void write_effect(struct rig *rig, const struct effect *e)
{
	char when[24], rested[24], line[160];
	usec_t at = e->kind == EFFECT_END ? e->at : rig->s.now;
	const char *name = e->rule < 0 ? "gone" : rig->s.policy.rules[e->rule].name;

	if (rig->seen[0])
		add(rig->seen, ", ");
	clock_text(at, when);
	if (e->kind == EFFECT_END)
		snprintf(line, sizeof(line), "%s %s %s %s%s", when, name, outcome_names[e->outcome],
			 clock_text(e->rested, rested), e->silent ? " silently" : "");
	else if (e->kind == EFFECT_PROMPT)
		snprintf(line, sizeof(line), "%s prompt %s %u", when, name, e->prompts);
	else if (e->kind == EFFECT_DAILY)
		snprintf(line, sizeof(line), "%s daily", when);
	else if (e->kind == EFFECT_POSTURE)
		snprintf(line, sizeof(line), "%s %s", when, posture_text(e->posture));
	else
		snprintf(line, sizeof(line), "%s %s %s", when, effect_names[e->kind], name);
	add(rig->seen, line);
	/* It ran until now. */
	if (effect_halts(e)) {
		snprintf(line, sizeof(line), " after %s", clock_text(e->rested, rested));
		add(rig->seen, line);
	}
}

/* The signs that a decision names: the first one with since when and by whom, then the others. */
static inline void write_signs(char text[static TEXT_MAX], const struct decision *d)
{
	char line[160], when[24];

	snprintf(line, sizeof(line), " %s since %s%s%s", quiet_names[d->sign],
		 clock_text(d->since, when), d->who[0] ? " by " : "", d->who);
	add(text, line);
	for (unsigned i = 0; i < QUIET_SIGNS; i++) {
		if (!(d->signs & QUIET_BIT(i)) || i == d->sign)
			continue;
		add(text, " + ");
		add(text, quiet_names[i]);
	}
	if (d->until) {
		snprintf(line, sizeof(line), " until %s", clock_text(d->until, when));
		add(text, line);
	}
}

/* The numbers of a decision that journal.h promises for its kind and cause. */
static inline void write_numbers(char text[static TEXT_MAX], const struct decision *d)
{
	char a[24], b[24], line[160] = "";

	clock_text(d->since, a);
	clock_text(d->until, b);
	switch (d->kind) {
	case DECISION_DUE:
		snprintf(line, sizeof(line), " %s of %s", clock_text(d->load, a),
			 clock_text(d->every, b));
		break;
	case DECISION_WAITING:
		if (d->cause == CAUSE_HOUR)
			snprintf(line, sizeof(line), " %u of %u until %s", d->count, d->of, b);
		else
			snprintf(line, sizeof(line), " since %s until %s", a, b);
		break;
	case DECISION_DEFERRED:
		if (d->cause == CAUSE_SIGN)
			write_signs(text, d);
		else if (d->cause == CAUSE_SETTLE)
			snprintf(line, sizeof(line), " %s since %s until %s", quiet_names[d->sign],
				 a, b);
		else
			snprintf(line, sizeof(line), " since %s", a);
		break;
	case DECISION_MERGED:
		snprintf(line, sizeof(line), " into %s %s", d->other, clock_text(d->length, a));
		break;
	case DECISION_EASED:
		if (d->cause == CAUSE_REST)
			snprintf(line, sizeof(line), " %s", clock_text(d->length, a));
		break;
	case DECISION_PROMPT:
	case DECISION_REPEATED:
		snprintf(line, sizeof(line), " %u", d->count);
		break;
	case DECISION_SNOOZED:
		snprintf(line, sizeof(line), " %s until %s %u of %u", clock_text(d->length, a), b,
			 d->count, d->of);
		break;
	case DECISION_STARTED:
		break;
	case DECISION_ENDED:
		snprintf(line, sizeof(line), " %s %s of %s", outcome_names[d->outcome],
			 clock_text(d->length, a), clock_text(d->every, b));
		if (d->until) {
			add(text, line);
			snprintf(line, sizeof(line), " until %s", clock_text(d->until, b));
		}
		break;
	case DECISION_NATURAL:
		snprintf(line, sizeof(line), " %s", clock_text(d->length, a));
		add(text, line);
		snprintf(line, sizeof(line), " with %s of %s", clock_text(d->load, a),
			 clock_text(d->every, b));
		break;
	case DECISION_DAILY:
		snprintf(line, sizeof(line), " %s of %s", clock_text(d->load, a),
			 clock_text(d->every, b));
		break;
	case DECISION_POSTURE:
		snprintf(line, sizeof(line), " %s %s of %s", posture_text(d->posture),
			 clock_text(d->load, a), clock_text(d->every, b));
		break;
	}
	add(text, line);
}

/* All decisions since the last call, as "20:00 waiting micro lull since 20:00 until 21:00, …". */
static inline void read_journal(struct rig *rig, char text[static TEXT_MAX])
{
	char when[24], line[120];

	text[0] = '\0';
	for (; rig->read < rig->s.journal.n; rig->read++) {
		const struct decision *d = journal_get(&rig->s.journal, rig->read);

		if (!d)
			continue;
		snprintf(line, sizeof(line), "%s%s %s %s%s", text[0] ? ", " : "",
			 clock_text(d->at, when), decision_names[d->kind], d->rule,
			 cause_names[d->cause]);
		add(text, line);
		write_numbers(text, d);
	}
}

/* The owner ------------------------------------------------------------------------------------ */

static inline void step(struct rig *rig, const struct event *event)
{
	const struct event shown = { .kind = EVENT_SHOWN, .now = event->now };
	struct effects out;
	bool prompted = false;

	scheduler_step(&rig->s, event, &out);
	for (size_t i = 0; i < out.n; i++) {
		write_effect(rig, &out.v[i]);
		prompted = out.v[i].kind == EFFECT_PROMPT;
	}
	if (prompted && !rig->unshown)
		step(rig, &shown);
}

/* When the idle source has something to tell. */
static inline usec_t source_speaks_at(const struct rig *rig)
{
	if (rig->blind || rig->typing || rig->told_pause)
		return USEC_NEVER;
	return usec_max(rig->stopped + scheduler_threshold(&rig->s), rig->s.now);
}

static inline void source_speaks(struct rig *rig)
{
	const struct event pause = {
		.kind = EVENT_PAUSE,
		.now = source_speaks_at(rig),
		.since = rig->stopped,
	};

	rig->told_pause = true;
	step(rig, &pause);
}

/* All that the owner sends by itself up to `until`. */
static inline void passes(struct rig *rig, usec_t until)
{
	usec_t due, pause;
	unsigned stuck = 0;
	char buf[24];

	while (!rig->asleep) {
		struct event tick = { .kind = EVENT_TICK };

		due = scheduler_deadline(&rig->s);
		pause = source_speaks_at(rig);
		if (due > until && pause > until)
			return;
		if (stuck++ > 1000)
			fail_msg("stuck at %s", clock_text(rig->s.now, buf));
		if (pause <= due) {
			source_speaks(rig);
			continue;
		}
		tick.now = due;
		step(rig, &tick);
	}
}

static inline void happens(struct rig *rig, const struct event *event)
{
	passes(rig, event->now);
	rig->blind = rig->blind || event->kind == EVENT_NO_SOURCE;
	if (event->reason == AWAY_ASLEEP)
		rig->asleep = event->kind == EVENT_AWAY;
	if (event->kind == EVENT_INPUT) {
		if (!rig->typing && rig->told_pause)
			step(rig, event);
		rig->typing = true;
		rig->told_pause = false;
	} else if (event->kind == EVENT_PAUSE) {
		rig->typing = false;
		rig->stopped = event->now;
		/* At once, if even this is longer than what matters. */
		passes(rig, event->now);
	} else {
		step(rig, event);
	}
}

static inline void rig_begin(struct rig *rig, const struct policy *policy)
{
	const struct event input = { .kind = EVENT_INPUT };
	struct effects out;

	*rig = (struct rig){ .typing = true };
	scheduler_init(&rig->s, policy, 0);
	scheduler_step(&rig->s, &input, &out);
	assert_int_equal(out.n, 0);
}

/* The program stops, and starts again `gone` later by wall clock, when its own clock shows `now`.
 */
static inline void restarts(struct rig *rig, usec_t gone, usec_t now)
{
	static struct scheduler saved;
	struct effects out = { 0 };

	saved = rig->s;
	scheduler_restore(&rig->s, &saved, &saved.policy, now, gone, &out);
	for (size_t i = 0; i < out.n; i++)
		write_effect(rig, &out.v[i]);
	/* The idle source begins afresh as well: it will tell of the next input. */
	rig->typing = false;
	rig->told_pause = true;
}

/* Stories -------------------------------------------------------------------------------------- */

static inline void same(const char *story, const struct row *row, const char *what, const char *is,
			const char *want)
{
	if (want && strcmp(is, want))
		fail_msg("%s, '%s': %s is '%s', want '%s'", story, row->what, what, is, want);
}

/* The rule that a row speaks of: the longest name that `of` begins with, else the first. */
static inline size_t rule_meant(const struct policy *p, const char *of)
{
	for (size_t i = 0; of && i < p->n_rules; i++) {
		size_t n = strlen(p->rules[i].name);

		if (!strncmp(of, p->rules[i].name, n) && of[n] == ' ')
			return i;
	}
	return 0;
}

static inline void check_row(struct rig *rig, const char *story, const struct row *row)
{
	const struct scheduler *s = &rig->s;
	usec_t now = usec_max(s->now, row->event.now), due;
	char buf[24], is[64], why[TEXT_MAX];
	struct rule_view view = { 0 };
	size_t i = rule_meant(&s->policy, row->load ? row->load : row->state);
	const char *name = s->policy.rules[i].name;
	int next = scheduler_next(s, row->event.now, &due);

	scheduler_rule_view(s, i, now, &view);
	same(story, row, "what was seen", rig->seen, row->effects);
	same(story, row, "phase", phase_names[s->phase], row->phase);
	same(story, row, "presence", presence_names[s->presence], row->presence);
	snprintf(is, sizeof(is), "%s %s", name, clock_text(view.load, buf));
	same(story, row, "load", is, row->load);
	snprintf(is, sizeof(is), "%s %s", name, state_names[view.phase]);
	same(story, row, "state", is, row->state);
	snprintf(is, sizeof(is), "%s %s", next < 0 ? "none" : s->policy.rules[next].name,
		 clock_text(due, buf));
	same(story, row, "next", is, row->next);
	same(story, row, "deadline", clock_text(scheduler_deadline(s), buf), row->deadline);
	same(story, row, "today", clock_text(scheduler_today(s, now), buf), row->today);
	read_journal(rig, why);
	same(story, row, "why", why, row->why);
	if (row->reasons && row->reasons != view.reasons)
		fail_msg("%s, '%s': reasons are %#x, want %#x", story, row->what, view.reasons,
			 row->reasons);
	rig->seen[0] = '\0';
}

static inline void play_on(struct rig *rig, const char *story, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		happens(rig, &rows[i].event);
		check_row(rig, story, &rows[i]);
	}
}

static inline void play(const char *story, const struct policy *policy, const struct row *rows,
			size_t n)
{
	struct rig rig;

	rig_begin(&rig, policy);
	play_on(&rig, story, rows, n);
}

#define PLAY(policy, rows) play(__func__, policy, rows, N_ELEMENTS(rows))
#define PLAY_ON(rig, rows) play_on(rig, __func__, rows, N_ELEMENTS(rows))
