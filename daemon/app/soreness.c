/* The user is sore: their words as muscles, which then rest from strengthening. */
#include "app/manager-internal.h"

#include <stdio.h>
#include <string.h>

#include "app/answers.h"
#include "base/clock.h"
#include "base/log.h"
#include "coach/soreness.h"

#define LIST_MAX 192

static void list_words(char list[static LIST_MAX])
{
	size_t used = 0;

	list[0] = '\0';
	for (size_t i = 0; soreness_words[i] && used < LIST_MAX; i++)
		used += (size_t)snprintf(list + used, LIST_MAX - used, "%s%s", i ? ", " : "",
					 soreness_words[i]);
}

/* All of the words, or none: a list of which half is understood would rest the wrong half. */
static int find_muscles(const struct manager *m, char *const words[], uint32_t *ret,
			struct bus_answer *no)
{
	char excerpt[EXCERPT_MAX], list[LIST_MAX];
	uint32_t bits = 0;

	list_words(list);
	if (!words[0])
		return say_no(no, BUS_REFUSED_INVALID, "where is it sore? Say one or more of: %s",
			      list);
	for (size_t i = 0; words[i]; i++) {
		uint32_t some = soreness_muscles(&m->config->catalog, words[i]);

		if (soreness_is_joint(words[i]))
			return say_no(
				no, BUS_REFUSED_INVALID,
				"'%s' is no muscle: pain in a joint is no soreness from exercise. "
				"If an exercise hurt there, say 'limber hurts EXERCISE'; 'limber "
				"safety' tells when to see a doctor",
				problem_excerpt(words[i], excerpt));
		if (!some)
			return say_no(no, BUS_REFUSED_INVALID,
				      "'%s' is no muscle; say %s, or a muscle of 'limber show'",
				      problem_excerpt(words[i], excerpt), list);
		bits |= some;
	}
	*ret = bits;
	return 0;
}

int manager_answer_report_soreness(void *owner, char *const words[], walltime_t *ret_until,
				   struct bus_answer *no)
{
	struct manager *m = owner;
	struct coach coach = manager_coach(m);
	uint32_t muscles = 0;
	int r;

	r = find_muscles(m, words, &muscles, no);
	if (r < 0)
		return r;
	for (size_t i = 0; words[i]; i++)
		log_info("sore: %s", words[i]);
	record_said(m->record, clock_boottime(),
		    &(struct said){ .kind = SAID_SORE, .muscles = muscles });
	coach_sore(&m->memory, muscles, coach.now);
	/* A running break goes on without what they should not do now. */
	manager_sift_break(m);
	/* On the disk before they are answered. */
	manager_keep(m);
	manager_tell(m);
	*ret_until = 0;
	for (size_t i = 0; i < MUSCLES_COUNT; i++)
		if (muscles & UINT32_C(1) << i)
			*ret_until = m->memory.sore_until[i];
	return 0;
}
