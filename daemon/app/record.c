#include "app/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/zone-name.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "sim/trace.h"

/* Longer than any line, so that each reaches the file by one write. */
#define BUFFER_SIZE (4 * TRACE_LINE_MAX)

/* The clocks are read one after the other: less than this is no jump. */
#define JUMP_MIN ((int64_t)(10 * USEC_PER_MSEC))

struct record {
	FILE *file; /* owned; NULL once writing has failed */
	char *path; /* owned */
	bool told;  /* of an event */
	usec_t origin;
	int64_t offset;
};

struct record *record_free(struct record *r)
{
	if (!r)
		return NULL;
	/* We have not even begun to work, perhaps since another limberd does: the name is free for
	 * the next time. */
	if (r->file && !r->told)
		(void)unlink(r->path);
	if (r->file)
		fclose(r->file);
	free(r->path);
	free(r);
	return NULL;
}

/* clang-format off */
DEFINE_CLEANUP(record_free, struct record *)
/* clang-format on */

/* A new or an empty file, for us alone. */
static int open_file(const char *path, FILE **ret)
{
	CLEANUP(closep) int fd = -1;
	struct stat st;

	/* Opening must not wait for the other end of a pipe. */
	fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -ENXIO;
	if (st.st_size > 0)
		return -ENOTEMPTY;
	if (fchmod(fd, 0600) < 0)
		return -errno;
	*ret = fdopen(fd, "a+");
	if (!*ret)
		return -errno;
	fd = -1;
	return 0;
}

static void log_refusal(const char *path, int error)
{
	if (error == -ENOTEMPTY)
		log_error("cannot record to '%s': it holds something already; name a new file",
			  path);
	else if (error == -ENXIO)
		log_error("cannot record to '%s': it is not a plain file", path);
	else
		log_error("cannot record to '%s': %s", path, strerror(-error));
}

/* Half a line at the end of the file could not be read. */
static void cut_half_line(int fd)
{
	char tail[TRACE_LINE_MAX];
	off_t size = lseek(fd, 0, SEEK_END), from;
	ssize_t n;

	from = size > (off_t)sizeof(tail) ? size - (off_t)sizeof(tail) : 0;
	n = pread(fd, tail, sizeof(tail), from);
	while (n > 0 && tail[n - 1] != '\n')
		n--;
	if (n > 0)
		(void)!ftruncate(fd, from + n);
}

/* Nothing more comes, and the daemon works on. */
static void give_up(struct record *r, int error)
{
	CLEANUP(closep) int fd = fcntl(fileno(r->file), F_DUPFD_CLOEXEC, 0);

	log_warning("cannot write to '%s': %s; the recording ends here, breaks go on", r->path,
		    strerror(-error));
	/* This tries once more to write what is left, so it comes first. */
	(void)fclose(r->file);
	r->file = NULL;
	if (fd >= 0)
		cut_half_line(fd);
}

/* A line that reached the file in part, or not at all, is told of by the error flag alone. */
static int flush(struct record *r)
{
	if (fflush(r->file) == 0 && !ferror(r->file))
		return 0;
	return errno ? -errno : -EIO;
}

static void note(struct record *r, int result)
{
	if (result >= 0)
		result = flush(r);
	if (result < 0)
		give_up(r, result);
}

static int write_header(struct record *r, const struct record_start *start)
{
	const struct scheduler *s = start->scheduler;
	struct trace_header h = {
		.version = 1,
		.begins = (walltime_t)((int64_t)r->origin + r->offset),
		.begins_known = true,
		.seed = start->seed,
		.recorded = true,
		.today = scheduler_today(s, r->origin),
		.posture = s->posture,
	};

	zone_name_local(h.zone, sizeof(h.zone));
	for (size_t i = 0; i < s->policy.n_rules; i++) {
		struct trace_load *l = &h.loads[h.n_loads];

		if (!s->rules[i].load.amount)
			continue;
		memcpy(l->rule, s->policy.rules[i].name, sizeof(l->rule));
		l->load = s->rules[i].load.amount;
		h.n_loads++;
	}
	return trace_write_header(r->file, &h);
}

/* Time, brackets, quotes and the like around a setting in its line. */
#define AROUND_SETTING 64

/* A list of exercises not wanted can be longer than a line of a trace. */
static bool fits_line(const char *section, const char *key, const char *value)
{
	size_t n = AROUND_SETTING + strlen(section) + strlen(key);

	for (; *value; value++)
		n += *value == '"' || *value == '\\' ? 2 : 1;
	return n < TRACE_LINE_MAX;
}

/* What settings_write() calls for each setting. */
struct setting_writer {
	struct record *record;
	bool timed; /* between two events */
	usec_t at;
};

static int write_setting(void *owner, const char *section, const char *key, const char *value)
{
	const struct setting_writer *w = owner;
	unsigned long long at = w->at;

	if (!fits_line(section, key, value)) {
		log_warning("[%s] %s is too long for '%s' and left out there", section, key,
			    w->record->path);
		return 0;
	}
	if (w->timed &&
	    fprintf(w->record->file, "%llu.%06llu ", at / USEC_PER_SEC, at % USEC_PER_SEC) < 0)
		return -EIO;
	return trace_write_set(w->record->file, section, key, value);
}

