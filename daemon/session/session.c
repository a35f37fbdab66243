#include "session/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/timer.h"
#include "base/tries.h"
#include "session/delay.h"

#define LOGIN "org.freedesktop.login1"
#define LOGIN_PATH "/org/freedesktop/login1"
#define LOGIN_MANAGER LOGIN ".Manager"
#define LOGIN_SESSION LOGIN ".Session"
#define LOGIN_USER LOGIN ".User"
#define PROPERTIES "org.freedesktop.DBus.Properties"

/* How long logind may owe us an answer before that is a problem. */
#define PATIENCE (5 * USEC_PER_SEC)

/* Somebody who is at the keys for so long, with pauses of no more than that, has no lock before
 * him. */
#define LOCK_DOUBT (30 * USEC_PER_SEC)
#define LOCK_DOUBT_PAUSE (20 * USEC_PER_SEC)

struct session {
	sd_event *event;                 /* referenced */
	const struct session_sink *sink; /* borrowed */
	void *owner;                     /* borrowed */
	sd_event_source *patience;       /* owned timer: runs while an answer is owed */
	sd_event_source *verdict;        /* owned: tells of what was found wrong in a call */
	struct delay *delay;             /* owned: held while there is a logind and nobody sleeps */

	struct tries *tries; /* owned: they watch for the bus while there is none */
	bool heard;          /* somebody on the bus has answered */
	sd_bus *bus;         /* owned; NULL when there is none */
	sd_bus_slot *call;   /* owned: the question that is open */
	sd_bus_slot *watch;  /* owned: signals of the session */
	char *path;          /* owned: of the session that is watched; NULL if none */
	bool guessed;        /* that path is logind's own choice, not yet confirmed */

	bool has_seat, active, is_tty;
	bool hint; /* LockedHint as it was last read */

	sd_event_source *doubt; /* owned timer: when it is up a lock is disbelieved */
	usec_t input_from;      /* while locked: since when somebody is at the keys, 0: nobody */
	usec_t input_until;     /* ... until the last pause began to count, 0: none has */

	bool locked, away, asleep, terminal; /* as they were told */
	const char *problem, *problem_hint;  /* static */
};

DEFINE_CLEANUP(session_free, struct session *)

static void forget_input(struct session *s)
{
	s->input_from = s->input_until = 0;
	timer_stop(s->doubt);
}

/* What the owner is told, if it is new */

static void tell_locked(struct session *s, bool locked)
{
	if (s->locked == locked)
		return;
	forget_input(s);
	s->locked = locked;
	s->sink->locked(s->owner, locked);
}

static void tell_away(struct session *s)
{
	/* Without a seat (ssh) there is no screen that another session could have. */
	bool away = s->has_seat && !s->active;

	if (s->away == away)
		return;
	s->away = away;
	s->sink->switched_away(s->owner, away);
}

static void tell_terminal(struct session *s)
{
	if (s->terminal == s->is_tty)
		return;
	s->terminal = s->is_tty;
	s->sink->terminal(s->owner, s->terminal);
}

static void tell_asleep(struct session *s, bool asleep)
{
	if (s->asleep == asleep)
		return;
	s->asleep = asleep;
	s->sink->asleep(s->owner, asleep);
}

/* logind waits until we let go. */
static void prepare_sleep(struct session *s)
{
	delay_limit(s->delay);
	tell_asleep(s, true);
}

static void end_sleep(struct session *s)
{
	tell_asleep(s, false);
	if (!delay_is_held(s->delay))
		delay_take(s->delay, s->bus);
}

/* `problem` and `hint` are static texts; the same text is the same pointer. */
static void tell_problem(struct session *s, const char *problem, const char *hint)
{
	if (s->problem == problem)
		return;
	s->problem = problem;
	s->problem_hint = hint;
	s->sink->changed(s->owner);
}

static int on_doubt(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct session *s = userdata;

	(void)source;
	(void)usec;
	if (!s->hint)
		tell_locked(s, false);
	return 0;
}

/* The session that we knew is no more: nobody will say that it is unlocked. */
static void forget_session(struct session *s)
{
	s->watch = sd_bus_slot_unref(s->watch);
	free(TAKE(s->path));
	s->has_seat = s->active = s->hint = s->is_tty = false;
	tell_locked(s, false);
	tell_away(s);
	tell_terminal(s);
}

