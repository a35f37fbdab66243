/*
 * Decisions in words: the names that the bus, the timeline and JSON use, and one sentence of why
 * for each. One text for all that tell of decisions, live or simulated.
 */
#pragma once

#include "core/scheduler.h"

/* active, watching, idle, away, unknown */
const char *presence_name(enum presence presence);
/* on-break, prompting, snoozed, paused, off-duty, deferred, due, working */
const char *phase_name(enum phase phase);
/* taken, cut-short, skipped, missed, natural */
const char *outcome_name(enum outcome outcome);
/* dnd, call, screencast, fullscreen, inhibitors, inhibit, pause, hours */
const char *quiet_name(enum quiet sign);
/* due, waiting, deferred, merged, eased, prompt, repeated, snoozed, started, ended, natural,
 * daily-notice, posture */
const char *decision_name(enum decision_kind kind);
/* sitting, standing */
const char *posture_name(enum posture posture);

#define SENTENCE_MAX 384

/* "a call uses the microphone or camera since 09:12", without capital and full stop. `who` may be
 * "". `since` in wall time, 0 if nobody knows. Local time is that of the process. */
const char *quiet_sentence(enum quiet sign, const char *who, walltime_t since,
			   char buffer[static SENTENCE_MAX]);

/* What is said when it is over: "the call is over". */
const char *quiet_over_sentence(enum quiet sign);

/*
 * Why, with its numbers: "a call uses the microphone or camera since 09:12", "4 prompts in the last
 * 60min, the most you allow; free again at 10:41". `offset` is wall clock less the decision's
 * clock. Does not repeat rule and decision; no capital, no full stop.
 */
const char *decision_sentence(const struct decision *d, int64_t offset,
			      char buffer[static SENTENCE_MAX]);
