/*
 * A reload swaps one immutable configuration for another.  What was opened at
 * the start stays as it is: those keys are compared, and named when they
 * have changed.
 */
#include <string.h>

#include "front/reload.h"

static void
name_if(struct buf *names, const char *key, bool changed)
{
	if (changed)
		buf_printf(names, "%s%s", names->length > 0 ? ", " : "", key);
}

static void
name_fixed(struct buf *names, const struct conf *old, const struct conf *new)
{
	name_if(names, "milter_socket",
	    strcmp(old->milter_socket, new->milter_socket) != 0);
	name_if(names, "milter_socket_mode",
	    old->milter_socket_mode != new->milter_socket_mode);
	name_if(names, "control_socket",
	    strcmp(old->control_socket, new->control_socket) != 0);
	name_if(names, "control_socket_mode",
	    old->control_socket_mode != new->control_socket_mode);
	name_if(names, "metrics_listen",
	    strcmp(old->metrics_listen, new->metrics_listen) != 0);
	name_if(names, "store_directory",
	    strcmp(old->store_directory, new->store_directory) != 0);
	name_if(names, "store_cache", old->store_cache != new->store_cache);
	name_if(names, "key_file", strcmp(old->key_file, new->key_file) != 0);
	name_if(names, "log", strcmp(old->log_target, new->log_target) != 0);
	name_if(names, "log_level",
	    strcmp(old->log_level, new->log_level) != 0);
}

enum status
reload_read(const char *path, struct conf **conf, struct judge **judge,
    struct desk **desk, struct buf *why)
{
	enum status status;

	*judge = NULL;
	*desk = NULL;
	status = conf_load(path, conf, why);
	if (status == STATUS_OK)
		status = judge_load(judge, *conf, why);
	if (status == STATUS_OK)
		status = desk_load(desk, *conf, why);
	if (status != STATUS_OK) {
		judge_unref(*judge);
		conf_unref(*conf);
		*judge = NULL;
		*conf = NULL;
	}
	return status;
}

void
reload_conf(struct gate *gate, const char *path)
{
	struct conf *old, *new;
	struct judge *judge;
	struct desk *desk;
	struct buf text;

	buf_init(&text);
	if (reload_read(path, &new, &judge, &desk, &text) != STATUS_OK) {
		log_write(gate->log, LOG_LEVEL_ERROR,
		    "reload: %s; nothing is changed", text.data);
		buf_release(&text);
		return;
	}
	old = gate_conf(gate);
	name_fixed(&text, old, new);
	gate_set_conf(gate, new, judge);
	gate_set_desk(gate, desk);
	conf_unref(old);
	if (text.length > 0)
		log_write(gate->log, LOG_LEVEL_WARNING, "reload: done; these "
		    "keys wait for a restart: %s", text.data);
	else
		log_write(gate->log, LOG_LEVEL_INFO, "reload: done");
	buf_release(&text);
}
