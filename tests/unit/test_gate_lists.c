/*
 * Recipients that stand for many: lists, and local aliases that lead outside.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gate_faults.h"
#include "test.h"

#define ALICE	"alice@local.test"
#define SMALL	"minimum = 10; "
#define LISTS	"lists = [\"jobs@lists.test 50\", \"groups.test many\", " \
		"\"five@lists.test 5\", \"all@local.test 200\"];"

static const char aliases[] =
    "team: ann@outside.test, ben@outside.test, bob@local.test\n"
    "one: ann@outside.test\n"
    "posts: x@groups.test\n"
    "inside: bob@local.test\n"
    "friends: friend@outside.test, ann@outside.test\n"
    "nested: team, cid@outside.test\n";

struct lists {
	struct fixture	f;
	char		path[32];
};

static void
open_lists(struct lists *lists, const char *policy)
{
	char top[512];
	FILE *file;
	int fd;

	snprintf(lists->path, sizeof(lists->path),
	    "/tmp/replygate-test-XXXXXX");
	fd = mkstemp(lists->path);
	ck_assert_int_ge(fd, 0);
	file = fdopen(fd, "w");
	ck_assert_ptr_nonnull(file);
	fputs(aliases, file);
	fclose(file);
	snprintf(top, sizeof(top), LISTS " aliases_file = \"%s\";",
	    lists->path);
	fixture_open_with(&lists->f, policy, top, NULL);
}

static void
close_lists(struct lists *lists)
{
	fixture_close(&lists->f);
	unlink(lists->path);
}

struct flags {
	int64_t		from;
	unsigned	rows, bulk, list;
};

static bool
count_row(void *context, const struct outreach *row)
{
	struct flags *flags = context;

	if (row->sent_at < flags->from)
		return true;
	flags->rows++;
	flags->bulk += (row->flags & OUTREACH_BULK) != 0;
	flags->list += (row->flags & OUTREACH_LIST) != 0;
	return true;
}

static enum status
count_rows(struct store_txn *txn, void *argument)
{
	struct flags *flags = argument;

	flags->rows = flags->bulk = flags->list = 0;
	return store_outreach_window(txn, 1, 0, CLOCK_LATEST, count_row,
	    flags);
}

static const struct {
	const char	*name;
	const char	*policy;
	const char	*recipients[4];
	unsigned	 rows, bulk, list;
	bool		 asked;		/* at DATA already */
} rows[] = {
	{ "a person", SMALL, { "ann@outside.test" }, 1, 0, 0, false },
	{ "a list", SMALL, { "jobs@lists.test" }, 1, 1, 1, true },
	{ "in capitals", SMALL, { "<Jobs@Lists.Test>" }, 1, 1, 1, true },
	{ "a list's domain", SMALL, { "any@groups.test" }, 1, 1, 1, true },
	{ "a list with detail", SMALL, { "jobs+x@lists.test" }, 1, 1, 1,
	    true },
	{ "a list in quotes", SMALL, { "\"jobs\"@lists.test" }, 1, 1, 1,
	    true },
	{ "who leaves a list", SMALL, { "jobs+unsubscribe@lists.test" },
	    1, 0, 0, false },
	{ "its neighbour", SMALL, { "ask@lists.test" }, 1, 0, 0, false },
	{ "a list and a person", SMALL,
	    { "ann@outside.test", "jobs@lists.test" }, 2, 2, 1, true },
	{ "many and many", SMALL, { "a@groups.test", "b@groups.test" },
	    2, 2, 2, true },
	{ "a list below the minimum", SMALL "bulk_minimum = 6; ",
	    { "five@lists.test" }, 1, 0, 1, true },
	{ "and one person more", SMALL "bulk_minimum = 6; ",
	    { "five@lists.test", "ann@outside.test" }, 2, 2, 1, true },
	{ "many, with a great minimum", SMALL "bulk_minimum = 1000; ",
	    { "any@groups.test" }, 1, 1, 1, true },
	{ "a list of our own", SMALL, { "all@local.test" }, 1, 1, 1, true },
	{ "a list of our own with detail", SMALL, { "all+x@local.test" },
	    1, 1, 1, true },
	{ "a list of our own in quotes", SMALL, { "\"all\"@local.test" },
	    1, 1, 1, true },
	{ "strangers by way of us", SMALL, { "ann%outside.test@local.test",
	    "outside.test!ben", "\"cid@outside.test\"@local.test" },
	    3, 3, 0, true },
	{ "a stranger by way of us, and again", SMALL,
	    { "ann%outside.test@local.test", "ann@outside.test",
	    "< ann @outside.test >" }, 1, 0, 0, true },
	{ "a list by way of us", SMALL, { "lists.test!jobs@local.test" },
	    1, 1, 1, true },
	{ "a colleague by way of us", SMALL,
	    { "bob%local.test@local.test" }, 0, 0, 0, false },
	{ "a colleague", SMALL, { "bob@local.test" }, 0, 0, 0, false },
	{ "a colleague with a percent sign", SMALL, { "ten%off@local.test" },
	    0, 0, 0, false },
	{ "an alias", SMALL, { "team@local.test" }, 2, 2, 0, true },
	{ "an alias with detail", SMALL, { "team+x@local.test" }, 2, 2, 0,
	    true },
	{ "an alias in quotes", SMALL, { "\"team\"@local.test" }, 2, 2, 0,
	    true },
	{ "an alias by way of us", SMALL, { "team%local.test@local.test" },
	    2, 2, 0, true },
	{ "an alias for one", SMALL, { "one@local.test" }, 1, 0, 0, true },
	{ "an alias inside", SMALL, { "inside@local.test" }, 0, 0, 0, false },
	{ "an alias for a list", SMALL, { "posts@local.test" }, 1, 1, 1,
	    true },
	{ "an alias of aliases", SMALL, { "nested@local.test" }, 3, 3, 0,
	    true },
	{ "an alias and one in it", SMALL,
	    { "team@local.test", "ann@outside.test" }, 2, 2, 0, true },
	{ "the same by two aliases", SMALL,
	    { "one@local.test", "friends@local.test" }, 1, 0, 0, true },
};

