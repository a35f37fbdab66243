#include "app/answers.h"
#include "app/manager-internal.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"
#include "base/typing.h"
#include "base/utf8.h"
#include "coach/safety.h"

#define SNOOZE_MIN USEC_PER_SEC
#define SNOOZE_MAX USEC_PER_DAY
#define RESTED_MIN USEC_PER_SEC
#define RESTED_MAX USEC_PER_DAY
/* Longer lists are cut; no exercise has as many. */
#define WORDS_MAX 32

int say_no(struct bus_answer *no, enum bus_refusal refusal, const char *format, ...)
{
	va_list args;

	no->refusal = refusal;
	va_start(args, format);
	(void)vsnprintf(no->sentence, sizeof(no->sentence), format, args);
	va_end(args);
	return -EREMOTEIO;
}

int say_unknown(struct bus_answer *no, enum bus_refusal refusal, const char *what, const char *word,
		const char *const names[], const char *more)
{
	char excerpt[EXCERPT_MAX], sentence[sizeof(no->sentence)];

	return say_no(no, refusal, "%s%s",
		      typing_unknown(sentence, sizeof(sentence), what, word,
				     problem_excerpt(word, excerpt), names),
		      more);
}

/* Would the core take this command? If not, say why. */
static int allowed(const struct manager *m, enum event_kind command, const char *verb,
		   struct bus_answer *no)
{
	const struct scheduler *s = &m->scheduler;

	switch (scheduler_allows(s, command, clock_boottime())) {
	case REFUSAL_NONE:
		return 0;
	case REFUSAL_NO_BREAK:
		return say_no(no, BUS_REFUSED_NO_BREAK, "there is no break to %s now", verb);
	case REFUSAL_NOT_ALLOWED:
		if (command == EVENT_START)
			return say_no(no, BUS_REFUSED_NOT_ALLOWED,
				      "no rule is set up, so there is no break to start");
		if (command == EVENT_POSTURE)
			return say_no(
				no, BUS_REFUSED_NOT_ALLOWED,
				"no sit-stand desk is set up, so no posture is kept; "
				"'type = sit-stand' in section [desk] of limber.conf does so");
		return say_no(no, BUS_REFUSED_NOT_ALLOWED,
			      "%s, so it is too late to %s it; 'limber skip' ends it, 'limber "
			      "done' finishes it",
			      s->brk.by_user ? "you started this break yourself"
					     : "half of this break is over",
			      verb);
	case REFUSAL_LIMIT_REACHED:
		return say_no(
			no, BUS_REFUSED_LIMIT_REACHED,
			"this break was snoozed %u times already, which is all that rule '%s' "
			"allows; start or skip it",
			s->brk.snoozes, s->brk.policy.name);
	}
	return -EINVAL;
}

/* Breaks --------------------------------------------------------------------------------------- */

static const struct bus_state *answer_state(void *owner)
{
	return manager_view(owner);
}

static usec_t answer_rule_load(void *owner, const char *rule)
{
	struct manager *m = owner;
	int i = policy_find(&m->scheduler.policy, rule);
	struct rule_view view;

	if (i < 0)
		return 0;
	scheduler_rule_view(&m->scheduler, (size_t)i, clock_boottime(), &view);
	return view.load;
}

static int find_rule(const struct manager *m, const char *rule, int *ret, struct bus_answer *no)
{
	const struct policy *p = &m->scheduler.policy;
	const char *names[RULES_MAX + 1] = { NULL };

	*ret = policy_find(p, rule);
	if (*ret >= 0)
		return 0;
	for (size_t i = 0; i < p->n_rules; i++)
		names[i] = p->rules[i].name;
	return say_unknown(no, BUS_REFUSED_NO_SUCH_RULE, "rule", rule, names, "");
}

static int answer_start_break(void *owner, const char *rule, uint64_t *ret_id,
			      struct bus_answer *no)
{
	struct manager *m = owner;
	int i = -1, r;

	if (rule[0]) {
		r = find_rule(m, rule, &i, no);
		if (r < 0)
			return r;
	}
	r = allowed(m, EVENT_START, "start", no);
	if (r < 0)
		return r;
	manager_post(m, (struct event){ .kind = EVENT_START, .rule = i });
	*ret_id = m->shown.id;
	return 0;
}

