#include "sim/player.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "coach/content.h"
#include "sim/tally.h"

/* Time 0 on the scheduler's clock: traces may tell of what began centuries before them. */
#define ORIGIN (500 * 365 * USEC_PER_DAY)
/* More of our own events at one instant are a loop that time does not get out of. */
#define OWN_EVENTS_MAX 1000

/* As if every break were taken. */
struct taker {
	bool at_input;   /* the traced user is */
	bool told_input; /* the scheduler believes so */
	bool holds;      /* a break is prompted or runs: no input reaches the scheduler */
	usec_t input_at; /* when it was last told that input began */
};

struct player {
	struct scheduler scheduler;
	struct sim_settings settings;
	struct sim_options options;
	const struct sim_sink *sink; /* borrowed; may be NULL */
	void *owner;                 /* borrowed */
	bool begun;
	usec_t now;                 /* of the last step */
	int64_t offset;             /* wall clock less the scheduler's clock */
	usec_t calendar_at;         /* when the next EVENT_CALENDAR is due */
	unsigned own_events;        /* how many of ours came at `now` */
	struct coach_memory memory; /* its progress is owned */
	bool memory_unknown;        /* ... and there is more of it than is known */
	struct content content;     /* of the present break */
	usec_t unseen;              /* so much was rested when it began, before it was shown */
	char exercises[SIM_EXERCISES_MAX];
	char exercise_rule[RULE_NAME_MAX + 1]; /* whose break it is; "" without one */
	/* What the sink knows: */
	bool told_presence;
	enum presence presence; /* as told; active before */
	usec_t presence_from;
	bool signs[QUIET_SIGNS];
	uint64_t decisions;
	int day;
	struct taker taker;
	struct tally tally;
};

static void step(struct player *p, struct event e);

static walltime_t wall_of(const struct player *p, usec_t at)
{
	int64_t wall = (int64_t)at + p->offset;

	return wall > 0 ? (walltime_t)wall : 0;
}

/* Exercises ------------------------------------------------------------------------------------ */

static size_t n_exercises(const struct sim_settings *s)
{
	return s->catalog ? s->catalog->n : 0;
}

/* What the coach has to go by, as of the present; the memory is told of the day. */
static struct coach tell_coach(struct player *p)
{
	const struct sim_settings *s = &p->settings;
	walltime_t now = wall_of(p, p->now);
	int day = p->scheduler.day_known ? p->scheduler.day : (int)(now / USEC_PER_DAY);

	coach_day_is(&p->memory, s->catalog, day, now);
	return (struct coach){
		.catalog = s->catalog,
		.person = &s->person,
		.memory = &p->memory,
		.memory_unknown = p->memory_unknown,
		.now = now,
		.posture = p->scheduler.posture,
		.sit_stand = s->policy.sit_stand,
	};
}

static void name_exercises(struct player *p)
{
	const struct routine *r = &p->content.routine;
	size_t used = 0;

	p->exercises[0] = '\0';
	for (size_t i = 0; i < r->n; i++) {
		const char *id = p->settings.catalog->exercises[r->steps[i].exercise].id;
		size_t n = strlen(id);

		if (i > 0) {
			memcpy(p->exercises + used, ", ", 2);
			used += 2;
		}
		memcpy(p->exercises + used, id, n + 1);
		used += n;
	}
}

/* What the rule asks for a break so long; nothing without such a rule. */
static struct wish wish_of(const struct player *p, const char *name, usec_t length)
{
	const struct sim_settings *s = &p->settings;
	int rule = policy_find(&s->policy, name);
	struct wish wish = { .length = length };

	if (rule >= 0) {
		wish.sets = s->content[rule].sets;
		wish.regions = s->content[rule].regions;
	}
	return wish;
}

/* Whoever has a break proposed works at a screen. */
static struct coach coach_at_work(struct player *p)
{
	struct coach coach = tell_coach(p);

	coach_worked(&p->memory, p->scheduler.posture);
	return coach;
}

