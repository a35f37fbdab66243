/*
 * The scheduler's stories: load and due, the questions, prompting, breaks, natural breaks, absence,
 * settings, and what a command does in which phase.
 */
#include "day.h"

/* clang-format off */

/* Load and due --------------------------------------------------------------------------------- */

static void work_earns_a_break_and_a_lull_brings_it(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("types from 0", TYPES(0, 0), NOTHING, .phase = "working", .presence = "active", .load = "micro 0:00", .state = "micro counting", .next = "micro 20:00", .deadline = "20:00"),
		ROW("half of it", UNTIL(10, 0), NOTHING, .load = "micro 10:00", .next = "micro 20:00"),
		ROW("due, and still typing", UNTIL(20, 0), NOTHING, .phase = "due", .load = "micro 20:00", .state = "micro waiting", .next = "micro 20:00", .deadline = "21:00", .reasons = REASON_LULL),
		ROW("stops", STOPS(20, 10), NOTHING, .state = "micro waiting"),
		ROW("not yet a lull", UNTIL(20, 12.999), NOTHING, .phase = "due"),
		ROW("3 s are", UNTIL(20, 13), "20:13 prompt micro 1", .phase = "prompting", .presence = "active", .state = "micro prompting", .deadline = "20:18"),
		ROW("5 s after the prompt was shown", UNTIL(20, 18), "20:18 start micro", .phase = "on-break", .state = "micro on-break", .deadline = "20:30"),
		ROW("idle since the last input, told after 20 s", UNTIL(20, 30), NOTHING, .presence = "idle", .deadline = "20:40"),
		ROW("rest counts from the last input", UNTIL(20, 40), "20:40 micro taken 0:30", .phase = "working", .load = "micro 0:00", .deadline = "never"),
		ROW("the gap stays rest until input", UNTIL(20, 50), NOTHING, .load = "micro 0:00", .next = "none 0:00"),
		ROW("types", TYPES(25, 0), NOTHING, .phase = "working", .load = "micro 0:00"),
		ROW("it was asked for: no natural break on return", UNTIL(25, 2), NOTHING, .phase = "working", .presence = "active", .load = "micro 0:02", .next = "micro 45:00"),
		ROW("and it begins again", UNTIL(26, 0), NOTHING, .load = "micro 1:00", .deadline = "45:00"),
	};

	PLAY(&micro_only, rows);
}

static void a_gap_up_to_grace_is_work(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("types from 0", TYPES(0, 0), NOTHING),
		ROW("reads", STOPS(7, 0), NOTHING),
		ROW("a short pause does not change what is told to come", UNTIL(7, 10), NOTHING, .presence = "active", .next = "micro 20:00"),
		ROW("idle after 20 s", UNTIL(7, 20), NOTHING, .phase = "working", .presence = "idle", .load = "micro 7:20", .next = "none 0:00"),
		ROW("for grace to the second", TYPES(8, 0), NOTHING, .load = "micro 8:00"),
		ROW("is back", UNTIL(8, 2), NOTHING, .presence = "active", .load = "micro 8:02"),
		ROW("reads again", STOPS(9, 0), NOTHING),
		ROW("a moment longer: rest from the first second", TYPES(10, 0.001), NOTHING, .load = "micro 0:00"),
		ROW("and it begins again", UNTIL(10, 2.001), NOTHING, .load = "micro 0:02", .next = "micro 30:00.001"),
	};

	PLAY(&micro_only, rows);
}

static void a_rule_can_become_due_in_a_gap(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("types from 0", TYPES(0, 0), NOTHING),
		ROW("reads", STOPS(19, 30), NOTHING),
		ROW("due within grace, and this is a lull", UNTIL(20, 0), "20:00 prompt micro 1"),
		ROW("what was rested before the prompt is all of it", UNTIL(20, 5), "20:05 start micro, 20:05 micro taken 0:30", .load = "micro 0:00"),
	};

	PLAY(&micro_only, rows);
}

static void whole_credit_is_all_or_nothing(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("types from 0", TYPES(0, 0), NOTHING),
		ROW("locks", LEAVES(AWAY_LOCKED, 9, 0), NOTHING, .presence = "away"),
		ROW("29 s later", UNTIL(9, 29), NOTHING, .load = "micro 9:00"),
		ROW("is back: it stood still", RETURNS(AWAY_LOCKED, 9, 29), NOTHING, .presence = "active", .load = "micro 9:00", .next = "micro 20:29"),
		ROW("locks", LEAVES(AWAY_LOCKED, 9, 40), NOTHING, .load = "micro 9:11"),
		ROW("30 s later", UNTIL(10, 10), NOTHING, .load = "micro 0:00"),
		ROW("is back", RETURNS(AWAY_LOCKED, 10, 10), NOTHING, .load = "micro 0:00", .next = "micro 30:10"),
	};

	PLAY(&micro_only, rows);
}

static void linear_credit_goes_by_the_second(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("types from 0", TYPES(0, 0), NOTHING),
		ROW("reads for grace", STOPS(10, 0), NOTHING),
		ROW("which is work", TYPES(12, 0), NOTHING, .load = "active 12:00"),
		ROW("that goes on", UNTIL(20, 0), NOTHING, .load = "active 20:00"),
		ROW("stops", STOPS(40, 0), NOTHING),
		ROW("half of `length` takes half of `every`", UNTIL(42, 30), NOTHING, .load = "active 12:30"),
		ROW("is back", TYPES(43, 0), NOTHING, .load = "active 7:00"),
		ROW("and works", UNTIL(43, 2), NOTHING, .load = "active 7:02", .next = "active 91:00"),
	};

	PLAY(&active_only, rows);
}

static void load_grows_under_a_quiet_sign_up_to_twice_every(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("paused from 1", HOLDS(USEC_NEVER, 1, 0), NOTHING, .phase = "paused"),
		ROW("due", UNTIL(20, 0), NOTHING, .phase = "paused", .load = "micro 20:00", .state = "micro deferred", .reasons = QUIET_BIT(QUIET_PAUSE)),
		ROW("twice", UNTIL(40, 0), NOTHING, .load = "micro 40:00"),
		ROW("no more", UNTIL(60, 0), NOTHING, .load = "micro 40:00"),
	};

	PLAY(&micro_only, rows);
}

static void away_is_rest_at_once(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("types from 0", TYPES(0, 0), NOTHING),
		ROW("locks", LEAVES(AWAY_LOCKED, 30, 0), NOTHING),
		ROW("a minute later", RETURNS(AWAY_LOCKED, 31, 0), NOTHING, .load = "active 19:00"),
		ROW("stops", STOPS(40, 0), NOTHING, .load = "active 28:00"),
		ROW("and locks: within grace the pause was work", LEAVES(AWAY_LOCKED, 41, 0), NOTHING, .load = "active 29:00"),
		ROW("then the rest", UNTIL(42, 0), NOTHING, .load = "active 18:00"),
		ROW("past grace the pause was rest as well", UNTIL(42, 0.001), NOTHING, .load = "active 5:59.989"),
		ROW("is back", RETURNS(AWAY_LOCKED, 42, 30), NOTHING, .load = "active 0:30"),
	};
	struct rig rig;

	rig_begin(&rig, &active_only);
	PLAY_ON(&rig, rows);
}

static void a_pause_told_after_the_lock_led_into_it(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("types from 0", TYPES(0, 0), NOTHING),
		ROW("stops", STOPS(9, 0), NOTHING),
		ROW("locks before the pause is told", LEAVES(AWAY_LOCKED, 9, 10), NOTHING, .load = "micro 9:10"),
		ROW("the pause is told", UNTIL(9, 39), NOTHING, .presence = "away", .load = "micro 9:10"),
		ROW("30 s of lock", UNTIL(9, 40), NOTHING, .load = "micro 0:00"),
	};
	const struct row linear[] = {
		ROW("types from 0", TYPES(0, 0), NOTHING),
		ROW("stops", STOPS(30, 0), NOTHING),
		ROW("locks before the pause is told", LEAVES(AWAY_LOCKED, 30, 10), NOTHING, .load = "active 30:10"),
		ROW("the whole gap is rest once it is past grace", UNTIL(32, 30), NOTHING, .load = "active 2:30"),
	};

	PLAY(&micro_only, rows);
	PLAY(&active_only, linear);
}

