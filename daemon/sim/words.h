/* The words of a trace's text: one list for what reads and what writes it. */
#pragma once

#include "core/event.h"
#include "sim/said.h"

/* A list ends with a NULL name. */
struct word {
	const char *name;
	int value;
};

/* What a trace tells of besides the core's events. */
enum event_word {
	WORD_JUMP = EVENT_POLICY + 1,
	WORD_SET,
	WORD_MEMORY,
	WORD_PROGRESS,
	WORD_SAID, /* and the numbers behind it, by enum said_kind */
	WORD_END = WORD_SAID + SAID_FORGET + 1,
};

/* Of enum event_kind and enum event_word. */
extern const struct word event_words[];
extern const struct word away_words[], sign_words[], switch_words[], posture_words[],
	calendar_words[], verdict_words[], muscle_words[];

/* Behind the screen time of before: the notice of that day was given. */
#define TOLD_WORD "told"

/* NULL if `text` is not among them. */
const struct word *word_find(const struct word *words, const char *text);
/* NULL if none has that value. */
const char *word_name(const struct word *words, int value);

/* How many letters have to be changed, added or taken away to make `b` of `a`; at most 99. */
unsigned word_distance(const char *a, const char *b);
