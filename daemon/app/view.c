#include "app/manager-internal.h"

#include <stdio.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"

/* clang-format off */
static const char *const phase_names[] = {
	[PHASE_ON_BREAK]  = "on-break",
	[PHASE_PROMPTING] = "prompting",
	[PHASE_SNOOZED]   = "snoozed",
	[PHASE_PAUSED]    = "paused",
	[PHASE_DEFERRED]  = "deferred",
	[PHASE_DUE]       = "due",
	[PHASE_WORKING]   = "working",
};

static const char *const presence_names[] = {
	[PRESENCE_ACTIVE]  = "active",
	[PRESENCE_IDLE]    = "idle",
	[PRESENCE_AWAY]    = "away",
	[PRESENCE_UNKNOWN] = "unknown",
};

static const char *const rule_state_names[] = {
	[RULE_COUNTING]  = "counting",
	[RULE_DUE]       = "due",
	[RULE_WAITING]   = "waiting",
	[RULE_DEFERRED]  = "deferred",
	[RULE_SNOOZED]   = "snoozed",
	[RULE_PROMPTING] = "prompting",
	[RULE_ON_BREAK]  = "on-break",
	[RULE_OFF]       = "off",
};

static const char *const counts_names[] = {
	[RULE_COUNTS_HANDS]  = "hands",
	[RULE_COUNTS_SCREEN] = "screen",
};

static const char *const urgency_names[] = {
	[URGENCY_LOW]      = "low",
	[URGENCY_NORMAL]   = "normal",
	[URGENCY_CRITICAL] = "critical",
};
/* clang-format on */

/* Reasons -------------------------------------------------------------------------------------- */

/* Clock time of a point in wall time, as the user reads it. */
static void format_clock(walltime_t at, char buffer[static 32])
{
	time_t seconds = (time_t)(at / USEC_PER_SEC);
	struct tm local;

	if (!localtime_r(&seconds, &local) || !strftime(buffer, 32, "%H:%M", &local))
		buffer[0] = '\0';
}

static void pause_detail(const struct manager *m, char *text)
{
	char clock[32];

	if (m->paused_until == USEC_NEVER) {
		(void)snprintf(text, REASON_TEXT_MAX, "paused until you resume");
		return;
	}
	format_clock(m->paused_until, clock);
	(void)snprintf(text, REASON_TEXT_MAX, "paused until %s", clock);
}

static void inhibit_detail(const struct manager *m, char *text)
{
	const struct inhibitor *first = m->inhibitors.n ? m->inhibitors.v[0] : NULL;

	(void)snprintf(text, REASON_TEXT_MAX, "inhibited by %s%s%s",
		       first ? first->who : "a program", first && first->why[0] ? ": " : "",
		       first ? first->why : "");
}

static void snooze_detail(const struct manager *m, char *text)
{
	char clock[32];

	format_clock(wall_of(&m->wall, m->scheduler.brk.next_prompt_at), clock);
	(void)snprintf(text, REASON_TEXT_MAX, "snoozed until %s", clock);
}

static struct bus_reason reason(const struct manager *m, const char *sign, const char *detail,
				usec_t since)
{
	return (struct bus_reason){
		.sign = sign,
		.detail = detail,
		.since = wall_of(&m->wall, since),
	};
}

/* The signs of a rule, or of all together, as reasons. Details go to the view's texts. */
static size_t put_reasons(struct manager *m, unsigned signs, usec_t since, bool snoozed,
			  struct bus_reason ret[static REASONS_MAX])
{
	const struct scheduler *s = &m->scheduler;
	char(*text)[REASON_TEXT_MAX] = m->view.reason_texts;
	size_t n = 0;

	/* The texts are the same whoever asks, so that one set of them serves all rules. */
	if (signs & SIGN_PAUSED)
		ret[n++] = reason(m, "pause", text[0], s->held_since);
	if (signs & SIGN_INHIBIT)
		ret[n++] = reason(m, "inhibit", text[1], s->quiet_since);
	if (signs & SIGN_SETTLE)
		ret[n++] = reason(m, "settle", text[3], s->settle_from);
	if (signs & SIGN_AWAY)
		ret[n++] = reason(m, "away", "nobody is at the screen", s->presence_since);
	if (signs & SIGN_RETRY)
		ret[n++] = reason(m, "retry", text[4], since);
	if (signs & SIGN_LULL)
		ret[n++] = reason(m, "lull", "waiting for a short pause in your input", since);
	if (snoozed)
		ret[n++] = reason(m, "snooze", text[2], s->phase_since);
	return n;
}

