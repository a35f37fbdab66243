/* What is past: written straight from the owner into the reply. */
#include "base/cleanup.h"
#include "bus/query.h"
#include "bus/service-internal.h"

struct past_reply {
	struct bus_past_sink sink;
	struct out *out; /* borrowed */
};

static struct out *out_of(struct bus_past_sink *sink)
{
	return ((struct past_reply *)sink)->out;
}

/* An entry with a{st}: names, and how long. */
static void put_lengths(struct out *o, const char *key, const struct bus_length *lengths, size_t n)
{
	out_open(o, 'e', "sv");
	out_string(o, key);
	out_open(o, 'v', "a{st}");
	out_open(o, 'a', "{st}");
	for (size_t i = 0; i < n; i++) {
		out_open(o, 'e', "st");
		out_string(o, lengths[i].name);
		out_u64(o, lengths[i].length);
		out_close(o);
	}
	out_close(o);
	out_close(o);
	out_close(o);
}

static int add_break(struct bus_past_sink *sink, const struct bus_past_break *b)
{
	struct out *o = out_of(sink);

	out_open(o, 'a', "{sv}");
	out_entry_u64(o, "id", b->id);
	out_entry_string(o, "day", b->day);
	out_entry_string(o, "rule", b->rule);
	out_entry_string(o, "outcome", b->outcome);
	out_entry_u64(o, "due_usec", b->due);
	out_entry_u64(o, "prompted_usec", b->prompted);
	out_entry_u64(o, "started_usec", b->started);
	out_entry_u64(o, "ended_usec", b->ended);
	out_entry_u64(o, "length_usec", b->length);
	out_entry_u64(o, "rested_usec", b->rested);
	out_entry_u32(o, "prompts", b->prompts);
	out_entry_u32(o, "snoozes", b->snoozes);
	put_lengths(o, "exercises", b->exercises, b->n_exercises);
	put_lengths(o, "delays", b->delays, b->n_delays);
	out_close(o);
	return o->r;
}

static int add_activity(struct bus_past_sink *sink, const struct bus_past_activity *a)
{
	struct out *o = out_of(sink);

	out_open(o, 'a', "{sv}");
	out_entry_u64(o, "id", a->id);
	out_entry_string(o, "day", a->day);
	out_entry_u64(o, "when_usec", a->when);
	out_entry_string(o, "kind", a->kind);
	out_entry_u64(o, "length_usec", a->length);
	out_close(o);
	return o->r;
}

static int begin_day(struct bus_past_sink *sink, const char *day, bool today)
{
	struct out *o = out_of(sink);

	out_open(o, 'a', "{sv}");
	out_entry_string(o, "day", day);
	if (today)
		out_entry_bool(o, "today", true);
	out_open(o, 'e', "sv");
	out_string(o, "totals");
	out_open(o, 'v', "a{st}");
	out_open(o, 'a', "{st}");
	return o->r;
}

/* Years of days have tens of thousands of these, of which nothing but the answer is made: step by
 * step, as sd_bus_message_append() clears 3 KiB of stack each time before it does the same. */
static int put_total(sd_bus_message *m, const char *what, uint64_t amount)
{
	int r;

	r = sd_bus_message_open_container(m, 'e', "st");
	if (r >= 0)
		r = sd_bus_message_append_basic(m, 's', what);
	if (r >= 0)
		r = sd_bus_message_append_basic(m, 't', &amount);
	return r < 0 ? r : sd_bus_message_close_container(m);
}

static int add_total(struct bus_past_sink *sink, const char *what, uint64_t amount)
{
	struct out *o = out_of(sink);

	if (o->r >= 0)
		o->r = put_total(o->message, what, amount);
	return o->r;
}

static int end_day(struct bus_past_sink *sink)
{
	struct out *o = out_of(sink);

	/* The totals, the variant and the entry that they are in, and the day. */
	for (int i = 0; i < 4; i++)
		out_close(o);
	return o->r;
}

/* A reply whose sink writes into `out`. */
static struct past_reply past_reply(struct out *out)
{
	return (struct past_reply){
		.sink = {
			.add_break = add_break,
			.add_activity = add_activity,
			.begin_day = begin_day,
			.add_total = add_total,
			.end_day = end_day,
		},
		.out = out,
	};
}

static int read_query(sd_bus_message *m, struct bus_history_query *q, sd_bus_error *reterr)
{
	const struct query_key keys[] = {
		{ "from_usec", 't', &q->from, "a point in time" },
		{ "to_usec", 't', &q->to, "a point in time" },
		{ "after_id", 't', &q->after_id, "a number" },
		{ "limit", 'u', &q->limit, "a number" },
		{ "rule", 's', &q->rule, "a text" },
		{ "outcome", 's', &q->outcome, "a text" },
		{ "kind", 's', &q->kind, "a text" },
		{ NULL, 0, NULL, NULL },
	};

	return query_read(m, keys, reterr);
}

/* One of the owner's functions that answer such a query. */
typedef int read_past(void *owner, const struct bus_history_query *query,
		      struct bus_past_sink *sink, struct bus_answer *no);

static int answer_query(sd_bus_message *m, struct service *s, read_past *read, sd_bus_error *reterr)
{
	CLEANUP(reply_done) struct reply reply = { 0 };
	struct past_reply past = past_reply(&reply.out);
	struct bus_history_query query = { 0 };
	struct bus_answer no;
	int r;

	r = read_query(m, &query, reterr);
	if (r < 0)
		return r;
	r = reply_begin_long(&reply, m, reterr);
	if (r < 0)
		return r;
	r = read(s->owner, &query, &past.sink, &no);
	return reply_send(&reply, r, &no, reterr);
}

int on_get_history(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;

	return answer_query(m, s, s->ops->history, reterr);
}

int on_get_activities(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;

	return answer_query(m, s, s->ops->activities, reterr);
}

int on_get_statistics(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	CLEANUP(reply_done) struct reply reply = { 0 };
	struct past_reply past = past_reply(&reply.out);
	const char *from, *to;
	struct bus_answer no;
	int r;

	r = sd_bus_message_read(m, "ss", &from, &to);
	if (r < 0)
		return r;
	r = reply_begin_long(&reply, m, reterr);
	if (r < 0)
		return r;
	r = s->ops->statistics(s->owner, from, to, &past.sink, &no);
	return reply_send(&reply, r, &no, reterr);
}

int on_log_activity(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct bus_answer no;
	const char *kind;
	uint64_t length;
	int r;

	r = sd_bus_message_read(m, "st", &kind, &length);
	if (r < 0)
		return r;
	return reply_empty(m, s->ops->log_activity(s->owner, kind, length, &no), &no, reterr);
}

int on_remove_activity(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct bus_activity_query q = { 0 };
	const struct query_key keys[] = {
		{ "id", 't', &q.id, "a number" },
		{ "kind", 's', &q.kind, "a text" },
		{ "length_usec", 't', &q.length, "a length" },
		{ NULL, 0, NULL, NULL },
	};
	CLEANUP(reply_done) struct reply reply = { 0 };
	struct past_reply past = past_reply(&reply.out);
	struct bus_answer no;
	int r;

	r = query_read(m, keys, reterr);
	if (r < 0)
		return r;
	r = reply_begin(&reply, m);
	if (r < 0)
		return r;
	r = s->ops->remove_activity(s->owner, &q, &past.sink, &no);
	return reply_send(&reply, r, &no, reterr);
}
