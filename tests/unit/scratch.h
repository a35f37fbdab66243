/* A folder of its own for a test program, with files as the test's story has them. */
#pragma once

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "conf/problem.h"

static char scratch_root[64];

static inline int scratch_begin(void **state)
{
	(void)state;
	strcpy(scratch_root, "/tmp/limber-test-XXXXXX");
	return mkdtemp(scratch_root) ? 0 : -1;
}

static inline int scratch_remove_one(const char *path, const struct stat *st, int kind,
				     struct FTW *walk)
{
	(void)st;
	(void)kind;
	(void)walk;
	return remove(path);
}

static inline int scratch_end(void **state)
{
	(void)state;
	return nftw(scratch_root, scratch_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#define SCRATCH_PATH_MAX 256

/* The path of `name` in the folder; its folders are made. */
static inline const char *scratch_path_in(char path[static SCRATCH_PATH_MAX], const char *name)
{
	(void)snprintf(path, SCRATCH_PATH_MAX, "%s/%s", scratch_root, name);
	for (char *slash = path + strlen(scratch_root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		(void)mkdir(path, 0755);
		*slash = '/';
	}
	return path;
}

/* The same, good until the 16th next call. */
static inline const char *scratch_path(const char *name)
{
	static char paths[16][SCRATCH_PATH_MAX];
	static unsigned next;

	return scratch_path_in(paths[next++ % 16], name);
}

/* Returns the path, good until the next call. */
static inline const char *scratch_write_bytes(const char *name, const char *text, size_t n)
{
	static char path[SCRATCH_PATH_MAX];
	FILE *f = fopen(scratch_path_in(path, name), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	return path;
}

static inline const char *scratch_write(const char *name, const char *text)
{
	return scratch_write_bytes(name, text, strlen(text));
}

/* What a row expects to be told. */
struct told {
	unsigned line;
	const char *key;
	const char *message; /* a part of it */
	const char *hint;    /* a part of it, NULL: any */
	bool warning;
};

static inline void print_problems(const struct problem_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		print_error("  %s%s:%u [%s] %s: %s (%s)\n", l->v[i].warning ? "warning " : "",
			    l->v[i].file, l->v[i].line, l->v[i].section, l->v[i].key,
			    l->v[i].message, l->v[i].hint);
}

static inline bool is_told(const struct told *want, const struct problem *p)
{
	return want->line == p->line && !strcmp(want->key, p->key) && p->warning == want->warning &&
	       strstr(p->message, want->message) && (!want->hint || strstr(p->hint, want->hint));
}

/* Exactly these, in any order: `want` ends with a NULL message. */
static inline void assert_told(const char *row, const struct told *want,
			       const struct problem_list *got)
{
	size_t n = 0;

	for (; want[n].message; n++) {
		bool found = false;

		for (size_t i = 0; i < got->n; i++)
			found = found || is_told(&want[n], &got->v[i]);
		if (found)
			continue;
		print_problems(got);
		fail_msg("%s: not told at line %u: %s: %s", row, want[n].line, want[n].key,
			 want[n].message);
	}
	if (n == got->n)
		return;
	print_problems(got);
	fail_msg("%s: %zu problems, want %zu", row, got->n, n);
}
