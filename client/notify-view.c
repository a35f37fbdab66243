#include "notify-view.h"

#include <string.h>

#include "bus/protocol.h"
#include "notify-text.h"

#define LABEL_MAX 80
/* A countdown moves in so many steps, but not faster than one a second. */
#define COUNTDOWN_STEPS 20

void view_done(struct view *v)
{
	g_free(v->path);
	g_free(v->occasion);
	g_free(v->rule);
	g_free(v->exercise);
	g_free(v->title);
	g_free(v->body);
	g_free(v->cue);
	for (size_t i = 0; i < v->n_actions; i++) {
		g_free(v->actions[i].id);
		g_free(v->actions[i].label);
	}
	*v = (struct view){ .kind = VIEW_NOTHING };
}

/* Values of an a{sv}; what is missing or of another type reads as nothing. */

static char *get_text(GVariant *dict, const char *key)
{
	char *text;

	return g_variant_lookup(dict, key, "s", &text) ? text : g_strdup("");
}

static usec_t get_usec(GVariant *dict, const char *key)
{
	guint64 value;

	return g_variant_lookup(dict, key, "t", &value) ? value : 0;
}

static unsigned get_unsigned(GVariant *dict, const char *key)
{
	guint32 value;

	return g_variant_lookup(dict, key, "u", &value) ? value : 0;
}

static bool get_bool(GVariant *dict, const char *key)
{
	gboolean value;

	return g_variant_lookup(dict, key, "b", &value) && value;
}

static enum view_urgency get_urgency(GVariant *dict, const char *key)
{
	g_autofree char *text = get_text(dict, key);

	if (!strcmp(text, "low"))
		return VIEW_LOW;
	return !strcmp(text, "critical") ? VIEW_CRITICAL : VIEW_NORMAL;
}

/* Takes over `label`. */
static void add_action(struct view *v, const char *id, char *label)
{
	if (v->n_actions == VIEW_ACTIONS_MAX || !*id || !*label) {
		g_free(label);
		return;
	}
	v->actions[v->n_actions++] = (struct view_action){ .id = g_strdup(id), .label = label };
}

/* Breaks */

/* The row of ListRules about a rule, or NULL. The caller releases it. */
static GVariant *find_rule(const struct world *world, const char *name)
{
	GVariantIter rows;
	GVariant *row;

	if (!world->rules)
		return NULL;
	g_variant_iter_init(&rows, world->rules);
	while ((row = g_variant_iter_next_value(&rows))) {
		g_autofree char *found = get_text(row, "name");

		if (!strcmp(found, name))
			return row;
		g_variant_unref(row);
	}
	return NULL;
}

static GVariant *get_steps(GVariant *brk)
{
	return g_variant_lookup_value(brk, "Steps", G_VARIANT_TYPE("aa{sv}"));
}

static char *first_cue(GVariant *brk)
{
	g_autoptr(GVariant) steps = get_steps(brk);
	g_autoptr(GVariant) step = NULL;

	if (!steps || !g_variant_n_children(steps))
		return g_strdup("");
	step = g_variant_get_child_value(steps, 0);
	return get_text(step, "cue");
}

/* Which exercise it is time for. */
struct turn {
	size_t at, n;   /* of so many; 0 of 0: there are none */
	usec_t ends;    /* when so much of the break is rested */
	GVariant *step; /* owned, or NULL */
};

/*
 * `rested` of the break being over. They follow each other, from the break's beginning unless
 * limberd says otherwise: others may have taken their place in it.
 */
static struct turn find_turn(GVariant *brk, usec_t rested)
{
	g_autoptr(GVariant) steps = get_steps(brk);
	struct turn turn = { .n = steps ? g_variant_n_children(steps) : 0 };
	usec_t begins = 0;

	for (size_t i = 0; i < turn.n; i++) {
		GVariant *step = g_variant_get_child_value(steps, i);
		usec_t length = get_unsigned(step, "seconds") * USEC_PER_SEC;
		usec_t ready = get_unsigned(step, "ready") * USEC_PER_SEC;

		begins = MAX(begins, get_usec(step, "begins_usec"));
		if (!turn.step || usec_sub(begins, ready) <= rested) {
			if (turn.step)
				g_variant_unref(turn.step);
			turn.step = g_variant_ref(step);
			turn.at = i;
			turn.ends = begins + length;
		}
		begins += length;
		g_variant_unref(step);
	}
	return turn;
}

