/*
 * The ledger's part of the store's contract, and expiry: asked of every make
 * of store.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "draw.h"
#include "store_fixture.h"

#define MANY		600
#define ADDRESS_SIZE	32

/* The rows a walk has shown, in its order. */
struct shown {
	struct outreach	rows[MANY];
	unsigned	count;
	unsigned	most;		/* 0: all */
};

static bool
keep(void *context, const struct outreach *outreach)
{
	struct shown *shown = context;

	ck_assert_uint_lt(shown->count, MANY);
	shown->rows[shown->count++] = *outreach;
	return shown->count != shown->most;
}

static int
compare_keys(const struct outreach *a, const struct outreach *b)
{
	if (a->account != b->account)
		return a->account < b->account ? -1 : 1;
	if (a->sent_at != b->sent_at)
		return a->sent_at < b->sent_at ? -1 : 1;
	return a->n < b->n ? -1 : a->n > b->n;
}

/* What is asked of the ledger, and of the model beside it. */
enum question {
	BY_MESSAGE,
	BY_PAIR,
	WINDOW
};

struct ask {
	enum question	question;
	uint64_t	account;
	unsigned	ident;
	int64_t		from, until;
	struct shown	shown;
};

static enum status
ask_body(struct store_txn *txn, void *argument)
{
	struct ask *ask = argument;
	struct ident ident = store_ident(ask->ident);

	ask->shown.count = 0;
	switch (ask->question) {
	case BY_MESSAGE:
		return store_outreach_by_message(txn, &ident, keep,
		    &ask->shown);
	case BY_PAIR:
		return store_outreach_by_pair(txn, ask->account, &ident, keep,
		    &ask->shown);
	default:
		return store_outreach_window(txn, ask->account, ask->from,
		    ask->until, keep, &ask->shown);
	}
}

static bool
belongs(const struct ask *ask, const struct outreach *row)
{
	struct ident ident = store_ident(ask->ident);

	switch (ask->question) {
	case BY_MESSAGE:
		return ident_equal(&row->message, &ident);
	case BY_PAIR:
		return row->account == ask->account &&
		    ident_equal(&row->candidate, &ident);
	default:
		return row->account == ask->account &&
		    row->sent_at > ask->from && row->sent_at <= ask->until;
	}
}

/* The same rows as the model's, in the promised order. */
static void
check_answer(struct store *store, struct ask *ask,
    const struct outreach *model, unsigned count, const char *name)
{
	unsigned i, want = 0;
	int order;

	ck_assert_int_eq(store_view(store, ask_body, ask), STATUS_OK);
	for (i = 0; i < count; i++)
		want += belongs(ask, &model[i]);
	ck_assert_msg(ask->shown.count == want, "%s: %u rows, want %u", name,
	    ask->shown.count, want);
	for (i = 0; i < ask->shown.count; i++) {
		ck_assert_msg(belongs(ask, &ask->shown.rows[i]), "%s: row %u",
		    name, i);
		if (i == 0)
			continue;
		order = compare_keys(&ask->shown.rows[i - 1],
		    &ask->shown.rows[i]);
		ck_assert_msg(ask->question == BY_PAIR ? order > 0 :
		    order < 0, "%s: order at %u", name, i);
	}
}

static bool
is_there(const struct outreach *model, unsigned count,
    const struct outreach *row)
{
	unsigned i;

	for (i = 0; i < count; i++)
		if (model[i].account == row->account &&
		    ident_equal(&model[i].message, &row->message) &&
		    ident_equal(&model[i].candidate, &row->candidate))
			return true;
	return false;
}

static uint32_t
count_moment(const struct outreach *model, unsigned count,
    const struct outreach *row)
{
	uint32_t same = 0;
	unsigned i;

	for (i = 0; i < count; i++)
		same += model[i].account == row->account &&
		    model[i].sent_at == row->sent_at;
	return same;
}

struct addition {
	struct outreach	row;
	enum status	added;
};

