/*
 * The rules about what a message says, where its header does not.
 *
 * A fifth of all real out-of-office replies bears no telling field, so the
 * words decide.  Each of these rules wants more than one thing, because people
 * use the same words: an absence in the text counts only under a subject that
 * answers nothing, for clients that people answer with write "Re:".
 */
#include "mail/judging.h"

#include <string.h>
#include <strings.h>

#include "mail/machine.h"
#include "mail/message.h"
#include "mail/phrase.h"
#include "mail/subject.h"

/* A prefix shorter than this may be a mark of a reply that we do not know. */
#define TOPIC_PREFIX_MIN	12

void
judging_init(struct judging *judging, const struct message *message,
    const struct phrase_table *phrases)
{
	memset(judging, 0, sizeof(*judging));
	judging->message = message;
	judging->phrases = phrases;
	buf_init(&judging->subject);
	buf_init(&judging->topic);
	opening_init(&judging->opening);
	report_init(&judging->report);
}

void
judging_release(struct judging *judging)
{
	report_release(&judging->report);
	opening_release(&judging->opening);
	buf_release(&judging->topic);
	buf_release(&judging->subject);
}

static const char *
subject_of(struct judging *judging)
{
	if (!judging->has_subject) {
		judging->has_subject = true;
		if (subject_fold(judging->message->subject,
		    &judging->subject) != STATUS_OK ||
		    subject_fold(judging->message->topic,
		    &judging->topic) != STATUS_OK)
			judging->no_memory = true;
		judging->answer = subject_is_answer(judging->subject.data);
	}
	return judging->subject.data;
}

static bool
is_answer(struct judging *judging)
{
	(void)subject_of(judging);
	return judging->answer;
}

static const struct opening *
opening_of(struct judging *judging)
{
	if (!judging->has_opening) {
		judging->has_opening = true;
		if (!judging->header && opening_read(judging->message,
		    &judging->opening) != STATUS_OK)
			judging->no_memory = true;
	}
	return &judging->opening;
}

/* The value of report-type, which may be quoted, in any place. */
bool
judging_is_report_of(struct judging *judging, const char *type)
{
	const struct message *message = judging->message;
	const char *at = message->content_type;

	if ((message->signs & MESSAGE_SIGN_REPORT) == 0 || at == NULL)
		return false;
	at = strcasestr(at, "report-type");
	if (at == NULL)
		return false;
	at += strlen("report-type");
	at += strspn(at, " \t\r\n=\"");
	return strncasecmp(at, type, strlen(type)) == 0;
}

static bool
is_from_machine(const struct message *message)
{
	return message->sender.length == 0 ||
	    (message->signs & MESSAGE_SIGN_MACHINE) != 0 ||
	    machine_is_address(&message->sender) ||
	    machine_is_address(&message->from);
}

/*
 * What a report says of itself is believed of machines, and of anybody whose
 * subject does not answer or send on: people do send on the bounces they get.
 */
static enum report_kind
report_kind_of(struct judging *judging)
{
	const struct message *message = judging->message;

	if (message->body == NULL || judging->header)
		return REPORT_NONE;
	if (!is_from_machine(message) && is_answer(judging))
		return REPORT_NONE;
	if (!judging->has_report) {
		judging->has_report = true;
		if (report_read(message, &judging->report) != STATUS_OK)
			judging->no_memory = true;
	}
	return judging->report.kind;
}

bool
judging_body_is_bounce(struct judging *judging)
{
	return report_kind_of(judging) == REPORT_DELIVERY;
}

bool
judging_body_is_receipt(struct judging *judging)
{
	return report_kind_of(judging) == REPORT_DISPOSITION;
}

bool
judging_body_is_complaint(struct judging *judging)
{
	return report_kind_of(judging) == REPORT_FEEDBACK;
}

bool
judging_answers_event(struct judging *judging)
{
	return opening_of(judging)->answers_event;
}

bool
judging_is_event(struct judging *judging)
{
	return opening_of(judging)->event;
}

/*
 * Outlook sends a reaction to outsiders as mail without any mark but its first
 * line, "Bob reacted to your message:", above what it reacts to.
 */
static bool
has_text_of_reaction(const struct opening *opening)
{
	static const char words[] = " reacted to your message:\n";
	const char *end = strchr(opening->text.data, '\n');
	size_t length = end != NULL ?
	    (size_t)(end + 1 - opening->text.data) : 0;

	return opening->quotes && length >= sizeof(words) &&
	    strncmp(end + 1 - (sizeof(words) - 1), words,
	    sizeof(words) - 1) == 0;
}

bool
judging_is_reaction(struct judging *judging)
{
	const struct opening *opening = opening_of(judging);

	return opening->reaction || has_text_of_reaction(opening);
}

/* Microsoft's Junk Mail Reporting Program, which writes no RFC 5965 report. */
bool
judging_subject_is_complaint(struct judging *judging)
{
	static const char words[] = "complaint about message from ";

	return strncmp(subject_of(judging), words, sizeof(words) - 1) == 0;
}

/* Behind the bracket that opens a tag: "[Out of office] Re: ...". */
static const char *
inside_tag(const char *text)
{
	static const char wide[] = "【";

	if (strncmp(text, wide, sizeof(wide) - 1) == 0)
		return text + sizeof(wide) - 1;
	return text + strspn(text, "[({<*");
}

