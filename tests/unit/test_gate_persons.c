/*
 * Who is who in mail from outside: one person under several addresses, several
 * users under one, and who stands in no ledger.  Each story is told twice, as
 * the MTA's door asks and at the end alone; both must come to the same.
 */
#include <stdio.h>
#include <string.h>

#include "gate/inbound.h"
#include "gate_faults.h"
#include "inbound_fixture.h"
#include "test.h"

#define ALICE	"alice@local.test"
#define BOB	"bob@local.test"
#define JOBS	"jobs@local.test"
#define STEPS	6

/* Out by a login; in without one. */
struct step_row {
	const char		*login;
	struct inbound_mail	 mail;
};

struct person_row {
	const char	*name;
	const char	*top;		/* of the configuration */
	struct step_row	 steps[STEPS];	/* an hour apart */
	const char	*changes;
	const char	*contact;	/* of alice; NULL: c1 is none */
};

#define ID(n)		"Message-ID: <m" #n "@local.test>\nSubject: A job\n"
#define FROM(n)		"From: c" #n "@outside.test\n"
#define ANSWERS(n)	"In-Reply-To: <m" #n "@local.test>\n"
#define MACHINE_TEXT	"This is an automatic reply.\n"
#define REQUIRED	"require_auth = true; " \
			"auth_servers = (\"mx.local.test\"); "
#define PASSED(domain)	"Authentication-Results: mx.local.test; " \
			"dmarc=pass header.from=" domain "\n"

#define OUT(user, to, fields)	{ user, { user, to, fields, NULL } }
#define OUT_AS(user, sender, to, fields)				\
	{ user, { sender, to, fields, NULL } }
#define IN(sender, to, fields)	{ NULL, { sender, to, fields, "Yes.\n" } }
#define IN_TEXT(sender, to, fields, text)				\
	{ NULL, { sender, to, fields, text } }

#define C1	"c1@outside.test"
#define C2	"c2@outside.test"
#define FRIEND	"friend@x.test"
#define ALIAS	"one@home.test"

static const struct person_row authors[] = {
	{ "authenticated, the envelope forged", REQUIRED, {
	    OUT(ALICE, C1, ID(1)),
	    IN(C1, ALICE, PASSED("evil.test") "From: x@evil.test\n") }, "",
	    NULL },
	{ "... though it names the id of a message to two", REQUIRED, {
	    OUT(ALICE, C1 " " C2, ID(1)),
	    IN(C2, ALICE, PASSED("outside.test") FROM(1) ANSWERS(1)),
	    IN(C2, ALICE, PASSED("outside.test") FROM(1) ANSWERS(1)) },
	    "m1/c1=message-id", C1 },
	{ "authenticated, another envelope", REQUIRED, {
	    OUT(ALICE, C1, ID(1)),
	    IN("bounces@service.test", ALICE, PASSED("outside.test")
	    FROM(1)) }, "m1/c1=pair", C1 },
	{ "not required, another From", "", {
	    OUT(ALICE, C1, ID(1)),
	    IN(C1, ALICE, "From: " ALIAS "\n") }, "m1/c1=pair", C1 },
	{ "From goes before the envelope, whoever was written to first", "", {
	    OUT(ALICE, C1 " " C2, ID(1)),
	    IN(C1, ALICE, FROM(2) ANSWERS(1)) }, "m1/c2=message-id", NULL },
	{ "... and the other way round", "", {
	    OUT(ALICE, C1 " " C2, ID(1)),
	    IN(C2, ALICE, FROM(1) ANSWERS(1)) }, "m1/c1=message-id", C1 },
	{ "one person twice, with somebody's envelope", "", {
	    OUT(ALICE, C1 " " C2, ID(1)),
	    IN(C1, ALICE, FROM(2) ANSWERS(1)),
	    IN(C1, ALICE, FROM(2) ANSWERS(1)),
	    IN(C2, ALICE, FROM(2) ANSWERS(1)) }, "m1/c2=message-id", NULL },
	{ "two persons with each other's envelope", "", {
	    OUT(ALICE, C1 " " C2, ID(1)),
	    IN(C1, ALICE, FROM(2) ANSWERS(1)),
	    IN(C2, ALICE, FROM(1) ANSWERS(1)) },
	    "m1/c1=message-id m1/c2=message-id", C1 },
	{ "pair: From goes before the envelope", "", {
	    OUT(ALICE, C1, ID(1)), OUT(ALICE, C2, ID(2)),
	    IN(C2, ALICE, FROM(1)) }, "m1/c1=pair", C1 },
};

