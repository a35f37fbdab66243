/* preview: what the coach would propose now. */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "bus/protocol.h"
#include "json.h"
#include "state.h"
#include "text.h"
#include "verbs.h"
#include "view.h"

/* `active, 5min:` and what comes then; without a rule limberd takes the one that needs it most. */
static void put_heading(struct text *t, const struct state *s, const char *name)
{
	const struct rule *rule = state_rule(s, name);
	char length[DURATION_TEXT_MAX];

	if (!rule)
		return;
	text_put(t, TONE_STRONG, rule->name, 4096);
	fprintf(t->out, " break, %s:\n\n", format_duration(rule->length, length));
}

static int write_steps(sd_bus_message *m, const struct state *s, const char *rule)
{
	CLEANUP(arena_done) struct arena arena = { 0 };
	struct list steps;
	struct text t;
	int r;

	r = reader_dicts(&step_shape, &arena, m, &steps);
	if (r < 0)
		return r;
	text_init(&t, stdout, STDOUT_FILENO);
	put_heading(&t, s, rule);
	if (steps.n == 0)
		puts("rest: no exercise fits now");
	view_proposal(&t, &steps);
	return 0;
}

int run_preview(const struct arguments *args)
{
	const char *rule = args->n_words ? args->words[0] : "";
	CLEANUP(state_done) struct state s = { 0 };
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	struct json j = { .out = stdout };
	int r;

	batch_init(&b);
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, "Preview", "s", rule);
	if (r < 0)
		return remote_failed(r);
	r = state_after(&b, bus, false, &s);
	if (r != EXIT_DONE)
		return r;
	if (!option_given(args, OPTION_JSON)) {
		r = write_steps(b.v[0].answer, &s, rule);
		return r < 0 ? remote_failed(r) : EXIT_DONE;
	}
	r = json_value(&j, NULL, b.v[0].answer);
	json_end(&j);
	return r < 0 ? remote_failed(r) : EXIT_DONE;
}
