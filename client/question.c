#include "question.h"

#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "terminal.h"

bool question_possible(void)
{
	return isatty(STDOUT_FILENO) && terminal_may_read();
}

bool question_ask(const char *question, bool fallback)
{
	CLEANUP(freep) char *line = NULL;
	size_t size = 0;

	printf("%s [%s] ", question, fallback ? "Y/n" : "y/N");
	fflush(stdout);
	if (getline(&line, &size, stdin) <= 0) {
		putchar('\n');
		return false;
	}
	if (*line == '\n')
		return fallback;
	return *line == 'y' || *line == 'Y';
}
