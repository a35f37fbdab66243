/*
 * What is kept over the end of the program: breaks and how they went, what was decided, when the
 * user was there, what they said of exercises, and where everything stood. Times, rules and
 * exercises, nothing else. One SQLite file that only this process opens.
 *
 * Without a file that works nothing here fails but what asks for its contents: history_problem()
 * says what is wrong, writes are lost, and each later one tries again. Points in time are
 * CLOCK_REALTIME. `day` is that of struct calendar. Texts are borrowed for the call.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"
#include "core/journal.h"

struct history; /* opaque */

#define HISTORY_FILE_MAX 4096

/* Where the history is if nobody says otherwise. NULL if the environment names no home. */
const char *history_default_file(char buffer[static HISTORY_FILE_MAX]);

/* Opens nothing yet. `file` is absolute, and copied; NULL: nothing is ever kept. -ENOMEM. */
int history_new(struct history **ret, const char *file);

/* Close the file, in good order. NULL is fine; returns NULL. */
struct history *history_free(struct history *h);

/*
 * Open the file, or begin one. Folders are made as far as they are missing. What is damaged, or has
 * not the tables that it should, is set aside under another name and a new one begun, with what the
 * coach knows, ratings, facts, the state, totals and activities as far as they can be read, and as
 * many breaks, newest first, as can be taken over in a fraction of a second; what a newer limber
 * wrote, or another program, is left alone for good. True if it can be read: what cannot be
 * written, as on a read-only disk, is read as it is, and there is a problem all the same.
 */
bool history_open(struct history *h);

/* Its path as it was given, printable; "" if there is none. Borrowed. */
const char *history_file(const struct history *h);

/* A sentence on what is wrong now, or NULL; and what to do about it. Borrowed until the next call.
 */
const char *history_problem(const struct history *h);
const char *history_hint(const struct history *h);

/*
 * A sentence on what has happened to the file and is over with: it was damaged and has another
 * name, or it is gone; the new one works. NULL if there was nothing since the start.
 */
const char *history_damage(const struct history *h);
/* How often a new file took the place of one that was there: it lacks what its owner knows. */
unsigned history_begun(const struct history *h);

/*
 * Open the file again if it is no longer the one that is open: it was taken away, or another one is
 * in its place now, as when a folder is mounted over it.
 */
void history_look(struct history *h);
/* How often such a one had something in it already, which nobody has asked it for. */
unsigned history_found(const struct history *h);
/* Nothing was in the open file before: it was begun here. */
bool history_is_new(const struct history *h);

/* Writing ----------------------------------------------------------------------------------------
 *
 * What is added between begin and commit is on the disk once that answers 0, all of it; else
 * nothing of it is. Each commit waits for the disk once.
 */

struct history_exercise {
	const char *id;
	usec_t length; /* as far as it was done */
};

/* How long a due break was kept back, and by what. */
struct history_delay {
	const char *reason;
	usec_t length;
};

#define HISTORY_EXERCISES_MAX 16
#define HISTORY_DELAYS_MAX 16

struct history_break {
	int64_t id; /* from 1 on; of one that is added: 0 */
	int day;
	const char *rule, *outcome;
	walltime_t due, prompted, started, ended; /* 0 = it never came to that */
	usec_t length, rested;
	unsigned prompts, snoozes;
	struct history_exercise exercises[HISTORY_EXERCISES_MAX];
	size_t n_exercises;
	struct history_delay delays[HISTORY_DELAYS_MAX];
	size_t n_delays;
};

/* False: there is no file to write to, and nothing needs to be added. */
bool history_begin(struct history *h);
/*
 * The same for what may be lost if the machine, not only the program, ends within the next seconds:
 * its commit waits for nothing. What comes later never is on the disk without it.
 */
bool history_begin_lightly(struct history *h);
/*
 * 0; -EAGAIN if the file proved to be damaged and a new one has begun, to which it can all be added
 * again; or another negative errno after which history_problem() has the sentence.
 */
int history_commit(struct history *h);

void history_add_break(struct history *h, const struct history_break *b);
/* Its points in time are on CLOCK_BOOTTIME; `offset` is the wall clock less that. Who showed a
 * quiet sign is not kept. */
void history_add_decision(struct history *h, int day, const struct decision *d, int64_t offset);
void history_add_presence(struct history *h, int day, const char *presence, walltime_t from,
			  walltime_t to);
