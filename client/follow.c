#include "follow.h"

#include <stdio.h>

void follow_set(struct follow *f, struct state *fresh)
{
	state_done(&f->state);
	f->state = *fresh;
	*fresh = (struct state){ 0 };
	f->known = f->running = true;
	*f->trouble = '\0';
}

static void on_everything(struct batch *b, void *owner)
{
	struct follow *f = owner;
	struct state fresh = { 0 };
	const char *sentence;
	int worst = EXIT_DONE;

	f->asking = false;
	for (size_t i = 0; i < b->n && worst == EXIT_DONE; i++)
		worst = remote_judge(b->v[i].answer, &sentence);
	if (worst == EXIT_DONE && state_take(&fresh, b, 0) >= 0) {
		follow_set(f, &fresh);
	} else {
		state_done(&fresh);
		if (worst != EXIT_DONE)
			(void)snprintf(f->trouble, sizeof(f->trouble), "%s", sentence);
	}
	batch_done(b);
	f->sink.changed(f->sink.owner);
	if (f->again)
		follow_ask(f);
}

/* One question at a time: with a limberd that hangs, they would pile up. */
void follow_ask(struct follow *f)
{
	f->again = f->asking;
	if (f->asking || !f->running)
		return;
	batch_init(&f->batch);
	f->batch.done = on_everything;
	f->batch.owner = f;
	if (state_ask(&f->batch, f->watch.bus, false) >= 0 &&
	    batch_send(&f->batch, f->watch.bus) >= 0)
		f->asking = true;
	else
		batch_done(&f->batch);
}

static void on_told(void *owner, sd_bus_message *m)
{
	struct follow *f = owner;

	f->sink.signal(f->sink.owner, m);
	/* Whatever it was, everything is asked for again. */
	follow_ask(f);
}

static void on_running(void *owner, bool running)
{
	struct follow *f = owner;

	f->running = running;
	if (!running) {
		batch_done(&f->batch);
		f->asking = f->again = f->known = false;
		state_done(&f->state);
		*f->trouble = '\0';
	}
	follow_ask(f);
	f->sink.changed(f->sink.owner);
}

int follow_open(struct follow *f, const struct follow_sink *sink)
{
	const struct watch_sink watch = { .signal = on_told, .running = on_running, .owner = f };
	int r;

	*f = (struct follow){ .sink = *sink };
	batch_init(&f->batch);
	r = watch_open(&f->watch, &watch);
	if (r != EXIT_DONE)
		return r;
	/* Also of what the user wants of limberd it is told soon that there is no answer. */
	r = sd_bus_set_method_call_timeout(f->watch.bus, REMOTE_PATIENCE);
	return r < 0 ? remote_failed(r) : EXIT_DONE;
}

void follow_close(struct follow *f)
{
	batch_done(&f->batch);
	state_done(&f->state);
	watch_close(&f->watch);
}

int follow_fetch(struct follow *f)
{
	int r;

	r = state_fetch(&f->state, f->watch.bus);
	if (r == EXIT_DONE)
		f->known = f->running = true;
	return r;
}
