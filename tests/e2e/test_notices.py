"""Notices, from the change of a standing to the user's mailbox.

By a real Postfix, which replygate filters as it does all mail.  Time passes
by ending replygate and starting it at a later date.
"""

import contextlib
import email
import email.policy
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
from datetime import datetime, timedelta

from harness import place
from harness.daemon import PHRASES
from harness.place import wait_until
from harness.postfix import PASSWORD
from house import HouseTest, candidates

ALICE = "alice@example.test"
DATE = "%a %d %b %Y %H:%M UTC"

# A notice as it is handed over, and nothing that replygate's milter added.
FIELDS = ["Date", "From", "To", "Message-ID", "Subject", "Auto-Submitted",
          "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
          "Content-Transfer-Encoding"]

SETTLE = timedelta(days=3)
WINDOW = timedelta(days=14)
WARNING = timedelta(days=14)
RESTRICTION = timedelta(days=14)


def parse(data):
    return email.message_from_bytes(data, policy=email.policy.default)


def plain(message):
    """The text as the user reads it: blanks and line ends are alike."""
    return " ".join(message.get_content().split())


def people(when):
    """As notices tell a time."""
    return when.strftime(DATE).replace(" 0", " ", 1)


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
            named = candidates(name, min(40, first + count - at), at)
            ids.append(self.world.send("alice", named))
        return ids

    def notices(self, count):
        """Waits for so many in alice's mailbox; there are no more."""
        def found():
            mails = map(parse, self.world.postfix.mailbox("alice"))
            return [one for one in mails if one["Auto-Submitted"]]
        wait_until(lambda: len(found()) >= count, f"{count} notices")
        wait_until(lambda: self.outbox() == 0, "the outbox is empty")
        self.assertEqual(len(found()), count,
                         [one["Subject"] for one in found()])
        return sorted(found(), key=lambda one: one["Date"].datetime)

    def outbox(self):
        return self.world.daemon.ask("health")["outbox"]

    def warn(self):
        """120 strangers, none of whom answers."""
        self.send("stranger", 120)
        self.travel("2026-01-09 09:00:00")


