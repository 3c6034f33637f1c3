/*
 * Whom an outbound message goes to outside.
 *
 * A recipient outside is a candidate.  An address in `lists`, outside or one of
 * ours, stands for as many as are said there.  A local alias stands for the
 * addresses outside that it leads to, each a candidate like any other, who may
 * be a contact, a list, or among the recipients already.
 *
 * An address of ours may lead outside by itself, "ann%example.com@ours": mail
 * systems take it there, for those who have said who they are.
 */
#include <stdlib.h>
#include <string.h>

#include "gate/candidate.h"
#include "gate/outbound_private.h"
#include "mail/addr.h"

/* Room for candidates is made for so many at first. */
#define CANDIDATES_FIRST	16

int
outbound_compare(const void *left, const void *right)
{
	const struct outbound_candidate *a = left, *b = right;

	return ident_compare(&a->ident, &b->ident);
}

/* One of several with the same ident is kept: they have the same size. */
static size_t
remove_repeats(struct outbound_candidate *candidates, size_t count)
{
	size_t i, kept = 0;

	for (i = 0; i < count; i++)
		if (kept == 0 || !ident_equal(&candidates[kept - 1].ident,
		    &candidates[i].ident))
			candidates[kept++] = candidates[i];
	return kept;
}

static bool
is_outside(const struct conf *conf, const char *recipient)
{
	const char *at = strrchr(recipient, '@');

	return at != NULL && !conf_is_local_domain(conf, at + 1,
	    strlen(at + 1));
}

/* As the mail system will read it. */
static void
read_recipient(const struct conf *conf, const char *recipient,
    struct addr *addr)
{
	if (addr_parse(recipient, strlen(recipient), addr) != STATUS_OK)
		return;		/* it is "", and nobody outside */
	addr_take_quotes(addr);
	while (!is_outside(conf, addr->text) && addr_lead_on(addr))
		addr_take_quotes(addr);
}

/* What one tells a list's program rather than the list. */
static bool
is_request(const char *address)
{
	static const char *const words[] = {
		"subscribe@", "unsubscribe@", "help@", "owner@", "owners@",
		"request@"
	};
	const char *plus = strchr(address, '+');
	size_t i;

	for (i = 0; plus != NULL && i < sizeof(words) / sizeof(words[0]); i++)
		if (strncmp(plus + 1, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

/* With a +detail it is the same list. */
static bool
list_size(const struct conf *conf, const char *address, int64_t *size)
{
	struct addr plain;

	if (conf_list_size(conf, address, strlen(address), size))
		return true;
	if (conf->list_count == 0 || is_request(address) ||
	    addr_parse(address, strlen(address), &plain) != STATUS_OK)
		return false;
	addr_strip_detail(&plain);
	return conf_list_size(conf, plain.text, plain.length, size);
}

struct collection {
	struct outbound	*out;
	size_t		 capacity;
	bool		 no_memory;
};

static bool
reserve(struct collection *collection)
{
	struct outbound *out = collection->out;
	struct outbound_candidate *grown;
	size_t capacity = collection->capacity;

	if (out->candidate_count < capacity)
		return true;
	capacity = capacity == 0 ? CANDIDATES_FIRST : 2 * capacity;
	grown = reallocarray(out->candidates, capacity, sizeof(*grown));
	if (grown == NULL) {
		collection->no_memory = true;
		return false;
	}
	out->candidates = grown;
	collection->capacity = capacity;
	return true;
}

/* Past the bound they are not counted: that many are bulk anyhow. */
static bool
add(struct collection *collection, const char *address, int64_t size)
{
	struct outbound *out = collection->out;
	struct outbound_candidate *candidate;

	if (out->candidate_count == OUTBOUND_CANDIDATES_MAX ||
	    !reserve(collection))
		return false;
	candidate = &out->candidates[out->candidate_count++];
	memset(candidate, 0, sizeof(*candidate));
	candidate->size = size;
	candidate->ident = candidate_ident(&out->gate->key, address);
	return true;
}

static bool
add_outside(void *context, const char *address)
{
	struct collection *collection = context;
	int64_t size = 1;

	(void)list_size(collection->out->conf, address, &size);
	return add(collection, address, size);
}

static void
add_recipient(struct collection *collection, const char *recipient)
{
	const struct conf *conf = collection->out->conf;
	struct addr addr;
	int64_t size;

	read_recipient(conf, recipient, &addr);
	if (is_outside(conf, addr.text))
		(void)add_outside(collection, addr.text);
	else if (list_size(conf, addr.text, &size))
		(void)add(collection, addr.text, size);
	else
		(void)conf_alias_outside(conf, addr.text, add_outside,
		    collection);
}

enum status
outbound_collect_candidates(struct outbound *out)
{
	struct collection collection = { .out = out };
	const char *recipient = NULL;

	while (!collection.no_memory && (recipient =
	    message_next_recipient(out->message, recipient)) != NULL)
		add_recipient(&collection, recipient);
	if (collection.no_memory)
		return STATUS_NO_MEMORY;
	if (out->candidate_count == 0)
		return STATUS_OK;
	qsort(out->candidates, out->candidate_count, sizeof(*out->candidates),
	    outbound_compare);
	out->candidate_count = remove_repeats(out->candidates,
	    out->candidate_count);
	return STATUS_OK;
}

static bool
stop(void *context, const char *address)
{
	(void)context;
	(void)address;
	return false;
}

bool
gate_may_be_bulk(const struct conf *conf, const struct message *message)
{
	struct addr addr;
	int64_t size;

	if (message->recipient_count != 1)
		return message->recipient_count > 1;
	read_recipient(conf, message_next_recipient(message, NULL), &addr);
	if (list_size(conf, addr.text, &size))
		return true;
	return !is_outside(conf, addr.text) &&
	    conf_alias_outside(conf, addr.text, stop, NULL) > 0;
}