static int answer_snooze(void *owner, usec_t length, struct bus_answer *no)
{
	struct manager *m = owner;
	int r;

	if (length != 0 && (length < SNOOZE_MIN || length > SNOOZE_MAX))
		return say_no(
			no, BUS_REFUSED_INVALID,
			"a snooze lasts from 1s to 24h; without a length it is the rule's own");
	r = allowed(m, EVENT_SNOOZE, "snooze", no);
	if (r < 0)
		return r;
	manager_post(m, (struct event){ .kind = EVENT_SNOOZE, .length = length });
	return 0;
}

static int answer_skip(void *owner, struct bus_answer *no)
{
	int r = allowed(owner, EVENT_SKIP, "skip", no);

	if (r < 0)
		return r;
	manager_post(owner, (struct event){ .kind = EVENT_SKIP });
	return 0;
}

static int answer_finish(void *owner, struct bus_answer *no)
{
	int r = allowed(owner, EVENT_FINISH, "finish", no);

	if (r < 0)
		return r;
	manager_post(owner, (struct event){ .kind = EVENT_FINISH });
	return 0;
}

/* Presence ------------------------------------------------------------------------------------- */

static int answer_set_reading(void *owner, walltime_t until, struct bus_answer *no)
{
	struct manager *m = owner;

	wall_refresh(&m->wall);
	if (until && until != USEC_NEVER && until <= clock_walltime())
		return say_no(no, BUS_REFUSED_INVALID,
			      "the time to read until has passed; reading mode is as it was");
	m->reading_until = until;
	manager_post_reading(m);
	return 0;
}

static int answer_rested(void *owner, usec_t length, struct bus_answer *no)
{
	int r;

	if (length < RESTED_MIN || length > RESTED_MAX)
		return say_no(no, BUS_REFUSED_INVALID,
			      "a rest to be credited is 1s to 24h long; nothing is credited");
	r = allowed(owner, EVENT_RESTED, "rest from", no);
	if (r < 0)
		return r;
	manager_post(owner, (struct event){ .kind = EVENT_RESTED, .length = length });
	return 0;
}

static int answer_set_posture(void *owner, const char *posture, struct bus_answer *no)
{
	static const enum posture postures[] = { POSTURE_SITTING, POSTURE_STANDING };
	const char *names[ELEMENTS(postures) + 1] = { NULL };
	int r;

	for (size_t i = 0; i < ELEMENTS(postures); i++) {
		names[i] = posture_name(postures[i]);
		if (strcmp(posture, names[i]))
			continue;
		r = allowed(owner, EVENT_POSTURE, "set", no);
		if (r < 0)
			return r;
		manager_post(owner,
			     (struct event){ .kind = EVENT_POSTURE, .posture = postures[i] });
		return 0;
	}
	return say_unknown(no, BUS_REFUSED_INVALID, "posture", posture, names, "");
}

/* Quiet ---------------------------------------------------------------------------------------- */

static int answer_pause(void *owner, const char *client, walltime_t until, struct bus_answer *no)
{
	struct manager *m = owner;

	wall_refresh(&m->wall);
	if (until != USEC_NEVER && until <= clock_walltime())
		return say_no(no, BUS_REFUSED_INVALID,
			      "the time to pause until has passed; nothing is paused");
	m->paused_until = until;
	(void)snprintf(m->pause_client, sizeof(m->pause_client), "%s", client);
	manager_post_hold(m, NULL);
	return 0;
}

static int answer_resume(void *owner, struct bus_answer *no)
{
	(void)no;
	manager_post(owner, (struct event){ .kind = EVENT_RELEASE });
	return 0;
}

void manager_post_inhibit(struct manager *m)
{
	const struct inhibitors *l = &m->inhibitors;

	manager_post(m, (struct event){ .kind = EVENT_SIGN,
					.sign = QUIET_INHIBIT,
					.on = l->n > 0,
					.who = l->n > 0 ? l->v[0]->who : NULL });
}

static int answer_inhibit(void *owner, const char *client, const char *who, const char *why,
			  int *ret_fd, struct bus_answer *no)
{
	struct manager *m = owner;
	int r;

	r = inhibitors_add(&m->inhibitors, client, who, why, clock_boottime(), ret_fd);
	if (r == -EDQUOT)
		return say_no(no, BUS_REFUSED_LIMIT_REACHED,
			      "this client holds %d inhibitors already, which is the most",
			      INHIBITORS_PER_CLIENT_MAX);
	if (r == -ENOSPC)
		return say_no(no, BUS_REFUSED_LIMIT_REACHED,
			      "%d inhibitors are held already, which is the most", INHIBITORS_MAX);
	if (r < 0)
		return r;
	manager_post_inhibit(m);
	return 0;
}

