/* Quiet signs: from what the desktop shows to what the core is told. */
#include "app/manager-internal.h"

#include "base/cleanup.h"
#include "base/log.h"

/* clang-format off */
static const enum quiet signs[QUIET_KINDS] = {
	[QUIET_KIND_DND]        = QUIET_DND,
	[QUIET_KIND_FULLSCREEN] = QUIET_FULLSCREEN,
	[QUIET_KIND_INHIBITORS] = QUIET_INHIBITORS,
	[QUIET_KIND_CALL]       = QUIET_CALL,
	[QUIET_KIND_SCREENCAST] = QUIET_SCREENCAST,
};

/* What limber-sense sees. */
static const enum quiet_kind sensed[SENSE_SIGNS] = {
	[SENSE_CALL]       = QUIET_KIND_CALL,
	[SENSE_SCREENCAST] = QUIET_KIND_SCREENCAST,
};
/* clang-format on */

static void on_sign(void *owner, enum quiet_kind kind)
{
	struct manager *m = owner;
	const struct quiet_sign *sign = quiet_sign(m->quiet, kind);

	manager_post(m, (struct event){
				.kind = EVENT_SIGN,
				.sign = signs[kind],
				.on = sign->on,
				.who = sign->who,
			});
}

static void on_answered(void *owner)
{
	struct manager *m = owner;

	m->asked_quiet = true;
	manager_tell(m);
	m->asked_quiet = false;
}

static void on_changed(void *owner)
{
	struct manager *m = owner;

	if (quiet_problem(m->quiet))
		log_warning("%s", quiet_problem(m->quiet));
	manager_tell(m);
}

static bool on_ask(void *owner)
{
	struct manager *m = owner;

	return sense_ask(m->sense);
}

static const struct quiet_sink quiet_sink = {
	.sign = on_sign,
	.answered = on_answered,
	.changed = on_changed,
	.ask = on_ask,
};

static void on_sensed(void *owner, enum sense_sign sign, bool on, const char *who)
{
	struct manager *m = owner;

	quiet_tell(m->quiet, sensed[sign], on, who);
}

static void on_sense_answered(void *owner)
{
	struct manager *m = owner;

	quiet_told(m->quiet);
}

static void on_sense_changed(void *owner)
{
	struct manager *m = owner;

	if (sense_problem(m->sense))
		log_warning("%s", sense_problem(m->sense));
	manager_tell(m);
}

static const struct sense_sink sense_sink = {
	.sign = on_sensed,
	.answered = on_sense_answered,
	.changed = on_sense_changed,
};

int manager_new_quiet(struct manager *m)
{
	const struct quiet_world world = { .event = m->event, .bus = m->bus };
	int r;

	r = sense_new(&m->sense, m->event, "limber-sense", &sense_sink, m);
	if (r < 0)
		return r;
	return quiet_new(&m->quiet, &world, &quiet_sink, m);
}

/* A sign that makes no difference is not looked for: that saves its wake-ups. */
static unsigned wanted(const struct policy *p)
{
	/* Notices wait for every strong sign, whatever the rules respect. */
	unsigned heeded = QUIET_STRONG, kinds = 0;

	for (size_t i = 0; i < p->n_rules; i++)
		if (p->rules[i].enabled)
			heeded |= p->rules[i].respects;
	for (size_t kind = 0; kind < ELEMENTS(signs); kind++)
		if (p->quiet & heeded & QUIET_BIT(signs[kind]))
			kinds |= QUIET_KIND_BIT(kind);
	return kinds;
}

int manager_place_quiet(struct manager *m)
{
	const struct display_place place = idle_place(m->idle);

	return quiet_set_place(m->quiet, &place);
}

int manager_choose_quiet(struct manager *m)
{
	unsigned kinds = wanted(&m->config->settings.policy);
	bool sense = false;
	int r;

	for (size_t i = 0; i < ELEMENTS(sensed); i++)
		sense = sense || (kinds & QUIET_KIND_BIT(sensed[i]));
	sense_want(m->sense, sense);
	quiet_set_browsers_count(m->quiet, m->config->settings.fullscreen_browser);
	r = manager_place_quiet(m);
	if (r < 0)
		return r;
	return quiet_choose(m->quiet, kinds);
}

bool manager_is_sensed(enum quiet_kind kind)
{
	for (size_t i = 0; i < ELEMENTS(sensed); i++)
		if (sensed[i] == kind)
			return true;
	return false;
}

int manager_sign_kind(enum quiet sign)
{
	for (size_t kind = 0; kind < ELEMENTS(signs); kind++)
		if (signs[kind] == sign)
			return (int)kind;
	return -1;
}

bool manager_heeds_sign(const struct manager *m, enum quiet sign)
{
	int kind = manager_sign_kind(sign);

	return kind >= 0 && wanted(&m->config->settings.policy) & QUIET_KIND_BIT(kind);
}

bool manager_ask_quiet(struct manager *m)
{
	return quiet_ask(m->quiet);
}
