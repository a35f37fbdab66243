#include "app/manager-internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"

/* clang-format off */
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

/* Details of reasons --------------------------------------------------------------------------- */

static const char *detail(struct manager *m, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Into the room for details. */
static const char *detail(struct manager *m, const char *format, ...)
{
	struct view *v = &m->view;
	char *text = v->details + v->details_used;
	size_t room = sizeof(v->details) - v->details_used;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, room, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= room)
		return "";
	v->details_used += (size_t)n + 1;
	return text;
}

#define CLOCK_TEXT_MAX 32

/* "09:12", "Monday 09:12", "2026-11-23 09:12": as much of a point in wall time as tells it today.
 */
static const char *clock_text(walltime_t at, char buffer[static CLOCK_TEXT_MAX])
{
	static const char *const weekdays[] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
						"Thursday", "Friday", "Saturday" };
	walltime_t now = clock_walltime();
	time_t then_seconds = (time_t)(at / USEC_PER_SEC);
	time_t now_seconds = (time_t)(now / USEC_PER_SEC);
	struct tm then, today;
	size_t used = 0;

	buffer[0] = '\0';
	if (!localtime_r(&then_seconds, &then) || !localtime_r(&now_seconds, &today))
		return buffer;
	if (usec_sub(at, now) >= 6 * USEC_PER_DAY || usec_sub(now, at) >= 6 * USEC_PER_DAY)
		used = strftime(buffer, CLOCK_TEXT_MAX, "%Y-%m-%d ", &then);
	else if (then.tm_yday != today.tm_yday)
		used = (size_t)snprintf(buffer, CLOCK_TEXT_MAX, "%s ", weekdays[then.tm_wday]);
	(void)strftime(buffer + used, CLOCK_TEXT_MAX - used, "%H:%M", &then);
	return buffer;
}

static const char *clock_of(const struct manager *m, usec_t at, char buffer[static CLOCK_TEXT_MAX])
{
	return clock_text(wall_of(&m->wall, at), buffer);
}

static const char *inhibit_detail(struct manager *m, const char *sentence)
{
	const char *why = m->inhibitors.n ? m->inhibitors.v[0]->why : "";

	return detail(m, "%s%s%s", sentence, why[0] ? ": " : "", why);
}

static const char *holder_detail(struct manager *m, const char *sentence)
{
	const char *why = quiet_sign(m->quiet, QUIET_KIND_INHIBITORS)->why;

	return detail(m, "%s%s%s", sentence, why[0] ? ": " : "", why);
}

static const char *pause_detail(struct manager *m, const char *sentence)
{
	char clock[CLOCK_TEXT_MAX];

	if (m->paused_until == USEC_NEVER)
		return detail(m, "%s, until you resume", sentence);
	return detail(m, "%s, until %s", sentence, clock_text(m->paused_until, clock));
}

static const char *hours_detail(struct manager *m, const char *sentence)
{
	char clock[CLOCK_TEXT_MAX];
	walltime_t opens_at = m->calendar.opens_at;

	if (!opens_at || opens_at == USEC_NEVER)
		return detail(m, "%s", sentence);
	return detail(m, "%s; the next are from %s", sentence, clock_text(opens_at, clock));
}

/* The sign's own sentence, and what only we know of it. */
static const char *sign_detail(struct manager *m, enum quiet sign)
{
	const struct sign_state *state = &m->scheduler.signs[sign];
	char sentence[SENTENCE_MAX];

	quiet_sentence(sign, state->who, wall_of(&m->wall, state->since), sentence);
	switch (sign) {
	case QUIET_INHIBITORS:
		return holder_detail(m, sentence);
	case QUIET_INHIBIT:
		return inhibit_detail(m, sentence);
	case QUIET_PAUSE:
		return pause_detail(m, sentence);
	case QUIET_HOURS:
		return hours_detail(m, sentence);
	default:
		return detail(m, "%s", sentence);
	}
}

/* One wait of a rule: what is told of it besides its name. */
struct wait {
	usec_t since, until;
	int merged;  /* REASON_MERGED: the longer rule */
	bool missed; /* REASON_RETRY: else cut short */
};

