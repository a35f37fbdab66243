/*
 * What a due rule is asked before its prompt: the quiet signs with settle and longest, the hour,
 * the lull; and the longer rule that takes its place. With the decisions that tell of it.
 */
#include "day.h"

/* A break right when it is due, so that rows can count minutes. */
static struct policy at_once(usec_t every)
{
	struct policy p = micro_only;

	p.rules[0].every = every;
	p.rules[0].patience = 0;
	return p;
}

/* micro and active, due after these. */
static struct policy merging(usec_t micro_every, usec_t active_every)
{
	struct policy p = both_rules();

	p.rules[0].every = micro_every;
	p.rules[1].every = active_every;
	return p;
}

/* clang-format off */

/* Quiet signs ---------------------------------------------------------------------------------- */

static void every_quiet_sign_defers_and_settles(void **state)
{
	(void)state;

	for (unsigned sign = 0; sign <= QUIET_INHIBIT; sign++) {
		const struct row rows[] = {
			ROW("begins", ((struct event){ .kind = EVENT_SIGN, .now = AT(19, 0), .sign = (enum quiet)sign, .on = true }), NOTHING, .phase = "working"),
			ROW("due", UNTIL(22, 0), NOTHING, .phase = "deferred", .state = "micro deferred", .reasons = QUIET_BIT(sign)),
			ROW("ends", ((struct event){ .kind = EVENT_SIGN, .now = AT(22, 0), .sign = (enum quiet)sign }), NOTHING, .phase = "deferred", .deadline = "22:30", .reasons = REASON_SETTLE),
			ROW("a lull in settle", STOPS(22, 10), NOTHING),
			ROW("is not taken", UNTIL(22, 29.999), NOTHING),
			ROW("judged afresh", UNTIL(22, 30), "22:30 prompt micro 1"),
		};
		PLAY(&micro_only, rows);
	}
}

static void a_sign_that_the_rule_does_not_respect_does_not_defer(void **state)
{
	(void)state;
	struct policy p = micro_only, off = micro_only;
	const struct row rows[] = {
		ROW("a call", SIGN(CALL, true, 19, 0), NOTHING),
		ROW("due", UNTIL(20, 0), NOTHING, .phase = "due", .state = "micro waiting"),
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("another sign of no interest", SIGN(SCREENCAST, true, 21, 10), NOTHING, .phase = "prompting"),
		ROW("repeated in the call", UNTIL(23, 0), "23:00 prompt micro 2"),
	};

	p.rules[0].respects = QUIET_BIT(QUIET_DND);
	PLAY(&p, rows);
	/* What [quiet] switches off no rule respects. */
	off.quiet = QUIET_BIT(QUIET_DND);
	PLAY(&off, rows);
}

static void inhibit_pause_and_hours_count_always(void **state)
{
	(void)state;
	struct policy p = micro_only;
	const struct row inhibit[] = {
		ROW("inhibited", INHIBITS(true, 19, 0), NOTHING),
		ROW("due", UNTIL(25, 0), NOTHING, .phase = "deferred", .reasons = QUIET_BIT(QUIET_INHIBIT)),
	};
	const struct row pause[] = {
		ROW("paused", HOLDS(USEC_NEVER, 19, 0), NOTHING),
		ROW("due", UNTIL(25, 0), NOTHING, .phase = "paused", .reasons = QUIET_BIT(QUIET_PAUSE)),
	};
	const struct row hours[] = {
		ROW("outside hours", DAY(1, false, 19, 0), NOTHING),
		ROW("due", UNTIL(25, 0), NOTHING, .phase = "off-duty", .reasons = QUIET_BIT(QUIET_HOURS)),
	};

	p.rules[0].respects = 0;
	p.quiet = 0;
	p.longest = AT(1, 0);
	PLAY(&p, inhibit);
	PLAY(&p, pause);
	PLAY(&p, hours);
}

static void settle_follows_the_last_of_the_signs_that_count(void **state)
{
	(void)state;
	struct policy p = micro_only;
	const struct row rows[] = {
		ROW("do not disturb", SIGN(DND, true, 19, 0), NOTHING),
		ROW("and a call", SIGN(CALL, true, 19, 30), NOTHING),
		ROW("both", UNTIL(22, 0), NOTHING, .reasons = QUIET_BIT(QUIET_DND) | QUIET_BIT(QUIET_CALL)),
		ROW("one ends", SIGN(DND, false, 22, 0), NOTHING, .deadline = "never", .reasons = QUIET_BIT(QUIET_CALL)),
		ROW("then the other", SIGN(CALL, false, 23, 0), NOTHING, .deadline = "23:30", .reasons = REASON_SETTLE),
	};
	const struct row one_counts[] = {
		ROW("do not disturb", SIGN(DND, true, 19, 0), NOTHING),
		ROW("and a call, of no interest", SIGN(CALL, true, 19, 30), NOTHING),
		ROW("due", UNTIL(22, 0), NOTHING, .reasons = QUIET_BIT(QUIET_DND)),
		ROW("the one that counts ends", SIGN(DND, false, 22, 0), NOTHING, .deadline = "22:30"),
		ROW("the other begins no settle", SIGN(CALL, false, 22, 20), NOTHING, .deadline = "22:30"),
	};

	PLAY(&p, rows);
	p.rules[0].respects = QUIET_BIT(QUIET_DND);
	PLAY(&p, one_counts);
}

