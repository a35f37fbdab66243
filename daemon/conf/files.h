/* Which files the settings come from, and in which order. */
#pragma once

#include <stddef.h>

#include "conf/problem.h"

/* Where files are looked for. NULL members are left out. Borrowed. */
struct config_paths {
	const char *share; /* the shipped layer's folder */
	const char *etc;
	const char *user;
};

#define CONFIG_LAYERS 3

/*
 * The folders that this process uses: share from $LIMBER_SHARE, else the `config` folder of the
 * source tree that the program runs from (`build/limberd` beside ../config), else the installed
 * one; etc from $LIMBER_ETC, else /etc/limber; user from $XDG_CONFIG_HOME, else ~/.config, with
 * "/limber" appended. A variable that is empty counts as unset, and so does a relative
 * $XDG_CONFIG_HOME. Fills `buffer`s that the caller keeps as long as *ret.
 */
struct config_path_buffers {
	char share[1024], etc[1024], user[1024];
};
void config_paths_default(struct config_paths *ret, struct config_path_buffers *buffers);

enum config_layer { LAYER_SHARE, LAYER_ETC, LAYER_USER };

#define CONFIG_FOLDER_MAX 256 /* files that count in one folder */

struct config_file {
	char *path; /* owned */
	enum config_layer layer;
};

struct config_files {
	struct config_file *v; /* owned */
	size_t n;
	char *unread; /* owned: a folder that could not be read, told; or NULL */
};

/*
 * What there is to read, in reading order: of each layer the file `name` (NULL: none; listed
 * whether it is there or not), then what ends in `suffix` in its folder `folder`, by the bytes of
 * the names. Names that begin with a dot are left out. -ENOMEM is the only error; *ret is then
 * untouched.
 */
int config_files_list(const struct config_paths *paths, const char *name, const char *folder,
		      const char *suffix, struct config_files *ret, struct problem_list *problems);

/* An all-zero one is fine. */
void config_files_done(struct config_files *f);