static void due_ends_the_moment_rest_takes_the_load_below(void **state)
{
	(void)state;
	const struct row waiting[] = {
		ROW("due, waiting for a lull", UNTIL(56, 0), NOTHING, .state = "active waiting", .load = "active 56:00"),
		ROW("locks", LEAVES(AWAY_LOCKED, 56, 0), NOTHING, .phase = "due"),
		ROW("a minute too much is 60/11 s of rest", UNTIL(56, 5.5), NOTHING, .phase = "working", .state = "active counting"),
	};
	const struct row deferred[] = {
		ROW("paused", HOLDS(USEC_NEVER, 1, 0), NOTHING),
		ROW("deferred", UNTIL(21, 0), NOTHING, .state = "micro deferred"),
		ROW("stops", STOPS(21, 0), NOTHING),
		ROW("rests", UNTIL(22, 1), NOTHING, .state = "micro counting", .load = "micro 0:00"),
		ROW("resumes: there is nothing to say", COMMAND(RELEASE, 22, 2), NOTHING),
		ROW("is back", TYPES(23, 0), NOTHING, .phase = "working"),
		ROW("nor later", UNTIL(30, 0), "23:00 micro natural 2:00 silently", .phase = "working"),
	};
	const struct row snoozed[] = {
		ROW("ignores the lull", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("snoozes", SNOOZES(0, 21, 5), "21:05 withdraw micro", .phase = "snoozed"),
		ROW("stops", STOPS(21, 10), NOTHING),
		ROW("a rest after all", UNTIL(22, 11), "22:10 eased micro", .phase = "working", .load = "micro 0:00"),
	};
	const struct row prompting[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("it could not be shown", COMMAND(SHOW_FAILED, 21, 0), NOTHING),
		ROW("stops: what is not seen does not start", STOPS(21, 10), NOTHING),
		ROW("past grace", UNTIL(22, 11), "22:10 eased micro", .phase = "working"),
	};
	const struct row withdrawn[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("locks", LEAVES(AWAY_LOCKED, 21, 10), "21:10 withdraw micro", .phase = "deferred"),
		ROW("rested", UNTIL(21, 41), "21:40 eased micro", .phase = "working"),
		ROW("nothing is prompted that the absence has satisfied", RETURNS(AWAY_LOCKED, 25, 0), "25:00 micro natural 3:50 silently"),
		ROW("and there is no backlog", UNTIL(30, 0), NOTHING),
	};

	PLAY(&active_only, waiting);
	PLAY(&micro_only, deferred);
	PLAY(&micro_only, snoozed);
	PLAY(&micro_only, prompting);
	PLAY(&micro_only, withdrawn);
}

static void a_break_due_only_by_its_gap_is_eased_by_it(void **state)
{
	(void)state;
	struct policy p = micro_only;
	const struct row rows[] = {
		ROW("paused", HOLDS(USEC_NEVER, 1, 0), NOTHING),
		ROW("reads", STOPS(19, 30), NOTHING),
		ROW("due within grace", UNTIL(20, 0), NOTHING, .state = "micro deferred", .deadline = "20:30"),
		ROW("past grace it was none", UNTIL(20, 31), NOTHING, .state = "micro counting", .load = "micro 19:30"),
	};

	p.rules[0].length = AT(5, 0);
	PLAY(&p, rows);
}

/* The questions -------------------------------------------------------------------------------- */

static void quiet_signs_defer_and_settle_follows(void **state)
{
	(void)state;
	const struct row paused[] = {
		ROW("paused", HOLDS(USEC_NEVER, 19, 0), NOTHING, .phase = "paused"),
		ROW("due", UNTIL(22, 0), NOTHING, .phase = "paused", .state = "micro deferred", .deadline = "never", .reasons = QUIET_BIT(QUIET_PAUSE)),
		ROW("resumed", COMMAND(RELEASE, 22, 0), NOTHING, .phase = "deferred", .state = "micro deferred", .deadline = "22:30", .reasons = REASON_SETTLE),
		ROW("a lull within settle is not taken", STOPS(22, 10), NOTHING),
		ROW("nor a moment before its end", UNTIL(22, 29.999), NOTHING),
		ROW("judged afresh at its end", UNTIL(22, 30), "22:30 prompt micro 1"),
	};
	const struct row expiring[] = {
		ROW("paused until 22", HOLDS(AT(22, 0), 19, 0), NOTHING, .phase = "paused", .deadline = "20:00"),
		ROW("due", UNTIL(20, 0), NOTHING, .phase = "paused", .deadline = "22:00"),
		ROW("the pause runs out", UNTIL(22, 0), NOTHING, .phase = "deferred", .deadline = "22:30"),
		ROW("typing on: question 3", UNTIL(22, 30), NOTHING, .phase = "due", .state = "micro waiting", .deadline = "23:30"),
		ROW("patience counts from there", UNTIL(23, 30), "23:30 prompt micro 1"),
	};
	const struct row inhibited[] = {
		ROW("inhibited", INHIBITS(true, 19, 0), NOTHING, .phase = "working"),
		ROW("due", UNTIL(20, 0), NOTHING, .phase = "deferred", .reasons = QUIET_BIT(QUIET_INHIBIT)),
		ROW("paused as well", HOLDS(AT(25, 0), 21, 0), NOTHING, .phase = "paused", .reasons = QUIET_BIT(QUIET_INHIBIT) | QUIET_BIT(QUIET_PAUSE)),
		ROW("the last sign counts", UNTIL(25, 0), NOTHING, .phase = "deferred", .reasons = QUIET_BIT(QUIET_INHIBIT)),
		ROW("and is over", INHIBITS(false, 26, 0), NOTHING, .phase = "deferred", .deadline = "26:30"),
		ROW("another one within settle", INHIBITS(true, 26, 20), NOTHING, .deadline = "never"),
		ROW("is over too", INHIBITS(false, 27, 0), NOTHING, .deadline = "27:30"),
		ROW("wait settle again, then a lull", UNTIL(28, 29.999), NOTHING),
		ROW("the load never starts over", UNTIL(28, 30), "28:30 prompt micro 1", .load = "micro 28:30"),
	};
	const struct row due_in_settle[] = {
		ROW("paused", HOLDS(USEC_NEVER, 10, 0), NOTHING),
		ROW("resumed", COMMAND(RELEASE, 19, 50), NOTHING, .phase = "working", .deadline = "20:00"),
		ROW("stops", STOPS(19, 58), NOTHING),
		ROW("due within settle", UNTIL(20, 0), NOTHING, .phase = "deferred", .deadline = "20:20", .reasons = REASON_SETTLE),
		ROW("prompt after it", UNTIL(20, 20), "20:20 prompt micro 1"),
	};

	PLAY(&micro_only, paused);
	PLAY(&micro_only, expiring);
	PLAY(&micro_only, inhibited);
	PLAY(&micro_only, due_in_settle);
}

static void a_pause_that_is_over_already_is_none(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("a pause into the past", HOLDS(AT(20, 0), 21, 10), NOTHING, .phase = "prompting"),
		ROW("a release of nothing begins no settle", COMMAND(RELEASE, 21, 20), NOTHING, .phase = "prompting"),
		ROW("the prompt lives on", UNTIL(23, 0), "23:00 prompt micro 2"),
	};

	PLAY(&micro_only, rows);
}

static void patience_ends_the_wait_for_a_lull(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("due", UNTIL(55, 0), NOTHING, .state = "active waiting", .deadline = "60:00"),
		ROW("stops for less than a lull", STOPS(56, 0), NOTHING),
		ROW("goes on", TYPES(56, 2.9), NOTHING),
		ROW("nearly at the end of patience", UNTIL(59, 59), NOTHING, .phase = "due"),
		ROW("at its end", UNTIL(60, 0), "60:00 prompt active 1"),
	};

	PLAY(&active_only, rows);
}

static void patience_counts_from_the_first_time_the_lull_was_asked_for(void **state)
{
	(void)state;
	const struct row over[] = {
		ROW("due: 60 s of patience from here", UNTIL(20, 0), NOTHING, .deadline = "21:00"),
		ROW("inhibited with 10 s of it left", INHIBITS(true, 20, 50), NOTHING, .state = "micro deferred"),
		ROW("is over", INHIBITS(false, 30, 0), NOTHING, .deadline = "30:30"),
		ROW("settled, and patience ran out long ago", UNTIL(30, 30), "30:30 prompt micro 1"),
	};
	const struct row left[] = {
		ROW("due: 5 min of patience from here", UNTIL(55, 0), NOTHING, .deadline = "60:00"),
		ROW("inhibited", INHIBITS(true, 56, 0), NOTHING, .state = "active deferred"),
		ROW("is over", INHIBITS(false, 57, 0), NOTHING),
		ROW("settled: the rest of the patience", UNTIL(57, 30), NOTHING, .state = "active waiting", .deadline = "60:00"),
		ROW("is over", UNTIL(60, 0), "60:00 prompt active 1"),
	};

	PLAY(&micro_only, over);
	PLAY(&active_only, left);
}

static void the_longest_due_rule_is_asked_first(void **state)
{
	(void)state;
	const struct policy both = both_rules();
	const struct row rows[] = {
		ROW("paused", HOLDS(USEC_NEVER, 1, 0), NOTHING),
		ROW("both are due", UNTIL(60, 0), NOTHING, .state = "micro deferred", .next = "micro 20:00"),
		ROW("resumed", COMMAND(RELEASE, 60, 0), NOTHING),
		ROW("stops", STOPS(60, 20), NOTHING),
		ROW("one prompt", UNTIL(60, 30), "60:30 prompt active 1", .state = "micro due"),
		ROW("one break", UNTIL(60, 35), "60:35 start active"),
		ROW("the long break clears the short rule by itself", UNTIL(65, 20), "65:20 active taken 5:00", .phase = "working", .state = "micro counting"),
		ROW("no backlog", TYPES(66, 0), NOTHING, .phase = "working", .load = "micro 0:00"),
	};

	PLAY(&both, rows);
}

/* A break of one rule and the loads of the others ---------------------------------------------- */

