#include "app/findings.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/manager-internal.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"
#include "base/utf8.h"

#define OK "ok"
#define DEGRADED "degraded"
#define MISSING "missing"

#define INSTALL "install limber completely: make install"

static struct bus_finding *add(struct findings *f, const char *area, const char *check,
			       const char *state, const char *hint, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

/* `hint` says what to do about it, "" if there is nothing to be done. */
static struct bus_finding *add(struct findings *f, const char *area, const char *check,
			       const char *state, const char *hint, const char *format, ...)
{
	struct bus_finding *finding = &f->v[f->n];
	char text[FINDING_DETAIL_MAX];
	va_list args;

	assert(f->n < FINDINGS_MAX);
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	utf8_copy_line(f->details[f->n], FINDING_DETAIL_MAX, text);
	utf8_copy_line(f->hints[f->n], FINDING_HINT_MAX, hint);
	*finding = (struct bus_finding){
		.area = area,
		.check = check,
		.state = state,
		.detail = f->details[f->n],
		.hint = f->hints[f->n],
	};
	f->n++;
	return finding;
}

/* Input ---------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct {
	const char *name, *sees, *video;
} sources[] = {
	{ "wayland", "the Wayland compositor tells of every key and pointer movement",
	  "a film or a call without input is told from a rest" },
	{ "kde", "the compositor tells of every key and pointer movement, by KDE's old protocol", "" },
	{ "mutter", "GNOME's compositor tells of every key and pointer movement",
	  "a film or a call without input is told from a rest" },
	{ "x11", "the X server tells of every key and pointer movement",
	  "a film whose player resets the screen saver is told from a rest, another is not" },
	{ "tty", "what you type in terminals, looked at every 15s; nothing else is seen here",
	  "not seen: without input you are taken to rest" },
};
/* clang-format on */

static void add_no_source(struct findings *f, const struct manager *m)
{
	const char *problem = idle_problem(m->idle);

	if (problem)
		add(f, "idle", "source", MISSING, idle_hint(m->idle),
		    "%s; work is counted by the clock", problem);
	else if (m->config->settings.idle_source == IDLE_CHOICE_NONE)
		add(f, "idle", "source", DEGRADED, "take source = none out of section [idle]",
		    "switched off in the settings: work is counted by the clock");
	else
		add(f, "idle", "source", DEGRADED, "ask again in a few seconds",
		    "not found yet: limberd has just begun to look");
}

static void add_input(struct findings *f, const struct manager *m)
{
	usec_t paused = 0;
	char length[DURATION_TEXT_MAX];
	struct bus_finding *finding;

	if (m->input == INPUT_UNKNOWN || m->input_doubted) {
		add(f, "idle", "input", DEGRADED,
		    m->input_doubted ? idle_hint(m->idle) : "ask again in a few seconds",
		    m->input_doubted ? "not known now" : "not known yet");
		return;
	}
	if (m->input == INPUT_PAUSED)
		paused = usec_sub(clock_boottime(), m->input_since);
	if (paused)
		finding = add(f, "idle", "input", OK, "", "none for %s",
			      format_duration(paused, length));
	else
		finding = add(f, "idle", "input", OK, "", "there is input now");
	finding->input_known = true;
	finding->paused = paused;
}

static void add_video(struct findings *f, const struct manager *m, const char *normally)
{
	/* It costs little, and nothing that could be done here would mend it. */
	if (idle_is_misled(m->idle))
		add(f, "idle", "video", OK,
		    "a newer compositor tells of input alone (ext-idle-notify version 2); until "
		    "then say it: limber rested 10min",
		    "while a film or a call keeps the screen awake, a rest of yours is not seen");
	else
		add(f, "idle", "video", OK, "", "%s", normally);
}

static void add_idle(struct findings *f, const struct manager *m)
{
	const char *name = idle_source_name(m->idle), *problem = idle_problem(m->idle);

	if (!strcmp(name, "none")) {
		add_no_source(f, m);
		return;
	}
	for (size_t i = 0; i < ELEMENTS(sources); i++) {
		if (strcmp(sources[i].name, name) != 0)
			continue;
		if (problem)
			add(f, "idle", "source", DEGRADED, idle_hint(m->idle), "%s: %s", name,
			    problem);
		else
			add(f, "idle", "source", OK, "", "%s: %s", name, sources[i].sees);
		add_input(f, m);
		add_video(f, m, sources[i].video);
	}
}

/* The session ---------------------------------------------------------------------------------- */

/* Without the lock nothing is lost, so it is no problem that limber status would tell of. */
static void add_sleep(struct findings *f, const struct manager *m)
{
	if (session_delays_sleep(m->session))
		add(f, "session", "sleep", OK, "",
		    "the machine waits a moment for limber to clear the screen before it sleeps");
	else if (session_delay_refusal(m->session))
		add(f, "session", "sleep", DEGRADED,
		    "nothing is lost: limber hears of sleep all the same, but a notification may "
		    "still show for a moment when the machine wakes",
		    "logind refuses to let sleep wait for limber: %s",
		    session_delay_refusal(m->session));
	else
		add(f, "session", "sleep", DEGRADED, "ask again in a few seconds",
		    "logind has not answered yet whether sleep waits for limber");
}

static void add_session(struct findings *f, const struct manager *m)
{
	if (session_problem(m->session))
		add(f, "session", "logind", session_bus(m->session) ? DEGRADED : MISSING,
		    session_hint(m->session), "%s", session_problem(m->session));
	else if (!session_is_known(m->session))
		add(f, "session", "logind", DEGRADED, "ask again in a few seconds",
		    "it has not answered yet: lock and session switch are not seen");
	else
		add(f, "session", "logind", OK, "", "lock, suspend and session switch are seen");
	if (session_is_known(m->session))
		add_sleep(f, m);
}

/* Quiet signs ---------------------------------------------------------------------------------- */

/* clang-format off */
#define KEEP_QUIET "limber pause keeps it quiet meanwhile"

static const struct sign {
	enum quiet sign;
	const char *key;     /* in section [quiet] */
	const char *instead; /* where it is not seen */
} signs[] = {
	{ QUIET_DND,        "dnd",        KEEP_QUIET },
	{ QUIET_CALL,       "call",       KEEP_QUIET },
	{ QUIET_SCREENCAST, "screencast", KEEP_QUIET },
	{ QUIET_FULLSCREEN, "fullscreen", "inhibitors = yes in section [quiet] sees players, which "
					  "keep the screen awake; and " KEEP_QUIET },
	{ QUIET_INHIBITORS, "inhibitors", KEEP_QUIET },
};
/* clang-format on */

static void add_sign_value(struct findings *f, const struct manager *m, const char *key,
			   const struct quiet_sign *sign)
{
	bool but = !strcmp(key, "fullscreen") && !m->config->settings.fullscreen_browser;

	add(f, "quiet", key, OK, "", "%s%s%s%s%s%s", sign->on ? "on" : "off",
	    sign->who[0] ? ", by " : "", sign->who, sign->why[0] ? ": " : "", sign->why,
	    but ? "; web browsers do not count" : "");
}

/* What limber-sense tells of, and does not see all of now. */
static void add_sensed_sign(struct findings *f, const struct manager *m, const char *key,
			    const struct quiet_sign *sign)
{
	const char *hint = sense_hint(m->sense);

	if (sign->on)
		add(f, "quiet", key, DEGRADED, hint, "on%s%s; %s", sign->who[0] ? ", by " : "",
		    sign->who, sense_problem(m->sense));
	else
		add(f, "quiet", key, DEGRADED, hint, "%s", sense_problem(m->sense));
}

static void add_watched_sign(struct findings *f, const struct manager *m, const struct sign *sign,
			     enum quiet_kind kind)
{
	const char *why, *key = sign->key;

	switch (quiet_sight(m->quiet, kind, &why)) {
	case QUIET_SIGHT_NONE:
		add(f, "quiet", key, MISSING, sign->instead, "not seen here: %s", why);
		break;
	case QUIET_SIGHT_AWAITED:
		add(f, "quiet", key, DEGRADED, "ask again in a few seconds", "not known yet");
		break;
	case QUIET_SIGHT_TROUBLE:
		add(f, "quiet", key, DEGRADED, "limber goes on by itself as soon as it does", "%s",
		    why);
		break;
	case QUIET_SIGHT_GOOD:
		if (manager_is_sensed(kind) && sense_problem(m->sense))
			add_sensed_sign(f, m, key, quiet_sign(m->quiet, kind));
		else
			add_sign_value(f, m, key, quiet_sign(m->quiet, kind));
		break;
	}
}

static void add_quiet(struct findings *f, const struct manager *m)
{
	unsigned heeded = m->config->settings.policy.quiet;

	for (size_t i = 0; i < ELEMENTS(signs); i++) {
		int kind = manager_sign_kind(signs[i].sign);

		if (!(heeded & QUIET_BIT(signs[i].sign)))
			add(f, "quiet", signs[i].key, OK, "", "switched off in the settings");
		else if (kind < 0)
			add(f, "quiet", signs[i].key, MISSING, KEEP_QUIET,
			    "this limberd is not able to see it");
		else if (!manager_heeds_sign(m, signs[i].sign))
			add(f, "quiet", signs[i].key, OK, "",
			    "not looked for: no rule respects it");
		else
			add_watched_sign(f, m, &signs[i], (enum quiet_kind)kind);
	}
}

/* Notifications -------------------------------------------------------------------------------- */

static void add_server_abilities(struct findings *f, const struct facts *facts)
{
	const char *name = facts->server_name, *version = facts->server_version;

	if (!facts->shows_body)
		add(f, "notifications", "server", DEGRADED,
		    "limber status tells what to do in a break",
		    "%s %s shows titles only, no exercises", name, version);
	else if (!facts->shows_actions)
		add(f, "notifications", "server", DEGRADED,
		    "answer in a terminal: limber up, snooze or skip", "%s %s shows no buttons",
		    name, version);
	else
		add(f, "notifications", "server", OK, "", "%s %s shows text and buttons%s", name,
		    version, facts->keeps ? ", and keeps what you miss" : "");
}

static void add_server(struct findings *f, const struct facts *facts)
{
	switch (facts->server) {
	case WORD_GIVEN:
		add_server_abilities(f, facts);
		break;
	case WORD_SILENT:
		add(f, "notifications", "server", DEGRADED,
		    "restart your notification server; limber notices by itself",
		    "it does not answer, so nothing can be shown");
		break;
	case WORD_NONE:
		if (facts->server_startable)
			add(f, "notifications", "server", OK, "",
			    "none is running; the bus starts one when it is needed");
		else
			add(f, "notifications", "server", MISSING,
			    "start one, for example dunst, mako, swaync or xfce4-notifyd; "
			    "desktops bring their own",
			    "no notification server is running, so nothing can be shown");
		break;
	}
}

static void add_notifications(struct findings *f, const struct manager *m,
			      const struct facts *facts)
{
	char path[PATH_MAX];
	const char *problem = front_end_problem(m->front_end);

	add_server(f, facts);
	if (!front_end_find(m->front_end, path))
		add(f, "notifications", "front end", MISSING,
		    INSTALL ", or see front_end in section [prompt]",
		    "'%s' is not to be found, so nothing can be shown", path);
	else if (problem)
		add(f, "notifications", "front end", DEGRADED, front_end_hint(m->front_end), "%s",
		    problem);
	else
		add(f, "notifications", "front end", OK, "", "%s", path);
}

/* Settings and exercises ----------------------------------------------------------------------- */

static void add_settings(struct findings *f, const struct manager *m)
{
	const struct problem_list *l = &m->config->problems;
	size_t all = l->n + l->dropped;
	const struct problem *first = NULL;
	char text[BODY_MAX];

	/* What could not be used comes before what is merely not recommended. */
	for (size_t i = 0; i < l->n && !(first && !first->warning); i++)
		if (!first || !l->v[i].warning)
			first = &l->v[i];
	if (!first) {
		add(f, "settings", "files", OK, "", "nothing is wrong in them");
		return;
	}
	text_problem(text, first);
	add(f, "settings", "files", l->errors ? DEGRADED : OK,
	    "limberd --check-config lists it all; then: systemctl --user reload limberd",
	    "%zu %s%s %s", all, l->errors ? "problem" : "remark", all > 1 ? "s, the first:" : ":",
	    text);
}

/* Whether what is for now only speaks against it or not. */
static bool suits(const struct coach *c, size_t i)
{
	bool session = coach_is_session(&c->catalog->exercises[i]);
	enum objection objection = coach_objects(c, (int)i, session ? ROUTE_OFF_DESK : ROUTE_BREAK);

	return objection == OBJECTION_NONE || objection_passes(objection);
}

static void add_exercises(struct findings *f, struct manager *m)
{
	const struct catalog *c = &m->config->catalog;
	struct coach coach = manager_coach(m);
	size_t suitable = 0;

	for (size_t i = 0; i < c->n; i++)
		suitable += suits(&coach, i);
	if (!c->n)
		add(f, "exercises", "catalogue", MISSING, INSTALL,
		    "no exercises are found: breaks are plain rest");
	else if (!suitable)
		add(f, "exercises", "catalogue", DEGRADED, "loosen what section [me] excludes",
		    "%zu, and none of them suits your settings: breaks are plain rest", c->n);
	else
		add(f, "exercises", "catalogue", OK, "", "%zu, of which %zu suit your settings",
		    c->n, suitable);
}

/* The history ------------------------------------------------------------------------------------
 */

static void add_history(struct findings *f, const struct manager *m)
{
	const struct history *h = m->remember.history;
	char buffer[HISTORY_PROBLEM_MAX];
	const char *problem = manager_history_problem(m, buffer);

	if (problem)
		add(f, "history", "file", DEGRADED, history_hint(h), "%s", problem);
	else if (history_damage(h))
		add(f, "history", "file", OK, "", "%s", history_damage(h));
	else
		add(f, "history", "file", OK, "", "breaks are kept in %s", history_file(h));
	if (m->remember.not_moved[0])
		add(f, "history", "path", DEGRADED,
		    "see 'path' in section [history], then: systemctl --user reload limberd", "%s",
		    m->remember.not_moved);
	if (manager_memory_problem(m))
		add(f, "history", "memory", DEGRADED, MEMORY_HINT, "%s", manager_memory_problem(m));
}

/* The unit ------------------------------------------------------------------------------------- */

static void add_service(struct findings *f, const struct facts *facts)
{
	if (facts->main_pid == (unsigned)getpid())
		add(f, "unit", "service", OK, "",
		    "systemd runs limberd, and starts it again if it fails");
	else if (facts->unit == WORD_SILENT)
		add(f, "unit", "service", DEGRADED, "see: systemctl --user status",
		    "the user manager does not answer");
	else if (facts->unit == WORD_NONE)
		add(f, "unit", "service", OK, "",
		    "there is no user manager of systemd; limberd was started otherwise");
	else if (!strcmp(facts->load_state, "loaded"))
		add(f, "unit", "service", DEGRADED,
		    "end this limberd, then: systemctl --user start limberd",
		    "limberd.service is %s: this limberd was started otherwise",
		    facts->active_state);
	else if (!strcmp(facts->load_state, "masked"))
		add(f, "unit", "service", DEGRADED, "systemctl --user unmask limberd",
		    "limberd.service is masked: this limberd was started otherwise");
	else
		add(f, "unit", "service", DEGRADED,
		    INSTALL "; then: systemctl --user enable --now limberd",
		    "limberd.service is not installed: this limberd was started otherwise");
}

/* A desktop that starts us by itself: its folders, in the order in which they count. */
static bool find_autostart(char path[static PATH_MAX])
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME"),
		   *folders = getenv("XDG_CONFIG_DIRS"), *end;

	(void)snprintf(path, PATH_MAX, "%s%s/autostart/limberd.desktop",
		       config && *config ? config : (home ? home : ""),
		       config && *config ? "" : "/.config");
	if (access(path, R_OK) == 0)
		return true;
	for (folders = folders && *folders ? folders : "/etc/xdg"; *folders;
	     folders = *end ? end + 1 : end) {
		end = strchrnul(folders, ':');
		(void)snprintf(path, PATH_MAX, "%.*s/autostart/limberd.desktop",
			       (int)(end - folders), folders);
		if (access(path, R_OK) == 0)
			return true;
	}
	return false;
}

