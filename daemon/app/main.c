#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "app/manager.h"
#include "app/texts.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "conf/exercises.h"
#include "conf/settings.h"

static const char usage[] =
	"Usage: limberd [OPTION]...\n"
	"Watches idle and activity time and asks for breaks when they are due.\n"
	"It stays in the foreground; a session starts it, see limberd(1).\n"
	"\n"
	"  --check-config  print what is wrong in the settings, then end: 1 if anything\n"
	"                  could not be used, 0 if all is well or only warned of\n"
	"  --welcome       begin with a notice that says what will happen\n"
	"  --debug         say more\n"
	"  -h, --help      print this, then end\n"
	"      --version   print the version, then end\n"
	"\n"
	"Settings: ~/.config/limber/limber.conf, see limber.conf(5). Steer it with limber(1).\n";

struct arguments {
	bool check_config;
	struct manager_options manager;
};

/* 0 to go on; else 1 with *ret_status to end with. */
static int parse_arguments(int argc, char **argv, struct arguments *a, int *ret_status)
{
	enum { CHECK_CONFIG = 256, WELCOME, DEBUG, VERSION };
	static const struct option options[] = {
		{ "check-config", no_argument, NULL, CHECK_CONFIG },
		{ "welcome", no_argument, NULL, WELCOME },
		{ "debug", no_argument, NULL, DEBUG },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, VERSION },
		{ 0 },
	};
	int c;

	*ret_status = 0;
	while ((c = getopt_long(argc, argv, "h", options, NULL)) >= 0)
		switch (c) {
		case CHECK_CONFIG:
			a->check_config = true;
			break;
		case WELCOME:
			a->manager.welcome = true;
			break;
		case DEBUG:
			log_set_level(LOG_LEVEL_DEBUG);
			break;
		case 'h':
			fputs(usage, stdout);
			return 1;
		case VERSION:
			puts("limberd " LIMBER_VERSION);
			return 1;
		default:
			fputs("Try 'limberd --help'.\n", stderr);
			*ret_status = 2;
			return 1;
		}
	if (optind < argc) {
		fprintf(stderr, "limberd: it takes no argument '%s'\nTry 'limberd --help'.\n",
			argv[optind]);
		*ret_status = 2;
		return 1;
	}
	return 0;
}

static int check_config(void)
{
	struct config_path_buffers buffers;
	struct config_paths paths;
	struct settings settings;
	struct catalog catalog = { 0 };
	struct problem_list problems = { 0 };
	char line[BODY_MAX];
	int status, r;

	config_paths_default(&paths, &buffers);
	r = settings_load(&paths, &settings, &problems);
	if (r >= 0)
		r = exercises_load(&paths, &catalog, &problems);
	if (r < 0) {
		log_error("cannot read the settings: %s", strerror(-r));
		return 1;
	}
	exercises_check_skips(&catalog, &settings, &problems);
	for (size_t i = 0; i < problems.n; i++) {
		text_problem(line, &problems.v[i]);
		puts(line);
	}
	if (problems.dropped)
		printf("%zu more problems are not listed\n", problems.dropped);
	/* A mere warning loses nothing: the value is in force. */
	status = problems.errors ? 1 : 0;
	catalog_done(&catalog);
	problem_list_done(&problems);
	return status;
}

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *si, void *userdata)
{
	int r;

	(void)source;
	(void)si;
	r = manager_reload(userdata);
	if (r < 0)
		log_error("cannot read the settings again: %s, keeping the old ones", strerror(-r));
	return 0;
}

static int add_signals(sd_event *event, struct manager *m)
{
	int r;

	r = sd_event_add_signal(event, NULL, SIGTERM, NULL, NULL);
	if (r < 0)
		return r;
	r = sd_event_add_signal(event, NULL, SIGINT, NULL, NULL);
	if (r < 0)
		return r;
	return sd_event_add_signal(event, NULL, SIGHUP, on_hangup, m);
}

/* Signals come through the event loop; a pipe whose reader died is an error code, not an end. */
static void block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static int connect_bus(sd_event *event, sd_bus **ret)
{
	CLEANUP(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	int r;

	r = sd_bus_open_user_with_description(&bus, "session");
	if (r < 0)
		return r;
	/* The session is over then; if the bus only broke, whoever started us does so again. */
	r = sd_bus_set_exit_on_disconnect(bus, true);
	if (r < 0)
		return r;
	r = sd_bus_attach_event(bus, event, SD_EVENT_PRIORITY_NORMAL);
	if (r < 0)
		return r;
	*ret = TAKE(bus);
	return 0;
}

static int run(const struct arguments *a)
{
	CLEANUP(sd_event_unrefp) sd_event *event = NULL;
	CLEANUP(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	struct manager *m = NULL;
	int owner = 0, r;

	block_signals();
	r = sd_event_new(&event);
	if (r < 0)
		return r;
	r = connect_bus(event, &bus);
	if (r < 0) {
		log_error(
			"cannot reach the session bus: %s; limberd runs inside a desktop session, "
			"where DBUS_SESSION_BUS_ADDRESS or XDG_RUNTIME_DIR leads to it",
			strerror(-r));
		return r;
	}
	r = manager_new(&m, event, &a->manager);
	if (r >= 0)
		r = add_signals(event, m);
	if (r >= 0)
		r = manager_start(m, bus, &owner);
	if (r == -EEXIST)
		log_error("limberd is running already, as process %d; this one ends", owner);
	else if (r < 0)
		log_error("cannot start: %s", strerror(-r));
	else
		r = sd_event_loop(event);
	manager_free(m);
	return r;
}

int main(int argc, char **argv)
{
	struct arguments a = { 0 };
	int status;

	setlocale(LC_ALL, "");
	if (parse_arguments(argc, argv, &a, &status))
		return status;
	if (a.check_config)
		return check_config();
	return run(&a) < 0 ? 1 : 0;
}
