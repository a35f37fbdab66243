#include "notify/front_end.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "notify/program.h"

#define SERVER_NAME "org.freedesktop.Notifications"
#define SERVER_PATH "/org/freedesktop/Notifications"

/* How often a program that broke down is started again by itself until the next show, and when. */
#define RETRIES 2
#define RETRY_AFTER (1 * USEC_PER_SEC)
/* A program that was asked to end is killed after this. */
#define END_PATIENCE (2 * USEC_PER_SEC)
/* A farewell is a matter of seconds; what is still there after this is asked to end. */
#define FAREWELL_MOST (15 * USEC_PER_SEC)
/* What the program says in one line; the rest of a longer one is dropped. */
#define LINE_MAX_LENGTH 512
/* One that says more than this between two of our questions is broken, and keeps us busy. */
#define HEARD_MOST (64 * 1024)

#define HINT_SERVER                                                                                \
	"a desktop brings a notification server of its own; elsewhere start one, for example "     \
	"dunst, mako, swaync or xfce4-notifyd"
#define HINT_HANGS "restart your notification server; what there is to see is shown then"
#define HINT_PROGRAM "install limber completely, or see front_end in section [prompt]"
#define HINT_AGAIN "it is started again when there is something to show"

/* Why we end the program. */
enum ending {
	ENDING_NOT,
	ENDING_WITHDRAWN,
	ENDING_HANGS, /* the server answers, so it is the program */
	ENDING_NOISY,
	ENDING_SERVER_HANGS,
	ENDING_SERVER_GONE,
};

enum server {
	SERVER_UNKNOWN, /* perhaps one that the bus starts when it is called */
	SERVER_THERE,
	SERVER_GONE,
	SERVER_HANGS,
};

struct front_end {
	sd_event *event; /* referenced */
	sd_bus *bus;     /* referenced */
	const struct front_end_sink *sink;
	void *owner;
	char *name; /* of the program, as configured */
	bool sound;

	bool wanted; /* there is something to see */
	unsigned retries;
	uint32_t on_screen; /* number of our notification, 0 = none */
	char *problem;
	const char *hint;
	bool problem_is_server; /* a notification server that comes solves it */

	enum server server;
	sd_bus_slot *server_match;
	sd_bus_slot *ping; /* set while the server owes us an answer */

	pid_t pid; /* 0 = no program */
	int fd;    /* its stdin and stdout */
	enum ending ending;
	unsigned owed; /* answers */
	char line[LINE_MAX_LENGTH];
	size_t length;
	bool overlong;
	size_t heard; /* since it was told something */

	sd_event_source *child, *io;
	sd_event_source *patience; /* for an answer that is owed */
	sd_event_source *end;      /* when to go on ending the program */
	sd_event_source *retry;
	sd_event_source *later; /* a failure that came inside of front_end_show() */
};

static int start_program(struct front_end *f);
static void tell_program(struct front_end *f);

static void drop(sd_event_source **source)
{
	*source = sd_event_source_disable_unref(*source);
}

/* One timer of ours, begun anew. Monotonic time: nobody owes an answer in suspend. */
static void arm(struct front_end *f, sd_event_source **timer, usec_t span,
		sd_event_time_handler_t handler)
{
	drop(timer);
	(void)sd_event_add_time_relative(f->event, timer, CLOCK_MONOTONIC, span, USEC_PER_MSEC,
					 handler, f);
}

/* Problems */

static void set_problem(struct front_end *f, bool is_server, const char *hint, const char *format,
			...) __attribute__((format(printf, 4, 5)));

static void set_problem(struct front_end *f, bool is_server, const char *hint, const char *format,
			...)
{
	va_list ap;
	char *text = NULL;

	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	va_end(ap);

	if (text && f->problem && !strcmp(text, f->problem)) {
		free(text);
		return;
	}
	free(f->problem);
	f->problem = text;
	f->hint = hint;
	f->problem_is_server = is_server;
	f->sink->changed(f->owner);
}

static void clear_problem(struct front_end *f)
{
	if (!f->problem)
		return;
	free(f->problem);
	f->problem = NULL;
	f->sink->changed(f->owner);
}

static void tell_shown(struct front_end *f)
{
	if (f->wanted)
		f->sink->shown(f->owner);
}

static void tell_failed(struct front_end *f)
{
	if (f->wanted)
		f->sink->failed(f->owner);
}

