#include "app/manager-internal.h"

#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/parse.h"
#include "bus/protocol.h"

/* The core's timer may be late by this, so that it wakes us together with others. */
#define TIMER_ACCURACY (10 * USEC_PER_MSEC)

/* Configuration -------------------------------------------------------------------------------- */

static struct configuration *configuration_free(struct configuration *c)
{
	if (!c)
		return NULL;
	catalog_done(&c->catalog);
	problem_list_done(&c->problems);
	free(c);
	return NULL;
}

/* clang-format off */
DEFINE_CLEANUP(configuration_free, struct configuration *)
/* clang-format on */

static int configuration_load(struct configuration **ret, const struct config_paths *paths)
{
	CLEANUP(configuration_freep) struct configuration *c = NULL;
	int r;

	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	r = settings_load(paths, &c->settings, &c->problems);
	if (r < 0)
		return r;
	r = exercises_load(paths, &c->catalog, &c->problems);
	if (r < 0)
		return r;
	exercises_check_skips(&c->catalog, &c->settings, &c->problems);
	/* What the files needed to be read would stay between what is kept. */
	(void)malloc_trim(0);
	*ret = TAKE(c);
	return 0;
}

static const char *idle_choice_name(enum idle_choice choice)
{
	switch (choice) {
	case IDLE_CHOICE_AUTO:
		return "auto";
	case IDLE_CHOICE_WAYLAND:
		return "wayland";
	case IDLE_CHOICE_MUTTER:
		return "mutter";
	case IDLE_CHOICE_X11:
		return "x11";
	case IDLE_CHOICE_TTY:
		return "tty";
	case IDLE_CHOICE_NONE:
		return "none";
	}
	return "auto";
}

/* The present break ---------------------------------------------------------------------------- */

static void show_break(struct manager *m, int rule)
{
	if (m->shown.id)
		return;
	m->shown.id = ++m->last_break_id;
	if (!m->shown.recalled)
		manager_fill_break(m, rule);
	m->shown.recalled = false;
}

/* It is announced or begins. What it was filled with may be from long ago. */
static void show_again(struct manager *m, const struct effect *e)
{
	bool was_filled = m->shown.id || m->shown.recalled;

	show_break(m, e->rule);
	if (was_filled && e->kind == EFFECT_START)
		manager_begin_break(m, e->rested);
	else if (was_filled)
		manager_judge_break(m);
	m->farewell = false;
	m->front_end_due = true;
}

const char *manager_rule_name(const struct manager *m, int rule)
{
	/* A rule that a reload took away lives on in its running break. */
	return rule >= 0 ? m->scheduler.policy.rules[rule].name : m->scheduler.brk.policy.name;
}

/* Effects -------------------------------------------------------------------------------------- */

static void perform_end(struct manager *m, const struct effect *e)
{
	const char *rule = manager_rule_name(m, e->rule), *outcome = outcome_name(e->outcome);
	char rested[DURATION_TEXT_MAX];

	log_info("%s: break %s, rested %s", rule, outcome, format_duration(e->rested, rested));
	if (e->outcome == OUTCOME_NATURAL) {
		service_break_ended(m->service, 0, rule, outcome, e->rested);
		return;
	}
	/* While its object is still there, so that whoever shows it can say goodbye. */
	service_break_ended(m->service, m->shown.id, rule, outcome, e->rested);
	manager_clear_break(m);
	m->farewell = e->outcome == OUTCOME_TAKEN && !e->silent;
	m->front_end_due = true;
}

/* What has to wait until the objects are on the bus. */
static void announce(struct manager *m, const struct effects *effects)
{
	for (size_t i = 0; i < effects->n; i++) {
		const struct effect *e = &effects->v[i];

		if (e->kind == EFFECT_PROMPT && e->prompts == 1)
			service_break_due(m->service, m->shown.id, manager_rule_name(m, e->rule));
		else if (e->kind == EFFECT_START)
			service_break_started(m->service, m->shown.id,
					      manager_rule_name(m, e->rule));
	}
}

