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

/* Some hours as one number: their ends as decimals, four for each range. Up to two ranges. */
#define RANGE(from, to) ((uint64_t)(from)*10000 + (to))
#define TWO(a, b) (RANGE a * 100000000 + RANGE b)
#define WHOLE_DAY RANGE(0, 1440)

static uint64_t hours_number(const struct hours_day *d)
{
	uint64_t number = 0;

	for (unsigned i = 0; i < d->n; i++)
		number = number * 100000000 + RANGE(d->ranges[i].from, d->ranges[i].to);
	return number;
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
		{ "merge", micro->merge },
		{ "respects", micro->respects },
		{ "active every", rule(s, "active")->every },
		{ "hands every", rule(s, "hands")->every },
		{ "eyes enabled", rule(s, "eyes")->enabled },
		{ "preset", s->preset },
		{ "daily", s->policy.daily },
		{ "daily enabled", s->policy.daily_enabled },
		{ "prompts_per_hour", s->policy.prompts_per_hour },
		{ "mon", hours_number(&s->hours.days[0]) },
		{ "sun", hours_number(&s->hours.days[6]) },
		{ "day_starts", s->hours.day_starts },
		{ "quiet", s->policy.quiet },
		{ "longest", s->policy.longest },
		{ "sit-stand", s->policy.sit_stand },
		{ "sit", s->policy.sit },
		{ "stand", s->policy.stand },
		{ "stand_most", s->policy.stand_most },
		{ "rules", s->policy.n_rules },
		{ "lull", s->policy.lull },
		{ "settle", s->policy.settle },
		{ "ignore_after", s->policy.ignore_after },
		{ "repeats", s->policy.repeats },
		{ "retry", s->policy.retry },
		{ "sound", s->sound },
		{ "fullscreen_browser", s->fullscreen_browser },
		{ "source", s->idle_source },
		{ "limits", s->person.limits },
		{ "careful", s->person.limits_unreadable },
		{ "place", s->person.place },
		{ "discreet", s->person.discreet },
		{ "level", s->person.level },
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

#define TEN_IDS "x1 x2 x3 x4 x5 x6 x7 x8 x9 x0 "
#define SEVENTY_IDS TEN_IDS TEN_IDS TEN_IDS TEN_IDS TEN_IDS TEN_IDS TEN_IDS

#define QUIET_SHIPPED (QUIET_BIT(QUIET_DND) | QUIET_BIT(QUIET_CALL) | QUIET_BIT(QUIET_SCREENCAST))

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
	{ "source", "[idle]\nsource = wayland\n", "source", IDLE_CHOICE_WAYLAND, { { 0 } } },
	{ "place", "[me]\nplace = mat\n", "place", PLACE_MAT, { { 0 } } },
	{ "discreet", "[me]\ndiscreet = yes\n", "discreet", 1, { { 0 } } },
	{ "level", "[me]\nlevel = 3\n", "level", 3, { { 0 } } },
	{ "level auto", "[me]\nlevel = auto\n", "level", 0, { { 0 } } },
	{ "no level", "[me]\nlevel = 6\n", "level", 0, { { 2, "level", "'6'", "auto", 0 } } },
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
	{ "a bad id", "[me]\nskip = palming No_Such\n", "skips", 1,
	  { { 2, "skip", "'No_Such' does not begin with an exercise's id, what else is listed counts",
	      "ids of exercises", 0 } } },
	{ "more ids than there is room for", "[me]\nskip = " SEVENTY_IDS "\n", "skips",
	  PERSON_SKIPS_MAX,
	  { { 2, "skip", "'x5 x6 x7 x8 x9 x0' and what follows it are too many, what else", NULL, 0 } } },
	{ "a display that we have not", "[idle]\nsource = mir\n", "source", IDLE_CHOICE_AUTO,
	  { { 2, "source", "'mir' is none", "one of auto, wayland, mutter, x11, tty, none",
	      0 } } },
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
	{ "a later version's section", "[voice]\nkeep = 2y\n", "every", 20 * MIN,
	  { { 1, "", "there is no such section", "[limber], [rule NAME], [prompt], [hours], ", 0 } } },
	{ "a later version's key", "[me]\nhandedness = left\n", "every", 20 * MIN,
	  { { 2, "handedness", "there is no such key", NULL, 0 } } },
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

	/* Which signs keep which rule quiet, and longer breaks in place of shorter ones. */
	{ "merge", "[rule micro]\nmerge = 2min\n", "merge", 2 * MIN, { { 0 } } },
	{ "no merge", "[rule micro]\nmerge = 0\n", "merge", 0, { { 0 } } },
	{ "too much to merge", "[rule micro]\nmerge = 5h\n", "merge", 5 * MIN,
	  { { 2, "merge", "'5h' is too long, keeping 5min", "from 0s to 4h", 0 } } },
	{ "respects", "[rule micro]\nrespects = call, dnd\n", "respects",
	  QUIET_BIT(QUIET_CALL) | QUIET_BIT(QUIET_DND), { { 0 } } },
	{ "respects all of them by default", "", "respects", QUIET_WORLD, { { 0 } } },
	{ "respects none", "[rule micro]\nrespects = none\n", "respects", 0, { { 0 } } },
	{ "respects nothing", "[rule micro]\nrespects =\n", "respects", QUIET_WORLD,
	  { { 2, "respects", "names nothing", "'none', or some of dnd, call, screencast", 0 } } },
	{ "respects the user's pause anyway", "[rule micro]\nrespects = dnd pause\n", "respects",
	  QUIET_WORLD, { { 2, "respects", "'pause' is none of the words", NULL, 0 } } },
	{ "respects a slip", "[rule micro]\nrespects = fulscreen\n", "respects", QUIET_WORLD,
	  { { 2, "respects", "perhaps you mean fullscreen, keeping dnd call", NULL, 0 } } },

	{ "dnd off", "[quiet]\ndnd = no\n", "quiet", QUIET_BIT(QUIET_CALL) |
	  QUIET_BIT(QUIET_SCREENCAST), { { 0 } } },
	{ "all signs", "[quiet]\nfullscreen = yes\ninhibitors = yes\n", "quiet", QUIET_WORLD,
	  { { 0 } } },
	{ "browsers", "[quiet]\nfullscreen_browser = no\n", "fullscreen_browser", 0, { { 0 } } },
	{ "browsers as shipped", "[quiet]\nfullscreen = yes\n", "fullscreen_browser", 1, { { 0 } } },
	{ "no sign", "[quiet]\ndnd = no\ncall = no\nscreencast = no\n", "quiet", 0, { { 0 } } },
	{ "a switch is no list", "[quiet]\ndnd = Firefox\n", "quiet", QUIET_SHIPPED,
	  { { 2, "dnd", "'Firefox' is neither yes nor no, keeping yes", "yes or no", 0 } } },
	{ "a sign that we have not", "[quiet]\nmusic = no\n", "quiet", QUIET_SHIPPED,
	  { { 2, "music", "no such key", "the keys here are dnd, call, screencast", 0 } } },
	{ "longest", "[quiet]\nlongest = 90min\n", "longest", 90 * MIN, { { 0 } } },
	{ "very long", "[quiet]\nlongest = 3h\n", "longest", 180 * MIN,
	  { { 2, "longest", "3h is used", "up to 2h", true } } },
	{ "no longest", "[quiet]\nlongest = 0\n", "longest", 120 * MIN,
	  { { 2, "longest", "'0' is too short", "from 1s to 24h", 0 } } },

	{ "prompts_per_hour", "[prompt]\nprompts_per_hour = 1\n", "prompts_per_hour", 1,
	  { { 0 } } },
	{ "many prompts", "[prompt]\nprompts_per_hour = 12\n", "prompts_per_hour", 12, { { 0 } } },
	{ "more prompts than we recommend", "[prompt]\nprompts_per_hour = 60\n",
	  "prompts_per_hour", 60,
	  { { 2, "prompts_per_hour", "60 is used, but", "1 to 12", true } } },
	{ "too many prompts", "[prompt]\nprompts_per_hour = 61\n", "prompts_per_hour", 4,
	  { { 2, "prompts_per_hour", "'61' is too much, keeping 4", "from 1 to 60", 0 } } },
	{ "no prompt", "[prompt]\nprompts_per_hour = 0\n", "prompts_per_hour", 4,
	  { { 2, "prompts_per_hour", "'0' is too little", NULL, 0 } } },

	/* The user's hours. */
	{ "hours", "[hours]\nmon = 09:00-12:30 13:30-18:00\n", "mon",
	  TWO((540, 750), (810, 1080)), { { 0 } } },
	{ "hours with a comma, and not in order", "[hours]\nmon = 13:30-18:00,9:00-12:30\n",
	  "mon", TWO((540, 750), (810, 1080)), { { 0 } } },
	{ "the other days stay", "[hours]\nmon = none\n", "sun", WHOLE_DAY, { { 0 } } },
	{ "none", "[hours]\nmon = none\n", "mon", 0, { { 0 } } },
	{ "all", "[hours]\nsun = all\n", "sun", WHOLE_DAY, { { 0 } } },
	{ "all, spelt out", "[hours]\nsun = 00:00-24:00\n", "sun", WHOLE_DAY, { { 0 } } },
	{ "over midnight", "[hours]\nmon = 18:00-09:00\n", "mon", RANGE(1080, 540), { { 0 } } },
	{ "until midnight", "[hours]\nmon = 18:00-24:00\n", "mon", RANGE(1080, 1440), { { 0 } } },
	{ "one after the other", "[hours]\nmon = 09:00-10:00 10:00-11:00\n", "mon",
	  TWO((540, 600), (600, 660)), { { 0 } } },
	{ "a night behind a morning", "[hours]\nmon = 05:00-07:00 22:00-06:00\n", "mon",
	  TWO((300, 420), (1320, 360)), { { 0 } } },
	{ "no such hour", "[hours]\nmon = 25:00-26:00\n", "mon", WHOLE_DAY,
	  { { 2, "mon", "'25:00-26:00' is not a range of two times of day, keeping all from ",
	  "'all', 'none', or up to 6 ranges", 0 } } },
	{ "one time only", "[hours]\nmon = 25:00\n", "mon", WHOLE_DAY,
	  { { 2, "mon", "'25:00' is not a range", NULL, 0 } } },
	{ "hours without minutes", "[hours]\nmon = 9-17\n", "mon", WHOLE_DAY,
	  { { 2, "mon", "'9-17' is not a range", "such as 09:00-12:30 13:30-18:00", 0 } } },
	{ "three times", "[hours]\nmon = 09:00-10:00-11:00\n", "mon", WHOLE_DAY,
	  { { 2, "mon", "'09:00-10:00-11:00' is not a range", NULL, 0 } } },
	{ "blanks around the dash", "[hours]\nmon = 09:00 - 17:00\n", "mon", WHOLE_DAY,
	  { { 2, "mon", "'09:00' is not a range", NULL, 0 } } },
	{ "from midnight's other name", "[hours]\nmon = 24:00-06:00\n", "mon", WHOLE_DAY,
	  { { 2, "mon", "'24:00-06:00' is not a range", NULL, 0 } } },
	{ "no time at all", "[hours]\nmon = 09:00-09:00\n", "mon", WHOLE_DAY,
	  { { 2, "mon", "'09:00-09:00' ends where it begins", NULL, 0 } } },
	{ "overlapping", "[hours]\nmon = 09:00-12:00 11:59-13:00\n", "mon", WHOLE_DAY,
	  { { 2, "mon", "'11:59-13:00' overlaps another range of that day", "apart from", 0 } } },
	{ "overlapping a later one", "[hours]\nmon = 11:59-13:00 09:00-12:00\n", "mon", WHOLE_DAY,
	  { { 2, "mon", "'09:00-12:00' overlaps", NULL, 0 } } },
	{ "the same twice", "[hours]\nmon = 09:00-12:00 09:00-12:00\n", "mon", WHOLE_DAY,
	  { { 2, "mon", "overlaps", NULL, 0 } } },
	{ "overlapping a night", "[hours]\nmon = 22:00-06:00 23:00-23:30\n", "mon", WHOLE_DAY,
	  { { 2, "mon", "'23:00-23:30' overlaps", NULL, 0 } } },
	{ "seven ranges", "[hours]\nmon = 1:00-1:30 2:00-2:30 3:00-3:30 4:00-4:30 5:00-5:30 "
	  "6:00-6:30 7:00-7:30\n", "mon", WHOLE_DAY,
	  { { 2, "mon", "is too long a list", NULL, 0 } } },
	{ "all and more", "[hours]\nmon = all 09:00-10:00\n", "mon", WHOLE_DAY,
	  { { 2, "mon", "'all' is not a range", NULL, 0 } } },
	{ "empty hours", "[hours]\nmon =\n", "mon", WHOLE_DAY,
	  { { 2, "mon", "names no hours", NULL, 0 } } },
	{ "hours twice", "[hours]\nmon = none\nmon = 09:00-10:00\n", "mon", RANGE(540, 600),
	  { { 3, "mon", "line 2 already, and the last one counts", NULL, 0 } } },
	{ "days by their whole names", "[hours]\nmonday = none\n", "mon", WHOLE_DAY,
	  { { 2, "monday", "no such key", "the keys here are mon, tue, wed", 0 } } },
	{ "day_starts", "[hours]\nday_starts = 0:00\n", "day_starts", 0, { { 0 } } },
	{ "late days", "[hours]\nday_starts = 23:59\n", "day_starts", 1439, { { 0 } } },
	{ "tomorrow", "[hours]\nday_starts = 24:00\n", "day_starts", 240,
	  { { 2, "day_starts", "'24:00' is not a time of day, keeping 04:00",
	  "from 00:00 to 23:59", 0 } } },
	{ "an hour without minutes", "[hours]\nday_starts = 5\n", "day_starts", 240,
	  { { 2, "day_starts", "'5' is not a time of day", NULL, 0 } } },

	/* The desk. */
	{ "a desk to stand at", "[desk]\ntype = sit-stand\n", "sit-stand", 1, { { 0 } } },
	{ "a desk that is not", "[desk]\ntype = treadmill\n", "sit-stand", 0,
	  { { 2, "type", "'treadmill' is none", "one of fixed, sit-stand", 0 } } },
	{ "sit", "[desk]\nsit = 20min\n", "sit", 20 * MIN, { { 0 } } },
	{ "stand", "[desk]\nstand = 8min\n", "stand", 8 * MIN, { { 0 } } },
	{ "stand_most", "[desk]\ntype = sit-stand\nstand_most = 20min\n", "stand_most", 20 * MIN,
	  { { 0 } } },
	{ "standing all day", "[desk]\ntype = sit-stand\nstand_most = 8h\n", "stand_most",
	  480 * MIN, { { 3, "stand_most", "8h is used", "20min to 60min", true } } },
	{ "at a fixed desk nobody does", "[desk]\nstand_most = 8h\n", "stand_most", 480 * MIN,
	  { { 0 } } },
	{ "more than stand_most", "[desk]\nstand = 45min\n", "stand", 45 * MIN,
	  { { 2, "stand", "45min is more than stand_most, which is 40min", "at most stand_most",
	  true } } },
	{ "as much as stand_most", "[desk]\nstand = 40min\n", "stand", 40 * MIN, { { 0 } } },
	{ "stand_most below stand", "[desk]\nstand_most = 10min\n", "stand", 15 * MIN,
	  { { 2, "stand", "15min is more than stand_most, which is 10min", NULL, true } } },
	{ "no sitting at all", "[desk]\nsit = 0\n", "sit", 30 * MIN,
	  { { 2, "sit", "'0' is too short", "from 1s to 24h", 0 } } },
	{ "for ever", "[desk]\nstand = 25h\nstand_most = 25h\n", "stand", 15 * MIN,
	  { { 2, "stand", "too long", NULL, 0 }, { 3, "stand_most", "too long", NULL, 0 } } },

	/* The day's notice looks like a rule, but is none. */
	{ "daily", "[rule daily]\nevery = 5h\n", "daily", 300 * MIN, { { 0 } } },
	{ "daily is no rule", "[rule daily]\nevery = 5h\n", "rules", 4, { { 0 } } },
	{ "daily off", "[rule daily]\nenabled = no\n", "daily enabled", 0, { { 0 } } },
	{ "daily has no length", "[rule daily]\nlength = 5min\nevery = 5h\n", "daily", 300 * MIN,
	  { { 2, "length", "this is the day's notice and no break, there is no such key",
	  "the keys here are enabled, every", 0 } } },
	{ "daily, a slip", "[rule daily]\nevrey = 5h\n", "daily", 360 * MIN,
	  { { 2, "evrey", "no such key, perhaps you mean every", NULL, 0 } } },
	{ "very early in the day", "[rule daily]\nevery = 2h\n", "daily", 120 * MIN,
	  { { 2, "every", "2h is used", "4h to 10h", true } } },
	{ "very late", "[rule daily]\nevery = 11h\n", "daily", 660 * MIN,
	  { { 2, "every", "11h is used", NULL, true } } },
	{ "late and off", "[rule daily]\nevery = 11h\nenabled = no\n", "daily", 660 * MIN,
	  { { 0 } } },
	{ "daily too long", "[rule daily]\nevery = 25h\n", "daily", 360 * MIN,
	  { { 2, "every", "'25h' is too long, keeping 6h", "from 1s to 24h", 0 } } },

	/* Presets. */
	{ "a preset", "[limber]\npreset = back\n", "active every", 30 * MIN, { { 0 } } },
	{ "own keys win", "[limber]\npreset = back\n[rule active]\nevery = 40min\n",
	  "active every", 40 * MIN, { { 0 } } },
	{ "own keys win wherever they stand",
	  "[rule active]\nevery = 40min\n[limber]\npreset = back\n", "active every", 40 * MIN,
	  { { 0 } } },
	{ "a preset beside an own key", "[limber]\npreset = tuc\n[rule active]\nevery = 50min\n",
	  "active length", 15 * MIN, { { 0 } } },
	{ "a preset needs no warning", "[limber]\npreset = workrave\n", "hands every", 3 * MIN,
	  { { 0 } } },
	{ "but what goes with it may",
	  "[limber]\npreset = workrave\n[rule hands]\nevery = 2min\n", "hands every", 2 * MIN,
	  { { 4, "every", "2min is used", "3min to 60min", true } } },
	{ "it is not the preset that is warned of",
	  "[limber]\npreset = workrave\n[rule hands]\nlength = 10min\n", "hands every", 3 * MIN,
	  { { 4, "every", "3min is used", "25min to 120min", true } } },
	{ "a bad value beside a preset", "[limber]\npreset = back\n[rule active]\nevery = x\n",
	  "active every", 30 * MIN,
	  { { 4, "every", "'x' is not a duration, keeping 30min from the preset back", NULL, 0 } } },
	{ "a preset that is none", "[limber]\npreset = yoga\n", "active every", 55 * MIN,
	  { { 2, "preset", "'yoga' is none of the words for this, keeping ergonomic from ",
	  "one of ergonomic, quiet, hse, austria, ontario, tuc, 20-20-20, back, recovering, "
	  "workrave, gnome", 0 } } },
	{ "a preset, slipped", "[limber]\npreset = recoverng\n", "preset", 0,
	  { { 2, "preset", "perhaps you mean recovering", NULL, 0 } } },
	{ "two presets", "[limber]\npreset = tuc\npreset = back\n", "active length", 5 * MIN,
	  { { 3, "preset", "line 2 already, and the last one counts", NULL, 0 } } },
	{ "a name of digits", "[limber]\npreset = 20-20-20\n", "preset", 6, { { 0 } } },
	{ "a preset in the wrong section", "[prompt]\npreset = hse\n", "enabled", 1,
	  { { 2, "preset", "there is no such key", NULL, 0 } } },
	{ "another key of limber's", "[limber]\npresets = hse\n", "enabled", 1,
	  { { 2, "presets", "perhaps you mean preset", "the keys here are preset", 0 } } },

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
	{ "by another name", "[me]\nlimitations = pregnant\n", "careful", 1,
	  { { 2, "limitations", "no such key", NULL, 0 },
	  { 2, "limits", "suit everybody", NULL, 0 } } },
	{ "in other words", "[me]\nhealth = a bad Back\n", "careful", 1,
	  { { 2, "health", "no such key", NULL, 0 },
	  { 2, "limits", "suit everybody", NULL, 0 } } },
	{ "another key, misspelt", "[me]\nplcae = mat\n", "careful", 0,
	  { { 2, "plcae", "perhaps you mean place", NULL, 0 } } },
	{ "the section misspelt, and the key another", "[mee]\nhealth = pregnant\n", "careful", 1,
	  { { 1, "", "no such section", NULL, 0 }, { 2, "limits", "suit everybody", NULL, 0 } } },
	{ "the section misspelt, and another key of it", "[mee]\nplace = mat\n", "careful", 0,
	  { { 1, "", "no such section", NULL, 0 } } },
	{ "in a section for something else", "[desk]\nlimitations = pregnant\n", "careful", 1,
	  { { 2, "limitations", "no such key", NULL, 0 },
	  { 2, "limits", "suit everybody", NULL, 0 } } },
	{ "something else in a section for it", "[desk]\nheight = 70cm\n", "careful", 0,
	  { { 2, "height", "no such key", NULL, 0 } } },
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
		assert_int_equal(x->merge, y->merge);
		assert_int_equal(x->respects, y->respects);
		assert_int_equal(a->content[i].sets, b->content[i].sets);
		assert_int_equal(a->content[i].regions, b->content[i].regions);
	}
	assert_int_equal(a->policy.lull, b->policy.lull);
	assert_int_equal(a->policy.settle, b->policy.settle);
	assert_int_equal(a->policy.ignore_after, b->policy.ignore_after);
	assert_int_equal(a->policy.repeats, b->policy.repeats);
	assert_int_equal(a->policy.retry, b->policy.retry);
	assert_int_equal(a->policy.prompts_per_hour, b->policy.prompts_per_hour);
	assert_int_equal(a->policy.quiet, b->policy.quiet);
	assert_int_equal(a->policy.longest, b->policy.longest);
	assert_int_equal(a->policy.daily_enabled, b->policy.daily_enabled);
	assert_int_equal(a->policy.daily, b->policy.daily);
	assert_int_equal(a->policy.sit_stand, b->policy.sit_stand);
	assert_int_equal(a->policy.sit, b->policy.sit);
	assert_int_equal(a->policy.stand, b->policy.stand);
	assert_int_equal(a->policy.stand_most, b->policy.stand_most);
	assert_memory_equal(&a->hours, &b->hours, sizeof(a->hours));
	assert_int_equal(a->preset, b->preset);
	assert_int_equal(a->sound, b->sound);
	assert_int_equal(a->fullscreen_browser, b->fullscreen_browser);
	assert_int_equal(a->idle_source, b->idle_source);
	assert_string_equal(a->front_end, b->front_end);
	assert_int_equal(a->history_keep, b->history_keep);
	assert_string_equal(a->history_path, b->history_path);
	assert_int_equal(a->person.limits, b->person.limits);
	assert_int_equal(a->person.place, b->person.place);
	assert_int_equal(a->person.discreet, b->person.discreet);
	assert_int_equal(a->person.level, b->person.level);
	assert_int_equal(a->person.n_skips, b->person.n_skips);
	for (size_t i = 0; i < a->person.n_skips; i++)
		assert_string_equal(a->person.skips[i], b->person.skips[i]);
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
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(s.policy.rules[i].merge, 5 * MIN);
		assert_int_equal(s.policy.rules[i].respects, QUIET_WORLD);
	}
	assert_true(s.policy.daily_enabled && s.policy.daily == 360 * MIN);
	assert_true(s.policy.prompts_per_hour == 4 && s.policy.longest == 120 * MIN);
	assert_int_equal(s.policy.quiet, QUIET_SHIPPED);
	assert_true(!s.policy.sit_stand && s.policy.sit == 30 * MIN);
	assert_true(s.policy.stand == 15 * MIN && s.policy.stand_most == 40 * MIN);
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(hours_number(&s.hours.days[i]), WHOLE_DAY);
	assert_int_equal(s.hours.day_starts, 240);
	assert_true(s.policy.lull == 3 * S && s.policy.settle == 30 * S);
	assert_true(s.policy.ignore_after == 2 * MIN && s.policy.repeats == 2);
	assert_true(s.policy.retry == 10 * MIN && !s.sound);
	assert_string_equal(s.front_end, "limber-notify");
	assert_int_equal(s.idle_source, IDLE_CHOICE_AUTO);
	assert_int_equal(s.history_keep, 2 * 365 * USEC_PER_DAY);
	assert_string_equal(s.history_path, "auto");
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

