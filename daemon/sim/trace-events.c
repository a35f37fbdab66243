/* What can happen in a trace, read. */
#include <errno.h>
#include <string.h>

#include "sim/stamp.h"
#include "sim/trace-line.h"

/* For sums only: where a trace that does not say begins, or a little before. */
#define BEGINS_DEFAULT (19722 * USEC_PER_DAY)

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* In lower case, runs of blanks as one, as in the settings' files. */
static void tidy_name(char *name)
{
	char *to = name;

	for (const char *c = line_skip_blanks(name); *c; c++) {
		if (is_blank(*c) && (is_blank(c[1]) || !c[1]))
			continue;
		*to++ = is_blank(*c) ? ' ' : *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
	}
	*to = '\0';
}

int trace_read_setting(struct trace_reader *t, struct trace_item *item)
{
	static const char form[] = "a setting is written: set [SECTION] KEY = VALUE";
	char *section = line_skip_blanks(t->cursor), *key, *text;
	char *bracket = *section == '[' ? strchr(section, ']') : NULL;
	char *equals = bracket ? strchr(bracket, '=') : NULL;
	int r;

	if (!equals)
		return line_complain(t, "%s", form);
	*bracket = '\0';
	*equals = '\0';
	t->cursor = equals + 1;
	section++;
	key = bracket + 1;
	tidy_name(section);
	tidy_name(key);
	if (!*section || !*key || strpbrk(key, " #"))
		return line_complain(t, "%s", form);
	r = line_text(t, "\"'", &text);
	if (r < 0)
		return r;
	item->what = TRACE_SET;
	item->section = section;
	item->key = key;
	item->value = text;
	return 0;
}

/* Events */

/* `ago` before the event; below 0 it wraps. */
static usec_t before(const struct trace_item *item, usec_t ago)
{
	return item->at - usec_min(ago, item->at + TRACE_BEFORE_MAX);
}

static int take_ago(struct trace_reader *t, struct trace_item *item)
{
	const char *text = line_word(t);
	usec_t ago = 0;
	int r;

	r = text ? line_length_of(t, text, &ago) : 0;
	if (r < 0)
		return r;
	item->event.since = before(item, ago);
	return 0;
}

static int take_reason(struct trace_reader *t, struct trace_item *item)
{
	int reason, r;

	r = line_choice(t, away_words, "a way to be away", &reason);
	if (r < 0)
		return r;
	item->event.reason = (enum away_reason)reason;
	return 0;
}

static int read_away(struct trace_reader *t, struct trace_item *item)
{
	int r;

	r = take_reason(t, item);
	return r < 0 ? r : take_ago(t, item);
}

static int take_switch(struct trace_reader *t, const struct word *words, const char *what,
		       struct trace_item *item)
{
	int on, r;

	r = line_choice(t, words, what, &on);
	if (r < 0)
		return r;
	item->event.on = on != 0;
	return 0;
}

/*
 * `[AGO] [WHO]`, where a word that reads like a length is one. Of a sign 0 means now, so that one
 * which began with the trace has begun a microsecond after.
 */
static int take_sign_details(struct trace_reader *t, struct trace_item *item)
{
	char *from = line_skip_blanks(t->cursor), *who = NULL, word[SECONDS_TEXT_MAX] = "";
	size_t n = strcspn(from, " \t");
	usec_t ago = 0;
	int r;

	if (n < sizeof(word))
		memcpy(word, from, n);
	r = line_length_read(word, &ago);
	if (r == -ERANGE)
		return line_length_of(t, word, &ago);
	if (r == 0)
		t->cursor = from + n;
	item->event.since = before(item, ago);
	if (item->at > 0 && item->event.since == 0)
		item->event.since = 1;
	if (!item->event.on)
		return 0;
	r = line_text(t, "\"", &who);
	if (r < 0)
		return r;
	item->event.who = *who ? who : NULL;
	return 0;
}

static int read_sign(struct trace_reader *t, struct trace_item *item)
{
	int sign, r;

	r = line_choice(t, sign_words, "a quiet sign", &sign);
	if (r < 0)
		return r;
	item->event.sign = (enum quiet)sign;
	r = take_switch(t, switch_words, "a switch", item);
	return r < 0 ? r : take_sign_details(t, item);
}

static int read_watch(struct trace_reader *t, struct trace_item *item)
{
	return take_switch(t, switch_words, "a switch", item);
}

static int read_start(struct trace_reader *t, struct trace_item *item)
{
	const char *rule = line_word(t);

	item->event.rule = -1;
	item->rule = rule ? rule : "";
	return rule ? line_rule(t, rule) : 0;
}

static int read_snooze(struct trace_reader *t, struct trace_item *item)
{
	const char *text = line_word(t);

	return text ? line_length_of(t, text, &item->event.length) : 0;
}

static int read_rested(struct trace_reader *t, struct trace_item *item)
{
	return line_length(t, &item->event.length);
}

static int read_hold(struct trace_reader *t, struct trace_item *item)
{
	const char *text = line_word(t);
	usec_t length = USEC_NEVER;
	char *who;
	int r;

	r = text && strcmp(text, "forever") != 0 ? line_length_of(t, text, &length) : 0;
	if (r < 0)
		return r;
	item->event.until = usec_add(item->at, length);
	r = line_text(t, "\"", &who);
	if (r < 0)
		return r;
	item->event.who = *who ? who : NULL;
	return 0;
}