static int on_later(sd_event_source *source, void *userdata)
{
	struct front_end *f = userdata;

	(void)source;
	drop(&f->later);
	tell_failed(f);
	return 0;
}

/* For what fails inside of a call: the sink is told from the event loop only. */
static void tell_failed_later(struct front_end *f)
{
	if (!f->later)
		(void)sd_event_add_defer(f->event, &f->later, on_later, f);
}

/* The notification server */

/*
 * Takes a notification off the screen that no program of ours looks after any more. Nobody waits
 * for an answer: a server that hangs does it when it goes on.
 */
static void close_leftover(struct front_end *f)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	uint32_t id = f->on_screen;

	f->on_screen = 0;
	if (!id || sd_bus_message_new_method_call(f->bus, &m, SERVER_NAME, SERVER_PATH, SERVER_NAME,
						  "CloseNotification") < 0)
		return;
	(void)sd_bus_message_set_expect_reply(m, false);
	(void)sd_bus_message_set_auto_start(m, false);
	(void)sd_bus_message_append(m, "u", id);
	(void)sd_bus_send(f->bus, m, NULL);
}

static int on_retry(sd_event_source *source, uint64_t at, void *userdata)
{
	struct front_end *f = userdata;

	(void)source;
	(void)at;
	drop(&f->retry);
	if (f->wanted && !f->pid && start_program(f) < 0)
		tell_failed(f);
	return 0;
}

/* False if it was tried often enough. */
static bool retry_after(struct front_end *f, usec_t span)
{
	if (!f->wanted || !f->retries)
		return false;
	f->retries--;
	arm(f, &f->retry, span, on_retry);
	return true;
}

/* The server came, or came back to its senses: whoever is still wanted may try again. */
static void server_is_back(struct front_end *f)
{
	f->server = SERVER_THERE;
	f->retries = RETRIES;
	if (f->problem_is_server)
		clear_problem(f);
	if (!f->wanted)
		return;
	if (!f->pid)
		(void)retry_after(f, 0);
	else if (!f->owed && f->ending == ENDING_NOT)
		tell_program(f);
}

static int on_ping_answer(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct front_end *f = userdata;

	(void)reterr;
	f->ping = sd_bus_slot_unref(f->ping);
	/* An error: there is no server (any more). on_server_owner() hears of the next one. */
	if (f->server == SERVER_HANGS && !sd_bus_message_is_method_error(m, NULL))
		server_is_back(f);
	return 0;
}

/* A question that any server answers at once. Its answer is waited for without end. */
static void ping_server(struct front_end *f)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *m = NULL;

	if (f->ping || sd_bus_message_new_method_call(f->bus, &m, SERVER_NAME, SERVER_PATH,
						      SERVER_NAME, "GetServerInformation") < 0)
		return;
	(void)sd_bus_message_set_auto_start(m, false);
	(void)sd_bus_call_async(f->bus, &f->ping, m, on_ping_answer, f, UINT64_MAX);
}

/* Ending the program */

static void kill_program(struct front_end *f, enum ending why)
{
	f->ending = why;
	drop(&f->patience);
	drop(&f->end);
	(void)kill(f->pid, SIGKILL);
}

static int on_end_patience(sd_event_source *source, uint64_t at, void *userdata)
{
	struct front_end *f = userdata;

	(void)source;
	(void)at;
	kill_program(f, f->ending);
	return 0;
}

static void terminate_program(struct front_end *f)
{
	f->ending = ENDING_WITHDRAWN;
	drop(&f->patience);
	arm(f, &f->end, END_PATIENCE, on_end_patience);
	(void)kill(f->pid, SIGTERM);
}

static int on_farewell_most(sd_event_source *source, uint64_t at, void *userdata)
{
	(void)source;
	(void)at;
	terminate_program(userdata);
	return 0;
}

static void on_server_gone(struct front_end *f)
{
	f->server = SERVER_GONE;
	f->ping = sd_bus_slot_unref(f->ping);
	f->on_screen = 0;
	/* Our program hangs in a call to the old server, or takes its notification for alive. */
	if (f->pid)
		kill_program(f, ENDING_SERVER_GONE);
	else
		(void)retry_after(f, RETRY_AFTER);
	if (f->wanted)
		set_problem(f, true, HINT_SERVER, "no notification server is running");
}