/* The memory ----------------------------------------------------------------------------------- */

/* Values on their way into lines that are not too long. */
struct value_writer {
	FILE *file;
	usec_t at; /* USEC_NEVER in the header */
	const char *exercise;
	size_t n;
	char line[TRACE_LINE_MAX - 128];
};

static int end_line(struct value_writer *w)
{
	int r = w->n ? trace_write_memory(w->file, w->at, w->exercise, w->line) : 0;

	w->n = 0;
	w->line[0] = '\0';
	return r;
}

static int write_value(struct value_writer *w, const char *key, int64_t value)
{
	char text[TRACE_VALUE_MAX];
	int r = 0;

	trace_value(text, key, value);
	if (!*text)
		return 0;
	if (w->n + strlen(text) + 2 > sizeof(w->line))
		r = end_line(w);
	w->n += (size_t)snprintf(w->line + w->n, sizeof(w->line) - w->n, "%s%s", w->n ? " " : "",
				 text);
	return r;
}

static int write_progress(struct value_writer *w, const struct coach_memory *m,
			  const struct coach_progress *p)
{
	char key[COACH_KEY_MAX];
	int r = 0;

	for (size_t i = 0; i < coach_progress_values() && r >= 0; i++) {
		int64_t value = coach_progress_get(m, p, i, key);

		r = write_value(w, key, value);
	}
	return r < 0 ? r : end_line(w);
}

static int write_memory(FILE *file, usec_t at, const struct coach_memory *m,
			const struct catalog *c)
{
	struct value_writer w = { .file = file, .at = at, .exercise = "" };
	char key[COACH_KEY_MAX];
	int r = 0;

	if (!m)
		return trace_write_memory(file, at, "", NULL);
	for (size_t i = 0; i < coach_memory_values() && r >= 0; i++) {
		int64_t value = coach_memory_get(m, i, key);

		r = write_value(&w, key, value);
	}
	if (r >= 0)
		r = end_line(&w);
	for (size_t i = 0; i < m->n && r >= 0; i++) {
		w.exercise = c->exercises[i].id;
		r = write_progress(&w, m, &m->progress[i]);
	}
	return r;
}

int record_new(struct record **ret, const char *path, const struct record_start *start)
{
	CLEANUP(record_freep) struct record *r = NULL;
	struct setting_writer w = { .timed = false };
	int result;

	r = calloc(1, sizeof(*r));
	if (!r)
		return -ENOMEM;
	w.record = r;
	r->path = strdup(path);
	if (!r->path)
		return -ENOMEM;
	r->origin = start->scheduler->now;
	r->offset = start->offset;
	result = open_file(path, &r->file);
	if (result >= 0 && setvbuf(r->file, NULL, _IOLBF, BUFFER_SIZE) != 0)
		result = -ENOMEM;
	if (result >= 0)
		result = write_header(r, start);
	if (result >= 0)
		result = settings_write(start->settings, write_setting, &w);
	if (result >= 0)
		result = write_memory(r->file, USEC_NEVER, start->memory, start->catalog);
	if (result >= 0)
		result = flush(r);
	if (result < 0) {
		log_refusal(path, result);
		return -ECANCELED;
	}
	log_info("recording to '%s'", path);
	*ret = TAKE(r);
	return 0;
}

void record_event(struct record *r, const struct event *e, const struct policy *policy)
{
	const char *rule = NULL;

	if (!r || !r->file)
		return;
	if ((e->kind == EVENT_START || e->kind == EVENT_EARLIER) && e->rule >= 0 &&
	    (size_t)e->rule < policy->n_rules)
		rule = policy->rules[e->rule].name;
	r->told = true;
	note(r, trace_write_event(r->file, r->origin, e, rule));
}

void record_settings(struct record *r, usec_t now, const struct settings *settings)
{
	struct setting_writer w = { .record = r, .timed = true };

	if (!r || !r->file)
		return;
	w.at = usec_sub(now, r->origin);
	note(r, settings_write(settings, write_setting, &w));
}

void record_said(struct record *r, usec_t now, const struct said *said)
{
	if (!r || !r->file)
		return;
	r->told = true;
	note(r, trace_write_said(r->file, usec_sub(now, r->origin), said));
}

void record_memory(struct record *r, usec_t now, const struct coach_memory *m,
		   const struct catalog *c)
{
	const struct said forget = { .kind = SAID_FORGET };
	int result;

	if (!r || !r->file)
		return;
	result = trace_write_said(r->file, usec_sub(now, r->origin), &forget);
	if (result >= 0)
		result = write_memory(r->file, usec_sub(now, r->origin), m, c);
	note(r, result);
}

void record_wall(struct record *r, usec_t now, int64_t offset)
{
	int64_t jump;

	if (!r || !r->file)
		return;
	jump = offset - r->offset;
	if (llabs(jump) < JUMP_MIN)
		return;
	r->offset = offset;
	note(r, trace_write_jump(r->file, usec_sub(now, r->origin), jump));
}
