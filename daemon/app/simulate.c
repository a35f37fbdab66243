#include "app/simulate.h"

#include <ctype.h>
#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "app/texts.h"
#include "app/zone-name.h"
#include "base/cleanup.h"
#include "base/typing.h"
#include "base/utf8.h"
#include "conf/exercises.h"
#include "conf/settings.h"
#include "sim/activitywatch.h"
#include "sim/compare.h"
#include "sim/player.h"
#include "sim/timeline.h"
#include "sim/trace.h"

#define SAID_MAX 4600 /* a message, with a path in it */

enum { STATUS_DONE, STATUS_FAILED, STATUS_USAGE };

/* Where days are read from and what they are played with. */
struct simulation {
	const struct simulate_options *options;
	const char *name; /* of the trace, for people */
	FILE *file;       /* owned */
	bool activitywatch;
	struct config_paths paths;
	struct config_path_buffers path_buffers;
	struct catalog catalog;
};

/* One playing of the day. */
struct run {
	struct simulation *simulation;         /* borrowed */
	const struct simulate_settings *asked; /* NULL: the trace's own settings, else the user's */
	const struct sim_sink *sink;
	void *owner;
	struct settings_draft *draft; /* owned; the trace's own settings, NULL if it has none */
	bool complete;                /* the next setting begins a list of all of them */
	struct settings settings;
	struct problem_list problems; /* of the settings, not yet printed */
	struct player *player;        /* owned */
	struct coach_memory memory;   /* of the header; its progress is owned, NULL without */
	bool memory_unknown;          /* as the trace says */
	bool memory_told;             /* more of it has come since the last event */
	unsigned zone_line, load_lines[RULES_MAX];
	struct sim_summary summary;
};

/* What is said on stderr ----------------------------------------------------------------------- */

/* Names are the user's, and may hold what a terminal would obey. */
static void put_plain(const char *text)
{
	const char *from = text;
	uint32_t character;

	while (utf8_next(&text, &character)) {
		if (character == UTF8_BROKEN || utf8_is_control(character))
			fputc('?', stderr);
		else
			fwrite(from, 1, (size_t)(text - from), stderr);
		from = text;
	}
}

