/* The user is sore, or not any more: their words as muscles, which rest from strengthening. */
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

	if (!words[0])
		return say_no(no, BUS_REFUSED_INVALID,
			      "where is it sore? Say for example: limber sore shoulders");
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

/* What is sore at all, for whoever named something else; nothing is, where `list` is empty. */
static int not_sore(const char *word, const struct soreness list[], size_t n, struct bus_answer *no)
{
	char excerpt[EXCERPT_MAX], places[MUSCLES_COUNT * SORENESS_WORD_MAX];
	size_t used = 0;

	if (n == 0)
		return say_no(no, BUS_REFUSED_NOT_ALLOWED,
			      "nothing is noted as sore, so there is nothing to end");
	for (size_t i = 0; i < n && used < sizeof(places); i++)
		used += (size_t)snprintf(places + used, sizeof(places) - used, "%s%s",
					 i ? ", " : "", list[i].where);
	return say_no(no, BUS_REFUSED_NOT_ALLOWED,
		      "'%s' is not noted as sore; what is: %s. Nothing has changed",
		      problem_excerpt(word, excerpt), places);
}

/* What is sore, and what of it somebody has named. */
struct sore {
	const struct catalog *catalog;
	struct soreness list[MUSCLES_COUNT];
	size_t n;
	uint32_t muscles, named;
};

/* Of what is sore there: without what is sore with another place too, as neck and shoulders have
 * muscles in common. Of a whole that is sore, a part can be over. */
static uint32_t ended_by(const struct sore *s, const char *word)
{
	uint32_t there = soreness_muscles(s->catalog, word), bits = there & s->muscles;

	for (size_t i = 0; i < s->n; i++) {
		uint32_t other = soreness_muscles(s->catalog, s->list[i].where);

		if (other & ~s->named && there & ~other)
			bits &= ~other;
	}
	return bits;
}

/* What is ended by all that one text names; see add_muscles(). */
static int add_ended(const struct sore *s, const char *text, uint32_t *bits, struct bus_answer *no)
{
	char word[SORENESS_WORD_MAX];
	uint32_t some;

	do {
		text = soreness_next(s->catalog, text, word, &some);
		some = ended_by(s, word);
		if (!some)
			return not_sore(word, s->list, s->n, no);
		*bits |= some;
	} while (*text);
	return 0;
}

/* All of the words, or none: one that is not sore may be a slip for another one that is. */
static int find_sore(const struct manager *m, char *const words[], walltime_t now, uint32_t *ret,
		     struct bus_answer *no)
{
	struct sore s = { .catalog = &m->config->catalog };
	uint32_t bits = 0;
	int r;

	s.muscles = coach_sore_muscles(&m->memory, now);
	s.n = soreness_list(s.catalog, m->memory.sore_until, now, s.list);
	if (s.n == 0)
		return not_sore("", s.list, 0, no);
	if (!words[0]) {
		*ret = s.muscles;
		return 0;
	}
	r = find_muscles(m, words, &s.named, no);
	if (r < 0)
		return r;
	for (size_t i = 0; words[i]; i++) {
		r = add_ended(&s, words[i], &bits, no);
		if (r < 0)
			return r;
	}
	*ret = bits;
	return 0;
}

int manager_answer_end_soreness(void *owner, char *const words[], struct bus_answer *no)
{
	struct manager *m = owner;
	struct coach coach;
	uint32_t muscles = 0;
	int r;

	/* It may be one of before that is ended. */
	(void)manager_recall_late(m);
	coach = manager_coach(m);
	r = find_sore(m, words, coach.now, &muscles, no);
	if (r < 0)
		return r;
	for (size_t i = 0; words[i]; i++)
		log_info("not sore any more: %s", words[i]);
	if (!words[0])
		log_info("nothing is sore any more");
	record_said(m->record, clock_boottime(),
		    &(struct said){ .kind = SAID_NOT_SORE, .muscles = muscles });
	coach_not_sore(&m->memory, muscles);
	/* On the disk before they are answered. */
	manager_keep(m);
	manager_tell(m);
	return 0;
}
