#include "damage.h"
#include "scratch.h"

#include <errno.h>

#include "base/cleanup.h"
#include "conf/field.h"
#include "conf/settings.h"

#define S USEC_PER_SEC
#define MIN USEC_PER_MIN
#define BIT(n) (UINT32_C(1) << (n))

/* The folder with what the package comes with. */
static const char *shipped(void)
{
	const char *share = getenv("LIMBER_SHARE");

	return share ? share : "config";
}

static const struct rule_policy *rule(const struct settings *s, const char *name)
{
	int i = policy_find(&s->policy, name);

	return i < 0 ? NULL : &s->policy.rules[i];
}

static const struct rule_content *content(const struct settings *s, const char *name)
{
	int i = policy_find(&s->policy, name);

	return i < 0 ? NULL : &s->content[i];
}

/* One value by the name that a row gives it, as a number. */
static uint64_t value_of(const struct settings *s, const char *name)
{
	const struct rule_policy *micro = rule(s, "micro"), *tea = rule(s, "tea");
	const struct {
		const char *name;
		uint64_t value;
	} values[] = {
		{ "every", micro->every },
		{ "length", micro->length },
		{ "grace", micro->grace },
		{ "enabled", micro->enabled },
		{ "counts", micro->counts },
		{ "credit", micro->credit },
		{ "urgency", micro->urgency },
		{ "patience", micro->patience },
		{ "snooze", micro->snooze },
		{ "snoozes", micro->snoozes },
		{ "debt", micro->debt },
		{ "sets", content(s, "micro")->sets },
		{ "regions", content(s, "micro")->regions },
		{ "active length", rule(s, "active")->length },
		{ "tea", tea ? tea->every : 0 },
		{ "rules", s->policy.n_rules },
		{ "lull", s->policy.lull },
		{ "settle", s->policy.settle },
		{ "ignore_after", s->policy.ignore_after },
		{ "repeats", s->policy.repeats },
		{ "retry", s->policy.retry },
		{ "sound", s->sound },
		{ "source", s->idle_source },
		{ "limits", s->person.limits },
		{ "careful", s->person.limits_unreadable },
		{ "place", s->person.place },
		{ "discreet", s->person.discreet },
		{ "skips", s->person.n_skips },
	};

	for (size_t i = 0; i < ELEMENTS(values); i++)
		if (!strcmp(values[i].name, name))
			return values[i].value;
	fail_msg("no value is called %s", name);
	return 0;
}

static void load(const struct config_paths *paths, struct settings *s,
		 struct problem_list *problems)
{
	memset(s, 0, sizeof(*s));
	*problems = (struct problem_list){ 0 };
	assert_int_equal(settings_load(paths, s, problems), 0);
}

#define MICRO_SETS (BIT(SET_WARM_UP) | BIT(SET_STRETCHING) | BIT(SET_POSTURE) | BIT(SET_EYES))

