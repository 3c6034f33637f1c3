/*
 * A store with rows in every table, and what two stores hold compared.
 */
#ifndef TESTS_UNIT_STORE_ROWS_H
#define TESTS_UNIT_STORE_ROWS_H

#include "store/store.h"

#define STORE_ROWS_USERS	5
#define STORE_ROWS_EACH		7	/* outreach of one user */

/* Rows whose references all lead somewhere. */
void store_rows_fill(struct store *);

/* All rows, as a text of a line each. */
void store_rows_text(struct store *, size_t most, struct buf *text);

/* How many rows of each table. */
void store_rows_count(struct store *, unsigned counts[STORE_TABLES]);

#endif
