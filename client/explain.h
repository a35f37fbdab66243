/* Why limber asks, or why it does not, in sentences for people. */
#pragma once

#include "decision.h"
#include "state.h"
#include "text.h"

/* What there is to tell of. Everything is borrowed. */
struct story {
	const struct state *state;       /* its rules with their reasons */
	const struct decision *const *v; /* about these rules, the newest first */
	size_t n;
	const struct rule *only; /* the rule that was asked about, NULL for all of them */
	walltime_t now;
};

/* The rule whose break is here, is due or comes next; NULL if no rule is on. */
const struct rule *story_subject(const struct story *s);

/* What is now or next, what moves it or keeps it back, and how the last one ended. */
void story_tell(struct text *t, const struct story *s);

/* The same for what is told besides breaks: the day's screen time, and the posture. */
void story_tell_besides(struct text *t, const struct story *s);
