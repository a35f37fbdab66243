/*
 * The table of absence in DESIGN section 4, cell by cell: idle, locked or switched away, suspended,
 * stopped; and for each the clocks, a showing prompt, a running break, snooze and pause.
 */
#include "day.h"

/* Credit that can be seen: rest takes 2:45 of load a minute. */
static struct policy slow_credit(void)
{
	struct policy p = active_only;

	p.rules[0].length = AT(20, 0);
	return p;
}

/* clang-format off */

/* Idle past grace ------------------------------------------------------------------------------ */

static void idle_past_grace_is_rest_from_the_last_input(void **state)
{
	(void)state;
	const struct policy p = slow_credit();
	const struct row rows[] = {
		ROW("stops", STOPS(40, 0), NOTHING, .load = "active 40:00"),
		ROW("idle for grace", UNTIL(42, 0), NOTHING, .presence = "idle", .load = "active 42:00"),
		ROW("past it", UNTIL(42, 0.001), NOTHING, .load = "active 34:29.997"),
		ROW("and on", UNTIL(44, 0), NOTHING, .load = "active 29:00"),
	};

	PLAY(&p, rows);
}

static void idle_makes_a_prompt_the_running_break_which_goes_on(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("stops", STOPS(21, 10), NOTHING, .phase = "prompting"),
		ROW("it is the break now", UNTIL(21, 15), "21:15 start micro", .phase = "on-break", .presence = "active"),
		ROW("idle, and it goes on", UNTIL(21, 30), NOTHING, .phase = "on-break", .presence = "idle"),
		ROW("to its end", UNTIL(21, 40), "21:40 micro taken 0:30"),
	};

	PLAY(&micro_only, rows);
}

static void snooze_and_pause_run_on_while_idle(void **state)
{
	(void)state;
	const struct row snooze[] = {
		ROW("prompt", UNTIL(60, 0), "60:00 prompt active 1"),
		ROW("snoozes for a minute", SNOOZES(AT(1, 0), 60, 0), "60:00 withdraw active"),
		ROW("stops", STOPS(60, 5), NOTHING),
		ROW("asked again meanwhile", UNTIL(61, 0), "61:00 prompt active 2", .presence = "idle"),
	};
	const struct row pause[] = {
		ROW("paused until 22", HOLDS(AT(22, 0), 19, 0), NOTHING),
		ROW("stops", STOPS(21, 59.5), NOTHING, .phase = "paused"),
		ROW("the pause is over, settle runs", UNTIL(22, 29.999), NOTHING, .phase = "deferred", .presence = "idle"),
		ROW("then the prompt", UNTIL(22, 30), "22:30 prompt micro 1"),
	};

	PLAY(&active_only, snooze);
	PLAY(&micro_only, pause);
}

/* Locked, switched away ------------------------------------------------------------------------ */

static void clocks_while_away(enum away_reason reason)
{
	const struct policy p = slow_credit();
	const struct row rows[] = {
		ROW("leaves", LEAVES(reason, 40, 0), NOTHING, .presence = "away", .load = "active 40:00"),
		ROW("rest from the first second", UNTIL(40, 20), NOTHING, .load = "active 39:05"),
		ROW("returns", RETURNS(reason, 41, 0), NOTHING, .presence = "active", .load = "active 37:15"),
	};

	PLAY(&p, rows);
}

static void prompt_while_away(enum away_reason reason)
{
	const struct row judged[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("leaves: off the screen", LEAVES(reason, 21, 10), "21:10 withdraw micro", .phase = "deferred", .reasons = REASON_AWAY),
		ROW("returns: judged afresh", RETURNS(reason, 21, 30), NOTHING, .state = "micro waiting", .deadline = "22:30"),
		ROW("and told again", UNTIL(22, 30), "22:30 prompt micro 2"),
	};
	const struct row satisfied[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("leaves: off the screen", LEAVES(reason, 21, 10), "21:10 withdraw micro"),
		ROW("rests", UNTIL(22, 0), "21:40 eased micro"),
		ROW("returns: nothing to prompt", RETURNS(reason, 22, 0), "22:00 micro natural 0:50 silently"),
		ROW("nor a backlog", UNTIL(41, 0), NOTHING),
	};

	PLAY(&micro_only, judged);
	PLAY(&micro_only, satisfied);
}

