#include "store/history-internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* Begin to read, or -ENODATA; the caller steps through *ret. */
#define BEGIN_READING(h, statement, sql, ...)                                                      \
	do {                                                                                       \
		int code_;                                                                         \
		if (!history_open(h))                                                              \
			return -ENODATA;                                                           \
		code_ = store_prepare(h, statement, sql, __VA_ARGS__);                             \
		if (code_ != SQLITE_OK)                                                            \
			return store_read_ends(h, NULL, code_);                                    \
	} while (0)

/* The rows are over with this code of SQLite's, or with an answer below 0 of whom they are for. */
static int end_reading(struct history *h, sqlite3_stmt *s, int code, int r)
{
	if (r >= 0)
		return store_read_ends(h, s, code);
	(void)sqlite3_finalize(s);
	return r;
}

/* Names have ASCII only. What a failing disk has made of one would go onto no bus, and with it
 * nothing else of the answer: this stands for it. */
#define BROKEN_NAME "?"

static bool is_name(const char *name, size_t n)
{
	unsigned char all = 0;

	for (size_t i = 0; i < n; i++)
		all |= (unsigned char)name[i];
	return all < 0x80;
}

static const char *column_name(sqlite3_stmt *s, int i)
{
	const char *name = column_text(s, i);

	return is_name(name, strlen(name)) ? name : BROKEN_NAME;
}

static void put_name(char *target, size_t size, const char *name)
{
	size_t n = strlen(name);

	n = n < size ? n : size - 1;
	memcpy(target, name, n);
	target[n] = '\0';
}

/* Breaks -----------------------------------------------------------------------------------------
 */

/* The next word up to a blank, terminated in place; NULL at the end. */
static char *next_word(char **cursor)
{
	return *cursor ? strsep(cursor, " ") : NULL;
}

/* Fills in delays whose reasons are borrowed from `text`, which is taken apart. */
static void read_delays(char *text, struct history_break *b)
{
	char *reason, *length, *cursor = text && *text ? text : NULL;

	while (b->n_delays < HISTORY_DELAYS_MAX && (reason = next_word(&cursor)) &&
	       (length = next_word(&cursor)))
		b->delays[b->n_delays++] =
			(struct history_delay){ reason, strtoull(length, NULL, 10) };
}

struct names {
	char ids[HISTORY_EXERCISES_MAX][64];
};

/* A page of breaks is being read: for whom, and what tells their exercises. */
struct page {
	int (*row)(void *owner, const struct history_break *b);
	void *owner;
	sqlite3_stmt *exercises; /* owned; takes a break's id */
};

/* A negative code of the caller's own cannot come of this. */
static int read_break_exercises(const struct page *p, struct history_break *b, struct names *names)
{
	sqlite3_stmt *s = p->exercises;
	int r;

	r = sqlite3_bind_int64(s, 1, b->id);
	while (r == SQLITE_OK || r == SQLITE_ROW) {
		struct history_exercise *e = &b->exercises[b->n_exercises];

		r = sqlite3_step(s);
		if (r != SQLITE_ROW || b->n_exercises == HISTORY_EXERCISES_MAX)
			break;
		put_name(names->ids[b->n_exercises], sizeof(names->ids[0]), column_name(s, 0));
		e->id = names->ids[b->n_exercises++];
		e->length = (usec_t)column_int(s, 1);
	}
	(void)sqlite3_reset(s);
	return r == SQLITE_ROW ? SQLITE_DONE : r;
}

static int hand_break(const struct page *p, sqlite3_stmt *s, int *ret)
{
	CLEANUP(freep) char *delays = strdup(column_name(s, 12));
	struct names names = { 0 };
	struct history_break b = {
		.id = column_int(s, 0),
		.day = (int)column_int(s, 1),
		.rule = column_name(s, 2),
		.outcome = column_name(s, 3),
		.due = (walltime_t)column_int(s, 4),
		.prompted = (walltime_t)column_int(s, 5),
		.started = (walltime_t)column_int(s, 6),
		.ended = (walltime_t)column_int(s, 7),
		.length = (usec_t)column_int(s, 8),
		.rested = (usec_t)column_int(s, 9),
		.prompts = (unsigned)column_int(s, 10),
		.snoozes = (unsigned)column_int(s, 11),
	};
	int code;

	read_delays(delays, &b);
	code = read_break_exercises(p, &b, &names);
	if (code == SQLITE_DONE)
		*ret = p->row(p->owner, &b);
	return code;
}