/* In the words of the decision that told of it. */
static const char *settle_detail(struct manager *m, const struct wait *w)
{
	const struct scheduler *s = &m->scheduler;
	struct decision d = {
		.at = s->now,
		.kind = DECISION_DEFERRED,
		.cause = CAUSE_SETTLE,
		.sign = QUIET_INHIBIT,
		.since = w->since,
		.until = w->until,
	};
	char sentence[SENTENCE_MAX];

	for (int i = 0; i < QUIET_SIGNS; i++)
		if (s->signs[i].ended_at == w->since)
			d.sign = (enum quiet)i;
	if (d.sign == QUIET_INHIBIT)
		memcpy(d.who, s->signs[QUIET_INHIBIT].who, WHO_MAX);
	return detail(m, "%s", decision_sentence(&d, m->wall.offset, sentence));
}

static const char *away_detail(struct manager *m, const struct wait *w)
{
	(void)m;
	(void)w;
	return "nobody is at the screen";
}

static const char *retry_detail(struct manager *m, const struct wait *w)
{
	char from[CLOCK_TEXT_MAX], until[CLOCK_TEXT_MAX];

	return detail(m, "%s at %s; it is asked again at %s", w->missed ? "missed" : "cut short",
		      clock_of(m, w->since, from), clock_of(m, w->until, until));
}

static const char *hour_detail(struct manager *m, const struct wait *w)
{
	char clock[CLOCK_TEXT_MAX];
	unsigned n = m->scheduler.policy.prompts_per_hour;

	return detail(m, "%u prompt%s in the last 60min, the most you allow; free again at %s", n,
		      n == 1 ? "" : "s", clock_of(m, w->until, clock));
}

static const char *lull_detail(struct manager *m, const struct wait *w)
{
	char clock[CLOCK_TEXT_MAX];

	return detail(m, "waiting for a short pause in your input, until %s at most",
		      clock_of(m, w->until, clock));
}

static const char *merged_detail(struct manager *m, const struct wait *w)
{
	return detail(m, "%s takes its place", m->scheduler.policy.rules[w->merged].name);
}

static const char *snooze_detail(struct manager *m, const struct wait *w)
{
	char clock[CLOCK_TEXT_MAX];

	return detail(m, "snoozed until %s", clock_of(m, w->until, clock));
}

/* Reasons -------------------------------------------------------------------------------------- */

/* Besides those of the core. */
#define REASON_SNOOZE (REASON_MERGED << 1)

/* Beside the signs, in the order of their bits. */
/* clang-format off */
static const struct {
	unsigned bit;
	const char *name;
	const char *(*detail)(struct manager *m, const struct wait *w);
} waits[] = {
	{ REASON_SETTLE, "settle", settle_detail },
	{ REASON_AWAY,   "away",   away_detail },
	{ REASON_RETRY,  "retry",  retry_detail },
	{ REASON_HOUR,   "hour",   hour_detail },
	{ REASON_LULL,   "lull",   lull_detail },
	{ REASON_MERGED, "merged", merged_detail },
	{ REASON_SNOOZE, "snooze", snooze_detail },
};
/* clang-format on */

static struct bus_reason sign_reason(const struct manager *m, enum quiet sign)
{
	return (struct bus_reason){
		.sign = quiet_name(sign),
		.detail = m->view.sign_details[sign],
		.since = wall_of(&m->wall, m->scheduler.signs[sign].since),
	};
}

/* The details of all signs that hold, once for all rules. */
static void put_sign_details(struct manager *m)
{
	struct view *v = &m->view;

	v->details_used = 0;
	for (int sign = 0; sign < QUIET_SIGNS; sign++)
		v->sign_details[sign] =
			m->scheduler.signs[sign].on ? sign_detail(m, (enum quiet)sign) : "";
}

