/*
 * What is in hand: counted once a message, waited for, and nobody inside when
 * the door has closed.
 */
#include <pthread.h>

#include "front/inhand.h"
#include "test.h"

#define THREADS	4
#define TURNS	20000

START_TEST(message_is_counted_once)
{
	struct inhand inhand = { 0 };
	bool first = false, second = false;

	inhand_begin(&inhand, &first);
	inhand_begin(&inhand, &first);	/* MAIL again, without RSET */
	inhand_begin(&inhand, &second);
	ck_assert_int_eq(inhand.messages, 2);
	ck_assert(!inhand_wait(&inhand, 30));
	inhand_end(&inhand, &first);
	inhand_end(&inhand, &first);	/* abort and close */
	ck_assert_int_eq(inhand.messages, 1);
	inhand_end(&inhand, &second);
	ck_assert(inhand_wait(&inhand, 30));
}
END_TEST

START_TEST(nobody_enters_behind_a_closed_door)
{
	struct inhand inhand = { 0 };

	ck_assert(inhand_enter(&inhand));
	inhand_leave(&inhand);
	inhand_close(&inhand);
	ck_assert(!inhand_enter(&inhand));
	ck_assert_int_eq(inhand.callbacks, 0);
}
END_TEST

struct house {
	struct inhand	inhand;
	_Atomic bool	gone;
	_Atomic long	seen_gone;	/* entered, and it was not there */
};

static void *
visit(void *argument)
{
	struct house *house = argument;
	int i;

	for (i = 0; i < TURNS && inhand_enter(&house->inhand); i++) {
		if (atomic_load(&house->gone))
			atomic_fetch_add(&house->seen_gone, 1);
		inhand_leave(&house->inhand);
	}
	return NULL;
}

START_TEST(nobody_is_inside_when_it_goes)
{
	struct house house = { .gone = false };
	pthread_t threads[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, visit,
		    &house), 0);
	inhand_close(&house.inhand);
	atomic_store(&house.gone, true);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	ck_assert_int_eq(house.seen_gone, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("inhand");
	TCase *tcase = tcase_create("inhand");

	tcase_add_test(tcase, message_is_counted_once);
	tcase_add_test(tcase, nobody_enters_behind_a_closed_door);
	tcase_add_loop_test(tcase, nobody_is_inside_when_it_goes, 0, 50);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