static void perform(struct manager *m, const struct effect *e)
{
	switch (e->kind) {
	case EFFECT_PROMPT:
	case EFFECT_START:
		show_again(m, e);
		break;
	case EFFECT_WITHDRAW:
		m->front_end_due = true;
		break;
	case EFFECT_END:
		perform_end(m, e);
		break;
	case EFFECT_EASED:
		log_info("%s: no longer needed", manager_rule_name(m, e->rule));
		manager_clear_break(m);
		m->farewell = false;
		m->front_end_due = true;
		break;
	case EFFECT_DAILY:
		manager_tell_daily(m);
		break;
	case EFFECT_POSTURE:
		manager_tell_posture(m, e->posture);
		break;
	}
}

/* What the core decided in the last step, from the decision number `from` on. */
static void tell_decisions(struct manager *m, uint64_t from)
{
	const struct journal *j = &m->scheduler.journal;

	for (uint64_t i = from; i < j->n; i++) {
		const struct decision *d = journal_get(j, i);
		struct bus_decision decision;

		if (!d)
			continue;
		manager_view_decision(m, d, m->wall.offset, &decision);
		log_debug("%s: %s%s%s: %s", decision.rule, decision.decision,
			  decision.outcome ? " " : "", decision.outcome ? decision.outcome : "",
			  decision.why);
		service_decided(m->service, &decision);
	}
}

static bool break_on_screen(const struct manager *m)
{
	const struct break_state *b = &m->scheduler.brk;

	return b->exists && (b->phase == PHASE_PROMPTING || b->phase == PHASE_ON_BREAK);
}

static bool shows_something(const struct manager *m)
{
	return break_on_screen(m) || notices_any_open(&m->notices);
}

static void update_front_end(struct manager *m)
{
	if (!m->front_end_due)
		return;
	if (shows_something(m) && !m->asked_quiet && manager_ask_quiet(m))
		return;
	m->front_end_due = m->asked_quiet = false;
	if (shows_something(m))
		front_end_show(m->front_end);
	else
		front_end_withdraw(m->front_end, !m->farewell);
}

/* Put on the bus how things are now, with the notices that may be told by now. */
static void publish(struct manager *m)
{
	manager_update_notices(m);
	service_changed(m->service);
}

void manager_tell(struct manager *m)
{
	if (!m->service || m->draining)
		return;
	publish(m);
	update_front_end(m);
	/* No event has brought what there is to say now, and none may come. */
	if (notices_any_waiting(&m->notices))
		manager_arm(m);
}

/* Events --------------------------------------------------------------------------------------- */

void manager_arm(struct manager *m)
{
	usec_t at = scheduler_deadline(&m->scheduler);

	at = usec_min(at, usec_min(m->calendar_due, manager_notices_due(m)));
	if (at == USEC_NEVER) {
		(void)sd_event_source_set_enabled(m->timer, SD_EVENT_OFF);
	} else {
		(void)sd_event_source_set_time(m->timer, at);
		(void)sd_event_source_set_enabled(m->timer, SD_EVENT_ONESHOT);
	}
	idle_set_threshold(m->idle,
			   usec_min(scheduler_threshold(&m->scheduler), manager_close_look(m)));
}

void manager_enqueue(struct manager *m, struct event e)
{
	/* Nothing that we call posts more than one event, and each is dealt with in turn. */
	assert(m->n_queued < EVENTS_MAX);
	m->queue[m->n_queued++] = e;
}

/* A break is due and not yet announced. */
static bool awaits_moment(const struct manager *m)
{
	switch (m->scheduler.phase) {
	case PHASE_DUE:
	case PHASE_DEFERRED:
	case PHASE_SNOOZED:
		return true;
	case PHASE_ON_BREAK:
	case PHASE_PROMPTING:
	case PHASE_PAUSED:
	case PHASE_OFF_DUTY:
	case PHASE_WORKING:
		return false;
	}
	return false;
}

/*
 * A prompt goes by what the source said last: does it still say anything? Not asked where time did
 * nothing, as then somebody has just told us something.
 */
static void check_input(struct manager *m, enum event_kind kind)
{
	if (kind == EVENT_TICK && m->input != INPUT_UNKNOWN &&
	    (awaits_moment(m) || m->scheduler.phase == PHASE_PROMPTING))
		idle_check(m->idle);
}

