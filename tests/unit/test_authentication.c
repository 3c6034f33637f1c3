/*
 * Whom Authentication-Results vouch for, and which of them are believed.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "mail/authentication.h"
#include "mail/message.h"
#include "mail/mime.h"

#define AUTHOR	"Bob <bob@jobs.example.com>"

static void
set_up(void)
{
	mime_library_init();
}

static char first_server[] = "mx.example.net";
static char second_server[] = "Mail gateway";
static char *servers[] = { first_server, second_server };

/* One field of ours, and no host of ours behind the one it came to. */
static const struct conf usual = {
	.auth_servers = servers, .auth_server_count = 1,
	.auth_fields = 1, .auth_hops = 0
};

/* From a heap block that ends with the value. */
static void
field(struct message *message, const char *name, const char *value)
{
	char *copy = strdup(value);

	message_header(message, name, copy);
	free(copy);
}

static void
begin(struct message *message, const char *from)
{
	static const struct message_origin origin = {
		NULL, "<bob@example.com>", false
	};

	message_init(message);
	ck_assert_int_eq(message_begin(message, &origin), STATUS_OK);
	field(message, "From", from);
}

static const char *
text_of(enum authentication authentication)
{
	static const char *const texts[] = { "none", "failed", "passed" };

	return texts[authentication];
}

struct row {
	const char	*name;
	const char	*value;		/* behind "mx.example.net" */
	const char	*want;
};

static void
check_from(const struct row *row, const char *from)
{
	struct message message;
	char value[1024];
	const char *got;

	(void)snprintf(value, sizeof(value), "mx.example.net%s", row->value);
	begin(&message, from);
	field(&message, "Authentication-Results", value);
	got = text_of(authentication_of(&message, &usual));
	ck_assert_msg(strcmp(got, row->want) == 0, "%s: %s, not %s",
	    row->name, got, row->want);
	message_release(&message);
}

