/* Answers to calls: how one begins, and how it ends. */
#pragma once

#include "bus/out.h"
#include "bus/service.h"

/* An answer with results, while these are filled in. */
struct reply {
	struct out out;
	sd_bus_message *message; /* owned */
	bool list;               /* of dictionaries, which is still open */
};

/* Begin the answer to `call`; reply_done() ends it, sent or not. */
int reply_begin(struct reply *ret, sd_bus_message *call);

/* Likewise, with aa{sv} as the result: dictionaries are to follow. */
int reply_begin_list(struct reply *ret, sd_bus_message *call);

/*
 * Likewise, where that can be long. Such answers pile up here when a client asks faster than the
 * bus takes them: then it has to wait, and *reterr says so.
 */
int reply_begin_long(struct reply *ret, sd_bus_message *call, sd_bus_error *reterr);

/* Send it, unless `r`, which is what the owner's function answered, is an error or its no. */
int reply_send(struct reply *reply, int r, const struct bus_answer *no, sd_bus_error *reterr);

/* The end of a call that has no results, or of one that got none; `r` as above. */
int reply_empty(sd_bus_message *call, int r, const struct bus_answer *no, sd_bus_error *reterr);

void reply_done(struct reply *reply);