static void a_short_break_is_a_gap_for_longer_rules(void **state)
{
	(void)state;
	const struct policy both = both_rules();
	const struct row rows[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("a micro break", STOPS(21, 5), NOTHING),
		ROW("is taken", UNTIL(21, 35), "21:10 start micro, 21:35 micro taken 0:30"),
		ROW("back within the grace of the longer rule", TYPES(21, 40), NOTHING, .load = "active 21:40"),
	};

	PLAY(&both, rows);
}

static void in_a_long_break_short_rules_have_no_grace(void **state)
{
	(void)state;
	const struct policy both = both_rules();
	const struct row rows[] = {
		ROW("starts the long break", STARTS(1, 10, 0), "10:00 start active"),
		ROW("stops", STOPS(10, 1), NOTHING, .load = "micro 10:01"),
		ROW("29 s", UNTIL(10, 30), NOTHING, .load = "micro 10:01"),
		ROW("30 s of rest, below grace", UNTIL(10, 31), NOTHING, .load = "micro 0:00"),
	};

	PLAY(&both, rows);
}

/* Prompting ------------------------------------------------------------------------------------ */

static void an_ignored_prompt_is_repeated_then_missed_then_tried_again(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("prompt, typing on", UNTIL(21, 0), "21:00 prompt micro 1", .deadline = "23:00"),
		ROW("repeated", UNTIL(23, 0), "23:00 prompt micro 2"),
		ROW("and again", UNTIL(25, 0), "25:00 prompt micro 3"),
		ROW("missed", UNTIL(27, 0), "27:00 micro missed 0:00", .phase = "due", .load = "micro 27:00", .state = "micro due", .deadline = "37:00", .reasons = REASON_RETRY),
		ROW("a lull does not matter until retry", STOPS(30, 0), NOTHING),
		ROW("it is over", TYPES(30, 10), NOTHING),
		ROW("judged again: question 3, with patience from here", UNTIL(37, 0), NOTHING, .state = "micro waiting", .deadline = "38:00"),
		ROW("a new break", UNTIL(38, 0), "38:00 prompt micro 1"),
	};

	PLAY(&micro_only, rows);
}

static void rest_during_retry_frees_the_rule(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("missed", UNTIL(27, 0), "21:00 prompt micro 1, 23:00 prompt micro 2, 25:00 prompt micro 3, 27:00 micro missed 0:00"),
		ROW("rests by lock", LEAVES(AWAY_LOCKED, 28, 0), NOTHING),
		ROW("is back", RETURNS(AWAY_LOCKED, 28, 30), "28:30 micro natural 0:30 silently", .phase = "working"),
		ROW("paused meanwhile", HOLDS(AT(60, 0), 29, 0), NOTHING),
		ROW("due again as ever", UNTIL(48, 30), NOTHING, .state = "micro deferred"),
	};

	PLAY(&micro_only, rows);
}

static void five_seconds_count_from_what_was_shown(void **state)
{
	(void)state;
	const struct event shown = COMMAND(SHOWN, 20, 20);
	const struct row rows[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("prompt, on its way to the screen", UNTIL(20, 20), "20:13 prompt micro 1", .phase = "prompting"),
	};
	const struct row later[] = {
		ROW("shown late", UNTIL(20, 24.999), NOTHING, .phase = "prompting"),
		ROW("5 s later", UNTIL(20, 25), "20:25 start micro"),
		ROW("rest counts from the last input all the same", UNTIL(20, 40), "20:40 micro taken 0:30"),
	};
	const struct row input_last[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("the last input is later", STOPS(21, 30), NOTHING),
		ROW("5 s from it", UNTIL(21, 35), "21:35 start micro"),
	};
	const struct row too_short[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("stops", STOPS(21, 30), NOTHING),
		ROW("for less than 5 s", TYPES(21, 34.9), NOTHING, .phase = "prompting"),
	};
	const struct row repeated[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("stops", STOPS(22, 58), NOTHING),
		ROW("a repetition does not begin the count anew", UNTIL(23, 3),
		    "23:00 prompt micro 2, 23:03 start micro"),
	};
	struct rig rig;

	rig_begin(&rig, &micro_only);
	rig.unshown = true;
	PLAY_ON(&rig, rows);
	step(&rig, &shown);
	PLAY_ON(&rig, later);
	PLAY(&micro_only, input_last);
	PLAY(&micro_only, too_short);
	PLAY(&micro_only, repeated);
}

static void a_prompt_that_cannot_be_shown_goes_its_way(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("it failed", COMMAND(SHOW_FAILED, 21, 1), NOTHING, .phase = "prompting"),
		ROW("a short pause starts nothing", STOPS(21, 10), NOTHING),
		ROW("back", TYPES(21, 40), NOTHING, .phase = "prompting"),
		ROW("the break lives on", UNTIL(23, 0), "23:00 prompt micro 2"),
		ROW("that one was seen", STOPS(23, 10), NOTHING),
		ROW("and starts", UNTIL(23, 15), "23:15 start micro"),
	};

	PLAY(&micro_only, rows);
}

static void snooze_asks_again_twice(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("snoozes for the rule's own length", SNOOZES(0, 21, 10), "21:10 withdraw micro", .phase = "snoozed", .state = "micro snoozed", .deadline = "23:10"),
		ROW("asked again: no lull", UNTIL(23, 10), NOTHING, .phase = "due", .deadline = "24:10", .reasons = REASON_LULL),
		ROW("patience is over", UNTIL(24, 10), "24:10 prompt micro 2", .phase = "prompting"),
		ROW("snoozes for 5 min", SNOOZES(AT(5, 0), 24, 20), "24:20 withdraw micro", .deadline = "29:20"),
		ROW("reads", STOPS(29, 0), NOTHING),
		ROW("a lull: at once", UNTIL(29, 20), "29:20 prompt micro 3"),
		ROW("types on", TYPES(29, 21), NOTHING),
		ROW("a third time is refused", SNOOZES(0, 29, 30), NOTHING, .phase = "prompting"),
		ROW("the prompt goes on", UNTIL(31, 20), "31:20 prompt micro 4"),
	};

	PLAY(&micro_only, rows);
}

static void snoozes_last_for_the_due_spell(void **state)
{
	(void)state;
	struct rig rig;
	const struct row rows[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("snoozes", SNOOZES(0, 21, 0), "21:00 withdraw micro"),
		ROW("snoozes while snoozed, which takes the last one", SNOOZES(0, 22, 0), "22:00 withdraw micro", .deadline = "24:00"),
		ROW("asked again and missed", UNTIL(31, 0), "25:00 prompt micro 2, 27:00 prompt micro 3, 29:00 prompt micro 4, 31:00 micro missed 0:00"),
		ROW("asked again after retry, and still due", UNTIL(42, 0), "42:00 prompt micro 1"),
		ROW("the same spell: refused", SNOOZES(0, 42, 1), NOTHING, .phase = "prompting"),
		ROW("skips", COMMAND(SKIP, 42, 10), "42:10 micro skipped 0:00"),
		ROW("a new spell", UNTIL(58, 10), "58:10 prompt micro 1", .load = "micro 21:00"),
		ROW("and new snoozes", SNOOZES(0, 58, 11), "58:11 withdraw micro"),
	};

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, rows);
	assert_int_equal(scheduler_snoozes_left(&rig.s), 1);
}

static void a_snooze_that_ends_under_a_quiet_sign_is_deferred(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("snoozes", SNOOZES(0, 21, 0), "21:00 withdraw micro"),
		ROW("inhibited", INHIBITS(true, 22, 0), NOTHING, .phase = "snoozed"),
		ROW("the snooze runs on", UNTIL(23, 0), NOTHING, .phase = "deferred", .state = "micro deferred", .reasons = QUIET_BIT(QUIET_INHIBIT)),
		ROW("there is nothing to snooze now", SNOOZES(0, 23, 30), NOTHING, .phase = "deferred"),
		ROW("is over", INHIBITS(false, 24, 0), NOTHING, .deadline = "24:30"),
		ROW("stops", STOPS(24, 20), NOTHING),
		ROW("the same break again", UNTIL(24, 30), "24:30 prompt micro 2"),
	};

	PLAY(&micro_only, rows);
}

static void skip_leaves_a_debt(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("skips", COMMAND(SKIP, 21, 10), "21:10 micro skipped 0:00", .phase = "working", .load = "micro 5:00", .next = "micro 36:10"),
		ROW("prompt", UNTIL(37, 10), "37:10 prompt micro 1"),
		ROW("snoozes", SNOOZES(0, 37, 20), "37:20 withdraw micro"),
		ROW("skips the snoozed one", COMMAND(SKIP, 37, 30), "37:30 micro skipped 0:00", .load = "micro 5:00"),
	};

	PLAY(&micro_only, rows);
}

