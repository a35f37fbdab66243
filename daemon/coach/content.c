#include "coach/content.h"

#include <string.h>

/* What is done --------------------------------------------------------------------------------- */

/* Its place in the list, a new one if it is not there; of a full list the shortest's. */
static struct content_done *place_of(struct content *x, int exercise)
{
	struct content_done *shortest = &x->done[0];

	for (size_t i = 0; i < x->n_done; i++) {
		if (x->done[i].exercise == exercise)
			return &x->done[i];
		if (x->done[i].seconds < shortest->seconds)
			shortest = &x->done[i];
	}
	if (x->n_done < CONTENT_DONE_MAX)
		shortest = &x->done[x->n_done++];
	*shortest = (struct content_done){ .exercise = exercise };
	return shortest;
}

/* What so much of the step warms up: a moment of it is no warm-up. */
static unsigned warming(const struct catalog *c, const struct routine_step *step, unsigned seconds)
{
	bool warms =
		routine_step_warms(c, step) && seconds >= c->exercises[step->exercise].seconds_min;

	return warms ? seconds : 0;
}

/* The memory is told now, by `teller`, of what was over `ago`. Only for a walk that matters: it
 * warms for so long after itself, and not after all of the break. */
static void tell_by(void (*teller)(struct coach_memory *m, const struct catalog *c, int i,
				   unsigned seconds, walltime_t now),
		    struct coach_memory *m, const struct catalog *c, int exercise, unsigned seconds,
		    walltime_t now, usec_t ago)
{
	walltime_t before = m->walked_at;

	teller(m, c, exercise, seconds, now);
	if (m->walked_at != before)
		m->walked_at = usec_max(before, usec_sub(m->walked_at, ago));
}

static void tell(struct coach_memory *m, const struct catalog *c, int exercise, unsigned seconds,
		 walltime_t now, usec_t ago)
{
	tell_by(coach_done, m, c, exercise, seconds, now, ago);
}

/* So much of the first step was done until `ago`, and it goes. */
static void note_first(struct content *x, struct coach_memory *m, const struct catalog *c,
		       unsigned seconds, walltime_t now, usec_t ago)
{
	const struct routine_step *step = &x->routine.steps[0];

	if (seconds > 0) {
		tell(m, c, step->exercise, seconds, now, ago);
		place_of(x, step->exercise)->seconds += seconds;
		x->warm += warming(c, step, seconds);
	}
	routine_remove(&x->routine, 0);
}

usec_t content_from(const struct content *x, usec_t rested)
{
	return x->still ? usec_add(x->from, usec_sub(rested, x->still_from)) : x->from;
}

/* While it stands still its beginning moves along. */
static void catch_up(struct content *x, usec_t rested)
{
	x->from = content_from(x, rested);
	if (x->still)
		x->still_from = usec_max(x->still_from, rested);
}

static bool is_on(const struct content *x, usec_t rested)
{
	usec_t end = usec_add(content_from(x, rested), x->routine.seconds * USEC_PER_SEC);

	return x->routine.n > 0 && end > rested;
}

void content_settle(struct content *x, struct coach_memory *m, const struct catalog *c,
		    usec_t rested, walltime_t now)
{
	catch_up(x, rested);
	while (x->routine.n > 0) {
		const struct routine_step *step = &x->routine.steps[0];
		unsigned seconds = step->dose.seconds;
		usec_t takes = routine_step_takes(step) * USEC_PER_SEC;

		if (usec_add(x->from, takes) > rested)
			return;
		x->from += takes;
		note_first(x, m, c, seconds, now, usec_sub(rested, x->from));
	}
}

/* Does it stand still, or was no second of it done since it did? */
static bool stands(const struct content *x, usec_t rested)
{
	return x->still || usec_sub(rested, x->still_from) < USEC_PER_SEC;
}

/* How long nothing has been done. */
static usec_t standing(const struct content *x, usec_t rested)
{
	return stands(x, rested) ? usec_sub(rested, x->still_since) : 0;
}

/* What is being done ends here, and what comes after it begins. */
static void end_first(struct content *x, struct coach_memory *m, const struct catalog *c,
		      usec_t rested, walltime_t now)
{
	usec_t begins = usec_add(x->from, x->routine.steps[0].ready * USEC_PER_SEC);

	note_first(x, m, c, (unsigned)(usec_sub(rested, begins) / USEC_PER_SEC), now,
		   standing(x, rested));
	x->from = usec_max(x->from, rested);
	x->still_since = rested;
}

