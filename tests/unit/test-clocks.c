/*
 * What loads the hands and what the screen: watching and its limit, reading mode, the bumped desk,
 * "rested", and that the wall clock has no say in any of it.
 */
#include "day.h"

/* Nothing is due for hours, and rest shows as soon as it is longer than a break. */
static struct policy long_screen(void)
{
	struct policy p = micro_only;

	p.rules[0].every = AT(180, 0);
	p.rules[0].length = AT(5, 0);
	return p;
}

static struct policy hands_and_screen(void)
{
	const struct policy screen = long_screen();
	struct policy p = with_rule_of(&hands_only, &screen);

	p.rules[0].every = AT(120, 0);
	return p;
}

/* clang-format off */

/* Watching ------------------------------------------------------------------------------------- */

static void while_watching_the_hands_rest_and_the_screen_clock_runs_on(void **state)
{
	(void)state;
	const struct policy p = hands_and_screen();
	const struct row rows[] = {
		ROW("a film begins", WATCHES(true, 4, 0), NOTHING, .presence = "active"),
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("within the grace of the hands", UNTIL(5, 5), NOTHING, .presence = "active", .load = "hands 5:05"),
		ROW("told after 20 s", UNTIL(5, 20), NOTHING, .presence = "watching", .load = "hands 0:00"),
		ROW("the eyes go on", UNTIL(50, 0), NOTHING, .presence = "watching", .load = "micro 50:00"),
		ROW("so does what comes next", UNTIL(51, 0), NOTHING, .next = "micro 180:00"),
		ROW("types", TYPES(55, 0), NOTHING),
		ROW("works", UNTIL(56, 0), NOTHING, .presence = "active", .load = "hands 1:00"),
		ROW("and the screen was never at rest", UNTIL(57, 0), NOTHING, .load = "micro 57:00"),
	};
	struct rig rig;

	rig_begin(&rig, &p);
	PLAY_ON(&rig, rows);
}

static void watching_is_told_since_the_last_input_or_since_it_began(void **state)
{
	(void)state;
	const struct policy p = long_screen();
	const struct row before[] = {
		ROW("a film begins", WATCHES(true, 4, 0), NOTHING),
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("watching", UNTIL(6, 0), NOTHING, .presence = "watching"),
	};
	const struct row after[] = {
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("idle", UNTIL(5, 40), NOTHING, .presence = "idle"),
		ROW("a film begins", WATCHES(true, 5, 40), NOTHING, .presence = "watching"),
	};
	const struct row ended[] = {
		ROW("it ends: idle since then", WATCHES(false, 7, 0), NOTHING, .presence = "idle"),
	};
	struct rig rig;

	rig_begin(&rig, &p);
	PLAY_ON(&rig, before);
	assert_int_equal(rig.s.presence_since, AT(5, 0));

	rig_begin(&rig, &p);
	PLAY_ON(&rig, after);
	assert_int_equal(rig.s.presence_since, AT(5, 40));
	PLAY_ON(&rig, ended);
	assert_int_equal(rig.s.presence_since, AT(7, 0));
}

static void call_and_screencast_hold_the_screen_even_if_nobody_respects_them(void **state)
{
	(void)state;
	struct policy p = long_screen();
	const struct row call[] = {
		ROW("a call", SIGN(CALL, true, 4, 0), NOTHING),
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("listens", UNTIL(10, 0), NOTHING, .presence = "watching", .load = "micro 10:00"),
	};
	const struct row screencast[] = {
		ROW("shows a screen", SIGN(SCREENCAST, true, 4, 0), NOTHING),
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("talks", UNTIL(10, 0), NOTHING, .presence = "watching", .load = "micro 10:00"),
		ROW("it is over: the gap begins", SIGN(SCREENCAST, false, 10, 0), NOTHING, .presence = "idle"),
		ROW("a pause of grace", UNTIL(11, 0), NOTHING, .load = "micro 11:00"),
		ROW("is rest when it is longer", UNTIL(11, 0.001), NOTHING, .load = "micro 10:00"),
	};
	const struct row others[] = {
		ROW("do not disturb", SIGN(DND, true, 4, 0), NOTHING),
		ROW("full screen", SIGN(FULLSCREEN, true, 4, 0), NOTHING),
		ROW("an inhibitor", SIGN(INHIBITORS, true, 4, 0), NOTHING),
		ROW("our own", SIGN(INHIBIT, true, 4, 0), NOTHING),
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("none of them is watching", UNTIL(10, 0), NOTHING, .presence = "idle", .load = "micro 0:00"),
	};

	PLAY(&p, others);
	p.quiet = 0;
	p.rules[0].respects = 0;
	PLAY(&p, call);
	PLAY(&p, screencast);
}

