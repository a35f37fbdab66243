#include "coach/catalog.h"

#include <string.h>

const char *const set_names[] = {
	[SET_WARM_UP] = "warm-up",
	[SET_STRETCHING] = "stretching",
	[SET_STRENGTHENING] = "strengthening",
	[SET_CORE] = "core",
	[SET_POSTURE] = "posture",
	[SET_AEROBIC] = "aerobic",
	[SET_YOGA_PILATES] = "yoga-pilates",
	[SET_EYES] = "eyes",
	[SET_LIFESTYLE] = "lifestyle",
	[SETS_COUNT] = NULL,
};

const char *const region_names[] = {
	[REGION_NECK] = "neck",
	[REGION_UPPER_BACK] = "upper-back",
	[REGION_LOWER_BACK] = "lower-back",
	[REGION_SHOULDERS] = "shoulders",
	[REGION_CHEST] = "chest",
	[REGION_HIPS] = "hips",
	[REGION_HAMSTRINGS] = "hamstrings",
	[REGION_WRISTS] = "wrists",
	[REGION_EYES] = "eyes",
	[REGION_CORE] = "core",
	[REGION_LEGS] = "legs",
	[REGION_WHOLE_BODY] = "whole-body",
	[REGIONS_COUNT] = NULL,
};

const char *const position_names[] = {
	[POSITION_SEATED] = "seated", [POSITION_STANDING] = "standing", [POSITION_FLOOR] = "floor",
	[POSITION_WALL] = "wall",     [POSITION_WALKING] = "walking",   [POSITIONS_COUNT] = NULL,
};

const char *const space_names[] = {
	[SPACE_DESK] = "desk", [SPACE_STANDING_ROOM] = "standing-room",
	[SPACE_MAT] = "mat",   [SPACE_OUTDOORS] = "outdoors",
	[SPACES_COUNT] = NULL,
};

const char *const limitation_names[] = {
	[LIMIT_ACUTE_LOW_BACK_PAIN] = "acute-low-back-pain",
	[LIMIT_DISC_HERNIATION] = "disc-herniation",
	[LIMIT_NECK_INJURY] = "neck-injury",
	[LIMIT_SHOULDER_INJURY] = "shoulder-injury",
	[LIMIT_KNEE_INJURY] = "knee-injury",
	[LIMIT_WRIST_INJURY] = "wrist-injury",
	[LIMIT_HIP_INJURY] = "hip-injury",
	[LIMIT_ANKLE_INJURY] = "ankle-injury",
	[LIMIT_PREGNANCY] = "pregnancy",
	[LIMIT_OSTEOPOROSIS] = "osteoporosis",
	[LIMIT_HIGH_BLOOD_PRESSURE] = "high-blood-pressure",
	[LIMIT_HEART_CONDITION] = "heart-condition",
	[LIMIT_BREATHING_CONDITION] = "breathing-condition",
	[LIMIT_VERTIGO] = "vertigo",
	[LIMIT_BALANCE_PROBLEM] = "balance-problem",
	[LIMIT_RECENT_SURGERY] = "recent-surgery",
	[LIMIT_EYE_SURGERY] = "eye-surgery",
	[LIMIT_GLAUCOMA] = "glaucoma",
	[LIMITS_COUNT] = NULL,
};

const char *const place_names[] = {
	[PLACE_DESK] = "desk",
	[PLACE_ROOM] = "room",
	[PLACE_MAT] = "mat",
	[PLACES_COUNT] = NULL,
};

