#include "explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "when.h"

#define LABEL_COLUMNS 6
/* Where less than this is to come, or less than a minute is gathered, seconds are told. */
#define SECONDS_MATTER (2 * USEC_PER_MIN)

static void say(struct text *t, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void say(struct text *t, const char *label, const char *format, ...)
{
	CLEANUP(freep) char *sentence = NULL;
	va_list args;
	int r;

	va_start(args, format);
	r = vasprintf(&sentence, format, args);
	va_end(args);
	if (r < 0) {
		sentence = NULL;
		return;
	}
	text_cell(t, TONE_STRONG, label, LABEL_COLUMNS);
	text_wrap(t, TONE_PLAIN, LABEL_COLUMNS, LABEL_COLUMNS, sentence);
}

/* What it is about ----------------------------------------------------------------------------- */

static bool is_due(const struct rule *rule)
{
	return rule->enabled && strcmp(rule->state, "counting") != 0 &&
	       strcmp(rule->state, "off") != 0;
}

static bool in_scope(const struct story *s, const struct rule *rule)
{
	return rule->enabled && (!s->only || s->only == rule);
}

/* The break that there is, if it is one of a rule that was asked about. */
static const struct brk *the_break(const struct story *s)
{
	const struct brk *b = &s->state->brk;

	if (!s->state->on || (s->only && strcmp(s->only->name, b->rule) != 0))
		return NULL;
	return b;
}

static const struct reason *find_reason(const struct list *reasons, const char *sign)
{
	const struct reason *all = reasons->items;

	for (size_t i = 0; i < reasons->n; i++)
		if (!strcmp(all[i].sign, sign))
			return &all[i];
	return NULL;
}

/* Why nothing is asked: of the one rule, or of all together. */
static const struct list *the_reasons(const struct story *s)
{
	return s->only ? &s->only->reasons : &s->state->manager.reasons;
}

/* What is still to come of the work that earns the break. */
static usec_t missing(const struct rule *rule)
{
	return usec_sub(rule->every, rule->load);
}

/* A due one before one that is not; one that a longer break replaces after that; else the sooner.
 */
static bool goes_before(const struct rule *a, const struct rule *b)
{
	bool a_merged = find_reason(&a->reasons, "merged") != NULL;
	bool b_merged = find_reason(&b->reasons, "merged") != NULL;

	if (is_due(a) != is_due(b))
		return is_due(a);
	if (a_merged != b_merged)
		return b_merged;
	if (is_due(a))
		return a->length > b->length;
	return missing(a) < missing(b);
}

const struct rule *story_subject(const struct story *s)
{
	const struct rule *rules = s->state->rules.items, *subject = NULL;
	const struct brk *b = the_break(s);

	if (b)
		subject = state_rule(s->state, b->rule);
	if (subject)
		return subject;
	for (size_t i = 0; i < s->state->rules.n; i++)
		if (in_scope(s, &rules[i]) && (!subject || goes_before(&rules[i], subject)))
			subject = &rules[i];
	return subject;
}

/* The newest decision about the rule, or NULL. */
static const struct decision *newest(const struct story *s, const char *rule)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->v[i]->rule, rule))
			return s->v[i];
	return NULL;
}

/* Now ------------------------------------------------------------------------------------------ */

static void tell_on_break(struct text *t, const struct story *s, const struct brk *b)
{
	char left[DURATION_TEXT_MAX], length[DURATION_TEXT_MAX];
	usec_t remaining = usec_add(break_left(b, s->now), USEC_PER_SEC - 1);

	say(t, "Now:", "a break of %s, %s of %s left%s.", b->rule, format_duration(remaining, left),
	    format_duration(b->length, length),
	    b->ends ? "" : "; the time stands still while you type or watch something");
}

static void tell_prompting(struct text *t, const struct brk *b)
{
	char length[DURATION_TEXT_MAX];

	say(t, "Now:",
	    "limber asks for a break of %s (%s)%s. Leave keyboard and mouse alone for 5s, and it "
	    "begins.",
	    b->rule, format_duration(b->length, length),
	    b->prompts > 1 ? ", not for the first time" : "");
}

