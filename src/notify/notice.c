/*
 * Notices: templates by kind, and what is made of them.
 */
#include "notify/notice_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define KIND_FIRST	NOTICE_WARNING
#define KIND_LAST	NOTICE_HEADS_UP

/* Longest path of a template, its NUL included. */
#define PATH_SIZE	4096

struct notice_templates {
	struct template	*kinds[KIND_LAST + 1];
};

/*
 * Reading the files
 */

static enum status
cannot_read(const char *path, int error, struct buf *why)
{
	buf_printf(why, "%s: %s; expected a template that can be read", path,
	    strerror(error));
	return error == ENOMEM ? STATUS_NO_MEMORY : STATUS_NOT_FOUND;
}

/* One byte more than may be is read, for the parser to say so. */
static enum status
read_file(const char *path, char *text, size_t *length, struct buf *why)
{
	struct stat facts;
	FILE *file;
	int error;

	if (stat(path, &facts) != 0)
		return cannot_read(path, errno, why);
	if (!S_ISREG(facts.st_mode))
		return cannot_read(path, EINVAL, why);
	file = fopen(path, "r");
	if (file == NULL)
		return cannot_read(path, errno, why);
	errno = 0;
	*length = fread(text, 1, TEMPLATE_SIZE_MAX + 1, file);
	error = ferror(file) ? (errno != 0 ? errno : EIO) : 0;
	fclose(file);
	return error == 0 ? STATUS_OK : cannot_read(path, error, why);
}

/* The site's own file where there is one, else the shipped one. */
static enum status
choose_path(const char *own, const char *shipped, const char *kind,
    char path[PATH_SIZE], struct buf *why)
{
	struct stat facts;
	int length;

	if (own != NULL) {
		length = snprintf(path, PATH_SIZE, "%s/%s", own, kind);
		if (length >= PATH_SIZE)
			return cannot_read(own, ENAMETOOLONG, why);
		if (stat(path, &facts) == 0 || errno != ENOENT)
			return STATUS_OK;
	}
	length = snprintf(path, PATH_SIZE, "%s/%s", shipped, kind);
	return length < PATH_SIZE ? STATUS_OK :
	    cannot_read(shipped, ENAMETOOLONG, why);
}

static enum status
load_kind(const char *own, const char *shipped, enum notice kind, char *text,
    struct template **template, struct buf *why)
{
	char path[PATH_SIZE];
	enum status status;
	size_t length = 0;

	status = choose_path(own, shipped, notice_text(kind), path, why);
	if (status == STATUS_OK)
		status = read_file(path, text, &length, why);
	if (status == STATUS_OK)
		status = template_parse(path, text, length, kind, template,
		    why);
	return status;
}

/* A name that was mistyped is not taken for a folder without files. */
static enum status
check_folder(const char *own, struct buf *why)
{
	struct stat facts;
	int error = 0;

	if (own == NULL)
		return STATUS_OK;
	if (stat(own, &facts) != 0)
		error = errno;
	else if (!S_ISDIR(facts.st_mode))
		error = ENOTDIR;
	if (error == 0)
		return STATUS_OK;
	buf_printf(why, "%s: %s; expected a directory of templates", own,
	    strerror(error));
	return STATUS_NOT_FOUND;
}

enum status
notice_templates_load(const char *own, const char *shipped,
    struct notice_templates **templates, struct buf *why)
{
	struct notice_templates *new = calloc(1, sizeof(*new));
	char *text = malloc(TEMPLATE_SIZE_MAX + 1);
	enum status status = STATUS_OK;
	int kind;

	*templates = NULL;
	if (new == NULL || text == NULL) {
		buf_add_text(why, "out of memory for the notices' templates");
		status = STATUS_NO_MEMORY;
	} else
		status = check_folder(own, why);
	for (kind = KIND_FIRST; kind <= KIND_LAST && status == STATUS_OK;
	    kind++)
		status = load_kind(own, shipped, (enum notice)kind, text,
		    &new->kinds[kind], why);
	free(text);
	if (status == STATUS_OK)
		*templates = new;
	else
		notice_templates_free(new);
	return status;
}

void
notice_templates_free(struct notice_templates *templates)
{
	int kind;

	if (templates == NULL)
		return;
	for (kind = KIND_FIRST; kind <= KIND_LAST; kind++)
		template_free(templates->kinds[kind]);
	free(templates);
}

/*
 * Composing
 */

static enum status
render(const struct notice_templates *templates,
    const struct notice_facts *facts, struct buf *subject, struct buf *body)
{
	struct notice_fields fields;
	enum status status = notice_fields_init(&fields, facts);

	if (status == STATUS_OK)
		template_render(templates->kinds[facts->kind], fields.values,
		    subject, body);
	notice_fields_release(&fields);
	if (subject->failed || body->failed)
		status = STATUS_NO_MEMORY;
	return status;
}

enum status
notice_compose(const struct notice_templates *templates,
    const struct notice_facts *facts, const struct notice_header *header,
    struct buf *mail)
{
	struct buf subject, body;
	enum status status;

	buf_init(&subject);
	buf_init(&body);
	status = render(templates, facts, &subject, &body);
	if (status == STATUS_OK)
		status = notice_mail_write(header, subject.data, body.data,
		    mail);
	buf_release(&body);
	buf_release(&subject);
	return status;
}

enum status
notice_preview(const struct notice_templates *templates,
    const struct notice_facts *facts, struct buf *text)
{
	struct buf subject, body;
	enum status status;

	buf_init(&subject);
	buf_init(&body);
	status = render(templates, facts, &subject, &body);
	if (status == STATUS_OK) {
		buf_printf(text, "Subject: %s\n\n", subject.data);
		notice_wrap(body.data, text);
		status = text->failed ? STATUS_NO_MEMORY : STATUS_OK;
	}
	buf_release(&body);
	buf_release(&subject);
	return status;
}