static void a_call_that_ends_before_the_pause_is_told_was_watching(void **state)
{
	(void)state;
	const struct policy p = long_screen();
	const struct row call[] = {
		ROW("a call", SIGN(CALL, true, 1, 0), NOTHING),
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("it ends before anybody knows of the pause", SIGN(CALL, false, 5, 10), NOTHING),
		ROW("the screen's gap begins there", UNTIL(6, 10), NOTHING, .presence = "idle", .load = "micro 6:10"),
		ROW("and is rest past grace", UNTIL(6, 10.001), NOTHING, .load = "micro 5:10"),
	};
	const struct row film[] = {
		ROW("a film", WATCHES(true, 1, 0), NOTHING),
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("it ends", WATCHES(false, 5, 10), NOTHING),
		ROW("past grace", UNTIL(6, 10.001), NOTHING, .load = "micro 5:10"),
	};
	const struct row reading[] = {
		ROW("reads", READS(AT(5, 10), 1, 0), NOTHING),
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("past grace", UNTIL(6, 10.001), NOTHING, .load = "micro 5:10"),
	};

	PLAY(&p, call);
	PLAY(&p, film);
	PLAY(&p, reading);
}

static void after_an_hour_without_input_nobody_watches(void **state)
{
	(void)state;
	const struct policy p = long_screen();
	const struct row film[] = {
		ROW("a film begins", WATCHES(true, 4, 0), NOTHING),
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("nearly an hour", UNTIL(64, 59.999), NOTHING, .presence = "watching", .load = "micro 64:59.999"),
		ROW("an hour", UNTIL(65, 0), NOTHING, .presence = "idle", .load = "micro 65:00"),
		ROW("the gap began then, and this is its grace", UNTIL(66, 0), NOTHING, .load = "micro 66:00"),
		ROW("past it, rest", UNTIL(66, 0.001), NOTHING, .load = "micro 65:00"),
		ROW("long enough", UNTIL(70, 0), NOTHING, .load = "micro 0:00"),
	};
	const struct row call[] = {
		ROW("a call", SIGN(CALL, true, 4, 0), NOTHING),
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("an hour", UNTIL(65, 0), NOTHING, .presence = "idle"),
		ROW("a touch of the mouse", TYPES(65, 30), NOTHING),
		ROW("proven", STOPS(65, 33), NOTHING, .presence = "active"),
		ROW("and it holds again", UNTIL(70, 0), NOTHING, .presence = "watching", .load = "micro 70:00"),
	};
	struct rig rig;

	rig_begin(&rig, &p);
	PLAY_ON(&rig, film);
	assert_int_equal(rig.s.presence_since, AT(65, 0));
	PLAY(&p, call);
}

static void watching_that_begins_in_a_gap(void **state)
{
	(void)state;
	const struct policy p = long_screen();
	const struct row within[] = {
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("a film after grace to the second: it was exposure", WATCHES(true, 6, 0), NOTHING, .load = "micro 6:00"),
		ROW("and is", UNTIL(12, 0), NOTHING, .load = "micro 12:00"),
	};
	const struct row past[] = {
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("a film after more than grace: rest up to here", WATCHES(true, 6, 0.001), NOTHING, .load = "micro 5:00"),
		ROW("and exposure from here", UNTIL(7, 0.001), NOTHING, .load = "micro 6:00"),
	};
	const struct row long_past[] = {
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("a film after a whole rest", WATCHES(true, 10, 0), NOTHING, .load = "micro 0:00"),
		ROW("begins anew", UNTIL(12, 0), NOTHING, .load = "micro 2:00"),
	};

	PLAY(&p, within);
	PLAY(&p, past);
	PLAY(&p, long_past);
}

