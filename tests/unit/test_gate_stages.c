/*
 * A thousand messages at random, each twice: to one gate as the MTA's door
 * asks, at the end of the header and, where that is wished for, again at the
 * end; to another at the end alone.  Both ledgers must be the same all along.
 *
 * Some things may differ, and are not drawn or not looked at.  When a contact
 * was last heard: contacts' bodies are not asked for, so that a machine of
 * theirs, known by its text, is heard like them.  What was noted of such a
 * machine, which is in no figure.  And what bears a list's or a machine's sign,
 * but has a text that says something else, where it is about nothing of ours:
 * for that no body is asked for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inbound_fixture.h"
#include "test.h"

#define MESSAGES	1000
#define LOOK_EVERY	25

static const char *const logins[] = { "alice@local.test", "bob@local.test" };
static const char *const own[] = { "alice@local.test", "bob@local.test",
    "jobs@local.test", "alice+x@local.test", "nobody@local.test",
    "alice@local.test bob@local.test", "x@relayed.test",
    "c3@outside.test alice@local.test" };
static const char *const senders[] = { "", "", "", "", "<>",
    "bounces@service.test", "l-bounces@lists.test", "postmaster@outside.test",
    "c2@outside.test" };
static const char *const answers[] = { "", "", "Reply-To: jobs@local.test\n",
    "From: jobs@local.test\n", "Reply-To: bob@local.test\n" };
static const char *const signs[] = { "", "", "", "", "", "",
    "Auto-Submitted: auto-replied\n", "List-Id: <l.lists.test>\n",
    "Precedence: bulk\n", "X-Autoreply: yes\n",
    "X-MS-Exchange-Inbox-Rules-Loop: c1@outside.test\n" };
static const char *const subjects[] = { "", "Subject: A job\n",
    "Subject: Re: A job\n", "Subject: Another job\n",
    "Subject: Fwd: A job\n", "Subject: Out of office: A job\n",
    "Subject: lunch\n" };

/* A body and what its fields say of it. */
static const struct {
	const char	*fields, *text;
} bodies[] = {
	{ "", "Yes.\n" },
	{ "", "No, thank you.\n" },
	{ "", "This is an automatic reply.\n" },
	{ "", "" },
	{ "MIME-Version: 1.0\nContent-Type: text/calendar; method=REPLY\n",
	    "BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n" },
	{ "MIME-Version: 1.0\nContent-Type: multipart/report;"
	    " report-type=delivery-status; boundary=b\n",
	    "--b\n\nNo.\n--b\nContent-Type: message/delivery-status\n\n"
	    "Reporting-MTA: dns; mx.test\n\n"
	    "Final-Recipient: rfc822; c80@outside.test\nAction: failed\n"
	    "Status: 5.1.1\n\n--b\nContent-Type: text/rfc822-headers\n\n"
	    "Message-ID: <m7@local.test>\n\n--b--\n" },
	{ "MIME-Version: 1.0\nContent-Type: multipart/report;"
	    " report-type=disposition-notification; boundary=b\n",
	    "--b\n\nRead.\n--b\n"
	    "Content-Type: message/disposition-notification\n\n"
	    "Final-Recipient: rfc822; c35@outside.test\n"
	    "Original-Message-ID: <m5@local.test>\n"
	    "Disposition: manual-action/MDN-sent-manually; displayed\n\n"
	    "--b--\n" },
};

#define CALENDAR	4	/* of these */

struct dice {
	uint64_t	state;
};

static size_t
roll(struct dice *dice, size_t sides)
{
	dice->state = dice->state * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (size_t)(dice->state >> 33) % sides;
}

#define PICK(dice, table)						\
	((table)[roll((dice), sizeof(table) / sizeof((table)[0]))])

#define PERSON_SIZE	32
#define PERSONS		400

struct draw {
	char			 from[PERSON_SIZE];
	const char		*login;		/* NULL: it comes in */
	struct inbound_mail	 mail;
	struct buf		 to, fields;
};

