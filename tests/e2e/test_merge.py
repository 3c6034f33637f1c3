"""Bulk in disguise, by real SMTP: what a restricted user cannot get round.

A mail merge, a message split over connections, a list, an alias.  The user
is restricted as users are, on days that pass by starting replygate later.
"""

import base64
import os
import random
import smtplib
import tempfile
import threading

from harness import client
from harness.place import wait_until
from house import EACH, HouseTest, candidates, on_postfix

POLICY = "policies = { default = { minimum = 10; }; };\n"
SENDER = "alice@example.test"

NAMES = ["Ines", "Jonas", "Kofi", "Lea", "Milan", "Nora", "Oskar"]
FIRMS = ["Tidewater", "Brightloom", "Cobalt Yard", "Fennel", "Granite"]
ROLES = ["embedded engineer", "compiler developer", "database reliability "
         "engineer", "mobile developer"]

TEMPLATE = """\
Dear {name},

your talk about the migration at {firm} made the rounds here, and I have
wanted to write to you since.

We build the signalling for night trains between Vienna and Hamburg, a team
of nine in two attics, and the desk beside the window is free for a {role}
who would rather delete code than add it. There is no on-call rota, because
the trains stop when the software does, and we see to it that it does not.

You could start in spring or in autumn, from here or from where you live,
and we would pay for the tickets, all of them, sleeping car included. Shall
we talk for half an hour next week? https://calendar.example/{number}

Kind regards
Alice
"""

WORDS = """amber basil cedar delta fjord garnet heron indigo juniper kelp
    lagoon mosaic nutmeg opal plaza quill raven saffron tundra umber vapor
    wicker xenon yarrow zinc acorn birch clover dune elm flint grove hazel
    ivy jasper knoll linden maple nettle onyx""".split()


def merge_letter(number):
    """One of a tool's: half of them in HTML, as such tools write."""
    text = TEMPLATE.format(
        name=NAMES[number % 7], firm=FIRMS[number % 5],
        role=ROLES[number % 4], number=number)
    if number % 2 == 0:
        return "text/plain; charset=utf-8", text
    paragraphs = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
    return "text/html; charset=utf-8", (
        f"<html><body>{paragraphs}"
        f"<img src='https://track.example/{number}' width=1 height=1>"
        "</body></html>")


def personal_letter(number):
    choose = random.Random(number)
    text = " ".join(choose.choice(WORDS) for _ in range(90))
    return "text/plain", f"Dear {NAMES[number % 7]},\n\n{text}.\n"


def compose(recipient, message_id, letter):
    kind, text = letter
    body = base64.encodebytes(text.encode()).decode().replace("\n", "\r\n")
    return ("\r\n".join([
        f"From: {SENDER}", f"To: {recipient}", "Subject: A quiet attic",
        "Date: Mon, 26 Jan 2026 10:00:00 +0000",
        f"Message-ID: {message_id}", "MIME-Version: 1.0",
        f"Content-Type: {kind}", "Content-Transfer-Encoding: base64",
        "", ""]) + body).encode("ascii")


