/*
 * session.h alone in a program. Says `locked yes`, `away no`, `asleep yes`, `problem TEXT` (or `-`)
 * as they come; on stdin it takes `start` and `ping` (answered `pong`), and ends with its input.
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

static int on_stdin(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct probe *p = userdata;
	char command[64];
	ssize_t n = read(fd, command, sizeof(command) - 1);
	int r = 0;

	(void)revents;
	if (n <= 0)
		return sd_event_exit(sd_event_source_get_event(source), 0);
	command[n] = '\0';
	if (!strcmp(command, "start\n"))
		r = session_start(p->session);
	else if (!strcmp(command, "ping\n"))
		puts("pong");
	else
		printf("what is '%s'?\n", command);
	return r;
}

int main(void)
{
	static const struct session_sink sink = {
		.locked = on_locked,
		.switched_away = on_switched_away,
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
