"""Who really answered: people, programs, bounces, lists, over real SMTP."""

import itertools
import os
import re
import shutil

from harness import client, letters, postfix, sendmail
from harness.place import wait_until
from house import (EACH, POSTFIX, SharedHouseTest, candidates,
                   on_sendmail)

ALICE = "alice@example.test"
BOB = "bob@example.test"
CAROL = "carol@example.test"

_numbers = itertools.count(1)

# Neither shows the bounces it writes itself unless told to.
SHOW_BOUNCES = {"more_postfix": postfix.SHOW_BOUNCES,
                "more_sendmail": sendmail.SHOW_BOUNCES}


def people(count):
    """Candidates nobody has written to yet."""
    return candidates(f"p{next(_numbers)}-", count)


class RepliesTest(SharedHouseTest):
    """What the tests of this file share: figures are taken of messages."""

    mtas = EACH

    def figures(self, message_ids):
        """(answered, pending, bounced) of the messages together."""
        states = [row["state"] for one in message_ids
                  for row in self.why(one)]
        return tuple(states.count(state) for state in
                     ("answered", "pending", "bounced"))

    def wait_for(self, want, *message_ids):
        wait_until(lambda: self.figures(message_ids) == want,
                   f"{want}, not {self.figures(message_ids)}", 15)

    def assert_figures(self, want, *message_ids):
        self.assertEqual(self.figures(message_ids), want)

    def why(self, message_id, *candidate):
        return self.world.daemon.ask("why", message_id,
                                     *candidate)["outreach"]

    def messages(self, name):
        """A figure of replygate's since it was started."""
        return self.world.daemon.ask("health")["messages"][name]

    def log_lines(self, *words):
        """Lines of replygate's log that hold all the words."""
        return [line for line in self.world.daemon.log().splitlines()
                if all(word in line for word in words)]

    def assert_logged(self, *words):
        self.assertTrue(self.log_lines(*words), f"{words} are not logged")

    def bounce_of(self, sender, *recipients):
        """The report that was sent to one of ours, naming the recipients."""
        found = []

        def there(received):
            found[:] = [one for one in received if one.sender == "" and
                        sender in one.recipients and
                        all(name.encode() in one.data for name in recipients)]
            return bool(found)

        self.world.outside.wait_for(there, f"a bounce for {sender}")
        return found[0].data