/* The name of the exercise after this one, or "". */
static char *next_name(GVariant *brk, const struct turn *turn)
{
	g_autoptr(GVariant) steps = get_steps(brk);
	g_autoptr(GVariant) next = NULL;

	if (turn->at + 1 >= turn->n)
		return g_strdup("");
	next = g_variant_get_child_value(steps, turn->at + 1);
	return get_text(next, "name");
}

static char *snooze_label(GVariant *rule)
{
	usec_t length = rule ? get_usec(rule, "snooze_usec") : 0;
	g_autofree char *span = text_span(length);

	return length ? g_strdup_printf("Snooze %s", span) : g_strdup("Snooze");
}

static void make_prompt(struct view *v, const struct world *world, GVariant *rule, GVariant *brk)
{
	unsigned prompts = get_unsigned(brk, "Prompts");
	bool repeated = rule && get_bool(rule, "repeated");
	bool snooze = !world->manager || get_unsigned(world->manager, "SnoozesLeft") > 0;

	v->kind = VIEW_PROMPT;
	v->occasion = g_strdup_printf("%s prompt %u", v->path, prompts);
	v->body = get_text(brk, "Body");
	/* Overlooked, not put off: one step more visible. */
	if (repeated && v->urgency < VIEW_CRITICAL)
		v->urgency++;
	v->alert = !repeated;

	/* The default is a click on the notification itself. */
	add_action(v, "default", g_strdup("Start"));
	add_action(v, "start", g_strdup("Start"));
	if (snooze)
		add_action(v, "snooze", snooze_label(rule));
	add_action(v, "skip", g_strdup("Skip"));
	v->commands = snooze ? "In a terminal: limber up · limber snooze · limber skip"
			     : "In a terminal: limber up · limber skip";
}

/* One of several exercises at a time, and what comes after it: a list of them all is cut off where
 * there is little room. */
static void make_turn(struct view *v, GVariant *brk, const struct turn *turn, const char *left)
{
	g_autofree char *name = get_text(turn->step, "name");
	g_autofree char *cue = get_text(turn->step, "cue");
	g_autofree char *dose = get_text(turn->step, "dose");
	g_autofree char *position = get_text(turn->step, "position");
	g_autofree char *next = next_name(brk, turn);
	GString *body = g_string_new(NULL);

	if (get_bool(turn->step, "new"))
		g_string_append(body, "New for you: start slowly, listen to your body.\n");
	g_string_append(body, cue);
	if (*dose)
		g_string_append_printf(body, "\nAbout %s%s%s.", dose, *position ? ", " : "",
				       position);
	g_string_append_printf(body, "\n%s", left);
	if (*next)
		g_string_append_printf(body, "\nThen: %s", next);
	g_string_append(body, "\nStep by step: limber guide");
	g_free(v->title);
	g_free(v->body);
	g_free(v->cue);
	v->title = g_strdup_printf("%zu of %zu: %s", turn->at + 1, turn->n, name);
	v->body = g_string_free(body, FALSE);
	v->cue = g_steal_pointer(&cue);
}

/* All exercises are done, and some of the break is left. */
static void make_rest(struct view *v, const char *left)
{
	g_free(v->title);
	g_free(v->body);
	g_free(v->cue);
	v->title = g_strdup("All done: rest");
	v->body = g_strdup_printf("%s\nHands off: walk a few steps or rest, breathe calmly.", left);
	v->cue = g_strdup("");
}

/* A server with little room leaves out the last ones. */
static void add_running_actions(struct view *v)
{
	bool exercise = v->exercise && *v->exercise;

	add_action(v, "finish", g_strdup("Done"));
	if (exercise) {
		add_action(v, "another", g_strdup("Another one"));
		add_action(v, "hurts", g_strdup("Hurts"));
	}
	add_action(v, "skip", g_strdup("Skip"));
	v->commands = exercise ? "In a terminal: limber done · limber another · limber hurts"
			       : "In a terminal: limber done · limber skip";
}

