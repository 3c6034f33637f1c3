/*
 * replygatectl dump and load: a store as text, without a daemon.
 */
#include "front/ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "base/ident.h"
#include "front/ctl_lines.h"
#include "front/ctl_stop.h"
#include "front/ctl_store.h"
#include "front/ctl_text.h"
#include "store/directory.h"
#include "store/dump.h"

static bool
has_idents(struct ctl *ctl)
{
	if (ident_library_init() == STATUS_OK)
		return true;
	ctl_complain(ctl, "libsodium cannot be initialised");
	return false;
}

static bool
write_line(void *context, const char *text, size_t length)
{
	FILE *out = context;

	return fwrite(text, 1, length, out) == length &&
	    fputc('\n', out) != EOF && !ctl_stop_is_asked();
}

/* A dump that did not get out whole is refused when it is loaded. */
static enum ctl_exit
dump(struct ctl *ctl, const char *directory, struct store *store)
{
	uint64_t unreadable = 0;
	enum status status;

	status = dump_write(store, write_line, ctl->out, &unreadable);
	if (status != STATUS_OK || fflush(ctl->out) != 0) {
		ctl_complain(ctl, "%s: the dump is not whole: %s", directory,
		    ctl_stop_is_asked() ? "stopped" : ferror(ctl->out) ?
		    "it cannot be written" : status_text(status));
		return CTL_CANNOT;
	}
	if (unreadable == 0)
		return CTL_FINE;
	ctl_complain(ctl, "%s: %" PRIu64 " rows cannot be read and are not "
	    "in the dump; try: replygatectl verify %s", directory, unreadable,
	    directory);
	return CTL_NO;
}

enum ctl_exit
ctl_dump(struct ctl *ctl, const char *operand)
{
	enum ctl_exit result = CTL_CANNOT;
	struct store *store;
	sigset_t before;

	if (!has_idents(ctl) || !ctl_store_become_owner(ctl, operand))
		return CTL_CANNOT;
	ctl_stop_hold(&before);
	store = ctl_store_open(ctl, operand);
	if (store != NULL)
		result = dump(ctl, operand, store);
	store_close(store);
	ctl_stop_release(&before);
	return result;
}

struct loading {
	struct ctl		*ctl;
	const char		*name;		/* of the file */
	struct load		*load;
	struct ctl_lines	 lines;
	uint64_t		 rows;
};

static void
complain_of_line(const struct loading *loading, uint64_t at, const char *why)
{
	struct buf text;

	buf_init(&text);
	ctl_text_add_clean(&text, loading->name);
	buf_printf(&text, ":%" PRIu64 ": ", at);
	ctl_text_add_clean(&text, why);
	fprintf(loading->ctl->err, "%s\n", text.data);
	buf_release(&text);
}

static enum ctl_exit
load_text(struct loading *loading)
{
	const struct buf *text = &loading->lines.text;
	uint64_t at = loading->lines.number;
	enum ctl_exit result = CTL_FINE;
	enum status status;
	struct buf why;

	buf_init(&why);
	status = load_line(loading->load, text->data, text->length, &at,
	    &why);
	if (status != STATUS_OK) {
		complain_of_line(loading, at, why.data);
		result = status == STATUS_MALFORMED ? CTL_NO : CTL_CANNOT;
	}
	buf_release(&why);
	return result;
}

static enum ctl_exit
finish(struct loading *loading)
{
	enum ctl_exit result = CTL_FINE;
	struct buf why;

	buf_init(&why);
	if (load_finish(loading->load, &loading->rows, &why) != STATUS_OK) {
		complain_of_line(loading, loading->lines.number, why.data);
		result = CTL_NO;
	}
	buf_release(&why);
	return result;
}

