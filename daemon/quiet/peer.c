#include "quiet/peer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/timer.h"

#define PROPERTIES "org.freedesktop.DBus.Properties"
#define MATCH_MAX 512
/* Variants inside of variants are followed so far. */
#define VARIANTS_MAX 3

/* Silence -------------------------------------------------------------------------------------- */

static void set_silent(struct peer *p, bool silent)
{
	if (p->silent == silent)
		return;
	p->silent = silent;
	p->sink->silent(p->owner, silent);
}

static void drop_question(struct peer *p)
{
	p->call = sd_bus_slot_unref(p->call);
	p->answer = NULL;
	timer_stop(p->patience);
}

static int on_patience(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	/* The question stays open: its answer ends the silence. */
	set_silent(userdata, true);
	return 0;
}

/* Coming and going ----------------------------------------------------------------------------- */

static void gone(struct peer *p)
{
	drop_question(p);
	set_silent(p, false);
	p->sink->went(p->owner);
}

static int on_owner_changed(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct peer *p = userdata;
	const char *name, *old_owner, *new_owner;

	(void)reterr;
	if (sd_bus_message_read(m, "sss", &name, &old_owner, &new_owner) < 0)
		return 0;
	if (!new_owner[0]) {
		gone(p);
		return 0;
	}
	/* What the one before owes us will not come. */
	drop_question(p);
	set_silent(p, false);
	p->sink->came(p->owner);
	return 0;
}

/* Without a handler of ours sd-bus would close the bus over a match that is refused. */
static int on_match_installed(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	(void)m;
	(void)userdata;
	(void)reterr;
	return 0;
}

static int watch_name(struct peer *p)
{
	char match[MATCH_MAX];

	(void)snprintf(match, sizeof(match),
		       "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
		       "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='%s'",
		       p->name);
	return sd_bus_add_match_async(p->bus, &p->owner_changed, match, on_owner_changed,
				      on_match_installed, p);
}

int peer_open(struct peer *p, sd_event *event, sd_bus *bus, const char *name,
	      const struct peer_sink *sink, void *owner)
{
	int r;

	*p = (struct peer){ .name = name, .sink = sink, .owner = owner, .bus = sd_bus_ref(bus) };
	r = timer_new(&p->patience, event, 100 * USEC_PER_MSEC, on_patience, p);
	if (r >= 0)
		r = watch_name(p);
	if (r < 0)
		peer_close(p);
	return r;
}

void peer_close(struct peer *p)
{
	peer_listen_no_more(p);
	sd_bus_slot_unref(p->call);
	sd_bus_slot_unref(p->owner_changed);
	sd_event_source_disable_unref(p->patience);
	sd_bus_unref(p->bus);
	*p = (struct peer){ 0 };
}

/* Signals -------------------------------------------------------------------------------------- */

static int on_signal(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct peer_listen *l = userdata;

	(void)reterr;
	l->heard(l->peer->owner, m);
	return 0;
}

int peer_listen(struct peer *p, const char *match, peer_signal heard)
{
	struct peer_listen *l = p->listens;
	char rule[MATCH_MAX];

	while (l->slot && l < p->listens + PEER_LISTENS_MAX - 1)
		l++;
	if (l->slot)
		return -ENOSPC;
	*l = (struct peer_listen){ .peer = p, .heard = heard };
	(void)snprintf(rule, sizeof(rule), "type='signal',sender='%s',%s", p->name, match);
	return sd_bus_add_match_async(p->bus, &l->slot, rule, on_signal, on_match_installed, l);
}

void peer_listen_no_more(struct peer *p)
{
	for (size_t i = 0; i < PEER_LISTENS_MAX; i++)
		p->listens[i].slot = sd_bus_slot_unref(p->listens[i].slot);
}

/* Questions ------------------------------------------------------------------------------------ */

static bool means_nobody(const sd_bus_error *error)
{
	return sd_bus_error_has_names(error, SD_BUS_ERROR_SERVICE_UNKNOWN,
				      SD_BUS_ERROR_NAME_HAS_NO_OWNER,
				      "org.freedesktop.DBus.Error.Spawn.ServiceNotFound");
}

