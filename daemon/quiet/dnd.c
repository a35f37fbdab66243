#include "quiet/dnd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/timer.h"
#include "base/utf8.h"
#include "quiet/dconf.h"
#include "quiet/peer.h"
#include "quiet/switch-file.h"

#define SERVER "org.freedesktop.Notifications"
#define SERVER_PATH "/org/freedesktop/Notifications"
#define DUNST "org.dunstproject.cmd0"
#define MAKO "fr.emersion.Mako"
#define MAKO_PATH "/fr/emersion/Mako"
#define SWAYNC "org.erikreider.swaync.cc"
#define SWAYNC_PATH "/org/erikreider/swaync/cc"
#define XFCONF "org.xfce.Xfconf"
#define XFCONF_PATH "/org/xfce/Xfconf"
#define BUDGIE "org.budgie_desktop.Notifications"
#define BUDGIE_PATH "/org/budgie_desktop/Notifications"
#define BUDGIE_DISPATCHER "org.buddiesofbudgie.budgie.Dispatcher"
#define DCONF "ca.desrt.dconf"
#define DCONF_PATH "/ca/desrt/dconf/Writer/user"

#define CHANGES_OF(interface)                                                                      \
	"interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',"                  \
	"arg0='" interface "'"

/*
 * GNOME's server has its name before it knows what it is asked: half a second, or many while
 * somebody logs in. It is asked again after one, two, four seconds and so on, half a minute in all.
 */
#define AGAIN_AFTER USEC_PER_SEC
#define AGAIN_MAX 5

struct dnd;

/* Where a notification server keeps its switch. */
struct server_type {
	const char *name;     /* what it calls itself begins like this */
	const char *vendor;   /* and who has made it is called so; NULL: anybody */
	const char *settings; /* bus name of the program that keeps the switch; NULL: the server */
	const char *changes;  /* match for the signals that tell of it */
	peer_signal heard;
	void (*look)(struct dnd *d);
	const struct switch_file *file; /* that the switch is in; NULL: elsewhere */
	const char *key;                /* likewise, in dconf */
	bool quiet_when;                /* the value of the key */
	bool mute;                      /* there are versions that tell of no change */
	bool kept; /* the switch can be read also while the settings' program is gone */
};

struct dnd {
	struct quiet_source source;     /* first: what quiet.c holds is this */
	struct peer server;             /* whoever shows notifications */
	struct peer settings;           /* open while the switch is somebody else's */
	const struct server_type *type; /* NULL: not known, or nobody is there */
	bool tells;                     /* a mute type that was heard of after all */
	bool asked;                     /* quiet_answered() is owed */
	bool mum;                       /* the last answer held no switch */
	sd_bus_slot *farewells;         /* owned: heard of while a mute server's switch is on */
	sd_event_source *file;          /* owned: watched if the switch is in there */
	sd_event_source *again;         /* owned timer: the server is asked once more who it is */
	unsigned refusals;              /* of that question, since the server came */
	bool switched, inhibited;       /* swaync's two reasons to be quiet */
	char name[QUIET_WHO_MAX];       /* what the server calls itself */
};

static struct dnd *dnd_of(struct quiet_source *source)
{
	return (struct dnd *)source;
}

static void look(struct dnd *d)
{
	if (d->type)
		d->type->look(d);
}

/*
 * A server that does not tell that its switch is off again is asked when a program leaves the bus:
 * the one that has turned it off does so at once.
 */
static int on_farewell(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	(void)m;
	(void)reterr;
	look(userdata);
	return 0;
}

static void heed_farewells(struct dnd *d, bool heeded)
{
	static const char match[] =
		"type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
		"interface='org.freedesktop.DBus',member='NameOwnerChanged',arg2=''";

	if (!heeded)
		d->farewells = sd_bus_slot_unref(d->farewells);
	else if (!d->farewells)
		/* Once they are heard: the switch may be off since. Without them, out of memory, it
		 * is asked for before something is shown. */
		(void)sd_bus_add_match_async(quiet_session_bus(d->source.quiet), &d->farewells,
					     match, on_farewell, on_farewell, d);
}

static void found(struct dnd *d, bool on)
{
	heed_farewells(d, on && d->type && d->type->mute && !d->tells);
	quiet_found(&d->source, on, d->name, NULL);
}

/* An answer that is a truth value; an error, or anything else, means that there is no switch. */
static void on_bool(void *owner, sd_bus_message *m)
{
	struct dnd *d = owner;
	bool on = false;

	d->mum = !m || !peer_read_bool(m, &on);
	found(d, on);
}

/* A property that is true while it is on */

