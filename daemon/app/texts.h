/* What limberd says in prompts and notices. Plain text; whoever shows it escapes it. */
#pragma once

#include <stddef.h>

#include "coach/routine.h"
#include "conf/problem.h"
#include "core/scheduler.h"

#define TITLE_MAX 256
#define BODY_MAX 4096

/* What a break is filled with; a routine without steps is plain rest. */
struct break_content {
	const struct catalog *catalog;
	const struct routine *routine;
	const struct routine *suggestion; /* something off the desk as well; NULL = nothing */
	bool eyes; /* the rule has eyes among its sets: they get their look into the distance */
};

void text_break_title(char buffer[static TITLE_MAX], const struct break_state *b,
		      const struct break_content *content);

/* What to do and how much of it, what goes before it, and what is good to know. */
void text_break_body(char buffer[static BODY_MAX], const struct break_state *b,
		     const struct break_content *content);

/* "40s, 6 times, held for 10s, on each side" */
#define DOSE_MAX 96
const char *text_dose(char buffer[static DOSE_MAX], const struct exercise *e,
		      const struct coach_dose *dose);

/* It hurt, once, or three times in one region: what to do then is in coach/safety.h. */
void text_hurts_title(char buffer[static TITLE_MAX], const struct exercise *e);
/* `regions`: REGION_BIT() of each. */
void text_professional_title(char buffer[static TITLE_MAX], uint32_t regions);

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
