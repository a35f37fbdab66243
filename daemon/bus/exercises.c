/* The exercises, and what the user says of them. */
#include "base/cleanup.h"
#include "bus/query.h"
#include "bus/service-internal.h"

/* Exercises go straight from the owner into the reply. */
struct exercise_reply {
	struct bus_exercise_sink sink;
	struct out *out; /* borrowed */
};

static void put_exercise_summary(struct out *o, const struct bus_exercise *e)
{
	out_entry_string(o, "id", e->id);
	out_entry_string(o, "name", e->name);
	out_entry_string(o, "set", e->set);
	out_entry_string(o, "position", e->position);
	out_entry_string(o, "space", e->space);
	out_entry_bool(o, "discreet", e->discreet);
	out_entry_u32(o, "intensity", e->intensity);
	out_entry_u32(o, "seconds_min", e->seconds_min);
	out_entry_u32(o, "seconds_default", e->seconds_default);
	out_entry_strings(o, "relieves", e->relieves, e->n_relieves);
	out_entry_string(o, "cue", e->cue);
	out_entry_bool(o, "allowed", e->allowed);
	out_entry_string(o, "why", e->why);
}

static int add_summary(struct bus_exercise_sink *sink, const struct bus_exercise *e)
{
	struct out *o = ((struct exercise_reply *)sink)->out;

	out_open(o, 'a', "{sv}");
	put_exercise_summary(o, e);
	out_close(o);
	return o->r;
}

static int add_whole(struct bus_exercise_sink *sink, const struct bus_exercise *e)
{
	struct out *o = ((struct exercise_reply *)sink)->out;

	out_open(o, 'a', "{sv}");
	put_exercise_summary(o, e);
	out_entry_bool(o, "seed", e->seed);
	out_entry_bool(o, "needs_warmup", e->needs_warmup);
	out_entry_u32(o, "seconds_max", e->seconds_max);
	out_entry_u32(o, "hold_seconds", e->hold_seconds);
	out_entry_u32(o, "reps", e->reps);
	out_entry_u32(o, "sets", e->sets);
	out_entry_u32(o, "sides", e->sides);
	out_entry_string(o, "muscles", e->muscles);
	out_entry_strings(o, "avoid_if", e->avoid_if, e->n_avoid_if);
	out_entry_string(o, "easier", e->easier);
	out_entry_string(o, "harder", e->harder);
	out_entry_string(o, "desk_alternative", e->desk_alternative);
	out_entry_strings(o, "steps", e->steps, e->n_steps);
	out_entry_string(o, "source", e->source);
	out_entry_string(o, "dose", e->dose);
	out_entry_string(o, "chosen", e->chosen);
	out_entry_u32(o, "likes", e->likes);
	out_entry_u32(o, "dislikes", e->dislikes);
	out_entry_u32(o, "easy", e->easy);
	out_entry_u32(o, "hard", e->hard);
	out_entry_u32(o, "hurts", e->hurts);
	out_close(o);
	return o->r;
}

static int read_filter(sd_bus_message *m, struct bus_exercise_filter *f, sd_bus_error *reterr)
{
	const struct query_key keys[] = {
		{ "set", 's', &f->set, "a text" },
		{ "region", 's', &f->region, "a text" },
		{ "place", 's', &f->place, "a text" },
		{ "discreet", 'b', &f->discreet, "a boolean" },
		{ "allowed", 'b', &f->allowed, "a boolean" },
		{ NULL, 0, NULL, NULL },
	};

	return query_read(m, keys, reterr);
}

int on_list_exercises(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	struct bus_exercise_filter filter = { .discreet = -1, .allowed = -1 };
	CLEANUP(reply_done) struct reply reply = { 0 };
	struct exercise_reply list = { .sink = { .add = add_summary }, .out = &reply.out };
	struct bus_answer no;
	int r;

	r = read_filter(m, &filter, reterr);
	if (r < 0)
		return r;
	r = reply_begin_long(&reply, m, reterr);
	if (r < 0)
		return r;
	r = s->ops->list_exercises(s->owner, &filter, &list.sink, &no);
	return reply_send(&reply, r, &no, reterr);
}

int on_get_exercise(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	CLEANUP(reply_done) struct reply reply = { 0 };
	struct exercise_reply one = { .sink = { .add = add_whole }, .out = &reply.out };
	struct bus_answer no;
	const char *id;
	int r;

	r = sd_bus_message_read(m, "s", &id);
	if (r < 0)
		return r;
	r = reply_begin(&reply, m);
	if (r < 0)
		return r;
	r = s->ops->get_exercise(s->owner, id, &one.sink, &no);
	return reply_send(&reply, r, &no, reterr);
}

int on_preview(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	CLEANUP(reply_done) struct reply reply = { 0 };
	const struct bus_step *steps;
	struct bus_answer no;
	const char *rule;
	size_t n;
	int r;

	r = sd_bus_message_read(m, "s", &rule);
	if (r < 0)
		return r;
	r = s->ops->preview(s->owner, rule, &steps, &n, &no);
	if (r < 0)
		return reply_empty(m, r, &no, reterr);
	r = reply_begin(&reply, m);
	if (r < 0)
		return r;
	put_step_list(&reply.out, steps, n);
	return reply_send(&reply, 0, NULL, reterr);
}

int on_rate(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	const char *exercise, *verdict;
	struct bus_answer no;
	int r;

	r = sd_bus_message_read(m, "ss", &exercise, &verdict);
	if (r < 0)
		return r;
	return reply_empty(m, s->ops->rate(s->owner, exercise, verdict, &no), &no, reterr);
}

int on_take_back_hurts(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	const char *exercise;
	struct bus_answer no;
	int r;

	r = sd_bus_message_read(m, "s", &exercise);
	if (r < 0)
		return r;
	return reply_empty(m, s->ops->take_back_hurts(s->owner, exercise, &no), &no, reterr);
}

static void strvp(char ***list)
{
	for (size_t i = 0; *list && (*list)[i]; i++)
		free((*list)[i]);
	free(*list);
}

int on_report_soreness(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	CLEANUP(strvp) char **muscles = NULL;
	char *none[] = { NULL };
	struct bus_answer no;
	walltime_t until;
	int r;

	/* Of an empty array it makes no list. */
	r = sd_bus_message_read_strv(m, &muscles);
	if (r < 0)
		return r;
	r = s->ops->report_soreness(s->owner, muscles ? muscles : none, &until, &no);
	if (r < 0)
		return reply_empty(m, r, &no, reterr);
	return sd_bus_reply_method_return(m, "t", until);
}

int on_end_soreness(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	CLEANUP(strvp) char **muscles = NULL;
	char *none[] = { NULL };
	struct bus_answer no;
	int r;

	r = sd_bus_message_read_strv(m, &muscles);
	if (r < 0)
		return r;
	r = s->ops->end_soreness(s->owner, muscles ? muscles : none, &no);
	return reply_empty(m, r, &no, reterr);
}

int on_consent(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	int given, r;

	r = sd_bus_message_read(m, "b", &given);
	if (r < 0)
		return r;
	return reply_empty(m, s->ops->consent(s->owner, given), NULL, reterr);
}

int on_get_safety_text(sd_bus_message *m, void *userdata, sd_bus_error *reterr)
{
	struct service *s = userdata;
	const char *section, *text;
	struct bus_answer no;
	int r;

	r = sd_bus_message_read(m, "s", &section);
	if (r < 0)
		return r;
	r = s->ops->safety_text(s->owner, section, &text, &no);
	if (r < 0)
		return reply_empty(m, r, &no, reterr);
	return sd_bus_reply_method_return(m, "s", text);
}
