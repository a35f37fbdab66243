/* watch --live: everything at a glance, once a second, with keys. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "bus/protocol.h"
#include "state.h"
#include "text.h"
#include "view.h"
#include "watch.h"
#include "when.h"

/* The other screen, so that the user's own comes back untouched; no cursor; no wrapped lines. */
#define SCREEN_ENTER "\033[?1049h\033[?25l\033[?7l"
#define SCREEN_LEAVE "\033[?7h\033[?25h\033[?1049l"
/* Between these two a terminal that knows them shows nothing half drawn; others skip them. */
#define FRAME_BEGIN "\033[?2026h\033[H"
#define FRAME_END "\033[J\033[?2026l"

/* How long it is told what came of a key. */
#define MESSAGE_SECONDS 6

struct live {
	struct watch watch;
	struct state state; /* as answered last */
	bool known;         /* `state` holds something */
	bool running;       /* limberd is on the bus */
	struct batch batch; /* the question for everything */
	bool asking;
	bool again;           /* something changed while it was open */
	char message[256];    /* what came of the last key */
	unsigned message_age; /* seconds */
	char trouble[256];    /* why limberd does not answer, "" if it does */
	bool keys;            /* the terminal takes keys from us */
	bool entered;
	struct termios before;
};

/* One key and what limberd is asked to do for it. */
struct key {
	char key, other; /* 0 for none */
	const char *label;
	const char *method; /* NULL: handled here */
	const char *types;
	const char *said;
};

/* clang-format off */
static const struct key keys[] = {
	{ '\n', ' ', "[Enter] start", "StartBreak", "s",  "break started" },
	{ 's',  0,   "[s]nooze",      "Snooze",     "t",  "snoozed" },
	{ 'k',  0,   "s[k]ip",        "Skip",       NULL, "skipped" },
	{ 'd',  0,   "[d]one",        "Finish",     NULL, "done" },
	{ 'p',  0,   "[p]ause",       NULL,         NULL, NULL },
	{ 'q',  0,   "[q]uit",        NULL,         NULL, NULL },
};
/* clang-format on */

static void screen_enter(struct live *l)
{
	struct termios raw;

	if (l->keys && tcgetattr(STDIN_FILENO, &l->before) == 0) {
		raw = l->before;
		raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		raw.c_cc[VMIN] = 1;
		raw.c_cc[VTIME] = 0;
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	}
	fputs(SCREEN_ENTER, stdout);
	fflush(stdout);
	l->entered = true;
}

static void screen_leave(struct live *l)
{
	if (!l->entered)
		return;
	l->entered = false;
	fputs(SCREEN_LEAVE, stdout);
	fflush(stdout);
	if (l->keys)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &l->before);
}

static unsigned terminal_rows(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row < 4)
		return 24;
	return size.ws_row;
}

static void put_countdown(struct text *t, const struct live *l, walltime_t now)
{
	const struct brk *b = &l->state.brk;
	char left[WHEN_TEXT_MAX];
	usec_t remaining = break_left(b, now);
	unsigned cells = t->width > 60 ? 40 : t->width - 14;

	if (!l->state.on || strcmp(b->phase, "on-break") != 0)
		return;
	text_cell(t, TONE_FAINT, "left", 5);
	text_put(t, TONE_STRONG, when_format_short(remaining + USEC_PER_SEC - 1, left), 8);
	putc(' ', t->out);
	text_bar(t, TONE_GOOD, usec_sub(b->length, remaining), b->length, cells);
	putc('\n', t->out);
}

static void put_heading(struct text *t, walltime_t now)
{
	char clock[WHEN_TEXT_MAX];

	text_cell(t, TONE_STRONG, "limber", t->width - 8);
	text_put(t, TONE_FAINT, when_format_clock(now, clock), 8);
	putc('\n', t->out);
	putc('\n', t->out);
}

static void put_body(struct text *t, const struct live *l)
{
	walltime_t now = clock_walltime();

	/* On a low terminal every line counts. */
	if (terminal_rows() >= 12)
		put_heading(t, now);
	if (!l->running)
		text_wrap(t, TONE_WARN, 0, 0, "limberd is gone; waiting for it to come back");
	else if (!l->known)
		text_wrap(t, TONE_FAINT, 0, 0, "asking limberd");
	if (!l->running || !l->known)
		return;
	view_now(t, &l->state, now);
	/* Before the rules: on a low terminal the end is cut off, and the exercise matters more. */
	view_break(t, &l->state, now);
	put_countdown(t, l, now);
	view_steps(t, &l->state);
	putc('\n', t->out);
	view_rules(t, &l->state);
	putc('\n', t->out);
	view_problems(t, &l->state);
}

