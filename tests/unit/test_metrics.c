/*
 * Metrics: valid in both dialects, and each figure under its own name.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

#include "base/histogram.h"
#include "front/api_tcp.h"
#include "front/metrics.h"
#include "gate_fixture.h"
#include "mail/automatic.h"
#include "openmetrics.h"
#include "test.h"

#define ALICE	"alice@local.test"
#define ROWS(table)	(sizeof(table) / sizeof((table)[0]))

/* The checker itself must find what is wrong. */
#define GAUGE	"# TYPE a gauge\n# HELP a A.\na 1\n"
static const struct {
	const char	*name;
	const char	*text;
	const char	*want;		/* NULL: right */
} checks[] = {
	{ "right", GAUGE "# EOF\n", NULL },
	{ "no end", GAUGE, "no EOF" },
	{ "no line end", GAUGE "# EOF", "a last line without its end" },
	{ "more", GAUGE "# EOF\nb 1\n", "text behind EOF" },
	{ "twice", "# TYPE a gauge\n# HELP a A.\na 1\na 2\n# EOF\n",
	    "a sample twice" },
	{ "family twice", GAUGE GAUGE "# EOF\n", "a family twice" },
	{ "counter without total",
	    "# TYPE a counter\n# HELP a A.\na 1\n# EOF\n",
	    "a counter's sample must be a _total" },
	{ "unit", "# TYPE a gauge\n# UNIT a seconds\n# HELP a A.\na 1\n# EOF\n",
	    "a unit the name does not end in" },
	{ "no help", "# TYPE a gauge\na 1\n# EOF\n", "a family without HELP" },
	{ "no sample", "# TYPE a gauge\n# HELP a A.\n# EOF\n",
	    "a family without samples" },
	{ "value", "# TYPE a gauge\n# HELP a A.\na x\n# EOF\n",
	    "a value that is no number" },
	{ "other family", "# TYPE a gauge\n# HELP a A.\nb 1\n# EOF\n",
	    "a sample outside its family" },
	{ "shrinking", "# TYPE a histogram\n# HELP a A.\n"
	    "a_bucket{le=\"1.0\"} 2\na_bucket{le=\"+Inf\"} 1\n# EOF\n",
	    "buckets that do not grow" },
	{ "count", "# TYPE a histogram\n# HELP a A.\n"
	    "a_bucket{le=\"1.0\"} 2\na_bucket{le=\"+Inf\"} 3\n"
	    "a_sum 1\na_count 2\n# EOF\n",
	    "a count that is not the last bucket's" },
	{ "no count", "# TYPE a histogram\n# HELP a A.\n"
	    "a_bucket{le=\"+Inf\"} 3\n# EOF\n",
	    "a histogram without its count" },
	{ "label", "# TYPE a gauge\n# HELP a A.\na{b=1} 1\n# EOF\n",
	    "a label that is none" },
};

START_TEST(the_checker_checks)
{
	const char *wrong = NULL;
	size_t line, i;

	for (i = 0; i < ROWS(checks); i++) {
		wrong = openmetrics_check(checks[i].text, &line);
		ck_assert_msg((wrong == NULL) == (checks[i].want == NULL) &&
		    (wrong == NULL || strcmp(wrong, checks[i].want) == 0),
		    "%s: %s, want %s", checks[i].name, wrong, checks[i].want);
	}
}
END_TEST

static void
check_valid(const struct buf *text, const char *name)
{
	const char *wrong;
	size_t line;

	wrong = openmetrics_check(text->data, &line);
	ck_assert_msg(wrong == NULL, "%s: line %zu: %s", name, line, wrong);
}

static void
check_line(const struct buf *text, const char *line)
{
	char whole[256];

	snprintf(whole, sizeof(whole), "\n%s\n", line);
	ck_assert_msg(strncmp(text->data, whole + 1, strlen(whole + 1)) == 0 ||
	    strstr(text->data, whole) != NULL, "no line \"%s\"", line);
}

static void
use_gate(struct fixture *f)
{
	fixture_restrict(f, ALICE);
	fixture_send(f, ALICE, "<bulk@local.test>", 500, 3);
	fixture_send(f, ALICE, "<one@local.test>", 600, 1);
	fixture_send(f, "bob@local.test", "<b@local.test>", 600, 2);
	fixture_reply(f, "<c600@outside.test>", "<one@local.test>");
	fixture_reply(f, "<>", NULL);
}

START_TEST(is_valid_and_counts)
{
	struct fixture f;
	struct buf text;

	fixture_open(&f, "minimum = 10;");
	buf_init(&text);
	metrics_compose(&text, &f.gate, true);
	check_valid(&text, "nothing yet");
	use_gate(&f);
	buf_clear(&text);
	metrics_compose(&text, &f.gate, true);
	check_valid(&text, "in use");
	check_line(&text, "replygate_users{standing=\"restricted\"} 1");
	check_line(&text, "replygate_users{standing=\"good\"} 1");
	check_line(&text, "replygate_messages_total{direction=\"out\","
	    "kind=\"bulk\",verdict=\"refuse\"} 1");
	check_line(&text, "replygate_messages_total{direction=\"out\","
	    "kind=\"unknown\",verdict=\"accept\"} 0");
	check_line(&text, "replygate_messages_total{direction=\"in\","
	    "kind=\"inbound\",verdict=\"accept\"} 2");
	check_line(&text, "replygate_replies_total{match=\"message-id\"} 1");
	check_line(&text, "replygate_replies_total{match=\"pair\"} 0");
	check_line(&text, "replygate_automatic_total{rule=\"null-sender\"} 1");
	check_line(&text, "replygate_enforcing 1");
	check_line(&text, "replygate_store_available 1");
	check_line(&text, "# UNIT replygate_decision_seconds seconds");
	check_line(&text, "# TYPE replygate_messages counter");
	buf_release(&text);
	fixture_close(&f);
}
END_TEST

