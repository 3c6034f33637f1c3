"""Notices, from the change of a standing to the user's mailbox.

By a real Postfix, which replygate filters as it does all mail.  Time passes
by ending replygate and starting it at a later date.
"""

import email
import email.policy
import json
import os
import re
import shutil
import subprocess
import tempfile

from harness import client
from harness.daemon import PHRASES
from harness.place import wait_until
from harness.postfix import PASSWORD
from house import HouseTest, candidates

ALICE = "alice@example.test"


def parse(data):
    return email.message_from_bytes(data, policy=email.policy.default)


def plain(message):
    """The text as the user reads it: blanks and line ends are alike."""
    return " ".join(message.get_content().split())


class NoticesTest(HouseTest):
    needs_date = True

    def travel(self, date):
        """The clockwork believes a jump of days on its second look."""
        self.world.restart(date)
        self.wait_for_tick(date)

    def wait_for_tick(self, date):
        day = date.partition(" ")[0]
        wait_until(lambda: (self.world.daemon.ask("health")["last_tick"]
                            or "").startswith(day), f"a tick on {day}")

    def send(self, name, count, first=1):
        """Messages to 40 candidates each; the Message-IDs."""
        ids = []
        for at in range(first, first + count, 40):
            people = candidates(name, min(40, first + count - at), at)
            ids.append(self.world.send("alice", people))
        return ids

    def mails(self, count):
        """Waits for so many in alice's mailbox; there are no more."""
        wait_until(lambda: len(self.world.postfix.mailbox("alice")) >= count,
                   f"{count} notices")
        found = [parse(one) for one in self.world.postfix.mailbox("alice")]
        self.assertEqual(len(found), count,
                         [one["Subject"] for one in found])
        found = [one for one in found if one["Auto-Submitted"]]
        return sorted(found, key=lambda one: one["Date"].datetime)

    def outbox(self):
        return self.world.daemon.ask("health")["outbox"]

    def warn(self):
        """120 strangers, none of whom answers."""
        self.send("stranger", 120)
        self.travel("2026-01-09 09:00:00")


