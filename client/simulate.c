/* simulate: what limber would do on a day that is written down. limberd plays it. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "program.h"
#include "text.h"
#include "verbs.h"

#define PROGRAM "limberd"
/* --simulate TRACE, the switches, and each option that has a value, as often as it may come. */
#define ARGUMENTS_MAX (8 + 3 * 2 * OPTION_VALUES_MAX)

/* What goes with --simulate: by value, or a switch. */
/* clang-format off */
static const struct {
	enum option option;
	const char *name;
	bool value;
} passed_on[] = {
	{ OPTION_JSON,        "--json",        false },
	{ OPTION_SEED,        "--seed",        true },
	{ OPTION_PRESET,      "--preset",      true },
	{ OPTION_CONFIG,      "--config",      true },
	{ OPTION_TAKE_BREAKS, "--take-breaks", false },
	{ OPTION_AS_RECORDED, "--as-recorded", false },
};
/* clang-format on */

/* argv of limberd; texts are borrowed from *args. */
static void fill_command(const struct arguments *args, const char *command[static ARGUMENTS_MAX])
{
	size_t n = 0;

	command[n++] = PROGRAM;
	command[n++] = "--simulate";
	command[n++] = args->words[0];
	for (size_t i = 0; i < ELEMENTS(passed_on); i++)
		for (size_t k = 0; k < args->options[passed_on[i].option].n; k++) {
			/* A switch said twice is still one. */
			if (k && !passed_on[i].value)
				break;
			command[n++] = passed_on[i].name;
			if (passed_on[i].value)
				command[n++] = args->options[passed_on[i].option].v[k];
		}
	command[n] = NULL;
}

int run_simulate(const struct arguments *args)
{
	const char *command[ARGUMENTS_MAX];
	char path[PATH_MAX];

	fill_command(args, command);
	if (program_beside(PROGRAM, path))
		execv(path, (char *const *)command);
	else
		execvp(PROGRAM, (char *const *)command);
	if (errno == ENOENT)
		return complain(EXIT_REFUSED,
				"'" PROGRAM "', which plays the day, is neither beside limber nor "
				"in PATH; install it together with limber");
	return complain(EXIT_REFUSED, "cannot run '" PROGRAM "', which plays the day: %s",
			strerror(errno));
}
