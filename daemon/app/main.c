#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "app/manager.h"
#include "app/simulate.h"
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
	"  --welcome       begin with the notice of the first time: what will happen\n"
	"  --record FILE   write what happens to FILE, a new one, as a trace\n"
	"  --debug         say more\n"
	"  -h, --help      print this, then end\n"
	"      --version   print the version, then end\n"
	"\n"
	"  --simulate TRACE  play a day, print what limber would do, then end. TRACE is a\n"
	"                  file as in limber-trace(5) or an export of ActivityWatch; - is\n"
	"                  standard input. With it:\n"
	"    --json          one JSON object a line\n"
	"    --seed N        settle otherwise which equal exercise comes\n"
	"    --preset NAME   under the settings of a preset\n"
	"    --config FILE   under the settings of a file; of several presets and files\n"
	"                    the results are printed side by side\n"
	"    --take-breaks   as if every announced break were taken (when comparing)\n"
	"    --as-recorded   with the input as it was, whatever is announced (else)\n"
	"\n"
	"Settings: ~/.config/limber/limber.conf, see limber.conf(5). Steer it with limber(1).\n";

struct arguments {
	bool check_config;
	struct manager_options manager;
	struct simulate_options simulate;
	const char *simulate_only; /* an option given that goes with --simulate, or NULL */
};

/* What a command line is refused with: exit code 2. */
__attribute__((format(printf, 1, 2))) static int usage_error(const char *format, ...)
{
	va_list args;

	fputs("limberd: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("\nTry 'limberd --help'.\n", stderr);
	return 2;
}

enum {
	OPTION_CHECK_CONFIG = 256,
	OPTION_WELCOME,
	OPTION_RECORD,
	OPTION_DEBUG,
	OPTION_VERSION,
	OPTION_SIMULATE,
	OPTION_JSON, /* from here on: only with --simulate */
	OPTION_SEED,
	OPTION_PRESET,
	OPTION_CONFIG,
	OPTION_TAKE_BREAKS,
	OPTION_AS_RECORDED,
};

static const struct option options[] = {
	{ "check-config", no_argument, NULL, OPTION_CHECK_CONFIG },
	{ "welcome", no_argument, NULL, OPTION_WELCOME },
	{ "record", required_argument, NULL, OPTION_RECORD },
	{ "debug", no_argument, NULL, OPTION_DEBUG },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ "simulate", required_argument, NULL, OPTION_SIMULATE },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "seed", required_argument, NULL, OPTION_SEED },
	{ "preset", required_argument, NULL, OPTION_PRESET },
	{ "config", required_argument, NULL, OPTION_CONFIG },
	{ "take-breaks", no_argument, NULL, OPTION_TAKE_BREAKS },
	{ "as-recorded", no_argument, NULL, OPTION_AS_RECORDED },
	{ 0 },
};

/* An exit code, 0 to go on. */
static int parse_seed(struct simulate_options *o, const char *text)
{
	char *end;

	errno = 0;
	o->seed = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno)
		return usage_error("'%s' is no seed: it is a whole number from 0 to %llu", text,
				   ULLONG_MAX);
	o->seed_given = true;
	return 0;
}

static int add_settings(struct simulate_options *o, const char *preset, const char *file)
{
	if (o->n == SIMULATE_SETTINGS_MAX)
		return usage_error("%d settings at most can be compared at once",
				   SIMULATE_SETTINGS_MAX);
	o->settings[o->n++] = (struct simulate_settings){ .preset = preset, .file = file };
	return 0;
}

/* An option of --simulate: an exit code, 0 to go on. */
static int take_simulate_option(struct arguments *a, int option)
{
	struct simulate_options *o = &a->simulate;

	for (const struct option *known = options; known->name; known++)
		if (known->val == option)
			a->simulate_only = known->name;
	switch (option) {
	case OPTION_JSON:
		o->json = true;
		return 0;
	case OPTION_SEED:
		return parse_seed(o, optarg);
	case OPTION_PRESET:
		return add_settings(o, optarg, NULL);
	case OPTION_CONFIG:
		return add_settings(o, NULL, optarg);
	case OPTION_TAKE_BREAKS:
		o->take_breaks = true;
		return 0;
	case OPTION_AS_RECORDED:
		o->as_recorded = true;
		return 0;
	}
	return 2;
}

