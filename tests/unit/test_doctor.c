/*
 * What the daemon makes of the mail it was shown, and of its house.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/finding.h"
#include "base/mta_name.h"
#include "front/doctor_house.h"
#include "gate_fixture.h"
#include "test.h"

#define ALICE	"alice@local.test"
#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

/* One message, of which the queue ID is given or not. */
struct mail {
	const char	*login, *sender, *to, *queue_id;
	bool		 internal;
	unsigned	 count;
};

static void
show(struct fixture *f, const struct mail *mail)
{
	const struct message_origin origin = { .login = mail->login,
	    .sender = mail->sender, .internal = mail->internal };
	static unsigned number;
	struct gate_verdict verdict;
	struct message message;
	unsigned i;
	char id[64];

	for (i = 0; i < mail->count; i++) {
		message_init(&message);
		(void)message_begin(&message, &origin);
		(void)message_recipient(&message, mail->to);
		if (mail->queue_id != NULL)
			snprintf(message.queue_id, sizeof(message.queue_id),
			    "%s", mail->queue_id);
		snprintf(id, sizeof(id), "<%u@local.test>", number++);
		message_header(&message, "Message-ID", id);
		message_header(&message, "From", "x@outside.test");
		gate_check(&f->gate, f->conf, &message, GATE_STAGE_HEADER,
		    &verdict);
		if (verdict.wish != GATE_WISH_NOTHING) {
			gate_verdict_release(&verdict);
			gate_check(&f->gate, f->conf, &message,
			    GATE_STAGE_END, &verdict);
		}
		gate_verdict_release(&verdict);
		message_release(&message);
	}
}

#define OUT(n)		{ ALICE, ALICE, "c@outside.test", "4A", false, n }
#define HOST(n)		{ NULL, ALICE, "c@outside.test", "4B", true, n }
#define NAMELESS(n)	{ NULL, ALICE, "c@outside.test", "4C", false, n }
#define IN(n)		{ NULL, "c@outside.test", ALICE, "4D", false, n }
#define WITHIN(n)	{ NULL, ALICE, "bob@local.test", "4E", false, n }
#define NOTICE(n)	{ NULL, "<>", ALICE, "4F", true, n }
#define BOUNCE(n)	{ NULL, "<>", ALICE, "4F", false, n }
#define THROUGH(n)	{ NULL, "c@outside.test", "d@outside.test",	\
			"4G", false, n }
#define UNNUMBERED(n)	{ ALICE, ALICE, "c@outside.test", NULL, false, n }

static const struct {
	const char		*name;
	struct mail		 mails[4];
	const char		*check;
	int			 level;		/* -1: no such finding */
	const char		*seen, *advice;
} rows[] = {
	{ "nothing yet", { { 0 } }, "mail-out", FINDING_WARNING,
	    "no mail was seen", "smtpd_milters = " },
	{ "nothing yet, nothing in", { { 0 } }, "mail-in", -1, "", "" },
	{ "logins", { OUT(3), HOST(2), IN(1) }, "mail-out", FINDING_FINE,
	    "3 messages with a login and 2 from internal_hosts", "" },
	{ "nobody logs in", { IN(19) }, "mail-out", FINDING_WARNING,
	    "of 19 messages", "INPUT_MAIL_FILTER(`replygate'" },
	{ "nobody ever logs in", { IN(20) }, "mail-out", FINDING_PROBLEM,
	    "of 20 messages", "-o smtpd_milters=" },
	{ "replies come", { OUT(1), IN(1) }, "mail-in", FINDING_FINE,
	    "1 messages from outside", "" },
	{ "nothing comes", { OUT(19) }, "mail-in", FINDING_WARNING,
	    "19 messages left", "port 25" },
	{ "nothing ever comes", { OUT(20) }, "mail-in", FINDING_PROBLEM,
	    "20 messages left", "    smtpd_milters = unix:" },
	{ "our own notices prove nothing", { OUT(20), NOTICE(5), WITHIN(5) },
	    "mail-in", FINDING_PROBLEM, "20 messages left", "" },
	{ "mail through us proves nothing", { OUT(20), THROUGH(5) },
	    "mail-in", FINDING_PROBLEM, "20 messages left", "" },
	{ "a bounce from outside does", { OUT(20), BOUNCE(1) }, "mail-in",
	    FINDING_FINE, "1 messages", "" },
	{ "all have names", { OUT(5), WITHIN(3), IN(2) }, "identity",
	    FINDING_FINE, "all mail", "" },
	{ "one has none", { OUT(5), NAMELESS(1) }, "identity",
	    FINDING_WARNING, "1 of 6 messages that left", "internal_hosts" },
	{ "the last one is named", { NAMELESS(1), OUT(1) }, "identity",
	    FINDING_WARNING, "the last is 4C", "confMILTER_MACROS_ENVFROM" },
	{ "most have none", { OUT(19), NAMELESS(20) }, "identity",
	    FINDING_PROBLEM, "20 of 39", "{auth_authen}" },
	{ "all come to their end", { OUT(30), IN(1) }, "end-of-message",
	    FINDING_FINE, "30 of 30", "" },
	{ "queue IDs", { OUT(1) }, "queue-id", FINDING_FINE, "all", "" },
	{ "no queue ID", { UNNUMBERED(2) }, "queue-id", FINDING_WARNING,
	    "2 messages had none", "milter_end_of_data_macros = i" },
	{ "no reply ever", { OUT(1) }, "replies", FINDING_FINE, "none", "" },
};

