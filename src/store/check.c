/*
 * Is what a store holds sound?
 *
 * Callbacks of a walk must not call the transaction, so that what is to be
 * looked up is gathered first.
 */
#include "store/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAULT_SIZE	160

/* The counters are the first rows of all. */
#define COUNTERS	2

/* What is to be asked of one row. */
struct fact {
	enum store_table table;
	uint64_t	 account;	/* to be there; 0: none */
	uint64_t	 number;	/* at most the counter; 0: none */
	const char	*fault;		/* seen at once; NULL: none */
};

struct page {
	struct check_place	 from, to;
	size_t			 most;
	struct fact		*facts;
	size_t			 count;
	uint64_t		 last_account, last_notice;
	uint64_t		 unreadable;	/* store_agree's affair */
	struct buf		 faults;	/* each with its NUL */
};

static void
tell(void *context, const char *what)
{
	struct page *page = context;

	buf_add(&page->faults, what, strlen(what) + 1);
}

static void
tell_of(struct page *page, enum store_table table, const char *what)
{
	char text[FAULT_SIZE];

	snprintf(text, sizeof(text), "table %s: %s", store_table_text(table),
	    what);
	tell(page, text);
}

static const char *
account_fault(const struct account *account)
{
	if (account->id == 0)
		return "a user has no number";
	if (account->standing != STANDING_GOOD &&
	    account->due <= account->since)
		return "a user is warned or restricted, and due for nothing";
	return NULL;
}

static void
state_fact(struct fact *fact, const struct store_row *row)
{
	switch (row->table) {
	case STORE_TABLE_ACCOUNT:
		fact->number = row->account.id;
		fact->fault = account_fault(&row->account);
		break;
	case STORE_TABLE_OUTREACH:
		fact->account = row->outreach.account;
		break;
	case STORE_TABLE_MERGE:
		fact->account = row->number;
		if (row->merge.member_count > row->merge.candidates)
			fact->fault = "a letter has more members than "
			    "candidates";
		break;
	case STORE_TABLE_NOTICE:
		fact->number = row->notice.sequence;
		if (row->notice.kind == STORE_NOTICE_USER)
			fact->account = row->notice.account;
		break;
	case STORE_TABLE_ADDRESS:
	case STORE_TABLE_ANSWER:
	case STORE_TABLE_CONTACT:
		fact->account = row->number;
		break;
	default:
		break;
	}
}

static void
gather(void *context, const struct store_row *row)
{
	struct page *page = context;
	struct fact *fact = &page->facts[page->count++];

	memset(fact, 0, sizeof(*fact));
	fact->table = row->table;
	state_fact(fact, row);
}

static void
take_counter(void *context, const struct store_row *row)
{
	struct page *page = context;

	if (row->table != STORE_TABLE_COUNTER)
		return;
	if (strcmp(row->name, "account") == 0)
		page->last_account = row->number;
	else if (strcmp(row->name, "notice") == 0)
		page->last_notice = row->number;
}

/*
 * Contacts of an address nobody has sent under stand under a number that is
 * greater than any account's.
 */
static bool
wants_account(const struct page *page, const struct fact *fact)
{
	return fact->account != 0 && (fact->table != STORE_TABLE_CONTACT ||
	    fact->account <= page->last_account);
}

static enum status
prove(struct store_txn *txn, struct page *page, const struct fact *fact,
    uint64_t *known)
{
	struct account account;
	enum status status;
	uint64_t last = fact->table == STORE_TABLE_ACCOUNT ?
	    page->last_account : page->last_notice;

	if (fact->fault != NULL)
		tell_of(page, fact->table, fact->fault);
	if (fact->number > last)
		tell_of(page, fact->table, "a number was not given yet, and "
		    "will be given again");
	if (!wants_account(page, fact) || fact->account == *known)
		return STATUS_OK;
	status = store_account_by_id(txn, fact->account, &account);
	if (status == STATUS_NOT_FOUND) {
		tell_of(page, fact->table, "a row is of a user who is not "
		    "there");
		return STATUS_OK;
	}
	*known = fact->account;
	return status;
}

static enum status
look_at_rows(struct store_txn *txn, struct page *page)
{
	struct store_place counters = { .end = false };
	enum status status;
	uint64_t known = 0;
	size_t i;

	page->count = 0;
	page->last_account = page->last_notice = 0;
	status = store_walk(txn, &counters, COUNTERS, &page->unreadable,
	    take_counter, page);
	if (status == STATUS_OK)
		status = store_walk(txn, &page->to.place, page->most,
		    &page->unreadable, gather, page);
	for (i = 0; i < page->count && status == STATUS_OK; i++)
		status = prove(txn, page, &page->facts[i], &known);
	return status;
}

static enum status
page_body(struct store_txn *txn, void *argument)
{
	struct page *page = argument;
	enum status status;

	page->to = page->from;
	buf_clear(&page->faults);
	status = page->from.rows ? look_at_rows(txn, page) :
	    store_agree(txn, &page->to.place, page->most, tell, page);
	if (status == STATUS_OK && page->faults.failed)
		status = STATUS_NO_MEMORY;
	return status;
}

static void
move_on(struct check_place *place)
{
	if (!place->place.end)
		return;
	memset(&place->place, 0, sizeof(place->place));
	place->end = place->rows;
	place->rows = true;
}

static void
report(const struct page *page, void (*found)(void *, const char *),
    void *context)
{
	const char *at = page->faults.data;
	const char *end = at + page->faults.length;

	for (; at < end; at += strlen(at) + 1)
		found(context, at);
}

enum status
check_page(struct store *store, struct check_place *place, size_t most,
    void (*found)(void *, const char *), void *context)
{
	struct page page = { .from = *place, .most = most };
	enum status status;

	page.facts = calloc(most, sizeof(*page.facts));
	if (page.facts == NULL)
		return STATUS_NO_MEMORY;
	buf_init(&page.faults);
	status = store_view(store, page_body, &page);
	if (status == STATUS_OK && page.faults.length > 0)
		status = store_update(store, page_body, &page);
	if (status == STATUS_OK) {
		report(&page, found, context);
		*place = page.to;
		move_on(place);
	}
	buf_release(&page.faults);
	free(page.facts);
	return status;
}
