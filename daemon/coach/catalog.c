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
