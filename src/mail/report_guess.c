/*
 * Recipients that no rule has named, where the text gives a server's answer or
 * says in some language that the message failed.
 *
 *	1. what stands behind a word like "Recipient:";
 *	2. whom the returned message went to and the text speaks of, by
 *	   address, or by the name before the "@"; or its one recipient;
 *	3. addresses on lines of their own, and names in a list of failed
 *	   recipients, at the daemon's domain;
 *	4. addresses beside the words that tell of the failure;
 *	5. whom the returned message was passed on for.
 *
 * The first that names anybody counts.  Neither the one the bounce goes to nor
 * a postmaster is ever meant.
 */
#include "mail/report_private.h"

#include <string.h>

#include "mail/machine.h"
#include "mail/message.h"

static bool
is_noted(const struct report_noted *noted, const struct addr *addr)
{
	size_t i;

	for (i = 0; i < noted->count; i++)
		if (strcmp(noted->addrs[i].text, addr->text) == 0)
			return true;
	return false;
}

/* "bob" for bob@example.org. */
static bool
is_named(const struct report_noted *names, const struct addr *addr)
{
	size_t i, length = addr->domain > 0 ? addr->domain - 1 : 0;

	for (i = 0; i < names->count; i++)
		if (names->addrs[i].length == length &&
		    memcmp(names->addrs[i].text, addr->text, length) == 0)
			return true;
	return false;
}

/* Do we hear of it for another reason than that it failed? */
static bool
is_bystander(const struct report_reader *reader, const struct addr *addr)
{
	const char *recipient = NULL;

	while ((recipient = message_next_recipient(reader->message,
	    recipient)) != NULL)
		if (strcmp(recipient, addr->text) == 0)
			return true;
	return machine_is_address(addr) || (is_noted(&reader->authors,
	    addr) && !is_noted(&reader->returned, addr));
}

static void
add(struct report_reader *reader, const struct addr *addr)
{
	struct report_entry *entry;

	if (is_bystander(reader, addr))
		return;
	entry = report_add(reader, addr);
	if (entry != NULL)
		entry->action = reader->delayed ? REPORT_DELAYED :
		    REPORT_FAILED;
}

static void
add_all(struct report_reader *reader, const struct report_noted *noted)
{
	size_t i;

	for (i = 0; i < noted->count; i++)
		add(reader, &noted->addrs[i]);
}

/* Step 2. */
static void
add_returned(struct report_reader *reader)
{
	const struct report_noted *returned = &reader->returned;
	size_t i;

	for (i = 0; i < returned->count; i++)
		if (returned->count == 1 ||
		    is_noted(&reader->mentioned, &returned->addrs[i]) ||
		    is_named(&reader->names, &returned->addrs[i]))
			add(reader, &returned->addrs[i]);
}

/* GroupWise, CompuServe, AOL: names for addresses. */
static void
add_listed(struct report_reader *reader)
{
	const char *domain = addr_domain(&reader->message->from);
	char text[ADDR_SIZE];
	struct addr addr;
	size_t i, length;

	for (i = 0; *domain != '\0' && i < reader->listed.count; i++) {
		length = reader->listed.addrs[i].length;
		if (length + 1 + strlen(domain) >= sizeof(text))
			continue;
		memcpy(text, reader->listed.addrs[i].text, length);
		text[length] = '@';
		strcpy(text + length + 1, domain);
		if (addr_parse(text, strlen(text), &addr) == STATUS_OK)
			add(reader, &addr);
	}
}

void
report_guess(struct report_reader *reader)
{
	struct report *report = reader->report;

	if (reader->status[0] == '\0' && !reader->failed)
		return;
	add_all(reader, &reader->labelled);
	if (report->count == 0)
		add_returned(reader);
	if (report->count == 0) {
		add_all(reader, &reader->alone);
		add_listed(reader);
	}
	if (report->count == 0)
		add_all(reader, &reader->blamed);
	if (report->count == 0)
		add_all(reader, &reader->received);
	if (report->count > 0)
		report->form = "returned-message";
}