/* clang-format off */
static const struct {
	const char *part; /* of a muscle's name */
	enum muscle muscle;
} muscle_table[] = {
	{ "trapezius", MUSCLE_TRAPEZIUS }, { "rhomboids", MUSCLE_TRAPEZIUS },
	{ "levator scapulae", MUSCLE_NECK }, { "sternocleidomastoid", MUSCLE_NECK },
	{ "splenius", MUSCLE_NECK }, { "scalenes", MUSCLE_NECK }, { "neck", MUSCLE_NECK },
	{ "suboccipitals", MUSCLE_NECK },
	{ "deltoid", MUSCLE_SHOULDERS }, { "rotator cuff", MUSCLE_SHOULDERS },
	{ "infraspinatus", MUSCLE_SHOULDERS }, { "teres", MUSCLE_SHOULDERS },
	{ "pectoralis", MUSCLE_CHEST }, { "serratus", MUSCLE_CHEST },
	{ "triceps", MUSCLE_ARMS }, { "biceps brachii", MUSCLE_ARMS },
	{ "wrist", MUSCLE_FOREARMS }, { "finger", MUSCLE_FOREARMS },
	{ "lumbricals", MUSCLE_FOREARMS }, { "interossei", MUSCLE_FOREARMS },
	{ "latissimus", MUSCLE_LATS },
	{ "erector", MUSCLE_BACK }, { "multifidus", MUSCLE_BACK },
	{ "quadratus lumborum", MUSCLE_BACK },
	{ "abdominis", MUSCLE_ABDOMEN }, { "obliques", MUSCLE_OBLIQUES },
	{ "intercostals", MUSCLE_BREATHING }, { "diaphragm", MUSCLE_BREATHING },
	{ "iliopsoas", MUSCLE_HIP_FLEXORS },
	{ "gluteus", MUSCLE_GLUTES }, { "piriformis", MUSCLE_GLUTES },
	{ "tensor fasciae", MUSCLE_GLUTES },
	{ "quadriceps", MUSCLE_THIGHS }, { "rectus femoris", MUSCLE_THIGHS },
	{ "hamstrings", MUSCLE_HAMSTRINGS },
	{ "gastrocnemius", MUSCLE_CALVES }, { "soleus", MUSCLE_CALVES },
	{ "tibialis", MUSCLE_CALVES },
	{ "ciliary", MUSCLE_EYES }, { "orbicularis", MUSCLE_EYES },
	{ "extraocular", MUSCLE_EYES },
};
/* clang-format on */

_Static_assert(MUSCLES_COUNT <= 32, "muscles are bits of 32");

/* Are the `n` first characters of `text` some that hold `part`? */
static bool holds(const char *text, size_t n, const char *part)
{
	size_t length = strlen(part);

	for (size_t i = 0; i + length <= n; i++)
		if (!strncmp(text + i, part, length))
			return true;
	return false;
}

static enum muscle muscle_of(const char *name, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < sizeof(muscle_table) / sizeof(muscle_table[0]); i++)
		if (holds(name, n, muscle_table[i].part))
			return muscle_table[i].muscle;
	for (size_t i = 0; i < n; i++)
		sum = 31 * sum + (unsigned char)name[i];
	return (enum muscle)(MUSCLE_OTHER_FIRST + sum % (MUSCLES_COUNT - MUSCLE_OTHER_FIRST));
}

uint32_t muscles_parse(const char *text)
{
	uint32_t bits = 0;

	while (*text) {
		size_t n;

		text += strspn(text, "; ");
		n = strcspn(text, ";");
		if (n > 0 && !(n == 1 && *text == '-'))
			bits |= UINT32_C(1) << muscle_of(text, n);
		text += n;
	}
	return bits;
}

int name_lookup(const char *const names[], const char *word, size_t n)
{
	for (int i = 0; names[i]; i++)
		if (strlen(names[i]) == n && !strncmp(names[i], word, n))
			return i;
	return -1;
}

int catalog_find(const struct catalog *c, const char *id)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->exercises[i].id, id))
			return (int)i;
	return -1;
}

/* Whom it does not suit, whatever it says itself: see struct exercise. */
static uint32_t avoids(const struct exercise *e)
{
	uint32_t bits = e->avoid_if;

	if (e->intensity >= 3)
		bits |= UINT32_C(1) << LIMIT_HEART_CONDITION;
	if (e->intensity >= 3 || (e->intensity == 2 && strcmp(e->id, "walking") != 0))
		bits |= UINT32_C(1) << LIMIT_RECENT_SURGERY;
	return bits;
}

static uint16_t place_of(const struct catalog *c, const char *id)
{
	return id && *id ? (uint16_t)(catalog_find(c, id) + 1) : 0;
}

void catalog_link(struct catalog *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct exercise *e = &c->exercises[i];

		e->avoids = avoids(e);
		e->muscle_bits = e->muscles ? muscles_parse(e->muscles) : 0;
		e->easier_at = place_of(c, e->easier);
		e->harder_at = place_of(c, e->harder);
		e->desk_at = place_of(c, e->desk_alternative);
	}
	for (size_t i = 0; i < c->n; i++) {
		int harder = catalog_harder(c, (int)i);

		if (harder >= 0 && !c->exercises[harder].easier_at)
			c->exercises[harder].easier_at = (uint16_t)(i + 1);
	}
}

bool catalog_is_harder(const struct catalog *c, int k, int i)
{
	/* Steps of five levels; more would be a loop. */
	for (int steps = 0; steps < 8 && k >= 0; steps++) {
		k = catalog_easier(c, k);
		if (k == i)
			return true;
	}
	return false;
}
