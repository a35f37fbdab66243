#include "store/history-internal.h"

#include <stdio.h>

#include "base/cleanup.h"

/* "call 120000000 lull 3000000" */
#define DELAYS_TEXT_MAX 1024

static const char *delays_text(const struct history_break *b, char text[static DELAYS_TEXT_MAX])
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < b->n_delays && used < DELAYS_TEXT_MAX; i++)
		used += (size_t)snprintf(text + used, DELAYS_TEXT_MAX - used, "%s%s %llu",
					 i ? " " : "", b->delays[i].reason,
					 (unsigned long long)b->delays[i].length);
	return text;
}

void history_add_break(struct history *h, const struct history_break *b)
{
	char delays[DELAYS_TEXT_MAX];

	store_run(h,
		  "INSERT INTO breaks (day, rule, outcome, due, prompted, started, ended, length,"
		  " rested, prompts, snoozes, delays) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
		  "issuuuuuuiis", (int64_t)b->day, b->rule, b->outcome, b->due, b->prompted,
		  b->started, b->ended, b->length, b->rested, (int64_t)b->prompts,
		  (int64_t)b->snoozes, delays_text(b, delays));
	for (size_t i = 0; i < b->n_exercises; i++)
		store_run(h, "INSERT INTO exercises SELECT max(id), ?, ?, ? FROM breaks", "isu",
			  (int64_t)i, b->exercises[i].id, b->exercises[i].length);
}

/* A point in time that may be none, or never. */
static uint64_t wall(usec_t at, int64_t offset)
{
	return at == 0 || at == USEC_NEVER ? at : (uint64_t)((int64_t)at + offset);
}

void history_add_decision(struct history *h, int day, const struct decision *d, int64_t offset)
{
	store_run(
		h,
		"INSERT INTO decisions (day, at, rule, kind, cause, outcome, posture, sign, signs,"
		" count, most, counts, load, every, length, since, until, other)"
		" VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
		"iusiiiiiiiiiuuuuus", (int64_t)day, wall(d->at, offset), d->rule, (int64_t)d->kind,
		(int64_t)d->cause, (int64_t)d->outcome, (int64_t)d->posture, (int64_t)d->sign,
		(int64_t)d->signs, (int64_t)d->count, (int64_t)d->of, (int64_t)d->counts, d->load,
		d->every, d->length, wall(d->since, offset), wall(d->until, offset), d->other);
}

void history_add_presence(struct history *h, int day, const char *presence, walltime_t from,
			  walltime_t to)
{
	store_run(h, "INSERT INTO presence (day, presence, began, ended) VALUES (?,?,?,?)", "isuu",
		  (int64_t)day, presence, from, to);
}

void history_add_rating(struct history *h, walltime_t at, const char *exercise, const char *verdict)
{
	store_run(h, "INSERT INTO ratings (at, exercise, verdict) VALUES (?,?,?)", "uss", at,
		  exercise, verdict);
}

void history_remove_ratings(struct history *h, walltime_t since, const char *exercise,
			    const char *verdict)
{
	store_run(h, "DELETE FROM ratings WHERE exercise = ? AND verdict = ? AND at >= ?", "ssu",
		  exercise, verdict, since);
}

void history_add_activity(struct history *h, int day, walltime_t at, const char *kind,
			  usec_t length)
{
	store_run(h, "INSERT INTO activities (day, at, kind, length) VALUES (?,?,?,?)", "iusu",
		  (int64_t)day, at, kind, length);
}

void history_remove_activity(struct history *h, int64_t id)
{
	store_run(h, "DELETE FROM activities WHERE id = ?", "i", id);
}

/* In the day's object: the number under the name, as `sql` makes it of ?3 and of what it was. */
#define CHANGE_TOTAL(sql)                                                                          \
	"INSERT INTO totals VALUES (?1, json_object(?2, max(?3, 0))) ON CONFLICT DO UPDATE SET"    \
	" amounts = json_set(amounts, '$.\"' || ?2 || '\"', " sql ")"
#define IT_WAS "coalesce(json_extract(amounts, '$.\"' || ?2 || '\"'), 0)"

void history_add_total(struct history *h, int day, const char *what, uint64_t amount)
{
	store_run(h, CHANGE_TOTAL(IT_WAS " + ?3"), "isu", (int64_t)day, what, amount);
}

void history_raise_total(struct history *h, int day, const char *what, uint64_t amount)
{
	store_run(h, CHANGE_TOTAL("max(" IT_WAS ", ?3)"), "isu", (int64_t)day, what, amount);
}

void history_change_total(struct history *h, int day, const char *what, int64_t by)
{
	store_run(h, CHANGE_TOTAL("max(" IT_WAS " + ?3, 0)"), "isi", (int64_t)day, what, by);
}

void history_save_state(struct history *h, walltime_t at, const char *text)
{
	store_run(h, "INSERT OR REPLACE INTO state VALUES (1,?,?)", "us", at, text);
}

void history_save_progress(struct history *h, const char *exercise, const char *text)
{
	store_run(h, "INSERT OR REPLACE INTO progress VALUES (?,?)", "ss", exercise, text);
}

void history_save_fact(struct history *h, const char *name, int64_t value)
{
	store_run(h, "INSERT OR REPLACE INTO facts VALUES (?,?)", "si", name, value);
}

/* The first day that stays: ?1 is today, ?2 how many days are kept. */
#define FIRST_KEPT                                                                                 \
	"(SELECT min(?1, coalesce((SELECT max(day) FROM totals WHERE day < ?1), ?1)) - ?2)"
/* Rows of each table that one piece looks at. */
#define PIECE "1000"
/* Rows are in the order of their days, so the old ones are at the beginning and nothing behind them
 * is looked at. What lies out of order because the clock was wrong goes a little later. */
#define OLD_ONES(table)                                                                            \
	"DELETE FROM " table " WHERE id IN (SELECT id FROM (SELECT id, day FROM " table            \
	" ORDER BY id LIMIT " PIECE ") WHERE day < " FIRST_KEPT ")"

static const char *const old_rows[] = {
	OLD_ONES("breaks"),
	OLD_ONES("decisions"),
	OLD_ONES("presence"),
	OLD_ONES("activities"),
	/* These have no day but the hour; what hurts is not forgotten by it, see progress. */
	"DELETE FROM ratings WHERE id IN (SELECT id FROM (SELECT id, at FROM ratings"
	" ORDER BY id LIMIT " PIECE ") WHERE at / 86400000000 < " FIRST_KEPT ")",
};

/* What belongs to breaks that are gone. */
static const char orphans[] =
	"DELETE FROM exercises WHERE break < coalesce((SELECT min(id) FROM breaks), ?1)";

bool history_forget(struct history *h, int today, int keep)
{
	int before = sqlite3_total_changes(h->db);

	for (size_t i = 0; i < ELEMENTS(old_rows); i++)
		store_run(h, old_rows[i], "ii", (int64_t)today, (int64_t)keep);
	if (sqlite3_total_changes(h->db) != before) {
		store_run(h, orphans, "i", INT64_MAX);
		return !h->failed;
	}
	/* By this the others know the day, so it comes last. */
	store_run(h, "DELETE FROM totals WHERE day < " FIRST_KEPT, "ii", (int64_t)today,
		  (int64_t)keep);
	return false;
}