static void tell_snoozed(struct text *t, const struct story *s, const struct brk *b)
{
	unsigned long long left = s->state->manager.snoozes_left;
	char at[WHEN_TEXT_MAX], more[64] = "it cannot be snoozed again";

	if (left == 1)
		(void)snprintf(more, sizeof(more), "it can be snoozed once more");
	else if (left)
		(void)snprintf(more, sizeof(more), "it can be snoozed %llu times more", left);
	say(t, "Now:", "%s is snoozed until %s; then limber asks again, and %s.", b->rule,
	    when_format_minute(b->next_prompt, s->now, at), more);
}

/* The break that is asked for, snoozed or running. False without one: a break that is held back is
 * told of like any due rule. */
static bool tell_break(struct text *t, const struct story *s)
{
	const struct brk *b = the_break(s);

	if (!b)
		return false;
	if (!strcmp(b->phase, "on-break"))
		tell_on_break(t, s, b);
	else if (!strcmp(b->phase, "prompting"))
		tell_prompting(t, b);
	else if (!strcmp(b->phase, "snoozed"))
		tell_snoozed(t, s, b);
	else
		return false;
	return true;
}

/* The user's own word of silence. Answers whether there is one. */
static bool tell_silence(struct text *t, const struct story *s, const char *label)
{
	static const struct {
		const char *sign, *otherwise, *advice;
	} silences[] = {
		{ "pause", "paused", "Nothing is asked meanwhile; 'limber resume' ends it." },
		{ "hours", "outside your hours",
		  "Nothing is asked meanwhile; 'limber up' starts a break all the same." },
	};
	bool told = false;

	for (size_t i = 0; i < ELEMENTS(silences); i++) {
		const struct reason *why = find_reason(the_reasons(s), silences[i].sign);
		const char *detail;

		if (!why)
			continue;
		detail = *why->detail ? why->detail : silences[i].otherwise;
		say(t, told ? "Also:" : label, "%s. %s", detail, silences[i].advice);
		told = true;
	}
	return told;
}

static void tell_due(struct text *t, const char *label, const struct story *s,
		     const struct rule *rule)
{
	char since[WHEN_TEXT_MAX];
	const char *wait = "";

	if (!strcmp(rule->state, "deferred"))
		wait = ", but held back";
	else if (!strcmp(rule->state, "waiting"))
		wait = ", and limber waits for a good moment";
	say(t, label, "%s is due%s%s%s.", rule->name, rule->due ? " since " : "",
	    rule->due ? when_format_minute(rule->due, s->now, since) : "", wait);
}

/* Why ------------------------------------------------------------------------------------------ */

struct advice {
	const char *sign;
	const char *otherwise; /* what the sign means, where limberd says no more */
	const char *words;     /* what will come of it, and what can be done */
};

/* Nothing of these has to be told again, or nothing can be done about it: no words. */
static const struct advice advices[] = {
	{ "dnd", "do-not-disturb is on",
	  "The break is asked for soon after that ends. ([quiet] dnd = no ignores it.)" },
	{ "call", "a call uses the microphone or camera",
	  "The break is asked for soon after that ends. ([quiet] call = no ignores it.)" },
	{ "screencast", "the screen is shared",
	  "The break is asked for soon after that ends. ([quiet] screencast = no ignores it.)" },
	{ "fullscreen", "a window fills the screen",
	  "The break is asked for soon after that ends, or once you have worked for very long "
	  "without a rest. ([quiet] fullscreen = no ignores it.)" },
	{ "inhibitors", "a program keeps the screen awake",
	  "The break is asked for soon after that ends, or once you have worked for very long "
	  "without a rest. ([quiet] inhibitors = no ignores it.)" },
	{ "inhibit", "a program asks for silence", "The break is asked for soon after that ends." },
	{ "settle", "it had to be quiet until just now", NULL },
	{ "away", "nobody is at the screen", "Being away counts as rest." },
	{ "retry", "it was missed or cut short, and comes up again later", NULL },
	{ "hour", "there were enough prompts in the last hour",
	  "([prompt] prompts_per_hour says how many.)" },
	{ "lull", "limber waits for a short pause in your typing", NULL },
	{ "merged", "a longer break takes its place", NULL },
	{ "snooze", "you snoozed it", NULL },
};

static const struct advice *find_advice(const char *sign)
{
	static const struct advice none = { 0 };

	for (size_t i = 0; i < ELEMENTS(advices); i++)
		if (!strcmp(advices[i].sign, sign))
			return &advices[i];
	return &none;
}