static bool ends_a_break(const struct effects *effects)
{
	for (size_t i = 0; i < effects->n; i++)
		if (effects->v[i].kind == EFFECT_END)
			return true;
	return false;
}

/* What ran of the present break until now and did not come to its end. */
static void note_halted(struct manager *m, const struct effects *effects)
{
	for (size_t i = 0; i < effects->n; i++)
		if (effect_halts(&effects->v[i]))
			manager_halt_break(m, effects->v[i].rested);
}

/* What the present break's end says of its exercises. */
static void note_done(struct manager *m, const struct effects *effects)
{
	for (size_t i = 0; i < effects->n; i++)
		if (effects->v[i].kind == EFFECT_END && effects->v[i].outcome != OUTCOME_NATURAL)
			manager_break_done(m, &effects->v[i]);
}

/* What the core wants done, after the decision number `decided`. */
static void perform_all(struct manager *m, const struct effects *effects, uint64_t decided)
{
	note_halted(m, effects);
	manager_note(m, effects);
	note_done(m, effects);
	/* Whoever is told of an outcome may rely on it. */
	if (ends_a_break(effects))
		manager_keep(m);
	for (size_t i = 0; i < effects->n; i++)
		perform(m, &effects->v[i]);
	/* A break that was put off before a restart is a new object now. */
	if (m->scheduler.brk.exists)
		show_break(m, m->scheduler.brk.rule);
	if (m->shown.stale)
		manager_sift_break(m);
	publish(m);
	announce(m, effects);
	tell_decisions(m, decided);
}

void manager_restored_ends(struct manager *m, const struct effects *effects)
{
	manager_note(m, effects);
	note_done(m, effects);
	if (ends_a_break(effects))
		manager_keep(m);
	manager_clear_break(m);
}

void manager_restored(struct manager *m, const struct effects *effects)
{
	perform_all(m, effects, m->remember.noted);
	update_front_end(m);
}

static void step(struct manager *m, struct event *e)
{
	/* The day's count by more than time. */
	bool moves_count = e->kind == EVENT_CALENDAR || e->kind == EVENT_EARLIER;
	struct effects effects;
	uint64_t decided = m->scheduler.journal.n;

	e->now = clock_boottime();
	record_wall(m->record, e->now, m->wall.offset);
	record_event(m->record, e, &m->scheduler.policy);
	if (moves_count)
		manager_count_screen(m, e->now);
	scheduler_step(&m->scheduler, e, &effects);
	if (moves_count)
		manager_screen_is(m, e->now);
	manager_note_command(m, e->kind);
	perform_all(m, &effects, decided);
	update_front_end(m);
	if (awaits_moment(m))
		(void)manager_ask_quiet(m);
	check_input(m, e->kind);
}

void manager_post(struct manager *m, struct event e)
{
	if (!m->draining)
		manager_notice_time(m, clock_boottime());
	manager_enqueue(m, e);
	if (m->draining)
		return;
	m->draining = true;
	for (size_t i = 0; i < m->n_queued; i++)
		step(m, &m->queue[i]);
	m->n_queued = 0;
	m->draining = false;
	manager_keep_what_is_due(m);
	manager_arm(m);
}

static int on_timer(sd_event_source *source, uint64_t at, void *userdata)
{
	(void)source;
	(void)at;
	manager_post(userdata, (struct event){ .kind = EVENT_TICK });
	return 0;
}

/* What the parts tell -------------------------------------------------------------------------- */

static void on_idle_paused(void *owner, usec_t since)
{
	struct manager *m = owner;

	m->input = INPUT_PAUSED;
	m->input_since = since;
	m->input_doubted = false;
	session_note_input(m->session, false);
	manager_post(owner, (struct event){ .kind = EVENT_PAUSE, .since = since });
}

static void on_idle_input(void *owner)
{
	struct manager *m = owner;

	m->input = INPUT_SEEN;
	m->input_doubted = false;
	session_note_input(m->session, true);
	manager_post(owner, (struct event){ .kind = EVENT_INPUT });
}

