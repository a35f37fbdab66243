/*
 * Going on where the program stopped: the state as text, there and back, and what becomes of it
 * under settings that were changed meanwhile. What each way of stopping does to the clocks is told
 * in test-absence.c.
 */
#include "day.h"

#include <errno.h>
#include <stdlib.h>

#include "damage.h"
#include "store/state.h"

static const struct state_owner nobody;

/* What a text of the state says, or fails. The journal and names of programs are not in it. */
static void from_text(const char *text, struct scheduler *ret)
{
	struct state_owner owner;

	if (state_read(text, ret, &owner) < 0)
		fail_msg("cannot be read: %s", text);
}

static void by_text(const struct scheduler *s, struct scheduler *ret)
{
	char *text = NULL;

	assert_int_equal(state_write(s, &nobody, &text), 0);
	from_text(text, ret);
	free(text);
}

/* The program stops and begins again `gone` later at `now` of its clock, under these settings. */
static void restarts_as(struct rig *rig, const struct policy *policy, usec_t gone, usec_t now)
{
	static struct scheduler saved;
	struct effects out = { 0 };

	by_text(&rig->s, &saved);
	saved.journal = rig->s.journal;
	scheduler_restore(&rig->s, &saved, policy, now, gone, &out);
	for (size_t i = 0; i < out.n; i++)
		write_effect(rig, &out.v[i]);
	rig->typing = false;
	rig->told_pause = true;
}

/* There and back ------------------------------------------------------------------------------- */

/* As it is after a text: without what that leaves out. */
static void normalize(struct scheduler *s)
{
	usec_t announced[PROMPTS_PER_HOUR_MAX] = { 0 };
	size_t n = s->n_announced < PROMPTS_PER_HOUR_MAX ? s->n_announced : PROMPTS_PER_HOUR_MAX;
	size_t kept = 0;

	memset(&s->journal, 0, sizeof(s->journal));
	/* Of before the beginning, which is known now. */
	s->today.spare = s->posture_spell.spare = 0;
	for (size_t i = 0; i < RULES_MAX; i++)
		s->rules[i].load.spare = s->rules[i].spell.spare = 0;
	if (!s->brk.exists)
		memset(&s->brk, 0, sizeof(s->brk));
	for (size_t i = 0; i < QUIET_SIGNS; i++) {
		memset(s->signs[i].who, 0, sizeof(s->signs[i].who));
		if (!s->signs[i].on && !s->signs[i].ended_at)
			s->signs[i].since = 0;
	}
	for (size_t i = s->n_announced - n; i < s->n_announced; i++)
		if (s->now - s->announced[i % PROMPTS_PER_HOUR_MAX] < HOUR_WINDOW)
			announced[kept++] = s->announced[i % PROMPTS_PER_HOUR_MAX];
	memcpy(s->announced, announced, sizeof(announced));
	s->n_announced = kept;
}

/* clang-format off */