/* What decides the names a collector of the old dialect stores. */
START_TEST(counts_shadows_while_nobody_is_judged)
{
	struct fixture f;
	struct buf text;

	fixture_open(&f, "minimum = 10;");
	buf_init(&text);
	fixture_send(&f, ALICE, "<low@local.test>", 1, 12);
	ck_assert_int_eq(gate_relax(&f.gate, f.now), STATUS_OK);
	fixture_pass(&f, f.now + 4 * CLOCK_DAY);
	metrics_compose(&text, &f.gate, true);
	check_line(&text, "replygate_users{standing=\"warned\"} 1");
	check_line(&text, "replygate_users{standing=\"good\"} 0");
	buf_release(&text);
	fixture_close(&f);
}
END_TEST

START_TEST(speaks_the_old_dialect)
{
	struct fixture f;
	struct buf text;

	fixture_open(&f, "minimum = 10;");
	buf_init(&text);
	metrics_compose(&text, &f.gate, false);
	check_line(&text, "# TYPE replygate_messages_total counter");
	check_line(&text, "# TYPE replygate_build_info gauge");
	ck_assert_ptr_eq(strstr(text.data, "# UNIT"), NULL);
	ck_assert_ptr_eq(strstr(text.data, "# EOF"), NULL);
	ck_assert(metrics_wants_open("application/openmetrics-text; "
	    "version=1.0.0,text/plain;q=0.5"));
	ck_assert(!metrics_wants_open("text/plain"));
	ck_assert(!metrics_wants_open(NULL));
	buf_release(&text);
	fixture_close(&f);
}
END_TEST

START_TEST(has_room_for_all_rules)
{
	size_t count = 0;

	while (automatic_rule_at(count) != NULL)
		count++;
	ck_assert_uint_le(count, GATE_RULES_MAX);
}
END_TEST

START_TEST(buckets_take_their_bounds)
{
	static const struct {
		const char	*name;
		int64_t		 duration;
		unsigned	 bucket;
	} rows[] = {
		{ "below zero", -5, 0 },
		{ "zero", 0, 0 },
		{ "at the first bound", 100, 0 },
		{ "past it", 101, 1 },
		{ "at the last bound", 10000000, 15 },
		{ "past it", 10000001, 16 },
		{ "huge", INT64_MAX, 16 },
	};
	struct histogram histogram;
	struct histogram_view view;
	size_t i;

	for (i = 0; i < ROWS(rows); i++) {
		memset(&histogram, 0, sizeof(histogram));
		histogram_add(&histogram, rows[i].duration);
		histogram_read(&histogram, &view);
		ck_assert_msg(view.cumulative[rows[i].bucket] == 1 &&
		    (rows[i].bucket == 0 ||
		    view.cumulative[rows[i].bucket - 1] == 0),
		    "%s: not in bucket %u", rows[i].name, rows[i].bucket);
		ck_assert_msg(view.sum == (rows[i].duration > 0 ?
		    (uint64_t)rows[i].duration : 0), "%s: sum", rows[i].name);
	}
	ck_assert_int_eq(histogram_bound(HISTOGRAM_BOUNDS), -1);
}
END_TEST

START_TEST(listens_by_tcp)
{
	struct sockaddr_in address;
	socklen_t length = sizeof(address);
	char place[64];
	struct buf why;
	int fd, other;

	buf_init(&why);
	ck_assert_int_eq(api_tcp_listen("127.0.0.1:0", &fd, &why), STATUS_OK);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &length),
	    0);
	snprintf(place, sizeof(place), "127.0.0.1:%u",
	    (unsigned)ntohs(address.sin_port));
	ck_assert_int_eq(api_tcp_listen(place, &other, &why),
	    STATUS_CONFLICT);
	ck_assert_msg(strstr(why.data, place) != NULL, "%s", why.data);
	close(fd);
	buf_clear(&why);
	ck_assert_int_eq(api_tcp_listen("192.0.2.1:9436", &fd, &why),
	    STATUS_UNAVAILABLE);
	buf_release(&why);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("metrics");
	TCase *tests = tcase_create("metrics");

	tcase_add_test(tests, the_checker_checks);
	tcase_add_test(tests, is_valid_and_counts);
	tcase_add_test(tests, counts_shadows_while_nobody_is_judged);
	tcase_add_test(tests, speaks_the_old_dialect);
	tcase_add_test(tests, has_room_for_all_rules);
	tcase_add_test(tests, buckets_take_their_bounds);
	tcase_add_test(tests, listens_by_tcp);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
