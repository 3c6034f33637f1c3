"""What people and programs of the outside world write back.

Each function returns a message as bytes, in the image of what a kind of
mail program writes: the fields it sets, the parts it makes, how it quotes.
"""

import email.utils
import itertools
import os
import textwrap

SUBJECT = "A position that may interest you"    # of client.compose
RECEIVED = ("Received: from mail.outside.test (mail.outside.test"
            " [192.0.2.7])\n\tby mx.example.test; "
            "Mon, 5 Jan 2026 09:00:00 +0000")

_numbers = itertools.count(1)


def new_id(mark="mail"):
    return f"<{mark}.{os.getpid()}.{next(_numbers)}@outside.test>"


def letter(fields, body):
    """Fields, each a text or a list of them, an empty line and the body."""
    lines = []
    for field in fields:
        lines += [field] if isinstance(field, str) else field
    text = "\n".join(lines) + "\n\n" + textwrap.dedent(body)
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8")


def envelope(sender, recipient, subject=f"Re: {SUBJECT}", name="Robin Field"):
    """The fields everybody writes."""
    return [RECEIVED, f"From: {name} <{sender}>", f"To: {recipient}",
            f"Subject: {subject}", f"Date: {email.utils.formatdate()}",
            f"Message-ID: {new_id()}", "MIME-Version: 1.0"]


def thread(message_id):
    return [f"In-Reply-To: {message_id}", f"References: {message_id}"]


def gmail_reply(sender, recipient, message_id):
    """Text and HTML, the original quoted below the answer in both."""
    part = new_id("part")[1:17]
    body = f"""\
        --{part}
        Content-Type: text/plain; charset="UTF-8"
        Content-Transfer-Encoding: quoted-printable

        Thanks, this does sound good =E2=80=93 when could we talk?

        On Mon, 5 Jan 2026 at 09:00, <{recipient}> wrote:

        > Good morning,
        >
        > would you like to talk?

        --{part}
        Content-Type: text/html; charset="UTF-8"

        <div dir="ltr">Thanks, this does sound good, when could we talk?</div>
        <br><div class="gmail_quote"><blockquote>Good morning,<br><br>
        would you like to talk?</blockquote></div>
        --{part}--
        """
    return letter(envelope(sender, recipient) + thread(message_id) + [
        f'Content-Type: multipart/alternative; boundary="{part}"'], body)


def exchange_reply(sender, recipient, topic=SUBJECT):
    """No thread fields but Exchange's own, with an index of its own."""
    fields = envelope(sender, recipient, f"AW: {topic}") + [
        f"Thread-Topic: {topic}",
        "Thread-Index: AdFf1oS0rX8k0mU4Qk2pP0ZlXb3cXw==",
        "Content-Language: de-DE",
        "Content-Type: text/plain; charset=us-ascii"]
    return letter(fields, f"""\
        Dear colleague,

        please call me on Thursday.

        -----Original Message-----
        From: {recipient}
        Subject: {topic}

        would you like to talk?
        """)


def large_reply(sender, recipient, message_id, size):
    """A person quotes a long thread with an absence note in it."""
    quoted = ["> I am out of the office until the end of the month.",
              "> This is an automatic reply."]
    line = "> and on it went, as long threads of many people do at times"
    quoted += [line] * (size // (len(line) + 2))
    body = "Yes, let us talk.\n\nOn Monday somebody wrote:\n" + \
        "\n".join(quoted) + "\n"
    return letter(envelope(sender, recipient) + thread(message_id) + [
        "Content-Type: text/plain; charset=us-ascii"], body)


def vacation(sender, recipient, message_id=None, subject=None, body=None,
             headers=()):
    """Without headers nothing but its words says that nobody wrote it."""
    fields = envelope(sender, recipient,
                      subject or f"Out of Office: {SUBJECT}", "Kim Away")
    if message_id:
        fields += thread(message_id)
    return letter(fields + list(headers) + [
        "Content-Type: text/plain; charset=us-ascii"], body or """\
        Hello,

        I am out of the office until 19 January and will read my mail when
        I am back.
        """)


def calendar_accept(sender, recipient, message_id):
    """Somebody pressed "Yes" on an invitation."""
    part = new_id("part")[1:17]
    return letter(
        envelope(sender, recipient, f"Accepted: {SUBJECT}") +
        thread(message_id) +
        [f'Content-Type: multipart/alternative; boundary="{part}"'], f"""\
        --{part}
        Content-Type: text/plain; charset=us-ascii

        Robin Field has accepted.

        --{part}
        Content-Type: text/calendar; charset=us-ascii; method=REPLY

        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//outside.test//calendar//EN
        METHOD:REPLY
        BEGIN:VEVENT
        UID:talk-1@example.test
        DTSTAMP:20260105T100000Z
        DTSTART:20260108T100000Z
        ORGANIZER:mailto:{recipient}
        ATTENDEE;PARTSTAT=ACCEPTED:mailto:{sender}
        SUMMARY:{SUBJECT}
        END:VEVENT
        END:VCALENDAR

        --{part}--
        """)


def read_receipt(sender, recipient, message_id):
    """RFC 8098."""
    part = new_id("part")[1:17]
    return letter(
        envelope(sender, recipient, f"Read: {SUBJECT}") +
        ["Content-Type: multipart/report; "
         "report-type=disposition-notification;\n"
         f'\tboundary="{part}"'], f"""\
        --{part}
        Content-Type: text/plain; charset=us-ascii

        Your message was displayed on a screen.  Nobody says that it was read.

        --{part}
        Content-Type: message/disposition-notification

        Reporting-UA: outside.test; A Mail Program
        Original-Recipient: rfc822;{sender}
        Final-Recipient: rfc822;{sender}
        Original-Message-ID: {message_id}
        Disposition: manual-action/MDN-sent-manually; displayed

        --{part}--
        """)


def list_mail(sender, recipient, message_id=None):
    """Through a mailing list, which sends it on to its subscribers."""
    fields = envelope(sender, recipient) + [
        "Precedence: list", "List-Id: <talk.lists.outside.test>",
        "List-Unsubscribe: <mailto:talk-leave@lists.outside.test>",
        "Content-Type: text/plain; charset=us-ascii"]
    if message_id:
        fields += thread(message_id)
    return letter(fields, """\
        I think that we should all hear about this.

        _______________________________________________
        talk mailing list
        """)