static void on_property(struct dnd *d, sd_bus_message *m, const char *property)
{
	int on;

	switch (peer_read_change(m, property, SD_BUS_TYPE_BOOLEAN, &on)) {
	case PEER_CHANGE_NONE:
		break;
	case PEER_CHANGE_UNKNOWN:
		look(d);
		break;
	case PEER_CHANGE_VALUE:
		found(d, on);
		break;
	}
}

static void on_dunst(void *owner, sd_bus_message *m)
{
	on_property(owner, m, "paused");
}

static void look_dunst(struct dnd *d)
{
	peer_get(&d->server, on_bool, SERVER_PATH, DUNST, "paused");
}

/* Plasma's; other servers may come to have it too, and one that has not says no. */
static void on_inhibited(void *owner, sd_bus_message *m)
{
	on_property(owner, m, "Inhibited");
}

static void look_inhibited(struct dnd *d)
{
	peer_get(&d->server, on_bool, SERVER_PATH, SERVER, "Inhibited");
}

/* mako has modes, and these two names by custom only */

static bool is_quiet_mode(const char *mode)
{
	return !strcmp(mode, "do-not-disturb") || !strcmp(mode, "dnd");
}

static void on_modes(void *owner, sd_bus_message *m)
{
	struct dnd *d = owner;
	const char *mode;
	bool on = false;

	if (m && sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "s") > 0)
		while (sd_bus_message_read(m, "s", &mode) > 0)
			on = on || is_quiet_mode(mode);
	found(d, on);
	if (d->asked) {
		d->asked = false;
		quiet_answered(&d->source);
	}
}

static void look_mako(struct dnd *d)
{
	static const struct peer_method list = { MAKO_PATH, MAKO, "ListModes" };

	peer_ask(&d->server, on_modes, &list, "");
}

static void on_mako(void *owner, sd_bus_message *m)
{
	struct dnd *d = owner;

	(void)m;
	d->tells = true;
	look_mako(d);
}

/* swaync has its switch, and programs that keep it quiet (a screen recorder does, for example) */

static void found_swaync(struct dnd *d)
{
	found(d, d->switched || d->inhibited);
}

static void on_swaync(void *owner, sd_bus_message *m)
{
	struct dnd *d = owner;
	unsigned count;
	int on, open, inhibited;

	/* Subscribe and SubscribeV2 begin alike; what other signals there are does not matter. */
	if (strncmp(sd_bus_message_get_member(m), "Subscribe", strlen("Subscribe")) != 0 ||
	    sd_bus_message_read(m, "ub", &count, &on) <= 0)
		return;
	d->switched = on;
	/* The older signal, which may come beside the newer one, does not tell. */
	if (sd_bus_message_has_signature(m, "ubbb") &&
	    sd_bus_message_read(m, "bb", &open, &inhibited) > 0)
		d->inhibited = inhibited;
	found_swaync(d);
}

static void on_swaync_inhibited(void *owner, sd_bus_message *m)
{
	struct dnd *d = owner;
	bool on = false;

	/* Older ones have no such property. */
	d->inhibited = m && peer_read_bool(m, &on) && on;
	found_swaync(d);
}

static void on_swaync_switch(void *owner, sd_bus_message *m)
{
	struct dnd *d = owner;
	bool on = false;

	d->mum = !m || !peer_read_bool(m, &on);
	d->switched = on;
	peer_get(&d->server, on_swaync_inhibited, SWAYNC_PATH, SWAYNC, "Inhibited");
}

static void look_swaync(struct dnd *d)
{
	static const struct peer_method get = { SWAYNC_PATH, SWAYNC, "GetDnd" };

	peer_ask(&d->server, on_swaync_switch, &get, "");
}

/* Xfce's switch is a setting */

static void on_xfconf(void *owner, sd_bus_message *m)
{
	bool on;

	if (strcmp(sd_bus_message_get_member(m), "PropertyChanged") ||
	    sd_bus_message_skip(m, "ss") < 0 || !peer_read_bool(m, &on))
		on = false; /* removed: back to its default */
	found(owner, on);
}

static void look_xfconf(struct dnd *d)
{
	static const struct peer_method get = { XFCONF_PATH, XFCONF, "GetProperty" };

	peer_ask(&d->settings, on_bool, &get, "ss", "xfce4-notifyd", "/do-not-disturb");
}

/*
 * So are those of GNOME and its kin. No portal tells of them (as of 2026), but the service that
 * writes the settings says what it has written. A key that is not set is not quiet.
 */

static void look_dconf(struct dnd *d)
{
	bool value = !d->type->quiet_when;

	(void)dconf_read_bool(d->type->key, &value);
	found(d, value == d->type->quiet_when);
}

static void on_dconf(void *owner, sd_bus_message *m)
{
	(void)m;
	look(owner);
}