/* Where all keys do not fit into one line, they take two. */
#define KEYS_COLUMNS 64

static unsigned foot_rows(unsigned width)
{
	return width < KEYS_COLUMNS ? 3 : 2;
}

/* What the last key did, and the keys. */
static void put_foot(struct text *t, const struct live *l)
{
	text_put(t, TONE_WARN, *l->trouble ? l->trouble : l->message, t->width);
	fputs("\n\033[K", t->out);
	if (!l->keys) {
		text_put(t, TONE_FAINT, "Ctrl-C ends it", t->width);
		return;
	}
	for (size_t i = 0; i < ELEMENTS(keys); i++) {
		bool resume = keys[i].key == 'p' && l->state.manager.paused_until;

		text_put(t, TONE_FAINT, resume ? "[p] resume" : keys[i].label, t->width);
		if (i + 1 == ELEMENTS(keys) / 2 && t->width < KEYS_COLUMNS)
			fputs("\n\033[K", t->out);
		else
			fputs("  ", t->out);
	}
}

/*
 * The first `rows` lines of `page`. What stood there is cleared before: behind a line that fills
 * the screen's width the cursor is still on its last character.
 */
static void put_rows(const char *page, unsigned rows)
{
	for (; rows > 0; rows--) {
		const char *end = strchrnul(page, '\n');

		fputs("\033[K", stdout);
		fwrite(page, 1, (size_t)(end - page), stdout);
		putc('\n', stdout);
		page = *end ? end + 1 : end;
	}
}

static void draw(struct live *l)
{
	CLEANUP(freep) char *page = NULL;
	CLEANUP(fclosep) FILE *body = NULL;
	unsigned rows = terminal_rows();
	struct text t;
	size_t size;

	body = open_memstream(&page, &size);
	if (!body)
		return;
	text_init(&t, body, STDOUT_FILENO);
	put_body(&t, l);
	if (fflush(body) != 0)
		return;
	fputs(FRAME_BEGIN, stdout);
	put_rows(page, rows - foot_rows(t.width));
	text_init(&t, stdout, STDOUT_FILENO);
	fputs("\033[K", stdout);
	put_foot(&t, l);
	fputs(FRAME_END, stdout);
	if (fflush(stdout) != 0 || ferror(stdout))
		(void)sd_event_exit(l->watch.event, EXIT_DONE);
}

static void say(struct live *l, const char *message)
{
	(void)snprintf(l->message, sizeof(l->message), "%s", message);
	l->message_age = 0;
}

static void ask(struct live *l);

static void on_everything(struct batch *b, void *owner)
{
	struct live *l = owner;
	struct state fresh = { 0 };
	const char *sentence;
	int worst = EXIT_DONE;

	l->asking = false;
	for (size_t i = 0; i < b->n && worst == EXIT_DONE; i++)
		worst = remote_judge(b->v[i].answer, &sentence);
	if (worst == EXIT_DONE && state_take(&fresh, b, 0) >= 0) {
		state_done(&l->state);
		l->state = fresh;
		l->known = true;
		*l->trouble = '\0';
	} else {
		state_done(&fresh);
		if (worst != EXIT_DONE)
			(void)snprintf(l->trouble, sizeof(l->trouble), "%s", sentence);
	}
	batch_done(b);
	draw(l);
	if (l->again)
		ask(l);
}

/* One question at a time: with a limberd that hangs, they would pile up. */
static void ask(struct live *l)
{
	l->again = l->asking;
	if (l->asking || !l->running)
		return;
	batch_init(&l->batch);
	l->batch.done = on_everything;
	l->batch.owner = l;
	if (state_ask(&l->batch, l->watch.bus, false) >= 0 &&
	    batch_send(&l->batch, l->watch.bus) >= 0)
		l->asking = true;
	else
		batch_done(&l->batch);
}

static void on_told(void *owner, sd_bus_message *m)
{
	(void)m;
	/* Whatever it was, everything is asked for again. */
	ask(owner);
}

static void on_running(void *owner, bool running)
{
	struct live *l = owner;

	l->running = running;
	if (!running) {
		batch_done(&l->batch);
		l->asking = l->again = l->known = false;
		state_done(&l->state);
		*l->message = *l->trouble = '\0';
	}
	ask(l);
	draw(l);
}

static int on_key_answer(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct live *l = userdata;
	const char *sentence;

	(void)reterr;
	if (remote_judge(m, &sentence) != EXIT_DONE)
		say(l, sentence);
	ask(l);
	return 0;
}

