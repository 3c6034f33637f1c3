/*
 * One value of the configuration: from the file's text into its field and
 * back.  A kind is a row of the table: how it may be written, how it is
 * read, how it is printed.
 */
#include "base/conf_kind.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

struct kind {
	unsigned	  forms;	/* enum conf_form */
	bool		  owned;	/* the field holds memory */
	enum status	(*read)(const struct conf_target *, const char *text);
	void		(*print)(const struct conf_key *, const void *field,
			    struct buf *);
	const char	 *expected;	/* NULL: depends on the key */
};

static enum status
read_domain(const struct conf_target *target, const char *text)
{
	return conf_domain_add(target->field, target->count, text);
}

static enum status
read_net(const struct conf_target *target, const char *text)
{
	struct net **list = target->field, *grown, net;
	size_t i, count = *target->count;

	if (count >= CONF_LIST_MAX)
		return STATUS_LIMIT;
	if (net_parse(text, &net) != STATUS_OK)
		return STATUS_MALFORMED;
	for (i = 0; i < count; i++)
		if ((*list)[i].bits == net.bits && memcmp((*list)[i].address,
		    net.address, sizeof(net.address)) == 0)
			return STATUS_CONFLICT;
	grown = realloc(*list, (count + 1) * sizeof(**list));
	if (grown == NULL)
		return STATUS_NO_MEMORY;
	grown[count] = net;
	*list = grown;
	(*target->count)++;
	return STATUS_OK;
}

#define STRING		CONF_FORM_STRING
#define NUMBER		CONF_FORM_NUMBER
#define DIGITS(bound)	#bound
#define TEXT(bound)	DIGITS(bound)

static const struct kind kinds[] = {
	[CONF_KIND_POLICIES] = { 0, false, NULL, NULL,
	    "sections such as { default = { threshold = \"13%\"; }; }" },
	[CONF_KIND_DOMAINS] = { CONF_FORM_LIST, true, read_domain, NULL,
	    "a list of at most " TEXT(CONF_LIST_MAX) " domains such as "
	    "[\"example.com\", \".example.com\"]" },
	[CONF_KIND_NETS] = { CONF_FORM_LIST, true, read_net, NULL,
	    "a list of at most " TEXT(CONF_LIST_MAX) " networks such as "
	    "[\"192.0.2.0/24\", \"::1\"]" },
	[CONF_KIND_LISTS] = { CONF_FORM_LIST, true, conf_read_list, NULL,
	    "a list of at most " TEXT(CONF_LIST_MAX) " addresses and domains, "
	    "each with a size of at least 2 or \"many\", such as "
	    "[\"jobs@lists.example.org 250\", "
	    "\"groups.example.net many\"]" },
	[CONF_KIND_PHRASES] = { CONF_FORM_LIST, true, conf_read_phrase, NULL,
	    "a list of at most " TEXT(CONF_LIST_MAX) " phrases of "
	    TEXT(CONF_PHRASE_MIN) " to " TEXT(CONF_PHRASE_MAX) " bytes such "
	    "as [\"Bin im Urlaub\", \"@within out of office\"]" },
	[CONF_KIND_HEADERS] = { CONF_FORM_LIST, true, conf_read_header, NULL,
	    "a list of at most " TEXT(CONF_LIST_MAX) " fields, each with a "
	    "pattern of at most " TEXT(CONF_PATTERN_MAX) " bytes, such as "
	    "[\"X-Ticket: *\", \"X-Mailer: OTRS*\"]" },
	[CONF_KIND_SERVERS] = { CONF_FORM_LIST, true, conf_read_server, NULL,
	    "a list of at most " TEXT(CONF_LIST_MAX) " names as they stand "
	    "in Authentication-Results, such as [\"mx.example.com\"]" },
	[CONF_KIND_PATH] = { STRING, true, conf_read_path, conf_write_text,
	    "a file name of at most " TEXT(CONF_PATH_MAX) " bytes" },
	[CONF_KIND_SOCKET_PATH] =
	    { STRING, true, conf_read_socket_path, conf_write_text, NULL },
	[CONF_KIND_PLACE] =
	    { STRING, true, conf_read_place, conf_write_text,
	    "a loopback address and a port such as \"127.0.0.1:9436\" or "
	    "\"[::1]:9436\", another address behind \"public:\", or "
	    "\"\"" },
	[CONF_KIND_MILTER] =
	    { STRING, true, conf_read_milter, conf_write_text, NULL },
	[CONF_KIND_ACCOUNT] =
	    { STRING, true, conf_read_account, conf_write_text,
	    "a name of at most " TEXT(CONF_ACCOUNT_MAX) " letters, digits, "
	    "\"-\", \"_\" and \".\", or \"\"" },
	[CONF_KIND_CONTACT] =
	    { STRING, true, conf_read_contact, conf_write_text,
	    "at most " TEXT(CONF_CONTACT_MAX) " printable ASCII characters" },
	[CONF_KIND_ADDRESS] =
	    { STRING, true, conf_read_address, conf_write_text,
	    "an address such as \"postmaster@example.com\", or \"\"" },
	[CONF_KIND_MAILBOX] =
	    { STRING, true, conf_read_mailbox, conf_write_text,
	    "at most " TEXT(CONF_MAILBOX_MAX) " bytes of ASCII such as "
	    "\"mail@example.com\" or \"Mail team <mail@example.com>\", or "
	    "\"\"" },
	[CONF_KIND_SMTP] =
	    { STRING, true, conf_read_smtp, conf_write_text,
	    "\"smtp://host\", \"smtp://host:port\" or "
	    "\"smtps://host:port\"" },
	[CONF_KIND_WORD] =
	    { STRING, true, conf_read_word, conf_write_text, NULL },
	[CONF_KIND_CHOICE] =
	    { STRING, false, conf_read_choice, conf_write_choice, NULL },
	[CONF_KIND_LEVEL] =
	    { NUMBER, false, conf_read_choice, conf_write_level, NULL },
	[CONF_KIND_COUNT] =
	    { NUMBER, false, conf_read_count, conf_write_count, NULL },
	[CONF_KIND_DURATION] =	/* a number because of plain 0 */
	    { STRING | NUMBER, false, conf_read_duration,
	    conf_write_duration, NULL },
	[CONF_KIND_SHARE] =
	    { STRING, false, conf_read_share, conf_write_share, NULL },
	[CONF_KIND_SIZE] =
	    { STRING, false, conf_read_size, conf_write_size, NULL },
	[CONF_KIND_MODE] =	/* a number would be taken for a decimal one */
	    { STRING, false, conf_read_mode, conf_write_mode,
	    "three or four octal digits in quotes, at most \"0777\", "
	    "such as \"0660\"" },
	[CONF_KIND_BOOL] =
	    { CONF_FORM_BOOL, false, conf_read_bool, conf_write_bool,
	    "true or false" },
};