static void settle_is_each_rules_own(void **state)
{
	(void)state;
	/* Of one length, so that neither takes the other's place. */
	struct policy p = with_rule_of(&micro_only, &micro_only);
	const struct row rows[] = {
		ROW("a call", SIGN(CALL, true, 10, 0), NOTHING),
		ROW("ends", SIGN(CALL, false, 19, 50), NOTHING),
		ROW("stops", STOPS(19, 55), NOTHING),
		ROW("one is asked, the other settles", UNTIL(20, 0), "20:00 prompt loose 1", .state = "micro due", .reasons = REASON_SETTLE),
	};

	strcpy(p.rules[1].name, "loose");
	p.rules[1].respects = QUIET_BIT(QUIET_DND);
	PLAY(&p, rows);
}

static void a_weak_sign_does_not_defer_after_longest(void **state)
{
	(void)state;
	struct policy p = micro_only;
	const struct row weak[] = {
		ROW("full screen", SIGN(FULLSCREEN, true, 1, 0), NOTHING),
		ROW("due", UNTIL(20, 0), NOTHING, .state = "micro deferred", .deadline = "30:00"),
		ROW("nearly longest", UNTIL(29, 59.999), NOTHING, .state = "micro deferred", .reasons = QUIET_BIT(QUIET_FULLSCREEN)),
		ROW("longest without rest", UNTIL(30, 0), NOTHING, .state = "micro waiting", .deadline = "31:00"),
		ROW("prompt over a full screen", UNTIL(31, 0), "31:00 prompt micro 1"),
		ROW("one more weak sign changes nothing", SIGN(INHIBITORS, true, 31, 10), NOTHING, .phase = "prompting"),
		ROW("a strong one does", SIGN(DND, true, 31, 20), "31:20 withdraw micro", .phase = "deferred"),
	};
	const struct row strong[] = {
		ROW("do not disturb", SIGN(DND, true, 1, 0), NOTHING),
		ROW("defers always", UNTIL(90, 0), NOTHING, .state = "micro deferred"),
	};
	const struct row settles[] = {
		ROW("full screen", SIGN(FULLSCREEN, true, 1, 0), NOTHING),
		ROW("due", UNTIL(29, 50), NOTHING, .state = "micro deferred"),
		ROW("it ends", SIGN(FULLSCREEN, false, 29, 50), NOTHING, .deadline = "30:00", .reasons = REASON_SETTLE),
		ROW("settle after it does not outlast longest either", UNTIL(30, 0), NOTHING, .state = "micro waiting", .deadline = "31:00"),
	};

	p.longest = AT(30, 0);
	PLAY(&p, weak);
	PLAY(&p, strong);
	PLAY(&p, settles);
}

static void any_rest_begins_longest_anew(void **state)
{
	(void)state;
	struct policy p = micro_only;
	const struct row locked[] = {
		ROW("full screen", SIGN(FULLSCREEN, true, 1, 0), NOTHING),
		ROW("locks for a moment", LEAVES(AWAY_LOCKED, 25, 0), NOTHING),
		ROW("no break, but a rest", RETURNS(AWAY_LOCKED, 25, 10), NOTHING, .load = "micro 25:00"),
		ROW("half an hour from there", UNTIL(55, 9.999), NOTHING, .state = "micro deferred", .deadline = "55:10"),
		ROW("is over", UNTIL(55, 10), NOTHING, .state = "micro waiting"),
	};
	const struct row reads[] = {
		ROW("full screen", SIGN(FULLSCREEN, true, 1, 0), NOTHING),
		ROW("reads within grace", STOPS(25, 0), NOTHING),
		ROW("which is no rest", TYPES(26, 0), NOTHING),
		ROW("so it is over", UNTIL(30, 0), NOTHING, .state = "micro waiting"),
	};

	p.longest = AT(30, 0);
	PLAY(&p, locked);
	PLAY(&p, reads);
}

static void longest_counts_also_what_was_gathered_under_other_settings(void **state)
{
	(void)state;
	struct policy p = at_once(AT(40, 0)), unmoved = p;
	const struct row rows[] = {
		ROW("full screen, of no interest", SIGN(FULLSCREEN, true, 1, 0), NOTHING),
		ROW("reads within grace", STOPS(25, 0), NOTHING),
		ROW("and works on", TYPES(25, 30), NOTHING),
		ROW("from now on the rule respects it", SETS(&p, 35, 0), NOTHING),
		ROW("half an hour of work is behind it all the same", UNTIL(40, 0), "40:00 prompt micro 1"),
	};

	p.longest = unmoved.longest = AT(30, 0);
	unmoved.rules[0].respects = QUIET_BIT(QUIET_DND);
	PLAY(&unmoved, rows);
	/* The same if `[quiet]` had it off. */
	unmoved = p;
	unmoved.quiet = QUIET_BIT(QUIET_DND);
	PLAY(&unmoved, rows);
}

