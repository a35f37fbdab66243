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
			 "'path' in section [history]; on a network disk that cannot lock "
			 "files it looks the same: choose a file on a disk of this machine "
			 "there; " TRIED_AGAIN,
			 "the history '%s' is in use by another program, or its disk cannot "
			 "lock files; " NOT_KEPT,
			 h->file);
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

	/* The last: it ends where it did not. */
	return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB ||
	       code == SQLITE_IOERR_SHORT_READ;
}

/* What our own words can come to only in a file that is not what we made it: a table is gone, a row
 * is there twice, a text is none. */
static int judge(int code)
{
	int primary = code & 0xff;

	if (primary == SQLITE_ERROR || primary == SQLITE_CONSTRAINT || primary == SQLITE_MISMATCH)
		return SQLITE_CORRUPT;
	return code;
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

unsigned history_begun(const struct history *h)
{
	return h->begun;
}

unsigned history_found(const struct history *h)
{
	return h->found;
}

bool history_is_new(const struct history *h)
{
	return h->db && h->fresh;
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

/* What was written last is as much its owner's, whoever left it there. */
static int close_log(const char *file)
{
	CLEANUP(freep) char *log = NULL;
	struct stat st;

	if (asprintf(&log, "%s" STORE_LOG_SUFFIX, file) < 0)
		return -ENOMEM;
	if (lstat(log, &st) < 0 || !S_ISREG(st.st_mode) || !(st.st_mode & 077))
		return 0;
	return chmod(log, 0600) < 0 ? -errno : 0;
}

/* It is there, a plain file, and only its owner's. SQLite would let others read it. */
static int make_file(const char *file, bool *ret_empty)
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
	*ret_empty = st.st_size == 0;
	return close_log(file);
}

/* Where a file is; 0 if nobody knows. */
static ino_t place_of(const char *file, dev_t *ret_device)
{
	struct stat st;

	if (stat(file, &st) < 0)
		return 0;
	if (ret_device)
		*ret_device = st.st_dev;
	return st.st_ino;
}

static ino_t log_place_of(const char *file)
{
	CLEANUP(freep) char *log = NULL;

	return asprintf(&log, "%s" STORE_LOG_SUFFIX, file) < 0 ? 0 : place_of(log, NULL);
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

	if (asprintf(&log_from, "%s" STORE_LOG_SUFFIX, from) < 0 ||
	    asprintf(&log_to, "%s" STORE_LOG_SUFFIX, to) < 0) {
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
	h->writing = h->read_only = false;
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
		"the history was damaged; what it holds is kept in '%s', and a new one has begun",
		name);
	utf8_copy_line(h->damage, sizeof(h->damage), sentence);
	h->begun++;
	return 0;
}

/* Salvage ----------------------------------------------------------------------------------------
 */

/* What a row of a day or of a break can be. What is not might stop the next one that is added, or
 * all that is told. */
#define IS_ID(column) "typeof(" column ")='integer' AND " column " BETWEEN 1 AND 1000000000000"
#define IS_DAY "typeof(day)='integer' AND day BETWEEN 1 AND 100000"
#define IS_TIME(column) "typeof(" column ")='integer' AND " column " > 0"
#define IS_NAME(column) "typeof(" column ")='text' AND length(" column ") BETWEEN 1 AND 255"
/* It is added to in its place, which fails in what is none. */
#define IS_AMOUNTS "typeof(amounts)='text' AND json_valid(amounts) AND substr(amounts, 1, 1)='{'"
/* A minute to a day; a decision that is read as one, by another file's first page, has less. */
#define IS_ACTIVITY_LENGTH "typeof(length)='integer' AND length BETWEEN 60000000 AND 86400000000"

/*
 * What must not be lost if it can be helped: which exercises hurt, what was agreed to, where
 * everything stood, and what the days came to. Newest first, and each for no longer than this:
 * somebody may be waiting for an answer meanwhile. Years of breaks take longer; those that are left
 * out are in the file that was set aside, and in the totals. Exercises only of breaks that are
 * there: one that comes later must find its place free.
 */
static const struct {
	const char *select, *order, *insert;
	unsigned msec;
} salvaged[] = {
	{ "SELECT exercise, text FROM progress", "exercise",
	  "INSERT OR IGNORE INTO progress VALUES (?, ?)", 100 },
	{ "SELECT name, value FROM facts", "name", "INSERT OR IGNORE INTO facts VALUES (?, ?)",
	  100 },
	{ "SELECT id, at, exercise, verdict FROM ratings", "id",
	  "INSERT OR IGNORE INTO ratings VALUES (?, ?, ?, ?)", 100 },
	{ "SELECT id, at, text FROM state", "id", "INSERT OR IGNORE INTO state VALUES (?, ?, ?)",
	  100 },
	{ "SELECT day, amounts FROM totals WHERE " IS_DAY " AND " IS_AMOUNTS, "day",
	  "INSERT OR IGNORE INTO totals VALUES (?, ?)", 100 },
	{ "SELECT id, day, at, kind, length FROM activities WHERE " IS_ID(
		  "id") " AND " IS_DAY
			" AND " IS_TIME("at") " AND " IS_NAME("kind") " AND " IS_ACTIVITY_LENGTH,
	  "id", "INSERT OR IGNORE INTO activities VALUES (?, ?, ?, ?, ?)", 100 },
	{ "SELECT id, day, rule, outcome, due, prompted, started, ended, length, rested, prompts,"
	  " snoozes, delays FROM breaks WHERE " IS_ID("id") " AND " IS_DAY " AND " IS_NAME(
		  "rule") " AND " IS_NAME("outcome") " AND " IS_TIME("ended"),
	  "id", "INSERT OR IGNORE INTO breaks VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", 150 },
	{ "SELECT break, place, exercise, length FROM exercises WHERE " IS_ID(
		  "break") " AND typeof(place)='integer' AND " IS_NAME("exercise"),
	  "break",
	  "INSERT OR IGNORE INTO exercises SELECT ?1, ?2, ?3, ?4"
	  " WHERE EXISTS (SELECT 1 FROM breaks WHERE id = ?1)",
	  150 },
};

/* Rows up to where they cannot be read. SQLite's code. */
static int salvage_rows(struct history *h, sqlite3 *old, const char *select, const char *insert)
{
	CLEANUP(statement_freep) sqlite3_stmt *from = NULL;
	CLEANUP(statement_freep) sqlite3_stmt *to = NULL;
	int r;

	r = sqlite3_prepare_v2(old, select, -1, &from, NULL);
	if (r == SQLITE_OK)
		r = sqlite3_prepare_v2(h->db, insert, -1, &to, NULL);
	if (r != SQLITE_OK)
		return r;
	while ((r = sqlite3_step(from)) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(from); i++)
			(void)sqlite3_bind_value(to, i + 1, sqlite3_column_value(from, i));
		(void)sqlite3_step(to);
		(void)sqlite3_reset(to);
	}
	return r;
}