/* Questions: one at a time, a newer one drops the older */

static void close_question(struct session *s)
{
	s->call = sd_bus_slot_unref(s->call);
	timer_stop(s->patience);
}

static int on_patience(sd_event_source *source, uint64_t usec, void *userdata)
{
	static const char silent[] = "logind does not answer: lock, suspend and session switch are "
				     "not seen";
	(void)source;
	(void)usec;
	/* The question stays open; its answer clears this. */
	tell_problem(userdata, silent, "limber goes on by itself as soon as it does");
	return 0;
}

static void tell_no_logind(struct session *s)
{
	static const char none[] =
		"logind is not running: lock, suspend and session switch are not "
		"seen";

	forget_session(s);
	tell_asleep(s, false);
	tell_problem(s, none, "start systemd-logind or elogind; limber notices by itself");
}

static void tell_no_session(struct session *s)
{
	static const char none[] =
		"logind knows no login session of yours: lock and session switch "
		"are not seen";

	forget_session(s);
	tell_problem(s, none, "log in through the login screen; limber notices by itself");
}

/* Ask logind; what follows the method is the arguments' types and they. */
#define ASK(s, handler, path, interface, method, ...)                                              \
	asked((s), sd_bus_call_method_async((s)->bus, &(s)->call, LOGIN, (path), (interface),      \
					    (method), (handler), (s), __VA_ARGS__))

static void asked(struct session *s, int r)
{
	/* Only out of memory or a bus that is just closing, which tells so itself. */
	if (r < 0)
		return;
	timer_start(s->patience, PATIENCE);
}

/* The session's properties */

static void set_hint(struct session *s, bool hint)
{
	/* Only its changes count: a locker that never sets it is known by Lock and Unlock alone. */
	if (s->hint == hint)
		return;
	s->hint = hint;
	tell_locked(s, hint);
}

static int read_bool(sd_bus_message *m, bool *ret)
{
	int value, r;

	r = sd_bus_message_read(m, "v", "b", &value);
	if (r >= 0)
		*ret = value;
	return r;
}

static int read_seat(sd_bus_message *m, bool *ret)
{
	const char *id;
	int r;

	r = sd_bus_message_read(m, "v", "(so)", &id, NULL);
	if (r >= 0)
		*ret = id[0] != '\0';
	return r;
}

static int read_type(sd_bus_message *m, bool *ret)
{
	const char *type;
	int r;

	r = sd_bus_message_read(m, "v", "s", &type);
	if (r >= 0)
		*ret = !strcmp(type, "tty");
	return r;
}

static int read_property(struct session *s, sd_bus_message *m, bool *hint)
{
	const char *name;
	int r;

	r = sd_bus_message_read(m, "s", &name);
	if (r < 0)
		return r;
	if (!strcmp(name, "LockedHint"))
		return read_bool(m, hint);
	if (!strcmp(name, "Active"))
		return read_bool(m, &s->active);
	if (!strcmp(name, "Seat"))
		return read_seat(m, &s->has_seat);
	if (!strcmp(name, "Type"))
		return read_type(m, &s->is_tty);
	return sd_bus_message_skip(m, "v");
}

/* The a{sv} of an answer or of a signal. */
static int read_properties(struct session *s, sd_bus_message *m)
{
	bool hint = s->hint;
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{sv}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = read_property(s, m, &hint);
		if (r < 0)
			return r;
		r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	set_hint(s, hint);
	tell_away(s);
	tell_terminal(s);
	return sd_bus_message_exit_container(m);
}

static void ask_properties(struct session *s);

/* True if the new values are all there. */
static bool read_changes(struct session *s, sd_bus_message *m)
{
	const char *interface;

	if (sd_bus_message_read(m, "s", &interface) < 0)
		return false;
	if (strcmp(interface, LOGIN_SESSION))
		return true;
	/* Behind the values come the names of those that changed without being told. */
	return read_properties(s, m) >= 0 && sd_bus_message_enter_container(m, 'a', "s") > 0 &&
	       sd_bus_message_at_end(m, false) > 0;
}

