/*
 * limber-notify: shows what limberd has to say as a desktop notification. One at a time, replaced
 * in place, taken away when there is nothing more to see. It is a client on the bus like any
 * other; limberd starts it when there is something to show and talks to it as
 * daemon/notify/front_end.h says.
 *
 * Three steps, again and again: look() reads everything that limberd shows on the bus,
 * view_make() decides which one thing of it is to be seen, screen_show() does it.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib-unix.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "base/time.h"
#include "bus/protocol.h"
#include "notify-screen.h"
#include "notify-text.h"
#include "notify-view.h"

#define ANSWER_MAX 200
#define CALL_TIMEOUT_MS 3000
#define FAREWELL_TIME (5 * USEC_PER_SEC)
/* Nothing to show for so long: end. limberd starts us again. */
#define LINGER_MS 1000
/*
 * After a button was pressed nothing is shown until the server has closed the notification, as
 * most do: one that took its number would be mistaken for it. Others are given so long.
 */
#define SETTLE_MS 150
/* How long the end may take once it is asked for. */
#define END_SECONDS 1

struct app {
	GMainLoop *loop;
	GDBusConnection *bus;
	char *limberd; /* its unique name, NULL before it was seen */
	struct screen *screen;
	int status;

	unsigned owed; /* answers to limberd */
	unsigned told; /* number of the notification that limberd knows of, 0 = none */
	bool looking, look_again;
	unsigned commands; /* that are not answered yet */
	unsigned replies;  /* that are still to come in this look */
	struct world world;

	struct view view;       /* what is on the screen, or was when the user closed it */
	bool unseen;            /* something exists that the user has closed */
	GHashTable *closed;     /* occasions that the user has closed */
	GHashTable *early;      /* notices of before the running break */
	char *refusal;          /* why the last command was not done, or NULL */
	char *refusal_occasion; /* of the button that gave it */
	char *break_path;       /* of the break that was shown last */
	char *farewell_path;
	gint64 farewell_until; /* on g_get_monotonic_time(); 0 = no farewell */

	guint tick, linger, settle; /* timers, 0 = off */
};

static void look(struct app *a);
static void refresh(struct app *a);

static void stop_timer(guint *timer)
{
	if (*timer)
		g_source_remove(*timer);
	*timer = 0;
}

static gboolean on_linger_end(gpointer userdata)
{
	struct app *a = userdata;

	a->linger = 0;
	g_main_loop_quit(a->loop);
	return G_SOURCE_REMOVE;
}

static void end_soon(struct app *a)
{
	stop_timer(&a->linger);
	a->linger = g_timeout_add(LINGER_MS, on_linger_end, a);
}

/* Answers to limberd */

static void answer(struct app *a, const char *line)
{
	for (; a->owed; a->owed--)
		puts(line);
	fflush(stdout);
}

/* Another number is told also unasked: limberd closes what we leave behind if we break down. */
static void answer_seen(struct app *a)
{
	unsigned id = screen_id(a->screen);
	g_autofree char *line = id ? g_strdup_printf("shown %u", id) : g_strdup("closed");

	if (id != a->told)
		a->owed = MAX(a->owed, 1);
	a->told = id;
	answer(a, line);
}

/* Told whether it was asked or not. */
static void answer_failed(struct app *a, const char *why)
{
	g_autofree char *text = text_clean(why, true, ANSWER_MAX);
	g_autofree char *line = g_strdup_printf("failed %s", text);

	a->owed = MAX(a->owed, 1);
	answer(a, line);
	if (!screen_id(a->screen))
		end_soon(a);
}

/* Commands: what a button does */

static void on_command_done(GObject *bus, GAsyncResult *result, gpointer userdata)
{
	struct app *a = userdata;
	g_autoptr(GError) error = NULL;
	g_autoptr(GVariant) reply = NULL;

	a->commands--;
	reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, &error);
	g_clear_pointer(&a->refusal, g_free);
	if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD)) {
		a->refusal = g_strdup("the limberd that is running does not know this yet; start "
				      "it again: systemctl --user restart limberd");
	} else if (error) {
		g_dbus_error_strip_remote_error(error);
		a->refusal = g_strdup(error->message);
	}
	look(a);
}