static const char *reason_words(const struct reason *why)
{
	const struct advice *advice = find_advice(why->sign);

	if (*why->detail)
		return why->detail;
	return advice->otherwise ? advice->otherwise : why->sign;
}

static void tell_reason(struct text *t, const struct story *s, const struct reason *why,
			const char *label, const char *outlook)
{
	bool since = !reason_tells_when(why);
	char at[WHEN_TEXT_MAX];

	say(t, label, "%s%s%s.%s%s", reason_words(why), since ? ", since " : "",
	    since ? when_format_minute(why->since, s->now, at) : "", outlook ? " " : "",
	    outlook ? outlook : "");
}

/* Said already by the sentences about now and about the user. */
static bool is_told(const struct story *s, const struct reason *why)
{
	return !strcmp(why->sign, "pause") || !strcmp(why->sign, "hours") ||
	       (!strcmp(why->sign, "snooze") && the_break(s)) ||
	       (!strcmp(why->sign, "away") && !strcmp(s->state->manager.presence, "away"));
}

/* What keeps a due break back. Answers how many sentences that took. */
static unsigned tell_reasons(struct text *t, const struct story *s)
{
	const struct list *list = the_reasons(s);
	const struct reason *reasons = list->items;
	unsigned n = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (is_told(s, &reasons[i]))
			continue;
		tell_reason(t, s, &reasons[i],
			    n++ ? "" : "Why:", find_advice(reasons[i].sign)->words);
	}
	return n;
}

/* What makes it quiet while nothing is due. */
static void tell_quiet(struct text *t, const struct story *s)
{
	const struct list *list = the_reasons(s);
	const struct reason *reasons = list->items;

	for (size_t i = 0; i < list->n; i++)
		if (!is_told(s, &reasons[i]))
			tell_reason(t, s, &reasons[i],
				    "But:", "Nothing is asked while that lasts.");
}

/* What brought the rule where it is: that it became due, and what was decided last. */
static void tell_course(struct text *t, const struct story *s, const struct rule *rule)
{
	const struct decision *latest = NULL, *due = NULL;

	for (size_t i = 0; i < s->n; i++) {
		const struct decision *d = s->v[i];

		if (strcmp(d->rule, rule->name) != 0)
			continue;
		/* From here on back it is the course of another break. */
		if (decision_concludes(d))
			break;
		if (!latest)
			latest = d;
		if (!due && !strcmp(d->decision, "due"))
			due = d;
	}
	if (due && *due->why)
		say(t, "Why:", "%s.", due->why);
	if (latest && latest != due && *latest->why)
		say(t, due ? "" : "Why:", "%s.", latest->why);
}

/* Next ----------------------------------------------------------------------------------------- */

static const char *exposure_words(const struct rule *rule)
{
	return strcmp(rule->counts, "hands") != 0 ? "work" : "typing";
}

/* While nothing is added to what a rule has gathered, the reason for that. */
static const char *standstill_words(const struct story *s, const struct rule *rule)
{
	const char *presence = s->state->manager.presence;

	if (s->state->on && !strcmp(s->state->brk.phase, "on-break"))
		return "; you have a break now";
	if (!strcmp(presence, "watching") && !strcmp(rule->counts, "hands"))
		return "; your hands rest now";
	if (!strcmp(presence, "idle") || !strcmp(presence, "away"))
		return "; you rest now";
	return "";
}

/*
 * `7min more of work (13min of 20min so far)`: both rounded so that they make up the whole. Where
 * it is `silent` the break is due then, but not yet asked for.
 */
static void tell_counting(struct text *t, const char *label, const struct story *s,
			  const struct rule *rule, bool silent)
{
	char more[DURATION_TEXT_MAX], have[DURATION_TEXT_MAX], every[DURATION_TEXT_MAX],
		at[WHEN_TEXT_MAX];
	const char *at_words = silent ? " is due at " : " at ";
	usec_t load = usec_min(rule->load, rule->every);
	bool grows = rule->due > s->now;

	load -= load % (load >= USEC_PER_MIN && missing(rule) >= SECONDS_MATTER ? USEC_PER_MIN
										: USEC_PER_SEC);
	say(t, label, "%s%s%s, after %s more of %s (%s of %s so far)%s.", rule->name,
	    grows ? at_words : "", grows ? when_format_minute(rule->due, s->now, at) : "",
	    format_duration(rule->every - load, more), exposure_words(rule),
	    load ? format_duration(load, have) : "nothing", format_duration(rule->every, every),
	    grows ? "" : standstill_words(s, rule));
}

