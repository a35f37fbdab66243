/*
 * One INI file, read so that nothing goes wrong in silence. iniparser gives the values; a scan of
 * the text beside it gives the lines and finds what iniparser would swallow, cut, join or refuse
 *the whole file for. What the scan refuses is told, and blanked in the copy that iniparser reads,
 *so that a bad line costs that line only.
 *
 * The form, the same with every version of iniparser:
 *
 *	# a comment; `;` begins one as well. Comments have lines of their own
 *	[section]
 *	key = value
 *	key = "a value with ; or # in it, or with blanks at its ends"
 *	key = 'a value with "double" quotes in it'
 *
 * Sections and keys may be written in any case and come back in lower case; runs of blanks in a
 * section's name come back as one. A value that does not begin with a quote may hold quotes of both
 * kinds. A backslash is a character like any other, but must not end an unquoted line: lines cannot
 * be continued. The last of two equal keys counts, and both lines are told. LF and CRLF, with or
 * without a byte order mark; UTF-8.
 */
#pragma once

#include <stdbool.h>

#include "conf/problem.h"

#define INI_FILE_MAX (1024 * 1024) /* bytes */
#define INI_LINE_MAX 1022          /* bytes without the line's end: iniparser's limit, measured */
#define INI_ENTRIES_MAX 16384      /* iniparser searches them one by one */
#define INI_NAME_MAX 64            /* bytes of a section's or key's name */

/* Texts are borrowed from the file. */
struct ini_entry {
	unsigned line;
	const char *section; /* "" before any, or where its header could not be read */
	const char *key;     /* "" for the header of a section, and in a line where none is seen */
	/*
	 * NULL: the line is lost, and told; `section` and `key` are then what it seems to speak of.
	 * A header's value is "".
	 */
	const char *value;
	bool again; /* an earlier line of the file says the same key; that one has no entry */
};

struct ini_file {
	struct ini_entry *entries; /* owned, in the order of their lines */
	size_t n;
	char *texts; /* owned */
};

enum ini_outcome {
	INI_READ,       /* *ret is filled */
	INI_ABSENT,     /* there is no such file; nothing is told about that */
	INI_UNREADABLE, /* told; *ret is untouched */
};

/*
 * Read `path`. Never waits: what is not a regular file is refused. Returns an enum ini_outcome or
 * -ENOMEM. Release with ini_file_done().
 */
int ini_load(const char *path, struct ini_file *ret, struct problem_list *problems);

/* An all-zero one is fine. */
void ini_file_done(struct ini_file *f);