/* Budgie's is in the same program by another name */

static void on_budgie(void *owner, sd_bus_message *m)
{
	bool on;

	if (peer_read_bool(m, &on))
		found(owner, on);
}

static void look_budgie(struct dnd *d)
{
	static const struct peer_method get = { BUDGIE_PATH, BUDGIE_DISPATCHER, "GetDoNotDisturb" };

	peer_ask(&d->settings, on_bool, &get, "");
}

/* LXQt's and COSMIC's are in files */

static const struct switch_file lxqt_file = {
	.folder = "lxqt",
	.name = "notifications.conf",
	.key = "doNotDisturb",
};

static const struct switch_file cosmic_file = {
	.folder = "cosmic/com.system76.CosmicNotifications/v1",
	.name = "do_not_disturb",
};

static void look_file(struct dnd *d)
{
	found(d, switch_file_read(d->type->file));
}

static int on_file(sd_event_source *source, const struct inotify_event *change, void *userdata)
{
	struct dnd *d = userdata;

	(void)source;
	if (switch_file_is(d->type->file, change))
		look(d);
	return 0;
}

/* Of a change to the key, or to any folder that it is in. */
#define IN_DCONF(path, value)                                                                      \
	.settings = DCONF, .key = path, .quiet_when = value, .heard = on_dconf,                    \
	.look = look_dconf, .kept = true,                                                          \
	.changes = "path='" DCONF_PATH "',interface='ca.desrt.dconf.Writer',member='Notify',"      \
		   "arg0path='" path "'"

/* The last one fits any. */
static const struct server_type server_types[] = {
	{
		.name = "dunst",
		.changes = "path='" SERVER_PATH "'," CHANGES_OF(DUNST),
		.heard = on_dunst,
		.look = look_dunst,
	},
	{
		.name = "mako",
		.changes = "path='" MAKO_PATH "'," CHANGES_OF(MAKO),
		.heard = on_mako,
		.look = look_mako,
		.mute = true,
	},
	{
		.name = "SwayNotificationCenter",
		.changes = "path='" SWAYNC_PATH "',interface='" SWAYNC "'",
		.heard = on_swaync,
		.look = look_swaync,
	},
	{
		.name = "Xfce",
		.settings = XFCONF,
		.changes = "path='" XFCONF_PATH "',interface='" XFCONF "',"
			   "arg0='xfce4-notifyd',arg1='/do-not-disturb'",
		.heard = on_xfconf,
		.look = look_xfconf,
	},
	{
		.name = "gnome-shell",
		IN_DCONF("/org/gnome/desktop/notifications/show-banners", false),
	},
	{
		.name = "cinnamon",
		IN_DCONF("/org/cinnamon/desktop/notifications/display-notifications", false),
	},
	{
		.name = "Notification Daemon",
		.vendor = "MATE",
		IN_DCONF("/org/mate/notification-daemon/do-not-disturb", true),
	},
	{
		.name = "io.elementary.notifications",
		IN_DCONF("/io/elementary/notifications/do-not-disturb", true),
	},
	{
		.name = "lxqt-notificationd",
		.file = &lxqt_file,
		.look = look_file,
	},
	{
		.name = "cosmic-notifications",
		.file = &cosmic_file,
		.look = look_file,
	},
	{
		.name = "Budgie Notification Server",
		.settings = BUDGIE,
		.changes = "path='" BUDGIE_PATH "',interface='" BUDGIE_DISPATCHER "',"
			   "member='DoNotDisturbChanged'",
		.heard = on_budgie,
		.look = look_budgie,
	},
	{
		.name = "",
		.changes = "path='" SERVER_PATH "'," CHANGES_OF(SERVER),
		.heard = on_inhibited,
		.look = look_inhibited,
	},
};

/* Who keeps the switch */

static void on_settings_came(void *owner)
{
	look(owner);
}

static void on_settings_went(void *owner)
{
	struct dnd *d = owner;

	if (d->type && !d->type->kept)
		found(d, false);
}

static void tell_silence(struct dnd *d)
{
	if (d->settings.silent)
		quiet_trouble(&d->source, "%s does not answer: do-not-disturb is not seen",
			      d->settings.name);
	else if (d->server.silent)
		quiet_trouble(&d->source,
			      "%s does not answer: do-not-disturb is not seen, and notifications "
			      "may not be shown",
			      d->name[0] ? d->name : "the notification server");
	else
		quiet_trouble(&d->source, "%s", "");
}

static void on_silent(void *owner, bool silent)
{
	struct dnd *d = owner;

	tell_silence(d);
	if (silent && d->asked) {
		d->asked = false;
		quiet_answered(&d->source);
	}
}

static const struct peer_sink settings_sink = {
	.came = on_settings_came,
	.went = on_settings_went,
	.silent = on_silent,
};

