/* Methods that ask the owner to do something now. */
#include "bus/service-internal.h"

int on_start_break(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct bus_answer no;
	const char *rule;
	char path[PATH_TEXT_MAX];
	uint64_t id;
	int r;

	r = sd_bus_message_read(m, "s", &rule);
	if (r < 0)
		return r;
	r = s->ops->start_break(s->owner, rule, &id, &no);
	if (r < 0)
		return reply_empty(m, r, &no, reterr);
	path_of_break(path, id);
	return sd_bus_reply_method_return(m, "o", path);
}

/* A method that only asks the owner, with one argument or none, and has no result. */
#define CALL_PLAIN(function, op)                                                                   \
	int function(sd_bus_message *m, void *userdata, sd_bus_error *reterr)                      \
	{                                                                                          \
		struct service *s = userdata;                                                      \
		struct bus_answer no;                                                              \
                                                                                                   \
		return reply_empty(m, s->ops->op(s->owner, &no), &no, reterr);                     \
	}
#define CALL_WITH(function, op, signature, type)                                                   \
	int function(sd_bus_message *m, void *userdata, sd_bus_error *reterr)                      \
	{                                                                                          \
		struct service *s = userdata;                                                      \
		struct bus_answer no;                                                              \
		type argument;                                                                     \
		int r;                                                                             \
                                                                                                   \
		r = sd_bus_message_read(m, signature, &argument);                                  \
		if (r < 0)                                                                         \
			return r;                                                                  \
		return reply_empty(m, s->ops->op(s->owner, argument, &no), &no, reterr);           \
	}

/* clang-format off */
CALL_WITH(on_snooze, snooze, "t", uint64_t)
CALL_PLAIN(on_skip, skip)
CALL_PLAIN(on_finish, finish)
CALL_PLAIN(on_resume, resume)
CALL_WITH(on_set_reading, set_reading, "t", uint64_t)
CALL_WITH(on_rested, rested, "t", uint64_t)
CALL_WITH(on_set_posture, set_posture, "s", const char *)
CALL_PLAIN(on_reload, reload)
/* clang-format on */
