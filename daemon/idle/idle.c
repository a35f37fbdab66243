#include "idle/idle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "idle/mutter.h"
#include "idle/source.h"
#include "idle/tty.h"
#include "idle/x11.h"

/* In order of choice. */
static const struct idle_source_type *const types[] = {
	&idle_x11,
	&idle_mutter,
	&idle_tty,
};

struct idle {
	struct idle_world world;
	char *wanted;                 /* owned */
	const struct idle_sink *sink; /* borrowed */
	void *owner;                  /* borrowed */
	usec_t threshold;
	struct idle_source *source; /* owned; NULL if none was picked */
	sd_event_source *verdict;   /* owned: tells `changed` when no source does */
	const char *problem, *hint; /* static: why none was picked */
};

DEFINE_CLEANUP(idle_free, struct idle *)

static const struct idle_source_type *find_type(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(types); i++)
		if (!strcmp(types[i]->name, name))
			return types[i];
	return NULL;
}

static const struct idle_source_type *pick_type(const char *wanted)
{
	if (strcmp(wanted, "auto"))
		return find_type(wanted);
	for (size_t i = 0; i < ELEMENTS(types); i++)
		if (types[i]->fits())
			return types[i];
	return NULL;
}

int idle_new(struct idle **ret, const struct idle_world *world, const char *wanted,
	     const struct idle_sink *sink, void *owner)
{
	CLEANUP(idle_freep) struct idle *i = NULL;

	if (strcmp(wanted, "auto") && strcmp(wanted, "none") && !find_type(wanted))
		return -EINVAL;
	i = calloc(1, sizeof(*i));
	if (!i)
		return -ENOMEM;
	i->world = *world;
	i->sink = sink;
	i->owner = owner;
	i->threshold = USEC_PER_SEC;
	i->hint = "";
	i->wanted = strdup(wanted);
	if (!i->wanted)
		return -ENOMEM;

	*ret = TAKE(i);
	return 0;
}

struct idle *idle_free(struct idle *i)
{
	if (!i)
		return NULL;
	if (i->source)
		i->source->type->close(i->source);
	sd_event_source_disable_unref(i->verdict);
	free(i->wanted);
	free(i);
	return NULL;
}

static int on_verdict(sd_event_source *source, void *userdata)
{
	struct idle *i = userdata;

	(void)source;
	i->sink->changed(i->owner);
	return 0;
}

/* Say what is missing, if the user wants more than none. */
static void explain_none(struct idle *i)
{
	if (!strcmp(i->wanted, "none"))
		return;
	if (!strcmp(i->wanted, "auto") && getenv("WAYLAND_DISPLAY")) {
		i->problem = "this version of limber cannot see input on a Wayland desktop: its X "
			     "server sees only what goes to X programs";
		i->hint = "log in to an X11 session, or set source = x11 in section [idle] if all "
			  "your programs are X programs";
		return;
	}
	i->problem = "there is no display to watch: DISPLAY is not set";
	i->hint = "start limberd from within the desktop, or run there: systemctl --user "
		  "import-environment DISPLAY XAUTHORITY; systemctl --user restart limberd";
}

int idle_start(struct idle *i)
{
	const struct idle_source_type *type = pick_type(i->wanted);
	int r = -ENXIO;

	if (i->source || i->verdict)
		return 0;
	if (type)
		r = type->open(&i->source, &i->world, i->threshold, i->sink, i->owner);
	if (r != -ENXIO)
		return r;
	explain_none(i);
	return sd_event_add_defer(i->world.event, &i->verdict, on_verdict, i);
}

void idle_set_threshold(struct idle *i, usec_t threshold)
{
	i->threshold = threshold;
	if (i->source)
		i->source->type->set_threshold(i->source, threshold);
}

void idle_check(struct idle *i)
{
	if (i->source)
		i->source->type->check(i->source);
}

const char *idle_source_name(const struct idle *i)
{
	return i->source && i->source->watching ? i->source->type->name : "none";
}

const char *idle_problem(const struct idle *i)
{
	if (!i->source)
		return i->problem;
	return i->source->problem[0] ? i->source->problem : NULL;
}

const char *idle_hint(const struct idle *i)
{
	return i->source ? i->source->hint : i->hint;
}
