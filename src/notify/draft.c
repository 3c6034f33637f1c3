/*
 * The facts of a notice, and the mail made of them.
 *
 * A heads-up or a standing change tells what it was decided on from its row;
 * what is still open, what would help, and the tips are counted here, in one
 * view, when the mail is made: a notice that waited for days does not tell of
 * messages as open that have been answered since.
 */
#include "notify/draft.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "policy/shadow.h"

/* The account of no user, for the Message-ID of a test mail. */
#define TEST_ACCOUNT	UINT64_MAX

void
draft_init(struct draft *draft)
{
	memset(draft, 0, sizeof(*draft));
	buf_init(&draft->mail);
}

void
draft_release(struct draft *draft)
{
	buf_release(&draft->mail);
}

/* What one view finds. */
struct reading {
	const struct draft_context *context;
	uint64_t		 id;
	const char		*user;		/* a preview's */
	struct account		*account;
	const struct policy	*policy;
	struct forecast		 forecast;
	struct tips		 tips;
};

static enum status
add_forecast(void *counter, const struct outreach *row)
{
	return forecast_counter_add(counter, row);
}

static enum status
add_tips(void *counter, const struct outreach *row)
{
	return tips_counter_add(counter, row);
}

/* Past their bounds the counters keep what they have: it will do. */
static enum status
read_forecast(struct store_txn *txn, struct reading *reading)
{
	const struct draft_context *context = reading->context;
	struct forecast_counter *counter;
	struct rate_window window;
	enum status status;

	window = forecast_window(reading->policy, reading->account,
	    context->now);
	counter = forecast_counter_new(reading->policy, reading->account,
	    context->now);
	if (counter == NULL)
		return STATUS_NO_MEMORY;
	status = context->rows.walk(txn, reading->policy, reading->account,
	    &window, add_forecast, counter);
	if (status == STATUS_OK || status == STATUS_LIMIT)
		status = forecast_counter_look(counter, &reading->forecast);
	forecast_counter_free(counter);
	return status;
}

static enum status
read_tips(struct store_txn *txn, struct reading *reading)
{
	const struct draft_context *context = reading->context;
	struct tips_counter *counter;
	struct rate_window window;
	enum status status;

	window = tips_window(reading->policy, context->now);
	counter = tips_counter_new(reading->policy, context->now,
	    clock_zone_offset);
	if (counter == NULL)
		return STATUS_NO_MEMORY;
	status = context->rows.walk(txn, reading->policy, reading->account,
	    &window, add_tips, counter);
	if (status == STATUS_LIMIT)
		status = STATUS_OK;
	if (status == STATUS_OK)
		tips_counter_take(counter, &reading->tips);
	tips_counter_free(counter);
	return status;
}

static enum status
read_facts(struct store_txn *txn, struct reading *reading)
{
	enum status status;

	reading->policy = conf_policy_of(reading->context->desk->conf,
	    reading->account->user);
	status = read_forecast(txn, reading);
	return status == STATUS_OK ? read_tips(txn, reading) : status;
}

static enum status
read_body(struct store_txn *txn, void *argument)
{
	struct reading *reading = argument;
	enum status status;

	status = store_account_by_id(txn, reading->id, reading->account);
	return status == STATUS_OK ? read_facts(txn, reading) : status;
}

static void
fill_facts(const struct reading *reading, const struct step *step,
    struct notice_facts *facts)
{
	facts->kind = step->notice;
	facts->policy = reading->policy;
	facts->account = reading->account;
	facts->step = step;
	facts->forecast = &reading->forecast;
	facts->tips = &reading->tips;
	facts->contact = reading->context->desk->conf->contact;
	facts->now = reading->context->now;
	facts->offset = clock_zone_offset;
}

static enum status
draft_user(const struct draft_context *context,
    const struct store_notice *notice, struct notice_header *header,
    struct buf *from, struct draft *draft)
{
	struct reading reading = { .context = context,
	    .id = notice->account, .account = &draft->account };
	struct notice_facts facts;
	const char *address;
	enum status status;

	status = store_view(context->store, read_body, &reading);
	if (status != STATUS_OK)
		return status;
	address = desk_address(context->desk, &draft->account);
	if (address == NULL)
		return STATUS_LIMIT;
	snprintf(draft->to, sizeof(draft->to), "%s", address);
	desk_header(context->desk, draft->to, from, header);
	fill_facts(&reading, &notice->step, &facts);
	return notice_compose(context->desk->templates, &facts, header,
	    &draft->mail);
}

static enum status
draft_postmaster(const struct draft_context *context,
    const struct store_notice *notice, struct notice_header *header,
    struct buf *from, struct draft *draft)
{
	const char *postmaster = context->desk->conf->postmaster;

	if (postmaster[0] == '\0')
		return STATUS_LIMIT;
	snprintf(draft->to, sizeof(draft->to), "%s", postmaster);
	desk_header(context->desk, draft->to, from, header);
	header->reply_to = NULL;
	return notice_mail_write(header, notice->subject, notice->text,
	    &draft->mail);
}

