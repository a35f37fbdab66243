#include "sim/words.h"

#include <string.h>

/* clang-format off */
/* The commonest first: they are looked for in this order. */
const struct word event_words[] = {
	{ "tick",         EVENT_TICK },
	{ "input",        EVENT_INPUT },
	{ "pause",        EVENT_PAUSE },
	{ "no-source",    EVENT_NO_SOURCE },
	{ "away",         EVENT_AWAY },
	{ "back",         EVENT_BACK },
	{ "sign",         EVENT_SIGN },
	{ "watch",        EVENT_WATCH },
	{ "shown",        EVENT_SHOWN },
	{ "show-failed",  EVENT_SHOW_FAILED },
	{ "start",        EVENT_START },
	{ "snooze",       EVENT_SNOOZE },
	{ "skip",         EVENT_SKIP },
	{ "finish",       EVENT_FINISH },
	{ "hold",         EVENT_HOLD },
	{ "release",      EVENT_RELEASE },
	{ "reading",      EVENT_READING },
	{ "rested",       EVENT_RESTED },
	{ "posture",      EVENT_POSTURE },
	{ "earlier",      EVENT_EARLIER },
	{ "calendar",     EVENT_CALENDAR },
	{ "policy",       EVENT_POLICY },
	{ "jump",         WORD_JUMP },
	{ "set",          WORD_SET },
	{ "rate",         WORD_SAID + SAID_RATE },
	{ "did-not-hurt", WORD_SAID + SAID_NO_PAIN },
	{ "consent",      WORD_SAID + SAID_CONSENT },
	{ "activity",     WORD_SAID + SAID_ACTIVITY },
	{ "sore",         WORD_SAID + SAID_SORE },
	{ "not-sore",     WORD_SAID + SAID_NOT_SORE },
	{ "another",      WORD_SAID + SAID_ANOTHER },
	{ "next",         WORD_SAID + SAID_NEXT },
	{ "still",        WORD_SAID + SAID_STILL },
	{ "forget",       WORD_SAID + SAID_FORGET },
	{ "memory",       WORD_MEMORY },
	{ "progress",     WORD_PROGRESS },
	{ "end",          WORD_END },
	{ NULL, 0 }
};

const struct word away_words[] = {
	{ "locked",       AWAY_LOCKED },
	{ "switched",     AWAY_SWITCHED },
	{ "asleep",       AWAY_ASLEEP },
	{ NULL, 0 }
};

const struct word sign_words[] = {
	{ "dnd",          QUIET_DND },
	{ "call",         QUIET_CALL },
	{ "screencast",   QUIET_SCREENCAST },
	{ "fullscreen",   QUIET_FULLSCREEN },
	{ "inhibitors",   QUIET_INHIBITORS },
	{ "inhibit",      QUIET_INHIBIT },
	{ NULL, 0 }
};

const struct word switch_words[] = {
	{ "on",           true },
	{ "off",          false },
	{ NULL, 0 }
};

const struct word posture_words[] = {
	{ "sitting",      POSTURE_SITTING },
	{ "standing",     POSTURE_STANDING },
	{ NULL, 0 }
};

const struct word calendar_words[] = {
	{ "in",           true },
	{ "out",          false },
	{ NULL, 0 }
};
const struct word verdict_words[] = {
	{ "like",         VERDICT_LIKE },
	{ "dislike",      VERDICT_DISLIKE },
	{ "easy",         VERDICT_EASY },
	{ "hard",         VERDICT_HARD },
	{ "hurts",        VERDICT_HURTS },
	{ NULL, 0 }
};

/* The others have no name but their number. */
const struct word muscle_words[] = {
	{ "neck",         MUSCLE_NECK },
	{ "trapezius",    MUSCLE_TRAPEZIUS },
	{ "shoulders",    MUSCLE_SHOULDERS },
	{ "chest",        MUSCLE_CHEST },
	{ "arms",         MUSCLE_ARMS },
	{ "forearms",     MUSCLE_FOREARMS },
	{ "lats",         MUSCLE_LATS },
	{ "back",         MUSCLE_BACK },
	{ "abdomen",      MUSCLE_ABDOMEN },
	{ "obliques",     MUSCLE_OBLIQUES },
	{ "breathing",    MUSCLE_BREATHING },
	{ "hip-flexors",  MUSCLE_HIP_FLEXORS },
	{ "glutes",       MUSCLE_GLUTES },
	{ "thighs",       MUSCLE_THIGHS },
	{ "hamstrings",   MUSCLE_HAMSTRINGS },
	{ "calves",       MUSCLE_CALVES },
	{ "eyes",         MUSCLE_EYES },
	{ NULL, 0 }
};
/* clang-format on */

const struct word *word_find(const struct word *words, const char *text)
{
	for (; words->name; words++)
		if (!strcmp(words->name, text))
			return words;
	return NULL;
}

const char *word_name(const struct word *words, int value)
{
	while (words->name && words->value != value)
		words++;
	return words->name;
}

unsigned word_distance(const char *a, const char *b)
{
	enum { LONGEST = 32 };
	size_t n = strlen(b);
	unsigned row[LONGEST + 1];

	if (n > LONGEST || strlen(a) > LONGEST)
		return 99;
	for (unsigned i = 0; i <= n; i++)
		row[i] = i;
	for (; *a; a++) {
		unsigned diagonal = row[0]++;

		for (size_t i = 1; i <= n; i++) {
			unsigned change = diagonal + (*a != b[i - 1]);
			unsigned other = 1 + (row[i - 1] < row[i] ? row[i - 1] : row[i]);

			diagonal = row[i];
			row[i] = change < other ? change : other;
		}
	}
	return row[n];
}
