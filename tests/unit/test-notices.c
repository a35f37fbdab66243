/* The two notices, which are no breaks: the day's screen time, and time for the other posture. */
#include "day.h"

/* No rule speaks: only the notices do. */
static struct policy notices_only(void)
{
	struct policy p = micro_only;

	p.rules[0].enabled = false;
	return p;
}

static struct policy daily_only(usec_t limit)
{
	struct policy p = notices_only();

	p.daily_enabled = true;
	p.daily = limit;
	return p;
}

static struct policy desk_only(void)
{
	struct policy p = notices_only();

	p.sit_stand = true;
	p.sit = AT(30, 0);
	p.stand = AT(15, 0);
	p.stand_most = AT(40, 0);
	return p;
}

/* clang-format off */

/* Daily ---------------------------------------------------------------------------------------- */

static void the_days_screen_time_earns_one_notice(void **state)
{
	(void)state;
	const struct policy p = daily_only(AT(60, 0));
	const struct row rows[] = {
		ROW("day 1", DAY(1, true, 0, 0), NOTHING, .today = "0:00"),
		ROW("works", UNTIL(59, 59.999), NOTHING, .today = "59:59.999", .deadline = "60:00"),
		ROW("the limit", UNTIL(60, 0), "60:00 daily", .phase = "working", .today = "60:00", .why = "60:00 daily-notice daily 60:00 of 60:00"),
		ROW("once", UNTIL(180, 0), NOTHING, .today = "180:00"),
		ROW("outside hours it is the same day", DAY(1, false, 180, 0), NOTHING, .today = "180:00"),
		ROW("a new day clears it", DAY(2, true, 200, 0), NOTHING, .today = "0:00", .deadline = "260:00"),
		ROW("and has a notice of its own", UNTIL(260, 0), "260:00 daily"),
		ROW("a clock set back is another day too", DAY(1, true, 270, 0), NOTHING, .today = "0:00"),
	};

	PLAY(&p, rows);
}

static void the_daily_count_has_two_minutes_of_grace_and_no_credit(void **state)
{
	(void)state;
	const struct policy p = daily_only(AT(60, 0));
	const struct row rows[] = {
		ROW("day 1", DAY(1, true, 0, 0), NOTHING),
		ROW("stops", STOPS(10, 0), NOTHING),
		ROW("for grace", UNTIL(12, 0), NOTHING, .today = "12:00"),
		ROW("longer: none of it counts", UNTIL(12, 0.001), NOTHING, .today = "10:00"),
		ROW("and nothing is credited", UNTIL(40, 0), NOTHING, .today = "10:00"),
		ROW("types", TYPES(40, 0), NOTHING),
		ROW("a lock counts nothing from its first second", LEAVES(AWAY_LOCKED, 45, 0), NOTHING, .today = "15:00"),
		ROW("nor credits", RETURNS(AWAY_LOCKED, 90, 0), NOTHING, .today = "15:00"),
		ROW("rested is not credited either", RESTED(AT(30, 0), 95, 0), NOTHING, .today = "20:00"),
		ROW("a film is screen time", WATCHES(true, 96, 0), NOTHING),
		ROW("hands off", STOPS(96, 0), NOTHING),
		ROW("watches", UNTIL(106, 0), NOTHING, .today = "31:00"),
	};

	PLAY(&p, rows);
}

static void the_count_stands_without_its_notice(void **state)
{
	(void)state;
	struct policy p = daily_only(AT(10, 0));
	const struct row rows[] = {
		ROW("day 1", DAY(1, true, 0, 0), NOTHING),
		ROW("switched off: counted, not told", UNTIL(30, 0), NOTHING, .today = "30:00"),
	};

	p.daily_enabled = false;
	PLAY(&p, rows);
}

