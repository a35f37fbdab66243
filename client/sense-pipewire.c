#include "sense-pipewire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <pipewire/impl.h>

#include "base/cleanup.h"
#include "base/parse.h"

/*
 * Nodes are told of in the first answer, which makes us ask for what they say of themselves; that
 * is in the second.
 */
#define ROUNDS 2

struct bound {
	struct bound *next;
	struct pipewire *pipewire;
	uint32_t id;
	struct pw_proxy *proxy; /* owned */
	struct spa_hook listener;
};

struct pipewire {
	struct graph *graph;              /* borrowed */
	const struct pipewire_sink *sink; /* borrowed */
	void *owner;                      /* borrowed */
	struct pw_context *context;       /* owned */
	struct pw_core *core;             /* owned */
	struct pw_registry *registry;     /* owned */
	struct spa_hook core_listener, registry_listener;
	struct bound *nodes; /* owned */
	unsigned rounds;     /* still to be asked */
	int asked;           /* what the next answer must be to */
};

/* Nodes ---------------------------------------------------------------------------------------- */

static uint32_t number(const struct spa_dict *properties, const char *key)
{
	const char *text = properties ? spa_dict_lookup(properties, key) : NULL;
	unsigned value;

	return text && parse_unsigned(text, &value) >= 0 ? value : SPA_ID_INVALID;
}

static void put_node(struct bound *b, const struct spa_dict *p)
{
	const struct graph_words words = {
		.class = spa_dict_lookup(p, PW_KEY_MEDIA_CLASS),
		.role = spa_dict_lookup(p, PW_KEY_MEDIA_ROLE),
		.api = spa_dict_lookup(p, PW_KEY_DEVICE_API),
		.monitor = spa_dict_lookup(p, PW_KEY_STREAM_MONITOR),
		.capture_sink = spa_dict_lookup(p, PW_KEY_STREAM_CAPTURE_SINK),
		.link_group = spa_dict_lookup(p, PW_KEY_NODE_LINK_GROUP),
		.application = spa_dict_lookup(p, PW_KEY_APP_NAME),
	};

	/* Without memory for it a node is one that we do not see. */
	(void)graph_put_node(b->pipewire->graph, b->id, number(p, PW_KEY_CLIENT_ID), &words);
}

/* Properties come with the first of these, and again only when they change. */
static void on_node_info(void *data, const struct pw_node_info *info)
{
	struct bound *b = data;
	struct pipewire *p = b->pipewire;

	if (info->change_mask & PW_NODE_CHANGE_MASK_PROPS && info->props)
		put_node(b, info->props);
	if (info->change_mask & PW_NODE_CHANGE_MASK_STATE)
		graph_set_running(p->graph, b->id, info->state == PW_NODE_STATE_RUNNING);
	p->sink->changed(p->owner);
}

static const struct pw_node_events node_events = {
	PW_VERSION_NODE_EVENTS,
	.info = on_node_info,
};

static void bind_node(struct pipewire *p, uint32_t id)
{
	struct bound *b = calloc(1, sizeof(*b));

	if (!b)
		return;
	b->pipewire = p;
	b->id = id;
	b->proxy = pw_registry_bind(p->registry, id, PW_TYPE_INTERFACE_Node, PW_VERSION_NODE, 0);
	if (!b->proxy) {
		free(b);
		return;
	}
	pw_proxy_add_object_listener(b->proxy, &b->listener, &node_events, b);
	b->next = p->nodes;
	p->nodes = b;
}

static void free_bound(struct bound *b)
{
	spa_hook_remove(&b->listener);
	pw_proxy_destroy(b->proxy);
	free(b);
}

static void unbind(struct pipewire *p, uint32_t id)
{
	for (struct bound **at = &p->nodes; *at; at = &(*at)->next) {
		struct bound *b = *at;

		if (b->id != id)
			continue;
		*at = b->next;
		free_bound(b);
		return;
	}
}

/* The registry --------------------------------------------------------------------------------- */

static void on_global(void *data, uint32_t id, uint32_t permissions, const char *type,
		      uint32_t version, const struct spa_dict *properties)
{
	struct pipewire *p = data;

	(void)permissions;
	(void)version;
	if (!properties)
		return;
	if (!strcmp(type, PW_TYPE_INTERFACE_Node)) {
		if (graph_wants(spa_dict_lookup(properties, PW_KEY_MEDIA_CLASS)))
			bind_node(p, id);
	} else if (!strcmp(type, PW_TYPE_INTERFACE_Link)) {
		(void)graph_put_link(p->graph, id, number(properties, PW_KEY_LINK_OUTPUT_NODE),
				     number(properties, PW_KEY_LINK_INPUT_NODE));
		p->sink->changed(p->owner);
	} else if (!strcmp(type, PW_TYPE_INTERFACE_Client)) {
		(void)graph_put_client(p->graph, id, spa_dict_lookup(properties, PW_KEY_APP_NAME));
	}
}

