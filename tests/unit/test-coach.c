#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "coach/content.h"
#include "coach/safety.h"

#define BIT(n) (UINT32_C(1) << (n))
#define TODAY 20780
#define NOW ((walltime_t)TODAY * USEC_PER_DAY + 12 * USEC_PER_HOUR)
#define HOURS(n) ((usec_t)(n)*USEC_PER_HOUR)

/* An easy one for the desk; rows change what they are about, which is an override on purpose. */
#pragma GCC diagnostic ignored "-Woverride-init"
#define EASY                                                                                       \
	.id = "roll", .name = "Rolls", .set = SET_WARM_UP, .space = SPACE_DESK, .intensity = 1,    \
	.seconds_min = 20, .seconds_default = 40, .seconds_max = 60, .reps = 4, .sets = 1,         \
	.sides = 1, .discreet = true, .relieves = BIT(REGION_SHOULDERS), .easier = "",             \
	.harder = "", .desk_alternative = "", .muscles = "deltoid"
#define STRENGTH EASY, .set = SET_STRENGTHENING, .intensity = 2

/* Somebody at noon of a day, who has agreed to strenuous exercise. */
#define EXERCISES_HERE 8
struct scene {
	struct person person;
	struct coach_memory memory;
	struct coach_progress rows[EXERCISES_HERE];
	struct exercise exercises[EXERCISES_HERE];
	struct catalog catalog;
	struct coach coach;
};

static void set_scene(struct scene *s, const struct exercise exercises[], size_t n)
{
	memset(s, 0, sizeof(*s));
	memcpy(s->exercises, exercises, n * sizeof(*exercises));
	s->catalog = (struct catalog){ .exercises = s->exercises, .n = n };
	catalog_link(&s->catalog);
	s->person.place = PLACE_MAT;
	s->person.level = LEVEL_MAX;
	coach_memory_init(&s->memory, s->rows, n, 1);
	coach_day_is(&s->memory, &s->catalog, TODAY, NOW);
	coach_consent(&s->memory, true);
	coach_worked(&s->memory, POSTURE_SITTING);
	s->coach = (struct coach){
		.catalog = &s->catalog,
		.person = &s->person,
		.memory = &s->memory,
		.now = NOW,
	};
}

static void names_are_whole_and_in_order(void **state)
{
	static const struct {
		const char *const *names;
		int count;
	} tables[] = {
		{ set_names, SETS_COUNT },           { region_names, REGIONS_COUNT },
		{ position_names, POSITIONS_COUNT }, { space_names, SPACES_COUNT },
		{ limitation_names, LIMITS_COUNT },  { place_names, PLACES_COUNT },
	};

	(void)state;
	for (size_t t = 0; t < ELEMENTS(tables); t++) {
		for (int i = 0; i < tables[t].count; i++) {
			const char *name = tables[t].names[i];

			assert_non_null(name);
			assert_int_equal(name_lookup(tables[t].names, name, strlen(name)), i);
		}
		assert_null(tables[t].names[tables[t].count]);
	}
	assert_int_equal(name_lookup(set_names, "cores", 4), SET_CORE);
	assert_int_equal(name_lookup(set_names, "cor", 3), -1);
	assert_int_equal(name_lookup(set_names, "", 0), -1);
	assert_int_equal(name_lookup(set_names, "Core", 4), -1);
}

/* The filter -------------------------------------------------------------------------------------
 */