/* What presets are, by DESIGN section 6: every value that any of them sets. */
/* clang-format off */
static const struct preset_row {
	const char *name;
	bool micro;
	usec_t micro_every, micro_length, active_every, active_length;
	bool hands;
	usec_t hands_every, hands_length;
	bool eyes;
	usec_t daily;
} preset_rows[] = {
	{ "ergonomic", true, 20 * MIN, 30 * S, 55 * MIN, 5 * MIN, false, 6 * MIN, 15 * S, false,
	  360 * MIN },
	{ "quiet", true, 40 * MIN, 30 * S, 60 * MIN, 5 * MIN, false, 6 * MIN, 15 * S, false,
	  360 * MIN },
	{ "hse", false, 20 * MIN, 30 * S, 55 * MIN, 5 * MIN, false, 6 * MIN, 15 * S, false,
	  360 * MIN },
	{ "austria", false, 20 * MIN, 30 * S, 50 * MIN, 10 * MIN, false, 6 * MIN, 15 * S, false,
	  360 * MIN },
	{ "ontario", false, 20 * MIN, 30 * S, 60 * MIN, 5 * MIN, false, 6 * MIN, 15 * S, false,
	  360 * MIN },
	{ "tuc", false, 20 * MIN, 30 * S, 45 * MIN, 15 * MIN, false, 6 * MIN, 15 * S, false,
	  360 * MIN },
	{ "20-20-20", false, 20 * MIN, 30 * S, 55 * MIN, 5 * MIN, false, 6 * MIN, 15 * S, true,
	  360 * MIN },
	{ "back", true, 20 * MIN, 30 * S, 30 * MIN, 5 * MIN, false, 6 * MIN, 15 * S, false,
	  360 * MIN },
	{ "recovering", true, 20 * MIN, 30 * S, 40 * MIN, 10 * MIN, true, 4 * MIN, 15 * S, false,
	  240 * MIN },
	{ "workrave", false, 20 * MIN, 30 * S, 45 * MIN, 10 * MIN, true, 3 * MIN, 30 * S, false,
	  240 * MIN },
	{ "gnome", false, 20 * MIN, 30 * S, 30 * MIN, 5 * MIN, false, 6 * MIN, 15 * S, true,
	  360 * MIN },
};
/* clang-format on */