static void press(struct live *l, const struct key *key)
{
	const char *method = key->method, *types = key->types, *said = key->said;
	uint64_t until = 0;
	int r;

	if (key->key == 'p' && l->state.manager.paused_until) {
		method = "Resume";
		said = "resumed";
	} else if (key->key == 'p') {
		method = "Pause";
		types = "t";
		until = USEC_NEVER;
		said = "paused";
	}
	say(l, said);
	/* Snooze takes a length, 0 being the rule's own; StartBreak a rule, "" being any. */
	if (types && *types == 's')
		r = sd_bus_call_method_async(l->watch.bus, NULL, BUS_NAME, BUS_PATH, BUS_MANAGER,
					     method, on_key_answer, l, "s", "");
	else
		r = sd_bus_call_method_async(l->watch.bus, NULL, BUS_NAME, BUS_PATH, BUS_MANAGER,
					     method, on_key_answer, l, types, until);
	if (r < 0)
		say(l, strerror(-r));
	draw(l);
}

/* An arrow or function key is several characters, and none of them is a command. */
static ssize_t escape_length(const char *typed, ssize_t n)
{
	ssize_t length = 1;

	if (n < 2 || (typed[1] != '[' && typed[1] != 'O'))
		return length;
	for (length = 2; length < n; length++)
		if (typed[length] >= '@' && typed[length] <= '~')
			return length + 1;
	return length;
}

static void on_character(struct live *l, char c)
{
	for (size_t i = 0; i < ELEMENTS(keys); i++)
		if (c == keys[i].key || (keys[i].other && c == keys[i].other))
			press(l, &keys[i]);
}

static int on_input(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct live *l = userdata;
	char typed[64];
	ssize_t n;

	(void)events;
	n = read(fd, typed, sizeof(typed));
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	/* The terminal is gone. */
	if (n <= 0) {
		(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
		return sd_event_exit(l->watch.event, EXIT_DONE);
	}
	for (ssize_t i = 0; i < n; i++) {
		if (typed[i] == '\033')
			i += escape_length(typed + i, n - i) - 1;
		else if (typed[i] == 'q')
			return sd_event_exit(l->watch.event, EXIT_DONE);
		else
			on_character(l, typed[i]);
	}
	return 0;
}

static int on_second(sd_event_source *source, uint64_t at, void *userdata)
{
	struct live *l = userdata;
	int r;

	(void)at;
	if (++l->message_age > MESSAGE_SECONDS)
		*l->message = '\0';
	ask(l);
	draw(l);
	r = sd_event_source_set_time_relative(source, USEC_PER_SEC);
	return r < 0 ? r : sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int on_resized(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	(void)source;
	(void)info;
	draw(userdata);
	return 0;
}

/* Ctrl-Z: the shell gets its terminal back as it was, and `fg` brings the view again. */
static int on_stopped(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	struct live *l = userdata;

	(void)source;
	(void)info;
	screen_leave(l);
	(void)raise(SIGSTOP);
	screen_enter(l);
	draw(l);
	return 0;
}

static int add_sources(struct live *l)
{
	sd_event *event = l->watch.event;
	sigset_t mask;
	int r;

	sigemptyset(&mask);
	sigaddset(&mask, SIGWINCH);
	sigaddset(&mask, SIGTSTP);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return -errno;
	r = sd_event_add_signal(event, NULL, SIGWINCH, on_resized, l);
	if (r < 0)
		return r;
	r = sd_event_add_signal(event, NULL, SIGTSTP, on_stopped, l);
	if (r < 0)
		return r;
	if (l->keys) {
		r = sd_event_add_io(event, NULL, STDIN_FILENO, POLLIN, on_input, l);
		if (r < 0)
			return r;
	}
	return sd_event_add_time_relative(event, NULL, CLOCK_MONOTONIC, USEC_PER_SEC, 0, on_second,
					  l);
}

/* Reading from a terminal that another job has would stop us. */
static bool may_read_keys(void)
{
	return isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

static int show(struct live *l)
{
	int r;

	/* limberd not running is told on the user's own screen. */
	r = state_fetch(&l->state, l->watch.bus);
	if (r != EXIT_DONE)
		return r;
	l->known = l->running = true;
	l->keys = may_read_keys();
	r = add_sources(l);
	if (r < 0)
		return remote_failed(r);
	screen_enter(l);
	draw(l);
	r = watch_run(&l->watch);
	screen_leave(l);
	if (r == EXIT_NO_DAEMON)
		return complain(r, "the session bus is gone");
	return r;
}

int live_run(void)
{
	struct live l = { 0 };
	const struct watch_sink sink = { .signal = on_told, .running = on_running, .owner = &l };
	int r;

	batch_init(&l.batch);
	r = watch_open(&l.watch, &sink);
	if (r == EXIT_DONE)
		r = show(&l);
	batch_done(&l.batch);
	state_done(&l.state);
	watch_close(&l.watch);
	return r;
}
