#include "question.h"

#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "terminal.h"
#include "text.h"

bool question_possible(void)
{
	return isatty(STDOUT_FILENO) && terminal_may_read();
}

bool question_ask(const char *question, bool fallback)
{
	CLEANUP(freep) char *line = NULL;
	struct text t;
	size_t size = 0;

	text_init(&t, stdout, STDOUT_FILENO);
	/* What is too long for a line has the answer below it. */
	if (text_columns(question) + 8 > t.width)
		text_wrap(&t, TONE_STRONG, 0, 0, question);
	else
		printf("%s ", question);
	printf("[%s] ", fallback ? "Y/n" : "y/N");
	fflush(stdout);
	if (getline(&line, &size, stdin) <= 0) {
		putchar('\n');
		return false;
	}
	if (*line == '\n')
		return fallback;
	return *line == 'y' || *line == 'Y';
}
