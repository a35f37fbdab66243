#include "sim/activitywatch.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/json-reader.h"
#include "sim/stamp.h"

#define SPELLS_FIRST 256 /* room for so many to begin with */
#define DIGITS_MAX 18    /* of a number that fit into 64 bits whatever they are */

/* What is known of a bucket. Its type may follow its events, and then shows that they, their faults
 * included, were never of interest. */
struct bucket {
	struct aw_spells spells;
	bool is_afk;
	char fault[AW_FAULT_MAX]; /* of the first event that is none of an afkstatus bucket */
};

struct reader {
	struct json_reader json;
	struct aw_spells spells;
	bool found; /* a bucket of the right type */
	char *fault;
};

/* What is known of an event so far. */
struct happening {
	bool has_from, has_length, has_status, active;
	walltime_t from;
	usec_t length;
};

__attribute__((format(printf, 3, 4))) static int
complain(const struct json_reader *j, char fault[static AW_FAULT_MAX], const char *format, ...)
{
	static const char consequence[] = "; nothing of the file is used";
	const size_t room = AW_FAULT_MAX - sizeof(consequence) + 1;
	size_t n = (size_t)snprintf(fault, room, "line %zu, byte %zu: ", j->line, j->column);
	va_list args;

	va_start(args, format);
	(void)vsnprintf(fault + n, room - n, format, args);
	va_end(args);
	strcat(fault, consequence);
	return -EINVAL;
}

static int next(struct reader *a, enum json_part *ret)
{
	int r;

	r = json_reader_next(&a->json, ret);
	if (r == -EINVAL)
		return complain(&a->json, a->fault, "%s", a->json.why);
	return r;
}

static int skip(struct reader *a, enum json_part part)
{
	int r;

	r = json_reader_skip(&a->json, part);
	if (r == -EINVAL)
		return complain(&a->json, a->fault, "%s", a->json.why);
	return r;
}

/* The value of the key that was just read, skipped. */
static int skip_value(struct reader *a)
{
	enum json_part part;
	int r;

	r = next(a, &part);
	return r < 0 ? r : skip(a, part);
}

/* Spells */

