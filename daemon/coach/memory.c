#include "coach/memory.h"

#include <assert.h>
#include <string.h>

#include "coach/memory-internal.h"
#include "coach/progress.h"
#include "coach/words.h"

/* Whoever presses "hurts" more than once for the same pain has one. */
#define FLAG_AGAIN (10 * USEC_PER_MIN)
#define SORE_RESTS (48 * USEC_PER_HOUR) /* ergonomics X6 */
#define AWAY_DAYS 14                    /* ergonomics X4 */
#define LEVEL_DAYS 14                   /* ergonomics X4 */
#define DAY_MOST (1 << 30)              /* so that days can be added and taken away */

/* Two minutes at intensity 2 are worthwhile (ergonomics X8), and all that a beginner's day has. */
#define ALLOWANCE_FIRST 240
/* A quarter of an hour at intensity 4. */
#define ALLOWANCE_MAX 3600

/* clang-format off */
const char *const verdict_names[] = {
	[VERDICT_LIKE]    = "like",
	[VERDICT_DISLIKE] = "dislike",
	[VERDICT_EASY]    = "easy",
	[VERDICT_HARD]    = "hard",
	[VERDICT_HURTS]   = "hurts",
	[VERDICTS]        = NULL,
};
/* clang-format on */

/*
 * What work at the screen loads. Sitting tires the whole of it: eyes, hands and what holds them and
 * the head up; hips, hamstrings and chest, which are kept short; legs, trunk and circulation, which
 * do nothing. Standing spares what only sitting shortens.
 */
#define LOADED_SITTING (REGION_BIT(REGIONS_COUNT) - 1)
#define LOADED_STANDING                                                                            \
	(LOADED_SITTING &                                                                          \
	 ~(REGION_BIT(REGION_HIPS) | REGION_BIT(REGION_HAMSTRINGS) | REGION_BIT(REGION_CORE)))

static void clear(struct coach_memory *m, struct coach_progress *rows, size_t n, uint64_t seed)
{
	*m = (struct coach_memory){
		.progress = rows,
		.n = n,
		.seed = seed,
		.level = LEVEL_FIRST,
		.allowance = ALLOWANCE_FIRST,
	};
}

void coach_memory_init(struct coach_memory *m, struct coach_progress *rows, size_t n, uint64_t seed)
{
	clear(m, rows, n, seed);
	if (n > 0)
		memset(rows, 0, n * sizeof(*rows));
}

/* Everything harder than what hurts is blocked with it, however the catalogue came to say so: what
 * names it as its easier form counts as harder too. */
void memory_spread_hurts(struct coach_memory *m, const struct catalog *c)
{
	bool again = true;

	while (again) {
		again = false;
		for (int i = 0; i < (int)m->n; i++) {
			int easier = catalog_easier(c, i), harder = catalog_harder(c, i);
			walltime_t until = m->progress[i].hurt_until;

			if (easier >= 0 && m->progress[easier].hurt_until > until) {
				m->progress[i].hurt_until = m->progress[easier].hurt_until;
				m->progress[i].changed = again = true;
			}
			if (harder >= 0 && until > m->progress[harder].hurt_until) {
				m->progress[harder].hurt_until = until;
				m->progress[harder].changed = again = true;
			}
		}
	}
}

/* Exercises that are gone ----------------------------------------------------------------------
 */

static struct coach_gone *find_gone(const struct coach_memory *m, const char *id)
{
	for (size_t i = 0; i < m->n_gone; i++)
		if (!strcmp(m->gone[i].id, id))
			return &m->gone[i];
	return NULL;
}

/* Of those that nothing but their dose is known of, the one that was done longest ago. */
static struct coach_gone *least_needed(const struct coach_memory *m)
{
	struct coach_gone *least = NULL;

	for (size_t i = 0; i < m->n_gone; i++) {
		struct coach_gone *g = &m->gone[i];

		if (!g->row.hurt_until && !g->row.stepped_down &&
		    (!least || g->row.done_day < least->row.done_day))
			least = g;
	}
	return least;
}