static const struct person_row contacts[] = {
	{ "a contact who got it too", "", {
	    IN(FRIEND, ALICE, "From: " FRIEND "\n"),
	    OUT(ALICE, FRIEND " " C1, ID(1)),
	    IN(FRIEND, ALICE, "From: " FRIEND "\n" ANSWERS(1)) }, "", FRIEND },
	{ "... who wrote before alice ever sent, and after", "", {
	    IN(FRIEND, ALICE, "From: " FRIEND "\n"),
	    OUT(ALICE, FRIEND " " C1, ID(1)),
	    IN(FRIEND, ALICE, "From: " FRIEND "\n"),
	    IN(FRIEND, ALICE, "From: " FRIEND "\n" ANSWERS(1)),
	    IN(C1, ALICE, FROM(1) ANSWERS(1)) }, "m1/c1=message-id", FRIEND },
	{ "a contact who did not get it", "", {
	    IN(FRIEND, ALICE, "From: " FRIEND "\n"),
	    OUT(ALICE, C1, ID(1)),
	    IN(FRIEND, ALICE, "From: " FRIEND "\n" ANSWERS(1)) },
	    "m1/c1=other-address", C1 },
	{ "another address, a contact among the recipients", "", {
	    IN(FRIEND, ALICE, "From: " FRIEND "\n"),
	    OUT(ALICE, FRIEND " " C1, ID(1)),
	    IN(ALIAS, ALICE, "From: " ALIAS "\n" ANSWERS(1)) },
	    "m1/c1=other-address", C1 },
	{ "... who then writes again", "", {
	    IN(FRIEND, ALICE, "From: " FRIEND "\n"),
	    OUT(ALICE, FRIEND " " C1 " " C2, ID(1)),
	    IN(ALIAS, ALICE, "From: " ALIAS "\n" ANSWERS(1)),
	    IN(ALIAS, ALICE, "From: " ALIAS "\n" ANSWERS(1)) },
	    "m1/c1=other-address", C1 },
	{ "a stranger's machine, known by its text", "", {
	    IN_TEXT(C1, ALICE, FROM(1) "Subject: Re: hi\n", MACHINE_TEXT),
	    OUT(ALICE, C1, ID(1)),
	    IN(C1, ALICE, FROM(1) ANSWERS(1)) }, "m1/c1=message-id", C1 },
	{ "a machine of a stranger, beside a thread of ours", "", {
	    OUT(ALICE, C2, ID(1)),
	    IN_TEXT(C1, ALICE, FROM(1) "Subject: Fwd: hi\n" ANSWERS(1),
	    MACHINE_TEXT) }, "m1/c2=automatic-text", NULL },
	{ "a stranger", "", { IN(C1, ALICE, FROM(1)) }, "", C1 },
};

