#include "app/texts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "coach/safety.h"

/* A notification has room for so many steps; `limber show` has them all. Of more, those in the
 * middle are left out: what to be careful of is often said last. */
#define STEPS_SHOWN 5
/* Breaks from here on are worth getting up for (ergonomics B9: change the posture). */
#define STAND_UP_FROM (2 * USEC_PER_MIN)
#define PROBLEMS_SHOWN 3
/* Shorter holds are but a moment at the end of a movement. */
#define HOLD_TOLD_FROM 5

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

static const struct exercise *exercise_of(const struct break_content *content, size_t i)
{
	return &content->catalog->exercises[content->routine->steps[i].exercise];
}

/* "Shoulder rolls", "Shoulder rolls and 4 more", or what plain rest is called. */
static void add_content(char *buffer, const struct break_content *content, const char *rest)
{
	size_t n = content->routine->n;

	add(buffer, TITLE_MAX, "%s", n > 0 ? exercise_of(content, 0)->name : rest);
	if (n > 1)
		add(buffer, TITLE_MAX, " and %zu more", n - 1);
}

void text_break_title(char buffer[static TITLE_MAX], const struct break_state *b,
		      const struct break_content *content)
{
	char length[DURATION_TEXT_MAX];

	buffer[0] = '\0';
	format_duration(b->policy.length, length);
	if (b->phase == PHASE_ON_BREAK) {
		add_content(buffer, content, "Rest");
		return;
	}
	add(buffer, TITLE_MAX,
	    "%s of %s: ", b->repeated ? "Still time for a break" : "Time for a break", length);
	add_content(buffer, content, "rest");
}

static void add_rest(char *buffer, const struct break_state *b)
{
	if (b->policy.length >= STAND_UP_FROM)
		add(buffer, BODY_MAX, "Stand up, walk a few steps and look into the distance.");
	else
		add(buffer, BODY_MAX, "Hands off, sit differently and look into the distance.");
}

const char *text_dose(char buffer[static DOSE_MAX], const struct exercise *e,
		      const struct coach_dose *dose)
{
	char length[DURATION_TEXT_MAX];
	bool counted = dose->reps > 1 || dose->hold >= HOLD_TOLD_FROM;

	buffer[0] = '\0';
	add(buffer, DOSE_MAX, "%s", format_duration(dose->seconds * USEC_PER_SEC, length));
	if (dose->reps > 1)
		add(buffer, DOSE_MAX, ", %u times", dose->reps);
	if (dose->sets > 1)
		add(buffer, DOSE_MAX, " in %u sets", dose->sets);
	if (dose->hold >= HOLD_TOLD_FROM)
		add(buffer, DOSE_MAX, ", held for %us", dose->hold);
	if (e->sides == 2)
		add(buffer, DOSE_MAX, "%s", counted ? ", on each side" : ", both sides");
	return buffer;
}

/* Ergonomics B9: the posture changes with every break that is long enough for it. */
static void add_posture(char *buffer, const struct break_state *b, const struct exercise *e)
{
	if (e->position == POSITION_SEATED && b->policy.length >= STAND_UP_FROM)
		add(buffer, BODY_MAX, "Stand up and walk a few steps first. ");
	else if (e->position == POSITION_STANDING || e->position == POSITION_WALL)
		add(buffer, BODY_MAX, "Stand up. ");
}

/* "Off the desk today: Swimming, 10min, after 5min of: Stand and walk." */
static void add_suggestion(char *buffer, const struct break_content *content)
{
	const struct routine *r = content->suggestion;
	const struct exercise *all = content->catalog->exercises;
	char length[DURATION_TEXT_MAX];
	const struct routine_step *last;

	if (!r || r->n == 0)
		return;
	last = &r->steps[r->n - 1];
	add(buffer, BODY_MAX, "\nOff the desk today: %s, %s", all[last->exercise].name,
	    format_duration(last->dose.seconds * USEC_PER_SEC, length));
	if (r->n > 1)
		add(buffer, BODY_MAX, ", after %s of: %s",
		    format_duration(r->steps[0].dose.seconds * USEC_PER_SEC, length),
		    all[r->steps[0].exercise].name);
	add(buffer, BODY_MAX, ".");
}

