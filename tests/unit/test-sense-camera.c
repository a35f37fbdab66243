/* When limber-sense looks who holds a camera, and whom it finds; files stand for cameras. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <limits.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "sense-camera.h"

struct world {
	char folder[64];
	struct camera *camera;
};

static int open_camera(const struct world *w, const char *name)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", w->folder, name);
	return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

static void plug(const struct world *w, const char *name)
{
	int fd = open_camera(w, name);

	assert_true(fd >= 0);
	close(fd);
}

static void unplug(const struct world *w, const char *name)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", w->folder, name);
	(void)unlink(path);
}

static void begin(struct world *w)
{
	assert_int_equal(camera_new(&w->camera, w->folder), 0);
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	(void)snprintf(w->folder, sizeof(w->folder), "/tmp/limber-camera.XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	plug(w, "video0");
	(void)prctl(PR_SET_NAME, "Kamera\n\xc3\xa9");
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	camera_free(w->camera);
	unplug(w, "video0");
	unplug(w, "video1");
	(void)rmdir(w->folder);
	free(w);
	return 0;
}

/* Of the next look, from now. */
static usec_t wait_left(const struct world *w)
{
	return usec_sub(camera_deadline(w->camera), clock_monotonic());
}

#define assert_about(span, wanted)                                                                 \
	do {                                                                                       \
		assert_true((span) <= (wanted));                                                   \
		assert_true((span) + USEC_PER_SEC / 2 > (wanted));                                 \
	} while (0)

static void test_nothing_to_do(void **state)
{
	struct world *w = *state;

	begin(w);
	assert_true(camera_deadline(w->camera) == USEC_NEVER);
	assert_false(camera_holders(w->camera)->program);
}

static void test_who_holds_it_at_the_start(void **state)
{
	struct world *w = *state;
	CLEANUP(closep) int fd = open_camera(w, "video0");

	assert_true(fd >= 0);
	begin(w);
	assert_true(camera_holders(w->camera)->program);
	assert_false(camera_holders(w->camera)->pipewire);
	assert_string_equal(camera_holders(w->camera)->name, "Kamera");
}

static void test_pipewire_is_known_by_its_name(void **state)
{
	struct world *w = *state;
	CLEANUP(closep) int fd = open_camera(w, "video0");

	assert_true(fd >= 0);
	(void)prctl(PR_SET_NAME, "pipewire");
	begin(w);
	assert_false(camera_holders(w->camera)->program);
	assert_true(camera_holders(w->camera)->pipewire);
}

static void test_a_look_some_time_after_it_was_opened(void **state)
{
	struct world *w = *state;
	CLEANUP(closep) int fd = -1;

	begin(w);
	fd = open_camera(w, "video0");
	camera_hear(w->camera);
	assert_about(wait_left(w), 2 * USEC_PER_SEC);
	/* Not yet looked at. */
	assert_false(camera_holders(w->camera)->program);
	camera_look(w->camera);
	assert_true(camera_holders(w->camera)->program);
}

static void test_a_burst_is_one_look(void **state)
{
	struct world *w = *state;

	begin(w);
	for (int i = 0; i < 100; i++) {
		plug(w, "video0");
		camera_hear(w->camera);
	}
	assert_about(wait_left(w), 2 * USEC_PER_SEC);
}

static void test_the_end_of_what_nobody_saw_is_no_look(void **state)
{
	struct world *w = *state;
	int fd = open_camera(w, "video0");

	unplug(w, "video0");
	plug(w, "video0");
	begin(w);
	close(fd);
	camera_hear(w->camera);
	assert_true(camera_deadline(w->camera) == USEC_NEVER);
}

static void test_a_look_soon_after_it_was_closed(void **state)
{
	struct world *w = *state;
	int fd = open_camera(w, "video0");

	begin(w);
	assert_true(camera_holders(w->camera)->program);
	close(fd);
	camera_hear(w->camera);
	/* Not sooner than a second after the one before. */
	assert_about(wait_left(w), USEC_PER_SEC);
	camera_look(w->camera);
	assert_false(camera_holders(w->camera)->program);
	assert_true(camera_deadline(w->camera) == USEC_NEVER);
}

static void test_one_more_camera(void **state)
{
	struct world *w = *state;
	CLEANUP(closep) int fd = -1;

	begin(w);
	fd = open_camera(w, "video1");
	camera_hear(w->camera);
	/* It may have been opened before it was watched. */
	assert_about(wait_left(w), 2 * USEC_PER_SEC);
	camera_look(w->camera);
	assert_true(camera_holders(w->camera)->program);
	unplug(w, "video1");
	camera_hear(w->camera);
	camera_look(w->camera);
	assert_false(camera_holders(w->camera)->program);
}

static void test_no_folder(void **state)
{
	struct world *w = *state;

	assert_true(camera_new(&w->camera, "/nowhere/at/all") < 0);
	assert_null(w->camera);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_to_do, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_who_holds_it_at_the_start, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pipewire_is_known_by_its_name, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_a_look_some_time_after_it_was_opened, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_a_burst_is_one_look, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_the_end_of_what_nobody_saw_is_no_look, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_a_look_soon_after_it_was_closed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_one_more_camera, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_folder, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
