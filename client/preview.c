/* preview: what the coach would propose now. */
#include <stdio.h>

#include "base/cleanup.h"
#include "bus/protocol.h"
#include "json.h"
#include "state.h"
#include "text.h"
#include "verbs.h"
#include "view.h"

static int write_steps(sd_bus_message *m)
{
	CLEANUP(arena_done) struct arena arena = { 0 };
	struct list steps;
	struct text t;
	int r;

	r = reader_dicts(&step_shape, &arena, m, &steps);
	if (r < 0)
		return r;
	if (steps.n == 0)
		puts("rest: no exercise fits now");
	text_init(&t, stdout, STDOUT_FILENO);
	view_proposal(&t, &steps);
	return 0;
}

int run_preview(const struct arguments *args)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	struct json j = { .out = stdout };
	int r;

	batch_init(&b);
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, "Preview", "s",
		       args->n_words ? args->words[0] : "");
	if (r < 0)
		return remote_failed(r);
	r = batch_run(&b, bus);
	if (r != EXIT_DONE)
		return r;
	if (!option_given(args, OPTION_JSON)) {
		r = write_steps(b.v[0].answer);
		return r < 0 ? remote_failed(r) : EXIT_DONE;
	}
	r = json_value(&j, NULL, b.v[0].answer);
	json_end(&j);
	return r < 0 ? remote_failed(r) : EXIT_DONE;
}