/* What is left of the break, for whoever chooses: what was done in it counts. */
static struct wish wish_left(const struct content *x, const struct catalog *c, const struct wish *w,
			     usec_t rested)
{
	struct wish left = *w;
	unsigned seconds[ROUTINE_MAX];

	left.length = usec_sub(w->length, rested);
	left.over = usec_min(rested, w->length);
	left.warm = x->warm;
	routine_done(&x->routine, usec_sub(rested, x->from), seconds);
	for (size_t i = 0; i < x->routine.n && seconds[i] > 0; i++) {
		const struct routine_step *step = &x->routine.steps[i];
		const struct exercise *e = &c->exercises[step->exercise];

		left.warm += warming(c, step, seconds[i]);
		if (e->intensity >= 3)
			left.worked |= e->muscle_bits;
		if (coach_is_strength(e))
			left.strength += e->intensity * seconds[i];
	}
	return left;
}

/* Filling it ----------------------------------------------------------------------------------- */

static void offer(struct coach_memory *m, const struct catalog *c, const struct routine *r)
{
	int exercises[ROUTINE_MAX];

	coach_offered(m, c, exercises, routine_exercises(r, exercises));
}

void content_fill(struct content *x, const struct coach *c, struct coach_memory *m,
		  const struct wish *w)
{
	*x = (struct content){ .from = 0 };
	coach_choose(c, w, &x->routine);
	offer(m, c->catalog, &x->routine);
}

void content_suggest(struct content *x, const struct coach *c, struct coach_memory *m)
{
	int exercises[ROUTINE_MAX];
	size_t n;

	coach_suggest(c, &x->routine, &x->suggestion);
	n = routine_exercises(&x->suggestion, exercises);
	if (n > 0)
		coach_suggested(m, c->catalog, exercises, n, c->now);
}

static bool sift_suggestion(struct content *x, const struct coach *c)
{
	if (x->suggestion.n == 0 || suggestion_suits(&x->suggestion, c, &x->routine))
		return false;
	x->suggestion = (struct routine){ .n = 0 };
	return true;
}

void content_renew(struct content *x, const struct coach *c, struct coach_memory *m,
		   const struct wish *w)
{
	coach_choose(c, w, &x->routine);
	offer(m, c->catalog, &x->routine);
	(void)sift_suggestion(x, c);
}

bool content_judge(struct content *x, const struct coach *c, struct coach_memory *m,
		   const struct wish *w)
{
	if (routine_suits(&x->routine, c, w))
		return sift_suggestion(x, c);
	content_renew(x, c, m, w);
	return true;
}

static void rewind_to(struct content *x, usec_t rested)
{
	x->from = rested;
	x->warm = 0;
	x->still = false;
	x->still_from = x->still_since = rested;
}

void content_begins(struct content *x, usec_t rested, usec_t length)
{
	usec_t over = usec_sub(rested + x->routine.seconds * USEC_PER_SEC, length), late = rested;
	unsigned seconds = (unsigned)((over + USEC_PER_SEC - 1) / USEC_PER_SEC), read = 0;

	if (x->routine.n > 0)
		read = x->routine.steps[0].ready < seconds ? x->routine.steps[0].ready : seconds;
	if (read > 0) {
		x->routine.steps[0].ready = (uint8_t)(x->routine.steps[0].ready - read);
		x->routine.seconds -= read;
	}
	over = usec_sub(over, read * USEC_PER_SEC);
	late = usec_sub(late, usec_min(over, READY_SECONDS * USEC_PER_SEC));
	rewind_to(x, late);
}

void content_halts(struct content *x, struct coach_memory *m, const struct catalog *c,
		   usec_t rested, walltime_t now)
{
	unsigned seconds[ROUTINE_MAX];
	usec_t end = content_from(x, rested);

	routine_done(&x->routine, usec_sub(rested, end), seconds);
	for (size_t i = 0; i < x->routine.n && seconds[i] > 0; i++) {
		int exercise = x->routine.steps[i].exercise;

		end += (x->routine.steps[i].ready + seconds[i]) * USEC_PER_SEC;
		tell_by(coach_begun, m, c, exercise, seconds[i], now,
			usec_sub(rested, end) + standing(x, rested));
		place_of(x, exercise)->seconds += seconds[i];
	}
	rewind_to(x, 0);
}

bool content_sift(struct content *x, const struct coach *c, struct coach_memory *m,
		  const struct wish *w, usec_t rested)
{
	struct wish left = *w;
	uint32_t barred;

	left.warm = x->warm;
	barred = routine_barred(&x->routine, c, &left);
	if (!barred)
		return sift_suggestion(x, c);
	content_settle(x, m, c->catalog, rested, c->now);
	left.warm = x->warm;
	barred = routine_barred(&x->routine, c, &left);
	for (size_t i = x->routine.n; i > 1; i--)
		if (barred & UINT32_C(1) << (i - 1))
			routine_remove(&x->routine, i - 1);
	if (barred & 1)
		end_first(x, m, c->catalog, rested, c->now);
	(void)sift_suggestion(x, c);
	return true;
}

