/* The user is sore: their words as muscles, which then rest from strengthening. */
#include "app/manager-internal.h"

#include <stdio.h>
#include <string.h>

#include "app/answers.h"
#include "base/clock.h"
#include "base/log.h"
#include "coach/soreness.h"

static int no_such_muscle(const char *word, struct bus_answer *no)
{
	char excerpt[EXCERPT_MAX];

	if (soreness_is_joint(word))
		return say_no(
			no, BUS_REFUSED_INVALID,
			"'%s' is no muscle: pain in a joint is no soreness from exercise. If "
			"an exercise hurt there, say 'limber hurts EXERCISE'; 'limber safety' "
			"tells when to see a doctor",
			problem_excerpt(word, excerpt));
	return say_unknown(no, BUS_REFUSED_INVALID, "muscle", word, soreness_words,
			   ", or a muscle of 'limber show'");
}

/* All that one text names, which may be several: "lower back neck". */
static int add_muscles(const struct manager *m, const char *text, uint32_t *bits,
		       struct bus_answer *no)
{
	char word[SORENESS_WORD_MAX];
	uint32_t some;

	do {
		text = soreness_next(&m->config->catalog, text, word, &some);
		if (!some)
			return no_such_muscle(word, no);
		*bits |= some;
	} while (*text);
	return 0;
}

/* All of the words, or none: a list of which half is understood would rest the wrong half. */
static int find_muscles(const struct manager *m, char *const words[], uint32_t *ret,
			struct bus_answer *no)
{
	uint32_t bits = 0;
	int r;

	if (!words[0])
		return say_no(no, BUS_REFUSED_INVALID,
			      "where is it sore? Say for example: limber sore shoulders");
	for (size_t i = 0; words[i]; i++) {
		r = add_muscles(m, words[i], &bits, no);
		if (r < 0)
			return r;
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
