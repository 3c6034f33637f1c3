/*
 * The border to GMime.  GLib aborts the process when it runs out of memory, so
 * what is handed to it is bounded.
 */
#include "mail/mime.h"

#include <gmime/gmime.h>

#include <string.h>

#include "mail/ascii.h"
#include "mail/charset.h"
#include "mail/wide.h"

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

enum status
mime_decode_text(const char *value, struct buf *text)
{
	char *copy = g_strndup(value, MIME_TEXT_MAX);
	char *decoded = NULL, *valid = NULL;

	if (!ascii_only(copy, strlen(copy)) || strstr(copy, "=?") != NULL) {
		decoded = g_mime_utils_header_decode_text(NULL, copy);
		valid = g_utf8_make_valid(decoded, -1);
	}
	buf_add_text(text, valid != NULL ? valid : copy);
	g_free(valid);
	g_free(decoded);
	g_free(copy);
	return text->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

/*
 * Charsets.
 */

/* Their texts are valid UTF-8 as they stand. */
static bool
is_seven_bit(const char *charset)
{
	return charset != NULL &&
	    (g_ascii_strncasecmp(charset, "iso-2022", 8) == 0 ||
	    g_ascii_strcasecmp(charset, "utf-7") == 0);
}

static const char *
charset_of(const struct mime_part *part, const char *bytes, size_t length)
{
	const char *charset = part->charset;

	if (g_utf8_validate(bytes, (gssize)length, NULL) &&
	    !is_seven_bit(charset))
		charset = strstr(bytes, "\033$") != NULL ? "iso-2022-jp" :
		    "utf-8";
	else if (charset == NULL || g_ascii_strcasecmp(charset, "utf-8") == 0)
		charset = "iso-8859-1";
	return charset_larger(charset);
}

/* NULL: there is no such charset. */
static char *
convert(const char *bytes, size_t length, const char *charset)
{
	GMimeFilter *filter = g_mime_filter_charset_new(charset, "utf-8");
	size_t made, before;
	char *out, *text;

	if (filter == NULL)
		return NULL;
	out = g_memdup2(bytes, length);
	g_mime_filter_complete(filter, out, length, 0, &text, &made, &before);
	text = g_strndup(text, made);
	g_free(out);
	g_object_unref(filter);
	return text;
}

/* A zero is nothing to see, and would end the text here and nowhere else. */
static char *
copy_without_zeroes(const char *bytes, size_t length)
{
	char *copy = g_malloc(length + 1);
	size_t i, kept = 0;

	for (i = 0; i < length; i++)
		if (bytes[i] != '\0')
			copy[kept++] = bytes[i];
	copy[kept] = '\0';
	return copy;
}

static void
add_narrow(const struct mime_part *part, size_t length, struct buf *text)
{
	char *bytes = copy_without_zeroes(part->bytes, length);
	const char *charset = charset_of(part, bytes, strlen(bytes));
	char *made = NULL, *valid = NULL;

	if (strcmp(charset, "utf-8") != 0) {	/* which was found valid */
		made = convert(bytes, strlen(bytes), charset);
		valid = g_utf8_make_valid(made != NULL ? made : bytes, -1);
	}
	buf_add_text(text, valid != NULL ? valid : bytes);
	g_free(valid);
	g_free(made);
	g_free(bytes);
}

enum status
mime_part_text(const struct mime_part *part, size_t most, struct buf *text)
{
	size_t length = part->length < most ? part->length : most;

	/* what is valid UTF-8 has no zeroes, and no mark of the others */
	if (g_utf8_validate(part->bytes, (gssize)length, NULL) ||
	    !wide_decode(part->charset, part->bytes, length, text))
		add_narrow(part, length, text);
	return text->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

/*
 * The parts of a body.
 */

/* Most particular first. */
static const struct type {
	const char	*type, *subtype;
	enum mime_kind	 kind;
} types[] = {
	{ "text", "rfc822-headers", MIME_HEADERS },
	{ "text", "rfc822-header", MIME_HEADERS },	/* as some write it */
	{ "message", "global-headers", MIME_HEADERS },	/* RFC 6533 */
	{ "text", "html", MIME_HTML },
	{ "text", "calendar", MIME_CALENDAR },
	{ "text", "plain", MIME_TEXT },
	{ "message", "delivery-status", MIME_DELIVERY_STATUS },
	{ "message", "global-delivery-status", MIME_DELIVERY_STATUS },
	{ "message", "disposition-notification", MIME_DISPOSITION },
	{ "message", "global-disposition-notification", MIME_DISPOSITION },
	{ "message", "feedback-report", MIME_FEEDBACK },
};

struct walk {
	bool	(*visit)(void *, const struct mime_part *);
	void	*context;
	size_t	 count;
	bool	 stopped;	/* by the visitor */
	bool	 full;
};

static enum mime_kind
kind_of(GMimeObject *object)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	size_t i;

	for (i = 0; type != NULL && i < sizeof(types) / sizeof(types[0]); i++)
		if (g_mime_content_type_is_type(type, types[i].type,
		    types[i].subtype))
			return types[i].kind;
	return type == NULL ? MIME_TEXT : MIME_OTHER;
}

/*
 * RFC 9078 section 2 names the disposition; Gmail made a type of its own,
 * which one can attach to a letter as well.
 */
static bool
is_reaction(GMimeObject *object)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	const char *disposition = g_mime_object_get_disposition(object);

	if (disposition != NULL &&
	    g_ascii_strcasecmp(disposition, "reaction") == 0)
		return true;
	return type != NULL && g_mime_content_type_is_type(type, "text",
	    "vnd.google.email-reaction+json") && (disposition == NULL ||
	    g_ascii_strcasecmp(disposition, "attachment") != 0);
}

