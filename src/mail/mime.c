/*
 * The border to GMime.  GLib aborts the process when it runs out of memory, so
 * what is handed to it is bounded.
 */
#include "mail/mime.h"

#include <gmime/gmime.h>

#include <string.h>

/*
 * Of longer values only the beginning is looked at; the first mailbox is
 * there.
 */
#define VALUE_MAX	8192

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

	copy = g_strndup(value, VALUE_MAX);
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