static void every_value_comes_back(void **state)
{
	(void)state;
	const struct row rows[] = {
		ROW("a day", DAY(7, true, 0, 0), NOTHING),
		ROW("stands", STANDS(1, 0), NOTHING),
		ROW("a film", WATCHES(true, 2, 0), NOTHING),
		ROW("watches", STOPS(3, 0), NOTHING),
		ROW("a call", SIGN_OF(CALL, "a program", 4, 0), NOTHING),
		ROW("types", TYPES(5, 0), NOTHING),
		ROW("no film", WATCHES(false, 5, 30), NOTHING),
		ROW("due in the call", UNTIL(20, 30), NOTHING),
		ROW("no call", SIGN(CALL, false, 21, 0), NOTHING),
		ROW("prompted", UNTIL(22, 30), "21:30 sit, 22:30 prompt micro 1"),
		ROW("snoozed", SNOOZES(0, 22, 40), "22:40 withdraw micro"),
		ROW("again, and ignored", UNTIL(28, 0), "25:40 prompt micro 2, 27:40 prompt micro 3"),
		ROW("stops", STOPS(28, 1), NOTHING),
		ROW("on break", UNTIL(28, 7), "28:06 start micro"),
		ROW("a touch", TYPES(28, 7), NOTHING),
		ROW("that goes on", UNTIL(28, 12), NOTHING),
		ROW("back to prompting", UNTIL(29, 0), "28:22 prompt micro 4 after 0:06"),
		ROW("missed", UNTIL(40, 0), NULL),
		ROW("pauses it", HOLDS(AT(70, 0), 41, 0), NOTHING),
		ROW("reads", READS(AT(60, 0), 42, 0), NOTHING),
		ROW("not typing", STOPS(43, 0), NOTHING),
		ROW("locks", LEAVES(AWAY_LOCKED, 44, 0), NOTHING),
		ROW("sleeps", LEAVES(AWAY_ASLEEP, 45, 0), NOTHING),
		ROW("wakes", RETURNS(AWAY_ASLEEP, 46, 0), NOTHING),
		ROW("unlocks", RETURNS(AWAY_LOCKED, 46, 5), NOTHING),
		ROW("a bumped desk?", TYPES(48, 0), NOTHING),
		ROW("starts one", STARTS(1, 48, 30), NULL),
		ROW("is in it", UNTIL(48, 40), NOTHING),
		ROW("another day", DAY(8, false, 50, 0), NULL),
	};
	struct policy p = both_rules();
	struct rig rig;

	p.sit_stand = true;
	p.sit = AT(30, 0);
	p.stand = AT(15, 0);
	p.stand_most = AT(40, 0);
	p.daily_enabled = true;
	p.daily = AT(600, 0);
	rig_begin(&rig, &p);
	for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
		static struct scheduler was, is;

		happens(&rig, &rows[i].event);
		if (rows[i].effects)
			same(__func__, &rows[i], "what was seen", rig.seen, rows[i].effects);
		rig.seen[0] = '\0';
		was = rig.s;
		by_text(&was, &is);
		normalize(&was);
		if (memcmp(&was, &is, sizeof(was)))
			fail_msg("%s: the state is another one after its text", rows[i].what);
	}
}

static void the_owners_values_come_back(void **state)
{
	(void)state;
	const struct state_owner owner = { .paused_until = USEC_NEVER, .reading_until = 5, .presence_from = 6, .spell = 7 };
	struct state_owner is;
	static struct scheduler s, read;
	char *text = NULL;

	scheduler_init(&s, &micro_only, 0);
	assert_int_equal(state_write(&s, &owner, &text), 0);
	assert_int_equal(state_read(text, &read, &is), 0);
	assert_memory_equal(&owner, &is, sizeof(is));
	free(text);
}

static void a_later_limbers_words_are_passed_over(void **state)
{
	(void)state;
	static struct scheduler s, is;
	char *text = NULL, longer[8192], *behind;

	scheduler_init(&s, &micro_only, AT(1, 0));
	assert_int_equal(state_write(&s, &nobody, &text), 0);
	behind = strstr(text, "\nnow ") + 5;
	snprintf(longer, sizeof(longer), "%.*smood=3 %s\nweather rain=1\nsign 99 on=1", (int)(behind - text), text, behind);
	from_text(longer, &is);
	normalize(&s);
	assert_memory_equal(&s, &is, sizeof(s));
	free(text);
}

