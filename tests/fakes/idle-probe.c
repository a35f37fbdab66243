/*
 * idle.h alone in a program: `idle-probe [SOURCE [THRESHOLD_MS]]`. Says `input`, `paused AGE_MS`,
 * `watched`, `unwatched`, `changed NAME PROBLEM` (or `-`) as they come; on stdin it takes
 * `threshold MS`, `check`, `terminal`, `desktop` (where the user is logged in) and `ping` (answered
 * `pong`), and ends with its input.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "base/clock.h"
#include "idle/idle.h"

struct probe {
	struct idle *idle;
	char line[4096];
	size_t length;
};

static void on_paused(void *owner, usec_t since)
{
	usec_t now = clock_boottime();

	(void)owner;
	if (since > now)
		puts("paused in the future");
	else
		printf("paused %llu\n", (unsigned long long)((now - since) / USEC_PER_MSEC));
}

static void on_input(void *owner)
{
	(void)owner;
	puts("input");
}

static void on_watched(void *owner, bool on)
{
	(void)owner;
	puts(on ? "watched" : "unwatched");
}

static void on_changed(void *owner)
{
	struct probe *p = owner;
	const char *problem = idle_problem(p->idle);

	printf("changed %s %s\n", idle_source_name(p->idle), problem ? problem : "-");
}

static void obey(struct probe *p, const char *command)
{
	unsigned long ms;

	if (sscanf(command, "threshold %lu", &ms) == 1)
		idle_set_threshold(p->idle, ms * USEC_PER_MSEC);
	else if (!strcmp(command, "check"))
		idle_check(p->idle);
	else if (!strcmp(command, "terminal") || !strcmp(command, "desktop"))
		idle_set_terminal(p->idle, !strcmp(command, "terminal"));
	else if (!strcmp(command, "ping"))
		puts("pong");
	else
		printf("what is '%s'?\n", command);
}

static void obey_lines(struct probe *p)
{
	char *begin = p->line, *end;

	while ((end = memchr(begin, '\n', p->length - (size_t)(begin - p->line)))) {
		*end = '\0';
		obey(p, begin);
		begin = end + 1;
	}
	p->length -= (size_t)(begin - p->line);
	memmove(p->line, begin, p->length);
}

static int on_stdin(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct probe *p = userdata;
	ssize_t n = read(fd, p->line + p->length, sizeof(p->line) - p->length);

	(void)revents;
	if (n <= 0)
		return sd_event_exit(sd_event_source_get_event(source), 0);
	p->length += (size_t)n;
	obey_lines(p);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct idle_sink sink = {
		.paused = on_paused,
		.input = on_input,
		.watched = on_watched,
		.changed = on_changed,
	};
	struct probe p = { 0 };
	struct idle_world world = { 0 };
	sd_event *event = NULL;
	sigset_t mask;
	int r;

	setvbuf(stdout, NULL, _IOLBF, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&mask);
	(void)sigaddset(&mask, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &mask, NULL);

	r = sd_event_new(&event);
	world.event = event;
	/* A probe without a session bus has none of the sources that want one. */
	if (r >= 0 && sd_bus_open_user(&world.bus) >= 0)
		r = sd_bus_attach_event(world.bus, event, SD_EVENT_PRIORITY_NORMAL);
	if (r >= 0)
		r = idle_new(&p.idle, &world, argc > 1 ? argv[1] : "auto", &sink, &p);
	if (r >= 0 && argc > 2)
		idle_set_threshold(p.idle, strtoull(argv[2], NULL, 10) * USEC_PER_MSEC);
	if (r >= 0)
		r = idle_start(p.idle);
	if (r >= 0)
		r = sd_event_add_io(event, NULL, STDIN_FILENO, EPOLLIN, on_stdin, &p);
	if (r >= 0)
		r = sd_event_loop(event);
	if (r < 0)
		fprintf(stderr, "idle-probe: %s\n", strerror(-r));
	idle_free(p.idle);
	sd_bus_flush_close_unref(world.bus);
	sd_event_unref(event);
	return r < 0;
}
