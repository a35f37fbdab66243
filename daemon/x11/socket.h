/*
 * The socket of a local X server: told by inotify when it appears, which is when a server starts.
 * The folder that it lives in may come later than we do, and go.
 */
#pragma once

#include <systemd/sd-event.h>

struct x11_socket;

/*
 * Watch for the socket of local display `number`. appeared() is told from inside the event loop,
 * maybe a moment before the server listens, and may free the watch.
 */
int x11_socket_new(struct x11_socket **ret, sd_event *event, int number,
		   void (*appeared)(void *owner), void *owner);

/* NULL is fine; returns NULL. */
struct x11_socket *x11_socket_free(struct x11_socket *w);
