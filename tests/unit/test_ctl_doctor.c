/*
 * What the command finds in a mail system's configuration, and how it shows
 * what was found.
 */
#include <grp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "front/ctl_doctor.h"
#include "front/ctl_show.h"
#include "test.h"

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

#define QUEUE	"/var/spool/postfix"
#define SOCKET	"unix:" QUEUE "/replygate/milter.sock"
#define LIST	"unix:replygate/milter.sock"

/* An everyday master.cf, as postconf -M prints it. */
#define SERVICES							\
	"smtp       inet  n       -       y       -       -       smtpd\n" \
	"submission inet  n       -       y       -       -       smtpd "  \
	"-o smtpd_sasl_auth_enable=yes\n"				\
	"127.0.0.1:10025 inet n - n - - smtpd\n"			\
	"pickup     unix  n       -       y       60      1       pickup\n"
#define LOGINS	"submission/inet/smtpd_sasl_auth_enable = yes\n"	\
	"127.0.0.1:10025/inet/smtpd_milters = \n"
#define REST	"milter_default_action = accept\n"			\
	"internal_mail_filter_classes = bounce\nmilter_protocol = 6\n"	\
	"queue_directory = " QUEUE "\ncompatibility_level = 3.6\n"
#define ALL	"smtpd_milters = " LIST "\nnon_smtpd_milters = " LIST "\n"