class Life(NoticesTest):
    """All that can happen to a recruiter, in 60 days."""

    def test_each_notice_arrives_once_and_tells_the_ledgers_figures(self):
        self.replies = 0
        self.told = []
        self.open_world(
            date="2026-01-05 09:00:00", mailboxes=True,
            more='policies = { default = { heads_up = "3%"; }; };')
        self.answered("first", self.send("first", 100), 14)
        self.travel("2026-01-09 09:00:00")
        self.check("heads-up", 14, 100)
        self.answered("second", self.send("second", 120), 2)
        self.travel("2026-01-13 09:00:00")
        warned = self.check("warning", 16, 220)
        self.assertEqual(self.due() - warned, WARNING + SETTLE)
        self.answered("third", self.send("third", 50), 1)
        self.travel("2026-01-31 09:00:00")
        self.check("recovered", 1, 50, due=warned + WARNING + SETTLE)
        self.answered("fourth", self.send("fourth", 110), 3)
        self.travel("2026-02-04 09:00:00")
        restricted = self.check("restricted", 3, 110)
        self.assertEqual(self.due() - restricted, RESTRICTION)
        self.travel("2026-02-19 09:00:00")
        extended = self.check("extended", 0, 0, due=restricted + RESTRICTION)
        self.answered("fifth", [self.world.send("alice", [one])
                                for one in candidates("fifth", 4)], 2)
        self.travel("2026-03-06 09:00:00")
        self.check("released", 2, 4, due=extended + RESTRICTION)
        self.nothing_came_of_them()

    def answered(self, name, ids, count):
        """The first so many candidates of that name answer."""
        for n in range(count):
            message_id = ids[n] if name == "fifth" else ids[n // 40]
            self.world.receive(f"{name}{n + 1}@outside.test", "alice",
                               [message_id])
        self.replies += count

    def check(self, kind, answered, settled, due=None):
        """The newest notice against the ledger; returns its moment.

        due: when it must have been, a moment the one before had told.
        """
        notice = self.notices(len(self.told) + 1)[-1]
        self.told.append(kind)
        text = plain(notice)
        self.well_formed(notice)
        self.is_automatic(notice)
        start, end = self.window(text)
        moment = end + SETTLE
        if due:
            self.assertEqual(moment, due, kind)
        self.assertGreaterEqual(start, end - WINDOW)
        self.assertEqual(self.counted(start, end, moment),
                         (answered, settled), kind)
        self.assertIn(f"{answered} of {settled} messages" if settled
                      else "nothing counted", text)
        if self.due():
            self.assertIn(people(self.due()), text)
        self.assertEqual(self.logged(kind), (answered, settled))
        return moment

    def window(self, text):
        times = re.search(r"what you sent after (.*?UTC) and up to (.*?UTC)",
                          text)
        return [datetime.strptime(one, DATE) for one in times.groups()]

    def rows(self):
        """The ledger: what was sent, and answered, and when."""
        lines = self.world.daemon.control("export", ALICE).stdout
        rows = map(json.loads, lines.splitlines())
        return [row for row in rows if row["table"] == "outreach"]

    def counted(self, start, end, moment):
        """By the words of the rule; what is left of a second is cut off."""
        def when(text):
            return text and datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")
        rows = [row for row in self.rows()
                if start <= when(row["sent_at"]) <= end]
        answers = [row for row in rows if row["answered_at"]
                   and when(row["answered_at"]) <= moment]
        return len(answers), len(rows)

    def due(self):
        """When the standing is looked at again, to the minute; or None."""
        text = self.world.daemon.user("alice")["due"]
        return text and datetime.strptime(text[:16], "%Y-%m-%dT%H:%M")

    def logged(self, kind):
        """Answered and settled as the step of this kind was logged."""
        lines = re.findall(
            rf"standing: user={ALICE} notice={kind} .*answered=(\d+) "
            r"settled=(\d+)", self.world.daemon.log())
        self.assertEqual(len(lines), 1, kind)
        return int(lines[0][0]), int(lines[0][1])

    def well_formed(self, notice):
        self.assertEqual(notice["To"], ALICE)
        self.assertEqual(notice["From"], "postmaster@example.test")
        self.assertEqual(notice["Auto-Submitted"], "auto-generated")
        self.assertEqual(notice["Return-Path"], "<>")
        self.assertEqual(notice.keys()[-len(FIELDS):], FIELDS)
        text = notice.get_content()
        self.assertTrue(text.startswith(f"Hello {ALICE},\n\n"), text)
        self.assertIn("postmaster@example.test", text)
        self.assertNotIn("${", text)
        for line in text.splitlines():
            self.assertTrue(len(line) <= 72 or "https://" in line, line)

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

    def nothing_came_of_them(self):
        """They passed replygate: no reply, no outreach, nobody's."""
        log = self.world.daemon.log()
        self.assertEqual(log.count(" match=local rule=null-sender "),
                         len(self.told))
        self.assertEqual(log.count(" match=reply "), self.replies)
        self.assertEqual(len(self.rows()), 100 + 120 + 50 + 110 + 4)
        self.assertEqual([row["user"] for row in
                          self.world.daemon.ask("users")["users"]], [ALICE])


class Trouble(NoticesTest):

    def test_a_server_that_is_down_then_up(self):
        self.open_world(date="2026-01-05 09:00:00", mailboxes=True)
        self.send("stranger", 120)
        self.world.daemon.stop()
        self.world.postfix.stop()
        # A second of ours is a minute of replygate's.
        self.world.daemon.start("2026-01-09 09:00:00 x60")
        wait_until(lambda: self.world.daemon.log().count("takes no mail") > 1,
                   "two tries that fail")
        self.assertEqual(self.outbox(), 1)
        self.world.postfix.start()
        self.notices(1)
        self.assertIsNone(
            self.world.daemon.ask("health")["notices"]["failing_since"])

    def test_a_kill_at_any_moment_loses_none(self):
        """One notice, and a kill at every step of its way."""
        self.open_world(date="2026-01-05 09:00:00", mailboxes=True)
        self.send("stranger", 120)
        self.world.daemon.stop()
        server = StallingServer()
        self.addCleanup(server.stop)
        self.world.daemon.mail_port = server.port
        self.world.daemon.configure()
        now = datetime(2026, 1, 9, 9)
        # Before the change is believed, and right behind it.
        server.stall_at("connect")
        for text in ("clock: it says", "notice=warning"):
            self.kill_when(now, lambda t=text: t in self.world.daemon.log())
            now += timedelta(hours=2)
        for step in server.STEPS:
            server.stall_at(step)
            self.kill_when(now, server.stalled.is_set)
            now += timedelta(hours=2)
        self.assertEqual(len(server.mails), 2)
        self.world.daemon.mail_port = self.world.postfix.inbound
        self.world.daemon.configure()
        self.world.daemon.start(str(now))
        wait_until(lambda: self.outbox() == 0, "the outbox is empty")
        last = [parse(one) for one in server.mails]
        # Its server had answered: that it was taken may have been recorded.
        if self.world.daemon.log().count("result=sent") > 1:
            last += self.notices(1)
        self.assertEqual(len({one["Message-ID"] for one in last}), 1)
        log = self.world.daemon.log()
        self.assertEqual(log.count("notice=warning"), 1)
        self.assertEqual(self.world.daemon.user("alice")["standing"],
                         "warned")

    def kill_when(self, now, condition):
        self.world.daemon.start(str(now))
        wait_until(condition, "the moment to be killed")
        self.world.daemon.kill()

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


class StallingServer:
    """An SMTP server that stops answering at a step, until it is left.

    At "taken" it has the mail and has not said so; at "said", it has.  With a
    certificate it speaks TLS from the first byte on.
    """

    STEPS = ("connect", "EHLO", "MAIL", "RCPT", "DATA", "taken", "said")
    ANSWERS = {"EHLO": "250 here", "DATA": "354 go on", "QUIT": "221 bye"}

    def __init__(self, certificate=None):
        self.mails = []
        self._tls = None
        if certificate:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate, certificate + ".key")
        self.stalled = threading.Event()
        self._step = None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stall_at(self, step):
        self.stalled.clear()
        self._step = step

    def stop(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _run(self):
        while True:
            try:
                one, _ = self._socket.accept()
            except OSError:
                return
            with one, contextlib.suppress(OSError):
                if self._tls:
                    one = self._tls.wrap_socket(one, server_side=True)
                with one, one.makefile("rb") as file:
                    self._serve(one, file)

    def _at(self, step, one, answer):
        """False: it stalls, and the other end has gone."""
        if step != self._step:
            one.sendall(answer.encode("ascii") + b"\r\n")
            return True
        self.stalled.set()
        while one.recv(4096):
            pass
        return False

    def _serve(self, one, file):
        going = self._at("connect", one, "220 here")
        while going:
            verb = file.readline().decode("ascii").strip()[:4]
            going = verb != "" and self._at(
                verb, one, self.ANSWERS.get(verb, "250 ok"))
            if going and verb == "DATA":
                going = self._take(one, file)

    def _take(self, one, file):
        lines = list(iter(file.readline, b".\r\n"))
        self.mails.append(b"".join(lines))
        if not self._at("taken", one, "250 taken"):
            return False
        if self._step == "said":
            self.stalled.set()
        return True


class Server(HouseTest):
    """The mail server, by `replygatectl notice test`."""

    def make_certificate(self, who):
        """Signed by itself as a fresh one is; its key is beside it."""
        folder = place.make_directory()     # the daemon is not root
        self.addCleanup(place.remove_directory, folder)
        path = os.path.join(folder, "pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-subj", "/CN=mail", "-addext", f"subjectAltName={who}",
             "-days", "30", "-keyout", path + ".key", "-out", path],
            check=True, timeout=60, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        return path

    def configure(self, more, server=None):
        self.world.daemon.configure(more)
        if server:
            path = self.world.daemon.configuration
            with open(path, encoding="ascii") as file:
                lines = [line for line in file
                         if not line.startswith("smtp_server")]
            with open(path, "w", encoding="ascii") as file:
                file.write("".join(lines) + f'smtp_server = "{server}";\n')
        self.world.daemon.reload()
        answer = self.world.daemon.log().rpartition("reload: ")[2]
        self.assertTrue(answer.startswith("done"), answer)

    def try_mail(self):
        answer = self.world.daemon.control("--json", "notice", "test", ALICE,
                                           check=False)
        said = json.loads(answer.stdout)
        self.assertEqual(answer.returncode, 0 if said["taken"] else 1)
        return said

    def test_encryption(self):
        if not shutil.which("openssl"):
            self.skipTest("openssl is not installed")
        ours = self.make_certificate("IP:127.0.0.1")
        other = self.make_certificate("IP:127.0.0.1")
        self.open_world(
            mailboxes=True,
            more_postfix=f"smtpd_tls_cert_file = {ours}\n"
            f"smtpd_tls_key_file = {ours}.key\n"
            "smtpd_tls_security_level = may\nsmtpd_tls_loglevel = 1\n")
        encrypted = "TLS connection established"
        seen = 0
        for tls, authority, taken in (
                ("never", None, True), ("try", None, True),
                ("require", None, False), ("require", other, False),
                ("require", ours, True)):
            self.configure(f'smtp_tls = "{tls}";' + (
                f'smtp_ca_file = "{authority}";' if authority else ""))
            said = self.try_mail()
            self.assertEqual(said["taken"], taken, (tls, said))
            if not taken:
                self.assertIn("certificate", said["reply"].lower())
            elif tls != "never":
                seen += 1
            self.assertGreaterEqual(self.world.postfix.log().count(encrypted),
                                    seen, tls)
        wait_until(lambda: len(self.world.postfix.mailbox("alice")) == 3,
                   "three mails")

    def test_encryption_from_the_first_byte_on(self):
        if not shutil.which("openssl"):
            self.skipTest("openssl is not installed")
        ours = self.make_certificate("IP:127.0.0.1")
        other = self.make_certificate("DNS:other.test")
        self.open_world()
        for path, taken in ((ours, True), (other, False)):
            server = StallingServer(path)
            self.addCleanup(server.stop)
            self.configure(f'smtp_ca_file = "{path}";',
                           f"smtps://127.0.0.1:{server.port}")
            said = self.try_mail()
            self.assertEqual(said["taken"], taken, said)
            self.assertEqual(len(server.mails), int(taken))

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
        self.keep_what_was(path, login)

    def keep_what_was(self, path, login):
        """What cannot be read, or is wrong, changes nothing."""
        os.chmod(path, 0)
        self.refuse(login, f"{path}: ")
        self.assertTrue(self.try_mail()["taken"])
        os.chmod(path, 0o600)
        path = os.path.join(self.world.daemon.notices, "warning")
        with open(path, "w", encoding="ascii") as file:
            file.write("Subject: few\n\nHello ${user}\n${wrong}\n")
        self.refuse(login, f"{path}:4: no such field here, "
                    '"wrong"; expected one of user, ')
        self.assertTrue(self.try_mail()["taken"])

    def refuse(self, more, why):
        self.world.daemon.configure(more)
        self.world.daemon.reload()
        answer = self.world.daemon.log().rpartition("reload: ")[2]
        self.assertIn(why, answer)
        self.assertIn("nothing is changed", answer)


del NoticesTest