/* A row that is there is an answer, not a lost race. */
static enum status
add_or_know(struct store_txn *txn, void *argument)
{
	struct addition *addition = argument;

	addition->added = store_outreach_add(txn, &addition->row);
	return addition->added == STATUS_CONFLICT ? STATUS_OK :
	    addition->added;
}

/*
 * Few accounts, messages, candidates and moments, so that they meet in every
 * way; what is there is known from a list beside it.
 */
static unsigned
fill(struct store *store, struct outreach model[MANY])
{
	struct addition a;
	uint32_t state = 7, n;
	unsigned i, count = 0;
	bool there;

	for (i = 0; i < MANY; i++) {
		a.row = store_outreach(1 + draw(&state, 3),
		    (int64_t)draw(&state, 9) - 2, draw(&state, 12),
		    draw(&state, 8));
		there = is_there(model, count, &a.row);
		n = count_moment(model, count, &a.row);
		ck_assert_int_eq(store_update(store, add_or_know, &a),
		    STATUS_OK);
		ck_assert_msg(a.added == (there ? STATUS_CONFLICT :
		    STATUS_OK), "row %u: %s", i, status_text(a.added));
		if (there)
			continue;
		ck_assert_msg(a.row.n == n, "row %u: n %u, want %u", i,
		    a.row.n, n);
		model[count++] = a.row;
	}
	return count;
}

START_TEST(ledger_agrees_with_a_list)
{
	struct store_fixture f;
	struct outreach model[MANY];
	struct ask ask;
	unsigned count, i;
	char name[32];

	memset(&ask, 0, sizeof(ask));
	store_fixture_open(&f, &store_makes[_i]);
	count = fill(f.store, model);
	ck_assert_uint_gt(count, MANY / 4);
	for (i = 0; i < 13; i++) {
		ask.ident = i;
		ask.account = i % 4;
		ask.from = (int64_t)(i % 5) - 3;
		ask.until = (int64_t)(i % 7) - 2;
		for (ask.question = BY_MESSAGE; ask.question <= WINDOW;
		    ask.question++) {
			snprintf(name, sizeof(name), "question %d, %u",
			    (int)ask.question, i);
			check_answer(f.store, &ask, model, count, name);
		}
	}
	store_fixture_close(&f);
}
END_TEST

struct window_row {
	const char	*name;
	int64_t		 from, until;
	unsigned	 want;
};

/* Rows sent at 10, 20, 20, 30 and at both ends of time. */
static const struct window_row window_rows[] = {
	{ "from is outside, until inside", 10, 30, 3 },
	{ "just before", 9, 29, 3 },
	{ "nothing between", 10, 19, 0 },
	{ "empty", 20, 20, 0 },
	{ "backwards", 30, 10, 0 },
	{ "all but the first moment", INT64_MIN, INT64_MAX, 5 },
	{ "the last moment", INT64_MAX - 1, INT64_MAX, 1 },
	{ "past the last moment", INT64_MAX, INT64_MAX, 0 },
};

START_TEST(windows_have_edges)
{
	static const int64_t when[] = { 10, 20, 20, 30, INT64_MIN,
	    INT64_MAX };
	struct store_fixture f;
	struct outreach row;
	struct ask ask;
	unsigned i;

	memset(&ask, 0, sizeof(ask));
	store_fixture_open(&f, &store_makes[_i]);
	for (i = 0; i < sizeof(when) / sizeof(when[0]); i++) {
		row = store_outreach(1, when[i], i, i);
		ck_assert_int_eq(store_add(f.store, &row), STATUS_OK);
	}
	for (i = 0; i < sizeof(window_rows) / sizeof(window_rows[0]); i++) {
		ask.question = WINDOW;
		ask.account = 1;
		ask.from = window_rows[i].from;
		ask.until = window_rows[i].until;
		ck_assert_int_eq(store_view(f.store, ask_body, &ask),
		    STATUS_OK);
		ck_assert_msg(ask.shown.count == window_rows[i].want,
		    "%s: %u", window_rows[i].name, ask.shown.count);
	}
	ask.from = INT64_MIN;
	ask.shown.most = 2;
	ck_assert_int_eq(store_view(f.store, ask_body, &ask), STATUS_OK);
	ck_assert_uint_eq(ask.shown.count, 2);
	store_fixture_close(&f);
}
END_TEST

