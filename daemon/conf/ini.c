#include "conf/ini.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iniparser/iniparser.h>

#include "base/cleanup.h"
#include "base/utf8.h"

DEFINE_CLEANUP(iniparser_freedict, dictionary *)

/*
 * Stands for a backslash in the copy that iniparser reads: from version 4.2 on iniparser takes
 * backslashes in quotes away, and every version joins lines that end in one. The scan lets no
 * control character through, so this one is free.
 */
#define BACKSLASH_STAND_IN '\x01'

struct span {
	const char *at;
	size_t n;
};

enum line_kind { LINE_EMPTY, LINE_HEADER, LINE_KEY, LINE_LOST };

struct line {
	enum line_kind kind;
	struct span name; /* of the section or key; in a lost line what it seems to be */
	struct span value;
	const char *message, *hint; /* of a lost one */
};

struct scan {
	const char *path;
	struct problem_list *problems;
	unsigned number;     /* of the line */
	const char *section; /* where we are */
	bool adrift;         /* the last header could not be read: nothing belongs anywhere */
	struct ini_entry *entries;
	size_t n, room;
	char *texts; /* names, and later the values */
	size_t used;
	char *copy; /* for iniparser */
	size_t copied;
};

static void scan_done(struct scan *s)
{
	free(s->entries);
	free(s->texts);
	free(s->copy);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

static struct span strip(struct span t)
{
	while (t.n > 0 && is_blank(t.at[0])) {
		t.at++;
		t.n--;
	}
	while (t.n > 0 && is_blank(t.at[t.n - 1]))
		t.n--;
	return t;
}

static struct span part(struct span t, size_t from, size_t to)
{
	return (struct span){ t.at + from, to - from };
}

static size_t find(struct span t, char c)
{
	const char *hit = memchr(t.at, c, t.n);

	return hit ? (size_t)(hit - t.at) : t.n;
}

/* Nothing, or a comment. */
static bool says_nothing(struct span t)
{
	t = strip(t);
	return t.n == 0 || t.at[0] == '#' || t.at[0] == ';';
}

static bool is_name(struct span t, bool blanks)
{
	for (size_t i = 0; i < t.n; i++)
		if (!is_letter(t.at[i]) && !(blanks && is_blank(t.at[i])))
			return false;
	return t.n > 0 && t.n <= INI_NAME_MAX;
}

static struct line lost(struct span name, const char *message, const char *hint)
{
	return (struct line){ .kind = LINE_LOST, .name = name, .message = message, .hint = hint };
}

/* What a line that cannot be read seems to be about: the name that it begins with. */
static struct span guess(struct span t)
{
	bool header = t.n > 0 && t.at[0] == '[';
	size_t n = 0;

	if (header)
		t = part(t, 1, t.n);
	t = strip(t);
	while (n < t.n && n < INI_NAME_MAX && (is_letter(t.at[n]) || (header && is_blank(t.at[n]))))
		n++;
	return strip(part(t, 0, n));
}

/* NULL if iniparser and the bus can take these bytes, else what is wrong with them. */
static const char *bytes_fault(struct span t)
{
	for (size_t i = 0; i < t.n;) {
		uint32_t character;
		size_t length = utf8_decode(t.at + i, t.n - i, &character);

		if (length == 0)
			return "the line is not valid UTF-8 and is left out";
		if (character == 0)
			return "the line holds a NUL byte and is left out";
		if ((character < 0x20 && character != '\t') || character == 0x7f)
			return "the line holds a control character and is left out";
		i += length;
	}
	return NULL;
}

static struct line read_header(struct span t)
{
	size_t end = find(t, ']');
	struct span name = strip(part(t, 1, end < t.n ? end : 1));

	if (end == t.n)
		return lost(guess(t), "the section's name is not closed by ']'", "[section]");
	if (!says_nothing(part(t, end + 1, t.n)))
		return lost(guess(t), "something stands behind the section's name",
			    "[section], alone on its line");
	if (!is_name(name, true))
		return lost(guess(t), "this cannot be the name of a section",
			    "up to 64 letters, digits, '-', '_' and blanks");
	return (struct line){ .kind = LINE_HEADER, .name = name };
}

static struct line read_quoted(struct span key, struct span value)
{
	struct span inside = part(value, 1, value.n);
	size_t end = find(inside, value.at[0]);

	if (end == inside.n)
		return lost(key, "the value's quote is not closed, the line is left out",
			    "key = \"value\"");
	if (!says_nothing(part(inside, end + 1, inside.n)))
		return lost(key, "something stands behind the closing quote, the line is left out",
			    "a value with \"double\" quotes goes into 'single' ones");
	return (struct line){ .kind = LINE_KEY, .name = key, .value = part(value, 0, end + 2) };
}

static struct line read_key(struct span t)
{
	size_t equals = find(t, '=');
	struct span key = strip(part(t, 0, equals)), value;

	if (equals == t.n)
		return lost(
			guess(t),
			"this is no [section], no key = value and no # comment, and is left out",
			"key = value");
	if (!is_name(key, false))
		return lost(guess(t), "this cannot be the name of a key, the line is left out",
			    "up to 64 letters, digits, '-' and '_'");
	value = strip(part(t, equals + 1, t.n));
	if (value.n > 0 && (value.at[0] == '"' || value.at[0] == '\''))
		return read_quoted(key, value);
	if (find(value, ';') < value.n || find(value, '#') < value.n)
		return lost(key, "an unquoted ';' or '#' cuts the value off, the line is left out",
			    "a comment needs a line of its own; a value with ; or # needs quotes");
	if (value.n > 0 && value.at[value.n - 1] == '\\')
		return lost(key, "a line cannot be continued by '\\', it is left out",
			    "one line for a key; a value that ends in '\\' needs quotes");
	return (struct line){ .kind = LINE_KEY, .name = key, .value = value };
}

static struct line read_line(struct span t)
{
	const char *fault;

	t = strip(t);
	if (says_nothing(t))
		return (struct line){ .kind = LINE_EMPTY };
	fault = bytes_fault(t);
	if (fault)
		return lost(guess(t), fault, "plain text in UTF-8");
	if (t.n > INI_LINE_MAX)
		return lost(guess(t), "the line is too long and is left out",
			    "at most 1022 bytes a line");
	return t.at[0] == '[' ? read_header(t) : read_key(t);
}

/* A name into the texts: in lower case, each run of blanks as one. */
static const char *keep_name(struct scan *s, struct span t)
{
	char *name = s->texts + s->used, *end = name;

	for (size_t i = 0; i < t.n; i++) {
		char c = is_blank(t.at[i]) ? ' ' : t.at[i];

		if (c == ' ' && end > name && end[-1] == ' ')
			continue;
		*end++ = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	*end++ = '\0';
	s->used = (size_t)(end - s->texts);
	return name;
}

static void copy_text(struct scan *s, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		s->copy[s->copied++] = text[i] == '\\' ? BACKSLASH_STAND_IN : text[i];
}

static int add_entry(struct scan *s, const char *key, const char *value)
{
	if (s->n == s->room) {
		size_t room = s->room ? 2 * s->room : 64;
		struct ini_entry *entries = reallocarray(s->entries, room, sizeof(*entries));

		if (!entries)
			return -ENOMEM;
		s->entries = entries;
		s->room = room;
	}
	s->entries[s->n++] = (struct ini_entry){
		.line = s->number, .section = s->section, .key = key, .value = value
	};
	return 0;
}

static int take_header(struct scan *s, const struct line *l)
{
	s->section = keep_name(s, l->name);
	s->adrift = false;
	copy_text(s, "[", 1);
	copy_text(s, s->section, strlen(s->section));
	copy_text(s, "]\n", 2);
	return add_entry(s, "", "");
}

static int take_key(struct scan *s, const struct line *l)
{
	const char *key = keep_name(s, l->name);

	if (s->adrift)
		return add_entry(s, key, NULL);
	if (!*s->section) {
		problem_add(s->problems, s->path, s->number, "", key,
			    "the line belongs below a [section]",
			    "'%s' stands before any section and is left out", key);
		return add_entry(s, key, NULL);
	}
	copy_text(s, key, strlen(key));
	copy_text(s, "=", 1);
	copy_text(s, l->value.at, l->value.n);
	copy_text(s, "\n", 1);
	/* Until iniparser has been asked. */
	return add_entry(s, key, "");
}

/*
 * Behind a header that cannot be read nobody knows where a key belongs, and iniparser would add it
 * to the section before: what follows is lost as well, up to the next header, and told once.
 */
static int take_lost_header(struct scan *s, const struct line *l)
{
	s->section = keep_name(s, l->name);
	s->adrift = true;
	problem_add(s->problems, s->path, s->number, s->section, "", l->hint,
		    "%s, so this line and all up to the next section are left out", l->message);
	return 0;
}

static int take_lost(struct scan *s, const struct line *l)
{
	const char *key = keep_name(s, l->name);

	if (!s->adrift)
		problem_add(s->problems, s->path, s->number, s->section, key, l->hint, "%s",
			    l->message);
	return add_entry(s, key, NULL);
}

static int take_line(struct scan *s, struct span t)
{
	struct line l = read_line(t);
	struct span stripped = strip(t);

	switch (l.kind) {
	case LINE_EMPTY:
		return 0;
	case LINE_HEADER:
		return take_header(s, &l);
	case LINE_KEY:
		return take_key(s, &l);
	case LINE_LOST:
		return stripped.at[0] == '[' ? take_lost_header(s, &l) : take_lost(s, &l);
	}
	return 0;
}

static struct span without_mark(struct span text)
{
	return text.n >= 3 && !memcmp(text.at, "\xef\xbb\xbf", 3) ? part(text, 3, text.n) : text;
}

/* From the text to entries without values and the copy. */
static int scan_text(struct scan *s, struct span text)
{
	int r;

	/* Each line's names need a NUL more than it had, its copy an '=' and an end at most. */
	s->texts = malloc(2 * text.n + 16);
	s->copy = malloc(2 * text.n + 16);
	if (!s->texts || !s->copy)
		return -ENOMEM;
	s->section = keep_name(s, (struct span){ "", 0 });
	text = without_mark(text);
	while (text.n > 0) {
		size_t end = find(text, '\n');
		struct span line = part(text, 0, end);

		if (line.n > 0 && line.at[line.n - 1] == '\r')
			line.n--;
		s->number++;
		if (s->n == INI_ENTRIES_MAX) {
			problem_add(s->problems, s->path, s->number, "", "",
				    "at most 16384 lines with sections and keys in a file",
				    "from this line on the file is left out");
			return 0;
		}
		r = take_line(s, line);
		if (r < 0)
			return r;
		text = part(text, end < text.n ? end + 1 : end, text.n);
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct ini_entry *x = *(struct ini_entry *const *)a;
	const struct ini_entry *y = *(struct ini_entry *const *)b;
	int r = strcmp(x->section, y->section);

	if (r == 0)
		r = strcmp(x->key, y->key);
	if (r != 0)
		return r;
	return x->line < y->line ? -1 : 1;
}

static bool same_key(const struct ini_entry *a, const struct ini_entry *b)
{
	return !strcmp(a->section, b->section) && !strcmp(a->key, b->key);
}

/* What is known of an entry's equals in the file. */
struct repeat {
	unsigned before; /* the line of the one before, 0 without */
	bool dropped;    /* there is a later one */
};

static int find_repeats(struct scan *s, struct repeat *repeats)
{
	CLEANUP(freep) struct ini_entry **sorted = calloc(s->n + 1, sizeof(*sorted));
	size_t n = 0;

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < s->n; i++)
		if (s->entries[i].value && *s->entries[i].key)
			sorted[n++] = &s->entries[i];
	qsort(sorted, n, sizeof(struct ini_entry *), by_name);
	for (size_t i = 1; i < n; i++)
		if (same_key(sorted[i - 1], sorted[i])) {
			sorted[i]->again = true;
			repeats[sorted[i] - s->entries].before = sorted[i - 1]->line;
			repeats[sorted[i - 1] - s->entries].dropped = true;
		}
	return 0;
}

/* Tell of equal keys, in the order of their lines, and drop all but the last of them. */
static int drop_repeats(struct scan *s)
{
	CLEANUP(freep) struct repeat *repeats = calloc(s->n + 1, sizeof(*repeats));
	size_t kept = 0;
	int r;

	if (!repeats)
		return -ENOMEM;
	r = find_repeats(s, repeats);
	if (r < 0)
		return r;
	for (size_t i = 0; i < s->n; i++) {
		const struct ini_entry *e = &s->entries[i];

		if (repeats[i].before)
			problem_add(
				s->problems, s->path, e->line, e->section, e->key,
				"each key once in a section",
				"the same key stands in line %u already, and the last one counts",
				repeats[i].before);
		if (!repeats[i].dropped)
			s->entries[kept++] = *e;
	}
	s->n = kept;
	return 0;
}

static int keep_silent(const char *format, ...)
{
	(void)format;
	return 0;
}

static int write_all(int fd, const char *text, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, text, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		text += done;
		n -= (size_t)done;
	}
	return 0;
}

/* iniparser 4.1 reads only what has a file's name: the copy gets one in memory. */
static int parse_copy(const struct scan *s, dictionary **ret)
{
	CLEANUP(closep) int fd = memfd_create("limber-settings", MFD_CLOEXEC);
	char name[sizeof("/proc/self/fd/") + 3 * sizeof(int)];
	dictionary *values;
	int r;

	if (fd < 0)
		return -errno;
	r = write_all(fd, s->copy, s->copied);
	if (r < 0)
		return r;
	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	iniparser_set_error_callback(keep_silent);
	values = iniparser_load(name);
	if (!values)
		return -EIO;
	*ret = values;
	return 0;
}

static const char *keep_value(struct scan *s, const char *value)
{
	char *kept = s->texts + s->used;

	for (; *value; value++)
		s->texts[s->used++] = *value == BACKSLASH_STAND_IN ? '\\' : *value;
	s->texts[s->used++] = '\0';
	return kept;
}

/*
 * What iniparser has read for `name`. It keeps all in the order of the file, but looks for each
 * from the beginning, so that the one behind the last is tried first; *place is its number.
 */
static const char *find_value(const dictionary *values, const char *name, ssize_t *place)
{
	if (*place < values->size && values->key[*place] && !strcmp(values->key[*place], name))
		return values->val[(*place)++];
	return iniparser_getstring(values, name, NULL);
}

static int fill_values(struct scan *s)
{
	CLEANUP(iniparser_freedictp) dictionary *values = NULL;
	ssize_t place = 0;
	int r;

	r = parse_copy(s, &values);
	if (r < 0)
		return r;
	for (size_t i = 0; i < s->n; i++) {
		struct ini_entry *e = &s->entries[i];
		char name[2 * INI_NAME_MAX + 2];
		const char *value;

		if (!e->value)
			continue;
		/* A section has a place as well. */
		if (!*e->key) {
			(void)find_value(values, e->section, &place);
			continue;
		}
		(void)snprintf(name, sizeof(name), "%s:%s", e->section, e->key);
		value = find_value(values, name, &place);
		if (!value)
			return -ENOMEM;
		e->value = keep_value(s, value);
	}
	return 0;
}

static int unreadable(const char *path, struct problem_list *problems, const char *why,
		      const char *hint)
{
	problem_add(problems, path, 0, "", "", hint, "%s, the file is left out", why);
	return INI_UNREADABLE;
}

/* As much of the file as there is, at most its size when it was opened. */
static ssize_t read_all(int fd, char *text, size_t size)
{
	size_t n = 0;

	while (n < size) {
		ssize_t got = read(fd, text + n, size - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

/* The whole file. Returns an enum ini_outcome or -ENOMEM. */
static int read_file(const char *path, char **ret, size_t *ret_n, struct problem_list *problems)
{
	static const char kind[] = "it is not a regular file",
			  right[] = "a text file that you may read";
	/* Not to wait for the writer of a FIFO, nor to become the owner of a terminal. */
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	CLEANUP(freep) char *text = NULL;
	struct stat st;
	ssize_t n;

	if (fd < 0 && errno == ENOENT && lstat(path, &st) < 0)
		return INI_ABSENT;
	if (fd < 0 && errno == ENOENT)
		return unreadable(path, problems, "it is a link to nothing", right);
	if (fd < 0 && errno == ENXIO) /* a socket, or a device that is not there */
		return unreadable(path, problems, kind, "a text file");
	if (fd < 0 || fstat(fd, &st) < 0)
		return unreadable(path, problems, strerror(errno), right);
	if (!S_ISREG(st.st_mode))
		return unreadable(path, problems, kind, "a text file");
	if (st.st_size > INI_FILE_MAX)
		return unreadable(path, problems, "it is larger than 1 MiB", "a file up to 1 MiB");
	text = malloc((size_t)st.st_size + 1);
	if (!text)
		return -ENOMEM;
	n = read_all(fd, text, (size_t)st.st_size);
	if (n < 0)
		return unreadable(path, problems, strerror((int)-n), right);
	*ret = TAKE(text);
	*ret_n = (size_t)n;
	return INI_READ;
}

int ini_load(const char *path, struct ini_file *ret, struct problem_list *problems)
{
	CLEANUP(scan_done) struct scan s = { .path = path, .problems = problems };
	CLEANUP(freep) char *text = NULL;
	size_t n = 0;
	int r;

	r = read_file(path, &text, &n, problems);
	if (r != INI_READ)
		return r;
	if (n >= 2 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2)))
		return unreadable(path, problems, "it is UTF-16", "a text file in UTF-8");
	r = scan_text(&s, (struct span){ text, n });
	if (r < 0)
		return r;
	r = drop_repeats(&s);
	if (r < 0)
		return r;
	r = fill_values(&s);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return unreadable(path, problems, strerror(-r), "a system with /proc and memfd");
	*ret = (struct ini_file){ .entries = TAKE(s.entries), .n = s.n, .texts = TAKE(s.texts) };
	return INI_READ;
}

void ini_file_done(struct ini_file *f)
{
	free(f->entries);
	free(f->texts);
	*f = (struct ini_file){ 0 };
}