/* Do all these go together? An exit code, 0 to go on. */
static int check_arguments(const struct arguments *a)
{
	if (!a->simulate.trace && a->simulate_only)
		return usage_error("'--%s' goes with --simulate TRACE", a->simulate_only);
	if (a->simulate.trace && (a->check_config || a->manager.welcome || a->manager.record))
		return usage_error("'--simulate' works alone: nothing is watched meanwhile");
	if (a->simulate.take_breaks && a->simulate.as_recorded)
		return usage_error("'--take-breaks' and '--as-recorded' exclude each other");
	return 0;
}

/* 0 to go on; else 1 with *ret_status to end with. */
static int parse_arguments(int argc, char **argv, struct arguments *a, int *ret_status)
{
	int c;

	*ret_status = 0;
	while ((c = getopt_long(argc, argv, "h", options, NULL)) >= 0)
		switch (c) {
		case OPTION_CHECK_CONFIG:
			a->check_config = true;
			break;
		case OPTION_WELCOME:
			a->manager.welcome = true;
			break;
		case OPTION_RECORD:
			a->manager.record = optarg;
			break;
		case OPTION_DEBUG:
			log_set_level(LOG_LEVEL_DEBUG);
			break;
		case OPTION_SIMULATE:
			a->simulate.trace = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			return 1;
		case OPTION_VERSION:
			puts("limberd " LIMBER_VERSION);
			return 1;
		case '?':
			fputs("Try 'limberd --help'.\n", stderr);
			*ret_status = 2;
			return 1;
		default:
			*ret_status = take_simulate_option(a, c);
			if (*ret_status)
				return 1;
		}
	if (optind < argc)
		*ret_status =
			usage_error("it takes no argument '%s'%s", argv[optind],
				    a->simulate.trace ? "" : "; a trace stands behind --simulate");
	else
		*ret_status = check_arguments(a);
	return *ret_status != 0;
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
	/* And a record that may not grow any more is no reason to end. */
	signal(SIGXFSZ, SIG_IGN);
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

/* Bigger pieces of memory than this are mapped one by one. */
#define MAPPED_FROM (16 * 1024)
#define HEAP_GROWS_BY (8 * 1024)

/*
 * What is not touched of a mapped piece costs nothing, as it is zero already, and what is freed is
 * given back at once. On the heap all of it would be cleared by hand, and holes would stay.
 */
static void spare_memory(void)
{
	(void)mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
	(void)mallopt(M_TOP_PAD, HEAP_GROWS_BY);
	/* The heap that was there before has room for pieces that are to be mapped. */
	(void)malloc_trim(0);
}

static int run(const struct arguments *a)
{
	CLEANUP(sd_event_unrefp) sd_event *event = NULL;
	CLEANUP(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	struct manager *m = NULL;
	int owner = 0, r;

	spare_memory();
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
	else if (r < 0 && r != -ECANCELED) /* which has been told */
		log_error("cannot start: %s", strerror(-r));
	else if (r >= 0)
		r = sd_event_loop(event);
	manager_free(m);
	return r;
}

int main(int argc, char **argv)
{
	struct arguments a = { 0 };
	int status;

	/* Not the numbers: in traces and JSON they have a point, wherever we are. */
	setlocale(LC_CTYPE, "");
	setlocale(LC_MESSAGES, "");
	if (parse_arguments(argc, argv, &a, &status))
		return status;
	if (a.check_config)
		return check_config();
	if (a.simulate.trace)
		return simulate(&a.simulate);
	return run(&a) < 0 ? 1 : 0;
}
