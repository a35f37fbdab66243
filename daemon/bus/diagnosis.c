/* What works and what does not: who has asked waits until it is found out. */
#include "base/cleanup.h"
#include "bus/protocol.h"
#include "bus/service-internal.h"

int on_diagnose(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	int r;

	if (s->n_diagnoses == DIAGNOSES_MAX)
		return sd_bus_error_setf(reterr, BUS_ERROR_LIMIT_REACHED,
					 "%d others wait for a diagnosis already; ask again in a "
					 "moment",
					 DIAGNOSES_MAX);
	s->diagnoses[s->n_diagnoses++] = sd_bus_message_ref(m);
	r = s->ops->diagnose(s->owner);
	if (r < 0) {
		sd_bus_message_unref(s->diagnoses[--s->n_diagnoses]);
		return r;
	}
	return 1;
}

static void put_finding(struct out *o, const struct bus_finding *f)
{
	out_open(o, 'a', "{sv}");
	out_entry_string(o, "area", f->area);
	out_entry_string(o, "check", f->check);
	out_entry_string(o, "state", f->state);
	out_entry_string(o, "detail", f->detail);
	out_entry_string(o, "hint", f->hint);
	if (f->input_known)
		out_entry_u64(o, "paused_usec", f->paused);
	out_close(o);
}

static int reply_findings(sd_bus_message *call, const struct bus_finding *findings, size_t n)
{
	CLEANUP(reply_done) struct reply reply = { 0 };
	int r;

	r = reply_begin_list(&reply, call);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		put_finding(&reply.out, &findings[i]);
	return reply_send(&reply, 0, NULL, NULL);
}

void service_diagnosed(struct service *s, const struct bus_finding *findings, size_t n)
{
	for (size_t i = 0; i < s->n_diagnoses; i++) {
		int r = reply_findings(s->diagnoses[i], findings, n);

		if (r < 0)
			(void)sd_bus_reply_method_errno(s->diagnoses[i], r, NULL);
		sd_bus_message_unref(s->diagnoses[i]);
	}
	s->n_diagnoses = 0;
}