/* SQLite asks this every now and then: is it time to stop? */
static int is_late(void *until)
{
	return clock_monotonic() > *(const usec_t *)until;
}

/* So many of its steps come between two looks: a few dozen rows. */
#define STEPS_A_LOOK 1000
#define SALVAGE_SQL_MAX 1024

/* From both ends where it is damaged, so that what lies on either side of that is found. */
static void salvage_table(struct history *h, sqlite3 *old, size_t i)
{
	usec_t until = clock_monotonic() + salvaged[i].msec * USEC_PER_MSEC;
	char sql[SALVAGE_SQL_MAX];
	int r;

	sqlite3_progress_handler(old, STEPS_A_LOOK, is_late, &until);
	(void)snprintf(sql, sizeof(sql), "%s ORDER BY %s DESC", salvaged[i].select,
		       salvaged[i].order);
	r = salvage_rows(h, old, sql, salvaged[i].insert);
	if (r != SQLITE_DONE && r != SQLITE_INTERRUPT) {
		(void)snprintf(sql, sizeof(sql), "%s ORDER BY %s", salvaged[i].select,
			       salvaged[i].order);
		(void)salvage_rows(h, old, sql, salvaged[i].insert);
	}
	sqlite3_progress_handler(old, 0, NULL, NULL);
}