static void assert_preset(const struct preset_row *want, const struct settings *s)
{
	const char *const *names;
	const struct rule_policy *micro = rule(s, "micro"), *active = rule(s, "active");
	const struct rule_policy *hands = rule(s, "hands"), *eyes = rule(s, "eyes");

	settings_presets(&names);
	assert_string_equal(names[s->preset], want->name);
	assert_int_equal(micro->enabled, want->micro);
	assert_int_equal(micro->every, want->micro_every);
	assert_int_equal(micro->length, want->micro_length);
	assert_true(active->enabled);
	assert_int_equal(active->every, want->active_every);
	assert_int_equal(active->length, want->active_length);
	assert_int_equal(hands->enabled, want->hands);
	assert_int_equal(hands->every, want->hands_every);
	assert_int_equal(hands->length, want->hands_length);
	assert_int_equal(eyes->enabled, want->eyes);
	assert_true(eyes->every == 20 * MIN && eyes->length == 20 * S);
	assert_true(s->policy.daily_enabled && s->policy.daily == want->daily);
}

static void every_preset(void **state)
{
	struct config_paths paths = { .share = shipped(),
				      .etc = scratch_path("presets/etc"),
				      .user = scratch_path("presets/user") };
	const char *const *names;
	char text[64];

	(void)state;
	assert_int_equal(settings_presets(&names), ELEMENTS(preset_rows));
	assert_null(names[ELEMENTS(preset_rows)]);
	/* Whatever another preset in a layer below set. */
	for (size_t i = 0; i < ELEMENTS(preset_rows); i++)
		for (size_t k = 0; k < ELEMENTS(preset_rows); k++) {
			struct problem_list problems;
			struct settings s;

			assert_string_equal(names[k], preset_rows[k].name);
			(void)sprintf(text, "[limber]\npreset = %s\n", names[i]);
			scratch_write("presets/etc/limber.conf", text);
			(void)sprintf(text, "[limber]\npreset = %s\n", names[k]);
			scratch_write("presets/user/limber.conf", text);
			load(&paths, &s, &problems);
			assert_told(names[k], (struct told[]){ { 0 } }, &problems);
			assert_preset(&preset_rows[k], &s);
		}
}

