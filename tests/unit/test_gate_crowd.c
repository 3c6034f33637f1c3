/*
 * The gate with many threads at once, as libmilter calls it: what is sent
 * twice at one moment is counted once, what is answered twice is answered
 * once, and of a message split by a restricted user one part passes.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "gate_fixture.h"
#include "merge_letters.h"
#include "test.h"

#define THREADS		8
#define ROUNDS		12
#define MANY		50		/* threads, of letters */
#define PARTS		6		/* candidates of one thread's share */
#define ALICE		"alice@local.test"

struct crowd {
	struct gate		*gate;
	struct conf		*conf;
	pthread_barrier_t	 start;
	_Atomic unsigned	 next_thread;
	_Atomic unsigned	 accepted, refused, other;
	bool			 header;	/* asked at its end as well */
	unsigned		 threads;	/* 0: THREADS */
	void			(*work)(struct crowd *, unsigned thread,
	    unsigned round);
};

static void
check_one(struct crowd *crowd, struct message *message)
{
	struct gate_verdict verdict = { .action = VERDICT_ACCEPT };

	buf_init(&verdict.text);
	if (crowd->header)
		gate_check(crowd->gate, crowd->conf, message,
		    GATE_STAGE_HEADER, &verdict);
	if (verdict.action == VERDICT_ACCEPT) {
		gate_verdict_release(&verdict);
		gate_check(crowd->gate, crowd->conf, message, GATE_STAGE_END,
		    &verdict);
	}
	if (verdict.action == VERDICT_ACCEPT)
		atomic_fetch_add(&crowd->accepted, 1);
	else if (verdict.action == VERDICT_REFUSE)
		atomic_fetch_add(&crowd->refused, 1);
	else
		atomic_fetch_add(&crowd->other, 1);
	gate_verdict_release(&verdict);
}

/* Candidates cFIRST ... of outside.test under one Message-ID. */
static void
send_from_thread(struct crowd *crowd, unsigned message_number,
    unsigned first, unsigned count)
{
	const struct message_origin origin = { ALICE, ALICE, false };
	struct message message;
	char text[64];
	unsigned i;

	message_init(&message);
	(void)message_begin(&message, &origin);
	for (i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "<c%u@outside.test>", first + i);
		(void)message_recipient(&message, text);
	}
	snprintf(text, sizeof(text), "<crowd%u@local.test>", message_number);
	message_header(&message, "Message-ID", text);
	check_one(crowd, &message);
	message_release(&message);
}

static void
reply_from_thread(struct crowd *crowd, unsigned message_number,
    unsigned candidate)
{
	struct message_origin origin = { NULL, NULL, false };
	struct message message;
	char from[64], text[64];

	snprintf(from, sizeof(from), "<c%u@outside.test>", candidate);
	snprintf(text, sizeof(text), "<crowd%u@local.test>", message_number);
	origin.sender = from;
	message_init(&message);
	(void)message_begin(&message, &origin);
	(void)message_recipient(&message, "<" ALICE ">");
	message_header(&message, "From", from);
	message_header(&message, "In-Reply-To", text);
	check_one(crowd, &message);
	message_release(&message);
}

/* Tests of Check may only fail in the first thread: the rest count. */
static void *
join_crowd(void *argument)
{
	struct crowd *crowd = argument;
	unsigned thread = atomic_fetch_add(&crowd->next_thread, 1), round;

	for (round = 0; round < ROUNDS; round++) {
		pthread_barrier_wait(&crowd->start);
		crowd->work(crowd, thread, round);
	}
	return NULL;
}

static void
run_crowd(struct crowd *crowd, struct fixture *f,
    void (*work)(struct crowd *, unsigned, unsigned))
{
	pthread_t threads[MANY];
	unsigned i;

	if (crowd->threads == 0)
		crowd->threads = THREADS;
	crowd->next_thread = 0;
	crowd->accepted = crowd->refused = crowd->other = 0;
	crowd->gate = &f->gate;
	crowd->conf = f->conf;
	crowd->work = work;
	ck_assert_int_eq(pthread_barrier_init(&crowd->start, NULL,
	    crowd->threads), 0);
	for (i = 0; i < crowd->threads; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, join_crowd,
		    crowd), 0);
	for (i = 0; i < crowd->threads; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&crowd->start);
	ck_assert_uint_eq(crowd->other, 0);
	ck_assert_uint_eq(atomic_load(&f->gate.figures.errors), 0);
}

