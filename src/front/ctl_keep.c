/*
 * replygatectl backup and verify.
 *
 * The store of a running daemon is verified by the daemon, page by page; one
 * that is stopped, or a backup, by the command itself.
 */
#include "front/ctl.h"

#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "front/ctl_block.h"
#include "front/ctl_store.h"
#include "front/ctl_text.h"
#include "store/check.h"

/*
 * Backup
 */

/* As the daemon has it, whose working directory is another. */
static bool
add_absolute(struct ctl *ctl, struct buf *path, const char *operand)
{
	char directory[PATH_MAX];

	if (*operand != '/') {
		if (getcwd(directory, sizeof(directory)) == NULL) {
			ctl_complain(ctl, "the working directory is not "
			    "known; give an absolute path");
			return false;
		}
		buf_printf(path, "%s/", directory);
	}
	buf_add_text(path, operand);
	return true;
}

static bool
show_backup(struct buf *buf, const json_t *answer)
{
	const char *directory = ctl_block_text_of(answer, "directory");
	char number[CTL_TEXT_NUMBER_SIZE];

	if (directory == NULL)
		return false;
	ctl_text_add_clean(buf, directory);
	buf_printf(buf, ": %s bytes, checked.\n", ctl_block_number_of(answer,
	    "bytes", number));
	if (json_is_false(json_object_get(answer, "audited")))
		buf_add_text(buf, "The audit log could not be written.\n");
	return true;
}

enum ctl_exit
ctl_backup(struct ctl *ctl, const char *operand)
{
	enum ctl_exit result = CTL_CANNOT;
	struct buf path;
	json_t *body, *json;

	buf_init(&path);
	if (!add_absolute(ctl, &path, operand))
		goto out;
	body = ctl->reason == NULL ? json_pack("{s:s}", "directory",
	    path.data) : json_pack("{s:s, s:s}", "directory", path.data,
	    "reason", ctl->reason);
	if (body == NULL) {
		ctl_complain(ctl, "expected texts in UTF-8");
		goto out;
	}
	ctl->patient = true;
	result = ctl_tell(ctl, "/v1/backup", body, &json);
	if (result == CTL_FINE)
		result = ctl_print_answer(ctl, show_backup, json);
out:
	buf_release(&path);
	return result;
}

/*
 * Verify
 */

/* How often each fault was found; NULL without memory. */
struct verifying {
	json_t	*faults;		/* an object of numbers */
	bool	 failed;
};

static void
count_fault(void *context, const char *what)
{
	struct verifying *verifying = context;
	const json_t *before = json_object_get(verifying->faults, what);
	json_int_t count = json_integer_value(before) + 1;

	if (json_object_set_new(verifying->faults, what,
	    json_integer(count)) != 0)
		verifying->failed = true;
}

static enum ctl_exit
ask_page(struct ctl *ctl, struct verifying *verifying, char **after)
{
	enum ctl_exit result;
	struct buf target;
	const json_t *faults;
	const char *fault, *next;
	json_t *page;
	size_t i;

	buf_init(&target);
	buf_add_text(&target, "/v1/verify");
	if (*after != NULL)
		buf_printf(&target, "?after=%s", *after);
	result = ctl_ask(ctl, target.data, 0, &page);
	buf_release(&target);
	if (result != CTL_FINE)
		return result;
	faults = json_object_get(page, "faults");
	for (i = 0; i < json_array_size(faults); i++) {
		fault = json_string_value(json_array_get(faults, i));
		count_fault(verifying, fault != NULL ? fault : "-");
	}
	next = json_string_value(json_object_get(page, "next"));
	if (!json_is_array(faults) ||
	    (next != NULL && *after != NULL && strcmp(next, *after) == 0))
		result = ctl_not_understood(ctl);
	free(*after);
	*after = next != NULL ? strdup(next) : NULL;
	verifying->failed |= next != NULL && *after == NULL;
	json_decref(page);
	return result;
}

static enum ctl_exit
ask_daemon(struct ctl *ctl, struct verifying *verifying)
{
	enum ctl_exit result;
	char *after = NULL;

	do
		result = ask_page(ctl, verifying, &after);
	while (result == CTL_FINE && after != NULL);
	free(after);
	return result;
}

static enum ctl_exit
look_at_rows(struct ctl *ctl, const char *directory,
    struct verifying *verifying)
{
	struct store *store = ctl_store_open(ctl, directory);
	struct check_place place = { .end = false };
	enum status status = STATUS_OK;

	if (store == NULL)
		return CTL_CANNOT;
	while (status == STATUS_OK && !place.end)
		status = check_page(store, &place, CHECK_PAGE_MAX, count_fault,
		    verifying);
	store_close(store);
	if (status == STATUS_OK)
		return CTL_FINE;
	ctl_complain(ctl, "%s: cannot be read: %s", directory,
	    status_text(status));
	return CTL_CANNOT;
}

/* Rows are read where the files are whole. */
static enum ctl_exit
look_at(struct ctl *ctl, const char *directory, struct verifying *verifying)
{
	const struct store_options options = { .directory = directory,
	    .as_it_is = true };
	enum status status;
	struct buf why;

	if (!ctl_store_become_owner(ctl, directory))
		return CTL_CANNOT;
	buf_init(&why);
	status = store_inspect(&options, count_fault, verifying, &why);
	if (status != STATUS_OK)
		ctl_complain(ctl, status == STATUS_CONFLICT ? "%s; verify "
		    "without a directory asks the daemon" : "%s", why.data);
	buf_release(&why);
	if (status != STATUS_OK)
		return CTL_CANNOT;
	return json_object_size(verifying->faults) > 0 ? CTL_FINE :
	    look_at_rows(ctl, directory, verifying);
}

static enum ctl_exit
print_faults(struct ctl *ctl, const struct verifying *verifying)
{
	const bool sound = json_object_size(verifying->faults) == 0;
	struct buf text;
	json_int_t count;
	json_t *json;
	void *at;

	if (ctl->json) {
		json = json_pack("{s:b, s:O}", "sound", (int)sound, "faults",
		    verifying->faults);
		ctl_print_json(ctl, json);
		json_decref(json);
		return sound ? CTL_FINE : CTL_NO;
	}
	buf_init(&text);
	for (at = json_object_iter(verifying->faults); at != NULL;
	    at = json_object_iter_next(verifying->faults, at)) {
		ctl_text_add_clean(&text, json_object_iter_key(at));
		count = json_integer_value(json_object_iter_value(at));
		if (count > 1)
			buf_printf(&text, " (%" JSON_INTEGER_FORMAT ")",
			    count);
		buf_add_text(&text, "\n");
	}
	fputs(sound ? "No faults.\n" : text.data, ctl->out);
	buf_release(&text);
	return sound ? CTL_FINE : CTL_NO;
}

enum ctl_exit
ctl_verify(struct ctl *ctl, const char *operand)
{
	struct verifying verifying = { .faults = json_object() };
	enum ctl_exit result;

	result = operand == NULL ? ask_daemon(ctl, &verifying) :
	    look_at(ctl, operand, &verifying);
	if (result == CTL_FINE && (verifying.failed ||
	    verifying.faults == NULL)) {
		ctl_complain(ctl, "out of memory");
		result = CTL_CANNOT;
	}
	if (result == CTL_FINE)
		result = print_faults(ctl, &verifying);
	json_decref(verifying.faults);
	return result;
}