static int on_reply(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct peer *p = userdata;
	peer_answer answer = p->answer;
	const sd_bus_error *error = sd_bus_message_get_error(m);

	(void)reterr;
	drop_question(p);
	/* On a closing bus every open question fails, and its owner looks after that. */
	if (error && sd_bus_is_open(p->bus) <= 0)
		return 0;
	if (error && means_nobody(error)) {
		gone(p);
		return 0;
	}
	set_silent(p, false);
	/* One that drops its connection owes us nothing; that it is gone is told by the bus. */
	if (!error || !sd_bus_error_has_name(error, SD_BUS_ERROR_NO_REPLY))
		answer(p->owner, error ? NULL : m);
	return 0;
}

/* Only out of memory, or a bus that is just closing, stands in the way. */
static void send_question(struct peer *p, sd_bus_message *m, peer_answer answer)
{
	drop_question(p);
	/* Until it comes or the bus ends: on_patience() tells of it meanwhile. */
	if (sd_bus_call_async(p->bus, &p->call, m, on_reply, p, USEC_NEVER) < 0)
		return;
	p->answer = answer;
	timer_start(p->patience, PEER_PATIENCE);
}

void peer_ask(struct peer *p, peer_answer answer, const struct peer_method *method,
	      const char *types, ...)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	va_list args;
	int r;

	if (!p->bus || sd_bus_message_new_method_call(p->bus, &m, p->name, method->path,
						      method->interface, method->member) < 0)
		return;
	(void)sd_bus_message_set_auto_start(m, false);
	va_start(args, types);
	r = sd_bus_message_appendv(m, types, args);
	va_end(args);
	if (r >= 0)
		send_question(p, m, answer);
}

void peer_get(struct peer *p, peer_answer answer, const char *path, const char *interface,
	      const char *property)
{
	const struct peer_method get = { path, PROPERTIES, "Get" };

	peer_ask(p, answer, &get, "ss", interface, property);
}

/* Answers -------------------------------------------------------------------------------------- */

bool peer_read_bool(sd_bus_message *m, bool *ret)
{
	int value;

	for (int i = 0; i < VARIANTS_MAX; i++) {
		const char *contents;
		char type;

		if (sd_bus_message_peek_type(m, &type, &contents) <= 0)
			return false;
		if (type == SD_BUS_TYPE_BOOLEAN) {
			if (sd_bus_message_read_basic(m, type, &value) <= 0)
				return false;
			*ret = value;
			return true;
		}
		if (type != SD_BUS_TYPE_VARIANT ||
		    sd_bus_message_enter_container(m, type, contents) <= 0)
			return false;
	}
	return false;
}

/* The value behind the name of a property, if it has that type. */
static enum peer_change read_value(sd_bus_message *m, char type, void *ret)
{
	const char wanted[] = { type, '\0' };

	if (sd_bus_message_enter_container(m, SD_BUS_TYPE_VARIANT, wanted) <= 0 ||
	    sd_bus_message_read_basic(m, type, ret) <= 0)
		return PEER_CHANGE_UNKNOWN;
	return PEER_CHANGE_VALUE;
}

/* In the names of those that changed without their value. */
static enum peer_change read_invalidated(sd_bus_message *m, const char *property)
{
	const char *name;

	if (sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "s") <= 0)
		return PEER_CHANGE_NONE;
	while (sd_bus_message_read(m, "s", &name) > 0)
		if (!strcmp(name, property))
			return PEER_CHANGE_UNKNOWN;
	return PEER_CHANGE_NONE;
}

enum peer_change peer_read_change(sd_bus_message *m, const char *property, char type, void *ret)
{
	const char *name;

	if (sd_bus_message_skip(m, "s") < 0 ||
	    sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "{sv}") <= 0)
		return PEER_CHANGE_NONE;
	while (sd_bus_message_enter_container(m, SD_BUS_TYPE_DICT_ENTRY, "sv") > 0) {
		if (sd_bus_message_read(m, "s", &name) <= 0)
			return PEER_CHANGE_NONE;
		if (!strcmp(name, property))
			return read_value(m, type, ret);
		if (sd_bus_message_skip(m, "v") < 0 || sd_bus_message_exit_container(m) < 0)
			return PEER_CHANGE_NONE;
	}
	if (sd_bus_message_exit_container(m) < 0)
		return PEER_CHANGE_NONE;
	return read_invalidated(m, property);
}
