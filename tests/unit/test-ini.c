#include "scratch.h"

#include <errno.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/utf8.h"
#include "conf/ini.h"

/* The entries of a file in one text: `[section]`, `key=value`, and `key!` for a lost line. */
static void write_entries(const struct ini_file *f, char *text, size_t size)
{
	size_t used = 0;

	*text = '\0';
	for (size_t i = 0; i < f->n && used < size; i++) {
		const struct ini_entry *e = &f->entries[i];

		if (!e->value)
			used += (size_t)snprintf(text + used, size - used, "%s!|", e->key);
		else if (!*e->key)
			used += (size_t)snprintf(text + used, size - used, "[%s]|", e->section);
		else
			used += (size_t)snprintf(text + used, size - used, "%s=%s|", e->key,
						 e->value);
	}
}

/* clang-format off */
static const struct row {
	const char *what;
	const char *text;
	const char *entries;
	struct told told[4];
} rows[] = {
	{ "a plain file", "[rule micro]\nevery = 20min\nsets=a b\n",
	  "[rule micro]|every=20min|sets=a b|", { { 0 } } },
	{ "an empty file", "", "", { { 0 } } },
	{ "comments and empty lines", "# one\n\n  ; two\n[me]\n\t# three\n", "[me]|", { { 0 } } },
	{ "no line end at the end", "[me]\nplace = room", "[me]|place=room|", { { 0 } } },
	{ "written on Windows", "\xef\xbb\xbf[me]\r\nplace = room\r\n\r\nskip = \"a\"\r\n",
	  "[me]|place=room|skip=a|", { { 0 } } },
	{ "in any case, with odd blanks", " [ Rule \t MICRO ] \n\tEvery  =\t20min  \n",
	  "[rule micro]|every=20min|", { { 0 } } },
	{ "a comment behind a header or a quote", "[me] # who\nskip = \"a\" ; why\n",
	  "[me]|skip=a|", { { 0 } } },
	{ "empty values", "[me]\na =\nb = \"\"\nc = ''\nd=\n", "[me]|a=|b=|c=|d=|", { { 0 } } },
	{ "values full of traps",
	  "[x]\na = \"x;y#z\"\nb = 'say \"so\"'\nc = it's 5\" = %s %n\nd = \" blanks \"\ne = ==\n"
	  "f = [x]\n",
	  "[x]|a=x;y#z|b=say \"so\"|c=it's 5\" = %s %n|d= blanks |e===|f=[x]|", { { 0 } } },
	{ "backslashes stay", "[x]\na = \"C:\\new\\\"\nb = 'a\\'\nc = a\\b\nd = \"\\\\\"\n",
	  "[x]|a=C:\\new\\|b=a\\|c=a\\b|d=\\\\|", { { 0 } } },
	{ "markup and emoji stay", "[x]\na = \"<b>&amp; \xf0\x9f\x98\x80 \xc3\xbc\"\n",
	  "[x]|a=<b>&amp; \xf0\x9f\x98\x80 \xc3\xbc|", { { 0 } } },
	{ "a comment's end joins nothing", "[x]\n# so \\\na = 1\n; \xff \\\nb = 2\n",
	  "[x]|a=1|b=2|", { { 0 } } },

	{ "an unquoted semicolon", "[x]\na = 1 ; why\nb = 2\n", "[x]|a!|b=2|",
	  { { 2, "a", "unquoted ';' or '#' cuts", "quotes", 0 } } },
	{ "an unquoted hash", "[x]\na = #1\nb = 2\n", "[x]|a!|b=2|",
	  { { 2, "a", "unquoted ';' or '#' cuts", "quotes", 0 } } },
	{ "an open quote", "[x]\na = \"1\nb = '\nc = 3\n", "[x]|a!|b!|c=3|",
	  { { 2, "a", "quote is not closed", NULL, 0 },
	  { 3, "b", "quote is not closed", NULL, 0 } } },
	{ "text behind a quote", "[x]\na = \"1\" 2\nb = \"a\"b\"\nc = 3\n", "[x]|a!|b!|c=3|",
	  { { 2, "a", "behind the closing quote", NULL, 0 },
	  { 3, "b", "behind the closing quote", "'single'", 0 } } },
	{ "a continued line", "[x]\na = 1 \\\n  2\nb = 3\n", "[x]|a!|2!|b=3|",
	  { { 2, "a", "cannot be continued", NULL, 0 }, { 3, "2", "no [section]", NULL, 0 } } },
	{ "neither section nor key nor comment", "[x]\nhello there\na = 1\n// no\n",
	  "[x]|hello!|a=1|!|",
	  { { 2, "hello", "is no [section], no key", "key = value", 0 },
	  { 4, "", "is no [section], no key", NULL, 0 } } },
	{ "no key", "[x]\n= 1\na b = 2\na:b = 3\n\xc3\xbc = 4\n", "[x]|!|a!|a!|!|",
	  { { 2, "", "cannot be the name of a key", NULL, 0 },
	  { 3, "a", "cannot be the name", NULL, 0 },
	    { 4, "a", "cannot be the name", NULL, 0 }, { 5, "", "cannot be the name", NULL, 0 } } },
	{ "twice, the last one counts", "[x]\na = 1\nb = 2\nA = 3\n", "[x]|b=2|a=3|",
	  { { 4, "a", "in line 2 already, and the last one counts", NULL, 0 } } },
	{ "three times, over two headers", "[x]\na = 1\na = 2\n[y]\na = 7\n[X]\na = 3\n",
	  "[x]|[y]|a=7|[x]|a=3|",
	  { { 3, "a", "in line 2 already", NULL, 0 }, { 7, "a", "in line 3 already", NULL, 0 } } },
	{ "twice, the last one lost", "[x]\na = 1\na = 2 # no\n", "[x]|a=1|a!|",
	  { { 3, "a", "cuts the value off", NULL, 0 } } },
	{ "before any section", "a = 1\n[x]\nb = 2\n", "a!|[x]|b=2|",
	  { { 1, "a", "before any section", "below a [section]", 0 } } },
	{ "an open header takes its keys with it", "[x]\na = 1\n[y\nb = 2\nrubbish\n[z]\nc = 3\n",
	  "[x]|a=1|b!|rubbish!|[z]|c=3|",
	  { { 3, "", "not closed by ']', so this line and all up to the next section",
	  "[section]", 0 } } },
	{ "text behind a header", "[x] y\na = 1\n", "a!|",
	  { { 1, "", "behind the section's name", NULL, 0 } } },
	{ "a header without a name", "[]\na = 1\n[ ]\n", "a!|",
	  { { 1, "", "cannot be the name of a section", NULL, 0 },
	  { 3, "", "cannot be the name", NULL, 0 } } },
	{ "a header with a strange name", "[a:b]\nc = 1\n", "c!|",
	  { { 1, "", "cannot be the name of a section", NULL, 0 } } },
	{ "a control character", "[x]\na = 1\x1b[31m\nb\x07 = 2\nc = 3\n", "[x]|a!|b!|c=3|",
	  { { 2, "a", "control character", NULL, 0 }, { 3, "b", "control character", NULL, 0 } } },
	{ "the stand-in for a backslash", "[x]\na = 1\x01\n", "[x]|a!|",
	  { { 2, "a", "control character", NULL, 0 } } },
	{ "an old Mac's line ends", "[x]\ra = 1\rb = 2\r", "",
	  { { 1, "", "control character", NULL, 0 } } },
	{ "no UTF-8", "[x]\na = f\xfcr\nb = \xc0\xaf\nc = \xed\xa0\x80\nd = 4\n",
	  "[x]|a!|b!|c!|d=4|",
	  { { 2, "a", "not valid UTF-8", NULL, 0 }, { 3, "b", "not valid UTF-8", NULL, 0 },
	  { 4, "c", "not valid UTF-8", NULL, 0 } } },
};
/* clang-format on */