static void what_is_no_state_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"", "limber-state", "limber-state 2\nnow now=1", "rubbish\nlimber-state 1",
		"limber-state 1\nnow now", "limber-state 1\nnow now=x", "limber-state 1\nnow now=99999999999999999999",
		"limber-state 1\nnow presence=9", "limber-state 1\nnow phase=-1", "limber-state 1\nnow now=never",
		"limber-state 1\nrule", "limber-state 1\nrule micro", "limber-state 1\nrule micro every=0 length=5000",
		"limber-state 1\nrule micro every=5000 length=never",
		"limber-state 1\nrule 123456789012345678901234567890123 every=5000 length=5000",
		"limber-state 1\nload micro due=1", "limber-state 1\nbreak micro rule=0 phase=1",
		"limber-state 1\nrule a every=5000 length=5000\nload a told.other=3",
		"limber-state 1\nrule a every=5000 length=5000\nbreak a rule=0 phase=7\nbreak-rule a every=5000 length=5000",
		"limber-state 1\nannounced 1 x", "limber-state 1\nsign -1 on=1",
	};
	static struct scheduler s;
	struct state_owner owner;

	for (size_t i = 0; i < N_ELEMENTS(texts); i++)
		if (state_read(texts[i], &s, &owner) != -EINVAL)
			fail_msg("this was taken for a state: %s", texts[i]);
	assert_int_equal(state_read("limber-state 1", &s, &owner), 0);
}

/* Other settings ------------------------------------------------------------------------------- */

static void a_rule_that_is_gone_is_gone(void **state)
{
	(void)state;
	const struct row works[] = { ROW("works", UNTIL(15, 0), NOTHING, .load = "active 15:00") };
	const struct row on[] = {
		ROW("the other goes on", UNTIL(15, 0), NOTHING, .load = "micro 15:00", .next = "micro 20:00"),
		ROW("types", TYPES(15, 0), NOTHING),
		ROW("due as before", UNTIL(21, 0), "21:00 prompt micro 1"),
	};
	const struct policy p = both_rules();
	struct rig rig;

	rig_begin(&rig, &p);
	PLAY_ON(&rig, works);
	restarts_as(&rig, &micro_only, 0, AT(15, 0));
	PLAY_ON(&rig, on);
}

static void a_new_rule_begins_with_nothing(void **state)
{
	(void)state;
	const struct row works[] = { ROW("works", UNTIL(15, 0), NOTHING, .load = "micro 15:00") };
	const struct row on[] = {
		ROW("at first", UNTIL(15, 0), NOTHING, .load = "active 0:00"),
		ROW("types", TYPES(15, 0), NOTHING),
		ROW("it gathers", UNTIL(19, 0), NOTHING, .load = "active 4:00"),
		ROW("beside the other", UNTIL(19, 0), NOTHING, .load = "micro 19:00"),
	};
	const struct policy p = both_rules();
	struct rig rig;

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, works);
	restarts_as(&rig, &p, 0, AT(15, 0));
	PLAY_ON(&rig, on);
}

/* Rules are known by their names, wherever they stand. */
static void rules_that_changed_places_keep_their_loads(void **state)
{
	(void)state;
	const struct row works[] = {
		ROW("rests a little", STOPS(10, 0), NOTHING),
		ROW("which clears the short one", UNTIL(12, 30), NOTHING, .load = "micro 0:00"),
		ROW("and some of the long one", UNTIL(12, 30), NOTHING, .load = "active 7:30"),
		ROW("works", TYPES(12, 30), NOTHING),
	};
	const struct row turned_on[] = {
		ROW("one", UNTIL(12, 35), "12:30 micro natural 2:30 silently", .load = "micro 0:05"),
		ROW("and the other", UNTIL(12, 35), NOTHING, .load = "active 7:35"),
	};
	struct policy p = both_rules(), turned;
	struct rig rig;

	p.rules[1].length = AT(55, 0);
	turned = p;
	turned.rules[0] = p.rules[1];
	turned.rules[1] = p.rules[0];
	rig_begin(&rig, &p);
	PLAY_ON(&rig, works);
	restarts_as(&rig, &turned, 0, AT(12, 30));
	PLAY_ON(&rig, turned_on);
}

static void a_renamed_rule_is_another_one(void **state)
{
	(void)state;
	const struct row works[] = { ROW("works", UNTIL(15, 0), NOTHING, .load = "micro 15:00") };
	const struct row on[] = { ROW("a new one", UNTIL(15, 0), NOTHING, .load = "tiny 0:00") };
	struct policy p = micro_only;
	struct rig rig;

	strcpy(p.rules[0].name, "tiny");
	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, works);
	restarts_as(&rig, &p, 0, AT(15, 0));
	PLAY_ON(&rig, on);
}