static enum ctl_exit
load_lines(struct loading *loading)
{
	enum ctl_exit result = CTL_FINE;

	while (result == CTL_FINE)
		switch (ctl_lines_next(&loading->lines)) {
		case CTL_LINE_TEXT:
			result = load_text(loading);
			break;
		case CTL_LINE_LONG:
			complain_of_line(loading, loading->lines.number,
			    "too long; expected at most 1 MB");
			return CTL_NO;
		case CTL_LINE_STOPPED:
			ctl_complain(loading->ctl, "stopped");
			return CTL_CANNOT;
		case CTL_LINE_ERROR:
			ctl_complain(loading->ctl, "%s: %s", loading->name,
			    strerror(errno));
			return CTL_CANNOT;
		case CTL_LINE_END:
			return finish(loading);
		}
	return result;
}

static enum ctl_exit
load_into_store(struct loading *loading, int fd, struct store *store)
{
	enum ctl_exit result = CTL_CANNOT;

	ctl_lines_init(&loading->lines, fd, ctl_stop_is_asked);
	loading->load = load_new(store);
	if (loading->load != NULL)
		result = load_lines(loading);
	else
		ctl_complain(loading->ctl, "out of memory");
	load_free(loading->load);
	ctl_lines_release(&loading->lines);
	return result;
}

static enum ctl_exit
fill(struct loading *loading, int fd, const char *path)
{
	const struct store_options options = { .directory = path,
	    .unfinished = true };
	enum ctl_exit result = CTL_CANNOT;
	struct store *store;
	struct buf why;

	buf_init(&why);
	if (store_open(&store, &options, &why) == STATUS_OK)
		result = load_into_store(loading, fd, store);
	else
		ctl_complain(loading->ctl, "%s", why.data);
	store_close(store);
	buf_release(&why);
	return result;
}

/* All of it, or the directory is as it was before. */
static enum ctl_exit
load_into(struct loading *loading, int fd, const char *path)
{
	struct directory directory;
	enum ctl_exit result;
	enum status status;
	struct buf why;

	buf_init(&why);
	status = directory_begin(&directory, path, &why);
	if (status != STATUS_OK) {
		ctl_complain(loading->ctl, "%s", why.data);
		buf_release(&why);
		return status == STATUS_CONFLICT ? CTL_NO : CTL_CANNOT;
	}
	result = fill(loading, fd, path);
	if (result == CTL_FINE && directory_finish(&directory, &why) !=
	    STATUS_OK) {
		ctl_complain(loading->ctl, "%s", why.data);
		result = CTL_CANNOT;
	}
	if (result != CTL_FINE)
		directory_undo(&directory);
	buf_release(&why);
	return result;
}

static enum ctl_exit
print_loaded(const struct loading *loading, const char *path)
{
	char number[CTL_TEXT_NUMBER_SIZE];
	struct buf text;
	json_t *json;

	if (loading->ctl->json) {
		json = json_pack("{s:s, s:I}", "directory", path, "rows",
		    (json_int_t)loading->rows);
		ctl_print_json(loading->ctl, json);
		json_decref(json);
		return CTL_FINE;
	}
	buf_init(&text);
	ctl_text_add_clean(&text, path);
	fprintf(loading->ctl->out, "%s: %s rows\n", text.data,
	    ctl_text_number((int64_t)loading->rows, number));
	buf_release(&text);
	return CTL_FINE;
}

/* The file is opened by whoever calls, the store made by its owner. */
enum ctl_exit
ctl_load(struct ctl *ctl, const char *operand)
{
	const char *path = ctl->operands[1];
	struct loading loading = { .ctl = ctl, .name = operand };
	enum ctl_exit result = CTL_CANNOT;
	sigset_t before;
	int fd = STDIN_FILENO;

	if (strcmp(operand, "-") == 0)
		loading.name = "standard input";
	else
		fd = open(operand, O_RDONLY | O_CLOEXEC);
	if (fd == -1) {
		ctl_complain(ctl, "%s: %s", operand, strerror(errno));
		return CTL_CANNOT;
	}
	ctl_stop_hold(&before);
	if (has_idents(ctl) && ctl_store_become_owner(ctl, path))
		result = load_into(&loading, fd, path);
	ctl_stop_release(&before);
	if (fd != STDIN_FILENO)
		(void)close(fd);
	return result == CTL_FINE ? print_loaded(&loading, path) : result;
}
