#include "store/history-internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/utf8.h"

/* The file beside it where SQLite puts what was written last. */
#define LOG_SUFFIX "-wal"
/* Names that are tried for a damaged file of one day. */
#define NAMES_MAX 1000

/* What is wrong ----------------------------------------------------------------------------------
 */

__attribute__((format(printf, 3, 4))) static void complain(struct history *h, const char *hint,
							   const char *format, ...)
{
	char sentence[SENTENCE_SIZE];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	/* A path may hold anything. */
	utf8_copy_line(h->problem, sizeof(h->problem), sentence);
	h->hint = hint;
}

static void is_well(struct history *h)
{
	h->problem[0] = '\0';
	h->hint = "";
}

#define NOT_KEPT "breaks go on, but are not kept"
#define TRIED_AGAIN "it is tried again with every break"

static void complain_of_errno(struct history *h, const char *what, int error)
{
	complain(h, "see that the folder and the file are there for you to write to; " TRIED_AGAIN,
		 "%s '%s': %s; " NOT_KEPT, what, h->file, strerror(error));
}

/* In our words where we have any. */
static void complain_of_code(struct history *h, int code)
{
	int primary = code & 0xff;

	if (primary == SQLITE_FULL)
		complain(h, "make room on the disk; " TRIED_AGAIN,
			 "cannot write the history '%s': the disk is full; " NOT_KEPT, h->file);
	else if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED)
		complain(h,
			 "end the other limberd, or give each a file of its own: "
			 "'path' in section [history]; " TRIED_AGAIN,
			 "the history '%s' is in use by another program; " NOT_KEPT, h->file);
	else if (primary == SQLITE_READONLY)
		complain(h, "make it writable; " TRIED_AGAIN,
			 "cannot write the history '%s': it is read-only; " NOT_KEPT, h->file);
	else
		complain(h, "see whether the disk is well and has room; " TRIED_AGAIN,
			 "cannot use the history '%s': %s; " NOT_KEPT, h->file,
			 sqlite3_errstr(code));
}

static bool is_damage(int code)
{
	int primary = code & 0xff;

	return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

const char *history_file(const struct history *h)
{
	return h->printable;
}

const char *history_problem(const struct history *h)
{
	return h->problem[0] ? h->problem : NULL;
}

const char *history_hint(const struct history *h)
{
	return h->hint;
}

const char *history_damage(const struct history *h)
{
	return h->damage[0] ? h->damage : NULL;
}

/* Files ------------------------------------------------------------------------------------------
 */

const char *history_default_file(char buffer[static HISTORY_FILE_MAX])
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	int n = -1;

	/* The XDG specification has relative paths ignored. */
	if (data && *data == '/')
		n = snprintf(buffer, HISTORY_FILE_MAX, "%s/limber/history.db", data);
	else if (home && *home == '/')
		n = snprintf(buffer, HISTORY_FILE_MAX, "%s/.local/share/limber/history.db", home);
	return n >= 0 && n < HISTORY_FILE_MAX ? buffer : NULL;
}

static bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* The folders that `file` is in, as far as they are missing, for their owner alone. */
static int make_folders(const char *file)
{
	CLEANUP(freep) char *path = strdup(file);

	if (!path)
		return -ENOMEM;
	for (char *slash = path; (slash = strchr(slash + 1, '/'));) {
		int r;

		*slash = '\0';
		r = mkdir(path, 0700) < 0 ? -errno : 0;
		if (r < 0 && !exists(path))
			return r;
		*slash = '/';
	}
	return 0;
}

/* It is there, a plain file, and only its owner's. SQLite would let others read it. */
static int make_file(const char *file)
{
	CLEANUP(closep) int fd = -1;
	struct stat st;

	/* Opening must not wait for the other end of a pipe. */
	fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if ((st.st_mode & 077) && fchmod(fd, 0600) < 0)
		return -errno;
	return 0;
}

/* history.db.damaged-2026-11-23, or with -2, -3, … if that is taken. */
static int find_name(const char *file, char *buffer, size_t size)
{
	time_t now = (time_t)(clock_walltime() / USEC_PER_SEC);
	char date[32] = "";
	struct tm tm;

	if (localtime_r(&now, &tm))
		(void)strftime(date, sizeof(date), "%Y-%m-%d", &tm);
	for (int i = 1; i < NAMES_MAX; i++) {
		int n = i == 1 ? snprintf(buffer, size, "%s.damaged-%s", file, date)
			       : snprintf(buffer, size, "%s.damaged-%s-%d", file, date, i);

		if (n < 0 || (size_t)n >= size)
			return -ENAMETOOLONG;
		if (!exists(buffer))
			return 0;
	}
	return -EEXIST;
}