struct coach_progress *coach_memory_gone(struct coach_memory *m, const char *id)
{
	struct coach_gone *g = find_gone(m, id);

	if (g)
		return &g->row;
	g = m->n_gone < m->gone_room ? &m->gone[m->n_gone++] : least_needed(m);
	if (!g)
		return NULL;
	*g = (struct coach_gone){ .row = { .offered_day = 0 } };
	words_add(g->id, sizeof(g->id), id);
	return &g->row;
}

static bool is_blank(const struct coach_progress *p)
{
	return !p->hurt_until && !p->offered_day && !p->first_day && !p->stepped_down &&
	       !p->likes && !p->dislikes && !p->easy && !p->hard && !p->hurts;
}

/* What is remembered of an exercise that the catalogue lacks by now. */
static void go(struct coach_memory *m, const struct catalog *c, const char *id,
	       const struct coach_progress *row)
{
	struct coach_progress *kept;

	if (is_blank(row) || catalog_find(c, id) >= 0)
		return;
	kept = coach_memory_gone(m, id);
	if (kept)
		*kept = *row;
}

/* After two weeks without, with a beginner's dose (ergonomics X4). */
static void come_back(struct coach_memory *m, size_t i, const struct coach_gone *g)
{
	if (!g)
		return;
	m->progress[i] = g->row;
	if (m->today - g->row.done_day >= AWAY_DAYS)
		progress_restart(&m->progress[i], m->today);
	m->progress[i].changed = true;
}

void coach_memory_move(struct coach_memory *to, const struct catalog *to_catalog,
		       const struct coach_memory *from, const struct catalog *from_catalog)
{
	const struct coach_memory mine = *to;

	*to = *from;
	to->progress = mine.progress;
	to->n = mine.n;
	to->gone = mine.gone;
	to->gone_room = mine.gone_room;
	to->n_gone = 0;
	to->changed = true;
	for (size_t i = 0; i < to->n; i++) {
		const char *id = to_catalog->exercises[i].id;
		int old = catalog_find(from_catalog, id);

		if (old >= 0)
			to->progress[i] = from->progress[old];
		else
			come_back(to, i, find_gone(from, id));
	}
	for (size_t i = 0; i < from->n; i++)
		go(to, to_catalog, from_catalog->exercises[i].id, &from->progress[i]);
	for (size_t i = 0; i < from->n_gone; i++)
		go(to, to_catalog, from->gone[i].id, &from->gone[i].row);
	memory_spread_hurts(to, to_catalog);
}

/* Days ----------------------------------------------------------------------------------------- */

static struct coach_day *today(struct coach_memory *m)
{
	m->changed = true;
	return &m->days[0];
}

const struct coach_day *coach_day_of(const struct coach_memory *m, int day)
{
	int64_t back = (int64_t)m->today - day;

	if (!m->today || back < 0 || back >= DAYS_KEPT)
		return NULL;
	return &m->days[back];
}

unsigned coach_strength_days(const struct coach_memory *m)
{
	unsigned n = 0;

	for (int i = 1; i < 7; i++)
		n += m->days[i].strength_seconds > 0;
	return n;
}

unsigned coach_week_activity(const struct coach_memory *m)
{
	unsigned sum = 0;

	for (int i = 0; i < 7; i++)
		sum += m->days[i].activity_seconds;
	return sum;
}

static void shift_days(struct coach_memory *m, int day)
{
	int64_t by = (int64_t)day - m->today;
	size_t n = by > 0 && by < DAYS_KEPT ? (size_t)by : DAYS_KEPT;

	if (by < 0)
		return; /* the clock was set back: the days stay what they are, as today's past */
	memmove(&m->days[n], &m->days[0], (DAYS_KEPT - n) * sizeof(m->days[0]));
	memset(&m->days[0], 0, n * sizeof(m->days[0]));
}

/* Where the clock was set back, nothing may lie in the future for good. */
static void no_later(walltime_t *at, walltime_t now)
{
	if (*at > now)
		*at = now;
}

static void no_later_day(int32_t *day, int32_t now)
{
	if (*day > now)
		*day = now;
	if (*day < 0)
		*day = 0;
}

