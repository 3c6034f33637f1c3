#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gate_faults.h"
#include "mail/mime.h"
#include "test.h"

static int64_t
read_now(void *context)
{
	const struct fixture *fixture = context;

	return fixture->now;
}

static void
keep_line(void *context, enum log_level level, const char *line)
{
	struct buf *lines = context;

	(void)level;
	buf_printf(lines, "%s\n", line);
}

static struct conf *
load_conf(const char *policy, const char *top)
{
	char path[] = "/tmp/replygate-test-XXXXXX";
	int fd = mkstemp(path);
	struct conf *conf;
	struct buf why;
	FILE *file;

	ck_assert_int_ge(fd, 0);
	file = fdopen(fd, "w");
	ck_assert_ptr_nonnull(file);
	fprintf(file, "local_domains = (\"local.test\");\n"
	    "contact = \"Ask mail@local.test.\";\n%s\n"
	    "policies = { default = { %s }; };\n", top, policy);
	fclose(file);
	buf_init(&why);
	ck_assert_msg(conf_load(path, &conf, &why) == STATUS_OK, "%s",
	    why.data);
	buf_release(&why);
	unlink(path);
	return conf;
}

/* The store comes last: everything it borrows is there by then. */
static void
prepare(struct fixture *f, const char *policy, const char *top)
{
	memset(f, 0, sizeof(*f));
	buf_init(&f->lines);
	f->now = FIXTURE_START;
	ck_assert_int_eq(ident_library_init(), STATUS_OK);
	mime_library_init();
	f->conf = load_conf(policy, top);
	f->log = log_open_sink(LOG_LEVEL_INFO, keep_line, &f->lines);
}

static void
open_gate(struct fixture *f)
{
	const struct ident_key key = { .bytes = { 7 } };
	const struct clock clock = { read_now, f };
	struct buf why;

	buf_init(&why);
	ck_assert_msg(gate_open(&f->gate, f->store, &key, f->conf, f->log,
	    clock, &why) == STATUS_OK, "%s", why.data);
	buf_release(&why);
	buf_init(&f->verdict.text);
	ck_assert_int_eq(clockwork_tick(&f->gate, f->now), STATUS_OK);
}

void
fixture_open_with(struct fixture *f, const char *policy, const char *top,
    const struct engine_ops *engine)
{
	struct store_options options = { .directory = NULL };
	struct buf why;
	enum status status;

	prepare(f, policy, top);
	buf_init(&why);
	options.log = f->log;
	status = engine == NULL ? store_open(&f->store, &options, &why) :
	    store_open_engine(&f->store, engine, &options, &why);
	ck_assert_msg(status == STATUS_OK, "%s", why.data);
	buf_release(&why);
	open_gate(f);
}

void
fixture_open_faulty(struct fixture *f, const char *policy, const char *top,
    struct fault *fault)
{
	struct store_options options = { .directory = NULL };
	struct buf why;

	prepare(f, policy, top);
	buf_init(&why);
	options.log = f->log;
	ck_assert_msg(fault_store_open(&f->store, &bdb_engine, &options,
	    fault, &why) == STATUS_OK, "%s", why.data);
	buf_release(&why);
	open_gate(f);
}

void
fixture_open(struct fixture *f, const char *policy)
{
	fixture_open_with(f, policy, "", NULL);
}

void
fixture_close(struct fixture *f)
{
	gate_verdict_release(&f->verdict);
	gate_close(&f->gate);
	store_close(f->store);
	log_close(f->log);
	conf_unref(f->conf);
	buf_release(&f->lines);
}

static enum verdict_action
check(struct fixture *f, const struct message *message, enum gate_stage stage)
{
	gate_verdict_release(&f->verdict);
	gate_check(&f->gate, f->conf, message, stage, &f->verdict);
	return f->verdict.action;
}

enum verdict_action
fixture_send_to(struct fixture *f, const char *login, const char *message_id,
    enum gate_stage stage, const char *const *recipients)
{
	struct message message;
	const struct message_origin origin = { login, login, false };
	enum verdict_action action;

	message_init(&message);
	ck_assert_int_eq(message_begin(&message, &origin), STATUS_OK);
	for (; *recipients != NULL; recipients++)
		ck_assert_int_eq(message_recipient(&message, *recipients),
		    STATUS_OK);
	if (message_id != NULL)
		message_header(&message, "Message-ID", message_id);
	message_header(&message, "Date", "Mon, 5 Jan 2026 09:00:00 +0000");
	message_header(&message, "Subject", "A position");
	action = check(f, &message, stage);
	message_release(&message);
	return action;
}

enum verdict_action
fixture_send(struct fixture *f, const char *login, const char *message_id,
    unsigned first, unsigned count)
{
	char (*names)[32] = calloc(count, sizeof(*names));
	const char **recipients = calloc(count + 1, sizeof(*recipients));
	enum verdict_action action;
	unsigned i;

	ck_assert(names != NULL && recipients != NULL);
	for (i = 0; i < count; i++) {
		snprintf(names[i], sizeof(names[i]), "<c%u@outside.test>",
		    first + i);
		recipients[i] = names[i];
	}
	action = fixture_send_to(f, login, message_id, GATE_STAGE_END,
	    recipients);
	free(names);
	free(recipients);
	return action;
}

void
fixture_reply(struct fixture *f, const char *from, const char *references)
{
	struct message message;
	const struct message_origin origin = { NULL, from, false };

	message_init(&message);
	ck_assert_int_eq(message_begin(&message, &origin), STATUS_OK);
	ck_assert_int_eq(message_recipient(&message, "<alice@local.test>"),
	    STATUS_OK);
	message_header(&message, "From", from);
	if (references != NULL)
		message_header(&message, "In-Reply-To", references);
	ck_assert_int_eq(check(f, &message, GATE_STAGE_END), VERDICT_ACCEPT);
	message_release(&message);
}

void
fixture_pass(struct fixture *f, int64_t until)
{
	while (f->now + CLOCK_HOUR <= until) {
		f->now += CLOCK_HOUR;
		ck_assert_int_eq(clockwork_tick(&f->gate, f->now), STATUS_OK);
	}
	f->now = until;
	ck_assert_int_eq(clockwork_tick(&f->gate, f->now), STATUS_OK);
}

struct admin_user
fixture_user(struct fixture *f, const char *name)
{
	struct admin_user user;

	ck_assert_msg(admin_user(&f->gate, name, &user) == STATUS_OK,
	    "no user %s", name);
	return user;
}

void
fixture_restrict(struct fixture *f, const char *login)
{
	char id[64];
	unsigned i;

	for (i = 0; i < 12; i++) {
		snprintf(id, sizeof(id), "<low%u@local.test>", i);
		ck_assert_int_eq(fixture_send(f, login, id, 1000 + i, 1),
		    VERDICT_ACCEPT);
	}
	fixture_pass(f, f->now + 4 * CLOCK_DAY);
	ck_assert_int_eq(fixture_user(f, login).account.standing,
	    STANDING_WARNED);
	for (i = 0; i < 12; i++) {
		snprintf(id, sizeof(id), "<still%u@local.test>", i);
		ck_assert_int_eq(fixture_send(f, login, id, 2000 + i, 1),
		    VERDICT_ACCEPT);
	}
	fixture_pass(f, f->now + 17 * CLOCK_DAY);
	ck_assert_int_eq(fixture_user(f, login).account.standing,
	    STANDING_RESTRICTED);
}
