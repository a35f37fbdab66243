#include "app/tidy.h"

#include <malloc.h>

/* So many messages make a burst. */
#define BURST 512

static int on_message(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct tidy *t = userdata;

	(void)m;
	(void)reterr;
	t->messages++;
	return 0;
}

/* Comes after everything else that was to be done, in the same wake-up. */
static int on_post(sd_event_source *source, void *userdata)
{
	struct tidy *t = userdata;
	uint64_t unread, unsent;

	(void)source;
	if (t->messages < BURST || sd_bus_get_n_queued_read(t->bus, &unread) < 0 ||
	    sd_bus_get_n_queued_write(t->bus, &unsent) < 0 || unread > 0 || unsent > 0)
		return 0;
	t->messages = 0;
	(void)malloc_trim(0);
	return 0;
}

int tidy_init(struct tidy *t, sd_event *event, sd_bus *bus)
{
	int r;

	*t = (struct tidy){ .bus = bus };
	r = sd_bus_add_filter(bus, &t->filter, on_message, t);
	if (r < 0)
		return r;
	return sd_event_add_post(event, &t->post, on_post, t);
}

void tidy_done(struct tidy *t)
{
	sd_bus_slot_unref(t->filter);
	sd_event_source_disable_unref(t->post);
	*t = (struct tidy){ 0 };
}