static void a_shorter_rule_is_due_at_once(void **state)
{
	(void)state;
	const struct row works[] = { ROW("works", UNTIL(15, 0), NOTHING) };
	const struct row on[] = {
		ROW("due, but it is not known whether a prompt may come", UNTIL(15, 0), NOTHING, .state = "micro waiting", .load = "micro 15:00"),
		ROW("types", TYPES(15, 0), NOTHING),
		ROW("patience begins with the start", UNTIL(16, 0), "16:00 prompt micro 1"),
	};
	struct policy p = micro_only;
	struct rig rig;

	p.rules[0].every = AT(10, 0);
	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, works);
	restarts_as(&rig, &p, 0, AT(15, 0));
	PLAY_ON(&rig, on);
}

static void the_break_of_a_rule_that_is_gone_has_its_outcome(void **state)
{
	(void)state;
	const struct row running[] = {
		ROW("stops", STOPS(20, 10), NOTHING),
		ROW("break", UNTIL(20, 20), "20:13 prompt micro 1, 20:18 start micro"),
	};
	const struct row covered[] = { ROW("taken", UNTIL(21, 20), "20:40 gone taken 0:30 silently", .phase = "working") };
	const struct row moved[] = { ROW("taken", UNTIL(21, 20), "20:40 micro taken 0:30 silently", .load = "micro 0:00") };
	const struct policy p = both_rules(), turned = with_rule_of(&active_only, &micro_only);
	struct rig rig;

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, running);
	restarts_as(&rig, &active_only, AT(1, 0), AT(21, 20));
	PLAY_ON(&rig, covered);

	rig_begin(&rig, &p);
	PLAY_ON(&rig, running);
	restarts_as(&rig, &turned, AT(1, 0), AT(21, 20));
	PLAY_ON(&rig, moved);
}

static void the_snooze_of_a_rule_that_is_gone_is_over(void **state)
{
	(void)state;
	const struct row snoozes[] = {
		ROW("prompt", UNTIL(21, 0), "21:00 prompt micro 1"),
		ROW("snoozes", SNOOZES(0, 21, 0), "21:00 withdraw micro"),
	};
	const struct row gone[] = { ROW("nothing to ask for", UNTIL(21, 0), "21:00 eased gone", .phase = "working", .load = "active 0:00") };
	struct rig rig;

	rig_begin(&rig, &micro_only);
	PLAY_ON(&rig, snoozes);
	restarts_as(&rig, &active_only, 0, AT(21, 0));
	PLAY_ON(&rig, gone);
}

static void a_desk_that_only_sits_any_more_calls_for_nothing(void **state)
{
	(void)state;
	const struct row stands[] = {
		ROW("stands", STANDS(1, 0), NOTHING),
		ROW("works", UNTIL(14, 0), NOTHING),
	};
	const struct row on[] = {
		ROW("types", TYPES(14, 0), NOTHING),
		ROW("no call", UNTIL(19, 0), NOTHING),
	};
	struct policy p = micro_only;
	struct rig rig;

	p.sit_stand = true;
	p.sit = AT(30, 0);
	p.stand = AT(15, 0);
	p.stand_most = AT(40, 0);
	rig_begin(&rig, &p);
	PLAY_ON(&rig, stands);
	restarts_as(&rig, &micro_only, 0, AT(14, 0));
	PLAY_ON(&rig, on);
}