static void clamp_row(struct coach_progress *p, int32_t day, walltime_t now)
{
	no_later(&p->hurt_until, now + HURTS_BLOCKS);
	no_later(&p->hurt_at, now);
	no_later_day(&p->offered_day, day);
	no_later_day(&p->first_day, day);
	no_later_day(&p->done_day, day);
	no_later_day(&p->dose_day, day);
	no_later_day(&p->mastered_day, day);
	no_later_day(&p->marks_day, day);
	no_later_day(&p->well_day, day);
	no_later_day(&p->stepped_day, day);
}

static void clamp_before(struct coach_before *b, int32_t day, walltime_t now)
{
	no_later(&b->flagged_at, now);
	no_later(&b->hurt_before, now);
	no_later(&b->down_at, now);
	no_later(&b->since, now);
	no_later_day(&b->hurt_day, day);
	no_later_day(&b->hurt_before_day, day);
	no_later_day(&b->down_day, day);
	no_later_day(&b->dose_day, day);
	no_later_day(&b->mastered_day, day);
	no_later_day(&b->well_day, day);
	no_later_day(&b->stepped_day, day);
}

static void clamp_said(struct coach_said *s, int32_t day)
{
	no_later_day(&s->day, day);
	no_later_day(&s->well_day, day);
	no_later_day(&s->mastered_day, day);
}

static void clamp_times(struct coach_memory *m, walltime_t now)
{
	for (size_t i = 0; i < m->n; i++)
		clamp_row(&m->progress[i], m->today, now);
	for (size_t i = 0; i < m->n_gone; i++)
		clamp_row(&m->gone[i].row, m->today, now);
	for (size_t i = 0; i < BEFORE_KEPT; i++)
		clamp_before(&m->before[i], m->today, now);
	for (size_t i = 0; i < SAID_KEPT; i++)
		clamp_said(&m->said[i], m->today);
	no_later_day(&m->last_day, m->today);
	no_later_day(&m->strength_day, m->today);
	no_later_day(&m->level_day, m->today);
	no_later_day(&m->cap_day, m->today);
	no_later_day(&m->cap_before_day, m->today);
	no_later_day(&m->allowance_day, m->today);
	for (size_t i = 0; i < REGIONS_COUNT; i++) {
		no_later(&m->relieved_at[i], now);
		no_later_day(&m->loaded_day[i], m->today);
		no_later(&m->no_strength_until[i], now + FLAGS_WITHIN);
		for (size_t k = 0; k < FLAGS_KEPT; k++)
			no_later(&m->flags_at[i][k], now);
	}
	for (size_t i = 0; i < MUSCLES_COUNT; i++) {
		no_later(&m->bout_at[i], now);
		no_later(&m->sore_until[i], now + SORE_RESTS);
	}
	no_later(&m->walked_at, now);
	no_later(&m->suggested_at, now);
	no_later(&m->cap_since, now);
}

/* Nothing above `level`, which stays between the first one and the last but one. */
static void cap_level(struct coach_memory *m, unsigned level)
{
	level = level < LEVEL_FIRST ? LEVEL_FIRST : level >= LEVEL_MAX ? LEVEL_MAX - 1 : level;
	m->level_cap = (uint8_t)level;
}

static void restored(struct coach_progress *p)
{
	p->mastered_once |= p->mastered_day > 0;
	p->changed = false;
}

void coach_memory_restored(struct coach_memory *m, const struct catalog *c, walltime_t now)
{
	if (m->level < LEVEL_FIRST)
		m->level = LEVEL_FIRST;
	if (m->level > LEVEL_MAX)
		m->level = LEVEL_MAX;
	if (m->level_cap)
		cap_level(m, m->level_cap);
	if (m->cap_before >= LEVEL_MAX)
		m->cap_before = LEVEL_MAX - 1;
	if (m->allowance < ALLOWANCE_FIRST)
		m->allowance = ALLOWANCE_FIRST;
	if (m->allowance > ALLOWANCE_MAX)
		m->allowance = ALLOWANCE_MAX;
	no_later_day(&m->today, DAY_MOST);
	for (int i = 0; i < DAYS_KEPT; i++)
		m->days[i].day = m->today - i;
	clamp_times(m, now);
	memory_spread_hurts(m, c);
	m->changed = false;
	for (size_t i = 0; i < m->n; i++)
		restored(&m->progress[i]);
	for (size_t i = 0; i < m->n_gone; i++)
		restored(&m->gone[i].row);
}

