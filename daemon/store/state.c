#include "store/state.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/*
 * The text has a line for each part: its name, for rules the rule's name, then name=value for each
 * value that is not 0. The first line says which form this is: it becomes another one when the
 * meaning of a number changes, such as that of an enum.
 */
#define FIRST_LINE "limber-state 1"
#define NEVER_TEXT "never"

enum kind { TIME, NUMBER, FLAG }; /* usec_t; any 4 bytes; bool */

struct value {
	const char *name;
	size_t offset;
	enum kind kind;
	int64_t least, most; /* NUMBER */
};

/* Any place in an array of rules, and none. */
#define RULE_INDEX (-1), RULES_MAX - 1

/* clang-format off */
#define T(type, member) { #member, offsetof(type, member), TIME, 0, 0 }
#define F(type, member) { #member, offsetof(type, member), FLAG, 0, 0 }
#define N(type, member, ...) { #member, offsetof(type, member), NUMBER, __VA_ARGS__ }
#define END { NULL, 0, TIME, 0, 0 }

static const struct value owner_values[] = {
	T(struct state_owner, paused_until),
	T(struct state_owner, reading_until),
	T(struct state_owner, presence_from),
	T(struct state_owner, spell),
	END
};

#define P(member) T(struct policy, member)
static const struct value policy_values[] = {
	P(lull), P(settle), P(ignore_after), N(struct policy, repeats, 0, UINT_MAX), P(retry),
	N(struct policy, prompts_per_hour, 0, PROMPTS_PER_HOUR_MAX),
	N(struct policy, quiet, 0, QUIET_WORLD), P(longest),
	F(struct policy, daily_enabled), P(daily), F(struct policy, sit_stand), P(sit), P(stand), P(stand_most),
	END
};

#define R(member) T(struct rule_policy, member)
static const struct value rule_values[] = {
	F(struct rule_policy, enabled),
	N(struct rule_policy, counts, 0, RULE_COUNTS_SCREEN),
	N(struct rule_policy, credit, 0, RULE_CREDIT_LINEAR),
	N(struct rule_policy, urgency, 0, URGENCY_CRITICAL),
	R(every), R(length), R(grace), R(patience), R(snooze),
	N(struct rule_policy, snoozes, 0, UINT_MAX), N(struct rule_policy, debt, 0, 100), R(merge),
	N(struct rule_policy, respects, 0, QUIET_WORLD),
	END
};

#define L(member) T(struct rule_state, member)
static const struct value load_values[] = {
	L(load.amount), L(load.mark), L(spell.amount), L(spell.mark), L(before),
	F(struct rule_state, due), F(struct rule_state, deferred), L(due_at), L(asked_at), L(retry_from), L(retry_at),
	N(struct rule_state, retry_for, 0, OUTCOME_NATURAL), N(struct rule_state, snoozes, 0, UINT_MAX),
	N(struct rule_state, told.kind, 0, DECISION_POSTURE), N(struct rule_state, told.cause, 0, CAUSE_SETTINGS),
	N(struct rule_state, told.signs, 0, UINT_MAX), N(struct rule_state, told.other, RULE_INDEX),
	END
};

#define B(member) T(struct break_state, member)
static const struct value break_values[] = {
	N(struct break_state, phase, 0, PHASE_WORKING), N(struct break_state, rule, RULE_INDEX),
	N(struct break_state, merged, 0, UINT_MAX), B(due_at), B(first_at),
	N(struct break_state, prompts, 0, UINT_MAX), N(struct break_state, snoozes, 0, UINT_MAX),
	N(struct break_state, repeats, 0, UINT_MAX), F(struct break_state, repeated), F(struct break_state, visible),
	B(prompted_at), B(shown_at), B(asked_at), B(next_prompt_at),
	F(struct break_state, by_user), F(struct break_state, assumed), F(struct break_state, announced),
	B(started_at), B(load), B(rested), B(resting_from), B(burst_from), B(spell_from), B(spell_last),
	END
};

static const struct value sign_values[] = {
	F(struct sign_state, on), T(struct sign_state, since), T(struct sign_state, ended_at),
	END
};

#define S(member) T(struct scheduler, member)
static const struct value scheduler_values[] = {
	S(now),
	F(struct scheduler, gap.known), F(struct scheduler, gap.paused), S(gap.pause_from), S(gap.from[0]), S(gap.from[1]),
	N(struct scheduler, gap.away, 0, AWAY_LOCKED | AWAY_SWITCHED | AWAY_ASLEEP), S(gap.away_from),
	S(gap.lead_from[0]), S(gap.lead_from[1]), S(gap.asked_length),
	F(struct scheduler, bump.pending), S(bump.from), S(bump.claim_changed), S(bump.forgotten),
	F(struct scheduler, watch), S(held_from), F(struct scheduler, screen_claimed), S(held_ended),
	N(struct scheduler, presence, 0, PRESENCE_UNKNOWN), S(presence_since),
	N(struct scheduler, phase, 0, PHASE_WORKING), S(phase_since),
	N(struct scheduler, signs_on, 0, (1 << QUIET_SIGNS) - 1), S(sign_ended), S(held_until), S(reading_until),
	N(struct scheduler, day, INT_MIN, INT_MAX), F(struct scheduler, day_known), S(today.amount), S(today.mark),
	F(struct scheduler, daily_told), N(struct scheduler, posture, 0, POSTURE_STANDING),
	S(posture_spell.amount), S(posture_spell.mark), F(struct scheduler, posture_told),
	END
};
/* clang-format on */

