/* The parts of limber doctor. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-bus.h>

#include "reader.h"
#include "text.h"

/* One thing that works or not. Texts are borrowed: from the message they came in, or an arena. */
struct finding {
	const char *area, *check;
	const char *state; /* ok | degraded | missing */
	const char *detail, *hint;
	uint64_t paused; /* of the input: how long there was none, 0 = there is */
};

extern const struct shape finding_shape;

/* How many of the findings are in that state. */
unsigned findings_count(const struct list *findings, const char *state);

/* The one that tells of input, if limberd has a source of it; `ok` if that has said something. */
const struct finding *findings_input(const struct list *findings);

void findings_print(struct text *t, const struct list *findings);

/* Those that are ok now and were not before. */
void findings_print_better(struct text *t, const struct list *before, const struct list *now);

/* What can be said without limberd; `bus` may be NULL. 0 or a negative errno. */
int findings_without_daemon(struct list *ret, struct arena *a, sd_bus *bus);

/* What limberd finds out, *ret_answer owned by the caller. Answers an exit code. */
int doctor_ask(sd_bus *bus, struct arena *a, struct list *ret, sd_bus_message **ret_answer);

enum live_result { LIVE_SEEN, LIVE_SKIPPED, LIVE_NOT_SEEN };

/* The test with the user's own hands, on a terminal. Answers an exit code. */
int doctor_live(struct text *t, sd_bus *bus, enum live_result *ret);
