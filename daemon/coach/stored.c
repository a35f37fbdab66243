/* The memory as keys and values, for whoever stores it. */
#include <string.h>

#include "coach/memory-internal.h"
#include "coach/words.h"

/* One field, or an array of them: then the key ends with the element's name, or its number. */
struct stored {
	const char *key;
	uint16_t offset, size;           /* of one element */
	enum { NUMBER, DAY, FLAG } kind; /* unsigned; int32_t; bool */
	uint8_t count;                   /* of elements; 1 = no array */
	uint16_t stride;                 /* from one element to the next */
	const char *const *names;        /* of the elements; NULL = they are numbered */
};

#define KIND(member) _Generic((member), int32_t : DAY, bool : FLAG, default : NUMBER)
#define FIELD(type, name, member)                                                                  \
	{                                                                                          \
		name, offsetof(type, member), sizeof(((type *)0)->member),                         \
			KIND(((type *)0)->member), 1, 0, NULL                                      \
	}
#define ARRAY(type, name, array, member, named)                                                    \
	{                                                                                          \
		name, offsetof(type, array[0] member), sizeof(((type *)0)->array[0] member),       \
			KIND(((type *)0)->array[0] member),                                        \
			sizeof(((type *)0)->array) / sizeof(((type *)0)->array[0]),                \
			sizeof(((type *)0)->array[0]), named                                       \
	}
#define ROW(name, member) FIELD(struct coach_progress, name, member)
#define BEFORE(name, member) FIELD(struct coach_before, name, member)
#define SAID(name, member) FIELD(struct coach_said, name, member)
#define OWN(name, member) FIELD(struct coach_memory, name, member)
#define DAYS(name, member) ARRAY(struct coach_memory, name, days, member, NULL)
#define BY_REGION(name, array) ARRAY(struct coach_memory, name, array, , region_names)
#define FLAGS(name, k) ARRAY(struct coach_memory, name, flags_at, [k], region_names)

/* clang-format off */
static const struct stored progress_table[] = {
	ROW("hurt-until", hurt_until),
	ROW("hurt-at", hurt_at),
	ROW("offered-pick", offered_pick),
	ROW("offered-day", offered_day),
	ROW("first-day", first_day),
	ROW("done-day", done_day),
	ROW("dose-day", dose_day),
	ROW("mastered-day", mastered_day),
	ROW("marks-day", marks_day),
	ROW("well-day", well_day),
	ROW("stepped-day", stepped_day),
	ROW("offered-marks", offered_marks),
	ROW("done-marks", done_marks),
	ROW("days", days),
	ROW("days-at-dose", days_at_dose),
	ROW("reps", reps),
	ROW("hold", hold),
	ROW("seconds", seconds),
	ROW("likes", likes),
	ROW("dislikes", dislikes),
	ROW("easy", easy),
	ROW("hard", hard),
	ROW("hurts", hurts),
	ROW("easy-running", easy_running),
	ROW("hard-running", hard_running),
	ROW("stepped-down", stepped_down),
	ROW("mastered-once", mastered_once),
	ROW("hurt-earlier", hurt_earlier),
};

/* As if they were the row's own. */
static const struct stored before_table[] = {
	BEFORE("flagged-at", flagged_at),
	BEFORE("hurt-before", hurt_before),
	BEFORE("down-at", down_at),
	BEFORE("before-since", since),
	BEFORE("down-day", down_day),
	BEFORE("hurt-day", hurt_day),
	BEFORE("hurt-before-day", hurt_before_day),
	BEFORE("before-dose-day", dose_day),
	BEFORE("before-mastered-day", mastered_day),
	BEFORE("before-well-day", well_day),
	BEFORE("before-stepped-day", stepped_day),
	BEFORE("before-reps", reps),
	BEFORE("before-hold", hold),
	BEFORE("before-seconds", seconds),
	BEFORE("before-days-at-dose", days_at_dose),
	BEFORE("before-easy-running", easy_running),
	BEFORE("before-hard-running", hard_running),
	BEFORE("before-stepped-down", stepped_down),
};

static const struct stored said_table[] = {
	SAID("said-day", day),
	SAID("was-well-day", well_day),
	SAID("was-mastered-day", mastered_day),
	SAID("said-times", times),
	SAID("was-easy-running", easy_running),
	SAID("was-hard-running", hard_running),
	SAID("said-hard", hard),
	SAID("was-mastered-once", mastered_once),
};

static const struct stored memory_table[] = {
	OWN("seed", seed),
	OWN("picks", picks),
	OWN("today", today),
	OWN("last-day", last_day),
	OWN("strength-day", strength_day),
	OWN("level-day", level_day),
	OWN("cap-day", cap_day),
	OWN("cap-before-day", cap_before_day),
	OWN("cap-before", cap_before),
	OWN("cap-since", cap_since),
	OWN("allowance-day", allowance_day),
	OWN("level", level),
	OWN("level-cap", level_cap),
	OWN("consent", consent),
	OWN("allowance", allowance),
	OWN("walked-at", walked_at),
	OWN("suggested-at", suggested_at),
	DAYS("offered", .offered),
	DAYS("done", .done),
	DAYS("easy", .easy),
	DAYS("hard", .hard),
	DAYS("hurts", .hurts),
	DAYS("strength-seconds", .strength_seconds),
	DAYS("strength-load", .strength_load),
	DAYS("activity-seconds", .activity_seconds),
	ARRAY(struct coach_memory, "set-pick", set_pick, , set_names),
	BY_REGION("relieved-at", relieved_at),
	BY_REGION("loaded-day", loaded_day),
	BY_REGION("stretched", stretched),
	BY_REGION("no-strength-until", no_strength_until),
	FLAGS("flag-1", 0),
	FLAGS("flag-2", 1),
	FLAGS("flag-3", 2),
	FLAGS("flag-4", 3),
	ARRAY(struct coach_memory, "bout-at", bout_at, , NULL),
	ARRAY(struct coach_memory, "sore-until", sore_until, , NULL),
};
/* clang-format on */

