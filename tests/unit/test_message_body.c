/*
 * The body of a message and the fields that say what it is, at their bounds.
 */
#include "test.h"

#include <string.h>

#include "mail/message.h"

static const struct message_origin origin = { NULL, "<>", false };

static void
begin(struct message *message)
{
	message_init(message);
	ck_assert_int_eq(message_begin(message, &origin), STATUS_OK);
}

static char *
filled(size_t length)
{
	char *text = malloc(length + 1);

	ck_assert_ptr_nonnull(text);
	memset(text, 'x', length);
	text[length] = '\0';
	return text;
}

START_TEST(pieces_are_joined)
{
	struct message message;

	begin(&message);
	ck_assert_ptr_null(message.body);
	ck_assert_int_eq(message_body(&message, "", 0), STATUS_OK);
	ck_assert_int_eq(message_body(&message, "one\0", 4), STATUS_OK);
	ck_assert_int_eq(message_body(&message, "two", 3), STATUS_OK);
	ck_assert_uint_eq(message.body_length, 7);
	ck_assert_int_eq(memcmp(message.body, "one\0two", 8), 0);
	ck_assert(!message.body_cut);
	ck_assert_int_eq(message_begin(&message, &origin), STATUS_OK);
	ck_assert_ptr_null(message.body);
	ck_assert_uint_eq(message.body_length, 0);
	message_release(&message);
}
END_TEST

/* MESSAGE_BODY_MAX bytes in pieces of several sizes, then one more. */
START_TEST(the_body_has_a_bound)
{
	static const size_t sizes[] = { 65535, 16384, 1000, 262144 };
	size_t size = sizes[_i], left = MESSAGE_BODY_MAX, piece;
	struct message message;
	char *bytes = filled(size);

	begin(&message);
	for (; left > 0; left -= piece) {
		piece = left < size ? left : size;
		ck_assert_int_eq(message_body(&message, bytes, piece),
		    STATUS_OK);
	}
	ck_assert(!message.body_cut);
	ck_assert_uint_eq(message.body_length, MESSAGE_BODY_MAX);
	ck_assert_int_eq(message_body(&message, bytes, 1), STATUS_LIMIT);
	ck_assert_int_eq(message_body(&message, bytes, size), STATUS_LIMIT);
	ck_assert(message.body_cut);
	ck_assert_uint_eq(message.body_length, MESSAGE_BODY_MAX);
	ck_assert_uint_eq(strlen(message.body), MESSAGE_BODY_MAX);
	ck_assert(!message.overflow);
	ck_assert_int_eq(message_begin(&message, &origin), STATUS_OK);
	ck_assert(!message.body_cut);
	message_release(&message);
	free(bytes);
}
END_TEST

START_TEST(a_piece_may_pass_the_bound)
{
	struct message message;
	char *bytes = filled(MESSAGE_BODY_MAX + 1);

	begin(&message);
	ck_assert_int_eq(message_body(&message, bytes, MESSAGE_BODY_MAX + 1),
	    STATUS_LIMIT);
	ck_assert_uint_eq(message.body_length, MESSAGE_BODY_MAX);
	ck_assert(message.body_cut);
	message_release(&message);
	free(bytes);
}
END_TEST

START_TEST(content_fields_are_kept)
{
	struct message message;

	begin(&message);
	ck_assert_ptr_null(message.content_type);
	message_header(&message, "content-type",
	    "text/plain;\n\tformat=flowed");
	message_header(&message, "Content-Type", "text/html");
	message_header(&message, "Content-Transfer-Encoding", "8bit");
	message_header(&message, "MIME-version", "1.0");
	message_header(&message, "X-Failed-Recipients", "bob@example.com");
	message_header(&message, "X-Failed-Recipients", "eve@example.com");
	ck_assert_str_eq(message.content_type, "text/plain;\n\tformat=flowed");
	ck_assert_str_eq(message.content_encoding, "8bit");
	ck_assert_str_eq(message.mime_version, "1.0");
	ck_assert_str_eq(message.failed_recipients,
	    "bob@example.com,eve@example.com");
	ck_assert_int_eq(message_begin(&message, &origin), STATUS_OK);
	ck_assert_ptr_null(message.content_type);
	ck_assert_ptr_null(message.content_encoding);
	ck_assert_ptr_null(message.mime_version);
	ck_assert_ptr_null(message.failed_recipients);
	message_release(&message);
}
END_TEST

START_TEST(content_fields_have_a_bound)
{
	static const char *const names[] = {
		"Content-Type", "Content-Transfer-Encoding", "MIME-Version",
		"X-Failed-Recipients"
	};
	char *fits = filled(MESSAGE_CONTENT_MAX);
	char *passes = filled(MESSAGE_CONTENT_MAX + 1);
	struct message message;

	begin(&message);
	message_header(&message, names[_i], _i == 3 ? fits + 1 : fits);
	ck_assert_msg(!message.overflow, "%s", names[_i]);
	ck_assert_int_eq(message_begin(&message, &origin), STATUS_OK);
	message_header(&message, names[_i], passes);
	ck_assert_msg(message.overflow, "%s", names[_i]);
	ck_assert_ptr_null(message.content_type);
	ck_assert_ptr_null(message.content_encoding);
	ck_assert_ptr_null(message.mime_version);
	ck_assert_ptr_null(message.failed_recipients);
	message_release(&message);
	free(fits);
	free(passes);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("message body");
	TCase *tests = tcase_create("message body");

	tcase_add_test(tests, pieces_are_joined);
	tcase_add_loop_test(tests, the_body_has_a_bound, 0, 4);
	tcase_add_test(tests, a_piece_may_pass_the_bound);
	tcase_add_test(tests, content_fields_are_kept);
	tcase_add_loop_test(tests, content_fields_have_a_bound, 0, 4);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
