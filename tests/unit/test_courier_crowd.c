/*
 * Many notices at once, as at the end of a site's first weeks: all arrive, in
 * their order, at a cost that grows with their number and no faster.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "courier_fixture.h"

#define PAGE	100
#define CROWD	1200

struct page {
	int64_t		 now;
	unsigned	 first;
};

/* A user each, warned and then restricted. */
static enum status
add_page(struct store_txn *txn, void *argument)
{
	const struct page *page = argument;
	struct store_notice notice;
	struct account account;
	enum status status = STATUS_OK;
	char user[64];
	unsigned i;

	for (i = page->first; i < page->first + PAGE && status == STATUS_OK;
	    i++) {
		snprintf(user, sizeof(user), "u%u@local.test", i);
		account_init(&account, user, page->now);
		status = store_account_put(txn, &account);
		memset(&notice, 0, sizeof(notice));
		notice.account = account.id;
		notice.written = page->now;
		notice.step.notice = NOTICE_WARNING;
		if (status == STATUS_OK)
			status = store_outbox_add(txn, &notice);
		notice.step.notice = NOTICE_RESTRICTED;
		if (status == STATUS_OK)
			status = store_outbox_add(txn, &notice);
	}
	return status;
}

static void
fill(struct house *house)
{
	struct page page = { .now = house->f.now };

	for (; page.first < CROWD; page.first += PAGE)
		ck_assert_int_eq(store_update(house->f.store, add_page, &page),
		    STATUS_OK);
	ck_assert_int_eq(house_outbox(house), 2 * CROWD);
}

/* One round is bounded: the thread looks for its end between two. */
static void
rounds(struct house *house, unsigned connections)
{
	int i;

	for (i = 0; i < 10 && smtp_server_connections(&house->server) <
	    connections; i++)
		house_round(house);
	house_round(house);
	ck_assert_uint_eq(smtp_server_connections(&house->server),
	    connections);
}

/* The place of a user's notice of this kind in the log. */
static const char *
place(const struct house *house, unsigned user, const char *kind)
{
	char text[128];
	const char *at;

	snprintf(text, sizeof(text), "notice: user=u%u@local.test kind=%s ",
	    user, kind);
	at = strstr(house->f.lines.data, text);
	ck_assert_msg(at != NULL, "not there: %s", text);
	ck_assert_msg(strstr(at + 1, text) == NULL, "twice: %s", text);
	return at;
}

START_TEST(all_arrive_in_their_order)
{
	struct house house;
	unsigned i;

	house_open(&house, "");
	fill(&house);
	rounds(&house, 2 * CROWD);
	ck_assert_uint_eq(smtp_server_accepted(&house.server), 2 * CROWD);
	ck_assert_int_eq(house_outbox(&house), 0);
	for (i = 0; i < CROWD; i += 7)
		ck_assert_msg(place(&house, i, "warning") <
		    place(&house, i, "restricted"), "user %u", i);
	house_close(&house);
}
END_TEST

/* The second ones wait for the first, however many these are. */
START_TEST(all_are_put_off)
{
	struct store_figures before, after;
	struct house house;

	house_open(&house, "");
	fill(&house);
	smtp_server_script(&house.server, SMTP_RCPT, "450 4.2.0 later");
	store_figures(house.f.store, &before);
	rounds(&house, CROWD);
	store_figures(house.f.store, &after);
	ck_assert_uint_eq(after.updates - before.updates, CROWD);
	ck_assert_uint_eq(house_count(&house.f.lines, " kind=restricted "),
	    0);
	ck_assert_int_eq(house_outbox(&house), 2 * CROWD);
	house_close(&house);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("courier crowd");
	TCase *tests = tcase_create("courier crowd");

	if (mailer_library_init() != STATUS_OK)
		return EXIT_FAILURE;
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, all_arrive_in_their_order);
	tcase_add_test(tests, all_are_put_off);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