static void add_steps(char *buffer, const struct exercise *e)
{
	unsigned left_out = e->n_steps > STEPS_SHOWN ? e->n_steps - STEPS_SHOWN : 0;

	for (unsigned i = 0; i < e->n_steps; i++) {
		if (left_out && i + 1 == STEPS_SHOWN) {
			add(buffer, BODY_MAX, "\n… limber show %s", e->id);
			i += left_out;
		}
		add(buffer, BODY_MAX, "\n%u. %s", i + 1, e->steps[i]);
	}
}

/* Small notifications show the beginning only: the instructions come last. */
static void add_one(char *buffer, const struct break_content *content)
{
	const struct exercise *e = exercise_of(content, 0);
	/* Ergonomics E1: in each short break rather than by a timer of its own. */
	bool look = content->eyes && e->set != SET_EYES;
	char dose[DOSE_MAX];

	add(buffer, BODY_MAX, "%s\nAbout %s%s.", e->cue,
	    text_dose(dose, e, &content->routine->steps[0].dose),
	    look ? "; then look into the distance" : "");
	add_suggestion(buffer, content);
	add_steps(buffer, e);
}

/* A line for each, so that none is cut off: limber-notify tells each one's cue when it is its turn,
 * and the guide its instructions. */
static void add_several(char *buffer, const struct break_content *content)
{
	char length[DURATION_TEXT_MAX];

	for (size_t i = 0; i < content->routine->n; i++) {
		const struct exercise *e = exercise_of(content, i);
		const struct routine_step *step = &content->routine->steps[i];

		add(buffer, BODY_MAX, "%s%zu. %s, %s%s%s", i ? "\n" : "", i + 1, e->name,
		    format_duration(step->dose.seconds * USEC_PER_SEC, length),
		    e->sides == 2 ? ", both sides" : "", step->first ? ", new" : "");
	}
	add_suggestion(buffer, content);
	add(buffer, BODY_MAX, "\nStep by step: limber guide");
}

/* Ergonomics S6: before each new exercise, and where small notifications do not cut it off; a list
 * marks which ones they are. */
static void add_new(char *buffer, const struct break_content *content)
{
	for (size_t i = 0; i < content->routine->n; i++)
		if (content->routine->steps[i].first) {
			add(buffer, BODY_MAX, "New for you: start slowly, listen to your body.");
			return;
		}
}

/* What goes before the exercises, in a line of its own. */
static void add_head(char *buffer, const struct break_state *b, const struct break_content *content)
{
	size_t used;

	if (content->routine->n > 0)
		add_posture(buffer, b, exercise_of(content, 0));
	add_new(buffer, content);
	used = strlen(buffer);
	if (used && buffer[used - 1] == ' ')
		buffer[used - 1] = '\0';
	if (used)
		add(buffer, BODY_MAX, "\n");
}

void text_break_body(char buffer[static BODY_MAX], const struct break_state *b,
		     const struct break_content *content)
{
	size_t n = content->routine->n;

	buffer[0] = '\0';
	add_head(buffer, b, content);
	if (n == 0) {
		add_rest(buffer, b);
		add_suggestion(buffer, content);
	} else if (n == 1) {
		add_one(buffer, content);
	} else {
		add_several(buffer, content);
	}
}

void text_hurts_title(char buffer[static TITLE_MAX], const struct exercise *e)
{
	buffer[0] = '\0';
	add(buffer, TITLE_MAX, "%s hurt: it is left out for a week", e->name);
}

void text_professional_title(char buffer[static TITLE_MAX], uint32_t regions)
{
	buffer[0] = '\0';
	add(buffer, TITLE_MAX, "Exercises for the ");
	for (unsigned region = 0; region < REGIONS_COUNT; region++) {
		uint32_t later = regions >> region >> 1;

		if (!(regions & REGION_BIT(region)))
			continue;
		/* The last but one is followed by "and", those before it by a comma. */
		add(buffer, TITLE_MAX, "%s%s", region_names[region],
		    !later                ? ""
		    : later & (later - 1) ? ", "
					  : " and ");
	}
	add(buffer, TITLE_MAX, " hurt three times");
	/* lower-back, as in files, is two words to people. */
	for (char *c = buffer; *c; c++)
		if (*c == '-')
			*c = ' ';
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
	    "%s %s",
	    safety_text(SAFETY_GENERAL), safety_text(SAFETY_SLOWLY));
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