static void
fill(struct message *message, const char *const *recipients)
{
	const struct message_origin origin = { ALICE, ALICE, false };
	size_t i;

	message_init(message);
	ck_assert_int_eq(message_begin(message, &origin), STATUS_OK);
	for (i = 0; i < 4 && recipients[i] != NULL; i++)
		ck_assert_int_eq(message_recipient(message, recipients[i]),
		    STATUS_OK);
}

/* Contacts are set aside in an alias as anywhere. */
START_TEST(counts_whom_it_reaches)
{
	struct flags flags = { .from = 0 };
	struct message message;
	struct lists lists;

	open_lists(&lists, rows[_i].policy);
	fixture_send(&lists.f, ALICE, "<first@local.test>", 900, 1);
	fixture_reply(&lists.f, "<friend@outside.test>", NULL);
	/* A list's posts make it no person. */
	fixture_reply(&lists.f, "<any@groups.test>", NULL);
	flags.from = lists.f.now += CLOCK_MINUTE;
	ck_assert_int_eq(fixture_send_to(&lists.f, ALICE, "<m@local.test>",
	    GATE_STAGE_END, rows[_i].recipients), VERDICT_ACCEPT);
	ck_assert_int_eq(store_view(lists.f.store, count_rows, &flags),
	    STATUS_OK);
	ck_assert_msg(flags.rows == rows[_i].rows &&
	    flags.bulk == rows[_i].bulk && flags.list == rows[_i].list,
	    "%s: %u rows, %u bulk, %u lists", rows[_i].name, flags.rows,
	    flags.bulk, flags.list);
	fill(&message, rows[_i].recipients);
	ck_assert_msg(gate_may_be_bulk(lists.f.conf, &message) ==
	    rows[_i].asked, "%s: asked at DATA", rows[_i].name);
	message_release(&message);
	close_lists(&lists);
}
END_TEST

START_TEST(restricted_user_reaches_no_list)
{
	enum verdict_action want = rows[_i].bulk > 0 ? VERDICT_REFUSE :
	    VERDICT_ACCEPT;
	struct lists lists;

	open_lists(&lists, rows[_i].policy);
	fixture_restrict(&lists.f, ALICE);
	fixture_reply(&lists.f, "<friend@outside.test>", NULL);
	ck_assert_msg(fixture_send_to(&lists.f, ALICE, NULL, GATE_STAGE_DATA,
	    rows[_i].recipients) == want, "%s: at DATA", rows[_i].name);
	ck_assert_msg(fixture_send_to(&lists.f, ALICE, "<m@local.test>",
	    GATE_STAGE_HEADER, rows[_i].recipients) == want,
	    "%s: at the header", rows[_i].name);
	ck_assert_msg(fixture_send_to(&lists.f, ALICE, "<m@local.test>",
	    GATE_STAGE_END, rows[_i].recipients) == want, "%s: at the end",
	    rows[_i].name);
	close_lists(&lists);
}
END_TEST

/* What a list was sent counts as many when the rest of it comes. */
START_TEST(list_counts_in_a_split_message)
{
	static const char *const list[] = { "jobs@lists.test", NULL };
	static const char *const person[] = { "ann@outside.test", NULL };
	struct lists lists;

	open_lists(&lists, SMALL "bulk_minimum = 40; ");
	ck_assert_int_eq(fixture_send_to(&lists.f, ALICE, "<m@local.test>",
	    GATE_STAGE_END, list), VERDICT_ACCEPT);
	fixture_restrict(&lists.f, ALICE);
	ck_assert_int_eq(fixture_send_to(&lists.f, ALICE, "<m@local.test>",
	    GATE_STAGE_HEADER, person), VERDICT_REFUSE);
	/* Its retry is none of that. */
	ck_assert_int_eq(fixture_send_to(&lists.f, ALICE, NULL,
	    GATE_STAGE_DATA, list), VERDICT_ACCEPT);
	ck_assert_int_eq(fixture_send_to(&lists.f, ALICE, "<m@local.test>",
	    GATE_STAGE_END, list), VERDICT_ACCEPT);
	close_lists(&lists);
}
END_TEST