static const struct finding *
find(const struct findings *findings, const char *check)
{
	size_t i;

	for (i = 0; i < findings->count; i++)
		if (strcmp(findings->list[i].check, check) == 0)
			return &findings->list[i];
	return NULL;
}

static void
expect(const struct findings *findings, const char *name, const char *check,
    int level, const char *seen, const char *advice)
{
	const struct finding *finding = find(findings, check);

	ck_assert_msg((finding != NULL) == (level >= 0), "%s", name);
	if (finding == NULL)
		return;
	ck_assert_msg((int)finding->level == level &&
	    strstr(finding->seen.data, seen) != NULL &&
	    strstr(finding->advice.data, advice) != NULL,
	    "%s: %s: %s\n%s", name, finding_level_text(finding->level),
	    finding->seen.data, finding->advice.data);
	ck_assert_msg(level == FINDING_FINE || finding->advice.length > 0,
	    "%s: no advice", name);
}

START_TEST(tells_by_the_mail_it_was_shown)
{
	struct findings findings;
	struct fixture f;
	size_t i;

	fixture_open_with(&f, "minimum = 10;", "notices = false;", NULL);
	for (i = 0; i < 4; i++)
		show(&f, &rows[_i].mails[i]);
	findings_init(&findings);
	admin_doctor(&f.gate, &findings);
	ck_assert(!findings.failed);
	expect(&findings, rows[_i].name, rows[_i].check, rows[_i].level,
	    rows[_i].seen, rows[_i].advice);
	findings_release(&findings);
	fixture_close(&f);
}
END_TEST

/* The header came, and then nothing more. */
START_TEST(misses_the_end)
{
	static const char *const to[] = { "c@outside.test", NULL };
	struct findings findings;
	struct fixture f;
	char id[32];
	int i;

	fixture_open_with(&f, "minimum = 10;", "notices = false;", NULL);
	for (i = 0; i < 20; i++) {
		snprintf(id, sizeof(id), "<%d@local.test>", i);
		fixture_send_to(&f, ALICE, id, GATE_STAGE_HEADER, to);
	}
	findings_init(&findings);
	admin_doctor(&f.gate, &findings);
	expect(&findings, "no end", "end-of-message", FINDING_PROBLEM,
	    "of 20 messages that left only 0", "put replygate first");
	findings_release(&findings);
	fixture_close(&f);
}
END_TEST