/* With what was written last, which belongs to it. */
static int rename_both(const char *from, const char *to)
{
	CLEANUP(freep) char *log_from = NULL;
	CLEANUP(freep) char *log_to = NULL;

	if (asprintf(&log_from, "%s" LOG_SUFFIX, from) < 0 ||
	    asprintf(&log_to, "%s" LOG_SUFFIX, to) < 0) {
		return -ENOMEM;
	}
	if (rename(from, to) < 0)
		return -errno;
	/* To stay it would be taken for the new file's. */
	if (rename(log_from, log_to) < 0 && errno != ENOENT)
		return -errno;
	return 0;
}

/* Closing ----------------------------------------------------------------------------------------
 */

/* Leave the file exactly as it is. */
static void drop(struct history *h)
{
	if (!h->db)
		return;
	(void)sqlite3_db_config(h->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	(void)sqlite3_close_v2(h->db);
	h->db = NULL;
	h->writing = false;
}

/* Behind a link it is the file that is damaged, not the link. 0, or a negative errno and a problem.
 */
static int set_aside(struct history *h)
{
	CLEANUP(freep) char *real = realpath(h->file, NULL);
	const char *file = real ? real : h->file;
	char *name = h->aside, sentence[SENTENCE_SIZE];
	int r;

	drop(h);
	r = find_name(file, name, sizeof(h->aside));
	if (r >= 0)
		r = rename_both(file, name);
	if (r < 0) {
		name[0] = '\0';
		complain_of_errno(h, "cannot set aside the damaged history", -r);
		return r;
	}
	(void)snprintf(
		sentence, sizeof(sentence),
		"the history was damaged; what it holds is now in '%s', and a new one has begun",
		name);
	utf8_copy_line(h->damage, sizeof(h->damage), sentence);
	return 0;
}

/* Salvage ----------------------------------------------------------------------------------------
 */

/* What must not be lost if it can be helped: which exercises hurt, and what was agreed to. */
static const struct {
	const char *select, *insert;
} salvaged[] = {
	{ "SELECT exercise, text FROM progress", "INSERT OR IGNORE INTO progress VALUES (?, ?)" },
	{ "SELECT name, value FROM facts", "INSERT OR IGNORE INTO facts VALUES (?, ?)" },
};

/* Rows of two columns, as far as they can be read. */
static void salvage_rows(struct history *h, sqlite3 *old, size_t i)
{
	CLEANUP(statement_freep) sqlite3_stmt *from = NULL;
	CLEANUP(statement_freep) sqlite3_stmt *to = NULL;

	if (sqlite3_prepare_v2(old, salvaged[i].select, -1, &from, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(h->db, salvaged[i].insert, -1, &to, NULL) != SQLITE_OK)
		return;
	while (sqlite3_step(from) == SQLITE_ROW) {
		(void)sqlite3_bind_value(to, 1, sqlite3_column_value(from, 0));
		(void)sqlite3_bind_value(to, 2, sqlite3_column_value(from, 1));
		(void)sqlite3_step(to);
		(void)sqlite3_reset(to);
	}
}

/* Out of a file that was set aside, which stays as it is. */
static void salvage(struct history *h, const char *file)
{
	sqlite3 *old = NULL;

	if (sqlite3_open_v2(file, &old, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
		    SQLITE_OK &&
	    sqlite3_exec(old, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_exec(h->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK) {
		(void)sqlite3_db_config(old, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		for (size_t i = 0; i < ELEMENTS(salvaged); i++)
			salvage_rows(h, old, i);
		(void)sqlite3_exec(h->db, "COMMIT", NULL, NULL, NULL);
	}
	(void)sqlite3_close_v2(old);
}

/* Opening ----------------------------------------------------------------------------------------
 */

static int read_number(sqlite3 *db, const char *sql, int *ret)
{
	CLEANUP(statement_freep) sqlite3_stmt *s = NULL;
	int r;

	r = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
	if (r == SQLITE_OK)
		r = sqlite3_step(s);
	if (r != SQLITE_ROW)
		return r == SQLITE_DONE ? SQLITE_CORRUPT : r;
	*ret = sqlite3_column_int(s, 0);
	return SQLITE_OK;
}

static void refuse(struct history *h, const char *hint, const char *why)
{
	complain(h, hint, "the history '%s' %s; it is left as it is, and " NOT_KEPT, h->file, why);
	h->refused = true;
}

/* Before anything is written: is this ours, and what we know how to read? SQLite's code. */
static int examine(struct history *h, int *ret_version)
{
	int application = 0, tables = 0, r;

	r = read_number(h->db, "PRAGMA user_version", ret_version);
	if (r == SQLITE_OK)
		r = read_number(h->db, "PRAGMA application_id", &application);
	if (r == SQLITE_OK)
		r = read_number(h->db, "SELECT count(*) FROM sqlite_schema", &tables);
	if (r != SQLITE_OK)
		return r;
	if (application != STORE_APPLICATION && (tables || application))
		refuse(h, "choose another file: 'path' in section [history]",
		       "belongs to another program");
	else if (*ret_version > store_schema_version)
		refuse(h,
		       "install the newer limber again, or choose another file: 'path' in section "
		       "[history]",
		       "was written by a newer limber than this one");
	return SQLITE_OK;
}

/*
 * One process, so the index of what was written last can be in memory, and the lock is taken once.
 * The log is taken in by history_take_in(), never while somebody waits for an answer. The cache is
 * small: what is read are a few rows at their places.
 */
static const char settings[] = "PRAGMA page_size = 1024;"
			       "PRAGMA locking_mode = EXCLUSIVE;"
			       "PRAGMA cache_size = 16;"
			       "PRAGMA temp_store = MEMORY;"
			       "PRAGMA journal_mode = WAL;"
			       "PRAGMA synchronous = FULL;"
			       "PRAGMA wal_autocheckpoint = 0;"
			       "PRAGMA journal_size_limit = 1000000;"
			       "PRAGMA trusted_schema = OFF;";

/* SQLite's code; h->refused may be set. */
static int open_database(struct history *h)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	int version = 0, r;

	r = sqlite3_open_v2(h->file, &h->db, flags, NULL);
	/* Even reading would else leave a file beside it. */
	if (r == SQLITE_OK)
		r = sqlite3_exec(h->db, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL);
	if (r == SQLITE_OK)
		r = examine(h, &version);
	if (r != SQLITE_OK || h->refused)
		return r;
	r = sqlite3_exec(h->db, settings, NULL, NULL, NULL);
	return r == SQLITE_OK ? store_upgrade(h->db, version) : r;
}

/* 0 with an open file; -EBADMSG if it is damaged; else a negative errno, and a problem. */
static int try_open(struct history *h)
{
	int r;

	r = make_folders(h->file);
	if (r >= 0)
		r = make_file(h->file);
	if (r == -EINVAL || r == -EISDIR) {
		complain(h, "choose another file: 'path' in section [history]",
			 "the history cannot be at '%s', which is no plain file; " NOT_KEPT,
			 h->file);
		return -EINVAL;
	}
	if (r < 0) {
		complain_of_errno(h, "cannot open the history", -r);
		return r;
	}
	r = open_database(h);
	if (r == SQLITE_OK && !h->refused) {
		is_well(h);
		return 0;
	}
	if (is_damage(r))
		return -EBADMSG;
	if (r != SQLITE_OK)
		complain_of_code(h, r);
	drop(h);
	return -EIO;
}

bool history_open(struct history *h)
{
	if (h->db)
		return true;
	if (!h->file || h->refused)
		return false;
	if (try_open(h) == -EBADMSG && set_aside(h) >= 0 && try_open(h) == -EBADMSG)
		/* A new file that reads as damaged: it is the disk. */
		complain_of_code(h, SQLITE_IOERR);
	if (h->db && h->aside[0]) {
		salvage(h, h->aside);
		h->aside[0] = '\0';
	}
	if (h->problem[0])
		drop(h);
	if (h->db)
		(void)sqlite3_db_release_memory(h->db);
	return h->db;
}

/* SQLite's memory is for one small cache: no pools of its own, and no counting. */
static void configure(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	(void)sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
	(void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
	(void)sqlite3_config(SQLITE_CONFIG_SMALL_MALLOC, 1);
}

int history_new(struct history **ret, const char *file)
{
	struct history *h;

	h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;
	is_well(h);
	if (file) {
		utf8_copy_line(h->printable, sizeof(h->printable), file);
		h->file = strdup(file);
		if (!h->file) {
			free(h);
			return -ENOMEM;
		}
	} else {
		complain(h, "set HOME, or 'path' in section [history]",
			 "there is no place for the history: neither HOME nor XDG_DATA_HOME is "
			 "set; " NOT_KEPT);
	}
	configure();
	*ret = h;
	return 0;
}

struct history *history_free(struct history *h)
{
	if (!h)
		return NULL;
	/* This takes in what was written last, so that one file is all there is. */
	(void)sqlite3_close_v2(h->db);
	free(h->file);
	free(h);
	return NULL;
}

/* Statements -------------------------------------------------------------------------------------
 */

static int bind(sqlite3_stmt *s, const char *format, va_list args)
{
	int r = SQLITE_OK;

	for (int i = 1; *format && r == SQLITE_OK; i++, format++)
		switch (*format) {
		case 'i':
			r = sqlite3_bind_int64(s, i, va_arg(args, int64_t));
			break;
		case 'u':
			r = sqlite3_bind_int64(s, i, (int64_t)va_arg(args, uint64_t));
			break;
		case 's':
			r = sqlite3_bind_text(s, i, va_arg(args, const char *), -1,
					      SQLITE_TRANSIENT);
			break;
		default:
			r = SQLITE_MISUSE;
		}
	return r;
}

static int prepare(struct history *h, sqlite3_stmt **ret, const char *sql, const char *format,
		   va_list args)
{
	CLEANUP(statement_freep) sqlite3_stmt *s = NULL;
	int r;

	r = sqlite3_prepare_v2(h->db, sql, -1, &s, NULL);
	if (r == SQLITE_OK)
		r = bind(s, format, args);
	if (r == SQLITE_OK)
		*ret = TAKE(s);
	return r;
}

int store_prepare(struct history *h, sqlite3_stmt **ret, const char *sql, const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = prepare(h, ret, sql, format, args);
	va_end(args);
	return r;
}

void store_run(struct history *h, const char *sql, const char *format, ...)
{
	CLEANUP(statement_freep) sqlite3_stmt *s = NULL;
	va_list args;
	int r;

	if (!h->writing || h->failed)
		return;
	va_start(args, format);
	r = prepare(h, &s, sql, format, args);
	va_end(args);
	if (r == SQLITE_OK)
		r = sqlite3_step(s);
	if (r != SQLITE_DONE && r != SQLITE_ROW)
		h->failed = r;
}

/* What a failed statement means for the file: it stays, or it is set aside and a new one begun;
 * true if that is so. */
static bool fail(struct history *h, int code)
{
	if (!is_damage(code)) {
		complain_of_code(h, code);
		return false;
	}
	return set_aside(h) >= 0 && history_open(h);
}

int store_read_ends(struct history *h, sqlite3_stmt *statement, int code)
{
	(void)sqlite3_finalize(statement);
	if (code == SQLITE_DONE)
		return 0;
	(void)fail(h, code);
	return -ENODATA;
}

/* Transactions -----------------------------------------------------------------------------------
 */

static bool begin(struct history *h, const char *sql)
{
	int r;

	if (!history_open(h))
		return false;
	h->failed = 0;
	r = sqlite3_exec(h->db, sql, NULL, NULL, NULL);
	if (r != SQLITE_OK && fail(h, r))
		r = sqlite3_exec(h->db, sql, NULL, NULL, NULL);
	h->writing = r == SQLITE_OK;
	return h->writing;
}

bool history_begin(struct history *h)
{
	return begin(h, "PRAGMA synchronous = FULL; BEGIN IMMEDIATE");
}

bool history_begin_lightly(struct history *h)
{
	return begin(h, "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE");
}

int history_commit(struct history *h)
{
	int r = h->failed;

	if (!h->writing)
		return -EIO;
	h->writing = false;
	if (!r)
		r = sqlite3_exec(h->db, "COMMIT", NULL, NULL, NULL);
	if (r == SQLITE_OK) {
		is_well(h);
		/* The pages are in the system's cache as well. */
		(void)sqlite3_db_release_memory(h->db);
		return 0;
	}
	if (!sqlite3_get_autocommit(h->db))
		(void)sqlite3_exec(h->db, "ROLLBACK", NULL, NULL, NULL);
	return fail(h, r) ? -EAGAIN : -EIO;
}

/* Tending ----------------------------------------------------------------------------------------
 */

/* The tables with rows enough to be worth a look at each. */
static const char *const looked_through[] = { "breaks",   "exercises", "decisions",
					      "presence", "totals",    "state" };

/* Does the table read as it should? SQLite's code. */
static int look_through(struct history *h, const char *table)
{
	CLEANUP(statement_freep) sqlite3_stmt *s = NULL;
	char sql[64];
	int r;

	(void)snprintf(sql, sizeof(sql), "PRAGMA quick_check('%s')", table);
	r = sqlite3_prepare_v2(h->db, sql, -1, &s, NULL);
	if (r == SQLITE_OK)
		r = sqlite3_step(s);
	if (r != SQLITE_ROW)
		return r;
	return strcmp(column_text(s, 0), "ok") ? SQLITE_CORRUPT : SQLITE_OK;
}

/* A chore is over with this code of SQLite's. */
static void chore_ends(struct history *h, int code)
{
	if (code != SQLITE_OK)
		(void)fail(h, code);
	else
		(void)sqlite3_db_release_memory(h->db);
}

void history_take_in(struct history *h)
{
	if (h->db && !h->writing)
		chore_ends(h, sqlite3_wal_checkpoint_v2(h->db, NULL, SQLITE_CHECKPOINT_PASSIVE,
							NULL, NULL));
}

/* Each part once a start: the disk is as good as it was an hour ago. */
void history_look_through(struct history *h)
{
	if (h->db && !h->writing && h->tended < ELEMENTS(looked_through))
		chore_ends(h, look_through(h, looked_through[h->tended++]));
}
