/*
 * What comes from outside in a scenario: people's answers, machines', reports;
 * each handed to the gate as the MTA's door would, with the body where it is
 * wished for.
 */
#include <stdio.h>
#include <string.h>

#include "stage.h"

#define REPORT_FIELDS(type)						\
	"MIME-Version: 1.0\n"						\
	"Content-Type: multipart/report; report-type=" type		\
	"; boundary=b\n"

/* CANDIDATE and MESSAGE-ID stand for what they say. */
static const struct form {
	const char	*sender;	/* of the envelope, and From */
	const char	*from;		/* NULL: as the envelope's */
	const char	*fields;
	const char	*body;
} forms[] = {
	[STAGE_REPLY] = { "CANDIDATE", NULL, "Subject: Re: SUBJECT\n"
	    "In-Reply-To: MESSAGE-ID\n", "Let us talk.\n" },
	[STAGE_BARE_REPLY] = { "CANDIDATE", NULL, "Subject: RE: SUBJECT\n",
	    "Let us talk.\n" },
	[STAGE_FOR_THEM] = { "assistant@outside.example", NULL,
	    "Subject: Re: SUBJECT\nIn-Reply-To: MESSAGE-ID\n",
	    "Somebody will call you.\n" },
	[STAGE_SENT_ON] = { "friend@elsewhere.example", NULL,
	    "Subject: Fwd: SUBJECT\nReferences: MESSAGE-ID\n",
	    "Have you seen this?\n" },
	[STAGE_OUT_OF_OFFICE] = { "CANDIDATE", NULL,
	    "Subject: Out of office: SUBJECT\nIn-Reply-To: MESSAGE-ID\n"
	    "Auto-Submitted: auto-replied\n", "I am away.\n" },
	[STAGE_BOUNCE] = { "<>", "mailer-daemon@outside.example",
	    REPORT_FIELDS("delivery-status"),
	    "--b\n\nNot delivered.\n--b\n"
	    "Content-Type: message/delivery-status\n\n"
	    "Reporting-MTA: dns; mx.outside.example\n\n"
	    "Final-Recipient: rfc822; CANDIDATE\nAction: failed\n"
	    "Status: 5.1.1\n\n--b\nContent-Type: text/rfc822-headers\n\n"
	    "Message-ID: MESSAGE-ID\n\n--b--\n" },
	[STAGE_DELAY] = { "<>", "mailer-daemon@outside.example",
	    REPORT_FIELDS("delivery-status"),
	    "--b\n\nNot delivered yet.\n--b\n"
	    "Content-Type: message/delivery-status\n\n"
	    "Reporting-MTA: dns; mx.outside.example\n\n"
	    "Final-Recipient: rfc822; CANDIDATE\nAction: delayed\n"
	    "Status: 4.4.1\n\n--b\nContent-Type: text/rfc822-headers\n\n"
	    "Message-ID: MESSAGE-ID\n\n--b--\n" },
	[STAGE_RECEIPT] = { "CANDIDATE", NULL,
	    "Subject: Read: SUBJECT\n"
	    REPORT_FIELDS("disposition-notification"),
	    "--b\n\nIt was opened.\n--b\n"
	    "Content-Type: message/disposition-notification\n\n"
	    "Final-Recipient: rfc822; CANDIDATE\n"
	    "Original-Message-ID: MESSAGE-ID\n"
	    "Disposition: manual-action/MDN-sent-manually; displayed\n\n"
	    "--b--\n" },
	[STAGE_COMPLAINT] = { "fbl@isp.example", NULL,
	    REPORT_FIELDS("feedback-report"),
	    "--b\n\nSomebody complains.\n--b\n"
	    "Content-Type: message/feedback-report\n\n"
	    "Feedback-Type: abuse\nUser-Agent: Test/1\nVersion: 1\n"
	    "Original-Rcpt-To: <CANDIDATE>\n\n"
	    "--b\nContent-Type: message/rfc822\n\n"
	    "Message-ID: MESSAGE-ID\nSubject: SUBJECT\n\nHello.\n--b--\n" }
};

/* What somebody who was written to knows of it. */
struct known {
	char		 address[STAGE_NAME_SIZE];
	const char	*user;
	const char	*message_id;
	const char	*subject;
};