static void a_quiet_sign_withdraws_the_prompt_and_keeps_the_counters(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("repeated", UNTIL(23, 0), "23:00 prompt micro 2"),
		ROW("inhibited", INHIBITS(true, 23, 30), "23:30 withdraw micro", .phase = "deferred", .state = "micro deferred"),
		ROW("long ignored, but not seen either", UNTIL(40, 0), NOTHING),
		ROW("is over", INHIBITS(false, 40, 0), NOTHING),
		ROW("settled", UNTIL(40, 30), NOTHING, .phase = "due", .state = "micro waiting", .deadline = "41:30"),
		ROW("patience", UNTIL(41, 30), "41:30 prompt micro 3"),
		ROW("one repeat is left", UNTIL(43, 30), "43:30 prompt micro 4"),
		ROW("then it is missed", UNTIL(45, 30), "45:30 micro missed 0:00"),
	};
	const struct row paused[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("paused", HOLDS(AT(30, 0), 21, 30), "21:30 withdraw micro", .phase = "paused", .state = "micro deferred"),
		ROW("the user's word beats it", STARTS(-1, 25, 0), "25:00 start micro", .phase = "on-break"),
	};

	PLAY(&micro_only, rows);
	PLAY(&micro_only, paused);
}

static void the_click_on_start_is_not_input(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("prompt", UNTIL(20, 13), "20:13 prompt micro 1"),
		ROW("clicks: rest counts from the last input", STARTS(-1, 20, 15), "20:15 start micro", .phase = "on-break", .deadline = "20:30"),
		ROW("taken", UNTIL(20, 40), "20:40 micro taken 0:30"),
	};
	const struct row told_late[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("stops", STOPS(21, 1), NOTHING),
		ROW("clicks before the pause is told", STARTS(-1, 21, 3), "21:03 start micro"),
		ROW("rest counts from the last input all the same", UNTIL(21, 31), "21:31 micro taken 0:30"),
	};

	PLAY(&micro_only, rows);
	PLAY(&micro_only, told_late);
}

/* Break ---------------------------------------------------------------------------------------- */

static void touches_are_forgiven_and_more_halts_the_countdown(void **state)
{
	(void)state;
	const struct row touch[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("a touch", TYPES(20, 20), NOTHING, .phase = "on-break"),
		ROW("of less than 2 s", STOPS(20, 21.999), NOTHING),
		ROW("changes nothing", UNTIL(20, 40), "20:40 micro taken 0:30"),
	};
	const struct row halt[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("types", TYPES(20, 20), NOTHING),
		ROW("for 2 s", STOPS(20, 22), NOTHING),
		ROW("not yet", UNTIL(20, 41), NOTHING, .phase = "on-break"),
		ROW("the countdown stood still from its first second", UNTIL(20, 42), "20:42 micro taken 0:30"),
	};
	const struct row at_the_end[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("a touch right before zero", TYPES(20, 39), NOTHING),
		ROW("may still be forgiven", STOPS(20, 40.5), NOTHING, .phase = "on-break"),
		ROW("it was one: taken as of zero", UNTIL(20, 41.5), "20:40 micro taken 0:30"),
	};
	const struct row no_touch[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("input right before zero", TYPES(20, 39), NOTHING),
		ROW("that goes on", UNTIL(20, 45), NOTHING, .phase = "on-break"),
		ROW("stops", STOPS(20, 45), NOTHING),
		ROW("the last second", UNTIL(20, 46), "20:46 micro taken 0:30"),
	};

	PLAY(&micro_only, touch);
	PLAY(&micro_only, halt);
	PLAY(&micro_only, at_the_end);
	PLAY(&micro_only, no_touch);
}

static void input_told_twice_is_still_one_spell(void **state)
{
	(void)state;
	struct event input = TYPES(20, 19);
	const struct row begins[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("types", TYPES(20, 19), NOTHING),
	};
	const struct row halted[] = { ROW("the countdown stands still", UNTIL(20, 33), NOTHING, .phase = "on-break") };
	const struct row put_back[] = { ROW("15 s from the first", UNTIL(20, 34), "20:34 prompt micro 2 after 0:09") };
	struct rig rig;

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, begins);
	for (usec_t t = AT(20, 19); t < AT(20, 33); t += AT(0, 1)) {
		input.now = t;
		step(&rig, &input);
	}
	PLAY_ON(&rig, halted);
	assert_int_equal(scheduler_break_rested(&rig.s, rig.s.now), AT(0, 9));
	PLAY_ON(&rig, put_back);
}

static void early_input_puts_the_break_back_to_prompting(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro", .load = "micro 20:18"),
		ROW("types before a third is rested", TYPES(20, 19.9), NOTHING),
		ROW("for 15 s: told as repeated, and nothing credited", UNTIL(20, 34.9), "20:34.900 prompt micro 2 after 0:09.900", .phase = "prompting", .load = "micro 20:18", .deadline = "22:34.900"),
		ROW("`ignore_after` begins anew, with all repeats", UNTIL(26, 35), "22:34.900 prompt micro 3, 24:34.900 prompt micro 4, 26:34.900 micro missed 0:00"),
	};
	const struct row again[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("types", TYPES(20, 19), NOTHING),
		ROW("put back", STOPS(20, 40), "20:34 prompt micro 2 after 0:09"),
		ROW("a second try takes its whole length", UNTIL(21, 10), "20:45 start micro, 21:10 micro taken 0:30"),
	};
	const struct row under_quiet[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("inhibited", INHIBITS(true, 20, 18), NOTHING, .phase = "on-break"),
		ROW("types", TYPES(20, 19), NOTHING),
		ROW("put back, but not on the screen", UNTIL(20, 34), "20:34 withdraw micro after 0:09", .phase = "deferred"),
		ROW("is over", INHIBITS(false, 21, 0), NOTHING),
		ROW("asked again", UNTIL(22, 30), "22:30 prompt micro 2"),
	};

	PLAY(&micro_only, rows);
	PLAY(&micro_only, again);
	PLAY(&micro_only, under_quiet);
}

static void short_pauses_belong_to_the_spell_of_input(void **state)
{
	(void)state;
	const struct row one[] = {
		ROW("prompt", UNTIL(60, 0), "60:00 prompt active 1"),
		ROW("stops", STOPS(60, 10), NOTHING),
		ROW("break", TYPES(60, 20), "60:15 start active"),
		ROW("stops", STOPS(60, 26), NOTHING),
		ROW("for less than 5 s", TYPES(60, 30.9), NOTHING),
		ROW("15 s since it began", UNTIL(60, 35), "60:35 prompt active 2 after 0:14.900"),
	};
	const struct row two[] = {
		ROW("prompt", UNTIL(60, 0), "60:00 prompt active 1"),
		ROW("stops", STOPS(60, 10), NOTHING),
		ROW("break", TYPES(60, 20), "60:15 start active"),
		ROW("stops", STOPS(60, 26), NOTHING),
		ROW("for 5 s: another spell", TYPES(60, 31), NOTHING),
		ROW("15 s since the first", UNTIL(60, 45.9), NOTHING, .phase = "on-break"),
		ROW("15 s since the second", UNTIL(60, 46), "60:46 prompt active 2 after 0:15"),
	};

	const struct row touches[] = {
		ROW("prompt", UNTIL(60, 0), "60:00 prompt active 1"),
		ROW("stops", STOPS(60, 10), NOTHING),
		ROW("break", UNTIL(62, 0), "60:15 start active"),
		ROW("touches that are forgiven", TYPES(62, 0), NOTHING),
		ROW("each of them", STOPS(62, 1), NOTHING),
		ROW("but come", TYPES(62, 5), NOTHING),
		ROW("again", STOPS(62, 6), NOTHING),
		ROW("and again", TYPES(62, 10), NOTHING),
		ROW("and again", STOPS(62, 11), NOTHING),
		ROW("without a pause of 5 s", TYPES(62, 14.5), NOTHING),
		ROW("15 s of it end the break; rested is what the countdown had", UNTIL(62, 15), "62:15 active cut-short 2:04.500"),
	};

	PLAY(&active_only, one);
	PLAY(&active_only, two);
	PLAY(&active_only, touches);
}

static void late_input_cuts_the_break_short(void **state)
{
	(void)state;
	const struct row whole[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("a third is rested", TYPES(20, 20), NOTHING),
		ROW("15 s of input, which count; whole credit gives nothing for a part", UNTIL(20, 35), "20:35 micro cut-short 0:10", .load = "micro 20:25", .deadline = "30:35", .reasons = REASON_RETRY),
		ROW("judged again after retry", UNTIL(31, 35), "31:35 prompt micro 1"),
	};
	const struct row linear[] = {
		ROW("prompt", UNTIL(60, 0), "60:00 prompt active 1"),
		ROW("stops", STOPS(60, 10), NOTHING),
		ROW("rests for 2 min", TYPES(62, 10), "60:15 start active", .load = "active 60:15"),
		ROW("cut short, with 22 min of load for them, and 15 s of typing", UNTIL(62, 25), "62:25 active cut-short 2:00", .phase = "working", .load = "active 38:25", .next = "active 79:00"),
		ROW("eased in retry: free again", UNTIL(79, 0), NOTHING, .state = "active waiting"),
	};

	PLAY(&micro_only, whole);
	PLAY(&active_only, linear);
}