static void each_story(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const char *path = scratch_write("story.ini", rows[i].text);
		struct problem_list problems = { 0 };
		struct ini_file f = { 0 };
		struct told want[ELEMENTS(rows[i].told) + 1] = { 0 };
		char entries[1024];

		memcpy(want, rows[i].told, sizeof(rows[i].told));
		assert_int_equal(ini_load(path, &f, &problems), INI_READ);
		write_entries(&f, entries, sizeof(entries));
		if (strcmp(entries, rows[i].entries))
			fail_msg("%s: %s", rows[i].what, entries);
		assert_told(rows[i].what, want, &problems);
		ini_file_done(&f);
		problem_list_done(&problems);
	}
}

static void a_nul_costs_its_line(void **state)
{
	static const char text[] = "[x]\na = 1\0\nb = 2\n\0\n# \0 in a comment\nc = 3\n";
	static const struct told want[] = { { 2, "a", "NUL", NULL, 0 },
					    { 4, "", "NUL", NULL, 0 },
					    { 0 } };
	struct problem_list problems = { 0 };
	struct ini_file f = { 0 };
	char entries[128];

	(void)state;
	assert_int_equal(
		ini_load(scratch_write_bytes("nul.ini", text, sizeof(text) - 1), &f, &problems),
		INI_READ);
	write_entries(&f, entries, sizeof(entries));
	assert_string_equal(entries, "[x]|a!|b=2|!|c=3|");
	assert_told("NUL", want, &problems);
	ini_file_done(&f);
	problem_list_done(&problems);
}

