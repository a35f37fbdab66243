#include "store/history-internal.h"

#include <stdio.h>

#include "base/cleanup.h"

/*
 * Each step makes the tables of the next version out of those of the one before; a released step is
 * never changed again. Columns with the numbers of enums (in decisions) hold them as the sources of
 * that version count them.
 *
 * Days are the local ones, as they were called when it happened, so that a journey or a changed
 * day_starts moves nothing that is past. What a day comes to is kept beside the rows that it was
 * counted of, as one JSON object with names and numbers for each: ten years are told in
 * milliseconds by it.
 */
/* clang-format off */
static const char *const steps[] = {
	"CREATE TABLE breaks (id INTEGER PRIMARY KEY, day INTEGER NOT NULL, rule TEXT NOT NULL, outcome TEXT NOT NULL,"
	" due INTEGER, prompted INTEGER, started INTEGER, ended INTEGER NOT NULL, length INTEGER, rested INTEGER,"
	" prompts INTEGER, snoozes INTEGER, delays TEXT);"
	"CREATE TABLE exercises (break INTEGER, place INTEGER, exercise TEXT NOT NULL, length INTEGER,"
	" PRIMARY KEY (break, place)) WITHOUT ROWID;"
	"CREATE TABLE decisions (id INTEGER PRIMARY KEY, day INTEGER NOT NULL, at INTEGER NOT NULL, rule TEXT NOT NULL,"
	" kind INTEGER, cause INTEGER, outcome INTEGER, posture INTEGER, sign INTEGER, signs INTEGER, count INTEGER,"
	" most INTEGER, counts INTEGER, load INTEGER, every INTEGER, length INTEGER, since INTEGER, until INTEGER,"
	" other TEXT);"
	"CREATE TABLE presence (id INTEGER PRIMARY KEY, day INTEGER NOT NULL, presence TEXT NOT NULL,"
	" began INTEGER NOT NULL, ended INTEGER NOT NULL);"
	"CREATE TABLE ratings (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, exercise TEXT NOT NULL,"
	" verdict TEXT NOT NULL);"
	"CREATE TABLE activities (id INTEGER PRIMARY KEY, day INTEGER NOT NULL, at INTEGER NOT NULL,"
	" kind TEXT NOT NULL, length INTEGER NOT NULL);"
	"CREATE TABLE totals (day INTEGER PRIMARY KEY, amounts TEXT NOT NULL);"
	"CREATE TABLE progress (exercise TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL, text TEXT NOT NULL);",
	/* What clients ask for a part of: the last week, all that was skipped. */
	"CREATE INDEX breaks_ended ON breaks (ended);"
	"CREATE INDEX breaks_rule ON breaks (rule);"
	"CREATE INDEX breaks_outcome ON breaks (outcome);",
};
/* clang-format on */

const int store_schema_version = ELEMENTS(steps);

static int take_steps(sqlite3 *db, int version)
{
	char sql[96];
	int r;

	for (; version < store_schema_version; version++) {
		r = sqlite3_exec(db, steps[version], NULL, NULL, NULL);
		if (r != SQLITE_OK)
			return r;
	}
	(void)snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %d;",
		       STORE_APPLICATION, store_schema_version);
	r = sqlite3_exec(db, sql, NULL, NULL, NULL);
	return r == SQLITE_OK ? sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) : r;
}

/* All that is read. */
/* clang-format off */
static const char *const columns[] = {
	"SELECT id, day, rule, outcome, due, prompted, started, ended, length, rested, prompts, snoozes, delays FROM breaks",
	"SELECT break, place, exercise, length FROM exercises",
	("SELECT id, day, at, rule, kind, cause, outcome, posture, sign, signs, count, most, counts, load, every, length,"
	 " since, until, other FROM decisions"),
	"SELECT id, day, presence, began, ended FROM presence",
	"SELECT id, at, exercise, verdict FROM ratings",
	"SELECT id, day, at, kind, length FROM activities",
	"SELECT day, amounts FROM totals",
	"SELECT exercise, text FROM progress",
	"SELECT name, value FROM facts",
	"SELECT id, at, text FROM state",
};
/* clang-format on */

int store_check(sqlite3 *db)
{
	for (size_t i = 0; i < ELEMENTS(columns); i++) {
		sqlite3_stmt *s = NULL;
		int r = sqlite3_prepare_v2(db, columns[i], -1, &s, NULL);

		(void)sqlite3_finalize(s);
		if (r != SQLITE_OK)
			return (r & 0xff) == SQLITE_ERROR ? SQLITE_CORRUPT : r;
	}
	return SQLITE_OK;
}

int store_upgrade(sqlite3 *db, int version)
{
	int r;

	if (version == store_schema_version)
		return SQLITE_OK;
	r = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (r != SQLITE_OK)
		return r;
	r = take_steps(db, version);
	if (r != SQLITE_OK)
		(void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return r;
}
