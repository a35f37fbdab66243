#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static enum log_level wanted = LOG_LEVEL_INFO;

void log_set_level(enum log_level level)
{
	wanted = level;
}

void log_line(enum log_level level, const char *format, ...)
{
	/* The journal reads these as syslog levels (sd-daemon(3)). */
	static const char *const prefix[] = {
		[LOG_LEVEL_ERROR] = "<3>",
		[LOG_LEVEL_WARNING] = "<4>",
		[LOG_LEVEL_INFO] = "<6>",
		[LOG_LEVEL_DEBUG] = "<7>",
	};
	char line[2048];
	va_list args;

	if (level > wanted)
		return;
	va_start(args, format);
	(void)vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	fprintf(stderr, "%s%s\n", getenv("JOURNAL_STREAM") ? prefix[level] : "", line);
}