/* Did a spell of so many days without end just now, with the day that begins? */
static bool ends_away(int32_t last, int32_t before, int32_t day)
{
	return last && day - last >= AWAY_DAYS && before - last < AWAY_DAYS;
}

/* Nor does one come back that was taken by pain before. */
static void forget_dose(struct coach_memory *m, struct coach_progress *p, int day)
{
	progress_restart(p, day);
	if (!memory_before(m, p)->reps)
		return;
	memory_keep(m, p)->reps = 0;
	p->changed = true;
}

static void restart(struct coach_memory *m, const struct catalog *c, bool strength_only, int day)
{
	for (size_t i = 0; i < m->n; i++)
		if (!strength_only || coach_is_strength(&c->exercises[i]))
			forget_dose(m, &m->progress[i], day);
	m->allowance /= 2;
	if (m->allowance < ALLOWANCE_FIRST)
		m->allowance = ALLOWANCE_FIRST;
}

static void lower_level(struct coach_memory *m, unsigned level)
{
	m->level = (uint8_t)(level > LEVEL_FIRST ? level : LEVEL_FIRST);
	m->level_day = m->today;
}

/* What was done in the two weeks before today. */
static void sum_days(const struct coach_memory *m, unsigned n, struct coach_day *ret)
{
	*ret = (struct coach_day){ .day = m->today };
	for (unsigned i = 1; i <= n && i < DAYS_KEPT; i++) {
		const struct coach_day *d = &m->days[i];

		ret->offered = (uint16_t)(ret->offered + d->offered);
		ret->done = (uint16_t)(ret->done + d->done);
		ret->easy = (uint16_t)(ret->easy + d->easy);
		ret->hard = (uint16_t)(ret->hard + d->hard);
		ret->hurts = (uint16_t)(ret->hurts + d->hurts);
		ret->strength_load += d->strength_load;
	}
}

/* Did the last two weeks go well: done for 80 %, and without pain (ergonomics X4)? */
static bool went_well(const struct coach_memory *m, struct coach_day *ret_sum)
{
	sum_days(m, DAYS_KEPT, ret_sum);
	return ret_sum->offered > 0 && ret_sum->done * 5u >= ret_sum->offered * 4u &&
	       ret_sum->hurts == 0;
}

/* Two weeks done, easy and without pain are one level more (ergonomics X4); the first step above
 * what everybody has waits for the consent (S1). */
static void judge_level(struct coach_memory *m)
{
	struct coach_day sum;

	if (!m->level_day)
		m->level_day = m->today;
	if (!m->consent || m->level >= LEVEL_MAX || m->today - m->level_day < LEVEL_DAYS)
		return;
	if (!went_well(m, &sum) || sum.easy <= sum.hard)
		return;
	m->level++;
	m->level_day = m->today;
}

/* What was there before the pain comes back level by level, and takes no rating. */
static void judge_cap(struct coach_memory *m)
{
	struct coach_day sum;

	if (!m->level_cap || m->today - m->cap_day < LEVEL_DAYS || !went_well(m, &sum) ||
	    sum.hard > sum.easy)
		return;
	m->cap_day = m->today;
	m->level_cap = m->level_cap + 1 < LEVEL_MAX ? (uint8_t)(m->level_cap + 1) : 0;
}

static void release(struct coach_progress *p)
{
	p->stepped_down = false;
	p->changed = true;
}