static const struct {
	const char	*name;
	const char	*parameters, *services, *overrides, *socket;
	const char	*check;
	int		 level;		/* -1: no such finding that is bad */
	const char	*seen, *advice;
} mains[] = {
	{ "all is well", ALL REST, SERVICES, LOGINS, SOCKET, NULL, -1, "",
	    "" },
	{ "no milter", "smtpd_milters =\nnon_smtpd_milters = " LIST "\n"
	    REST, SERVICES, LOGINS, SOCKET, "postfix-smtpd",
	    FINDING_PROBLEM, "smtp does not pass replygate: replies",
	    "main.cf:\n    smtpd_milters = " LIST },
	{ "another milter", "smtpd_milters = inet:localhost:11332\n"
	    "non_smtpd_milters = " LIST "\n" REST, SERVICES, LOGINS, SOCKET,
	    "postfix-smtpd", FINDING_PROBLEM, "smtp does not", "" },
	{ "behind another", "smtpd_milters = inet:localhost:11332, " LIST
	    "\nnon_smtpd_milters = " LIST "\n" REST, SERVICES, LOGINS, SOCKET,
	    NULL, -1, "", "" },
	{ "in braces", "smtpd_milters = { inet:h:1, x=y }{ " LIST
	    ", connect_timeout=10s }\nnon_smtpd_milters = {" LIST "}\n" REST,
	    SERVICES, LOGINS, SOCKET, NULL, -1, "", "" },
	{ "an action of its own", "smtpd_milters = { " LIST
	    ", default_action = tempfail }\nnon_smtpd_milters = " LIST "\n"
	    REST, SERVICES, LOGINS, SOCKET, "postfix-default-action",
	    FINDING_WARNING, "put off", "    milter_default_action = accept" },
	{ "an action of another's", "smtpd_milters = { inet:h:1, "
	    "default_action=reject }, " LIST "\nnon_smtpd_milters = " LIST
	    "\n" REST, SERVICES, LOGINS, SOCKET, NULL, -1, "", "" },
	{ "submission has its own", ALL REST, SERVICES,
	    "submission/inet/smtpd_milters = \n" LOGINS, SOCKET,
	    "postfix-smtpd", FINDING_PROBLEM,
	    "submission does not pass replygate: mail that is sent",
	    "master.cf, for submission" },
	{ "port 25 has its own", ALL REST, SERVICES,
	    "smtp/inet/smtpd_milters = inet:h:1\n" LOGINS, SOCKET,
	    "postfix-smtpd", FINDING_PROBLEM, "smtp does not pass",
	    "-o smtpd_milters=" LIST },
	{ "no_milters", ALL REST, SERVICES,
	    "smtp/inet/receive_override_options = no_milters,no_x\n" LOGINS,
	    SOCKET, "postfix-smtpd", FINDING_PROBLEM, "smtp does not pass",
	    "Take no_milters out" },
	{ "behind postscreen", "smtpd_milters =\nnon_smtpd_milters = " LIST
	    "\n" REST, "smtp inet n - n - 1 postscreen\n"
	    "smtpd pass - - n - - smtpd\n", "", SOCKET, "postfix-smtpd",
	    FINDING_PROBLEM, "smtpd does not pass replygate: replies", "" },
	{ "absolute, in no chroot", "smtpd_milters = " SOCKET "\n"
	    "non_smtpd_milters = " SOCKET "\n" REST,
	    "smtp inet n - n - - smtpd\n", "", SOCKET, NULL, -1, "", "" },
	{ "absolute, in a chroot", "smtpd_milters = " SOCKET "\n"
	    "non_smtpd_milters = " LIST "\n" REST,
	    "smtp inet n - y - - smtpd\n", "", SOCKET, "postfix-socket",
	    FINDING_PROBLEM, "in a chroot, looks for " SOCKET " at " QUEUE
	    QUEUE "/replygate/milter.sock", "    smtpd_milters = " LIST },
	{ "elsewhere, in a chroot", "smtpd_milters = unix:/run/replygate/m\n"
	    "non_smtpd_milters = unix:/run/replygate/m\n" REST,
	    "smtp inet n - - - - smtpd\n", "", "unix:/run/replygate/m", NULL,
	    -1, "", "" },
	{ "a chroot unless told", "smtpd_milters = unix:/run/replygate/m\n"
	    "non_smtpd_milters = unix:/run/replygate/m\n"
	    "compatibility_level = 0\nmilter_default_action = accept\n"
	    "internal_mail_filter_classes = bounce\n",
	    "smtp inet n - - - - smtpd\n", "", "unix:/run/replygate/m",
	    "postfix-socket", FINDING_PROBLEM, QUEUE "/run/replygate/m",
	    "milter_socket = \"unix:" QUEUE "/replygate/milter.sock\"" },
	{ "/var/run is /run", "smtpd_milters = unix:/var/run/replygate/m\n"
	    "non_smtpd_milters = unix:/run//replygate/m\n" REST,
	    "smtp inet n - n - - smtpd\n", "", "unix:/run/replygate/m", NULL,
	    -1, "", "" },
	{ "by TCP", "smtpd_milters = inet:127.0.0.1:8891\n"
	    "non_smtpd_milters = inet:localhost:8891\n" REST, SERVICES,
	    LOGINS, "inet:8891@localhost", NULL, -1, "", "" },
	{ "by another port", "smtpd_milters = inet:127.0.0.1:8892\n"
	    "non_smtpd_milters = inet:localhost:8891\n" REST, SERVICES,
	    LOGINS, "inet:8891@localhost", "postfix-smtpd", FINDING_PROBLEM,
	    "smtp does not", "    smtpd_milters = inet:localhost:8891" },
	{ "programs left out", "smtpd_milters = " LIST "\n"
	    "non_smtpd_milters =\n" REST, SERVICES, LOGINS, SOCKET,
	    "postfix-programs", FINDING_WARNING, "sendmail(1)",
	    "    non_smtpd_milters = $smtpd_milters" },
	{ "tempfail", ALL "milter_default_action = tempfail\n"
	    "internal_mail_filter_classes = bounce\n", SERVICES, LOGINS,
	    SOCKET, "postfix-default-action", FINDING_WARNING, "put off", "" },
	{ "reject", ALL "milter_default_action = reject\n"
	    "internal_mail_filter_classes = bounce\n", SERVICES, LOGINS,
	    SOCKET, "postfix-default-action", FINDING_PROBLEM, "refused",
	    "" },
	{ "own bounces", ALL "milter_default_action = accept\n"
	    "internal_mail_filter_classes = notify\n", SERVICES, LOGINS,
	    SOCKET, "postfix-bounces", FINDING_WARNING, "not answered",
	    "    internal_mail_filter_classes = bounce" },
	{ "an old protocol", ALL "milter_default_action = accept\n"
	    "internal_mail_filter_classes = bounce\nmilter_protocol = 2\n",
	    SERVICES, LOGINS, SOCKET, "postfix-protocol", FINDING_PROBLEM,
	    "is 2", "    milter_protocol = 6" },
	{ "nothing can be read of it", "", "", "", SOCKET,
	    "postfix-programs", FINDING_WARNING, "", "" },
	{ "lines cut off", "smtpd_milters", "smtp inet n", "smtp/inet/", SOCKET,
	    "postfix-programs", FINDING_WARNING, "", "" },
	{ "a brace that does not end", "smtpd_milters = { " LIST "\n"
	    "non_smtpd_milters = {\n" REST, SERVICES, LOGINS, SOCKET,
	    "postfix-programs", FINDING_WARNING, "", "" },
};

