/*
 * Where everything stands, as far as the core does not know it: what the present break is filled
 * with, and how long breaks were kept back by now. Lines behind those of store/state.h, which
 * leaves out what it does not know, as this does.
 */
#include "app/manager-internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"

/* Writing ----------------------------------------------------------------------------------------
 */

static void write_held(FILE *f, const char *rule, const struct held_rule *r)
{
	fprintf(f, "\nheld %s", rule);
	if (r->by != HELD_NOT)
		fprintf(f, " by=%s", held_name(r->by));
	for (int i = 0; i < HELD_REASONS; i++)
		if (r->sums[i])
			fprintf(f, " %s=%" PRIu64, held_name((enum held_reason)i), r->sums[i]);
}

static bool is_held(const struct held_rule *r)
{
	for (int i = 0; i < HELD_REASONS; i++)
		if (r->sums[i])
			return true;
	return r->by != HELD_NOT;
}

static void write_all_held(FILE *f, const struct held *h, const struct policy *policy)
{
	for (size_t i = 0; i < policy->n_rules; i++)
		if (is_held(&h->rules[i]))
			write_held(f, policy->rules[i].name, &h->rules[i]);
	if (h->gone[0])
		write_held(f, h->gone, &h->rules[HELD_GONE]);
}

static void write_steps(FILE *f, const char *what, const struct catalog *c, const struct routine *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct routine_step *s = &r->steps[i];

		fprintf(f, "\n%s %s part=%u form=%u", what, c->exercises[s->exercise].id, s->part,
			s->form);
		if (s->form != FORM_ITSELF)
			fprintf(f, " instead=%s", c->exercises[s->instead].id);
		if (s->region < REGIONS_COUNT)
			fprintf(f, " region=%s", region_names[s->region]);
		fprintf(f, " never=%d more=%d other=%d liked=%d first=%d", s->never, s->more,
			s->other_posture, s->liked, s->first);
		fprintf(f, " ready=%u reps=%u sets=%u hold=%u seconds=%u", s->ready, s->dose.reps,
			s->dose.sets, s->dose.hold, s->dose.seconds);
	}
}

int manager_write_live(struct manager *m, const char *state, char **ret)
{
	const struct catalog *catalog = &m->config->catalog;
	const struct content *x = &m->shown.content;
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	if (!f)
		return -ENOMEM;
	fputs(state, f);
	write_all_held(f, &m->remember.held, &m->scheduler.policy);
	if (m->scheduler.brk.exists) {
		fprintf(f, "\nfilled %s rested=%" PRIu64 " warm=%u", m->scheduler.brk.policy.name,
			content_from(x, scheduler_break_rested(&m->scheduler, clock_boottime())),
			x->warm);
		write_steps(f, "step", catalog, &x->routine);
		write_steps(f, "suggested", catalog, &x->suggestion);
		for (size_t i = 0; i < x->n_done; i++)
			fprintf(f, "\ndone %s seconds=%u",
				catalog->exercises[x->done[i].exercise].id, x->done[i].seconds);
	}
	if (fclose(f) != 0) {
		free(text);
		return -ENOMEM;
	}
	*ret = text;
	return 0;
}

/* Reading ----------------------------------------------------------------------------------------
 */

struct live {
	struct manager *m;
	const struct scheduler *saved;
	usec_t more; /* what goes on was not counted for so long */
	bool filled; /* the break that goes on, or has just ended, was filled */
};

/* "name=value", taken apart; false at the end of the line. */
static bool next_pair(char **words, char **ret_name, char **ret_value)
{
	char *word, *equals;

	while ((word = *words ? strsep(words, " ") : NULL)) {
		equals = strchr(word, '=');
		if (!equals)
			continue;
		*equals = '\0';
		*ret_name = word;
		*ret_value = equals + 1;
		return true;
	}
	return false;
}

static void read_held(struct live *l, const char *rule, char *words)
{
	struct held *h = &l->m->remember.held;
	const struct break_state *b = &l->m->scheduler.brk;
	int i = policy_find(&l->m->scheduler.policy, rule);
	char *name, *value;

	/* Its rule went while the program was gone. */
	if (i < 0 && b->exists && !strcmp(b->policy.name, rule)) {
		i = HELD_GONE;
		memcpy(h->gone, b->policy.name, sizeof(h->gone));
	}
	if (i < 0)
		return;
	h->rules[i].since = l->m->scheduler.now;
	while (next_pair(&words, &name, &value)) {
		enum held_reason reason = held_reason_named(name);

		if (!strcmp(name, "by"))
			h->rules[i].by = held_reason_named(value);
		else if (reason != HELD_NOT)
			h->rules[i].sums[reason] = strtoull(value, NULL, 10);
	}
	/* It may lie before the beginning of the present clock. */
	if (h->rules[i].by == HELD_NOT)
		return;
	h->rules[i].sums[h->rules[i].by] += l->more;
	/* All of them were held for the same time. */
	h->sums[h->rules[i].by] = usec_max(h->sums[h->rules[i].by], l->more);
}