static void what_the_user_started_is_never_put_back(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("starts a break of their own", STARTS(0, 15, 0), "15:00 start micro", .phase = "on-break"),
		ROW("but types on", UNTIL(15, 15), "15:15 micro cut-short 0:00", .phase = "working", .load = "micro 15:15"),
		ROW("it was not due: there is nothing to try again", UNTIL(20, 15), NOTHING, .state = "micro waiting"),
	};
	const struct row taken[] = {
		ROW("starts a break", STARTS(0, 5, 0), "5:00 start micro"),
		ROW("the hand leaves the keyboard", STOPS(5, 1), NOTHING),
		ROW("taken, from the start on", UNTIL(5, 30), "5:30 micro taken 0:30", .load = "micro 0:00"),
	};
	const struct row later[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("began by itself", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("the user takes it over", STARTS(-1, 20, 18.5), NOTHING, .phase = "on-break"),
		ROW("types", TYPES(20, 19), NOTHING),
		ROW("from the user now: not put back", UNTIL(20, 34), "20:34 micro cut-short 0:09"),
	};

	PLAY(&micro_only, rows);
	PLAY(&micro_only, taken);
	PLAY(&micro_only, later);
}

static void a_running_break_can_be_snoozed_in_its_first_half(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("paused until the load is high", HOLDS(AT(70, 0), 1, 0), NOTHING),
		ROW("resumed", STOPS(70, 20), NOTHING),
		ROW("break", UNTIL(70, 40), "70:30 prompt active 1, 70:35 start active", .load = "active 70:35"),
		ROW("snoozes: 22 s of rest are credited, from the last input", SNOOZES(0, 70, 42), "70:42 withdraw active after 0:22", .phase = "snoozed", .load = "active 66:18"),
		ROW("types on", TYPES(70, 50), NOTHING),
		ROW("asked again after 5 min", UNTIL(75, 42), NOTHING, .phase = "due", .reasons = REASON_LULL),
		ROW("and patience", UNTIL(80, 42), "80:42 prompt active 2"),
	};
	const struct row satisfied[] = {
		ROW("prompt", UNTIL(60, 0), "60:00 prompt active 1"),
		ROW("stops", STOPS(60, 10), NOTHING),
		ROW("rests", UNTIL(61, 10), "60:15 start active"),
		ROW("snoozes, but a minute is enough to be below `every`", SNOOZES(0, 61, 10), "61:10 withdraw active after 1:00, 61:10 eased active", .phase = "working", .load = "active 49:10"),
	};

	PLAY(&active_only, rows);
	PLAY(&active_only, satisfied);
}

static void skip_in_a_running_break(void **state)
{
	(void)state;
	const struct row first_half[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 24), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("skips", COMMAND(SKIP, 20, 24.9), "20:24.900 micro skipped 0:14.900", .load = "micro 5:00"),
	};
	const struct row second_half[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 25), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("skips from half on", COMMAND(SKIP, 20, 25), "20:25 micro cut-short 0:15", .load = "micro 20:10"),
	};
	const struct row in_doubt[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 24), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("types on, which may not be forgiven", TYPES(20, 24.5), NOTHING),
		ROW("skips", COMMAND(SKIP, 20, 25.5), "20:25.500 micro skipped 0:14.500", .load = "micro 5:00"),
	};
	const struct row users_own[] = {
		ROW("starts a break", STARTS(0, 5, 0), "5:00 start micro"),
		ROW("stops", STOPS(5, 1), NOTHING),
		ROW("skips", COMMAND(SKIP, 5, 3), "5:03 micro cut-short 0:03", .load = "micro 5:01"),
	};

	PLAY(&micro_only, first_half);
	PLAY(&micro_only, second_half);
	PLAY(&micro_only, in_doubt);
	PLAY(&micro_only, users_own);
}

static void finish_is_the_users_word(void **state)
{
	(void)state;
	const struct row prompting[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("done already", COMMAND(FINISH, 21, 10), "21:10 micro taken 0:00", .load = "micro 0:00"),
	};
	const struct row snoozed[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("snoozes", SNOOZES(0, 21, 10), "21:10 withdraw micro"),
		ROW("done meanwhile", COMMAND(FINISH, 22, 0), "22:00 micro taken 0:00", .load = "micro 0:00"),
	};
	const struct row by_itself[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 20), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("done in its first half", COMMAND(FINISH, 20, 20), "20:20 micro taken 0:10", .load = "micro 0:00"),
	};
	const struct row too_early[] = {
		ROW("starts a break", STARTS(0, 5, 0), "5:00 start micro"),
		ROW("stops", STOPS(5, 1), NOTHING),
		ROW("done before half", COMMAND(FINISH, 5, 14.9), "5:14.900 micro cut-short 0:14.900", .load = "micro 5:01"),
	};
	const struct row from_half[] = {
		ROW("starts a break", STARTS(0, 5, 0), "5:00 start micro"),
		ROW("stops", STOPS(5, 1), NOTHING),
		ROW("done from half on", COMMAND(FINISH, 5, 15), "5:15 micro taken 0:15", .load = "micro 0:00"),
	};

	PLAY(&micro_only, prompting);
	PLAY(&micro_only, snoozed);
	PLAY(&micro_only, by_itself);
	PLAY(&micro_only, too_early);
	PLAY(&micro_only, from_half);
}

static void a_quiet_sign_does_not_touch_a_running_break(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("inhibited", INHIBITS(true, 20, 20), NOTHING, .phase = "on-break"),
		ROW("and paused", HOLDS(USEC_NEVER, 20, 25), NOTHING, .phase = "on-break"),
		ROW("taken", UNTIL(20, 40), "20:40 micro taken 0:30", .phase = "paused"),
	};

	PLAY(&micro_only, rows);
}

static void start_picks_what_fits_best(void **state)
{
	(void)state;
	const struct policy both = both_rules();
	struct policy even = both;
	const struct row nearest[] = {
		ROW("micro is nearer to being due", STARTS(-1, 15, 0), "15:00 start micro"),
		ROW("another one answers the running break", STARTS(1, 15, 5), NOTHING, .state = "micro on-break"),
	};
	const struct row equally_near[] = {
		ROW("of two that are equally near the first", STARTS(-1, 11, 0), "11:00 start micro"),
	};
	const struct row longest_due[] = {
		ROW("paused", HOLDS(USEC_NEVER, 1, 0), NOTHING),
		ROW("the longest due one", STARTS(-1, 60, 0), "60:00 start active"),
	};
	const struct row prompted[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("starts this break, whatever was named", STARTS(1, 21, 10), "21:10 start micro"),
	};
	const struct row withdrawn[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("inhibited", INHIBITS(true, 21, 30), "21:30 withdraw micro"),
		ROW("another break instead", STARTS(1, 22, 0), "22:00 eased micro, 22:00 start active"),
	};

	PLAY(&both, nearest);
	even.rules[1].every = even.rules[0].every;
	PLAY(&even, equally_near);
	PLAY(&both, longest_due);
	PLAY(&both, prompted);
	PLAY(&both, withdrawn);
}

/* Natural breaks ------------------------------------------------------------------------------- */

static void an_unasked_rest_is_told_on_return(void **state)
{
	(void)state;
	const struct policy both = both_rules();
	const struct row half[] = {
		ROW("types half of `every`", STOPS(10, 0), NOTHING),
		ROW("nothing is computed before the return", UNTIL(15, 0), NOTHING, .presence = "idle", .load = "micro 0:00", .deadline = "never"),
		ROW("is back", TYPES(15, 0), NOTHING, .deadline = "15:02"),
		ROW("which 2 s of input prove", UNTIL(15, 2), "15:00 micro natural 5:00 silently", .presence = "active", .next = "micro 35:00"),
	};
	const struct row less[] = {
		ROW("types a little less", STOPS(9, 59), NOTHING),
		ROW("is back", TYPES(15, 0), NOTHING, .load = "micro 0:00"),
		ROW("nothing to speak of", UNTIL(16, 0), NOTHING, .load = "micro 1:00"),
	};
	const struct row one[] = {
		ROW("types", STOPS(18, 0), NOTHING),
		ROW("is back", TYPES(24, 0), NOTHING),
		ROW("the longest rule that had half: micro. Types on, under a pause", HOLDS(USEC_NEVER, 26, 0), "24:00 micro natural 6:00 silently"),
		ROW("stops", STOPS(65, 0), NOTHING),
		ROW("is back", TYPES(71, 0), NOTHING),
		ROW("both had half: one is told", UNTIL(72, 0), "71:00 active natural 6:00 silently"),
	};
	const struct row locked[] = {
		ROW("locks", LEAVES(AWAY_LOCKED, 15, 0), NOTHING),
		ROW("is back", RETURNS(AWAY_LOCKED, 15, 30), "15:30 micro natural 0:30 silently"),
	};
	const struct row machine_only[] = {
		ROW("stops", STOPS(15, 0), NOTHING),
		ROW("the machine sleeps", LEAVES(AWAY_ASLEEP, 15, 30), NOTHING, .presence = "away"),
		ROW("and wakes, without the user", RETURNS(AWAY_ASLEEP, 18, 0), NOTHING, .presence = "idle"),
		ROW("who is back later", TYPES(21, 0), NOTHING),
		ROW("and is told", UNTIL(21, 2), "21:00 micro natural 6:00 silently"),
	};
	const struct row skipped[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("it could not be shown", COMMAND(SHOW_FAILED, 21, 0), NOTHING),
		ROW("stops", STOPS(21, 5), NOTHING),
		ROW("skips", COMMAND(SKIP, 21, 30), "21:30 micro skipped 0:00"),
		ROW("is back", TYPES(23, 0), NOTHING, .load = "micro 0:00"),
		ROW("what is gone by the skip is no natural break", UNTIL(24, 0), NOTHING, .load = "micro 1:00"),
	};

	PLAY(&micro_only, half);
	PLAY(&micro_only, less);
	PLAY(&both, one);
	PLAY(&micro_only, locked);
	PLAY(&micro_only, machine_only);
	PLAY(&micro_only, skipped);
}