class OneMessage(RepliesTest):
    """To three candidates: one answers, one is away, one does not exist."""

    options = SHOW_BOUNCES

    def send_to_three(self, user):
        answers, away, gone = people(3)
        self.world.outside.unknown.add(gone)
        message_id = self.world.send(user, [answers, away, gone])
        return message_id, answers, away, gone

    def assert_story(self, user, message_id, rule):
        self.wait_for((1, 1, 1), message_id)
        text = self.world.daemon.control("user", f"{user}@example.test")
        self.assertIn("1 answered of 2, 1 pending, 1 bounced", text.stdout)
        rows = {row["state"]: row for row in self.why(message_id)}
        self.assertEqual(set(rows), {"answered", "pending", "bounced"})
        self.assertEqual(rows["answered"]["match"], "message-id")
        self.assertEqual(rows["answered"]["answered_by"], "candidate")
        self.assertEqual(rows["pending"]["automatic_rule"], rule)
        self.assertIsNone(rows["bounced"]["answered_at"])
        self.assert_logged("direction=in", "match=reply", "by=message-id",
                           f"user={user}@example.test", "verdict=accept")
        self.assert_logged("direction=in", "match=automatic", f"rule={rule}",
                           f"user={user}@example.test")
        self.assert_logged("direction=in", "match=bounce", "matched=1",
                           f"user={user}@example.test")

    @on_sendmail
    def test_copies_of_bounces_come_in_by_port_25(self):
        """A stock Sendmail puts no dot behind a name that nobody knows."""
        parse = self.world.mta.parse
        for dot in (" .", ""):
            self.assertIn("$# relay $@ [ 127 . 0 . 0 . 1 ]",
                          parse(f"copy < @ replygate.invalid{dot} >"))
            self.assertEqual(
                parse(f"replygate-bounces < @ example.test{dot} >"),
                "$# local $: replygate-bounces")

    def test_vacation_that_only_its_words_tell(self):
        message_id, answers, away, _ = self.send_to_three("alice")
        self.world.deliver(answers, [ALICE], letters.gmail_reply(
            answers, ALICE, message_id))
        self.world.deliver(away, [ALICE], letters.vacation(away, ALICE))
        self.assert_story("alice", message_id, "subject")

    def test_vacation_with_auto_submitted(self):
        message_id, answers, away, _ = self.send_to_three("bob")
        self.world.deliver(away, [BOB], letters.vacation(
            away, BOB, message_id, f"Re: {letters.SUBJECT}",
            headers=["Auto-Submitted: auto-replied (vacation)"]))
        self.world.deliver(answers, [BOB], letters.gmail_reply(
            answers, BOB, message_id))
        self.assert_story("bob", message_id, "auto-submitted")

    def test_bounce_with_several_recipients(self):
        before = self.messages("bounces")
        several = people(4)
        self.world.outside.unknown.update(several[1:])
        message_id = self.world.send("carol", several)
        self.wait_for((0, 1, 3), message_id)
        states = [row["state"] for row in self.why(message_id)]
        self.assertEqual(sorted(states), ["bounced"] * 3 + ["pending"])
        self.assertEqual(self.messages("bounces"), before + 3)
        self.assertEqual(self.messages("strange_bounces"), 0)

    def test_a_reply_after_a_bounce(self):
        """Some servers refuse at first and a person writes all the same."""
        person, = people(1)
        self.world.outside.unknown.add(person)
        message_id = self.world.send("carol", [person])
        self.wait_for((0, 0, 1), message_id)
        self.world.deliver(person, [CAROL], letters.gmail_reply(
            person, CAROL, message_id))
        self.assert_figures((1, 0, 0), message_id)

    def test_many_bounces_are_marked(self):
        several = people(10)
        self.world.outside.unknown.update(several)
        message_id = self.world.send("carol", several)
        self.wait_for((0, 0, 10), message_id)
        self.assertIn(f"{CAROL}*", self.world.daemon.control("users").stdout)
        self.assertIn("many bounced",
                      self.world.daemon.control("user", CAROL).stdout)


class Bounces(RepliesTest):
    """Another server took the message, and reports that it failed."""

    def test_bounce_of_another_server(self):
        before = self.messages("bounces")
        gone, there = people(2)
        self.world.outside.unknown.add(gone)
        message_id = self.world.send("alice", [gone, there])
        report = self.bounce_of(ALICE, gone)
        # Written by our own mail system, so that no milter has seen it.
        self.assert_figures((0, 2, 0), message_id)
        self.world.deliver("", [ALICE], report)
        self.assert_figures((0, 1, 1), message_id)
        self.assertEqual(self.why(message_id, gone)[0]["state"], "bounced")
        self.world.deliver("", [ALICE], report)
        self.assert_figures((0, 1, 1), message_id)
        self.assertEqual(self.messages("bounces"), before + 1)

    def test_bounce_of_what_is_not_ours(self):
        before = self.messages("strange_bounces")
        gone, = people(1)
        self.world.outside.unknown.add(gone)
        message_id = self.world.send("alice", [gone])
        report = self.bounce_of(ALICE, gone)
        self.world.deliver("", [ALICE], report.replace(
            message_id.encode(), client.new_message_id().encode()))
        self.assert_figures((0, 1, 0), message_id)
        self.assertEqual(self.messages("strange_bounces"), before + 1)

    def test_delay_changes_nothing(self):
        slow, = people(1)
        self.world.outside.unknown.add(slow)
        message_id = self.world.send("alice", [slow])
        report = self.bounce_of(ALICE, slow)
        delayed = re.sub(rb"(?m)^Status: 5\.1\.1", b"Status: 4.4.1", report)
        delayed = re.sub(rb"(?m)^Action: failed", b"Action: delayed", delayed)
        self.assertNotEqual(delayed, report)
        self.world.deliver("", [ALICE], delayed)
        self.assert_figures((0, 1, 0), message_id)