static void on_idle_watched(void *owner, bool on)
{
	manager_post(owner, (struct event){ .kind = EVENT_WATCH, .on = on });
}

/* What the source said last holds again. */
static void trust_input(struct manager *m)
{
	m->input_doubted = false;
	if (m->input == INPUT_PAUSED)
		manager_post(m, (struct event){ .kind = EVENT_PAUSE, .since = m->input_since });
	else if (m->input == INPUT_SEEN)
		manager_post(m, (struct event){ .kind = EVENT_INPUT });
}

static void on_idle_changed(void *owner)
{
	struct manager *m = owner;
	bool none = !strcmp(idle_source_name(m->idle), "none");
	int r;

	if (idle_problem(m->idle))
		log_warning("%s; presence is unknown, so work is counted by the clock",
			    idle_problem(m->idle));
	else
		log_info("idle time comes from %s", idle_source_name(m->idle));
	r = manager_place_quiet(m);
	if (r < 0)
		log_error("cannot watch for quiet signs: %s", strerror(-r));
	if (none)
		m->input = INPUT_UNKNOWN;
	if (none || idle_is_silent(m->idle)) {
		m->input_doubted = !none;
		manager_post(m, (struct event){ .kind = EVENT_NO_SOURCE });
	} else if (m->input_doubted) {
		trust_input(m);
	} else {
		manager_tell(m);
	}
}

static const struct idle_sink idle_sink = {
	.paused = on_idle_paused,
	.input = on_idle_input,
	.watched = on_idle_watched,
	.changed = on_idle_changed,
};

static void post_away(struct manager *m, enum away_reason reason, bool on)
{
	struct event e = { .kind = on ? EVENT_AWAY : EVENT_BACK, .reason = reason };

	if (on)
		e.since = clock_boottime();
	manager_post(m, e);
}

static void on_locked(void *owner, bool locked)
{
	log_info("the session is %s", locked ? "locked" : "unlocked");
	post_away(owner, AWAY_LOCKED, locked);
}

static void on_switched_away(void *owner, bool away)
{
	log_info("%s", away ? "another session has the screen" : "the session has the screen");
	post_away(owner, AWAY_SWITCHED, away);
}

static void on_terminal(void *owner, bool terminal)
{
	struct manager *m = owner;

	m->terminal = terminal;
	idle_set_terminal(m->idle, terminal);
}

/* The machine waits while something is still to be done; session.h sees to it that not for long. */
static void let_sleep(struct manager *m)
{
	if (m->asleep && !front_end_is_leaving(m->front_end))
		session_let_sleep(m->session);
}

static void on_asleep(void *owner, bool asleep)
{
	struct manager *m = owner;

	log_info("%s", asleep ? "going to sleep" : "awake again");
	if (asleep)
		m->asleep = true;
	post_away(m, AWAY_ASLEEP, asleep);
	m->asleep = asleep;
	/* Nobody knows how long, nor whether it is woken up again. */
	if (asleep)
		manager_keep(m);
	let_sleep(m);
}

static void on_session_changed(void *owner)
{
	struct manager *m = owner;

	if (session_problem(m->session))
		log_warning("%s", session_problem(m->session));
	(void)quiet_set_system_bus(m->quiet, session_bus(m->session));
	manager_tell(m);
}

static const struct session_sink session_sink = {
	.locked = on_locked,
	.switched_away = on_switched_away,
	.terminal = on_terminal,
	.asleep = on_asleep,
	.changed = on_session_changed,
};

static void on_shown(void *owner)
{
	manager_post(owner, (struct event){ .kind = EVENT_SHOWN });
}

static void on_show_failed(void *owner)
{
	manager_post(owner, (struct event){ .kind = EVENT_SHOW_FAILED });
}

static void on_front_end_changed(void *owner)
{
	struct manager *m = owner;

	if (front_end_problem(m->front_end))
		log_warning("%s; breaks go on, see limber status", front_end_problem(m->front_end));
	manager_tell(m);
}

static void on_front_end_left(void *owner)
{
	let_sleep(owner);
}

static const struct front_end_sink front_end_sink = {
	.shown = on_shown,
	.failed = on_show_failed,
	.changed = on_front_end_changed,
	.left = on_front_end_left,
};

