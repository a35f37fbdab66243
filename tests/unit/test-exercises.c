#include "damage.h"
#include "scratch.h"

#include "base/cleanup.h"
#include "coach/activity.h"
#include "coach/progress.h"
#include "coach/routine.h"
#include "conf/exercises.h"

#define BIT(n) (UINT32_C(1) << (n))

/* The folder with what the package comes with. */
static const char *shipped(void)
{
	const char *share = getenv("LIMBER_SHARE");

	return share ? share : "config";
}

static void load(const struct config_paths *paths, struct catalog *c, struct problem_list *problems)
{
	memset(c, 0, sizeof(*c));
	*problems = (struct problem_list){ 0 };
	assert_int_equal(exercises_load(paths, c, problems), 0);
}

static const struct exercise *find(const struct catalog *c, const char *id)
{
	int i = catalog_find(c, id);

	return i < 0 ? NULL : &c->exercises[i];
}

static void the_shipped_ones(void **state)
{
	static const unsigned in_set[SETS_COUNT] = { 13, 28, 21, 12, 12, 6, 11, 6, 10 };
	struct problem_list problems;
	struct catalog c;
	unsigned counted[SETS_COUNT] = { 0 };

	(void)state;
	load(&(struct config_paths){ .share = shipped() }, &c, &problems);
	assert_told("shipped", (struct told[]){ { 0 } }, &problems);
	assert_false(c.careful);
	assert_int_equal(c.n, 119);
	for (size_t i = 0; i < c.n; i++) {
		const struct exercise *e = &c.exercises[i];

		assert_true(i == 0 || c.exercises[i - 1].set <= e->set);
		assert_true(*e->name && *e->cue && *e->source && *e->muscles && e->relieves);
		assert_in_range(e->n_steps, 3, 6);
		for (unsigned k = 0; k < EXERCISE_STEPS_MAX; k++)
			assert_int_equal(*e->steps[k] != '\0', k < e->n_steps);
		assert_int_equal(catalog_find(&c, e->id), i);
		counted[e->set]++;
	}
	assert_memory_equal(counted, in_set, sizeof(counted));
	catalog_done(&c);
	assert_int_equal(c.n, 0);
}

/*
 * Instructions tell short holds in seconds, so a beginner in a hurry is asked for all of them. Of
 * the longer ones only this does, which is after the rule of looking 20 s into the distance. What
 * tests/lint/exercises.py lets a text tell rests on this.
 */
static void no_dose_contradicts_a_hold_that_is_told(void **state)
{
	const unsigned told_up_to = 10;
	struct problem_list problems;
	struct catalog c;
	unsigned told = 0;

	(void)state;
	load(&(struct config_paths){ .share = shipped() }, &c, &problems);
	for (size_t i = 0; i < c.n; i++) {
		const struct exercise *e = &c.exercises[i];
		struct coach_dose dose;

		if (e->hold_seconds > told_up_to && strcmp(e->id, "eyes-20-20-20") != 0)
			continue;
		coach_dose(e, &(struct coach_progress){ 0 }, &dose);
		coach_dose_within(e, e->seconds_min, &dose);
		if (dose.hold != e->hold_seconds)
			fail_msg("%s is held for %u s, its own are %u", e->id, dose.hold,
				 e->hold_seconds);
		told += e->hold_seconds > 0;
	}
	assert_true(told > 30);
	catalog_done(&c);
}

/* One of them, field by field. */
static void one_of_them(void **state)
{
	struct problem_list problems;
	struct catalog c;
	const struct exercise *e;

	(void)state;
	load(&(struct config_paths){ .share = shipped() }, &c, &problems);
	e = find(&c, "cat-cow");
	assert_non_null(e);
	assert_string_equal(e->name, "Cat-cow");
	assert_int_equal(e->set, SET_WARM_UP);
	assert_int_equal(e->position, POSITION_FLOOR);
	assert_int_equal(e->space, SPACE_MAT);
	assert_true(e->seed && !e->discreet && !e->needs_warmup);
	assert_int_equal(e->intensity, 1);
	assert_true(e->seconds_min == 20 && e->seconds_default == 40 && e->seconds_max == 80);
	assert_true(e->hold_seconds == 2 && e->reps == 8 && e->sets == 1 && e->sides == 1);
	assert_string_equal(e->muscles, "erector spinae; rectus abdominis; multifidus");
	assert_int_equal(e->relieves,
			 BIT(REGION_LOWER_BACK) | BIT(REGION_UPPER_BACK) | BIT(REGION_NECK));
	assert_int_equal(e->avoid_if, BIT(LIMIT_WRIST_INJURY) | BIT(LIMIT_KNEE_INJURY) |
					      BIT(LIMIT_RECENT_SURGERY) | BIT(LIMIT_VERTIGO) |
					      BIT(LIMIT_NECK_INJURY) | BIT(LIMIT_OSTEOPOROSIS) |
					      BIT(LIMIT_DISC_HERNIATION));
	assert_string_equal(e->easier, "seated-cat-cow");
	assert_string_equal(e->harder, "");
	assert_string_equal(e->desk_alternative, "seated-cat-cow");
	assert_int_equal(e->n_steps, 4);
	assert_string_equal(e->steps[0],
			    "Kneel on all fours, hands under shoulders, knees under hips");
	assert_string_equal(e->cue, "Round, then arch - let the breath set the pace.");
	assert_string_equal(e->source, "Seed article; NHS back exercise leaflets");
	catalog_done(&c);
}