/* What the figures of a long run tell. */
static const struct {
	const char	*name, *top;
	uint64_t	 replies, by_pair, bounces, strange, unauthenticated;
	const char	*check;
	int		 level;
	const char	*seen;
} runs[] = {
	{ "replies name messages", "", 30, 15, 0, 0, 0, "message-ids",
	    FINDING_FINE, "15 of 30 replies name" },
	{ "replies do not", "", 30, 16, 0, 0, 0, "message-ids",
	    FINDING_WARNING, "16 of 30 replies do not" },
	{ "too few to tell", "", 19, 19, 0, 0, 0, "message-ids",
	    FINDING_FINE, "0 of 19" },
	{ "bounces of ours", "", 0, 0, 30, 30, 0, "bounces", FINDING_FINE,
	    "30 outreach bounced" },
	{ "bounces of others", "", 0, 0, 19, 20, 0, "bounces",
	    FINDING_WARNING, "20 bounces name no outreach" },
	{ "no authentication asked for", "", 0, 0, 0, 0, 50,
	    "authentication", -1, "" },
	{ "authentication fails", "require_auth = true; "
	    "auth_servers = [\"mx.local.test\"];", 3, 0, 0, 0, 50,
	    "authentication", FINDING_WARNING, "50 did not" },
	{ "authentication does not fail", "require_auth = true; "
	    "auth_servers = [\"mx.local.test\"];", 60, 0, 0, 0, 50,
	    "authentication", FINDING_FINE, "60 replies counted" },
	{ "a mode", "mode = \"monitor\";", 0, 0, 0, 0, 0, "mode",
	    FINDING_FINE, "monitor" },
	{ "health", "", 0, 0, 0, 0, 0, "health", FINDING_FINE, "nothing" },
};

START_TEST(tells_by_figures)
{
	struct findings findings;
	struct fixture f;
	char top[200];

	snprintf(top, sizeof(top), "notices = false; %s", runs[_i].top);
	fixture_open_with(&f, "minimum = 10;", top, NULL);
	atomic_store(&f.gate.figures.replies, runs[_i].replies);
	atomic_store(&f.gate.figures.replies_by_pair, runs[_i].by_pair);
	atomic_store(&f.gate.figures.bounces, runs[_i].bounces);
	atomic_store(&f.gate.figures.strange_bounces, runs[_i].strange);
	atomic_store(&f.gate.figures.unauthenticated,
	    runs[_i].unauthenticated);
	findings_init(&findings);
	admin_doctor(&f.gate, &findings);
	expect(&findings, runs[_i].name, runs[_i].check, runs[_i].level,
	    runs[_i].seen, "");
	findings_release(&findings);
	fixture_close(&f);
}
END_TEST

START_TEST(tells_of_a_clock_and_a_store)
{
	struct findings findings;
	struct fixture f;

	fixture_open_with(&f, "minimum = 10;", "notices = false;", NULL);
	atomic_store(&f.gate.tick_suspect, f.now);
	atomic_store(&f.gate.figures.errors, 7);
	ck_assert_int_eq(gate_relax(&f.gate, f.now), STATUS_OK);
	findings_init(&findings);
	admin_doctor(&f.gate, &findings);
	expect(&findings, "clock", "clock", FINDING_WARNING, "jumped",
	    "NTP");
	ck_assert_ptr_nonnull(strstr(find(&findings, "store")->seen.data,
	    "7 messages"));
	ck_assert_int_eq(find(&findings, "health")->level, FINDING_PROBLEM);
	findings_release(&findings);
	fixture_close(&f);
}
END_TEST

/*
 * The house
 */

static const struct {
	const char	*name;
	mode_t		 store, key;		/* 0: not there */
	bool		 running;
	const char	*check;
	int		 level;
	const char	*seen;
} houses[] = {
	{ "all is well", 0700, 0600, true, "store-directory", FINDING_FINE,
	    "alone" },
	{ "a key", 0700, 0400, true, "key-file", FINDING_FINE, "alone" },
	{ "an open store", 0750, 0600, true, "store-directory",
	    FINDING_PROBLEM, "may enter" },
	{ "no store", 0, 0600, true, "store-directory", FINDING_PROBLEM,
	    "No such file" },
	{ "no store yet", 0, 0600, false, "store-directory", FINDING_FINE,
	    "No such file" },
	{ "an open key", 0700, 0640, true, "key-file", FINDING_PROBLEM,
	    "may read" },
	{ "no key", 0700, 0, false, "key-file", FINDING_PROBLEM,
	    "No such file" },
	{ "no socket", 0700, 0600, true, "control-socket", FINDING_PROBLEM,
	    "No such file" },
	{ "no socket yet", 0700, 0600, false, "milter-socket", FINDING_FINE,
	    "No such file" },
	{ "room", 0700, 0600, true, "disk", FINDING_FINE, "MB are free" },
};