class Matching(RepliesTest):
    """Which message is answered, and whether at all."""

    def test_reply_without_thread_fields(self):
        person, other = people(2)
        message_id = self.world.send("alice", [person])
        # A subject alone proves nothing.
        self.world.deliver(other, [ALICE], letters.exchange_reply(
            other, ALICE))
        self.assert_figures((0, 1, 0), message_id)
        self.world.deliver(person, [ALICE], letters.exchange_reply(
            person, ALICE))
        self.assert_figures((1, 0, 0), message_id)
        self.assertEqual(self.why(message_id)[0]["match"], "pair")
        self.assert_logged("match=reply", "by=pair", f"user={ALICE}")

    def test_reply_from_another_address(self):
        several = people(2)
        message_id = self.world.send("alice", several)
        writer = "secretary@outside.test"
        self.world.deliver(writer, [ALICE], letters.gmail_reply(
            writer, ALICE, message_id))
        self.assert_figures((1, 1, 0), message_id)
        rows = [row for row in self.why(message_id) if row["answered_at"]]
        self.assertEqual(rows[0]["match"], "other-address")
        self.assertEqual(rows[0]["answered_by"], "another")

    def test_large_reply_that_quotes_an_absence(self):
        person, = people(1)
        message_id = self.world.send("alice", [person])
        data = letters.large_reply(person, ALICE, message_id, 1 << 20)
        self.assertGreater(len(data), 1 << 20)
        self.world.deliver(person, [ALICE], data)
        self.assert_figures((1, 0, 0), message_id)
        delivered = self.world.outside.wait_for_message(
            re.search(rb"(?m)^Message-ID: (\S+)", data)[1].decode(), ALICE)
        self.assertGreaterEqual(len(delivered.data), len(data))

    def test_calendar_accept_is_a_reply(self):
        person, = people(1)
        message_id = self.world.send("alice", [person])
        self.world.deliver(person, [ALICE], letters.calendar_accept(
            person, ALICE, message_id))
        self.assert_figures((1, 0, 0), message_id)

    def test_read_receipt_is_none(self):
        person, = people(1)
        message_id = self.world.send("alice", [person])
        self.world.deliver("", [ALICE], letters.read_receipt(
            person, ALICE, message_id))
        self.assert_figures((0, 1, 0), message_id)
        self.assertTrue(self.why(message_id)[0]["read"])
        self.assertEqual(self.world.daemon.user("alice")["sent"]["receipts"],
                         1)
        self.assertEqual(self.messages("receipts"), 1)

    def test_list_mail(self):
        """Through a list only a recipient who names our message answers."""
        person, other = people(2)
        message_id = self.world.send("alice", [person])
        self.world.deliver(other, [ALICE], letters.list_mail(other, ALICE))
        self.world.deliver(other, [ALICE], letters.list_mail(
            other, ALICE, message_id))
        self.world.deliver(person, [ALICE], letters.list_mail(person, ALICE))
        self.assert_figures((0, 1, 0), message_id)
        self.world.deliver(person, [ALICE], letters.list_mail(
            person, ALICE, message_id))
        self.assert_figures((1, 0, 0), message_id)

    def test_answers_come_to_a_reply_to_address(self):
        person, = people(1)
        message_id = self.world.send(
            "alice", [person], headers=["Reply-To: jobs@example.test"])
        self.world.deliver(person, ["jobs@example.test"],
                           letters.exchange_reply(person, "jobs@example.test"))
        self.assert_figures((1, 0, 0), message_id)
        self.assertEqual(self.why(message_id)[0]["match"], "pair")

    def test_each_answers_once(self):
        """Two letters by one person, and one by another."""
        first, second, third = people(3)
        message_id = self.world.send("alice", [first, second, third])
        for _ in range(2):
            self.world.deliver(first, [ALICE], letters.gmail_reply(
                first, ALICE, message_id))
        self.assert_figures((1, 2, 0), message_id)
        self.world.deliver(second, [ALICE], letters.gmail_reply(
            second, ALICE, message_id))
        self.assert_figures((2, 1, 0), message_id)
        self.assert_logged("match=repeated", f"user={ALICE}")

    def test_reply_to_a_follow_up(self):
        """It names both messages; the newest one is answered."""
        person, = people(1)
        first = self.world.send("alice", [person])
        second = self.world.send("alice", [person], references=[first])
        data = letters.gmail_reply(person, ALICE, second).replace(
            b"References: ", f"References: {first} ".encode())
        self.world.deliver(person, [ALICE], data)
        self.assert_figures((0, 1, 0), first)
        self.assert_figures((1, 0, 0), second)

    def test_machine_is_no_contact(self):
        """One that says in its text alone what it is."""
        machine, = people(1)
        data = letters.vacation(
            machine, ALICE, subject="Re: your order",
            body="This is an automatic reply. Thank you.\n")
        self.world.deliver(machine, [ALICE], data)
        self.assert_logged("match=automatic", "rule=automatic-text")
        message_id = self.world.send("alice", [machine])
        self.assertEqual(len(self.why(message_id)), 1)

    def test_who_answered_is_a_contact(self):
        person, = people(1)
        message_id = self.world.send("alice", [person])
        self.world.deliver(person, [ALICE], letters.gmail_reply(
            person, ALICE, message_id))
        self.assert_figures((1, 0, 0), message_id)
        answer = self.world.send("alice", [person])
        self.assertEqual(self.world.daemon.control(
            "why", answer, check=False).returncode, 1)


