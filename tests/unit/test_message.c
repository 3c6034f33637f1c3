/*
 * The facts of a message: what is kept, what is forgotten, and the bounds.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "mail/message.h"
#include "mail/mime.h"

static const struct message_origin plain_origin = {
	NULL, "<alice@example.com>", true
};

static void
set_up(void)
{
	mime_library_init();
}

/* A begun message; the caller releases it. */
static void
begin(struct message *message)
{
	message_init(message);
	ck_assert_int_eq(message_begin(message, &plain_origin), STATUS_OK);
}

/* As the MTA does it: blocks of exactly their size. */
static void
header(struct message *message, const char *name, const char *value)
{
	char *name_copy = strdup(name), *value_copy = strdup(value);

	message_header(message, name_copy, value_copy);
	free(name_copy);
	free(value_copy);
}

static char *
filled(size_t length, char with)
{
	char *text = malloc(length + 1);

	ck_assert_ptr_nonnull(text);
	memset(text, with, length);
	text[length] = '\0';
	return text;
}

struct origin_row {
	const char		*name;
	struct message_origin	 origin;
	enum status		 status;
	const char		*login, *sender;
};

static const struct origin_row origin_rows[] = {
	{ "login and sender", { "Alice", "<Alice@Example.COM>", false },
	    STATUS_OK, "alice", "alice@example.com" },
	{ "login that is an address", { "Alice@Example.com", "<a@b>", false },
	    STATUS_OK, "alice@example.com", "a@b" },
	{ "no login", { NULL, "<a@b>", true }, STATUS_OK, "", "a@b" },
	{ "null sender", { NULL, "<>", false }, STATUS_OK, "", "" },
	{ "no brackets", { NULL, "a@b", false }, STATUS_OK, "", "a@b" },
	{ "sender is none", { "alice", "<a\nb>", false }, STATUS_MALFORMED,
	    "alice", "" },
	{ "login with a blank", { "Alice Roe", "<a@b>", false }, STATUS_OK,
	    "alice?roe", "a@b" },
	{ "login with controls", { "al\nice\"", "<a@b>", false }, STATUS_OK,
	    "al?ice?", "a@b" },
	{ "login like an odd address", { "@alice@", "<a@b>", false },
	    STATUS_OK, "?alice?", "a@b" },
	{ "empty login", { "", "<a@b>", false }, STATUS_OK, "", "a@b" },
};

START_TEST(origins)
{
	const struct origin_row *row = &origin_rows[_i];
	struct message message;
	enum status status;

	message_init(&message);
	status = message_begin(&message, &row->origin);
	ck_assert_msg(status == row->status, "%s: status %s", row->name,
	    status_text(status));
	ck_assert_msg(strcmp(message.login.text, row->login) == 0,
	    "%s: login %s", row->name, message.login.text);
	ck_assert_msg(strcmp(message.sender.text, row->sender) == 0,
	    "%s: sender %s", row->name, message.sender.text);
	ck_assert_msg(message.internal == row->origin.internal, "%s",
	    row->name);
	message_release(&message);
}
END_TEST

START_TEST(long_origins)
{
	char *text = filled(70000, 'L');
	struct message_origin login = { text, "<a@b>", false };
	struct message_origin sender = { NULL, text, false };
	struct message message;

	message_init(&message);
	ck_assert_int_eq(message_begin(&message, &login), STATUS_OK);
	ck_assert_uint_eq(message.login.length, ADDR_SIZE - 1);
	ck_assert(!message.overflow);
	ck_assert_int_eq(message_begin(&message, &sender), STATUS_LIMIT);
	ck_assert_uint_eq(message.sender.length, 0);
	ck_assert(message.overflow);
	message_release(&message);
	free(text);
}
END_TEST

START_TEST(recipients_are_walked)
{
	struct message message;
	const char *recipient;

	begin(&message);
	ck_assert_ptr_null(message_next_recipient(&message, NULL));
	ck_assert_int_eq(message_recipient(&message, "<Bob@Example.COM>"),
	    STATUS_OK);
	ck_assert_int_eq(message_recipient(&message, "<>"), STATUS_MALFORMED);
	ck_assert_int_eq(message_recipient(&message, "<b\nb>"),
	    STATUS_MALFORMED);
	ck_assert_int_eq(message_recipient(&message, "carol@example.org"),
	    STATUS_OK);
	ck_assert_int_eq(message_recipient(&message, "<bob@example.com>"),
	    STATUS_OK);
	ck_assert_uint_eq(message.recipient_count, 3);
	recipient = message_next_recipient(&message, NULL);
	ck_assert_str_eq(recipient, "bob@example.com");
	recipient = message_next_recipient(&message, recipient);
	ck_assert_str_eq(recipient, "carol@example.org");
	recipient = message_next_recipient(&message, recipient);
	ck_assert_str_eq(recipient, "bob@example.com");
	ck_assert_ptr_null(message_next_recipient(&message, recipient));
	ck_assert(!message.overflow);
	message_release(&message);
}
END_TEST

