/*
 * The terminal source alone, with terminals in a folder of one's own: `tty-probe FOLDER
 * THRESHOLD_MS`. Says `input`, `paused AGE_MS`, `changed NAME PROBLEM` (or `-`) as they come; each
 * line on stdin is a check, and it ends with its input.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-event.h>

#include "base/clock.h"
#include "idle/tty.h"

static struct idle_source *probed;

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

static void on_changed(void *owner)
{
	(void)owner;
	printf("changed %s %s\n", probed->watching ? "tty" : "none",
	       probed->problem[0] ? probed->problem : "-");
}

static int on_stdin(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	char line[4096];

	(void)revents;
	(void)userdata;
	if (read(fd, line, sizeof(line)) <= 0)
		return sd_event_exit(sd_event_source_get_event(source), 0);
	idle_tty.check(probed);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct idle_sink sink = {
		.paused = on_paused,
		.input = on_input,
		.changed = on_changed,
	};
	struct idle_world world = { 0 };
	int r;

	if (argc != 3)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	r = sd_event_new(&world.event);
	if (r >= 0)
		r = tty_open_in(&probed, argv[1], &world,
				strtoull(argv[2], NULL, 10) * USEC_PER_MSEC, &sink, NULL);
	if (r >= 0)
		r = sd_event_add_io(world.event, NULL, STDIN_FILENO, EPOLLIN, on_stdin, NULL);
	if (r >= 0)
		r = sd_event_loop(world.event);
	if (r < 0)
		fprintf(stderr, "tty-probe: %s\n", strerror(-r));
	idle_tty.close(probed);
	sd_event_unref(world.event);
	return r < 0;
}