static void break_while_away(enum away_reason reason)
{
	const struct row rows[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("leaves", LEAVES(reason, 20, 20), NOTHING, .phase = "on-break"),
		ROW("it goes on to its end", UNTIL(20, 40), "20:40 micro taken 0:30"),
		ROW("which is no natural break on return", RETURNS(reason, 25, 0), NOTHING),
	};

	PLAY(&micro_only, rows);
}

static void snooze_and_pause_while_away(enum away_reason reason)
{
	const struct row snooze[] = {
		ROW("prompt", UNTIL(60, 0), "60:00 prompt active 1"),
		ROW("snoozes", SNOOZES(AT(1, 0), 60, 0), "60:00 withdraw active"),
		ROW("leaves", LEAVES(reason, 60, 50), NOTHING, .phase = "snoozed"),
		ROW("it is over, but nobody is there", UNTIL(61, 0), NOTHING, .phase = "deferred"),
		ROW("returns: judged", RETURNS(reason, 61, 5), NOTHING, .phase = "due", .deadline = "66:05"),
	};
	const struct row pause[] = {
		ROW("paused until 22", HOLDS(AT(22, 0), 19, 0), NOTHING),
		ROW("leaves", LEAVES(reason, 21, 55), NOTHING, .phase = "paused"),
		ROW("the pause is over", UNTIL(22, 0), NOTHING, .phase = "deferred"),
		ROW("returns: only settle is left", RETURNS(reason, 22, 10), NOTHING, .reasons = REASON_SETTLE, .deadline = "22:30"),
	};

	PLAY(&active_only, snooze);
	PLAY(&micro_only, pause);
}

static void locked_clocks_rest_at_once(void **state)
{
	(void)state;
	clocks_while_away(AWAY_LOCKED);
	clocks_while_away(AWAY_SWITCHED);
}

static void locked_takes_a_prompt_off_the_screen_and_judges_on_return(void **state)
{
	(void)state;
	prompt_while_away(AWAY_LOCKED);
	prompt_while_away(AWAY_SWITCHED);
}

static void locked_lets_a_running_break_go_on(void **state)
{
	(void)state;
	break_while_away(AWAY_LOCKED);
	break_while_away(AWAY_SWITCHED);
}

static void locked_lets_snooze_and_pause_run_on(void **state)
{
	(void)state;
	snooze_and_pause_while_away(AWAY_LOCKED);
	snooze_and_pause_while_away(AWAY_SWITCHED);
}

/* Suspended ------------------------------------------------------------------------------------ */

static void suspended_clocks_rest_while_no_timer_runs(void **state)
{
	(void)state;
	const struct policy p = slow_credit();
	const struct row rows[] = {
		ROW("the lid is shut", LEAVES(AWAY_ASLEEP, 40, 0), NOTHING),
		ROW("and opened", RETURNS(AWAY_ASLEEP, 41, 0), NOTHING, .presence = "active", .load = "active 37:15"),
	};

	PLAY(&p, rows);
}

static void a_sleep_that_is_told_afterwards_is_dealt_with_as_of_its_beginning(void **state)
{
	(void)state;
	const struct row works[] = { ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1") };
	const struct row wakes[] = {
		ROW("slept since 21:10", ((struct event){ .kind = EVENT_AWAY, .now = AT(90, 0), .since = AT(21, 10), .reason = AWAY_ASLEEP }), "90:00 eased micro", .presence = "away", .load = "micro 0:00"),
		ROW("is awake", RETURNS(AWAY_ASLEEP, 90, 0), "90:00 micro natural 68:50 silently", .load = "micro 0:00"),
		ROW("nothing is prompted", UNTIL(95, 0), NOTHING, .load = "micro 5:00"),
	};
	struct rig rig;

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, works);
	rig.asleep = true;
	PLAY_ON(&rig, wakes);
}

static void suspended_takes_a_prompt_off_the_screen_and_judges_on_resume(void **state)
{
	(void)state;
	const struct row judged[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("the lid is shut", LEAVES(AWAY_ASLEEP, 21, 10), "21:10 withdraw micro"),
		ROW("too short a rest", RETURNS(AWAY_ASLEEP, 21, 39), NOTHING, .state = "micro waiting", .deadline = "22:39"),
		ROW("and told again", UNTIL(22, 39), "22:39 prompt micro 2"),
	};
	const struct row satisfied[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("the lid is shut", LEAVES(AWAY_ASLEEP, 21, 10), "21:10 withdraw micro"),
		ROW("long enough a rest", RETURNS(AWAY_ASLEEP, 21, 40), "21:40 eased micro, 21:40 micro natural 0:30 silently"),
	};

	PLAY(&micro_only, judged);
	PLAY(&micro_only, satisfied);
}