static void settle_detail(const struct manager *m, char *text)
{
	char length[DURATION_TEXT_MAX];

	(void)snprintf(text, REASON_TEXT_MAX,
		       "it had to be quiet until now; prompts come again %s later",
		       format_duration(m->scheduler.policy.settle, length));
}

static void retry_detail(const struct manager *m, char *text)
{
	char length[DURATION_TEXT_MAX];

	(void)snprintf(text, REASON_TEXT_MAX, "missed or cut short; it is asked again %s later",
		       format_duration(m->scheduler.policy.retry, length));
}

static void put_reason_texts(struct manager *m)
{
	settle_detail(m, m->view.reason_texts[3]);
	retry_detail(m, m->view.reason_texts[4]);
	pause_detail(m, m->view.reason_texts[0]);
	inhibit_detail(m, m->view.reason_texts[1]);
	snooze_detail(m, m->view.reason_texts[2]);
}

/* Rules ---------------------------------------------------------------------------------------- */

static void put_rules(struct manager *m, usec_t now)
{
	struct view *v = &m->view;
	const struct policy *p = &m->scheduler.policy;
	unsigned signs = 0;
	usec_t since = 0;
	bool snoozed = m->scheduler.phase == PHASE_SNOOZED;

	for (size_t i = 0; i < p->n_rules; i++) {
		const struct rule_policy *rule = &p->rules[i];
		struct rule_view r;

		scheduler_rule_view(&m->scheduler, i, now, &r);
		v->rules[i] = (struct bus_rule){
			.name = rule->name,
			.counts = counts_names[rule->counts],
			.state = rule_state_names[r.phase],
			.urgency = urgency_names[rule->urgency],
			.every = rule->every,
			.length = rule->length,
			.snooze = rule->snooze,
			.due = wall_of(&m->wall, r.due_at),
			.enabled = rule->enabled,
			.repeated = r.phase == RULE_PROMPTING && m->scheduler.brk.repeated,
			.reasons = v->rule_reasons[i],
			.n_reasons = put_reasons(m, r.signs, r.since, r.phase == RULE_SNOOZED,
						 v->rule_reasons[i]),
		};
		signs |= r.signs;
		since = since ? since : r.since;
	}
	/* What keeps everything quiet is told even while nothing is due. */
	signs |= m->scheduler.held ? SIGN_PAUSED : 0u;
	signs |= m->scheduler.quiet ? SIGN_INHIBIT : 0u;
	v->state.n_reasons = put_reasons(m, signs, since, snoozed, v->reasons);
	v->state.reasons = v->reasons;
	v->state.rules = v->rules;
	v->state.n_rules = p->n_rules;
}

static void put_next(struct manager *m, usec_t now)
{
	const usec_t step = USEC_PER_SEC;
	usec_t due_at;
	int rule = scheduler_next(&m->scheduler, now, &due_at);
	walltime_t due = wall_of(&m->wall, due_at);

	if (!due || usec_sub(due, m->told_next_due) >= step ||
	    usec_sub(m->told_next_due, due) >= step)
		m->told_next_due = due;
	m->view.state.next_rule = rule < 0 ? "" : m->scheduler.policy.rules[rule].name;
	m->view.state.next_due = m->told_next_due;
}

/* The break ------------------------------------------------------------------------------------ */

static void put_step(struct manager *m, struct bus_break *b, const struct exercise *e)
{
	if (!e)
		return;
	m->view.step = (struct bus_step){
		.exercise = e->id,
		.name = e->name,
		.position = position_names[e->position],
		.cue = e->cue,
		.picture = "",
		.why = "the next one that fits this break",
		.seconds = text_seconds(&m->scheduler.brk, e),
		.reps = e->reps,
		.sides = e->sides,
		.instructions = e->steps,
		.n_instructions = e->n_steps,
	};
	b->steps = &m->view.step;
	b->n_steps = 1;
}