static void while_watching_a_screen_break_neither_starts_by_itself_nor_rests(void **state)
{
	(void)state;
	const struct row prompted[] = {
		ROW("a film begins", WATCHES(true, 19, 0), NOTHING),
		ROW("hands off", STOPS(19, 0), NOTHING),
		ROW("a film is no quiet sign", UNTIL(20, 0), "20:00 prompt micro 1", .presence = "watching"),
		ROW("but whoever watches has not begun a break", UNTIL(20, 30), NOTHING, .phase = "prompting"),
		ROW("the film is over", WATCHES(false, 20, 30), NOTHING, .phase = "prompting"),
		ROW("5 s later", UNTIL(20, 35), "20:35 start micro"),
		ROW("rest counts from the film's end", UNTIL(21, 0), "21:00 micro taken 0:30"),
	};
	const struct row running[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("a film begins: the countdown stands still", WATCHES(true, 20, 20), NOTHING, .phase = "on-break"),
		ROW("for long", UNTIL(30, 0), NOTHING, .phase = "on-break"),
		ROW("the film is over", WATCHES(false, 30, 0), NOTHING),
		ROW("20 s were left", UNTIL(30, 20), "30:20 micro taken 0:30"),
	};
	const struct row started[] = {
		ROW("a film begins", WATCHES(true, 4, 0), NOTHING),
		ROW("starts a break in it", STARTS(0, 5, 0), "5:00 start micro"),
		ROW("hands off", STOPS(5, 1), NOTHING),
		ROW("it stands still all the same", UNTIL(6, 0), NOTHING, .phase = "on-break"),
		ROW("until the film is over", WATCHES(false, 6, 0), NOTHING),
		ROW("taken", UNTIL(6, 30), "6:30 micro taken 0:30"),
	};
	const struct row locked[] = {
		ROW("a film begins", WATCHES(true, 4, 0), NOTHING),
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("starts a break in it", STARTS(0, 5, 10), "5:10 start micro"),
		ROW("types", TYPES(5, 30), NOTHING),
		ROW("locks: behind that nobody watches", LEAVES(AWAY_LOCKED, 5, 40), NOTHING, .phase = "on-break"),
		ROW("taken", UNTIL(6, 10), "6:10 micro taken 0:30"),
	};
	const struct row lost[] = {
		ROW("a film begins", WATCHES(true, 4, 0), NOTHING),
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("starts a break in it", STARTS(0, 5, 10), "5:10 start micro"),
		ROW("types", TYPES(5, 30), NOTHING),
		ROW("the source is lost: the user's word is taken for it", COMMAND(NO_SOURCE, 5, 40), NOTHING, .phase = "on-break"),
		ROW("taken", UNTIL(6, 10), "6:10 micro taken 0:30"),
	};
	const struct row nobody[] = {
		ROW("a film begins", WATCHES(true, 4, 0), NOTHING),
		ROW("starts a break in it", STARTS(0, 5, 0), "5:00 start micro"),
		ROW("hands off", STOPS(5, 1), NOTHING),
		ROW("60 min later nobody watches", UNTIL(65, 31), "65:31 micro taken 0:30"),
	};

	PLAY(&micro_only, prompted);
	PLAY(&micro_only, running);
	PLAY(&micro_only, started);
	PLAY(&micro_only, locked);
	PLAY(&micro_only, lost);
	PLAY(&micro_only, nobody);
}

static void while_watching_a_break_of_the_hands_starts_and_rests(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("a film begins", WATCHES(true, 1, 0), NOTHING),
		ROW("hands off", STOPS(6, 10), NOTHING),
		ROW("it starts by itself", UNTIL(6, 18), "6:13 prompt hands 1, 6:18 start hands"),
		ROW("and is taken", UNTIL(6, 25), "6:25 hands taken 0:15"),
	};

	PLAY(&hands_only, rows);
}

/* Reading -------------------------------------------------------------------------------------- */

static void reading_makes_every_gap_exposure(void **state)
{
	(void)state;
	const struct policy p = hands_and_screen();
	const struct row rows[] = {
		ROW("reads", READS(USEC_NEVER, 5, 0), NOTHING, .presence = "active"),
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("shows as watching", UNTIL(10, 0), NOTHING, .presence = "watching", .load = "micro 10:00"),
		ROW("the hands rest", UNTIL(11, 0), NOTHING, .load = "hands 0:00"),
		ROW("without a limit", UNTIL(100, 0), NOTHING, .presence = "watching", .load = "micro 100:00"),
		ROW("told off: the gap begins", READS(0, 100, 0), NOTHING, .presence = "idle"),
		ROW("its grace", UNTIL(101, 0), NOTHING, .load = "micro 101:00"),
		ROW("past it", UNTIL(101, 0.001), NOTHING, .load = "micro 100:00"),
	};

	PLAY(&p, rows);
}