/* `key = vvv…` of `n` bytes in all between two short lines; with or without quotes. */
static void long_line(char *text, size_t n, bool quotes)
{
	size_t head = (size_t)sprintf(text, "[x]\na = 1\nlong = %s", quotes ? "\"" : "");
	size_t value = n - strlen("long = ") - (quotes ? 2 : 0);

	memset(text + head, 'v', value);
	strcpy(text + head + value, quotes ? "\"\nb = 2" : "\nb = 2");
}

static void lines_up_to_the_limit(void **state)
{
	static const struct told too_long[] = { { 3, "long", "too long", "1022", 0 }, { 0 } };
	static const struct told nothing[] = { { 0 } };

	(void)state;
	for (size_t n = INI_LINE_MAX - 2; n <= INI_LINE_MAX + 2; n++) {
		for (int quotes = 0; quotes < 2; quotes++) {
			struct problem_list problems = { 0 };
			struct ini_file f = { 0 };
			char text[2048], what[32];
			bool fits = n <= INI_LINE_MAX;

			long_line(text, n, quotes);
			(void)sprintf(what, "%zu bytes", n);
			assert_int_equal(ini_load(scratch_write("long.ini", text), &f, &problems),
					 INI_READ);
			assert_told(what, fits ? nothing : too_long, &problems);
			assert_int_equal(f.n, 4);
			assert_string_equal(f.entries[3].value, "2");
			if (fits)
				assert_int_equal(strlen(f.entries[2].value),
						 n - strlen("long = ") - (quotes ? 2 : 0));
			else
				assert_null(f.entries[2].value);
			ini_file_done(&f);
			problem_list_done(&problems);
		}
	}
}

static void a_long_comment_is_fine(void **state)
{
	struct problem_list problems = { 0 };
	struct ini_file f = { 0 };
	char text[4096];

	(void)state;
	memset(text, '#', 3000);
	strcpy(text + 3000, "\n[x]\na = 1\n");
	assert_int_equal(ini_load(scratch_write("comment.ini", text), &f, &problems), INI_READ);
	assert_int_equal(problems.n, 0);
	assert_int_equal(f.n, 2);
	ini_file_done(&f);
}

static void wants_unreadable(const char *path, const char *why)
{
	struct problem_list problems = { 0 };
	struct ini_file f = { 0 };
	const struct told want[] = { { 0, "", why, NULL, 0 }, { 0 } };

	assert_int_equal(ini_load(path, &f, &problems), INI_UNREADABLE);
	assert_told(path, want, &problems);
	assert_string_equal(problems.v[0].file, path);
	assert_null(f.entries);
	problem_list_done(&problems);
}

static void make_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
}

/* Each within a second, or the alarm ends the test program. */
static void other_things_in_a_files_place(void **state)
{
	const char *fifo = scratch_path("fifo.ini"), *folder = scratch_path("folder.ini");
	const char *loop = scratch_path("loop.ini"), *bound = scratch_path("socket.ini");
	const char *device = scratch_path("device.ini"), *below;
	char path[300];

	(void)state;
	alarm(5);
	assert_int_equal(mkfifo(fifo, 0644), 0);
	wants_unreadable(fifo, "not a regular file");
	assert_int_equal(mkdir(folder, 0755), 0);
	wants_unreadable(folder, "not a regular file");
	assert_int_equal(symlink("/dev/zero", device), 0);
	wants_unreadable(device, "not a regular file");
	assert_int_equal(symlink("loop.ini", loop), 0);
	wants_unreadable(loop, "symbolic links");
	make_socket(bound);
	wants_unreadable(bound, "not a regular file");
	scratch_write("plain", "");
	below = scratch_path("plain");
	(void)snprintf(path, sizeof(path), "%s/limber.conf", below);
	wants_unreadable(path, "ot a directory");
	alarm(0);
}