static void suspended_a_running_break_is_taken_as_of_zero_silently(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("the lid is shut", LEAVES(AWAY_ASLEEP, 20, 20), NOTHING, .phase = "on-break"),
		ROW("and opened much later", RETURNS(AWAY_ASLEEP, 200, 0), "20:40 micro taken 0:30 silently"),
	};
	const struct row before_zero[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 18), "20:13 prompt micro 1, 20:18 start micro"),
		ROW("the lid is shut", LEAVES(AWAY_ASLEEP, 20, 20), NOTHING),
		ROW("and opened before zero", RETURNS(AWAY_ASLEEP, 20, 39), NOTHING, .phase = "on-break"),
		ROW("it goes on", UNTIL(20, 40), "20:40 micro taken 0:30"),
	};

	PLAY(&micro_only, rows);
	PLAY(&micro_only, before_zero);
}

static void suspended_lets_snooze_and_pause_run_on(void **state)
{
	(void)state;
	const struct row snooze[] = {
		ROW("prompt", UNTIL(60, 0), "60:00 prompt active 1"),
		ROW("snoozes", SNOOZES(AT(1, 0), 60, 0), "60:00 withdraw active"),
		ROW("the lid is shut", LEAVES(AWAY_ASLEEP, 60, 50), NOTHING),
		ROW("the snooze is over on resume", RETURNS(AWAY_ASLEEP, 61, 5), NOTHING, .phase = "due", .deadline = "66:05"),
	};
	const struct row pause[] = {
		ROW("paused until 22", HOLDS(AT(22, 0), 19, 0), NOTHING),
		ROW("the lid is shut", LEAVES(AWAY_ASLEEP, 21, 50), NOTHING, .phase = "paused"),
		ROW("the pause ended while it was", RETURNS(AWAY_ASLEEP, 22, 10), NOTHING, .reasons = REASON_SETTLE, .deadline = "22:30"),
	};

	PLAY(&active_only, snooze);
	PLAY(&micro_only, pause);
}

/* Stopped, crashed, rebooted ------------------------------------------------------------------- */

static void a_stop_of_up_to_five_minutes_keeps_the_presence(void **state)
{
	(void)state;
	const struct policy p = slow_credit();
	const struct row works[] = { ROW("works", UNTIL(40, 0), NOTHING, .load = "active 40:00") };
	const struct row still_works[] = {
		ROW("it was work", UNTIL(45, 0), NOTHING, .presence = "active", .load = "active 45:00"),
		ROW("and is", TYPES(45, 0), NOTHING),
		ROW("for a while", UNTIL(46, 0), NOTHING, .load = "active 46:00"),
	};
	const struct row idles[] = {
		ROW("stops", STOPS(40, 0), NOTHING),
		ROW("idle, within grace", UNTIL(41, 0), NOTHING, .presence = "idle", .load = "active 41:00"),
	};
	const struct row still_idles[] = {
		ROW("it is one gap", UNTIL(41, 30), NOTHING, .presence = "idle", .load = "active 41:30"),
		ROW("past grace it was rest", UNTIL(44, 0), NOTHING, .load = "active 29:00"),
	};
	const struct row locks[] = { ROW("locks", LEAVES(AWAY_LOCKED, 40, 0), NOTHING) };
	const struct row still_locked[] = {
		ROW("told of the lock afresh", LEAVES(AWAY_LOCKED, 44, 0), NOTHING, .presence = "away", .load = "active 29:00"),
	};
	struct rig rig;

	rig_begin(&rig, &p);
	PLAY_ON(&rig, works);
	restarts(&rig, AT(5, 0), AT(45, 0));
	PLAY_ON(&rig, still_works);

	rig_begin(&rig, &p);
	PLAY_ON(&rig, idles);
	restarts(&rig, AT(0, 30), AT(41, 30));
	PLAY_ON(&rig, still_idles);

	rig_begin(&rig, &p);
	PLAY_ON(&rig, locks);
	restarts(&rig, AT(4, 0), AT(44, 0));
	PLAY_ON(&rig, still_locked);
}