static int read_reading(struct trace_reader *t, struct trace_item *item)
{
	const char *text = line_word(t);
	const struct word *word;
	usec_t length;
	int r;

	if (!text)
		return line_complain(t, "reading goes on, off, or for a length such as 30min");
	word = word_find(switch_words, text);
	if (word) {
		item->event.until = word->value ? USEC_NEVER : 0;
		return 0;
	}
	r = line_length_of(t, text, &length);
	if (r < 0)
		return r;
	if (length == 0)
		return line_complain(t, "reading for no time at all is written: reading off");
	item->event.until = usec_add(item->at, length);
	return 0;
}

static int read_posture(struct trace_reader *t, struct trace_item *item)
{
	int posture, r;

	r = line_choice(t, posture_words, "a posture", &posture);
	if (r < 0)
		return r;
	item->event.posture = (enum posture)posture;
	return 0;
}

/* `[RULE] LENGTH [told]` */
static int read_earlier(struct trace_reader *t, struct trace_item *item)
{
	const char *words[3] = { NULL };
	int n = 0, r;

	while (n < 3 && (words[n] = line_word(t)))
		n++;
	item->event.on = n > 1 && !strcmp(words[n - 1], TOLD_WORD);
	n -= item->event.on;
	if (n == 0)
		return line_complain(t, "a length is missing, such as 90 (seconds) or 5min");
	if (n > 2)
		return line_complain(t, "only '" TOLD_WORD "' can stand behind the length");
	item->event.rule = -1;
	item->rule = n > 1 ? words[0] : "";
	r = n > 1 ? line_rule(t, words[0]) : 0;
	return r < 0 ? r : line_length_of(t, words[n - 1], &item->event.length);
}

static int read_calendar(struct trace_reader *t, struct trace_item *item)
{
	const char *text = line_word(t);
	bool before_1970 = text && *text == '-';
	char quoted[LINE_QUOTE_MAX];
	uint64_t day;

	if (!text || line_number(text + before_1970, INT32_MAX, &day) < 0)
		return line_complain(t, "'%s' is no number of a day",
				     line_quote(text ? text : "", quoted));
	item->event.day = before_1970 ? -(int)day : (int)day;
	return take_switch(t, calendar_words, "a side of the user's hours", item);
}

/* The wall clock may be set anywhere within 400 years, but not before 1970. */
static int read_jump(struct trace_reader *t, struct trace_item *item)
{
	const struct trace_header *h = &t->header;
	int64_t begins = (int64_t)(h->begins_known ? h->begins : BEGINS_DEFAULT), jumped;
	const char *text = line_word(t);
	bool back = text && *text == '-';
	usec_t length;
	int r;

	if (!text)
		return line_complain(t, "a length is missing, such as 3600 or -3600 (seconds)");
	r = line_length_of(t, text + (back || *text == '+'), &length);
	if (r < 0)
		return r;
	item->what = TRACE_JUMP;
	item->jump = back ? -(int64_t)length : (int64_t)length;
	jumped = t->jumped + item->jump;
	if (begins + (int64_t)item->at + jumped < 0)
		return line_complain(t, "the clock would show a time before 1970 then");
	if (jumped > (int64_t)SPAN_MAX || jumped < -(int64_t)SPAN_MAX)
		return line_complain(t, "the clock would be off by more than 400 years then");
	t->jumped = jumped;
	return 0;
}

/* What follows each word, NULL for nothing. */
/* clang-format off */
static int (*const readers[])(struct trace_reader *t, struct trace_item *item) = {
	[EVENT_TICK]        = NULL,
	[EVENT_INPUT]       = NULL,
	[EVENT_PAUSE]       = take_ago,
	[EVENT_NO_SOURCE]   = NULL,
	[EVENT_AWAY]        = read_away,
	[EVENT_BACK]        = take_reason,
	[EVENT_SIGN]        = read_sign,
	[EVENT_WATCH]       = read_watch,
	[EVENT_SHOWN]       = NULL,
	[EVENT_SHOW_FAILED] = NULL,
	[EVENT_START]       = read_start,
	[EVENT_SNOOZE]      = read_snooze,
	[EVENT_SKIP]        = NULL,
	[EVENT_FINISH]      = NULL,
	[EVENT_HOLD]        = read_hold,
	[EVENT_RELEASE]     = NULL,
	[EVENT_READING]     = read_reading,
	[EVENT_RESTED]      = read_rested,
	[EVENT_POSTURE]     = read_posture,
	[EVENT_EARLIER]     = read_earlier,
	[EVENT_CALENDAR]    = read_calendar,
	[EVENT_POLICY]      = NULL,
	[WORD_JUMP]         = read_jump,
	[WORD_SET]          = trace_read_setting,
	[WORD_MEMORY]       = trace_read_memory,
	[WORD_PROGRESS]     = trace_read_progress,
	[WORD_END]          = NULL,
};
/* clang-format on */

static const char *guess_event(const char *text)
{
	const char *near = NULL;

	for (const struct word *w = event_words; w->name; w++)
		near = line_guess(text, near, w->name);
	return near;
}

int trace_read_event(struct trace_reader *t, const char *text, struct trace_item *item)
{
	const struct word *word = word_find(event_words, text);

	if (!word)
		return line_complain_of_word(t, text, "a word of a trace", guess_event(text),
					     "see limber-trace(5) for those that are");
	item->what = TRACE_EVENT;
	if (word->value <= EVENT_POLICY)
		item->event.kind = (enum event_kind)word->value;
	if (word->value >= WORD_SAID && word->value < WORD_END) {
		item->what = TRACE_SAID;
		item->said.kind = (enum said_kind)(word->value - WORD_SAID);
		return trace_read_said(t, item);
	}
	if (word->value == EVENT_POLICY)
		item->what = TRACE_POLICY;
	if (word->value == WORD_END)
		item->what = TRACE_END;
	return readers[word->value] ? readers[word->value](t, item) : 0;
}