/* A preset takes back what files below say of its keys, and leaves all other keys alone. */
static void presets_and_layers(void **state)
{
	struct config_paths paths = { .share = shipped(),
				      .etc = scratch_path("pl/etc"),
				      .user = scratch_path("pl/user") };
	struct problem_list problems;
	struct settings s;

	(void)state;
	scratch_write("pl/etc/limber.conf",
		      "[rule micro]\nevery = 30min\nsnooze = 9min\n[rule hands]\nenabled = yes\n"
		      "[rule tea]\nevery = 2h\nlength = 10min\n[rule daily]\nenabled = no\n");
	scratch_write("pl/user/limber.conf", "[rule active]\nlength = 7min\n");
	load(&paths, &s, &problems);
	assert_int_equal(problems.n, 0);
	assert_true(rule(&s, "micro")->every == 30 * MIN && rule(&s, "hands")->enabled);

	scratch_write("pl/user/limber.conf",
		      "[rule active]\nlength = 7min\n[limber]\npreset = gnome\n");
	load(&paths, &s, &problems);
	assert_int_equal(problems.n, 0);
	assert_true(rule(&s, "micro")->every == 20 * MIN && !rule(&s, "micro")->enabled);
	assert_true(rule(&s, "micro")->snooze == 9 * MIN && !rule(&s, "hands")->enabled);
	assert_true(rule(&s, "tea")->enabled && s.policy.daily_enabled);
	assert_true(rule(&s, "active")->every == 30 * MIN && rule(&s, "active")->length == 7 * MIN);

	/* What a later file says wins over an earlier file's preset. */
	scratch_write("pl/user/limber.conf.d/10.conf", "[rule micro]\nenabled = yes\n");
	load(&paths, &s, &problems);
	assert_true(rule(&s, "micro")->enabled && rule(&s, "eyes")->enabled);

	/* And its preset replaces all of it, own keys in between too. */
	scratch_write("pl/user/limber.conf.d/20.conf", "[limber]\npreset = tuc\n");
	load(&paths, &s, &problems);
	assert_preset(&preset_rows[5], &s);

	/* One that is none changes nothing. */
	scratch_write("pl/user/limber.conf.d/20.conf", "[limber]\npreset = tic\n");
	load(&paths, &s, &problems);
	assert_int_equal(problems.n, 1);
	assert_non_null(strstr(problems.v[0].message, "perhaps you mean tuc, keeping gnome from "));
	assert_true(rule(&s, "micro")->enabled && rule(&s, "eyes")->enabled);
	problem_list_done(&problems);
}

