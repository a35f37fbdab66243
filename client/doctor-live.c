/* The live test: does limberd see a pause, and its end? */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"
#include "doctor.h"
#include "remote.h"

#define PAUSE (5 * USEC_PER_SEC)
/* How long each half of the test may take. */
#define PATIENCE (20 * USEC_PER_SEC)

struct live {
	struct text *t;
	sd_bus *bus;
	sigset_t interrupt; /* SIGINT alone, blocked meanwhile */
};

enum look { LOOK_FAILED, LOOK_PAUSED, LOOK_INPUT, LOOK_BLIND };

/* What limberd sees at this moment. On LOOK_FAILED *ret_code is the exit code. */
static enum look look(const struct live *l, int *ret_code)
{
	CLEANUP(arena_done) struct arena a = { 0 };
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *answer = NULL;
	struct list findings;
	const struct finding *input;

	*ret_code = doctor_ask(l->bus, &a, &findings, &answer);
	if (*ret_code != EXIT_DONE)
		return LOOK_FAILED;
	input = findings_input(&findings);
	if (!input || strcmp(input->state, "ok") != 0)
		return LOOK_BLIND;
	return input->paused >= PAUSE ? LOOK_PAUSED : LOOK_INPUT;
}

/* A second's sleep; true if the user has interrupted it. */
static bool interrupted(const struct live *l)
{
	static const struct timespec second = { .tv_sec = 1 };

	return sigtimedwait(&l->interrupt, NULL, &second) == SIGINT;
}

/* Waits until limberd sees what is wanted. Answers an exit code. */
static int wait_for(const struct live *l, enum look wanted, enum live_result *ret)
{
	usec_t deadline = usec_add(clock_monotonic(), PATIENCE);
	enum look seen;
	int code;

	*ret = LIVE_NOT_SEEN;
	while (clock_monotonic() < deadline) {
		if (interrupted(l)) {
			*ret = LIVE_SKIPPED;
			break;
		}
		seen = look(l, &code);
		if (seen == LOOK_FAILED)
			return code;
		if (seen == wanted) {
			*ret = LIVE_SEEN;
			break;
		}
	}
	return EXIT_DONE;
}

/* One line: what the user shall do, and what came of it. */
static int try_it(const struct live *l, const char *what, enum look wanted, enum live_result *ret)
{
	int r;

	fprintf(l->t->out, "  %s %s ", what, l->t->utf8 ? "\xe2\x80\xa6" : "...");
	fflush(l->t->out);
	r = wait_for(l, wanted, ret);
	if (r != EXIT_DONE) {
		putc('\n', l->t->out);
		return r;
	}
	if (*ret == LIVE_SEEN)
		text_wrap(l->t, TONE_GOOD, 0, 0, "seen");
	else if (*ret == LIVE_SKIPPED)
		text_wrap(l->t, TONE_PLAIN, 0, 0, "skipped");
	else
		text_wrap(l->t, TONE_WARN, 0, 0, "not seen");
	return EXIT_DONE;
}

static void explain(struct text *t, const char *hint)
{
	fputs("    ", t->out);
	text_wrap(t, TONE_PLAIN, 4, 4, hint);
}

static int test(const struct live *l, enum live_result *ret)
{
	int r;

	r = try_it(l, "keep your hands still for 5s", LOOK_PAUSED, ret);
	if (r != EXIT_DONE || *ret == LIVE_SKIPPED)
		return r;
	if (*ret == LIVE_NOT_SEEN) {
		explain(l->t, "If you did, something else looks like input: a mouse on a shaky "
			      "desk, a game pad, or a player that keeps the screen awake.");
		return EXIT_DONE;
	}
	r = try_it(l, "now touch mouse or keyboard", LOOK_INPUT, ret);
	if (r == EXIT_DONE && *ret == LIVE_NOT_SEEN)
		explain(l->t, "If you did, limberd watches another display than this one. Run "
			      "here: systemctl --user import-environment WAYLAND_DISPLAY DISPLAY "
			      "XAUTHORITY; systemctl --user restart limberd");
	return r;
}

int doctor_live(struct text *t, sd_bus *bus, enum live_result *ret)
{
	struct live l = { .t = t, .bus = bus };
	sigset_t before;
	int r;

	sigemptyset(&l.interrupt);
	sigaddset(&l.interrupt, SIGINT);
	sigprocmask(SIG_BLOCK, &l.interrupt, &before);
	(void)text_put(t, TONE_STRONG, "live test", 16);
	fputs(" (Ctrl-C skips it)\n", t->out);
	r = test(&l, ret);
	/* Keys that were pressed for the test are not meant for the shell. */
	(void)tcflush(STDIN_FILENO, TCIFLUSH);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return r;
}
