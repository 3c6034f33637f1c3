/*
 * Idents, and the key file in all the ways it can be wrong.
 */
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ident.h"

#define HEX32	"00112233445566778899aabbccddeeff"

static char directory[256];
static char path[512];

static void
set_up(void)
{
	const char *base = getenv("TMPDIR");

	ck_assert_int_eq(ident_library_init(), STATUS_OK);
	snprintf(directory, sizeof(directory), "%s/ident.XXXXXX",
	    base != NULL ? base : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/key", directory);
}

static void
tear_down(void)
{
	unlink(path);
	rmdir(path);
	rmdir(directory);
}

START_TEST(idents_keep_apart)
{
	struct ident_key key = { { 1 } }, other_key = { { 2 } };
	struct ident a, b;

	a = ident_make(&key, IDENT_MESSAGE, "a@b", 3);
	b = ident_make(&key, IDENT_MESSAGE, "a@b", 3);
	ck_assert(ident_equal(&a, &b));
	ck_assert_int_eq(ident_compare(&a, &b), 0);
	b = ident_make(&key, IDENT_CANDIDATE, "a@b", 3);
	ck_assert_msg(!ident_equal(&a, &b), "purposes fall together");
	b = ident_make(&other_key, IDENT_MESSAGE, "a@b", 3);
	ck_assert_msg(!ident_equal(&a, &b), "keys fall together");
	b = ident_make(&key, IDENT_MESSAGE, "a@c", 3);
	ck_assert_msg(!ident_equal(&a, &b), "texts fall together");
	ck_assert((ident_compare(&a, &b) < 0) == (ident_compare(&b, &a) > 0));
	b = ident_make(&key, IDENT_MESSAGE, NULL, 0);
	ck_assert_msg(!ident_equal(&a, &b), "nothing is something");
}
END_TEST

/*
 * The bytes are in people's stores: they must never change.  This is
 * BLAKE2b-128 of "\1a@b" with the key 00 01 ... 1f.
 */
START_TEST(idents_stay_the_same)
{
	char text[IDENT_TEXT_SIZE];
	struct ident_key key;
	struct ident ident;
	uint8_t i;

	for (i = 0; i < IDENT_KEY_SIZE; i++)
		key.bytes[i] = i;
	ident = ident_make(&key, IDENT_MESSAGE, "a@b", 3);
	ck_assert_str_eq(ident_format(&ident, text),
	    "d21647b03e9eb31beb8e4828ee55e665");
}
END_TEST

/*
 * Of the same key: SipHash-2-4 of "word", its key BLAKE2b-128 of "\10words".
 */
START_TEST(words_stay_the_same)
{
	struct ident_word_key word_key;
	struct ident_key key;
	uint8_t i;

	for (i = 0; i < IDENT_KEY_SIZE; i++)
		key.bytes[i] = i;
	ident_word_key_make(&key, &word_key);
	ck_assert_uint_eq(ident_word(&word_key, "word", 4),
	    UINT64_C(0xef4cfa3b74a3c204));
	ck_assert_uint_ne(ident_word(&word_key, "words", 5),
	    ident_word(&word_key, "word", 4));
	key.bytes[0] = 1;
	ident_word_key_make(&key, &word_key);
	ck_assert_uint_ne(ident_word(&word_key, "word", 4),
	    UINT64_C(0xef4cfa3b74a3c204));
}
END_TEST

struct key_row {
	const char	*name, *text;
	unsigned	 mode;
	enum status	 status;
	const char	*says;		/* part of the message */
};

static const struct key_row key_rows[] = {
	{ "good", HEX32 HEX32 "\n", 0600, STATUS_OK, NULL },
	{ "group may read", HEX32 HEX32 "\n", 0640, STATUS_OK, NULL },
	{ "no newline", HEX32 HEX32, 0600, STATUS_OK, NULL },
	{ "upper case", "00112233445566778899AABBCCDDEEFF" HEX32 "\n", 0600,
	    STATUS_OK, NULL },
	{ "others may read", HEX32 HEX32 "\n", 0644, STATUS_MALFORMED,
	    "chmod o=" },
	{ "others may write", HEX32 HEX32 "\n", 0602, STATUS_MALFORMED,
	    "chmod o=" },
	{ "empty", "", 0600, STATUS_MALFORMED, "64 hexadecimal" },
	{ "newline alone", "\n", 0600, STATUS_MALFORMED, "replygate -K" },
	{ "one digit short", HEX32 "00112233445566778899aabbccddeef\n", 0600,
	    STATUS_MALFORMED, "64 hexadecimal" },
	{ "one digit more", HEX32 HEX32 "0\n", 0600, STATUS_MALFORMED,
	    "64 hexadecimal" },
	{ "two newlines", HEX32 HEX32 "\n\n", 0600, STATUS_MALFORMED,
	    "64 hexadecimal" },
	{ "carriage return", HEX32 HEX32 "\r\n", 0600, STATUS_MALFORMED,
	    "64 hexadecimal" },
	{ "no digit", HEX32 "g0112233445566778899aabbccddeeff\n", 0600,
	    STATUS_MALFORMED, "64 hexadecimal" },
	{ "blank in it", HEX32 " 0112233445566778899aabbccddeeff\n", 0600,
	    STATUS_MALFORMED, "64 hexadecimal" },
};

static void
write_file(const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), strlen(text));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