static void add_login(struct findings *f, const struct facts *facts)
{
	char autostart[PATH_MAX];

	if (facts->unit == WORD_GIVEN && !strncmp(facts->file_state, "enabled", 7))
		add(f, "unit", "login", OK, "", "limberd.service is enabled: it starts at login");
	else if (find_autostart(autostart))
		add(f, "unit", "login", OK, "", "your desktop starts it, by %s", autostart);
	else if (facts->unit == WORD_GIVEN && facts->file_state[0])
		add(f, "unit", "login", DEGRADED, "systemctl --user enable limberd",
		    "limberd.service is %s: nothing starts it at login", facts->file_state);
	else
		add(f, "unit", "login", DEGRADED,
		    "install limberd.service and enable it, or start limberd from your desktop's "
		    "autostart",
		    "nothing starts limberd at login");
}

/* All of it ------------------------------------------------------------------------------------ */

static void add_build(struct findings *f)
{
	add(f, "build", "version", OK, "", "limberd %s", LIMBER_VERSION);
	if (idle_lacks())
		add(f, "build", "wayland", DEGRADED,
		    "install libwayland-dev and build limber again",
		    "built without %s: on Wayland only GNOME tells of input", idle_lacks());
	else
		add(f, "build", "wayland", OK, "", "built in");
}

void findings_make(struct findings *ret, struct manager *m, const struct facts *facts)
{
	ret->n = 0;
	add_idle(ret, m);
	add_session(ret, m);
	add_quiet(ret, m);
	add_notifications(ret, m, facts);
	add_settings(ret, m);
	add_exercises(ret, m);
	add_history(ret, m);
	add_service(ret, facts);
	add_login(ret, facts);
	add_build(ret);
}
