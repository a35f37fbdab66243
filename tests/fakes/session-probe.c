/*
 * session.h alone in a program. Says `locked yes`, `away no`, `asleep yes`, `terminal yes`,
 * `problem TEXT` (or `-`) as they come; on stdin it takes `start`, `ping` (answered `pong`),
 * `input` and `rest` (at the keys), `sleep` (what had to be done before sleep is done) and `delay`
 * (answered `delay held`, or `delay WHY`), and ends with its input.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-event.h>

#include "session/session.h"

struct probe {
	struct session *session;
};

static void say(const char *what, bool value)
{
	printf("%s %s\n", what, value ? "yes" : "no");
}

static void on_locked(void *owner, bool locked)
{
	(void)owner;
	say("locked", locked);
}

static void on_switched_away(void *owner, bool away)
{
	(void)owner;
	say("away", away);
}

static void on_terminal(void *owner, bool terminal)
{
	(void)owner;
	say("terminal", terminal);
}

static void on_asleep(void *owner, bool asleep)
{
	(void)owner;
	say("asleep", asleep);
}

static void on_changed(void *owner)
{
	struct probe *p = owner;
	const char *problem = session_problem(p->session);

	printf("problem %s\n", problem ? problem : "-");
}

static void say_delay(const struct session *s)
{
	const char *refusal = session_delay_refusal(s);

	printf("delay %s\n", session_delays_sleep(s) ? "held" : refusal ? refusal : "-");
}

static int obey(struct probe *p, const char *command)
{
	if (!strcmp(command, "start"))
		return session_start(p->session);
	if (!strcmp(command, "input") || !strcmp(command, "rest"))
		session_note_input(p->session, !strcmp(command, "input"));
	else if (!strcmp(command, "ping"))
		puts("pong");
	else if (!strcmp(command, "sleep"))
		session_let_sleep(p->session);
	else if (!strcmp(command, "delay"))
		say_delay(p->session);
	else
		printf("what is '%s'?\n", command);
	return 0;
}

static int on_stdin(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	char text[256], *rest = text, *command;
	ssize_t n = read(fd, text, sizeof(text) - 1);
	int r = 0;

	(void)revents;
	if (n <= 0)
		return sd_event_exit(sd_event_source_get_event(source), 0);
	text[n] = '\0';
	while (r >= 0 && (command = strsep(&rest, "\n")))
		if (command[0])
			r = obey(userdata, command);
	return r;
}

int main(void)
{
	static const struct session_sink sink = {
		.locked = on_locked,
		.switched_away = on_switched_away,
		.terminal = on_terminal,
		.asleep = on_asleep,
		.changed = on_changed,
	};
	struct probe p = { 0 };
	sd_event *event = NULL;
	int r;

	setvbuf(stdout, NULL, _IOLBF, 0);
	r = sd_event_new(&event);
	if (r >= 0)
		r = session_new(&p.session, event, &sink, &p);
	if (r >= 0)
		r = session_start(p.session);
	if (r >= 0)
		r = sd_event_add_io(event, NULL, STDIN_FILENO, EPOLLIN, on_stdin, &p);
	if (r >= 0)
		r = sd_event_loop(event);
	if (r < 0)
		fprintf(stderr, "session-probe: %s\n", strerror(-r));
	session_free(p.session);
	sd_event_unref(event);
	return r < 0;
}