/* How long the break is: as of its beginning, if it has begun. */
static usec_t break_length(const struct player *p, const char *name)
{
	const struct break_state *b = &p->scheduler.brk;
	int rule = policy_find(&p->settings.policy, name);

	if (b->exists && !strcmp(b->policy.name, name))
		return b->policy.length;
	return rule >= 0 ? p->settings.policy.rules[rule].length : 0;
}

/* For a break of the rule that has just come to be. */
static void fill(struct player *p, const char *name)
{
	struct wish wish = wish_of(p, name, break_length(p, name));
	struct coach coach;

	p->content = (struct content){ .from = 0 };
	if (!p->settings.catalog)
		return;
	coach = coach_at_work(p);
	content_fill(&p->content, &coach, &p->memory, &wish);
	/* Once a day, as the daemon does; what it is counts later on. */
	if (wish.length >= COACH_SUGGESTED_FROM && coach_suggestion_is_due(&coach))
		content_suggest(&p->content, &coach, &p->memory);
	name_exercises(p);
}

/* It does not run: what it has stays if that is still right. */
static void judge(struct player *p, const char *name)
{
	struct wish wish = wish_of(p, name, break_length(p, name));
	struct coach coach;

	if (!p->settings.catalog)
		return;
	coach = coach_at_work(p);
	if (policy_find(&p->settings.policy, name) < 0)
		(void)content_sift(&p->content, &coach, &p->memory, &wish, 0);
	else
		(void)content_judge(&p->content, &coach, &p->memory, &wish);
	name_exercises(p);
}

/* What the step says of the break's beginning, and of what ran of it without coming to its end. */
static void begin_or_halt(struct player *p, const struct effects *effects)
{
	for (size_t i = 0; i < effects->n; i++) {
		const struct effect *e = &effects->v[i];

		if (e->kind == EFFECT_START)
			p->unseen = e->rested;
		if (!effect_halts(e) || !p->settings.catalog)
			continue;
		(void)tell_coach(p);
		content_halts(&p->content, &p->memory, p->settings.catalog, e->rested,
			      wall_of(p, p->now));
	}
}

/* The break is over: its exercises are done as far as it was rested. */
static void end_routine(struct player *p, const struct decision *d)
{
	bool rested = d->outcome == OUTCOME_TAKEN || d->outcome == OUTCOME_CUT_SHORT;

	if (!p->settings.catalog)
		return;
	(void)tell_coach(p);
	content_ended(&p->content, &p->memory, p->settings.catalog, rested ? d->length : 0,
		      wall_of(p, p->now));
	p->content = (struct content){ .from = 0 };
}

/* The exercises that belong to a decision: the same for each break, from its first prompt or start
 * on, as long as they are right. */
static const char *exercises_of(struct player *p, const struct decision *d)
{
	bool same = strcmp(p->exercise_rule, d->rule) == 0;

	switch (d->kind) {
	case DECISION_PROMPT:
	case DECISION_REPEATED:
	case DECISION_STARTED:
		memcpy(p->exercise_rule, d->rule, sizeof(p->exercise_rule));
		if (same)
			judge(p, d->rule);
		else
			fill(p, d->rule);
		if (same && d->kind == DECISION_STARTED)
			content_begins(&p->content, p->unseen, break_length(p, d->rule));
		return p->exercises;
	case DECISION_ENDED:
	case DECISION_EASED:
		if (!same)
			return "";
		if (d->kind == DECISION_ENDED)
			end_routine(p, d);
		p->exercise_rule[0] = '\0';
		return "";
	case DECISION_DUE:
	case DECISION_WAITING:
	case DECISION_DEFERRED:
	case DECISION_MERGED:
	case DECISION_SNOOZED:
	case DECISION_NATURAL:
	case DECISION_DAILY:
	case DECISION_POSTURE:
		break;
	}
	return "";
}

/* News ----------------------------------------------------------------------------------------- */

/* All signs and the presence can change at once. */
#define CHANGES_MAX (QUIET_SIGNS + 1)

struct changes {
	size_t n;
	struct sim_news v[CHANGES_MAX]; /* in order of time; `t` is still the scheduler's */
};

