/* What can be found out where limberd cannot be asked. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "doctor.h"
#include "program.h"
#include "remote.h"

#define SYSTEMD "org.freedesktop.systemd1"
#define UNIT_PATH "/org/freedesktop/systemd1/unit/limberd_2eservice"
#define FINDINGS_MAX 4

struct unit {
	const char *load, *active, *file; /* borrowed from the answers, "" if not known */
};

static struct finding *add(struct list *l)
{
	struct finding *f = l->items;

	f[l->n] = (struct finding){ .area = "limberd", .state = "missing", .hint = "" };
	return &f[l->n++];
}

static int add_program(struct list *l, struct arena *a)
{
	struct finding *f = add(l);
	char path[PATH_MAX], *kept;

	f->check = "program";
	f->detail = "limberd is neither beside limber nor in PATH";
	f->hint = "install limber completely: make install";
	if (!program_find("limberd", path))
		return 0;
	kept = arena_new(a, strlen(path) + 1);
	if (!kept)
		return -ENOMEM;
	f->state = "ok";
	f->detail = strcpy(kept, path);
	f->hint = "";
	return 0;
}

static void add_bus(struct list *l, bool there)
{
	struct finding *f = add(l);

	f->check = "bus";
	f->state = there ? "ok" : "missing";
	f->detail = there ? "there is a session bus"
			  : "no session bus can be reached, and limber works by it";
	if (!there)
		f->hint = "run it inside your login session; DBUS_SESSION_BUS_ADDRESS or "
			  "XDG_RUNTIME_DIR leads to its bus";
}

/* The text of a property's answer, "" for an error. */
static const char *read_text(sd_bus_message *answer)
{
	const char *text;

	if (!answer || sd_bus_message_get_error(answer) ||
	    sd_bus_message_read(answer, "v", "s", &text) < 0)
		return "";
	return text;
}

static int add_question(struct batch *b, sd_bus *bus, const char *property)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	int r;

	r = sd_bus_message_new_method_call(bus, &m, SYSTEMD, UNIT_PATH,
					   "org.freedesktop.DBus.Properties", "Get");
	if (r < 0)
		return r;
	r = sd_bus_message_set_auto_start(m, false);
	if (r < 0)
		return r;
	r = sd_bus_message_append(m, "ss", SYSTEMD ".Unit", property);
	return r < 0 ? r : batch_add(b, TAKE(m));
}

/* What the user manager says of the unit; nothing if it cannot be asked. */
static void ask_unit(struct batch *b, sd_bus *bus, struct unit *ret)
{
	static const char *const properties[] = { "LoadState", "ActiveState", "UnitFileState" };

	*ret = (struct unit){ "", "", "" };
	for (size_t i = 0; i < ELEMENTS(properties); i++)
		if (add_question(b, bus, properties[i]) < 0)
			return;
	if (batch_wait(b, bus) < 0)
		return;
	ret->load = read_text(b->v[0].answer);
	ret->active = read_text(b->v[1].answer);
	ret->file = read_text(b->v[2].answer);
}

static int add_unit(struct list *l, struct arena *a, sd_bus *bus)
{
	static const char format[] = "limberd.service is %s and %s";
	CLEANUP(batch_done) struct batch b;
	struct finding *f = add(l);
	struct unit unit;
	size_t size;
	char *text;

	batch_init(&b);
	ask_unit(&b, bus, &unit);
	f->check = "unit";
	f->detail = "limberd.service is not installed";
	f->hint = "install limber completely: make install; or start limberd by hand";
	if (!unit.load[0]) {
		f->detail = "there is no user manager of systemd to ask";
		f->hint = "start limberd from your desktop's autostart, or by hand";
	} else if (!strcmp(unit.load, "masked")) {
		f->detail = "limberd.service is masked";
		f->hint = "systemctl --user unmask limberd";
	} else if (!strcmp(unit.load, "loaded")) {
		size = sizeof(format) + strlen(unit.file) + strlen(unit.active);
		text = arena_new(a, size);
		if (!text)
			return -ENOMEM;
		(void)snprintf(text, size, format, unit.file, unit.active);
		f->state = "degraded";
		f->detail = text;
		f->hint = strcmp(unit.active, "failed") ? "systemctl --user enable --now limberd"
							: "see why: journalctl --user -u limberd";
	}
	return 0;
}

int findings_without_daemon(struct list *ret, struct arena *a, sd_bus *bus)
{
	int r;

	*ret = (struct list){ .items = arena_new(a, FINDINGS_MAX * sizeof(struct finding)) };
	if (!ret->items)
		return -ENOMEM;
	r = add_program(ret, a);
	if (r < 0)
		return r;
	add_bus(ret, bus != NULL);
	return bus ? add_unit(ret, a, bus) : 0;
}