static enum status
put_body(struct store_txn *txn, void *argument)
{
	return store_outreach_put(txn, argument);
}

START_TEST(a_put_rewrites_what_may_change)
{
	struct store_fixture f;
	struct outreach row = store_outreach(1, 10, 1, 1), other;
	struct ask ask;

	memset(&ask, 0, sizeof(ask));
	store_fixture_open(&f, &store_makes[_i]);
	ck_assert_int_eq(store_update(f.store, put_body, &row),
	    STATUS_NOT_FOUND);
	row.length = 44;
	ck_assert_int_eq(store_add(f.store, &row), STATUS_OK);
	other = store_outreach(1, 10, 2, 2);
	other.flags = OUTREACH_BULK;
	other.answered_at = 11;
	other.answered_by = store_ident(3);
	other.bounced_at = 12;
	other.topic = store_ident(4);
	other.match = OUTREACH_MATCH_PAIR;
	other.automatic_at = 13;
	memset(other.automatic_rule, 'r', sizeof(other.automatic_rule));
	ck_assert_int_eq(store_update(f.store, put_body, &other), STATUS_OK);
	ask.question = BY_MESSAGE;
	ask.ident = 1;
	ck_assert_int_eq(store_view(f.store, ask_body, &ask), STATUS_OK);
	ck_assert_uint_eq(ask.shown.count, 1);
	ck_assert(ident_equal(&ask.shown.rows[0].candidate, &row.candidate));
	ck_assert(ident_equal(&ask.shown.rows[0].answered_by,
	    &other.answered_by));
	ck_assert_uint_eq(ask.shown.rows[0].flags, OUTREACH_BULK);
	ck_assert_uint_eq(ask.shown.rows[0].length, 44);
	ck_assert_int_eq(ask.shown.rows[0].answered_at, 11);
	ck_assert_int_eq(ask.shown.rows[0].bounced_at, 12);
	ck_assert(ident_equal(&ask.shown.rows[0].topic, &other.topic));
	ck_assert_int_eq(ask.shown.rows[0].match, OUTREACH_MATCH_PAIR);
	ck_assert_int_eq(ask.shown.rows[0].automatic_at, 13);
	ck_assert_str_eq(ask.shown.rows[0].automatic_rule,
	    "rrrrrrrrrrrrrrrrrrrrrrr");
	/* And back: what is zero in the put is zero in the row. */
	ck_assert_int_eq(store_update(f.store, put_body, &row), STATUS_OK);
	ck_assert_int_eq(store_view(f.store, ask_body, &ask), STATUS_OK);
	ck_assert_uint_eq(ask.shown.count, 1);
	ck_assert(ident_equal(&ask.shown.rows[0].topic, &row.topic));
	ck_assert_int_eq(ask.shown.rows[0].answered_at, 0);
	ck_assert_int_eq(ask.shown.rows[0].match, OUTREACH_MATCH_NONE);
	ck_assert_str_eq(ask.shown.rows[0].automatic_rule, "");
	ck_assert_uint_eq(ask.shown.rows[0].length, 44);
	store_fixture_close(&f);
}
END_TEST

struct expiry {
	int64_t	before;
	size_t	most, removed;
};

static enum status
expire_body(struct store_txn *txn, void *argument)
{
	struct expiry *expiry = argument;

	return store_expire(txn, expiry->before, expiry->most,
	    &expiry->removed);
}

static const char *
address_of(unsigned number, char address[ADDRESS_SIZE])
{
	snprintf(address, ADDRESS_SIZE, "answers%u@local.test", number);
	return address;
}