static void a_longer_stop_is_rest_by_wall_clock(void **state)
{
	(void)state;
	const struct policy p = slow_credit();
	const struct row works[] = { ROW("works", UNTIL(40, 0), NOTHING) };
	const struct row just_longer[] = { ROW("all of it was rest", UNTIL(45, 0.001), NOTHING, .load = "active 26:14.997") };
	/* The machine was off: its own clock knows nothing of it. */
	const struct row rebooted[] = {
		ROW("rest by wall clock", UNTIL(0, 20), NOTHING, .load = "active 23:30"),
		ROW("is back", TYPES(0, 20), NOTHING),
		ROW("and works", UNTIL(1, 20), NOTHING, .presence = "active", .load = "active 24:30"),
	};
	struct rig rig;

	rig_begin(&rig, &p);
	PLAY_ON(&rig, works);
	restarts(&rig, AT(5, 0.001), AT(45, 0.001));
	PLAY_ON(&rig, just_longer);

	rig_begin(&rig, &p);
	PLAY_ON(&rig, works);
	restarts(&rig, AT(6, 0), AT(0, 20));
	PLAY_ON(&rig, rebooted);
}

static void a_longer_stop_can_be_a_natural_break(void **state)
{
	(void)state;
	const struct row works[] = { ROW("works", UNTIL(15, 0), NOTHING) };
	const struct row returns[] = {
		ROW("nothing is told before the return", UNTIL(25, 0), NOTHING, .load = "micro 0:00"),
		ROW("is back", TYPES(25, 10), NOTHING),
		ROW("and told", UNTIL(25, 12), "25:10 micro natural 10:10 silently"),
	};
	struct rig rig;

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, works);
	restarts(&rig, AT(10, 0), AT(25, 0));
	PLAY_ON(&rig, returns);
}

static void a_clock_that_went_back_is_no_time_at_all(void **state)
{
	(void)state;
	const struct row works[] = { ROW("works", UNTIL(40, 0), NOTHING) };
	const struct row on[] = {
		ROW("as before", UNTIL(3, 0), NOTHING, .presence = "active", .load = "active 40:00"),
		ROW("types", TYPES(3, 0), NOTHING),
		ROW("due as if nothing had been", UNTIL(18, 0), NOTHING, .state = "active waiting", .load = "active 55:00"),
	};
	struct rig rig;

	rig_begin(&rig, &active_only);
	PLAY_ON(&rig, works);
	restarts(&rig, 0, AT(3, 0));
	PLAY_ON(&rig, on);
}

static void a_prompt_is_gone_with_the_program_and_judged_on_start(void **state)
{
	(void)state;
	const struct row prompt[] = { ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1") };
	const struct row judged[] = {
		ROW("no prompt is showing", UNTIL(0, 5), NOTHING, .phase = "due", .load = "micro 21:10"),
		ROW("types", TYPES(0, 5), NOTHING),
		ROW("patience runs from the start", UNTIL(1, 4.999), NOTHING, .state = "micro waiting"),
		ROW("and is over", UNTIL(1, 5), "1:05 prompt micro 1"),
	};
	const struct row satisfied[] = {
		ROW("the absence has satisfied it", TYPES(31, 0), NOTHING, .phase = "working", .load = "micro 0:00"),
		ROW("nothing is prompted", UNTIL(50, 0), "31:00 micro natural 10:00 silently"),
	};
	struct rig rig;

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, prompt);
	restarts(&rig, AT(0, 10), AT(0, 5));
	PLAY_ON(&rig, judged);

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, prompt);
	restarts(&rig, AT(10, 0), AT(31, 0));
	PLAY_ON(&rig, satisfied);
}

static void a_running_break_is_taken_if_the_stop_covers_it(void **state)
{
	(void)state;
	const struct row running[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 20), "20:13 prompt micro 1, 20:18 start micro"),
	};
	const struct row just[] = { ROW("covered to the second", UNTIL(20, 40), "20:40 micro taken 0:30 silently", .phase = "working", .load = "micro 0:00") };
	const struct row more[] = { ROW("taken as of when it reached zero", UNTIL(21, 20), "20:40 micro taken 0:30 silently", .load = "micro 0:00") };
	struct rig rig;

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, running);
	restarts(&rig, AT(0, 20), AT(20, 40));
	PLAY_ON(&rig, just);

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, running);
	restarts(&rig, AT(1, 0), AT(21, 20));
	PLAY_ON(&rig, more);
}