static void load_as(const struct config_paths *paths, const char *preset, const char *file,
		    struct settings *s, struct problem_list *problems)
{
	memset(s, 0, sizeof(*s));
	*problems = (struct problem_list){ 0 };
	assert_int_equal(settings_load_as(paths, preset, file, s, problems), 0);
}

/* For simulations: neither the machine's settings nor the user's. */
static void settings_as_if(void **state)
{
	struct config_paths paths = { .share = shipped(),
				      .etc = scratch_path("as/etc"),
				      .user = scratch_path("as/user") };
	struct problem_list problems;
	struct settings s, builtin;
	const char *file;

	(void)state;
	scratch_write("as/etc/limber.conf", "[rule micro]\nevery = 21min\n");
	scratch_write("as/user/limber.conf", "[rule micro]\nevery = 22min\n");
	load(&(struct config_paths){ 0 }, &builtin, &problems);
	load_as(&paths, NULL, NULL, &s, &problems);
	assert_int_equal(problems.n, 0);
	assert_same_settings(&builtin, &s);
	load_as(&paths, "tuc", NULL, &s, &problems);
	assert_int_equal(problems.n, 0);
	assert_preset(&preset_rows[5], &s);

	file = scratch_path("as/mine");
	scratch_write("as/mine", "[rule active]\nevery = 20min\n");
	load_as(&paths, "tuc", file, &s, &problems);
	assert_told("mine", (struct told[]){ { 2, "every", "20min is used", NULL, true }, { 0 } },
		    &problems);
	assert_true(rule(&s, "active")->every == 20 * MIN &&
		    rule(&s, "active")->length == 15 * MIN);
	problem_list_done(&problems);
	scratch_write("as/mine", "[limber]\npreset = back\n");
	load_as(&paths, "tuc", file, &s, &problems);
	assert_preset(&preset_rows[7], &s);

	load_as(&paths, "ergonomc", NULL, &s, &problems);
	assert_told("no preset",
		    (struct told[]){ { 0, "preset", "perhaps you mean ergonomic, keeping ergonomic",
				       "one of ergonomic, quiet", 0 },
				     { 0 } },
		    &problems);
	assert_int_equal(problems.errors, 1);
	problem_list_done(&problems);
	load_as(&paths, NULL, scratch_path("as/none"), &s, &problems);
	assert_told("no file",
		    (struct told[]){ { 0, "", "there is no such file", NULL, 0 },
				     { 0, "limits", "suit everybody", NULL, 0 },
				     { 0 } },
		    &problems);
	problem_list_done(&problems);
	load_as(&paths, NULL, scratch_root, &s, &problems);
	assert_told("a folder",
		    (struct told[]){ { 0, "", "not a regular file", NULL, 0 },
				     { 0, "limits", "suit everybody", NULL, 0 },
				     { 0 } },
		    &problems);
	problem_list_done(&problems);
}