/* One file of the user's over the shipped ones. */
/* clang-format off */
static const struct row {
	const char *what;
	const char *text;
	const char *name; /* of the value that is looked at */
	uint64_t value;
	struct told told[3];
} rows[] = {
	/* What works. */
	{ "no word of it", "", "every", 20 * MIN, { { 0 } } },
	{ "a duration", "[rule micro]\nevery = 30min\n", "every", 30 * MIN, { { 0 } } },
	{ "in quotes", "[rule micro]\nevery = \"30min\"\n", "every", 30 * MIN, { { 0 } } },
	{ "in any case", "[RULE Micro]\nEVERY = 30min\n", "every", 30 * MIN, { { 0 } } },
	{ "written on Windows", "\xef\xbb\xbf[rule micro]\r\nevery = 30min\r\n", "every", 30 * MIN,
	  { { 0 } } },
	{ "off", "[rule micro]\nenabled = off\n", "enabled", 0, { { 0 } } },
	{ "a word", "[rule micro]\ncounts = hands\n", "counts", RULE_COUNTS_HANDS, { { 0 } } },
	{ "credit", "[rule micro]\ncredit = linear\n", "credit", RULE_CREDIT_LINEAR, { { 0 } } },
	{ "urgency", "[rule micro]\nurgency = critical\n", "urgency", URGENCY_CRITICAL, { { 0 } } },
	{ "nothing at all", "[rule micro]\ngrace = 0\n", "grace", 0, { { 0 } } },
	{ "patience", "[rule micro]\npatience = 0s\n", "patience", 0, { { 0 } } },
	{ "snooze", "[rule micro]\nsnooze = 7min\n", "snooze", 7 * MIN, { { 0 } } },
	{ "snoozes", "[rule micro]\nsnoozes = 0\n", "snoozes", 0, { { 0 } } },
	{ "debt", "[rule micro]\ndebt = 100%\n", "debt", 100, { { 0 } } },
	{ "a list", "[rule micro]\nsets = eyes,core\n", "sets", BIT(SET_EYES) | BIT(SET_CORE),
	  { { 0 } } },
	{ "all sets", "[rule micro]\nsets = all\n", "sets", BIT(SETS_COUNT) - 1, { { 0 } } },
	{ "regions", "[rule micro]\nregions = neck whole-body\n", "regions",
	  BIT(REGION_NECK) | BIT(REGION_WHOLE_BODY), { { 0 } } },
	{ "any region", "[rule micro]\nregions = any\n", "regions", 0, { { 0 } } },
	{ "lull", "[prompt]\nlull = 500ms\n", "lull", S / 2, { { 0 } } },
	{ "settle", "[prompt]\nsettle = 0\n", "settle", 0, { { 0 } } },
	{ "ignore_after", "[prompt]\nignore_after = 1s\n", "ignore_after", S, { { 0 } } },
	{ "repeats", "[prompt]\nrepeats = 0\n", "repeats", 0, { { 0 } } },
	{ "retry", "[prompt]\nretry = 1s\n", "retry", S, { { 0 } } },
	{ "sound", "[prompt]\nsound = yes\n", "sound", 1, { { 0 } } },
	{ "source", "[idle]\nsource = x11\n", "source", IDLE_CHOICE_X11, { { 0 } } },
	{ "place", "[me]\nplace = mat\n", "place", PLACE_MAT, { { 0 } } },
	{ "discreet", "[me]\ndiscreet = yes\n", "discreet", 1, { { 0 } } },
	{ "skips", "[me]\nskip = palming, calf-raise\n", "skips", 2, { { 0 } } },
	{ "no skips", "[me]\nskip = none\n", "skips", 0, { { 0 } } },
	{ "limits", "[me]\nlimits = vertigo, glaucoma\n", "limits",
	  BIT(LIMIT_VERTIGO) | BIT(LIMIT_GLAUCOMA), { { 0 } } },
	{ "limits read well", "[me]\nlimits = vertigo\n", "careful", 0, { { 0 } } },
	{ "no limits", "[me]\nlimits =\n", "careful", 0, { { 0 } } },
	{ "a rule of one's own", "[rule tea]\nevery = 2h\nlength = 10min\n", "tea", 120 * MIN,
	  { { 0 } } },

	/* A bad value costs its key. */
	{ "parrots", "[rule micro]\nlength = 20s\nevery = 20 parrots\n", "every", 20 * MIN,
	  { { 3, "every", "'20 parrots' is not a duration, keeping 20min from ",
	  "a duration from 1s to 24h, such as 90s, 20min or 1h30min", 0 } } },
	{ "parrots cost nothing else", "[rule micro]\nlength = 20s\nevery = 20 parrots\n", "length",
	  20 * S,
	  { { 3, "every", "'20 parrots' is not a duration", NULL, 0 } } },
	{ "no unit", "[rule micro]\nevery = 20\n", "every", 20 * MIN,
	  { { 2, "every", "'20' is not a duration", NULL, 0 } } },
	{ "no value", "[rule micro]\nevery =\n", "every", 20 * MIN,
	  { { 2, "every", "'' is not a duration", NULL, 0 } } },
	{ "too short", "[rule micro]\nevery = 999ms\n", "every", 20 * MIN,
	  { { 2, "every", "'999ms' is too short", "from 1s to 24h", 0 } } },
	{ "too long", "[rule micro]\nevery = 25h\n", "every", 20 * MIN,
	  { { 2, "every", "'25h' is too long", NULL, 0 } } },
	{ "a break too long", "[rule micro]\nlength = 4h1s\n", "length", 30 * S,
	  { { 2, "length", "is too long", "from 1s to 4h", 0 } } },
	{ "beyond all numbers", "[rule micro]\nevery = 99999999999999999999h\n", "every", 20 * MIN,
	  { { 2, "every", "is too long", NULL, 0 } } },
	{ "negative", "[rule micro]\nsnoozes = -1\n", "snoozes", 2,
	  { { 2, "snoozes", "'-1' is not a whole number, keeping 2 from", "from 0 to 20", 0 } } },
	{ "too many", "[rule micro]\nsnoozes = 21\n", "snoozes", 2,
	  { { 2, "snoozes", "'21' is too much", NULL, 0 } } },
	{ "percent", "[rule micro]\ndebt = 101%\n", "debt", 25,
	  { { 2, "debt", "'101%' is too much", "0% to 100%", 0 } } },
	{ "no percent sign", "[rule micro]\ndebt = 25\n", "debt", 25,
	  { { 2, "debt", "'25' is not a percentage", NULL, 0 } } },
	{ "maybe", "[rule micro]\nenabled = maybe\n", "enabled", 1,
	  { { 2, "enabled", "'maybe' is neither yes nor no", "yes or no", 0 } } },
	{ "a wrong word", "[rule micro]\ncounts = feet\n", "counts", RULE_COUNTS_SCREEN,
	  { { 2, "counts", "'feet' is none", "one of hands, screen", 0 } } },
	{ "a wrong word in a list", "[rule micro]\nsets = eyes, feet\n", "sets", MICRO_SETS, { { 2,
	  "sets", "'feet' is none of the words for this, keeping warm-up stretching posture eyes",
	  "'all', or some of warm-up, ", 0 } } },
	{ "an empty list", "[rule micro]\nsets =\n", "sets", MICRO_SETS,
	  { { 2, "sets", "names nothing", NULL, 0 } } },
	{ "all and more", "[rule micro]\nsets = all eyes\n", "sets", MICRO_SETS,
	  { { 2, "sets", "'all' is none", NULL, 0 } } },
	{ "a bad id", "[me]\nskip = palming No_Such\n", "skips", 0,
	  { { 2, "skip", "'No_Such'", "ids of exercises", 0 } } },
	{ "a display that we have not", "[idle]\nsource = wayland\n", "source", IDLE_CHOICE_AUTO,
	  { { 2, "source", "'wayland' is none", "one of auto, x11, none", 0 } } },
	{ "too long a lull", "[prompt]\nlull = 90s\n", "lull", 3 * S,
	  { { 2, "lull", "'90s' is too long", "from 500ms to 1min", 0 } } },
	{ "bad bytes are shown as text", "[rule micro]\nevery = \"<b>%s\"\n", "every", 20 * MIN,
	  { { 2, "every", "'<b>%s' is not a duration", NULL, 0 } } },

	/* A bad line costs its line. */
	{ "cut off", "[rule micro]\nevery = 30min ; half an hour\nlength = 20s\n", "every",
	  20 * MIN, { { 2, "every", "cuts the value off", "quotes", 0 } } },
	{ "cut off, the next holds", "[rule micro]\nevery = 30min # half an hour\nlength = 20s\n",
	  "length", 20 * S, { { 2, "every", "cuts the value off", NULL, 0 } } },
	{ "twice", "[rule micro]\nevery = 30min\nevery = 40min\n", "every", 40 * MIN,
	  { { 3, "every", "line 2 already, and the last one counts", NULL, 0 } } },
	{ "rubbish", "[rule micro]\nrubbish\nevery = 30min\n", "every", 30 * MIN,
	  { { 2, "rubbish", "no [section], no key", NULL, 0 } } },
	{ "a missing bracket harms no other section",
	  "[rule micro]\nevery = 30min\n[rule active\nlength = 7min\n", "length", 30 * S,
	  { { 3, "", "not closed by ']'", NULL, 0 } } },
	{ "nor its own", "[rule micro]\nevery = 30min\n[rule active\nlength = 7min\n",
	  "active length", 5 * MIN, { { 3, "", "not closed by ']'", NULL, 0 } } },
	{ "before any section", "every = 30min\n[rule micro]\nlength = 20s\n", "every", 20 * MIN,
	  { { 1, "every", "before any section", NULL, 0 } } },

	/* Names. */
	{ "an unknown key", "[rule micro]\nwrok = 20min\n", "every", 20 * MIN, { { 2, "wrok",
	  "there is no such key, the line",
	  "the keys here are enabled, counts, every, length", 0 } } },
	{ "a slip of the finger", "[rule micro]\nevrey = 30min\n", "every", 20 * MIN,
	  { { 2, "evrey", "perhaps you mean every", NULL, 0 } } },
	{ "a key of another section", "[prompt]\nevery = 30min\n", "every", 20 * MIN,
	  { { 2, "every", "there is no such key", "the keys here are lull, settle", 0 } } },
	{ "a later version's key", "[limber]\npreset = hse\n", "every", 20 * MIN,
	  { { 1, "", "there is no such section", "[rule NAME], [prompt], [idle] or [me]", 0 } } },
	{ "an unknown section is told once", "[promt]\nlull = 5s\nsettle = 1s\n", "lull", 3 * S,
	  { { 1, "", "perhaps you mean prompt", NULL, 0 } } },
	{ "a section with a word too much", "[prompt me]\nlull = 5s\n", "lull", 3 * S,
	  { { 1, "", "no such section", NULL, 0 } } },
	{ "a rule without a name", "[rule]\nevery = 5min\n", "rules", 4,
	  { { 1, "", "no name that we can use", "up to 32", 0 } } },
	{ "a rule with a strange name", "[rule my_tea]\nevery = 1h\nlength = 5min\n", "rules", 4,
	  { { 1, "", "no name that we can use", NULL, 0 } } },
	{ "a rule with two names", "[rule my tea]\nevery = 1h\nlength = 5min\n", "rules", 4,
	  { { 1, "", "no name that we can use", NULL, 0 } } },
	{ "a rule with too long a name",
	  "[rule abcdefghijklmnopqrstuvwxyz0123456]\nevery = 1h\nlength = 5min\n", "rules", 4,
	  { { 1, "", "no name that we can use", NULL, 0 } } },
	{ "a rule with the longest name",
	  "[rule abcdefghijklmnopqrstuvwxyz012345]\nevery = 1h\nlength = 5min\n", "rules", 5,
	  { { 0 } } },
	{ "half a rule", "[rule tea]\nlength = 5min\n", "rules", 4, { { 1, "every",
	  "does not say 'every', so there is no such rule", "a duration from 1s", 0 } } },
	{ "an empty rule", "[rule tea]\n", "rules", 4,
	  { { 1, "every", "does not say 'every'", NULL, 0 },
	  { 1, "length", "does not say 'length'", NULL, 0 } } },
	{ "a rule with a bad value only", "[rule tea]\nlength = 5min\nevery = x\n", "rules", 4,
	  { { 3, "every", "'x' is not a duration, and no other file says it", NULL, 0 },
	  { 1, "every", "does not say 'every'", NULL, 0 } } },

	/* What we do not recommend holds all the same. */
	{ "too often", "[rule micro]\nevery = 5min\n", "every", 5 * MIN, { { 2, "every",
	  "5min is used, but is not what we recommend",
	  "10min to 60min for short breaks: ", true } } },
	{ "too seldom", "[rule micro]\nevery = 61min\n", "every", 61 * MIN,
	  { { 2, "every", "61min is used", NULL, true } } },
	{ "at the bounds", "[rule micro]\nevery = 60min\nlength = 2min\n", "every", 60 * MIN,
	  { { 0 } } },
	{ "at the other bounds", "[rule micro]\nevery = 10min\nlength = 15s\n", "every", 10 * MIN,
	  { { 0 } } },
	{ "too short a break", "[rule micro]\nlength = 14s\n", "length", 14 * S,
	  { { 2, "length", "14s is used", "15s to 2min", true } } },
	{ "a long one", "[rule active]\nlength = 16min\n", "active length", 16 * MIN,
	  { { 2, "length", "16min is used", "2min to 15min", true } } },
	{ "a long one too often", "[rule tea]\nevery = 24min\nlength = 5min\n", "tea", 24 * MIN,
	  { { 2, "every", "24min is used", "25min to 120min", true } } },
	{ "a short one made long, and so too often", "[rule micro]\nlength = 3min\n", "length",
	  3 * MIN, { { 2, "every", "20min is used", "25min to 120min", true } } },
	{ "seconds, for a test", "[rule tea]\nevery = 4s\nlength = 3s\n", "tea", 4 * S,
	  { { 2, "every", "4s is used", NULL, true }, { 3, "length", "3s is used", NULL, true } } },
	{ "a rule that is off needs no warning",
	  "[rule tea]\nenabled = no\nevery = 4s\nlength = 3s\n", "tea", 4 * S, { { 0 } } },
	{ "nor does ours for the hands", "[rule hands]\nenabled = yes\n", "rules", 4, { { 0 } } },
	{ "nor what others do for hands",
	  "[rule hands]\nenabled = yes\nevery = 4min\nlength = 15s\n", "rules", 4, { { 0 } } },

	/* Limits that may be lost: better safe. */
	{ "a limit that we do not know", "[me]\nlimits = vertigo, broken-heart\n", "careful", 1,
	  { { 2, "limits",
	  "'broken-heart' is none of the words for this, what else is listed counts",
	  "acute-low-back-pain, disc-herniation, ", 0 },
	    { 2, "limits", "only exercises that suit everybody", NULL, 0 } } },
	{ "what we know of it counts", "[me]\nlimits = vertigo, broken-heart\n", "limits",
	  BIT(LIMIT_VERTIGO),
	  { { 2, "limits", "'broken-heart' is none", NULL, 0 },
	  { 2, "limits", "suit everybody", "glaucoma", 0 } } },
	{ "a lost line", "[me]\nlimits = vertigo; glaucoma\n", "careful", 1,
	  { { 2, "limits", "cuts the value off", NULL, 0 },
	  { 2, "limits", "suit everybody", NULL, 0 } } },
	{ "said twice", "[me]\nlimits = vertigo\nlimits = glaucoma\n", "careful", 1,
	  { { 3, "limits", "in line 2 already", NULL, 0 },
	  { 3, "limits", "suit everybody", NULL, 0 } } },
	{ "no equals sign", "[me]\nlimits vertigo\n", "careful", 1,
	  { { 2, "limits", "no [section], no key", NULL, 0 },
	  { 2, "limits", "suit everybody", NULL, 0 } } },
	{ "rubbish that might be it", "[me]\n\xff\xfe\n", "careful", 1,
	  { { 2, "", "not valid UTF-8", NULL, 0 }, { 2, "limits", "suit everybody", NULL, 0 } } },
	{ "a slip of the finger", "[me]\nlimts = vertigo\n", "careful", 1,
	  { { 2, "limts", "perhaps you mean limits", NULL, 0 },
	  { 2, "limits", "suit everybody", NULL, 0 } } },
	{ "another key with a limit", "[me]\navoid = vertigo\n", "careful", 1,
	  { { 2, "avoid", "there is no such key", NULL, 0 },
	  { 2, "limits", "suit everybody", NULL, 0 } } },
	{ "in no section", "limits = vertigo\n", "careful", 1,
	  { { 1, "limits", "before any section", NULL, 0 },
	  { 1, "limits", "suit everybody", NULL, 0 } } },
	{ "in another section", "[myself]\nlimits = vertigo\n", "careful", 1,
	  { { 1, "", "no such section", NULL, 0 }, { 2, "limits", "suit everybody", NULL, 0 } } },
	{ "below an open header", "[me\nlimits = vertigo\n", "careful", 1,
	  { { 1, "", "not closed", NULL, 0 }, { 2, "limits", "suit everybody", NULL, 0 } } },
	{ "lost, then said well in the same file", "[me]\nlimits = x ; y\nlimits = vertigo\n",
	  "careful", 1, { { 2, "limits", "cuts the value off", NULL, 0 },
	  { 2, "limits", "suit everybody", NULL, 0 } } },
	{ "other rubbish is no reason", "[prompt]\nrubbish\n[me]\nplaec = mat\n", "careful", 0,
	  { { 2, "rubbish", "no [section]", NULL, 0 },
	  { 4, "plaec", "perhaps you mean place", NULL, 0 } } },
};
/* clang-format on */

