#include "bus/past.h"

#include <string.h>

static struct out *out_of(struct bus_past_sink *sink)
{
	return &((struct past_reply *)sink)->out;
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

static int begin_day(struct bus_past_sink *sink, const char *day)
{
	struct out *o = out_of(sink);

	out_open(o, 'a', "{sv}");
	out_entry_string(o, "day", day);
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

void past_reply_init(struct past_reply *reply, sd_bus_message *message)
{
	*reply = (struct past_reply){
		.sink = {
			.add_break = add_break,
			.begin_day = begin_day,
			.add_total = add_total,
			.end_day = end_day,
		},
		.out = { .message = message },
	};
}

/* One value by its key; 0 if it is none of ours. */
static int read_value(sd_bus_message *m, const char *key, struct bus_history_query *q,
		      const char **ret_wants)
{
	*ret_wants = "a point in time";
	if (!strcmp(key, "from_usec"))
		return sd_bus_message_read(m, "v", "t", &q->from);
	if (!strcmp(key, "to_usec"))
		return sd_bus_message_read(m, "v", "t", &q->to);
	*ret_wants = "a number";
	if (!strcmp(key, "after_id"))
		return sd_bus_message_read(m, "v", "t", &q->after_id);
	if (!strcmp(key, "limit"))
		return sd_bus_message_read(m, "v", "u", &q->limit);
	*ret_wants = "a text";
	if (!strcmp(key, "rule"))
		return sd_bus_message_read(m, "v", "s", &q->rule);
	if (!strcmp(key, "outcome"))
		return sd_bus_message_read(m, "v", "s", &q->outcome);
	return sd_bus_message_skip(m, "v");
}

int past_read_query(sd_bus_message *m, struct bus_history_query *ret, sd_bus_error *reterr)
{
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{sv}");
	while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		const char *key, *wants;

		r = sd_bus_message_read(m, "s", &key);
		if (r < 0)
			return r;
		r = read_value(m, key, ret, &wants);
		if (r < 0)
			return sd_bus_error_setf(reterr, SD_BUS_ERROR_INVALID_ARGS, "'%s' takes %s",
						 key, wants);
		r = sd_bus_message_exit_container(m);
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}
