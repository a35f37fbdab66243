#include "remote.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "bus/protocol.h"
#include "text.h"

#define NOT_RUNNING                                                                                \
	"limberd is not running; start it with: systemctl --user start limberd (or: limberd)"
#define NOT_ANSWERING "limberd does not answer; see: systemctl --user status limberd"
#define TOO_OLD                                                                                    \
	"the limberd that is running does not know this yet; start the installed one: "            \
	"systemctl --user restart limberd"

int remote_failed(int error)
{
	switch (error) {
	case -ETIMEDOUT:
		return complain(EXIT_NO_DAEMON, NOT_ANSWERING);
	case -ENOMEM:
		return complain(EXIT_REFUSED, "out of memory");
	case -ENOTCONN:
	case -ECONNRESET:
	case -EPIPE:
		return complain(EXIT_NO_DAEMON, "the session bus is gone");
	}
	return complain(EXIT_NO_DAEMON, "cannot talk to limberd: %s", strerror(-error));
}

int remote_open(sd_bus **ret)
{
	int r;

	r = sd_bus_open_user(ret);
	if (r == -ENOMEDIUM)
		return complain(EXIT_NO_DAEMON,
				"there is no session bus here "
				"(DBUS_SESSION_BUS_ADDRESS is not set); limber works "
				"inside a login session");
	if (r < 0)
		return complain(EXIT_NO_DAEMON, "cannot reach the session bus: %s", strerror(-r));
	return EXIT_DONE;
}

void batch_init(struct batch *b)
{
	/* Not the arrays: they are big, and nothing beyond `n` is ever read. */
	b->n = b->open = 0;
	b->done = NULL;
	b->owner = NULL;
}

void batch_done(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		sd_bus_slot_unref(b->slots[i]);
		sd_bus_message_unref(b->v[i].call);
		sd_bus_message_unref(b->v[i].answer);
	}
	batch_init(b);
}

int batch_add(struct batch *b, sd_bus_message *call)
{
	if (b->n == BATCH_MAX) {
		sd_bus_message_unref(call);
		return -E2BIG;
	}
	b->slots[b->n] = NULL;
	b->v[b->n++] = (struct exchange){ .call = call, .batch = b };
	return 0;
}

static int add_call(struct batch *b, sd_bus *bus, bool starts, const char *path,
		    const char *interface, const char *member, const char *types, va_list args)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *m = NULL;
	int r;

	r = sd_bus_message_new_method_call(bus, &m, BUS_NAME, path, interface, member);
	if (r < 0)
		return r;
	r = sd_bus_message_set_auto_start(m, starts);
	if (r < 0)
		return r;
	if (types) {
		r = sd_bus_message_appendv(m, types, args);
		if (r < 0)
			return r;
	}
	return batch_add(b, TAKE(m));
}

int batch_call(struct batch *b, sd_bus *bus, bool starts, const char *path, const char *interface,
	       const char *member, const char *types, ...)
{
	va_list args;
	int r;

	va_start(args, types);
	r = add_call(b, bus, starts, path, interface, member, types, args);
	va_end(args);
	return r;
}

static int on_answer(sd_bus_message *answer, void *userdata, sd_bus_error *reterr)
{
	struct exchange *x = userdata;
	struct batch *b = x->batch;

	(void)reterr;
	x->answer = sd_bus_message_ref(answer);
	b->open--;
	if (b->open == 0 && b->done)
		b->done(b, b->owner);
	return 0;
}

int batch_send(struct batch *b, sd_bus *bus)
{
	for (size_t i = 0; i < b->n; i++) {
		int r;

		r = sd_bus_call_async(bus, &b->slots[i], b->v[i].call, on_answer, &b->v[i],
				      REMOTE_PATIENCE);
		if (r < 0)
			return r;
		b->v[i].call = sd_bus_message_unref(b->v[i].call);
		b->open++;
	}
	return 0;
}

/* Our own deadline beside the one of each call: a bus that hangs never gets as far as those. */
static int wait_for_answers(struct batch *b, sd_bus *bus)
{
	usec_t deadline = usec_add(clock_monotonic(), REMOTE_PATIENCE);
	int r;

	while (b->open > 0) {
		usec_t left;

		r = sd_bus_process(bus, NULL);
		if (r < 0)
			return r;
		if (r > 0)
			continue;
		left = usec_sub(deadline, clock_monotonic());
		if (left == 0)
			return -ETIMEDOUT;
		r = sd_bus_wait(bus, left);
		if (r < 0 && r != -EINTR)
			return r;
	}
	return 0;
}