/* The first one that is bad, of a check or (NULL) of any. */
static const struct finding *
find_bad(const struct findings *findings, const char *check)
{
	size_t i;

	for (i = 0; i < findings->count; i++)
		if (findings->list[i].level != FINDING_FINE &&
		    (check == NULL ||
		    strcmp(check, findings->list[i].check) == 0))
			return &findings->list[i];
	return NULL;
}

static void
expect(const struct findings *findings, const char *name, const char *check,
    int level, const char *seen, const char *advice)
{
	const struct finding *bad = find_bad(findings, check);

	ck_assert_msg((bad != NULL) == (level >= 0), "%s: %s", name,
	    bad != NULL ? bad->seen.data : "it is fine");
	if (bad == NULL)
		return;
	ck_assert_msg((int)bad->level == level &&
	    strstr(bad->seen.data, seen) != NULL &&
	    strstr(bad->advice.data, advice) != NULL, "%s: %s: %s\n%s", name,
	    finding_level_text(bad->level), bad->seen.data,
	    bad->advice.data);
}

START_TEST(reads_main_cf)
{
	struct ctl_doctor_postfix text;
	struct findings findings;

	text.parameters = strdup(mains[_i].parameters);
	text.services = strdup(mains[_i].services);
	text.overrides = strdup(mains[_i].overrides);
	text.socket = mains[_i].socket;
	findings_init(&findings);
	ctl_doctor_postfix(&findings, &text);
	expect(&findings, mains[_i].name, mains[_i].check, mains[_i].level,
	    mains[_i].seen, mains[_i].advice);
	findings_release(&findings);
	free((void *)(uintptr_t)text.parameters);
	free((void *)(uintptr_t)text.services);
	free((void *)(uintptr_t)text.overrides);
}
END_TEST

#define X	"Xreplygate, S=unix:/run/replygate/milter.sock, "
#define T	"T=S:30s;R:30s;E:5m\n"
#define COPIED	"O PostmasterCopy=copy@replygate.invalid\n"
#define SENT_ON	"Rcopy < @ replygate.invalid $* >\t" \
	"$#relay $@ [127.0.0.1] $: bounces < @ example.com . >\n"
#define RELAY	"Mrelay,\tP=[IPC], F=mDFMuXa8k, S=EnvFromSMTP\n"
#define BOUNCES	COPIED SENT_ON RELAY
#define USED	"O InputMailFilters=opendkim,replygate\n"
#define RUN	"unix:/run/replygate/milter.sock"