__attribute__((format(printf, 1, 2))) static int fail(const char *format, ...)
{
	char text[SAID_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* What came before it is told before it. */
	(void)fflush(stdout);
	fputs("limberd: ", stderr);
	put_plain(text);
	fputc('\n', stderr);
	return STATUS_FAILED;
}

static int fail_at(const struct run *run, unsigned line, const char *message)
{
	if (!line)
		return fail("%s: %s", run->simulation->name, message);
	return fail("%s: line %u: %s", run->simulation->name, line, message);
}

/* Print the problems, with or without mere warnings, and empty the list. */
static void print_problems(struct problem_list *problems, bool warnings)
{
	char text[BODY_MAX];

	for (size_t i = 0; i < problems->n; i++) {
		if (problems->v[i].warning && !warnings)
			continue;
		text_problem(text, &problems->v[i]);
		fprintf(stderr, "%s\n", text);
	}
	if (problems->dropped)
		fprintf(stderr, "%zu more problems are not listed\n", problems->dropped);
	problem_list_done(problems);
}

/* Settings ------------------------------------------------------------------------------------- */

static bool preset_known(const char *name)
{
	const char *const *names;
	size_t n = settings_presets(&names);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static int refuse_preset(const char *name)
{
	char sentence[SAID_MAX], said[EXCERPT_MAX];
	const char *const *names;

	(void)settings_presets(&names);
	(void)fail("%s", typing_unknown(sentence, sizeof(sentence), "preset", name,
					problem_excerpt(name, said), names));
	return STATUS_USAGE;
}

/* Before anything is played: what is asked for must be there. */
static int check_asked(const struct simulate_options *o)
{
	for (size_t i = 0; i < o->n; i++) {
		const char *path = o->settings[i].file;
		CLEANUP(fclosep) FILE *file = NULL;

		if (!path) {
			if (!preset_known(o->settings[i].preset))
				return refuse_preset(o->settings[i].preset);
			continue;
		}
		file = fopen(path, "re");
		/* A folder can be opened, but not read. */
		if (!file || (fgetc(file) == EOF && ferror(file)))
			return fail("cannot read the settings '%s': %s", path, strerror(errno));
	}
	return STATUS_DONE;
}

static bool own_settings(const struct run *run)
{
	return run->draft != NULL;
}

/* The settings that are in force from here on. `told`: what is not recommended was told before. */
static int load_settings(struct run *run, bool told)
{
	const struct config_paths *paths = &run->simulation->paths;
	int r;

	if (run->asked)
		r = settings_load_as(paths, run->asked->preset, run->asked->file, &run->settings,
				     &run->problems);
	else if (own_settings(run))
		r = settings_draft_take(run->draft, &run->settings, &run->problems);
	else
		r = settings_load(paths, &run->settings, &run->problems);
	if (r >= 0)
		exercises_check_skips(&run->simulation->catalog, &run->settings, &run->problems);
	print_problems(&run->problems, !told);
	if (r < 0)
		return fail("cannot read the settings: %s", strerror(-r));
	return STATUS_DONE;
}

/* A `set` line of the trace. */
static int draft_setting(struct run *run, const struct trace_item *item)
{
	int r = 0;

	if (run->asked)
		return STATUS_DONE;
	if (run->player && !own_settings(run))
		return fail_at(run, item->line,
			       "a setting that changes needs settings to begin with: say them in "
			       "the header, with 'set' lines");
	/* limberd --record tells all settings after each reload; a rule that it does not name any
	 * more is gone. */
	if (run->complete)
		run->draft = settings_draft_free(run->draft);
	run->complete = false;
	if (!run->draft)
		r = settings_draft_new(&run->draft);
	if (r >= 0)
		r = settings_draft_set(run->draft, item->section, item->key, item->value,
				       run->simulation->name, item->line, &run->problems);
	/* Without it the old value holds. */
	if (r < 0 && r != -EINVAL)
		return fail("cannot read the settings: %s", strerror(-r));
	return STATUS_DONE;
}

static void fill_settings(const struct run *run, struct sim_settings *ret)
{
	const struct settings *s = &run->settings;

	*ret = (struct sim_settings){
		.policy = s->policy,
		.hours = s->hours,
		.person = s->person,
		.catalog = &run->simulation->catalog,
	};
	for (size_t i = 0; i < s->policy.n_rules; i++) {
		ret->content[i].sets = s->content[i].sets;
		ret->content[i].regions = s->content[i].regions;
	}
}

/* Time zones ----------------------------------------------------------------------------------- */

static int set_zone(const struct run *run, const struct trace_header *h)
{
	char message[160], said[EXCERPT_MAX];

	if (!h->zone[0])
		return STATUS_DONE;
	if (!zone_name_known(h->zone)) {
		snprintf(message, sizeof(message),
			 "this machine knows no time zone '%s'; zones have names such as "
			 "Europe/Berlin",
			 problem_excerpt(h->zone, said));
		return fail_at(run, run->zone_line, message);
	}
	if (setenv("TZ", h->zone, 1) < 0)
		return fail("cannot set the time zone: %s", strerror(errno));
	tzset();
	return STATUS_DONE;
}

/* Where a day without a date of its own begins: a Monday at 9. */
static walltime_t some_monday(void)
{
	struct tm tm = { .tm_year = 124, .tm_mday = 1, .tm_hour = 9, .tm_isdst = -1 };

	return (walltime_t)mktime(&tm) * USEC_PER_SEC;
}

/* Playing -------------------------------------------------------------------------------------- */

static bool take_breaks(const struct simulate_options *o)
{
	return o->take_breaks || (o->n > 1 && !o->as_recorded);
}

static int begin(struct run *run, walltime_t begins, uint64_t seed, bool recorded)
{
	const struct simulate_options *o = run->simulation->options;
	struct sim_options options = {
		.begins = begins,
		.seed = o->seed_given ? o->seed : seed,
		.recorded = recorded,
		.take_breaks = take_breaks(o),
	};
	struct sim_settings settings;
	int status;

	status = load_settings(run, recorded);
	if (status != STATUS_DONE)
		return status;
	fill_settings(run, &settings);
	run->player = player_new(&settings, &options, run->sink, run->owner);
	return run->player ? STATUS_DONE : fail("there is not enough memory");
}

/* What the coach remembers -----------------------------------------------------------------------
 */

/* Of an exercise that is not here nothing needs to be known. */
static void set_memory(const struct run *run, struct coach_memory *m, const struct trace_item *item)
{
	const struct catalog *catalog = &run->simulation->catalog;
	int i = *item->exercise ? catalog_find(catalog, item->exercise) : -1;
	const char *cursor = item->values;
	char key[COACH_KEY_MAX];
	int64_t value;

	while (trace_next_value(&cursor, key, &value))
		if (!*item->exercise)
			(void)coach_memory_set(m, key, value);
		else if (i >= 0)
			(void)coach_progress_set(m, &m->progress[i], key, value);
}

static int draft_memory(struct run *run, const struct trace_item *item)
{
	size_t n = run->simulation->catalog.n;
	struct coach_progress *rows;

	run->memory_told = true;
	run->memory_unknown = item->unknown;
	if (run->player) {
		set_memory(run, player_memory(run->player), item);
		return STATUS_DONE;
	}
	if (!run->memory.progress) {
		rows = calloc(n + 1, sizeof(*rows));
		if (!rows)
			return fail("there is not enough memory");
		coach_memory_init(&run->memory, rows, n, 0);
	}
	set_memory(run, &run->memory, item);
	return STATUS_DONE;
}

/* As it was when the trace begins. */
static void begin_memory(struct run *run)
{
	struct coach_memory *m = player_memory(run->player);
	struct coach_progress *rows = m->progress;

	if (!run->memory.progress)
		return;
	/* A seed that is asked for is that of the ties. */
	if (run->simulation->options->seed_given || !run->memory.seed)
		run->memory.seed = m->seed;
	*m = run->memory;
	m->progress = rows;
	memcpy(rows, run->memory.progress, m->n * sizeof(*rows));
}

/* All lines about it that belong together have been read. */
static void end_memory(struct run *run)
{
	if (run->memory_told && run->player)
		player_memory_is(run->player, !run->memory_unknown);
	run->memory_told = false;
}

static int tell_said(struct run *run, const struct trace_item *item)
{
	char said[EXCERPT_MAX];

	if (!player_said(run->player, item->at, &item->said))
		fprintf(stderr,
			"limberd: %s: line %u: there is no exercise '%s' here, so what was said of "
			"it is left out\n",
			run->simulation->name, item->line, problem_excerpt(item->said.name, said));
	return STATUS_DONE;
}

/* How the state was when the trace begins. */
static int set_start(struct run *run, const struct trace_header *h)
{
	struct scheduler *s = player_scheduler(run->player);
	char message[160];

	for (size_t i = 0; i < h->n_loads; i++) {
		int rule = policy_find(&s->policy, h->loads[i].rule);

		if (rule >= 0) {
			s->rules[rule].load.amount =
				usec_min(h->loads[i].load, 2 * s->policy.rules[rule].every);
			continue;
		}
		/* Under settings that are not its own a trace may know rules that they do not. */
		if (!own_settings(run))
			continue;
		snprintf(message, sizeof(message), "there is no rule '%s'", h->loads[i].rule);
		return fail_at(run, run->load_lines[i], message);
	}
	s->today.amount = h->today;
	s->posture = h->posture;
	return STATUS_DONE;
}

/* Everything of a recorded trace comes out as it did, or the player does the daemon's part. */
static bool plays_itself(const struct run *run, const struct trace_header *h)
{
	return h->recorded && own_settings(run) && !take_breaks(run->simulation->options);
}

/* The header is complete. */
static int begin_trace(struct run *run, const struct trace_header *h)
{
	int status;

	status = set_zone(run, h);
	if (status != STATUS_DONE)
		return status;
	status = begin(run, h->begins_known ? h->begins : some_monday(), h->seed,
		       plays_itself(run, h));
	if (status != STATUS_DONE)
		return status;
	run->complete = h->recorded;
	begin_memory(run);
	return set_start(run, h);
}

static int feed(struct run *run, const struct trace_header *h, struct trace_item *item)
{
	struct event *e = &item->event;
	char message[160], said[EXCERPT_MAX];

	/* The player shows every prompt itself; other ones than those of back then. */
	if (h->recorded && !plays_itself(run, h) && e->kind == EVENT_SHOW_FAILED)
		return STATUS_DONE;
	if (e->kind == EVENT_START || e->kind == EVENT_EARLIER) {
		e->rule = item->rule[0] ? policy_find(&run->settings.policy, item->rule) : -1;
		if (e->rule < 0 && item->rule[0] && !own_settings(run)) {
			fprintf(stderr,
				"limberd: %s: line %u: there is no rule '%s' under these settings, "
				"so it is left alone\n",
				run->simulation->name, item->line,
				problem_excerpt(item->rule, said));
			return STATUS_DONE;
		}
		if (e->rule < 0 && item->rule[0]) {
			snprintf(message, sizeof(message), "there is no rule '%s'",
				 problem_excerpt(item->rule, said));
			return fail_at(run, item->line, message);
		}
	}
	player_feed(run->player, item->at, e);
	return STATUS_DONE;
}

/* The settings that the trace has told of are in force. */
static int change_settings(struct run *run, const struct trace_header *h, usec_t at)
{
	struct sim_settings settings;
	int status;

	if (!own_settings(run))
		return STATUS_DONE;
	status = load_settings(run, plays_itself(run, h));
	if (status != STATUS_DONE)
		return status;
	fill_settings(run, &settings);
	player_set(run->player, at, &settings);
	run->complete = h->recorded;
	return STATUS_DONE;
}

static int play_item(struct run *run, const struct trace_header *h, struct trace_item *item)
{
	if (item->what != TRACE_MEMORY)
		end_memory(run);
	switch (item->what) {
	case TRACE_HEADER:
		return STATUS_DONE;
	case TRACE_SET:
		return draft_setting(run, item);
	case TRACE_EVENT:
		return feed(run, h, item);
	case TRACE_POLICY:
		return change_settings(run, h, item->at);
	case TRACE_MEMORY:
		return draft_memory(run, item);
	case TRACE_SAID:
		return tell_said(run, item);
	case TRACE_JUMP:
		player_jump(run->player, item->at, item->jump);
		return STATUS_DONE;
	case TRACE_END:
		player_end(run->player, item->at);
		return STATUS_DONE;
	}
	return STATUS_DONE;
}

/* Which line said what is checked only when the header is complete. */
static void note_header(struct run *run, const struct trace_header *h, unsigned line)
{
	if (h->zone[0] && !run->zone_line)
		run->zone_line = line;
	if (h->n_loads && !run->load_lines[h->n_loads - 1])
		run->load_lines[h->n_loads - 1] = line;
}

/* clang-format off */
DEFINE_CLEANUP(trace_reader_free, struct trace_reader *)
/* clang-format on */

static int play_trace(struct run *run)
{
	CLEANUP(trace_reader_freep)
	struct trace_reader *reader = trace_reader_new(run->simulation->file);
	const struct trace_header *h;
	struct trace_item item;
	char fault[TRACE_FAULT_MAX];
	int status = STATUS_DONE, r;

	if (!reader)
		return fail("there is not enough memory");
	h = trace_reader_header(reader);
	do {
		r = trace_reader_next(reader, &item, fault);
		if (r == -EINVAL)
			return fail("%s: %s", run->simulation->name, fault);
		if (r < 0)
			return fail("cannot read '%s': %s", run->simulation->name, strerror(-r));
		if (item.what == TRACE_HEADER)
			note_header(run, h, item.line);
		else if (item.what != TRACE_SET && !run->player &&
			 (item.what != TRACE_MEMORY || item.timed))
			status = begin_trace(run, h);
		if (status == STATUS_DONE)
			status = play_item(run, h, &item);
		/* When nobody reads any more there is nothing to play for. */
	} while (status == STATUS_DONE && item.what != TRACE_END && !ferror(stdout));
	return status;
}

static int play_activitywatch(struct run *run)
{
	struct aw_spells spells = { 0 };
	char fault[AW_FAULT_MAX];
	walltime_t begins;
	int status, r;

	r = aw_read(run->simulation->file, &spells, fault);
	if (r == -EINVAL)
		status = fail("%s: %s", run->simulation->name, fault);
	else if (r < 0)
		status = fail("cannot read '%s': %s", run->simulation->name, strerror(-r));
	else if (!spells.n)
		status = fail("%s: nobody was active in it: there is no 'not-afk' of any length in "
			      "a bucket of type 'afkstatus'",
			      run->simulation->name);
	else
		status = begin(run, spells.v[0].from, 0, false);
	begins = spells.n ? spells.v[0].from : 0;
	for (size_t i = 0; i < spells.n && status == STATUS_DONE && !ferror(stdout); i++) {
		usec_t from = spells.v[i].from - begins, to = spells.v[i].to - begins;
		const struct event input = { .kind = EVENT_INPUT },
				   pause = { .kind = EVENT_PAUSE, .since = to };

		player_feed(run->player, from, &input);
		player_feed(run->player, to, &pause);
		if (i + 1 == spells.n)
			player_end(run->player, to);
	}
	aw_spells_done(&spells);
	return status;
}

static int play(struct run *run)
{
	int status;

	if (run->simulation->activitywatch)
		status = play_activitywatch(run);
	else
		status = play_trace(run);
	if (status == STATUS_DONE)
		player_summary(run->player, &run->summary);
	/* What came to nothing with the trace. */
	problem_list_done(&run->problems);
	run->draft = settings_draft_free(run->draft);
	run->player = player_free(run->player);
	free(run->memory.progress);
	return status;
}

/* The trace ------------------------------------------------------------------------------------ */

static bool can_rewind(FILE *file)
{
	return fseek(file, 0, SEEK_CUR) == 0;
}

/* All that comes from a pipe, in a file without a name that can be read again. */
static FILE *keep(FILE *from)
{
	CLEANUP(fclosep) FILE *file = tmpfile();
	char buffer[65536];
	size_t n;

	if (!file)
		return NULL;
	while ((n = fread(buffer, 1, sizeof(buffer), from)) > 0)
		if (fwrite(buffer, 1, n, file) < n)
			return NULL;
	if (ferror(from) || fseek(file, 0, SEEK_SET) < 0)
		return NULL;
	return TAKE(file);
}

/* JSON begins with a bracket, our text with a letter. */
static int find_kind(struct simulation *s)
{
	int first = fgetc(s->file);

	if (can_rewind(s->file)) {
		while (first != EOF && isspace(first))
			first = fgetc(s->file);
		s->activitywatch = first == '{' || first == '[';
		/* Also clears the end of the file. */
		rewind(s->file);
	} else {
		s->activitywatch = first == '{' || first == '[';
		if (first != EOF)
			(void)ungetc(first, s->file);
	}
	if (ferror(s->file))
		return fail("cannot read '%s': %s", s->name, strerror(errno));
	return STATUS_DONE;
}

static int open_trace(struct simulation *s)
{
	const char *path = s->options->trace;
	FILE *kept;

	if (!strcmp(path, "-")) {
		s->name = "standard input";
		s->file = fdopen(dup(STDIN_FILENO), "r");
	} else {
		s->name = path;
		s->file = fopen(path, "re");
	}
	if (!s->file)
		return fail("cannot read '%s': %s", s->name, strerror(errno));
	errno = 0;
	if (s->options->n > 1 && !can_rewind(s->file)) {
		kept = keep(s->file);
		if (!kept)
			return fail("cannot keep '%s' to read it again: %s", s->name,
				    strerror(errno ? errno : EIO));
		fclose(s->file);
		s->file = kept;
	}
	return find_kind(s);
}

/* What is printed ------------------------------------------------------------------------------ */

static void choose_style(struct timeline_style *ret, bool json)
{
	const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
	struct winsize size = { 0 };
	bool on_terminal = isatty(STDOUT_FILENO);

	if (on_terminal)
		(void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	*ret = (struct timeline_style){
		.json = json,
		.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8"),
		.colour = on_terminal && !(no_colour && *no_colour) && terminal &&
			  strcmp(terminal, "dumb") != 0,
		.columns = size.ws_col,
	};
}

static int print_timeline(struct simulation *s, const struct timeline_style *style)
{
	const struct simulate_options *o = s->options;
	struct run run = { .simulation = s, .asked = o->n ? o->settings : NULL };
	struct timeline *t;
	int status;

	t = timeline_new(stdout, style);
	if (!t)
		return fail("there is not enough memory");
	run.sink = &timeline_sink;
	run.owner = t;
	status = play(&run);
	if (status == STATUS_DONE)
		timeline_end(t, &run.summary);
	timeline_free(t);
	return status;
}

static void keep_quiet(void *owner, const struct sim_news *news)
{
	(void)owner;
	(void)news;
}

static int print_comparison(struct simulation *s, const struct timeline_style *style)
{
	static const struct sim_sink quiet_sink = { .news = keep_quiet };
	const struct simulate_options *o = s->options;
	struct sim_summary summaries[SIMULATE_SETTINGS_MAX];
	const char *names[SIMULATE_SETTINGS_MAX];

	for (size_t i = 0; i < o->n; i++) {
		const struct simulate_settings *asked = &o->settings[i];
		struct run run = { .simulation = s, .asked = asked, .sink = &quiet_sink };
		int status;

		rewind(s->file);
		status = play(&run);
		if (status != STATUS_DONE)
			return status;
		summaries[i] = run.summary;
		names[i] = asked->preset ? asked->preset : asked->file;
	}
	if (!style->json)
		printf("%s, %s\n\n", s->name,
		       take_breaks(o) ? "as if every announced break were taken"
				      : "as recorded, whatever is announced");
	compare_print(stdout, style, o->n, names, summaries);
	return STATUS_DONE;
}

static int finish_output(int status)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	/* A reader that has seen enough, such as head. */
	if (errno == EPIPE || status != STATUS_DONE)
		return status;
	return fail("cannot write to standard output: %s", strerror(errno ? errno : EIO));
}

int simulate(const struct simulate_options *options)
{
	struct simulation s = { .options = options };
	struct problem_list problems = { 0 };
	struct timeline_style style;
	int status, r;

	config_paths_default(&s.paths, &s.path_buffers);
	status = check_asked(options);
	if (status == STATUS_DONE)
		status = open_trace(&s);
	if (status == STATUS_DONE) {
		r = exercises_load(&s.paths, &s.catalog, &problems);
		print_problems(&problems, true);
		if (r < 0)
			status = fail("cannot read the exercises: %s", strerror(-r));
	}
	if (status == STATUS_DONE) {
		choose_style(&style, options->json);
		/* Also on a terminal: a day is many lines. */
		(void)setvbuf(stdout, NULL, _IOFBF, 65536);
		status = options->n > 1 ? print_comparison(&s, &style) : print_timeline(&s, &style);
	}
	if (s.file)
		fclose(s.file);
	catalog_done(&s.catalog);
	return finish_output(status);
}