static void a_break_that_the_user_starts_ignores_every_sign(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("do not disturb", SIGN(DND, true, 1, 0), NOTHING),
		ROW("outside hours", DAY(1, false, 1, 0), NOTHING),
		ROW("paused", HOLDS(USEC_NEVER, 2, 0), NOTHING),
		ROW("starts", STARTS(0, 5, 0), "5:00 start micro", .phase = "on-break"),
		ROW("stops", STOPS(5, 1), NOTHING),
		ROW("taken", UNTIL(5, 30), "5:30 micro taken 0:30", .phase = "paused"),
	};

	PLAY(&micro_only, rows);
}

static void a_sign_that_begins_while_prompting_withdraws_it(void **state)
{
	(void)state;
	struct policy p = micro_only;
	const struct row rows[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("a call", SIGN(CALL, true, 21, 30), "21:30 withdraw micro", .phase = "deferred", .state = "micro deferred", .deadline = "never"),
		ROW("ends", SIGN(CALL, false, 30, 0), NOTHING, .deadline = "30:30"),
		ROW("patience anew", UNTIL(30, 30), NOTHING, .state = "micro waiting", .deadline = "31:30"),
		ROW("a return is no first announcement: the hour is full", UNTIL(31, 30), "31:30 prompt micro 2"),
	};

	p.prompts_per_hour = 1;
	PLAY(&p, rows);
}

/* Hours and pause ------------------------------------------------------------------------------ */

static void outside_hours_is_off_duty(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("inside hours", DAY(1, true, 0, 0), NOTHING, .phase = "working"),
		ROW("the day is over", DAY(1, false, 19, 0), NOTHING, .phase = "off-duty"),
		ROW("due", UNTIL(30, 0), NOTHING, .phase = "off-duty", .state = "micro deferred", .load = "micro 30:00"),
		ROW("a pause is told before it", HOLDS(AT(40, 0), 31, 0), NOTHING, .phase = "paused"),
		ROW("and is over", UNTIL(40, 0), NOTHING, .phase = "off-duty"),
		ROW("hours begin", DAY(2, true, 50, 0), NOTHING, .phase = "deferred", .deadline = "50:30", .reasons = REASON_SETTLE),
		ROW("lull", STOPS(50, 20), NOTHING),
		ROW("prompt", UNTIL(50, 30), "50:30 prompt micro 1"),
	};
	const struct row withdrawn[] = {
		ROW("inside hours", DAY(1, true, 0, 0), NOTHING),
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("the day is over", DAY(1, false, 21, 10), "21:10 withdraw micro", .phase = "off-duty"),
	};

	PLAY(&micro_only, rows);
	PLAY(&micro_only, withdrawn);
}

static void a_pause_has_an_owner_and_an_end(void **state)
{
	(void)state;
	const struct row first[] = {
		ROW("somebody pauses", ((struct event){ .kind = EVENT_HOLD, .now = AT(5, 0), .until = AT(30, 0), .who = "calendar" }), NOTHING, .phase = "paused"),
	};
	const struct row moved[] = {
		ROW("somebody else takes it over, with another end", ((struct event){ .kind = EVENT_HOLD, .now = AT(10, 0), .until = AT(25, 0), .who = "limber" }), NOTHING, .phase = "paused", .deadline = "20:00"),
	};
	const struct row due[] = {
		ROW("due", UNTIL(20, 0), NOTHING, .why = "20:00 due micro 20:00 of 20:00, 20:00 deferred micro sign pause since 10:00 by limber until 25:00"),
	};
	const struct row over[] = {
		ROW("it runs out", UNTIL(25, 0), NOTHING, .phase = "deferred", .deadline = "25:30"),
	};
	struct rig rig;

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, first);
	assert_string_equal(rig.s.signs[QUIET_PAUSE].who, "calendar");
	PLAY_ON(&rig, moved);
	assert_string_equal(rig.s.signs[QUIET_PAUSE].who, "limber");
	assert_int_equal(rig.s.signs[QUIET_PAUSE].since, AT(10, 0));
	assert_int_equal(rig.s.held_until, AT(25, 0));
	assert_int_equal(rig.s.phase_since, AT(5, 0));
	PLAY_ON(&rig, due);
	PLAY_ON(&rig, over);
	assert_int_equal(rig.s.phase_since, AT(25, 0));
}

/* The hour ------------------------------------------------------------------------------------- */

static void prompts_per_hour_limits_first_announcements(void **state)
{
	(void)state;
	struct policy p = at_once(AT(10, 0));
	const struct row rows[] = {
		ROW("one", UNTIL(10, 0), "10:00 prompt micro 1"),
		ROW("done", COMMAND(FINISH, 10, 0), "10:00 micro taken 0:00"),
		ROW("two", UNTIL(20, 0), "20:00 prompt micro 1"),
		ROW("done", COMMAND(FINISH, 20, 0), "20:00 micro taken 0:00"),
		ROW("a third in the hour waits", UNTIL(30, 0), NOTHING, .phase = "due", .deadline = "70:00", .reasons = REASON_HOUR, .why = "30:00 due micro 10:00 of 10:00, 30:00 waiting micro hour 2 of 2 until 70:00"),
		ROW("lulls do not matter", STOPS(50, 0), NOTHING),
		ROW("nor that it goes on", TYPES(50, 10), NOTHING),
		ROW("an hour after the first", UNTIL(70, 0), "70:00 prompt micro 1"),
		ROW("done", COMMAND(FINISH, 70, 0), "70:00 micro taken 0:00"),
		ROW("an hour after the second", UNTIL(80, 0), "80:00 prompt micro 1"),
	};

	p.prompts_per_hour = 2;
	PLAY(&p, rows);
}

