#include "sense-graph.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf8.h"

enum kind {
	KIND_OTHER,
	KIND_CLIENT,
	KIND_LINK,
	KIND_MICROPHONE,
	KIND_CAMERA,
	KIND_SCREEN,
	KIND_TAKES_SOUND,
	KIND_TAKES_PICTURE,
};

struct object {
	struct object *next;
	uint32_t id;
	enum kind kind;
	uint32_t from, to; /* a link's nodes */
	uint32_t client;   /* a node's */
	bool running;
	char name[GRAPH_NAME_MAX];
};

struct graph {
	struct object *first, **last; /* owned, oldest first */
};

struct graph *graph_new(void)
{
	struct graph *g = calloc(1, sizeof(*g));

	if (g)
		g->last = &g->first;
	return g;
}

struct graph *graph_free(struct graph *g)
{
	if (!g)
		return NULL;
	for (struct object *o = g->first, *next; o; o = next) {
		next = o->next;
		free(o);
	}
	free(g);
	return NULL;
}

/* Objects -------------------------------------------------------------------------------------- */

static struct object *find(const struct graph *g, uint32_t id)
{
	for (struct object *o = g->first; o; o = o->next)
		if (o->id == id)
			return o;
	return NULL;
}

/* The object of that number, or a new one. NULL: no memory. */
static struct object *get(struct graph *g, uint32_t id)
{
	struct object *o = find(g, id);

	if (o)
		return o;
	o = calloc(1, sizeof(*o));
	if (!o)
		return NULL;
	o->id = id;
	*g->last = o;
	g->last = &o->next;
	return o;
}

void graph_remove(struct graph *g, uint32_t id)
{
	for (struct object **at = &g->first; *at; at = &(*at)->next) {
		struct object *o = *at;

		if (o->id != id)
			continue;
		*at = o->next;
		if (!*at)
			g->last = at;
		free(o);
		return;
	}
}

int graph_put_client(struct graph *g, uint32_t id, const char *application)
{
	struct object *o = get(g, id);

	if (!o)
		return -ENOMEM;
	o->kind = KIND_CLIENT;
	utf8_copy_line(o->name, sizeof(o->name), application);
	return 0;
}

int graph_put_link(struct graph *g, uint32_t id, uint32_t from, uint32_t to)
{
	struct object *o = get(g, id);

	if (!o)
		return -ENOMEM;
	o->kind = KIND_LINK;
	o->from = from;
	o->to = to;
	return 0;
}

/* Nodes ---------------------------------------------------------------------------------------- */

static bool begins(const char *text, const char *with)
{
	return text && !strncmp(text, with, strlen(with));
}

static bool is(const char *text, const char *wanted)
{
	return text && !strcmp(text, wanted);
}

/* Some are told as 1, most as true. */
static bool is_true(const char *text)
{
	return is(text, "true") || is(text, "1");
}

bool graph_wants(const char *class)
{
	return begins(class, "Stream/Input/Audio") || begins(class, "Stream/Input/Video") ||
	       begins(class, "Stream/Output/Video") || begins(class, "Audio/Source") ||
	       begins(class, "Audio/Duplex") || begins(class, "Video/Source");
}

static bool is_camera(const struct graph_words *w)
{
	return is(w->role, "Camera") || is(w->api, "v4l2") || is(w->api, "libcamera");
}

/*
 * A level meter of a mixer says that it monitors, a recorder of loudspeakers that it captures a
 * sink, and one half of a filter is grouped with its other half: the programs behind that count.
 */
static bool only_listens(const struct graph_words *w)
{
	return is_true(w->monitor) || is_true(w->capture_sink) || w->link_group;
}

/* Previews of windows in the task bar take the same way as a shared screen. */
static bool is_task_bar(const struct graph_words *w)
{
	return is(w->application, "plasmashell");
}

static enum kind kind_of(const struct graph_words *w)
{
	if (begins(w->class, "Stream/Input/Audio"))
		return only_listens(w) ? KIND_OTHER : KIND_TAKES_SOUND;
	if (begins(w->class, "Stream/Input/Video"))
		return is_task_bar(w) ? KIND_OTHER : KIND_TAKES_PICTURE;
	if (begins(w->class, "Stream/Output/Video") || begins(w->class, "Video/Source"))
		return is_camera(w) ? KIND_CAMERA : KIND_SCREEN;
	if (begins(w->class, "Audio/Source") || begins(w->class, "Audio/Duplex"))
		return KIND_MICROPHONE;
	return KIND_OTHER;
}

int graph_put_node(struct graph *g, uint32_t id, uint32_t client, const struct graph_words *words)
{
	struct object *o = get(g, id);

	if (!o)
		return -ENOMEM;
	o->kind = kind_of(words);
	o->client = client;
	utf8_copy_line(o->name, sizeof(o->name), words->application);
	return 0;
}

void graph_set_running(struct graph *g, uint32_t id, bool running)
{
	struct object *o = find(g, id);

	if (o)
		o->running = running;
}

/* Signs ---------------------------------------------------------------------------------------- */

static bool means(enum graph_sign sign, enum kind from, enum kind to)
{
	if (sign == GRAPH_SCREENCAST)
		return from == KIND_SCREEN && to == KIND_TAKES_PICTURE;
	return (from == KIND_MICROPHONE && to == KIND_TAKES_SOUND) ||
	       (from == KIND_CAMERA && to == KIND_TAKES_PICTURE);
}

static void name_of(const struct graph *g, const struct object *taker,
		    char name[static GRAPH_NAME_MAX])
{
	const struct object *client = find(g, taker->client);
	bool known = client && client->kind == KIND_CLIENT && client->name[0];

	(void)snprintf(name, GRAPH_NAME_MAX, "%s",
		       !taker->name[0] && known ? client->name : taker->name);
}

bool graph_find(const struct graph *g, enum graph_sign sign, char name[static GRAPH_NAME_MAX])
{
	for (const struct object *o = g->first; o; o = o->next) {
		const struct object *from, *to;

		if (o->kind != KIND_LINK)
			continue;
		from = find(g, o->from);
		to = find(g, o->to);
		if (!from || !to || !to->running || !means(sign, from->kind, to->kind))
			continue;
		name_of(g, to, name);
		return true;
	}
	return false;
}
