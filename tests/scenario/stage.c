/*
 * Setting the stage, and letting time pass on it.
 */
#include "stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gate/clockwork.h"

/* Day 0 is Mon 23 Nov 2026. */
#define DAY_0	(20780 * CLOCK_DAY)

static int64_t
read_clock(void *context)
{
	const struct stage *stage = context;

	return stage->now;
}

static void
hear(void *context, enum log_level level, const char *line)
{
	struct stage *stage = context;

	(void)level;
	buf_printf(&stage->said, "%s\n", line);
}

void
stage_init(struct stage *stage)
{
	memset(stage, 0, sizeof(*stage));
	buf_init(&stage->settings);
	buf_init(&stage->policy);
	buf_init(&stage->users);
	buf_init(&stage->refusal);
	buf_init(&stage->said);
	buf_init(&stage->problem);
	stage->now = DAY_0;
}

static void
path_of(const struct stage *stage, const char *name, char path[1100])
{
	snprintf(path, 1100, "%s/%s", stage->directory, name);
}

static void
remove_files(struct stage *stage)
{
	char path[1100];

	if (stage->directory[0] == '\0')
		return;
	path_of(stage, "replygate.conf", path);
	unlink(path);
	path_of(stage, "users", path);
	unlink(path);
	rmdir(stage->directory);
	stage->directory[0] = '\0';
}

void
stage_release(struct stage *stage)
{
	size_t i;

	if (stage->open)
		gate_close(&stage->gate);
	store_close(stage->store);
	log_close(stage->log);
	conf_unref(stage->conf);
	remove_files(stage);
	free(stage->candidates);
	buf_release(&stage->settings);
	buf_release(&stage->policy);
	for (i = 0; i < stage->group_count; i++)
		buf_release(&stage->groups[i].policy);
	buf_release(&stage->users);
	buf_release(&stage->refusal);
	buf_release(&stage->said);
	buf_release(&stage->problem);
}

/* Numbers and lists are written as they are, all else in quotes. */
static bool
add_setting(struct stage *stage, struct buf *buf, const char *key,
    const char *value)
{
	bool number = value[strspn(value, "0123456789")] == '\0';
	const char *quote = number || value[0] == '"' || value[0] == '[' ?
	    "" : "\"";

	if (stage->open) {
		buf_add_text(&stage->problem, "a setting before the first "
		    "day was expected; days have passed already");
		return false;
	}
	buf_printf(buf, "%s = %s%s%s;\n", key, quote, value, quote);
	return true;
}

bool
stage_setting(struct stage *stage, const char *key, const char *value)
{
	return add_setting(stage, &stage->settings, key, value);
}

bool
stage_policy(struct stage *stage, const char *key, const char *value)
{
	return add_setting(stage, &stage->policy, key, value);
}

bool
stage_group(struct stage *stage, const char *group, const char *key,
    const char *value)
{
	size_t i = 0;

	while (i < stage->group_count &&
	    strcmp(stage->groups[i].name, group) != 0)
		i++;
	if (i == STAGE_GROUPS_MAX) {
		buf_printf(&stage->problem, "%d policies at most were "
		    "expected", STAGE_GROUPS_MAX);
		return false;
	}
	if (i == stage->group_count) {
		snprintf(stage->groups[i].name, STAGE_NAME_SIZE, "%s", group);
		buf_init(&stage->groups[i].policy);
		stage->group_count++;
	}
	return add_setting(stage, &stage->groups[i].policy, key, value);
}

bool
stage_user(struct stage *stage, const char *user, const char *policy)
{
	if (stage->open) {
		buf_add_text(&stage->problem, "a user's policy before the "
		    "first day was expected; days have passed already");
		return false;
	}
	buf_printf(&stage->users, "%s policy=%s\n", user, policy);
	return true;
}

static bool
write_file(struct stage *stage, const char *name, const char *text)
{
	char path[1100];
	FILE *file;
	bool ok;

	path_of(stage, name, path);
	file = fopen(path, "w");
	if (file == NULL)
		return false;
	ok = fputs(text, file) >= 0;
	return fclose(file) == 0 && ok;
}

static bool
make_directory(struct stage *stage)
{
	const char *parent = getenv("TMPDIR");

	if (parent == NULL || parent[0] == '\0')
		parent = "/tmp";
	snprintf(stage->directory, sizeof(stage->directory),
	    "%s/replygate-scenario.XXXXXX", parent);
	if (mkdtemp(stage->directory) != NULL)
		return true;
	stage->directory[0] = '\0';
	return false;
}