static void reading_ends_at_its_time(void **state)
{
	(void)state;
	const struct policy p = long_screen();
	const struct row rows[] = {
		ROW("reads until 15", READS(AT(15, 0), 5, 0), NOTHING),
		ROW("hands off", STOPS(5, 0), NOTHING),
		ROW("reads", UNTIL(14, 59.999), NOTHING, .presence = "watching", .deadline = "15:00"),
		ROW("no more", UNTIL(15, 0), NOTHING, .presence = "idle"),
		ROW("the gap began there", UNTIL(16, 0.001), NOTHING, .load = "micro 15:00"),
	};
	struct rig rig;

	rig_begin(&rig, &p);
	PLAY_ON(&rig, rows);
	assert_int_equal(rig.s.reading_until, 0);
	assert_int_equal(rig.s.presence_since, AT(15, 0));
}

static void an_absence_turns_reading_off(void **state)
{
	(void)state;
	const struct policy p = long_screen();
	const struct row rows[] = {
		ROW("reads", READS(USEC_NEVER, 5, 0), NOTHING),
		ROW("locks", LEAVES(AWAY_LOCKED, 6, 0), NOTHING, .presence = "away"),
		ROW("unlocks", RETURNS(AWAY_LOCKED, 6, 30), NOTHING, .presence = "active", .load = "micro 6:00"),
		ROW("a pause is a pause again", STOPS(7, 0), NOTHING),
		ROW("idle", UNTIL(9, 0), NOTHING, .presence = "idle", .load = "micro 6:30"),
	};
	struct rig rig;

	rig_begin(&rig, &p);
	PLAY_ON(&rig, rows);
	assert_int_equal(rig.s.reading_until, 0);
}

static void a_reader_can_take_a_break(void **state)
{
	(void)state;
	const struct row by_itself[] = {
		ROW("reads", READS(USEC_NEVER, 5, 0), NOTHING),
		ROW("hands off", STOPS(6, 0), NOTHING),
		ROW("due, and this is a lull", UNTIL(20, 0), "20:00 prompt micro 1", .load = "micro 20:00"),
		ROW("5 s off the keyboard since it was shown", UNTIL(20, 5), "20:05 start micro"),
		ROW("rest counts from the prompt, not from the last input", UNTIL(20, 30), "20:30 micro taken 0:30"),
		ROW("the gap stays rest until input", UNTIL(26, 0), NOTHING, .load = "micro 0:00"),
		ROW("types", TYPES(26, 0), NOTHING),
		ROW("reads on", STOPS(26, 10), NOTHING),
		ROW("and it is exposure again", UNTIL(30, 0), NOTHING, .presence = "watching", .load = "micro 4:00"),
	};
	const struct row started[] = {
		ROW("reads", READS(USEC_NEVER, 5, 0), NOTHING),
		ROW("hands off", STOPS(6, 0), NOTHING),
		ROW("starts a break", STARTS(0, 10, 0), "10:00 start micro"),
		ROW("rest counts from there", UNTIL(10, 30), "10:30 micro taken 0:30"),
	};
	const struct row input_later[] = {
		ROW("reads", READS(USEC_NEVER, 5, 0), NOTHING),
		ROW("hands off", STOPS(6, 0), NOTHING),
		ROW("prompt", UNTIL(20, 0), "20:00 prompt micro 1"),
		ROW("turns a page", TYPES(20, 3), NOTHING),
		ROW("for 4 s", STOPS(20, 7), NOTHING),
		ROW("5 s from the last input", UNTIL(20, 12), "20:12 start micro"),
		ROW("taken", UNTIL(20, 37), "20:37 micro taken 0:30"),
	};

	PLAY(&micro_only, by_itself);
	PLAY(&micro_only, started);
	PLAY(&micro_only, input_later);
}

/* The bumped desk ------------------------------------------------------------------------------ */