static void repeats_and_returns_do_not_spend_the_hour(void **state)
{
	(void)state;
	struct policy p = at_once(AT(10, 0));
	const struct row rows[] = {
		ROW("one", UNTIL(10, 0), "10:00 prompt micro 1"),
		ROW("repeated", UNTIL(12, 0), "12:00 prompt micro 2"),
		ROW("snoozes", SNOOZES(0, 12, 30), "12:30 withdraw micro"),
		ROW("returns", UNTIL(14, 30), "14:30 prompt micro 3"),
		ROW("done", COMMAND(FINISH, 15, 0), "15:00 micro taken 0:00"),
		ROW("two", UNTIL(25, 0), "25:00 prompt micro 1"),
	};

	p.prompts_per_hour = 2;
	PLAY(&p, rows);
}

static void breaks_of_15_s_neither_wait_for_the_hour_nor_spend_it(void **state)
{
	(void)state;
	struct policy p = with_rule_of(&hands_only, &micro_only);
	const struct row rows[] = {
		ROW("hands", UNTIL(6, 0), "6:00 prompt hands 1"),
		ROW("done", COMMAND(FINISH, 6, 0), "6:00 hands taken 0:00"),
		ROW("again", UNTIL(12, 0), "12:00 prompt hands 1"),
		ROW("done", COMMAND(FINISH, 12, 0), "12:00 hands taken 0:00"),
		ROW("again", UNTIL(18, 0), "18:00 prompt hands 1"),
		ROW("done", COMMAND(FINISH, 18, 0), "18:00 hands taken 0:00"),
		ROW("they spent nothing", UNTIL(20, 0), "20:00 prompt micro 1"),
		ROW("done", COMMAND(FINISH, 20, 0), "20:00 micro taken 0:00"),
		ROW("and need not wait", UNTIL(24, 0), "24:00 prompt hands 1"),
		ROW("done", COMMAND(FINISH, 24, 0), "24:00 hands taken 0:00"),
		ROW("again", UNTIL(30, 0), "30:00 prompt hands 1"),
		ROW("done", COMMAND(FINISH, 30, 0), "30:00 hands taken 0:00"),
		ROW("again", UNTIL(36, 0), "36:00 prompt hands 1"),
		ROW("done", COMMAND(FINISH, 36, 0), "36:00 hands taken 0:00"),
		ROW("micro waits for the hour", UNTIL(40, 0), NOTHING, .reasons = REASON_HOUR, .state = "micro waiting"),
		ROW("and does not take the place of what need not", UNTIL(42, 0), "42:00 prompt hands 1"),
	};

	p.rules[0].patience = 0;
	p.rules[1].patience = 0;
	p.prompts_per_hour = 1;
	PLAY(&p, rows);
}

static void the_longest_waiting_break_goes_first_in_a_new_hour(void **state)
{
	(void)state;
	struct policy p = with_rule_of(&micro_only, &active_only);
	const struct row rows[] = {
		ROW("micro", UNTIL(20, 0), "20:00 prompt micro 1"),
		ROW("done", COMMAND(FINISH, 20, 0), "20:00 micro taken 0:00"),
		ROW("micro waits", UNTIL(40, 0), NOTHING, .state = "micro waiting", .reasons = REASON_HOUR),
		ROW("active waits as well, and micro with it", UNTIL(55, 0), NOTHING, .state = "active waiting", .reasons = REASON_HOUR,
		    .why = "55:00 due active 55:00 of 55:00, 55:00 merged micro into active 0:00, 55:00 waiting active hour 1 of 1 until 80:00"),
		ROW("the longest goes first", UNTIL(80, 0), "80:00 prompt active 1"),
	};

	p.rules[0].patience = 0;
	p.rules[1].patience = 0;
	p.rules[1].merge = 0;
	p.prompts_per_hour = 1;
	PLAY(&p, rows);
}

/* Merge ---------------------------------------------------------------------------------------- */

static void a_longer_rule_due_soon_takes_the_shorter_ones_place(void **state)
{
	(void)state;
	const struct policy p = merging(AT(20, 0), AT(24, 0));
	const struct row rows[] = {
		ROW("micro is due, active in 4 min", UNTIL(20, 0), NOTHING, .phase = "due", .state = "micro due", .reasons = REASON_MERGED, .deadline = "24:00",
		    .why = "20:00 due micro 20:00 of 20:00, 20:00 merged micro into active 4:00, 20:00 waiting active lull since 20:00 until 25:00"),
		ROW("a lull", STOPS(20, 10), NOTHING),
		ROW("one prompt for both", UNTIL(20, 13), "20:13 prompt active 1", .state = "micro due", .reasons = REASON_MERGED),
		ROW("one break", UNTIL(20, 18), "20:18 start active"),
		ROW("which clears both", UNTIL(25, 10), "25:10 active taken 5:00", .load = "micro 0:00"),
	};

	PLAY(&p, rows);
}