START_TEST(recipients_have_a_bound)
{
	const char *recipient = NULL;
	struct message message;
	size_t i, count = 0;
	char text[32];

	begin(&message);
	for (i = 0; i < MESSAGE_RECIPIENTS_MAX; i++) {
		snprintf(text, sizeof(text), "<c%zu@example.com>", i);
		if (message_recipient(&message, text) != STATUS_OK)
			ck_abort_msg("recipient %zu is not taken", i);
	}
	ck_assert(!message.overflow);
	ck_assert_int_eq(message_recipient(&message, "<one@too.many>"),
	    STATUS_LIMIT);
	ck_assert(message.overflow);
	ck_assert_uint_eq(message.recipient_count, MESSAGE_RECIPIENTS_MAX);
	while ((recipient = message_next_recipient(&message, recipient)) !=
	    NULL)
		count++;
	ck_assert_uint_eq(count, MESSAGE_RECIPIENTS_MAX);

	/* the next transaction starts anew, without all that room */
	ck_assert_int_eq(message_begin(&message, &plain_origin), STATUS_OK);
	ck_assert(!message.overflow);
	ck_assert_uint_eq(message.recipient_count, 0);
	ck_assert_uint_eq(message.recipients_capacity, 0);
	ck_assert_ptr_null(message_next_recipient(&message, NULL));
	message_release(&message);
}
END_TEST

START_TEST(a_long_recipient)
{
	char *text = filled(ADDR_SIZE, 'r');
	struct message message;

	begin(&message);
	text[1] = '@';
	ck_assert_int_eq(message_recipient(&message, text), STATUS_LIMIT);
	ck_assert(message.overflow);
	ck_assert_uint_eq(message.recipient_count, 0);
	text[ADDR_SIZE - 1] = '\0';
	ck_assert_int_eq(message_recipient(&message, text), STATUS_OK);
	message_release(&message);
	free(text);
}
END_TEST

START_TEST(begin_forgets)
{
	struct message message;

	begin(&message);
	ck_assert_int_eq(message_recipient(&message, "<b@c>"), STATUS_OK);
	header(&message, "Message-ID", "<a@b>");
	header(&message, "From", "Bob <b@c>");
	header(&message, "Date", "Mon, 23 Nov 2026 05:31:00 +0000");
	header(&message, "In-Reply-To", "<c@d>");
	header(&message, "References", "<e@f>");
	header(&message, "Auto-Submitted", "auto-replied");
	strcpy(message.queue_id, "4XyZ");
	ck_assert(message.has_date);
	ck_assert_uint_ne(message.signs, 0);
	ck_assert_uint_ne(message.digest_length, 0);

	ck_assert_int_eq(message_begin(&message, &plain_origin), STATUS_OK);
	ck_assert_uint_eq(message.recipient_count, 0);
	ck_assert_ptr_null(message_next_recipient(&message, NULL));
	ck_assert_uint_eq(message.message_id.length, 0);
	ck_assert_uint_eq(message.from.length, 0);
	ck_assert_uint_eq(message.in_reply_to_length, 0);
	ck_assert_uint_eq(message.references_length, 0);
	ck_assert_uint_eq(message.digest_length, 0);
	ck_assert_uint_eq(message.signs, 0);
	ck_assert_str_eq(message.queue_id, "");
	ck_assert(!message.has_date);
	message_release(&message);
	message_release(&message);
}
END_TEST

START_TEST(fields_are_taken)
{
	struct message message;

	begin(&message);
	header(&message, "Message-ID", "<word>");
	ck_assert_uint_eq(message.message_id.length, 0);
	header(&message, "MESSAGE-id", "<First@Example.COM>");
	header(&message, "Message-ID", "<second@example.com>");
	header(&message, "from", "Bob <Bob@Example.COM>");
	header(&message, "From", "eve@example.org");
	header(&message, "In-Reply-To", "<a@b>");
	header(&message, "In-reply-to", "<c@d>\n\t(folded)");
	header(&message, "References", "<e@f>");
	header(&message, "References", "<g@h>");
	ck_assert_str_eq(message.message_id.text, "First@example.com");
	ck_assert_str_eq(message.from.text, "bob@example.com");
	ck_assert_str_eq(message.in_reply_to, "<a@b> <c@d>\n\t(folded)");
	ck_assert_uint_eq(message.in_reply_to_length,
	    strlen(message.in_reply_to));
	ck_assert_str_eq(message.references, "<e@f> <g@h>");
	ck_assert_uint_eq(message.references_length, 11);
	ck_assert(!message.has_date);
	message_release(&message);
}
END_TEST

