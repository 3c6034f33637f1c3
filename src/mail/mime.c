/*
 * The border to GMime.  GLib aborts the process when it runs out of memory, so
 * what is handed to it is bounded.
 */
#include "mail/mime.h"

#include <gmime/gmime.h>

#include <string.h>

void
mime_library_init(void)
{
	g_mime_init();
}

/* NULL for a group, which has no address of its own. */
static const char *
mailbox_text(InternetAddress *address)
{
	if (!INTERNET_ADDRESS_IS_MAILBOX(address))
		return NULL;
	return internet_address_mailbox_get_addr(
	    INTERNET_ADDRESS_MAILBOX(address));
}

/* A name without a domain ("From: root") is nobody's mailbox outside. */
static bool
take_first_mailbox(InternetAddressList *list, struct addr *addr)
{
	int i, count = internet_address_list_length(list);
	const char *text;

	for (i = 0; i < count; i++) {
		text = mailbox_text(internet_address_list_get_address(list, i));
		if (text != NULL &&
		    addr_parse(text, strlen(text), addr) == STATUS_OK &&
		    addr->domain < addr->length)
			return true;
	}
	return false;
}

/* The members of the list's groups (RFC 6854 allows them in From). */
static bool
take_first_member(InternetAddressList *list, struct addr *addr)
{
	int i, count = internet_address_list_length(list);
	InternetAddress *address;

	for (i = 0; i < count; i++) {
		address = internet_address_list_get_address(list, i);
		if (INTERNET_ADDRESS_IS_GROUP(address) &&
		    take_first_mailbox(internet_address_group_get_members(
		    INTERNET_ADDRESS_GROUP(address)), addr))
			return true;
	}
	return false;
}

enum status
mime_first_address(const char *value, struct addr *addr)
{
	InternetAddressList *list;
	bool found = false;
	char *copy;

	/* of longer ones the beginning: the first mailbox is there */
	copy = g_strndup(value, MIME_TEXT_MAX);
	list = internet_address_list_parse(NULL, copy);
	if (list != NULL) {
		found = take_first_mailbox(list, addr) ||
		    take_first_member(list, addr);
		g_object_unref(list);
	}
	g_free(copy);
	if (!found)
		memset(addr, 0, sizeof(*addr));
	return found ? STATUS_OK : STATUS_NOT_FOUND;
}

/* "\xef\xbc\xa0", a wide at sign, would become a plain one. */
static bool
is_plain_domain(const char *text)
{
	return text[0] != '\0' && text[strspn(text,
	    "abcdefghijklmnopqrstuvwxyz0123456789-_.")] == '\0';
}

enum status
mime_domain_to_ascii(const char *domain, char *ascii, size_t size)
{
	enum status status = STATUS_OK;
	char *made = g_hostname_to_ascii(domain);

	if (made == NULL || !is_plain_domain(made))
		status = STATUS_MALFORMED;
	else if (strlen(made) >= size)
		status = STATUS_LIMIT;
	else
		memcpy(ascii, made, strlen(made) + 1);
	g_free(made);
	return status;
}

enum status
mime_decode_text(const char *value, struct buf *text)
{
	char *copy = g_strndup(value, MIME_TEXT_MAX);
	char *decoded = g_mime_utils_header_decode_text(NULL, copy);
	char *valid = g_utf8_make_valid(decoded, -1);

	buf_add_text(text, valid);
	g_free(valid);
	g_free(decoded);
	g_free(copy);
	return text->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

/* Folding can undo the normal form, so it is made again. */
static char *
fold_characters(const char *text)
{
	char *copy = g_strndup(text, MIME_TEXT_MAX);
	char *valid = g_utf8_make_valid(copy, -1);
	char *normal = g_utf8_normalize(valid, -1, G_NORMALIZE_NFKC);
	char *folded = g_utf8_casefold(normal, -1);
	char *again = g_utf8_normalize(folded, -1, G_NORMALIZE_NFKC);

	g_free(folded);
	g_free(normal);
	g_free(valid);
	g_free(copy);
	return again;
}

/* Marks of direction, zero-width joiners, soft hyphens, controls. */
static bool
is_unseen(gunichar c)
{
	GUnicodeType type = g_unichar_type(c);

	return type == G_UNICODE_FORMAT || type == G_UNICODE_CONTROL;
}

enum status
mime_fold(const char *text, struct buf *folded)
{
	char *all = fold_characters(text);
	bool blank = false, begun = false;
	char *at, *next;
	gunichar c;

	for (at = all; *at != '\0'; at = next) {
		next = g_utf8_next_char(at);
		c = g_utf8_get_char(at);
		if (g_unichar_isspace(c)) {
			blank = begun;
		} else if (!is_unseen(c)) {
			if (blank)
				buf_add(folded, " ", 1);
			buf_add(folded, at, (size_t)(next - at));
			blank = false;
			begun = true;
		}
	}
	g_free(all);
	return folded->failed ? STATUS_NO_MEMORY : STATUS_OK;
}
