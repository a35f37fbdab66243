/* Of all that limberd shows on the bus: the one thing that is to be seen now, and how. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

#include "base/time.h"

#define VIEW_ACTIONS_MAX 8

/* What was read from the bus, NULL where it could not be read. */
struct world {
	GVariant *objects; /* a{oa{sa{sv}}}: GetManagedObjects */
	GVariant *manager; /* a{sv}: the Manager's properties */
	GVariant *rules;   /* aa{sv}: ListRules */
};

enum view_kind { VIEW_NOTHING, VIEW_PROMPT, VIEW_BREAK, VIEW_FAREWELL, VIEW_NOTICE };
enum view_urgency { VIEW_LOW, VIEW_NORMAL, VIEW_CRITICAL };

struct view_action {
	char *id, *label; /* owned */
};

struct view {
	enum view_kind kind;
	char *path;               /* of the object; owned, as all texts but `commands` */
	char *occasion;           /* closed by the user, it stays away until this is another one */
	char *rule;               /* of a break */
	char *exercise;           /* that it is time for in a running one; NULL or "" = none */
	char *title, *body, *cue; /* plain, as they came; `cue` may be "" or NULL */
	const char *commands;     /* the same as the actions, for a terminal; NULL = none */
	struct view_action actions[VIEW_ACTIONS_MAX];
	size_t n_actions;
	enum view_urgency urgency;
	int value;    /* progress in percent, -1 = none */
	bool alert;   /* worth a sound, if the user wants sounds */
	bool heed;    /* a notice about pain: not to be read when the break is over */
	bool early;   /* a notice that was there before the break began */
	usec_t lasts; /* how long it is to be seen; 0 = until there is something else */
	usec_t again; /* it looks different after this; 0 = not by time alone */
};

/* What else decides. */
struct view_context {
	GHashTable *closed;        /* occasions that the user has closed; borrowed */
	GHashTable *early;         /* notices of before the running break, view_early(); borrowed */
	const char *farewell_path; /* of a break that was just taken */
	usec_t farewell;           /* how much longer to say so; 0 = not */
	usec_t now;                /* CLOCK_REALTIME */
};

/*
 * Overwrites *ret, which the caller releases with view_done(). A break goes before a farewell,
 * and that before the oldest notice; but what to heed when something hurt goes before all but the
 * question for the next break, and that break. True if something is left out only as the user
 * closed it.
 */
bool view_make(struct view *ret, const struct world *world, const struct view_context *context);

/* Adds the paths of all notices to `early`, a set that owns them, unless a break is running. */
void view_early(const struct world *world, GHashTable *early);

void view_done(struct view *v);
