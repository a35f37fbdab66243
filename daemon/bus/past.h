/* The history's answers, written into messages: marshalling only. */
#pragma once

#include "bus/out.h"
#include "bus/service.h"

struct past_reply {
	struct bus_past_sink sink;
	struct out out;
};

/* A reply whose sink writes into `message`, which is borrowed. */
void past_reply_init(struct past_reply *reply, sd_bus_message *message);

/* What GetHistory was asked, from the message; an error in *reterr for a value of a wrong type. */
int past_read_query(sd_bus_message *m, struct bus_history_query *ret, sd_bus_error *reterr);
