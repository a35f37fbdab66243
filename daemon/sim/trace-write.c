/* The other half of sim/trace.h: a trace, written. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf8.h"
#include "sim/stamp.h"
#include "sim/trace.h"
#include "sim/words.h"

/* More than the core keeps of a name, so that it keeps the same of what is read again. */
#define WHO_WRITTEN_MAX ((size_t)4 * WHO_MAX)

/* A line in the making: it is written whole or not at all. */
struct line {
	size_t n; /* TRACE_LINE_MAX if it became too long */
	char text[TRACE_LINE_MAX];
};

static void add_text(struct line *l, const char *text, size_t n)
{
	if (l->n + n > TRACE_LINE_MAX - 1) {
		l->n = TRACE_LINE_MAX;
		return;
	}
	memcpy(l->text + l->n, text, n);
	l->n += n;
}

static void add(struct line *l, const char *text)
{
	add_text(l, text, strlen(text));
}

static void add_word(struct line *l, const char *word)
{
	add(l, " ");
	add(l, word);
}

static void add_length(struct line *l, usec_t length)
{
	char text[SECONDS_TEXT_MAX];

	add_word(l, seconds_write(usec_min(length, SPAN_MAX), text));
}

static int write_line(FILE *file, struct line *l)
{
	if (l->n >= TRACE_LINE_MAX)
		return -EMSGSIZE;
	l->text[l->n++] = '\n';
	errno = 0;
	if (fwrite(l->text, 1, l->n, file) != l->n)
		return errno ? -errno : -EIO;
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Would it be read as something else where it stands? */
static bool needs_quotes(const char *text, size_t n, const char *marks)
{
	if (n == 0)
		return false;
	if (is_blank(text[0]) || is_blank(text[n - 1]) || strchr(marks, text[0]))
		return true;
	for (size_t i = 0; i < n; i++)
		if (text[i] == '#' && (i == 0 || is_blank(text[i - 1])))
			return true;
	return false;
}

/* Text as the reader allows it: what it does not becomes `?`. */
static void add_character(struct line *l, const char *text, size_t n)
{
	bool control = n == 1 && (((unsigned char)*text < ' ' && *text != '\t') || *text == 0x7f);

	if (n == 0 || control)
		add(l, "?");
	else
		add_text(l, text, n);
}

/* Up to `most` bytes of it, whole characters. */
static void add_free_text(struct line *l, const char *text, size_t most, const char *marks)
{
	size_t whole = strlen(text), n = 0, length;
	uint32_t character;
	bool quoted;

	while (n < whole) {
		length = utf8_decode(text + n, whole - n, &character);
		if (n + (length ? length : 1) > most)
			break;
		n += length ? length : 1;
	}
	quoted = needs_quotes(text, n, marks);
	add(l, quoted ? " \"" : " ");
	for (size_t i = 0; i < n; i += length ? length : 1) {
		if (quoted && (text[i] == '"' || text[i] == '\\'))
			add(l, "\\");
		length = utf8_decode(text + i, n - i, &character);
		add_character(l, text + i, length);
	}
	if (quoted)
		add(l, "\"");
}

/* The header */

static int write_word(FILE *file, const char *word, const char *argument)
{
	struct line l = { .n = 0 };

	add(&l, word);
	if (argument)
		add_word(&l, argument);
	return write_line(file, &l);
}

static int write_length(FILE *file, const char *word, const char *rule, usec_t length)
{
	struct line l = { .n = 0 };

	add(&l, word);
	if (rule)
		add_word(&l, rule);
	add_length(&l, length);
	return write_line(file, &l);
}

static int write_place(FILE *file, const struct trace_header *h)
{
	char begins[STAMP_TEXT_MAX];
	int r;

	r = *h->zone ? write_word(file, "zone", h->zone) : 0;
	if (r < 0 || !h->begins_known)
		return r;
	return write_word(file, "begins", stamp_write(h->begins, begins));
}

static int write_state(FILE *file, const struct trace_header *h)
{
	int r = 0;

	for (size_t i = 0; i < h->n_loads && r >= 0; i++)
		r = write_length(file, "load", h->loads[i].rule, h->loads[i].load);
	if (r >= 0 && h->today)
		r = write_length(file, "today", NULL, h->today);
	if (r >= 0 && h->posture != POSTURE_SITTING)
		r = write_word(file, "posture", word_name(posture_words, (int)h->posture));
	return r;
}

int trace_write_header(FILE *file, const struct trace_header *h)
{
	char seed[24];
	int r;

	r = write_word(file, "limber-trace", "1");
	if (r >= 0)
		r = write_place(file, h);
	(void)snprintf(seed, sizeof(seed), "%llu", (unsigned long long)h->seed);
	if (r >= 0 && h->seed)
		r = write_word(file, "seed", seed);
	if (r >= 0 && h->recorded)
		r = write_word(file, "recorded", NULL);
	return r < 0 ? r : write_state(file, h);
}

int trace_write_set(FILE *file, const char *section, const char *key, const char *value)
{
	struct line l = { .n = 0 };

	add(&l, "set [");
	add(&l, section);
	add(&l, "] ");
	add(&l, key);
	add(&l, " =");
	add_free_text(&l, value, TRACE_LINE_MAX, "\"'");
	return write_line(file, &l);
}

/* Events */

/* How long before `now`; nothing if it is now. */
static void add_ago(struct line *l, usec_t now, usec_t since)
{
	if (since < now)
		add_length(l, now - since);
}

static void add_switch(struct line *l, bool on)
{
	add_word(l, word_name(switch_words, on));
}

static void add_hold(struct line *l, const struct event *e)
{
	usec_t length = e->until == USEC_NEVER ? USEC_NEVER : usec_sub(e->until, e->now);
	bool forever = length > SPAN_MAX, owned = e->who && *e->who;

	if (!forever)
		add_length(l, length);
	else if (owned)
		add(l, " forever");
	if (owned)
		add_free_text(l, e->who, WHO_WRITTEN_MAX, "\"");
}

/* A name that begins like a length would be read as how long ago: then that is said, too. */
static void add_sign(struct line *l, const struct event *e)
{
	bool told = e->since && e->since < e->now, owned = e->on && e->who && *e->who;

	add_word(l, word_name(sign_words, (int)e->sign));
	add_switch(l, e->on);
	if (told)
		add_length(l, e->now - e->since);
	else if (owned && *e->who >= '0' && *e->who <= '9')
		add_length(l, 0);
	if (owned)
		add_free_text(l, e->who, WHO_WRITTEN_MAX, "\"");
}

static void add_reading(struct line *l, const struct event *e)
{
	if (e->until == USEC_NEVER || usec_sub(e->until, e->now) > SPAN_MAX)
		add_switch(l, true);
	else if (e->until <= e->now)
		add_switch(l, false);
	else
		add_length(l, e->until - e->now);
}

static void add_calendar(struct line *l, const struct event *e)
{
	char day[16];

	(void)snprintf(day, sizeof(day), "%d", e->day);
	add_word(l, day);
	add_word(l, word_name(calendar_words, e->on));
}

/* What follows the word. */
static void add_details(struct line *l, const struct event *e, const char *rule)
{
	switch (e->kind) {
	case EVENT_PAUSE:
		add_ago(l, e->now, e->since);
		break;
	case EVENT_AWAY:
		add_word(l, word_name(away_words, (int)e->reason));
		add_ago(l, e->now, e->since);
		break;
	case EVENT_BACK:
		add_word(l, word_name(away_words, (int)e->reason));
		break;
	case EVENT_SIGN:
		add_sign(l, e);
		break;
	case EVENT_WATCH:
		add_switch(l, e->on);
		break;
	case EVENT_START:
		if (rule && *rule)
			add_word(l, rule);
		break;
	case EVENT_EARLIER:
		if (rule && *rule)
			add_word(l, rule);
		add_length(l, e->length);
		if (e->on)
			add_word(l, TOLD_WORD);
		break;
	case EVENT_SNOOZE:
		if (e->length)
			add_length(l, e->length);
		break;
	case EVENT_HOLD:
		add_hold(l, e);
		break;
	case EVENT_READING:
		add_reading(l, e);
		break;
	case EVENT_RESTED:
		add_length(l, e->length);
		break;
	case EVENT_POSTURE:
		add_word(l, word_name(posture_words, (int)e->posture));
		break;
	case EVENT_CALENDAR:
		add_calendar(l, e);
		break;
	case EVENT_TICK:
	case EVENT_INPUT:
	case EVENT_NO_SOURCE:
	case EVENT_SHOWN:
	case EVENT_SHOW_FAILED:
	case EVENT_SKIP:
	case EVENT_FINISH:
	case EVENT_RELEASE:
	case EVENT_POLICY:
		break;
	}
}

/* Has each word of it a name here? Pause and hours are no signs that anybody tells of. */
static bool is_writable(const struct event *e)
{
	switch (e->kind) {
	case EVENT_AWAY:
	case EVENT_BACK:
		return word_name(away_words, (int)e->reason) != NULL;
	case EVENT_SIGN:
		return word_name(sign_words, (int)e->sign) != NULL;
	case EVENT_POSTURE:
		return word_name(posture_words, (int)e->posture) != NULL;
	default:
		return true;
	}
}

int trace_write_event(FILE *file, usec_t origin, const struct event *e, const char *rule)
{
	usec_t at = usec_sub(e->now, origin);
	char time[SECONDS_TEXT_MAX];
	struct line l = { .n = 0 };

	if (!is_writable(e))
		return -EINVAL;
	if (at > SPAN_MAX)
		return -ERANGE;
	add(&l, seconds_write(at, time));
	add_word(&l, word_name(event_words, (int)e->kind));
	add_details(&l, e, rule);
	return write_line(file, &l);
}

int trace_write_jump(FILE *file, usec_t at, int64_t jump)
{
	struct line l = { .n = 0 };
	char text[SECONDS_TEXT_MAX];

	add(&l, seconds_write(at, text));
	add(&l, jump < 0 ? " jump -" : " jump ");
	add(&l, seconds_write(jump < 0 ? -(usec_t)jump : (usec_t)jump, text));
	return write_line(file, &l);
}