static void add_change(struct changes *c, const struct sim_news *news)
{
	size_t i = c->n++;

	for (; i > 0 && c->v[i - 1].t > news->t; i--)
		c->v[i] = c->v[i - 1];
	c->v[i] = *news;
}

static void collect_signs(struct player *p, struct changes *c)
{
	for (unsigned i = 0; i < QUIET_SIGNS; i++) {
		const struct sign_state *sign = &p->scheduler.signs[i];

		if (sign->on == p->signs[i])
			continue;
		p->signs[i] = sign->on;
		add_change(c,
			   &(struct sim_news){
				   .kind = SIM_QUIET,
				   .t = usec_min(sign->on ? sign->since : sign->ended_at, p->now),
				   .sign = (enum quiet)i,
				   .on = sign->on,
				   .who = sign->on ? sign->who : "",
			   });
	}
}

/*
 * The presence is told first when the day has begun for good: what holds at time 0. It may hold
 * since before the last one began (at the unlocked screen there is no input since before the lock),
 * but between the two it was the last one.
 */
static void collect_presence(struct player *p, bool own, struct changes *c)
{
	const struct scheduler *s = &p->scheduler;
	usec_t since = s->presence_since;

	if (p->told_presence ? s->presence == p->presence : own && p->now == ORIGIN)
		return;
	if (p->presence == PRESENCE_AWAY || since < p->presence_from)
		since = p->now;
	p->told_presence = true;
	p->presence = s->presence;
	p->presence_from = since;
	tally_presence(&p->tally, s->presence, since);
	add_change(c, &(struct sim_news){
			      .kind = SIM_PRESENCE,
			      .t = since,
			      .presence = s->presence,
			      .who = "",
		      });
}

static void tell(struct player *p, struct sim_news *news)
{
	if (!p->sink)
		return;
	news->offset = p->offset;
	news->at = wall_of(p, news->t);
	news->t = usec_sub(news->t, ORIGIN);
	p->sink->news(p->owner, news);
}

static void tell_decision(struct player *p, const struct decision *d)
{
	struct sim_news news = {
		.kind = SIM_DECISION,
		.t = d->at,
		.who = "",
		.decision = d,
		.exercises = exercises_of(p, d),
	};

	tally_decision(&p->tally, d);
	tell(p, &news);
}

/* Changes and decisions, each in their order, woven by their times. */
static void tell_news(struct player *p, struct changes *c)
{
	const struct journal *journal = &p->scheduler.journal;
	size_t told = 0;

	assert(journal->n - p->decisions <= JOURNAL_MAX);
	for (; p->decisions < journal->n; p->decisions++) {
		const struct decision *d = journal_get(journal, p->decisions);

		while (told < c->n && c->v[told].t <= d->at)
			tell(p, &c->v[told++]);
		tell_decision(p, d);
	}
	while (told < c->n)
		tell(p, &c->v[told++]);
}

/* Why due rules are kept back. */
static unsigned due_reasons(const struct player *p)
{
	const struct scheduler *s = &p->scheduler;
	struct rule_view view;
	unsigned reasons = 0;

	for (size_t i = 0; i < s->policy.n_rules; i++)
		if (s->rules[i].due) {
			scheduler_rule_view(s, i, p->now, &view);
			reasons |= view.reasons;
		}
	return reasons;
}

/* Steps ---------------------------------------------------------------------------------------- */

static void watch_day(struct player *p)
{
	if (p->scheduler.day_known && p->scheduler.day != p->day)
		tally_new_day(&p->tally);
	p->day = p->scheduler.day;
}

/* Hold input back, or let it through again, as the present break has it. */
static void take_break(struct player *p)
{
	const struct break_state *b = &p->scheduler.brk;
	struct taker *t = &p->taker;
	bool holds = b->exists && b->prompts > 0 &&
		     (b->phase == PHASE_ON_BREAK || (b->phase == PHASE_PROMPTING && b->visible));

	if (holds == t->holds)
		return;
	t->holds = holds;
	if (holds && t->told_input) {
		t->told_input = false;
		step(p, (struct event){ .kind = EVENT_PAUSE, .since = p->now });
	} else if (!holds && t->at_input) {
		t->told_input = true;
		t->input_at = p->now;
		step(p, (struct event){ .kind = EVENT_INPUT });
	}
}