static void a_bumped_desk_is_not_a_return(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("stops", STOPS(15, 0), NOTHING),
		ROW("the desk is bumped", TYPES(18, 0), NOTHING, .presence = "idle"),
		ROW("for less than a second", STOPS(18, 0.999), NOTHING),
		ROW("nothing happened", UNTIL(19, 59), NOTHING, .presence = "idle", .load = "micro 0:00", .deadline = "never"),
		ROW("is really back", TYPES(20, 0), NOTHING),
		ROW("from one long rest", UNTIL(20, 2), "20:00 micro natural 5:00 silently", .presence = "active"),
	};
	const struct row a_second[] = {
		ROW("stops", STOPS(15, 0), NOTHING),
		ROW("types", TYPES(18, 0), NOTHING),
		ROW("for a second", STOPS(18, 1), NOTHING),
		ROW("which is a return", UNTIL(18, 2), "18:00 micro natural 3:00 silently", .presence = "active"),
		ROW("and then another pause, within grace", UNTIL(19, 0), NOTHING, .load = "micro 1:00"),
	};
	const struct row page_by_page[] = {
		ROW("stops", STOPS(15, 0), NOTHING),
		ROW("turns a page", TYPES(18, 0), NOTHING),
		ROW("with one key", STOPS(18, 0), NOTHING, .presence = "idle"),
		ROW("and another within 5 s: that is no bump", TYPES(18, 4.999), "18:04.999 micro natural 3:04.999 silently", .presence = "active"),
		ROW("with one key", STOPS(18, 4.999), NOTHING),
		ROW("and goes on reading", UNTIL(19, 0), NOTHING, .load = "micro 0:55.001"),
	};
	const struct row twice[] = {
		ROW("stops", STOPS(15, 0), NOTHING),
		ROW("the desk is bumped", TYPES(18, 0), NOTHING),
		ROW("for a moment", STOPS(18, 0.2), NOTHING),
		ROW("and 5 s later again", TYPES(18, 5.2), NOTHING),
		ROW("for a moment", STOPS(18, 5.3), NOTHING),
		ROW("nothing happened", UNTIL(19, 59), NOTHING, .presence = "idle", .load = "micro 0:00"),
	};
	struct rig rig;

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, rows);
	assert_int_equal(rig.s.presence_since, AT(20, 0));
	PLAY(&micro_only, a_second);
	PLAY(&micro_only, page_by_page);
	PLAY(&micro_only, twice);
}

static void only_after_a_minute_can_a_desk_be_bumped(void **state)
{
	(void)state;
	const struct policy p = long_screen();
	const struct row shorter[] = {
		ROW("stops", STOPS(15, 0), NOTHING),
		ROW("input is a return at once", TYPES(15, 59.999), NOTHING, .presence = "active"),
	};
	const struct row a_minute[] = {
		ROW("stops", STOPS(15, 0), NOTHING),
		ROW("input has yet to prove it", TYPES(16, 0), NOTHING, .presence = "idle"),
		ROW("for 2 s", UNTIL(16, 1.999), NOTHING, .presence = "idle"),
		ROW("and has: the gap equalled grace", UNTIL(16, 2), NOTHING, .presence = "active", .load = "micro 16:02"),
	};

	PLAY(&p, shorter);
	PLAY(&p, a_minute);
}

static void a_return_that_is_proven_later_counts_from_where_it_began(void **state)
{
	(void)state;
	const struct row deferred[] = {
		ROW("inhibited", INHIBITS(true, 50, 0), NOTHING),
		ROW("due", UNTIL(56, 0), NOTHING, .state = "active deferred"),
		ROW("stops", STOPS(56, 0), NOTHING),
		ROW("back a second before grace is over", TYPES(57, 59), NOTHING),
		ROW("so it was never rest", UNTIL(58, 1), NOTHING, .state = "active deferred", .load = "active 58:01", .why = ""),
	};
	const struct row snoozed[] = {
		ROW("prompt", UNTIL(60, 0), "60:00 prompt active 1"),
		ROW("snoozes", SNOOZES(AT(10, 0), 60, 0), "60:00 withdraw active"),
		ROW("stops", STOPS(61, 0), NOTHING),
		ROW("back a second before grace is over", TYPES(62, 59), NOTHING),
		ROW("the snooze was never eased", UNTIL(63, 2), NOTHING, .phase = "snoozed", .load = "active 63:02"),
	};
	/* Of no use to wait for: a bump must not hold up what a rest has done. */
	const struct row bumped[] = {
		ROW("prompt", UNTIL(60, 0), "60:00 prompt active 1"),
		ROW("snoozes", SNOOZES(AT(10, 0), 60, 0), "60:00 withdraw active"),
		ROW("stops", STOPS(61, 0), NOTHING),
		ROW("the desk is bumped right before grace is over", TYPES(62, 59), NOTHING),
		ROW("for a moment", STOPS(62, 59.5), NOTHING),
		ROW("it was a rest all along", UNTIL(63, 30), "63:00.500 eased active", .load = "active 33:30"),
	};

	PLAY(&active_only, deferred);
	PLAY(&active_only, snoozed);
	PLAY(&active_only, bumped);
}