static bool is_asked(const char *name)
{
	return name && *name;
}

/*
 * Only what is asked for is in the statement, so that SQLite can choose an index by it. A part of
 * the time is looked up in that of `ended`, which tells the first and last break there may be; they
 * are read in the order of their ids all the same, without being sorted, also where the clock was
 * set back between them.
 */
#define BREAKS_SQL_MAX 640

static const char *breaks_sql(const struct history_query *q, char sql[static BREAKS_SQL_MAX])
{
	static const char some_time[] =
		" AND id BETWEEN (SELECT min(id) FROM breaks WHERE ended >= ?2 AND ended < ?3)"
		" AND (SELECT max(id) FROM breaks WHERE ended >= ?2 AND ended < ?3)"
		" AND +ended >= ?2 AND +ended < ?3";

	(void)snprintf(
		sql, BREAKS_SQL_MAX,
		"SELECT id, day, rule, outcome, due, prompted, started, ended, length, rested,"
		" prompts, snoozes, delays FROM breaks WHERE id > ?1%s%s%s ORDER BY id LIMIT ?6",
		q->from > 0 || q->to >= 0 ? some_time : "",
		is_asked(q->rule) ? " AND rule = ?4" : "",
		is_asked(q->outcome) ? " AND outcome = ?5" : "");
	return sql;
}

static int read_page(const struct page *p, sqlite3_stmt *s, int *ret)
{
	int code = SQLITE_DONE;

	while (*ret >= 0 && (code = sqlite3_step(s)) == SQLITE_ROW) {
		code = hand_break(p, s, ret);
		if (code != SQLITE_DONE)
			break;
	}
	return code;
}

int history_read_breaks(struct history *h, const struct history_query *q,
			int (*row)(void *owner, const struct history_break *b), void *owner)
{
	struct page page = { .row = row, .owner = owner };
	char sql[BREAKS_SQL_MAX];
	sqlite3_stmt *s = NULL;
	int code, r = 0;

	BEGIN_READING(h, &s, breaks_sql(q, sql), "iiissi", q->after_id > 0 ? q->after_id : 0,
		      q->from > 0 ? q->from : 0, q->to >= 0 ? q->to : INT64_MAX,
		      q->rule ? q->rule : "", q->outcome ? q->outcome : "", (int64_t)q->limit);
	code = store_prepare(h, &page.exercises,
			     "SELECT exercise, length FROM exercises WHERE break = ?1", "");
	if (code == SQLITE_OK)
		code = read_page(&page, s, &r);
	(void)sqlite3_finalize(page.exercises);
	return end_reading(h, s, code, r);
}

static int hand_activities(struct history *h, sqlite3_stmt *s,
			   int (*row)(void *owner, const struct history_activity *a), void *owner)
{
	int code = SQLITE_DONE, r = 0;

	while (r >= 0 && (code = sqlite3_step(s)) == SQLITE_ROW) {
		const struct history_activity a = {
			.id = column_int(s, 0),
			.day = (int)column_int(s, 1),
			.at = (walltime_t)column_int(s, 2),
			.kind = column_name(s, 3),
			.length = (usec_t)column_int(s, 4),
		};

		r = row(owner, &a);
	}
	return end_reading(h, s, code, r);
}