START_TEST(keys_are_loaded)
{
	const struct key_row *row = &key_rows[_i];
	static const struct ident_key no_key = { { 0 } };
	struct ident_key key;
	enum status status;
	struct buf why;

	buf_init(&why);
	write_file(row->text, row->mode);
	status = ident_key_load(path, &key, &why);
	ck_assert_msg(status == row->status, "%s: %s, %s", row->name,
	    status_text(status), why.data);
	if (row->status == STATUS_OK) {
		ck_assert_msg(why.length == 0, "%s: %s", row->name, why.data);
		ck_assert_uint_eq(key.bytes[0], 0x00);
		ck_assert_uint_eq(key.bytes[1], 0x11);
		ck_assert_uint_eq(key.bytes[31], 0xff);
	} else {
		ck_assert_msg(strstr(why.data, row->says) != NULL &&
		    strstr(why.data, path) != NULL, "%s: says %s", row->name,
		    why.data);
		ck_assert_msg(memcmp(&key, &no_key, sizeof(key)) == 0,
		    "%s: half a key is left", row->name);
	}
	buf_release(&why);
}
END_TEST

START_TEST(random_keys_are_not_made_again)
{
	struct ident_key one, two;

	memset(&one, 0, sizeof(one));
	two = one;
	ident_key_random(&one);
	ck_assert(memcmp(&one, &two, sizeof(one)) != 0);
	ident_key_random(&two);
	ck_assert(memcmp(&one, &two, sizeof(one)) != 0);
}
END_TEST

START_TEST(a_missing_file)
{
	struct ident_key key;
	struct buf why;

	buf_init(&why);
	ck_assert_int_eq(ident_key_load(path, &key, &why), STATUS_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(why.data, path));
	ck_assert_ptr_nonnull(strstr(why.data, "replygate -K"));
	buf_release(&why);
}
END_TEST

/* It is there, so the advice to make one would lead nowhere. */
START_TEST(a_file_out_of_reach)
{
	struct ident_key key;
	char below[sizeof(path) + 2];
	struct buf why;

	buf_init(&why);
	write_file(HEX32 HEX32 "\n", 0600);
	snprintf(below, sizeof(below), "%s/x", path);
	ck_assert_int_eq(ident_key_load(below, &key, &why), STATUS_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(why.data, "Not a directory"));
	ck_assert_ptr_nonnull(strstr(why.data, "readable by the user"));
	ck_assert_ptr_null(strstr(why.data, "replygate -K"));
	buf_release(&why);
}
END_TEST

/* A pipe nobody writes to must not hold the daemon up. */
START_TEST(no_regular_file)
{
	struct ident_key key;
	struct buf why;

	buf_init(&why);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(ident_key_load(path, &key, &why), STATUS_MALFORMED);
	ck_assert_ptr_nonnull(strstr(why.data, "regular file"));
	unlink(path);
	buf_clear(&why);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(ident_key_load(path, &key, &why), STATUS_MALFORMED);
	ck_assert_ptr_nonnull(strstr(why.data, "regular file"));
	buf_release(&why);
}
END_TEST

START_TEST(keys_are_made)
{
	struct ident_key first, second;
	struct stat facts;
	struct buf why;

	buf_init(&why);
	umask(0);
	ck_assert_int_eq(ident_key_create(path, &why), STATUS_OK);
	ck_assert_int_eq(stat(path, &facts), 0);
	ck_assert_uint_eq(facts.st_mode & 07777, 0600);
	ck_assert_uint_eq(facts.st_size, 65);
	ck_assert_int_eq(ident_key_load(path, &first, &why), STATUS_OK);
	ck_assert_uint_eq(why.length, 0);
	ck_assert_int_eq(ident_key_create(path, &why), STATUS_CONFLICT);
	ck_assert_ptr_nonnull(strstr(why.data, path));
	ck_assert_int_eq(ident_key_load(path, &second, &why), STATUS_OK);
	ck_assert_mem_eq(&first, &second, sizeof(first));
	unlink(path);
	ck_assert_int_eq(ident_key_create(path, &why), STATUS_OK);
	ck_assert_int_eq(ident_key_load(path, &second, &why), STATUS_OK);
	ck_assert_mem_ne(&first, &second, sizeof(first));
	buf_release(&why);
}
END_TEST

START_TEST(a_folder_that_is_not_there)
{
	struct buf why;

	buf_init(&why);
	strncat(path, "/none/key", sizeof(path) - strlen(path) - 1);
	ck_assert_int_eq(ident_key_create(path, &why), STATUS_UNAVAILABLE);
	ck_assert_ptr_nonnull(strstr(why.data, path));
	buf_release(&why);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ident");
	TCase *tests = tcase_create("ident");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, idents_keep_apart);
	tcase_add_test(tests, idents_stay_the_same);
	tcase_add_test(tests, words_stay_the_same);
	tcase_add_loop_test(tests, keys_are_loaded, 0,
	    sizeof(key_rows) / sizeof(key_rows[0]));
	tcase_add_test(tests, random_keys_are_not_made_again);
	tcase_add_test(tests, a_missing_file);
	tcase_add_test(tests, a_file_out_of_reach);
	tcase_add_test(tests, no_regular_file);
	tcase_add_test(tests, keys_are_made);
	tcase_add_test(tests, a_folder_that_is_not_there);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
