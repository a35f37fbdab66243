/* status, next: what limberd says of itself. */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "bus/protocol.h"
#include "json.h"
#include "state.h"
#include "text.h"
#include "verbs.h"
#include "view.h"

struct writer {
	struct json *json;
	const char *key; /* of the object, NULL inside an array */
	bool written;
};

static int write_object(sd_bus_message *m, const char *path, void *userdata)
{
	struct writer *w = userdata;
	int r;

	/* There is one break at most; a key must not come twice, whatever the bus says. */
	if (w->key && w->written)
		return sd_bus_message_skip(m, "a{sv}");
	json_open_object(w->json, w->key);
	json_string(w->json, "path", path);
	r = json_members(w->json, m);
	json_close_object(w->json);
	w->written = true;
	return r;
}

static int write_objects(struct json *j, struct state *s)
{
	struct writer brk = { .json = j, .key = "break" }, notices = { .json = j };
	int r;

	r = state_each_object(s, BUS_BREAK, write_object, &brk);
	if (r < 0)
		return r;
	if (!brk.written)
		json_null(j, "break");
	json_open_array(j, "notices");
	r = state_each_object(s, BUS_NOTICE, write_object, &notices);
	json_close_array(j);
	return r;
}

/* From the answers themselves: whatever limberd says is in it, also what this client is too old
 * for. */
static int write_json(struct state *s)
{
	struct json j = { .out = stdout };
	int r;

	r = sd_bus_message_rewind(s->properties, true);
	if (r < 0)
		return r;
	r = sd_bus_message_rewind(s->rule_list, true);
	if (r < 0)
		return r;
	json_open_object(&j, NULL);
	json_number(&j, "time_usec", clock_walltime());
	r = json_members(&j, s->properties);
	if (r < 0)
		return r;
	r = json_value(&j, "rules", s->rule_list);
	if (r < 0)
		return r;
	r = write_objects(&j, s);
	json_close_object(&j);
	json_end(&j);
	return r;
}

static void write_text(const struct state *s)
{
	walltime_t now = clock_walltime();
	struct text t;

	text_init(&t, stdout, STDOUT_FILENO);
	view_now(&t, s, now);
	view_break(&t, s, now);
	if (s->rules.n)
		putchar('\n');
	view_rules(&t, s);
	if (s->manager.problems.n)
		putchar('\n');
	view_problems(&t, s);
}

/* Everything that limberd says of itself, over a connection of its own. */
static int fetch(struct state *s)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	int r;

	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	return state_fetch(s, bus);
}

int run_status(const struct arguments *args)
{
	CLEANUP(state_done) struct state s = { 0 };
	int r;

	r = fetch(&s);
	if (r != EXIT_DONE)
		return r;
	if (option_given(args, OPTION_JSON)) {
		r = write_json(&s);
		return r < 0 ? remote_failed(r) : EXIT_DONE;
	}
	write_text(&s);
	return EXIT_DONE;
}

/* The keys are those of `status --json`. */
static void write_next(const struct manager *m)
{
	struct json j = { .out = stdout };

	json_open_object(&j, NULL);
	json_number(&j, "time_usec", clock_walltime());
	json_string(&j, "next_rule", m->next_rule);
	json_number(&j, "next_due_usec", m->next_due);
	json_string(&j, "phase", m->phase);
	json_number(&j, "paused_until_usec", m->paused_until);
	json_close_object(&j);
	json_end(&j);
}

/* When it is due says little while nothing is asked at all. */
static void write_hindrance(struct text *t, const struct state *s)
{
	const struct reason *first = s->manager.reasons.items;
	char line[1024];

	if (!s->manager.reasons.n)
		return;
	(void)snprintf(line, sizeof(line), "nothing is asked now: %s", first->detail);
	text_wrap(t, TONE_PLAIN, 0, 0, line);
}

int run_next(const struct arguments *args)
{
	CLEANUP(state_done) struct state s = { 0 };
	char next[VIEW_NEXT_MAX];
	struct text t;
	int r;

	r = fetch(&s);
	if (r != EXIT_DONE)
		return r;
	if (option_given(args, OPTION_JSON)) {
		write_next(&s.manager);
		return EXIT_DONE;
	}
	text_init(&t, stdout, STDOUT_FILENO);
	text_wrap(&t, TONE_PLAIN, 0, 0, view_next(&s, clock_walltime(), next));
	write_hindrance(&t, &s);
	return EXIT_DONE;
}