/*
 * Many aliases: how many of those they lead to are looked at.
 */

#define CROWD	9000		/* behind one alias */

static const struct {
	const char	*name;
	const char	*recipients[8];
	const char	*want;		/* in the log */
} crowds[] = {
	{ "fewer", { "a@local.test", "b@local.test", "ann@outside.test" },
	    " candidates=18001 " },
	{ "just as many", { "a@local.test", "b@local.test", "c@local.test",
	    "d@local.test", "e@local.test", "f@local.test" },
	    " candidates=50000 " },
	{ "one more", { "a@local.test", "b@local.test", "c@local.test",
	    "d@local.test", "e@local.test", "f@local.test",
	    "ann@outside.test" }, " candidates=50000 " }
};

static void
write_crowd(FILE *file, const char *name, unsigned first, unsigned count)
{
	unsigned i;

	fprintf(file, "%s: c%u@outside.test", name, first);
	for (i = 1; i < count; i++)
		fprintf(file, ",\n c%u@outside.test", first + i);
	fprintf(file, "\n");
}

static void
write_crowds(const char *path)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	write_crowd(file, "a", 0, CROWD);
	write_crowd(file, "b", CROWD, CROWD);
	write_crowd(file, "c", 2 * CROWD, CROWD);
	write_crowd(file, "d", 3 * CROWD, CROWD);
	write_crowd(file, "e", 4 * CROWD, CROWD);
	write_crowd(file, "f", 5 * CROWD, 50000 - 5 * CROWD);
	fclose(file);
}

START_TEST(candidates_have_a_bound)
{
	struct lists lists;
	char top[128];

	open_lists(&lists, SMALL);
	fixture_close(&lists.f);
	write_crowds(lists.path);
	snprintf(top, sizeof(top), "aliases_file = \"%s\";", lists.path);
	fixture_open_with(&lists.f, SMALL, top, NULL);
	fixture_restrict(&lists.f, ALICE);
	ck_assert_int_eq(fixture_send_to(&lists.f, ALICE, NULL,
	    GATE_STAGE_DATA, crowds[_i].recipients), VERDICT_REFUSE);
	ck_assert_msg(strstr(lists.f.lines.data, crowds[_i].want) != NULL,
	    "%s: %s", crowds[_i].name, lists.f.lines.data);
	close_lists(&lists);
}
END_TEST

/*
 * The envelope decides; the line says what the header has.
 */
static const struct {
	const char	*name;
	const char	*to, *cc;
	const char	*want;		/* in the log; NULL: not said */
} headers[] = {
	{ "as the envelope has it", "a@outside.test", "B <b@outside.test>",
	    NULL },
	{ "a Bcc", "a@outside.test", NULL, "envelope=2 header=1" },
	{ "nobody named", NULL, NULL, "envelope=2 header=0" },
	{ "a group with nobody in it", "undisclosed-recipients:;", NULL,
	    "envelope=2 header=0" },
	{ "more than the envelope has", "a@outside.test, b@outside.test",
	    "c@outside.test, d@outside.test", "envelope=2 header=4" }
};

START_TEST(log_tells_header_from_envelope)
{
	static const char *const two[4] = { "a@outside.test",
		"b@outside.test" };
	struct message message;
	struct lists lists;

	open_lists(&lists, SMALL);
	fill(&message, two);
	if (headers[_i].to != NULL)
		message_header(&message, "To", headers[_i].to);
	if (headers[_i].cc != NULL)
		message_header(&message, "Cc", headers[_i].cc);
	gate_verdict_release(&lists.f.verdict);
	gate_check(&lists.f.gate, lists.f.conf, &message, GATE_STAGE_END,
	    &lists.f.verdict);
	ck_assert_ptr_nonnull(strstr(lists.f.lines.data, "kind=bulk"));
	if (headers[_i].want != NULL)
		ck_assert_msg(strstr(lists.f.lines.data, headers[_i].want) !=
		    NULL, "%s: %s", headers[_i].name, lists.f.lines.data);
	else
		ck_assert_msg(strstr(lists.f.lines.data, "envelope=") == NULL,
		    "%s: %s", headers[_i].name, lists.f.lines.data);
	message_release(&message);
	close_lists(&lists);
}
END_TEST

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

int
main(void)
{
	Suite *suite = suite_create("gate_lists");
	TCase *tcase = tcase_create("lists");

	tcase_add_loop_test(tcase, counts_whom_it_reaches, 0, ROWS(rows));
	tcase_add_loop_test(tcase, restricted_user_reaches_no_list, 0,
	    ROWS(rows));
	tcase_add_test(tcase, list_counts_in_a_split_message);
	tcase_add_loop_test(tcase, candidates_have_a_bound, 0, ROWS(crowds));
	tcase_add_loop_test(tcase, log_tells_header_from_envelope, 0,
	    ROWS(headers));
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