static void what_held_the_screen_in_a_bump_counts_once_it_was_one(void **state)
{
	(void)state;
	const struct policy p = long_screen();
	const struct row a_return[] = {
		ROW("stops", STOPS(15, 0), NOTHING),
		ROW("is back", TYPES(25, 0), NOTHING),
		ROW("a call begins", SIGN(CALL, true, 25, 0.5), NOTHING, .presence = "idle"),
		ROW("and ends", SIGN(CALL, false, 25, 1.5), NOTHING),
		ROW("it was a return from where it began", UNTIL(26, 0), NOTHING, .presence = "active", .load = "micro 1:00"),
	};
	const struct row a_bump[] = {
		ROW("stops", STOPS(15, 0), NOTHING),
		ROW("the desk is bumped", TYPES(25, 0), NOTHING),
		ROW("when a call begins", SIGN(CALL, true, 25, 0.5), NOTHING, .presence = "idle"),
		ROW("and nobody types on", STOPS(25, 0.9), NOTHING),
		ROW("which is known a second later", UNTIL(25, 2), NOTHING, .presence = "watching"),
		ROW("the screen is loaded since the call", UNTIL(26, 0.5), NOTHING, .load = "micro 1:00"),
	};
	const struct row after_a_rest[] = {
		ROW("stops", STOPS(15, 0), NOTHING),
		ROW("is back", TYPES(18, 0), NOTHING),
		ROW("a video begins", WATCHES(true, 18, 1), NOTHING),
		ROW("its gap was over before", UNTIL(18, 2), "18:00 micro natural 3:00 silently", .load = "micro 0:02"),
	};
	const struct row a_video_ends[] = {
		ROW("a video", WATCHES(true, 4, 0), NOTHING),
		ROW("watches", STOPS(5, 0), NOTHING),
		ROW("is back", TYPES(8, 0), NOTHING),
		ROW("the video ends", WATCHES(false, 8, 1), NOTHING, .presence = "watching"),
		ROW("all of it was exposure", UNTIL(8, 2), NOTHING, .presence = "active", .load = "micro 8:02"),
	};
	const struct row in_a_break[] = {
		ROW("stops", STOPS(55, 30), NOTHING),
		ROW("break", UNTIL(55, 38), "55:33 prompt active 1, 55:38 start active"),
		ROW("the desk is bumped", TYPES(58, 0), NOTHING),
		ROW("when a video begins", WATCHES(true, 58, 0.2), NOTHING),
		ROW("that was all", STOPS(58, 0.5), NOTHING),
		ROW("the countdown stands still", UNTIL(61, 0.2), NOTHING, .phase = "on-break"),
		ROW("the video ends", WATCHES(false, 61, 0.2), NOTHING),
		ROW("taken", UNTIL(64, 0), "63:30 active taken 5:00"),
	};

	PLAY(&p, a_return);
	PLAY(&p, a_bump);
	PLAY(&micro_only, after_a_rest);
	PLAY(&micro_only, a_video_ends);
	PLAY(&active_only, in_a_break);
}

static void a_rule_that_changes_clocks_is_settled_by_the_one_it_leaves(void **state)
{
	(void)state;
	const struct policy hands = hands_only;
	struct policy screen = hands_only;
	const struct row watched[] = {
		ROW("a film begins", WATCHES(true, 1, 0), NOTHING),
		ROW("hands off", STOPS(2, 0), NOTHING),
		ROW("which is rest for them", UNTIL(2, 30), NOTHING, .load = "hands 0:00"),
		ROW("the screen is counted now", SETS(&screen, 2, 30), NOTHING, .load = "hands 0:00"),
		ROW("from here on", UNTIL(3, 0), NOTHING, .load = "hands 0:30"),
	};
	const struct row paused[] = {
		ROW("hands off", STOPS(2, 0), NOTHING),
		ROW("within grace the screen is counted", SETS(&screen, 2, 4), NOTHING, .load = "hands 2:04"),
		ROW("the gap is the same one", UNTIL(2, 16), NOTHING, .load = "hands 0:00"),
	};

	screen.rules[0].counts = RULE_COUNTS_SCREEN;
	PLAY(&hands, watched);
	PLAY(&hands, paused);
}