/* What looks like a name that is asked for, and is none. */
START_TEST(other_fields_are_not)
{
	static const char *const names[] = {
		"", "T", "Tos", "X-To", "Dat", "Dates", "Form", "Subjects",
		"Message-Id2", "Message_ID", "In-Reply-Tx", "Reference",
		"Resent-From", "Resent-Message-ID", "Received", "DKIM-Signature"
	};
	struct message message;
	size_t i;

	begin(&message);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		header(&message, names[i], "<a@b>");
	ck_assert_uint_eq(message.message_id.length, 0);
	ck_assert_uint_eq(message.from.length, 0);
	ck_assert_uint_eq(message.in_reply_to_length, 0);
	ck_assert_uint_eq(message.references_length, 0);
	ck_assert_uint_eq(message.digest_length, 0);
	ck_assert_uint_eq(message.signs, 0);
	message_release(&message);
}
END_TEST

START_TEST(in_reply_to_has_a_bound)
{
	char *text = filled(MESSAGE_THREAD_MAX - 6, 'x');
	struct message message;

	begin(&message);
	header(&message, "In-Reply-To", "<a@b>");
	header(&message, "In-Reply-To", text);
	ck_assert(!message.overflow);
	ck_assert_uint_eq(message.in_reply_to_length, MESSAGE_THREAD_MAX);
	header(&message, "In-Reply-To", "");
	ck_assert(message.overflow);
	ck_assert_uint_eq(message.in_reply_to_length, MESSAGE_THREAD_MAX);

	ck_assert_int_eq(message_begin(&message, &plain_origin), STATUS_OK);
	free(text);
	text = filled(1024 * 1024, 'x');
	header(&message, "In-Reply-To", text);
	ck_assert(message.overflow);
	ck_assert_uint_eq(message.in_reply_to_length, 0);
	message_release(&message);
	free(text);
}
END_TEST

/* `length` bytes of ids, of which the last is the newest. */
static char *
many_ids(size_t length)
{
	char *text = filled(length, ' ');
	size_t at, number = 0;
	char id[32];

	for (at = 0; at + 16 <= length - 16; at += 16) {
		snprintf(id, sizeof(id), "<%08zu@old>", number++);
		memcpy(text + at, id, strlen(id));
	}
	memcpy(text + length - 12, "<newest@own>", 12);
	return text;
}

struct references_row {
	const char	*name;
	size_t		 length, kept;
};

static const struct references_row references_rows[] = {
	{ "one below", MESSAGE_THREAD_MAX - 1, MESSAGE_THREAD_MAX - 1 },
	{ "at the bound", MESSAGE_THREAD_MAX, MESSAGE_THREAD_MAX },
	/* cut in the first id; on to the blank behind it */
	{ "one above", MESSAGE_THREAD_MAX + 1, MESSAGE_THREAD_MAX - 13 },
	{ "far above", 1024 * 1024 + 1, MESSAGE_THREAD_MAX - 13 },
};

START_TEST(references_keep_the_newest)
{
	const struct references_row *row = &references_rows[_i];
	char *text = many_ids(row->length);
	struct message message;
	const char *kept;

	begin(&message);
	header(&message, "References", text);
	kept = message.references;
	ck_assert_msg(message.references_length == row->kept,
	    "%s: %zu bytes", row->name, message.references_length);
	ck_assert_msg(strlen(kept) == row->kept, "%s: NUL", row->name);
	ck_assert_msg(strcmp(kept + row->kept - 12, "<newest@own>") == 0,
	    "%s: the newest is lost", row->name);
	ck_assert_msg(kept[0] == '<' || kept[0] == ' ',
	    "%s: begins with %.10s", row->name, kept);
	ck_assert_msg(!message.overflow, "%s: overflow", row->name);

	/* a second field is newer still */
	header(&message, "References", "<second@field>");
	kept = message.references + message.references_length;
	ck_assert_msg(strcmp(kept - 27, "<newest@own> <second@field>") == 0,
	    "%s: ends with %s", row->name, kept - 27);
	ck_assert_msg(message.references_length <= MESSAGE_THREAD_MAX,
	    "%s: %zu bytes", row->name, message.references_length);
	message_release(&message);
	free(text);
}
END_TEST

START_TEST(references_of_one_word)
{
	char *text = filled(2 * MESSAGE_THREAD_MAX, 'x');
	struct message message;

	begin(&message);
	header(&message, "References", text);
	ck_assert_uint_eq(message.references_length, 0);
	ck_assert_str_eq(message.references, "");
	message_release(&message);
	free(text);
}
END_TEST