bool content_next(struct content *x, const struct coach *c, struct coach_memory *m,
		  const struct wish *w, usec_t rested)
{
	if (!is_on(x, rested))
		return false;
	content_settle(x, m, c->catalog, rested, c->now);
	end_first(x, m, c->catalog, rested, c->now);
	(void)content_sift(x, c, m, w, rested);
	return true;
}

bool content_stand(struct content *x, struct coach_memory *m, const struct catalog *c, bool still,
		   usec_t rested, walltime_t now)
{
	if (still && !is_on(x, rested))
		return false;
	content_settle(x, m, c, rested, now);
	if (!stands(x, rested))
		x->still_since = rested;
	x->still = still;
	x->still_from = rested;
	return true;
}

/* Are these the ones that are not over yet? */
static bool is_same(const struct content *x, const struct routine *other, usec_t rested)
{
	const struct routine *r = &x->routine;
	usec_t end = x->from;
	size_t over = 0;

	for (; over < r->n; over++) {
		end += routine_step_takes(&r->steps[over]) * USEC_PER_SEC;
		if (end > rested)
			break;
	}
	if (r->n - over != other->n)
		return false;
	for (size_t i = 0; i < other->n; i++)
		if (r->steps[over + i].exercise != other->steps[i].exercise)
			return false;
	return true;
}

bool content_replace(struct content *x, const struct coach *c, struct coach_memory *m,
		     const struct wish *w, usec_t rested)
{
	struct routine other;
	struct wish left;

	catch_up(x, rested);
	left = wish_left(x, c->catalog, w, rested);
	coach_choose(c, &left, &other);
	if (other.n == 0 || is_same(x, &other, rested))
		return false;
	content_settle(x, m, c->catalog, rested, c->now);
	if (x->routine.n > 0)
		end_first(x, m, c->catalog, rested, c->now);
	x->routine = other;
	x->from = rested;
	offer(m, c->catalog, &other);
	return true;
}

/* Other numbers -------------------------------------------------------------------------------- */

static int number_in(const struct catalog *after, const struct catalog *before, int i)
{
	return catalog_find(after, before->exercises[i].id);
}

static bool is_gone(const struct routine_step *step, const struct catalog *before,
		    const struct catalog *after)
{
	return number_in(after, before, step->exercise) < 0 ||
	       number_in(after, before, step->instead) < 0;
}

static void carry_routine(struct routine *r, const struct catalog *before,
			  const struct catalog *after)
{
	for (size_t i = r->n; i > 0; i--) {
		struct routine_step *step = &r->steps[i - 1];

		if (is_gone(step, before, after)) {
			routine_remove(r, i - 1);
			continue;
		}
		step->exercise = (int16_t)number_in(after, before, step->exercise);
		step->instead = (int16_t)number_in(after, before, step->instead);
	}
}

void content_carry(struct content *x, struct coach_memory *m, const struct catalog *before,
		   const struct catalog *after, usec_t rested, walltime_t now)
{
	size_t kept = 0;

	content_settle(x, m, before, rested, now);
	if (x->routine.n > 0 && is_gone(&x->routine.steps[0], before, after))
		end_first(x, m, before, rested, now);
	carry_routine(&x->routine, before, after);
	carry_routine(&x->suggestion, before, after);
	for (size_t i = 0; i < x->n_done; i++) {
		struct content_done done = x->done[i];

		done.exercise = number_in(after, before, done.exercise);
		if (done.exercise >= 0)
			x->done[kept++] = done;
	}
	x->n_done = kept;
}

/* Its end -------------------------------------------------------------------------------------- */

size_t content_all(const struct content *x, usec_t rested,
		   struct content_done ret[static CONTENT_ALL_MAX])
{
	unsigned seconds[ROUTINE_MAX];
	size_t n = x->n_done;

	memcpy(ret, x->done, n * sizeof(*ret));
	routine_done(&x->routine, usec_sub(rested, content_from(x, rested)), seconds);
	for (size_t i = 0; i < x->routine.n && seconds[i] > 0; i++) {
		int exercise = x->routine.steps[i].exercise;
		size_t at = 0;

		while (at < n && ret[at].exercise != exercise)
			at++;
		if (at == n)
			ret[n++] = (struct content_done){ .exercise = exercise };
		ret[at].seconds += seconds[i];
	}
	return n;
}

void content_ended(const struct content *x, struct coach_memory *m, const struct catalog *c,
		   usec_t rested, walltime_t now)
{
	unsigned seconds[ROUTINE_MAX];
	usec_t end = content_from(x, rested);

	routine_done(&x->routine, usec_sub(rested, end), seconds);
	for (size_t i = 0; i < x->routine.n; i++) {
		end += (x->routine.steps[i].ready + seconds[i]) * USEC_PER_SEC;
		tell(m, c, x->routine.steps[i].exercise, seconds[i], now,
		     usec_sub(rested, end) + standing(x, rested));
	}
}