static void a_running_break_is_cut_short_if_the_stop_does_not_cover_it(void **state)
{
	(void)state;
	const struct row running[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 20), "20:13 prompt micro 1, 20:18 start micro"),
	};
	const struct row shorter[] = {
		ROW("a second is missing", UNTIL(20, 39), "20:39 micro cut-short 0:29 silently", .load = "micro 20:10", .reasons = REASON_RETRY),
	};
	const struct row went_back[] = {
		ROW("no time at all", UNTIL(20, 20), "20:20 micro cut-short 0:10 silently", .load = "micro 20:10", .reasons = REASON_RETRY),
	};
	struct rig rig;

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, running);
	restarts(&rig, AT(0, 19), AT(20, 39));
	PLAY_ON(&rig, shorter);

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, running);
	restarts(&rig, 0, AT(20, 20));
	PLAY_ON(&rig, went_back);
}

static void snooze_survives_a_reboot(void **state)
{
	(void)state;
	const struct row snoozes[] = {
		ROW("prompt", UNTIL(60, 0), "60:00 prompt active 1"),
		ROW("snoozes for 5 min", SNOOZES(0, 60, 0), "60:00 withdraw active"),
		ROW("a minute of it", UNTIL(61, 0), NOTHING),
	};
	const struct row goes_on[] = {
		ROW("3 min of it are left", UNTIL(0, 10), NOTHING, .phase = "snoozed", .deadline = "3:10"),
		ROW("types", TYPES(0, 10), NOTHING),
		ROW("asked again", UNTIL(3, 10), NOTHING, .phase = "due", .deadline = "8:10"),
		ROW("the same break", UNTIL(8, 10), "8:10 prompt active 2"),
		ROW("the second snooze", SNOOZES(0, 8, 20), "8:20 withdraw active"),
		ROW("a third would be too many", SNOOZES(0, 9, 0), NOTHING),
	};
	const struct row over[] = {
		ROW("it ran out meanwhile", UNTIL(0, 10), NOTHING, .phase = "due"),
	};
	struct rig rig;

	rig_begin(&rig, &active_only);
	PLAY_ON(&rig, snoozes);
	restarts(&rig, AT(1, 0), AT(0, 10));
	PLAY_ON(&rig, goes_on);

	rig_begin(&rig, &active_only);
	PLAY_ON(&rig, snoozes);
	restarts(&rig, AT(4, 30), AT(0, 10));
	PLAY_ON(&rig, over);
}

static void a_pause_survives_a_reboot(void **state)
{
	(void)state;
	const struct row paused[] = {
		ROW("paused for half an hour", ((struct event){ .kind = EVENT_HOLD, .now = AT(10, 0), .until = AT(40, 0), .who = "a meeting" }), NOTHING),
		ROW("5 min of it", UNTIL(15, 0), NOTHING),
	};
	const struct row goes_on[] = {
		ROW("21 min of it are left", UNTIL(0, 2), NOTHING, .phase = "paused"),
		ROW("types", TYPES(0, 2), NOTHING),
		ROW("nearly over", UNTIL(21, 1.999), NOTHING, .phase = "paused", .deadline = "21:02"),
		ROW("over, settle runs", UNTIL(21, 2), NOTHING, .phase = "deferred", .deadline = "21:32"),
		ROW("patience", UNTIL(22, 32), "22:32 prompt micro 1"),
	};
	const struct row over[] = { ROW("it ran out long ago", UNTIL(0, 2), NOTHING, .phase = "working") };
	const struct row endless[] = { ROW("paused until told", HOLDS(USEC_NEVER, 10, 0), NOTHING) };
	const struct row still[] = { ROW("still paused", UNTIL(0, 2), NOTHING, .phase = "paused") };
	struct rig rig;

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, paused);
	restarts(&rig, AT(4, 0), AT(0, 2));
	assert_string_equal(rig.s.signs[QUIET_PAUSE].who, "a meeting");
	PLAY_ON(&rig, goes_on);

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, paused);
	restarts(&rig, AT(60, 0), AT(0, 2));
	PLAY_ON(&rig, over);

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, endless);
	restarts(&rig, 30 * USEC_PER_DAY, AT(0, 2));
	PLAY_ON(&rig, still);
	assert_true(rig.s.held_until == USEC_NEVER);
}

