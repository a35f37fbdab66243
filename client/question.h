/* A question to whoever sits at the terminal. */
#pragma once

#include <stdbool.h>

/* Somebody can read the question and answer it. */
bool question_possible(void);

/* `question [y/N] `, and the answer: `fallback` if it is empty, no if there is none. */
bool question_ask(const char *question, bool fallback);