#undef STRING
#undef NUMBER

unsigned
conf_value_forms(const struct conf_key *key)
{
	return kinds[key->kind].forms;
}

enum status
conf_value_read(const struct conf_key *key, void *base, const char *folder,
    const char *text)
{
	struct conf_target target = {
		.key = key,
		.field = (char *)base + key->offset,
		.folder = folder
	};

	if ((kinds[key->kind].forms & CONF_FORM_LIST) != 0)
		target.count =
		    (size_t *)(void *)((char *)base + key->count_offset);
	return kinds[key->kind].read(&target, text);
}

/* Lists */

static void
print_element(const struct conf_key *key, const void *field, size_t i,
    struct buf *buf)
{
	char text[NET_TEXT_SIZE];

	if (key->kind == CONF_KIND_NETS)
		buf_printf(buf, "\"%s\"", net_format(
		    &(*(struct net *const *)field)[i], text));
	else
		conf_write_quoted(buf, (*(char **const *)field)[i]);
}

static void
print_list(const struct conf_key *key, const void *base, struct buf *buf)
{
	const char *start = base;
	size_t count, i;

	memcpy(&count, start + key->count_offset, sizeof(count));
	buf_add_text(buf, "[");
	for (i = 0; i < count; i++) {
		buf_add_text(buf, i > 0 ? ",\n\t" : "\n\t");
		print_element(key, start + key->offset, i, buf);
	}
	buf_add_text(buf, count > 0 ? "\n]" : "]");
}

void
conf_value_print(const struct conf_key *key, const void *base,
    struct buf *buf)
{
	if ((kinds[key->kind].forms & CONF_FORM_LIST) != 0)
		print_list(key, base, buf);
	else
		kinds[key->kind].print(key, (const char *)base + key->offset,
		    buf);
}

