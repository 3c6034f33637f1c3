/*
 * The store's contract, asked of every make of store: what store.h promises
 * and nothing else.  The ledger is in test_store_ledger.c, threads in
 * test_store_crowd.c.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "store_fixture.h"

static void
put_account(struct store_txn *txn, const char *user, uint64_t want)
{
	struct account account;

	account_init(&account, user, 5);
	ck_assert_int_eq(store_account_put(txn, &account), STATUS_OK);
	ck_assert_uint_eq(account.id, want);
}

static enum status
make_accounts(struct store_txn *txn, void *argument)
{
	struct account account;

	(void)argument;
	put_account(txn, "carol", 1);
	put_account(txn, "alice", 2);
	put_account(txn, "bob", 3);
	put_account(txn, "bob2", 4);
	ck_assert_int_eq(store_account_get(txn, "bob", &account), STATUS_OK);
	account.standing = STANDING_WARNED;
	account.due = 99;
	ck_assert_int_eq(store_account_put(txn, &account), STATUS_OK);
	ck_assert_uint_eq(account.id, 3);
	return STATUS_OK;
}

struct names {
	char		text[64];
	unsigned	most;		/* 0: all */
	unsigned	count;
};

static bool
add_name(void *context, const struct account *account)
{
	struct names *names = context;

	strcat(strcat(names->text, " "), account->user);
	return ++names->count != names->most;
}

static enum status
look_at_accounts(struct store_txn *txn, void *argument)
{
	struct names all = { .most = 0 }, behind = { .most = 0 };
	struct names one = { .most = 1 };
	struct account account;

	(void)argument;
	ck_assert_int_eq(store_account_get(txn, "bob", &account), STATUS_OK);
	ck_assert_int_eq(account.standing, STANDING_WARNED);
	ck_assert_int_eq(account.due, 99);
	ck_assert_int_eq(store_account_by_id(txn, 2, &account), STATUS_OK);
	ck_assert_str_eq(account.user, "alice");
	ck_assert_int_eq(store_account_get(txn, "bo", &account),
	    STATUS_NOT_FOUND);
	ck_assert_int_eq(store_account_by_id(txn, 5, &account),
	    STATUS_NOT_FOUND);
	ck_assert_int_eq(store_account_each(txn, NULL, add_name, &all),
	    STATUS_OK);
	ck_assert_str_eq(all.text, " alice bob bob2 carol");
	ck_assert_int_eq(store_account_each(txn, "bob", add_name, &behind),
	    STATUS_OK);
	ck_assert_str_eq(behind.text, " bob2 carol");
	ck_assert_int_eq(store_account_each(txn, "", add_name, &one),
	    STATUS_OK);
	ck_assert_str_eq(one.text, " alice");
	return STATUS_OK;
}

START_TEST(accounts)
{
	struct store_fixture f;

	store_fixture_open(&f, &store_makes[_i]);
	ck_assert_int_eq(store_update(f.store, make_accounts, NULL),
	    STATUS_OK);
	ck_assert_int_eq(store_view(f.store, look_at_accounts, NULL),
	    STATUS_OK);
	ck_assert_int_eq(store_update(f.store, look_at_accounts, NULL),
	    STATUS_OK);
	store_fixture_close(&f);
}
END_TEST

static enum status
use_addresses(struct store_txn *txn, void *argument)
{
	const char *address = "alice@local.test";
	uint64_t account;

	(void)argument;
	ck_assert_int_eq(store_address_get(txn, address, &account),
	    STATUS_NOT_FOUND);
	ck_assert_int_eq(store_address_put(txn, address, 7), STATUS_OK);
	ck_assert_int_eq(store_address_put(txn, address, 8), STATUS_OK);
	ck_assert_int_eq(store_address_get(txn, address, &account),
	    STATUS_OK);
	ck_assert_uint_eq(account, 8);
	return STATUS_OK;
}

/* What is kept of them: test_store_answers.c. */
static enum status
use_answers(struct store_txn *txn, void *argument)
{
	const char *address = "jobs@local.test";
	struct store_answers answers;
	uint64_t account;

	(void)argument;
	ck_assert_int_eq(store_answer_address_get(txn, address, &answers),
	    STATUS_NOT_FOUND);
	ck_assert_int_eq(store_answer_address_put(txn, address, 7, 5),
	    STATUS_OK);
	ck_assert_int_eq(store_answer_address_get(txn, address, &answers),
	    STATUS_OK);
	ck_assert_uint_eq(answers.count, 1);
	ck_assert_uint_eq(answers.by[0].account, 7);
	ck_assert_int_eq(answers.by[0].used, 5);
	/* It says nothing of who sends under it. */
	ck_assert_int_eq(store_address_get(txn, address, &account),
	    STATUS_NOT_FOUND);
	return STATUS_OK;
}

