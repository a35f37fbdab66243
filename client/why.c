/* why: what limber does, what keeps it from it, and what it decided. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"
#include "bus/protocol.h"
#include "explain.h"
#include "json.h"
#include "options.h"
#include "text.h"
#include "verbs.h"

/* How many decisions are told unless -n says otherwise, and how many can be wished for. */
#define LINES_USUAL 8
#define LINES_MOST 10000
/* So many are asked for at least: the last end of a rule may be a while ago. */
#define LOOK_BACK 200

/* What limberd tells besides breaks has decisions of its own, though no rule in the list. */
static const char *const told_of[] = { "daily", "posture" };

static bool is_told_of(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(told_of); i++)
		if (!strcmp(name, told_of[i]))
			return true;
	return false;
}

struct why {
	struct state state;
	struct list all;               /* struct decision */
	const char *name;              /* what was asked about, NULL for everything */
	const struct decision **about; /* those about it, owned */
	struct story story;
	sd_bus_message *answer; /* owned */
};

static void why_done(struct why *w)
{
	free(w->about);
	sd_bus_message_unref(w->answer);
	state_done(&w->state);
}

/* Also what limberd tells besides breaks has decisions, though no rule in the list. */
static int no_such_rule(const struct why *w)
{
	const struct rule *rules = w->state.rules.items;
	size_t n = w->state.rules.n;
	CLEANUP(freep) const char **names = calloc(n + ELEMENTS(told_of) + 1, sizeof(*names));

	if (!names)
		return remote_failed(-ENOMEM);
	for (size_t i = 0; i < n; i++)
		names[i] = rules[i].name;
	memcpy(names + n, told_of, sizeof(told_of));
	return complain_unknown(EXIT_USAGE, "rule", w->name, names);
}

/* Which of the decisions, and of the rules, it is about. Answers an exit code. */
static int choose(struct why *w)
{
	const struct decision *all = w->all.items;
	struct story *s = &w->story;

	*s = (struct story){ .state = &w->state, .now = clock_walltime() };
	s->only = w->name ? state_rule(&w->state, w->name) : NULL;
	if (w->name && !s->only && !is_told_of(w->name))
		return no_such_rule(w);
	w->about = calloc(w->all.n + 1, sizeof(*w->about));
	if (!w->about)
		return remote_failed(-ENOMEM);
	for (size_t i = 0; i < w->all.n; i++)
		if (!w->name || !strcmp(all[i].rule, w->name))
			w->about[s->n++] = &all[i];
	s->v = w->about;
	return EXIT_DONE;
}

/* Everything in one go. Answers an exit code. */
static int fetch(struct why *w, unsigned lines)
{
	CLEANUP(sd_bus_close_unrefp) sd_bus *bus = NULL;
	CLEANUP(batch_done) struct batch b;
	int r;

	batch_init(&b);
	r = remote_open(&bus);
	if (r != EXIT_DONE)
		return r;
	r = state_ask(&b, bus, false);
	if (r < 0)
		return remote_failed(r);
	/* Last, so that nothing is told of for which the decision is missing. */
	r = batch_call(&b, bus, false, BUS_PATH, BUS_MANAGER, "Explain", "u",
		       lines > LOOK_BACK ? lines : LOOK_BACK);
	if (r < 0)
		return remote_failed(r);
	r = batch_run(&b, bus);
	if (r != EXIT_DONE)
		return r;
	r = state_take(&w->state, &b, 0);
	if (r < 0)
		return remote_failed(r);
	w->answer = sd_bus_message_ref(b.v[b.n - 1].answer);
	r = state_take_reasons(&w->state);
	if (r < 0)
		return remote_failed(r);
	r = reader_dicts(&decision_shape, &w->state.arena, w->answer, &w->all);
	return r < 0 ? remote_failed(r) : choose(w);
}

/* JSON ----------------------------------------------------------------------------------------- */

static void put_reasons(struct json *j, const struct list *list)
{
	const struct reason *reasons = list->items;

	json_open_array(j, "reasons");
	for (size_t i = 0; i < list->n; i++) {
		json_open_object(j, NULL);
		json_string(j, "sign", reasons[i].sign);
		json_string(j, "detail", reasons[i].detail);
		json_number(j, "since_usec", reasons[i].since);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_rule(struct json *j, const struct rule *rule)
{
	json_open_object(j, NULL);
	json_string(j, "name", rule->name);
	json_string(j, "counts", rule->counts);
	json_string(j, "state", rule->state);
	json_number(j, "every_usec", rule->every);
	json_number(j, "length_usec", rule->length);
	json_number(j, "load_usec", rule->load);
	json_number(j, "due_usec", rule->due);
	json_bool(j, "enabled", rule->enabled);
	put_reasons(j, &rule->reasons);
	json_close_object(j);
}

static void put_rules(struct json *j, const struct why *w)
{
	const struct rule *rules = w->state.rules.items;

	json_open_array(j, "rules");
	for (size_t i = 0; i < w->state.rules.n; i++)
		if (!w->name || &rules[i] == w->story.only)
			put_rule(j, &rules[i]);
	json_close_array(j);
}

/* The rule whose break is here, is due or comes next; null if there is none. */
static void put_next(struct json *j, const struct why *w)
{
	const struct rule *rule = w->name && !w->story.only ? NULL : story_subject(&w->story);

	if (!rule) {
		json_null(j, "next");
		return;
	}
	json_open_object(j, "next");
	json_string(j, "rule", rule->name);
	json_string(j, "state", rule->state);
	json_number(j, "due_usec", rule->due);
	json_close_object(j);
}

static void write_json(const struct why *w, size_t lines)
{
	const struct story *s = &w->story;
	struct json j = { .out = stdout };

	json_open_object(&j, NULL);
	json_number(&j, "time_usec", s->now);
	json_string(&j, "phase", w->state.manager.phase);
	put_next(&j, w);
	put_reasons(&j, s->only ? &s->only->reasons : &w->state.manager.reasons);
	put_rules(&j, w);
	json_open_array(&j, "decisions");
	for (size_t i = 0; i < s->n && i < lines; i++) {
		json_open_object(&j, NULL);
		decision_json(&j, s->v[i]);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
	json_end(&j);
}

/* Text ----------------------------------------------------------------------------------------- */

static void write_text(const struct why *w, size_t lines)
{
	const struct story *s = &w->story;
	struct text t;

	text_init(&t, stdout, STDOUT_FILENO);
	if (s->n < lines)
		lines = s->n;
	if (!w->name || s->only)
		story_tell(&t, s);
	else
		story_tell_besides(&t, s);
	if (lines)
		putchar('\n');
	decisions_table(&t, s->v, lines, s->now);
}

int run_why(const struct arguments *args)
{
	CLEANUP(why_done) struct why w = { .name = args->n_words ? args->words[0] : NULL };
	unsigned lines = LINES_USUAL;
	int r;

	r = option_number(args, OPTION_LINES, LINES_MOST, &lines);
	if (r != EXIT_DONE)
		return r;
	r = fetch(&w, lines);
	if (r != EXIT_DONE)
		return r;
	if (option_given(args, OPTION_JSON))
		write_json(&w, lines);
	else
		write_text(&w, lines);
	return EXIT_DONE;
}
