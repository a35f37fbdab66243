/* What the coach remembers, into the history and back: a text for each exercise, and one for all.
 */
#include "app/manager-internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"

/* All values of both kinds, a line each: a key, a number of up to 20 digits, "=" and the end. */
#define VALUES_TEXT_MAX (400 * (COACH_KEY_MAX + 24))

/* "key=value" and a newline for each value that is not 0. */
static void add_value(char *text, size_t *used, const char *key, int64_t value)
{
	int n;

	if (value == 0)
		return;
	n = snprintf(text + *used, VALUES_TEXT_MAX - *used, "%s=%" PRId64 "\n", key, value);
	if (n > 0 && (size_t)n < VALUES_TEXT_MAX - *used)
		*used += (size_t)n;
	else
		text[*used] = '\0';
}

static void write_memory(const struct coach_memory *m, char *text)
{
	char key[COACH_KEY_MAX];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < coach_memory_values(); i++) {
		int64_t value = coach_memory_get(m, i, key);

		add_value(text, &used, key, value);
	}
}

static void write_progress(const struct coach_memory *m, const struct coach_progress *p, char *text)
{
	char key[COACH_KEY_MAX];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < coach_progress_values(); i++) {
		int64_t value = coach_progress_get(m, p, i, key);

		add_value(text, &used, key, value);
	}
}

void manager_free_memory(struct coach_memory *memory)
{
	free(memory->progress);
	free(memory->gone);
	memory->progress = NULL;
	memory->gone = NULL;
}

void manager_room_for_gone(struct coach_memory *memory, size_t more)
{
	size_t room = memory->n_gone + more < GONE_MAX ? memory->n_gone + more : GONE_MAX;
	struct coach_gone *gone;

	if (room == 0) {
		free(memory->gone);
		memory->gone = NULL;
		memory->gone_room = 0;
		return;
	}
	gone = reallocarray(memory->gone, room, sizeof(*gone));
	if (!gone)
		return;
	memory->gone = gone;
	memory->gone_room = room;
}

static bool is_kept(const struct manager *m)
{
	for (size_t i = 0; i < m->memory.n_gone; i++)
		if (m->memory.gone[i].row.changed)
			return false;
	for (size_t i = 0; i < m->memory.n; i++)
		if (m->memory.progress[i].changed)
			return false;
	return !m->memory.changed;
}

void manager_put_memory(struct manager *m)
{
	CLEANUP(freep) char *text = NULL;

	if (is_kept(m))
		return;
	text = malloc(VALUES_TEXT_MAX);
	if (!text)
		return;
	write_memory(&m->memory, text);
	history_save_progress(m->remember.history, "", text);
	for (size_t i = 0; i < m->memory.n; i++) {
		if (!m->memory.progress[i].changed)
			continue;
		write_progress(&m->memory, &m->memory.progress[i], text);
		history_save_progress(m->remember.history, m->config->catalog.exercises[i].id,
				      text);
	}
	for (size_t i = 0; i < m->memory.n_gone; i++) {
		if (!m->memory.gone[i].row.changed)
			continue;
		write_progress(&m->memory, &m->memory.gone[i].row, text);
		history_save_progress(m->remember.history, m->memory.gone[i].id, text);
	}
}

void manager_keep_all_memory(struct manager *m)
{
	m->memory.changed = true;
	for (size_t i = 0; i < m->memory.n; i++)
		m->memory.progress[i].changed = true;
	for (size_t i = 0; i < m->memory.n_gone; i++)
		m->memory.gone[i].row.changed = true;
}

void manager_memory_was_kept(struct manager *m)
{
	m->memory.changed = false;
	for (size_t i = 0; i < m->memory.n; i++)
		m->memory.progress[i].changed = false;
	for (size_t i = 0; i < m->memory.n_gone; i++)
		m->memory.gone[i].row.changed = false;
}

/* The next line's key and value; false behind the last. A line that is none is passed over. */
static bool next_value(const char **cursor, char key[static COACH_KEY_MAX], int64_t *ret)
{
	while (**cursor) {
		const char *line = *cursor;
		size_t length = strcspn(line, "\n"), n = strcspn(line, "=\n");
		char *end;

		*cursor = line + length + (line[length] == '\n');
		if (n >= COACH_KEY_MAX || line[n] != '=')
			continue;
		memcpy(key, line, n);
		key[n] = '\0';
		*ret = strtoll(line + n + 1, &end, 10);
		if (end > line + n + 1)
			return true;
	}
	return false;
}

