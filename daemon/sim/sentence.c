#include "sim/sentence.h"

#include <stdlib.h>
#include <time.h>

#include "base/parse.h"
#include "sim/text.h"

/* Points in time closer to the decision than this are told with their seconds. */
#define SECONDS_MATTER (2 * USEC_PER_MIN)
/* Further away than this a weekday would be ambiguous. */
#define WEEKDAY_ENOUGH (6 * USEC_PER_DAY)

/* Names ---------------------------------------------------------------------------------------- */

const char *presence_name(enum presence presence)
{
	switch (presence) {
	case PRESENCE_ACTIVE:
		return "active";
	case PRESENCE_WATCHING:
		return "watching";
	case PRESENCE_IDLE:
		return "idle";
	case PRESENCE_AWAY:
		return "away";
	case PRESENCE_UNKNOWN:
		return "unknown";
	}
	return "";
}

const char *phase_name(enum phase phase)
{
	switch (phase) {
	case PHASE_ON_BREAK:
		return "on-break";
	case PHASE_PROMPTING:
		return "prompting";
	case PHASE_SNOOZED:
		return "snoozed";
	case PHASE_PAUSED:
		return "paused";
	case PHASE_OFF_DUTY:
		return "off-duty";
	case PHASE_DEFERRED:
		return "deferred";
	case PHASE_DUE:
		return "due";
	case PHASE_WORKING:
		return "working";
	}
	return "";
}

const char *outcome_name(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_TAKEN:
		return "taken";
	case OUTCOME_CUT_SHORT:
		return "cut-short";
	case OUTCOME_SKIPPED:
		return "skipped";
	case OUTCOME_MISSED:
		return "missed";
	case OUTCOME_NATURAL:
		return "natural";
	}
	return "";
}

const char *quiet_name(enum quiet sign)
{
	switch (sign) {
	case QUIET_DND:
		return "dnd";
	case QUIET_CALL:
		return "call";
	case QUIET_SCREENCAST:
		return "screencast";
	case QUIET_FULLSCREEN:
		return "fullscreen";
	case QUIET_INHIBITORS:
		return "inhibitors";
	case QUIET_INHIBIT:
		return "inhibit";
	case QUIET_PAUSE:
		return "pause";
	case QUIET_HOURS:
		return "hours";
	case QUIET_SIGNS:
		break;
	}
	return "";
}

const char *decision_name(enum decision_kind kind)
{
	switch (kind) {
	case DECISION_DUE:
		return "due";
	case DECISION_WAITING:
		return "waiting";
	case DECISION_DEFERRED:
		return "deferred";
	case DECISION_MERGED:
		return "merged";
	case DECISION_EASED:
		return "eased";
	case DECISION_PROMPT:
		return "prompt";
	case DECISION_REPEATED:
		return "repeated";
	case DECISION_SNOOZED:
		return "snoozed";
	case DECISION_STARTED:
		return "started";
	case DECISION_ENDED:
		return "ended";
	case DECISION_NATURAL:
		return "natural";
	case DECISION_DAILY:
		return "daily-notice";
	case DECISION_POSTURE:
		return "posture";
	}
	return "";
}

const char *posture_name(enum posture posture)
{
	return posture == POSTURE_SITTING ? "sitting" : "standing";
}

/* Numbers -------------------------------------------------------------------------------------- */

static void add_length(struct text *t, usec_t length)
{
	char buffer[DURATION_TEXT_MAX];

	text_add(t, format_duration(length, buffer));
}

/* "1 prompt", "4 prompts" */
static void add_count(struct text *t, unsigned n, const char *what)
{
	text_add_number(t, n, 1);
	text_add_char(t, ' ');
	text_add(t, what);
	if (n != 1)
		text_add_char(t, 's');
}

static usec_t apart(walltime_t a, walltime_t b)
{
	return a > b ? a - b : b - a;
}

/* "Sunday ", "2026-11-23 " */
static void add_date(struct text *t, const struct tm *at, usec_t distance)
{
	static const char *const weekdays[] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
						"Thursday", "Friday", "Saturday" };

	if (distance <= WEEKDAY_ENOUGH) {
		text_add(t, weekdays[at->tm_wday]);
	} else {
		text_add_number(t, (uint64_t)at->tm_year + 1900, 4);
		text_add_char(t, '-');
		text_add_number(t, (uint64_t)at->tm_mon + 1, 2);
		text_add_char(t, '-');
		text_add_number(t, (uint64_t)at->tm_mday, 2);
	}
	text_add_char(t, ' ');
}

