/*
 * Reading and filling in templates.
 *
 * A file is taken apart once into pieces, each a stretch of its text, a field
 * or the tag of a section; all that can be wrong with it is found then, at
 * the start of the daemon and not when somebody is to be warned.
 */
#include "notify/template.h"

#include <stdlib.h>
#include <string.h>

#define SUBJECT		"Subject: "
#define PIECES_FIRST	32

enum piece_kind {
	PIECE_TEXT,
	PIECE_FIELD,
	PIECE_IF,		/* ${?name} */
	PIECE_UNLESS,		/* ${!name} */
	PIECE_END		/* ${/name} */
};

struct piece {
	enum piece_kind		 kind;
	enum template_field	 field;
	size_t			 start, length;	/* of the text */
};

struct template {
	char		*text;
	struct piece	*pieces;
	size_t		 count, capacity;
	size_t		 body;		/* the first piece of the body */
};

/* What reading has come to. */
struct reading {
	struct template	*template;
	const char	*name;
	enum notice	 kind;
	size_t		 at, length;
	size_t		 line;
	const struct piece *open;	/* the section we are in; NULL: none */
	struct piece	 opened;
	struct buf	*why;
};

static enum status
complain(const struct reading *reading, enum status status, const char *what)
{
	buf_printf(reading->why, "%s:%zu: %s", reading->name, reading->line,
	    what);
	return status;
}

/*
 * The text as a whole
 */

/* Bytes of the UTF-8 character at `at` (RFC 3629); 0: there is none. */
static size_t
character_length(const char *at, size_t left)
{
	const unsigned char *c = (const unsigned char *)at;
	size_t length = c[0] < 0x80 ? 1 : c[0] < 0xc2 ? 0 : c[0] < 0xe0 ? 2 :
	    c[0] < 0xf0 ? 3 : c[0] < 0xf5 ? 4 : 0;
	size_t i;

	if (length > left)
		return 0;
	for (i = 1; i < length; i++)
		if ((c[i] & 0xc0) != 0x80)
			return 0;
	if (length > 1 && ((c[0] == 0xe0 && c[1] < 0xa0) ||
	    (c[0] == 0xed && c[1] > 0x9f) || (c[0] == 0xf0 && c[1] < 0x90) ||
	    (c[0] == 0xf4 && c[1] > 0x8f)))
		return 0;
	return length;
}

void
template_add_utf8(struct buf *buf, const char *text)
{
	size_t left = strlen(text), length;

	while (left > 0) {
		length = character_length(text, left);
		buf_add(buf, length > 0 ? text : "?", length > 0 ? length : 1);
		length += length == 0;
		text += length;
		left -= length;
	}
}

static enum status
check_line(const struct reading *reading, const char *line, size_t length)
{
	size_t i, step;

	if (length > TEMPLATE_LINE_MAX)
		return complain(reading, STATUS_LIMIT,
		    "the line is too long; expected at most 998 bytes");
	for (i = 0; i < length; i += step) {
		step = character_length(line + i, length - i);
		if (step == 0)
			return complain(reading, STATUS_MALFORMED,
			    "not UTF-8; expected a text in UTF-8");
		if (((unsigned char)line[i] < ' ' && line[i] != '\t') ||
		    line[i] == 0x7f)
			return complain(reading, STATUS_MALFORMED, "a control "
			    "character; expected text, line breaks and tabs");
	}
	return STATUS_OK;
}

/* Every line; leaves reading->line on the last one. */
static enum status
check_text(struct reading *reading)
{
	const char *at = reading->template->text, *end = at + reading->length;
	const char *stop;
	enum status status = STATUS_OK;

	for (reading->line = 1; at < end && status == STATUS_OK;
	    reading->line++) {
		stop = memchr(at, '\n', (size_t)(end - at));
		if (stop == NULL)
			stop = end;
		status = check_line(reading, at, (size_t)(stop - at));
		if (status != STATUS_OK)
			return status;
		at = stop == end ? end : stop + 1;
	}
	return STATUS_OK;
}

