/* The history's inside, for the files of store/ that are parts of it. */
#pragma once

#include <sqlite3.h>
#include <sys/types.h>

#include "store/history.h"

#define SENTENCE_SIZE 1024

struct history {
	char *file;      /* owned, as it was given; NULL: nothing is kept */
	sqlite3 *db;     /* owned; NULL: not open */
	bool read_only;  /* it can be read, and nothing else */
	bool refused;    /* for good: another's file, or a newer limber's */
	bool writing;    /* between begin and commit */
	int failed;      /* SQLite's code for what went wrong in there, 0 = nothing */
	unsigned tended; /* which part is looked through next */
	unsigned begun;  /* new files in the place of one that was there */
	unsigned found;  /* ... that had something in them already */
	bool lost;       /* the one that was open was no longer in its place */
	bool fresh;      /* the open one was begun here */
	dev_t device;    /* of the open file, and where it is there */
	ino_t place, log_place;
	enum {
		LOG_IS_NEW,  /* what is written first in it waits more than once */
		LOG_IS_USED, /* something was written since the disk was waited for last */
		LOG_IS_SAFE, /* all that is in it is on the disk */
		LOG_IS_IDLE, /* nothing was written since it was taken in */
	} log;
	char aside[SENTENCE_SIZE - 128]; /* a damaged file that may hold what can be saved; or "" */
	char printable[SENTENCE_SIZE / 2];                  /* `file`, for people */
	char problem[SENTENCE_SIZE], damage[SENTENCE_SIZE]; /* "" = none */
	const char *hint;
};

/* What SQLite answers to one statement; `format` has a letter for each value that is bound: i for
 * int64_t, u for uint64_t, s for const char *. The statement is the caller's to finalize. */
int store_prepare(struct history *h, sqlite3_stmt **ret, const char *sql, const char *format, ...);

/* The same for a statement that answers nothing, inside begin and commit: a failure is kept for the
 * commit. */
void store_run(struct history *h, const char *sql, const char *format, ...);

/*
 * The reading is over with this answer of SQLite's: SQLITE_DONE, or what went wrong, which may be
 * that the file is damaged. Finalizes.
 */
int store_read_ends(struct history *h, sqlite3_stmt *statement, int code);

static inline int64_t column_int(sqlite3_stmt *s, int i)
{
	return sqlite3_column_int64(s, i);
}

/* Never NULL. */
static inline const char *column_text(sqlite3_stmt *s, int i)
{
	const char *text = (const char *)sqlite3_column_text(s, i);

	return text ? text : "";
}

static inline void statement_freep(sqlite3_stmt **slot)
{
	(void)sqlite3_finalize(*slot);
}

/* mend.c: a file without its first page ----------------------------------------------------------
 */

#define STORE_PAGE 1024
/* The file beside it where SQLite puts what was written last. */
#define STORE_LOG_SUFFIX "-wal"

/*
 * A copy of a damaged file with the first page of `fresh`, a new file with the same tables, by
 * which SQLite finds its way in the rest, and of the log beside it. *ret is its name, owned, to be
 * removed with store_unmend(). 0 or a negative errno.
 */
int store_mend(const char *file, const char *fresh, char **ret);
void store_unmend(const char *mended);

/* schema.c: the tables --------------------------------------------------------------------------
 */

/* Are all tables there, with the columns that we know? SQLite's code. */
int store_check(sqlite3 *db);

/* Marks a file as ours, beside its schema: "limb". */
#define STORE_APPLICATION 0x6c696d62

extern const int store_schema_version;
/* Take the file's tables from `version` to the present one, in one transaction. SQLite's code. */
int store_upgrade(sqlite3 *db, int version);
