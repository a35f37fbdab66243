#include "view.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "when.h"

static enum tone phase_tone(const char *phase)
{
	if (!strcmp(phase, "working"))
		return TONE_GOOD;
	if (!strcmp(phase, "due") || !strcmp(phase, "deferred") || !strcmp(phase, "prompting"))
		return TONE_WARN;
	return TONE_STRONG;
}

const char *view_next(const struct state *s, walltime_t now, char buffer[static VIEW_NEXT_MAX])
{
	const struct manager *m = &s->manager;
	char length[DURATION_TEXT_MAX], when[WHEN_TEXT_MAX];

	if (s->on && s->brk.next_prompt > now) {
		(void)snprintf(buffer, VIEW_NEXT_MAX, "%.64s: snoozed until %s", s->brk.rule,
			       when_format(s->brk.next_prompt, now, when));
		return buffer;
	}
	if (!*m->next_rule || !m->next_due)
		return "nothing: no work is counted now";
	if (m->next_due <= now)
		(void)snprintf(buffer, VIEW_NEXT_MAX, "%.64s: due now", m->next_rule);
	else
		(void)snprintf(buffer, VIEW_NEXT_MAX, "%.64s in %s of activity", m->next_rule,
			       format_duration(m->next_due - now, length));
	return buffer;
}

static void put_presence(struct text *t, const struct manager *m, walltime_t now)
{
	char since[WHEN_TEXT_MAX];

	if (!strcmp(m->presence, "unknown") && strcmp(m->idle_source, "none") != 0) {
		text_field(t, TONE_PLAIN, "you", "not known before your first pause (seen by: %s)",
			   m->idle_source);
		return;
	}
	if (!strcmp(m->presence, "unknown")) {
		text_field(t, TONE_WARN, "you",
			   "unknown: nothing here tells of keyboard and mouse");
		return;
	}
	text_field(t, TONE_PLAIN, "you", "%s%s%s (seen by: %s)", presence_words(m->presence),
		   m->presence_since ? " since " : "",
		   m->presence_since ? when_format(m->presence_since, now, since) : "",
		   m->idle_source);
}

static void put_paused(struct text *t, const struct manager *m, walltime_t now)
{
	char until[WHEN_TEXT_MAX];

	if (!m->paused_until)
		return;
	if (m->paused_until == USEC_NEVER)
		text_field(t, TONE_WARN, "paused", "until you say: limber resume");
	else
		text_field(t, TONE_WARN, "paused", "until %s",
			   when_format(m->paused_until, now, until));
}

static void put_reading(struct text *t, const struct manager *m, walltime_t now)
{
	char until[WHEN_TEXT_MAX];

	if (!m->reading_until)
		return;
	if (m->reading_until == USEC_NEVER)
		text_field(t, TONE_WARN, "reading",
			   "no input counts as reading, until you leave or "
			   "say: limber reading off");
	else
		text_field(t, TONE_WARN, "reading", "no input counts as reading, until %s",
			   when_format(m->reading_until, now, until));
}

static void put_today(struct text *t, const struct manager *m)
{
	char length[DURATION_TEXT_MAX];

	if (m->active_today)
		text_field(t, TONE_PLAIN, "today", "%s at the screen",
			   format_duration(m->active_today, length));
	/* Everybody sits unless they say otherwise, and most desks cannot be raised at all. */
	if (!strcmp(m->posture, "standing"))
		text_field(t, TONE_PLAIN, "posture", "standing");
}

static void put_reasons(struct text *t, const struct manager *m, walltime_t now)
{
	const struct reason *reasons = m->reasons.items;
	char since[WHEN_TEXT_MAX];

	for (size_t i = 0; i < m->reasons.n; i++) {
		const struct reason *why = &reasons[i];

		/* Said already, with the way out of it. */
		if (m->paused_until && !strcmp(why->sign, "pause"))
			continue;
		text_field(t, TONE_PLAIN, "quiet", "%s%s%s%s%s", why->sign,
			   *why->detail ? ": " : "", why->detail,
			   reason_tells_when(why) ? "" : ", since ",
			   reason_tells_when(why) ? "" : when_format(why->since, now, since));
	}
}

void view_resting(struct text *t, const struct manager *m, walltime_t now)
{
	const struct resting *resting = m->resting.items;
	char until[WHEN_TEXT_MAX];

	for (size_t i = 0; i < m->resting.n; i++)
		if (resting[i].until > now)
			text_field(t, TONE_WARN, "pain",
				   "%s: it hurt there three times, so no strengthening for it "
				   "until %s; please ask a doctor or physiotherapist",
				   resting[i].region, when_format(resting[i].until, now, until));
}