/* What waits for an easier form that has gone well by now waits no more. */
static void judge_waiting(struct coach_memory *m, const struct catalog *c, walltime_t now)
{
	for (int i = 0; i < (int)m->n; i++) {
		int easier = catalog_easier(c, i);

		/* One that is gone may come back. */
		if (m->progress[i].stepped_down && easier >= 0 &&
		    progress_goes_well(&m->progress[easier], m->today, now))
			release(&m->progress[i]);
	}
}

/* A tenth more than was done in a week, and never less than before: ergonomics X3, for all of it
 * together. */
static void judge_allowance(struct coach_memory *m)
{
	struct coach_day sum;
	uint32_t most;

	if (!m->allowance_day)
		m->allowance_day = m->today;
	if (m->today - m->allowance_day < 7)
		return;
	m->allowance_day = m->today;
	sum_days(m, 7, &sum);
	most = sum.strength_load / STRENGTH_DAYS * 11 / 10;
	if (sum.hurts > 0 || sum.hard > sum.easy || most <= m->allowance)
		return;
	m->allowance = most < ALLOWANCE_MAX ? most : ALLOWANCE_MAX;
}

uint32_t coach_strength_room(const struct coach_memory *m)
{
	uint32_t share = m->allowance * (coach_strength_days(m) + 1), spent = 0;

	for (int i = 0; i < 7; i++)
		spent += m->days[i].strength_load;
	return share > spent ? share - spent : 0;
}

void coach_day_is(struct coach_memory *m, const struct catalog *c, int day, walltime_t now)
{
	int32_t before = m->today;

	if (day == before || day <= 0 || day > DAY_MOST)
		return;
	m->changed = true;
	shift_days(m, day);
	m->today = day;
	for (int i = 0; i < DAYS_KEPT; i++)
		m->days[i].day = day - i;
	if (day < before)
		clamp_times(m, now);
	memset(m->stretched, 0, sizeof(m->stretched));
	if (ends_away(m->last_day, before, day)) {
		restart(m, c, false, day);
		lower_level(m, m->level - 1u);
	} else if (ends_away(m->strength_day, before, day)) {
		restart(m, c, true, day);
	}
	judge_level(m);
	judge_cap(m);
	judge_allowance(m);
	judge_waiting(m, c, now);
}

/* What happens --------------------------------------------------------------------------------- */

void coach_worked(struct coach_memory *m, enum posture posture)
{
	uint32_t loaded = posture == POSTURE_STANDING ? LOADED_STANDING : LOADED_SITTING;

	for (size_t i = 0; i < REGIONS_COUNT; i++)
		if (loaded & REGION_BIT(i) && m->loaded_day[i] != m->today) {
			m->loaded_day[i] = m->today;
			m->changed = true;
		}
}

static void mark_offered(struct coach_memory *m, int i)
{
	m->progress[i].offered_pick = m->picks;
	m->progress[i].offered_day = m->today;
	m->progress[i].changed = true;
	m->changed = true;
}

void coach_offered(struct coach_memory *m, const struct catalog *c, const int exercises[], size_t n)
{
	if (n == 0)
		return;
	m->picks++;
	for (size_t i = 0; i < n; i++) {
		mark_offered(m, exercises[i]);
		m->set_pick[c->exercises[exercises[i]].set] = m->picks;
	}
}

static void relieve(struct coach_memory *m, const struct exercise *e, unsigned seconds,
		    walltime_t now)
{
	for (size_t i = 0; i < REGIONS_COUNT; i++) {
		if (!(e->relieves & REGION_BIT(i)))
			continue;
		m->relieved_at[i] = now;
		if (e->set == SET_STRETCHING)
			m->stretched[i] += seconds;
	}
}

static void count_strength(struct coach_memory *m, const struct exercise *e, unsigned seconds)
{
	struct coach_day *d = today(m);

	if (!coach_is_strength(e))
		return;
	d->strength_seconds = (uint16_t)(d->strength_seconds + seconds);
	d->strength_load += e->intensity * seconds;
	m->strength_day = m->today;
}

static void count_bout(struct coach_memory *m, const struct exercise *e, walltime_t now)
{
	for (size_t i = 0; e->intensity >= 3 && i < MUSCLES_COUNT; i++)
		if (e->muscle_bits & UINT32_C(1) << i)
			m->bout_at[i] = now;
}

