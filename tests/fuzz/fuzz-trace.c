/* Any bytes as a trace: a fault is a sentence with its line, and what is read can be written and
 * read again as the same. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/stamp.h"
#include "sim/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool what)
{
	if (!what)
		abort();
}

/* Traces whose lines are told apart without texts: two are the same if their sums are. */
struct sum {
	uint64_t value;
};

static void add_bytes(struct sum *s, const void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		s->value = (s->value ^ ((const uint8_t *)bytes)[i]) * 1099511628211u;
}

static void add_number(struct sum *s, uint64_t number)
{
	add_bytes(s, &number, sizeof(number));
}

/* As much of it as the core keeps. */
static void add_text(struct sum *s, const char *text)
{
	add_bytes(s, text ? text : "", text ? strnlen(text, WHO_MAX) + 1 : 1);
}

static void add_item(struct sum *s, const struct trace_item *item)
{
	const struct event *e = &item->event;

	add_number(s, item->what);
	/* No time belongs to a setting: it counts from the next TRACE_POLICY on. */
	add_number(s, item->what == TRACE_SET ? 0 : item->at);
	add_number(s, (uint64_t)item->jump);
	add_text(s, item->section);
	add_text(s, item->key);
	add_bytes(s, item->value ? item->value : "", item->value ? strlen(item->value) : 0);
	add_text(s, item->rule);
	add_text(s, item->exercise);
	add_bytes(s, item->values ? item->values : "", item->values ? strlen(item->values) : 0);
	add_number(s, item->unknown);
	add_number(s, item->said.kind);
	add_text(s, item->said.name);
	add_number(s, item->said.verdict);
	add_number(s, item->said.on);
	add_number(s, item->said.length);
	add_number(s, item->said.muscles);
	add_number(s, e->kind);
	add_number(s, e->since);
	add_number(s, e->length);
	add_number(s, e->until);
	add_number(s, (uint64_t)e->rule);
	add_number(s, (uint64_t)e->day);
	add_number(s, e->on);
	add_number(s, e->sign);
	add_number(s, e->reason);
	add_number(s, e->posture);
	add_text(s, e->who);
}

/* Every one of them can be taken out. */
static void check_values(const char *values)
{
	char key[COACH_KEY_MAX];
	int64_t value;

	while (trace_next_value(&values, key, &value))
		demand(strlen(key) > 0 && strlen(key) < COACH_KEY_MAX);
	demand(!*values);
}

static void check_item(const struct trace_item *item, usec_t *last)
{
	demand(item->at >= *last && item->at <= SPAN_MAX);
	*last = item->at;
	if (item->what == TRACE_MEMORY)
		check_values(item->values);
	if (item->what == TRACE_SAID)
		demand(item->said.verdict < VERDICTS && item->said.length <= SPAN_MAX);
	if (item->what != TRACE_EVENT)
		return;
	demand(item->at - item->event.since <= item->at + TRACE_BEFORE_MAX);
	demand(item->event.until == 0 || item->event.until >= item->at);
}

static void check_fault(const char *fault)
{
	demand(!strncmp(fault, "line ", 5) && strlen(fault) < TRACE_FAULT_MAX);
	demand(strstr(fault, "; nothing from there on is read"));
	for (; *fault; fault++)
		demand((unsigned char)*fault >= ' ' && *fault != 0x7f);
}

/* What the trace's times count from when it is written: late enough for what was before it. */
#define ORIGIN (2 * TRACE_BEFORE_MAX)

static struct event shifted(const struct trace_item *item)
{
	struct event e = item->event;

	e.now = item->at + ORIGIN;
	e.since += ORIGIN;
	if (e.until != USEC_NEVER && e.until != 0)
		e.until += ORIGIN;
	/* 0 is no time, but reading turned off. */
	if (e.kind == EVENT_HOLD && e.until == 0)
		e.until = ORIGIN;
	return e;
}

/* -EMSGSIZE: a value that was written without quotes and needs them now may be too long then. */
static int write_item(FILE *to, const struct trace_item *item)
{
	struct event e = shifted(item);

	switch (item->what) {
	case TRACE_EVENT:
		return trace_write_event(to, ORIGIN, &e, item->rule);
	case TRACE_SET:
		return trace_write_set(to, item->section, item->key, item->value);
	case TRACE_POLICY:
		e.kind = EVENT_POLICY;
		return trace_write_event(to, ORIGIN, &e, NULL);
	case TRACE_MEMORY:
		return trace_write_memory(to, item->timed ? item->at : USEC_NEVER, item->exercise,
					  item->unknown ? NULL : item->values);
	case TRACE_SAID:
		return trace_write_said(to, item->at, &item->said);
	case TRACE_JUMP:
		return trace_write_jump(to, item->at, item->jump);
	case TRACE_HEADER:
	case TRACE_END:
		break;
	}
	return 0;
}

/* 0 with the sum of all that happens. Settings of the header stand before it when they are written,
 * so the header goes first into a file of its own. */
static int read_trace(FILE *from, FILE *to, struct trace_header *ret, struct sum *sum)
{
	struct trace_reader *t = trace_reader_new(from);
	struct trace_item item = { .what = TRACE_HEADER };
	char fault[TRACE_FAULT_MAX] = "";
	usec_t last = 0;
	int r = 0;

	demand(t);
	while (r == 0 && item.what != TRACE_END) {
		r = trace_reader_next(t, &item, fault);
		if (r < 0)
			break;
		check_item(&item, &last);
		if (item.what != TRACE_HEADER && item.what != TRACE_END)
			add_item(sum, &item);
		if (to)
			r = write_item(to, &item);
	}
	demand(r == 0 || r == -EINVAL || r == -EMSGSIZE);
	if (r == -EINVAL)
		check_fault(fault);
	*ret = *trace_reader_header(t);
	trace_reader_free(t);
	return r;
}

/* The header, then the rest. */
static char *join(const struct trace_header *h, const char *rest, size_t n, size_t *ret_size)
{
	char *text = NULL;
	FILE *file = open_memstream(&text, ret_size);

	demand(file && trace_write_header(file, h) == 0);
	demand(fwrite(rest, 1, n, file) == n && fclose(file) == 0);
	return text;
}

static void read_again(const struct trace_header *h, const char *rest, size_t n, uint64_t sum)
{
	struct sum again = { .value = 0 };
	struct trace_header header;
	size_t size;
	char *text = join(h, rest, n, &size);
	FILE *file = fmemopen(text, size, "r");

	demand(file && read_trace(file, NULL, &header, &again) == 0);
	demand(again.value == sum);
	demand(!memcmp(&header, h, sizeof(header)));
	demand(fclose(file) == 0);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sum sum = { .value = 0 };
	struct trace_header header;
	char *text = NULL;
	size_t n = 0;
	FILE *from = size ? fmemopen((void *)(uintptr_t)data, size, "r") : fopen("/dev/null", "r");
	FILE *to = open_memstream(&text, &n);
	int r;

	demand(from && to);
	r = read_trace(from, to, &header, &sum);
	demand(fclose(to) == 0 && fclose(from) == 0);
	if (r == 0)
		read_again(&header, text, n, sum.value);
	free(text);
	return 0;
}
