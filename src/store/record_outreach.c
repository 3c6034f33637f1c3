/*
 * The rows of the ledger, of which there are more than of anything else.
 *
 * Version 2: what the row is about, then one byte that says which parts
 * follow.  A part that is all zeroes is not written, so that an outreach nobody
 * has answered, which is what most of them stay, is shorter than it was in
 * version 1 although it knows more.
 *
 *	message, candidate	16 bytes each
 *	parts			1 byte
 *	  FLAGS			flags, 4
 *	  LENGTH		length, 4
 *	  ANSWER		answered at, 8; answered by, 16; match, 1
 *	  BOUNCE		bounced at, 8
 *	  TOPIC			topic, 16
 *	  AUTOMATIC		automatic at, 8; rule, a text
 *
 * Version 1 had all its fields always, and no topic, match or automatic mail.
 */
#include <string.h>

#include "store/record_private.h"

#define OUTREACH_VERSION	2

enum part {
	PART_FLAGS = 1 << 0,
	PART_LENGTH = 1 << 1,
	PART_ANSWER = 1 << 2,
	PART_BOUNCE = 1 << 3,
	PART_TOPIC = 1 << 4,
	PART_AUTOMATIC = 1 << 5
};

static bool
is_set(const struct ident *ident)
{
	static const struct ident none;

	return !ident_equal(ident, &none);
}

/* The parts that are not all zeroes. */
static unsigned
parts_of(const struct outreach *outreach)
{
	unsigned parts = 0;

	if (outreach->flags != 0)
		parts |= PART_FLAGS;
	if (outreach->length != 0)
		parts |= PART_LENGTH;
	if (outreach->answered_at != 0 || is_set(&outreach->answered_by) ||
	    outreach->match != OUTREACH_MATCH_NONE)
		parts |= PART_ANSWER;
	if (outreach->bounced_at != 0)
		parts |= PART_BOUNCE;
	if (is_set(&outreach->topic))
		parts |= PART_TOPIC;
	if (outreach->automatic_at != 0 ||
	    outreach->automatic_rule[0] != '\0')
		parts |= PART_AUTOMATIC;
	return parts;
}

void
record_outreach(struct record *row, const struct outreach *outreach)
{
	unsigned parts = parts_of(outreach);

	record_start_row(row, OUTREACH_VERSION);
	record_put_ident(row, &outreach->message);
	record_put_ident(row, &outreach->candidate);
	record_put_number(row, parts, 1);
	if (parts & PART_FLAGS)
		record_put_number(row, outreach->flags, 4);
	if (parts & PART_LENGTH)
		record_put_number(row, outreach->length, 4);
	if (parts & PART_ANSWER) {
		record_put_time(row, outreach->answered_at);
		record_put_ident(row, &outreach->answered_by);
		record_put_number(row, outreach->match, 1);
	}
	if (parts & PART_BOUNCE)
		record_put_time(row, outreach->bounced_at);
	if (parts & PART_TOPIC)
		record_put_ident(row, &outreach->topic);
	if (parts & PART_AUTOMATIC) {
		record_put_time(row, outreach->automatic_at);
		record_put_text(row, outreach->automatic_rule,
		    OUTREACH_RULE_SIZE);
	}
}

static void
take_version_1(struct record_reader *reader, struct outreach *outreach)
{
	outreach->flags = record_take_number32(reader);
	outreach->length = record_take_number32(reader);
	outreach->answered_at = record_take_time(reader);
	outreach->answered_by = record_take_ident(reader);
	outreach->bounced_at = record_take_time(reader);
}

static void
take_parts(struct record_reader *reader, struct outreach *outreach,
    unsigned parts)
{
	if (parts & PART_FLAGS)
		outreach->flags = record_take_number32(reader);
	if (parts & PART_LENGTH)
		outreach->length = record_take_number32(reader);
	if (parts & PART_ANSWER) {
		outreach->answered_at = record_take_time(reader);
		outreach->answered_by = record_take_ident(reader);
		outreach->match = record_take_choice(reader,
		    OUTREACH_MATCH_CREDITED);
	}
	if (parts & PART_BOUNCE)
		outreach->bounced_at = record_take_time(reader);
	if (parts & PART_TOPIC)
		outreach->topic = record_take_ident(reader);
	if (parts & PART_AUTOMATIC) {
		outreach->automatic_at = record_take_time(reader);
		record_take_text(reader, outreach->automatic_rule,
		    OUTREACH_RULE_SIZE);
	}
}

/* A part that is said to follow and is all zeroes was not written by us. */
static void
take_version_2(struct record_reader *reader, struct outreach *outreach)
{
	unsigned parts = (unsigned)record_take_number(reader, 1);

	take_parts(reader, outreach, parts);
	if (parts != parts_of(outreach))
		reader->bad = true;
}

/* What a row may be silent of. */
static void
clear_parts(struct outreach *outreach)
{
	static const struct ident none;

	outreach->flags = outreach->length = 0;
	outreach->answered_at = outreach->bounced_at = 0;
	outreach->automatic_at = 0;
	outreach->answered_by = outreach->topic = none;
	outreach->match = OUTREACH_MATCH_NONE;
	memset(outreach->automatic_rule, 0, OUTREACH_RULE_SIZE);
}

enum status
record_read_outreach(const void *bytes, size_t length,
    struct outreach *outreach)
{
	struct record_reader reader = record_read_row(bytes, length,
	    OUTREACH_VERSION);

	clear_parts(outreach);
	outreach->message = record_take_ident(&reader);
	outreach->candidate = record_take_ident(&reader);
	if (reader.version == 1)
		take_version_1(&reader, outreach);
	else
		take_version_2(&reader, outreach);
	return record_finish(&reader);
}