/* Is the harder form's turn now? */
static void judge_mastery(struct coach_memory *m, const struct catalog *c, int i, walltime_t now)
{
	struct coach_progress *p = &m->progress[i];

	if (p->mastered_day || !progress_is_mastered(p, &c->exercises[i], m->today, now))
		return;
	p->mastered_day = m->today;
	p->mastered_once = p->changed = true;
	for (int k = 0; k < (int)m->n; k++)
		if (m->progress[k].stepped_down && catalog_easier(c, k) == i)
			release(&m->progress[k]);
}

/* What it does to the body, however little it was. */
static void exert(struct coach_memory *m, const struct catalog *c, int i, unsigned seconds,
		  walltime_t now)
{
	const struct exercise *e = &c->exercises[i];

	m->last_day = m->today;
	m->changed = true;
	relieve(m, e, seconds, now);
	count_strength(m, e, seconds);
	count_bout(m, e, now);
	if (e->position == POSITION_WALKING && seconds >= WALK_WARMS_FROM)
		m->walked_at = now;
}

/* True if it counts as done. */
static bool done(struct coach_memory *m, const struct catalog *c, int i, unsigned seconds,
		 walltime_t now)
{
	bool counts = progress_done(&m->progress[i], &c->exercises[i], seconds, m->today, now);

	if (seconds == 0)
		return false;
	exert(m, c, i, seconds, now);
	judge_mastery(m, c, i, now);
	return counts;
}

void coach_done(struct coach_memory *m, const struct catalog *c, int i, unsigned seconds,
		walltime_t now)
{
	struct coach_day *d = today(m);

	d->offered++;
	if (done(m, c, i, seconds, now))
		d->done++;
}

void coach_begun(struct coach_memory *m, const struct catalog *c, int i, unsigned seconds,
		 walltime_t now)
{
	if (progress_counts(&m->progress[i], &c->exercises[i], seconds))
		coach_done(m, c, i, seconds, now);
	else
		exert(m, c, i, seconds, now);
}

static void restart_row(struct coach_memory *m, int i, int32_t day)
{
	struct coach_progress *p = &m->progress[i];

	progress_restart(p, day);
	p->mastered_day = p->well_day = 0;
	p->easy_running = p->hard_running = 0;
	p->changed = true;
}

static void wait_for_easier(struct coach_memory *m, int i, int32_t day)
{
	m->progress[i].stepped_down = true;
	m->progress[i].stepped_day = day;
	m->progress[i].changed = true;
}

void memory_begin_row_again(struct coach_memory *m, const struct catalog *c, int i, int k,
			    int32_t day)
{
	bool harder = catalog_is_harder(c, k, i);

	if (k == i || harder)
		restart_row(m, k, day);
	if (harder)
		wait_for_easier(m, k, day);
}

void memory_step_row_down(struct coach_memory *m, const struct catalog *c, int i, int k,
			  int32_t day)
{
	int easier = catalog_easier(c, i);
	struct coach_progress *p = &m->progress[k];

	memory_begin_row_again(m, c, i, k, day);
	if (k == i && easier >= 0)
		wait_for_easier(m, i, day);
	if (k != easier)
		return;
	p->mastered_day = p->well_day = 0;
	p->easy_running = 0;
	p->dose_day = day;
	p->changed = true;
}

void memory_cap(struct coach_memory *m, const struct catalog *c, int i, int32_t day)
{
	unsigned intensity = c->exercises[i].intensity;

	if (intensity <= LEVEL_FIRST)
		return;
	if (!m->level_cap || m->level_cap >= intensity)
		cap_level(m, intensity - 1);
	m->cap_day = day;
	m->changed = true;
}

void memory_begin_again(struct coach_memory *m, const struct catalog *c, int i)
{
	for (int k = 0; k < (int)m->n; k++)
		memory_begin_row_again(m, c, i, k, m->today);
	memory_cap(m, c, i, m->today);
}