static const struct person_row shared[] = {
	{ "two write under one Reply-To", "", {
	    OUT(ALICE, C1, ID(1) "Reply-To: " JOBS "\n"),
	    OUT(BOB, C2, ID(2) "Reply-To: " JOBS "\n"),
	    IN(C1, JOBS, FROM(1)), IN(C2, JOBS, FROM(2)) },
	    "m1/c1=pair m2/c2=pair", C1 },
	{ "two write under one From", "", {
	    OUT(ALICE, C1, ID(1) "From: " JOBS "\n"),
	    OUT(BOB, C2, ID(2) "From: " JOBS "\n"),
	    IN(C1, JOBS, FROM(1)), IN(C2, JOBS, FROM(2)) },
	    "m1/c1=pair m2/c2=pair", C1 },
	{ "two send under one address", "", {
	    OUT_AS(ALICE, JOBS, C1, ID(1)), OUT_AS(BOB, JOBS, C2, ID(2)),
	    IN(C1, JOBS, FROM(1)), IN(C2, JOBS, FROM(2)) },
	    "m1/c1=pair m2/c2=pair", NULL },
	{ "the address is a user's own", "", {
	    OUT(BOB, C2, ID(2)),
	    OUT(ALICE, C1, ID(1) "Reply-To: " BOB "\n"),
	    IN(C1, BOB, FROM(1)), IN(C2, BOB, FROM(2)) },
	    "m1/c1=pair m2/c2=pair", C1 },
	{ "sent under a user's address", "", {
	    OUT(BOB, C2, ID(2)), OUT_AS(ALICE, BOB, C1, ID(1)),
	    IN(C1, BOB, FROM(1)) }, "m1/c1=pair", NULL },
	{ "answered at it with a detail", "", {
	    OUT(ALICE, C1, ID(1) "Reply-To: " JOBS "\n"),
	    IN(C1, "jobs+4711@local.test", FROM(1)) }, "m1/c1=pair", C1 },
	{ "both wrote to the same person, the subject chooses", "", {
	    OUT(ALICE, C1, "Message-ID: <m1@local.test>\nSubject: Cook\n"
	    "Reply-To: " JOBS "\n"),
	    OUT(BOB, C1, "Message-ID: <m2@local.test>\nSubject: Waiter\n"
	    "Reply-To: " JOBS "\n"),
	    IN(C1, JOBS, FROM(1) "Subject: Re: Cook\n") }, "m1/c1=pair", C1 },
	{ "a colleague's Reply-To makes no contacts of theirs", "", {
	    OUT(ALICE, C2, ID(1) "Reply-To: " BOB "\n"), OUT(BOB, C2, ID(2)),
	    IN(C1, BOB, FROM(1)) }, "", NULL },
};

static const struct person_row addressed[] = {
	{ "a recipient, to a colleague", "", {
	    OUT(ALICE, C1, ID(1)), OUT(BOB, C2, ID(2)),
	    IN(C1, BOB, FROM(1) ANSWERS(1)) }, "m1/c1=message-id", C1 },
	{ "a stranger, to a colleague", "", {
	    OUT(ALICE, C1, ID(1)), OUT(BOB, C2, ID(2)),
	    IN(ALIAS, BOB, "From: " ALIAS "\n" ANSWERS(1)) }, "", NULL },
	{ "a stranger, to nobody we know", "", {
	    OUT(ALICE, C1, ID(1)),
	    IN(ALIAS, "staff@local.test", "From: " ALIAS "\n" ANSWERS(1)) },
	    "", NULL },
	{ "a stranger, to both", "", {
	    OUT(ALICE, C1, ID(1)), OUT(BOB, C2, ID(2)),
	    IN(ALIAS, BOB " " ALICE, "From: " ALIAS "\n" ANSWERS(1)) },
	    "m1/c1=other-address", C1 },
	{ "a stranger, to where Reply-To sent it", "", {
	    OUT(ALICE, C1, ID(1) "Reply-To: " JOBS "\n"),
	    IN(ALIAS, JOBS, "From: " ALIAS "\n" ANSWERS(1)) },
	    "m1/c1=other-address", C1 },
	{ "a stranger, to another address of hers", "", {
	    OUT_AS(ALICE, "alice2@local.test", C2, ID(2)),
	    OUT(ALICE, C1, ID(1)),
	    IN(ALIAS, "alice2@local.test", "From: " ALIAS "\n" ANSWERS(1)) },
	    "m1/c1=other-address", C1 },
	{ "sent by two, answered to the second", "", {
	    OUT(ALICE, C1, ID(1)), OUT(BOB, C1 " " C2, ID(1)),
	    IN(C1, BOB, FROM(1) ANSWERS(1)) }, "m1/c1=message-id", NULL },
};

