/* A database that dconf 0.40 has written, whole and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "quiet/dconf.h"

/* clang-format off */
/* org.gnome.desktop.notifications show-banners false, and of org.gnome.desktop.interface
 * clock-show-date true and font-name 'Cantarell 12'. */
static const char written[] =
	"GVariant\x00\x00\x00\x00\x00\x00\x00\x00\x18\x00\x00\x00\x1c\x01\x00\x00"
	"\x00\x00\x00(\x09\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x04\x00\x00"
	"\x00\x05\x00\x00\x00\x05\x00\x00\x00\x06\x00\x00\x00\x08\x00\x00\x00\x08"
	"\x00\x00\x00\x09\x00\x00\x00\xb9\x88\xfd\xda\x04\x00\x00\x00\x1c\x01\x00"
	"\x00\x08\x00L\x00$\x01\x00\x00,\x01\x00\x00\xfe\x1f\x9e\x7f\x07\x00\x00\x00"
	",\x01\x00\x00\x0f\x00v\x00@\x01\x00\x00" "C\x01\x00\x00KP\x90\x0b\x06\x00"
	"\x00\x00" "C\x01\x00\x00\x04\x00L\x00H\x01\x00\x00L\x01\x00\x00\xc2\x1d\x8c"
	"\x85\x00\x00\x00\x00L\x01\x00\x00\x0e\x00L\x00\x5c\x01\x00\x00`\x01\x00\x00"
	"\xb0\xb7$0\x02\x00\x00\x00`\x01\x00\x00\x06\x00L\x00h\x01\x00\x00l\x01\x00"
	"\x00\x9e\xd8L\xa9\x07\x00\x00\x00l\x01\x00\x00\x09\x00v\x00x\x01\x00\x00"
	"\x87\x01\x00\x00\xd4\xb5\x02\x00\xff\xff\xff\xff\x87\x01\x00\x00\x01\x00"
	"L\x00\x88\x01\x00\x00\x8c\x01\x00\x00" "9\xc5;O\x00\x00\x00\x00\x8c\x01\x00"
	"\x00\x0a\x00L\x00\x98\x01\x00\x00\xa0\x01\x00\x00\xd9\x82\xb5\x1c\x03\x00"
	"\x00\x00\xa0\x01\x00\x00\x0c\x00v\x00\xb0\x01\x00\x00\xb3\x01\x00\x00" "d"
	"esktop/\x07\x00\x00\x00\x03\x00\x00\x00" "clock-show-date\x00\x00\x00\x00"
	"\x00\x01\x00" "borg/\x00\x04\x00\x00\x00notifications/\x00\x00\x08\x00\x00"
	"\x00gnome/\x00\x00\x00\x00\x00\x00" "font-name\x00\x00\x00" "Cantarell 1"
	"2\x00\x00s/\x02\x00\x00\x00interface/\x00\x00\x01\x00\x00\x00\x05\x00\x00"
	"\x00show-banners\x00\x00\x00\x00\x00\x00" "b";
/* org.gnome.desktop.notifications show-banners true, and locked: as by `dconf compile`. */
static const char locked[] =
	"GVariant\x00\x00\x00\x00\x00\x00\x00\x00\xa8\x00\x00\x00\xe4\x00\x00\x00\x01"
	"\x00" "b\x00\x00\x00\x00\x00\x01\x00" "b/org/gnome/desktop/notifications/sho"
	"w-banners\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xd9\x82\xb5\x1c"
	"\xff\xff\xff\xff#\x00\x00\x00-\x00v\x00 \x00\x00\x00#\x00\x00\x00/org/gnome/"
	"desktop/notifications/show-banners.locks\x00\x00\x00\x00\x00\x01\x00\x00\x00"
	"\x00\x00\x00\x00\xd9\x82\xb5\x1c\xff\xff\xff\xfft\x00\x00\x00-\x00v\x00\x18"
	"\x00\x00\x00\x1b\x00\x00\x00\x8f" "9\x0d{\xff\xff\xff\xff\xa1\x00\x00\x00"
	"\x06\x00H\x00P\x00\x00\x00t\x00\x00\x00";
/* clang-format on */

#define SIZE (sizeof(written) - 1)
#define LOCKED_SIZE (sizeof(locked) - 1)
#define BANNERS "/org/gnome/desktop/notifications/show-banners"
#define CLOCK "/org/gnome/desktop/interface/clock-show-date"

