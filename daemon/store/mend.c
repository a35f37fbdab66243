/* The way into a file whose first page is destroyed: it says what the file is and where the list of
 * tables begins, and in a file that was just made it says the same. */
#include "store/history-internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Of a larger one nobody would wait for a copy. */
#define SIZE_MOST (64 * 1024 * 1024)
/* In the first page: the last byte of the number for which its own account of the file's size
 * holds. */
#define AT_SIZE_VALID_FOR 95

static int copy_all(int from, int to)
{
	struct stat st;
	ssize_t n;

	if (fstat(from, &st) < 0)
		return -errno;
	if (st.st_size > SIZE_MOST)
		return -EFBIG;
	do
		n = sendfile(to, from, NULL, SIZE_MOST);
	while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 ? -errno : 0;
}

/* In place of the first page of what was copied. */
static int lend_page(int to, const char *fresh)
{
	CLEANUP(closep) int from = open(fresh, O_RDONLY | O_CLOEXEC);
	unsigned char page[STORE_PAGE];

	if (from < 0)
		return -errno;
	if (pread(from, page, sizeof(page), 0) != (ssize_t)sizeof(page))
		return -EIO;
	/* The size is that of the file that this page comes to. */
	page[AT_SIZE_VALID_FOR] ^= 1;
	return pwrite(to, page, sizeof(page), 0) == (ssize_t)sizeof(page) ? 0 : -EIO;
}

/* `fresh`: whose first page it gets, NULL for its own. */
static int copy_file(const char *file, const char *copy, const char *fresh)
{
	CLEANUP(closep) int from = open(file, O_RDONLY | O_CLOEXEC), to = -1;
	int r;

	if (from < 0)
		return -errno;
	to = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (to < 0)
		return -errno;
	r = copy_all(from, to);
	return r < 0 || !fresh ? r : lend_page(to, fresh);
}

/* The log beside a file; owned, NULL without memory. */
static char *log_of(const char *file)
{
	char *log;

	return asprintf(&log, "%s" STORE_LOG_SUFFIX, file) < 0 ? NULL : log;
}

void store_unmend(const char *mended)
{
	CLEANUP(freep) char *log = log_of(mended);

	(void)unlink(mended);
	if (log)
		(void)unlink(log);
}

int store_mend(const char *file, const char *fresh, char **ret)
{
	CLEANUP(freep) char *mended = NULL;
	CLEANUP(freep) char *from = log_of(file);
	CLEANUP(freep) char *to = NULL;
	int r;

	if (!from || asprintf(&mended, "%s.mended", file) < 0) {
		mended = NULL;
		return -ENOMEM;
	}
	to = log_of(mended);
	if (!to)
		return -ENOMEM;
	r = copy_file(file, mended, fresh);
	/* What was written last may be nowhere else, and that page among it. */
	if (r >= 0 && access(from, F_OK) == 0)
		r = copy_file(from, to, NULL);
	if (r < 0)
		store_unmend(mended);
	else
		*ret = TAKE(mended);
	return r;
}