static enum status
put_old_and_young(struct store_txn *txn, void *argument)
{
	char address[ADDRESS_SIZE];
	struct outreach row;
	struct ident ident;
	unsigned i;

	(void)argument;
	for (i = 0; i < 10; i++) {
		ident = store_ident(i);
		row = store_outreach(1 + i % 3, 100 + i, i, i);
		if (store_outreach_add(txn, &row) != STATUS_OK ||
		    store_contact_put(txn, 1, &ident, 100 + i) !=
		    STATUS_OK || store_event_add(txn, &ident, 100 + i) !=
		    STATUS_OK || store_answer_address_put(txn,
		    address_of(i, address), 1, 100 + i) != STATUS_OK)
			return STATUS_LIMIT;
	}
	/* Heard again, used again: not old any more. */
	ident = store_ident(0);
	if (store_answer_address_put(txn, address_of(0, address), 2, 200) !=
	    STATUS_OK)
		return STATUS_LIMIT;
	return store_contact_put(txn, 1, &ident, 200);
}

static enum status
look_at_what_is_left(struct store_txn *txn, void *argument)
{
	char address[ADDRESS_SIZE];
	struct store_answers answers;
	struct ident ident;
	int64_t heard;
	unsigned i;

	(void)argument;
	for (i = 0; i < 10; i++) {
		ident = store_ident(i);
		ck_assert_msg(store_contact_get(txn, 1, &ident, &heard) ==
		    (i == 0 || i >= 5 ? STATUS_OK : STATUS_NOT_FOUND),
		    "contact %u", i);
		ck_assert_msg(store_answer_address_get(txn,
		    address_of(i, address), &answers) ==
		    (i == 0 || i >= 5 ? STATUS_OK : STATUS_NOT_FOUND),
		    "address %u", i);
		ck_assert_msg(store_event_add(txn, &ident, 300) ==
		    (i >= 5 ? STATUS_CONFLICT : STATUS_OK), "event %u", i);
	}
	return STATUS_OK;
}

/*
 * Before 105: five outreach, five events, four contacts, five uses of
 * addresses; four at a time.
 */
START_TEST(expiry_is_bounded_and_complete)
{
	static const size_t want[] = { 4, 4, 4, 4, 3, 0 };
	struct store_fixture f;
	struct expiry expiry = { .before = 100, .most = 4 };
	struct ask ask;
	struct outreach row = store_outreach(1, 400, 0, 0);
	unsigned i;

	memset(&ask, 0, sizeof(ask));
	store_fixture_open(&f, &store_makes[_i]);
	ck_assert_int_eq(store_update(f.store, put_old_and_young, NULL),
	    STATUS_OK);
	ck_assert_int_eq(store_update(f.store, expire_body, &expiry),
	    STATUS_OK);
	ck_assert_uint_eq(expiry.removed, 0);
	expiry.before = 105;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		ck_assert_int_eq(store_update(f.store, expire_body, &expiry),
		    STATUS_OK);
		ck_assert_msg(expiry.removed == want[i], "call %u: %zu", i,
		    expiry.removed);
	}
	for (i = 0; i < 10; i++) {
		ask.question = BY_MESSAGE;
		ask.ident = i;
		ck_assert_int_eq(store_view(f.store, ask_body, &ask),
		    STATUS_OK);
		ck_assert_msg(ask.shown.count == (i >= 5), "outreach %u", i);
	}
	ck_assert_int_eq(store_update(f.store, look_at_what_is_left, NULL),
	    STATUS_OK);
	/* What has expired may be written again. */
	ck_assert_int_eq(store_add(f.store, &row), STATUS_OK);
	store_fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("store ledger");
	TCase *tests = tcase_create("store ledger");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, ledger_agrees_with_a_list, 0,
	    store_make_count);
	tcase_add_loop_test(tests, windows_have_edges, 0, store_make_count);
	tcase_add_loop_test(tests, a_put_rewrites_what_may_change, 0,
	    store_make_count);
	tcase_add_loop_test(tests, expiry_is_bounded_and_complete, 0,
	    store_make_count);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