void view_now(struct text *t, const struct state *s, walltime_t now)
{
	const struct manager *m = &s->manager;
	char next[VIEW_NEXT_MAX], since[WHEN_TEXT_MAX];

	text_field(t, phase_tone(m->phase), "now", "%s%s%s", phase_words(m->phase),
		   m->phase_since ? ", since " : "",
		   m->phase_since ? when_format(m->phase_since, now, since) : "");
	put_presence(t, m, now);
	put_reading(t, m, now);
	put_today(t, m);
	view_resting(t, m, now);
	text_field(t, TONE_PLAIN, "next", "%s", view_next(s, now, next));
	put_paused(t, m, now);
	put_reasons(t, m, now);
}

char *view_exercises(const struct brk *b)
{
	const struct step *steps = b->steps.items;
	size_t size = sizeof("rest");
	char *names, *end;

	for (size_t i = 0; i < b->steps.n; i++)
		size += strlen(steps[i].name) + 2;
	names = malloc(size);
	if (!names)
		return NULL;
	end = names;
	*end = '\0';
	for (size_t i = 0; i < b->steps.n; i++) {
		if (i)
			end = stpcpy(end, ", ");
		end = stpcpy(end, steps[i].name);
	}
	if (end == names)
		(void)stpcpy(names, "rest");
	return names;
}

/* What the break waits for, or how much of it is left. */
static const char *break_now(const struct state *s, walltime_t now, char buffer[static 128])
{
	const struct brk *b = &s->brk;
	char text[WHEN_TEXT_MAX], length[DURATION_TEXT_MAX];

	if (!strcmp(b->phase, "on-break"))
		(void)snprintf(
			buffer, 128, "%s left%s",
			format_duration(usec_add(break_left(b, now), USEC_PER_SEC - 1), length),
			b->ends ? "" : " (stands still while you type)");
	else if (!strcmp(b->phase, "snoozed") && b->next_prompt)
		(void)snprintf(buffer, 128, "asks again at %s",
			       when_format(b->next_prompt, now, text));
	else
		(void)snprintf(buffer, 128, "%s, asked %llu time%s",
			       !strcmp(b->phase, "deferred") ? "held back" : "waits for you",
			       (unsigned long long)b->prompts, b->prompts == 1 ? "" : "s");
	return buffer;
}

void view_break(struct text *t, const struct state *s, walltime_t now)
{
	CLEANUP(freep) char *names = NULL;
	const struct brk *b = &s->brk;
	char length[DURATION_TEXT_MAX], doing[128];
	unsigned long long left = s->manager.snoozes_left;

	if (!s->on)
		return;
	names = view_exercises(b);
	text_field(t, TONE_STRONG, "break", "%s: %s (%s)", b->rule, names ? names : b->title,
		   format_duration(b->length, length));
	/* A break that runs may have been the user's own wish: there was nothing to put off. */
	if (!left && !strcmp(b->phase, "on-break"))
		text_field(t, TONE_PLAIN, "", "%s", break_now(s, now, doing));
	else
		text_field(t, TONE_PLAIN, "", "%s; %llu snooze%s left", break_now(s, now, doing),
			   left, left == 1 ? "" : "s");
}

const char *view_other_rule(const struct brk *b, const char *wanted, const char *verb,
			    char buffer[static VIEW_OTHER_MAX])
{
	(void)snprintf(buffer, VIEW_OTHER_MAX,
		       "It is %s that runs, not %s: one break at a time. 'limber done' or 'limber "
		       "skip' ends it; then say: limber %s %s",
		       b->rule, wanted, verb, wanted);
	return buffer;
}

const char *view_dose(const struct step *step, char buffer[static VIEW_DOSE_MAX])
{
	char length[DURATION_TEXT_MAX], times[32] = "";

	if (*step->dose) {
		(void)snprintf(buffer, VIEW_DOSE_MAX, "%s", step->dose);
		return buffer;
	}
	if (step->reps > 1)
		(void)snprintf(times, sizeof(times), ", %u times", (unsigned)step->reps);
	(void)snprintf(buffer, VIEW_DOSE_MAX, "%s%s%s",
		       format_duration(step->seconds * USEC_PER_SEC, length), times,
		       step->sides == 2 ? ", each side" : "");
	return buffer;
}

void view_instructions(struct text *t, const struct step *step)
{
	const char *const *lines = step->instructions.items;

	for (size_t i = 0; i < step->instructions.n; i++) {
		fprintf(t->out, "%2zu. ", i + 1);
		text_wrap(t, TONE_PLAIN, 4, 4, lines[i]);
	}
	if (*step->cue) {
		fputs("    ", t->out);
		text_wrap(t, TONE_FAINT, 4, 4, step->cue);
	}
}

void view_steps(struct text *t, const struct state *s)
{
	const struct step *steps = s->brk.steps.items;

	if (!s->on)
		return;
	for (size_t i = 0; i < s->brk.steps.n; i++) {
		text_wrap(t, TONE_STRONG, 0, 2, steps[i].name);
		view_instructions(t, &steps[i]);
	}
}