/* A due break that has to stand back, with the first reason for it. */
static void tell_also_due(struct text *t, const struct story *s, const struct rule *rule)
{
	const struct reason *why = rule->reasons.items;
	char since[WHEN_TEXT_MAX];

	say(t, "Also:", "%s is due%s%s%s%s.", rule->name, rule->due ? " since " : "",
	    rule->due ? when_format_minute(rule->due, s->now, since) : "",
	    rule->reasons.n ? ": " : "", rule->reasons.n ? reason_words(why) : "");
}

/* The rule that comes right behind `last` in the order of goes_before(), NULL at the end. */
static const struct rule *rule_after(const struct story *s, const struct rule *subject,
				     const struct rule *last)
{
	const struct rule *rules = s->state->rules.items, *next = NULL;

	for (size_t i = 0; i < s->state->rules.n; i++) {
		const struct rule *rule = &rules[i];

		if (!in_scope(s, rule) || rule == subject || rule == last)
			continue;
		/* Where neither goes first, the order of the list does. */
		if (last && (goes_before(rule, last) || (!goes_before(last, rule) && rule < last)))
			continue;
		if (!next || goes_before(rule, next))
			next = rule;
	}
	return next;
}

static void tell_others(struct text *t, const struct story *s, const struct rule *subject,
			bool first_told)
{
	const struct rule *rule = NULL;
	const char *label = first_told ? "Then:" : "Next:";

	while ((rule = rule_after(s, subject, rule)) != NULL) {
		if (is_due(rule)) {
			tell_also_due(t, s, rule);
			continue;
		}
		tell_counting(t, label, s, rule, false);
		label = "Then:";
	}
}

/* You, last and notes -------------------------------------------------------------------------- */

static bool has_problem(const struct story *s, const char *area)
{
	const struct problem *problems = s->state->manager.problems.items;

	for (size_t i = 0; i < s->state->manager.problems.n; i++)
		if (!strcmp(problems[i].area, area))
			return true;
	return false;
}

static void tell_presence(struct text *t, const struct story *s)
{
	static const struct {
		const char *presence, *words, *meaning;
	} all[] = {
		{ "idle", "no keyboard and no mouse",
		  "that is rest, unless it is only a short pause" },
		{ "watching", "watching, without keyboard and mouse",
		  "eyes and back go on counting, hands rest" },
		{ "away", "away", "that is rest" },
	};
	const struct manager *m = &s->state->manager;
	char since[WHEN_TEXT_MAX];

	for (size_t i = 0; i < ELEMENTS(all); i++)
		if (!strcmp(all[i].presence, m->presence))
			say(t, "You:", "%s%s%s: %s.", all[i].words,
			    m->presence_since ? " since " : "",
			    m->presence_since ? when_format_minute(m->presence_since, s->now, since)
					      : "",
			    all[i].meaning);
	if (!strcmp(m->presence, "unknown") &&
	    (!strcmp(m->idle_source, "none") || has_problem(s, "idle")))
		say(t, "You:",
		    "nothing here tells of keyboard and mouse, so all time counts as work, "
		    "except while the screen is locked or the computer sleeps.");
	else if (!strcmp(m->presence, "unknown"))
		say(t, "You:",
		    "limber has not yet heard of keyboard and mouse; until it has, all "
		    "time counts as work.");
}

static void tell_reading(struct text *t, const struct story *s)
{
	walltime_t until = s->state->manager.reading_until;
	char at[WHEN_TEXT_MAX];

	if (until == USEC_NEVER)
		say(t, "You:",
		    "reading, until you leave or say 'limber reading off': no input counts "
		    "as work for eyes and back.");
	else if (until)
		say(t, "You:", "reading until %s: no input counts as work for eyes and back.",
		    when_format_minute(until, s->now, at));
}