static void a_command_proves_the_return_at_once(void **state)
{
	(void)state;
	const struct event commands[] = {
		HOLDS(USEC_NEVER, 18, 0.5),
		COMMAND(RELEASE, 18, 0.5),
		READS(AT(30, 0), 18, 0.5),
		RESTED(AT(0, 1), 18, 0.5),
		SITS(18, 0.5),
	};

	for (size_t i = 0; i < N_ELEMENTS(commands); i++) {
		struct policy p = micro_only;
		const struct row rows[] = {
			ROW("stops", STOPS(15, 0), NOTHING),
			ROW("types", TYPES(18, 0), NOTHING, .presence = "idle"),
			ROW("commands", commands[i], "18:00 micro natural 3:00 silently", .presence = "active"),
		};

		p.sit_stand = true;
		p.sit = p.stand = p.stand_most = AT(60, 0);
		PLAY(&p, rows);
	}
}

static void start_proves_the_return_as_well(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("stops", STOPS(15, 0), NOTHING),
		ROW("types", TYPES(18, 0), NOTHING),
		ROW("starts", STARTS(0, 18, 0.5), "18:00 micro natural 3:00 silently, 18:00.500 start micro"),
	};

	PLAY(&micro_only, rows);
}

static void leaving_within_a_second_is_no_return(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("stops", STOPS(15, 0), NOTHING),
		ROW("touches the mouse", TYPES(18, 0), NOTHING),
		ROW("to lock", LEAVES(AWAY_LOCKED, 18, 0.9), NOTHING, .presence = "away", .load = "micro 0:00"),
		ROW("nothing is told", UNTIL(18, 10), NOTHING),
		ROW("unlocks; no pause was told since that input", RETURNS(AWAY_LOCKED, 18, 15), "18:15 micro natural 3:15 silently", .presence = "active"),
		ROW("and works", UNTIL(19, 15), NOTHING, .load = "micro 1:00"),
	};

	PLAY(&micro_only, rows);
}

/* Rested --------------------------------------------------------------------------------------- */

static void rested_credits_every_rule_with_a_rest(void **state)
{
	(void)state;
	const struct policy both = both_rules();
	const struct row too_short[] = {
		ROW("29 s are no break", RESTED(AT(0, 29), 15, 0), NOTHING, .load = "micro 15:00"),
	};
	const struct row whole[] = {
		ROW("day 1", DAY(1, true, 0, 0), NOTHING),
		ROW("30 s are", RESTED(AT(0, 30), 15, 0), "15:00 micro natural 0:30 silently", .load = "micro 0:00", .today = "15:00"),
		ROW("linear credit as well", UNTIL(15, 0), NOTHING, .load = "active 9:30"),
	};
	const struct row linear[] = {
		ROW("2 min of rest", RESTED(AT(2, 0), 40, 0), NOTHING, .load = "active 18:00"),
		ROW("exposure is not taken back", UNTIL(41, 0), NOTHING, .load = "active 19:00"),
		ROW("5 min of rest", RESTED(AT(5, 0), 50, 0), "50:00 active natural 5:00 silently", .load = "active 0:00"),
	};
	const struct row in_a_gap[] = {
		ROW("stops", STOPS(30, 0), NOTHING),
		ROW("1 min of rest", RESTED(AT(1, 0), 31, 0), NOTHING, .load = "active 20:00"),
		ROW("grace counts from the last input", UNTIL(32, 0), NOTHING, .load = "active 21:00"),
		ROW("the rest past it from what that left", UNTIL(32, 1), NOTHING, .load = "active 8:49"),
	};

	PLAY(&micro_only, too_short);
	PLAY(&both, whole);
	PLAY(&active_only, linear);
	PLAY(&active_only, in_a_gap);
}

