#include "app/texts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"

/* A notification has room for so many steps; `limber show` has them all. */
#define STEPS_SHOWN 3
/* Breaks from here on are worth getting up for (ergonomics B9: change the posture). */
#define STAND_UP_FROM (2 * USEC_PER_MIN)
#define PROBLEMS_SHOWN 3

/* Append; what does not fit is cut before the character that would be torn. */
static void add(char *buffer, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void add(char *buffer, size_t size, const char *format, ...)
{
	size_t used = strlen(buffer);
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(buffer + used, size - used, format, args);
	va_end(args);
	if (n < 0 || (size_t)n < size - used)
		return;
	/* Back to the first byte of the last character, which may be torn. */
	used = size - 1;
	while (used > 0 && (buffer[used - 1] & 0xc0) == 0x80)
		used--;
	if (used > 0 && (buffer[used - 1] & 0x80))
		buffer[used - 1] = '\0';
}

void text_break_title(char buffer[static TITLE_MAX], const struct break_state *b,
		      const struct exercise *e)
{
	const char *what = e ? e->name : "rest";
	char length[DURATION_TEXT_MAX];

	buffer[0] = '\0';
	format_duration(b->policy.length, length);
	if (b->phase == PHASE_ON_BREAK)
		add(buffer, TITLE_MAX, "%s", e ? e->name : "Rest");
	else if (b->repeated)
		add(buffer, TITLE_MAX, "Still time for a break of %s: %s", length, what);
	else
		add(buffer, TITLE_MAX, "Time for a break of %s: %s", length, what);
}

static void add_rest(char *buffer, const struct break_state *b)
{
	if (b->policy.length >= STAND_UP_FROM)
		add(buffer, BODY_MAX, "Stand up, walk a few steps and look into the distance.");
	else
		add(buffer, BODY_MAX, "Hands off, sit differently and look into the distance.");
}

unsigned text_seconds(const struct break_state *b, const struct exercise *e)
{
	return (unsigned)usec_min(b->policy.length / USEC_PER_SEC, e->seconds_default);
}

/* "About 40s, 6 times on each side." */
static void add_dose(char *buffer, const struct break_state *b, const struct exercise *e)
{
	char length[DURATION_TEXT_MAX];
	usec_t seconds = text_seconds(b, e);

	add(buffer, BODY_MAX, "\nAbout %s", format_duration(seconds * USEC_PER_SEC, length));
	if (e->reps > 1)
		add(buffer, BODY_MAX, ", up to %u times", e->reps);
	if (e->hold_seconds >= 5)
		add(buffer, BODY_MAX, "%s hold for up to %us", e->reps > 1 ? "," : ":",
		    e->hold_seconds);
	if (e->sides == 2)
		add(buffer, BODY_MAX, "%s",
		    e->reps > 1 || e->hold_seconds >= 5 ? " on each side" : ", both sides");
	add(buffer, BODY_MAX, ".");
}

void text_break_body(char buffer[static BODY_MAX], const struct break_state *b,
		     const struct exercise *e)
{
	buffer[0] = '\0';
	if (!e) {
		add_rest(buffer, b);
		return;
	}
	if (e->position == POSITION_SEATED && b->policy.length >= STAND_UP_FROM)
		add(buffer, BODY_MAX, "Stand up and walk a few steps first.\n");
	else if (e->position == POSITION_STANDING || e->position == POSITION_WALL)
		add(buffer, BODY_MAX, "Stand up.\n");
	add(buffer, BODY_MAX, "%s", e->cue);
	add_dose(buffer, b, e);
	for (unsigned i = 0; i < e->n_steps && i < STEPS_SHOWN; i++)
		add(buffer, BODY_MAX, "\n%u. %s", i + 1, e->steps[i]);
	if (e->n_steps > STEPS_SHOWN)
		add(buffer, BODY_MAX, "\n… limber show %s", e->id);
}

void text_welcome_title(char buffer[static TITLE_MAX])
{
	buffer[0] = '\0';
	add(buffer, TITLE_MAX, "limber is running");
}

void text_welcome_body(char buffer[static BODY_MAX], const struct policy *p)
{
	buffer[0] = '\0';
	for (size_t i = 0; i < p->n_rules; i++) {
		const struct rule_policy *r = &p->rules[i];
		char every[DURATION_TEXT_MAX], length[DURATION_TEXT_MAX];

		if (r->enabled)
			add(buffer, BODY_MAX, "%s: after %s of work a break of %s.\n", r->name,
			    format_duration(r->every, every), format_duration(r->length, length));
	}
	if (!buffer[0])
		add(buffer, BODY_MAX, "No rule is enabled, so no break will be announced.\n");
	/* Ergonomics S1 and S6, in their own words. */
	add(buffer, BODY_MAX,
	    "Rests that you take by yourself count. `limber status` tells what comes next.\n\n"
	    "These are general tips, not medical advice. If you have back pain, an injury, a "
	    "health condition, are pregnant or recently had surgery, ask a doctor or "
	    "physiotherapist first. Start slowly, listen to your body: a mild pull is fine, "
	    "pain is not.");
}

void text_daily_title(char buffer[static TITLE_MAX], const struct policy *p)
{
	char length[DURATION_TEXT_MAX];

	buffer[0] = '\0';
	add(buffer, TITLE_MAX, "%s at the screen today", format_duration(p->daily, length));
}

void text_daily_body(char buffer[static BODY_MAX])
{
	/* Ergonomics C1 and C2: more than this goes with complaints; it is advice, not a limit. */
	buffer[0] = '\0';
	add(buffer, BODY_MAX,
	    "Neck, shoulders and eyes do best with no more than about that much in a day. What can "
	    "wait until tomorrow, or be done on paper, on foot or in a talk, does them good now.\n"
	    "Breaks go on as usual, and this is said once a day.");
}

void text_damage_body(char buffer[static BODY_MAX], const char *what)
{
	buffer[0] = '\0';
	add(buffer, BODY_MAX, "%s.\nBreaks go on as before.", what);
	if (buffer[0] >= 'a' && buffer[0] <= 'z')
		buffer[0] = (char)(buffer[0] - 'a' + 'A');
}

void text_posture_title(char buffer[static TITLE_MAX], enum posture posture)
{
	buffer[0] = '\0';
	add(buffer, TITLE_MAX, "%s",
	    posture == POSTURE_STANDING ? "Time to stand up" : "Time to sit down");
}

void text_posture_body(char buffer[static BODY_MAX], const struct policy *p, enum posture posture)
{
	usec_t stand = usec_min(p->stand, p->stand_most);
	char sat[DURATION_TEXT_MAX], stood[DURATION_TEXT_MAX];

	buffer[0] = '\0';
	format_duration(p->sit, sat);
	format_duration(stand, stood);
	/* Ergonomics P2 to P4: the change is what helps, and standing still tires the back as well.
	 */
	if (posture == POSTURE_STANDING)
		add(buffer, BODY_MAX,
		    "You have worked for %s while sitting. Raise the desk and go on standing for "
		    "%s, "
		    "with your weight now on one foot, now on the other.",
		    sat, stood);
	else
		add(buffer, BODY_MAX,
		    "You have worked for %s while standing. Lower the desk and sit for %s: it is "
		    "the "
		    "change that does good, standing for long tires back and legs as well.",
		    stood, sat);
}

/* "[rule micro] every: " */
static void add_place(char *buffer, const struct problem *p)
{
	if (p->section[0])
		add(buffer, BODY_MAX, "[%s]%s", p->section, p->key[0] ? " " : ": ");
	if (p->key[0])
		add(buffer, BODY_MAX, "%s: ", p->key);
}

void text_problem(char buffer[static BODY_MAX], const struct problem *p)
{
	buffer[0] = '\0';
	add(buffer, BODY_MAX, "%s:", p->file);
	if (p->line)
		add(buffer, BODY_MAX, "%u:", p->line);
	add(buffer, BODY_MAX, " %s", p->warning ? "warning: " : "");
	add_place(buffer, p);
	add(buffer, BODY_MAX, "%s", p->message);
	if (p->hint[0])
		add(buffer, BODY_MAX, " (%s: %s)", p->warning ? "recommended" : "allowed", p->hint);
}

void text_problems_title(char buffer[static TITLE_MAX], const struct problem_list *l)
{
	size_t n = l->errors;

	buffer[0] = '\0';
	add(buffer, TITLE_MAX,
	    n == 1 ? "%zu problem in limber's settings" : "%zu problems in limber's settings", n);
}

void text_problems_body(char buffer[static BODY_MAX], const struct problem_list *l)
{
	size_t shown = 0;

	buffer[0] = '\0';
	for (size_t i = 0; i < l->n && shown < PROBLEMS_SHOWN; i++) {
		const struct problem *p = &l->v[i];
		const char *base = strrchr(p->file, '/');

		if (p->warning)
			continue;
		add(buffer, BODY_MAX, "%s%s", shown++ ? "\n" : "", base ? base + 1 : p->file);
		if (p->line)
			add(buffer, BODY_MAX, " line %u", p->line);
		add(buffer, BODY_MAX, ": ");
		add_place(buffer, p);
		add(buffer, BODY_MAX, "%s", p->message);
		if (p->hint[0])
			add(buffer, BODY_MAX, " (allowed: %s)", p->hint);
	}
	if (l->errors > shown)
		add(buffer, BODY_MAX, "\n`limber status` shows all of them.");
}