/* Writing ----------------------------------------------------------------------------------------
 */

static int64_t fetch(const struct value *v, const void *base)
{
	const char *at = (const char *)base + v->offset;
	int number;

	if (v->kind == FLAG)
		return *(const bool *)at;
	if (v->kind == TIME)
		return (int64_t) * (const usec_t *)(const void *)at;
	memcpy(&number, at, sizeof(number));
	return v->least < 0 ? number : (int64_t)(unsigned)number;
}

/* A line of the part `name`, about `of` if that is not NULL. */
static void write_part(FILE *f, const char *name, const char *of, const struct value *values,
		       const void *base)
{
	fprintf(f, "\n%s%s%s", name, of ? " " : "", of ? of : "");
	for (const struct value *v = values; v->name; v++) {
		int64_t value = fetch(v, base);

		if (v->kind == TIME && (usec_t)value == USEC_NEVER)
			fprintf(f, " %s=" NEVER_TEXT, v->name);
		else if (value)
			fprintf(f, " %s=%lld", v->name, (long long)value);
	}
}

static void write_rules(FILE *f, const struct scheduler *s)
{
	for (size_t i = 0; i < s->policy.n_rules; i++) {
		const struct rule_policy *p = &s->policy.rules[i];

		write_part(f, "rule", p->name, rule_values, p);
		write_part(f, "load", p->name, load_values, &s->rules[i]);
	}
}

static void write_break(FILE *f, const struct break_state *b)
{
	if (!b->exists)
		return;
	write_part(f, "break", b->policy.name, break_values, b);
	write_part(f, "break-rule", b->policy.name, rule_values, &b->policy);
}

static void write_signs(FILE *f, const struct scheduler *s)
{
	char number[16];

	for (unsigned i = 0; i < QUIET_SIGNS; i++) {
		(void)snprintf(number, sizeof(number), "%u", i);
		if (s->signs[i].on || s->signs[i].ended_at)
			write_part(f, "sign", number, sign_values, &s->signs[i]);
	}
}

/* The latest announcements, oldest first, as far as they still count. */
static void write_announced(FILE *f, const struct scheduler *s)
{
	size_t n = s->n_announced < PROMPTS_PER_HOUR_MAX ? s->n_announced : PROMPTS_PER_HOUR_MAX;

	fprintf(f, "\nannounced");
	for (size_t i = s->n_announced - n; i < s->n_announced; i++) {
		usec_t at = s->announced[i % PROMPTS_PER_HOUR_MAX];

		if (usec_sub(s->now, at) < HOUR_WINDOW)
			fprintf(f, " %llu", (unsigned long long)at);
	}
}

int state_write(const struct scheduler *s, const struct state_owner *owner, char **ret)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	if (!f)
		return -ENOMEM;
	fprintf(f, FIRST_LINE);
	write_part(f, "owner", NULL, owner_values, owner);
	write_part(f, "policy", NULL, policy_values, &s->policy);
	write_rules(f, s);
	write_part(f, "now", NULL, scheduler_values, s);
	write_break(f, &s->brk);
	write_signs(f, s);
	write_announced(f, s);
	if (fclose(f) != 0) {
		free(text);
		return -ENOMEM;
	}
	*ret = text;
	return 0;
}

/* Reading ----------------------------------------------------------------------------------------
 */

static int parse_value(const char *text, int64_t *ret)
{
	char *end;

	if (!strcmp(text, NEVER_TEXT)) {
		*ret = -1;
		return 0;
	}
	errno = 0;
	*ret = strtoll(text, &end, 10);
	return errno || end == text || *end ? -EINVAL : 0;
}

static int store_value(const struct value *v, int64_t value, void *base)
{
	char *at = (char *)base + v->offset;
	int number;

	if (v->kind == TIME) {
		if (value < -1)
			return -EINVAL;
		*(usec_t *)(void *)at = (usec_t)value;
		return 0;
	}
	if (v->kind == FLAG) {
		*(bool *)at = value;
		return 0;
	}
	if (value < v->least || value > v->most)
		return -EINVAL;
	number = (int)value;
	memcpy(at, &number, sizeof(number));
	return 0;
}

