/* Two memories of one person made one: as if one had been told all of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "coach/memory.h"

#define BIT(n) (UINT32_C(1) << (n))
#define DAY0 20780
#define EXERCISES 5
#define STEPS 60

static struct exercise exercises[EXERCISES] = {
	{ .id = "brace",
	  .set = SET_CORE,
	  .intensity = 1,
	  .harder = "plank",
	  .easier = "",
	  .desk_alternative = "",
	  .relieves = BIT(REGION_CORE),
	  .reps = 4,
	  .sets = 1,
	  .sides = 1,
	  .seconds_min = 20,
	  .seconds_default = 56,
	  .seconds_max = 100,
	  .muscle_bits = 1 },
	{ .id = "plank",
	  .set = SET_CORE,
	  .intensity = 3,
	  .harder = "",
	  .easier = "brace",
	  .desk_alternative = "",
	  .relieves = BIT(REGION_CORE),
	  .reps = 8,
	  .sets = 1,
	  .sides = 1,
	  .seconds_min = 20,
	  .seconds_default = 48,
	  .seconds_max = 96,
	  .muscle_bits = 3 },
	{ .id = "roll",
	  .set = SET_WARM_UP,
	  .intensity = 1,
	  .harder = "",
	  .easier = "",
	  .desk_alternative = "",
	  .relieves = BIT(REGION_SHOULDERS),
	  .reps = 8,
	  .sets = 1,
	  .sides = 1,
	  .seconds_min = 20,
	  .seconds_default = 30,
	  .seconds_max = 60 },
	{ .id = "reach",
	  .set = SET_STRETCHING,
	  .intensity = 1,
	  .harder = "",
	  .easier = "",
	  .desk_alternative = "",
	  .relieves = BIT(REGION_SHOULDERS) | BIT(REGION_CORE),
	  .sets = 1,
	  .sides = 1,
	  .seconds_min = 20,
	  .seconds_default = 30,
	  .seconds_max = 60 },
	{ .id = "walking",
	  .set = SET_AEROBIC,
	  .intensity = 2,
	  .harder = "",
	  .easier = "",
	  .desk_alternative = "",
	  .position = POSITION_WALKING,
	  .sets = 1,
	  .sides = 1,
	  .seconds_min = 120,
	  .seconds_default = 300,
	  .seconds_max = 3600 },
};

static struct catalog catalog = { .exercises = exercises, .n = EXERCISES };

/* What somebody says and does, told to any memory in the same way. */
struct happening {
	int day;
	walltime_t now;
	unsigned kind, exercise, amount;
};

static uint64_t dice_state;

static unsigned dice(unsigned below)
{
	dice_state = dice_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)((dice_state >> 33) % below);
}

static void make_up(struct happening all[static STEPS])
{
	walltime_t now = (walltime_t)DAY0 * USEC_PER_DAY + 8 * USEC_PER_HOUR;

	for (int i = 0; i < STEPS; i++) {
		now += dice(8) ? (1 + dice(60)) * USEC_PER_MIN : USEC_PER_DAY;
		all[i] = (struct happening){ (int)(now / USEC_PER_DAY), now, dice(10),
					     dice(EXERCISES), dice(90) };
	}
}

static void tell(struct coach_memory *m, const struct happening *h)
{
	const int exercise = (int)h->exercise;

	coach_day_is(m, &catalog, h->day, h->now);
	switch (h->kind) {
	case 0:
		(void)coach_verdict(m, &catalog, exercise, (enum verdict)(h->amount % VERDICTS),
				    h->now, NULL);
		break;
	case 1:
		coach_sore(m, 1 + h->amount % 3, h->now);
		break;
	case 2:
		coach_activity(m, &catalog, "walking", h->amount % 2 * USEC_PER_HOUR, h->now);
		break;
	case 3:
		coach_worked(m, h->amount % 2 ? POSTURE_SITTING : POSTURE_STANDING);
		break;
	case 4:
		coach_suggested(m, &catalog, &exercise, 1, h->now);
		break;
	default:
		coach_offered(m, &catalog, &exercise, 1);
		/* Whole, or not at all: more than that is a matter of the dose. */
		coach_done(m, &catalog, exercise, h->amount % 2 ? 600 : 0, h->now);
		break;
	}
}