enum status
draft_notice(const struct draft_context *context,
    const struct store_notice *notice, struct draft *draft)
{
	char message_id[NOTICE_ID_SIZE];
	struct notice_header header = { .message_id = message_id,
	    .date = context->now };
	enum status status;
	struct buf from;

	buf_init(&from);
	buf_clear(&draft->mail);
	notice_message_id(context->key, notice->sequence, notice->account,
	    desk_domain(context->desk), message_id);
	status = notice->kind == STORE_NOTICE_USER ?
	    draft_user(context, notice, &header, &from, draft) :
	    draft_postmaster(context, notice, &header, &from, draft);
	buf_release(&from);
	return status;
}

/*
 * A preview: how it stands now, told as if it had just been decided.
 */

struct previewing {
	struct reading		 reading;
	enum notice		 kind;
	struct step		 step;
};

static enum status
add_rate(void *counter, const struct outreach *row)
{
	return rate_counter_add(counter, row);
}

static enum status
read_tally(struct store_txn *txn, struct previewing *previewing)
{
	const struct draft_context *context = previewing->reading.context;
	const struct account *account = previewing->reading.account;
	const struct policy *policy;
	struct step *step = &previewing->step;
	struct rate_counter *counter;
	enum status status;

	policy = conf_policy_of(context->desk->conf, account->user);
	step->window = rate_window_at(policy, account->since, context->now);
	counter = rate_counter_new(policy, context->now);
	if (counter == NULL)
		return STATUS_NO_MEMORY;
	status = context->rows.walk(txn, policy, account, &step->window,
	    add_rate, counter);
	if (status == STATUS_OK)
		step->tally = rate_counter_tally(counter);
	rate_counter_free(counter);
	return status;
}

/* The standing this notice tells of would begin now. */
static void
pretend(struct previewing *previewing)
{
	struct account *account = previewing->reading.account;
	const struct policy *policy = conf_policy_of(
	    previewing->reading.context->desk->conf, account->user);
	struct step *step = &previewing->step;
	int64_t now = previewing->reading.context->now;

	step->at = now;
	step->notice = previewing->kind;
	step->from = account->standing;
	switch (previewing->kind) {
	case NOTICE_WARNING:
		account->standing = STANDING_WARNED;
		account->due = now + policy->warning + policy->settle;
		account->warned_at = now;
		break;
	case NOTICE_RESTRICTED:
	case NOTICE_EXTENDED:
		account->standing = STANDING_RESTRICTED;
		account->due = now + policy->restriction;
		break;
	case NOTICE_RELEASED:
	case NOTICE_RECOVERED:
		account->standing = STANDING_GOOD;
		account->due = 0;
		break;
	case NOTICE_NONE:
	case NOTICE_HEADS_UP:
		break;
	}
	step->to = account->standing;
	step->due = account->due;
	if (previewing->kind != NOTICE_HEADS_UP)
		account->since = now;
}

static enum status
preview_body(struct store_txn *txn, void *argument)
{
	struct previewing *previewing = argument;
	struct reading *reading = &previewing->reading;
	struct account account;
	enum status status;

	status = store_account_get(txn, reading->user, &account);
	if (status != STATUS_OK)
		return status;
	*reading->account = shadow_view(&account, reading->context->mode);
	status = read_tally(txn, previewing);
	if (status != STATUS_OK)
		return status;
	pretend(previewing);
	return read_facts(txn, reading);
}

enum status
draft_preview(const struct draft_context *context, enum notice kind,
    const char *user, struct buf *text)
{
	struct account account;
	struct previewing previewing = { .kind = kind, .reading = {
	    .context = context, .user = user, .account = &account } };
	struct notice_facts facts;
	enum status status;

	if (context->desk->templates == NULL)
		return STATUS_UNAVAILABLE;
	status = store_view(context->store, preview_body, &previewing);
	if (status != STATUS_OK)
		return status;
	fill_facts(&previewing.reading, &previewing.step, &facts);
	return notice_preview(context->desk->templates, &facts, text);
}

/*
 * A test
 */

enum status
draft_test(const struct draft_context *context, const char *address,
    struct draft *draft)
{
	static const char text[] =
	    "replygate can send mail through this server, and it arrives "
	    "here.\n\nNobody's standing has changed: an administrator asked "
	    "for this mail.\n";
	char message_id[NOTICE_ID_SIZE];
	struct notice_header header = { .message_id = message_id,
	    .date = context->now };
	enum status status;
	struct buf from;

	buf_init(&from);
	buf_clear(&draft->mail);
	snprintf(draft->to, sizeof(draft->to), "%s", address);
	notice_message_id(context->key, (uint64_t)context->now, TEST_ACCOUNT,
	    desk_domain(context->desk), message_id);
	desk_header(context->desk, draft->to, &from, &header);
	status = notice_mail_write(&header, "replygate: a test mail", text,
	    &draft->mail);
	buf_release(&from);
	return status;
}