static struct settings_draft *draft_new(void)
{
	struct settings_draft *d = NULL;

	assert_int_equal(settings_draft_new(&d), 0);
	return d;
}

static void draft_set(struct settings_draft *d, const char *section, const char *key,
		      const char *value)
{
	struct problem_list problems = { 0 };

	assert_int_equal(settings_draft_set(d, section, key, value, "a trace", 7, &problems), 0);
	assert_int_equal(problems.n, 0);
}

static void draft_refused(struct settings_draft *d, const char *section, const char *key,
			  const char *value, const struct told *want)
{
	struct told all[] = { *want, { 0 } };
	struct problem_list problems = { 0 };
	char file[] = "a file whose name is forgotten";

	assert_int_equal(settings_draft_set(d, section, key, value, file, want->line, &problems),
			 -EINVAL);
	memset(file, 'x', sizeof(file) - 1);
	assert_told(value, all, &problems);
	assert_string_equal(problems.v[0].file, "a file whose name is forgotten");
	problem_list_done(&problems);
}

static void draft_take(struct settings_draft *d, struct settings *s)
{
	struct problem_list problems = { 0 };

	memset(s, 0, sizeof(*s));
	assert_int_equal(settings_draft_take(d, s, &problems), 0);
	assert_told("taken", (struct told[]){ { 0 } }, &problems);
}

static void a_draft(void **state)
{
	struct settings_draft *d = draft_new();
	struct problem_list problems = { 0 };
	struct settings s, builtin;

	(void)state;
	load(&(struct config_paths){ 0 }, &builtin, &problems);
	draft_take(d, &s);
	assert_same_settings(&builtin, &s);

	draft_set(d, "rule micro", "every", "30min");
	draft_set(d, " Rule \t TEA ", "Every", "2h");
	draft_set(d, "hours", "mon", "09:00-17:00");
	/* The rule is not whole yet. */
	assert_int_equal(settings_draft_take(d, &s, &problems), 0);
	assert_told("half a rule",
		    (struct told[]){ { 7, "length", "does not say 'length'", NULL, 0 }, { 0 } },
		    &problems);
	problem_list_done(&problems);
	assert_int_equal(s.policy.n_rules, 4);
	draft_set(d, "rule tea", "length", "10min");
	draft_take(d, &s);
	assert_true(s.policy.n_rules == 5 && rule(&s, "tea")->every == 120 * MIN);
	assert_true(rule(&s, "micro")->every == 30 * MIN);
	assert_int_equal(hours_number(&s.hours.days[0]), RANGE(540, 1020));

	/* What was set by itself wins over a preset, before it or after. */
	draft_set(d, "limber", "preset", "workrave");
	draft_set(d, "rule active", "every", "50min");
	draft_take(d, &s);
	assert_true(rule(&s, "micro")->every == 30 * MIN && rule(&s, "tea"));
	assert_true(rule(&s, "active")->every == 50 * MIN &&
		    rule(&s, "active")->length == 10 * MIN);
	draft_set(d, "limber", "preset", "ergonomic");
	draft_take(d, &s);
	assert_true(rule(&s, "micro")->enabled && rule(&s, "micro")->every == 30 * MIN);
	assert_true(rule(&s, "active")->every == 50 * MIN && rule(&s, "active")->length == 5 * MIN);
	assert_null(settings_draft_free(d));
	assert_null(settings_draft_free(NULL));
}

