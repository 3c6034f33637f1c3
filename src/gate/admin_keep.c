/*
 * Keeping the store: a copy of it, and whether it is sound.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gate/admin_private.h"

/* The audit line says where it went, and why if that was said. */
static enum status
note(struct gate *gate, const struct admin_backup *backup)
{
	char text[STORE_AUDIT_TEXT_SIZE];

	snprintf(text, sizeof(text), backup->reason != NULL ? "%s: %s" : "%s",
	    backup->directory, backup->reason);
	return admin_note(gate, backup->actor, "backup", text);
}

enum status
admin_backup(struct gate *gate, const struct admin_backup *backup,
    struct admin_backed_up *result, struct buf *why)
{
	enum status status;
	struct buf line;

	memset(result, 0, sizeof(*result));
	status = store_backup(gate->store, backup->directory, &result->bytes,
	    why);
	buf_init(&line);
	if (status == STATUS_OK) {
		result->audited = note(gate, backup) == STATUS_OK;
		log_field(&line, "directory", backup->directory);
		log_field(&line, "actor", backup->actor);
		log_write(gate->log, LOG_LEVEL_INFO, "backup: %" PRIu64
		    " bytes, %s", result->bytes, line.data);
	} else {
		log_field(&line, "why", why->data);
		log_write(gate->log, LOG_LEVEL_WARNING, "backup: failed: %s",
		    line.data);
	}
	buf_release(&line);
	return status;
}

enum status
admin_verify(struct gate *gate, struct check_place *place, size_t most,
    void (*found)(void *context, const char *what), void *context)
{
	return check_page(gate->store, place, most, found, context);
}
