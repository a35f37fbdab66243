#include "past.h"

#include "base/cleanup.h"
#include "bus/protocol.h"

const char *const past_names[PAST_WHATS] = {
	[PAST_BREAK] = "break",
	[PAST_ACTIVITY] = "activity",
};

/* clang-format off */
static const char *const methods[PAST_WHATS] = {
	[PAST_BREAK] = "GetHistory",
	[PAST_ACTIVITY] = "GetActivities",
};

static const struct field entry_fields[] = {
	{ "id",            FIELD_NUMBER, offsetof(struct past_entry, id),        NULL },
	{ "day",           FIELD_STRING, offsetof(struct past_entry, day),       NULL },
	{ "rule",          FIELD_STRING, offsetof(struct past_entry, rule),      NULL },
	{ "outcome",       FIELD_STRING, offsetof(struct past_entry, outcome),   NULL },
	{ "kind",          FIELD_STRING, offsetof(struct past_entry, kind),      NULL },
	{ "due_usec",      FIELD_NUMBER, offsetof(struct past_entry, due),       NULL },
	{ "prompted_usec", FIELD_NUMBER, offsetof(struct past_entry, prompted),  NULL },
	{ "started_usec",  FIELD_NUMBER, offsetof(struct past_entry, started),   NULL },
	{ "ended_usec",    FIELD_NUMBER, offsetof(struct past_entry, ended),     NULL },
	{ "when_usec",     FIELD_NUMBER, offsetof(struct past_entry, when),      NULL },
	{ "length_usec",   FIELD_NUMBER, offsetof(struct past_entry, length),    NULL },
	{ "rested_usec",   FIELD_NUMBER, offsetof(struct past_entry, rested),    NULL },
	{ "prompts",       FIELD_NUMBER, offsetof(struct past_entry, prompts),   NULL },
	{ "snoozes",       FIELD_NUMBER, offsetof(struct past_entry, snoozes),   NULL },
	{ "exercises",     FIELD_AMOUNTS, offsetof(struct past_entry, exercises), NULL },
	{ "delays",        FIELD_AMOUNTS, offsetof(struct past_entry, delays),   NULL },
};
/* clang-format on */
static const struct shape past_entry_shape = {
	.size = sizeof(struct past_entry),
	.fields = entry_fields,
	.n = ELEMENTS(entry_fields),
};

walltime_t past_when(const struct past_entry *e)
{
	if (e->what == PAST_ACTIVITY)
		return e->when;
	return e->ended ? e->ended : e->started ? e->started : e->due;
}

void past_page_done(struct past_page *page)
{
	batch_done(&page->batch);
	arena_done(&page->arena);
	page->entries = (struct list){ 0 };
}

static int ask(struct batch *b, sd_bus *bus, const struct past_query *query)
{
	const char *method = methods[query->what];

	if (query->from)
		return batch_call(b, bus, false, BUS_PATH, BUS_MANAGER, method, "a{sv}", 2,
				  "after_id", "t", query->after_id, "from_usec", "t", query->from);
	return batch_call(b, bus, false, BUS_PATH, BUS_MANAGER, method, "a{sv}", 1, "after_id", "t",
			  query->after_id);
}

int past_read(struct past_page *page, sd_bus *bus, struct past_query *query)
{
	struct past_entry *entries;
	uint64_t before = query->after_id;
	int r;

	past_page_done(page);
	batch_init(&page->batch);
	r = ask(&page->batch, bus, query);
	if (r < 0)
		return remote_failed(r);
	r = batch_run(&page->batch, bus);
	if (r != EXIT_DONE)
		return r;
	r = reader_dicts(&past_entry_shape, &page->arena, page->batch.v[0].answer, &page->entries);
	if (r < 0)
		return remote_failed(r);
	entries = page->entries.items;
	for (size_t i = 0; i < page->entries.n; i++) {
		entries[i].what = query->what;
		if (entries[i].id > query->after_id)
			query->after_id = entries[i].id;
	}
	/* Without a later id the next page would be this one, for ever. */
	if (query->after_id == before)
		page->entries.n = 0;
	return EXIT_DONE;
}

int past_json_begin(const struct past_page *page, size_t skip)
{
	sd_bus_message *m = page->batch.n ? page->batch.v[0].answer : NULL;
	int r;

	if (skip >= page->entries.n)
		return 0;
	r = sd_bus_message_rewind(m, true);
	if (r >= 0)
		r = sd_bus_message_enter_container(m, SD_BUS_TYPE_ARRAY, "a{sv}");
	while (r >= 0 && skip-- > 0)
		r = sd_bus_message_skip(m, "a{sv}");
	return r;
}

int past_json_next(const struct past_page *page, enum past_what what, struct json *j)
{
	int r;

	json_open_object(j, NULL);
	json_string(j, "what", past_names[what]);
	r = json_members(j, page->batch.v[0].answer);
	json_close_object(j);
	return r;
}