static void make_running(struct view *v, GVariant *brk, usec_t now)
{
	g_autofree char *body = get_text(brk, "Body");
	usec_t length = MAX(get_usec(brk, "LengthUSec"), 1), ends = get_usec(brk, "EndsUSec");
	usec_t step = MAX(length / COUNTDOWN_STEPS, USEC_PER_SEC);
	usec_t left = ends ? MIN(usec_sub(ends, now), length)
			   : usec_sub(length, get_usec(brk, "RestedUSec"));
	usec_t rested = length - left;
	struct turn turn = find_turn(brk, rested);
	g_autoptr(GVariant) present = turn.step;
	g_autofree char *span = text_span(left);
	g_autofree char *still =
		g_strdup_printf(ends ? "%s left" : "Paused while you type · %s left", span);

	v->kind = VIEW_BREAK;
	v->occasion = g_strdup_printf("%s break %" G_GUINT64_FORMAT, v->path,
				      (guint64)get_usec(brk, "StartedUSec"));
	/* In one line: mako shows three of them by default. */
	v->body = g_strdup_printf("%s · %s", still, body);
	if (turn.n > 1 && rested < turn.ends)
		make_turn(v, brk, &turn, still);
	else if (turn.n > 1)
		make_rest(v, still);
	v->value = (int)(rested * 100 / length);
	if (ends && left)
		v->again = left % step ? left % step : step;
	if (v->again && turn.n > 1 && rested < turn.ends)
		v->again = MIN(v->again, turn.ends - rested);

	v->exercise = present ? get_text(present, "exercise") : NULL;
	add_running_actions(v);
}

/* Leaves *v alone if there is nothing to be seen of this break now. */
static void make_break(struct view *v, const struct world *world, usec_t now, const char *path,
		       GVariant *brk)
{
	g_autofree char *phase = get_text(brk, "Phase");
	g_autofree char *name = get_text(brk, "Rule");
	g_autoptr(GVariant) rule = find_rule(world, name);
	bool prompting = !strcmp(phase, "prompting");

	if (!prompting && strcmp(phase, "on-break") != 0)
		return;
	v->path = g_strdup(path);
	v->rule = g_steal_pointer(&name);
	v->title = get_text(brk, "Title");
	v->cue = first_cue(brk);
	v->urgency = rule ? get_urgency(rule, "urgency") : VIEW_NORMAL;
	v->value = -1;
	if (prompting)
		make_prompt(v, world, rule, brk);
	else
		make_running(v, brk, now);
}

static void make_farewell(struct view *v, const struct world *world,
			  const struct view_context *context)
{
	usec_t due = world->manager ? get_usec(world->manager, "NextDueUSec") : 0;
	usec_t minutes = (usec_sub(due, context->now) + USEC_PER_MIN / 2) / USEC_PER_MIN;
	g_autofree char *span = text_span(minutes * USEC_PER_MIN);

	v->kind = VIEW_FAREWELL;
	v->path = g_strdup(context->farewell_path);
	v->occasion = g_strdup_printf("%s farewell", v->path);
	v->title = g_strdup("Break taken");
	v->body = minutes ? g_strdup_printf("Well done. The next one comes in about %s.", span)
			  : g_strdup("Well done.");
	v->urgency = VIEW_NORMAL;
	v->value = -1;
	v->lasts = context->farewell;
	v->again = v->lasts;
}

/* Notices */

static void add_notice_actions(struct view *v, GVariant *notice)
{
	g_autoptr(GVariant) actions =
		g_variant_lookup_value(notice, "Actions", G_VARIANT_TYPE("a(ss)"));
	GVariantIter rows;
	const char *id, *label;

	if (!actions)
		return;
	g_variant_iter_init(&rows, actions);
	while (g_variant_iter_next(&rows, "(&s&s)", &id, &label))
		add_action(v, id, text_clean(label, true, LABEL_MAX));
}

/* Leaves *v alone if it has expired. */
static void make_notice(struct view *v, const struct view_context *context, const char *path,
			GVariant *notice)
{
	g_autofree char *kind = get_text(notice, "Kind");
	usec_t expires = get_usec(notice, "ExpiresUSec"), now = context->now;

	if (expires && expires <= now)
		return;
	v->kind = VIEW_NOTICE;
	v->path = g_strdup(path);
	v->occasion = g_strdup(path);
	v->title = get_text(notice, "Title");
	v->body = get_text(notice, "Body");
	v->urgency = get_urgency(notice, "Urgency");
	v->value = -1;
	v->heed = !strcmp(kind, "safety") || !strcmp(kind, "advice");
	v->early = g_hash_table_contains(context->early, path);
	v->lasts = usec_sub(expires, now);
	v->again = v->lasts;
	add_notice_actions(v, notice);
}