static void on_inhibitors_changed(void *owner)
{
	manager_post_inhibit(owner);
}

/* Reload --------------------------------------------------------------------------------------- */

static struct idle_world idle_world(const struct manager *m)
{
	return (struct idle_world){ .event = m->event, .bus = m->bus, .terminal = m->terminal };
}

static int reopen_idle(struct manager *m)
{
	struct idle_world world = idle_world(m);
	struct idle *idle = NULL;
	const char *wanted = idle_choice_name(m->config->settings.idle_source);
	int r;

	r = idle_new(&idle, &world, wanted, &idle_sink, m);
	if (r < 0)
		return r;
	m->idle = idle_free(m->idle);
	m->idle = idle;
	return idle_start(m->idle);
}

int manager_reload(struct manager *m)
{
	CLEANUP(configuration_freep) struct configuration *c = NULL;
	enum idle_choice before = m->config->settings.idle_source;
	int r;

	r = configuration_load(&c, &m->paths);
	if (r < 0)
		return r;
	/* What time has done until now is told by the old rules' numbers. */
	manager_post(m, (struct event){ .kind = EVENT_TICK });
	r = manager_move_memory(m, c);
	if (r < 0)
		return r;
	configuration_free(m->config);
	m->config = TAKE(c);
	m->calendar_due = 0;
	(void)front_end_configure(m->front_end, m->config->settings.front_end,
				  m->config->settings.sound);
	/* A system bus that is nowhere to be watched for may be there now. */
	(void)session_start(m->session);
	(void)quiet_set_system_bus(m->quiet, session_bus(m->session));
	manager_tell_problems(m);
	log_info("settings read again, %zu wrong", m->config->problems.errors);
	record_settings(m->record, clock_boottime(), &m->config->settings);
	/* The rules change with EVENT_POLICY. */
	manager_note_settings(m);
	manager_move_history(m);
	/* Beforehand: what the new settings make due is shown when the signs are known. */
	r = manager_choose_quiet(m);
	if (r < 0)
		log_error("cannot watch for quiet signs: %s", strerror(-r));
	manager_post(m,
		     (struct event){ .kind = EVENT_POLICY, .policy = &m->config->settings.policy });
	if (m->config->settings.idle_source != before) {
		r = reopen_idle(m);
		if (r < 0)
			log_error("cannot open the idle source: %s", strerror(-r));
		m->input = INPUT_UNKNOWN;
		m->input_doubted = false;
		manager_post(m, (struct event){ .kind = EVENT_NO_SOURCE });
	}
	service_reloaded(m->service);
	return 0;
}

/* Beginning and end ---------------------------------------------------------------------------- */

struct manager *manager_free(struct manager *m)
{
	if (!m)
		return NULL;
	if (m->remember.ready)
		manager_keep_now(m);
	manager_free_history(m);
	diagnosis_free(m->diagnosis);
	sd_event_source_disable_unref(m->close_look);
	front_end_free(m->front_end);
	service_free(m->service);
	idle_free(m->idle);
	sense_free(m->sense);
	quiet_free(m->quiet);
	session_free(m->session);
	inhibitors_done(&m->inhibitors);
	inhibitors_done(&m->still);
	notices_done(&m->notices);
	wall_done(&m->wall);
	zone_done(&m->zone);
	record_free(m->record);
	sd_event_source_disable_unref(m->timer);
	tidy_done(&m->tidy);
	manager_free_memory(&m->memory);
	configuration_free(m->config);
	sd_bus_unref(m->bus);
	sd_event_unref(m->event);
	free(m);
	return NULL;
}

/* clang-format off */
DEFINE_CLEANUP(manager_free, struct manager *)
/* clang-format on */

/* Not every morning the same first exercise: the day settles ties. */
static uint64_t coach_seed(void)
{
	return clock_walltime() / USEC_PER_DAY * 7;
}

static int begin_record(struct manager *m)
{
	const struct record_start start = {
		.scheduler = &m->scheduler,
		.settings = &m->config->settings,
		.offset = (int64_t)(clock_walltime() - clock_boottime()),
		.seed = coach_seed(),
		.memory = m->remember.recalled ? &m->memory : NULL,
		.catalog = &m->config->catalog,
	};

	return m->record_path ? record_new(&m->record, m->record_path, &start) : 0;
}

