/*
 * A mail of replygate's own: its header, and its text in an encoding that
 * fits it.
 */
#include "notify/notice_private.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "mail/encode.h"

/* What a line of 7bit may have (RFC 5322 section 2.1.1 would like 78). */
#define PLAIN_COLUMNS	78

bool
notice_is_mailbox(const char *text)
{
	struct buf buf;
	enum status status;

	buf_init(&buf);
	status = encode_mailbox(&buf, text);
	buf_release(&buf);
	return status == STATUS_OK;
}

/* "<left@right>" in printable ASCII (RFC 5322 section 3.6.4). */
static bool
is_message_id(const char *text)
{
	size_t length = strlen(text), i;

	if (length < 5 || length >= NOTICE_ID_SIZE || text[0] != '<' ||
	    text[length - 1] != '>')
		return false;
	for (i = 1; i < length - 1; i++)
		if (text[i] <= ' ' || text[i] > '~' || text[i] == '<' ||
		    text[i] == '>')
			return false;
	return strchr(text, '@') != NULL;
}

static enum status
add_mailbox(struct buf *mail, const char *name, const char *mailbox)
{
	enum status status;

	buf_printf(mail, "%s: ", name);
	status = encode_mailbox(mail, mailbox);
	buf_add_text(mail, "\r\n");
	return status;
}

static bool
is_plain(const char *text)
{
	size_t column = 0;

	for (; *text != '\0'; text++) {
		column = *text == '\n' ? 0 : column + 1;
		if (column > PLAIN_COLUMNS || (unsigned char)*text > '~' ||
		    ((unsigned char)*text < ' ' && *text != '\n' &&
		    *text != '\t'))
			return false;
	}
	return true;
}

static void
add_plain(struct buf *mail, const char *text)
{
	size_t length;

	while (*text != '\0') {
		length = strcspn(text, "\n");
		buf_add(mail, text, length);
		buf_add_text(mail, "\r\n");
		text += length;
		text += *text == '\n';
	}
}

static enum status
add_header(struct buf *mail, const struct notice_header *header,
    const char *subject)
{
	char date[CLOCK_TEXT_SIZE];
	enum status status;

	buf_printf(mail, "Date: %s\r\n", clock_format_mail(header->date,
	    date));
	status = add_mailbox(mail, "From", header->from);
	if (status == STATUS_OK && header->reply_to != NULL &&
	    header->reply_to[0] != '\0')
		status = add_mailbox(mail, "Reply-To", header->reply_to);
	if (status == STATUS_OK)
		status = add_mailbox(mail, "To", header->to);
	if (status != STATUS_OK)
		return status;
	if (!is_message_id(header->message_id))
		return STATUS_MALFORMED;
	buf_printf(mail, "Message-ID: %s\r\n", header->message_id);
	encode_field(mail, "Subject", subject);
	buf_add_text(mail, "Auto-Submitted: auto-generated\r\n"
	    "X-Auto-Response-Suppress: All\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n");
	return STATUS_OK;
}

enum status
notice_mail_write(const struct notice_header *header, const char *subject,
    const char *body, struct buf *mail)
{
	struct buf text;
	enum status status = add_header(mail, header, subject);

	if (status != STATUS_OK)
		return status;
	buf_init(&text);
	notice_wrap(body, &text);
	if (is_plain(text.data)) {
		buf_add_text(mail, "Content-Transfer-Encoding: 7bit\r\n\r\n");
		add_plain(mail, text.data);
	} else {
		buf_add_text(mail, "Content-Transfer-Encoding: "
		    "quoted-printable\r\n\r\n");
		encode_quoted_printable(mail, text.data);
	}
	if (text.failed)
		mail->failed = true;
	buf_release(&text);
	return mail->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

void
notice_message_id(const struct ident_key *key, uint64_t sequence,
    uint64_t account, const char *domain, char text[NOTICE_ID_SIZE])
{
	char hex[IDENT_TEXT_SIZE], about[64];
	struct ident ident;
	int length;

	length = snprintf(about, sizeof(about), "notice %llu to account %llu",
	    (unsigned long long)sequence, (unsigned long long)account);
	ident = ident_make(key, IDENT_NEW_MESSAGE_ID, about, (size_t)length);
	snprintf(text, NOTICE_ID_SIZE, "<%s@%s>", ident_format(&ident, hex),
	    domain);
}