static void the_daily_notice_waits_for_strong_signs_and_settle(void **state)
{
	(void)state;
	struct policy p = daily_only(AT(60, 0));

	for (unsigned sign = 0; sign <= QUIET_INHIBIT; sign++) {
		bool weak = QUIET_BIT(sign) & QUIET_WEAK;
		const struct row rows[] = {
			ROW("day 1", DAY(1, true, 0, 0), NOTHING),
			ROW("a sign", ((struct event){ .kind = EVENT_SIGN, .now = AT(59, 0), .sign = (enum quiet)sign, .on = true }), NOTHING),
			ROW("the limit; a weak sign does not matter", UNTIL(62, 0), weak ? "60:00 daily" : NOTHING),
			ROW("ends", ((struct event){ .kind = EVENT_SIGN, .now = AT(62, 0), .sign = (enum quiet)sign }), NOTHING),
			ROW("settles", UNTIL(62, 29.999), NOTHING),
			ROW("told then", UNTIL(62, 30), weak ? NOTHING : "62:30 daily"),
			ROW("once", UNTIL(90, 0), NOTHING),
		};

		PLAY(&p, rows);
	}
}

static void the_daily_notice_waits_for_pause_and_hours(void **state)
{
	(void)state;
	const struct policy p = daily_only(AT(60, 0));
	const struct row pause[] = {
		ROW("day 1", DAY(1, true, 0, 0), NOTHING),
		ROW("paused", HOLDS(AT(65, 0), 50, 0), NOTHING),
		ROW("the limit", UNTIL(65, 29.999), NOTHING),
		ROW("told after it", UNTIL(65, 30), "65:30 daily"),
	};
	const struct row hours[] = {
		ROW("outside hours", DAY(1, false, 0, 0), NOTHING),
		ROW("the limit", UNTIL(65, 0), NOTHING, .today = "65:00"),
		ROW("hours begin", DAY(1, true, 65, 0), NOTHING),
		ROW("told then", UNTIL(65, 30), "65:30 daily"),
	};
	const struct row next_day[] = {
		ROW("outside hours", DAY(1, false, 0, 0), NOTHING),
		ROW("the limit", UNTIL(65, 0), NOTHING),
		ROW("but the next day has begun", DAY(2, true, 65, 0), NOTHING, .today = "0:00"),
		ROW("nothing to tell", UNTIL(100, 0), NOTHING),
	};

	PLAY(&p, pause);
	PLAY(&p, hours);
	PLAY(&p, next_day);
}

static void a_sign_that_is_switched_off_holds_no_notice_back(void **state)
{
	(void)state;
	struct policy p = daily_only(AT(60, 0));
	const struct row rows[] = {
		ROW("day 1", DAY(1, true, 0, 0), NOTHING),
		ROW("do not disturb", SIGN(DND, true, 59, 0), NOTHING),
		ROW("the limit", UNTIL(60, 0), "60:00 daily"),
	};

	p.quiet = QUIET_BIT(QUIET_CALL);
	PLAY(&p, rows);
}

static void the_daily_notice_waits_for_the_users_return(void **state)
{
	(void)state;
	const struct policy p = daily_only(AT(60, 0));
	const struct row rows[] = {
		ROW("day 1", DAY(1, true, 0, 0), NOTHING),
		ROW("do not disturb", SIGN(DND, true, 59, 0), NOTHING),
		ROW("locks", LEAVES(AWAY_LOCKED, 62, 0), NOTHING),
		ROW("it ends", SIGN(DND, false, 63, 0), NOTHING),
		ROW("nobody is there", UNTIL(70, 0), NOTHING),
		ROW("told on return", RETURNS(AWAY_LOCKED, 80, 0), "80:00 daily"),
	};

	PLAY(&p, rows);
}