#define SAFETY "intensity = 1\nneeds_warmup = no\navoid_if = none\n"
#define BARE                                                                                       \
	"[shrug]\nname = \"Shrug\"\nset = warm-up\nposition = seated\nspace = desk\n"              \
	"seconds_min = 20\nstep_1 = \"Lift the shoulders\"\n"
#define SHRUG BARE SAFETY /* ten lines */

#define NOD(set, intensity)                                                                        \
	"[nod]\nname = Nod\nset = " set "\nposition = seated\nspace = desk\nseconds_min = 5\n"     \
	"step_1 = Nod\nneeds_warmup = no\navoid_if = none\nintensity = " intensity                 \
	"\n" /* ten lines */

/* One file; what becomes of its exercise. */
/* clang-format off */
static const struct row {
	const char *what;
	const char *text;
	bool there;
	struct told told[4];
} rows[] = {
	{ "what it needs", SHRUG, true, { { 0 } } },
	{ "in any case", "[SHRUG]\nName = Shrug\nset = warm-up\nposition = seated\nspace = desk\n"
	  "seconds_min = 20\nSTEP_1 = Lift\n" SAFETY, true, { { 0 } } },
	{ "no name",
	  "[shrug]\nset = warm-up\nposition = seated\nspace = desk\nseconds_min = 20\nstep_1 = a\n"
	  SAFETY, false,
	  { { 1, "name", "does not say 'name' and is left out", NULL, 0 },
	  { 0, "", "there are no exercises", NULL, 0 } } },
	{ "an empty name",
	  "[shrug]\nname = ''\nset = warm-up\nposition = seated\nspace = desk\nseconds_min = 20\n"
	  "step_1 = a\n" SAFETY, false,
	  { { 2, "name", "the text is empty, the line is left out", "a text", 0 },
	  { 1, "name", "does not say 'name'", NULL, 0 },
	  { 0, "", "there are no exercises", NULL, 0 } } },
	{ "nothing but an id", SHRUG
	  "[x]\nseed = yes\nposition = wall\nname = a\nset = core\nstep_1 = a\nspace = mat\n"
	  "seconds_min = 5\n", true,
	  { { 11, "intensity", "does not say 'intensity' and is left out", "from 1 to 5", 0 },
	  { 11, "needs_warmup", "does not say", "yes or no", 0 },
	    { 11, "avoid_if", "does not say", "'none', or some of acute-low-back-pain", 0 } } },
	{ "a strange id", SHRUG "[my_own]\nname = a\n", true,
	  { { 11, "", "is no exercise's id, its keys are left out", "up to 48", 0 } } },
	{ "an id with a blank", SHRUG "[my own]\nname = a\n", true,
	  { { 11, "", "is no exercise's id", NULL, 0 } } },
	{ "an unknown key", SHRUG "nmae = a\n", true, { { 11, "nmae",
	  "no such key, perhaps you mean name, the line", "step_1 to step_12", 0 } } },
	{ "a thirteenth step", SHRUG "step_13 = a\n", true,
	  { { 11, "step_13", "there is no such key, the line", NULL, 0 } } },
	{ "a wrong word", SHRUG "relieves = knee\n", true, { { 11, "relieves",
	  "'knee' is none of the words for this, the line is left out", "neck, upper-back", 0 } } },
	{ "a wrong number", SHRUG "sides = 3\nreps = 0\nhold_seconds = x\n", true,
	  { { 11, "sides", "'3' is too much", "from 1 to 2", 0 },
	  { 12, "reps", "'0' is too little", NULL, 0 },
	  { 13, "hold_seconds", "'x' is not a whole", NULL, 0 } } },
	{ "seconds that go down", SHRUG "seconds_default = 10\nseconds_max = 5\n", true,
	  { { 1, "seconds_default", "go down instead of up, 20 is taken", NULL, 0 } } },
	{ "a step is missing", SHRUG "step_3 = \"c\"\n", true,
	  { { 1, "", "step_2 is missing, the next moves up", NULL, 0 } } },
	{ "a step cut off", SHRUG "step_2 = lift; drop\n", true,
	  { { 11, "step_2", "cuts the value off", "quotes", 0 } } },
	{ "no such easier form", SHRUG "easier = lying-down\n", true,
	  { { 11, "easier", "there is no exercise 'lying-down' to be had", NULL, 0 } } },
	/* It is told once that it is left out. */
	{ "forms of one that is left out", SHRUG "harder = nod\ndesk_alternative = nod\n"
	  NOD("warm-up", "9") "easier = shrug\nharder = shrug\n", true,
	  { { 22, "intensity", "'9' is too much, and the exercise is left out", NULL, 0 } } },
	{ "an easier form that is no id", SHRUG "easier = Lying Down\n", true,
	  { { 11, "easier", "'Lying Down' is not an exercise's id", "'-' for none", 0 } } },
	{ "no easier form", SHRUG "easier = -\nharder = none\ndesk_alternative =\n", true,
	  { { 0 } } },

	/* Other forms, as ergonomics section 10 has them. */
	{ "as they should be", SHRUG "harder = nod\ndesk_alternative = nod\n" NOD("warm-up", "2")
	  "easier = shrug\n", true, { { 0 } } },
	{ "an easier form from another set, two levels below", SHRUG NOD("eyes", "3")
	  "easier = shrug\n", true, { { 0 } } },
	{ "its own easier form", SHRUG "easier = shrug\n", true,
	  { { 11, "easier", "'shrug': that is the exercise itself, the line", "no circles", 0 } } },
	{ "its own harder form", SHRUG "harder = shrug\n", true,
	  { { 11, "harder", "'shrug': that is the exercise itself", NULL, 0 } } },
	{ "its own desk alternative", SHRUG "desk_alternative = shrug\n", true,
	  { { 11, "desk_alternative", "'shrug': that is the exercise itself", NULL, 0 } } },
	{ "a desk alternative on a mat", SHRUG "desk_alternative = nod\n" NOD("warm-up", "1")
	  "space = mat\n", true, { { 22, "space", "in line 16 already", NULL, 0 },
	  { 11, "desk_alternative", "'nod': that cannot be done at a desk", NULL, 0 } } },
	{ "an easier form that is harder", SHRUG "easier = nod\n" NOD("warm-up", "2"), true,
	  { { 11, "easier", "'nod': that is more intense", NULL, 0 } } },
	{ "an easier form far below", SHRUG NOD("warm-up", "4") "easier = shrug\n", true,
	  { { 21, "easier", "more than two levels of intensity below", NULL, 0 } } },
	{ "a harder form of another set", SHRUG "harder = nod\n" NOD("eyes", "1"), true,
	  { { 11, "harder", "'nod': that is of another set", "of the same set", 0 } } },
	{ "a harder form two levels above", SHRUG "harder = nod\n" NOD("warm-up", "3"), true,
	  { { 11, "harder", "more than one level of intensity above", NULL, 0 } } },
	{ "a harder form that is easier", NOD("warm-up", "2") "harder = shrug\n" SHRUG, true,
	  { { 11, "harder", "'shrug': that is less intense", NULL, 0 } } },
	{ "easier forms in a circle", SHRUG "easier = nod\n" NOD("warm-up", "1") "easier = shrug\n",
	  true, { { 22, "easier", "'shrug': the forms go round in a circle", NULL, 0 } } },
	{ "harder forms in a circle", SHRUG "harder = nod\n" NOD("warm-up", "1") "harder = shrug\n",
	  true, { { 22, "harder", "'shrug': the forms go round in a circle", NULL, 0 } } },
	{ "a form that is both", SHRUG "easier = nod\nharder = nod\n" NOD("warm-up", "1"), true,
	  { { 12, "harder", "'nod': the forms go round in a circle", NULL, 0 } } },

	/* Safety: what cannot be read is not offered. */
	{ "hidden, perhaps", SHRUG "hidden = yep\n", false,
	  { { 11, "hidden", "neither yes nor no, and the exercise is left out to be safe", NULL, 0 },
	  { 0, "", "there are no exercises", NULL, 0 } } },
	{ "hidden, misspelt", SHRUG "hiden = yes\n", false,
	  { { 11, "hiden", "perhaps you mean hidden", NULL, 0 },
	  { 1, "", "a line about safety may be lost", "at most one with hidden", 0 },
	  { 0, "", "there are no exercises", NULL, 0 } } },
	{ "a misspelt name and a limit", SHRUG "[Shruk]\navoid_if = vertigo\n", false,
	  { { 11, "", "perhaps you mean shrug: it is left out to be safe", "shrug", 0 },
	  { 0, "", "there are no exercises", NULL, 0 } } },
	{ "a misspelt name and nothing of the kind", SHRUG "[s_hrug]\nname = Shruk\n", true,
	  { { 11, "", "is no exercise's id, its keys are left out", NULL, 0 } } },
	{ "an exercise of its own whose name is near", SHRUG "[shruk]\nname = Nod\nset = eyes\n"
	  "position = seated\nspace = desk\nseconds_min = 5\nstep_1 = Nod\nhidden = yes\n" SAFETY,
	  true, { { 0 } } },
	{ "a misspelt name that is to be hidden", SHRUG "[s_hrug]\nhidden = yes\n", false,
	  { { 11, "", "is no exercise's id, its keys are left out", NULL, 0 },
	  { 11, "", "perhaps you mean shrug", NULL, 0 },
	  { 0, "", "there are no exercises", NULL, 0 } } },
	{ "... far from any", SHRUG "[my own_x]\nhidden = yes\n", true,
	  { { 11, "", "is no exercise's id, its keys are left out", NULL, 0 } } },
	{ "a limit that we do not know", BARE
	  "intensity = 1\nneeds_warmup = no\navoid_if = vertigo sore-toe\n", false,
	  { { 10, "avoid_if",
	  "'sore-toe' is none of the words for this, and the exercise is left out to be safe",
	  "acute-low-back-pain", 0 },
	    { 0, "", "there are no exercises", NULL, 0 } } },
	{ "no limits named", BARE "intensity = 1\nneeds_warmup = no\navoid_if =\n", false,
	  { { 10, "avoid_if", "'' names nothing, and the exercise is left out", NULL, 0 },
	  { 0, "", "there are no exercises", NULL, 0 } } },
	{ "an intensity beyond", BARE "intensity = 6\nneeds_warmup = no\navoid_if = none\n", false,
	  { { 8, "intensity", "'6' is too much, and the exercise", "from 1 to 5", 0 },
	  { 0, "", "there are no exercises", NULL, 0 } } },
	{ "a warm-up, perhaps", BARE "intensity = 1\nneeds_warmup = perhaps\navoid_if = none\n",
	  false,
	  { { 9, "needs_warmup", "neither yes nor no, and the exercise", NULL, 0 },
	  { 0, "", "there are no exercises", NULL, 0 } } },
	{ "a lost line about it", SHRUG "avoid_if = vertigo ; so\n", false,
	  { { 11, "avoid_if", "cuts the value off", NULL, 0 },
	  { 1, "", "a line about safety may be lost, so the exercise is left out", NULL, 0 },
	    { 0, "", "there are no exercises", NULL, 0 } } },
	{ "said twice", SHRUG "avoid_if = vertigo\n", false,
	  { { 11, "avoid_if", "in line 10 already", NULL, 0 },
	  { 1, "", "a line about safety may be lost", NULL, 0 },
	  { 0, "", "there are no exercises", NULL, 0 } } },
	{ "misspelt", SHRUG "avoidif = vertigo\n", false,
	  { { 11, "avoidif", "perhaps you mean avoid_if", NULL, 0 },
	  { 1, "", "a line about safety may be lost", NULL, 0 },
	  { 0, "", "there are no exercises", NULL, 0 } } },
	{ "rubbish that might be it", SHRUG "\xff\n", false,
	  { { 11, "", "not valid UTF-8", NULL, 0 },
	  { 1, "", "a line about safety may be lost", NULL, 0 },
	  { 0, "", "there are no exercises", NULL, 0 } } },
	{ "other rubbish", SHRUG "cue \xff\n", true,
	  { { 11, "cue", "not valid UTF-8", NULL, 0 } } },
	{ "below an open header", SHRUG "[shrug\navoid_if = vertigo\n", false,
	  { { 11, "", "not closed by ']'", NULL, 0 },
	  { 1, "", "a line about safety may be lost", NULL, 0 },
	  { 0, "", "there are no exercises", NULL, 0 } } },
};
/* clang-format on */