static struct wait find_wait(const struct scheduler *s, unsigned bit, size_t i,
			     const struct rule_view *r)
{
	switch (bit) {
	case REASON_AWAY:
		return (struct wait){ .since = s->presence_since };
	case REASON_RETRY:
		/* Beside a `settle`, which the rule's view tells the times of. */
		return (struct wait){ .since = s->rules[i].retry_from,
				      .until = s->rules[i].retry_at,
				      .merged = -1,
				      .missed = s->rules[i].retry_for == OUTCOME_MISSED };
	case REASON_MERGED:
		return (struct wait){ .since = s->rules[i].due_at, .merged = r->merged };
	case REASON_SNOOZE:
		return (struct wait){ .since = s->phase_since,
				      .until = s->brk.next_prompt_at,
				      .merged = -1 };
	default:
		return (struct wait){ .since = r->since, .until = r->until, .merged = -1 };
	}
}

static size_t put_rule_reasons(struct manager *m, size_t i, const struct rule_view *r)
{
	struct view *v = &m->view;
	struct bus_reason *out = v->rule_reasons[i];
	unsigned bits = r->reasons | (r->phase == RULE_SNOOZED ? REASON_SNOOZE : 0u);
	size_t n = 0;

	v->rule_bits[i] = bits;
	for (int sign = 0; sign < QUIET_SIGNS; sign++)
		if (bits & QUIET_BIT(sign))
			out[n++] = sign_reason(m, (enum quiet)sign);
	for (size_t k = 0; k < ELEMENTS(waits); k++) {
		struct wait w;

		if (!(bits & waits[k].bit))
			continue;
		w = find_wait(&m->scheduler, waits[k].bit, i, r);
		out[n++] = (struct bus_reason){
			.sign = waits[k].name,
			.detail = waits[k].detail(m, &w),
			.since = wall_of(&m->wall, w.since),
		};
	}
	return n;
}

/* The reason with this bit, from the first rule that has it. */
static const struct bus_reason *find_reason(const struct view *v, size_t n_rules, unsigned bit)
{
	for (size_t i = 0; i < n_rules; i++)
		if (v->rule_bits[i] & bit)
			return &v->rule_reasons[i][__builtin_popcount(v->rule_bits[i] & (bit - 1))];
	return NULL;
}

/* Each reason that any rule has; and the user's own word is told even where there is no rule. */
static void put_all_reasons(struct manager *m)
{
	struct view *v = &m->view;
	size_t n = 0;

	for (unsigned bit = 1; bit <= REASON_SNOOZE; bit <<= 1) {
		const struct bus_reason *found = find_reason(v, v->state.n_rules, bit);
		int sign = __builtin_ctz(bit);

		if (found)
			v->reasons[n++] = *found;
		else if ((bit & QUIET_ALWAYS) && m->scheduler.signs[sign].on)
			v->reasons[n++] = sign_reason(m, (enum quiet)sign);
	}
	v->state.reasons = v->reasons;
	v->state.n_reasons = n;
}

/* Rules ---------------------------------------------------------------------------------------- */

static void put_rule(struct manager *m, size_t i, usec_t now)
{
	struct view *v = &m->view;
	const struct rule_policy *rule = &m->scheduler.policy.rules[i];
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
		.n_reasons = put_rule_reasons(m, i, &r),
	};
}

