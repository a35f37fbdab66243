/* Who is in a call, and who gets the screen's picture: PipeWire's objects as stories. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "sense-graph.h"

/* Objects' numbers. */
enum { APP = 40, FROM = 50, TO = 60, LINK = 70, FROM_2 = 51, TO_2 = 61, LINK_2 = 71 };

#define WORDS(...) ((struct graph_words){ __VA_ARGS__ })
#define MICROPHONE WORDS(.class = "Audio/Source")
#define CAMERA WORDS(.class = "Video/Source", .api = "v4l2")
#define SCREEN WORDS(.class = "Stream/Output/Video")
#define RECORDS(...) WORDS(.class = "Stream/Input/Audio", __VA_ARGS__)
#define FILMS(...) WORDS(.class = "Stream/Input/Video", __VA_ARGS__)

/* clang-format off */
static const struct {
	const char *story;
	struct graph_words from, to;
	enum { NOTHING, CALL, SHARE } sign;
} rows[] = {
	{ "a program records the microphone",       MICROPHONE, RECORDS(.application = "Talk"), CALL },
	{ "a headset that is both",                 WORDS(.class = "Audio/Duplex"), RECORDS(0), CALL },
	{ "a microphone behind a filter",           WORDS(.class = "Audio/Source/Virtual"), RECORDS(0), CALL },
	{ "a mixer shows its level",                MICROPHONE, RECORDS(.monitor = "true"), NOTHING },
	{ "that says no",                           MICROPHONE, RECORDS(.monitor = "false"), CALL },
	{ "what the loudspeakers play is recorded", WORDS(.class = "Audio/Sink"), RECORDS(.capture_sink = "true"), NOTHING },
	{ "by one that does not say so",            WORDS(.class = "Audio/Sink"), RECORDS(0), NOTHING },
	{ "what another program plays is recorded", WORDS(.class = "Stream/Output/Audio"), RECORDS(0), NOTHING },
	{ "the filter itself",                      MICROPHONE, RECORDS(.link_group = "filter-1"), NOTHING },
	{ "a program films by a camera",            CAMERA, FILMS(0), CALL },
	{ "by one of libcamera's",                  WORDS(.class = "Video/Source", .api = "libcamera"), FILMS(0), CALL },
	{ "by one that is a program",               WORDS(.class = "Video/Source", .role = "Camera"), FILMS(0), CALL },
	{ "a compositor's picture",                 SCREEN, FILMS(.application = "Talk"), SHARE },
	{ "a portal's",                             WORDS(.class = "Video/Source"), FILMS(0), SHARE },
	{ "previews in a task bar",                 SCREEN, FILMS(.application = "plasmashell"), NOTHING },
	{ "a camera that records sound",            CAMERA, RECORDS(0), NOTHING },
	{ "music plays",                            WORDS(.class = "Stream/Output/Audio"), WORDS(.class = "Audio/Sink"), NOTHING },
	{ "nodes without a class",                  WORDS(0), WORDS(0), NOTHING },
};
/* clang-format on */

static void put(struct graph *g, unsigned from, unsigned to, unsigned link,
		const struct graph_words *giver, const struct graph_words *taker)
{
	assert_int_equal(graph_put_node(g, from, APP, giver), 0);
	assert_int_equal(graph_put_node(g, to, APP, taker), 0);
	assert_int_equal(graph_put_link(g, link, from, to), 0);
	graph_set_running(g, to, true);
}

static bool holds(const struct graph *g, enum graph_sign sign)
{
	char name[GRAPH_NAME_MAX];

	return graph_find(g, sign, name);
}

static const char *caller(const struct graph *g, char name[static GRAPH_NAME_MAX])
{
	return graph_find(g, GRAPH_CALL, name) ? name : "nobody";
}

