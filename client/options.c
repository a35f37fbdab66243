#include "options.h"

#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "text.h"

/* clang-format off */
const struct option_spec option_specs[OPTIONS_COUNT] = {
	[OPTION_JSON]     = { "json",     NULL,     "JSON, for programs" },
	[OPTION_LIVE]     = { "live",     NULL,     "a live view of it all that takes keys" },
	[OPTION_DECISIONS] = { "decisions", NULL,   "also what is decided, and why" },
	[OPTION_LINES]    = { "lines",    "N",      "so many of the latest ones" },
	[OPTION_WHY]      = { "why",      "TEXT",   "the reason, shown by 'limber status'" },
	[OPTION_ANYWAY]   = { "anyway",   NULL,     "run the command even if limberd cannot be asked" },
	[OPTION_SET]      = { "set",      "SET",    "only this set, such as stretching or eyes" },
	[OPTION_REGION]   = { "region",   "REGION", "only what relieves this, such as neck or wrists" },
	[OPTION_PLACE]    = { "place",    "PLACE",  "only what can be done there: desk, room or mat" },
	[OPTION_DISCREET] = { "discreet", NULL,     "only what nobody notices" },
	[OPTION_ALLOWED]  = { "allowed",  NULL,     "only what your settings allow" },
	[OPTION_SEED]     = { "seed",     "N",      "settle otherwise which equal exercise comes" },
	[OPTION_PRESET]   = { "preset",   "NAME",   "under the settings of a preset" },
	[OPTION_CONFIG]   = { "config",   "FILE",   "under the settings of a file" },
	[OPTION_TAKE_BREAKS] = { "take-breaks", NULL, "as if every announced break were taken" },
	[OPTION_NO_LIVE]  = { "no-live",  NULL,     "without the test that waits for your pause" },
	[OPTION_CSV]      = { "csv",      NULL,     "comma-separated values, for spreadsheets" },
	[OPTION_OVER]     = { "over",     NULL,     "it is not, or not any more" },
	[OPTION_MISTAKE]  = { "mistake",  NULL,     "it did not hurt: that was said by mistake" },
	[OPTION_BELL]     = { "bell",     NULL,     "ring the terminal's bell at each change" },
	[OPTION_AS_RECORDED] = { "as-recorded", NULL, "with the input as it was, whatever is announced" },
};
/* clang-format on */

const char option_letters[OPTIONS_COUNT] = {
	[OPTION_LINES] = 'n',
};

static bool takes(const struct verb *verb, size_t option)
{
	return verb->options & 1u << option;
}

/* The option of this verb that the first `n` characters of `name` say, or -1. */
static int find_option(const struct verb *verb, const char *name, size_t n)
{
	for (size_t i = 0; i < OPTIONS_COUNT; i++)
		if (takes(verb, i) && strlen(option_specs[i].name) == n &&
		    !strncmp(option_specs[i].name, name, n))
			return (int)i;
	return -1;
}

/* The option of this verb with that letter, or -1. */
static int find_letter(const struct verb *verb, char letter)
{
	for (size_t i = 0; i < OPTIONS_COUNT; i++)
		if (takes(verb, i) && option_letters[i] && option_letters[i] == letter)
			return (int)i;
	return -1;
}

static int unknown_option(const struct verb *verb, const char *option)
{
	char known[256] = "", said[EXCERPT_MAX];
	size_t n = 0;

	for (size_t i = 0; i < OPTIONS_COUNT; i++)
		if (takes(verb, i) && n < sizeof(known))
			n += (size_t)snprintf(known + n, sizeof(known) - n, "%s--%s", n ? ", " : "",
					      option_specs[i].name);
	if (n)
		return complain(EXIT_USAGE, "'%s' has no option '%s', only %s", verb->name,
				text_excerpt(option, said), known);
	return complain(EXIT_USAGE, "'%s' has no option '%s': it takes none", verb->name,
			text_excerpt(option, said));
}