static enum status
use_contacts(struct store_txn *txn, void *argument)
{
	struct ident who = store_ident(1);
	int64_t heard;

	(void)argument;
	ck_assert_int_eq(store_contact_get(txn, 1, &who, &heard),
	    STATUS_NOT_FOUND);
	ck_assert_int_eq(store_contact_put(txn, 1, &who, 50), STATUS_OK);
	ck_assert_int_eq(store_contact_put(txn, 1, &who, 60), STATUS_OK);
	ck_assert_int_eq(store_contact_get(txn, 1, &who, &heard), STATUS_OK);
	ck_assert_int_eq(heard, 60);
	ck_assert_int_eq(store_contact_get(txn, 2, &who, &heard),
	    STATUS_NOT_FOUND);
	return STATUS_OK;
}

static enum status
use_events(struct store_txn *txn, void *argument)
{
	struct ident event = store_ident(1), other = store_ident(2);

	(void)argument;
	ck_assert_int_eq(store_event_add(txn, &event, 1), STATUS_OK);
	ck_assert_int_eq(store_event_add(txn, &event, 2), STATUS_CONFLICT);
	ck_assert_int_eq(store_event_add(txn, &other, 2), STATUS_OK);
	return STATUS_OK;
}

static enum status
use_meta(struct store_txn *txn, void *argument)
{
	char value[STORE_META_SIZE + 1] = "", back[STORE_META_SIZE];
	size_t length;

	(void)argument;
	ck_assert_int_eq(store_meta_get(txn, "tick", back, sizeof(back),
	    &length), STATUS_NOT_FOUND);
	ck_assert_int_eq(store_meta_put(txn, "tick", value, sizeof(value)),
	    STATUS_LIMIT);
	memset(value, 'x', sizeof(value));
	ck_assert_int_eq(store_meta_put(txn, "tick", value, STORE_META_SIZE),
	    STATUS_OK);
	ck_assert_int_eq(store_meta_get(txn, "tick", back, sizeof(back) - 1,
	    &length), STATUS_LIMIT);
	ck_assert_int_eq(store_meta_put(txn, "tick", "abc", 3), STATUS_OK);
	ck_assert_int_eq(store_meta_get(txn, "tick", back, 3, &length),
	    STATUS_OK);
	ck_assert_uint_eq(length, 3);
	ck_assert_mem_eq(back, "abc", 3);
	return STATUS_OK;
}

static bool
add_notice(void *context, const struct store_notice *notice)
{
	char *text = context;

	sprintf(text + strlen(text), " %d:%d", (int)notice->sequence,
	    (int)notice->account);
	return strlen(text) < 12;
}

struct tries {
	uint64_t	sequence;
	uint32_t	found;
};

static bool
find_tries(void *context, const struct store_notice *notice)
{
	struct tries *tries = context;

	if (notice->sequence == tries->sequence)
		tries->found = notice->tries;
	return true;
}

static void
check_tries(struct store_txn *txn, uint64_t sequence, uint32_t want)
{
	struct tries tries = { .sequence = sequence };

	ck_assert_int_eq(store_outbox_each(txn, find_tries, &tries),
	    STATUS_OK);
	ck_assert_uint_eq(tries.found, want);
}