static int on_server_owner(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct front_end *f = userdata;
	const char *name, *before, *after;

	(void)reterr;
	if (sd_bus_message_read(m, "sss", &name, &before, &after) < 0)
		return 0;
	if (*before)
		on_server_gone(f);
	if (*after)
		server_is_back(f);
	return 0;
}

/* An answer is owed */

static int on_patience_end(sd_event_source *source, uint64_t at, void *userdata)
{
	struct front_end *f = userdata;

	(void)source;
	(void)at;
	kill_program(f, f->ping ? ENDING_SERVER_HANGS : ENDING_HANGS);
	return 0;
}

/* Half of the patience is over: ask the server ourselves, to know later which of them hangs. */
static int on_patience_half(sd_event_source *source, uint64_t at, void *userdata)
{
	struct front_end *f = userdata;

	(void)source;
	(void)at;
	ping_server(f);
	arm(f, &f->patience, FRONT_END_PATIENCE / 2, on_patience_end);
	return 0;
}

static void owe(struct front_end *f)
{
	if (!f->owed++)
		arm(f, &f->patience, FRONT_END_PATIENCE / 2, on_patience_half);
}

/* Answers come in order, so that only the last one is about what is to be seen now. */
static bool is_last_answer(struct front_end *f)
{
	if (!f->owed)
		return false;
	if (--f->owed) {
		arm(f, &f->patience, FRONT_END_PATIENCE / 2, on_patience_half);
		return false;
	}
	drop(&f->patience);
	return true;
}

static void on_answer_seen(struct front_end *f, uint32_t id)
{
	f->on_screen = id;
	if (f->ending != ENDING_NOT || !is_last_answer(f))
		return;
	clear_problem(f);
	tell_shown(f);
}

static void on_answer_failed(struct front_end *f, const char *why)
{
	if (f->ending != ENDING_NOT || (f->owed && !is_last_answer(f)))
		return;
	set_problem(f, true, HINT_SERVER, "no notification can be shown: %s", why);
	tell_failed(f);
}