static const struct {
	const char	*name, *cf, *socket;
	const char	*check;
	int		 level;
	const char	*seen, *advice;
} cfs[] = {
	{ "all is well", "V10/Berkeley\n" USED X T BOUNCES, RUN, NULL, -1,
	    "", "" },
	{ "local for unix", USED "Xreplygate, S=local:/run/replygate/"
	    "milter.sock, " T BOUNCES, RUN, NULL, -1, "", "" },
	{ "by TCP", USED "Xreplygate, S=inet:8891@127.0.0.1, " T
	    BOUNCES, "inet:8891@localhost", NULL, -1, "", "" },
	{ "under another name", "O InputMailFilters=gate\nXgate, S=" RUN "\n"
	    BOUNCES, RUN, NULL, -1, "", "" },
	{ "no filter", "V10\n", RUN, "sendmail-filters", FINDING_PROBLEM,
	    "no filter has", "INPUT_MAIL_FILTER(`replygate', `S=" RUN },
	{ "another socket", USED "Xreplygate, S=unix:/tmp/x\n", RUN,
	    "sendmail-filters", FINDING_PROBLEM, "no filter has", "" },
	{ "defined, not used", "O InputMailFilters=opendkim\n" X T, RUN,
	    "sendmail-filters", FINDING_PROBLEM, "not used",
	    "instead of MAIL_FILTER" },
	{ "a longer name", "O InputMailFilters=replygate2\n" X T, RUN,
	    "sendmail-filters", FINDING_PROBLEM, "not used", "" },
	{ "a port without it", USED X T "O DaemonPortOptions=Name=MTA\n"
	    "O DaemonPortOptions=Port=587, Name=MSA, M=E, "
	    "InputMailFilters=opendkim\n", RUN, "sendmail-filters",
	    FINDING_PROBLEM, "by the port MSA",
	    "InputMailFilters=replygate;opendkim" },
	{ "a port with it", USED X T "O DaemonPortOptions=Name=MSA, "
	    "InputMailFilters=opendkim;replygate\n" BOUNCES, RUN, NULL, -1,
	    "", "" },
	{ "bounces by folded lines", USED X T COPIED "Rcopy < @ "
	    "replygate.invalid . >\n\t$#relay $@ [127.0.0.1] $: bounces\n"
	    RELAY, RUN, NULL, -1, "", "" },
	{ "a relay in another rule", USED X T COPIED RELAY "Rcopy < @ "
	    "replygate.invalid . >\n\t$@ none\nR$+\t$#relay $: $1\n", RUN,
	    "sendmail-bounces", FINDING_WARNING, "not seen",
	    "lacks a rule" },
	{ "put off", USED X "F=T, " T, RUN, "sendmail-flags",
	    FINDING_WARNING, "put off", "INPUT_MAIL_FILTER" },
	{ "refused", USED X "F=R, " T, RUN, "sendmail-flags",
	    FINDING_PROBLEM, "refused", "INPUT_MAIL_FILTER" },
	{ "own bounces unseen", USED X T RELAY, RUN, "sendmail-bounces",
	    FINDING_WARNING, "not seen", "lacks confCOPY_ERRORS_TO" },
	{ "copies to a person", USED X T RELAY SENT_ON
	    "O PostmasterCopy=Postmaster\n", RUN, "sendmail-bounces",
	    FINDING_WARNING, "not seen", "lacks confCOPY_ERRORS_TO" },
	{ "copies to nowhere", USED X T COPIED RELAY "R$*replygate.invalid\t"
	    "$#error $: none\n" "R$*\t$#relay $: replygate.invalid\n", RUN,
	    "sendmail-bounces", FINDING_WARNING, "not seen",
	    "lacks a rule" },
	{ "a relay that fears loops", USED X T COPIED SENT_ON
	    "Mrelay,\tP=[IPC], F=mDFMuXa8, S=k\n", RUN, "sendmail-bounces",
	    FINDING_WARNING, "not seen", "`+k'" },
	{ "a rule cut off", USED X T COPIED RELAY
	    "Rcopy < @ replygate.invalid", RUN, "sendmail-bounces",
	    FINDING_WARNING, "not seen", "lacks a rule" },
	{ "nothing", "", RUN, "sendmail-filters", FINDING_PROBLEM, "", "" },
	{ "cut off", "Xreplygate, S", RUN, "sendmail-filters",
	    FINDING_PROBLEM, "", "" },
};

START_TEST(reads_sendmail_cf)
{
	char *cf = strdup(cfs[_i].cf);
	struct findings findings;

	findings_init(&findings);
	ctl_doctor_sendmail(&findings, cf, cfs[_i].socket);
	expect(&findings, cfs[_i].name, cfs[_i].check, cfs[_i].level,
	    cfs[_i].seen, cfs[_i].advice);
	findings_release(&findings);
	free(cf);
}
END_TEST

/* Whether others may enter the directory, and write to the file. */
static const struct {
	const char	*name;
	mode_t		 directory, file;
	int		 level;		/* -1: fine */
	const char	*seen;
} rights[] = {
	{ "open", 0711, 0666, -1, "" },
	{ "a closed directory", 0700, 0666, FINDING_PROBLEM, "not enter /tmp" },
	{ "a closed socket", 0711, 0660, FINDING_PROBLEM, "not connect to" },
	{ "reading is not enough", 0711, 0664, FINDING_PROBLEM,
	    "not connect to" },
};