static void on_global_remove(void *data, uint32_t id)
{
	struct pipewire *p = data;

	unbind(p, id);
	graph_remove(p->graph, id);
	p->sink->changed(p->owner);
}

static const struct pw_registry_events registry_events = {
	PW_VERSION_REGISTRY_EVENTS,
	.global = on_global,
	.global_remove = on_global_remove,
};

/* The connection ------------------------------------------------------------------------------- */

static void ask(struct pipewire *p)
{
	p->rounds--;
	p->asked = pw_core_sync(p->core, PW_ID_CORE, 0);
}

static void on_done(void *data, uint32_t id, int sequence)
{
	struct pipewire *p = data;

	if (id != PW_ID_CORE || sequence != p->asked)
		return;
	if (p->rounds)
		ask(p);
	else
		p->sink->synced(p->owner);
}

/* That a node has gone before it was asked is no loss. */
static void on_error(void *data, uint32_t id, int sequence, int error, const char *message)
{
	struct pipewire *p = data;

	(void)sequence;
	(void)message;
	if (id == PW_ID_CORE && error == -EPIPE)
		p->sink->lost(p->owner);
}

static const struct pw_core_events core_events = {
	PW_VERSION_CORE_EVENTS,
	.done = on_done,
	.error = on_error,
};

void pipewire_sync(struct pipewire *p)
{
	p->rounds = ROUNDS;
	ask(p);
}

static int failure(void)
{
	return errno > 0 ? -errno : -EIO;
}

static int open_context(struct pipewire *p, struct pw_loop *loop)
{
	struct pw_data_loop *data_loop;

	p->context = pw_context_new(loop, pw_properties_new(PW_KEY_CONFIG_NAME, "null", NULL), 0);
	if (!p->context)
		return failure();
	data_loop = pw_context_get_data_loop(p->context);
	if (data_loop)
		(void)pw_data_loop_stop(data_loop);
	if (!pw_context_load_module(p->context, "libpipewire-module-protocol-native", NULL, NULL))
		return failure();
	return 0;
}

static int open_core(struct pipewire *p, const char *path)
{
	struct pw_properties *properties = pw_properties_new(
		PW_KEY_REMOTE_NAME, path, PW_KEY_APP_NAME, "limber", PW_KEY_APP_ID,
		"org.limberd.Limber1", PW_KEY_MEDIA_CATEGORY, "Manager", NULL);

	p->core = pw_context_connect(p->context, properties, 0);
	if (!p->core)
		return failure();
	pw_core_add_listener(p->core, &p->core_listener, &core_events, p);
	p->registry = pw_core_get_registry(p->core, PW_VERSION_REGISTRY, 0);
	if (!p->registry)
		return failure();
	pw_registry_add_listener(p->registry, &p->registry_listener, &registry_events, p);
	pipewire_sync(p);
	return 0;
}

DEFINE_CLEANUP(pipewire_free, struct pipewire *)

int pipewire_connect(struct pipewire **ret, struct pw_loop *loop, const char *path,
		     struct graph *graph, const struct pipewire_sink *sink, void *owner)
{
	CLEANUP(pipewire_freep) struct pipewire *p = NULL;
	int r;

	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->graph = graph;
	p->sink = sink;
	p->owner = owner;
	r = open_context(p, loop);
	if (r < 0)
		return r;
	r = open_core(p, path);
	if (r < 0)
		return r;

	*ret = TAKE(p);
	return 0;
}

struct pipewire *pipewire_free(struct pipewire *p)
{
	if (!p)
		return NULL;
	for (struct bound *b = p->nodes, *next; b; b = next) {
		next = b->next;
		free_bound(b);
	}
	if (p->registry) {
		spa_hook_remove(&p->registry_listener);
		pw_proxy_destroy((struct pw_proxy *)p->registry);
	}
	if (p->core) {
		spa_hook_remove(&p->core_listener);
		(void)pw_core_disconnect(p->core);
	}
	if (p->context)
		pw_context_destroy(p->context);
	free(p);
	return NULL;
}