static void each_story(void **state)
{
	struct config_paths paths = { .user = scratch_path("stories") };

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct told want[ELEMENTS(rows[i].told) + 1] = { 0 };
		struct problem_list problems;
		struct catalog c;

		scratch_write("stories/exercises/a.ini", rows[i].text);
		memcpy(want, rows[i].told, sizeof(rows[i].told));
		load(&paths, &c, &problems);
		assert_told(rows[i].what, want, &problems);
		if (!find(&c, "shrug") == rows[i].there)
			fail_msg("%s: %s", rows[i].what, rows[i].there ? "is gone" : "is there");
		catalog_done(&c);
		problem_list_done(&problems);
	}
}

/* What is hard must not come because its easier form was dropped (ergonomics X12). */
static void a_dropped_easier_form_is_missed(void **state)
{
	static const char *const texts[] = {
		SHRUG "easier = nod\n" NOD("warm-up", "1") "easier = shrug\n",
		SHRUG NOD("warm-up", "4") "easier = shrug\n",
		SHRUG NOD("warm-up", "4") "easier = nod\n",
	};
	struct config_paths paths = { .user = scratch_path("dropped") };
	struct problem_list problems;
	struct catalog c;

	(void)state;
	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		scratch_write("dropped/exercises/a.ini", texts[i]);
		load(&paths, &c, &problems);
		assert_int_equal(problems.n, 1);
		assert_string_equal(find(&c, "nod")->easier, "");
		assert_true(find(&c, "nod")->easier_lost);
		assert_false(find(&c, "shrug")->easier_lost);
		catalog_done(&c);
		problem_list_done(&problems);
	}
}