class Merge(HouseTest):
    mtas = EACH
    needs_date = True

    def open_restricted(self, more=""):
        """Two dozen strangers do not answer."""
        self.open_world(date="2026-01-05 09:00:00", more=POLICY + more)
        self.write_to(candidates("first", 12))
        self.travel("2026-01-09 09:00:00", "warned")
        self.write_to(candidates("second", 12))
        self.travel("2026-01-26 09:00:00", "restricted")

    def write_to(self, people):
        for person in people:
            self.world.send("alice", [person])

    def travel(self, date, standing):
        self.world.restart(date)
        wait_until(lambda: self.world.daemon.user("alice")["standing"]
                   == standing, f"{standing} on {date}")

    def send(self, smtp, recipient, letter):
        """The reply to the end of the message: code and text."""
        message_id = client.new_message_id()
        try:
            smtp.sendmail(SENDER, [recipient],
                          compose(recipient, message_id, letter))
        except smtplib.SMTPDataError as error:
            return error.smtp_code, error.smtp_error.decode("ascii")
        self.world.outside.wait_for_message(message_id, recipient)
        return 250, message_id

    def kind(self, message_id):
        seen = self.world.daemon.ask("why", message_id)["outreach"]
        return seen[0]["kind"]

    def test_merge_of_fifty(self):
        self.open_restricted()
        before = self.world.sent("alice")
        passed, refusal = [], ""
        with client.submission(self.world.mta, "alice") as smtp:
            for n in range(50):
                code, text = self.send(smtp, f"merge{n}@outside.test",
                                       merge_letter(n))
                self.assertEqual(code, 250 if n < 4 else 550, (n, text))
                if code == 250:
                    passed.append(text)
                else:
                    refusal = text
                if n % 10 == 5:
                    code, text = self.send(smtp, f"alone{n}@outside.test",
                                           personal_letter(n))
                    self.assertEqual(code, 250, (n, text))
        self.assertRegex(refusal, "5.7.1 the 5th nearly identical letter, "
                         "bulk is paused to [0-9]+ [A-Z][a-z]+: write each "
                         "person their own. The first was sent Mon 26 Jan "
                         "2026")
        self.assertEqual(self.world.sent("alice"), before + 4 + 5)
        for message_id in passed:
            self.assertEqual(self.kind(message_id), "merge")
        self.assertFalse([one for one in self.world.outside.received()
                          if "merge4@outside.test" in one.recipients])

    def test_split_at_once(self):
        self.open_restricted()
        before = self.world.sent("alice")
        for turn in range(5):
            codes = self.split(client.new_message_id(), turn)
            self.assertEqual(sorted(codes), [250, 550])
        self.assertEqual(self.world.sent("alice"), before + 5)

    def split(self, message_id, turn):
        """One message over two connections, their content at one moment."""
        together = threading.Barrier(2)
        codes = []

        def part(number):
            recipient = f"part{turn}.{number}@outside.test"
            with client.submission(self.world.mta, "alice") as smtp:
                smtp.mail(SENDER)
                smtp.rcpt(recipient)
                together.wait(60)
                try:
                    codes.append(smtp.data(compose(
                        recipient, message_id, personal_letter(turn)))[0])
                except smtplib.SMTPDataError as error:
                    codes.append(error.smtp_code)

        threads = [threading.Thread(target=part, args=(number,))
                   for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        return codes

    @on_postfix
    def test_lists_and_aliases(self):
        with tempfile.NamedTemporaryFile("w", suffix=".aliases") as file:
            file.write("team: ann@outside.test, ben@outside.test\n"
                       "desk: bob@example.test\n")
            file.flush()
            os.chmod(file.name, 0o644)
            self.open_restricted(
                'lists = ("jobs@outside.test 250", "groups.test many");\n'
                f'aliases_file = "{file.name}";\n')
        for recipient, code in (("jobs@outside.test", 550),
                                ("jobs+x@outside.test", 550),
                                ("any@groups.test", 550),
                                ("team@example.test", 550),
                                ("desk@example.test", 354),
                                ("outside.test!ann", 354),
                                ("ann@outside.test", 354)):
            self.assertEqual(self.data(recipient), code, recipient)
        self.assertEqual(self.data("outside.test!ann",
                                   "ben%outside.test"), 550)
        self.assertEqual(self.data(" ann@outside.test ",
                                   " ben@outside.test "), 550)

    def data(self, *recipients):
        """What DATA is answered for these recipients."""
        with client.Dialogue(self.world.mta.submission) as talk:
            talk.hello("alice")
            talk.say(f"MAIL FROM:<{SENDER}>", 250)
            for recipient in recipients:
                talk.say(f"RCPT TO:<{recipient}>", 250)
            talk.write("DATA\r\n")
            return int(talk.read()[-1][:3])