/* What does not print is a question mark; anything else would not pass the bus. */
static void make_printable(char *text)
{
	for (size_t i = 0, n = strlen(text); i < n;) {
		uint32_t character;
		size_t length = utf8_decode(text + i, n - i, &character);

		if (!length || utf8_is_control(character)) {
			memset(text + i, '?', length ? length : 1);
			length = length ? length : 1;
		}
		i += length;
	}
}

/* A process's name as the kernel has it; "" if it is gone. */
static void process_name(unsigned pid, char buffer[static WHO_MAX])
{
	CLEANUP(fclosep) FILE *file = NULL;
	char path[64];

	buffer[0] = '\0';
	(void)snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	file = fopen(path, "re");
	if (!file || !fgets(buffer, WHO_MAX, file))
		return;
	buffer[strcspn(buffer, "\n")] = '\0';
	make_printable(buffer);
}

/* The pause goes on as it is, with its owner's name. */
static void name_pause(struct manager *m, unsigned pid)
{
	char who[WHO_MAX];

	m->pause_client[0] = '\0';
	process_name(pid, who);
	/* Our own client is but the user's voice. */
	if (!strcmp(who, "limber"))
		return;
	if (who[0] && m->scheduler.signs[QUIET_PAUSE].on)
		manager_post_hold(m, who);
}

static void answer_client_pid(void *owner, const char *client, unsigned pid)
{
	struct manager *m = owner;

	inhibitors_set_pid(&m->inhibitors, client, pid);
	if (!strcmp(m->pause_client, client))
		name_pause(m, pid);
}

static bool answer_inhibitor(void *owner, size_t i, struct bus_inhibitor *ret)
{
	struct manager *m = owner;
	const struct inhibitor *held;

	if (i >= m->inhibitors.n)
		return false;
	held = m->inhibitors.v[i];
	*ret = (struct bus_inhibitor){
		.who = held->who,
		.why = held->why,
		.pid = held->pid,
		.since = wall_of(&m->wall, held->since),
	};
	return true;
}

static bool answer_decision(void *owner, size_t i, struct bus_decision *ret)
{
	struct manager *m = owner;
	const struct journal *j = &m->scheduler.journal;
	const struct decision *d = i < j->n ? journal_get(j, j->n - 1 - i) : NULL;

	if (!d)
		return false;
	manager_view_decision(m, d, m->wall.offset, ret);
	return true;
}

static int answer_reload(void *owner, struct bus_answer *no)
{
	(void)no;
	return manager_reload(owner);
}

/* Exercises ------------------------------------------------------------------------------------ */

static size_t words(uint32_t bits, const char *const names[], const char *ret[static WORDS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; names[i] && n < WORDS_MAX; i++)
		if (bits & (UINT32_C(1) << i))
			ret[n++] = names[i];
	return n;
}

/* A session is judged as what it is, nothing for a break; that a tip was given today speaks against
 * giving it again, not against the tip. */
static enum objection objection_to(const struct coach *c, size_t i)
{
	bool session = coach_is_session(&c->catalog->exercises[i]);
	enum objection objection = coach_objects(c, (int)i, session ? ROUTE_OFF_DESK : ROUTE_BREAK);

	return objection == OBJECTION_TIP ? OBJECTION_NONE : objection;
}

static int put_exercise(const struct manager *m, const struct coach *c, size_t i,
			struct bus_exercise_sink *sink)
{
	const struct exercise *e = &c->catalog->exercises[i];
	enum objection objection = objection_to(c, i);
	char why[COACH_WHY_MAX], chosen[COACH_WHY_MAX], amount[DOSE_MAX];
	struct coach_dose dose;
	const char *relieves[WORDS_MAX], *avoid_if[WORDS_MAX];
	const struct coach_progress *p = &c->memory->progress[i];
	const struct bus_exercise out = {
		.id = e->id,
		.name = e->name,
		.set = set_names[e->set],
		.position = position_names[e->position],
		.space = space_names[e->space],
		.muscles = e->muscles,
		.easier = e->easier,
		.harder = e->harder,
		.desk_alternative = e->desk_alternative,
		.cue = e->cue,
		.source = e->source,
		.why = why,
		.dose = amount,
		.chosen = manager_chosen(m, (int)i, chosen),
		.allowed = objection == OBJECTION_NONE,
		.steps = e->steps,
		.n_steps = e->n_steps,
		.relieves = relieves,
		.n_relieves = words(e->relieves, region_names, relieves),
		.avoid_if = avoid_if,
		.n_avoid_if = words(e->avoids, limitation_names, avoid_if),
		.intensity = e->intensity,
		.seconds_min = e->seconds_min,
		.seconds_default = e->seconds_default,
		.seconds_max = e->seconds_max,
		.hold_seconds = e->hold_seconds,
		.reps = e->reps,
		.sets = e->sets,
		.sides = e->sides,
		.likes = p->likes,
		.dislikes = p->dislikes,
		.easy = p->easy,
		.hard = p->hard,
		.hurts = p->hurts,
		.seed = e->seed,
		.discreet = e->discreet,
		.needs_warmup = e->needs_warmup,
	};