/* Which option `text` is, `--name`, `--name=value`, `-n` or `-nvalue`, and the value in it, NULL
 * for none. -1 if the verb has no such option. */
static int split_option(const struct verb *verb, const char *text, const char **ret_value)
{
	const char *name = text + 2, *equals;

	if (text[1] != '-') {
		*ret_value = text[2] ? text + 2 : NULL;
		return find_letter(verb, text[1]);
	}
	equals = strchr(name, '=');
	*ret_value = equals ? equals + 1 : NULL;
	return find_option(verb, name, equals ? (size_t)(equals - name) : strlen(name));
}

/* The option at *at and its value, which may be the next argument; *at moves to the last one used.
 */
static int take_option(const struct verb *verb, char ***at, struct arguments *args)
{
	const char *value;
	int option;

	option = split_option(verb, **at, &value);
	if (option < 0)
		return unknown_option(verb, **at);
	if (!option_specs[option].value && value)
		return complain(EXIT_USAGE, "'--%s' takes no value", option_specs[option].name);
	if (option_specs[option].value && !value) {
		value = (*at)[1];
		if (!value)
			return complain(EXIT_USAGE, "'--%s' needs a value: --%s %s",
					option_specs[option].name, option_specs[option].name,
					option_specs[option].value);
		++*at;
	}
	if (args->options[option].n == OPTION_VALUES_MAX)
		return complain(EXIT_USAGE, "'--%s' can be given %d times at most",
				option_specs[option].name, OPTION_VALUES_MAX);
	args->options[option].v[args->options[option].n++] = value ? value : "";
	return EXIT_DONE;
}

int option_number(const struct arguments *args, enum option option, unsigned most, unsigned *ret)
{
	const char *name = option_specs[option].name, *value;
	char said[EXCERPT_MAX];
	unsigned number;
	int r;

	if (!option_given(args, option))
		return EXIT_DONE;
	if (args->options[option].n > 1)
		return complain(EXIT_USAGE, "'--%s' can be given once", name);
	value = args->options[option].v[0];
	r = parse_unsigned(value, &number);
	if (r < 0 || number > most)
		return complain(EXIT_USAGE,
				"'%s' is no number for '--%s': a whole number from 0 to %u",
				text_excerpt(value, said), name, most);
	*ret = number;
	return EXIT_DONE;
}

static int check_words(const struct arguments *args)
{
	const struct verb *verb = args->verb;

	if (args->n_words < verb->words_min)
		return complain(EXIT_USAGE, "something is missing: limber %s %s", verb->name,
				verb->usage);
	if (args->n_words > verb->words_max && verb->words_max == 0)
		return complain(EXIT_USAGE, "'%s' takes no '%s'", verb->name, args->words[0]);
	if (args->n_words > verb->words_max)
		return complain(EXIT_USAGE, "'%s' is too much: limber %s %s",
				args->words[verb->words_max], verb->name, verb->usage);
	return EXIT_DONE;
}

int options_parse(const struct verb *verb, char **argv, struct arguments *ret, bool *ret_help)
{
	struct arguments args = { .verb = verb, .words = argv };
	bool help = false, all_words = false;
	int r;

	for (char **at = argv; *at; at++) {
		if (all_words || (*at)[0] != '-' || !(*at)[1]) {
			args.words[args.n_words++] = *at;
			all_words |= verb->command;
		} else if (!strcmp(*at, "--")) {
			all_words = true;
		} else if (!strcmp(*at, "-h") || !strcmp(*at, "--help")) {
			help = true;
		} else {
			r = take_option(verb, &at, &args);
			if (r != EXIT_DONE)
				return r;
		}
	}
	args.words[args.n_words] = NULL;
	if (!help) {
		r = check_words(&args);
		if (r != EXIT_DONE)
			return r;
	}
	*ret = args;
	*ret_help = help;
	return EXIT_DONE;
}