static void
visit_bytes(struct walk *walk, const struct mime_part *part)
{
	if (walk->count++ == MIME_PARTS_MAX)
		walk->full = true;
	else if (!walk->visit(walk->context, part))
		walk->stopped = true;
}

static void
visit_part(struct walk *walk, GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *stream = g_mime_stream_mem_new();
	struct mime_part found;
	GByteArray *bytes;

	if (content != NULL)
		(void)g_mime_data_wrapper_write_to_stream(content, stream);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	g_byte_array_append(bytes, (const guint8 *)"", 1);
	found.kind = kind_of(GMIME_OBJECT(part));
	found.bytes = (const char *)bytes->data;
	found.length = bytes->len - 1;
	found.reaction = is_reaction(GMIME_OBJECT(part));
	found.charset = g_mime_object_get_content_type_parameter(
	    GMIME_OBJECT(part), "charset");
	visit_bytes(walk, &found);
	g_object_unref(stream);
}

static void
visit_message(struct walk *walk, GMimeMessagePart *part)
{
	GMimeMessage *message = g_mime_message_part_get_message(part);
	struct mime_part found = { .kind = MIME_MESSAGE };
	char *header;

	if (message == NULL)
		return;
	header = g_mime_object_get_headers(GMIME_OBJECT(message), NULL);
	if (header != NULL) {
		found.bytes = header;
		found.length = strlen(header);
		visit_bytes(walk, &found);
	}
	g_free(header);
}

/* As deep as there are containers, which are bounded. */
static void
walk_object(struct walk *walk, GMimeObject *object)
{
	GMimeMultipart *multipart;
	int i;

	if (GMIME_IS_MULTIPART(object)) {
		multipart = GMIME_MULTIPART(object);
		for (i = 0; i < g_mime_multipart_get_count(multipart) &&
		    !walk->stopped && !walk->full; i++)
			walk_object(walk, g_mime_multipart_get_part(multipart,
			    i));
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		visit_message(walk, GMIME_MESSAGE_PART(object));
	} else if (GMIME_IS_PART(object)) {
		visit_part(walk, GMIME_PART(object));
	}
}

static size_t
count_word(const struct mime_body *body, const char *word)
{
	const char *at = body->bytes, *end = body->bytes + body->length;
	size_t count = 0, length = strlen(word);

	while ((at = memchr(at, word[length - 1], (size_t)(end - at))) !=
	    NULL) {
		at++;
		if ((size_t)(at - body->bytes) >= length &&
		    g_ascii_strncasecmp(at - length, word, length) == 0)
			count++;
	}
	return count;
}

/*
 * The library goes one call deeper for each container inside another, and
 * builds all parts, at a kilobyte each, before we see the first.
 */
static bool
has_too_many_parts(const struct mime_body *body)
{
	return body->length > 0 && (count_word(body, "multipart/") +
	    count_word(body, "message/") > MIME_CONTAINERS_MAX ||
	    count_word(body, "\n--") > MIME_BOUNDARIES_MAX);
}

/* A line break in the value would begin a field of its own. */
static void
add_field(GByteArray *bytes, const char *name, const char *value)
{
	size_t i, start = bytes->len + (guint)strlen(name);

	if (value == NULL)
		return;
	g_byte_array_append(bytes, (const guint8 *)name, (guint)strlen(name));
	g_byte_array_append(bytes, (const guint8 *)value,
	    (guint)strnlen(value, MIME_TEXT_MAX));
	for (i = start; i < bytes->len; i++)
		if (bytes->data[i] == '\n' || bytes->data[i] == '\r')
			bytes->data[i] = ' ';
	g_byte_array_append(bytes, (const guint8 *)"\n", 1);
}

static GMimeObject *
parse_body(const struct mime_body *body)
{
	GByteArray *bytes = g_byte_array_new();
	GMimeStream *stream;
	GMimeParser *parser;
	GMimeObject *object;

	/* one field at least, or the body's first lines are taken for some */
	add_field(bytes, "MIME-Version: ", "1.0");
	add_field(bytes, "Content-Type: ", body->content_type);
	add_field(bytes, "Content-Transfer-Encoding: ",
	    body->content_encoding);
	add_field(bytes, "Content-Disposition: ",
	    body->content_disposition);
	g_byte_array_append(bytes, (const guint8 *)"\n", 1);
	if (body->length > 0)
		g_byte_array_append(bytes, (const guint8 *)body->bytes,
		    (guint)body->length);
	stream = g_mime_stream_mem_new_with_byte_array(bytes);
	parser = g_mime_parser_new_with_stream(stream);
	object = g_mime_parser_construct_part(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	return object;
}

enum status
mime_walk(const struct mime_body *body,
    bool (*visit)(void *, const struct mime_part *), void *context)
{
	struct walk walk = { visit, context, 0, false, false };
	GMimeObject *object;

	if (has_too_many_parts(body))
		return STATUS_LIMIT;
	object = parse_body(body);
	if (object == NULL)
		return STATUS_OK;
	walk_object(&walk, object);
	g_object_unref(object);
	return walk.full ? STATUS_LIMIT : STATUS_OK;
}