/* Whose words of the history's these are to become. */
struct taken {
	const struct catalog *catalog;
	struct coach_memory *memory;
};

/* What the catalogue lacks may come back; NULL if there are too many. */
static struct coach_progress *row_of(const struct taken *taken, const char *exercise)
{
	int i = catalog_find(taken->catalog, exercise);

	if (i >= 0)
		return &taken->memory->progress[i];
	if (strlen(exercise) > EXERCISE_ID_MAX)
		return NULL;
	manager_room_for_gone(taken->memory, 1);
	return coach_memory_gone(taken->memory, exercise);
}

static int take_progress(void *owner, const char *exercise, const char *text)
{
	const struct taken *taken = owner;
	char key[COACH_KEY_MAX];
	int64_t value;
	struct coach_progress *row = *exercise ? row_of(taken, exercise) : NULL;

	while (next_value(&text, key, &value)) {
		if (!*exercise)
			(void)coach_memory_set(taken->memory, key, value);
		else if (row)
			(void)coach_progress_set(taken->memory, row, key, value);
	}
	return 0;
}

/* It says no more than the progress does, as long as that can be read. */
static int take_rating(void *owner, walltime_t at, const char *exercise, const char *verdict)
{
	const struct taken *taken = owner;
	int i = catalog_find(taken->catalog, exercise);

	if (i >= 0 && !strcmp(verdict, verdict_names[VERDICT_HURTS]))
		coach_hurt_then(taken->memory, i, at);
	return 0;
}

static int recall_memory(struct manager *m, struct coach_memory *ret)
{
	struct taken taken = { &m->config->catalog, ret };
	struct history *h = m->remember.history;
	walltime_t since = usec_sub(clock_walltime(), HURTS_BLOCKS);
	unsigned begun;
	int r;

	/* A file that proves to be damaged is followed by one with what could be saved of it. */
	do {
		begun = history_begun(h);
		r = history_read_progress(h, take_progress, &taken);
		if (r >= 0)
			r = history_read_ratings(h, since, take_rating, &taken);
	} while (history_begun(h) != begun);
	m->remember.begun = begun;
	/* Half of it is worse than nothing: nobody could tell later what is missing. */
	if (r < 0)
		coach_memory_init(ret, ret->progress, ret->n, ret->seed);
	else
		coach_memory_restored(ret, taken.catalog, clock_walltime());
	return r;
}

int manager_join_memory(struct manager *m)
{
	struct coach_progress *rows = calloc(m->memory.n + 1, sizeof(*rows));
	struct coach_memory since = m->memory;
	walltime_t now = clock_walltime();
	int r;

	if (!rows)
		return -ENOMEM;
	coach_memory_init(&m->memory, rows, since.n, since.seed);
	r = manager_recall_memory(m);
	if (r < 0) {
		manager_free_memory(&m->memory);
		m->memory = since;
		return r;
	}
	manager_room_for_gone(&m->memory, since.n_gone);
	coach_memory_join(&m->memory, &since, &m->config->catalog,
			  m->remember.chosen & CHOSE_CONSENT, now);
	manager_free_memory(&since);
	manager_keep_all_memory(m);
	record_memory(m->record, clock_boottime(), &m->memory, &m->config->catalog);
	return 0;
}

int manager_recall_memory(struct manager *m)
{
	return recall_memory(m, &m->memory);
}

void manager_heed_memory(struct manager *m)
{
	struct coach_progress *rows = calloc(m->memory.n + 1, sizeof(*rows));
	struct coach_memory other;

	if (rows) {
		coach_memory_init(&other, rows, m->memory.n, 0);
		(void)recall_memory(m, &other);
		manager_room_for_gone(&m->memory, other.n_gone);
		coach_memory_heed(&m->memory, &other, &m->config->catalog);
		record_memory(m->record, clock_boottime(), &m->memory, &m->config->catalog);
		manager_free_memory(&other);
	}
	manager_keep_all_memory(m);
}
