#include <string.h>

#include "bus/protocol.h"
#include "bus/service-internal.h"

static const void *find_notice(const struct bus_state *state, const char *path)
{
	char own[PATH_TEXT_MAX];

	for (size_t i = 0; i < state->n_notices; i++) {
		path_numbered(own, BUS_NOTICE_PREFIX, state->notices[i].id);
		if (!strcmp(own, path))
			return &state->notices[i];
	}
	return NULL;
}

/* clang-format off */
PUT_OBJECT(put_notice_kind, bus_notice, out_string, kind)
PUT_OBJECT(put_notice_title, bus_notice, out_string, title)
PUT_OBJECT(put_notice_body, bus_notice, out_string, body)
PUT_OBJECT(put_notice_urgency, bus_notice, out_string, urgency)
PUT_OBJECT(put_notice_expires, bus_notice, out_u64, expires)
/* clang-format on */

static void put_actions(struct out *o, const struct bus_state *state, const void *object)
{
	const struct bus_notice *notice = object;

	(void)state;
	out_open(o, 'a', "(ss)");
	for (size_t i = 0; i < notice->n_actions; i++) {
		out_open(o, 'r', "ss");
		out_string(o, notice->actions[i].id);
		out_string(o, notice->actions[i].label);
		out_close(o);
	}
	out_close(o);
}

static int on_invoke(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct bus_answer no;
	const char *action;
	int r;

	r = sd_bus_message_read(m, "s", &action);
	if (r < 0)
		return r;
	r = s->ops->invoke_notice(s->owner, path_number(m, BUS_NOTICE_PREFIX), action, &no);
	return reply_empty(m, r, &no, reterr);
}

static int on_dismiss(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct bus_answer no;

	return reply_empty(m,
			   s->ops->dismiss_notice(s->owner, path_number(m, BUS_NOTICE_PREFIX), &no),
			   &no, reterr);
}

/* clang-format off */
static const struct property notice_properties[] = {
	{ "Kind",        put_notice_kind },
	{ "Title",       put_notice_title },
	{ "Body",        put_notice_body },
	{ "Actions",     put_actions },
	{ "Urgency",     put_notice_urgency },
	{ "ExpiresUSec", put_notice_expires },
	{ NULL, NULL },
};

static const sd_bus_vtable notice_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Kind", "s", children_get, 0, EMITS),
	SD_BUS_PROPERTY("Title", "s", children_get, 0, EMITS),
	SD_BUS_PROPERTY("Body", "s", children_get, 0, EMITS),
	SD_BUS_PROPERTY("Actions", "a(ss)", children_get, 0, EMITS),
	SD_BUS_PROPERTY("Urgency", "s", children_get, 0, EMITS),
	SD_BUS_PROPERTY("ExpiresUSec", "t", children_get, 0, EMITS),
	SD_BUS_METHOD_WITH_ARGS("Invoke", SD_BUS_ARGS("s", action), SD_BUS_NO_RESULT, on_invoke, ANYBODY),
	SD_BUS_METHOD_WITH_ARGS("Dismiss", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, on_dismiss, ANYBODY),
	SD_BUS_VTABLE_END,
};
/* clang-format on */

const struct child_type child_notice = {
	.prefix = BUS_NOTICE_PREFIX,
	.interface = BUS_NOTICE,
	.properties = notice_properties,
	.vtable = notice_vtable,
	.find = find_notice,
};
