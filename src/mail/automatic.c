/*
 * Did a person write this?  The rules in order: what is certain and cheap
 * first, what has to be read out of the text last.
 *
 * The rules about lists come behind all others, though they are cheap:
 * people's mail through lists bears their signs too, so they may be overridden
 * by other evidence, and what then remains must be known to bear no other
 * sign.
 *
 * Some fields look telling and are not: X-Auto-Response-Suppress is a request
 * to others and stands on people's mail; so do Precedence: bulk and junk, put
 * there by gateways.  They count only together with something else.
 */
#include "mail/automatic.h"

#include <string.h>
#include <strings.h>

#include "mail/judge.h"
#include "mail/judging.h"
#include "mail/machine.h"
#include "mail/message.h"

/* Holds when one of `signs` was seen, or when `holds` says so. */
struct rule {
	const char		*name;
	enum automatic_class	 class;
	unsigned		 signs;
	bool			(*holds)(struct judging *);
};

static bool is_feedback(struct judging *);
static bool is_receipt(struct judging *);
static bool has_null_sender(struct judging *);
static bool is_called_automatic(struct judging *);
static bool is_called_human(struct judging *);
static bool is_sent_by_inbox_rule(struct judging *);
static bool has_vendors_id(struct judging *);
static bool is_from_machine(struct judging *);
static bool has_no_author(struct judging *);
static bool is_bulk(struct judging *);
static bool is_sent_by_list(struct judging *);

static const struct rule rules[] = {
	/* RFC 5965, in an RFC 6522 report */
	{ "feedback-report", AUTOMATIC_COMPLAINT, 0, is_feedback },
	/* RFC 8098, in an RFC 6522 report; Exchange's Content-Class */
	{ "read-receipt", AUTOMATIC_RECEIPT, MESSAGE_SIGN_RECEIPT,
	    is_receipt },
	/* RFC 3464, in an RFC 6522 report */
	{ "report", AUTOMATIC_BOUNCE, MESSAGE_SIGN_REPORT, NULL },
	/* bounces of Exim and Exchange that are no multipart/report */
	{ "bounce-field", AUTOMATIC_BOUNCE, MESSAGE_SIGN_BOUNCE, NULL },
	/* reports that a gateway or a list has put into another wrapping, and
	 * bounces older than RFC 3464: report.c names the programs */
	{ "bounce-body", AUTOMATIC_BOUNCE, 0, judging_body_is_bounce },
	{ "receipt-body", AUTOMATIC_RECEIPT, 0, judging_body_is_receipt },
	{ "complaint-body", AUTOMATIC_COMPLAINT, 0,
	    judging_body_is_complaint },
	/* mail systems' subjects of bounces, see the file of phrases */
	{ "bounce-subject", AUTOMATIC_BOUNCE, 0, judging_subject_is_bounce },
	/* RFC 5321 4.5.5, RFC 3834 section 2: notifications and replies */
	{ "null-sender", AUTOMATIC_REPLY, 0, has_null_sender },
	/* the administrator's own rules: they know what their mail is like, but
	 * a report is a report, and no person writes from nowhere */
	{ "automatic-headers", AUTOMATIC_REPLY, 0, is_called_automatic },
	{ "human-headers", AUTOMATIC_HUMAN, 0, is_called_human },
	/* RFC 5546 3.2.3: a person pressed a button; before Auto-Submitted,
	 * which Google puts on these */
	{ "calendar-reply", AUTOMATIC_CALENDAR, 0, judging_answers_event },
	/* RFC 9078, Gmail's and Outlook's kind: so did this one */
	{ "reaction", AUTOMATIC_HUMAN, 0, judging_is_reaction },
	/* RFC 3834 section 5 */
	{ "auto-submitted", AUTOMATIC_REPLY, MESSAGE_SIGN_AUTO_SUBMITTED,
	    NULL },
	/* Exchange and its mailbox rules */
	{ "exchange", AUTOMATIC_REPLY, MESSAGE_SIGN_EXCHANGE,
	    is_sent_by_inbox_rule },
	/* autoresponders' own fields; sign.c names the programs */
	{ "autoreply", AUTOMATIC_REPLY, MESSAGE_SIGN_AUTOREPLY, NULL },
	/* challenge-response systems' own fields */
	{ "challenge", AUTOMATIC_REPLY, MESSAGE_SIGN_CHALLENGE, NULL },
	/* vacation programs older than RFC 3834 */
	{ "precedence", AUTOMATIC_REPLY, MESSAGE_SIGN_PRECEDENCE_REPLY, NULL },
	/* Message-IDs that only a vendor's responder makes */
	{ "vendor-id", AUTOMATIC_REPLY, 0, has_vendors_id },
	/* bug trackers tell all who watch an issue of each change */
	{ "tracker", AUTOMATIC_REPLY, MESSAGE_SIGN_TRACKER, NULL },
	/* RFC 2142 names, RFC 3834 section 2, and what nobody reads */
	{ "sender", AUTOMATIC_REPLY, MESSAGE_SIGN_MACHINE, is_from_machine },
	/* RFC 5322 3.6: every client people write with has these */
	{ "no-author", AUTOMATIC_REPLY, 0, has_no_author },
	/* complaints that are no feedback report */
	{ "complaint-subject", AUTOMATIC_COMPLAINT, 0,
	    judging_subject_is_complaint },
	/* receipts of clients that write them as plain mail */
	{ "receipt-subject", AUTOMATIC_RECEIPT, 0,
	    judging_subject_is_receipt },
	/* out-of-office and ticket phrases, see the file of phrases */
	{ "subject", AUTOMATIC_REPLY, 0, judging_subject_says_so },
	/* Exchange 2003-2007 in whatever language: PHRASE: TOPIC */
	{ "topic", AUTOMATIC_REPLY, 0, judging_topic_has_prefix },
	/* "This is an automatic reply" */
	{ "automatic-text", AUTOMATIC_REPLY, 0, judging_text_is_automatic },
	/* "I am out of the office", under a subject that answers nothing, or
	 * beside "in urgent cases please contact" */
	{ "absence-text", AUTOMATIC_REPLY, 0, judging_text_is_absence },
	/* RFC 2919, RFC 2369 */
	{ "list", AUTOMATIC_LIST, MESSAGE_SIGN_LIST, NULL },
	/* sendmail's Precedence classes */
	{ "list-precedence", AUTOMATIC_LIST, MESSAGE_SIGN_PRECEDENCE_LIST,
	    is_bulk },
	/* majordomo, Mailman, ezmlm: where a list wants its bounces */
	{ "list-sender", AUTOMATIC_LIST, 0, is_sent_by_list },
	/* RFC 5546 3.2.2: somebody invites us */
	{ "calendar", AUTOMATIC_CALENDAR, 0, judging_is_event },
};