static void command(struct app *a, const char *path, const char *interface, const char *method,
		    GVariant *arguments)
{
	a->commands++;
	g_dbus_connection_call(a->bus, a->limberd, path, interface, method, arguments, NULL,
			       G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_TIMEOUT_MS, NULL,
			       on_command_done, a);
}

static void command_break(struct app *a, const char *id)
{
	if (!strcmp(id, "start") || !strcmp(id, "default"))
		command(a, BUS_PATH, BUS_MANAGER, "StartBreak", g_variant_new("(s)", a->view.rule));
	else if (!strcmp(id, "snooze"))
		command(a, BUS_PATH, BUS_MANAGER, "Snooze", g_variant_new("(t)", (guint64)0));
	else if (!strcmp(id, "skip"))
		command(a, BUS_PATH, BUS_MANAGER, "Skip", NULL);
	else if (!strcmp(id, "finish"))
		command(a, BUS_PATH, BUS_MANAGER, "Finish", NULL);
	else if (!strcmp(id, "another"))
		command(a, a->view.path, BUS_BREAK, "Replace", NULL);
	else if (!strcmp(id, "hurts") && a->view.exercise)
		command(a, BUS_PATH, BUS_MANAGER, "Rate",
			g_variant_new("(ss)", a->view.exercise, "hurts"));
}

static gboolean on_settled(gpointer userdata)
{
	struct app *a = userdata;

	a->settle = 0;
	refresh(a);
	return G_SOURCE_REMOVE;
}

static void on_action(void *owner, const char *id)
{
	struct app *a = owner;

	stop_timer(&a->settle);
	a->settle = g_timeout_add(SETTLE_MS, on_settled, a);
	g_free(a->refusal_occasion);
	a->refusal_occasion = g_strdup(a->view.occasion);

	if (a->view.kind == VIEW_NOTICE)
		command(a, a->view.path, BUS_NOTICE, "Invoke", g_variant_new("(s)", id));
	else if (a->view.kind == VIEW_PROMPT || a->view.kind == VIEW_BREAK)
		command_break(a, id);
}

static void on_closed(void *owner, bool by_user)
{
	struct app *a = owner;

	/* A button did it. What comes next is shown when its command is answered. */
	if (a->settle) {
		stop_timer(&a->settle);
		refresh(a);
		return;
	}
	g_hash_table_add(a->closed, g_strdup(a->view.occasion));
	if (a->view.kind == VIEW_FAREWELL)
		a->farewell_until = 0;
	if (a->view.kind == VIEW_NOTICE && by_user)
		command(a, a->view.path, BUS_NOTICE, "Dismiss", NULL);
	refresh(a);
}

/* Keeping the screen as it should be */

static gboolean on_tick(gpointer userdata)
{
	struct app *a = userdata;

	a->tick = 0;
	refresh(a);
	return G_SOURCE_REMOVE;
}

static void make_view(struct app *a, struct view *ret)
{
	gint64 farewell = a->farewell_until - g_get_monotonic_time();
	const struct view_context context = {
		.closed = a->closed,
		.early = a->early,
		.farewell_path = a->farewell_path,
		.farewell = farewell > 0 ? (usec_t)farewell : 0,
		.now = (usec_t)g_get_real_time(),
	};

	a->unseen = view_make(ret, &a->world, &context);
	view_early(&a->world, a->early);
}

static void remember_view(struct app *a, struct view *v)
{
	view_done(&a->view);
	a->view = *v;
	if (v->kind != VIEW_PROMPT && v->kind != VIEW_BREAK)
		return;
	g_free(a->break_path);
	a->break_path = g_strdup(v->path);
	if (g_strcmp0(v->path, a->farewell_path) != 0)
		a->farewell_until = 0;
}