static void what_is_not_said(void **state)
{
	struct config_paths paths = { .user = scratch_path("plain") };
	struct problem_list problems;
	struct catalog c;
	const struct exercise *e;

	(void)state;
	scratch_write("plain/exercises/a.ini", SHRUG);
	load(&paths, &c, &problems);
	e = find(&c, "shrug");
	assert_non_null(e);
	assert_true(e->seconds_default == 20 && e->seconds_max == 20);
	assert_true(e->reps == 1 && e->sets == 1 && e->sides == 1 && e->hold_seconds == 0);
	assert_true(!e->seed && !e->discreet && !e->relieves && !e->avoid_if);
	assert_string_equal(e->easier, "");
	assert_string_equal(e->muscles, "");
	assert_string_equal(e->cue, "");
	assert_string_equal(e->steps[EXERCISE_STEPS_MAX - 1], "");
	assert_int_equal(e->n_steps, 1);
	catalog_done(&c);
}

/* Texts come back byte for byte: the front end shows them as text. */
static void texts_full_of_traps(void **state)
{
	struct config_paths paths = { .user = scratch_path("traps") };
	struct problem_list problems;
	struct catalog c;
	const struct exercise *e;

	(void)state;
	scratch_write("traps/exercises/a.ini",
		      SHRUG "step_2 = \"<b>bold</b> &amp; %s %n\"\n"
			    "step_3 = 'say \"ah\"'\n"
			    "step_4 = it's 5\" off\n"
			    "step_5 = \"a;b#c=d\"\n"
			    "step_6 = \"back\\\\slash\\n\\\"\n"
			    "step_7 = \"\xf0\x9f\x98\x80 \xc3\xbc \xe2\x80\x9cso\xe2\x80\x9d\"\n"
			    "step_8 = \" blanks \"\n"
			    "step_9 = \"[no section]\"\n"
			    "cue = \"tab\there\"\n"
			    "source = \"''\"\n");
	load(&paths, &c, &problems);
	assert_told("traps", (struct told[]){ { 0 } }, &problems);
	e = find(&c, "shrug");
	assert_non_null(e);
	assert_string_equal(e->steps[1], "<b>bold</b> &amp; %s %n");
	assert_string_equal(e->steps[2], "say \"ah\"");
	assert_string_equal(e->steps[3], "it's 5\" off");
	assert_string_equal(e->steps[4], "a;b#c=d");
	assert_string_equal(e->steps[5], "back\\\\slash\\n\\");
	assert_string_equal(e->steps[6], "\xf0\x9f\x98\x80 \xc3\xbc \xe2\x80\x9cso\xe2\x80\x9d");
	assert_string_equal(e->steps[7], " blanks ");
	assert_string_equal(e->steps[8], "[no section]");
	assert_string_equal(e->cue, "tab\there");
	assert_string_equal(e->source, "''");
	catalog_done(&c);
}

