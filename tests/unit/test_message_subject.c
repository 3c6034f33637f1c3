/*
 * What a message says it is about: subject, topic, and the message that made
 * Exchange write.
 */
#include "test.h"

#include <string.h>

#include "mail/message.h"
#include "mail/mime.h"

static void
set_up(void)
{
	mime_library_init();
}

static void
begin(struct message *message)
{
	static const struct message_origin origin = {
		NULL, "<bob@example.com>", false
	};

	message_init(message);
	ck_assert_int_eq(message_begin(message, &origin), STATUS_OK);
}

/* From a heap block that ends with the value. */
static void
field(struct message *message, const char *name, const char *value)
{
	char *copy = strdup(value);

	message_header(message, name, copy);
	free(copy);
}

START_TEST(the_first_is_kept)
{
	struct message message;

	begin(&message);
	ck_assert_ptr_null(message.subject);
	ck_assert_ptr_null(message.topic);
	ck_assert(!message.has_from);
	field(&message, "subject", "=?utf-8?Q?J=C3=A4?=\n\t one");
	field(&message, "Subject", "two");
	field(&message, "Thread-Topic", "three");
	field(&message, "X-MS-Exchange-Parent-Message-Id", "\n <a@B>");
	field(&message, "X-MS-Exchange-Parent-Message-Id", "<c@d>");
	field(&message, "From", "nobody that can be read");
	ck_assert_str_eq(message.subject, "=?utf-8?Q?J=C3=A4?=\n\t one");
	ck_assert_str_eq(message.topic, "three");
	ck_assert_str_eq(message.parent_id.text, "a@b");
	ck_assert(message.has_from);
	ck_assert_uint_eq(message.from.length, 0);
	message_release(&message);
}
END_TEST

START_TEST(the_next_transaction_has_none)
{
	static const struct message_origin origin = { NULL, "<>", false };
	struct message message;

	begin(&message);
	field(&message, "Subject", "one");
	field(&message, "Thread-Topic", "two");
	field(&message, "X-MS-Exchange-Parent-Message-Id", "<a@b>");
	field(&message, "From", "a@b.example");
	ck_assert_int_eq(message_begin(&message, &origin), STATUS_OK);
	ck_assert_ptr_null(message.subject);
	ck_assert_ptr_null(message.topic);
	ck_assert_uint_eq(message.parent_id.length, 0);
	ck_assert(!message.has_from);
	message_release(&message);
}
END_TEST

START_TEST(subjects_have_a_bound)
{
	static const size_t sizes[] = {
		MESSAGE_SUBJECT_MAX, MESSAGE_SUBJECT_MAX + 1
	};
	char *value = malloc(sizes[_i] + 1);
	struct message message;

	memset(value, 'x', sizes[_i]);
	value[sizes[_i]] = '\0';
	begin(&message);
	field(&message, "Subject", value);
	field(&message, "Thread-Topic", value);
	ck_assert_uint_eq(strlen(message.subject), MESSAGE_SUBJECT_MAX);
	ck_assert_uint_eq(strlen(message.topic), MESSAGE_SUBJECT_MAX);
	ck_assert(!message.overflow);
	message_release(&message);
	free(value);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("message_subject");
	TCase *tcase = tcase_create("message_subject");

	tcase_add_unchecked_fixture(tcase, set_up, NULL);
	tcase_add_test(tcase, the_first_is_kept);
	tcase_add_test(tcase, the_next_transaction_has_none);
	tcase_add_loop_test(tcase, subjects_have_a_bound, 0, 2);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