/* As of the last start or stop of the countdown, so that nothing changes with mere time. */
static usec_t rested_at_start(const struct break_state *b)
{
	/* A break that began by itself counts from the last input, which was before. */
	return b->rested + usec_sub(b->started_at, usec_min(b->resting_from, b->started_at));
}

static void put_break(struct manager *m)
{
	struct view *v = &m->view;
	const struct break_state *b = &m->scheduler.brk;
	const struct exercise *e = manager_exercise(m);
	bool on_break = b->phase == PHASE_ON_BREAK;

	v->state.brk = (struct bus_break){ 0 };
	if (!m->shown.id || !b->exists)
		return;
	text_break_title(v->title, b, e);
	text_break_body(v->body, b, e);
	v->state.brk = (struct bus_break){
		.id = m->shown.id,
		.rule = b->policy.name,
		.phase = phase_names[b->phase],
		.due = wall_of(&m->wall, b->due_at),
		.started = on_break ? wall_of(&m->wall, b->started_at) : 0,
		.ends = wall_of(&m->wall, scheduler_break_ends(&m->scheduler)),
		.next_prompt = b->phase == PHASE_SNOOZED ? wall_of(&m->wall, b->next_prompt_at) : 0,
		.length = b->policy.length,
		.rested = on_break ? rested_at_start(b) : 0,
		.prompts = b->prompts,
		.title = v->title,
		.body = v->body,
	};
	put_step(m, &v->state.brk, e);
}

/* Problems and notices ------------------------------------------------------------------------- */

static void put_problem(struct view *v, const char *area, const char *message, const char *hint)
{
	if (message)
		v->problems[v->state.n_problems++] = (struct bus_problem){
			.area = area,
			.message = message,
			.file = "",
			.key = "",
			.hint = hint ? hint : "",
		};
}

static void put_problems(struct manager *m)
{
	struct view *v = &m->view;
	const struct problem_list *l = &m->config->problems;

	v->state.n_problems = 0;
	if (m->idle)
		put_problem(v, "idle", idle_problem(m->idle), idle_hint(m->idle));
	if (m->session)
		put_problem(v, "session", session_problem(m->session), session_hint(m->session));
	if (m->front_end)
		put_problem(v, "front-end", front_end_problem(m->front_end),
			    front_end_hint(m->front_end));
	for (size_t i = 0; i < l->n; i++) {
		const struct problem *p = &l->v[i];

		v->problems[v->state.n_problems++] = (struct bus_problem){
			.area = "settings",
			.message = p->message,
			.file = p->file,
			.line = p->line,
			.key = p->key,
			.hint = p->hint,
		};
	}
	if (l->dropped) {
		(void)snprintf(v->dropped, sizeof(v->dropped), "%zu more problems are not listed",
			       l->dropped);
		put_problem(v, "settings", v->dropped, "");
	}
	v->state.problems = v->problems;
}

static void put_notices(struct manager *m)
{
	struct view *v = &m->view;
	/* Besides being dismissed, which every notice can be. */
	static const struct bus_action actions[] = { { "ok", "OK" } };

	v->state.n_notices = 0;
	for (size_t i = 0; i < m->notices.n; i++) {
		const struct notice *n = &m->notices.v[i];

		if (n->open)
			v->notices[v->state.n_notices++] = (struct bus_notice){
				.id = n->id,
				.kind = notice_kind_name(n->kind),
				.title = n->title,
				.body = n->body,
				.urgency = n->urgency,
				.actions = actions,
				.n_actions = ELEMENTS(actions),
			};
	}
	v->state.notices = v->notices;
}

const struct bus_state *manager_view(struct manager *m)
{
	struct view *v = &m->view;
	const struct scheduler *s = &m->scheduler;
	usec_t now = clock_boottime();

	wall_refresh(&m->wall);
	v->state.phase = phase_names[s->phase];
	v->state.phase_since = wall_of(&m->wall, s->phase_since);
	v->state.presence = presence_names[s->presence];
	v->state.presence_since = wall_of(&m->wall, s->presence_since);
	v->state.idle_source = m->idle ? idle_source_name(m->idle) : "none";
	v->state.paused_until = s->held ? m->paused_until : 0;
	v->state.snoozes_left = scheduler_snoozes_left(s);
	put_reason_texts(m);
	put_rules(m, now);
	put_next(m, now);
	put_break(m);
	put_problems(m);
	put_notices(m);
	return &v->state;
}