/* The number at the end of /org/limberd/Limber1/notice/<n>. */
static guint64 number_of(const char *path)
{
	return g_ascii_strtoull(strrchr(path, '/') + 1, NULL, 10);
}

/*
 * Who has just said that it hurts is told at once what to heed, in place of the next exercise. The
 * question for a break, and that break itself, are not held back by it: it may be left unread for
 * long.
 */
static unsigned rank(const struct view *v)
{
	switch (v->kind) {
	case VIEW_PROMPT:
		return 6;
	case VIEW_BREAK:
		return 4;
	case VIEW_FAREWELL:
		return 2;
	case VIEW_NOTICE:
		if (!v->heed)
			return 1;
		return v->early ? 3 : 5;
	case VIEW_NOTHING:
		break;
	}
	return 0;
}

/* Of the same rank, an older notice before a younger one. */
static bool goes_before(const struct view *a, const struct view *b)
{
	if (rank(a) != rank(b))
		return rank(a) > rank(b);
	return a->kind == VIEW_NOTICE && number_of(a->path) < number_of(b->path);
}

/* Keeps the one of the two that goes first and releases the other; leaves *rival empty. */
static void keep_first(struct view *v, struct view *rival)
{
	if (goes_before(rival, v)) {
		view_done(v);
		*v = *rival;
		*rival = (struct view){ .kind = VIEW_NOTHING };
	} else {
		view_done(rival);
	}
}

static void make_object(struct view *v, const struct world *world,
			const struct view_context *context, const char *path, GVariant *interfaces)
{
	g_autoptr(GVariant) brk =
		g_variant_lookup_value(interfaces, BUS_BREAK, G_VARIANT_TYPE_VARDICT);
	g_autoptr(GVariant) notice =
		g_variant_lookup_value(interfaces, BUS_NOTICE, G_VARIANT_TYPE_VARDICT);

	if (brk)
		make_break(v, world, context->now, path, brk);
	else if (notice)
		make_notice(v, context, path, notice);
}

bool view_make(struct view *ret, const struct world *world, const struct view_context *context)
{
	struct view v = { .kind = VIEW_NOTHING }, rival = v;
	bool closed = false;
	GVariantIter objects;
	const char *path;
	GVariant *interfaces;

	if (context->farewell)
		make_farewell(&v, world, context);
	g_variant_iter_init(&objects, world->objects);
	while (g_variant_iter_next(&objects, "{&o@a{sa{sv}}}", &path, &interfaces)) {
		make_object(&rival, world, context, path, interfaces);
		if (rival.kind != VIEW_NOTHING &&
		    g_hash_table_contains(context->closed, rival.occasion)) {
			closed = true;
			view_done(&rival);
		}
		keep_first(&v, &rival);
		g_variant_unref(interfaces);
	}
	*ret = v;
	return closed;
}

static bool is_running(GVariant *interfaces)
{
	g_autoptr(GVariant) brk =
		g_variant_lookup_value(interfaces, BUS_BREAK, G_VARIANT_TYPE_VARDICT);
	g_autofree char *phase = brk ? get_text(brk, "Phase") : NULL;

	return !g_strcmp0(phase, "on-break");
}

void view_early(const struct world *world, GHashTable *early)
{
	GVariantIter objects;
	const char *path;
	GVariant *interfaces;
	bool running = false;

	g_variant_iter_init(&objects, world->objects);
	while (g_variant_iter_next(&objects, "{&o@a{sa{sv}}}", NULL, &interfaces)) {
		running = running || is_running(interfaces);
		g_variant_unref(interfaces);
	}
	g_variant_iter_init(&objects, world->objects);
	while (!running && g_variant_iter_next(&objects, "{&o@a{sa{sv}}}", &path, &interfaces)) {
		g_autoptr(GVariant) notice =
			g_variant_lookup_value(interfaces, BUS_NOTICE, G_VARIANT_TYPE_VARDICT);

		if (notice)
			g_hash_table_add(early, g_strdup(path));
		g_variant_unref(interfaces);
	}
}