/* Its easier form has to go well anew before it comes again (ergonomics X4). */
void memory_step_down(struct coach_memory *m, const struct catalog *c, int i, walltime_t at)
{
	struct coach_before *b;

	for (int k = 0; k < (int)m->n; k++)
		memory_step_row_down(m, c, i, k, m->today);
	memory_cap(m, c, i, m->today);
	b = memory_keep(m, &m->progress[i]);
	b->down_at = at;
	b->down_day = m->today;
}

static void count_up(uint16_t *n)
{
	if (*n < UINT16_MAX)
		(*n)++;
}

walltime_t memory_judge_flags(const walltime_t at[static FLAGS_KEPT])
{
	for (size_t i = 0; i + FLAGS_ADVISE <= FLAGS_KEPT; i++) {
		walltime_t first = at[i + FLAGS_ADVISE - 1];

		if (first && usec_sub(at[i], first) <= FLAGS_WITHIN)
			return at[i] + FLAGS_WITHIN;
	}
	return 0;
}

/* Flags of one region, latest first; true if there are now as many as call for advice. */
static bool flag(struct coach_memory *m, unsigned region, walltime_t now)
{
	walltime_t *at = m->flags_at[region];

	memmove(&at[1], &at[0], (FLAGS_KEPT - 1) * sizeof(at[0]));
	at[0] = now;
	if (!at[FLAGS_ADVISE - 1] || usec_sub(now, at[FLAGS_ADVISE - 1]) > FLAGS_WITHIN)
		return false;
	m->no_strength_until[region] = now + FLAGS_WITHIN;
	return true;
}

/* A pain of its own, and not the one of a moment ago. Of the one before it when it was told. */
static struct coach_before *keep_pain(struct coach_memory *m, struct coach_progress *p,
				      walltime_t at)
{
	struct coach_before *b = memory_keep(m, p);

	if (!memory_is_within_block(p->hurt_at, at))
		p->hurt_earlier = 0;
	memory_count_earlier(p, memory_is_within_block(b->hurt_before, at));
	b->hurt_before = memory_hurt_said(m, p);
	b->hurt_before_day = b->hurt_day;
	b->flagged_at = at;
	return b;
}

void coach_hurt_then(struct coach_memory *m, int i, walltime_t at)
{
	struct coach_progress *p = &m->progress[i];

	if (p->hurt_until >= at + HURTS_BLOCKS)
		return;
	p->hurt_until = at + HURTS_BLOCKS;
	p->changed = true;
	if (at <= p->hurt_at)
		return;
	/* What was written down a moment later is the same one. */
	if (at - p->hurt_at >= FLAG_AGAIN)
		(void)keep_pain(m, p, at);
	p->hurt_at = at;
}

static void begin_pain(struct coach_memory *m, struct coach_progress *p, walltime_t now)
{
	keep_pain(m, p, now)->hurt_day = m->today;
	count_up(&p->hurts);
	count_up(&today(m)->hurts);
}

static enum coach_advice hurts(struct coach_memory *m, const struct catalog *c, int i,
			       walltime_t now, uint32_t *ret_regions)
{
	const struct exercise *e = &c->exercises[i];
	struct coach_progress *p = &m->progress[i];
	uint32_t regions = 0;
	bool again = p->hurt_at && usec_sub(now, p->hurt_at) < FLAG_AGAIN;

	memory_keep_before(m, c, i, false, now);
	if (!again)
		begin_pain(m, p, now);
	/* It may have been easy until then. */
	memory_drop_said(m, p);
	p->hurt_until = now + HURTS_BLOCKS;
	p->hurt_at = now;
	memory_spread_hurts(m, c);
	memory_begin_again(m, c, i);
	for (unsigned region = 0; region < REGIONS_COUNT && !again; region++) {
		if (e->relieves & REGION_BIT(region) && flag(m, region, now))
			regions |= REGION_BIT(region);
	}
	if (regions && ret_regions)
		*ret_regions = regions;
	return regions ? ADVICE_PROFESSIONAL : ADVICE_HURTS;
}

