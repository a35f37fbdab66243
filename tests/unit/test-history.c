/* The history, on real files: what is kept, and what becomes of it when a disk or a hand harms it.
 */
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "store/history.h"

#define HOUR (USEC_PER_HOUR)
#define NOON (UINT64_C(1795435200) * USEC_PER_SEC) /* 2026-11-23 12:00 UTC */
#define TODAY 20780
#define PAGE 1024

static struct history *open_at(const char *file)
{
	struct history *h = NULL;

	assert_int_equal(history_new(&h, file), 0);
	(void)history_open(h);
	return h;
}

static struct history_break example(const char *rule, const char *outcome, walltime_t ended)
{
	return (struct history_break){
		.day = TODAY,
		.rule = rule,
		.outcome = outcome,
		.due = ended - 90 * USEC_PER_SEC,
		.prompted = ended - 60 * USEC_PER_SEC,
		.started = ended - 30 * USEC_PER_SEC,
		.ended = ended,
		.length = 30 * USEC_PER_SEC,
		.rested = 30 * USEC_PER_SEC,
		.prompts = 2,
		.snoozes = 1,
		.exercises = { { "neck-tilt", 20 * USEC_PER_SEC },
			       { "palming", 10 * USEC_PER_SEC } },
		.n_exercises = 2,
		.delays = { { "call", 120 * USEC_PER_SEC }, { "lull", 3 * USEC_PER_SEC } },
		.n_delays = 2,
	};
}

/* Something of everything. */
static void fill(struct history *h, unsigned breaks)
{
	const struct decision d = {
		.at = 5 * HOUR,
		.kind = DECISION_DEFERRED,
		.cause = CAUSE_SIGN,
		.sign = QUIET_CALL,
		.signs = QUIET_BIT(QUIET_CALL),
		.load = 20 * USEC_PER_MIN,
		.every = 20 * USEC_PER_MIN,
		.since = 4 * HOUR,
		.until = USEC_NEVER,
		.rule = "micro",
		.other = "active",
		.who = "the name of a program",
	};

	assert_true(history_begin(h));
	for (unsigned i = 0; i < breaks; i++) {
		const struct history_break b = example("micro", "taken", NOON + i * USEC_PER_SEC);

		history_add_break(h, &b);
		history_add_decision(h, TODAY, &d, (int64_t)(NOON - 5 * HOUR));
		history_add_total(h, TODAY, "break:micro:taken", 1);
	}
	history_add_presence(h, TODAY, "active", NOON - HOUR, NOON);
	history_add_rating(h, NOON, "neck-tilt", "hurts");
	history_add_activity(h, TODAY, NOON, "walking", 20 * USEC_PER_MIN);
	history_change_total(h, TODAY, "screen_usec", -3);
	history_change_total(h, TODAY, "screen_usec", 7);
	history_change_total(h, TODAY, "screen_usec", -1);
	history_raise_total(h, TODAY, "longest_usec", 9);
	history_raise_total(h, TODAY, "longest_usec", 8);
	history_save_progress(h, "wall-push-up", "days=3 hurts=1");
	history_save_fact(h, "consent", 42);
	history_save_state(h, NOON, "where everything stood");
	assert_int_equal(history_commit(h), 0);
}

/* Reading ----------------------------------------------------------------------------------------
 */

#define SEEN_MAX 4000