class Corrections(RepliesTest):
    """An administrator asks why, and says otherwise."""

    mtas = POSTFIX

    def setUp(self):
        self.people = people(2)
        self.message_id = self.world.send("alice", self.people)

    def control(self, *words):
        return self.world.daemon.control(*words, check=False)

    def credit(self, *words):
        return self.control("credit", self.message_id, *words, "--reason",
                            "they answered by telephone")

    def test_credit_and_uncredit(self):
        answer = self.credit(self.people[0])
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assert_figures((1, 1, 0), self.message_id)
        self.assertEqual(self.why(self.message_id, self.people[0])[0]["match"],
                         "credited")
        self.assertIsNone(
            self.why(self.message_id, self.people[1])[0]["match"])
        self.assert_logged("correction: action=credit", 'actor="root (0)"',
                           f"user={ALICE}")
        answer = self.credit(self.people[0])
        self.assertEqual(answer.returncode, 1)
        self.assertIn("answered already", answer.stderr)
        answer = self.control("uncredit", self.message_id, self.people[0],
                              "--reason", "a slip")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assert_figures((0, 2, 0), self.message_id)

    def test_uncredit_of_a_reply(self):
        self.world.deliver(self.people[1], [ALICE], letters.gmail_reply(
            self.people[1], ALICE, self.message_id))
        self.assert_figures((1, 1, 0), self.message_id)
        self.assertEqual(self.control(
            "uncredit", self.message_id, self.people[1],
            "--reason", "written by a colleague").returncode, 0)
        self.assert_figures((0, 2, 0), self.message_id)

    def test_what_is_refused(self):
        answer = self.credit()
        self.assertEqual(answer.returncode, 1)
        self.assertIn("name one", answer.stderr)
        answer = self.credit("nobody@outside.test")
        self.assertEqual(answer.returncode, 1)
        answer = self.control("credit", self.message_id, self.people[0])
        self.assertEqual(answer.returncode, 64)
        self.assertIn("--reason", answer.stderr)
        answer = self.control("why", "<unknown@example.test>")
        self.assertEqual(answer.returncode, 1)
        self.assert_figures((0, 2, 0), self.message_id)

    def test_why_for_people(self):
        text = self.control("why", self.message_id).stdout
        self.assertIn(ALICE, text)
        self.assertIn("\nCANDIDATE STATE ", text)
        self.assertEqual(text.count("  pending  "), 2)
        for person in self.people:
            self.assertNotIn(person, text)
        self.assertLessEqual(max(map(len, text.splitlines())), 80)