static unsigned small(const char *value, unsigned most)
{
	unsigned long number = strtoul(value, NULL, 10);

	return number > most ? most : (unsigned)number;
}

/* What every value of a step may be at most; what is beyond is not ours. */
#define DOSE_AT_MOST 86400

static void read_step_value(struct routine_step *s, const struct catalog *c, const char *name,
			    const char *value)
{
	if (!strcmp(name, "part"))
		s->part = (uint8_t)small(value, PART_SESSION);
	else if (!strcmp(name, "form"))
		s->form = (uint8_t)small(value, FORM_DESK);
	else if (!strcmp(name, "instead"))
		s->instead = (int16_t)catalog_find(c, value);
	else if (!strcmp(name, "region"))
		s->region = (uint8_t)name_lookup(region_names, value, strlen(value));
	else if (!strcmp(name, "never"))
		s->never = small(value, 1);
	else if (!strcmp(name, "more"))
		s->more = small(value, 1);
	else if (!strcmp(name, "other"))
		s->other_posture = small(value, 1);
	else if (!strcmp(name, "liked"))
		s->liked = small(value, 1);
	else if (!strcmp(name, "first"))
		s->first = small(value, 1);
	else if (!strcmp(name, "ready"))
		s->ready = (uint8_t)small(value, READY_TO_MOVE);
	else if (!strcmp(name, "reps"))
		s->dose.reps = small(value, DOSE_AT_MOST);
	else if (!strcmp(name, "sets"))
		s->dose.sets = small(value, DOSE_AT_MOST);
	else if (!strcmp(name, "hold"))
		s->dose.hold = small(value, DOSE_AT_MOST);
	else if (!strcmp(name, "seconds"))
		s->dose.seconds = small(value, DOSE_AT_MOST);
}

/* An exercise that is gone meanwhile is left out. */
static void read_step(struct live *l, struct routine *r, const char *id, char *words)
{
	const struct catalog *c = &l->m->config->catalog;
	int i = catalog_find(c, id);
	struct routine_step s = { .exercise = (int16_t)i,
				  .instead = (int16_t)i,
				  .region = REGIONS_COUNT };
	char *name, *value;

	if (!l->filled || i < 0 || r->n == ROUTINE_MAX)
		return;
	while (next_pair(&words, &name, &value))
		read_step_value(&s, c, name, value);
	if (s.region > REGIONS_COUNT)
		s.region = REGIONS_COUNT;
	if (s.instead < 0) {
		s.instead = (int16_t)i;
		s.form = FORM_ITSELF;
	}
	r->steps[r->n++] = s;
	r->seconds += routine_step_takes(&s);
}

/* A prompt is judged afresh, and with it what its break would have been. */
static void read_filled(struct live *l, const char *rule, char *words)
{
	const struct break_state *b = &l->saved->brk;
	char *name, *value;

	l->filled = b->exists && b->phase != PHASE_PROMPTING && !strcmp(b->policy.name, rule);
	while (l->filled && next_pair(&words, &name, &value))
		if (!strcmp(name, "rested"))
			l->m->shown.content.from = strtoull(value, NULL, 10);
		else if (!strcmp(name, "warm"))
			l->m->shown.content.warm = small(value, DOSE_AT_MOST);
}

/* What was done before and is remembered already. */
static void read_done(struct live *l, const char *id, char *words)
{
	struct content *x = &l->m->shown.content;
	int i = catalog_find(&l->m->config->catalog, id);
	unsigned seconds = 0;
	char *name, *value;

	if (!l->filled || i < 0 || x->n_done == CONTENT_DONE_MAX)
		return;
	while (next_pair(&words, &name, &value))
		if (!strcmp(name, "seconds"))
			seconds = small(value, DOSE_AT_MOST);
	if (seconds > 0)
		x->done[x->n_done++] = (struct content_done){ i, seconds };
}

static void read_line(struct live *l, char *line)
{
	char *part = strsep(&line, " "), *of = line ? strsep(&line, " ") : NULL;

	if (!of)
		return;
	if (!strcmp(part, "held"))
		read_held(l, of, line);
	else if (!strcmp(part, "filled"))
		read_filled(l, of, line);
	else if (!strcmp(part, "step"))
		read_step(l, &l->m->shown.content.routine, of, line);
	else if (!strcmp(part, "suggested"))
		read_step(l, &l->m->shown.content.suggestion, of, line);
	else if (!strcmp(part, "done"))
		read_done(l, of, line);
}

void manager_read_live(struct manager *m, const char *text, const struct scheduler *saved,
		       usec_t gone)
{
	/* Who was gone for longer was kept from nothing. */
	struct live l = { .m = m, .saved = saved, .more = gone <= STOP_BRIDGED ? gone : 0 };
	CLEANUP(freep) char *copy = strdup(text);
	char *rest = copy;

	manager_clear_break(m);
	while (rest)
		read_line(&l, strsep(&rest, "\n"));
	m->shown.recalled = l.filled && m->scheduler.brk.exists;
}