class Life(NoticesTest):
    """Warned, restricted, extended, released: 60 days."""

    def test_each_notice_arrives_once_and_tells_the_ledgers_figures(self):
        self.open_world(date="2026-01-05 09:00:00", mailboxes=True)
        self.warn()
        self.check(1, "warning", 0, 120, "Sun 25 Jan 2026 10:00 UTC")
        ids = self.send("second", 110)
        for n in range(3):
            self.world.receive(f"second{n + 1}@outside.test", "alice",
                               [ids[0]])
        self.leave_replies(3)
        self.travel("2026-01-26 09:00:00")
        self.check(2, "restricted", 3, 110, "Sun 8 Feb 2026 10:00 UTC")
        self.travel("2026-02-09 09:00:00")
        self.check(3, "extended", 0, 0, "Sun 22 Feb 2026 10:00 UTC")
        for n in range(4):
            person = f"third{n}@outside.test"
            message_id = self.world.send("alice", [person])
            if n < 2:
                self.world.receive(person, "alice", [message_id])
        self.leave_replies(5)
        self.travel("2026-02-23 09:00:00")
        self.check(4, "released", 2, 4)
        self.travel("2026-03-06 09:00:00")
        self.assertEqual(self.outbox(), 0)
        self.nothing_is_counted_of_it()

    def leave_replies(self, count):
        """Answers land in the mailbox too; only notices are to stay."""
        self.replies = count

    replies = 0

    def mails(self, count):
        return super().mails(count + self.replies)

    def check(self, number, kind, answered, settled, *dates):
        """The newest notice against the ledger, by header and text."""
        notice = self.mails(number)[-1]
        text = plain(notice)
        user = self.world.daemon.user("alice")
        self.assertEqual(notice["To"], ALICE)
        self.assertEqual(notice["From"], "postmaster@example.test")
        self.assertEqual(notice["Auto-Submitted"], "auto-generated")
        self.assertEqual(notice["Return-Path"], "<>")
        for date in dates:
            self.assertIn(date, text)
        if settled:
            self.assertIn(f"{answered} of {settled} messages", text)
        self.assertEqual(self.logged(kind), (answered, settled), user)
        self.is_automatic(notice)

    def logged(self, kind):
        """Answered and settled as the step of this kind was logged."""
        lines = re.findall(
            rf"standing: user={ALICE} notice={kind} .*answered=(\d+) "
            r"settled=(\d+)", self.world.daemon.log())
        self.assertEqual(len(lines), 1, kind)
        return int(lines[0][0]), int(lines[0][1])

    def is_automatic(self, notice):
        """replygate itself takes it for no person's."""
        path = f"{self.world.directory}/notice.eml"
        with open(path, "wb") as file:
            file.write(notice.as_bytes())
        answer = subprocess.run(
            [self.world.daemon.program("replygatectl"), "--json",
             "test-message", "--phrases", PHRASES, "--from", ALICE, path],
            stdout=subprocess.PIPE, check=True, timeout=30, text=True,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
        self.assertIn('"auto-submitted"', answer.stdout)
        self.assertNotIn('"human"', answer.stdout)

    def nothing_is_counted_of_it(self):
        """Four notices have passed replygate: no reply, no outreach."""
        messages = self.world.daemon.ask("health")["messages"]
        self.assertEqual(messages["replies"], 0)
        self.assertEqual(messages["accepted"], 0)


class Trouble(NoticesTest):

    def test_a_server_that_is_down_then_up(self):
        self.open_world(date="2026-01-05 09:00:00", mailboxes=True)
        self.send("stranger", 120)
        self.world.daemon.stop()
        self.world.postfix.stop()
        self.world.daemon.start("2026-01-09 09:00:00")
        wait_until(lambda: "takes no mail" in self.world.daemon.log(),
                   "a try that fails")
        self.assertEqual(self.outbox(), 1)
        self.world.postfix.start()
        # The next try is at the daemon's start: waiting takes a minute.
        self.world.restart("2026-01-09 09:10:00")
        self.mails(1)
        wait_until(lambda: self.outbox() == 0, "the outbox is empty")

    def test_a_kill_at_any_moment_loses_none(self):
        self.open_world(date="2026-01-05 09:00:00", mailboxes=True)
        self.send("stranger", 120)
        self.world.daemon.stop()
        # Between the change and the mail, in the mail, and behind it.
        for delay, minute in ((0, 0), (1, 2), (2, 5), (4, 10), (6, 20)):
            self.world.daemon.start(f"2026-01-09 09:{minute:02}:00")
            self.stay(delay)
            self.world.daemon.kill()
        self.world.daemon.start("2026-01-09 12:00:00")
        wait_until(lambda: self.outbox() == 0, "the outbox is empty")
        wait_until(lambda: self.world.postfix.mailbox("alice"), "a notice")
        found = [parse(one) for one in self.world.postfix.mailbox("alice")]
        self.assertEqual(len({one["Message-ID"] for one in found}), 1)
        self.assertIn("warning", self.world.daemon.log())
        self.assertEqual(self.world.daemon.user("alice")["standing"],
                         "warned")

    def stay(self, seconds):
        """Lets the daemon run so long: it is what the test is about."""
        end = wait_until(lambda: self.world.daemon.ask("health"), "health")
        if not seconds or not end:
            return
        with client.inbound(self.world.postfix) as smtp:
            for _ in range(seconds * 20):
                smtp.noop()
                if self.world.postfix.mailbox("alice"):
                    return
                wait_a_moment()

    def test_refused_by_the_server(self):
        self.open_world(date="2026-01-05 09:00:00", mailboxes=True,
                        more_postfix="smtpd_null_access_lookup_key = <>\n"
                        "smtpd_sender_restrictions = "
                        "check_sender_access inline:{{<>=550 no notices}}")
        self.warn()
        wait_until(lambda: "result=given-up" in self.world.daemon.log(),
                   "it is given up")
        self.assertIn("no notices", self.world.daemon.log())
        self.assertEqual(self.outbox(), 0)


class Server(HouseTest):
    """The mail server, by `replygatectl notice test`."""

    def make_certificate(self):
        """For Postfix, signed by itself as a fresh one is."""
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        path = os.path.join(folder, "pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-subj", "/CN=localhost", "-days", "30", "-keyout", path + ".key",
             "-out", path], check=True, timeout=60,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return path

    def configure(self, more):
        self.world.daemon.configure(more)
        self.world.daemon.reload()

    def try_mail(self):
        answer = self.world.daemon.control("--json", "notice", "test", ALICE,
                                           check=False)
        said = json.loads(answer.stdout)
        self.assertEqual(answer.returncode, 0 if said["taken"] else 1)
        return said

    def test_encryption(self):
        if not shutil.which("openssl"):
            self.skipTest("openssl is not installed")
        path = self.make_certificate()
        self.open_world(
            mailboxes=True,
            more_postfix=f"smtpd_tls_cert_file = {path}\n"
            f"smtpd_tls_key_file = {path}.key\n"
            "smtpd_tls_security_level = may\nsmtpd_tls_loglevel = 1\n")
        encrypted = "TLS connection established"
        for tls, taken, tries in (("never", True, 0), ("try", True, 1),
                                  ("require", False, 1)):
            self.configure(f'smtp_tls = "{tls}";')
            said = self.try_mail()
            self.assertEqual(said["taken"], taken, (tls, said))
            self.assertEqual(self.world.postfix.log().count(encrypted), tries,
                             tls)
        self.assertIn("certificate", said["reply"].lower())
        wait_until(lambda: len(self.world.postfix.mailbox("alice")) == 2,
                   "both mails")

    def test_login(self):
        self.open_world(mailboxes=True)
        path = os.path.join(self.world.daemon.home, "password")
        with open(path, "w", encoding="ascii") as file:
            file.write(PASSWORD + "\n")
        os.chmod(path, 0o600)
        self.world.daemon.give(path)
        self.world.daemon.mail_port = self.world.postfix.submission
        self.configure("")
        self.assertFalse(self.try_mail()["taken"])
        login = f'smtp_user = "{ALICE}"; smtp_password_file = "{path}";'
        self.configure(login)
        self.assertTrue(self.try_mail()["taken"])
        mail = wait_until(lambda: self.world.postfix.mailbox("alice"),
                          "the mail")
        self.assertEqual(parse(mail[0])["Return-Path"], "<>")
        # It is no outreach of hers.
        self.assertIsNone(self.world.daemon.user("alice"))


def wait_a_moment():
    """A twentieth of a second, by a condition that is never met."""
    try:
        wait_until(lambda: False, "a moment", 0.05)
    except AssertionError:
        pass


del NoticesTest
