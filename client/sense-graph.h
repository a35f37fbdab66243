/*
 * What PipeWire's objects mean: who is in a call, and who gets the picture of the screen. Knows of
 * PipeWire only its words, so that each case can be told as a story in a test.
 *
 * A call: a program's stream takes sound from a microphone or a picture from a camera, and runs. A
 * level meter, a recorder of what the loudspeakers play and a filter that waits between the two
 * are none. A shared screen: a program's stream takes a picture that comes from no camera; such
 * pictures are made by compositors and the desktop's portals.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GRAPH_NAME_MAX 64

enum graph_sign { GRAPH_CALL, GRAPH_SCREENCAST, GRAPH_SIGNS };

/* What a node says of itself; NULL: nothing. Borrowed for the call. */
struct graph_words {
	const char *class;        /* media.class */
	const char *role;         /* media.role */
	const char *api;          /* device.api */
	const char *monitor;      /* stream.monitor */
	const char *capture_sink; /* stream.capture.sink */
	const char *link_group;   /* node.link-group */
	const char *application;  /* application.name */
};

struct graph;

/* NULL: no memory. */
struct graph *graph_new(void);

/* NULL is fine; returns NULL. */
struct graph *graph_free(struct graph *g);

/* Could a node of this class matter? The others need not be told; NULL is fine. */
bool graph_wants(const char *class);

/*
 * Objects by their numbers, which are PipeWire's; told again, they are replaced. -ENOMEM. A client
 * is the program that a node belongs to: its name is taken if the node has none.
 */
int graph_put_client(struct graph *g, uint32_t id, const char *application);
int graph_put_node(struct graph *g, uint32_t id, uint32_t client, const struct graph_words *words);
int graph_put_link(struct graph *g, uint32_t id, uint32_t from, uint32_t to);

/* A node's stream runs, or does not: none does at first. One that was never told is ignored. */
void graph_set_running(struct graph *g, uint32_t id, bool running);

/* Also one that was never told. */
void graph_remove(struct graph *g, uint32_t id);

/*
 * Does it hold? Then `name` is who does it, one printable line, "" if not known; of several the one
 * that is linked longest.
 */
bool graph_find(const struct graph *g, enum graph_sign sign, char name[static GRAPH_NAME_MAX]);