static void each_story(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct config_paths paths = { .share = shipped(), .user = scratch_path("user") };
		struct told want[ELEMENTS(rows[i].told) + 1] = { 0 };
		struct problem_list problems;
		struct settings s;

		scratch_write("user/limber.conf", rows[i].text);
		memcpy(want, rows[i].told, sizeof(rows[i].told));
		load(&paths, &s, &problems);
		assert_told(rows[i].what, want, &problems);
		if (value_of(&s, rows[i].name) != rows[i].value)
			fail_msg("%s: %s is %llu", rows[i].what, rows[i].name,
				 (unsigned long long)value_of(&s, rows[i].name));
		problem_list_done(&problems);
	}
	(void)remove(scratch_path("user/limber.conf"));
}

static void assert_same_settings(const struct settings *a, const struct settings *b)
{
	assert_int_equal(a->policy.n_rules, b->policy.n_rules);
	for (size_t i = 0; i < a->policy.n_rules; i++) {
		const struct rule_policy *x = &a->policy.rules[i], *y = &b->policy.rules[i];

		assert_string_equal(x->name, y->name);
		assert_int_equal(x->enabled, y->enabled);
		assert_int_equal(x->counts, y->counts);
		assert_int_equal(x->credit, y->credit);
		assert_int_equal(x->urgency, y->urgency);
		assert_int_equal(x->every, y->every);
		assert_int_equal(x->length, y->length);
		assert_int_equal(x->grace, y->grace);
		assert_int_equal(x->patience, y->patience);
		assert_int_equal(x->snooze, y->snooze);
		assert_int_equal(x->snoozes, y->snoozes);
		assert_int_equal(x->debt, y->debt);
		assert_int_equal(a->content[i].sets, b->content[i].sets);
		assert_int_equal(a->content[i].regions, b->content[i].regions);
	}
	assert_int_equal(a->policy.lull, b->policy.lull);
	assert_int_equal(a->policy.settle, b->policy.settle);
	assert_int_equal(a->policy.ignore_after, b->policy.ignore_after);
	assert_int_equal(a->policy.repeats, b->policy.repeats);
	assert_int_equal(a->policy.retry, b->policy.retry);
	assert_int_equal(a->sound, b->sound);
	assert_int_equal(a->idle_source, b->idle_source);
	assert_string_equal(a->front_end, b->front_end);
	assert_int_equal(a->person.limits, b->person.limits);
	assert_int_equal(a->person.place, b->person.place);
	assert_int_equal(a->person.discreet, b->person.discreet);
	assert_int_equal(a->person.n_skips, b->person.n_skips);
}

