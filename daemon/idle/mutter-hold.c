#include "idle/mutter-hold.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define SESSION "org.gnome.SessionManager"
#define SESSION_PATH "/org/gnome/SessionManager"
#define PROPERTIES "org.freedesktop.DBus.Properties"
#define ACTIONS "InhibitedActions"

/* In InhibitedActions: the session may not be marked as idle. */
#define ACTION_IDLE 8

struct mutter_hold {
	sd_bus *bus;                         /* referenced */
	const struct mutter_hold_sink *sink; /* borrowed */
	void *owner;                         /* borrowed */
	sd_bus_slot *signals;                /* owned: PropertiesChanged */
	sd_bus_slot *names;                  /* owned: gnome-session comes and goes */
	sd_bus_slot *question;               /* owned: the open one */
};

DEFINE_CLEANUP(mutter_hold_free, struct mutter_hold *)

static int on_actions(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct mutter_hold *h = userdata;
	uint32_t actions;

	(void)reterr;
	h->question = sd_bus_slot_unref(h->question);
	/* An error is a session without gnome-session: nothing is held, as mutter has it too. */
	if (!sd_bus_message_is_method_error(m, NULL) &&
	    sd_bus_message_read(m, "v", "u", &actions) >= 0)
		h->sink->listed(h->owner, actions & ACTION_IDLE);
	return 0;
}

static void ask(struct mutter_hold *h)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *m = NULL;

	h->question = sd_bus_slot_unref(h->question);
	if (sd_bus_message_new_method_call(h->bus, &m, SESSION, SESSION_PATH, PROPERTIES, "Get") <
		    0 ||
	    sd_bus_message_set_auto_start(m, false) < 0 ||
	    sd_bus_message_append(m, "ss", SESSION, ACTIONS) < 0)
		return;
	/* However long it takes: a session that hangs lists nothing new, and nobody waits. */
	(void)sd_bus_call_async(h->bus, &h->question, m, on_actions, h, UINT64_MAX);
}

/* The a{sv} of a signal; 1 if the actions are in it. */
static int read_changes(sd_bus_message *m, uint32_t *ret)
{
	const char *name;
	int r, found = 0;

	r = sd_bus_message_enter_container(m, 'a', "{sv}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = sd_bus_message_read(m, "s", &name);
		if (r < 0)
			return r;
		if (!strcmp(name, ACTIONS)) {
			r = sd_bus_message_read(m, "v", "u", ret);
			found = 1;
		} else {
			r = sd_bus_message_skip(m, "v");
		}
		if (r < 0)
			return r;
		r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : found;
}

static int on_changes(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct mutter_hold *h = userdata;
	const char *interface;
	uint32_t actions;

	(void)reterr;
	if (sd_bus_message_read(m, "s", &interface) >= 0 && !strcmp(interface, SESSION) &&
	    read_changes(m, &actions) > 0)
		h->sink->listed(h->owner, actions & ACTION_IDLE);
	return 0;
}

static int on_name(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct mutter_hold *h = userdata;
	const char *new_owner;

	(void)reterr;
	if (sd_bus_message_read(m, "sss", NULL, NULL, &new_owner) < 0)
		return 0;
	if (new_owner[0]) {
		ask(h);
		return 0;
	}
	h->question = sd_bus_slot_unref(h->question);
	h->sink->gone(h->owner);
	return 0;
}

static int watch(struct mutter_hold *h)
{
	int r;

	r = sd_bus_match_signal_async(h->bus, &h->signals, SESSION, SESSION_PATH, PROPERTIES,
				      "PropertiesChanged", on_changes, NULL, h);
	if (r < 0)
		return r;
	return sd_bus_add_match_async(h->bus, &h->names,
				      "type='signal',sender='org.freedesktop.DBus',"
				      "interface='org.freedesktop.DBus',"
				      "member='NameOwnerChanged',arg0='" SESSION "'",
				      on_name, NULL, h);
}

int mutter_hold_new(struct mutter_hold **ret, sd_bus *bus, const struct mutter_hold_sink *sink,
		    void *owner)
{
	CLEANUP(mutter_hold_freep) struct mutter_hold *h = NULL;
	int r;

	h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;
	h->bus = sd_bus_ref(bus);
	h->sink = sink;
	h->owner = owner;
	r = watch(h);
	if (r < 0)
		return r;
	ask(h);

	*ret = TAKE(h);
	return 0;
}

struct mutter_hold *mutter_hold_free(struct mutter_hold *h)
{
	if (!h)
		return NULL;
	sd_bus_slot_unref(h->question);
	sd_bus_slot_unref(h->names);
	sd_bus_slot_unref(h->signals);
	sd_bus_unref(h->bus);
	free(h);
	return NULL;
}