static void forget_server(struct dnd *d)
{
	d->type = NULL;
	d->tells = d->mum = d->switched = d->inhibited = false;
	heed_farewells(d, false);
	d->file = sd_event_source_disable_unref(d->file);
	peer_listen_no_more(&d->server);
	peer_close(&d->settings);
	tell_silence(d);
}

static bool is_called(const struct server_type *type, const char *name, const char *vendor)
{
	return !strncasecmp(type->name, name, strlen(type->name)) &&
	       (!type->vendor || !strcmp(type->vendor, vendor));
}

static const struct server_type *find_type(const char *name, const char *vendor)
{
	const struct server_type *type = server_types;

	while (!is_called(type, name, vendor))
		type++;
	return type;
}

static int listen_to(struct dnd *d)
{
	sd_event *event = quiet_event(d->source.quiet);
	sd_bus *bus = quiet_session_bus(d->source.quiet);
	int r;

	if (d->type->file)
		return switch_file_watch(&d->file, event, d->type->file, on_file, d);
	if (!d->type->settings)
		return peer_listen(&d->server, d->type->changes, d->type->heard);
	r = peer_open(&d->settings, event, bus, d->type->settings, &settings_sink, d);
	return r < 0 ? r : peer_listen(&d->settings, d->type->changes, d->type->heard);
}

static void on_server_information(void *owner, sd_bus_message *m)
{
	struct dnd *d = owner;
	const char *name = "", *vendor = "";

	if (m && sd_bus_message_read(m, "ss", &name, &vendor) < 0)
		name = vendor = "";
	if (!m && d->refusals < AGAIN_MAX)
		timer_start(d->again, AGAIN_AFTER << d->refusals++);
	forget_server(d);
	utf8_copy_line(d->name, sizeof(d->name), name);
	d->type = find_type(name, vendor);
	/* Without its signals, out of memory, what it is now is seen at least. */
	(void)listen_to(d);
	look(d);
}

static void ask_server(struct dnd *d)
{
	static const struct peer_method who = { SERVER_PATH, SERVER, "GetServerInformation" };

	peer_ask(&d->server, on_server_information, &who, "");
}

static int on_again(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	ask_server(userdata);
	return 0;
}

static void on_server_came(void *owner)
{
	struct dnd *d = owner;

	d->refusals = 0;
	ask_server(d);
}

static void on_server_went(void *owner)
{
	struct dnd *d = owner;

	timer_stop(d->again);
	forget_server(d);
	d->name[0] = '\0';
	found(d, false);
	if (d->asked) {
		d->asked = false;
		quiet_answered(&d->source);
	}
}

static const struct peer_sink server_sink = {
	.came = on_server_came,
	.went = on_server_went,
	.silent = on_silent,
};

/* What quiet.c calls */

static struct quiet_source *dnd_close(struct quiet_source *source)
{
	struct dnd *d = dnd_of(source);

	if (!source)
		return NULL;
	heed_farewells(d, false);
	sd_event_source_disable_unref(d->file);
	peer_close(&d->settings);
	peer_close(&d->server);
	sd_event_source_disable_unref(d->again);
	free(d);
	return NULL;
}

static int dnd_open(struct quiet_source **ret, struct quiet_watch *q)
{
	struct dnd *d;
	int r;

	if (!quiet_session_bus(q))
		return -ENXIO;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	d->source.type = &quiet_dnd;
	d->source.quiet = q;
	r = timer_new(&d->again, quiet_event(q), 100 * USEC_PER_MSEC, on_again, d);
	if (r >= 0)
		r = peer_open(&d->server, quiet_event(q), quiet_session_bus(q), SERVER,
			      &server_sink, d);
	if (r < 0) {
		dnd_close(&d->source);
		return r;
	}
	ask_server(d);
	*ret = &d->source;
	return 0;
}

static bool dnd_ask(struct quiet_source *source)
{
	struct dnd *d = dnd_of(source);

	if (!d->type || !d->type->mute || d->tells || d->server.silent)
		return false;
	d->asked = true;
	look(d);
	return true;
}

static const char *dnd_blind(const struct quiet_source *source)
{
	const struct dnd *d = (const struct dnd *)source;

	if (!d->type)
		return "no notification server is running";
	/* Where the switch is a setting, one that was never touched is off. */
	return d->mum && !d->type->settings ? "the notification server does not tell of it" : NULL;
}

const struct quiet_source_type quiet_dnd = {
	.kind = QUIET_KIND_DND,
	.open = dnd_open,
	.close = dnd_close,
	.ask = dnd_ask,
	.blind = dnd_blind,
	.nowhere = "there is no session bus to ask on",
};