/* The values of the design, so that neither of the two places can drift alone or together. */
static void without_any_file(void **state)
{
	struct problem_list problems;
	struct settings s;
	const struct rule_policy *micro, *active, *hands, *eyes;

	(void)state;
	load(&(struct config_paths){ 0 }, &s, &problems);
	assert_told("built in", (struct told[]){ { 0 } }, &problems);
	assert_int_equal(s.policy.n_rules, 4);
	micro = rule(&s, "micro");
	active = rule(&s, "active");
	hands = rule(&s, "hands");
	eyes = rule(&s, "eyes");
	assert_true(micro->enabled && active->enabled && !hands->enabled && !eyes->enabled);
	assert_true(micro->every == 20 * MIN && micro->length == 30 * S && micro->grace == MIN);
	assert_true(micro->patience == MIN && micro->snooze == 2 * MIN && micro->snoozes == 2);
	assert_true(micro->credit == RULE_CREDIT_WHOLE && micro->counts == RULE_COUNTS_SCREEN);
	assert_true(micro->debt == 25 && micro->urgency == URGENCY_NORMAL);
	assert_int_equal(content(&s, "micro")->sets, MICRO_SETS);
	assert_true(active->every == 55 * MIN && active->length == 5 * MIN);
	assert_true(active->grace == 2 * MIN && active->credit == RULE_CREDIT_LINEAR);
	assert_true(active->patience == 5 * MIN && active->snooze == 5 * MIN);
	assert_int_equal(content(&s, "active")->sets, BIT(SETS_COUNT) - 1);
	assert_true(hands->every == 6 * MIN && hands->length == 15 * S && hands->grace == 5 * S);
	assert_true(hands->counts == RULE_COUNTS_HANDS && hands->credit == RULE_CREDIT_WHOLE);
	assert_int_equal(content(&s, "hands")->regions, BIT(REGION_WRISTS) | BIT(REGION_SHOULDERS));
	assert_true(eyes->every == 20 * MIN && eyes->length == 20 * S && eyes->grace == MIN);
	assert_int_equal(content(&s, "eyes")->sets, BIT(SET_EYES));
	assert_true(s.policy.lull == 3 * S && s.policy.settle == 30 * S);
	assert_true(s.policy.ignore_after == 2 * MIN && s.policy.repeats == 2);
	assert_true(s.policy.retry == 10 * MIN && !s.sound);
	assert_string_equal(s.front_end, "limber-notify");
	assert_int_equal(s.idle_source, IDLE_CHOICE_AUTO);
	assert_true(s.person.limits == 0 && !s.person.limits_unreadable);
	assert_true(s.person.place == PLACE_ROOM && !s.person.discreet && s.person.n_skips == 0);
}