static int on_session_signal(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct session *s = userdata;

	(void)reterr;
	if (sd_bus_message_is_signal(m, LOGIN_SESSION, "Lock"))
		tell_locked(s, true);
	else if (sd_bus_message_is_signal(m, LOGIN_SESSION, "Unlock"))
		tell_locked(s, false);
	else if (sd_bus_message_is_signal(m, PROPERTIES, "PropertiesChanged") &&
		 !read_changes(s, m))
		ask_properties(s);
	return 0;
}

/* Whose session is ours? First logind's own answer, then the user's main one */

static void ask_user(struct session *s);

static bool means_no_logind(const sd_bus_error *error)
{
	return sd_bus_error_has_names(
		error, SD_BUS_ERROR_SERVICE_UNKNOWN, SD_BUS_ERROR_NAME_HAS_NO_OWNER,
		"org.freedesktop.DBus.Error.Spawn.ServiceNotFound",
		"org.freedesktop.systemd1.NoSuchUnit", "org.freedesktop.systemd1.UnitMasked");
}

static void on_refusal(struct session *s, const sd_bus_error *error)
{
	/* On a closing bus every open question fails; on_disconnected() has the word then. */
	if (sd_bus_is_open(s->bus) <= 0)
		return;
	if (means_no_logind(error))
		tell_no_logind(s);
	else if (s->guessed)
		ask_user(s);
	else
		tell_no_session(s);
}

static int on_properties(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct session *s = userdata;

	(void)reterr;
	close_question(s);
	if (sd_bus_message_is_method_error(m, NULL)) {
		on_refusal(s, sd_bus_message_get_error(m));
		return 0;
	}
	tell_problem(s, NULL, "");
	(void)read_properties(s, m);
	return 0;
}

static void ask_properties(struct session *s)
{
	close_question(s);
	ASK(s, on_properties, s->path, PROPERTIES, "GetAll", "s", LOGIN_SESSION);
}

/* Watch this one from now on, beginning with what it is. */
static void adopt(struct session *s, const char *path)
{
	static const char match[] = "type='signal',sender='" LOGIN "',path='";
	CLEANUP(freep) char *rule = NULL;

	if (!s->path || strcmp(s->path, path)) {
		forget_session(s);
		s->path = strdup(path);
		rule = malloc(sizeof(match) + strlen(path) + 1);
		if (!s->path || !rule)
			return;
		(void)stpcpy(stpcpy(stpcpy(rule, match), path), "'");
		(void)sd_bus_add_match_async(s->bus, &s->watch, rule, on_session_signal, NULL, s);
	}
	ask_properties(s);
}

static int on_session(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct session *s = userdata;
	const char *path;

	(void)reterr;
	close_question(s);
	/* On a closing bus every open question fails. */
	s->heard = s->heard || sd_bus_is_open(s->bus) > 0;
	if (sd_bus_message_is_method_error(m, NULL))
		on_refusal(s, sd_bus_message_get_error(m));
	else if (sd_bus_message_read(m, "o", &path) >= 0)
		adopt(s, path);
	return 0;
}

static int on_display(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct session *s = userdata;
	const char *id, *path;

	(void)reterr;
	close_question(s);
	if (sd_bus_message_is_method_error(m, NULL))
		on_refusal(s, sd_bus_message_get_error(m));
	else if (sd_bus_message_read(m, "v", "(so)", &id, &path) >= 0 && id[0])
		adopt(s, path);
	else
		tell_no_session(s);
	return 0;
}

static int on_user(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct session *s = userdata;
	const char *path;

	(void)reterr;
	close_question(s);
	if (sd_bus_message_is_method_error(m, NULL))
		on_refusal(s, sd_bus_message_get_error(m));
	else if (sd_bus_message_read(m, "o", &path) >= 0)
		ASK(s, on_display, path, PROPERTIES, "Get", "ss", LOGIN_USER, "Display");
	return 0;
}

static void ask_user(struct session *s)
{
	s->guessed = false;
	close_question(s);
	ASK(s, on_user, LOGIN_PATH, LOGIN_MANAGER, "GetUser", "u", (uint32_t)getuid());
}

/*
 * "auto" is the session that we run in or, as a service of the user manager has none, the main one
 * of our user. A logind that does not know the word is asked the long way.
 */
