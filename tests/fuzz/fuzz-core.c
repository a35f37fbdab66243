/*
 * Bytes as a stream of events for the core, under settings made of bytes as well. What must hold on
 * all of them is checked after each step (tests/unit/promises.h).
 */
#include <stdio.h>
#include <stdlib.h>

#include "../unit/promises.h"

#define FUZZ_RULES 4

static void broken(const struct promises *w, const char *what)
{
	fprintf(stderr, "event %u (%s) at %.3f s: %s\n", w->event, w->doing, (double)w->s.now / 1e6,
		what);
	abort();
}

/* The bytes, read to their end; behind it are zeros. */
struct bytes {
	const uint8_t *v;
	size_t n;
};

static uint8_t next_byte(struct bytes *b)
{
	if (!b->n)
		return 0;
	b->n--;
	return *b->v++;
}

static unsigned below(struct bytes *b, unsigned sides)
{
	return next_byte(b) % sides;
}

/*
 * A length in one byte: two bits of unit, six of amount. Coarse, so that events often meet at one
 * moment, where the order matters.
 */
static usec_t some_length(struct bytes *b)
{
	static const usec_t units[] = { 250 * USEC_PER_MSEC, USEC_PER_SEC, 10 * USEC_PER_SEC,
					USEC_PER_MIN };
	uint8_t byte = next_byte(b);

	return (byte & 63) * units[byte >> 6];
}

static usec_t some_time(struct bytes *b)
{
	return usec_max(some_length(b), USEC_PER_SEC);
}

static struct rule_policy some_rule(struct bytes *b, unsigned i)
{
	uint8_t flags = next_byte(b);

	return (struct rule_policy){
		.name = { (char)('a' + i) },
		.enabled = (flags & 7) != 7,
		.counts = flags & 8 ? RULE_COUNTS_HANDS : RULE_COUNTS_SCREEN,
		.credit = flags & 16 ? RULE_CREDIT_LINEAR : RULE_CREDIT_WHOLE,
		.snoozes = flags >> 5 & 3,
		.every = some_time(b),
		.length = some_time(b),
		.grace = some_length(b),
		.patience = some_length(b),
		.snooze = some_time(b),
		.debt = below(b, 101),
		.merge = some_length(b),
		.respects = next_byte(b) & QUIET_WORLD,
	};
}

static struct policy some_policy(struct bytes *b)
{
	struct policy p = {
		.n_rules = below(b, FUZZ_RULES + 1),
		.lull = some_time(b),
		.settle = some_length(b),
		.ignore_after = some_time(b),
		.repeats = below(b, 4),
		.retry = some_length(b),
		.prompts_per_hour = below(b, PROMPTS_PER_HOUR_MAX) + 1,
		.quiet = next_byte(b) & QUIET_WORLD,
		.longest = some_time(b),
		.daily = some_time(b),
		.sit = some_time(b),
		.stand = some_time(b),
		.stand_most = some_time(b),
	};
	uint8_t flags = next_byte(b);

	p.daily_enabled = flags & 1;
	p.sit_stand = flags & 2;
	for (unsigned i = 0; i < p.n_rules; i++)
		p.rules[i] = some_rule(b, i);
	return p;
}

/* Mostly soon, now and then much later, or just when the core asked for a tick. */
static usec_t some_later(struct bytes *b, const struct promises *w)
{
	uint8_t byte = next_byte(b);
	usec_t due = scheduler_deadline(&w->s);

	if (byte == 255)
		return w->s.now + USEC_PER_HOUR;
	if (byte > 240 && due != USEC_NEVER)
		return due;
	if (byte > 200)
		return w->s.now;
	return w->s.now + (byte & 63) * (byte & 128 ? 10 * USEC_PER_SEC : USEC_PER_SEC);
}

static usec_t some_until(struct bytes *b, usec_t now)
{
	uint8_t byte = next_byte(b);

	return byte == 255 ? USEC_NEVER : byte < 8 ? 0 : now + (byte - 8) * 5 * USEC_PER_SEC;
}

/* `policy` is to outlive the event. */
static struct event some_event(struct bytes *b, struct promises *w, struct policy *policy)
{
	struct event e = { .kind = (enum event_kind)below(b, EVENT_POLICY + 1) };
	usec_t later = some_later(b, w);

	w->doing = e.kind == EVENT_FINISH   ? "finish"
		   : e.kind == EVENT_POLICY ? "settings"
					    : "event";
	/* Time that goes back is taken as now. */
	e.now = usec_sub(later, next_byte(b) == 255 ? USEC_PER_MIN : 0);
	e.since = usec_sub(e.now, some_length(b));
	e.length = some_length(b);
	e.until = some_until(b, e.now);
	e.rule = (int)below(b, (unsigned)w->s.policy.n_rules + 1) - 1;
	e.day = (int)below(b, 4);
	e.on = below(b, 2);
	e.sign = (enum quiet)below(b, QUIET_SIGNS);
	e.reason = (enum away_reason)(1 << below(b, 3));
	e.posture = (enum posture)below(b, 2);
	e.who = e.on ? "somebody" : NULL;
	if (e.kind == EVENT_POLICY) {
		*policy = some_policy(b);
		e.policy = policy;
	}
	return e;
}

/* The program ends and begins again: without an assertion of its own, and loads stay in bounds. */
static void begin_again(struct bytes *b, struct promises *w)
{
	static struct scheduler saved;
	usec_t now = next_byte(b) & 1 ? w->s.now : some_length(b);
	usec_t gone = next_byte(b) & 1 ? 0 : some_length(b);
	struct rule_view view;
	struct effects out;

	saved = w->s;
	scheduler_restore(&w->s, &saved, &saved.policy, now, gone, &out);
	HOLDS_TRUE(w, out.n <= EFFECTS_MAX && w->s.now == now);
	HOLDS_TRUE(w, !w->s.brk.exists || w->s.brk.phase != PHASE_ON_BREAK);
	for (size_t i = 0; i < w->s.policy.n_rules; i++) {
		scheduler_rule_view(&w->s, i, now, &view);
		HOLDS_TRUE(w, view.load <= 2 * w->s.policy.rules[i].every);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct promises w;
	static struct policy policies[2];
	struct bytes b = { data, size };
	bool restart = next_byte(&b) & 1;

	policies[0] = some_policy(&b);
	promises_begin(&w, &policies[0], 1000 * USEC_PER_SEC);
	for (; b.n > 0; w.event++) {
		struct event e = some_event(&b, &w, &policies[1]);

		/* A timer that is late is part of the game. */
		if (next_byte(&b) & 7)
			promises_ticks_until(&w, e.now);
		promises_step(&w, &e, e.length);
	}
	if (restart) {
		b = (struct bytes){ data, size };
		begin_again(&b, &w);
	}
	return 0;
}
