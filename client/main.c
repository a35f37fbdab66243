/*
 * limber: steers limberd from a shell. Finds the verb in the table, lets it work, and makes sure
 * that what it said was written.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "options.h"
#include "text.h"
#include "verbs.h"

/*
 * A descriptor that the caller closed would be the next one opened, and our text would go to the
 * bus. In its place: one that fails when it is written to.
 */
static void keep_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", O_RDONLY);
}

static int unknown_verb(const char *typed)
{
	const struct verb *guess = verb_guess(typed);
	char said[EXCERPT_MAX];

	if (guess)
		return complain(EXIT_USAGE, "there is no verb '%s'; did you mean '%s'?",
				text_excerpt(typed, said), guess->name);
	return complain(EXIT_USAGE, "there is no verb '%s'; 'limber --help' lists them",
			text_excerpt(typed, said));
}

static int run(char **argv)
{
	struct arguments args;
	const struct verb *verb;
	bool help;
	int r;

	if (!argv[0] || !argv[1])
		return complain(EXIT_USAGE, "what shall be done? Try 'limber status'; "
					    "'limber --help' lists it all");
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		verb_help_all();
		return EXIT_DONE;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("limber " LIMBER_VERSION);
		return EXIT_DONE;
	}
	if (argv[1][0] == '-')
		return complain(EXIT_USAGE,
				"the verb comes first, not '%s'; 'limber --help' lists them",
				argv[1]);
	verb = verb_find(argv[1]);
	if (!verb)
		return unknown_verb(argv[1]);
	r = options_parse(verb, argv + 2, &args, &help);
	if (r != EXIT_DONE)
		return r;
	if (help) {
		verb_help(verb);
		return EXIT_DONE;
	}
	return verb->run(&args);
}

int main(int argc, char **argv)
{
	int code;

	(void)argc;
	keep_standard_descriptors();
	/* How wide characters are matters on a terminal only, and reading locales takes its time.
	 */
	if (isatty(STDOUT_FILENO))
		(void)setlocale(LC_CTYPE, "");

	code = run(argv);

	errno = 0;
	/* A full disk, that is; a reader that has seen enough, such as head, ends us with SIGPIPE.
	 */
	if ((fflush(stdout) != 0 || ferror(stdout)) && code == EXIT_DONE)
		code = complain(EXIT_REFUSED, "cannot write to standard output%s%s",
				errno ? ": " : "", errno ? strerror(errno) : "");
	return code;
}