/* Absence -------------------------------------------------------------------------------------- */

static void locked_or_switched_away(void **state)
{
	(void)state;
	const struct row prompt[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("locks: off the screen", LEAVES(AWAY_LOCKED, 21, 10), "21:10 withdraw micro", .presence = "away", .reasons = REASON_AWAY),
		ROW("long ignored, but not seen", UNTIL(21, 30), NOTHING),
		ROW("too short a rest: judged on return", RETURNS(AWAY_LOCKED, 21, 30), NOTHING, .phase = "due", .state = "micro waiting", .deadline = "22:30"),
		ROW("prompt again", UNTIL(22, 30), "22:30 prompt micro 2"),
	};
	const struct row running[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("switches away", LEAVES(AWAY_SWITCHED, 20, 20), NOTHING, .phase = "on-break", .presence = "away"),
		ROW("input in the other session does not matter", TYPES(20, 25), NOTHING),
		ROW("goes on, and the user hears of its end", UNTIL(20, 40), "20:40 micro taken 0:30"),
		ROW("is back", RETURNS(AWAY_SWITCHED, 25, 0), NOTHING, .load = "micro 0:00"),
		ROW("leaves again, unasked", LEAVES(AWAY_LOCKED, 40, 0), NOTHING),
		ROW("is back", RETURNS(AWAY_LOCKED, 41, 0), "41:00 micro natural 1:00 silently"),
	};
	const struct row snooze[] = {
		ROW("prompt", UNTIL(60, 0), "60:00 prompt active 1"),
		ROW("snoozes for 2 min", SNOOZES(AT(2, 0), 60, 0), "60:00 withdraw active"),
		ROW("is away for 20 s", LEAVES(AWAY_LOCKED, 60, 50), NOTHING, .phase = "snoozed"),
		ROW("still due", RETURNS(AWAY_LOCKED, 61, 10), NOTHING, .phase = "snoozed"),
		ROW("the snooze ran on", UNTIL(62, 0), NOTHING, .phase = "due", .reasons = REASON_LULL),
	};
	const struct row snooze_over[] = {
		ROW("prompt", UNTIL(60, 0), "60:00 prompt active 1"),
		ROW("snoozes for 1 min", SNOOZES(AT(1, 0), 60, 0), "60:00 withdraw active"),
		ROW("locks", LEAVES(AWAY_LOCKED, 60, 50), NOTHING),
		ROW("the snooze is over: nobody to ask", UNTIL(61, 0), NOTHING, .phase = "deferred", .reasons = REASON_AWAY),
		ROW("judged on return", RETURNS(AWAY_LOCKED, 61, 5), NOTHING, .phase = "due", .deadline = "66:05"),
	};
	const struct row pause[] = {
		ROW("paused until 22", HOLDS(AT(22, 0), 19, 0), NOTHING),
		ROW("locks", LEAVES(AWAY_LOCKED, 21, 50), NOTHING, .phase = "paused"),
		ROW("the pause runs out meanwhile", UNTIL(22, 0), NOTHING, .phase = "deferred"),
		ROW("settle still holds", RETURNS(AWAY_LOCKED, 22, 10), NOTHING, .deadline = "22:30", .reasons = REASON_SETTLE),
	};

	PLAY(&micro_only, prompt);
	PLAY(&micro_only, running);
	PLAY(&active_only, snooze);
	PLAY(&active_only, snooze_over);
	PLAY(&micro_only, pause);
}

static void several_ways_of_being_away_are_one_absence(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("locks", LEAVES(AWAY_LOCKED, 30, 0), NOTHING, .presence = "away"),
		ROW("the machine sleeps", LEAVES(AWAY_ASLEEP, 30, 30), NOTHING),
		ROW("wakes, still locked", RETURNS(AWAY_ASLEEP, 32, 0), NOTHING, .presence = "away", .load = "active 8:00"),
		ROW("unlocks", RETURNS(AWAY_LOCKED, 32, 30), NOTHING, .presence = "active", .load = "active 2:30"),
	};

	PLAY(&active_only, rows);
}

static void suspended(void **state)
{
	(void)state;
	const struct row prompt[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("the lid is shut: off the screen", LEAVES(AWAY_ASLEEP, 21, 10), "21:10 withdraw micro"),
		ROW("too short a rest: judged on resume", RETURNS(AWAY_ASLEEP, 21, 30), NOTHING, .phase = "due", .deadline = "22:30"),
	};
	const struct row satisfied[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("the lid is shut", LEAVES(AWAY_ASLEEP, 21, 10), "21:10 withdraw micro"),
		ROW("a long sleep is rest: no prompt", RETURNS(AWAY_ASLEEP, 90, 0), "90:00 eased micro, 90:00 micro natural 68:50 silently", .load = "micro 0:00"),
	};
	const struct row running[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("the lid is shut", LEAVES(AWAY_ASLEEP, 20, 20), NOTHING, .phase = "on-break"),
		ROW("taken as of zero, silently", RETURNS(AWAY_ASLEEP, 60, 0), "20:40 micro taken 0:30 silently", .load = "micro 0:00"),
	};
	const struct row just_over[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("the lid is shut", LEAVES(AWAY_ASLEEP, 20, 20), NOTHING),
		ROW("a moment too late to hear of it", RETURNS(AWAY_ASLEEP, 20, 42), "20:40 micro taken 0:30 silently"),
	};
	const struct row shortly[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("the lid is shut", LEAVES(AWAY_ASLEEP, 20, 20), NOTHING),
		ROW("and opened before the end", RETURNS(AWAY_ASLEEP, 20, 30), NOTHING, .phase = "on-break"),
		ROW("goes on", UNTIL(20, 40), "20:40 micro taken 0:30"),
	};
	const struct row snooze_and_pause[] = {
		ROW("prompt", UNTIL(60, 0), "60:00 prompt active 1"),
		ROW("snoozes", SNOOZES(0, 60, 0), "60:00 withdraw active"),
		ROW("paused", HOLDS(AT(60, 40), 60, 10), NOTHING, .phase = "snoozed"),
		ROW("sleeps", LEAVES(AWAY_ASLEEP, 60, 20), NOTHING),
		ROW("both ran on", RETURNS(AWAY_ASLEEP, 60, 45), NOTHING, .phase = "snoozed", .reasons = REASON_SETTLE),
		ROW("settled, and still snoozed", UNTIL(64, 59.999), NOTHING, .phase = "snoozed", .deadline = "65:00"),
		ROW("the snooze is over", UNTIL(65, 0), NOTHING, .phase = "due"),
	};

	PLAY(&micro_only, prompt);
	PLAY(&micro_only, satisfied);
	PLAY(&micro_only, running);
	PLAY(&micro_only, just_over);
	PLAY(&micro_only, shortly);
	PLAY(&active_only, snooze_and_pause);
}

static void without_an_idle_source(void **state)
{
	(void)state;
	struct rig rig = { .blind = true };
	const struct row rows[] = {
		ROW("loads grow", UNTIL(10, 0), NOTHING, .presence = "unknown", .load = "micro 10:00"),
		ROW("due: question 3 is skipped", UNTIL(20, 0), "20:00 prompt micro 1"),
		ROW("nothing starts by itself", UNTIL(22, 0), "22:00 prompt micro 2", .phase = "prompting"),
		ROW("Start is rest", STARTS(-1, 22, 10), "22:10 start micro"),
		ROW("taken", UNTIL(22, 40), "22:40 micro taken 0:30"),
		ROW("and loads grow again", UNTIL(30, 0), NOTHING, .load = "micro 7:20"),
		ROW("lock is rest", LEAVES(AWAY_LOCKED, 40, 0), NOTHING, .presence = "away"),
		ROW("told on return", RETURNS(AWAY_LOCKED, 41, 0), "41:00 micro natural 1:00 silently", .presence = "unknown", .load = "micro 0:00"),
		ROW("due", UNTIL(61, 0), "61:00 prompt micro 1"),
		ROW("Finish is rest", COMMAND(FINISH, 61, 10), "61:10 micro taken 0:00", .load = "micro 0:00"),
	};
	const struct row lost[] = {
		ROW("stops", STOPS(5, 0), NOTHING),
		ROW("idle", UNTIL(5, 30), NOTHING, .presence = "idle"),
		ROW("the source is lost", COMMAND(NO_SOURCE, 5, 30), NOTHING, .presence = "unknown"),
		ROW("loads grow", UNTIL(7, 0), NOTHING, .load = "micro 7:00"),
	};
	const struct row lost_after_break[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 40), "20:13 prompt micro 1, 20:18 start micro, 20:40 micro taken 0:30"),
		ROW("the source is lost: the gap of the break is over", COMMAND(NO_SOURCE, 21, 0), NOTHING),
		ROW("locks", LEAVES(AWAY_LOCKED, 36, 0), NOTHING, .load = "micro 15:00"),
		ROW("an unasked rest", RETURNS(AWAY_LOCKED, 37, 0), "37:00 micro natural 1:00 silently"),
	};
	const struct row lost_in_break[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 20), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("the source is lost", COMMAND(NO_SOURCE, 20, 20), NOTHING, .phase = "on-break"),
		ROW("the break goes on", UNTIL(20, 40), "20:40 micro taken 0:30", .presence = "unknown"),
		ROW("then loads grow", UNTIL(21, 40), NOTHING, .load = "micro 1:00"),
		ROW("and a lock is an unasked rest", LEAVES(AWAY_LOCKED, 35, 40), NOTHING),
		ROW("told on return", RETURNS(AWAY_LOCKED, 36, 40), "36:40 micro natural 1:00 silently"),
	};

	scheduler_init(&rig.s, &micro_only, 0);
	PLAY_ON(&rig, rows);
	PLAY(&micro_only, lost);
	PLAY(&micro_only, lost_after_break);
	PLAY(&micro_only, lost_in_break);
}