static bool
load_conf(struct stage *stage, struct conf **conf)
{
	char path[1100];
	struct buf text;
	size_t i;
	bool ok;

	buf_init(&text);
	buf_printf(&text, "local_domains = [\"example.com\"];\n"
	    "users_file = \"users\";\n%spolicies = { default = {\n%s};\n",
	    stage->settings.data, stage->policy.data);
	for (i = 0; i < stage->group_count; i++)
		buf_printf(&text, "%s = {\n%s};\n", stage->groups[i].name,
		    stage->groups[i].policy.data);
	buf_add_text(&text, "};\n");
	ok = (stage->directory[0] != '\0' || make_directory(stage)) &&
	    write_file(stage, "replygate.conf", text.data) &&
	    write_file(stage, "users", stage->users.data);
	buf_release(&text);
	if (!ok) {
		buf_add_text(&stage->problem, "cannot write a configuration");
		return false;
	}
	path_of(stage, "replygate.conf", path);
	return conf_load(path, conf, &stage->problem) == STATUS_OK;
}

/* All settings but one. */
static void
leave_out(struct buf *settings, const char *key)
{
	size_t length, named = strlen(key);
	struct buf rest;
	const char *at;

	buf_init(&rest);
	for (at = settings->data; *at != '\0'; at += length) {
		length = strcspn(at, "\n") + 1;
		if (strncmp(at, key, named) != 0 || at[named] != ' ')
			buf_add(&rest, at, length);
	}
	buf_clear(settings);
	buf_add_text(settings, rest.data);
	buf_release(&rest);
}

bool
stage_mode(struct stage *stage, const char *mode)
{
	struct conf *conf;

	leave_out(&stage->settings, "mode");
	buf_printf(&stage->settings, "mode = \"%s\";\n", mode);
	if (!load_conf(stage, &conf))
		return false;
	return gate_set_conf(&stage->gate, conf, NULL) == STATUS_OK;
}

static bool
tick(struct stage *stage)
{
	enum status status;

	status = clockwork_tick(&stage->gate, stage->now);
	/* The daemon was stopped: started again it soon believes a second. */
	if (status == STATUS_CONFLICT) {
		atomic_store(&stage->gate.tick_agreed, 0);
		status = clockwork_tick(&stage->gate, stage->now);
	}
	if (status != STATUS_OK)
		buf_printf(&stage->problem, "the clockwork: %s",
		    status_text(status));
	return status == STATUS_OK;
}

/* The curtain rises with the first thing that happens. */
static bool
stage_open(struct stage *stage)
{
	struct store_options options = { .directory = NULL };
	struct clock clock = { read_clock, stage };
	struct ident_key key;

	if (stage->open)
		return true;
	if (!load_conf(stage, &stage->conf))
		return false;
	stage->log = log_open_sink(LOG_LEVEL_INFO, hear, stage);
	if (stage->log == NULL)
		return false;
	options.log = stage->log;
	if (store_open(&stage->store, &options, &stage->problem) != STATUS_OK)
		return false;
	memset(&key, 0x5a, sizeof(key));
	if (gate_open(&stage->gate, stage->store, &key, stage->conf,
	    stage->log, clock, &stage->problem) != STATUS_OK)
		return false;
	stage->open = true;
	stage->ticked = stage->now;
	return tick(stage);
}

static bool
is_ahead(struct stage *stage, int64_t until)
{
	if (until >= stage->now)
		return true;
	buf_printf(&stage->problem, "a time not before day %lld %02lld:%02lld "
	    "was expected: so late it is already",
	    (long long)(stage_time(stage, stage->now) / CLOCK_DAY),
	    (long long)(stage->now % CLOCK_DAY / CLOCK_HOUR),
	    (long long)(stage->now % CLOCK_HOUR / CLOCK_MINUTE));
	return false;
}

bool
stage_advance(struct stage *stage, int64_t time)
{
	int64_t until = DAY_0 + time;

	if (!stage_open(stage) || !is_ahead(stage, until))
		return false;
	while (stage->ticked + CLOCK_HOUR <= until) {
		stage->ticked += CLOCK_HOUR;
		stage->now = stage->ticked;
		if (!tick(stage))
			return false;
	}
	stage->now = until;
	return true;
}

bool
stage_sleep(struct stage *stage, int64_t time)
{
	int64_t until = DAY_0 + time;

	if (!stage_open(stage) || !is_ahead(stage, until))
		return false;
	stage->now = until;
	stage->ticked = until - until % CLOCK_HOUR;
	return tick(stage);
}

int64_t
stage_time(const struct stage *stage, int64_t when)
{
	(void)stage;
	return when - DAY_0;
}