static void rows_are_told_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct graph *g = graph_new();

		put(g, FROM, TO, LINK, &rows[i].from, &rows[i].to);
		if (holds(g, GRAPH_CALL) != (rows[i].sign == CALL) ||
		    holds(g, GRAPH_SCREENCAST) != (rows[i].sign == SHARE))
			fail_msg("%s: call %d, screencast %d", rows[i].story, holds(g, GRAPH_CALL),
				 holds(g, GRAPH_SCREENCAST));
		graph_set_running(g, TO, false);
		if (holds(g, GRAPH_CALL) || holds(g, GRAPH_SCREENCAST))
			fail_msg("%s: and it does not even run", rows[i].story);
		graph_free(g);
	}
}

/* Only nodes that are wanted are ever told of. */
static void what_makes_a_sign_is_wanted(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		if (rows[i].sign != NOTHING) {
			assert_true(graph_wants(rows[i].from.class));
			assert_true(graph_wants(rows[i].to.class));
		}
	assert_false(graph_wants("Stream/Output/Audio"));
	assert_false(graph_wants("Audio/Sink"));
	assert_false(graph_wants("Midi/Bridge"));
	assert_false(graph_wants(NULL));
}

static void any_order_will_do_and_any_end(void **state)
{
	const unsigned parts[] = { FROM, TO, LINK };

	(void)state;
	for (size_t i = 0; i < ELEMENTS(parts); i++) {
		struct graph *g = graph_new();

		assert_int_equal(graph_put_link(g, LINK, FROM, TO), 0);
		assert_false(holds(g, GRAPH_CALL));
		put(g, FROM, TO, LINK, &MICROPHONE, &RECORDS(0));
		assert_true(holds(g, GRAPH_CALL));
		graph_remove(g, parts[i]);
		assert_false(holds(g, GRAPH_CALL));
		graph_remove(g, parts[i]);
		graph_set_running(g, parts[i], true);
		put(g, FROM, TO, LINK, &MICROPHONE, &RECORDS(0));
		assert_true(holds(g, GRAPH_CALL));
		graph_free(g);
	}
}

static void a_name_is_the_stream_s_or_its_program_s(void **state)
{
	char name[GRAPH_NAME_MAX], longest[200];
	struct graph *g = graph_new();

	(void)state;
	put(g, FROM, TO, LINK, &MICROPHONE, &RECORDS(0));
	assert_string_equal(caller(g, name), "");
	assert_int_equal(graph_put_client(g, APP, "Talk"), 0);
	assert_string_equal(caller(g, name), "Talk");
	put(g, FROM, TO, LINK, &MICROPHONE, &RECORDS(.application = "Talk\n  on\x1b[1m\xff"));
	assert_string_equal(caller(g, name), "Talk   on[1m");
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	put(g, FROM, TO, LINK, &MICROPHONE, &RECORDS(.application = longest));
	assert_int_equal(strlen(caller(g, name)), GRAPH_NAME_MAX - 1);
	graph_free(g);
}

static void of_two_the_first_is_named_until_it_ends(void **state)
{
	char name[GRAPH_NAME_MAX];
	struct graph *g = graph_new();

	(void)state;
	put(g, FROM, TO, LINK, &MICROPHONE, &RECORDS(.application = "First"));
	put(g, FROM_2, TO_2, LINK_2, &CAMERA, &FILMS(.application = "Second"));
	assert_string_equal(caller(g, name), "First");
	graph_remove(g, LINK);
	assert_string_equal(caller(g, name), "Second");
	put(g, FROM, TO, LINK, &MICROPHONE, &RECORDS(.application = "First"));
	assert_string_equal(caller(g, name), "Second");
	graph_remove(g, LINK_2);
	graph_remove(g, LINK);
	assert_string_equal(caller(g, name), "nobody");
	graph_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_told_right),
		cmocka_unit_test(what_makes_a_sign_is_wanted),
		cmocka_unit_test(any_order_will_do_and_any_end),
		cmocka_unit_test(a_name_is_the_stream_s_or_its_program_s),
		cmocka_unit_test(of_two_the_first_is_named_until_it_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