void history_add_rating(struct history *h, walltime_t at, const char *exercise,
			const char *verdict);
/* What was said of the exercise since then with that verdict was not said. */
void history_remove_ratings(struct history *h, walltime_t since, const char *exercise,
			    const char *verdict);
void history_add_activity(struct history *h, int day, walltime_t at, const char *kind,
			  usec_t length);
/* There was none. */
void history_remove_activity(struct history *h, int64_t id);

/*
 * What a day comes to, by name (letters, digits and -_: up to TOTAL_NAME_MAX with the end): more of
 * it, the most of it, or more or less of it, but never less than nothing.
 */
#define TOTAL_NAME_MAX 96
void history_add_total(struct history *h, int day, const char *what, uint64_t amount);
void history_raise_total(struct history *h, int day, const char *what, uint64_t amount);
void history_change_total(struct history *h, int day, const char *what, int64_t by);

/* Where everything stands, in words of the owner's; the last one is kept. */
void history_save_state(struct history *h, walltime_t at, const char *text);
/* What the coach knows of an exercise (or, as "", of all of them), in words of its own; the last
 * ones are kept. */
void history_save_progress(struct history *h, const char *exercise, const char *text);
/* A single fact, such as a consent and when it was given. */
void history_save_fact(struct history *h, const char *name, int64_t value);

/*
 * Let go of a piece of what is more than `keep` days older than the last day before `today` of
 * which there is anything: a clock that was set far ahead costs nothing by that. True: there may be
 * more, for another transaction.
 */
bool history_forget(struct history *h, int today, int keep);

/*
 * What can wait, to be called now and then when nobody waits for an answer. Let the file take in
 * what was written beside it, in steps of which each waits for the disk once; true: call again.
 */
bool history_take_in(struct history *h);
/* ... and only what the first write after the opening would else wait for. */
void history_begin_log(struct history *h);
/*
 * Give back some pages of a file much of which is empty, as it is after days were let go of; the
 * file itself is smaller once it has taken that in. True: there may be more.
 */
bool history_shrink(struct history *h);
/* Look the next part of it through for damage, which takes some milliseconds. */
void history_look_through(struct history *h);

/* Reading ----------------------------------------------------------------------------------------
 *
 * Rows are handed to a function, which ends the reading by an answer below 0; that is then the
 * answer. -ENODATA: there is no history to read, history_problem() says why. Else 0.
 */

/* Everything below 0, NULL or "" is not asked for. */
struct history_query {
	int64_t from, to; /* when it ended: from <= ended < to */
	int64_t after_id;
	const char *rule, *outcome; /* of breaks */
	const char *kind;           /* of activities */
	unsigned limit;
};

/* In the order in which they ended. */
int history_read_breaks(struct history *h, const struct history_query *q,
			int (*row)(void *owner, const struct history_break *b), void *owner);

struct history_activity {
	int64_t id; /* from 1 on */
	int day;
	walltime_t at; /* when it was logged, just after it */
	const char *kind;
	usec_t length;
};

/* In the order in which they were logged, which is what `from` and `to` mean of them. */
int history_read_activities(struct history *h, const struct history_query *q,
			    int (*row)(void *owner, const struct history_activity *a), void *owner);
/* Only the latest of those of this kind ("" is any), length (0 is any) and id (0 is any). */
int history_read_activity(struct history *h, const char *kind, usec_t length, int64_t id,
			  int (*row)(void *owner, const struct history_activity *a), void *owner);
/* By day, both days included. */
int history_read_totals(struct history *h, int from_day, int to_day,
			int (*row)(void *owner, int day, const char *what, uint64_t amount),
			void *owner);
/* Newest first, without the `skip` newest; their points in time are CLOCK_REALTIME as well. */
int history_read_decisions(struct history *h, uint64_t skip, unsigned limit,
			   int (*row)(void *owner, const struct decision *d), void *owner);
/* What was said of exercises from `since` on, in the order in which it was said. */
int history_read_ratings(struct history *h, walltime_t since,
			 int (*row)(void *owner, walltime_t at, const char *exercise,
				    const char *verdict),
			 void *owner);
int history_read_progress(struct history *h,
			  int (*row)(void *owner, const char *exercise, const char *text),
			  void *owner);
/* -ENOENT if nothing was ever saved; *ret is owned by the caller. */
int history_load_state(struct history *h, walltime_t *ret_at, char **ret);
int history_load_fact(struct history *h, const char *name, int64_t *ret);
