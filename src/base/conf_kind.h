/*
 * The kinds of values, for the files that read and write them: conf_text.c,
 * conf_number.c and the table in conf_value.c.
 *
 * A reader takes a text into the target's field: MALFORMED when it is not
 * what the key takes, LIMIT when it is too long, NO_MEMORY.  A writer
 * appends the field as the file writes it; its reader takes that back.
 */
#ifndef BASE_CONF_KIND_H
#define BASE_CONF_KIND_H

#include "base/conf_private.h"

#include <sys/socket.h>
#include <sys/un.h>

/* The systems differ: 103 bytes here, 107 there. */
#define CONF_SOCKET_PATH_MAX						\
	(sizeof(((struct sockaddr_un *)0)->sun_path) - 1)

struct conf_target {
	const struct conf_key	*key;
	void			*field;
	size_t			*count;		/* of a list */
	const char		*folder;	/* of relative file names */
};

const struct conf_choice *conf_choice_by_word(const struct conf_choice *,
    const char *word);
const struct conf_choice *conf_choice_by_value(const struct conf_choice *,
    int64_t value);

/* char * */
enum status conf_read_path(const struct conf_target *, const char *text);
enum status conf_read_socket_path(const struct conf_target *,
    const char *text);
enum status conf_read_place(const struct conf_target *, const char *text);
enum status conf_read_milter(const struct conf_target *, const char *text);
enum status conf_read_account(const struct conf_target *, const char *text);
enum status conf_read_contact(const struct conf_target *, const char *text);
enum status conf_read_address(const struct conf_target *, const char *text);
enum status conf_read_mailbox(const struct conf_target *, const char *text);
enum status conf_read_smtp(const struct conf_target *, const char *text);
enum status conf_read_word(const struct conf_target *, const char *text);
void conf_write_quoted(struct buf *, const char *text);
void conf_write_text(const struct conf_key *, const void *field,
    struct buf *);

/* int, enum, bool */
enum status conf_read_choice(const struct conf_target *, const char *text);
void conf_write_choice(const struct conf_key *, const void *field,
    struct buf *);
void conf_write_level(const struct conf_key *, const void *field,
    struct buf *);
enum status conf_read_bool(const struct conf_target *, const char *text);
void conf_write_bool(const struct conf_key *, const void *field,
    struct buf *);

/* int64_t; mode_t */
enum status conf_read_count(const struct conf_target *, const char *text);
void conf_write_count(const struct conf_key *, const void *field,
    struct buf *);
enum status conf_read_duration(const struct conf_target *, const char *text);
void conf_write_duration(const struct conf_key *, const void *field,
    struct buf *);
enum status conf_read_share(const struct conf_target *, const char *text);
void conf_write_share(const struct conf_key *, const void *field,
    struct buf *);
enum status conf_read_size(const struct conf_target *, const char *text);
void conf_write_size(const struct conf_key *, const void *field,
    struct buf *);
enum status conf_read_mode(const struct conf_target *, const char *text);
void conf_write_mode(const struct conf_key *, const void *field,
    struct buf *);

/* Without the quotes, for a range in words. */
void conf_format_share(int64_t share, struct buf *);
void conf_format_size(int64_t size, struct buf *);

/* Lists: one element more.  CONFLICT: it is there. */
enum status conf_read_list(const struct conf_target *, const char *text);
enum status conf_read_phrase(const struct conf_target *, const char *text);
enum status conf_read_header(const struct conf_target *, const char *text);
enum status conf_read_server(const struct conf_target *, const char *text);

/*
 * Lists sorted by the first word of each text.  Where the word is, or would
 * have to go; and one entry more, which is the list's if it says OK.  CONFLICT:
 * its word is there.
 */
size_t conf_sorted_find(char *const *list, size_t count, const char *word,
    size_t length, bool *found);
enum status conf_sorted_add(char ***list, size_t *count, char **entry);

/* LOCAL@DOMAIN, lower-cased, of less than CONF_USER_SIZE bytes. */
bool conf_is_address(const char *text);

/* One domain more, in its place; lower-cased.  CONFLICT: it is there. */
enum status conf_domain_add(char ***list, size_t *count, const char *text);

#endif
