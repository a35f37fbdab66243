#include "quiet/inhibitors.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/utf8.h"
#include "quiet/peer.h"

#define GNOME "org.gnome.SessionManager"
#define GNOME_PATH "/org/gnome/SessionManager"
#define KDE "org.kde.Solid.PowerManagement"
#define KDE_PATH "/org/kde/Solid/PowerManagement/PolicyAgent"
#define KDE_AGENT KDE ".PolicyAgent"
#define POWER "org.freedesktop.PowerManagement"
#define POWER_PATH "/org/freedesktop/PowerManagement/Inhibit"
#define LOGIN "org.freedesktop.login1"
#define LOGIN_PATH "/org/freedesktop/login1"
#define LOGIN_MANAGER LOGIN ".Manager"

#define CHANGES_OF(interface)                                                                      \
	"interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',"                  \
	"arg0='" interface "'"

/* GNOME's and KDE's bits for what is inhibited. */
#define GNOME_IDLE 8u
#define KDE_SCREEN 4u
/* Of so many of GNOME's inhibitors the kind is asked for, to find one that has a name. */
#define GNOME_LOOKED_AT_MAX 8
#define GNOME_PATH_MAX 96

struct inhibitors;
struct holder;

/* One program that knows who keeps the screen awake. */
struct holder_type {
	const char *name;  /* on the bus */
	const char *shown; /* to the user */
	bool system;       /* it is on the system bus */
	const char *changes[PEER_LISTENS_MAX];
	peer_signal heard;
	void (*look)(struct holder *h);
};

struct holder {
	const struct holder_type *type;
	struct inhibitors *all;
	struct peer peer;
	bool known; /* it has said something, or is not there */
	bool there; /* it has said something */
	bool held;  /* that somebody does is known, if not yet who */
	bool on;    /* as it was told */
	char who[QUIET_WHO_MAX], why[QUIET_WHY_MAX];
};

/* In the order in which they are believed: the desktop knows better names than what it passes its
 * own inhibitors on to. */
enum { HOLDER_GNOME, HOLDER_KDE, HOLDER_POWER, HOLDER_LOGIND, HOLDERS };

struct inhibitors {
	struct quiet_source source; /* first: what quiet.c holds is this */
	struct holder holders[HOLDERS];
	/* GNOME's inhibitors, until one of them is found that concerns the screen. */
	char paths[GNOME_LOOKED_AT_MAX][GNOME_PATH_MAX];
	size_t n_paths, at;
};

static struct inhibitors *inhibitors_of(struct quiet_source *source)
{
	return (struct inhibitors *)source;
}

/* Is `word` one of those with colons between them? */
static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = words; at; at = strchr(at, ':')) {
		at += *at == ':';
		if (!strncmp(at, word, n) && (!at[n] || at[n] == ':'))
			return true;
	}
	return false;
}

/* What is found ---------------------------------------------------------------------------- */

static void combine(struct inhibitors *all)
{
	bool waiting = false;

	for (size_t i = 0; i < HOLDERS; i++) {
		const struct holder *h = &all->holders[i];

		if (h->on) {
			quiet_found(&all->source, true, h->who, h->why);
			return;
		}
		waiting = waiting || (h->peer.bus && !h->known);
	}
	if (!waiting)
		quiet_found(&all->source, false, NULL, NULL);
}

static void found(struct holder *h, bool on, const char *who, const char *why)
{
	h->known = h->there = true;
	h->held = h->on = on;
	utf8_copy_line(h->who, sizeof(h->who), on ? who : NULL);
	utf8_copy_line(h->why, sizeof(h->why), on ? why : NULL);
	combine(h->all);
}

static void found_none(struct holder *h)
{
	found(h, false, NULL, NULL);
}

/* Somebody does, and who it is cannot be told. */
static void found_unnamed(struct holder *h)
{
	found(h, true, NULL, NULL);
}

static void look(struct holder *h)
{
	h->type->look(h);
}

/* Whatever it was: the rest is asked for. */
static void on_news(void *owner, sd_bus_message *m)
{
	(void)m;
	look(owner);
}

/* GNOME's session manager, and its like in MATE and Cinnamon ------------------------------- */