static int compare_spells(const void *a, const void *b)
{
	const struct aw_spell *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

static bool are_sorted(const struct aw_spells *s)
{
	for (size_t i = 1; i < s->n; i++)
		if (s->v[i - 1].from > s->v[i].from)
			return false;
	return true;
}

static void reverse(struct aw_spells *s)
{
	for (size_t i = 0, k = s->n; i + 1 < k; i++) {
		struct aw_spell spell = s->v[--k];

		s->v[k] = s->v[i];
		s->v[i] = spell;
	}
}

/* In order, and those that touch as one. Exports have the newest event first, mostly: turned round
 * they are in order, and sorting, which costs memory, is not needed. */
static void unite(struct aw_spells *s)
{
	size_t n = 0;

	if (s->n > 1 && s->v[0].from > s->v[s->n - 1].from)
		reverse(s);
	if (!are_sorted(s))
		qsort(s->v, s->n, sizeof(*s->v), compare_spells);
	for (size_t i = 0; i < s->n; i++) {
		if (n > 0 && s->v[i].from <= s->v[n - 1].to)
			s->v[n - 1].to = usec_max(s->v[n - 1].to, s->v[i].to);
		else
			s->v[n++] = s->v[i];
	}
	s->n = n;
}

/* Before it takes more memory it looks whether there is not less to keep. */
static int make_room(struct aw_spells *s)
{
	size_t room = s->allocated ? 2 * s->allocated : SPELLS_FIRST;
	struct aw_spell *v;

	if (s->n < s->allocated)
		return 0;
	unite(s);
	if (s->n < s->allocated / 4 * 3)
		return 0;
	v = reallocarray(s->v, room, sizeof(*v));
	if (!v)
		return -ENOMEM;
	s->v = v;
	s->allocated = room;
	return 0;
}

static int add_spell(struct aw_spells *s, struct aw_spell spell)
{
	struct aw_spell *last = s->n > 0 ? &s->v[s->n - 1] : NULL;
	int r;

	if (spell.from >= spell.to)
		return 0;
	if (last && spell.from <= last->to && last->from <= spell.to) {
		last->from = usec_min(last->from, spell.from);
		last->to = usec_max(last->to, spell.to);
		return 0;
	}
	r = make_room(s);
	if (r < 0)
		return r;
	s->v[s->n++] = spell;
	return 0;
}

void aw_spells_done(struct aw_spells *s)
{
	free(s->v);
	*s = (struct aw_spells){ .n = 0 };
}

/* Events */

/* `12.5`, `1e-06` as microseconds, rounded; what is below 0 as 0, far too much as SPAN_MAX + 1. */
static usec_t to_usec(const char *text)
{
	uint64_t value = 0;
	long exponent = 6, said;
	bool fraction = false;
	int digits = 0;

	if (*text == '-')
		return 0;
	for (; *text && *text != 'e'; text++) {
		fraction = fraction || *text == '.';
		if (*text == '.')
			continue;
		if (digits < DIGITS_MAX)
			value = 10 * value + (uint64_t)(*text - '0');
		exponent += (digits >= DIGITS_MAX) - fraction;
		digits += value > 0;
	}
	said = *text ? strtol(text + 1, NULL, 10) : 0;
	exponent += said > 1000 ? 1000 : said < -1000 ? -1000 : said;
	for (; exponent > 0 && value > 0 && value <= SPAN_MAX; exponent--)
		value *= 10;
	for (; exponent < 0 && value > 0; exponent++)
		value = value / 10 + (exponent == -1 && value % 10 >= 5);
	return usec_min(value, SPAN_MAX + 1);
}

#define QUOTE_MAX 40

/* As far as it is plain: a terminal would obey some characters. */
static const char *quote(const char *text, char buffer[static QUOTE_MAX + 1])
{
	size_t n = 0;

	for (; text[n] && n < QUOTE_MAX; n++)
		buffer[n] = text[n] >= ' ' && text[n] <= '~' ? text[n] : '?';
	buffer[n] = '\0';
	return buffer;
}

static int take_timestamp(struct reader *a, struct bucket *b, struct happening *h)
{
	const struct json_reader *j = &a->json;
	enum json_part part;
	char quoted[QUOTE_MAX + 1];
	const char *why = "";
	int r;

	r = next(a, &part);
	if (r < 0)
		return r;
	h->has_from = part == JSON_STRING && !j->cut && stamp_read(j->text, &h->from, &why) >= 0;
	if (h->has_from || *b->fault)
		return skip(a, part);
	if (part == JSON_STRING && *why)
		(void)complain(j, b->fault, "the timestamp '%s' %s", quote(j->text, quoted), why);
	else
		(void)complain(j, b->fault,
			       "a timestamp has to be a text such as "
			       "\"2026-11-23T08:05:12.5+00:00\"");
	return skip(a, part);
}

static int take_duration(struct reader *a, struct bucket *b, struct happening *h)
{
	const struct json_reader *j = &a->json;
	enum json_part part;
	int r;

	r = next(a, &part);
	if (r < 0)
		return r;
	h->has_length = part == JSON_NUMBER && !j->cut;
	if (h->has_length)
		h->length = to_usec(j->text);
	if (h->has_length && h->length <= SPAN_MAX)
		return 0;
	h->has_length = false;
	if (!*b->fault)
		(void)complain(j, b->fault,
			       "a duration has to be a number of seconds, up to 400 years");
	return skip(a, part);
}

/* The status among what an event says. */
static int take_data(struct reader *a, struct happening *h)
{
	enum json_part part;
	int r;

	r = next(a, &part);
	if (r < 0 || part != JSON_OBJECT)
		return r < 0 ? r : skip(a, part);
	for (;;) {
		bool is_status;

		r = next(a, &part);
		if (r < 0 || part == JSON_OBJECT_END)
			return r;
		is_status = !strcmp(a->json.text, "status");
		r = next(a, &part);
		if (r >= 0 && is_status) {
			h->has_status = part == JSON_STRING;
			h->active = part == JSON_STRING && !strcmp(a->json.text, "not-afk");
		}
		if (r >= 0)
			r = skip(a, part);
		if (r < 0)
			return r;
	}
}

static int take_member(struct reader *a, struct bucket *b, struct happening *h)
{
	if (!strcmp(a->json.text, "timestamp"))
		return take_timestamp(a, b, h);
	if (!strcmp(a->json.text, "duration"))
		return take_duration(a, b, h);
	if (!strcmp(a->json.text, "data"))
		return take_data(a, h);
	return skip_value(a);
}

static int keep_happening(struct reader *a, struct bucket *b, const struct happening *h)
{
	const char *missing = !h->has_from     ? "timestamp"
			      : !h->has_length ? "duration"
			      : !h->has_status ? "status, afk or not-afk, in its data"
					       : NULL;

	if (missing && !*b->fault)
		(void)complain(&a->json, b->fault, "an event has no %s", missing);
	if (missing || !h->active)
		return 0;
	return add_spell(&b->spells, (struct aw_spell){ h->from, h->from + h->length });
}

static int read_event(struct reader *a, struct bucket *b)
{
	struct happening h = { .active = false };
	enum json_part part;
	int r;

	for (;;) {
		r = next(a, &part);
		if (r < 0)
			return r;
		if (part == JSON_OBJECT_END)
			return keep_happening(a, b, &h);
		r = take_member(a, b, &h);
		if (r < 0)
			return r;
	}
}

/* Behind the `[` of a list of events. */
static int read_events(struct reader *a, struct bucket *b)
{
	enum json_part part;
	int r;

	for (;;) {
		r = next(a, &part);
		if (r < 0 || part == JSON_ARRAY_END)
			return r;
		if (part == JSON_OBJECT) {
			r = read_event(a, b);
		} else {
			if (!*b->fault)
				(void)complain(&a->json, b->fault,
					       "an event has to be an object, {...}");
			r = skip(a, part);
		}
		if (r < 0)
			return r;
	}
}

/* Buckets */

/* A bucket that came to its end: what was found in it counts, or did not concern us. */
static int close_bucket(struct reader *a, struct bucket *b)
{
	int r = 0;

	if (b->is_afk && *b->fault) {
		strcpy(a->fault, b->fault);
		return -EINVAL;
	}
	if (!b->is_afk)
		return 0;
	a->found = true;
	if (a->spells.n == 0) {
		struct aw_spells empty = a->spells;

		a->spells = b->spells;
		b->spells = empty;
		return 0;
	}
	unite(&b->spells);
	for (size_t i = 0; i < b->spells.n && r >= 0; i++)
		r = add_spell(&a->spells, b->spells.v[i]);
	return r;
}

static int take_type(struct reader *a, struct bucket *b)
{
	enum json_part part;
	int r;

	r = next(a, &part);
	if (r < 0)
		return r;
	b->is_afk = part == JSON_STRING && !strcmp(a->json.text, "afkstatus");
	return skip(a, part);
}

static int take_events(struct reader *a, struct bucket *b)
{
	enum json_part part;
	int r;

	r = next(a, &part);
	if (r < 0)
		return r;
	if (part == JSON_ARRAY)
		return read_events(a, b);
	if (!*b->fault)
		(void)complain(&a->json, b->fault, "a bucket's events have to be a list, [...]");
	return skip(a, part);
}

static int read_buckets(struct reader *a);

/* Behind the `{` of a bucket, or, `outermost`, of what may have buckets in it instead. */
static int read_members(struct reader *a, struct bucket *b, bool outermost)
{
	enum json_part part;
	int r;

	for (;;) {
		r = next(a, &part);
		if (r < 0 || part == JSON_OBJECT_END)
			return r;
		if (!strcmp(a->json.text, "type"))
			r = take_type(a, b);
		else if (!strcmp(a->json.text, "events"))
			r = take_events(a, b);
		else if (outermost && !strcmp(a->json.text, "buckets"))
			r = read_buckets(a);
		else
			r = skip_value(a);
		if (r < 0)
			return r;
	}
}

static int read_bucket(struct reader *a, bool outermost)
{
	struct bucket b = { .is_afk = false };
	int r;

	r = read_members(a, &b, outermost);
	if (r >= 0)
		r = close_bucket(a, &b);
	aw_spells_done(&b.spells);
	return r;
}

/* The value of `buckets`: by their ids, or as a list. */
static int read_buckets(struct reader *a)
{
	enum json_part part, end;
	int r;

	r = next(a, &part);
	if (r < 0)
		return r;
	if (part != JSON_OBJECT && part != JSON_ARRAY)
		return complain(&a->json, a->fault, "buckets have to be an object, {...}");
	end = part == JSON_OBJECT ? JSON_OBJECT_END : JSON_ARRAY_END;
	for (;;) {
		r = next(a, &part);
		if (r >= 0 && part == JSON_KEY)
			r = next(a, &part);
		if (r < 0 || part == end)
			return r;
		if (part != JSON_OBJECT)
			return complain(&a->json, a->fault, "a bucket has to be an object, {...}");
		r = read_bucket(a, false);
		if (r < 0)
			return r;
	}
}

static int read_list(struct reader *a)
{
	struct bucket b = { .is_afk = true };
	int r;

	r = read_events(a, &b);
	if (r >= 0)
		r = close_bucket(a, &b);
	aw_spells_done(&b.spells);
	return r;
}

static int read_file(struct reader *a)
{
	enum json_part part;
	int r;

	r = next(a, &part);
	if (r < 0)
		return r;
	if (part != JSON_OBJECT && part != JSON_ARRAY)
		return complain(&a->json, a->fault,
				"an export of ActivityWatch begins with { or with [");
	r = part == JSON_OBJECT ? read_bucket(a, true) : read_list(a);
	if (r >= 0)
		r = next(a, &part);
	if (r < 0)
		return r;
	if (!a->found)
		return complain(&a->json, a->fault,
				"there was no bucket of type 'afkstatus' with events, so nothing "
				"tells when the user was active");
	unite(&a->spells);
	return 0;
}

int aw_read(FILE *file, struct aw_spells *ret, char fault[static AW_FAULT_MAX])
{
	struct reader a = { .fault = fault };
	int r;

	json_reader_init(&a.json, file);
	r = read_file(&a);
	*ret = a.spells;
	return r;
}