static void ask_session(struct session *s)
{
	s->guessed = true;
	close_question(s);
	ASK(s, on_session, LOGIN_PATH, LOGIN_MANAGER, "GetSession", "s", "auto");
}

/* What is heard of logind as a whole */

static int on_manager_signal(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct session *s = userdata;
	int asleep;

	(void)reterr;
	if (sd_bus_message_is_signal(m, LOGIN_MANAGER, "PrepareForSleep")) {
		if (sd_bus_message_read(m, "b", &asleep) < 0)
			return 0;
		if (asleep)
			prepare_sleep(s);
		else
			end_sleep(s);
	} else if (sd_bus_message_is_signal(m, LOGIN_MANAGER, "SessionNew") ||
		   sd_bus_message_is_signal(m, LOGIN_MANAGER, "SessionRemoved")) {
		/* We may be older than the desktop's session, and outlive it. */
		ask_session(s);
	}
	return 0;
}

static int on_owner_changed(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct session *s = userdata;
	const char *name, *old_owner, *new_owner;

	(void)reterr;
	if (sd_bus_message_read(m, "sss", &name, &old_owner, &new_owner) < 0)
		return 0;
	/* A new logind is another one: its sessions have to be read afresh. */
	if (!new_owner[0]) {
		close_question(s);
		delay_drop(s->delay);
		tell_no_logind(s);
	} else {
		tell_asleep(s, false);
		ask_session(s);
		delay_take(s->delay, s->bus);
	}
	return 0;
}

/* The bus */

static void drop_bus(struct session *s)
{
	close_question(s);
	delay_drop(s->delay);
	s->watch = sd_bus_slot_unref(s->watch);
	s->bus = sd_bus_close_unref(s->bus);
}

static int on_disconnected(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	static const char gone[] = "the system bus went away: lock, suspend and session switch are "
				   "not seen";
	struct session *s = userdata;

	(void)m;
	(void)reterr;
	drop_bus(s);
	forget_session(s);
	tell_asleep(s, false);
	tell_problem(s, gone, "limber goes on by itself as soon as it is back");
	tries_watch(s->tries);
	if (s->heard)
		tries_begin(s->tries);
	else
		tries_failed(s->tries);
	return 0;
}

static int subscribe(struct session *s)
{
	static const struct {
		const char *match;
		sd_bus_message_handler_t handler;
	} matches[] = {
		{ "type='signal',sender='org.freedesktop.DBus.Local',"
		  "path='/org/freedesktop/DBus/Local',"
		  "interface='org.freedesktop.DBus.Local',member='Disconnected'",
		  on_disconnected },
		{ "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
		  "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='" LOGIN "'",
		  on_owner_changed },
		{ "type='signal',sender='" LOGIN "',path='" LOGIN_PATH "',"
		  "interface='" LOGIN_MANAGER "'",
		  on_manager_signal },
	};
	int r;

	for (size_t i = 0; i < ELEMENTS(matches); i++) {
		r = sd_bus_add_match_async(s->bus, NULL, matches[i].match, matches[i].handler, NULL,
					   s);
		if (r < 0)
			return r;
	}
	return 0;
}

static int connect_bus(struct session *s)
{
	int r;

	r = sd_bus_open_system(&s->bus);
	if (r < 0)
		return r;
	r = sd_bus_set_exit_on_disconnect(s->bus, false);
	if (r < 0)
		return r;
	/* A logind that hangs may answer in an hour; on_patience() tells of it meanwhile. */
	r = sd_bus_set_method_call_timeout(s->bus, USEC_NEVER);
	if (r < 0)
		return r;
	r = subscribe(s);
	if (r < 0)
		return r;
	return sd_bus_attach_event(s->bus, s->event, SD_EVENT_PRIORITY_NORMAL);
}

static int try_bus(struct session *s)
{
	int r;

	r = connect_bus(s);
	if (r < 0) {
		drop_bus(s);
		return r;
	}
	s->heard = false;
	tries_unwatch(s->tries);
	ask_session(s);
	delay_take(s->delay, s->bus);
	return 0;
}

