#include "coach/soreness.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "coach/words.h"

#define WORD_MAX SORENESS_WORD_MAX
/* A part of a muscle's name is not told by less. */
#define PART_MIN 4

#define M(muscle) (UINT32_C(1) << MUSCLE_##muscle)
#define LEGS (M(GLUTES) | M(THIGHS) | M(HAMSTRINGS) | M(CALVES))
#define CORE (M(ABDOMEN) | M(OBLIQUES))
/* Tired eyes are no soreness: there is no strengthening for them. */
#define ALL (~M(EYES))

/* clang-format off */
const char *const soreness_words[] = {
	"neck", "shoulders", "upper-back", "lower-back", "chest", "arms", "forearms", "wrists", "belly",
	"hips", "glutes", "thighs", "hamstrings", "calves", "legs", "whole-body", NULL,
};

/* The muscles of a place on the body, rather one too many: a sore neck is mostly a trapezius. */
static const struct {
	const char *word;
	uint32_t muscles;
} places[] = {
	{ "neck",       M(NECK) | M(TRAPEZIUS) },
	{ "shoulders",  M(SHOULDERS) | M(TRAPEZIUS) },
	{ "traps",      M(TRAPEZIUS) },
	{ "back",       M(TRAPEZIUS) | M(LATS) | M(BACK) },
	{ "upper-back", M(TRAPEZIUS) | M(LATS) },
	{ "lower-back", M(BACK) },
	{ "lats",       M(LATS) },
	{ "chest",      M(CHEST) },
	{ "pecs",       M(CHEST) },
	{ "ribs",       M(BREATHING) | M(OBLIQUES) },
	{ "arms",       M(ARMS) | M(FOREARMS) },
	{ "upper-arms", M(ARMS) },
	{ "biceps",     M(ARMS) },
	{ "triceps",    M(ARMS) },
	{ "forearms",   M(FOREARMS) },
	{ "wrists",     M(FOREARMS) },
	{ "hands",      M(FOREARMS) },
	{ "fingers",    M(FOREARMS) },
	{ "core",       CORE },
	{ "abs",        CORE },
	{ "belly",      CORE },
	{ "stomach",    CORE },
	{ "waist",      M(OBLIQUES) },
	{ "sides",      M(OBLIQUES) },
	{ "hips",       M(HIP_FLEXORS) | M(GLUTES) },
	{ "groin",      M(HIP_FLEXORS) },
	{ "glutes",     M(GLUTES) },
	{ "buttocks",   M(GLUTES) },
	{ "bottom",     M(GLUTES) },
	{ "legs",       LEGS },
	{ "thighs",     M(THIGHS) | M(HAMSTRINGS) },
	{ "quads",      M(THIGHS) },
	{ "hamstrings", M(HAMSTRINGS) },
	{ "calves",     M(CALVES) },
	{ "calf",       M(CALVES) },
	{ "shins",      M(CALVES) },
	{ "feet",       M(CALVES) },
	{ "foot",       M(CALVES) },
	{ "whole-body", ALL },
	{ "everything", ALL },
	{ "everywhere", ALL },
};
/* clang-format on */

/* Where it is no muscle that hurts. Of the wrists there are exercises, and people say so of the
 * muscles of the forearm. */
static const char *const joints[] = {
	"knees", "kneecaps", "elbows", "ankles", "toes", "thumbs", "joints",
};

/* In small letters, with '-' for what parts words. False if it is longer than any that is known. */
static bool spell(const char *text, size_t n, char buffer[static WORD_MAX])
{
	if (n >= WORD_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = text[i];

		if (c == ' ' || c == '_')
			c = '-';
		else if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		buffer[i] = c;
	}
	buffer[n] = '\0';
	return true;
}

/* Of one shoulder there is the other as well. */
static bool is_place(const char *place, const char *word)
{
	size_t n = strlen(word);

	return !strncmp(place, word, n) && (!place[n] || (place[n] == 's' && !place[n + 1]));
}

/* They tell one part of a muscle from another, and name none. */
static const char *const which_part[] = {
	"upper", "middle", "lower", "deep", "anterior", "posterior", "major", "minor", "maximus",
};

static bool tells_which(const char *word)
{
	for (size_t i = 0; i < sizeof(which_part) / sizeof(which_part[0]); i++)
		if (!strcmp(which_part[i], word))
			return true;
	return false;
}

static bool ends_word(const char *at)
{
	return !*at || *at == '-';
}

/* "flexor" of "flexors", but not "maximu" or "trapeziu". */
static bool ends_as_plural(const char *at)
{
	return at[0] == 's' && ends_word(at + 1) && at[-1] != 'u' && at[-1] != 'i';
}

/* Is `part` one of the words of `name`, or several that follow each other? */
static bool has_part(const char *name, const char *part)
{
	size_t n = strlen(part);

	if (n < PART_MIN || tells_which(part))
		return false;
	for (const char *at = name; (at = strstr(at, part)); at++)
		if ((at == name || at[-1] == '-') && (ends_word(at + n) || ends_as_plural(at + n)))
			return true;
	return false;
}

/* Of those in "one; another" whose names hold the word. */
static uint32_t named_muscles(const char *names, const char *word)
{
	uint32_t bits = 0;

	while (*names) {
		char name[WORD_MAX];
		size_t n;

		names += strspn(names, "; ");
		n = strcspn(names, ";");
		if (n > 0 && spell(names, n, name) && has_part(name, word)) {
			char one[WORD_MAX];

			memcpy(one, names, n);
			one[n] = '\0';
			bits |= muscles_parse(one);
		}
		names += n;
	}
	return bits;
}