static bool to_local(walltime_t at, struct tm *ret)
{
	time_t seconds = (time_t)(at / USEC_PER_SEC);

	return localtime_r(&seconds, ret);
}

/* A point in time as somebody would say it at `now`; `now` 0 is some time of the same day. */
static void add_clock(struct text *t, walltime_t at, walltime_t now)
{
	struct tm local, today;

	if (!to_local(at, &local))
		return;
	if (now && to_local(now, &today) &&
	    (local.tm_yday != today.tm_yday || local.tm_year != today.tm_year))
		add_date(t, &local, apart(at, now));
	text_add_number(t, (uint64_t)local.tm_hour, 2);
	text_add_char(t, ':');
	text_add_number(t, (uint64_t)local.tm_min, 2);
	if (now && apart(at, now) < SECONDS_MATTER) {
		text_add_char(t, ':');
		text_add_number(t, (uint64_t)local.tm_sec, 2);
	}
}

/* " since 09:12"; nothing if `at` is 0. */
static void add_when(struct text *t, const char *preposition, walltime_t at, walltime_t now)
{
	if (!at)
		return;
	text_add_char(t, ' ');
	text_add(t, preposition);
	text_add_char(t, ' ');
	add_clock(t, at, now);
}

/* Quiet signs ---------------------------------------------------------------------------------- */

/* How a sign is told of, in the present and of the past: alone, or with its owner between two
 * parts. */
struct quiet_words {
	const char *alone, *alone_past;
	const char *before, *before_past; /* NULL: the owner adds nothing */
	const char *after, *after_past;
	const char *over;
};

/* clang-format off */
static const struct quiet_words quiet_words[QUIET_SIGNS] = {
	[QUIET_DND] = {
		.alone = "do-not-disturb is on", .alone_past = "do-not-disturb was on",
		.before = "do-not-disturb is on (", .after = ")",
		.before_past = "do-not-disturb was on (", .after_past = ")",
		.over = "do-not-disturb is off",
	},
	[QUIET_CALL] = {
		.alone = "a call uses the microphone or camera",
		.alone_past = "a call used the microphone or camera",
		.before = "a call in ", .after = " uses the microphone or camera",
		.before_past = "a call in ", .after_past = " used the microphone or camera",
		.over = "the call is over",
	},
	[QUIET_SCREENCAST] = {
		.alone = "the screen is shared", .alone_past = "the screen was shared",
		.before = "the screen is shared by ", .after = "",
		.before_past = "the screen was shared by ", .after_past = "",
		.over = "the screen is no longer shared",
	},
	[QUIET_FULLSCREEN] = {
		.alone = "a window fills the screen", .alone_past = "a window filled the screen",
		.before = "", .after = " fills the screen",
		.before_past = "", .after_past = " filled the screen",
		.over = "no window fills the screen any more",
	},
	[QUIET_INHIBITORS] = {
		.alone = "a program keeps the screen awake",
		.alone_past = "a program kept the screen awake",
		.before = "", .after = " keeps the screen awake",
		.before_past = "", .after_past = " kept the screen awake",
		.over = "nothing keeps the screen awake any more",
	},
	[QUIET_INHIBIT] = {
		.alone = "a program asks for silence", .alone_past = "a program asked for silence",
		.before = "inhibited by ", .after = "",
		.before_past = "it was inhibited by ", .after_past = "",
		.over = "nobody asks for silence any more",
	},
	[QUIET_PAUSE] = {
		.alone = "you paused limber", .alone_past = "limber was paused",
		.before = "paused by ", .after = "",
		.before_past = "limber was paused by ", .after_past = "",
		.over = "limber is no longer paused",
	},
	[QUIET_HOURS] = {
		.alone = "outside your hours", .alone_past = "it was outside your hours",
		.over = "your hours have begun",
	},
};
/* clang-format on */

static void add_quiet(struct text *t, enum quiet sign, const char *who)
{
	const struct quiet_words *words = &quiet_words[sign];

	if (!*who || !words->before) {
		text_add(t, words->alone);
		return;
	}
	text_add(t, words->before);
	text_add_foreign(t, who);
	text_add(t, words->after);
}

