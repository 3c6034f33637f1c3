/*
 * A gate that is sent letters: the fixture's gate, asked at the end of the
 * header and at the end, with the body where it wishes for one.
 */
#ifndef TESTS_UNIT_MERGE_FIXTURE_H
#define TESTS_UNIT_MERGE_FIXTURE_H

#include "gate_fixture.h"
#include "merge_letters.h"

#define ALICE	"alice@local.test"
#define SMALL	"minimum = 10; "

/* One message as the MTA's door hands it over. */
struct sending {
	const char	*login;
	const char	*message_id;
	const char	*recipients[4];
	const char	*text;		/* NULL: no body */
};

enum verdict_action hand_over(struct fixture *, const struct sending *,
    enum gate_wish *);

/* A minute later, from alice to candidate n, whose number names it. */
enum verdict_action send_text(struct fixture *, unsigned n, const char *text);
enum verdict_action send_merge(struct fixture *, unsigned n);
enum verdict_action send_personal(struct fixture *, unsigned n);

/* Letters of one merge, each of which has to be accepted. */
void send_merges(struct fixture *, unsigned first, unsigned last);

/* Alice's rows from then on. */
struct merge_rows {
	int64_t		from;
	unsigned	rows, merge, bulk, lengths;
};

struct merge_rows rows_since(struct fixture *, int64_t from);
void check_rows(struct fixture *, const char *what, int64_t from,
    unsigned rows, unsigned merge);

#endif