static void rested_ends_what_is_due(void **state)
{
	(void)state;
	const struct row waiting[] = {
		ROW("due", UNTIL(20, 30), NOTHING, .state = "micro waiting"),
		ROW("rested", RESTED(AT(1, 0), 20, 30), "20:30 micro natural 1:00 silently", .phase = "working", .load = "micro 0:00"),
		ROW("nothing to say", UNTIL(40, 0), NOTHING),
	};
	const struct row snoozed[] = {
		ROW("prompt", UNTIL(60, 0), "60:00 prompt active 1"),
		ROW("snoozes", SNOOZES(0, 60, 0), "60:00 withdraw active"),
		ROW("rested for a while", RESTED(AT(1, 0), 60, 30), "60:30 eased active", .phase = "working", .load = "active 49:30"),
	};

	PLAY(&micro_only, waiting);
	PLAY(&active_only, snoozed);
}

static void rested_credits_a_running_break(void **state)
{
	(void)state;
	const struct row part[] = {
		ROW("starts a break", STARTS(0, 5, 0), "5:00 start micro"),
		ROW("stops", STOPS(5, 1), NOTHING),
		ROW("had 10 s of it before", RESTED(AT(0, 10), 5, 10), NOTHING, .phase = "on-break"),
		ROW("taken 10 s earlier", UNTIL(5, 20), "5:20 micro taken 0:30"),
	};
	const struct row all[] = {
		ROW("starts a break", STARTS(0, 5, 0), "5:00 start micro"),
		ROW("stops", STOPS(5, 1), NOTHING),
		ROW("had all of it before", RESTED(AT(1, 0), 5, 10), "5:10 micro taken 0:30"),
	};

	PLAY(&micro_only, part);
	PLAY(&micro_only, all);
}

/* The wall clock ------------------------------------------------------------------------------- */

static void the_wall_clock_never_moves_a_load(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("day 5", DAY(5, true, 1, 0), NOTHING, .load = "micro 1:00"),
		ROW("day 4", DAY(4, true, 10, 0), NOTHING, .load = "micro 10:00", .deadline = "20:00"),
		ROW("day 900", DAY(900, true, 15, 0), NOTHING, .load = "micro 15:00"),
		ROW("day -900, as due", DAY(-900, true, 20, 30), NOTHING, .state = "micro waiting", .load = "micro 20:30"),
		ROW("patience runs on", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("a day more", DAY(-899, true, 21, 30), NOTHING, .phase = "prompting"),
		ROW("snoozes", SNOOZES(0, 22, 0), "22:00 withdraw micro", .deadline = "24:00"),
		ROW("and back", DAY(-900, true, 22, 30), NOTHING, .deadline = "24:00"),
		ROW("asked again", UNTIL(25, 0), "25:00 prompt micro 2"),
	};

	PLAY(&micro_only, rows);
}

/* clang-format on */

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(while_watching_the_hands_rest_and_the_screen_clock_runs_on),
		cmocka_unit_test(watching_is_told_since_the_last_input_or_since_it_began),
		cmocka_unit_test(call_and_screencast_hold_the_screen_even_if_nobody_respects_them),
		cmocka_unit_test(a_call_that_ends_before_the_pause_is_told_was_watching),
		cmocka_unit_test(after_an_hour_without_input_nobody_watches),
		cmocka_unit_test(watching_that_begins_in_a_gap),
		cmocka_unit_test(while_watching_a_screen_break_neither_starts_by_itself_nor_rests),
		cmocka_unit_test(while_watching_a_break_of_the_hands_starts_and_rests),
		cmocka_unit_test(reading_makes_every_gap_exposure),
		cmocka_unit_test(reading_ends_at_its_time),
		cmocka_unit_test(an_absence_turns_reading_off),
		cmocka_unit_test(a_reader_can_take_a_break),
		cmocka_unit_test(a_bumped_desk_is_not_a_return),
		cmocka_unit_test(only_after_a_minute_can_a_desk_be_bumped),
		cmocka_unit_test(what_held_the_screen_in_a_bump_counts_once_it_was_one),
		cmocka_unit_test(a_rule_that_changes_clocks_is_settled_by_the_one_it_leaves),
		cmocka_unit_test(a_return_that_is_proven_later_counts_from_where_it_began),
		cmocka_unit_test(a_command_proves_the_return_at_once),
		cmocka_unit_test(start_proves_the_return_as_well),
		cmocka_unit_test(leaving_within_a_second_is_no_return),
		cmocka_unit_test(rested_credits_every_rule_with_a_rest),
		cmocka_unit_test(rested_ends_what_is_due),
		cmocka_unit_test(rested_credits_a_running_break),
		cmocka_unit_test(the_wall_clock_never_moves_a_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