static void the_shipped_file_says_what_is_built_in(void **state)
{
	struct problem_list problems;
	struct settings builtin, file;

	(void)state;
	load(&(struct config_paths){ 0 }, &builtin, &problems);
	load(&(struct config_paths){ .share = shipped() }, &file, &problems);
	assert_told("shipped", (struct told[]){ { 0 } }, &problems);
	assert_same_settings(&builtin, &file);
}

/* How often a line `key = ` stands below `header` (up to the next one) in the shipped file. */
static unsigned count_key(const char *text, const char *header, const char *key)
{
	char line[64];
	const char *from = strstr(text, header), *to;
	unsigned n = 0;

	assert_non_null(from);
	to = strstr(from + 1, "\n[");
	(void)snprintf(line, sizeof(line), "\n%s = ", key);
	while ((from = strstr(from, line)) && (!to || from < to)) {
		from++;
		n++;
	}
	return n;
}

static void the_shipped_file_has_every_key(void **state)
{
	static const char *const rules[] = { "\n[rule micro]", "\n[rule active]", "\n[rule hands]",
					     "\n[rule eyes]" };
	static char text[64 * 1024];
	char path[4096], header[64];
	struct setting_text t;
	FILE *f;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/limber.conf", shipped());
	f = fopen(path, "r");
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof(text) - 1, f) > 1000);
	fclose(f);
	for (size_t i = 0; settings_describe(i, &t); i++) {
		bool of_rule = !strcmp(t.section, "rule NAME");

		(void)snprintf(header, sizeof(header), "\n[%s]", t.section);
		for (size_t k = 0; k < (of_rule ? ELEMENTS(rules) : 1); k++)
			if (count_key(text, of_rule ? rules[k] : header, t.key) != 1)
				fail_msg("%s: %s", of_rule ? rules[k] : header, t.key);
	}
}

/* A rule of the user's begins with the fallbacks, and the file says so. */
static void a_rule_of_ones_own(void **state)
{
	struct config_paths paths = { .user = scratch_path("own") };
	const struct rule_policy *tea;
	struct problem_list problems;
	struct settings s;

	(void)state;
	scratch_write("own/limber.conf", "[rule tea]\nevery = 2h\nlength = 10min\n");
	load(&paths, &s, &problems);
	assert_int_equal(problems.n, 0);
	assert_int_equal(policy_find(&s.policy, "tea"), 4);
	tea = rule(&s, "tea");
	assert_true(tea->enabled && tea->every == 120 * MIN && tea->length == 10 * MIN);
	assert_true(tea->counts == RULE_COUNTS_SCREEN && tea->credit == RULE_CREDIT_WHOLE);
	assert_true(tea->grace == MIN && tea->patience == MIN && tea->snooze == 5 * MIN);
	assert_true(tea->snoozes == 2 && tea->debt == 25 && tea->urgency == URGENCY_NORMAL);
	assert_int_equal(content(&s, "tea")->sets, BIT(SETS_COUNT) - 1);
	assert_int_equal(content(&s, "tea")->regions, 0);
}

