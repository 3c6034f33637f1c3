/*
 * A store of each make for the tests of the store's contract.  An engine
 * joins the suite by a row in store_makes.
 *
 *	struct store_fixture f;
 *	store_fixture_open(&f, &store_makes[_i]);
 *	... f.store ...
 *	store_fixture_close(&f);
 */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include "fault_engine.h"
#include "store/store.h"

#define STORE_DIRECTORY_SIZE	256

struct store_fixture;

struct store_make {
	const char	*name;
	bool		 survives;	/* what it holds outlives closing */
	enum status	(*open)(struct store_fixture *, struct buf *why);
};

extern const struct store_make store_makes[];
extern const int store_make_count;

struct store_fixture {
	const struct store_make	*make;
	struct store		*store;
	struct fault		 fault;
	char			 directory[STORE_DIRECTORY_SIZE];
};

/* Fails the test when it cannot. */
void store_fixture_open(struct store_fixture *, const struct store_make *);
void store_fixture_reopen(struct store_fixture *);
void store_fixture_close(struct store_fixture *);

/* A directory of our own, and its end with the files in it. */
void store_directory_make(char directory[STORE_DIRECTORY_SIZE]);
void store_directory_remove(const char *directory);

/* A store that is there, which must open. */
struct store *store_open_at(const char *directory);

/* store_inspect, with a line in `faults` for each it finds; store_collect adds
 * such a line. */
enum status store_faults(const char *directory, struct buf *faults);
void store_collect(void *faults, const char *what);

/* An ident that is told from others by its number. */
struct ident store_ident(unsigned);

struct outreach store_outreach(uint64_t account, int64_t sent_at,
    unsigned message, unsigned candidate);

/* store_update with store_outreach_add of one row. */
enum status store_add(struct store *, struct outreach *);

#endif