/* How it ended, as a sentence's middle: `micro was taken at 10:12: …`. */
static const char *ending_words(const struct decision *d)
{
	static const struct {
		const char *word, *meaning;
	} all[] = {
		{ "natural", "was satisfied" },
		{ "eased", "was not needed any more" },
		{ "merged", "was left to a longer break" },
		{ "taken", "was taken" },
		{ "cut-short", "was cut short" },
		{ "skipped", "was skipped" },
		{ "missed", "was missed" },
	};
	const char *word = strcmp(d->decision, "ended") ? d->decision : d->outcome;

	for (size_t i = 0; i < ELEMENTS(all); i++)
		if (!strcmp(all[i].word, word))
			return all[i].meaning;
	return "ended";
}

static void tell_last(struct text *t, const struct story *s)
{
	char at[WHEN_TEXT_MAX];

	for (size_t i = 0; i < s->n; i++) {
		const struct decision *d = s->v[i];
		const struct rule *rule = state_rule(s->state, d->rule);

		/* What is going on now is no end. */
		if (!decision_concludes(d) || (rule && is_due(rule) && newest(s, d->rule) == d &&
					       !strcmp(d->decision, "merged")))
			continue;
		say(t, "Last:", "%s %s at %s%s%s.", d->rule, ending_words(d),
		    when_format_minute(d->when, s->now, at), *d->why ? ": " : "", d->why);
		return;
	}
}

/* What is broken can be why nobody was seen to ask. */
static void tell_problems(struct text *t, const struct story *s)
{
	const struct problem *problems = s->state->manager.problems.items;
	bool settings = false, lost = false;

	for (size_t i = 0; i < s->state->manager.problems.n; i++) {
		const struct problem *p = &problems[i];

		settings = settings || !strcmp(p->area, "settings");
		lost = lost || (!strcmp(p->area, "settings") && !p->warning);
		if (strcmp(p->area, "settings"))
			say(t, "Note:", "%s%s%s.", p->message, *p->hint ? "; " : "", p->hint);
	}
	if (lost)
		say(t, "Note:", "not all of your settings could be used; see limber status.");
	else if (settings)
		say(t, "Note:",
		    "some of your settings are not what is recommended; see limber status.");
}

static void tell_nothing_on(struct text *t, const struct story *s)
{
	if (s->only)
		say(t, "Now:", "%s is off; [rule %s] enabled = yes in limber.conf turns it on.",
		    s->only->name, s->only->name);
	else
		say(t, "Now:",
		    "no rule is on, so nothing is ever asked; enabled = yes below a "
		    "[rule ...] of limber.conf turns one on.");
}

/* Of a break that is here or due. */
static void tell_break_here(struct text *t, const struct story *s, const struct rule *subject)
{
	const struct brk *b = the_break(s);
	bool shown = b && (!strcmp(b->phase, "on-break") || !strcmp(b->phase, "prompting"));
	bool broke = tell_break(t, s), silent = false;

	/* What keeps others quiet does not touch a break that the user sees. */
	if (!shown)
		silent = tell_silence(t, s, broke ? "Also:" : "Now:");
	if (!broke)
		tell_due(t, silent ? "Also:" : "Now:", s, subject);
	if ((shown || !tell_reasons(t, s)) && !silent)
		tell_course(t, s, subject);
	tell_others(t, s, subject, false);
}

static void tell_break_to_come(struct text *t, const struct story *s, const struct rule *subject)
{
	bool silent = tell_silence(t, s, "Now:");

	tell_counting(t, "Next:", s, subject, silent);
	tell_others(t, s, subject, true);
	tell_quiet(t, s);
}

void story_tell(struct text *t, const struct story *s)
{
	const struct rule *subject = story_subject(s);

	if (!subject)
		tell_nothing_on(t, s);
	else if (the_break(s) || is_due(subject))
		tell_break_here(t, s, subject);
	else
		tell_break_to_come(t, s, subject);
	if (subject) {
		tell_presence(t, s);
		tell_reading(t, s);
	}
	tell_last(t, s);
	tell_problems(t, s);
}

void story_tell_besides(struct text *t, const struct story *s)
{
	const struct manager *m = &s->state->manager;
	char length[DURATION_TEXT_MAX];

	say(t, "Now:", "%s at the screen today; you are %s, as far as limber was told.",
	    format_duration(m->active_today, length), *m->posture ? m->posture : "sitting");
}
