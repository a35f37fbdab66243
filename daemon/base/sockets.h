/*
 * Servers announce themselves by a socket in a folder that everybody knows: told by inotify when
 * one appears. The folder may come later than we do, and go.
 */
#pragma once

#include <stdbool.h>

#include <systemd/sd-event.h>

struct sockets;

/*
 * Watch `folder` (an absolute path). appeared() is told from inside the event loop of every name
 * that comes there, maybe a moment before a server listens; "" stands for the folder itself with
 * whatever is in it. It may free the watch.
 */
int sockets_new(struct sockets **ret, sd_event *event, const char *folder,
		void (*appeared)(void *owner, const char *name), void *owner);

/* NULL is fine; returns NULL. */
struct sockets *sockets_free(struct sockets *w);