/* Somebody outside, some under a detail or a second address. */
static const char *
draw_person(struct dice *dice, size_t number, char text[PERSON_SIZE])
{
	static const char *const rests[] = { "@outside.test",
		"@outside.test", "@outside.test", "@outside.test",
		"+x@outside.test", "@OUTSIDE.Test", "@home.test" };

	snprintf(text, PERSON_SIZE, "c%zu%s", number, PICK(dice, rests));
	return text;
}

/* Whom a message goes to is known by its number. */
#define IDS	150

static size_t
person_of(size_t id, size_t i)
{
	return (id * 7 + i * 31) % PERSONS;
}

static void
draw_outbound(struct dice *dice, struct draw *draw)
{
	size_t i, count = 1 + roll(dice, 3), id = roll(dice, IDS);
	char person[PERSON_SIZE];

	draw->login = PICK(dice, logins);
	draw->mail.sender = roll(dice, 8) == 0 ? "jobs@local.test" :
	    draw->login;
	for (i = 0; i < count; i++)
		buf_printf(&draw->to, "%s%s", i > 0 ? " " : "",
		    draw_person(dice, person_of(id, i), person));
	buf_printf(&draw->fields, "Message-ID: <m%zu@local.test>\n%s%s", id,
	    PICK(dice, subjects), PICK(dice, answers));
}

static void
draw_inbound(struct dice *dice, struct draw *draw)
{
	const char *sender = PICK(dice, senders);
	const size_t about = roll(dice, IDS);
	const char *sign = PICK(dice, signs);
	const char *subject = PICK(dice, subjects);
	const bool away = strstr(subject, "Out of") != NULL;
	const bool marked = *sign != '\0' ||
	    strcmp(sender, "l-bounces@lists.test") == 0;
	size_t i, ids = roll(dice, 3), body = marked || away ||
	    roll(dice, 3) > 0 ? roll(dice, 2) :
	    roll(dice, sizeof(bodies) / sizeof(bodies[0]));

	if (away && !marked && ids > 0 && roll(dice, 2) == 0)
		body = CALENDAR;

	draw->login = NULL;
	(void)draw_person(dice, person_of(about, roll(dice, 3)), draw->from);
	draw->mail.sender = *sender != '\0' ? sender : draw->from;
	draw->mail.body = bodies[body].text;
	buf_add_text(&draw->to, PICK(dice, own));
	buf_printf(&draw->fields, "From: %s\n%s%s%s", draw->from,
	    subject, sign, bodies[body].fields);
	for (i = 0; i < ids; i++)
		buf_printf(&draw->fields, "%s: <m%zu@local.test>\n",
		    i == 0 ? "In-Reply-To" : "References",
		    roll(dice, 4) > 0 ? about : roll(dice, IDS));
}

static void
tell(struct fixture *f, const struct draw *draw, bool staged)
{
	buf_clear(&f->lines);
	if (draw->login != NULL)
		(void)inbound_send(f, &draw->mail, draw->login);
	else
		(void)inbound_deliver(f, &draw->mail, staged);
}

/*
 * Looking: all that is remembered, but when contacts were heard.
 */

static void
write_outreach(struct buf *text, const struct outreach *row)
{
	char message[IDENT_TEXT_SIZE], candidate[IDENT_TEXT_SIZE];
	char by[IDENT_TEXT_SIZE];

	buf_printf(text, "outreach %llu %lld %s %s %u answered %lld %s %d "
	    "bounced %lld\n",
	    (unsigned long long)row->account, (long long)row->sent_at,
	    ident_format(&row->message, message),
	    ident_format(&row->candidate, candidate), row->flags,
	    (long long)row->answered_at, ident_format(&row->answered_by, by),
	    (int)row->match, (long long)row->bounced_at);
}