static void posture_reading_and_the_days_count_survive(void **state)
{
	(void)state;
	struct policy p = micro_only;
	const struct row works[] = {
		ROW("day 7", DAY(7, true, 0, 0), NOTHING),
		ROW("stands", STANDS(3, 0), NOTHING),
		ROW("reads for an hour", READS(AT(63, 0), 3, 0), NOTHING),
		ROW("works", UNTIL(10, 0), NOTHING, .today = "10:00"),
	};
	const struct row after[] = {
		ROW("the same day", DAY(7, true, 1, 0), NOTHING, .today = "11:00"),
	};
	const struct row next_day[] = {
		ROW("another day", DAY(8, true, 1, 0), NOTHING, .today = "0:00"),
	};
	struct rig rig;

	p.sit_stand = true;
	p.sit = AT(30, 0);
	p.stand = AT(15, 0);
	p.stand_most = AT(40, 0);
	rig_begin(&rig, &p);
	PLAY_ON(&rig, works);
	restarts(&rig, AT(1, 0), AT(1, 0));
	assert_int_equal(rig.s.posture, POSTURE_STANDING);
	assert_int_equal(rig.s.reading_until, AT(1, 0) + AT(52, 0));
	PLAY_ON(&rig, after);

	rig_begin(&rig, &p);
	PLAY_ON(&rig, works);
	restarts(&rig, 12 * USEC_PER_HOUR, AT(1, 0));
	PLAY_ON(&rig, next_day);
}

static void the_hours_announcements_and_a_retry_survive(void **state)
{
	(void)state;
	struct policy p = micro_only;
	const struct row prompts[] = {
		ROW("one prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("done", COMMAND(FINISH, 21, 0), "21:00 micro taken 0:00"),
	};
	const struct row waits[] = {
		ROW("types", TYPES(21, 0), NOTHING),
		ROW("due, and the hour is full", UNTIL(60, 0), NOTHING, .state = "micro waiting", .reasons = REASON_HOUR),
		ROW("free again, and no lull", UNTIL(82, 0), "82:00 prompt micro 1"),
	};
	const struct row missed[] = {
		ROW("missed", UNTIL(27, 0), "21:00 prompt micro 1, 23:00 prompt micro 2, 25:00 prompt micro 3, 27:00 micro missed 0:00"),
	};
	const struct row retries[] = {
		ROW("retry runs on", UNTIL(5, 0), NOTHING, .reasons = REASON_RETRY),
		ROW("types", TYPES(5, 0), NOTHING),
		ROW("it is over", UNTIL(14, 0), NOTHING, .state = "micro waiting", .deadline = "15:00"),
	};
	struct rig rig;

	p.prompts_per_hour = 1;
	rig_begin(&rig, &p);
	PLAY_ON(&rig, prompts);
	restarts(&rig, 0, AT(21, 0));
	PLAY_ON(&rig, waits);

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, missed);
	restarts(&rig, AT(1, 0), AT(5, 0));
	PLAY_ON(&rig, retries);
}

/* clang-format on */

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(idle_past_grace_is_rest_from_the_last_input),
		cmocka_unit_test(idle_makes_a_prompt_the_running_break_which_goes_on),
		cmocka_unit_test(snooze_and_pause_run_on_while_idle),
		cmocka_unit_test(locked_clocks_rest_at_once),
		cmocka_unit_test(locked_takes_a_prompt_off_the_screen_and_judges_on_return),
		cmocka_unit_test(locked_lets_a_running_break_go_on),
		cmocka_unit_test(locked_lets_snooze_and_pause_run_on),
		cmocka_unit_test(suspended_clocks_rest_while_no_timer_runs),
		cmocka_unit_test(a_sleep_that_is_told_afterwards_is_dealt_with_as_of_its_beginning),
		cmocka_unit_test(suspended_takes_a_prompt_off_the_screen_and_judges_on_resume),
		cmocka_unit_test(suspended_a_running_break_is_taken_as_of_zero_silently),
		cmocka_unit_test(suspended_lets_snooze_and_pause_run_on),
		cmocka_unit_test(a_stop_of_up_to_five_minutes_keeps_the_presence),
		cmocka_unit_test(a_longer_stop_is_rest_by_wall_clock),
		cmocka_unit_test(a_longer_stop_can_be_a_natural_break),
		cmocka_unit_test(a_clock_that_went_back_is_no_time_at_all),
		cmocka_unit_test(a_prompt_is_gone_with_the_program_and_judged_on_start),
		cmocka_unit_test(a_running_break_is_taken_if_the_stop_covers_it),
		cmocka_unit_test(a_running_break_is_cut_short_if_the_stop_does_not_cover_it),
		cmocka_unit_test(snooze_survives_a_reboot),
		cmocka_unit_test(a_pause_survives_a_reboot),
		cmocka_unit_test(posture_reading_and_the_days_count_survive),
		cmocka_unit_test(the_hours_announcements_and_a_retry_survive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
