#include "past.h"

#include "base/cleanup.h"
#include "bus/protocol.h"

/* clang-format off */
static const struct field break_fields[] = {
	{ "id",            FIELD_NUMBER, offsetof(struct past_break, id),        NULL },
	{ "day",           FIELD_STRING, offsetof(struct past_break, day),       NULL },
	{ "rule",          FIELD_STRING, offsetof(struct past_break, rule),      NULL },
	{ "outcome",       FIELD_STRING, offsetof(struct past_break, outcome),   NULL },
	{ "due_usec",      FIELD_NUMBER, offsetof(struct past_break, due),       NULL },
	{ "prompted_usec", FIELD_NUMBER, offsetof(struct past_break, prompted),  NULL },
	{ "started_usec",  FIELD_NUMBER, offsetof(struct past_break, started),   NULL },
	{ "ended_usec",    FIELD_NUMBER, offsetof(struct past_break, ended),     NULL },
	{ "length_usec",   FIELD_NUMBER, offsetof(struct past_break, length),    NULL },
	{ "rested_usec",   FIELD_NUMBER, offsetof(struct past_break, rested),    NULL },
	{ "prompts",       FIELD_NUMBER, offsetof(struct past_break, prompts),   NULL },
	{ "snoozes",       FIELD_NUMBER, offsetof(struct past_break, snoozes),   NULL },
	{ "exercises",     FIELD_AMOUNTS, offsetof(struct past_break, exercises), NULL },
	{ "delays",        FIELD_AMOUNTS, offsetof(struct past_break, delays),   NULL },
};
/* clang-format on */
static const struct shape past_break_shape = {
	.size = sizeof(struct past_break),
	.fields = break_fields,
	.n = ELEMENTS(break_fields),
};

void past_page_done(struct past_page *page)
{
	batch_done(&page->batch);
	arena_done(&page->arena);
	page->breaks = (struct list){ 0 };
}

static int ask(struct batch *b, sd_bus *bus, const struct past_query *query)
{
	if (query->from)
		return batch_call(b, bus, false, BUS_PATH, BUS_MANAGER, "GetHistory", "a{sv}", 2,
				  "after_id", "t", query->after_id, "from_usec", "t", query->from);
	return batch_call(b, bus, false, BUS_PATH, BUS_MANAGER, "GetHistory", "a{sv}", 1,
			  "after_id", "t", query->after_id);
}

int past_read(struct past_page *page, sd_bus *bus, struct past_query *query)
{
	const struct past_break *breaks;
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
	r = reader_dicts(&past_break_shape, &page->arena, page->batch.v[0].answer, &page->breaks);
	if (r < 0)
		return remote_failed(r);
	breaks = page->breaks.items;
	for (size_t i = 0; i < page->breaks.n; i++)
		if (breaks[i].id > query->after_id)
			query->after_id = breaks[i].id;
	/* Without a later id the next page would be this one, for ever. */
	if (query->after_id == before)
		page->breaks.n = 0;
	return EXIT_DONE;
}