static void
write_row(void *context, const struct store_row *row)
{
	struct buf *text = context;
	char ident[IDENT_TEXT_SIZE];

	if (row->table == STORE_TABLE_OUTREACH)
		write_outreach(text, &row->outreach);
	else if (row->table == STORE_TABLE_CONTACT)
		buf_printf(text, "contact %llu %s\n",
		    (unsigned long long)row->number,
		    ident_format(&row->ident, ident));
	else if (row->table == STORE_TABLE_ANSWER ||
	    row->table == STORE_TABLE_ADDRESS)
		buf_printf(text, "%s %s %llu %lld\n",
		    store_table_text(row->table), row->name,
		    (unsigned long long)row->number, (long long)row->when);
}

static enum status
look_body(struct store_txn *txn, void *argument)
{
	struct store_place place = { .end = false };
	enum status status = STATUS_OK;
	uint64_t unreadable = 0;

	buf_clear(argument);
	while (status == STATUS_OK && !place.end)
		status = store_walk(txn, &place, 1000, &unreadable, write_row,
		    argument);
	ck_assert_uint_eq(unreadable, 0);
	return status;
}

/* The lines in which they differ begin here. */
static const char *
difference(const struct buf *a, const struct buf *b)
{
	size_t i, line = 0;

	for (i = 0; i < a->length && a->data[i] == b->data[i]; i++)
		if (a->data[i] == '\n')
			line = i + 1;
	return i == a->length && i == b->length ? NULL : a->data + line;
}

static void
compare(struct fixture gates[2], int seed, int i, const struct draw *draw)
{
	struct buf texts[2];
	const char *at;
	int k;

	for (k = 0; k < 2; k++) {
		buf_init(&texts[k]);
		ck_assert_int_eq(store_view(gates[k].store, look_body,
		    &texts[k]), STATUS_OK);
	}
	at = difference(&texts[0], &texts[1]);
	ck_assert_msg(at == NULL, "seed %d, message %d, from %s to %s\n%s%s\n"
	    "in stages: %.400s\nat the end: %.400s\n", seed, i,
	    draw->mail.sender, draw->mail.to, draw->mail.fields,
	    draw->mail.body != NULL ? draw->mail.body : "", at, at == NULL ?
	    "" : texts[1].data + (at - texts[0].data));
	buf_release(&texts[0]);
	buf_release(&texts[1]);
}

START_TEST(both_ways_come_to_the_same)
{
	struct dice dice = { (uint64_t)_i + 1 };
	struct fixture gates[2];
	struct draw draw;
	int i, k;

	fixture_open(&gates[0], "");
	fixture_open(&gates[1], "");
	memset(&draw, 0, sizeof(draw));
	buf_init(&draw.to);
	buf_init(&draw.fields);
	for (i = 0; i < MESSAGES; i++) {
		buf_clear(&draw.to);
		buf_clear(&draw.fields);
		draw.mail.body = NULL;
		if (roll(&dice, 3) == 0)
			draw_outbound(&dice, &draw);
		else
			draw_inbound(&dice, &draw);
		draw.mail.to = draw.to.data;
		draw.mail.fields = draw.fields.data;
		for (k = 0; k < 2; k++) {
			tell(&gates[k], &draw, k == 0);
			gates[k].now += 1 + (int64_t)(i % 7) * CLOCK_HOUR;
		}
		if (i % LOOK_EVERY == 0 || getenv("LOOK_ALWAYS") != NULL)
			compare(gates, _i, i, &draw);
	}
	compare(gates, _i, i, &draw);
	ck_assert_uint_gt(atomic_load(&gates[0].gate.figures.replies), 50);
	ck_assert_uint_gt(atomic_load(&gates[0].gate.figures.automatic), 50);
	buf_release(&draw.to);
	buf_release(&draw.fields);
	fixture_close(&gates[0]);
	fixture_close(&gates[1]);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("gate_stages");
	TCase *tcase = tcase_create("stages");

	tcase_add_loop_test(tcase, both_ways_come_to_the_same, 0, 3);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