static void at_desk(struct scene *s)
{
	s->person.place = PLACE_DESK;
}
static void in_room(struct scene *s)
{
	s->person.place = PLACE_ROOM;
}
static void two_limits(struct scene *s)
{
	s->person.limits = BIT(LIMIT_VERTIGO) | BIT(LIMIT_GLAUCOMA);
}
static void all_limits(struct scene *s)
{
	s->person.limits = BIT(LIMITS_COUNT) - 1;
}
static void unreadable(struct scene *s)
{
	s->person.limits_unreadable = true;
}
static void careful(struct scene *s)
{
	s->catalog.careful = true;
}
static void surgery(struct scene *s)
{
	s->person.limits = BIT(LIMIT_RECENT_SURGERY);
}
static void heart(struct scene *s)
{
	s->person.limits = BIT(LIMIT_HEART_CONDITION);
}
static void discreet(struct scene *s)
{
	s->person.discreet = true;
}
static void sit_stand(struct scene *s)
{
	s->coach.sit_stand = true;
}
static void no_consent(struct scene *s)
{
	coach_consent(&s->memory, false);
}
static void level_2(struct scene *s)
{
	s->person.level = 2;
}
static void level_auto(struct scene *s)
{
	s->person.level = 0;
}
static void worked_up_to_3(struct scene *s)
{
	s->person.level = 0;
	s->memory.level = 3;
}
static void skips(struct scene *s)
{
	(void)strcpy(s->person.skips[0], "palming");
	(void)strcpy(s->person.skips[1], "roll");
	s->person.n_skips = 2;
}
static void skips_others(struct scene *s)
{
	(void)strcpy(s->person.skips[0], "rolls");
	(void)strcpy(s->person.skips[1], "rol");
	s->person.n_skips = 2;
}
static void hurt_six_days_ago(struct scene *s)
{
	s->rows[0].hurt_until = NOW + HOURS(24);
}
static void hurt_a_week_ago(struct scene *s)
{
	s->rows[0].hurt_until = NOW;
}
static void stepped_down(struct scene *s)
{
	s->rows[0].stepped_down = true;
}
static void stepped_down_long_ago(struct scene *s)
{
	stepped_down(s);
	s->rows[0].stepped_day = TODAY - 400;
}
static void skips_easier(struct scene *s)
{
	stepped_down(s);
	s->rows[0].stepped_day = TODAY - 13;
	s->person.n_skips = 1;
	(void)snprintf(s->person.skips[0], sizeof(s->person.skips[0]), "easier");
}
static void skips_easier_long_ago(struct scene *s)
{
	skips_easier(s);
	s->rows[0].stepped_day = TODAY - 14;
}
static void easier_hurt(struct scene *s)
{
	(void)coach_verdict(&s->memory, &s->catalog, 1, VERDICT_HURTS, NOW, NULL);
}
static void easier_hurt_a_week_ago(struct scene *s)
{
	(void)coach_verdict(&s->memory, &s->catalog, 1, VERDICT_HURTS, NOW - 7 * USEC_PER_DAY,
			    NULL);
}
static void pain_at_3(struct scene *s)
{
	s->memory.level_cap = 2;
}
static void pain_at_5(struct scene *s)
{
	s->memory.level_cap = 4;
	s->person.level = 2;
}
static void easier_mastered(struct scene *s)
{
	s->rows[0].stepped_down = true;
	s->rows[1].mastered_day = TODAY;
}
static void shoulder_flagged(struct scene *s)
{
	s->memory.no_strength_until[REGION_SHOULDERS] = NOW + 1;
}
static void neck_flagged(struct scene *s)
{
	s->memory.no_strength_until[REGION_NECK] = NOW + 1;
}
static void sore(struct scene *s)
{
	coach_sore(&s->memory, BIT(MUSCLE_SHOULDERS), NOW - HOURS(47));
}
static void sore_and_sorer(struct scene *s)
{
	sore(s);
	coach_sore(&s->memory, BIT(MUSCLE_ARMS), NOW - HOURS(19) + USEC_PER_MIN);
}
static void was_sore(struct scene *s)
{
	coach_sore(&s->memory, BIT(MUSCLE_SHOULDERS), NOW - HOURS(48));
}
static void worked_47_hours_ago(struct scene *s)
{
	s->memory.bout_at[MUSCLE_SHOULDERS] = NOW - HOURS(47);
}
static void worked_48_hours_ago(struct scene *s)
{
	s->memory.bout_at[MUSCLE_SHOULDERS] = NOW - HOURS(48);
}
static void worked_others(struct scene *s)
{
	s->memory.bout_at[MUSCLE_GLUTES] = NOW - HOURS(1);
}
static void strength_on(struct scene *s, int back)
{
	s->memory.days[back].strength_seconds = 60;
}
static void yesterday(struct scene *s)
{
	strength_on(s, 1);
}
static void today_and_yesterday(struct scene *s)
{
	strength_on(s, 0);
	strength_on(s, 1);
}
static void two_days(struct scene *s)
{
	strength_on(s, 2);
	strength_on(s, 4);
}
static void three_days(struct scene *s)
{
	two_days(s);
	strength_on(s, 6);
}
static void third_a_week_ago(struct scene *s)
{
	two_days(s);
	strength_on(s, 7);
}
static void share_done(struct scene *s)
{
	strength_on(s, 0);
	s->memory.days[0].strength_load = s->memory.allowance - 39;
}
static void share_left(struct scene *s)
{
	strength_on(s, 0);
	s->memory.days[0].strength_load = s->memory.allowance - 40;
}
static void given_today(struct scene *s)
{
	s->rows[0].offered_day = TODAY;
}
static void given_yesterday(struct scene *s)
{
	s->rows[0].offered_day = TODAY - 1;
}
static void given_6_days_ago(struct scene *s)
{
	s->rows[0].offered_day = TODAY - 6;
}
static void given_7_days_ago(struct scene *s)
{
	s->rows[0].offered_day = TODAY - 7;
}
static void given_27_days_ago(struct scene *s)
{
	s->rows[0].offered_day = TODAY - 27;
}

