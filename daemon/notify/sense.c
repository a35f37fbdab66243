#include "notify/sense.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "notify/program.h"

/* One that is gone is started again so soon, so often; then the time doubles up to the last. */
#define WAIT_FIRST (250 * USEC_PER_MSEC)
#define QUICK_STARTS 10
#define WAIT_MOST USEC_PER_MIN
/* One that has lived so long begins anew with that. */
#define LASTED USEC_PER_MIN
/* A longer line is none of ours. */
#define LINE_MAX_LENGTH 256
/* One that says more than this in a minute is broken, and keeps us busy. */
#define HEARD_MOST (64 * 1024)
#define PROBLEM_MAX 256

#define UNSEEN "calls and screen shares are not seen: "
#define UNHEARD "microphones and screen shares are not seen: "
#define HINT_BUILD                                                                                 \
	"install libpipewire-0.3-dev and build limber again; or set screencast and call to no in " \
	"section [quiet], and cameras are not looked at either"
#define HINT_PIPEWIRE                                                                              \
	"limber goes on by itself when it does; without PipeWire set screencast and call to no "   \
	"in section [quiet], and cameras are not looked at either"
#define UNWATCHED "a camera that a program opens beside PipeWire is not seen: "
#define HINT_CAMERA "limber tries again by itself; fs.inotify limits how much can be watched"
#define HINT_INSTALL "install limber completely: make install"
#define HINT_AGAIN "it is started again by itself"
#define HINT_VERSIONS "install limberd and limber-sense of the same version"

/* Why we end the program. */
enum ending {
	ENDING_NOT,
	ENDING_UNWANTED,
	ENDING_HANGS,
	ENDING_NOISY,
};

struct state {
	bool on;
	char who[SENSE_WHO_MAX];
};

struct sense {
	sd_event *event;               /* referenced */
	const char *program;           /* borrowed */
	const struct sense_sink *sink; /* borrowed */
	void *owner;                   /* borrowed */
	bool wanted;
	struct state states[SENSE_SIGNS];
	char problem[PROBLEM_MAX];
	const char *hint;

	pid_t pid; /* 0: no program */
	int fd;    /* its stdin and stdout */
	enum ending ending;
	bool owed;          /* an answer */
	bool garbled;       /* it says what we do not understand */
	usec_t started_at;  /* these on CLOCK_MONOTONIC, as nobody owes an answer in suspend */
	usec_t answered_at; /* 0: never yet */
	usec_t heard_since; /* when `heard` was 0 */
	size_t heard;       /* bytes */
	unsigned starts;    /* quick ones in a row */
	usec_t wait;        /* before the next start */
	char line[LINE_MAX_LENGTH];
	size_t length;
	bool overlong;
	char blind[LINE_MAX_LENGTH]; /* of the answer to come: why no camera is seen; "" if they are
				      */

	sd_event_source *child, *io;
	sd_event_source *patience; /* for an answer that is owed */
	sd_event_source *start;    /* the next one */
	sd_event_source *again;    /* to tell what was told already */
};

static void drop(sd_event_source **source)
{
	*source = sd_event_source_disable_unref(*source);
}

static void arm(struct sense *s, sd_event_source **timer, usec_t span,
		sd_event_time_handler_t handler)
{
	drop(timer);
	(void)sd_event_add_time_relative(s->event, timer, CLOCK_MONOTONIC, span,
					 100 * USEC_PER_MSEC, handler, s);
}

/* Telling -------------------------------------------------------------------------------------- */