/* "Subject: " with something behind it, an empty line, and a text. */
static enum status
check_form(struct reading *reading, size_t *body)
{
	const char *text = reading->template->text;
	const char *subject = text + strlen(SUBJECT);
	const char *end;

	reading->line = 1;
	if (reading->length <= strlen(SUBJECT) ||
	    strncmp(text, SUBJECT, strlen(SUBJECT)) != 0 ||
	    subject[strspn(subject, " \t")] == '\n' || subject[0] == '\0')
		return complain(reading, STATUS_MALFORMED,
		    "no subject; expected \"Subject: \" and the subject");
	reading->line = 2;
	end = strchr(subject, '\n');
	if (end == NULL || end[1] != '\n')
		return complain(reading, STATUS_MALFORMED, "the subject is "
		    "not followed by an empty line; expected one");
	reading->line = 3;
	if (end[2 + strspn(end + 2, " \t\n")] == '\0')
		return complain(reading, STATUS_MALFORMED,
		    "no text; expected the text of the notice");
	*body = (size_t)(end + 2 - text);
	return STATUS_OK;
}

/*
 * Pieces
 */

static enum status
add_piece(struct template *template, const struct piece *piece)
{
	struct piece *grown;
	size_t capacity = template->capacity == 0 ? PIECES_FIRST :
	    2 * template->capacity;

	if (piece->kind == PIECE_TEXT && piece->length == 0)
		return STATUS_OK;
	if (template->count == template->capacity) {
		grown = realloc(template->pieces, capacity * sizeof(*grown));
		if (grown == NULL)
			return STATUS_NO_MEMORY;
		template->pieces = grown;
		template->capacity = capacity;
	}
	template->pieces[template->count++] = *piece;
	return STATUS_OK;
}

static enum status
no_such_field(const struct reading *reading, const char *name, size_t length)
{
	const char *between = "";
	int field;

	buf_printf(reading->why, "%s:%zu: no such field here, \"%.*s\"; "
	    "expected one of ", reading->name, reading->line,
	    (int)(length < 64 ? length : 64), name);
	for (field = 0; field < TEMPLATE_FIELDS; field++)
		if (template_kind_has(reading->kind,
		    (enum template_field)field)) {
			buf_printf(reading->why, "%s%s", between,
			    template_field((enum template_field)field)->name);
			between = ", ";
		}
	return STATUS_MALFORMED;
}

static enum status
find_field(const struct reading *reading, const char *name, size_t length,
    enum template_field *field)
{
	int i;

	for (i = 0; i < TEMPLATE_FIELDS; i++) {
		*field = (enum template_field)i;
		if (template_kind_has(reading->kind, *field) &&
		    strlen(template_field(*field)->name) == length &&
		    memcmp(template_field(*field)->name, name, length) == 0)
			return STATUS_OK;
	}
	return no_such_field(reading, name, length);
}

static enum status
enter_section(struct reading *reading, const struct piece *piece)
{
	if (piece->kind == PIECE_IF || piece->kind == PIECE_UNLESS) {
		if (reading->open != NULL)
			return complain(reading, STATUS_MALFORMED, "a section "
			    "inside a section; expected the end of the first");
		reading->opened = *piece;
		reading->open = &reading->opened;
	} else if (piece->kind == PIECE_END) {
		if (reading->open == NULL ||
		    reading->open->field != piece->field)
			return complain(reading, STATUS_MALFORMED, "the end "
			    "of a section that was not begun; expected "
			    "\"${?name}\" before \"${/name}\"");
		reading->open = NULL;
	}
	return STATUS_OK;
}

/* Is the tag alone on its line?  Then the line's end goes with it. */
static size_t
behind_tag(const struct reading *reading, size_t start, size_t end)
{
	const char *text = reading->template->text;

	if ((start == 0 || text[start - 1] == '\n') && text[end] == '\n')
		return end + 1;
	return end;
}

/* A tag: reading->at is on its "${". */
static enum status
read_tag(struct reading *reading)
{
	const char *text = reading->template->text;
	const char *name = text + reading->at + 2;
	size_t length = strcspn(name, "}\n");
	struct piece piece = { .kind = PIECE_FIELD };
	enum status status;
	size_t end;

	if (name[length] != '}')
		return complain(reading, STATUS_MALFORMED,
		    "\"${\" without \"}\" on its line; expected \"${name}\"");
	end = (size_t)(name + length + 1 - text);
	if (length > 0 && strchr("?!/", name[0]) != NULL) {
		piece.kind = name[0] == '?' ? PIECE_IF :
		    name[0] == '!' ? PIECE_UNLESS : PIECE_END;
		name++;
		length--;
	}
	status = find_field(reading, name, length, &piece.field);
	if (status == STATUS_OK)
		status = enter_section(reading, &piece);
	if (status == STATUS_OK)
		status = add_piece(reading->template, &piece);
	if (piece.kind != PIECE_FIELD)
		end = behind_tag(reading, reading->at, end);
	reading->line += text[end - 1] == '\n';
	reading->at = end;
	return status;
}