int manager_new(struct manager **ret, sd_event *event, const struct manager_options *options)
{
	CLEANUP(manager_freep) struct manager *m = NULL;
	int r;

	m = calloc(1, sizeof(*m));
	if (!m)
		return -ENOMEM;
	m->event = sd_event_ref(event);
	m->wall.fd = -1;
	m->zone.fd = -1;
	config_paths_default(&m->paths, &m->path_buffers);
	inhibitors_init(&m->inhibitors, event, on_inhibitors_changed, m);
	inhibitors_init(&m->still, event, manager_exercise_released, m);
	r = configuration_load(&m->config, &m->paths);
	if (r < 0)
		return r;
	r = manager_new_memory(m, coach_seed());
	if (r < 0)
		return r;
	scheduler_init(&m->scheduler, &m->config->settings.policy, clock_boottime());
	m->asleep_total = usec_sub(clock_boottime(), clock_monotonic());
	m->welcomed = options->welcome;
	if (options->welcome) {
		r = manager_tell_welcome(m);
		if (r < 0)
			return r;
	}
	manager_tell_problems(m);
	m->record_path = options->record;
	r = manager_new_history(m);
	if (r < 0)
		return r;
	*ret = TAKE(m);
	return 0;
}

static int build_parts(struct manager *m)
{
	const struct settings *s = &m->config->settings;
	struct idle_world world = idle_world(m);
	int r;

	r = sd_event_add_time(m->event, &m->timer, CLOCK_BOOTTIME, 0, TIMER_ACCURACY, on_timer, m);
	if (r < 0)
		return r;
	r = tidy_init(&m->tidy, m->event, m->bus);
	if (r < 0)
		return r;
	r = wall_init(&m->wall, m->event, manager_wall_jumped, m);
	if (r < 0)
		return r;
	r = zone_init(&m->zone, m->event, manager_zone_changed, m);
	if (r < 0)
		return r;
	r = idle_new(&m->idle, &world, idle_choice_name(s->idle_source), &idle_sink, m);
	if (r < 0)
		return r;
	r = session_new(&m->session, m->event, &session_sink, m);
	if (r < 0)
		return r;
	r = manager_new_quiet(m);
	if (r < 0)
		return r;
	r = front_end_new(&m->front_end, m->event, m->bus, s->front_end, &front_end_sink, m);
	if (r < 0)
		return r;
	(void)front_end_configure(m->front_end, s->front_end, s->sound);
	return service_new(&m->service, m->bus, &manager_ops, m);
}

/* Only while we start: nothing else waits for us yet. */
static int find_owner(sd_bus *bus)
{
	CLEANUP(sd_bus_creds_unrefp) sd_bus_creds *creds = NULL;
	pid_t pid;

	if (sd_bus_get_name_creds(bus, BUS_NAME, SD_BUS_CREDS_PID, &creds) < 0 ||
	    sd_bus_creds_get_pid(creds, &pid) < 0)
		return 0;
	return pid;
}

int manager_start(struct manager *m, sd_bus *bus, int *ret_owner_pid)
{
	int r;

	m->bus = sd_bus_ref(bus);
	r = build_parts(m);
	if (r < 0)
		return r;
	/* Before anything is shown or started: it may be somebody else's work already. */
	r = sd_bus_request_name(bus, BUS_NAME, 0);
	if (r == -EEXIST) {
		*ret_owner_pid = find_owner(bus);
		return r;
	}
	if (r < 0)
		return r;
	manager_recall(m);
	r = begin_record(m);
	if (r < 0)
		return r;
	manager_recall_rest(m);
	r = idle_start(m->idle);
	if (r < 0)
		return r;
	r = session_start(m->session);
	if (r < 0)
		return r;
	(void)quiet_set_system_bus(m->quiet, session_bus(m->session));
	r = manager_choose_quiet(m);
	if (r < 0)
		return r;
	manager_post(m, (struct event){ .kind = EVENT_TICK });
	return 0;
}
