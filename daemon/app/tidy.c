#include "app/tidy.h"

#include <malloc.h>
#include <stdbool.h>

#include "base/timer.h"

/* So many messages make a burst, and it is over when none has come for so long. */
#define BURST 512
#define SILENCE USEC_PER_SEC

/*
 * Tidying in the middle of a burst would not do: what comes after it, be it fewer messages than a
 * burst of their own, would stay for ever.
 */
static int on_silence(sd_event_source *source, uint64_t now, void *userdata)
{
	struct tidy *t = userdata;
	bool silent = t->messages == 0;

	(void)now;
	t->messages = 0;
	if (silent)
		(void)malloc_trim(0);
	else
		timer_start(source, SILENCE);
	return 0;
}

static int on_message(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct tidy *t = userdata;

	(void)m;
	(void)reterr;
	if (++t->messages == BURST && !timer_is_running(t->silence))
		timer_start(t->silence, SILENCE);
	return 0;
}

int tidy_init(struct tidy *t, sd_event *event, sd_bus *bus)
{
	int r;

	*t = (struct tidy){ 0 };
	r = sd_bus_add_filter(bus, &t->filter, on_message, t);
	if (r < 0)
		return r;
	return timer_new(&t->silence, event, SILENCE / 4, on_silence, t);
}

void tidy_done(struct tidy *t)
{
	sd_bus_slot_unref(t->filter);
	sd_event_source_disable_unref(t->silence);
	*t = (struct tidy){ 0 };
}