static void the_daily_notice_waits_for_the_end_of_a_break(void **state)
{
	(void)state;
	struct policy p = micro_only;
	const struct row running[] = {
		ROW("day 1", DAY(1, true, 0, 0), NOTHING),
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("prompt", UNTIL(20, 13), "20:13 prompt micro 1"),
		ROW("the limit, while prompting", UNTIL(20, 17), NOTHING),
		ROW("the break", UNTIL(20, 39), "20:18 start micro"),
		ROW("told after it", UNTIL(20, 40), "20:40 micro taken 0:30, 20:40 daily"),
	};
	const struct row snoozed[] = {
		ROW("day 1", DAY(1, true, 0, 0), NOTHING),
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("prompt", UNTIL(20, 13), "20:13 prompt micro 1"),
		ROW("types", TYPES(20, 14), NOTHING),
		ROW("the limit, while prompting", UNTIL(20, 30), NOTHING),
		ROW("a snoozed break is not in its way", SNOOZES(0, 20, 30), "20:30 withdraw micro, 20:30 daily"),
	};

	p.daily_enabled = true;
	p.daily = AT(20, 16);
	PLAY(&p, running);
	PLAY(&p, snoozed);
}

/* Posture -------------------------------------------------------------------------------------- */

static void sitting_calls_for_standing_once_a_spell(void **state)
{
	(void)state;
	const struct policy p = desk_only();
	const struct row rows[] = {
		ROW("sits", UNTIL(29, 59.999), NOTHING, .deadline = "30:00"),
		ROW("long enough", UNTIL(30, 0), "30:00 stand", .why = "30:00 posture posture stand 30:00 of 30:00"),
		ROW("told once", UNTIL(60, 0), NOTHING),
		ROW("stands", STANDS(61, 0), NOTHING, .deadline = "76:00"),
		ROW("long enough", UNTIL(76, 0), "76:00 sit", .why = "76:00 posture posture sit 15:00 of 15:00"),
		ROW("sits", SITS(77, 0), NOTHING, .deadline = "107:00"),
		ROW("and again", UNTIL(107, 0), "107:00 stand"),
	};

	PLAY(&p, rows);
}

static void no_spell_of_standing_is_longer_than_stand_most(void **state)
{
	(void)state;
	struct policy p = desk_only();
	const struct row rows[] = {
		ROW("stands", STANDS(0, 0), NOTHING, .deadline = "40:00"),
		ROW("for stand_most", UNTIL(40, 0), "40:00 sit"),
	};

	p.stand = AT(90, 0);
	PLAY(&p, rows);
}

static void a_rest_of_five_minutes_clears_the_spell_and_a_shorter_one_stops_it(void **state)
{
	(void)state;
	const struct policy p = desk_only();
	const struct row whole[] = {
		ROW("stops", STOPS(20, 0), NOTHING),
		ROW("is back after 5 min", TYPES(25, 0), NOTHING),
		ROW("a new spell", UNTIL(54, 59.999), NOTHING, .deadline = "55:00"),
		ROW("which is over", UNTIL(55, 0), "55:00 stand"),
	};
	const struct row shorter[] = {
		ROW("stops", STOPS(20, 0), NOTHING),
		ROW("is back after 4 min", TYPES(24, 0), NOTHING),
		ROW("the spell stood still", UNTIL(33, 59.999), NOTHING, .deadline = "34:00"),
		ROW("and is over", UNTIL(34, 0), "34:00 stand"),
	};
	const struct row grace[] = {
		ROW("stops", STOPS(20, 0), NOTHING),
		ROW("is back after 2 min", TYPES(22, 0), NOTHING),
		ROW("which was part of it", UNTIL(30, 0), "30:00 stand"),
	};
	const struct row told_again[] = {
		ROW("told", UNTIL(30, 0), "30:00 stand"),
		ROW("locks", LEAVES(AWAY_LOCKED, 35, 0), NOTHING),
		ROW("unlocks 5 min later", RETURNS(AWAY_LOCKED, 40, 0), NOTHING),
		ROW("another spell, another notice", UNTIL(70, 0), "70:00 stand"),
	};

	PLAY(&p, whole);
	PLAY(&p, shorter);
	PLAY(&p, grace);
	PLAY(&p, told_again);
}