static const struct person_row forms[] = {
	{ "sent to a detail", "", { OUT(ALICE, "c1+jobs@outside.test", ID(1)),
	    IN(C1, ALICE, FROM(1)) }, "m1/c1=pair", C1 },
	{ "answered from a detail", "", { OUT(ALICE, C1, ID(1)),
	    IN("c1+jobs@outside.test", ALICE,
	    "From: c1+jobs@outside.test\n") }, "m1/c1=pair", C1 },
	{ "one mailbox under three details", "", {
	    OUT(ALICE, "c1+a@outside.test c1+b@outside.test " C1, ID(1)),
	    IN("c1+b@outside.test", ALICE, "From: c1+b@outside.test\n"
	    ANSWERS(1)), IN(C1, ALICE, FROM(1) ANSWERS(1)) },
	    "m1/c1=message-id", C1 },
	{ "a service's addresses", "", {
	    OUT(ALICE, "reply+1@relay.test", ID(1)),
	    IN("reply+1@relay.test", ALICE, "From: reply+1@relay.test\n"),
	    OUT(ALICE, "reply+2@relay.test", ID(2)),
	    IN("reply+2@relay.test", ALICE, "From: reply+2@relay.test\n") },
	    "m1/c0=pair m2/c0=pair", "reply+2@relay.test" },
	{ "sent with needless quotes", "", {
	    OUT(ALICE, "\"c1\"@outside.test", ID(1)),
	    IN(C1, ALICE, FROM(1)) }, "m1/c1=pair", C1 },
	{ "answered with needless quotes", "", { OUT(ALICE, C1, ID(1)),
	    IN("\"c1\"@outside.test", ALICE,
	    "From: \"c1\"@outside.test\n") }, "m1/c1=pair", C1 },
	{ "capitals, and a dot at the end", "", {
	    OUT(ALICE, "C1@Outside.Test.", ID(1)),
	    IN("C1@OUTSIDE.test", ALICE, "From: C1@OUTSIDE.test\n") },
	    "m1/c1=pair", C1 },
	{ "sent to a domain in UTF-8", "", {
	    OUT(ALICE, "anna@b\xc3\xbc" "cher.test", ID(1)),
	    IN("anna@xn--bcher-kva.test", ALICE,
	    "From: anna@xn--bcher-kva.test\n") }, "m1/c0=pair",
	    "anna@xn--bcher-kva.test" },
	{ "answered from a domain in UTF-8", "", {
	    OUT(ALICE, "anna@xn--bcher-kva.test", ID(1)),
	    IN("anna@B\xc3\x9c" "CHER.test", ALICE,
	    "From: anna@B\xc3\x9c" "CHER.test\n") }, "m1/c0=pair",
	    "anna@xn--bcher-kva.test" },
};

static void
tell(const struct person_row *row, bool staged)
{
	const char *how = staged ? "in stages" : "at the end";
	const char *contact = row->contact != NULL ? row->contact : C1;
	const struct step_row *step = row->steps;
	struct fixture f;
	struct buf text;
	size_t i;

	fixture_open_with(&f, "", row->top, NULL);
	for (i = 0; i < STEPS && step->mail.to != NULL; i++, step++) {
		if (step->login == NULL)
			(void)inbound_deliver(&f, &step->mail, staged);
		else
			ck_assert_int_eq(inbound_send(&f, &step->mail,
			    step->login), VERDICT_ACCEPT);
		f.now += CLOCK_HOUR;
	}
	buf_init(&text);
	inbound_changes(&f, &text);
	ck_assert_msg(strcmp(text.data, row->changes) == 0,
	    "%s, %s: changed \"%s\", want \"%s\"", row->name, how, text.data,
	    row->changes);
	ck_assert_msg(inbound_is_contact(&f, ALICE, contact) ==
	    (row->contact != NULL), "%s, %s: %s is %sa contact", row->name,
	    how, contact, row->contact != NULL ? "not " : "");
	buf_release(&text);
	fixture_close(&f);
}

