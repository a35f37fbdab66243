/* Why: the decisions, asked for and told as they are made. */
#include "base/cleanup.h"
#include "bus/protocol.h"
#include "bus/service-internal.h"

/* So many decisions at most are told at once, and so many if nobody said how many. */
#define DECISIONS_MAX 2000
#define DECISIONS_USUAL 128

static void put_decision(struct out *o, const struct bus_decision *d)
{
	out_open(o, 'a', "{sv}");
	out_entry_u64(o, "when_usec", d->when);
	out_entry_string(o, "rule", d->rule);
	out_entry_string(o, "decision", d->decision);
	if (d->outcome)
		out_entry_string(o, "outcome", d->outcome);
	out_entry_string(o, "why", d->why);
	out_close(o);
}

struct decision_reply {
	struct bus_decision_sink sink;
	struct out *out;
};

static int add_decision(struct bus_decision_sink *sink, const struct bus_decision *d)
{
	struct out *o = ((struct decision_reply *)sink)->out;

	put_decision(o, d);
	return o->r;
}

/* The latest decisions, of which those that the owner has at hand are the first ones. */
static int put_decisions(struct service *s, struct out *o, unsigned limit)
{
	struct decision_reply past = { .sink = { .add = add_decision }, .out = o };
	struct bus_decision decision;
	unsigned n = 0;

	for (; n < limit && s->ops->decision(s->owner, n, &decision); n++)
		put_decision(o, &decision);
	return n < limit ? s->ops->past_decisions(s->owner, limit - n, &past.sink) : 0;
}

int on_explain(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	CLEANUP(reply_done) struct reply reply = { 0 };
	uint32_t limit;
	int r;

	r = sd_bus_message_read(m, "u", &limit);
	if (r < 0)
		return r;
	r = reply_begin_long(&reply, m, reterr);
	if (r < 0)
		return r;
	if (limit == 0)
		limit = DECISIONS_USUAL;
	r = put_decisions(s, &reply.out, limit < DECISIONS_MAX ? limit : DECISIONS_MAX);
	return reply_send(&reply, r, NULL, reterr);
}

void service_decided(struct service *s, const struct bus_decision *d)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *signal = NULL;
	struct out o = { 0 };

	if (sd_bus_message_new_signal(s->bus, &signal, BUS_PATH, BUS_MANAGER, "Decided") < 0)
		return;
	o.message = signal;
	put_decision(&o, d);
	if (o.r >= 0)
		(void)sd_bus_send(s->bus, signal, NULL);
}