static bool is_prompt(const struct effects *effects)
{
	for (size_t i = 0; i < effects->n; i++)
		if (effects->v[i].kind == EFFECT_PROMPT)
			return true;
	return false;
}

/* Feed one event at p->now, and what follows from it at the same instant. */
static void step(struct player *p, struct event e)
{
	bool own = e.kind == EVENT_TICK || e.kind == EVENT_CALENDAR;
	struct changes changes;
	struct effects effects;

	e.now = p->now;
	/* Most steps change nothing: the rows are filled as they are counted. */
	changes.n = 0;
	scheduler_step(&p->scheduler, &e, &effects);
	begin_or_halt(p, &effects);
	collect_signs(p, &changes);
	collect_presence(p, own, &changes);
	watch_day(p);
	tell_news(p, &changes);
	tally_reasons(&p->tally, due_reasons(p), p->now);
	if (p->options.recorded)
		return;
	if (is_prompt(&effects) && p->scheduler.brk.exists)
		step(p, (struct event){ .kind = EVENT_SHOWN });
	if (p->options.take_breaks)
		take_break(p);
}

static void step_calendar(struct player *p)
{
	walltime_t wall = wall_of(p, p->now);
	struct calendar calendar;

	calendar_at(&p->settings.hours, wall, &calendar);
	p->calendar_at = usec_add(p->now, usec_sub(calendar.changes_at, wall));
	if (calendar.changes_at == USEC_NEVER)
		p->calendar_at = USEC_NEVER;
	step(p, (struct event){
			.kind = EVENT_CALENDAR,
			.day = calendar.day,
			.on = calendar.in_hours,
		});
}

/* The next thing that the daemon would do by itself, at p->now. */
static void step_own(struct player *p, usec_t at)
{
	p->own_events = at > p->now ? 0 : p->own_events + 1;
	assert(p->own_events < OWN_EVENTS_MAX && "a tick has to move the deadline");
	p->now = at;
	if (p->calendar_at <= at)
		step_calendar(p);
	else
		step(p, (struct event){ .kind = EVENT_TICK });
}

/* All that happens by itself up to `until`, which is the present then. */
static void pass_time(struct player *p, usec_t until)
{
	usec_t next;

	if (!p->begun) {
		p->begun = true;
		p->decisions = p->scheduler.journal.n;
		if (!p->options.recorded)
			step_calendar(p);
	}
	until = usec_max(until, p->now);
	while (!p->options.recorded) {
		next = usec_max(usec_min(scheduler_deadline(&p->scheduler), p->calendar_at),
				p->now);
		if (next > until || next == USEC_NEVER)
			break;
		step_own(p, next);
	}
	if (until > p->now)
		p->own_events = 0;
	p->now = until;
}

/* What comes next ------------------------------------------------------------------------------ */

static void shift(usec_t *at)
{
	if (*at != USEC_NEVER)
		*at += ORIGIN;
}

/* Its times, from the trace's clock to the scheduler's. */
static void shift_times(struct event *e)
{
	switch (e->kind) {
	case EVENT_PAUSE:
	case EVENT_AWAY:
		/* Also what began before the trace, whose time has wrapped. */
		e->since += ORIGIN;
		break;
	case EVENT_SIGN:
		if (e->since)
			e->since += ORIGIN;
		break;
	case EVENT_HOLD:
		shift(&e->until);
		break;
	case EVENT_READING:
		if (e->until)
			shift(&e->until);
		break;
	case EVENT_TICK:
	case EVENT_INPUT:
	case EVENT_NO_SOURCE:
	case EVENT_BACK:
	case EVENT_WATCH:
	case EVENT_SHOWN:
	case EVENT_SHOW_FAILED:
	case EVENT_START:
	case EVENT_SNOOZE:
	case EVENT_SKIP:
	case EVENT_FINISH:
	case EVENT_RELEASE:
	case EVENT_RESTED:
	case EVENT_POSTURE:
	case EVENT_EARLIER:
	case EVENT_CALENDAR:
	case EVENT_POLICY:
		break;
	}
}