/* Text up to the next tag or `end`; of "$${" one "$" is left out. */
static enum status
read_text(struct reading *reading, size_t end)
{
	const char *text = reading->template->text;
	struct piece piece = { .kind = PIECE_TEXT, .start = reading->at };
	size_t at = reading->at;

	while (at < end && strncmp(text + at, "${", 2) != 0) {
		reading->line += text[at] == '\n';
		at++;
		if (strncmp(text + at - 1, "$${", 3) == 0) {
			/* the "$" before is kept, this one skipped */
			piece.length = at - piece.start;
			if (add_piece(reading->template, &piece) != STATUS_OK)
				return STATUS_NO_MEMORY;
			piece.start = at + 1;
			at += 2;
		}
	}
	piece.length = at - piece.start;
	reading->at = at;
	return add_piece(reading->template, &piece);
}

static enum status
read_pieces(struct reading *reading, size_t end)
{
	const char *text = reading->template->text;
	enum status status = STATUS_OK;

	while (reading->at < end && status == STATUS_OK)
		status = strncmp(text + reading->at, "${", 2) == 0 ?
		    read_tag(reading) : read_text(reading, end);
	if (status == STATUS_OK && reading->open != NULL)
		return complain(reading, STATUS_MALFORMED,
		    "a section without its end; expected \"${/name}\"");
	return status;
}

static enum status
read_template(struct reading *reading)
{
	enum status status;
	size_t body = 0;

	status = check_text(reading);
	if (status == STATUS_OK)
		status = check_form(reading, &body);
	if (status != STATUS_OK)
		return status;
	reading->line = 1;
	reading->at = strlen(SUBJECT);
	status = read_pieces(reading, body - 2);
	if (status != STATUS_OK)
		return status;
	reading->template->body = reading->template->count;
	reading->line = 3;
	reading->at = body;
	return read_pieces(reading, reading->length);
}

/* A copy with "\n" for "\r\n". */
static char *
copy_lines(const char *text, size_t length, size_t *copied)
{
	char *copy = malloc(length + 1);
	size_t i;

	*copied = 0;
	if (copy == NULL)
		return NULL;
	for (i = 0; i < length; i++)
		if (text[i] != '\r' || i + 1 == length || text[i + 1] != '\n')
			copy[(*copied)++] = text[i];
	copy[*copied] = '\0';
	return copy;
}

enum status
template_parse(const char *name, const char *text, size_t length,
    enum notice kind, struct template **template, struct buf *why)
{
	struct reading reading = { .name = name, .kind = kind, .line = 1,
		.why = why };
	struct template *new = NULL;
	enum status status;

	*template = NULL;
	if (length > TEMPLATE_SIZE_MAX)
		return complain(&reading, STATUS_LIMIT,
		    "the file is too long; expected at most 65536 bytes");
	new = calloc(1, sizeof(*new));
	if (new != NULL)
		new->text = copy_lines(text, length, &reading.length);
	if (new == NULL || new->text == NULL) {
		free(new);
		return complain(&reading, STATUS_NO_MEMORY, "out of memory");
	}
	reading.template = new;
	status = read_template(&reading);
	if (status == STATUS_OK)
		*template = new;
	else
		template_free(new);
	return status;
}

void
template_free(struct template *template)
{
	if (template == NULL)
		return;
	free(template->pieces);
	free(template->text);
	free(template);
}

/* The pieces from..to. */
static void
render(const struct template *template, size_t from, size_t to,
    const char *const values[TEMPLATE_FIELDS], struct buf *buf)
{
	const struct piece *piece;
	bool hidden = false;
	size_t i;

	for (i = from; i < to; i++) {
		piece = &template->pieces[i];
		if (piece->kind == PIECE_END)
			hidden = false;
		else if (piece->kind == PIECE_IF)
			hidden = values[piece->field] == NULL;
		else if (piece->kind == PIECE_UNLESS)
			hidden = values[piece->field] != NULL;
		else if (hidden)
			continue;
		else if (piece->kind == PIECE_TEXT)
			buf_add(buf, template->text + piece->start,
			    piece->length);
		else if (values[piece->field] != NULL)
			buf_add_text(buf, values[piece->field]);
	}
}

void
template_render(const struct template *template,
    const char *const values[TEMPLATE_FIELDS], struct buf *subject,
    struct buf *body)
{
	size_t i, start = subject->length;

	render(template, 0, template->body, values, subject);
	for (i = start; i < subject->length; i++)
		if (subject->data[i] == '\n' || subject->data[i] == '\t')
			subject->data[i] = ' ';
	render(template, template->body, template->count, values, body);
}