static const struct row results[] = {
	{ "dmarc", "; dmarc=pass header.from=jobs.example.com", "passed" },
	{ "dmarc without a domain", "; dmarc=pass (p=none)", "passed" },
	{ "dmarc of another domain",
	    "; dmarc=pass header.from=example.org", "failed" },
	{ "dmarc of the organization, not the author's domain",
	    "; dmarc=pass header.from=example.com", "failed" },
	{ "dmarc of an address",
	    "; dmarc=pass header.from=<Bob@Jobs.Example.COM>", "passed" },
	{ "dmarc of an address in quotes",
	    "; dmarc=pass header.from=\"bob@jobs.example.com\"", "passed" },
	{ "dmarc of no domain", "; dmarc=pass header.from=a..<", "failed" },
	{ "dmarc failed", "; dmarc=fail header.from=jobs.example.com",
	    "failed" },
	{ "dmarc failed, and says more than the rest",
	    "; spf=pass smtp.mailfrom=example.com; dkim=pass "
	    "header.d=example.com; dmarc=fail header.from=jobs.example.com",
	    "failed" },
	{ "dmarc failed for somebody else",
	    "; dmarc=fail header.from=example.org; spf=pass "
	    "smtp.mailfrom=example.com", "passed" },
	{ "the first dmarc counts", "; dmarc=fail; dmarc=pass", "failed" },
	{ "no policy, and spf", "; dmarc=none; spf=pass "
	    "smtp.mailfrom=example.com", "passed" },
	{ "dmarc nearly passed", "; dmarc=passed", "failed" },
	{ "dmarc best guess", "; dmarc=bestguesspass", "failed" },

	{ "spf", "; spf=pass smtp.mailfrom=jobs.example.com", "passed" },
	{ "spf of the organization",
	    "; spf=pass smtp.mailfrom=bounces@example.com", "passed" },
	{ "spf of another organization",
	    "; spf=pass smtp.mailfrom=bob@example.org", "failed" },
	{ "spf of a domain that ends alike",
	    "; spf=pass smtp.mailfrom=bob@notexample.com", "failed" },
	{ "spf of a domain that begins alike",
	    "; spf=pass smtp.mailfrom=jobs.example.com.example.org",
	    "failed" },
	{ "spf of helo", "; spf=pass smtp.helo=jobs.example.com", "failed" },
	{ "spf of both", "; spf=pass smtp.helo=mx.example.org "
	    "smtp.mailfrom=example.com", "passed" },
	{ "spf of the null sender", "; spf=pass smtp.mailfrom=<>", "failed" },
	{ "spf softfail", "; spf=softfail smtp.mailfrom=jobs.example.com",
	    "failed" },
	{ "spf of a header field", "; spf=pass header.mailfrom=example.com",
	    "failed" },
	{ "the first spf counts", "; spf=fail smtp.mailfrom=example.org; "
	    "spf=pass smtp.mailfrom=jobs.example.com", "failed" },
	{ "spf of a bounce address with signs", "; spf=pass "
	    "smtp.mailfrom=b+c=example.org/7@bounce.example.com", "passed" },
	{ "spf of a quoted address", "; spf=pass "
	    "smtp.mailfrom=\"b@example.org; x\"@example.com", "passed" },

	{ "dkim", "; dkim=pass header.d=example.com header.s=a "
	    "header.b=\"Ab/c==\"", "passed" },
	{ "dkim with a bare signature", "; dkim=pass header.b=Ab/c== "
	    "header.d=example.com", "passed" },
	{ "dkim by identity", "; dkim=pass header.i=@mail.example.com",
	    "passed" },
	{ "dkim by address", "; dkim=pass header.i=bob@example.com",
	    "passed" },
	{ "dkim: the signer outweighs the identity",
	    "; dkim=pass header.i=@example.com header.d=example.org",
	    "failed" },
	{ "dkim of nobody", "; dkim=pass", "failed" },
	{ "dkim of another", "; dkim=pass header.d=example.org", "failed" },
	{ "dkim of its selector", "; dkim=pass header.s=example.com",
	    "failed" },
	{ "dkim failed", "; dkim=fail header.d=example.com", "failed" },
	{ "the author's signature behind the service's",
	    "; dkim=pass header.d=example.org; dkim=pass "
	    "header.d=example.com", "passed" },
	{ "the author's signature before the service's",
	    "; dkim=pass header.d=example.com; dkim=fail "
	    "header.d=example.org", "passed" },
	{ "a domain said twice", "; dmarc=pass header.from="
	    "<a@jobs.example.com> header.from=jobs.example.com", "passed" },
	{ "two domains", "; dkim=pass header.d=example.com "
	    "header.d=example.org", "failed" },
	{ "a domain and none", "; dkim=pass header.d=example.com "
	    "header.d=<>", "failed" },
	{ "another method", "; auth=pass smtp.mailfrom=jobs.example.com; "
	    "dkim-atps=pass header.from=jobs.example.com; "
	    "arc=pass header.d=example.com", "failed" },

	{ "none", "; none", "failed" },
	{ "nothing", "", "failed" },
	{ "the end is missing", ";", "failed" }
};

START_TEST(results_are_about_the_author)
{
	check_from(&results[_i], AUTHOR);
}
END_TEST