static void show_nothing(struct app *a)
{
	screen_close(a->screen);
	answer_seen(a);
	/* The next one of us would not know what the user has closed. */
	if (!a->unseen)
		end_soon(a);
}

static const char *failure(GError *error)
{
	if (!error)
		return "the notification server refused it";
	if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
	    g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
		return "no notification server is running";
	g_dbus_error_strip_remote_error(error);
	return error->message;
}

static void show_view(struct app *a, const struct view *v)
{
	bool refused = a->refusal && !g_strcmp0(a->refusal_occasion, v->occasion);
	g_autoptr(GError) error = NULL;

	/*
	 * A farewell runs out by itself, perhaps just now: what takes its place would come as a new
	 * notification under its number, and the word of its end would be taken for the new one's.
	 */
	if (a->view.kind == VIEW_FAREWELL && v->kind != VIEW_FAREWELL)
		screen_close(a->screen);
	if (!screen_show(a->screen, v, refused ? a->refusal : NULL, &error)) {
		answer_failed(a, failure(error));
		return;
	}
	answer_seen(a);
	if (v->again)
		a->tick = g_timeout_add((guint)MIN(v->again / USEC_PER_MSEC + 1, G_MAXUINT),
					on_tick, a);
}

/* Brings the screen up to date with what is known, and answers limberd. */
static void refresh(struct app *a)
{
	struct view view;

	if (a->looking || a->commands || a->settle || !a->world.objects)
		return;
	stop_timer(&a->tick);
	stop_timer(&a->linger);
	make_view(a, &view);
	if (view.kind == VIEW_NOTHING)
		show_nothing(a);
	else
		show_view(a, &view);
	remember_view(a, &view);
}

/* Looking at the bus */

static void on_looked(struct app *a)
{
	a->looking = false;
	if (a->look_again)
		look(a);
	else if (a->world.objects)
		refresh(a);
	else
		answer_failed(a, "limberd does not answer");
}

static void take_reply(struct app *a, GVariant **slot, GObject *bus, GAsyncResult *result)
{
	g_autoptr(GVariant) reply =
		g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, NULL);

	g_clear_pointer(slot, g_variant_unref);
	if (reply)
		*slot = g_variant_get_child_value(reply, 0);
	if (--a->replies == 0)
		on_looked(a);
}

static void on_objects(GObject *bus, GAsyncResult *result, gpointer userdata)
{
	struct app *a = userdata;

	take_reply(a, &a->world.objects, bus, result);
}

static void on_manager(GObject *bus, GAsyncResult *result, gpointer userdata)
{
	struct app *a = userdata;

	take_reply(a, &a->world.manager, bus, result);
}

static void on_rules(GObject *bus, GAsyncResult *result, gpointer userdata)
{
	struct app *a = userdata;

	take_reply(a, &a->world.rules, bus, result);
}

static void ask(struct app *a, const char *interface, const char *method, GVariant *arguments,
		const char *type, GAsyncReadyCallback callback)
{
	a->replies++;
	g_dbus_connection_call(a->bus, a->limberd, BUS_PATH, interface, method, arguments,
			       G_VARIANT_TYPE(type), G_DBUS_CALL_FLAGS_NO_AUTO_START,
			       CALL_TIMEOUT_MS, NULL, callback, a);
}

/* Reads everything anew: it is little, and so nothing can be missed. */
static void look(struct app *a)
{
	a->look_again = a->looking;
	if (a->looking)
		return;
	a->looking = true;
	ask(a, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", NULL, "(a{oa{sa{sv}}})",
	    on_objects);
	ask(a, "org.freedesktop.DBus.Properties", "GetAll", g_variant_new("(s)", BUS_MANAGER),
	    "(a{sv})", on_manager);
	ask(a, BUS_MANAGER, "ListRules", NULL, "(aa{sv})", on_rules);
}

