/*
 * What few exercises were before they hurt or were rated, kept in the memory and not in each row:
 * most rows never need it. Without it nothing is wrong, but what was said by mistake can be taken
 * back with more care only.
 */
#include "coach/memory-internal.h"

static const struct coach_before nothing_before;
static const struct coach_said nothing_said;

const struct coach_before *memory_before(const struct coach_memory *m,
					 const struct coach_progress *p)
{
	return p->before ? &m->before[p->before - 1] : &nothing_before;
}

const struct coach_said *memory_said(const struct coach_memory *m, const struct coach_progress *p)
{
	return p->said ? &m->said[p->said - 1] : &nothing_said;
}

walltime_t memory_hurt_said(const struct coach_memory *m, const struct coach_progress *p)
{
	const struct coach_before *b = memory_before(m, p);

	return b->flagged_at ? b->flagged_at : p->hurt_at;
}

void memory_count_earlier(struct coach_progress *p, unsigned more)
{
	unsigned all = p->hurt_earlier + more;

	p->hurt_earlier = (uint8_t)(all < UINT8_MAX ? all : UINT8_MAX);
}

bool memory_is_within_block(walltime_t pain, walltime_t at)
{
	return pain && usec_sub(at, pain) < HURTS_BLOCKS;
}

walltime_t coach_hurt_said(const struct coach_memory *m, int i)
{
	return usec_min(memory_hurt_said(m, &m->progress[i]), m->progress[i].hurt_at);
}

/* Pain and steps down --------------------------------------------------------------------------
 */

/* When it mattered last; 0 = it does not, or is not in use. */
static walltime_t last_use(const struct coach_before *b)
{
	return usec_max(usec_max(b->flagged_at, b->down_at), b->since);
}

static size_t least_needed(const struct coach_memory *m)
{
	size_t least = 0;

	for (size_t k = 1; k < BEFORE_KEPT; k++)
		if (last_use(&m->before[k]) < last_use(&m->before[least]))
			least = k;
	return least;
}

/*
 * Number `k` is given up for row `p`, if it has it. What it alone knew to have been said cannot
 * follow again from here on (coach/retract.c): nothing goes back to where it was before that.
 */
static void give_up(const struct coach_memory *m, struct coach_progress *p, size_t k)
{
	const struct coach_before *b = &m->before[k];

	if (p->before != k + 1)
		return;
	if (memory_is_within_block(b->hurt_before, p->hurt_at))
		memory_count_earlier(p, 1);
	p->before = 0;
	p->changed = true;
}

static void not_back_to(struct coach_memory *m, struct coach_progress *p, walltime_t lost)
{
	struct coach_before *b;

	if (!p->before)
		return;
	b = &m->before[p->before - 1];
	if (!b->since || b->since > lost)
		return;
	b->since = 0;
	p->changed = true;
}

static void make_room(struct coach_memory *m, size_t k)
{
	walltime_t lost = usec_max(m->before[k].hurt_before, m->before[k].down_at);

	for (size_t i = 0; i < m->n; i++) {
		give_up(m, &m->progress[i], k);
		not_back_to(m, &m->progress[i], lost);
	}
	for (size_t i = 0; i < m->n_gone; i++) {
		give_up(m, &m->gone[i].row, k);
		not_back_to(m, &m->gone[i].row, lost);
	}
	if (m->cap_since && m->cap_since <= lost) {
		m->cap_since = 0;
		m->changed = true;
	}
	m->before[k] = nothing_before;
}

struct coach_before *memory_keep(struct coach_memory *m, struct coach_progress *p)
{
	size_t k;

	if (!p->before) {
		k = least_needed(m);
		make_room(m, k);
		p->before = (uint8_t)(k + 1);
		p->changed = true;
	}
	return &m->before[p->before - 1];
}

/* Easy and hard --------------------------------------------------------------------------------
 */

/* Of the oldest day; of one day, the one that has had it longest. */
static size_t oldest_said(const struct coach_memory *m)
{
	size_t oldest = m->said_next % SAID_KEPT;

	for (size_t n = 1; n < SAID_KEPT; n++) {
		size_t k = (m->said_next + n) % SAID_KEPT;

		if (m->said[k].day < m->said[oldest].day)
			oldest = k;
	}
	return oldest;
}

static void unsay(struct coach_progress *p, size_t k)
{
	if (p->said != k + 1)
		return;
	p->said = 0;
	p->changed = true;
}

struct coach_said *memory_keep_said(struct coach_memory *m, struct coach_progress *p)
{
	size_t k;

	if (p->said)
		return &m->said[p->said - 1];
	k = oldest_said(m);
	for (size_t i = 0; i < m->n; i++)
		unsay(&m->progress[i], k);
	for (size_t i = 0; i < m->n_gone; i++)
		unsay(&m->gone[i].row, k);
	m->said[k] = nothing_said;
	m->said_next = (uint8_t)((k + 1) % SAID_KEPT);
	p->said = (uint8_t)(k + 1);
	p->changed = true;
	return &m->said[k];
}

void memory_drop_said(struct coach_memory *m, struct coach_progress *p)
{
	if (!p->said)
		return;
	m->said[p->said - 1] = nothing_said;
	p->said = 0;
	p->changed = true;
}
