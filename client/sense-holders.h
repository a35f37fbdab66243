/*
 * Who has a camera open, as the kernel tells in /proc. Only programs that may be looked into are
 * seen: the user's own. Another user's, and one that hides itself from its own user, are not.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <sys/types.h>

#define HOLDERS_NAME_MAX 64

/* A file as the kernel knows it, by whatever name it was opened. */
struct holders_file {
	dev_t device;
	ino_t number;
};

struct holders {
	bool program; /* a program holds one of the files, and is no part of PipeWire */
	char name[HOLDERS_NAME_MAX]; /* of that program, one printable line; of several any one
				      */
	bool pipewire;               /* a part of PipeWire holds one */
};

/* Looks at every process, once. */
void holders_find(struct holders *ret, const struct holders_file *files, size_t n);