	coach_objection_sentence(c, (int)i, objection, why);
	coach_dose(e, p, &dose);
	text_dose(amount, e, &dose);
	return sink->add(sink, &out);
}

/* A filter's word by number, -1 if it was not asked for. */
static int filter_number(const char *word, const char *const names[], const char *what, int *ret,
			 struct bus_answer *no)
{
	*ret = -1;
	if (!word)
		return 0;
	*ret = name_lookup(names, word, strlen(word));
	return *ret >= 0 ? 0 : say_unknown(no, BUS_REFUSED_INVALID, what, word, names, "");
}

static int answer_list_exercises(void *owner, const struct bus_exercise_filter *filter,
				 struct bus_exercise_sink *sink, struct bus_answer *no)
{
	struct coach coach = manager_coach(owner);
	const struct catalog *c = coach.catalog;
	int set, region, place, r;

	r = filter_number(filter->set, set_names, "set", &set, no);
	if (r < 0)
		return r;
	r = filter_number(filter->region, region_names, "region", &region, no);
	if (r < 0)
		return r;
	r = filter_number(filter->place, place_names, "place", &place, no);
	if (r < 0)
		return r;
	for (size_t i = 0; i < c->n; i++) {
		const struct exercise *e = &c->exercises[i];

		if (set >= 0 && e->set != set)
			continue;
		if (region >= 0 && !(e->relieves & (UINT32_C(1) << region)))
			continue;
		/* A space is possible where the place offers it or more: both are in that order. */
		if (place >= 0 && e->space > place)
			continue;
		if (filter->discreet >= 0 && e->discreet != !!filter->discreet)
			continue;
		if (filter->allowed >= 0 &&
		    (objection_to(&coach, i) == OBJECTION_NONE) != !!filter->allowed)
			continue;
		r = put_exercise(owner, &coach, i, sink);
		if (r < 0)
			return r;
	}
	return 0;
}

/* By its id, or by its name as people read it, in small or capital letters. */
static int find_named(const struct catalog *c, const char *words)
{
	int found = catalog_find(c, words);

	for (size_t i = 0; found < 0 && *words && i < c->n; i++)
		if (!strcasecmp(c->exercises[i].name, words))
			found = (int)i;
	return found;
}

/* The one whose id or name was probably meant, or -1. */
static int guess_exercise(const struct catalog *c, const char *words)
{
	char id[EXERCISE_ID_MAX + 1];
	size_t best = 3;
	int guess = -1;

	if (strlen(words) > EXERCISE_ID_MAX)
		return -1;
	/* Names are ids with blanks and capitals, mostly. */
	for (size_t i = 0; i <= strlen(words); i++)
		id[i] = words[i] == ' ' || words[i] == '_' ? '-'
							   : (char)tolower((unsigned char)words[i]);
	for (size_t i = 0; i < c->n; i++) {
		size_t distance = typing_distance(id, c->exercises[i].id);

		if (distance < best && distance < strlen(id)) {
			best = distance;
			guess = (int)i;
		}
	}
	return guess;
}

/* The mistake in a file of exercises for which this one is left out, or NULL. */
static const struct problem *find_mistake(const struct manager *m, const char *id)
{
	const struct problem_list *l = &m->config->problems;

	for (size_t i = 0; i < l->n; i++)
		if (!l->v[i].warning && !strcmp(l->v[i].section, id) &&
		    strstr(l->v[i].file, "/exercises/"))
			return &l->v[i];
	return NULL;
}

