/* Findings as a table. */
#include "doctor.h"

#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"

#define MARGIN 2
#define STATE_COLUMNS 10
/* Narrower than this a line has room for the state and the check only. */
#define WIDE 60

/* clang-format off */
static const struct field finding_fields[] = {
	{ "area",        FIELD_STRING, offsetof(struct finding, area),   NULL },
	{ "check",       FIELD_STRING, offsetof(struct finding, check),  NULL },
	{ "state",       FIELD_STRING, offsetof(struct finding, state),  NULL },
	{ "detail",      FIELD_STRING, offsetof(struct finding, detail), NULL },
	{ "hint",        FIELD_STRING, offsetof(struct finding, hint),   NULL },
	{ "paused_usec", FIELD_NUMBER, offsetof(struct finding, paused), NULL },
};
/* clang-format on */

const struct shape finding_shape = {
	.size = sizeof(struct finding),
	.fields = finding_fields,
	.n = ELEMENTS(finding_fields),
};

unsigned findings_count(const struct list *findings, const char *state)
{
	const struct finding *f = findings->items;
	unsigned n = 0;

	for (size_t i = 0; i < findings->n; i++)
		n += !strcmp(f[i].state, state);
	return n;
}

const struct finding *findings_input(const struct list *findings)
{
	const struct finding *f = findings->items;

	for (size_t i = 0; i < findings->n; i++)
		if (!strcmp(f[i].area, "idle") && !strcmp(f[i].check, "input"))
			return &f[i];
	return NULL;
}

static enum tone state_tone(const char *state)
{
	if (!strcmp(state, "ok"))
		return TONE_GOOD;
	return strcmp(state, "degraded") ? TONE_BAD : TONE_WARN;
}

static unsigned widest_check(const struct list *findings)
{
	const struct finding *f = findings->items;
	unsigned widest = 0;

	for (size_t i = 0; i < findings->n; i++) {
		unsigned columns = text_columns(f[i].check);

		widest = columns > widest ? columns : widest;
	}
	return widest < 16 ? widest : 16;
}

static void put_hint(struct text *t, const struct finding *f, unsigned indent)
{
	const char *arrow = t->utf8 ? "\xe2\x86\x92 " : "> ";

	if (!f->hint[0])
		return;
	fprintf(t->out, "%*s", (int)indent, "");
	indent += text_put(t, TONE_STRONG, arrow, 2);
	text_wrap(t, TONE_PLAIN, indent, indent, f->hint);
}

static void put_finding(struct text *t, const struct finding *f, unsigned check_columns)
{
	unsigned column = MARGIN + STATE_COLUMNS + check_columns + 2;
	bool beside = t->width >= WIDE || column + text_columns(f->detail) <= t->width;
	unsigned indent = t->width >= WIDE ? column : 2 * MARGIN;

	fprintf(t->out, "%*s", MARGIN, "");
	text_cell(t, state_tone(f->state), f->state, STATE_COLUMNS);
	if (beside) {
		text_cell(t, TONE_PLAIN, f->check, check_columns);
		fputs("  ", t->out);
	} else {
		(void)text_put(t, TONE_PLAIN, f->check, t->width - MARGIN - STATE_COLUMNS);
		fprintf(t->out, "\n%*s", (int)indent, "");
	}
	text_wrap(t, TONE_PLAIN, beside ? column : indent, indent, f->detail);
	put_hint(t, f, indent);
}

void findings_print(struct text *t, const struct list *findings)
{
	const struct finding *f = findings->items;
	unsigned check_columns = widest_check(findings);

	for (size_t i = 0; i < findings->n; i++) {
		if (i == 0 || strcmp(f[i].area, f[i - 1].area) != 0)
			text_wrap(t, TONE_STRONG, 0, 0, f[i].area);
		put_finding(t, &f[i], check_columns);
	}
}

static bool is_ok(const struct finding *f)
{
	return !strcmp(f->state, "ok");
}

static bool was_ok(const struct list *before, const struct finding *now)
{
	const struct finding *f = before->items;

	for (size_t i = 0; i < before->n; i++)
		if (!strcmp(f[i].area, now->area) && !strcmp(f[i].check, now->check))
			return is_ok(&f[i]);
	return true;
}

void findings_print_better(struct text *t, const struct list *before, const struct list *now)
{
	const struct finding *f = now->items;

	for (size_t i = 0; i < now->n; i++)
		if (is_ok(&f[i]) && !was_ok(before, &f[i]))
			put_finding(t, &f[i], text_columns(f[i].check));
}
