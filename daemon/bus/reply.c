#include "bus/reply.h"

#include <errno.h>

#include "bus/protocol.h"

/* So many messages may wait to be sent before long answers are refused. */
#define ANSWERS_WAITING_MAX 64

static int refuse(sd_bus_error *reterr, const struct bus_answer *no)
{
	static const char *const names[] = {
		[BUS_REFUSED_NO_SUCH_RULE] = BUS_ERROR_NO_SUCH_RULE,
		[BUS_REFUSED_NO_SUCH_EXERCISE] = BUS_ERROR_NO_SUCH_EXERCISE,
		[BUS_REFUSED_NO_BREAK] = BUS_ERROR_NO_BREAK,
		[BUS_REFUSED_NOT_ALLOWED] = BUS_ERROR_NOT_ALLOWED,
		[BUS_REFUSED_LIMIT_REACHED] = BUS_ERROR_LIMIT_REACHED,
		[BUS_REFUSED_INVALID] = SD_BUS_ERROR_INVALID_ARGS,
		[BUS_REFUSED_NO_SUCH_OBJECT] = SD_BUS_ERROR_UNKNOWN_OBJECT,
		[BUS_REFUSED_NO_HISTORY] = BUS_ERROR_HISTORY_UNAVAILABLE,
	};

	return sd_bus_error_set(reterr, names[no->refusal], no->sentence);
}

static int refuse_flood(sd_bus_message *call, sd_bus_error *reterr)
{
	uint64_t waiting = 0;
	int r = sd_bus_get_n_queued_write(sd_bus_message_get_bus(call), &waiting);

	if (r < 0 || waiting < ANSWERS_WAITING_MAX)
		return r;
	return sd_bus_error_setf(reterr, SD_BUS_ERROR_LIMITS_EXCEEDED,
				 "%d answers wait to be read already; ask again when they are",
				 ANSWERS_WAITING_MAX);
}

int reply_begin(struct reply *ret, sd_bus_message *call)
{
	sd_bus_message *message;
	int r;

	r = sd_bus_message_new_method_return(call, &message);
	if (r < 0)
		return r;
	*ret = (struct reply){ .out = { .message = message }, .message = message };
	return 0;
}

int reply_begin_list(struct reply *ret, sd_bus_message *call)
{
	int r;

	r = reply_begin(ret, call);
	if (r < 0)
		return r;
	out_open(&ret->out, 'a', "a{sv}");
	ret->list = true;
	return 0;
}

int reply_begin_long(struct reply *ret, sd_bus_message *call, sd_bus_error *reterr)
{
	int r;

	r = refuse_flood(call, reterr);
	if (r < 0)
		return r;
	return reply_begin_list(ret, call);
}

int reply_send(struct reply *reply, int r, const struct bus_answer *no, sd_bus_error *reterr)
{
	if (r == -EREMOTEIO)
		return refuse(reterr, no);
	if (r < 0)
		return r;
	if (reply->list)
		out_close(&reply->out);
	if (reply->out.r < 0)
		return reply->out.r;
	return sd_bus_send(NULL, reply->message, NULL);
}

int reply_empty(sd_bus_message *call, int r, const struct bus_answer *no, sd_bus_error *reterr)
{
	if (r == -EREMOTEIO)
		return refuse(reterr, no);
	if (r < 0)
		return r;
	return sd_bus_reply_method_return(call, NULL);
}

void reply_done(struct reply *reply)
{
	reply->message = sd_bus_message_unref(reply->message);
}