static enum status
use_outbox(struct store_txn *txn, void *argument)
{
	struct store_notice notice = { .sequence = 0 };
	char text[64] = "", rest[64] = "";
	uint64_t account;

	(void)argument;
	for (account = 11; account <= 14; account++) {
		notice.account = account;
		ck_assert_int_eq(store_outbox_add(txn, &notice), STATUS_OK);
	}
	ck_assert_int_eq(store_outbox_each(txn, add_notice, text), STATUS_OK);
	ck_assert_str_eq(text, " 1:11 2:12 3:13");
	notice.tries = 7;
	ck_assert_int_eq(store_outbox_put(txn, &notice), STATUS_OK);
	check_tries(txn, 4, 7);
	ck_assert_int_eq(store_outbox_get(txn, 3, &notice), STATUS_OK);
	ck_assert(notice.sequence == 3 && notice.account == 13 &&
	    notice.tries == 0);
	ck_assert_int_eq(store_outbox_get(txn, 4, &notice), STATUS_OK);
	ck_assert(notice.sequence == 4 && notice.account == 14 &&
	    notice.tries == 7);
	ck_assert_int_eq(store_outbox_get(txn, 5, &notice), STATUS_NOT_FOUND);
	ck_assert_int_eq(store_outbox_remove(txn, 4), STATUS_OK);
	ck_assert_int_eq(store_outbox_put(txn, &notice), STATUS_NOT_FOUND);
	ck_assert_int_eq(store_outbox_get(txn, 4, &notice), STATUS_NOT_FOUND);
	ck_assert_int_eq(store_outbox_remove(txn, 4), STATUS_NOT_FOUND);
	ck_assert_int_eq(store_outbox_remove(txn, 1), STATUS_OK);
	ck_assert_int_eq(store_outbox_remove(txn, 2), STATUS_OK);
	/* A sequence is not given again, not even the last one. */
	ck_assert_int_eq(store_outbox_add(txn, &notice), STATUS_OK);
	ck_assert_uint_eq(notice.sequence, 5);
	ck_assert_int_eq(store_outbox_each(txn, add_notice, rest), STATUS_OK);
	ck_assert_str_eq(rest, " 3:13 5:14");
	return STATUS_OK;
}

static bool
add_audit(void *context, const struct store_audit *audit)
{
	char *text = context;

	sprintf(text + strlen(text), " %d.%u:%s", (int)audit->when, audit->n,
	    audit->actor);
	return true;
}

static enum status
use_audit(struct store_txn *txn, void *argument)
{
	static const int when[] = { 10, 20, 20, 30, 20 };
	struct store_audit audit = { .action = "pardon" };
	char text[128] = "";
	unsigned i;

	(void)argument;
	for (i = 0; i < sizeof(when) / sizeof(when[0]); i++) {
		audit.when = when[i];
		sprintf(audit.actor, "%u", i);
		ck_assert_int_eq(store_audit_add(txn, &audit), STATUS_OK);
	}
	ck_assert_uint_eq(audit.n, 2);
	ck_assert_int_eq(store_audit_each(txn, 10, 30, add_audit, text),
	    STATUS_OK);
	ck_assert_str_eq(text, " 20.0:1 20.1:2 20.2:4 30.0:3");
	return STATUS_OK;
}

struct use_row {
	const char	*name;
	enum status	(*body)(struct store_txn *, void *);
};

static const struct use_row use_rows[] = {
	{ "addresses", use_addresses },
	{ "addresses of answers", use_answers },
	{ "contacts", use_contacts },
	{ "events", use_events },
	{ "meta", use_meta },
	{ "outbox", use_outbox },
	{ "audit", use_audit },
};
#define USES	(sizeof(use_rows) / sizeof(use_rows[0]))

START_TEST(smaller_tables)
{
	struct store_fixture f;
	enum status status;
	unsigned i;

	store_fixture_open(&f, &store_makes[_i]);
	for (i = 0; i < USES; i++) {
		status = store_update(f.store, use_rows[i].body, NULL);
		ck_assert_msg(status == STATUS_OK, "%s: %s", use_rows[i].name,
		    status_text(status));
	}
	store_fixture_close(&f);
}
END_TEST

static enum status
use_all_and_regret(struct store_txn *txn, void *argument)
{
	const enum status *regret = argument;
	struct outreach outreach = store_outreach(1, 1, 1, 1);
	unsigned i;

	make_accounts(txn, NULL);
	for (i = 0; i < USES; i++)
		use_rows[i].body(txn, NULL);
	ck_assert_int_eq(store_outreach_add(txn, &outreach), STATUS_OK);
	return *regret;
}

/* Each body asserts that it finds nothing: run twice, it must be so again. */
START_TEST(what_a_body_regrets_is_undone)
{
	static const enum status regrets[] = { STATUS_LIMIT,
	    STATUS_NOT_FOUND, STATUS_MALFORMED, STATUS_UNAVAILABLE,
	    STATUS_NO_MEMORY, STATUS_OK };
	struct store_fixture f;
	struct store_figures figures;
	enum status regret;
	unsigned i;

	store_fixture_open(&f, &store_makes[_i]);
	for (i = 0; i < sizeof(regrets) / sizeof(regrets[0]); i++) {
		regret = regrets[i];
		ck_assert_int_eq(store_update(f.store, use_all_and_regret,
		    &regret), regrets[i]);
	}
	store_figures(f.store, &figures);
	ck_assert_uint_eq(figures.updates, 1);
	ck_assert_uint_eq(figures.failures, 5);
	ck_assert_uint_eq(figures.retries, 0);
	ck_assert_uint_eq(figures.reopened, 0);
	ck_assert(figures.available);
	store_fixture_close(&f);
}
END_TEST