class Authentication(RepliesTest):
    """Only who is authenticated answers, and nobody vouches for himself."""

    OURS = "Authentication-Results: mx.example.test; dmarc={}" \
        " header.from=outside.test"

    options = {"more": 'require_auth = true;\n'
                       'auth_servers = ( "mx.example.test" );'}

    def setUp(self):
        self.person, = people(1)
        self.message_id = self.world.send("alice", [self.person])

    def answer(self, above=(), below=()):
        """A reply with fields above and below the Received of outside."""
        data = letters.gmail_reply(self.person, ALICE, self.message_id)
        top = "".join(line + "\r\n" for line in above).encode()
        received, _, rest = data.partition(b"\r\nFrom: ")
        under = "".join(line + "\r\n" for line in below).encode()
        self.world.deliver(self.person, [ALICE], top + received + b"\r\n" +
                           under + b"From: " + rest)

    def test_nobody_vouches(self):
        before = self.messages("unauthenticated")
        self.answer()
        self.assert_figures((0, 1, 0), self.message_id)
        self.assertEqual(self.messages("unauthenticated"), before + 1)
        self.assert_logged("match=unauthenticated")

    def test_our_server_vouches(self):
        self.answer(above=[self.OURS.format("pass")])
        self.assert_figures((1, 0, 0), self.message_id)

    def test_our_server_does_not(self):
        self.answer(above=[self.OURS.format("fail")])
        self.assert_figures((0, 1, 0), self.message_id)

    def test_another_server_vouches(self):
        self.answer(above=[self.OURS.format("pass").replace(
            "mx.example.test", "mx.outside.test")])
        self.assert_figures((0, 1, 0), self.message_id)

    def test_forged_below_ours(self):
        self.answer(above=[self.OURS.format("fail"),
                           self.OURS.format("pass")])
        self.assert_figures((0, 1, 0), self.message_id)

    def test_forged_before_it_came_in(self):
        self.answer(below=[self.OURS.format("pass")])
        self.assert_figures((0, 1, 0), self.message_id)


class Phrases(RepliesTest):
    """What mail programs say, from a file that may change."""

    mtas = POSTFIX

    def setUp(self):
        daemon = self.world.daemon
        self.own = os.path.join(daemon.home, "phrases")
        shutil.copyfile(daemon.phrases, self.own)
        daemon.phrases = self.own
        daemon.configure()
        daemon.reload()

    def away(self, person):
        message_id = self.world.send("alice", [person])
        self.world.deliver(person, [ALICE], letters.vacation(
            person, ALICE, subject=f"Gone fishing: {letters.SUBJECT}",
            body="The lake has no telephone.\n"))
        return message_id

    def add(self, line):
        with open(self.own, "a", encoding="utf-8") as file:
            file.write(line + "\n")
        self.world.daemon.reload()

    def test_phrases_are_read_again(self):
        first, second, third = people(3)
        self.assert_figures((1, 0, 0), self.away(first))
        self.add("@subject\ngone fishing")
        self.assert_figures((0, 1, 0), self.away(second))
        self.add("@nowhere\nnobody")
        self.assert_logged("reload:", "nothing is changed")
        self.assert_figures((0, 1, 0), self.away(third))