static void see(char *seen, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void see(char *seen, const char *format, ...)
{
	size_t n = strlen(seen);
	va_list args;

	va_start(args, format);
	(void)vsnprintf(seen + n, SEEN_MAX - n, format, args);
	va_end(args);
}

static long long seconds(usec_t t)
{
	return (long long)t / (long long)USEC_PER_SEC;
}

static int on_break(void *owner, const struct history_break *b)
{
	see(owner, "%lld %s %s %lld+%lld of %lld, %u prompts, %u snoozes:", (long long)b->id,
	    b->rule, b->outcome, seconds(b->ended - NOON), seconds(b->rested), seconds(b->length),
	    b->prompts, b->snoozes);
	assert_true(b->day == TODAY && b->due == b->ended - 90 * USEC_PER_SEC &&
		    b->prompted == b->due + 30 * USEC_PER_SEC &&
		    b->started == b->prompted + 30 * USEC_PER_SEC);
	for (size_t i = 0; i < b->n_exercises; i++)
		see(owner, " %s %lld", b->exercises[i].id, seconds(b->exercises[i].length));
	for (size_t i = 0; i < b->n_delays; i++)
		see(owner, " %s %lld", b->delays[i].reason, seconds(b->delays[i].length));
	see(owner, "\n");
	return 0;
}

static int count_break(void *owner, const struct history_break *b)
{
	unsigned *n = owner;

	(void)b;
	return ++*n == 500 ? -ECANCELED : 0;
}

static int on_total(void *owner, int day, const char *what, uint64_t amount)
{
	see(owner, "%d %s %llu\n", day - TODAY, what, (unsigned long long)amount);
	return 0;
}

static int on_decision(void *owner, const struct decision *d)
{
	see(owner, "%lld %s kind %d, cause %d, sign %d since %lld until %s, %s by '%s'\n",
	    seconds(d->at - NOON), d->rule, (int)d->kind, (int)d->cause, (int)d->sign,
	    seconds(d->since - NOON), d->until == USEC_NEVER ? "never" : "then", d->other, d->who);
	return 0;
}

static int on_progress(void *owner, const char *exercise, const char *text)
{
	see(owner, "%s %s\n", exercise, text);
	return 0;
}

static const struct history_query everything = { .from = -1, .to = -1, .limit = 500 };

static int count_progress(void *owner, const char *exercise, const char *text)
{
	(void)exercise;
	(void)text;
	++*(size_t *)owner;
	return 0;
}

static int on_rating(void *owner, walltime_t at, const char *exercise, const char *verdict)
{
	assert_true(at >= NOON);
	see(owner, "%s %s\n", exercise, verdict);
	return 0;
}

static int on_any_activity(void *owner, const struct history_activity *a)
{
	see(owner, "%s\n", a->kind);
	return 0;
}

static void assert_state(struct history *h)
{
	char *text = NULL;
	walltime_t at;

	assert_int_equal(history_load_state(h, &at, &text), 0);
	assert_string_equal(text, "where everything stood");
	free(text);
}

/* Whatever can be asked, asked: for files that may be broken. */
static void read_all(struct history *h, char seen[static SEEN_MAX])
{
	unsigned n = 0;
	walltime_t at;
	int64_t value;
	char *text = NULL;

	seen[0] = '\0';
	(void)history_read_breaks(h, &everything, count_break, &n);
	see(seen, "%u breaks\n", n);
	(void)history_read_totals(h, 0, TODAY, on_total, seen);
	(void)history_read_activities(h, &everything, on_any_activity, seen);
	(void)history_read_decisions(h, 0, 1, on_decision, seen);
	(void)history_read_progress(h, on_progress, seen);
	if (history_load_fact(h, "consent", &value) >= 0)
		see(seen, "consent %lld\n", (long long)value);
	if (history_load_state(h, &at, &text) >= 0)
		see(seen, "%s\n", text);
	free(text);
}

static int see_row(void *owner, int n, char **values, char **names)
{
	(void)n;
	(void)names;
	see(owner, "%s\n", values[0] ? values[0] : "NULL");
	return 0;
}

/* What the closed file answers to a query of one column. */
static void assert_rows(const char *file, const char *sql, const char *want)
{
	char seen[SEEN_MAX] = "";
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, see_row, seen, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_string_equal(seen, want);
}

/* What is kept -----------------------------------------------------------------------------------
 */

static void all_is_there_again(void **state)
{
	const char *file = scratch_path("again/limber/history.db");
	struct history *h = open_at(file);
	char seen[SEEN_MAX] = "";
	int64_t value = 0;
	walltime_t at = 0;
	char *text = NULL;

	(void)state;
	assert_null(history_problem(h));
	assert_int_equal(history_load_state(h, &at, &text), -ENOENT);
	assert_int_equal(history_load_fact(h, "consent", &value), -ENOENT);
	fill(h, 2);
	history_free(h);

	h = open_at(file);
	assert_int_equal(history_read_breaks(h, &everything, on_break, seen), 0);
	assert_string_equal(seen, "1 micro taken 0+30 of 30, 2 prompts, 1 snoozes: neck-tilt 20 "
				  "palming 10 call 120 lull 3\n"
				  "2 micro taken 1+30 of 30, 2 prompts, 1 snoozes: neck-tilt 20 "
				  "palming 10 call 120 lull 3\n");
	seen[0] = '\0';
	assert_int_equal(history_read_totals(h, TODAY, TODAY, on_total, seen), 0);
	assert_string_equal(seen, "0 break:micro:taken 2\n0 screen_usec 6\n0 longest_usec 9\n");
	seen[0] = '\0';
	/* In the wall's time. Programs' names are nobody's business. */
	assert_int_equal(history_read_decisions(h, 1, 9, on_decision, seen), 0);
	assert_string_equal(seen, "0 micro kind 2, cause 1, sign 1 since -3600 until never, active "
				  "by ''\n");
	seen[0] = '\0';
	assert_int_equal(history_read_progress(h, on_progress, seen), 0);
	assert_string_equal(seen, "wall-push-up days=3 hurts=1\n");
	assert_int_equal(history_load_fact(h, "consent", &value), 0);
	assert_int_equal(value, 42);
	assert_int_equal(history_load_state(h, &at, &text), 0);
	assert_string_equal(text, "where everything stood");
	assert_true(at == NOON);
	free(text);
	history_free(h);
	assert_rows(file, "SELECT at || exercise || verdict FROM ratings",
		    "1795435200000000neck-tilthurts\n");
	assert_rows(file, "SELECT day || ' ' || kind || length FROM activities",
		    "20780 walking1200000000\n");
	assert_rows(file, "SELECT presence || (ended - began) FROM presence", "active3600000000\n");
}

static void only_the_user_can_read_it(void **state)
{
	const char *file = scratch_path("modes/history.db");
	struct stat st;
	mode_t before = umask(0);
	struct history *h;

	(void)state;
	(void)rmdir(scratch_path("modes"));
	h = open_at(file);
	fill(h, 1);
	assert_int_equal(stat(scratch_path("modes"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(scratch_path("modes/history.db-wal"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	history_free(h);
	/* One file is left, and one that was open to others no longer is. */
	assert_int_equal(stat(scratch_path("modes/history.db-wal"), &st), -1);
	assert_int_equal(chmod(file, 0644), 0);
	history_free(open_at(file));
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* So is what somebody left beside it. */
	assert_int_equal(chmod(scratch_write("modes/history.db-wal", "?"), 0644), 0);
	h = open_at(file);
	fill(h, 1);
	assert_int_equal(stat(scratch_path("modes/history.db-wal"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	history_free(h);
	umask(before);
}

/* Breaks by what a query asks for, as the numbers of those that are answered. */
static void queries_choose(void **state)
{
	/* clang-format off */
	static const struct {
		struct history_query q;
		const char *ids;
	} rows[] = {
		{ { .from = -1, .to = -1, .limit = 500 }, "12345" },
		{ { .from = -1, .to = -1, .limit = 2 }, "12" },
		{ { .from = -1, .to = -1, .limit = 2, .after_id = 2 }, "34" },
		{ { .from = -1, .to = -1, .limit = 500, .rule = "active" }, "24" },
		{ { .from = -1, .to = -1, .limit = 500, .outcome = "skipped" }, "45" },
		{ { .from = -1, .to = -1, .limit = 500, .rule = "active", .outcome = "skipped" }, "4" },
		{ { .from = (int64_t)(NOON + 1 * HOUR), .to = (int64_t)(NOON + 3 * HOUR), .limit = 500 }, "23" },
		{ { .from = -1, .to = (int64_t)NOON, .limit = 500 }, "" },
		{ { .from = (int64_t)(NOON + 3 * HOUR), .to = -1, .limit = 500 }, "45" },
		{ { .from = (int64_t)(NOON + 1 * HOUR), .to = -1, .limit = 2, .after_id = 3 }, "45" },
		{ { .from = (int64_t)(NOON + 1 * HOUR), .to = -1, .limit = 500, .rule = "micro" }, "35" },
		{ { .from = (int64_t)(NOON + 9 * HOUR), .to = -1, .limit = 500 }, "" },
		{ { .from = -1, .to = -1, .limit = 500, .rule = "", .outcome = "" }, "12345" },
		{ { .from = -1, .to = -1, .limit = 500, .rule = "' OR 1 --" }, "" },
	};
	/* clang-format on */
	static const char *const names[][2] = {
		{ "micro", "taken" },    { "active", "taken" },  { "micro", "missed" },
		{ "active", "skipped" }, { "micro", "skipped" },
	};
	struct history *h = open_at(scratch_path("queries.db"));

	(void)state;
	assert_true(history_begin(h));
	for (size_t i = 0; i < ELEMENTS(names); i++) {
		const struct history_break b = example(names[i][0], names[i][1], NOON + i * HOUR);

		history_add_break(h, &b);
	}
	assert_int_equal(history_commit(h), 0);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		char seen[SEEN_MAX] = "", ids[16] = "";

		assert_int_equal(history_read_breaks(h, &rows[i].q, on_break, seen), 0);
		for (char *line = strtok(seen, "\n"); line; line = strtok(NULL, "\n"))
			strncat(ids, line, 1);
		assert_string_equal(ids, rows[i].ids);
	}
	history_free(h);
}

/* The clock was set back between them: the later ones ended before the first. */
static void times_need_not_be_in_order(void **state)
{
	static const int hours[] = { 5, 6, 1, 2, 7 };
	const struct history_query q = { .from = (int64_t)(NOON + 2 * HOUR),
					 .to = (int64_t)(NOON + 7 * HOUR),
					 .limit = 500 };
	struct history *h = open_at(scratch_path("order.db"));
	char seen[SEEN_MAX] = "", ids[16] = "";

	(void)state;
	assert_true(history_begin(h));
	for (size_t i = 0; i < ELEMENTS(hours); i++) {
		const struct history_break b =
			example("micro", "taken", NOON + (walltime_t)hours[i] * HOUR);

		history_add_break(h, &b);
	}
	assert_int_equal(history_commit(h), 0);
	assert_int_equal(history_read_breaks(h, &q, on_break, seen), 0);
	for (char *line = strtok(seen, "\n"); line; line = strtok(NULL, "\n"))
		strncat(ids, line, 1);
	assert_string_equal(ids, "124");
	history_free(h);
}

static void whoever_reads_can_end_it(void **state)
{
	struct history *h = open_at(scratch_path("end.db"));
	unsigned n = 497;

	(void)state;
	fill(h, 5);
	assert_int_equal(history_read_breaks(h, &everything, count_break, &n), -ECANCELED);
	assert_int_equal(n, 500);
	/* And nothing is held open by it. */
	fill(h, 1);
	history_free(h);
}

/* As many transactions as it takes. */
static unsigned forget_all(struct history *h, int today, int keep)
{
	unsigned n = 0;
	bool more = true;

	for (; more; n++) {
		assert_true(n < 100 && history_begin_lightly(h));
		more = history_forget(h, today, keep);
		assert_int_equal(history_commit(h), 0);
	}
	return n;
}

static void old_days_go(void **state)
{
	const char *file = scratch_path("old.db");
	struct history *h = open_at(file);
	char seen[SEEN_MAX] = "";
	const struct decision d = { .rule = "micro" };

	(void)state;
	assert_true(history_begin(h));
	for (int day = TODAY - 4; day <= TODAY; day++) {
		struct history_break b =
			example("micro", "taken", NOON - (walltime_t)(TODAY - day) * 24 * HOUR);

		b.day = day;
		history_add_break(h, &b);
		history_add_decision(h, day, &d, (int64_t)b.ended);
		history_add_presence(h, day, "active", b.ended - 1, b.ended);
		history_add_activity(h, day, b.ended, "walking", 1);
		history_add_rating(h, b.ended, "neck-tilt", "hurts");
		history_add_total(h, day, "break:micro:taken", 1);
	}
	history_save_progress(h, "neck-tilt", "hurts=1");
	assert_int_equal(history_commit(h), 0);
	/* Yesterday is the last day that was there before. */
	forget_all(h, TODAY, 0);
	assert_int_equal(history_read_totals(h, 0, TODAY, on_total, seen), 0);
	assert_string_equal(seen, "-1 break:micro:taken 1\n0 break:micro:taken 1\n");
	history_free(h);
	assert_rows(
		file,
		"SELECT count(*) FROM breaks UNION ALL SELECT count(*) FROM exercises"
		" UNION ALL SELECT count(*) FROM decisions UNION ALL SELECT count(*) FROM presence"
		" UNION ALL SELECT count(*) FROM activities"
		" UNION ALL SELECT count(*) FROM ratings UNION ALL SELECT count(*) FROM progress",
		"2\n4\n2\n2\n2\n2\n1\n");
}

/* ... also where there is nothing newer of their kind, and if there are many. */
static void old_days_go_to_the_last(void **state)
{
	const char *file = scratch_path("last.db");
	struct history *h = open_at(file);
	const struct decision d = { .rule = "micro" };

	(void)state;
	assert_true(history_begin(h));
	for (int i = 0; i < 2500; i++) {
		struct history_break b = example("micro", "taken", NOON - 900 * 24 * HOUR);

		b.day = TODAY - 900;
		history_add_break(h, &b);
		history_add_decision(h, b.day, &d, (int64_t)b.ended);
	}
	history_add_presence(h, TODAY - 900, "active", 1, 2);
	history_add_activity(h, TODAY - 900, 1, "walking", 1);
	history_add_rating(h, NOON - 900 * 24 * HOUR, "neck-tilt", "like");
	history_add_total(h, TODAY - 900, "break:micro:taken", 1);
	history_add_total(h, TODAY - 1, "screen_usec", 1);
	assert_int_equal(history_commit(h), 0);
	/* Not all at once: somebody may want an answer in between. */
	assert_true(forget_all(h, TODAY, 30) > 2);
	history_free(h);
	assert_rows(
		file,
		"SELECT count(*) FROM breaks UNION ALL SELECT count(*) FROM exercises"
		" UNION ALL SELECT count(*) FROM decisions UNION ALL SELECT count(*) FROM presence"
		" UNION ALL SELECT count(*) FROM activities"
		" UNION ALL SELECT count(*) FROM ratings UNION ALL SELECT count(*) FROM totals",
		"0\n0\n0\n0\n0\n0\n1\n");
}

static off_t size_of(const char *file)
{
	struct stat st;

	assert_int_equal(stat(file, &st), 0);
	return st.st_size;
}

/* A year with a hundred breaks a day. */
static void fill_a_year(struct history *h)
{
	const struct decision d = { .rule = "micro" };

	assert_true(history_begin(h));
	for (int day = TODAY - 364; day <= TODAY; day++) {
		for (int i = 0; i < 100; i++) {
			struct history_break b = example("micro", "taken", NOON);

			b.day = day;
			history_add_break(h, &b);
			history_add_decision(h, day, &d, (int64_t)NOON);
		}
		history_add_total(h, day, "break:micro:taken", 100);
	}
	history_save_progress(h, "neck-tilt", "hurts=1");
	assert_int_equal(history_commit(h), 0);
}

static void the_file_shrinks_when_much_goes(void **state)
{
	const char *file = scratch_path("shrinks.db");
	struct history *h = open_at(file);
	unsigned pieces = 0;
	off_t full, still_full;

	(void)state;
	fill_a_year(h);
	assert_false(history_shrink(h));
	while (history_take_in(h))
		;
	full = size_of(file);
	forget_all(h, TODAY, 7);
	while (history_take_in(h))
		;
	still_full = size_of(file);
	/* Some pages at a time, with whoever waits for an answer in between. */
	for (; history_shrink(h); pieces++)
		assert_true(pieces < 10000);
	assert_true(pieces > 50);
	while (history_take_in(h))
		;
	/* Also while it is open. */
	assert_true(still_full >= full && full > 5000 * PAGE);
	assert_true(size_of(file) < full / 10);
	fill(h, 3);
	history_free(h);
	assert_rows(file,
		    "SELECT count(*) FROM breaks UNION ALL SELECT text FROM progress"
		    " UNION ALL SELECT integrity_check FROM pragma_integrity_check",
		    "903\nhurts=1\ndays=3 hurts=1\nok\n");
}

/* A week that comes and goes is room that is needed again. */
static void a_file_with_little_that_is_empty_stays(void **state)
{
	const char *file = scratch_path("stays.db");
	struct history *h = open_at(file);

	(void)state;
	fill_a_year(h);
	forget_all(h, TODAY, 330);
	assert_false(history_shrink(h));
	history_free(h);
}

/* Files of before cannot, and are as well off as they were. */
static void a_file_that_cannot_shrink_goes_on(void **state)
{
	const char *file = scratch_path("of-before.db");
	struct history *h = open_at(file);
	sqlite3 *db = NULL;
	off_t full;

	(void)state;
	fill_a_year(h);
	history_free(h);
	assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				      "PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE;"
				      "VACUUM",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	full = size_of(file);
	h = open_at(file);
	forget_all(h, TODAY, 7);
	assert_false(history_shrink(h));
	assert_null(history_problem(h));
	fill(h, 3);
	history_free(h);
	assert_int_equal(size_of(file), full);
	assert_rows(file,
		    "SELECT count(*) FROM breaks UNION ALL"
		    " SELECT integrity_check FROM pragma_integrity_check",
		    "903\nok\n");
}

/* Crashes ----------------------------------------------------------------------------------------
 */

/* In a process of its own that ends in the middle of it, as by kill -9. */
static void in_a_process(const char *file, void (*does)(struct history *h))
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		does(open_at(file));
		_exit(0);
	}
	assert_true(child > 0 && waitpid(child, &status, 0) == child);
	assert_int_equal(status, 0);
}

static void fills(struct history *h)
{
	fill(h, 3);
}

static void fills_half(struct history *h)
{
	const struct history_break b = example("micro", "taken", NOON);

	if (history_begin(h))
		history_add_break(h, &b);
}

static void a_clock_that_was_set_ahead_costs_no_past(void **state)
{
	struct history *h = open_at(scratch_path("ahead.db"));
	const int far = TODAY + 70 * 365;
	char seen[SEEN_MAX] = "";

	(void)state;
	fill(h, 1);
	assert_true(history_begin(h));
	history_add_total(h, far, "break:micro:taken", 1);
	assert_int_equal(history_commit(h), 0);
	(void)forget_all(h, far, 730);
	assert_int_equal(history_read_totals(h, 0, TODAY, on_total, seen), 0);
	assert_non_null(strstr(seen, "0 break:micro:taken 1"));
	history_free(h);
}

static void what_was_committed_survives_a_crash(void **state)
{
	const char *file = scratch_path("crash.db");
	char seen[SEEN_MAX];
	struct history *h;

	(void)state;
	in_a_process(file, fills);
	in_a_process(file, fills);
	in_a_process(file, fills_half);
	h = open_at(file);
	assert_null(history_problem(h));
	read_all(h, seen);
	assert_non_null(strstr(seen, "6 breaks"));
	assert_non_null(strstr(seen, "break:micro:taken 6"));
	history_free(h);
}

static void a_file_that_another_has_is_waited_for(void **state)
{
	const char *file = scratch_path("busy.db");
	struct history *first, *second = NULL;
	int pipes[2], status = -1;
	char byte;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	child = fork();
	if (child == 0) {
		first = open_at(file);
		fill(first, 1);
		(void)!write(pipes[1], "x", 1);
		(void)pause();
	}
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	assert_int_equal(history_new(&second, file), 0);
	assert_false(history_open(second));
	assert_non_null(strstr(history_problem(second), "in use by another program"));
	/* One without a lock service says the same to SQLite. */
	assert_non_null(strstr(history_hint(second), "network disk"));
	assert_false(history_begin(second));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	fill(second, 1);
	assert_null(history_problem(second));
	assert_null(history_damage(second));
	history_free(second);
	close(pipes[0]);
	close(pipes[1]);
}

/* Files that are none of ours --------------------------------------------------------------------
 */

struct bytes {
	char *v;
	size_t n;
};

static struct bytes slurp(const char *file)
{
	struct bytes b = { 0 };
	struct stat st;
	FILE *f = fopen(file, "r");

	assert_non_null(f);
	assert_int_equal(fstat(fileno(f), &st), 0);
	b.n = (size_t)st.st_size;
	b.v = malloc(b.n + 1);
	assert_int_equal(fread(b.v, 1, b.n, f), b.n);
	fclose(f);
	return b;
}

static void spill(const char *file, const struct bytes *b)
{
	FILE *f = fopen(file, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(b->v, 1, b->n, f), b->n);
	assert_int_equal(fclose(f), 0);
}

static void run_sql(const char *file, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void what_is_not_ours_is_left_alone(void **state)
{
	/* clang-format off */
	static const struct {
		const char *file, *sql, *told;
	} rows[] = {
		{ "newer.db", "PRAGMA user_version = 999", "written by a newer limber" },
		{ "other.db", "CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')", "belongs to another program" },
		{ "app.db", "PRAGMA application_id = 7", "belongs to another program" },
	};
	/* clang-format on */

	(void)state;
	history_free(open_at(scratch_path("newer.db")));
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const char *file = scratch_path(rows[i].file);
		struct bytes before, after;
		struct history *h;

		run_sql(file, rows[i].sql);
		assert_int_equal(chmod(file, 0600), 0);
		before = slurp(file);
		h = open_at(file);
		assert_non_null(history_problem(h));
		assert_non_null(strstr(history_problem(h), rows[i].told));
		assert_true(history_hint(h)[0]);
		assert_false(history_begin(h));
		assert_int_equal(history_read_breaks(h, &everything, on_break, NULL), -ENODATA);
		history_take_in(h);
		history_look_through(h);
		history_free(h);
		after = slurp(file);
		assert_int_equal(before.n, after.n);
		assert_memory_equal(before.v, after.v, before.n);
		free(before.v);
		free(after.v);
	}
}

/* What limber wrote before there were indices: all of it is still there, and they are. */
static void an_old_file_is_stepped_up(void **state)
{
	const char *file = scratch_path("version-1.db");
	const char *indices = "SELECT name FROM sqlite_schema WHERE type = 'index'"
			      " AND name LIKE 'breaks_%' ORDER BY name";
	struct history *h = open_at(file);
	char before[SEEN_MAX], after[SEEN_MAX];

	(void)state;
	fill(h, 3);
	read_all(h, before);
	history_free(h);
	run_sql(file, "DROP INDEX breaks_ended; DROP INDEX breaks_rule; DROP INDEX breaks_outcome;"
		      " PRAGMA user_version = 1");
	assert_rows(file, indices, "");
	h = open_at(file);
	assert_null(history_problem(h));
	read_all(h, after);
	assert_string_equal(before, after);
	history_free(h);
	assert_rows(file, indices, "breaks_ended\nbreaks_outcome\nbreaks_rule\n");
	assert_rows(file, "PRAGMA user_version", "2\n");
	assert_rows(file, "PRAGMA integrity_check", "ok\n");
}

static void no_plain_file(void **state)
{
	const char *fifo = scratch_path("fifo");
	struct history *h;

	(void)state;
	h = open_at(scratch_root);
	assert_non_null(strstr(history_problem(h), "no plain file"));
	history_free(h);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	h = open_at(fifo);
	assert_non_null(strstr(history_problem(h), "no plain file"));
	history_free(h);
	h = open_at("/proc/limber/history.db");
	assert_non_null(strstr(history_problem(h), "cannot open the history"));
	assert_false(history_begin(h));
	history_free(h);
	h = open_at(NULL);
	assert_non_null(strstr(history_problem(h), "no place for the history"));
	assert_false(history_begin(h));
	history_free(h);
	(void)unlink(fifo);
}

static void a_link_is_followed(void **state)
{
	const char *target = scratch_path("elsewhere/it.db"), *link = scratch_path("link.db");
	struct history *h;
	char seen[SEEN_MAX], name[SCRATCH_PATH_MAX];
	struct stat st;

	(void)state;
	assert_int_equal(symlink(target, link), 0);
	h = open_at(link);
	fill(h, 1);
	history_free(h);
	h = open_at(target);
	read_all(h, seen);
	assert_non_null(strstr(seen, "1 breaks"));
	history_free(h);
	/* And when that is damaged the link stays. */
	scratch_write("elsewhere/it.db", "not what you think");
	h = open_at(link);
	assert_non_null(history_damage(h));
	fill(h, 1);
	history_free(h);
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(readlink(link, name, sizeof(name)), strlen(target));
	h = open_at(target);
	read_all(h, seen);
	assert_non_null(strstr(seen, "1 breaks"));
	history_free(h);
}

/* Damage -----------------------------------------------------------------------------------------
 */

/* The name of the file that was set aside, out of the sentence about it. */
static const char *aside(const struct history *h, char name[static SCRATCH_PATH_MAX])
{
	const char *from = strchr(history_damage(h), '\''),
		   *to = from ? strchr(from + 1, '\'') : NULL;

	assert_non_null(to);
	(void)snprintf(name, SCRATCH_PATH_MAX, "%.*s", (int)(to - from - 1), from + 1);
	assert_non_null(strstr(name, ".damaged-2"));
	return name;
}

/*
 * Open a file like this one and do everything with it. Either it shows what `whole` does (or some
 * of it, where a value was changed), or its bytes are in another file and a new one has begun. In
 * any case it can be written in the end. True if it was set aside.
 */
static bool survives(const struct bytes *damaged, const char *story, size_t where)
{
	const char *file = scratch_path("damaged/history.db");
	char name[SCRATCH_PATH_MAX], seen[SEEN_MAX];
	const struct history_break b = example("active", "skipped", NOON);
	struct history *h;
	bool set_aside;
	int r = -EAGAIN;

	spill(file, damaged);
	h = open_at(file);
	read_all(h, seen);
	history_take_in(h);
	for (int i = 0; i < 8; i++)
		history_look_through(h);
	for (int tries = 0; tries < 2 && r == -EAGAIN; tries++) {
		assert_true(history_begin(h));
		history_add_break(h, &b);
		history_add_total(h, TODAY, "break:active:skipped", 1);
		history_save_state(h, NOON, "new");
		r = history_commit(h);
	}
	if (r < 0)
		fail_msg("%s at %zu: cannot be written: %s", story, where, history_problem(h));
	assert_null(history_problem(h));
	set_aside = history_damage(h);
	if (set_aside) {
		struct bytes kept = slurp(aside(h, name));

		/* What was sound may have been written to before the damage was met. */
		assert_true(kept.n >= damaged->n || damaged->n % PAGE);
		free(kept.v);
		assert_int_equal(unlink(name), 0);
		(void)strcat(name, "-wal");
		(void)unlink(name);
	}
	history_free(h);
	h = open_at(file);
	assert_null(history_problem(h));
	history_free(h);
	assert_int_equal(unlink(file), 0);
	return set_aside;
}

static struct bytes sound_file(void)
{
	const char *file = scratch_path("sound.db");
	struct history *h;

	(void)unlink(file);
	h = open_at(file);
	fill(h, 300);
	history_free(h);
	return slurp(file);
}

static void any_page_can_be_damaged(void **state)
{
	struct bytes sound = sound_file();
	size_t pages = sound.n / PAGE, found = 0;

	(void)state;
	assert_true(pages > 20);
	assert_false(survives(&sound, "sound", 0));
	for (size_t page = 0; page < pages; page++) {
		struct bytes b = { malloc(sound.n), sound.n };

		/* The page's own account of itself, with which SQLite reads it. */
		memcpy(b.v, sound.v, b.n);
		memset(b.v + page * PAGE + (page ? 0 : 16), 0xa5, 64);
		found += survives(&b, "head", page);
		memcpy(b.v, sound.v, b.n);
		memset(b.v + page * PAGE, 0, PAGE);
		found += survives(&b, "zeros", page);
		memcpy(b.v, sound.v, b.n);
		for (size_t i = 0; i < PAGE; i += 7)
			b.v[page * PAGE + i] ^= (char)(i | 1);
		found += survives(&b, "everywhere", page);
		memcpy(b.v, sound.v, b.n);
		b.v[page * PAGE + PAGE / 2 + page % 512] ^= 0x40;
		found += survives(&b, "one bit", page);
		free(b.v);
	}
	/* Single bits are values as good as others; the rest is seen. */
	assert_true(found >= 3 * pages - 3);
	free(sound.v);
}

static void it_can_end_anywhere(void **state)
{
	struct bytes sound = sound_file();
	size_t found = 0, n = 0;

	(void)state;
	for (size_t size = 1; size < sound.n; size += 3001, n++) {
		struct bytes b = { sound.v, size };

		found += survives(&b, "cut", size);
	}
	assert_true(found >= n - 1);
	free(sound.v);
}

static void no_database_is_set_aside_as_it_is(void **state)
{
	const char *file =
		scratch_write("text/history.db", "These are my notes, not a database.\n");
	char name[SCRATCH_PATH_MAX], again[SCRATCH_PATH_MAX];
	struct history *h;
	struct bytes kept;

	(void)state;
	h = open_at(file);
	assert_null(history_problem(h));
	kept = slurp(aside(h, name));
	kept.v[kept.n] = '\0';
	assert_string_equal(kept.v, "These are my notes, not a database.\n");
	free(kept.v);
	fill(h, 1);
	history_free(h);
	/* A second one on the same day finds another name. */
	file = scratch_write("text/history.db", "More notes that are not a database, either.\n");
	h = open_at(file);
	aside(h, again);
	assert_string_not_equal(name, again);
	assert_int_equal(access(name, F_OK) | access(again, F_OK), 0);
	history_free(h);
}

/* Which exercises hurt is known as long as it can be read anywhere. */
static void what_matters_is_taken_along(void **state)
{
	struct bytes sound = sound_file();
	const char *file = scratch_path("along/history.db");
	size_t known = 0, n = 0;

	(void)state;
	for (size_t page = 3; page < sound.n / PAGE; page += 7, n++) {
		struct bytes b = { malloc(sound.n), sound.n };
		char seen[SEEN_MAX] = "", name[SCRATCH_PATH_MAX];
		struct history *h;
		int64_t value = 0;

		memcpy(b.v, sound.v, b.n);
		memset(b.v + page * PAGE, 0, PAGE);
		spill(file, &b);
		h = open_at(file);
		for (int i = 0; i < 8; i++)
			history_look_through(h);
		(void)history_read_progress(h, on_progress, seen);
		(void)history_load_fact(h, "consent", &value);
		known += !strcmp(seen, "wall-push-up days=3 hurts=1\n") && value == 42;
		if (history_damage(h)) {
			struct bytes kept = slurp(aside(h, name));

			/* And nothing was done to the old one for it. */
			assert_int_equal(kept.n, b.n);
			assert_memory_equal(kept.v, b.v, b.n);
			free(kept.v);
			assert_int_equal(unlink(name), 0);
		}
		history_free(h);
		assert_int_equal(unlink(file), 0);
		free(b.v);
	}
	assert_true(n > 10 && known >= n - 1);
	free(sound.v);
}

/* Also where the page is destroyed that says what the file is: `how` much of it. */
static void lose_first_page(const char *file, const struct bytes *sound, const char *breaks,
			    size_t how, int with)
{
	struct bytes b = { malloc(sound->n), sound->n };
	char seen[SEEN_MAX] = "", all[SEEN_MAX], name[SCRATCH_PATH_MAX];
	struct history *h;
	int64_t value = 0;

	memcpy(b.v, sound->v, b.n);
	memset(b.v, with, how);
	spill(file, &b);
	h = open_at(file);
	assert_non_null(history_damage(h));
	assert_null(history_problem(h));
	assert_int_equal(history_read_progress(h, on_progress, seen), 0);
	assert_string_equal(seen, "wall-push-up days=3 hurts=1\n");
	assert_int_equal(history_load_fact(h, "consent", &value), 0);
	assert_int_equal(value, 42);
	read_all(h, all);
	assert_non_null(strstr(all, breaks));
	assert_non_null(strstr(all, "screen_usec 6"));
	assert_non_null(strstr(all, "walking"));
	(void)aside(h, name);
	history_free(h);
	assert_int_equal(unlink(name), 0);
	/* Nothing is left of what that took. */
	assert_true(strlen(name) + sizeof(".mended-wal") < sizeof(name));
	strcat(name, ".mended");
	assert_int_equal(access(name, F_OK), -1);
	strcat(name, "-wal");
	assert_int_equal(access(name, F_OK), -1);
	assert_int_equal(unlink(file), 0);
	free(b.v);
}

static void without_its_first_page(void **state)
{
	struct bytes sound = sound_file();
	const char *file = scratch_path("first/history.db");

	(void)state;
	lose_first_page(file, &sound, "300 breaks", PAGE, 0);
	lose_first_page(file, &sound, "300 breaks", PAGE, 0xa5);
	lose_first_page(file, &sound, "300 breaks", 100, 0xff);
	free(sound.v);
}

/* ... and after a crash, with the log that it left. */
static void without_a_first_page_with_a_log(void **state)
{
	const char *file = scratch_path("first-log/history.db");
	struct bytes sound;

	(void)state;
	in_a_process(file, fills);
	sound = slurp(file);
	lose_first_page(file, &sound, "3 breaks", PAGE, 0xa5);
	free(sound.v);
}

/* The first page in which that is found. */
static void lose_page_with(struct bytes *b, const char *what)
{
	for (size_t page = 1; page < b->n / PAGE; page++)
		if (memmem(b->v + page * PAGE, PAGE, what, strlen(what))) {
			memset(b->v + page * PAGE, 0, PAGE);
			return;
		}
	fail_msg("no page has '%s'", what);
}

/* Rows on both sides of what cannot be read. */
static void one_bad_page_costs_its_rows(void **state)
{
	const char *file = scratch_path("sides/history.db");
	struct history *h = open_at(file);
	char text[100], id[32], seen[SEEN_MAX] = "";
	struct history_break row;
	struct bytes b;
	size_t known = 0;
	unsigned n = 0;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_true(history_begin(h));
	for (int i = 0; i < 100; i++) {
		(void)snprintf(id, sizeof(id), "exercise-%02d", i);
		history_save_progress(h, id, text);
	}
	for (unsigned i = 0; i < 200; i++) {
		(void)snprintf(id, sizeof(id), "rule-%u", i);
		row = example(id, "taken", NOON + i);
		history_add_break(h, &row);
	}
	history_add_rating(h, NOON, "neck-tilt", "hurts");
	history_save_state(h, NOON, "where everything stood");
	assert_int_equal(history_commit(h), 0);
	history_free(h);
	b = slurp(file);
	lose_page_with(&b, "exercise-50");
	lose_page_with(&b, "rule-100taken");
	spill(file, &b);
	free(b.v);
	h = open_at(file);
	(void)history_read_progress(h, on_progress, seen);
	assert_non_null(history_damage(h));
	assert_int_equal(history_begun(h), 1);
	seen[0] = '\0';
	assert_int_equal(history_read_progress(h, count_progress, &known), 0);
	assert_true(known > 80 && known < 100);
	assert_int_equal(history_read_breaks(h, &everything, count_break, &n), 0);
	assert_true(n > 150 && n < 200);
	assert_int_equal(history_read_ratings(h, NOON, on_rating, seen), 0);
	assert_string_equal(seen, "neck-tilt hurts\n");
	assert_state(h);
	history_free(h);
}

/* Rows that would stop what is added later, or that tell of no day and no break. */
static void rows_that_cannot_be_are_left_behind(void **state)
{
	/* clang-format off */
	static const char broken[] =
		"INSERT INTO totals VALUES (20001, '{'), (20002, '[1]'), (20003, x'ff'), (-5, '{\"screen_usec\":1}');"
		"INSERT INTO activities VALUES (77, 20000, 1, x'00', 60000000), (78, 20000, 1, 'walking', 5),"
		" (9223372036854775807, 20000, 1, 'walking', 60000000);"
		"INSERT INTO breaks SELECT 9223372036854775807, day, rule, outcome, 0, 0, 0, ended, 0, 0, 0, 0, '' FROM breaks"
		" WHERE id = 1;"
		"INSERT INTO exercises VALUES (4, 0, 'palming', 1);"
		"DROP TABLE state";
	/* clang-format on */
	const char *file = scratch_path("rows/history.db");
	struct history *h = open_at(file);
	sqlite3 *db = NULL;

	(void)state;
	fill(h, 3);
	history_free(h);
	assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, broken, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	h = open_at(file);
	assert_non_null(history_damage(h));
	/* All of it is added to what was there, as ever. */
	fill(h, 1);
	assert_int_equal(history_begun(h), 1);
	history_free(h);
	assert_rows(file,
		    "SELECT count(*) || ' breaks to ' || max(id) FROM breaks UNION ALL"
		    " SELECT count(*) || ' exercises to ' || max(break) FROM exercises UNION ALL"
		    " SELECT count(*) || ' activities to ' || max(id) FROM activities UNION ALL"
		    " SELECT day || amounts FROM totals",
		    "4 breaks to 4\n8 exercises to 4\n2 activities to 2\n20780"
		    "{\"break:micro:taken\":4,\"screen_usec\":9,\"longest_usec\":9}\n");
}

/* Tables that are not ours any more, however that came about. */
static void tables_are_looked_at(void **state)
{
	/* clang-format off */
	static const char *const stories[] = {
		"DROP TABLE totals",
		"DROP TABLE state",
		"ALTER TABLE breaks DROP COLUMN delays",
		"ALTER TABLE progress RENAME TO regress",
		"PRAGMA user_version = -1",
		"PRAGMA user_version = 0",
		"UPDATE totals SET amounts = '{'",
		"DELETE FROM breaks; INSERT INTO exercises VALUES (1, 0, 'palming', 1)",
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(stories); i++) {
		const char *file = scratch_path("damaged/history.db");
		struct history *h = open_at(file);
		struct bytes b;
		sqlite3 *db = NULL;

		fill(h, 1);
		history_free(h);
		assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
		(void)sqlite3_exec(db, "DELETE FROM exercises", NULL, NULL, NULL);
		assert_int_equal(sqlite3_exec(db, stories[i], NULL, NULL, NULL), SQLITE_OK);
		assert_int_equal(sqlite3_close(db), SQLITE_OK);
		b = slurp(file);
		if (!survives(&b, stories[i], 0))
			fail_msg("'%s' is not noticed", stories[i]);
		free(b.v);
	}
}

static void an_empty_file_is_a_new_one(void **state)
{
	struct history *h = open_at(scratch_write("empty.db", ""));

	(void)state;
	assert_null(history_problem(h));
	assert_null(history_damage(h));
	fill(h, 1);
	history_free(h);
}

/* Disks ------------------------------------------------------------------------------------------
 */

static void a_disk_that_is_full_for_a_while(void **state)
{
	const char *file = scratch_path("full.db");
	struct history *h = open_at(file);
	const struct history_break b = example("micro", "missed", NOON);
	struct rlimit before, little;
	char seen[SEEN_MAX];
	unsigned n = 0;

	(void)state;
	fill(h, 1);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	little = before;
	little.rlim_cur = 64 * 1024;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	for (; !history_problem(h); n++) {
		assert_true(n < 1000 && history_begin(h));
		history_add_break(h, &b);
		(void)history_commit(h);
	}
	/* It goes on trying, and what is there can be read. */
	assert_true(history_begin(h));
	history_add_break(h, &b);
	assert_int_equal(history_commit(h), -EIO);
	read_all(h, seen);
	assert_non_null(strstr(seen, " breaks\n"));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_true(history_begin(h));
	history_add_break(h, &b);
	assert_int_equal(history_commit(h), 0);
	assert_null(history_problem(h));
	assert_null(history_damage(h));
	history_free(h);
	h = open_at(file);
	read_all(h, seen);
	/* One before, those that went well (the last one did not), one after. */
	assert_int_equal(atoi(seen), n + 1);
	history_free(h);
}

static void where_it_is(void **state)
{
	char buffer[HISTORY_FILE_MAX];

	(void)state;
	setenv("XDG_DATA_HOME", "/data", 1);
	setenv("HOME", "/root-of-all", 1);
	assert_string_equal(history_default_file(buffer), "/data/limber/history.db");
	setenv("XDG_DATA_HOME", "data", 1);
	assert_string_equal(history_default_file(buffer),
			    "/root-of-all/.local/share/limber/history.db");
	unsetenv("XDG_DATA_HOME");
	setenv("HOME", "", 1);
	assert_null(history_default_file(buffer));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_there_again),
		cmocka_unit_test(only_the_user_can_read_it),
		cmocka_unit_test(queries_choose),
		cmocka_unit_test(times_need_not_be_in_order),
		cmocka_unit_test(whoever_reads_can_end_it),
		cmocka_unit_test(old_days_go),
		cmocka_unit_test(old_days_go_to_the_last),
		cmocka_unit_test(the_file_shrinks_when_much_goes),
		cmocka_unit_test(a_file_with_little_that_is_empty_stays),
		cmocka_unit_test(a_file_that_cannot_shrink_goes_on),
		cmocka_unit_test(a_clock_that_was_set_ahead_costs_no_past),
		cmocka_unit_test(what_was_committed_survives_a_crash),
		cmocka_unit_test(a_file_that_another_has_is_waited_for),
		cmocka_unit_test(what_is_not_ours_is_left_alone),
		cmocka_unit_test(an_old_file_is_stepped_up),
		cmocka_unit_test(no_plain_file),
		cmocka_unit_test(a_link_is_followed),
		cmocka_unit_test(any_page_can_be_damaged),
		cmocka_unit_test(it_can_end_anywhere),
		cmocka_unit_test(no_database_is_set_aside_as_it_is),
		cmocka_unit_test(what_matters_is_taken_along),
		cmocka_unit_test(without_its_first_page),
		cmocka_unit_test(without_a_first_page_with_a_log),
		cmocka_unit_test(one_bad_page_costs_its_rows),
		cmocka_unit_test(rows_that_cannot_be_are_left_behind),
		cmocka_unit_test(tables_are_looked_at),
		cmocka_unit_test(an_empty_file_is_a_new_one),
		cmocka_unit_test(a_disk_that_is_full_for_a_while),
		cmocka_unit_test(where_it_is),
	};

	return cmocka_run_group_tests(tests, scratch_begin, scratch_end);
}
