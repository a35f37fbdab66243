/* Diagnose: who has to be asked what, and when all is in. */
#include "app/manager-internal.h"

#include <errno.h>
#include <string.h>

#include "app/findings.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/utf8.h"

/* Nobody is waited for any longer. */
#define PATIENCE (2 * USEC_PER_SEC)
/* A display answers as fast as the bus does, give or take this; if it does not, it has its time. */
#define BLINK (100 * USEC_PER_MSEC)
#define PATIENCE_DISPLAY (2200 * USEC_PER_MSEC)
/* After a diagnosis pauses are told from this length on, for so long. */
#define CLOSE_LOOK (4 * USEC_PER_SEC)
#define CLOSE_LOOK_LASTS (30 * USEC_PER_SEC)

#define BUS "org.freedesktop.DBus"
#define SERVER "org.freedesktop.Notifications"
#define SYSTEMD "org.freedesktop.systemd1"
#define UNIT_PATH "/org/freedesktop/systemd1/unit/limberd_2eservice"
#define PROPERTIES BUS ".Properties"

struct diagnosis;

/* Reads an answer that is no error. */
typedef void (*fact_reader)(struct facts *facts, sd_bus_message *m);

/* One question; those with an interface and a property are calls of Get. */
struct question {
	const char *name, *path, *interface, *member;
	const char *of, *property; /* arguments, or NULL */
	size_t word;               /* offset in struct facts of what the answer is judged by */
	fact_reader read;
};

#define NO_WORD SIZE_MAX

/* Reading answers ------------------------------------------------------------------------------ */

static void read_server(struct facts *facts, sd_bus_message *m)
{
	const char *name, *vendor, *version;

	if (sd_bus_message_read(m, "sss", &name, &vendor, &version) < 0)
		return;
	utf8_copy_line(facts->server_name, FACT_MAX, name);
	utf8_copy_line(facts->server_version, FACT_MAX, version);
}

static void read_capabilities(struct facts *facts, sd_bus_message *m)
{
	const char *what;

	if (sd_bus_message_enter_container(m, 'a', "s") <= 0)
		return;
	while (sd_bus_message_read(m, "s", &what) > 0) {
		facts->shows_body |= !strcmp(what, "body");
		facts->shows_actions |= !strcmp(what, "actions");
		facts->keeps |= !strcmp(what, "persistence");
	}
}

static void read_startable(struct facts *facts, sd_bus_message *m)
{
	const char *name;

	if (sd_bus_message_enter_container(m, 'a', "s") <= 0)
		return;
	while (sd_bus_message_read(m, "s", &name) > 0)
		facts->server_startable |= !strcmp(name, SERVER);
}

static void read_text(sd_bus_message *m, char target[static FACT_MAX])
{
	const char *text;

	if (sd_bus_message_read(m, "v", "s", &text) >= 0)
		utf8_copy_line(target, FACT_MAX, text);
}

static void read_load_state(struct facts *facts, sd_bus_message *m)
{
	read_text(m, facts->load_state);
}

static void read_active_state(struct facts *facts, sd_bus_message *m)
{
	read_text(m, facts->active_state);
}

static void read_file_state(struct facts *facts, sd_bus_message *m)
{
	read_text(m, facts->file_state);
}

static void read_main_pid(struct facts *facts, sd_bus_message *m)
{
	uint32_t pid;

	if (sd_bus_message_read(m, "v", "u", &pid) >= 0)
		facts->main_pid = pid;
}

/* Questions ------------------------------------------------------------------------------------ */

#define SERVER_WORD offsetof(struct facts, server)
#define UNIT_WORD offsetof(struct facts, unit)
#define ABOUT_UNIT SYSTEMD, UNIT_PATH, PROPERTIES, "Get"

/* clang-format off */
static const struct question questions[] = {
	{ SERVER, "/org/freedesktop/Notifications", SERVER, "GetServerInformation", NULL, NULL, SERVER_WORD, read_server },
	{ SERVER, "/org/freedesktop/Notifications", SERVER, "GetCapabilities", NULL, NULL, NO_WORD, read_capabilities },
	{ BUS, "/org/freedesktop/DBus", BUS, "ListActivatableNames", NULL, NULL, NO_WORD, read_startable },
	{ ABOUT_UNIT, SYSTEMD ".Unit", "LoadState", UNIT_WORD, read_load_state },
	{ ABOUT_UNIT, SYSTEMD ".Unit", "ActiveState", NO_WORD, read_active_state },
	{ ABOUT_UNIT, SYSTEMD ".Unit", "UnitFileState", NO_WORD, read_file_state },
	{ ABOUT_UNIT, SYSTEMD ".Service", "MainPID", NO_WORD, read_main_pid },
};
/* clang-format on */

/* A question that was sent. */
struct asked {
	struct diagnosis *diagnosis;
	const struct question *question;
	sd_bus_slot *slot; /* owned */
};