void view_proposal(struct text *t, const struct list *list)
{
	const struct step *steps = list->items;
	char dose[VIEW_DOSE_MAX];

	for (size_t i = 0; i < list->n; i++) {
		unsigned used;

		if (i > 0)
			putc('\n', t->out);
		used = text_put(t, TONE_STRONG, steps[i].name, 4096);
		fputs("  ", t->out);
		text_wrap(t, TONE_PLAIN, used + 2, 2, view_dose(&steps[i], dose));
		if (steps[i].is_new) {
			fputs("  ", t->out);
			text_wrap(t, TONE_PLAIN, 2, 2, VIEW_NEW ".");
		}
		view_instructions(t, &steps[i]);
		if (*steps[i].why) {
			fputs("    why: ", t->out);
			text_wrap(t, TONE_FAINT, 9, 4, steps[i].why);
		}
	}
}

static unsigned widest_name(const struct state *s)
{
	const struct rule *rules = s->rules.items;
	unsigned widest = 5;

	for (size_t i = 0; i < s->rules.n; i++)
		if (text_columns(rules[i].name) > widest)
			widest = text_columns(rules[i].name);
	return widest;
}

static enum tone load_tone(const struct rule *rule)
{
	if (!rule->enabled)
		return TONE_FAINT;
	if (rule->load >= rule->every)
		return TONE_BAD;
	return rule->load / 4 >= rule->every / 5 ? TONE_WARN : TONE_GOOD;
}

/* `14min 30s of 20min`, or `14:30/20:00` where there is no room. */
static void put_load(struct text *t, const struct rule *rule)
{
	char load[WHEN_TEXT_MAX], every[WHEN_TEXT_MAX], both[2 * WHEN_TEXT_MAX];

	_Static_assert(WHEN_TEXT_MAX >= DURATION_TEXT_MAX, "both kinds of text fit");
	if (t->width < 64) {
		(void)snprintf(both, sizeof(both), "%s/%s", when_format_short(rule->load, load),
			       when_format_short(rule->every, every));
		text_cell(t, TONE_PLAIN, both, 12);
	} else {
		(void)snprintf(both, sizeof(both), "%s of %s", format_duration(rule->load, load),
			       format_duration(rule->every, every));
		text_cell(t, TONE_PLAIN, both, 20);
	}
}

void view_rules(struct text *t, const struct state *s)
{
	const struct rule *rules = s->rules.items;
	unsigned name = widest_name(s), cells = t->width >= 64 ? 20 : t->width >= 50 ? 10 : 7;

	if (name > t->width / 4)
		name = t->width / 4 > 9 ? t->width / 4 : 9;
	for (size_t i = 0; i < s->rules.n; i++) {
		const struct rule *rule = &rules[i];
		bool next = !strcmp(rule->name, s->manager.next_rule);

		text_cell(t, next ? TONE_STRONG : TONE_PLAIN, rule->name, name);
		putc(' ', t->out);
		text_bar(t, load_tone(rule), rule->load, rule->every, cells);
		putc(' ', t->out);
		put_load(t, rule);
		text_put(t, rule->enabled ? TONE_PLAIN : TONE_FAINT,
			 rule_state_words(rule->enabled ? rule->state : "off"), 10);
		putc('\n', t->out);
	}
}

void view_unkept(const struct state *s)
{
	const struct problem *p = state_unkept(s);
	CLEANUP(freep) char *sentence = NULL;
	struct text t;

	if (!p || asprintf(&sentence, "only until limberd ends: %s", p->message) < 0)
		return;
	text_init(&t, stdout, STDOUT_FILENO);
	text_wrap(&t, TONE_WARN, 0, 0, sentence);
}

char *view_problem_place(const struct problem *p)
{
	char line[24] = "", *place;

	if (p->line)
		(void)snprintf(line, sizeof(line), ":%llu", (unsigned long long)p->line);
	if (asprintf(&place, "%s%s%s%s%s%s%s%s", p->file, *p->file ? line : "",
		     *p->file ? ": " : "", *p->section ? "[" : "", p->section,
		     !*p->section ? ""
		     : *p->key    ? "] "
				  : "]: ",
		     p->key, *p->key ? ": " : "") < 0)
		return NULL;
	return place;
}

void view_problems(struct text *t, const struct state *s)
{
	const struct problem *problems = s->manager.problems.items;

	for (size_t i = 0; i < s->manager.problems.n; i++) {
		const struct problem *p = &problems[i];
		CLEANUP(freep) char *place = view_problem_place(p);

		text_field(t, TONE_WARN, p->warning ? "warning" : "problem", "%s%s",
			   place ? place : "", p->message);
		if (*p->hint)
			text_field(t, TONE_PLAIN, "", "%s", p->hint);
	}
}