static void add_quiet_since(struct text *t, enum quiet sign, const char *who, walltime_t since,
			    walltime_t now)
{
	add_quiet(t, sign, who);
	add_when(t, sign == QUIET_PAUSE ? "at" : "since", since, now);
}

static void add_quiet_past(struct text *t, enum quiet sign, const char *who)
{
	const struct quiet_words *words = &quiet_words[sign];

	if (!*who || !words->before_past) {
		text_add(t, words->alone_past);
		return;
	}
	text_add(t, words->before_past);
	text_add_foreign(t, who);
	text_add(t, words->after_past);
}

const char *quiet_sentence(enum quiet sign, const char *who, walltime_t since,
			   char buffer[static SENTENCE_MAX])
{
	struct text t;

	text_begin(&t, buffer, SENTENCE_MAX);
	if (sign < QUIET_SIGNS)
		add_quiet_since(&t, sign, who, since, 0);
	return buffer;
}

const char *quiet_over_sentence(enum quiet sign)
{
	return sign < QUIET_SIGNS ? quiet_words[sign].over : "";
}

/* Decisions ------------------------------------------------------------------------------------ */

/* A decision on its way into words. */
struct telling {
	struct text text;
	const struct decision *d;
	int64_t offset;
	walltime_t now; /* when it was decided */
};

/* 0 for no such time, and for any before 1970. */
static walltime_t wall_of(const struct telling *t, usec_t at)
{
	int64_t wall;

	if (!at || at == USEC_NEVER)
		return 0;
	wall = (int64_t)at + t->offset;
	return wall > 0 ? (walltime_t)wall : 0;
}

static void say(struct telling *t, const char *words)
{
	text_add(&t->text, words);
}

static void say_length(struct telling *t, usec_t length)
{
	add_length(&t->text, length);
}

/* The words, if there is such a time at all, then the time. */
static void say_when(struct telling *t, const char *words, usec_t at)
{
	walltime_t wall = wall_of(t, at);

	if (!wall)
		return;
	say(t, words);
	add_clock(&t->text, wall, t->now);
}

static const char *exposure_word(const struct decision *d)
{
	return d->counts == RULE_COUNTS_HANDS ? " of typing and pointing" : " of screen work";
}

/* The load and, if it has grown well past it, the limit. */
static void tell_due(struct telling *t)
{
	const struct decision *d = t->d;

	say_length(t, usec_max(d->load, d->every));
	say(t, exposure_word(d));
	say(t, " without enough rest");
	if (d->load >= d->every + USEC_PER_MIN) {
		say(t, "; due after ");
		say_length(t, d->every);
	}
}

static void tell_hour(struct telling *t)
{
	add_count(&t->text, t->d->count, "prompt");
	say(t, " in the last 60min, the most you allow");
	say_when(t, "; free again at ", t->d->until);
}

/* A lull may be set to less than a second. */
static void say_pause(struct telling *t, usec_t length)
{
	if (length >= USEC_PER_SEC) {
		say_length(t, length);
		return;
	}
	text_add_number(&t->text, length / USEC_PER_MSEC, 1);
	say(t, "ms");
}

static void tell_lull(struct telling *t)
{
	say(t, "you are typing or moving the pointer; a ");
	if (t->d->length) {
		say(t, "pause of ");
		say_pause(t, t->d->length);
	} else {
		say(t, "short pause");
	}
	say(t, " is waited for");
	if (t->d->until && t->d->until != USEC_NEVER) {
		say_when(t, ", until ", t->d->until);
		say(t, " at most");
	}
}

static void tell_retry(struct telling *t)
{
	say(t, t->d->outcome == OUTCOME_CUT_SHORT ? "it was cut short" : "it was missed");
	say_when(t, " at ", t->d->since);
	say_when(t, "; it comes up again at ", t->d->until);
}

static void tell_sign(struct telling *t)
{
	const struct decision *d = t->d;
	unsigned others = d->signs & ~QUIET_BIT(d->sign);

	add_quiet_since(&t->text, d->sign, d->who, wall_of(t, d->since), t->now);
	if (d->sign == QUIET_PAUSE)
		say_when(t, ", until ", d->until);
	for (unsigned sign = 0; sign < QUIET_SIGNS; sign++)
		if (others & QUIET_BIT(sign)) {
			say(t, ", and ");
			add_quiet(&t->text, (enum quiet)sign, "");
		}
}