static void layers_change_key_by_key(void **state)
{
	struct config_paths paths = { .share = scratch_path("l/share"),
				      .etc = scratch_path("l/etc"),
				      .user = scratch_path("l/user") };
	struct problem_list problems;
	struct catalog c;
	const struct exercise *e;

	(void)state;
	scratch_write("l/share/exercises/a.ini", SHRUG "step_2 = b\nstep_3 = c\ncue = one\n");
	scratch_write("l/etc/exercises/z.ini", "[shrug]\nname = Two\navoid_if = vertigo\n");
	scratch_write("l/user/exercises/a.ini", "[shrug]\nstep_3 =\nstep_2 = B\ncue = three\n"
						"avoid_if = vertigo glaucoma\n");
	scratch_write("l/user/exercises/b.ini", "[nod]\nname = Nod\nset = eyes\nposition = seated\n"
						"space = desk\nseconds_min = 5\nstep_1 = Nod\n"
						"easier = shrug\n" SAFETY);
	load(&paths, &c, &problems);
	assert_told("layers", (struct told[]){ { 0 } }, &problems);
	assert_int_equal(c.n, 2);
	e = find(&c, "shrug");
	assert_non_null(e);
	assert_string_equal(e->name, "Two");
	assert_string_equal(e->cue, "three");
	assert_int_equal(e->n_steps, 2);
	assert_string_equal(e->steps[1], "B");
	assert_int_equal(e->avoid_if, BIT(LIMIT_VERTIGO) | BIT(LIMIT_GLAUCOMA));
	assert_string_equal(find(&c, "nod")->easier, "shrug");
	catalog_done(&c);

	/* A layer that cannot be read about safety takes the exercise with it, and what points
	 * there; it is told of the first only. */
	scratch_write("l/user/exercises/a.ini", "[shrug]\navoid_if = my-toe\n");
	load(&paths, &c, &problems);
	assert_int_equal(c.n, 1);
	assert_string_equal(find(&c, "nod")->easier, "");
	assert_int_equal(problems.n, 1);
	catalog_done(&c);

	/* Nobody is sent to a file that they did not write. */
	scratch_write("l/user/exercises/a.ini", "# mine\n[shrug]\nstep_9 = Rest\n");
	load(&paths, &c, &problems);
	assert_int_equal(problems.n, 1);
	assert_string_equal(problems.v[0].file, scratch_path("l/user/exercises/a.ini"));
	assert_int_equal(problems.v[0].line, 2);
	catalog_done(&c);
	problem_list_done(&problems);
}