static void merge_reaches_a_quarter_of_the_shorter_every_at_most(void **state)
{
	(void)state;
	const struct policy too_far = merging(AT(12, 0), AT(15, 0.001)), just = merging(AT(12, 0), AT(15, 0));
	struct policy own_key = merging(AT(20, 0), AT(22, 0)), off = own_key;
	const struct row alone[] = { ROW("micro is asked by itself", UNTIL(12, 0), NOTHING, .state = "micro waiting") };
	const struct row together[] = { ROW("active takes its place", UNTIL(12, 0), NOTHING, .state = "micro due", .reasons = REASON_MERGED) };
	const struct row at_20[] = { ROW("micro is asked by itself", UNTIL(20, 0), NOTHING, .state = "micro waiting") };

	PLAY(&too_far, alone);
	PLAY(&just, together);
	/* `merge` is the longer rule's key. */
	own_key.rules[1].merge = AT(1, 59);
	PLAY(&own_key, at_20);
	off.rules[1].enabled = false;
	PLAY(&off, at_20);
}

static void a_merged_rule_shares_skip_with_a_debt_of_its_own(void **state)
{
	(void)state;
	const struct policy p = merging(AT(20, 0), AT(24, 0));
	const struct row rows[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("prompt for both", UNTIL(20, 13), "20:13 prompt active 1"),
		ROW("skips", COMMAND(SKIP, 20, 13), "20:13 active skipped 0:00", .phase = "working", .load = "micro 5:00"),
		ROW("both", UNTIL(20, 13), NOTHING, .load = "active 6:00"),
	};

	PLAY(&p, rows);
}

static void a_merged_rule_shares_snooze(void **state)
{
	(void)state;
	const struct policy p = merging(AT(20, 0), AT(24, 0));
	struct rig rig;
	const struct row rows[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("prompt for both", UNTIL(20, 13), "20:13 prompt active 1"),
		ROW("types", TYPES(20, 14), NOTHING),
		ROW("snoozes", SNOOZES(0, 20, 20), "20:20 withdraw active", .phase = "snoozed"),
		ROW("micro is held with it", UNTIL(25, 19), NOTHING, .state = "micro due", .reasons = REASON_MERGED),
		ROW("asked again", UNTIL(25, 20), NOTHING, .phase = "due"),
		ROW("together", UNTIL(30, 20), "30:20 prompt active 2"),
	};

	rig_begin(&rig, &p);
	PLAY_ON(&rig, rows);
	assert_int_equal(rig.s.rules[0].snoozes, 1);
	assert_int_equal(scheduler_snoozes_left(&rig.s), 1);
}

static void snoozes_of_a_merged_rule_count_over_breaks(void **state)
{
	(void)state;
	const struct policy p = merging(AT(20, 0), AT(24, 0));
	const struct row rows[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("prompt for both", UNTIL(20, 13), "20:13 prompt active 1"),
		ROW("types", TYPES(20, 14), NOTHING),
		ROW("the first snooze of micro's due spell", SNOOZES(0, 20, 20), "20:20 withdraw active"),
		ROW("missed", UNTIL(36, 20), "30:20 prompt active 2, 32:20 prompt active 3, 34:20 prompt active 4, 36:20 active missed 0:00"),
		ROW("another break for both", UNTIL(51, 20), "51:20 prompt active 1"),
		ROW("the second snooze", SNOOZES(0, 51, 20), "51:20 withdraw active"),
		ROW("returns", UNTIL(61, 20), "61:20 prompt active 2"),
		ROW("a third is refused", SNOOZES(0, 61, 20), NOTHING, .phase = "prompting"),
	};

	PLAY(&p, rows);
}

static void a_merged_rule_shares_missed_and_retry(void **state)
{
	(void)state;
	const struct policy p = merging(AT(20, 0), AT(24, 0));
	const struct row rows[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("prompt for both", UNTIL(20, 13), "20:13 prompt active 1"),
		ROW("types", TYPES(20, 14), NOTHING),
		ROW("missed", UNTIL(26, 13), "22:13 prompt active 2, 24:13 prompt active 3, 26:13 active missed 0:00", .state = "micro due"),
		ROW("neither is asked until retry", UNTIL(36, 12.999), NOTHING, .state = "active due", .reasons = REASON_RETRY),
		ROW("then both again", UNTIL(36, 13), NOTHING, .state = "active waiting"),
		ROW("in one prompt", UNTIL(41, 13), "41:13 prompt active 1", .state = "micro due", .reasons = REASON_MERGED),
	};

	PLAY(&p, rows);
}

static void a_merged_rule_shares_the_retry_of_a_cut_short_break(void **state)
{
	(void)state;
	struct policy p = merging(AT(20, 0), AT(24, 0));
	const struct row rows[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break for both", UNTIL(20, 18), "20:13 prompt active 1, 20:18 start active"),
		ROW("takes it over", STARTS(-1, 20, 19), NOTHING),
		ROW("types", TYPES(20, 20), NOTHING),
		ROW("cut short, and the rest was too short for micro", UNTIL(20, 35), "20:35 active cut-short 0:10", .state = "micro due", .reasons = REASON_RETRY),
		ROW("judged again later", UNTIL(30, 35), NOTHING),
	};

	p.rules[0].length = AT(1, 0);
	PLAY(&p, rows);
}