static void tell_settle(struct telling *t)
{
	add_quiet_past(&t->text, t->d->sign, t->d->who);
	say_when(t, " until ", t->d->since);
	say_when(t, "; prompts come again from ", t->d->until);
	say(t, " on");
}

static void tell_away(struct telling *t)
{
	say(t, t->d->since ? "nobody has been at the screen" : "nobody is at the screen");
	say_when(t, " since ", t->d->since);
}

/* Why a due rule is kept back: waiting, deferred. */
static void tell_held_back(struct telling *t)
{
	switch (t->d->cause) {
	case CAUSE_HOUR:
		tell_hour(t);
		break;
	case CAUSE_LULL:
		tell_lull(t);
		break;
	case CAUSE_RETRY:
		tell_retry(t);
		break;
	case CAUSE_SIGN:
		tell_sign(t);
		break;
	case CAUSE_SETTLE:
		tell_settle(t);
		break;
	case CAUSE_AWAY:
		tell_away(t);
		break;
	case CAUSE_NONE:
	case CAUSE_PATIENCE:
	case CAUSE_NO_SOURCE:
	case CAUSE_REST:
	case CAUSE_USER:
	case CAUSE_SELF:
	case CAUSE_IGNORED:
	case CAUSE_TYPED_ON:
	case CAUSE_SETTINGS:
		break;
	}
}

static void tell_merged(struct telling *t)
{
	say(t, t->d->other);
	if (t->d->length) {
		say(t, " would be due after ");
		say_length(t, usec_max(t->d->length, USEC_PER_SEC));
		say(t, " more, so it takes this one's place");
	} else {
		say(t, " is due too and takes this one's place");
	}
}

static void tell_eased(struct telling *t)
{
	const struct decision *d = t->d;

	if (d->cause == CAUSE_SETTINGS) {
		say(t, "the settings have changed, and it is not due under the new ones");
	} else if (d->cause == CAUSE_USER && d->length) {
		say(t, "you said that you rested ");
		say_length(t, d->length);
		say(t, ", so it is not necessary");
	} else if (d->cause == CAUSE_USER) {
		say(t, "what you said made it unnecessary");
	} else {
		say(t, "your rest");
		if (d->length) {
			say(t, " of ");
			say_length(t, d->length);
		}
		say(t, " made it unnecessary");
	}
}

/* "; this is the 2nd prompt" */
static void say_prompts(struct telling *t, unsigned n)
{
	static const char *const endings[] = { "th", "st", "nd", "rd" };
	bool teen = n / 10 % 10 == 1;

	if (n < 2)
		return;
	say(t, "; this is the ");
	text_add_number(&t->text, n, 1);
	say(t, endings[!teen && n % 10 < 4 ? n % 10 : 0]);
	say(t, " prompt");
}

static void tell_prompt(struct telling *t)
{
	const struct decision *d = t->d;

	if (d->cause == CAUSE_PATIENCE) {
		say(t, "no pause came");
		if (d->length) {
			say(t, " within ");
			say_length(t, d->length);
		}
	} else if (d->cause == CAUSE_NO_SOURCE) {
		say(t, "limber cannot see here whether you type, so it waits for no pause");
	} else if (d->cause == CAUSE_LULL) {
		say(t, "you paused");
		if (d->length) {
			say(t, " for ");
			say_pause(t, d->length);
		}
	} else {
		say(t, "it is due, and nothing speaks against it");
	}
	say_prompts(t, d->count);
	/* If it took longer than a wait for patience. */
	if (d->since &&
	    d->at >= d->since + USEC_PER_MIN + (d->cause == CAUSE_PATIENCE ? d->length : 0))
		say_when(t, "; due since ", d->since);
}

static void tell_repeated(struct telling *t)
{
	const struct decision *d = t->d;

	if (d->cause == CAUSE_TYPED_ON) {
		say(t, "you went on typing in the break");
	} else {
		say(t, "no answer");
		if (d->length) {
			say(t, " for ");
			say_length(t, d->length);
		}
	}
	say_prompts(t, d->count);
}

static void tell_snoozed(struct telling *t)
{
	const struct decision *d = t->d;

	say(t, "you want it ");
	say_length(t, d->length);
	say(t, " later");
	say_when(t, ", at ", d->until);
	if (d->of) {
		say(t, "; snooze ");
		text_add_number(&t->text, d->count, 1);
		say(t, " of ");
		text_add_number(&t->text, d->of, 1);
	}
}