START_TEST(digest_is_of_the_fields)
{
	struct message message;

	begin(&message);
	header(&message, "Received", "by us");
	header(&message, "SUBJECT", "Hello\n\tworld");
	header(&message, "Date", "Mon, 23 Nov 2026 05:31:00 +0000");
	header(&message, "from", "Alice <alice@example.com>");
	header(&message, "To", "bob@example.com");
	header(&message, "Cc", "");
	header(&message, "X-Mailer", "none");
	ck_assert_str_eq(message.digest_text, "Subject:Hello\n\tworld\n"
	    "Date:Mon, 23 Nov 2026 05:31:00 +0000\n"
	    "From:Alice <alice@example.com>\nTo:bob@example.com\nCc:\n");
	ck_assert_uint_eq(message.digest_length, strlen(message.digest_text));
	ck_assert(message.has_date);
	message_release(&message);
}
END_TEST

START_TEST(digest_has_bounds)
{
	char *most = filled(MESSAGE_DIGEST_FIELD_MAX, 'a');
	char *more = filled(MESSAGE_DIGEST_FIELD_MAX + 1, 'a');
	struct message message;
	size_t i, length;

	begin(&message);
	header(&message, "To", most);
	length = message.digest_length;
	ck_assert_uint_eq(length, 3 + MESSAGE_DIGEST_FIELD_MAX + 1);
	header(&message, "To", more);
	ck_assert_uint_eq(message.digest_length, 2 * length);
	header(&message, "Cc", more);
	header(&message, "From", more);
	header(&message, "Subject", "still told apart");
	ck_assert_ptr_nonnull(strstr(message.digest_text,
	    "\nSubject:still told apart\n"));
	for (i = 0; i < 100; i++)
		header(&message, "To", most);
	ck_assert_uint_le(message.digest_length, MESSAGE_DIGEST_MAX);
	/* fill it to the last byte */
	length = MESSAGE_DIGEST_MAX - message.digest_length;
	ck_assert_uint_gt(length, 4);
	most[length - 4] = '\0';
	most[length - 5] = 'z';
	header(&message, "To", most);
	ck_assert_uint_eq(message.digest_length, MESSAGE_DIGEST_MAX);
	header(&message, "Cc", "");
	ck_assert_uint_eq(message.digest_length, MESSAGE_DIGEST_MAX);
	ck_assert(!message.overflow);
	message_release(&message);
	free(most);
	free(more);
}
END_TEST

/* Nothing a header field holds makes trouble. */
START_TEST(hostile_fields)
{
	static const char *const names[] = {
		"Cc", "Date", "From", "In-Reply-To", "Message-ID",
		"References", "Subject", "To", "Auto-Submitted",
		"Content-Type", "Precedence"
	};
	static const char with[] = "<(\"@ \\a\001\xff,";
	struct message message;
	char *text;
	size_t i, k;

	begin(&message);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		header(&message, names[i], "");
		header(&message, names[i], "\001\033[31m\r\n.\r\n");
		for (k = 0; k < sizeof(with) - 1; k++) {
			text = filled(65536, with[k]);
			header(&message, names[i], text);
			free(text);
		}
	}
	ck_assert_uint_eq(message.message_id.length, 0);
	ck_assert_uint_eq(message.from.length, 0);
	ck_assert_uint_le(message.references_length, MESSAGE_THREAD_MAX);
	ck_assert_uint_le(message.in_reply_to_length, MESSAGE_THREAD_MAX);
	ck_assert_uint_le(message.digest_length, MESSAGE_DIGEST_MAX);
	ck_assert(!message.no_memory);
	message_release(&message);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("message");
	TCase *tests = tcase_create("message");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_loop_test(tests, origins, 0,
	    sizeof(origin_rows) / sizeof(origin_rows[0]));
	tcase_add_test(tests, long_origins);
	tcase_add_test(tests, recipients_are_walked);
	tcase_add_test(tests, recipients_have_a_bound);
	tcase_add_test(tests, a_long_recipient);
	tcase_add_test(tests, begin_forgets);
	tcase_add_test(tests, fields_are_taken);
	tcase_add_test(tests, other_fields_are_not);
	tcase_add_test(tests, in_reply_to_has_a_bound);
	tcase_add_loop_test(tests, references_keep_the_newest, 0,
	    sizeof(references_rows) / sizeof(references_rows[0]));
	tcase_add_test(tests, references_of_one_word);
	tcase_add_test(tests, digest_is_of_the_fields);
	tcase_add_test(tests, digest_has_bounds);
	tcase_add_test(tests, hostile_fields);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