/* A server hung, and knows since when nobody touched anything: what was counted meanwhile was none. */
static void a_source_that_was_silent_for_a_while(void **state)
{
	(void)state;
	const struct event pause = { .kind = EVENT_PAUSE, .now = AT(43, 0), .since = AT(40, 0) };
	const struct row hangs[] = {
		ROW("it is noticed late", COMMAND(NO_SOURCE, 41, 0), NOTHING, .presence = "unknown"),
		ROW("loads grow", UNTIL(43, 0), NOTHING, .load = "active 43:00"),
	};
	const struct row is_back[] = {
		ROW("that was rest", UNTIL(43, 0), NOTHING, .presence = "idle", .load = "active 7:00"),
		ROW("input", TYPES(45, 0), NOTHING),
		ROW("a return", UNTIL(46, 0), "45:00 active natural 5:00 silently", .load = "active 1:00"),
	};
	struct effects out;
	struct rig rig;

	rig_begin(&rig, &active_only);
	PLAY_ON(&rig, hangs);
	scheduler_step(&rig.s, &pause, &out);
	assert_int_equal(out.n, 0);
	rig.blind = rig.typing = false;
	rig.told_pause = true;
	PLAY_ON(&rig, is_back);
}

/* Settings ------------------------------------------------------------------------------------- */

static void other_settings(void **state)
{
	(void)state;
	struct policy longer = micro_only, turned = both_rules(), off = micro_only;
	const struct row load_stays[] = {
		ROW("types", UNTIL(15, 0), NOTHING),
		ROW("another rule comes before it: known again by name", SETS(&turned, 15, 0), NOTHING, .load = "micro 15:00", .next = "micro 20:00"),
	};
	const struct row in_a_gap[] = {
		ROW("stops", STOPS(30, 0), NOTHING),
		ROW("reloaded within grace", SETS(&active_only, 31, 0), NOTHING, .load = "active 31:00"),
		ROW("the gap is one rest all the same", UNTIL(32, 30), NOTHING, .load = "active 2:30"),
	};
	const struct row eased[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("`every` is longer now", SETS(&longer, 21, 30), "21:30 eased micro", .phase = "working", .load = "micro 21:30", .next = "micro 30:00"),
	};
	const struct row gone[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("the rule is gone", SETS(&active_only, 21, 30), "21:30 eased gone", .phase = "working"),
	};
	const struct row turned_off[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("the rule is off", SETS(&off, 21, 30), "21:30 eased micro", .phase = "working", .state = "micro off", .deadline = "never"),
	};
	const struct row running[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("the rule is gone, the running break survives", SETS(&active_only, 20, 20), NOTHING, .phase = "on-break", .why = ""),
		ROW("taken", UNTIL(20, 40), "20:40 gone taken 0:30", .phase = "working", .why = "20:40 ended micro rest taken 0:30 of 0:30"),
	};
	const struct row off_in_its_break[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("the rule is off: its break will tell", SETS(&off, 20, 20), NOTHING, .phase = "on-break", .why = ""),
		ROW("taken", UNTIL(20, 40), "20:40 micro taken 0:30", .phase = "working", .why = "20:40 ended micro rest taken 0:30 of 0:30"),
	};
	const struct row put_back[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("`every` is longer now", SETS(&longer, 20, 18), NOTHING, .phase = "on-break"),
		ROW("types", TYPES(20, 19), NOTHING),
		ROW("put back, but no longer due", UNTIL(20, 34), "20:34 eased micro after 0:09", .phase = "working"),
	};

	longer.rules[0].every = AT(30, 0);
	turned.rules[0] = active_only.rules[0];
	turned.rules[1] = micro_only.rules[0];
	off.rules[0].enabled = false;
	PLAY(&micro_only, load_stays);
	PLAY(&active_only, in_a_gap);
	PLAY(&micro_only, eased);
	PLAY(&micro_only, gone);
	PLAY(&micro_only, turned_off);
	PLAY(&micro_only, running);
	PLAY(&micro_only, off_in_its_break);
	PLAY(&micro_only, put_back);
}

static void time_does_not_go_back(void **state)
{
	(void)state;
	const struct event earlier = INHIBITS(true, 3, 0);
	const struct row rows[] = {
		ROW("types", UNTIL(20, 0), NOTHING),
	};
	struct effects out;
	struct rig rig;

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, rows);
	scheduler_step(&rig.s, &earlier, &out);
	assert_int_equal(out.n, 0);
	assert_int_equal(rig.s.now, AT(20, 0));
	assert_int_equal(rig.s.signs[QUIET_INHIBIT].since, AT(20, 0));
}