static const struct row forms[] = {
	{ "folded", ";\n\tdmarc=pass\n (p=none)\r\n\theader.from="
	    "jobs.example.com", "passed" },
	{ "comments everywhere", " (a) 1 (b) ; (c) dmarc (d) / (e) 1 (f) = "
	    "(g) pass (h) header (i) . (j) from (k) = (l) jobs.example.com "
	    "(m)", "passed" },
	{ "nested and escaped comments", " (a (b \\) ; dmarc=fail) c); "
	    "dmarc=pass", "passed" },
	{ "no blanks", ";dmarc=pass(p=none)header.from=example.org;"
	    "spf=pass(ok)smtp.mailfrom=example.com", "passed" },
	{ "upper case", "; DMARC=PASS HEADER.FROM=JOBS.EXAMPLE.COM",
	    "passed" },
	{ "a reason", "; dmarc=pass reason=\"it; spf=fail\" "
	    "header.from=jobs.example.com", "passed" },
	{ "an action", "; dmarc=pass action=none header.from="
	    "jobs.example.com;compauth=pass reason=100", "passed" },
	{ "a version", " 1; dmarc=pass", "passed" },
	{ "a version nobody knows", " 2; dmarc=pass", "failed" },
	{ "a method's version", "; dmarc/1=pass", "passed" },
	{ "words behind the id", " from=example.com; dmarc=pass", "passed" },
	{ "empty results", "; ; none ;; dmarc=pass;", "passed" },
	{ "a result behind a broken one", "; spf pass; =; dkim=; .=a; "
	    "dmarc=pass", "passed" },
	{ "utf-8 domains", "; spf=pass smtp.mailfrom=b\xc3\xbc"
	    "cher.example.com", "passed" },
	{ "utf-8 in a value nobody asks for",
	    "; dkim=pass header.x=\xff\xfe header.d=example.com", "passed" },

	{ "a result in a comment", "; spf=none (; dmarc=pass)", "failed" },
	{ "a result in a reason", "; spf=none reason=\"; dmarc=pass; \"",
	    "failed" },
	{ "a result in an address", "; spf=fail smtp.mailfrom="
	    "\"a;dmarc=pass;b\"@example.org", "failed" },
	{ "a result in an escaped quote", "; spf=fail smtp.mailfrom="
	    "\"a\\\";dmarc=pass;b\"@example.org", "failed" },
	{ "an open comment", "; dmarc=pass (header.from=jobs.example.com",
	    "failed" },
	{ "an open quote", "; dmarc=pass reason=\"header.from="
	    "jobs.example.com", "failed" },
	{ "an escape at the end", "; dmarc=pass reason=\"\\", "failed" },
	{ "an escape at the end of a comment", "; dmarc=pass (\\", "failed" },
	{ "a word without a value", "; dmarc=pass header.from", "failed" },
	{ "an address in two", "; spf=pass smtp.mailfrom=jobs.example.com "
	    "(a) @example.org", "failed" },
	{ "a result with a tail", "; dmarc=pass@example.org", "failed" },
	{ "a result with a point", "; dmarc=pass.example.org", "failed" },
	{ "a quoted method", "; \"dmarc\"=pass", "failed" },
	{ "a property of two points",
	    "; dmarc=pass header.from.x=jobs.example.com", "failed" },
	{ "a long keyword", "; dmarcdmarcdmarcdmarcdmarcdmarcdmarc=pass; "
	    "dkim=pass header.ddddddddddddddddddddddddddddddddddd=example.com",
	    "failed" }
};

START_TEST(fields_are_read_as_they_are_written)
{
	check_from(&forms[_i], AUTHOR);
}
END_TEST

/* What stands where the id of the one trusted server would. */
static const struct row ids[] = {
	{ "ours", "mx.example.net", "passed" },
	{ "in upper case", "MX.Example.Net", "passed" },
	{ "quoted", "\"mx.example.net\"", "passed" },
	{ "quoted with an escape", "\"mx\\.example.net\"", "passed" },
	{ "behind a comment", "\n\t(by) mx.example.net", "passed" },
	{ "before a comment", "mx.example.net(ours)", "passed" },
	{ "with its version", "mx.example.net\n 1", "passed" },
	{ "longer", "mx.example.net.example.org", "none" },
	{ "longer in front", "amx.example.net", "none" },
	{ "shorter", "mx.example.ne", "none" },
	{ "behind another", "mx.example.org mx.example.net", "none" },
	{ "in a comment", "(mx.example.net) mx.example.org", "none" },
	{ "in a comment alone", "(mx.example.net)", "none" },
	{ "as a path", "mx.example.net/mx.example.org", "none" },
	{ "as a host", "mail@mx.example.net", "none" },
	{ "with a point behind", "mx.example.net.", "none" },
	{ "with a Cyrillic letter", "mx.ex\xd0\xb0mple.net", "none" },
	{ "with wide letters", "\xef\xbd\x8d\xef\xbd\x98.example.net",
	    "none" },
	{ "in angle brackets", "<mx.example.net>", "none" },
	{ "in a quote that does not end", "\"mx.example.net", "none" },
	{ "a method", "", "none" },
	{ "an empty quote", "\"\"", "none" }
};