static void attempt(void *owner)
{
	struct session *s = owner;

	if (!s->bus && try_bus(s) < 0)
		tries_failed(s->tries);
}

/* Where the bus's socket is to be watched for: nowhere if its address is an unusual one. */
static int new_tries(struct session *s)
{
	static const char usual[] = "unix:path=/run/dbus/system_bus_socket",
			  prefix[] = "unix:path=/";
	const char *address = getenv("DBUS_SYSTEM_BUS_ADDRESS");
	CLEANUP(freep) char *path = NULL;
	char *name;

	if (!address || !address[0])
		address = usual;
	if (strncmp(address, prefix, strlen(prefix)) != 0)
		return tries_new(&s->tries, s->event, NULL, NULL, attempt, s);
	path = strdup(strchr(address, '/'));
	if (!path)
		return -ENOMEM;
	path[strcspn(path, ",;")] = '\0';
	name = strrchr(path, '/');
	*name++ = '\0';
	return tries_new(&s->tries, s->event, path[0] ? path : "/", name, attempt, s);
}

static int on_verdict(sd_event_source *source, void *userdata)
{
	struct session *s = userdata;
	static const char none[] =
		"there is no system bus: lock, suspend and session switch are not "
		"seen";

	(void)source;
	if (!s->bus)
		tell_problem(s, none, "start dbus and logind; limber notices by itself");
	return 0;
}

/* What the owner calls */

int session_new(struct session **ret, sd_event *event, const struct session_sink *sink, void *owner)
{
	CLEANUP(session_freep) struct session *s = NULL;
	int r;

	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->event = sd_event_ref(event);
	s->sink = sink;
	s->owner = owner;
	s->problem_hint = "";
	r = new_tries(s);
	if (r < 0)
		return r;
	r = delay_new(&s->delay, event);
	if (r < 0)
		return r;
	r = timer_new(&s->patience, event, 100 * USEC_PER_MSEC, on_patience, s);
	if (r < 0)
		return r;
	r = timer_new(&s->doubt, event, USEC_PER_SEC, on_doubt, s);
	if (r < 0)
		return r;
	r = sd_event_add_defer(event, &s->verdict, on_verdict, s);
	if (r < 0)
		return r;
	r = sd_event_source_set_enabled(s->verdict, SD_EVENT_OFF);
	if (r < 0)
		return r;

	*ret = TAKE(s);
	return 0;
}

struct session *session_free(struct session *s)
{
	if (!s)
		return NULL;
	drop_bus(s);
	tries_free(s->tries);
	delay_free(s->delay);
	sd_event_source_disable_unref(s->patience);
	sd_event_source_disable_unref(s->doubt);
	sd_event_source_disable_unref(s->verdict);
	sd_event_unref(s->event);
	free(s->path);
	free(s);
	return NULL;
}

int session_start(struct session *s)
{
	int r;

	if (s->bus)
		return 0;
	r = try_bus(s);
	if (r >= 0 || r == -ENOMEM)
		return r;
	tries_watch(s->tries);
	tries_failed(s->tries);
	return sd_event_source_set_enabled(s->verdict, SD_EVENT_ONESHOT);
}

void session_note_input(struct session *s, bool input)
{
	usec_t now = clock_boottime();

	if (!s->locked || s->hint)
		return;
	timer_stop(s->doubt);
	if (!input) {
		s->input_until = now;
		return;
	}
	/* Input that was there before the lock is no sign of anything. */
	if (!s->input_from || now - s->input_until > LOCK_DOUBT_PAUSE)
		s->input_from = now;
	timer_start(s->doubt, usec_sub(usec_add(s->input_from, LOCK_DOUBT), now));
}

void session_let_sleep(struct session *s)
{
	if (s->asleep)
		delay_drop(s->delay);
}

bool session_delays_sleep(const struct session *s)
{
	return delay_is_held(s->delay);
}

const char *session_delay_refusal(const struct session *s)
{
	return delay_refusal(s->delay);
}

bool session_is_known(const struct session *s)
{
	return s->path != NULL;
}

const char *session_problem(const struct session *s)
{
	return s->problem;
}

const char *session_hint(const struct session *s)
{
	return s->problem_hint;
}

sd_bus *session_bus(const struct session *s)
{
	return s->bus;
}
