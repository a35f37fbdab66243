#include "decision.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "state.h"
#include "when.h"

/* clang-format off */
static const struct field decision_fields[] = {
	{ "when_usec", FIELD_NUMBER, offsetof(struct decision, when),     NULL },
	{ "rule",      FIELD_STRING, offsetof(struct decision, rule),     NULL },
	{ "decision",  FIELD_STRING, offsetof(struct decision, decision), NULL },
	{ "why",       FIELD_STRING, offsetof(struct decision, why),      NULL },
	{ "outcome",   FIELD_STRING, offsetof(struct decision, outcome),  NULL },
};
const struct shape decision_shape = {
	.size = sizeof(struct decision), .fields = decision_fields, .n = ELEMENTS(decision_fields)
};

static const struct {
	const char *word, *meaning;
	bool concludes;
} words[] = {
	{ "due",          "due",            false },
	{ "waiting",      "waits",          false },
	{ "deferred",     "held back",      false },
	{ "merged",       "merged",         true },
	{ "eased",        "not needed",     true },
	{ "prompt",       "asked",          false },
	{ "repeated",     "asked again",    false },
	{ "snoozed",      "snoozed",        false },
	{ "started",      "started",        false },
	{ "ended",        "ended",          true },
	{ "natural",      "rested unasked", true },
	{ "daily-notice", "told",           false },
	{ "posture",      "told",           false },
};
/* clang-format on */

void decision_json(struct json *j, const struct decision *d)
{
	json_number(j, "when_usec", d->when);
	json_string(j, "rule", d->rule);
	json_string(j, "decision", d->decision);
	json_string(j, "why", d->why);
	if (*d->outcome)
		json_string(j, "outcome", d->outcome);
}

const char *decision_words(const struct decision *d)
{
	if (!strcmp(d->decision, "ended") && *d->outcome)
		return outcome_words(d->outcome);
	for (size_t i = 0; i < ELEMENTS(words); i++)
		if (!strcmp(words[i].word, d->decision))
			return words[i].meaning;
	return d->decision;
}

bool decision_concludes(const struct decision *d)
{
	for (size_t i = 0; i < ELEMENTS(words); i++)
		if (!strcmp(words[i].word, d->decision))
			return words[i].concludes;
	return false;
}

/* Below this many columns the reason has a line of its own. */
#define ROOMY 72
/* Names of rules and days of long ago do not take more than this of a row. */
#define CELL_MOST 20
#define GAP 2

struct columns {
	unsigned when, rule, what;
};

static void widen(unsigned *column, const char *text)
{
	unsigned columns = text_columns(text);

	if (columns > *column)
		*column = columns < CELL_MOST ? columns : CELL_MOST;
}

static struct columns measure(const struct decision *const decisions[], size_t n, walltime_t now)
{
	struct columns c = { 0 };
	char when[WHEN_TEXT_MAX];

	for (size_t i = 0; i < n; i++) {
		widen(&c.when, when_format_minute(decisions[i]->when, now, when));
		widen(&c.rule, decisions[i]->rule);
		widen(&c.what, decision_words(decisions[i]));
	}
	return c;
}

static void put_row(struct text *t, const struct columns *c, const struct decision *d,
		    walltime_t now)
{
	unsigned used = c->when + c->rule + c->what + 3 * GAP;
	char when[WHEN_TEXT_MAX];

	text_cell(t, TONE_FAINT, when_format_minute(d->when, now, when), c->when + GAP);
	text_cell(t, TONE_STRONG, d->rule, c->rule + GAP);
	if (t->width >= ROOMY) {
		text_cell(t, TONE_PLAIN, decision_words(d), c->what + GAP);
		text_wrap(t, TONE_PLAIN, used, used, d->why);
		return;
	}
	text_put(t, TONE_PLAIN, decision_words(d), c->what);
	fprintf(t->out, "\n%*s", 2 * GAP, "");
	text_wrap(t, TONE_PLAIN, 2 * GAP, 2 * GAP, d->why);
}

void decisions_table(struct text *t, const struct decision *const decisions[], size_t n,
		     walltime_t now)
{
	struct columns c = measure(decisions, n, now);

	for (size_t i = 0; i < n; i++)
		put_row(t, &c, decisions[i], now);
}