/* What a draft refuses is told, and leaves no trace in it. */
static void a_draft_refuses(void **state)
{
	static const char long_name[] =
		"rule abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789";
	struct settings_draft *d = draft_new();
	struct problem_list problems;
	struct settings s, builtin;
	char many[] = "rule r00";

	(void)state;
	load(&(struct config_paths){ 0 }, &builtin, &problems);
	draft_refused(
		d, "rule micro", "every", "x",
		&(struct told){ 1, "every", "'x' is not a duration, keeping 20min", NULL, 0 });
	draft_refused(d, "rule micro", "evry", "5min",
		      &(struct told){ 2, "evry", "perhaps you mean every", NULL, 0 });
	draft_refused(d, "nonsense", "every", "5min",
		      &(struct told){ 3, "", "there is no such section", NULL, 0 });
	draft_refused(d, "", "", "", &(struct told){ 3, "", "no such section", NULL, 0 });
	draft_refused(d, "rule a_b", "every", "5min",
		      &(struct told){ 3, "", "no name that we can use", NULL, 0 });
	draft_refused(d, "rule tea", "every", "x",
		      &(struct told){ 4, "every", "'x' is not a duration", NULL, 0 });
	draft_refused(d, "rule daily", "length", "5min",
		      &(struct told){ 5, "length", "no break", NULL, 0 });
	draft_refused(d, "limber", "preset", "x",
		      &(struct told){ 6, "preset", "'x' is none of the words", NULL, 0 });
	draft_refused(d, long_name, "every", "5min",
		      &(struct told){ 0, "every", "no name as long", NULL, 0 });
	draft_take(d, &s);
	assert_same_settings(&builtin, &s);

	for (int i = 4; i < RULES_MAX; i++) {
		(void)sprintf(many, "rule r%d", i);
		draft_set(d, many, "every", "60min");
		draft_set(d, many, "length", "5min");
	}
	draft_refused(d, "rule one-more", "every", "60min",
		      &(struct told){ 9, "", "one rule too many", NULL, 0 });
	draft_take(d, &s);
	assert_int_equal(s.policy.n_rules, RULES_MAX);
	settings_draft_free(d);
}

static int set_row(void *owner, const char *section, const char *key, const char *value)
{
	struct problem_list problems = { 0 };

	if (settings_draft_set(owner, section, key, value, "written", 1, &problems) == 0)
		return 0;
	print_problems(&problems);
	fail_msg("[%s] %s = %s is refused", section, key, value);
	return -1;
}

/* Written and read again. What is not recommended is warned of, nothing else. */
static void write_and_read(const struct settings *s, struct settings *ret)
{
	struct settings_draft *d = draft_new();
	struct problem_list problems = { 0 };

	assert_int_equal(settings_write(s, set_row, d), 0);
	memset(ret, 0, sizeof(*ret));
	assert_int_equal(settings_draft_take(d, ret, &problems), 0);
	assert_int_equal(problems.errors, 0);
	problem_list_done(&problems);
	settings_draft_free(d);
}

/* min to max, and every now and then one of them. */
static uint64_t between(uint32_t *seed, uint64_t min, uint64_t max)
{
	uint64_t wide = (uint64_t)next_random(seed) << 32 | next_random(seed);

	switch (next_random(seed) % 8) {
	case 0:
		return min;
	case 1:
		return max;
	default:
		return min + wide % (max - min + 1);
	}
}

static void random_rule(struct rule_policy *r, struct rule_content *c, uint32_t *seed)
{
	r->enabled = between(seed, 0, 1);
	r->counts = (enum rule_counts)between(seed, 0, RULE_COUNTS_SCREEN);
	r->credit = (enum rule_credit)between(seed, 0, RULE_CREDIT_LINEAR);
	r->urgency = (enum urgency)between(seed, 0, URGENCY_CRITICAL);
	r->every = between(seed, S, 24 * USEC_PER_HOUR);
	r->length = between(seed, S, 4 * USEC_PER_HOUR);
	r->grace = between(seed, 0, USEC_PER_HOUR);
	r->patience = between(seed, 0, USEC_PER_HOUR);
	r->snooze = between(seed, S, 4 * USEC_PER_HOUR);
	r->snoozes = (unsigned)between(seed, 0, 20);
	r->debt = (unsigned)between(seed, 0, 100);
	r->merge = between(seed, 0, 4 * USEC_PER_HOUR);
	r->respects = (unsigned)between(seed, 0, QUIET_WORLD);
	c->sets = (uint32_t)between(seed, 1, BIT(SETS_COUNT) - 1);
	c->regions = (uint32_t)between(seed, 0, BIT(REGIONS_COUNT) - 1);
}

static void random_day(struct hours_day *d, uint32_t *seed)
{
	unsigned at = 0;

	*d = (struct hours_day){ 0 };
	if (next_random(seed) % 4 == 0) {
		*d = (struct hours_day){ 1, { { 0, 1440 } } };
		return;
	}
	for (unsigned n = next_random(seed) % (HOURS_RANGES_MAX + 1); d->n < n; d->n++) {
		unsigned from = at + next_random(seed) % 100,
			 to = from + 1 + next_random(seed) % 139;

		d->ranges[d->n] = (struct hours_range){ from, to };
		at = to;
	}
	if (d->n > 0 && d->ranges[d->n - 1].from > 0 && next_random(seed) % 2) /* over midnight */
		d->ranges[d->n - 1].to = next_random(seed) % (d->ranges[d->n - 1].from + 1) / 2;
}

