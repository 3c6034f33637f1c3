/*
 * What a message keeps of what mail servers found out about it.
 */
#include "test.h"

#include <stdio.h>
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

START_TEST(they_are_kept_from_the_top)
{
	struct message message;

	message_init(&message);
	begin(&message);
	field(&message, "Authentication-Results", "a; none");
	field(&message, "Received", "from b");
	field(&message, "RECEIVED", "from c");
	field(&message, "authentication-results", "d;\n\tspf=pass");
	field(&message, "X-Received", "no hop");
	field(&message, "ARC-Authentication-Results", "i=1; e; none");
	ck_assert_uint_eq(message.hops, 2);
	ck_assert_uint_eq(message.result_count, 2);
	ck_assert_str_eq(message.results[0].value, "a; none");
	ck_assert_uint_eq(message.results[0].hops, 0);
	ck_assert_str_eq(message.results[1].value, "d;\n\tspf=pass");
	ck_assert_uint_eq(message.results[1].hops, 2);
	begin(&message);
	ck_assert_uint_eq(message.hops, 0);
	ck_assert_uint_eq(message.result_count, 0);
	message_release(&message);
	ck_assert_uint_eq(message.result_count, 0);
}
END_TEST

START_TEST(so_many_and_no_more)
{
	struct message message;
	char value[32];
	int i;

	message_init(&message);
	begin(&message);
	for (i = 0; i < MESSAGE_RESULTS_MAX + 2; i++) {
		(void)snprintf(value, sizeof(value), "server%d; none", i);
		field(&message, "Authentication-Results", value);
	}
	ck_assert_uint_eq(message.result_count, MESSAGE_RESULTS_MAX);
	ck_assert_str_eq(message.results[MESSAGE_RESULTS_MAX - 1].value,
	    "server9; none");
	ck_assert(!message.overflow);
	message_release(&message);
}
END_TEST

START_TEST(one_past_its_bound_keeps_its_place)
{
	char value[MESSAGE_RESULT_MAX + 2];
	struct message message;

	message_init(&message);
	begin(&message);
	memset(value, 'x', sizeof(value) - 1);
	value[MESSAGE_RESULT_MAX] = '\0';
	field(&message, "Authentication-Results", value);
	value[MESSAGE_RESULT_MAX] = 'x';
	value[MESSAGE_RESULT_MAX + 1] = '\0';
	field(&message, "Authentication-Results", value);
	field(&message, "Authentication-Results", "a; none");
	ck_assert_uint_eq(message.result_count, 3);
	ck_assert_uint_eq(strlen(message.results[0].value),
	    MESSAGE_RESULT_MAX);
	ck_assert_ptr_null(message.results[1].value);
	ck_assert_str_eq(message.results[2].value, "a; none");
	ck_assert(!message.overflow);
	message_release(&message);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("message_result");
	TCase *tcase = tcase_create("message_result");

	tcase_add_unchecked_fixture(tcase, set_up, NULL);
	tcase_add_test(tcase, they_are_kept_from_the_top);
	tcase_add_test(tcase, so_many_and_no_more);
	tcase_add_test(tcase, one_past_its_bound_keeps_its_place);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