/* Does the subject begin so, before, in or behind any of its tags? */
static bool
begins(struct judging *judging, enum phrase_place place)
{
	const char *text = subject_of(judging);

	for (; text != NULL; text = subject_skip_tag(text))
		if (phrase_begins(judging->phrases, place, text) ||
		    phrase_begins(judging->phrases, place, inside_tag(text)))
			return true;
	return false;
}

bool
judging_subject_is_bounce(struct judging *judging)
{
	return judging->phrases != NULL && judging->message->subject != NULL &&
	    begins(judging, PHRASE_BOUNCE);
}

/* Does the text of a receipt say so, or is it TNEF, which has no text? */
static bool
has_text_of_receipt(struct judging *judging)
{
	static const char *const words[] = {
		"your message", "ihre nachricht", "votre message",
		"su mensaje", "il messaggio", "uw bericht", "a sua mensagem",
		"ditt meddelande", "din meddelelse", "din melding",
		"wiadomość", "ваше сообщение", "您的邮件"
	};
	const char *type = judging->message->content_type;
	const char *text = opening_of(judging)->text.data;
	size_t i;

	if (type != NULL && strncasecmp(type, "application/ms-tnef",
	    strlen("application/ms-tnef")) == 0)
		return true;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strncmp(text, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

/*
 * Outlook's "Read: TOPIC" and its like are words that people begin a subject
 * with as well; Exchange names the topic beside, and it is the rest, or the
 * text says what it is.
 */
static bool
is_short_receipt(struct judging *judging)
{
	static const char *const words[] = {
		"read: ", "not read: ", "gelesen: ", "ungelesen: ", "lu : ",
		"non lu : ", "leído: ", "letto: ", "gelezen: ", "lida: ",
		"lido: ", "læst: ", "lest: ", "läst: ", "luettu: ",
		"przeczytano: ", "přečteno: ", "прочитано: ",
		"okundu: ", "已读: ", "開封済み: ", "读: "
	};
	const char *subject = subject_of(judging);
	size_t i, length;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		length = strlen(words[i]);
		if (strncmp(subject, words[i], length) == 0)
			return (judging->topic.length > 0 && strcmp(subject +
			    length, judging->topic.data) == 0) ||
			    has_text_of_receipt(judging);
	}
	return false;
}

bool
judging_subject_is_receipt(struct judging *judging)
{
	return judging->phrases != NULL && judging->message->subject != NULL &&
	    (begins(judging, PHRASE_RECEIPT) || is_short_receipt(judging));
}

bool
judging_subject_says_so(struct judging *judging)
{
	if (judging->phrases == NULL || judging->message->subject == NULL)
		return false;
	return begins(judging, PHRASE_SUBJECT) || (!is_answer(judging) &&
	    phrase_is_in(judging->phrases, PHRASE_WITHIN,
	    subject_of(judging)));
}

/*
 * Exchange's out-of-office replies bear the subject "WORDS: TOPIC" in the
 * mailbox's language, and no thread fields; people's answers bear a short mark
 * there, or the thread fields.
 */
bool
judging_topic_has_prefix(struct judging *judging)
{
	const struct message *message = judging->message;
	const char *subject = subject_skip_tags(subject_of(judging));
	size_t length = strlen(subject), topic = judging->topic.length;
	const char *behind;

	if (judging->phrases == NULL || topic == 0 || is_answer(judging) ||
	    message->in_reply_to_length > 0 || message->references_length > 0 ||
	    length < topic + TOPIC_PREFIX_MIN)
		return false;
	behind = subject + length - topic;
	return strcmp(behind, judging->topic.data) == 0 &&
	    behind[-1] == ' ' && behind[-2] == ':' &&
	    !opening_of(judging)->event;
}

/* The next sentence's beginning, at or behind `text`; NULL at the end. */
static const char *
next_sentence(const char *text)
{
	text += strcspn(text, ".!?:;\n*(\"");
	text += strspn(text, ".!?:;\n*(\"-_=# ");
	return *text != '\0' ? text : NULL;
}

bool
judging_text_is_automatic(struct judging *judging)
{
	const char *text;

	if (judging->phrases == NULL)
		return false;
	text = opening_of(judging)->text.data;
	for (text += strspn(text, "*(\"-_=# "); text != NULL;
	    text = next_sentence(text))
		if (phrase_begins(judging->phrases, PHRASE_AUTOMATIC, text))
			return true;
	return false;
}

/*
 * A responder may answer under "Re:" with no telling field.  There an absence
 * alone may be a person's, who says when to talk; but whoever reads a letter
 * does not say as well whom to ask instead, or that nobody reads it, and quote
 * nothing, and ask nothing.
 */
bool
judging_text_is_absence(struct judging *judging)
{
	bool absent, instead;
	const char *text;

	if (judging->phrases == NULL || opening_of(judging)->quotes)
		return false;
	text = opening_of(judging)->text.data;
	absent = phrase_is_in(judging->phrases, PHRASE_ABSENCE, text);
	instead = phrase_is_in(judging->phrases, PHRASE_INSTEAD, text);
	if (!is_answer(judging))
		return absent || instead;
	return absent && instead && strchr(text, '?') == NULL;
}