static void put_rules(struct manager *m, usec_t now)
{
	struct view *v = &m->view;

	put_sign_details(m);
	v->state.rules = v->rules;
	v->state.n_rules = m->scheduler.policy.n_rules;
	for (size_t i = 0; i < v->state.n_rules; i++)
		put_rule(m, i, now);
	put_all_reasons(m);
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

void manager_view_routine(struct manager *m, const struct routine *r, usec_t begins,
			  struct bus_step steps[static ROUTINE_MAX])
{
	const struct catalog *c = &m->config->catalog;

	for (size_t i = 0; i < r->n; i++) {
		const struct routine_step *step = &r->steps[i];
		const struct exercise *e = &c->exercises[step->exercise];

		begins += step->ready * USEC_PER_SEC;
		coach_why(c, step, m->view.whys[i]);
		steps[i] = (struct bus_step){
			.exercise = e->id,
			.name = e->name,
			.position = position_names[e->position],
			.cue = e->cue,
			.picture = "",
			.why = m->view.whys[i],
			.dose = text_dose(m->view.doses[i], e, &step->dose),
			.begins = begins,
			.is_new = step->first,
			.ready = step->ready,
			.seconds = step->dose.seconds,
			.reps = step->dose.reps,
			.sides = e->sides,
			.instructions = e->steps,
			.n_instructions = e->n_steps,
		};
		begins += step->dose.seconds * USEC_PER_SEC;
	}
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
	const struct break_content content = {
		.catalog = &m->config->catalog,
		.routine = &m->shown.content.routine,
		.suggestion = &m->shown.content.suggestion,
		.eyes = b->rule >= 0 &&
			m->config->settings.content[b->rule].sets & UINT32_C(1) << SET_EYES,
	};
	bool on_break = b->phase == PHASE_ON_BREAK;

	v->state.brk = (struct bus_break){ 0 };
	if (!m->shown.id || !b->exists)
		return;
	text_break_title(v->title, b, &content);
	text_break_body(v->body, b, &content);
	manager_view_routine(m, &m->shown.content.routine, m->shown.content.from, v->steps);
	/* What is to come waits for as long as the present one stands still. */
	for (size_t i = 1; m->shown.content.still && i < m->shown.content.routine.n; i++)
		v->steps[i].begins = usec_max(v->steps[i].begins,
					      b->policy.length + v->steps[i].ready * USEC_PER_SEC);
	v->state.brk = (struct bus_break){
		.id = m->shown.id,
		.rule = b->policy.name,
		.phase = phase_name(b->phase),
		.due = wall_of(&m->wall, b->due_at),
		.started = on_break ? wall_of(&m->wall, b->started_at) : 0,
		.ends = wall_of(&m->wall, scheduler_break_ends(&m->scheduler)),
		.next_prompt = b->phase == PHASE_SNOOZED ? wall_of(&m->wall, b->next_prompt_at) : 0,
		.length = b->policy.length,
		.rested = on_break ? rested_at_start(b) : 0,
		.prompts = b->prompts,
		.title = v->title,
		.body = v->body,
		.steps = v->steps,
		.n_steps = m->shown.content.routine.n,
	};
}

/* Problems and notices ------------------------------------------------------------------------- */

static struct bus_problem *add_problem(struct view *v, const char *area, const char *message,
				       const char *hint)
{
	struct bus_problem *p = &v->problems[v->state.n_problems++];

	*p = (struct bus_problem){
		.area = area,
		.message = message,
		.file = "",
		.section = "",
		.key = "",
		.hint = hint ? hint : "",
	};
	return p;
}

static void put_problem(struct view *v, const char *area, const char *message, const char *hint)
{
	if (message)
		(void)add_problem(v, area, message, hint);
}

/* All works as it should, but not as the user would expect. */
static void put_warning(struct view *v, const char *area, const char *message, const char *hint)
{
	if (message)
		add_problem(v, area, message, hint)->warning = true;
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
	if (m->quiet)
		put_problem(v, "quiet", quiet_problem(m->quiet), quiet_hint(m->quiet));
	if (m->sense)
		put_problem(v, "quiet", sense_problem(m->sense), sense_hint(m->sense));
	if (m->front_end)
		put_problem(v, "front-end", front_end_problem(m->front_end),
			    front_end_hint(m->front_end));
	put_problem(v, "history", manager_history_problem(m, v->history),
		    history_hint(m->remember.history));
	put_warning(v, "history", history_damage(m->remember.history),
		    "nothing needs to be done; breaks are kept");
	put_warning(v, "history", m->remember.state_lost ? STATE_LOST : NULL,
		    "nothing needs to be done; what hurt and what was done is known");
	put_problem(v, "history", manager_memory_problem(m), MEMORY_HINT);
	put_warning(v, "history", m->remember.not_moved[0] ? m->remember.not_moved : NULL,
		    "see 'path' in section [history], then: systemctl --user reload limberd");
	for (size_t i = 0; i < l->n; i++) {
		const struct problem *p = &l->v[i];

		v->problems[v->state.n_problems++] = (struct bus_problem){
			.area = "settings",
			.message = p->message,
			.file = p->file,
			.line = p->line,
			.section = p->section,
			.key = p->key,
			.hint = p->hint,
			.warning = p->warning,
		};
	}
	if (l->dropped) {
		(void)snprintf(v->dropped, sizeof(v->dropped), "%zu more problems are not listed",
			       l->dropped);
		put_problem(v, "settings", v->dropped, "");
	}
	v->state.problems = v->problems;
}

static void put_resting(struct manager *m)
{
	struct view *v = &m->view;
	walltime_t now = clock_walltime();
	size_t n = 0;

	for (size_t i = 0; i < REGIONS_COUNT; i++)
		if (m->memory.no_strength_until[i] > now)
			v->resting[n++] = (struct bus_resting){
				.region = region_names[i],
				.until = m->memory.no_strength_until[i],
			};
	v->state.resting = v->resting;
	v->state.n_resting = n;
}

static void put_soreness(struct manager *m)
{
	struct view *v = &m->view;
	size_t n =
		soreness_list(&m->config->catalog, m->memory.sore_until, clock_walltime(), v->sore);

	for (size_t i = 0; i < n; i++)
		v->soreness[i] = (struct bus_resting){ v->sore[i].where, v->sore[i].until };
	v->state.sore = v->soreness;
	v->state.n_sore = n;
}

static void put_notices(struct manager *m)
{
	struct view *v = &m->view;
	size_t n = 0;

	for (size_t i = 0; i < m->notices.n; i++) {
		const struct notice *notice = &m->notices.v[i];
		const struct notice_action *action = notice_kind_action(notice->kind);

		if (!notice->open)
			continue;
		v->actions[n] = (struct bus_action){ action->id, action->label };
		v->notices[n] = (struct bus_notice){
			.id = notice->id,
			.kind = notice_kind_name(notice->kind),
			.title = notice->title,
			.body = notice->body,
			.urgency = notice->urgency,
			.actions = &v->actions[n],
			.n_actions = 1,
		};
		n++;
	}
	v->state.n_notices = n;
	v->state.notices = v->notices;
}

/* Decisions ------------------------------------------------------------------------------------ */

void manager_view_decision(struct manager *m, const struct decision *d, int64_t offset,
			   struct bus_decision *ret)
{
	bool ends = d->kind == DECISION_ENDED || d->kind == DECISION_NATURAL;

	*ret = (struct bus_decision){
		.when = (walltime_t)((int64_t)d->at + offset),
		.rule = d->rule,
		.decision = decision_name(d->kind),
		.outcome = ends ? outcome_name(d->outcome) : NULL,
		.why = decision_sentence(d, offset, m->view.sentence),
	};
}

/* All of it ------------------------------------------------------------------------------------ */

static void put_state(struct manager *m, usec_t now)
{
	struct bus_state *state = &m->view.state;
	const struct scheduler *s = &m->scheduler;
	const struct coach coach = { .person = &m->config->settings.person, .memory = &m->memory };

	state->phase = phase_name(s->phase);
	state->phase_since = wall_of(&m->wall, s->phase_since);
	state->presence = presence_name(s->presence);
	state->presence_since = wall_of(&m->wall, s->presence_since);
	/* Without such a desk nobody is asked to stand. */
	state->posture = posture_name(s->policy.sit_stand ? s->posture : POSTURE_SITTING);
	state->idle_source = m->idle ? idle_source_name(m->idle) : "none";
	state->paused_until = s->signs[QUIET_PAUSE].on ? m->paused_until : 0;
	state->reading_until = s->reading_until ? m->reading_until : 0;
	state->active_today = scheduler_today(s, now);
	state->snoozes_left = scheduler_snoozes_left(s);
	state->level = coach_level(&coach);
}

const struct bus_state *manager_view(struct manager *m)
{
	usec_t now = clock_boottime();

	wall_refresh(&m->wall);
	put_state(m, now);
	put_rules(m, now);
	put_next(m, now);
	put_break(m);
	put_problems(m);
	put_resting(m);
	put_soreness(m);
	put_notices(m);
	return &m->view.state;
}