struct diagnosis {
	struct manager *manager; /* borrowed */
	struct facts facts;
	struct findings findings;
	size_t open;              /* answers that are missing */
	sd_event_source *display; /* owned timer, once only the display's answer is missing */
	usec_t begun;             /* on CLOCK_MONOTONIC */
	bool blinked;
	struct asked asked[ELEMENTS(questions)];
};

struct diagnosis *diagnosis_free(struct diagnosis *d)
{
	if (!d)
		return NULL;
	for (size_t i = 0; i < ELEMENTS(questions); i++)
		sd_bus_slot_unref(d->asked[i].slot);
	sd_event_source_disable_unref(d->display);
	free(d);
	return NULL;
}

static void finish(struct diagnosis *d)
{
	struct manager *m = d->manager;

	findings_make(&d->findings, m, &d->facts);
	service_diagnosed(m->service, d->findings.v, d->findings.n);
	m->diagnosis = diagnosis_free(d);
}

static int on_display(sd_event_source *source, uint64_t at, void *userdata)
{
	struct diagnosis *d = userdata;

	(void)at;
	if (!d->blinked && idle_is_checking(d->manager->idle)) {
		d->blinked = true;
		(void)sd_event_source_set_time(source, d->begun + PATIENCE_DISPLAY);
		(void)sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
		return 0;
	}
	finish(d);
	return 0;
}

/* All that was asked on the bus is in. */
static void wait_for_display(struct diagnosis *d)
{
	if (!idle_is_checking(d->manager->idle) ||
	    sd_event_add_time_relative(d->manager->event, &d->display, CLOCK_MONOTONIC, BLINK,
				       USEC_PER_MSEC, on_display, d) < 0)
		finish(d);
}

/* Is there nobody, or somebody who says nothing? */
static enum word judge(sd_bus_message *m)
{
	const sd_bus_error *e = sd_bus_message_get_error(m);

	if (!e)
		return WORD_GIVEN;
	if (sd_bus_error_has_names(e, SD_BUS_ERROR_NO_REPLY, SD_BUS_ERROR_TIMEOUT,
				   "org.freedesktop.DBus.Error.TimedOut"))
		return WORD_SILENT;
	return WORD_NONE;
}

static int on_answer(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct asked *a = userdata;
	struct diagnosis *d = a->diagnosis;
	enum word word = judge(m);

	(void)reterr;
	if (a->question->word != NO_WORD)
		*(enum word *)((char *)&d->facts + a->question->word) = word;
	if (word == WORD_GIVEN)
		a->question->read(&d->facts, m);
	if (--d->open == 0)
		wait_for_display(d);
	return 0;
}

static int ask(struct asked *a, sd_bus *bus)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	const struct question *q = a->question;
	int r;

	r = sd_bus_message_new_method_call(bus, &m, q->name, q->path, q->interface, q->member);
	if (r < 0)
		return r;
	r = sd_bus_message_set_auto_start(m, false);
	if (r < 0)
		return r;
	if (q->of) {
		r = sd_bus_message_append(m, "ss", q->of, q->property);
		if (r < 0)
			return r;
	}
	return sd_bus_call_async(bus, &a->slot, m, on_answer, a, PATIENCE);
}

/* A close look --------------------------------------------------------------------------------- */

usec_t manager_close_look(const struct manager *m)
{
	bool looks = m->close_look && sd_event_source_get_enabled(m->close_look, NULL) > 0;

	return looks ? CLOSE_LOOK : USEC_NEVER;
}

static int on_close_look_over(sd_event_source *source, uint64_t at, void *userdata)
{
	(void)source;
	(void)at;
	manager_arm(userdata);
	return 0;
}

static int look_closely(struct manager *m)
{
	int r;

	if (!m->close_look) {
		r = sd_event_add_time_relative(m->event, &m->close_look, CLOCK_MONOTONIC,
					       CLOSE_LOOK_LASTS, USEC_PER_SEC, on_close_look_over,
					       m);
	} else {
		r = sd_event_source_set_time_relative(m->close_look, CLOSE_LOOK_LASTS);
		if (r >= 0)
			r = sd_event_source_set_enabled(m->close_look, SD_EVENT_ONESHOT);
	}
	if (r < 0)
		return r;
	manager_arm(m);
	return 0;
}

/* What is called from elsewhere ---------------------------------------------------------------- */

int manager_diagnose(struct manager *m)
{
	struct diagnosis *d;
	int r;

	r = look_closely(m);
	if (r < 0)
		return r;
	idle_check(m->idle);
	if (m->diagnosis)
		return 0;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	d->manager = m;
	d->begun = clock_monotonic();
	m->diagnosis = d;
	for (size_t i = 0; i < ELEMENTS(questions); i++) {
		d->asked[i] = (struct asked){ .diagnosis = d, .question = &questions[i] };
		/* What cannot be asked (out of memory) stays unknown. */
		if (ask(&d->asked[i], m->bus) >= 0)
			d->open++;
	}
	if (!d->open)
		wait_for_display(d);
	return 0;
}
