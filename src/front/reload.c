/*
 * A reload swaps one immutable configuration for another.  What was opened at
 * the start stays as it is: those keys are named when they have changed.
 */
#include <string.h>

#include "front/reload.h"

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

enum status
reload_renew(const char *path, struct conf **conf, struct judge **judge,
    struct desk **desk, struct buf *why)
{
	struct judge *new_judge;
	struct conf *new_conf;
	struct desk *new_desk;
	enum status status;

	status = reload_read(path, &new_conf, &new_judge, &new_desk, why);
	if (status != STATUS_OK)
		return status;
	conf_unref(*conf);
	judge_unref(*judge);
	desk_unref(*desk);
	*conf = new_conf;
	*judge = new_judge;
	*desk = new_desk;
	return STATUS_OK;
}

static void
result_init(struct reload_result *result)
{
	buf_init(&result->changed);
	buf_init(&result->waiting);
	buf_init(&result->why);
}

void
reload_result_release(struct reload_result *result)
{
	buf_release(&result->changed);
	buf_release(&result->waiting);
	buf_release(&result->why);
}

static void
note_changed(void *changed, const char *key)
{
	if (!conf_is_fixed(key))
		buf_printf(changed, "%s\n", key);
}

static void
note_waiting(void *waiting, const char *key)
{
	if (conf_is_fixed(key))
		buf_printf(waiting, "%s\n", key);
}

/*
 * What has changed since the last time; but what waits has changed since the
 * start, and is named each time until there is a restart.
 */
static enum status
compare(struct gate *gate, const struct conf *new,
    struct reload_result *result)
{
	struct conf *old = gate_conf(gate);
	enum status status;

	status = conf_changes(conf_whole(old), new, note_changed,
	    &result->changed);
	if (status == STATUS_OK)
		status = conf_changes(gate->opened, new, note_waiting,
		    &result->waiting);
	conf_unref(old);
	return status;
}

static enum status
take_new(struct gate *gate, const char *path, struct reload_result *result)
{
	struct conf *new;
	struct judge *judge;
	struct desk *desk;
	enum log_level level;
	enum status status;

	status = reload_read(path, &new, &judge, &desk, &result->why);
	if (status != STATUS_OK)
		return status;
	status = compare(gate, new, result);
	level = log_level_find(new->log_level);
	if (status == STATUS_OK)
		status = gate_set_conf(gate, new, judge);
	else {
		judge_unref(judge);
		conf_unref(new);
	}
	if (status == STATUS_OK) {
		gate_set_desk(gate, desk);
		log_set_level(gate->log, level);
	} else {
		desk_unref(desk);
		buf_add_text(&result->why, "out of memory");
	}
	return status;
}

/* "a\nb\n" as ": a, b"; nothing of nothing. */
static void
add_names(struct buf *line, const char *before, const struct buf *names)
{
	const char *at;

	if (names->length == 0)
		return;
	buf_add_text(line, before);
	for (at = names->data; *at != '\0'; at++)
		if (*at != '\n')
			buf_add(line, at, 1);
		else if (at[1] != '\0')
			buf_add_text(line, ", ");
}

static void
log_result(struct log *log, enum status status,
    const struct reload_result *result)
{
	struct buf line;

	if (status != STATUS_OK) {
		log_write(log, LOG_LEVEL_ERROR,
		    "reload: %s; nothing is changed", result->why.data);
		return;
	}
	buf_init(&line);
	add_names(&line, "; changed: ", &result->changed);
	add_names(&line, "; these keys wait for a restart: ",
	    &result->waiting);
	log_write(log, result->waiting.length > 0 ? LOG_LEVEL_WARNING :
	    LOG_LEVEL_INFO, "reload: done%s", line.data);
	buf_release(&line);
}

static void
count_result(struct gate_measures *measures, enum status status)
{
	atomic_fetch_add(status == STATUS_OK ? &measures->reloads :
	    &measures->reloads_failed, 1);
	atomic_store(&measures->last_reload_failed, status != STATUS_OK);
}

enum status
reload_conf(struct gate *gate, const char *path, struct reload_result *result)
{
	struct reload_result own;
	enum status status;

	if (result == NULL)
		result = &own;
	result_init(result);
	/* Of two at once the second reads when the first is in use. */
	pthread_mutex_lock(&gate->change_lock);
	if (gate->watcher != NULL)
		gate->watcher->begun(gate->watcher->context);
	status = take_new(gate, path, result);
	count_result(&gate->measures, status);
	if (gate->watcher != NULL)
		gate->watcher->ended(gate->watcher->context,
		    status == STATUS_OK ? NULL : result->why.data);
	pthread_mutex_unlock(&gate->change_lock);
	log_result(gate->log, status, result);
	if (result == &own)
		reload_result_release(result);
	return status;
}
