/* What limberd says of itself, in words and bars: shared by `status` and the live view. */
#pragma once

#include "state.h"
#include "text.h"

/* What is now, what is next, and why no prompt shows. */
void view_now(struct text *t, const struct state *s, walltime_t now);

/* The announced or running break in one line; nothing if there is none. */
void view_break(struct text *t, const struct state *s, walltime_t now);

/* The exercises of the break, step by step. */
void view_steps(struct text *t, const struct state *s);

/* How one step is done, and its cue. */
void view_instructions(struct text *t, const struct step *step);

/* `30s, 8 times, each side`: what a step asks for. Answers `buffer`. */
#define VIEW_DOSE_MAX 96
const char *view_dose(const struct step *step, char buffer[static VIEW_DOSE_MAX]);

/* What goes with each exercise that the user has never done (ergonomics S6). */
#define VIEW_NEW "New for you, so start slowly and listen to your body"

/* The same steps (struct step) with what they ask for, and why they were chosen. */
void view_proposal(struct text *t, const struct list *steps);

/* One line per rule: its name, a bar, its load and its state. */
void view_rules(struct text *t, const struct state *s);

/* Where it hurt three times, a line for each. */
void view_resting(struct text *t, const struct manager *m, walltime_t now);

/* Says on stdout that what the user has just said holds only until limberd ends, if that is so. */
void view_unkept(const struct state *s);

/* `FILE:LINE: [SECTION] KEY: `, as far as it is of one place. Owned; NULL without memory. */
char *view_problem_place(const struct problem *p);
void view_problems(struct text *t, const struct state *s);

/* Who asked for a break of rule `wanted` is told that this is another one's, and how to get there;
 * `verb` is what they said. Answers `buffer`. */
#define VIEW_OTHER_MAX 384
const char *view_other_rule(const struct brk *b, const char *wanted, const char *verb,
			    char buffer[static VIEW_OTHER_MAX]);

/* `micro in 12min 30s of activity`: what comes next. Answers `buffer`. */
#define VIEW_NEXT_MAX 160
const char *view_next(const struct state *s, walltime_t now, char buffer[static VIEW_NEXT_MAX]);

/* The names of the break's exercises, or its title. Owned by the caller; NULL without memory. */
char *view_exercises(const struct brk *b);
