/* log add, log remove: an activity off the desk is noted, or taken back. */
#include "log.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"
#include "bus/protocol.h"
#include "reader.h"
#include "spans.h"
#include "text.h"
#include "when.h"

int log_add(const struct arguments *args)
{
	char length[DURATION_TEXT_MAX];
	struct text t;
	usec_t span;
	int r;

	if (args->n_words < 3)
		return complain(EXIT_USAGE, "what, and for how long? Write for example: limber log "
					    "add walking 20min");
	r = span_length(args, 2, &span);
	if (r != EXIT_DONE)
		return r;
	r = remote_call(false, "LogActivity", "st", args->words[1], span);
	if (r != EXIT_DONE)
		return r;
	text_init(&t, stdout, STDOUT_FILENO);
	printf("logged: %s of ", format_duration(span, length));
	text_put(&t, TONE_STRONG, args->words[1], 4096);
	puts(", which ended just now; its minutes count, and 'limber log' shows it");
	return EXIT_DONE;
}

/* What limberd has removed. */
struct removed {
	const char *kind;
	usec_t length;
	walltime_t when;
};

static const struct field removed_fields[] = {
	{ "kind", FIELD_STRING, offsetof(struct removed, kind), NULL },
	{ "length_usec", FIELD_NUMBER, offsetof(struct removed, length), NULL },
	{ "when_usec", FIELD_NUMBER, offsetof(struct removed, when), NULL },
};

static const struct shape removed_shape = {
	.size = sizeof(struct removed),
	.fields = removed_fields,
	.n = ELEMENTS(removed_fields),
};

static int say_removed(sd_bus_message *answer)
{
	CLEANUP(arena_done) struct arena arena = { 0 };
	struct removed removed = { 0 };
	char length[DURATION_TEXT_MAX], when[WHEN_TEXT_MAX];
	struct text t;
	int r;

	reader_clear(&removed_shape, &removed);
	r = reader_dict(&removed_shape, &arena, answer, &removed);
	if (r < 0)
		return remote_failed(r);
	text_init(&t, stdout, STDOUT_FILENO);
	printf("removed: %s of ", format_duration(removed.length, length));
	text_put(&t, TONE_STRONG, removed.kind, 4096);
	printf(", logged %s; its minutes do not count any more\n",
	       when_format_minute(removed.when, clock_walltime(), when));
	return EXIT_DONE;
}

/* `20min` is a length, and no kind of activity begins with a digit. */
static bool is_kind(const char *word)
{
	return *word < '0' || *word > '9';
}

int log_remove(const struct arguments *args)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	bool kind = args->n_words > 1 && is_kind(args->words[1]);
	size_t first = kind ? 2 : 1;
	usec_t span = 0;
	int r;

	batch_init(&b);
	if (args->n_words > first) {
		r = span_length(args, first, &span);
		if (r != EXIT_DONE)
			return r;
	}
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, "RemoveActivity", "a{sv}", 2, "kind",
		       "s", kind ? args->words[1] : "", "length_usec", "t", span);
	if (r < 0)
		return remote_failed(r);
	r = batch_run(&b, bus);
	return r == EXIT_DONE ? say_removed(b.v[0].answer) : r;
}