#define RULES	(sizeof(rules) / sizeof(rules[0]))

static bool
is_feedback(struct judging *judging)
{
	return judging_is_report_of(judging, "feedback-report");
}

static bool
is_receipt(struct judging *judging)
{
	return judging_is_report_of(judging, "disposition-notification");
}

static bool
has_null_sender(struct judging *judging)
{
	return judging->message->sender.length == 0;
}

static bool
is_called_automatic(struct judging *judging)
{
	return judging->message->word == JUDGE_AUTOMATIC;
}

static bool
is_called_human(struct judging *judging)
{
	return judging->message->word == JUDGE_HUMAN;
}

/*
 * X-MS-Exchange-Inbox-Rules-Loop is also in people's mail that a rule passed
 * on, so it wants a second sign: the request not to answer, or the name of the
 * message that set the rule off.
 */
static bool
is_sent_by_inbox_rule(struct judging *judging)
{
	const struct message *message = judging->message;

	return (message->signs & MESSAGE_SIGN_INBOX_RULE) != 0 &&
	    ((message->signs & MESSAGE_SIGN_SUPPRESS) != 0 ||
	    message->parent_id.length > 0);
}

/*
 * iCloud's vacation mail ("<...-vac@...>"), what Cyrus's and Pigeonhole's
 * Sieve send by themselves.
 */