/* What a break was, for whoever keeps a history: the end tells it, also after a restart. */
static void the_end_tells_of_the_whole_break(void **state)
{
	(void)state;
	struct effects out;
	static struct scheduler saved;
	struct rig rig;

	rig_begin(&rig, &micro_only);
	passes(&rig, AT(21, 0));
	happens(&rig, &(struct event)SNOOZES(0, 21, 10));
	passes(&rig, AT(24, 10));
	happens(&rig, &(struct event)STOPS(24, 20));
	passes(&rig, AT(24, 30));
	assert_string_equal(rig.seen, "21:00 prompt micro 1, 21:10 withdraw micro, 24:10 prompt micro 2, 24:25 start micro");
	by_text(&rig.s, &saved);
	scheduler_restore(&rig.s, &saved, &micro_only, AT(1, 0), AT(10, 0), &out);
	assert_int_equal(out.n, 1);
	assert_int_equal(out.v[0].outcome, OUTCOME_TAKEN);
	assert_int_equal(out.v[0].prompts, 2);
	assert_int_equal(out.v[0].snoozes, 1);
	assert_int_equal(out.v[0].length, AT(0, 30));
	/* Its clock began a minute ago: what was before is its first moment. */
	assert_int_equal(out.v[0].at, 1);

	rig_begin(&rig, &micro_only);
	passes(&rig, AT(21, 0));
	happens(&rig, &(struct event)STOPS(21, 10));
	passes(&rig, AT(21, 20));
	by_text(&rig.s, &saved);
	scheduler_restore(&rig.s, &saved, &micro_only, AT(41, 15), AT(20, 0), &out);
	assert_int_equal(out.v[0].due_at, AT(20, 0));
	assert_int_equal(out.v[0].first_at, AT(21, 0));
	assert_int_equal(out.v[0].started_at, AT(21, 15));
	assert_int_equal(out.v[0].at, AT(21, 40));
}

/* clang-format on */

/* Damage --------------------------------------------------------------------------------------- */

/* Whatever a text says that is taken for a state: the core works on from there. */
static void no_text_is_the_cores_end(void **state)
{
	const struct policy p = both_rules();
	uint32_t seed = 20261123;
	long taken = 0;

	(void)state;
	for (long round = 0; round < damage_rounds(); round++) {
		static struct scheduler s, saved;
		char *text = NULL, damaged[16384];
		struct state_owner owner;
		struct effects out;
		struct rig rig;
		size_t n;

		rig_begin(&rig, &p);
		passes(&rig, AT(next_random(&seed) % 100, 0));
		assert_int_equal(state_write(&rig.s, &nobody, &text), 0);
		n = strlen(text);
		memcpy(damaged, text, n);
		free(text);
		n = mutate(damaged, n, sizeof(damaged) - 1, &seed);
		damaged[n] = '\0';
		if (state_read(damaged, &saved, &owner) < 0)
			continue;
		taken++;
		scheduler_restore(&s, &saved, &p, AT(200, 0), next_random(&seed), &out);
		for (int i = 0; i < 200; i++) {
			const struct event e = { .kind = i % 7   ? EVENT_TICK
							 : i % 2 ? EVENT_INPUT
								 : EVENT_PAUSE,
						 .now = usec_min(scheduler_deadline(&s),
								 s.now + AT(1, 0)),
						 .since = s.now };

			scheduler_step(&s, &e, &out);
		}
	}
	assert_true(taken > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_comes_back),
		cmocka_unit_test(the_owners_values_come_back),
		cmocka_unit_test(a_later_limbers_words_are_passed_over),
		cmocka_unit_test(what_is_no_state_is_refused),
		cmocka_unit_test(a_rule_that_is_gone_is_gone),
		cmocka_unit_test(a_new_rule_begins_with_nothing),
		cmocka_unit_test(rules_that_changed_places_keep_their_loads),
		cmocka_unit_test(a_renamed_rule_is_another_one),
		cmocka_unit_test(a_shorter_rule_is_due_at_once),
		cmocka_unit_test(the_break_of_a_rule_that_is_gone_has_its_outcome),
		cmocka_unit_test(the_snooze_of_a_rule_that_is_gone_is_over),
		cmocka_unit_test(a_desk_that_only_sits_any_more_calls_for_nothing),
		cmocka_unit_test(the_end_tells_of_the_whole_break),
		cmocka_unit_test(no_text_is_the_cores_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
