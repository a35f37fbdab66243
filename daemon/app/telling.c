/* Notices: what there is to say besides breaks, and when it may be said. */
#include "app/manager-internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "coach/safety.h"

static int add(struct manager *m, enum notice_kind kind, const char *title, const char *body)
{
	int r;

	r = notices_add(&m->notices, kind, title, body, "normal");
	if (r < 0)
		log_warning("no memory for a notice: %s", title);
	m->front_end_due = true;
	return r;
}

static void take_back(struct manager *m, enum notice_kind kind)
{
	m->front_end_due = notices_remove_kind(&m->notices, kind) || m->front_end_due;
}

int manager_tell_welcome(struct manager *m)
{
	char title[TITLE_MAX], body[BODY_MAX];

	text_welcome_title(title);
	text_welcome_body(body, &m->config->settings.policy);
	return add(m, NOTICE_WELCOME, title, body);
}

void manager_tell_problems(struct manager *m)
{
	const struct problem_list *l = &m->config->problems;
	char title[TITLE_MAX], body[BODY_MAX];

	for (size_t i = 0; i < l->n; i++) {
		text_problem(body, &l->v[i]);
		log_warning("%s", body);
	}
	/* A warning is no reason to speak up: the user's value is in force. */
	if (!l->errors) {
		take_back(m, NOTICE_PROBLEM);
		return;
	}
	text_problems_title(title, l);
	text_problems_body(body, l);
	(void)add(m, NOTICE_PROBLEM, title, body);
}

void manager_tell_daily(struct manager *m)
{
	char title[TITLE_MAX], body[BODY_MAX];

	text_daily_title(title, &m->scheduler.policy);
	text_daily_body(body);
	(void)add(m, NOTICE_DAILY, title, body);
}

void manager_tell_posture(struct manager *m, enum posture posture)
{
	char title[TITLE_MAX], body[BODY_MAX];

	text_posture_title(title, posture);
	text_posture_body(body, &m->scheduler.policy, posture);
	(void)add(m, NOTICE_POSTURE, title, body);
}

/* One notice for all of them: a later one takes the place of the one before. */
static void tell_professional(struct manager *m, uint32_t regions)
{
	char title[TITLE_MAX];

	m->advised = regions;
	text_professional_title(title, regions);
	(void)add(m, NOTICE_ADVICE, title, safety_after_pain(true));
}

void manager_tell_pain(struct manager *m, int i, uint32_t regions)
{
	bool unread = notices_has_kind(&m->notices, NOTICE_ADVICE);
	char title[TITLE_MAX];

	/* What to heed when it hurt is said each time (ergonomics S5). */
	text_hurts_title(title, &m->config->catalog.exercises[i]);
	(void)add(m, NOTICE_SAFETY, title, safety_after_pain(false));
	if (regions)
		tell_professional(m, regions | (unread ? m->advised : 0));
}

static bool is_told(const struct notices *l, enum notice_kind kind, const char *title)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].kind == kind && !strcmp(l->v[i].title, title))
			return true;
	return false;
}

/* The advice is for those regions only that still rest. */
static void untell_professional(struct manager *m)
{
	walltime_t now = clock_walltime();
	uint32_t resting = 0;

	if (!notices_has_kind(&m->notices, NOTICE_ADVICE))
		return;
	for (size_t k = 0; k < REGIONS_COUNT; k++)
		if (m->memory.no_strength_until[k] > now)
			resting |= REGION_BIT(k) & m->advised;
	if (!resting)
		take_back(m, NOTICE_ADVICE);
	else if (resting != m->advised)
		tell_professional(m, resting);
}

void manager_untell_pain(struct manager *m, int i)
{
	char title[TITLE_MAX];

	text_hurts_title(title, &m->config->catalog.exercises[i]);
	if (is_told(&m->notices, NOTICE_SAFETY, title))
		(void)notices_remove_kind(&m->notices, NOTICE_SAFETY);
	m->front_end_due = true;
	untell_professional(m);
}

void manager_tell_damage(struct manager *m, const char *what)
{
	char body[BODY_MAX];

	text_damage_body(body, what);
	(void)add(m, NOTICE_HISTORY, "The history was damaged", body);
}

/* From when on something may be told: they wait for strong quiet signs as prompts do. */
static usec_t telling_from(const struct manager *m)
{
	const struct scheduler *s = &m->scheduler;
	unsigned heeded = (s->policy.quiet | QUIET_ALWAYS) & QUIET_STRONG;
	usec_t from = 0;

	if (s->gap.away)
		return USEC_NEVER;
	for (int i = 0; i < QUIET_SIGNS; i++) {
		const struct sign_state *sign = &s->signs[i];

		if (!(heeded & QUIET_BIT(i)))
			continue;
		if (sign->on)
			return USEC_NEVER;
		if (sign->ended_at)
			from = usec_max(from, sign->ended_at + s->policy.settle);
	}
	return from;
}

usec_t manager_notices_due(const struct manager *m)
{
	return notices_any_waiting(&m->notices) ? telling_from(m) : USEC_NEVER;
}

void manager_update_notices(struct manager *m)
{
	const struct scheduler *s = &m->scheduler;

	/* The day is another one; the posture has changed, or a rest has relieved it. */
	if (!s->daily_told)
		take_back(m, NOTICE_DAILY);
	if (!s->posture_told)
		take_back(m, NOTICE_POSTURE);
	if (telling_from(m) <= clock_boottime() && notices_open(&m->notices))
		m->front_end_due = true;
}