static void a_dropped_rule_leaves_the_others_theirs(void **state)
{
	struct config_paths paths = { .user = scratch_path("dropped") };
	struct problem_list problems;
	struct settings s;

	(void)state;
	scratch_write("dropped/limber.conf",
		      "[rule half]\nevery = 1h\nsets = core\n"
		      "[rule tea]\nevery = 2h\nlength = 10min\nsets = eyes\n");
	load(&paths, &s, &problems);
	assert_int_equal(problems.n, 1);
	assert_int_equal(s.policy.n_rules, 5);
	assert_null(rule(&s, "half"));
	assert_int_equal(content(&s, "tea")->sets, BIT(SET_EYES));
	problem_list_done(&problems);
}

static void as_many_rules_as_there_is_room_for(void **state)
{
	struct config_paths paths = { .user = scratch_path("many") };
	char text[4096] = "", name[32];
	struct told want[] = { { 0, "", "one rule too many", "32 rules", 0 }, { 0 } };
	struct problem_list problems;
	struct settings s;
	unsigned line = 1;

	(void)state;
	for (int i = 5; i <= RULES_MAX + 1; i++, line += 3) {
		(void)sprintf(name, "[rule r%d]\n", i);
		strcat(strcat(text, name), "every = 1h\nlength = 5min\n");
	}
	want[0].line = line - 3;
	scratch_write("many/limber.conf", text);
	load(&paths, &s, &problems);
	assert_told("many", want, &problems);
	assert_int_equal(s.policy.n_rules, RULES_MAX);
	problem_list_done(&problems);
}

static void programs_and_paths(void **state)
{
	/* clang-format off */
	static const struct {
		const char *line, *front_end;
	} programs[] = {
		{ "my-notify", "my-notify" },
		{ "/opt/my notify/it", "/opt/my notify/it" },
		{ "\"/opt/a;b\"", "/opt/a;b" },
		{ "./it", "limber-notify" },
		{ "~/it", "limber-notify" },
		{ "", "limber-notify" },
	};
	/* clang-format on */
	struct config_paths paths = { .user = scratch_path("programs") };
	char text[600];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(programs); i++) {
		bool refused = !strcmp(programs[i].front_end, "limber-notify");
		struct problem_list problems;
		struct settings s;

		(void)snprintf(text, sizeof(text), "[prompt]\nfront_end = %s\n", programs[i].line);
		scratch_write("programs/limber.conf", text);
		load(&paths, &s, &problems);
		assert_string_equal(s.front_end, programs[i].front_end);
		assert_int_equal(problems.n, refused);
		problem_list_done(&problems);
	}
	for (size_t n = FRONT_END_MAX - 1; n <= FRONT_END_MAX; n++) {
		struct problem_list problems;
		struct settings s;

		strcpy(text, "[prompt]\nfront_end = ");
		memset(text + 21, 'x', n);
		text[21 + n] = '\0';
		scratch_write("programs/limber.conf", text);
		load(&paths, &s, &problems);
		assert_int_equal(problems.n, n == FRONT_END_MAX);
		problem_list_done(&problems);
	}
}

/* Later wins, key by key: the layers, their drop-ins, and the names of these. */
static void layers_and_drop_ins(void **state)
{
	struct config_paths paths = { .share = scratch_path("l/share"),
				      .etc = scratch_path("l/etc"),
				      .user = scratch_path("l/user") };
	struct problem_list problems;
	struct settings s;

	(void)state;
	scratch_write("l/share/limber.conf",
		      "[rule micro]\nevery = 11min\nlength = 21s\ngrace = 1s\npatience = 1s\n"
		      "snooze = 1min\nsnoozes = 1\n");
	scratch_write("l/share/limber.conf.d/10.conf", "[rule micro]\nlength = 22s\n");
	scratch_write("l/etc/limber.conf", "[rule micro]\ngrace = 3s\nlength = 23s\n");
	scratch_write("l/etc/limber.conf.d/b.conf", "[rule micro]\npatience = 5s\n");
	scratch_write("l/etc/limber.conf.d/a.conf", "[rule micro]\npatience = 4s\ngrace = 4s\n");
	scratch_write("l/user/limber.conf", "[rule micro]\nsnooze = 6min\nsnoozes = many\n");
	scratch_write("l/user/limber.conf.d/z.conf", "[rule micro]\nsnooze = 7min\n");
	scratch_write("l/user/limber.conf.d/.hidden.conf", "[rule micro]\ngrace = 8s\n");
	scratch_write("l/user/limber.conf.d/z.conf~", "[rule micro]\nsnooze = 9min\n");
	scratch_write("l/user/limber.conf.d/.conf", "[rule micro]\nsnooze = 9min\n");
	load(&paths, &s, &problems);
	assert_int_equal(rule(&s, "micro")->every, 11 * MIN);
	assert_int_equal(rule(&s, "micro")->length, 23 * S);
	assert_int_equal(rule(&s, "micro")->grace, 4 * S);
	assert_int_equal(rule(&s, "micro")->patience, 5 * S);
	assert_int_equal(rule(&s, "micro")->snooze, 7 * MIN);
	assert_int_equal(rule(&s, "micro")->snoozes, 1);
	assert_int_equal(problems.n, 1);
	assert_non_null(
		strstr(problems.v[0].message, "'many' is not a whole number, keeping 1 from "));
	assert_non_null(strstr(problems.v[0].message, "l/share/limber.conf"));
	assert_string_equal(problems.v[0].section, "rule micro");
	assert_non_null(strstr(problems.v[0].file, "l/user/limber.conf"));
	problem_list_done(&problems);
}

