/* Rows of which no field is as it is without being set. */
#ifndef TESTS_UNIT_RECORD_FIXTURE_H
#define TESTS_UNIT_RECORD_FIXTURE_H

#include "store/record.h"

struct account full_account(void);
struct outreach full_outreach(void);
struct store_notice full_notice(void);
struct store_notice full_text(void);	/* of another kind: text alone */
struct store_audit full_audit(void);

#endif
