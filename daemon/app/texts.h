/* What limberd says in prompts and notices. Plain text; whoever shows it escapes it. */
#pragma once

#include <stddef.h>

#include "coach/catalog.h"
#include "conf/problem.h"
#include "core/scheduler.h"

#define TITLE_MAX 256
#define BODY_MAX 4096

/* `e` may be NULL: the break is plain rest. */
void text_break_title(char buffer[static TITLE_MAX], const struct break_state *b,
		      const struct exercise *e);

/* How long the exercise itself takes within the break. */
unsigned text_seconds(const struct break_state *b, const struct exercise *e);

/* Cue, dose and first steps of the exercise, and what goes before it. */
void text_break_body(char buffer[static BODY_MAX], const struct break_state *b,
		     const struct exercise *e);

void text_welcome_title(char buffer[static TITLE_MAX]);
/* What will happen next, and the safety text. */
void text_welcome_body(char buffer[static BODY_MAX], const struct policy *p);

/* The day's screen time has reached its limit. */
void text_daily_title(char buffer[static TITLE_MAX], const struct policy *p);
void text_daily_body(char buffer[static BODY_MAX]);

/* Time for the other posture, which is `posture`. */
void text_posture_title(char buffer[static TITLE_MAX], enum posture posture);
void text_posture_body(char buffer[static BODY_MAX], const struct policy *p, enum posture posture);

/* The history was damaged; `what` is a sentence without capital and full stop. */
void text_damage_body(char buffer[static BODY_MAX], const char *what);

/* One line: file, line, what is wrong, what is allowed. */
void text_problem(char buffer[static BODY_MAX], const struct problem *p);

void text_problems_title(char buffer[static TITLE_MAX], const struct problem_list *l);
void text_problems_body(char buffer[static BODY_MAX], const struct problem_list *l);