static enum status
put_everything(struct store_txn *txn, void *argument)
{
	struct account account;
	struct outreach outreach = store_outreach(1, 1, 1, 1);
	struct store_notice notice = { .account = 1 };
	struct store_audit audit = { .when = 1 };
	struct ident ident = store_ident(1);
	size_t removed;

	(void)argument;
	account_init(&account, "alice", 5);
	ck_assert_int_eq(store_account_put(txn, &account), STATUS_MALFORMED);
	ck_assert_int_eq(store_address_put(txn, "a", 1), STATUS_MALFORMED);
	ck_assert_int_eq(store_answer_address_put(txn, "a", 1, 1),
	    STATUS_MALFORMED);
	ck_assert_int_eq(store_outreach_add(txn, &outreach),
	    STATUS_MALFORMED);
	ck_assert_int_eq(store_outreach_put(txn, &outreach),
	    STATUS_MALFORMED);
	ck_assert_int_eq(store_contact_put(txn, 1, &ident, 1),
	    STATUS_MALFORMED);
	ck_assert_int_eq(store_outbox_add(txn, &notice), STATUS_MALFORMED);
	ck_assert_int_eq(store_outbox_put(txn, &notice), STATUS_MALFORMED);
	ck_assert_int_eq(store_outbox_remove(txn, 1), STATUS_MALFORMED);
	ck_assert_int_eq(store_audit_add(txn, &audit), STATUS_MALFORMED);
	ck_assert_int_eq(store_event_add(txn, &ident, 1), STATUS_MALFORMED);
	ck_assert_int_eq(store_meta_put(txn, "a", "b", 1), STATUS_MALFORMED);
	ck_assert_int_eq(store_expire(txn, 1, 1, &removed), STATUS_MALFORMED);
	return STATUS_OK;
}

START_TEST(a_view_cannot_write)
{
	struct store_fixture f;

	store_fixture_open(&f, &store_makes[_i]);
	ck_assert_int_eq(store_view(f.store, put_everything, NULL),
	    STATUS_OK);
	store_fixture_close(&f);
}
END_TEST

static enum status
lose(struct store_txn *txn, void *argument)
{
	unsigned *runs = argument;

	ck_assert_int_eq(store_meta_put(txn, "lost", "x", 1), STATUS_OK);
	return ++*runs < 3 ? STATUS_CONFLICT : STATUS_OK;
}

static enum status
lose_always(struct store_txn *txn, void *argument)
{
	unsigned *runs = argument;

	(void)txn;
	++*runs;
	return STATUS_CONFLICT;
}

START_TEST(a_lost_race_is_run_again)
{
	struct store_fixture f;
	struct store_figures figures;
	unsigned runs = 0;

	store_fixture_open(&f, &store_makes[_i]);
	ck_assert_int_eq(store_update(f.store, lose, &runs), STATUS_OK);
	ck_assert_uint_eq(runs, 3);
	runs = 0;
	ck_assert_int_eq(store_update(f.store, lose_always, &runs),
	    STATUS_UNAVAILABLE);
	store_figures(f.store, &figures);
	ck_assert_uint_eq(figures.retries, 2 + runs - 1);
	ck_assert(runs > 3);
	store_fixture_close(&f);
}
END_TEST

START_TEST(what_survives_is_there_again)
{
	struct store_fixture f;

	store_fixture_open(&f, &store_makes[_i]);
	ck_assert_int_eq(store_update(f.store, make_accounts, NULL),
	    STATUS_OK);
	ck_assert_int_eq(store_maintain(f.store), STATUS_OK);
	store_fixture_reopen(&f);
	if (f.make->survives)
		ck_assert_int_eq(store_view(f.store, look_at_accounts, NULL),
		    STATUS_OK);
	else
		ck_assert_int_eq(store_update(f.store, make_accounts, NULL),
		    STATUS_OK);
	store_fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("store");
	TCase *tests = tcase_create("store");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, accounts, 0, store_make_count);
	tcase_add_loop_test(tests, smaller_tables, 0, store_make_count);
	tcase_add_loop_test(tests, what_a_body_regrets_is_undone, 0,
	    store_make_count);
	tcase_add_loop_test(tests, a_view_cannot_write, 0, store_make_count);
	tcase_add_loop_test(tests, a_lost_race_is_run_again, 0,
	    store_make_count);
	tcase_add_loop_test(tests, what_survives_is_there_again, 0,
	    store_make_count);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