static void ask_gnome_inhibitor(struct holder *h, peer_answer answer, const char *member)
{
	const struct peer_method get = {
		.path = h->all->paths[h->all->at],
		.interface = GNOME ".Inhibitor",
		.member = member,
	};

	peer_ask(&h->peer, answer, &get, "");
}

static void on_gnome_reason(void *owner, sd_bus_message *m)
{
	struct holder *h = owner;
	const char *why = NULL;

	if (m && sd_bus_message_read(m, "s", &why) < 0)
		why = NULL;
	utf8_copy_line(h->why, sizeof(h->why), why);
	h->known = h->on = true;
	combine(h->all);
}

static void on_gnome_app(void *owner, sd_bus_message *m)
{
	struct holder *h = owner;
	const char *who = NULL;

	if (m && sd_bus_message_read(m, "s", &who) < 0)
		who = NULL;
	utf8_copy_line(h->who, sizeof(h->who), who);
	ask_gnome_inhibitor(h, on_gnome_reason, "GetReason");
}

static void on_gnome_flags(void *owner, sd_bus_message *m)
{
	struct holder *h = owner;
	struct inhibitors *all = h->all;
	unsigned flags = 0;

	if (m && sd_bus_message_read(m, "u", &flags) < 0)
		flags = 0;
	if (flags & GNOME_IDLE)
		ask_gnome_inhibitor(h, on_gnome_app, "GetAppId");
	else if (++all->at < all->n_paths)
		ask_gnome_inhibitor(h, on_gnome_flags, "GetFlags");
	else
		found_unnamed(h);
}

static void on_gnome_inhibitors(void *owner, sd_bus_message *m)
{
	struct holder *h = owner;
	struct inhibitors *all = h->all;
	const char *path;

	all->n_paths = all->at = 0;
	if (m && sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "o") > 0)
		while (all->n_paths < GNOME_LOOKED_AT_MAX && sd_bus_message_read(m, "o", &path) > 0)
			if (strlen(path) < GNOME_PATH_MAX)
				(void)stpcpy(all->paths[all->n_paths++], path);
	if (all->n_paths)
		ask_gnome_inhibitor(h, on_gnome_flags, "GetFlags");
	else
		found_unnamed(h);
}

static void on_gnome_inhibited(void *owner, sd_bus_message *m)
{
	static const struct peer_method list = { GNOME_PATH, GNOME, "GetInhibitors" };
	struct holder *h = owner;

	h->held = false;
	if (m)
		(void)peer_read_bool(m, &h->held);
	if (h->held)
		peer_ask(&h->peer, on_gnome_inhibitors, &list, "");
	else
		found_none(h);
}

static void look_gnome(struct holder *h)
{
	static const struct peer_method is = { GNOME_PATH, GNOME, "IsInhibited" };

	peer_ask(&h->peer, on_gnome_inhibited, &is, "u", GNOME_IDLE);
}

static void on_gnome_news(void *owner, sd_bus_message *m)
{
	const char *member = sd_bus_message_get_member(m);

	/* Clients that come and go are none of ours. */
	if (!strcmp(member, "InhibitorAdded") || !strcmp(member, "InhibitorRemoved") ||
	    !strcmp(member, "PropertiesChanged"))
		look(owner);
}

/* KDE's power management ------------------------------------------------------------------- */

/* Before Plasma 6.5 the list does not say what is inhibited: one alone must be it. */
static void on_kde_list(void *owner, sd_bus_message *m)
{
	struct holder *h = owner;
	const char *who, *why;

	/* Pairs are structs, lists or dictionary entries, depending on the version. */
	if (!m || sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, NULL) <= 0 ||
	    sd_bus_message_enter_container(m, 0, NULL) <= 0 ||
	    sd_bus_message_read(m, "s", &who) <= 0 || sd_bus_message_read(m, "s", &why) <= 0 ||
	    sd_bus_message_exit_container(m) < 0 || sd_bus_message_at_end(m, false) <= 0)
		found_unnamed(h);
	else
		found(h, true, who, why);
}

static void on_kde_inhibited(void *owner, sd_bus_message *m)
{
	static const struct peer_method list = { KDE_PATH, KDE_AGENT, "ListInhibitions" };
	struct holder *h = owner;

	h->held = false;
	if (m)
		(void)peer_read_bool(m, &h->held);
	if (h->held)
		peer_ask(&h->peer, on_kde_list, &list, "");
	else
		found_none(h);
}