static void
fill(struct buf *text, const char *form, const struct known *known)
{
	const struct {
		const char	*word;
		const char	*value;
	} words[] = {
		{ "CANDIDATE", known->address },
		{ "MESSAGE-ID", known->message_id },
		{ "SUBJECT", known->subject }
	};
	size_t i, length;

	while (*form != '\0') {
		for (i = 0; i < 3; i++) {
			length = strlen(words[i].word);
			if (strncmp(form, words[i].word, length) == 0)
				break;
		}
		if (i < 3) {
			buf_add_text(text, words[i].value);
			form += length;
		} else
			buf_add(text, form++, 1);
	}
}

static void
add_fields(struct message *message, struct buf *text)
{
	char *rest = text->data, *line, *value;

	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		value = strchr(line, ':');
		*value++ = '\0';
		message_header(message, line, value + 1);
	}
}

static bool
ask(struct stage *stage, struct message *message, const char *body)
{
	struct gate_verdict verdict;
	enum gate_wish wish;
	bool accepted;

	gate_check(&stage->gate, stage->gate.conf, message,
	    GATE_STAGE_HEADER, &verdict);
	wish = verdict.wish;
	accepted = verdict.action == VERDICT_ACCEPT;
	gate_verdict_release(&verdict);
	if (!accepted || wish == GATE_WISH_NOTHING)
		return accepted;
	if (wish >= GATE_WISH_OPENING)
		(void)message_body(message, body, strlen(body));
	gate_check(&stage->gate, stage->gate.conf, message, GATE_STAGE_END,
	    &verdict);
	accepted = verdict.action == VERDICT_ACCEPT;
	gate_verdict_release(&verdict);
	return accepted;
}

static bool
receive(struct stage *stage, const struct form *form,
    const struct known *known)
{
	char to[STAGE_NAME_SIZE + 16];
	struct buf sender, from, fields, body;
	struct message_origin origin = { .internal = false };
	struct message message;
	bool ok;

	buf_init(&sender);
	buf_init(&from);
	buf_init(&fields);
	buf_init(&body);
	fill(&sender, form->sender, known);
	fill(&from, form->from != NULL ? form->from : form->sender, known);
	fill(&fields, form->fields, known);
	fill(&body, form->body, known);
	origin.sender = sender.data;
	snprintf(to, sizeof(to), "<%s@example.com>", known->user);
	message_init(&message);
	ok = message_begin(&message, &origin) == STATUS_OK &&
	    message_recipient(&message, to) == STATUS_OK;
	message_header(&message, "From", from.data);
	add_fields(&message, &fields);
	ok = ok && ask(stage, &message, body.data);
	message_release(&message);
	buf_release(&sender);
	buf_release(&from);
	buf_release(&fields);
	buf_release(&body);
	if (!ok)
		buf_add_text(&stage->problem, "inbound mail was not accepted");
	return ok;
}

static void
name_candidate(struct known *known, size_t number)
{
	snprintf(known->address, sizeof(known->address),
	    "candidate%zu@outside.example", number);
}

bool
stage_answer(struct stage *stage, size_t number, enum stage_answer answer)
{
	struct stage_candidate *candidate = NULL;
	struct known known;

	if (number <= stage->candidate_count)
		candidate = &stage->candidates[number - 1];
	if (candidate == NULL || candidate->message_id[0] == '\0') {
		buf_printf(&stage->problem, "somebody who was written to was "
		    "expected; nobody has written to candidate %zu", number);
		return false;
	}
	if (answer == STAGE_REPLY || answer == STAGE_BARE_REPLY)
		candidate->replied = true;
	name_candidate(&known, number);
	known.user = candidate->user;
	known.message_id = candidate->message_id;
	known.subject = candidate->subject;
	return receive(stage, &forms[answer], &known);
}

bool
stage_replies_of_them(struct stage *stage, size_t count)
{
	size_t number, replied = 0;

	for (number = stage->them_first; number > 0 && replied < count &&
	    number <= stage->them_last; number++) {
		if (stage->candidates[number - 1].replied ||
		    stage->candidates[number - 1].message_id[0] == '\0')
			continue;
		if (!stage_answer(stage, number, STAGE_REPLY))
			return false;
		replied++;
	}
	if (replied == count)
		return true;
	buf_printf(&stage->problem, "%zu who had not replied were expected; "
	    "there were %zu", count, replied);
	return false;
}

bool
stage_write_in(struct stage *stage, size_t number, const char *user)
{
	static const struct form form = { "CANDIDATE", NULL,
		"Subject: Hello\n", "We have not met.\n" };
	struct known known = { .user = user, .message_id = "",
		.subject = "" };

	name_candidate(&known, number);
	return receive(stage, &form, &known);
}