START_TEST(tells_who_may_connect)
{
	char directory[] = "/tmp/replygate-reach-XXXXXX", path[64];
	struct findings findings;

	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/socket", directory);
	fclose(fopen(path, "w"));
	ck_assert(chmod(path, rights[_i].file) == 0 &&
	    chmod(directory, rights[_i].directory) == 0);
	findings_init(&findings);
	ctl_doctor_reach(&findings, "nobody", path);
	/* Of us, should we be nobody, it says only that we may. */
	if (geteuid() == 0) {
		ck_assert_uint_eq(findings.count, 1);
		expect(&findings, rights[_i].name, NULL, rights[_i].level,
		    rights[_i].seen, rights[_i].level >= 0 ? "usermod" : "");
	}
	findings_release(&findings);
	findings_init(&findings);
	ctl_doctor_reach(&findings, "no such user", path);
	ctl_doctor_reach(&findings, "nobody", "/nowhere/at/all");
	ck_assert_uint_eq(findings.count, 0);
	findings_release(&findings);
	unlink(path);
	ck_assert_int_eq(rmdir(directory), 0);
}
END_TEST

#define FINDING(level, seen, advice) "{\"check\": \"mail-in\", "	\
	"\"level\": \"" level "\", \"seen\": \"" seen "\", "		\
	"\"advice\": " advice "}"

static const struct {
	const char	*name, *json;
	unsigned	 columns;
	bool		 colour;
	const char	*want;		/* NULL: not understood */
} shows[] = {
	{ "fine", "{\"findings\": [" FINDING("ok", "7 messages", "null") "], "
	    "\"problems\": 0, \"warnings\": 0}", 80, false,
	    "ok       mail-in                 7 messages\n"
	    "no problems, no warnings\n" },
	{ "advice", "{\"findings\": [" FINDING("problem", "none",
	    "\"main.cf:\\n    a = b  c\"") "], "
	    "\"problems\": 1, \"warnings\": 2}", 80, false,
	    "problem  mail-in                 none\n"
	    "         main.cf:\n"
	    "             a = b  c\n"
	    "1 problem, 2 warnings\n" },
	{ "wrapped", "{\"findings\": [" FINDING("warning",
	    "a line of words that is longer than it may be here",
	    "\"and advice that is longer than the terminal is wide, too\"")
	    "], \"problems\": 0, \"warnings\": 1}", 60, false,
	    "warning  mail-in                 a line of words that is\n"
	    "                                 longer than it may be here\n"
	    "         and advice that is longer than the terminal is\n"
	    "         wide, too\n"
	    "no problems, 1 warning\n" },
	{ "colour", "{\"findings\": [" FINDING("problem", "x", "null") "], "
	    "\"problems\": 1, \"warnings\": 0}", 80, true,
	    "\033[31mproblem\033[0m  mail-in                 x\n"
	    "1 problem, no warnings\n" },
	{ "a terminal's", "{\"findings\": [" FINDING("ok", "a\\u001b[2J",
	    "null") "], \"problems\": 0, \"warnings\": 0}", 0, false,
	    "ok       mail-in                 a?[2J\n"
	    "no problems, no warnings\n" },
	{ "no list", "{}", 80, false, NULL },
	{ "no finding", "{\"findings\": [1]}", 80, false, NULL },
};

START_TEST(shows_findings)
{
	json_t *json = json_loads(shows[_i].json, 0, NULL);
	struct buf got;
	bool shown;

	ck_assert_ptr_nonnull(json);
	buf_init(&got);
	shown = ctl_show_findings(&got, json, shows[_i].columns,
	    shows[_i].colour);
	ck_assert_msg(shown == (shows[_i].want != NULL) && (!shown ||
	    strcmp(got.data, shows[_i].want) == 0), "%s: got\n%s",
	    shows[_i].name, got.data);
	buf_release(&got);
	json_decref(json);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ctl-doctor");
	TCase *tcase = tcase_create("ctl-doctor");

	tcase_add_loop_test(tcase, reads_main_cf, 0, ROWS(mains));
	tcase_add_loop_test(tcase, reads_sendmail_cf, 0, ROWS(cfs));
	tcase_add_loop_test(tcase, tells_who_may_connect, 0, ROWS(rights));
	tcase_add_loop_test(tcase, shows_findings, 0, ROWS(shows));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