static void random_settings(struct settings *s, uint32_t *seed)
{
	struct policy *p = &s->policy;

	p->n_rules = between(seed, 4, RULES_MAX);
	for (size_t i = 0; i < p->n_rules; i++) {
		random_rule(&p->rules[i], &s->content[i], seed);
		if (i >= 4)
			(void)snprintf(p->rules[i].name, sizeof(p->rules[i].name), "r-%zu-%u", i,
				       next_random(seed));
	}
	p->lull = between(seed, S / 2, MIN);
	p->settle = between(seed, 0, USEC_PER_HOUR);
	p->ignore_after = between(seed, S, USEC_PER_HOUR);
	p->repeats = (unsigned)between(seed, 0, 20);
	p->retry = between(seed, S, 4 * USEC_PER_HOUR);
	p->prompts_per_hour = (unsigned)between(seed, 1, 60);
	p->quiet = (unsigned)between(seed, 0, QUIET_WORLD);
	p->longest = between(seed, S, 24 * USEC_PER_HOUR);
	p->daily_enabled = between(seed, 0, 1);
	p->daily = between(seed, S, 24 * USEC_PER_HOUR);
	p->sit_stand = between(seed, 0, 1);
	p->sit = between(seed, S, 24 * USEC_PER_HOUR);
	p->stand = between(seed, S, 24 * USEC_PER_HOUR);
	p->stand_most = between(seed, S, 24 * USEC_PER_HOUR);
	for (size_t i = 0; i < 7; i++)
		random_day(&s->hours.days[i], seed);
	s->hours.day_starts = (unsigned)between(seed, 0, 1439);
	s->person.limits = (uint32_t)between(seed, 0, BIT(LIMITS_COUNT) - 1);
	s->person.place = (enum place)between(seed, 0, PLACES_COUNT - 1);
	s->person.discreet = between(seed, 0, 1);
	s->person.level = (uint8_t)between(seed, 0, 5);
	s->person.n_skips = between(seed, 0, PERSON_SKIPS_MAX);
	for (size_t i = 0; i < s->person.n_skips; i++)
		(void)snprintf(s->person.skips[i], sizeof(s->person.skips[i]), "%0*u",
			       (int)between(seed, 1, EXERCISE_ID_MAX), next_random(seed) % 10);
	s->preset = (unsigned)between(seed, 0, ELEMENTS(preset_rows) - 1);
	(void)snprintf(s->front_end, sizeof(s->front_end), "/%0*u # ; \"it's\"",
		       (int)between(seed, 1, FRONT_END_MAX - 16), next_random(seed) % 10);
	s->history_keep = between(seed, 7 * USEC_PER_DAY, 36500 * USEC_PER_DAY);
	(void)snprintf(s->history_path, sizeof(s->history_path), "/%0*u # ; \"it's\"",
		       (int)between(seed, 1, HISTORY_PATH_MAX - 16), next_random(seed) % 10);
	s->sound = between(seed, 0, 1);
	s->fullscreen_browser = between(seed, 0, 1);
	s->idle_source = (enum idle_choice)between(seed, 0, IDLE_CHOICE_NONE);
}

static void written_settings_are_the_same(void **state)
{
	struct problem_list problems;
	struct settings s, again;
	uint32_t seed = 20261123;

	(void)state;
	load(&(struct config_paths){ 0 }, &s, &problems);
	write_and_read(&s, &again);
	assert_same_settings(&s, &again);
	for (int i = 0; i < 300; i++) {
		random_settings(&s, &seed);
		write_and_read(&s, &again);
		assert_same_settings(&s, &again);
		assert_false(again.person.limits_unreadable);
	}
	/* Limits that were lost suit what all limits suit. */
	s.person.limits = BIT(LIMIT_VERTIGO);
	s.person.limits_unreadable = true;
	write_and_read(&s, &again);
	assert_int_equal(again.person.limits, BIT(LIMITS_COUNT) - 1);
}

/* Every key of the table is written, once for each rule, with the built-in values as the table has
 * them; and the writing ends when the reader has enough. */
struct count {
	unsigned rows, enough;
};

static int count_row(void *owner, const char *section, const char *key, const char *value)
{
	struct count *c = owner;
	struct setting_text t;
	bool known = false;

	assert_non_null(value);
	c->rows++;
	for (size_t i = 0; settings_describe(i, &t); i++)
		known = known || (!strcmp(t.key, key) &&
				  (!strcmp(t.section, section) || !strncmp(section, "rule ", 5)));
	if (!known)
		fail_msg("[%s] %s is written, but is no setting", section, key);
	return c->rows == c->enough ? 42 : 0;
}

static void every_key_is_written(void **state)
{
	struct problem_list problems;
	struct setting_text t;
	struct settings s;
	struct count c = { 0 };
	unsigned want = 0;

	(void)state;
	load(&(struct config_paths){ 0 }, &s, &problems);
	for (size_t i = 0; settings_describe(i, &t); i++)
		want += strcmp(t.section, "rule NAME") ? 1 : 4;
	assert_int_equal(settings_write(&s, count_row, &c), 0);
	assert_int_equal(c.rows, want);
	for (unsigned enough = 1; enough <= want; enough += 7) {
		c = (struct count){ .enough = enough };
		assert_int_equal(settings_write(&s, count_row, &c), 42);
		assert_int_equal(c.rows, enough);
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
	assert_true(tea->merge == 5 * MIN && tea->respects == QUIET_WORLD);
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

static void where_the_history_is(void **state)
{
	static const struct {
		const char *line, *path;
		bool refused;
	} places[] = {
		{ "/srv/disk/my history.db", "/srv/disk/my history.db", false },
		{ "auto", "auto", false },
		{ "history.db", "auto", true },
		{ "~/history.db", "auto", true },
		{ "/srv/limber/", "auto", true },
		{ "", "auto", true },
	};
	struct config_paths paths = { .user = scratch_path("history") };
	char text[600];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(places); i++) {
		struct problem_list problems;
		struct settings s;

		(void)snprintf(text, sizeof(text), "[history]\npath = %s\n", places[i].line);
		scratch_write("history/limber.conf", text);
		load(&paths, &s, &problems);
		assert_string_equal(s.history_path, places[i].path);
		assert_int_equal(problems.n, places[i].refused);
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
	assert_true(s->policy.prompts_per_hour >= 1 && s->policy.prompts_per_hour <= 60);
	assert_true(s->policy.daily >= S && s->policy.longest >= S && s->policy.sit >= S);
	assert_int_equal(s->policy.quiet & ~QUIET_WORLD, 0);
	assert_true(s->hours.day_starts < 1440);
	for (size_t i = 0; i < 7; i++) {
		const struct hours_day *d = &s->hours.days[i];

		assert_true(d->n <= HOURS_RANGES_MAX);
		for (unsigned k = 0; k < d->n; k++)
			assert_true(d->ranges[k].from < 1440 && d->ranges[k].to <= 1440 &&
				    d->ranges[k].from != d->ranges[k].to);
	}
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
		cmocka_unit_test(every_preset),
		cmocka_unit_test(presets_and_layers),
		cmocka_unit_test(settings_as_if),
		cmocka_unit_test(a_draft),
		cmocka_unit_test(a_draft_refuses),
		cmocka_unit_test(written_settings_are_the_same),
		cmocka_unit_test(every_key_is_written),
		cmocka_unit_test(a_rule_of_ones_own),
		cmocka_unit_test(a_dropped_rule_leaves_the_others_theirs),
		cmocka_unit_test(as_many_rules_as_there_is_room_for),
		cmocka_unit_test(programs_and_paths),
		cmocka_unit_test(where_the_history_is),
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
