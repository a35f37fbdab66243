#include "spans.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "text.h"
#include "when.h"

int span_length(const struct arguments *args, size_t first, usec_t *ret)
{
	CLEANUP(freep) char *text = arguments_join(args, first);
	char said[EXCERPT_MAX];
	usec_t length;
	int r;

	if (!text)
		return remote_failed(-ENOMEM);
	text_excerpt(text, said);
	r = when_parse_length(text, &length);
	if (r == -ERANGE)
		return complain(EXIT_USAGE, "'%s' is longer than can be counted", said);
	if (r < 0)
		return complain(EXIT_USAGE, "'%s' is no length of time; " WHEN_LENGTHS, said);
	if (length == 0)
		return complain(EXIT_USAGE, "'%s' is no time at all; " WHEN_LENGTHS, said);
	*ret = length;
	return EXIT_DONE;
}

/* `until HH:MM`. */
static int parse_until(const struct arguments *args, walltime_t now, walltime_t *ret)
{
	CLEANUP(freep) char *clock = arguments_join(args, 1);
	const char *verb = args->verb->name;
	char said[EXCERPT_MAX];
	unsigned minute;

	if (!clock)
		return remote_failed(-ENOMEM);
	if (!*clock)
		return complain(EXIT_USAGE, "until when? Write for example: limber %s until 14:00",
				verb);
	if (parse_clock(clock, &minute) < 0 || when_next_clock(minute, now, ret) < 0)
		return complain(EXIT_USAGE,
				"'%s' is no time of day; write for example: "
				"limber %s until 14:00",
				text_excerpt(clock, said), verb);
	return EXIT_DONE;
}

int span_end(const struct arguments *args, walltime_t now, walltime_t *ret)
{
	usec_t length;
	int r;

	if (args->n_words == 0) {
		*ret = USEC_NEVER;
		return EXIT_DONE;
	}
	if (!strcmp(args->words[0], "until"))
		return parse_until(args, now, ret);
	r = span_length(args, 0, &length);
	if (r != EXIT_DONE)
		return r;
	*ret = usec_add(now, length);
	return EXIT_DONE;
}