static void the_idle_source_need_only_tell_what_matters(void **state)
{
	(void)state;
	struct policy p = micro_only;
	struct rig rig;
	const struct row waiting[] = { ROW("due", UNTIL(20, 0), NOTHING) };
	const struct row prompting[] = { ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1") };
	const struct row running[] = { ROW("starts", STARTS(-1, 21, 1), "21:01 start micro") };

	rig_begin(&rig, &p);
	assert_int_equal(scheduler_threshold(&rig.s), AT(0, 20));
	PLAY_ON(&rig, waiting);
	assert_int_equal(scheduler_threshold(&rig.s), AT(0, 3));
	PLAY_ON(&rig, prompting);
	assert_int_equal(scheduler_threshold(&rig.s), AT(0, 5));
	PLAY_ON(&rig, running);
	assert_int_equal(scheduler_threshold(&rig.s), AT(0, 1));

	/* A grace that is shorter than any of these is what tells rest from work. */
	p.rules[0].grace = AT(0, 2);
	rig_begin(&rig, &p);
	assert_int_equal(scheduler_threshold(&rig.s), AT(0, 2));
	PLAY_ON(&rig, waiting);
	PLAY_ON(&rig, prompting);
	assert_int_equal(scheduler_threshold(&rig.s), AT(0, 2));
}

/* Methods against phases ----------------------------------------------------------------------- */

enum situation { WORKING, DUE, DEFERRED, OFF_DUTY, PAUSED, PROMPTING, WITHDRAWN, SNOOZED, FIRST_HALF, SECOND_HALF, USERS_FIRST, USERS_SECOND };

static void bring_about(struct rig *rig, enum situation situation)
{
	const struct row working[] = { ROW("works", UNTIL(10, 0), NOTHING, .phase = "working") };
	const struct row due[] = { ROW("works", UNTIL(20, 30), NOTHING, .phase = "due") };
	const struct row deferred[] = { ROW("inhibited", INHIBITS(true, 1, 0), NOTHING), ROW("works", UNTIL(20, 30), NOTHING, .phase = "deferred") };
	const struct row off_duty[] = { ROW("outside hours", DAY(1, false, 1, 0), NOTHING), ROW("works", UNTIL(20, 30), NOTHING, .phase = "off-duty") };
	const struct row paused[] = { ROW("paused", HOLDS(USEC_NEVER, 1, 0), NOTHING), ROW("works", UNTIL(20, 30), NOTHING, .phase = "paused") };
	const struct row prompting[] = { ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1", .phase = "prompting") };
	const struct row withdrawn[] = { ROW("inhibited", INHIBITS(true, 21, 10), "21:10 withdraw micro", .phase = "deferred") };
	const struct row snoozed[] = { ROW("snoozes", SNOOZES(0, 21, 10), "21:10 withdraw micro", .phase = "snoozed") };
	const struct row stops[] = { ROW("stops", STOPS(21, 10), NOTHING) };
	const struct row first[] = { ROW("rests", UNTIL(21, 24.999), "21:15 start micro", .phase = "on-break") };
	const struct row second[] = { ROW("rests", UNTIL(21, 25), "21:15 start micro", .phase = "on-break") };
	const struct row starts[] = { ROW("starts", STARTS(-1, 21, 10), "21:10 start micro"), ROW("stops", STOPS(21, 10.5), NOTHING) };
	const struct row users_first[] = { ROW("rests", UNTIL(21, 24.999), NOTHING, .phase = "on-break") };
	const struct row users_second[] = { ROW("rests", UNTIL(21, 25), NOTHING, .phase = "on-break") };

	rig_begin(rig, &micro_only);
	if (situation >= PROMPTING)
		PLAY_ON(rig, prompting);
	switch (situation) {
	case WORKING:
		PLAY_ON(rig, working);
		break;
	case DUE:
		PLAY_ON(rig, due);
		break;
	case DEFERRED:
		PLAY_ON(rig, deferred);
		break;
	case OFF_DUTY:
		PLAY_ON(rig, off_duty);
		break;
	case PAUSED:
		PLAY_ON(rig, paused);
		break;
	case PROMPTING:
		break;
	case WITHDRAWN:
		PLAY_ON(rig, withdrawn);
		break;
	case SNOOZED:
		PLAY_ON(rig, snoozed);
		break;
	case FIRST_HALF:
		PLAY_ON(rig, stops);
		PLAY_ON(rig, first);
		break;
	case SECOND_HALF:
		PLAY_ON(rig, stops);
		PLAY_ON(rig, second);
		break;
	case USERS_FIRST:
		PLAY_ON(rig, starts);
		PLAY_ON(rig, users_first);
		break;
	case USERS_SECOND:
		PLAY_ON(rig, starts);
		PLAY_ON(rig, users_second);
		break;
	}
}

/* What the method does at once: a refusal, or the effects. */
static void try_method(const char *name, enum situation situation, enum event_kind method, const char *want)
{
	static const char *const refusals[] = {
		[REFUSAL_NONE] = "", [REFUSAL_NO_BREAK] = "NoBreak", [REFUSAL_NOT_ALLOWED] = "NotAllowed", [REFUSAL_LIMIT_REACHED] = "LimitReached",
	};
	struct rig rig;
	struct scheduler before;
	enum refusal refusal;

	bring_about(&rig, situation);
	before = rig.s;
	refusal = scheduler_allows(&rig.s, method, rig.s.now);
	step(&rig, &(struct event){ .kind = method, .now = rig.s.now, .rule = method == EVENT_START ? -1 : 0 });
	if (refusal != REFUSAL_NONE) {
		assert_string_equal(rig.seen, "");
		assert_memory_equal(&rig.s, &before, sizeof(before));
		snprintf(rig.seen, sizeof(rig.seen), "%s", refusals[refusal]);
	}
	if (strcmp(rig.seen, want))
		fail_msg("%s: method %d gives '%s', want '%s'", name, (int)method, rig.seen, want);
}

static void methods_against_phases(void **state)
{
	(void)state;
	const struct {
		const char *name;
		enum situation situation;
		const char *start, *snooze, *skip, *finish;
	} rows[] = {
		{ "working", WORKING, "10:00 start micro", "NoBreak", "NoBreak", "NoBreak" },
		{ "due", DUE, "20:30 start micro", "NoBreak", "NoBreak", "NoBreak" },
		{ "deferred", DEFERRED, "20:30 start micro", "NoBreak", "NoBreak", "NoBreak" },
		{ "off-duty", OFF_DUTY, "20:30 start micro", "NoBreak", "NoBreak", "NoBreak" },
		{ "paused", PAUSED, "20:30 start micro", "NoBreak", "NoBreak", "NoBreak" },
		{ "prompting", PROMPTING, "21:00 start micro", "21:00 withdraw micro", "21:00 micro skipped 0:00", "21:00 micro taken 0:00" },
		{ "withdrawn", WITHDRAWN, "21:10 start micro", "NoBreak", "NoBreak", "NoBreak" },
		{ "snoozed", SNOOZED, "21:10 start micro", "21:10 withdraw micro", "21:10 micro skipped 0:00", "21:10 micro taken 0:00" },
		{ "first half", FIRST_HALF, "", "21:24.999 withdraw micro after 0:14.999", "21:24.999 micro skipped 0:14.999", "21:24.999 micro taken 0:14.999" },
		{ "second half", SECOND_HALF, "", "NotAllowed", "21:25 micro cut-short 0:15", "21:25 micro taken 0:15" },
		{ "the user's, first half", USERS_FIRST, "", "NotAllowed", "21:24.999 micro cut-short 0:14.999", "21:24.999 micro cut-short 0:14.999" },
		{ "the user's, second half", USERS_SECOND, "", "NotAllowed", "21:25 micro cut-short 0:15", "21:25 micro taken 0:15" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		try_method(rows[i].name, rows[i].situation, EVENT_START, rows[i].start);
		try_method(rows[i].name, rows[i].situation, EVENT_SNOOZE, rows[i].snooze);
		try_method(rows[i].name, rows[i].situation, EVENT_SKIP, rows[i].skip);
		try_method(rows[i].name, rows[i].situation, EVENT_FINISH, rows[i].finish);
	}
}

static void pause_and_inhibit_are_valid_in_every_phase(void **state)
{
	(void)state;

	for (enum situation i = WORKING; i <= USERS_SECOND; i++) {
		struct rig rig;

		bring_about(&rig, i);
		assert_int_equal(scheduler_allows(&rig.s, EVENT_HOLD, rig.s.now), REFUSAL_NONE);
		assert_int_equal(scheduler_allows(&rig.s, EVENT_RELEASE, rig.s.now), REFUSAL_NONE);
		step(&rig, &(struct event){ .kind = EVENT_HOLD, .now = rig.s.now, .until = USEC_NEVER });
		assert_true(rig.s.signs[QUIET_PAUSE].on);
		step(&rig, &(struct event){ .kind = EVENT_SIGN, .now = rig.s.now, .sign = QUIET_INHIBIT, .on = true });
		assert_true(rig.s.signs[QUIET_INHIBIT].on);
		step(&rig, &(struct event){ .kind = EVENT_RELEASE, .now = rig.s.now });
		assert_false(rig.s.signs[QUIET_PAUSE].on);
	}
}

/* clang-format on */

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(work_earns_a_break_and_a_lull_brings_it),
		cmocka_unit_test(a_gap_up_to_grace_is_work),
		cmocka_unit_test(a_rule_can_become_due_in_a_gap),
		cmocka_unit_test(whole_credit_is_all_or_nothing),
		cmocka_unit_test(linear_credit_goes_by_the_second),
		cmocka_unit_test(load_grows_under_a_quiet_sign_up_to_twice_every),
		cmocka_unit_test(away_is_rest_at_once),
		cmocka_unit_test(a_pause_told_after_the_lock_led_into_it),
		cmocka_unit_test(due_ends_the_moment_rest_takes_the_load_below),
		cmocka_unit_test(a_break_due_only_by_its_gap_is_eased_by_it),
		cmocka_unit_test(quiet_signs_defer_and_settle_follows),
		cmocka_unit_test(a_pause_that_is_over_already_is_none),
		cmocka_unit_test(patience_ends_the_wait_for_a_lull),
		cmocka_unit_test(patience_counts_from_the_first_time_the_lull_was_asked_for),
		cmocka_unit_test(the_longest_due_rule_is_asked_first),
		cmocka_unit_test(a_short_break_is_a_gap_for_longer_rules),
		cmocka_unit_test(in_a_long_break_short_rules_have_no_grace),
		cmocka_unit_test(an_ignored_prompt_is_repeated_then_missed_then_tried_again),
		cmocka_unit_test(rest_during_retry_frees_the_rule),
		cmocka_unit_test(five_seconds_count_from_what_was_shown),
		cmocka_unit_test(a_prompt_that_cannot_be_shown_goes_its_way),
		cmocka_unit_test(snooze_asks_again_twice),
		cmocka_unit_test(snoozes_last_for_the_due_spell),
		cmocka_unit_test(a_snooze_that_ends_under_a_quiet_sign_is_deferred),
		cmocka_unit_test(skip_leaves_a_debt),
		cmocka_unit_test(a_quiet_sign_withdraws_the_prompt_and_keeps_the_counters),
		cmocka_unit_test(the_click_on_start_is_not_input),
		cmocka_unit_test(touches_are_forgiven_and_more_halts_the_countdown),
		cmocka_unit_test(input_told_twice_is_still_one_spell),
		cmocka_unit_test(early_input_puts_the_break_back_to_prompting),
		cmocka_unit_test(short_pauses_belong_to_the_spell_of_input),
		cmocka_unit_test(late_input_cuts_the_break_short),
		cmocka_unit_test(what_the_user_started_is_never_put_back),
		cmocka_unit_test(a_running_break_can_be_snoozed_in_its_first_half),
		cmocka_unit_test(skip_in_a_running_break),
		cmocka_unit_test(finish_is_the_users_word),
		cmocka_unit_test(a_quiet_sign_does_not_touch_a_running_break),
		cmocka_unit_test(start_picks_what_fits_best),
		cmocka_unit_test(an_unasked_rest_is_told_on_return),
		cmocka_unit_test(locked_or_switched_away),
		cmocka_unit_test(several_ways_of_being_away_are_one_absence),
		cmocka_unit_test(suspended),
		cmocka_unit_test(without_an_idle_source),
		cmocka_unit_test(a_source_that_was_silent_for_a_while),
		cmocka_unit_test(other_settings),
		cmocka_unit_test(time_does_not_go_back),
		cmocka_unit_test(the_idle_source_need_only_tell_what_matters),
		cmocka_unit_test(methods_against_phases),
		cmocka_unit_test(pause_and_inhibit_are_valid_in_every_phase),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
