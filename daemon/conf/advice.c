/* What works, but is not what we recommend. */
#include "conf/settings-internal.h"

#include <stdio.h>
#include <string.h>

#include "base/parse.h"

#define S USEC_PER_SEC
#define MIN USEC_PER_MIN
#define H USEC_PER_HOUR

static bool always(const struct settings *s)
{
	(void)s;
	return true;
}

static bool counts_days(const struct settings *s)
{
	return s->policy.daily_enabled;
}

static bool has_sit_stand(const struct settings *s)
{
	return s->policy.sit_stand;
}

/* clang-format off */
/* Ranges that there is a reason for. The first that fits a rule speaks for it. */
static const struct recommended {
	bool hands_only;
	usec_t up_to; /* length of the breaks that it is about */
	usec_t every_min, every_max, length_min, length_max;
	const char *every_hint, *length_hint;
} recommendations[] = {
	{
		.hands_only = true, .up_to = 2 * MIN,
		.every_min = 3 * MIN, .every_max = 60 * MIN,
		.length_min = 5 * S, .length_max = 2 * MIN,
		.every_hint = "3min to 60min for short breaks of the hands, as other break "
			      "programs have it",
		.length_hint = "5s to 2min for short breaks of the hands, as other break programs "
			       "have it",
	}, {
		.up_to = 2 * MIN,
		.every_min = 10 * MIN, .every_max = 60 * MIN,
		.length_min = 15 * S, .length_max = 2 * MIN,
		.every_hint = "10min to 60min for short breaks: about every 20min brought typists "
			      "the most comfort (McLean 2001)",
		.length_hint = "15s to 2min for short breaks: 30s brought typists the most comfort "
			       "(McLean 2001)",
	}, {
		.up_to = USEC_NEVER,
		.every_min = 25 * MIN, .every_max = 120 * MIN,
		.length_min = 2 * MIN, .length_max = 15 * MIN,
		.every_hint = "25min to 120min for long breaks: guidance is 5 to 10 minutes after "
			      "50 to 60 (HSE L26)",
		.length_hint = "2min to 15min for long breaks: five minutes in the hour ease "
			       "discomfort and cost no work done (Galinsky 2007)",
	},
};

/* The same for keys outside of rules. */
static const struct advice {
	enum section section;
	const char *key;
	bool (*applies)(const struct settings *s);
	uint64_t min, max;
	const char *hint;
} advices[] = {
	{ SECTION_RULE_DAILY, "every", counts_days, 4 * H, 10 * H,
	  "4h to 10h: more than 6h a day at the screen goes with complaints (Blatter and Bongers "
	  "2002)" },
	{ SECTION_PROMPT, "prompts_per_hour", always, 1, 12,
	  "1 to 12: reminders that interrupt too often are soon switched off (Morris 2008)" },
	{ SECTION_QUIET, "longest", always, 0, 2 * H,
	  "up to 2h: so long screen work may go on at most (Dutch Working Conditions Decree)" },
	{ SECTION_DESK, "stand_most", has_sit_stand, 20 * MIN, 60 * MIN,
	  "20min to 60min: standing still hurts many backs after about 40min (Coenen 2017)" },
};
/* clang-format on */

static const struct recommended *recommended_for(const struct rule_policy *rule)
{
	for (size_t i = 0; i < ELEMENTS(recommendations); i++) {
		const struct recommended *r = &recommendations[i];

		if (rule->length <= r->up_to &&
		    (!r->hands_only || rule->counts == RULE_COUNTS_HANDS))
			return r;
	}
	return &recommendations[ELEMENTS(recommendations) - 1];
}

/* Our own choices need no warning. */
static bool is_users(const struct origin *o)
{
	return o->file && !o->preset && o->layer != LAYER_SHARE;
}

static void warn(struct loader *l, const struct setting *t, const char *rule,
		 const struct origin *at, const char *text, const char *hint)
{
	char section[SECTION_TEXT_MAX];

	problem_warn(l->problems, at->file, at->line, section_text(t->section, rule, section),
		     t->field.key, hint, "%s is used, but is not what we recommend", text);
}

void advise_rule(struct loader *l, int i)
{
	const struct setting *every_key = setting_find(SECTION_RULE, "every");
	const struct setting *length_key = setting_find(SECTION_RULE, "length");
	const struct origin *every = loader_origin(l, i, every_key);
	const struct origin *length = loader_origin(l, i, length_key);
	const struct rule_policy *rule = &l->slots[i].policy;
	const struct recommended *r = recommended_for(rule);

	if (!rule->enabled || (!is_users(every) && !is_users(length)))
		return;
	if (rule->every < r->every_min || rule->every > r->every_max)
		warn(l, every_key, rule->name, is_users(every) ? every : length, every->text,
		     r->every_hint);
	if (rule->length < r->length_min || rule->length > r->length_max)
		warn(l, length_key, rule->name, is_users(length) ? length : every, length->text,
		     r->length_hint);
}

static void advise_key(struct loader *l, const struct advice *a)
{
	const struct setting *t = setting_find(a->section, a->key);
	const struct origin *at = loader_origin(l, -1, t);
	uint64_t value = field_fetch(&t->field, &l->out);

	if (is_users(at) && a->applies(&l->out) && (value < a->min || value > a->max))
		warn(l, t, "", at, at->text, a->hint);
}

/* Standing ends at the shorter of the two. */
static void advise_standing(struct loader *l)
{
	const struct setting *t = setting_find(SECTION_DESK, "stand");
	const struct setting *most_key = setting_find(SECTION_DESK, "stand_most");
	const struct origin *stand = loader_origin(l, -1, t);
	const struct origin *most = loader_origin(l, -1, most_key);
	const struct origin *at = is_users(stand) ? stand : most;

	if (l->out.policy.stand <= l->out.policy.stand_most || !is_users(at))
		return;
	problem_warn(l->problems, at->file, at->line, section_names[SECTION_DESK], t->field.key,
		     "at most stand_most",
		     "%s is more than stand_most, which is %s and ends a spell of standing first",
		     stand->text, most->text);
}

void advise_rest(struct loader *l)
{
	for (size_t i = 0; i < ELEMENTS(advices); i++)
		advise_key(l, &advices[i]);
	advise_standing(l);
}
