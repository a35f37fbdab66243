/*
 * Drives daemon/notify/front_end.c by lines on its stdin and prints what its owner is told:
 *
 *   show · withdraw · withdraw-now · program NAME · program-with-sound NAME · ping · quit
 *
 * A beat every 20 ms runs beside it; `ping` answers `pong WORST`, the longest time in milliseconds
 * between two beats since the last ping: whether the event loop was ever kept waiting.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "base/clock.h"
#include "notify/front_end.h"

#define BEAT (20 * USEC_PER_MSEC)

struct probe {
	sd_event *event;
	struct front_end *front_end;
	sd_event_source *beat;
	usec_t last_beat, worst;
	char line[256];
	size_t length;
};

static void on_shown(void *owner)
{
	(void)owner;
	puts("shown");
}

static void on_failed(void *owner)
{
	(void)owner;
	puts("failed");
}

static void on_left(void *owner)
{
	(void)owner;
}

static void on_changed(void *owner)
{
	struct probe *p = owner;
	const char *problem = front_end_problem(p->front_end);

	printf("problem %s | %s\n", problem ? problem : "-", front_end_hint(p->front_end));
}

static int on_beat(sd_event_source *source, uint64_t at, void *userdata)
{
	struct probe *p = userdata;
	usec_t now = clock_monotonic();

	(void)at;
	p->worst = usec_max(p->worst, usec_sub(now, p->last_beat));
	p->last_beat = now;
	(void)sd_event_source_set_time_relative(source, BEAT);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void obey(struct probe *p, const char *line)
{
	if (!strcmp(line, "show"))
		front_end_show(p->front_end);
	else if (!strcmp(line, "withdraw"))
		front_end_withdraw(p->front_end, false);
	else if (!strcmp(line, "withdraw-now"))
		front_end_withdraw(p->front_end, true);
	else if (!strncmp(line, "program ", 8))
		(void)front_end_configure(p->front_end, line + 8, false);
	else if (!strncmp(line, "program-with-sound ", 19))
		(void)front_end_configure(p->front_end, line + 19, true);
	else if (!strcmp(line, "quit"))
		(void)sd_event_exit(p->event, 0);
	else if (!strcmp(line, "ping")) {
		printf("pong %u\n", (unsigned)(p->worst / USEC_PER_MSEC));
		p->worst = 0;
	}
}

static int on_input(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct probe *p = userdata;
	char c;

	(void)source;
	(void)events;
	if (read(fd, &c, 1) <= 0)
		return sd_event_exit(p->event, 0);
	if (c != '\n') {
		if (p->length < sizeof(p->line) - 1)
			p->line[p->length++] = c;
		return 0;
	}
	p->line[p->length] = '\0';
	p->length = 0;
	obey(p, p->line);
	return 0;
}

static int run(struct probe *p, sd_bus *bus, const char *program)
{
	static const struct front_end_sink sink = {
		.shown = on_shown,
		.failed = on_failed,
		.changed = on_changed,
		.left = on_left,
	};
	int r;

	r = sd_bus_attach_event(bus, p->event, 0);
	if (r < 0)
		return r;
	r = front_end_new(&p->front_end, p->event, bus, program, &sink, p);
	if (r < 0)
		return r;
	p->last_beat = clock_monotonic();
	r = sd_event_add_time_relative(p->event, &p->beat, CLOCK_MONOTONIC, BEAT, 1, on_beat, p);
	if (r < 0)
		return r;
	r = sd_event_add_io(p->event, NULL, STDIN_FILENO, EPOLLIN, on_input, p);
	if (r < 0)
		return r;
	puts("ready");
	return sd_event_loop(p->event);
}

int main(int argc, char **argv)
{
	struct probe p = { .event = NULL };
	sd_bus *bus = NULL;
	sigset_t blocked;
	int r;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	sigprocmask(SIG_BLOCK, &blocked, NULL);

	r = sd_event_new(&p.event);
	if (r >= 0)
		r = sd_bus_open_user(&bus);
	if (r >= 0)
		r = run(&p, bus, argc > 1 ? argv[1] : "limber-notify");
	if (r < 0)
		fprintf(stderr, "front-end-probe: %s\n", strerror(-r));

	p.front_end = front_end_free(p.front_end);
	sd_event_source_unref(p.beat);
	sd_bus_flush_close_unref(bus);
	sd_event_unref(p.event);
	return r < 0;
}
