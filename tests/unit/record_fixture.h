/*
 * Rows of which no field is as it is without being set; and bytes of rows,
 * written by hand.
 */
#ifndef TESTS_UNIT_RECORD_FIXTURE_H
#define TESTS_UNIT_RECORD_FIXTURE_H

#include "store/record.h"

/* Hexadecimal digits: the byte four times, as an ident, as a time. */
#define FOUR(byte)	byte byte byte byte
#define IDENT(byte)	FOUR(byte) FOUR(byte) FOUR(byte) FOUR(byte)
#define TIME(byte)	"00000000000000" byte

/* The ident itself. */
#define ID(byte)	{ { byte, byte, byte, byte, byte, byte, byte, byte, \
			    byte, byte, byte, byte, byte, byte, byte, byte } }

/* Returns how many bytes they are, at most RECORD_BYTES_MAX. */
#define RECORD_BYTES_MAX	(2 * RECORD_SIZE)

size_t record_from_hex(const char *digits, uint8_t *bytes);

struct account full_account(void);
struct outreach full_outreach(void);
struct store_notice full_notice(void);
struct store_notice full_text(void);	/* of another kind: text alone */
struct store_audit full_audit(void);

#endif