/* What the user says to the coach ----------------------------------------------------------------
 */

/* Nobody is asked to do what is excluded by now. */
static void sift(struct player *p)
{
	const struct break_state *b = &p->scheduler.brk;
	struct wish wish = wish_of(p, b->policy.name, b->policy.length);
	struct coach coach;

	if (!p->settings.catalog || !b->exists)
		return;
	if (b->phase != PHASE_ON_BREAK) {
		judge(p, b->policy.name);
		return;
	}
	coach = tell_coach(p);
	(void)content_sift(&p->content, &coach, &p->memory, &wish,
			   scheduler_break_rested(&p->scheduler, p->now));
	name_exercises(p);
}

static void rate(struct player *p, int i, enum verdict verdict)
{
	struct coach coach = tell_coach(p);

	(void)coach_verdict(&p->memory, coach.catalog, i, verdict, coach.now, NULL);
	sift(p);
}

static void replace(struct player *p)
{
	const struct break_state *b = &p->scheduler.brk;
	struct wish wish = wish_of(p, b->policy.name, b->policy.length);
	struct coach coach;

	if (!b->exists)
		return;
	coach = coach_at_work(p);
	(void)content_replace(&p->content, &coach, &p->memory, &wish,
			      scheduler_break_rested(&p->scheduler, p->now));
	name_exercises(p);
}

static void go_on(struct player *p)
{
	const struct break_state *b = &p->scheduler.brk;
	struct wish wish = wish_of(p, b->policy.name, b->policy.length);
	struct coach coach = tell_coach(p);

	if (!b->exists || b->phase != PHASE_ON_BREAK)
		return;
	(void)content_next(&p->content, &coach, &p->memory, &wish,
			   scheduler_break_rested(&p->scheduler, p->now));
	name_exercises(p);
}

static void stand(struct player *p, bool still)
{
	const struct break_state *b = &p->scheduler.brk;
	struct coach coach = tell_coach(p);

	if (b->exists && b->phase == PHASE_ON_BREAK)
		(void)content_stand(&p->content, &p->memory, coach.catalog, still,
				    scheduler_break_rested(&p->scheduler, p->now), coach.now);
}

static void forget(struct player *p)
{
	struct coach_progress *rows = p->memory.progress;

	coach_memory_init(&p->memory, rows, p->memory.n, p->options.seed);
}

bool player_said(struct player *p, usec_t at, const struct said *said)
{
	const struct catalog *catalog = p->settings.catalog;
	struct coach coach;
	int i;

	pass_time(p, usec_add(ORIGIN, at));
	if (!catalog)
		return true;
	coach = tell_coach(p);
	switch (said->kind) {
	case SAID_RATE:
		i = catalog_find(catalog, said->name);
		if (i < 0)
			return false;
		rate(p, i, said->verdict);
		break;
	case SAID_NO_PAIN:
		i = catalog_find(catalog, said->name);
		if (i < 0)
			return false;
		(void)coach_did_not_hurt(&p->memory, catalog, i, coach.now);
		break;
	case SAID_CONSENT:
		coach_consent(&p->memory, said->on);
		sift(p);
		break;
	case SAID_ACTIVITY:
		coach_activity(&p->memory, catalog, said->name, said->length, coach.now);
		sift(p);
		break;
	case SAID_SORE:
		coach_sore(&p->memory, said->muscles, coach.now);
		sift(p);
		break;
	case SAID_NOT_SORE:
		coach_not_sore(&p->memory, said->muscles);
		break;
	case SAID_ANOTHER:
		replace(p);
		break;
	case SAID_NEXT:
		go_on(p);
		break;
	case SAID_STILL:
		stand(p, said->on);
		break;
	case SAID_FORGET:
		forget(p);
		break;
	}
	return true;
}

struct coach_memory *player_memory(struct player *p)
{
	return &p->memory;
}

void player_memory_is(struct player *p, bool known)
{
	p->memory_unknown = !known;
	if (p->settings.catalog)
		coach_memory_restored(&p->memory, p->settings.catalog, wall_of(p, p->now));
	if (p->begun)
		sift(p);
}