static void set_posture_restarts_its_own_spell_only(void **state)
{
	(void)state;
	struct policy p = desk_only();
	const struct row same_posture[] = {
		ROW("sits, as before", SITS(20, 0), NOTHING, .deadline = "50:00"),
		ROW("a spell from there", UNTIL(50, 0), "50:00 stand"),
	};
	const struct row rule[] = {
		ROW("works", UNTIL(10, 0), NOTHING, .load = "active 10:00"),
		ROW("standing is no rest", STANDS(10, 0), NOTHING, .load = "active 10:00", .next = "active 55:00"),
		ROW("nor work of another kind", UNTIL(20, 0), NOTHING, .load = "active 20:00"),
	};

	PLAY(&p, same_posture);
	p.rules[0] = active_only.rules[0];
	PLAY(&p, rule);
}

static void without_such_a_desk_there_are_no_spells(void **state)
{
	(void)state;
	struct policy p = desk_only(), desk = p;
	const struct row rows[] = {
		ROW("stands all the same", STANDS(1, 0), NOTHING),
		ROW("nobody minds", UNTIL(200, 0), NOTHING, .deadline = "never"),
		ROW("a desk is declared", SETS(&desk, 200, 0), NOTHING),
	};
	struct rig rig;

	p.sit_stand = false;
	rig_begin(&rig, &p);
	assert_int_not_equal(scheduler_allows(&rig.s, EVENT_POSTURE, 0), REFUSAL_NONE);
	PLAY_ON(&rig, rows);
	assert_int_equal(scheduler_allows(&rig.s, EVENT_POSTURE, 0), REFUSAL_NONE);
}

static void posture_waits_as_the_daily_notice_does(void **state)
{
	(void)state;
	const struct policy p = desk_only();
	struct policy with_micro = p;
	const struct row call[] = {
		ROW("a call", SIGN(CALL, true, 29, 0), NOTHING),
		ROW("due", UNTIL(35, 0), NOTHING),
		ROW("over", SIGN(CALL, false, 35, 0), NOTHING),
		ROW("settled", UNTIL(35, 30), "35:30 stand"),
	};
	const struct row weak[] = {
		ROW("full screen", SIGN(FULLSCREEN, true, 29, 0), NOTHING),
		ROW("is no reason", UNTIL(30, 0), "30:00 stand"),
	};
	const struct row paused[] = {
		ROW("paused", HOLDS(AT(40, 0), 29, 0), NOTHING),
		ROW("stands meanwhile", STANDS(35, 0), NOTHING),
		ROW("nothing to say about sitting", UNTIL(45, 0), NOTHING),
		ROW("later about standing", UNTIL(50, 0), "50:00 sit"),
	};
	const struct row prompting[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("due while prompting", UNTIL(21, 30), NOTHING),
		ROW("told when the prompt is off the screen", COMMAND(SKIP, 21, 30), "21:30 micro skipped 0:00, 21:30 stand"),
	};

	PLAY(&p, call);
	PLAY(&p, weak);
	PLAY(&p, paused);
	with_micro.rules[0].enabled = true;
	with_micro.sit = AT(21, 10);
	PLAY(&with_micro, prompting);
}

/* clang-format on */

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_days_screen_time_earns_one_notice),
		cmocka_unit_test(the_daily_count_has_two_minutes_of_grace_and_no_credit),
		cmocka_unit_test(the_count_stands_without_its_notice),
		cmocka_unit_test(the_daily_notice_waits_for_strong_signs_and_settle),
		cmocka_unit_test(the_daily_notice_waits_for_pause_and_hours),
		cmocka_unit_test(a_sign_that_is_switched_off_holds_no_notice_back),
		cmocka_unit_test(the_daily_notice_waits_for_the_users_return),
		cmocka_unit_test(the_daily_notice_waits_for_the_end_of_a_break),
		cmocka_unit_test(sitting_calls_for_standing_once_a_spell),
		cmocka_unit_test(no_spell_of_standing_is_longer_than_stand_most),
		cmocka_unit_test(
			a_rest_of_five_minutes_clears_the_spell_and_a_shorter_one_stops_it),
		cmocka_unit_test(set_posture_restarts_its_own_spell_only),
		cmocka_unit_test(without_such_a_desk_there_are_no_spells),
		cmocka_unit_test(posture_waits_as_the_daily_notice_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