static void on_kde_active(void *owner, sd_bus_message *m)
{
	static const struct peer_method has = { KDE_PATH, KDE_AGENT, "HasInhibition" };
	struct holder *h = owner;
	const char *what, *who, *why;

	if (!m || sd_bus_message_enter_container(m, SD_BUS_TYPE_VARIANT, "a(ssssu)") <= 0 ||
	    sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "(ssssu)") <= 0) {
		peer_ask(&h->peer, on_kde_inhibited, &has, "u", KDE_SCREEN);
		return;
	}
	while (sd_bus_message_read(m, "(ssssu)", &what, &who, &why, NULL, NULL) > 0)
		if (has_word(what, "idle")) {
			found(h, true, who, why);
			return;
		}
	found_none(h);
}

static void look_kde(struct holder *h)
{
	peer_get(&h->peer, on_kde_active, KDE_PATH, KDE_AGENT, "ActiveInhibitions");
}

/* Xfce's power manager. KDE has the name as well, but not the list --------------------------- */

static void on_power_inhibitors(void *owner, sd_bus_message *m)
{
	struct holder *h = owner;
	const char *who;

	if (m && sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "s") > 0 &&
	    sd_bus_message_read(m, "s", &who) > 0)
		found(h, true, who, NULL);
	else
		found_none(h);
}

static void look_power(struct holder *h)
{
	static const struct peer_method list = { POWER_PATH, POWER ".Inhibit", "GetInhibitors" };

	peer_ask(&h->peer, on_power_inhibitors, &list, "");
}

/* logind ----------------------------------------------------------------------------------- */

/* Other people's are about their own screens. */
static bool is_ours(uint32_t uid)
{
	return uid == getuid() || uid == 0;
}

static void on_login_list(void *owner, sd_bus_message *m)
{
	struct holder *h = owner;
	const char *what, *who, *why, *mode;
	uint32_t uid;

	if (!m || sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "(ssssuu)") <= 0) {
		found_unnamed(h);
		return;
	}
	while (sd_bus_message_read(m, "(ssssuu)", &what, &who, &why, &mode, &uid, NULL) > 0)
		if (!strcmp(mode, "block") && has_word(what, "idle") && is_ours(uid)) {
			found(h, true, who, why);
			return;
		}
	found_none(h);
}

static void judge_login(struct holder *h, const char *blocked)
{
	static const struct peer_method list = { LOGIN_PATH, LOGIN_MANAGER, "ListInhibitors" };

	h->held = has_word(blocked, "idle");
	if (h->held)
		peer_ask(&h->peer, on_login_list, &list, "");
	else
		found_none(h);
}

static void on_login_blocked(void *owner, sd_bus_message *m)
{
	const char *blocked = "";

	if (m && sd_bus_message_read(m, "v", "s", &blocked) < 0)
		blocked = "";
	judge_login(owner, blocked);
}

static void look_login(struct holder *h)
{
	peer_get(&h->peer, on_login_blocked, LOGIN_PATH, LOGIN_MANAGER, "BlockInhibited");
}

static void on_login_news(void *owner, sd_bus_message *m)
{
	const char *blocked;

	switch (peer_read_change(m, "BlockInhibited", SD_BUS_TYPE_STRING, &blocked)) {
	case PEER_CHANGE_NONE:
		break;
	case PEER_CHANGE_UNKNOWN:
		look(owner);
		break;
	case PEER_CHANGE_VALUE:
		judge_login(owner, blocked);
		break;
	}
}

static const struct holder_type holder_types[HOLDERS] = {
	[HOLDER_GNOME] = {
		.name = GNOME,
		.shown = "the session manager",
		.changes = { "path='" GNOME_PATH "',interface='" GNOME "'",
			     "path='" GNOME_PATH "'," CHANGES_OF(GNOME) },
		.heard = on_gnome_news,
		.look = look_gnome,
	},
	[HOLDER_KDE] = {
		.name = KDE,
		.shown = "KDE's power management",
		.changes = { "path='" KDE_PATH "',interface='" KDE_AGENT "'",
			     "path='" KDE_PATH "'," CHANGES_OF(KDE_AGENT) },
		.heard = on_news,
		.look = look_kde,
	},
	[HOLDER_POWER] = {
		.name = POWER,
		.shown = "the power manager",
		.changes = { "path='" POWER_PATH "',interface='" POWER ".Inhibit'" },
		.heard = on_news,
		.look = look_power,
	},
	[HOLDER_LOGIND] = {
		.name = LOGIN,
		.shown = "logind",
		.system = true,
		.changes = { "path='" LOGIN_PATH "'," CHANGES_OF(LOGIN_MANAGER) },
		.heard = on_login_news,
		.look = look_login,
	},
};