int history_read_activities(struct history *h, const struct history_query *q,
			    int (*row)(void *owner, const struct history_activity *a), void *owner)
{
	sqlite3_stmt *s = NULL;

	BEGIN_READING(h, &s,
		      "SELECT id, day, at, kind, length FROM activities WHERE id > ?1"
		      " AND (?2 < 0 OR at >= ?2) AND (?3 < 0 OR at < ?3)"
		      " AND (?4 = '' OR kind = ?4) ORDER BY id LIMIT ?5",
		      "iiisi", q->after_id > 0 ? q->after_id : 0, q->from, q->to,
		      q->kind ? q->kind : "", (int64_t)q->limit);
	return hand_activities(h, s, row, owner);
}

int history_read_activity(struct history *h, const char *kind, usec_t length, int64_t id,
			  int (*row)(void *owner, const struct history_activity *a), void *owner)
{
	sqlite3_stmt *s = NULL;

	BEGIN_READING(
		h, &s,
		"SELECT id, day, at, kind, length FROM activities WHERE (?1 = '' OR kind = ?1)"
		" AND (?2 = 0 OR length = ?2) AND (?3 = 0 OR id = ?3)"
		" ORDER BY id DESC LIMIT 1",
		"sui", kind, length, id);
	return hand_activities(h, s, row, owner);
}

/* Totals -----------------------------------------------------------------------------------------
 */

struct totals {
	int (*row)(void *owner, int day, const char *what, uint64_t amount);
	void *owner;
};

/*
 * Of {"name":1,"name":2}, as SQLite writes it; names have nothing in them that would have to be
 * written otherwise. What is no such thing ends it.
 */
static int read_day(const struct totals *t, int day, const char *text)
{
	bool whole = is_name(text, strlen(text));

	while (*text == '{' || *text == ',') {
		const char *name = text + 2, *end = text[1] == '"' ? strchr(name, '"') : NULL;
		char what[TOTAL_NAME_MAX];
		uint64_t amount;
		int r;

		if (!end || end[1] != ':' || (size_t)(end - name) >= sizeof(what))
			return 0;
		memcpy(what, name, (size_t)(end - name));
		what[end - name] = '\0';
		amount = 0;
		for (text = end + 2; *text >= '0' && *text <= '9'; text++)
			amount = 10 * amount + (uint64_t)(*text - '0');
		r = whole || is_name(what, strlen(what)) ? t->row(t->owner, day, what, amount) : 0;
		if (r < 0)
			return r;
	}
	return 0;
}

int history_read_totals(struct history *h, int from_day, int to_day,
			int (*row)(void *owner, int day, const char *what, uint64_t amount),
			void *owner)
{
	const struct totals t = { row, owner };
	sqlite3_stmt *s = NULL;
	int code = SQLITE_DONE, r = 0;

	BEGIN_READING(h, &s,
		      "SELECT day, amounts FROM totals WHERE day BETWEEN ? AND ? ORDER BY day",
		      "ii", (int64_t)from_day, (int64_t)to_day);
	while (r >= 0 && (code = sqlite3_step(s)) == SQLITE_ROW)
		r = read_day(&t, (int)column_int(s, 0), column_text(s, 1));
	return end_reading(h, s, code, r);
}

/* Decisions --------------------------------------------------------------------------------------
 */

/* Numbers that mean nothing to us would be indices into tables of names. */
static bool is_known(const struct decision *d)
{
	return (unsigned)d->kind <= DECISION_POSTURE && (unsigned)d->cause <= CAUSE_SETTINGS &&
	       (unsigned)d->outcome <= OUTCOME_NATURAL &&
	       (unsigned)d->posture <= POSTURE_STANDING && (unsigned)d->sign <= QUIET_SIGNS &&
	       (unsigned)d->counts <= RULE_COUNTS_SCREEN;
}

static struct decision decision_of(sqlite3_stmt *s)
{
	struct decision d = {
		.at = (usec_t)column_int(s, 0),
		.kind = (enum decision_kind)column_int(s, 2),
		.cause = (enum decision_cause)column_int(s, 3),
		.outcome = (enum outcome)column_int(s, 4),
		.posture = (enum posture)column_int(s, 5),
		.sign = (enum quiet)column_int(s, 6),
		.signs = (unsigned)column_int(s, 7),
		.count = (unsigned)column_int(s, 8),
		.of = (unsigned)column_int(s, 9),
		.counts = (enum rule_counts)column_int(s, 10),
		.load = (usec_t)column_int(s, 11),
		.every = (usec_t)column_int(s, 12),
		.length = (usec_t)column_int(s, 13),
		.since = (usec_t)column_int(s, 14),
		.until = (usec_t)column_int(s, 15),
	};