#define EACH(table)							\
	START_TEST(table##_row)						\
	{								\
		tell(&table[_i], true);					\
		tell(&table[_i], false);				\
	}								\
	END_TEST

EACH(authors)
EACH(contacts)
EACH(shared)
EACH(addressed)
EACH(forms)

/* User i writes to candidate i, and is answered at an address. */
static void
send_one(struct fixture *f, int i, const char *answered_at)
{
	char login[32], to[32], fields[200];
	struct inbound_mail mail = { login, to, fields, NULL };

	snprintf(login, sizeof(login), "u%d@local.test", i);
	snprintf(to, sizeof(to), "d%d@outside.test", i);
	snprintf(fields, sizeof(fields), "Message-ID: <x%d@local.test>\n"
	    "Reply-To: %s\n", i, answered_at);
	ck_assert_int_eq(inbound_send(f, &mail, login), VERDICT_ACCEPT);
	f->now += CLOCK_HOUR;
}

/* Is it one, without an id? */
static bool
is_reply(struct fixture *f, int i, const char *to)
{
	const uint64_t before = atomic_load(&f->gate.figures.replies);
	char from[32], fields[64];
	struct inbound_mail mail = { from, to, fields, "Yes.\n" };

	snprintf(from, sizeof(from), "d%d@outside.test", i);
	snprintf(fields, sizeof(fields), "From: %s\n", from);
	(void)inbound_deliver(f, &mail, true);
	return atomic_load(&f->gate.figures.replies) == before + 1;
}

/*
 * Of more users than an address keeps those who used it last are answered
 * there without an id.
 */
START_TEST(an_address_of_a_crowd)
{
	struct fixture f;
	int i;

	fixture_open(&f, "");
	for (i = 0; i <= STORE_ANSWERS_MAX; i++)
		send_one(&f, i, JOBS);
	for (i = 0; i <= STORE_ANSWERS_MAX; i++)
		ck_assert_msg(is_reply(&f, i, JOBS) == (i > 0), "%d", i);
	fixture_close(&f);
}
END_TEST

/*
 * The n-th call of the store fails, for all n, for the one who is too many:
 * sent again, they have the place of the first, and nobody else has lost
 * theirs.
 */
START_TEST(a_crowd_and_a_failing_store)
{
	static const enum status failures[] = { STATUS_UNAVAILABLE,
	    STATUS_CONFLICT, STATUS_UNCERTAIN };
	struct fault fault = { .status = failures[_i] };
	struct fixture f;
	bool fired = true;
	unsigned long n;
	int i;

	for (n = 1; fired; n++) {
		fault_arm(&fault, 0);
		fixture_open_faulty(&f, "", "", &fault);
		for (i = 0; i < STORE_ANSWERS_MAX; i++)
			send_one(&f, i, JOBS);
		fault_arm(&fault, n);
		send_one(&f, i, JOBS);
		fired = fault.fired;
		fault_arm(&fault, 0);
		send_one(&f, i, JOBS);
		ck_assert_msg(!is_reply(&f, 0, JOBS), "call %lu", n);
		for (i = 1; i <= STORE_ANSWERS_MAX; i += 15)
			ck_assert_msg(is_reply(&f, i, JOBS), "call %lu, %d",
			    n, i);
		fixture_close(&f);
	}
	ck_assert_uint_gt(n, failures[_i] == STATUS_UNCERTAIN ? 2 : 12);
}
END_TEST

/* Four such addresses in one message are more than are looked up. */
START_TEST(addresses_of_crowds)
{
	static const char *const names[] = { "j0@local.test",
		"j1@local.test", "j2@local.test", "j3@local.test" };
	const char *all = "j0@local.test j1@local.test j2@local.test "
	    "j3@local.test";
	const int count = 4 * STORE_ANSWERS_MAX;
	const int last = INBOUND_ACCOUNTS_MAX - 3 * STORE_ANSWERS_MAX;
	struct fixture f;
	int i;

	fixture_open(&f, "");
	for (i = 0; i < count; i++)
		send_one(&f, i, names[i / STORE_ANSWERS_MAX]);
	ck_assert(is_reply(&f, 0, all));
	ck_assert(is_reply(&f, count - 1, all));
	ck_assert(is_reply(&f, count - last, all));
	ck_assert(!is_reply(&f, count - last - 1, all));
	fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("gate_persons");
	TCase *tcase = tcase_create("stories");

#define ADD(table) tcase_add_loop_test(tcase, table##_row, 0,		\
	(int)(sizeof(table) / sizeof(table[0])))
	ADD(authors);
	ADD(contacts);
	ADD(shared);
	ADD(addressed);
	ADD(forms);
	tcase_add_test(tcase, an_address_of_a_crowd);
	tcase_add_loop_test(tcase, a_crowd_and_a_failing_store, 0, 3);
	tcase_add_test(tcase, addresses_of_crowds);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