static void tell_started(struct telling *t)
{
	if (t->d->cause == CAUSE_USER) {
		say(t, "you started it");
		return;
	}
	say(t, "you left keyboard and pointer alone for ");
	say_length(t, START_AFTER);
}

/* "2min of 5min" */
static void say_rested(struct telling *t)
{
	say_length(t, t->d->length);
	say(t, " of ");
	say_length(t, t->d->every);
}

static void tell_taken(struct telling *t)
{
	const struct decision *d = t->d;

	if (d->length >= d->every) {
		say(t, "you rested ");
		say_length(t, d->length);
		say(t, ", all of it");
		return;
	}
	say(t, "you said that it is done");
	if (d->length) {
		say(t, " after ");
		say_rested(t);
	}
}

static void tell_cut_short(struct telling *t)
{
	if (t->d->cause == CAUSE_TYPED_ON)
		say(t, "you went on typing after ");
	else if (t->d->cause == CAUSE_USER)
		say(t, "you ended it after ");
	else
		say(t, "it was broken off after ");
	say_rested(t);
	say_when(t, "; it comes up again at ", t->d->until);
}

static void tell_skipped(struct telling *t)
{
	say(t, "you skipped it");
	if (t->d->length >= USEC_PER_SEC) {
		say(t, " after ");
		say_rested(t);
	}
}

static void tell_missed(struct telling *t)
{
	if (t->d->count > 1) {
		say(t, "no answer to ");
		add_count(&t->text, t->d->count, "prompt");
	} else {
		say(t, "no answer to the prompt");
	}
	say_when(t, "; it comes up again at ", t->d->until);
}

static void tell_natural(struct telling *t)
{
	say(t, t->d->cause == CAUSE_USER ? "you said that you rested " : "you rested ");
	say_length(t, t->d->length);
	if (t->d->cause != CAUSE_USER)
		say(t, " by yourself");
	say(t, ", which counts as this break");
}

static void tell_ended(struct telling *t)
{
	switch (t->d->outcome) {
	case OUTCOME_TAKEN:
		tell_taken(t);
		break;
	case OUTCOME_CUT_SHORT:
		tell_cut_short(t);
		break;
	case OUTCOME_SKIPPED:
		tell_skipped(t);
		break;
	case OUTCOME_MISSED:
		tell_missed(t);
		break;
	case OUTCOME_NATURAL:
		tell_natural(t);
		break;
	}
}

static void tell_daily(struct telling *t)
{
	const struct decision *d = t->d;

	say_length(t, usec_max(d->load, d->every));
	say(t, " at the screen today, ");
	if (d->load >= d->every + USEC_PER_MIN) {
		say(t, "and you want ");
		say_length(t, d->every);
		say(t, " at most");
	} else {
		say(t, "the most you want in a day");
	}
}

static void tell_posture(struct telling *t)
{
	bool stand = t->d->posture == POSTURE_STANDING;

	say(t, stand ? "you have been sitting for " : "you have been standing for ");
	say_length(t, usec_max(t->d->load, t->d->every));
	say(t, stand ? "; time to stand" : "; time to sit");
}

static void tell(struct telling *t)
{
	switch (t->d->kind) {
	case DECISION_DUE:
		tell_due(t);
		break;
	case DECISION_WAITING:
	case DECISION_DEFERRED:
		tell_held_back(t);
		break;
	case DECISION_MERGED:
		tell_merged(t);
		break;
	case DECISION_EASED:
		tell_eased(t);
		break;
	case DECISION_PROMPT:
		tell_prompt(t);
		break;
	case DECISION_REPEATED:
		tell_repeated(t);
		break;
	case DECISION_SNOOZED:
		tell_snoozed(t);
		break;
	case DECISION_STARTED:
		tell_started(t);
		break;
	case DECISION_ENDED:
		tell_ended(t);
		break;
	case DECISION_NATURAL:
		tell_natural(t);
		break;
	case DECISION_DAILY:
		tell_daily(t);
		break;
	case DECISION_POSTURE:
		tell_posture(t);
		break;
	}
}

const char *decision_sentence(const struct decision *d, int64_t offset,
			      char buffer[static SENTENCE_MAX])
{
	struct telling t = {
		.d = d,
		.offset = offset,
		.now = (walltime_t)((int64_t)d->at + offset),
	};

	text_begin(&t.text, buffer, SENTENCE_MAX);
	tell(&t);
	return buffer;
}