static void every_filter_says_why(void **state)
{
	/* clang-format off */
	static const struct {
		const char *what;
		void (*person)(struct scene *);
		struct exercise e;
		const char *why; /* a part; NULL: it suits */
	} rows[] = {
		{ "nothing against it", NULL, { EASY }, NULL },
		{ "one of the limits", two_limits,
		  { EASY, .avoid_if = BIT(LIMIT_GLAUCOMA) | BIT(LIMIT_PREGNANCY) },
		  "not for people with glaucoma" },
		{ "several of them", two_limits,
		  { EASY, .avoid_if = BIT(LIMIT_GLAUCOMA) | BIT(LIMIT_VERTIGO) },
		  "vertigo, glaucoma" },
		{ "other limits", two_limits, { EASY, .avoid_if = BIT(LIMIT_PREGNANCY) }, NULL },
		{ "the first limit counts", all_limits, { EASY, .avoid_if = BIT(0) },
		  "acute-low-back-pain" },
		{ "and the last", all_limits, { EASY, .avoid_if = BIT(LIMITS_COUNT - 1) },
		  "glaucoma" },
		{ "unreadable limits: any caution is too much", unreadable,
		  { EASY, .avoid_if = BIT(LIMIT_GLAUCOMA) }, "could not be read" },
		{ "unreadable limits: no caution", unreadable, { EASY }, NULL },
		{ "unreadable limits: too much after surgery", unreadable, { EASY, .intensity = 2 },
		  "could not be read" },
		{ "an unreadable file of exercises", careful, { EASY, .avoid_if = BIT(0) },
		  "a file of exercises could not be read" },
		{ "... and no caution", careful, { EASY }, NULL },
		/* Whatever the exercise says of itself, for users have their own. */
		{ "after surgery what is very light", surgery, { EASY }, NULL },
		{ "... and nothing else", surgery, { EASY, .intensity = 2 },
		  "it is not for people with recent-surgery" },
		{ "... but walking", surgery, { EASY, .intensity = 2, .id = "walking" }, NULL },
		{ "... that is no march", surgery, { EASY, .intensity = 3, .id = "walking" },
		  "recent-surgery" },
		{ "a weak heart and something light", heart, { EASY, .intensity = 2 }, NULL },
		{ "... or strenuous", heart, { EASY, .intensity = 3 },
		  "it is not for people with heart-condition" },

		{ "it hurt six days ago", hurt_six_days_ago, { EASY }, "another 2 days" },
		{ "it hurt a week ago", hurt_a_week_ago, { EASY }, NULL },
		{ "strenuous without consent", no_consent, { EASY, .intensity = 3 },
		  "limber consent" },
		{ "as hard as is for everybody", no_consent, { EASY, .intensity = 2 }, NULL },
		{ "strenuous with consent", NULL, { EASY, .intensity = 3 }, NULL },
		{ "within the level that was set", level_2, { EASY, .intensity = 2 }, NULL },
		{ "above it", level_2, { EASY, .intensity = 3 }, "level, which is 2" },
		{ "above what was worked up to", level_auto, { EASY, .intensity = 3 },
		  "level, which is 2" },
		{ "within it", worked_up_to_3, { EASY, .intensity = 3 }, NULL },
		{ "intensity 4: the easier form first", NULL,
		  { EASY, .intensity = 4, .easier = "easier" }, "done in full and rated easy: Easier" },
		{ "... which is mastered", easier_mastered,
		  { EASY, .intensity = 4, .easier = "easier" }, NULL },
		{ "... or it is lost", NULL, { EASY, .intensity = 4, .easier_lost = true },
		  "not to be had" },
		{ "... or there is none", NULL, { EASY, .intensity = 4 }, NULL },
		{ "intensity 3 does not wait", NULL, { EASY, .intensity = 3, .easier = "easier" },
		  NULL },
		{ "what was too hard does", stepped_down, { EASY, .easier = "easier" },
		  "two weeks went well with it: Easier" },
		{ "... if that can come", stepped_down_long_ago, { EASY, .easier = "easier" },
		  "Easier" },
		{ "... and for two weeks if not", skips_easier, { EASY, .easier = "easier" },
		  "Easier" },
		{ "... but no longer", skips_easier_long_ago, { EASY, .easier = "easier" }, NULL },
		{ "what is harder than what hurt", easier_hurt, { EASY, .easier = "easier" },
		  "days, and until two weeks went well with Easier" },
		{ "... a week later", easier_hurt_a_week_ago, { EASY, .easier = "easier" },
		  "two weeks went well with it: Easier" },
		{ "pain took the level down", pain_at_3, { EASY, .intensity = 3 },
		  "level, which is 2 since something hurt" },
		{ "... to what does not hurt", pain_at_3, { EASY, .intensity = 2 }, NULL },
		{ "... above a lower setting it tells nothing", pain_at_5, { EASY, .intensity = 3 },
		  "level, which is 2" },
		{ "... until the easier form goes well", easier_mastered,
		  { EASY, .easier = "easier" }, NULL },
		{ "it hurt there three times", shoulder_flagged, { STRENGTH }, "three times" },
		{ "... but stretching goes on", shoulder_flagged, { EASY, .set = SET_STRETCHING },
		  NULL },
		{ "it hurt three times elsewhere", neck_flagged, { STRENGTH }, NULL },
		{ "sore muscles", sore, { STRENGTH }, "rests for another 1 hour" },
		{ "... of which each has its time", sore_and_sorer,
		  { STRENGTH, .muscles = "deltoid; triceps" }, "another 30 hours" },
		{ "... do not keep from moving", sore, { EASY }, NULL },
		{ "not sore any more", was_sore, { STRENGTH }, NULL },
		{ "other muscles are sore", sore, { STRENGTH, .muscles = "gluteus maximus" }, NULL },
		{ "the same muscles 47 hours ago", worked_47_hours_ago, { EASY, .intensity = 3 },
		  "48 hours" },
		{ "... 48 hours ago", worked_48_hours_ago, { EASY, .intensity = 3 }, NULL },
		{ "... do not keep from what is light", worked_47_hours_ago, { EASY }, NULL },
		{ "other muscles", worked_others, { EASY, .intensity = 3 }, NULL },
		{ "strength yesterday", yesterday, { STRENGTH }, "yesterday" },
		{ "core as well", yesterday, { STRENGTH, .set = SET_CORE }, "yesterday" },
		{ "light and at the desk as well", yesterday, { STRENGTH, .intensity = 1 },
		  "yesterday" },
		{ "no strength", yesterday, { EASY, .set = SET_POSTURE }, NULL },
		{ "it has begun today", today_and_yesterday, { STRENGTH }, NULL },
		{ "the third day of the week", two_days, { STRENGTH }, NULL },
		{ "the fourth", three_days, { STRENGTH }, "three days" },
		{ "the third again: a week has gone by", third_a_week_ago, { STRENGTH }, NULL },
		{ "today's share is done", share_done, { STRENGTH }, "today should have" },
		{ "just enough is left", share_left, { STRENGTH }, NULL },

		{ "skipped", skips, { EASY }, "skip" },
		{ "what is alike is not skipped", skips_others, { EASY }, NULL },
		{ "a session is nothing for a break", NULL, { EASY, .seconds_min = 300 },
		  "session of its own" },
		{ "nor is the outdoors", NULL, { EASY, .space = SPACE_OUTDOORS },
		  "session of its own" },
		{ "just short of it", NULL, { EASY, .seconds_min = 299 }, NULL },
		{ "standing at a desk", at_desk, { EASY, .space = SPACE_STANDING_ROOM }, "room" },
		{ "standing in a room", in_room, { EASY, .space = SPACE_STANDING_ROOM }, NULL },
		{ "standing with a mat", NULL, { EASY, .space = SPACE_STANDING_ROOM }, NULL },
		{ "mat in a room", in_room, { EASY, .space = SPACE_MAT }, "room" },
		{ "mat on a mat", NULL, { EASY, .space = SPACE_MAT }, NULL },
		{ "discreet wanted", discreet, { EASY, .discreet = false }, "discreet" },
		{ "discreet wanted and had", discreet, { EASY }, NULL },
		{ "a desk that stays as it is", NULL, { EASY, .set = SET_LIFESTYLE, .id = "sit-stand-switch" }, "raised" },
		{ "a desk that can be raised", sit_stand, { EASY, .set = SET_LIFESTYLE, .id = "sit-stand-switch" }, NULL },
		{ "a tip once a day", given_today, { EASY, .set = SET_LIFESTYLE }, "lately" },
		{ "the next day", given_yesterday, { EASY, .set = SET_LIFESTYLE }, NULL },
		{ "an exercise may come again", given_today, { EASY }, NULL },
		{ "the desk is adjusted once a week", given_6_days_ago,
		  { EASY, .set = SET_LIFESTYLE, .id = "workstation-adjust" }, "lately" },
		{ "a week later", given_7_days_ago,
		  { EASY, .set = SET_LIFESTYLE, .id = "workstation-adjust" }, NULL },
		{ "weight is a rare tip", given_27_days_ago,
		  { EASY, .set = SET_LIFESTYLE, .id = "healthy-weight" }, "lately" },
		{ "safety is told first", two_limits,
		  { EASY, .space = SPACE_OUTDOORS, .avoid_if = BIT(LIMIT_VERTIGO) }, "vertigo" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct exercise easier = { EASY, .id = "easier", .name = "Easier" };
		char why[COACH_WHY_MAX];
		enum objection objection;
		struct scene s;

		set_scene(&s, (struct exercise[]){ rows[i].e, easier }, 2);
		if (rows[i].person)
			rows[i].person(&s);
		objection = coach_objects(&s.coach, 0, ROUTE_BREAK);
		coach_objection_sentence(&s.coach, 0, objection, why);
		if (!objection != !rows[i].why || (rows[i].why && !strstr(why, rows[i].why)))
			fail_msg("%zu %s: %s", i, rows[i].what, objection ? why : "suits");
		assert_int_equal(!objection, !*why);
	}
}

static void every_objection_has_its_sentence(void **state)
{
	struct scene s;
	char why[COACH_WHY_MAX];

	(void)state;
	set_scene(&s, (struct exercise[]){ { EASY } }, 1);
	for (int i = 1; i < OBJECTIONS; i++) {
		coach_objection_sentence(&s.coach, 0, (enum objection)i, why);
		assert_true(strlen(why) > 10);
	}
}

/* What a break asks ------------------------------------------------------------------------------
 */

static void a_wish_is_held(void **state)
{
	static const struct wish wish = {
		.sets = BIT(SET_WARM_UP) | BIT(SET_EYES),
		.regions = BIT(REGION_NECK) | BIT(REGION_SHOULDERS),
		.length = 30 * USEC_PER_SEC,
	};
	/* clang-format off */
	static const struct {
		const char *what;
		struct exercise e;
		bool fits;
	} rows[] = {
		{ "fits", { EASY }, true },
		{ "just fits", { EASY, .seconds_min = 30 }, true },
		{ "too long at its shortest", { EASY, .seconds_min = 31 }, false },
		{ "another set", { EASY, .set = SET_CORE }, false },
		{ "the other set", { EASY, .set = SET_EYES }, true },
		{ "another region", { EASY, .relieves = BIT(REGION_HIPS) }, false },
		{ "one region of several",
		  { EASY, .relieves = BIT(REGION_HIPS) | BIT(REGION_NECK) }, true },
		{ "needs a warm-up", { EASY, .needs_warmup = true }, false },
		{ "has an objection", { EASY, .space = SPACE_OUTDOORS }, false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct routine r;
		struct scene s;

		set_scene(&s, &rows[i].e, 1);
		coach_choose(&s.coach, &wish, &r);
		if ((r.n == 1) != rows[i].fits)
			fail_msg("%s: %zu", rows[i].what, r.n);
	}
}

static void no_region_asked_is_any(void **state)
{
	static const struct wish wish = { .sets = BIT(SET_WARM_UP), .length = USEC_PER_MIN };
	struct routine r;
	struct scene s;

	(void)state;
	set_scene(&s, (struct exercise[]){ { EASY, .relieves = 0 } }, 1);
	coach_choose(&s.coach, &wish, &r);
	assert_int_equal(r.n, 1);
}

/* The ids, one after the other. */
static const char *told(const struct scene *s, const struct routine *r, char text[static 256])
{
	text[0] = '\0';
	for (size_t i = 0; i < r->n; i++) {
		strcat(text, i ? " " : "");
		strcat(text, s->exercises[r->steps[i].exercise].id);
	}
	return text;
}

static const char *choose(struct scene *s, usec_t length, char text[static 256])
{
	const struct wish wish = { .sets = BIT(SETS_COUNT) - 1, .length = length };
	struct routine r;

	coach_choose(&s->coach, &wish, &r);
	return told(s, &r, text);
}

static void a_long_break_warms_up_works_and_ends_upright(void **state)
{
	const struct exercise four[] = {
		{ EASY, .id = "upright", .set = SET_POSTURE, .relieves = BIT(REGION_CHEST) },
		{ EASY, .id = "press", .set = SET_STRENGTHENING, .intensity = 3,
		  .needs_warmup = true, .relieves = BIT(REGION_HIPS) },
		{ EASY, .id = "warm" },
		{ EASY, .id = "stretch", .set = SET_STRETCHING, .relieves = BIT(REGION_LEGS) },
	};
	struct scene s;
	char text[256];

	(void)state;
	set_scene(&s, four, ELEMENTS(four));
	assert_string_equal(choose(&s, 5 * USEC_PER_MIN, text), "warm press stretch upright");
	/* In two minutes there is time for less, and for what ends it. */
	assert_string_equal(choose(&s, 2 * USEC_PER_MIN, text), "warm press upright");
	/* A short break is one exercise, and never one that wants a warm-up. */
	for (int i = 0; i < 4; i++) {
		int last;

		choose(&s, 30 * USEC_PER_SEC, text);
		assert_null(strchr(text, ' '));
		assert_string_not_equal(text, "press");
		last = catalog_find(&s.catalog, text);
		coach_offered(&s.memory, &s.catalog, &last, 1);
	}
	/* ... unless the user has just walked. */
	s.memory.walked_at = NOW - 10 * USEC_PER_MIN;
	s.person.n_skips = 0;
	assert_string_equal(choose(&s, 30 * USEC_PER_SEC, text), "press");
	s.memory.walked_at--;
	assert_string_not_equal(choose(&s, 30 * USEC_PER_SEC, text), "press");
}

static void nothing_strenuous_comes_cold(void **state)
{
	const struct exercise two[] = {
		{ EASY, .id = "press", .set = SET_STRENGTHENING, .needs_warmup = true },
		{ EASY, .id = "warm", .avoid_if = BIT(LIMIT_VERTIGO) },
	};
	struct scene s;
	char text[256];

	(void)state;
	set_scene(&s, two, ELEMENTS(two));
	assert_string_equal(choose(&s, 5 * USEC_PER_MIN, text), "warm press");
	two_limits(&s);
	assert_string_equal(choose(&s, 5 * USEC_PER_MIN, text), "");
}

static void beyond_ten_minutes_five_are_for_warming_up(void **state)
{
	const struct exercise three[] = {
		{ EASY, .id = "press", .set = SET_STRENGTHENING, .needs_warmup = true },
		{ EASY, .id = "warm" },
		{ EASY, .id = "stroll", .set = SET_AEROBIC, .position = POSITION_WALKING, .reps = 1,
		  .seconds_min = 60, .seconds_max = 300, .relieves = BIT(REGION_LEGS) },
	};
	struct scene s;
	char text[256];

	(void)state;
	set_scene(&s, three, ELEMENTS(three));
	assert_string_equal(choose(&s, 15 * USEC_PER_MIN, text), "stroll press");
	(void)strcpy(s.person.skips[0], "stroll");
	s.person.n_skips = 1;
	assert_string_equal(choose(&s, 15 * USEC_PER_MIN, text), "warm");
	assert_string_equal(choose(&s, 10 * USEC_PER_MIN, text), "warm press");
}

static void the_same_muscles_work_hard_once_in_a_routine(void **state)
{
	const struct exercise three[] = {
		{ EASY, .id = "warm" },
		{ STRENGTH, .id = "press", .intensity = 3, .relieves = BIT(REGION_HIPS) },
		{ STRENGTH, .id = "push", .set = SET_CORE, .intensity = 3,
		  .relieves = BIT(REGION_CORE) },
	};
	struct scene s;
	char text[256];

	(void)state;
	set_scene(&s, three, ELEMENTS(three));
	assert_null(strstr(choose(&s, 10 * USEC_PER_MIN, text), "press push"));
	assert_null(strstr(text, "push press"));
	s.exercises[2].muscle_bits = BIT(MUSCLE_CALVES);
	s.memory.allowance = 1000;
	choose(&s, 10 * USEC_PER_MIN, text);
	assert_true(strstr(text, "press push") || strstr(text, "push press"));
}

/* Substitutions ----------------------------------------------------------------------------------
 */

static void what_stands_in_is_filtered_again(void **state)
{
	const struct exercise two[] = {
		{ STRENGTH, .id = "floor", .name = "On the floor", .space = SPACE_MAT,
		  .desk_alternative = "desk" },
		{ STRENGTH, .id = "desk", .avoid_if = BIT(LIMIT_GLAUCOMA) },
	};
	static const struct wish wish = { .sets = BIT(SET_STRENGTHENING),
					  .length = 30 * USEC_PER_SEC };
	char why[COACH_WHY_MAX];
	struct routine r;
	struct scene s;

	(void)state;
	set_scene(&s, two, ELEMENTS(two));
	at_desk(&s);
	coach_choose(&s.coach, &wish, &r);
	assert_int_equal(r.steps[0].exercise, 1);
	two_limits(&s);
	coach_choose(&s.coach, &wish, &r);
	assert_int_equal(r.n, 0);

	/* It comes in its place also where its own turn would not come. */
	set_scene(&s, two, ELEMENTS(two));
	at_desk(&s);
	for (uint64_t seed = 0; seed < 50; seed++) {
		s.memory.seed = seed;
		coach_choose(&s.coach, &wish, &r);
		if (r.steps[0].form == FORM_DESK)
			break;
	}
	coach_why(&s.catalog, &r.steps[0], why);
	assert_non_null(strstr(why, "In place of On the floor"));
}

static void the_harder_form_follows_what_is_mastered(void **state)
{
	const struct exercise two[] = {
		{ STRENGTH, .id = "light", .name = "Light one", .harder = "heavy" },
		{ STRENGTH, .id = "heavy", .intensity = 3, .easier = "light",
		  .avoid_if = BIT(LIMIT_GLAUCOMA) },
	};
	static const struct wish wish = { .sets = BIT(SET_STRENGTHENING),
					  .length = 30 * USEC_PER_SEC };
	char why[COACH_WHY_MAX];
	struct routine r;
	struct scene s;

	(void)state;
	set_scene(&s, two, ELEMENTS(two));
	s.rows[0].mastered_day = TODAY;
	s.rows[0].offered_pick = s.rows[1].offered_pick = 1;
	s.memory.picks = 200;
	coach_choose(&s.coach, &wish, &r);
	assert_int_equal(r.steps[0].exercise, 1);
	if (r.steps[0].form == FORM_HARDER) {
		coach_why(&s.catalog, &r.steps[0], why);
		assert_non_null(strstr(why, "The next step after Light one"));
	}
	/* Not past limits, consent or level. */
	two_limits(&s);
	coach_choose(&s.coach, &wish, &r);
	assert_int_equal(r.steps[0].exercise, 0);
	s.person.limits = 0;
	no_consent(&s);
	coach_choose(&s.coach, &wish, &r);
	assert_int_equal(r.steps[0].exercise, 0);
}

/* The order --------------------------------------------------------------------------------------
 */

static void what_was_relieved_longest_ago_comes_first(void **state)
{
	const struct exercise three[] = {
		{ EASY, .id = "neck", .relieves = BIT(REGION_NECK) },
		{ EASY, .id = "hips", .relieves = BIT(REGION_HIPS) },
		{ EASY, .id = "eyes", .relieves = BIT(REGION_EYES) },
	};
	struct scene s;
	char text[256];

	(void)state;
	set_scene(&s, three, ELEMENTS(three));
	s.memory.relieved_at[REGION_NECK] = NOW - HOURS(1);
	s.memory.relieved_at[REGION_HIPS] = NOW - HOURS(5);
	s.memory.relieved_at[REGION_EYES] = NOW - HOURS(3);
	assert_string_equal(choose(&s, USEC_PER_MIN, text), "hips");
	/* Only what is loaded today. */
	s.memory.loaded_day[REGION_HIPS] = TODAY - 1;
	assert_string_equal(choose(&s, USEC_PER_MIN, text), "eyes");
	s.memory.relieved_at[REGION_NECK] = 0;
	assert_string_equal(choose(&s, USEC_PER_MIN, text), "neck");
}

static void among_equals_posture_and_taste_decide(void **state)
{
	const struct exercise two[] = {
		{ EASY, .id = "seated" },
		{ EASY, .id = "standing", .position = POSITION_STANDING },
	};
	struct scene s;
	char text[256];

	(void)state;
	for (uint64_t seed = 0; seed < 20; seed++) {
		set_scene(&s, two, ELEMENTS(two));
		s.memory.seed = seed;
		assert_string_equal(choose(&s, USEC_PER_MIN, text), "standing");
		s.coach.posture = POSTURE_STANDING;
		assert_string_equal(choose(&s, USEC_PER_MIN, text), "seated");
		s.rows[0].dislikes = 1;
		assert_string_equal(choose(&s, USEC_PER_MIN, text), "standing");
		s.coach.posture = POSTURE_SITTING;
		s.rows[0].dislikes = 0;
		s.rows[0].likes = s.rows[1].dislikes = 1;
		assert_string_equal(choose(&s, USEC_PER_MIN, text), "seated");
	}
}

static void nothing_comes_again_within_three(void **state)
{
	struct exercise four[4];
	int last[3] = { -1, -1, -1 };
	struct routine r;
	struct scene s;
	static const struct wish wish = { .sets = BIT(SET_WARM_UP), .length = USEC_PER_MIN };

	(void)state;
	for (int i = 0; i < 4; i++) {
		static const char *const ids[] = { "a", "b", "c", "d" };

		four[i] = (struct exercise){ EASY };
		four[i].id = ids[i];
	}
	set_scene(&s, four, ELEMENTS(four));
	s.rows[0].likes = 9; /* however well it is liked */
	for (int i = 0; i < 40; i++) {
		int exercise;

		coach_choose(&s.coach, &wish, &r);
		exercise = r.steps[0].exercise;
		for (int k = 0; k < 3; k++)
			assert_int_not_equal(exercise, last[k]);
		memmove(&last[1], &last[0], 2 * sizeof(int));
		last[0] = exercise;
		coach_offered(&s.memory, &s.catalog, &exercise, 1);
	}
}

static void a_stretch_has_its_minute_a_day(void **state)
{
	const struct exercise two[] = {
		{ EASY, .id = "stretch", .set = SET_STRETCHING, .position = POSITION_STANDING },
		{ EASY, .id = "other", .set = SET_EYES, .position = POSITION_STANDING },
	};
	struct scene s;
	char text[256];

	(void)state;
	set_scene(&s, two, ELEMENTS(two));
	s.memory.stretched[REGION_SHOULDERS] = 59;
	assert_string_equal(choose(&s, USEC_PER_MIN, text), "stretch");
	s.memory.stretched[REGION_SHOULDERS] = 60;
	assert_string_equal(choose(&s, USEC_PER_MIN, text), "other");
}

/* Off the desk -----------------------------------------------------------------------------------
 */

static void sessions_are_suggested_with_their_warm_up(void **state)
{
	const struct exercise three[] = {
		{ EASY, .id = "warm" },
		{ EASY, .id = "stroll", .set = SET_AEROBIC, .position = POSITION_WALKING,
		  .space = SPACE_STANDING_ROOM, .reps = 1, .seconds_min = 60, .seconds_max = 300 },
		{ EASY, .id = "swim", .set = SET_AEROBIC, .intensity = 3, .space = SPACE_OUTDOORS,
		  .needs_warmup = true, .reps = 1, .seconds_min = 600, .seconds_default = 1200,
		  .avoid_if = BIT(LIMIT_VERTIGO), .relieves = BIT(REGION_LEGS) },
	};
	struct routine r;
	struct scene s;
	char text[256];

	(void)state;
	set_scene(&s, three, ELEMENTS(three));
	at_desk(&s);
	discreet(&s);
	coach_suggest(&s.coach, NULL, &r);
	assert_string_equal(told(&s, &r, text), "stroll swim");
	assert_int_equal(r.steps[0].dose.seconds, 300);
	assert_int_equal(r.steps[1].dose.seconds, 600);
	assert_int_equal(r.seconds, 900);
	assert_true(coach_suggestion_is_due(&s.coach));
	coach_suggested(&s.memory, &s.catalog, (int[]){ 1, 2 }, 2, NOW);
	assert_false(coach_suggestion_is_due(&s.coach));

	/* Limits, consent and rest hold here too. */
	set_scene(&s, three, ELEMENTS(three));
	two_limits(&s);
	coach_suggest(&s.coach, NULL, &r);
	assert_int_equal(r.n, 0);
	s.person.limits = 0;
	no_consent(&s);
	coach_suggest(&s.coach, NULL, &r);
	assert_int_equal(r.n, 0);
	coach_consent(&s.memory, true);
	worked_47_hours_ago(&s);
	coach_suggest(&s.coach, NULL, &r);
	assert_int_equal(r.n, 0);
	/* Without a walk before it, it does not come. */
	set_scene(&s, three, ELEMENTS(three));
	(void)strcpy(s.person.skips[0], "stroll");
	s.person.n_skips = 1;
	coach_suggest(&s.coach, NULL, &r);
	assert_int_equal(r.n, 0);
}

/* Words ------------------------------------------------------------------------------------------
 */

static void each_step_says_why(void **state)
{
	const struct exercise one[] = { { EASY, .position = POSITION_STANDING } };
	static const struct wish wish = { .sets = BIT(SET_WARM_UP), .length = USEC_PER_MIN };
	char why[COACH_WHY_MAX];
	struct routine r;
	struct scene s;

	(void)state;
	set_scene(&s, one, 1);
	s.rows[0].likes = 1;
	coach_choose(&s.coach, &wish, &r);
	coach_why(&s.catalog, &r.steps[0], why);
	assert_string_equal(why, "For your shoulders, not relieved yet; a change of posture; you "
				 "like it.");
	s.memory.relieved_at[REGION_SHOULDERS] = NOW - 1;
	s.rows[0].likes = 0;
	s.coach.posture = POSTURE_STANDING;
	coach_choose(&s.coach, &wish, &r);
	coach_why(&s.catalog, &r.steps[0], why);
	assert_string_equal(why, "For your shoulders, relieved longest ago.");
}

static void what_is_barred_is_taken_out(void **state)
{
	const struct exercise three[] = {
		{ EASY, .id = "warm", .avoid_if = BIT(LIMIT_GLAUCOMA) },
		{ EASY, .id = "press", .set = SET_STRENGTHENING, .needs_warmup = true },
		{ EASY, .id = "look", .set = SET_LIFESTYLE },
	};
	static const struct wish wish = { .sets = BIT(SETS_COUNT) - 1, .length = 5 * USEC_PER_MIN };
	struct routine r;
	struct scene s;
	char text[256];

	(void)state;
	set_scene(&s, three, ELEMENTS(three));
	coach_choose(&s.coach, &wish, &r);
	assert_int_equal(r.n, 3);
	coach_offered(&s.memory, &s.catalog, (int[]){ 0, 1, 2 }, 3);
	assert_int_equal(routine_barred(&r, &s.coach, &wish), 0);
	/* What needed the warm-up goes with it. */
	two_limits(&s);
	for (size_t i = r.n; i > 0; i--)
		if (routine_barred(&r, &s.coach, &wish) & BIT(i - 1))
			routine_remove(&r, i - 1);
	assert_string_equal(told(&s, &r, text), "look");
}

static void a_break_cut_short_is_done_as_far_as_it_went(void **state)
{
	const struct exercise two[] = {
		{ EASY, .id = "warm" },
		{ EASY, .id = "look", .set = SET_EYES, .relieves = BIT(REGION_EYES) },
	};
	static const struct wish wish = { .sets = BIT(SETS_COUNT) - 1, .length = 5 * USEC_PER_MIN };
	struct content x;
	struct scene s;

	(void)state;
	set_scene(&s, two, ELEMENTS(two));
	content_fill(&x, &s.coach, &s.memory, &wish);
	assert_int_equal(x.routine.n, 2);
	content_ended(&x, &s.memory, &s.catalog, (READY_SECONDS + 20) * USEC_PER_SEC, NOW);
	assert_int_equal(s.rows[0].days, 1);
	assert_int_equal(s.rows[1].days, 0);
	assert_int_equal(s.memory.relieved_at[REGION_SHOULDERS], NOW);
	assert_int_equal(s.memory.relieved_at[REGION_EYES], 0);
	assert_int_equal(s.memory.days[0].offered, 2);
	assert_int_equal(s.memory.days[0].done, 1);
}

static void safety_is_told_whole(void **state)
{
	char all[SAFETY_ALL_MAX], one[SAFETY_ALL_MAX];

	(void)state;
	safety_write(SAFETIES, all);
	for (int i = 0; i < SAFETIES; i++) {
		assert_non_null(strstr(all, safety_title((enum safety)i)));
		assert_non_null(strstr(all, safety_text((enum safety)i)));
		assert_non_null(strstr(all, safety_write((enum safety)i, one)));
		assert_int_equal(
			name_lookup(safety_names, safety_names[i], strlen(safety_names[i])), i);
	}
	assert_null(safety_names[SAFETIES]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_whole_and_in_order),
		cmocka_unit_test(every_filter_says_why),
		cmocka_unit_test(every_objection_has_its_sentence),
		cmocka_unit_test(a_wish_is_held),
		cmocka_unit_test(no_region_asked_is_any),
		cmocka_unit_test(a_long_break_warms_up_works_and_ends_upright),
		cmocka_unit_test(nothing_strenuous_comes_cold),
		cmocka_unit_test(beyond_ten_minutes_five_are_for_warming_up),
		cmocka_unit_test(the_same_muscles_work_hard_once_in_a_routine),
		cmocka_unit_test(what_stands_in_is_filtered_again),
		cmocka_unit_test(the_harder_form_follows_what_is_mastered),
		cmocka_unit_test(what_was_relieved_longest_ago_comes_first),
		cmocka_unit_test(among_equals_posture_and_taste_decide),
		cmocka_unit_test(nothing_comes_again_within_three),
		cmocka_unit_test(a_stretch_has_its_minute_a_day),
		cmocka_unit_test(sessions_are_suggested_with_their_warm_up),
		cmocka_unit_test(each_step_says_why),
		cmocka_unit_test(what_is_barred_is_taken_out),
		cmocka_unit_test(a_break_cut_short_is_done_as_far_as_it_went),
		cmocka_unit_test(safety_is_told_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