static void a_hidden_one_is_as_if_it_were_not_there(void **state)
{
	struct config_paths paths = { .share = shipped(), .user = scratch_path("h") };
	struct problem_list problems;
	struct catalog c;

	(void)state;
	scratch_write("h/exercises/a.ini", "[seated-twist-press]\nhidden = yes\n"
					   "[palming]\nhidden = yes\n[plank]\nhidden = no\n"
					   "[never-was]\nhidden = yes\n");
	scratch_write("h/exercises/b.ini", "[palming]\nhidden = no\n");
	load(&paths, &c, &problems);
	/* Nobody is blamed for naming it. */
	assert_told("hidden", (struct told[]){ { 0 } }, &problems);
	assert_int_equal(c.n, 118);
	assert_null(find(&c, "seated-twist-press"));
	assert_non_null(find(&c, "palming"));
	assert_non_null(find(&c, "plank"));
	/* Without its easier form it does not come either. */
	assert_string_equal(find(&c, "russian-twists")->easier, "");
	assert_true(find(&c, "russian-twists")->easier_lost);
	assert_false(find(&c, "plank")->easier_lost);
	assert_string_equal(find(&c, "side-plank-knees")->desk_alternative, "");
	catalog_done(&c);
	problem_list_done(&problems);
}

static void things_in_a_files_place(void **state)
{
	struct config_paths paths = { .share = shipped(), .user = scratch_path("p") };
	static const struct told want[] = {
		{ 0, "", "it is not a regular file, the file is left out", NULL, 0 },
		{ 0, "", "only exercises that suit everybody are offered until", NULL, 0 },
		{ 0, "", "it is larger than 1 MiB", NULL, 0 },
		{ 0, "", "only exercises that suit everybody are offered until", NULL, 0 },
		{ 0 },
	};
	struct problem_list problems;
	struct catalog c;

	(void)state;
	assert_int_equal(mkfifo(scratch_path("p/exercises/a.ini"), 0644), 0);
	assert_int_equal(truncate(scratch_write("p/exercises/b.ini", "x"), 100 << 20), 0);
	alarm(5);
	load(&paths, &c, &problems);
	alarm(0);
	assert_told("in place", want, &problems);
	assert_int_equal(c.n, 119);
	assert_true(c.careful);
	catalog_done(&c);
	problem_list_done(&problems);
}