static void easy(struct coach_memory *m, const struct catalog *c, int i, walltime_t now)
{
	struct coach_progress *p = &m->progress[i];

	memory_replace_said(m, c, i, false);
	memory_note_said(m, i, false);
	count_up(&p->easy);
	count_up(&p->easy_running);
	count_up(&today(m)->easy);
	p->hard_running = 0;
	judge_mastery(m, c, i, now);
}

static void hard(struct coach_memory *m, const struct catalog *c, int i, walltime_t now)
{
	struct coach_progress *p = &m->progress[i];

	memory_replace_said(m, c, i, true);
	memory_note_said(m, i, true);
	if (p->hard_running > 0)
		memory_keep_before(m, c, i, true, now);
	count_up(&p->hard);
	count_up(&p->hard_running);
	count_up(&today(m)->hard);
	p->easy_running = 0;
	p->well_day = 0;
	if (p->hard_running >= 2)
		memory_step_down(m, c, i, now);
}

enum coach_advice coach_verdict(struct coach_memory *m, const struct catalog *c, int i,
				enum verdict verdict, walltime_t now, uint32_t *ret_regions)
{
	struct coach_progress *p = &m->progress[i];

	p->changed = true;
	switch (verdict) {
	case VERDICT_LIKE:
		p->dislikes = 0;
		count_up(&p->likes);
		break;
	case VERDICT_DISLIKE:
		p->likes = 0;
		count_up(&p->dislikes);
		break;
	case VERDICT_EASY:
		easy(m, c, i, now);
		break;
	case VERDICT_HARD:
		hard(m, c, i, now);
		break;
	case VERDICT_HURTS:
		return hurts(m, c, i, now, ret_regions);
	case VERDICTS:
		break;
	}
	return ADVICE_NONE;
}

void coach_sore(struct coach_memory *m, uint32_t muscles, walltime_t now)
{
	for (size_t i = 0; i < MUSCLES_COUNT; i++)
		if (muscles & UINT32_C(1) << i)
			m->sore_until[i] = now + SORE_RESTS;
	m->changed = true;
}

void coach_not_sore(struct coach_memory *m, uint32_t muscles)
{
	for (size_t i = 0; i < MUSCLES_COUNT; i++)
		if (muscles & UINT32_C(1) << i)
			m->sore_until[i] = 0;
	m->changed = true;
}

uint32_t coach_sore_muscles(const struct coach_memory *m, walltime_t now)
{
	uint32_t muscles = 0;

	for (size_t i = 0; i < MUSCLES_COUNT; i++)
		if (m->sore_until[i] > now)
			muscles |= UINT32_C(1) << i;
	return muscles;
}

/* "yoga" is the exercise "yoga-session". */
int memory_find_activity(const struct catalog *c, const char *kind)
{
	static const char suffix[] = "-session";
	size_t n = strlen(kind);
	int i = catalog_find(c, kind);

	for (size_t k = 0; i < 0 && k < c->n; k++) {
		const char *id = c->exercises[k].id;

		if (strlen(id) == n + strlen(suffix) && !strncmp(id, kind, n) &&
		    !strcmp(id + n, suffix))
			i = (int)k;
	}
	return i;
}

void coach_activity(struct coach_memory *m, const struct catalog *c, const char *kind,
		    usec_t length, walltime_t now)
{
	unsigned seconds = (unsigned)(usec_min(length, USEC_PER_DAY) / USEC_PER_SEC);
	int i = memory_find_activity(c, kind);

	today(m)->activity_seconds += seconds;
	m->last_day = m->today;
	if (i >= 0)
		(void)done(m, c, i, seconds, now);
}

void coach_consent(struct coach_memory *m, bool given)
{
	m->consent = given;
	m->level_day = m->today;
	if (!given)
		m->level = LEVEL_FIRST;
	m->changed = true;
}

void coach_suggested(struct coach_memory *m, const struct catalog *c, const int exercises[],
		     size_t n, walltime_t now)
{
	for (size_t i = 0; i < n; i++) {
		mark_offered(m, exercises[i]);
		count_bout(m, &c->exercises[exercises[i]], now);
	}
	m->suggested_at = now;
	m->changed = true;
}
