#include "display/displays.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/time.h"

/* An answer takes a millisecond; a manager that hangs is none. */
#define PATIENCE (2 * USEC_PER_SEC)

/* libwayland's own limit: it does not count on beyond wayland-32. */
#define SOCKETS_MAX 33

static const char *const names[DISPLAY_VARIABLES] = {
	[DISPLAY_WAYLAND] = "WAYLAND_DISPLAY",
	[DISPLAY_X11] = "DISPLAY",
	[DISPLAY_XAUTHORITY] = "XAUTHORITY",
};

enum in_force { OWN, MANAGERS, FOUND };

struct displays {
	enum in_force in_force;
	char *managers[DISPLAY_VARIABLES]; /* owned; NULL where it has none */
	char found[16];                    /* a socket's name */
	unsigned n_searched;               /* of the sockets' names */
	char folder[256];

	sd_bus_slot *question; /* owned */
	void (*answered)(void *owner, bool new);
	void *owner; /* borrowed */
};

static const char *own(enum display_variable which)
{
	const char *value = getenv(names[which]);

	return value && value[0] ? value : NULL;
}

const char *displays_get(const struct displays *d, enum display_variable which)
{
	switch (d->in_force) {
	case OWN:
		return own(which);
	case MANAGERS:
		return d->managers[which];
	case FOUND:
		return which == DISPLAY_WAYLAND ? d->found : NULL;
	}
	return NULL;
}

const char *displays_runtime_folder(const struct displays *d)
{
	return d->folder;
}

struct display_place displays_place(const struct displays *d)
{
	return (struct display_place){
		.folder = d->folder,
		.wayland = displays_get(d, DISPLAY_WAYLAND),
		.x11 = displays_get(d, DISPLAY_X11),
		.authority = displays_get(d, DISPLAY_XAUTHORITY),
	};
}

bool displays_use_own(struct displays *d)
{
	bool new = d->in_force != OWN;

	d->in_force = OWN;
	d->n_searched = 0;
	return new;
}

static bool is_same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* Places --------------------------------------------------------------------------------------- */

bool display_place_is_same(const struct display_place *a, const struct display_place *b)
{
	return is_same(a->folder, b->folder) && is_same(a->wayland, b->wayland) &&
	       is_same(a->x11, b->x11) && is_same(a->authority, b->authority);
}

/* False without memory. */
static bool copy_word(const char **target, const char *word)
{
	*target = word ? strdup(word) : NULL;
	return *target || !word;
}

void display_place_done(struct display_place *copy)
{
	free((char *)copy->folder);
	free((char *)copy->wayland);
	free((char *)copy->x11);
	free((char *)copy->authority);
	*copy = (struct display_place){ 0 };
}

int display_place_copy(struct display_place *target, const struct display_place *place)
{
	struct display_place copy = { 0 };

	if (!copy_word(&copy.folder, place->folder) || !copy_word(&copy.wayland, place->wayland) ||
	    !copy_word(&copy.x11, place->x11) || !copy_word(&copy.authority, place->authority)) {
		display_place_done(&copy);
		return -ENOMEM;
	}
	display_place_done(target);
	*target = copy;
	return 0;
}

/* Of the manager's environment -------------------------------------------------------------------
 */

static void forget_managers(struct displays *d)
{
	for (size_t i = 0; i < DISPLAY_VARIABLES; i++) {
		free(d->managers[i]);
		d->managers[i] = NULL;
	}
}

/* One NAME=VALUE of the manager's. */
static void note(struct displays *d, const char *assignment)
{
	for (size_t i = 0; i < DISPLAY_VARIABLES; i++) {
		size_t n = strlen(names[i]);

		if (strncmp(assignment, names[i], n) != 0 || assignment[n] != '=' ||
		    !assignment[n + 1])
			continue;
		free(d->managers[i]);
		d->managers[i] = strdup(assignment + n + 1);
	}
}

static void read_environment(struct displays *d, sd_bus_message *m)
{
	const char *assignment;

	forget_managers(d);
	if (sd_bus_message_is_method_error(m, NULL) ||
	    sd_bus_message_enter_container(m, 'v', "as") < 0 ||
	    sd_bus_message_enter_container(m, 'a', "s") < 0)
		return;
	while (sd_bus_message_read(m, "s", &assignment) > 0)
		note(d, assignment);
}

/* Does it name a display that our own environment does not? */
static bool is_news(const struct displays *d)
{
	const char *const *m = (const char *const *)d->managers;

	if (!m[DISPLAY_WAYLAND] && !m[DISPLAY_X11])
		return false;
	for (size_t i = 0; i < DISPLAY_VARIABLES; i++)
		if (!is_same(m[i], own((enum display_variable)i)))
			return true;
	return false;
}

static int on_environment(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct displays *d = userdata;
	bool new;

	(void)reterr;
	d->question = sd_bus_slot_unref(d->question);
	read_environment(d, m);
	new = is_news(d);
	if (new)
		d->in_force = MANAGERS;
	d->answered(d->owner, new);
	return 0;
}

int displays_ask(struct displays *d, sd_bus *bus, void (*answered)(void *owner, bool new),
		 void *owner)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	int r;

	if (!bus)
		return -ENOTCONN;
	d->question = sd_bus_slot_unref(d->question);
	d->answered = answered;
	d->owner = owner;
	r = sd_bus_message_new_method_call(bus, &m, "org.freedesktop.systemd1",
					   "/org/freedesktop/systemd1",
					   "org.freedesktop.DBus.Properties", "Get");
	if (r < 0)
		return r;
	r = sd_bus_message_append(m, "ss", "org.freedesktop.systemd1.Manager", "Environment");
	if (r < 0)
		return r;
	r = sd_bus_message_set_auto_start(m, false);
	if (r < 0)
		return r;
	return sd_bus_call_async(bus, &d->question, m, on_environment, d, PATIENCE);
}

static bool is_named(const struct displays *d, const char *socket)
{
	return is_same(socket, own(DISPLAY_WAYLAND)) ||
	       is_same(socket, d->managers[DISPLAY_WAYLAND]);
}

bool displays_find(struct displays *d)
{
	while (d->n_searched < SOCKETS_MAX) {
		char path[sizeof(d->folder) + sizeof(d->found) + 1];

		(void)snprintf(d->found, sizeof(d->found), "wayland-%u", d->n_searched++);
		(void)snprintf(path, sizeof(path), "%s/%s", d->folder, d->found);
		if (is_named(d, d->found) || access(path, F_OK) < 0)
			continue;
		d->in_force = FOUND;
		return true;
	}
	return false;
}

int displays_new(struct displays **ret)
{
	const char *folder = getenv("XDG_RUNTIME_DIR");
	struct displays *d;
	int n;

	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	if (folder && folder[0] == '/')
		n = snprintf(d->folder, sizeof(d->folder), "%s", folder);
	else
		n = snprintf(d->folder, sizeof(d->folder), "/run/user/%u", getuid());
	/* No socket fits into a path that is so long. */
	if (n < 0 || (size_t)n >= sizeof(d->folder))
		(void)snprintf(d->folder, sizeof(d->folder), "/nonexistent");

	*ret = d;
	return 0;
}

struct displays *displays_free(struct displays *d)
{
	if (!d)
		return NULL;
	sd_bus_slot_unref(d->question);
	forget_managers(d);
	free(d);
	return NULL;
}