static int say_left_out(const char *id, const struct problem *p, struct bus_answer *no)
{
	const char *base = strrchr(p->file, '/');

	return say_no(no, BUS_REFUSED_NO_SUCH_EXERCISE,
		      "'%s' is left out for a mistake in line %u of %s; limber status tells what "
		      "is wrong there",
		      id, p->line, base ? base + 1 : p->file);
}

static int find_exercise(const struct manager *m, const char *id, int *ret, struct bus_answer *no)
{
	const struct catalog *c = &m->config->catalog;
	const struct problem *mistake;
	char excerpt[EXCERPT_MAX];
	int guess;

	*ret = find_named(c, id);
	if (*ret >= 0)
		return 0;
	mistake = find_mistake(m, id);
	if (mistake)
		return say_left_out(id, mistake, no);
	guess = guess_exercise(c, id);
	if (guess >= 0)
		return say_no(
			no, BUS_REFUSED_NO_SUCH_EXERCISE,
			"there is no exercise '%s'; did you mean '%s'? limber exercises lists "
			"them",
			problem_excerpt(id, excerpt), c->exercises[guess].id);
	return say_no(no, BUS_REFUSED_NO_SUCH_EXERCISE,
		      "there is no exercise '%s'; limber exercises lists them",
		      problem_excerpt(id, excerpt));
}

static int answer_get_exercise(void *owner, const char *id, struct bus_exercise_sink *sink,
			       struct bus_answer *no)
{
	struct coach coach = manager_coach(owner);
	int i, r;

	r = find_exercise(owner, id, &i, no);
	return r < 0 ? r : put_exercise(owner, &coach, (size_t)i, sink);
}

static int answer_rate(void *owner, const char *id, const char *verdict, struct bus_answer *no)
{
	int i, number, r;

	r = find_exercise(owner, id, &i, no);
	if (r < 0)
		return r;
	number = name_lookup(verdict_names, verdict, strlen(verdict));
	if (number < 0)
		return say_unknown(no, BUS_REFUSED_INVALID, "verdict", verdict, verdict_names, "");
	manager_rate(owner, i, (enum verdict)number);
	return 0;
}

static int answer_take_back_hurts(void *owner, const char *id, struct bus_answer *no)
{
	int i, r;

	r = find_exercise(owner, id, &i, no);
	return r < 0 ? r : manager_did_not_hurt(owner, i, no);
}

static int answer_consent(void *owner, bool given)
{
	manager_consent(owner, given);
	return 0;
}

static int answer_safety_text(void *owner, const char *section, const char **ret,
			      struct bus_answer *no)
{
	struct manager *m = owner;
	int number = name_lookup(safety_names, section, strlen(section));

	if (*section && number < 0)
		return say_unknown(no, BUS_REFUSED_INVALID, "safety text", section, safety_names,
				   "");
	*ret = safety_write(number < 0 ? SAFETIES : (enum safety)number, m->view.body);
	return 0;
}

static int answer_preview(void *owner, const char *rule, const struct bus_step **ret, size_t *ret_n,
			  struct bus_answer *no)
{
	struct manager *m = owner;
	int i = scheduler_best_rule(&m->scheduler), r;
	struct routine routine = { .n = 0 };

	if (*rule) {
		r = find_rule(m, rule, &i, no);
		if (r < 0)
			return r;
	}
	if (i >= 0)
		manager_propose(m, i, m->scheduler.policy.rules[i].length, &routine);
	manager_view_routine(m, &routine, 0, m->view.steps);
	*ret = m->view.steps;
	*ret_n = routine.n;
	return 0;
}

/* A break of before may still be called by who has not heard of its end. */
static int check_break(const struct manager *m, uint64_t id, struct bus_answer *no)
{
	if (id && id == m->shown.id && m->scheduler.brk.exists)
		return 0;
	return say_no(no, BUS_REFUSED_NO_SUCH_OBJECT, "this break is over already");
}

static int answer_replace(void *owner, uint64_t id, struct bus_answer *no)
{
	struct manager *m = owner;
	int r;

	r = check_break(m, id, no);
	if (r < 0)
		return r;
	if (!manager_replace_routine(m))
		return say_no(no, BUS_REFUSED_NOT_ALLOWED,
			      "there is nothing else for this break that suits you; rest is "
			      "always right");
	return 0;
}