static void test_what_is_set(void **state)
{
	bool value = true;

	(void)state;
	assert_true(dconf_find_bool(written, SIZE, BANNERS, &value));
	assert_false(value);
	assert_true(dconf_find_bool(written, SIZE, CLOCK, &value));
	assert_true(value);
}

static void test_what_is_not(void **state)
{
	static const char *const keys[] = {
		"/org/gnome/desktop/notifications/show-in-lock-screen", /* not set */
		"/org/gnome/desktop/interface/font-name",               /* no truth value */
		"/org/gnome/desktop/notifications/",                    /* a folder */
		"/org/gnome/desktop/interface/show-banners",            /* elsewhere */
		"org/gnome/desktop/notifications/show-banners",
		"show-banners",
		"/",
		"",
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(keys); i++) {
		bool value = true;

		assert_false(dconf_find_bool(written, SIZE, keys[i], &value));
		assert_true(value);
	}
}

static void test_what_is_locked(void **state)
{
	bool value = false;

	(void)state;
	assert_true(dconf_is_locked(locked, LOCKED_SIZE, BANNERS));
	assert_true(dconf_find_bool(locked, LOCKED_SIZE, BANNERS, &value));
	assert_true(value);
	assert_false(dconf_is_locked(locked, LOCKED_SIZE, CLOCK));
	assert_false(dconf_is_locked(locked, LOCKED_SIZE, ".locks"));
	assert_false(dconf_is_locked(locked, LOCKED_SIZE, ""));
	/* One without any locks. */
	assert_false(dconf_is_locked(written, SIZE, BANNERS));
}

/* In room of its own, so that a tool sees a look beyond it. */
static bool find_in(const char *data, size_t size, bool *ret)
{
	CLEANUP(freep) char *copy = malloc(size ? size : 1);

	assert_non_null(copy);
	memcpy(copy, data, size);
	return dconf_find_bool(copy, size, BANNERS, ret);
}

static void test_cut_off_anywhere(void **state)
{
	(void)state;
	for (size_t size = 0; size < SIZE; size++) {
		bool value = true;

		/* It is the last value of the file. */
		assert_false(find_in(written, size, &value));
		assert_true(value);
	}
}

static void test_locks_cut_off_or_wrong(void **state)
{
	static const unsigned char wrong[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };

	(void)state;
	for (size_t i = 0; i < LOCKED_SIZE; i++) {
		CLEANUP(freep) char *copy = malloc(i ? i : 1);

		assert_non_null(copy);
		memcpy(copy, locked, i);
		/* The table that leads to them is the last of the file. */
		assert_false(dconf_is_locked(copy, i, BANNERS));
		for (size_t k = 0; k < ELEMENTS(wrong); k++) {
			char damaged[LOCKED_SIZE];

			memcpy(damaged, locked, LOCKED_SIZE);
			damaged[i] = (char)wrong[k];
			(void)dconf_is_locked(damaged, LOCKED_SIZE, BANNERS);
		}
	}
}

static void test_any_byte_wrong(void **state)
{
	static const unsigned char wrong[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };

	(void)state;
	for (size_t i = 0; i < SIZE; i++)
		for (size_t k = 0; k < ELEMENTS(wrong); k++) {
			char damaged[SIZE];
			bool value;

			memcpy(damaged, written, SIZE);
			damaged[i] = (char)wrong[k];
			(void)find_in(damaged, SIZE, &value);
		}
}

static void test_an_item_that_is_its_own_parent(void **state)
{
	/* The first item is at 0x44 and has its parent's number 4 bytes on. */
	char ring[SIZE];
	bool value;

	(void)state;
	memcpy(ring, written, SIZE);
	for (size_t i = 0; i < 9; i++) {
		const unsigned char own[] = { (unsigned char)i, 0, 0, 0 };

		memcpy(ring + 0x44 + 24 * i + 4, own, sizeof(own));
	}
	assert_false(find_in(ring, SIZE, &value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_set),
		cmocka_unit_test(test_what_is_not),
		cmocka_unit_test(test_what_is_locked),
		cmocka_unit_test(test_cut_off_anywhere),
		cmocka_unit_test(test_locks_cut_off_or_wrong),
		cmocka_unit_test(test_any_byte_wrong),
		cmocka_unit_test(test_an_item_that_is_its_own_parent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