bool soreness_is_joint(const char *word)
{
	char spelled[WORD_MAX];

	if (!*word || !spell(word, strlen(word), spelled))
		return false;
	for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]); i++)
		if (is_place(joints[i], spelled))
			return true;
	return false;
}

uint32_t soreness_muscles(const struct catalog *c, const char *word)
{
	char spelled[WORD_MAX];
	uint32_t bits = 0;

	if (!*word || !spell(word, strlen(word), spelled))
		return 0;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (is_place(places[i].word, spelled))
			return places[i].muscles;
	for (size_t i = 0; i < c->n; i++)
		if (c->exercises[i].muscles)
			bits |= named_muscles(c->exercises[i].muscles, spelled);
	return bits & ALL;
}

/* The first `n` bytes, as far as there is room for them. */
static uint32_t look_up(const struct catalog *c, const char *text, size_t n,
			char buffer[static SORENESS_WORD_MAX])
{
	size_t room = n < WORD_MAX ? n : WORD_MAX - 1;

	memcpy(buffer, text, room);
	buffer[room] = '\0';
	return n < WORD_MAX ? soreness_muscles(c, buffer) : 0;
}

const char *soreness_next(const struct catalog *c, const char *text,
			  char buffer[static SORENESS_WORD_MAX], uint32_t *ret)
{
	size_t first, n;

	text += strspn(text, " ");
	first = strcspn(text, " ");
	*ret = 0;
	for (n = strnlen(text, WORD_MAX - 1); n > first; n--) {
		if (text[n] && text[n] != ' ')
			continue;
		*ret = look_up(c, text, n, buffer);
		if (*ret)
			break;
	}
	if (!*ret) {
		n = first;
		*ret = look_up(c, text, n, buffer);
	}
	text += n;
	return text + strspn(text, " ");
}

/* Which muscles are sore, and until when that is told by words in the list already. */
struct telling {
	const struct catalog *catalog;
	const walltime_t *until; /* by muscle */
	walltime_t told[MUSCLES_COUNT];
	uint32_t sore;
	struct soreness *list;
	size_t n;
};

/* When the first of them has rested. */
static walltime_t first_end(const struct telling *t, uint32_t muscles)
{
	walltime_t first = USEC_NEVER;

	for (size_t i = 0; i < MUSCLES_COUNT; i++)
		if (muscles & UINT32_C(1) << i)
			first = usec_min(first, t->until[i]);
	return first;
}

/* Does it tell more than what is told already? */
static bool tells_more(const struct telling *t, uint32_t muscles, walltime_t until)
{
	for (size_t i = 0; i < MUSCLES_COUNT; i++)
		if (muscles & UINT32_C(1) << i && t->told[i] < until)
			return true;
	return false;
}

static void tell(struct telling *t, const char *word, uint32_t muscles)
{
	struct soreness *s = &t->list[t->n];
	walltime_t until;

	if (muscles == 0 || muscles & ~t->sore || t->n == MUSCLES_COUNT)
		return;
	until = first_end(t, muscles);
	if (!tells_more(t, muscles, until))
		return;
	*s = (struct soreness){ .until = until };
	words_add(s->where, sizeof(s->where), word);
	for (size_t i = 0; i < MUSCLES_COUNT; i++)
		if (muscles & UINT32_C(1) << i)
			t->told[i] = usec_max(t->told[i], until);
	t->n++;
}

/* The first of the names "one; another" that is of this muscle alone; false if there is none. */
static bool find_name(const struct catalog *c, const char *names, uint32_t muscle,
		      char word[static WORD_MAX])
{
	while (*names) {
		size_t n;

		names += strspn(names, "; ");
		n = strcspn(names, ";");
		if (n > 0 && spell(names, n, word) && soreness_muscles(c, word) == muscle)
			return true;
		names += n;
	}
	return false;
}

/* As some exercise names it; what none works need not rest. */
static void tell_by_name(struct telling *t, uint32_t muscle)
{
	char word[WORD_MAX];

	for (size_t i = 0; i < t->catalog->n; i++) {
		const struct exercise *e = &t->catalog->exercises[i];

		if (!(e->muscle_bits & muscle))
			continue;
		if (find_name(t->catalog, e->muscles, muscle, word)) {
			tell(t, word, muscle);
			return;
		}
	}
}

/* What no place tells whole: muscle by muscle. */
static void tell_muscle(struct telling *t, uint32_t muscle)
{
	size_t before = t->n;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (places[i].muscles == muscle)
			tell(t, places[i].word, muscle);
	if (t->n == before)
		tell_by_name(t, muscle);
}

static unsigned count(uint32_t muscles)
{
	unsigned n = 0;

	for (; muscles; muscles &= muscles - 1)
		n++;
	return n;
}

size_t soreness_list(const struct catalog *c, const walltime_t until[static MUSCLES_COUNT],
		     walltime_t now, struct soreness list[static MUSCLES_COUNT])
{
	struct telling t = { .catalog = c, .until = until, .list = list };

	for (size_t i = 0; i < MUSCLES_COUNT; i++)
		if (until[i] > now)
			t.sore |= UINT32_C(1) << i;
	for (unsigned n = t.sore ? MUSCLES_COUNT : 0; n > 0; n--)
		for (size_t i = 0; soreness_words[i]; i++) {
			uint32_t muscles = soreness_muscles(c, soreness_words[i]);

			if (count(muscles) == n)
				tell(&t, soreness_words[i], muscles);
		}
	for (size_t i = 0; i < MUSCLES_COUNT; i++)
		if (t.sore & UINT32_C(1) << i && t.told[i] < until[i])
			tell_muscle(&t, UINT32_C(1) << i);
	return t.n;
}