static void taken_credits_a_merged_rule_by_arithmetic_alone(void **state)
{
	(void)state;
	const struct policy p = merging(AT(20, 0), AT(24, 0));
	const struct row rows[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("prompt for both", UNTIL(20, 13), "20:13 prompt active 1"),
		ROW("types", TYPES(20, 14), NOTHING),
		ROW("done, says the user, without a rest", COMMAND(FINISH, 20, 20), "20:20 active taken 0:00", .load = "micro 20:20", .state = "micro waiting"),
		ROW("micro is asked by itself", UNTIL(21, 20), "21:20 prompt micro 1"),
	};

	PLAY(&p, rows);
}

static void a_longer_rule_in_snooze_or_retry_holds_the_shorter_one(void **state)
{
	(void)state;
	struct policy p = merging(AT(26, 0), AT(24, 0));
	const struct row snooze[] = {
		ROW("active", UNTIL(24, 0), "24:00 prompt active 1"),
		ROW("snoozes", SNOOZES(0, 24, 0), "24:00 withdraw active"),
		ROW("micro is due meanwhile", UNTIL(28, 59), NOTHING, .phase = "snoozed", .state = "micro due", .reasons = REASON_MERGED),
		ROW("and waits with it", UNTIL(29, 0), "29:00 prompt active 2"),
		ROW("one prompt for both", COMMAND(SKIP, 29, 0), "29:00 active skipped 0:00", .phase = "working", .load = "micro 6:30"),
	};
	const struct row retry[] = {
		ROW("active is missed", UNTIL(30, 0), "24:00 prompt active 1, 26:00 prompt active 2, 28:00 prompt active 3, 30:00 active missed 0:00"),
		ROW("micro is held by its retry", UNTIL(39, 59), NOTHING, .state = "micro due"),
		ROW("one prompt then", UNTIL(40, 0), "40:00 prompt active 1", .state = "micro due", .reasons = REASON_MERGED),
	};

	p.rules[0].patience = 0;
	p.rules[1].patience = 0;
	PLAY(&p, snooze);
	PLAY(&p, retry);
}

static void a_deferred_longer_rule_takes_nobodys_place(void **state)
{
	(void)state;
	struct policy p = merging(AT(20, 0), AT(24, 0));
	const struct row rows[] = {
		ROW("a call, which only active respects", SIGN(CALL, true, 10, 0), NOTHING),
		ROW("micro is asked by itself", UNTIL(20, 0), NOTHING, .state = "micro waiting"),
		ROW("and prompted", UNTIL(21, 0), "21:00 prompt micro 1"),
	};
	const struct row meanwhile[] = {
		ROW("micro waits with active", UNTIL(20, 30), NOTHING, .state = "micro due", .reasons = REASON_MERGED),
		ROW("a call, which only active respects", SIGN(CALL, true, 20, 30), NOTHING, .state = "micro waiting"),
	};

	p.rules[0].respects = QUIET_BIT(QUIET_DND);
	PLAY(&p, rows);
	PLAY(&p, meanwhile);
}

static void a_break_that_is_not_due_itself_lives_with_what_it_replaced(void **state)
{
	(void)state;
	const struct policy p = merging(AT(20, 0), AT(24, 0));
	struct policy slow = p, off = p;
	const struct row eased[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("prompt for both", UNTIL(20, 13), "20:13 prompt active 1"),
		ROW("locks", LEAVES(AWAY_LOCKED, 20, 15), "20:15 withdraw active"),
		ROW("30 s of rest clear micro, and active is not due", UNTIL(20, 50), "20:45 eased active", .phase = "working"),
	};
	const struct row due_by_now[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("prompt for both", UNTIL(20, 13), "20:13 prompt active 1"),
		ROW("types", TYPES(20, 14), NOTHING),
		ROW("snoozes until active is due itself", SNOOZES(0, 20, 20), "20:20 withdraw active"),
		ROW("30 s in which micro is cleared", LEAVES(AWAY_LOCKED, 24, 30), NOTHING),
		ROW("it lives while it is due", UNTIL(24, 35), NOTHING, .phase = "snoozed"),
		ROW("and no longer", UNTIL(25, 15), "25:00 eased active", .phase = "working"),
	};
	const struct row switched_off[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("prompt for both", UNTIL(20, 13), "20:13 prompt active 1"),
		ROW("types", TYPES(20, 14), NOTHING),
		ROW("micro is off: that is told once, of the break", SETS(&off, 20, 15), "20:15 eased active", .phase = "working", .why = "20:15 eased active settings"),
	};

	PLAY(&p, eased);
	off.rules[0].enabled = false;
	PLAY(&p, switched_off);
	/* 30 s of rest take 30 s of this load. */
	slow.rules[1].length = AT(24, 0);
	PLAY(&slow, due_by_now);
}

