"""One user's life: good, warned, restricted, extended, restricted, released.

All by real SMTP.  Time passes by ending replygate and starting it at a
later date.  The figures are the defaults of the rule: 13 % of at least 100,
over 14 days, 3 days to answer, 14 days of warning, 14 of restriction.
"""

import smtplib

from harness import client
from harness.place import wait_until
from house import EACH, HouseTest, candidates

CONTACTS = ["friend1@outside.test", "friend2@outside.test"]


class Life(HouseTest):
    mtas = EACH
    needs_date = True

    def test_life(self):
        self.open_world(date="2026-01-05 09:00:00")
        self.strangers = 0
        self.good_from_the_start()
        self.warned_when_nobody_answers()
        self.restricted_when_it_goes_on()
        self.extended_without_answers()
        self.still_restricted_in_the_second_term()
        self.released_when_people_answer()

    # The stations

    def good_from_the_start(self):
        # They wrote before alice has ever sent anything.
        for contact in CONTACTS:
            self.world.receive(contact, "alice")
        for n in range(3):
            self.deliver(candidates("first", 40, 1 + 40 * n))
        self.assert_standing("good", pending=120)
        self.assert_untouched()

    def warned_when_nobody_answers(self):
        self.travel("2026-01-09 09:00:00")
        self.assert_standing("warned", since="2026-01-08T10:00:00Z",
                             due="2026-01-25T10:00:00Z")
        sent = [self.deliver(candidates("second", 55, 1 + 55 * n))
                for n in range(2)]
        for n in range(3):
            self.world.receive(f"second{n + 1}@outside.test", "alice",
                               [sent[0]])
        self.assert_standing("warned", answered=0, pending=107)
        self.assert_untouched()

    def restricted_when_it_goes_on(self):
        self.travel("2026-01-26 09:00:00")
        self.assert_standing("restricted", since="2026-01-25T10:00:00Z",
                             due="2026-02-08T10:00:00Z")
        self.assert_refused("Sun 8 Feb 2026 10:00 UTC")
        self.assert_split_is_refused()
        self.assert_untouched()

    def extended_without_answers(self):
        self.travel("2026-02-09 09:00:00")
        self.assert_standing("restricted", since="2026-02-08T10:00:00Z",
                             due="2026-02-22T10:00:00Z")
        self.assert_refused("Sun 22 Feb 2026 10:00 UTC")
        self.assert_untouched()

    def still_restricted_in_the_second_term(self):
        self.travel("2026-02-16 09:00:00")
        self.assert_standing("restricted", since="2026-02-08T10:00:00Z")
        for n in range(4):
            person = f"third{n}@outside.test"
            message_id = self.deliver([person])
            if n < 2:
                self.world.receive(person, "alice", [message_id])
        self.assert_refused("Sun 22 Feb 2026 10:00 UTC")
        self.assert_untouched()

    def released_when_people_answer(self):
        self.travel("2026-02-23 09:00:00")
        self.assert_standing("good", since="2026-02-22T10:00:00Z")
        self.deliver(candidates("fourth", 40))
        self.assert_standing("good", pending=40)
        self.assert_untouched()

    # What is done at them

    def travel(self, date):
        """The clockwork believes a jump of days on its second look."""
        self.world.restart(date)
        day = date.partition(" ")[0]
        wait_until(lambda: (self.world.daemon.ask("health")["last_tick"]
                            or "").startswith(day), f"a tick on {day}")

    def deliver(self, recipients):
        message_id = self.world.send("alice", recipients)
        for recipient in recipients:
            self.world.outside.wait_for_message(message_id, recipient)
        return message_id

    def assert_standing(self, standing, since=None, due=None, **rate):
        user = self.world.daemon.user("alice")
        self.assertEqual(user["standing"], standing, user)
        if since:
            self.assertEqual(user["since"], since, user)
        if due:
            self.assertEqual(user["due"], due, user)
        for name, value in rate.items():
            self.assertEqual(user["rate"][name], value, user)

    def assert_refused(self, next_look):
        """A bulk message is refused whole, before its content, in full."""
        before = self.world.sent("alice")
        recipients = candidates("never", 2)
        with client.submission(self.world.mta, "alice") as smtp:
            smtp.mail("alice@example.test")
            for recipient in recipients:
                self.assertEqual(smtp.rcpt(recipient)[0], 250)
            code, text = smtp.docmd("DATA")
            smtp.rset()
        self.assertEqual(code, 550)
        lines = text.decode("ascii").split("\n")
        self.assertGreater(len(lines), 3, lines)
        for part in ("bulk sending is paused", "one person at a time",
                     "postmaster@example.test"):
            self.assertIn(part, lines[-1])      # all that mutt shows
        for line in lines:
            self.assertTrue(line.startswith("5.7.1 "), line)
        whole = " ".join(line[len("5.7.1 "):] for line in lines)
        for part in ("bulk sending is paused", "13 %", next_look,
                     "one person at a time", "alice@example.test",
                     "postmaster@example.test"):
            self.assertIn(part, whole)
        self.assertEqual(self.world.sent("alice"), before)
        self.assertFalse([one for one in self.world.outside.received()
                          if set(recipients) & set(one.recipients)])

    def assert_split_is_refused(self):
        """One Message-ID in two transactions: the second makes it bulk."""
        message_id = client.new_message_id()
        self.world.send("alice", ["split1@outside.test"], message_id)
        with self.assertRaises(smtplib.SMTPDataError) as caught:
            self.world.send("alice", ["split2@outside.test"], message_id)
        self.assertEqual(caught.exception.smtp_code, 550)

    def assert_untouched(self):
        """What no standing ever stops, and what of it is counted."""
        before = self.world.sent("alice")
        self.deliver(["bob@example.test"])
        self.deliver(["bob@example.test", "carol@example.test"])
        self.deliver(CONTACTS)
        self.assertEqual(self.world.sent("alice"), before)
        self.strangers += 1
        self.deliver([f"stranger{self.strangers}@outside.test"])
        self.assertEqual(self.world.sent("alice"), before + 1)
        inbound = self.world.receive(
            f"caller{self.strangers}@outside.test", "alice")
        self.world.outside.wait_for_message(inbound, "alice@example.test")
        self.assertEqual(self.world.sent("alice"), before + 1)