/* Doses, levels and what is mastered are judged as one goes; a new user's say nothing. */
static bool is_judged(const char *key)
{
	static const char *const judged[] = {
		"dose-day", "mastered-day", "days-at-dose", "reps",         "hold",
		"seconds",  "level-day",    "level",        "allowance",    "allowance-day",
		"seed",     "stepped-down", "easy-running", "hard-running", "level-cap",
		"cap-day",  "well-day",     "stepped-day",  "mastered-once"
	};

	/* And what it takes to take back what was said; of "easy" and "hard" on a day that both
	 * have a part of, one stays. */
	static const char *const before[] = { "before-", "hurt-earlier", "was-",  "said-",
					      "down-",   "cap-",         "likes", "dislikes",
					      "easy",    "hard" };

	for (size_t i = 0; i < sizeof(judged) / sizeof(judged[0]); i++)
		if (!strcmp(judged[i], key))
			return true;
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		if (!strncmp(before[i], key, strlen(before[i])))
			return true;
	return false;
}

/* The last word counts; how often it was said before another one cannot be known. */
static int liking(const struct coach_progress *p)
{
	return (p->likes > p->dislikes) - (p->likes < p->dislikes);
}

static void same(uint64_t seed, const struct coach_memory *is, const struct coach_memory *want)
{
	char key[COACH_KEY_MAX];

	for (size_t i = 0; i < coach_memory_values(); i++) {
		int64_t a = coach_memory_get(is, i, key), b = coach_memory_get(want, i, key);

		if (a != b && !is_judged(key))
			fail_msg("seed %llu: '%s' is %lld, want %lld", (unsigned long long)seed,
				 key, (long long)a, (long long)b);
	}
	for (size_t e = 0; e < EXERCISES; e++) {
		assert_int_equal(liking(&is->progress[e]), liking(&want->progress[e]));
		for (size_t i = 0; i < coach_progress_values(); i++) {
			int64_t a = coach_progress_get(is, &is->progress[e], i, key);
			int64_t b = coach_progress_get(want, &want->progress[e], i, key);

			if (a != b && !is_judged(key))
				fail_msg("seed %llu: '%s' of %s is %lld, want %lld",
					 (unsigned long long)seed, key, exercises[e].id,
					 (long long)a, (long long)b);
		}
	}
}

static void joined_is_as_told_by_one(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3000; seed++) {
		struct coach_progress whole_rows[EXERCISES], before_rows[EXERCISES],
			since_rows[EXERCISES];
		struct coach_memory whole, before, since;
		struct happening all[STEPS];
		unsigned cut;

		dice_state = seed;
		make_up(all);
		cut = dice(STEPS);
		coach_memory_init(&whole, whole_rows, EXERCISES, 7);
		coach_memory_init(&before, before_rows, EXERCISES, 7);
		coach_memory_init(&since, since_rows, EXERCISES, 9);
		for (unsigned i = 0; i < STEPS; i++) {
			tell(&whole, &all[i]);
			tell(i < cut ? &before : &since, &all[i]);
		}
		coach_memory_join(&before, &since, &catalog, false, all[STEPS - 1].now);
		same(seed, &before, &whole);
	}
}