/* NULL if not even its list of tables can be read. */
static sqlite3 *open_old(const char *file)
{
	sqlite3 *old = NULL;

	if (sqlite3_open_v2(file, &old, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
		    SQLITE_OK &&
	    sqlite3_db_config(old, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) == SQLITE_OK &&
	    sqlite3_exec(old,
			 "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = 16;"
			 "PRAGMA trusted_schema = OFF; SELECT * FROM sqlite_schema",
			 NULL, NULL, NULL) == SQLITE_OK)
		return old;
	(void)sqlite3_close_v2(old);
	return NULL;
}

/* Out of a file that was set aside, which stays as it is. */
static void salvage(struct history *h, const char *file)
{
	CLEANUP(freep) char *mended = NULL;
	sqlite3 *old = open_old(file);

	if (!old && store_mend(file, h->file, &mended) >= 0)
		old = open_old(mended);
	if (old && sqlite3_exec(h->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK) {
		for (size_t i = 0; i < ELEMENTS(salvaged); i++)
			salvage_table(h, old, i);
		(void)sqlite3_exec(h->db, "COMMIT", NULL, NULL, NULL);
	}
	(void)sqlite3_close_v2(old);
	if (mended)
		store_unmend(mended);
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
	/* Both are written together, so no version can be missing. */
	if (application == STORE_APPLICATION && (*ret_version < 0 || (!*ret_version && tables)))
		return SQLITE_CORRUPT;
	if (application != STORE_APPLICATION && (tables || application || *ret_version < 0))
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
static const char settings[] = "PRAGMA locking_mode = EXCLUSIVE;"
			       "PRAGMA cache_size = 16;"
			       "PRAGMA temp_store = MEMORY;"
			       "PRAGMA journal_mode = WAL;"
			       "PRAGMA wal_autocheckpoint = 0;"
			       "PRAGMA journal_size_limit = 1000000;"
			       "PRAGMA trusted_schema = OFF;";

/* What can be said only before there is anything in it: a file that can be made smaller, a few
 * pages at a time. Those of before that stay as they are. */
static const char birth[] = "PRAGMA synchronous = OFF;"
			    "PRAGMA page_size = 1024;"
			    "PRAGMA auto_vacuum = INCREMENTAL;";

/* Wait until all of the file, or of its log, is on the disk. SQLite's code. */
static int sync_file(struct history *h, int which)
{
	sqlite3_file *file = NULL;
	int r;

	r = sqlite3_file_control(h->db, NULL, which, &file);
	if (r != SQLITE_OK || !file || !file->pMethods)
		return r;
	return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

static int execute(struct history *h, const char *sql)
{
	return sqlite3_exec(h->db, sql, NULL, NULL, NULL);
}

/* The log into the file, and a wait for that; what is in the log is on the disk already. */
static int take_in(struct history *h)
{
	int r;

	r = execute(h, "PRAGMA synchronous = OFF");
	if (r == SQLITE_OK)
		r = sqlite3_wal_checkpoint_v2(h->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return r == SQLITE_OK ? sync_file(h, SQLITE_FCNTL_FILE_POINTER) : r;
}

/* The file that is open is no longer where it was. What is written into it nobody would ever read.
 */
static void leave_lost(struct history *h, bool other)
{
	char sentence[SENTENCE_SIZE];
	CLEANUP(freep) char *log = NULL;
	ino_t log_place = h->log_place;

	/* Wherever it is now, it is to be whole. */
	(void)take_in(h);
	drop(h);
	/* It belongs to the file that is gone, and would be taken for the new one's. */
	if (log_place && log_place == log_place_of(h->file) &&
	    asprintf(&log, "%s" STORE_LOG_SUFFIX, h->file) >= 0)
		(void)unlink(log);
	(void)snprintf(sentence, sizeof(sentence),
		       "the history '%s' was %s while limberd had it open; it goes on "
		       "there with what limberd knows",
		       h->printable, other ? "replaced by another file" : "taken away");
	utf8_copy_line(h->damage, sizeof(h->damage), sentence);
	h->begun++;
	h->lost = true;
}

static void look_for_file(struct history *h)
{
	dev_t device = 0;
	ino_t place;

	if (!h->db || h->read_only || !h->place)
		return;
	errno = 0;
	place = place_of(h->file, &device);
	if (place ? place != h->place || device != h->device : errno == ENOENT)
		leave_lost(h, place);
}

/* What SQLite knows of the tables lies between the many pages that making them took, of which each
 * leaves a hole: it is to read it once more, now that they are gone. */
static void spare_memory(struct history *h)
{
	(void)sqlite3_db_release_memory(h->db);
	(void)execute(h, "PRAGMA writable_schema = RESET");
}

/* Of a new file nothing is worth waiting for before it is whole. */
static int set_up(struct history *h, int version, bool empty)
{
	int r = SQLITE_OK;

	if (empty)
		r = execute(h, birth);
	if (r == SQLITE_OK)
		r = execute(h, settings);
	if (r == SQLITE_OK)
		r = judge(store_upgrade(h->db, version));
	if (r == SQLITE_OK)
		r = store_check(h->db);
	if (r == SQLITE_OK && empty)
		r = take_in(h);
	if (r == SQLITE_OK && empty)
		spare_memory(h);
	return r;
}

/* SQLite's code; h->refused may be set. */
static int open_database(struct history *h, bool empty)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	int version = 0, r;

	r = sqlite3_open_v2(h->file, &h->db, flags, NULL);
	if (r == SQLITE_OK)
		r = sqlite3_extended_result_codes(h->db, 1);
	/* Even reading would else leave a file beside it. */
	if (r == SQLITE_OK)
		r = execute(h, "PRAGMA locking_mode = EXCLUSIVE");
	if (r == SQLITE_OK)
		r = examine(h, &version);
	if (r != SQLITE_OK || h->refused)
		return r;
	r = set_up(h, version, empty);
	if (r != SQLITE_OK)
		return r;
	h->log = LOG_IS_NEW;
	h->fresh = empty;
	h->found += h->lost && !empty;
	h->lost = false;
	h->place = place_of(h->file, &h->device);
	h->log_place = log_place_of(h->file);
	return SQLITE_OK;
}

static int complain_of_place(struct history *h, int r)
{
	if (r != -EINVAL && r != -EISDIR) {
		complain_of_errno(h, "cannot open the history", -r);
		return r;
	}
	complain(h, "choose another file: 'path' in section [history]",
		 "the history cannot be at '%s', which is no plain file; " NOT_KEPT, h->file);
	return -EINVAL;
}

/*
 * 0 with an open file; -EBADMSG if it is damaged; else a problem, and -EINVAL if it is none of
 * ours, -EBUSY if another has it, or another negative errno if it may be read all the same.
 */
static int try_open(struct history *h)
{
	bool empty = false;
	int r;

	r = make_folders(h->file);
	if (r >= 0)
		r = make_file(h->file, &empty);
	if (r < 0)
		return complain_of_place(h, r);
	r = open_database(h, empty);
	if (r == SQLITE_OK && !h->refused) {
		is_well(h);
		return 0;
	}
	if (is_damage(r))
		return -EBADMSG;
	if (r != SQLITE_OK)
		complain_of_code(h, r);
	drop(h);
	if (h->refused)
		return -EINVAL;
	return (r & 0xff) == SQLITE_BUSY || (r & 0xff) == SQLITE_LOCKED ? -EBUSY : -EIO;
}

/* The file as SQLite is to be told of it. Where nothing can be written there are no locks, either;
 * and without a log it must not look for one, as that would have to be made. */
static char *uri_of(const char *file)
{
	CLEANUP(freep) char *log = NULL;
	struct stat st = { 0 };
	char *uri = NULL;
	size_t size;
	FILE *f = open_memstream(&uri, &size);

	if (!f)
		return NULL;
	fputs("file://", f);
	for (; *file == '/' && file[1] == '/'; file++)
		;
	for (const char *c = file; *c; c++)
		fprintf(f, strchr("%?#", *c) ? "%%%02x" : "%c", *c);
	if (asprintf(&log, "%s" STORE_LOG_SUFFIX, file) >= 0)
		(void)stat(log, &st);
	fputs(st.st_size > 0 ? "?vfs=unix-none" : "?immutable=1", f);
	if (fclose(f) == 0)
		return uri;
	free(uri);
	return NULL;
}

static int open_as_it_is(struct history *h, const char *uri)
{
	const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
			  SQLITE_OPEN_PRIVATECACHE;
	int version = 0, r;

	r = sqlite3_open_v2(uri, &h->db, flags, NULL);
	if (r == SQLITE_OK)
		r = execute(h, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = 16;"
			       "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF");
	if (r == SQLITE_OK)
		r = examine(h, &version);
	if (r != SQLITE_OK || h->refused)
		return -EIO;
	return version == store_schema_version && store_check(h->db) == SQLITE_OK ? 0 : -EIO;
}

/* Nothing new is kept, because of `error`. But what hurt, and that it is to be quiet, is known. */
static void open_to_read(struct history *h, int error)
{
	CLEANUP(freep) char *uri = uri_of(h->file);

	if (!uri || open_as_it_is(h, uri) < 0) {
		drop(h);
		return;
	}
	h->read_only = true;
	if (error != -EIO)
		complain_of_errno(h, "cannot write the history", -error);
}

/* A new file where a damaged one was; what can be saved of that is, as soon as there is one. */
static int begin_anew(struct history *h)
{
	int r;

	r = set_aside(h);
	if (r < 0)
		return -EINVAL;
	r = try_open(h);
	if (r != -EBADMSG)
		return r;
	/* A new file that reads as damaged: it is the disk. */
	complain_of_code(h, SQLITE_IOERR);
	drop(h);
	return -EINVAL;
}

bool history_open(struct history *h)
{
	int r;

	if (h->db)
		return true;
	if (!h->file || h->refused)
		return false;
	r = try_open(h);
	if (r == -EBADMSG)
		r = begin_anew(h);
	if (r >= 0 && h->aside[0]) {
		salvage(h, h->aside);
		h->aside[0] = '\0';
		/* There may be much in it, to be taken in when nobody waits. */
		h->log = LOG_IS_USED;
	}
	if (r < 0 && r != -EINVAL && r != -EBUSY)
		open_to_read(h, r);
	if (h->db)
		(void)sqlite3_db_release_memory(h->db);
	return h->db;
}

void history_look(struct history *h)
{
	look_for_file(h);
	(void)history_open(h);
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

	r = judge(sqlite3_prepare_v2(h->db, sql, -1, &s, NULL));
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
		h->failed = judge(r);
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

	look_for_file(h);
	/* It may be one to write to by now. */
	if (h->read_only)
		drop(h);
	if (!history_open(h) || h->read_only)
		return false;
	h->failed = 0;
	h->log = LOG_IS_USED;
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

/* The first write into a log waits for its head as well, and for the folder: better here, with one
 * that changes nothing, than where somebody waits for an answer. */
static int begin_log(struct history *h)
{
	char sql[96];

	(void)snprintf(sql, sizeof(sql), "PRAGMA synchronous = NORMAL; PRAGMA user_version = %d",
		       store_schema_version);
	return execute(h, sql);
}

void history_begin_log(struct history *h)
{
	if (!h->db || h->writing || h->read_only || h->log != LOG_IS_NEW)
		return;
	h->log = LOG_IS_IDLE;
	chore_ends(h, begin_log(h));
}

bool history_take_in(struct history *h)
{
	if (!h->db || h->writing || h->read_only)
		return false;
	switch (h->log) {
	case LOG_IS_USED:
		h->log = LOG_IS_SAFE;
		chore_ends(h, sync_file(h, SQLITE_FCNTL_JOURNAL_POINTER));
		return true;
	case LOG_IS_SAFE:
		h->log = LOG_IS_NEW;
		chore_ends(h, take_in(h));
		return true;
	case LOG_IS_NEW:
		history_begin_log(h);
		break;
	case LOG_IS_IDLE:
		break;
	}
	return false;
}

/* A file grows into its empty pages again, so only what is more than a quarter of it and more than
 * some hundred goes. */
#define EMPTY_LEAST 256
#define EMPTY_PARTS 4
/* So many pages are moved and given back in one go: some milliseconds. */
#define SHRINK "PRAGMA synchronous = NORMAL; PRAGMA incremental_vacuum(64)"

/* How many pages are empty that are worth giving back; 0: none, or the file is of before. */
static int count_empty(struct history *h, int *ret_empty)
{
	int mode = 0, pages = 0, empty = 0, r;

	*ret_empty = 0;
	r = read_number(h->db, "PRAGMA auto_vacuum", &mode);
	if (r == SQLITE_OK)
		r = read_number(h->db, "PRAGMA page_count", &pages);
	if (r == SQLITE_OK)
		r = read_number(h->db, "PRAGMA freelist_count", &empty);
	if (r == SQLITE_OK && mode && empty > EMPTY_LEAST && empty > pages / EMPTY_PARTS)
		*ret_empty = empty;
	return r;
}

bool history_shrink(struct history *h)
{
	int before = 0, after = 0, r;

	if (!h->db || h->writing || h->read_only)
		return false;
	r = count_empty(h, &before);
	if (r == SQLITE_OK && !before)
		return false;
	h->log = LOG_IS_USED;
	if (r == SQLITE_OK)
		r = execute(h, SHRINK);
	if (r == SQLITE_OK)
		r = count_empty(h, &after);
	chore_ends(h, r);
	return r == SQLITE_OK && after && after < before;
}

/* Each part once a start: the disk is as good as it was an hour ago. */
void history_look_through(struct history *h)
{
	if (h->db && !h->writing && !h->read_only && h->tended < ELEMENTS(looked_through))
		chore_ends(h, look_through(h, looked_through[h->tended++]));
}
