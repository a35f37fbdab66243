#include "coach/activity.h"

#include <string.h>

#include "coach/filter.h"

const char *const activity_kinds[] = {
	"walking",  "running", "cycling", "swimming", "yoga",     "pilates",   "hiking",
	"dancing",  "rowing",  "skating", "skiing",   "climbing", "gardening", "housework",
	"football", "tennis",  "gym",     "sports",   NULL,
};

/* clang-format off */
static const struct {
	const char *word, *kind;
} other_words[] = {
	{ "walk", "walking" },
	{ "run", "running" },
	{ "jog", "running" },
	{ "jogging", "running" },
	{ "cycle", "cycling" },
	{ "bike", "cycling" },
	{ "biking", "cycling" },
	{ "swim", "swimming" },
	{ "yoga-session", "yoga" },
	{ "pilates-session", "pilates" },
	{ "hike", "hiking" },
	{ "dance", "dancing" },
	{ "sport", "sports" },
	{ "soccer", "football" },
};
/* clang-format on */

const char *activity_find(const struct catalog *c, const char *word)
{
	int i = name_lookup(activity_kinds, word, strlen(word));

	if (i >= 0)
		return activity_kinds[i];
	for (size_t k = 0; k < sizeof(other_words) / sizeof(other_words[0]); k++)
		if (!strcmp(other_words[k].word, word))
			return other_words[k].kind;
	i = catalog_find(c, word);
	if (i < 0)
		return NULL;
	if (c->exercises[i].set == SET_AEROBIC || coach_is_session(&c->exercises[i]))
		return c->exercises[i].id;
	return NULL;
}