static void set_problem(struct sense *s, const char *hint, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void set_problem(struct sense *s, const char *hint, const char *format, ...)
{
	char problem[PROBLEM_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(problem, sizeof(problem), format, args);
	va_end(args);
	s->hint = hint;
	if (!strcmp(problem, s->problem))
		return;
	memcpy(s->problem, problem, sizeof(problem));
	s->sink->changed(s->owner);
}

static void clear_problem(struct sense *s)
{
	if (!s->problem[0])
		return;
	s->problem[0] = '\0';
	s->sink->changed(s->owner);
}

static void tell(struct sense *s, enum sense_sign sign)
{
	s->sink->sign(s->owner, sign, s->states[sign].on, s->states[sign].who);
}

/* Each sign holds as we know it, and that is all. */
static void tell_all(struct sense *s)
{
	for (int sign = 0; sign < SENSE_SIGNS; sign++)
		tell(s, (enum sense_sign)sign);
	s->sink->answered(s->owner);
}

static void forget_signs(struct sense *s)
{
	memset(s->states, 0, sizeof(s->states));
}

/* Ending the program --------------------------------------------------------------------------- */

/* It has nothing to bring in order, and a stopped one heeds no other signal. */
static void kill_program(struct sense *s, enum ending why)
{
	s->ending = why;
	drop(&s->patience);
	(void)kill(s->pid, SIGKILL);
}

static int on_patience(sd_event_source *source, uint64_t at, void *userdata)
{
	(void)source;
	(void)at;
	kill_program(userdata, ENDING_HANGS);
	return 0;
}

static void owe(struct sense *s)
{
	s->owed = true;
	arm(s, &s->patience, SENSE_PATIENCE, on_patience);
}

/* What it says --------------------------------------------------------------------------------- */

static void on_answer(struct sense *s)
{
	s->owed = false;
	s->blind[0] = '\0';
	s->answered_at = clock_monotonic();
	drop(&s->patience);
	tell_all(s);
}

static void on_ready(struct sense *s)
{
	if (s->blind[0])
		set_problem(s, HINT_CAMERA, UNWATCHED "%.150s", s->blind);
	else if (!s->garbled)
		clear_problem(s);
	on_answer(s);
}

static void on_absent(struct sense *s, const char *why, const char *hint)
{
	char text[LINE_MAX_LENGTH];

	utf8_copy_line(text, sizeof(text), why);
	set_problem(s, hint, "%s%.150s", s->blind[0] ? UNSEEN : UNHEARD, text);
	on_answer(s);
}

static void on_garbled(struct sense *s)
{
	s->garbled = true;
	set_problem(s, HINT_VERSIONS, "limber-sense says what limberd does not understand");
}

static void on_sign(struct sense *s, enum sense_sign sign, bool on, const char *who)
{
	s->states[sign].on = on;
	utf8_copy_line(s->states[sign].who, SENSE_WHO_MAX, who);
	tell(s, sign);
}

/* What follows `word` and a blank in the line, "" if it is all of it; NULL: another word. */
static const char *after(const char *line, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(line, word, n) != 0)
		return NULL;
	if (!line[n])
		return line + n;
	return line[n] == ' ' ? line + n + 1 : NULL;
}

static void on_line(struct sense *s, const char *line)
{
	static const char *const signs[SENSE_SIGNS] = {
		[SENSE_CALL] = "call",
		[SENSE_SCREENCAST] = "screencast",
	};
	const char *rest;

	if (!strcmp(line, "ready")) {
		on_ready(s);
		return;
	}
	rest = after(line, "absent");
	if (rest) {
		on_absent(s, rest, HINT_PIPEWIRE);
		return;
	}
	rest = after(line, "blind");
	if (rest) {
		utf8_copy_line(s->blind, sizeof(s->blind), rest);
		return;
	}
	rest = after(line, "never");
	if (rest) {
		on_absent(s, rest, HINT_BUILD);
		return;
	}
	for (int sign = 0; sign < SENSE_SIGNS; sign++) {
		const char *state = after(line, signs[sign]);
		const char *who = state ? after(state, "on") : NULL;

		if (who || (state && !strcmp(state, "off"))) {
			on_sign(s, (enum sense_sign)sign, who, who);
			return;
		}
	}
	on_garbled(s);
}

static void on_character(struct sense *s, char c)
{
	if (c != '\n') {
		if (s->length < sizeof(s->line) - 1)
			s->line[s->length++] = c;
		else
			s->overlong = true;
		return;
	}
	s->line[s->length] = '\0';
	if (s->overlong || memchr(s->line, '\0', s->length))
		on_garbled(s);
	else
		on_line(s, s->line);
	s->length = 0;
	s->overlong = false;
}

/* How much it says in a minute. */
static void count(struct sense *s, size_t n)
{
	usec_t now = clock_monotonic();

	if (usec_sub(now, s->heard_since) >= USEC_PER_MIN) {
		s->heard_since = now;
		s->heard = 0;
	}
	s->heard += n;
}

static int on_output(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct sense *s = userdata;
	char buffer[1024];
	ssize_t n;

	(void)source;
	(void)events;
	n = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	/* Its end is told by on_exit_of_program(). */
	if (n <= 0 || s->ending != ENDING_NOT) {
		drop(&s->io);
		return 0;
	}
	for (ssize_t i = 0; i < n; i++)
		on_character(s, buffer[i]);
	count(s, (size_t)n);
	if (s->heard > HEARD_MOST) {
		drop(&s->io);
		kill_program(s, ENDING_NOISY);
	}
	return 0;
}

/* Starting it, and again ----------------------------------------------------------------------- */

static int on_start(sd_event_source *source, uint64_t at, void *userdata);

static void start_later(struct sense *s)
{
	arm(s, &s->start, s->wait, on_start);
	if (++s->starts >= QUICK_STARTS)
		s->wait = usec_min(2 * usec_max(s->wait, USEC_PER_SEC / 2), WAIT_MOST);
}

static void forget_program(struct sense *s)
{
	if (usec_sub(clock_monotonic(), s->started_at) >= LASTED) {
		s->starts = 0;
		s->wait = WAIT_FIRST;
	}
	drop(&s->child);
	drop(&s->io);
	drop(&s->patience);
	closep(&s->fd);
	s->fd = -1;
	s->pid = 0;
	s->ending = ENDING_NOT;
	s->owed = s->garbled = s->overlong = false;
	s->answered_at = s->heard_since = 0;
	s->length = s->heard = 0;
	s->blind[0] = '\0';
	forget_signs(s);
}

static void explain_exit(struct sense *s, enum ending ending, const siginfo_t *how)
{
	if (ending == ENDING_HANGS)
		set_problem(s, HINT_AGAIN, UNSEEN "limber-sense did not answer and was ended");
	else if (ending == ENDING_NOISY)
		set_problem(s, HINT_AGAIN, UNSEEN "limber-sense talked without end and was ended");
	else if (how->si_code == CLD_EXITED)
		set_problem(s, HINT_AGAIN, UNSEEN "limber-sense ended with exit code %d",
			    how->si_status);
	else
		set_problem(s, HINT_AGAIN, UNSEEN "limber-sense was ended by signal %d (%s)",
			    how->si_status, strsignal(how->si_status));
}

static int on_exit_of_program(sd_event_source *source, const siginfo_t *how, void *userdata)
{
	struct sense *s = userdata;
	enum ending ending = s->ending;

	(void)source;
	forget_program(s);
	/* Wanted again meanwhile. */
	if (ending == ENDING_UNWANTED) {
		if (s->wanted)
			start_later(s);
		return 0;
	}
	explain_exit(s, ending, how);
	tell_all(s);
	start_later(s);
	return 0;
}

static int watch_program(struct sense *s)
{
	int r;

	r = sd_event_add_child(s->event, &s->child, s->pid, WEXITED, on_exit_of_program, s);
	if (r < 0)
		return r;
	return sd_event_add_io(s->event, &s->io, s->fd, EPOLLIN, on_output, s);
}

static int start_program(struct sense *s)
{
	int r;

	r = program_start(&s->pid, &s->fd, s->program, environ);
	if (r < 0)
		return r;
	s->started_at = clock_monotonic();
	r = watch_program(s);
	if (r < 0) {
		(void)kill(s->pid, SIGKILL);
		(void)waitpid(s->pid, NULL, 0); /* it is dead: at once */
		forget_program(s);
		return r;
	}
	owe(s);
	return 0;
}

static int on_start(sd_event_source *source, uint64_t at, void *userdata)
{
	struct sense *s = userdata;
	int r;

	(void)source;
	(void)at;
	drop(&s->start);
	r = start_program(s);
	if (r >= 0)
		return 0;
	/* It does not come by waiting. */
	if (r == -ENOENT) {
		set_problem(s, HINT_INSTALL, UNSEEN "limber-sense is not installed");
	} else {
		set_problem(s, HINT_AGAIN, UNSEEN "limber-sense cannot be started: %s",
			    strerror(-r));
		start_later(s);
	}
	tell_all(s);
	return 0;
}

static int on_again(sd_event_source *source, uint64_t at, void *userdata)
{
	struct sense *s = userdata;

	(void)source;
	(void)at;
	drop(&s->again);
	if (s->answered_at)
		tell_all(s);
	return 0;
}

/* The interface -------------------------------------------------------------------------------- */

int sense_new(struct sense **ret, sd_event *event, const char *program,
	      const struct sense_sink *sink, void *owner)
{
	struct sense *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->event = sd_event_ref(event);
	s->program = program;
	s->sink = sink;
	s->owner = owner;
	s->fd = -1;
	s->wait = WAIT_FIRST;
	s->hint = "";
	*ret = s;
	return 0;
}

struct sense *sense_free(struct sense *s)
{
	if (!s)
		return NULL;
	if (s->pid)
		(void)kill(s->pid, SIGKILL);
	forget_program(s);
	drop(&s->start);
	drop(&s->again);
	sd_event_unref(s->event);
	free(s);
	return NULL;
}

void sense_want(struct sense *s, bool wanted)
{
	s->wanted = wanted;
	if (!wanted) {
		drop(&s->start);
		drop(&s->again);
		s->problem[0] = '\0';
		if (s->pid)
			kill_program(s, ENDING_UNWANTED);
		return;
	}
	/* From the event loop, where all that follows may be told. */
	if (s->pid)
		arm(s, &s->again, 0, on_again);
	else if (!s->start)
		arm(s, &s->start, 0, on_start);
}

bool sense_ask(struct sense *s)
{
	static const char line[] = "look\n";

	if (s->start && !s->starts)
		return true;
	if (!s->pid || s->ending != ENDING_NOT)
		return false;
	if (s->owed)
		return true;
	if (usec_sub(clock_monotonic(), s->answered_at) < SENSE_FRESH)
		return false;
	/* A failure is told by its exit, or by what it owes. */
	(void)send(s->fd, line, strlen(line), MSG_NOSIGNAL | MSG_DONTWAIT);
	owe(s);
	return true;
}

const char *sense_problem(const struct sense *s)
{
	return s->problem[0] ? s->problem : NULL;
}

const char *sense_hint(const struct sense *s)
{
	return s->problem[0] ? s->hint : "";
}