/* A program of anybody's may say this, and it goes on the bus, which takes valid text only. */
static void make_printable(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

static void on_line(struct front_end *f, char *line)
{
	unsigned id;

	if (!strncmp(line, "shown ", 6) && parse_unsigned(line + 6, &id) >= 0)
		on_answer_seen(f, id);
	else if (!strcmp(line, "closed"))
		on_answer_seen(f, 0);
	else if (!strncmp(line, "failed ", 7)) {
		make_printable(line + 7);
		on_answer_failed(f, line + 7);
	}
}

static void on_character(struct front_end *f, char c)
{
	if (c != '\n') {
		if (f->length < sizeof(f->line) - 1)
			f->line[f->length++] = c;
		else
			f->overlong = true;
		return;
	}
	f->line[f->length] = '\0';
	if (!f->overlong)
		on_line(f, f->line);
	f->length = 0;
	f->overlong = false;
}

/* Whatever has arrived, but no more than some, so that a chatterbox does not keep us. */
static ssize_t read_some(struct front_end *f)
{
	char buffer[4096];
	ssize_t n;

	n = recv(f->fd, buffer, sizeof(buffer), MSG_DONTWAIT);
	for (ssize_t i = 0; i < n; i++)
		on_character(f, buffer[i]);
	f->heard += n > 0 ? (size_t)n : 0;
	return n;
}

static int on_output(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct front_end *f = userdata;
	ssize_t n;

	(void)source;
	(void)fd;
	(void)events;
	n = read_some(f);
	/* Its end is told by on_exit_of_program(). */
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		drop(&f->io);
	if (f->heard > HEARD_MOST && f->ending == ENDING_NOT) {
		drop(&f->io);
		kill_program(f, ENDING_NOISY);
	}
	return 0;
}

/* The end of the program */

static void forget_program(struct front_end *f)
{
	drop(&f->child);
	drop(&f->io);
	drop(&f->patience);
	drop(&f->end);
	closep(&f->fd);
	f->fd = -1;
	f->pid = 0;
	f->ending = ENDING_NOT;
	f->owed = 0;
	f->length = 0;
	f->overlong = false;
	f->heard = 0;
}

/* Broken down, or ended because it hung. `owed`: the manager still waits for an answer. */
static void on_breakdown(struct front_end *f, bool owed)
{
	if (!f->wanted)
		close_leftover(f);
	else if (!retry_after(f, RETRY_AFTER)) {
		/* Buttons that nobody listens to are worse than none. */
		close_leftover(f);
		owed = true;
	}
	if (owed)
		tell_failed(f);
}

static void on_exit_unasked(struct front_end *f, const siginfo_t *how, bool owed)
{
	bool clean = how->si_code == CLD_EXITED && how->si_status == 0;

	/* It had nothing to show and ended just when it was told of something new. */
	if (clean && owed && !f->on_screen && retry_after(f, 0))
		return;
	if (clean && (!owed || !f->wanted)) {
		close_leftover(f);
		return;
	}
	if (how->si_code == CLD_EXITED)
		set_problem(f, false, HINT_PROGRAM, "%s ended without an answer, with exit code %d",
			    f->name, how->si_status);
	else
		set_problem(f, false, HINT_AGAIN, "%s was ended by signal %d (%s)", f->name,
			    how->si_status, strsignal(how->si_status));
	on_breakdown(f, owed);
}

static int on_exit_of_program(sd_event_source *source, const siginfo_t *how, void *userdata)
{
	struct front_end *f = userdata;
	enum ending ending = f->ending;
	bool owed;

	(void)source;
	/* Its last words may still wait to be read; of a chatterbox only the first of them. */
	for (int i = 0; i < 4 && read_some(f) > 0; i++)
		;
	owed = f->owed > 0;
	forget_program(f);
	/* The next server counts anew: the number may be of somebody else's notification there. */
	if (ending == ENDING_SERVER_GONE)
		f->on_screen = 0;

	switch (ending) {
	case ENDING_NOT:
		on_exit_unasked(f, how, owed);
		break;
	case ENDING_WITHDRAWN:
		/* Asked for again meanwhile: the next one replaces what this one has left. */
		if (!f->wanted || !retry_after(f, 0))
			close_leftover(f);
		f->sink->left(f->owner);
		break;
	case ENDING_HANGS:
		set_problem(f, false, HINT_AGAIN, "%s did not answer and was ended", f->name);
		on_breakdown(f, owed);
		break;
	case ENDING_NOISY:
		set_problem(f, false, HINT_AGAIN, "%s talked without end and was ended", f->name);
		on_breakdown(f, owed);
		break;
	case ENDING_SERVER_HANGS:
		if (f->ping) {
			f->server = SERVER_HANGS;
			set_problem(f, true, HINT_HANGS, "the notification server does not answer");
		} else {
			(void)retry_after(f, 0);
		}
		if (!f->wanted)
			close_leftover(f);
		tell_failed(f);
		break;
	case ENDING_SERVER_GONE:
		/* The bus may know how to start one; else this finds out that there is none. */
		(void)retry_after(f, f->server == SERVER_THERE ? 0 : RETRY_AFTER);
		if (f->server != SERVER_THERE)
			tell_failed(f);
		break;
	}
	return 0;
}

/* Starting the program */

/*
 * Our own environment with the two variables of ours at the end, which are kept in the caller's
 * memory. The caller frees the array.
 */
static char **make_environment(char *replaces, char *sound)
{
	size_t n = 0, kept = 0;
	char **env;

	while (environ[n])
		n++;
	env = calloc(n + 3, sizeof(*env));
	if (!env)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (strncmp(environ[i], "LIMBER_REPLACES=", 16) != 0 &&
		    strncmp(environ[i], "LIMBER_SOUND=", 13) != 0)
			env[kept++] = environ[i];
	if (replaces)
		env[kept++] = replaces;
	if (sound)
		env[kept++] = sound;
	return env;
}

static int watch_program(struct front_end *f)
{
	int r;

	r = sd_event_add_child(f->event, &f->child, f->pid, WEXITED, on_exit_of_program, f);
	if (r < 0)
		return r;
	return sd_event_add_io(f->event, &f->io, f->fd, EPOLLIN, on_output, f);
}

static int spawn_and_watch(struct front_end *f)
{
	CLEANUP(freep) char **env = NULL;
	char replaces[40], sound[] = "LIMBER_SOUND=1";
	int r;

	snprintf(replaces, sizeof(replaces), "LIMBER_REPLACES=%u", f->on_screen);
	env = make_environment(f->on_screen ? replaces : NULL, f->sound ? sound : NULL);
	if (!env)
		return -ENOMEM;
	r = program_start(&f->pid, &f->fd, f->name, env);
	if (r < 0)
		return r;
	r = watch_program(f);
	if (r < 0) {
		(void)kill(f->pid, SIGKILL);
		(void)waitpid(f->pid, NULL, 0); /* it is dead: at once */
		forget_program(f);
	}
	return r;
}

static int start_program(struct front_end *f)
{
	int r;

	drop(&f->retry);
	r = spawn_and_watch(f);
	if (r < 0) {
		set_problem(f, false, HINT_PROGRAM, "%s cannot be started: %s", f->name,
			    strerror(-r));
		close_leftover(f);
		return r;
	}
	owe(f);
	return 0;
}

/* Tells the running program to look. One that does not even read its input is killed. */
static void tell_program(struct front_end *f)
{
	static const char line[] = "show\n";
	ssize_t n;

	f->heard = 0;
	n = send(f->fd, line, strlen(line), MSG_NOSIGNAL | MSG_DONTWAIT);
	owe(f);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		kill_program(f, ENDING_HANGS);
	/* Any other error: it has just ended, which on_exit_of_program() will be told. */
}

/* The interface */

int front_end_configure(struct front_end *f, const char *program, bool sound)
{
	char *name = strdup(program);

	if (!name)
		return -ENOMEM;
	free(f->name);
	f->name = name;
	f->sound = sound;
	return 0;
}

DEFINE_CLEANUP(front_end_free, struct front_end *)

int front_end_new(struct front_end **ret, sd_event *event, sd_bus *bus, const char *program,
		  const struct front_end_sink *sink, void *owner)
{
	CLEANUP(front_end_freep) struct front_end *f = NULL;
	int r;

	f = calloc(1, sizeof(*f));
	if (!f)
		return -ENOMEM;
	f->event = sd_event_ref(event);
	f->bus = sd_bus_ref(bus);
	f->sink = sink;
	f->owner = owner;
	f->fd = -1;
	f->hint = "";

	r = front_end_configure(f, program, false);
	if (r < 0)
		return r;
	r = sd_bus_add_match_async(f->bus, &f->server_match,
				   "type='signal',sender='org.freedesktop.DBus',"
				   "interface='org.freedesktop.DBus',member='NameOwnerChanged',"
				   "arg0='" SERVER_NAME "'",
				   on_server_owner, NULL, f);
	if (r < 0)
		return r;

	*ret = TAKE(f);
	return 0;
}

struct front_end *front_end_free(struct front_end *f)
{
	if (!f)
		return NULL;
	/*
	 * The end of its input makes the program close its notification and end, also if it is
	 * stopped now and goes on later. It is not waited for.
	 */
	if (f->pid)
		(void)kill(f->pid, SIGTERM);
	else
		close_leftover(f);
	forget_program(f);
	drop(&f->retry);
	drop(&f->later);
	sd_bus_slot_unref(f->server_match);
	sd_bus_slot_unref(f->ping);
	sd_bus_unref(f->bus);
	sd_event_unref(f->event);
	free(f->problem);
	free(f->name);
	free(f);
	return NULL;
}

void front_end_show(struct front_end *f)
{
	f->wanted = true;
	f->retries = RETRIES;
	/* One that is being ended is followed by a new one as soon as it is gone. */
	if (f->ending != ENDING_NOT)
		return;
	drop(&f->end);
	if (f->pid)
		tell_program(f);
	else if (f->server == SERVER_HANGS || start_program(f) < 0)
		tell_failed_later(f);
}

void front_end_withdraw(struct front_end *f, bool at_once)
{
	f->wanted = false;
	drop(&f->retry);
	drop(&f->later);
	if (!f->pid) {
		close_leftover(f);
		return;
	}
	if (f->ending != ENDING_NOT)
		return;
	if (at_once) {
		terminate_program(f);
		return;
	}
	tell_program(f);
	if (f->ending == ENDING_NOT)
		arm(f, &f->end, FAREWELL_MOST, on_farewell_most);
}

bool front_end_is_leaving(const struct front_end *f)
{
	return f->ending == ENDING_WITHDRAWN;
}

bool front_end_find(const struct front_end *f, char path[static PATH_MAX])
{
	return program_find(path, f->name);
}

const char *front_end_problem(const struct front_end *f)
{
	return f->problem;
}

const char *front_end_hint(const struct front_end *f)
{
	return f->problem ? f->hint : "";
}