/* Coming, going, silence ------------------------------------------------------------------- */

static void on_came(void *owner)
{
	look(owner);
}

static void on_went(void *owner)
{
	struct holder *h = owner;

	found_none(h);
	h->there = false;
}

static void on_silent(void *owner, bool silent)
{
	struct holder *h = owner;
	struct quiet_source *source = &h->all->source;

	/* That somebody does is enough to be quiet; who says nothing is not waited for. */
	if (silent && h->held && !h->on)
		found_unnamed(h);
	else if (silent && !h->known)
		found_none(h);
	for (size_t i = 0; i < HOLDERS; i++) {
		h = &h->all->holders[i];
		if (h->peer.silent) {
			quiet_trouble(source,
				      "%s does not answer: who keeps the screen awake is not seen",
				      h->type->shown);
			return;
		}
	}
	quiet_trouble(source, "%s", "");
}

static const struct peer_sink holder_sink = {
	.came = on_came,
	.went = on_went,
	.silent = on_silent,
};

/* What quiet.c calls ----------------------------------------------------------------------- */

static int open_holder(struct holder *h, sd_bus *bus)
{
	const struct holder_type *type = h->type;
	int r;

	if (!bus)
		return 0;
	r = peer_open(&h->peer, quiet_event(h->all->source.quiet), bus, type->name, &holder_sink,
		      h);
	for (size_t i = 0; r >= 0 && i < PEER_LISTENS_MAX && type->changes[i]; i++)
		r = peer_listen(&h->peer, type->changes[i], type->heard);
	if (r < 0)
		return r;
	look(h);
	return 0;
}

static struct quiet_source *inhibitors_close(struct quiet_source *source)
{
	struct inhibitors *all = inhibitors_of(source);

	if (!source)
		return NULL;
	for (size_t i = 0; i < HOLDERS; i++)
		peer_close(&all->holders[i].peer);
	free(all);
	return NULL;
}

static int inhibitors_open(struct quiet_source **ret, struct quiet_watch *q)
{
	struct inhibitors *all;
	int r = 0;

	all = calloc(1, sizeof(*all));
	if (!all)
		return -ENOMEM;
	all->source.type = &quiet_inhibitors;
	all->source.quiet = q;
	for (size_t i = 0; i < HOLDERS; i++) {
		all->holders[i].type = &holder_types[i];
		all->holders[i].all = all;
	}
	for (size_t i = 0; r >= 0 && i < HOLDERS; i++)
		r = open_holder(&all->holders[i], holder_types[i].system ? quiet_system_bus(q)
									 : quiet_session_bus(q));
	if (r < 0) {
		inhibitors_close(&all->source);
		return r;
	}
	*ret = &all->source;
	return 0;
}

/* The logind on the bus before says nothing any more. */
static void inhibitors_system_bus_changed(struct quiet_source *source)
{
	struct holder *h = &inhibitors_of(source)->holders[HOLDER_LOGIND];
	bool silent = h->peer.silent;

	peer_close(&h->peer);
	if (silent)
		on_silent(h, false);
	if (h->on)
		found_none(h);
	h->there = false;
	(void)open_holder(h, quiet_system_bus(source->quiet));
}

static const char *inhibitors_blind(const struct quiet_source *source)
{
	const struct inhibitors *all = (const struct inhibitors *)source;

	for (size_t i = 0; i < HOLDERS; i++)
		if (all->holders[i].there)
			return NULL;
	return "neither logind nor a desktop is there to tell who keeps the screen awake";
}

const struct quiet_source_type quiet_inhibitors = {
	.kind = QUIET_KIND_INHIBITORS,
	.open = inhibitors_open,
	.close = inhibitors_close,
	.system_bus_changed = inhibitors_system_bus_changed,
	.blind = inhibitors_blind,
};