static void settings_read_again_leave_a_merged_prompt_as_it_is(void **state)
{
	(void)state;
	const struct policy p = merging(AT(20, 0), AT(24, 0));
	struct policy turned = p;
	const struct row rows[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("prompt for both", UNTIL(20, 13), "20:13 prompt active 1"),
		ROW("types", TYPES(20, 14), NOTHING),
		ROW("the same settings again", SETS(&p, 20, 15), NOTHING, .phase = "prompting"),
		ROW("and in another order", SETS(&turned, 20, 16), NOTHING, .phase = "prompting"),
		ROW("skips both", COMMAND(SKIP, 20, 16), "20:16 active skipped 0:00", .phase = "working", .load = "micro 5:00"),
	};
	const struct row once[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("prompt for both", UNTIL(20, 13), "20:13 prompt active 1"),
		ROW("types", TYPES(20, 14), NOTHING),
		ROW("the same settings again", SETS(&p, 20, 15), NOTHING, .phase = "prompting"),
		ROW("skips both", COMMAND(SKIP, 20, 16), "20:16 active skipped 0:00", .phase = "working", .load = "micro 5:00"),
	};

	turned.rules[0] = p.rules[1];
	turned.rules[1] = p.rules[0];
	PLAY(&p, rows);
	PLAY(&p, once);
}

/* The journal ---------------------------------------------------------------------------------- */

static void the_journal_tells_how_a_break_came_and_went(void **state)
{
	(void)state;
	const struct row taken[] = {
		ROW("nothing to tell", UNTIL(19, 0), NOTHING, .why = ""),
		ROW("due", UNTIL(20, 0), NOTHING, .why = "20:00 due micro 20:00 of 20:00, 20:00 waiting micro lull since 20:00 until 21:00"),
		ROW("told once", STOPS(20, 10), NOTHING, .why = ""),
		ROW("prompt", UNTIL(20, 13), "20:13 prompt micro 1", .why = "20:13 prompt micro lull 1"),
		ROW("start", UNTIL(20, 18), "20:18 start micro", .why = "20:18 started micro self"),
		ROW("taken", UNTIL(20, 40), "20:40 micro taken 0:30", .why = "20:40 ended micro rest taken 0:30 of 0:30"),
	};
	const struct row missed[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1", .why = "20:00 due micro 20:00 of 20:00, 20:00 waiting micro lull since 20:00 until 21:00, 21:00 prompt micro patience 1"),
		ROW("repeated", UNTIL(25, 0), "23:00 prompt micro 2, 25:00 prompt micro 3", .why = "23:00 repeated micro ignored 2, 25:00 repeated micro ignored 3"),
		ROW("missed", UNTIL(27, 0), "27:00 micro missed 0:00", .why = "27:00 ended micro ignored missed 0:00 of 0:30 until 37:00"),
		ROW("judged again", UNTIL(37, 0), NOTHING, .why = "37:00 waiting micro lull since 37:00 until 38:00"),
	};
	const struct row snoozed[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("snoozes", SNOOZES(0, 21, 10), "21:10 withdraw micro", .why = "21:10 snoozed micro user 2:00 until 23:10 1 of 2"),
		ROW("asked again", UNTIL(23, 10), NOTHING, .why = "23:10 waiting micro lull since 23:10 until 24:10"),
		ROW("returns", UNTIL(24, 10), "24:10 prompt micro 2", .why = "24:10 prompt micro patience 2"),
		ROW("skips", COMMAND(SKIP, 24, 20), "24:20 micro skipped 0:00", .why = "24:20 ended micro user skipped 0:00 of 0:30"),
	};
	const struct row natural[] = {
		ROW("stops", STOPS(15, 0), NOTHING),
		ROW("is back", TYPES(18, 0), NOTHING, .why = ""),
		ROW("natural", UNTIL(18, 2), "18:00 micro natural 3:00 silently", .why = "18:00 natural micro rest 3:00 with 15:00 of 20:00"),
	};
	const struct row typed_on[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("start", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("types", TYPES(20, 19), NOTHING),
		ROW("put back", UNTIL(20, 34), "20:34 prompt micro 2 after 0:09", .why = "20:34 repeated micro typed-on 2"),
		ROW("starts", STARTS(-1, 20, 40), "20:40 start micro", .why = "20:40 started micro user"),
		ROW("types on all the same", UNTIL(20, 55), "20:55 micro cut-short 0:00", .why = "20:55 ended micro typed-on cut-short 0:00 of 0:30 until 30:55"),
	};

	PLAY(&micro_only, taken);
	PLAY(&micro_only, missed);
	PLAY(&micro_only, snoozed);
	PLAY(&micro_only, natural);
	PLAY(&micro_only, typed_on);
}

static void the_journal_tells_what_deferred_it_and_what_eased_it(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("a call", SIGN_OF(CALL, "Firefox", 12, 0), NOTHING),
		ROW("due", UNTIL(20, 0), NOTHING, .why = "20:00 due micro 20:00 of 20:00, 20:00 deferred micro sign call since 12:00 by Firefox"),
		ROW("ends", SIGN(CALL, false, 25, 0), NOTHING, .why = "25:00 deferred micro settle call since 25:00 until 25:30"),
		ROW("settled", UNTIL(25, 30), NOTHING, .why = "25:30 waiting micro lull since 25:30 until 26:30"),
		ROW("prompt", UNTIL(26, 30), "26:30 prompt micro 1", .why = "26:30 prompt micro patience 1"),
		ROW("do not disturb", SIGN(DND, true, 26, 40), "26:40 withdraw micro", .why = "26:40 deferred micro sign dnd since 26:40"),
		ROW("and paused", HOLDS(USEC_NEVER, 27, 0), NOTHING, .phase = "paused"),
		ROW("locks", LEAVES(AWAY_LOCKED, 28, 0), NOTHING),
	};
	const struct row eased[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("locks", LEAVES(AWAY_LOCKED, 21, 10), "21:10 withdraw micro", .why = "21:10 deferred micro away since 21:10"),
		ROW("rests", UNTIL(21, 40), "21:40 eased micro", .why = "21:40 eased micro rest 0:30"),
	};
	const struct row rested[] = {
		ROW("due", UNTIL(20, 0), NOTHING),
		ROW("rested", RESTED(AT(1, 0), 20, 30), "20:30 micro natural 1:00 silently", .why = "20:30 natural micro user 1:00 with 20:30 of 20:00, 20:30 eased micro user"),
	};
	struct rig rig = { .blind = true };
	const struct row blind[] = {
		ROW("question 3 is skipped", UNTIL(20, 0), "20:00 prompt micro 1", .why = "20:00 due micro 20:00 of 20:00, 20:00 prompt micro no-source 1"),
	};

	PLAY(&micro_only, rows);
	PLAY(&micro_only, eased);
	PLAY(&micro_only, rested);
	scheduler_init(&rig.s, &micro_only, 0);
	PLAY_ON(&rig, blind);
}