static bool
has_vendors_id(struct judging *judging)
{
	static const char *const beginnings[] = {
		"cmu-sieve-", "dovecot-sieve-"
	};
	const char *id = judging->message->message_id.text;
	size_t i;

	for (i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (strncmp(id, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	return strstr(id, "-vac@") != NULL;
}

/* Services give each message an envelope sender of its own: see From too. */
static bool
is_from_machine(struct judging *judging)
{
	return machine_is_address(&judging->message->sender) ||
	    machine_is_address(&judging->message->from);
}

/* Neither author nor date nor id: no client has ever made it. */
static bool
has_no_author(struct judging *judging)
{
	const struct message *message = judging->message;

	return judging->whole && !message->has_from && !message->has_date &&
	    !message->has_message_id;
}

/* Gateways mark people's answers so, too: see whether it is one. */
static bool
is_bulk(struct judging *judging)
{
	const struct message *message = judging->message;

	return (message->signs & MESSAGE_SIGN_PRECEDENCE_BULK) != 0 &&
	    message->in_reply_to_length == 0 &&
	    message->references_length == 0;
}

/* The envelope alone: that is where lists put these. */
static bool
is_sent_by_list(struct judging *judging)
{
	return machine_is_list_owner(&judging->message->sender);
}

static void
judge(struct judging *judging, struct judgement *judgement)
{
	size_t i;

	for (i = 0; i < RULES; i++) {
		if ((judging->message->signs & rules[i].signs) == 0 &&
		    (rules[i].holds == NULL || !rules[i].holds(judging)))
			continue;
		judgement->class = rules[i].class;
		judgement->rule = rules[i].name;
		judgement->button = rules[i].holds == judging_answers_event ||
		    rules[i].holds == judging_is_reaction;
		return;
	}
	judgement->class = AUTOMATIC_HUMAN;
	judgement->rule = "person";
	judgement->button = false;
}

static enum status
judge_whole(const struct message *message, bool header,
    struct judgement *judgement)
{
	struct judging judging;
	bool no_memory;

	judging_init(&judging, message, judge_phrases(message->judge));
	judging.whole = true;
	judging.header = header;
	judge(&judging, judgement);
	no_memory = judging.no_memory;
	judging_release(&judging);
	return no_memory ? STATUS_NO_MEMORY : STATUS_OK;
}

enum status
automatic_judge(const struct message *message, struct judgement *judgement)
{
	return judge_whole(message, false, judgement);
}

enum status
automatic_judge_header(const struct message *message,
    struct judgement *judgement)
{
	return judge_whole(message, true, judgement);
}

static bool
has_type(const struct message *message, const char *type)
{
	const char *at = message->content_type;

	return at != NULL && strncasecmp(at + strspn(at, " \t\r\n"), type,
	    strlen(type)) == 0;
}

static bool
is_local_part(const struct addr *addr, const char *name)
{
	size_t length = strlen(name);

	return strncmp(addr->text, name, length) == 0 &&
	    (addr->text[length] == '@' || addr->text[length] == '\0');
}

/* Those who write bounces. */
static bool
is_postmaster(const struct addr *addr)
{
	return is_local_part(addr, "mailer-daemon") ||
	    is_local_part(addr, "postmaster");
}

bool
automatic_wants_body(const struct message *message,
    const struct judgement *judgement)
{
	if (judgement->class != AUTOMATIC_REPLY ||
	    message->sender.length == 0 ||
	    (message->signs & MESSAGE_SIGN_MACHINE) != 0 ||
	    is_postmaster(&message->sender) || is_postmaster(&message->from))
		return true;
	return has_type(message, "text/calendar") ||
	    strcmp(judgement->rule, "topic") == 0 ||
	    (strcmp(judgement->rule, "auto-submitted") == 0 &&
	    has_type(message, "multipart/"));
}

const char *
automatic_class_text(enum automatic_class class)
{
	static const char *const texts[] = {
		"human", "automatic", "bounce", "receipt", "complaint",
		"list", "calendar"
	};

	return texts[class];
}

const char *
automatic_rule(const struct message *message)
{
	struct judgement judgement;
	struct judging judging;

	judging_init(&judging, message, NULL);
	judge(&judging, &judgement);
	judging_release(&judging);
	return judgement.class == AUTOMATIC_HUMAN ||
	    judgement.class == AUTOMATIC_CALENDAR ? NULL : judgement.rule;
}

const char *
automatic_rule_at(size_t i)
{
	return i < RULES ? rules[i].name : NULL;
}

bool
automatic_is_list_rule(const char *rule)
{
	size_t i;

	for (i = 0; i < RULES; i++)
		if (strcmp(rules[i].name, rule) == 0)
			return rules[i].class == AUTOMATIC_LIST;
	return false;
}