static int answer_next(void *owner, uint64_t id, struct bus_answer *no)
{
	struct manager *m = owner;
	int r;

	r = check_break(m, id, no);
	if (r < 0)
		return r;
	if (m->scheduler.brk.phase != PHASE_ON_BREAK)
		return say_no(no, BUS_REFUSED_NOT_ALLOWED,
			      "this break does not run yet: there is nothing to go on from");
	if (!manager_next_exercise(m))
		return say_no(no, BUS_REFUSED_NOT_ALLOWED,
			      "no exercise is on: what is left of this break is rest");
	return 0;
}

static int answer_hold(void *owner, uint64_t id, const char *client, int *ret_fd,
		       struct bus_answer *no)
{
	struct manager *m = owner;
	int r;

	r = check_break(m, id, no);
	if (r < 0)
		return r;
	r = manager_hold_exercise(m, client, ret_fd);
	if (r == -ENOENT)
		return say_no(no, BUS_REFUSED_NOT_ALLOWED,
			      "no exercise is on that could stand still");
	if (r == -EDQUOT || r == -ENOSPC)
		return say_no(no, BUS_REFUSED_LIMIT_REACHED,
			      "this exercise is held too often already");
	return r;
}

/* Notices -------------------------------------------------------------------------------------- */

static enum posture other_posture(enum posture posture)
{
	return posture == POSTURE_SITTING ? POSTURE_STANDING : POSTURE_SITTING;
}

static int answer_dismiss_notice(void *owner, uint64_t id, struct bus_answer *no)
{
	struct manager *m = owner;
	const struct notice *n = notices_find(&m->notices, id);
	bool welcome = n && n->kind == NOTICE_WELCOME;

	if (notices_remove(&m->notices, id) < 0)
		return say_no(no, BUS_REFUSED_NO_SUCH_OBJECT, "this notice is gone already");
	if (welcome)
		manager_was_welcomed();
	m->front_end_due = true;
	manager_tell(m);
	return 0;
}

static int answer_invoke_notice(void *owner, uint64_t id, const char *action, struct bus_answer *no)
{
	struct manager *m = owner;
	const struct notice *n = notices_find(&m->notices, id);
	char excerpt[EXCERPT_MAX];
	bool posture;
	int r;

	if (!n)
		return say_no(no, BUS_REFUSED_NO_SUCH_OBJECT, "this notice is gone already");
	if (strcmp(action, notice_kind_action(n->kind)->id))
		return say_no(no, BUS_REFUSED_INVALID, "there is no action '%s'; there is: %s",
			      problem_excerpt(action, excerpt), notice_kind_action(n->kind)->id);
	posture = n->kind == NOTICE_POSTURE;
	r = answer_dismiss_notice(owner, id, no);
	if (r >= 0 && posture)
		manager_post(m, (struct event){ .kind = EVENT_POSTURE,
						.posture = other_posture(m->scheduler.posture) });
	return r;
}

static int answer_diagnose(void *owner)
{
	return manager_diagnose(owner);
}

static void answer_looked_at(void *owner)
{
	struct manager *m = owner;

	idle_check(m->idle);
}

const struct service_ops manager_ops = {
	.state = answer_state,
	.rule_load = answer_rule_load,
	.start_break = answer_start_break,
	.snooze = answer_snooze,
	.skip = answer_skip,
	.finish = answer_finish,
	.pause = answer_pause,
	.resume = answer_resume,
	.set_reading = answer_set_reading,
	.rested = answer_rested,
	.set_posture = answer_set_posture,
	.inhibit = answer_inhibit,
	.client_pid = answer_client_pid,
	.inhibitor = answer_inhibitor,
	.decision = answer_decision,
	.past_decisions = manager_answer_past_decisions,
	.reload = answer_reload,
	.list_exercises = answer_list_exercises,
	.get_exercise = answer_get_exercise,
	.rate = answer_rate,
	.take_back_hurts = answer_take_back_hurts,
	.report_soreness = manager_answer_report_soreness,
	.end_soreness = manager_answer_end_soreness,
	.consent = answer_consent,
	.safety_text = answer_safety_text,
	.preview = answer_preview,
	.replace = answer_replace,
	.next = answer_next,
	.hold = answer_hold,
	.history = manager_answer_history,
	.activities = manager_answer_activities,
	.statistics = manager_answer_statistics,
	.log_activity = manager_answer_log_activity,
	.remove_activity = manager_answer_remove_activity,
	.invoke_notice = answer_invoke_notice,
	.dismiss_notice = answer_dismiss_notice,
	.diagnose = answer_diagnose,
	.looked_at = answer_looked_at,
};
