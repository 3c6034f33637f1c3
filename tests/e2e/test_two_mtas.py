"""One story of 60 days, walked with Postfix and with Sendmail.

The same client says the same to both, on the same days.  What it is answered,
what the outside world receives, and what replygate makes of each message have
to be the same, word for word.  Time passes by starting replygate later; the
figures are the rule's defaults.
"""

import concurrent.futures
import re
import smtplib

from harness import client, letters, postfix, sendmail
from harness.place import wait_until
from harness.world import MTAS, World
from house import HouseTest, build, candidates

ALICE = "alice@example.test"
CONTACT = "friend@outside.test"
GONE = "gone@outside.test"


class Walk:
    """One mail system, and what has been seen of it."""

    def __init__(self, kind):
        self.world = World(
            build(), kind, date="2026-01-05 09:00:00",
            more_postfix=postfix.SHOW_BOUNCES,
            more_sendmail=sendmail.SHOW_BOUNCES)
        self.seen = []
        self.read = 0           # lines of replygate's log

    # What is done

    def send(self, name, recipients):
        """A message by submission; what the client was answered at its end."""
        message_id = f"<{name}@example.test>"
        data = client.compose(ALICE, recipients, message_id)
        with client.submission(self.world.mta, "alice") as smtp:
            try:
                answer = smtp.sendmail(ALICE, recipients, data)
            except smtplib.SMTPDataError as error:
                self.note("refused", name, error.smtp_code,
                          error.smtp_error.decode("ascii"))
                return
        self.note("taken", name, answer)
        for one in recipients:
            if one != GONE:
                self.world.outside.wait_for_message(message_id, one)

    def bulk(self, name, count):
        for n in range(1, count + 1, 40):
            people = candidates(name, min(40, count + 1 - n), n)
            self.send(f"{name}-{n}", people)

    def refused_at_data(self):
        """Before any content is sent, in full sentences."""
        with client.submission(self.world.mta, "alice") as smtp:
            smtp.mail(ALICE)
            for one in candidates("never", 2):
                self.note("rcpt", smtp.rcpt(one)[0])
            code, text = smtp.docmd("DATA")
            smtp.rset()
        self.note("data", code, text.decode("ascii"))

    def answer(self, person, name):
        self.world.deliver(person, [ALICE], letters.gmail_reply(
            person, ALICE, f"<{name}@example.test>"))

    def away(self, person, name):
        self.world.deliver(person, [ALICE], letters.vacation(
            person, ALICE, f"<{name}@example.test>"))

    def bounced(self, name):
        """Nobody is there; the mail system itself says so."""
        self.world.outside.unknown.add(GONE)
        self.send(name, [GONE])
        wait_until(lambda: self.world.daemon.ask(
            "why", f"<{name}@example.test>")["outreach"][0]["state"] ==
            "bounced", "the bounce is seen")

    def by_program(self, name):
        """Mail by sendmail(1) on the machine itself, in alice's name."""
        person = f"{name}@outside.test"
        self.world.mta.submit("alice", [person], client.compose(
            ALICE, [person], f"<{name}@example.test>"))
        self.world.outside.wait_for_message(f"<{name}@example.test>", person)

    def never_stopped(self, name):
        self.send(f"inside-{name}", ["bob@example.test",
                                     "carol@example.test"])
        self.send(f"contact-{name}", [CONTACT])
        self.send(f"one-{name}", [f"one-{name}@outside.test"])

    def travel(self, date):
        self.station()
        self.world.restart(date)
        day = date.partition(" ")[0]
        wait_until(lambda: (self.world.daemon.ask("health")["last_tick"]
                            or "").startswith(day), f"a tick on {day}")
        wait_until(lambda: self.world.daemon.ask("health")["outbox"] == 0,
                   "the notice of the day is mailed")

    # What is seen

    def note(self, *what):
        self.seen.append(what)

    def station(self):
        """Where alice stands, and the verdicts since the last station."""
        user = self.world.daemon.user("alice")
        self.note("user", user["standing"], user["since"], user["due"],
                  user["rate"])
        lines = self.world.daemon.log().splitlines()
        new, self.read = lines[self.read:], len(lines)
        self.note("verdicts", sorted(
            re.sub(r"^.*?(stage=)", r"\1", line) for line in new
            if "verdict=" in line))

    def notices(self):
        """What alice has been mailed, without what names a message."""
        mails = [one.message for one in self.world.outside.received()
                 if one.sender == "" and ALICE in one.recipients and
                 b"\nAuto-Submitted: auto-generated\r" in one.data]
        for mail in sorted(mails, key=lambda one: one["Date"].datetime):
            self.note("notice", mail["Subject"], mail.get_content())

    def standings(self):
        return [what[1] for what in self.seen if what[0] == "user"]

    def verdicts(self, word):
        return sum(f"verdict={word}" in line for what in self.seen
                   if what[0] == "verdicts" for line in what[1])


def story(walk):
    """60 days: good, warned, restricted twice, released, and on."""
    walk.world.receive(CONTACT, "alice")
    walk.bulk("first", 120)
    walk.travel("2026-01-09 09:00:00")
    walk.bulk("second", 110)
    for n in (1, 2, 3):
        walk.answer(f"second{n}@outside.test", "second-1")
    walk.away("second4@outside.test", "second-1")
    walk.bounced("gone")
    walk.travel("2026-01-26 09:00:00")
    walk.refused_at_data()
    walk.send("split", ["split1@outside.test"])
    walk.send("split", ["split2@outside.test"])
    walk.never_stopped("first")
    walk.travel("2026-02-09 09:00:00")
    walk.refused_at_data()
    walk.by_program("program")
    for n in range(4):
        walk.send(f"third{n}", [f"third{n}@outside.test"])
    walk.answer("third0@outside.test", "third0")
    walk.answer("third1@outside.test", "third1")
    walk.travel("2026-02-23 09:00:00")
    walk.bulk("fourth", 40)
    walk.never_stopped("second")
    walk.travel("2026-03-06 09:00:00")
    walk.station()
    walk.notices()


class TwoMtas(HouseTest):
    needs_date = True
    maxDiff = None

    def test_the_same_story(self):
        self.skip_without(*MTAS)
        walks = [Walk(kind) for kind in MTAS]
        for walk in walks:
            self.addCleanup(walk.world.stop)
        with concurrent.futures.ThreadPoolExecutor(len(walks)) as pool:
            for done in [pool.submit(self.walk, walk) for walk in walks]:
                done.result()
        one, other = walks
        self.assertEqual(one.standings(), [
            "good", "warned", "restricted", "restricted", "good", "good"])
        self.assertEqual(one.verdicts("refuse"), 3)
        self.assertEqual([what[1] for what in one.seen
                          if what[0] == "refused"], ["split"])
        self.assertEqual(sum(what[0] == "notice" for what in one.seen), 4)
        self.assertEqual(len(one.seen), len(other.seen))
        for left, right in zip(one.seen, other.seen):
            self.assertEqual(left, right)

    @staticmethod
    def walk(walk):
        with walk.world:
            story(walk)
