#include "conf/files.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

#define PATH_SIZE sizeof(((struct config_path_buffers *)NULL)->share)

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* Returns `buffer`, or NULL if the path is too long for it. */
static const char *join(char buffer[static PATH_SIZE], const char *a, const char *b)
{
	int n = snprintf(buffer, PATH_SIZE, "%s%s", a, b);

	return n >= 0 && (size_t)n < PATH_SIZE ? buffer : NULL;
}

/* The `config` folder beside the folder that the program is in, if this is a source tree. */
static const char *source_tree(char buffer[static PATH_SIZE])
{
	char program[PATH_SIZE], probe[PATH_SIZE];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;

	for (int up = 0; up < 2; up++) {
		program[n > 0 ? n : 0] = '\0';
		slash = strrchr(program, '/');
		if (!slash)
			return NULL;
		n = slash - program;
	}
	program[n] = '\0';
	if (!join(buffer, program, "/config") || !join(probe, buffer, "/limber.conf") ||
	    access(probe, R_OK) < 0)
		return NULL;
	return buffer;
}

static const char *share_folder(char buffer[static PATH_SIZE])
{
	const char *given = environment("LIMBER_SHARE"), *tree;

	if (given)
		return join(buffer, given, "");
	tree = source_tree(buffer);
	return tree ? tree : join(buffer, LIMBER_SHAREDIR, "");
}

static const char *etc_folder(char buffer[static PATH_SIZE])
{
	const char *given = environment("LIMBER_ETC");

	return join(buffer, given ? given : LIMBER_ETCDIR, "");
}

static const char *user_folder(char buffer[static PATH_SIZE])
{
	const char *given = environment("XDG_CONFIG_HOME"), *home = environment("HOME");

	/* The XDG specification has relative paths ignored. */
	if (given && *given == '/')
		return join(buffer, given, "/limber");
	return home ? join(buffer, home, "/.config/limber") : NULL;
}

void config_paths_default(struct config_paths *ret, struct config_path_buffers *buffers)
{
	*ret = (struct config_paths){
		.share = share_folder(buffers->share),
		.etc = etc_folder(buffers->etc),
		.user = user_folder(buffers->user),
	};
}

/* Takes over `path`, also on failure. */
static int add(struct config_files *f, char *path, enum config_layer layer)
{
	struct config_file *v = path ? reallocarray(f->v, f->n + 1, sizeof(*v)) : NULL;

	if (!v) {
		free(path);
		return -ENOMEM;
	}
	f->v = v;
	f->v[f->n++] = (struct config_file){ .path = path, .layer = layer };
	return 0;
}

static char *path_of(const char *folder, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static bool ends_in(const char *name, const char *suffix)
{
	size_t n = strlen(name), end = strlen(suffix);

	return n > end && !strcmp(name + n - end, suffix);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct config_file *)a)->path, ((const struct config_file *)b)->path);
}

static void closedirp(DIR **d)
{
	if (*d)
		closedir(*d);
}

static int left_out(struct config_files *f, const char *path, const char *why,
		    struct problem_list *problems)
{
	free(f->unread);
	f->unread = strdup(path);
	if (!f->unread)
		return -ENOMEM;
	problem_add(problems, path, 0, "", "", "a folder of at most 256 files, which you may read",
		    "%s, the files in it are left out", why);
	return 0;
}

/* Forget the files from `first` on. */
static void cut(struct config_files *f, size_t first)
{
	while (f->n > first)
		free(f->v[--f->n].path);
}

static int add_folder(struct config_files *f, const char *path, const char *suffix,
		      enum config_layer layer, struct problem_list *problems)
{
	CLEANUP(closedirp) DIR *d = opendir(path);
	size_t first = f->n;
	struct dirent *entry;
	int r;

	if (!d)
		return errno == ENOENT ? 0 : left_out(f, path, strerror(errno), problems);
	while ((entry = readdir(d))) {
		if (entry->d_name[0] == '.' || !ends_in(entry->d_name, suffix))
			continue;
		/* None instead of some: which ones come first is up to the file system. */
		if (f->n - first == CONFIG_FOLDER_MAX) {
			cut(f, first);
			return left_out(f, path, "there are too many files", problems);
		}
		r = add(f, path_of(path, entry->d_name), layer);
		if (r < 0)
			return r;
	}
	if (f->n > first)
		qsort(f->v + first, f->n - first, sizeof(*f->v), by_path);
	return 0;
}

static int add_layer(struct config_files *f, const char *base, const char *name, const char *folder,
		     const char *suffix, enum config_layer layer, struct problem_list *problems)
{
	CLEANUP(freep) char *path = NULL;
	int r;

	if (name) {
		r = add(f, path_of(base, name), layer);
		if (r < 0)
			return r;
	}
	path = path_of(base, folder);
	if (!path)
		return -ENOMEM;
	return add_folder(f, path, suffix, layer, problems);
}

int config_files_list(const struct config_paths *paths, const char *name, const char *folder,
		      const char *suffix, struct config_files *ret, struct problem_list *problems)
{
	const char *const bases[CONFIG_LAYERS] = {
		[LAYER_SHARE] = paths->share,
		[LAYER_ETC] = paths->etc,
		[LAYER_USER] = paths->user,
	};
	CLEANUP(config_files_done) struct config_files f = { 0 };
	int r;

	for (enum config_layer layer = LAYER_SHARE; layer <= LAYER_USER; layer++) {
		if (!bases[layer])
			continue;
		r = add_layer(&f, bases[layer], name, folder, suffix, layer, problems);
		if (r < 0)
			return r;
	}
	*ret = f;
	f = (struct config_files){ 0 };
	return 0;
}

void config_files_done(struct config_files *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i].path);
	free(f->v);
	free(f->unread);
	*f = (struct config_files){ 0 };
}