static bool is_news(const char *interface, const char *member, GVariant *arguments)
{
	g_autoptr(GVariant) changed = NULL;
	const char *of;

	if (!strcmp(interface, "org.freedesktop.DBus.ObjectManager"))
		return true;
	if (strcmp(member, "PropertiesChanged") != 0 ||
	    !g_variant_is_of_type(arguments, G_VARIANT_TYPE("(sa{sv}as)")))
		return false;
	g_variant_get(arguments, "(&s@a{sv}as)", &of, &changed, NULL);
	if (!strcmp(of, BUS_MANAGER))
		return g_variant_lookup(changed, "SnoozesLeft", "u", NULL);
	return !strcmp(of, BUS_BREAK) || !strcmp(of, BUS_NOTICE);
}

/* Says so when the break that the user was shown is taken. */
static void on_break_ended(struct app *a, GVariant *arguments)
{
	const char *path, *outcome;

	if (!g_variant_is_of_type(arguments, G_VARIANT_TYPE("(osst)")))
		return;
	g_variant_get(arguments, "(&o&s&st)", &path, NULL, &outcome, NULL);
	if (strcmp(outcome, "taken") != 0 || g_strcmp0(path, a->break_path) != 0)
		return;
	g_free(a->farewell_path);
	a->farewell_path = g_strdup(path);
	a->farewell_until = g_get_monotonic_time() + (gint64)FAREWELL_TIME;
}

static void on_signal(GDBusConnection *bus, const char *sender, const char *path,
		      const char *interface, const char *member, GVariant *arguments,
		      gpointer userdata)
{
	struct app *a = userdata;
	bool ended = !strcmp(interface, BUS_MANAGER) && !strcmp(member, "BreakEnded");

	(void)bus;
	(void)sender;
	(void)path;
	if (ended)
		on_break_ended(a, arguments);
	if (ended || is_news(interface, member, arguments))
		look(a);
}

/* Coming and going */

static void on_limberd(GDBusConnection *bus, const char *name, const char *owner, gpointer userdata)
{
	struct app *a = userdata;

	(void)name;
	a->limberd = g_strdup(owner);
	g_dbus_connection_signal_subscribe(bus, owner, NULL, NULL, NULL, NULL,
					   G_DBUS_SIGNAL_FLAGS_NONE, on_signal, a, NULL);
	a->owed++;
	look(a);
}

static void on_limberd_gone(GDBusConnection *bus, const char *name, gpointer userdata)
{
	struct app *a = userdata;

	(void)bus;
	(void)name;
	if (!a->limberd) {
		puts("failed limberd is not running");
		a->status = EXIT_FAILURE;
	}
	g_main_loop_quit(a->loop);
}

/* A signal handler has no other way to reach the main loop. */
static int end_fd = -1;

/*
 * The main loop closes the notification and ends. While a call waits for a server that hangs the
 * main loop does not run: the alarm, which nobody handles, ends us then.
 */
static void on_end_signal(int number)
{
	const uint64_t one = 1;
	int before = errno;

	(void)number;
	alarm(END_SECONDS);
	if (write(end_fd, &one, sizeof(one)) < 0)
		_exit(EXIT_FAILURE);
	errno = before;
}

static gboolean on_end(gint fd, GIOCondition condition, gpointer userdata)
{
	struct app *a = userdata;

	(void)fd;
	(void)condition;
	g_main_loop_quit(a->loop);
	return G_SOURCE_REMOVE;
}

static bool catch_end_signals(struct app *a)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction action = { .sa_handler = on_end_signal, .sa_flags = SA_RESTART };

	end_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (end_fd < 0)
		return false;
	g_unix_fd_add(end_fd, G_IO_IN, on_end, a);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ELEMENTS(numbers); i++)
		sigaction(numbers[i], &action, NULL);
	return true;
}

