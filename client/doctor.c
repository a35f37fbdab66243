/* doctor: what works here, what does not, and what to do about it. */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "bus/protocol.h"
#include "doctor.h"
#include "json.h"
#include "verbs.h"

int doctor_ask(sd_bus *bus, struct arena *a, struct list *ret, sd_bus_message **ret_answer)
{
	CLEANUP(batch_done) struct batch b;
	int r;

	batch_init(&b);
	r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, "Diagnose", NULL);
	if (r < 0)
		return remote_failed(r);
	r = batch_run(&b, bus);
	if (r != EXIT_DONE)
		return r;
	r = reader_dicts(&finding_shape, a, b.v[0].answer, ret);
	if (r < 0)
		return remote_failed(r);
	*ret_answer = sd_bus_message_ref(b.v[0].answer);
	return EXIT_DONE;
}

static void write_finding(struct json *j, const struct finding *f)
{
	json_open_object(j, NULL);
	json_string(j, "area", f->area);
	json_string(j, "check", f->check);
	json_string(j, "state", f->state);
	json_string(j, "detail", f->detail);
	json_string(j, "hint", f->hint);
	json_close_object(j);
}

/* Passed on as limberd says it; without its answer what was found here. 0 or a negative errno. */
static int write_json(const struct list *findings, sd_bus_message *answer)
{
	const struct finding *f = findings->items;
	struct json j = { .out = stdout };
	int r = 0;

	json_open_object(&j, NULL);
	json_number(&j, "time_usec", clock_walltime());
	if (answer) {
		r = sd_bus_message_rewind(answer, true);
		if (r >= 0)
			r = json_value(&j, "findings", answer);
		if (r < 0)
			return r;
	} else {
		json_open_array(&j, "findings");
		for (size_t i = 0; i < findings->n; i++)
			write_finding(&j, &f[i]);
		json_close_array(&j);
	}
	json_close_object(&j);
	json_end(&j);
	return 0;
}

/* limberd cannot be asked, for the reason that the exit code `code` stands for. */
static int without_daemon(sd_bus *bus, bool json, int code)
{
	CLEANUP(arena_done) struct arena a = { 0 };
	struct list findings;
	struct text t;
	int r;

	r = findings_without_daemon(&findings, &a, bus);
	if (r < 0)
		return remote_failed(r);
	if (json) {
		(void)write_json(&findings, NULL);
		return code;
	}
	text_init(&t, stdout, STDOUT_FILENO);
	findings_print(&t, &findings);
	return code;
}

static void sum_up(struct text *t, unsigned degraded, unsigned missing)
{
	char line[64];

	putc('\n', t->out);
	if (!degraded && !missing) {
		text_wrap(t, TONE_GOOD, 0, 0, "all is well");
		return;
	}
	(void)snprintf(line, sizeof(line), "%u degraded, %u missing", degraded, missing);
	text_wrap(t, missing ? TONE_BAD : TONE_WARN, 0, 0, line);
}

/* Answers an exit code. */
static int conclude(struct text *t, const struct list *findings, enum live_result seen)
{
	unsigned degraded = findings_count(findings, "degraded");
	unsigned missing = (unsigned)findings->n - findings_count(findings, "ok") - degraded;

	degraded += seen == LIVE_NOT_SEEN;
	sum_up(t, degraded, missing);
	return degraded || missing ? EXIT_REFUSED : EXIT_DONE;
}

/* The live test, and what limberd knows by it that it did not know before. Answers an exit code. */
static int tell_live(struct text *t, sd_bus *bus, const struct list *findings)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *answer = NULL;
	CLEANUP(arena_done) struct arena a = { 0 };
	enum live_result seen = LIVE_SKIPPED;
	struct list now;
	int r;

	r = doctor_live(t, bus, &seen);
	if (r != EXIT_DONE)
		return r;
	if (seen != LIVE_SEEN)
		return conclude(t, findings, seen);
	r = doctor_ask(bus, &a, &now, &answer);
	if (r != EXIT_DONE)
		return r;
	findings_print_better(t, findings, &now);
	return conclude(t, &now, seen);
}

/* Answers an exit code. */
static int tell(sd_bus *bus, const struct list *findings, bool live)
{
	struct text t;

	text_init(&t, stdout, STDOUT_FILENO);
	findings_print(&t, findings);
	if (live && t.terminal && findings_input(findings))
		return tell_live(&t, bus, findings);
	return conclude(&t, findings, LIVE_SKIPPED);
}

int run_doctor(const struct arguments *args)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *answer = NULL;
	CLEANUP(arena_done) struct arena a = { 0 };
	bool json = option_given(args, OPTION_JSON);
	struct list findings;
	int r;

	r = remote_open(&bus);
	if (r == EXIT_DONE)
		r = doctor_ask(bus, &a, &findings, &answer);
	if (r != EXIT_DONE)
		return r == EXIT_NO_DAEMON ? without_daemon(bus, json, r) : r;
	if (!json)
		return tell(bus, &findings, !option_given(args, OPTION_NO_LIVE));
	r = write_json(&findings, answer);
	if (r < 0)
		return remote_failed(r);
	return findings_count(&findings, "ok") == findings.n ? EXIT_DONE : EXIT_REFUSED;
}