/* A file, or all of a folder, that cannot be read: who knows what it kept away. */
static void what_cannot_be_read_makes_careful(void **state)
{
	static const struct told link[] = {
		{ 0, "", "it is a link to nothing, the file is left out", NULL, 0 },
		{ 0, "", "only exercises that suit everybody are offered until", NULL, 0 },
		{ 0 },
	};
	static const struct told crowd[] = {
		{ 0, "", "there are too many files", NULL, 0 },
		{ 0, "", "only exercises that suit everybody are offered until", NULL, 0 },
		{ 0 },
	};
	struct problem_list problems;
	struct catalog c;

	(void)state;
	assert_int_equal(symlink("/nowhere/a.ini", scratch_path("link/exercises/a.ini")), 0);
	load(&(struct config_paths){ .share = shipped(), .user = scratch_path("link") }, &c,
	     &problems);
	assert_told("link", link, &problems);
	assert_true(c.careful && c.n == 119);
	catalog_done(&c);
	problem_list_done(&problems);
	/* What comes with the program keeps nothing from anybody. */
	load(&(struct config_paths){ .share = scratch_path("link") }, &c, &problems);
	assert_false(c.careful);
	catalog_done(&c);
	problem_list_done(&problems);

	for (int i = 0; i <= CONFIG_FOLDER_MAX; i++) {
		char name[64];

		(void)snprintf(name, sizeof(name), "crowd/exercises/%d.ini", i);
		scratch_write(name, "");
	}
	load(&(struct config_paths){ .share = shipped(), .user = scratch_path("crowd") }, &c,
	     &problems);
	assert_told("crowd", crowd, &problems);
	assert_true(c.careful);
	catalog_done(&c);
	problem_list_done(&problems);
}

static void as_many_as_there_is_room_for(void **state)
{
	struct config_paths paths = { .user = scratch_path("many") };
	const char *path = scratch_path("many/exercises/a.ini");
	struct problem_list problems;
	struct catalog c;
	FILE *f = fopen(path, "w");

	(void)state;
	assert_non_null(f);
	for (int i = 0; i <= EXERCISES_MAX; i++)
		fprintf(f,
			"[e%d]\nname = E\nset = eyes\nposition = seated\nspace = desk\n"
			"seconds_min = 9\nstep_1 = a\n" SAFETY,
			i);
	assert_int_equal(fclose(f), 0);
	load(&paths, &c, &problems);
	assert_int_equal(c.n, EXERCISES_MAX);
	assert_int_equal(problems.n, 1);
	assert_non_null(strstr(problems.v[0].message, "one exercise too many"));
	catalog_done(&c);
	problem_list_done(&problems);
}

/* What counts towards the week's minutes, and by which name. */
static void activities_are_what_keeps_going(void **state)
{
	static const struct {
		const char *word, *kind;
	} words[] = {
		{ "walking", "walking" },   { "walk", "walking" },
		{ "jogging", "running" },   { "yoga-session", "yoga" },
		{ "yoga", "yoga" },         { "stair-climb", "stair-climb" },
		{ "swimming", "swimming" }, { "sports", "sports" },
		{ "plank", NULL },          { "palming", NULL },
		{ "box-breathing", NULL },  { "Walking", NULL },
		{ "wallking", NULL },       { "", NULL },
	};
	struct problem_list problems;
	struct catalog c;

	(void)state;
	load(&(struct config_paths){ .share = shipped() }, &c, &problems);
	for (size_t i = 0; i < ELEMENTS(words); i++) {
		const char *kind = activity_find(&c, words[i].word);

		if (!kind != !words[i].kind || (kind && strcmp(kind, words[i].kind) != 0))
			fail_msg("%s: %s", words[i].word, kind ? kind : "none");
	}
	catalog_done(&c);
}

static void none_at_all_is_told(void **state)
{
	struct config_paths paths = { .share = scratch_path("nothing") };
	static const struct told want[] = { { 0, "", "every break is plain rest", NULL, 0 },
					    { 0 } };
	struct problem_list problems;
	struct catalog c;

	(void)state;
	load(&paths, &c, &problems);
	assert_told("none", want, &problems);
	assert_int_equal(c.n, 0);
	assert_int_equal(catalog_find(&c, "cat-cow"), -1);
	catalog_done(&c);
	problem_list_done(&problems);
}

static void skips_that_are_no_exercises_are_told(void **state)
{
	struct settings s = { .person = { .skips = { "palming", "pallming" }, .n_skips = 2 },
			      .skips_file = "/my/limber.conf",
			      .skips_line = 7 };
	static const struct told want[] = {
		{ 7, "skip", "no exercise 'pallming' to skip", NULL, 0 }, { 0 }
	};
	struct problem_list problems;
	struct catalog c;

	(void)state;
	load(&(struct config_paths){ .share = shipped() }, &c, &problems);
	exercises_check_skips(&c, &s, &problems);
	assert_told("skips", want, &problems);
	assert_string_equal(problems.v[0].file, "/my/limber.conf");
	catalog_done(&c);
	problem_list_done(&problems);
}

/* A day of them, for somebody at a desk. */
static void check_breaks(const struct catalog *c, const struct person *p,
			 struct coach_progress *progress, const struct wish *w)
{
	struct coach_memory memory;
	struct coach coach = { .catalog = c, .person = p, .memory = &memory, .now = 1 };