_Static_assert(FLAGS_KEPT == 4, "the table has a row for each flag");

#define ROWS(table) (sizeof(table) / sizeof(table[0]))

static size_t count(const struct stored *table, size_t rows)
{
	size_t n = 0;

	for (size_t i = 0; i < rows; i++)
		n += table[i].count;
	return n;
}

size_t coach_memory_values(void)
{
	return count(memory_table, ROWS(memory_table));
}

size_t coach_progress_values(void)
{
	return count(progress_table, ROWS(progress_table)) +
	       count(before_table, ROWS(before_table)) + count(said_table, ROWS(said_table));
}

/* "done 3", "relieved-at lower-back" */
static void write_key(const struct stored *s, size_t element, char key[static COACH_KEY_MAX])
{
	key[0] = '\0';
	words_add(key, COACH_KEY_MAX, s->key);
	if (s->count == 1)
		return;
	words_add(key, COACH_KEY_MAX, " ");
	if (s->names)
		words_add(key, COACH_KEY_MAX, s->names[element]);
	else
		words_add_number(key, COACH_KEY_MAX, (unsigned)element);
}

static int64_t get(const void *base, const struct stored *s, size_t element)
{
	const char *at = (const char *)base + s->offset + element * s->stride;
	uint64_t value = 0;
	int32_t number;

	if (s->kind == DAY) {
		memcpy(&number, at, sizeof(number));
		return number;
	}
	/* Which end comes first is the machine's own matter. */
	switch (s->size) {
	case 1:
		return *(const uint8_t *)at;
	case 2:
		return *(const uint16_t *)(const void *)at;
	case 4:
		return *(const uint32_t *)(const void *)at;
	default:
		memcpy(&value, at, sizeof(value));
		return (int64_t)value;
	}
}

static int64_t nearest(int64_t value, int64_t least, int64_t most)
{
	return value < least ? least : value > most ? most : value;
}

static void set(void *base, const struct stored *s, size_t element, int64_t value)
{
	char *at = (char *)base + s->offset + element * s->stride;

	if (s->kind == DAY) {
		*(int32_t *)(void *)at = (int32_t)nearest(value, INT32_MIN, INT32_MAX);
		return;
	}
	switch (s->size) {
	case 1:
		*(uint8_t *)at = (uint8_t)nearest(value, 0, s->kind == FLAG ? 1 : UINT8_MAX);
		break;
	case 2:
		*(uint16_t *)(void *)at = (uint16_t)nearest(value, 0, UINT16_MAX);
		break;
	case 4:
		*(uint32_t *)(void *)at = (uint32_t)nearest(value, 0, UINT32_MAX);
		break;
	default:
		*(uint64_t *)(void *)at = (uint64_t)value;
		break;
	}
}

static int64_t get_nth(const void *base, const struct stored *table, size_t rows, size_t i,
		       char key[static COACH_KEY_MAX])
{
	for (size_t row = 0; row < rows; row++) {
		if (i < table[row].count) {
			write_key(&table[row], i, key);
			return get(base, &table[row], i);
		}
		i -= table[row].count;
	}
	key[0] = '\0';
	return 0;
}

/* The row of the table, and the element; NULL if none has this key. */
static const struct stored *find(const struct stored *table, size_t rows, const char *key,
				 size_t *ret_element)
{
	char name[COACH_KEY_MAX];

	for (size_t row = 0; row < rows; row++)
		for (size_t i = 0; i < table[row].count; i++) {
			write_key(&table[row], i, name);
			if (!strcmp(name, key)) {
				*ret_element = i;
				return &table[row];
			}
		}
	return NULL;
}

int64_t coach_memory_get(const struct coach_memory *m, size_t i, char key[static COACH_KEY_MAX])
{
	return get_nth(m, memory_table, ROWS(memory_table), i, key);
}

int64_t coach_progress_get(const struct coach_memory *m, const struct coach_progress *p, size_t i,
			   char key[static COACH_KEY_MAX])
{
	size_t own = count(progress_table, ROWS(progress_table));
	size_t before = count(before_table, ROWS(before_table));

	if (i < own)
		return get_nth(p, progress_table, ROWS(progress_table), i, key);
	i -= own;
	if (i < before)
		return get_nth(memory_before(m, p), before_table, ROWS(before_table), i, key);
	return get_nth(memory_said(m, p), said_table, ROWS(said_table), i - before, key);
}

bool coach_memory_set(struct coach_memory *m, const char *key, int64_t value)
{
	size_t element = 0;
	const struct stored *s = find(memory_table, ROWS(memory_table), key, &element);

	if (s)
		set(m, s, element, value);
	return s;
}

bool coach_progress_set(struct coach_memory *m, struct coach_progress *p, const char *key,
			int64_t value)
{
	size_t element = 0;
	const struct stored *s = find(progress_table, ROWS(progress_table), key, &element);

	if (s) {
		set(p, s, element, value);
		return true;
	}
	s = find(before_table, ROWS(before_table), key, &element);
	if (s) {
		/* What is zero takes no room. */
		if (value || p->before)
			set(memory_keep(m, p), s, element, value);
		return true;
	}
	s = find(said_table, ROWS(said_table), key, &element);
	if (s && (value || p->said))
		set(memory_keep_said(m, p), s, element, value);
	return s;
}
