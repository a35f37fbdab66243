#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "coach/coach.h"

#define BIT(n) (UINT32_C(1) << (n))

/* An easy one for the desk; rows change what they are about, which is an override on purpose. */
#pragma GCC diagnostic ignored "-Woverride-init"
#define EASY                                                                                       \
	.id = "roll", .set = SET_WARM_UP, .space = SPACE_DESK, .intensity = 1, .seconds_min = 20,  \
	.discreet = true, .relieves = BIT(REGION_SHOULDERS)

static const struct person anybody = { .place = PLACE_DESK };

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

static void every_filter_says_why(void **state)
{
	/* clang-format off */
	static const struct {
		const char *what;
		struct person person;
		struct exercise e;
		const char *why; /* a part; NULL: it suits */
	} rows[] = {
		{ "nothing against it", { .place = PLACE_DESK }, { EASY }, NULL },
		{ "one of the limits", { .limits = BIT(LIMIT_VERTIGO) | BIT(LIMIT_GLAUCOMA) },
		  { EASY, .avoid_if = BIT(LIMIT_GLAUCOMA) | BIT(LIMIT_PREGNANCY) },
		  "one of your limits" },
		{ "other limits", { .limits = BIT(LIMIT_VERTIGO) },
		  { EASY, .avoid_if = BIT(LIMIT_GLAUCOMA) }, NULL },
		{ "the first and the last limit count", { .limits = BIT(0) },
		  { EASY, .avoid_if = BIT(0) }, "limits" },
		{ "", { .limits = BIT(LIMITS_COUNT - 1) },
		  { EASY, .avoid_if = BIT(LIMITS_COUNT - 1) }, "limits" },
		{ "unreadable limits: any caution is too much", { .limits_unreadable = true },
		  { EASY, .avoid_if = BIT(LIMIT_GLAUCOMA) }, "could not be read" },
		{ "unreadable limits: no caution", { .limits_unreadable = true }, { EASY }, NULL },
		{ "as hard as offered", { .place = PLACE_DESK },
		  { EASY, .intensity = INTENSITY_OFFERED_MAX }, NULL },
		{ "harder", { .place = PLACE_DESK },
		  { EASY, .intensity = INTENSITY_OFFERED_MAX + 1 }, "consent" },
		{ "standing at a desk", { .place = PLACE_DESK },
		  { EASY, .space = SPACE_STANDING_ROOM }, "room" },
		{ "standing in a room", { .place = PLACE_ROOM },
		  { EASY, .space = SPACE_STANDING_ROOM }, NULL },
		{ "standing with a mat", { .place = PLACE_MAT },
		  { EASY, .space = SPACE_STANDING_ROOM }, NULL },
		{ "mat in a room", { .place = PLACE_ROOM }, { EASY, .space = SPACE_MAT }, "room" },
		{ "mat on a mat", { .place = PLACE_MAT }, { EASY, .space = SPACE_MAT }, NULL },
		{ "desk work with a mat", { .place = PLACE_MAT }, { EASY }, NULL },
		{ "outdoors is nothing for a break", { .place = PLACE_MAT },
		  { EASY, .space = SPACE_OUTDOORS }, "break" },
		{ "discreet wanted", { .discreet = true }, { EASY, .discreet = false },
		  "discreet" },
		{ "discreet wanted and had", { .discreet = true }, { EASY }, NULL },
		{ "skipped", { .skips = { "palming", "roll" }, .n_skips = 2 }, { EASY }, "skip" },
		{ "what is alike is not skipped", { .skips = { "rolls", "rol" }, .n_skips = 2 },
		  { EASY }, NULL },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const char *why = coach_objection(&rows[i].person, &rows[i].e);

		if (!why != !rows[i].why || (why && !strstr(why, rows[i].why)))
			fail_msg("%zu %s: %s", i, rows[i].what, why ? why : "suits");
	}
}

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
		{ "five minutes never go into a short break", { EASY, .seconds_min = 300 }, false },
		{ "another set", { EASY, .set = SET_CORE }, false },
		{ "the other set", { EASY, .set = SET_EYES }, true },
		{ "another region", { EASY, .relieves = BIT(REGION_HIPS) }, false },
		{ "one region of several",
		  { EASY, .relieves = BIT(REGION_HIPS) | BIT(REGION_NECK) }, true },
		{ "needs a warm-up", { EASY, .needs_warmup = true }, false },
		{ "has an objection", { EASY, .intensity = 3 }, false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct exercise e = rows[i].e;
		struct catalog c = { .exercises = &e, .n = 1 };
		int got = coach_next(&c, &anybody, &wish, -1);

		if (got != (rows[i].fits ? 0 : -1))
			fail_msg("%s: %d", rows[i].what, got);
	}
}

static void no_region_asked_is_any(void **state)
{
	static const struct wish wish = { .sets = BIT(SET_WARM_UP), .length = USEC_PER_MIN };
	struct exercise e = { EASY, .relieves = 0 };
	struct catalog c = { .exercises = &e, .n = 1 };

	(void)state;
	assert_int_equal(coach_next(&c, &anybody, &wish, -1), 0);
}

static void everyone_has_a_turn(void **state)
{
	static const struct wish wish = { .sets = BIT(SET_WARM_UP), .length = USEC_PER_MIN };
	static const int want[] = { 0, 2, 3, 0, 2, 3 };
	struct exercise v[5] = { { EASY }, { EASY }, { EASY }, { EASY }, { EASY } };
	struct catalog c = { .exercises = v, .n = 5 };
	int last = -1;

	(void)state;
	v[1].set = SET_CORE;
	v[4].space = SPACE_MAT;
	for (size_t i = 0; i < ELEMENTS(want); i++) {
		last = coach_next(&c, &anybody, &wish, last);
		assert_int_equal(last, want[i]);
	}
	/* After a reload the catalogue may be shorter than the last index. */
	assert_int_equal(coach_next(&c, &anybody, &wish, 77), 0);
	/* The only one that fits is repeated rather than nothing. */
	v[0].seconds_min = v[2].seconds_min = 61;
	assert_int_equal(coach_next(&c, &anybody, &wish, 3), 3);
	v[3].seconds_min = 61;
	assert_int_equal(coach_next(&c, &anybody, &wish, 3), -1);
	c.n = 0;
	assert_int_equal(coach_next(&c, &anybody, &wish, -1), -1);
}

static void found_by_id(void **state)
{
	struct exercise v[2] = { { .id = "palming" }, { .id = "calf-raise" } };
	struct catalog c = { .exercises = v, .n = 2 };

	(void)state;
	assert_int_equal(catalog_find(&c, "calf-raise"), 1);
	assert_int_equal(catalog_find(&c, "calf"), -1);
	assert_int_equal(catalog_find(&c, ""), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_whole_and_in_order),
		cmocka_unit_test(every_filter_says_why),
		cmocka_unit_test(a_wish_is_held),
		cmocka_unit_test(no_region_asked_is_any),
		cmocka_unit_test(everyone_has_a_turn),
		cmocka_unit_test(found_by_id),
	};

	return cmocka_run_group_tests_name("coach", tests, NULL, NULL);
}