/* "name=value name=value …". A name that is not known is a later limber's. */
static int read_values(char *words, const struct value *values, void *base)
{
	char *word, *equals;
	int64_t value;
	int r;

	while (words && (word = strsep(&words, " "))) {
		equals = strchr(word, '=');
		if (!equals)
			return -EINVAL;
		*equals = '\0';
		for (const struct value *v = values; v->name; v++) {
			if (strcmp(v->name, word))
				continue;
			r = parse_value(equals + 1, &value);
			if (r >= 0)
				r = store_value(v, value, base);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int read_rule(char *name, char *words, struct rule_policy *ret)
{
	size_t n = name ? strlen(name) : 0;
	int r;

	if (n == 0 || n > RULE_NAME_MAX)
		return -EINVAL;
	*ret = (struct rule_policy){ 0 };
	memcpy(ret->name, name, n);
	r = read_values(words, rule_values, ret);
	if (r < 0)
		return r;
	/* The core divides by these. */
	return ret->every < USEC_PER_MSEC || ret->length < USEC_PER_MSEC ||
			       ret->every > USEC_PER_DAY || ret->length > USEC_PER_DAY
		       ? -EINVAL
		       : 0;
}

static int add_rule(char *name, char *words, struct policy *policy)
{
	int r;

	if (policy->n_rules == RULES_MAX)
		return -EINVAL;
	r = read_rule(name, words, &policy->rules[policy->n_rules]);
	if (r >= 0)
		policy->n_rules++;
	return r;
}

static int read_load(const char *name, char *words, struct scheduler *s)
{
	int i = name ? policy_find(&s->policy, name) : -1;

	return i < 0 ? -EINVAL : read_values(words, load_values, &s->rules[i]);
}

static int read_sign(const char *number, char *words, struct scheduler *s)
{
	int64_t i;

	if (!number || parse_value(number, &i) < 0 || i < 0)
		return -EINVAL;
	/* A later limber's sign is no reason of ours. */
	return i >= QUIET_SIGNS ? 0 : read_values(words, sign_values, &s->signs[i]);
}

static int read_announced(char *words, struct scheduler *s)
{
	char *word;
	int64_t at;

	while (words && (word = strsep(&words, " "))) {
		if (s->n_announced == PROMPTS_PER_HOUR_MAX || parse_value(word, &at) < 0 || at < 0)
			return -EINVAL;
		s->announced[s->n_announced++] = (usec_t)at;
	}
	return 0;
}

static int read_part(char *line, struct scheduler *s, struct state_owner *owner)
{
	char *part = strsep(&line, " ");

	if (!strcmp(part, "owner"))
		return read_values(line, owner_values, owner);
	if (!strcmp(part, "policy"))
		return read_values(line, policy_values, &s->policy);
	if (!strcmp(part, "now"))
		return read_values(line, scheduler_values, s);
	if (!strcmp(part, "announced"))
		return read_announced(line, s);
	/* The others have a name behind them. */
	char *name = line ? strsep(&line, " ") : NULL;

	if (!strcmp(part, "rule"))
		return add_rule(name, line, &s->policy);
	if (!strcmp(part, "load"))
		return read_load(name, line, s);
	if (!strcmp(part, "sign"))
		return read_sign(name, line, s);
	if (!strcmp(part, "break-rule"))
		return read_rule(name, line, &s->brk.policy);
	if (!strcmp(part, "break")) {
		s->brk.exists = true;
		return read_values(line, break_values, &s->brk);
	}
	return 0;
}

/* Does it all belong together? What the core takes for granted, and a file need not hold. */
static int check(const struct scheduler *s)
{
	int n = (int)s->policy.n_rules;

	for (int i = 0; i < n; i++)
		if (s->rules[i].told.other >= n || s->rules[i].load.amount > 2 * USEC_PER_DAY ||
		    s->rules[i].spell.amount > 2 * USEC_PER_DAY)
			return -EINVAL;
	if (s->brk.exists && (s->brk.rule >= n || !s->brk.policy.name[0] ||
			      (s->brk.phase != PHASE_PROMPTING && s->brk.phase != PHASE_SNOOZED &&
			       s->brk.phase != PHASE_DEFERRED && s->brk.phase != PHASE_ON_BREAK)))
		return -EINVAL;
	return s->now == USEC_NEVER ? -EINVAL : 0;
}

int state_read(const char *text, struct scheduler *ret, struct state_owner *ret_owner)
{
	CLEANUP(freep) char *copy = strdup(text);
	char *rest = copy, *line;
	int r;

	if (!copy)
		return -ENOMEM;
	memset(ret, 0, offsetof(struct scheduler, journal));
	ret->journal.n = 0;
	memset(ret_owner, 0, sizeof(*ret_owner));
	line = strsep(&rest, "\n");
	if (strcmp(line, FIRST_LINE))
		return -EINVAL;
	while (rest && (line = strsep(&rest, "\n"))) {
		r = read_part(line, ret, ret_owner);
		if (r < 0)
			return r;
	}
	return check(ret);
}