/* A line each time that there is something new. The end of it all when limberd is gone. */
static gboolean on_input(gint fd, GIOCondition condition, gpointer userdata)
{
	struct app *a = userdata;
	char buffer[256];
	ssize_t n;

	(void)condition;
	n = read(fd, buffer, sizeof(buffer));
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return G_SOURCE_CONTINUE;
	if (n <= 0) {
		g_main_loop_quit(a->loop);
		return G_SOURCE_REMOVE;
	}
	for (ssize_t i = 0; i < n; i++)
		a->owed += buffer[i] == '\n';
	if (a->limberd && a->owed)
		look(a);
	return G_SOURCE_CONTINUE;
}

static void app_init(struct app *a)
{
	static const struct screen_sink sink = { .action = on_action, .closed = on_closed };
	const char *replaces = getenv("LIMBER_REPLACES");
	const char *sound = getenv("LIMBER_SOUND");
	unsigned id = 0;

	if (replaces && (parse_unsigned(replaces, &id) < 0 || id > G_MAXINT))
		id = 0;
	*a = (struct app){
		.loop = g_main_loop_new(NULL, FALSE),
		.closed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.early = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.screen = screen_new(id, sound && !strcmp(sound, "1"), &sink, a),
	};
}

static void app_done(struct app *a)
{
	stop_timer(&a->tick);
	stop_timer(&a->linger);
	stop_timer(&a->settle);
	a->screen = screen_free(a->screen);
	view_done(&a->view);
	g_clear_pointer(&a->world.objects, g_variant_unref);
	g_clear_pointer(&a->world.manager, g_variant_unref);
	g_clear_pointer(&a->world.rules, g_variant_unref);
	g_hash_table_unref(a->closed);
	g_hash_table_unref(a->early);
	g_free(a->refusal);
	g_free(a->refusal_occasion);
	g_free(a->break_path);
	g_free(a->farewell_path);
	g_free(a->limberd);
	g_clear_object(&a->bus);
	g_main_loop_unref(a->loop);
}

static int run(struct app *a)
{
	g_autoptr(GError) error = NULL;
	guint watch;

	a->bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, &error);
	if (!a->bus) {
		printf("failed there is no session bus: %s\n", error->message);
		return EXIT_FAILURE;
	}
	g_dbus_connection_set_exit_on_close(a->bus, FALSE);
	watch = g_bus_watch_name_on_connection(a->bus, BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
					       on_limberd, on_limberd_gone, a, NULL);
	if (!catch_end_signals(a)) {
		printf("failed no descriptor is left: %s\n", g_strerror(errno));
		return EXIT_FAILURE;
	}
	g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, a);

	g_main_loop_run(a->loop);

	g_bus_unwatch_name(watch);
	if (screen_id(a->screen)) {
		screen_close(a->screen);
		puts("closed");
	}
	return a->status;
}

static const char help[] =
	"Usage: limber-notify\n"
	"\n"
	"Shows breaks and notices of limberd as desktop notifications, one at a time. limberd\n"
	"starts it when there is something to see; there is no need to start it by hand.\n"
	"\n"
	"  --help     this text\n"
	"  --version  the version\n"
	"\n"
	"Prints `shown ID`, `closed` or `failed WHY`, and looks again for each line of its\n"
	"input. Ends with its input, with limberd, or when there is nothing more to show.\n";

int main(int argc, char **argv)
{
	struct app app;
	int status;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		fputs(help, stdout);
		return EXIT_SUCCESS;
	}
	if (argc == 2 && !strcmp(argv[1], "--version")) {
		puts("limber-notify " LIMBER_VERSION);
		return EXIT_SUCCESS;
	}
	if (argc > 1) {
		fprintf(stderr, "limber-notify: unknown argument '%s', try --help\n", argv[1]);
		return 2;
	}
	/* limberd may be gone when we answer. */
	signal(SIGPIPE, SIG_IGN);
	app_init(&app);
	status = run(&app);
	app_done(&app);
	return status;
}