/* Every thread sends the same message. */
static void
send_the_same(struct crowd *crowd, unsigned thread, unsigned round)
{
	(void)thread;
	send_from_thread(crowd, round, 10 * round, 3);
}

/* Every candidate of it answers in every thread. */
static void
answer_the_same(struct crowd *crowd, unsigned thread, unsigned round)
{
	reply_from_thread(crowd, round, 10 * round + thread % 3);
	reply_from_thread(crowd, round, 10 * round + (thread + 1) % 3);
	reply_from_thread(crowd, round, 10 * round + (thread + 2) % 3);
}

/* Every thread has a share of one message; the shares overlap by one. */
static void
send_a_share(struct crowd *crowd, unsigned thread, unsigned round)
{
	send_from_thread(crowd, round, 1000 * round + PARTS * thread,
	    PARTS + 1);
}

/* Every thread sends the message to a candidate of its own. */
static void
send_a_part(struct crowd *crowd, unsigned thread, unsigned round)
{
	send_from_thread(crowd, 500 + round, 50000 + 100 * round + thread, 1);
}

static bool
count_unmarked(void *context, const struct outreach *row)
{
	unsigned *unmarked = context;

	if (!(row->flags & OUTREACH_BULK))
		++*unmarked;
	return true;
}

static enum status
find_unmarked(struct store_txn *txn, void *argument)
{
	*(unsigned *)argument = 0;
	return store_outreach_window(txn, 1, 0, CLOCK_LATEST, count_unmarked,
	    argument);
}

START_TEST(counts_and_answers_once)
{
	struct fixture f;
	struct crowd crowd = { .header = false };

	fixture_open(&f, "");
	run_crowd(&crowd, &f, send_the_same);
	ck_assert_uint_eq(crowd.accepted, THREADS * ROUNDS);
	fixture_tally(&f, ALICE, 0, 0, 3 * ROUNDS);
	run_crowd(&crowd, &f, answer_the_same);
	ck_assert_uint_eq(atomic_load(&f.gate.figures.replies), 3 * ROUNDS);
	f.now += 3 * CLOCK_DAY;
	fixture_tally(&f, ALICE, 3 * ROUNDS, 3 * ROUNDS, 0);
	fixture_close(&f);
}
END_TEST

START_TEST(counts_shares_of_one_message_together)
{
	struct fixture f;
	struct crowd crowd = { .header = false };
	unsigned unmarked;

	fixture_open(&f, "");
	run_crowd(&crowd, &f, send_a_share);
	ck_assert_uint_eq(crowd.accepted, THREADS * ROUNDS);
	fixture_tally(&f, ALICE, 0, 0, ROUNDS * (THREADS * PARTS + 1));
	run_crowd(&crowd, &f, send_a_part);
	fixture_tally(&f, ALICE, 0, 0, ROUNDS * (THREADS * PARTS + 1) +
	    ROUNDS * THREADS);
	ck_assert_int_eq(store_view(f.store, find_unmarked, &unmarked),
	    STATUS_OK);
	ck_assert_uint_eq(unmarked, 0);
	fixture_close(&f);
}
END_TEST

static enum status
restrict_alice(struct store_txn *txn, void *argument)
{
	const int64_t *now = argument;
	struct account account;
	enum status status;

	status = store_account_get(txn, ALICE, &account);
	if (status != STATUS_OK)
		return status;
	account.standing = STANDING_RESTRICTED;
	account.since = *now;
	account.due = *now + 14 * CLOCK_DAY;
	return store_account_put(txn, &account);
}