static void things_in_a_files_place(void **state)
{
	struct config_paths paths = { .share = shipped(),
				      .etc = scratch_path("p/etc"),
				      .user = scratch_path("p/user") };
	static const struct told want[] = {
		{ 0, "", "it is not a regular file, the file is left out", NULL, 0 },
		{ 0, "", "it is larger than 1 MiB", NULL, 0 },
		{ 0, "", "it is not a regular file", NULL, 0 },
		{ 0, "limits", "suit everybody", NULL, 0 },
		{ 0 },
	};
	struct problem_list problems;
	struct settings s;

	(void)state;
	scratch_write("p/user/limber.conf.d/20-good.conf", "[rule micro]\nevery = 40min\n");
	assert_int_equal(mkfifo(scratch_path("p/user/limber.conf"), 0644), 0);
	assert_int_equal(truncate(scratch_write("p/etc/limber.conf", "x"), 100 << 20), 0);
	assert_int_equal(mkdir(scratch_path("p/user/limber.conf.d/10.conf"), 0755), 0);
	alarm(5);
	load(&paths, &s, &problems);
	alarm(0);
	assert_told("in place", want, &problems);
	assert_int_equal(rule(&s, "micro")->every, 40 * MIN);
	assert_true(s.person.limits_unreadable);
	problem_list_done(&problems);

	/* A later file that says the limits well ends the doubt. */
	scratch_write("p/user/limber.conf.d/30.conf", "[me]\nlimits = vertigo\n");
	load(&paths, &s, &problems);
	assert_false(s.person.limits_unreadable);
	assert_int_equal(problems.n, 3);
	problem_list_done(&problems);
}

static void things_in_a_folders_place(void **state)
{
	struct config_paths paths = { .share = shipped(), .user = scratch_path("f") };
	static const struct told want[] = {
		{ 0, "", "Not a directory, the files in it are left out", NULL, 0 },
		{ 0, "limits", "suit everybody", NULL, 0 },
		{ 0 },
	};
	struct problem_list problems;
	struct settings s;
	char name[64];

	(void)state;
	scratch_write("f/limber.conf", "[rule micro]\nevery = 40min\n");
	scratch_write("f/limber.conf.d", "");
	load(&paths, &s, &problems);
	assert_told("a file for a folder", want, &problems);
	assert_int_equal(rule(&s, "micro")->every, 40 * MIN);
	problem_list_done(&problems);

	assert_int_equal(remove(scratch_path("f/limber.conf.d")), 0);
	for (int i = 0; i <= CONFIG_FOLDER_MAX; i++) {
		(void)sprintf(name, "f/limber.conf.d/%d.conf", i);
		scratch_write(name, "[rule micro]\nevery = 50min\n");
	}
	load(&paths, &s, &problems);
	assert_int_equal(problems.n, 2);
	assert_non_null(strstr(problems.v[0].message, "too many files"));
	assert_int_equal(rule(&s, "micro")->every, 40 * MIN);
	problem_list_done(&problems);
	assert_int_equal(remove(scratch_path("f/limber.conf.d/0.conf")), 0);
	load(&paths, &s, &problems);
	assert_int_equal(problems.n, 0);
	assert_int_equal(rule(&s, "micro")->every, 50 * MIN);
}

static void careful_ends_with_a_later_good_layer(void **state)
{
	struct config_paths paths = { .etc = scratch_path("c/etc"),
				      .user = scratch_path("c/user") };
	struct problem_list problems;
	struct settings s;

	(void)state;
	scratch_write("c/etc/limber.conf", "[me]\nlimits = unheard-of vertigo\n");
	scratch_write("c/user/limber.conf", "[me]\nlimits = glaucoma\n");
	load(&paths, &s, &problems);
	assert_int_equal(s.person.limits, BIT(LIMIT_GLAUCOMA));
	assert_false(s.person.limits_unreadable);
	assert_int_equal(problems.n, 1);
	problem_list_done(&problems);

	/* The other way round the doubt stays, and so does what was known below. */
	scratch_write("c/etc/limber.conf", "[me]\nlimits = glaucoma\n");
	scratch_write("c/user/limber.conf", "[me]\nlimits = unheard-of vertigo\n");
	load(&paths, &s, &problems);
	assert_int_equal(s.person.limits, BIT(LIMIT_GLAUCOMA) | BIT(LIMIT_VERTIGO));
	assert_true(s.person.limits_unreadable);
	problem_list_done(&problems);
}

static void where_skips_were_written_is_known(void **state)
{
	struct config_paths paths = { .share = shipped(), .user = scratch_path("s") };
	struct problem_list problems;
	struct settings s;

	(void)state;
	scratch_write("s/limber.conf", "[me]\nskip = calf-raise\n");
	load(&paths, &s, &problems);
	assert_int_equal(s.person.n_skips, 1);
	assert_string_equal(s.person.skips[0], "calf-raise");
	assert_non_null(strstr(s.skips_file, "s/limber.conf"));
	assert_int_equal(s.skips_line, 2);
}

static void set_or_clear(const char *name, const char *value)
{
	if (value)
		assert_int_equal(setenv(name, value, 1), 0);
	else
		assert_int_equal(unsetenv(name), 0);
}

static void folders_from_the_environment(void **state)
{
	/* clang-format off */
	static const struct {
		const char *share, *etc, *xdg, *home;
		const char *want_share, *want_etc, *want_user;
	} homes[] = {
		{ "/s", "/e", "/x", "/h", "/s", "/e", "/x/limber" },
		{ "/s", "", "", "/h", "/s", LIMBER_ETCDIR, "/h/.config/limber" },
		{ NULL, NULL, "relative", "/h", LIMBER_SHAREDIR, LIMBER_ETCDIR,
		  "/h/.config/limber" },
		{ NULL, NULL, NULL, NULL, LIMBER_SHAREDIR, LIMBER_ETCDIR, NULL },
	};
	/* clang-format on */
	const char *const names[] = { "LIMBER_SHARE", "LIMBER_ETC", "XDG_CONFIG_HOME", "HOME" };
	char *saved[ELEMENTS(names)];
	struct config_path_buffers buffers;
	struct config_paths paths;

	(void)state;
	for (size_t i = 0; i < ELEMENTS(names); i++)
		saved[i] = getenv(names[i]) ? strdup(getenv(names[i])) : NULL;
	for (size_t i = 0; i < ELEMENTS(homes); i++) {
		set_or_clear(names[0], homes[i].share);
		set_or_clear(names[1], homes[i].etc);
		set_or_clear(names[2], homes[i].xdg);
		set_or_clear(names[3], homes[i].home);
		config_paths_default(&paths, &buffers);
		assert_string_equal(paths.share, homes[i].want_share);
		assert_string_equal(paths.etc, homes[i].want_etc);
		if (homes[i].want_user)
			assert_string_equal(paths.user, homes[i].want_user);
		else
			assert_null(paths.user);
	}
	for (size_t i = 0; i < ELEMENTS(names); i++) {
		set_or_clear(names[i], saved[i]);
		free(saved[i]);
	}
}