/* Nothing that protects is weaker than in either, and doing it again changes nothing. */
static void what_protects_is_heeded(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 1000; seed++) {
		struct coach_progress rows[EXERCISES], other_rows[EXERCISES], once[EXERCISES];
		struct coach_memory m, other, copy;
		struct happening all[STEPS];

		dice_state = seed;
		make_up(all);
		coach_memory_init(&m, rows, EXERCISES, 7);
		coach_memory_init(&other, other_rows, EXERCISES, 9);
		for (unsigned i = 0; i < STEPS; i++) {
			if (dice(2))
				tell(&m, &all[i]);
			if (dice(2))
				tell(&other, &all[i]);
		}
		copy = m;
		coach_memory_heed(&m, &other, &catalog);
		for (size_t i = 0; i < EXERCISES; i++)
			assert_true(rows[i].hurt_until >= other_rows[i].hurt_until);
		for (size_t i = 0; i < REGIONS_COUNT; i++) {
			assert_true(m.no_strength_until[i] >= other.no_strength_until[i]);
			assert_true(m.no_strength_until[i] >= copy.no_strength_until[i]);
			assert_true(m.flags_at[i][0] >= other.flags_at[i][0]);
		}
		for (size_t i = 0; i < MUSCLES_COUNT; i++) {
			assert_true(m.bout_at[i] >= other.bout_at[i]);
			assert_true(m.sore_until[i] >= other.sore_until[i]);
		}
		memcpy(once, rows, sizeof(once));
		copy = m;
		coach_memory_heed(&m, &other, &catalog);
		assert_memory_equal(once, rows, sizeof(once));
		assert_memory_equal(&copy, &m, sizeof(copy));
	}
}

static void begin_with(struct coach_memory *m, struct coach_progress *rows, struct coach_gone *gone,
		       unsigned cap)
{
	coach_memory_init(m, rows, EXERCISES, 1);
	coach_day_is(m, &catalog, DAY0, (walltime_t)DAY0 * USEC_PER_DAY);
	m->gone = gone;
	m->gone_room = 2;
	m->level_cap = (uint8_t)cap;
	m->cap_day = cap ? DAY0 - (int)cap : 0;
}

/* What pain took away, and what is known of exercises that are gone, by either way. */
static void pain_is_known_to_both(void **state)
{
	static const struct {
		unsigned mine, other, both;
	} caps[] = { { 0, 3, 3 }, { 3, 0, 3 }, { 3, 2, 2 }, { 2, 3, 2 }, { 0, 0, 0 } };
	struct coach_progress rows[EXERCISES], other_rows[EXERCISES];
	struct coach_gone gone[2], other_gone[2];
	struct coach_memory m, other;

	(void)state;
	for (size_t i = 0; i < 2 * ELEMENTS(caps); i++) {
		begin_with(&m, rows, gone, caps[i / 2].mine);
		begin_with(&other, other_rows, other_gone, caps[i / 2].other);
		coach_memory_gone(&m, "both")->hurt_until = 7;
		coach_memory_gone(&other, "both")->hurt_until = 9;
		coach_memory_gone(&other, "new")->stepped_down = true;
		if (i % 2)
			coach_memory_heed(&m, &other, &catalog);
		else
			coach_memory_join(&m, &other, &catalog, false,
					  (walltime_t)DAY0 * USEC_PER_DAY);
		assert_int_equal(m.level_cap, caps[i / 2].both);
		assert_int_equal(m.cap_day, caps[i / 2].both ? DAY0 - (int)caps[i / 2].both : 0);
		assert_int_equal(m.n_gone, 2);
		assert_int_equal(coach_memory_gone(&m, "both")->hurt_until, 9);
		assert_true(coach_memory_gone(&m, "new")->stepped_down);
	}
}

static void consent_is_the_users_word(void **state)
{
	struct coach_progress rows[EXERCISES], other_rows[EXERCISES];
	struct coach_memory m, since;

	(void)state;
	for (int said = 0; said < 2; said++) {
		coach_memory_init(&m, rows, EXERCISES, 1);
		coach_memory_init(&since, other_rows, EXERCISES, 1);
		coach_consent(&m, true);
		m.level = 4;
		/* A new user's memory says no, and nobody did. */
		coach_memory_join(&m, &since, &catalog, said, 1);
		assert_int_equal(m.consent, !said);
		assert_int_equal(m.level, said ? LEVEL_FIRST : 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joined_is_as_told_by_one),
		cmocka_unit_test(what_protects_is_heeded),
		cmocka_unit_test(pain_is_known_to_both),
		cmocka_unit_test(consent_is_the_users_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