START_TEST(the_id_is_ours_or_not)
{
	const struct row *row = &ids[_i];
	struct message message;
	char value[256];
	const char *got;

	(void)snprintf(value, sizeof(value), "%s; dmarc=pass", row->value);
	begin(&message, AUTHOR);
	field(&message, "Authentication-Results", value);
	got = text_of(authentication_of(&message, &usual));
	ck_assert_msg(strcmp(got, row->want) == 0, "%s: %s, not %s",
	    row->name, got, row->want);
	message_release(&message);
}
END_TEST

/* A header, a letter a field from the top down: see place_field. */
struct place {
	const char	*name;
	const char	*header;
	int64_t		 fields, hops;
	const char	*want;
};

#define PASS	"mx.example.net; dmarc=pass"
#define SPF	"mx.example.net; spf=pass smtp.mailfrom=example.com"
#define FAIL	"mx.example.net; dmarc=fail"
#define OTHER	"mx.example.org; dmarc=pass"

static const struct place places[] = {
	{ "nothing", "R", 1, 0, "none" },
	{ "on top", "PR", 1, 0, "passed" },
	{ "a stranger's below a Received", "RP", 1, 0, "none" },
	{ "a stranger's below ours", "FP", 2, 0, "failed" },
	{ "a stranger's below ours, which takes the one place", "fP", 1, 0,
	    "failed" },
	{ "a stranger's below ours and a Received", "FRP", 2, 0, "failed" },
	{ "a stranger's dmarc below our own spf", "fP", 2, 0, "passed" },
	{ "two of ours", "fS", 2, 0, "passed" },
	{ "two of ours, one believed", "fS", 1, 0, "failed" },
	{ "the first of them counts", "PF", 2, 0, "passed" },
	{ "no field is believed", "P", 0, 0, "none" },
	{ "of other ids as many as there are", "OOOOOOOOOP", 1, 0, "passed" },
	{ "the eleventh", "OOOOOOOOOOP", 1, 0, "none" },
	{ "one of our hosts above", "RP", 1, 1, "passed" },
	{ "two hosts above, one is ours", "RRP", 1, 1, "none" },
	{ "below what the gateway wrote", "RFRP", 2, 1, "failed" },
	{ "too long, perhaps ours", "LP", 1, 0, "none" },
	{ "too long, behind ours", "PL", 1, 0, "passed" }
};