	coach_memory_init(&memory, progress, c->n, 1);
	for (size_t turn = 0; turn < c->n; turn++) {
		int exercises[ROUTINE_MAX];
		struct routine r;

		coach_choose(&coach, w, &r);
		assert_true(r.n > 0);
		for (size_t i = 0; i < r.n; i++) {
			const struct exercise *e = &c->exercises[r.steps[i].exercise];

			assert_false(e->avoid_if & p->limits);
			assert_false(p->limits_unreadable && e->avoid_if);
			assert_int_equal(e->space, SPACE_DESK);
			assert_true(e->intensity <= 2);
			assert_true(e->seconds_min * USEC_PER_SEC <= w->length);
		}
		coach_offered(&memory, c, exercises, routine_exercises(&r, exercises));
	}
}

/* Whatever the limits, each shipped rule's breaks have something easy, and nothing that is barred.
 */
static void something_for_everybody(void **state)
{
	static const struct wish wishes[] = {
		{ .sets = BIT(SET_WARM_UP) | BIT(SET_STRETCHING) | BIT(SET_POSTURE) | BIT(SET_EYES),
		  .length = 30 * USEC_PER_SEC },
		{ .sets = BIT(SETS_COUNT) - 1, .length = 5 * USEC_PER_MIN },
		{ .sets = BIT(SET_EYES), .length = 20 * USEC_PER_SEC },
	};
	struct problem_list problems;
	struct coach_progress *progress;
	struct catalog c;

	(void)state;
	load(&(struct config_paths){ .share = shipped() }, &c, &problems);
	progress = calloc(c.n, sizeof(*progress));
	assert_non_null(progress);
	for (unsigned limit = 0; limit <= LIMITS_COUNT; limit++) {
		struct person p = { .limits = limit < LIMITS_COUNT ? BIT(limit) : 0,
				    .limits_unreadable = limit == LIMITS_COUNT };

		for (size_t w = 0; w < ELEMENTS(wishes); w++)
			check_breaks(&c, &p, progress, &wishes[w]);
	}
	free(progress);
	catalog_done(&c);
}

static void assert_sane(const struct catalog *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct exercise *e = &c->exercises[i];

		assert_true(*e->id && strlen(e->id) <= EXERCISE_ID_MAX && *e->name);
		assert_true(e->set < SETS_COUNT && e->space < SPACES_COUNT);
		assert_true(e->position < POSITIONS_COUNT);
		assert_true(e->intensity >= 1 && e->intensity <= 5 && e->seconds_min > 0);
		assert_true(e->seconds_min <= e->seconds_default);
		assert_true(e->seconds_default <= e->seconds_max);
		assert_true(!*e->easier || find(c, e->easier));
		assert_true(!*e->harder || find(c, e->harder));
		assert_true(e->n_steps <= EXERCISE_STEPS_MAX);
	}
}

/* Any damage to a file leaves exercises that can be offered. */
static void damaged_files(void **state)
{
	static char original[64 * 1024], text[64 * 1024];
	struct config_paths paths = { .user = scratch_path("damaged") };
	uint32_t seed = 20261122;
	char path[4096];
	size_t n;
	FILE *f;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/exercises/eyes.ini", shipped());
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(original, 1, sizeof(original), f);
	fclose(f);
	for (long i = damage_rounds(); i > 0; i--) {
		struct problem_list problems;
		struct catalog c;
		size_t length;

		memcpy(text, original, n);
		length = mutate(text, n, sizeof(text), &seed);
		scratch_write_bytes("damaged/exercises/a.ini", text, length);
		load(&paths, &c, &problems);
		assert_sane(&c);
		catalog_done(&c);
		problem_list_done(&problems);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shipped_ones),
		cmocka_unit_test(no_dose_contradicts_a_hold_that_is_told),
		cmocka_unit_test(one_of_them),
		cmocka_unit_test(each_story),
		cmocka_unit_test(a_dropped_easier_form_is_missed),
		cmocka_unit_test(what_is_not_said),
		cmocka_unit_test(texts_full_of_traps),
		cmocka_unit_test(layers_change_key_by_key),
		cmocka_unit_test(a_hidden_one_is_as_if_it_were_not_there),
		cmocka_unit_test(things_in_a_files_place),
		cmocka_unit_test(what_cannot_be_read_makes_careful),
		cmocka_unit_test(as_many_as_there_is_room_for),
		cmocka_unit_test(activities_are_what_keeps_going),
		cmocka_unit_test(none_at_all_is_told),
		cmocka_unit_test(skips_that_are_no_exercises_are_told),
		cmocka_unit_test(something_for_everybody),
		cmocka_unit_test(damaged_files),
	};

	return cmocka_run_group_tests_name("exercises", tests, scratch_begin, scratch_end);
}
