/* What limberd has decided, as its method Explain and its signal Decided tell it. */
#pragma once

#include "base/time.h"
#include "json.h"
#include "reader.h"
#include "text.h"

struct decision {
	const char *rule, *decision, *why;
	const char *outcome; /* "" where none applies */
	walltime_t when;
};

extern const struct shape decision_shape;

/* Its members, into the object that is open. */
void decision_json(struct json *j, const struct decision *d);

/* What was decided, in a word or two for people; an unknown word as it is. */
const char *decision_words(const struct decision *d);

/* The break was over with it, or needed no more: it is why no break came of what was due. */
bool decision_concludes(const struct decision *d);

/* A row each, in the order given: when, rule, what, why. Wrapped where there is little room. */
void decisions_table(struct text *t, const struct decision *const decisions[], size_t n,
		     walltime_t now);
