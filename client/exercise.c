#include "exercise.h"

#include "base/cleanup.h"

/* clang-format off */
static const struct field exercise_fields[] = {
	{ "id",               FIELD_STRING,  offsetof(struct exercise, id),               NULL },
	{ "name",             FIELD_STRING,  offsetof(struct exercise, name),             NULL },
	{ "set",              FIELD_STRING,  offsetof(struct exercise, set),              NULL },
	{ "position",         FIELD_STRING,  offsetof(struct exercise, position),         NULL },
	{ "space",            FIELD_STRING,  offsetof(struct exercise, space),            NULL },
	{ "muscles",          FIELD_STRING,  offsetof(struct exercise, muscles),          NULL },
	{ "easier",           FIELD_STRING,  offsetof(struct exercise, easier),           NULL },
	{ "harder",           FIELD_STRING,  offsetof(struct exercise, harder),           NULL },
	{ "desk_alternative", FIELD_STRING,  offsetof(struct exercise, desk_alternative), NULL },
	{ "cue",              FIELD_STRING,  offsetof(struct exercise, cue),              NULL },
	{ "source",           FIELD_STRING,  offsetof(struct exercise, source),           NULL },
	{ "why",              FIELD_STRING,  offsetof(struct exercise, why),              NULL },
	{ "dose",             FIELD_STRING,  offsetof(struct exercise, dose),             NULL },
	{ "chosen",           FIELD_STRING,  offsetof(struct exercise, chosen),           NULL },
	{ "intensity",        FIELD_NUMBER,  offsetof(struct exercise, intensity),        NULL },
	{ "seconds_min",      FIELD_NUMBER,  offsetof(struct exercise, seconds_min),      NULL },
	{ "seconds_default",  FIELD_NUMBER,  offsetof(struct exercise, seconds),          NULL },
	{ "seconds_max",      FIELD_NUMBER,  offsetof(struct exercise, seconds_max),      NULL },
	{ "hold_seconds",     FIELD_NUMBER,  offsetof(struct exercise, hold),             NULL },
	{ "reps",             FIELD_NUMBER,  offsetof(struct exercise, reps),             NULL },
	{ "sets",             FIELD_NUMBER,  offsetof(struct exercise, sets),             NULL },
	{ "sides",            FIELD_NUMBER,  offsetof(struct exercise, sides),            NULL },
	{ "likes",            FIELD_NUMBER,  offsetof(struct exercise, likes),            NULL },
	{ "dislikes",         FIELD_NUMBER,  offsetof(struct exercise, dislikes),         NULL },
	{ "easy",             FIELD_NUMBER,  offsetof(struct exercise, easy),             NULL },
	{ "hard",             FIELD_NUMBER,  offsetof(struct exercise, hard),             NULL },
	{ "hurts",            FIELD_NUMBER,  offsetof(struct exercise, hurts),            NULL },
	{ "discreet",         FIELD_BOOL,    offsetof(struct exercise, discreet),         NULL },
	{ "needs_warmup",     FIELD_BOOL,    offsetof(struct exercise, needs_warmup),     NULL },
	{ "allowed",          FIELD_BOOL,    offsetof(struct exercise, allowed),          NULL },
	{ "relieves",         FIELD_STRINGS, offsetof(struct exercise, relieves),         NULL },
	{ "avoid_if",         FIELD_STRINGS, offsetof(struct exercise, avoid_if),         NULL },
	{ "steps",            FIELD_STRINGS, offsetof(struct exercise, steps),            NULL },
};
/* clang-format on */
const struct shape exercise_shape = {
	.size = sizeof(struct exercise),
	.fields = exercise_fields,
	.n = ELEMENTS(exercise_fields),
};