/* Does the event reach the scheduler? What we make ourselves, and input while a break is taken,
 * does not. */
static bool passes(struct player *p, struct event *e)
{
	struct taker *t = &p->taker;

	if (p->options.recorded)
		return true;
	if (e->kind == EVENT_TICK || e->kind == EVENT_CALENDAR || e->kind == EVENT_SHOWN)
		return false;
	if (e->kind == EVENT_NO_SOURCE) {
		t->at_input = t->told_input = false;
		return true;
	}
	if (e->kind != EVENT_INPUT && e->kind != EVENT_PAUSE)
		return true;
	t->at_input = e->kind == EVENT_INPUT;
	if (t->holds)
		return false;
	t->told_input = t->at_input;
	if (t->at_input)
		t->input_at = p->now;
	else if (p->options.take_breaks)
		e->since = usec_max(e->since, t->input_at);
	return true;
}

void player_feed(struct player *p, usec_t at, const struct event *e)
{
	struct event shifted = *e;

	pass_time(p, usec_add(ORIGIN, at));
	shift_times(&shifted);
	if (passes(p, &shifted))
		step(p, shifted);
}

void player_set(struct player *p, usec_t at, const struct sim_settings *settings)
{
	pass_time(p, usec_add(ORIGIN, at));
	assert(settings->catalog == p->settings.catalog);
	p->settings = *settings;
	sift(p);
	step(p, (struct event){ .kind = EVENT_POLICY, .policy = &p->settings.policy });
	if (!p->options.recorded)
		step_calendar(p);
}

/* The user's pause ends when the clock on the wall says so. */
static void keep_pause(struct player *p, int64_t jump)
{
	const struct scheduler *s = &p->scheduler;
	char who[WHO_MAX];
	int64_t until;

	if (!s->signs[QUIET_PAUSE].on || s->held_until == USEC_NEVER ||
	    __builtin_sub_overflow((int64_t)s->held_until, jump, &until))
		return;
	memcpy(who, s->signs[QUIET_PAUSE].who, sizeof(who));
	step(p, (struct event){
			.kind = EVENT_HOLD,
			.until = until > 1 ? (usec_t)until : 1,
			.who = who,
		});
}

void player_jump(struct player *p, usec_t at, int64_t jump)
{
	int64_t offset;

	pass_time(p, usec_add(ORIGIN, at));
	if (__builtin_add_overflow(p->offset, jump, &offset))
		return;
	p->offset = offset;
	if (p->options.recorded)
		return;
	keep_pause(p, jump);
	step_calendar(p);
}

void player_end(struct player *p, usec_t at)
{
	pass_time(p, usec_add(ORIGIN, at));
}

/* Beginning and end ---------------------------------------------------------------------------- */

struct player *player_new(const struct sim_settings *settings, const struct sim_options *options,
			  const struct sim_sink *sink, void *owner)
{
	CLEANUP(freep)
	struct coach_progress *progress = calloc(n_exercises(settings) + 1, sizeof(*progress));
	struct player *p = calloc(1, sizeof(*p));

	if (!p || !progress) {
		free(p);
		return NULL;
	}
	p->settings = *settings;
	p->options = *options;
	p->sink = sink;
	p->owner = owner;
	p->now = p->presence_from = ORIGIN;
	p->offset = (int64_t)(options->begins - ORIGIN);
	p->calendar_at = USEC_NEVER;
	coach_memory_init(&p->memory, TAKE(progress), n_exercises(settings), options->seed);
	tally_begin(&p->tally, ORIGIN);
	scheduler_init(&p->scheduler, &settings->policy, ORIGIN);
	return p;
}

struct player *player_free(struct player *p)
{
	if (p)
		free(p->memory.progress);
	free(p);
	return NULL;
}

struct scheduler *player_scheduler(struct player *p)
{
	return &p->scheduler;
}

void player_summary(const struct player *p, struct sim_summary *ret)
{
	tally_sum(&p->tally, p->now, ret);
}