bool
conf_value_is_set(const struct conf_key *key, const void *base)
{
	const char *field = (const char *)base + key->offset;

	return !kinds[key->kind].owned || *(void *const *)(const void *)field !=
	    NULL;
}

void
conf_value_release(const struct conf_key *key, void *base)
{
	void *field = (char *)base + key->offset;
	size_t *count, i;

	if (!kinds[key->kind].owned)
		return;
	if ((kinds[key->kind].forms & CONF_FORM_LIST) != 0 &&
	    key->kind != CONF_KIND_NETS) {
		count = (size_t *)(void *)((char *)base + key->count_offset);
		for (i = 0; i < *count; i++)
			free((*(char ***)field)[i]);
		*count = 0;
	}
	free(*(void **)field);
	*(void **)field = NULL;
}

/* What is expected, in words */

static void
expect_choice(const struct conf_key *key, const char *quote, struct buf *buf)
{
	const struct conf_choice *choice;

	for (choice = key->choices; choice->word != NULL; choice++)
		buf_printf(buf, "%s%s%s%s",
		    choice == key->choices ? "" :
		    choice[1].word == NULL ? " or " : ", ",
		    quote, choice->word, quote);
}

static void
expect_duration(const struct conf_key *key, struct buf *buf)
{
	char low[CLOCK_TEXT_SIZE], high[CLOCK_TEXT_SIZE];

	buf_printf(buf, "a duration from \"%s\" to \"%s\", such as \"14d\"",
	    clock_format_duration(key->low, low),
	    clock_format_duration(key->high, high));
	if (key->choices != NULL) {
		buf_add_text(buf, ", or ");
		expect_choice(key, "\"", buf);
	}
}

static void
expect_range(const struct conf_key *key, struct buf *buf)
{
	switch (key->kind) {
	case CONF_KIND_COUNT:
		buf_printf(buf, "a whole number from %lld to %lld",
		    (long long)key->low, (long long)key->high);
		if (key->choices != NULL) {
			buf_add_text(buf, ", or ");
			expect_choice(key, "", buf);
		}
		break;
	case CONF_KIND_DURATION:
		expect_duration(key, buf);
		break;
	case CONF_KIND_SHARE:
		buf_add_text(buf, "a percentage of at least \"");
		conf_format_share(key->low, buf);
		buf_add_text(buf, "\" and at most \"");
		conf_format_share(key->high, buf);
		buf_add_text(buf, "\", such as \"12.5%\"");
		if (key->choices != NULL) {
			buf_add_text(buf, ", or ");
			expect_choice(key, "\"", buf);
		}
		break;
	case CONF_KIND_SIZE:
		buf_add_text(buf, "a size from \"");
		conf_format_size(key->low, buf);
		buf_add_text(buf, "\" to \"");
		conf_format_size(key->high, buf);
		buf_add_text(buf, "\", such as \"64M\"");
		break;
	default:
		break;
	}
}

void
conf_value_expect(const struct conf_key *key, struct buf *buf)
{
	switch (key->kind) {
	case CONF_KIND_SOCKET_PATH:
		buf_printf(buf, "a file name of at most %zu bytes",
		    CONF_SOCKET_PATH_MAX);
		break;
	case CONF_KIND_MILTER:
		buf_printf(buf, "\"unix:/path\", \"local:/path\" (at most %zu "
		    "bytes), \"inet:port@host\" or \"inet6:port@host\"",
		    CONF_SOCKET_PATH_MAX);
		break;
	case CONF_KIND_WORD:
	case CONF_KIND_CHOICE:
		expect_choice(key, "\"", buf);
		break;
	case CONF_KIND_LEVEL:
		expect_choice(key, "", buf);
		break;
	default:
		if (kinds[key->kind].expected != NULL)
			buf_add_text(buf, kinds[key->kind].expected);
		else
			expect_range(key, buf);
		break;
	}
}

void
conf_quote(struct buf *buf, const char *text)
{
	size_t length;

	buf_add_text(buf, "\"");
	for (length = 0; length < CONF_QUOTE_MAX && text[length] != '\0';
	    length++)
		if ((unsigned char)text[length] < 0x20 || text[length] == 0x7f)
			buf_add_text(buf, "?");
		else
			buf_add(buf, text + length, 1);
	buf_add_text(buf, text[length] != '\0' ? "...\"" : "\"");
}