static void
place_field(struct message *message, char kind)
{
	char value[MESSAGE_RESULT_MAX + 2];

	memset(value, 'a', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	memcpy(value, PASS " (", sizeof(PASS " (") - 1);
	switch (kind) {
	case 'R':
		field(message, "Received", "from a by b; c");
		break;
	case 'P':
		field(message, "Authentication-Results", PASS);
		break;
	case 'S':
		field(message, "Authentication-Results", SPF);
		break;
	case 'F':
		field(message, "Authentication-Results", FAIL);
		break;
	case 'f':
		field(message, "Authentication-Results",
		    "mx.example.net; iprev=pass");
		break;
	case 'O':
		field(message, "Authentication-Results", OTHER);
		break;
	case 'L':
		field(message, "Authentication-Results", value);
		break;
	default:
		ck_abort_msg("no field is %c", kind);
	}
}

START_TEST(a_field_is_believed_where_ours_stand)
{
	const struct place *place = &places[_i];
	struct conf conf = usual;
	struct message message;
	const char *at, *got;

	conf.auth_fields = place->fields;
	conf.auth_hops = place->hops;
	begin(&message, AUTHOR);
	for (at = place->header; *at != '\0'; at++)
		place_field(&message, *at);
	got = text_of(authentication_of(&message, &conf));
	ck_assert_msg(strcmp(got, place->want) == 0, "%s: %s, not %s",
	    place->name, got, place->want);
	message_release(&message);
}
END_TEST

START_TEST(several_servers_are_trusted)
{
	struct conf conf = usual;
	struct message message;

	second_server[0] = 'm';
	begin(&message, AUTHOR);
	field(&message, "Authentication-Results",
	    "\"Mail Gateway\"; dmarc=pass");
	ck_assert_int_eq(authentication_of(&message, &conf),
	    AUTHENTICATION_NONE);
	conf.auth_server_count = 2;
	ck_assert_int_eq(authentication_of(&message, &conf),
	    AUTHENTICATION_PASSED);
	conf.auth_server_count = 0;
	ck_assert_int_eq(authentication_of(&message, &conf),
	    AUTHENTICATION_NONE);
	message_release(&message);
}
END_TEST

/* The longest field that is kept, and the last result in it. */
START_TEST(a_field_is_read_to_its_bound)
{
	static const char head[] = "mx.example.net; spf=none reason=\"";
	static const char tail[] = "\"; dmarc=pass";
	char value[MESSAGE_RESULT_MAX + 1];
	struct message message;

	memset(value, 'a', sizeof(value));
	memcpy(value, head, sizeof(head) - 1);
	memcpy(value + sizeof(value) - sizeof(tail), tail, sizeof(tail));
	begin(&message, AUTHOR);
	field(&message, "Authentication-Results", value);
	ck_assert_int_eq(authentication_of(&message, &usual),
	    AUTHENTICATION_PASSED);
	message_release(&message);
}
END_TEST

/* A label as long as there are, and the domain one byte too long. */
START_TEST(a_value_that_does_not_fit_is_none)
{
	char value[2 * ADDR_SIZE], local[ADDR_SIZE + 1];
	struct message message;
	size_t more;

	for (more = 0; more < 2; more++) {
		memset(local, 'a', sizeof(local));
		local[ADDR_SIZE - 1 - sizeof("@example.com") + 1 + more] =
		    '\0';
		(void)snprintf(value, sizeof(value), "mx.example.net; "
		    "spf=pass smtp.mailfrom=%s@example.com", local);
		begin(&message, AUTHOR);
		field(&message, "Authentication-Results", value);
		ck_assert_int_eq(authentication_of(&message, &usual),
		    more == 0 ? AUTHENTICATION_PASSED :
		    AUTHENTICATION_FAILED);
		message_release(&message);
	}
}
END_TEST

static const struct {
	const char	*name, *from, *want;
} authors[] = {
	{ "of the organization", "a@example.com", "passed" },
	{ "in UTF-8", "a@m\xc3\xa4il.example.com", "passed" },
	{ "without a domain", "bob", "failed" },
	{ "none that can be read", ";", "failed" },
	{ "of another", "Bob <a@example.org>", "failed" }
};

START_TEST(an_author_has_a_domain)
{
	const struct row row = { authors[_i].name,
	    "; spf=pass smtp.mailfrom=example.com", authors[_i].want };

	check_from(&row, authors[_i].from);
}
END_TEST

#define COUNT(table)	((int)(sizeof(table) / sizeof((table)[0])))

int
main(void)
{
	Suite *suite = suite_create("authentication");
	TCase *tcase = tcase_create("authentication");

	tcase_add_unchecked_fixture(tcase, set_up, NULL);
	tcase_add_loop_test(tcase, results_are_about_the_author, 0,
	    COUNT(results));
	tcase_add_loop_test(tcase, fields_are_read_as_they_are_written, 0,
	    COUNT(forms));
	tcase_add_loop_test(tcase, the_id_is_ours_or_not, 0, COUNT(ids));
	tcase_add_loop_test(tcase, a_field_is_believed_where_ours_stand, 0,
	    COUNT(places));
	tcase_add_test(tcase, several_servers_are_trusted);
	tcase_add_test(tcase, a_field_is_read_to_its_bound);
	tcase_add_test(tcase, a_value_that_does_not_fit_is_none);
	tcase_add_loop_test(tcase, an_author_has_a_domain, 0, COUNT(authors));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
