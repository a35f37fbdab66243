/* The scheduler's inside, for the files of core/ that are parts of it. */
#pragma once

#include "core/scheduler.h"

/* Bits of clocks: which of them something is about. */
#define CLOCK_BIT(counts) (1u << (counts))
#define CLOCK_SCREEN CLOCK_BIT(RULE_COUNTS_SCREEN)
#define CLOCK_ALL (CLOCK_BIT(RULE_COUNTS_HANDS) | CLOCK_SCREEN)

struct effect *emit(struct effects *out, enum effect_kind kind, int rule);

/* Is there a break, and in this phase? */
static inline bool is_break(const struct scheduler *s, enum phase phase)
{
	return s->brk.exists && s->brk.phase == phase;
}

/* decide.c: entries of the journal ------------------------------------------------------------- */

/* About rule `i`, with its load; also -1: the present break's, whose rule may be gone. */
struct decision *decide(struct scheduler *s, int i, enum decision_kind kind,
			enum decision_cause cause);
/* ... once, for as long as the rule gets the same answer. NULL if it was told already. */
struct decision *decide_once(struct scheduler *s, int i, enum decision_kind kind,
			     enum decision_cause cause, unsigned signs, int other);

/* clocks.c: loads, gaps and presence ----------------------------------------------------------- */

/* By arithmetic alone. */
usec_t plain_load(const struct scheduler *s, size_t i, usec_t now);
/* The same, but of a running break's own rule as it was at Start. */
usec_t rule_load(const struct scheduler *s, size_t i, usec_t now);
/* Has it reached `every` by now? */
bool is_loaded(const struct scheduler *s, size_t i);
void set_load(struct scheduler *s, int rule, usec_t amount);
/* The same, whatever was gathered before. */
void settle_load(struct scheduler *s, int rule, usec_t amount);
/* load_spare_at() of the rule. */
usec_t spare_rest(const struct scheduler *s, size_t i, usec_t now);
/* EVENT_EARLIER. */
void add_earlier(struct scheduler *s, int rule, usec_t length, bool told);
/* Exposure of the rule since any rest. */
usec_t rule_spell(const struct scheduler *s, size_t i, usec_t now);
/* When that reaches `longest`, or a rest ends it there; USEC_NEVER if neither. */
usec_t rule_spell_turns(const struct scheduler *s, size_t i);

/* Bring the loads of these clocks up to `until`; before what `gap` says of them changes. */
void fold(struct scheduler *s, usec_t until, unsigned clocks);
/* The rest of this gap, as a rule sees it; 0 if it is none. */
usec_t rest_so_far(const struct scheduler *s, const struct rule_policy *p);
/* A gap begins: what the loads were before it. */
void remember_loads(struct scheduler *s, usec_t from, unsigned clocks);

/* Does a video, call or screencast claim the screen, whoever is there? */
bool is_watched(const struct scheduler *s);
/* Is the screen held at `at` although there is no input? Says so to the screen's gap. */
void judge_screen(struct scheduler *s, usec_t at);
/* Until when watching holds it at most; USEC_NEVER if nothing does. */
usec_t watch_ends(const struct scheduler *s);
void judge_presence(struct scheduler *s);

const struct rule_policy *today_clock(void);
struct rule_policy posture_clock(const struct scheduler *s);
usec_t posture_load(const struct scheduler *s, usec_t now);

/* The gap goes on or ends, as events tell. */
void gap_input(struct scheduler *s, struct effects *out);
void gap_pause(struct scheduler *s, usec_t since, struct effects *out);
void gap_no_source(struct scheduler *s);
void gap_away(struct scheduler *s, unsigned reason, usec_t since, struct effects *out);
void gap_back(struct scheduler *s, unsigned reason, struct effects *out);
/* What was taken for a bump perhaps is a return. */
void bump_is_return(struct scheduler *s, struct effects *out);
usec_t bump_deadline(const struct scheduler *s);

/* The user says that so much was rest. */
void tell_rested(struct scheduler *s, usec_t length, struct effects *out);

/* break.c: from the first prompt to the outcome ------------------------------------------------ */

void break_new(struct scheduler *s, int rule, uint32_t merged);
void break_prompt(struct scheduler *s, enum decision_cause cause, struct effects *out);
void break_start(struct scheduler *s, bool by_user, struct effects *out);
void break_end(struct scheduler *s, enum outcome outcome, usec_t at, enum decision_cause cause,
	       struct effects *out);
void break_eased(struct scheduler *s, enum decision_cause cause, struct effects *out);
/* It was never asked: judged afresh. */
void break_forgotten(struct scheduler *s);
void break_snooze(struct scheduler *s, usec_t length, struct effects *out);
/* What time alone does to it. */
void break_passes(struct scheduler *s, struct effects *out);
/* Input and its end while it runs. */
void break_input(struct break_state *b, usec_t at);
void break_pause(struct scheduler *s, usec_t since);
/* Its clock stopped or went on resting at `at`. */
void break_rest_follows(struct scheduler *s, usec_t at);
void break_halt(struct break_state *b, usec_t at);
/* Is it the break of rule `i`, or of a longer one in its place? */
bool break_stands_for(const struct break_state *b, size_t i);
/* Does it stand for a rule that is due? */
bool break_is_due(const struct scheduler *s);
usec_t break_deadline(const struct scheduler *s);

/* questions.c: due, and may it be said now? ---------------------------------------------------- */

/* Question 1 for rule `i`: the signs that hold, or, with none, until when it settles (0: not). */
struct quiet_answer {
	unsigned signs;
	usec_t settle_until;
	enum quiet settled; /* the sign that ended last */
};

struct quiet_answer ask_quiet(const struct scheduler *s, const struct rule_policy *p, int rule);
static inline bool is_quiet(const struct quiet_answer *a)
{
	return a->signs || a->settle_until;
}
/* May nothing be said of the present break now, by question 1 and the absence table? */
bool break_is_quiet(const struct scheduler *s);

void sign_begins(struct scheduler *s, enum quiet sign, usec_t since, const char *who);
void sign_ends(struct scheduler *s, enum quiet sign, usec_t at);

/* Which rules are due; those that are no longer are eased by `cause`. */
void judge_due(struct scheduler *s, enum decision_cause cause, struct effects *out);
void ask(struct scheduler *s, struct effects *out);
/* Was the last answer to the rule to wait, for this? */
static inline bool waits_for(const struct rule_state *r, enum decision_cause cause)
{
	return r->told.kind == DECISION_WAITING && r->told.cause == cause;
}
/* Does the break that was put off wait for a lull now? */
static inline bool break_waits(const struct scheduler *s)
{
	return is_break(s, PHASE_DEFERRED) && s->brk.rule >= 0 &&
	       waits_for(&s->rules[s->brk.rule], CAUSE_LULL);
}
void judge_notices(struct scheduler *s, struct effects *out);
/* The longest of all rules that are due, or -1. */
int longest_due(const struct scheduler *s);
/* When there is room for one more announcement in the last 60 min; 0 = now. */
usec_t hour_free_at(const struct scheduler *s);
void hour_spent(struct scheduler *s, const struct rule_policy *p);
usec_t questions_deadline(const struct scheduler *s);
