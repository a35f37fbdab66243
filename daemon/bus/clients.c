/* Methods whose effect is told together with who has asked for it. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "bus/service-internal.h"

#define INHIBIT_WHO_MAX 255
#define INHIBIT_WHY_MAX 1024

/* Who the client behind a call is, asked of the bus. */
struct question {
	struct service *service;
	sd_bus_message *call; /* referenced */
	bool answer_after;    /* the client gets its answer only then, so that it is still there */
};

static void question_free(void *userdata)
{
	struct question *q = userdata;

	sd_bus_message_unref(q->call);
	free(q);
}

static int on_client_pid(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct question *q = userdata;
	struct service *s = q->service;
	uint32_t pid;

	(void)reterr;
	if (!sd_bus_message_is_method_error(m, NULL) && sd_bus_message_read(m, "u", &pid) >= 0)
		s->ops->client_pid(s->owner, sd_bus_message_get_sender(q->call), pid);
	if (q->answer_after)
		(void)sd_bus_reply_method_return(q->call, NULL);
	return 0;
}

/* Asking who a client is takes a round trip to the bus, which nobody here may wait for. */
static int ask_client_pid(struct service *s, sd_bus_message *call, bool answer_after)
{
	const char *client = sd_bus_message_get_sender(call);
	sd_bus_slot *slot = NULL;
	struct question *q;
	int r;

	q = malloc(sizeof(*q));
	if (!q)
		return -ENOMEM;
	*q = (struct question){ s, sd_bus_message_ref(call), answer_after };
	r = sd_bus_call_method_async(s->bus, &slot, "org.freedesktop.DBus", "/org/freedesktop/DBus",
				     "org.freedesktop.DBus", "GetConnectionUnixProcessID",
				     on_client_pid, q, "s", client ? client : "");
	if (r < 0) {
		question_free(q);
		return r;
	}
	(void)sd_bus_slot_set_destroy_callback(slot, question_free);
	/* From here on the slot lives with the bus, until the answer. */
	(void)sd_bus_slot_set_floating(slot, 1);
	sd_bus_slot_unref(slot);
	return 0;
}

int on_pause(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	const char *client = sd_bus_message_get_sender(m);
	struct bus_answer no;
	uint64_t until;
	int r;

	r = sd_bus_message_read(m, "t", &until);
	if (r < 0)
		return r;
	r = s->ops->pause(s->owner, client ? client : "", until, &no);
	if (r < 0)
		return reply_empty(m, r, &no, reterr);
	/* Without its answer the client waits, so that its process can be asked for its name. */
	if (ask_client_pid(s, m, true) < 0)
		return sd_bus_reply_method_return(m, NULL);
	return 1;
}

int on_inhibit(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct bus_answer no;
	CLEANUP(closep) int fd = -1;
	const char *who, *why, *client = sd_bus_message_get_sender(m);
	int r;

	r = sd_bus_message_read(m, "ss", &who, &why);
	if (r < 0)
		return r;
	if (strlen(who) > INHIBIT_WHO_MAX || strlen(why) > INHIBIT_WHY_MAX)
		return sd_bus_error_setf(reterr, SD_BUS_ERROR_INVALID_ARGS,
					 "who may have %d bytes and why %d, nothing is inhibited",
					 INHIBIT_WHO_MAX, INHIBIT_WHY_MAX);
	client = client ? client : "";
	r = s->ops->inhibit(s->owner, client, who, why, &fd, &no);
	if (r < 0)
		return reply_empty(m, r, &no, reterr);
	(void)ask_client_pid(s, m, false);
	return sd_bus_reply_method_return(m, "h", fd);
}

int on_list_inhibitors(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	CLEANUP(reply_done) struct reply reply = { 0 };
	struct bus_inhibitor held;
	struct out *o = &reply.out;
	int r;

	r = reply_begin_list(&reply, m);
	if (r < 0)
		return r;
	for (size_t i = 0; s->ops->inhibitor(s->owner, i, &held); i++) {
		out_open(o, 'a', "{sv}");
		out_entry_string(o, "who", held.who);
		out_entry_string(o, "why", held.why);
		out_entry_u32(o, "pid", held.pid);
		out_entry_u64(o, "since_usec", held.since);
		out_close(o);
	}
	return reply_send(&reply, 0, NULL, reterr);
}