/* Asked at the end alone, and at the end of the header before. */
START_TEST(lets_one_part_of_a_split_message_pass)
{
	struct fixture f;
	struct crowd crowd = { .header = _i };
	unsigned unmarked;

	fixture_open(&f, "");
	fixture_send(&f, ALICE, "<first@local.test>", 1, 1);
	ck_assert_int_eq(store_update(f.store, restrict_alice, &f.now),
	    STATUS_OK);
	f.now += CLOCK_MINUTE;
	run_crowd(&crowd, &f, send_a_part);
	ck_assert_uint_eq(crowd.accepted, ROUNDS);
	ck_assert_uint_eq(crowd.refused, (THREADS - 1) * ROUNDS);
	fixture_tally(&f, ALICE, 0, 0, ROUNDS);
	/* But for the first message, each that passed is marked. */
	ck_assert_int_eq(store_view(f.store, find_unmarked, &unmarked),
	    STATUS_OK);
	ck_assert_uint_eq(unmarked, 1);
	fixture_close(&f);
}
END_TEST

/* A letter of one merge from each thread; the header asks for its body. */
static void
send_a_letter(struct crowd *crowd, unsigned thread, unsigned round)
{
	const struct message_origin origin = { ALICE, ALICE, false };
	unsigned n = round * MANY + thread;
	char text[MERGE_LETTER_SIZE], name[64];
	struct message message;

	message_init(&message);
	(void)message_begin(&message, &origin);
	snprintf(name, sizeof(name), "<m%u@outside.test>", n);
	(void)message_recipient(&message, name);
	snprintf(name, sizeof(name), "<letter%u@local.test>", n);
	message_header(&message, "Message-ID", name);
	merge_letter(n, text);
	(void)message_body(&message, text, strlen(text));
	check_one(crowd, &message);
	message_release(&message);
}

START_TEST(lets_four_letters_of_a_merge_pass)
{
	struct fixture f;
	struct crowd crowd = { .header = true, .threads = MANY };

	fixture_open(&f, "");
	fixture_send(&f, ALICE, "<first@local.test>", 1, 1);
	ck_assert_int_eq(store_update(f.store, restrict_alice, &f.now),
	    STATUS_OK);
	f.now += CLOCK_MINUTE;
	run_crowd(&crowd, &f, send_a_letter);
	ck_assert_uint_eq(crowd.accepted, 4);
	ck_assert_uint_eq(crowd.refused, MANY * ROUNDS - 4);
	fixture_close(&f);
}
END_TEST

/* Sending, answering, looking and the clockwork, all at one moment. */
static void
do_all(struct crowd *crowd, unsigned thread, unsigned round)
{
	const char *recipients[] = { "h@outside.test" };
	const struct history_event event = { .direction = HISTORY_OUT,
		.time = FIXTURE_START - CLOCK_HOUR, .user = ALICE,
		.address = ALICE, .recipients = recipients,
		.recipient_count = 1, .message_id = "<history@local.test>" };
	struct history_outcome outcome;
	struct admin_health health;
	struct admin_user user;

	switch (thread % 4) {
	case 0:
		send_from_thread(crowd, 7000 + round, 10 * round, 4);
		(void)admin_user(crowd->gate, ALICE, &user);
		break;
	case 1:
		send_from_thread(crowd, 7000 + round, 10 * round + 3, 4);
		reply_from_thread(crowd, 7000 + round, 10 * round + 3);
		break;
	case 2:
		reply_from_thread(crowd, 7000 + round, 10 * round + 4);
		(void)clockwork_tick(crowd->gate, FIXTURE_START);
		break;
	default:
		(void)history_replay(crowd->gate, &event, 1, &outcome);
		admin_health(crowd->gate, &health);
		break;
	}
}

START_TEST(does_everything_at_once)
{
	struct fixture f;
	struct crowd crowd = { .header = false };

	fixture_open(&f, "");
	run_crowd(&crowd, &f, do_all);
	ck_assert_uint_eq(crowd.refused, 0);
	fixture_close(&f);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("gate_crowd");
	TCase *tcase = tcase_create("crowd");

	tcase_add_test(tcase, counts_and_answers_once);
	tcase_add_test(tcase, counts_shares_of_one_message_together);
	tcase_add_loop_test(tcase, lets_one_part_of_a_split_message_pass, 0,
	    2);
	tcase_add_test(tcase, lets_four_letters_of_a_merge_pass);
	tcase_add_test(tcase, does_everything_at_once);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
