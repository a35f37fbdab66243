/*
 * Messages for whoever reads the journal or the terminal. Only app/ and client/ call these, once,
 * with the consequence in the sentence; lower layers return errors instead.
 *
 *   error    we stop, or a feature is gone
 *   warning  we go on differently than asked
 *   info     a change that the user would recognise
 *   debug    every event and effect
 */
#pragma once

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* What is less important than `level` is dropped. Info until this is called. */
void log_set_level(enum log_level level);

/* One line to stderr, with the journal's level prefix when stderr is the journal. */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)