	put_name(d.rule, sizeof(d.rule), column_name(s, 1));
	put_name(d.other, sizeof(d.other), column_name(s, 16));
	return d;
}

int history_read_decisions(struct history *h, uint64_t skip, unsigned limit,
			   int (*row)(void *owner, const struct decision *d), void *owner)
{
	sqlite3_stmt *s = NULL;
	int code = SQLITE_DONE, r = 0;

	BEGIN_READING(h, &s,
		      "SELECT at, rule, kind, cause, outcome, posture, sign, signs, count, most,"
		      " counts, load, every, length, since, until, other FROM decisions"
		      " ORDER BY id DESC LIMIT ? OFFSET ?",
		      "iu", (int64_t)limit, skip);
	while (r >= 0 && (code = sqlite3_step(s)) == SQLITE_ROW) {
		const struct decision d = decision_of(s);

		r = is_known(&d) ? row(owner, &d) : 0;
	}
	return end_reading(h, s, code, r);
}

/* The coach's --------------------------------------------------------------------------------- */

int history_read_progress(struct history *h,
			  int (*row)(void *owner, const char *exercise, const char *text),
			  void *owner)
{
	sqlite3_stmt *s = NULL;
	int code = SQLITE_DONE, r = 0;

	BEGIN_READING(h, &s, "SELECT exercise, text FROM progress ORDER BY exercise", "");
	while (r >= 0 && (code = sqlite3_step(s)) == SQLITE_ROW)
		r = row(owner, column_text(s, 0), column_text(s, 1));
	return end_reading(h, s, code, r);
}

int history_read_ratings(struct history *h, walltime_t since,
			 int (*row)(void *owner, walltime_t at, const char *exercise,
				    const char *verdict),
			 void *owner)
{
	sqlite3_stmt *s = NULL;
	int code = SQLITE_DONE, r = 0;

	BEGIN_READING(h, &s, "SELECT at, exercise, verdict FROM ratings WHERE at >= ? ORDER BY id",
		      "u", since);
	while (r >= 0 && (code = sqlite3_step(s)) == SQLITE_ROW)
		r = row(owner, (walltime_t)column_int(s, 0), column_text(s, 1), column_text(s, 2));
	return end_reading(h, s, code, r);
}

/* Single things ----------------------------------------------------------------------------------
 */

int history_load_state(struct history *h, walltime_t *ret_at, char **ret)
{
	sqlite3_stmt *s = NULL;
	walltime_t at;
	char *text;
	int code;

	BEGIN_READING(h, &s, "SELECT at, text FROM state WHERE id = 1", "");
	code = sqlite3_step(s);
	if (code == SQLITE_DONE) {
		(void)sqlite3_finalize(s);
		return -ENOENT;
	}
	if (code != SQLITE_ROW)
		return store_read_ends(h, s, code);
	at = (walltime_t)column_int(s, 0);
	text = strdup(column_text(s, 1));
	(void)sqlite3_finalize(s);
	if (!text)
		return -ENOMEM;
	*ret_at = at;
	*ret = text;
	return 0;
}

int history_load_fact(struct history *h, const char *name, int64_t *ret)
{
	sqlite3_stmt *s = NULL;
	int code;

	BEGIN_READING(h, &s, "SELECT value FROM facts WHERE name = ?", "s", name);
	code = sqlite3_step(s);
	if (code == SQLITE_ROW)
		*ret = column_int(s, 0);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return store_read_ends(h, s, code);
	(void)sqlite3_finalize(s);
	return code == SQLITE_ROW ? 0 : -ENOENT;
}
