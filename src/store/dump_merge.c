/*
 * Letters of mail merges as JSON, and digits.
 */
#include "store/dump_private.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char hex_digits[] = "0123456789abcdef";

json_t *
dump_hex(const void *bytes, size_t length)
{
	char *text = malloc(2 * length + 1);
	const uint8_t *at = bytes;
	json_t *json = NULL;
	size_t i;

	if (text == NULL)
		return NULL;
	for (i = 0; i < length; i++) {
		text[2 * i] = hex_digits[at[i] >> 4];
		text[2 * i + 1] = hex_digits[at[i] & 15];
	}
	json = json_stringn(text, 2 * length);
	free(text);
	return json;
}

bool
dump_unhex(const char *text, void *bytes, size_t length)
{
	const char *high, *low;
	uint8_t *at = bytes;
	size_t i;

	if (text == NULL || strlen(text) != 2 * length)
		return false;
	for (i = 0; i < length; i++) {
		high = strchr(hex_digits, text[2 * i]);
		low = strchr(hex_digits, text[2 * i + 1]);
		if (high == NULL || low == NULL)
			return false;
		at[i] = (uint8_t)((high - hex_digits) << 4 |
		    (low - hex_digits));
	}
	return true;
}

json_t *
dump_merge_json(const struct merge_campaign *campaign)
{
	const struct merge_sketch *sketch = &campaign->sketch;
	const struct merge_member *member = campaign->members;
	json_t *paragraphs = json_array(), *shingles = json_array();
	json_t *members = json_array();
	uint32_t i;
	int code = 0;

	for (i = 0; i < sketch->paragraph_count; i++)
		code |= json_array_append_new(paragraphs,
		    json_integer((json_int_t)sketch->paragraphs[i]));
	for (i = 0; i < sketch->shingle_count; i++)
		code |= json_array_append_new(shingles, json_pack("[I, i]",
		    (json_int_t)sketch->shingles[i].hash,
		    (int)sketch->shingles[i].paragraph));
	for (i = 0; i < campaign->member_count; i++, member++)
		code |= json_array_append_new(members, json_pack("[o, o, I]",
		    dump_hex(member->candidate.bytes, IDENT_SIZE),
		    dump_hex(member->message.bytes, IDENT_SIZE),
		    (json_int_t)member->sent_at));
	if (code != 0) {
		json_decref(paragraphs);
		json_decref(shingles);
		json_decref(members);
		return NULL;
	}
	return json_pack("{s:I, s:b, s:o, s:o, s:o}",
	    "words", (json_int_t)sketch->words,
	    "sampled", (int)sketch->sampled,
	    "paragraphs", paragraphs,
	    "shingles", shingles,
	    "members", members);
}

static bool
read_number32(const json_t *json, uint32_t *number)
{
	json_int_t value = json_integer_value(json);

	*number = (uint32_t)value;
	return json_is_integer(json) && value >= 0 && value <= UINT32_MAX;
}

static bool
read_paragraphs(struct merge_sketch *sketch, const json_t *list)
{
	uint32_t i;

	if (!json_is_array(list) ||
	    json_array_size(list) > MERGE_PARAGRAPHS_MAX)
		return false;
	sketch->paragraph_count = (uint32_t)json_array_size(list);
	for (i = 0; i < sketch->paragraph_count; i++)
		if (!read_number32(json_array_get(list, i),
		    &sketch->paragraphs[i]))
			return false;
	return true;
}

static bool
read_shingles(struct merge_sketch *sketch, const json_t *list)
{
	struct merge_shingle *shingle = sketch->shingles;
	const json_t *pair;
	uint32_t i, paragraph;

	if (!json_is_array(list) ||
	    json_array_size(list) > MERGE_SHINGLES_MAX)
		return false;
	sketch->shingle_count = (uint32_t)json_array_size(list);
	for (i = 0; i < sketch->shingle_count; i++, shingle++) {
		pair = json_array_get(list, i);
		if (json_array_size(pair) != 2 ||
		    !read_number32(json_array_get(pair, 0), &shingle->hash) ||
		    !read_number32(json_array_get(pair, 1), &paragraph) ||
		    paragraph >= MERGE_PARAGRAPHS_MAX ||
		    (i > 0 && shingle[-1].hash >= shingle->hash))
			return false;
		shingle->paragraph = (uint8_t)paragraph;
	}
	return true;
}

static bool
read_members(struct merge_campaign *campaign, const json_t *list)
{
	struct merge_member *member = campaign->members;
	const json_t *triple;
	uint32_t i;

	if (!json_is_array(list) || json_array_size(list) > MERGE_MEMBERS_MAX)
		return false;
	campaign->member_count = (uint32_t)json_array_size(list);
	for (i = 0; i < campaign->member_count; i++, member++) {
		triple = json_array_get(list, i);
		if (json_array_size(triple) != 3 ||
		    !dump_unhex(json_string_value(json_array_get(triple, 0)),
		    member->candidate.bytes, IDENT_SIZE) ||
		    !dump_unhex(json_string_value(json_array_get(triple, 1)),
		    member->message.bytes, IDENT_SIZE) ||
		    !json_is_integer(json_array_get(triple, 2)))
			return false;
		member->sent_at = (int64_t)json_integer_value(
		    json_array_get(triple, 2));
	}
	return true;
}

bool
dump_merge_parse(struct merge_campaign *campaign, const json_t *json,
    struct buf *why)
{
	struct merge_sketch *sketch = &campaign->sketch;
	const json_t *sampled = json_object_get(json, "sampled");
	const char *wrong = NULL;

	sketch->sampled = json_is_true(sampled);
	if (json_object_size(json) != 5 || !json_is_boolean(sampled) ||
	    !read_number32(json_object_get(json, "words"), &sketch->words))
		wrong = "words, sampled, paragraphs, shingles and members";
	else if (!read_paragraphs(sketch, json_object_get(json,
	    "paragraphs")))
		wrong = "paragraphs, at most 48 numbers";
	else if (!read_shingles(sketch, json_object_get(json, "shingles")))
		wrong = "shingles, at most 300 pairs of numbers, ascending";
	else if (!read_members(campaign, json_object_get(json, "members")))
		wrong = "members, at most 50 of two idents and a time";
	if (wrong != NULL)
		buf_printf(why, "table merge: wrong \"letter\"; expected %s",
		    wrong);
	return wrong == NULL && campaign->slot < MERGE_SLOTS;
}