static void a_missing_file_is_fine(void **state)
{
	struct problem_list problems = { 0 };
	struct ini_file f = { 0 };

	(void)state;
	assert_int_equal(ini_load(scratch_path("missing.ini"), &f, &problems), INI_ABSENT);
	assert_int_equal(problems.n, 0);
}

static void a_huge_file_is_not_read(void **state)
{
	const char *huge = scratch_write("huge.ini", "[x]\na = 1\n");

	(void)state;
	assert_int_equal(truncate(huge, 100 * 1024 * 1024), 0);
	alarm(5);
	wants_unreadable(huge, "larger than 1 MiB");
	alarm(0);
	assert_int_equal(truncate(huge, INI_FILE_MAX + 1), 0);
	wants_unreadable(huge, "larger than 1 MiB");
}

static void a_file_of_the_largest_size_is(void **state)
{
	const char *path = scratch_path("large.ini");
	struct problem_list problems = { 0 };
	struct ini_file f = { 0 };
	FILE *file = fopen(path, "w");

	(void)state;
	assert_non_null(file);
	fputs("[x]\na = 1\n", file);
	for (long n = ftell(file); n < INI_FILE_MAX; n++)
		fputc(n % 100 ? '#' : '\n', file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(ini_load(path, &f, &problems), INI_READ);
	assert_int_equal(f.n, 2);
	ini_file_done(&f);
	problem_list_done(&problems);
}

static void more_keys_than_we_take(void **state)
{
	static const struct told want[] = {
		{ INI_ENTRIES_MAX + 1, "", "from this line on", NULL, 0 }, { 0 }
	};
	const char *path = scratch_path("many.ini");
	struct problem_list problems = { 0 };
	struct ini_file f = { 0 };
	FILE *file = fopen(path, "w");

	(void)state;
	assert_non_null(file);
	fputs("[x]\n", file);
	for (int i = 1; i < 2 * INI_ENTRIES_MAX; i++)
		fprintf(file, "key%d=%d\n", i, i);
	assert_int_equal(fclose(file), 0);
	alarm(20);
	assert_int_equal(ini_load(path, &f, &problems), INI_READ);
	alarm(0);
	assert_int_equal(f.n, INI_ENTRIES_MAX);
	assert_string_equal(f.entries[f.n - 1].value, "16383");
	assert_told("many", want, &problems);
	ini_file_done(&f);
	problem_list_done(&problems);
}

static void utf16_is_one_problem(void **state)
{
	(void)state;
	wants_unreadable(scratch_write_bytes("utf16.ini", "\xff\xfe[\0x\0]\0\n\0", 10), "UTF-16");
}

/* As somebody whom permissions bind: root may read everything. */
static void no_permission_is_told(void **state)
{
	const char *path = scratch_write("secret.ini", "[x]\na = 1\n");
	int status;
	pid_t child;

	(void)state;
	assert_int_equal(chmod(path, 0), 0);
	assert_int_equal(chmod(scratch_root, 0755), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct problem_list problems = { 0 };
		struct ini_file f = { 0 };

		if (geteuid() == 0 && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
			_exit(2);
		_exit(ini_load(path, &f, &problems) == INI_UNREADABLE && problems.n == 1 &&
				      strstr(problems.v[0].message, "ermission denied")
			      ? 0
			      : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* iniparser writes what it dislikes to stderr unless told not to; it is to dislike nothing. */
static void nothing_is_written_to_stderr(void **state)
{
	const char *path = scratch_path("stderr");
	int saved = dup(2), caught = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	struct stat st;

	(void)state;
	assert_true(saved >= 0 && caught >= 0);
	assert_int_equal(dup2(caught, 2), 2);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct problem_list problems = { 0 };
		struct ini_file f = { 0 };

		(void)ini_load(scratch_write("silent.ini", rows[i].text), &f, &problems);
		ini_file_done(&f);
		problem_list_done(&problems);
	}
	assert_int_equal(dup2(saved, 2), 2);
	assert_int_equal(fstat(caught, &st), 0);
	assert_int_equal(st.st_size, 0);
	close(saved);
	close(caught);
}

static void problems_can_be_shown(void **state)
{
	struct problem_list l = { 0 };
	char excerpt[EXCERPT_MAX], text[200];

	(void)state;
	problem_add(&l, "/a\nb", 3, "x\x1b[1m", "k\xff", "\xe2\x80\xae", "%s 100%%",
		    "a\tb\x7f\xc2\x85 \xc3\xbc \xf0\x9f\x98\x80");
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].file, "/a\\x0Ab");
	assert_string_equal(l.v[0].section, "x\\x1B[1m");
	assert_string_equal(l.v[0].key, "k\\xFF");
	assert_string_equal(l.v[0].hint, "\\xE2\\x80\\xAE");
	assert_string_equal(l.v[0].message,
			    "a\\x09b\\x7F\\xC2\\x85 \xc3\xbc \xf0\x9f\x98\x80 100%");
	problem_list_done(&l);

	memset(text, 'x', sizeof(text));
	memcpy(text + EXCERPT_MAX - 5, "\xc3\xbc", 2); /* across the cut */
	text[sizeof(text) - 1] = '\0';
	problem_excerpt(text, excerpt);
	assert_int_equal(strlen(excerpt), EXCERPT_MAX - 2);
	assert_string_equal(excerpt + EXCERPT_MAX - 6, "x...");
	assert_string_equal(problem_excerpt("short", excerpt), "short");
}

static void problems_are_limited(void **state)
{
	struct problem_list l = { 0 };

	(void)state;
	for (unsigned i = 0; i < PROBLEMS_MAX + 7; i++)
		problem_add(&l, "f", i, "", "", "", "problem %u", i);
	problem_warn(&l, "f", 1, "", "", "", "a warning");
	assert_int_equal(l.n, PROBLEMS_MAX);
	assert_int_equal(l.dropped, 8);
	assert_int_equal(l.errors, PROBLEMS_MAX + 7);
	problem_list_done(&l);
	assert_int_equal(l.n, 0);
}

static void problems_are_put_in_order(void **state)
{
	static const unsigned lines[] = { 9, 7, 0, 7, 3 }, want[] = { 9, 0, 3, 7, 7 };
	struct problem_list l = { 0 };

	(void)state;
	for (size_t i = 0; i < ELEMENTS(lines); i++)
		problem_add(&l, "f", lines[i], "", "", "", "%zu", i);
	problem_list_order(&l, 1);
	for (size_t i = 0; i < ELEMENTS(want); i++)
		assert_int_equal(l.v[i].line, want[i]);
	assert_string_equal(l.v[3].message, "1");
	assert_string_equal(l.v[4].message, "3");
	problem_list_done(&l);
}

static void utf8_is_read_strictly(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		size_t length;
		uint32_t character;
	} texts[] = {
		{ "a", 1, 'a' }, { "\xc3\xbc", 2, 0xfc }, { "\xe2\x82\xac", 3, 0x20ac },
		{ "\xf0\x9f\x98\x80", 4, 0x1f600 }, { "\xf4\x8f\xbf\xbf", 4, 0x10ffff },
		{ "\xc0\x80", 0, 0 }, { "\xc1\xbf", 0, 0 }, { "\xe0\x9f\xbf", 0, 0 },
		{ "\xf0\x8f\xbf\xbf", 0, 0 }, { "\xed\xa0\x80", 0, 0 }, { "\xf4\x90\x80\x80", 0,
		  0 },
		{ "\xf5\x80\x80\x80", 0, 0 }, { "\x80", 0, 0 }, { "\xc3", 0, 0 }, { "\xe2\x82", 0,
		  0 },
		{ "\xc3(", 0, 0 }, { "\xff", 0, 0 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		uint32_t character = 0;

		assert_int_equal(utf8_decode(texts[i].text, strlen(texts[i].text), &character),
				 texts[i].length);
		assert_int_equal(character, texts[i].character);
	}
	assert_int_equal(utf8_decode("", 0, &(uint32_t){ 0 }), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_story),
		cmocka_unit_test(a_nul_costs_its_line),
		cmocka_unit_test(lines_up_to_the_limit),
		cmocka_unit_test(a_long_comment_is_fine),
		cmocka_unit_test(other_things_in_a_files_place),
		cmocka_unit_test(a_missing_file_is_fine),
		cmocka_unit_test(a_huge_file_is_not_read),
		cmocka_unit_test(a_file_of_the_largest_size_is),
		cmocka_unit_test(more_keys_than_we_take),
		cmocka_unit_test(utf16_is_one_problem),
		cmocka_unit_test(no_permission_is_told),
		cmocka_unit_test(nothing_is_written_to_stderr),
		cmocka_unit_test(problems_can_be_shown),
		cmocka_unit_test(problems_are_limited),
		cmocka_unit_test(problems_are_put_in_order),
		cmocka_unit_test(utf8_is_read_strictly),
	};

	return cmocka_run_group_tests_name("ini", tests, scratch_begin, scratch_end);
}