START_TEST(looks_at_the_house)
{
	char directory[] = "/tmp/replygate-doctor-XXXXXX", store[64], key[64];
	char milter[80], control[80];
	struct findings findings;
	struct conf conf;

	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(store, sizeof(store), "%s/store", directory);
	snprintf(key, sizeof(key), "%s/key", directory);
	snprintf(milter, sizeof(milter), "unix:%s/milter", directory);
	snprintf(control, sizeof(control), "%s/control", directory);
	memset(&conf, 0, sizeof(conf));
	conf.store_directory = store;
	conf.key_file = key;
	conf.milter_socket = milter;
	conf.control_socket = control;
	if (houses[_i].store != 0)
		ck_assert(mkdir(store, 0700) == 0 &&
		    chmod(store, houses[_i].store) == 0);
	if (houses[_i].key != 0) {
		fclose(fopen(key, "w"));
		ck_assert(chmod(key, houses[_i].key) == 0);
	}
	findings_init(&findings);
	doctor_house(&findings, &conf, houses[_i].running);
	ck_assert_msg(find(&findings, houses[_i].check) != NULL &&
	    (int)find(&findings, houses[_i].check)->level ==
	    houses[_i].level && strstr(find(&findings,
	    houses[_i].check)->seen.data, houses[_i].seen) != NULL, "%s",
	    houses[_i].name);
	findings_release(&findings);
	unlink(key);
	rmdir(store);
	ck_assert_int_eq(rmdir(directory), 0);
}
END_TEST

static const struct {
	const char	*ours, *queue, *want;
} names[] = {
	{ "unix:/run/r/m.sock", "/var/spool/postfix", "unix:/run/r/m.sock" },
	{ "local:/run/r/m.sock", "/var/spool/postfix", "unix:/run/r/m.sock" },
	{ "unix:/var/spool/postfix/r/m.sock", "/var/spool/postfix",
	    "unix:r/m.sock" },
	{ "unix:/var/spool/postfix/r/m.sock", "/var/spool/postfix/",
	    "unix:r/m.sock" },
	{ "unix:/var/spool/postfix2/m.sock", "/var/spool/postfix",
	    "unix:/var/spool/postfix2/m.sock" },
	{ "inet:8891@localhost", "/q", "inet:localhost:8891" },
	{ "inet6:8891@::1", "/q", "inet:[::1]:8891" },
};

START_TEST(names_the_socket_as_postfix_does)
{
	struct buf name;

	buf_init(&name);
	mta_name_postfix(names[_i].ours, names[_i].queue, &name);
	ck_assert_str_eq(name.data, names[_i].want);
	buf_release(&name);
}
END_TEST

START_TEST(findings_have_a_bound)
{
	struct findings findings;
	int i;

	findings_init(&findings);
	for (i = 0; i < FINDINGS_MAX; i++)
		findings_add(&findings, FINDING_FINE, "x", "%d", i);
	ck_assert(!findings.failed);
	findings_advise(&findings, "one");
	findings_advise(&findings, "%s", "two");
	ck_assert_str_eq(findings.list[FINDINGS_MAX - 1].advice.data,
	    "one\ntwo");
	findings_add(&findings, FINDING_FINE, "x", "one more");
	ck_assert(findings.failed);
	ck_assert_uint_eq(findings.count, FINDINGS_MAX);
	findings_release(&findings);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("doctor");
	TCase *tcase = tcase_create("doctor");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, tells_by_the_mail_it_was_shown, 0,
	    ROWS(rows));
	tcase_add_test(tcase, misses_the_end);
	tcase_add_loop_test(tcase, tells_by_figures, 0, ROWS(runs));
	tcase_add_test(tcase, tells_of_a_clock_and_a_store);
	tcase_add_loop_test(tcase, looks_at_the_house, 0, ROWS(houses));
	tcase_add_loop_test(tcase, names_the_socket_as_postfix_does, 0,
	    ROWS(names));
	tcase_add_test(tcase, findings_have_a_bound);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
