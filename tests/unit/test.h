/*
 * Every unit test is a program of its own: tables with named rows, and a main
 * that hands its suite to test_run.  The failing row's name is the message:
 *
 *	ck_assert_msg(got == row->want, "%s: got %d, want %d", row->name, ...);
 */
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

#include <check.h>
#include <stdlib.h>

static inline int
test_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