static void a_sign_is_told_since_when_it_holds(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("a call that began before it was told", ((struct event){ .kind = EVENT_SIGN, .now = AT(12, 0), .since = AT(7, 30), .sign = QUIET_CALL, .on = true }), NOTHING),
		ROW("due", UNTIL(20, 0), NOTHING, .why = "20:00 due micro 20:00 of 20:00, 20:00 deferred micro sign call since 7:30"),
		ROW("a further sign is no news", SIGN(DND, true, 21, 0), NOTHING, .why = "", .reasons = QUIET_BIT(QUIET_CALL) | QUIET_BIT(QUIET_DND)),
		ROW("nor that one of two ends", SIGN(DND, false, 22, 0), NOTHING, .why = ""),
	};

	PLAY(&micro_only, rows);
}

static void the_journal_keeps_the_last_decisions(void **state)
{
	(void)state;
	struct journal j = { 0 };

	assert_null(journal_get(&j, 0));
	for (unsigned i = 0; i < JOURNAL_MAX + 10; i++)
		journal_add(&j)->count = i;
	assert_int_equal(j.n, JOURNAL_MAX + 10);
	assert_null(journal_get(&j, 9));
	assert_int_equal(journal_get(&j, 10)->count, 10);
	assert_int_equal(journal_get(&j, j.n - 1)->count, JOURNAL_MAX + 9);
	assert_null(journal_get(&j, j.n));
	/* What was there before is gone from a new entry. */
	assert_int_equal(journal_add(&j)->count, 0);
}

/* clang-format on */

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_quiet_sign_defers_and_settles),
		cmocka_unit_test(a_sign_that_the_rule_does_not_respect_does_not_defer),
		cmocka_unit_test(inhibit_pause_and_hours_count_always),
		cmocka_unit_test(settle_follows_the_last_of_the_signs_that_count),
		cmocka_unit_test(settle_is_each_rules_own),
		cmocka_unit_test(a_weak_sign_does_not_defer_after_longest),
		cmocka_unit_test(any_rest_begins_longest_anew),
		cmocka_unit_test(longest_counts_also_what_was_gathered_under_other_settings),
		cmocka_unit_test(a_break_that_the_user_starts_ignores_every_sign),
		cmocka_unit_test(a_sign_that_begins_while_prompting_withdraws_it),
		cmocka_unit_test(outside_hours_is_off_duty),
		cmocka_unit_test(a_pause_has_an_owner_and_an_end),
		cmocka_unit_test(prompts_per_hour_limits_first_announcements),
		cmocka_unit_test(repeats_and_returns_do_not_spend_the_hour),
		cmocka_unit_test(breaks_of_15_s_neither_wait_for_the_hour_nor_spend_it),
		cmocka_unit_test(the_longest_waiting_break_goes_first_in_a_new_hour),
		cmocka_unit_test(a_longer_rule_due_soon_takes_the_shorter_ones_place),
		cmocka_unit_test(merge_reaches_a_quarter_of_the_shorter_every_at_most),
		cmocka_unit_test(a_merged_rule_shares_skip_with_a_debt_of_its_own),
		cmocka_unit_test(a_merged_rule_shares_snooze),
		cmocka_unit_test(snoozes_of_a_merged_rule_count_over_breaks),
		cmocka_unit_test(a_merged_rule_shares_missed_and_retry),
		cmocka_unit_test(a_merged_rule_shares_the_retry_of_a_cut_short_break),
		cmocka_unit_test(taken_credits_a_merged_rule_by_arithmetic_alone),
		cmocka_unit_test(a_longer_rule_in_snooze_or_retry_holds_the_shorter_one),
		cmocka_unit_test(a_deferred_longer_rule_takes_nobodys_place),
		cmocka_unit_test(a_break_that_is_not_due_itself_lives_with_what_it_replaced),
		cmocka_unit_test(settings_read_again_leave_a_merged_prompt_as_it_is),
		cmocka_unit_test(the_journal_tells_how_a_break_came_and_went),
		cmocka_unit_test(the_journal_tells_what_deferred_it_and_what_eased_it),
		cmocka_unit_test(a_sign_is_told_since_when_it_holds),
		cmocka_unit_test(the_journal_keeps_the_last_decisions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