static int judge_error(const sd_bus_error *e, const char **ret_sentence)
{
	static const struct {
		const char *name;
		const char *sentence; /* NULL: the error's own */
	} absent[] = {
		{ SD_BUS_ERROR_SERVICE_UNKNOWN, NOT_RUNNING },
		{ SD_BUS_ERROR_NAME_HAS_NO_OWNER, NOT_RUNNING },
		{ SD_BUS_ERROR_NO_REPLY, NOT_ANSWERING },
		{ SD_BUS_ERROR_TIMEOUT, NOT_ANSWERING },
		{ "org.freedesktop.DBus.Error.TimedOut", NOT_ANSWERING },
		{ SD_BUS_ERROR_DISCONNECTED, "the session bus is gone" },
		{ SD_BUS_ERROR_NO_SERVER, NULL },
	};
	/* What was typed, limberd alone knows all the words. */
	static const char *const mistyped[] = { SD_BUS_ERROR_INVALID_ARGS, BUS_ERROR_NO_SUCH_RULE,
						BUS_ERROR_NO_SUCH_EXERCISE };
	static const char *const unknown[] = { SD_BUS_ERROR_UNKNOWN_METHOD,
					       SD_BUS_ERROR_UNKNOWN_INTERFACE };

	for (size_t i = 0; i < ELEMENTS(absent); i++)
		if (!strcmp(e->name, absent[i].name)) {
			*ret_sentence = absent[i].sentence ? absent[i].sentence : e->message;
			return EXIT_NO_DAEMON;
		}
	for (size_t i = 0; i < ELEMENTS(unknown); i++)
		if (!strcmp(e->name, unknown[i])) {
			*ret_sentence = TOO_OLD;
			return EXIT_REFUSED;
		}
	*ret_sentence = e->message && *e->message ? e->message : e->name;
	/* The bus tried to start limberd. */
	if (!strncmp(e->name, "org.freedesktop.DBus.Error.Spawn.", 33) ||
	    !strncmp(e->name, "org.freedesktop.systemd1.", 25))
		return EXIT_NO_DAEMON;
	for (size_t i = 0; i < ELEMENTS(mistyped); i++)
		if (!strcmp(e->name, mistyped[i]))
			return EXIT_USAGE;
	return EXIT_REFUSED;
}

int remote_judge(sd_bus_message *answer, const char **ret_sentence)
{
	const sd_bus_error *e = sd_bus_message_get_error(answer);

	return e ? judge_error(e, ret_sentence) : EXIT_DONE;
}

/* What to do about a refusal, unless its sentence names a verb already. */
static const char *next_step(const sd_bus_error *e)
{
	static const struct {
		const char *name, *hint;
	} hints[] = {
		{ BUS_ERROR_NO_SUCH_EXERCISE, "; 'limber exercises' lists them" },
		{ BUS_ERROR_HISTORY_UNAVAILABLE, "; 'limber doctor' says what to do about it" },
	};

	if (e->message && strstr(e->message, "limber "))
		return "";
	for (size_t i = 0; i < ELEMENTS(hints); i++)
		if (!strcmp(e->name, hints[i].name))
			return hints[i].hint;
	return "";
}

int remote_complain(sd_bus_message *answer)
{
	const char *sentence;
	int r;

	r = remote_judge(answer, &sentence);
	if (r == EXIT_DONE)
		return r;
	return complain(r, "%s%s", sentence, next_step(sd_bus_message_get_error(answer)));
}

int batch_wait(struct batch *b, sd_bus *bus)
{
	int r;

	r = batch_send(b, bus);
	return r < 0 ? r : wait_for_answers(b, bus);
}

int batch_run(struct batch *b, sd_bus *bus)
{
	int r;

	r = batch_wait(b, bus);
	if (r < 0)
		return remote_failed(r);
	for (size_t i = 0; i < b->n; i++) {
		r = remote_complain(b->v[i].answer);
		if (r != EXIT_DONE)
			return r;
	}
	return EXIT_DONE;
}

int remote_call(bool starts, const char *method, const char *types, ...)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	va_list args;
	int r;

	batch_init(&b);
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	va_start(args, types);
	r = add_call(&b, bus, starts, BUS_PATH, BUS_MANAGER, method, types, args);
	va_end(args);
	if (r < 0)
		return remote_failed(r);
	return batch_run(&b, bus);
}