static void copy_file(const char *from, const char *to)
{
	char block[65536];
	FILE *in = fopen(from, "r"), *out = fopen(to, "w");
	size_t n;

	assert_true(in && out);
	while ((n = fread(block, 1, sizeof(block), in)) > 0)
		assert_int_equal(fwrite(block, 1, n, out), n);
	assert_int_equal(fclose(in) | fclose(out) | chmod(to, 0755), 0);
}

/* What this program, run from `path`, takes for the shipped layer. */
static void share_seen_from(const char *path, char *ret, size_t size)
{
	char command[512];
	FILE *f;

	(void)snprintf(command, sizeof(command), "env -u LIMBER_SHARE %s --share", path);
	f = popen(command, "r");
	assert_non_null(f);
	assert_non_null(fgets(ret, (int)size, f));
	assert_int_equal(pclose(f), 0);
}

/* From a tree that was just built everything works without being installed. */
static void the_source_tree_comes_first(void **state)
{
	const char *program = scratch_path("tree/build/limberd");
	char seen[512];

	(void)state;
	copy_file("/proc/self/exe", program);
	share_seen_from(program, seen, sizeof(seen));
	assert_string_equal(seen, LIMBER_SHAREDIR);
	scratch_write("tree/config/limber.conf", "");
	share_seen_from(program, seen, sizeof(seen));
	assert_string_equal(seen, scratch_path("tree/config"));
}

static int print_share(void)
{
	struct config_path_buffers buffers;
	struct config_paths paths;

	config_paths_default(&paths, &buffers);
	return fputs(paths.share, stdout) < 0;
}

static void words_apart(void **state)
{
	(void)state;
	assert_int_equal(field_distance("every", "every"), 0);
	assert_int_equal(field_distance("evrey", "every"), 2);
	assert_int_equal(field_distance("evry", "every"), 1);
	assert_int_equal(field_distance("", "abc"), 3);
	assert_int_equal(field_distance("abc", ""), 3);
	assert_int_equal(field_distance("kitten", "sitting"), 3);
}

static void assert_sane(const struct settings *s)
{
	assert_true(s->policy.n_rules >= 4 && s->policy.n_rules <= RULES_MAX);
	for (size_t i = 0; i < s->policy.n_rules; i++) {
		const struct rule_policy *r = &s->policy.rules[i];

		assert_true(r->every >= S && r->every <= 24 * USEC_PER_HOUR);
		assert_true(r->length >= S && r->length <= 4 * USEC_PER_HOUR);
		assert_true(r->debt <= 100 && r->counts <= RULE_COUNTS_SCREEN);
		assert_true(r->name[0] && strlen(r->name) <= RULE_NAME_MAX);
		assert_true(s->content[i].sets && s->content[i].sets < BIT(SETS_COUNT));
	}
	assert_true(s->policy.lull >= S / 2 && s->policy.lull <= MIN);
	assert_true(s->front_end[0] && s->person.n_skips <= PERSON_SKIPS_MAX);
}

/* Any damage to the file leaves settings that a daemon can run with. */
static void damaged_files(void **state)
{
	static char original[64 * 1024], text[64 * 1024];
	struct config_paths paths = { .user = scratch_path("damaged") };
	uint32_t seed = 20261122;
	char path[4096];
	size_t n;
	FILE *f;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/limber.conf", shipped());
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(original, 1, sizeof(original), f);
	fclose(f);
	for (long i = damage_rounds(); i > 0; i--) {
		struct problem_list problems;
		struct settings s;
		size_t length;

		memcpy(text, original, n);
		length = mutate(text, n, sizeof(text), &seed);
		scratch_write_bytes("damaged/limber.conf", text, length);
		load(&paths, &s, &problems);
		assert_sane(&s);
		problem_list_done(&problems);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_any_file),
		cmocka_unit_test(the_shipped_file_says_what_is_built_in),
		cmocka_unit_test(the_shipped_file_has_every_key),
		cmocka_unit_test(each_story),
		cmocka_unit_test(a_rule_of_ones_own),
		cmocka_unit_test(a_dropped_rule_leaves_the_others_theirs),
		cmocka_unit_test(as_many_rules_as_there_is_room_for),
		cmocka_unit_test(programs_and_paths),
		cmocka_unit_test(layers_and_drop_ins),
		cmocka_unit_test(things_in_a_files_place),
		cmocka_unit_test(things_in_a_folders_place),
		cmocka_unit_test(careful_ends_with_a_later_good_layer),
		cmocka_unit_test(where_skips_were_written_is_known),
		cmocka_unit_test(folders_from_the_environment),
		cmocka_unit_test(the_source_tree_comes_first),
		cmocka_unit_test(words_apart),
		cmocka_unit_test(damaged_files),
	};

	/* the_source_tree_comes_first() runs a copy of us from elsewhere. */
	if (argc == 2 && !strcmp(argv[1], "--share"))
		return print_share();
	return cmocka_run_group_tests_name("settings", tests, scratch_begin, scratch_end);
}
